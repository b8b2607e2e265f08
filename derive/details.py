"""What stands below the first line of a finding: the formula, how it was read, where it fails."""

from __future__ import annotations

from derive.characters import one_line
from derive.places import Line, short
from derive.results import StepResult

__all__ = ["details", "headline"]


def headline(step: StepResult) -> str:
    """The verdict in one sentence, which says so if it is about a whole chain."""
    said = step.verdict.message
    return f"{said} (first and last of the chain)" if step.end_to_end else said


def details(step: StepResult) -> list[str]:
    """Lines that show what a verdict rests on, each safe to print; some are indented."""
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
        values = [
            f"    left  = {one_line(example.left)}",
            f"    right = {one_line(example.right)}",
        ]
    more = []
    if verdict.given:
        more.append(f"given: {', '.join(verdict.given)}")
    if verdict.where:
        more.append(f"where: {', '.join(verdict.where)}")
    more += [f"note: {note}" for note in step.notes if step.word != "assumed"]
    return [*map(one_line, lines), *values, *map(one_line, more)]
