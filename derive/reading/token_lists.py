"""Small questions about runs of tokens and about nodes, for the parser."""

from __future__ import annotations

from derive.formula import (
    Bracket,
    Name,
    Node,
    Scripted,
)
from derive.reading.tokens import Token
from derive.reading.vocabulary import (
    CLOSING,
    DIFFERENTIALS,
    DOTS,
    OPENING,
)

__all__ = [
    "base_name",
    "differential",
    "is_differential",
    "order",
    "primed",
    "split",
    "stripped",
    "unwrapped",
    "without_dotted_commas",
    "without_spelled_words",
]


def unwrapped(node: Node) -> Node:
    """Without brackets that only group."""
    while isinstance(node, Bracket) and node.kind in "({" and len(node.items) == 1:
        node = node.items[0]
    return node


def primed(node: Node) -> bool:
    return (
        isinstance(node, Scripted)
        and isinstance(node.base, Name)
        and not node.subs
        and node.sup is None
    )


def base_name(node: Node) -> str:
    if isinstance(node, Scripted):
        return base_name(node.base)
    return node.name if isinstance(node, Name) else ""


def stripped(tokens: list[Token]) -> list[Token]:
    """Without one layer of braces or brackets around everything."""
    while len(tokens) > 1 and (tokens[0].text, tokens[-1].text) in (
        ("{", "}"),
        (r"\{", r"\}"),
    ):
        tokens = tokens[1:-1]
    return tokens


def split(tokens: list[Token], marks: tuple[str, ...], rows: bool = False) -> list[list[Token]]:
    """Split at marks that stand outside all brackets."""
    out: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += token.text in OPENING
        depth -= token.text in CLOSING
        is_mark = token.text in marks and token.kind in ("sign", "command")
        is_mark |= rows and token.kind == "row"
        if is_mark and depth == 0:
            out.append([])
        else:
            out[-1].append(token)
    return out


def is_differential(token: Token, letter: str) -> bool:
    return token.text == letter and token.kind in ("command", "letter", "name")


def differential(top: list[Token], bottom: list[Token]) -> str | None:
    """∂ or d, if the fraction is a derivative."""
    for letter in DIFFERENTIALS:
        if top and bottom and is_differential(top[0], letter):
            if is_differential(bottom[0], letter) and len(bottom) > 1:
                return letter
    return None


def order(tokens: list[Token]) -> tuple[int, list[Token]]:
    """∂^2 C: the order and what is differentiated."""
    if tokens and tokens[0].text == "^":
        if len(tokens) > 1 and tokens[1].text in ("2", "3"):
            return int(tokens[1].text), tokens[2:]
        if len(tokens) > 3 and tokens[1].text == "{" and tokens[2].text in ("2", "3"):
            return int(tokens[2].text), tokens[4:]
    return 1, tokens


def without_dotted_commas(tokens: list[Token]) -> list[Token]:
    """k=1,\\ldots,n as k=1\\ldots n."""
    out = []
    for at, token in enumerate(tokens):
        beside = [tokens[i].text for i in (at - 1, at + 1) if 0 <= i < len(tokens)]
        if token.text == "," and any(text in DOTS for text in beside):
            continue
        out.append(token)
    return out


_SPELLED = frozenset({"if", "when", "for", "otherwise", "else", "and", "where", "si", "se"})


def without_spelled_words(tokens: list[Token]) -> list[Token]:
    """Without words that were typed letter by letter: ``& if & i = j``."""
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        end = at
        while (
            end < len(tokens)
            and tokens[end].kind == "letter"
            and (end == at or tokens[end].at == tokens[end - 1].end)
        ):
            end += 1
        if "".join(t.text for t in tokens[at:end]).lower() in _SPELLED:
            at = end
            continue
        out.append(tokens[at])
        at += 1
    return out
