"""Curves: values are right, gaps stay gaps, no line crosses a pole, and axes are round."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

import pytest

from derive.deciding.curves import Budget, CannotDraw, Drawing, constant, drawing
from derive.deciding.derivative import World
from derive.deciding.round_numbers import number_text, round_numbers, round_step
from derive.terms import Add, Apply, Div, Entry, Family, Fn, Mul, Pow, Rat, Term, neg

X = Entry(Family("x"))
Y = Entry(Family("y"))


def number(value: str) -> Rat:
    return Rat(Fraction(value))


def drawn(term: Term, low: str, high: str, **values: str) -> Drawing:
    fixed = {Family(name): Fraction(value) for name, value in values.items()}
    ends = Fraction(low), Fraction(high)
    return drawing([term], X.family, ends, fixed, World(), Budget(10**6))


LOG = Fn("log", X)
POLE = Div(number("1"), Add((X, number("-1/3"))))
TAN = Div(Fn("sin", X), Fn("cos", X))


# --------------------------------------------------------------------------- values


@pytest.mark.parametrize(
    ("term", "low", "high", "function"),
    [
        (neg(LOG), "1/100", "1", lambda x: -math.log(x)),
        (Fn("exp", neg(Mul((X, X)))), "-3", "3", lambda x: math.exp(-x * x)),
        (Fn("tanh", X), "-4", "4", math.tanh),
        (Fn("sqrt", X), "0", "4", math.sqrt),
        (Pow(X, number("3")), "-2", "2", lambda x: x**3),
        (Fn("abs", X), "-1", "2", abs),
    ],
)
def test_every_point_of_a_curve_lies_on_it(
    term: Term, low: str, high: str, function: Callable[[float], float]
) -> None:
    plot = drawn(term, low, high)
    (path,) = plot.paths[0]
    assert len(path) >= 61
    for u, v in path:
        x = plot.low + (plot.high - plot.low) * Fraction(u)
        y = plot.bottom + (plot.top - plot.bottom) * Fraction(v)
        assert float(y) == pytest.approx(function(float(x)), abs=1e-9)
    for x, value in zip(plot.points, plot.values[0], strict=True):
        assert value is not None
        assert float(value) == pytest.approx(function(float(x)), abs=1e-12)


def test_where_a_curve_bends_its_points_are_closer() -> None:
    plot = drawn(neg(LOG), "1/100", "1")
    (path,) = plot.paths[0]
    steps = [b[0] - a[0] for a, b in pairwise(path)]
    assert min(steps[:5]) < 1 / 200 < max(steps[-5:])


# --------------------------------------------------------------------------- gaps


@pytest.mark.parametrize(
    ("term", "low", "high", "gaps"),
    [
        (LOG, "-1", "1", [(-1.0, 0.0)]),
        (POLE, "-1", "1", [(1 / 3, 1 / 3)]),
        (TAN, "-3", "3", [(-math.pi / 2, -math.pi / 2), (math.pi / 2, math.pi / 2)]),
        (Fn("sqrt", Add((Mul((X, X)), number("-1")))), "-2", "2", [(-1.0, 1.0)]),
        (Div(X, X), "-1", "1", [(0.0, 0.0)]),
        (Fn("log", Fn("abs", X)), "-1", "1", [(0.0, 0.0)]),
    ],
)
def test_a_curve_has_a_gap_where_it_has_no_value(
    term: Term, low: str, high: str, gaps: list[tuple[float, float]]
) -> None:
    plot = drawn(term, low, high)
    paths = sorted(plot.paths[0])
    width = float(plot.high - plot.low)
    for first, last in gaps:
        inside = [
            path
            for path in paths
            if path[0][0] < (last - float(low)) / width and path[-1][0] > (first - float(low)) / width
        ]  # fmt: skip
        assert inside == []
    for (start, *_), end in zip(paths[1:], (path[-1] for path in paths), strict=False):
        assert start[0] >= end[0]


def test_near_a_pole_the_box_stays_small_enough_to_see_the_rest() -> None:
    plot = drawn(POLE, "-1", "1")
    assert plot.top - plot.bottom <= 40
    assert all(0 <= v <= 1 for path in plot.paths[0] for _, v in path)
    ends = [path[end][1] for path, end in zip(sorted(plot.paths[0]), (-1, 0), strict=True)]
    assert ends == [0, 1]  # down to the edge on one side, up to it on the other


def test_without_a_pole_all_of_a_curve_is_shown() -> None:
    plot = drawn(Fn("exp", X), "0", "8")
    assert plot.top >= Fraction(2980)


# --------------------------------------------------------------------------- what cannot be drawn


@pytest.mark.parametrize(
    ("term", "low", "high", "values", "part", "message"),
    [
        (X, "1", "1", {}, "range", "this range is empty"),
        (X, "2", "1", {}, "range", "this range is empty"),
        (X, "1000000", "1000000.5", {}, "range", "this range is too narrow for where it lies"),
        (LOG, "-2", "-1", {}, "curve", "this has no value in the whole range"),
        (Fn("sqrt", X), "-2", "0", {}, "curve", "this has certain values at single points only"),
        (Mul((X, Y)), "0", "1", {}, "curve", "y has no value in this plot"),
        (number("1"), "0", "1", {}, "variable", "no curve depends on x"),
        (X, "0", "1", {"y": "2"}, "value", "no curve depends on y"),
        (Apply("g", X), "0", "1", {}, "curve", "the function g is used but never defined on this page"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_says_why(
    term: Term, low: str, high: str, values: dict[str, str], part: str, message: str
) -> None:
    with pytest.raises(CannotDraw) as error:
        drawn(term, low, high, **values)
    assert (error.value.part, error.value.message) == (part, message)


def test_the_work_of_a_page_is_bounded() -> None:
    term: Term = X
    for _ in range(12):
        term = Add((term, term))
    with pytest.raises(CannotDraw) as error:
        drawing([term], X.family, (Fraction(0), Fraction(1)), {}, World(), Budget(50_000))
    assert error.value.message == "the curves of this page are too much work"
    with pytest.raises(CannotDraw) as error:
        drawn(term, "0", "1")
    assert error.value.message == "this curve is too much work"


@pytest.mark.parametrize(
    ("term", "value"),
    [(number("1/3"), Fraction(1, 3)), (Fn("log", number("1")), Fraction(0))],
)
def test_a_constant_is_exact_where_it_can_be(term: Term, value: Fraction) -> None:
    assert constant(term, World(), Budget(1000)) == value


@pytest.mark.parametrize(
    ("term", "message"),
    [
        (Div(number("1"), number("0")), "this is no number"),
        (Fn("log", number("-1")), "this is no number"),
        (Y, "y has no value in this plot"),
        (number(str(10**13)), "this number is too large for a plot"),
    ],
)
def test_what_is_no_constant_says_why(term: Term, message: str) -> None:
    with pytest.raises(CannotDraw) as error:
        constant(term, World(), Budget(1000))
    assert error.value.message == message


# --------------------------------------------------------------------------- round numbers


@pytest.mark.parametrize(
    ("width", "most", "step"),
    [("12", 6, "2"), ("0.99", 6, "0.2"), ("4.6", 6, "1"), ("1", 5, "0.2"), ("6", 6, "1"),
     ("7", 6, "2"), ("1e-7", 6, "2e-8"), ("3e9", 6, "5e8"), ("0.25", 6, "0.05")],
)  # fmt: skip
def test_steps_are_round(width: str, most: int, step: str) -> None:
    assert round_step(Fraction(width), most) == Fraction(step)


def test_round_numbers_include_the_ends() -> None:
    found = round_numbers(Fraction(-6), Fraction(6), Fraction(2))
    assert found == [-6, -4, -2, 0, 2, 4, 6]
    assert round_numbers(Fraction(1, 100), Fraction(1, 2), Fraction(1, 5)) == [
        Fraction(1, 5),
        Fraction(2, 5),
    ]


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [
        ("0", 0, "0"), ("1", 0, "1"), ("-0.25", 0, "−0.25"), ("100000", 0, "100000"),
        ("2000000", 0, "2e6"), ("-0.000002", 0, "−2e−6"), ("4.605170", 3, "4.61"),
        ("0.00246", 3, "0.00246"), ("999.9", 3, "1000"), ("0.00000612", 3, "6.12e−6"),
        ("1234.5", 3, "1230"), ("-0.5", 3, "−0.5"),
    ],
)  # fmt: skip
def test_numbers_are_short(value: str, digits: int, shown: str) -> None:
    assert number_text(Fraction(value), digits) == shown
