"""What stands below the first line of a finding: the formula, how it was read, where it fails."""

from __future__ import annotations

from derive.characters import columns, one_line
from derive.languages import ENGLISH, Language
from derive.places import Line, short
from derive.results import StepResult

__all__ = ["details", "headline"]


def headline(step: StepResult, spoken: Language = ENGLISH) -> str:
    """The verdict in one sentence, which says so if it is about a whole chain."""
    said = spoken.text(step.verdict.message)
    return said + spoken.label(" (first and last of the chain)") if step.end_to_end else said


def details(step: StepResult, spoken: Language = ENGLISH) -> list[str]:
    """Lines that show what a verdict rests on, each safe to print; some are indented."""
    verdict = step.verdict
    lines = [f"{step.left} {step.relation} {step.right}"]
    if step.unread_at is not None:
        line, column = step.unread_at
        own = line.own if isinstance(line, Line) and line.file else short(line)
        lines.append(spoken.label("reading stopped at {place}").format(place=f"{own}:{column}"))
    if step.read_left:
        read = f"{step.read_left} {step.relation} {step.read_right}"
        lines.append(spoken.label("read as: {formula}").format(formula=read))
    if verdict.residual:
        label = spoken.label("left - right = {formula}")
        lines.append(label.format(formula=verdict.residual))
    example = verdict.counterexample
    values: list[str] = []
    if example is not None:
        named = {**example.sizes, **example.indices, **example.values}
        shown = ", ".join(f"{name} = {value}" for name, value in named.items())
        always = spoken.label("always:")
        lines.append(spoken.label("at {values}:").format(values=shown) if shown else always)
        left, right = spoken.label("left"), spoken.label("right")
        width = max(columns(left), columns(right))
        values = [
            f"    {label}{' ' * (width - columns(label))} = {one_line(value)}"
            for label, value in ((left, example.left), (right, example.right))
        ]
    more = []
    if verdict.given:
        label = spoken.label("given: {formulas}")
        more.append(label.format(formulas=", ".join(verdict.given)))
    if verdict.where:
        label = spoken.label("where: {formulas}")
        more.append(label.format(formulas=", ".join(verdict.where)))
    label = spoken.label("note: {note}")
    notes = step.notes if step.word != "assumed" else ()
    more += [label.format(note=spoken.text(note)) for note in notes]
    return [*map(one_line, lines), *values, *map(one_line, more)]
