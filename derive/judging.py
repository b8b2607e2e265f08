"""Steps → verdicts: what is asked about a step besides its claim, here or in a worker."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Generator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from derive.claims import Claim
from derive.deciding.decide import decide
from derive.deciding.verdict import Counterexample, InternalContradiction, Verdict
from derive.meaning.model import Step
from derive.results import Suggestion
from derive.worker import Limits, Lost, answers, available

__all__ = ["Judgement", "judged", "judgements"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one step and, for an unread one, a repair that was proved."""

    verdict: Verdict
    suggestion: Suggestion | None = None


def judgements(steps: Sequence[Step], limits: Limits | None) -> Generator[Judgement, None, None]:
    """One judgement for each step, in order.

    Without limits, or on a system that cannot fork, the steps are decided in this process.
    Close the iterator (`contextlib.closing`) when it is not read to its end.

    Raises:
        InternalContradiction: the two paths of the decider disagree (a bug in derive).
    """
    if limits is None or not available():
        for step in steps:
            try:
                yield judged(step)
            except MemoryError:
                yield _lost(step, "There was not enough memory.")
        return
    with contextlib.closing(answers(lambda n: _told(steps[n]), len(steps), limits)) as told:
        for step, answer in zip(steps, told, strict=True):
            yield _lost(step, answer.reason) if isinstance(answer, Lost) else _heard(answer)


def judged(step: Step) -> Judgement:
    """The judgement on one step.

    Raises:
        InternalContradiction: the two paths of the decider disagree (a bug in derive).
        MemoryError: there is not enough of it.
    """
    if step.claim is None:
        suggestion = _suggestion(step)
        message = f"Not read: {step.error}"
        if suggestion is not None:
            message += f"; with {suggestion.latex.strip()} the step is {suggestion.message}"
        return Judgement(Verdict("unread", message=message + "."), suggestion)
    verdict = _safely(step.claim)
    if verdict.word == "refuted" and step.stale_case is not None:
        if _safely(step.stale_case).word == "proved":
            message = (
                f"False in general, true if {step.case_latex} (line {step.case_line}); it is not "
                "clear whether that case still holds here."
            )
            return Judgement(Verdict("unknown", message=message))
        if step.stale_negated is not None and _safely(step.stale_negated).word == "proved":
            message = (
                f"False in general, true in the case opposite to {step.case_latex} (line "
                f"{step.case_line}); it is not clear whether that is meant."
            )
            return Judgement(Verdict("unknown", message=message))
    if step.blurred and verdict.word == "refuted":
        shown = step.blurred[:1].upper() + step.blurred[1:]
        return Judgement(Verdict("unknown", message=f"{shown}."))
    return Judgement(verdict)


def _safely(claim: Claim) -> Verdict:
    """One bad formula never costs the page: a bug met on the way is an honest unknown."""
    try:
        return decide(claim)
    except (InternalContradiction, MemoryError):
        raise
    except Exception as error:
        shown = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        return Verdict("unknown", message=f"An error inside derive, please report it: {shown}.")


def _suggestion(step: Step) -> Suggestion | None:
    """The first repair that is proved, else none: a suggestion is decided before it is made."""
    for source, claim in step.repairs:
        verdict = _safely(claim)
        if verdict.word == "proved":
            words = "proved"
            if verdict.assumed:
                words += f", assuming {' and '.join(verdict.assumed)}"
            return Suggestion(source.strip(), verdict.word, words)
    return None


def _lost(step: Step, reason: str) -> Judgement:
    """What is left to say when a limit was reached: an unread step stays unread."""
    if step.claim is None:
        return Judgement(Verdict("unread", message=f"Not read: {step.error}."))
    return Judgement(Verdict("unknown", message=reason))


# --------------------------------------------------------------------------- to and from text


def _told(step: Step) -> str:
    """A step's judgement as text, for the way out of a worker."""
    try:
        return json.dumps(asdict(judged(step)))
    except InternalContradiction as error:
        return json.dumps({"contradiction": str(error)})


def _heard(told: str) -> Judgement:
    """The judgement that `_told` put into words."""
    data = _with_tuples(json.JSONDecoder().decode(told))
    if "contradiction" in data:
        raise InternalContradiction(data["contradiction"])
    verdict, suggestion = data["verdict"], data["suggestion"]
    example = verdict["counterexample"]
    verdict["counterexample"] = example and Counterexample(**example)
    return Judgement(Verdict(**verdict), suggestion and Suggestion(**suggestion))


def _with_tuples(data: Any) -> Any:
    """JSON's lists as the tuples that they were."""
    if isinstance(data, list):
        return tuple(_with_tuples(x) for x in data)
    if isinstance(data, dict):
        return {name: _with_tuples(x) for name, x in data.items()}
    return data
