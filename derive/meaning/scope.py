"""The letters of one chain, and the names that a page defines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from derive.formula import FormulaError, Node
from derive.meaning.rows import Row
from derive.terms import Entry, Ix

__all__ = ["Defined", "Key", "MissingIndex", "Scope"]


class MissingIndex(FormulaError):
    """A family without (all) its indices; ``name`` is the node that lacks them."""

    def __init__(self, message: str, at: int, name: Node, rank: int) -> None:
        super().__init__(message, at)
        self.name = name
        self.rank = rank


@dataclass
class Scope:
    """The letters of one chain: free indices, the indices bound around the current place,
    and the variable that a prime differentiates by."""

    letters: dict[str, Ix] = field(default_factory=dict)
    bound: list[dict[str, Ix]] = field(default_factory=list)
    variable: Entry | None = None
    head_letters: frozenset[str] | None = None
    index_free: bool = False
    parameter: str = ""
    slots: list[Ix] = field(default_factory=list)  # of the entries of whole vectors
    notes: list[str] = field(default_factory=list)
    row: Row | None = None  # what the row that is being read shows of functions

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)


Key = tuple[str, str, int]


class Defined:
    """The names that the page defines: (name, label, number of indices)."""

    def __init__(self, keys: Iterable[Key]) -> None:
        self.names: set[str] = set()
        self._keys: set[Key] = set()
        self._ranks: set[tuple[str, int]] = set()
        self._labels: dict[tuple[str, int], list[str]] = defaultdict(list)
        for key in keys:
            self.add(key)

    def add(self, key: Key) -> None:
        name, label, rank = key
        self.names.add(name)
        self._keys.add(key)
        self._ranks.add((name, rank))
        if label:
            self._labels[name, rank].append(label)

    def __contains__(self, key: Key) -> bool:
        return key in self._keys

    def with_rank(self, name: str, rank: int) -> bool:
        """Whether a name is defined with that many indices, whatever its label."""
        return (name, rank) in self._ranks

    def label_of(self, name: str, rank: int) -> str:
        """The label with which a name is first defined, if it is with one."""
        return next(iter(self._labels.get((name, rank), ())), "")
