"""Matrices and vectors that a page shows rather than declares: W beside W_{kl}, rows in words,
functions that give vectors."""

from __future__ import annotations

import pytest

import derive

ROWS = r"""
$$ u_j = g(q_i, V)_j $$

$$ g(q_i, V) = V q_i $$

$$ R(V) = \sum_k \sum_l V_{k,l}^2 $$

"""


def _words(text: str) -> list[str]:
    return [step.word for step in derive.check(text).steps]


@pytest.mark.parametrize(
    ("words", "word"),
    [
        (r"where $v_j$ is the $j$-th row of $V$.", "proved"),
        (r"where $v_j$ is the j-th row of $V$ as a column.", "proved"),
        (r"其中 $v_j$ 是 $V$ 的第 $j$ 行。", "proved"),
        (r"where $v_j$ is the $j$-th column of $V$.", "unknown"),
        (r"where the $v_j$ are the columns of $V$.", "unknown"),
        (r"with the rows $v_j$ of the weight matrix $V$.", "proved"),
        (r"with the columns $v_j$ of $V$.", "unknown"),
        # a row of the transpose is a column
        (r"where $v_j$ is the $j$-th row of $V^T$.", "unknown"),
        (r"where $v_j$ is the $j$-th column of $V^T$.", "proved"),
        (r"where $v_j$ is the $j$-th column of the matrix $V^\top$.", "proved"),
        (r"其中 $v_j$ 是 $V^T$ 的第 $j$ 列。", "proved"),
        (r"其中 $v_j$ 是 $V^T$ 的第 $j$ 行。", "unknown"),
        # the name behind the matrix
        (r"where the rows of $V$ are called $v_j$.", "proved"),
        (r"The rows of the weight matrix $V$ are $v_j$.", "proved"),
        (r"The $j$-th row of $V$ is $v_j$.", "proved"),
        (r"We denote the rows of $V$ by $v_j$.", "proved"),
        (r"The columns of $V$ are $v_j$.", "unknown"),
        (r"The $j$-th column of $V$ is denoted by $v_j$.", "unknown"),
        (r"The columns of $V^T$ are the vectors $v_j$.", "proved"),
    ],
)
def test_a_row_of_a_matrix_that_words_define(words: str, word: str) -> None:
    page = ROWS + r"$$ \exp(u_j) = \exp(v_j^T q_i) $$" + "\n\n" + words
    (*_, step) = derive.check(page).steps
    assert (step.verdict.word, step.verdict.assumed) == (word, ())


def test_a_row_of_what_is_made_of_a_matrix_is_none_of_its_rows() -> None:
    for words in ("the transpose of $V$", "the inverse of $V$", "the transposed matrix $V$"):
        page = ROWS + r"$$ \exp(u_j) = \exp(v_j^T q_i) $$" + f"\n\nHere $v_j$ is row j of {words}."
        assert _words(page)[-1] != "proved"
        page = page.replace("Here $v_j$ is row j", "where $v_j$ is the $j$-th row")
        assert _words(page)[-1] != "proved"


def test_rows_that_no_word_defines_are_supposed_by_name() -> None:
    (*_, step) = derive.check(ROWS + r"$$ \exp(u_j) = \exp(v_j^T q_i) $$").steps
    assert (step.word, step.verdict.assumed) == ("assumed", (r"v_{jk} = V_{jk}",))
    (*_, step) = derive.check(ROWS + r"$$ \exp(u_j) = 2 \exp(v_j^T q_i) $$").steps
    assert step.word == "unknown"
    assert "unless v is made of what is called V" in step.verdict.message


def test_a_capital_with_two_indices_elsewhere_is_a_matrix_alone() -> None:
    page = r"$$ R = \sum_k \sum_l A_{kl}^2 $$" + "\n\n"
    assert _words(page + r"$$ x^T A x = \sum_k \sum_l A_{kl} x_k x_l $$") == ["proved"]
    assert _words(page + r"$$ x^T A x = \sum_k \sum_l A_{lk} x_k x_l + 1 $$") == ["refuted"]
    assert _words(page + "$$ A B = B A $$") != ["proved"]


def test_x_i_may_be_a_vector_where_x_alone_is_summed_over() -> None:
    page = r"$$ H = -\sum_x p(x) \log p(x) $$" + "\n\n"
    assert _words(page + r"$$ w^T x_i + c = c + x_i^T w $$") == ["proved"]


def test_what_a_function_of_f_x_j_gives_is_a_vector() -> None:
    page = (
        "$$ s_j = f(x, W)_j $$\n\n$$ f(x, W) = W x $$\n\n$$ R(W) = \\sum_k \\sum_l W_{kl} $$\n\n"
    )
    assert _words(page + r"$$ s_j = \sum_l W_{jl} x_l $$")[-1] == "proved"
    assert _words(page + r"$$ s_j = \sum_l W_{lj} x_l $$")[-1] == "refuted"


def test_a_formula_reckoned_from_numbers_is_an_example() -> None:
    page = derive.check("$$ E_i = \\max(0, t_i) $$\n\n$$ E_i = \\max(0, 3 - 5) + \\max(0, 2) $$\n")
    assert not page.steps


def test_a_vector_in_one_section_is_a_number_in_the_next() -> None:
    said = "# One\n\nWe are given $g(x)$, where $x$ is a vector.\n\n# Two\n\n"
    assert _words(said + r"$$ f(x, y) = x y $$" + "\n\n" + r"$$ \frac{df}{dx} = y $$") == [
        "proved"
    ]
    here = "# Two\n\nHere $x$ is a vector.\n\n"
    assert "proved" not in _words(here + r"$$ f(x, y) = x y $$" + "\n\n$$ x x y = y x x $$")


def test_entropy_of_a_distribution_that_is_summed_over() -> None:
    page = r"$$ H(p,q) = - \sum_x p(x) \log q(x) $$" + "\n\n"
    said = r"the cross-entropy is $H(p,q) = H(p) + D_{KL}(p\|q)$."
    steps = derive.check(page + said).steps
    assert [step.word for step in steps] != ["refuted"]
    assert all(step.verdict.word != "proved" or step.verdict.assumed for step in steps)


LAYER = r"$$ \mathbf{u} = V \mathbf{q} $$" + "\n\n"


@pytest.mark.parametrize(
    ("page", "word"),
    [
        (LAYER + r"$$ \|\mathbf{u}\|^2 = V^2 \|\mathbf{q}\|^2 $$", "unread"),
        (LAYER + r"$$ \frac{\partial}{\partial \mathbf{q}} \frac12 \|\mathbf{u}\|^2"
         r" = V \mathbf{u} $$", "refuted"),
        (LAYER + r"$$ \frac{\partial}{\partial \mathbf{q}} \frac12 \|\mathbf{u}\|^2"
         r" = V^T \mathbf{u} $$", "proved"),
        (LAYER + r"$$ \mathbf{r} = U \mathbf{u} $$" "\n\n" r"$$ \mathbf{r} = V U \mathbf{q} $$",
         "refuted"),
        (LAYER + r"$$ \mathbf{r} = U \mathbf{u} $$" "\n\n" r"$$ \mathbf{r} = U V \mathbf{q} $$",
         "proved"),
        (r"$$ \mathbf{u} = \frac{V}{2} \mathbf{q} $$" "\n\n"
         r"$$ \|\mathbf{u}\|^2 = V^2 \|\mathbf{q}\|^2 / 4 $$", "unread"),
        (r"$$ \mathbf{u} = (U + V)(\mathbf{q} - \mathbf{r}) $$" "\n\n"
         r"$$ \|\mathbf{u}\|^2 = (U + V)^2 \|\mathbf{q} - \mathbf{r}\|^2 $$", "unread"),
        # words that are no meaning for derive must not let a true line be refuted
        ("$V$ is symmetric.\n\n" r"$$ \frac{\partial}{\partial \mathbf{q}} \mathbf{q}^T V \mathbf{q}"
         r" = 2 V \mathbf{q} $$", "unknown"),
        ("$V$ is antisymmetric.\n\n"
         r"$$ \frac{\partial}{\partial \mathbf{q}} \mathbf{q}^T V \mathbf{q}"
         r" = 2 V \mathbf{q} $$", "unknown"),
        (r"$$ \frac{\partial}{\partial \mathbf{q}} \mathbf{q}^T V \mathbf{q}"
         r" = 2 V \mathbf{q} $$", "refuted"),
        ("Let $V$ be an orthogonal matrix.\n\n" + LAYER
         + r"$$ \|\mathbf{u}\|^2 = \|\mathbf{q}\|^2 $$", "unknown"),
        ("The entries of $V$ are real numbers.\n\n" + LAYER
         + r"$$ \|\mathbf{u}\|^2 = V^2 \|\mathbf{q}\|^2 $$", "unread"),
        # a number, as the page shows or says
        (LAYER + r"$$ \mathbf{r} = \frac{\mathbf{u}}{V} $$" "\n\n"
         r"$$ \|\mathbf{u}\|^2 = V^2 \|\mathbf{q}\|^2 $$", "proved"),
        ("$V$ is a scalar.\n\n" + LAYER + r"$$ \|\mathbf{u}\|^2 = V^2 \|\mathbf{q}\|^2 $$",
         "proved"),
        (r"$$ R = C \|\mathbf{q}\|^2 $$" "\n\n"
         r"$$ \frac{\partial R}{\partial \mathbf{q}} = 2 C \mathbf{q} $$", "proved"),
    ],
)  # fmt: skip
def test_a_capital_before_a_vector_is_a_matrix(page: str, word: str) -> None:
    assert _words(page)[-1] == word


@pytest.mark.parametrize(
    "factor",
    ["C", "V^2", r"\mathcal{V}", "V_{sq}", r"\exp(V)"],
    ids=["often", "power", "curly", "label", "exponential"],
)
def test_what_may_be_a_number_or_a_matrix_is_not_read(factor: str) -> None:
    page = rf"$$ \mathbf{{u}} = {factor} \mathbf{{q}} $$" + "\n\n"
    (step,) = derive.check(
        page + rf"$$ \|\mathbf{{u}}\|^2 = {factor} \mathbf{{q}}^T {factor} q $$"
    ).steps
    assert step.word == "unread"
    assert "before a vector: a number or a matrix?" in step.verdict.message


def test_one_of_several_vectors_may_be_an_entry() -> None:
    page = r"$$ \mathbf{u}_i = V \mathbf{q}_i $$" + "\n\n"
    assert _words(page + r"$$ \|\mathbf{u}_i\|^2 = V^2 \|\mathbf{q}_i\|^2 $$") == ["unread"]
