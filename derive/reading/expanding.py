"""The formulas of a Markdown-like page with their macros written out, in reading order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from derive.formula import FormulaError
from derive.reading.macros import DEFINING, Macros
from derive.reading.page import Item

__all__ = ["written_out"]

_WORDS = "|".join(sorted((name[1:] for name in DEFINING), key=len, reverse=True))
_DEFINING = re.compile(rf"\\(?:{_WORDS})(?![A-Za-z@])")
_NEXT = re.compile(rf"\s*(?:\\(?:long|global)\s*)*(?P<command>{_DEFINING.pattern})")
_LINE = re.compile(rf"^[ \t>]{{0,16}}(?:\\(?:long|global)){{0,2}}(?={_DEFINING.pattern})", re.M)


def written_out(
    items: Sequence[Item], text: str, macros: Macros | None = None
) -> tuple[Item, ...]:
    """The items of a page, its macros written out as MathJax does it: a definition in a formula,
    or between formulas at the beginning of a line, holds from there on to the end of the page.

    ``text`` is the page without its code, in which the formulas stand at their offsets; the
    ``macros`` that are in force before it get those that it defines. A display that holds
    nothing but definitions is no formula.
    """
    macros = Macros() if macros is None else macros
    if (
        not macros
        and _DEFINING.search(text) is None
        and not any(_DEFINING.search(f.source) for item in items for f in item.formulas)
    ):
        return tuple(items)
    at = 0
    out: list[Item] = []
    for item in items:
        formulas = []
        for formula in item.formulas:
            _define(macros, text, at, formula.offset)
            at = formula.offset + len(formula.source)
            expansion = formula.expansion or macros.expand(formula.source)
            formulas.append(replace(formula, expansion=expansion) if expansion else formula)
        if item.kind != "formula" or formulas[0].latex.strip():
            out.append(replace(item, formulas=tuple(formulas)))
    _define(macros, text, at, len(text))
    return tuple(out)


def _define(macros: Macros, text: str, start: int, end: int) -> None:
    """Take the definitions between two formulas; what is none is prose."""
    at = start
    while (line := _LINE.search(text, at, end)) is not None:
        at = line.end()
        while (found := _NEXT.match(text, at, end)) is not None:
            try:
                at = macros.define(found["command"], text, found.end())
            except FormulaError as error:
                at = max(error.at, found.end())
