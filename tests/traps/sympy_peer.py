"""Plain SymPy on claims of the prefix form: ``simplify(l - r) == 0`` and ``l.equals(r)``.

For a symbolic n with `Sum`, `IndexedBase` and `KroneckerDelta`, and for n = 3 (m = 2)
written out, where a claim counts as true if it is for every choice of its indices. What is
declared goes into SymPy's assumptions as far as it has them; Σ_k y_k = 1 is put in after
differentiation, i ≠ j by δ_ij = 0. A bound index is named by how deep it is nested: nothing
is captured, and sums that differ in a letter only are one. What is tested is SymPy's answer,
not a reader's skill: no `doit`, no rules by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy
from sympy import (
    IndexedBase,
    Integer,
    KroneckerDelta,
    Product,
    Rational,
    Sum,
    Symbol,
    simplify,
)
from sympy.core.cache import clear_cache

from tests.traps.spelled import domains, index_choices, spelled

__all__ = ["RECIPES", "answer", "expression", "symbolic"]

Expression = Any  # SymPy ships no types

_ASSUMPTIONS: dict[str, dict[str, bool]] = {
    "real": {"real": True},
    "pos": {"positive": True},
    "gt1": {"positive": True},
    "unit": {"positive": True},
    "pos_not1": {"positive": True},
    "nonzero": {"real": True, "nonzero": True},
    "not1": {"real": True},
    "not01": {"real": True, "nonzero": True},
    "neg": {"negative": True},
    "nonneg": {"nonnegative": True},
    "zero": {"zero": True},
    "bit": {"integer": True, "nonnegative": True},
    "pm1": {"integer": True, "nonzero": True},
    "int": {"integer": True},
    "complex": {"complex": True},
    "cnonzero": {"complex": True, "zero": False},
}
_COUNTED = {"integer": True, "positive": True}
_FUNCTIONS: dict[str, Callable[..., Expression]] = {
    "neg": lambda a: -a,
    "div": lambda a, b: a / b,
    "pow": lambda a, b: a**b,
    "exp": sympy.exp,
    "log": sympy.log,
    "sqrt": sympy.sqrt,
    "abs": sympy.Abs,
    "sin": sympy.sin,
    "cos": sympy.cos,
    "tan": sympy.tan,
    "tanh": sympy.tanh,
    "atan": sympy.atan,
    "asin": sympy.asin,
    "max": sympy.Max,
    "fact": sympy.factorial,
    "binom": sympy.binomial,
    "add": sympy.Add,
    "mul": sympy.Mul,
}


def _atom(head: str, rest: list[Any]) -> Expression | None:
    match head:
        case "int":
            return Integer(rest[0])
        case "rat":
            return Rational(rest[0], rest[1])
        case "pi":
            return sympy.pi
        case "I":
            return sympy.I
    return None


# ---------------------------------------------------------------------- n = 3


def expression(node: Any, symbols: Callable[[str], Expression]) -> Expression:
    """A tree without sums as a SymPy expression, derivatives taken."""
    head, *rest = node
    atom = _atom(head, rest)
    if atom is not None:
        return atom
    if head == "sym":
        return symbols(rest[0])
    parts = [expression(part, symbols) for part in rest]
    if head == "d":
        return parts[0].diff(parts[1])
    return _FUNCTIONS[head](*parts)


def _at_three(case: Mapping[str, Any], holds: Callable[..., bool | None]) -> bool | None:
    declared = case["declared"]
    domain_of = domains(case)
    made: dict[str, Expression] = {}

    def symbols(name: str) -> Expression:
        if name not in made:
            family = name
            while family not in domain_of:
                family = family.rsplit("_", 1)[0] if "_" in family else ""
            made[name] = Symbol(name, **_ASSUMPTIONS[domain_of[family]])
        return made[name]

    sizes = {
        name: 3 if name == "n" else 2
        for name, domain in declared["symbols"].items()
        if domain in ("size", "size2", "natural")
    }
    for env in index_choices(case, sizes):
        sides = [expression(spelled(case[s], env), symbols) for s in ("lhs", "rhs")]
        for c in declared["constraints"]:
            if c[0] == "sum1":
                first, second, third = (symbols(f"{c[1]}_{k}") for k in (1, 2, 3))
                sides = [side.subs(third, 1 - first - second) for side in sides]
        verdict = holds(*sides)
        if verdict is not True:
            return verdict
    return True


# ---------------------------------------------------------------------- symbolic n


class _Symbolic:
    def __init__(self, case: Mapping[str, Any]) -> None:
        self.case = case
        declared = case["declared"]
        self.different: list[tuple[str, str]] = []
        self.one: list[str] = []
        same = {}
        for c in declared["constraints"]:
            match c:
                case ["eqsize", n, m]:
                    same[m] = n
                case ["ne", i, j]:
                    self.different.append((i, j))
                case ["sum1", y]:
                    self.one.append(y)
        self.depth = 0
        self.symbols: dict[str, Expression] = {}
        for name, domain in declared["symbols"].items():
            counted = domain in ("size", "size2") or domain.startswith("index:")
            if domain == "natural":
                assumptions = {"integer": True, "nonnegative": True}
            else:
                assumptions = _COUNTED if counted else _ASSUMPTIONS[domain]
            self.symbols[name] = Symbol(same.get(name, name), **assumptions)
        self.arrays = {
            name: IndexedBase(name, **_ASSUMPTIONS[info["domain"]])
            for name, info in declared["arrays"].items()
        }

    def sides(self) -> list[Expression]:
        out = []
        for side in ("lhs", "rhs"):
            made = self.term(self.case[side], {})
            for i, j in self.different:
                made = made.subs(KroneckerDelta(self.symbols[i], self.symbols[j]), 0)
            ones = {
                s: Integer(1)
                for s in made.atoms(Sum)
                for y in self.one
                if len(s.limits) == 1
                and s.function == self.arrays[y][s.limits[0][0]]
                and s.limits[0][1:] == (1, self.symbols["n"])
            }
            out.append(made.xreplace(ones))
        return out

    def term(self, node: Any, bound: Mapping[str, Expression]) -> Expression:
        head, *rest = node
        atom = _atom(head, rest)
        if atom is not None:
            return atom
        if head == "sym":
            return bound[rest[0]] if rest[0] in bound else self.symbols[rest[0]]
        if head in ("sum", "prod", "sumne", "prodne"):
            letter, low, high, *without, body = rest
            k = Symbol(f"index_{self.depth}", integer=True)
            self.depth += 1
            inside = self.term(body, {**bound, letter: k})
            self.depth -= 1
            for index in without:
                other = KroneckerDelta(k, self.term(index, bound))
                inside = inside * (1 - other) if head == "sumne" else inside ** (1 - other)
            limits = (k, self.term(low, bound), self.term(high, bound))
            return (Sum if head.startswith("sum") else Product)(inside, limits)
        if head == "idx":
            return self.arrays[rest[0]][tuple(self.term(i, bound) for i in rest[1:])]
        parts = [self.term(part, bound) for part in rest]
        if head == "delta":
            return KroneckerDelta(*parts)
        if head == "d":
            return parts[0].diff(parts[1])
        return _FUNCTIONS[head](*parts)


def symbolic(case: Mapping[str, Any]) -> list[Expression]:
    """Both sides for a symbolic n."""
    return _Symbolic(case).sides()


# ---------------------------------------------------------------------- the recipes


def _by_simplify(left: Expression, right: Expression) -> bool | None:
    return bool(simplify(left - right) == 0)


def _by_equals(left: Expression, right: Expression) -> bool | None:
    found = left.equals(right)
    return None if found is None else bool(found)


RECIPES: dict[str, Callable[[Mapping[str, Any]], bool | None]] = {
    "simplify, n": lambda case: _by_simplify(*symbolic(case)),
    "equals, n": lambda case: _by_equals(*symbolic(case)),
    "simplify, n = 3": lambda case: _at_three(case, _by_simplify),
    "equals, n = 3": lambda case: _at_three(case, _by_equals),
}


def answer(question: tuple[str, Mapping[str, Any]]) -> bool | None:
    """True, False or None (no answer) of one recipe on one case, from an empty cache.

    Raises:
        Exception: whatever SymPy raises; it is no verdict.
    """
    recipe, case = question
    clear_cache()
    return RECIPES[recipe](case)
