"""Text from a page, made safe to show: no character may change how others are read.

Control characters and bidirectional overrides can make a report display something
other than it says, so they are shown by their number instead of being obeyed.
"""

from __future__ import annotations

import unicodedata

__all__ = ["clean", "is_cjk", "language_tag"]

_KEPT = frozenset("\n\t\u200c\u200d")  # the joiners are letters' business in several scripts

_CJK = (
    (0x2E80, 0x303F),
    (0x3040, 0x30FF),
    (0x3100, 0x312F),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7AF),
    (0xF900, 0xFAFF),
    (0xFE30, 0xFE4F),
    (0xFF00, 0xFFEF),
    (0x20000, 0x323AF),
)


def clean(text: str) -> str:
    """``text`` with every invisible or reordering character written as its number."""
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(_shown(char) for char in text)


def _shown(char: str) -> str:
    if char in _KEPT:
        return char
    category = unicodedata.category(char)
    if category in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} or ord(char) & 0xFFFE == 0xFFFE:
        return f"[U+{ord(char):04X}]"
    return char


def is_cjk(char: str) -> bool:
    """Whether the character is set in a Chinese, Japanese or Korean font."""
    if len(char) != 1:
        return False
    code = ord(char)
    return any(first <= code <= last for first, last in _CJK)


def language_tag(language: str) -> str:
    """A well-formed language tag, or English: it goes into an attribute."""
    parts = language.replace("_", "-").split("-")
    fine = parts[0].isascii() and parts[0].isalpha() and 2 <= len(parts[0]) <= 3
    rest = all(part.isascii() and part.isalnum() and len(part) <= 8 for part in parts[1:])
    return "-".join(parts) if fine and rest else "en"
