"""The slips: for each kind, what a hand might have written instead, one place at a time.

A slip maps a claim to the claims that a single such slip makes of it, of which a seeded
choice is taken. Rewrites that keep a line true are among them (``said differently``), and
some slips happen to keep it true as well; which ones do is for `truth` to say.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction

from derive.claims import Claim, Given, Signed, SumsToOne
from derive.terms import (
    MINUS_ONE,
    ONE,
    ZERO,
    Add,
    Apply,
    At,
    Cases,
    Condition,
    Delta,
    Diff,
    Div,
    Entry,
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
    add,
    fresh,
    freshen,
    indices_of,
    map_indices,
    mul,
    neg,
    rational,
)
from tests.mutants.places import Place, places, with_side

__all__ = ["SAID_DIFFERENTLY", "SLIPS", "Slip", "mutants"]

Make = Callable[[], Claim]
Slip = Callable[[Claim], list[Make]]
AtPlace = Callable[[Claim, Place], Iterator[Term]]

SLIPS: dict[str, Slip] = {}
SAID_DIFFERENTLY = "said differently (true)"


def mutants(claim: Claim, kind: str, rng: random.Random, most: int) -> list[Claim]:
    """Up to ``most`` mutants of one kind, in random order."""
    makes = SLIPS[kind](claim)
    return [make() for make in rng.sample(makes, min(most, len(makes)))]


def _at_places(kind: str) -> Callable[[AtPlace], AtPlace]:
    """Register a slip that changes one node on one side."""

    def register(changes: AtPlace) -> AtPlace:
        def slip(claim: Claim) -> list[Make]:
            found: list[Make] = []
            for which, side in enumerate((claim.left, claim.right)):
                for place in places(side):
                    for new in changes(claim, place):
                        if new != place.node:
                            found.append(_change(claim, which, place, new))
            return found

        SLIPS[kind] = slip
        return changes

    return register


def _change(claim: Claim, which: int, place: Place, new: Term) -> Make:
    return lambda: with_side(claim, which, place.put(freshen(new)))


def _on_claims(kind: str) -> Callable[[Slip], Slip]:
    def register(slip: Slip) -> Slip:
        SLIPS[kind] = slip
        return slip

    return register


def _number(value: int | Fraction) -> Term:
    return Rat(Fraction(value))


# --------------------------------------------------------------------------- signs, terms


@_at_places("sign")
def _sign(claim: Claim, place: Place) -> Iterator[Term]:
    match place.node:
        case Add(args):
            for at, a in enumerate(args):
                yield Add((*args[:at], _negated(a), *args[at + 1 :]))
        case Mul((first, *rest)) if first == MINUS_ONE and rest:
            yield mul(*rest)
        case Fn(name, arg) if name in ("exp", "sin", "tanh"):
            yield Fn(name, _negated(arg))
        case Entry() | Sum() | Div() | Diff() if not place.scope:
            yield neg(place.node)


def _negated(term: Term) -> Term:
    match term:
        case Mul((first, *rest)) if first == MINUS_ONE and rest:
            return mul(*rest)
        case Rat(value):
            return Rat(-value)
    return neg(term)


@_at_places("dropped term")
def _dropped_term(claim: Claim, place: Place) -> Iterator[Term]:
    match place.node:
        case Add(args):
            for at in range(len(args)):
                yield add(*args[:at], *args[at + 1 :])


@_at_places("dropped factor")
def _dropped_factor(claim: Claim, place: Place) -> Iterator[Term]:
    match place.node:
        case Mul(args):
            for at, a in enumerate(args):
                if a != MINUS_ONE:
                    yield mul(*args[:at], *args[at + 1 :])
        case Div(num, _):
            yield num


@_at_places("constant factor")
def _constant_factor(claim: Claim, place: Place) -> Iterator[Term]:
    node = place.node
    match node:
        case Mul() | Div() | Sum() | Diff() | Pow() | Fn():
            yield Mul((_number(2), node))
            yield Mul((_number(Fraction(1, 2)), node))
        case Rat(value) if value not in (1, -1) and value:
            yield Rat(1 / value)
            yield ONE


# --------------------------------------------------------------------------- indices


@_at_places("index swapped")
def _index_swapped(claim: Claim, place: Place) -> Iterator[Term]:
    def others(i: Ix) -> list[Index]:
        if i in place.scope:
            return [k for k in place.scope if k != i and k.axis == i.axis]
        found: list[Index] = [j for j in _free(claim) if j != i and j.axis == i.axis]
        return found or [fresh("i" if i.name != "i" else "j", i.axis)]

    yield from _other_indices(place.node, others)


@_at_places("bound and free index")
def _bound_and_free(claim: Claim, place: Place) -> Iterator[Term]:
    def others(i: Ix) -> list[Index]:
        if i in place.scope:
            outside: list[Index] = [j for j in _free(claim) if j.axis == i.axis]
            return outside or [fresh("j", i.axis)]
        return [k for k in place.scope if k.axis == i.axis]

    yield from _other_indices(place.node, others)


def _other_indices(node: Term, others: Callable[[Ix], list[Index]]) -> Iterator[Term]:
    match node:
        case Entry(family, at):
            for slot, i in enumerate(at):
                if isinstance(i, Ix):
                    for j in others(i):
                        yield Entry(family, (*at[:slot], j, *at[slot + 1 :]))
        case Delta(i, j):
            if isinstance(i, Ix):
                for other in others(i):
                    if other != j:
                        yield Delta(other, j)
            if isinstance(j, Ix):
                for other in others(j):
                    if other != i:
                        yield Delta(i, other)


def _free(claim: Claim) -> list[Ix]:
    named = [x for c in claim.conditions for x in (c.i, c.j) if isinstance(x, Ix)]
    return list(dict.fromkeys((*claim.free, *named)))


@_at_places("letter swapped")
def _letter_swapped(claim: Claim, place: Place) -> Iterator[Term]:
    """y for a: another quantity with the same indices."""
    match place.node:
        case Entry(family, at):
            parameters = {f.param.family for f in claim.world.functions.values()}
            known = sorted(claim.reached - parameters, key=lambda f: (f.name, f.label))
            for other in known:
                if other != family and other.axes == family.axes:
                    yield Entry(other, at)


@_at_places("derivative by another index")
def _derivative_index(claim: Claim, place: Place) -> Iterator[Term]:
    match place.node:
        case Diff(body, Entry(family, at)):
            for slot, i in enumerate(at):
                known: list[Index] = [
                    j for j in (*_free(claim), *place.scope) if j != i and j.axis == i.axis
                ]
                for j in known or [fresh("q", i.axis)]:
                    yield Diff(body, Entry(family, (*at[:slot], j, *at[slot + 1 :])))


@_at_places("δ lost")
def _delta_lost(claim: Claim, place: Place) -> Iterator[Term]:
    match place.node:
        case Delta():
            yield ONE
            yield ZERO
        case Mul(args):
            for at, a in enumerate(args):
                if isinstance(a, Delta):
                    yield mul(*args[:at], *args[at + 1 :])


# --------------------------------------------------------------------------- cases, ranges


@_on_claims("wrong case")
def _wrong_case(claim: Claim) -> list[Make]:
    found: list[Make] = []
    for given in claim.givens:
        fact = given.fact
        if isinstance(fact, Condition):
            rest = tuple(g for g in claim.givens if g is not given)
            flipped = Given(replace(fact, equal=not fact.equal), given.latex)
            found.append(lambda rest=rest: replace(claim, givens=rest))  # type: ignore[misc]
            found.append(
                lambda rest=rest, flipped=flipped: replace(  # type: ignore[misc]
                    claim, givens=(*rest, flipped)
                )
            )
    for which, side in enumerate((claim.left, claim.right)):
        for place in places(side):
            if isinstance(place.node, Cases):
                branches = place.node.branches
                values = [value for _, value in branches]
                turned = tuple(
                    (conditions, value)
                    for (conditions, _), value in zip(
                        branches, values[1:] + values[:1], strict=True
                    )
                )
                found.append(_change(claim, which, place, Cases(turned)))
                found.append(_change(claim, which, place, values[0]))
                for conditions, value in branches:
                    if conditions:
                        c = replace(conditions[0], equal=not conditions[0].equal)
                        other = Cases((((c, *conditions[1:]), value), *branches[1:]))
                        found.append(_change(claim, which, place, other))
    return found


@_at_places("range off by one")
def _range(claim: Claim, place: Place) -> Iterator[Term]:
    match place.node:
        case Sum(ix, without, body) | Prod(ix, without, body):
            kind = type(place.node)
            if ix.axis.fixed is None:
                for at in (At(ix.axis, 0), At(ix.axis, 0, True)):
                    if at not in without:
                        yield kind(ix, (*without, at), body)
            for named in without:
                if isinstance(named, At):
                    yield kind(ix, tuple(i for i in without if i != named), body)


@_at_places("excluded index")
def _excluded(claim: Claim, place: Place) -> Iterator[Term]:
    """k ≠ j lost, or put where it does not belong."""
    match place.node:
        case Sum(ix, without, body) | Prod(ix, without, body):
            kind = type(place.node)
            for i in without:
                if isinstance(i, Ix):
                    yield kind(ix, tuple(other for other in without if other != i), body)
            for j in (*_free(claim), *place.scope):
                if j.axis == ix.axis and j not in without:
                    yield kind(ix, (*without, j), body)


@_at_places("n for n−1")
def _size(claim: Claim, place: Place) -> Iterator[Term]:
    match place.node:
        case Size():
            yield Add((place.node, MINUS_ONE))
            yield Add((place.node, ONE))
            yield ONE
        case Add((Size() as size, Rat(value))) if value in (1, -1):
            yield size
        case Sum(ix, _, body) if ix.axis.fixed is None and ix not in indices_of(body):
            yield Mul((Add((Size(ix.axis), MINUS_ONE)), body))


@_on_claims("assumption dropped")
def _assumption_dropped(claim: Claim) -> list[Make]:
    found: list[Make] = []
    for given in claim.givens:
        if isinstance(given.fact, SumsToOne | Signed):
            rest = tuple(g for g in claim.givens if g is not given)
            found.append(lambda rest=rest: replace(claim, givens=rest))  # type: ignore[misc]
    world = claim.world
    for family, definition in world.definitions.items():
        if isinstance(definition.body, Delta) and family in claim.reached:  # one-hot labels
            fewer = {f: d for f, d in world.definitions.items() if f != family}
            less = world.redefined(fewer)
            found.append(lambda less=less: replace(claim, world=less))  # type: ignore[misc]
    return found


# --------------------------------------------------------------------------- functions


@_at_places("σ for σ′")
def _derivative_lost(claim: Claim, place: Place) -> Iterator[Term]:
    match place.node:
        case Apply(function, arg, order):
            if order:
                yield Apply(function, arg, order - 1)
            elif function in claim.world.functions:
                yield Apply(function, arg, 1)
        case Diff(body, _):
            yield body
        case Mul(args):
            for at in range(len(args) - 1):  # a(1 − a) → a, or 1 − a
                for other in range(at + 1, len(args)):
                    if args[other] == Add((ONE, neg(args[at]))):
                        yield mul(*args[:other], *args[other + 1 :])
                        yield mul(*args[:at], *args[at + 1 :])
                        yield Mul((*args[:other], args[at], *args[other + 1 :]))
        case Fn("tanh", arg):
            yield Add((ONE, neg(Pow(place.node, _number(2)))))
        case Fn("sin", arg):
            yield Fn("cos", arg)
        case Fn("cos", arg):
            yield Fn("sin", arg)


@_at_places("power")
def _power(claim: Claim, place: Place) -> Iterator[Term]:
    node = place.node
    match node:
        case Pow(base, exponent):
            p = rational(exponent)
            if p is not None and p.denominator == 1:
                for other in (p - 1, p + 1, -p):
                    yield base if other == 1 else ONE if other == 0 else Pow(base, Rat(other))
        case Div(num, den):
            yield Div(num, Pow(den, _number(2)))
        case Fn("sqrt", arg):
            yield arg
        case Sum() | Entry() if not place.scope:
            yield Pow(node, _number(2))


@_at_places("log or exp")
def _log_or_exp(claim: Claim, place: Place) -> Iterator[Term]:
    match place.node:
        case Fn("exp", arg):
            yield arg
            yield Fn("log", arg)
        case Fn("log", arg):
            yield arg
            yield Fn("exp", arg)
        case Fn(_, arg):
            yield arg
        case Entry() if not place.scope:
            yield Fn("log", place.node)
            yield Fn("exp", place.node)


@_at_places("misplaced parenthesis")
def _parenthesis(claim: Claim, place: Place) -> Iterator[Term]:
    node = place.node
    match node:
        case Mul(args):
            for at, a in enumerate(args):
                if isinstance(a, Add):  # a(b + c) → ab + c, and −(a − b) → −a − b
                    before, after = args[:at], args[at + 1 :]
                    yield Add((mul(*before, a.args[0], *after), *a.args[1:]))
                    yield Add((*a.args[:-1], mul(*before, a.args[-1], *after)))
        case Div(num, den):
            if isinstance(den, Add):  # c/(a + b) → c/a + b
                yield Add((Div(num, den.args[0]), *den.args[1:]))
            if isinstance(num, Add):
                yield Add((*num.args[:-1], Div(num.args[-1], den)))
            if isinstance(den, Mul) and len(den.args) == 2:  # c/(ab) → (c/a) b
                yield Mul((Div(num, den.args[0]), den.args[1]))
        case Sum(ix, without, Add(args)):
            # Σ (a_k + b) → Σ a_k + b; a k left outside is another one, and free
            outside = fresh(ix.name, ix.axis)
            rest = tuple(map_indices(a, {ix: outside}) for a in args[1:])
            yield Add((Sum(ix, without, args[0]), *rest))
        case Sum(ix, without, Mul(args)) if len(args) > 1:
            outside = fresh(ix.name, ix.axis)
            yield Mul((Sum(ix, without, args[0]), map_indices(mul(*args[1:]), {ix: outside})))
            twin = fresh(ix.name, ix.axis)  # Σ a b → Σ a · Σ b
            second = Sum(twin, without, map_indices(freshen(mul(*args[1:])), {ix: twin}))
            yield Mul((Sum(ix, without, args[0]), second))
        case Pow(Add(args), exponent):  # (a + b)² → a + b²
            yield Add((*args[:-1], Pow(args[-1], exponent)))
        case Pow(Mul((*first, last)), exponent) if first:
            yield mul(*first, Pow(last, exponent))
        case Fn(name, Add(args)):  # log(a + b) → log a + b, or log a + log b
            yield Add((Fn(name, args[0]), *args[1:]))
            yield Add(tuple(Fn(name, a) for a in args))
        case Fn(name, Mul(args)):
            yield Mul((Fn(name, args[0]), *args[1:]))
        case Fn(name, Sum(ix, without, body)):  # log Σ → Σ log
            yield Sum(ix, without, Fn(name, body))


@_at_places("upside down")
def _upside_down(claim: Claim, place: Place) -> Iterator[Term]:
    match place.node:
        case Div(num, den):
            yield Div(den, num)
            yield Mul((num, den))


# --------------------------------------------------------------------------- still true


@_at_places(SAID_DIFFERENTLY)
def _said_differently(claim: Claim, place: Place) -> Iterator[Term]:
    node = place.node
    match node:
        case Add(args):
            yield Add(tuple(reversed(args)))
            yield neg(Add(tuple(neg(a) for a in args)))
        case Mul(args):
            yield Mul(tuple(reversed(args)))
            for at, a in enumerate(args):
                if isinstance(a, Add):
                    yield Add(
                        tuple(freshen(Mul((*args[:at], part, *args[at + 1 :]))) for part in a.args)
                    )
        case Sum(ix, without, body):
            other = fresh("l" if ix.name != "l" else "q", ix.axis)
            renamed = map_indices(body, {ix: other})
            yield Sum(other, without, renamed)
            if isinstance(body, Add):
                parts = []
                for part in body.args:
                    own = fresh(ix.name, ix.axis)
                    parts.append(Sum(own, without, map_indices(freshen(part), {ix: own})))
                yield Add(tuple(parts))
            if isinstance(body, Mul):
                outer = [a for a in body.args if ix not in indices_of(a)]
                inner = [a for a in body.args if ix in indices_of(a)]
                if outer and inner:
                    yield mul(*outer, Sum(ix, without, mul(*inner)))
            for j in _free(claim):  # Σ = the rest + one of its terms
                if j.axis == ix.axis and not without:
                    yield Add((Sum(ix, (j,), body), map_indices(freshen(body), {ix: j})))
                    gate = Add((ONE, neg(Delta(ix, j))))
                    yield Add(
                        (
                            Sum(ix, (), Mul((gate, body))),
                            map_indices(freshen(body), {ix: j}),
                        )
                    )
                if without == (j,):
                    yield Add((Sum(ix, (), body), neg(map_indices(freshen(body), {ix: j}))))
            if isinstance(body, Sum) and ix not in body.without and body.ix not in without:
                yield Sum(body.ix, body.without, Sum(ix, without, body.body))
        case Div(num, den):
            yield Mul((num, Div(ONE, den)))
            yield Mul((num, Pow(den, _number(-1))))
            yield Div(neg(num), neg(den))
            if isinstance(num, Add):
                yield Add(tuple(Div(part, freshen(den)) for part in num.args))
        case Pow(base, exponent):
            if exponent == _number(2):
                yield Mul((base, freshen(base)))
        case Fn("exp", Add((first, *rest))) if rest:
            yield Mul((Fn("exp", first), Fn("exp", add(*rest))))
        case Fn("exp", Mul((first, *rest))) if first == MINUS_ONE and rest:
            yield Div(ONE, Fn("exp", mul(*rest)))
        case Entry():
            yield neg(neg(node))
        case Delta(i, j):
            yield Delta(j, i)
            yield Pow(node, _number(2))


@_at_places("δ put in (true)")
def _delta_put_in(claim: Claim, place: Place) -> Iterator[Term]:
    match place.node:
        case Entry(family, (Ix() as i,)):
            k = fresh("q", i.axis)
            yield Sum(k, (), Mul((Delta(i, k), Entry(family, (k,)))))
