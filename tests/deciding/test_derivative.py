"""Derivatives against a second way of differentiating, and against name clashes."""

from __future__ import annotations

import pytest

import derive

SOFTMAX = r"a_j = \frac{e^{z_j}}{\sum_{k=1}^{n} e^{z_k}}"

# (definitions, left, right): true lines, written with every legal clash of letters.
TRUE: list[tuple[list[str], str, str]] = [
    ([r"a_j = \frac{e^{z_j}}{\sum_j e^{z_j}}"],
     r"\frac{\partial a_j}{\partial z_j}", r"a_j (1 - a_j)"),
    ([r"a_j = \frac{e^{z_j}}{\sum_i e^{z_i}}"],
     r"\frac{\partial a_j}{\partial z_i}", r"a_j (\delta_{ij} - a_i)"),
    ([], r"\frac{\partial}{\partial z_j} \log \sum_j e^{z_j}", r"\frac{e^{z_j}}{\sum_k e^{z_k}}"),
    ([], r"\frac{\partial}{\partial x_j} \sum_j x_j^2", r"2 x_j"),
    ([], r"\frac{\partial}{\partial x_j} \left(\sum_{j} x_j\right)^2", r"2 \sum_k x_k"),
    ([], r"\frac{\partial}{\partial x_i} \sum_i \sum_{j \neq i} x_i x_j", r"2 \sum_{j \neq i} x_j"),
    ([], r"\frac{\partial}{\partial x_j} \sum_{k \neq j} x_k^2", r"0"),
    ([], r"\frac{\partial}{\partial x_j} \sum_{k \neq i} x_k^2", r"2 x_j (1 - \delta_{ij})"),
    ([], r"\frac{\partial}{\partial w_{jk}} \sum_i \sum_l w_{il} x_l", r"x_k"),
    ([], r"\frac{\partial^2}{\partial z_i \partial z_j} \log \sum_k e^{z_k}",
     r"\frac{e^{z_i} \delta_{ij}}{\sum_k e^{z_k}}"
     r"- \frac{e^{z_i} e^{z_j}}{\left(\sum_k e^{z_k}\right)^2}"),
    ([], r"\frac{d}{dx} \tanh x", r"1 - \tanh^2 x"),
    ([], r"\frac{d}{dx} \sqrt{1 + x^2}", r"\frac{x}{\sqrt{1 + x^2}}"),
    ([], r"\frac{d}{dx} \frac{\sin x}{x}", r"\frac{x \cos x - \sin x}{x^2}"),
    ([], r"\frac{\partial}{\partial T} \frac{e^{x/T}}{1 + e^{x/T}}",
     r"-\frac{x}{T^2} \frac{e^{x/T}}{(1 + e^{x/T})^2}"),
    ([r"f(x) = x^2 + 1"], r"\frac{d}{dt} f(t^3)", r"6 t^5"),
    ([r"f(x) = x^2 + c x"], r"f'(y)", r"2y + c"),
    ([r"f(x) = x^3"], r"f''(y)", r"6 y"),
    ([r"\sigma(z) = \frac{1}{1 + e^{-z}}"], r"\sigma'(u v)", r"\sigma(uv)(1 - \sigma(uv))"),
]  # fmt: skip

FALSE: list[tuple[list[str], str, str]] = [
    ([r"a_j = \frac{e^{z_j}}{\sum_j e^{z_j}}"], r"\frac{\partial a_j}{\partial z_j}", r"0"),
    ([], r"\frac{\partial}{\partial z_j} \log \sum_j e^{z_j}", "1"),
    ([], r"\frac{\partial}{\partial x_j} \sum_j x_j^2", r"\sum_j 2 x_j"),
    ([], r"\frac{\partial}{\partial x_i} \sum_{k \neq j} x_k", "1"),
    ([r"f(x) = x^2"], r"\frac{d}{dt} f(t^3)", r"2 t^3"),
    ([r"f(x) = x^3"], r"f''(y)", r"3 y^2"),
]


@pytest.mark.parametrize(("let", "left", "right"), TRUE, ids=[t[1] for t in TRUE])
def test_true_derivatives_are_proved_for_every_size(let: list[str], left: str, right: str) -> None:
    verdict = derive.prove(left, right, let=let)
    assert (verdict.word, verdict.every_size) == ("proved", True), verdict.message


@pytest.mark.parametrize(("let", "left", "right"), FALSE, ids=[f"{t[1]} = {t[2]}" for t in FALSE])
def test_what_a_captured_index_would_give_is_refuted(
    let: list[str], left: str, right: str
) -> None:
    assert derive.prove(left, right, let=let).word == "refuted"


def test_definitions_are_followed_down_to_the_variable_and_no_further() -> None:
    let = [r"z_j = \sum_k w_{jk} x_k + b_j", SOFTMAX, r"C = -\sum_k y_k \log a_k"]
    one = derive.prove(r"\frac{\partial z_j}{\partial b_j}", "1", let=let)
    assert one.word == "proved"
    # z counts as independent here, although the page defines it through b
    by_z = derive.prove(
        r"\frac{\partial C}{\partial z_j}", "a_j - y_j", let=let, given=[r"\sum_k y_k = 1"]
    )
    by_b = derive.prove(
        r"\frac{\partial C}{\partial b_j}", "a_j - y_j", let=let, given=[r"\sum_k y_k = 1"]
    )
    assert by_z.word == by_b.word == "proved"


def test_a_given_is_never_differentiated_through() -> None:
    verdict = derive.prove(
        r"\frac{\partial}{\partial y_j} \sum_k y_k", "0", given=[r"\sum_k y_k = 1"]
    )
    assert verdict.word == "refuted"


def test_an_unconnected_derivative_is_not_taken_for_zero() -> None:
    verdict = derive.prove(r"\frac{\partial C}{\partial q}", "0", let=["C = x^2 + y"])
    assert verdict.word == "unknown"
    assert "depends on q" in verdict.message
