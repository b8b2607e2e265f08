"""Verdicts for a terminal: one line per step that an editor can jump to, then what it rests on."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import asdict

import click

from derive.characters import one_line
from derive.details import details, headline
from derive.findings import Finding, Findings, Known
from derive.languages import ENGLISH, PUNCTUATION, Language
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


def coverage(summary: Summary, spoken: Language = ENGLISH) -> str:
    """The coverage line."""
    counts = asdict(summary)
    return spoken.counted(
        "{count} step: {proved} proved, {assumed} proved assuming, "
        "{refuted} refuted, {unknown} unknown, {unread} unread",
        "{count} steps: {proved} proved, {assumed} proved assuming, "
        "{refuted} refuted, {unknown} unknown, {unread} unread",
        counts.pop("steps"),
        **counts,
    )


def total_line(results: Iterable[PageResult], spoken: Language = ENGLISH) -> str:
    pages = tuple(results)
    said = coverage(summarize(pages), spoken)
    return spoken.counted(
        "{count} page, {coverage}", "{count} pages, {coverage}", len(pages), coverage=said
    )


def page_lines(
    result: PageResult,
    quiet: bool = False,
    known: Iterable[Finding] = (),
    spoken: Language = ENGLISH,
) -> list[str]:
    """One page: problems, steps, chains, coverage. What the page says is shown, never obeyed.
    What is ``known`` from a baseline is marked. Places, the word of the verdict and «problem»
    are the same in all languages: editors look for them."""
    path = one_line(result.path)
    out = []
    listed = {finding.step.id for finding in known if finding.step is not None}
    problems = {finding.problem for finding in known}
    for problem in result.problems:
        mark = spoken.label(", in the baseline") if problem in problems else ""
        out.append(
            f"{at_line(path, problem.line)}:{problem.column}: "
            f"{_styled('problem', 'magenta')}{mark}: "
            f"{one_line(spoken.text(problem.message))}"
        )
    for fact in result.facts:
        if fact.note and fact.note != "given" and not quiet:
            note = one_line(f"{fact.latex}: {spoken.text(fact.note)}")
            out.append(f"{at_line(path, fact.line)}: note: {note}")
    for step in result.steps:
        if not (quiet and step.word == "proved"):
            out += _step_lines(path, step, step.id in listed, spoken)
    for chain in result.refuted_ends:
        out += _step_lines(path, chain, chain.id in listed, spoken)
    if result.empty:
        out.append(f"{path}: {spoken.label(result.empty)}")
    out.append(f"{path}: {coverage(result.summary, spoken)}")
    return out


def baseline_lines(findings: Findings, spoken: Language = ENGLISH) -> list[str]:
    """What a baseline lists and is gone, and how many findings it knows."""
    out = [f"{one_line(page)}: {_gone(entry, spoken)}" for page, entry in findings.stale]
    counts = spoken.counted(
        "baseline: {count} finding known, {new} new, {gone} not found any more",
        "baseline: {count} findings known, {new} new, {gone} not found any more",
        len(findings.known),
        new=len(findings.new),
        gone=len(findings.stale),
    )
    return [*out, counts]


def _gone(entry: Known, spoken: Language) -> str:
    finding = f"{entry.kind}: {entry.text}"
    if entry.count > 1:
        label = spoken.label("in the baseline, and not found any more ({count} times): {finding}")
    else:
        label = spoken.label("in the baseline, and not found any more: {finding}")
    return one_line(label.format(count=entry.count, finding=finding))


def at_line(path: str, line: int) -> str:
    """``path:12``, ``path:cell 4:3``; a line of an included file by that file's own path."""
    if isinstance(line, Line) and line.file:
        return f"{one_line(os.path.join(os.path.dirname(path), line.file))}:{line.own}"
    return f"{path}:{short(line)}"


def _styled(text: str, colour: str) -> str:
    """A word in its colour, unless the user wants none (https://no-color.org) or has a terminal
    without."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return text if plain else click.style(text, fg=colour)


def _step_lines(path: str, step: StepResult, known: bool, spoken: Language) -> list[str]:
    word = _styled(_WORDS.get(step.word, step.word), _COLOURS[step.word])
    verdict = step.verdict
    mark = spoken.label(", as expected") if step.expected else ""
    if known and not mark:
        mark = spoken.label(", in the baseline")
    place = f"{at_line(path, step.span.line)}:{step.span.column}: {word}{mark}: "
    head = headline(step, spoken)
    if step.word == "proved":
        said = head
        for label, formulas in (
            (" given {formulas}", verdict.given),
            (" where {formulas}", verdict.where),
        ):
            if formulas:
                said += spoken.label(label).format(formulas=", ".join(formulas))
        if verdict.because:
            comma = spoken.label(", ", PUNCTUATION)
            said += f" [{comma.join(spoken.text(reason) for reason in verdict.because)}]"
        return [place + one_line(said)]
    return [place + one_line(head), *(f"    {line}" for line in details(step, spoken))]
