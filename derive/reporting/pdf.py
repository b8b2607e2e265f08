"""PDF reports: the LaTeX report through an xelatex or lualatex that is installed.

TeX runs in a fresh folder of its own, without a shell, may read and write nothing beyond it
and its own installation, and is stopped after a while. What comes back is a whole PDF from
which no character is missing, the same bytes for the same page and TeX (the date in it is
that of ``SOURCE_DATE_EPOCH``, or 1970), or an error.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from derive.characters import one_line

__all__ = ["ENGINES", "PdfNotMade", "engines", "log_of", "make_pdf", "run"]

ENGINES = ("xelatex", "lualatex")
_LOG = 5_000_000  # bytes of a log that are looked at


class PdfNotMade(Exception):
    """No PDF: nothing is installed that makes one, or it failed; the message says why."""


def engines() -> tuple[str, ...]:
    """The paths of the TeX engines that are installed, the preferred one first."""
    return tuple(path for name in ENGINES if (path := shutil.which(name)))


def make_pdf(tex: str, seconds: float = 120) -> bytes:
    """The PDF of a LaTeX document, by the first engine that makes one without loss.

    ``seconds`` limits each run of TeX by the clock; there are two, for the outline.

    Raises:
        PdfNotMade: no engine is installed, or none made a PDF; with the first one's reason.
    """
    reasons = []
    for engine in engines():
        try:
            return _compiled(engine, tex, seconds)
        except PdfNotMade as error:
            reasons.append(str(error))
    raise PdfNotMade(reasons[0] if reasons else "neither xelatex nor lualatex is installed")


def _compiled(engine: str, tex: str, seconds: float) -> bytes:
    name = Path(engine).name
    with tempfile.TemporaryDirectory(prefix="derive-") as place:
        folder = Path(place)
        (folder / "report.tex").write_text(_FIXED[name.removesuffix(".exe")] + tex, "utf-8")
        for _ in range(2):
            command = [engine, *_CAREFUL, "report.tex"]
            code = run(name, command, folder, seconds, _environment())
            log = log_of(folder / "report.log")
            if code:
                raise PdfNotMade(f"{name} failed: {_complaint(log)}")
        missing = sorted(set(re.findall(r"Missing character: There is no (\S+)", log)))
        if missing:
            raise PdfNotMade(f"{name}: no font has {one_line(' '.join(missing[:10]))}")
        try:
            pdf = (folder / "report.pdf").read_bytes()
        except OSError:
            raise PdfNotMade(f"{name} made no PDF") from None
    if not pdf.startswith(b"%PDF-") or b"%%EOF" not in pdf[-1024:]:
        raise PdfNotMade(f"{name} made a PDF that is not whole")
    return pdf


_CAREFUL = ("-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error")
# the same bytes every time: no random identifiers
_FIXED = {
    "xelatex": "\\special{pdf:trailerid [<00112233445566778899aabbccddeeff>"
    " <00112233445566778899aabbccddeeff>]}%\n",
    "lualatex": "\\pdfvariable trailerid{[<00112233445566778899aabbccddeeff>"
    " <00112233445566778899aabbccddeeff>]}%\n",
}


def _environment() -> Mapping[str, str]:
    return {
        "SOURCE_DATE_EPOCH": "0",
        **os.environ,
        "FORCE_SOURCE_DATE": "1",
        "openin_any": "p",
        "openout_any": "p",
        "MKTEXTFM": "0",
        "MKTEXMF": "0",
        "MKTEXPK": "0",
    }


def run(
    name: str, command: list[str], folder: Path, seconds: float, environment: Mapping[str, str]
) -> int:
    """The exit code of a program; it and all it started are gone when this returns.

    Raises:
        PdfNotMade: ``name`` cannot be started, or was stopped after ``seconds`` by the clock.
    """
    try:
        running = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise PdfNotMade(f"{name} cannot be started: {error.strerror or error}") from None
    try:
        return running.wait(seconds)
    except subprocess.TimeoutExpired:
        raise PdfNotMade(f"{name} was stopped after {seconds:g} s") from None
    finally:
        if running.poll() is None:
            if os.name == "posix":
                os.killpg(running.pid, signal.SIGKILL)
            running.kill()
            running.wait()


def log_of(path: Path) -> str:
    """The beginning of a log; empty if there is none."""
    try:
        with path.open("rb") as stream:
            text = stream.read(_LOG).decode("utf-8", "replace")
    except OSError:
        return ""
    return text


def _complaint(log: str) -> str:
    """TeX's first error, in its own words."""
    match = re.search(r"^! (.+(?:\n(?!l\.\d|\n).+){0,2})", log, re.MULTILINE)
    return one_line(match.group(1))[:300] if match else "see its log with -f latex"
