"""Index slots unified: which axis every index runs over, inferred for the whole page.

As types are inferred: each slot of a family and each bound or free index starts
with an axis of its own; using an index in a slot makes the two one. In the end a
Σ without limits has the axis of the slots its index fills, and the k of the
inputs is told from the k of the classes.
"""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from derive.terms import At, Axis, Index

__all__ = ["AxisTable", "AxisVar", "Range", "RangeMisfit"]


@dataclass(frozen=True, slots=True)
class Range:
    """``start`` … ``size + shift`` as written; ``size`` "" for a plain number."""

    start: int
    size: str
    shift: int
    mentioned: bool = False  # the size stands somewhere as a number, no sum has this range


class RangeMisfit(Exception):
    """A sum whose range does not fit the axis of its index."""


@dataclass(eq=False)
class AxisVar:
    """An axis not yet known. Stands in for `Axis` while a page is being read."""

    parent: AxisVar | None = None
    ranges: list[Range] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    order: int = 0
    slotted: bool = False
    summed: bool = False  # a sum of the author's runs over it

    def root(self) -> AxisVar:
        node = self
        while node.parent is not None:
            node = node.parent
        if self.parent is not None:
            self.parent = node  # a short way next time
        return node


class AxisTable:
    """Creates, merges and finally resolves the axes of one page."""

    def __init__(self) -> None:
        self.vars: list[AxisVar] = []
        self.by_size: dict[str, AxisVar] = {}
        self._resolved: dict[int, Axis] = {}

    def new(self) -> AxisVar:
        var = AxisVar(order=len(self.vars))
        self.vars.append(var)
        return var

    def unify(self, a: AxisVar, b: AxisVar) -> None:
        a, b = a.root(), b.root()
        if a is b:
            return
        if b.order < a.order:
            a, b = b, a
        b.parent = a
        a.ranges += b.ranges
        a.numbers += b.numbers
        a.slotted |= b.slotted
        a.summed |= b.summed

    def resolve(self, taken: set[str]) -> None:
        """Give every axis its size: the range most often written for it, else a new letter."""
        self._join_by_size()
        roots = {id(v.root()): v.root() for v in self.vars}
        free_letters = [c for c in "nmNMKDpqrs" if c not in taken]
        used = {r.size for root in roots.values() for r in root.ranges if r.size}
        fresh = itertools.chain(
            [c for c in free_letters if c not in used], (f"n_{i}" for i in itertools.count(1))
        )
        for root in sorted(roots.values(), key=lambda v: v.order):
            self._resolved[id(root)] = self._axis_of(root, fresh)

    def without_size(self) -> list[AxisVar]:
        """The axes that the page sums over, and for which it writes no range."""
        roots = {id(v.root()): v.root() for v in self.vars}
        return [
            root for root in roots.values() if root.slotted and root.summed and not root.ranges
        ]

    def _join_by_size(self) -> None:
        """A sum whose index fills no slot (Σ_{k=1}^{n} c) runs over the axis of its size."""
        by_size: dict[str, AxisVar] = {}
        roots = sorted({id(v.root()): v.root() for v in self.vars}.values(), key=lambda v: v.order)
        for root in sorted(roots, key=lambda v: not v.slotted):
            for size in dict.fromkeys(r.size for r in root.ranges if r.size):
                known = by_size.setdefault(size, root)
                if known.root() is not root.root() and not root.slotted:
                    self.unify(known, root)

    def _axis_of(self, root: AxisVar, fresh: Any) -> Axis:
        written = [r for r in root.ranges if r.size and not r.mentioned]
        written = written or [r for r in root.ranges if r.size]
        if written:
            counts = Counter(written)
            # the longest range written is the whole axis, and Σ_{k=2}^{n} a part of it
            best = max(counts, key=lambda r: (counts[r], -r.start, r.shift))
            same = [r for r in counts if r.size == best.size]
            start = _first(same, root.numbers)
            shift = max(r.shift for r in same)
            extra = shift - start + 1
            size = best.size if extra == 0 else f"{best.size}{extra:+d}"
            return Axis(size, start)
        fixed = [r for r in root.ranges if not r.size]
        if fixed:
            start = _first(fixed, root.numbers)
            end = max(r.shift for r in fixed)
            return Axis(str(end - start + 1), start, end - start + 1)
        start = 0 if root.numbers and min(root.numbers) == 0 else 1
        return Axis(next(fresh), start)

    def axis(self, var: AxisVar) -> Axis:
        return self._resolved[id(var.root())]

    def excluded_by(self, var: AxisVar, written: Range) -> tuple[At, ...]:
        """The positions that a shorter range leaves out.

        Raises:
            RangeMisfit: the range is no part of the axis.
        """
        axis = self.axis(var)
        whole = _range_of(axis, var.root().ranges)
        if written.size != whole.size:
            raise RangeMisfit(
                f"the sum runs to {_upper(written)}, but its index belongs to a range that "
                f"ends at {_upper(whole)}"
            )
        front, back = written.start - whole.start, whole.shift - written.shift
        if front < 0 or back < 0 or front + back > 6:
            raise RangeMisfit(
                f"the range {written.start}…{_upper(written)} does not fit "
                f"{whole.start}…{_upper(whole)}"
            )
        first = tuple(At(axis, i) for i in range(front))
        return first + tuple(At(axis, -i, True) for i in range(back))

    def position(self, axis: Axis, number: int) -> Index:
        return At(axis, number - axis.start)


def _first(ranges: list[Range], numbers: list[int]) -> int:
    """The first index of an axis: 1, unless 0 is written. Nothing is counted from 2 on: a
    page with Σ_{k=2}^{n} only speaks of a part of 1…n."""
    return min([1, *(r.start for r in ranges), *(n for n in numbers if n == 0)])


def _range_of(axis: Axis, ranges: list[Range]) -> Range:
    if axis.fixed is not None:
        return Range(axis.start, "", axis.start + axis.fixed - 1)
    for r in ranges:
        if r.size and axis.size.startswith(r.size):
            extra = axis.size[len(r.size) :]
            return Range(axis.start, r.size, (int(extra) if extra else 0) + axis.start - 1)
    return Range(axis.start, axis.size, axis.start - 1)


def _upper(r: Range) -> str:
    if not r.size:
        return str(r.shift)
    return r.size if not r.shift else f"{r.size}{r.shift:+d}"
