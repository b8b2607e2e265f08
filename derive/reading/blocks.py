"""markdown-it-py as it is needed here: which lines are code, fences and headings.

Formulas are found by a scanner of their own, so nothing inside a line is parsed; that also
keeps the time linear in the page. The block rules for mathematics are needed because a formula
may look like a heading or like code; they look for their end from every line that begins one,
so an end that was not found is remembered.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from mdit_py_plugins.amsmath import amsmath_block, amsmath_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.dollarmath.index import math_block_dollar

__all__ = ["block_parser"]

_BEGIN = re.compile(r"\\begin\{([a-z]+\*?)\}")
_ALTERNATIVES = ["paragraph", "reference", "blockquote", "list", "footnote_def"]
_dollar_block = math_block_dollar(True, None, False)


@cache
def block_parser() -> MarkdownIt:
    """A parser that yields block tokens; headings have their source as content."""
    parser = MarkdownIt("commonmark").use(dollarmath_plugin).use(amsmath_plugin)
    parser.core.ruler.enableOnly(["normalize", "block"])
    parser.block.ruler.at("amsmath", _environment, {"alt": _ALTERNATIVES})
    parser.block.ruler.at("math_block", _dollars, {"alt": _ALTERNATIVES})
    return parser


def _environment(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """``\\begin{align}`` … ``\\end{align}``: without an end from here, none from further on."""
    match = _BEGIN.match(state.src, state.bMarks[start] + state.tShift[start])
    if match is None:
        return False
    unended: set[tuple[str, int]] = state.env.setdefault("unended environments", set())
    if (match.group(1), end) in unended:
        return False
    if amsmath_block(state, start, end, silent):
        return True
    if not state.is_code_block(start):
        unended.add((match.group(1), end))
    return False


def _dollars(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """``$$`` … ``$$``: without an end before the next blank line, none for the lines between."""
    at = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith("$$", at):
        return False
    unended: dict[int, int] = state.env.setdefault("unended dollars", {})
    if start < unended.get(end, 0):
        return False
    if _dollar_block(state, start, end, silent):
        return True
    line = state.src[at + 2 : state.eMarks[start]]
    if "$$" not in line and not state.is_code_block(start):
        unended[end] = _next_blank(state, start + 1, end)
    return False


def _next_blank(state: Any, line: int, end: int) -> int:
    while line < end and not state.isEmpty(line):
        line += 1
    return line
