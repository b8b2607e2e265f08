"""From a path to a page: bytes, encoding, kind of file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from derive.reading.html import read_html
from derive.reading.include import with_included
from derive.reading.latex import read_latex
from derive.reading.markdown import read_markdown
from derive.reading.notebook import read_notebook
from derive.reading.page import Page, PageError
from derive.reading.restructuredtext import read_restructuredtext

__all__ = ["SUFFIXES", "page_of", "read_page"]

MAX_BYTES = 10_000_000
_READERS: dict[str, Callable[[str, str], Page]] = {
    **dict.fromkeys((".md", ".markdown", ".mdown", ".qmd", ".rmd", ".txt"), read_markdown),
    ".tex": read_latex,
    ".ipynb": read_notebook,
    ".rst": read_restructuredtext,
    **dict.fromkeys((".html", ".htm"), read_html),
}
SUFFIXES = tuple(_READERS)


def read_page(path: str | Path) -> Page:
    """Read one file as a page; of a LaTeX file, also the files that it includes.

    Raises:
        PageError: missing, unreadable, binary, not UTF-8, too large or of an unknown kind.
    """
    text = _text(path)
    suffix = Path(path).suffix.lower()
    if suffix and suffix not in SUFFIXES:
        known = ", ".join(SUFFIXES)
        raise PageError(f"{path}: pages of kind {suffix} are not supported (known: {known})")
    if suffix == ".tex":
        whole = with_included(text, Path(path), _text, MAX_BYTES)
        return read_latex(whole.text, str(path), whole.parts, whole.problems)
    return page_of(text, str(path))


def _text(path: str | Path) -> str:
    """The text of one file.

    Raises:
        PageError: missing, unreadable, binary, not UTF-8 or too large.
    """
    file = Path(path)
    try:
        if file.is_dir():
            raise PageError(f"{path}: this is a folder, not a page")
        if not file.is_file() and file.exists():
            raise PageError(f"{path}: not an ordinary file")
        if file.exists() and file.stat().st_size > MAX_BYTES:
            raise PageError(f"{path}: larger than {MAX_BYTES // 1_000_000} MB")
        data = file.read_bytes()
    except FileNotFoundError:
        raise PageError(f"{path}: no such file") from None
    except OSError as error:
        raise PageError(f"{path}: {error.strerror or error}") from None
    if b"\0" in data[:8192]:
        raise PageError(f"{path}: this looks like a binary file, not like text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        start = data.rfind(b"\n", 0, error.start) + 1
        column = len(data[start : error.start].decode("utf-8", "replace")) + 1
        raise PageError(
            f"{path}:{line}:{column}: byte 0x{data[error.start]:02x} is not UTF-8; "
            "save the page as UTF-8"
        ) from None


def page_of(text: str, path: str) -> Page:
    """The page that a file of this name would be with this text, were it alone."""
    return _READERS.get(Path(path).suffix.lower(), read_markdown)(text, path)
