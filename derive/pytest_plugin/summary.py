"""What pytest says of derivations at its end, from what each test has told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from derive.languages import from_environment
from derive.results import Summary
from derive.terminal import coverage

__all__ = ["summary_lines"]

_STEPS = frozenset({"proved", "assumed", "refuted", "unknown", "unread"})


def summary_lines(told: Iterable[Iterable[tuple[str, object]]]) -> list[str]:
    """The coverage line over the steps that ran, after those that only passed as allowed.

    ``told``: the properties of each test.
    """
    notes: dict[str, None] = {}
    words: Counter[str] = Counter()
    for name, value in (pair for said in told for pair in said):
        if name == "derive_allowed":
            notes.setdefault(str(value))
        elif name == "derive" and value in _STEPS:
            words[str(value)] += 1
    return [*notes, coverage(Summary(steps=words.total(), **words), from_environment())]
