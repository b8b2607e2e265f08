"""What pytest says of derivations at its end, from what each test has told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from derive.results import Summary
from derive.terminal import coverage

__all__ = ["summary_lines"]


def summary_lines(told: Iterable[Mapping[str, object]]) -> list[str]:
    """The coverage line over the steps that ran, after those that only passed as allowed."""
    notes: dict[str, None] = {}
    words: Counter[str] = Counter()
    for said in told:
        if note := said.get("derive_allowed"):
            notes.setdefault(str(note))
        if (word := said.get("derive")) not in (None, "page", "condition", "skipped"):
            words[str(word)] += 1
    summary = Summary(steps=words.total(), **words)
    return [*notes, coverage(summary)]
