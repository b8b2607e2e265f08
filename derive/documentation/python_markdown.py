"""The Python-Markdown extension ``derive``: every checked step gets its mark on the page.

MkDocs, its successors (ProperDocs, Zensical) and all others that render with Python-Markdown
run it. It reads the page as it was written, puts the marks where they belong as HTML of their
own, and leaves each formula to whatever typesets it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from markdown import Extension, Markdown
from markdown.preprocessors import Preprocessor

from derive.documentation.checked import (
    CheckedPage,
    allowed_words,
    checked_page,
    complaint,
    place,
)

if TYPE_CHECKING:
    from derive.documentation.marks import Marks
    from derive.results import StepResult

__all__ = ["DeriveExtension", "RefutedSteps", "makeExtension"]

# behind the normalization of white space (30), which would take the marks' placeholders away,
# and before anything that takes text out (front matter 27, fences 25, raw HTML 20)
_PRIORITY = 29.5
_NO_NAME = "<page>"


class RefutedSteps(click.ClickException):
    """A page with refuted steps, one line each (``page.md:12:5: refuted: …``), or one that
    cannot be checked. MkDocs and its successors end with the message and exit code 1."""


class DeriveExtension(Extension):
    """Options: see the second entry of each line of ``config``."""

    def __init__(self, **settings: Any) -> None:
        """Raises ValueError (KeyError: of no such name) on a setting that cannot be used."""
        self.config = {
            "allow": ["", "Verdicts that are no findings: assumed, unknown, unread"],
            "only": ["all", "Which steps are marked: all or findings"],
            "details": [True, "Whether a mark can be opened to show what it rests on"],
            "lang": ["", "The language of the marks (en, zh); empty: that of the page"],
            "style": [True, "Whether pages with marks bring the style for them along"],
            "strict": [False, "Whether a refuted step is an error that ends the build"],
            "path": ["", "The file of the page, if nothing else tells (MkDocs tells)"],
        }
        super().__init__(**settings)
        self.allow = allowed_words(self.getConfig("allow") or (), "derive: allow")
        only = self.getConfig("only")
        if only not in ("all", "findings"):
            raise ValueError(f"derive: only: {only!r}: choose from all, findings")

    def extendMarkdown(self, md: Markdown) -> None:
        """Register the one preprocessor."""
        md.preprocessors.register(_Marking(md, self), "derive", _PRIORITY)


def makeExtension(**settings: Any) -> DeriveExtension:
    """As Python-Markdown looks for extensions by the name of their module."""
    return DeriveExtension(**settings)


class _Marking(Preprocessor):
    def __init__(self, md: Markdown, extension: DeriveExtension) -> None:
        super().__init__(md)
        self.extension = extension

    def run(self, lines: list[str]) -> list[str]:
        path, name = _page_of(self.md, self.extension.getConfig("path"))
        above = _lines_above(lines, path)
        # empty lines for the front matter that is gone, so that places are those of the file
        text = "\n" * above + "\n".join(lines)
        checked = _checked(text, name, path)
        if checked is None or not checked.result.steps:
            return lines
        allow = self._allow(checked)
        if self.extension.getConfig("strict"):
            refuted = [s for s in checked.findings(allow) if s.word == "refuted"]
            if refuted:
                raise RefutedSteps("\n".join(f"{place(name, s)}: {complaint(s)}" for s in refuted))
        from derive.documentation.marks import Marks

        marks = Marks(
            checked.result,
            only_findings=self.extension.getConfig("only") == "findings",
            allow=allow,
            details=self.extension.getConfig("details"),
            language=self.extension.getConfig("lang"),
        )
        return _Placing(self.md, lines, above, marks, self.extension.getConfig("style")).all(
            checked
        )

    def _allow(self, checked: CheckedPage) -> frozenset[str]:
        if self.extension.allow or checked.allow is None:
            return self.extension.allow
        return checked.allow


def _checked(text: str, name: str, path: Path | None) -> CheckedPage | None:
    from derive.config import ConfigError
    from derive.deciding.verdict import InternalContradiction

    try:
        return checked_page(text, name, path)
    except ConfigError as error:
        raise RefutedSteps(str(error)) from None
    except InternalContradiction as error:
        message = f"{name}: internal contradiction, please report it: {error}"
        raise RefutedSteps(message) from None


# --------------------------------------------------------------------------- which page


def _page_of(md: Markdown, stated: str) -> tuple[Path | None, str]:
    """The file of the page that is being rendered, and its name for people.

    MkDocs and ProperDocs give each page's `Markdown` a processor that knows the ``file``,
    Zensical one that knows the ``page``; there is no other way to learn it.
    """
    if stated:
        return Path(stated), stated
    for processor in (*md.treeprocessors, *md.preprocessors):
        file = getattr(processor, "file", None)
        path = getattr(file, "abs_src_path", None)
        if isinstance(path, str):
            return Path(path), str(getattr(file, "src_uri", path))
        page = getattr(getattr(processor, "page", None), "path", None)
        config = getattr(processor, "config", None)
        if isinstance(page, str) and isinstance(config, dict):
            return Path(str(config.get("docs_dir") or ".")) / page, page
    return None, _NO_NAME


def _lines_above(lines: list[str], path: Path | None) -> int:
    """How many lines of the file stand above the text: the front matter that was taken off.

    0 if the text is not the end of the file (something has rewritten it).
    """
    try:
        text = path.read_text(encoding="utf-8-sig") if path is not None else ""
    except (OSError, UnicodeDecodeError):
        return 0
    whole = [line.expandtabs(4).rstrip() for line in text.rstrip().split("\n")]
    own = [line.rstrip() for line in "\n".join(lines).rstrip().split("\n")]
    above = len(whole) - len(own)
    first = next((n for n, line in enumerate(own) if line), len(own))
    if above < 0 or whole[above + first :] != own[first:]:
        return 0
    return above


# --------------------------------------------------------------------------- where marks go

_QUOTE = re.compile(r" {0,3}(?:> ?)+")
_LISTED = re.compile(r"( *)(?:[-*+]|\d+\.) +")
_NOTED = re.compile(r"( *)(?::|\[\^[^\]\n]+\]:) +")  # a definition, a footnote
_TITLE = re.compile(r" *(?:!!!|\?\?\?\+?|===[!+]{0,2}) ")
_FENCE = re.compile(r"\s*(?:```|~~~|:::)")
_HEADING = re.compile(r" {0,3}#")
_CLOSING = re.compile(r"`?\$+|\\{1,2}[)\]]")


class _Placing:
    """Puts marks into the lines of a page. Lines are added to the list below fences only: else a
    mark hangs on the last line of its formula's paragraph, so that others still count lines as
    they are."""

    def __init__(
        self, md: Markdown, lines: list[str], above: int, marks: Marks, style: bool
    ) -> None:
        self.md = md
        self.lines = lines
        self.above = above
        self.marks = marks
        self.style = style
        self.starts = [0]
        for line in lines:
            self.starts.append(self.starts[-1] + len(line) + 1)

    def all(self, checked: CheckedPage) -> list[str]:
        """The lines with a mark for every step."""
        inside: list[tuple[int, int, StepResult]] = []  # line, column, step
        loose: list[StepResult] = []
        below: dict[int, list[str]] = {}  # what goes below a line
        for marked in checked.formulas():
            formula, steps = marked.formula, marked.steps
            if not steps:
                continue
            if formula is None or not formula.display or marked.item.kind != "formula":
                loose += steps
                if formula is not None and marked.item.kind != "heading":
                    inside += self._behind(formula.offset + len(formula.source), steps)
                continue
            html = self.marks.display(steps, self._style() if self.marks.shown(steps) else "")
            if html:
                first = self._line(formula.offset)
                last = self._below(self._line(formula.offset + len(formula.source)))
                prefix, quote = self._prefix(first, last)
                below.setdefault(last, []).extend((quote, prefix + self.md.htmlStash.store(html)))
        out = list(self.lines)
        for line, column, step in sorted(
            inside, key=lambda x: (*x[:2], x[2].number), reverse=True
        ):
            html = self.marks.inline(step)
            if html:
                stashed = self.md.htmlStash.store(html)
                out[line] = out[line][:column] + stashed + out[line][column:]
        for line, added in sorted(below.items(), reverse=True):
            # one empty line behind it, and not two: extensions count on that
            if line + 1 < len(out) and _bare(out[line + 1]).strip():
                added.append(added[0])
            if _FENCE.match(_bare(out[line])):
                out[line + 1 : line + 1] = added  # whoever reads fences looks at whole lines
            else:
                out[line] = "\n".join((out[line], *added))
        html = self.marks.rest(loose, self._style() if self.marks.shown(loose) else "")
        if html:
            out += ["", self.md.htmlStash.store(html), "", ""]
        return out

    def _style(self) -> str:
        """The style, once."""
        if not self.style:
            return ""
        self.style = False
        from derive.documentation.marks import stylesheet

        return f"<style>{stylesheet()}</style>"

    def _line(self, offset: int) -> int:
        return max(0, bisect_right(self.starts, offset - self.above) - 1)

    def _behind(
        self, end: int, steps: tuple[StepResult, ...]
    ) -> list[tuple[int, int, StepResult]]:
        """Where the marks of a formula in the text go: behind its closing delimiter. (None go
        into headings, where they would become a part of the name in the table of contents.)"""
        line = self._line(end)
        column = end - self.above - self.starts[line]
        closing = _CLOSING.match(self.lines[line], column)
        return [] if closing is None else [(line, closing.end(), step) for step in steps]

    def _below(self, line: int) -> int:
        """The last line of the paragraph: a mark inside it would tear the formula apart."""
        if _FENCE.match(_bare(self.lines[line])):
            return line
        while line + 1 < len(self.lines):
            after = _bare(self.lines[line + 1])
            if not after.strip() or _FENCE.match(after) or _HEADING.match(after):
                break
            line += 1
        return line

    def _prefix(self, first: int, last: int) -> tuple[str, str]:
        """What a line must begin with to lie where these lines do (in a quotation, in an item
        of a list), and the part of it that empty lines begin with."""
        found = _QUOTE.match(self.lines[first])
        quote = found.group() if found is not None else ""
        tab = self.md.tab_length
        start = first
        while start > 0 and not _ends_above(_bare(self.lines[start - 1])):
            start -= 1
        opening = _bare(self.lines[start])
        listed = _LISTED.match(opening) is not None  # lists begin where paragraphs do
        indent = len(opening) - len(opening.lstrip(" "))
        for number in range(start, last + 1):
            line = _bare(self.lines[number])
            item = (listed and _LISTED.match(line)) or _NOTED.match(line)
            if item:
                indent = len(item[1]) + tab
        return quote + " " * (indent // tab * tab), quote.rstrip()


def _bare(line: str) -> str:
    """A line without the marks of quotation."""
    found = _QUOTE.match(line)
    return line[found.end() :] if found is not None else line


def _ends_above(line: str) -> bool:
    """Whether a paragraph can begin below this line."""
    if not line.strip() or _FENCE.match(line) or _HEADING.match(line):
        return True
    return _TITLE.match(line) is not None
