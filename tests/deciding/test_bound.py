"""The theorem behind "for every n", tested as a statement, and its failure cases."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable
from fractions import Fraction

import pytest

import derive
from derive.claims import Claim
from derive.deciding.bound import Outside, bound
from derive.deciding.explicit import Rules
from derive.deciding.prove import prove
from derive.terms import (
    MINUS_ONE,
    ZERO,
    Add,
    At,
    Axis,
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
    freshen,
    indices_of,
    map_indices,
)

N = Axis("n")
X = Family("x", (N,))
Y = Family("y", (N,))
W = Family("w", (N, N))


def total(body: Callable[[Ix], Term], *without: Index) -> Term:
    k = fresh("k", N)
    return Sum(k, without, body(k))


def product(body: Callable[[Ix], Term], *without: Index) -> Term:
    k = fresh("k", N)
    return Prod(k, without, body(k))


def x(i: Index) -> Term:
    return Entry(X, (i,))


def minus(term: Term) -> Term:
    return Mul((MINUS_ONE, term))


def number(value: int) -> Term:
    return Rat(Fraction(value))


I, J = fresh("i", N), fresh("j", N)
S = total(x)

# Each is false, and true at some small sizes; the comment says at which.
FALSE_AT_LARGE_SIZES: list[tuple[str, Term, Term]] = [
    ("two elementary sums: x_1 x_2 alone at n = 2",
     Add((Pow(S, number(2)), minus(total(lambda k: Pow(x(k), number(2)))))),
     Mul((number(2), x(At(N, 0)), x(At(N, 1))))),
    ("third elementary symmetric function is 0 for n < 3",
     Add((Pow(S, number(3)),
          minus(Mul((number(3), S, total(lambda k: Pow(x(k), number(2)))))),
          Mul((number(2), total(lambda k: Pow(x(k), number(3)))))))
     , ZERO),
    ("n x_i = 2 x_i at n = 2", Mul((Size(N), x(I))), Mul((number(2), x(I)))),
    ("a hidden n: Σ x_k/x_k = 3 at n = 3", total(lambda k: Div(x(k), x(k))), number(3)),
    ("(Σ E)(Σ 1/E) = 1 at n = 1",
     Mul((total(lambda k: Fn("exp", x(k))), total(lambda k: Fn("exp", minus(x(k)))))), number(1)),
    ("nothing is left of the sum at n = 2 with i ≠ j", total(x, I, J), ZERO),
    ("(n-3)(n-4)(n-5) x_i = 0 at n = 3, 4, 5",
     Mul((*(Add((Size(N), number(-c))) for c in (3, 4, 5)), x(I))), ZERO),
    ("tr(A)² = tr(A²) at n = 1",
     Pow(total(lambda k: Entry(W, (k, k))), number(2)),
     total(lambda k: total(lambda m: Mul((Entry(W, (k, m)), Entry(W, (m, k))))))),
    ("Σ_{k≠1} = Σ_{k≠n} at n = 1", total(x, At(N, 0)), total(x, At(N, 0, True))),
    ("each excluded index subtracted, also where two coincide",
     total(lambda m: total(x, I, m)),
     total(lambda m: Add((S, minus(x(I)), minus(x(m)))))),
    ("Σδ_jk x_k = x_1", total(lambda k: Mul((Delta(J, k), x(k)))), x(At(N, 0))),
    ("a constant factor taken out of a product once, true at n = 1",
     product(lambda k: Mul((number(2), x(k)))), Mul((number(2), product(x)))),
    ("the product without i, completed by x_j",
     product(x), Mul((x(J), product(x, I)))),
    ("two factors put back that may be one",
     product(x), Mul((x(I), x(J), product(x, I, J)))),
    ("one factor left out under a sum, true at n = 1",
     product(x), Mul((S, product(lambda k: x(k), At(N, 0))))),
    ("log of a product that leaves out the last",
     Fn("log", product(lambda k: Fn("exp", x(k)))), total(x, At(N, 0, True))),
    ("log of two sums taken apart",
     Fn("log", total(lambda k: Fn("exp", x(k)))), total(x)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("left", "right"),
    [c[1:] for c in FALSE_AT_LARGE_SIZES],
    ids=[c[0] for c in FALSE_AT_LARGE_SIZES],
)
def test_a_claim_true_at_some_sizes_only_is_never_proved(left: Term, right: Term) -> None:
    assert prove(Claim(left, right)) is None


TRUE: list[tuple[str, Term, Term]] = [
    ("square of a sum",
     Pow(S, number(2)), total(lambda k: total(lambda m: Mul((x(k), x(m)))))),
    ("constant summand", total(lambda k: x(I)), Mul((Size(N), x(I)))),
    ("an excluded index", total(x, I), Add((S, minus(x(I))))),
    ("two excluded indices, together",
     total(x, I, J), Add((S, minus(x(I)), minus(x(J)), Mul((Delta(I, J), x(I)))))),
    ("δ picks", total(lambda k: Mul((Delta(J, k), x(k)))), x(J)),
    ("variance",
     total(lambda k: Pow(Add((x(k), minus(Div(S, Size(N))))), number(2))),
     Add((total(lambda k: Pow(x(k), number(2))), minus(Div(Pow(S, number(2)), Size(N)))))),
    ("first and last", total(x, At(N, 0)), Add((S, minus(x(At(N, 0)))))),
    ("a product without one factor", product(x), Mul((x(I), product(x, I)))),
    ("products of exponentials", product(lambda k: Fn("exp", x(k))), Fn("exp", S)),
    ("log of a product of exponentials", Fn("log", product(lambda k: Fn("exp", x(k)))), S),
    ("the derivative of a product",
     Diff(product(lambda k: Pow(x(k), number(2))), Entry(X, (J,))),
     Mul((number(2), x(J), product(lambda k: Pow(x(k), number(2)), J)))),
    ("a power of a product", product(lambda k: Pow(x(k), number(3))), Pow(product(x), number(3))),
]  # fmt: skip


@pytest.mark.parametrize(("left", "right"), [c[1:] for c in TRUE], ids=[c[0] for c in TRUE])
def test_true_claims_of_the_fragment_are_proved_for_every_size(left: Term, right: Term) -> None:
    proof = prove(Claim(left, right))
    assert proof is not None
    assert proof.every_size


OUTSIDE: list[tuple[str, Term, str]] = [
    ("product", Prod(K := fresh("k", N), (), x(K)), "a product over the axis"),
    ("index as number", total(lambda k: Mul((IndexValue(k), x(k)))), "an index is used as a number"),
    ("size in an exponent", Pow(x(I), Size(N)), "a size or a sum in an exponent"),
    ("mixing denominator", total(lambda k: Div(x(k), Add((S, minus(x(k)))))), "a denominator under"),
    ("exponential of a sum", Fn("exp", S), "exp of a sum"),
    ("log of n", Fn("log", total(lambda k: number(1))), "log of a sum or of a size"),
    ("log of a sum under a sum",
     total(lambda k: Fn("log", total(lambda m: Entry(W, (k, m))))), "log of a sum or of a size"),
]  # fmt: skip


@pytest.mark.parametrize(("term", "reason"), [c[1:] for c in OUTSIDE], ids=[c[0] for c in OUTSIDE])
def test_the_guard_names_what_is_outside(term: Term, reason: str) -> None:
    with pytest.raises(Outside, match=reason):
        bound(N, term, ZERO, Rules())


def test_a_claim_outside_the_fragment_is_proved_for_the_listed_sizes_only() -> None:
    verdict = derive.prove(r"\sum_{k=1}^n k", r"\frac{n (n + 1)}{2}")
    assert verdict.word == "proved"
    assert not verdict.every_size
    assert verdict.sizes == {"n": (1, 2, 3, 4)}


# --------------------------------------------------------------------------- fuzz


def _random_term(rng: random.Random, depth: int, indices: list[Index]) -> Term:
    kind = rng.choice("xxxynd+*^SSP" if depth else "xxynd")
    pick = rng.choice
    match kind:
        case "x":
            return x(pick(indices)) if indices else number(rng.randint(-2, 2))
        case "y":
            return Entry(Y, (pick(indices),)) if indices else number(1)
        case "n":
            return pick([Size(N), number(rng.randint(-2, 3))])
        case "d":
            return Delta(pick(indices), pick(indices)) if indices else number(1)
        case "+":
            return Add(tuple(_random_term(rng, depth - 1, indices) for _ in range(2)))
        case "*":
            return Mul(tuple(_random_term(rng, depth - 1, indices) for _ in range(2)))
        case "^":
            return Pow(_random_term(rng, depth - 1, indices), number(2))
    k = fresh("k", N)
    without = tuple(i for i in indices if rng.random() < 0.3)
    if kind == "P":
        return Prod(k, without, _random_term(rng, min(depth - 1, 1), [*indices, k]))
    return Sum(k, without, _random_term(rng, depth - 1, [*indices, k]))


def _rewritten(rng: random.Random, term: Term) -> Term:
    """The same term said differently: sums split, squares multiplied out, δ inserted."""
    match term:
        case Sum(ix, without, body) if without and rng.random() < 0.7:
            # Σ_{k ∉ A} f = Σ_k f · Π_{a in A} (1 − δ_ka)
            gates = tuple(Add((number(1), minus(Delta(ix, a)))) for a in without)
            return Sum(ix, (), Mul((_rewritten(rng, body), *gates)))
        case Sum(ix, without, Add(args)):
            parts = []
            for part in args:
                new = fresh("m", N)
                parts.append(Sum(new, without, map_indices(freshen(part), {ix: new})))
            return Add(tuple(parts))
        case Prod(ix, without, Mul(args)):
            return Mul(
                tuple(
                    Prod(m := fresh("m", N), without, map_indices(freshen(part), {ix: m}))
                    for part in args
                )
            )
        case Prod(ix, (one, *rest), body) if rest:
            return Prod(ix, (*rest, one), body)
        case Pow(base, exponent) if exponent == number(2):
            return Mul((_rewritten(rng, base), freshen(base)))
        case Add(args):
            return Add(tuple(_rewritten(rng, a) for a in reversed(args)))
        case Mul(args):
            return Mul(tuple(_rewritten(rng, a) for a in reversed(args)))
    return term


def _value(
    term: Term, env: dict[Ix, int], n: int, values: dict[tuple[str, int], Fraction]
) -> Fraction:
    """Brute force, in plain fractions: no ring, no patterns, no bound."""

    def go(t: Term, e: dict[Ix, int]) -> Fraction:
        def at(i: Index) -> int:
            assert isinstance(i, Ix)
            return e[i]

        match t:
            case Rat(value):
                return value
            case Size():
                return Fraction(n)
            case Entry(family, (i,)):
                return values[family.name, at(i)]
            case Delta(i, j):
                return Fraction(int(at(i) == at(j)))
            case Add(args):
                return sum((go(a, e) for a in args), Fraction(0))
            case Mul(args):
                result = Fraction(1)
                for a in args:
                    result *= go(a, e)
                return result
            case Pow(base, Rat(value)):
                return go(base, e) ** int(value)
            case Sum(ix, without, body):
                out = {at(i) for i in without}
                return sum((go(body, {**e, ix: k}) for k in range(n) if k not in out), Fraction(0))
            case Prod(ix, without, body):
                out = {at(i) for i in without}
                return math.prod(
                    (go(body, {**e, ix: k}) for k in range(n) if k not in out), start=Fraction(1)
                )
        raise AssertionError(t)

    return go(term, env)


def _true_by_brute_force(rng: random.Random, left: Term, right: Term, largest: int) -> bool:
    gap = Add((left, minus(right)))
    free = [i for i in indices_of(gap) if isinstance(i, Ix)]
    for n in range(1, largest + 1):
        for _ in range(2):
            values = {
                (f, k): Fraction(rng.randint(-9, 9), rng.randint(1, 5))
                for f in "xy"
                for k in range(n)
            }
            for choice in itertools.product(range(n), repeat=len(free)):
                env = dict(zip(free, choice, strict=True))
                if _value(gap, env, n, values) != 0:
                    return False
    return True


@pytest.mark.parametrize("seed", range(12))
def test_the_verdict_at_the_bound_agrees_with_brute_force_at_larger_sizes(seed: int) -> None:
    rng = random.Random(seed)
    agreed = {True: 0, False: 0}
    for _ in range(40):
        indices: list[Index] = [fresh("i", N)] if rng.random() < 0.6 else []
        left = _random_term(rng, 3, indices)
        right = _rewritten(rng, left)
        if rng.random() < 0.5:
            right = Add((right, _random_term(rng, 1, indices)))
        proof = prove(Claim(left, right))
        if proof is not None and not proof.every_size:
            continue  # too many sizes were needed
        truth = _true_by_brute_force(rng, left, right, 6)
        assert (proof is not None) == truth, (left, right)
        agreed[truth] += 1
    assert agreed[True] > 5
    assert agreed[False] > 5
