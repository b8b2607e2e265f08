"""What a page says elsewhere of a name that a step was proved with by supposing what it is.

A supposition (s is S, ℓ_i a term of ℓ, see `derive.deciding.suppositions`) is made for one step.
It does not stand where the page explains the name in any other way, be it in a way that cannot be
read, or uses it in a step that is not proved.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from derive.deciding.verdict import Verdict
from derive.reading.page import FormulaText, Page
from derive.results import StepResult

__all__ = ["withdrawn"]

_RELATION = re.compile(
    r":?=:?|\\(?:equiv|triangleq|coloneqq|doteq|stackrel|overset|mapsto|to|rightarrow|sim|propto|"
    r"approx|simeq|colon|in)(?![A-Za-z])|(?<!\\):"
)
_LAYOUT = re.compile(
    r"\\(?:displaystyle|left|right|quad|qquad|[,;!: ])"
    r"|\\(?:begin|end)\{[^}]*\}(?:\{[^}]*\})?|\\\\|[&$\s{}]"
)
_OPERATOR = re.compile(
    r"[-+*/<>]|\\(?:frac|cdot|times|sum|prod|log|exp|int|partial|geq?|leq?|neq?)"
)


def withdrawn(
    page: Page,
    steps: Sequence[StepResult],
    others: Sequence[StepResult],
    conditions: Iterable[tuple[int, str]],
) -> tuple[list[StepResult], list[StepResult]]:
    """``steps`` and ``others`` (ends of chains), those unknown that rest on a supposition which
    the page speaks against. ``conditions``: the equations that were taken as such, with lines."""
    forms = {
        (step.verdict.supposed, step.verdict.agreeing)
        for step in (*steps, *others)
        if step.verdict.supposed
    }
    if not forms:
        return list(steps), list(others)
    open_sides = [
        (s.span.line, side) for s in steps if s.verdict.word != "proved" for side in s.latex
    ]
    open_sides += conditions
    against = {form: _against(*form, page, steps, open_sides) for form in forms}

    def judged(step: StepResult) -> StepResult:
        line = against.get((step.verdict.supposed, step.verdict.agreeing))
        if line is None:
            return step
        assumed = " and ".join(step.verdict.assumed)
        message = f"True only with {assumed}, and line {line} may say something else of that."
        return replace(step, verdict=Verdict("unknown", message=message))

    return [judged(step) for step in steps], [judged(step) for step in others]


def _against(
    forms: tuple[str, ...],
    agreeing: tuple[str, ...],
    page: Page,
    steps: Sequence[StepResult],
    open_sides: Iterable[tuple[int, str]],
) -> int | None:
    """The line that speaks against what was supposed of these names: one of a step that is not
    proved, or one that explains them."""
    pattern = re.compile("|".join(f"(?:{form})" for form in forms))
    for line, side in open_sides:
        if pattern.search(side) and not _agrees(agreeing, side):
            return line
    for item in page.items:
        for formula in item.formulas:
            if not _explains(pattern, formula) or _agrees(agreeing, formula.latex):
                continue
            start = page.place(formula.offset)
            end = page.place(formula.offset + len(formula.source))
            here = [s for s in steps if start <= (s.span.line, s.span.column) <= end]
            if not any(pattern.search(side) for step in here for side in step.latex):
                return start[0]
    return None


def _explains(pattern: re.Pattern[str], formula: FormulaText) -> bool:
    """Whether a side of a relation is the name alone, with whatever arguments and indices."""
    sides = _sides(formula.latex)
    if len(sides) < 2:
        return False
    if not formula.display and re.fullmatch(r"[\s{}\d.]+", sides[-1]):
        return False  # «if $P(y \mid x) = 1$»: a value
    for side in sides:
        bare = _LAYOUT.sub(" ", side).strip(" ,.;")
        if pattern.search(side) and pattern.match(bare.lstrip("( ")) and len(bare) < 80:
            if not _OPERATOR.search(re.sub(r"\([^()]*\)", "", bare)):  # P(y ≠ k | x) is one name
                return True
    return False


def _agrees(agreeing: tuple[str, ...], source: str) -> bool:
    source = source.strip(" ,.;")
    return any(re.fullmatch(pattern, source) for pattern in agreeing)


def _sides(source: str) -> list[str]:
    """The sides of a relation; the = of P(y = k | x) makes none."""
    sides: list[str] = []
    depth = start = 0
    for found in re.finditer(rf"(?P<relation>{_RELATION.pattern})|[(\[]|[)\]]", source):
        if found["relation"] is None:
            depth = max(depth + (1 if found.group() in "([" else -1), 0)
        elif not depth:
            sides.append(source[start : found.start()])
            start = found.end()
    return [*sides, source[start:]]
