"""PDF reports by Typst: whole, the same every time, or a clear reason and nothing written."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from derive.cli import main
from derive.reporting import PdfNotMade, render, typst_pdf, write_reports
from derive.reporting.typst_pdf import make_pdf_by_typst
from tests.reporting.report_samples import chinese_page, sample_page
from tests.reporting.report_tools import needed_typst, shown_in

HEAD = '#set text(font: "New Computer Modern")\n'


@pytest.fixture
def no_tex(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("raise SystemExit(1)", "typst failed: see its log"),
        ("import no_such_module", "typst failed: see its log"),
        (
            "open('report.log', 'w').write('warning: x\\nerror: unknown variable: x\\n'); exit(1)",
            "typst failed: unknown variable: x$",
        ),
        ("pass", "typst failed: see its log"),
        ("open('report.pdf', 'w').write('%PDF-1.7')", "no PDF that is whole"),
        ("import time; time.sleep(60)", r"typst was stopped after 0\.5 s"),
    ],
)
def test_a_pdf_that_is_not_whole_is_not_made(
    script: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = tmp_path / "child.py"
    child.write_text(script)
    monkeypatch.setattr(typst_pdf, "_CHILD", child)
    started = time.monotonic()
    with pytest.raises(PdfNotMade, match=reason):
        make_pdf_by_typst("", seconds=0.5 if "sleep" in script else 60)
    assert time.monotonic() - started < 30


@pytest.mark.typst
def test_the_same_page_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    needed_typst()
    text = render(chinese_page(), "typst")
    first, second = (make_pdf_by_typst(text) for _ in range(2))
    assert first == second
    assert first.startswith(b"%PDF-")
    assert b"D:1970" in first
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    assert b"D:200109" in make_pdf_by_typst(text)


@pytest.mark.typst
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("#undefined", "typst failed: unknown variable: undefined"),
        ("#while true {}", "typst failed: condition is always true"),
        ("#let f(x) = f(x + 1)\n#f(1)", "typst failed: maximum function call depth exceeded"),
        ('#read("/report.typ")', "typst failed: file not found"),
        ('#read("../report.typ")', "typst failed: path .* would escape the project root"),
        ('#read("SECRET")', "typst failed: file not found"),
        # refused by the port where nobody listens, and not a name that is looked up
        ('#import "@preview/mitex:0.2.5": *', "Connection refused|actively refused"),
    ],
)
def test_what_typst_may_not_do(body: str, reason: str, tmp_path: Path) -> None:
    needed_typst()
    secret = tmp_path / "secret.txt"
    secret.write_text("swordfish")
    with pytest.raises(PdfNotMade, match=reason):
        make_pdf_by_typst(body.replace("SECRET", str(secret)), 20)


@pytest.mark.typst
def test_typst_is_stopped(tmp_path: Path) -> None:
    needed_typst()
    endless = "#for a in range(9000) { for b in range(9000) { for c in range(9000) {} } }"
    started = time.monotonic()
    with pytest.raises(PdfNotMade, match="stopped after 1 s"):
        make_pdf_by_typst(endless, seconds=1)
    assert time.monotonic() - started < 10


@pytest.mark.typst
def test_without_a_chinese_font_the_message_says_so() -> None:
    needed_typst()
    with pytest.raises(PdfNotMade, match=r"no font has .*如.*; install one .*fonts-noto-cjk"):
        make_pdf_by_typst(HEAD + '#"如果 a"', system_fonts=False)


@pytest.mark.typst
def test_a_character_that_no_font_has_is_shown_by_its_number() -> None:
    needed_typst()
    pdf = make_pdf_by_typst(HEAD + '#"a \U0001fae8 \u0e01, é ∑"', system_fonts=False)
    assert shown_in(pdf).split()[:5] == ["a", "[U+1FAE8]", "[U+0E01],", "é", "∑"]


@pytest.mark.typst
def test_from_the_command_line(no_tex: None, tmp_path: Path) -> None:
    needed_typst()
    page = tmp_path / "page.md"
    page.write_text("$$ x + x = 2 x = 3 x $$\n")
    out = tmp_path / "out"
    done = CliRunner().invoke(main, ["report", str(page), "-f", "pdf,typ", "-o", str(out)])
    assert done.exit_code == 0, done.output
    assert sorted(file.name for file in out.iterdir()) == ["page.pdf", "page.typ"]
    assert (out / "page.pdf").read_bytes().startswith(b"%PDF-")
    assert b"/Creator(Typst" in (out / "page.pdf").read_bytes()


@pytest.mark.typst
def test_when_one_pdf_fails_nothing_is_written(
    no_tex: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needed_typst()
    made = []

    def fails_at_the_second(source: str, *rest: object) -> tuple[bytes, str]:
        made.append(source)
        return (b"", "error: no") if len(made) > 1 else (b"%PDF-1.7 %%EOF", "")

    monkeypatch.setattr(typst_pdf, "_compiled", fails_at_the_second)
    with pytest.raises(PdfNotMade, match="typst failed: no"):
        write_reports([sample_page(), chinese_page()], tmp_path / "out", ("md", "pdf"))
    assert len(made) == 2
    assert not (tmp_path / "out").exists()
