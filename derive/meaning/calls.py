"""What a name with brackets stands for: ``P(y=k|x)``, ``\\ell(y, \\hat y)``, ``f_k(x_i)``.

Brackets that always hold the same remind of arguments, and the bare name means the same. Else
the arguments belong to the name, and the index letters in them are its indices:
``P(y^{(i)}=k|x^{(i)})`` is an entry, for i and k, of a family whose name has gaps there.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from derive.formula import (
    Big,
    Bracket,
    Chain,
    FormulaError,
    Function,
    IndexCondition,
    Name,
    Negative,
    Node,
    Number,
    Over,
    Plus,
    Product,
    Scripted,
    Times,
    Words,
    nodes,
)
from derive.meaning.arrays import Array
from derive.meaning.functions import Value
from derive.meaning.names import Notation, base_name, shown
from derive.meaning.outcomes import functions_of_outcomes
from derive.meaning.rows import Row, samples_in
from derive.terms import Family

__all__ = [
    "Called",
    "Calls",
    "Known",
    "LambdaKey",
    "arguments",
    "call_parts",
    "calls_in",
    "head_name",
]

_INDEX_LETTERS = frozenset("ijklmnpqrscd")

LambdaKey = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Called:
    """A name with its arguments, gaps for the indices in them, and these indices."""

    name: str
    indices: tuple[Node, ...]


def call_parts(node: Node | None) -> tuple[Node, Bracket, tuple[Node, ...]] | None:
    """Head, brackets and indices behind them of ``f(x)`` or ``f(x)_j`` as one node."""
    if not isinstance(node, Times) or len(node.factors) != 2:
        return None
    head, behind = node.factors
    if not isinstance(head, Name | Scripted) or base_name(head) is None:
        return None
    if isinstance(behind, Scripted) and isinstance(behind.base, Bracket):
        if behind.sup is not None or behind.primes or behind.base.kind != "(":
            return None
        return head, behind.base, behind.subs
    if isinstance(behind, Bracket) and behind.kind == "(":
        return head, behind, ()
    return None


def calls_in(tree: Node | None) -> Iterator[tuple[str, int]]:
    """The names that stand before brackets in a formula, each with the number of items in them."""
    for node in nodes(tree) if tree is not None else ():
        if isinstance(node, Times):
            for head, behind in itertools.pairwise(node.factors):
                bracket = behind.base if isinstance(behind, Scripted) else behind
                name = base_name(head)
                if name is not None and isinstance(bracket, Bracket) and bracket.kind == "(":
                    yield name, len(bracket.items)


def _lone_calls(tree: Node) -> Iterator[tuple[str, str]]:
    """(p, x) for every p(x) in a formula."""
    for node in nodes(tree):
        for head, behind in itertools.pairwise(node.factors) if isinstance(node, Times) else ():
            if isinstance(head, Name) and isinstance(behind, Bracket) and len(behind.items) == 1:
                if behind.kind == "(" and isinstance(behind.items[0], Name):
                    yield head.name, behind.items[0].name


def head_name(node: Node | None) -> str | None:
    """q of q, q_i and q_i(z)."""
    parts = call_parts(node)
    found = parts[0] if parts is not None else node
    return None if found is None else base_name(found)


def arguments(bracket: Bracket) -> str:
    """The arguments as text, with what separates them."""
    marks = (*bracket.marks, "")
    return "".join(shown(item) + mark for item, mark in zip(bracket.items, marks, strict=False))


@dataclass
class Known:
    """What the page says of its functions, as reading finds it out.

    ``plain``: names always called with the same arguments, and these. ``numbers``: functions of
    one number → the letter of their argument. ``heads``: names defined with arguments that belong
    to them; ``bare``: the name with arguments that such a name alone means, if there is just
    one, else it is ``ambiguous``; ``indexed``: the same for a bare name with indices (σ_i).
    ``latest``: what a name was last defined as with arguments: (f(x,y), "") or (f_{c}, x).
    ``lambdas``: parameters and value of f(x, y) = …, by name with its labels (f_{1}), number of
    its indices and number of arguments.
    ``undefined``: names with arguments of which the page says nothing. ``shown``: names that prose
    shows with an argument. ``parameters``: x where the page says f(x) = … in x itself: a vector x
    has f in each entry. ``speaks_of_sigmoid``, ``sigmoids``: whether prose names the logistic
    function, and the names used for it that are never defined. ``own``: functions of a number →
    their argument where they are defined. ``values``: the f(x) that the page differentiates by.
    ``apart``: names with their labels that one formula has with an argument and without.
    ``shares``: the x of e^{x_i} / Σ_j e^{x_j}, if softmax is nothing else here.
    """

    plain: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    heads: set[str] = field(default_factory=set)
    bare: dict[str, str] = field(default_factory=dict)
    indexed: dict[tuple[str, int], str] = field(default_factory=dict)
    ambiguous: set[str] = field(default_factory=set)
    latest: dict[str, tuple[str, str]] = field(default_factory=dict)
    lambdas: dict[LambdaKey, tuple[tuple[Array, ...], Array]] = field(default_factory=dict)
    undefined: set[str] = field(default_factory=set)
    speaks_of_sigmoid: bool = False  # whether prose names the logistic function
    sigmoids: set[str] = field(default_factory=set)  # names used for it and never defined
    shown: set[str] = field(default_factory=set)
    parameters: set[str] = field(default_factory=set)
    own: dict[str, Node] = field(default_factory=dict)
    values: dict[tuple[str, Family], Value] = field(default_factory=dict)
    shares: frozenset[str] = frozenset()
    apart: frozenset[tuple[str, str]] = frozenset()


class Calls:
    """The calls of one page."""

    def __init__(self, notation: Notation, chains: Iterable[Chain]) -> None:
        self.notation = notation
        self.arguments: dict[str, set[str]] = {}  # name → its arguments, as text
        self.indexed: set[str] = set()  # f of f(x)_j
        self.summed: set[str] = set()  # p of Σ_x p(x)
        self.lone: Counter[str] = Counter()  # how often a letter stands alone in such brackets
        chains = list(chains)
        trees = [side.node for chain in chains for side in chain.sides if side.node is not None]
        for tree in trees:
            self._survey(tree)
        self.by_head = Row.of(trees).calls
        self.samples = set(samples_in(trees))
        self.of_outcomes = functions_of_outcomes(chains, notation)

    def _survey(self, tree: Node) -> None:
        for node in nodes(tree):
            if isinstance(node, Big):
                letters = {letter.name for letter in node.letters if isinstance(letter, Name)}
                self.summed |= {
                    name for name, letter in _lone_calls(node.body) if letter in letters
                }
            if isinstance(node, Scripted) and node.subs and isinstance(node.base, Bracket):
                inner = call_parts(node.base.items[0]) if len(node.base.items) == 1 else None
                if inner is not None:  # (h(x))_k
                    self.indexed.add(base_name(inner[0]) or "")
            if not isinstance(node, Times):
                continue
            for head, args in zip(node.factors, node.factors[1:], strict=False):
                name = base_name(head)
                if isinstance(args, Scripted):
                    if args.subs and isinstance(args.base, Bracket) and name is not None:
                        self.indexed.add(name)
                    args = args.base
                if name is not None and isinstance(args, Bracket) and args.kind == "(":
                    self.arguments.setdefault(name, set()).add(arguments(args))
                    self.lone.update(item.name for item in args.items if isinstance(item, Name))

    def certain(self, bracket: Bracket) -> bool:
        """Whether brackets cannot be a factor: they hold several items, or y = k."""
        return len(bracket.items) > 1 or isinstance(bracket.items[0], IndexCondition)

    def is_index(self, letter: str) -> bool:
        """Whether a letter among arguments is an index."""
        if letter in self.notation.bound:
            return True
        if letter in self.notation.sizes or letter not in _INDEX_LETTERS:
            return False
        bases = self.notation.sub_letters.items()
        used = any(letter in subs and self.notation.is_index(b, letter) for b, subs in bases)
        return used and letter in "ijkl"

    def called(self, head: Node, bracket: Bracket, subs: tuple[Node, ...] = ()) -> Called:
        """A name for ``head(bracket)_subs``.

        Raises:
            FormulaError: an index stands in arguments that cannot be part of a name.
        """
        found: list[Node] = []
        name = self._name(head, found)
        marks = (*bracket.marks, "")
        inside = [self._with_gaps(item, found) for item in bracket.items]
        shown_items = "".join(
            shown(item) + _MARKS.get(mark, mark) for item, mark in zip(inside, marks, strict=False)
        )
        return Called(f"{name}({shown_items})", (*found, *subs))

    def lambda_key(self, head: Node, bracket: Bracket) -> LambdaKey:
        """Under which a function of these arguments is known: f_1, f_2, f^* and f' are four
        functions, and all f_k one family."""
        indices: list[Node] = []
        return self._name(head, indices), len(indices), len(bracket.items)

    def head_indices(self, head: Node) -> tuple[Node, ...]:
        """The k of f_k(x)."""
        indices: list[Node] = []
        self._name(head, indices)
        return tuple(indices)

    def _name(self, head: Node, found: list[Node]) -> str:
        if not isinstance(head, Scripted):
            return shown(head)
        indices, _ = self.notation.sub_indices(head)
        found.extend(indices)
        kept = tuple(sub for sub in head.subs if sub not in indices)
        if self.notation.sup_kind(head) == "index" and isinstance(head.sup, Bracket):
            found.append(head.sup.items[0])
            return shown(replace(head, subs=kept, sup=None))
        return shown(replace(head, subs=kept))

    def _gap(self, letter: Node, found: list[Node]) -> Name:
        """The mark of a gap; the same letter leaves the same gap."""
        if letter not in found:
            found.append(letter)
        number = found.index(letter)
        return Name(r"\cdot" + "'" * number)

    def _with_gaps(self, node: Node, found: list[Node]) -> Node:
        match node:
            case Name(letter):
                return self._gap(node, found) if self.is_index(letter) else node
            case Scripted():
                return self._scripted(node, found)
            case IndexCondition(left, right):
                return replace(
                    node,
                    left=self._with_gaps(left, found),
                    right=self._with_gaps(right, found),
                )
            case Times(factors) | Product(_, factors):
                return replace(node, factors=tuple(self._with_gaps(f, found) for f in factors))
            case Plus(items):
                return replace(
                    node, items=tuple((sign, self._with_gaps(x, found)) for sign, x in items)
                )
            case Negative(body):
                return replace(node, body=self._with_gaps(body, found))
            case Over(top, bottom):
                return replace(
                    node,
                    top=self._with_gaps(top, found),
                    bottom=self._with_gaps(bottom, found),
                )
            case Bracket(_, items):
                return replace(node, items=tuple(self._with_gaps(x, found) for x in items))
            case Function(_, arg):
                return replace(node, arg=self._with_gaps(arg, found))
            case Number() | Words():
                return node
        raise FormulaError("an argument that cannot be part of a name", node.at)

    def _scripted(self, node: Scripted, found: list[Node]) -> Node:
        name = base_name(node)
        indices = self.notation.sub_indices(node)[0] if name is not None else []
        subs = tuple(
            self._gap(s, found) if s in indices and isinstance(s, Name) else s for s in node.subs
        )
        sup = node.sup
        if self.notation.sup_kind(node) == "index" and isinstance(sup, Bracket):
            inner = sup.items[0]
            gap = self._gap(inner, found) if isinstance(inner, Name) else inner
            sup = Bracket("(", (gap,))
        elif sup is not None and not isinstance(sup, Words | Number | Name | Bracket):
            sup = self._with_gaps(sup, found)
        base = node.base if name is not None else self._with_gaps(node.base, found)
        return replace(node, base=base, subs=subs, sup=sup)


_MARKS = {"|": r"\mid ", "‖": r"\parallel "}
