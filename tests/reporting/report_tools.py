"""Programs some tests need: missing is a failure where CI promises them, else a reason."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

from derive.reporting.typst_pdf import has_typst

__all__ = ["compile_tex", "compile_typst", "dump_dom", "needed", "needed_typst", "shown_in"]

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chrome")


def needed(*names: str) -> str:
    """The path of the first of these programs that exists."""
    for name in names:
        found = shutil.which(name)
        if found:
            return found
    _lacking(f"{' or '.join(names)} is not installed")


def needed_typst() -> None:
    """Go on only if the package is installed."""
    if not has_typst():
        _lacking("the package typst is not installed")


def _lacking(message: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(f"{message}, and CI must run this test")
    pytest.skip(message)


def dump_dom(page: Path, *flags: str) -> tuple[str, str]:
    """The page's DOM after scripts have run, and what the browser logged."""
    command = [
        needed(*CHROMIUM),
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--enable-logging=stderr",
        "--virtual-time-budget=4000",
        f"--user-data-dir={page.parent / 'profile'}",
        *flags,
        "--dump-dom",
        page.as_uri(),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout, done.stderr


def compile_tex(program: str, source: str, folder: Path, careless: bool = False) -> str:
    """Compile as a stranger's report should be: no shell, no files beyond the folder.

    ``careless``: as it should not be, with a shell and every file within reach.
    """
    engine = needed(program)
    shell, files = ("-shell-escape", "a") if careless else ("-no-shell-escape", "p")
    (folder / "report.tex").write_text(source, encoding="utf-8")
    done = subprocess.run(
        [engine, shell, "-interaction=nonstopmode", "report.tex"],
        cwd=folder,
        env={**os.environ, "openin_any": files, "openout_any": files, "MKTEXTFM": "0"},
        capture_output=True,
        text=True,
        errors="replace",
        timeout=400,
    )
    log = (folder / "report.log").read_text(encoding="utf-8", errors="replace")
    assert done.returncode == 0, log[-3000:]
    assert (folder / "report.pdf").exists()
    return log


def compile_typst(source: str, root: Path, system_fonts: bool = True) -> bytes:
    """The PDF, in which no character is missing; every file below ``root`` may be read.

    Raises:
        TypstError: the source is wrong, or no font has some character.
    """
    needed_typst()
    from typst import Compiler

    compiler = Compiler(
        root=root,
        package_path=root,
        package_cache_path=root,
        ignore_system_fonts=not system_fonts,
    )
    pdf = compiler.compile(source.encode(), format="pdf", pdf_standards="a-2b", timestamp=0)
    assert isinstance(pdf, bytes)
    return pdf


def shown_in(pdf: bytes, *options: str) -> str:
    """The text of a PDF."""
    command = [needed("pdftotext"), *options, "-", "-"]
    done = subprocess.run(command, input=pdf, capture_output=True, check=True, timeout=60)
    return done.stdout.decode()
