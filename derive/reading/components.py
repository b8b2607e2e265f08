"""Words for an index: ``\\text{$k$-th component of } h(x)`` is h(x)_k."""

from __future__ import annotations

import re

from derive.reading.tokens import Token

__all__ = ["with_components"]

_OF = re.compile(
    r"\s*[-–]?\s*(?:th|st|nd|rd|\^?\{?th\}?)?\s*(?:component|entry|element|coordinate)\s+of\s*(?:the\s+\w+\s*)?"
)


def with_components(tokens: list[Token]) -> list[Token]:
    """The tokens with every «k-th component of» as an index behind what it speaks of, which
    reaches to the end of the bracket that it stands in."""
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        index = tokens[at]
        words = tokens[at + 1] if at + 1 < len(tokens) else None
        letter = index.kind == "text" and re.fullmatch(r"\s*[a-z]\s*", index.text)
        if words is None or not letter or words.kind != "text" or not _OF.fullmatch(words.text):
            out.append(index)
            at += 1
            continue
        end = _end(tokens, at + 2)
        if end is None or end == at + 2:
            return tokens  # it speaks of nothing
        place = words.end
        out.append(Token("sign", "(", place, place))
        out += with_components(tokens[at + 2 : end])
        place = tokens[end - 1].end
        name = Token("letter", index.text.strip(), index.at, index.end)
        out += [Token("sign", ")", place, place), Token("sign", "_", place, place), name]
        at = end
    return out


def _end(tokens: list[Token], start: int) -> int | None:
    """Where the bracket around a place ends; None if there is none."""
    depth = 0
    for at in range(start, len(tokens)):
        token = tokens[at]
        if token.kind == "sign" and token.text in ("(", "[", "{"):
            depth += 1
        elif token.kind == "sign" and token.text in (")", "]", "}"):
            depth -= 1
            if depth < 0:
                return at
    return None
