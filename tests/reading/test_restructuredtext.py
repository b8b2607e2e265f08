"""reStructuredText → pages: what is a formula, what is not, and exactly where everything stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from derive.reading.page import Page
from derive.reading.restructuredtext import read_restructuredtext


def read(text: str) -> Page:
    return read_restructuredtext(text, "page.rst")


def formulas(text: str) -> list[tuple[str, bool]]:
    """(LaTeX, whether displayed) of every formula in reading order."""
    return [(f.source, f.display) for item in read(text).items for f in item.formulas]


@pytest.mark.parametrize(
    "text",
    [
        ".. math:: a = b",
        ".. math::\n\n   a = b",
        ".. math::\n\n   a = b\n\nwords",
        ".. math::\n   a = b",
        ".. math::\n\ta = b",
        ".. math:: a = b\n   :label: eq",
        ".. math:: a = b\n   :label: eq\n   :class: x\n\nwords",
        ".. math::\n   :label: eq\n\n   a = b\n",
        ".. math::\r\n\r\n   a = b\r\n",
        "..  math::\n\n    a = b",
        ".. MATH:: a = b",
        "words\n\n  .. math::\n\n     a = b\n",
        "words\n.. math:: a = b",
        "- .. math:: a = b",
        "- point\n\n  .. math::\n\n     a = b\n",
        "1. point\n\n   .. math:: a = b",
        "term\n   .. math:: a = b",
        ".. note::\n\n   .. math:: a = b",
        ".. note::\n   .. math::\n      a = b",
        ".. prf:proof::\n\n   .. math:: a = b",
        ".. unknown:: x\n   :option: y\n\n   .. math:: a = b",
        "As follows:\n\n.. math:: a = b",
        "As follows::\n\n.. math:: a = b",
    ],
)
def test_every_way_to_display_a_formula(text: str) -> None:
    assert formulas(text) == [("a = b", True)]


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        (".. math::\n\n   a = b\n\n   c = d\n", ["a = b", "c = d"]),
        (".. math:: a = b\n\n   c = d\n", ["a = b", "c = d"]),
        (".. math:: a = b\n   :label: x\n\n   c = d\n", ["a = b", "c = d"]),
        (".. math:: a\n   = b\n", ["a\n   = b"]),
        (".. math::\n\n   a &= b \\\\\n     &= c\n", ["a &= b \\\\\n     &= c"]),
        (".. math::\n   :nowrap:\n\n   x\n\n   y\n", ["x\n\n   y"]),
        (".. math:: x\n.. math:: y\n", ["x", "y"]),
        (".. math::\n\n   x\n\nwords :math:`y`\n\n.. math:: z", ["x", "y", "z"]),
        (".. math::\n\n.. math:: z", ["z"]),
        (".. math::", []),
    ],
)
def test_the_equations_of_directives(text: str, sources: list[str]) -> None:
    assert [source for source, _ in formulas(text)] == sources


@pytest.mark.parametrize(
    "text",
    [
        "so :math:`a = b` holds",
        ":math:`a = b` holds",
        "so (:math:`a = b`) holds",
        "so :math:` a = b ` holds",
        "so\\ :math:`a = b`\\ holds",
        "so `a = b`:math: holds",
        "因为:math:`a = b`成立",
        "- so :math:`a = b` holds",
        "+---+\n| x |\n+---+\n| :math:`a = b` |\n+---+",
        ".. note:: so :math:`a = b` holds",
        ".. note::\n\n   so :math:`a = b` holds",
        ".. [1] so :math:`a = b` holds",
        ".. default-role:: math\n\nso `a = b` holds",
        "About :math:`a = b`\n===================\n",
        "``code`` so :math:`a = b` and ``code``",
        "`link`_ so :math:`a = b` and :ref:`other`",
        "| line\n| :math:`a = b` block",
    ],
)
def test_every_way_to_put_a_formula_into_a_line(text: str) -> None:
    assert formulas(text) == [("a = b", False)]


@pytest.mark.parametrize(
    "text",
    [
        "so $a = b$ holds",
        "$$a = b$$",
        r"\(a = b\) and \[c = d\]",
        "``:math:`a = b` ``",
        "Code::\n\n   :math:`a = b`\n\n   .. math:: a = b\n",
        "::\n\n   :math:`a = b`\n",
        "- item::\n\n     :math:`a = b`\n",
        "Quoted::\n\n> :math:`a = b`\n> x\n",
        ".. code-block:: python\n\n   x = ':math:`a = b`'\n",
        ".. code:: rst\n\n   .. math:: a = b\n",
        ".. literalinclude:: x.py\n   :lines: 1\n",
        ".. raw:: html\n\n   <p>:math:`a = b`</p>\n",
        ".. a comment with :math:`a = b`",
        ".. a comment\n   :math:`a = b`\n\n   .. math:: a = b\n",
        "..\n   :math:`a = b`\n",
        ".. _a-target:\n",
        ".. |x| replace:: :math:`a = b`",
        ">>> ':math:`a = b`'\nresult\n",
        "`a = b` and :ref:`a = b`",
        ".. default-role:: math\n\n`a = b`_ and :ref:`a = b`",
        "no:math:`a = b`",
        "",
        "\n\n",
    ],
)
def test_what_is_no_formula(text: str) -> None:
    assert formulas(text) == []
    assert read(text).problems == ()


def test_an_empty_comment_hides_nothing() -> None:
    assert formulas("..\n\n   so :math:`a = b`\n") == [("a = b", False)]


@pytest.mark.parametrize(
    "text",
    [
        "Code::\n\n   x\n\nso :math:`c`",
        "- item::\n\n     x\n\n  so :math:`c`",
        ".. code::\n\n   x\n\nso :math:`c`",
        "an odd ` tick\n\nso :math:`c`",
        "an odd `` tick\n\nso :math:`c`",
        ".. comment\n\nso :math:`c`",
        ".. comment\nso :math:`c`",
        "------\n\nso :math:`c`",
    ],
)
def test_what_follows_something_that_is_no_prose_is_read(text: str) -> None:
    assert formulas(text) == [("c", False)]


def test_a_role_that_is_never_closed_is_reported_with_its_place() -> None:
    page = read("one\n\ntwo :math:`a = b\n\nso :math:`c`\n")
    assert [(page.place(p.offset), p.message) for p in page.problems] == [
        ((3, 5), "this :math:` is never closed")
    ]
    assert [f.source for item in page.items for f in item.formulas] == ["c"]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (".. math:: a", [(1, 11)]),
        (".. math::\n\n   a\n\n   b", [(3, 4), (5, 4)]),
        (".. math::\n   :label: x\n\n     a", [(4, 6)]),
        ("so :math:`a` and :math:` b `", [(1, 11), (1, 26)]),
        ("一二三 :math:`a`", [(1, 12)]),
        ("a\r\n\r\n:math:`x`", [(3, 8)]),
        ("`x`:math:", [(1, 2)]),
    ],
)
def test_the_place_of_a_formula_is_where_its_source_begins(
    text: str, places: list[tuple[int, int]]
) -> None:
    page = read(text)
    assert [page.place(f.offset) for item in page.items for f in item.formulas] == places


def outline(text: str) -> list[str]:
    page = read(text)
    return [f"{item.kind}{item.level or ''}: {' '.join(item.text.split())}" for item in page.items]


def test_headings_prose_and_formulas_in_reading_order() -> None:
    text = (
        ".. _target:\n\n=====\nTitle\n=====\n\nOne\n===\n\nfirst :math:`x`\nstill first::\n\n   code\n\n"
        "Two\n---\nsecond\n\n.. math:: a = b\n\n.. note:: third\n\n   fourth\n\n三\n--\n\n"
        ".. rubric:: About :math:`y`\n\nOne again\n=========\n"
    )
    assert outline(text) == [
        "heading1: Title",
        "heading2: One",
        "prose: first $x$ still first:",
        "heading3: Two",
        "prose: second",
        "formula: a = b",
        "prose: third",
        "prose: fourth",
        "heading3: 三",
        "heading6: About $y$",
        "heading2: One again",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "words\n-\n",
        "words that are longer\n---\n",
        "    words\n    =====\n",
        "a  b\n=  =\n1  2\n=  =\n",
    ],
)
def test_what_is_no_title(text: str) -> None:
    assert [item.kind for item in read(text).items if item.kind == "heading"] == []


CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"


@pytest.mark.skipif(not CORPUS.is_dir(), reason="../shared/corpus is not beside this repository")
def test_pages_from_the_world() -> None:
    files = sorted(CORPUS.glob("*.rst"))
    assert files
    for file in files:
        text = file.read_text()
        found = [f for item in read(text).items for f in item.formulas]
        assert len(found) == text.count(":math:`") + text.count(".. math::")
        assert all(text.startswith(f.source, f.offset) for f in found)


@pytest.mark.parametrize(
    "text",
    [
        "words :math:`a_1`,\n:math:`b`\n\n.. math:: c\n\n   d\n\n`e`:math:",
        "中文 :math:`a`。\r\n\r\n.. math::\r\n\r\n   b\r\n   = c\r\n\r\n- :math:`d`",
    ],
)
def test_an_offset_points_at_the_source_itself(text: str) -> None:
    page = read(text)
    found = [f for item in page.items for f in item.formulas]
    assert len(found) >= 3
    assert len(page.text) == len(text)
    for formula in found:
        assert text.startswith(formula.source, formula.offset)
        assert page.text.startswith(formula.source, formula.offset)


def test_a_derive_directive_holds_rows_or_text() -> None:
    rows = ".. derive::\n   :marks: all\n\n   a &= b \\\\\n     &= c\n"
    text = ".. derive::\n\n   With :math:`a = b`:\n\n   .. math:: c = d\n"
    found = [
        [
            (f.source, f.display)
            for i in read_restructuredtext(t, "page.rst").items
            for f in i.formulas
        ]
        for t in (rows, text)
    ]
    assert found == [[("a &= b \\\\\n     &= c", True)], [("a = b", False), ("c = d", True)]]
