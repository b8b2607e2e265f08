"""Samples counted above a name without brackets: y^i and \\mathbf{x}^i where others write y^{(i)}.

Only where they cannot be powers: the letter is summed over from 1, stands above several names of
which one is bold or has an index of its own below, and stands nowhere else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from derive.formula import (
    Big,
    Bracket,
    Chain,
    Name,
    Node,
    Number,
    Scripted,
    children_of,
    map_nodes,
)
from derive.meaning.names import base_name
from derive.meaning.ranks import bold_inner

__all__ = ["sample_letters", "with_samples"]


def sample_letters(chains: Iterable[Chain]) -> frozenset[str]:
    """The letters that count samples above names on a page."""
    found = _Letters()
    for chain in chains:
        for side in chain.sides:
            if side.node is not None:
                found.read(side.node)
        for condition in chain.conditions:
            for node in (condition.left, condition.right):
                found.read(node)
    return frozenset(
        letter
        for letter, bases in found.above.items()
        if letter in found.summed - found.elsewhere - found.from_zero
        and (len(bases) > 1 or any(bold_inner(base) for base in bases))
        and letter in found.certain
    )


def with_samples(chain: Chain, letters: frozenset[str]) -> Chain:
    """The chain with these letters in brackets where they stand above a name."""

    def visit(node: Node) -> Node:
        if isinstance(node, Scripted) and base_name(node) and isinstance(node.sup, Name):
            if node.sup.name in letters:
                return replace(node, sup=Bracket("(", (node.sup,), at=node.sup.at))
        return node

    sides = tuple(
        side if side.node is None else replace(side, node=map_nodes(side.node, visit))
        for side in chain.sides
    )
    return replace(chain, sides=sides)


class _Letters:
    """How the letters of a page are used."""

    def __init__(self) -> None:
        self.above: dict[str, set[str]] = defaultdict(set)  # letter → the names it stands above
        self.certain: set[str] = set()  # above a bold name, or one with an index below
        self.summed: set[str] = set()
        self.from_zero: set[str] = set()
        self.elsewhere: set[str] = set()

    def read(self, node: Node) -> None:
        match node:
            case Name(name):
                self.elsewhere.add(name)
            case Scripted(_, subs, sup) if (known := base_name(node)) is not None:
                if isinstance(sup, Name):
                    self.above[sup.name].add(known)
                    if bold_inner(known) or (subs and not isinstance(subs[0], Number)):
                        self.certain.add(sup.name)
                elif sup is not None:
                    self.read(sup)
                for sub in subs:
                    self.read(sub)
                self.elsewhere.add(known)
            case Big(_, letters, start, upper, without, body):
                names = {letter.name for letter in letters if isinstance(letter, Name)}
                self.summed |= names
                if isinstance(start, Number) and start.value != 1:
                    self.from_zero |= names
                for part in (start, upper, *without, body):
                    if part is not None:
                        self.read(part)
            case _:
                for child in children_of(node):
                    self.read(child)
