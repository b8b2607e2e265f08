"""Order relations: the sign of the difference, from the signs of its parts.

For every size in two ways. By the sign calculus (`sign.Signs`). Or by coefficients: the
difference, times its denominators (which the calculus knows to be positive), is at each size
a polynomial in entries and exponentials of entries. By the theorem of `bound` its coefficients
are polynomials in n of degree at most D, one for each kind of monomial, and every kind occurs
among the first f + B positions. So if at the sizes f+B … f+B+D these coefficients are the same
and positive, they are so at every further size.
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable
from dataclasses import dataclass, replace
from functools import partial

from derive.claims import Claim
from derive.deciding.bound import Outside, bound, denominators
from derive.deciding.explicit import Env, Rules, Speller
from derive.deciding.patterns import Positions
from derive.deciding.prove import LISTED_SIZES, known_signs, with_ring
from derive.deciding.rewriting import logged
from derive.deciding.sign import Signs, negated
from derive.deciding.unfold import Level, ladder, unfold
from derive.deciding.zero import BudgetExceeded, Quotient, Ring, Undefined
from derive.terms import MINUS_ONE, ONE, ZERO, Add, Axis, Mul, Term, axes_of, families_of

__all__ = ["OrderProof", "prove_order"]

_WANTED = {"<": ("+",), ">": ("-",), "≤": ("+", "+0", "0"), "≥": ("-", "-0", "0")}
MAX_ORDER_SIZE = 9

# A polynomial: monomial (generator keys with powers) → coefficient.
_Poly = dict[Hashable, object]


@dataclass(frozen=True, slots=True)
class OrderProof:
    level: Level
    checked: dict[Axis, tuple[int, ...]]
    every_size: bool


def prove_order(claim: Claim) -> OrderProof | None:
    """A proof of ``left < right`` (or ≤, >, ≥): for every size by the sign calculus or by
    coefficients, else for the listed sizes by the signs of all factors."""
    levels = ladder((claim.left, claim.right), claim.world)
    opened = []
    for level in levels:
        left = unfold(claim.left, level, claim.world)
        right = unfold(claim.right, level, claim.world)
        signs = Signs(claim, logged((left, right)), partial(_at_most_one, claim))
        opened.append((level, left, right, signs))
        if _sign_of_gap(signs, left, right) in _WANTED[claim.relation]:
            return OrderProof(level, {}, True)
    for level, left, right, signs in opened:
        checked = _by_coefficients(claim, left, right, signs)
        if checked is not None:
            return OrderProof(level, checked, True)
    for level, left, right, signs in opened:
        checked = _at_listed_sizes(claim, left, right, signs)
        if checked is not None:
            return OrderProof(level, checked, not any(a.fixed is None for a in checked))
    return None


def _at_most_one(claim: Claim, term: Term) -> bool:
    """Whether a part of the claim is at most 1, at every size."""
    part = replace(claim, left=term, right=ONE, relation="≤")
    signs = Signs(part)
    try:
        for level in ladder((term,), claim.world):
            opened = unfold(term, level, claim.world)
            if _by_coefficients(part, opened, ONE, signs) is not None:
                return True
    except BudgetExceeded:
        return False
    return False


def _sign_of_gap(signs: Signs, left: Term, right: Term) -> str | None:
    if left == ZERO:
        return signs(right)
    if right == ZERO:
        return negated(signs(left))
    return signs(Add((right, Mul((MINUS_ONE, left)))))


def _ordered(claim: Claim, left: Term, right: Term) -> tuple[Term, Term]:
    """What is claimed to be the lower side, and the other."""
    return (left, right) if claim.relation in "<≤" else (right, left)


def _axes(claim: Claim, left: Term, right: Term) -> tuple[Axis, ...]:
    return tuple(dict.fromkeys((*axes_of(left, right), *(ix.axis for ix in claim.free))))


def _rules(claim: Claim, left: Term, right: Term, signs: Signs) -> Rules:
    return Rules(
        signs=known_signs(signs, families_of(left, right)),
        within=claim.within,
        binary=claim.binary,
    )


# --------------------------------------------------------------------------- coefficients


def _by_coefficients(
    claim: Claim, left: Term, right: Term, signs: Signs
) -> dict[Axis, tuple[int, ...]] | None:
    axes = _axes(claim, left, right)
    positions = Positions(claim.free, (left, right), claim.conditions)
    if len(axes) != 1 or axes[0].fixed is not None or claim.simplex or positions.as_numbers:
        return None
    (axis,) = axes
    if positions.named:
        return None
    rules = _rules(claim, left, right, signs)
    low, high = _ordered(claim, left, right)
    gap = Add((high, Mul((MINUS_ONE, low))))
    try:
        below = denominators(axis, gap, rules)
        if not all(signs.positive(d) for d in below):
            return None
        whole = Mul((*below, gap))
        b = bound(axis, whole, ZERO, rules)
    except Outside:
        return None
    least = claim.smallest(axis)
    first = max(least, len(claim.free) + b.sums)
    last = first + b.degree
    if last > MAX_ORDER_SIZE:
        return None
    speller = Speller(rules)
    value_of = speller.compile(whole)
    settled: dict[tuple[int, ...], _Poly] = {}
    for size in range(least, last + 1):
        ring = Ring()
        sizes = {axis: size}

        def value(env: Env, ring: Ring = ring, sizes: dict[Axis, int] = sizes) -> Quotient:
            speller.begin(ring, sizes)
            return value_of(env)

        for env in positions.at(sizes):
            ring.forget_learnt()
            try:
                found = ring.as_polynomial(with_ring(ring, partial(value, env)))
            except Undefined:
                return None
            if found is None or not _stands(claim.relation, ring, found):
                return None
            if size < first:
                continue
            poly = _restricted(ring, found, first)
            if poly is None or settled.setdefault(tuple(env.values()), poly) != poly:
                return None
    return {axis: tuple(range(least, last + 1))}


def _stands(relation: str, ring: Ring, gap: Quotient) -> bool:
    """Whether all coefficients say that the gap is positive (or zero, for ≤ and ≥)."""
    if gap.is_zero():
        return relation in "≤≥"
    return ring.is_positive(gap) or (relation in "≤≥" and ring.is_not_negative(gap))


def _restricted(ring: Ring, value: Quotient, positions: int) -> _Poly | None:
    """The part of a polynomial about the first positions; None if it speaks of anything
    but entries and their exponentials."""
    out: _Poly = {}
    for coefficient, powers in ring.terms(value.num):
        inside = True
        for name, _ in powers:
            at = _positions_of(name)
            if at is None:
                return None
            inside &= all(p < positions for p in at)
        if inside:
            out[powers] = coefficient
    return out


def _positions_of(name: Hashable) -> tuple[int, ...] | None:
    match name:
        case ("entry" | "-entry", _, _, tuple(at)):
            return at
        case ("exp", ((inner, 1),), None):
            return _positions_of(inner)
    return None


# --------------------------------------------------------------------------- listed sizes


def _at_listed_sizes(
    claim: Claim, left: Term, right: Term, signs: Signs
) -> dict[Axis, tuple[int, ...]] | None:
    axes = _axes(claim, left, right)
    choices = [
        (a.fixed,)
        if a.fixed is not None
        else tuple(claim.smallest(a) - 1 + s for s in LISTED_SIZES)
        for a in axes
    ]
    low, high = _ordered(claim, left, right)
    strict = claim.relation in "<>"
    positions = Positions(claim.free, (left, right), claim.conditions)
    speller = Speller(_rules(claim, left, right, signs))
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
            sign = "0" if ring.vanishes(gap) else ring.sign(gap)
            return sign == "+" or (not strict and sign in ("0", "+0"))

        for env in positions.at(sizes):
            ring.forget_learnt()
            if not with_ring(ring, partial(positive, env)):
                return None
    return {a: tuple(sorted(set(c))) for a, c in zip(axes, choices, strict=True)}
