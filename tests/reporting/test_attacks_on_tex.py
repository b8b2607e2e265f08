"""LaTeX reports compiled as carelessly as TeX allows: no page text is ever a command.

Shell escape is on, every file may be read and written: what is safe here is safe by the
report alone.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

import derive
from derive.reporting import render
from tests.reporting.attacks import page_of, tex_attacks
from tests.reporting.report_tools import compile_tex, needed

pytestmark = pytest.mark.tex
SECRET = "swordfish"
OURS = {"report.tex", "report.pdf", "report.log", "report.aux", "report.out"}


def shown(folder: Path) -> str:
    """The text of the PDF."""
    command = [needed("pdftotext"), "-layout", "report.pdf", "-"]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=True, timeout=60
    ).stdout


def test_the_secret_is_there_to_be_read(tmp_path: Path) -> None:
    """Unescaped, the first payload shows it, and another one writes a file."""
    secret, write = tmp_path / "secret.txt", tmp_path / "written"
    secret.write_text(SECRET)
    attacks = tex_attacks(str(secret), str(write))
    source = (
        f"\\documentclass{{article}}\\begin{{document}}{attacks[0]} {attacks[7]}\\end{{document}}"
    )
    compile_tex("xelatex", source, tmp_path, careless=True)
    assert SECRET in shown(tmp_path)
    assert write.exists()


@pytest.mark.parametrize("program", ["xelatex", "lualatex"])
def test_nothing_runs_and_no_verdict_is_lost(program: str, tmp_path: Path) -> None:
    secret, write = tmp_path / "secret.txt", tmp_path / "written"
    folder = tmp_path / "here"
    folder.mkdir()
    secret.write_text(SECRET)
    attacks = tex_attacks(str(secret), str(write))
    page = derive.check(page_of(attacks), " ".join(attacks))
    assert page.summary.steps >= len(attacks)
    log = compile_tex(program, render(page, "latex"), folder, careless=True)
    assert not re.search(r"^! ", log, re.MULTILINE)
    text = shown(folder)
    assert SECRET not in text
    assert {path.name for path in folder.iterdir()} == OURS
    assert {path.name for path in tmp_path.iterdir()} == {"here", "secret.txt"}
    flat = re.sub(r"\s+", " ", text)
    for step in page.steps:
        assert re.search(rf"Step {step.number}, line {step.span.line}\b", flat), step.number
    assert flat.count("Step ") >= page.summary.steps
    # the last words of the report, and none of the page's own in their place
    assert f"End of report. Formulas: {page.formulas}. Steps: {page.summary.steps}." in flat
    assert f"{page.summary.refuted} refuted" in flat
