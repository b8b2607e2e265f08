"""Markdown (and LaTeX files) → `Page`.

markdown-it-py says which lines are code and which are headings; formulas are then
found by one linear scan over what remains, so every place is exact and nothing is
found by backtracking.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from derive.reading.annotations import (
    Comment,
    annotations_in,
    tex_comments,
    without_annotations,
)
from derive.reading.blocks import block_parser
from derive.reading.invisible import BIDIRECTIONAL, named
from derive.reading.page import FormulaText, Item, Page, PageProblem

__all__ = ["read_markdown"]

_ENVIRONMENT = re.compile(
    r"\\begin\{((?:align|gather|equation|eqnarray|multline|flalign|alignat|displaymath)\*?)\}"
)
_QUOTE = re.compile(r"^[ \t]{0,3}(?:>[ \t]?)+", re.MULTILINE)
_TEX_HEADING = re.compile(
    r"\\(section|subsection|subsubsection|paragraph|chapter)\*?\{([^{}\n]*)\}"
)
_TEX_LEVELS = {"chapter": 1, "section": 1, "subsection": 2, "subsubsection": 3, "paragraph": 4}
_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(?:[^\n]*\n){0,200}?(?:---|\.\.\.)[ \t]*\r?(?:\n|\Z)")
_BLANK = re.compile(r"\n[ \t\r]*\n")
_CJK = re.compile(r"[\u4e00-\u9fff]")
_LINE_END = re.compile(r"\r\n?|\n")
_FILLED = re.compile(r"\S[^\n]*")
_TICKS = re.compile(r"`+")
_SPAN = re.compile(r"`+|<!--")
_DELIMITER = re.compile(r"[$\\]")

# A page beyond these is read up to them, and says so.
MAX_LINES = 300_000
MAX_FORMULAS = 10_000
MAX_PARAGRAPH = 4_000  # characters, and
MAX_INLINE = 100  # formulas; a longer paragraph is taken in pieces
MAX_LISTED = 100  # problems of one kind, before the rest is only counted


@dataclass(frozen=True, slots=True)
class _Found:
    """A formula with its delimiters: [start, end) in the text."""

    start: int
    end: int
    formula: FormulaText


def read_markdown(text: str, path: str, tex: bool = False) -> Page:
    """Read a page from its text. Never raises on the content: problems are listed."""
    problems: list[PageProblem] = []
    end = _end_of_line(text, MAX_LINES)
    if end < len(text):
        text = text[:end]
        message = f"more than {MAX_LINES} lines: the page is read up to here"
        problems.append(PageProblem(end, message))
    comments: list[Comment] = []
    mask = _mask_tex if tex else _mask_markdown
    masked, headings, fences = mask(text, comments)
    annotations, wrong, addressed = annotations_in(text, masked, comments)
    problems += _first(wrong, "problems with annotations")
    scanner = _Scanner(text, masked)
    scanner.scan()
    found = sorted([*scanner.found, *fences], key=lambda f: f.start)
    if len(found) > MAX_FORMULAS:
        message = f"more than {MAX_FORMULAS} formulas: those from here on are not read"
        problems.append(PageProblem(found[MAX_FORMULAS].start, message))
        found = found[:MAX_FORMULAS]
    problems += _first(scanner.problems, "unclosed formulas")
    marks = [PageProblem(m.start(), named(m.group())) for m in BIDIRECTIONAL.finditer(text)]
    problems += _first(marks, "bidirectional control characters")
    prose = without_annotations(text, addressed)
    items = _items(prose, masked, headings, found)
    language = "zh" if len(_CJK.findall(text)) > max(20, len(text) // 50) else "en"
    told = tuple(annotations)
    return Page(path, text, language, tuple(items), tuple(problems), annotations=told)


def _end_of_line(text: str, number: int) -> int:
    """Where the line of that number ends, or the text."""
    ends = itertools.islice(_LINE_END.finditer(text), number - 1, None)
    last = next(ends, None)
    return last.end() if last is not None else len(text)


def _first(problems: list[PageProblem], what: str) -> list[PageProblem]:
    """The first of many problems of one kind, and how many more there are."""
    more = len(problems) - MAX_LISTED
    if more <= 0:
        return problems
    place = problems[MAX_LISTED].offset
    return [*problems[:MAX_LISTED], PageProblem(place, f"{more} more {what}, from here on")]


# --------------------------------------------------------------------------- masking


def _blank(chars: list[str], start: int, end: int) -> None:
    for i in range(start, min(end, len(chars))):
        if chars[i] not in "\r\n":
            chars[i] = " "


def _mask_markdown(
    text: str, comments: list[Comment]
) -> tuple[str, list[tuple[int, int, int, str]], list[_Found]]:
    """The text with code, comments and quote marks blanked out (same length), the
    headings as (start, end, level, title), and the formulas in ```math fences. The comments
    are put into ``comments``."""
    chars = list(text)
    front = _FRONT_MATTER.match(text)
    if front is not None:
        _blank(chars, 0, front.end())
    for match in _QUOTE.finditer(text):
        _blank(chars, match.start(), match.end())
    starts = [0]
    for at, c in enumerate(text):
        if c == "\n":
            starts.append(at + 1)
    starts.append(len(text))

    def offset(line: int) -> int:
        return starts[min(line, len(starts) - 1)]

    parser = block_parser()
    headings: list[tuple[int, int, int, str]] = []
    fences: list[_Found] = []
    lead = re.sub(r"[^\n]", " ", text[: front.end()]) if front is not None else ""
    tokens = parser.parse(lead + text[len(lead) :])
    for at, token in enumerate(tokens):
        if token.map is None:
            continue
        start, end = offset(token.map[0]), offset(token.map[1])
        if token.type == "fence" and token.info.strip().split(" ")[0] == "math":
            body, close = offset(token.map[0] + 1), offset(token.map[1] - 1)
            source = "".join(chars[body:close])  # quote marks are blank here
            fences.append(_Found(start, end, FormulaText(source, body, True)))
            _blank(chars, start, end)
        elif token.type in ("fence", "code_block"):
            _blank(chars, start, end)
        elif token.type == "heading_open":
            title = _without_comments(tokens[at + 1].content)
            headings.append((start, end, int(token.tag[1]), title))
    _mask_spans(text, chars, comments)
    return "".join(chars), headings, fences


def _without_comments(title: str) -> str:
    first, *rest = title.split("<!--")
    pieces = (piece.partition("-->") for piece in rest)
    tails = [tail if closed else f"<!--{inner}" for inner, closed, tail in pieces]
    return "".join([first, *tails]).strip() if rest else title


def _mask_spans(text: str, chars: list[str], comments: list[Comment]) -> None:
    """Blank out comments and code spans; ``$`x`$`` keeps its content."""
    runs: dict[int, list[int]] = {}  # length of a run of backticks → where there are such runs
    for match in _TICKS.finditer(text):
        runs.setdefault(len(match.group()), []).append(match.start())
    paragraph = -1
    at = 0
    while (opening := _SPAN.search(text, at)) is not None:
        start, at = opening.span()
        mark = opening.group()
        if chars[start] != text[start]:
            continue  # in code or a comment
        if mark == "<!--":
            close = text.find("-->", start)
            at = len(text) if close < 0 else close + 3
            comments.append(Comment(start, at, start + 4, close if close >= 0 else at, close >= 0))
            _blank(chars, start, at)
            continue
        if paragraph < at:
            blank = _BLANK.search(text, at)
            paragraph = blank.start() if blank is not None else len(text)
        same = runs[len(mark)]
        next_run = bisect_left(same, at)
        if next_run == len(same) or same[next_run] > paragraph:
            continue
        close = same[next_run]
        github = (
            start > 0
            and text[start - 1] == "$"
            and text[close + len(mark) : close + len(mark) + 1] == "$"
        )
        if github:
            _blank(chars, start, at)
            _blank(chars, close, close + len(mark))
        else:
            _blank(chars, start, close + len(mark))
        at = close + len(mark)


def _mask_tex(
    text: str, comments: list[Comment]
) -> tuple[str, list[tuple[int, int, int, str]], list[_Found]]:
    chars = list(text)
    begin = text.find(r"\begin{document}")
    if begin >= 0:
        _blank(chars, 0, begin + len(r"\begin{document}"))
    marks = [match.span() for match in re.finditer(r"(?<!\\)%[^\n]*", text)]
    for start, close in marks:
        _blank(chars, start, close)
    hidden: list[tuple[int, int]] = []  # what stands there is code, or thrown away
    for match in re.finditer(r"\\iffalse\b.*?(\\fi\b|\Z)", text, re.DOTALL):
        _blank(chars, match.start(), match.end())  # never printed
        hidden.append(match.span())
    for name in ("verbatim", "lstlisting", "minted", "comment"):
        at = text.find(rf"\begin{{{name}}}")
        while at >= 0:
            close = text.find(rf"\end{{{name}}}", at)
            close = len(text) if close < 0 else close + len(name) + 6
            _blank(chars, at, close)
            hidden.append((at, close))
            at = text.find(rf"\begin{{{name}}}", close)
    end = text.find(r"\end{document}")
    if end >= 0:
        _blank(chars, end, len(text))
        hidden.append((end, len(text)))
    comments += tex_comments(text, marks, hidden)
    masked = "".join(chars)
    headings = [
        (m.start(), m.end(), _TEX_LEVELS[m.group(1)], m.group(2))
        for m in _TEX_HEADING.finditer(masked)
    ]
    return masked, headings, []


# --------------------------------------------------------------------------- scanning


class _Scanner:
    """Finds delimiters in one pass."""

    def __init__(self, text: str, masked: str) -> None:
        self.text = text
        self.masked = masked
        self.found: list[_Found] = []
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
        if masked_source := self.masked[body:close]:
            self.found.append(_Found(start, end, FormulaText(masked_source, body, display)))
        return end

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
                self.problems.append(PageProblem(at, "this $$ is never closed"))
                stop = blank if blank >= 0 else self._paragraph_end(at + 2)
                return self._add(at, at + 2, stop, stop, True)
            return self._add(at, at + 2, close, close + 2, True)
        close = self._inline_close(at)
        if close < 0:
            return at + 1
        return self._add(at, at + 1, close, close + 1, False)

    def _opens_another(self, start: int, close: int) -> bool:
        """Whether the next $$ begins a formula of its own: ``$$ a`` ⏎⏎ ``$$ b $$``."""
        masked = self.masked
        if _BLANK.search(masked, start, close) is None:
            return False
        line = masked.rfind("\n", 0, close) + 1
        if masked[line:close].strip():
            return False
        end = masked.find("\n", close)
        following = masked.find("$$", close + 2, end if end >= 0 else len(masked))
        return following >= 0 and bool(masked[close + 2 : following].strip())

    def _paragraph_end(self, at: int) -> int:
        if self._paragraph < at:
            blank = _BLANK.search(self.masked, at)
            self._paragraph = blank.start() if blank is not None else len(self.masked)
        return self._paragraph

    def _prose_break(self, start: int, end: int) -> int:
        """Where a paragraph ends inside a display formula and prose follows, else -1."""
        seen = -1
        for blank in _BLANK.finditer(self.masked, start, end):
            if blank.end() <= seen:
                continue  # the same line follows
            first = _FILLED.search(self.masked, blank.end(), end)
            seen = first.start() if first is not None else end
            line = first.group() if first is not None else ""
            words = re.findall(r"[A-Za-z]{3,}", re.sub(r"\\[A-Za-z]+(\{[^{}]*\})?", "", line))
            if len(words) >= 3 or _CJK.search(re.sub(r"\\text\{[^{}]*\}", "", line)):
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
                        self.problems.append(PageProblem(at, f"this {opening} is never closed"))
                    return body
                return self._add(at, body, close, close + len(closing), display)
        match = _ENVIRONMENT.match(masked, at)
        if match is not None:
            closing = rf"\end{{{match.group(1)}}}"
            close = self._find(closing, match.end())
            if close < 0:
                self.problems.append(PageProblem(at, f"{match.group(0)} is never closed"))
                return match.end()
            end = close + len(closing)
            return self._add(at, at, end, end, True)
        return at + 2


# --------------------------------------------------------------------------- items


def _items(
    text: str,
    masked: str,
    headings: list[tuple[int, int, int, str]],
    found: list[_Found],
) -> list[Item]:
    displays = [f for f in found if f.formula.display]
    inline = _Places([f for f in found if not f.formula.display])
    marks = [(h[0], h[1], "heading", h) for h in headings]
    marks += [(f.start, f.end, "formula", f) for f in displays]  # type: ignore[misc]
    marks.sort(key=lambda m: m[0])
    items: list[Item] = []
    at = 0
    for start, end, kind, what in marks:
        if start < at:
            continue
        items.extend(_paragraphs(text, masked, at, start, inline))
        if kind == "heading":
            assert isinstance(what, tuple)
            inside = tuple(f.formula for f in inline.between(start, end))
            items.append(Item("heading", what[3], start, inside, what[2]))
        else:
            assert isinstance(what, _Found)
            items.append(
                Item("formula", what.formula.source, what.formula.offset, (what.formula,))
            )
        at = end
    items.extend(_paragraphs(text, masked, at, len(text), inline))
    return items


class _Places:
    """Formulas by their place."""

    def __init__(self, found: list[_Found]) -> None:
        self.found = found
        self.starts = [f.start for f in found]

    def between(self, start: int, end: int) -> list[_Found]:
        """Those that begin in [start, end)."""
        return self.found[bisect_left(self.starts, start) : bisect_left(self.starts, end)]


def _paragraphs(text: str, masked: str, start: int, end: int, inline: _Places) -> list[Item]:
    out = []
    for at, stop in _pieces(text, start, end, inline):
        piece = text[at:stop]
        if masked[at:stop].strip():
            found = inline.between(at, stop)
            if _stands_alone(masked, at, stop, found):
                out += [_as_display(f) for f in found]
            else:
                lead = len(piece) - len(piece.lstrip())
                inside = tuple(f.formula for f in found)
                out.append(Item("prose", piece.strip(), at + lead, inside))
    return out


def _pieces(text: str, start: int, end: int, inline: _Places) -> Iterator[tuple[int, int]]:
    """The paragraphs of a stretch of prose, in pieces where they are too long: at the end of
    a line or between words, and never inside a formula."""
    at = start
    for blank in _BLANK.finditer(text, start, end):
        yield from _cut(text, at, blank.start(), inline)
        at = blank.end()
    yield from _cut(text, at, end, inline)


def _cut(text: str, at: int, stop: int, inline: _Places) -> Iterator[tuple[int, int]]:
    formulas = inline.between(at, stop)
    while stop - at > MAX_PARAGRAPH or len(formulas) > MAX_INLINE:
        cut = min(at + MAX_PARAGRAPH, stop)
        if len(formulas) > MAX_INLINE:
            cut = min(cut, formulas[MAX_INLINE].start)
        for space in ("\n", " "):
            found = text.rfind(space, at + (cut - at) // 2, cut)
            if found >= 0:
                cut = found
                break
        around = inline.between(at, cut)
        if around:
            cut = max(cut, around[-1].end)
        yield at, cut
        at = cut
        formulas = inline.between(at, stop)
    yield at, stop


def _stands_alone(masked: str, start: int, stop: int, found: list[_Found]) -> bool:
    """Whether a paragraph is nothing but formulas, one a line: ``$A = B$``."""
    at = start
    for f in found:
        if masked[at : f.start].strip(" \t\r\n.,;，。；"):
            return False
        if at > start and "\n" not in masked[at : f.start]:
            return False
        at = f.end
    return bool(found) and not masked[at:stop].strip(" \t\r\n.,;，。；")


def _as_display(found: _Found) -> Item:
    formula = FormulaText(found.formula.source, found.formula.offset, True)
    return Item("formula", formula.source, formula.offset, (formula,))
