"""PDF reports: whole, the same every time, or a clear reason and nothing written."""

from __future__ import annotations

import os
import time
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest
from click.testing import CliRunner

from derive.cli import main
from derive.reporting import PdfNotMade, Templates, render, typst_pdf, write_reports
from derive.reporting import pdf as pdf_module
from derive.reporting.pdf import ENGINES, make_pdf
from derive.reporting.pdf_makers import pdf_maker
from tests.reporting.report_samples import sample_page
from tests.reporting.report_tools import needed

HEAD = "\\documentclass{article}\\begin{document}"


def engine(folder: Path, script: str) -> None:
    """A program called xelatex, alone on the PATH but for the system's own."""
    file = folder / "xelatex"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.fixture
def no_typst(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typst_pdf, "find_spec", lambda name: None)


def test_without_tex_and_typst_the_message_says_what_to_install(
    fake: Path, no_typst: None, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    done = CliRunner().invoke(main, ["report", "softmax", "-f", "html,pdf", "-o", str(out)])
    assert done.exit_code == 2
    assert "needs xelatex or lualatex on the PATH" in done.output
    assert "texlive-xetex" in done.output
    assert "or the Python package typst (pip install 'derivecheck[typst]')" in done.output
    assert not out.exists()


BOTH, TEX, TYPST = ("page.tex.j2", "page.typ.j2"), ("page.tex.j2",), ("page.typ.j2",)
HTML = ("page.html.j2",)


@pytest.mark.parametrize(
    ("tex", "typst", "own", "made_from"),
    [
        (True, True, (), "latex"),
        (True, False, (), "latex"),
        (False, True, (), "typst"),
        (True, True, TYPST, "typst"),
        (True, True, TEX, "latex"),
        (True, True, BOTH, "latex"),
        (False, True, BOTH, "typst"),
        (False, True, HTML, "typst"),
        (False, True, TEX, "needs xelatex or lualatex .*; -f latex writes"),
        (True, False, TYPST, "needs the Python package typst .*; -f typst writes"),
        (False, False, BOTH, "needs xelatex .*, or the Python package typst"),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="the stand-ins are shell scripts")
def test_tex_makes_the_pdf_else_typst_unless_only_one_has_a_template(
    tex: bool,
    typst: bool,
    own: tuple[str, ...],
    made_from: str,
    fake: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if tex:
        engine(fake, "exit 1")
    found = ModuleSpec("typst", None, origin="typst/__init__.py") if typst else None
    monkeypatch.setattr(typst_pdf, "find_spec", lambda name: found)
    for name in own:
        (tmp_path / name).write_text("x")
    templates = Templates(str(tmp_path)) if own else None
    if " " in made_from:
        with pytest.raises(PdfNotMade, match=made_from):
            pdf_maker(templates)
    else:
        assert pdf_maker(templates).format == made_from


def test_a_folder_called_typst_is_not_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = ModuleSpec("typst", None)
    monkeypatch.setattr(typst_pdf, "find_spec", lambda name: folder)
    assert not typst_pdf.has_typst()


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("exit 1", "xelatex failed: see its log"),
        (
            "echo '! Undefined control sequence.' > report.log; exit 1",
            "Undefined control sequence",
        ),
        ("exit 0", "xelatex made no PDF"),
        ("echo %PDF-1.5 > report.pdf", "a PDF that is not whole"),
        (
            "echo 'Missing character: There is no ☃ (U+2603) in font x!' > report.log",
            "no font has ☃",
        ),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="the stand-ins are shell scripts")
def test_a_pdf_that_is_not_whole_is_not_written(
    fake: Path, tmp_path: Path, script: str, reason: str
) -> None:
    engine(fake, script)
    out = tmp_path / "out"
    with pytest.raises(PdfNotMade, match=reason):
        write_reports([sample_page()], out, ("html", "pdf"))
    assert not out.exists()


@pytest.mark.skipif(os.name == "nt", reason="the stand-ins are shell scripts")
def test_tex_is_stopped_with_all_it_started(fake: Path) -> None:
    engine(fake, "/bin/sleep 60 & /bin/sleep 60")
    started = time.monotonic()
    with pytest.raises(PdfNotMade, match=r"stopped after 0\.3 s"):
        make_pdf("", seconds=0.3)
    assert time.monotonic() - started < 10


@pytest.mark.tex
@pytest.mark.parametrize("name", ENGINES)
def test_the_same_page_gives_the_same_bytes(name: str) -> None:
    program = needed(name)
    text = render(sample_page(), "latex")
    first, second = (pdf_module._compiled(program, text, 120) for _ in range(2))
    assert first == second
    assert first.startswith(b"%PDF-")


@pytest.mark.tex
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("\\undefined", "Undefined control sequence"),
        ("\\loop\\iftrue\\repeat", "stopped after 2 s"),
        ("^^^^2603", "no font has"),
        ("\\input{SECRET}", "failed"),
        ("\\openin5=SECRET \\ifeof5 \\undefined\\fi", "failed"),
        ("\\immediate\\openout5=OUTSIDE", "failed"),
    ],
)
def test_what_tex_may_not_do(body: str, reason: str, tmp_path: Path) -> None:
    program = needed("xelatex")
    secret, outside = tmp_path / "secret.tex", tmp_path / "written.tex"
    secret.write_text("swordfish")
    body = body.replace("SECRET", str(secret)).replace("OUTSIDE", str(outside))
    seconds = 2 if reason == "stopped after 2 s" else 20  # on a busy machine, too
    with pytest.raises(PdfNotMade, match=reason):
        pdf_module._compiled(program, f"{HEAD}x {body}\\end{{document}}", seconds)
    assert not outside.exists()


@pytest.mark.tex
def test_from_the_command_line(tmp_path: Path) -> None:
    needed("xelatex")
    page = tmp_path / "page.md"
    page.write_text("$$ x + x = 2 x = 3 x $$\n")
    done = CliRunner().invoke(
        main, ["report", str(page), "-f", "pdf", "-o", str(tmp_path / "out")]
    )
    assert done.exit_code == 0, done.output
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["page.pdf"]
    assert (tmp_path / "out" / "page.pdf").read_bytes().startswith(b"%PDF-")
