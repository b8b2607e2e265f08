"""Pages → results: every step decided, none lost."""

from __future__ import annotations

import contextlib
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from derive.cache import Cache
from derive.deciding.verdict import Verdict
from derive.elsewhere import withdrawn
from derive.judging import Judgement, judgements
from derive.meaning.ids import step_ids
from derive.meaning.model import Meaning, Step
from derive.meaning.understand import understand
from derive.plotting import plotted
from derive.printing import latex, text
from derive.reading.page import Page
from derive.results import (
    Block,
    DefinitionResult,
    FactResult,
    PageResult,
    Problem,
    Span,
    StepResult,
    Suggestion,
)
from derive.terms import families_of
from derive.worker import Limits

__all__ = ["check_meaning", "check_page"]

Progress = Callable[[int, int, int], None]


def check_page(
    page: Page,
    progress: Progress | None = None,
    limits: Limits | None = None,
    cache: Cache | None = None,
) -> PageResult:
    """Decide every step of a page.

    ``progress(done, all, known)`` is called after each step: how many are done, of how many,
    and how many of those done the ``cache`` knew. With ``limits`` the steps are decided in a
    worker process that is stopped when it exceeds them; without, in this process. With a
    ``cache`` only what it does not know is decided, and told it.

    Raises:
        InternalContradiction: the two paths of the decider disagree (a bug in derive).
    """
    return check_meaning(page, understand(page), progress, limits, cache=cache)


def check_meaning(
    page: Page,
    meaning: Meaning,
    progress: Progress | None = None,
    limits: Limits | None = None,
    sizes: Mapping[str, int] | None = None,
    cache: Cache | None = None,
) -> PageResult:
    """Decide every step of a page that is understood already; ``sizes``: at these only.

    Raises:
        InternalContradiction: the two paths of the decider disagree (a bug in derive).
    """
    if limits is not None and meaning.differentiates:
        import sympy  # noqa: F401 (once here, or else in each child)
    steps = (*meaning.steps, *meaning.ends)
    with contextlib.closing(judgements(steps, limits, sizes, cache)) as judged:
        return _checked(page, meaning, judged, progress)


def _checked(
    page: Page,
    meaning: Meaning,
    judged: Iterator[Judgement],
    progress: Progress | None,
) -> PageResult:
    facts = [FactResult(page.place(f.offset)[0], f.latex, f.note) for f in meaning.facts]
    results: list[StepResult] = []
    ids = iter(step_ids((*meaning.steps, *meaning.ends)))
    decided = known = 0
    doubtful: set[int] = set()  # places where a name may have been given a new meaning
    taken: list[Step] = []  # steps taken as conditions
    conditioned: set[int] = set()  # chains of which a step was taken as a condition
    ahead: list[tuple[int, Step, Verdict]] = []  # steps that rest on what is still to come
    for step in meaning.steps:
        judgement = next(judged)
        name = next(ids)
        verdict = judgement.verdict
        if verdict.word == "refuted" and step.restates:
            doubtful.add(step.offset)
            verdict = Verdict(
                "unknown",
                message=f"This is not what {step.restates} is defined to be; if it gives the name "
                "a new meaning, use another name.",
            )
        elif verdict.word == "unknown" and step.restates:
            doubtful.add(step.offset)
        elif doubtful & set(step.rests_on):
            verdict = _doubted(verdict)
        if verdict.word == "refuted" and (condition := _condition_on(step, taken)):
            verdict = Verdict(
                "unknown",
                message=f"False in general; the page takes {condition} as a condition, "
                "which cannot be used yet.",
            )
        decided += 1
        known += judgement.recalled
        if progress is not None:
            progress(decided, len(meaning.steps), known)
        if step.retells and (verdict.word != "proved" or verdict.assumed):
            doubtful.add(step.offset)  # for what stands before it in its section
            continue  # a new meaning: it stands among the definitions
        if step.tentative and verdict.word != "proved":
            conditioned.add(step.chain)
            taken.append(step)
            facts.append(
                FactResult(
                    page.place(step.offset)[0],
                    f"{step.left.latex} {step.relation} {step.right.latex}",
                    _as_condition(verdict),
                )
            )
            continue
        if any(place > step.offset for place in step.rests_on):
            ahead.append((len(results), step, verdict))
        results.append(_result(page, step, verdict, judgement.suggestion, len(results) + 1, name))
    for at, step, verdict in ahead:  # «…, where L = …», of an L that has another meaning above
        if doubtful & set(step.rests_on):
            known_as = results[at]
            results[at] = _result(page, step, _doubted(verdict), None, at + 1, known_as.id)
    assert decided == len(meaning.steps), "a step was lost"
    ends = [
        _result(page, step, judgement.verdict, None, 0, name)
        for step, judgement, name in zip(meaning.ends, judged, ids, strict=True)
        if step.chain not in conditioned and not doubtful & {step.offset, *step.rests_on}
    ]
    conditions = [
        (page.place(s.offset)[0], f"{s.left.latex} {s.relation} {s.right.latex}") for s in taken
    ]
    results, ends = withdrawn(page, results, ends, conditions)
    results, ends = _renumbered(results, ends)
    results, disappointed, awaited = _as_expected(page, meaning, results)
    facts += [FactResult(p.line, "", f"unread, as expected: {p.message}") for p in awaited]
    problems = disappointed + [_problem(page, p.offset, p.message) for p in page.problems]
    problems += [_problem(page, p.offset, p.message) for p in meaning.problems]
    plots, undrawn = plotted(page, meaning.plots)
    problems += [_problem(page, p.offset, p.message) for p in undrawn]
    problems = [p for p in problems if p not in awaited]
    problems = sorted(dict.fromkeys(problems), key=lambda p: (p.line, p.column))
    return PageResult(
        path=page.path,
        title=page.title,
        language=page.language,
        formulas=sum(1 for item in page.items if item.kind == "formula"),
        steps=tuple(results),
        chains=tuple(ends),
        definitions=_definitions(page, meaning),
        facts=tuple(sorted(facts, key=lambda f: f.line)),
        problems=tuple(problems),
        blocks=_blocks(page, results),
        inline=sum(len(item.formulas) for item in page.items if item.kind != "formula"),
        plots=plots,
    )


def _problem(page: Page, offset: int, message: str) -> Problem:
    return Problem(*page.place(offset), message, page.near(offset))


def _doubted(verdict: Verdict) -> Verdict:
    """What is left of a verdict where a name may have another meaning than the one used."""
    if verdict.word not in ("refuted", "proved"):
        return verdict
    said = "False" if verdict.word == "refuted" else "True"
    return Verdict(
        "unknown",
        message=f"{said} with the first definition of a name that this section may have "
        "given another meaning.",
    )


def _as_condition(verdict: Verdict) -> str:
    """Why an equation is taken as a condition; whether it is an identity may be unknown."""
    if verdict.word == "unknown":
        why = verdict.message[:1].lower() + verdict.message[1:].rstrip(".")
        return f"taken as a condition: it continues no chain, and is not known to hold ({why})"
    return "taken as a condition: it is no identity and continues no chain"


def _condition_on(step: Step, taken: list[Step]) -> str:
    """The first condition on an undefined quantity that a step speaks of."""
    if step.claim is None or step.tentative:
        return ""
    free = step.claim.reached - set(step.claim.world.definitions)
    for condition in taken:
        claim = condition.claim
        if claim is None:
            continue
        # what says what a new name stands for says nothing about what it is made of
        about = families_of(claim.left) if condition.introduces else claim.reached
        if (about - set(claim.world.definitions)) & free:
            shown = f"{condition.left.latex} {condition.relation} {condition.right.latex}"
            return " ".join(shown.split())
    return ""


def _result(
    page: Page,
    step: Step,
    verdict: Verdict,
    suggestion: Suggestion | None,
    number: int,
    name: str,
) -> StepResult:
    line, column = page.place(step.offset)
    end_line, end_column = page.place(step.offset + step.right.end - step.right.start)
    left, right = step.left.source.strip(), step.right.source.strip()
    claim = step.claim
    return StepResult(
        id=name,
        number=number,
        chain=step.chain,
        span=Span(line, column, end_line, end_column),
        left=left,
        relation=step.relation,
        right=right,
        left_latex=step.left.latex,
        right_latex=step.right.latex,
        verdict=verdict,
        read_left=text(claim.left) if claim else "",
        read_right=text(claim.right) if claim else "",
        read_left_latex=latex(claim.left) if claim else "",
        read_right_latex=latex(claim.right) if claim else "",
        notes=step.notes,
        suggestion=suggestion,
        end_to_end=step.end_to_end,
        unread_at=None if claim else page.place(step.error_offset),
    )


def _renumbered(
    results: list[StepResult], ends: list[StepResult]
) -> tuple[list[StepResult], list[StepResult]]:
    """Steps in reading order, numbered from 1; chains likewise, and their ends with them."""
    results = sorted(results, key=lambda r: (r.span.line, r.span.column))
    chains: dict[int, int] = {}
    out = []
    for number, r in enumerate(results, start=1):
        chain = chains.setdefault(r.chain, len(chains) + 1)
        out.append(replace(r, number=number, chain=chain))
    return out, [replace(r, chain=chains[r.chain]) for r in ends]


def _as_expected(
    page: Page, meaning: Meaning, results: list[StepResult]
) -> tuple[list[StepResult], list[Problem], list[Problem]]:
    """The steps with those marked whose verdict an annotation expects, the expectations that
    are not met, and the problems that were expected (a formula that is unread as a whole)."""
    disappointed, awaited = [], []
    for expected in meaning.expected:
        start, end = page.place(expected.start), page.place(expected.end)
        here = [s for s in results if start <= (s.span.line, s.span.column) < end]
        if expected.number:
            here = here[expected.number - 1 : expected.number]
        met = {s.number for s in here if s.verdict.word == expected.verdict}
        results = [replace(s, expected=True) if s.number in met else s for s in results]
        unread = [p for p in meaning.problems if expected.start <= p.offset < expected.end]
        if expected.verdict == "unread" and not expected.number and not here:
            awaited += [_problem(page, p.offset, p.message) for p in unread]
            met |= {-1} if unread else met
        if not met:
            words = ", ".join(s.word for s in here) or "there is none"
            which = f"step {expected.number}" if expected.number else "a step"
            message = f"{which} of this formula was expected to be {expected.verdict}: {words}"
            disappointed.append(_problem(page, expected.offset, message))
    return results, disappointed, awaited


def _definitions(page: Page, meaning: Meaning) -> tuple[DefinitionResult, ...]:
    return tuple(
        DefinitionResult(page.place(d.offset)[0], d.name, d.latex, d.read_as)
        for d in meaning.definitions
    )


def _blocks(page: Page, steps: list[StepResult]) -> tuple[Block, ...]:
    starts = [(step.span.line, step.span.column) for step in steps]
    blocks = []
    for at, item in enumerate(page.items):
        first = page.place(item.offset)
        end = page.items[at + 1].offset if at + 1 < len(page.items) else len(page.text) + 1
        here = steps[bisect_left(starts, first) : bisect_left(starts, page.place(end))]
        numbers = tuple(step.number for step in here)
        blocks.append(Block(item.kind, item.latex.strip("\n"), first[0], item.level, numbers))
    return tuple(blocks)
