"""Capitals that are only ever multiplied with vectors: the W of W x, where nothing else on the
page tells whether it is a number or a matrix."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from derive.formula import (
    Big,
    Bracket,
    Chain,
    Derivative,
    Function,
    Name,
    Negative,
    Node,
    Number,
    Over,
    Plus,
    Root,
    Scripted,
    Times,
    nodes,
)
from derive.meaning.names import Notation, base_name

__all__ = ["Neighbour", "in_functions", "neighbours", "shown_numbers"]

_DRESSED = re.compile(
    r"\\(?:hat|tilde|bar|widehat|widetilde|overline|mathcal|mathbb|mathsf|mathscr|mathrm)"
    r"\{(?P<inner>.*)\}"
)
_CURLY = re.compile(r"\\(?:mathcal|mathbb|mathscr)\{.*\}")
_BOLD = re.compile(r"\\(?:mathbf|boldsymbol|bm|vec|pmb|mathbfit)\{")
_GREEK = frozenset(r"\Gamma \Theta \Lambda \Xi \Pi \Sigma \Upsilon \Phi \Psi \Omega".split())
_OFTEN = frozenset("CKMNT")  # that often are numbers
_ORDERS = frozenset({"<", ">", "≤", "≥"})


def _capital(node: Node, notation: Notation) -> str | None:
    """The name of a capital letter that may stand for a whole matrix: no size, no index, and
    nothing that has one index elsewhere. I is left to what says what the identity is."""
    name = base_name(node)
    if name is None or name in notation.sizes or name in notation.bound:
        return None
    dressed = _DRESSED.fullmatch(name)
    letter = dressed["inner"] if dressed is not None else name
    if letter not in _GREEK and not (len(letter) == 1 and letter.isupper() and letter != "I"):
        return None
    if isinstance(node, Scripted) and notation.sub_indices(node)[0]:
        return name if _only_named(node, notation) else None
    counts: Mapping[int, int] = notation.ranks.get(name, {})
    return None if counts.get(1, 0) or counts.get(3, 0) else name


def _only_named(node: Scripted, notation: Notation) -> bool:
    """W_h, W_{hx}: letters below that are no index for sure."""
    usual = notation.bound | notation.sizes | set("ijklmn")
    return bool(node.subs) and all(
        isinstance(sub, Name) and sub.name not in usual for sub in node.subs
    )


def _capitals(node: Node) -> Iterator[Node]:
    """What a factor is made of: W of (W), W/2 and 2 W; A and B of (A + B)."""
    match node:
        case Name() | Scripted():
            yield node
        case Over(top, _):
            yield from _capitals(top)
        case Negative(body) | Bracket("(" | "{" | "[", (body,)):
            yield from _capitals(body)
        case Plus(items):
            for _, item in items:
                yield from _capitals(item)
        case Times(factors):
            yield from _capitals(factors[-1])
        case Function("exp", arg):
            yield from _capitals(arg)


def shown_numbers(chains: Iterable[Chain], rank: Callable[[Node], int | None]) -> frozenset[str]:
    """The names that a page uses as numbers: divisors, exponents, what is added to a number or
    compared with one, what a derivative is taken of, what a sum defines."""
    found: set[str] = set()
    for chain in chains:
        sides = [side.node for side in chain.sides]
        for left, relation, right in zip(sides, chain.relations, sides[1:], strict=False):
            for one, other in ((left, right), (right, left)):
                if one is None or other is None:
                    continue
                if isinstance(other, Number) and relation in _ORDERS | {"="}:
                    found |= set(_terms(one))
                if relation in ("=", ":=") and not rank(other) and _is_number(other):
                    found |= {one.name} if isinstance(one, Name) else set()
        for side in sides:
            for node in nodes(side) if side is not None else ():
                found |= set(_numbers_in(node))
    return frozenset(found)


def in_functions(chains: Iterable[Chain]) -> frozenset[str]:
    """The names that a page takes the exponential or logarithm of: numbers, but for the A of
    exp(A) x."""
    sides = (side.node for chain in chains for side in chain.sides if side.node is not None)
    return frozenset(
        name
        for side in sides
        for node in nodes(side)
        if isinstance(node, Function) and node.name in ("exp", "log", "ln")
        for name in _terms(node.arg)
    )


def _numbers_in(node: Node) -> Iterator[str]:
    match node:
        case Over(_, bottom):
            for factor in bottom.factors if isinstance(bottom, Times) else (bottom,):
                yield from _terms(factor)
        case Plus(items) if any(isinstance(item, Number) for _, item in items):
            for _, item in items:
                yield from _terms(item)
        case Times(factors) if any(map(_is_norm_or_sum, factors)):
            # C of C ‖w‖²; the W of W² ‖x‖² may be a slip
            for factor in factors:
                yield from (
                    n.name for n in _capitals(factor) if isinstance(n, Name) and n.name in _OFTEN
                )
        case Derivative(Name(name), _):
            yield name
        case Scripted(_, _, Name(name)) if name != "T":
            yield name


def _terms(node: Node) -> Iterator[str]:
    """X of X, -X, 2 X and X^2."""
    match node:
        case Name(name) | Scripted(Name(name), (), Number()):
            yield name
        case Negative(body) | Bracket("(", (body,)):
            yield from _terms(body)
        case Times(factors) if all(isinstance(f, Number) for f in factors[:-1]):
            yield from _terms(factors[-1])


def _is_norm_or_sum(node: Node) -> bool:
    inner = node.base if isinstance(node, Scripted) else node
    return isinstance(inner, Big) or (isinstance(inner, Bracket) and inner.kind == "‖")


def _is_number(node: Node) -> bool:
    """Whether a formula that is no vector and no matrix is more than a product of letters."""
    whole = ("‖", "|")
    return any(
        isinstance(n, Big | Function | Root) or (isinstance(n, Bracket) and n.kind in whole)
        for n in nodes(node)
    )


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A capital that stands in a product right before a vector or a matrix, or behind a
    vector. ``sure``: a matrix, if it is no number, by its looks; A^2 and \\mathcal{A} may be
    numbers, and the bold x_i behind it the entry of a vector. ``inside``: an exponential."""

    node: Node
    name: str
    sure: bool
    inside: bool


def neighbours(
    product: Times,
    notation: Notation,
    rank: Callable[[Node], int | None],
    call: Callable[[Node, Node | None], tuple[int | None, int] | None],
    is_row: Callable[[Node], bool],
) -> Iterator[Neighbour]:
    """The capitals of a product beside vectors; ``call`` gives the rank of a call that begins
    at a factor."""
    factors = product.factors
    for at, factor in enumerate(factors):
        following = factors[at + 1] if at + 1 < len(factors) else None
        names = [(n, name) for n in _capitals(factor) if (name := _capital(n, notation))]
        if not names or call(factor, following) is not None:
            continue
        sure = True
        if following is None:
            before = factors[:at]
            lone = before[-1] if before else None
            if lone is None or is_row(lone) or rank(lone) != 1:
                continue
            if at > 1 and rank(Times(before, product.at)) != 1:
                continue
        else:
            called = call(following, factors[at + 2] if at + 2 < len(factors) else None)
            found = called[0] if called is not None else rank(following)
            sure = bool(found)
            if (found == 1 and is_row(following)) or _is_call(following):
                continue
            if not found and not _may_be_whole(following):
                continue
        for node, name in names:
            plain = isinstance(node, Name) or (
                isinstance(node, Scripted)
                and not isinstance(node.sup, Number)
                and not _only_named(node, notation)
            )
            inside = isinstance(factor, Function)
            looks = plain and not inside and not _CURLY.fullmatch(name)
            yield Neighbour(node, name, sure and looks, inside)


def _may_be_whole(node: Node) -> bool:
    """The bold x_i: one of several vectors, or an entry of one."""
    if not isinstance(node, Scripted) or not isinstance(node.base, Name):
        return False
    return bool(_BOLD.match(node.base.name)) and node.sup is None


def _is_call(following: Node) -> bool:
    """E(x), which need not be a product."""
    return isinstance(following, Bracket) and isinstance(
        following.items[0], Name | Scripted | Number
    )
