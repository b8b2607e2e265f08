"""Plots in reports: a picture in HTML and LaTeX, a table where pictures do not travel."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from pathlib import Path
from xml.etree import ElementTree

import pytest

import derive
from derive.catalogue import page_text
from derive.languages import language
from derive.reporting import render
from derive.reporting.plots import HEIGHT, WIDTH, plot_block
from derive.reporting.words import words_in
from derive.results import PageResult, PlotResult
from tests.reporting.html_reader import TAGS, read
from tests.reporting.report_samples import HOSTILE, PLOT, hostile_page, sample_page
from tests.reporting.report_tools import compile_tex

ENGLISH = words_in(language("en"))
PAGE = derive.check(page_text("learning-slowdown"), "learning-slowdown.md")


def pictures(page: PageResult) -> list[ElementTree.Element]:
    """The drawings of a report, read as XML."""
    found = re.findall(r'<svg class="axes".*?</svg>', render(page, "html"), re.DOTALL)
    return [ElementTree.fromstring(svg) for svg in found]


def numbers(path: str) -> list[float]:
    return [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", path)]


# --------------------------------------------------------------------------- the picture


@pytest.mark.parametrize("page", [PAGE, sample_page(), hostile_page()])
def test_a_picture_is_valid_stays_in_its_box_and_has_a_name(page: PageResult) -> None:
    found = pictures(page)
    assert len(found) == len(page.plots) >= 1
    for svg, plot in zip(found, page.plots, strict=True):
        assert svg.attrib["role"] == "img"
        assert svg.attrib["viewBox"] == f"0 0 {WIDTH} {HEIGHT}"
        title, desc = svg[0], svg[1]
        assert (title.tag, desc.tag) == ("title", "desc")
        assert svg.attrib["aria-labelledby"] == title.attrib["id"]
        assert svg.attrib["aria-describedby"] == desc.attrib["id"]
        assert title.text
        curves = [p for p in svg.iter("path") if p.attrib["class"].startswith("curve")]
        assert len(curves) == len(plot.curves)
        for curve in curves:
            assert set(re.sub(r"[\d.\s-]", "", curve.attrib["d"])) <= set("ML")
            points = numbers(curve.attrib["d"])
            assert all(0 <= x <= WIDTH for x in points[::2])
            assert all(0 <= y <= HEIGHT for y in points[1::2])


def test_ids_are_unique() -> None:
    ids = [
        value for _, name, value in read(render(hostile_page(), "html")).attributes if name == "id"
    ]
    plots = [value for value in ids if value.startswith("plot-")]
    assert len(plots) == len(set(plots)) == 2 * len(hostile_page().plots)


def test_its_values_are_told() -> None:
    sentences = plot_block(PAGE.plots[0], 1, ENGLISH)["plot"]["sentences"]
    assert "At z = 0: ∂C/∂b ≈ 0.5, ∂Q/∂b ≈ 0.125." in sentences
    assert len(sentences) == 7
    assert plot_block(PAGE.plots[0], 1, ENGLISH)["plot"]["title"] == "∂C/∂b, ∂Q/∂b against z"


def test_a_gap_is_a_gap_in_the_path_and_has_no_value() -> None:
    block = plot_block(PLOT, 1, ENGLISH)["plot"]
    for curve in block["curves"]:
        assert curve["path"].count("M") == len(curve["paths"]) == 2
        assert curve["values"][1] is None
    assert "a_j/(1 + T) has no value" in block["sentences"][1]


def test_it_is_told_in_the_language_of_the_page() -> None:
    html = render(replace(PAGE, language="zh"), "html")
    assert "当 z = 0：∂C/∂b ≈ 0.5，∂Q/∂b ≈ 0.125。" in html
    assert "部分数值（四舍五入）" in html


def test_curves_differ_in_their_dashes_everywhere() -> None:
    html, tex = render(sample_page(), "html"), render(sample_page(), "latex")
    in_html = re.findall(r"\.curve\.c\d\{[^}]*stroke-dasharray:([^}]*)\}", html)
    in_tex = re.findall(r"drawn\d/\.style=\{[^}]*dash pattern=([^}]*)\}", tex)
    assert len(set(in_html)) == len(set(in_tex)) == 5  # and the first is a whole line


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_colours_of_curves_stand_out(scheme: str) -> None:
    style = re.search(r"<style>(.*?)</style>", render(sample_page(), "html"), re.DOTALL)
    assert style is not None
    roots = re.findall(r":root\{(.*?)\}", style[1], re.DOTALL)
    colours = dict(re.findall(r"--(c\d|paper):(#[0-9a-f]{3,6})", roots[scheme == "dark"]))
    assert len(colours) == 7
    for name, colour in colours.items():
        if name != "paper":
            assert contrast(colour, colours["paper"]) >= 4.5, name


def contrast(one: str, other: str) -> float:
    """The contrast of two colours after WCAG 2."""

    def light(colour: str) -> float:
        digits = colour.lstrip("#")
        digits = "".join(2 * d for d in digits) if len(digits) == 3 else digits
        parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return float(sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True)))

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def test_it_stands_below_what_it_is_written_below() -> None:
    text = "# T\n\nFirst.\n\n<!-- derive: plot x for x = 0..1 -->\n\nSecond.\n"
    for format, sign in (("html", "<figure"), ("md", "A plot, here"), ("latex", "tikzpicture}[")):
        report = render(derive.check(text), format)
        assert report.index("First.") < report.index(sign) < report.index("Second.")


def test_a_plot_without_a_block_is_shown_all_the_same() -> None:
    page = derive.check("<!-- derive: plot x for x = 0..1 -->")
    assert page.blocks == ()
    assert len(pictures(page)) == 1


# --------------------------------------------------------------------------- other formats


def test_in_markdown_it_is_a_table() -> None:
    text = render(PAGE, "md")
    assert (
        "A plot, here as a table of some values, rounded. For $z$ from $- 6$ to $6$, with $y = 0$."
        in text
    )
    assert "| $0$ | $0.5$ | $0.125$ |" in text
    assert "| none |" in render(sample_page(), "md")
    assert "<svg" not in text


def test_hostile_text_stays_text() -> None:
    report = render(hostile_page(), "html")
    assert set(read(report).tags) <= TAGS
    assert "\u202e" not in report
    assert escape("<script>alert(1)</script>") in report
    assert "<script" not in report


def with_plot(plot: PlotResult) -> PageResult:
    return PageResult("x.md", "Title", "en", 0, (), plots=(replace(plot, blocks=0),))


def test_tikz_is_loaded_where_something_is_drawn_and_nowhere_else() -> None:
    assert "tikz" not in render(PageResult("x.md", "Title", "en", 0, ()), "latex")
    assert r"\usepackage{tikz}" in render(with_plot(PLOT), "latex")


@pytest.mark.tex
@pytest.mark.parametrize("program", ["xelatex", "lualatex"])
def test_the_picture_compiles_with_and_without_tikz(program: str, tmp_path: Path) -> None:
    source = render(PAGE, "latex")
    log = compile_tex(program, source, tmp_path)
    assert "Overfull" not in log
    assert "tikz.sty" in log
    bare = source.replace(r"\IfFileExists{tikz.sty}", r"\IfFileExists{no-such-file.sty}")
    assert bare != source
    log = compile_tex(program, bare, tmp_path)
    assert "tikz.sty" not in log


@pytest.mark.tex
def test_hostile_text_in_a_plot_compiles(tmp_path: Path) -> None:
    page = PageResult("x.md", "T", "en", 0, (), plots=hostile_page().plots[:4])
    assert HOSTILE in page.plots[0].curves[0].latex
    compile_tex("xelatex", render(replace(page, plots=page.plots[1:]), "latex"), tmp_path)
