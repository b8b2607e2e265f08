"""Lines of a page that may have several parts: the cells of a notebook, included files."""

from __future__ import annotations

__all__ = ["INCLUDED", "Line", "place_key", "short"]

INCLUDED = (".tex", ".ltx")  # what included files end in; other parts of a page never do


class Line(int):
    """A 1-based line number of a page's whole text, which is what it is compared by.

    ``part`` names the part of the page that the line lies in («cell 4», «chapter.tex»), ``own``
    is its number there; a page of one part has no name for it, nor has the file itself that
    includes others. Shown as people say it: ``12``
    or ``3 of cell 4``.
    """

    part: str
    own: int

    def __new__(cls, number: int, part: str = "", own: int = 0) -> Line:
        self = super().__new__(cls, number)
        self.part = part
        self.own = own or int(number)
        return self

    @property
    def cell(self) -> int:
        """The number of the notebook's cell that the line lies in, else 0."""
        kind, _, number = self.part.partition(" ")
        return int(number) if kind == "cell" and number.isdecimal() else 0

    @property
    def file(self) -> str:
        """The included file that the line lies in, as its page names it, or nothing."""
        return self.part if self.part.endswith(INCLUDED) else ""

    def __str__(self) -> str:
        return f"{self.own} of {self.part}" if self.part else str(self.own)

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


def short(line: int) -> str:
    """A line as it begins a place: ``12`` or, as linters write it, ``cell 4:3``."""
    if isinstance(line, Line) and line.part:
        return f"{line.part}:{line.own}"
    return str(line)


def place_key(line: int) -> dict[str, int | str]:
    """A line as the JSON report says it: ``{"line": 12}``, ``{"cell": 4, "line": 3}`` or
    ``{"file": "chapter.tex", "line": 5}``."""
    if not isinstance(line, Line):
        return {"line": line}
    if line.file:
        return {"file": line.file, "line": line.own}
    if line.cell:
        return {"cell": line.cell, "line": line.own}
    return {"part": line.part, "line": line.own} if line.part else {"line": line.own}
