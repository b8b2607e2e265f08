"""Formulas as Sphinx has them, matched to those that were checked.

Their lines do not suffice for that: parsers count them from different places, and not at all
inside paragraphs. Their text does, in the order of the page.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence

from derive.results import StepResult

__all__ = ["Matching"]

Steps = tuple[StepResult, ...]


class Matching:
    """Gives each formula's steps away once."""

    def __init__(self, formulas: Sequence[tuple[str, Steps]]) -> None:
        self._formulas = [("".join(source.split()), steps) for source, steps in formulas]
        self._places: dict[str, deque[int]] = defaultdict(deque)
        for at, (key, _) in enumerate(self._formulas):
            self._places[key].append(at)
        self._taken: set[int] = set()

    def take(self, text: str) -> list[StepResult]:
        """The steps of the next formula with this text, or of the next formulas that make it up
        together: what empty lines set apart in a math directive is several."""
        key = "".join(text.split())
        same = self._places.get(key)
        while key and same:
            at = same.popleft()
            if at not in self._taken:
                return self._of([at])
        for first in self._beginnings(key):
            found, rest = [], key
            for at in range(first, len(self._formulas)):
                part = self._formulas[at][0]
                if not part or at in self._taken or not rest.startswith(part):
                    break
                found.append(at)
                rest = rest[len(part) :]
                if not rest:
                    return self._of(found)
        return []

    def left(self) -> list[StepResult]:
        """The steps that nobody has taken."""
        return [
            step
            for at, (_, steps) in enumerate(self._formulas)
            if at not in self._taken
            for step in steps
        ]

    def _beginnings(self, key: str) -> Iterable[int]:
        for at, (part, _) in enumerate(self._formulas):
            if part and at not in self._taken and key.startswith(part):
                yield at

    def _of(self, places: Iterable[int]) -> list[StepResult]:
        self._taken |= set(places)
        return [step for at in places for step in self._formulas[at][1]]
