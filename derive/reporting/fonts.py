"""The mathematics font that travels inside each HTML report.

A subset of STIX Two Math (SIL Open Font License 1.1, see fonts/OFL.txt): formulas then
look the same on a machine without any mathematics font.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from importlib.resources import files

__all__ = ["font_face"]

FONT = "fonts/STIXTwoMath-subset.woff2"


@cache
def font_face() -> str:
    """The ``@font-face`` rule with the font in it."""
    data = files("derive.reporting").joinpath(FONT).read_bytes()
    source = f'url("data:font/woff2;base64,{b64encode(data).decode("ascii")}") format("woff2")'
    return f'@font-face{{font-family:"Report Math";src:{source};font-display:block}}'
