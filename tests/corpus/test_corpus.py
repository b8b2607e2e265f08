"""The shared corpus, beside its labels: no wrong verdict, no step that is refuted and not
reviewed, and nothing decided before that is not decided now."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from tests.corpus.labels import place_of, read_labels, same_side
from tests.corpus.run import FOLDER, Measured, measured

LABELLED = read_labels()
REVIEWED = (Path(__file__).with_name("slips.md")).read_text(encoding="utf-8")
# Steps of the fragment that are decided; a change that decides fewer has to say why.
DECIDED = 162

needs_corpus = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="../shared/corpus is not beside this repository"
)


@cache
def met(document: str) -> Measured:
    return measured(document, FOLDER / document, LABELLED[document])


@needs_corpus
@pytest.mark.parametrize("document", LABELLED)
def test_no_verdict_contradicts_what_a_reader_found(document: str) -> None:
    found = met(document)
    assert [(m.label.place, m.outcome, m.label.right) for m in found.wrong] == []
    assert [(s.span.line, s.left, s.right) for s in found.alarms] == []


@needs_corpus
@pytest.mark.parametrize("document", LABELLED)
def test_every_refuted_step_is_reviewed(document: str) -> None:
    heads = [
        line
        for line in REVIEWED.partition("## B.")[0].splitlines()
        if line.startswith("### ") and document in line
    ]
    reviewed = {
        place
        for head in heads
        for place in re.findall(r"\d+(?::\d+)?", head.partition(document)[2])
    }
    refuted = {place_of(s.span.line) for s in met(document).page.steps if s.word == "refuted"}
    assert refuted <= reviewed


@needs_corpus
def test_no_step_is_lost_that_was_decided() -> None:
    assert sum(len(met(document).decided) for document in LABELLED) >= DECIDED


@needs_corpus
@pytest.mark.parametrize("document", LABELLED)
def test_labels_speak_of_what_the_page_says(document: str) -> None:
    text = (FOLDER / document).read_text(encoding="utf-8").replace("\\\\", "\\")
    whole = re.sub(r"\s|\\n|[{}]|\\[,;!]|&", "", text)
    lost = [
        label.place
        for label in LABELLED[document]
        if label.counts and not same_side(label.right, "") and _core(label.right) not in whole
    ]
    assert len(lost) <= 0.1 * len(LABELLED[document])  # macros are written out in labels


def _core(side: str) -> str:
    return re.sub(r"\s|[{}]|\\[,;!]|&", "", side)[:12]


def test_every_label_is_of_a_known_kind() -> None:
    for labels in LABELLED.values():
        for label in labels:
            assert label.kind in ("definition", "step", "given", "example", "update", "other")
            if label.counts:
                assert label.expected_word in ("proved", "assumed", "refuted"), label
