"""LaTeX reports, for xelatex and lualatex. What a page says never reaches TeX unread.

A report is the page as an article, its chains aligned, each step's mark in the margin; what
is not simply proved is told below its formula, the proofs at the end.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment

from derive.languages import PAGES_OWN, Choice
from derive.reporting.article import article
from derive.reporting.finished import Finished
from derive.reporting.layout import pieces
from derive.reporting.notation import Node, Text, parse
from derive.reporting.notation_print import Dialect, print_latex
from derive.reporting.own_templates import Templates, new_environment, rendered
from derive.reporting.tex_text import tex_outline, tex_source, tex_text
from derive.reporting.text import is_cjk
from derive.reporting.view import page_view
from derive.results import PageResult

__all__ = ["needs_cjk", "render_latex"]


def render_latex(
    page: PageResult, templates: Templates | None = None, choice: Choice = PAGES_OWN
) -> str:
    """The report of one page: a complete document.

    Raises:
        TemplateProblem: one of the user's ``templates`` is wrong.
    """
    view = article(page_view(page, choice))
    values = {"view": view, "cjk": needs_cjk(view)}
    return rendered(_environment(templates), "page.tex.j2", templates, values)


@cache
def _environment(templates: Templates | None) -> Environment:
    # Delimiters that are inert in TeX and that no escaped text can contain. There is no
    # autoescape for TeX: every value in the template goes through one of these filters.
    environment = new_environment(
        templates,
        autoescape=False,
        block_start_string="\\BLOCK{",
        block_end_string="}",
        variable_start_string="\\VAR{",
        variable_end_string="}",
        comment_start_string="\\#{",
        comment_end_string="}",
    )
    environment.filters["tex"] = lambda value: Finished(tex_text(str(value)))
    environment.filters["source"] = lambda value: Finished(tex_source(value))
    environment.filters["outline"] = _outline
    environment.filters["formula"] = _in_pieces
    environment.filters["piece"] = _piece
    return environment


def _words(text: Text) -> str:
    content = text.content
    before = "\\ " if content[:1].isspace() else ""
    after = "\\ " if content[-1:].isspace() and content.strip() else ""
    return f"{text.command}{{{before}{tex_text(content)}{after}}}"


_DIALECT = Dialect(
    words=_words,
    commands={
        "\\bm": "\\boldsymbol",
        "\\mathscr": "\\mathcal",  # its fonts are missing from many installations
        "\\coloneqq": "\\mathrel{:=}",
        "\\lt": "<",
        "\\gt": ">",
        "\\argmax": "\\operatorname*{arg\\,max}",
        "\\argmin": "\\operatorname*{arg\\,min}",
        "\\lor": "\\vee",
        "\\land": "\\wedge",
        "\\dotsc": "\\ldots",
    },
)


def _in_pieces(nodes: tuple[Node, ...]) -> Finished:
    """Mathematics that can be broken before a sign; empty braces keep the sign's spacing."""
    cut = pieces(nodes)
    shown = [print_latex(part, _DIALECT) for part in cut]
    return Finished(
        "".join(f"\\pc{{{'{}' if at else ''}{part}}}" for at, part in enumerate(shown))
    )


def _piece(piece: dict[str, Any]) -> Finished:
    shown = _shown(piece)
    if "target" in piece:
        shown = f"\\hyperlink{{{piece['target']}}}{{{shown}}}"
    return Finished(shown)


def _shown(piece: dict[str, Any]) -> str:
    value = piece["value"]
    if piece["kind"] in {"math", "formula"}:
        nodes = parse(value)
        if nodes is None:
            return f"\\source{{{tex_source(value)}}}"
        style = "\\inlineformula" if piece["kind"] == "math" else "\\largeformula"
        return f"{style}{{{_in_pieces(nodes)}}}"
    if piece["kind"] in {"emphasis", "strong"}:
        command = "\\emph" if piece["kind"] == "emphasis" else "\\textbf"
        return f"{command}{{{tex_text(value)}}}"
    if piece["kind"] == "code":
        return f"\\source{{{tex_source(value)}}}"
    shown = tex_text(value)
    shown = (" " if value[:1].isspace() else "") + shown
    return shown + (" " if value[-1:].isspace() and len(value.strip()) else "")


def _outline(value: str | list[dict[str, Any]]) -> Finished:
    """Text for the PDF's outline, which knows no formulas: these are shown as their source."""
    text = value if isinstance(value, str) else "".join(piece["value"] for piece in value)
    return Finished(tex_outline(text))


def needs_cjk(value: Any) -> bool:
    """Whether any text of the report needs a Chinese, Japanese or Korean font."""
    if isinstance(value, str):
        return any(is_cjk(char) for char in value)
    if isinstance(value, dict):
        return any(needs_cjk(item) for item in value.values())
    if isinstance(value, list | tuple):
        return any(needs_cjk(item) for item in value)
    return False
