"""What a plot asks for, taken apart: curves, the letter they run over, its range, fixed values.

    plot -\\log a, a^2 for a = 0.01..1 with y = 0, T = 1

Only the text is cut here, at commas and words that stand in no brackets; what the pieces mean is
the business of `derive.meaning.plots`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from derive.formula import FormulaError

__all__ = ["HOW_TO_PLOT", "MOST_CURVES", "PlotText", "Source", "plot_text"]

MOST_CURVES = 6  # as many as can be told apart without colours
MOST_VALUES = 20

HOW_TO_PLOT = r"write plot -\log a, a^2 for a = 0.01..1, perhaps with b = 2, c = 1 behind it"


@dataclass(frozen=True, slots=True)
class Source:
    """A piece of LaTeX, and where in the plot's text it begins."""

    latex: str
    at: int


@dataclass(frozen=True, slots=True)
class PlotText:
    """The pieces of a plot; ``values``: names and what they are fixed at."""

    curves: tuple[Source, ...]
    variable: Source
    low: Source
    high: Source
    values: tuple[tuple[Source, Source], ...] = ()


_SIGN = re.compile(
    r"(?P<word>(?:(?<=\s)|^)(?:for|with)(?=\s|$))|(?P<comma>,)"
    r"|(?P<equal>=|\\in(?![A-Za-z])|∈)|(?P<dots>\.\.\.?|…|\\(?:[lc]?dots|dots[cb])(?![A-Za-z]))"
    r"|(?P<open>[({\[])|(?P<close>[)}\]])|\\.",
    re.DOTALL,
)


def plot_text(text: str) -> PlotText:
    """The pieces of what stands behind ``plot``.

    Raises:
        FormulaError: it is not said so; the message says how, and the place where.
    """
    signs = list(_outside(text))
    words = [(m.group(), m.start(), m.end()) for m in signs if m.lastgroup == "word"]
    over = next((word for word in words if word[0] == "for"), None)
    if over is None:
        raise FormulaError(f"this says no plot; {HOW_TO_PLOT}", 0)
    fixed = next((word for word in words if word[0] == "with" and word[1] > over[1]), None)
    end = fixed[1] if fixed is not None else len(text)
    curves = tuple(_listed(text, signs, 0, over[1], "a formula is missing here"))
    if len(curves) > MOST_CURVES:
        message = f"more than {MOST_CURVES} curves in one plot cannot be told apart"
        raise FormulaError(message, curves[MOST_CURVES].at)
    variable, span = _equal(
        text, signs, over[2], end, "the range of a plot is said as in a = 0..1"
    )
    low, high = _range(text, signs, span, end)
    values = []
    if fixed is not None:
        for piece in _listed(text, signs, fixed[2], len(text), "a value is missing here"):
            stop = piece.at + len(piece.latex)
            how = "each value of a plot is said as in b = 2"
            name, start = _equal(text, signs, piece.at, stop, how)
            values.append((name, _piece(text, start, stop, "a value is missing here")))
    if len(values) > MOST_VALUES:
        message = f"more than {MOST_VALUES} values in one plot"
        raise FormulaError(message, values[MOST_VALUES][0].at)
    return PlotText(curves, variable, low, high, tuple(values))


def _outside(text: str) -> Iterator[re.Match[str]]:
    """The signs that stand in no brackets."""
    opened: list[re.Match[str]] = []
    for match in _SIGN.finditer(text):
        if match.lastgroup == "open":
            opened.append(match)
        elif match.lastgroup == "close":
            del opened[-1:]
        elif match.lastgroup and not opened:
            yield match
    if opened:
        raise FormulaError(f"this {opened[0].group()} is never closed", opened[0].start())


def _listed(
    text: str, signs: list[re.Match[str]], start: int, end: int, missing: str
) -> Iterator[Source]:
    for sign in signs:
        if sign.lastgroup == "comma" and start <= sign.start() < end:
            yield _piece(text, start, sign.start(), missing)
            start = sign.end()
    yield _piece(text, start, end, missing)


def _equal(
    text: str, signs: list[re.Match[str]], start: int, end: int, how: str
) -> tuple[Source, int]:
    """What stands before the sign of equality, and where it ends."""
    for sign in signs:
        if sign.lastgroup == "equal" and start <= sign.start() < end:
            return _piece(text, start, sign.start(), "a name is missing here"), sign.end()
    raise FormulaError(how, _first(text, start, end))


def _range(text: str, signs: list[re.Match[str]], start: int, end: int) -> tuple[Source, Source]:
    for sign in signs:
        if sign.lastgroup == "dots" and start <= sign.start() < end:
            low = _piece(text, start, sign.start(), "a number is missing here")
            return low, _piece(text, sign.end(), end, "a number is missing here")
    raise FormulaError("the range of a plot is said as in a = 0..1", _first(text, start, end))


def _piece(text: str, start: int, end: int, missing: str) -> Source:
    latex = text[start:end].strip()
    at = _first(text, start, end)
    if not latex:
        raise FormulaError(missing, at)
    return Source(latex, at)


def _first(text: str, start: int, end: int) -> int:
    """Where something stands in a stretch of the text, or where the stretch begins."""
    inside = text[start:end]
    return start + len(inside) - len(inside.lstrip()) if inside.strip() else start
