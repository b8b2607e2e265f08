"""What was found in a text → a page: headings, paragraphs and formulas in reading order."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace

from derive.reading.expanding import written_out
from derive.reading.invisible import BIDIRECTIONAL, named
from derive.reading.macros import Macros
from derive.reading.page import Item, Page, PageProblem
from derive.reading.scanner import BLANK, CJK, MAX_FORMULAS, Found

__all__ = ["MAX_LINES", "Heading", "first", "language_of", "page_of", "shortened"]

# A page beyond these is read up to them, and says so.
MAX_LINES = 300_000
MAX_PARAGRAPH = 4_000  # characters, and
MAX_INLINE = 100  # formulas; a longer paragraph is taken in pieces
MAX_LISTED = 100  # problems of one kind, before the rest is only counted

_LINE_END = re.compile(r"\r\n?|\n")

Heading = tuple[int, int, int, str]  # start, end, level, title


def page_of(
    path: str,
    text: str,
    masked: str,
    headings: list[Heading],
    found: list[Found],
    problems: Sequence[PageProblem] = (),
    breaks: Sequence[int] = (),
    macros: Macros | None = None,
    words: str = "",
) -> Page:
    """A page of what was found in its text. ``masked`` is the text with all blank that is
    neither prose nor formula; paragraphs end at blank lines and at ``breaks``. ``macros`` are
    in force where it begins. ``words``: the text that its items show, if it is another."""
    problems = list(problems)
    found = sorted(found, key=lambda f: f.start)
    if len(found) > MAX_FORMULAS:
        message = f"more than {MAX_FORMULAS} formulas: those from here on are not read"
        problems.append(PageProblem(found[MAX_FORMULAS].start, message))
        found = found[:MAX_FORMULAS]
    marks = [PageProblem(m.start(), named(m.group())) for m in BIDIRECTIONAL.finditer(text)]
    problems += first(marks, "bidirectional control characters")
    items = _items(words or text, masked, headings, found, breaks)
    expanded = written_out(items, masked, macros)
    return Page(path, text, language_of(text), expanded, tuple(problems))


def language_of(text: str) -> str:
    """The language that a page is taken to be written in."""
    return "zh" if len(CJK.findall(text)) > max(20, len(text) // 50) else "en"


def shortened(text: str) -> tuple[str, list[PageProblem]]:
    """The text up to the most lines that are read, and the problem if there are more."""
    ends = itertools.islice(_LINE_END.finditer(text), MAX_LINES - 1, None)
    last = next(ends, None)
    if last is None or last.end() >= len(text):
        return text, []
    message = f"more than {MAX_LINES} lines: the page is read up to here"
    return text[: last.end()], [PageProblem(last.end(), message)]


def first(problems: list[PageProblem], what: str) -> list[PageProblem]:
    """The first of many problems of one kind, and how many more there are."""
    more = len(problems) - MAX_LISTED
    if more <= 0:
        return problems
    place = problems[MAX_LISTED].offset
    return [*problems[:MAX_LISTED], PageProblem(place, f"{more} more {what}, from here on")]


def _items(
    text: str,
    masked: str,
    headings: list[Heading],
    found: list[Found],
    breaks: Sequence[int],
) -> list[Item]:
    displays = [f for f in found if f.formula.display]
    inline = _Places([f for f in found if not f.formula.display])
    marks: list[tuple[int, int, Heading | Found | None]] = [(b, b, None) for b in breaks]
    marks += [(h[0], h[1], h) for h in headings]
    marks += [(f.start, f.end, f) for f in displays]
    marks.sort(key=lambda m: m[0])
    items: list[Item] = []
    at = 0
    for start, end, what in marks:
        if start < at:
            continue
        items.extend(_paragraphs(text, masked, at, start, inline))
        if isinstance(what, tuple):
            inside = tuple(f.formula for f in inline.between(start, end))
            items.append(Item("heading", what[3], start, inside, what[2]))
        elif what is not None:
            items.append(
                Item("formula", what.formula.source, what.formula.offset, (what.formula,))
            )
        at = end
    items.extend(_paragraphs(text, masked, at, len(text), inline))
    return items


class _Places:
    """Formulas by their place."""

    def __init__(self, found: list[Found]) -> None:
        self.found = found
        self.starts = [f.start for f in found]

    def between(self, start: int, end: int) -> list[Found]:
        """Those that begin in [start, end)."""
        return self.found[bisect_left(self.starts, start) : bisect_left(self.starts, end)]


def _paragraphs(text: str, masked: str, start: int, end: int, inline: _Places) -> list[Item]:
    out = []
    for at, stop in _pieces(text, start, end, inline):
        piece = text[at:stop]
        if masked[at:stop].strip():
            found = inline.between(at, stop)
            if _stands_alone(masked, at, stop, found):
                out += [_as_display(f) for f in found]
            else:
                lead = len(piece) - len(piece.lstrip())
                inside = tuple(f.formula for f in found)
                out.append(Item("prose", piece.strip(), at + lead, inside))
    return out


def _pieces(text: str, start: int, end: int, inline: _Places) -> Iterator[tuple[int, int]]:
    """The paragraphs of a stretch of prose, in pieces where they are too long: at the end of
    a line or between words, and never inside a formula."""
    at = start
    for blank in BLANK.finditer(text, start, end):
        yield from _cut(text, at, blank.start(), inline)
        at = blank.end()
    yield from _cut(text, at, end, inline)


def _cut(text: str, at: int, stop: int, inline: _Places) -> Iterator[tuple[int, int]]:
    formulas = inline.between(at, stop)
    while stop - at > MAX_PARAGRAPH or len(formulas) > MAX_INLINE:
        cut = min(at + MAX_PARAGRAPH, stop)
        if len(formulas) > MAX_INLINE:
            cut = min(cut, formulas[MAX_INLINE].start)
        for space in ("\n", " "):
            found = text.rfind(space, at + (cut - at) // 2, cut)
            if found >= 0:
                cut = found
                break
        around = inline.between(at, cut)
        if around:
            cut = max(cut, around[-1].end)
        yield at, cut
        at = cut
        formulas = inline.between(at, stop)
    yield at, stop


def _stands_alone(masked: str, start: int, stop: int, found: list[Found]) -> bool:
    """Whether a paragraph is nothing but formulas, one a line: ``$A = B$``."""
    at = start
    for f in found:
        if masked[at : f.start].strip(" \t\r\n.,;，。；"):
            return False
        if at > start and "\n" not in masked[at : f.start]:
            return False
        at = f.end
    return bool(found) and not masked[at:stop].strip(" \t\r\n.,;，。；")


def _as_display(found: Found) -> Item:
    formula = replace(found.formula, display=True)
    return Item("formula", formula.source, formula.offset, (formula,))
