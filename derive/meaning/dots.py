"""Dots: ``a_1 + … + a_n`` is Σ_k a_k, ``(x_1, …, x_n)`` the vector with the entries x_k.

What stands before and behind the dots must be one expression that differs in nothing but a 1 (or
0) where the other has the size n or n − 1; what stands second must be that expression at 2 (or 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from fractions import Fraction
from typing import Any

from derive.formula import Dots, Name, Node, Number, Plus, map_nodes
from derive.meaning.names import Notation

__all__ = ["RUNNING", "Dotted", "dotted"]

# The index that runs over what the dots stand for. No author can write this letter.
RUNNING = "⋯"


class Dotted:
    """``body`` for RUNNING from ``start`` to ``size``, which is n or n − 1."""

    def __init__(self, body: Node, start: int, size: Node) -> None:
        self.body = body
        self.start = start
        self.size = size


def dotted(items: Sequence[Node], notation: Notation) -> Dotted | None:
    """What a list with dots stands for: first, perhaps second, dots, last. None if that is not
    clear."""
    places = [i for i, item in enumerate(items) if isinstance(item, Dots)]
    if len(places) != 1 or places[0] not in (1, 2) or places[0] + 2 != len(items):
        return None
    first, last = items[0], items[-1]
    found: list[tuple[int, Node]] = []
    body = _general(first, last, found, notation)
    if body is None or not found or any(pair != found[0] for pair in found):
        return None
    start, size = found[0]
    if places[0] == 2:
        second = map_nodes(body, lambda n: _at(n, start + 1))
        if second != items[1]:
            return None
    return Dotted(body, start, size)


def _at(node: Node, number: int) -> Node:
    return Number(Fraction(number)) if node == Name(RUNNING) else node


def _general(
    first: Any, last: Any, found: list[tuple[int, Node]], notation: Notation
) -> Any | None:
    """The expression of which ``first`` and ``last`` are the ends; notes where they differ."""
    if isinstance(first, Number) and first.value in (0, 1) and _is_size(last, notation):
        found.append((int(first.value), last))
        return Name(RUNNING)
    if isinstance(first, tuple):
        if not isinstance(last, tuple) or len(first) != len(last):
            return None
        parts = [_general(a, b, found, notation) for a, b in zip(first, last, strict=True)]
        return None if any(part is None for part in parts) else tuple(parts)
    if type(first) is not type(last):
        return None
    if not hasattr(first, "__dataclass_fields__"):
        return first if first == last else None
    changed = {}
    for f in fields(first):
        a, b = getattr(first, f.name), getattr(last, f.name)
        if f.name in ("at", "written", "dotted") or (a is None and b is None):
            continue
        part = _general(a, b, found, notation)
        if part is None:
            return None
        changed[f.name] = part
    return replace(first, **changed)


def _is_size(node: Any, notation: Notation) -> bool:
    """n or n − 1."""
    if isinstance(node, Plus) and len(node.items) == 2:
        (sign, size), less = node.items
        if sign == 1 and less == (-1, Number(Fraction(1))):
            return _is_size(size, notation)
    return isinstance(node, Name) and (
        node.name in notation.sizes or not notation.quantities[node.name]
    )
