"""The page this tool was made for, as it stands: every step, its verdict, and its place."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from derive.checking import check_page
from derive.reading.files import read_page
from derive.results import PageResult, StepResult

REPO = Path(__file__).resolve().parent.parent
PAGE = REPO / ".." / "shared" / "pages" / "softmax-zh.md"

pytestmark = pytest.mark.skipif(
    not PAGE.exists(), reason="../shared/pages/softmax-zh.md is not beside this repository"
)


@cache
def page() -> PageResult:
    return check_page(read_page(PAGE))


def at(line: int, nth: int = 0) -> StepResult:
    return [s for s in page().steps if s.span.line == line][nth]


def test_the_coverage_line() -> None:
    summary = page().summary
    assert page().formulas == 20
    assert (summary.steps, summary.proved, summary.assumed) == (18, 16, 1)
    assert (summary.refuted, summary.unknown, summary.unread) == (0, 0, 1)
    assert page().problems == ()
    assert page().language == "zh"
    assert page().title == "Softmax"


def test_the_definitions_with_their_lines() -> None:
    assert [(d.line, d.name, d.latex) for d in page().definitions] == [
        (7, "z^L_j", r"\sum_{k}(w_{jk}^L a_k^{L-1}) + b_j^L"),
        (11, "a^L_j", r"\frac{e^{z^L_j}}{\displaystyle\sum_{k}e^{z^L_k}}"),
        (41, "C", r"-\displaystyle\sum_{k}y_k \mathrm{log}a_k"),
    ]
    assert page().facts == ()


def test_every_step_stands_where_its_right_hand_side_begins() -> None:
    places = [(s.span.line, s.span.column) for s in page().steps]
    assert places == [
        (19, 44), (21, 5), (23, 5), (25, 5),
        (29, 42), (31, 5), (33, 5), (35, 6),
        (49, 40), (51, 6), (51, 131), (53, 6), (55, 5), (57, 5), (59, 5), (61, 5), (63, 5),
        (67, 39),
    ]  # fmt: skip
    lines = PAGE.read_text(encoding="utf-8").split("\n")
    for step in page().steps:
        span = step.span
        assert span.end_line == span.line
        assert lines[span.line - 1][span.column - 1 : span.end_column - 1] == step.right


def test_the_chains_are_the_four_derivations() -> None:
    assert [s.chain for s in page().steps] == [1] * 4 + [2] * 4 + [3] * 9 + [4]
    assert [c.word for c in page().chains] == ["proved", "proved", "assumed"]


@pytest.mark.parametrize("number", range(1, 17))
def test_the_steps_up_to_the_last_are_proved_for_every_size(number: int) -> None:
    step = page().steps[number - 1]
    assert step.word == "proved"
    assert step.verdict.every_size
    assert step.verdict.sizes == {}
    assert step.verdict.assumed == ()
    assert step.verdict.because
    assert step.verdict.message == "True for every n."


@pytest.mark.parametrize(
    ("line", "given"),
    [
        (21, ("j=i",)),
        (23, ("j=i",)),
        (31, (r"j \neq i",)),
        (33, ()),  # true for all i and j: nothing is used that is not needed
        (53, ()),
    ],
)
def test_a_case_is_named_where_it_is_used(line: int, given: tuple[str, ...]) -> None:
    assert at(line).verdict.given == given


@pytest.mark.parametrize(
    ("line", "because"),
    [
        (19, ("differentiation", "definition of a_j^L (line 11)")),
        (21, ("differentiation",)),
        (25, ("definition of a_j^L (line 11)",)),
        (33, ("algebra",)),
        (61, ("algebra",)),
    ],
)
def test_why_a_step_is_true(line: int, because: tuple[str, ...]) -> None:
    assert at(line).verdict.because == because


def test_how_the_page_was_read() -> None:
    step = at(25)  # a_j (1-a_j), the label dropped
    assert step.read_right == "a^L_j·(1 - a^L_j)"
    assert "a is read as a^{L}" in step.notes
    assert any("the prime is read as the derivative by z" in note for note in at(21).notes)
    assert "k≠j" in at(57).read_right
    # k over the neurons of the layer before is not the k over the classes
    assert "m" in at(51).read_right.split("a^")[0]
    assert "n" in at(53).read_right


def test_the_end_of_the_bias_gradient_needs_what_the_page_never_states() -> None:
    step = at(63)
    assert step.word == "assumed"
    assert step.verdict.every_size
    assert step.verdict.assumed == (r"\sum_{k} y_k = 1",)
    assert step.verdict.residual == r"a_j^L \cdot \left(\sum_{k} y_k - 1\right)"
    assert "which the page never states" in step.verdict.message


def test_the_weight_gradient_lacks_an_index_and_the_repair_is_decided() -> None:
    step = at(67)
    assert step.word == "unread"
    assert "a^{L-1} stands without an index here, but has one elsewhere" in step.verdict.message
    assert step.suggestion is not None
    assert step.suggestion.latex == "a_k^{L-1}(a_j^L-y_j)"
    assert step.suggestion.verdict == "proved"


# --------------------------------------------------------------------------- slips on this page

SLIPS = [
    (19, r"\frac{\partial }{\partial z_i^L}(\frac", r"-\frac{\partial }{\partial z_i^L}(\frac"),
    (21, r"- e^{z^L_j}\cdot e^{z^L_j}", r"+ e^{z^L_j}\cdot e^{z^L_j}"),
    (21, r"})^2} $$", r"})^3} $$"),
    (23, r"\cdot \frac{e^{z^L_j}}", r"\cdot \frac{e^{z^L_k}}"),
    (25, "a_j (1-a_j)", "a_j (1+a_j)"),
    (31, r"0\cdot", r"1\cdot"),
    (31, r"\cdot e^{z^L_i} }", r"\cdot e^{z^L_j} }"),
    (33, r"=-\frac", r"=\frac"),
    (35, "- a_j a_i", "- a_j a_j"),
    (53, r"( -\displaystyle", r"( \displaystyle"),
    (55, r"\frac{1 }{a_k^L}", r"\frac{1 }{a_j^L}"),
    (57, r"\sum_{k \neq j}", r"\sum_{k}"),
    (59, r"\cdot -a_j^L a_k^L", r"\cdot a_j^L a_k^L"),
    (59, "(1-a_j^L)", "(1-y_j)"),
    (61, "+ y_j a_j^L", "- y_j a_j^L"),
    (61, r"\cdot a_j^L $$", r"\cdot a_k^L $$"),
    (63, "a_j^L-y_j", "y_j-a_j^L"),
]


@pytest.mark.parametrize(("line", "written", "slip"), SLIPS)
def test_a_slip_in_any_line_is_refuted_there(
    line: int, written: str, slip: str, tmp_path: Path
) -> None:
    lines = PAGE.read_text(encoding="utf-8").split("\n")
    assert lines[line - 1].count(written) >= 1
    lines[line - 1] = lines[line - 1].replace(written, slip, 1)
    file = tmp_path / "page.md"
    file.write_text("\n".join(lines), encoding="utf-8")
    result = check_page(read_page(file))
    bad = {s.span.line for s in result.steps if s.word not in ("proved", "assumed", "unread")}
    refuted = [s for s in result.steps if s.word == "refuted"]
    # the line itself, and as its neighbour the line after it
    assert line in {s.span.line for s in refuted}
    assert len(bad) <= 2
    for step in refuted:
        example = step.verdict.counterexample
        assert example is not None
        assert example.left != example.right


# --------------------------------------------------------------------------- nothing is rehearsed


def test_no_line_of_the_tool_knows_this_page() -> None:
    page_text = PAGE.read_text(encoding="utf-8")
    phrases = set(re.findall(r"[\u4e00-\u9fff]{6,}", page_text))
    formulas = {"".join(f.split()) for f in re.findall(r"\$\$(.+?)\$\$", page_text) if len(f) > 30}
    assert len(phrases) > 20
    assert len(formulas) > 10
    for file in sorted((REPO / "derive").rglob("*.py")):
        source = file.read_text(encoding="utf-8")
        squeezed = "".join(source.split())
        assert "softmax-zh" not in source, file
        assert "niuniuyuh" not in source, file
        assert not [p for p in phrases if p in source], file
        assert not [f for f in formulas if f in squeezed], file
