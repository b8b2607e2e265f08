"""Claims in the neutral prefix form of ``shared/traps/claims.json`` → `Claim`s.

The form is described at the head of that file. What our vocabulary cannot say (order
between indices, shifts, factorials, complex numbers) raises `NotSayable`, and so does an
entry that is not of that form. A restriction of values that no given can state is left
out and named, see `restrictions`.

A range that is wider than its axis (0…n, 1…n+1) becomes an axis of its own where its
index picks entries; where the index is only a number, Σ_{k=0}^{n} f(k) is said as
f(0) + Σ_{k=1}^{n} f(k), which keeps n one and the same size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from derive.claims import Binary, Claim, Given, GivenSign, Positive, Signed, SumsToOne
from derive.deciding.derivative import World
from derive.printing import entry_name
from derive.terms import (
    MINUS_ONE,
    ONE,
    ZERO,
    Add,
    At,
    Axis,
    Condition,
    Delta,
    Diff,
    Div,
    Entry,
    Family,
    Fn,
    Index,
    IndexValue,
    Ix,
    Mul,
    Pow,
    Prod,
    Rat,
    Size,
    Sum,
    Term,
    fresh,
)
from tests.traps.restrictions import Restriction

__all__ = ["TOO_DEEP", "NotSayable", "Said", "said"]

TOO_DEEP = "nested too deeply"

_FUNCTIONS = ("exp", "log", "sqrt", "abs", "sin", "cos", "tanh")
_BINDERS = ("sum", "prod", "sumne", "prodne")
_SIZES = ("size", "size2")
_PLAIN = ("real", "zero")
_POSITIVE = ("pos", "gt1", "pos_not1", "unit")  # said by a given, as far as > 0 goes
_RESTRICTED = ("not1", "not01", "pm1")  # left out, at least in part
_SIGNED: dict[str, GivenSign] = {
    "nonzero": "≠0", "not01": "≠0", "neg": "-", "nonneg": "+0", "pm1": "≠0",
}  # fmt: skip
_MOST_TERMS = 64  # of a range between two numbers, or beyond its axis
_MOST_SLOTS = 8  # of an array

Bound = Mapping[str, Ix | int]


class NotSayable(Exception):
    """The claim needs words that our terms do not have, or is no claim of the form."""


@dataclass(frozen=True, slots=True)
class Said:
    """The claim, and what it supposes of its values that no given says.

    ``arrays``: each declared quantity by name, to read a point given in the file's words.
    """

    claim: Claim
    left_out: tuple[Restriction, ...]
    indices: dict[str, Ix]
    arrays: dict[str, Family]


def said(case: Any) -> Said:
    """One case of the file.

    Raises:
        NotSayable: it cannot be said; the message says why.
    """
    try:
        return _Case(case).said()
    except RecursionError:
        raise NotSayable(TOO_DEEP) from None
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise NotSayable(f"malformed: {type(error).__name__}: {error}") from error


@dataclass(frozen=True, slots=True)
class _Range:
    """``low`` … ``high``, or ``low`` … ``size`` + ``high`` with a size."""

    low: int
    high: int
    size: str = ""

    @property
    def within(self) -> bool:
        """Whether the axis 1…size has all of it."""
        return self.low >= 1 and self.high <= 0


class _Case:
    def __init__(self, case: dict[str, Any]) -> None:
        self.lhs, self.rhs = case["lhs"], case["rhs"]
        declared = case["declared"]
        self.symbols: dict[str, str] = declared["symbols"]
        self.arrays: dict[str, dict[str, Any]] = declared["arrays"]
        self.constraints: list[list[str]] = declared["constraints"]
        self.same = self._equal_sizes()
        self.slots: dict[tuple[str, int], Axis] = {}
        self.free: dict[str, Ix] = {}
        self.numbers: dict[str, int] = {}
        self.left_out: dict[Restriction, None] = {}
        self._infer_slots()

    def said(self) -> Said:
        if self.symbols.keys() & self.arrays.keys():
            raise NotSayable("a symbol and an array of one name")
        for name, domain in self.symbols.items():
            if domain.startswith("index:"):
                self.free[name] = fresh(name, self.axis(domain.removeprefix("index:")))
        givens = [g for c in self.constraints if (g := self._constraint(c)) is not None]
        families: dict[str, Family] = {}
        for name, domain in self.symbols.items():
            if domain == "size2":
                self.left_out[Restriction("size2", self.same.get(name, name))] = None
            elif domain != "size" and not domain.startswith("index:"):
                families[name] = Family(name)
        for name in self.arrays:
            families[name] = self.family(name)
        for name, family in families.items():
            domain = self.arrays[name]["domain"] if family.rank else self.symbols[name]
            givens += self._domain(family, domain)
        left, right = self.term(self.lhs, {}), self.term(self.rhs, {})
        claim = Claim(left, right, "=", World(), tuple(givens))
        return Said(claim, tuple(self.left_out), self.free, families)

    # ------------------------------------------------------------------ what is declared

    def _equal_sizes(self) -> dict[str, str]:
        """Sizes that a constraint declares equal: one letter speaks for both."""
        same: dict[str, str] = {}
        for c in self.constraints:
            match c:
                case ["eqsize", one, other]:
                    first, second = same.get(one, one), same.get(other, other)
                    same |= {k: first for k, v in same.items() if v == second}
                    if first != second:
                        same[second] = first
        return same

    def axis(self, size: str) -> Axis:
        if self.symbols[size] not in _SIZES:
            raise NotSayable(f"a range to a {self.symbols[size]}")
        return Axis(self.same.get(size, size))

    def family(self, name: str) -> Family:
        rank = self.arrays[name]["rank"]
        if rank > _MOST_SLOTS:
            raise NotSayable(f"an array with more than {_MOST_SLOTS} indices")
        return Family(
            name, tuple(self.slots.get((name, s)) or self._any_axis() for s in range(rank))
        )

    def _any_axis(self) -> Axis:
        """For a slot that no index variable fills: any size will do, if there is one."""
        for name, domain in self.symbols.items():
            if domain in _SIZES:
                return self.axis(name)
        raise NotSayable("an array without a size")

    def _domain(self, family: Family, domain: str) -> list[Given]:
        """The givens for a domain; what none can say is left out.

        Raises:
            NotSayable: leaving it out would change what the claim means (complex numbers;
                integers, as we define x^a for x > 0 only unless a is written as a number).
        """
        if domain in _POSITIVE:
            if domain != "pos":
                self.left_out[Restriction(domain, _plain(family.name))] = None
            return [Given(Positive(family), f"{family.name} > 0")]
        if domain == "bit":
            return [Given(Binary(family), f"{family.name}^2 = {family.name}")]
        if domain in _RESTRICTED:
            self.left_out[Restriction(domain, _plain(family.name))] = None
        if domain in _SIGNED:
            sign = _SIGNED[domain]
            return [Given(Signed(family, sign), f"{family.name} has the sign {sign}")]
        if domain in _RESTRICTED:
            return []
        if domain not in _PLAIN or (domain == "zero" and family.rank):
            raise NotSayable(f"domain {domain}")
        return []

    def _constraint(self, c: list[str]) -> Given | None:
        match c:
            case ["sum1", name]:
                return Given(SumsToOne(self.family(name), 0), f"sum {name} = 1")
            case ["ne", i, j]:
                return Given(Condition(self.free[i], self.free[j], False), f"{i} != {j}")
            case ["neq", x, y] if x in self.symbols and y in self.symbols:
                self.left_out[Restriction("neq", _plain(x), _plain(y))] = None
                return None
            case ["eqsize", *_]:
                return None
        raise NotSayable(f"constraint {c[0]}")

    # ------------------------------------------------------------------ ranges

    def _range(self, low: Any, high: Any) -> _Range:
        start = _whole(low)
        if start is None:
            raise NotSayable("a range from an index")
        stop = _whole(high)
        if stop is not None:
            return _Range(start, stop)
        match _shifted(high):
            case str(name), shift:
                if name not in self.symbols or self.symbols[name].startswith("index:"):
                    raise NotSayable("a range to an index")
                if max(abs(start), abs(shift)) > _MOST_TERMS:
                    raise NotSayable(f"a range that is shifted by more than {_MOST_TERMS}")
                return _Range(start, shift, name)
        raise NotSayable("a range to a multiple of a size or to a formula")

    def _axis_of(self, span: _Range, letter: str, body: Any) -> Axis | None:
        """The axis of an index that runs over ``span``; None if it becomes single terms."""
        if self.symbols.get(letter) in _SIZES:
            raise NotSayable("an index with the name of a size")
        if not span.size:
            return None
        axis = self.axis(span.size)
        if span.within or not _picks(letter, body):
            return axis
        if span.low not in (0, 1) or span.high - span.low < -1:
            raise NotSayable("a range beyond the axis")
        extra = span.high - span.low + 1
        return Axis(f"{axis.size}{extra:+d}" if extra else axis.size, start=span.low)

    def _infer_slots(self) -> None:
        """The axis of each array slot, from the ranges of the indices that fill it."""

        def visit(node: Any, bound: dict[str, Axis | None]) -> None:
            if not isinstance(node, list) or not node:
                return
            if node[0] in _BINDERS:
                inner = {
                    **bound,
                    node[1]: self._axis_of(self._range(*node[2:4]), node[1], node[-1]),
                }
                for part in node[4:-1]:
                    visit(part, bound)
                visit(node[-1], inner)
                return
            if node[0] == "idx":
                for slot, index in enumerate(node[2:]):
                    if index[0] == "sym":
                        axis = bound[index[1]] if index[1] in bound else self._declared(index[1])
                        if axis is not None:
                            self.slots.setdefault((node[1], slot), axis)
            for part in node[1:]:
                visit(part, bound)

        visit(self.lhs, {})
        visit(self.rhs, {})

    def _declared(self, name: str) -> Axis | None:
        domain = self.symbols[name]
        return self.axis(domain.removeprefix("index:")) if domain.startswith("index:") else None

    # ------------------------------------------------------------------ terms

    def index(self, node: Any, axis: Axis, bound: Bound) -> Index:
        match node:
            case ["sym", name] if name in bound or name in self.free:
                found = bound[name] if name in bound else self.free[name]
                if isinstance(found, Ix):
                    if found.axis != axis:
                        raise NotSayable("an index of another range")
                    return found
                return _position(axis, found)
        value = _whole(node)
        if value is not None:
            return _position(axis, value)
        match _shifted(node):
            case str(name), shift if self.same.get(name, name) == axis.symbol:
                from_last = shift - (axis.extra + axis.start - 1)
                if from_last > 0:
                    raise NotSayable("an index beyond its range")
                return At(axis, from_last, True)
        raise NotSayable("index arithmetic")

    def term(self, node: Any, bound: Bound) -> Term:
        head, *rest = node
        match head, rest:
            case "int", [int(value)]:
                return Rat(Fraction(value))
            case "rat", [int(top), int(bottom)]:
                return Rat(Fraction(top, bottom))
            case "sym", [name]:
                return self._symbol(name, bound)
            case "pi", []:
                self.left_out[Restriction("pi", "π")] = None
                return Entry(Family(r"\pi"))
            case "idx", [name, *indices]:
                family = self.family(name)
                at = zip(indices, family.axes, strict=True)
                return Entry(family, tuple(self.index(i, a, bound) for i, a in at))
            case "add", [_, *_]:
                return Add(tuple(self.term(a, bound) for a in rest))
            case "mul", [_, *_]:
                return Mul(tuple(self.term(a, bound) for a in rest))
            case "neg", [arg]:
                return Mul((MINUS_ONE, self.term(arg, bound)))
            case "div", [top, bottom]:
                return Div(self.term(top, bound), self.term(bottom, bound))
            case "pow", [base, exponent]:
                return Pow(self.term(base, bound), self.term(exponent, bound))
            case "tan", [arg]:
                of = self.term(arg, bound)
                return Div(Fn("sin", of), Fn("cos", of))
            case "delta", [i, j]:
                return self._delta(i, j, bound)
            case "d", [body, variable]:
                by = self.term(variable, bound)
                if not isinstance(by, Entry):
                    raise NotSayable("a derivative by no entry")
                return Diff(self.term(body, bound), by)
            case _, [arg] if head in _FUNCTIONS:
                return Fn(head, self.term(arg, bound))
            case _ if head in _BINDERS:
                return self._big(head, rest, bound)
        raise NotSayable(f"{head}" if isinstance(head, str) else "malformed: no operator")

    def _symbol(self, name: str, bound: Bound) -> Term:
        if name in bound:
            value = bound[name]
            return IndexValue(value) if isinstance(value, Ix) else Rat(Fraction(value))
        domain = self.symbols[name]
        if domain in _SIZES:
            return Size(self.axis(name))
        if domain.startswith("index:"):
            return IndexValue(self.free[name])
        return ZERO if domain == "zero" else Entry(Family(name))

    def _delta(self, i: Any, j: Any, bound: Bound) -> Term:
        known = {**self.free, **bound}
        for side in (i, j):
            match side:
                case ["sym", name] if isinstance(ix := known.get(name), Ix):
                    return Delta(self.index(i, ix.axis, bound), self.index(j, ix.axis, bound))
        raise NotSayable("a delta of constants")

    def _big(self, head: str, rest: list[Any], bound: Bound) -> Term:
        letter, low, high, *skipped, body = rest
        if len(skipped) != head.endswith("ne"):
            raise NotSayable("malformed: a range with too many parts")
        span = self._range(low, high)
        is_sum = head.startswith("sum")
        join: Callable[[list[Term]], Term] = _sum_of if is_sum else _product_of
        axis = self._axis_of(span, letter, body)
        if axis is None:
            if skipped:
                raise NotSayable("a range between numbers with an exception")
            if span.high - span.low >= _MOST_TERMS:
                raise NotSayable(f"a range of more than {_MOST_TERMS} numbers")
            values = range(span.low, span.high + 1)
            return join([self.term(body, {**bound, letter: value}) for value in values])
        without: list[Index] = [self.index(i, axis, bound) for i in skipped]
        own = axis.start != 1 or axis.extra != 0  # the axis is this very range
        outside: list[Term] = []
        if not own:
            without += [At(axis, value - 1) for value in range(1, span.low)]
            without += [At(axis, -i, True) for i in range(-span.high)]
            outside = list(self._beyond(span, letter, body, bound, skipped))
        ix = fresh(letter, axis)
        inside = (Sum if is_sum else Prod)(
            ix, tuple(without), self.term(body, {**bound, letter: ix})
        )
        return join([*outside, inside])

    def _beyond(
        self, span: _Range, letter: str, body: Any, bound: Bound, skipped: list[Any]
    ) -> Iterator[Term]:
        """The terms of a range that the axis 1…n does not have, as single terms."""
        if span.within:
            return
        if skipped:
            raise NotSayable("a range beyond the axis with an exception")
        # each single term must be in the range for every size from 1 on
        if (span.low < 1 and span.high < -1) or (span.high > 0 and span.low > 2):
            raise NotSayable("a range that may be empty")
        for value in range(span.low, 1):
            yield self.term(body, {**bound, letter: value})
        for shift in range(1, span.high + 1):
            last = ["add", ["sym", span.size], ["int", shift]]
            yield self.term(_with_number(body, letter, last), bound)


def _plain(name: str) -> str:
    """The name under which a counterexample shows a quantity."""
    return entry_name(Family(name), ())


def _whole(node: Any) -> int | None:
    match node:
        case ["int", int(value)]:
            return value
        case ["neg", ["int", int(value)]]:
            return -value
    return None


def _shifted(node: Any) -> tuple[str, int] | None:
    """(name, c) of ``name + c``."""
    match node:
        case ["sym", str(name)]:
            return name, 0
        case ["add", ["sym", str(name)], other] | ["add", other, ["sym", str(name)]]:
            shift = _whole(other)
            return None if shift is None else (name, shift)
    return None


def _picks(letter: str, node: Any) -> bool:
    """Whether an index picks entries (or stands in a δ or an exception), instead of being
    a number only."""
    if not isinstance(node, list) or not node:
        return False
    if node[0] in ("idx", "delta", *_BINDERS[2:]):
        return _occurs(letter, node[1:])
    return any(_picks(letter, part) for part in node[1:])


def _occurs(letter: str, node: Any) -> bool:
    if node == ["sym", letter]:
        return True
    return isinstance(node, list) and any(_occurs(letter, part) for part in node)


def _with_number(node: Any, letter: str, value: list[Any]) -> Any:
    """``value`` in place of a letter that is no index of an array.

    Raises:
        NotSayable: a range inside binds the same letter, or one of the value's.
    """
    if node == ["sym", letter]:
        return value
    if not isinstance(node, list):
        return node
    if node and node[0] in _BINDERS and (node[1] == letter or _occurs(node[1], value)):
        raise NotSayable("a letter that is bound twice")
    return [_with_number(part, letter, value) for part in node]


def _position(axis: Axis, value: int) -> At:
    if value < axis.start:
        raise NotSayable("an index below its range")
    return At(axis, value - axis.start)


def _sum_of(parts: list[Term]) -> Term:
    return parts[0] if len(parts) == 1 else Add(tuple(parts)) if parts else ZERO


def _product_of(parts: list[Term]) -> Term:
    return parts[0] if len(parts) == 1 else Mul(tuple(parts)) if parts else ONE
