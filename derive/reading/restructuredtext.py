"""reStructuredText → `Page`: ``.. math::`` directives, ``:math:`…` `` roles and titles.

One pass over the lines tells what docutils would: directives and what is indented under them,
comments, literal blocks, titles with their lines of marks. The page's text is the file's with all
that is blank which is not prose, and with ``$`` for the marks of a role, in the same places.
"""

from __future__ import annotations

import re
import string
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace

from derive.reading.annotations import annotations_in, rst_comments
from derive.reading.directives import bare_rows, equations
from derive.reading.layout import first, page_of, shortened
from derive.reading.page import FormulaText, Page, PageProblem
from derive.reading.scanner import BLANK, MAX_FORMULAS, Found, blank

__all__ = ["read_restructuredtext"]

_EXPLICIT = re.compile(r"\.\.(?=[ \t]|$)[ \t]*")
_DIRECTIVE = re.compile(r"(?:\|[^|\n]+\|[ \t]+)?([A-Za-z][\w.+:-]*?)[ \t]?::(?=[ \t]|$)[ \t]*")
_FOOTNOTE = re.compile(r"\[[^\]\s]+\][ \t]+")
_OPTION = re.compile(r"[ \t]*:[A-Za-z][\w-]*:(?=[ \t]|$)[^\n]*")
_MARKER = re.compile(r"(?:[-*+•‣]|\(?(?:\d{1,4}|#|[A-Za-z])[.)])[ \t]+(?=\S)")
_TICKS = re.compile(r"`+")
_ROLE = re.compile(r"(?<![A-Za-z0-9:`]):([A-Za-z][\w.+:-]{0,40}):(?=`)")
_SPACE = "\\ "  # an escaped space, which separates and is not shown
_QUOTES = frozenset(string.punctuation) - {"."}  # what a literal block may be marked with

# Directives of which the body is no prose. Those that are not named here may hold some.
_NO_PROSE = frozenset(
    "autosummary bibliography class code code-block code-cell command-output console contents "
    "csv-table currentmodule date default-role digraph doctest graph graphviz highlight image "
    "include index inheritance-diagram ipython jupyter-execute literalinclude mermaid meta "
    "module parsed-literal plot productionlist program-output prompt pyplot raw replace role "
    "sectnum sourcecode tabularcolumns testcleanup testcode testoutput testsetup tikz toctree "
    "uml unicode".split()
)


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int  # without the line end
    indent: int  # -1: nothing on it
    text: str


def read_restructuredtext(text: str, path: str) -> Page:
    """Read a page from its text. Never raises on the content: problems are listed."""
    text, problems = shortened(text)
    blocks = _Blocks(text)
    blocks.read()
    inline, unclosed = _roles(text, blocks)
    problems += first(unclosed, "unclosed formulas")
    found = [*blocks.found, *inline]
    visible = "".join(blocks.chars)
    comments = [c for c in rst_comments(text) if c.start in blocks.comments]
    annotations, wrong, _ = annotations_in(text, visible, comments)
    problems += first(wrong, "problems with annotations")
    headings = [(a, b, level, visible[a:b].strip()) for a, b, level in blocks.headings]
    page = page_of(path, visible, visible, headings, found, problems, blocks.breaks)
    return replace(page, annotations=tuple(annotations))


class _Blocks:
    """The blocks of the body, in one pass over the lines."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.chars = list(text)
        self.lines = _lines(text)
        self.headings: list[tuple[int, int, int]] = []
        self.found: list[Found] = []
        self.breaks: list[int] = []
        self.comments: set[int] = set()  # where they begin
        self.default_math = False  # whether `x` is a formula
        self._styles: list[str] = []

    def read(self) -> None:
        number = 0
        while number < len(self.lines):
            number = self._block(number)

    def _block(self, number: int) -> int:
        """Deal with what begins on a line; where to go on."""
        line = self.lines[number]
        if line.indent < 0:
            return number + 1
        indent = _text_indent(line)
        explicit = _EXPLICIT.match(line.text, indent)
        if explicit is not None:
            return self._explicit(number, indent, explicit.end())
        after = self._title(number)
        if after:
            return after
        if line.text.startswith(">>>", line.indent):
            return self._hidden(number, self._paragraph_end(number))
        return self._paragraph(number)

    # ---------------------------------------------------------------- titles and paragraphs

    def _title(self, number: int) -> int:
        """A title with its line of marks below, and perhaps above; or a transition. 0: none."""
        line = self.lines[number]
        mark = _mark(line.text)
        if mark:
            if number + 2 < len(self.lines):
                title, below = self.lines[number + 1 : number + 3]
                if title.indent >= 0 and below.text == line.text:
                    if len(title.text.strip()) <= len(line.text):
                        return self._heading(number, number + 1, number + 3, mark * 2)
            if len(line.text) >= 4:
                return self._hidden(number, number + 1)
            return 0
        if line.indent or number + 1 >= len(self.lines):
            return 0
        below = self.lines[number + 1]
        mark = _mark(below.text)
        length = len(below.text)
        if not mark or below.indent or (length < 4 and length < len(line.text)):
            return 0
        return self._heading(number, number, number + 2, mark)

    def _heading(self, start: int, title: int, after: int, style: str) -> int:
        if style not in self._styles:
            self._styles.append(style)
        level = min(self._styles.index(style) + 1, 6)
        for number in range(start, after):
            if number != title:
                self._blank(number)
        self.headings.append((self.lines[title].start, self.lines[title].end, level))
        return after

    def _paragraph(self, number: int) -> int:
        """Past a paragraph, and past the literal block that it may announce with ``::``."""
        after = self._paragraph_end(number)
        last = self.lines[after - 1]
        if not last.text.endswith("::"):
            return after
        indent = _text_indent(self.lines[number])
        self.chars[last.end - 1] = " "
        if last.text.strip() == "::":
            self._blank(after - 1)
        body = self._filled(after)
        if body >= len(self.lines):
            return body
        if self.lines[body].indent > indent:
            return self._hidden(body, self._indented_end(body, indent))
        quote = self.lines[body].text[self.lines[body].indent :][:1]
        end = body
        if quote in _QUOTES and self.lines[body].indent == indent:
            while end < len(self.lines) and self.lines[end].text[indent : indent + 1] == quote:
                end += 1
        return self._hidden(body, end)

    # ---------------------------------------------------------------- explicit markup

    def _explicit(self, number: int, indent: int, at: int) -> int:
        """``.. name::``, a footnote, a target, a comment, each with what is indented below."""
        line = self.lines[number]
        rest = line.text[at:]
        end = self._indented_end(number + 1, indent)
        directive = _DIRECTIVE.match(rest)
        if directive is not None:
            name = directive.group(1).lower().rpartition(":")[2]
            return self._directive(number, name, at + directive.end(), end)
        footnote = _FOOTNOTE.match(rest)
        if footnote is not None:
            blank(self.chars, line.start + indent, line.start + at + footnote.end())
            return number + 1
        if not rest and number + 1 < len(self.lines) and self.lines[number + 1].indent < 0:
            end = number + 1  # an empty comment ends at once
        self.comments.add(line.start + indent)
        return self._hidden(number, end)

    def _directive(self, number: int, name: str, at: int, end: int) -> int:
        line = self.lines[number]
        if name == "derive" and bare_rows(self.text, line.start + at, self.lines[end - 1].end):
            name = "math"
        if name == "math":
            return self._math(number, at, end)
        if name == "default-role":
            self.default_math = line.text[at:].strip() == "math"
        if name in _NO_PROSE:
            return self._hidden(number, end)
        # its argument may be a title; what is indented below may be prose
        blank(self.chars, line.start, line.start + at)
        if name == "rubric" and line.text[at:]:
            self.headings.append((line.start + at, line.end, 6))
        self.breaks += [line.start, line.end]
        body = self._options_end(number + 1, end)
        for n in range(number + 1, body):
            self._blank(n)
        return body

    def _math(self, number: int, at: int, end: int) -> int:
        """A math directive: what stands beside its name and what is indented below."""
        line = self.lines[number]
        body = self._options_end(number + 1, end)
        options = [self.lines[n].text.split(":")[1].lower() for n in range(number + 1, body)]
        pieces = [(line.start + at, line.end)]
        if body == number + 1:
            pieces = [(line.start + at, self.lines[max(number, end - 1)].end)]
        elif body < end:
            pieces.append((self.lines[body].start, self.lines[end - 1].end))
        places = [place for piece in pieces for place in equations(self.text, *piece)]
        if places and ("nowrap" in options or "no-wrap" in options):
            places = [(places[0][0], places[-1][1])]
        after = self._hidden(number, max(end, number + 1))
        for start, stop in places:
            source = self.text[start:stop]
            self.chars[start:stop] = source
            if len(self.found) <= MAX_FORMULAS:
                self.found.append(Found(start, stop, FormulaText(source, start, True)))
        return after

    def _options_end(self, number: int, end: int) -> int:
        while number < end and _OPTION.fullmatch(self.lines[number].text):
            number += 1
        return number

    # ---------------------------------------------------------------- lines

    def _filled(self, number: int) -> int:
        """The next line with something on it."""
        while number < len(self.lines) and self.lines[number].indent < 0:
            number += 1
        return number

    def _paragraph_end(self, number: int) -> int:
        """The next empty line, or a directive that was put without one."""
        number += 1
        while number < len(self.lines) and self.lines[number].indent >= 0:
            line = self.lines[number]
            explicit = _EXPLICIT.match(line.text, line.indent)
            if explicit is not None and _DIRECTIVE.match(line.text, explicit.end()):
                break
            number += 1
        return number

    def _indented_end(self, number: int, indent: int) -> int:
        """The end of what is indented deeper, without the empty lines after it."""
        last = number
        while number < len(self.lines):
            here = self.lines[number].indent
            if 0 <= here <= indent:
                break
            number += 1
            if here >= 0:
                last = number
        return last

    def _hidden(self, number: int, end: int) -> int:
        if number < end:
            self.breaks += [self.lines[number].start, self.lines[end - 1].end]
        for n in range(number, end):
            self._blank(n)
        return max(end, number)

    def _blank(self, number: int) -> None:
        blank(self.chars, self.lines[number].start, self.lines[number].end)


def _lines(text: str) -> list[_Line]:
    out = []
    at = 0
    for whole in text.split("\n"):
        line = whole.rstrip()
        indent = len(line) - len(line.lstrip()) if line else -1
        out.append(_Line(at, at + len(line), indent, line))
        at += len(whole) + 1
    return out


def _text_indent(line: _Line) -> int:
    """Where the text of a line begins, behind the marks of lists."""
    indent = line.indent
    while (marker := _MARKER.match(line.text, indent)) is not None:
        indent = marker.end()
    return indent


def _mark(line: str) -> str:
    """The mark that a line consists of, if it is at least two of one."""
    mark = line[:1]
    return mark if len(line) > 1 and mark in string.punctuation and not line.strip(mark) else ""


# --------------------------------------------------------------------------- roles


def _roles(text: str, blocks: _Blocks) -> tuple[list[Found], list[PageProblem]]:
    r"""The formulas in prose: ``:math:`x` ``, ```x`:math:`` and ```x``` where the default role
    is math. Their marks become ``$`` in the blocks' text; ````literals```` become blank."""
    chars = blocks.chars
    found: list[Found] = []
    problems: list[PageProblem] = []
    directives = [f.start for f in blocks.found]
    roles = {m.end(): m for m in _ROLE.finditer(text)}
    runs = [m.span() for m in _TICKS.finditer(text) if chars[m.start()] == "`"]
    limits = sorted([m.start() for m in BLANK.finditer("".join(chars))] + blocks.breaks)
    at = 0
    while at < len(runs) and len(found) <= MAX_FORMULAS:
        start, stop = runs[at]
        at += 1
        inside = bisect_right(directives, start) - 1
        if stop - start > 2 or (inside >= 0 and start < blocks.found[inside].end):
            continue  # no mark, or a quotation mark in a formula
        following = bisect_left(limits, stop)
        limit = limits[following] if following < len(limits) else len(text)
        role = roles.get(start)
        close = at
        while close < len(runs) and runs[close][0] < limit:
            if stop - start == 1 or runs[close][1] - runs[close][0] == 2:
                break
            close += 1
        if close >= len(runs) or runs[close][0] >= limit:
            if role is not None and role.group(1) == "math":
                problems.append(PageProblem(role.start(), "this :math:` is never closed"))
            continue
        at = close + 1
        end, after = runs[close]
        if stop - start == 2:
            blank(chars, start, after)
            continue
        suffixed = role is None and text.startswith(":math:", after)
        default = (
            role is None and blocks.default_math and text[after : after + 1] not in ("_", ":")
        )
        source = text[stop:end].strip()
        if source and (suffixed or default or (role is not None and role.group(1) == "math")):
            lead = role.start() if role is not None else start
            tail = after + len(":math:") if suffixed else after
            if text.endswith(_SPACE, 0, lead):
                blank(chars, lead - 2, lead)
            if text.startswith(_SPACE, tail):
                blank(chars, tail, tail + 2)
            blank(chars, lead, stop)
            blank(chars, end, tail)
            chars[start] = chars[end] = "$"
            offset = stop + text[stop:end].index(source)
            found.append(Found(lead, tail, FormulaText(source, offset, False)))
    return found, problems
