"""Plots that annotations ask for → their curves as numbers, or what is wrong with them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from fractions import Fraction

from derive.deciding.curves import Budget, CannotDraw, Drawing, constant, drawing
from derive.deciding.round_numbers import number_text
from derive.meaning.model import ReadCurve, ReadPlot, ReadProblem
from derive.reading.page import Page
from derive.results import CurveResult, PlotResult, Tick
from derive.terms import Entry, Family

__all__ = ["plotted"]

MOST_WORK = 400_000  # for all plots of a page: a few seconds
DIGITS = 3


def plotted(
    page: Page, plots: Sequence[ReadPlot]
) -> tuple[tuple[PlotResult, ...], tuple[ReadProblem, ...]]:
    """The plots of a page, and a problem for each that cannot be drawn."""
    found, problems = [], []
    starts = [item.offset for item in page.items]
    budget = Budget(MOST_WORK)
    for plot in plots:
        if budget.left <= 0:
            message = "this page asks for too many plots: those from here on are not drawn"
            problems.append(ReadProblem(plot.offset, message))
            break
        try:
            drawn = _drawn(plot, budget)
        except _Wrong as error:
            problems.append(error.problem)
            continue
        blocks = bisect_right(starts, plot.offset)
        found.append(_result(plot, drawn, page.place(plot.offset)[0], blocks))
    return tuple(found), tuple(problems)


class _Wrong(Exception):
    """A plot that cannot be drawn."""

    def __init__(self, offset: int, error: CannotDraw) -> None:
        super().__init__(error.message)
        self.problem = ReadProblem(offset, error.message)


def _drawn(plot: ReadPlot, budget: Budget) -> Drawing:
    ends = _number(plot.low, plot, budget), _number(plot.high, plot, budget)
    values = {_family(name): _number(value, plot, budget) for name, value in plot.values}
    terms = [curve.term for curve in plot.curves]
    try:
        return drawing(terms, _family(plot.variable), ends, values, plot.world, budget)
    except CannotDraw as error:
        place = {
            "curve": [curve.offset for curve in plot.curves],
            "variable": [plot.variable.offset],
            "range": [plot.low.offset],
            "value": [name.offset for name, _ in plot.values],
        }[error.part][error.number]
        raise _Wrong(place, error) from None


def _number(value: ReadCurve, plot: ReadPlot, budget: Budget) -> Fraction:
    try:
        return constant(value.term, plot.world, budget)
    except CannotDraw as error:
        raise _Wrong(value.offset, error) from None


def _family(name: ReadCurve) -> Family:
    assert isinstance(name.term, Entry)
    return name.term.family


def _result(plot: ReadPlot, drawn: Drawing, line: int, blocks: int) -> PlotResult:
    def shown(value: Fraction | None) -> str:
        return "" if value is None else number_text(_cleaned(value, drawn), DIGITS)

    def ticks(numbers: Sequence[Fraction], low: Fraction, high: Fraction) -> tuple[Tick, ...]:
        return tuple(Tick(float((n - low) / (high - low)), number_text(n)) for n in numbers)

    curves = zip(plot.curves, drawn.paths, drawn.values, strict=True)
    return PlotResult(
        line=line,
        blocks=blocks,
        variable=plot.variable.latex,
        variable_text=plot.variable.text,
        low=plot.low.latex,
        high=plot.high.latex,
        fixed=tuple((name.latex, value.latex) for name, value in plot.values),
        curves=tuple(
            CurveResult(curve.latex, curve.text, paths, tuple(shown(v) for v in values))
            for curve, paths, values in curves
        ),
        x_ticks=ticks(drawn.x_ticks, drawn.low, drawn.high),
        y_ticks=ticks(drawn.y_ticks, drawn.bottom, drawn.top),
        points=tuple(number_text(x, DIGITS) for x in drawn.points),
    )


def _cleaned(value: Fraction, drawn: Drawing) -> Fraction:
    """A value without what is only the end of its enclosure."""
    return value if abs(value) > (drawn.top - drawn.bottom) / 10**12 else Fraction(0)
