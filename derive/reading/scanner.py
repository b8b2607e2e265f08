"""One linear scan over a text in which all but prose is blank: where its formulas are.

Nothing is found by backtracking, and every place is exact.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from derive.reading.page import FormulaText, PageProblem

__all__ = ["BLANK", "CJK", "MAX_FORMULAS", "Found", "Scanner", "blank"]

MAX_FORMULAS = 10_000  # a page with more is read up to them, and says so

BLANK = re.compile(r"\n[ \t\r]*\n")
CJK = re.compile(r"[\u4e00-\u9fff]")
_ENVIRONMENT = re.compile(
    r"\\begin\{((?:align|gather|equation|eqnarray|multline|flalign|alignat|displaymath)\*?)\}"
)
_FILLED = re.compile(r"\S[^\n]*")
_DELIMITER = re.compile(r"[$\\]")


_NEAR = 300  # characters to each side within which words are looked for
_WORD = re.compile(r"[A-Za-z]{2,}|[\u4e00-\u9fff]")
_FORMULA = re.compile(r"\$\$[^$\n]*\$\$|\$[^$\n]*\$")


@dataclass(frozen=True, slots=True)
class Found:
    """A formula with its delimiters: [start, end) in the text."""

    start: int
    end: int
    formula: FormulaText


def blank(chars: list[str], start: int, end: int) -> None:
    """Spaces for all but the line ends, so that every place stays where it is."""
    for i in range(start, min(end, len(chars))):
        if chars[i] not in "\r\n":
            chars[i] = " "


class Scanner:
    """Finds delimiters in one pass.

    ``base`` is added to every place that it reports.
    """

    def __init__(self, masked: str, base: int = 0) -> None:
        self.masked = masked
        self.base = base
        self.found: list[Found] = []
        self.problems: list[PageProblem] = []
        self._paragraph = -1  # the end of the paragraph that was asked for last
        self._missing: set[str] = set()  # delimiters that do not come any more

    def scan(self) -> None:
        at = 0
        masked = self.masked
        while len(self.found) <= MAX_FORMULAS:
            delimiter = _DELIMITER.search(masked, at)
            if delimiter is None:
                return
            at = delimiter.start()
            if masked[at] == "$":
                at = self._dollar(at)
            else:
                at = self._backslash(at)

    def _add(self, start: int, body: int, close: int, end: int, display: bool) -> int:
        if source := self.masked[body:close]:
            formula = FormulaText(source, body + self.base, display)
            self.found.append(Found(start + self.base, end + self.base, formula))
        return end

    def _problem(self, at: int, message: str) -> None:
        self.problems.append(PageProblem(at + self.base, message))

    def _find(self, delimiter: str, at: int) -> int:
        """Its next place, or -1. Asked in reading order: what is missing stays missing."""
        if delimiter in self._missing:
            return -1
        found = self.masked.find(delimiter, at)
        if found < 0:
            self._missing.add(delimiter)
        return found

    def _dollar(self, at: int) -> int:
        masked = self.masked
        if masked.startswith("$$", at):
            close = self._find("$$", at + 2)
            blank = self._prose_break(at + 2, close if close >= 0 else len(masked))
            if blank < 0 and close >= 0 and self._opens_another(at + 2, close):
                blank = self._paragraph_end(at + 2)
            if close < 0 or blank >= 0:
                self._problem(at, "this $$ is never closed")
                stop = blank if blank >= 0 else self._paragraph_end(at + 2)
                return self._add(at, at + 2, stop, stop, True)
            display = not self._amid_words(at, close + 2)
            return self._add(at, at + 2, close, close + 2, display)
        close = self._inline_close(at)
        if close < 0:
            return at + 1
        return self._add(at, at + 1, close, close + 1, False)

    def _amid_words(self, start: int, end: int) -> bool:
        """Whether $$…$$ stands in a sentence, on one line with words on both its sides or with
        a sentence that goes on behind it: kramdown's way to write inline."""
        masked = self.masked
        if end - start > _NEAR or "\n" in masked[start:end]:
            return False
        before = masked[max(0, start - _NEAR) : start].rpartition("\n")[2]
        after = masked[end : end + _NEAR].partition("\n")[0]
        return bool(_WORD.search(_FORMULA.sub("", before))) and bool(
            _WORD.search(after) or re.match(r"\s*,", after)
        )

    def _opens_another(self, start: int, close: int) -> bool:
        """Whether the next $$ begins a formula of its own: ``$$ a`` ⏎⏎ ``$$ b $$``."""
        masked = self.masked
        if BLANK.search(masked, start, close) is None:
            return False
        line = masked.rfind("\n", 0, close) + 1
        if masked[line:close].strip():
            return False
        end = masked.find("\n", close)
        following = masked.find("$$", close + 2, end if end >= 0 else len(masked))
        return following >= 0 and bool(masked[close + 2 : following].strip())

    def _paragraph_end(self, at: int) -> int:
        if self._paragraph < at:
            found = BLANK.search(self.masked, at)
            self._paragraph = found.start() if found is not None else len(self.masked)
        return self._paragraph

    def _prose_break(self, start: int, end: int) -> int:
        """Where a paragraph ends inside a display formula and prose follows, else -1."""
        seen = -1
        for blank in BLANK.finditer(self.masked, start, end):
            if blank.end() <= seen:
                continue  # the same line follows
            first = _FILLED.search(self.masked, blank.end(), end)
            seen = first.start() if first is not None else end
            line = first.group() if first is not None else ""
            words = re.findall(r"[A-Za-z]{3,}", re.sub(r"\\[A-Za-z]+(\{[^{}]*\})?", "", line))
            if len(words) >= 3 or CJK.search(re.sub(r"\\text\{[^{}]*\}", "", line)):
                return blank.start()
            if re.match(r"#{1,6} ", line):
                return blank.start()
        return -1

    def _inline_close(self, at: int) -> int:
        """The $ that closes an inline formula on the same paragraph, or -1 (a price tag)."""
        masked = self.masked
        end = self._paragraph_end(at + 1)
        i = at + 1
        while i < end:
            c = masked[i]
            if c == "\\":
                i += 2
                continue
            if c == "$":
                if masked[i + 1 : i + 2] == "$":
                    return -1
                inside = masked[at + 1 : i]
                if not inside.strip():
                    return -1
                tight = not inside[0].isspace() and not inside[-1].isspace()
                follows = masked[i + 1 : i + 2]
                if follows.isdigit() and follows.isascii():
                    return -1
                if not tight and "\n" in inside:
                    return -1
                if not tight and not re.search(r"[\\=_^]|^\s*\w\s*$", inside):
                    return -1
                return i
            i += 1
        return -1

    def _backslash(self, at: int) -> int:
        masked = self.masked
        for opening, closing, display in (
            (r"\\[", r"\\]", True),
            (r"\\(", r"\\)", False),
            (r"\[", r"\]", True),
            (r"\(", r"\)", False),
        ):
            if masked.startswith(opening, at):
                body = at + len(opening)
                close = self._find(closing, body)
                if close < 0:
                    if display:
                        self._problem(at, f"this {opening} is never closed")
                    return body
                return self._add(at, body, close, close + len(closing), display)
        match = _ENVIRONMENT.match(masked, at)
        if match is not None:
            closing = rf"\end{{{match.group(1)}}}"
            close = self._find(closing, match.end())
            if close < 0:
                self._problem(at, f"{match.group(0)} is never closed")
                return match.end()
            end = close + len(closing)
            return self._add(at, at, end, end, True)
        return at + 2
