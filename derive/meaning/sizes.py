"""Sizes that are more than one letter: n_{out}, N_c, |V| at the upper end of a sum are one name.

Every place of the page that writes the same then means that size.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from derive.formula import (
    Big,
    Bracket,
    Chain,
    Name,
    Node,
    Number,
    Plus,
    Scripted,
    Words,
    map_nodes,
    nodes,
)
from derive.meaning.names import Notation, survey

__all__ = ["size_names", "with_sizes"]

_USUAL = frozenset("ijkl")
_UPRIGHT = re.compile(r"\\(?:mathrm|mathit|mathsf|text\w*|rm)\{(?P<inner>.*)\}")


def size_names(chains: Iterable[Chain]) -> dict[str, str]:
    """What stands at upper ends of sums, as text → the name of that size."""
    trees = [side.node for chain in chains for side in chain.sides if side.node is not None]
    uppers = [n.upper for tree in trees for n in nodes(tree) if isinstance(n, Big) and n.upper]
    if not any(isinstance(n, Scripted | Bracket) for upper in uppers for n in nodes(upper)):
        return {}
    notation = survey(trees)
    found: dict[str, str] = {}
    for upper in uppers:
        if isinstance(upper, Plus) and isinstance(upper.items[-1][1], Number):
            upper = upper.items[0][1]  # N_c - 1
        name = _name(upper, notation)
        if name:
            found[_key(upper)] = name
    return found


def with_sizes(chain: Chain, sizes: dict[str, str]) -> Chain:
    """The chain with these sizes as one name each."""

    def visit(node: Node) -> Node:
        if isinstance(node, Scripted | Bracket):
            name = sizes.get(_key(node))
            if name is not None:
                return Name(name, node.at)
        return node

    sides = tuple(
        side if side.node is None else replace(side, node=map_nodes(side.node, visit))
        for side in chain.sides
    )
    return replace(chain, sides=sides)


def _name(node: Node, notation: Notation) -> str:
    """The name of a size: a letter with a word or letter below it that is no index, or the
    number of elements of a set."""
    match node:
        case Bracket("|", (Name(name),)):
            return f"|{name}|"
        case Scripted(Name(base), subs, None, 0) if subs:
            words = [_text(sub) for sub in subs if isinstance(sub, Name | Words)]
            if len(words) != len(subs) or base in notation.counted:
                return ""  # n_1 is one of the n_k
            letters = [sub.name for sub in subs if isinstance(sub, Name)]
            word = "".join(words)
            sure = len(letters) == 1
            indices = [x for x in letters if _is_index(x, base, notation, sure=sure)]
            if len(indices) == len(words) and word != "in":
                return ""  # n_k is another number for each k
            return f"{base}_{{{word}}}"
    return ""


def _is_index(letter: str, base: str, notation: Notation, *, sure: bool) -> bool:
    """Whether a letter below a size counts something: it is usual for that, a sum runs over
    it, or it stands below another name (m_c), and not as the name of a layer (the h of W_h
    beside h). Letters of a word (n_{out}) are none for the last reason: not ``sure``."""
    if letter in _USUAL or letter in notation.bound:
        return True
    if not sure or not letter.islower() or notation.quantities[letter]:
        return False
    return any(letter in below for name, below in notation.sub_letters.items() if name != base)


def _text(node: Name | Words) -> str:
    """``out`` of o u t, \\text{out} and \\mathrm{out}."""
    if isinstance(node, Words):
        return node.text
    upright = _UPRIGHT.fullmatch(node.name)
    return upright["inner"] if upright is not None else node.name


def _key(node: Node) -> str:
    """The node as text, wherever it stands."""
    match node:
        case Name(name):
            return name
        case Words(text):
            return f'"{text}"'
        case Scripted(base, subs, None, 0) if all(isinstance(x, Name | Words) for x in subs):
            # the same word, however it is set
            below = (_text(x) for x in subs if isinstance(x, Name | Words))
            return f"{_key(base)}_{''.join(below)}"
        case Scripted(base, subs, None, 0):
            return f"{_key(base)}_{','.join(_key(sub) for sub in subs)}"
        case Bracket("|", (inner,)):
            return f"|{_key(inner)}|"
    return "?"  # no size has this
