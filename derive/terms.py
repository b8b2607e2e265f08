"""The language of claims: what a written formula means, once notation is settled.

A term is an immutable tree over indexed quantities. It is *not* simplified:
``x/x`` stays a quotient and ``e^z * e^z`` a product, because the conditions
under which a line is defined are part of the line.

Every index variable is an object of its own (`Ix.uid`), so two sums that use
the same letter never share an index and nothing can be captured.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

__all__ = [
    "Add",
    "Apply",
    "At",
    "Axis",
    "Cases",
    "Condition",
    "Definition",
    "Delta",
    "Diff",
    "Div",
    "Entry",
    "Family",
    "Fn",
    "FunctionDefinition",
    "Index",
    "IndexValue",
    "Ix",
    "MINUS_ONE",
    "Mul",
    "ONE",
    "Pow",
    "Prod",
    "Rat",
    "Size",
    "Sum",
    "Term",
    "ZERO",
    "add",
    "axes_of",
    "bind_anew",
    "families_of",
    "bound_indices",
    "children",
    "fresh",
    "freshen",
    "indices_of",
    "integer",
    "is_counted",
    "key",
    "map_indices",
    "mul",
    "neg",
    "rational",
    "rebuild",
    "replace_entry",
    "walk",
]


# --------------------------------------------------------------------------- indices


@dataclass(frozen=True, slots=True)
class Axis:
    """An index range, for example the classes 1..n.

    ``size`` is the name of its number of positions; ``fixed`` is that number
    where the page says one. ``start`` is the first index as written (0 or 1);
    inside the decider positions always count from 0.
    """

    size: str
    start: int = 1
    fixed: int | None = None

    @property
    def symbol(self) -> str:
        """The letter of the size: n of n, n+1 and n-1."""
        return re.sub(r"[+-]\d+$", "", self.size)

    @property
    def extra(self) -> int:
        """The number of positions less the size letter's number: 1 for 0…n."""
        found = re.search(r"[+-]\d+$", self.size)
        return int(found.group()) if found else 0


@dataclass(frozen=True, slots=True)
class Ix:
    """An index variable on one axis. Equal only to itself (by ``uid``)."""

    name: str = field(compare=False)
    axis: Axis = field(compare=False)
    uid: int


@dataclass(frozen=True, slots=True)
class At:
    """A named position: counted from the first (``offset`` >= 0) or, with
    ``from_end``, from the last (``offset`` <= 0)."""

    axis: Axis
    offset: int
    from_end: bool = False


Index = Ix | At

_uids = itertools.count(1)


def fresh(name: str, axis: Axis) -> Ix:
    """A new index variable that shares its letter, but nothing else, with others."""
    return Ix(name, axis, next(_uids))


# --------------------------------------------------------------------------- terms


_GAP = re.compile(r"\\cdot(?![A-Za-z])('*)")


@dataclass(frozen=True, slots=True)
class Family:
    """An indexed quantity; one axis for each slot. No slots: a plain number.

    ``name`` is its LaTeX without indices and tells families apart; a label
    (the L in a_j^L) is part of it.
    """

    name: str
    axes: tuple[Axis, ...] = field(default=(), compare=False)
    label: str = ""
    rank: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rank", len(self.axes))

    def is_call_of(self, other: Family) -> bool:
        """Whether this is q(z), and the other q with as many indices."""
        return self.rank == other.rank and self.name.startswith(f"{other.name}(")

    def latex(self, indices: tuple[str, ...] = ()) -> str:
        """The name with indices filled in: ``a_j^L``, ``w_{jk}``."""
        name, rest = self.filled(indices)
        if self.words:  # a label in words stands below, x_{\\text{in}}
            rest = (self.label, *rest)
        joined = ("," if any(len(i) > 1 for i in rest) else "").join(rest)
        sub = f"_{_braced(joined)}" if joined else ""
        above = f"^{_braced(self.label)}" if self.label and not self.words else ""
        return f"{name}{sub}{above}"

    @property
    def words(self) -> bool:
        """Whether the label is one in words, which authors write below."""
        return self.label.startswith("\\text{")

    def filled(self, indices: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
        """The name with indices in the gaps that its arguments leave for them, and the other
        indices: ``P(y^{(i)})`` of ``P(y^{(\\cdot)})`` and i. The gap of slot k has k primes."""
        if r"\cdot" not in self.name or not indices:
            return self.name, indices
        taken = set()

        def put(gap: re.Match[str]) -> str:
            slot = len(gap[1])
            if slot >= len(indices):
                return gap[0]
            taken.add(slot)
            return indices[slot]

        name = _GAP.sub(put, self.name)
        return name, tuple(i for slot, i in enumerate(indices) if slot not in taken)


def _braced(script: str) -> str:
    return script if len(script) == 1 else f"{{{script}}}"


@dataclass(frozen=True, slots=True)
class Rat:
    value: Fraction


@dataclass(frozen=True, slots=True)
class Size:
    """The number of positions of an axis, used as a number (the n in 1/n)."""

    axis: Axis


@dataclass(frozen=True, slots=True)
class IndexValue:
    """An index used as a number (the k in k·x_k), as written, so from ``start``."""

    index: Index


@dataclass(frozen=True, slots=True)
class Entry:
    family: Family
    at: tuple[Index, ...] = ()


@dataclass(frozen=True, slots=True)
class Add:
    args: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Mul:
    args: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Div:
    num: Term
    den: Term


@dataclass(frozen=True, slots=True)
class Pow:
    base: Term
    exponent: Term


@dataclass(frozen=True, slots=True)
class Fn:
    """A standard function: exp, log (natural), sqrt, tanh, sin, cos, abs."""

    name: str
    arg: Term


@dataclass(frozen=True, slots=True)
class Apply:
    """A function that the page defines (or uses undefined); ``order`` counts primes."""

    function: str
    arg: Term
    order: int = 0


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of ``body`` over all positions of ``ix`` except ``without``."""

    ix: Ix
    without: tuple[Index, ...]
    body: Term


@dataclass(frozen=True, slots=True)
class Prod:
    """The product of ``body`` over all positions of ``ix`` except ``without``."""

    ix: Ix
    without: tuple[Index, ...]
    body: Term


@dataclass(frozen=True, slots=True)
class Delta:
    """1 where both indices are the same position, else 0."""

    i: Index
    j: Index


@dataclass(frozen=True, slots=True)
class Diff:
    """The partial derivative of ``body`` by one entry, all its other entries fixed."""

    body: Term
    by: Entry


@dataclass(frozen=True, slots=True)
class Condition:
    """``i = j`` (``equal``) or ``i ≠ j`` between two indices."""

    i: Index
    j: Index
    equal: bool


@dataclass(frozen=True, slots=True)
class Cases:
    """The first branch whose conditions all hold; without one the value is undefined."""

    branches: tuple[tuple[tuple[Condition, ...], Term], ...]


Term = (
    Rat
    | Size
    | IndexValue
    | Entry
    | Add
    | Mul
    | Div
    | Pow
    | Fn
    | Apply
    | Sum
    | Prod
    | Delta
    | Diff
    | Cases
)

ZERO = Rat(Fraction(0))
ONE = Rat(Fraction(1))
MINUS_ONE = Rat(Fraction(-1))


@dataclass(frozen=True, slots=True)
class Definition:
    """``family[params] = body``; every index of the body is a parameter or bound."""

    family: Family
    params: tuple[Ix, ...]
    body: Term
    line: int = 0


@dataclass(frozen=True, slots=True)
class FunctionDefinition:
    """``name(param) = body`` for a function of one number."""

    name: str
    param: Entry
    body: Term
    line: int = 0


# --------------------------------------------------------------------------- building


def add(*args: Term) -> Term:
    """A sum without its literal zeros; for terms we make, never for lines as written."""
    kept = tuple(a for a in args if a != ZERO)
    return ZERO if not kept else kept[0] if len(kept) == 1 else Add(kept)


def mul(*args: Term) -> Term:
    """A product without its literal ones; zero if a factor is the literal zero."""
    kept = tuple(a for a in args if a != ONE)
    if any(a == ZERO for a in kept):
        return ZERO
    return ONE if not kept else kept[0] if len(kept) == 1 else Mul(kept)


def neg(term: Term) -> Term:
    return Mul((MINUS_ONE, term))


def rational(term: Term) -> Fraction | None:
    """The number, if the term is built from literal numbers only."""
    match term:
        case Rat(value):
            return value
        case Mul(args):
            total = Fraction(1)
            for a in args:
                value_of = rational(a)
                if value_of is None:
                    return None
                total *= value_of
            return total
        case Add(args):
            total = Fraction(0)
            for a in args:
                value_of = rational(a)
                if value_of is None:
                    return None
                total += value_of
            return total
        case Div(a, b):
            top, bottom = rational(a), rational(b)
            return top / bottom if top is not None and bottom else None
    return None


def integer(term: Term) -> int | None:
    value = rational(term)
    return int(value) if value is not None and value.denominator == 1 else None


def is_counted(exponent: Term) -> bool:
    """Whether an exponent is built from numbers, sizes and indices only: u^n is then a power
    in the plain sense wherever it is whole. Any other u^v asks for u > 0."""
    return not any(isinstance(node, Entry | Apply | Diff | Fn) for node in walk(exponent))


# --------------------------------------------------------------------------- walking


def children(term: Term) -> tuple[Term, ...]:
    """The direct parts, in order."""
    return _CHILDREN[type(term)](term)


_CHILDREN: dict[type, Callable[[Any], tuple[Term, ...]]] = {
    Rat: lambda t: (),
    Size: lambda t: (),
    IndexValue: lambda t: (),
    Entry: lambda t: (),
    Delta: lambda t: (),
    Add: lambda t: t.args,
    Mul: lambda t: t.args,
    Div: lambda t: (t.num, t.den),
    Pow: lambda t: (t.base, t.exponent),
    Fn: lambda t: (t.arg,),
    Apply: lambda t: (t.arg,),
    Sum: lambda t: (t.body,),
    Prod: lambda t: (t.body,),
    Diff: lambda t: (t.body, t.by),
    Cases: lambda t: tuple(value for _, value in t.branches),
}


def rebuild(term: Term, function: Callable[[Term], Term]) -> Term:
    """The same node over ``function`` of its children (a derivative keeps its variable)."""
    return _REBUILD[type(term)](term, function)


def _same(term: Term, function: Callable[[Term], Term]) -> Term:
    return term


_REBUILD: dict[type, Callable[[Any, Callable[[Term], Term]], Term]] = {
    Rat: _same,
    Size: _same,
    IndexValue: _same,
    Entry: _same,
    Delta: _same,
    Add: lambda t, f: Add(tuple([f(a) for a in t.args])),
    Mul: lambda t, f: Mul(tuple([f(a) for a in t.args])),
    Div: lambda t, f: Div(f(t.num), f(t.den)),
    Pow: lambda t, f: Pow(f(t.base), f(t.exponent)),
    Fn: lambda t, f: Fn(t.name, f(t.arg)),
    Apply: lambda t, f: Apply(t.function, f(t.arg), t.order),
    Sum: lambda t, f: Sum(t.ix, t.without, f(t.body)),
    Prod: lambda t, f: Prod(t.ix, t.without, f(t.body)),
    Diff: lambda t, f: Diff(f(t.body), t.by),
    Cases: lambda t, f: Cases(tuple([(cs, f(v)) for cs, v in t.branches])),
}


def walk(term: Term) -> Iterator[Term]:
    """Every node, parents before children."""
    stack = [term]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(children(node)))


def _own_indices(term: Term) -> tuple[Index, ...]:
    match term:
        case Entry(_, at):
            return at
        case Delta(i, j):
            return (i, j)
        case IndexValue(i):
            return (i,)
        case Sum(_, without, _) | Prod(_, without, _):
            return without
        case Cases(branches):
            return tuple(x for conditions, _ in branches for c in conditions for x in (c.i, c.j))
    return ()


def bound_indices(term: Term) -> set[Ix]:
    return {node.ix for node in walk(term) if isinstance(node, Sum | Prod)}


def indices_of(term: Term) -> dict[Index, None]:
    """The free index variables and the named positions, in order of appearance."""
    found: dict[Index, None] = {}
    inside: set[Ix] = set()

    def visit(node: Term) -> None:
        kind = type(node)
        if kind is Rat or kind is Size:
            return
        for index in _own_indices(node) if kind in _WITH_INDICES else ():
            if index not in inside:
                found.setdefault(index)
        if isinstance(node, Sum | Prod):
            # binders are never shared, so no outer index can have this one's name
            inside.add(node.ix)
            visit(node.body)
            inside.discard(node.ix)
        else:
            for child in _CHILDREN[kind](node):
                visit(child)

    visit(term)
    return found


_WITH_INDICES = frozenset({Entry, Delta, IndexValue, Sum, Prod, Cases})


def map_indices(term: Term, mapping: Mapping[Ix, Index]) -> Term:
    """Replace free index variables. Safe because binders are never shared."""

    def index(i: Index) -> Index:
        return mapping.get(i, i) if isinstance(i, Ix) else i

    def visit(node: Term) -> Term:
        match node:
            case Entry(family, at):
                return Entry(family, tuple(index(i) for i in at)) if at else node
            case Delta(i, j):
                return Delta(index(i), index(j))
            case IndexValue(i):
                return IndexValue(index(i))
            case Sum(ix, without, body):
                return Sum(ix, tuple(index(i) for i in without), visit(body))
            case Prod(ix, without, body):
                return Prod(ix, tuple(index(i) for i in without), visit(body))
            case Diff(body, by):
                return Diff(visit(body), Entry(by.family, tuple(index(i) for i in by.at)))
            case Cases(branches):
                return Cases(
                    tuple(
                        (
                            tuple(Condition(index(c.i), index(c.j), c.equal) for c in conditions),
                            visit(value),
                        )
                        for conditions, value in branches
                    )
                )
        return rebuild(node, visit)

    return visit(term)


def freshen(term: Term) -> Term:
    """The same term with binders of its own, so that it may be put inside any other."""
    binders = bound_indices(term)
    if not binders:
        return term
    new: dict[Ix, Index] = {ix: fresh(ix.name, ix.axis) for ix in binders}

    def visit(node: Term) -> Term:
        if isinstance(node, Sum | Prod):
            ix = new[node.ix]
            assert isinstance(ix, Ix)
            return type(node)(ix, node.without, visit(node.body))
        return rebuild(node, visit)

    return map_indices(visit(term), new)


def bind_anew(
    make: type[Sum] | type[Prod], ix: Ix, without: tuple[Index, ...], body: Term
) -> Sum | Prod:
    """Σ_ix body or Π_ix body with indices of its own, so that the body may stand elsewhere too."""
    own = fresh(ix.name, ix.axis)
    return make(own, without, map_indices(freshen(body), {ix: own}))


def replace_entry(term: Term, entry: Entry, value: Term) -> Term:
    """``value`` in place of a plain number; each copy gets binders of its own."""
    if term == entry:
        return freshen(value)
    if isinstance(term, Diff) and term.by == entry and isinstance(value, Entry):
        term = Diff(term.body, value)
    return rebuild(term, lambda child: replace_entry(child, entry, value))


# --------------------------------------------------------------------------- comparing


def key(term: Term) -> tuple[object, tuple[Index, ...]]:
    """A hashable skeleton, blind to the names of bound indices, and the free indices
    that fill its holes, in order. Two terms with equal skeletons and equal holes mean
    the same."""
    holes: dict[Index, int] = {}

    def index(i: Index, depth: Mapping[Ix, int]) -> object:
        if isinstance(i, Ix) and i in depth:
            return ("bound", depth[i])
        return ("free", holes.setdefault(i, len(holes)))

    def visit(node: Term, depth: dict[Ix, int]) -> object:
        match node:
            case Rat(value):
                return ("rat", value)
            case Size(axis):
                return ("size", axis)
            case Entry(family, at):
                return ("entry", family, tuple(index(i, depth) for i in at))
            case Delta(i, j):
                return ("delta", index(i, depth), index(j, depth))
            case IndexValue(i):
                return ("index", index(i, depth))
            case Sum(ix, without, body) | Prod(ix, without, body):
                inner = depth | {ix: len(depth)}
                holes_of_range = tuple(index(i, depth) for i in without)
                return (type(node).__name__, ix.axis, holes_of_range, visit(body, inner))
            case Cases(branches):
                return (
                    "cases",
                    tuple(
                        (
                            tuple((index(c.i, depth), index(c.j, depth), c.equal) for c in cs),
                            visit(value, depth),
                        )
                        for cs, value in branches
                    ),
                )
            case Fn(name, arg):
                return ("fn", name, visit(arg, depth))
            case Apply(name, arg, order):
                return ("apply", name, order, visit(arg, depth))
        return (type(node).__name__, *(visit(child, depth) for child in children(node)))

    skeleton = visit(term, {})
    return skeleton, tuple(holes)


def families_of(*terms: Term) -> set[Family]:
    """The families whose entries occur as written, without opening definitions."""
    return {node.family for term in terms for node in walk(term) if isinstance(node, Entry)}


def axes_of(*terms: Term) -> tuple[Axis, ...]:
    """The axes that occur, in order of appearance."""
    found: dict[Axis, None] = {}
    for term in terms:
        for node in walk(term):
            if isinstance(node, Sum | Prod):
                found.setdefault(node.ix.axis)
            elif isinstance(node, Size):
                found.setdefault(node.axis)
            if type(node) in _WITH_INDICES:
                for index in _own_indices(node):
                    found.setdefault(index.axis)
    return tuple(found)
