"""Whole vectors as they are written: lists, columns, dots, norms, powers, entries of brackets."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, cast

from derive.formula import (
    Big,
    Dots,
    FormulaError,
    Matrix,
    Name,
    Node,
    Number,
    Plus,
    Product,
    Scripted,
)
from derive.meaning.arrays import Array, kind_of
from derive.meaning.axes import AxisVar, Range
from derive.meaning.dots import RUNNING, Dotted, dotted
from derive.meaning.names import Notation, shown
from derive.meaning.scope import Scope
from derive.terms import At, Axis, Cases, Condition, Fn, Ix, Pow, Term, fresh, indices_of

if TYPE_CHECKING:
    from derive.meaning.interpret import Interpreter

__all__ = ["Wholes", "with_sum"]


class Wholes:
    """What is written of whole vectors and matrices, for one `Interpreter`."""

    def __init__(self, owner: Interpreter) -> None:
        self.owner = owner

    def squared_norm(self, inner: Node, scope: Scope) -> Term:
        return self.owner.arrays.squared_norm(self.owner.array(inner, scope))

    def power(self, base: Node, exponent: Node, scope: Scope) -> Array:
        array = self.owner.array(base, scope)
        if array.rank == 0:
            return Array(Pow(array.term, self.owner.term(exponent, scope)))
        if array.rank == 2 and isinstance(exponent, Number) and 1 < exponent.value <= 4:
            out = array
            for _ in range(int(exponent.value) - 1):
                out = self.owner.arrays.times(out, self.owner.arrays.copy(array), base.at)
            return out
        raise FormulaError(f"a power of {kind_of(array.rank)} is not supported", base.at)

    def norm(self, node: Scripted, inner: Node, scope: Scope) -> Term:
        """‖x‖ and ‖x‖_2 (‖W‖_F), with its power; ‖x‖_1."""
        name = shown(node.subs[0]) if len(node.subs) == 1 else "2"
        if node.primes or len(node.subs) > 1 or name not in ("1", "2", "F"):
            raise FormulaError("this norm is not supported", node.at)
        if name == "1":
            array = self.owner.array(inner, scope).mapped(lambda term: Fn("abs", term))
            norm = self.owner.arrays.total(array)
            return norm if node.sup is None else Pow(norm, self.owner.term(node.sup, scope))
        if name == "2" and self.owner.array(inner, scope).rank == 2:
            raise FormulaError(
                "‖A‖_2 of a matrix is no sum over its entries; write ‖A‖_F", node.at
            )
        square = self.squared_norm(inner, scope)
        if node.sup is None:
            return Fn("sqrt", square)
        if node.sup == Number(Fraction(2)):
            return square
        return Pow(Fn("sqrt", square), self.owner.term(node.sup, scope))

    def component(self, array: Array, node: Scripted, scope: Scope) -> Array:
        """``(W x)_i``, ``softmax(z)_j^2``: entries of something that has no name."""
        if not array.rank and node.sup is None:
            return self._gathered(array, node)
        if len(node.subs) != array.rank or node.primes:
            raise FormulaError(f"{kind_of(array.rank)} with {len(node.subs)} indices", node.at)
        indices = []
        for sub, slot in zip(node.subs, array.slots, strict=True):
            index = self.owner.index(sub, cast(AxisVar, slot.axis), scope)
            indices.append(index)
        entry = self.owner.arrays.entry(array, indices)
        if node.sup is None:
            return entry
        return Array(Pow(entry.term, self.owner.term(node.sup, scope)))

    @staticmethod
    def _gathered(array: Array, node: Scripted) -> Array:
        """``[a_i]_i``: the vector that has these entries."""
        free = {ix.name: ix for ix in indices_of(array.term) if isinstance(ix, Ix)}
        slots = tuple(free[shown(sub)] for sub in node.subs if shown(sub) in free)
        if len(slots) != len(node.subs) or len(set(slots)) != len(slots) or len(slots) > 2:
            raise FormulaError(f"a number with {len(node.subs)} indices", node.at)
        return Array(array.term, slots, "either" if len(slots) == 1 else "column")

    def _of_dots(self, found: Dotted, scope: Scope, at: int) -> tuple[Array, Ix]:
        """The body of what has dots, and the index that runs."""
        var = self.owner.axes.new()
        ix = fresh(self.owner.arrays.letters[-1], cast(Axis, var))
        size, offset = found.size, 0
        if isinstance(size, Plus):
            size, offset = size.items[0][1], -1
        assert isinstance(size, Name)
        written = Range(found.start, size.name, offset)
        var.ranges.append(written)
        self.owner.ranges[ix.uid] = (written, at)
        self.owner.axes.by_size.setdefault(written.size, var)
        scope.bound.append({RUNNING: ix})
        try:
            return self.owner.array(found.body, scope), ix
        finally:
            scope.bound.pop()

    def listed(self, items: tuple[Node, ...], at: int, scope: Scope) -> Array:
        """(a, b, c) or (x_1, …, x_n): a vector given by its entries."""
        if any(isinstance(item, Dots) for item in items):
            found = dotted(items, self.owner.notation)
            if found is None:
                raise FormulaError("it is not clear what the dots (…) stand for", at)
            array, ix = self._of_dots(found, scope, at)
            return Array(self.owner.number(array, at), (ix,), "either")
        var = self.owner.axes.new()
        var.ranges.append(Range(1, "", len(items)))
        var.slotted = True
        axis = cast(Axis, var)
        slot = self.owner.arrays.slot(var)
        rows = tuple(
            ((Condition(slot, At(axis, place), True),), self.owner.term(item, scope))
            for place, item in enumerate(items, start=1)
        )
        return Array(Cases(rows), (slot,), "either")

    def matrix(self, node: Matrix, scope: Scope) -> Array:
        if all(len(row) == 1 for row in node.rows):
            return replace(
                self.listed(tuple(row[0] for row in node.rows), node.at, scope), lie="column"
            )
        if len(node.rows) == 1:
            return replace(self.listed(node.rows[0], node.at, scope), lie="row")
        raise FormulaError("matrices given by all their entries are not supported yet", node.at)

    def product(self, node: Product, scope: Scope) -> Array:
        join = self.owner.arrays.entrywise if node.kind == "⊙" else self.owner.arrays.outer
        out = self.owner.array(node.factors[0], scope)
        for factor in node.factors[1:]:
            out = join(out, self.owner.array(factor, scope), factor.at)
        return out


def with_sum(node: Plus, notation: Notation) -> Plus:
    """a_1 + a_2 + … + a_n + b with the sum that the dots stand for in place of its ends."""
    items = list(node.items)
    at = next(i for i, (_, item) in enumerate(items) if isinstance(item, Dots))
    for before in (2, 1):
        start = at - before
        if start < 0 or at + 1 >= len(items) or len({s for s, _ in items[start : at + 2]}) != 1:
            continue
        found = dotted([item for _, item in items[start : at + 2]], notation)
        if found is not None:
            big = Big(
                "sum",
                (Name(RUNNING),),
                Number(Fraction(found.start)),
                found.size,
                (),
                found.body,
                node.at,
            )
            return Plus((*items[:start], (items[start][0], big), *items[at + 2 :]), node.at)
    raise FormulaError("it is not clear what the dots (…) stand for", items[at][1].at)
