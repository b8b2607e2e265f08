"""Claims that are false although everything the decider looks at first says yes: true at the
first sizes only, true where a pattern of indices has a value only, true for one sign only.

Each was found by somebody who tried to make derive say something false.
"""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

import derive
from derive.claims import Binary, Claim, Given, Positive, Signed, SumsToOne
from derive.deciding.decide import decide
from derive.deciding.derivative import World
from derive.terms import (
    ONE,
    ZERO,
    Add,
    Apply,
    At,
    Axis,
    Definition,
    Delta,
    Div,
    Entry,
    Family,
    Fn,
    FunctionDefinition,
    Index,
    Mul,
    Pow,
    Prod,
    Rat,
    Size,
    Sum,
    Term,
    fresh,
    neg,
)

N, M = Axis("n"), Axis("m")
X, Y = Family("x", (N,)), Family("y", (N,))
ROWS = Family("y", (M, N))
T = Entry(Family("t"))
I, J, R = fresh("i", N), fresh("j", N), fresh("r", M)
SIZE = Size(N)
FIRST = At(N, 0)


def number(value: int, below: int = 1) -> Term:
    return Rat(Fraction(value, below))


def x(i: Index) -> Term:
    return Entry(X, (i,))


def plus(*args: Term | int) -> Term:
    return Add(tuple(number(a) if isinstance(a, int) else a for a in args))


def times(*args: Term | int) -> Term:
    return Mul(tuple(number(a) if isinstance(a, int) else a for a in args))


def power_sum(power: int, *without: Index) -> Term:
    k = fresh("k", N)
    return Sum(k, without, x(k) if power == 1 else Pow(x(k), number(power)))


def product() -> Term:
    k = fresh("k", N)
    return Prod(k, (), x(k))


def log(term: Term) -> Term:
    return Fn("log", term)


def exp_log(power: int, of: int) -> Term:
    return Fn("exp", times(power, log(power_sum(of))))


def over(term: Term, den: Term) -> Term:
    return Div(term, den)


POSITIVE = (Given(Positive(X), "x_k > 0"),)
NOT_POSITIVE = (Given(Signed(X, "-0"), r"x_k \leq 0"),)
APART = plus(Delta(I, J), times(plus(SIZE, -2), plus(SIZE, -3)))
REST = power_sum(1, J)

# name, left, relation, right, givens
FALSE: list[tuple[str, Term, str, Term, tuple[Given, ...]]] = [
    ("e_4 by power sums, with powers of sums as exponentials of their logs",
     plus(exp_log(4, 1), times(-6, exp_log(2, 1), power_sum(2)), times(3, exp_log(2, 2)),
          times(8, exp_log(1, 1), power_sum(3))), "=", times(6, power_sum(4)), POSITIVE),
    ("Σx over Σ1/x squared, true at n = 1 and 2, in logs",
     over(plus(times(2, log(power_sum(1))), times(-2, log(power_sum(-1)))), plus(SIZE, -3)), "=",
     over(plus(log(power_sum(2)), neg(log(power_sum(-2)))), plus(SIZE, -3)), POSITIVE),
    ("a square at n = 1 and 2 only, under a root",
     Fn("sqrt", plus(times(SIZE, power_sum(1)), Pow(REST, number(2)),
                     times(2, power_sum(1, J), x(J)), Pow(x(J), number(2)),
                     times(number(3, 4), SIZE), number(-1, 2))), "=",
     plus(power_sum(1), times(number(1, 2), SIZE)), POSITIVE),
    ("no value but at i = j, as long as n is 2 or 3",
     over(times(plus(2, neg(Delta(I, J))), x(I)), APART), "=", over(x(I), APART), ()),
    ("no value at the only size that counts",
     over(x(I), plus(SIZE, -2)), "=", over(x(FIRST), plus(SIZE, -2)), ()),
    ("x to the power of a δ may be negative", Pow(x(I), Delta(I, J)), "≥", ZERO, ()),
    ("the root of what is at most 0 exists at 0",
     Fn("sqrt", times(Delta(I, J), x(I))), "=", neg(Delta(I, J)), NOT_POSITIVE),
    ("the root of what is at most 0 exists at 0, in an order",
     Fn("exp", Fn("sqrt", x(I))), "<", ZERO, NOT_POSITIVE),
    ("a line that exists nowhere is no truth", log(plus(T, neg(T))), "<", ONE, ()),
    ("√(n S) is n S at n = 1 for no S but 1",
     Fn("sqrt", times(SIZE, power_sum(1))), "=", times(SIZE, power_sum(1)), POSITIVE),
    ("a product over an empty range is 1",
     Prod((_k := fresh("k", N)), (J,), plus(x(J), neg(x(_k)))), "=", ONE, ()),
    ("a size lacks a position: Σ_k δ_k3 is 0 at n = 2",
     Fn("exp", Sum((_l := fresh("l", N)), (), Delta(_l, At(N, 2)))), "=", Fn("exp", ONE), ()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("left", "relation", "right", "givens"), [c[1:] for c in FALSE], ids=[c[0] for c in FALSE]
)
def test_false_claims_are_not_proved(
    left: Term, relation: str, right: Term, givens: tuple[Given, ...]
) -> None:
    assert decide(Claim(left, right, relation, givens=givens)).word != "proved"


def test_a_parameter_has_no_sign_of_its_own() -> None:
    parameter = Entry(Family("x"))
    cube = FunctionDefinition("f", parameter, Pow(parameter, number(3)))
    claim = Claim(
        Apply("f", T),
        ZERO,
        "≥",
        World({}, {"f": cube}),
        (Given(Positive(Family("x")), "x > 0"),),
    )
    assert decide(claim).word != "proved"


K = fresh("k", N)
C = Family("C")
RIGHT_CLASS = World({C: Definition(C, (), neg(log(x(fresh("c", N)))))})
SQUARE = Family("q", (N, N))


def rows(power: int) -> Term:
    k = fresh("k", N)
    return Sum(k, (), Pow(Entry(ROWS, (R, k)), number(power)))


# name, left, right, world, givens
TRUE: list[tuple[str, Term, Term, World, tuple[Given, ...]]] = [
    ("an index that only an unopened definition has, beside a product",
     times(Entry(C), product()), times(product(), Entry(C)), RIGHT_CLASS, POSITIVE),
    ("rows of zeros and a one, in two indices", rows(2), ONE, World(),
     (Given(Binary(ROWS), r"y_{ik} \in \{0, 1\}"), Given(SumsToOne(ROWS, 1), r"\sum_k y_{ik} = 1"))),
    ("sums along rows and along columns",
     Sum((_r := fresh("k", N)), (), Entry(SQUARE, (_r, I))),
     Sum((_c := fresh("k", N)), (), Entry(SQUARE, (I, _c))), World(),
     (Given(SumsToOne(SQUARE, 0), r"\sum_i q_{ik} = 1"),
      Given(SumsToOne(SQUARE, 1), r"\sum_k q_{ik} = 1"))),
]  # fmt: skip


@pytest.mark.parametrize(
    ("left", "right", "world", "givens"), [c[1:] for c in TRUE], ids=[c[0] for c in TRUE]
)
def test_true_claims_are_neither_refuted_nor_a_crash(
    left: Term, right: Term, world: World, givens: tuple[Given, ...]
) -> None:
    assert decide(Claim(left, right, world=world, givens=givens)).word in ("proved", "unknown")


TRIED_AT_FOUR_SIZES = [
    r"\sum_{k=1}^n k = \frac{n(n+1)}{2} + (n-1)(n-2)(n-3)(n-4)",
    r"\sum_{k=1}^n k \geq \frac{n(n+1)}{2} + (n-1)(n-2)(n-3)(n-4)",
]


@pytest.mark.parametrize("claim", TRIED_AT_FOUR_SIZES)
def test_what_holds_at_the_listed_sizes_only_is_looked_at_beyond_them(claim: str) -> None:
    left, sign, right = re.split(r"(=|\\geq)", claim, maxsplit=1)
    verdict = derive.prove(left, right, relation=sign)
    assert verdict.word == "refuted"
    assert verdict.counterexample is not None
    assert verdict.counterexample.sizes == {"n": 5}
