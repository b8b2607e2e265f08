"""Verdicts for a terminal: one line per step that an editor can jump to, then what it rests on."""

from __future__ import annotations

import os
from collections.abc import Iterable

import click

from derive.characters import one_line
from derive.places import Line, short
from derive.results import PageResult, StepResult, Summary, summarize

__all__ = ["at_line", "coverage", "details", "page_lines", "total_line"]

_COLOURS = {
    "proved": "green",
    "assumed": "yellow",
    "refuted": "red",
    "unknown": "magenta",
    "unread": "magenta",
}
_WORDS = {"assumed": "proved, assuming"}


def coverage(summary: Summary) -> str:
    """The coverage line."""
    return (
        f"{summary.steps} steps: {summary.proved} proved, {summary.assumed} proved assuming, "
        f"{summary.refuted} refuted, {summary.unknown} unknown, {summary.unread} unread"
    )


def total_line(results: Iterable[PageResult]) -> str:
    pages = tuple(results)
    return f"{len(pages)} pages, {coverage(summarize(pages))}"


def page_lines(result: PageResult, quiet: bool = False) -> list[str]:
    """One page: problems, steps, chains, coverage. What the page says is shown, never obeyed."""
    path = one_line(result.path)
    out = []
    for problem in result.problems:
        out.append(
            f"{at_line(path, problem.line)}:{problem.column}: "
            f"{click.style('problem', fg='magenta')}: {one_line(problem.message)}"
        )
    for fact in result.facts:
        if fact.note and fact.note != "given" and not quiet:
            note = one_line(f"{fact.latex}: {fact.note}")
            out.append(f"{at_line(path, fact.line)}: note: {note}")
    for step in result.steps:
        if not (quiet and step.word == "proved"):
            out += _step_lines(path, step)
    explained = {step.chain for step in result.steps if step.word == "refuted"}
    for chain in result.chains:
        if chain.word == "refuted" and chain.chain not in explained:
            out += _step_lines(path, chain)
    if not result.steps:
        none = not result.formulas and not result.inline
        out.append(f"{path}: {'no formulas were found' if none else 'no step was found'}")
    out.append(f"{path}: {coverage(result.summary)}")
    return out


def at_line(path: str, line: int) -> str:
    """``path:12``, ``path:cell 4:3``; a line of an included file by that file's own path."""
    if isinstance(line, Line) and line.file:
        return f"{one_line(os.path.join(os.path.dirname(path), line.file))}:{line.own}"
    return f"{path}:{short(line)}"


def _step_lines(path: str, step: StepResult) -> list[str]:
    word = click.style(_WORDS.get(step.word, step.word), fg=_COLOURS[step.word])
    verdict = step.verdict
    mark = ", as expected" if step.expected else ""
    place = f"{at_line(path, step.span.line)}:{step.span.column}: {word}{mark}: "
    head = verdict.message
    if step.end_to_end:
        head = f"{head} (first and last of the chain)"
    if step.word == "proved":
        reasons = f" [{', '.join(verdict.because)}]" if verdict.because else ""
        given = f" given {', '.join(verdict.given)}" if verdict.given else ""
        where = f" where {', '.join(verdict.where)}" if verdict.where else ""
        return [place + one_line(head + given + where + reasons)]
    return [place + one_line(head), *(f"    {line}" for line in details(step))]


def details(step: StepResult) -> list[str]:
    """What there is to see of a step that is not proved: as written, as read, where it fails."""
    verdict = step.verdict
    lines = [f"{step.left} {step.relation} {step.right}"]
    if step.unread_at is not None:
        line, column = step.unread_at
        own = line.own if isinstance(line, Line) and line.file else short(line)
        lines.append(f"reading stopped at {own}:{column}")
    if step.read_left:
        lines.append(f"read as: {step.read_left} {step.relation} {step.read_right}")
    if verdict.residual:
        lines.append(f"left - right = {verdict.residual}")
    example = verdict.counterexample
    values: list[str] = []
    if example is not None:
        named = {**example.sizes, **example.indices, **example.values}
        shown = ", ".join(f"{name} = {value}" for name, value in named.items())
        lines.append(f"at {shown}:" if shown else "always:")
        values = [f"left  = {one_line(example.left)}", f"right = {one_line(example.right)}"]
    more = []
    if verdict.given:
        more.append(f"given: {', '.join(verdict.given)}")
    if verdict.where:
        more.append(f"where: {', '.join(verdict.where)}")
    more += [f"note: {note}" for note in step.notes if step.word != "assumed"]
    return [
        *(one_line(line) for line in lines),
        *(f"    {value}" for value in values),
        *(one_line(line) for line in more),
    ]
