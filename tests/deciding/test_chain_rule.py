"""The chain rule for a loss that the page never defines: true if it is a function of what it is
differentiated by, which is named; a lost path stays a lost path."""

from __future__ import annotations

import pytest

import derive

SOFTMAX = r"$$a_j = \frac{e^{z_j}}{\sum_{k=1}^{n} e^{z_k}}$$" + "\n\n"
SIGMOID = r"$$a_j = \frac{1}{1 + e^{-z_j}}$$" + "\n\n"
LINEAR = r"$$z_j = \sum_{k=1}^{m} w_{jk} x_k + b_j$$" + "\n\n"
TWO_PATHS = "$$u = x^2$$\n\n$$v = x^3$$\n\n"

ASSUMED = [
    (
        SOFTMAX
        + r"$$\frac{\partial L}{\partial z_i} = \sum_j \frac{\partial L}{\partial a_j}"
        + r"\frac{\partial a_j}{\partial z_i}$$",
        "L = L(a(z))",
    ),
    (
        SOFTMAX
        + r"$$\frac{\partial L}{\partial z_i} = a_i \left(\frac{\partial L}{\partial a_i} - "
        + r"\sum_j \frac{\partial L}{\partial a_j} a_j\right)$$",
        "L = L(a(z))",
    ),
    (
        SIGMOID
        + r"$$\frac{\partial L}{\partial z_i} = \frac{\partial L}{\partial a_i} a_i (1 - a_i)$$",
        "L = L(a(z))",
    ),
    (
        LINEAR + r"$$\frac{\partial L}{\partial w_{jk}} = \frac{\partial L}{\partial z_j} x_k$$",
        "L = L(z(w))",
    ),
    (
        LINEAR
        + r"$$\delta_j = \frac{\partial L}{\partial z_j}$$"
        + "\n\n"
        + r"$$\frac{\partial L}{\partial b_j} = \delta_j$$",
        "L = L(z(b))",
    ),
    (
        r"$$u = x^2$$ $$o = x + u$$ $$\frac{\partial L}{\partial u} = \frac{\partial L}{\partial o}$$ "
        r"$$\frac{\partial L}{\partial x} = \frac{\partial L}{\partial u} 2x + "
        r"\frac{\partial L}{\partial o}$$",
        r"L = L(o(u)) \text{ and } L = L(o(x))",
    ),
    (
        TWO_PATHS
        + r"$$\frac{\partial L}{\partial x} = \frac{\partial L}{\partial u} 2x + "
        + r"\frac{\partial L}{\partial v} 3x^2$$",
        "L = L(u(x), v(x))",
    ),
]


@pytest.mark.parametrize(("page", "assumption"), ASSUMED)
def test_what_the_loss_is_a_function_of_is_named(page: str, assumption: str) -> None:
    step = derive.check(page).steps[-1]
    assert step.verdict.assumed == (assumption,), step.verdict.message
    assert step.verdict.every_size


FALSE = [
    # softmax has all outputs in every derivative
    SOFTMAX
    + r"$$\frac{\partial L}{\partial z_i} = \frac{\partial L}{\partial a_i} a_i (1 - a_i)$$",
    SOFTMAX
    + r"$$\frac{\partial L}{\partial z_i} = \frac{\partial L}{\partial a_i}"
    + r"\frac{\partial a_i}{\partial z_i}$$",
    # the index of the sum lost, a sign, a factor
    SIGMOID
    + r"$$\frac{\partial L}{\partial z_i} = \frac{\partial L}{\partial a_j} a_i (1 - a_i)$$",
    SIGMOID
    + r"$$\frac{\partial L}{\partial z_i} = -\frac{\partial L}{\partial a_i} a_i (1 - a_i)$$",
    LINEAR + r"$$\frac{\partial L}{\partial w_{jk}} = \frac{\partial L}{\partial z_k} x_j$$",
    LINEAR + r"$$\frac{\partial L}{\partial x_k} = \frac{\partial L}{\partial z_j} w_{jk}$$",
    # a path lost: the page differentiates by v as well
    TWO_PATHS
    + r"$$\frac{\partial L}{\partial v} \cdot 0 = 0$$"
    + "\n\n"
    + r"$$\frac{\partial L}{\partial x} = \frac{\partial L}{\partial u} 2x$$",
    # a path past u: the page differentiates by o = x + u, too
    r"$$u = x^2$$ $$o = x + u$$ $$\frac{\partial L}{\partial u} = \frac{\partial L}{\partial o}$$ "
    r"$$\frac{\partial L}{\partial x} = \frac{\partial L}{\partial u} 2x$$",
    # upside down
    SIGMOID
    + r"$$\frac{\partial L}{\partial a_i} = \frac{\partial L}{\partial z_i} a_i (1 - a_i)$$",
    # the loss is defined, and not so
    SIGMOID
    + r"$$L = \sum_j (a_j - z_j)^2$$"
    + "\n\n"
    + r"$$\frac{\partial L}{\partial z_i} = \frac{\partial L}{\partial a_i} a_i (1 - a_i)$$",
]


@pytest.mark.parametrize("page", FALSE)
def test_a_lost_path_is_not_assumed_away(page: str) -> None:
    step = derive.check(page).steps[-1]
    assert step.word not in ("proved", "assumed"), step.verdict.message


def test_what_the_page_says_of_the_loss_counts() -> None:
    page = (
        SIGMOID
        + r"$$L = \sup_q |a_1 - z_1 q|$$"
        + "\n\n"
        + r"$$\frac{\partial L}{\partial z_i} = \frac{\partial L}{\partial a_i} a_i (1 - a_i)$$"
    )
    assert derive.check(page).steps[-1].word not in ("proved", "assumed")
