"""Steps → verdicts: what is asked about a step besides its claim, here or in a worker."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, get_args

from derive.cache import Cache
from derive.claims import Claim
from derive.deciding.decide import decide
from derive.deciding.earlier import Earlier
from derive.deciding.fixed_sizes import check_every_entry
from derive.deciding.verdict import Counterexample, InternalContradiction, Verdict, Word
from derive.fingerprints import fingerprints
from derive.meaning.model import Reading, Step
from derive.results import Suggestion
from derive.worker import Limits, Lost, answers, available

__all__ = ["Judgement", "judged", "judgements"]

_BUG = "An error inside derive"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one step and, for an unread one, a repair that was proved. ``recalled``:
    a cache knew it."""

    verdict: Verdict
    suggestion: Suggestion | None = None
    recalled: bool = field(default=False, compare=False)


def judgements(
    steps: Sequence[Step],
    limits: Limits | None,
    sizes: Mapping[str, int] | None = None,
    cache: Cache | None = None,
) -> Generator[Judgement, None, None]:
    """One judgement for each step, in order; with ``sizes``, for these sizes only.

    Without limits, or on a system that cannot fork, the steps are decided in this process.
    Close the iterator (`contextlib.closing`) when it is not read to its end. With a ``cache``
    what was judged before is not judged again; what was lost to a limit is.

    Raises:
        InternalContradiction: the two paths of the decider disagree (a bug in derive).
    """
    earlier = Earlier()
    memory = None if cache is None or sizes else _Memory(tuple(steps), cache)
    known: dict[int, Judgement] = {} if memory is None else memory.recall()
    if limits is None or not available():
        for number, step in enumerate(steps):
            try:
                own = known.get(number) or _by_itself(step, sizes)
                if memory is not None and number not in known:
                    memory.keep(number, own)
                judgement = _with_earlier(step, own, earlier)
            except MemoryError:
                judgement = _lost(step, "There was not enough memory.")
            yield replace(judgement, recalled=number in known)
        return

    def work(number: int) -> str:
        return _told(steps[number], known.get(number), earlier, sizes)

    with contextlib.closing(answers(work, len(steps), limits)) as told:
        for number, (step, answer) in enumerate(zip(steps, told, strict=True)):
            if isinstance(answer, Lost):
                judgement = _lost(step, answer.reason)
            else:
                own, judgement = _heard(answer)
                if memory is not None and number not in known:
                    memory.keep(number, own)
            _remember(step, judgement.verdict, earlier)  # for a child that has to go on from here
            yield replace(judgement, recalled=number in known)


def _remember(step: Step, verdict: Verdict, earlier: Earlier) -> None:
    if step.claim is None or step.end_to_end:
        return
    if verdict.word == "proved" and verdict.every_size and not verdict.assumed:
        earlier.add(step.claim, step.line, step.chain)
    else:
        earlier.stop(step.chain)


def judged(step: Step, earlier: Earlier, sizes: Mapping[str, int] | None = None) -> Judgement:
    """The judgement on one step, which later steps may then rest on.

    Raises:
        InternalContradiction: the two paths of the decider disagree (a bug in derive).
        MemoryError: there is not enough of it.
    """
    return _with_earlier(step, _by_itself(step, sizes), earlier)


def _by_itself(step: Step, sizes: Mapping[str, int] | None) -> Judgement:
    return _judged(step) if sizes is None else _judged_at(step, sizes)


def _with_earlier(step: Step, judgement: Judgement, earlier: Earlier) -> Judgement:
    """The judgement on a step, with the page's earlier results as its reasons if they are."""
    verdict = judgement.verdict
    if step.claim is not None and verdict.word == "proved" and len(verdict.because) > 1:
        lines = earlier.reasons(step.claim)
        if lines and len(lines) <= len(verdict.because):
            because = tuple(f"the result on line {line}" for line in lines)
            judgement = replace(judgement, verdict=replace(verdict, because=because))
    _remember(step, verdict, earlier)
    return judgement


def _judged(step: Step) -> Judgement:
    if step.claim is None:
        suggestion = _suggestion(step)
        message = f"Not read: {step.error}"
        if suggestion is not None:
            message += f"; with {suggestion.latex.strip()} the step is {suggestion.message}"
        return Judgement(Verdict("unread", message=message + "."), suggestion)
    if step.convention:
        message = step.convention[:1].upper() + step.convention[1:]
        return Judgement(Verdict("unknown", message=f"{message}."))
    verdict = _safely(step.claim)
    changed = verdict.word == "refuted" or bool(verdict.assumed)
    if changed and step.stale_case is not None:
        supposed_case = _safely(step.stale_case)
        helps = verdict.word == "refuted" or supposed_case.assumed != verdict.assumed
        if supposed_case.word == "proved" and helps:
            supposed, doubt = step.case_latex, "that case still holds here"
            if step.doubtful_given:
                supposed, doubt = step.doubtful_given, "that holds here"
            message = (
                f"False in general, true if {supposed} (line {step.case_line}); it is not clear "
                f"whether {doubt}."
            )
            return Judgement(Verdict("unknown", message=message))
        if step.stale_negated is not None and _safely(step.stale_negated).word == "proved":
            message = (
                f"False in general, true in the case opposite to {step.case_latex} (line "
                f"{step.case_line}); it is not clear whether that is meant."
            )
            return Judgement(Verdict("unknown", message=message))
    if verdict.word == "refuted":
        for reading in step.readings:
            if _holds(reading):
                return Judgement(Verdict("unknown", message=reading.message))
    for reading in step.readings:
        if verdict.word == "proved" and reading.denial and not _holds(reading):
            return Judgement(Verdict("unknown", message=reading.denial))
    if step.disputed and verdict.assumed:
        supposed = " and ".join(verdict.assumed)
        message = f"True only with {supposed}, while {step.disputed}."
        return Judgement(Verdict("unknown", message=message))
    if step.blurred and verdict.word == "refuted":
        shown = step.blurred[:1].upper() + step.blurred[1:]
        return Judgement(Verdict("unknown", message=f"{shown}."))
    return Judgement(verdict)


def _judged_at(step: Step, sizes: Mapping[str, int]) -> Judgement:
    """At given sizes, every entry one by one; unknown where the claim has another size."""
    if step.claim is None:
        return _judged(step)
    own = {axis.size for axis in step.claim.axes if axis.fixed is None}
    missing = sorted(own - set(sizes))
    if missing:
        return Judgement(Verdict("unknown", message=f"No size is given for {missing[0]}."))
    here = {name: size for name, size in sizes.items() if name in own}
    return Judgement(_safely(step.claim, here))


def _holds(reading: Reading) -> bool:
    if reading.sizes is None:
        return _safely(reading.claim).word == "proved"
    return check_every_entry(reading.claim, reading.sizes).word == "proved"


def _safely(claim: Claim, sizes: Mapping[str, int] | None = None) -> Verdict:
    """One bad formula never costs the page: a bug met on the way is an honest unknown."""
    try:
        return decide(claim) if sizes is None else check_every_entry(claim, sizes)
    except (InternalContradiction, MemoryError):
        raise
    except Exception as error:
        shown = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        return Verdict("unknown", message=f"{_BUG}, please report it: {shown}.")


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


def _told(
    step: Step, known: Judgement | None, earlier: Earlier, sizes: Mapping[str, int] | None
) -> str:
    """A step's judgement as text, for the way out of a worker."""
    try:
        own = known or _by_itself(step, sizes)
    except InternalContradiction as error:
        return json.dumps({"contradiction": str(error)})
    because = _with_earlier(step, own, earlier).verdict.because
    return json.dumps({"own": asdict(own), "because": because})


def _heard(told: str) -> tuple[Judgement, Judgement]:
    """The judgement that `_told` put into words, by itself and with what the page had before."""
    data = _with_tuples(json.JSONDecoder().decode(told))
    if "contradiction" in data:
        raise InternalContradiction(data["contradiction"])
    own = _judgement(data["own"])
    return own, replace(own, verdict=replace(own.verdict, because=data["because"]))


class _Memory:
    """What a cache knows of the steps of one page."""

    def __init__(self, steps: tuple[Step, ...], cache: Cache) -> None:
        self.cache = cache
        self.marks = fingerprints(steps)

    def recall(self) -> dict[int, Judgement]:
        """The judgements that were made before, by the number of the step."""
        texts = self.cache.get(mark.key for mark in self.marks)
        found = {}
        for number, mark in enumerate(self.marks):
            if mark.key in texts:
                # who can write this file can write anything; what has another form is unknown
                with contextlib.suppress(ValueError, KeyError, TypeError):
                    told = json.JSONDecoder().decode(texts[mark.key])
                    found[number] = _judgement(_with_tuples(_each_text(told, mark.with_lines)))
        return found

    def keep(self, number: int, judgement: Judgement) -> None:
        """Remember a judgement; not one that a bug had a part in."""
        if judgement.verdict.message.startswith(_BUG):
            return
        mark = self.marks[number]
        told = _each_text(asdict(judgement), mark.without_lines)
        self.cache.put({mark.key: json.dumps(told)})


def _each_text(data: Any, change: Callable[[str], str]) -> Any:
    """JSON's data with every text in it changed."""
    if isinstance(data, str):
        return change(data)
    if isinstance(data, list | tuple):
        return [_each_text(x, change) for x in data]
    if isinstance(data, dict):
        return {name: _each_text(x, change) for name, x in data.items()}
    return data


def _judgement(data: dict[str, Any]) -> Judgement:
    verdict, suggestion = data["verdict"], data["suggestion"]
    if verdict["word"] not in get_args(Word):
        raise ValueError("no verdict has this word")
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
