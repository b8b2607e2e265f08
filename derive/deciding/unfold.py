"""Opening definitions, a chosen few at a time.

A step is usually true for a small reason: plain algebra with every name opaque,
or one definition. The decider therefore tries a ladder of levels, from nothing
opened to everything opened, and the first level that suffices is also the
step's explanation.
"""

from __future__ import annotations

from dataclasses import dataclass

from derive.deciding.derivative import World, derivative
from derive.terms import Apply, Diff, Entry, Family, Term, rebuild, walk

__all__ = ["Level", "ladder", "unfold"]


@dataclass(frozen=True, slots=True)
class Level:
    """``values``: names whose defining formula replaces them. ``gradients``: whether the
    derivatives of defined names are worked out. ``functions``: likewise for f(x)."""

    values: frozenset[Family] = frozenset()
    gradients: bool = False
    functions: bool = False


def unfold(term: Term, level: Level, world: World) -> Term:
    """The same quantity with the level's names opened and derivatives taken."""
    match term:
        case Entry(family):
            if family in level.values and family in world.definitions:
                return unfold(world.instantiate(term), level, world)
            return term
        case Apply(name, arg, order):
            if level.functions and name in world.functions:
                return unfold(world.call(term), level, world)
            return Apply(name, unfold(arg, level, world), order)
        case Diff(body, by):
            return _opened_derivative(body, by, level, world)
    return rebuild(term, lambda child: unfold(child, level, world))


def _opened_derivative(body: Term, by: Entry, level: Level, world: World) -> Term:
    taken = derivative(_calls_opened(body, level, world), by, world, level.gradients)
    if taken == Diff(body, by):
        return taken

    def visit(node: Term) -> Term:
        match node:
            case Diff():
                return node  # a derivative that stays an unknown of its own
            case Entry() | Apply():
                return unfold(node, level, world)
        return rebuild(node, visit)

    return visit(taken)


def _calls_opened(term: Term, level: Level, world: World) -> Term:
    if level.functions and isinstance(term, Apply) and term.function in world.functions:
        return _calls_opened(world.call(term), level, world)
    return rebuild(term, lambda child: _calls_opened(child, level, world))


def ladder(terms: tuple[Term, ...], world: World) -> tuple[Level, ...]:
    """The levels worth trying for a claim, least opened first.

    Names are opened from the top of the definition order down (C before a before z),
    so that e^{z_k} stays one quantity however z_k was computed.
    """
    used: set[Family] = set()
    differentiates = False
    calls = False
    for term in terms:
        for family in world.families(term):
            used |= world.reach(family)
        for node in walk(term):
            differentiates |= isinstance(node, Diff)
            calls |= isinstance(node, Apply)
    names = [f for f in used if f in world.definitions]
    names.sort(key=lambda f: (-len(world.reach(f)), f.name, f.label))
    for name in names:
        calls |= any(isinstance(node, Apply) for node in walk(world.definitions[name].body))
    levels = [Level()]
    if differentiates:
        levels.append(Level(gradients=True))
    if calls:
        levels.append(Level(gradients=differentiates, functions=True))
    for upto in range(1, len(names) + 1):
        opened = frozenset(names[:upto])
        levels.append(Level(opened, differentiates, calls))
    return tuple(levels)
