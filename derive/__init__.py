"""Checks written derivations: every step gets a verdict.

>>> import derive
>>> page = derive.check("$$ s = x + y $$ $$ s^2 = x^2 + 2xy + y^2 $$")
>>> [step.word for step in page.steps]
['proved']
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from derive.api import UnreadableClaim, check, prove
    from derive.deciding.verdict import Undecided
    from derive.worker import Limits

__all__ = ["Limits", "Undecided", "UnreadableClaim", "__version__", "check", "prove"]

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    # the decider brings SymPy along; `derive --help` should not
    if name in ("UnreadableClaim", "check", "prove"):
        from derive import api

        return getattr(api, name)
    if name == "Undecided":
        from derive.deciding.verdict import Undecided

        return Undecided
    if name == "Limits":
        from derive.worker import Limits

        return Limits
    raise AttributeError(f"module 'derive' has no attribute {name!r}")
