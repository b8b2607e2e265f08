"""The second path: numbers put into the written formula, with rigorous error bounds.

It shares nothing with the first path but the formula: no SymPy, no polynomial
ring, no opened definitions. Values are python-flint balls (``arb``), derivatives
are forward-mode dual numbers, and a difference counts only if its ball excludes
zero. It finds counterexamples and cross-examines every proof.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Any

from flint import arb, fmpq
from flint import ctx as flint_context

from derive.claims import Claim, Interval
from derive.terms import (
    Add,
    Apply,
    At,
    Axis,
    Cases,
    Delta,
    Diff,
    Div,
    Entry,
    Family,
    Fn,
    Index,
    IndexValue,
    Ix,
    Mul,
    Pow,
    Prod,
    Rat,
    Size,
    Sum,
    Term,
    is_counted,
    rational,
)

__all__ = ["Evaluator", "NotANumber", "Point", "compare", "points"]

PRECISION = 128
MAX_OPERATIONS = 400_000

Positions = tuple[int, ...]
Slot = tuple[Family, Positions]


class NotANumber(ArithmeticError):
    """The formula has no (certain) real value at this point."""


@dataclass(frozen=True, slots=True)
class Dual:
    """``value + slope·ε`` for one perturbation ``tag``; parts may be dual themselves."""

    value: Any
    slope: Any
    tag: int


def _plus(x: Any, y: Any) -> Any:
    if not isinstance(x, Dual):
        if not isinstance(y, Dual):
            return x + y
        return Dual(_plus(x, y.value), y.slope, y.tag)
    if not isinstance(y, Dual) or y.tag < x.tag:
        return Dual(_plus(x.value, y), x.slope, x.tag)
    if x.tag < y.tag:
        return Dual(_plus(x, y.value), y.slope, y.tag)
    return Dual(_plus(x.value, y.value), _plus(x.slope, y.slope), x.tag)


def _times(x: Any, y: Any) -> Any:
    if not isinstance(x, Dual):
        if not isinstance(y, Dual):
            return x * y
        return Dual(_times(x, y.value), _times(x, y.slope), y.tag)
    if not isinstance(y, Dual) or y.tag < x.tag:
        return Dual(_times(x.value, y), _times(x.slope, y), x.tag)
    if x.tag < y.tag:
        return Dual(_times(x, y.value), _times(x, y.slope), y.tag)
    slope = _plus(_times(x.value, y.slope), _times(x.slope, y.value))
    return Dual(_times(x.value, y.value), slope, x.tag)


def _inverse(x: Any) -> Any:
    if isinstance(x, Dual):
        inverse = _inverse(x.value)
        return Dual(inverse, _times(_times(arb(-1), _times(inverse, inverse)), x.slope), x.tag)
    if x.contains(0):
        raise NotANumber("division by zero")
    return 1 / x


def _apply(name: str, x: Any) -> Any:
    if not isinstance(x, Dual):
        return _plain(name, x)
    value = _apply(name, x.value)
    match name:
        case "exp":
            slope = value
        case "log":
            slope = _inverse(x.value)
        case "sqrt":
            slope = _inverse(_times(arb(2), value))
        case "tanh":
            slope = _plus(arb(1), _times(arb(-1), _times(value, value)))
        case "sin":
            slope = _apply("cos", x.value)
        case "cos":
            slope = _times(arb(-1), _apply("sin", x.value))
        case "abs":
            slope = _times(x.value, _inverse(value))
        case _:
            slope = _apply(_STAND_IN + str(int(name[1:]) + 1), x.value)
    return Dual(value, _times(slope, x.slope), x.tag)


def _plain(name: str, x: Any) -> Any:
    match name:
        case "exp":
            if not abs(x) < 10_000:
                raise NotANumber("an exponential out of range")
            return x.exp()
        case "log":
            if not x > 0:
                raise NotANumber("the log of a number that is not positive")
            return x.log()
        case "sqrt":
            if not x >= 0:
                raise NotANumber("the root of a negative number")
            return x.sqrt()
        case "tanh":
            return x.tanh()
        case "sin":
            return x.sin()
        case "cos":
            return x.cos()
        case "abs":
            return abs(x)
    # an undefined function f: any smooth stand-in serves, f(x) = e^{x/2} + x², with its
    # derivatives by their order
    order = int(name[1:])
    square = (x * x, 2 * x, arb(2))[order] if order <= 2 else arb(0)
    return (x / 2).exp() / 2**order + square


_STAND_IN = "?"


def _ball(value: Fraction) -> Any:
    return arb(fmpq(value.numerator, value.denominator))


@lru_cache(maxsize=2048)
def _number(value: Fraction, precision: int) -> tuple[Any, str]:
    """A rational as a ball (at the precision in force) and as text."""
    return _ball(value), str(value)


@lru_cache(maxsize=2048)
def _log_of(value: Fraction, precision: int) -> tuple[Any, str]:
    return (arb(0), "0") if value == 1 else (_ball(value).log(), f"log({value})")


# --------------------------------------------------------------------------- points


@dataclass
class Point:
    """Values on demand: deterministic, small, and remembered in order of use.

    ``style`` 0 is the plainest; higher styles differ more. Quantities that occur in
    an exponent get logs of small rationals, so that e^{z} is rational.
    """

    sizes: Mapping[Axis, int]
    style: int
    in_exponent: frozenset[Family] = frozenset()
    signs: Mapping[Family, str] = field(default_factory=dict)
    within: Mapping[Family, Interval] = field(default_factory=dict)
    binary: frozenset[Family] = frozenset()
    simplex: Mapping[Family, int] = field(default_factory=dict)
    values: dict[Slot, tuple[Any, str]] = field(default_factory=dict)
    slopes: dict[tuple[Slot, Slot], tuple[Any, str]] = field(default_factory=dict)

    _SIMPLE = (Fraction(1), Fraction(2), Fraction(3), Fraction(1, 2), Fraction(5), Fraction(4))
    _MIXED = (
        Fraction(2),
        Fraction(1, 3),
        Fraction(-1, 2),
        Fraction(3),
        Fraction(-2, 3),
        Fraction(5, 2),
        Fraction(-3),
        Fraction(1, 5),
        Fraction(7, 4),
    )

    def entry(self, family: Family, positions: Positions) -> Any:
        slot = (family, positions)
        if slot not in self.values:
            along = self.simplex.get(family)
            if family.name == r"\pi" and not family.rank and not self._told(family):
                # a bare π that the page says nothing about; any value would do to refute,
                # so the number does
                self.values[slot] = (arb.pi(), "π")
            elif along is not None:
                self._fill_simplex(family, positions, along)
            else:
                self.values[slot] = self._choose(family, positions, len(self.values))
        return self.values[slot][0]

    def _told(self, family: Family) -> bool:
        """Whether a given says something of a family's entries."""
        known = (self.signs, self.within, self.binary, self.simplex)
        return any(family in facts for facts in known)

    def _rational(self, order: int, positions: Positions) -> Fraction:
        flat = sum(p * (3**i) for i, p in enumerate(positions))
        if self.style >= 100:
            far = Fraction((20, 37, 150, 2000)[self.style % 4] + 3 * flat + order)
            return far if self.style < 200 else -far
        match self.style:
            case 0:
                return Fraction(1)
            case 4:
                return Fraction(0)
            case 5:
                return Fraction((order + flat) % 2)
            case 1:
                return self._SIMPLE[flat % 6]
            case 2:
                return self._SIMPLE[order % 6]
        sequence = self._MIXED
        return sequence[(order + flat + self.style) % len(sequence)]

    def _choose(self, family: Family, positions: Positions, order: int) -> tuple[Any, str]:
        value = self._rational(order, positions)
        sign = self.signs.get(family, "")
        if family in self.binary:
            value = Fraction((order + sum(positions) + self.style) % 2)
            if sign in ("+", "≠0"):
                value = Fraction(1)
        elif family in self.in_exponent and not sign and family not in self.within:
            value = abs(value) or Fraction(1)
            return _log_of(value, int(flint_context.prec))
        if sign in ("+", "-", "≠0"):
            value = value or Fraction(1)
        if sign in ("+", "+0"):
            value = abs(value)
        if sign in ("-", "-0"):
            value = -abs(value)
        if family in self.within:
            value = _put_inside(self.within[family], sign, value)
        return _number(value if sign != "0" else Fraction(0), int(flint_context.prec))

    def _fill_simplex(self, family: Family, positions: Positions, along: int) -> None:
        size = self.sizes[family.axes[along]]
        others = (*positions[:along], *positions[along + 1 :])
        row = sum(p * (3**i) for i, p in enumerate(others))  # rows differ from each other
        if self.style == 0:
            weights = [Fraction(int(k == 0)) for k in range(size)]
            if self.signs.get(family, "") in ("+", "≠0"):
                weights = [Fraction(1)] * size
        else:
            weights = [Fraction(k + self.style + (k + 1) * row % 7) for k in range(size)]
        if family in self.binary:
            weights = [Fraction(int(k == (self.style + row) % size)) for k in range(size)]
        total = sum(weights)
        for k in range(size):
            value = weights[k] / total
            at = (*positions[:along], k, *positions[along + 1 :])
            if family in self.within and not _lies_in(self.within[family], value):
                raise NotANumber("no point of this kind keeps the givens")
            self.values[family, at] = (_ball(value), str(value))

    def slope(self, slot: Slot, by: Slot) -> Any:
        """The derivative of an undefined quantity: a free number of its own."""
        if (slot, by) not in self.slopes:
            value = self._rational(len(self.slopes) + 1, (*slot[1], *by[1]))
            self.slopes[slot, by] = (_ball(value), str(value))
        return self.slopes[slot, by][0]


def _put_inside(interval: Interval, sign: str, value: Fraction) -> Fraction:
    """A value of the interval that has the sign, for any number: different ones for
    different sizes of it."""
    low, high = interval.low, interval.high
    if low is None and sign.startswith("+"):
        low = Fraction(0)
    if high is None and sign.startswith("-"):
        high = Fraction(0)
    if low is not None and high is not None:
        return low + (high - low) * (abs(value) or Fraction(1)) / (1 + (abs(value) or 1))
    if low is not None:
        return low + (abs(value) or Fraction(1))
    return value if high is None else high - (abs(value) or Fraction(1))


def _lies_in(interval: Interval, value: Fraction) -> bool:
    low, high = interval.low, interval.high
    if interval.closed:
        return (low is None or low <= value) and (high is None or value <= high)
    return (low is None or low < value) and (high is None or value < high)


class Evaluator:
    """Evaluates written terms at a point, by definition of each construct."""

    def __init__(self, claim: Claim, point: Point) -> None:
        self.world = claim.world
        self.point = point
        self.sizes = point.sizes
        self.work = 0
        self.constants: dict[Ix, int] = {}
        self._defined: dict[tuple[Slot, tuple[Slot, ...]], Any] = {}
        self._parameters: dict[Family, Any] = {}

    @property
    def defined(self) -> dict[Slot, Any]:
        """The values of defined entries met so far, each after those that it rests on."""
        return {slot: value for (slot, seeds), value in self._defined.items() if not seeds}

    def position(self, index: Index, env: Mapping[Ix, int]) -> int:
        if isinstance(index, Ix):
            return env[index]
        assert isinstance(index, At)
        size = self.sizes[index.axis]
        at = size - 1 + index.offset if index.from_end else index.offset
        if not 0 <= at < size:
            raise NotANumber("an index outside its range")
        return at

    def same(self, i: Index, j: Index, env: Mapping[Ix, int]) -> bool:
        """Whether two indices coincide; nothing equals a position that this size lacks."""
        try:
            return self.position(i, env) == self.position(j, env)
        except NotANumber:
            return False

    def __call__(self, term: Term, env: dict[Ix, int], seeds: tuple[Slot, ...] = ()) -> Any:
        self.work += 1
        if self.work > MAX_OPERATIONS:
            raise NotANumber("too much work")
        match term:
            case Entry(family, at):
                return self._entry((family, tuple([self.position(i, env) for i in at])), seeds)
            case Add(args):
                total = self(args[0], env, seeds)
                for a in args[1:]:
                    total = _plus(total, self(a, env, seeds))
                return total
            case Mul(args):
                total = self(args[0], env, seeds)
                for a in args[1:]:
                    total = _times(total, self(a, env, seeds))
                return total
            case Div(num, den):
                return _times(self(num, env, seeds), _inverse(self(den, env, seeds)))
            case Pow():
                return self._power(term, env, seeds)
            case Fn(name, arg):
                return _apply(name, self(arg, env, seeds))
            case Apply(name, arg, order):
                return self._call(name, self(arg, env, seeds), order, seeds)
            case Sum(ix, without, body):
                total = arb(0)
                for k in self._range(ix, without, env):
                    total = _plus(total, self(body, {**env, ix: k}, seeds))
                return total
            case Prod(ix, without, body):
                total = arb(1)
                for k in self._range(ix, without, env):
                    total = _times(total, self(body, {**env, ix: k}, seeds))
                return total
            case Delta(i, j):
                return arb(int(self.same(i, j, env)))
            case Diff(body, by):
                return self._derivative(body, by, env, seeds)
            case Cases(branches):
                for conditions, branch in branches:
                    if all(self.same(c.i, c.j, env) == c.equal for c in conditions):
                        return self(branch, env, seeds)
            case Rat(value):
                return _ball(value)
            case Size(axis):
                return arb(self.sizes[axis])
            case IndexValue(index):
                return arb(self.position(index, env) + index.axis.start)
        raise NotANumber("no value")

    def _range(self, ix: Ix, without: tuple[Index, ...], env: Mapping[Ix, int]) -> Iterator[int]:
        out = set()
        for index in without:
            try:
                out.add(self.position(index, env))
            except NotANumber:
                continue
        return (k for k in range(self.sizes[ix.axis]) if k not in out)

    def _power(self, term: Pow, env: dict[Ix, int], seeds: tuple[Slot, ...]) -> Any:
        base = self(term.base, env, seeds)
        exponent = rational(term.exponent)
        if exponent is None:
            power = self(term.exponent, env, seeds)
            counted = is_counted(term.exponent) and isinstance(power, arb)
            whole = power.unique_fmpz() if counted else None
            if whole is not None and power.is_exact() and power.is_integer():
                exponent = Fraction(int(whole))
            else:
                return _apply("exp", _times(power, _apply("log", base)))
        if exponent.denominator != 1:
            return _apply("exp", _times(_ball(exponent), _apply("log", base)))
        left = abs(int(exponent))
        if left > 10_000:
            raise NotANumber("an exponent out of range")
        result = arb(1)
        square = base if exponent >= 0 else _inverse(base)
        while left:
            if left & 1:
                result = _times(result, square)
            left >>= 1
            if left:
                square = _times(square, square)
        return result

    def _entry(self, slot: Slot, seeds: tuple[Slot, ...]) -> Any:
        family, positions = slot
        if family in self._parameters:
            value = self._parameters[family]
            for depth, seed in enumerate(seeds):
                if seed[0] == family:
                    value = Dual(value, arb(1), depth)
            return value
        for depth in range(len(seeds) - 1, -1, -1):
            if seeds[depth][0] == family:
                # ∂/∂z: z is the independent quantity here, however it is defined
                base = self._entry(slot, seeds[:depth])
                hit = arb(int(seeds[depth][1] == positions))
                return Dual(base, hit, depth)
        definition = self.world.definitions.get(family)
        if definition is not None:
            known = self._defined.get((slot, seeds))
            if known is None:
                env = self.constants | dict(zip(definition.params, positions, strict=True))
                known = self._defined[slot, seeds] = self(definition.body, env, seeds)
            return known
        value = self.point.entry(family, positions)
        for depth, seed in enumerate(seeds):
            if (family, seed[0]) in self.world.depends:
                value = Dual(value, self.point.slope(slot, seed), depth)
        return value

    def _derivative(
        self, body: Term, by: Entry, env: dict[Ix, int], seeds: tuple[Slot, ...]
    ) -> Any:
        seed = (by.family, tuple([self.position(i, env) for i in by.at]))
        value = self(body, env, (*seeds, seed))
        depth = len(seeds)
        return value.slope if isinstance(value, Dual) and value.tag == depth else arb(0)

    def _call(self, name: str, arg: Any, order: int, seeds: tuple[Slot, ...]) -> Any:
        definition = self.world.functions.get(name)
        if definition is None:
            return _apply(_STAND_IN + str(order), arg)
        family = definition.param.family
        before = self._parameters.get(family)
        self._parameters[family] = arg
        try:
            if order == 0:
                return self(definition.body, dict(self.constants), seeds)
            # f'(u): perturb the parameter itself, at a depth above all others
            inner = seeds
            for _ in range(order):
                inner = (*inner, (family, ()))
            value = self(definition.body, dict(self.constants), inner)
            for depth in range(len(inner) - 1, len(seeds) - 1, -1):
                value = value.slope if isinstance(value, Dual) and value.tag == depth else arb(0)
            return value
        finally:
            if before is None:
                del self._parameters[family]
            else:
                self._parameters[family] = before


# --------------------------------------------------------------------------- using it


def points(claim: Claim, sizes: Mapping[Axis, int], styles: tuple[int, ...]) -> Iterator[Point]:
    """Deterministic points that satisfy the claim's givens, plainest first."""
    for style in styles:
        yield Point(
            sizes,
            style,
            claim.in_exponents,
            claim.signs,
            claim.within,
            claim.binary,
            claim.simplex,
        )


def compare(
    claim: Claim, point: Point, env: dict[Ix, int], precision: int = PRECISION
) -> tuple[Any, Any]:
    """Balls that certainly contain both sides at this point.

    Raises:
        NotANumber: one of them has no certain real value there.
    """
    before = flint_context.prec
    flint_context.prec = precision
    try:
        evaluate = Evaluator(claim, point)
        evaluate.constants = dict(env)
        left = evaluate(claim.left, dict(env))
        right = evaluate(claim.right, dict(env))
        for side in (left, right):
            if not side.is_finite():
                raise NotANumber("not finite")
        return left, right
    finally:
        flint_context.prec = before
