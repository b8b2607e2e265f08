"""Terms written with + − · / and ^, so that a table of derivations reads like one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from derive.terms import (
    MINUS_ONE,
    Add,
    Apply,
    Axis,
    Cases,
    Condition,
    Definition,
    Delta,
    Diff,
    Div,
    Entry,
    Family,
    Fn,
    Index,
    Ix,
    Mul,
    Pow,
    Prod,
    Rat,
    Size,
    Sum,
    Term,
    fresh,
    freshen,
)

__all__ = [
    "Letter",
    "Number",
    "Value",
    "apply",
    "cases",
    "cos",
    "d",
    "delta",
    "exp",
    "log",
    "number",
    "product",
    "sin",
    "size",
    "sqrt",
    "tanh",
    "total",
]

Number = int | Fraction


@dataclass(frozen=True, slots=True)
class Value:
    """A term with operators. Nothing is simplified: ``x / x`` stays a quotient."""

    term: Term

    def __add__(self, other: Value | Number) -> Value:
        left = self.term.args if isinstance(self.term, Add) else (self.term,)
        return Value(Add((*left, value(other).term)))

    def __radd__(self, other: Number) -> Value:
        return value(other) + self

    def __sub__(self, other: Value | Number) -> Value:
        return self + -value(other)

    def __rsub__(self, other: Number) -> Value:
        return value(other) - self

    def __neg__(self) -> Value:
        return Value(Mul((MINUS_ONE, self.term)))

    def __mul__(self, other: Value | Number) -> Value:
        left = self.term.args if isinstance(self.term, Mul) else (self.term,)
        return Value(Mul((*left, value(other).term)))

    def __rmul__(self, other: Number) -> Value:
        return value(other) * self

    def __truediv__(self, other: Value | Number) -> Value:
        return Value(Div(self.term, value(other).term))

    def __rtruediv__(self, other: Number) -> Value:
        return value(other) / self

    def __pow__(self, exponent: Value | Number) -> Value:
        return Value(Pow(self.term, value(exponent).term))


def value(x: Value | Number) -> Value:
    return x if isinstance(x, Value) else number(x)


def number(x: Number) -> Value:
    return Value(Rat(Fraction(x)))


@dataclass(frozen=True, slots=True)
class Letter:
    """An indexed quantity: ``w[j, k]``; a plain number is ``x[()]``, or ``x.value``."""

    family: Family

    def __getitem__(self, at: Index | tuple[Index, ...]) -> Value:
        return Value(Entry(self.family, at if isinstance(at, tuple) else (at,)))

    @property
    def value(self) -> Value:
        return self[()]

    def defined(self, params: tuple[Ix, ...], body: Value) -> Definition:
        return Definition(self.family, params, freshen(body.term))


def total(axis: Axis, body: Callable[[Ix], Value], *without: Index, letter: str = "k") -> Value:
    """Σ over the axis, without some positions."""
    k = fresh(letter, axis)
    return Value(Sum(k, without, body(k).term))


def product(axis: Axis, body: Callable[[Ix], Value], *without: Index, letter: str = "k") -> Value:
    """Π over the axis, without some positions."""
    k = fresh(letter, axis)
    return Value(Prod(k, without, body(k).term))


def size(axis: Axis) -> Value:
    return Value(Size(axis))


def delta(i: Index, j: Index) -> Value:
    return Value(Delta(i, j))


def d(body: Value, by: Value) -> Value:
    """∂body/∂by, where ``by`` is one entry."""
    assert isinstance(by.term, Entry)
    return Value(Diff(body.term, by.term))


def cases(*branches: tuple[tuple[Condition, ...], Value]) -> Value:
    return Value(Cases(tuple((conditions, branch.term) for conditions, branch in branches)))


def apply(function: str, argument: Value, order: int = 0) -> Value:
    return Value(Apply(function, argument.term, order))


def exp(x: Value) -> Value:
    return Value(Fn("exp", x.term))


def log(x: Value) -> Value:
    return Value(Fn("log", x.term))


def sqrt(x: Value) -> Value:
    return Value(Fn("sqrt", x.term))


def tanh(x: Value) -> Value:
    return Value(Fn("tanh", x.term))


def sin(x: Value) -> Value:
    return Value(Fn("sin", x.term))


def cos(x: Value) -> Value:
    return Value(Fn("cos", x.term))
