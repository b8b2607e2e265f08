"""The value of a name with brackets behind it, and of a bare name that has them elsewhere."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, cast

from derive.formula import (
    Bracket,
    FormulaError,
    Name,
    Negative,
    Node,
    Number,
    Scripted,
    Times,
    children_of,
)
from derive.meaning.arrays import Array, kind_of
from derive.meaning.axes import AxisVar
from derive.meaning.calls import Called, Known, LambdaKey, arguments
from derive.meaning.functions import Value, usual_argument
from derive.meaning.names import base_name, shown
from derive.meaning.ranks import bold_inner, untransposed
from derive.meaning.scope import Scope
from derive.meaning.shares import is_softmax
from derive.terms import (
    Apply,
    Diff,
    Div,
    Entry,
    Fn,
    Pow,
    Sum,
    Term,
    families_of,
    fresh,
    rebuild,
    walk,
)

if TYPE_CHECKING:
    from derive.meaning.interpret import Interpreter

__all__ = ["Values"]

_STANDARD_CALLS = frozenset(
    {r"\sigma", "softmax", "Softmax", "SoftMax", "sigmoid", "f", "g", "h", r"\phi", "S"}
)


class Values:
    """What calls stand for, for one `Interpreter`; ``known``: what the page says of functions."""

    def __init__(self, owner: Interpreter, known: Known) -> None:
        self.owner = owner
        self.known = known

    def bare_name(self, node: Name, name: str, scope: Scope) -> Array | None:
        """f where the page says what f(x) is: f of what it is taken of in the same row, else the
        one that the page said last."""
        beside = self._beside(node, name, scope)
        if beside is not None:
            return beside
        called, parameter = self.known.latest.get(name, ("", ""))
        if not called and name not in self.known.ambiguous:
            parameter = self.known.numbers.get(name, "")
            called = name if parameter else self.known.bare.get(name, "")
        if not called:
            return self.function(node, name, scope)
        if not parameter:
            if called != name:
                scope.note(f"{name} is read as {called}")
            return self.owner.entry(node, called, "", [], scope, whole=0)
        return self._of_usual(node, called, Name(parameter), scope)

    def _beside(self, node: Name, name: str, scope: Scope) -> Array | None:
        """The c of ∂c/∂D beside c(D), on a page that also has c(R)."""
        here = scope.row.calls.get(name, {}) if scope.row is not None else {}
        if len(here) != 1 or len(self.owner.calls.arguments.get(name, ())) < 2:
            return None
        if name in self.known.numbers or name in self.known.plain:
            return None
        (argument,) = here.values()
        value = self._value(node, Bracket("(", (argument,), node.at), (), scope)
        if value is not None:
            scope.note(f"{name} is read as {name}({shown(argument)})")
        return value

    def function(self, node: Name | Scripted, name: str, scope: Scope) -> Array | None:
        """``h_\\theta`` without its argument, where the page says what h_θ(x) is."""
        if name not in self.known.numbers:
            return None
        called = self.name_of(node)
        own = self.known.own.get(called)
        if own is None and called not in self.owner.calls.by_head:
            return None
        return self._of_usual(node, called, own, scope)

    def _of_usual(
        self, node: Name | Scripted, called: str, own: Node | None, scope: Scope
    ) -> Array:
        """A function of a number without its argument, of what it is taken of here."""
        page = self.owner.calls.by_head
        try:
            usual = usual_argument(called, own, scope.row, page, scope, self.owner.notation)
        except FormulaError as error:
            raise FormulaError(error.message, node.at) from None
        scope.note(f"{shown(node)} is read as {called}({shown(usual)})")
        return self.owner.array(usual, scope).mapped(lambda term: Apply(called, term))

    def variable(self, value: Apply, at: int) -> Entry:
        """``h(x_i)`` as the quantity that the page differentiates by.

        Raises:
            FormulaError: h of something else than a single quantity.
        """
        if value.order or not isinstance(value.arg, Entry):
            raise FormulaError("a derivative by a function value is not supported yet", at)
        argument = value.arg.family
        if (value.function, argument) not in self.known.values:
            gaps = tuple(r"\cdot" + "'" * slot for slot in range(argument.rank))
            name = f"{value.function}({argument.latex(gaps)})"
            axes = cast(tuple[AxisVar, ...], argument.axes)
            family = self.owner.family(name, "", axes)
            found = Value(value.function, argument, family)
            self.known.values[value.function, argument] = found
        return Entry(self.known.values[value.function, argument].family, value.arg.at)

    def call(self, node: Node, following: Node | None, scope: Scope) -> Array | None:
        """``f(x)``, ``f'(x)``, ``f(x)^2``, ``f(x)_j``, if ``node`` is a function here."""
        if not isinstance(following, Scripted) or not isinstance(following.base, Bracket):
            return self._value(node, following, (), scope)
        value = self._value(node, following.base, following.subs, scope)
        if value is None:
            return None
        if following.primes:
            raise FormulaError("a prime behind a function value", following.at)
        if following.sup is None:
            return value
        if untransposed(following, self.owner.notation) is not None:
            return self.owner.arrays.transposed(value, following.at)
        # f(x)^2 is the square of the value
        power = self.owner.term(following.sup, scope)
        return Array(Pow(self.owner.number(value, following.at), power))

    def _value(
        self, node: Node, bracket: Node | None, subs: tuple[Node, ...], scope: Scope
    ) -> Array | None:
        """The value of ``node`` at what is in the brackets, with ``subs`` behind them; None if
        that is a product."""
        if not (isinstance(bracket, Bracket) and bracket.kind == "("):
            return None
        name = base_name(node)
        if name is None or not isinstance(node, Name | Scripted):
            return None
        if not self._is_call(node, name, bracket, scope):
            return None
        if name in self.known.plain:
            # C(w, b) always with the same arguments: they only remind
            if arguments(bracket) != self.known.plain[name]:
                raise FormulaError(f"{name} with other arguments than in its definition", node.at)
            if subs and not self.owner.rank_of(node, name):
                indexed = Scripted(node, subs, None, 0, node.at)
                return self.owner.entry(indexed, name, "", list(subs), scope)
            return self._indexed(self.owner.array(node, scope), subs, node.at, scope)
        if isinstance(node, Scripted) and self.owner.notation.sup_kind(node) == "exponent":
            return self._power_of_value(node, name, bracket, subs, scope)
        if name in self.owner.calls.of_outcomes:
            # what the page defines and what not alike: p(x_i) is entry i of p(x_·)
            entry = self.owner.calls.called(node, bracket, subs)
            return self._called_entry(node, entry, scope, subs)
        if name == r"\max":
            return Array(self._kink(bracket, scope))
        called = self._called_name(node, name, bracket, subs)
        if called is not None:
            return self._called_entry(node, called, scope, subs)
        if is_softmax(name):
            share = self._share(name, bracket, subs, scope)
            if share is not None:
                return share
        if is_softmax(name) and name not in self.known.heads:
            return self._indexed(self._softmax(bracket, scope), subs, node.at, scope)
        if name in self.known.numbers and len(bracket.items) == 1:
            return self._indexed(self._applied(node, bracket, scope), subs, node.at, scope)
        key = self.owner.calls.lambda_key(node, bracket)
        if key in self.known.lambdas and set(bracket.marks) <= {",", ";"}:
            value = self._substituted(name, key, bracket, scope)
            indices = self.owner.calls.head_indices(node)
            return self._indexed(value, (*indices, *subs), node.at, scope)
        single = len(bracket.items) == 1 and not self.owner.calls.certain(bracket)
        if single and not subs and not isinstance(bracket.items[0], Name):
            return self._applied(node, bracket, scope)
        if single and not subs and isinstance(bracket.items[0], Name):
            # the p of H(p) is no number where the page has Σ_x p(x)
            letter = bracket.items[0].name
            summed = letter in self.owner.calls.summed
            if not self.owner.calls.is_index(letter) and not summed:
                return self._applied(node, bracket, scope)
        return self._named(node, bracket, subs, scope)

    def _is_call(self, node: Node, name: str, bracket: Bracket, scope: Scope) -> bool:
        if self.owner.calls.certain(bracket) or name in self.owner.calls.of_outcomes:
            return True
        item = bracket.items[0]
        if isinstance(item, Name) and isinstance(node, Name) and self._runs(item.name, scope):
            if any(item.name in layer for layer in scope.bound):
                return True  # Σ_x p(x): nobody multiplies by an index in brackets
            return not self.owner.is_defined(name) or name in self.known.heads
        if self._looks_like_call(node, bracket) and name not in self.owner.functions:
            if isinstance(node, Scripted) and not self.owner.notation.sub_indices(node)[0]:
                return True  # h_θ(x_i)
            raise FormulaError(f"{name} with brackets: a function or a product?", node.at)
        is_function = (
            name in self.owner.functions
            or (name in _STANDARD_CALLS and self._looks_called(name))
            or self._reads_as_call(node, bracket)
        )
        if not is_function and name in self.known.shown:
            item = bracket.items[0]
            if not _mentions_alone(name, bracket) and not isinstance(item, Number):
                raise FormulaError(f"{name} with brackets: a function or a product?", node.at)
        return is_function and not _mentions_alone(name, bracket)

    def _runs(self, letter: str, scope: Scope) -> bool:
        """Whether a letter in brackets is summed over: the x of Σ_x p(x)."""
        if any(letter in layer for layer in scope.bound):
            return True
        notation = self.owner.notation
        return letter in notation.bound and not notation.quantities[letter] - self._called_with(
            letter
        )

    def _called_with(self, letter: str) -> int:
        return self.owner.calls.lone[letter]

    @staticmethod
    def _looks_like_call(node: Node, bracket: Bracket) -> bool:
        """``X_i(x_i)``: nobody puts a lone entry in brackets to multiply by it."""
        item = bracket.items[0]
        indexed = isinstance(node, Scripted) and bool(node.subs)
        return indexed and isinstance(item, Scripted) and bool(item.subs) and item.sup is None

    def _indexed(self, value: Array, subs: tuple[Node, ...], at: int, scope: Scope) -> Array:
        if not subs:
            return value
        return self.owner.wholes.component(value, Scripted(Name("", at), subs, None, 0, at), scope)

    def _power_of_value(
        self, node: Scripted, name: str, bracket: Bracket, subs: tuple[Node, ...], scope: Scope
    ) -> Array:
        """``\\sigma^2(z)``."""
        assert node.sup is not None
        if _is_minus_one(node.sup):
            raise FormulaError(
                f"{name}^{{-1}}(…) may be the inverse function or 1/{name}(…)", node.at
            )
        bare = Scripted(node.base, node.subs, None, node.primes, node.at)
        head = bare if node.subs or node.primes else node.base
        value = self._value(head, bracket, subs, scope)
        if value is None:
            raise FormulaError(f"{name} with a power and brackets", node.at)
        return Array(Pow(self.owner.number(value, node.at), self.owner.term(node.sup, scope)))

    def _applied(self, node: Node, bracket: Bracket, scope: Scope) -> Array:
        """A function of one number; of a vector, entry by entry."""
        name = base_name(node) or ""
        order = node.primes if isinstance(node, Scripted) else 0
        if isinstance(node, Scripted) and self.owner.notation.sub_indices(node)[0]:
            raise FormulaError(
                f"{name} with an index and an argument is not supported yet", node.at
            )
        called = self.name_of(node)
        if called in (r"\sigma", "sigmoid") and name not in self.known.numbers:
            if called == "sigmoid" or self.known.speaks_of_sigmoid:
                self.known.sigmoids.add(called)
                scope.note(f"{called} is read as the logistic function 1/(1 + e^{{-x}})")
        argument = self.owner.array(bracket.items[0], scope)
        if argument.rank:
            if name not in self.known.numbers and isinstance(bracket.items[0], Name):
                if name != r"\sigma":
                    return self._named(node, bracket, (), scope)
            if name not in self.known.numbers and name != r"\sigma":
                raise FormulaError(
                    f"is {name} of {kind_of(argument.rank)} a number, or taken of each entry?",
                    node.at,
                )
            scope.note(f"{name} is taken of each entry")
        return argument.mapped(lambda term: Apply(called, term, order))

    def _kink(self, bracket: Bracket, scope: Scope) -> Term:
        """max(0, u): a function of u of which nothing is used."""
        if len(bracket.items) != 2 or bracket.items[0] != Number(Fraction(0)):
            raise FormulaError(r"\max of anything but (0, …) is not supported yet", bracket.at)
        return Apply(r"\max(0,\cdot)", self.owner.term(bracket.items[1], scope))

    def _named(self, node: Node, bracket: Bracket, subs: tuple[Node, ...], scope: Scope) -> Array:
        """Arguments that belong to the name: ``P(y=k|x)``."""
        called = self.owner.calls.called(node, bracket, subs)
        self.known.undefined.add(called.name)
        return self._called_entry(node, called, scope)

    def _called_name(
        self, node: Node, name: str, bracket: Bracket, subs: tuple[Node, ...]
    ) -> Called | None:
        """The name with these arguments, if the page says what it stands for."""
        if name not in self.known.heads:
            return None
        try:
            called = self.owner.calls.called(node, bracket, subs)
        except FormulaError:
            return None
        rank = len(called.indices) + self.owner.rank_of_value(node, subs)
        return called if (called.name, "", rank) in self.owner.defined else None

    def _called_entry(
        self, node: Node, called: Called, scope: Scope, subs: tuple[Node, ...] | None = None
    ) -> Array:
        self.owner.notation.lettered.add(called.name)
        whole = 0 if subs is None else self.owner.rank_of_value(node, subs)
        return self.owner.entry(node, called.name, "", list(called.indices), scope, whole=whole)

    def _substituted(self, name: str, key: LambdaKey, bracket: Bracket, scope: Scope) -> Array:
        """The body of ``f(x, y) = …`` with other arguments."""
        params, body = self.known.lambdas[key]
        body = self.owner.arrays.copy(body)
        values = [
            self._argument(item, param, scope)
            for item, param in zip(bracket.items, params, strict=True)
        ]
        self._refuse_hidden(name, params, body, bracket)
        for param, value in zip(params, values, strict=True):
            if param.rank != value.rank:
                raise FormulaError(
                    f"{name} takes {kind_of(param.rank)} here, not {kind_of(value.rank)}",
                    bracket.at,
                )
            assert isinstance(param.term, Entry)
            for slot, other in zip(param.slots, value.slots, strict=True):
                self.owner.arrays.unify(slot, other)
            for part in walk(body.term):
                if isinstance(part, Diff) and part.by.family == param.term.family:
                    raise FormulaError(f"a derivative inside {name}", bracket.at)
        body = replace(body, term=self._renamed(body.term, params, bracket))
        replaced = self.owner.arrays.substituted(
            body.term,
            {
                p.term.family: (p, v)
                for p, v in zip(params, values, strict=True)
                if isinstance(p.term, Entry)
            },
        )
        return replace(body, term=replaced)

    def _refuse_hidden(
        self, name: str, params: tuple[Array, ...], body: Array, bracket: Bracket
    ) -> None:
        """ℓ(z, y) = −Σ_k y_k log p_k, where p is made of z: with another argument that p would
        have to change, too."""
        own = {p.term.family for p in params if isinstance(p.term, Entry)}
        names = {family.name for family in own}
        keys = {(family.name, family.label) for family in own}
        for family in families_of(body.term) - own:
            head, bracketed, inside = family.name.partition("(")
            if (family.name, family.label) in keys:
                hidden = True  # d(x) = Σ_j x_j^2, of an x that is read as a number
            elif bracketed:
                words = set(re.findall(r"\\?[A-Za-z]+", inside))
                hidden = bool(names & words) and head not in names
            else:
                rests = self.owner.rests_on(family)
                hidden = rests is None or bool(rests & own)
            if hidden:
                message = f"{name} of other arguments: {family.latex()} may depend on them, too"
                raise FormulaError(message, bracket.at)

    def _argument(self, item: Node, param: Array, scope: Scope) -> Array:
        """An argument; \\mathbf{t}_i is a vector where one is asked for."""
        form = self.owner.ranks.form(item)
        if param.rank == 1 and form is not None and bold_inner(form[0]):
            # before it is read, as y^{(i)} read as a number makes i an index of y's own
            self.owner.ranks.known.setdefault(form, 1)
        return self.owner.array(item, scope)

    def _renamed(self, term: Term, params: tuple[Array, ...], bracket: Bracket) -> Term:
        """``H(P) = −Σ_j P(j) log P(j)`` of Q: what the body has of P(j), it has of Q(j)."""
        heads = {}
        for param, item in zip(params, bracket.items, strict=True):
            if isinstance(param.term, Entry) and isinstance(item, Name):
                heads[f"{param.term.family.name}("] = f"{item.name}("

        def visit(node: Term) -> Term:
            if isinstance(node, Entry):
                for old, new in heads.items():
                    if node.family.name.startswith(old) and old != new:
                        name = new + node.family.name.removeprefix(old)
                        axes = cast(tuple[AxisVar, ...], node.family.axes)
                        self.known.undefined.add(name)
                        family = self.owner.family(name, "", axes)
                        for a, b in zip(family.axes, axes, strict=True):
                            self.owner.axes.unify(cast(AxisVar, a), b)
                        return Entry(family, node.at)
            return rebuild(node, visit)

        return visit(term)

    def _share(
        self, name: str, bracket: Bracket, subs: tuple[Node, ...], scope: Scope
    ) -> Array | None:
        """``softmax(x_i)``: authors who write e^{x_i} / Σ_j e^{x_j} mean that."""
        item = bracket.items[0]
        if len(bracket.items) != 1 or subs or base_name(item) not in self.known.shares:
            return None
        array = self.owner.array(item, scope)
        if array.rank or not isinstance(array.term, Entry) or len(array.term.at) != 1:
            return None
        family, (axis,) = array.term.family, array.term.family.axes
        scope.note(
            f"{name}({shown(item)}) is read as entry {shown(_index_of(item))} of "
            f"{name}({base_name(item)})"
        )
        ix = fresh(self.owner.arrays.letters[-1], axis)
        total = Sum(ix, (), Fn("exp", Entry(family, (ix,))))
        return Array(Div(Fn("exp", array.term), total))

    def _softmax(self, bracket: Bracket, scope: Scope) -> Array:
        """e^{z_j} / Σ_k e^{z_k}, for a page that never says what softmax is."""
        if len(bracket.items) != 1:
            raise FormulaError("softmax of several arguments", bracket.at)
        array = self.owner.array(bracket.items[0], scope)
        if array.rank != 1:
            raise FormulaError(f"softmax of {kind_of(array.rank)}", bracket.at)
        scope.note(r"softmax is read as e^{z_j} / \sum_k e^{z_k}")
        powers = array.mapped(lambda term: Fn("exp", term))
        total = self.owner.arrays.total(self.owner.arrays.copy(powers))
        return powers.mapped(lambda term: Div(term, total))

    def name_of(self, node: Node) -> str:
        """The name of a function with its labels or number: h of h(x), h_{\\theta} of
        h_\\theta(x), f_{1} of f_1(x), f^{*} of f^*(x).

        Raises:
            FormulaError: f^{(2)}, which may be a derivative or a name.
        """
        name = base_name(node) or ""
        if not isinstance(node, Scripted):
            return name
        label = self.owner.notation.sub_indices(node)[1]
        if self.owner.notation.numbered(node):
            label = ",".join(shown(sub) for sub in node.subs)
        out = f"{name}_{{{label}}}" if label else name
        if node.sup is not None and self.owner.notation.sup_kind(node) != "exponent":
            if isinstance(node.sup, Bracket):
                raise FormulaError(f"{name} with a bracket above it is not supported yet", node.at)
            out += f"^{{{shown(node.sup)}}}"
        return out

    def _looks_called(self, name: str) -> bool:
        indexed = any(rank > 0 for rank in self.owner.notation.ranks[name])
        return not indexed and name not in self.owner.notation.sizes

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
            and not self.owner.is_defined(name)
            and name not in self.owner.notation.sizes
            and self._looks_called(name)
        )


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


def _index_of(item: Node) -> Node | None:
    return item.subs[0] if isinstance(item, Scripted) and item.subs else None


def _is_minus_one(node: Node) -> bool:
    return isinstance(node, Negative) and isinstance(node.body, Number) and node.body.value == 1
