"""What stands between the items of a bracket: commas, semicolons, bars."""

from __future__ import annotations

from derive.formula import FormulaError
from derive.reading.tokens import Token
from derive.reading.vocabulary import CLOSING, OPENING

__all__ = ["SEPARATORS", "separators", "with_double_bar"]

SEPARATORS = (",", ";", r"\mid", r"\vert", r"\parallel")
_BAR, _DOUBLE_BAR = ("|", r"\mid", r"\vert"), (r"\|", r"\Vert", r"\parallel")


def separators(tokens: list[Token], at: int) -> tuple[str, ...]:
    """The commas, semicolons and bars between the items of a bracket. One | separates (as
    in P(A|B)), two are the bars around an absolute value.

    Raises:
        FormulaError: there are three bars or more.
    """
    found = []
    depth = 0
    for token in tokens:
        depth += token.text in OPENING
        depth -= token.text in CLOSING
        if depth == 0 and token.kind in ("sign", "command"):
            if token.text in ("|", *SEPARATORS):
                found.append(token.text)
    bars = found.count("|")
    if bars % 2 == 0:
        found = [text for text in found if text != "|"]
    elif bars > 1:
        raise FormulaError("does a bar | separate here, or enclose?", at)
    written = {r"\mid": "|", r"\vert": "|", r"\parallel": "‖"}
    return tuple(written.get(text, text) for text in found)


def with_double_bar(tokens: list[Token]) -> list[Token]:
    """The one ‖ of D(p ‖ q), however it is written, as one token; two are around a norm."""
    found: list[tuple[int, int]] = []
    depth = 0
    at = 0
    while at < len(tokens):
        token = tokens[at]
        depth += token.text in OPENING
        depth -= token.text in CLOSING
        width = 0
        if depth == 0 and token.text in _DOUBLE_BAR:
            width = 1
        elif depth == 0 and token.text in _BAR and at + 1 < len(tokens):
            width = 2 * (tokens[at + 1].text == token.text)
        if width == 1 and at + 1 < len(tokens) and tokens[at + 1].text == token.text == r"\|":
            width = 2  # \|\|, as Markdown asks for
        if width:
            found.append((at, at + width))
        at += max(width, 1)
    if len(found) != 1:
        return tokens
    ((start, end),) = found
    if not 0 < start < end < len(tokens):
        return tokens
    bar = Token("command", r"\parallel", tokens[start].at, tokens[end - 1].end)
    return [*tokens[:start], bar, *tokens[end:]]
