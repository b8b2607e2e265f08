"""The author's prose as HTML: paragraphs, lists, quotations and tables as they were written.

markdown-it-py finds what is what; only the few elements below are ever written, and all text
goes through escaping. Formulas are taken out before, as backslashes and underscores mean
something else in Markdown. A report leads nowhere that the page chose: of a link its words
remain, of a picture its description, and of tags that only arrange things nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from html import unescape

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

from derive.characters import clean
from derive.reporting.text import is_cjk

__all__ = ["block_html", "inline_html"]

SetMath = Callable[[str], Markup]

_FORMULA = re.compile(
    r"(?P<code>(?<!`)(`+)(?!`)[^\n]+?(?<!`)\2(?!`))"
    r"|\\{1,2}\((?P<paren>[^\n]+?)\\{1,2}\)"
    r"|(?<![\\$])\$(?P<math>[^$\s](?:[^$\n]*[^$\s\\])?)\$(?![\d$])"
)
# A formula's number between two characters that `clean` takes from everything a page says.
_HELD = re.compile("\ue0f0(\\d+)\ue0f1")
_ARRANGING = re.compile(
    r"</?(?:a|abbr|address|article|b|big|blockquote|center|dd|div|dl|dt|em|figure|figcaption|font|"
    r"footer|h[1-6]|header|hr|i|img|ins|kbd|li|main|mark|nav|ol|p|section|small|span|strong|sub|"
    r"sup|table|tbody|td|tfoot|th|thead|tr|tt|u|ul)"
    r"(?:\s[^<>\n]{0,2000})?/?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z0-9]{1,31});")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)

# What is written for a token of markdown-it; what is not listed leaves nothing but its text.
_OPEN = {
    "bullet_list_open": "<ul>",
    "bullet_list_close": "</ul>",
    "list_item_open": "<li>",
    "list_item_close": "</li>",
    "ordered_list_close": "</ol>",
    "blockquote_open": "<blockquote>",
    "blockquote_close": "</blockquote>",
    "table_open": '<div class="scroll"><table>',
    "table_close": "</table></div>",
    "thead_open": "<thead>",
    "thead_close": "</thead>",
    "tbody_open": "<tbody>",
    "tbody_close": "</tbody>",
    "tr_open": "<tr>",
    "tr_close": "</tr>",
    "th_open": '<th scope="col">',
    "th_close": "</th>",
    "td_open": "<td>",
    "td_close": "</td>",
    "em_open": "<em>",
    "em_close": "</em>",
    "strong_open": "<strong>",
    "strong_close": "</strong>",
    "s_open": "<s>",
    "s_close": "</s>",
    "hardbreak": "<br>",
}


def block_html(source: str, set_math: SetMath) -> Markup:
    """A block of prose: its paragraphs, lists, quotations and tables."""
    held: list[str] = []
    tokens = _parser().parse(_hold(source, held))
    return Markup("").join(_written(tokens, held, set_math))


def inline_html(source: str, set_math: SetMath) -> Markup:
    """A heading: prose without blocks."""
    held: list[str] = []
    tokens = _parser().parseInline(_hold(source, held))
    return Markup("").join(_written(tokens, held, set_math))


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    # headings and code are blocks of their own long before, and a page has no references here
    parser.disable(["code", "fence", "heading", "lheading", "html_block", "hr", "reference"])
    parser.disable("entity")
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # no address is written
    return parser


def _hold(source: str, held: list[str]) -> str:
    """The text with a mark for each formula, and without tags that only arrange things."""
    text = clean(source)
    parts = []
    at = 0
    for match in _FORMULA.finditer(text):
        parts.append(_without_tags(text[at : match.start()]))
        if match.group("code"):
            parts.append(match.group())
        else:
            parts.append(f"\ue0f0{len(held)}\ue0f1")
            held.append((match.group("paren") or match.group("math")).strip())
        at = match.end()
    parts.append(_without_tags(text[at:]))
    return "".join(parts)


def _without_tags(text: str) -> str:
    """Entities last: they may spell a tag, which is text then, or a character to be cleaned."""
    bare = _ARRANGING.sub("", _BREAK.sub("\\\n", text))
    return _ENTITY.sub(lambda match: clean(unescape(match.group())), bare)


def _written(tokens: Iterable[Token], held: list[str], set_math: SetMath) -> list[Markup]:
    out: list[Markup] = []
    for token in tokens:
        match token.type:
            case "inline":
                out += _inline(token, held, set_math)
            case "paragraph_open" if not token.hidden:
                out.append(Markup("<p>"))
            case "paragraph_close" if not token.hidden:
                out.append(Markup("</p>"))
            case "ordered_list_open":
                start = int(token.attrGet("start") or 1)
                out.append(Markup("<ol>") if start == 1 else Markup(f'<ol start="{start}">'))
            case kind if kind in _OPEN:
                out.append(Markup(_OPEN[kind]))
    return out


def _inline(token: Token, held: list[str], set_math: SetMath) -> list[Markup]:
    out: list[Markup] = []
    pieces = token.children or []
    for number, piece in enumerate(pieces):
        match piece.type:
            case "text":
                out.append(_text(piece.content, held, set_math))
            case "code_inline":
                out.append(Markup("<code>{}</code>").format(_shown(piece.content, held)))
            case "image":
                out.append(_text(piece.content, held, set_math))
            case "softbreak":
                out.append(Markup(_gap(pieces[number - 1 : number], pieces[number + 1 :])))
            case kind if kind in _OPEN:
                out.append(Markup(_OPEN[kind]))
    return out


def _gap(before: list[Token], after: list[Token]) -> str:
    """Between two lines: a space, but none inside Chinese text."""
    left = before[0].content.rstrip()[-1:] if before else ""
    right = after[0].content.lstrip()[:1] if after else ""
    return "" if is_cjk(left) and is_cjk(right) else "\n"


def _shown(text: str, held: list[str]) -> str:
    return _HELD.sub(lambda match: f"${held[int(match.group(1))]}$", text)


def _text(text: str, held: list[str], set_math: SetMath) -> Markup:
    """Text with its formulas."""
    parts = _HELD.split(text)
    return Markup("").join(
        set_math(held[int(part)]) if number % 2 else escape(part)
        for number, part in enumerate(parts)
    )
