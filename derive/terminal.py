"""Verdicts for a terminal: one line per step that an editor can jump to, then what it rests on."""

from __future__ import annotations

from collections.abc import Iterable

import click

from derive.results import PageResult, StepResult, Summary, summarize

__all__ = ["coverage", "page_lines", "total_line"]

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
    """One page: problems, steps, chains, coverage."""
    out = []
    for problem in result.problems:
        out.append(
            f"{result.path}:{problem.line}:{problem.column}: "
            f"{click.style('problem', fg='magenta')}: {problem.message}"
        )
    for fact in result.facts:
        if fact.note and fact.note != "given" and not quiet:
            shown = " ".join(fact.latex.split())
            out.append(f"{result.path}:{fact.line}: note: {shown}: {fact.note}")
    for step in result.steps:
        if not (quiet and step.word == "proved"):
            out += _step_lines(result.path, step)
    explained = {step.chain for step in result.steps if step.word == "refuted"}
    for chain in result.chains:
        if chain.word == "refuted" and chain.chain not in explained:
            out += _step_lines(result.path, chain)
    if not result.steps:
        none = not result.formulas and not result.inline
        out.append(f"{result.path}: {'no formulas were found' if none else 'no step was found'}")
    out.append(f"{result.path}: {coverage(result.summary)}")
    return out


def _step_lines(path: str, step: StepResult) -> list[str]:
    word = click.style(_WORDS.get(step.word, step.word), fg=_COLOURS[step.word])
    verdict = step.verdict
    head = f"{path}:{step.span.line}:{step.span.column}: {word}: {verdict.message}"
    if step.end_to_end:
        head = f"{head} (first and last of the chain)"
    if step.word == "proved":
        reasons = f" [{', '.join(verdict.because)}]" if verdict.because else ""
        given = f" given {', '.join(verdict.given)}" if verdict.given else ""
        where = f" where {', '.join(verdict.where)}" if verdict.where else ""
        return [head + given + where + reasons]
    lines = [head, f"    {' '.join(f'{step.left} {step.relation} {step.right}'.split())}"]
    if step.unread_at is not None:
        lines.append(f"    reading stopped at {step.unread_at[0]}:{step.unread_at[1]}")
    if step.read_left:
        lines.append(f"    read as: {step.read_left} {step.relation} {step.read_right}")
    if verdict.residual:
        lines.append(f"    left - right = {verdict.residual}")
    example = verdict.counterexample
    if example is not None:
        named = {**example.sizes, **example.indices, **example.values}
        shown = ", ".join(f"{name} = {value}" for name, value in named.items())
        lines.append(f"    at {shown}:" if shown else "    always:")
        lines.append(f"        left  = {example.left}")
        lines.append(f"        right = {example.right}")
    if verdict.given:
        lines.append(f"    given: {', '.join(verdict.given)}")
    if verdict.where:
        lines.append(f"    where: {', '.join(verdict.where)}")
    for note in step.notes if step.word != "assumed" else ():
        lines.append(f"    note: {note}")
    return lines
