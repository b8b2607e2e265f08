"""The ring decides exactly: identities of exp, log and roots, and nothing that is not one."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from derive.deciding.prove import with_ring
from derive.deciding.zero import BudgetExceeded, Quotient, Ring, Undefined

Make = Callable[[Ring], Quotient]


def a(ring: Ring, name: str, positive: bool = False) -> Quotient:
    return ring.atom(name, "+" if positive else "")


def n(ring: Ring, value: int | Fraction) -> Quotient:
    return ring.number(value)


ZEROS: list[tuple[str, Make]] = [
    ("e^{x+y} = e^x e^y", lambda r: r.subtract(
        r.exp(r.add(a(r, "x"), a(r, "y"))), r.multiply(r.exp(a(r, "x")), r.exp(a(r, "y"))))),
    ("e^{-x} e^x = 1", lambda r: r.subtract(
        r.multiply(r.exp(r.negate(a(r, "x"))), r.exp(a(r, "x"))), r.one)),
    ("(e^{x/2})^2 = e^x", lambda r: r.subtract(
        r.power(r.exp(r.divide(a(r, "x"), n(r, 2))), 2), r.exp(a(r, "x")))),
    ("e^{x/T} against e^{x/T + c}", lambda r: r.subtract(
        r.exp(r.add(r.divide(a(r, "x"), a(r, "T")), a(r, "c"))),
        r.multiply(r.exp(r.divide(a(r, "x"), a(r, "T"))), r.exp(a(r, "c"))))),
    ("log e^x = x", lambda r: r.subtract(r.log(r.exp(a(r, "x"))), a(r, "x"))),
    ("e^{3 log u} = u^3", lambda r: r.subtract(
        r.exp(r.multiply(n(r, 3), r.log(a(r, "u", True)))), r.power(a(r, "u", True), 3))),
    ("log(uv) splits for positive u and v", lambda r: r.subtract(
        r.log(r.multiply(a(r, "u", True), a(r, "v", True))),
        r.add(r.log(a(r, "u", True)), r.log(a(r, "v", True))))),
    ("log(1+e^x) - log(1+e^{-x}) = x", lambda r: r.subtract(r.subtract(
        r.log(r.add(r.one, r.exp(a(r, "x")))),
        r.log(r.add(r.one, r.exp(r.negate(a(r, "x")))))), a(r, "x"))),
    ("sqrt(u)^2 = u", lambda r: r.subtract(r.power(r.root(a(r, "u"), 2), 2), a(r, "u"))),
    ("sin² + cos² = 1", lambda r: r.subtract(r.add(
        r.power(r.function("sin", a(r, "x")), 2), r.power(r.function("cos", a(r, "x")), 2)), r.one)),
    ("x/(x-y) - y/(x-y) = 1", lambda r: r.subtract(r.subtract(
        r.divide(a(r, "x"), r.subtract(a(r, "x"), a(r, "y"))),
        r.divide(a(r, "y"), r.subtract(a(r, "x"), a(r, "y")))), r.one)),
    ("log x where x is only known to be inside a log", lambda r: r.subtract(
        r.log(r.power(a(r, "x"), 3)), r.multiply(n(r, 3), r.log(a(r, "x"))))),
]  # fmt: skip

NOT_ZEROS: list[tuple[str, Make]] = [
    ("log(xy) does not split for unknown signs", lambda r: r.subtract(
        r.log(r.multiply(a(r, "x"), a(r, "y"))),
        r.log(r.multiply(r.negate(a(r, "x")), a(r, "y"))))),
    ("log(x²) is not log x²/2 at negative x", lambda r: r.subtract(
        r.log(r.power(a(r, "x"), 2)), r.log(r.power(a(r, "y"), 2)))),
    ("sqrt(x²) is not x", lambda r: r.subtract(r.root(r.power(a(r, "x"), 2), 2), a(r, "x"))),
    ("e^{x+y} is not e^x + e^y", lambda r: r.subtract(
        r.exp(r.add(a(r, "x"), a(r, "y"))), r.add(r.exp(a(r, "x")), r.exp(a(r, "y"))))),
    ("log(1+u) is not log u", lambda r: r.subtract(
        r.log(r.add(r.one, a(r, "u", True))), r.log(a(r, "u", True)))),
    ("|x| is not x", lambda r: r.subtract(r.function("abs", a(r, "x")), a(r, "x"))),
]  # fmt: skip


def _vanishes(make: Make) -> bool:
    ring = Ring(capacity=2)  # small, so that it must grow on the way
    return with_ring(ring, lambda: ring.vanishes(make(ring)))


@pytest.mark.parametrize("make", [z[1] for z in ZEROS], ids=[z[0] for z in ZEROS])
def test_identities_vanish(make: Make) -> None:
    assert _vanishes(make)


@pytest.mark.parametrize("make", [z[1] for z in NOT_ZEROS], ids=[z[0] for z in NOT_ZEROS])
def test_what_is_no_identity_does_not_vanish(make: Make) -> None:
    assert not _vanishes(make)


def test_log_of_zero_and_division_by_zero_are_undefined_not_zero() -> None:
    ring = Ring()
    with pytest.raises(Undefined):
        ring.log(ring.zero)
    with pytest.raises(Undefined):
        ring.divide(ring.one, ring.subtract(a(ring, "x"), a(ring, "x")))
    with pytest.raises(Undefined):
        ring.log(ring.number(-2))


def test_work_is_bounded() -> None:
    ring = Ring()
    total = ring.zero
    for i in range(12):
        total = ring.add(total, a(ring, f"x{i}"))
    with pytest.raises(BudgetExceeded):
        for _ in range(6):
            total = ring.power(total, 5)


def test_a_denominator_cancels_only_what_divides_it() -> None:
    ring = Ring()
    x, y = a(ring, "x"), a(ring, "y")
    quotient = ring.divide(ring.multiply(x, y), ring.multiply(x, x))
    assert ring.vanishes(ring.subtract(quotient, ring.divide(y, x)))
    assert not ring.vanishes(ring.subtract(quotient, y))
