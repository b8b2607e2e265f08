"""LaTeX to MathML: the converter's known faults mended, everything else refused."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from derive.reporting.commands import SYMBOLS
from derive.reporting.mathml import to_mathml


def converted(latex: str) -> str:
    mathml = to_mathml(latex)
    assert mathml is not None, latex
    ElementTree.fromstring(mathml)
    return mathml


@pytest.mark.parametrize("latex", ["a = -b", "= -y_i", r"a \cdot -b", "(-x)", r"x,-y", r"\le -1"])
def test_a_minus_that_is_a_sign_stands_close(latex: str) -> None:
    assert '<mo form="prefix">−</mo>' in converted(latex)


@pytest.mark.parametrize("latex", ["a-b", "a_j - b", "(a)-b", "e^x - e^y"])
def test_a_minus_between_two_things_is_an_operator(latex: str) -> None:
    assert "<mo>−</mo>" in converted(latex)


def test_a_sum_keeps_its_range_below_even_inside_a_fraction() -> None:
    mathml = converted(r"\frac{e^{z_j}}{\displaystyle\sum_{k}e^{z_k}}")
    assert '<munder><mo movablelimits="true">∑</mo>' in mathml


def test_aligned_rows_become_a_table() -> None:
    mathml = converted(r"\begin{aligned} a &= b \\ &= c \end{aligned}")
    assert mathml.count("<mtr>") == 2
    assert "&amp;" not in mathml.partition("<mrow>")[2]


@pytest.mark.parametrize(
    "latex", [r"y_j\log a_j", r"y_j \mathrm{log}a_j", r"y_j\operatorname{log}a_j"]
)
def test_a_function_name_is_one_upright_word_with_air_around_it(latex: str) -> None:
    space = '<mspace width="0.1667em"></mspace>'
    assert f"{space}<mi>log</mi>{space}" in converted(latex)


@pytest.mark.parametrize(
    ("latex", "sign"), [(r"\pm", "±"), (r"\sim", "∼"), (r"\iff", "⟺"), (r"\perp", "⟂")]
)
def test_operators_are_operators(latex: str, sign: str) -> None:
    assert f"<mo>{sign}</mo>" in converted(rf"a {latex} b")


@pytest.mark.parametrize("latex", sorted(SYMBOLS))
def test_every_symbol_of_the_allow_list_is_converted(latex: str) -> None:
    assert "\\" not in converted(rf"a {latex} b").partition("<mrow>")[2]


def test_numbers_stay_whole_and_single_digits_stay_arguments() -> None:
    assert "<mn>0.693</mn>" in converted("0.693")
    assert "<mfrac><mrow><mn>1</mn></mrow><mrow><mn>2</mn></mrow></mfrac>" in converted(r"\frac12")


@pytest.mark.parametrize(
    "latex",
    [
        "",
        r"\foo x",
        "x_{",
        "x}",
        r"\frac{a}",
        "a^b^c",
        r"\left( x",
        r"x \right)",
        r"\href{javascript:alert(1)}{x}",
        r"\style{color:red}{x}",
        r"\unicode{x41}",
        r"\color{red}{x}",
        r"\begin{verbatim}x\end{verbatim}",
        r"\begin{aligned} a \end{array}",
        r"\text{\input{x}}",
        "a % b",
        "a # b",
        r"\limits x",
        r"\def\x{y}",
        "^^5c",
        "{" * 60 + "x" + "}" * 60,
        "x" * 30_000,
        r"\text{" + "\ue000" + "}",
    ],
)
def test_what_is_not_allowed_is_not_converted(latex: str) -> None:
    assert to_mathml(latex) is None


@pytest.mark.parametrize(
    "latex",
    [
        r"\text{<script>alert(1)</script>}",
        r"\text{</mtext><script>alert(1)</script><mtext>}",
        r"\text{a & b < c \& d}",
        r"\mathrm{如果}\ i<j",
        r"\operatorname*{arg\,max}_{\theta} \ell(\theta)",
        r"\begin{cases} 1 & \text{if $i=j$} \\ 0 & \text{otherwise} \end{cases}",
        r"\left\{ x \,\middle|\, y > 0 \right\}",
        r"\big|_{x=0}",
        r"{\bf x} \over 2",
        r"\boxed{\hat{y}_i'^2}",
    ],
)
def test_unusual_but_fine(latex: str) -> None:
    assert "<script" not in converted(latex)
