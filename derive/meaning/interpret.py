"""Formulas → terms: every letter gets its meaning, every bound index a name of its own.

While a page is read, axes are unknowns (`AxisVar`) that stand where `terms.Axis`
will stand; `derive.meaning.resolution` puts the real ones in once the page is through.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction
from typing import cast

from derive.formula import (
    Big,
    Bracket,
    CasesNode,
    Derivative,
    Dots,
    FormulaError,
    Function,
    IndexCondition,
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
)
from derive.meaning.arrays import Array, Arrays, Lie, kind_of
from derive.meaning.axes import AxisTable, AxisVar, Range
from derive.meaning.calls import Calls, Known
from derive.meaning.conventions import Conventions
from derive.meaning.label_sums import LabelSums
from derive.meaning.labels import Labels
from derive.meaning.letters import free_letters, occurrences
from derive.meaning.names import Notation, base_name, shown
from derive.meaning.ranks import NUMBERS, Ranks, bold_inner, untransposed
from derive.meaning.scope import Defined, Key, MissingIndex, Scope
from derive.meaning.shapes import shape_key
from derive.meaning.values import Values
from derive.meaning.wholes import Wholes, with_sum
from derive.terms import (
    ONE,
    Add,
    Apply,
    At,
    Axis,
    Cases,
    Condition,
    Delta,
    Diff,
    Div,
    Entry,
    Family,
    Fn,
    Index,
    IndexValue,
    Ix,
    Mul,
    Pow,
    Prod,
    Rat,
    Size,
    Sum,
    Term,
    fresh,
    neg,
)

__all__ = ["Interpreter"]

_IDENTITIES = frozenset({"I", r"\mathbf{I", r"\mathbb{I", r"\boldsymbol{I"})


# The label of a layer, which authors drop half-way; any other label tells things apart.
_LAYER = re.compile(r"L|l|\\ell|[A-Z]")


class Interpreter:
    """Interprets the formulas of one page."""

    def __init__(
        self,
        notation: Notation,
        functions: frozenset[str],
        trees: Iterable[Node],
        defined: Iterable[Key],
        ranks: Ranks,
        calls: Calls,
    ) -> None:
        self.notation = notation
        self.trees = list(trees)
        self.functions = functions
        self.defined = Defined(defined)
        self.axes = AxisTable()
        self.declared: dict[str, AxisVar] = {}  # letters whose axis the author declares
        self.declared_used: set[str] = set()
        self.families: dict[Key, Family] = {}
        self.constants: dict[str, Ix] = {}
        self.ranges: dict[int, tuple[Range, int]] = {}
        self.conventions = Conventions()
        self.shapes: dict[str, str] = {}  # what is a vector or matrix here, by shape_key
        self.ranks = ranks
        self.calls = calls
        self.labels = Labels(notation, self.trees)
        used = {*notation.bound, *notation.sizes, *notation.quantities}
        used |= {letter for letters in notation.sub_letters.values() for letter in letters}
        self.arrays = Arrays(self.axes, self.ranges, used)
        self.known = Known()
        # what a family rests on by the definitions read so far; None if one follows
        self.rests_on: Callable[[Family], set[Family] | None] = lambda family: set()
        self.values = Values(self, self.known)
        self.wholes = Wholes(self)
        self.label_sums = LabelSums(self)
        self.identity = False  # whether the page speaks of an identity matrix
        self._labels: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
        self._ranks: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
        self._survey(self.trees)

    def _survey(self, trees: list[Node]) -> None:
        for tree in trees:
            for name, label, rank in occurrences(tree, self.notation):
                self._labels[name, rank][label] += 1
                self._ranks[name, label][rank] += 1

    def side(self, node: Node, scope: Scope) -> Array:
        """The meaning of one side of a relation; a whole vector over the scope's slots.

        Raises:
            FormulaError: it has none here; says where and why. So for b_j beside b_j^L in one
                expression: the label may have been dropped, or tell two things apart.
        """
        seen: dict[tuple[str, int], set[str]] = defaultdict(set)
        for name, label, rank in occurrences(node, self.notation):
            seen[name, rank].add(label)
        self.refuse_apart(node)
        for (name, rank), labels in seen.items():
            layers = [label for label in labels if _LAYER.fullmatch(label)]
            if "" in labels and layers and (name, "", rank) not in self.defined:
                raise FormulaError(
                    f"{name} stands with and without the label {layers[0]}: one quantity or two?",
                    node.at,
                )
        array = self.label_sums.side(node, scope)
        for slot in array.slots[len(scope.slots) :]:
            name = self.arrays.letters[len(scope.slots) % len(self.arrays.letters)]
            scope.slots.append(fresh(name, slot.axis))
        return self.arrays.renamed(array, scope.slots[: array.rank])

    def refuse_apart(self, node: Node) -> None:
        """Check that a formula has no name that may stand for two quantities.

        Raises:
            FormulaError: it has one.
        """
        for name, label, _ in occurrences(node, self.notation):
            if (self.ranks.entry_name(name), label) in self.known.apart:
                message = f"{name} stands with and without an argument: one quantity or two?"
                raise FormulaError(message, node.at)

    # ------------------------------------------------------------------ terms

    def term(self, node: Node, scope: Scope) -> Term:
        """The meaning of a formula that is a number.

        Raises:
            FormulaError: it has none here, or is a vector or matrix; says where and why.
        """
        return self.number(self.array(node, scope), node.at)

    @staticmethod
    def number(array: Array, at: int) -> Term:
        if array.rank:
            raise FormulaError(f"{kind_of(array.rank)} where a number should be", at)
        return array.term

    def array(self, node: Node, scope: Scope) -> Array:
        """The meaning of a formula: a number, or a vector or matrix entry by entry.

        Raises:
            FormulaError: it has none here; says where and why.
        """
        match node:
            case Number(value):
                return Array(Rat(value))
            case Name():
                return self._name(node, scope)
            case Scripted():
                return self._scripted(node, scope)
            case Negative(body):
                return self.array(body, scope).mapped(neg)
            case Plus():
                return self._plus(node, scope)
            case Times(factors):
                return self._times(factors, scope, node.dotted)
            case Product():
                return self.wholes.product(node, scope)
            case Over(top, bottom):
                divisor = self.term(bottom, scope)
                return self.array(top, scope).mapped(lambda term: Div(term, divisor))
            case Bracket("|", (inner,)):
                return Array(Fn("abs", self.term(inner, scope)))
            case Bracket("‖", (inner,)):
                return Array(Fn("sqrt", self.wholes.squared_norm(inner, scope)))
            case Bracket("⟨", (left, right)):
                return self.arrays.inner(
                    self.array(left, scope), self.array(right, scope), node.at
                )
            case Bracket(_, (inner,)):
                return self.array(inner, scope)
            case Function():
                return self._function(node, scope)
            case Root(degree, body):
                if degree == 2:
                    return self.array(body, scope).mapped(lambda term: Fn("sqrt", term))
                return Array(Pow(self.term(body, scope), Rat(Fraction(1, degree))))
            case Big():
                return self._big(node, scope)
            case Matrix():
                return self.wholes.matrix(node, scope)
            case Derivative():
                return self._derivative(node, scope)
            case Indicator(condition):
                return Array(self._indicator(condition, scope))
            case CasesNode():
                return Array(self._cases(node, scope))
            case Words(text):
                raise FormulaError(f"words inside the formula: {text!r}", node.at)
            case Dots():
                raise FormulaError("dots (…) are not supported yet", node.at)
            case Bracket("(", items) if not node.marks or set(node.marks) == {","}:
                return self.wholes.listed(items, node.at, scope)
            case Bracket():
                raise FormulaError("a list in brackets is not supported yet", node.at)
        raise FormulaError("a condition where a quantity should be", node.at)

    def _name(self, node: Name, scope: Scope) -> Array:
        name = node.name
        if name == scope.parameter:
            return Array(Entry(self.family(name, "", ()), ()))
        index = self._in_scope(name, scope)
        if index is not None:
            return Array(IndexValue(index))
        if name == "e" and not self.conventions.e_is_quantity and "e" not in self.defined.names:
            return Array(Fn("exp", ONE))
        if name in self.notation.sizes and not self.is_defined(name):
            return Array(Size(cast(Axis, self._size_axis(name))))
        if bold_inner(name) == "1" and not self.is_defined(name):
            return self.arrays.ones()
        if self.identity and name.strip("{}") in _IDENTITIES and not self.is_defined(name):
            return self.arrays.identity()
        if name in self.known.latest or not self.is_defined(name):
            function = self.values.bare_name(node, name, scope)
            if function is not None:
                return function
        return self.entry(node, name, "", [], scope)

    def is_defined(self, name: str) -> bool:
        return name in self.defined.names

    def _size_axis(self, size: str) -> AxisVar:
        if size not in self.axes.by_size:
            var = self.axes.new()
            var.ranges.append(Range(1, size, 0, mentioned=True))
            self.axes.by_size[size] = var
        return self.axes.by_size[size]

    def _in_scope(self, letter: str, scope: Scope) -> Ix | None:
        for layer in reversed(scope.bound):
            if letter in layer:
                return layer[letter]
        return scope.letters.get(letter) or self.constants.get(letter)

    def _scripted(self, node: Scripted, scope: Scope) -> Array:
        inner = untransposed(node, self.notation)
        if isinstance(inner, Scripted) and len(self.notation.sub_indices(inner)[0]) == 2:
            return self._scripted(replace(inner, subs=inner.subs[::-1]), scope)
        if inner is not None:
            return self.arrays.transposed(self.array(inner, scope), node.at)
        if isinstance(node.base, Bracket) and node.base.kind == "‖":
            return Array(self.wholes.norm(node, node.base.items[0], scope))
        if isinstance(node.base, Bracket) and node.subs:
            return self.wholes.component(self.array(node.base, scope), node, scope)
        kind = self.notation.sup_kind(node)
        if kind == "exponent":
            base: Node = (
                Scripted(node.base, node.subs, None, node.primes, node.at)
                if node.subs or node.primes
                else node.base
            )
            assert node.sup is not None
            if isinstance(node.sup, Name) and node.sup.name in ("T", r"\top"):
                raise FormulaError("transposes are not supported yet", node.at)
            self._reject_label(node)
            return self.wholes.power(base, node.sup, scope)
        if isinstance(node.base, Number) and node.subs:
            if node.base.value == 1 and len(node.subs) == 1:
                condition = _condition_in(node.subs[0])
                if condition is not None:
                    return Array(self._indicator(condition, scope))
            raise FormulaError("a number with a subscript", node.at)
        name = self.notation.name_of(node)
        if name is None:
            if node.primes and not node.subs and node.sup is None:
                return self._prime(node, scope)
            raise FormulaError("a script on something that is no name", node.at)
        own = self.notation.own_delta or self.defined.with_rank(name, 2)
        if name == r"\delta" and not own:
            kronecker = self._kronecker(node, scope)
            if kronecker is not None:
                return Array(kronecker)
        if self.identity and name.strip("{}") in _IDENTITIES and not self.is_defined(name):
            kronecker = self._kronecker(node, scope)
            if kronecker is not None:
                return Array(kronecker)
        indices, sub_label = self.notation.sub_indices(node)
        label = shown(node.sup) if kind == "label" else ""
        if label in (r"\top", "T", r"\intercal"):
            raise FormulaError("transposes are not supported yet", node.at)
        if kind == "index":
            assert isinstance(node.sup, Bracket)
            indices = [*indices, node.sup.items[0]]
        label = ",".join(x for x in (label, sub_label) if x)
        if node.primes:
            primed = name + "'" * node.primes
            if name in self.known.numbers and not indices:
                letter = self.known.numbers[name]
                if not letter or self.is_defined(name):
                    raise FormulaError("a prime, but it is not clear by what", node.at)
                scope.note(f"{primed} is read as {primed}({letter})")
                argument = self.array(Name(letter, node.at), scope)
                function, order = name, node.primes
                return argument.mapped(lambda term: Apply(function, term, order))
            if self.is_defined(primed):
                name = primed
            elif scope.variable is None:
                if self.is_defined(name):
                    raise FormulaError("a prime, but no variable to differentiate by", node.at)
                name = primed
            else:
                return self._prime(node, scope)
        if not indices and name in self.known.numbers and (name, label, 0) not in self.defined:
            bare = self.values.function(node, name, scope)
            if bare is not None:
                return bare
        called = self.known.indexed.get((name, len(indices)))
        if called and not label and (name, "", len(indices)) not in self.defined:
            scope.note(f"{name} is read as {called}")
            return self.entry(node, called, "", indices, scope, whole=0)
        return self.entry(node, name, label, indices, scope)

    def _kronecker(self, node: Scripted, scope: Scope) -> Term | None:
        if len(node.subs) == 1:
            condition = _condition_in(node.subs[0])
            return self._indicator(condition, scope) if condition is not None else None
        if len(node.subs) == 2 and node.sup is None and not node.primes:
            i, j = (self.index(s, self.axes.new(), scope) for s in node.subs)
            self.axes.unify(_var(i), _var(j))
            return Delta(i, j)
        return None

    def _indicator(self, condition: IndexCondition, scope: Scope) -> Term:
        for label, other in (
            (condition.left, condition.right),
            (condition.right, condition.left),
        ):
            self._refuse_number(label, other)
            if condition.equal and base_name(label) in self.labels.summed:
                if isinstance(label, Scripted):
                    return self.one_hot(label, other, scope)
        c = self.condition(condition, scope)
        delta = Delta(c.i, c.j)
        return delta if c.equal else Add((ONE, neg(delta)))

    def _refuse_number(self, label: Node, other: Node) -> None:
        """1[y = 1] where y is a number, too (y log p), or nowhere an index: then y may be 0 or 1,
        and no third class."""
        name = base_name(label) or ""
        used = any(name in letters for letters in self.notation.sub_letters.values())
        index = used or name in self.notation.bound or isinstance(label, Scripted)
        if isinstance(other, Number) and (self.notation.quantities[name] or not index):
            raise FormulaError("an indicator of something other than i = j", label.at)

    def one_hot(self, label: Scripted, other: Node, scope: Scope) -> Term:
        """1{y_i = k} where y_i is the class of sample i: 1 for one k, else 0."""
        indices, _ = self.notation.sub_indices(label)
        if isinstance(label.sup, Bracket):
            indices = [*indices, label.sup.items[0]]
        name = self.labels.family_of(label)
        self.notation.lettered.add(name)
        term = self.entry(label, name, "", [*indices, other], scope, whole=0).term
        assert isinstance(term, Entry)
        self.labels.one_hot.add(term.family)
        return term

    def condition(self, condition: IndexCondition, scope: Scope) -> Condition:
        """An index condition in this chain's letters."""
        i = self.index(condition.left, self.axes.new(), scope)
        j = self.index(condition.right, self.axes.new(), scope)
        self.axes.unify(_var(i), _var(j))
        return Condition(i, j, condition.equal)

    # ------------------------------------------------------------------ entries

    def rank_of(self, node: Node, name: str) -> int:
        """0 for a number, 1 for a vector, 2 for a matrix, as the name stands here.

        Raises:
            FormulaError: something whose product is no sum over entries: a tensor, an operator;
                or what may be a number as well as a matrix.
        """
        key = shape_key(node, self.notation)
        kind = self.shapes.get(key) if key is not None else None
        if kind == "tensor":
            raise FormulaError(f"{name} is a tensor or an operator; not supported yet", node.at)
        if kind == "vector" and key in self.known.parameters:
            return 0
        if kind is not None:
            return {"number": 0, "vector": 1, "matrix": 2}[kind]
        if self.ranks.form(node) in self.ranks.unclear:
            raise FormulaError(f"{name} before a vector: a number or a matrix?", node.at)
        return self.ranks.evident(node)

    def rank_of_value(self, head: Node, subs: tuple[Node, ...]) -> int:
        """The rank of f(x): 1 where f(x)_j and a body that is a vector say so, but for what
        has its index (f_j(x), f(x)_j)."""
        name = base_name(head) or ""
        entry = isinstance(head, Scripted) and bool(self.notation.sub_indices(head)[0])
        if entry or subs or name not in self.calls.indexed:
            return 0
        return self.ranks.returns.get(name, 0)

    def entry(
        self,
        node: Node,
        name: str,
        label: str,
        indices: list[Node],
        scope: Scope,
        whole: int | None = None,
    ) -> Array:
        if whole is None:
            whole = 0 if name == scope.parameter else self.rank_of(node, name)
        rank = len(indices) + whole
        if name in self.known.ambiguous and not rank and name not in self.known.latest:
            raise FormulaError(f"{name} stands for several functions on this page", node.at)
        if rank == 1 and not whole and isinstance(indices[0], Number):
            indices = self._digits(name, label, indices)
            rank = len(indices)
        name = self.ranks.entry_name(name)
        label = self._label_for(name, label, rank, scope)
        if not whole:
            self._check_rank(node, name, label, rank, scope)
        variables = self._slots(name, label, rank)
        # w_k is row k of w_kl; x^{(i)} has the entries x_l^{(i)}
        behind = isinstance(node, Scripted) and self.notation.sup_kind(node) == "index"
        cut = len(indices) - 1 if behind else len(indices)
        if whole == 1 and len(indices) == 1 and isinstance(indices[0], Name) and not behind:
            # q_j is column j of the q_{kj}, if j stands in the second place there
            column = self.notation.is_column(base_name(node) or "", indices[0].name)
            if column is None:
                raise FormulaError(f"{name} with one index: a row or a column?", node.at)
            cut = 0 if column else cut
        wholes = variables[cut : cut + whole]
        slots = tuple(self.arrays.slot(var) for var in wholes)
        at: list[Index] = []
        for index_node, var in zip(
            indices, (*variables[:cut], *variables[cut + whole :]), strict=True
        ):
            index = self.index(index_node, var, scope)
            self.axes.unify(_var(index), var)
            at.append(index)
        at[cut:cut] = slots
        tied = self.labels.tied.get((name, label, rank))
        if tied is not None and not _is_free(at[tied[0]], tied[1], scope):
            term = self.label_sums.spelled_out((name, label, rank), at, tied[2], scope)
            if term is not None:
                return Array(term)
            raise FormulaError(
                f"{name} depends on the class {tied[2]}, which differs from {tied[1]} to "
                f"{tied[1]}; sums over that are not supported yet",
                node.at,
            )
        lie: Lie = "row" if self.ranks.rows and whole == 1 else "column"
        return Array(Entry(self.family(name, label, variables), tuple(at)), slots, lie)

    def _reject_label(self, node: Scripted) -> None:
        """A number above a name that the page may number its things by is no sure power."""
        base = base_name(node)
        if base is None or not isinstance(node.sup, Number):
            return
        if self.conventions.may_label(base):
            number = shown(node.sup)
            raise FormulaError(f"is the {number} above {base} a power or a label?", node.at)

    def _digits(self, name: str, label: str, indices: list[Node]) -> list[Node]:
        """w_12 is w_{1,2} where w has two indices elsewhere."""
        ranks = self._ranks[name, label]
        number = indices[0]
        assert isinstance(number, Number)
        digits = str(number.value)
        wanted = [r for r in ranks if r == len(digits) and r > 1]
        if wanted and digits.isdigit():
            return [Number(Fraction(d), number.at) for d in digits]
        return indices

    def _label_for(self, name: str, label: str, rank: int, scope: Scope) -> str:
        """``a_k`` without its label means the one the page is talking about."""
        if label or (name, "", rank) in self.defined or scope.parameter == name:
            return label
        labels = self._labels[name, rank]
        if rank == 0 and not [x for x in labels if x]:
            return label
        candidates = [x for x in labels if x]
        chosen = self.defined.label_of(name, rank)
        if chosen:
            pick = chosen
        elif len(candidates) == 1:
            pick = candidates[0]
        else:
            return label
        if not _LAYER.fullmatch(pick):
            return label  # θ^* and x_new are other things than θ and x
        scope.note(f"{name} is read as {name}^{{{pick}}}")
        return pick

    def _check_rank(self, node: Node, name: str, label: str, rank: int, scope: Scope) -> None:
        ranks = self._ranks[name, label]
        others = [r for r in ranks if r > 0]
        if rank or not others or name == scope.parameter:
            return
        if (name, label, 0) in self.defined or scope.index_free:
            return
        if name in self.known.plain or name in self.functions or self._is_any(name):
            return
        usual = max(others, key=lambda r: (ranks[r], r))
        raise MissingIndex(
            f"{_named(name, label)} stands without an index here, but has "
            f"{'one' if usual == 1 else usual} elsewhere",
            node.at,
            node,
            usual,
        )

    def _is_any(self, name: str) -> bool:
        """Whether x is any sample, where the page has h(x) and h(x^{(i)}) of a function of a
        number."""
        samples = self.calls.samples
        return any(x == name and function in self.known.numbers for function, x in samples)

    def _slots(self, name: str, label: str, rank: int) -> tuple[AxisVar, ...]:
        family = self.families.get((name, label, rank))
        if family is not None:
            return cast(tuple[AxisVar, ...], family.axes)
        # the same name has the same axes whatever its label, unless used otherwise
        slots = tuple(self.axes.new() for _ in range(rank))
        for slot in slots:
            slot.slotted = True
        return slots

    def family(self, name: str, label: str, variables: tuple[AxisVar, ...]) -> Family:
        key = (name, label, len(variables))
        if key not in self.families:
            self.families[key] = Family(name, cast(tuple[Axis, ...], variables), label)
        return self.families[key]

    def index(self, node: Node, var: AxisVar, scope: Scope) -> Index:
        match node:
            case Name(letter) if letter in self.notation.sizes:
                found = self._in_scope(letter, scope)
                if found is not None:
                    return found
                if letter not in self.notation.bound:
                    self.axes.unify(self._size_axis(letter), var)
                    return At(cast(Axis, var), 0, True)
                return self._free(letter, scope)
            case Name(letter):
                return self._in_scope(letter, scope) or self._free(letter, scope)
            case Number(value) if value.denominator == 1 and value >= 0:
                var.root().numbers.append(int(value))
                return At(cast(Axis, var), int(value))
            case Plus(((1, Name(letter)), (sign, Number(value)))) if (
                letter in self.notation.sizes and self._in_scope(letter, scope) is None
            ):
                self.axes.unify(self._size_axis(letter), var)
                return At(cast(Axis, var), sign * int(value), True)
            case Scripted(Name(letter), (), None, primes) if primes:
                letter += "'" * primes
                return self._in_scope(letter, scope) or self._free(letter, scope)
            case Scripted(Name()) if self._is_label(node):
                letter = shown(node)
                self.labels.nodes[letter] = node
                bound = next((x[letter] for x in reversed(scope.bound) if letter in x), None)
                if bound is not None:
                    return bound
                if base_name(node) in self.labels.summed:
                    raise FormulaError(
                        f"{letter} is an index here, and is summed over elsewhere", node.at
                    )
                for inner in self.labels.letters(node):
                    if any(inner in layer for layer in scope.bound):
                        raise FormulaError(
                            f"{letter} as an index under a sum over {inner} is not supported yet",
                            node.at,
                        )
                self.labels.dependent[letter] = self.labels.letters(node)
                return self._in_scope(letter, scope) or self._free(letter, scope)
            case Plus():
                raise FormulaError(
                    f"the shifted index {shown(node)} is not supported yet", node.at
                )
        raise FormulaError(f"{shown(node)} is no index", node.at)

    def range_of(self, letter: str, start: int, size: str, scope: Scope) -> None:
        """Let a free letter of a chain run from ``start`` to ``size``."""
        index = self._in_scope(letter, scope) or self._free(letter, scope)
        _var(index).root().ranges.append(Range(start, size, 0))

    def _is_label(self, node: Scripted) -> bool:
        """y_i or y^{(i)}: the class of sample i, as an index."""
        return not node.primes and bool(self.labels.letters(node))

    def _free(self, letter: str, scope: Scope) -> Ix:
        index = fresh(letter, cast(Axis, self._axis_for(letter)))
        scope.letters[letter] = index
        return index

    def _axis_for(self, letter: str) -> AxisVar:
        self.declared_used.add(letter)
        return self.declared.get(letter) or self.axes.new()

    # ------------------------------------------------------------------ sums, products

    def _plus(self, node: Plus, scope: Scope) -> Array:
        if any(isinstance(item, Dots) for _, item in node.items):
            return self._plus(with_sum(node, self.notation), scope)
        items = self._extended(list(node.items), scope)
        arrays = [self.array(item, scope) for _, item in items]
        whole = next((a for a in arrays if a.rank), None)
        if whole is not None:
            for at, array in enumerate(arrays):
                if not array.rank and whole.rank == 1 and _is_plain_number(array.term):
                    scope.note(f"{shown(items[at][1])} is added to each entry")
                    copied = self.arrays.copy(whole)
                    arrays[at] = replace(array, slots=copied.slots, lie=whole.lie)
        return self.arrays.plus(
            (sign, array, item.at) for (sign, item), array in zip(items, arrays, strict=True)
        )

    def _extended(self, items: list[tuple[int, Node]], scope: Scope) -> list[tuple[int, Node]]:
        """``Σ_k f(k) + g(k)`` where k means nothing outside: the sum reaches over both."""
        out: list[tuple[int, Node]] = []
        for sign, item in items:
            letters = free_letters(item, self.notation)
            if out:
                big = _last_big(out[-1][1])
                if big is not None:
                    bound = {shown(x) for x in big.letters}
                    stray = {x for x in letters & bound if self._unexplained(x, scope)}
                    if stray:
                        inner = (*_items_of(big.body), (sign * out[-1][0], item))
                        # a leading minus stands before the whole sum, so inside it the
                        # further terms keep the signs that they show
                        if out[-1][0] < 0:
                            inner = (*_items_of(big.body), (sign, item))
                        wider = Big(
                            big.kind,
                            big.letters,
                            big.start,
                            big.upper,
                            big.without,
                            Plus(inner, big.at),
                            big.at,
                        )
                        out[-1] = (out[-1][0], _with_last_big(out[-1][1], wider))
                        scope.note(
                            f"the sum over {', '.join(sorted(stray))} is read as reaching over "
                            "the following terms, which use the same index"
                        )
                        continue
            out.append((sign, item))
        return out

    def _unexplained(self, letter: str, scope: Scope) -> bool:
        if scope.head_letters is None or letter in scope.head_letters:
            return False
        return letter not in self.constants and not any(letter in b for b in scope.bound)

    def _times(self, factors: tuple[Node, ...], scope: Scope, dotted: tuple[int, ...]) -> Array:
        head = factors[0]
        if isinstance(head, Name) and head.name == "d" and not self.is_defined("d"):
            if len(factors) > 1 and base_name(factors[1]) and self.notation.quantities["d"] > 1:
                raise FormulaError("a differential outside a fraction is not supported", head.at)
        numbers: list[Term] = []
        whole: Array | None = None
        at = 0
        while at < len(factors):
            node = factors[at]
            following = factors[at + 1] if at + 1 < len(factors) else None
            call = self.values.call(node, following, scope)
            array = call if call is not None else self.array(node, scope)
            if array.rank and whole is not None:
                array = self.arrays.times(whole, array, node.at, at in dotted)
                whole = None
            if array.rank:
                whole = array
            else:
                numbers.append(array.term)
            at += 1 if call is None else 2
        if whole is None:
            return Array(numbers[0] if len(numbers) == 1 else Mul(tuple(numbers)))
        if not numbers:
            return whole
        return whole.mapped(lambda term: Mul((*numbers, term)))

    def _big(self, node: Big, scope: Scope) -> Array:
        layer: dict[str, Ix] = {}
        order: list[Ix] = []
        if not node.letters:
            node = replace(node, letters=(Name(self._index_of_bare_sum(node, scope), node.at),))
        for letter_node in node.letters:
            letter = shown(letter_node)
            var = self._axis_for(letter)
            ix = fresh(letter, cast(Axis, var))
            layer[letter] = ix
            order.append(ix)
            var.summed = True
            written = self._range(node, scope)
            if written is not None:
                var.root().ranges.append(written)
                self.ranges[ix.uid] = (written, node.at)
                if written.size:
                    # the same size may still belong to another axis: slots decide
                    self.axes.by_size.setdefault(written.size, var)
        scope.bound.append(layer)
        try:
            without: dict[str, list[Index]] = {letter: [] for letter in layer}
            for condition in node.without:
                c = self.condition(condition, scope)
                letter = shown(condition.left)
                if letter not in without:
                    raise FormulaError("a sum that excludes a value of another index", node.at)
                without[letter].append(c.j)
            array = self.label_sums.body(node.body, layer, scope)
        finally:
            scope.bound.pop()
        if node.kind == "prod":
            self.number(array, node.at)
        kind = Sum if node.kind == "sum" else Prod
        body = array.term
        for ix in reversed(order):
            body = kind(ix, tuple(without[ix.name]), body)
        return replace(array, term=body)

    def _index_of_bare_sum(self, node: Big, scope: Scope) -> str:
        """Σ x_i without limits: the one index of its body that means nothing outside."""
        inside = free_letters(node.body, self.notation) - set(self.constants)
        for bound_here in scope.bound:
            inside -= set(bound_here)
        loose = inside - (scope.head_letters or frozenset())
        if len(loose) != 1:
            raise FormulaError("a sum that does not say its index", node.at)
        letter = next(iter(loose))
        scope.note(f"the sum without limits is read as a sum over {letter}")
        return letter

    def _range(self, node: Big, scope: Scope) -> Range | None:
        start = 1
        if node.start is not None:
            if not isinstance(node.start, Number) or node.start.value.denominator != 1:
                raise FormulaError(
                    "a sum whose range begins at another index is not supported yet", node.at
                )
            start = int(node.start.value)
        match node.upper:
            case None:
                return None
            case Number(value) if value.denominator == 1:
                return Range(start, "", int(value))
            case Name(letter):
                if self._in_scope(letter, scope) is not None:
                    raise FormulaError(
                        "a sum whose range ends at another index is not supported yet", node.at
                    )
                return Range(start, letter, 0)
            case Plus(((1, Name(letter)), (sign, Number(value)))):
                return Range(start, letter, sign * int(value))
        raise FormulaError("a range with this upper end is not supported", node.at)

    # ------------------------------------------------------------------ functions

    def _function(self, node: Function, scope: Scope) -> Array:
        if node.written == "e" and (power := self._power_of_e(node, scope)) is not None:
            return Array(power)
        if node.name == "tr":
            return self.arrays.trace(self.array(node.arg, scope), node.at)
        if node.name == "diag":
            return self.arrays.diagonal(self.array(node.arg, scope), node.at)
        if node.name == "log" and node.base is None and node.written != r"\ln":
            if self.conventions.other_logarithms and node.written != "ln":
                raise FormulaError(
                    "this page's logarithms have another base than e, which is not supported yet",
                    node.at,
                )
        inner = self.array(node.arg, scope)
        if inner.rank:
            if inner.rank > 1 or node.base is not None or node.power is not None:
                raise FormulaError(f"{node.name} of {kind_of(inner.rank)}", node.at)
            scope.note(f"{node.name} is taken of each entry")
            return inner.mapped(lambda term: _function_of(node.name, term))
        term: Term = _function_of(node.name, inner.term)
        if node.base is not None:
            if node.name != "log":
                raise FormulaError(f"a subscript on {node.name}", node.at)
            if not (isinstance(node.base, Name) and node.base.name == "e"):
                term = Div(term, Fn("log", self.term(node.base, scope)))
        if node.power is not None:
            if isinstance(node.power, Negative):
                raise FormulaError(f"an inverse {node.name} is not supported", node.at)
            term = Pow(term, self.term(node.power, scope))
        return Array(term)

    def _power_of_e(self, node: Function, scope: Scope) -> Term | None:
        """e^2 where e is a quantity of the page; None where e is the number."""
        exponent = node.arg.body if isinstance(node.arg, Negative) else node.arg
        number = isinstance(exponent, Number)
        if self.conventions.e_is_quantity:
            if number:
                e = self.entry(Name("e", node.at), "e", "", [], scope).term
                return Pow(e, self.term(node.arg, scope))
            raise FormulaError("e is both a quantity and Euler's number on this page", node.at)
        if number and self.conventions.e_has_indices:
            raise FormulaError("is this e one of the e with indices, or Euler's number?", node.at)
        return None

    def _derivative(self, node: Derivative, scope: Scope) -> Array:
        by: list[tuple[Entry, tuple[Ix, ...]]] = []
        for variable in node.by:
            by.append(self._variable(variable, scope))
        before, scope.variable = scope.variable, by[-1][0]
        try:
            array = self.array(node.body, scope)
        finally:
            scope.variable = before
        scope.variable = by[-1][0]
        body = array.term
        for entry, _ in reversed(by):
            body = Diff(body, entry)
        new = tuple(slot for _, slots in by for slot in slots)
        if array.rank + len(new) > 2:
            raise FormulaError("a derivative with more than two indices", node.at)
        if not new:
            return replace(array, term=body)
        slots = (*array.slots, *new)
        jacobian = len(slots) == 2 and array.rank == 1
        if jacobian:
            scope.note("row i of the Jacobian is read as the derivatives of entry i")
        return Array(body, slots, "either" if len(slots) == 1 else "column", jacobian)

    def _variable(self, node: Node, scope: Scope) -> tuple[Entry, tuple[Ix, ...]]:
        array = self.array(untransposed(node, self.notation) or node, scope)
        entry = array.term
        if isinstance(entry, Apply):
            entry = self.values.variable(entry, node.at)
        if not isinstance(entry, Entry):
            raise FormulaError("a derivative by something that is no single quantity", node.at)
        return entry, array.slots

    def _prime(self, node: Scripted, scope: Scope) -> Array:
        if scope.variable is None:
            raise FormulaError("a prime, but no variable to differentiate by", node.at)
        base: Node = (
            Scripted(node.base, node.subs, node.sup, 0, node.at)
            if node.subs or node.sup is not None
            else node.base
        )
        variable = scope.variable
        term = self.term(base, scope)
        scope.note(f"the prime is read as the derivative by {_entry_shown(variable)}")
        for _ in range(node.primes):
            term = Diff(term, variable)
        return Array(term)

    def _cases(self, node: CasesNode, scope: Scope) -> Term:
        rows = []
        for row in node.rows:
            conditions = tuple(self.condition(c, scope) for c in row.conditions)
            rows.append((conditions, self.term(row.value, scope)))
        return Cases(tuple(rows))


# --------------------------------------------------------------------------- helpers


def _is_free(index: Index, letter: str, scope: Scope) -> bool:
    """Whether an index is the one with this letter, and no sum runs over it."""
    bound = any(letter in layer for layer in scope.bound)
    return isinstance(index, Ix) and index.name == letter and not bound


def _function_of(name: str, term: Term) -> Term:
    """A standard function; those that are built from others are spelled out."""
    if name in ("sinh", "cosh"):
        falling = Fn("exp", neg(term))
        parts = (Fn("exp", term), falling if name == "cosh" else neg(falling))
        return Div(Add(parts), Rat(Fraction(2)))
    if name == "tan":
        return Div(Fn("sin", term), Fn("cos", term))
    return Fn(name, term)


def _is_plain_number(term: Term) -> bool:
    """What may be added to each entry of a vector: 1, or a letter that is never a vector (c)."""
    if isinstance(term, Rat):
        return True
    return isinstance(term, Entry) and not term.at and term.family.name in NUMBERS


def _var(index: Index) -> AxisVar:
    return cast(AxisVar, index.axis)


def _named(name: str, label: str) -> str:
    return f"{name}^{{{label}}}" if label else name


def _entry_shown(entry: Entry) -> str:
    indices = tuple(i.name if isinstance(i, Ix) else "…" for i in entry.at)
    return entry.family.latex(indices)


def _condition_in(node: Node) -> IndexCondition | None:
    if isinstance(node, IndexCondition):
        return node
    if isinstance(node, Bracket) and len(node.items) == 1:
        return _condition_in(node.items[0])
    return None


def _items_of(node: Node) -> tuple[tuple[int, Node], ...]:
    return node.items if isinstance(node, Plus) else ((1, node),)


def _last_big(node: Node) -> Big | None:
    if isinstance(node, Big):
        return node
    if isinstance(node, Negative):
        return _last_big(node.body)
    if isinstance(node, Times):
        return _last_big(node.factors[-1])
    return None


def _with_last_big(node: Node, big: Big) -> Node:
    if isinstance(node, Negative):
        return Negative(_with_last_big(node.body, big), node.at)
    if isinstance(node, Times):
        return Times((*node.factors[:-1], _with_last_big(node.factors[-1], big)), node.at)
    return big
