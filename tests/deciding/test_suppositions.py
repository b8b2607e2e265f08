"""Definitions that a page leaves out: a step that needs one is proved only under it, by name."""

from __future__ import annotations

import pytest

import derive

SIGMOID = r"$$S(z) = \frac{1}{1 + e^{-z}}$$" + "\n\n"
LOSS = r"$$L = \sum_{i=1}^{N} (y_i - w x_i)^2$$" + "\n\n"
CROSS_ENTROPY = r"The cross-entropy is $H(p, q) = -\sum_j p_j \log q_j$." + "\n\n"
TWO = r"$$\ell = \sum_{i=1}^{N} \left(y_i \log h_i + (1 - y_i) \log(1 - h_i)\right)$$" + "\n\n"
MANY = r"$$L = -\sum_{i=1}^{N} \sum_{k=1}^{K} y_{ik} \log p_{ik}$$" + "\n\n"

ASSUMED = [
    # a function that differs from a defined one in its case only
    (SIGMOID + r"$$s'(z) = s(z)(1 - s(z))$$", "s(x) = S(x)"),
    (SIGMOID + r"$$s'(x) = s(x) - s(x)^2$$", "s(x) = S(x)"),
    # a term of a sum
    (
        LOSS + r"$$\frac{\partial L_i}{\partial w} = -2 x_i (y_i - w x_i)$$",
        "L_i = ",
    ),
    # the probability of the labels, of two classes and of many
    (
        TWO + r"$$\ell = \sum_{i=1}^{N} \log P(y_i \mid x_i)$$",
        r"P(y_{i}\mid x_{i}) = {h_i}^{y_i} \cdot {\left(1 - h_i\right)}^{1 - y_i}",
    ),
    (
        MANY + r"$$L = -\sum_{i=1}^{N} \log P(y_i \mid x_i)$$",
        r"P(y_{i}\mid x_{i}) = \prod_{k=1}^{K} {p_{ik}}^{y_{ik}}",
    ),
    # entropy and divergence, by their letters
    (
        CROSS_ENTROPY + r"$$H(p, q) = H(p) + D_{KL}(p \| q)$$",
        r"H(p) = -\sum_{k=1}^{n} p_k \cdot \log\left(p_k\right)",
    ),
    (
        CROSS_ENTROPY + r"$$H(p, q) = H(p) + \mathrm{KL}(p \mid\mid q)$$",
        r"KL(p\parallel q) = \sum_{k=1}^{n} p_k \cdot \log\left(\frac{p_k}{q_k}\right)",
    ),
]


@pytest.mark.parametrize(("page", "assumption"), ASSUMED)
def test_what_the_page_leaves_out_is_named(page: str, assumption: str) -> None:
    (step,) = derive.check(page).steps
    assert step.word == "assumed"
    assert any(assumption in a for a in step.verdict.assumed)
    assert "which the page never states" in step.verdict.message


FALSE = [
    SIGMOID + r"$$s'(z) = s(z)(1 + s(z))$$",
    SIGMOID + r"$$s'(z) = S(z)(1 + s(z))$$",
    # another s is defined: it is no S
    SIGMOID + r"$$s(z) = \frac{1}{1 + e^{z}}$$" + "\n\n" + r"$$s'(z) = s(z)(1 - s(z))$$",
    LOSS + r"$$\frac{\partial L_i}{\partial w} = 2 x_i (y_i - w x_i)$$",
    LOSS
    + r"$$L_i = 3 y_i$$"
    + "\n\n"
    + r"$$\frac{\partial L_i}{\partial w} = -2x_i(y_i - w x_i)$$",
    TWO + r"$$\ell = -\sum_{i=1}^{N} \log P(y_i \mid x_i)$$",
    MANY + r"$$L = \sum_{i=1}^{N} \log P(y_i \mid x_i)$$",
    # of other labels nothing is said
    MANY + r"$$L = -\sum_{i=1}^{N} \log P(t_i \mid x_i)$$",
    MANY + r"$$L = -\sum_{i=1}^{N} \log P(x_i \mid y_i)$$",
    CROSS_ENTROPY + r"$$H(p, q) = H(p) - D_{KL}(p \| q)$$",
    CROSS_ENTROPY + r"$$H(p, q) = H(p) + D_{KL}(q \| p)$$",
    CROSS_ENTROPY + r"$$H(p, q) = H(q) + D_{KL}(p \| q)$$",
    CROSS_ENTROPY + r"$$H(p, q) = H(q, p)$$",
]


@pytest.mark.parametrize("page", FALSE)
def test_no_supposition_makes_a_false_step_true(page: str) -> None:
    for step in derive.check(page).steps:
        assert step.word not in ("proved", "assumed"), step.verdict.message


def test_an_equation_for_a_function_is_no_definition_of_its_derivative() -> None:
    (step,) = derive.check(r"$$g'(x) = g(x)$$").steps
    assert step.word == "unknown"
    assert "g is used but never defined" in step.verdict.message


SOFTMAX = r"$$p_k = \frac{e^{f_k}}{\sum_j e^{f_j}}$$" + "\n\n"
FIRST = r"$$L = -f_c + \log \sum_j e^{f_j}$$" + "\n\n# Again\n\n"


def test_a_second_definition_that_says_the_same_is_a_step_as_well() -> None:
    page = derive.check(FIRST + SOFTMAX + r"The loss is $$L = -\log p_c$$")
    assert [step.word for step in page.steps] == ["proved"]
    assert [d.name for d in page.definitions] == ["L", "p_k", "L"]


def test_a_second_definition_that_says_something_else_is_none() -> None:
    page = derive.check(FIRST + SOFTMAX + r"The loss is $$L = -2 \log p_c$$")
    assert not page.steps
    assert [d.name for d in page.definitions] == ["L", "p_k", "L"]
    assert not page.problems


def test_what_follows_a_second_definition_rests_on_it() -> None:
    again = r"$$L = -2 \log p_c = -2 f_c + 2 \log \sum_j e^{f_j}$$"
    page = derive.check(FIRST + SOFTMAX + "The loss is " + again)
    assert [step.word for step in page.steps] == ["proved"]
    assert page.steps[0].left == r"-2 \log p_c"


BARS = [r"\|", r"\parallel", r"\Vert", "||", r"\mid\mid", r"\|\|"]


@pytest.mark.parametrize("bar", BARS)
def test_a_double_bar_between_two_arguments(bar: str) -> None:
    page = rf"$$D(p {bar} q) = \sum_j p_j \log \frac{{p_j}}{{q_j}} = \sum_j p_j \log p_j - \sum_j p_j \log q_j$$"
    result = derive.check(page)
    assert [step.word for step in result.steps] == ["proved"]
    assert [d.name.split("(")[0] for d in result.definitions] == ["D"]


def test_two_double_bars_are_around_a_norm() -> None:
    page = "Let $x$ be a vector.\n\n" + r"$$(\|x\|)^2 = x^T x = (||x||)^2$$"
    assert [step.word for step in derive.check(page).steps] == ["proved", "proved"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"P(y_i \mid x_i)", "P(y_i| x_i)"),
        (r"P(y^{(i)} = k \mid x^{(i)})", "P(y^(i)=k| x^(i))"),
    ],
)
def test_indices_stand_where_the_author_put_them(written: str, read: str) -> None:
    page = rf"$$\sum_{{i=1}}^n \sum_{{k=1}}^K 2 {written} = 2 \sum_{{i=1}}^n \sum_{{k=1}}^K {written}$$"
    (step,) = derive.check(page).steps
    assert step.word == "proved"
    assert read in step.read_left


def test_words_behind_a_script_without_braces() -> None:
    page = (
        r"$$L = \underbrace{a + b}_\text{data loss} + \underbrace{c}_\text{the rest} = c + b + a$$"
    )
    assert [step.word for step in derive.check(page).steps] == ["proved"]
