"""How a page's notation was understood, in the words that a report shows to its author."""

from __future__ import annotations

import pytest

import derive
from derive.results import StepResult

SOFTMAX_L = r"$$ a^L_j = \frac{e^{z^L_j}}{\sum_k e^{z^L_k}} $$"
SIGMOID = r"$$ \sigma(z) = \frac{1}{1+e^{-z}} $$"


def last_step(page: str) -> StepResult:
    return derive.check(page).steps[-1]


@pytest.mark.parametrize(
    ("page", "read_as"),
    [
        # labels, exponents, indices
        (SOFTMAX_L + r"$$ a_j^L = a^L_j $$", "a^L_j = a^L_j"),
        (SOFTMAX_L + r"$$ 2 a_j = a_j + a_j $$", "2·a^L_j = a^L_j + a^L_j"),
        (r"$$ x_j^2 + x_j^n = x_j^n + x_j^2 $$", "x_j^2 + x_j^n = x_j^n + x_j^2"),
        (r"$$ x^{-1} + x = x + \frac{1}{x} $$", "x^(-1) + x = x + 1/x"),
        pytest.param(
            r"$$ x^{(1)} + y = y + x^{(1)} $$",
            "x^(1) + y = y + x^(1)",
        ),
        (r"$$ \hat{y}_k + y_k = y_k + \hat{y}_k $$", "hat y_k + y_k = y_k + hat y_k"),
        (r"$$ L_{\text{out}} + 1 = 1 + L_{\text{out}} $$", "L_(out) + 1 = 1 + L_(out)"),
        # sums
        (r"$$ \sum_k x_k = \sum_j x_j $$", "Σ_(k=1..n) x_k = Σ_(j=1..n) x_j"),
        (r"$$ \sum_{k=1}^m x_k = \sum_j x_j $$", "Σ_(k=1..m) x_k = Σ_(j=1..m) x_j"),
        (
            r"$$ \sum_{k=0}^{m-1} x_k = \sum_j x_j $$",
            "Σ_(k=0..m-1) x_k = Σ_(j=0..m-1) x_j",
        ),
        (
            r"$$ \sum_k x_k = x_j + \sum_{k \neq j} x_k $$",
            "Σ_(k=1..n) x_k = x_j + Σ_(k=1..n, k≠j) x_k",
        ),
        (r"$$ \sum_{k=1}^3 x_k = \sum_{l=1}^3 x_l $$", "Σ_(k=1..3) x_k = Σ_(l=1..3) x_l"),
        (
            r"$$ \sum_{k=1}^n (x_k + y_k) = \sum_{k=1}^n x_k + y_k $$",
            "Σ_(k=1..n) (x_k + y_k) = Σ_(k=1..n) (x_k + y_k)",
        ),
        # functions
        (SIGMOID + r"$$ \sigma(x) = \sigma(x) \cdot 1 $$", "σ(x) = σ(x)·1"),
        (SIGMOID + r"$$ \sigma'(x) = \sigma'(x) \cdot 1 $$", "σ'(x) = σ'(x)·1"),
        (r"$$ x(1-x) = x - x^2 $$", "x·(1 - x) = x - x^2"),
        (r"$$ \log_2 8 = 3 $$", "log(8)/log(2) = 3"),
        (r"$$ \mathrm{log} x y = \ln y + \ln x $$", "log(x·y) = log(y) + log(x)"),
        (r"$$ \exp(x)^2 = e^{2x} $$", "(e^x)^2 = e^(2·x)"),
        # derivatives
        (r"$$ \frac{d}{dx} x^2 = 2x $$", "∂/∂x(x^2) = 2·x"),
        (SOFTMAX_L + r"$$ \frac{\partial a_j}{\partial z_i} = 0 $$", "∂a^L_j/∂z^L_i = 0"),
    ],
)
def test_how_a_step_was_read(page: str, read_as: str) -> None:
    step = last_step(page)
    assert f"{step.read_left} {step.relation} {step.read_right}" == read_as


@pytest.mark.parametrize(
    ("page", "note"),
    [
        (SOFTMAX_L + r"$$ \sum_j a_j = 1 $$", "a is read as a^{L}"),
        (
            r"$$ \sum_{k=1}^n (x_k + y_k) = \sum_{k=1}^n x_k + y_k $$",
            "the sum over k is read as reaching over the following terms, which use the same index",
        ),
        (
            r"$$ \frac{d}{dx} x^3 = x' x^2 + x (x^2)' $$",
            "the prime is read as the derivative by x",
        ),
        (
            SIGMOID + r"$$ \frac{d\sigma}{dz} = \sigma(1-\sigma) $$",
            r"\sigma is read as \sigma(z)",
        ),
    ],
)
def test_a_choice_is_noted(page: str, note: str) -> None:
    step = last_step(page)
    assert note in step.notes
    assert step.word == "proved"


@pytest.mark.parametrize(
    "page",
    [
        r"$$ (x+y)^2 = x^2 + 2xy + y^2 $$",
        SOFTMAX_L + r"$$ \sum_j a^L_j = 1 $$",
        r"$$ \sum_{k=1}^n (x_k + c) = \sum_{k=1}^n x_k + n c $$",
    ],
)
def test_where_nothing_was_chosen_nothing_is_noted(page: str) -> None:
    assert last_step(page).notes == ()


@pytest.mark.parametrize(
    ("page", "sizes"),
    [
        (r"$$ \sum_k x_k = 2 \sum_k x_k $$", ["n"]),
        (r"$$ \sum_{k=1}^K x_k = 2 \sum_k x_k $$", ["K"]),
        (r"$$ \sum_{k=0}^{q-1} x_k = 2 \sum_k x_k $$", ["q"]),
        (r"$$ \sum_j \sum_k w_{jk} = 2 \sum_j \sum_k w_{jk} $$", ["m", "n"]),
        (r"$$ \sum_j \sum_k w_{jk} w_{kj} = 2 \sum_j \sum_k w_{jk} w_{kj} $$", ["n"]),
        (r"$$ n \sum_k x_k = 2 n \sum_k x_k $$", ["n"]),  # the one letter made for a size
        (r"$$ n \sum_k x_k \sum_j y_j = 2 n \sum_k x_k \sum_j y_j $$", ["N", "m"]),  # of which?
    ],
)
def test_the_size_of_an_axis_has_a_letter_that_the_page_leaves_free(
    page: str, sizes: list[str]
) -> None:
    example = last_step(page).verdict.counterexample
    assert example is not None
    assert sorted(example.sizes) == sizes
