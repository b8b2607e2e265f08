"""Every step of every catalogue page, proved for the symbol n: one test item per step."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from derive.catalogue import names, page_text
from derive.deciding.decide import decide
from derive.meaning.model import Step
from derive.meaning.understand import understand
from derive.reading.markdown import read_markdown


def _steps() -> Iterator[tuple[str, Step]]:
    for name in names():
        page = read_markdown(page_text(name), f"{name}.md")
        for step in understand(page).steps:
            line, _ = page.place(step.offset)
            right = re.sub(r"[^!-~]+|\\left|\\right|\s+", "", step.right.source)
            yield f"{name}:{line}:{right[:60]}", step


ITEMS = list(_steps())


@pytest.mark.parametrize("step", [s for _, s in ITEMS], ids=[i for i, _ in ITEMS])
def test_step_is_proved_for_every_size(step: Step) -> None:
    assert step.claim is not None, step.error
    verdict = decide(step.claim)
    assert verdict.word == "proved", verdict.message
    assert verdict.every_size, verdict.basis
    assert not verdict.assumed
