"""HTML → `Page`: what a browser with MathJax or KaTeX shows as mathematics, or has drawn.

One pass over the tags. The page's text is the file's with tags, scripts and code blank, each
entity replaced by its character and spaces, and ``$`` around inline formulas, all in its place.
Then the runs of space between words are closed up, and the page knows where everything was.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, replace
from html import unescape

from derive.reading.annotations import Comment, annotations_in, without_annotations
from derive.reading.entities import without_entities
from derive.reading.layout import Heading, first, page_of, shortened
from derive.reading.page import FormulaText, Page, PageProblem
from derive.reading.scanner import MAX_FORMULAS, Found, Scanner

__all__ = ["read_html"]

_OPENING = re.compile(r"<(?:!|\?|/?([A-Za-z][\w:.-]{0,63})(?=[\s/>]))")
_TAG_PART = re.compile(r">|=\s*[\"']")
_ATTRIBUTE = re.compile(r"[\s/]([^\s=>/\"']+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_CDATA = re.compile(r"\s*(?:%\s*)?<!\[CDATA\[|(?:%\s*)?\]\]>\s*\Z")
_NOTHING = "\0"  # where a tag stood: no space between words
_SPACE = re.compile(r"[ \t\r\n\0]+")
_DELIMITED = re.compile(r"\s*(?:\\\\?[(\[]|\$|\\begin\b)")

# Elements of which the content is text without tags, and those without an end.
_RAW = frozenset("script style textarea title xmp iframe noembed noframes".split())
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_HIDDEN = frozenset("pre code kbd samp tt noscript template svg head".split())
_PARAGRAPHS = frozenset({"p", "div", "center"})
_TITLE_LEVEL = 6
MAX_TITLE = 300  # characters with tags
_BOLD = re.compile(
    r"\s*<(?P<tag>b|strong)\b[^<>]*>(?P<words>(?:(?!</?(?:b|strong|p|div)\b)[^$\\]){3,200})"
    r"</(?P=tag)>\s*",
    re.IGNORECASE,
)
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li main "
    "menu nav ol option p pre section select summary table tbody td tfoot th thead tr ul".split()
)
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
# Where a formula has been drawn: its TeX is in an annotation, or else lost.
_FORMULAS = frozenset("math mjx-container".split())
_TEX = frozenset("application/x-tex application/x-latex text/x-latex tex latex".split())
# Classes of what MathJax 2 has drawn, beside a script with the TeX, and KaTeX, beside MathML.
_DRAWN = frozenset(
    "katex-html mathjax mathjax_preview mathjax_display mathjax_svg mathjax_svg_display "
    "mathjax_chtml mathjax_mathml mjx-chtml mjx_assistive_mathml".split()
)
_ASIDE = frozenset("headerlink anchor-link eqno".split())  # what Sphinx puts beside things
_UNSEEN = frozenset("tex2jax_ignore mathjax_ignore".split())
_SEEN = frozenset("tex2jax_process mathjax_process math arithmatex".split())


_ADDRESSED = re.compile(r"\s*derive\b", re.IGNORECASE)


@dataclass(slots=True)
class _Element:
    """An element that is open. ``hidden``: nothing in it is text of the page. ``unseen``:
    delimiters in it are no mathematics. ``drawn``: in a formula that has been drawn."""

    name: str
    start: int
    body: int
    classes: frozenset[str]
    hidden: bool = False
    unseen: bool = False
    drawn: bool = False
    display: bool = False
    tex: bool = False  # an annotation with the TeX of what is drawn
    outermost: bool = False  # the whole of a formula that has been drawn
    alone: bool = True  # without elements of its own, so far


def read_html(text: str, path: str) -> Page:
    """Read a page from its text. Never raises on the content: problems are listed."""
    text, problems = shortened(text)
    tags = _Tags(text)
    tags.read()
    unclosed = tags.scan()
    problems += first(unclosed, "unclosed formulas")
    problems += first(tags.lost, "formulas without their TeX")
    for problem in tags.lost:
        tags.chars[problem.offset] = "□"  # a reader sees that something is there
    kept = [(f.start, f.end) for f in tags.found] + [(c.start, c.end) for c in tags.comments]
    closed = _ClosedUp("".join(tags.chars), tags.breaks, kept)
    headings: list[Heading] = []
    for start, end, level in tags.headings:
        start, end = closed.at(start), closed.at(end)
        headings.append((start, end, level, closed.text[start:end].strip().rstrip("¶ ")))
    found = [
        Found(closed.at(f.start), closed.at(f.end), replace(f.formula, offset=at))
        for f in tags.found
        for at in (closed.at(f.formula.offset),)
    ]
    comments = [
        Comment(
            closed.at(c.start), closed.at(c.end), closed.at(c.body), closed.at(c.close), c.closed
        )
        for c in tags.comments
    ]
    seen = without_annotations(closed.text, comments)
    annotations, wrong, _ = annotations_in(closed.text, seen, comments)
    problems = [PageProblem(closed.at(p.offset), p.message) for p in problems]
    problems += first(wrong, "problems with annotations")
    page = page_of(path, seen, seen, headings, found, problems)
    origins = tuple(zip(closed.new, closed.old, strict=True))
    return replace(
        page, text=closed.text, source=text, origins=origins, annotations=tuple(annotations)
    )


class _ClosedUp:
    """A text without what is nothing, with one space for many, though not in formulas, and with
    an empty line where there are ``breaks``. Its pieces begin at ``new``, and began at ``old``."""

    def __init__(self, text: str, breaks: list[int], kept: list[tuple[int, int]]) -> None:
        self.new = [0]
        self.old = [0]
        pieces: list[str] = []
        formulas = sorted(kept)
        breaks = [*sorted(breaks), len(text) + 1]
        which = length = at = 0
        for start, end in zip(
            [0, *(f[1] for f in formulas)], [*(f[0] for f in formulas), len(text)], strict=True
        ):
            for run in _SPACE.finditer(text, start, end):
                while breaks[which] < run.start():
                    which += 1
                ended = breaks[which] <= run.end()
                space = run.group().strip(_NOTHING)
                if run.group() == space and len(space) == 1 and not ended:
                    continue
                piece = text[at : run.start()] + ("\n\n" if ended else " " if space else "")
                pieces.append(piece)
                length += len(piece)
                at = run.end()
                self.new.append(length)
                self.old.append(at)
        pieces.append(text[at:])
        self.text = "".join(pieces)

    def at(self, offset: int) -> int:
        """Where a place is now; for one in what has gone, what follows."""
        piece = bisect_right(self.old, offset) - 1
        here = self.new[piece] + offset - self.old[piece]
        return min(here, self.new[piece + 1]) if piece + 1 < len(self.new) else here


class _Tags:
    """The elements of a page, in one pass over its tags."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.chars = list(text)
        self.found: list[Found] = []
        self.headings: list[tuple[int, int, int]] = []
        self.breaks: list[int] = []  # where blocks begin and end
        self.comments: list[Comment] = []
        self.lost: list[PageProblem] = []
        self._stretches: list[tuple[int, int, bool]] = []  # text between tags; is it unseen?
        self._from = 0  # where the last of them begins
        self._stack: list[_Element] = []
        self._open: Counter[str] = Counter()
        self._tex_found = False  # in the formula at hand
        self._last_br = -1
        self._missing: set[str] = set()

    def read(self) -> None:
        at = 0
        while (opening := _OPENING.search(self.text, at)) is not None:
            start = opening.start()
            if self._hidden():
                self._clear(at, start)
            name = (opening.group(1) or "").lower()
            if not name:
                comment = self.text.startswith("<!--", start)
                at = self._after("-->", start + 2) if comment else self._after(">", start)
                if comment and not self._hidden() and _ADDRESSED.match(self.text, start + 4):
                    ended = self.text.endswith("-->", start, at)
                    close = at - 3 if ended else at
                    self.comments.append(Comment(start, at, start + 4, close, ended))
                    self._cut(start, at)
                else:
                    self._clear(start, at)
                continue
            end = self._tag_end(opening.end())
            if end < 0:
                at = start  # no tag is ended from here on
                break
            tag = self.text[start:end]
            if not tag.startswith("</"):
                at = self._opened(name, tag, start, end)
            else:
                self._closed(name, start, end)
                at = end
            self._clear(start, end)
            if name == "br":
                self.chars[start] = " "
        if self._hidden():
            self._clear(at, len(self.text))
        self._cut(len(self.text), len(self.text))

    def scan(self) -> list[PageProblem]:
        """Find what stands between delimiters, and set ``$`` around what is inline."""
        problems: list[PageProblem] = []
        for start, end, unseen in self._stretches:
            if len(self.found) > MAX_FORMULAS:
                break
            piece = without_entities("".join(self.chars[start:end]).replace(_NOTHING, " "))
            self.chars[start:end] = piece
            if unseen or ("$" not in piece and "\\" not in piece):
                continue
            scanner = Scanner(piece, start)
            scanner.scan()
            self.found += scanner.found
            problems += scanner.problems
        for number, f in enumerate(self.found):
            body, close = f.formula.offset, f.formula.offset + len(f.formula.source)
            self.chars[body:close] = f.formula.source
            if not f.formula.display:
                self._clear(f.start, body)
                self._clear(close, f.end)
                self.chars[body - 1] = self.chars[close] = "$"
                self.found[number] = Found(body - 1, close + 1, f.formula)
        return problems

    # ---------------------------------------------------------------- tags

    def _opened(self, name: str, tag: str, start: int, end: int) -> int:
        """Past an opening tag, and past the content of an element that has no tags in it."""
        if name != "br" and name != "wbr":
            self._cut(start, end)
        if name in _BLOCKS or (name == "br" and self._follows_br(start)):
            self.breaks += [start, end]
        if name == "br":
            self._last_br = end
        attributes = {
            m.group(1).lower(): unescape(m.group(2) or m.group(3) or m.group(4) or "")
            for m in _ATTRIBUTE.finditer(tag)
        }
        parent = self._stack[-1] if self._stack else None
        if parent is not None:
            parent.alone = False
        if name in _RAW:
            return self._raw(name, attributes.get("type", ""), end)
        if name in _VOID or tag.endswith("/>"):
            return end
        self._push(name, attributes, start, end, parent)
        return end

    def _push(
        self,
        name: str,
        attributes: dict[str, str],
        start: int,
        end: int,
        parent: _Element | None,
    ) -> None:
        classes = frozenset(attributes.get("class", "").lower().split())
        new = _Element(name, start, end, classes)
        formula = name in _FORMULAS or "katex" in classes
        drawn = parent is not None and parent.drawn
        new.outermost = formula and not drawn and not (parent is not None and parent.hidden)
        new.drawn = drawn or formula
        new.hidden = new.drawn or name in _HIDDEN or bool(classes & (_DRAWN | _ASIDE))
        new.display = (
            "katex-display" in classes
            or attributes.get("display", "").lower() in ("block", "true")
            or attributes.get("mode", "").lower() == "display"
        )
        new.tex = drawn and name == "annotation" and _is_tex(attributes.get("encoding", ""))
        new.unseen = bool(classes & _UNSEEN)
        if parent is not None:
            new.hidden |= parent.hidden
            new.display |= parent.display
            new.unseen |= parent.unseen and not classes & _SEEN
        if new.outermost:
            self._tex_found = False
        self._stack.append(new)
        self._open[name] += 1

    def _closed(self, name: str, start: int, end: int) -> None:
        self._cut(start, end)
        if name in _BLOCKS:
            self.breaks += [start, end]
        if not self._open[name]:
            return
        while True:
            element = self._stack.pop()
            self._open[element.name] -= 1
            self._left(element, start, end)
            if element.name == name:
                return

    def _left(self, element: _Element, start: int, end: int) -> None:
        """An element has ended: its text may be a formula, or a heading."""
        if element.tex:
            if not self._tex_found:
                self._tex_found = True
                source = without_entities(self.text[element.body : start])
                self._formula(element.body, source, element.display)
        elif element.outermost and not self._tex_found:
            message = "this formula is drawn without its TeX and is not read"
            self.lost.append(PageProblem(element.start, message))
        elif element.hidden:
            return
        elif element.name in _HEADINGS:
            self.headings.append((element.start, end, int(element.name[1])))
        elif element.name in _PARAGRAPHS and self._is_title(element.body, start):
            self.headings.append((element.start, end, _TITLE_LEVEL))
        elif element.alone and "math" in element.classes:
            bare = element.classes & {"inline", "display"}
            source = without_entities(self.text[element.body : start])
            if bare and not _DELIMITED.match(source):
                self._formula(element.body, source, "display" in bare)
                if self._stretches and self._stretches[-1][:2] == (element.body, start):
                    self._stretches.pop()

    def _is_title(self, start: int, end: int) -> bool:
        """Whether a paragraph is nothing but a few bold words: a heading in all but name."""
        bold = _BOLD.fullmatch(self.text, start, end) if end - start < MAX_TITLE else None
        return bold is not None and not re.search(r"[$\\]", bold["words"])

    def _formula(self, at: int, source: str, display: bool) -> None:
        """A formula that is the whole content of an element: the tags are its delimiters."""
        self._clear(at, at + len(source))
        body = source.strip()
        if body and len(self.found) <= MAX_FORMULAS:
            at += len(source) - len(source.lstrip())
            formula = FormulaText(body, at, display)
            self.found.append(Found(at, at + len(body), formula))

    def _raw(self, name: str, kind: str, at: int) -> int:
        """Past the content of a script, a style and the like; TeX in a script is a formula."""
        end = len(self.text)
        if name not in self._missing:
            close = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(self.text, at)
            if close is None:
                self._missing.add(name)
            else:
                end = close.start()
        source = self.text[at:end]
        self._clear(at, end)
        self._from = end
        if kind.lower().startswith("math/tex") and end < len(self.text) and not self._hidden():
            source = _CDATA.sub(lambda m: " " * len(m.group()), source)
            self._formula(at, source, "display" in kind.lower())
        return end

    # ---------------------------------------------------------------- places

    def _cut(self, start: int, end: int) -> None:
        """A tag: no formula goes on beyond it, as in a browser."""
        if start > self._from and not self._hidden():
            unseen = bool(self._stack) and self._stack[-1].unseen
            self._stretches.append((self._from, start, unseen))
        self._from = end

    def _clear(self, start: int, end: int) -> None:
        for at in range(start, min(end, len(self.chars))):
            if self.chars[at] not in "\r\n":
                self.chars[at] = _NOTHING

    def _hidden(self) -> bool:
        return bool(self._stack) and self._stack[-1].hidden

    def _follows_br(self, start: int) -> bool:
        return self._last_br >= 0 and not self.text[self._last_br : start].strip()

    def _after(self, mark: str, at: int) -> int:
        found = self.text.find(mark, at)
        return found + len(mark) if found >= 0 else len(self.text)

    def _tag_end(self, at: int) -> int:
        """Behind the > of a tag, or -1. A > in a quoted value does not end it."""
        while (part := _TAG_PART.search(self.text, at)) is not None:
            if part.group() == ">":
                return part.end()
            at = part.end()
            quote = part.group()[-1]
            if quote not in self._missing:
                close = self.text.find(quote, at)
                if close < 0:
                    self._missing.add(quote)
                else:
                    at = close + 1
        return -1


def _is_tex(encoding: str) -> bool:
    return encoding.strip().lower() in _TEX
