"""Counterexamples worked out: every line is what the named values give, and none is missing."""

from __future__ import annotations

import json
import math
import re
from fractions import Fraction

import pytest

import derive
from derive.deciding.verdict import Counterexample
from derive.reporting import json_report

SOFTMAX = r"$$ a_j = \frac{e^{z_j}}{\sum_k e^{z_k}} $$" + "\n\n"
LOSS = SOFTMAX + r"$$ C = -\sum_k y_k \log a_k $$" + "\n\n"
LAYER = r"$$ z_j = \sum_k w_{jk} x_k + b_j $$" + "\n\n" + LOSS


def example(page: str) -> Counterexample:
    found = derive.check(page).steps[-1].verdict.counterexample
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("page", "names"),
    [
        (SOFTMAX + r"$$ a_j = 2 $$", ["a_1"]),
        (SOFTMAX + r"$$ \sum_k a_k = 2 $$", ["a_1"]),  # at n = 1; the sum is the side itself
        (SOFTMAX + r"$$ 1 + \sum_k a_k = 3 $$", ["a_1", r"\sum_{k=1}^{n} a_k"]),
        (r"$$ \frac{x}{y} = \frac{y}{x} $$", []),  # nothing stands between values and sides
        (LOSS + r"$$ C \cdot \frac{\partial C}{\partial z_j} = 0 $$", ["a_1", "a_2", "C"]),
    ],
)
def test_what_is_defined_comes_first_then_what_stands_in_the_sides(
    page: str, names: list[str]
) -> None:
    worked = [name for name, _ in example(page).worked]
    assert worked[: len(names)] == names


def test_numbers_are_exact_where_they_can_be() -> None:
    found = example(SOFTMAX + r"$$ \frac{\partial a_j}{\partial z_i} = a_j (1 - a_i) $$")
    assert found.worked == (("a_1", "1/2"), ("a_2", "1/2"))
    assert Fraction(found.left) - Fraction(found.right) == Fraction(found.difference)


def number(shown: str) -> float:
    """A value of a counterexample as a float, read here anew."""
    if shown.startswith("log("):
        return math.log(Fraction(shown[4:-1]))
    ball = re.fullmatch(r"\[(?:(\S+) )?\+/- (\S+)\]", shown)
    return float(ball.group(1) or 0) if ball else float(Fraction(shown))


def test_every_line_follows_from_the_values() -> None:
    found = example(LAYER + r"$$ \frac{\partial C}{\partial w_{jk}} = x_k (a_k - y_j) $$")
    values = {name: number(shown) for name, shown in found.values.items()}
    worked = {name: number(shown) for name, shown in found.worked}
    n = found.sizes["n"]
    inputs = {name.removeprefix("x_") for name in values if name.startswith("x_")}
    z = {
        j: sum(values[f"w_{j}{k}"] * values[f"x_{k}"] for k in inputs) + values[f"b_{j}"]
        for j in range(1, n + 1)
    }
    total = sum(math.exp(value) for value in z.values())
    known = {f"z_{j}": value for j, value in z.items()}
    known |= {f"a_{j}": math.exp(value) / total for j, value in z.items()}
    assert worked
    for name, value in worked.items():
        if name in known:
            assert value == pytest.approx(known[name], abs=1e-5), name
    assert set(worked) & {"a_1", "a_2"}
    assert number(found.difference) == pytest.approx(
        number(found.left) - number(found.right), abs=1e-9
    )


def test_lines_of_one_family_stand_together_after_what_they_rest_on() -> None:
    found = example(LAYER + r"$$ \sum_j a_j z_j = \sum_j z_j $$")
    letters = [name[0] for name, _ in found.worked if "_" in name[:2]]
    assert letters == sorted(letters, reverse=True)  # z before a


def test_nothing_is_worked_out_with_a_function_that_the_page_leaves_open() -> None:
    page = derive.check(r"$$ f(x) = f(y) $$" + "\n\n" + r"$$ f(x + 1) = f(x) + 1 $$")
    examples = [step.verdict.counterexample for step in page.steps]
    assert all(not found.worked for found in examples if found is not None)


def test_the_json_contract_is_as_it_was() -> None:
    page = derive.check(SOFTMAX + r"$$ a_j = 2 $$")
    told = json.loads(json_report([page], "0"))["pages"][0]["steps"][-1]["counterexample"]
    assert list(told) == ["sizes", "indices", "values", "left", "right"]


def test_a_worker_tells_the_same() -> None:
    page = SOFTMAX + r"$$ \frac{\partial a_j}{\partial z_i} = a_j (1 - a_i) $$"
    limited = derive.check(page, limits=derive.Limits(seconds=10, megabytes=1500))
    assert limited.steps[-1].verdict.counterexample == example(page)
