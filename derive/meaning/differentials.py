"""Names of several letters: ``dz = a - y`` and ``\\delta y`` on a page whose d or δ never stands
alone, ``MSE`` on one that says what MSE is."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from derive.formula import Chain, FormulaError, Name, Node, Scripted, Side, Times, map_nodes, nodes

__all__ = ["Joined", "joined_names", "with_joined"]

_PREFIXES = ("d", r"\delta", r"\Delta")


class Joined:
    """``prefixes``: letters that make one name with the letter behind them. ``doubtful``: those
    that do so sometimes. ``words``: runs of letters that are one name."""

    def __init__(
        self, prefixes: frozenset[str], doubtful: frozenset[str], words: frozenset[str]
    ) -> None:
        self.prefixes = prefixes
        self.doubtful = doubtful
        self.words = words


def joined_names(chains: Iterable[Chain]) -> Joined:
    """Which letters of a page are joined."""
    chains = list(chains)
    trees = [side.node for chain in chains for side in chain.sides if side.node is not None]
    prefixes, doubtful = set(), set()
    for letter in _PREFIXES:
        alone = before = 0
        for tree in trees:
            for node in nodes(tree):
                if isinstance(node, Times):
                    before += sum(_joins(letter, a, b) for a, b in _pairs(node))
                alone += node == Name(letter)
        if before and alone == before:
            prefixes.add(letter)
        elif before and letter != "d":
            doubtful.add(letter)
    words = {
        word
        for chain in chains
        if chain.relations and not chain.continues and chain.relations[0] in ("=", ":=")
        if (word := _capitals(chain.sides[0].node))
    }
    words -= {word for word in words if _stands_alone(set(word), words, trees)}
    return Joined(frozenset(prefixes), frozenset(doubtful), frozenset(words))


def _pairs(node: Times) -> Iterable[tuple[Node, Node]]:
    return itertools.pairwise(node.factors)


def _joins(letter: str, prefix: Node, following: Node) -> bool:
    base = following.base if isinstance(following, Scripted) else following
    if prefix != Name(letter) or not isinstance(base, Name):
        return False
    # in «d z» with a space the d may be a factor; \\delta needs one
    return letter != "d" or base.at == prefix.at + 1


def _capitals(node: Node | None) -> str:
    """``MSE`` if a side is nothing but these letters, without space between them."""
    if not isinstance(node, Times) or len(node.factors) < 2:
        return ""
    letters = [f.name for f in node.factors if isinstance(f, Name)]
    close = all(b.at == a.at + 1 for a, b in _pairs(node))
    word = "".join(letters)
    capital = bool(re.fullmatch(r"[A-Z]{2,8}", word))
    return word if capital and close and len(letters) == len(node.factors) else ""


def _stands_alone(letters: set[str], words: set[str], trees: list[Node]) -> bool:
    """Whether one of the letters also stands outside such words: then AB is a product."""
    for tree in trees:
        total = sum(isinstance(n, Name) and n.name in letters for n in nodes(tree))
        inside = 0
        for node in nodes(tree):
            at = 0
            factors = node.factors if isinstance(node, Times) else ()
            while at < len(factors):
                word = _word_at(factors, at, frozenset(words))
                inside += sum(c in letters for c in word)
                at += max(1, len(word))
        if total > inside:
            return True
    return False


def with_joined(chain: Chain, joined: Joined) -> Chain:
    """The chain with joined letters made one name."""
    return replace(chain, sides=tuple(_side(side, joined) for side in chain.sides))


def _side(side: Side, joined: Joined) -> Side:
    if side.node is None:
        return side
    for node in nodes(side.node):
        if isinstance(node, Times):
            for letter in sorted(joined.doubtful):
                for a, b in _pairs(node):
                    if _joins(letter, a, b):
                        message = f"{letter} before a name: one symbol or a product?"
                        return replace(side, node=None, error=FormulaError(message, a.at))
    return replace(side, node=map_nodes(side.node, lambda node: _joined(node, joined)))


def _joined(node: Node, joined: Joined) -> Node:
    if not isinstance(node, Times):
        return node
    factors: list[Node] = []
    places: list[int] = []
    at = 0
    while at < len(node.factors):
        places.append(at)
        word = _word_at(node.factors, at, joined.words)
        factor = node.factors[at]
        following = node.factors[at + 1] if at + 1 < len(node.factors) else None
        prefix = factor.name if isinstance(factor, Name) else ""
        if word:
            factors.append(Name(word, factor.at))
            at += len(word)
        elif (
            following is not None
            and prefix in joined.prefixes
            and _joins(prefix, factor, following)
        ):
            factors.append(_named(prefix, following, factor.at))
            at += 2
        else:
            factors.append(factor)
            at += 1
    if len(factors) == 1:
        return factors[0]
    dotted = tuple(places.index(p) for p in node.dotted if p in places)
    return replace(node, factors=tuple(factors), dotted=dotted)


def _word_at(factors: tuple[Node, ...], at: int, words: frozenset[str]) -> str:
    # the longest first: MSE on a page that also says what MS is, whatever the order of a set
    for word in sorted(words, key=lambda word: (-len(word), word)):
        run = factors[at : at + len(word)]
        if [f.name for f in run if isinstance(f, Name)] == list(word) and len(run) == len(word):
            if all(b.at == a.at + 1 for a, b in itertools.pairwise(run)):
                return word
    return ""


def _named(prefix: str, node: Any, at: int) -> Node:
    if isinstance(node, Scripted):
        return replace(node, base=_named(prefix, node.base, at), at=at)
    name = f"{prefix} {node.name}" if prefix[0] == "\\" else f"{prefix}{node.name}"
    return Name(name, at)
