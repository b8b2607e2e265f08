"""The lines of a page that a step stands on, with carets below it, as compilers show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from derive.characters import clean, columns
from derive.places import Line
from derive.results import Span

__all__ = ["excerpt"]

MAX_LINES = 4
MAX_WIDTH = 92  # columns of a line that are shown, around the place
_BEFORE = 28  # of them before the place, where a line has to be cut


@dataclass(frozen=True, slots=True)
class _Cell:
    """A character as it is shown, and the columns that this takes on a terminal."""

    text: str
    width: int


def excerpt(lines: Sequence[str], span: Span) -> list[str]:
    """The span's lines out of the page's, numbered, with carets below the span.

    What the page says is shown, never obeyed; long lines are cut to what is around the place,
    long spans to their first lines.
    """
    last = min(max(span.line, span.end_line), len(lines))
    numbers = list(range(span.line, last + 1))
    while len(numbers) > 1 and not lines[numbers[-1] - 1].strip():
        numbers.pop()
    shown = numbers[:MAX_LINES]
    own = span.line.own if isinstance(span.line, Line) else span.line
    margin = len(str(own + len(shown) - 1))
    out = [f"{'':{margin}} |"]
    for at, number in enumerate(shown):
        line = lines[number - 1]
        start = span.column - 1 if number == span.line else len(line) - len(line.lstrip())
        end = span.end_column - 1 if number == span.end_line else len(line.rstrip())
        text, carets = _marked(line, start, max(end, start + 1))
        out.append(f"{own + at:>{margin}} | {text}".rstrip())
        out.append(f"{'':{margin}} | {carets}".rstrip())
    if len(numbers) > len(shown):
        out.append(f"{'':{margin}} | …")
    return out


def _marked(line: str, start: int, end: int) -> tuple[str, str]:
    """A line, cut where it is long, and the carets below its characters from start to end."""
    cells = [_cell(char) for char in line]
    first, last = 0, len(cells)
    if sum(cell.width for cell in cells) > MAX_WIDTH:
        first = max(0, start - _BEFORE)
        last, used = first, 0
        while last < len(cells) and used + cells[last].width <= MAX_WIDTH:
            used += cells[last].width
            last += 1
    text = "".join(cell.text for cell in cells[first:last])
    before = sum(cell.width for cell in cells[first:start])
    below = sum(cell.width for cell in cells[start : min(end, last)])
    head, tail = ("… " if first else ""), (" …" if last < len(cells) else "")
    return head + text + tail, " " * (len(head) + before) + "^" * max(1, below)


def _cell(char: str) -> _Cell:
    if char == "\t":
        return _Cell("    ", 4)
    shown = clean(char) if char not in "\r\n" else " "
    return _Cell(shown, columns(shown))
