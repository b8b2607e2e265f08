"""Formulas as written: immutable trees whose notation is still neutral.

A superscript may be an exponent or a label, a bracket after a name may be an
argument or a factor: that is settled for the whole page later (`derive.meaning`).
``at`` is the offset in the formula's LaTeX, for messages; it never matters for
equality.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from typing import Any

__all__ = [
    "Big",
    "Bracket",
    "CaseRow",
    "CasesNode",
    "Chain",
    "Derivative",
    "Dots",
    "FormulaError",
    "Function",
    "IndexCondition",
    "Indicator",
    "Matrix",
    "Name",
    "Negative",
    "Node",
    "Number",
    "Over",
    "Plus",
    "Product",
    "Root",
    "Scripted",
    "Side",
    "Times",
    "Words",
    "children_of",
    "map_nodes",
    "nodes",
]


class FormulaError(Exception):
    """LaTeX that could not be read; ``at`` is the offset in the formula."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.message = message
        self.at = at


@dataclass(frozen=True, slots=True)
class Number:
    value: Fraction
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A letter, a Greek letter, a word in \\mathrm, with its accents: ``\\hat{y}``."""

    name: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Words:
    """Text inside maths."""

    text: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Dots:
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Scripted:
    """A base with subscripts, a superscript (both neutral) and primes."""

    base: Node
    subs: tuple[Node, ...] = ()
    sup: Node | None = None
    primes: int = 0
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Plus:
    """Signed terms, in order."""

    items: tuple[tuple[int, Node], ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Negative:
    body: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Times:
    """Factors side by side; ``dotted``: the places of those that a \\cdot stands before."""

    factors: tuple[Node, ...]
    at: int = field(default=0, compare=False)
    dotted: tuple[int, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Product:
    """A product of whole vectors and matrices that is no matrix product: entry by entry
    (``kind`` ``⊙``) or every entry with every other (``⊗``)."""

    kind: str
    factors: tuple[Node, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Over:
    top: Node
    bottom: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Bracket:
    """``(…)``, ``[…]``, ``\\{…\\}`` (kind ``(``), ``{…}`` (kind ``{``), ``|…|`` (kind ``|``),
    ``‖…‖`` (kind ``‖``), ``⟨…⟩`` (kind ``⟨``); several items when commas, semicolons or a bar
    (``marks``) stand between them."""

    kind: str
    items: tuple[Node, ...]
    at: int = field(default=0, compare=False)
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Matrix:
    """Entries written out in rows; some may be dots."""

    rows: tuple[tuple[Node, ...], ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Function:
    """A named function with its argument: exp, log, sqrt, …; ``base`` of a log.
    ``written``: the word or letter that stands for it (``\\ln``; ``e`` of e^x)."""

    name: str
    arg: Node
    base: Node | None = None
    power: Node | None = None
    at: int = field(default=0, compare=False)
    written: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Root:
    degree: int
    body: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class IndexCondition:
    """``left = right`` (``equal``) or ``left ≠ right`` between index expressions."""

    left: Node
    right: Node
    equal: bool
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Big:
    """Σ or Π: bound letters, ``start`` (k = 1), ``upper``, excluded values, body."""

    kind: str
    letters: tuple[Node, ...]
    start: Node | None
    upper: Node | None
    without: tuple[IndexCondition, ...]
    body: Node
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Derivative:
    """∂body/∂by; ``letter`` is ``∂``, ``d`` or ``∇``, ``by`` lists one entry per order."""

    body: Node
    by: tuple[Node, ...]
    letter: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Indicator:
    """1 where the condition holds, else 0: ``\\delta_{i=j}``, ``\\mathbb{1}[i = j]``."""

    condition: IndexCondition
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CaseRow:
    value: Node
    conditions: tuple[IndexCondition, ...]
    otherwise: bool


@dataclass(frozen=True, slots=True)
class CasesNode:
    rows: tuple[CaseRow, ...]
    at: int = field(default=0, compare=False)


Node = (
    Number
    | Name
    | Words
    | Dots
    | Scripted
    | Plus
    | Negative
    | Times
    | Product
    | Over
    | Bracket
    | Matrix
    | Function
    | Root
    | Big
    | Derivative
    | Indicator
    | IndexCondition
    | CasesNode
)


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a relation: its tree, or why it could not be read; its source slice, and
    that with the page's macros written out where it uses any."""

    source: str
    start: int
    end: int
    node: Node | None
    error: FormulaError | None = None
    expanded: str = field(default="", compare=False)

    @property
    def latex(self) -> str:
        """LaTeX that needs no macros."""
        return (self.expanded or self.source).strip()


@dataclass(frozen=True, slots=True)
class Chain:
    """``A = B = C``: sides and the relations between them.

    A chain that ``continues`` begins with a relation: its left-hand side is the last
    side before it. ``conditions`` stand beside it (``\\quad i \\neq j``). ``trailing`` is a
    relation at its very end, whose right-hand side is the next formula.
    """

    sides: tuple[Side, ...]
    relations: tuple[str, ...]
    continues: bool
    conditions: tuple[IndexCondition, ...] = ()
    words: tuple[str, ...] = ()
    ranges: tuple[tuple[Node, Node, Node], ...] = ()
    trailing: str = ""


def children_of(node: Node) -> tuple[Node, ...]:
    match node:
        case Scripted(base, subs, sup):
            return (base, *subs, *(() if sup is None else (sup,)))
        case Plus(items):
            return tuple(item for _, item in items)
        case Negative(body) | Root(_, body):
            return (body,)
        case Times(factors) | Product(_, factors):
            return factors
        case Matrix(rows):
            return tuple(entry for row in rows for entry in row)
        case Over(top, bottom):
            return (top, bottom)
        case Bracket(_, items):
            return items
        case Function(_, arg, base, power):
            return (arg, *(x for x in (base, power) if x is not None))
        case Big(_, letters, start, upper, without, body):
            extra = tuple(x for x in (start, upper) if x is not None)
            return (*letters, *extra, *without, body)
        case Derivative(body, by):
            return (body, *by)
        case Indicator(condition):
            return (condition,)
        case IndexCondition(left, right):
            return (left, right)
        case CasesNode(rows):
            return tuple(x for row in rows for x in (row.value, *row.conditions))
    return ()


def nodes(node: Node) -> list[Node]:
    """Every node of the tree, parents first."""
    out: list[Node] = []
    stack = [node]
    while stack:
        top = stack.pop()
        out.append(top)
        stack.extend(reversed(children_of(top)))
    return out


def map_nodes(node: Node, function: Callable[[Node], Node]) -> Node:
    """The tree with ``function`` applied to every node, parts before the whole."""

    def mapped(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(mapped(item) for item in value)
        if isinstance(value, CaseRow):
            return CaseRow(mapped(value.value), mapped(value.conditions), value.otherwise)
        return map_nodes(value, function) if isinstance(value, _NODES) else value

    changed = {f.name: mapped(getattr(node, f.name)) for f in fields(node)}
    return function(replace(node, **changed))


_NODES = Node.__args__
