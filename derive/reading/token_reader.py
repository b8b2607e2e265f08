"""A place in a run of tokens, and the ways to go on from it."""

from __future__ import annotations

from collections.abc import Callable

from derive.formula import FormulaError, Node
from derive.reading.tokens import Token
from derive.reading.vocabulary import MAX_DEPTH

__all__ = ["TokenReader"]


class TokenReader:
    """Reads tokens one after the other; spaces are left out."""

    def __init__(self, source: str, tokens: list[Token]) -> None:
        self.source = source
        self.tokens = [t for t in tokens if t.kind != "space"]
        self.at = 0
        self.depth = 0

    def peek(self, ahead: int = 0) -> Token | None:
        i = self.at + ahead
        return self.tokens[i] if i < len(self.tokens) else None

    def text(self, ahead: int = 0) -> str:
        token = self.peek(ahead)
        return "" if token is None or token.kind == "text" else token.text

    def next(self) -> Token:
        token = self.peek()
        if token is None:
            raise FormulaError("the formula ends too early", self._end())
        self.at += 1
        return token

    def _end(self) -> int:
        return self.tokens[-1].end if self.tokens else 0

    def here(self) -> int:
        token = self.peek()
        return token.at if token is not None else self._end()

    def expect(self, text: str, what: str) -> Token:
        if self.text() != text:
            raise FormulaError(what, self.here())
        return self.next()

    def nested(self, read: Callable[[], Node]) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise FormulaError(f"nested more than {MAX_DEPTH} deep", self.here())
        try:
            return read()
        finally:
            self.depth -= 1

    def _script_group(self) -> list[Token] | None:
        """The tokens of a braced script, or None if the script is a single token."""
        if self.text() != "{":
            return None
        self.next()
        depth = 1
        inside: list[Token] = []
        while True:
            token = self.next()
            depth += token.text == "{"
            depth -= token.text == "}"
            if not depth:
                return inside
            inside.append(token)
