"""Sizes that are more than one letter: n_{out}, N_c, |V| at the upper end of a sum are one name.

Every place of the page that writes the same then means that size.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from derive.formula import (
    Big,
    Bracket,
    Chain,
    Name,
    Node,
    Number,
    Plus,
    Scripted,
    Words,
    map_nodes,
    nodes,
)

__all__ = ["size_names", "with_sizes"]


def size_names(chains: Iterable[Chain]) -> dict[str, str]:
    """What stands at upper ends of sums, as text → the name of that size."""
    trees = [side.node for chain in chains for side in chain.sides if side.node is not None]
    bigs = [n for tree in trees for n in nodes(tree) if isinstance(n, Big)]
    indices = {x.name for big in bigs for x in big.letters if isinstance(x, Name)}
    found: dict[str, str] = {}
    for big in bigs:
        upper = big.upper
        if isinstance(upper, Plus) and isinstance(upper.items[-1][1], Number):
            upper = upper.items[0][1]  # N_c - 1
        name = _name(upper, indices)
        if upper is not None and name:
            found[_key(upper)] = name
    return found


def with_sizes(chain: Chain, sizes: dict[str, str]) -> Chain:
    """The chain with these sizes as one name each."""

    def visit(node: Node) -> Node:
        if isinstance(node, Scripted | Bracket):
            name = sizes.get(_key(node))
            if name is not None:
                return Name(name, node.at)
        return node

    sides = tuple(
        side if side.node is None else replace(side, node=map_nodes(side.node, visit))
        for side in chain.sides
    )
    return replace(chain, sides=sides)


def _name(node: Node | None, indices: set[str]) -> str:
    """The name of a size: a letter with a word or letter below it that is no index, or the
    number of elements of a set."""
    match node:
        case Bracket("|", (Name(name),)):
            return f"|{name}|"
        case Scripted(Name(base), subs, None, 0) if subs:
            words = [
                sub.name if isinstance(sub, Name) else sub.text
                for sub in subs
                if isinstance(sub, Name | Words)
            ]
            if len(words) == len(subs) and (len(words) > 1 or words[0] not in indices):
                return f"{base}_{{{''.join(words)}}}"
    return ""


def _key(node: Node) -> str:
    """The node as text, wherever it stands."""
    match node:
        case Name(name):
            return name
        case Words(text):
            return f'"{text}"'
        case Scripted(base, subs, None, 0):
            return f"{_key(base)}_{','.join(_key(sub) for sub in subs)}"
        case Bracket("|", (inner,)):
            return f"|{_key(inner)}|"
    return "?"  # no size has this
