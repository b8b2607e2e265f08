"""Real axes put into terms that were read while axes were unknown."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any, cast

from derive.formula import (
    FormulaError,
)
from derive.meaning.axes import AxisTable, AxisVar, Range, RangeMisfit
from derive.meaning.functions import Value
from derive.terms import (
    Add,
    Apply,
    At,
    Axis,
    Cases,
    Condition,
    Delta,
    Diff,
    Entry,
    Family,
    Index,
    IndexValue,
    Ix,
    Prod,
    Rat,
    Size,
    Sum,
    Term,
    rebuild,
)

__all__ = ["Resolution"]


class Resolution:
    """Terms of a page with `AxisVar` in place of axes → terms with the real ones, once
    `AxisTable.resolve` has run."""

    def __init__(
        self,
        axes: AxisTable,
        ranges: dict[int, tuple[Range, int]],
        adopted: Mapping[str, AxisVar],
        values: Mapping[tuple[str, Family], Value] = MappingProxyType({}),
    ) -> None:
        self.axes = axes
        self.adopted = adopted
        self.values = values  # the f(x) that are quantities of their own
        self.ranges = ranges
        self._indices: dict[int, Ix] = {}
        self._families: dict[tuple[str, str, int], Family] = {}

    def term(self, term: Term) -> Term:
        """The term with its real axes, once `axes.resolve` has run.

        Raises:
            FormulaError: a sum's range does not fit the axis of its index.
        """
        match term:
            case Entry(Family(name, (), ""), ()) if name in self.adopted:
                return self.term(Size(cast(Any, self.adopted[name])))
            case Entry(family, at):
                return Entry(self.family(family), tuple(self.index(i) for i in at))
            case Apply(function, Entry(family, at), 0) if (function, family) in self.values:
                return self.term(Entry(self.values[function, family].family, at))
            case Size(axis):
                var = cast(Any, axis)
                real = self.axes.axis(var)
                if real.fixed is not None:
                    return Rat(Fraction(real.fixed))
                symbol = next((r.size for r in var.root().ranges if r.size), real.size)
                extra = real.size[len(symbol) :]
                size = Size(real)
                return size if not extra else Add((size, Rat(Fraction(-int(extra)))))
            case IndexValue(index):
                return IndexValue(self.index(index))
            case Delta(i, j):
                return Delta(self.index(i), self.index(j))
            case Sum(ix, without, body) | Prod(ix, without, body):
                new = cast(Ix, self.index(ix))
                var = cast(Any, ix.axis).root()
                if not var.slotted and not var.ranges and isinstance(term, Sum):
                    raise FormulaError(f"the sum over {ix.name} does not say over what", 0)
                out = tuple(self.index(i) for i in without)
                if ix.uid in self.ranges:
                    written, at_offset = self.ranges[ix.uid]
                    try:
                        out += self.axes.excluded_by(cast(Any, ix.axis), written)
                    except RangeMisfit as error:
                        raise FormulaError(str(error), at_offset) from None
                return type(term)(new, out, self.term(body))
            case Diff(body, by):
                return Diff(self.term(body), cast(Entry, self.term(by)))
            case Cases(branches):
                return Cases(
                    tuple(
                        (tuple(self.condition(c) for c in cs), self.term(value))
                        for cs, value in branches
                    )
                )
        return rebuild(term, self.term)

    def condition(self, c: Condition) -> Condition:
        return Condition(self.index(c.i), self.index(c.j), c.equal)

    def family(self, family: Family) -> Family:
        key = (family.name, family.label, family.rank)
        if key not in self._families:
            axes = tuple(self.axes.axis(cast(Any, v)) for v in family.axes)
            self._families[key] = Family(family.name, axes, family.label)
        return self._families[key]

    def index(self, index: Index) -> Index:
        if isinstance(index, Ix):
            if index.uid not in self._indices:
                axis = self.axes.axis(cast(Any, index.axis))
                self._indices[index.uid] = Ix(index.name, axis, index.uid)
            return self._indices[index.uid]
        axis = self.axes.axis(cast(Any, index.axis))
        if not index.from_end:
            return At(axis, index.offset - axis.start)
        symbol_shift = self._shift_of(axis, cast(Any, index.axis))
        return At(axis, index.offset - symbol_shift, True)

    def _shift_of(self, axis: Axis, var: AxisVar) -> int:
        """upper = size symbol + shift, as written."""
        symbol = next((r.size for r in var.root().ranges if r.size), axis.size)
        extra = axis.size[len(symbol) :]
        return (int(extra) if extra else 0) + axis.start - 1
