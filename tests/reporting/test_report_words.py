"""Words: every language says everything."""

from __future__ import annotations

import re

import pytest

from derive.reporting.sentences import phrase
from derive.reporting.words import WORDS, words_for


@pytest.mark.parametrize("language", WORDS)
def test_every_language_has_the_same_words_with_the_same_gaps(language: str) -> None:
    english = WORDS["en"]
    words = WORDS[language]
    assert list(words) == list(english)
    for key, word in words.items():
        assert set(re.findall(r"\{\w+\}", word)) == set(re.findall(r"\{\w+\}", english[key]))


@pytest.mark.parametrize(
    ("tag", "spoken"), [("zh", "zh"), ("zh-CN", "zh"), ("zh_TW", "zh"), ("de", "en"), ("", "en")]
)
def test_unknown_languages_speak_english(tag: str, spoken: str) -> None:
    assert words_for(tag)["language"] == spoken


def test_known_sentences_are_translated_and_unknown_ones_are_marked() -> None:
    assert phrase("zh", "differentiation") == (["求导"], "zh")
    assert phrase("zh", "something new") == (["something new"], "en")
    assert phrase("en", "differentiation") == (["differentiation"], "en")


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("line 7", "第 7 行的结果"),
        ("line 7 of cell 2", "第 2 单元第 7 行的结果"),
        ("line 7 of part.tex", "part.tex 第 7 行的结果"),
    ],
)
def test_an_earlier_result_is_named_by_its_place(place: str, said: str) -> None:
    assert phrase("zh", f"the result on {place}") == ([said], "zh")
    assert phrase("en", f"the result on {place}") == ([f"the result on {place}"], "en")


def test_names_inside_known_sentences_are_mathematics() -> None:
    assert phrase("en", "a is read as a^{L}") == (["", "a", " is read as ", "a^{L}", ""], "en")
    assert phrase("en", "$ is read as $") == (["$ is read as $"], "en")
