"""Every place inside a side, with the indices bound there, and how to put something else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from derive.claims import Claim
from derive.terms import (
    Axis,
    Condition,
    Diff,
    Entry,
    Family,
    Index,
    Ix,
    Prod,
    Sum,
    Term,
    children,
    freshen,
    rebuild,
)

__all__ = ["Place", "fingerprint", "places", "with_side"]


@dataclass(frozen=True, slots=True)
class Place:
    """One node of a side. ``scope`` holds the indices bound around it, outermost first;
    ``put(t)`` is the side with ``t`` in its place."""

    node: Term
    scope: tuple[Ix, ...]
    put: Callable[[Term], Term]


def places(side: Term) -> Iterator[Place]:
    """Every node, parents before children; the variable of a derivative is no place of its
    own, as only an entry may stand there."""

    def visit(node: Term, scope: tuple[Ix, ...], put: Callable[[Term], Term]) -> Iterator[Place]:
        yield Place(node, scope, put)
        inner = (*scope, node.ix) if isinstance(node, Sum | Prod) else scope
        parts = (node.body,) if isinstance(node, Diff) else children(node)
        for at, part in enumerate(parts):
            yield from visit(part, inner, _inside(node, parts, at, put))

    yield from visit(side, (), lambda t: t)


def _inside(
    node: Term, parts: tuple[Term, ...], at: int, put: Callable[[Term], Term]
) -> Callable[[Term], Term]:
    def changed(new: Term) -> Term:
        rest = iter((*parts[:at], new, *parts[at + 1 :]))
        return put(rebuild(node, lambda _: next(rest)))

    return changed


def with_side(claim: Claim, which: int, side: Term) -> Claim:
    """The claim with another left (0) or right (1) side, and binders of that side's own."""
    side = freshen(side)
    return replace(claim, left=side) if which == 0 else replace(claim, right=side)


def fingerprint(claim: Claim) -> object:
    """Equal for claims that differ only in their letters: of quantities, of indices."""
    families: dict[Family, int] = {}
    functions: dict[str, int] = {}
    indices: dict[Index, int] = {}

    def number(index: Index) -> object:
        return indices.setdefault(index, len(indices)) if isinstance(index, Ix) else index

    def visit(node: object) -> object:
        match node:
            case Family():
                return families.setdefault(node, len(families))
            case Axis(size, _, fixed):
                return (size, fixed)
            case Ix():
                return number(node)
            case tuple():
                return tuple(visit(part) for part in node)
            case Condition(i, j, equal):
                return (frozenset((visit(i), visit(j))), equal)
        if type(node).__name__ == "Apply":
            name, arg, order = (getattr(node, part) for part in ("function", "arg", "order"))
            return ("Apply", functions.setdefault(name, len(functions)), visit(arg), order)
        fields = getattr(type(node), "__dataclass_fields__", None)
        if fields is None:
            return node
        return (type(node).__name__, *(visit(getattr(node, name)) for name in fields))

    sides = (visit(claim.left), claim.relation, visit(claim.right))
    world = claim.world
    rest: list[object] = []
    for family in sorted(claim.reached, key=lambda f: families.get(f, 99)):
        if family in world.definitions:
            definition = world.definitions[family]
            rest.append((visit(family), visit(definition.params), visit(definition.body)))
    for name in sorted(functions, key=lambda f: functions[f]):
        if name in world.functions:
            rest.append((functions[name], visit(world.functions[name].body)))
    givens = frozenset(visit(given.fact) for given in claim.givens)
    return (sides, tuple(rest), givens)


def entries(side: Term) -> set[Family]:
    """The families whose entries a side names, also as variables of derivatives."""
    return {p.node.family for p in places(side) if isinstance(p.node, Entry)}
