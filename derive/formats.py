"""The outcome of a run in each format of ``derive check``."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from derive.findings import Findings
from derive.languages import ENGLISH, Language
from derive.reading.notebook_source import NotebookSource
from derive.results import PageResult, Span, summarize

__all__ = ["FORMATS", "Outcome", "printed"]

FORMATS = ("text", "json", "github", "sarif", "junit")


@dataclass(frozen=True)
class Outcome:
    """What checking pages came to. ``failures`` say what could not be checked; ``compared``:
    a baseline was in use; ``version`` is that of derive. Text for a terminal is ``spoken`` in a
    language; what programs read stays English."""

    pages: Sequence[PageResult]
    findings: Findings
    failures: Sequence[str]
    exit_code: int
    version: str
    compared: bool = False
    spoken: Language = ENGLISH


def printed(outcome: Outcome, format: str, quiet: bool = False) -> str:
    """What to print, in one of `FORMATS`. ``quiet``: as text, only what is not proved."""
    pages, findings = outcome.pages, outcome.findings
    if format == "json":
        from derive.reporting import json_report

        return json_report(pages, outcome.version, findings if outcome.compared else None) + "\n"
    if format == "sarif":
        from derive.reporting.sarif import sarif_report

        code, version = outcome.exit_code, outcome.version
        return sarif_report(findings, outcome.failures, code, version, _Raw(), _root())
    if format == "junit":
        from derive.reporting.junit import junit_report

        return junit_report(pages, findings, outcome.failures)
    if format == "github":
        from derive.reporting.github import github_lines

        steps = summarize(tuple(pages)).steps
        lines = github_lines(findings, outcome.failures, steps, _Raw(), _root())
    else:
        lines = _text(outcome, quiet)
    return "".join(f"{line}\n" for line in lines)


def _text(outcome: Outcome, quiet: bool) -> list[str]:
    from derive.terminal import baseline_lines, page_lines, total_line

    out = []
    for page in outcome.pages:
        known = [f for f in outcome.findings.of(page.path) if f.status == "known"]
        out += page_lines(page, quiet, known, outcome.spoken)
    if len(outcome.pages) > 1:
        out.append(total_line(outcome.pages, outcome.spoken))
    if outcome.compared:
        out += baseline_lines(outcome.findings, outcome.spoken)
    return out


def _root() -> str:
    """The folder that paths are seen from: the checkout's on GitHub, else the working folder."""
    return os.environ.get("GITHUB_WORKSPACE") or os.getcwd()


class _Raw:
    """Looks up places of notebooks in their files, and reads each file once."""

    def __init__(self) -> None:
        self._sources: dict[str, NotebookSource | None] = {}

    def __call__(self, path: str, cell: int, span: Span) -> tuple[int, int, int, int] | None:
        if path not in self._sources:
            try:
                text = Path(path).read_bytes().decode("utf-8-sig")
                self._sources[path] = NotebookSource(text)
            except (OSError, UnicodeDecodeError):
                self._sources[path] = None
        source = self._sources[path]
        if source is None:
            return None
        return source.span(cell, (span.line, span.column), (span.end_line, span.end_column))
