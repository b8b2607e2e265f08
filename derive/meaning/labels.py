"""Classes as indices: y_i is the class of sample i in f_{y_i} and in 1{y_i = k}."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from derive.formula import (
    Big,
    Bracket,
    IndexCondition,
    Indicator,
    Name,
    Node,
    Number,
    Scripted,
    children_of,
    nodes,
)
from derive.meaning.names import Notation, base_name, shown
from derive.terms import Family, Ix, Term

__all__ = ["Labels"]


class Labels:
    """The labels of one page.

    ``summed``: names whose samples are summed over (Σ_i 1{y_i = k}), so that no one class will
    do: their indicators are a one-hot family. ``dependent``: a label used as an index → the
    letters in it. ``tied``: quantities defined with such a label: which of their indices it
    depends on, by place and letter, and the label. ``bodies``: their indices and what they are.
    ``as_indices``: whether the page has a label as an index at all.
    """

    def __init__(self, notation: Notation, trees: Iterable[Node]) -> None:
        self.notation = notation
        self.summed: set[str] = set()
        self.dependent: dict[str, frozenset[str]] = {}
        self.tied: dict[tuple[str, str, int], tuple[int, str, str]] = {}
        self.bodies: dict[tuple[str, str, int], tuple[tuple[Ix, ...], Term]] = {}
        self.nodes: dict[str, Scripted] = {}  # y_i as a formula
        self.one_hot: set[Family] = set()
        trees = list(trees)
        for tree in trees:
            self._survey(tree)
        # p_{y_i} on a page that sums over i
        bigs = [n for tree in trees for n in nodes(tree) if isinstance(n, Big)]
        summed = {shown(letter) for big in bigs for letter in big.letters}
        used = [*(x for tree in trees for x in self.free(tree))]
        used += [x for big in bigs for x in self.under(big.body, summed)]
        self.summed |= {base_name(x) or "" for x in used if self.letters(x) & summed}
        self.as_indices = bool(used)

    def _survey(self, tree: Node) -> None:
        for node in nodes(tree):
            if isinstance(node, Big):
                letters = {shown(letter) for letter in node.letters}
                for condition in _indicated(node.body):
                    for side in (condition.left, condition.right):
                        if isinstance(side, Scripted) and self.letters(side) & letters:
                            self.summed.add(base_name(side) or "")

    def free(self, tree: Node, bound: frozenset[str] = frozenset()) -> list[Scripted]:
        """The labels that are indices in a formula, where no sum binds their letters."""
        found: dict[str, Scripted] = {}
        if isinstance(tree, Big):
            bound |= {shown(letter) for letter in tree.letters}
        for place in _index_places(tree):
            letters = self.letters(place)
            if letters and not letters & bound:
                found.setdefault(shown(place), place)
        for child in children_of(tree):
            for label in self.free(child, bound):
                found.setdefault(shown(label), label)
        return list(found.values())

    def under(self, tree: Node, letters: Collection[str]) -> list[Scripted]:
        """The labels that are indices in a formula, also of quantities defined with them, and
        have one of these letters: what differs from term to term of a sum over it."""
        tied = {key[0]: tie[2] for key, tie in self.tied.items()}
        found: dict[str, Scripted] = {}
        for node in nodes(tree):
            places = list(_index_places(node))
            label = tied.get(base_name(node) or "") if isinstance(node, Scripted) else None
            if label in self.nodes:
                places.append(self.nodes[label])
            for place in places:
                if self.letters(place) & set(letters):
                    found.setdefault(shown(place), place)
        return list(found.values())

    def letters(self, node: Scripted) -> frozenset[str]:
        """The index letters of y_i or y^{(i)}; none of anything else."""
        if not isinstance(node.base, Name):
            return frozenset()
        subs = node.subs
        if isinstance(node.sup, Bracket) and len(node.sup.items) == 1:
            subs = (*subs, node.sup.items[0])
        elif node.sup is not None:
            return frozenset()
        if not subs or not all(isinstance(s, Name) for s in subs):
            return frozenset()
        return frozenset(shown(s) for s in subs)

    def family_of(self, label: Scripted) -> str:
        """The name of the one-hot family of a label: 1_{y_{\\cdot}=\\cdot}."""
        base = base_name(label) or ""
        gaps = [r"\cdot" + "'" * number for number in range(len(label.subs) + 2)]
        below = f"_{{{','.join(gaps[: len(label.subs)])}}}" if label.subs else ""
        above = f"^{{({gaps[len(label.subs)]})}}" if isinstance(label.sup, Bracket) else ""
        last = gaps[len(label.subs) + bool(above)]
        return rf"1_{{{base}{below}{above}={last}}}"


def _index_places(node: Node) -> Iterator[Scripted]:
    """What stands as an index at a node, and has an index itself; conditions of sums (j ≠ y_i)
    are such places, and those of indicators are not."""
    places: tuple[Node, ...] = ()
    if isinstance(node, Scripted) and not isinstance(node.base, Number):
        places = node.subs
    elif isinstance(node, Big):
        places = tuple(side for c in node.without for side in (c.left, c.right))
    yield from (place for place in places if isinstance(place, Scripted))


def _indicated(tree: Node) -> Iterator[IndexCondition]:
    """The conditions of indicators: 1{y_i = k}, 1_{y_i = k}."""
    for node in nodes(tree):
        if isinstance(node, Indicator):
            yield node.condition
        if isinstance(node, Scripted) and isinstance(node.base, Number):
            for sub in node.subs:
                yield from (n for n in nodes(sub) if isinstance(n, IndexCondition))
