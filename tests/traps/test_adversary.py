"""What an adversary once got proved or refuted wrongly. Each stays here."""

from __future__ import annotations

import pytest

import derive
from derive.api import UnreadableClaim

SOFTMAX = "$$ a_j=\\frac{e^{z_j}}{\\sum_{k=1}^n e^{z_k}} $$\n\n"


def words(page: str) -> list[str]:
    return [step.word for step in derive.check(page).steps]


# (why, definitions, givens, left, right): false, and never to be proved for every size.
FALSE_CLAIMS: list[tuple[str, list[str], list[str], str, str]] = [
    ("a given names a position", [], [r"i \neq 1"], r"\delta_{ji} x_i", "0"),
    ("a given compares two axes", [], [r"j \neq i"], r"w_{lj}\delta_{li}", "0"),
    ("a sum without its index", [], [], r"\left(\sum x_i\right)^2", r"\sum x_i^2"),
    ("log of a hidden n", [r"L=\log\sum_{k=1}^n\frac{x_k}{x_k}"], [],
     r"L(L-\log 2)(L-\log 3)(L-\log 4)", "0"),
    ("log of a hidden n times a sum", [], [],
     r"\log \sum_{k=1}^n e^{x_k (c - c)} - \log 2", r"(\log \sum_{k=1}^n e^{x_k (c - c)} - \log 2)^2"),
    ("positivity of one pattern used in another", [], [],
     r"\begin{cases}\log x_i & i=j\\ \log(-x_i)& i\neq j\end{cases}",
     r"\begin{cases}\log x_i & i=j\\ 17& i\neq j\end{cases}"),
    ("one entry's sign is not the family's", [], ["x_1 > 0"], r"\sqrt{x_i^2}", "x_i"),
    ("one row's sum is not every row's", [], [r"\sum_{k=1}^n w_{1k}=1"],
     r"\sum_k w_{jk}", r"\sum_k w_{ik}"),
    ("the claim itself is not what was given", [], ["(x+y)^2=x^2+2xy+y^2"], "C", "D"),
    ("an index as a number", [], [], r"\sum_{k=1}^n k x_k \delta_{ki}", "x_i"),
    ("a lone name in brackets is an argument", ["y=u(x)+1"], [], r"\frac{dy}{dx}", "u"),
    ("an ingredient's derivative by what it makes", ["x = y^2"], [],
     r"\frac{\partial (y^2)}{\partial x}", "0"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("let", "given", "left", "right"),
    [c[1:] for c in FALSE_CLAIMS],
    ids=[c[0] for c in FALSE_CLAIMS],
)
def test_false_claims_are_not_proved(
    let: list[str], given: list[str], left: str, right: str
) -> None:
    try:
        verdict = derive.prove(left, right, let=let, given=given)
    except UnreadableClaim:
        return
    assert not (verdict.word == "proved" and verdict.every_size), verdict


FALSE_PAGES: list[tuple[str, str]] = [
    ("a case that names a position",
     SOFTMAX + "If $j \\neq 1$:\n\n$$ \\frac{\\partial a_i}{\\partial z_j} = -a_i a_j $$"),
    ("a case about two ranges",
     "$$ z_j=\\sum_{k=1}^m w_{jk}x_k+b_j $$\n\nIf $j \\neq k$:\n\n"
     "$$ \\frac{\\partial z_l}{\\partial w_{jk}}=0 $$"),
    ("a remark on δ opens no case",
     SOFTMAX + "where $\\delta_{ij}$ is 1 if $i = j$ and 0 otherwise.\n\n"
     "$$ \\frac{\\partial a_j}{\\partial z_i}=a_j(1-a_i) $$"),
    ("a given that its sentence denies",
     "If the weights satisfied $\\sum_{k=1}^n y_k=1$, things would be easy; they do not.\n\n"
     "$$ \\sum_{k=1}^n y_k x= x $$"),
    ("a given of a later section",
     "# One\n\n$$ \\sum_{k=1}^n y_k x= x $$\n\n# Two\n\nNow let $\\sum_{k=1}^n y_k=1$.\n"),
    ("a function that uses its argument's name in secret",
     "$$ g = x^2 $$\n\n$$ f(x) = g + x $$\n\n$$ f'(x) = 1 $$"),
    ("two functions of one name in a row",
     "$$ f(x)=x^2 $$\n\n$$ f(x)=x^3 $$"),
    ("a prime of a defined name is no new name",
     "$$ S = \\frac{1}{1+e^{-x}} $$\n\n$$ S' = S(1-2S) $$\n\n$$ S' = S - 2S^2 $$"),
    ("numbers", "$$ 1 = 2 $$"),
]  # fmt: skip


RESPONSE = "\\frac{\\partial a_j}{\\partial z_i}"
ON = f"{RESPONSE} = a_j(1-a_j)"
OFF = f"{RESPONSE} = -a_i a_j"
COST = SOFTMAX + "$$ C=-\\sum_{k=1}^n y_k\\log a_k $$\n\n"

# How prose states, denies and ends a condition.
FALSE_PAGES += [
    ("unless", SOFTMAX + f"Unless $i = j$:\n\n$$ {ON} $$"),
    ("a case denied", SOFTMAX + f"When $i = j$ does not hold:\n\n$$ {ON} $$"),
    ("a case dropped", SOFTMAX + f"We show what happens if $i = j$ is dropped:\n\n$$ {ON} $$"),
    ("conditions that trail", SOFTMAX + f"${ON}$ if $i \\neq j$, and ${OFF}$ if $i = j$."),
    ("otherwise, a sentence later", SOFTMAX + f"If $i = j$, ${ON}$. Otherwise ${ON}$."),
    ("a display whose condition trails",
     SOFTMAX + f"$$ {ON} $$\n\nif $i \\neq j$, and\n\n$$ {OFF} $$\n\nif $i = j$."),
    ("the remaining case",
     SOFTMAX + f"If $i = j$:\n\n$$ {ON} $$\n\nIn the remaining case:\n\n$$ {ON} $$"),
    ("the case dropped",
     SOFTMAX + f"If $i = j$:\n\n$$ {ON} $$\n\nDropping that:\n\n$$ {ON} $$"),
    ("another value of the label",
     "$$ C=-y\\log a-(1-y)\\log(1-a) $$\n\nIf $y=1$:\n\n$$ C=-\\log a $$\n\n"
     "For $y=0$:\n\n$$ C=-\\log a+0 $$"),
    ("a sign that turns",
     "Let $x > 0$.\n\n$$ \\sqrt{x^2} = x $$\n\nNow let $x < 0$.\n\n$$ \\sqrt{x^2} = x $$"),
    ("a sign stated too late", "$$ \\sqrt{x^2} = x $$\n\nNow suppose $x > 0$."),
    ("one-hot labels, then arbitrary ones",
     COST + "For one-hot labels, $y_c=1$ and $y_k=0$ for $k\\neq c$.\n\n# Soft labels\n\n"
     "$$ \\frac{\\partial C}{\\partial z_j}=a_j-y_j $$"),
    ("labels that might be one-hot",
     COST + "We might have $y_c=1$ or $y_k=0$, even $c\\neq k$.\n\n$$ C=-\\log a_c $$"),
]  # fmt: skip


@pytest.mark.parametrize("page", [p[1] for p in FALSE_PAGES], ids=[p[0] for p in FALSE_PAGES])
def test_false_pages_are_not_clean(page: str) -> None:
    result = derive.check(page)
    clean = result.steps and all(s.word == "proved" for s in result.steps) and not result.problems
    assert not clean, [(s.word, s.read_left, s.read_right) for s in result.steps]


# (why, definitions, givens, left, right): true, and never to be refuted.
TRUE_CLAIMS: list[tuple[str, list[str], list[str], str, str]] = [
    ("sums that share a size", [], [], r"\sum_{k=1}^n 1 - 1", r"\sum_{k=2}^n 1"),
    ("a constant under a shorter sum", [], [], r"\sum_{i=1}^{n-1} c", "(n-1)c"),
    ("from 0 and from 1", [], [], r"\sum_{k=0}^n 1", r"1+\sum_{k=1}^n 1"),
    ("1 to n and 0 to n-1", [], [], r"\sum_{k=1}^n 1", r"\sum_{j=0}^{n-1}1"),
    ("an entry under shorter sums", [], [], r"\sum_{k=1}^n x_i", r"\sum_{k=2}^n x_i + x_i"),
    ("an upper letter as an exponent", [], [], "x_k^N x_k", "x_k^{N+1}"),
    ("log n / n", [], [], r"\log n / n", r"\frac{\log n}{n}"),
    ("pi", [], [], r"\sin(2\pi)", "0"),
    ("a power of a size", [], [], r"x^{n+1}", r"x^n x"),
    ("two indices of one axis", [], [r"j \neq i"], "w_{ij}w_{ij}", "w_{ij}^2"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("let", "given", "left", "right"),
    [c[1:] for c in TRUE_CLAIMS],
    ids=[c[0] for c in TRUE_CLAIMS],
)
def test_true_claims_are_not_refuted(
    let: list[str], given: list[str], left: str, right: str
) -> None:
    assert derive.prove(left, right, let=let, given=given).word != "refuted"


TRUE_PAGES: list[tuple[str, str]] = [
    ("otherwise",
     SOFTMAX + "If $i=j$:\n\n$$ \\frac{\\partial a_j}{\\partial z_i} = a_j(1-a_j) $$\n\n"
     "Otherwise:\n\n$$ \\frac{\\partial a_j}{\\partial z_i} = -a_j a_i $$"),
    ("two deltas",
     SOFTMAX + "$$ \\delta_j = a_j - y_j $$\n\n"
     "$$ \\frac{\\partial a_j}{\\partial z_i}=a_j(\\delta_{ij}-a_i) $$"),
    ("a condition in brackets",
     SOFTMAX + "$$ \\frac{\\partial a_j}{\\partial z_i} = -a_j a_i \\quad (i \\neq j) $$"),
    ("an approximation breaks the chain",
     "$$ (x+y)^2=x^2+2xy+y^2 \\approx x^2+y^2 = y^2+x^2 $$"),
    ("an implication breaks the chain", "$$ 2x+2x=4x \\Rightarrow x+x=2x $$"),
    ("delta explained", "The $\\delta_{ij}=1$ if $i=j$, else $\\delta_{ij}=0$.\n\n$$ x = y+1 $$\n"),
    ("a variance introduced",
     "$$ \\bar x = \\frac1n\\sum_{i=1}^n x_i $$\n\n"
     "$$ s^2=\\frac{1}{n-1}\\sum_{i=1}^n (x_i-\\bar x)^2 $$"),
    ("a derivative inside a function",
     "$$ f(x)=\\frac{d}{dx}x^2 $$\n\n$$ f(x)=2x $$"),
]  # fmt: skip


TRUE_PAGES += [
    ("conditions that trail", SOFTMAX + f"${ON}$ if $i = j$, and ${OFF}$ if $i \\neq j$."),
    ("otherwise, a sentence later", SOFTMAX + f"If $i = j$, ${ON}$. Otherwise ${OFF}$."),
    ("a display whose condition trails",
     SOFTMAX + f"$$ {ON} $$\n\nif $i = j$, and\n\n$$ {OFF} $$\n\nif $i \\neq j$."),
    ("otherwise, with another value",
     "$$ C=-y\\log a-(1-y)\\log(1-a) $$\n\nIf $y=1$, then\n\n$$ C=-\\log a $$\n\n"
     "Otherwise, when $y=0$,\n\n$$ C=-\\log(1-a) $$"),
    ("unequal in words", SOFTMAX + f"If $i$ does not equal $j$:\n\n$$ {OFF} $$"),
    ("the remaining case",
     SOFTMAX + f"If $i = j$:\n\n$$ {ON} $$\n\nIn the remaining case:\n\n$$ {OFF} $$"),
]  # fmt: skip


@pytest.mark.parametrize("page", [p[1] for p in TRUE_PAGES], ids=[p[0] for p in TRUE_PAGES])
def test_true_pages_are_not_refuted(page: str) -> None:
    result = derive.check(page)
    found = [*result.steps, *result.chains]
    assert "refuted" not in [s.word for s in found], [(s.read_left, s.read_right) for s in found]


def test_an_undefined_function_in_a_definition_costs_no_page() -> None:
    page = "$$ C=y\\log a+g(1-a) $$\n\n$$ \\frac{\\partial C}{\\partial a}=\\frac{y}{a} $$"
    assert words(page) == ["unknown"]


def test_too_many_patterns_are_a_limit_not_a_hang() -> None:
    letters = "ijklpqrstu"
    left = " ".join(f"x_{c}" for c in letters)
    verdict = derive.prove(left, " ".join(f"x_{c}" for c in reversed(letters)))
    assert verdict.word == "unknown"
    assert "patterns" in verdict.message


def test_a_claim_that_no_point_can_meet_is_not_proved() -> None:
    verdict = derive.prove(r"\log(-x^2) + x", r"x + \log(-x^2)")
    assert verdict.word == "unknown"
