"""Text from a page, made safe to show: no character may change how others are read.

Control characters and bidirectional overrides can make a report, or a terminal, display
something other than it says, so they are shown by their number instead of being obeyed.
"""

from __future__ import annotations

import unicodedata

__all__ = ["clean", "columns", "one_line"]

_KEPT = frozenset("\n\t\u200c\u200d")  # the joiners are letters' business in several scripts


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


def one_line(text: str) -> str:
    """``text`` cleaned and without line ends: it cannot pretend to be a line of its own."""
    return clean(" ".join(text.split()))


def columns(text: str) -> int:
    """How many columns ``text`` takes on a terminal: two for each wide character (UAX 11, those
    of Chinese), none for marks that stand above others."""
    if text.isascii():
        return len(text)
    return sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1
