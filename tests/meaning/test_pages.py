"""Whole small pages: every step gets the word it deserves, and a planted slip is refuted.

One letter per step in reading order: p proved for every size, a proved with an
assumption, r refuted, ? unknown, u unread, s proved for listed sizes only.
"""

from __future__ import annotations

import pytest

import derive
from derive.results import PageResult, StepResult

SOFTMAX = r"$$ a_j = \frac{e^{z_j}}{\sum_k e^{z_k}} $$"
COST = r"$$ C = -\sum_k y_k \log a_k $$"
SIGMOID = r"$$ \sigma(z) = \frac{1}{1+e^{-z}} $$"


def word(step: StepResult) -> str:
    if step.word == "proved" and not step.verdict.every_size:
        return "s"
    short = {"proved": "p", "assumed": "a", "refuted": "r", "unknown": "?", "unread": "u"}
    return short[step.word]


def words(page: PageResult) -> str:
    return "".join(word(s) for s in page.steps)


def checked(*parts: str) -> PageResult:
    """A page of these paragraphs; lines may be indented with the code around them."""
    lines = "\n\n".join(parts).split("\n")
    return derive.check("\n".join(line.strip() for line in lines))


# --------------------------------------------------------------------------- letters and labels


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        pytest.param(
            r"""$$ a^L_j = \frac{e^{z^L_j}}{\sum_k e^{z^L_k}} $$
            $$ \frac{\partial a_j^L}{\partial z_i^L} = a_j^L (\delta_{ij} - a_i^L) $$""",
            "p",
            id="a label before or after the index",
        ),
        pytest.param(
            r"""$$ a^L_j = \frac{e^{z^L_j}}{\sum_k e^{z^L_k}} $$
            $$ \frac{\partial a_j}{\partial z_i} = a_j (\delta_{ij} - a_i) $$""",
            "p",
            id="a label that is dropped later",
        ),
        pytest.param(
            r"""$$ a^{(2)}_j = \frac{e^{z^{(2)}_j}}{\sum_k e^{z^{(2)}_k}} $$
            $$ \sum_j a^{(2)}_j = 1 $$""",
            "p",
            id="a layer number in brackets is a label",
        ),
        pytest.param(
            r"""$$ p_i = \frac{e^{o_i}}{\sum_j e^{o_j}} $$
            $$ \frac{\partial p_i}{\partial o_j} = p_i (\delta_{ij} - p_j) $$""",
            "p",
            id="p and o",
        ),
        pytest.param(
            r"""$$ \hat{y}_i = \frac{\exp(o_i)}{\sum_j \exp(o_j)} $$
            $$ \frac{\partial \hat{y}_i}{\partial o_j} = \hat{y}_i (\delta_{ij} - \hat{y}_j) $$""",
            "p",
            id="a hat is part of the name",
        ),
        pytest.param(
            r"$$ (x_i + x_j)^2 = x_i^2 + 2 x_i x_j + x_j^2 $$",
            "p",
            id="a number above is an exponent",
        ),
        pytest.param(
            r"$$ x^n \cdot x^2 = x^2 x^n $$",
            "p",
            id="a letter above may be an exponent",
        ),
        pytest.param(
            r"""$$ a_j = \frac{e^{z_j}}{\sum_j e^{z_j}} $$
            $$ \frac{\partial a_j}{\partial z_j} = a_j (1 - a_j) $$""",
            "p",
            id="the bound letter may be the free letter",
        ),
        pytest.param(
            r"""$$ a_j = \frac{e^{z_j}}{\sum_j e^{z_j}} $$
            $$ \frac{\partial a_j}{\partial z_j} = 0 $$""",
            "r",
            id="the bound letter is not the free letter",
        ),
        pytest.param(
            r"""$$ \theta_\alpha = \frac{e^{\beta_\alpha}}{\sum_\mu e^{\beta_\mu}} $$
            $$ \sum_\alpha \theta_\alpha = 1 $$""",
            "p",
            id="Greek letters as quantities and as indices",
        ),
        pytest.param(
            r"""$$ a_j = \frac{e^{z_j}}{\sum_{j'} e^{z_{j'}}} $$
            $$ \sum_{j'} a_{j'} = 1 $$""",
            "p",
            id="a primed index",
        ),
        pytest.param(
            r"""$$ x^{(i)} = u^{(i)} + v^{(i)} $$
            $$ (x^{(i)})^2 = (u^{(i)})^2 + 2 u^{(i)} v^{(i)} + (v^{(i)})^2 $$
            $$ \sum_{i=1}^m x^{(i)} = \sum_{i=1}^m u^{(i)} + \sum_{i=1}^m v^{(i)} $$""",
            "pp",
            id="a sample number in brackets is an index where a sum runs over it",
        ),
        pytest.param(
            r"""$$ z_j^{(i)} = \sum_k w_{jk} x_k^{(i)} + b_j $$
            $$ \frac{\partial z_j^{(i)}}{\partial b_j} = 1 $$
            $$ \frac{\partial z_j^{(i)}}{\partial w_{jk}} = x_k^{(i)} $$""",
            "pp",
            id="a sample number as a label",
        ),
    ],
)
def test_what_scripts_mean(page: str, expected: str) -> None:
    assert words(checked(page)) == expected


# --------------------------------------------------------------------------- sums and ranges


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        pytest.param(
            r"""$$ z_j = \sum_k w_{jk} x_k + b_j $$
            $$ a_j = \frac{e^{z_j}}{\sum_k e^{z_k}} $$
            $$ \sum_k a_k = 1 $$
            $$ \frac{\partial z_j}{\partial w_{jk}} = x_k $$
            $$ \sum_j \frac{\partial z_j}{\partial x_k} = \sum_j w_{jk} $$""",
            "ppp",
            id="k over inputs here, over classes there",
        ),
        pytest.param(
            r"""$$ a_j = \frac{e^{z_j}}{\sum_{k=1}^n e^{z_k}} $$ $$ \sum_{k=1}^n a_k = 1 $$""",
            "p",
            id="a written range",
        ),
        pytest.param(
            r"""$$ a_j = \frac{e^{z_j}}{\sum_{k=0}^{n-1} e^{z_k}} $$
            $$ \sum_{k=0}^{n-1} a_k = 1 $$
            $$ \frac{\partial a_j}{\partial z_i} = a_j(\delta_{ij} - a_i) $$""",
            "pp",
            id="a range that begins at 0",
        ),
        pytest.param(
            r"$$ \sum_{k=0}^{n-1} x_k = x_0 + \sum_{k=1}^{n-1} x_k $$",
            "p",
            id="the first term taken out",
        ),
        pytest.param(
            r"$$ \sum_{k=1}^{n} x_k = \sum_{k=1}^{n-1} x_k + x_n $$",
            "p",
            id="the last term taken out",
        ),
        pytest.param(
            r"$$ \sum_{k=1}^3 x_k = x_1 + x_2 + x_3 $$",
            "p",
            id="a range of numbers spelled out",
        ),
        pytest.param(
            r"$$ \sum_{k=1}^n x_k = x_j + \sum_{k \neq j} x_k $$",
            "p",
            id="a term taken out",
        ),
        pytest.param(
            r"$$ \sum_{k=1}^n c = n c $$",
            "p",
            id="the size as a number",
        ),
        pytest.param(
            r"""$$ s = \sum_{k=1}^n x_k $$ $$ s - x_j = \sum_{k=1, k \neq j}^n x_k $$""",
            "p",
            id="a range without one index",
        ),
        pytest.param(
            r"$$ \sum_{i=1}^n \sum_{j=1}^m x_i y_j = \sum_{i=1}^n x_i \sum_{j=1}^m y_j $$",
            "p",
            id="two axes",
        ),
        pytest.param(
            r"$$ \sum_{k=1}^n (x_k + y_k) = \sum_{k=1}^n x_k + y_k $$",
            "p",
            id="a sum reaches over + where its index would be unbound",
        ),
        pytest.param(
            r"$$ \sum_{k=1}^n (x_k + c) = \sum_{k=1}^n x_k + c $$",
            "r",
            id="a sum does not reach over + where nothing asks for it",
        ),
        pytest.param(
            r"""$$ S = \sum_{k=1}^n x_k + y_k $$
            $$ S = \sum_{k=1}^n x_k + \sum_{k=1}^n y_k $$""",
            "p",
            id="so it does in a definition",
        ),
    ],
)
def test_what_sums_run_over(page: str, expected: str) -> None:
    assert words(checked(page)) == expected


def test_a_range_that_clashes_with_the_axis_is_unread_and_says_so() -> None:
    page = checked(
        r"$$ a_j = \frac{e^{z_j}}{\sum_{k=1}^{n} e^{z_k}} $$", r"$$ \sum_{k=1}^{m} a_k = 1 $$"
    )
    (step,) = page.steps
    assert step.word == "unread"
    assert "the sum runs to m, but its index belongs to a range that ends at n" in (
        step.verdict.message
    )


# --------------------------------------------------------------------------- chains and cases


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        pytest.param(
            r"""$$ \begin{aligned} (x+y)^2 &= (x+y)(x+y) \\ &= x^2 + xy + yx + y^2 \\
            &= x^2 + 2xy + y^2 \end{aligned} $$""",
            "ppp",
            id="aligned rows",
        ),
        pytest.param(
            r"""$$ (x+y)^2 = (x+y)(x+y) $$ and so

            $$ = x^2 + xy + yx + y^2 $$

            which we write as

            $$ = x^2 + 2xy + y^2 $$""",
            "ppp",
            id="blocks that begin with = after prose",
        ),
        pytest.param(
            r"$$ (x+y)^2 = $$ $$ x^2 + 2xy + y^2 $$",
            "p",
            id="a block that ends with =",
        ),
        pytest.param(
            r"""$$ \begin{aligned} (x+y)^2 &= x^2 \\ & + 2xy \\ & + y^2 \\ &= y^2 + 2xy + x^2
            \end{aligned} $$""",
            "pp",
            id="a side broken over rows",
        ),
        pytest.param(
            r"""$$ \begin{align} s &= x + y \\ s^2 &= x^2 + 2xy + y^2 \\ 2s &= 2x + 2y
            \end{align} $$""",
            "pp",
            id="rows of their own",
        ),
        pytest.param(
            r"$$ s = x + y, \qquad d = x - y $$ $$ s d = x^2 - y^2 $$",
            "p",
            id="two definitions in a block",
        ),
    ],
)
def test_chains(page: str, expected: str) -> None:
    assert words(checked(page)) == expected


@pytest.mark.parametrize(
    ("equal", "unequal"),
    [
        ("If $j = i$:", r"If $j \neq i$:"),
        ("If $i=j$, then", r"If $i\ne j$, then"),
        ("When $i = j$ we get", r"When $i \neq j$ we get"),
        ("**Case $i = j$.**", r"**Case $i \neq j$.**"),
        ("For $i = j$,", r"For $i \neq j$,"),
        ("- $i = j$:", r"- $i \neq j$:"),
        ("如果$j=i$:", r"如果$j \neq i$:"),
        ("当 $i=j$ 时，", r"当 $i \neq j$ 时，"),
        ("（1）若 $i=j$：", r"（2）若 $i \neq j$："),
        (r"Wenn $i = j$:", r"Wenn $i \neq j$:"),
    ],
)
def test_a_case_in_prose_holds_for_the_chains_below_it(equal: str, unequal: str) -> None:
    diagonal = r"$$ \frac{\partial a_j}{\partial z_i} = a_j (1 - a_j) $$"
    other = r"$$ \frac{\partial a_j}{\partial z_i} = - a_j a_i $$"
    assert words(checked(SOFTMAX, equal, diagonal, unequal, other)) == "pp"
    # the cases exchanged: both lines are false
    assert words(checked(SOFTMAX, unequal, diagonal, equal, other)) == "rr"
    # without any case neither holds for all i and j
    assert words(checked(SOFTMAX, diagonal, other)) == "rr"


@pytest.mark.parametrize(
    "row",
    [
        r"$$ \frac{\partial a_j}{\partial z_i} = - a_j a_i \quad i \neq j $$",
        r"$$ \frac{\partial a_j}{\partial z_i} = - a_j a_i, \quad i \neq j $$",
        r"$$ \frac{\partial a_j}{\partial z_i} = - a_j a_i \quad \text{if } i \neq j $$",
        r"$$ \frac{\partial a_j}{\partial z_i} = - a_j a_i \qquad \text{for } j \ne i $$",
        r"$$ i \neq j: \quad \frac{\partial a_j}{\partial z_i} = - a_j a_i $$",
        r"$$ \frac{\partial a_j}{\partial z_i} = - a_j a_i \quad (i \neq j) $$",
        r"$$ \frac{\partial a_j}{\partial z_i} = - a_j a_i \quad (\text{if } i \neq j) $$",
        r"$$ \frac{\partial a_j}{\partial z_i} = - a_j a_i \quad \forall i \neq j $$",
    ],
)
def test_a_condition_beside_a_row_holds_for_that_row(row: str) -> None:
    assert words(checked(SOFTMAX, row)) == "p"


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param(
            (
                r"$$ \begin{aligned} \frac{\partial a_j}{\partial z_i}"
                r" &= a_j(1-a_j) && \text{if } i = j \\ &= -a_i a_j && \text{if } i \neq j"
                r" \end{aligned} $$",
            ),
            "pp",
            id="rows that are alternatives",
        ),
        pytest.param(
            (
                r"$$ \frac{\partial a_j}{\partial z_i} = \begin{cases} a_j(1-a_j) & i = j \\"
                r" -a_i a_j & i \neq j \end{cases} $$",
            ),
            "p",
            id="cases",
        ),
        pytest.param(
            (
                r"$$ \frac{\partial a_j}{\partial z_i} = \begin{cases} a_j(1-a_i) & \text{if }"
                r" i = j \\ -a_i a_j & \text{otherwise} \end{cases} = a_j (\delta_{ij} - a_i) $$",
            ),
            "pp",
            id="cases with otherwise and the joint form",
        ),
        pytest.param(
            (
                r"$$ \frac{\partial a_j}{\partial z_i} = \begin{cases} -a_i a_j & i = j \\"
                r" a_j(1-a_j) & i \neq j \end{cases} $$",
            ),
            "r",
            id="cases exchanged",
        ),
        pytest.param(
            (r"$$ \frac{\partial a_j}{\partial z_i} = a_j (\mathbb{1}_{i=j} - a_i) $$",),
            "p",
            id="an indicator",
        ),
        pytest.param(
            (r"$$ \frac{\partial a_j}{\partial z_i} = a_j (1\{i=j\} - a_i) $$",),
            "p",
            id="an indicator by hand",
        ),
        pytest.param(
            (
                "If $i = j$:",
                r"$$ \frac{\partial a_j}{\partial z_i} = a_j (1 - a_j) $$",
                "## Next",
                r"$$ \frac{\partial a_j}{\partial z_i} = a_j (1 - a_j) $$",
            ),
            "pr",
            id="a case ends at a heading",
        ),
        pytest.param(
            (
                "If $i = j$:",
                r"$$ \frac{\partial a_j}{\partial z_i} = a_j (1 - a_j) $$",
                "Both cases together:",
                r"$$ \frac{\partial a_j}{\partial z_i} = a_j (\delta_{ij} - a_i) $$",
                r"$$ \frac{\partial a_j}{\partial z_i} = a_j (1 - a_j) $$",
            ),
            "ppr",
            id="a case ends where both are joined",
        ),
        pytest.param(
            (
                "如果 $i = j$：",
                r"$$ \frac{\partial a_j}{\partial z_i} = a_j (1 - a_j) $$",
                "综上：",
                r"$$ \frac{\partial a_j}{\partial z_i} = a_j (1 - a_j) $$",
            ),
            "pr",
            id="the same in Chinese",
        ),
        pytest.param(
            (
                "If $i = j$:",
                r"$$ \frac{\partial a_j}{\partial z_i} = \frac{e^{z_j} \sum_k e^{z_k} -"
                r" e^{z_j} e^{z_j}}{(\sum_k e^{z_k})^2} $$",
                "which simplifies to",
                r"$$ = a_j - a_j^2 $$",
            ),
            "pp",
            id="a case lasts over prose in between",
        ),
    ],
)
def test_how_far_a_case_goes(parts: tuple[str, ...], expected: str) -> None:
    assert words(checked(SOFTMAX, *parts)) == expected


# --------------------------------------------------------------------------- definitions, givens


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        pytest.param(
            "Let $s = x + y$.\n\n$$ s^2 = x^2 + 2xy + y^2 $$", "p", id="defined in prose"
        ),
        pytest.param(
            "$$ s^2 = x^2 + 2xy + y^2 $$\n\nwhere $s = x + y$.", "p", id="defined afterwards"
        ),
        pytest.param(
            "$$ s := x + y $$ $$ s^2 = x^2 + 2xy + y^2 $$", "p", id="defined with a colon"
        ),
        pytest.param(
            r"$$ s \equiv x + y $$ $$ s^2 = x^2 + 2xy + y^2 $$", "p", id="defined with three bars"
        ),
        pytest.param(
            "$$ s = x + y = y + x $$ $$ 2s = 2x + 2y $$", "pp", id="a definition that goes on"
        ),
        pytest.param(
            "# One\n\n$$ s = x + y $$ $$ 2s = 2x + 2y $$\n\n"
            "# Two\n\n$$ s = u - v $$ $$ 2s = 2u - 2v $$",
            "pp",
            id="defined anew under a new heading",
        ),
        pytest.param(
            "# One\n\n$$ s = x + y $$\n\n# Two\n\n$$ s = x - y $$",
            "?",
            id="a slip or a new definition: reported, not guessed",
        ),
        pytest.param(
            "# One\n\n$$ s = x + y $$\n\n$$ s = x - y $$",
            "r",
            id="two different values in one section",
        ),
        pytest.param(
            "# One\n\n$$ s = x + y $$\n\n# Two\n\nAgain:\n\n$$ s = y + x $$",
            "p",
            id="said again in other words",
        ),
        pytest.param(
            SIGMOID + r" $$ \sigma'(z) = \sigma(z)(1-\sigma(z)) $$",
            "p",
            id="a function and its prime",
        ),
        pytest.param(
            SIGMOID + r" $$ \frac{d\sigma(z)}{dz} = \sigma(z)(1-\sigma(z)) $$"
            r" $$ \frac{d}{dz}\sigma(z) = \frac{e^{-z}}{(1+e^{-z})^2} $$",
            "pp",
            id="a function and d/dz",
        ),
        pytest.param(
            SIGMOID + r" $$ \sigma(-z) = 1 - \sigma(z) $$ $$ \sigma(0) = \frac{1}{2} $$",
            "pp",
            id="a function at other arguments",
        ),
        pytest.param(
            SIGMOID + r" $$ \sigma' = \sigma(1-\sigma) $$",
            "p",
            id="a function without its argument",
        ),
        pytest.param(
            "$$ f(x) = x^2 $$ $$ f' = 3x $$",
            "r",
            id="a false derivative is no definition",
        ),
        pytest.param(
            SIGMOID + r" $$ a_j = \sigma(z_j) $$"
            r" $$ \frac{\partial a_j}{\partial z_j} = \sigma'(z_j) = a_j(1-a_j) $$",
            "pp",
            id="a function of an indexed name",
        ),
        pytest.param(
            r"$$ f(x) = x^2 $$ $$ f(x + 1) = x^2 + 2x + 1 $$ $$ f'(x) = 2x $$",
            "pp",
            id="any letter may be a function",
        ),
        pytest.param(
            r"$$ C(w, b) = (w + b)^2 $$ $$ \frac{\partial C}{\partial w} = 2(w + b) $$",
            "p",
            id="arguments that only remind",
        ),
        pytest.param(
            r"$$ z = wx + b $$ $$ \frac{\partial z}{\partial w} = x $$"
            r" $$ \frac{\partial z}{\partial b} = 1 $$",
            "pp",
            id="names without indices",
        ),
    ],
)
def test_definitions(page: str, expected: str) -> None:
    assert words(checked(page)) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("", "a"),
        (r"$$ \sum_k y_k = 1 $$", "p"),
        (r"where $\sum_k y_k = 1$.", "p"),
        (r"The labels satisfy $\sum_{k} y_{k} = 1$.", "p"),
        (r"因为 $\sum_k y_k = 1$，", "p"),
        (r"with $\sum_j y_j = 1$", "p"),
        (r"where $\sum_k a_k = 1$.", "a"),
    ],
)
def test_what_is_given_need_not_be_assumed(given: str, expected: str) -> None:
    page = checked(SOFTMAX, COST, given, r"$$ \frac{\partial C}{\partial z_j} = a_j - y_j $$")
    step = page.steps[-1]
    assert word(step) == expected
    if expected == "a":
        assert step.verdict.assumed == (r"\sum_{k} y_k = 1",)
        assert "y_k" in step.verdict.residual
        assert "a_j" in step.verdict.residual
    else:
        assert [g.replace("{", "").replace("}", "") for g in step.verdict.given] in (
            [r"\sum_k y_k = 1"],
            [r"\sum_j y_j = 1"],
        )


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (r"with $T > 0$: $$ \log T^2 = 2 \log T $$", "p"),
        (r"$$ T > 0 $$ $$ \sqrt{T^2} = T $$", "p"),
        (r"$$ \sqrt{T^2} = T $$", "r"),
        (r"$$ a_j = \frac{e^{z_j/T}}{\sum_k e^{z_k/T}} $$ $$ \sum_j a_j = 1 $$", "p"),
        (SOFTMAX + r"$$ a_j > 0 $$", "p"),
        (SOFTMAX + r"$$ a_j < 0 $$", "r"),
        (SOFTMAX + r"$$ 1 > a_j > 0 $$", "rp"),
    ],
)
def test_positive_quantities(page: str, expected: str) -> None:
    assert words(checked(page)) == expected


@pytest.mark.parametrize(
    ("page", "note"),
    [
        (r"$$ w \leftarrow w - \eta g $$", "an update, not a step"),
        (r"$$ w_j = w_j - \eta g_j $$", "an update rule, not a step"),
        (r"$$ a \approx b + c $$", "an approximation, not a step"),
        (r"$$ \sum_k y_k = 1 $$", "given"),
        (r"$$ T > 0 $$", "given"),
        (r"$$ \eta = 0.1 $$", "a value or an example, not a step"),
        (r"$$ x + y = u - v $$", "taken as a condition: it is no identity and continues no chain"),
    ],
)
def test_what_is_no_step_is_listed_with_its_reason(page: str, note: str) -> None:
    result = checked(page)
    assert result.steps == ()
    assert [f.note for f in result.facts] == [note]


def test_a_numeric_example_is_no_step_and_does_not_disturb_the_others() -> None:
    page = checked(
        SOFTMAX, r"For example $z_1 = 2$ and $z_2 = 1$.", r"$$ z_1 = 2 $$", r"$$ \sum_k a_k = 1 $$"
    )
    assert words(page) == "p"


# --------------------------------------------------------------------------- what is not read


def test_a_missing_index_is_unread_with_a_suggestion_that_was_decided() -> None:
    page = checked(
        r"$$ z_j = \sum_k w_{jk} x_k + b_j $$", r"$$ \frac{\partial z_j}{\partial w_{jk}} = x $$"
    )
    (step,) = page.steps
    assert step.word == "unread"
    assert "x stands without an index here, but has one elsewhere" in step.verdict.message
    assert step.suggestion is not None
    assert (step.suggestion.latex, step.suggestion.verdict) == ("x_k", "proved")


def test_a_missing_index_without_a_repair_that_holds_gets_no_suggestion() -> None:
    page = checked(
        r"$$ z_j = \sum_k w_{jk} x_k + b_j $$", r"$$ \frac{\partial z_j}{\partial w_{jk}} = 2x $$"
    )
    (step,) = page.steps
    assert (step.word, step.suggestion) == ("unread", None)


@pytest.mark.parametrize(
    ("page", "expected", "message"),
    [
        (r"$$ \frac{d}{dz} g(z) = 2 g(z) $$", "?", ""),
        (SOFTMAX + r"$$ \sum_j a_{j+1} = 1 $$", "u", "the shifted index j+1 is not supported yet"),
        (r"$$ x + \foo y = x $$", "u", r"the command \foo is not known"),
        (r"$$ \max_k z_k = z_1 $$", "u", r"\max is not supported yet"),
        (r"$$ \sum_{i=0}^{n-1} x_i = x_0 + x_1 + \dots + x_{n-1} $$", "p", ""),
        (r"$$ \sum_{i=1}^n x_i = x_1 + \dots + x_{n-1} + x_n $$", "p", ""),
        (r"$$ 0 + \sum_{i=1}^n x_i = x_1 + x_2 + \dots + x_{n-1} $$", "r", "differ"),
        (r"$$ x_1 + x_2 + \dots + x_{n-2} = s $$", "u", "what the dots (…) stand for"),
        (r"$$ x_1 + \dots + y_n = s $$", "u", "it is not clear what the dots (…) stand for"),
        (r"$$ x_1 + x_3 + \dots + x_n = s $$", "u", "it is not clear what the dots (…) stand for"),
        (r"$$ x^T = x $$", "u", "one side is a row, the other a column"),
        (r"$$ w^T x = x w^T $$", "u", "a number on the left, a matrix on the right"),
        (r"$$ (x; y) = (y; x) $$", "u", "a list in brackets is not supported yet"),
        (r"$$ \sum_{k=j}^n x_k = s $$", "u", "begins at another index"),
    ],
)
def test_what_is_not_understood_says_why_and_the_rest_is_decided(
    page: str, expected: str, message: str
) -> None:
    result = checked(page)
    assert words(result) == expected
    assert message in result.steps[-1].verdict.message


@pytest.mark.parametrize(
    "page",
    [
        r"""$$ \begin{aligned} (x+y)^2 &= x^2 + 2xy + y^2 \\ &\quad + y^2 \end{aligned} $$""",
        r"""$$ \begin{aligned} (x+y)^2 &= x^2 + 2xy + y^2 \\ &\qquad \cdot 2 \end{aligned} $$""",
        r"""$$ \begin{aligned} (x+y)^2 &= x^2 + 2xy + y^2 \\ &{}+ y^2 \end{aligned} $$""",
        r"$$ (x+y)^2 = x^2 + 2xy + y^2 \quad \foo z $$",
        r"$$ (x+y)^2 = x^2 + 2xy + y^2 \quad (z) z $$",
        r"$$ (x+y)^2 = x^2 + 2xy + y^2, + z $$",
    ],
)
def test_a_formula_is_never_half_read(page: str) -> None:
    result = checked(page)
    assert "p" not in words(result)
    assert words(result) or result.problems


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (r"$$ (x+y)^2 \overset{(1)}{=} x^2 + 2xy + y^2 $$", "p"),
        (r"$$ (x+y)^2 \overset{!}{=} x^2 + y^2 $$", "r"),
        (r"$$ (x+y)^2 \stackrel{(2)}{=} x^2 + y^2 $$", "r"),
    ],
)
def test_a_relation_with_something_above_it_is_a_relation(page: str, expected: str) -> None:
    assert words(checked(page)) == expected


def test_a_definition_that_is_not_read_is_a_problem_and_its_name_decides_nothing() -> None:
    page = checked(r"$$ s = x + \foo y $$", r"$$ s = x + y $$")
    assert [(p.line, p.message.rsplit(": ", 1)[-1]) for p in page.problems] == [
        (1, r"the command \foo is not known")
    ]
    assert "r" not in words(page)


def test_a_block_that_begins_with_a_relation_needs_something_before_it() -> None:
    page = checked("$$ = x + y $$", "$$ (x+y)^2 = x^2 + 2xy + y^2 $$")
    assert words(page) == "p"
    assert [(p.line, p.column, p.message) for p in page.problems] == [
        (1, 6, "this formula begins with =, but nothing stands before")
    ]


@pytest.mark.parametrize(
    "page",
    [
        r"$$ p_1 = \frac{e^{z_1}}{e^{z_1}+e^{z_2}} = \frac{1}{1+e^{z_2-z_1}} $$",
        r"$$ S_i = \frac{e^{a_i}}{\sum_k e^{a_k}} $$"
        r" $$ D_j S_i = \frac{\partial S_i}{\partial a_j} = S_i(\delta_{ij} - S_j) $$",
        "# One\n\n$$ C = (a-y)^2 $$\n\n# Two\n\n$$ C = -(y \\ln a + (1-y) \\ln(1-a)) $$",
        r"$$ u = v + w = w + v $$ $$ \text{the loss (in all)} = x + y $$",
        r"$$ u = v + w = w + v $$ $$ 损失 = x + y $$",
    ],
)
def test_a_new_name_is_not_refuted(page: str) -> None:
    result = checked(page)
    assert "r" not in words(result)
    assert result.steps or result.definitions


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param((r"where $y_k = \delta_{kc}$.",), "p", id="by a delta"),
        pytest.param(
            (r"$$ y_k = \begin{cases} 1 & k = c \\ 0 & k \neq c \end{cases} $$",),
            "p",
            id="by cases",
        ),
        pytest.param(
            (r"where $y_c = 1$ and $y_k = 0$ for $k \neq c$.",),
            "p",
            id="by two equations",
        ),
        pytest.param(
            ("where $y$ is one-hot.",),
            "a",
            id="in words",
        ),
    ],
)
def test_one_hot_labels(parts: tuple[str, ...], expected: str) -> None:
    page = checked(SOFTMAX, COST, *parts, r"$$ C = -\log a_c $$")
    assert words(page) == expected


def test_a_function_with_a_label_is_one_function() -> None:
    page = checked(
        SIGMOID,
        r"$$ h_\theta(x) = \sigma(\theta x) $$",
        r"$$ \frac{\partial h_\theta(x)}{\partial x} = h_\theta(x)(1-h_\theta(x)) \theta $$",
    )
    assert words(page) == "p"


# --------------------------------------------------------------------------- planted slips

SOFTMAX_PAGE = (SOFTMAX, COST, r"where $\sum_k y_k = 1$.")

# definitions, then a true line and the same with a slip
SLIPS = [
    pytest.param(
        (SOFTMAX, "If $i = j$:"),
        r"\frac{\partial a_j}{\partial z_i}",
        r"a_j - a_j^2",
        r"a_j + a_j^2",
        r"a_j(1-a_j)",
        id="a sign",
    ),
    pytest.param(
        (SOFTMAX, r"If $i \neq j$:"),
        r"\frac{\partial a_j}{\partial z_i}",
        r"-\frac{e^{z_j}e^{z_i}}{(\sum_k e^{z_k})^2}",
        r"-\frac{e^{z_j}e^{z_j}}{(\sum_k e^{z_k})^2}",
        r"-a_j a_i",
        id="an index",
    ),
    pytest.param(
        (SOFTMAX, r"If $i \neq j$:"),
        r"\frac{\partial a_j}{\partial z_i}",
        r"\frac{0 \cdot \sum_k e^{z_k} - e^{z_j}e^{z_i}}{(\sum_k e^{z_k})^2}",
        r"\frac{0 \cdot \sum_k e^{z_k} - e^{z_j}e^{z_i}}{\sum_k e^{z_k}}",
        r"-a_j a_i",
        id="a square that is forgotten",
    ),
    pytest.param(
        (SOFTMAX, "If $i = j$:"),
        r"\frac{\partial a_j}{\partial z_i}",
        r"\frac{e^{z_j} \sum_k e^{z_k} - e^{z_j}e^{z_j}}{(\sum_k e^{z_k})^2}",
        r"\frac{e^{z_j} \sum_{k \neq j} e^{z_k} - e^{z_j}e^{z_j}}{(\sum_k e^{z_k})^2}",
        r"a_j(1-a_j)",
        id="a term that is left out of a sum",
    ),
    pytest.param(
        SOFTMAX_PAGE,
        r"\frac{\partial C}{\partial z_j}",
        r"-\sum_k y_k \frac{1}{a_k} \frac{\partial a_k}{\partial z_j}",
        r"-\sum_k y_k \frac{1}{a_j} \frac{\partial a_k}{\partial z_j}",
        r"a_j - y_j",
        id="the wrong denominator under a sum",
    ),
    pytest.param(
        SOFTMAX_PAGE,
        r"\frac{\partial C}{\partial z_j}",
        r"-y_j(1 - a_j) + \sum_{k \neq j} y_k a_j",
        r"-y_j(1 - a_j) - \sum_{k \neq j} y_k a_j",
        r"a_j - y_j",
        id="the sign before a sum",
    ),
    pytest.param(
        SOFTMAX_PAGE,
        r"\frac{\partial C}{\partial z_j}",
        r"-y_j + y_j a_j + \sum_{k \neq j} y_k a_j",
        r"-y_j + y_j a_j + \sum_{k} y_k a_j",
        r"a_j - y_j",
        id="a term counted twice",
    ),
    pytest.param(
        SOFTMAX_PAGE,
        r"\frac{\partial C}{\partial z_j}",
        r"-y_j + a_j \sum_k y_k",
        r"y_j - a_j \sum_k y_k",
        r"a_j - y_j",
        id="both signs turned",
    ),
    pytest.param(
        (r"$$ z_j = \sum_k w_{jk} x_k + b_j $$",),
        r"\frac{\partial z_j}{\partial w_{jk}}",
        r"\frac{\partial}{\partial w_{jk}} \sum_l w_{jl} x_l",
        r"\frac{\partial}{\partial w_{jk}} \sum_l w_{lj} x_l",
        r"x_k",
        id="indices exchanged",
    ),
    pytest.param(
        (SIGMOID,),
        r"\sigma'(z)",
        r"\frac{e^{-z}}{(1+e^{-z})^2}",
        r"\frac{e^{-z}}{1+e^{-z}}",
        r"\sigma(z)(1-\sigma(z))",
        id="a square of the sigmoid",
    ),
    pytest.param(
        (SIGMOID,),
        r"\sigma'(z)",
        r"\frac{e^{-z}}{(1+e^{-z})^2}",
        r"-\frac{e^{-z}}{(1+e^{-z})^2}",
        r"\sigma(z)(1-\sigma(z))",
        id="the sign of an inner derivative",
    ),
    pytest.param(
        (SIGMOID, r"$$ a = \sigma(z) $$", r"$$ Q = \frac{(a-y)^2}{2} $$"),
        r"\frac{\partial Q}{\partial z}",
        r"(a - y) \sigma'(z)",
        r"2 (a - y) \sigma'(z)",
        r"(a-y) a (1-a)",
        id="a factor",
    ),
    pytest.param(
        (SIGMOID, r"$$ a = \sigma(z) $$", r"$$ D = -(y \log a + (1-y) \log(1-a)) $$"),
        r"\frac{\partial D}{\partial z}",
        r"-\left(\frac{y}{a} - \frac{1-y}{1-a}\right) a (1-a)",
        r"-\left(\frac{y}{a} + \frac{1-y}{1-a}\right) a (1-a)",
        r"a - y",
        id="the inner minus of log(1-a)",
    ),
    pytest.param(
        (r"$$ p_i = \frac{e^{o_i}}{\sum_{j=0}^{m-1} e^{o_j}} $$",),
        r"\log p_i",
        r"o_i - \log \sum_{j=0}^{m-1} e^{o_j}",
        r"o_i - \log \sum_{j=1}^{m-1} e^{o_j}",
        r"-\log \frac{1}{e^{o_i}} - \log \sum_{j=0}^{m-1} e^{o_j}",
        id="a bound of a sum from 0",
    ),
    pytest.param(
        (r"$$ h_i = \sum_{k=1}^n (x_i - x_k)^2 $$",),
        r"h_i",
        r"n x_i^2 - 2 x_i \sum_{k=1}^n x_k + \sum_{k=1}^n x_k^2",
        r"x_i^2 - 2 x_i \sum_{k=1}^n x_k + \sum_{k=1}^n x_k^2",
        r"n x_i^2 + \sum_{k=1}^n (x_k^2 - 2 x_i x_k)",
        id="a constant that is summed n times",
    ),
    pytest.param(
        (),
        r"(x + y)^3",
        r"x^3 + 3x^2 y + 3xy^2 + y^3",
        r"x^3 + 3x^2 y + 2xy^2 + y^3",
        r"(x+y)(x^2 + 2xy + y^2)",
        id="a coefficient",
    ),
]


@pytest.mark.parametrize(("parts", "first", "true", "slip", "last"), SLIPS)
def test_a_true_middle_line_is_proved(
    parts: tuple[str, ...], first: str, true: str, slip: str, last: str
) -> None:
    page = checked(*parts, f"$$ {first} = {true} $$", f"$$ = {last} $$")
    assert words(page) == "pp"
    assert [c.word for c in page.chains] == ["proved"]


@pytest.mark.parametrize(("parts", "first", "true", "slip", "last"), SLIPS)
def test_a_slip_in_a_middle_line_is_refuted_by_numbers(
    parts: tuple[str, ...], first: str, true: str, slip: str, last: str
) -> None:
    page = checked(*parts, f"$$ {first} = {slip} $$", f"$$ = {last} $$")
    assert words(page) == "rr"
    assert [c.word for c in page.chains] == ["proved"]  # the two slips cancel
    for step in page.steps:
        example = step.verdict.counterexample
        assert example is not None
        assert example.left != example.right
        assert example.values
        assert step.verdict.message.startswith("The two sides differ: ")


@pytest.mark.parametrize(("parts", "first", "true", "slip", "last"), SLIPS[:8])
def test_rows_of_one_block_are_decided_like_blocks_of_their_own(
    parts: tuple[str, ...], first: str, true: str, slip: str, last: str
) -> None:
    rows = rf"$$ \begin{{aligned}} {first} &= {true} \\ &= {slip} \\ &= {last} \end{{aligned}} $$"
    assert words(checked(*parts, rows)) == "prr"


def test_a_letter_that_may_be_the_number_of_terms_refutes_nothing() -> None:
    other = r"$$\hat y_i = \sum_j w_j x_{ij}$$" + "\n\n"
    page = r"$$\mu = \frac{1}{m} \sum_i u_i$$" + "\n\n"
    (step,) = derive.check(other + page + r"$$\sum_i (u_i - \mu) = 0$$").steps
    assert step.word == "unknown"
    assert "true if m is the number of terms" in step.verdict.message
    (step,) = derive.check(other + page + r"$$\sum_i (u_i - \mu) = 1$$").steps
    assert step.word == "refuted"
    # a size that is written is that one
    written = r"$$\mu = \frac{1}{m} \sum_{i=1}^n u_i$$" + "\n\n"
    (step,) = derive.check(other + written + r"$$\sum_{i=1}^n (u_i - \mu) = 0$$").steps
    assert step.word == "refuted"
