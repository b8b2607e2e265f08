"""Curves: a term evaluated along a range of one quantity, by the second path.

Points are numbers put into the written formula (`witness.Evaluator`), with error bounds; a point
without a certain value is none. Two points are joined only if the formula, evaluated on the ball
between them, has a value there throughout: a curve has a gap where a value is missing, and
never a line across a pole. A quantity that is given a value has it, however it is defined;
derivatives follow the definitions all the same. What has no value is an unbounded ball: a
result that depends on it is none, one that does not is exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from flint import arb, fmpq
from flint import ctx as flint_context

from derive.claims import Claim
from derive.deciding.derivative import World
from derive.deciding.round_numbers import round_numbers, round_step
from derive.deciding.witness import Dual, Evaluator, NotANumber, Point, Positions, Slot
from derive.printing import text
from derive.terms import (
    ZERO,
    Apply,
    Cases,
    Delta,
    Entry,
    Family,
    IndexValue,
    Prod,
    Size,
    Sum,
    Term,
    rational,
    walk,
)

__all__ = ["Budget", "CannotDraw", "Drawing", "Path", "constant", "drawing"]

PRECISION = 96
PARTS = 60  # of the range, which are then parted where the curve bends or ends
DEEPEST = 4, 8, 13  # how often: where it bends, breaks, ends
BENT = Fraction(1, 500)  # of the height: less than that nobody sees
MOST_WORK = 150_000  # for one curve; beyond half of it nothing more is parted
TICKS = 6
_HUGE = 10**12

Number = Fraction
Part = Literal["curve", "variable", "range", "value"]
Path = tuple[tuple[float, float], ...]


class CannotDraw(Exception):
    """A plot that cannot be drawn; the message says why, ``part`` and ``number`` (from 0) where:
    in which curve, in the variable, its range, or which of the values."""

    def __init__(self, message: str, part: Part = "curve", number: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.part = part
        self.number = number


@dataclass
class Budget:
    """The work that is left for the curves of a page."""

    left: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """The curves as ``paths`` in a box of width and height 1, from its lower left corner, and
    their ``values`` at ``points``; the ends of the box and the round numbers on its axes."""

    paths: tuple[tuple[Path, ...], ...]
    low: Number
    high: Number
    bottom: Number
    top: Number
    x_ticks: tuple[Number, ...]
    y_ticks: tuple[Number, ...]
    points: tuple[Number, ...]
    values: tuple[tuple[Number | None, ...], ...]


def constant(term: Term, world: World, budget: Budget) -> Number:
    """A term without free quantities as a number: exact if it is written so.

    Raises:
        CannotDraw: it is no number, too large a one, or too much work.
    """
    value = rational(term)
    if value is None:
        evaluate = _Values(world, {}, budget)
        with _precision(), _about(0):
            value = evaluate.certain(term)
        if value is None:
            raise CannotDraw(_lacking(evaluate) or "this is no number")
    if abs(value) > _HUGE:
        raise CannotDraw("this number is too large for a plot")
    return value


def drawing(
    curves: Sequence[Term],
    variable: Family,
    ends: tuple[Number, Number],
    values: Mapping[Family, Number],
    world: World,
    budget: Budget,
) -> Drawing:
    """The curves over a variable between two ends, with the ``values`` of other quantities.

    Raises:
        CannotDraw: a curve has no value anywhere, the range is empty, or a value is used nowhere.
    """
    low, high = ends
    width = high - low
    if width <= 0:
        raise CannotDraw("this range is empty", "range")
    if width < max(abs(low), abs(high)) / 10**6:
        raise CannotDraw("this range is too narrow for where it lies", "range")
    drawn = []
    with _precision():
        for at, term in enumerate(curves):
            _refuse(term, world, {variable, *values}, at)
            evaluate = _Values(world, {f: _ball(v) for f, v in values.items()}, budget)
            drawn.append(_Curve(term, evaluate, variable, low, high))
            with _about(at):
                drawn[-1].sample()
        _all_used([variable, *values], drawn)
        bottom, top, step = _height(drawn)
        for at, curve in enumerate(drawn):
            with _about(at):
                curve.refine(top - bottom)
        x_ticks = tuple(round_numbers(low, high, round_step(width, TICKS)))
        points = _points(low, high, x_ticks)
        table = tuple(tuple(curve.value(x) for x in points) for curve in drawn)
    return Drawing(
        paths=tuple(tuple(curve.paths(bottom, top)) for curve in drawn),
        low=low,
        high=high,
        bottom=bottom,
        top=top,
        x_ticks=x_ticks,
        y_ticks=tuple(round_numbers(bottom, top, step)),
        points=points,
        values=table,
    )


@contextmanager
def _about(curve: int) -> Iterator[None]:
    """What cannot be drawn within it is this curve."""
    try:
        yield
    except CannotDraw as error:
        error.number = curve
        raise
    except RecursionError:
        raise CannotDraw("the formula is nested too deeply", number=curve) from None


# --------------------------------------------------------------------------- what cannot be drawn


def _refuse(term: Term, world: World, given: set[Family], curve: int) -> None:
    """Refuse what has no plain value, in a term or in a definition that it rests on."""
    waiting: list[tuple[Term, str]] = [(term, "")]
    seen: set[Family | str] = set()
    while waiting:
        here, name = waiting.pop()
        for node in walk(here):
            indexed = isinstance(node, Entry) and node.at
            if indexed or isinstance(node, Sum | Prod | Size | IndexValue | Delta | Cases):
                who = name or text(term)
                message = f"{who} rests on a sum, a size or an index, which cannot be drawn"
                raise CannotDraw(message, number=curve)
            if isinstance(node, Apply) and node.function not in seen:
                seen.add(node.function)
                function = world.functions.get(node.function)
                if function is None:
                    message = (
                        f"the function {node.function} is used but never defined on this page"
                    )
                    raise CannotDraw(message, number=curve)
                waiting.append((function.body, node.function))
            if isinstance(node, Entry) and node.family not in seen:
                seen.add(node.family)
                definition = world.definitions.get(node.family)
                if definition is not None and node.family not in given:
                    waiting.append((definition.body, text(node)))


def _all_used(families: Sequence[Family], curves: Sequence[_Curve]) -> None:
    """Refuse a value that no curve asks for, and one that the others leave no choice about.
    ``families``: the variable, then the quantities with values."""
    evaluations = [curve.evaluate for curve in curves]
    for curve in curves:
        curve.value(sum(curve.ends) / Fraction(2))
    used = {family for evaluate in evaluations for family in evaluate.used}
    for at, family in enumerate(families):
        name = text(Entry(family))
        part: Part = "value" if at else "variable"
        if family not in used:
            raise CannotDraw(f"no curve depends on {name}", part, max(0, at - 1))
        if any(evaluate.follows(family) for evaluate in evaluations):
            message = f"{name} follows from the other values of this plot"
            raise CannotDraw(message, part, max(0, at - 1))


def _lacking(evaluate: _Values) -> str:
    if not evaluate.lacking:
        return ""
    family, derivative = next(iter(evaluate.lacking))
    name = text(Entry(family))
    if derivative:
        return f"the derivative of {name} has no value in this plot"
    return f"{name} has no value in this plot"


# --------------------------------------------------------------------------- evaluation


@contextmanager
def _precision() -> Iterator[None]:
    """Within it balls have the precision of plots."""
    before = flint_context.prec
    flint_context.prec = PRECISION
    try:
        yield
    finally:
        flint_context.prec = before


def _ball(value: Number) -> Any:
    return arb(fmpq(value.numerator, value.denominator))


@dataclass
class _Anything(Point):
    """A point at which nothing has a value but π and what is given one; it remembers what was
    asked for in vain."""

    given: Mapping[Family, Any] = field(default_factory=dict)
    lacking: dict[tuple[Family, bool], None] = field(default_factory=dict)  # a derivative: True

    def entry(self, family: Family, positions: Positions) -> Any:
        if family in self.given:
            return self.given[family]
        if family.name == r"\pi" and not family.rank:
            return arb.pi()
        self.lacking[family, False] = None
        return arb(0, float("inf"))

    def slope(self, slot: Slot, by: Slot) -> Any:
        self.lacking[slot[0], True] = None
        return arb(0, float("inf"))


class _Values(Evaluator):
    """Evaluates terms where some quantities have given values."""

    def __init__(self, world: World, values: dict[Family, Any], budget: Budget) -> None:
        self.budget = budget
        self.nothing = _Anything({}, 0, given=values)
        super().__init__(Claim(ZERO, ZERO, world=world), self.nothing)
        self.values = values
        self.used: set[Family] = set()

    @property
    def lacking(self) -> dict[tuple[Family, bool], None]:
        return self.nothing.lacking

    def ball(self, term: Term) -> Any | None:
        """What contains the value; None where it is not certain that there is one."""
        before = self.work
        self._defined.clear()
        self._parameters.clear()
        try:
            value = self(term, {})
        except NotANumber:
            value = arb("nan")
        self.budget.left -= self.work - before
        if self.budget.left < 0:
            raise CannotDraw("the curves of this page are too much work")
        if self.work > MOST_WORK:
            raise CannotDraw("this curve is too much work")
        return value if value.is_finite() else None

    def certain(self, term: Term) -> Number | None:
        """The value at a point, if it is known well enough to be drawn."""
        ball = self.ball(term)
        if ball is None:
            return None
        middle, radius = float(ball.mid()), float(ball.rad())
        if not abs(middle) < 1e100 or radius > 1e-6 * (1 + abs(middle)):
            return None
        return Fraction(middle)

    def follows(self, family: Family) -> bool:
        """Whether a quantity's own definition says what it is at these values."""
        if family not in self.world.definitions:
            return False
        value = self.values.pop(family)
        try:
            return self.certain(Entry(family)) is not None
        finally:
            self.values[family] = value

    def _entry(self, slot: Slot, seeds: tuple[Slot, ...]) -> Any:
        family = slot[0]
        value = self.values.get(family)
        if value is None:
            return super()._entry(slot, seeds)
        self.used.add(family)
        if not any(self.world.moves(family, seed[0]) for seed in seeds):
            return value
        return _with_value(super()._entry(slot, seeds), value)


def _with_value(found: Any, value: Any) -> Any:
    """The same derivatives of another value."""
    if isinstance(found, Dual):
        return Dual(_with_value(found.value, value), found.slope, found.tag)
    return value


# --------------------------------------------------------------------------- one curve

_Sample = tuple[Number, Number | None]


class _Curve:
    """Samples of one curve, and which neighbours of them are joined."""

    def __init__(
        self, term: Term, evaluate: _Values, variable: Family, low: Number, high: Number
    ) -> None:
        self.term = term
        self.evaluate = evaluate
        self.variable = variable
        self.ends = low, high
        self.samples: list[_Sample] = []
        self.joined: list[bool] = []  # each sample with the one after it

    def value(self, x: Number) -> Number | None:
        self.evaluate.values[self.variable] = _ball(x)
        return self.evaluate.certain(self.term)

    def sample(self) -> None:
        low, high = self.ends
        xs = [low + (high - low) * n / PARTS for n in range(PARTS + 1)]
        self.samples = [(x, self.value(x)) for x in xs]
        if all(y is None for _, y in self.samples):
            message = "this has no value in the whole range"
            raise CannotDraw(_lacking(self.evaluate) or message)
        pairs = zip(self.samples, self.samples[1:], strict=False)
        self.joined = [self._whole(a, b) for a, b in pairs]

    def _whole(self, a: _Sample, b: _Sample) -> bool:
        """Whether the curve surely has a value everywhere between two samples."""
        if a[1] is None or b[1] is None:
            return False
        self.evaluate.values[self.variable] = _ball(a[0]).union(_ball(b[0]))
        return self.evaluate.ball(self.term) is not None

    def heights(self) -> tuple[Number, Number]:
        """The least and greatest value to be shown; near a pole not all of them are."""
        ys = sorted(y for _, y in self.samples if y is not None)
        bottom, top = ys[0], ys[-1]
        if all(self.joined):
            return bottom, top
        inner = ys[len(ys) // 20 : len(ys) - len(ys) // 20]
        spread = inner[-1] - inner[0]
        if top - bottom <= Fraction(5, 2) * spread:
            return bottom, top
        return max(bottom, inner[0] - spread / 8), min(top, inner[-1] + spread / 8)

    def refine(self, height: Number) -> None:
        samples, joined = [self.samples[0]], []
        for a, b, whole in zip(self.samples, self.samples[1:], self.joined, strict=False):
            for sample, join in self._between(a, b, whole, height, 0):
                samples.append(sample)
                joined.append(join)
        self.samples, self.joined = samples, joined
        if not any(joined):
            raise CannotDraw("this has certain values at single points only")

    def _between(
        self, a: _Sample, b: _Sample, whole: bool, height: Number, depth: int
    ) -> Iterator[tuple[_Sample, bool]]:
        """The samples after ``a`` up to ``b``, and whether each is joined to the one before."""
        ends = (a[1] is None) + (b[1] is None)
        deepest = DEEPEST[0] if whole else DEEPEST[1 + ends % 2]
        if depth >= deepest or ends == 2 or self.evaluate.work > MOST_WORK // 2:
            yield b, whole
            return
        x = (a[0] + b[0]) / 2
        middle = x, self.value(x)
        if whole and middle[1] is not None:
            assert a[1] is not None
            assert b[1] is not None
            if abs(middle[1] - (a[1] + b[1]) / 2) <= BENT * height:
                yield b, True
                return
        for start, end in ((a, middle), (middle, b)):
            sure = whole and middle[1] is not None
            part = sure or self._whole(start, end)
            yield from self._between(start, end, part, height, depth + 1)

    def paths(self, bottom: Number, top: Number) -> Iterator[Path]:
        """The curve in the box, cut off where it leaves it."""
        low, high = self.ends
        path: list[tuple[float, float]] = []
        for at, join in enumerate(self.joined):
            piece = None
            if join:
                a, b = (
                    ((x - low) / (high - low), (y - bottom) / (top - bottom))
                    for x, y in self.samples[at : at + 2]
                    if y is not None
                )
                piece = _inside(a, b)
            if path and (piece is None or piece[0] != path[-1]):
                yield tuple(path)
                path = []
            if piece is not None:
                path = path or [piece[0]]
                path.append(piece[1])
        if path:
            yield tuple(path)


_Vertex = tuple[Number, Number]


def _inside(a: _Vertex, b: _Vertex) -> Path | None:
    """The part of a line that lies between the heights 0 and 1."""
    if max(a[1], b[1]) < 0 or min(a[1], b[1]) > 1:
        return None

    def cut(end: _Vertex, other: _Vertex) -> tuple[float, float]:
        x, y = end
        edge = Fraction(0) if y < 0 else Fraction(1)
        if not 0 <= y <= 1:
            x += (other[0] - x) * (edge - y) / (other[1] - y)
            y = edge
        return float(x), float(y)

    return cut(a, b), cut(b, a)


# --------------------------------------------------------------------------- the box


def _height(curves: Sequence[_Curve]) -> tuple[Number, Number, Number]:
    """The lower and upper end of the box, both round, and the step of its ticks."""
    heights = [curve.heights() for curve in curves]
    bottom, top = min(b for b, _ in heights), max(t for _, t in heights)
    if top - bottom <= max(abs(top), abs(bottom)) / 10**9:
        room = abs(top) / 2 or Fraction(1)
        bottom, top = bottom - room, top + room
    step = round_step(top - bottom, TICKS)
    return bottom // step * step, -(-top // step) * step, step


def _points(low: Number, high: Number, ticks: Sequence[Number]) -> tuple[Number, ...]:
    """Where the values are told: the ends of the range, and the round numbers between them."""
    near = (high - low) / 50
    return low, *(x for x in ticks if low + near < x < high - near), high
