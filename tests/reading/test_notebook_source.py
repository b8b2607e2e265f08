"""Places in a notebook's cells, found again in the notebook's own file."""

from __future__ import annotations

import json
from typing import Any

import pytest

from derive.json_places import values
from derive.reading.notebook import read_notebook
from derive.reading.notebook_source import NotebookSource

TEXT = 'First "line" \\alpha\n𝒙 é $x = y$ \\\\ \t\nlast'
CODE = {"cell_type": "code", "source": ["$a = b$\n"], "metadata": {"source": ["no"]}}


def cell(source: Any, **more: Any) -> dict[str, Any]:
    return {"attachments": {"source": "no"}, "cell_type": "markdown", "source": source, **more}


LINES = TEXT.splitlines(keepends=True)
NOTEBOOKS = {
    "a list of lines": {"cells": [CODE, cell(LINES)]},
    "one string": {"cells": [CODE, cell(TEXT)]},
    "lines in pieces": {"cells": [CODE, cell([TEXT[:20], "", TEXT[20:23], TEXT[23:]])]},
    "what is no text": {"cells": [3, cell([LINES[0], None, 4, {}, *LINES[1:]])]},
    "nbformat 3": {"worksheets": [{"cells": [CODE]}, {"cells": [cell(LINES)]}]},
    "after other keys": {"metadata": {"cells": [cell("no")]}, "cells": [CODE, cell(TEXT)]},
}


@pytest.mark.parametrize("notebook", NOTEBOOKS.values(), ids=NOTEBOOKS)
@pytest.mark.parametrize("style", [{}, {"indent": 1}, {"ensure_ascii": False}])
def test_every_character_of_a_cell_is_found(notebook: Any, style: dict[str, Any]) -> None:
    file = json.dumps(notebook, **style)
    source, lines = NotebookSource(file), file.split("\n")
    for number, line in enumerate(TEXT.split("\n"), start=1):
        for column, character in enumerate(line, start=1):
            found = source.span(2, (number, column), (number, column + 1))
            assert found is not None
            first, start, last, end = found
            assert first == last
            written = lines[first - 1][start - 1 : end - 1]
            assert json.loads(f'"{written}"') == character


def test_a_span_ends_after_its_last_character() -> None:
    file = json.dumps({"cells": [cell(LINES)]}, indent=1)
    lines = file.split("\n")
    found = NotebookSource(file).span(1, (2, 5), (2, 12))
    assert found is not None
    assert lines[found[0] - 1][found[1] - 1 : found[3] - 1] == "$x = y$"
    over = NotebookSource(file).span(1, (1, 1), (2, 2))
    assert over is not None
    assert (over[0] + 1, lines[over[2] - 1][: over[3] - 1].strip()) == (over[2], r'"\ud835\udc99')
    point = NotebookSource(file).span(1, (2, 5), (2, 5))
    assert point is not None
    assert point[:2] == point[2:]


@pytest.mark.parametrize(
    ("number", "start", "end"),
    [(2, (1, 1), (1, 2)), (0, (1, 1), (1, 2)), (1, (9, 1), (9, 2)), (1, (3, 5), (3, 99)), (1, (0, 1), (1, 1))],
)  # fmt: skip
def test_what_does_not_stand_there_has_no_place(
    number: int, start: tuple[int, int], end: tuple[int, int]
) -> None:
    assert NotebookSource(json.dumps({"cells": [cell(TEXT)]})).span(number, start, end) is None


@pytest.mark.parametrize(
    "text", ["", "]", "{", ",", '{"cells": [', "}{", '"', "nonsense", "[1, 2]]]"]
)
def test_what_is_no_notebook_has_no_places(text: str) -> None:
    assert NotebookSource(text).span(1, (1, 1), (1, 2)) is None


def test_of_a_key_that_is_there_twice_the_last_one_counts() -> None:
    twice = '{"cells": [{"source": "no"}], "cells": [{"cell_type": "markdown", "source": "no", "source": "$x$"}]}'
    assert read_notebook(twice, "a.ipynb").text.startswith("$x$")
    found = NotebookSource(twice).span(1, (1, 1), (1, 4))
    assert found is not None
    assert twice[found[1] - 1 : found[3] - 1] == "$x$"


def test_values_are_found_by_the_way_to_them() -> None:
    text = '{"a\\n\\u0062": [1, {"c": "x"}, []], "d": {}, "e": -1.5e3}'
    found = {way: text[start:end] for way, start, end in values(text)}
    assert found == {
        (): "{",
        ("a\nb",): "[",
        ("a\nb", 0): "1",
        ("a\nb", 1): "{",
        ("a\nb", 1, "c"): '"x"',
        ("a\nb", 2): "[",
        ("d",): "{",
        ("e",): "-1.5e3",
    }
