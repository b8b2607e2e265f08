"""Terms at given sizes as plain SymPy, in the symbols that `derive.models` uses.

A third, slow reading of a term, for tests only: sums become additions of SymPy
expressions, definitions are unfolded by substitution, derivatives are SymPy's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy

from derive.deciding.derivative import World
from derive.terms import (
    Add,
    Apply,
    Axis,
    Delta,
    Diff,
    Div,
    Entry,
    Fn,
    Ix,
    Mul,
    Pow,
    Rat,
    Size,
    Sum,
    Term,
)

__all__ = ["to_sympy"]


def to_sympy(term: Term, world: World, sizes: Mapping[Axis, int], env: Mapping[Ix, int]) -> Any:
    """The term as a SymPy expression; every defined name unfolded, positions from 0."""

    def go(t: Term, e: Mapping[Ix, int]) -> Any:
        match t:
            case Rat(value):
                return sympy.Rational(value.numerator, value.denominator)
            case Size(axis):
                return sympy.Integer(sizes[axis])
            case Entry(family, at):
                positions = [e[i] for i in at if isinstance(i, Ix)]
                assert len(positions) == len(at)
                definition = world.definitions.get(family)
                if definition is not None:
                    return go(
                        definition.body, dict(zip(definition.params, positions, strict=True))
                    )
                subscript = "_".join(str(p + 1) for p in positions)
                name = f"{family.name}_{subscript}" if subscript else family.name
                return sympy.Symbol(name, real=True)
            case Delta(i, j):
                assert isinstance(i, Ix)
                assert isinstance(j, Ix)
                return sympy.Integer(int(e[i] == e[j]))
            case Add(args):
                return sympy.Add(*(go(a, e) for a in args))
            case Mul(args):
                return sympy.Mul(*(go(a, e) for a in args))
            case Div(num, den):
                return go(num, e) / go(den, e)
            case Pow(base, exponent):
                return go(base, e) ** go(exponent, e)
            case Fn(name, arg):
                return getattr(sympy, name)(go(arg, e))
            case Apply(name, arg, order):
                function = world.functions[name]
                inner = sympy.Dummy("u", real=True)
                parameter = sympy.Symbol(function.param.family.name, real=True)
                body = go(function.body, {}).xreplace({parameter: inner})
                for _ in range(order):
                    body = sympy.diff(body, inner)
                return body.subs(inner, go(arg, e))
            case Sum(ix, without, body):
                out = {e[i] for i in without if isinstance(i, Ix)}
                return sympy.Add(
                    *(go(body, {**e, ix: k}) for k in range(sizes[ix.axis]) if k not in out)
                )
            case Diff():
                raise AssertionError("derivatives are compared through models.gradient")
        raise AssertionError(t)

    return go(term, env)
