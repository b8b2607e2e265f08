r"""Indicators in all their notations: 1[i = j], \mathbb{1}(i = j), Iverson's [i = j]."""

from __future__ import annotations

import pytest

import derive
from derive.formula import FormulaError, IndexCondition, Indicator, Name, nodes
from derive.reading.chains import parse_chains, parse_expression

I, J = Name("i"), Name("j")
SOFTMAX = r"p_i = \frac{e^{z_i}}{\sum_k e^{z_k}}"


@pytest.mark.parametrize(
    "source",
    [
        "[i=j]",
        r"\left[i=j\right]",
        "1[i=j]",
        r"1\left[i=j\right]",
        "1(i=j)",
        r"1\{i=j\}",
        r"\mathbb 1_{i=j}",
        r"\mathbb{1}_{\{i=j\}}",
        r"\mathbb{1}_{[i=j]}",
        r"\mathbb{1}\left(i=j\right)",
        r"\mathbb I[i=j]",
        r"\mathbf 1\{i=j\}",
        r"\boldsymbol{1}[i=j]",
        r"\mathbbm{1}(i=j)",
        r"\mathds 1[i=j]",
        r"\unicode{x1D7D9}(i=j)",
        "𝟙[i=j]",
        r"\delta(i=j)",
        r"\delta[i=j]",
    ],
)
def test_an_indicator_however_it_is_written(source: str) -> None:
    assert parse_expression(source) == Indicator(IndexCondition(I, J, True))
    unequal = source.replace("=", r"\ne ")
    assert parse_expression(unequal) == Indicator(IndexCondition(I, J, False))


@pytest.mark.parametrize("sign", ["!=", r"\ne", r"\neq", r"\not=", r"\not ="])
def test_unequal_however_it_is_written(sign: str) -> None:
    condition = IndexCondition(I, J, False)
    assert parse_expression(f"1[i {sign} j]") == Indicator(condition)
    big = parse_expression(rf"\sum_{{i {sign} j}}^n x_i")
    assert condition in nodes(big)
    (chain,) = parse_chains(rf"a = b, \quad i {sign} j")
    assert chain.conditions == (condition,)
    (cases,) = parse_chains(rf"\begin{{cases}} a & i {sign} j \\ b & i = j \end{{cases}}")
    assert condition in nodes(cases.sides[0].node or I)


@pytest.mark.parametrize("source", ["n! = m", "n!=m(m - 1)", "(n)!=m", "2 n!=m"])
def test_a_factorial_before_an_equals_sign_stays_one(source: str) -> None:
    (chain,) = parse_chains(source)
    error = chain.sides[0].error
    assert error is not None
    assert error.message == "factorials are not supported"


@pytest.mark.parametrize("source", ["P[X=k] a", r"\mathbb{P}[X=k]", "P_a[i=j] b", "f(x) E[i=j] c"])
def test_a_bracket_that_may_be_an_argument_is_no_indicator(source: str) -> None:
    assert not any(isinstance(n, Indicator) for n in nodes(parse_expression(source)))


@pytest.mark.parametrize(
    "source",
    [
        "[i=j] a = b",
        "a = p_i (1 - p_i) [i=j]",
        "a = p_i - 1 [i=j]",
        "a = 1 (i=j)",
        r"a = 2 \; [i \neq j]",
    ],
)
def test_what_may_be_the_case_that_a_line_holds_for_is_no_factor(source: str) -> None:
    (chain,) = parse_chains(source)
    errors = [s.error.message for s in chain.sides if s.error is not None]
    assert errors == ["a condition where a quantity should be"]


@pytest.mark.parametrize(
    "source", ["1[x > 0]", r"\mathbb{1}_N", r"\mathbb{1}(i = j = k)", r"\mathbf{1}_N^T"]
)
def test_an_indicator_of_something_else_is_not_read(source: str) -> None:
    with pytest.raises(FormulaError):
        parse_expression(source)


@pytest.mark.parametrize(
    ("left", "right", "word"),
    [
        (r"\frac{\partial p_i}{\partial z_j}", "[i=j] p_i - p_i p_j", "proved"),
        (r"\frac{\partial p_i}{\partial z_j}", "p_i (1[i=j] - p_j)", "proved"),
        (r"\frac{\partial p_i}{\partial z_j}", r"p_i ([i \neq j] - p_j)", "refuted"),
        (r"\frac{\partial p_i}{\partial z_j}", "[i=j] p_i + p_i p_j", "refuted"),
        (r"\sum_i [i=j] x_i", "x_j", "proved"),
        (r"\sum_i [i=j] x_i", "x_i", "refuted"),
        (r"\sum_{i != j} x_i", r"\sum_i x_i - x_j", "proved"),
        (r"\sum_{i != j} x_i", r"\sum_i x_i", "refuted"),
        ("[i=j]^2", "[i=j]", "proved"),
        ("[i!=j] + [i=j]", "1", "proved"),
    ],
)
def test_what_is_said_of_indicators(left: str, right: str, word: str) -> None:
    assert derive.prove(left, right, let=[SOFTMAX]).word == word


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (r"-[y=1] \log p - [y=0] \log(1-p)", r"-y \log p - (1-y) \log(1-p)"),
        ("1[y=1] + 1[y=0]", "1"),
        (r"\sum_i 1\{y_i=1\} p_i", r"\sum_i y_i p_i"),
    ],
)
def test_a_label_that_is_a_number_is_no_index(left: str, right: str) -> None:
    """True of y in {0, 1}, and false of y among n classes."""
    with pytest.raises(derive.UnreadableClaim, match="an indicator of something other than i = j"):
        derive.prove(left, right)


def test_words_that_are_no_condition_are_not_the_other_case() -> None:
    rows = r"\begin{cases} 1 & \text{if y=i} \\ 0 & \text{otherwise} \end{cases}"
    with pytest.raises(FormulaError, match="a case whose condition is not"):
        parse_expression(rows)


def test_vectors_of_one_name_are_rows_or_columns_of_its_matrix_alike() -> None:
    """θ_j and θ_l: with θ_{ij} on the page, only j would be said to number the columns."""
    page = derive.check(
        "$$J = \\sum_j t_j \\log \\frac{e^{\\theta_j^T x}}{\\sum_l e^{\\theta_l^T x}}$$\n"
        "where $\\sum_j t_j = 1$.\n"
        "$$\\nabla_{\\theta_j} J = x (t_j - \\frac{e^{\\theta_j^T x}}{\\sum_l e^{\\theta_l^T x}})$$\n"
        "$$R = \\sum_i \\sum_j \\theta_{ij}^2$$"
    )
    assert [s.word for s in page.steps] == ["unread"]
