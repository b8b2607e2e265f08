"""A claim: one written step, ready to be decided."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Literal

from derive.deciding.derivative import World
from derive.terms import (
    Apply,
    Axis,
    Condition,
    Definition,
    Delta,
    Entry,
    Family,
    Fn,
    Ix,
    Term,
    axes_of,
    fresh,
    indices_of,
    walk,
)

__all__ = [
    "Binary", "Claim", "Fact", "Given", "GivenSign", "Interval", "Positive", "Signed",
    "SizeAtLeast", "SumsToOne", "Supposed", "Within",
    "labelled",
]  # fmt: skip

GivenSign = Literal["+", "-", "0", "+0", "-0", "≠0", "?", ""]
_SIGNS: dict[GivenSign, str] = {
    "+": "+", "-": "-", "0": "0", "+0": "+0", "-0": "-0", "≠0": "+-", "?": "+-0", "": "",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SumsToOne:
    """The entries of ``family`` add up to 1 over its slot ``slot``."""

    family: Family
    slot: int = 0


@dataclass(frozen=True, slots=True)
class Signed:
    """Every entry of ``family`` is > 0 (``+``), < 0 (``-``), ≥ 0 (``+0``), ≤ 0 (``-0``) or
    other than 0 (``≠0``)."""

    family: Family
    sign: GivenSign


def Positive(family: Family) -> Signed:
    """Every entry of ``family`` is positive."""
    return Signed(family, "+")


@dataclass(frozen=True, slots=True)
class Binary:
    """Every entry of ``family`` is 0 or 1."""

    family: Family


@dataclass(frozen=True, slots=True)
class Interval:
    """Between ``low`` and ``high`` (None: no such end), which belong to it if ``closed``."""

    low: Fraction | None = None
    high: Fraction | None = None
    closed: bool = False

    def meets(self, other: Interval) -> Interval:
        """What lies in both, or a little more where one is closed and one is not."""
        lows = [x.low for x in (self, other) if x.low is not None]
        highs = [x.high for x in (self, other) if x.high is not None]
        closed = self.closed or other.closed
        return Interval(max(lows, default=None), min(highs, default=None), closed)

    def beyond(self, bound: Fraction) -> Literal["+", "-", "+0", "-0", ""]:
        """The sign of x − bound for every x in the interval; nothing if it is not one sign."""
        if self.low is not None and bound <= self.low:
            return "+0" if self.closed and bound == self.low else "+"
        if self.high is not None and bound >= self.high:
            return "-0" if self.closed and bound == self.high else "-"
        return ""


@dataclass(frozen=True, slots=True)
class Within:
    """Every entry of ``family`` lies in ``interval`` (0 < p_k < 1)."""

    family: Family
    interval: Interval


@dataclass(frozen=True, slots=True)
class SizeAtLeast:
    """The size with this letter is at least ``least`` (n ≥ 2)."""

    letter: str
    least: int


@dataclass(frozen=True, slots=True)
class Supposed:
    """``family`` is what a case of the page says it is («If y_k = δ_kc:»)."""

    family: Family


Fact = Condition | SumsToOne | Signed | Within | Binary | SizeAtLeast | Supposed


@dataclass(frozen=True, slots=True)
class Given:
    """An assumption that the page states, with its own LaTeX and line."""

    fact: Fact
    latex: str
    line: int = 0


@dataclass(frozen=True)
class Claim:
    """``left relation right`` for every size of every axis, every index that the givens
    allow and all real values that satisfy the givens and make both sides defined.

    ``relation`` is one of ``= < > ≤ ≥``.
    """

    left: Term
    right: Term
    relation: str = "="
    world: World = field(default_factory=World)
    givens: tuple[Given, ...] = ()

    @cached_property
    def free(self) -> tuple[Ix, ...]:
        """The free index variables, in order of appearance; also those that only the
        definitions contain (the right class c of C = -log a_c)."""
        found = {**indices_of(self.left), **indices_of(self.right)}
        world = self.world
        families = {f for t in (self.left, self.right) for f in world.families(t)}
        reached = {g for f in families for g in world.reach(f)}
        for family in sorted(reached, key=lambda f: (f.name, f.label)):
            definition = world.definitions.get(family)
            if definition is not None:
                for index in indices_of(definition.body):
                    if index not in definition.params:
                        found.setdefault(index)
        return tuple(i for i in found if isinstance(i, Ix))

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """The given coincidences and differences of indices."""
        return tuple(g.fact for g in self.givens if isinstance(g.fact, Condition))

    @cached_property
    def simplex(self) -> dict[Family, int]:
        """Families whose entries are given to sum to 1 → the slot they sum over."""
        facts = [g.fact for g in self.givens if isinstance(g.fact, SumsToOne)]
        return {fact.family: fact.slot for fact in facts}

    @cached_property
    def signs(self) -> dict[Family, GivenSign]:
        """Families whose entries are given a sign → that sign, all its facts together
        (x ≥ 0 and x ≠ 0 make x > 0); the empty sign where they contradict each other."""
        found: dict[Family, str] = {}
        stated = [
            (g.fact.family, _SIGNS[g.fact.sign]) for g in self.givens if isinstance(g.fact, Signed)
        ]
        stated += [(f, _SIGNS[_sign_in(interval)]) for f, interval in self.within.items()]
        for family, signs in stated:
            found[family] = "".join(s for s in found.get(family, "+-0") if s in signs)
        names = {"".join(sorted(signs)): sign for sign, signs in _SIGNS.items()}
        known = {family: names["".join(sorted(signs))] for family, signs in found.items()}
        return {family: sign for family, sign in known.items() if sign != "?"}

    @cached_property
    def within(self) -> dict[Family, Interval]:
        """Families whose entries are given to lie in an interval."""
        found: dict[Family, Interval] = {}
        for given in self.givens:
            if isinstance(given.fact, Within):
                family, interval = given.fact.family, given.fact.interval
                found[family] = found.get(family, Interval()).meets(interval)
        return found

    @cached_property
    def least(self) -> dict[str, int]:
        """The letters of sizes that are given to be at least some number."""
        found: dict[str, int] = {}
        for given in self.givens:
            if isinstance(given.fact, SizeAtLeast):
                letter = given.fact.letter
                found[letter] = max(found.get(letter, 1), given.fact.least)
        return found

    def smallest(self, axis: Axis) -> int:
        """The least size that the axis can have."""
        return max(1, self.least.get(axis.symbol, 1) + axis.extra)

    @cached_property
    def positive(self) -> frozenset[Family]:
        """Families whose entries are given to be positive."""
        return frozenset(f for f, sign in self.signs.items() if sign == "+")

    @cached_property
    def binary(self) -> frozenset[Family]:
        """Families whose entries are given to be 0 or 1."""
        return frozenset(g.fact.family for g in self.givens if isinstance(g.fact, Binary))

    @cached_property
    def reached(self) -> frozenset[Family]:
        """The families of both sides, and all that their definitions rest on."""
        world = self.world
        families = world.families(self.left) | world.families(self.right)
        return frozenset(g for f in families for g in world.reach(f))

    @cached_property
    def bodies(self) -> tuple[Term, ...]:
        """Both sides, and every definition they rest on."""
        world = self.world
        order = sorted(self.reached, key=lambda f: (f.name, f.label, f.rank))
        bodies = [self.left, self.right]
        bodies += [world.definitions[f].body for f in order if f in world.definitions]
        called: dict[str, Term] = {}
        for body in bodies:
            self._calls(body, called)
        return (*bodies, *called.values())

    def _calls(self, term: Term, found: dict[str, Term]) -> None:
        for node in walk(term):
            if isinstance(node, Apply) and node.function not in found:
                function = self.world.functions.get(node.function)
                if function is not None:
                    found[node.function] = function.body
                    self._calls(function.body, found)

    @cached_property
    def in_exponents(self) -> frozenset[Family]:
        """The undefined families that occur in an exponent, through all definitions."""
        world = self.world
        found: set[Family] = set()
        for body in self.bodies:
            for node in walk(body):
                if isinstance(node, Fn) and node.name == "exp":
                    for family in world.families(node.arg):
                        found |= {f for f in world.reach(family) if f not in world.definitions}
        return frozenset(found)

    @cached_property
    def axes(self) -> tuple[Axis, ...]:
        """The axes of both sides and of every definition they rest on."""
        found = dict.fromkeys(axes_of(*self.bodies))
        for body in self.bodies:
            for node in walk(body):
                if isinstance(node, Entry):
                    found |= dict.fromkeys(node.family.axes)
        return tuple(found)


def labelled(claim: Claim, family: Family, c: Ix, letter: str) -> tuple[Definition, Claim]:
    """y_k = δ_kc, and the claim with it in place of all that is given of y.

    ``letter``: how k is called, if c is not.
    """
    k = fresh(next(x for x in (letter, "k", "j") if x != c.name), c.axis)
    label = Definition(family, (k,), Delta(k, c))
    world = claim.world.redefined({**claim.world.definitions, family: label})
    # what is given of the family says less than this
    givens = tuple(g for g in claim.givens if getattr(g.fact, "family", None) != family)
    return label, replace(claim, world=world, givens=givens)


def _sign_in(interval: Interval) -> GivenSign:
    """The sign of everything in an interval; ``?``: it has several."""
    return interval.beyond(Fraction(0)) or "?"
