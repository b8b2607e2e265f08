"""Markdown reports as GitHub, MkDocs and Sphinx (MyST) read them: no formula is lost on the way."""

from __future__ import annotations

import html
import re

import pytest
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from derive.reporting import render
from derive.results import Block, PageResult
from tests.reporting.markdown_reader import formulas_in
from tests.reporting.report_samples import chinese_page, hostile_page, sample_page

# What Markdown passes are known to break: emphasis between subscripts, links, tags, entities,
# backslashes, tables, stars, carets and tildes.
HARD = [
    r"\mathbf{x}_{i} + \mathbf{y}_{j} = (a)_{1} (b)_{2}",
    r"{}_i w_j + {}_k v_l",
    r"\bar{x}_* + \bar{y}_* \* z",
    r"[a](b) + [c](d)",
    r"a<b>c + x</b>y & z",
    r"\{a\,b\;c\!d\} \| e \|",
    r"|a| + |b| \mid c",
    r"\begin{aligned} a &= b \\ &= c \end{aligned}",
    r"x^{2}~y^{3} ~~z~~",
    r"a\_b \# c \% d",
    r"\text{if } i < j",
    r"`a` ``b``",
    r"a * b * c ** d ** e",
    r":smile: @someone #1 www.example.com",
    r"\sum\limits_{k \neq j}^{n} y_k'",
]
PROSE = "Of *one* $x_i$th (and $y_j$) in中文$z_k$中文 (line 8), ~a~ ^b^ {c} [d](e): \\(f\\) \\[g\\] 1. = :h:"


def hard_page() -> PageResult:
    blocks = [Block("formula", latex, n) for n, latex in enumerate(HARD, 1)]
    prose = [Block("prose", f"Let ${latex}$ be.", 50 + n) for n, latex in enumerate(HARD, 1)]
    return PageResult(
        "a.md", "A", "en", 1, (), blocks=(*blocks, *prose, Block("prose", PROSE, 99))
    )


PAGES = [sample_page(), chinese_page(), hostile_page(), hard_page()]


def github(source: str) -> str:
    cmarkgfm = pytest.importorskip("cmarkgfm")
    return str(cmarkgfm.github_flavored_markdown_to_html(source))


def mkdocs(source: str) -> str:
    """Python-Markdown as a site without arithmatex has it."""
    markdown = pytest.importorskip("markdown")
    return str(markdown.markdown(source, extensions=["tables", "md_in_html", "toc"]))


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("site", [github, mkdocs])
def test_formulas_come_through_a_pass_that_knows_no_formulas(
    site: object, page: PageResult
) -> None:
    assert callable(site)
    source = render(page, "md")
    shown = html.unescape(re.sub(r"<code>.*?</code>", "", site(source), flags=re.DOTALL))
    found = formulas_in(source)
    assert len(found) > 10
    for formula in found:
        assert f"${formula}$" in shown or f"$$ {formula} $$" in shown


@pytest.mark.parametrize("page", PAGES)
def test_arithmatex_takes_the_same_formulas(page: PageResult) -> None:
    markdown = pytest.importorskip("markdown")
    pytest.importorskip("pymdownx")
    source = render(page, "md")
    shown = markdown.markdown(
        source,
        extensions=["tables", "md_in_html", "pymdownx.arithmatex"],
        extension_configs={"pymdownx.arithmatex": {"generic": True}},
    )
    found = re.findall(
        r'<(?:span|div) class="arithmatex">\\[(\[](.*?)\\[)\]]</(?:span|div)>', shown, re.DOTALL
    )
    assert sorted(html.unescape(f).strip() for f in found) == sorted(formulas_in(source))


@pytest.mark.parametrize("page", PAGES)
def test_myst_takes_the_same_formulas(page: PageResult) -> None:
    source = render(page, "md")
    parser = MarkdownIt("gfm-like", {"linkify": False}).use(dollarmath_plugin)
    found = []
    for token in parser.parse(source):
        inside = [token, *(token.children or [])]
        found += [t.content.strip() for t in inside if t.type in {"math_block", "math_inline"}]
    assert sorted(found) == sorted(formulas_in(source))


def test_github_asks_for_a_space_outside_the_dollars() -> None:
    source = render(hard_page(), "md")
    for line in source.splitlines():
        if not line.startswith("$$"):
            for match in re.finditer(r"\$([^$]+)\$", line):
                assert line[: match.start()][-1:] in {"", " "}
                assert line[match.end() :][:1] in {"", *" .,;:!?)"}


@pytest.mark.parametrize("site", [github, mkdocs])
def test_prose_is_shown_as_it_was_written(site: object) -> None:
    assert callable(site)
    shown = html.unescape(re.sub(r"<[^>]*>", "", site(render(hard_page(), "md"))))
    assert "~a~ ^b^ {c} d: " in shown  # (of a link its words)
    assert "(line 8)" in shown
    assert "\\[g\\] 1. = :h:" in shown


def test_tables_stand_inside_the_folded_steps() -> None:
    source = render(sample_page(), "md")
    tables = source.count("|:--|")
    for shown in (github(source), mkdocs(source)):
        assert shown.count("<table>") == tables + source.count("\n|--:|--:|")  # of plots


def test_no_heading_level_is_left_out() -> None:
    blocks = (Block("heading", "One", 1, level=3), Block("heading", "Two", 2, level=4))
    source = render(PageResult("a.md", "A", "en", 0, (), blocks=blocks), "md")
    assert re.findall(r"^#+ \w+", source, re.MULTILINE) == ["# A", "## One", "### Two"]
