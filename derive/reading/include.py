"""`\\input` and `\\include`: a LaTeX file and those it includes, put together as one text.

Only files in the page's own folder and below it are ever opened, whatever the page asks for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath

from derive.places import INCLUDED
from derive.reading.latex import without_hidden
from derive.reading.page import PageError, PagePart, PageProblem

__all__ = ["Whole", "with_included"]

MAX_DEPTH = 20
MAX_FILES = 500
_INCLUDE = re.compile(
    r"\\(?P<command>input|include|subfile|import|subimport)(?![A-Za-z@])"
    r"\s*(?:\{(?P<name>[^{}\n]*)\}|(?P<bare>[A-Za-z0-9_][^\s{}%\\]*))"
    r"|\\(?P<end>endinput)(?![A-Za-z@])|\\(?:[A-Za-z@]+|.)",
    re.DOTALL,
)


@dataclass
class Whole:
    """A text put together: where its parts begin, and what could not be included."""

    text: str = ""
    parts: list[PagePart] = field(default_factory=list)
    problems: list[PageProblem] = field(default_factory=list)


class _Refused(Exception):
    """Why a file is not included."""


def with_included(text: str, file: Path, read: Callable[[Path], str], most: int) -> Whole:
    """The text of a page with the files that it includes, each on lines of its own.

    ``read`` gives the text of a file or raises a `PageError`; ``most`` is how many characters
    may come together.
    """
    reader = _Reader(file, read, most)
    reader.add(text, "", (file,))
    whole = reader.whole
    whole.text = "".join(reader.pieces)
    if len(whole.parts) == 1:
        whole.parts = []  # nothing was included
    return whole


class _Reader:
    def __init__(self, file: Path, read: Callable[[Path], str], most: int) -> None:
        self.folder = file.parent
        self.read = read
        self.most = most
        self.whole = Whole()
        self.pieces: list[str] = []
        self.size = 0  # of what is put together
        self.files = 0

    def add(self, text: str, name: str, above: tuple[Path, ...]) -> None:
        """One file, and in its place whatever it includes."""
        masked = without_hidden(text).text
        if name:
            text = text[: len(masked.rstrip())]  # its own \end{document} ends nothing else
        self.whole.parts.append(PagePart(self.size, name))
        at = 0
        line = 1
        for found in _INCLUDE.finditer(masked):
            if found["end"]:
                text = text[: found.start()]
                break
            if found["command"] is None or "#" in (found["name"] or ""):
                continue
            place = self.size + found.start() - at
            try:
                file, part = self._wanted(found)
                included = self._read(file, above)
            except _Refused as refused:
                self.whole.problems.append(PageProblem(place, str(refused)))
                continue
            self._put(text[at : found.end()])
            line += text.count("\n", at, found.end())
            at = found.end()
            self._put("\n")
            self.add(included, part, (*above, file))
            self._put("\n\n")  # a formula that is not closed ends with its file
            # what follows on the line keeps its column
            start = text.rfind("\n", 0, at) + 1
            self.whole.parts.append(PagePart(self.size, name, line))
            self._put(" " * (at - start))
        self._put(text[at:])

    def _put(self, text: str) -> None:
        self.pieces.append(text)
        self.size += len(text)

    def _wanted(self, found: re.Match[str]) -> tuple[Path, str]:
        """The file that is meant, in the page's folder; and how to call it."""
        command = found["command"]
        name = (found["name"] if found["name"] is not None else found["bare"]).strip().strip('"')
        shown = rf"\{command}{{{name}}}"
        if command in ("import", "subimport"):
            raise _Refused(rf"\{command} is not followed")
        if not name or "\0" in name or "\\" in name or name.startswith(("~", "|")):
            raise _Refused(f"{shown}: not the name of a file")
        path = PurePosixPath(name)
        if path.is_absolute() or PureWindowsPath(name).drive or ".." in path.parts:
            raise _Refused(f"{shown}: only files in the page's own folder are read")
        if path.suffix not in INCLUDED:
            path = path.with_name(path.name + ".tex")
        file = self.folder / path
        try:
            inside = file.resolve().is_relative_to(self.folder.resolve())
            exists = file.is_file()
        except (OSError, RuntimeError, ValueError):
            raise _Refused(f"{shown}: no such file") from None
        if not inside:
            raise _Refused(f"{shown}: only files in the page's own folder are read")
        if not exists:
            raise _Refused(f"{shown}: no such file")
        return file, str(path)

    def _read(self, file: Path, above: tuple[Path, ...]) -> str:
        same = file.resolve()
        if any(same == other.resolve() for other in above):
            raise _Refused(f"{file.name} includes itself")
        if len(above) > MAX_DEPTH:
            raise _Refused(f"{file.name}: more than {MAX_DEPTH} files within one another")
        if self.files >= MAX_FILES:
            raise _Refused(f"{file.name}: more than {MAX_FILES} files are included")
        self.files += 1
        try:
            text = self.read(file)
        except PageError as error:
            raise _Refused(str(error)) from None
        if self.size + len(text) > self.most:
            raise _Refused(f"{file.name}: the page becomes larger than {self.most} characters")
        return text
