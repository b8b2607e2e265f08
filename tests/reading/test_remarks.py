r"""What stands beside a formula and is no part of it: words, marks, ∀."""

from __future__ import annotations

import pytest

import derive
from derive.formula import IndexCondition, Name
from derive.reading.chains import parse_chains


@pytest.mark.parametrize(
    "remark",
    [
        r"\text{(by chain rule)}",
        r"\quad \text{by the definition of the loss}",
        r"\text{, where only the $t$-th entry of $b$ is not zero.}",
        r", \quad \forall c",
        r",\,\, \forall i, j",
        r" \quad \forall i = 1, \ldots, n",
        ".",
        ",",
        r"\quad (1)",
    ],
)
def test_a_remark_behind_a_formula_is_no_part_of_it(remark: str) -> None:
    (chain,) = parse_chains("a = b + c" + remark)
    (plain,) = parse_chains("a = b + c")
    assert [s.node for s in chain.sides] == [s.node for s in plain.sides]
    assert [s.source for s in chain.sides] == ["a", "b + c"]
    assert chain.conditions == ()


@pytest.mark.parametrize(
    "condition", [r"\quad \forall i \neq j", r"\text{ if $i \neq j$}", r"\quad (i \neq j)"]
)
def test_a_condition_behind_a_formula_is_one(condition: str) -> None:
    (chain,) = parse_chains("a_i = b_j" + condition)
    assert chain.conditions == (IndexCondition(Name("i"), Name("j"), False),)


@pytest.mark.parametrize(
    "source", [r"a = b \text{ of } c", r"a = b \text{ is } x + d", r"a = b \quad c"]
)
def test_what_goes_on_behind_words_is_not_left_out(source: str) -> None:
    (chain,) = parse_chains(source)
    assert chain.sides[-1].error is not None


@pytest.mark.parametrize(
    ("source", "bracket"), [("2 (x - y) )", ")"), ("[x] ]", "]"), (r"x \}", r"\}")]
)
def test_a_closing_bracket_too_many_is_named(source: str, bracket: str) -> None:
    (chain,) = parse_chains(f"a = {source}")
    error = chain.sides[-1].error
    assert error is not None
    assert error.message == f"a closing {bracket} without its opening one"


def test_a_prime_of_an_author_who_forgot_the_hat() -> None:
    (chain,) = parse_chains(r"\sigma\prime(x) = \sigma'(x)")
    assert chain.sides[0].node == chain.sides[1].node


def test_what_holds_for_every_c_is_decided_for_every_c() -> None:
    page = derive.check("$$c x - c x = 0 = c x, \\quad \\forall c$$")
    assert [s.word for s in page.steps] == ["proved", "refuted"]


def test_a_word_for_a_quantity_has_its_own_definition() -> None:
    page = derive.check(
        "$$net_j = \\sum_i w_{ij} o_i$$\n"
        "$$\\frac{\\partial net_j}{\\partial w_{kj}} = \\sum_i \\delta_{ik} o_i = o_k$$\n"
        "$$\\frac{\\partial net_j}{\\partial o_k} = w_{jk}$$"
    )
    assert [s.word for s in page.steps] == ["proved", "proved", "refuted"]
