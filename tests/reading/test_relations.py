"""Two relation signs side by side: one relation, or a problem; never half of it."""

from __future__ import annotations

import pytest

import derive
from derive.api import check_formula

READ = [
    ("x^2 >= 0", "≥", "proved"),
    ("x^2 > = 0", "≥", "proved"),
    ("x^2 > 0", ">", "refuted"),
    ("x^2 + 1 <= x^2 + 1", "≤", "proved"),
    ("x^2 + 1 < x^2 + 1", "<", "refuted"),
    ("x^2 =< x^2", "≤", "proved"),
    ("x + 1 == 1 + x", "=", "proved"),
    ("x + 1 &=& 1 + x", "=", "proved"),
]


@pytest.mark.parametrize(("formula", "relation", "word"), READ)
def test_which_relation_is_read(formula: str, relation: str, word: str) -> None:
    (step,) = check_formula(rf"\begin{{aligned}}{formula}\end{{aligned}}").steps
    assert (step.relation, step.word) == (relation, word)


def test_a_given_that_is_not_strict_proves_nothing_strict() -> None:
    assert derive.prove("a + 1", "1", relation=">", given=["a >= 0"]).word != "proved"
    assert derive.prove("a + 1", "1", relation=">=", given=["a >= 0"]).word == "proved"
    (step,) = derive.check("Let $a >= 0$.\n\n$$ |a| / a = 1 $$").steps
    assert r"a \neq 0" in step.verdict.where


@pytest.mark.parametrize("signs", ["< >", "= \\leq", "> <", "\\leq ="])
def test_signs_that_are_no_relation_are_a_problem(signs: str) -> None:
    page = derive.check(f"$$ x {signs} y $$")
    assert not page.steps
    assert "nothing stands between" in page.problems[0].message


def test_an_arrow_is_no_step() -> None:
    assert not derive.check("$$ x + 1 => x $$").steps
