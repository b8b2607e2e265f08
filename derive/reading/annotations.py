"""Annotations: what authors say to derive in comments that no renderer shows.

    <!-- derive: given \\sum_k y_k = 1 -->        % derive: case i = j        .. derive: skip why

Whoever reads a kind of page finds its comments; what stands in them is read here, one verb a
line, in time linear in the comment. Nothing here knows mathematics: what the verbs mean is the
business of `derive.meaning.annotations`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from derive.reading.page import Annotation, Page, PagePart, PageProblem

__all__ = [
    "AXIS",
    "VERBS",
    "Comment",
    "Declaration",
    "annotations_in",
    "did_you_mean",
    "rst_comments",
    "tex_comments",
    "with_declarations",
    "without_annotations",
]

VERBS = ("axis", "case", "expect", "given", "let", "plot", "skip")

# ``k = 1..K``, ``i, j \\in 1, …, n``, ``k = 0..n-1``
_LETTER = r"(?:[A-Za-z]|\\[A-Za-z]+)'*"
_DOTS = r"(?:\.\.\.?|…|\\(?:[lc]?dots|dots[cb])(?![A-Za-z]))"
AXIS = re.compile(
    rf"\s*(?P<letters>{_LETTER}(?:\s*,\s*{_LETTER})*)\s*(?:=|\\in(?![A-Za-z])|∈)\s*"
    rf"(?P<start>\d{{1,6}})\s*,?\s*{_DOTS}\s*,?\s*"
    r"(?P<size>[A-Za-z]|\\[A-Za-z]+|\d{1,6})\s*(?:(?P<sign>[+-])\s*(?P<shift>\d{1,3}))?\s*"
)

# Beyond these an annotation is a problem, and is not taken.
MAX_ANNOTATIONS = 1000
MAX_LENGTH = 2000


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment at [start, end) of the text; what it says stands at [body, close). ``kept``:
    how many characters at its start remain, so that its line does not become a blank one."""

    start: int
    end: int
    body: int
    close: int
    closed: bool = True
    kept: int = 0


@dataclass(frozen=True, slots=True)
class Declaration:
    """A verb with its text that is said of a page elsewhere: on a ``line`` of ``source``.
    ``site``: for a whole site, of which not every page needs it."""

    verb: str
    text: str
    source: str
    line: int = 1
    site: bool = True


_NAME = re.compile(r"\s*([A-Za-z]{4,8})[ \t]*(:?)")
_WORD = re.compile(r"[ \t]*([A-Za-z]+)(?![A-Za-z])[ \t]*:?[ \t]*")
_TEX_LEAD = re.compile(r"\n[ \t]*%")
_QUOTE_LEAD = re.compile(r"\n[ \t]{0,3}(?:>[ \t]?)+")
_SECOND_VERB = re.compile(rf";\s*({'|'.join(VERBS)})\s")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``; did you mean given?``, or nothing."""
    names = sorted(set(known) - {word})
    close = [n for n in names if n.casefold() == word.casefold()]
    close = close or difflib.get_close_matches(word[:80], names, 1, 0.5)
    return f"; did you mean {close[0]}?" if close else ""


def annotations_in(
    text: str, masked: str, comments: Sequence[Comment]
) -> tuple[list[Annotation], list[PageProblem], list[Comment]]:
    """What the comments of a page say to derive, what is wrong in them, and which of them are
    addressed to derive. ``masked``: the text with all comments (and code) blanked out."""
    found: list[Annotation] = []
    problems: list[PageProblem] = []
    addressed: list[Comment] = []
    for comment in comments:
        body = _addressed(text, comment, problems)
        if body is None:
            continue
        addressed.append(comment)
        if body < 0:
            continue
        if not comment.closed:
            message = "this comment is never closed, and what it says to derive is not taken"
            problems.append(PageProblem(comment.start, message))
            continue
        said = text[body : comment.close]
        lead = _TEX_LEAD if comment.kept else _QUOTE_LEAD
        line = text.rfind("\n", 0, comment.start) + 1
        if comment.kept or _QUOTE_LEAD.match("\n" + text[line : comment.start]):
            said = lead.sub(lambda m: "\n" + " " * (len(m.group()) - 1), said)
        found += _verbs(said, body, _beside(masked, comment), problems)
    for extra in found[MAX_ANNOTATIONS:][:1]:
        message = f"more than {MAX_ANNOTATIONS} annotations: those from here on are not taken"
        problems.append(PageProblem(extra.offset, message))
    return found[:MAX_ANNOTATIONS], problems, addressed


def _addressed(text: str, comment: Comment, problems: list[PageProblem]) -> int | None:
    """Where a comment's verbs begin; -1 if it is meant for derive, but not said so rightly."""
    name = _NAME.match(text, comment.body, comment.close)
    if name is None:
        return None
    word = name.group(1).lower()
    if word == "derive" and name.group(2):
        return name.end()
    verb = _WORD.match(text, name.end(), comment.close)
    if verb is None or verb.group(1).lower() not in VERBS:
        return None
    if word == "derive":
        shown = f"derive: {verb.group(1).lower()}"
        problems.append(PageProblem(name.start(1), f"a colon is missing: write {shown}"))
        return -1
    if name.group(2) and difflib.SequenceMatcher(None, word, "derive").ratio() > 0.8:
        message = f"{name.group(1)}: begins no annotation; did you mean derive:?"
        problems.append(PageProblem(name.start(1), message))
        return -1
    return None


def _beside(masked: str, comment: Comment) -> bool:
    """Whether something else stands on the lines of a comment."""
    start = masked.rfind("\n", 0, comment.start) + 1
    end = masked.find("\n", comment.end)
    end = len(masked) if end < 0 else end
    return bool(masked[start : comment.start].strip() or masked[comment.end : end].strip())


def _verbs(said: str, offset: int, beside: bool, problems: list[PageProblem]) -> list[Annotation]:
    """One verb a line; a line that does not begin with a word carries on the one before."""
    starts: list[tuple[int, re.Match[str]]] = []
    at = 0
    for line in said.split("\n"):
        word = _WORD.match(said, at, at + len(line))
        if word is not None and starts and _goes_on(starts[-1][1], word):
            pass
        elif word is not None:
            starts.append((at, word))
        elif not starts and line.strip():
            place = offset + at + len(line) - len(line.lstrip())
            known = ", ".join(VERBS)
            problems.append(PageProblem(place, f"no verb stands here; known are {known}"))
            return []
        at += len(line) + 1
    if not starts:
        problems.append(PageProblem(offset, f"no verb stands here; known are {', '.join(VERBS)}"))
    out = []
    for number, (_, word) in enumerate(starts):
        end = starts[number + 1][0] if number + 1 < len(starts) else len(said)
        place = offset + word.start(1)
        verb, text = word.group(1).lower(), said[word.end() : end].rstrip()
        second = _SECOND_VERB.search(text) if verb != "skip" else None
        if verb not in VERBS:
            known = did_you_mean(verb, VERBS) or f"; known are {', '.join(VERBS)}"
            message = f"{word.group(1)} is no verb of an annotation{known}"
            if number:
                message += " (each line of a comment begins with one)"
            problems.append(PageProblem(place, message))
        elif len(text) > MAX_LENGTH:
            message = f"an annotation of more than {MAX_LENGTH} characters is not taken"
            problems.append(PageProblem(place, message))
        elif second is not None:
            message = f"one verb a line: begin a new line before {second.group(1)}"
            problems.append(PageProblem(offset + word.end() + second.start(1), message))
        else:
            out.append(Annotation(verb, text, place, offset + word.end(), beside))
    return out


def _goes_on(verb: re.Match[str], word: re.Match[str]) -> bool:
    """Whether a line that begins with a word carries on the plot above it."""
    return verb[1].lower() == "plot" and word[1] in ("for", "with")


def without_annotations(text: str, addressed: Sequence[Comment]) -> str:
    """The text of the same length with the comments that speak to derive blanked out, so that
    they are not read as prose."""
    out = []
    at = 0
    for comment in addressed:
        start = comment.start + comment.kept
        out += [text[at:start], re.sub(r"[^\r\n]", " ", text[start : comment.end])]
        at = comment.end
    return "".join([*out, text[at:]])


def with_declarations(page: Page, declarations: Sequence[Declaration]) -> Page:
    """The page with what is declared for it elsewhere, in force from its beginning.

    The declarations' texts are put behind the page's own, each as a part with the name of the
    file it stands in, so that every place in them can be named.
    """
    if not declarations:
        return page
    parts, found, pieces = [*page.parts], [], []
    at = len(page.text)
    shift = len(page.source) - at if page.source else 0  # from the text to the file's
    for declared in declarations:
        pieces += ["\n", declared.text]
        at += 1
        parts.append(PagePart(at + shift, declared.source, declared.line))
        found.append(
            Annotation(declared.verb, declared.text, at, at, site=declared.site, page=False)
        )
        at += len(declared.text)
    behind = "".join(pieces)
    return replace(
        page,
        text=page.text + behind,
        source=page.source and page.source + behind,
        origins=page.origins and (*page.origins, (len(page.text), len(page.source))),
        parts=tuple(parts),
        annotations=(*found, *page.annotations),
        _starts=[],
    )


_CARRIED_ON = re.compile(r"\n[ \t]*%[ \t]*(?:[\\=+&({<>^_/*]|-(?!-))")


def tex_comments(
    text: str, marks: Sequence[tuple[int, int]], hidden: Sequence[tuple[int, int]]
) -> list[Comment]:
    """The comments of a LaTeX file from their places, but for those in ``hidden`` stretches. A
    line of comment that begins with a sign carries on the one above it."""
    gone = sorted(hidden)
    found: list[Comment] = []
    at = 0
    reached = -1
    for start, end in marks:
        while at < len(gone) and gone[at][0] <= start:
            reached = max(reached, gone[at][1])
            at += 1
        if start < reached:
            continue
        if found and _CARRIED_ON.match(text, found[-1].end) and _is_next(text, found[-1], start):
            found[-1] = replace(found[-1], end=end, close=end)
        else:
            found.append(Comment(start, end, start + 1, end, kept=1))
    return found


def _is_next(text: str, comment: Comment, start: int) -> bool:
    return not text[comment.end : start].strip() and text.count("\n", comment.end, start) == 1


_RST_COMMENT = re.compile(r"^(?P<indent>[ \t]*)\.\.[ \t]+(?=[A-Za-z]{4,8}[ \t]*:(?!:))", re.M)


def rst_comments(text: str) -> list[Comment]:
    """The comments of a reStructuredText page that begin with a word and a colon, with the
    lines below that are indented more. (Which of them stand in a literal block, its reader
    knows.)"""
    found = []
    end = 0
    for match in _RST_COMMENT.finditer(text):
        if match.start() < end:
            continue
        indent = len(match.group("indent").expandtabs())
        end = _line_end(text, match.end())
        while end < len(text):
            after = _line_end(text, end + 1)
            line = text[end + 1 : after].expandtabs()
            if not line.strip() or len(line) - len(line.lstrip()) <= indent:
                break
            end = after
        start = match.start() + len(match.group("indent"))
        found.append(Comment(start, end, match.end(), end))
    return found


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end
