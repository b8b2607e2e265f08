"""Whole vectors and matrices as indexed terms: ``W x + b`` becomes ``Σ_k W_ik x_k + b_i``.

Every operation is the sum or product over entries that it abbreviates. Nothing else is known
of vectors and matrices, so a claim about them is decided entry by entry, for all dimensions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast

from derive.formula import FormulaError
from derive.meaning.axes import AxisTable, AxisVar, Range
from derive.terms import (
    ONE,
    Add,
    Axis,
    Delta,
    Entry,
    Family,
    Index,
    Ix,
    Mul,
    Prod,
    Sum,
    Term,
    bound_indices,
    fresh,
    indices_of,
    map_indices,
    neg,
    rebuild,
)

__all__ = ["Array", "Arrays", "Lie", "kind_of"]

Lie = Literal["column", "row", "either"]


@dataclass(frozen=True, slots=True)
class Array:
    """A term and the indices of its entries, in order: none for a number, one for a vector,
    two (row, column) for a matrix.

    ``lie``: how a vector lies; a gradient may be either. ``jacobian``: the derivatives of one
    vector by another, of which authors disagree which index comes first.
    """

    term: Term
    slots: tuple[Ix, ...] = ()
    lie: Lie = "column"
    jacobian: bool = False

    @property
    def rank(self) -> int:
        return len(self.slots)

    def mapped(self, function: Callable[[Term], Term]) -> Array:
        """A function of each entry."""
        return replace(self, term=function(self.term), jacobian=False)


_KINDS = ("a number", "a vector", "a matrix", "an array with three indices")


def kind_of(rank: int) -> str:
    return _KINDS[min(rank, 3)]


class Arrays:
    """The operations, for a page whose axes are still being unified."""

    def __init__(
        self, axes: AxisTable, ranges: dict[int, tuple[Range, int]], used: set[str]
    ) -> None:
        """``used``: the letters of the page, which no new index should look like."""
        self.axes = axes
        self.ranges = ranges
        free = tuple(c for c in "ijklpqrsuvmnabcdfgh" if c not in used)
        self.letters = (*free, *(f"{c}'" for c in "ijklpq")) if len(free) < 4 else free

    # ------------------------------------------------------------------ indices

    def slot(self, axis: AxisVar | None = None) -> Ix:
        """An index for the entries of something, on ``axis`` or on one not yet known."""
        return fresh(self.letters[0], cast(Axis, axis if axis is not None else self.axes.new()))

    def unify(self, a: Index, b: Index) -> None:
        self.axes.unify(cast(AxisVar, a.axis), cast(AxisVar, b.axis))

    def renamed(self, array: Array, slots: Sequence[Ix]) -> Array:
        """The same array over other indices, which thereby run over the same axes."""
        for old, new in zip(array.slots, slots, strict=True):
            self.unify(old, new)
        mapping = dict(zip(array.slots, slots, strict=True))
        return replace(array, term=map_indices(array.term, mapping), slots=tuple(slots))

    def entry(self, array: Array, indices: Sequence[Index]) -> Array:
        """Some or all indices filled in, from the first: ``(W x)_i``."""
        chosen = array.slots[: len(indices)]
        for slot, index in zip(chosen, indices, strict=True):
            self.unify(slot, index)
        term = map_indices(array.term, dict(zip(chosen, indices, strict=True)))
        return Array(term, array.slots[len(indices) :])

    def copy(self, array: Array) -> Array:
        """The same array with bound indices and slots of its own."""
        binders = bound_indices(array.term)
        new = {ix: fresh(ix.name, ix.axis) for ix in (*binders, *array.slots)}
        for old, ix in new.items():
            if old.uid in self.ranges:
                self.ranges[ix.uid] = self.ranges[old.uid]

        def visit(node: Term) -> Term:
            if isinstance(node, Sum | Prod):
                ix = new[node.ix]
                return type(node)(ix, node.without, visit(node.body))
            return rebuild(node, visit)

        term = map_indices(visit(array.term), cast(dict[Ix, Index], new))
        return replace(array, term=term, slots=tuple(new[s] for s in array.slots))

    def substituted(self, term: Term, values: dict[Family, tuple[Array, Array]]) -> Term:
        """``term`` with arrays in place of the entries of families: (parameter, value)."""

        def visit(node: Term) -> Term:
            if isinstance(node, Entry) and node.family in values:
                param, value = values[node.family]
                assert isinstance(param.term, Entry)
                places = [param.term.at.index(slot) for slot in param.slots]
                own = self.copy(value)
                for slot, place in zip(own.slots, places, strict=True):
                    self.unify(slot, node.at[place])
                chosen = {slot: node.at[p] for slot, p in zip(own.slots, places, strict=True)}
                return map_indices(own.term, chosen)
            return rebuild(node, visit)

        return visit(term)

    def _letter(self, *terms: Term) -> str:
        """A letter for a new sum that its body does not use."""
        used = {
            ix.name
            for term in terms
            for ix in (*indices_of(term), *bound_indices(term))
            if isinstance(ix, Ix)
        }
        return next((c for c in self.letters if c not in used), self.letters[0])

    # ------------------------------------------------------------------ operations

    def plus(self, items: Iterable[tuple[int, Array, int]]) -> Array:
        """The sum of (sign, array, offset)."""
        arrays = list(items)
        sign, first, _ = arrays[0]
        terms = [first.term if sign > 0 else neg(first.term)]
        lie = first.lie
        for sign, array, at in arrays[1:]:
            if array.rank != first.rank:
                raise FormulaError(f"{kind_of(first.rank)} plus {kind_of(array.rank)}", at)
            if array.rank == 1 and {lie, array.lie} == {"row", "column"}:
                raise FormulaError("a row plus a column", at)
            lie = array.lie if lie == "either" else lie
            term = self.renamed(array, first.slots).term
            terms.append(term if sign > 0 else neg(term))
        term = terms[0] if len(terms) == 1 else Add(tuple(terms))
        jacobian = all(array.jacobian for _, array, _ in arrays)
        return Array(term, first.slots, lie, jacobian)

    def times(self, a: Array, b: Array, at: int, dotted: bool = False) -> Array:
        """The matrix product of two whole vectors or matrices; with a dot, the inner product of
        two vectors."""
        if a.jacobian and b.rank and not b.jacobian and b.lie == "either":
            raise FormulaError("which index of this Jacobian meets the gradient?", at)
        if a.rank == 1 and b.rank == 1:
            if a.lie != "row" and b.lie == "row":  # also with a dot: δ · x^T
                return Array(Mul((a.term, b.term)), (*a.slots, *b.slots))
            if dotted or (a.lie != "column" and b.lie != "row"):
                return self._contracted(a, b)
            raise FormulaError(r"two vectors side by side; write w^T x or w \cdot x", at)
        if a.rank == 2 and b.rank == 1:
            if b.lie == "row":
                raise FormulaError("a matrix times a row", at)
            return self._contracted(a, b)
        if a.rank == 1 and b.rank == 2:
            if a.lie == "column":
                raise FormulaError("a column times a matrix", at)
            return replace(self._contracted(a, b), lie=a.lie)
        if a.rank == 2 and b.rank == 2:
            return self._contracted(a, b)
        raise FormulaError(f"{kind_of(a.rank)} times {kind_of(b.rank)}", at)

    def _contracted(self, a: Array, b: Array) -> Array:
        """Σ_k a_…k b_k…: the last index of one meets the first of the other."""
        last, first = a.slots[-1], b.slots[0]
        self.unify(last, first)
        ix = fresh(self._letter(a.term, b.term), last.axis)
        body = Mul((map_indices(a.term, {last: ix}), map_indices(b.term, {first: ix})))
        slots = (*a.slots[:-1], *b.slots[1:])
        return Array(Sum(ix, (), body), slots, jacobian=a.jacobian and b.jacobian)

    def inner(self, a: Array, b: Array, at: int) -> Array:
        if (a.rank, b.rank) != (1, 1):
            raise FormulaError(f"an inner product of {kind_of(a.rank)} and {kind_of(b.rank)}", at)
        return self._contracted(a, b)

    def entrywise(self, a: Array, b: Array, at: int) -> Array:
        if a.rank != b.rank:
            raise FormulaError(f"{kind_of(a.rank)} ⊙ {kind_of(b.rank)}", at)
        return Array(Mul((a.term, self.renamed(b, a.slots).term)), a.slots, a.lie)

    def outer(self, a: Array, b: Array, at: int) -> Array:
        if (a.rank, b.rank) != (1, 1):
            raise FormulaError(f"{kind_of(a.rank)} ⊗ {kind_of(b.rank)}", at)
        return Array(Mul((a.term, b.term)), (*a.slots, *b.slots))

    def transposed(self, a: Array, at: int) -> Array:
        if a.rank == 0:
            return a
        if a.rank == 1:
            turned: dict[Lie, Lie] = {"column": "row", "row": "column", "either": "either"}
            return replace(a, lie=turned[a.lie])
        if a.rank == 2:
            return replace(a, slots=a.slots[::-1])
        raise FormulaError("the transpose of an array with three indices", at)

    def squared_norm(self, a: Array) -> Term:
        """Σ over all entries of the squares."""
        b = self.renamed(self.copy(a), a.slots)
        return self._summed(Mul((a.term, b.term)), a.slots)

    def total(self, a: Array) -> Term:
        """Σ over all entries."""
        return self._summed(a.term, a.slots)

    def _summed(self, term: Term, slots: Sequence[Ix]) -> Term:
        for slot in reversed(slots):
            ix = fresh(self._letter(term), slot.axis)
            term = Sum(ix, (), map_indices(term, {slot: ix}))
        return term

    def trace(self, a: Array, at: int) -> Array:
        if a.rank != 2:
            raise FormulaError(f"the trace of {kind_of(a.rank)}", at)
        self.unify(a.slots[0], a.slots[1])
        ix = fresh(self._letter(a.term), a.slots[0].axis)
        return Array(Sum(ix, (), map_indices(a.term, dict.fromkeys(a.slots, ix))))

    def diagonal(self, a: Array, at: int) -> Array:
        """diag of a vector: a matrix; of a matrix: its diagonal."""
        if a.rank == 1:
            other = fresh(a.slots[0].name, a.slots[0].axis)
            return Array(Mul((Delta(a.slots[0], other), a.term)), (a.slots[0], other))
        if a.rank == 2:
            self.unify(a.slots[0], a.slots[1])
            return Array(map_indices(a.term, {a.slots[1]: a.slots[0]}), a.slots[:1])
        raise FormulaError("diag of a number", at)

    def identity(self) -> Array:
        i, j = self.slot(), self.slot()
        self.unify(i, j)
        return Array(Delta(i, j), (i, j))

    def ones(self) -> Array:
        return Array(ONE, (self.slot(),))
