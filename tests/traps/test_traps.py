"""Subtly false claims: none may ever be proved for every size, and none is sold as true."""

from __future__ import annotations

import pytest

import derive
from derive.api import UnreadableClaim

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
    ("a root of a square is the absolute value", [], [], r"\sqrt{x^2}", "x"),
    ("and with x < 0 it is -x", [], ["x < 0"], r"\sqrt{x^2}", "x"),
    ("a root of an even power whose root is odd", [], [], r"\sqrt{x^6}", "x^3"),
    ("a fractional power of a square", [], [], "(x^2)^{1/2}", "x"),
    ("a root is not additive", [], ["x > 0", "y > 0"], r"\sqrt{x^2 + y^2}", "x + y"),
    ("nor is the absolute value", [], [], "|x + y|", "|x| + |y|"),
    ("the log of a sum of powers moves with its argument",
     [r"f(x) = \log \sum_i e^{x_i}"], [], "f(x + c)", "f(x)"),
    ("bars inside brackets enclose", [], [], "(|x|)", "x"),
    ("different arguments", [], [], r"P(y = 1 | x)", r"P(y = 0 | x)"),
    ("a condition is no joint probability", [], [], r"P(x | y)", r"P(x, y)"),
    ("different indices in arguments", [], [], r"P(x_i | y_i)", r"P(x_i | y_j)"),
    ("true between -100 and 100 only", [], [], "|x - 100| + |x + 100|", "200"),
    ("labels 0 or 1 need not be one-hot", [], ["y_k^2 = y_k"],
     r"(\sum_{k=1}^n y_k)^2", r"\sum_{k=1}^n y_k"),
    ("a distribution need not be one-hot", [], [r"\sum_{k=1}^n y_k = 1"],
     r"\sum_{k=1}^n y_k^2", r"\sum_{k=1}^n y_k"),
    ("one-hot products vanish for different indices only", [],
     ["y_k^2 = y_k", r"\sum_{k=1}^n y_k = 1"], "y_i y_j", "0"),
    ("the log of a sum, spelled out in an exponent, is that sum (e_4 = 0 for n < 4)",
     [], ["x_k > 0"],
     r"e^{4\log\sum_{k=1}^n x_k} - 6 e^{2\log\sum_{k=1}^n x_k}\sum_{k=1}^n x_k^2 "
     r"+ 3 e^{2\log\sum_{k=1}^n x_k^2} + 8 e^{\log \sum_{k=1}^n x_k}\sum_{k=1}^n x_k^3",
     r"6\sum_{k=1}^n x_k^4"),
    ("logs of different sums combine at n = 1, 2", [], ["x_k > 0"],
     r"2\log\sum_{k=1}^n x_k - 2\log\sum_{k=1}^n \frac{1}{x_k}",
     r"\log\sum_{k=1}^n x_k^2-\log\sum_{k=1}^n \frac{1}{x_k^2}"),
    ("under a root, the sum without j is the sum, too (a square at n = 1, 2)", [], ["x_k > 0"],
     r"\sqrt{n \sum_k x_k + (\sum_{k\ne j} x_k)^2 + 2 x_j\sum_{k\ne j} x_k + x_j^2 + (3n-2)/4}",
     r"\sum_{k=1}^n x_k + n/2"),
    ("no value for i ≠ j at n = 2, 3, but at n = 4", [], [],
     r"\frac{(\delta_{ij} + 2(1 - \delta_{ij})) x_i}{\delta_{ij} + (n-2)(n-3)}",
     r"\frac{x_i}{\delta_{ij} + (n-2)(n-3)} + 0 \sum_{k=1}^n x_k"),
    ("no value for any index at n = 2, and one index only at n = 1", [], [],
     r"\frac{x_i}{n-2} + 0 \sum_{k=1}^n x_k", r"\frac{x_1}{n-2}"),
    ("the root of what is at most 0 exists at 0", [], [],
     r"\sqrt{-\delta_{ij} x_i^2}", r"-\delta_{ij}"),
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


# True where both sides are defined: (givens, left, right, where).
DOMAINS: list[tuple[list[str], str, str, tuple[str, ...]]] = [
    ([], r"\log x^2", r"2 \log x", ("x > 0",)),
    ([], r"\log x^2", r"2 \log |x|", (r"x \neq 0",)),
    ([], r"\sqrt{x} \sqrt{x}", "x", (r"x \geq 0",)),
    ([], r"\sqrt{x^4}", "x^2", ()),
    ([], r"\sqrt{(x - y)^2}", "|y - x|", ()),
    (["x < 0"], r"\sqrt{x^2}", "-x", ()),
    ([r"x \geq 0"], r"\sqrt{x^2}", "x", ()),
    ([r"x \neq 0"], r"\frac{x}{x}", "1", ()),
    ([], r"\frac{x}{x}", "1", (r"x \neq 0",)),
    (["y_k^2 = y_k"], "y_k^5", "y_k", ()),
    (["y_k^2 = y_k", r"\sum_{k=1}^n y_k = 1"], r"\sum_{k=1}^n y_k^2", "1", ()),
    ([], r"\sqrt{12}", r"2 \sqrt{3}", ()),
]


@pytest.mark.parametrize(("given", "left", "right", "where"), DOMAINS)
def test_where_a_true_claim_is_defined(
    given: list[str], left: str, right: str, where: tuple[str, ...]
) -> None:
    verdict = derive.prove(left, right, given=given)
    assert (verdict.word, verdict.every_size) == ("proved", True), verdict.message
    assert verdict.where == where
    assert len(verdict.given) == len(given)


@pytest.mark.parametrize(
    ("left", "right", "said"),
    [
        (r"\log x^2", r"2 \log x", "Only the right side asks for x > 0."),
        (r"\frac{x^2}{x}", "x", r"Only the left side asks for x \neq 0."),
        (r"\sqrt{x y}", r"\sqrt{x} \sqrt{y}",
         r"Only the right side asks for x \geq 0 and y \geq 0."),
        (r"\frac{1}{x}", r"\frac{y}{x y}", r"Only the right side asks for y \neq 0."),
    ],
)  # fmt: skip
def test_a_step_that_changes_the_domain_says_so(left: str, right: str, said: str) -> None:
    assert derive.prove(left, right).message.endswith(said)
    assert "Only" not in derive.prove(left, left).message


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (r"a + \sqrt{x^{2a}}", "x^a + a"),  # was refuted at x < 0, a = 3
        (r"b c + \sqrt{x_i^{2 m}}", "b c + x_i^{m}"),  # was a contradiction of the two paths
        (r"b c + \sum_{k=1}^n \sqrt{x_k^{2 a_k}}", r"b c + \sum_{k=1}^n x_k^{a_k}"),
    ],
)
def test_both_paths_read_a_power_in_the_same_way(left: str, right: str) -> None:
    """u^v with a quantity v is there for u > 0 only, whatever value v happens to have."""
    assert derive.prove(left, right).word == "proved"


def test_a_point_that_only_one_path_can_evaluate_is_no_counterexample() -> None:
    verdict = derive.prove(r"e^{x_i} + \frac{\partial}{\partial x_i} x_i^n", "7")
    assert verdict.word == "refuted"
    assert verdict.counterexample is not None
    assert verdict.counterexample.values["x_1"] != "0"


@pytest.mark.parametrize(
    ("left", "right", "given"),
    [
        # each row one-hot: no counterexample may have y_11 = 1/3
        (r"\sum_{k=1}^n y_{ik}^2 x_k", r"\sum_{k=1}^n y_{ik} x_k",
         ["y_{ik}^2 = y_{ik}", r"\sum_{k=1}^n y_{ik} = 1"]),
        # rows and columns sum to 1
        (r"\sum_{k=1}^n q_{ik}", r"\sum_{i=1}^n q_{ik}",
         [r"\sum_{k=1}^n q_{ik} = 1", r"\sum_{i=1}^n q_{ik} = 1"]),
    ],
)  # fmt: skip
def test_what_the_points_cannot_keep_is_not_refuted(
    left: str, right: str, given: list[str]
) -> None:
    assert derive.prove(left, right, given=given).word != "refuted"


def test_a_given_that_is_none_is_refused() -> None:
    with pytest.raises(UnreadableClaim, match="not a given that can be used"):
        derive.prove("y_k^2", "y_k", given=[r"y_k \in \{0, 1\}"])


@pytest.mark.parametrize("line", [r"\log(t - t)", r"\frac{1}{0}"])
def test_a_line_that_exists_nowhere_has_no_sign(line: str) -> None:
    assert derive.prove(line, "1", relation="<").word == "unknown"


def test_givens_that_cannot_all_hold_prove_nothing() -> None:
    verdict = derive.prove("x", "1", given=["x > 0", "x < 0"])
    assert verdict.word == "unknown"
    assert "cannot all hold" in verdict.message
