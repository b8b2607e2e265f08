"""LaTeX files with macros and included files, from the command line to the reports."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from derive.checking import check_page
from derive.cli import main
from derive.meaning.understand import understand
from derive.reading.files import read_page
from derive.reading.latex import read_latex
from derive.reading.markdown import read_markdown
from derive.reporting import render
from derive.results import PageResult
from derive.terminal import page_lines

MACROS = r"""
\newcommand{\pd}[2][z_i]{\frac{\partial #2}{\partial #1}}
\newcommand{\sumk}{\sum_{k=1}^{n}}
\newcommand{\ez}[1]{e^{z_{#1}}}
\DeclareMathOperator{\softmax}{softmax}
\def\be{\begin{equation}} \def\ee{\end{equation}}
"""
SOFTMAX = r"""\documentclass{article}
\input{macros}
\begin{document}
\section{The softmax function}
\[ a_j = \frac{\ez{j}}{\sumk \ez{k}} \]
\begin{proof}
\begin{align}
\intertext{If $i = j$:}
\pd{a_j} &= a_j (1 - a_j) \label{same} \\
\intertext{If $i \neq j$:}
\pd{a_j} &= -a_i a_j % = 2
\end{align}
\end{proof}
Together, by \eqref{same},
\be \pd{a_j} = \begin{cases} a_j (1 - a_j) & \text{if $i = j$} \\
                             -a_i a_j & \text{for } i \neq j \end{cases} \ee
\input{more}
\end{document}
"""


def folder_of(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.tex").write_text(text)
    return folder


def checked(text: str) -> PageResult:
    return check_page(read_latex(text, "page.tex"))


def words(text: str) -> list[str]:
    return [step.word for step in checked(text).steps]


def test_a_derivation_with_macros_and_included_files_is_proved(tmp_path: Path) -> None:
    folder_of(tmp_path, main=SOFTMAX, macros=MACROS, more=r"\[ \sumk a_k = 1 \]")
    result = check_page(read_page(tmp_path / "main.tex"))
    assert [step.word for step in result.steps] == ["proved"] * 4
    assert result.problems == ()
    assert [step.left for step in result.steps] == [r"\pd{a_j}"] * 3 + [r"\sumk a_k"]
    given = [step.verdict.given for step in result.steps]
    assert given == [("i = j",), (r"i \neq j",), (), ()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\def\sq#1{#1^2} \[ \sq{(a+b)} = a^2 + 2ab + b^2 \]", ["proved"]),
        (r"\def\sq#1{#1^2} \[ \sq{(a+b)} = a^2 + b^2 \]", ["refuted"]),
        (r"\def\sq#1{#1^2} \[ \sq{a+b} = a + b^2 \]", ["proved"]),  # as TeX reads it
        (r"\renewcommand{\vec}[1]{2#1} \[ \vec{x} = x + x \]", ["proved"]),
        (
            r"\def\c{x} \[ x\c = \c x = x^2 \] \def\c{y} \[ x\c = \c x = x^2 \]",
            ["proved", "proved", "proved", "refuted"],
        ),
        (r"\[ \begin{dmath} x = 2x \end{dmath} \]", []),
        (r"\[ x_i = y_i \quad \text{for } i \neq j \]", []),
    ],
)
def test_what_a_macro_stands_for_is_decided(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize("reader", [read_latex, read_markdown])
def test_a_set_behind_a_macro_declares_a_vector(reader: object) -> None:
    assert callable(reader)
    for name in (r"\R", r"\mathbb{R}"):
        text = "\\newcommand{\\R}{\\mathbb{R}}\n\nLet $x, y \\in NAME^n$.\n\n$$ x y = y x $$\n"
        steps = understand(reader(text.replace("NAME", name), "page")).steps
        assert [step.claim for step in steps] == [None]


def test_the_rows_under_an_intertext_are_under_its_condition() -> None:
    rows = r"\begin{align} \intertext{If $i = j$:} x_i y_j &= x_j y_i WORDS x_i y_j &= x_j y_i \end{align}"
    assert words(rows.replace("WORDS", r"\\")) == ["proved", "proved"]
    denied = rows.replace("WORDS", r"\\ \shortintertext{If $i \neq j$:}")
    assert "proved" not in words(denied)[1:]


def test_a_line_of_an_included_file_is_shown_by_that_files_path(tmp_path: Path) -> None:
    folder_of(
        tmp_path,
        main="$$ x + 1 = 1 + x $$\n\\input{more} $$ (x + 1)^2 = 2x $$\n",
        more="\n\n$$ (a + b)^2 = b \\foo $$\n$$ (a_1",
    )
    lines = page_lines(check_page(read_page(tmp_path / "main.tex")))
    places = [line.removeprefix(f"{tmp_path}/").split(" ")[0] for line in lines]
    assert [place for place in places if place[:4] in ("main", "more")] == [
        "more.tex:4:1:", "main.tex:1:12:", "more.tex:3:16:", "main.tex:2:29:", "main.tex:",
    ]  # fmt: skip
    assert "    reading stopped at 3:18" in lines


def test_the_json_report_names_the_included_file(tmp_path: Path) -> None:
    folder_of(
        tmp_path, main="\\input{more}\n$$ (x + 1)^2 = 2x $$\n", more="\n$$ (y + 1)^2 = 3y $$\n$$ z"
    )
    done = CliRunner().invoke(main, ["check", str(tmp_path / "main.tex"), "--format", "json"])
    (page,) = json.loads(done.output)["pages"]
    places = [(s.get("file"), s["line"], s["end_line"], s["column"]) for s in page["steps"]]
    assert places == [("more.tex", 2, 2, 16), (None, 2, 2, 16)]
    (problem,) = page["problems"]
    assert (problem["file"], problem["line"], problem["column"]) == ("more.tex", 3, 1)


def test_in_a_folder_an_included_file_is_no_page_of_its_own(tmp_path: Path) -> None:
    folder_of(
        tmp_path, main="\\input{more}", more="\\[ x + 1 = 1 + x \\]", other="\\[ y + 1 = 1 + y \\]"
    )
    done = CliRunner().invoke(main, ["check", str(tmp_path)])
    assert "2 pages, 2 steps" in done.output
    named = CliRunner().invoke(main, ["check", str(tmp_path), str(tmp_path / "more.tex")])
    assert "3 pages, 3 steps" in named.output


NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "source": r"$\newcommand{\sq}[1]{#1^2}$"},
        {"cell_type": "code", "source": "1"},
        {"cell_type": "markdown", "source": r"$$ \sq{x} = x \cdot x $$"},
    ]
}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("page.ipynb", json.dumps(NOTEBOOK)),
        ("page.html", r"<p>\(\def\sq#1{#1^2}\)</p><p>\[ \sq{x} = x \cdot x \]</p>"),
        (
            "page.rst",
            ".. math::\n\n   \\def\\sq#1{#1^2}\n\n.. math::\n\n   \\sq{x} = x \\cdot x\n",
        ),
        ("page.md", "$$\n\\def\\sq#1{#1^2}\n$$\n\n$$ \\sq{x} = x \\cdot x $$\n"),
        ("page.qmd", "\\newcommand{\\sq}[1]{#1^2}\n\n$$ \\sq{x} = x \\cdot x $$\n"),
    ],
)
def test_macros_in_pages_of_every_format(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    result = check_page(read_page(tmp_path / name))
    assert [(step.left, step.word) for step in result.steps] == [(r"\sq{x}", "proved")]
    assert result.problems == ()


@pytest.mark.parametrize("style", ["html", "latex", "md"])
def test_reports_show_what_macros_stand_for(tmp_path: Path, style: str) -> None:
    folder_of(
        tmp_path, main=SOFTMAX, macros=MACROS, more=r"Since $\ez{1} > 0$, \[ \sumk a_k = 2 \]"
    )
    shown = render(check_page(read_page(tmp_path / "main.tex")), style)
    for macro in (r"\pd", r"\sumk", r"\ez", r"\be", r"\intertext"):
        assert macro + "{" not in shown.split("begin{document}")[-1].replace(r"\begin{", "")
        assert macro + " " not in shown
    assert "more.tex" in shown
    assert "If" in shown
    if style == "html":
        assert "<code" not in shown  # every formula could be set


GIVEN = r"""\newcommand{\ez}[1]{e^{z_{#1}}} \newcommand{\one}{\sum_k y_k = 1}
% derive: given \one
\[ a_j = \frac{\ez{j}}{\sum_k \ez{k}} \]
\[ C = -\sum_k y_k \log a_k \]
\[ \frac{\partial C}{\partial z_j} = a_j - y_j \]
"""


def test_annotations_may_use_the_macros_of_the_page() -> None:
    result = checked(GIVEN)
    assert [step.word for step in result.steps] == ["proved"]
    assert result.problems == ()
    assert result.steps[0].verdict.given == (r"\sum_k y_k = 1",)


def test_a_macro_with_two_meanings_is_not_used_in_an_annotation() -> None:
    result = checked(GIVEN + r"\renewcommand{\one}{\sum_k y_k = 2}")
    assert [step.word for step in result.steps] == ["assumed"]
    assert [(p.line, p.column) for p in result.problems] == [(2, 17)]
    assert r"\one has more than one definition on this page" in result.problems[0].message
