"""What a page says of its notation: no step is decided under a reading it rules out, and
pages that only mention such things are read as before."""

from __future__ import annotations

import pytest

import derive

SOFTMAX = (
    "$$ a_j = \\frac{e^{z_j}}{\\sum_{k=1}^{n} e^{z_k}} $$\n\n"
    "$$ \\frac{\\partial a_j}{\\partial z_i} = a_j(\\delta_{ij} - a_i) $$\n\n"
)
SIGMOID = (
    "$$ \\sigma(z) = \\frac{1}{1+e^{-z}} $$\n\n$$ \\sigma'(z) = \\sigma(z)(1-\\sigma(z)) $$\n\n"
)
AB = "$$ A B = B A $$"
XY = "$$ x y = y x $$"
LOG = "$$ \\frac{d}{dx} \\log x = \\frac{1}{x} $$"
SQUARE = "$$ (x+1)^2 = x^2 + 2x + 1 $$"

BASE = "another base than e"
LABEL = "a power or a label?"

WITH_SHAPES: list[tuple[str, str]] = [
    *(
        (text, AB)
        for text in (
            r"Let $A, B \in \mathbb{R}^{n \times n}$.",
            r"Let $A \in \mathbf{R}^{n\times n}$ and $B\in ℝ^{n×n}$.",
            r"for $A,B\in\mathbb R^{2\times2}$",
            r"Let $A$ and $B$ be matrices.",
            r"Let $A$ and $B$ be two real, symmetric $n \times n$ matrices.",
            r"Let $A$ be an $n$-by-$n$ matrix.",
            r"Let \(A\) and \(B\) be matrices.",
            r"Let $A = (a_{ij})$ be a matrix.",
            r"With the **matrices** $A$, $B$ and $C$,",
            "The weight\nmatrix $A$",
            r"with $A$ an invertible matrix",
            r"We treat $A$ as a matrix.",
            "| name | what |\n|---|---|\n| $A$ | a matrix |\n",
            "- $A$: weight matrix\n- $B$: another one\n",
            r"Let $A$ and $B$ be linear operators.",
            r"Seien $A$ und $B$ Matrizen.",
            r"Sei $A$ eine $n \times n$-Matrix.",
            r"Die Gewichtsmatrix $A$ und",
            r"Soient $A$ et $B$ des matrices.",
            r"La matrice $A$",
            r"$A$ es una matriz.",
            r"Пусть матрица $A$",
            r"其中 $A$ 和 $B$ 是矩阵。",
            r"设 $A$ 为 $n \times n$ 矩阵，",
            r"矩阵 $A$ 与 $B$",
            r"行列 $A$",
        )
    ),
    (r"Let $A, B$ be invertible matrices.", "$$ (AB)^{-1} = A^{-1} B^{-1} $$"),
    (r"With the weight matrices $W$ and $V$,", "$$ W V W^{-1} = V $$"),
    ("", r"$$ h = W x, \quad W \in \mathbb{R}^{m \times n} $$" + "\n\n$$ x W = W x $$"),
    *(
        (text, XY)
        for text in (
            r"Let $x, y \in \mathbb{R}^n$ be vectors.",
            r"Let $x, y \in \{0,1\}^n$.",
            r"les vecteurs $x$ et $y$",
        )
    ),
]

UNREAD: list[tuple[str, str, str]] = [
    *(
        (text, LOG, BASE)
        for text in (
            "All logarithms are to base 2.",
            "We write $\\log$ for the base-10 logarithm and $\\ln$ for the natural one.",
            "Logarithms are taken to base $b$.",
            "Here $\\log$ is the binary logarithm.",
            "We measure information in bits.",
            "All logs have base 2, so that entropies are bits, not nats.",
            "Throughout, $\\log x$ denotes $\\log_2 x$.",
            "Der Logarithmus zur Basis 2 wird verwendet.",
            "其中 $\\log$ 以 2 为底。",
            "logaritmo en base dos",
        )
    ),
    ("The layers are $a^1$ and $a^2$, with $a^2 = 3 a^1$.", "$$ a^1 a^1 = a^2 $$", LABEL),
    ("The layers are $a^1, a^2$.", "$$ a^2 a^2 = a^4 $$", LABEL),
    ("Let $a^l$ be the activation of layer $l$.", "$$ a^1 a^1 = a^2 $$", LABEL),
    ("", "$$ a^1_j a^1_j = a^2_j $$", LABEL),
    ("Superscripts are indices, not powers.", "$$ x^2 x^2 = x^4 $$", LABEL),
    ("上标表示层的编号。", "$$ a^2 a^2 = a^4 $$", LABEL),
    (
        "Let $e_i = y_i - t_i$ be the error and $e$ the mean error.",
        "$$ \\frac{d}{dx} e^x = e^x $$",
        "e is both a quantity and Euler's number on this page",
    ),
    (
        "The residual is $e = y - t$.",
        SOFTMAX + "$$ \\sum_k e^{z_k} = \\sum_j e^{z_j} $$",
        "e is both a quantity and Euler's number on this page",
    ),
    (
        "Let $e_i = y_i - t_i$ be the error.",
        "$$ \\log e^2 = 2 $$",
        "is this e one of the e with indices, or Euler's number?",
    ),
]


@pytest.mark.parametrize(("text", "formula"), WITH_SHAPES)
def test_what_holds_for_numbers_is_not_proved_of_vectors_and_matrices(
    text: str, formula: str
) -> None:
    page = derive.check(f"{text}\n\n{formula}\n")
    symmetric = ("unknown",) if "symmetric" in text else ()  # which is not heard yet
    assert all(step.word in ("unread", "refuted", *symmetric) for step in page.steps)
    assert page.steps or "no identity" in page.facts[-1].note


@pytest.mark.parametrize(
    "text",
    [
        r"Let $x$ be the input vector with components $x_j$.",
        r"der Eingabevektor $x$",
        r"$x$ 是 $n$ 维列向量。",
    ],
)
def test_a_vector_times_a_number_is_no_product_of_vectors(text: str) -> None:
    (step,) = derive.check(f"{text}\n\n{XY}\n").steps
    assert step.word == "proved"
    assert "_" in step.read_left  # entry by entry


@pytest.mark.parametrize(("text", "formula", "reason"), UNREAD)
def test_what_the_page_rules_out_is_unread(text: str, formula: str, reason: str) -> None:
    last = derive.check(f"{text}\n\n{formula}\n").steps[-1]
    assert last.word == "unread"
    assert reason in last.verdict.message


@pytest.mark.parametrize(
    "page",
    [
        "Let $e$ denote the error.\n\n$$ \\log e = 1 $$",
        "Let $e > 0$ denote the error.\n\n$$ \\log e = 1 $$",
        "Let $e \\in \\mathbb{R}$ be the error.\n\n$$ \\log e^2 = 2 $$",
        "Edges $u, e$ of a graph.\n\n$$ \\log e = 1 $$",
        "$$ e = y - t $$\n\n$$ \\frac{\\partial e^2}{\\partial y} = 0 $$",
        "$$ \\frac{d}{dx} \\log_2 x = \\frac{1}{x} $$",
    ],
)
def test_an_e_that_is_named_is_not_the_number(page: str) -> None:
    assert "proved" not in [step.word for step in derive.check(page).steps]


PROVED: list[tuple[str, str]] = [
    ("Let $z$ be the vector of logits and $a$ the output vector.", SOFTMAX),
    ("Let $z \\in \\mathbb{R}^n$.", SOFTMAX),
    ("With the one-hot vector $y_k$ and the matrix $w_{jk}$:", SOFTMAX),
    ("It acts on the vector $z$ entry by entry:", SIGMOID),
    ("The softmax of the vector $z$:", SOFTMAX + "## Sigmoid\n\nFor a number $z$:\n\n" + SIGMOID),
    ("", SQUARE + "\n\n## Vectors\n\nLet $x$ be a vector.\n"),
    ("## One\n\nLet $x$ be a vector.\n\n## Two\n\nLet $x$ be a real number.", SQUARE),
    ("A matrix with $m$ rows, a vector of length $n$.", "$$ m n = n m $$\n\n" + SOFTMAX),
    ("The loss $L$ of the vector $z$, and the vector norm $c$.", "$$ L c = c L $$"),
    ("$L$ is the norm of the vector and $c$ is the matrix norm.", "$$ L c = c L $$"),
    ("For the vector $z$, $L$ is a number.", "$$ L c = c L $$"),
    ("$D$ 是矩阵 $M$ 的行列式。", "$$ D c = c D $$"),
    ("Let $x \\in \\mathbb{R}$, $y \\in \\mathbb{R}^+$.", XY),
    ("Let $x, y \\in [0,1]$.", XY),
    ("Here $x$ and $y$ are not vectors but numbers.", XY),
    ("Let $p$ and $q$ be probability vectors.",
     "$$ H(p, q) = -\\sum_k p_k \\log q_k $$\n\n"
     "$$ \\frac{\\partial H(p,q)}{\\partial q_j} = -\\frac{p_j}{q_j} $$"),
    ("Logarithms are natural (base $e$).", LOG),
    ("The natural logarithm, not base 10, is used.", LOG),
    ("One nat is the bit of a code with base $e$ rather than one with base 2.", LOG),
    ("Divide by $\\log 2$ to get the entropy in bits.", LOG),
    ("The base case $n = 1$, the base rate $p$.", LOG),
    ("Logarithms have base 2.", "$$ \\frac{d}{dx} \\ln x = \\frac{1}{x} $$"),
    ("Logarithms have base 2.", "$$ \\log_2 4 = 2 $$"),
    ("", "$$ \\frac{d}{dx} \\log_2 x = \\frac{1}{x \\ln 2} $$"),
    ("Here $e$ is Euler's number, $e \\approx 2.718$.", SOFTMAX),
    ("With $e = 2.718\\ldots$", SOFTMAX),
    ("Powers of $e$ are positive since $e > 0$.", SOFTMAX),
    ("其中 $e$ 是自然常数。", SOFTMAX),
    ("The errors are $e_i = y_i - t_i$.", SOFTMAX),
    ("The error is $e = y - t$.", "$$ \\frac{\\partial e^2}{\\partial y} = 2 e = 2(y-t) $$"),
    ("Let $e = y - t$ be the error and $E = \\frac{1}{2} e^2$.",
     "$$ \\frac{\\partial E}{\\partial y} = e = y - t $$"),
    ("", "$$ (1+x)(1 - x^1 + x^2) = 1 + x^3 $$"),
    ("The superscript $l$ denotes the layer.", SQUARE),
    ("Superscripts in parentheses number the samples.", SQUARE),
]  # fmt: skip


@pytest.mark.parametrize(("text", "formula"), PROVED)
def test_what_only_mentions_such_things_is_read(text: str, formula: str) -> None:
    result = derive.check(f"{text}\n\n{formula}\n")
    assert result.steps
    assert {step.word for step in result.steps} == {"proved"}


def test_a_function_whose_sum_says_no_range_is_a_problem_of_the_page() -> None:
    page = "$$ P(j) = \\sum_k 1 - j $$\n\n$$ \\log \\frac{1}{P(j)} = -\\log P(j) $$"
    assert any("does not say over what" in p.message for p in derive.check(page).problems)
