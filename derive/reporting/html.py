"""HTML reports: one file, no script, nothing fetched, readable on paper and on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from jinja2 import Environment
from markupsafe import Markup, escape

from derive.reporting.files import report_names
from derive.reporting.fonts import font_face
from derive.reporting.mathml import to_mathml
from derive.reporting.own_templates import Templates, new_environment, rendered
from derive.reporting.view import index_view, page_view
from derive.results import PageResult

__all__ = ["render_html", "render_html_index"]


def render_html(page: PageResult, templates: Templates | None = None) -> str:
    """The report of one page.

    Raises:
        TemplateProblem: one of the user's ``templates`` is wrong.
    """
    values = {"view": page_view(page)}
    return rendered(_environment(templates), "page.html.j2", templates, values)


def render_html_index(
    pages: Sequence[PageResult], extension: str = ".html", templates: Templates | None = None
) -> str:
    """A list of the pages, linking to reports named as `report_names` names them.

    Raises:
        TemplateProblem: one of the user's ``templates`` is wrong.
    """
    links = report_names([page.path for page in pages], extension)
    languages = {page.language for page in pages}
    language = languages.pop() if len(languages) == 1 else "en"
    values = {"view": index_view(pages, links, language)}
    return rendered(_environment(templates), "index.html.j2", templates, values)


@cache
def _environment(templates: Templates | None) -> Environment:
    # autoescape is set outright: select_autoescape does not know names ending in .j2
    environment = new_environment(templates, autoescape=True)
    environment.filters["piece"] = _piece
    environment.filters["display"] = _display
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


def _math(latex: str, size: str) -> Markup:
    mathml = to_mathml(latex, size)
    if mathml is None:
        return Markup('<code class="source">{}</code>').format(latex)
    return Markup(mathml)
