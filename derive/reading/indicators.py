"""Where an indicator stands, as tokens: ``1[i = j]``, ``\\mathbb{1}_{i = j}``, ``[i = j]``."""

from __future__ import annotations

from derive.formula import Bracket, IndexCondition, Name, Node, Number, Scripted, nodes
from derive.reading.token_lists import stripped
from derive.reading.tokens import Token
from derive.reading.vocabulary import CLOSING, ENTRYWISE, OPEN, OPENING, PRODUCTS, RELATIONS

__all__ = ["beside", "condition_at", "holds_condition", "is_iverson", "sign_of", "sized_one"]

# What stands before or behind a term of its own.
_BETWEEN = frozenset({"+", "-", "(", "[", *PRODUCTS, *ENTRYWISE})
_ONES = frozenset(r"\mathbb \mathbf \boldsymbol \bm \pmb".split())


def sized_one(tokens: list[Token], at: int, command: str) -> int:
    r"""The place behind the 1 of ``\mathbb{1}`` (also ``\mathbb{I}``), whose command ends at
    ``at``, if a script or a bracket follows as behind an indicator; else 0."""
    if command not in _ONES:
        return 0
    texts = [t.text for t in tokens[at : at + 3]]
    letters = ("1", "I") if command in (r"\mathbb", r"\mathbf") else ("1",)
    end = 0
    if texts and texts[0] in letters and (texts[0] == "1" or command == r"\mathbb"):
        end = at + 1
    elif len(texts) == 3 and texts[0] == "{" and texts[1] in letters and texts[2] == "}":
        end = at + 3
    following = tokens[end].text if end < len(tokens) else ""
    braced = end == at + 1 and following == "{"
    return end if end and (following == "_" or following in OPEN or braced) else 0


def condition_at(tokens: list[Token], at: int) -> tuple[list[Token], int] | None:
    """The condition in the subscript or bracket that begins at ``at``, and the place behind it;
    nothing if none is there or it is no single ``i = j`` or ``i ≠ j``."""
    start = at + (at < len(tokens) and tokens[at].text == "_")
    if start >= len(tokens) or (tokens[start].text not in OPEN and tokens[start].text != "{"):
        return None
    depth = 0
    for end in range(start, len(tokens)):
        depth += tokens[end].text in OPENING
        depth -= tokens[end].text in CLOSING
        if not depth:
            inner = stripped(tokens[start + 1 : end])
            if start > at and inner and OPEN.get(inner[0].text) == inner[-1].text:
                inner = inner[1:-1]
            return (inner, end + 1) if sign_of(inner) > 0 else None
    return None


def holds_condition(tokens: list[Token], at: int) -> bool:
    """Whether a bracket that holds a condition begins at ``at``."""
    return at < len(tokens) and tokens[at].text in OPEN and condition_at(tokens, at) is not None


def sign_of(tokens: list[Token]) -> int:
    """The place of the one relation, = or ≠, outside all brackets; 0 if it is not so."""
    found = []
    depth = 0
    for at, token in enumerate(tokens):
        depth += token.text in OPENING
        depth -= token.text in CLOSING
        if depth == 0 and token.text in RELATIONS:
            found.append(at)
    one = len(found) == 1 and RELATIONS[tokens[found[0]].text] in ("=", "≠")
    return found[0] if one and found[0] < len(tokens) - 1 else 0


def is_iverson(before: Node | None, condition: IndexCondition) -> bool:
    """Whether ``[i = j]`` behind a factor is a factor of its own: it is no argument, as in
    P[X = x], where no function can stand before it or where that has the index itself (p_i)."""
    if not all(_is_index(side) for side in (condition.left, condition.right)):
        return False
    if before is None or not isinstance(before, Name | Scripted):
        return True
    if isinstance(before, Name) or isinstance(before.sup, Number):
        return isinstance(before, Scripted)
    letters = {n for sub in before.subs for n in nodes(sub) if isinstance(n, Name)}
    return bool(letters & {condition.left, condition.right})


def beside(side: list[Token], first: bool, last: bool) -> int:
    """Where ``[i = j]`` stands before the ``first`` or behind the ``last`` side of a statement, as
    a case would that it holds for (``= a_i (1 - a_i) [i = j]``, ``= 1 (i = j)``) and a factor
    might; else -1."""
    if first and side[0].text == "[":
        end = condition_at(side, 0)
        if end is not None and end[1] < len(side) and side[end[1]].text not in (*_BETWEEN, "^"):
            return 0
    if last and side and side[-1].text in ("]", ")"):
        depth = 0
        for at in range(len(side) - 1, 0, -1):
            depth += (side[at].text in CLOSING) - (side[at].text in OPENING)
            if not depth:
                one = side[at - 1].text == "1" and side[at].text in OPEN
                spaced = one and side[at - 1].end < side[at].at < side[at - 1].end + len(r"\left")
                bare = side[at].text == "[" and side[at - 1].text not in _BETWEEN and not one
                bare = bare and side[at - 1].text != r"\delta" and not _sized_before(side, at)
                case = (spaced or bare) and condition_at(side, at) is not None
                return at if case else -1
    return -1


def _sized_before(tokens: list[Token], at: int) -> bool:
    """Whether what ends at ``at`` is ``\\mathbb{1}``."""
    return any(
        at - length >= 0 and sized_one(tokens, at - length + 1, tokens[at - length].text) == at
        for length in (2, 4)
    )


def _is_index(side: Node) -> bool:
    if isinstance(side, Scripted):
        over = side.sup is None or isinstance(side.sup, Bracket)
        return isinstance(side.base, Name) and over
    return isinstance(side, Name | Number)
