"""Verdicts for a terminal: one line per step that an editor can jump to, then what it rests on."""

from __future__ import annotations

import os
from collections.abc import Iterable

import click

from derive.characters import one_line
from derive.details import details, headline
from derive.findings import Finding, Findings
from derive.places import Line, short
from derive.results import PageResult, StepResult, Summary, summarize

__all__ = ["at_line", "baseline_lines", "coverage", "page_lines", "total_line"]

_COLOURS = {
    "proved": "green",
    "assumed": "yellow",
    "refuted": "red",
    "unknown": "magenta",
    "unread": "magenta",
}
_WORDS = {"assumed": "proved, assuming"}
_KNOWN = ", in the baseline"


def coverage(summary: Summary) -> str:
    """The coverage line."""
    return (
        f"{summary.steps} steps: {summary.proved} proved, {summary.assumed} proved assuming, "
        f"{summary.refuted} refuted, {summary.unknown} unknown, {summary.unread} unread"
    )


def total_line(results: Iterable[PageResult]) -> str:
    pages = tuple(results)
    return f"{len(pages)} pages, {coverage(summarize(pages))}"


def page_lines(
    result: PageResult, quiet: bool = False, known: Iterable[Finding] = ()
) -> list[str]:
    """One page: problems, steps, chains, coverage. What the page says is shown, never obeyed.
    What is ``known`` from a baseline is marked."""
    path = one_line(result.path)
    out = []
    listed = {finding.step.id for finding in known if finding.step is not None}
    problems = {finding.problem for finding in known}
    for problem in result.problems:
        mark = _KNOWN if problem in problems else ""
        out.append(
            f"{at_line(path, problem.line)}:{problem.column}: "
            f"{click.style('problem', fg='magenta')}{mark}: {one_line(problem.message)}"
        )
    for fact in result.facts:
        if fact.note and fact.note != "given" and not quiet:
            note = one_line(f"{fact.latex}: {fact.note}")
            out.append(f"{at_line(path, fact.line)}: note: {note}")
    for step in result.steps:
        if not (quiet and step.word == "proved"):
            out += _step_lines(path, step, step.id in listed)
    explained = {step.chain for step in result.steps if step.word == "refuted"}
    for chain in result.chains:
        if chain.word == "refuted" and chain.chain not in explained:
            out += _step_lines(path, chain, chain.id in listed)
    if not result.steps:
        none = not result.formulas and not result.inline
        out.append(f"{path}: {'no formulas were found' if none else 'no step was found'}")
    out.append(f"{path}: {coverage(result.summary)}")
    return out


def baseline_lines(findings: Findings) -> list[str]:
    """What a baseline lists and is gone, and how many findings it knows."""
    out = [f"{one_line(page)}: {entry.gone}" for page, entry in findings.stale]
    known, new, gone = len(findings.known), len(findings.new), len(findings.stale)
    out.append(f"baseline: {known} findings known, {new} new, {gone} not found any more")
    return out


def at_line(path: str, line: int) -> str:
    """``path:12``, ``path:cell 4:3``; a line of an included file by that file's own path."""
    if isinstance(line, Line) and line.file:
        return f"{one_line(os.path.join(os.path.dirname(path), line.file))}:{line.own}"
    return f"{path}:{short(line)}"


def _step_lines(path: str, step: StepResult, known: bool) -> list[str]:
    word = click.style(_WORDS.get(step.word, step.word), fg=_COLOURS[step.word])
    verdict = step.verdict
    mark = ", as expected" if step.expected else _KNOWN if known else ""
    place = f"{at_line(path, step.span.line)}:{step.span.column}: {word}{mark}: "
    head = headline(step)
    if step.word == "proved":
        reasons = f" [{', '.join(verdict.because)}]" if verdict.because else ""
        given = f" given {', '.join(verdict.given)}" if verdict.given else ""
        where = f" where {', '.join(verdict.where)}" if verdict.where else ""
        return [place + one_line(head + given + where + reasons)]
    return [place + one_line(head), *(f"    {line}" for line in details(step))]
