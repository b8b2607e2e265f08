"""Claims in the neutral prefix form of ``shared/traps/claims.json`` → `Claim`s.

The form is described at the head of that file. What our vocabulary cannot say
(order between indices, shifts, factorials, complex numbers) raises `NotSayable`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from derive.claims import Claim, Given, Positive, SumsToOne
from derive.deciding.derivative import World
from derive.terms import (
    MINUS_ONE,
    Add,
    At,
    Axis,
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
)

__all__ = ["NotSayable", "claim_of"]

_FUNCTIONS = ("exp", "log", "sqrt", "abs", "sin", "cos", "tanh")
_POSITIVE = ("pos", "gt1", "pos_not1", "unit")


class NotSayable(Exception):
    """The claim needs words that our terms do not have."""


def claim_of(case: dict[str, Any]) -> Claim:
    """One case of the file as a claim.

    Raises:
        NotSayable: it cannot be said.
    """
    return _Case(case).claim()


class _Case:
    def __init__(self, case: dict[str, Any]) -> None:
        self.case = case
        declared = case["declared"]
        self.symbols: dict[str, str] = declared["symbols"]
        self.arrays: dict[str, dict[str, Any]] = declared["arrays"]
        self.axes: dict[str, Axis] = {}
        self.slots: dict[tuple[str, int], Axis] = {}
        self.free: dict[str, Ix] = {}
        self._infer_slots()

    def axis(self, size: str) -> Axis:
        return self.axes.setdefault(size, Axis(size))

    def _infer_slots(self) -> None:
        """The axis of each array slot, from the ranges of the indices that fill it."""
        ranges = {
            name: domain.split(":")[1]
            for name, domain in self.symbols.items()
            if domain.startswith("index:")
        }

        def visit(node: Any, bound: dict[str, str]) -> None:
            if not isinstance(node, list):
                return
            head = node[0]
            if head in ("sum", "prod", "sumne", "prodne"):
                size = _size_in(node[3])
                inner = {**bound, node[1]: size} if size else bound
                for part in node[4:]:
                    visit(part, inner)
                return
            if head == "idx":
                for slot, index in enumerate(node[2:]):
                    if index[0] == "sym":
                        size = bound.get(index[1]) or ranges.get(index[1])
                        if size:
                            self.slots.setdefault((node[1], slot), self.axis(size))
            for part in node[1:]:
                visit(part, bound)

        visit(self.case["lhs"], {})
        visit(self.case["rhs"], {})

    def claim(self) -> Claim:
        for name, domain in self.symbols.items():
            if domain.startswith("index:"):
                self.free[name] = fresh(name, self.axis(domain.split(":")[1]))
        givens = []
        for constraint in self.case["declared"]["constraints"]:
            givens.append(self._constraint(constraint))
        for name, domain in self.symbols.items():
            if domain in _POSITIVE:
                givens.append(Given(Positive(Family(name)), f"{name} > 0"))
        for name, info in self.arrays.items():
            if info["domain"] in _POSITIVE:
                givens.append(Given(Positive(self.family(name)), f"{name} > 0"))
            elif info["domain"] not in ("real", "nonzero"):
                raise NotSayable(f"domain {info['domain']}")
        return Claim(
            self.term(self.case["lhs"], {}),
            self.term(self.case["rhs"], {}),
            "=",
            World(),
            tuple(givens),
        )

    def family(self, name: str) -> Family:
        rank = self.arrays[name]["rank"]
        axes = tuple(self.slots.get((name, s)) or self.axis("n") for s in range(rank))
        return Family(name, axes)

    def _constraint(self, c: list[str]) -> Given:
        match c:
            case ["sum1", name]:
                return Given(SumsToOne(self.family(name), 0), f"sum {name} = 1")
            case ["ne", i, j]:
                return Given(Condition(self.free[i], self.free[j], False), f"{i} != {j}")
        raise NotSayable(f"constraint {c[0]}")

    def index(self, node: Any, axis: Axis, bound: dict[str, Ix]) -> Index:
        match node:
            case ["sym", name] if name in bound:
                found = bound[name]
            case ["sym", name] if name in self.free:
                found = self.free[name]
            case ["sym", name] if name == axis.size:
                return At(axis, 0, True)
            case ["int", value]:
                return At(axis, value - 1)
            case _:
                raise NotSayable("index arithmetic")
        if found.axis != axis:
            raise NotSayable("an index of another range")
        return found

    def term(self, node: Any, bound: dict[str, Ix]) -> Term:
        head, *rest = node
        match head:
            case "int":
                return Rat(Fraction(rest[0]))
            case "rat":
                return Rat(Fraction(rest[0], rest[1]))
            case "sym":
                return self._symbol(rest[0], bound)
            case "idx":
                family = self.family(rest[0])
                at = tuple(
                    self.index(i, a, bound) for i, a in zip(rest[1:], family.axes, strict=True)
                )
                return Entry(family, at)
            case "add":
                return Add(tuple(self.term(a, bound) for a in rest))
            case "mul":
                return Mul(tuple(self.term(a, bound) for a in rest))
            case "neg":
                return Mul((MINUS_ONE, self.term(rest[0], bound)))
            case "div":
                return Div(self.term(rest[0], bound), self.term(rest[1], bound))
            case "pow":
                return Pow(self.term(rest[0], bound), self.term(rest[1], bound))
            case "delta":
                return self._delta(rest[0], rest[1], bound)
            case "sum" | "prod" | "sumne" | "prodne":
                return self._big(head, rest, bound)
            case "d":
                by = self.term(rest[1], bound)
                if not isinstance(by, Entry):
                    raise NotSayable("a derivative by no entry")
                return Diff(self.term(rest[0], bound), by)
        if head in _FUNCTIONS:
            return Fn(head, self.term(rest[0], bound))
        raise NotSayable(head)

    def _symbol(self, name: str, bound: dict[str, Ix]) -> Term:
        if name in bound:
            return IndexValue(bound[name])
        domain = self.symbols[name]
        if domain == "size":
            return Size(self.axis(name))
        if domain.startswith("index:"):
            return IndexValue(self.free[name])
        if domain in ("real", "nonzero", "not1", "not01", *_POSITIVE):
            return Entry(Family(name))
        raise NotSayable(f"domain {domain}")

    def _delta(self, i: Any, j: Any, bound: dict[str, Ix]) -> Term:
        known = {**self.free, **bound}
        axes = [known[x[1]].axis for x in (i, j) if x[0] == "sym" and x[1] in known]
        if not axes:
            raise NotSayable("a delta of constants")
        return Delta(self.index(i, axes[0], bound), self.index(j, axes[0], bound))

    def _big(self, head: str, rest: list[Any], bound: dict[str, Ix]) -> Term:
        letter, low, high = rest[:3]
        size = _size_in(high)
        if size is None or size not in self.symbols or low[0] != "int":
            raise NotSayable("a range")
        axis = self.axis(size)
        without: list[Index] = []
        shift = _shift_in(high)
        if shift > 0 or low[1] < 1:
            raise NotSayable("a range beyond the axis")
        without += [At(axis, i) for i in range(low[1] - 1)]
        without += [At(axis, -i, True) for i in range(-shift)]
        if head.endswith("ne"):
            without.append(self.index(rest[3], axis, bound))
        ix = fresh(letter, axis)
        body = self.term(rest[-1], {**bound, letter: ix})
        kind = Sum if head.startswith("sum") else Prod
        return kind(ix, tuple(without), body)


def _size_in(node: Any) -> str | None:
    match node:
        case ["sym", name]:
            return str(name)
        case ["add", ["sym", name], *_]:
            return str(name)
    return None


def _shift_in(node: Any) -> int:
    match node:
        case ["add", _, ["neg", ["int", value]]]:
            return -int(value)
        case ["add", _, ["int", value]]:
            return int(value)
    return 0
