"""Whole vectors and matrices: read as their entries, proved for every dimension."""

from __future__ import annotations

import pytest

import derive

DECLARED = (
    r"Let $A, B, C \in \mathbb{R}^{n \times n}$ be matrices, $W \in \mathbb{R}^{m \times n}$, "
    r"$x, y, z \in \mathbb{R}^n$ vectors and $u, b \in \mathbb{R}^m$ vectors, "
    r"and let $c$ be a scalar."
)


def verdict(claim: str, before: str = DECLARED) -> str:
    """The verdict; an equation between free quantities that is no identity is a condition."""
    page = derive.check(f"{before}\n\n$$ {claim} $$\n")
    if not page.steps and any("no identity" in fact.note for fact in page.facts):
        return "refuted"
    (step,) = page.steps
    return step.word if step.word != "proved" or step.verdict.every_size else "proved for sizes"


TRUE = [
    # products
    r"(A B)^T = B^T A^T",
    r"(A B) C = A (B C)",
    r"A (B + C) = A B + A C",
    r"x^T A y = y^T A^T x",
    r"(W x)^T u = x^T W^T u",
    r"x^T y = y^T x",
    r"x \cdot y = x^T y",
    r"x^T x = \|x\|^2",
    r"\lVert x \rVert_2^2 = \sum_k x_k^2",
    r"(W x + b)_i = \sum_k W_{ik} x_k + b_i",
    r"A^2 - B^2 = A (A - B) + (A - B) B",
    r"x y^T z = (y^T z) x",
    r"x (y \cdot z) = x y^T z",
    r"\operatorname{tr}(A B) = \operatorname{tr}(B A)",
    r"\operatorname{tr}(x y^T) = y^T x",
    r"\operatorname{diag}(x) y = x \odot y",
    r"x \odot (y \odot z) = (x \odot y) \odot z",
    r"(x \odot y)^T z = x^T (y \odot z)",
    r"\mathbf{1}^T x = \sum_k x_k",
    r"\|x - y\|^2 = \|x\|^2 - 2 x^T y + \|y\|^2",
    r"c (x + y) = c x + c y",
    r"\langle x, y \rangle = x^T y",
    r"\|W\|_F^2 = \operatorname{tr}(W^T W)",
    r"x \otimes y = x y^T",
    r"(x + y)(x + y)^T = x x^T + x y^T + y x^T + y y^T",
    # derivatives
    r"\frac{\partial\, (y^T x)}{\partial x} = y",
    r"\nabla_x (y^T x) = y",
    r"\nabla_x \|x\|^2 = 2 x",
    r"\frac{\partial\, x^T A x}{\partial x} = (A + A^T) x",
    r"\frac{\partial\, u^T W x}{\partial W} = u x^T",
    r"\frac{\partial\, u^T W x}{\partial x} = W^T u",
    r"\nabla_W \|W x - b\|^2 = 2 (W x - b) x^T",
    r"\nabla_x \|W x - b\|^2 = 2 W^T (W x - b)",
    r"\frac{\partial\, W x}{\partial x} = W",
    r"\frac{\partial \operatorname{tr}(A B)}{\partial A} = B^T",
    r"\frac{\partial\, (y^T x)}{\partial x_i} = y_i",
    # functions
    r"\frac{e^{z_j}}{\sum_k e^{z_k}} = \mathrm{softmax}(z)_j",
    r"\mathrm{softmax}(z + c \mathbf{1}) = \mathrm{softmax}(z)",
    r"\log(\exp(x)) = x",
    r"\frac{\partial\, \mathrm{softmax}(z)}{\partial z} = \operatorname{diag}(\mathrm{softmax}(z))"
    r" - \mathrm{softmax}(z) \mathrm{softmax}(z)^T",
]

FALSE = [
    r"A B = B A",
    r"(A B)^T = A^T B^T",
    r"(A + B)^2 = A^2 + 2 A B + B^2",
    r"x^T A y = y^T A x",
    r"\operatorname{tr}(A B) = \operatorname{tr}(A) \operatorname{tr}(B)",
    r"\operatorname{tr}(A B C) = \operatorname{tr}(A C B)",
    r"x (y^T z) = (x^T y) z",
    r"A (x \odot y) = (A x) \odot y",
    r"\operatorname{diag}(x) A = A \operatorname{diag}(x)",
    r"\|x + y\|^2 = \|x\|^2 + \|y\|^2",
    r"x y^T = y x^T",
    r"(x \odot y)^T z = x^T y",
    r"\frac{\partial\, x^T A x}{\partial x} = 2 A x",
    r"\frac{\partial\, x^T A x}{\partial x} = A x",
    r"\nabla_x (y^T x) = x",
    r"\nabla_W \|W x - b\|^2 = (W x - b) x^T",
    r"\frac{\partial \operatorname{tr}(A B)}{\partial A} = B",
    r"\mathrm{softmax}(c z) = \mathrm{softmax}(z)",
    r"\mathrm{softmax}(z)^T z = \log \sum_k e^{z_k}",
    r"\|A\|_F^2 = \operatorname{tr}(A)^2",
    r"\frac{\partial\, \mathrm{softmax}(z)}{\partial z} = \operatorname{diag}(\mathrm{softmax}(z))"
    r" + \mathrm{softmax}(z) \mathrm{softmax}(z)^T",
    r"\mathbf{1}^T x = x^T x",
    r"A x = x",
    r"(A B C)^T = C^T A^T B^T",
    r"(W x + b)_i = \sum_k W_{ik} x_k",
]


@pytest.mark.parametrize("bold", ["x", r"\mathbf{x}"])
def test_a_function_of_the_entries_of_its_argument_is_no_constant(bold: str) -> None:
    """Once f(x + c) = f(x) was proved: no x was found in the x_i."""
    before = rf"$$ f({bold}) = \log \sum_i e^{{x_i}} $$"
    assert verdict(rf"f({bold} + c) = f({bold})", before) != "proved"
    assert verdict(rf"f({bold} + c) = f({bold}) + c", before) == "proved"
    assert verdict(rf"f({bold} + c \mathbf{{1}}) = f({bold}) + c", before) == "proved"


def test_a_vector_with_one_index_is_a_row_or_a_column_as_its_entries_say() -> None:
    page = derive.check(
        r"""$$ r_{ij} = p_i^T q_j = \sum_k p_{ik} q_{kj} $$

$$ \frac{\partial\, p_i^T q_j}{\partial p_{ik}} = q_{kj} $$

$$ \frac{\partial\, p_i^T q_j}{\partial q_{kj}} = p_{ki} $$"""
    )
    assert [step.word for step in page.steps] == ["proved", "proved", "refuted"]


# Shapes that do not fit: what a careful reader would stop at.
MISFITS = {
    r"x y = y x": "two vectors side by side",
    r"x^T y = x y^T": "a number on the left, a matrix on the right",
    r"x + A = A + x": "a matrix plus a vector",
    r"A x^T = x^T A": "a matrix times a row",
    r"x A = A x": "a column times a matrix",
    r"x^T A = A^T x": "one side is a row, the other a column",
    r"\frac{1}{x} = y": "a vector where a number should be",
    r"x^2 = x \odot x": "a power of a vector",
    r"A^{-1} A x = x": "a power of a matrix",
    r"\|A\|_2^2 = \operatorname{tr}(A^T A)": "no sum over its entries",
    r"\frac{\partial\, A x}{\partial A} = x": "more than two indices",
}


@pytest.mark.parametrize("claim", TRUE)
def test_true_claims_about_whole_vectors_are_proved_for_every_dimension(claim: str) -> None:
    assert verdict(claim) == "proved"


@pytest.mark.parametrize("claim", FALSE)
def test_false_claims_about_whole_vectors_are_refuted(claim: str) -> None:
    assert verdict(claim) == "refuted"


@pytest.mark.parametrize("claim", MISFITS)
def test_shapes_that_do_not_fit_are_unread_and_named(claim: str) -> None:
    page = derive.check(f"{DECLARED}\n\n$$ {claim} $$\n")
    (step,) = page.steps
    assert step.word == "unread"
    assert MISFITS[claim] in step.verdict.message


def test_a_longer_name_is_not_read_as_a_shorter_one_and_a_factor() -> None:
    page = derive.check("$$ MS = x^2 $$\n\n$$ MSE = x^3 $$\n\n$$ MSE + MS = x^3 + x^2 $$\n")
    assert [step.word for step in page.steps] == ["proved"]
    assert [d.latex for d in page.definitions] == ["x^2", "x^3"]
