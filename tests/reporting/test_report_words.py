"""Labels: every language has them all, with the same gaps."""

from __future__ import annotations

import pytest

from derive.languages import language, languages
from derive.languages.patterns import Pattern
from derive.reporting.words import ENGLISH, words_in


@pytest.mark.parametrize("name", languages())
def test_every_language_has_the_same_labels_with_the_same_gaps(name: str) -> None:
    words = words_in(language(name))
    assert list(words) == ["language", *ENGLISH]
    for key, english in ENGLISH.items():
        assert Pattern.of(words[key]).names == Pattern.of(english).names


@pytest.mark.parametrize(
    ("tag", "spoken"), [("zh", "zh"), ("zh-CN", "zh"), ("zh_TW", "zh"), ("de", "en"), ("", "en")]
)
def test_a_page_in_an_unknown_language_is_reported_on_in_english(tag: str, spoken: str) -> None:
    assert words_in(language(tag))["language"] == spoken
