"""A class that differs from sample to sample, as an index: -log p_{i,y_i} under a sum over i.

Written out as the class labels that they are: F(y_i) is Σ_k 1{y_i = k} F(k). So the label of each
sample is an unknown of its own, and what is proved is proved for all labels.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from derive.formula import Node, Scripted
from derive.meaning.arrays import Array
from derive.meaning.axes import AxisVar
from derive.meaning.names import base_name, shown
from derive.meaning.scope import Key, Scope
from derive.terms import Axis, Index, Ix, Mul, Sum, Term, fresh, indices_of, map_indices

if TYPE_CHECKING:
    from derive.meaning.interpret import Interpreter

__all__ = ["LabelSums"]


class LabelSums:
    """Labels as indices, for one `Interpreter`."""

    def __init__(self, owner: Interpreter) -> None:
        self.owner = owner

    def side(self, node: Node, scope: Scope) -> Array:
        """One side of a relation, on a page that also sums over the samples of its labels."""
        labels = self.owner.labels
        if not labels.as_indices:
            return self.owner.array(node, scope)
        free = [x for x in labels.free(node) if base_name(x) in labels.summed]
        return self._written_out(node, free, scope)

    def body(self, node: Node, letters: Collection[str], scope: Scope) -> Array:
        """The body of a sum or product over these letters."""
        if not self.owner.labels.as_indices:
            return self.owner.array(node, scope)
        return self._written_out(node, self.owner.labels.under(node, letters), scope)

    def _written_out(self, node: Node, labels: Iterable[Scripted], scope: Scope) -> Array:
        with self._bound(labels, scope) as classes:
            array = self.owner.array(node, scope)
            return array.mapped(lambda term: self._of(term, classes, scope))

    @contextmanager
    def _bound(
        self, labels: Iterable[Scripted], scope: Scope
    ) -> Iterator[list[tuple[Scripted, Ix]]]:
        """The labels with an index each, which stands for them inside."""
        classes = [(x, fresh("k", cast(Axis, self.owner.axes.new()))) for x in labels]
        scope.bound.append({shown(label): index for label, index in classes})
        try:
            yield classes
        finally:
            scope.bound.pop()

    def _of(self, term: Term, classes: list[tuple[Scripted, Ix]], scope: Scope) -> Term:
        for label, index in classes:
            term = Sum(index, (), Mul((self.owner.one_hot(label, label, scope), term)))
        return term

    def spelled_out(self, key: Key, at: list[Index], label: str, scope: Scope) -> Term | None:
        """L_i under a sum over i, where L_i = -log p_{y_i}: what it is for the class of each i.
        None where it is not clear which class that is."""
        labels = self.owner.labels
        params, body = labels.bodies[key]
        own = labels.dependent[label]
        outer = [i for i in indices_of(body) if isinstance(i, Ix) and i.name == label]
        bound = next((layer[label] for layer in reversed(scope.bound) if label in layer), None)
        if bound is None or len(outer) != 1 or len(params) != len(at):
            return None
        if not any(i.name in own for i in params):
            return None
        copied = self.owner.arrays.copy(Array(body)).term
        for old, new in zip((*params, outer[0]), (*at, bound), strict=True):
            self.owner.axes.unify(cast(AxisVar, old.axis), cast(AxisVar, new.axis))
        return map_indices(copied, {**dict(zip(params, at, strict=True)), outer[0]: bound})
