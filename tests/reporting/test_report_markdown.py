"""Markdown reports: what GitHub would make of them, checked with a CommonMark parser."""

from __future__ import annotations

import re

import pytest

from derive.reporting import render
from derive.results import PageResult
from tests.reporting.markdown_reader import OURS, parsed
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
        for formula in re.findall(r"\$`(.*?)`\$|^\$\$ (.*?) \$\$$", render(page, "md"), re.M):
            assert not re.search(r"[<>|`*]|\\[^A-Za-z]", "".join(formula))


def test_mentions_and_headings_of_the_page_do_not_work() -> None:
    source = render(hostile_page(), "md")
    assert "@someone" not in source.replace("`", "") or "&#64;someone" in source
    assert "\n# not a heading" not in source
    assert "49" not in source
