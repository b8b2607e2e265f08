"""Functions of outcomes: p(x_i) where p is taken of nothing but x_i, x_j, …, and the x_i stand
nowhere else. Nothing depends on what the outcomes are, so p(x_i) is entry i of a family."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from derive.formula import (
    Big,
    Bracket,
    Chain,
    Dots,
    IndexCondition,
    Name,
    Node,
    Scripted,
    Times,
    children_of,
)
from derive.meaning.names import Notation, base_name

__all__ = ["functions_of_outcomes"]

# what everybody knows, and takes of numbers
_OF_NUMBERS = frozenset(
    {r"\sigma", "sigmoid", "softmax", "Softmax", "SoftMax", r"\max", r"\min", r"\Phi"}
)

_MENTIONS = frozenset({"∈", "∼"})  # relations that tell what something is, and use it for nothing


def functions_of_outcomes(chains: Iterable[Chain], notation: Notation) -> frozenset[str]:
    """The names whose brackets hold outcomes and nothing else, on the whole page."""
    taken: dict[str, set[str]] = {}  # p → the x of its arguments; "" for anything else
    elsewhere: set[str] = set()  # names that stand outside brackets behind a name
    for chain in chains:
        for tree in (side.node for side in chain.sides if side.node is not None):
            for head, argument in _calls(tree):
                taken.setdefault(head, set()).add(_outcome(argument, notation))
            if set(chain.relations) <= _MENTIONS and base_name(tree) is not None:
                continue  # «the outcomes $x_i$», $x \in S$
            elsewhere |= set(_outside(tree))
    return frozenset(
        head
        for head, names in taken.items()
        if len(names) == 1
        and not names & (elsewhere | {""})
        and head not in _OF_NUMBERS
        and not any(head in others for others in taken.values())
    )


def _calls(tree: Node) -> Iterator[tuple[str, Node | None]]:
    """Names before brackets, and what is in these; None for several items or a primed name."""
    if isinstance(tree, Times):
        for head, behind in zip(tree.factors, tree.factors[1:], strict=False):
            inner = behind.base if isinstance(behind, Scripted) else behind
            name = base_name(head)
            if name is None or not isinstance(inner, Bracket) or inner.kind != "(":
                continue
            if any(isinstance(item, Dots) for item in inner.items):
                continue  # q(t_1, …, t_n): what the whole distribution is made of
            single = len(inner.items) == 1
            primed = isinstance(head, Scripted) and bool(head.primes)
            yield name, inner.items[0] if single and not primed else None
    for child in children_of(tree):
        yield from _calls(child)


def _outcome(argument: Node | None, notation: Notation) -> str:
    """The x of x_i or x^{(i)}."""
    name = base_name(argument) if argument is not None else None
    if name is None or not isinstance(argument, Scripted) or argument.primes:
        return ""
    by_letter = bool(notation.sub_indices(argument)[0]) and argument.sup is None
    above = not argument.subs and notation.sup_kind(argument) == "index"
    return name if by_letter or above else ""


def _outside(tree: Node) -> Iterator[str]:
    """The names of a formula, but for those in brackets behind a name and in lists."""
    match tree:
        case Name(name):
            yield name
            return
        case Scripted() if base_name(tree) is not None:
            yield base_name(tree) or ""
            if tree.sup is not None:
                yield from _outside(tree.sup)
            return
        case Bracket(_, items) if len(items) > 1 and all(_is_plain(item) for item in items):
            return
        case Big(body=body):
            yield from _outside(body)
            return
        case Times(factors):
            before: Node | None = None
            for factor in factors:
                inner = factor.base if isinstance(factor, Scripted) else factor
                called = before is not None and base_name(before) is not None
                if not (called and _holds_plain(inner)):
                    yield from _outside(factor)
                before = factor
            return
    for child in children_of(tree):
        yield from _outside(child)


def _holds_plain(bracket: Node) -> bool:
    return isinstance(bracket, Bracket) and all(_is_plain(item) for item in bracket.items)


def _is_plain(item: Node) -> bool:
    """x_i, y = k, or the dots of a list: nothing that is reckoned with."""
    if isinstance(item, IndexCondition):
        return _is_plain(item.left) and _is_plain(item.right)
    return isinstance(item, Dots) or base_name(item) is not None
