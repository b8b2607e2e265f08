"""Markdown reports for GitHub, MkDocs and Sphinx (MyST), in which a page cannot write markup.

What all three read is used, nothing else:

- formulas between dollars, on one line, made so that a Markdown pass that does not know them
  (GitHub's, and Python-Markdown without arithmatex) leaves them whole: no backslash before
  punctuation, no star, no ``<`` or ``|``, and no underscore that could open emphasis. GitHub
  asks for a space or punctuation outside the dollars;
- ``<details markdown="1">``, which MkDocs reads with its extension ``md_in_html``;
- in prose entities rather than backslashes, where ``\\(`` or ``\\[`` could begin a formula
  (arithmatex) or the backslash would be shown (Python-Markdown before ``~``).
"""

from __future__ import annotations

import re
from functools import cache

from jinja2 import Environment

from derive.languages import PAGES_OWN, Choice
from derive.reporting.finished import Finished
from derive.reporting.notation import Call, Text, parse
from derive.reporting.notation_print import Dialect, print_latex
from derive.reporting.own_templates import Templates, new_environment, rendered
from derive.reporting.view import page_view
from derive.results import PageResult

__all__ = ["render_markdown"]

MARKS = {
    "steps": "≡",
    "proved": "✓",
    "assumed": "◐",
    "refuted": "✗",
    "unknown": "?",
    "unread": "□",
}


def render_markdown(
    page: PageResult, templates: Templates | None = None, choice: Choice = PAGES_OWN
) -> str:
    """The report of one page.

    Raises:
        TemplateProblem: one of the user's ``templates`` is wrong.
    """
    view = page_view(page, choice)
    levels = [block["level"] for block in view["blocks"] if block["kind"] == "heading"]
    for block in view["blocks"]:  # no level is left out below the title
        block["level"] -= min(levels, default=2) - 2
    values = {"view": view, "marks": MARKS}
    text = rendered(_environment(templates), "page.md.j2", templates, values)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"


@cache
def _environment(templates: Templates | None) -> Environment:
    # HTML escaping does not suit Markdown: every value goes through one of these filters.
    environment = new_environment(templates, autoescape=False)
    environment.filters["md"] = lambda value: Finished(_prose(str(value)))
    environment.filters["piece"] = _piece
    environment.filters["line"] = _line
    environment.filters["display"] = _display
    return environment


_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"} | {
    char: f"&#{ord(char)};" for char in "$@|[]~^{}"
}


def _prose(text: str, begins: bool = True) -> str:
    """Text in which nothing is markup, on one line, of which it may be the beginning."""
    line = " ".join(text.split())
    line = re.sub(r"([\\`*_#!])", r"\\\1", line)
    line = re.sub(r"[&<>$@|\[\]~^{}]", lambda match: _ENTITIES[match.group()], line)
    if not begins:
        return _unlinked(line)
    line = re.sub(r"^[-+=:]", lambda match: f"&#{ord(match.group())};", line)
    line = re.sub(r"^(\d+)([.)])", lambda m: f"{m.group(1)}&#{ord(m.group(2))};", line)
    return _unlinked(line)


def _unlinked(line: str) -> str:
    return re.sub(r"\b(https?|ftp|www)(?=[:.])", r"\1&#8203;", line)


def _words(text: Text) -> str:
    """Words in a formula. The few characters MathJax or HTML might obey have no place here."""
    if re.search(r"[<>&$\\{}#%`|]", text.content):
        raise _Unprintable
    return f"{text.command}{{{text.content}}}"


class _Unprintable(Exception):
    """A formula that is better shown as its source."""


def _named(call: Call) -> str | None:
    """GitHub refuses ``\\operatorname``; this is what it stands for."""
    if not call.command.startswith("\\operatorname"):
        return None
    limits = "" if call.command.endswith("*") else "\\nolimits"
    return f"\\mathop{{\\mathrm{{{print_latex(call.arguments[0], _DIALECT)}}}}}{limits}"


# Some renderers take a backslash before punctuation, or a lone star, for Markdown's own:
# everything is said with words instead.
_DIALECT = Dialect(
    words=_words,
    row_end="\\cr",
    commands={
        "\\bm": "\\boldsymbol",
        "\\pmb": "\\boldsymbol",
        "<": "\\lt",
        ">": "\\gt",
        "|": "\\vert",
        "*": "\\ast",
        "~": "\\enspace",
        "\\|": "\\Vert",
        "\\{": "\\lbrace",
        "\\}": "\\rbrace",
        "\\,": "\\thinspace",
        "\\:": "\\medspace",
        "\\>": "\\medspace",
        "\\;": "\\thickspace",
        "\\!": "\\negthinspace",
        "\\ ": "\\enspace",
        "\\argmax": "\\mathop{\\mathrm{arg\\thinspace max}}",
        "\\argmin": "\\mathop{\\mathrm{arg\\thinspace min}}",
    },
    call=_named,
)


def _formula(latex: str) -> str | None:
    nodes = parse(latex)
    if nodes is None:
        return None
    try:
        printed = print_latex(nodes, _DIALECT)
    except _Unprintable:
        return None
    if re.search(r"[<>`$|*]|\\[^A-Za-z]", printed):
        return None
    # between spaces an underscore is only itself; after a letter it opens nothing
    return re.sub(r"(?<![A-Za-z0-9])_", " _ ", printed).strip()


def _code(value: str) -> str:
    """A code span that no run of backticks inside it can end, one line, no table cells."""
    line = " ".join(value.split()).replace("|", "\u2223")
    longest = max((len(run) for run in re.findall(r"`+", line)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest or not line else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def _piece(piece: dict[str, str], begins: bool = True) -> Finished:
    value = piece["value"]
    if piece["kind"] in {"math", "formula"}:
        formula = _formula(value)
        style = "" if piece["kind"] == "math" else "\\displaystyle "
        return Finished(_code(value) if formula is None else f"${style}{formula}$")
    if piece["kind"] in {"emphasis", "strong"}:
        # bold is the report's own voice: a page cannot write «**Every step is proved.**»
        return Finished(f"*{_prose(value)}*")
    if piece["kind"] == "code":
        return Finished(_code(value))
    shown = _prose(value, begins)
    before = " " if value[:1].isspace() else ""
    after = " " if value[-1:].isspace() and shown else ""
    return Finished(before + shown + after)


def _line(pieces: list[dict[str, str]]) -> Finished:
    """Pieces in a line. GitHub sees a formula only after a space, and before a space or
    punctuation."""
    line = ""
    for piece in pieces:
        shown = str(_piece(piece, begins=not line))
        after = line.endswith("$") and not re.match(r"[\s.,;:!?)]|$", shown)
        if after or (shown.startswith("$") and re.search(r"\S$", line)):
            line += " "
        line += shown
    return Finished(line)


def _display(piece: dict[str, str]) -> Finished:
    """A ``$$`` block on one line: no line of it can look like a list or a heading."""
    formula = _formula(piece["value"])
    return Finished(_code(piece["value"]) if formula is None else f"$$ {formula} $$")
