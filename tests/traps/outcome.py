"""What derive makes of one case of a claims file, in the words of the runner's tables."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any, Literal

from derive.deciding.assumptions import assume
from derive.deciding.bound import Outside
from derive.deciding.decide import decide
from derive.deciding.derivative import CannotDifferentiate
from derive.deciding.prove import plan_sizes, rules_for
from derive.deciding.unfold import ladder, unfold
from derive.deciding.verdict import InternalContradiction, Verdict
from derive.deciding.zero import BudgetExceeded
from derive.terms import axes_of
from tests.traps.file_point import assumption_fails, at_point
from tests.traps.prefix_form import NotSayable, Said, said
from tests.traps.restrictions import kept

__all__ = ["COLUMNS", "Column", "Outcome", "fragment", "judge"]

Column = Literal[
    "proved every n", "proved n ≤ N", "assumed", "refuted", "unknown", "not sayable", "failed"
]
COLUMNS: tuple[Column, ...] = (
    "proved every n",
    "proved n ≤ N",
    "assumed",
    "refuted",
    "unknown",
    "not sayable",
    "failed",
)


@dataclass(frozen=True)
class Outcome:
    """One verdict. ``detail``: its message, or why the claim cannot be said. ``wrong``: why
    it contradicts the file, empty if it does not. ``real_only``: why the file's counterexample
    to a claim that derive proved is none where both sides are real. ``fragment``: "" if the theorem for every size covers the
    claim, else why not; None if the claim was not said. ``seconds``: CPU time."""

    column: Column
    detail: str = ""
    where: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    assumed: str = ""
    wrong: str = ""
    real_only: str = ""
    fragment: str | None = None
    seconds: float = 0.0
    sizes: dict[str, list[int]] = field(default_factory=dict)


def judge(case: Any) -> Outcome:
    """Decide one case of the file and hold the verdict against its truth.

    Nothing that a case may hold raises, but a fault of derive does.
    """
    try:
        claim = said(case)
    except NotSayable as error:
        return Outcome("not sayable", str(error))
    truth, example = case.get("truth"), case.get("counterexample")
    begin = time.process_time()
    try:
        verdict = decide(claim.claim)
    except InternalContradiction as error:
        return Outcome("failed", f"contradiction: {error}", wrong="the two paths disagree")
    seconds = time.process_time() - begin
    column, detail = _column(claim, verdict)
    wrong = real_only = ""
    if truth in ("true", "domain") and column == "refuted":
        wrong = f"refuted, but {truth}"
    if truth == "false" and column.startswith("proved"):
        found = at_point(claim, example)
        if found.word in ("undefined", "complex point"):
            real_only = found.why or found.word
            wrong = "" if verdict.where else "proved without a condition, but false"
        else:
            wrong = f"proved, but false: at the file's counterexample, {found.word} {found.why}"
    if truth == "false" and column == "assumed":
        hidden = assume(claim.claim)
        if hidden is not None and assumption_fails(claim, hidden, example) is False:
            wrong = "proved under an assumption that the file's counterexample meets"
    return Outcome(
        column,
        detail,
        verdict.where,
        tuple(map(str, claim.left_out)),
        " and ".join(verdict.assumed),
        wrong.strip(),
        real_only,
        fragment(claim),
        seconds,
        {name: list(sizes) for name, sizes in verdict.sizes.items()},
    )


def _column(claim: Said, verdict: Verdict) -> tuple[Column, str]:
    """The verdict's column. A counterexample that breaks what the claim supposes, and what
    no given can say, speaks of another claim."""
    match verdict.word:
        case "proved" if verdict.assumed:
            return "assumed", verdict.message
        case "proved":
            return ("proved every n" if verdict.every_size else "proved n ≤ N"), verdict.message
        case "refuted":
            example = verdict.counterexample
            if example is None:
                return "failed", "refuted without a counterexample"
            for restriction in claim.left_out:
                if kept(restriction, example.values, example.sizes) is not True:
                    return "not sayable", f"no given says {_general(restriction.kind)}"
            return "refuted", f"{example.sizes} {example.indices} {example.values}"
    return "unknown", verdict.message


def _general(kind: str) -> str:
    return {"neq": "x ≠ y", "pi": "that π is a number", "size2": "n ≥ 2"}.get(kind, f"'{kind}'")


def fragment(claim: Said) -> str:
    """Why the theorem for every size does not cover the claim; empty if it does."""
    sides = (claim.claim.left, claim.claim.right)
    world = claim.claim.world
    reason = ""
    try:
        level = ladder(sides, world)[-1]
        left, right = (unfold(side, level, world) for side in sides)
        for keep_whole in (True, False):
            rules = rules_for(claim.claim, left, right, keep_whole)
            _, listed = plan_sizes(claim.claim, left, right, rules, axes_of(left, right))
            if not listed:
                return ""
            reason = reason or next(iter(listed.values()))
    except (BudgetExceeded, CannotDifferentiate, Outside, RecursionError) as error:
        return str(error) or type(error).__name__
    return reason
