"""True lines that a reader would refute who takes the page at less than its word."""

from __future__ import annotations

import pytest

import derive

SOFTMAX = r"$$ a_j = \frac{e^{z_j}}{\sum_k e^{z_k}} $$" + "\n\n"


def test_a_quantity_that_depends_on_another_is_no_number_of_its_own() -> None:
    """y is the softmax in words only; its derivative says that it moves with x."""
    page = (
        "When $i = k$, $\\partial y_i / \\partial x_k = y_i (1 - y_i)$.\n\n"
        "When $i = k$, we have\n\n"
        "$$ \\partial v_i / \\partial x_k = y_i^{-1} y_i (1 - y_i) $$\n\n"
        "# Stable\n\n$$ v_i = \\log \\frac{\\exp(x_i)}{\\sum_j \\exp(x_j)} $$\n"
    )
    assert "refuted" not in [step.word for step in derive.check(page).steps]


@pytest.mark.parametrize(
    "lead",
    [
        "For an item that is not $i$, say $m$:",
        "For the other entries, call them $m$, we get",
        "For the remaining $m$ we get",
        "对其他 $m$：",
    ],
)
def test_a_case_in_words_that_are_not_understood_refutes_nothing(lead: str) -> None:
    step = r"$$ \frac{\partial a_m}{\partial z_i} = -a_m a_i $$"
    (verdict,) = derive.check(f"{SOFTMAX}{lead}\n\n{step}\n").steps
    assert verdict.word == "unknown"
    (plain,) = derive.check(f"{SOFTMAX}For every $m$ we get\n\n{step}\n").steps
    assert plain.word == "refuted"


def test_a_loss_of_one_section_is_not_any_loss_of_the_next() -> None:
    page = (
        "# Loss\n\n$$ E = \\frac{1}{2} \\sum_i (x_i - t_i)^2 $$\n\n"
        "$$ \\frac{\\partial E}{\\partial x_i} = t_i - x_i $$\n\n"
        "# Sigmoid\n\n$$ y_i = \\frac{1}{1+e^{-x_i}} $$\n\n"
        "$$ \\frac{\\partial E}{\\partial x_i} = "
        "\\frac{\\partial E}{\\partial y_i} \\frac{\\partial y_i}{\\partial x_i} $$\n\n"
        "$$ \\frac{\\partial E}{\\partial x_i} = \\delta_i y_i (1 - y_i) $$\n"
    )
    assert [step.word for step in derive.check(page).steps] == ["refuted", "unknown", "unknown"]
