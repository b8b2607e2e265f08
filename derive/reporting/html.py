"""HTML reports: one file, no script, nothing fetched, readable on paper and on a phone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from jinja2 import Environment
from markupsafe import Markup, escape

from derive.languages import PAGES_OWN, Choice
from derive.reporting.files import report_names
from derive.reporting.fonts import font_face
from derive.reporting.graph import graph_view
from derive.reporting.mathml import to_mathml
from derive.reporting.own_templates import Templates, new_environment, rendered
from derive.reporting.prose import block_html, inline_html
from derive.reporting.view import index_view, page_view
from derive.results import PageResult

__all__ = ["render_html", "render_html_index"]


def render_html(
    page: PageResult, templates: Templates | None = None, choice: Choice = PAGES_OWN
) -> str:
    """The report of one page.

    Raises:
        TemplateProblem: one of the user's ``templates`` is wrong.
    """
    view = page_view(page, choice)
    _put_headings_in_order(view["blocks"])
    values = {"view": view, "graph": graph_view(page, choice)}
    return rendered(_environment(templates), "page.html.j2", templates, values)


def render_html_index(
    pages: Sequence[PageResult],
    extension: str = ".html",
    templates: Templates | None = None,
    choice: Choice = PAGES_OWN,
) -> str:
    """A list of the pages, linking to reports named as `report_names` names them.

    Raises:
        TemplateProblem: one of the user's ``templates`` is wrong.
    """
    links = report_names([page.path for page in pages], extension)
    values = {"view": index_view(pages, links, choice)}
    return rendered(_environment(templates), "index.html.j2", templates, values)


def _put_headings_in_order(blocks: list[dict[str, Any]]) -> None:
    """No heading is more than one level below the one before it: who listens to a page finds
    the way by its levels, and authors choose them for their size."""
    above = [1]  # the levels, as the author wrote them, of the headings that enclose this place
    for block in blocks:
        if block["kind"] == "heading":
            while len(above) > 1 and above[-1] >= block["level"]:
                above.pop()
            above.append(block["level"])
            block["level"] = min(len(above), 6)


@cache
def _environment(templates: Templates | None) -> Environment:
    # autoescape is set outright: select_autoescape does not know names ending in .j2
    environment = new_environment(templates, autoescape=True)
    environment.filters["piece"] = _piece
    environment.filters["display"] = _display
    environment.filters["fitted"] = _fitted
    environment.filters["prose"] = lambda text: block_html(text, _inline_math)
    environment.filters["heading"] = lambda text: inline_html(text, _inline_math)
    environment.tests["wide"] = _is_wide
    environment.globals["font_face"] = Markup(font_face())
    return environment


_SIZES = {"math": "inline", "formula": "large"}
_TAGS = {"code": "code", "emphasis": "em", "strong": "strong"}


def _piece(piece: dict[str, str]) -> Markup:
    """A piece inside a line of text."""
    value, lang = piece["value"], piece["lang"]
    if piece["kind"] in _SIZES:
        return _math(value, _SIZES[piece["kind"]])
    if piece["kind"] in _TAGS:
        return Markup("<{0}>{1}</{0}>").format(_TAGS[piece["kind"]], value)
    return Markup('<span lang="{}">{}</span>').format(lang, value) if lang else escape(value)


def _display(piece: dict[str, str]) -> Markup:
    """A formula on a line of its own."""
    return _math(piece["value"], "block")


# What surely fits into the narrowest screen, and on a desk; what is longer may have to scroll.
_FITTING = 24
_ON_A_DESK = 70


def _inline_math(latex: str) -> Markup:
    mathml = _math(latex, "inline")
    length = _length({"kind": "math", "value": latex})
    if length <= _FITTING:
        return mathml
    kind = "long" if length <= _ON_A_DESK else "endless"
    return Markup('<span class="{}" tabindex="0">{}</span>').format(kind, mathml)


def _fitted(piece: dict[str, str]) -> Markup:
    """A piece inside a line of text that scrolls if it is too wide for the screen."""
    return _inline_math(piece["value"]) if piece["kind"] == "math" else _piece(piece)


def _is_wide(pieces: Sequence[dict[str, str]]) -> bool:
    """Whether a line may be wider than a phone, so that the keyboard has to reach it."""
    return sum(_length(piece) for piece in pieces) > _FITTING


def _length(piece: dict[str, str]) -> int:
    if piece["kind"] not in _SIZES:
        return 0  # words wrap
    mathml = to_mathml(piece["value"])
    return len(re.sub(r"<[^>]*>", "", mathml)) if mathml else 0


def _math(latex: str, size: str) -> Markup:
    mathml = to_mathml(latex, size)
    if mathml is None:
        return Markup('<code class="source">{}</code>').format(latex)
    return Markup(mathml)
