"""What a claim supposes, before it is decided: can it hold, and can it be used?"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

from derive.claims import Binary, Claim, Given, Signed, SumsToOne, Supposed, Within
from derive.deciding.explicit import Env
from derive.deciding.patterns import patterns
from derive.terms import (
    Axis,
    Definition,
    Delta,
    Family,
    fresh,
)

__all__ = [
    "has_empty_interval", "one_hot", "possible", "unusable_given",
    "without_givens_about_definitions",
]  # fmt: skip


def _about(given: Given) -> Family | None:
    """The family of whose entries a given speaks."""
    fact = given.fact
    return fact.family if isinstance(fact, Signed | Within | Binary | SumsToOne) else None


def unusable_given(claim: Claim) -> str:
    """Why a refutation would be rash: a given that the points of the second path would not
    keep."""
    for given in claim.givens:
        family = _about(given)
        if family in claim.world.definitions and family in claim.reached:
            return f"the given {given.latex} is about a defined quantity and cannot be used yet"
    sums = {g.fact for g in claim.givens if isinstance(g.fact, SumsToOne)}
    for fact in sums:
        if claim.simplex[fact.family] != fact.slot and fact.family in claim.reached:
            return f"two sums over {fact.family.latex()} are given to be 1; this is not usable yet"
    return ""


def without_givens_about_definitions(claim: Claim) -> Claim:
    definitions = claim.world.definitions
    return replace(claim, givens=tuple(g for g in claim.givens if _about(g) not in definitions))


def has_empty_interval(claim: Claim) -> bool:
    """Whether some given interval has no number in it."""
    for interval in claim.within.values():
        if interval.low is not None and interval.high is not None:
            if interval.low > interval.high:
                return True
            if interval.low == interval.high and not interval.closed:
                return True
    return False


def one_hot(claim: Claim) -> Claim:
    """The claim with y_k = δ_kc where y_k is given to be 0 or 1 and Σ_k y_k = 1: there is
    exactly one position c at which y is 1."""
    found = claim
    for family in sorted(claim.binary & claim.simplex.keys(), key=lambda f: (f.name, f.label)):
        if family.rank != 1 or family in claim.world.definitions:
            continue
        (axis,) = family.axes
        letters = {ix.name for ix in claim.free}
        c = fresh(next(x for x in "cqrsuv" if x not in letters), axis)
        k = fresh("k", axis)
        world = found.world
        definition = Definition(family, (k,), Delta(k, c))
        found = replace(
            found,
            world=world.redefined({**world.definitions, family: definition}),
            givens=tuple(
                Given(Supposed(family), g.latex, g.line)
                if isinstance(g.fact, Binary | SumsToOne) and g.fact.family == family
                else g
                for g in found.givens
            ),
        )
    return found


def possible(claim: Claim) -> list[Env]:
    """Whether the index conditions can hold at all (j = i together with j ≠ i cannot)."""
    axes: dict[Axis, int] = {}
    for ix in claim.free:
        axes[ix.axis] = ix.axis.fixed or 6
    for condition in claim.conditions:
        for index in (condition.i, condition.j):
            axes.setdefault(index.axis, index.axis.fixed or 6)
    return list(islice(patterns(claim.free, (), axes, claim.conditions), 1))
