"""HTML reports: complete, self-contained, and nothing a page says becomes markup."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import escape
from pathlib import Path

import pytest

from derive.reporting import render, render_index
from derive.results import Block, PageResult
from tests.reporting.html_reader import TAGS, read
from tests.reporting.report_samples import ASSUMED, PROVED, chinese_page, hostile_page, sample_page
from tests.reporting.report_tools import dump_dom


@pytest.mark.parametrize("page", [sample_page(), chinese_page(), hostile_page()])
def test_only_known_markup_and_nothing_fetched(page: PageResult) -> None:
    reader = read(render(page, "html"))
    assert set(reader.tags) <= TAGS
    assert reader.tags.count("main") == 1
    ids = [value for _, name, value in reader.attributes if name == "id"]
    for tag, name, value in reader.attributes:
        assert not name.startswith("on"), (tag, name)
        assert name not in {"style", "src", "srcset", "action"}
        if name in {"href", "xlink:href"}:
            assert value.startswith("#"), value
            assert value[1:] in ids, value


@pytest.mark.parametrize("page", [sample_page(), hostile_page()])
def test_index_is_markup_of_ours_only(page: PageResult) -> None:
    reader = read(render_index([page, chinese_page()]))
    assert set(reader.tags) <= TAGS
    links = [value for tag, name, value in reader.attributes if (tag, name) == ("a", "href")]
    assert links.pop(0) == "#page"
    assert len(links) == 2
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+\.html", link) for link in links)


def test_policy_forbids_scripts_and_network() -> None:
    html = render(sample_page(), "html")
    policy = "default-src 'none'; style-src 'unsafe-inline'; font-src data:"
    assert policy in html
    without_font = re.sub(r"data:font/woff2;base64,[A-Za-z0-9+/=]+", "", html)
    assert "http:" not in without_font
    assert "https:" not in without_font
    assert "<script" not in html


def test_hostile_text_is_shown_as_text() -> None:
    html = render(hostile_page(), "html")
    text = "".join(read(html).text)
    assert "<script>alert(1)</script> </details></div></main>" in text
    assert "{{7*7}}" in text
    assert "49" not in text
    for character in "\u202e\u2066\u0085\u2028\ue000\x00\x1b\ud800":
        assert character not in html
    assert "[U+202E]" in text


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("proved", False),
        ("assumed", False),
        ("refuted", True),
        ("unknown", True),
        ("unread", True),
    ],
)
def test_findings_stand_open_and_proofs_stay_quiet(word: str, shown: bool) -> None:
    html = render(sample_page(), "html")
    found = re.findall(rf'<details class="step {word}"[^>]*?( open)?>', html)
    assert found
    assert all(bool(is_open) is shown for is_open in found)


def test_everything_known_about_a_step_is_there() -> None:
    text = " ".join("".join(read(render(sample_page(), "html")).text).split())
    for words in (
        "6 steps found",
        "2 proved",
        "1 proved, assuming",
        "1 refuted",
        "proved for n = 1, 2, 3",
        "worked out for these sizes only: a product over an axis",
        "True for every n.",
        "Missing without it",
        "Counterexample",
        "Given on the page",
        "no counterexample among the sizes and values tried.",
        "stands without an index here, but has one elsewhere.",
        "Chain 1, first = last",
        "The formula is never closed.",
        "a case, from line 10 to line 14",
        "End of report. Formulas: 9. Steps: 6.",
    ):
        assert words in text


def test_prose_keeps_formulas_lists_and_emphasis_but_no_links() -> None:
    html = render(sample_page(), "html")
    assert "<em>usual</em>" in html
    assert "<li>the arithmetic one,</li>" in html
    assert "a.example" not in html
    assert 'alttext="m_1"' in html


def test_language_of_page_and_report() -> None:
    assert '<html lang="zh">' in render(chinese_page(), "html")
    assert "对任意 n 成立。" in render(chinese_page(), "html")
    assert '<td><span lang="en">a case, from line 10 to line 14</span></td>' in render(
        chinese_page(), "html"
    )
    assert '<html lang="en">' in render(hostile_page(), "html")


def test_the_index_lists_findings_first_and_each_page_with_its_share() -> None:
    clean = PageResult("a.md", "All proved", "en", 1, (PROVED,))
    empty = PageResult("b.md", "Nothing", "en", 0, ())
    assumed = PageResult("c.md", "One assumption", "en", 1, (PROVED, ASSUMED))
    html = render_index([clean, empty, assumed, sample_page()])
    titles = re.findall(r'<a href="[a-z-]+\.html" lang="en">(.*?)</a>', html)
    assert titles == ["Softmax", "One assumption", "All proved", "Nothing"]
    groups = re.findall(r"<h2 id=\"group-(\w+)\">.*?>(\d+)</span></h2>", html)
    assert groups == [("open", "2"), ("clean", "1"), ("empty", "1")]
    bars = re.findall(r'<svg class="bar".*?</svg>', html)
    assert len(bars) == 4
    assert 'class="proved" x="0.0" width="50.0"' in bars[1]
    assert 'class="assumed" x="50.0" width="50.0"' in bars[1]
    assert "rect" not in bars[3]


def test_an_index_of_one_and_of_many_pages() -> None:
    page = sample_page()
    many = [replace(page, path=f"docs/{number}.md") for number in range(500)]
    for pages in (many[:1], many):
        reader = read(render_index(pages))
        links = [value for tag, name, value in reader.attributes if (tag, name) == ("a", "href")]
        assert len(set(links)) == len(pages) + 1


def test_no_step_is_lost_when_no_block_shows_it() -> None:
    page = sample_page()
    bare = PageResult(page.path, page.title, "en", 1, page.steps, page.chains)
    html = render(bare, "html")
    assert html.count('<details class="step ') == len(page.steps)
    assert html.count('<details class="chain ') == len(page.chains)
    full = render(page, "html")
    assert full.count('<details class="step ') == len(page.steps)


def test_same_page_same_bytes() -> None:
    assert render(chinese_page(), "html") == render(chinese_page(), "html")


def test_absolute_paths_stay_private() -> None:
    page = sample_page()
    moved = PageResult("/home/someone/docs/softmax.md", page.title, "en", 0, ())
    html = render(moved, "html")
    assert "someone" not in html
    assert "softmax.md" in html


def _luminance(color: str) -> float:
    """Relative luminance, WCAG 2.1."""
    digits = color.removeprefix("#")
    digits = "".join(d * 2 for d in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_measured_as_wcag_does() -> None:
    assert _contrast("#fff", "#000000") == pytest.approx(21)
    assert _contrast("#777", "#fff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_colour_of_text_has_the_contrast_of_level_aa(scheme: int) -> None:
    html = render(sample_page(), "html")
    block = re.findall(r":root\{(--ink.+?--refuted-wash:#\w+)", html, re.DOTALL)[scheme]
    colours = dict(re.findall(r"--([a-z-]+):(#[0-9a-f]{3,6})\b", block))
    texts = ("ink", "soft", "proved", "assumed", "refuted", "unknown", "unread")
    for text in texts:
        for ground in ("paper", "wash"):
            assert _contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    for text in ("ink", "soft", "refuted"):
        assert _contrast(colours[text], colours["refuted-wash"]) >= 4.5, text


def test_the_dark_colours_are_others() -> None:
    html = render(sample_page(), "html")
    blocks = re.findall(r":root\{(--ink.+?--refuted-wash:#\w+)", html, re.DOTALL)
    assert len(blocks) == 2
    assert blocks[0] != blocks[1]


@pytest.mark.parametrize(
    ("levels", "shown"),
    [
        ((1, 2, 2, 3), "2334"),
        ((2, 4, 4, 3, 2), "23332"),
        ((6, 1, 6), "223"),
        ((3, 2, 3), "223"),
    ],
)
def test_no_heading_level_is_left_out(levels: tuple[int, ...], shown: str) -> None:
    blocks = tuple(Block("heading", f"H{n}", n, level) for n, level in enumerate(levels, start=2))
    page = PageResult("x.md", "Title", "en", 0, (), blocks=blocks)
    html = render(page, "html")
    assert "".join(re.findall(r"<h([2-6])>H", html)) == shown


PROSE = {
    "two\nlines": "<p>two\nlines</p>",
    "hard  \nbreak": "<p>hard<br>break</p>",
    "中文\n中文": "<p>中文中文</p>",
    "3. three\n4. four": '<ol start="3"><li>three</li><li>four</li></ol>',
    "- a\n  - b": "<ul><li>a<ul><li>b</li></ul></li></ul>",
    "> said": "<blockquote><p>said</p></blockquote>",
    "| a |\n|---|\n| b |": '<div class="scroll"><table><thead><tr><th scope="col">a</th></tr>'
    "</thead><tbody><tr><td>b</td></tr></tbody></table></div>",
    "**a** *b* `c` ~~d~~": "<p><strong>a</strong> <em>b</em> <code>c</code> <s>d</s></p>",
    "`$x$` is code": "<p><code>$x$</code> is code</p>",
    "![a cat](https://e.example/c.png)": "<p>a cat</p>",
    "[x](javascript:alert(1))": "<p>x</p>",
    '<a href="https://e.example">x</a><div class="y">z</div>': "<p>xz</p>",
    "<script>x</script>": "<p>&lt;script&gt;x&lt;/script&gt;</p>",
    "&lt;b&gt; &#x202e;": "<p>&lt;b&gt; [U+202E]</p>",
    "&#xe0f0;0&#xe0f1; \ue0f00\ue0f1": "<p>[U+E0F0]0[U+E0F1] [U+E0F0]0[U+E0F1]</p>",
    "# no heading": "<p># no heading</p>",
}


@pytest.mark.parametrize("source", PROSE)
def test_prose_is_shown_as_its_author_wrote_it(source: str) -> None:
    page = PageResult("x.md", "Title", "en", 0, (), blocks=(Block("prose", source, 3),))
    html = render(page, "html")
    found = re.search(r'<div class="prose">(.*?)</div>\n</article>', html, re.DOTALL)
    assert found is not None
    assert found.group(1) == PROSE[source]


WIDTHS = (1280, 390, 320)


@pytest.mark.chromium
@pytest.mark.parametrize("page", [sample_page(), chinese_page(), hostile_page()])
def test_fits_the_screen_without_sideways_scrolling(page: PageResult, tmp_path: Path) -> None:
    report = escape(render(page, "html").replace("<details ", "<details open "))
    frames = "".join(
        f'<iframe width="{width}" height="900" style="border:0" srcdoc="{report}"></iframe>'
        for width in WIDTHS
    )
    script = """<script>addEventListener('load', () => { document.title = JSON.stringify(
      [...document.querySelectorAll('iframe')].map(f => [
        f.contentDocument.documentElement.scrollWidth, f.clientWidth,
        f.contentDocument.querySelectorAll('script').length]));
      document.querySelectorAll('iframe').forEach(f => f.remove()); });</script>"""
    outer = tmp_path / "outer.html"
    outer.write_text(f"<!DOCTYPE html><title>-</title>{script}{frames}", encoding="utf-8")
    dom, log = dump_dom(outer)
    title = re.search(r"<title>(.*?)</title>", dom)
    assert title is not None
    measured = json.loads(title.group(1))
    assert len(measured) == len(WIDTHS)
    for scroll_width, width, scripts in measured:
        assert scroll_width <= width
        assert scripts == 0
    assert "CONSOLE" not in log, log


@pytest.mark.chromium
@pytest.mark.parametrize("page", [sample_page(), hostile_page()])
def test_browser_reports_nothing(page: PageResult, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(render(page, "html"), encoding="utf-8")
    dom, log = dump_dom(path)
    assert "CONSOLE" not in log, log
    assert "<footer>" in dom
