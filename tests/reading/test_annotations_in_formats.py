"""What an author says to derive is heard in every format, and its place is that of the file."""

from __future__ import annotations

import json

import pytest

from derive.checking import check_page
from derive.reading.files import page_of

STEP = r"\sum_k y_k x = x"
SAID = r"given \sum_k y_k = 1"


def notebook(metadata: dict[str, object], source: str) -> str:
    cell = {"cell_type": "markdown", "metadata": metadata, "source": source}
    code = {"cell_type": "code", "metadata": {}, "source": "1", "outputs": []}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [code, cell]})


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.md", f"<!-- derive: {SAID} -->\n\n$$ {STEP} $$\n"),
        ("a.tex", f"% derive: {SAID}\n\n\\[ {STEP} \\]\n"),
        ("a.rst", f".. derive: {SAID}\n\n.. math:: {STEP}\n"),
        ("a.html", f"<p>Text.</p><!-- derive: {SAID} --><p>\\[ {STEP} \\]</p>"),
        ("a.ipynb", notebook({}, f"<!-- derive: {SAID} -->\n\n$$ {STEP} $$\n")),
        ("a.ipynb", notebook({"derive": [SAID]}, f"$$ {STEP} $$\n")),
        ("a.ipynb", notebook({"derive": SAID}, f"$$ {STEP} $$\n")),
    ],
)
def test_a_given_in_a_comment_is_in_force(path: str, text: str) -> None:
    result = check_page(page_of(text, path))
    (step,) = result.steps
    assert (step.word, step.verdict.given) == ("proved", (SAID.removeprefix("given "),))
    without = check_page(page_of(text.replace("derive", "remark"), path))
    assert [s.word for s in without.steps] != ["proved"]


@pytest.mark.parametrize(
    ("path", "text", "place"),
    [
        ("a.md", "Text.\n\n<!-- derive: gven T > 0 -->\n", "3"),
        ("a.rst", "Text.\n\n.. derive: gven T > 0\n", "3"),
        ("a.html", "<p>Text.</p>\n<p>More.</p>\n<!-- derive: gven T > 0 -->\n<p>End.</p>", "3"),
        ("a.ipynb", notebook({}, "Text.\n\n<!-- derive: gven T > 0 -->\n"), "3 of cell 2"),
    ],
)
def test_a_misspelt_verb_is_a_problem_in_its_place(path: str, text: str, place: str) -> None:
    (problem,) = check_page(page_of(text, path)).problems
    assert "did you mean given?" in problem.message
    assert str(problem.line) == place


def test_a_comment_in_a_literal_block_says_nothing() -> None:
    text = f"Example::\n\n    .. derive: {SAID}\n\n.. math:: {STEP}\n"
    assert check_page(page_of(text, "a.rst")).steps == ()
