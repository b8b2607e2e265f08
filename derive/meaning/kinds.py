"""What kind of statement a relation is: identity meant, condition, given, rounded value."""

from __future__ import annotations

import math
import re
from fractions import Fraction

from derive.claims import Binary, GivenSign, Interval, Signed, SizeAtLeast, SumsToOne, Within
from derive.deciding.derivative import World
from derive.terms import (
    ONE,
    ZERO,
    Add,
    Apply,
    At,
    Diff,
    Entry,
    Family,
    Ix,
    Pow,
    Rat,
    Size,
    Sum,
    Term,
    families_of,
    integer,
    rational,
    walk,
)

__all__ = ["bare_order", "introduces", "is_open", "is_size", "rounds_to", "stated_fact"]


def introduces(world: World, left: Term, right: Term) -> bool:
    """``s² = …``: the left side speaks of nothing but new quantities, which the right does
    not contain: it says what they are, if only through an equation."""
    if any(isinstance(n, Diff | Sum | Apply) for n in walk(left)):
        return False
    new = world.families(left)
    reached = {g for f in world.families(right) for g in world.reach(f)}
    return bool(new) and not (new & reached) and not any(f in world.definitions for f in new)


def rounds_to(left: Fraction, right: Fraction, source: str) -> bool:
    """Whether a decimal on the right is the left side rounded to its digits."""
    decimals = re.search(r"\.(\d+)\s*$", source.strip())
    digits = len(decimals.group(1)) if decimals else 0
    return left != right and abs(left - right) <= Fraction(6, 10 ** (digits + 1))


def bare_order(relation: str, left: Term, right: Term) -> bool:
    """``a ≥ b`` between bare names is a condition, unless it can be proved."""
    return relation != "=" and isinstance(left, Entry) and isinstance(right, Entry)


def is_open(left: Term, right: Term) -> bool:
    """An equation whose sides speak of different quantities, without derivatives, may be
    a condition; with the same quantities on both sides an identity is meant."""
    if any(isinstance(n, Diff) for t in (left, right) for n in walk(t)):
        return False
    families = [
        families_of(t) | {n.function for n in walk(t) if isinstance(n, Apply)}
        for t in (left, right)
    ]
    return families[0] != families[1]


def stated_fact(
    left: Term, relation: str, right: Term, defined: set[Family]
) -> SumsToOne | Signed | Within | Binary | SizeAtLeast | None:
    """The given that a relation between undefined quantities states, if it is one that the
    decider can use: Σ_k y_k = 1, T > 0, x ≠ 0, p < 1, y_k² = y_k, n ≥ 2."""
    if relation == "=" and right == ONE and isinstance(left, Sum) and not left.without:
        body = left.body
        if isinstance(body, Entry) and body.at.count(left.ix) == 1:
            if body.family not in defined and _generic(body):
                return SumsToOne(body.family, body.at.index(left.ix))
    if relation == "=" and right == ONE and isinstance(left, Add):
        return _whole_simplex(left.args, defined)
    if relation == "=" and isinstance(left, Pow) and left.base == right:
        if isinstance(right, Entry) and integer(left.exponent) == 2 and _generic(right):
            return Binary(right.family) if right.family not in defined else None
    for one, other, signs in ((left, right, _SIGNS), (right, left, _MIRRORED)):
        if isinstance(one, Entry) and other == ZERO and relation in signs and _generic(one):
            return Signed(one.family, signs[relation]) if one.family not in defined else None
        bound = rational(other)
        if bound is None or relation not in signs or relation == "≠":
            continue
        if isinstance(one, Entry) and _generic(one) and one.family not in defined:
            return Within(one.family, _half_line(signs[relation], bound))
        size = _size(one)
        if size is not None and signs[relation][0] == "+":
            strict = len(signs[relation]) == 1
            return SizeAtLeast(size, math.floor(bound) + 1 if strict else math.ceil(bound))
    return None


def _half_line(sign: str, bound: Fraction) -> Interval:
    closed = len(sign) == 2
    return Interval(bound, None, closed) if sign[0] == "+" else Interval(None, bound, closed)


def is_size(term: Term) -> bool:
    """Whether a term is the letter of a size, and nothing else."""
    return _size(term) is not None


def _size(term: Term) -> str | None:
    """The letter of a size that stands alone (of an axis 0…n the letter is Size − 1)."""
    match term:
        case Size(axis) if axis.extra == 0:
            return axis.symbol
        case Add((Size(axis), Rat(value))) if value == -axis.extra:
            return axis.symbol
    return None


_SIGNS: dict[str, GivenSign] = {">": "+", "<": "-", "≥": "+0", "≤": "-0", "≠": "≠0"}
_MIRRORED: dict[str, GivenSign] = {"<": "+", ">": "-", "≤": "+0", "≥": "-0", "≠": "≠0"}


def _generic(entry: Entry) -> bool:
    """Whether the statement is about every entry: x_1 > 0 says nothing about x_2."""
    return all(isinstance(i, Ix) for i in entry.at) and len(set(entry.at)) == len(entry.at)


def _whole_simplex(parts: tuple[Term, ...], defined: set[Family]) -> SumsToOne | None:
    """``y_1 + y_2 = 1`` where y has just these two entries."""
    entries = [p for p in parts if isinstance(p, Entry) and len(p.at) == 1]
    if len(entries) != len(parts) or len({e.family for e in entries}) != 1:
        return None
    family = entries[0].family
    size = family.axes[0].fixed
    positions = {
        i.offset if not i.from_end else (size or 0) - 1 + i.offset
        for e in entries
        for i in e.at
        if isinstance(i, At)
    }
    if size is None or positions != set(range(size)) or len(parts) != size:
        return None
    return SumsToOne(family) if family not in defined else None
