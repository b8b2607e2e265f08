"""Notebooks → pages: which cells are prose, where everything stands, what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from derive.reading.notebook import read_notebook
from derive.reading.page import Page, PageError


def markdown(source: str | list[str]) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def code(source: str) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "outputs": [], "source": source}


def read(*cells: Any) -> Page:
    return read_notebook(json.dumps({"nbformat": 4, "cells": cells}), "page.ipynb")


def formulas(page: Page) -> list[str]:
    return [f.source.strip() for item in page.items for f in item.formulas]


def places(page: Page) -> list[str]:
    found = [page.place(f.offset) for item in page.items for f in item.formulas]
    return [f"{line}, {column}" for line, column in found]


@pytest.mark.parametrize(
    "source",
    [
        "so $a = b$\n\n$$ c = d $$",
        ["so $a = b$\n", "\n", "$$ c = d $$"],
        ["so $a = b$\n\n$$ c = d $$"],
    ],
)
def test_a_source_is_one_text_or_one_for_each_line(source: str | list[str]) -> None:
    page = read(markdown(source))
    assert formulas(page) == ["a = b", "c = d"]
    assert places(page) == ["1 of cell 1, 5", "3 of cell 1, 3"]


def test_cells_are_counted_from_one_with_those_of_code() -> None:
    page = read(
        code("x = '$no$'"), markdown("# T\n\n$x$"), code("1"), markdown(""), markdown("$y$")
    )
    assert places(page) == ["3 of cell 2, 2", "1 of cell 5, 2"]
    assert [page.place(item.offset)[0].cell for item in page.items] == [2, 2, 5]


@pytest.mark.parametrize(
    "cell",
    [
        code("# $a = b$"),
        {"cell_type": "code", "source": "", "outputs": [{"text": ["$a = b$"]}]},
        {"cell_type": "raw", "metadata": {}, "source": "$a = b$"},
        {"cell_type": "raw", "metadata": {"format": "text/latex"}, "source": "$a = b$"},
        {"cell_type": "markdown", "source": "x", "attachments": {"a": {"text/plain": "$a = b$"}}},
        {"cell_type": "markdown", "metadata": {"x": "$a = b$"}, "source": None},
        {"cell_type": "markdown"},
        {"cell_type": ["markdown"], "source": "$a = b$"},
        {"source": "$a = b$"},
        "$a = b$",
        None,
    ],
)
def test_what_is_no_prose_of_a_notebook(cell: Any) -> None:
    assert formulas(read(cell, markdown("$c = d$"))) == ["c = d"]


@pytest.mark.parametrize("name", ["format", "raw_mimetype"])
def test_a_raw_cell_that_says_it_is_markdown_is_read(name: str) -> None:
    cell = {"cell_type": "raw", "metadata": {name: "text/markdown"}, "source": "$a = b$"}
    assert formulas(read(cell)) == ["a = b"]


def test_nbformat_3_keeps_its_cells_in_worksheets_and_headings_in_cells() -> None:
    cells = [
        {"cell_type": "heading", "level": 2, "source": ["About $x$"]},
        {"cell_type": "code", "input": "$no$"},
        {"cell_type": "markdown", "source": "$y$"},
    ]
    notebook = {"nbformat": 3, "worksheets": [{"cells": cells[:2]}, {"cells": cells[2:]}]}
    page = read_notebook(json.dumps(notebook), "page.ipynb")
    assert [(item.kind, item.level, item.text) for item in page.items] == [
        ("heading", 2, "About $x$"),
        ("formula", 0, "y"),
    ]
    assert places(page) == ["1 of cell 1, 8", "1 of cell 3, 2"]


@pytest.mark.parametrize(
    ("opened", "problems"),
    [
        ("```\nprint()", 0),
        ("<!-- a comment", 0),
        ("an odd ` tick", 0),
        ("an odd $ sign", 0),
        ("    indented", 0),
        ("> quoted", 0),
        ("---\ntitle: x", 0),
        ("$$ a", 1),
        ("\\[ a", 1),
        ("\\begin{align} a", 1),
        (":::{math}\n", 1),
        ("<pre>", 0),
    ],
)
def test_what_is_opened_in_one_cell_ends_with_it(opened: str, problems: int) -> None:
    page = read(markdown(opened), markdown("so $c = d$ and `x`, $5\n\n$$ e = f $$"))
    assert formulas(page)[-2:] == ["c = d", "e = f"]
    assert len(page.problems) == problems
    assert all(page.place(p.offset)[0].cell == 1 for p in page.problems)


def test_an_offset_points_at_the_source_itself() -> None:
    page = read(
        markdown("# T $t$\r\n\r\n$$ a = b $$"), code(""), markdown("中文 $c$\n\n```math\nd\n```")
    )
    found = [f for item in page.items for f in item.formulas]
    assert [f.source.strip() for f in found] == ["t", "a = b", "c", "d"]
    assert all(page.text.startswith(f.source, f.offset) for f in found)
    assert places(page) == ["1 of cell 1, 6", "3 of cell 1, 3", "1 of cell 3, 5", "4 of cell 3, 1"]


@pytest.mark.parametrize(
    ("cells", "title"),
    [
        ([markdown("words"), markdown("## Second\n\n# Third")], "Second"),
        ([markdown("only words")], "only words"),
        ([code("# no")], "page.ipynb"),
        ([], "page.ipynb"),
    ],
)
def test_the_title_of_a_notebook(cells: list[Any], title: str) -> None:
    assert read(*cells).title == title


def test_the_language_is_that_of_all_cells() -> None:
    chinese = "柔性最大值的想法其实就是为神经网络定义一种新式的输出层，开始时首先计算带权输入。"
    assert read(markdown("Title"), markdown(chinese)).language == "zh"


def test_characters_that_cannot_be_written_are_replaced() -> None:
    page = read_notebook(
        '{"cells": [{"cell_type": "markdown", "source": "$x\\ud800$"}]}', "p.ipynb"
    )
    assert formulas(page) == ["x\ufffd"]
    assert page.text.encode()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", ":1:1: not a notebook, as it is not JSON: Expecting value"),
        ("# Title", ":1:1: not a notebook, as it is not JSON: Expecting value"),
        (
            '{"cells": [\n  {"a": 1,}\n]}',
            ":2:11: not a notebook, as it is not JSON: Illegal trailing comma before end of object",
        ),
        ('{"cells": [}', ":1:12: not a notebook, as it is not JSON: Expecting value"),
        ("[]", ": not a notebook: it has no list of cells"),
        ("{}", ": not a notebook: it has no list of cells"),
        ('{"cells": 3}', ": not a notebook: it has no list of cells"),
        ('{"worksheets": {}}', ": not a notebook: it has no list of cells"),
        ("[" * 100_000, ": not a notebook: JSON that is nested too deeply"),
    ],
)
def test_what_is_no_notebook_is_refused_with_its_reason(text: str, message: str) -> None:
    with pytest.raises(PageError) as caught:
        read_notebook(text, "page.ipynb")
    got = str(caught.value)
    if "trailing comma" in message:  # Python 3.13 says it better, and where the comma is
        assert got.startswith("page.ipynb:2:")
        assert "not JSON" in got
    else:
        assert got == "page.ipynb" + message


def test_a_long_number_is_no_reason_to_refuse_a_notebook() -> None:
    text = '{"nbformat": ' + "1" * 10_000 + ', "cells": []}'
    assert read_notebook(text, "page.ipynb").items == ()


def test_a_notebook_beyond_bounds_is_read_up_to_them_and_says_so() -> None:
    page = read(
        markdown("$a = b$"), markdown("\n" * 299_995), markdown("$c = d$"), markdown("$e$")
    )
    assert formulas(page) == ["a = b", "c = d"]
    [problem] = page.problems
    assert problem.message == "more than 300000 lines: the cells from here on are not read"
    assert page.place(problem.offset)[0].cell == 4
