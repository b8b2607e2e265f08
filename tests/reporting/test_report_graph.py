"""The picture of what rests on what: made of the verdicts' reasons, and of nothing else."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

import derive
from derive.catalogue import names, page_text
from derive.places import Line
from derive.reporting import render
from derive.reporting.graph import MOST, graph_view
from derive.results import PageResult
from tests.reporting.html_reader import TAGS, read
from tests.reporting.report_samples import HOSTILE, LISTED, PROVED


def page_with(*because: tuple[int, int, tuple[str, ...]], language: str = "en") -> PageResult:
    """A page of proved steps: chain, line and reasons of each."""
    steps = tuple(
        replace(
            PROVED,
            id=f"s{number}",
            number=number,
            chain=chain,
            span=replace(PROVED.span, line=line),
            verdict=replace(PROVED.verdict, because=reasons),
        )
        for number, (chain, line, reasons) in enumerate(because, start=1)
    )
    return PageResult("x.md", "Title", language, 0, steps)


A, Z = "definition of a_{j} (line 4)", "definition of z (line 2)"
SMALL = page_with(
    (1, 10, ("differentiation", A)),
    (1, 11, ("algebra",)),
    (2, 20, (A, Z)),
    (3, 30, ("the result on line 11",)),
)


def test_every_edge_is_a_reason_of_a_verdict_and_every_reason_an_edge() -> None:
    view = graph_view(SMALL)
    assert view is not None
    assert view["sentences"] == ["Steps 1–2: a_{j}.", "Step 3: a_{j}, z.", "Step 4: Steps 1–2."]
    assert len(view["edges"]) == 4


def test_definitions_stand_in_the_order_of_the_page() -> None:
    view = graph_view(SMALL)
    assert view is not None
    shown = ["".join(piece["text"] for piece in box["label"]) for box in view["boxes"]]
    assert [s.replace("\U0001d467", "z") for s in shown[:2]] == ["z", "aj"]
    assert shown[2:] == ["Steps 1–2", "Step 3", "Step 4"]


def test_what_rests_on_a_result_stands_to_its_right() -> None:
    view = graph_view(SMALL)
    assert view is not None
    first, second, third = (box["x"] for box in view["boxes"] if box["word"])
    assert first == second < third


def test_boxes_never_overlap() -> None:
    for name in names():
        view = graph_view(derive.check(page_text(name), f"{name}.md"))
        boxes = view["boxes"] if view else []
        for at, one in enumerate(boxes):
            for other in boxes[at + 1 :]:
                beside = abs(one["x"] - other["x"]) >= min(one["width"], other["width"])
                assert beside or abs(one["y"] - other["y"]) >= one["height"], name


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (page_with((1, 3, ("algebra",)), (2, 4, ("algebra",))), "nothing rests on anything"),
        (page_with((1, 3, (A,)), (2, 4, (A,)), (3, 5, (A,))), "one definition, as all can see"),
        (page_with((1, 3, (A, Z))), "three boxes"),
        (page_with(*((n, n, (A, Z)) for n in range(1, MOST + 1))), "too many to see anything"),
    ],
)
def test_no_picture_where_it_would_not_help(page: PageResult, why: str) -> None:
    assert graph_view(page) is None, why
    assert 'class="graph"' not in render(page, "html")


def test_a_large_picture_is_folded_away() -> None:
    html = render(page_with(*((n, n + 10, (A, Z)) for n in range(1, 20))), "html")
    assert '<details class="large">' in html
    assert '<details class="large">' not in render(SMALL, "html")


def test_lines_of_cells_are_told_apart() -> None:
    steps = page_with(
        (1, 10, (A, Z)), (2, 20, (A,)), (3, 30, ("the result on line 3 of cell 2",))
    ).steps
    places = (Line(10, "cell 1", 3), Line(20, "cell 2", 3), Line(30, "cell 3", 3))
    steps = tuple(
        replace(step, span=replace(step.span, line=place))
        for step, place in zip(steps, places, strict=True)
    )
    view = graph_view(PageResult("x.ipynb", "Title", "en", 0, steps))
    assert view is not None
    assert view["sentences"][-1] == "Step 3: Step 2."


def test_it_is_told_in_words_and_in_the_language_of_the_page() -> None:
    html = render(replace(SMALL, language="zh"), "html")
    assert 'role="img" aria-label="各组步骤所用的定义与前面的结果"' in html
    assert 'aria-describedby="graph-words"' in html
    assert "第 1–2 步：a_{j}。" in html


def test_hostile_names_stay_text() -> None:
    page = page_with(
        (1, 3, (f"definition of {HOSTILE} (line 1)", Z)), (2, 4, (A,)), (3, 5, (LISTED.left,))
    )
    html = render(page, "html")
    assert 'class="graph"' in html
    assert set(read(html).tags) <= TAGS
    assert "\u202e" not in html
    assert not re.search(r"<script", html)
