"""Functions of a number where they stand without their argument (the h of ∂h/∂θ beside h(x)),
and where the page differentiates by their values (∂L/∂h(x_i))."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from derive.formula import FormulaError, Name, Node
from derive.meaning.letters import free_letters
from derive.meaning.names import Notation, undecorated
from derive.meaning.rows import Called, Row
from derive.meaning.scope import Scope
from derive.terms import Apply, Definition, Diff, Entry, Family, Term, fresh, walk

__all__ = [
    "Bodies", "Value", "value_definition", "open_label", "refuse_other_values",
    "takes", "usual_argument",
]  # fmt: skip

_WORD = re.compile(r"\\?[A-Za-z]+")


def usual_argument(
    called: str, own: Node | None, row: Row | None, page: Called, scope: Scope, notation: Notation
) -> Node:
    """What a function without its argument is taken of: of its own variable where that is what
    the page differentiates by; else of what it has beside it; else of its own variable, or of
    what it has elsewhere. ``own``: its argument where the page defines it.

    Raises:
        FormulaError: it has several arguments, or one that a sum runs over elsewhere.
    """
    variable = scope.variable
    if isinstance(own, Name) and variable is not None and variable.family.name == own.name:
        return own
    here = row.calls.get(called, {}) if row is not None else {}
    elsewhere = page.get(called, {})
    named = [node for node in elsewhere.values() if isinstance(node, Name)]
    if len(here) == 1:
        found: Node | None = next(iter(here.values()))
    elif here:
        found = None
    elif isinstance(own, Name):
        found = own
    elif len(named) == 1:
        found = named[0]
    else:
        found = next(iter(elsewhere.values())) if len(elsewhere) == 1 else None
    if found is not None and row is not None:
        within = set().union(*(layer.keys() for layer in scope.bound))
        if (free_letters(found, notation) & row.summed) - within:
            found = None
    if found is None:
        raise FormulaError(f"{called} stands without its argument here: which one?", 0)
    return found


def takes(called: Family, other: Family) -> bool:
    """Whether a name with arguments has another quantity among them, or as its label:
    p_θ(y | x) has y, x and θ."""
    head, bracket, arguments = called.name.partition("(")
    if not bracket or called == other:
        return False
    _, _, label = head.partition("_")
    words = set(_WORD.findall(label + bracket + arguments))
    return other.name in words or undecorated(other.name) in words


# --------------------------------------------------------------------------- values as variables


@dataclass(frozen=True)
class Value:
    """``function`` of the entries of ``argument``, as a quantity of its own: ``family``."""

    function: str
    argument: Family
    family: Family


def value_definition(value: Value) -> Definition:
    """``h(x_i) = h(x_i)``: the quantity on the left, the function on the right."""
    params = tuple(fresh(f"i{at}", axis) for at, axis in enumerate(value.family.axes))
    return Definition(value.family, params, Apply(value.function, Entry(value.argument, params)))


@dataclass(frozen=True)
class Bodies:
    """All that the page says quantities and functions are, one body for each time it does."""

    quantities: Mapping[Family, list[Term]]
    functions: Mapping[str, list[Term]]


def open_label(term: Term, bodies: Bodies) -> str:
    """What there is to say where something is differentiated by the θ of an h_θ(x) that is
    never defined; else nothing."""
    for node in walk(term):
        if not isinstance(node, Diff):
            continue
        by = node.by.family
        for inner in _reached(node.body, bodies):
            if isinstance(inner, Apply) and inner.function not in bodies.functions:
                if by.name in _WORD.findall(inner.function.partition("_")[2]):
                    name = inner.function
                    return f"nothing on this page says how {name} depends on {by.latex()}"
    return ""


def refuse_other_values(term: Term, bodies: Bodies, values: Collection[Value]) -> None:
    """Check that what is differentiated by h(x) takes h of nothing else than x.

    Raises:
        FormulaError: it does, so that it is not clear what ∂/∂h(x) means; at 0.
    """
    known = {value.family: value for value in values}
    for node in walk(term) if known else ():
        if isinstance(node, Diff) and node.by.family in known:
            value = known[node.by.family]
            others = {v.family for v in values if v.function == value.function}
            if _reaches(node.body, bodies, value, others - {value.family}):
                raise FormulaError("a derivative by a function value is not supported yet", 0)


def _reaches(term: Term, bodies: Bodies, value: Value, others: set[Family]) -> bool:
    """Whether a formula takes the function of ``value`` elsewhere than as ``value``."""
    return any(
        node.function == value.function if isinstance(node, Apply) else node.family in others
        for node in _reached(term, bodies, value.family)
    )


def _reached(term: Term, bodies: Bodies, without: Family | None = None) -> Iterator[Apply | Entry]:
    """The quantities and function values of a formula, and of all that these are made of, but
    for what ``without`` is made of."""
    waiting = [term]
    seen: set[str | Family | None] = {without}
    while waiting:
        for node in walk(waiting.pop()):
            if isinstance(node, Apply):
                yield node
                if node.function not in seen:
                    seen.add(node.function)
                    waiting += bodies.functions.get(node.function, [])
            elif isinstance(node, Entry) and node.family not in seen:
                yield node
                seen.add(node.family)
                waiting += bodies.quantities.get(node.family, [])
