"""Where the text of a notebook's cells stands in the notebook's own file, for tools that know
files and lines only."""

from __future__ import annotations

import re
from array import array

from derive.json_places import Lines, values

__all__ = ["NotebookSource"]

# one character of a cell, as JSON writes it
_WRITTEN = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]",
    re.DOTALL,
)
_LINE_ENDS = ("\\n", "\\u000a")


class NotebookSource:
    """The file of a notebook that could be read (nbformat 3 or 4)."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = Lines(text)
        self._strings = _strings_of_cells(text)
        self._cells: dict[int, tuple[array[int], array[int]]] = {}

    def span(
        self, cell: int, start: tuple[int, int], end: tuple[int, int]
    ) -> tuple[int, int, int, int] | None:
        """1-based lines and columns in the file of what lies between two places (lines and
        columns) of a cell, the end not included; None where no such text stands."""
        if cell not in self._cells:
            self._cells[cell] = self._written(cell)
        characters, lines = self._cells[cell]
        if min(*start, *end) < 1 or max(start[0], end[0]) > len(lines):
            return None
        first = lines[start[0] - 1] + start[1] - 1
        last = lines[end[0] - 1] + end[1] - 2  # its last character
        if max(first, last) >= len(characters):
            return None
        if last < first:
            return (*self.lines.place(characters[first]), *self.lines.place(characters[first]))
        written = _WRITTEN.match(self.text, characters[last])
        stop = written.end() if written else characters[last]
        return (*self.lines.place(characters[first]), *self.lines.place(stop))

    def _written(self, cell: int) -> tuple[array[int], array[int]]:
        """Where each character of a cell is written, and which ones begin its lines."""
        characters, lines = array("Q"), array("Q", [0])
        for start, end in self._strings.get(cell, ()):
            for found in _WRITTEN.finditer(self.text, start + 1, end - 1):
                characters.append(found.start())
                if found.group().lower() in _LINE_ENDS:
                    lines.append(len(characters))
        return characters, lines


def _strings_of_cells(text: str) -> dict[int, list[tuple[int, int]]]:
    """The strings of which each cell's source consists; the cells are counted from 1."""
    found: dict[bool, dict[int, list[tuple[int, int]]]] = {True: {}, False: {}}
    number = 0
    for way, start, end in values(text):
        sheets = len(way) > 2 and way[0] == "worksheets" and isinstance(way[1], int)  # nbformat 3
        inside = way[2:] if sheets else way
        if inside == ("cells",) or way == ("worksheets",):
            # of a key that is there twice, the last one counts
            if not sheets or way[1] == 0:
                found[sheets] = {}
                number = 0
        elif len(inside) == 2 and inside[0] == "cells" and isinstance(inside[1], int):
            number += 1
            found[sheets][number] = []
        elif len(inside) in (3, 4) and inside[0] == "cells" and inside[2] == "source":
            if len(inside) == 3:
                found[sheets][number] = []
            if text[start] == '"':
                found[sheets][number].append((start, end))
    return found[False] or found[True]
