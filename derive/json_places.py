"""Where the values of a JSON text stand in it, which Python's own reader does not tell."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

__all__ = ["Lines", "Way", "values"]

Way = tuple[str | int, ...]  # the way to a value: ("cells", 3, "source", 0)

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_LETTERS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class Lines:
    """The lines of a text, as editors count them: they end at a line feed."""

    def __init__(self, text: str) -> None:
        self.starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))][:-1]

    def place(self, offset: int) -> tuple[int, int]:
        """1-based line and column of an offset."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1


def values(text: str, deepest: int = 6) -> Iterator[tuple[Way, int, int]]:
    """The way to each value of a JSON text that can be read, with the offsets at which it
    starts and ends; of a list or an object, only of the bracket that opens it. Those further
    down than ``deepest`` are passed over."""
    way: list[str | int] = []  # the key or number, in each open object or list, of what comes
    key = False  # whether the next string is a key
    for found in _TOKEN.finditer(text):
        token = found.group()
        if not way and token in "}],:":
            return  # no JSON
        if token in "}]":
            way.pop()
            key = False
        elif token == ",":
            if isinstance(way[-1], int):
                way[-1] += 1
            else:
                key = True
        elif token == ":":
            pass
        elif key:
            way[-1] = _unescaped(token)
            key = False
        else:
            if len(way) <= deepest:
                yield tuple(way), found.start(), found.end()
            if token == "{":
                way.append("")
                key = True
            elif token == "[":
                way.append(0)


def _unescaped(token: str) -> str:
    """The text of a key; escaped halves of a character stay halves."""
    if "\\" not in token:
        return token[1:-1]

    def meant(found: re.Match[str]) -> str:
        if found[1]:
            return chr(int(found[1], 16))
        return _LETTERS.get(found[2], found[2])

    return _ESCAPE.sub(meant, token[1:-1])
