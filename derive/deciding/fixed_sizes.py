"""A claim at given sizes, every index combination one by one (the full Jacobian of a layer).

No symmetry is used: for n = 100 the claim ∂a_j/∂z_i = a_j(δ_ij − a_i) is 10,000
differentiated entries, each compared exactly.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from derive.claims import Claim
from derive.deciding.explicit import Speller
from derive.deciding.patterns import allowed
from derive.deciding.prove import rules_for, with_ring
from derive.deciding.refute import smallest_counterexample
from derive.deciding.unfold import ladder, unfold
from derive.deciding.verdict import Verdict
from derive.deciding.zero import BudgetExceeded, Ring, Undefined
from derive.terms import Axis, Term

__all__ = ["check_every_entry"]

MAX_ENTRIES = 1_000_000


def check_every_entry(claim: Claim, sizes: Mapping[str, int]) -> Verdict:
    """The verdict for these sizes only; refuted claims get their smallest counterexample.

    Raises:
        ValueError: a size that the claim does not have, or that is missing or below 1.
    """
    axes = {a.size: a for a in claim.axes if a.fixed is None}
    if set(sizes) != set(axes) or any(s < 1 for s in sizes.values()):
        raise ValueError(f"sizes needed: {', '.join(sorted(axes))}; each at least 1")
    chosen = {axes[name]: size for name, size in sizes.items()}
    chosen |= {a: a.fixed for a in claim.axes if a.fixed is not None}
    entries = 1
    for ix in claim.free:
        entries *= chosen[ix.axis]
    if entries > MAX_ENTRIES:
        return Verdict("unknown", message=f"More than {MAX_ENTRIES} entries.")
    shown: dict[str, tuple[int, ...]] = {name: (size,) for name, size in sizes.items()}
    try:
        for keep_whole in (True, False):
            for level in ladder((claim.left, claim.right), claim.world):
                left = unfold(claim.left, level, claim.world)
                right = unfold(claim.right, level, claim.world)
                if _every_entry_vanishes(claim, left, right, chosen, keep_whole):
                    at = ", ".join(f"{name} = {size}" for name, size in sizes.items())
                    return Verdict(
                        "proved",
                        sizes=shown,
                        checked=shown,
                        basis=f"{entries} entries, each compared exactly",
                        message=f"True for {at}.",
                        asked=True,
                    )
    except BudgetExceeded as error:
        return Verdict("unknown", message=f"The work limit was reached: {error}.")
    example = smallest_counterexample(claim)
    if example is not None:
        return Verdict(
            "refuted",
            counterexample=example,
            message=f"The two sides differ: {example.left} against {example.right}.",
        )
    return Verdict("unknown", message="No proof was found at these sizes.")


def _every_entry_vanishes(
    claim: Claim, left: Term, right: Term, sizes: dict[Axis, int], keep_whole: bool
) -> bool:
    rules = rules_for(claim, left, right, keep_whole)
    conditions = claim.conditions
    free = claim.free
    ring = Ring(capacity=max(sizes.values(), default=1) + 24)

    speller = Speller(rules)
    a, b = speller.compile(left), speller.compile(right)

    def work() -> bool:
        speller.begin(ring, sizes)
        for choice in itertools.product(*(range(sizes[ix.axis]) for ix in free)):
            env = dict(zip(free, choice, strict=True))
            if conditions and not allowed(env, conditions, sizes):
                continue
            try:
                gap = ring.subtract(a(env), b(env))
            except Undefined:
                continue
            if not ring.vanishes(gap):
                return False
        return True

    return with_ring(ring, work)
