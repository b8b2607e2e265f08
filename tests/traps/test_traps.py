"""Subtly false claims: none may ever be proved for every size, and none is sold as true."""

from __future__ import annotations

import pytest

import derive

# Every soundness bug ever found stays here: (definitions, givens, left, right).
FALSE: list[tuple[str, list[str], list[str], str, str]] = [
    ("Σ y = 1 does not give Σ y² = 1 (true at n = 1)",
     [], [r"\sum_{k=1}^n y_k = 1"], r"\sum_{k=1}^n y_k^2", "1"),
    ("the cost's gradient needs Σ y = 1, which this page contradicts by y_k = 1",
     [r"a_j = \frac{e^{z_j}}{\sum_k e^{z_k}}", r"y_k = \frac{1}{2}", r"C = -\sum_k y_k \log a_k"],
     [], r"\frac{\partial C}{\partial z_j}", "a_j - y_j"),
    ("the diagonal case stated for all indices",
     [r"a_j = \frac{e^{z_j}}{\sum_k e^{z_k}}"], [], r"\frac{\partial a_j}{\partial z_i}",
     r"a_j (1 - a_j)"),
    ("the off-diagonal case stated for equal indices",
     [r"a_j = \frac{e^{z_j}}{\sum_k e^{z_k}}"], ["i = j"], r"\frac{\partial a_j}{\partial z_i}",
     r"-a_j a_i"),
    ("a range that stops early", [], [], r"\sum_{k=1}^{n-1} x_k", r"\sum_{k=1}^{n} x_k"),
    ("a bound index used outside",
     [], [], r"\sum_{k=1}^n x_k y_j", r"\sum_{k=1}^n x_k y_k"),
    ("log of a sum is no sum of logs",
     [], [], r"\log \sum_{k=1}^n e^{x_k}", r"\sum_{k=1}^n x_k"),
    ("n for n - 1", [], [r"\sum_k y_k = 1"], r"\sum_{k=1}^n (1 - y_k)", "n"),
    ("a mean without its 1/n", [r"m = \frac{1}{n} \sum_{k=1}^n x_k"], [],
     r"\frac{\partial m}{\partial x_j}", "1"),
    ("softmax is at most, not below 1 (n = 1)",
     [r"a_j = \frac{e^{z_j}}{\sum_k e^{z_k}}"], [], "a_j < 1", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("let", "given", "left", "right"), [f[1:] for f in FALSE], ids=[f[0] for f in FALSE]
)
def test_false_claims_are_refuted(let: list[str], given: list[str], left: str, right: str) -> None:
    relation = "="
    if not right:
        left, relation, right = left.split()
    verdict = derive.prove(left, right, relation=relation, let=let, given=given)
    assert verdict.word == "refuted", verdict.message
    assert verdict.counterexample is not None
