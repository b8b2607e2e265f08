"""Where a finding stands, as tools say it that know files, lines and columns only."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from derive.findings import Finding
from derive.places import Line, short
from derive.results import Span

__all__ = ["Raw", "Region", "region", "relative"]

# (path of a notebook, cell, span in the cell) → lines and columns in the file, if they are there
Raw = Callable[[str, int, Span], tuple[int, int, int, int] | None]


@dataclass(frozen=True, slots=True)
class Region:
    """A place in a file. Lines and columns are 1-based, the end column is one past the last
    character; columns count code points. ``line`` 0: the whole file. If ``open``, only where
    it begins is known. ``part`` is the place in a part of the page that is no file of its own,
    as the text output has it: ``cell 4:3:5``."""

    file: str
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0
    open: bool = False
    part: str = ""


def region(finding: Finding, raw: Raw) -> Region:
    """The place of a finding; in a notebook, that in its own file if it can be found."""
    span = finding.span
    if span is None:
        return Region(finding.file)
    start, end = span.line, span.end_line
    is_open = (start, span.column) == (end, span.end_column)
    if isinstance(start, Line) and start.part and not start.file:
        part = f"{short(start)}:{span.column}"
        found = raw(finding.page, start.cell, _own(span)) if start.cell else None
        if found is None:
            return Region(finding.file, part=part)
        return Region(finding.file, *found, is_open, part)
    own = _own(span)
    if _part(start) != _part(end):  # it ends with its file
        return Region(finding.file, own.line, own.column, own.line, own.column, True)
    return Region(finding.file, own.line, own.column, own.end_line, own.end_column, is_open)


def _part(line: int) -> str:
    return line.part if isinstance(line, Line) else ""


def _own(span: Span) -> Span:
    lines = [line.own if isinstance(line, Line) else line for line in (span.line, span.end_line)]
    return Span(lines[0], span.column, lines[1], span.end_column)


def relative(path: str, root: str) -> str | None:
    """A path as seen from a folder, with slashes; None if it does not lie below it."""
    try:
        own = os.path.relpath(os.path.abspath(path), os.path.abspath(root))
    except ValueError:
        return None  # on another drive
    shown = Path(own)
    return None if shown.is_absolute() or ".." in shown.parts else shown.as_posix()
