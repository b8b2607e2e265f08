"""What one row of a chain, or a whole page, shows of functions: what they are taken of."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from derive.formula import Big, Bracket, Function, Name, Node, Scripted, Times, children_of, nodes
from derive.meaning.names import base_name, shown

__all__ = ["Called", "Row", "calls_in", "samples_in", "spoken_calls"]

Called = Mapping[str, Mapping[str, Node]]


@dataclass(frozen=True)
class Row:
    """What one row of a chain shows: its calls with one argument, by the name of the function
    and by argument; the letters that its sums run over."""

    calls: Called
    summed: frozenset[str]

    @classmethod
    def of(cls, trees: Iterable[Node]) -> Row:
        """The row that consists of these sides."""
        found: dict[str, dict[str, Node]] = {}
        summed: set[str] = set()
        for tree in trees:
            for head, argument in calls_in(tree):
                found.setdefault(shown(head), {}).setdefault(shown(argument), argument)
            for node in nodes(tree):
                if isinstance(node, Big):
                    summed |= {shown(letter) for letter in node.letters}
        return cls(found, frozenset(summed))


def samples_in(trees: Iterable[Node]) -> Iterator[tuple[str, str]]:
    """(h, x) where h(x) and h(x^{(i)}) stand: x is any of the samples."""
    plain: set[tuple[str, str]] = set()
    numbered: set[tuple[str, str]] = set()
    for tree in trees:
        for head, argument in calls_in(tree):
            pair = base_name(head) or "", base_name(argument) or ""
            if isinstance(argument, Name):
                plain.add(pair)
            elif isinstance(argument, Scripted) and isinstance(argument.sup, Bracket):
                if not argument.subs:
                    numbered.add(pair)
    yield from plain & numbered


def spoken_calls(trees: Iterable[Node]) -> frozenset[str]:
    """Names that are called for sure: f(x_i), as nobody puts a lone entry in brackets to multiply
    by it, and p(x) under a sum over x. Behind a log they take their brackets with them."""
    found: set[str] = set()
    waiting = [(tree, frozenset[str]()) for tree in trees]
    while waiting:
        node, bound = waiting.pop()
        if isinstance(node, Big):
            bound |= {shown(letter) for letter in node.letters}
        if isinstance(node, Times):
            for head, behind in itertools.pairwise(node.factors):
                match behind:
                    case Bracket("(", (Scripted(_, (_, *_), None, 0) as entry,)):
                        found.add((base_name(entry) and base_name(head)) or "")
                    case Bracket("(", (Name(letter),)) if letter in bound:
                        # the q of \\log q(x), which without its brackets is log(q) x
                        called = head.arg if isinstance(head, Function) else head
                        found.add(base_name(called) or "")
        waiting += [(child, bound) for child in children_of(node)]
    return frozenset(found - {""})


def calls_in(tree: Node) -> Iterator[tuple[Node, Node]]:
    """The names that stand before brackets with one name in them, without their primes, and
    what is in the brackets."""
    for node in nodes(tree):
        if not isinstance(node, Times):
            continue
        for head, behind in zip(node.factors, node.factors[1:], strict=False):
            if isinstance(behind, Scripted) and not behind.subs:
                behind = behind.base  # f(x)^2
            if not isinstance(behind, Bracket) or behind.kind != "(" or len(behind.items) != 1:
                continue
            argument = behind.items[0]
            if base_name(head) is None or base_name(argument) is None:
                continue
            if isinstance(head, Scripted):
                bare = Scripted(head.base, head.subs, head.sup)
                head = bare if bare.subs or bare.sup is not None else head.base
            yield head, argument
