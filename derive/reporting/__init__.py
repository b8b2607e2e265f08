"""Reports: results in, finished texts out. Nothing is computed or decided here."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from derive.languages import PAGES_OWN, Choice
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
from derive.reporting.own_templates import NAMES, TemplateProblem, Templates
from derive.reporting.pdf import PdfNotMade
from derive.reporting.pdf_makers import pdf_maker
from derive.reporting.typst import render_typst
from derive.results import PageResult

__all__ = [
    "EXTENSIONS",
    "PdfNotMade",
    "ReportNotWritten",
    "TemplateProblem",
    "Templates",
    "json_report",
    "ready_for",
    "render",
    "render_index",
    "render_reports",
    "report_names",
    "slug",
    "write_reports",
    "write_set",
    "write_whole",
]

EXTENSIONS: Mapping[str, str] = {
    "html": ".html",
    "latex": ".tex",
    "md": ".md",
    "pdf": ".pdf",
    "typst": ".typ",
}

_RENDERERS: Mapping[str, Callable[[PageResult, Templates | None, Choice], str]] = {
    "html": render_html,
    "latex": render_latex,
    "md": render_markdown,
    "typst": render_typst,
}


def ready_for(formats: Iterable[str], templates: Templates | None = None) -> None:
    """Whether these formats can be written here, before any page is checked.

    Raises:
        PdfNotMade: ``pdf`` is asked for, and neither TeX nor typst is installed.
        TemplateProblem: none of the formats has a template in the user's folder.
    """
    formats = tuple(formats)
    if "pdf" in formats:
        pdf_maker(templates)
    if templates is not None:
        names = [name for format in formats for name in NAMES[format]]
        if not any(templates.has(name) for name in names):
            wanted = ", ".join(dict.fromkeys(names))
            raise TemplateProblem(f"{templates.folder}: no template for this format ({wanted})")


def render(
    page: PageResult,
    format: str,
    templates: Templates | None = None,
    choice: Choice = PAGES_OWN,
) -> str:
    """The report of one page as text (for ``pdf``: the LaTeX or Typst that it is made of). The
    same page in the same language always gives the same text.

    Raises:
        ValueError: ``format`` is not one of `EXTENSIONS`.
        TemplateProblem: one of the user's ``templates`` is wrong.
        PdfNotMade: ``pdf`` is asked for, and neither TeX nor typst is installed.
    """
    if format not in EXTENSIONS:
        raise ValueError(f"no report format {format!r}; known: {', '.join(EXTENSIONS)}")
    if format == "pdf":
        format = pdf_maker(templates).format
    return _RENDERERS[format](page, templates, choice)


def render_index(
    pages: Sequence[PageResult],
    format: str = "html",
    templates: Templates | None = None,
    choice: Choice = PAGES_OWN,
) -> str:
    """A page that lists reports, linking to them by the names `write_reports` gives.

    Raises:
        ValueError: only ``html`` has an index.
        TemplateProblem: one of the user's ``templates`` is wrong.
    """
    if format != "html":
        raise ValueError(f"no index in format {format!r}; known: html")
    return render_html_index(pages, templates=templates, choice=choice)


def render_reports(
    pages: Sequence[PageResult],
    formats: Iterable[str],
    templates: Templates | None = None,
    choice: Choice = PAGES_OWN,
) -> Iterator[tuple[str, Callable[[], str]]]:
    """The name of each file that `write_reports` writes, and how its text is made (each may
    raise what `render` raises); HTML gets an index."""
    for format in formats:
        names = report_names([page.path for page in pages], EXTENSIONS.get(format, ""))
        for page, name in zip(pages, names, strict=True):
            yield name, partial(render, page, format, templates, choice)
        if format == "html":
            yield "index.html", partial(render_index, pages, "html", templates, choice)


def write_reports(
    pages: Sequence[PageResult],
    folder: str | Path,
    formats: Iterable[str] = ("html",),
    templates: Templates | None = None,
    texts: Callable[[Sequence[Callable[[], str]]], Sequence[str]] | None = None,
    choice: Choice = PAGES_OWN,
) -> list[Path]:
    """Render every page in every format, then write them all; HTML gets an index.

    ``texts`` calls what makes the texts, in order; a caller that wants limits on a user's
    templates does so where it can be stopped.

    Raises:
        ValueError: an unknown format.
        TemplateProblem: one of the user's ``templates`` is wrong.
        PdfNotMade: ``pdf`` is asked for, and TeX and typst are not installed, or failed.
        ReportNotWritten: a file could not be written, or is one of the pages; older reports
            stay whole.
    """
    files = list(render_reports(pages, formats, templates, choice))
    # (a page need not be in a file: whatever it is called then)
    sources = {os.path.realpath(page.path) for page in pages if "\0" not in page.path}
    for name, _ in files:
        target = os.path.join(folder, name)
        if os.path.realpath(target) in sources:
            raise ReportNotWritten(f"{target} is a page, not a report: choose another folder")
    jobs = [job for _, job in files]
    made = [job() for job in jobs] if texts is None else texts(jobs)
    reports: dict[str, str | bytes] = {}
    for (name, _), text in zip(files, made, strict=True):
        reports[name] = pdf_maker(templates).make(text) if name.endswith(".pdf") else text
    return write_set(folder, reports)
