"""What the main job costs in SymPy by hand: the peer our own figures are divided by.

    python tests/benchmarks/peers.py            a table for n = 10, 20, 50, 100

The job: the full n × n Jacobian of softmax, differentiated, and each of its entries
compared with a_j (δ_ji − a_i). The recipes are as fast as we could honestly make them;
each is told false claims too, and has to find them false. CPU time of one process, with
SymPy's cache emptied before each run.

`simplify`            exp(z_k) differentiated as it stands, simplify(slope − claim) == 0
`expand times S²`     e_k for exp(z_k) with de_k/dz_k = e_k, over S = e_1 + … + e_n:
                      expand((slope − claim) S²) == 0
`cancel`              the same with cancel(together(slope − claim)) == 0
`expand shared S`     the same with expand_mul(slope − claim) == 0, which multiplies out
                      the brackets but leaves the one S that all entries share in one piece
`opaque S`            the same with S a symbol of its own, whose ∂S/∂e_i is taken once from
                      its definition
`opaque S, poly ring` `opaque S` in SymPy's sparse polynomials over e_1 … e_n and 1/S, no
                      expression tree at all: a lower limit for SymPy, for who comes this
                      far by hand writes a program of his own

In the last three S is not unfolded, so what they find zero is zero for the true S as well;
what they find non-zero would still have to be compared with S unfolded. Softmax never
needs that.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import sympy
from sympy import (
    QQ,
    Add,
    Dummy,
    IndexedBase,
    Integer,
    KroneckerDelta,
    Mul,
    Sum,
    Symbol,
    cancel,
    exp,
    expand,
    expand_mul,
    log,
    ring,
    simplify,
    symbols,
    together,
)
from sympy.concrete.delta import deltasummation
from sympy.core.cache import clear_cache

Expression = Any  # SymPy ships no types

SIZES = (10, 20, 50, 100)
BEST_BY_HAND = "expand shared S"


class Wrong(AssertionError):
    """A recipe that calls a true entry false or a false one true."""


class TooLarge(ValueError):
    """A size at which the recipe takes minutes; the message names the limit."""


# ---------------------------------------------------------------------- the Jacobian
# Each recipe yields, entry by entry, whether slope == a_j (δ_ji − sign·a_i): true of each
# entry for sign 1, false of each for sign −1.


def _by_simplify(n: int, sign: int) -> Iterator[bool]:
    z = symbols(f"z1:{n + 1}", real=True)
    total = Add(*map(exp, z))
    a = [exp(x) / total for x in z]
    for j in range(n):
        for i in range(n):
            claim = a[j] * (int(i == j) - sign * a[i])
            yield simplify(a[j].diff(z[i]) - claim) == 0


def _by_shared_sum(n: int, sign: int, is_zero: Callable[[Any, Any], bool]) -> Iterator[bool]:
    e = symbols(f"e1:{n + 1}", positive=True)
    total = Add(*e)
    a = [x / total for x in e]
    for j in range(n):
        for i in range(n):
            slope = e[i] * a[j].diff(e[i])
            claim = a[j] * (int(i == j) - sign * a[i])
            yield is_zero(slope - claim, total)


def _by_expand(n: int, sign: int) -> Iterator[bool]:
    return _by_shared_sum(n, sign, lambda gap, total: expand(gap * total**2) == 0)


def _by_expanding_brackets(n: int, sign: int) -> Iterator[bool]:
    return _by_shared_sum(n, sign, lambda gap, total: expand_mul(gap) == 0)


def _by_cancel(n: int, sign: int) -> Iterator[bool]:
    return _by_shared_sum(n, sign, lambda gap, total: cancel(together(gap)) == 0)


def _by_opaque_sum(n: int, sign: int) -> Iterator[bool]:
    e = symbols(f"e1:{n + 1}", positive=True)
    total = Symbol("S", positive=True)
    definition = Add(*e)
    total_by_e = [definition.diff(x) for x in e]
    a = [x / total for x in e]
    for j in range(n):
        # The part of the chain rule that goes through S is the same for every i.
        through_total = a[j].diff(total)
        for i in range(n):
            slope = e[i] * (a[j].diff(e[i]) + through_total * total_by_e[i])
            claim = a[j] * (int(i == j) - sign * a[i])
            yield expand_mul(slope - claim) == 0


def _by_polynomials(n: int, sign: int) -> Iterator[bool]:
    # U is 1/S. No relation U S = 1 is needed: S itself occurs nowhere else.
    _, *gens = ring([*(f"e{k}" for k in range(1, n + 1)), "U"], QQ)
    *e, inverse = gens
    definition = sum(e[1:], e[0])
    # ∂U/∂e_i = −U² ∂S/∂e_i
    inverse_by_e = [-(inverse**2) * definition.diff(x) for x in e]
    a = [x * inverse for x in e]
    for j in range(n):
        through_inverse = a[j].diff(inverse)
        for i in range(n):
            slope = e[i] * (a[j].diff(e[i]) + through_inverse * inverse_by_e[i])
            claim = a[j] * (int(i == j) - sign * a[i])
            yield not slope - claim


# The recipe, and the largest n it is run at: beyond, it takes more than about a minute.
VARIANTS: dict[str, tuple[Callable[[int, int], Iterator[bool]], int]] = {
    "simplify": (_by_simplify, 20),
    "expand times S²": (_by_expand, 10),
    "cancel": (_by_cancel, 100),
    "expand shared S": (_by_expanding_brackets, 200),
    "opaque S": (_by_opaque_sum, 200),
    "opaque S, poly ring": (_by_polynomials, 200),
}


def sympy_jacobian_check(n: int, variant: str = BEST_BY_HAND) -> float:
    """CPU seconds to differentiate and check all n² entries of the softmax Jacobian.

    TooLarge beyond the size limit of the variant. Wrong if the recipe gets one entry
    wrong, or, outside the time that is measured, lets a false claim pass.
    """
    recipe, largest = VARIANTS[variant]
    if n > largest:
        raise TooLarge(f"{variant} is not run beyond n = {largest}")
    if any(recipe(min(n, 3), -1)):
        raise Wrong(f"{variant} accepts a false claim")
    clear_cache()
    begin = time.process_time()
    checked = 0
    for holds in recipe(n, 1):
        if not holds:
            raise Wrong(f"{variant} rejects a true entry at n = {n}")
        checked += 1
    seconds = time.process_time() - begin
    if checked != n * n:
        raise Wrong(f"{variant} looked at {checked} of {n * n} entries")
    return seconds


# ---------------------------------------------------------------------- a symbol n


class _Symbolic:
    """Softmax over IndexedBase and Sum, and the steps SymPy has to be led through.

    `diff` leaves Σ_k δ_ki e^{z_k}. `doit` would answer with a Piecewise that asks whether
    1 ≤ i ≤ n, as SymPy cannot be told; `deltasummation(…, no_piecewise=True)` takes it
    for granted, and so do we. S becomes a symbol before anything is expanded, and each
    sum is split by hand: SymPy does not see that Σ_k (y_k − c a_k) is Σ y_k − c Σ a_k.
    """

    def __init__(self) -> None:
        self.n = Symbol("n", integer=True, positive=True)
        self.i, self.j, self.k = symbols("i j k", integer=True, positive=True)
        self.z = IndexedBase("z", real=True)
        self.y = IndexedBase("y", real=True)
        # Two sums, two letters of their own: a letter that is also free gets captured.
        inner = Dummy("l", integer=True, positive=True)
        self.total = Sum(exp(self.z[inner]), (inner, 1, self.n))
        self.named_total = Symbol("S", positive=True)

    def a(self, j: Expression) -> Expression:
        return exp(self.z[j]) / self.total

    def contracted(self, expression: Expression) -> Expression:
        """Each sum over a δ replaced by its one term, S by its symbol."""
        while True:
            found = {
                s: deltasummation(s.function, *s.limits, no_piecewise=True)
                for s in expression.atoms(Sum)
                if s.function.has(KroneckerDelta) and not s.function.has(Sum)
            }
            if not found:
                return expression.xreplace({self.total: self.named_total})
            expression = expression.xreplace(found)

    def split(self, expression: Expression) -> Expression:
        """Sums written as a product of what is constant and a sum of what is not."""
        result: Expression = Integer(0)
        for term in Add.make_args(expand(expression)):
            sums = [f for f in Mul.make_args(term) if isinstance(f, Sum)]
            if not sums:
                result += term
                continue
            (only,) = sums
            limit = only.limits[0]
            for part in Add.make_args(expand(only.function)):
                outside, inside = part.as_independent(limit[0], as_Add=False)
                if inside.has(KroneckerDelta):
                    summed = deltasummation(inside, limit, no_piecewise=True)
                else:
                    summed = Sum(inside, limit)
                result += term / only * outside * summed
        return expand(result)

    def jacobian_holds(self, sign: int = 1) -> bool:
        """∂a_j/∂z_i = a_j (δ_ji − a_i), for any i and j."""
        slope = self.a(self.j).diff(self.z[self.i])
        claim = self.a(self.j) * (KroneckerDelta(self.i, self.j) - sign * self.a(self.i))
        return bool(expand(self.contracted(slope - claim)) == 0)

    def gradient_holds(self, sign: int = 1) -> bool:
        """∂C/∂z_j = a_j − y_j where Σ_k y_k = 1."""
        n, k, y = self.n, self.k, self.y
        cost = -Sum(y[k] * log(self.a(k)), (k, 1, n))
        # S must be contracted inside the outer sum first: it is a constant there.
        slope = self.contracted_inside(cost.diff(self.z[self.j]))
        gap = slope - self.contracted(sign * self.a(self.j) - y[self.j])
        return bool(expand(self.split(gap).xreplace({Sum(y[k], (k, 1, n)): Integer(1)})) == 0)

    def contracted_inside(self, expression: Expression) -> Expression:
        """`contracted` for what stands inside an outer sum, which is kept."""
        outer = {
            s: Sum(self.contracted(s.function), *s.limits)
            for s in expression.atoms(Sum)
            if s.function.has(Sum)
        }
        return expression.xreplace(outer)


def symbolic_n(times: int = 20) -> dict[str, float]:
    """CPU seconds for ∂a_j/∂z_i and ∂C/∂z_j over a symbolic n, the mean of several runs.

    By a recipe of some 40 lines that fits these two and little else. Wrong if it finds a
    true claim false or a false one true. SymPy's cache is emptied before each run.
    """
    seconds = {}
    for name, holds in (
        ("da_j/dz_i", _Symbolic.jacobian_holds),
        ("dC/dz_j", _Symbolic.gradient_holds),
    ):
        if holds(_Symbolic(), -1):
            raise Wrong(f"the recipe for {name} accepts a false claim")
        spent = 0.0
        for _ in range(times):
            clear_cache()
            begin = time.process_time()
            if not holds(_Symbolic()):
                raise Wrong(f"the recipe for {name} rejects a true claim")
            spent += time.process_time() - begin
        seconds[name] = spent / times
    return seconds


# ---------------------------------------------------------------------- the table


def main(sizes: tuple[int, ...] = SIZES) -> None:
    """Print CPU seconds for each recipe and size."""
    print(f"SymPy {sympy.__version__}, ground types {sympy.external.gmpy.GROUND_TYPES}")
    print("n × n softmax Jacobian, every entry differentiated and checked, CPU seconds")
    print(f"{'':22}" + "".join(f"{f'n = {n}':>10}" for n in sizes))
    for variant, (_, largest) in VARIANTS.items():
        print(f"{variant:22}", end="")
        for n in sizes:
            figure = f"{sympy_jacobian_check(n, variant):.3f}" if n <= largest else "—"
            print(f"{figure:>10}", end="", flush=True)
        print()
    print("symbolic n, CPU milliseconds a claim")
    for name, seconds in symbolic_n().items():
        print(f"{name:22}{seconds * 1000:>10.1f}")


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or SIZES)
