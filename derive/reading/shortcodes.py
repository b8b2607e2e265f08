r"""Formulas between the tags of a site generator: ``{{< katex >}} … {{< /katex >}}`` (Hugo, with
``%`` as well) and ``{% katex %} … {% endkatex %}`` (Jekyll)."""

from __future__ import annotations

import re

from derive.reading.scanner import blank

__all__ = ["in_dollars"]

_NAMES = r"katex|math|mathjax(?:/(?:block|inline))?|latex|tex|equation"
_OPTIONS = r"[ \t][^<>%{}\n]{0,200}"
_TAG = re.compile(
    rf"\{{\{{[<%][ \t]*(?P<close>/?)[ \t]*(?P<name>{_NAMES})(?P<options>{_OPTIONS})?[>%]\}}\}}"
    r"|(?<!\{)\{%-?[ \t]*(?P<end>end)?(?P<tag>katex|math)"
    rf"(?P<display>{_OPTIONS}?)?-?%\}}"
)
_INLINE = re.compile(r"\binline\b|display\s*=\s*\W?(?:false|no|0)\b", re.IGNORECASE)
_DISPLAY = re.compile(r"\bdisplay\b|\bblock\b", re.IGNORECASE)
_NEAR = 300  # characters to each side that are looked at
_OWN_DELIMITERS = ("$", r"\[", r"\(", r"\\[", r"\\(")


def in_dollars(text: str) -> str:
    """The text, of the same length, with dollars and blanks for such tags. A formula that has
    delimiters of its own within them keeps these, and a tag without its partner stays: in some
    themes it only loads the typesetter. On lines of their own they make a display, whatever they
    say; else as they say, inline if they say nothing."""
    if _TAG.search(text) is None:
        return text
    chars = list(text)
    opened: re.Match[str] | None = None
    for tag in _TAG.finditer(text):
        if not (tag["close"] or tag["end"]):
            opened = tag
        elif opened is not None and (opened["name"], opened["tag"]) == (tag["name"], tag["tag"]):
            _replace(text, chars, opened, tag)
            opened = None
    return "".join(chars)


def _replace(text: str, chars: list[str], opening: re.Match[str], closing: re.Match[str]) -> None:
    start, end = opening.end(), closing.start()
    inside = text[start:end]
    if not inside.strip():
        return
    display = _is_display(text, opening, closing)
    framed = inside.lstrip().startswith(_OWN_DELIMITERS)
    if not framed and "$" in inside and not display:
        return
    if not framed or inside[0] in "\r\n" or _before(text, opening).strip():
        blank(chars, opening.start(), start)  # else what follows would be indented: code
    blank(chars, end, closing.end())
    if framed:
        return
    if display:
        chars[opening.start() : opening.start() + 2] = "$$"
        chars[end : end + 2] = "$$"
    else:
        chars[start + len(inside) - len(inside.lstrip()) - 1] = "$"
        chars[start + len(inside.rstrip())] = "$"


def _is_display(text: str, opening: re.Match[str], closing: re.Match[str]) -> bool:
    said = f"{opening['name'] or ''} {opening['options'] or ''} {opening['display'] or ''}"
    after = text[closing.end() : closing.end() + _NEAR].partition("\n")[0]
    alone = not _before(text, opening).strip(" \t>-*") and not after.strip(" \t\r.,;")
    if alone and ("\n" in text[opening.end() : closing.start()] or _INLINE.search(said) is None):
        return True
    return _DISPLAY.search(said) is not None and _INLINE.search(said) is None


def _before(text: str, tag: re.Match[str]) -> str:
    """What stands on its line before it."""
    return text[max(0, tag.start() - _NEAR) : tag.start()].rpartition("\n")[2]
