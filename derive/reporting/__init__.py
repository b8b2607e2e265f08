"""Reports: results in, finished texts out. Nothing is computed or decided here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from derive.reporting.files import (
    ReportNotWritten,
    report_names,
    slug,
    write_set,
    write_whole,
)
from derive.reporting.html import render_html, render_html_index
from derive.reporting.json_report import json_report
from derive.reporting.latex import render_latex
from derive.reporting.markdown import render_markdown
from derive.results import PageResult

__all__ = [
    "EXTENSIONS",
    "ReportNotWritten",
    "json_report",
    "render",
    "render_index",
    "report_names",
    "slug",
    "write_reports",
    "write_set",
    "write_whole",
]

EXTENSIONS: Mapping[str, str] = {"html": ".html", "latex": ".tex", "md": ".md"}

_RENDERERS: Mapping[str, Callable[[PageResult], str]] = {
    "html": render_html,
    "latex": render_latex,
    "md": render_markdown,
}


def render(page: PageResult, format: str) -> str:
    """The report of one page as text. The same page always gives the same text.

    Raises:
        ValueError: ``format`` is not one of `EXTENSIONS`.
    """
    if format not in _RENDERERS:
        raise ValueError(f"no report format {format!r}; known: {', '.join(_RENDERERS)}")
    return _RENDERERS[format](page)


def render_index(pages: Sequence[PageResult], format: str = "html") -> str:
    """A page that lists reports, linking to them by the names `write_reports` gives.

    Raises:
        ValueError: only ``html`` has an index.
    """
    if format != "html":
        raise ValueError(f"no index in format {format!r}; known: html")
    return render_html_index(pages)


def write_reports(
    pages: Sequence[PageResult], folder: str | Path, formats: Iterable[str] = ("html",)
) -> list[Path]:
    """Render every page in every format, then write them all; HTML gets an index.

    Raises:
        ValueError: an unknown format.
        ReportNotWritten: a file could not be written; older reports stay whole.
    """
    reports: dict[str, str] = {}
    for format in formats:
        names = report_names([page.path for page in pages], EXTENSIONS.get(format, ""))
        for page, name in zip(pages, names, strict=True):
            reports[name] = render(page, format)
        if format == "html":
            reports["index.html"] = render_index(pages)
    return write_set(folder, reports)
