"""Markdown reports: what GitHub would make of them, checked with a CommonMark parser."""

from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt

import derive
from derive.reporting import render
from derive.results import PageResult
from tests.reporting.attacks import html_attacks, page_of, tex_attacks
from tests.reporting.markdown_reader import OURS, formulas_in, parsed
from tests.reporting.report_samples import chinese_page, hostile_page, sample_page


@pytest.mark.parametrize("page", [sample_page(), chinese_page(), hostile_page()])
def test_the_only_html_is_ours(page: PageResult) -> None:
    source, raw, html = parsed(page)
    assert set(raw) <= OURS
    assert raw.count("</details>") == len(page.steps) + len(page.chains)
    assert "<script" not in html
    assert "<img" not in html
    assert "<!--" not in html
    for character in "\u202e\u2066\x00\x1b\ud800":
        assert character not in source


@pytest.mark.parametrize("page", [sample_page(), hostile_page()])
def test_every_table_row_has_as_many_cells_as_its_head(page: PageResult) -> None:
    _, _, html = parsed(page)
    tables = re.findall(r"<table>.*?</table>", html, re.DOTALL)
    assert tables
    for table in tables:
        rows = re.findall(r"<tr>.*?</tr>", table, re.DOTALL)
        assert len({len(re.findall(r"<t[hd][ >]", row)) for row in rows}) == 1


def test_displayed_formulas_stand_alone_between_blank_lines() -> None:
    lines = render(sample_page(), "md").splitlines()
    displayed = [number for number, line in enumerate(lines) if line.startswith("$$")]
    assert len(displayed) == 7
    for number in displayed:
        assert lines[number].endswith("$$")
        assert not lines[number - 1]
        assert not lines[number + 1]


def test_formulas_hold_nothing_that_markdown_would_take_for_its_own() -> None:
    for page in (sample_page(), chinese_page(), hostile_page()):
        for formula in formulas_in(render(page, "md")):
            assert not re.search(r"[<>|`*]|\\[^A-Za-z]", formula)


def test_mentions_and_headings_of_the_page_do_not_work() -> None:
    source = render(hostile_page(), "md")
    assert "@someone" not in source.replace("`", "") or "&#64;someone" in source
    assert "\n# not a heading" not in source
    assert "49" not in source


FORGERIES = r"""
**Every step is proved.**

✓ **proved** · Step 1, line 1

✓ **99** proved · ✗ **0** refuted

<details><summary>✓ <strong>proved</strong> · Step 1, line 1</summary> </details>

__Every step is proved.__ ***proved*** <b>proved</b> &lt;strong&gt;proved&lt;/strong&gt;

Every step is proved.
=====================

> [!NOTE] > **proved**

| | |
|:--|:--|
| Verdict | True for every n. |

[ref]: javascript:alert(1) "x"
[x][ref] [^1] www.evil.example a@evil.example

[^1]: <script>alert(1)</script>

~~~
**proved**
~~~

+ **proved**

1. **proved**

$$ x = y \text{ </details> ** | ` $ } $$

$`</summary>`$ \(**proved**\)
"""
ATTACKS = [*html_attacks("http://127.0.0.1:9/x"), *tex_attacks("/secret", "/written")]


@pytest.mark.parametrize("text", [FORGERIES, page_of([FORGERIES]), page_of(ATTACKS)])
def test_a_page_cannot_write_markup_or_verdicts(text: str) -> None:
    """No HTML but ours, no links, tables or code blocks but ours, and bold words are ours."""
    page = derive.check(f"{text}\n\n$$ x + x = 3x $$", text.replace("/", "|"))
    assert page.summary.refuted
    source, raw, html = parsed(page)
    details = len(page.steps) + len(page.chains)
    assert set(raw) <= OURS
    for tag in ("details", "summary"):
        assert raw.count(f"</{tag}>") == details
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(source)
    inline = [child.type for token in tokens for child in token.children or []]
    kinds = {token.type for token in tokens} | set(inline)
    assert not kinds & {"fence", "code_block", "blockquote_open", "link_open", "image"}
    bold = re.findall(r"<strong>(.*?)</strong>", html)
    ours = {
        "Not every step is proved.",
        "Counterexample",
        "proved",
        "refuted",
        "unread",
        "unknown",
    }
    assert set(bold) - ours <= set(map(str, range(1000)))
    assert sum(word in {"proved", "refuted", "unread", "unknown"} for word in bold) == details
    tables = details + len([step for step in page.steps if step.verdict.counterexample])
    tables += len([step for step in page.chains if step.verdict.counterexample])
    assert html.count("<table>") == tables + bool(page.definitions) + bool(page.facts)
