"""Exact values of opened terms at rational points, where e^{log q} = q keeps them rational."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from derive.deciding.explicit import Env
from derive.terms import (
    Add,
    At,
    Cases,
    Delta,
    Div,
    Entry,
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
    integer,
)

if TYPE_CHECKING:
    from derive.deciding.witness import Point

__all__ = ["NotExact", "exact_text", "exact_value"]


class NotExact(ArithmeticError):
    """The value is not rational, or was not seen to be."""


@dataclass(frozen=True, slots=True)
class _Value:
    """``rational + log(inside)``."""

    rational: Fraction
    inside: Fraction = Fraction(1)


def exact_value(term: Term, env: Env, point: Point) -> Fraction:
    """The rational value of a term without derivatives or names.

    Raises:
        NotExact: it is not rational, as far as this evaluator can see.
    """
    value = _Exact(point)(term, env)
    if value.inside != 1:
        raise NotExact
    return value.rational


def exact_text(term: Term, env: Env, point: Point) -> str:
    """The value of a term without derivatives or names as text: ``2/3`` or ``log(2/3)``.

    Raises:
        NotExact: it is neither a rational nor the log of one, as far as this evaluator can see.
    """
    value = _Exact(point)(term, env)
    if value.inside == 1:
        return str(value.rational)
    if value.rational:
        raise NotExact
    return f"log({value.inside})"


class _Exact:
    def __init__(self, point: Point) -> None:
        self.point = point

    def position(self, index: Index, env: Env) -> int:
        if isinstance(index, Ix):
            return env[index]
        assert isinstance(index, At)
        size = self.point.sizes[index.axis]
        at = size - 1 + index.offset if index.from_end else index.offset
        if not 0 <= at < size:
            raise NotExact
        return at

    def same(self, i: Index, j: Index, env: Env) -> bool:
        try:
            return self.position(i, env) == self.position(j, env)
        except NotExact:
            return False

    def number(self, term: Term, env: Env) -> Fraction:
        value = self(term, env)
        if value.inside != 1:
            raise NotExact
        return value.rational

    def __call__(self, term: Term, env: Env) -> _Value:
        match term:
            case Rat(value):
                return _Value(value)
            case Size(axis):
                return _Value(Fraction(self.point.sizes[axis]))
            case IndexValue(index):
                return _Value(Fraction(self.position(index, env) + index.axis.start))
            case Entry(family, at):
                slot = (family, tuple(self.position(i, env) for i in at))
                self.point.entry(*slot)
                return _read(self.point.values[slot][1])
            case Delta(i, j):
                return _Value(Fraction(int(self.same(i, j, env))))
            case Add(args):
                total = _Value(Fraction(0))
                for a in args:
                    part = self(a, env)
                    total = _Value(total.rational + part.rational, total.inside * part.inside)
                return total
            case Mul(args):
                return self._mul([self(a, env) for a in args])
            case Div(num, den):
                bottom = self.number(den, env)
                if not bottom:
                    raise NotExact
                return self._mul([self(num, env), _Value(1 / bottom)])
            case Pow(base, exponent):
                whole = integer(exponent)
                value = self.number(base, env)
                if whole is None or abs(whole) > 64 or (whole < 0 and not value):
                    raise NotExact
                return _Value(value**whole)
            case Fn("exp", arg):
                inside = self(arg, env)
                if inside.rational:
                    raise NotExact
                return _Value(inside.inside)
            case Fn("log", arg):
                positive = self.number(arg, env)
                if positive <= 0:
                    raise NotExact
                return _Value(Fraction(0), positive)
            case Fn("abs", arg):
                return _Value(abs(self.number(arg, env)))
            case Fn("sqrt", arg):
                return _Value(_square_root(self.number(arg, env)))
            case Sum(ix, without, body):
                total = _Value(Fraction(0))
                for k in self._range(ix, without, env):
                    part = self(body, {**env, ix: k})
                    total = _Value(total.rational + part.rational, total.inside * part.inside)
                return total
            case Prod(ix, without, body):
                return self._mul(
                    [self(body, {**env, ix: k}) for k in self._range(ix, without, env)]
                )
            case Cases(branches):
                for conditions, branch in branches:
                    if all(self.same(c.i, c.j, env) == c.equal for c in conditions):
                        return self(branch, env)
        raise NotExact

    def _range(self, ix: Ix, without: tuple[Index, ...], env: Env) -> list[int]:
        out = set()
        for index in without:
            try:
                out.add(self.position(index, env))
            except NotExact:
                continue
        return [k for k in range(self.point.sizes[ix.axis]) if k not in out]

    @staticmethod
    def _mul(parts: list[_Value]) -> _Value:
        total = _Value(Fraction(1))
        for part in parts:
            if part.inside == 1:
                a, b = total, part.rational
            elif total.inside == 1:
                a, b = part, total.rational
            else:
                raise NotExact
            if a.inside != 1 and (b.denominator != 1 or abs(b) > 64):
                raise NotExact
            total = _Value(a.rational * b, a.inside ** int(b) if a.inside != 1 else Fraction(1))
        return total


def _square_root(value: Fraction) -> Fraction:
    if value < 0:
        raise NotExact
    top, bottom = math.isqrt(value.numerator), math.isqrt(value.denominator)
    if (top * top, bottom * bottom) != (value.numerator, value.denominator):
        raise NotExact
    return Fraction(top, bottom)


def _read(shown: str) -> _Value:
    if shown.startswith("log("):
        return _Value(Fraction(0), Fraction(shown[4:-1]))
    if shown == "π":
        raise NotExact
    return _Value(Fraction(shown))
