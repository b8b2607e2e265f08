"""Order relations: the sign of the difference, from the signs of its parts."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import partial

from derive.claims import Claim
from derive.deciding.explicit import Env, Rules, Speller
from derive.deciding.patterns import Positions
from derive.deciding.prove import LISTED_SIZES, known_signs, with_ring
from derive.deciding.sign import Signs, negated
from derive.deciding.unfold import Level, ladder, unfold
from derive.deciding.zero import Ring, Undefined
from derive.terms import MINUS_ONE, ZERO, Add, Axis, Mul, Term, axes_of, families_of

__all__ = ["OrderProof", "prove_order"]

_WANTED = {"<": ("+",), ">": ("-",), "≤": ("+", "+0", "0"), "≥": ("-", "-0", "0")}


@dataclass(frozen=True, slots=True)
class OrderProof:
    level: Level
    checked: dict[Axis, tuple[int, ...]]
    every_size: bool


def prove_order(claim: Claim) -> OrderProof | None:
    """A proof of ``left < right`` (or ≤, >, ≥): for every size by the sign calculus, else
    for the listed sizes by the signs of all coefficients."""
    signs = Signs(claim)
    levels = ladder((claim.left, claim.right), claim.world)
    opened = []
    for level in levels:
        left = unfold(claim.left, level, claim.world)
        right = unfold(claim.right, level, claim.world)
        opened.append((level, left, right))
        if _sign_of_gap(signs, left, right) in _WANTED[claim.relation]:
            return OrderProof(level, {}, True)
    for level, left, right in opened:
        checked = _at_listed_sizes(claim, left, right, signs)
        if checked is not None:
            return OrderProof(level, checked, not any(a.fixed is None for a in checked))
    return None


def _sign_of_gap(signs: Signs, left: Term, right: Term) -> str | None:
    if left == ZERO:
        return signs(right)
    if right == ZERO:
        return negated(signs(left))
    return signs(Add((right, Mul((MINUS_ONE, left)))))


def _at_listed_sizes(
    claim: Claim, left: Term, right: Term, signs: Signs
) -> dict[Axis, tuple[int, ...]] | None:
    axes = tuple(dict.fromkeys((*axes_of(left, right), *(ix.axis for ix in claim.free))))
    families = families_of(left, right)
    rules = Rules(signs=known_signs(signs, families), binary=claim.binary)
    choices = [(a.fixed,) if a.fixed is not None else LISTED_SIZES for a in axes]
    low, high = (left, right) if claim.relation in "<≤" else (right, left)
    strict = claim.relation in "<>"
    positions = Positions(claim.free, (left, right), claim.conditions)
    speller = Speller(rules)
    a, b = speller.compile(low), speller.compile(high)
    for choice in itertools.product(*choices):
        sizes = dict(zip(axes, choice, strict=True))
        ring = Ring()

        def positive(env: Env, sizes: dict[Axis, int] = sizes, ring: Ring = ring) -> bool:
            speller.begin(ring, sizes)
            try:
                gap = ring.subtract(b(env), a(env))
            except Undefined:
                return True
            return not strict if gap.is_zero() else ring.is_positive(gap)

        for env in positions.at(sizes):
            ring.forget_learnt()
            if not with_ring(ring, partial(positive, env)):
                return None
    return {a: tuple(sorted(set(c))) for a, c in zip(axes, choices, strict=True)}
