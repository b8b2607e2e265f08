"""Terms rewritten, by identities that hold wherever both sides exist, into the shape that
`bound` has its theorem for.

A product over an axis grows with its size, so the theorem does not speak of it. Two things
do: log Π_k f_k = Σ_k log f_k for positive f_k, and Π_k e^{f_k} = e^{Σ_k f_k}. What is left of
a product after that is kept as one unknown (`Rules.whole_products`), the product over all
positions that the claim does not name, times its factors at those it does: then
Π_k x_k = x_j Π_{k≠j} x_k is a matter of algebra, at every size.

A sum inside a denominator or a function is kept whole, so it should look alike wherever it
stands: what does not depend on its index is taken out (Σ_k e^{z_k − c} = e^{−c} Σ_k e^{z_k},
Σ_k c = n c), δ is contracted.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from derive.deciding.derivative import contracted_sum
from derive.deciding.sign import Signs
from derive.terms import (
    MINUS_ONE,
    ONE,
    Add,
    Apply,
    Delta,
    Div,
    Fn,
    Index,
    Ix,
    Mul,
    Pow,
    Prod,
    Size,
    Sum,
    Term,
    bind_anew,
    children,
    freshen,
    indices_of,
    integer,
    key,
    mul,
    neg,
    rebuild,
    walk,
)

__all__ = ["is_closed", "is_concerned", "logged", "rewritten", "whole_products"]


def rewritten(term: Term, signs: Signs) -> Term:
    """The same quantity in that shape. ``signs`` tell which factors are positive."""
    if not is_concerned(term):
        return term

    def visit(node: Term) -> Term:
        node = rebuild(node, visit)
        match node:
            case Prod(ix, without, body):
                return _apart(ix, without, body, signs)
            case Fn("log", arg) if any(_is_product(n) for n in _factors(arg)):
                return _log(arg, signs) or node
            case Fn("exp", arg):
                return Fn("exp", _split(arg))
            case Sum(ix, without, body):
                if any(isinstance(n, Delta) for n in walk(body)):
                    node = contracted_sum(ix, without, body)
                return _tidied(node)
        return node

    return visit(term)


def is_concerned(term: Term) -> bool:
    """Whether a term has a product, or a sum that is not merely added or multiplied."""
    for node in walk(term):
        match node:
            case Prod():
                return True
            case Fn(_, inner) | Pow(inner, _) | Div(_, inner) | Apply(_, inner):
                if any(isinstance(n, Sum) for n in walk(inner)):
                    return True
    return False


def _tidied(term: Term) -> Term:
    """What a contracted sum has become, with its sums taken apart."""
    match term:
        case Sum():
            return _taken_out(term)
        case Add() | Mul():
            return rebuild(term, _tidied)
    return term


def _taken_out(total: Sum) -> Term:
    """Σ_k c f_k/d as (c/d) Σ_k f_k, and Σ_k c as n c."""
    outer: dict[int, list[Term]] = {1: [], -1: []}
    inner: dict[int, list[Term]] = {1: [], -1: []}
    for factor, power in _multiplied(total.body):
        (inner if total.ix in indices_of(factor) else outer)[power].append(factor)
    if not any(inner.values()) and not total.without:
        return mul(Size(total.ix.axis), total.body)
    if not any(outer.values()) or not any(inner.values()):
        return _distributed(total, inner)
    rest = Sum(total.ix, total.without, _quotient(inner))
    return mul(_quotient(outer), _distributed(rest, inner))


def _distributed(total: Sum, factors: dict[int, list[Term]]) -> Term:
    """Σ_k f_k (g_k + c) as Σ_k f_k g_k + c Σ_k f_k, where something comes out that way."""
    for at, factor in enumerate(factors[1]):
        if isinstance(factor, Add) and any(_comes_out(a, total.ix) for a in factor.args):
            others = {1: factors[1][:at] + factors[1][at + 1 :], -1: factors[-1]}
            parts = []
            for a in factor.args:
                body = freshen(_quotient({1: [*others[1], a], -1: others[-1]}))
                parts.append(_tidied(contracted_sum(total.ix, total.without, body)))
            return Add(tuple(parts))
    return total


def _comes_out(part: Term, ix: Ix) -> bool:
    """Whether a part of a summand is free of the index, or has a δ or a sum in it."""
    return ix not in indices_of(part) or any(isinstance(n, Delta | Sum) for n in walk(part))


def _quotient(factors: dict[int, list[Term]]) -> Term:
    top = mul(*factors[1])
    return Div(top, mul(*factors[-1])) if factors[-1] else top


def _multiplied(term: Term) -> list[tuple[Term, int]]:
    """The factors of a term, with 1, or -1 for those below the line; e^{u+v} is two."""
    match term:
        case Mul(args):
            return [f for a in args for f in _multiplied(a)]
        case Div(num, den):
            below = [(f, -power) for f, power in _multiplied(den)]
            return [*_multiplied(num), *below]
        case Fn("exp", Add(args)):
            return [(Fn("exp", a), 1) for a in args]
    return [(term, 1)]


def _split(term: Term) -> Term:
    """Σ (u + v) as Σ u + Σ v, also below + and ×."""
    match term:
        case Sum(ix, without, Add(args)):
            return Add(tuple(_split(bind_anew(Sum, ix, without, a)) for a in args))
        case Sum(ix, without, body):
            inner = _split(body)
            return _split(Sum(ix, without, inner)) if inner != body else term
        case Add() | Mul():
            return rebuild(term, _split)
    return term


def _apart(ix: Ix, without: tuple[Index, ...], body: Term, signs: Signs) -> Term:
    """Π_k body, factor by factor."""
    match body:
        case Mul(args):
            return mul(*(_apart(ix, without, a, signs) for a in args))
        case Div(num, den):
            return Div(_apart(ix, without, num, signs), _apart(ix, without, den, signs))
        case Fn("exp", arg):
            return Fn("exp", bind_anew(Sum, ix, without, arg))
        case Pow(base, exponent):
            power = integer(exponent)
            if isinstance(exponent, Delta) and ix in (exponent.i, exponent.j):
                # Π_k f_k^{δ_kc} has the one factor f_c, unless c is left out
                hit = contracted_sum(ix, without, mul(exponent, Add((base, MINUS_ONE))))
                return Add((ONE, hit))
            if power is not None:
                return Pow(_apart(ix, without, base, signs), exponent)
            if signs.positive(base):
                inside = freshen(Mul((exponent, Fn("log", base))))
                return Fn("exp", contracted_sum(ix, without, inside))
    return bind_anew(Prod, ix, without, body)


def _factors(term: Term) -> tuple[Term, ...]:
    match term:
        case Mul(args):
            return tuple(f for a in args for f in _factors(a))
        case Div(num, den):
            return (*_factors(num), *_factors(den))
        case Pow(base, exponent) if integer(exponent) is not None:
            return _factors(base)
    return (term,)


def _is_product(term: Term) -> bool:
    """Π, or e^u, which `_apart` may have made of one: their logs are simple."""
    return isinstance(term, Prod) or (isinstance(term, Fn) and term.name == "exp")


def _log(arg: Term, signs: Signs) -> Term | None:
    """log arg as a sum over its factors, if they are all known to be positive."""
    match arg:
        case Mul(args):
            parts = [_log(a, signs) for a in args]
            return None if None in parts else Add(tuple(p for p in parts if p is not None))
        case Div(num, den):
            top, bottom = _log(num, signs), _log(den, signs)
            return None if top is None or bottom is None else Add((top, neg(bottom)))
        case Pow(base, exponent) if integer(exponent) is not None:
            inside = _log(base, signs)
            return None if inside is None else Mul((exponent, inside))
        case Fn("exp", inside):
            return inside
        case Prod(ix, without, body) if signs.positive(body):
            return bind_anew(Sum, ix, without, Fn("log", body))
    return Fn("log", arg) if signs.positive(arg) else None


def logged(terms: Iterable[Term]) -> dict[Hashable, str]:
    """Skeletons (see `terms.key`) of what the terms take the log of at every index
    (Σ_k log x_k, Σ_k log(1 − p_k)): wherever the lines are defined, it is positive."""
    found: dict[Hashable, str] = {}

    def visit(node: Term, bound: frozenset[Ix]) -> None:
        match node:
            case Sum(ix, (), body) | Prod(ix, (), body):
                visit(body, bound | {ix})
                return
            case Fn("log", arg):
                skeleton, holes = key(arg)
                if all(i in bound for i in holes):
                    found[skeleton] = "+"
        for child in children(node):
            visit(child, bound)

    for term in terms:
        visit(term, frozenset())
    return found


def whole_products(terms: Iterable[Term], named: frozenset[Index]) -> frozenset[Hashable]:
    """Skeletons (see `terms.key`) of the products that can be kept as one unknown."""
    return frozenset(
        key(Prod(node.ix, (), node.body))[0]
        for term in terms
        for node in walk(term)
        if isinstance(node, Prod) and is_closed(node, named)
    )


def is_closed(product: Prod, named: frozenset[Index]) -> bool:
    """Whether a product depends on no index that a sum around it binds."""
    return all(not isinstance(i, Ix) or i in named for i in indices_of(product))
