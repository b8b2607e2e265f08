"""An earlier result of the page as the reason of a later step."""

from __future__ import annotations

import pytest

import derive

SOFTMAX = r"$$ a_j = \frac{e^{z_j}}{\sum_{k=1}^{n} e^{z_k}} $$" + "\n\n"
COST = r"$$ C = -\sum_{k=1}^n y_k \log a_k $$" + "\n\n"
CASES = (
    "If $i = j$:\n\n"
    r"$$ \frac{\partial a_j}{\partial z_i} = a_j (1 - a_j) $$" + "\n\n"
    "If $i \\neq j$:\n\n"
    r"$$ \frac{\partial a_j}{\partial z_i} = -a_j a_i $$" + "\n\n# The cost\n\n"
)
SPLIT = (
    r"-\frac{y_j}{a_j} \frac{\partial a_j}{\partial z_j} "
    r"- \sum_{k \neq j} \frac{y_k}{a_k} \frac{\partial a_k}{\partial z_j}"
)


def reasons(page: str) -> tuple[str, ...]:
    steps = derive.check(page).steps
    assert all(step.word == "proved" for step in steps), [s.verdict.message for s in steps]
    return steps[-1].verdict.because


def test_each_case_is_put_in_where_it_holds() -> None:
    page = SOFTMAX + CASES + rf"$$ {SPLIT} = -y_j (1 - a_j) + \sum_{{k \neq j}} y_k a_j $$"
    assert reasons(page) == ("the result on line 5", "the result on line 9")


def test_a_result_of_several_steps_counts_as_one() -> None:
    page = SOFTMAX + COST + (
        "With $\\sum_k y_k = 1$:\n\n"
        r"$$ \frac{\partial C}{\partial z_j} = -\sum_k y_k (\delta_{jk} - a_j) = a_j - y_j $$"
        "\n\n"
        r"$$ x \frac{\partial C}{\partial z_j} + y_j x = x a_j $$"
    )  # fmt: skip
    assert reasons(page) == ("the result on line 7",)


@pytest.mark.parametrize(
    "page",
    [
        # the earlier result speaks of i ≠ j only
        SOFTMAX + "If $i \\neq j$:\n\n"
        r"$$ \frac{\partial a_j}{\partial z_i} = -a_j a_i $$" "\n\n# All\n\n"
        r"$$ 2 \frac{\partial a_j}{\partial z_i} = 2 a_j (\delta_{ij} - a_i) $$",
        # the result comes after the step
        SOFTMAX + r"$$ 2 \frac{\partial a_j}{\partial z_i} = 2 a_j (\delta_{ij} - a_i) $$",
        # another name has it
        SOFTMAX + r"$$ b_j = \frac{e^{2 z_j}}{\sum_{k=1}^{n} e^{2 z_k}} $$" "\n\n"
        r"$$ \frac{\partial b_j}{\partial z_i} = 2 b_j (\delta_{ij} - b_i) $$" "\n\n"
        r"$$ 2 \frac{\partial a_j}{\partial z_i} = 2 a_j (\delta_{ij} - a_i) $$",
    ],
    ids=["another case", "no earlier result", "another name"],
)  # fmt: skip
def test_what_does_not_apply_is_no_reason(page: str) -> None:
    assert reasons(page)[0] == "differentiation"


def test_a_refuted_step_is_no_reason() -> None:
    page = SOFTMAX + (
        r"$$ \frac{\partial a_j}{\partial z_i} = a_j (1 - a_i) $$"
        "\n\n"
        r"$$ 2 \frac{\partial a_j}{\partial z_i} = 2 a_j (\delta_{ij} - a_i) $$"
    )
    first, second = derive.check(page).steps
    assert (first.word, second.word) == ("refuted", "proved")
    assert second.verdict.because[0] == "differentiation"
