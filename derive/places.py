"""Lines of a page that may have several parts: the cells of a notebook, included files."""

from __future__ import annotations

__all__ = ["Line"]


class Line(int):
    """A 1-based line number of a page's whole text, which is what it is compared by.

    ``part`` names the part of the page that the line lies in («cell 4», «chapter.tex»), ``own``
    is its number there; a page of one part has no name for it. Shown as people say it: ``12``
    or ``3 of cell 4``.
    """

    part: str
    own: int

    def __new__(cls, number: int, part: str = "", own: int = 0) -> Line:
        self = super().__new__(cls, number)
        self.part = part
        self.own = own or int(number)
        return self

    def __str__(self) -> str:
        return f"{self.own} of {self.part}" if self.part else int.__repr__(self)

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)
