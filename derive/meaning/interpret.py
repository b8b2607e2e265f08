"""Formulas → terms: every letter gets its meaning, every bound index a name of its own.

While a page is read, axes are unknowns (`AxisVar`) that stand where `terms.Axis`
will stand; `derive.meaning.resolution` puts the real ones in once the page is through.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
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
    Name,
    Negative,
    Node,
    Number,
    Over,
    Plus,
    Root,
    Scripted,
    Times,
    Words,
    children_of,
)
from derive.meaning.axes import AxisTable, AxisVar, Range
from derive.meaning.conventions import Conventions
from derive.meaning.letters import free_letters, occurrences
from derive.meaning.names import Notation, base_name, shown
from derive.meaning.shapes import shape_key
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

__all__ = ["Interpreter", "MissingIndex", "Scope"]

_IDENTITIES = frozenset({"I", r"\mathbf{I", r"\mathbb{I", r"\boldsymbol{I"})
_STANDARD_CALLS = frozenset({r"\sigma", "softmax", "sigmoid", "f", "g", "h", r"\phi", "S"})


class MissingIndex(FormulaError):
    """A family without (all) its indices; ``name`` is the node that lacks them."""

    def __init__(self, message: str, at: int, name: Node, rank: int) -> None:
        super().__init__(message, at)
        self.name = name
        self.rank = rank


@dataclass
class Scope:
    """The letters of one chain: free indices, the indices bound around the current place,
    and the variable that a prime differentiates by."""

    letters: dict[str, Ix] = field(default_factory=dict)
    bound: list[dict[str, Ix]] = field(default_factory=list)
    variable: Entry | None = None
    head_letters: frozenset[str] | None = None
    index_free: bool = False
    parameter: str = ""
    notes: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)


Key = tuple[str, str, int]


class Defined:
    """The names that the page defines: (name, label, number of indices)."""

    def __init__(self, keys: Iterable[Key]) -> None:
        self.names: set[str] = set()
        self._keys: set[Key] = set()
        self._ranks: set[tuple[str, int]] = set()
        self._labels: dict[tuple[str, int], list[str]] = defaultdict(list)
        for key in keys:
            self.add(key)

    def add(self, key: Key) -> None:
        name, label, rank = key
        self.names.add(name)
        self._keys.add(key)
        self._ranks.add((name, rank))
        if label:
            self._labels[name, rank].append(label)

    def __contains__(self, key: Key) -> bool:
        return key in self._keys

    def with_rank(self, name: str, rank: int) -> bool:
        """Whether a name is defined with that many indices, whatever its label."""
        return (name, rank) in self._ranks

    def label_of(self, name: str, rank: int) -> str:
        """The label with which a name is first defined, if it is with one."""
        return next(iter(self._labels.get((name, rank), ())), "")


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
    ) -> None:
        self.notation = notation
        self.functions = functions
        self.defined = Defined(defined)
        self.axes = AxisTable()
        self.declared: dict[str, AxisVar] = {}  # letters whose axis the author declares
        self.declared_used: set[str] = set()
        self.families: dict[Key, Family] = {}
        self.constants: dict[str, Ix] = {}
        self.ranges: dict[int, tuple[Range, int]] = {}
        self.plain_calls: dict[str, str] = {}
        self.ambiguous: set[str] = set()
        self.called: set[str] = set()  # names that prose shows with an argument: φ_k(x)
        # x where the page says f(x) = … in x itself: a vector x has f in each entry
        self.number_parameters: set[str] = set()
        self.conventions = Conventions()
        self.shapes: dict[str, str] = {}  # what is a vector or matrix here, by shape_key
        self.identity = False  # whether the page speaks of an identity matrix
        self.function_definitions: dict[str, str] = {}  # name → its parameter's letter
        self._labels: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
        self._ranks: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
        self._survey(list(trees))

    def _survey(self, trees: list[Node]) -> None:
        for tree in trees:
            for name, label, rank in occurrences(tree, self.notation):
                self._labels[name, rank][label] += 1
                self._ranks[name, label][rank] += 1

    def side(self, node: Node, scope: Scope) -> Term:
        """The meaning of one side of a relation.

        Raises:
            FormulaError: it has none here; says where and why. So for b_j beside b_j^L in one
                expression: the label may have been dropped, or tell two things apart.
        """
        seen: dict[tuple[str, int], set[str]] = defaultdict(set)
        for name, label, rank in occurrences(node, self.notation):
            seen[name, rank].add(label)
        for (name, rank), labels in seen.items():
            layers = [label for label in labels if _LAYER.fullmatch(label)]
            if "" in labels and layers and (name, "", rank) not in self.defined:
                raise FormulaError(
                    f"{name} stands with and without the label {layers[0]}: one quantity or two?",
                    node.at,
                )
        return self.term(node, scope)

    # ------------------------------------------------------------------ terms

    def term(self, node: Node, scope: Scope) -> Term:
        """The meaning of a formula.

        Raises:
            FormulaError: it has none here; says where and why.
        """
        match node:
            case Number(value):
                return Rat(value)
            case Name():
                return self._name(node, scope)
            case Scripted():
                return self._scripted(node, scope)
            case Negative(body):
                return neg(self.term(body, scope))
            case Plus():
                return self._plus(node, scope)
            case Times(factors):
                return self._times(factors, scope)
            case Over(top, bottom):
                return Div(self.term(top, scope), self.term(bottom, scope))
            case Bracket("|", (inner,)):
                return Fn("abs", self.term(inner, scope))
            case Bracket(_, (inner,)):
                return self.term(inner, scope)
            case Function():
                return self._function(node, scope)
            case Root(degree, body):
                inner_term = self.term(body, scope)
                if degree == 2:
                    return Fn("sqrt", inner_term)
                return Pow(inner_term, Rat(Fraction(1, degree)))
            case Big():
                return self._big(node, scope)
            case Derivative():
                return self._derivative(node, scope)
            case Indicator(condition):
                return self._indicator(condition, scope)
            case CasesNode():
                return self._cases(node, scope)
            case Words(text):
                raise FormulaError(f"words inside the formula: {text!r}", node.at)
            case Dots():
                raise FormulaError("dots (…) are not supported yet", node.at)
            case Bracket():
                raise FormulaError("a list or a vector in brackets is not supported yet", node.at)
        raise FormulaError("a condition where a quantity should be", node.at)

    def _name(self, node: Name, scope: Scope) -> Term:
        name = node.name
        if name == scope.parameter:
            return Entry(self.family(name, "", ()), ())
        index = self._in_scope(name, scope)
        if index is not None:
            return IndexValue(index)
        if name == "e" and not self.conventions.e_is_quantity and "e" not in self.defined.names:
            return Fn("exp", ONE)
        if name in self.notation.sizes and not self._is_defined(name):
            return Size(cast(Axis, self._size_axis(name)))
        _reject_vector(name, node.at)
        parameter = self.function_definitions.get(name)
        if parameter and name not in self.ambiguous and not self._is_defined(name):
            self._reject_shape(node)
            scope.note(f"{name} is read as {name}({parameter})")
            return Apply(name, self.term(Name(parameter, node.at), scope))
        return self._entry(node, name, "", [], scope)

    def _is_defined(self, name: str) -> bool:
        return name in self.defined.names

    def _size_axis(self, size: str) -> AxisVar:
        if size not in self.axes.by_size:
            var = self.axes.new()
            var.ranges.append(Range(1, size, 0))
            self.axes.by_size[size] = var
        return self.axes.by_size[size]

    def _in_scope(self, letter: str, scope: Scope) -> Ix | None:
        for layer in reversed(scope.bound):
            if letter in layer:
                return layer[letter]
        return scope.letters.get(letter) or self.constants.get(letter)

    def _scripted(self, node: Scripted, scope: Scope) -> Term:
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
            return Pow(self.term(base, scope), self.term(node.sup, scope))
        if isinstance(node.base, Number) and node.subs:
            if node.base.value == 1 and len(node.subs) == 1:
                condition = _condition_in(node.subs[0])
                if condition is not None:
                    return self._indicator(condition, scope)
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
                return kronecker
        if self.identity and name.strip("{}") in _IDENTITIES and not self._is_defined(name):
            kronecker = self._kronecker(node, scope)
            if kronecker is not None:
                return kronecker
        indices, sub_label = self.notation.sub_indices(node)
        if not indices:
            _reject_vector(name, node.at)
        label = shown(node.sup) if kind == "label" else ""
        if label in (r"\top", "T", r"\intercal"):
            raise FormulaError("transposes are not supported yet", node.at)
        if kind == "index":
            assert isinstance(node.sup, Bracket)
            indices = [*indices, node.sup.items[0]]
        label = ",".join(x for x in (label, sub_label) if x)
        if node.primes:
            primed = name + "'" * node.primes
            if name in self.function_definitions and not indices:
                letter = self.function_definitions[name]
                if not letter or self._is_defined(name):
                    raise FormulaError("a prime, but it is not clear by what", node.at)
                self._reject_shape(node)
                scope.note(f"{primed} is read as {primed}({letter})")
                return Apply(name, self.term(Name(letter, node.at), scope), node.primes)
            if self._is_defined(primed):
                name = primed
            elif scope.variable is None:
                if self._is_defined(name):
                    raise FormulaError("a prime, but no variable to differentiate by", node.at)
                name = primed
            else:
                return self._prime(node, scope)
        return self._entry(node, name, label, indices, scope)

    def _kronecker(self, node: Scripted, scope: Scope) -> Term | None:
        if len(node.subs) == 1:
            condition = _condition_in(node.subs[0])
            return self._indicator(condition, scope) if condition is not None else None
        if len(node.subs) == 2 and node.sup is None and not node.primes:
            i, j = (self._index(s, self.axes.new(), scope) for s in node.subs)
            self.axes.unify(_var(i), _var(j))
            return Delta(i, j)
        return None

    def _indicator(self, condition: IndexCondition, scope: Scope) -> Term:
        c = self.condition(condition, scope)
        delta = Delta(c.i, c.j)
        return delta if c.equal else Add((ONE, neg(delta)))

    def condition(self, condition: IndexCondition, scope: Scope) -> Condition:
        """An index condition in this chain's letters."""
        i = self._index(condition.left, self.axes.new(), scope)
        j = self._index(condition.right, self.axes.new(), scope)
        self.axes.unify(_var(i), _var(j))
        return Condition(i, j, condition.equal)

    # ------------------------------------------------------------------ entries

    def _entry(self, node: Node, name: str, label: str, indices: list[Node], scope: Scope) -> Term:
        rank = len(indices)
        if name in self.ambiguous and not rank:
            raise FormulaError(f"{name} stands for several functions on this page", node.at)
        if rank == 1 and isinstance(indices[0], Number):
            indices = self._digits(name, label, indices)
            rank = len(indices)
        label = self._label_for(name, label, rank, scope)
        self._check_rank(node, name, label, rank, scope)
        self._reject_shape(node)
        variables = self._slots(name, label, rank)
        at = []
        for index_node, var in zip(indices, variables, strict=True):
            index = self._index(index_node, var, scope)
            self.axes.unify(_var(index), var)
            at.append(index)
        return Entry(self.family(name, label, variables), tuple(at))

    def _reject_shape(self, node: Node) -> None:
        """Numbers commute and can be divided by: a matrix must not be read as one."""
        key = shape_key(node, self.notation)
        kind = self.shapes.get(key) if key is not None else None
        if kind == "vector" and key in self.number_parameters:
            return
        if kind is not None:
            raise FormulaError(
                f"{base_name(node)} is a {kind} on this page; "
                "whole vectors and matrices are not supported yet",
                node.at,
            )

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
        if name in self.plain_calls or name in self.functions:
            return
        usual = max(others, key=lambda r: (ranks[r], r))
        raise MissingIndex(
            f"{_named(name, label)} stands without an index here, but has "
            f"{'one' if usual == 1 else usual} elsewhere",
            node.at,
            node,
            usual,
        )

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

    def _index(self, node: Node, var: AxisVar, scope: Scope) -> Index:
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
            case Plus():
                raise FormulaError(
                    f"the shifted index {shown(node)} is not supported yet", node.at
                )
        raise FormulaError(f"{shown(node)} is no index", node.at)

    def _free(self, letter: str, scope: Scope) -> Ix:
        index = fresh(letter, cast(Axis, self._axis_for(letter)))
        scope.letters[letter] = index
        return index

    def _axis_for(self, letter: str) -> AxisVar:
        self.declared_used.add(letter)
        return self.declared.get(letter) or self.axes.new()

    # ------------------------------------------------------------------ sums, products

    def _plus(self, node: Plus, scope: Scope) -> Term:
        items = self._extended(list(node.items), scope)
        terms = []
        for sign, item in items:
            term = self.term(item, scope)
            terms.append(term if sign > 0 else neg(term))
        return terms[0] if len(terms) == 1 else Add(tuple(terms))

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

    def _times(self, factors: tuple[Node, ...], scope: Scope) -> Term:
        head = factors[0]
        if isinstance(head, Name) and head.name == "d" and not self._is_defined("d"):
            if len(factors) > 1 and base_name(factors[1]) and self.notation.quantities["d"] > 1:
                raise FormulaError("a differential outside a fraction is not supported", head.at)
        out: list[Term] = []
        at = 0
        while at < len(factors):
            node = factors[at]
            following = factors[at + 1] if at + 1 < len(factors) else None
            call = self._call(node, following, scope)
            if call is not None:
                out.append(call)
                at += 2
            else:
                out.append(self.term(node, scope))
                at += 1
        return out[0] if len(out) == 1 else Mul(tuple(out))

    def _call(self, node: Node, following: Node | None, scope: Scope) -> Term | None:
        """``f(x)``, ``f'(x)``, ``f(x)^2``, if ``node`` is a function here."""
        if isinstance(following, Scripted) and not following.subs and not following.primes:
            # f(x)^2 is the square of the value
            assert following.sup is not None
            value = self._call(node, following.base, scope)
            return None if value is None else Pow(value, self.term(following.sup, scope))
        if not (isinstance(following, Bracket) and following.kind == "("):
            return None
        name = base_name(node)
        if name is None or not isinstance(node, Name | Scripted):
            return None
        is_function = (
            name in self.functions
            or (name in _STANDARD_CALLS and self._looks_called(name))
            or self._reads_as_call(node, following)
        )
        if not is_function and name in self.called and len(following.items) == 1:
            if not _mentions_alone(name, following) and not isinstance(following.items[0], Number):
                raise FormulaError(f"{name} with brackets: a function or a product?", node.at)
        if not is_function or _mentions_alone(name, following):
            return None
        if name in self.plain_calls:
            # C(w, b) always with the same arguments: they only remind
            if _arguments(following) == self.plain_calls[name]:
                return self.term(node, scope)
            raise FormulaError(f"{name} with other arguments than in its definition", node.at)
        self._reject_shape(node)
        if len(following.items) != 1:
            raise FormulaError("a function of several arguments is not supported yet", node.at)
        if name in ("softmax", "sigmoid") and name not in self.function_definitions:
            raise FormulaError(f"{name}(…) is never defined on this page by a formula", node.at)
        order = node.primes if isinstance(node, Scripted) else 0
        if isinstance(node, Scripted):
            if node.sup is not None and self.notation.sup_kind(node) == "exponent":
                bare = Scripted(node.base, node.subs, None, node.primes, node.at)
                if _is_minus_one(node.sup):
                    raise FormulaError(
                        f"{name}^{{-1}}(…) may be the inverse function or 1/{name}(…)", node.at
                    )
                inner = self._call(
                    bare if node.subs or node.primes else node.base, following, scope
                )
                assert inner is not None
                return Pow(inner, self.term(node.sup, scope))
            if self.notation.sub_indices(node)[0]:
                raise FormulaError(
                    f"{name} with an index and an argument is not supported yet", node.at
                )
        return Apply(self.call_name(node), self.term(following.items[0], scope), order)

    def call_name(self, node: Node) -> str:
        """The name of a function with its labels or number: h of h(x), h_{\\theta} of
        h_\\theta(x), f_{1} of f_1(x), f^{*} of f^*(x).

        Raises:
            FormulaError: f^{(2)}, which may be a derivative or a name.
        """
        name = base_name(node) or ""
        if not isinstance(node, Scripted):
            return name
        label = self.notation.sub_indices(node)[1]
        if self.notation.numbered(node):
            label = ",".join(shown(sub) for sub in node.subs)
        out = f"{name}_{{{label}}}" if label else name
        if node.sup is not None and self.notation.sup_kind(node) != "exponent":
            if isinstance(node.sup, Bracket):
                raise FormulaError(f"{name} with a bracket above it is not supported yet", node.at)
            out += f"^{{{shown(node.sup)}}}"
        return out

    def _looks_called(self, name: str) -> bool:
        indexed = any(rank > 0 for rank in self.notation.ranks[name])
        return not indexed and name not in self.notation.sizes

    def _reads_as_call(self, node: Node, bracket: Bracket) -> bool:
        """u(x): nobody puts a lone name in brackets to multiply by it."""
        plain = isinstance(node, Name) or (
            isinstance(node, Scripted) and not node.subs and node.sup is None
        )
        name = base_name(node) or ""
        return (
            plain
            and len(bracket.items) == 1
            and isinstance(bracket.items[0], Name | Scripted)
            and not self._is_defined(name)
            and name not in self.notation.sizes
            and self._looks_called(name)
        )

    def _big(self, node: Big, scope: Scope) -> Term:
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
            body = self.term(node.body, scope)
        finally:
            scope.bound.pop()
        kind = Sum if node.kind == "sum" else Prod
        for ix in reversed(order):
            body = kind(ix, tuple(without[ix.name]), body)
        return body

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

    def _function(self, node: Function, scope: Scope) -> Term:
        if node.written == "e" and (power := self._power_of_e(node, scope)) is not None:
            return power
        if node.name == "log" and node.base is None and node.written != r"\ln":
            if self.conventions.other_logarithms and node.written != "ln":
                raise FormulaError(
                    "this page's logarithms have another base than e, which is not supported yet",
                    node.at,
                )
        inner = self.term(node.arg, scope)
        term: Term = Fn(node.name, inner)
        if node.base is not None:
            if node.name != "log":
                raise FormulaError(f"a subscript on {node.name}", node.at)
            if not (isinstance(node.base, Name) and node.base.name == "e"):
                term = Div(term, Fn("log", self.term(node.base, scope)))
        if node.power is not None:
            if isinstance(node.power, Negative):
                raise FormulaError(f"an inverse {node.name} is not supported", node.at)
            term = Pow(term, self.term(node.power, scope))
        return term

    def _power_of_e(self, node: Function, scope: Scope) -> Term | None:
        """e^2 where e is a quantity of the page; None where e is the number."""
        exponent = node.arg.body if isinstance(node.arg, Negative) else node.arg
        number = isinstance(exponent, Number)
        if self.conventions.e_is_quantity:
            if number:
                e = self._entry(Name("e", node.at), "e", "", [], scope)
                return Pow(e, self.term(node.arg, scope))
            raise FormulaError("e is both a quantity and Euler's number on this page", node.at)
        if number and self.conventions.e_has_indices:
            raise FormulaError("is this e one of the e with indices, or Euler's number?", node.at)
        return None

    def _derivative(self, node: Derivative, scope: Scope) -> Term:
        by = []
        for variable in node.by:
            entry = self._variable(variable, scope)
            by.append(entry)
        before, scope.variable = scope.variable, by[-1]
        try:
            body = self.term(node.body, scope)
        finally:
            scope.variable = before
        scope.variable = by[-1]
        for entry in reversed(by):
            body = Diff(body, entry)
        return body

    def _variable(self, node: Node, scope: Scope) -> Entry:
        entry = self.term(node, scope)
        if isinstance(entry, Apply) and entry.order == 0 and isinstance(node, Times):
            raise FormulaError("a derivative by a function value is not supported yet", node.at)
        if not isinstance(entry, Entry):
            raise FormulaError("a derivative by something that is no single quantity", node.at)
        return entry

    def _prime(self, node: Scripted, scope: Scope) -> Term:
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
        return term

    def _cases(self, node: CasesNode, scope: Scope) -> Term:
        rows = []
        for row in node.rows:
            conditions = tuple(self.condition(c, scope) for c in row.conditions)
            rows.append((conditions, self.term(row.value, scope)))
        return Cases(tuple(rows))


# --------------------------------------------------------------------------- helpers


def _mentions_alone(name: str, bracket: Bracket) -> bool:
    """σ(1 − σ) is a product: the bracket holds the bare name itself."""

    def alone(node: Node) -> bool:
        if isinstance(node, Times):
            for factor, following in zip(node.factors, (*node.factors[1:], None), strict=True):
                called = isinstance(following, Bracket) and base_name(factor) == name
                if not called and alone(factor):
                    return True
            return False
        if isinstance(node, Name):
            return node.name == name
        return any(alone(child) for child in children_of(node))

    return any(alone(item) for item in bracket.items)


def _var(index: Index) -> AxisVar:
    return cast(AxisVar, index.axis)


def _named(name: str, label: str) -> str:
    return f"{name}^{{{label}}}" if label else name


def _entry_shown(entry: Entry) -> str:
    indices = tuple(i.name if isinstance(i, Ix) else "…" for i in entry.at)
    return entry.family.latex(indices)


def _reject_vector(name: str, at: int) -> None:
    if name.startswith((r"\mathbf", r"\boldsymbol", r"\bm", r"\vec", r"\pmb")):
        raise FormulaError("whole vectors and matrices are not supported yet", at)


def _condition_in(node: Node) -> IndexCondition | None:
    if isinstance(node, IndexCondition):
        return node
    if isinstance(node, Bracket) and len(node.items) == 1:
        return _condition_in(node.items[0])
    return None


def _arguments(bracket: Bracket) -> str:
    return ";".join(shown(i) for i in bracket.items)


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


def _is_minus_one(node: Node) -> bool:
    return isinstance(node, Negative) and isinstance(node.body, Number) and node.body.value == 1
