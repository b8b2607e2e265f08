"""Typst reports: the article of the LaTeX report for those without TeX.

What a page says reaches Typst as string literals, and as mathematics made of a fixed table of
names and signs (see `typst_math`); neither can be markup or code.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from jinja2 import Environment

from derive.characters import clean
from derive.languages import PAGES_OWN, Choice
from derive.reporting.article import article
from derive.reporting.finished import Finished
from derive.reporting.latex import needs_cjk
from derive.reporting.notation import Node, parse
from derive.reporting.own_templates import Templates, new_environment, rendered
from derive.reporting.text import is_cjk
from derive.reporting.typst_math import in_pieces, literal
from derive.reporting.view import page_view
from derive.results import PageResult

__all__ = ["render_typst", "typst_source", "typst_text"]

_LONGEST_WORD = 24  # what is longer is no word, and may break anywhere
_BREAK = "\u200b"  # a place where a line may end


def render_typst(
    page: PageResult, templates: Templates | None = None, choice: Choice = PAGES_OWN
) -> str:
    """The report of one page: a complete document that needs no package and no other file.

    Raises:
        TemplateProblem: one of the user's ``templates`` is wrong.
    """
    view = article(page_view(page, choice))
    language = re.match(r"[a-z]{2,3}(?![a-z])", view["lang"])
    values = {
        "view": view,
        "cjk": needs_cjk(view),
        "language": language.group() if language else "en",
    }
    return rendered(_environment(templates), "page.typ.j2", templates, values)


@cache
def _environment(templates: Templates | None) -> Environment:
    # There is no autoescape for Typst: every value goes through one of these filters.
    environment = new_environment(templates, autoescape=False)
    environment.filters["typ"] = lambda value: Finished(typst_text(str(value)))
    environment.filters["plain"] = lambda value: Finished(literal(clean(value)))
    environment.filters["outline"] = _outline
    environment.filters["source"] = lambda value: Finished(typst_source(value))
    environment.filters["formula"] = _pieces
    environment.filters["piece"] = _piece
    return environment


def typst_text(text: str) -> str:
    """Prose as a string literal. Line ends become spaces, but not inside Chinese text, which
    has none; a long run of characters may be broken."""
    words = clean(text).split()
    spaced = ""
    for word in words:
        gap = " " if spaced and not (is_cjk(spaced[-1]) and is_cjk(word[0])) else ""
        spaced += gap + word
    return literal(_breakable(spaced))


def typst_source(source: str) -> str:
    """A formula that may not be typeset, as the characters the author typed."""
    characters = " ".join(clean(source).split())
    return literal(_breakable(characters, ends="})]=+-,&_^"))


def _breakable(text: str, ends: str = "") -> str:
    """Text with places where a line may end: behind some characters, and in long words."""
    shown, unbroken = "", 0
    for char in text:
        unbroken = 0 if char == " " or is_cjk(char) else unbroken + 1
        if unbroken > _LONGEST_WORD:
            shown, unbroken = shown + _BREAK, 1
        shown += char
        if char in ends:
            shown, unbroken = shown + _BREAK, 0
    return shown


def _outline(pieces: list[dict[str, Any]]) -> Finished:
    """Text for the PDF's outline, which knows no formulas: these are shown as their source."""
    text = clean("".join(piece["value"] for piece in pieces))
    return Finished(literal(" ".join(text.split())[:200]))


def _pieces(nodes: tuple[Node, ...]) -> Finished:
    """An array of formulas: mathematics cut where a long line may be broken."""
    return Finished("(" + "".join(f"${part}$, " for part in in_pieces(nodes)).rstrip() + ")")


def _piece(piece: dict[str, Any]) -> Finished:
    shown = _shown(piece)
    if "target" in piece:
        shown = f"#goto({literal(piece['target'])})[{shown}]"
    return Finished(shown)


def _shown(piece: dict[str, Any]) -> str:
    value = piece["value"]
    if piece["kind"] in {"math", "formula"}:
        nodes = parse(value)
        if nodes is None:
            return f"#source({typst_source(value)})"
        function = "inlineformula" if piece["kind"] == "math" else "largeformula"
        return f"#{function}{_pieces(nodes)}"
    if piece["kind"] in {"emphasis", "strong"}:
        return f"#{'emph' if piece['kind'] == 'emphasis' else 'strong'}({typst_text(value)})"
    if piece["kind"] == "code":
        return f"#source({typst_source(value)})"
    inside = bool(value.strip())
    before = " " if value[:1].isspace() else ""
    after = " " if inside and value[-1:].isspace() else ""
    return f'#"{before}{typst_text(value)[1:-1]}{after}"'
