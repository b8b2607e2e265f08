"""What the marks say beyond the words of the reports."""

from __future__ import annotations

from collections.abc import Mapping

from derive.languages import PAGES_OWN
from derive.reporting.words import words_in

__all__ = ["ENGLISH", "SIGNS", "site_words"]

ENGLISH: Mapping[str, str] = {
    "every": "proved for every {sizes}",
    "inside": "Steps inside the text",
    "at": "at ",
    "colon": ": ",
    "list": "derive: {counts}",
}
# what is not words, or means little by itself
SIGNS = frozenset({"at", "colon"})


def site_words(language: str) -> Mapping[str, str]:
    """The words of marks and reports for a page in a language (``zh-CN`` speaks ``zh``)."""
    chosen = PAGES_OWN.of(language)
    return {**words_in(chosen), **chosen.labels(ENGLISH, SIGNS)}
