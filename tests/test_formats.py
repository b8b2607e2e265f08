"""One derivation in every format: the same verdicts, each with its place in the file; and the
cells of a notebook in everything that is printed or written."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from derive.checking import check_page
from derive.cli import main
from derive.reading.files import read_page
from derive.results import PageResult

SOFTMAX = r"a_j = \frac{e^{z_j}}{\sum_k e^{z_k}}"
WRONG = r"""\begin{aligned}
\frac{\partial a_j}{\partial z_i} &= a_j (\delta_{ij} - a_i) \\
  &= a_j (1 - a_i)
\end{aligned}"""
CASE = r"\frac{\partial a_j}{\partial z_i} = a_j (1 - a_j)"
ORDER = r"a_j < 1 + a_j"
PROSE = "Let the outputs be as follows, for all classes."

MARKDOWN = f"# Softmax\n\n{PROSE}\n\n$$ {SOFTMAX} $$\n\nThen\n\n$$\n{WRONG}\n$$\n\nIf $i = j$:\n\n$$ {CASE} $$\n\nso $ {ORDER} $ too.\n"


def indented(text: str) -> str:
    return "".join(f"   {line}\n" for line in text.splitlines())


def cell(source: str, kind: str = "markdown") -> dict[str, object]:
    return {"cell_type": kind, "metadata": {}, "source": source.splitlines(keepends=True)}


NOTEBOOK = json.dumps(
    {
        "nbformat": 4,
        "cells": [
            cell(f"# Softmax\n\n{PROSE}\n\n$$ {SOFTMAX} $$\n"),
            cell("x = '$$ y = y + 1 $$'", "code"),
            cell(f"Then\n\n$$\n{WRONG}\n$$"),
            cell(f"If $i = j$:\n\n$$ {CASE} $$\n\nso $ {ORDER} $ too."),
        ],
    }
)

PAGES = {
    "page.md": MARKDOWN,
    "page.ipynb": NOTEBOOK,
    "page.rst": (
        f"Softmax\n=======\n\n{PROSE}\n\n.. math:: {SOFTMAX}\n\nThen\n\n.. math::\n   :label: x\n\n"
        f"{indented(WRONG)}\nIf :math:`i = j`:\n\n.. math::\n\n{indented(CASE)}\nso :math:`{ORDER}` too.\n"
    ),
    "page.html": (
        f"<html><body><h1>Softmax</h1>\n<p>{PROSE}</p>\n<p>\\[{SOFTMAX}\\]</p><p>Then</p>\n"
        f"<p>$$\n{html.escape(WRONG)}\n$$</p>\n<p>If <em>now</em> <span class='math inline'>\\(i = j\\)</span>:</p>\n"
        f"<script type='math/tex; mode=display'>{CASE}</script>\n<p>so \\({html.escape(ORDER)}\\) too.</p>"
    ),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in PAGES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def said(page: PageResult) -> list[tuple[str, str, str]]:
    return [(s.word, s.read_left, s.read_right) for s in page.steps]


@pytest.mark.parametrize("name", PAGES)
def test_every_format_gets_the_same_verdicts(folder: Path, name: str) -> None:
    page = check_page(read_page(folder / name))
    assert page.title == "Softmax"
    assert page.problems == ()
    assert [step.word for step in page.steps] == ["proved", "refuted", "proved", "proved"]
    assert said(page) == said(check_page(read_page(folder / "page.md")))
    assert page.steps[2].verdict.given == ("i = j",)


@pytest.mark.parametrize("name", ["page.md", "page.rst", "page.html"])
def test_a_step_has_its_place_in_the_file(folder: Path, name: str) -> None:
    lines = PAGES[name].splitlines()
    for step in check_page(read_page(folder / name)).steps:
        line = html.unescape(lines[step.span.line - 1][step.span.column - 1 :])
        right = " ".join(step.right.split())
        assert line.startswith(right), (step.right, line)


def test_a_folder_is_its_pages_of_every_format_without_what_jupyter_keeps(folder: Path) -> None:
    copies = folder / ".ipynb_checkpoints"
    copies.mkdir()
    (copies / "page-checkpoint.ipynb").write_text(NOTEBOOK)
    out = CliRunner().invoke(main, ["check", str(folder), "-q"]).output
    assert "checkpoint" not in out
    assert "4 pages, 16 steps: 12 proved" in out


# --------------------------------------------------------------------------- cells


def test_the_lines_of_a_notebook_begin_with_cell_and_line(folder: Path) -> None:
    file = folder / "page.ipynb"
    out = CliRunner().invoke(main, ["check", str(file)]).output
    assert re.findall(r":(cell \d+:\d+):\d+: ", out) == [
        "cell 3:5", "cell 3:6", "cell 4:3", "cell 4:5",
    ]  # fmt: skip
    assert "definition of a_j (line 5 of cell 1)" in out


def test_json_names_the_cell_of_a_notebook_and_nothing_new_for_other_pages(folder: Path) -> None:
    def page(name: str) -> dict[str, list[dict[str, object]]]:
        result = CliRunner().invoke(main, ["check", str(folder / name), "--format", "json"])
        value: dict[str, list[dict[str, object]]] = json.loads(result.stdout)["pages"][0]
        return value

    notebook, plain = page("page.ipynb"), page("page.md")
    assert [(s["cell"], s["line"], s["end_line"]) for s in notebook["steps"]] == [
        (3, 5, 5), (3, 6, 6), (4, 3, 3), (4, 5, 5),
    ]  # fmt: skip
    assert [(d["cell"], d["line"]) for d in notebook["definitions"]] == [(1, 5)]
    without = [[key for key in s if key != "cell"] for s in notebook["steps"]]
    assert without == [list(s) for s in plain["steps"]]
    assert all("cell" not in s for s in (*plain["steps"], *plain["definitions"]))


def test_a_problem_in_a_notebook_has_its_cell(tmp_path: Path) -> None:
    file = tmp_path / "page.ipynb"
    file.write_text(json.dumps({"cells": [cell("x", "code"), cell("words\n\n$$ x = ")]}))
    runner = CliRunner()
    assert (
        f"{file}:cell 2:3:1: problem: this $$" in runner.invoke(main, ["check", str(file)]).output
    )
    report = runner.invoke(main, ["check", str(file), "--format", "json"]).stdout
    [problem] = json.loads(report)["pages"][0]["problems"]
    assert problem == {"cell": 2, "line": 3, "column": 1, "message": "this $$ is never closed"}


def test_an_unread_formula_says_where_reading_stopped(tmp_path: Path) -> None:
    file = tmp_path / "page.ipynb"
    file.write_text(json.dumps({"cells": [cell("words\n\n$$ x + y = x + \\foo y $$")]}))
    out = CliRunner().invoke(main, ["check", str(file)]).output
    assert "    reading stopped at cell 1:3:16\n" in out


@pytest.mark.parametrize(
    ("prose", "expected"),
    [
        ("", ["line 5 of cell 3", "line 3 of cell 4", "line 5 of cell 1)", "cell 1:5"]),
        (
            "柔性最大值的想法其实就是为神经网络定义一种新式的输出层，开始时首先计算带权输入。",
            ["第 3 单元第 5 行", "第 4 单元第 3 行", "第 1 单元第 5 行）", "单元 1:5"],
        ),
    ],
    ids=["en", "zh"],
)
def test_reports_name_the_cell(tmp_path: Path, prose: str, expected: list[str]) -> None:
    file = tmp_path / "page.ipynb"
    notebook = json.loads(NOTEBOOK)
    notebook["cells"].append(cell(prose))
    file.write_text(json.dumps(notebook))
    done = CliRunner().invoke(main, ["report", str(file), "-o", str(tmp_path / "out")])
    assert done.exit_code == 0
    for written in ("page.html", "page.tex", "page.md"):
        text = (tmp_path / "out" / written).read_text()
        bare = re.sub(r"<[^>]*>|\\zhc?(?=\{)|[\\{}\s]", "", text)
        assert [w for w in expected if w.replace(" ", "") not in bare] == [], written


def test_a_broken_notebook_is_code_2_with_its_place_and_the_others_are_checked(
    folder: Path,
) -> None:
    (folder / "broken.ipynb").write_text('{\n "cells": [\n')
    result = CliRunner().invoke(main, ["check", str(folder)])
    assert result.exit_code == 2
    assert f"{folder / 'broken.ipynb'}:3:1: not a notebook, as it is not JSON" in result.stderr
    assert "4 pages, 16 steps" in result.stdout
