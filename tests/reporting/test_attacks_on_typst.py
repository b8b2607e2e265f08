"""Typst reports compiled as carelessly as Typst allows: no page text is ever code or markup."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import derive
from derive.reporting import render
from tests.reporting.attacks import html_attacks, page_of, tex_attacks, typst_attacks
from tests.reporting.report_tools import compile_typst, shown_in

pytestmark = pytest.mark.typst
SECRET = "swordfish"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "secret.txt").write_text(SECRET)
    return tmp_path


def test_the_secret_is_there_to_be_read(root: Path) -> None:
    """Unescaped, the first payload shows it."""
    assert SECRET in shown_in(compile_typst(typst_attacks("/secret.txt")[0], root))


@pytest.mark.parametrize("kind", ["typst", "tex", "html"])
def test_nothing_runs_and_no_verdict_is_lost(kind: str, root: Path) -> None:
    attacks = {
        "typst": typst_attacks("/secret.txt"),
        "tex": tex_attacks("/secret.txt", "/written"),
        "html": html_attacks("http://127.0.0.1:9/x"),
    }[kind]
    page = derive.check(page_of(attacks), " ".join(attacks))
    assert page.summary.steps >= len(attacks)
    text = shown_in(compile_typst(render(page, "typst"), root), "-layout")
    assert SECRET not in text
    assert [file.name for file in root.iterdir()] == ["secret.txt"]
    flat = re.sub(r"\s+", " ", text)
    for step in page.steps:
        assert re.search(rf"Step {step.number}, line {step.span.line}\b", flat), step.number
    # the last words of the report, and none of the page's own in their place
    assert f"End of report. Formulas: {page.formulas}. Steps: {page.summary.steps}." in flat
    assert f"{page.summary.refuted} refuted" in flat


def test_what_is_typed_is_what_is_shown(root: Path) -> None:
    """All that means something to Typst, in the prose of a page."""
    said = "#let x = 1 // no /* comment */ <a> @b = _c_ \\ \\u{41} ~ --- ... (\"q\") 'r' [s] {t} $"
    page = derive.check(f"# Title\n\n{said}\n")
    text = shown_in(compile_typst(render(page, "typst"), root), "-layout")
    assert said in " ".join(text.split())
