r"""What colours, strikes or frames a part of a formula, and changes nothing of what it says.

A formula means what stands on the page when colours and strokes are taken away:
``\textcolor{red}{+ b}`` after ``a`` is ``a + b``, and what ``\cancel`` strikes out is still
there, to go in the next step.
Where one could also take colour for brackets (``\textcolor{red}{a + b} c``), neither is taken.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from derive.reading.tokens import FRAMING, STRIKING, Token
from derive.reading.vocabulary import (
    CLOSING,
    ENTRYWISE,
    FUNCTIONS,
    OPEN,
    OPENING,
    PRODUCTS,
    RELATIONS,
)

__all__ = ["without_frames"]

_SIGNS = frozenset({"+", "-"})
_OPERATORS = frozenset({*_SIGNS, *PRODUCTS, *ENTRYWISE, "/"})
_SCRIPTS = frozenset({"^", "_", "'"})
_OPENED = frozenset({*OPEN, "{", "&", ",", ";", ":", r"\begin{cases}", r"\begin{matrix}"})
_CLOSED = frozenset(
    {*OPEN.values(), "}", "&", ",", ";", ":", ".", r"\end{cases}", r"\end{matrix}"}
)


def without_frames(tokens: list[Token]) -> list[Token]:
    r"""The tokens without ``\textcolor``, ``\cancel`` and the like; braces stay where they group.
    Where it is not clear what belongs together once they are gone, the command stays."""
    if not any(t.text in FRAMING and t.kind == "command" for t in tokens):
        return tokens
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        at += 1
        if token.text not in FRAMING or token.kind != "command":
            out.append(token)
            continue
        close = _closing(tokens, at)
        if close < 0:
            out += [token] if token.text in STRIKING else []  # a switch: \color{red} x
            continue
        group = without_frames(tokens[at : close + 1])
        at = close + 1
        after = next((t for t in tokens[at:] if t.kind != "space"), None)
        bare = _laid_bare(token, group, out[-1] if out else None, after)
        if bare:  # a side's source begins and ends with its frames
            bare[0] = replace(bare[0], at=token.at)
            bare[-1] = replace(bare[-1], end=group[-1].end)
        out += bare
    return out


def _closing(tokens: list[Token], at: int) -> int:
    """The place of the brace that closes the one at ``at``, or -1."""
    if at >= len(tokens) or tokens[at].text != "{":
        return -1
    depth = 0
    for place in range(at, len(tokens)):
        depth += (tokens[place].text == "{") - (tokens[place].text == "}")
        if not depth:
            return place
    return -1


def _laid_bare(
    frame: Token, group: list[Token], before: Token | None, after: Token | None
) -> list[Token]:
    """A braced group without its frame: with its braces where they change nothing."""
    inner = group[1:-1]
    core = [t for t in inner if t.kind != "space"]
    if not core:
        return []
    follows = "" if after is None else after.text
    unclear = [frame, *group]
    top = _top_level(core)
    if any(t.text in RELATIONS for t in top):
        if frame.text in STRIKING:
            return unclear
        return inner
    if before is not None and before.text in ("_", "^"):
        return group
    struck = frame.text in STRIKING
    if follows in _SCRIPTS and (struck or not _is_one(core)):
        return unclear
    signs = [place for place, t in enumerate(core) if t in top and t.text in _SIGNS]
    sums = [place for place in signs if place and core[place - 1].text not in _OPERATORS]
    if sums and not _apart(before, core[0], after):
        return unclear
    if _reaches_on(core) and follows not in PRODUCTS and not _ends(after):
        return unclear
    ends = core[0].text in _OPERATORS or core[-1].text in _OPERATORS
    reached = before is not None and (before.text == "/" or before.text in FUNCTIONS)
    return inner if ends or reached or _unbalanced(core) else group


def _top_level(tokens: list[Token]) -> list[Token]:
    out = []
    depth = 0
    for token in tokens:
        depth -= token.text in CLOSING
        if depth == 0 and token.kind in ("sign", "command"):
            out.append(token)
        depth += token.text in OPENING
    return out


def _unbalanced(tokens: list[Token]) -> bool:
    depth = 0
    for token in tokens:
        depth += (token.text in OPENING) - (token.text in CLOSING)
        if depth < 0:
            return True
    return depth != 0


def _is_one(core: list[Token]) -> bool:
    """Whether a script behind it reaches all of it: x, x_i, (a + b)."""
    if len(core) == 1 or (len(core) == 3 and core[1].text == "_"):
        return True
    if core[0].text in OPEN and not _unbalanced(core[1:-1]):
        return core[-1].text == OPEN[core[0].text]
    return len(core) > 2 and core[1].text == "_" and _closing(core, 2) == len(core) - 1


def _apart(before: Token | None, first: Token, after: Token | None) -> bool:
    """Whether a sum is the same with and without brackets: nothing beside it binds closer."""
    left = before is None or before.text in RELATIONS or before.text in _OPENED
    left |= before is not None and (before.text == "+" or before.kind in ("row", "space", "text"))
    left |= first.text in _SIGNS and before is not None and before.text not in _OPERATORS
    return left and _ends(after)


def _ends(after: Token | None) -> bool:
    """Whether a term ends before this."""
    if after is None or after.kind in ("row", "space", "text"):
        return True
    return after.text in RELATIONS or after.text in _CLOSED or after.text in _SIGNS


def _reaches_on(core: list[Token]) -> bool:
    """Whether a function without brackets stands in it, whose argument may go on behind it."""
    pairs = pairwise(core)
    return any(t.text in FUNCTIONS and after.text not in (*OPEN, "{") for t, after in pairs)
