"""What the marks say beyond the words of the reports, once per language."""

from __future__ import annotations

from collections.abc import Mapping

from derive.reporting.words import language_of

__all__ = ["site_words"]

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "every": "proved for every {sizes}",
        "inside": "Steps inside the text",
        "at": "at ",
        "colon": ": ",
        "list": "derive: {counts}",
    },
    "zh": {
        "every": "已证明，对任意 {sizes}",
        "inside": "正文中的步骤",
        "at": "当 ",
        "colon": "：",
        "list": "derive：{counts}",
    },
}


def site_words(language: str) -> Mapping[str, str]:
    """The words of a language tag (``zh-CN`` speaks ``zh``); English if unknown."""
    return _WORDS[language_of(language)]
