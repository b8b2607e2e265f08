"""SymPy expressions as claims, translated node by node; what is not surely the same is refused.

Nothing is printed and read back, and SymPy is asked to compute nothing: only the tree that it
holds is looked at. What SymPy changed when the expression was built (x/x is 1 at once, and so is
its domain) cannot be seen here.

An index is a symbol that a Sum or Product binds, or that stands in the brackets of an Indexed or
in a KroneckerDelta. It runs over 1 … n where the sums over the same quantity do, or where the
shape of the IndexedBase says n; a sum that begins at 0 makes it run over 0 … n−1. Every other
symbol stands for a real number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import sympy
from sympy.core.relational import Relational
from sympy.logic.boolalg import BooleanFalse, BooleanTrue

from derive.claims import Claim, Fact, Given, GivenSign, Signed, SizeAtLeast, SumsToOne
from derive.printing import condition_latex, latex
from derive.terms import (
    ONE,
    Add,
    At,
    Axis,
    Cases,
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

__all__ = ["NotTranslated", "claim_of"]

MAX_NODES = 20_000
MAX_BITS = 3_400  # a number of about a thousand digits
MAX_ORDER = 8  # of a derivative

_FUNCTIONS = {
    sympy.exp: "exp", sympy.log: "log", sympy.tanh: "tanh", sympy.sin: "sin", sympy.cos: "cos",
    sympy.Abs: "abs",
}  # fmt: skip
_GREEK = frozenset(
    "alpha beta gamma delta epsilon zeta eta theta kappa lambda mu nu xi pi rho sigma tau phi chi "
    "psi omega Gamma Delta Theta Lambda Xi Pi Phi Psi Omega".split()
)
_NAME = re.compile(r"[A-Za-z]\w*")

Env = Mapping[Any, Ix]  # the bound indices in force → their own variables


class NotTranslated(ValueError):
    """An expression, or a part of it that the message names, that is not taken."""


def claim_of(left: Any, right: Any, relation: str, givens: Iterable[Any] = ()) -> Claim:
    """The claim ``left relation right`` (``= < > ≤ ≥``) between two SymPy expressions.

    ``givens`` are relations: Eq or Ne of two indices, Eq(Sum(y[k], (k, 1, n)), 1), a symbol
    against 0, a size against a number (n >= 2). What is declared of symbols (positive, nonzero)
    is given as well.

    Raises:
        NotTranslated: something has no counterpart here that is surely the same.
    """
    stated = [_relation(g) for g in givens]
    stated = [g for g in stated if g is not sympy.true]
    sides = (_expression(left), _expression(right))
    try:
        names = _Names()
        for side in sides:
            names.look_at(side, {})
        for relation_given in stated:
            names.look_at_given(relation_given)
        names.settle()
        reader = _Reader(names)
        terms = [reader.term(side, {}) for side in sides]
        facts = [reader.given(g) for g in stated]
    except RecursionError:
        raise NotTranslated("the expression is nested too deeply") from None
    return Claim(terms[0], terms[1], relation, givens=(*facts, *names.declared()))


def _expression(value: Any) -> Any:
    if isinstance(value, bool | float | complex | str):
        hint = "write sympy.Rational(1, 10)" if isinstance(value, float) else "give an expression"
        raise NotTranslated(f"{value!r} is no SymPy expression: {hint}")
    if isinstance(value, int):
        return sympy.Integer(value)
    if isinstance(value, Fraction):
        return sympy.Rational(value.numerator, value.denominator)
    if not isinstance(value, sympy.Expr):
        raise NotTranslated(f"{_shown(value)} is no SymPy expression for a number")
    return value


def _relation(value: Any) -> Any:
    if value is True or isinstance(value, BooleanTrue):
        return sympy.true  # SymPy knew it: x > 0 for a symbol that is positive
    if value is False or isinstance(value, BooleanFalse):
        raise NotTranslated("a given is false, as SymPy sees it")
    if not isinstance(value, Relational):
        raise NotTranslated(f"{_shown(value)} is no SymPy relation: a given beside SymPy sides")
    return value


def _shown(value: Any) -> str:
    """A part of an expression, short enough for a message."""
    try:
        text = str(value)
    except (ValueError, RecursionError):
        text = type(value).__name__
    return text if len(text) <= 80 else f"{text[:77]}…"


def _refuse(expr: Any, why: str) -> NotTranslated:
    return NotTranslated(f"{_shown(expr)}: {why}")


# --------------------------------------------------------------------------- ranges


def _size_name(expr: Any) -> str:
    """The letter of a size.

    Raises:
        NotTranslated: no symbol, or one that cannot be every whole number from 1 on.
    """
    if type(expr) not in (sympy.Symbol, sympy.Dummy) or not _NAME.fullmatch(expr.name):
        raise _refuse(expr, "a size is a symbol or a number")
    narrow = (expr.is_even, expr.is_odd, expr.is_prime, expr.is_composite)
    if expr.is_integer is False or expr.is_positive is False or any(x is not None for x in narrow):
        raise _refuse(expr, "a size is any whole number from 1 on, but more is declared of this")
    return str(expr.name)


def _letter_and_number(expr: Any) -> tuple[Any, int]:
    """n and c of n + c; (None, c) of a number."""
    if isinstance(expr, sympy.Integer):
        return None, int(expr)
    if isinstance(expr, sympy.Add) and len(expr.args) == 2:
        number, symbol = expr.args
        if isinstance(number, sympy.Integer) and symbol.is_Symbol:
            return symbol, int(number)
    return expr, 0


def _axis(low: Any, high: Any, where: Any) -> Axis:
    """The axis of a range, which begins at 0 or 1."""
    if low not in (sympy.Integer(0), sympy.Integer(1)):
        raise _refuse(where, "a range begins at 0 or 1")
    start = int(low)
    symbol, number = _letter_and_number(high)
    if symbol is None:
        count = number - start + 1
        if count < 1:
            raise _refuse(where, "the range is empty, or runs backwards")
        return Axis(str(count), start, count)
    extra = number + 1 - start
    if extra not in (0, 1):
        raise _refuse(where, "a range ends at n, or at n - 1 if it begins at 0")
    return Axis(_size_name(symbol) + ("+1" if extra else ""), start)


def _limits(expr: Any) -> list[tuple[Any, Axis]]:
    """The bound symbols of a Sum or Product with their axes, the outermost first."""
    out = []
    for limit in reversed(expr.limits):
        if len(limit) != 3:
            raise _refuse(expr, "a sum needs both limits")
        out.append((limit[0], _axis(limit[1], limit[2], expr)))
    return out


# --------------------------------------------------------------------------- what names stand for


@dataclass
class _Names:
    """A first look at all expressions: which symbols are indices, and over what they run.

    Places that must share an axis (slots of a base, free indices, bound ones) are joined.
    """

    nodes: int = 0
    _parent: dict[Any, Any] = field(default_factory=dict)
    _axes: dict[Any, dict[Axis, None]] = field(default_factory=dict)
    _shapes: dict[Any, dict[Any, None]] = field(default_factory=dict)
    _found: dict[Any, Axis] = field(default_factory=dict)
    free: dict[Any, Ix] = field(default_factory=dict)  # free index symbols
    sizes: dict[str, Axis] = field(default_factory=dict)  # letter → the axis it is the size of
    size_symbols: dict[str, Any] = field(default_factory=dict)
    bases: dict[Any, int] = field(default_factory=dict)  # indexed bases → rank
    plain: dict[Any, None] = field(default_factory=dict)  # symbols met as numbers

    def look_at(self, expr: Any, env: Mapping[Any, Any]) -> None:
        """Note what the expression says of its indices; ``env``: bound symbols → their places."""
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise NotTranslated(f"the expression has more than {MAX_NODES} parts")
        kind = type(expr)
        if kind in (sympy.Sum, sympy.Product):
            env = dict(env)
            for symbol, axis in _limits(expr):
                self._size(axis, next(x[2] for x in expr.limits if x[0] == symbol))
                place = ("bound", symbol, self.nodes)
                self._note(place, axis)
                env[symbol] = place
                self.nodes += 1
            self.look_at(expr.function, env)
        elif kind is sympy.Indexed:
            self._indexed(expr, env)
        elif kind is sympy.KroneckerDelta or isinstance(expr, sympy.Eq | sympy.Ne):
            self._same(expr.args, env)
        elif kind is sympy.Idx:
            self._place(expr, env)
        elif kind is sympy.Symbol or kind is sympy.Dummy:
            if expr not in env:
                self.plain.setdefault(expr)
        else:
            for part in expr.args:
                self.look_at(part, env)

    def look_at_given(self, relation: Any) -> None:
        """Note what a given relation says of indices, after the sides have been looked at."""
        if isinstance(relation, sympy.Eq | sympy.Ne):
            if any(("free", side) in self._parent for side in relation.args):
                return self._same(relation.args, {})
        for side in relation.args:
            self.look_at(side, {})
        return None

    def _size(self, axis: Axis, expr: Any) -> None:
        """Note the symbol of a size: what else has its name is something else."""
        if axis.fixed is None:
            symbol = _letter_and_number(expr)[0]
            if self.size_symbols.setdefault(axis.symbol, symbol) != symbol:
                raise NotTranslated(f"two different sizes are called {axis.symbol}")

    def _indexed(self, expr: Any, env: Mapping[Any, Any]) -> None:
        base = expr.base
        if type(base) is not sympy.IndexedBase or type(base.label) is not sympy.Symbol:
            raise _refuse(expr, "only an IndexedBase with a name can have indices")
        if base.strides is not None or base.offset != 0:
            raise _refuse(base, "strides and offsets are not taken")
        rank = self.bases.setdefault(base, len(expr.indices))
        if rank != len(expr.indices):
            raise _refuse(expr, f"{base} has {rank} indices elsewhere")
        for slot, index in enumerate(expr.indices):
            place = ("slot", base, slot)
            self._join(place, self._place(index, env))
            if base.shape is not None:
                size = base.shape[slot]
                self._size(_axis(sympy.Integer(1), size, base), size)
                self._shapes.setdefault(place, {}).setdefault(size)

    def _same(self, indices: Iterable[Any], env: Mapping[Any, Any]) -> None:
        """Both sides of a comparison run over the same, if they are indices."""
        places = [self._place(i, env) for i in indices if i.is_Symbol or isinstance(i, sympy.Idx)]
        for place in places[1:]:
            self._join(places[0], place)

    def _place(self, index: Any, env: Mapping[Any, Any]) -> Any:
        """Where an index stands for the joining of axes; None for a fixed position."""
        if index in env:
            return env[index]
        if isinstance(index, sympy.Idx):
            place = ("free", index)
            if index.lower is not None and index.upper is not None:
                axis = _axis(index.lower, index.upper, index)
                self._size(axis, index.upper)
                self._note(place, axis)
            self._parent.setdefault(place, place)
            return place
        if type(index) in (sympy.Symbol, sympy.Dummy):
            place = ("free", index)
            self._parent.setdefault(place, place)
            return place
        return None

    def _note(self, place: Any, axis: Axis) -> None:
        self._parent.setdefault(place, place)
        self._axes.setdefault(place, {}).setdefault(axis)

    def _root(self, place: Any) -> Any:
        self._parent.setdefault(place, place)
        while self._parent[place] != place:
            place = self._parent[place]
        return place

    def _join(self, one: Any, other: Any) -> None:
        root = self._root(one)
        if other is not None:
            self._parent[self._root(other)] = root

    def settle(self) -> None:
        """Give every place its axis, and every free index a variable.

        Raises:
            NotTranslated: two ranges for one index, or none at all; one symbol in two roles.
        """
        axes: dict[Any, dict[Axis, None]] = {}
        shapes: dict[Any, dict[Any, None]] = {}
        for place in list(self._parent):
            root = self._root(place)
            axes.setdefault(root, {}).update(self._axes.get(place, {}))
            shapes.setdefault(root, {}).update(self._shapes.get(place, {}))
        for place in list(self._parent):
            kind, *what = place
            if kind == "free" and what[0] in self.size_symbols.values():
                continue  # x[n] names the last entry
            root = self._root(place)
            self._found[place] = self._one_axis(what[0], axes[root], shapes[root])
        for place, axis in self._found.items():
            if axis.fixed is None and self.sizes.setdefault(axis.symbol, axis) != axis:
                raise NotTranslated(f"two ranges with the size {axis.symbol} begin differently")
            if place[0] == "free":
                symbol = place[1]
                self.free[symbol] = fresh(_letter(symbol), axis)
        self._check_names()

    def _one_axis(self, what: Any, axes: Iterable[Axis], shapes: Mapping[Any, None]) -> Axis:
        shown = _shown(what)
        found = list(axes)
        if not found:  # as derive.models has it, from 1
            found = list(dict.fromkeys(_axis(sympy.Integer(1), s, what) for s in shapes))
        if not found:
            raise NotTranslated(
                f"{shown}: its range is not known; give the IndexedBase a shape, such as (n,)"
            )
        axis = found[0]
        for size in shapes:
            if _axis(sympy.Integer(1), size, what).size != axis.size:
                raise NotTranslated(f"{shown}: its range is not that of the shape, {_shown(size)}")
        if len(found) > 1:
            raise NotTranslated(f"{shown}: it runs over two different ranges")
        return axis

    def _check_names(self) -> None:
        """No two things that are shown alike, and none in two roles."""
        taken: dict[tuple[str, int], Any] = {}
        for base, rank in self.bases.items():
            if taken.setdefault((base.label.name, rank), base) != base:
                raise NotTranslated(f"two different quantities are called {base}")
        numbers = [
            s for s in self.plain if s not in self.free and s not in self.size_symbols.values()
        ]
        for symbol in numbers:
            if taken.setdefault((symbol.name, 0), symbol) != symbol:
                raise NotTranslated(f"two different symbols are called {symbol.name}")
            for base in self.bases:
                if symbol.name.startswith(f"{base.label.name}_"):
                    raise NotTranslated(f"{symbol.name} and {base}[…] are shown alike: rename one")
        for symbol in (*self.free, *self.plain):
            size = self.size_symbols.get(_letter(symbol))
            if size is not None and size != symbol:
                raise NotTranslated(f"the size {size} has the name of another symbol: rename one")

    def axis_of(self, place: Any) -> Axis:
        """The axis of a slot of a base, or of a free index."""
        return self._found[place]

    def declared(self) -> list[Given]:
        """What SymPy was told of the quantities: their signs."""
        out = []
        for base, rank in self.bases.items():
            axes = tuple(self.axis_of(("slot", base, slot)) for slot in range(rank))
            out += _declared(base.label, Family(_latex_name(base.label.name), axes))
        for symbol in self.plain:
            if symbol not in self.free and symbol not in self.size_symbols.values():
                out += _declared(symbol, Family(_latex_name(symbol.name)))
        return out


def _letter(symbol: Any) -> str:
    return str(symbol.label if isinstance(symbol, sympy.Idx) else symbol.name)


def _latex_name(name: str) -> str:
    return f"\\{name}" if name in _GREEK else name


def _declared(symbol: Any, family: Family) -> list[Given]:
    """The sign that a symbol was declared with.

    Raises:
        NotTranslated: it may be no real number, or only some of them.
    """
    if symbol.is_commutative is False or symbol.is_real is False or symbol.is_infinite:
        raise _refuse(symbol, "it is declared to be no real number")
    if symbol.is_complex and not symbol.is_real:
        raise _refuse(symbol, "it is declared complex; here symbols are real numbers")
    narrow = (symbol.is_integer, symbol.is_rational, symbol.is_irrational, symbol.is_algebraic)
    if any(x is not None for x in narrow):
        raise _refuse(
            symbol, "it is neither an index nor a size, and is declared to be only some numbers"
        )
    signs: tuple[tuple[Any, GivenSign, str], ...] = (
        (symbol.is_positive, "+", "> 0"),
        (symbol.is_negative, "-", "< 0"),
        (symbol.is_nonnegative, "+0", r"\geq 0"),
        (symbol.is_nonpositive, "-0", r"\leq 0"),
        (symbol.is_zero is False, "≠0", r"\neq 0"),
    )
    for holds, sign, shown in signs:
        if holds:
            return [Given(Signed(family, sign), f"{family.latex()} {shown}")]
    return []


# --------------------------------------------------------------------------- terms


class _Reader:
    """Expressions → terms, once it is known what names stand for."""

    def __init__(self, names: _Names) -> None:
        self.names = names

    def term(self, expr: Any, env: Env) -> Term:
        """The term of an expression.

        Raises:
            NotTranslated: it has no counterpart that is surely the same.
        """
        translate = _TRANSLATE.get(type(expr))
        if translate is not None:
            return translate(self, expr, env)
        if isinstance(expr, sympy.Rational):
            return _number(expr)
        name = _FUNCTIONS.get(type(expr))
        if name is not None and len(expr.args) == 1:
            return Fn(name, self.term(expr.args[0], env))
        raise _refuse(expr, _why_not(expr))

    def symbol(self, expr: Any, env: Env) -> Term:
        index = env.get(expr) or self.names.free.get(expr)
        if index is not None:
            return IndexValue(index)
        axis = self.names.sizes.get(expr.name)
        if axis is None:
            return Entry(Family(_latex_name(expr.name)))
        size = Size(axis)
        return size if not axis.extra else Add((size, Rat(Fraction(-axis.extra))))

    def indexed(self, expr: Any, env: Env) -> Entry:
        base = expr.base
        axes = tuple(self.names.axis_of(("slot", base, s)) for s in range(len(expr.indices)))
        at = tuple(
            self.index(index, axis, env) for index, axis in zip(expr.indices, axes, strict=True)
        )
        return Entry(Family(_latex_name(base.label.name), axes), at)

    def index(self, expr: Any, axis: Axis, env: Env) -> Index:
        """An index variable or a fixed position on an axis."""
        found = env.get(expr) or self.names.free.get(expr)
        if found is not None:
            return found
        symbol, number = _letter_and_number(expr)
        if symbol is None:
            offset = number - axis.start
            if offset < 0 or (axis.fixed is not None and offset >= axis.fixed):
                raise _refuse(expr, "this index lies outside its range")
            return At(axis, offset)
        if symbol.is_Symbol and axis.fixed is None and symbol.name == axis.symbol:
            offset = number - (axis.extra + axis.start - 1)
            if offset <= 0:
                return At(axis, offset, from_end=True)
        raise _refuse(expr, "an index is a symbol or a position, nothing is computed with it")

    def folded(self, expr: Any, env: Env) -> Term:
        make = Sum if type(expr) is sympy.Sum else Prod
        inner = dict(env)
        bound = []
        for symbol, axis in _limits(expr):
            inner[symbol] = fresh(_letter(symbol), axis)
            bound.append(inner[symbol])
        body = self.term(expr.function, inner)
        for ix in reversed(bound):
            body = make(ix, (), body)
        return body

    def delta(self, expr: Any, env: Env) -> Term:
        if len(expr.args) != 2:
            raise _refuse(expr, "a δ with a range is not taken")
        return Delta(*self._pair(expr, env))

    def _pair(self, expr: Any, env: Env) -> tuple[Index, Index]:
        """Two indices that are compared, on one axis."""
        known = [env.get(i) or self.names.free.get(i) for i in expr.args]
        axis = next((ix.axis for ix in known if ix is not None), None)
        if axis is None:
            raise _refuse(expr, "only indices can be compared")
        first, second = (self.index(i, axis, env) for i in expr.args)
        if first.axis != second.axis:
            raise _refuse(expr, "the two indices run over different ranges")
        return first, second

    def power(self, expr: Any, env: Env) -> Term:
        base = self.term(expr.base, env)
        if expr.exp == sympy.S.Half:
            return Fn("sqrt", base)
        if expr.exp == -sympy.S.Half:
            return Div(ONE, Fn("sqrt", base))
        if expr.exp == sympy.S.NegativeOne:
            return Div(ONE, base)
        return Pow(base, self.term(expr.exp, env))

    def derivative(self, expr: Any, env: Env) -> Term:
        body = self.term(expr.expr, env)
        for variable, count in expr.variable_count:
            by = self.term(variable, env)
            if not isinstance(by, Entry):
                raise _refuse(expr, f"{variable} is no quantity to differentiate by")
            if not isinstance(count, sympy.Integer) or not 0 <= count <= MAX_ORDER:
                raise _refuse(expr, f"the order of a derivative is a number up to {MAX_ORDER}")
            for _ in range(int(count)):
                body = Diff(body, by)
        return body

    def cases(self, expr: Any, env: Env) -> Term:
        return Cases(
            tuple(
                (self._conditions(branch.cond, env), self.term(branch.expr, env))
                for branch in expr.args
            )
        )

    def _conditions(self, condition: Any, env: Env) -> tuple[Condition, ...]:
        if isinstance(condition, BooleanTrue):
            return ()
        if isinstance(condition, sympy.And):
            return tuple(c for part in condition.args for c in self._conditions(part, env))
        if isinstance(condition, sympy.Eq | sympy.Ne):
            return (Condition(*self._pair(condition, env), isinstance(condition, sympy.Eq)),)
        raise _refuse(condition, "a case says that two indices are equal, or that they are not")

    # ---------------------------------------------------------------------- givens

    def given(self, relation: Any) -> Given:
        """A stated relation as a given.

        Raises:
            NotTranslated: it is none of the kinds that can be used.
        """
        fact, shown = self._fact(relation)
        return Given(fact, shown)

    def _fact(self, relation: Any) -> tuple[Fact, str]:
        equal, unequal = isinstance(relation, sympy.Eq), isinstance(relation, sympy.Ne)
        one, other = relation.args
        if (equal or unequal) and any(i in self.names.free for i in (one, other)):
            condition = Condition(*self._pair(relation, {}), equal)
            return condition, condition_latex(condition)
        if isinstance(one, sympy.Rational) and not isinstance(other, sympy.Rational):
            relation = relation.reversed
            one, other = other, one
        if equal and other == 1 and type(one) is sympy.Sum and len(one.limits) == 1:
            term = self.term(one, {})
            if isinstance(term, Sum) and isinstance(term.body, Entry):
                if term.body.at == (term.ix,):
                    return SumsToOne(term.body.family), f"{latex(term)} = 1"
        sign = _SIGNS.get(type(relation))
        if sign is not None and type(one) in (sympy.Symbol, sympy.Dummy):
            term = self.term(one, {})
            if other == 0 and isinstance(term, Entry):
                return Signed(term.family, sign[0]), f"{latex(term)} {sign[1]} 0"
            if isinstance(term, Size) and isinstance(other, sympy.Integer) and sign[0] in "+0":
                least = int(other) + (sign[0] == "+")
                return SizeAtLeast(term.axis.symbol, least), rf"{one.name} \geq {least}"
        raise _refuse(relation, "this cannot be used as a given")


_SIGNS: dict[Any, tuple[GivenSign, str]] = {
    sympy.StrictGreaterThan: ("+", ">"),
    sympy.StrictLessThan: ("-", "<"),
    sympy.GreaterThan: ("+0", r"\geq"),
    sympy.LessThan: ("-0", r"\leq"),
    sympy.Ne: ("≠0", r"\neq"),
}


def _number(expr: Any) -> Rat:
    top, bottom = int(expr.p), int(expr.q)
    if max(top.bit_length(), bottom.bit_length()) > MAX_BITS:
        raise NotTranslated("a number of more than a thousand digits")
    return Rat(Fraction(top, bottom))


def _why_not(expr: Any) -> str:
    if isinstance(expr, sympy.Float):
        return "a float is no exact number; write sympy.Rational(1, 10)"
    if isinstance(expr, sympy.core.function.AppliedUndef):
        return "an undefined function cannot be decided; write out what it is"
    if expr.is_number and not expr.args:
        return "this number is not supported"
    return f"{type(expr).__name__} is not supported"


_TRANSLATE: dict[Any, Callable[[_Reader, Any, Env], Term]] = {
    sympy.Symbol: _Reader.symbol,
    sympy.Dummy: _Reader.symbol,
    sympy.Idx: lambda reader, expr, env: _index_value(reader, expr, env),
    sympy.Indexed: _Reader.indexed,
    sympy.Add: lambda reader, expr, env: Add(tuple(reader.term(a, env) for a in expr.args)),
    sympy.Mul: lambda reader, expr, env: Mul(tuple(reader.term(a, env) for a in expr.args)),
    sympy.Pow: _Reader.power,
    sympy.Sum: _Reader.folded,
    sympy.Product: _Reader.folded,
    sympy.KroneckerDelta: _Reader.delta,
    sympy.Derivative: _Reader.derivative,
    sympy.Piecewise: _Reader.cases,
    sympy.UnevaluatedExpr: lambda reader, expr, env: reader.term(expr.args[0], env),
    type(sympy.E): lambda reader, expr, env: Fn("exp", ONE),
}


def _index_value(reader: _Reader, expr: Any, env: Env) -> Term:
    found = env.get(expr) or reader.names.free.get(expr)
    if found is None:
        raise _refuse(expr, "its range is not known")
    return IndexValue(found)
