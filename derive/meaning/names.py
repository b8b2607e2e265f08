"""What the scripts of a name are: index, label, exponent. Settled once for a whole page."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from derive.formula import (
    Big,
    Bracket,
    Chain,
    Derivative,
    Function,
    IndexCondition,
    Name,
    Negative,
    Node,
    Number,
    Over,
    Plus,
    Scripted,
    Times,
    Words,
    children_of,
)

__all__ = ["Notation", "base_name", "function_heads", "shown", "survey", "undecorated"]

_USUAL_INDICES = frozenset("ijkl")
_GREEK_INDEX = frozenset({r"\alpha", r"\beta", r"\mu", r"\nu", r"\ell"})


def base_name(node: Node) -> str | None:
    """The name under the scripts: ``a`` of a_j^L, ``\\hat{y}`` of \\hat{y}_k."""
    while isinstance(node, Scripted):
        node = node.base
    return node.name if isinstance(node, Name) else None


def undecorated(name: str) -> str:
    """The x of \\mathbf{x} or \\hat{x}."""
    return re.sub(r"^\\\w+\{(.*)\}$", r"\1", name)


def shown(node: Node | None) -> str:
    """A short script or argument as text: L-1, (i), 2; different ones look different."""
    match node:
        case None:
            return ""
        case Name(name):
            return name
        case Number(value):
            return str(value)
        case Words(text):
            return rf"\text{{{text}}}" if text.isalpha() and len(text) > 1 else text
        case Plus(items):
            out = ""
            for sign, item in items:
                out += ("-" if sign < 0 else "+" if out else "") + shown(item)
            return out
        case Negative(body):
            return f"-{shown(body)}"
        case Bracket(kind, items):
            marks = {"(": "()", "{": "()"}.get(kind, kind + kind)
            return marks[0] + ",".join(shown(i) for i in items) + marks[1]
        case Scripted(base, subs, sup, primes):
            out = shown(base) + "'" * primes
            if subs:
                out += "_{" + ",".join(shown(s) for s in subs) + "}"
            return out + (f"^{{{shown(sup)}}}" if sup is not None else "")
        case Times(factors):
            return "".join(shown(f) for f in factors)
        case Over(top, bottom):
            return f"({shown(top)})/({shown(bottom)})"
        case IndexCondition(left, right, equal):
            return f"{shown(left)}{'=' if equal else '!='}{shown(right)}"
    # no two of the others may look the same
    return re.sub(r"\bat=\d+", "", repr(node))


@dataclass
class Notation:
    """A page's conventions, from a survey of all its formulas."""

    bound: set[str] = field(default_factory=set)
    sizes: set[str] = field(default_factory=set)
    quantities: Counter[str] = field(default_factory=Counter)
    sub_letters: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    ranks: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    bracket_sups: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    lettered: set[str] = field(default_factory=set)
    counted: set[str] = field(default_factory=set)  # x of x_1
    # (x, j) → where j stands in x_{kj}
    places: dict[tuple[str, str], set[int]] = field(default_factory=lambda: defaultdict(set))
    lone: dict[str, set[str]] = field(  # x → the j of x_j
        default_factory=lambda: defaultdict(set)
    )
    upper: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    own_delta: bool = False
    headed: set[tuple[str, str]] = field(default_factory=set)

    # ------------------------------------------------------------------ scripts

    def is_index(self, base: str, letter: str) -> bool:
        """Whether a subscript letter is an index (else it only names: h_w, W_Q)."""
        if letter in self.bound:
            return True
        if letter in self.sizes:
            # S_C of a page that has no other entry of S is a name, not the last entry
            alone = self.sub_letters[base] == {letter} and base not in self.counted
            return not (alone and letter.isupper())
        if letter[0] == "\\":
            return letter in _GREEK_INDEX and letter not in self.quantities
        if letter.isupper():
            return False
        if letter in _USUAL_INDICES:
            return True
        if self.quantities[letter]:
            others = self.sub_letters[base] - {letter}
            return any(o in self.bound or not self.quantities[o] for o in others)
        return True

    def is_column(self, base: str, letter: str) -> bool | None:
        """Whether q_j, of a matrix, is its column j: j stands in the second place of q_{kj}, else
        it is row j. None if the page says so of j, but not of all letters that stand alone: q_j
        and q_l are vectors of one kind."""
        second = {x for x in self.lone[base] if self.places.get((base, x)) == {1}}
        free = {x for x in self.lone[base] if not self.places.get((base, x))}
        if second and free and letter in second | free:
            return None
        return letter in second

    def numbered(self, node: Scripted) -> bool:
        """x_1 where x is never indexed by a letter: a name of its own, not an entry."""
        base = base_name(node) or ""
        numbers = bool(node.subs) and all(isinstance(s, Number) for s in node.subs)
        return numbers and base not in self.lettered

    def name_of(self, node: Node) -> str | None:
        """The name of a quantity: its base, with its numbers where these only name (p_1)."""
        base = base_name(node)
        if base is None or not isinstance(node, Scripted) or not self.numbered(node):
            return base
        numbers = ",".join(shown(s) for s in node.subs)
        return f"{base}_{numbers}" if len(numbers) == 1 else f"{base}_{{{numbers}}}"

    def sub_indices(self, node: Scripted) -> tuple[list[Node], str]:
        """The subscripts that are indices, and the label that the others spell."""
        base = base_name(node) or ""
        if self.numbered(node):
            return [], ""
        indices: list[Node] = []
        label = []
        for sub in node.subs:
            if isinstance(sub, Words):
                label.append(rf"\text{{{sub.text}}}")
            elif isinstance(sub, Name) and not self.is_index(base, sub.name):
                label.append(sub.name)
            else:
                indices.append(sub)
        return indices, ",".join(label)

    def sup_kind(self, node: Scripted) -> str:
        """``exponent``, ``label`` or ``index`` for a superscript."""
        sup = node.sup
        match sup:
            case None:
                return "none"
            case Words():
                return "label"
            case Bracket("(", (inner,)):
                letters = self.bracket_sups[base_name(node) or ""]
                if letters & self.bound and isinstance(inner, Name | Number):
                    return "index"
                return "label"
            case Name(letter):
                return "label" if self._names_layer(letter, node) else "exponent"
            case Plus(((_, Name(letter)), (_, Number()))):
                return "label" if self._names_layer(letter, node) else "exponent"
        return "exponent"

    def _names_layer(self, letter: str, node: Scripted) -> bool:
        if base_name(node) is None or letter in self.bound or letter in self.sizes:
            return False
        if letter in ("L", r"\ell"):
            return True
        if letter in ("o", "h"):  # the output, a hidden layer: z_j^o
            return isinstance(node, Scripted) and bool(node.subs) and not self.quantities[letter]
        if letter == "l":
            return not self.quantities[letter]
        if (base_name(node), letter) in self.headed and self.upper[letter] == {base_name(node)}:
            # the page says what y_k^s is, and s is nothing else
            return bool(node.subs) and not self.quantities[letter]
        # z_j^H, a_j^H: an upper letter on several indexed names is a layer's, too
        return letter.isupper() and not self.quantities[letter] and len(self.upper[letter]) > 1


def function_heads(chains: Iterable[Chain]) -> frozenset[str]:
    """Names that the page defines or differentiates with arguments: f(x) = …, L(w)."""
    found = set()
    for chain in chains:
        if not chain.sides or not chain.relations or chain.continues:
            continue
        for side in chain.sides[: len(chain.relations)]:
            head = side.node
            if isinstance(head, Derivative):
                head = head.body
            name = _call_head(head)
            if name is not None:
                found.add(name)
    return frozenset(found)


def _call_head(node: Node | None) -> str | None:
    if isinstance(node, Times) and len(node.factors) == 2:
        head, args = node.factors
        if isinstance(args, Scripted) and args.subs and args.sup is None:
            args = args.base  # f(z)_j
        if isinstance(args, Bracket) and args.kind == "(" and isinstance(head, Name | Scripted):
            if all(isinstance(i, Name | Scripted) and base_name(i) for i in args.items):
                name = base_name(head)
                # p(q) is a call; a(1-a) is not, and neither is a number before a bracket
                return name
    return None


def survey(
    trees: Iterable[Node], indices: Iterable[str] = (), sizes: Iterable[str] = ()
) -> Notation:
    """Collect how letters are used, before anything is interpreted. ``indices`` and ``sizes``
    are letters that the author declares to be such."""
    notation = Notation(bound=set(indices), sizes=set(sizes))
    trees = list(trees)
    for tree in trees:
        _bounds(tree, notation)
    for tree in trees:
        _uses(tree, notation)
    for tree in trees:
        _ranks(tree, notation)
    return notation


def _bounds(tree: Node, notation: Notation) -> None:
    stack = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, Big):
            for letter in node.letters:
                if base_name(letter):
                    notation.bound.add(shown(letter))
            if node.upper is not None:
                size = _size_letter(node.upper)
                if size:
                    notation.sizes.add(size)
        if isinstance(node, Scripted) and isinstance(node.sup, Bracket):
            name = base_name(node)
            if name and len(node.sup.items) == 1:
                notation.bracket_sups[name].add(shown(node.sup.items[0]))
        stack.extend(children_of(node))


def _size_letter(node: Node) -> str | None:
    match node:
        case Name(name):
            return name
        case Plus(((_, Name(name)), (_, Number()))):
            return name
    return None


def _uses(node: Node, notation: Notation) -> None:
    """Letters that stand for quantities: bases outside scripts and ranges."""
    match node:
        case Name(name):
            notation.quantities[name] += 1
        case Scripted(base, subs, sup):
            known = base_name(node)
            if known:
                notation.quantities[known] += 1
                for sub in subs:
                    if not isinstance(sub, Number | Words):
                        notation.lettered.add(known)
                    if isinstance(sub, Number):
                        notation.counted.add(known)
                    if isinstance(sub, Name):
                        notation.sub_letters[known].add(sub.name)
                        if len(subs) == 1:
                            notation.lone[known].add(sub.name)
                for place, sub in enumerate(subs if len(subs) == 2 else ()):
                    if isinstance(sub, Name):
                        notation.places[known, sub.name].add(place)
                if subs and isinstance(sup, Name):
                    notation.upper[sup.name].add(known)
            else:
                _uses(base, notation)
            if sup is not None and not isinstance(sup, Name | Words | Plus | Bracket | Number):
                _uses(sup, notation)
        case Big(_, _, _, _, _, body):
            _uses(body, notation)
        case IndexCondition():
            return
        case Function("exp", arg):
            _uses(arg, notation)
        case _:
            for child in children_of(node):
                _uses(child, notation)


def _ranks(tree: Node, notation: Notation) -> None:
    stack = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, Scripted) and (name := base_name(node)):
            indices, _ = notation.sub_indices(node)
            notation.ranks[name][len(indices)] += 1
        stack.extend(children_of(node))
