"""Markdown → `Page`.

markdown-it-py says which lines are code and which are headings; formulas are then
found by one linear scan over what remains, so every place is exact and nothing is
found by backtracking.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace

from derive.reading.annotations import (
    Comment,
    annotations_in,
    without_annotations,
)
from derive.reading.blocks import block_parser
from derive.reading.directives import (
    bare_rows,
    colon_fences,
    directive,
    in_directive,
    is_prose,
    liquid,
    without_containers,
)
from derive.reading.entities import without_escapes
from derive.reading.layout import first, page_of, shortened
from derive.reading.macros import Macros
from derive.reading.page import FormulaText, Page, PageProblem
from derive.reading.scanner import BLANK, Scanner
from derive.reading.scanner import Found as _Found
from derive.reading.scanner import blank as _blank
from derive.reading.shortcodes import in_dollars

__all__ = ["read_markdown"]

_QUOTE = re.compile(r"^[ \t]{0,3}(?:>[ \t]?)+", re.MULTILINE)
_FRONT_MATTER = re.compile(
    r"---[ \t]*\r?\n(?:[^\n]*\n){0,200}?(?:---|\.\.\.)[ \t]*\r?(?:\n|\Z)"
    r"|\+\+\+[ \t]*\r?\n(?:[^\n]*\n){0,200}?\+\+\+[ \t]*\r?(?:\n|\Z)"
)
_TICKS = re.compile(r"`+")
_SPAN = re.compile(r"`+|<!--|<(?:pre|code|script|style|textarea)(?=[\s>])", re.IGNORECASE)
_ROLE = "{math}"  # MyST: {math}`x`
_TABLE_RULE = re.compile(r"[-:| \t\r>]*-[-:| \t\r>]*")


def read_markdown(text: str, path: str, macros: Macros | None = None) -> Page:
    """Read a page from its text. Never raises on the content: problems are listed.

    ``macros``: those defined before it, to which its own are added.
    """
    macros = Macros() if macros is None else macros
    whole, problems = shortened(text)
    text = in_dollars(whole)
    unclosed: list[PageProblem] = []
    comments: list[Comment] = []
    masked, headings, fences = _mask_markdown(text, unclosed, comments)
    annotations, wrong, addressed = annotations_in(text, masked, comments)
    problems += first(wrong, "problems with annotations")
    scanner = Scanner(masked)
    scanner.scan()
    found = [*scanner.found, *fences]
    tables = _tables(masked)
    found = [_unescaped(f, tables) for f in found]
    problems += first([*unclosed, *scanner.problems], "unclosed formulas")
    prose = without_annotations(text, addressed)
    page = page_of(path, prose, masked, headings, found, problems, macros=macros)
    said = [replace(a, expansion=macros.expand_apart(a.text)) for a in annotations]
    return replace(page, text=whole, annotations=tuple(said))


def _unescaped(found: _Found, tables: list[tuple[int, int]]) -> _Found:
    r"""A formula without what had to be escaped where it stands, of the same length:
    ``a &lt; b`` in what was HTML, ``\|a\|`` in a table."""
    source = without_escapes(found.formula.source)
    table = bisect_left(tables, (found.start + 1,)) - 1
    if r"\|" in source and table >= 0 and found.start < tables[table][1]:
        source = source.replace(r"\|", " |")
    if source == found.formula.source:
        return found
    return replace(found, formula=replace(found.formula, source=source))


def _tables(masked: str) -> list[tuple[int, int]]:
    """The tables of a page that has bars to be escaped: from the rule to the next empty line."""
    tables: list[tuple[int, int]] = []
    if r"\|" not in masked:
        return tables
    before, inside, at = "", False, 0
    for line in masked.split("\n"):
        if not line.strip():
            inside = False
        elif not inside and "|" in line and "|" in before and _TABLE_RULE.fullmatch(line):
            inside = True
            tables.append((at - len(before) - 1, at))
        at += len(line) + 1
        if inside:
            tables[-1] = (tables[-1][0], at)
        before = line
    return tables


# --------------------------------------------------------------------------- masking


def _mask_markdown(
    text: str, problems: list[PageProblem], comments: list[Comment]
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
    tokens = parser.parse(without_containers(lead + text[len(lead) :]))
    for at, token in enumerate(tokens):
        if token.map is None:
            continue
        start, end = offset(token.map[0]), offset(token.map[1])
        if token.type == "fence" and (name := _directive(token.info)):
            body, last = offset(token.map[0] + 1), offset(token.map[1] - 1)
            closed = last >= body and text[last:end].strip(" \t\r\n>").startswith(token.markup)
            close = last if closed else end
            source = "".join(chars[body:close])  # quote marks are blank here
            options = 0
            if name == "derive" and bare_rows(source):
                name = "math"
            if name == "$$":
                fences.append(_Found(start, end, FormulaText(source, body, True)))
            else:
                options, found = in_directive(source, body)
                fences += found if name == "math" else []
            if not is_prose(name):
                _blank(chars, start, end)
                continue
            _blank(chars, start, body + options)
            _blank(chars, close, end)
        elif token.type in ("fence", "code_block"):
            _blank(chars, start, end)
        elif token.type == "heading_open":
            title = _without_comments(tokens[at + 1].content)
            headings.append((start, end, int(token.tag[1]), title))
    liquid(text, chars)
    fences += colon_fences(text, chars, problems)
    _mask_spans(text, chars, comments)
    return "".join(chars), headings, fences


def _without_comments(title: str) -> str:
    first, *rest = title.split("<!--")
    pieces = (piece.partition("-->") for piece in rest)
    tails = [tail if closed else f"<!--{inner}" for inner, closed, tail in pieces]
    return "".join([first, *tails]).strip() if rest else title


def _directive(info: str) -> str:
    """What a fence is if it is not code: ``$$`` of GitHub's ```math, or a directive's name."""
    if info.strip().split(" ")[0] == "math":
        return "$$"
    name = directive(info)
    return name if name == "math" or is_prose(name) else ""


def _mask_spans(text: str, chars: list[str], comments: list[Comment]) -> None:
    """Blank out comments and code spans; ``$`x`$`` keeps its content."""
    runs: dict[int, list[int]] = {}  # length of a run of backticks → where there are such runs
    for match in _TICKS.finditer(text):
        runs.setdefault(len(match.group()), []).append(match.start())
    missing: set[str] = set()
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
        if mark.startswith("<"):
            at = _element_end(text, mark[1:].lower(), at, missing)
            _blank(chars, start, at)
            continue
        if paragraph < at:
            blank = BLANK.search(text, at)
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
        elif text.endswith(_ROLE, 0, start) and mark == "`":
            _blank(chars, start - len(_ROLE), start)
            chars[start] = chars[close] = "$"
        else:
            _blank(chars, start, close + len(mark))
        at = close + len(mark)


def _element_end(text: str, name: str, at: int, missing: set[str]) -> int:
    """Behind the end of an element of code, or ``at`` if it has none."""
    if name not in missing:
        end = re.compile(rf"</{name}[ \t\r\n]*>", re.IGNORECASE).search(text, at)
        if end is not None:
            return end.end()
        missing.add(name)
    return at
