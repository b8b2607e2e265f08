"""``dz = a - y``: a page whose d never stands alone names quantities dz, dW, df_{pq}."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from derive.formula import Chain, Name, Node, Scripted, Side, Times, map_nodes, nodes

__all__ = ["names_differentials", "with_differentials"]


def names_differentials(chains: Iterable[Chain]) -> bool:
    """Whether every d on the page stands right before a name."""
    alone = joined = 0
    for chain in chains:
        for side in chain.sides:
            for node in nodes(side.node) if side.node is not None else ():
                if isinstance(node, Times):
                    joined += sum(_joins(a, b) for a, b in _pairs(node))
                alone += node == Name("d")
    return joined > 0 and alone == joined


def _pairs(node: Times) -> zip[tuple[Node, Node]]:
    return zip(node.factors, node.factors[1:], strict=False)


def _joins(d: Node, following: Node) -> bool:
    base = following.base if isinstance(following, Scripted) else following
    return d == Name("d") and isinstance(base, Name) and base.at == d.at + 1


def with_differentials(chain: Chain) -> Chain:
    """The chain with each d and the name behind it made one name."""
    return replace(chain, sides=tuple(_side(side) for side in chain.sides))


def _side(side: Side) -> Side:
    return side if side.node is None else replace(side, node=map_nodes(side.node, _joined))


def _joined(node: Node) -> Node:
    if not isinstance(node, Times):
        return node
    factors: list[Node] = []
    places: list[int] = []
    at = 0
    while at < len(node.factors):
        places.append(at)
        factor = node.factors[at]
        following = node.factors[at + 1] if at + 1 < len(node.factors) else None
        if following is not None and _joins(factor, following):
            factors.append(_named(following, factor.at))
            at += 2
        else:
            factors.append(factor)
            at += 1
    if len(factors) == 1:
        return factors[0]
    dotted = tuple(places.index(p) for p in node.dotted if p in places)
    return replace(node, factors=tuple(factors), dotted=dotted)


def _named(node: Any, at: int) -> Node:
    if isinstance(node, Scripted):
        return replace(node, base=_named(node.base, at), at=at)
    return Name(f"d{node.name}", at)
