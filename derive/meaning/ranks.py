"""Which names are whole vectors or matrices: by declaration, by bold type, and by what their
products and sums make of them (w^T x: both are vectors), until nothing new follows."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from derive.formula import (
    Big,
    Bracket,
    CasesNode,
    Chain,
    Derivative,
    Function,
    Indicator,
    Matrix,
    Name,
    Negative,
    Node,
    Number,
    Over,
    Plus,
    Product,
    Root,
    Scripted,
    Times,
    Words,
    children_of,
    nodes,
)
from derive.meaning.calls import call_parts
from derive.meaning.multipliers import in_functions, neighbours, shown_numbers
from derive.meaning.names import Notation, base_name
from derive.meaning.shares import is_softmax

__all__ = ["NUMBERS", "Ranks", "bold_inner", "is_transposer", "untransposed"]

_BOLD = re.compile(r"\\(?:mathbf|boldsymbol|bm|vec|pmb|mathbfit)\{(?P<inner>.*)\}")
_ACCENT = re.compile(
    r"(?P<accent>\\(?:hat|tilde|bar|widehat|widetilde|overline)\{)(?P<inner>.*)\}"
)
# Letters that are numbers unless the page says more: x + c is no sum of two vectors.
NUMBERS = frozenset(
    r"c C k K m M n N t T s \alpha \beta \gamma \epsilon \varepsilon \eta \lambda \mu \rho \tau"
    r" \pi \nu".split()
)

Form = tuple[str, str]  # a name, and i for each index that is a letter, 1 for each number


def bold_inner(name: str) -> str:
    """``x`` of ``\\mathbf{x}``, ``\\hat{y}`` of ``\\hat{\\mathbf{y}}``; nothing of a name that is
    not bold."""
    found = _BOLD.fullmatch(name)
    if found is not None:
        return found["inner"]
    accent = _ACCENT.fullmatch(name)
    inner = bold_inner(accent["inner"]) if accent is not None else ""
    return f"{accent['accent']}{inner}}}" if accent is not None and inner else ""


def is_transposer(node: Node | None, notation: Notation, base: str = "") -> bool:
    """Whether a superscript is the mark of a transpose. A T that the page also uses as a
    quantity or size is none for sure, but above a bold name."""
    match node:
        case Words(text):
            return text in (r"\top", r"\intercal", "T")
        case Name("T"):
            free = not notation.quantities["T"] and "T" not in notation.sizes
            return free or bool(bold_inner(base))
    return False


def untransposed(node: Node, notation: Notation) -> Node | None:
    """``x`` of x^T, ``x^{(i)}`` of x^{(i)T}; None if there is no transpose."""
    if not isinstance(node, Scripted):
        return None
    name = base_name(node) or ""
    if is_transposer(node.sup, notation, name):
        if node.subs or node.primes:
            return Scripted(node.base, node.subs, None, node.primes, node.at)
        return node.base
    if isinstance(node.sup, Times) and is_transposer(node.sup.factors[-1], notation, name):
        rest = node.sup.factors[:-1]
        sup = rest[0] if len(rest) == 1 else Times(rest, node.sup.at)
        return Scripted(node.base, node.subs, sup, node.primes, node.at)
    return None


class Ranks:
    """The rank of every name on a page with a number of indices filled in: 0 for a number,
    1 for a vector, 2 for a matrix."""

    def __init__(
        self,
        notation: Notation,
        chains: Iterable[Chain],
        functions: frozenset[str],
        declared: dict[str, str],
    ) -> None:
        self.notation = notation
        self.functions = functions
        self.declared = {
            (re.sub(r"\^\{\(·\)\}$", "", name), ""): _OF_KIND[kind]
            for name, kind in declared.items()
            if kind in _OF_KIND and not bold_inner(name)
        }
        self._chains = list(chains)
        self._said_numbers = {name for name, kind in declared.items() if kind == "number"}
        sides = [[s.node for s in c.sides if s.node is not None] for c in self._chains]
        self._free_standing = {
            n for side in sides for tree in side for n in _free_standing(tree, functions)
        }
        # the entry z_i of e^{z_i} is a number, whatever ∇_{z_i} looks like
        self._in_functions = {
            self.form(n.arg.body if isinstance(n.arg, Negative) else n.arg)
            for side in sides
            for tree in side
            for n in nodes(tree)
            if isinstance(n, Function)
        }
        self._infer(sides)
        self._unaided = self.known  # without what prose declares
        self._infer(sides, self.declared)

    def _infer(
        self, chains: list[list[Node]], declared: Mapping[Form, int] = MappingProxyType({})
    ) -> None:
        self.known: dict[Form, int] = dict(declared)
        self.returns: dict[str, int] = {}
        self._products: set[str] = set()  # "x W" or "W x", as the page has them
        self._changed = True
        for name, counts in self.notation.ranks.items():
            # W beside W_{kl}: a capital with two indices elsewhere, and never with one
            if len(name) == 1 and name.isupper() and counts[2] and not counts[1]:
                self._set((name, ""), 2)
        for chain in chains:
            for head, body in itertools.pairwise(chain):
                self._parameters(head, body)
            for tree in chain:
                self._evident(tree)
        parts = [n for chain in chains for tree in chain for n in nodes(tree)]
        self._settle(chains, parts)
        while self._multipliers(parts):
            self._settle(chains, parts)

    def _settle(self, chains: list[list[Node]], parts: list[Node]) -> None:
        for _ in range(8):
            if not self._changed:
                break
            self._changed = False
            for product in (n for n in parts if isinstance(n, Times | Plus | Product)):
                self.rank(product)
            for chain in chains:
                found = {r for r in map(self.rank, chain) if r}
                if len(found) == 1:
                    for node in chain:
                        self.learn(node, next(iter(found)))

    def _multipliers(self, parts: list[Node]) -> bool:
        """Take the W of W x for a matrix, unless the page uses it as a number; C and N, which
        often are numbers, and the A of A^2 x may be either. Whether anything is new."""
        numbers = shown_numbers(self._chains, self.rank) | self._said_numbers
        exponents = in_functions(self._chains)
        self.unclear: set[Form] = set()
        for product in (n for n in parts if isinstance(n, Times)):
            for found in neighbours(product, self.notation, self.rank, self._call, self._is_row):
                form = self.form(found.node) or (found.name, "")
                if form in self.known or found.name in numbers:
                    continue
                if found.name in exponents and not found.inside:
                    continue
                if found.sure and found.name not in NUMBERS and not form[1]:
                    self._set(form, 2)
                else:
                    self.unclear.add(form)
        self.unclear -= self.known.keys()
        return self._changed

    def _is_row(self, node: Node) -> bool:
        return untransposed(node, self.notation) is not None

    @property
    def rows(self) -> bool:
        """Whether vectors are rows on this page: x W, and never W x."""
        return self._products == {"x W"}

    # ------------------------------------------------------------------ names

    def form(self, node: Node) -> Form | None:
        """The name, and how many indices it has here."""
        if isinstance(node, Name):
            return node.name, ""
        if not isinstance(node, Scripted) or not isinstance(node.base, Name):
            return None
        kind = self.notation.sup_kind(node)
        if kind == "exponent":
            return None
        name = self.notation.name_of(node)
        if name is None:
            return None
        indices = "".join(
            "1" if isinstance(index, Number) else "i"
            for index in self.notation.sub_indices(node)[0]
        )
        return name, indices + ("i" if kind == "index" else "")

    def evident(self, node: Node) -> int:
        """The rank that the formulas of the page show a name to have, whatever prose says."""
        form = self.form(node)
        if form is None:
            return 0
        return (self._unaided if form in self.declared else self.known).get(form, 0)

    def entry_name(self, name: str) -> str:
        """The name under which the entries of a bold one stand: z_j of \\mathbf{z}."""
        inner = bold_inner(name)
        counts = self.notation.ranks
        if not inner and name.isupper() and self.known.get((name, "")) == 2:
            lower = name.lower()
            unlike = any(counts[name]) or counts[lower][0] or counts[lower][1]
            return lower if counts[lower][2] and not unlike else name
        if not inner:
            return name
        if any(counts[inner]):
            return inner
        lower = inner.lower()
        if len(inner) > 1:
            return name  # \hat{\mathbf{R}} is no \hat{r}_{ij} for sure
        if counts[lower][2] and not counts[lower][0] and rf"\mathbf{{{lower}}}" not in counts:
            return lower
        return name

    def _set(self, form: Form, rank: int) -> None:
        name, indices = form
        if form in self.known or name in self.notation.sizes:
            return
        if name in self.notation.bound and not indices:
            return  # an index; the x_i beside Σ_x p(x) are no index
        self.known[form] = rank
        self._changed = True

    def _evident(self, tree: Node) -> None:
        """What bold type and transposes say."""
        for node in nodes(tree):
            inner = untransposed(node, self.notation)
            if inner is not None:
                form = self.form(inner)
                if form is not None and len(form[1]) < 2:
                    self._set(form, _usual(form[0]))
            form = self.form(node)
            if form is not None and not form[1] and bold_inner(form[0]):
                self._set(form, _usual(bold_inner(form[0])))
            if isinstance(node, Bracket) and node.kind == "‖":
                self._vector(node.items[0])
            if isinstance(node, Derivative) and node.letter == r"\nabla":
                for variable in node.by:
                    form = self.form(variable)
                    if form is not None and form not in self._in_functions:
                        self._set(form, _usual(form[0]))
            if isinstance(node, Times):
                for head, args in zip(node.factors, node.factors[1:], strict=False):
                    args = args.base if isinstance(args, Scripted) else args
                    if is_softmax(base_name(head)) and isinstance(args, Bracket):
                        self._vector(args.items[0])

    def _parameters(self, head: Node, body: Node) -> None:
        """f(x) = log Σ_i e^{x_i}: x is the vector of the x_i, if it stands for nothing else."""
        parts = call_parts(head)
        for item in parts[1].items if parts is not None else ():
            if not isinstance(item, Name) or item.name in self._free_standing:
                continue
            inside = [
                form[1]
                for n in nodes(body)
                if isinstance(n, Scripted) and base_name(n) == item.name
                if (form := self.form(self._unpowered(n))) is not None
            ]
            if inside and len({len(indices) for indices in inside}) == 1 and len(inside[0]) < 3:
                self._set((item.name, ""), len(inside[0]))

    def _unpowered(self, node: Scripted) -> Node:
        """The x_j of x_j^2."""
        if not node.subs or self.notation.sup_kind(node) != "exponent":
            return node
        return node if untransposed(node, self.notation) is not None else replace(node, sup=None)

    def _vector(self, node: Node) -> None:
        form = self.form(node)
        if form is not None and not form[1]:
            self._set(form, _usual(form[0]))

    # ------------------------------------------------------------------ inference

    def learn(self, node: Node, rank: int, sure: bool = False) -> None:
        """Take note that a formula has this rank, as far as that tells about its names. An
        entry (x_i) is a vector only where that is ``sure``: behind w^T."""
        match node:
            case Name() | Scripted():
                form = self.form(node)
                if form is None or form[0] in NUMBERS:
                    return
                if not form[1] or sure or bold_inner(form[0]):
                    self._set(form, rank)
            case Negative(body) | Bracket("(" | "{", (body,)):
                self.learn(body, rank)
            case Plus(items):
                for _, item in items:
                    self.learn(item, rank)
            case Times((head, Bracket("("))):
                name = base_name(head)
                if name in self.functions and name not in self.returns:
                    self.returns[name] = rank
                    self._changed = True

    def rank(self, node: Node) -> int | None:
        """The rank of a formula; None where that depends on names of which nothing is known."""
        match node:
            case Number() | Big() | Indicator() | CasesNode() | Words():
                return self.rank(node.body) if isinstance(node, Big) else 0
            case Name() | Scripted():
                return self._of_name(node)
            case Negative(body) | Bracket("(" | "{", (body,)):
                return self.rank(body)
            case Function(name, arg):
                return {"tr": 0, "diag": 2}.get(name, self.rank(arg))
            case Over(top, _):
                return self.rank(top)
            case Derivative(body, by):
                ranks = [self.rank(body), *(self.rank(x) for x in by)]
                return sum(r or 0 for r in ranks) or None
            case Plus(items):
                found = {r for r in (self.rank(item) for _, item in items) if r}
                if len(found) == 1:
                    for _, item in items:
                        if not isinstance(item, Number):
                            self.learn(item, next(iter(found)))
                    return next(iter(found))
                return None
            case Product("⊗"):
                return 2
            case Product(_, factors):
                found = {r for r in map(self.rank, factors) if r}
                if len(found) == 1:
                    for factor in factors:
                        self.learn(factor, next(iter(found)))
                    return next(iter(found))
                return None
            case Times(factors):
                return self._of_product(factors, node.dotted)
            case Matrix(rows):
                return 1 if all(len(row) == 1 for row in rows) else 2
            case Root() | Bracket():
                return 0
        return None

    def _of_name(self, node: Node) -> int | None:
        inner = untransposed(node, self.notation)
        if inner is not None:
            return self.rank(inner)
        form = self.form(node)
        if form is None:
            return None
        if form[0] in self.notation.sizes or (form[0] in self.notation.bound and not form[1]):
            return 0
        return self.known.get(form)

    def _of_product(self, factors: tuple[Node, ...], dotted: tuple[int, ...]) -> int | None:
        """Left to right; what stands behind a row or a matrix is a vector."""
        rank: int | None = 0
        lies = False
        at = 0
        unknown = False
        while at < len(factors):
            factor = factors[at]
            following = factors[at + 1] if at + 1 < len(factors) else None
            call = self._call(factor, following)
            if call is not None:
                found, width = call
            else:
                found, width = self.rank(factor), 1
            row = untransposed(factor, self.notation) is not None and found == 1
            if found is None and width == 1 and rank and (rank == 2 or lies):
                last = at + 1 == len(factors)
                form = self.form(factor)
                if last and form is not None:
                    self.learn(factor, 1 if form[1] else _usual(form[0]), sure=True)
                    found = self.rank(factor)
            if found is None:
                unknown = True
            elif not rank:
                rank, lies = found, row
            elif found:
                if not unknown and not lies and not row and rank != found:
                    self._products.add("x W" if found == 2 else "W x")
                dot = at in dotted
                rank, lies = _product(rank, lies, found, row, dot)
            at += width
        return None if unknown and not rank else rank

    def _call(self, head: Node, following: Node | None) -> tuple[int | None, int] | None:
        name = base_name(head)
        indexed = isinstance(following, Scripted) and isinstance(following.base, Bracket)
        bracket = following.base if isinstance(following, Scripted) else following
        if not isinstance(bracket, Bracket) or bracket.kind != "(" or name is None:
            return None
        if is_softmax(name):
            whole = self.rank(bracket.items[0]) == 1
            return (1 if whole and not indexed else 0), 2
        if name not in self.functions and name != r"\sigma":
            return None
        if indexed and isinstance(following, Scripted) and following.subs:
            return 0, 2
        if name in self.returns:
            return self.returns[name], 2
        return (self.rank(bracket.items[0]) if name == r"\sigma" else None), 2


def _free_standing(tree: Node, functions: frozenset[str]) -> Iterator[str]:
    """The names that stand without any script, but for those in the brackets of a call: the x of
    h(x) and of 4 h(x)."""
    if isinstance(tree, Name):
        yield tree.name
    if call_parts(tree) is not None:
        return
    before: Node | None = None
    for child in children_of(tree):
        base = child.base if isinstance(child, Scripted) else child
        called = isinstance(tree, Times) and before is not None and base_name(before) in functions
        if called and isinstance(base, Bracket):
            before = child
            continue
        before = child
        if not (isinstance(tree, Scripted) and child is tree.base and isinstance(child, Name)):
            yield from _free_standing(child, functions)


_OF_KIND = {"vector": 1, "matrix": 2}


def _usual(name: str) -> int:
    """What a letter usually stands for: W is a matrix, w a vector."""
    inner = bold_inner(name) or name
    letter = re.sub(r"\\(?:hat|tilde|bar|overline|widehat|widetilde)\{(.*)\}", r"\1", inner)
    letter = bold_inner(letter) or letter
    greek = letter.lstrip("\\")
    return 2 if greek[:1].isupper() else 1


def _product(rank: int, lies: bool, found: int, row: bool, dot: bool) -> tuple[int, bool]:
    """Rank of a product and whether it lies."""
    if rank == 1 and found == 1:
        return (2, False) if row and not lies and not dot else (0, False)
    if rank == 2 and found == 2:
        return 2, False
    return 1, rank == 1
