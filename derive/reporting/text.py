"""What script a text is in, and in what language: for fonts and attributes of a report."""

from __future__ import annotations

__all__ = ["is_cjk", "language_tag"]

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
