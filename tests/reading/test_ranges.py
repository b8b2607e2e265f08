r"""Sums over a set of consecutive numbers: \{1, \ldots, K\}, [n]."""

from __future__ import annotations

import pytest

import derive
from derive.formula import FormulaError
from derive.reading.chains import parse_expression


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        (r"i \in \{1, \ldots, n\}", r"\sum_{i=1}^n"),
        (r"i \in \{1,..n\}", r"\sum_{i=1}^n"),
        (r"i \in \left\{1, 2, \dots, n\right\}", r"\sum_{i=1}^n"),
        (r"i \in [n]", r"\sum_{i=1}^n"),
        (r"i \in \{0, \ldots, n-1\}", r"\sum_{i=0}^{n-1}"),
        (r"i \in [n], i \ne j", r"\sum_{i=1, i \ne j}^n"),
        (r"i, j \in [n]", r"\sum_{i, j=1}^n"),
        (r"i = 1..n", r"\sum_{i=1}^n"),
    ],
)
def test_a_set_of_consecutive_numbers_is_a_range(given: str, plain: str) -> None:
    assert parse_expression(rf"\sum_{{{given}}} x_i") == parse_expression(plain + " x_i")


@pytest.mark.parametrize(
    "given",
    [
        r"i \in C",
        r"i \in \{1, n\}",
        r"i \in \{1, 3, \ldots, n\}",
        r"i \in \{a, \ldots, n\}",
        r"i \in [1, n]",
        r"i \in [2]",
        r"i \in [n], j \in [m]",
        r"i \in \{x, \ldots\}",
    ],
)
def test_another_set_is_no_range(given: str) -> None:
    with pytest.raises(FormulaError, match="a range given by a set"):
        parse_expression(rf"\sum_{{{given}}} x_i")


@pytest.mark.parametrize(
    ("left", "right", "word"),
    [
        (r"\sum_{i \in \{1,\ldots,n\}} x_i", r"\sum_{i=1}^n x_i", "proved"),
        (r"\sum_{i \in [n]} 1", "n", "proved"),
        (r"\sum_{i \in [n]} 1", "n + 1", "refuted"),
        (r"\sum_i^n 1", "n", "proved"),
        (r"\sum_i^n 1", "n - 1", "refuted"),
        (r"\sum_{i \in [n]} x_i", "x_1", "refuted"),
    ],
)
def test_what_is_said_of_sums_over_sets(left: str, right: str, word: str) -> None:
    assert derive.prove(left, right).word == word
