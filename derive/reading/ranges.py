"""Ranges that are written as sets, as tokens: ``\\{1, \\ldots, K\\}``, ``\\{1..K\\}``, ``[n]``."""

from __future__ import annotations

from derive.reading.token_lists import split, stripped
from derive.reading.tokens import Token
from derive.reading.vocabulary import DOTS

__all__ = ["with_dots", "numbers_of_set"]


def with_dots(tokens: list[Token]) -> list[Token]:
    """``1..K`` as ``1 \\ldots K``."""
    out: list[Token] = []
    for token in tokens:
        if token.text == "." and out and out[-1].text == "." and out[-1].end == token.at:
            out[-1] = Token("command", r"\ldots", out[-1].at, token.end)
        else:
            out.append(token)
    return out


def numbers_of_set(tokens: list[Token]) -> tuple[list[Token], list[Token]] | None:
    """The first and the last of a set of consecutive numbers; nothing if it is no such set.
    [n] is {1, …, n}."""
    tokens = [t for t in tokens if t.kind != "space"]
    if len(tokens) == 3 and (tokens[0].text, tokens[2].text) == ("[", "]"):
        last = tokens[1:2]
        one = Token("number", "1", tokens[0].at, tokens[0].end)
        return ([one], last) if last[0].kind == "letter" else None
    inner = stripped(tokens)
    if not inner or len(inner) == len(tokens):
        return None
    inner = with_dots(inner)
    dots = [at for at, token in enumerate(inner) if token.text in DOTS]
    if len(dots) != 1:
        return None
    before = [piece for piece in split(inner[: dots[0]], (",",)) if piece]
    after = [piece for piece in split(inner[dots[0] + 1 :], (",",)) if piece]
    numbers = [int(p[0].text) for p in before if len(p) == 1 and p[0].text.isdigit()]
    counted = numbers == list(range(numbers[0], numbers[0] + len(before))) if numbers else False
    if not counted or len(after) != 1:
        return None
    return before[0], after[0]
