"""HTML entities as their characters, each followed by spaces so that nothing moves."""

from __future__ import annotations

import re
from html import unescape

__all__ = ["without_entities", "without_escapes"]

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ESCAPE = re.compile(r"&(?:lt|gt|amp);")


def without_entities(text: str) -> str:
    """Text of an HTML page as it is shown, of the same length and in the same lines."""
    return _ENTITY.sub(_padded, text) if "&" in text else text


def without_escapes(text: str) -> str:
    """The same for the three characters that have to be escaped. What else looks like an
    entity in LaTeX may be a column mark and a name."""
    return _ESCAPE.sub(_padded, text) if "&" in text else text


def _padded(entity: re.Match[str]) -> str:
    length = len(entity.group())
    character = unescape(entity.group())
    if len(character) > length or character.isspace():
        character = " "
    return character.ljust(length)
