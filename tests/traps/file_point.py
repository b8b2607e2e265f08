"""A point given in the words of a claims file, met by our own reading of the claim.

A false claim comes with a counterexample, but the file computes with complex numbers and
derive speaks of real values where both sides are defined. Evaluating the claim there, with
the second path's balls, tells whether the counterexample is one in our reading, too.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from flint import arb, fmpq

from derive.claims import Claim
from derive.deciding.assumptions import Assumed
from derive.deciding.witness import Evaluator, NotANumber, Point, compare
from derive.terms import Axis, Family, Ix
from tests.traps.prefix_form import Said

__all__ = ["AtPoint", "assumption_fails", "at_point"]

PRECISION = 512
_NO_VALUE = (  # the second path's words for "certainly no real value here"
    "division by zero",
    "the log of a number that is not positive",
    "the root of a negative number",
    "an index outside its range",
)


@dataclass(frozen=True, slots=True)
class AtPoint:
    """``undefined``: a side has no real value there, ``why``. ``unclear``: the point or the
    evaluation does not tell."""

    word: Literal["differ", "agree", "undefined", "complex point", "unclear"]
    why: str = ""


def at_point(said: Said, counterexample: Any) -> AtPoint:
    """Both sides of a claim at the file's point; its form is checked, nothing is raised."""
    try:
        values: Mapping[str, str] = counterexample["values"]
        if any("I" in str(shown) for shown in values.values()):
            return AtPoint("complex point")
        point, env = _point(said, counterexample)
        left, right = compare(said.claim, point, env, PRECISION)
    except NotANumber as error:
        return AtPoint("undefined" if str(error) in _NO_VALUE else "unclear", str(error))
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        return AtPoint("unclear", f"malformed counterexample: {type(error).__name__}: {error}")
    return AtPoint("agree" if left.overlaps(right) else "differ")


def assumption_fails(said: Said, assumed: Assumed, counterexample: Any) -> bool | None:
    """Whether an unstated assumption does not hold at the file's counterexample, as it must
    if the claim is true under it; None if the point does not tell."""
    try:
        point, env = _point(said, counterexample)
        return any(
            not _sums_to_one(point, family, slot)
            for family, slot in assumed.claim.simplex.items()
            if family not in said.claim.simplex
        ) or any(
            not _as_defined(assumed.claim, point, env, family)
            for family in assumed.claim.world.definitions
        )
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError):
        return None


def _point(said: Said, counterexample: Any) -> tuple[Point, dict[Ix, int]]:
    """Entries without a value in the file do not matter there; they get one on demand."""
    numbers: Mapping[str, int] = counterexample["indices"]
    axes = dict.fromkeys(
        (
            *said.claim.axes,
            *(ix.axis for ix in said.indices.values()),
            *(axis for family in said.arrays.values() for axis in family.axes),
        )
    )
    sizes = {a: numbers[a.symbol] + a.extra for a in axes}
    point = Point(
        sizes,
        1,
        frozenset(),
        said.claim.signs,
        said.claim.within,
        said.claim.binary,
        said.claim.simplex,
    )
    for name, shown in counterexample["values"].items():
        family, positions = _entry(said, name)
        value = Fraction(shown)
        point.values[family, positions] = (arb(fmpq(value.numerator, value.denominator)), shown)
    env = {ix: numbers[name] - ix.axis.start for name, ix in said.indices.items()}
    return point, env


def _entry(said: Said, name: str) -> tuple[Family, tuple[int, ...]]:
    """``w_2_4`` → w at positions (1, 3)."""
    if name in said.arrays:
        return said.arrays[name], ()
    *letters, last = name.split("_")
    numbers = [int(last)]
    while letters and "_".join(letters) not in said.arrays:
        numbers.insert(0, int(letters.pop()))
    family = said.arrays["_".join(letters)]
    positions = tuple(n - a.start for n, a in zip(numbers, family.axes, strict=True))
    return family, positions


def _sums_to_one(point: Point, family: Family, slot: int) -> bool:
    """Whether every sum of the family's entries over the slot is exactly 1."""

    def ranges(axes: tuple[Axis, ...]) -> list[range]:
        return [range(point.sizes[a]) for a in axes]

    for at in itertools.product(*ranges(family.axes[:slot] + family.axes[slot + 1 :])):
        total = Fraction(0)
        for k in range(point.sizes[family.axes[slot]]):
            positions = (*at[:slot], k, *at[slot:])
            total += Fraction(point.values[family, positions][1])
        if total != 1:
            return False
    return True


def _as_defined(claim: Claim, point: Point, env: dict[Ix, int], family: Family) -> bool:
    """Whether every entry has the value that its definition in ``claim`` gives it."""
    definition = claim.world.definitions[family]
    for positions in itertools.product(*(range(point.sizes[a]) for a in family.axes)):
        evaluate = Evaluator(claim, point)
        value = evaluate(
            definition.body, {**env, **dict(zip(definition.params, positions, strict=True))}
        )
        if not value.overlaps(point.values[family, positions][0]):
            return False
    return True
