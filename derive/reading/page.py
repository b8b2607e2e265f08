"""A page: its text, and its prose and formulas in reading order."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Literal

from derive.places import Line
from derive.reading.macros import Expansion

__all__ = ["Annotation", "FormulaText", "Item", "Page", "PageError", "PagePart", "PageProblem"]

NEAR = 100


class PageError(Exception):
    """A file that cannot be read as a page at all."""


@dataclass(frozen=True, slots=True)
class PageProblem:
    """A place that could not be read; the rest of the page still is."""

    offset: int
    message: str


@dataclass(frozen=True, slots=True)
class FormulaText:
    """LaTeX between its delimiters; ``offset`` is where it starts in the page's text.

    ``expansion``: the same with the page's macros written out, if it uses any.
    """

    source: str
    offset: int
    display: bool
    expansion: Expansion | None = None

    @property
    def latex(self) -> str:
        """LaTeX that needs no macros."""
        return self.source if self.expansion is None else self.expansion.text


@dataclass(frozen=True, slots=True)
class Item:
    """A heading, a paragraph of prose (with its inline formulas) or a display formula.

    ``text`` is the author's source; for a display formula, without its delimiters.
    """

    kind: Literal["heading", "prose", "formula"]
    text: str
    offset: int
    formulas: tuple[FormulaText, ...] = ()
    level: int = 0

    @property
    def latex(self) -> str:
        """``text`` with its formulas on one line each, without macros."""
        if self.kind == "formula":
            return self.formulas[0].latex
        text, at = self.text, 0
        for formula in self.formulas:
            if formula.expansion is None and "\n" not in formula.source:
                continue
            start = text.find(formula.source, at)
            if start < 0:
                continue
            latex = " ".join(formula.latex.split())
            if text[start - 1 : start] not in ("$", "("):
                latex = f"${latex}$"  # a macro with its own dollars
            text = text[:start] + latex + text[start + len(formula.source) :]
            at = start + len(latex)
        return text


@dataclass(frozen=True, slots=True)
class Annotation:
    """What an author says to derive in a comment: a verb at ``offset``, and ``text`` at
    ``text_offset``. ``beside``: other text stands on its line. ``page``: it stands on the page
    itself; else it was declared for the page elsewhere, perhaps for a whole ``site``.
    ``expansion``: the text with the page's macros written out, if it uses any."""

    verb: str
    text: str
    offset: int
    text_offset: int
    beside: bool = False
    site: bool = False
    page: bool = True
    expansion: Expansion | None = None


@dataclass(frozen=True, slots=True)
class PagePart:
    """What begins at ``offset`` of the page's text, a line's first character: a cell of a
    notebook, an included file. ``line`` is the number of that line in the part itself."""

    offset: int
    name: str
    line: int = 1


@dataclass(frozen=True)
class Page:
    """``parts``: those of a page that is put together from several, in order; else none.

    ``source`` is the text of the file where ``text`` leaves out some of it, and ``origins`` say
    which is where: what begins at (an offset in the text, one in the source), up to the next.
    """

    path: str
    text: str
    language: str
    items: tuple[Item, ...]
    problems: tuple[PageProblem, ...] = ()
    parts: tuple[PagePart, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    source: str = ""
    origins: tuple[tuple[int, int], ...] = ()
    _starts: list[int] = field(default_factory=list, compare=False, repr=False)

    def place(self, offset: int) -> tuple[Line, int]:
        """1-based line and column, in the file, of an offset into the text."""
        if self.origins:
            origin = max(0, bisect_right(self.origins, offset, key=lambda o: o[0]) - 1)
            offset += self.origins[origin][1] - self.origins[origin][0]
        number = self._line(offset)
        column = offset - self._starts[number - 1] + 1
        found = bisect_right(self.parts, offset, key=lambda part: part.offset)
        if not found:
            return Line(number), column
        part = self.parts[found - 1]
        return Line(number, part.name, number - self._line(part.offset) + part.line), column

    def near(self, offset: int) -> str:
        """What stands in the file around an offset into the text, on the same line, up to
        `NEAR` characters to both sides."""
        line, column = self.place(offset)
        text = self.source or self.text
        start = self._starts[int(line) - 1]
        at = start + column - 1
        end = text.find("\n", at, at + NEAR)
        return text[max(start, at - NEAR) : end if end >= 0 else at + NEAR]

    def _line(self, offset: int) -> int:
        if not self._starts:
            self._starts.append(0)
            for at, c in enumerate(self.source or self.text):
                if c == "\n":
                    self._starts.append(at + 1)
        return bisect_right(self._starts, offset)

    @property
    def title(self) -> str:
        """The first heading, else the first line of prose, else the file's name."""
        for kind in ("heading", "prose"):
            for item in self.items:
                text = item.latex.strip()
                if item.kind == kind and text:
                    if kind == "heading" or ("$" not in text and len(text) < 60):
                        return text.splitlines()[0]
                    break
        return self.path.replace("\\", "/").rsplit("/", 1)[-1]
