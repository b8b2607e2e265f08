"""Plots: an annotation draws what the page defines at its place, and has no say in anything."""

from __future__ import annotations

import json
import math
from collections.abc import Callable

import pytest

import derive
from derive.checking import check_page
from derive.languages import language
from derive.reading.files import page_of
from derive.reporting.json_report import json_value
from derive.results import PageResult, PlotResult

PAGE = r"""$$ \sigma(z) = \frac{1}{1 + e^{-z}} $$

$$ f(x) = x^2 $$

$$ z = w x + b $$

$$ a = \sigma(z) $$

$$ Q = \frac{(a - y)^2}{2} $$

$$ s_j = \frac{e^{u_j}}{\sum_k e^{u_k}} $$

$$ S = \sum_k u_k $$

$$ \frac{\partial V}{\partial w} = V $$

"""
BELOW = "\n\n$$ x + y = y + x $$\n"


def said(text: str, page: str = PAGE) -> PageResult:
    return derive.check(f"{page}<!-- derive: {text} -->{BELOW}")


def plot(text: str, page: str = PAGE) -> PlotResult:
    result = said(text, page)
    assert result.problems == ()
    (found,) = result.plots
    return found


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


# --------------------------------------------------------------------------- what is drawn


@pytest.mark.parametrize(
    ("text", "function"),
    [
        (r"plot -\log x for x = 0.5..2", lambda x: -math.log(x)),
        ("plot f(2x) for x = -1..1", lambda x: 4 * x * x),
        ("plot f'(x) for x = -1..1", lambda x: 2 * x),
        ("plot x^2 y for x = 0..1 with y = 3", lambda x: 3 * x * x),
        (r"plot x y for x = 0..1 with y = \frac{1}{4}", lambda x: x / 4),
        ("plot a for z = -2..2", sigmoid),
        ("plot a for w = -2..2 with x = 2, b = 1", lambda w: sigmoid(2 * w + 1)),
        (r"plot \sigma'(z) for z = -2..2", lambda z: sigmoid(z) * (1 - sigmoid(z))),
        (r"plot -\log s_c for s_c = 0.5..1", lambda s: -math.log(s)),
        ("plot u_1 u_2 for u_1 = 0..1 with u_2 = 3", lambda u: 3 * u),
        (r"plot \sin t for t = 0..\pi", math.sin),
        ("plot q for q \\in -1…1", lambda q: q),
    ],
)  # fmt: skip
def test_the_values_of_a_curve_are_those_of_its_formula(
    text: str, function: Callable[[float], float]
) -> None:
    found = plot(text)
    (curve,) = found.curves
    assert len(curve.values) == len(found.points) >= 4
    for point, value in zip(found.points, curve.values, strict=True):
        x, y = (float(n.replace("−", "-")) for n in (point, value))
        assert y == pytest.approx(function(x), rel=6e-3, abs=6e-3)


def test_a_derivative_follows_the_definitions_of_what_has_a_value() -> None:
    found = plot(r"plot \frac{\partial Q}{\partial b}, \frac{\partial Q}{\partial w} "
                 "for z = -2..2 with y = 0, x = 3")  # fmt: skip
    for number, factor in enumerate((1, 3)):
        for point, value in zip(found.points, found.curves[number].values, strict=True):
            a = sigmoid(float(point.replace("−", "-")))
            expected = factor * a * a * (1 - a)
            assert float(value) == pytest.approx(expected, rel=6e-3), (point, number)


def test_the_definitions_are_those_at_its_place() -> None:
    drawn = "<!-- derive: plot f(x), k for x = 1..2 with k = 3 -->\n\n"
    page = (
        f"$$ f(x) = x $$\n\n{drawn}$$ f(2) + y = y + 2 $$\n\n# Next\n\n$$ f(x) = -x $$\n\n{drawn}"
    )
    first, second = derive.check(page).plots
    assert [p.curves[0].values[-1] for p in (first, second)] == ["2", "−2"]


def test_it_stands_where_it_is_written() -> None:
    page = "# T\n\nOne.\n\n{0}\n\nTwo {0} three.\n\n$$ x = x {0} $$\n\n{0}"
    result = derive.check(page.format("<!-- derive: plot x for x = 0..1 -->"))
    assert [p.blocks for p in result.plots] == [2, 3, 4, 4]
    assert [int(p.line) for p in result.plots] == [5, 7, 9, 11]


def test_a_line_may_begin_with_for_and_with() -> None:
    found = plot("plot x y\n  for x = 0..1\n  with y = 2")
    assert (found.low, found.high, found.fixed) == ("0", "1", (("y", "2"),))


def notebook(cell: str) -> str:
    cells = [{"cell_type": "markdown", "metadata": {}, "source": cell}]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.md", "<!-- derive: {} -->\n\n$$ x = x $$\n"),
        ("a.tex", "% derive: {}\n\\[ x = x \\]\n"),
        ("a.tex", "\\newcommand{{\\half}}{{\\frac{{1}}{{2}}}}\n% derive: {}\n\\[ x = x \\]\n"),
        ("a.rst", ".. derive: {}\n\n.. math:: x = x\n"),
        ("a.html", "<!-- derive: {} --><p>\\[ x = x \\]</p>"),
        ("a.ipynb", "<!-- derive: {} -->\n\n$$ x = x $$\n"),
    ],
)
def test_in_every_format(path: str, text: str) -> None:
    half = r"\half" if r"\half" in text else r"\frac{1}{2}"
    text = text.format(rf"plot {half} x^2, x for x = -1..{half} with")
    for source, count in ((text, 0), (text.replace(" with", ""), 1)):
        result = check_page(page_of(notebook(source) if "ipynb" in path else source, path))
        assert len(result.plots) == count
        assert [p.message for p in result.problems] == ["a value is missing here"] * (1 - count)
    (found,) = result.plots
    assert [c.latex for c in found.curves] == [r"\frac{1}{2} x^2", "x"]
    assert found.curves[0].values[-1] == "0.125"


# --------------------------------------------------------------------------- no say in anything


@pytest.mark.parametrize(
    "text",
    ["plot x_k y_j for x_k = 0..1 with y_j = 2", r"plot v(x) + k for x = 0..1 with k = 1, v = 3",
     r"plot e^2 for x = 0..1", r"plot \delta_{ij} for x = 0..1", "plot n + x for x = 0..1"],
)  # fmt: skip
def test_verdicts_and_json_are_the_same_without_it(text: str) -> None:
    page = (
        r"$$ L = -\sum_k y_k \log x_k $$" "\n\n<!-- -->\n\n"
        r"$$ \frac{\partial L}{\partial x_j} = -\frac{y_j}{x_j} $$" "\n\n"
        r"$$ \sum_{i=1}^{n} x_i \delta_{ij} = v(t + 1) - vt - v + x_j $$"
    )  # fmt: skip
    result = derive.check(page.replace("<!-- -->", f"<!-- derive: {text} -->"))
    before = derive.check(page)
    assert result.steps == before.steps
    assert result.facts == before.facts
    ours, theirs = (json_value([page], "")["pages"][0] for page in (result, before))
    assert {key: ours[key] for key in theirs} == theirs
    assert ours.keys() - theirs.keys() <= {"problems"}


def test_what_only_a_plot_uses_is_used() -> None:
    page = "<!-- derive: let g(x) = x^3 -->\n\n"
    assert said("plot g(x) for x = 0..1", page).problems == ()
    assert said("plot x for x = 0..1", page).problems != ()


# --------------------------------------------------------------------------- what is wrong


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("plot @x^2", "this says no plot; write plot"),
        ("plot @for x = 0..1", "a formula is missing here"),
        ("plot x^2,@ for x = 0..1", "a formula is missing here"),
        ("plot x^2 for @x", "the range of a plot is said as in a = 0..1"),
        ("plot x^2 for x = @3", "the range of a plot is said as in a = 0..1"),
        ("plot x^2 for@ = 0..1", "a name is missing here"),
        ("plot x^2 for x =@ ..1", "a number is missing here"),
        ("plot x^2 for x = 0..@", "a number is missing here"),
        ("plot x^2 for x = @1..0", "this range is empty"),
        ("plot x^2 for x = @1/0..2", "this is no number"),
        ("plot x^2 for x = 0..@10^{99}", "this number is too large for a plot"),
        (r"plot \frac@{x for x = 0..1", "this { is never closed"),
        (r"plot x, @\foo x for x = 0..1", r"the command \foo is not known"),
        ("plot x + @) for x = 0..1", "could not read on at ')'"),
        ("plot x @= 3 for x = 0..1", "could not read on at '='"),
        ("plot x, @q x for x = 0..1", "q has no value in this plot"),
        ("plot x for x = 0..1 with @y = 2", "no curve depends on y"),
        ("plot xy for x = 0..1 with @y", "each value of a plot is said as in b = 2"),
        ("plot xy for x = 0..1 with y =@", "a value is missing here"),
        ("plot xy for x = 0..1 with y = @q", "q has no value in this plot"),
        ("plot xy for x = 0..1 with y = 2, @y = 3", "y has a value in this plot already"),
        ("plot xy for x = 0..1 with @x = 3, y = 2", "x has a value in this plot already"),
        ("plot x for x = 0..1 with @2 = 3", "2 is no quantity that a plot can give a value"),
        (r"plot @\log x for x = -2..-1", "this has no value in the whole range"),
        ("plot 1 for @x = 0..1", "no curve depends on x"),
        ("plot z + a for z = 0..1 with @a = 2", "a follows from the other values of this plot"),
        ("plot @a for w = 0..1", "x has no value in this plot"),
        (r"plot @\frac{\partial a}{\partial w} for z = 0..1", "w has no value in this plot"),
        (r"plot @\frac{\partial V}{\partial w} for w = 0..1", "V has no value in this plot"),
        (r"plot @\frac{\partial V}{\partial w} for w = 0..1 with V = 2",
         "the derivative of V has no value in this plot"),
        ("plot @S for x = 0..1", "S rests on a sum, a size or an index, which cannot be drawn"),
        (r"plot @\sum_k u_k x for x = 0..1", "a sum or product over an index cannot be drawn"),
        ("plot @u_i u_k for u_i = 0..1", "this entry of u has no value in this plot"),
        ("plot @g(x) for x = 0..1", "the function g is used but never defined on this page"),
        ("plot x,x,x,x,x,x,@x^2 for x = 0..1", "more than 6 curves in one plot cannot be told apart"),
        ("plot x for x = 0..1; @given T > 0", "one verb a line: begin a new line before given"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_a_problem_in_its_place(text: str, message: str) -> None:
    result = said(text.replace("@", ""))
    (problem,) = result.problems
    assert problem.message.startswith(message)
    column = len("<!-- derive: ") + text.index("@") + 1
    assert (problem.line, problem.column) == (PAGE.count("\n") + 1, column)
    assert result.plots == ()
    assert language("zh").knows(problem.message)


def test_a_plot_of_nothing() -> None:
    (problem,) = said("plot").problems
    assert problem.message.startswith("plot what? write plot -")
    assert language("zh").knows(problem.message)


def test_a_page_that_asks_for_too_much_says_so() -> None:
    one = "<!-- derive: plot x^2, \\sin x, x + 1 for x = -1..1 -->\n\n"
    result = derive.check(one * 900)
    assert 50 < len(result.plots) < 900
    assert "too many plots" in result.problems[-1].message
