"""Which letters a formula uses: free indices, and quantities with their labels."""

from __future__ import annotations

from derive.formula import (
    Big,
    Bracket,
    IndexCondition,
    Name,
    Node,
    Scripted,
    children_of,
)
from derive.meaning.names import Notation, base_name, shown

__all__ = ["free_letters", "occurrences"]


def free_letters(node: Node, notation: Notation) -> frozenset[str]:
    """The index letters of a formula that no Σ in it binds."""
    found: set[str] = set()

    def visit(n: Node, bound: frozenset[str]) -> None:
        match n:
            case Big(_, letters, _, _, without, body):
                inner = bound | {shown(x) for x in letters}
                for condition in without:
                    visit(condition, inner)
                visit(body, inner)
            case Scripted():
                indices, _ = notation.sub_indices(n) if base_name(n) else (list(n.subs), "")
                for i in indices:
                    _letter(i, bound)
                if notation.sup_kind(n) == "index" and isinstance(n.sup, Bracket):
                    _letter(n.sup.items[0], bound)
                if notation.sup_kind(n) == "exponent" and n.sup is not None:
                    visit(n.sup, bound)
                if base_name(n) is None:
                    visit(n.base, bound)
            case IndexCondition(left, right):
                _letter(left, bound)
                _letter(right, bound)
            case _:
                for child in children_of(n):
                    visit(child, bound)

    def _letter(n: Node, bound: frozenset[str]) -> None:
        if isinstance(n, IndexCondition):
            _letter(n.left, bound)
            _letter(n.right, bound)
        elif isinstance(n, Name | Scripted):
            letter = shown(n)
            if letter not in bound and not (
                letter in notation.sizes and letter not in notation.bound
            ):
                found.add(letter)

    visit(node, frozenset())
    return frozenset(found)


def occurrences(tree: Node, notation: Notation) -> list[tuple[str, str, int]]:
    """(name, label, rank) of every quantity in a formula."""
    out: list[tuple[str, str, int]] = []

    def visit(node: Node) -> None:
        match node:
            case Name(name):
                out.append((name, "", 0))
            case Scripted():
                name_of = notation.name_of(node)
                kind = notation.sup_kind(node)
                if name_of is None:
                    visit(node.base)
                else:
                    indices, sub_label = notation.sub_indices(node)
                    label = shown(node.sup) if kind == "label" else ""
                    label = ",".join(x for x in (label, sub_label) if x)
                    rank = len(indices) + (kind == "index")
                    out.append((name_of + "'" * node.primes, label, rank))
                if kind == "exponent" and node.sup is not None:
                    visit(node.sup)
            case Big(_, _, _, _, _, body):
                visit(body)
            case IndexCondition():
                return
            case _:
                for child in children_of(node):
                    visit(child)

    visit(tree)
    return out
