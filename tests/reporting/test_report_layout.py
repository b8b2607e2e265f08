"""Chains in printed reports: rows, the step in each row, references to steps and definitions."""

from __future__ import annotations

import re
from typing import Any

import pytest

import derive
from derive.reporting import render
from derive.reporting.article import article
from derive.reporting.layout import pieces
from derive.reporting.notation import parse
from derive.reporting.notation_print import Dialect, print_latex
from derive.reporting.view import page_view

PLAIN = Dialect(words=lambda text: f"\\text{{{text.content}}}")
SOFTMAX = r"$$ a_j = \frac{e^{z_j}}{\sum_k e^{z_k}} $$" + "\n\n"


def shown(nodes: Any) -> str:
    return print_latex(nodes, PLAIN).replace(" ", "")


def rows(text: str) -> list[tuple[str, str, list[int], list[int]]]:
    """Left, right, steps and definitions of every row of the page's formulas."""
    view = article(page_view(derive.check(text)))
    return [
        (
            shown(row["left"]),
            shown(row["right"]),
            [step["number"] for step in row["steps"]],
            row["definitions"],
        )
        for block in view["blocks"]
        for part in block["rows"]
        for row in part["rows"]
    ]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        # one row: several steps in it make a row each
        (
            r"$$ (x+1)^2 = (x+1)(x+1) = x^2 + 2x + 1. $$",
            [("(x+1)^{2}", "=(x+1)(x+1)", [1], []), ("", "=x^{2}+2x+1.", [2], [])],
        ),
        # the author's rows stay; a row with two steps is broken
        (
            r"$$ \begin{aligned} 2x &= x + x \\ &= 3x - x = 2 x \end{aligned} $$",
            [("2x", "=x+x", [1], []), ("", "=3x-x", [2], []), ("", "=2x", [3], [])],
        ),
        # blocks that begin with a sign carry the chain on
        (
            "$$ 2x = x + x $$\n\n$$ = 3x - x $$",
            [("2x", "=x+x", [1], []), ("", "=3x-x", [2], [])],
        ),
        # two equations beside each other are not pulled apart
        (
            r"$$ x + x = 2x \qquad y + y = 2y $$",
            [("x+x", r"=2x\qquady+y=2y", [1, 2], [])],
        ),
        # a definition has its number
        (SOFTMAX, [("a_{j}", r"=\frac{e^{z_{j}}}{\sum_{k}e^{z_{k}}}", [], [1])]),
        (r"$$ a := b + 1 $$", [("a", r"\coloneqqb+1", [], [1])]),
        # order relations, and eqnarray
        (r"$$ x^2 + 1 \ge x^2 $$", [("x^{2}+1", r"\gex^{2}", [1], [])]),
        (
            r"$$ \begin{eqnarray} 2x &=& x + x \\ &=& 2 x \end{eqnarray} $$",
            [("2x", "=x+x", [1], []), ("", "=2x", [2], [])],
        ),
    ],
)
def test_rows(formula: str, expected: list[tuple[str, str, list[int], list[int]]]) -> None:
    assert rows(formula) == expected


@pytest.mark.parametrize(
    ("formula", "cut"),
    [
        ("a = b + c - d", ["a", "=b", "+c", "-d"]),
        ("a = -b", ["a", "=-b"]),
        (r"a \cdot -b", [r"a\cdot-b"]),
        (r"\left( a + b \right) c", [r"\left(a+b\right)c"]),
        (r"= a", ["=a"]),
        (r"\displaystyle -a", [r"\displaystyle-a"]),
    ],
)
def test_pieces(formula: str, cut: list[str]) -> None:
    nodes = parse(formula)
    assert nodes is not None
    assert [shown(piece) for piece in pieces(nodes)] == cut


SLIP = (
    SOFTMAX
    + r"""$$ L = -\sum_k y_k \log a_k $$

where $\sum_k y_k = 1$.

$$
\begin{aligned}
\frac{\partial L}{\partial z_i} &= -\sum_k y_k \frac{1}{a_k} \frac{\partial a_k}{\partial z_i} \\
  &= -y_i (1 - a_i) + \sum_{k \neq i} y_k a_k \\
  &= a_i - y_i
\end{aligned}
$$
"""
)


def test_every_step_is_told_once_and_marked_once() -> None:
    page = derive.check(SLIP)
    assert [step.word for step in page.steps] == ["proved", "refuted", "refuted"]
    body = render(page, "latex").partition(r"\begin{document}")[2]
    for number in (1, 2, 3):
        assert len(re.findall(rf"\\stepmark\{{\w+\}}\{{{number}\}}", body)) == 1
        assert body.count(rf"\target{{detail-{number}}}") == 1
    # what is refuted is told at its formula, what is proved at the end
    proofs = body.index("The proofs")
    assert body.index(r"\target{detail-2}") < proofs < body.index(r"\target{detail-1}")
    assert body.count(r"\section*{The proofs}") == 1


def test_reasons_lead_to_the_definition_they_name() -> None:
    body = render(derive.check(SLIP), "latex").partition(r"\begin{document}")[2]
    assert r"\hyperlink{definition-2}{ (D2,{} line 3)}" in body
    assert r"\hyperlink{definition-1}{ (D1,{} line 1)}" in body
    assert r"\definitionmark{1}" in body
    targets = set(re.findall(r"\\hyperlink{([^{}]+)}", body))
    here = set(re.findall(r"\\target{([^{}]+)}", body))
    here |= {f"step-{n}" for n in re.findall(r"\\stepmark{\w+}{(\d+)}", body)}
    here |= {f"definition-{n}" for n in re.findall(r"\\definitionmark{(\d+)}", body)}
    assert targets <= here


def test_a_counterexample_says_what_each_side_is() -> None:
    body = render(derive.check(SLIP), "latex")
    assert re.search(r"\\item\[Left side\] \\largeformula{.*sum.*}\${}={}\$", body)
