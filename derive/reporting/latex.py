"""LaTeX reports, for xelatex and lualatex. What a page says never reaches TeX unread."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from derive.reporting.notation import Text, parse
from derive.reporting.notation_print import Dialect, print_latex
from derive.reporting.tex_text import tex_source, tex_text
from derive.reporting.text import is_cjk
from derive.reporting.view import page_view
from derive.results import PageResult

__all__ = ["render_latex"]


def render_latex(page: PageResult) -> str:
    """The report of one page: a complete document."""
    view = page_view(page)
    return str(_environment().get_template("page.tex.j2").render(view=view, cjk=_needs_cjk(view)))


@cache
def _environment() -> Environment:
    # Delimiters that are inert in TeX and that no escaped text can contain. There is no
    # autoescape for TeX: every value in the template goes through one of these filters.
    environment = Environment(
        loader=PackageLoader("derive.reporting"),
        block_start_string="\\BLOCK{",
        block_end_string="}",
        variable_start_string="\\VAR{",
        variable_end_string="}",
        comment_start_string="\\#{",
        comment_end_string="}",
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        autoescape=False,
        finalize=_only_finished,
    )
    environment.filters["tex"] = lambda value: _Finished(tex_text(str(value)))
    environment.filters["finished"] = lambda value: _Finished(value)
    environment.filters["piece"] = _piece
    environment.filters["display"] = _display
    return environment


class _Finished(str):
    """Text that has been made safe for TeX."""

    __slots__ = ()


def _only_finished(value: Any) -> Any:
    """A value that skipped the filters is a mistake in the template, caught at once."""
    if isinstance(value, str) and not isinstance(value, _Finished):
        raise TypeError("a value reached the LaTeX template without being escaped")
    return value


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


def _formula(latex: str) -> str | None:
    nodes = parse(latex)
    return None if nodes is None else print_latex(nodes, _DIALECT)


def _piece(piece: dict[str, str]) -> _Finished:
    value = piece["value"]
    if piece["kind"] in {"math", "formula"}:
        formula = _formula(value)
        style = "\\inlineformula" if piece["kind"] == "math" else "\\largeformula"
        source = f"\\source{{{tex_source(value)}}}"
        shown = source if formula is None else f"{style}{{{formula}}}"
    elif piece["kind"] in {"emphasis", "strong"}:
        command = "\\emph" if piece["kind"] == "emphasis" else "\\textbf"
        shown = f"{command}{{{tex_text(value)}}}"
    elif piece["kind"] == "code":
        shown = f"\\source{{{tex_source(value)}}}"
    else:
        shown = tex_text(value)
        shown = (" " if value[:1].isspace() else "") + shown
        shown += " " if value[-1:].isspace() and len(value.strip()) else ""
    return _Finished(shown)


def _display(piece: dict[str, str]) -> _Finished:
    formula = _formula(piece["value"])
    if formula is None:
        return _Finished(f"\\sourceline{{{tex_source(piece['value'])}}}")
    return _Finished(f"\\displayline{{{formula}}}")


def _needs_cjk(value: Any) -> bool:
    """Whether any text of the report needs a Chinese, Japanese or Korean font."""
    if isinstance(value, str):
        return any(is_cjk(char) for char in value)
    if isinstance(value, dict):
        return any(_needs_cjk(item) for item in value.values())
    if isinstance(value, list):
        return any(_needs_cjk(item) for item in value)
    return False
