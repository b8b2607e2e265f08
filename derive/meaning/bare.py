"""Names that one formula has both with an argument and without: the y_k of y_k(x) - y_k may be the
labels beside what a model gives, and the p_i beside p_i(x) the true shares."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable

from derive.formula import (
    Bracket,
    Chain,
    Derivative,
    Name,
    Node,
    Plus,
    Scripted,
    Times,
    children_of,
    nodes,
)
from derive.meaning.names import Notation, base_name, shown
from derive.meaning.ranks import untransposed

__all__ = ["Form", "names_apart"]

Form = tuple[str, str]  # a name and its labels, whatever its indices


def names_apart(
    chains: Iterable[Chain],
    plain: Iterable[str],
    notation: Notation,
    entry_name: Callable[[str], str],
) -> frozenset[Form]:
    """The names that may stand for two quantities. ``plain``: those always called with the same
    arguments, of which one chain with both is enough; of any other a sum like y(x) - y, as
    authors who leave arguments out do so from one side to the next."""
    sought = frozenset(entry_name(name) for name in plain)
    found: set[Form] = set()

    def form(node: Node) -> Form | None:
        node = untransposed(node, notation) or node
        name = base_name(node)
        if name is None:
            return None
        if not isinstance(node, Scripted):
            return entry_name(name), ""
        if node.primes:
            return None
        kind = notation.sup_kind(node)
        above = shown(node.sup) if kind == "label" and node.sup is not None else ""
        labels = (above, notation.sub_indices(node)[1])
        return entry_name(name), ",".join(label for label in labels if label)

    def collect(tree: Node, called: set[Form], alone: set[Form]) -> None:
        if base_name(tree) is not None:
            own = form(tree)
            alone |= {own} if own is not None else set()
            power = isinstance(tree, Scripted) and notation.sup_kind(tree) == "exponent"
            if power and isinstance(tree, Scripted) and tree.sup is not None:
                collect(tree.sup, called, alone)
            return
        if isinstance(tree, Derivative):
            # ∂J/∂w of a J(w): nobody differentiates a label, or by one
            for part in (tree.body, *tree.by):
                if not isinstance(part, Name | Scripted):
                    collect(part, called, alone)
            return
        before: Node | None = None
        for child in children_of(tree):
            bracket = _brackets(child) if isinstance(tree, Times) else None
            if before is not None and bracket is not None:
                own = form(before)
                called |= {own} if own is not None else set()
                for item in bracket.items:
                    if not isinstance(item, Name):  # H(p) is of a whole p, with p(x) in its value
                        collect(item, called, alone)
                before = None
                continue
            if before is not None:
                collect(before, called, alone)
            before = child if base_name(child) is not None else None
            if before is None:
                collect(child, called, alone)
        if before is not None:
            collect(before, called, alone)

    for chain in chains:
        called: set[Form] = set()
        alone: set[Form] = set()
        sides = [side.node for side in chain.sides]
        for at, side in enumerate(sides):
            if side is None:
                continue
            here: set[Form] = set()
            collect(side, called, here)
            following = sides[at + 1] if at + 1 < len(sides) else None
            if at or not isinstance(side, Name | Scripted) or not _calls(following, side):
                alone |= here  # a = a(z) says that both are one
            for total in (n for n in nodes(side) if isinstance(n, Plus)):
                items = [_factors(item) for _, item in total.items]
                bare = {form(item) for (item,) in (i for i in items if len(i) == 1)}
                heads = {
                    form(head)
                    for factors in items
                    for head, behind in itertools.pairwise(factors)
                    if len(factors) == 2 and _brackets(behind) is not None
                }
                found |= {x for x in bare & heads if x is not None}
        found |= {x for x in called & alone if x[0] in sought}
    return frozenset(found)


def _factors(item: Node) -> tuple[Node, ...]:
    return item.factors if isinstance(item, Times) else (item,)


def _brackets(node: Node) -> Bracket | None:
    base = node.base if isinstance(node, Scripted) else node
    return base if isinstance(base, Bracket) and base.kind == "(" else None


def _calls(node: Node | None, head: Node) -> bool:
    """Whether a side is the head with brackets, and nothing else."""
    factors = _factors(node) if node is not None else ()
    return len(factors) == 2 and factors[0] == head and _brackets(factors[1]) is not None
