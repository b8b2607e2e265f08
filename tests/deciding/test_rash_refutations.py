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


SOFTMAX_I = r"$$p_i = \frac{e^{z_i}}{\sum_k e^{z_k}}$$" + "\n\n"
PAGES = {
    "an entropy of a distribution": "The distribution $p$ has\n\n"
    "$$H = -\\sum_{i=1}^n p_i \\log p_i$$\n\n$$H \\geq 0$$\n\n$$H \\leq \\log n$$",
    "a parameter that is positive": "$$s = t^2$$\n\nwhere of course $s > 0$ and so $0 < s < 1$.",
    "diagonal entries in words": SOFTMAX_I + "For the diagonal entries\n\n"
    "$$\\frac{\\partial p_i}{\\partial z_j} = p_i (1 - p_i)$$\n\nand for the off-diagonal ones\n\n"
    "$$\\frac{\\partial p_i}{\\partial z_j} = -p_i p_j$$",
    "classes in words": SOFTMAX_I + "With $L = -\\log p_c$ we have for the correct class\n\n"
    "$$\\frac{\\partial L}{\\partial z_i} = p_i - 1$$\n\nand for all other classes\n\n"
    "$$\\frac{\\partial L}{\\partial z_i} = p_i$$",
    "an estimate in a later section": "$$L = \\frac{1}{2 \\sigma^2} \\sum_{i=1}^m (y_i - w x_i)^2$$"
    "\n\n$$\\frac{\\partial L}{\\partial w} = -\\frac{1}{\\sigma^2} \\sum_{i=1}^m (y_i - w x_i) x_i$$"
    "\n\n## Noise\n\nIt is estimated by\n\n"
    "$$\\sigma^2 = \\frac{1}{m-1} \\sum_{i=1}^m (y_i - w x_i)^2$$",
    "a value that is worked out further down": "$$ P = (1-w)^3 w $$\n\n"
    "$$ \\frac{\\partial P}{\\partial w} = (1-w)^2 (1 - 4w) $$\n\n$$ w = \\frac{1}{4} $$",
    "an equation at the end of a chain": "$$ E = (w - 1)^2 $$\n\n"
    "$$ \\frac{\\partial E}{\\partial w} = 2 (w - 1) = 0 $$",
    "a condition beside a row": "$$ \\begin{aligned} s_i &= \\frac{e^{z_i}}{\\sum_{c=1}^C e^{z_c}} \\\\"
    " &= \\frac{e^{z_1}}{e^{z_1} + e^{z_2}}, & \\text{when } C = 2 \\\\"
    " &= \\frac{1}{1 + e^{z_2 - z_1}} \\end{aligned} $$",
    "a value before a colon": "$$ y=1: \\quad p(y \\mid x) = q $$\n\n"
    "$$ p(y \\mid x) = q^y (1-q)^{1-y} $$\n\nThat is, y=0时，$p(y \\mid x) = 1 - q$.",
    "two models, one after the other": "$$L = P(y|x) = p^y (1-p)^{1-y}$$\n\nMany classes:\n\n"
    "$$L = P(y|x) = \\prod_{c=1}^{C} p_c^{y_c}$$\n\nso\n\n"
    "$$ M = - \\log P(y|x) = -\\sum_{c=1}^{C} y_c \\log p_c$$",
}


@pytest.mark.parametrize("name", PAGES)
def test_a_plausible_page_has_no_refuted_step(name: str) -> None:
    page = derive.check(PAGES[name] + "\n")
    assert "refuted" not in [step.word for step in page.steps], page.steps
