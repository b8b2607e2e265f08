"""Pages that the fuzzers broke, cut down; RUNS.md says in which runs.

Each meets every property of `properties`, and the sentence above it.
"""

from __future__ import annotations

import pytest

import derive
from tests.fuzz.properties import checked


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("$$ f(x) = f(x) + 1 $$ $$ f(y) = y + 1 $$", "f rests on f itself"),
        (
            "$$ f(x) = g(x) + 1 $$ $$ g(x) = f(x) + 1 $$ $$ f(y) + g(y) = y $$",
            "g rests on g itself",
        ),
        (r"$$ \sigma(x) = x + a $$ $$ a = \sigma(1) $$ $$ \sigma(y) = y $$", "rests on"),
    ],
)
def test_a_function_that_rests_on_itself_is_a_problem(text: str, told: str) -> None:
    (problem,) = checked(text).problems
    assert told in problem.message


def test_functions_of_functions_are_none() -> None:
    page = checked("$$ f(x) = x + 1 $$\n\n$$ g(x) = f(f(x)) $$\n\n$$ g(y) + y = 2 y + 2 $$")
    assert page.problems == ()
    assert [step.word for step in page.steps] == ["proved"]


def test_a_claim_from_first_to_last_keeps_to_its_own_chain() -> None:
    page = checked("$$ x + y = 2z $$\n\nwords\n\n$$ (y+1)^2 = y^2+2y+1 = 2y+1+y^2 $$")
    assert [fact.latex for fact in page.facts] == ["x + y = 2z"]
    assert {step.chain for step in page.steps} == {1}
    assert [chain.chain for chain in page.chains] == [1]


def test_a_chain_that_begins_with_a_condition_claims_nothing_from_its_first_side() -> None:
    page = checked("$$ x + y = (y+1)^2 = y^2+2y+1 = 1 + 2y + y^2 $$")
    assert [step.word for step in page.steps] == ["proved", "proved"]
    assert page.chains == ()


def test_a_step_stands_in_one_block_also_where_a_line_holds_several() -> None:
    page = checked("$$ x + x = 2x $$ $$ y + y = 2y $$")
    assert [block.steps for block in page.blocks] == [(1,), (2,)]


def test_lone_surrogates_are_characters_like_any_other() -> None:
    page = derive.check("\ud800 $$ x = x + \\text{\ud800} $$ and $$ x + x = 2x $$", "\udfff.md")
    assert [step.word for step in page.steps][-1:] == ["proved"]


@pytest.mark.parametrize(
    ("case", "chain"),
    [
        (r"x = n", r"x + \sum_{k=1}^n z_k = n + \sum_{k=1}^n z_k = \sum_{k=1}^n z_k + x"),
        (r"x = \sum_k z_k", r"x + x = 2x = 2 \sum_{k=1}^n z_k = x + x"),
        (r"y_k = n \delta_{kj}", r"\sum_{k=1}^n y_k a_k = \sum_{k=1}^n \delta_{kj} n a_k = n a_j"),
    ],
)
def test_a_case_that_says_what_a_quantity_is_serves_every_step_of_a_chain(
    case: str, chain: str
) -> None:
    page = checked(f"If ${case}$:\n\n$$ {chain} $$")
    assert [step.word for step in page.steps] == ["proved"] * chain.count(" = ")
