"""PDF reports by Typst: the Typst report through the Python package ``typst``, if it is there.

Typst runs in a process of its own that can be stopped, in a fresh folder, and may read no file
but fonts; what it would download goes to a port where nobody listens. What comes back is a
whole PDF, the same bytes for the same page, fonts and version (the date in it is that of
``SOURCE_DATE_EPOCH``, or 1970), or an error. A character that no font has is shown by its
number; if it is a Chinese, Japanese or Korean one, there is no PDF.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from derive.characters import one_line
from derive.reporting.pdf import PdfNotMade, log_of, run
from derive.reporting.text import is_cjk

__all__ = ["has_typst", "make_pdf_by_typst"]

_CHILD = Path(__file__).with_name("typst_child.py")
_ROUNDS = 4  # that missing characters may take
_NOWHERE = "http://127.0.0.1:9"  # the discard port
_MISSING = re.compile(r'the text `"(.+?)"` could not be displayed')


def has_typst() -> bool:
    """Whether the package ``typst`` is installed (a mere folder of that name does not count)."""
    found = find_spec("typst")
    return found is not None and found.origin is not None


def make_pdf_by_typst(source: str, seconds: float = 120, system_fonts: bool = True) -> bytes:
    """The PDF of a Typst document. ``seconds`` limits each run of Typst by the clock. Without
    ``system_fonts`` it has the fonts in the package only (which know no Chinese).

    Raises:
        PdfNotMade: Typst is not there, failed, was stopped, or lacks a font that is needed.
    """
    for _ in range(_ROUNDS):
        pdf, log = _compiled(source, seconds, system_fonts)
        if pdf:
            break
        missing = _missing(log)
        foreign = "".join(sorted(char for char in missing if is_cjk(char)))
        if foreign:
            raise PdfNotMade(
                f"typst: no font has {one_line(' '.join(foreign[:10]))}; install one that has "
                "(in Debian for Chinese: fonts-noto-cjk)"
            )
        if not missing:
            raise PdfNotMade(f"typst failed: {_complaint(log)}")
        # page text stands in string literals, where this means nothing but itself
        source = source.translate({ord(char): f"[U+{ord(char):04X}]" for char in missing})
    if not pdf.startswith(b"%PDF-") or b"%%EOF" not in pdf[-1024:]:
        raise PdfNotMade("typst made no PDF that is whole")
    return pdf


def _compiled(source: str, seconds: float, system_fonts: bool) -> tuple[bytes, str]:
    """The PDF, or nothing and what Typst complained about."""
    with tempfile.TemporaryDirectory(prefix="derive-") as place:
        folder = Path(place)
        (folder / "root").mkdir()
        (folder / "report.typ").write_text(source, "utf-8")
        # -P: the modules of derive beside the script are none of its own
        fonts = "system-fonts" if system_fonts else "own-fonts"
        command = [sys.executable, "-P", str(_CHILD), str(_timestamp()), fonts]
        code = run("typst", command, folder, seconds, _environment())
        log = log_of(folder / "report.log")
        if code:
            return b"", log
        try:
            return (folder / "report.pdf").read_bytes(), log
        except OSError:
            return b"", log


def _environment() -> Mapping[str, str]:
    proxies = ("http_proxy", "https_proxy", "all_proxy")
    return {
        **{k: v for k, v in os.environ.items() if k.lower() != "no_proxy"},
        **{name: _NOWHERE for proxy in proxies for name in (proxy, proxy.upper())},
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _timestamp() -> int:
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    return int(given) if given.isdecimal() and len(given) < 12 else 0


def _missing(log: str) -> set[str]:
    """The characters that no font has."""
    found = set()
    for shown in _MISSING.findall(log):
        text = re.sub(r"\\u\{([0-9a-f]{1,6})\}", lambda match: chr(int(match.group(1), 16)), shown)
        found |= {char for char in text if not char.isascii()}
    return found


def _complaint(log: str) -> str:
    """Typst's first error, in its own words."""
    match = re.search(r"^error: (.+)$", log, re.MULTILINE)
    return one_line(match.group(1))[:300] if match else "see its log with -f typst"
