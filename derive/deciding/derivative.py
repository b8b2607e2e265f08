"""Derivatives: SymPy differentiates, the chain rule over sums and definitions is ours.

A formula is cut at its indexed parts (entries, sums, δ): each becomes a plain
symbol, SymPy differentiates the rest by each symbol, and the parts' own
derivatives follow from ∂x_i/∂x_j = δ_ij, from sums taken term by term, and from
the definitions, in their order. Indices never enter SymPy, so the capture that
its symbolic sums suffer from (x_k inside Σ_k) cannot happen, and one derivative
serves every size.

∂C/∂z treats z as the independent quantity: definitions are followed down to z
and no further.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Any

from derive.terms import (
    MINUS_ONE,
    ONE,
    ZERO,
    Add,
    Apply,
    Cases,
    Definition,
    Delta,
    Diff,
    Div,
    Entry,
    Family,
    Fn,
    FunctionDefinition,
    Index,
    Ix,
    Mul,
    Pow,
    Prod,
    Rat,
    Sum,
    Term,
    add,
    bind_anew,
    children,
    fresh,
    freshen,
    key,
    map_indices,
    mul,
    rebuild,
    replace_entry,
    walk,
)

__all__ = ["CannotDifferentiate", "World", "contracted_sum", "derivative"]


class CannotDifferentiate(Exception):
    """The derivative of this formula is not supported; the message says what."""


@dataclass(frozen=True)
class World:
    """What the page has said: definitions, and which undefined quantity depends on which.

    ``depends`` holds pairs (quantity, variable) that the page differentiates without
    ever defining the quantity; their derivative stays an unknown of its own.
    """

    definitions: Mapping[Family, Definition] = field(default_factory=dict)
    functions: Mapping[str, FunctionDefinition] = field(default_factory=dict)
    depends: frozenset[tuple[Family, Family]] = frozenset()
    _reach: dict[Family, frozenset[Family]] = field(default_factory=dict, compare=False)
    _parts: dict[Family, frozenset[Family]] = field(default_factory=dict, compare=False)
    _moves: dict[tuple[Family, Family], bool] = field(default_factory=dict, compare=False)
    _gradients: dict[tuple[Family, Family], tuple[tuple[Ix, ...], tuple[Ix, ...], Term]] = field(
        default_factory=dict, compare=False
    )

    def redefined(self, definitions: Mapping[Family, Definition]) -> World:
        """The same with other definitions."""
        return World(definitions, self.functions, self.depends)

    def reach(self, family: Family) -> frozenset[Family]:
        """The families that a family is built from, through all definitions, and itself."""
        known = self._reach.get(family)
        if known is None:
            found = {family}
            stack = [family]  # no recursion: definitions may build on each other a thousandfold
            while stack:
                inner = stack.pop()
                if inner in self._reach:
                    found |= self._reach[inner]
                elif inner in self.definitions:
                    new = self.families(self.definitions[inner].body) - found
                    found |= new
                    stack += new
            known = self._reach[family] = frozenset(found)
        return known

    def families(self, term: Term) -> set[Family]:
        found = set()
        called = set()
        stack = [term]
        while stack:
            for node in walk(stack.pop()):
                if isinstance(node, Entry):
                    found.add(node.family)
                elif isinstance(node, Apply) and node.function in self.functions:
                    if node.function not in called:  # f(f(x)), and g = f + f, h = g + g, …
                        called.add(node.function)
                        stack.append(self.functions[node.function].body)
        return found

    def moves(self, family: Family, by: Family) -> bool:
        """Whether entries of ``family`` change with entries of ``by``."""
        known = self._moves.get((family, by))
        if known is None:
            definition = self.definitions.get(family)
            if family == by:
                known = True
            elif definition is None:
                known = (family, by) in self.depends
            else:
                known = any(self.moves(f, by) for f in self.families(definition.body))
            self._moves[family, by] = known
        return known

    def together(self, f: Family, g: Family) -> bool:
        """Whether both are ingredients of one defined quantity: then, as f does not change
        with g, they are independent (the b and w of z = w x + b)."""
        if f in self.reach(g) or g in self.reach(f):
            return False
        return any({f, g} <= self._ingredients(d) for d in self.definitions)

    def _ingredients(self, family: Family) -> frozenset[Family]:
        """What a family is made of; what it only differentiates (d = ∂C/∂z) is no part of it."""
        known = self._parts.get(family)
        if known is None:
            found: set[Family] = set()
            waiting = [family]
            while waiting:
                definition = self.definitions.get(waiting.pop())
                if definition is not None:
                    new = _outside_derivatives(definition.body) - found
                    found |= new
                    waiting += new
            known = self._parts[family] = frozenset(found)
        return known

    def instantiate(self, entry: Entry) -> Term:
        """The defining formula of an entry, with binders of its own."""
        definition = self.definitions[entry.family]
        mapping: dict[Ix, Index] = dict(zip(definition.params, entry.at, strict=True))
        return map_indices(freshen(definition.body), mapping)

    def _own_derivatives_taken(self, term: Term, param: Entry) -> Term:
        """d/dx inside the body of f(x), worked out before x becomes something else."""
        if isinstance(term, Diff) and term.by == param:
            return derivative(self._own_derivatives_taken(term.body, param), param, self)
        return rebuild(term, lambda child: self._own_derivatives_taken(child, param))

    def call(self, node: Apply) -> Term:
        """The defining formula of a function at its argument; primes differentiate it."""
        definition = self.functions[node.function]
        body = self._own_derivatives_taken(freshen(definition.body), definition.param)
        for _ in range(node.order):
            body = derivative(body, definition.param, self)
        return replace_entry(body, definition.param, node.arg)


def _outside_derivatives(term: Term) -> set[Family]:
    if isinstance(term, Diff):
        return set()
    found = {term.family} if isinstance(term, Entry) else set()
    for child in children(term):
        found |= _outside_derivatives(child)
    return found


def derivative(term: Term, by: Entry, world: World, open_definitions: bool = True) -> Term:
    """∂term/∂by. With ``open_definitions`` false, ∂a_k/∂z_j of a defined a stays as it is."""
    return _Differentiator(by, world, open_definitions)(term)


class _Differentiator:
    def __init__(self, by: Entry, world: World, open_definitions: bool) -> None:
        self.by = by
        self.world = world
        self.open = open_definitions

    def moves(self, term: Term) -> bool:
        return any(
            (isinstance(node, Entry) and self.world.moves(node.family, self.by.family))
            or (isinstance(node, Apply) and self._function_moves(node.function))
            for node in walk(term)
        )

    def _function_moves(self, name: str) -> bool:
        definition = self.world.functions.get(name)
        if definition is None:
            return False
        inner = self.world.families(definition.body) - {definition.param.family}
        return any(self.world.moves(f, self.by.family) for f in inner)

    def __call__(self, term: Term) -> Term:
        if not self.moves(term):
            return ZERO
        match term:
            case Entry():
                return self._entry(term)
            case Add(args):
                return _add(*(self(a) for a in args))
            case Sum(ix, without, body):
                return contracted_sum(ix, without, self(body))
            case Prod(ix, without, body):
                return self._prod(ix, without, body)
            case Diff(body, by):
                inner = derivative(body, by, self.world, self.open)
                if any(isinstance(node, Diff) for node in walk(inner)):
                    return Diff(inner, self.by)
                return self(inner)
            case Apply(name, arg, order):
                if self._function_moves(name):
                    return self(self.world.call(term))
                return _mul(Apply(name, arg, order + 1), self(arg))
            case Cases(branches):
                return Cases(tuple((conditions, self(value)) for conditions, value in branches))
            case Mul(args):
                moving = [a for a in args if self.moves(a)]
                if len(moving) == 1:
                    return _mul(*(a for a in args if a is not moving[0]), self(moving[0]))
        return self._by_sympy(term)

    def _entry(self, term: Entry) -> Term:
        if term.family == self.by.family:
            factors = []
            for i, j in zip(term.at, self.by.at, strict=True):
                if i != j:
                    factors.append(Delta(i, j))
            return mul(*factors)
        if term.family not in self.world.definitions or not self.open:
            return Diff(term, self.by)
        return self._gradient(term)

    def _gradient(self, term: Entry) -> Term:
        """∂a_k/∂z_j for generic k and j is worked out once, then filled in."""
        pair = (term.family, self.by.family)
        known = self.world._gradients.get(pair)
        if known is None:
            ks = tuple(fresh(f"k{i}", axis) for i, axis in enumerate(term.family.axes))
            js = tuple(fresh(f"j{i}", axis) for i, axis in enumerate(self.by.family.axes))
            body = self.world.instantiate(Entry(term.family, ks))
            gradient = derivative(body, Entry(self.by.family, js), self.world, True)
            known = self.world._gradients[pair] = (ks, js, gradient)
        ks, js, gradient = known
        mapping: dict[Ix, Index] = dict(zip(ks, term.at, strict=True))
        mapping |= dict(zip(js, self.by.at, strict=True))
        return map_indices(freshen(gradient), mapping)

    def _prod(self, ix: Ix, without: tuple[Index, ...], body: Term) -> Term:
        outer = fresh(ix.name, ix.axis)
        others = bind_anew(Prod, ix, (*without, outer), body)
        moved = self(map_indices(freshen(body), {ix: outer}))
        return contracted_sum(outer, without, _mul(moved, others))

    def _by_sympy(self, term: Term) -> Term:
        slots: list[Term] = []
        known: dict[Hashable, int] = {}

        def shape(node: Term) -> Hashable:
            if isinstance(node, Rat):
                return node.value
            if isinstance(node, Add | Mul | Div | Pow | Fn) and self.moves(node):
                name = node.name if isinstance(node, Fn) else type(node).__name__
                return (name, *(shape(child) for child in children(node)))
            name_of = key(node)
            if name_of not in known:
                known[name_of] = len(slots)
                slots.append(node)
            return f"s{known[name_of]}"

        skeleton = shape(term)
        moving = tuple(i for i, slot in enumerate(slots) if self.moves(slot))
        parts = []
        for i, partial in zip(moving, _partials(skeleton, moving), strict=True):
            parts.append(_mul(_fill(partial, slots), self(slots[i])))
        return _add(*parts)


# --------------------------------------------------------------------------- SymPy


@lru_cache(maxsize=4096)
def _partials(skeleton: Hashable, by: tuple[int, ...]) -> tuple[Hashable, ...]:
    """SymPy's partial derivatives of a skeleton by some of its symbols, as skeletons."""
    import sympy

    real = "abs" in repr(skeleton)
    symbols: dict[str, Any] = {}

    def build(node: Any) -> Any:
        if isinstance(node, Fraction):
            return sympy.Rational(node.numerator, node.denominator)
        if isinstance(node, str):
            if node not in symbols:
                symbols[node] = sympy.Symbol(node, real=True if real else None)
            return symbols[node]
        name, *args = node
        parts = [build(a) for a in args]
        match name:
            case "Add":
                return sympy.Add(*parts)
            case "Mul":
                return sympy.Mul(*parts)
            case "Div":
                return parts[0] / parts[1]
            case "Pow":
                return parts[0] ** parts[1]
            case "abs":
                return sympy.Abs(parts[0])
            case "exp" | "log" | "sqrt" | "tanh" | "sin" | "cos":
                return getattr(sympy, name)(parts[0])
        raise CannotDifferentiate(f"the derivative of {name}")

    def back(expr: Any) -> Hashable:
        if expr.is_Rational:
            return Fraction(int(expr.p), int(expr.q))
        if expr.is_Symbol:
            return str(expr.name)
        if expr.is_Add:
            return ("Add", *(back(a) for a in expr.args))
        if expr.is_Mul:
            return ("Mul", *(back(a) for a in expr.args))
        if expr.func is sympy.exp:
            return ("exp", back(expr.args[0]))
        if expr.is_Pow:
            return ("Pow", back(expr.base), back(expr.exp))
        for name in ("log", "tanh", "sin", "cos", "sign"):
            if expr.func is getattr(sympy, name):
                return (name, back(expr.args[0]))
        if expr.func is sympy.Abs:
            return ("abs", back(expr.args[0]))
        raise CannotDifferentiate(f"a derivative that contains {expr.func.__name__}")

    expression = build(skeleton)
    return tuple(back(sympy.diff(expression, build(f"s{i}"))) for i in by)


def _fill(skeleton: Any, slots: list[Term]) -> Term:
    if isinstance(skeleton, Fraction):
        return Rat(skeleton)
    if isinstance(skeleton, str):
        return freshen(slots[int(skeleton[1:])])
    name, *args = skeleton
    parts = tuple(_fill(a, slots) for a in args)
    match name:
        case "Add":
            return Add(parts)
        case "Mul":
            return Mul(parts)
        case "Pow":
            if parts[1] == MINUS_ONE:
                return Div(ONE, parts[0])
            return Pow(parts[0], parts[1])
        case "sign":
            return Div(parts[0], Fn("abs", parts[0]))
    return Fn(name, parts[0])


# --------------------------------------------------------------------------- tidy building


def _add(*args: Term) -> Term:
    flat: list[Term] = []
    for a in args:
        flat.extend(a.args if isinstance(a, Add) else (a,))
    return add(*flat)


def _mul(*args: Term) -> Term:
    flat: list[Term] = []
    for a in args:
        flat.extend(a.args if isinstance(a, Mul) else (a,))
    return mul(*flat)


def contracted_sum(ix: Ix, without: tuple[Index, ...], body: Term) -> Term:
    """Σ_ix body, with Σ_l f(l)·δ_lj contracted to f(j)·Π_{e excluded}(1 − δ_je)."""
    if isinstance(body, Add):
        return _add(*(contracted_sum(ix, without, part) for part in body.args))
    if body == ZERO:
        return ZERO
    factors = body.args if isinstance(body, Mul) else (body,)
    for at, factor in enumerate(factors):
        if isinstance(factor, Delta) and ix in (factor.i, factor.j) and factor.i != factor.j:
            other = factor.j if factor.i == ix else factor.i
            rest = _mul(*factors[:at], *factors[at + 1 :])
            gates: list[Term] = []
            for excluded in without:
                if excluded == other:
                    return ZERO
                gates.append(Add((ONE, Mul((MINUS_ONE, Delta(other, excluded))))))
            return _mul(map_indices(rest, {ix: other}), *gates)
    return bind_anew(Sum, ix, without, body)
