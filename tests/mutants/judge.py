"""One mutant: its truth by numbers alone, derive's verdict, and what the two make together."""

from __future__ import annotations

import signal
import time
from dataclasses import dataclass
from types import FrameType

from derive.claims import Claim
from derive.deciding.decide import decide
from derive.deciding.verdict import InternalContradiction, Verdict
from derive.printing import condition_latex, text
from derive.terms import Condition
from tests.mutants.sources import Mutant
from tests.mutants.truth import supposing, truth, unsaid

__all__ = ["WRONG", "Judged", "judge", "shown"]

SLOW = 10.0  # seconds of processor time for one verdict

WRONG = ("WRONG PROOF", "WRONG REFUTATION", "CONTRADICTION", "CRASH")


@dataclass(frozen=True, slots=True)
class Judged:
    """``truth`` is true, false or open: undetermined, with ``why``: ``few`` points, ``nowhere``
    a value, or ``unsaid``: a derivative by something that, as far as the claim goes, has no
    part in it, which derive rightly declines to take for 0. ``outcome`` is
    refuted, proved (for every size), listed (for some sizes only), assumed, unknown, slow, or
    one of `WRONG`. ``seconds`` is processor time of the verdict."""

    number: int
    source: str
    kind: str
    truth: str
    why: str
    outcome: str
    message: str
    text: str
    seconds: float


class _TooSlow(BaseException):
    """Not an Exception, so that nothing on the way swallows it."""


def _stop(signum: int, frame: FrameType | None) -> None:
    raise _TooSlow


def judge(mutant: Mutant, seed: int) -> Judged:
    """Deterministic in ``seed``, but for what is too slow."""
    claim = mutant.claim
    found = truth(claim, f"{seed}:{mutant.number}")
    kind = found.word if found.word in ("true", "false") else "open"
    started = time.process_time()
    outcome, message = _outcome(claim, kind, found.word, f"{seed}:{mutant.number}")
    seconds = time.process_time() - started
    why: str = found.word
    if outcome not in WRONG and unsaid(claim):
        kind, why = "open", "unsaid"
    return Judged(
        mutant.number,
        mutant.source,
        mutant.kind,
        kind,
        why,
        outcome,
        message,
        shown(claim),
        seconds,
    )


def _outcome(claim: Claim, kind: str, why: str, seed: str) -> tuple[str, str]:
    signal.signal(signal.SIGPROF, _stop)
    signal.setitimer(signal.ITIMER_PROF, SLOW)
    try:
        verdict = decide(claim)
    except InternalContradiction as error:
        return "CONTRADICTION", str(error)
    except _TooSlow:
        return "slow", f"no verdict within {SLOW:.0f} s"
    except Exception as error:
        return "CRASH", f"{type(error).__name__}: {error}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return _met(claim, verdict, kind, why, seed), verdict.message


def _met(claim: Claim, verdict: Verdict, kind: str, why: str, seed: str) -> str:
    """The verdict against the truth. Before a verdict is called wrong, it is met again."""
    if verdict.word == "refuted":
        if kind == "true" and truth(claim, f"{seed}:again").word != "false":
            return "WRONG REFUTATION"
        return "refuted"
    if verdict.word != "proved":
        return "unknown"
    if verdict.assumed:
        if kind == "true":
            return "assumed"
        supposed = claim
        for assumption in verdict.assumed:
            supposed = supposing(supposed, assumption)
        sizes = None if verdict.every_size else verdict.sizes
        return (
            "assumed"
            if truth(supposed, f"{seed}:assuming", sizes).word == "true"
            else "WRONG PROOF"
        )
    if kind == "true" or (kind == "open" and why != "nowhere"):
        return "proved" if verdict.every_size else "listed"
    if not verdict.every_size and truth(claim, f"{seed}:listed", verdict.sizes).word == "true":
        return "unknown"  # false at other sizes only, about which the verdict says nothing
    return "WRONG PROOF"


def shown(claim: Claim) -> str:
    """The claim as one line: sides, givens, and the definitions it rests on."""
    out = f"{text(claim.left)}  {claim.relation}  {text(claim.right)}"
    facts = [
        condition_latex(g.fact) if isinstance(g.fact, Condition) else g.latex for g in claim.givens
    ]
    world = claim.world
    for family in sorted(claim.reached, key=lambda f: (f.name, f.label)):
        definition = world.definitions.get(family)
        if definition is not None:
            left = family.latex(tuple(ix.name for ix in definition.params))
            facts.append(f"{left} := {text(definition.body)}")
    return out + ("   where " + "; ".join(facts) if facts else "")
