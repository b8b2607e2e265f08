"""LaTeX reports: they compile everywhere, and a page's text never commands TeX."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from derive.reporting import render
from derive.reporting.commands import (
    BIG_OPERATORS,
    CHARACTERS,
    DELIMITERS,
    ENVIRONMENTS,
    ONE_ARGUMENT,
    SIZED,
    SYMBOLS,
    TEXT_COMMANDS,
    TWO_ARGUMENTS,
    UNICODE,
)
from derive.reporting.tex_text import tex_source, tex_text
from derive.results import Block, PageResult
from tests.reporting.report_samples import HOSTILE, chinese_page, hostile_page, sample_page
from tests.reporting.report_tools import compile_tex

PAGES = {"english": sample_page(), "chinese": chinese_page(), "hostile": hostile_page()}
FORBIDDEN = r"\\(input|def|catcode|write|openin|openout|csname|include|loop|href|unicode)\b"


@pytest.mark.parametrize(
    ("text", "tex"),
    [
        ("\\", r"\textbackslash{}"),
        ("{}", r"\{\}"),
        ("$&#%_", r"\$\&\#\%\_"),
        ("^^5c", r"\textasciicircum{}\textasciicircum{}5c"),
        ("~", r"\textasciitilde{}"),
        ("--", "-{}-{}"),
        ("a\n\nb", "a b"),
        ("é", r"\uchar{E9}"),
        ("\x00", "[U+0000]"),
        ("如果,", r"\zh{如果},{}"),
        ("如果。", r"\zh{如果}\zhc{。}"),
    ],
)
def test_every_special_character_loses_its_meaning(text: str, tex: str) -> None:
    assert tex_text(text) == tex


def test_hostile_text_escapes_to_harmless_commands_only() -> None:
    ours = {
        "textbackslash", "textasciicircum", "textasciitilde", "textless", "textgreater",
        "textbar", "textquotedbl", "rq", "lq", "uchar", "zh", "zhc", "zho", "brk", "ensuremath",
    }  # fmt: skip
    for tex in (tex_text(HOSTILE), tex_source(HOSTILE)):
        assert set(re.findall(r"\\([A-Za-z]+)", tex)) <= ours
        assert "^^" not in tex
        assert "\n" not in tex


def test_page_text_reaches_tex_only_as_allowed_formulas() -> None:
    body = render(hostile_page(), "latex").partition(r"\begin{document}")[2]
    assert not re.search(FORBIDDEN, body.replace(r"\csname mark", ""))
    assert body.count(r"\end{document}") == 1
    assert body.rstrip().endswith(r"\end{document}")
    assert "49" not in body


def test_chinese_packages_only_where_there_is_chinese() -> None:
    assert "CJK" not in render(sample_page(), "latex")
    assert "CJK" in render(chinese_page(), "latex")


@pytest.mark.tex
@pytest.mark.parametrize("name", PAGES)
def test_compiles_with_xelatex(name: str, tmp_path: Path) -> None:
    check(compile_tex("xelatex", render(PAGES[name], "latex"), tmp_path))
    end = PAGES[name].summary.steps
    if shutil.which("pdftotext"):
        shown = subprocess.run(
            ["pdftotext", "-raw", "report.pdf", "-"],
            cwd=tmp_path, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        assert "root:x:0" not in shown
        assert str(end) in shown.strip().splitlines()[-2]


@pytest.mark.tex
def test_compiles_with_lualatex(tmp_path: Path) -> None:
    check(compile_tex("lualatex", render(chinese_page(), "latex"), tmp_path))


@pytest.mark.tex
def test_a_formula_wider_than_the_page_is_made_to_fit(tmp_path: Path) -> None:
    page = sample_page()
    wide = " + ".join(f"x_{{{number}}}" for number in range(60))
    product = " ".join(f"x_{{{number}}}" for number in range(60))
    blocks = (
        Block("formula", wide, 1),
        Block("formula", f"a = {wide} = {product}", 2),
        Block("formula", f"\\frac{{{wide}}}{{2}}", 3),
        Block("prose", f"Inside ${product}$ a line, and ${wide}$, {'x' * 300}.", 4),
    )
    report = PageResult("a.md", "A", "en", 1, page.steps, blocks=blocks)
    log = compile_tex("xelatex", render(report, "latex"), tmp_path)
    assert "Overfull" not in log


@pytest.mark.tex
def test_the_outline_names_the_headings_whatever_they_say(tmp_path: Path) -> None:
    titles = ("Loss $L$", "100 % of {a} \\b #c ~ ^ & _", "中文 é", "^^5cinput x")
    blocks = tuple(Block("heading", title, n, level=2) for n, title in enumerate(titles))
    report = PageResult("a.md", "A", "en", 1, (), blocks=blocks)
    compile_tex("xelatex", render(report, "latex"), tmp_path)
    outline = (tmp_path / "report.out").read_text(encoding="utf-8")
    entries = re.findall(r"\{block-[\d.]+\}\{(.*)\}\{[^{}]*\}", outline)
    found = []
    for entry in entries:  # UTF-16, what is not plain in octal
        codes = re.findall(r"\\(\d{3})|(.)", entry)
        data = bytes(int(octal, 8) if octal else ord(char) for octal, char in codes)
        found.append(data.decode("utf-16"))
    assert found == ["Loss L", *titles[1:]]


@pytest.mark.tex
def test_every_command_of_the_allow_list_is_known_to_tex(tmp_path: Path) -> None:
    texts = [rf"a {symbol} b" for symbol in sorted(SYMBOLS)]
    texts += [rf"{symbol}\limits_i^n x" for symbol in sorted(BIG_OPERATORS)]
    texts += [rf"{command}{{x}}" for command in sorted(ONE_ARGUMENT)]
    texts += [rf"{command}{{x}}{{y}}" for command in sorted(TWO_ARGUMENTS)]
    texts += [rf"{size}{side} x" for size in sorted(SIZED) for side in sorted(DELIMITERS)]
    texts += [rf"\left{side} x \right{side}" for side in sorted(DELIMITERS)]
    texts += [rf"{command}{{x}}" for command in sorted(TEXT_COMMANDS)]
    texts += [rf"a {character} b" for character in sorted(CHARACTERS | set(UNICODE))]
    arguments = {"array": "{c}", "alignat": "{1}", "alignat*": "{1}", "alignedat": "{1}"}
    texts += [
        rf"\begin{{{name}}}{arguments.get(name, '')} x \end{{{name}}}" for name in ENVIRONMENTS
    ]
    blocks = tuple(Block("formula", text, 1) for text in texts)
    report = render(PageResult("a.md", "A", "en", 1, (), blocks=blocks), "latex")
    refused = re.findall(r"^\\sourceline\{(.*)\}$", report, re.MULTILINE)
    assert len(refused) <= 1, refused  # only the prime that stands alone between two letters
    check(compile_tex("xelatex", report, tmp_path))


def check(log: str) -> None:
    assert "Missing character" not in log
    assert not re.search(r"^! ", log, re.MULTILINE)
