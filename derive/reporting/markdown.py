"""Markdown reports that GitHub shows well, and in which a page cannot write markup."""

from __future__ import annotations

import re
from functools import cache

from jinja2 import Environment

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


def render_markdown(page: PageResult, templates: Templates | None = None) -> str:
    """The report of one page.

    Raises:
        TemplateProblem: one of the user's ``templates`` is wrong.
    """
    values = {"view": page_view(page), "marks": MARKS}
    text = rendered(_environment(templates), "page.md.j2", templates, values)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"


@cache
def _environment(templates: Templates | None) -> Environment:
    # HTML escaping does not suit Markdown: every value goes through one of these filters.
    environment = new_environment(templates, autoescape=False, finalize=_only_finished)
    environment.filters["md"] = lambda value: _Finished(_prose(str(value)))
    environment.filters["piece"] = _piece
    environment.filters["display"] = _display
    environment.filters["finished"] = lambda value: _Finished(value)
    return environment


class _Finished(str):
    """Text that has been made safe for Markdown."""

    __slots__ = ()


def _only_finished(value: object) -> object:
    if isinstance(value, str) and not isinstance(value, _Finished):
        raise TypeError("a value reached the Markdown template without being escaped")
    return value


_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;", "@": "&#64;", "|": "&#124;"}


def _prose(text: str) -> str:
    """Text in which nothing is markup, on one line."""
    line = " ".join(text.split())
    line = re.sub(r"([\\`*_\[\]{}()#~!^])", r"\\\1", line)
    line = re.sub(r"[&<>$@|]", lambda match: _ENTITIES[match.group()], line)
    line = re.sub(r"^([-+=:])", r"\\\1", line)
    line = re.sub(r"^(\d+)([.)])", r"\1\\\2", line)
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
    return None if re.search(r"[<>`$|]|\\[^A-Za-z]", printed) else printed


def _code(value: str) -> str:
    """A code span that no run of backticks inside it can end, one line, no table cells."""
    line = " ".join(value.split()).replace("|", "\u2223")
    longest = max((len(run) for run in re.findall(r"`+", line)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest or not line else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def _piece(piece: dict[str, str]) -> _Finished:
    value = piece["value"]
    if piece["kind"] in {"math", "formula"}:
        formula = _formula(value)
        style = "" if piece["kind"] == "math" else "\\displaystyle "
        return _Finished(_code(value) if formula is None else f"$`{style}{formula}`$")
    if piece["kind"] in {"emphasis", "strong"}:
        # bold is the report's own voice: a page cannot write «**Every step is proved.**»
        return _Finished(f"*{_prose(value)}*")
    if piece["kind"] == "code":
        return _Finished(_code(value))
    shown = _prose(value)
    before = " " if value[:1].isspace() else ""
    after = " " if value[-1:].isspace() and shown else ""
    return _Finished(before + shown + after)


def _display(piece: dict[str, str]) -> _Finished:
    """A ``$$`` block on one line: no line of it can look like a list or a heading."""
    formula = _formula(piece["value"])
    return _Finished(_code(piece["value"]) if formula is None else f"$$ {formula} $$")
