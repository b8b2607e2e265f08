"""Classes as indices: y_i is the class of sample i in f_{y_i} and in 1{y_i = k}."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from derive.formula import (
    Big,
    Bracket,
    IndexCondition,
    Indicator,
    Name,
    Node,
    Number,
    Scripted,
    nodes,
)
from derive.meaning.names import Notation, base_name, shown
from derive.terms import Family

__all__ = ["Labels"]


class Labels:
    """The labels of one page.

    ``summed``: names whose samples are summed over (Σ_i 1{y_i = k}), so that no one class will
    do: their indicators are a one-hot family. ``dependent``: a label used as an index → the
    letters in it. ``tied``: quantities defined with such a label: which of their indices it
    depends on, by place and letter, and the label.
    """

    def __init__(self, notation: Notation, trees: Iterable[Node]) -> None:
        self.notation = notation
        self.summed: set[str] = set()
        self.dependent: dict[str, frozenset[str]] = {}
        self.tied: dict[tuple[str, str, int], tuple[int, str, str]] = {}
        self.one_hot: set[Family] = set()
        for tree in trees:
            self._survey(tree)

    def _survey(self, tree: Node) -> None:
        for node in nodes(tree):
            if isinstance(node, Big):
                letters = {shown(letter) for letter in node.letters}
                for condition in _indicated(node.body):
                    for side in (condition.left, condition.right):
                        if isinstance(side, Scripted) and self.letters(side) & letters:
                            self.summed.add(base_name(side) or "")

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
        above = r"^{(\cdot)}" if isinstance(label.sup, Bracket) else ""
        below = r"_{\cdot}" if label.subs else ""
        return rf"1_{{{base}{below}{above}=\cdot}}"


def _indicated(tree: Node) -> Iterator[IndexCondition]:
    """The conditions of indicators: 1{y_i = k}, 1_{y_i = k}."""
    for node in nodes(tree):
        if isinstance(node, Indicator):
            yield node.condition
        if isinstance(node, Scripted) and isinstance(node.base, Number):
            for sub in node.subs:
                yield from (n for n in nodes(sub) if isinstance(n, IndexCondition))
