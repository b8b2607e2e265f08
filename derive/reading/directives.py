"""What those add who write Markdown for Sphinx (MyST), for Jekyll (Liquid) and for MkDocs."""

from __future__ import annotations

import re

from derive.reading.page import FormulaText, PageProblem
from derive.reading.scanner import BLANK, Found, blank

__all__ = [
    "bare_rows",
    "colon_fences",
    "directive",
    "equations",
    "in_directive",
    "is_prose",
    "liquid",
    "without_containers",
]

_NAME = re.compile(r"\{([A-Za-z][\w:.+-]*)\}")
_PROSE = frozenset(
    "admonition attention aside caution card corollary danger definition derive dropdown epigraph "
    "error example exercise grid hint important lemma margin note proof property proposition "
    "remark seealso sidebar solution tab-item tab-set theorem tip topic warning".split()
)
_CODE = frozenset("code code-block code-cell literalinclude mermaid raw sourcecode".split())
_COLONS = re.compile(r"^[ \t>]*:{3,}[ \t]*(\{[A-Za-z][\w:.+-]*\})[^\n]*\n?", re.MULTILINE)
_COLONS_END = re.compile(r"^[ \t>]*:{3,}[ \t\r]*$", re.MULTILINE)
_OPTION = re.compile(r":[A-Za-z][\w-]*:(?: .*)?")
_EMPTY_LINES = re.compile(r"\n(?:[ \t\r]*\n)+")
_TAG = re.compile(r"\{%-?[ \t]*(\w+)[^%\n]*%\}")
_ENDS = {
    name: re.compile(rf"\{{%-?[ \t]*end{name}[ \t]*-?%\}}") for name in ("highlight", "comment")
}


def directive(info: str) -> str:
    """The name in the info of a fence, ``{note}``, without its domain; else nothing."""
    match = _NAME.match(info.strip())
    return match.group(1).lower().rpartition(":")[2] if match else ""


def is_prose(name: str) -> bool:
    """Whether a directive's body is written like the page around it."""
    return name in _PROSE


_MARKED = re.compile(r"(?<!\\)\$|:math:|\{math\}|^[ \t>]*(?:\\\[|\.\. |```|:::)|(?<!\\)\\\(", re.M)


def bare_rows(text: str, start: int = 0, end: int | None = None) -> bool:
    """Whether the body of a ``derive`` directive, at [start, end) of a text, is LaTeX as it would
    stand in an equation; else it is text with formulas in it."""
    return _MARKED.search(text, start, len(text) if end is None else end) is None


_CONTAINER = re.compile(
    r"^ *(?:(?:!!!|\?\?\?\+?|===[!+]{0,2})[ \t]+[\w\"']|\[\^[^\]\n]+\]:|:[ \t]+\S)", re.MULTILINE
)
_FENCE = re.compile(r" *(?:```|~~~)")


def without_containers(text: str) -> str:
    """The text as CommonMark should see it: what is indented below ``!!! note``, ``??? note`` or
    ``=== "Tab"`` (MkDocs), below a footnote or a definition (``:   …``) is no code, and moves to
    the left. Lines stay lines."""
    if _CONTAINER.search(text) is None:
        return text
    out: list[str] = []
    inside: list[int] = []  # the indentation of what lies in each open container
    fence = ""
    for line in text.split("\n"):
        indent = len(line) - len(line.lstrip(" "))
        if line.strip():
            while inside and indent < inside[-1]:
                inside.pop()
                fence = ""
        line = line[min(indent, 4 * len(inside)) :]
        mark = _FENCE.match(line)
        if mark is not None:
            kind = mark.group().strip()
            fence = "" if fence == kind else fence or kind
        elif not fence and _CONTAINER.match(line):
            inside.append(indent + 4)
        out.append(line)
    return "\n".join(out)


def in_directive(body: str, at: int) -> tuple[int, list[Found]]:
    """The end of a directive's options in its body, and the equations after them.
    ``at``: the body's place in the text."""
    options = _options_end(body)
    found = [
        Found(at + start, at + end, FormulaText(body[start:end], at + start, True))
        for start, end in equations(body, options, len(body))
    ]
    return options, found


def equations(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The equations of a math directive: what empty lines set apart, without space around."""
    cuts = [(m.start(), m.end()) for m in _EMPTY_LINES.finditer(text, start, end)]
    ends, starts = [c[0] for c in cuts] + [end], [start] + [c[1] for c in cuts]
    out = []
    for a, b in zip(starts, ends, strict=True):
        inside = text[a:b]
        if body := inside.strip():
            a += len(inside) - len(inside.lstrip())
            out.append((a, a + len(body)))
    return out


def _options_end(body: str) -> int:
    """Behind lines ``:label: x``, or what stands between two lines ``---``."""
    lines = body.splitlines(keepends=True)
    if lines and lines[0].strip() == "---":
        for number, line in enumerate(lines[1:], start=2):
            if line.strip() == "---":
                return sum(map(len, lines[:number]))
        return 0
    at = 0
    for line in lines:
        if not _OPTION.fullmatch(line.strip()):
            break
        at += len(line)
    return at


def colon_fences(text: str, chars: list[str], problems: list[PageProblem]) -> list[Found]:
    """The formulas in ``:::{math}``. Such blocks become blank in ``chars``, and code too."""
    found: list[Found] = []
    closing: re.Match[str] | None = None
    searched = False
    at = 0
    while (opening := _COLONS.search(text, at)) is not None:
        at = opening.end()
        name = directive(opening.group(1))
        if name not in ("math", "derive", *_CODE) or chars[opening.start(1)] != "{":
            continue
        if not searched or (closing is not None and closing.start() < at):
            searched, closing = True, _COLONS_END.search(text, at)  # else it is still the next one
        if name == "derive":
            end = closing.start() if closing is not None else len(text)
            if not bare_rows(text, at, end):
                continue
            name = "math"
        if closing is None:
            message = f"this :::{opening.group(1)} is never closed"
            problems.append(PageProblem(opening.start(1), message))
            paragraph = BLANK.search(text, at)
            stop = end = paragraph.start() if paragraph is not None else len(text)
        else:
            stop, end = closing.span()
        if name == "math":
            found += in_directive("".join(chars[at:stop]), at)[1]
        blank(chars, opening.start(), end)
        if closing is None:
            break
        at = end
    return found


def liquid(text: str, chars: list[str]) -> None:
    """Blank out tags, ``{% raw %}``, and what lies in ``{% highlight %}`` with them."""
    missing: set[str] = set()
    at = 0
    while (tag := _TAG.search(text, at)) is not None:
        at = tag.end()
        name = tag.group(1)
        if chars[tag.start()] != "{":
            continue  # in code
        if name in _ENDS and name not in missing:
            end = _ENDS[name].search(text, at)
            if end is None:
                missing.add(name)
            else:
                at = end.end()
        blank(chars, tag.start(), at)
