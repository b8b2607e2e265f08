"""The verdicts that a user may allow, by option, setting or annotation of a site: they are then no
findings. What is refuted never can be."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["ALLOWABLE", "CHOICES", "split", "strange"]

ALLOWABLE = ("assumed", "unknown", "unread")
CHOICES = f"choose from {', '.join(ALLOWABLE)}"


def split(text: str) -> frozenset[str]:
    """The words of a list with commas."""
    return frozenset(word.strip() for word in text.split(",") if word.strip())


def strange(words: Iterable[str]) -> list[str]:
    """Those that are no verdict, or one that cannot be allowed, in order."""
    return sorted(set(words) - set(ALLOWABLE))
