"""Order relations: what is proved for every size, and what must not be."""

from __future__ import annotations

import pytest

import derive

SOFTMAX = r"a_j = \frac{e^{z_j}}{\sum_{k=1}^{n} e^{z_k}}"
SIGMOID = r"\sigma(z) = \frac{1}{1 + e^{-z}}"

# (left, relation, right, definitions, givens)
Claim = tuple[str, str, str, list[str], list[str]]

EVERY_SIZE: list[Claim] = [
    ("a_j", r"\leq", "1", [SOFTMAX], []),
    (r"\sum_{k=1}^n a_k^2", r"\leq", "1", [SOFTMAX], []),
    ("a_j (1 - a_j)", r"\geq", "0", [SOFTMAX], []),
    ("a_i + a_j", r"\leq", "1", [SOFTMAX], [r"i \neq j"]),
    (r"-\log a_c", r"\geq", "0", [SOFTMAX], []),
    (r"-\sum_{k=1}^n a_k \log a_k", r"\geq", "0", [SOFTMAX], []),
    (r"-\sum_{k=1}^n p_k \log p_k", r"\geq", "0", [], [r"\sum_k p_k = 1"]),
    ("x_j", r"\leq", r"\sum_{k=1}^n x_k", [], [r"x_k \geq 0"]),
    (r"\sum_{k=1}^n x_k^2", r"\leq", r"(\sum_{k=1}^n x_k)^2", [], ["x_k > 0"]),
    (r"\sigma'(z)", r"\leq", r"\frac{1}{4}", [SIGMOID], []),
    ("2 x y", r"\leq", "x^2 + y^2", [], []),
    (r"\frac{\partial C}{\partial a_c}", "<", "0", [r"C = -\log a_c"], ["a_k > 0"]),
]


@pytest.mark.parametrize("claim", EVERY_SIZE, ids=lambda c: f"{c[0]} {c[1]} {c[2]}")
def test_what_holds_at_every_size(claim: Claim) -> None:
    left, relation, right, let, given = claim
    verdict = derive.prove(left, right, relation=relation, let=let, given=given)
    assert (verdict.word, verdict.every_size) == ("proved", True), verdict.message


FALSE: list[Claim] = [
    ("a_j", "<", "1", [SOFTMAX], []),
    ("a_j (1 - a_j)", ">", "0", [SOFTMAX], []),
    ("a_i + a_j", r"\leq", "1", [SOFTMAX], []),
    (r"-\sum_{k=1}^n a_k \log a_k", r"\leq", "0", [SOFTMAX], []),
    ("x_j", r"\leq", r"\sum_{k=1}^n x_k", [], []),
    ("x_j", "<", r"\sum_{k=1}^n x_k", [], ["x_k > 0"]),
    (r"\sigma'(z)", "<", r"\frac{1}{4}", [SIGMOID], []),
    (r"\sum_{k=1}^n x_k^2", r"\leq", r"(\sum_{k=1}^n x_k)^2", [], []),
    (r"(\sum_{k=1}^n e^{x_k}) (\sum_{k=1}^n e^{-x_k})", r"\leq", "16", [], []),
    ("2 x y", "<", "x^2 + y^2", [], []),
    (r"x_i^{\delta_{ij}} + \sum_{k=1}^n x_k^2", r"\geq", "0", [], []),
    (r"e^{\sqrt{x_i}} + |\sum_{k \ne i} x_k|", "<", "0", [], [r"x_k \leq 0"]),
]


@pytest.mark.parametrize("claim", FALSE, ids=lambda c: f"{c[0]} {c[1]} {c[2]}")
def test_what_fails_somewhere_is_refuted(claim: Claim) -> None:
    left, relation, right, let, given = claim
    verdict = derive.prove(left, right, relation=relation, let=let, given=given)
    assert verdict.word == "refuted", verdict.message


@pytest.mark.parametrize("bound", [r"\frac{n + 4}{5}", r"\frac{n + 8}{9}"])
def test_a_bound_that_fails_at_larger_sizes_only_is_not_proved_for_all(bound: str) -> None:
    # n · Σ x² ≤ … with a factor that is too small from some n on
    verdict = derive.prove(
        r"n x_j", bound + r"\cdot 4 \sum_{k=1}^n x_k", relation=r"\leq", given=["x_k > 0"]
    )
    assert not verdict.every_size
