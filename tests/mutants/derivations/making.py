"""What the families of derivations are made of: letters, constants and functions at random."""

from __future__ import annotations

import random
from dataclasses import dataclass
from fractions import Fraction

from derive.claims import Claim, Fact, Given, Signed, SumsToOne
from derive.deciding.derivative import World
from derive.printing import condition_latex
from derive.terms import (
    Axis,
    Condition,
    Definition,
    Entry,
    Family,
    FunctionDefinition,
    Ix,
    fresh,
    freshen,
)
from tests.mutants.algebra import Letter, Value, apply, cos, exp, log, number, sin, tanh

__all__ = ["CLASSES", "INPUTS", "SAMPLES", "Derivation", "Inner", "Pick"]

CLASSES = Axis("n")
INPUTS = Axis("m")
SAMPLES = Axis("N")


@dataclass(frozen=True)
class Derivation:
    """A chain of lines that are equal, with the definitions and givens they rest on."""

    lines: tuple[Value, ...]
    definitions: tuple[Definition, ...] = ()
    functions: tuple[FunctionDefinition, ...] = ()
    facts: tuple[Fact, ...] = ()

    def claims(self) -> list[Claim]:
        """Every step, and the whole chain, first line to last."""
        world = World({d.family: d for d in self.definitions}, {f.name: f for f in self.functions})
        givens = tuple(Given(fact, _shown(fact)) for fact in self.facts)
        pairs = list(zip(self.lines, self.lines[1:], strict=False))
        if len(self.lines) > 2:
            pairs.append((self.lines[0], self.lines[-1]))
        return [
            Claim(freshen(left.term), freshen(right.term), "=", world, givens)
            for left, right in pairs
        ]


def _shown(fact: Fact) -> str:
    match fact:
        case Condition():
            return condition_latex(fact)
        case SumsToOne(family, slot):
            return rf"\sum {family.name} = 1 (slot {slot})"
        case Signed(family, "+"):
            return f"{family.name} > 0"
    raise AssertionError(fact)


@dataclass(frozen=True, slots=True)
class Inner:
    """A function of one number and its derivative, as written."""

    of: Value
    slope: Value


class Pick:
    """Random choices for one derivation. Letters are never given out twice."""

    LETTERS = (
        *"abcfghopqrstuvxyz",
        r"\alpha", r"\beta", r"\gamma", r"\theta", r"\lambda", r"\mu",
        r"\hat{y}", r"\tilde{x}",
    )  # fmt: skip
    INDICES = tuple("ijlpqrs")

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self._letters = list(self.LETTERS)
        self._indices = list(self.INDICES)
        rng.shuffle(self._letters)
        rng.shuffle(self._indices)

    def letter(self, *axes: Axis) -> Letter:
        """A new quantity with one slot for each axis."""
        name = self._letters.pop()
        label = self.rng.choice(("", "", "", "L")) if axes else ""
        return Letter(Family(name, axes, label))

    def scalar(self) -> Value:
        """A new plain number."""
        return self.letter().value

    def index(self, axis: Axis) -> Ix:
        """A new free index."""
        return fresh(self._indices.pop(), axis)

    def maybe(self, share: float = 0.5) -> bool:
        return self.rng.random() < share

    def whole(self, low: int = 2, high: int = 5) -> int:
        return self.rng.randint(low, high)

    def constant(self) -> Value:
        """A number, or a letter that stands for one."""
        if self.maybe(0.4):
            return self.scalar()
        return number(self.rng.choice((2, 3, -1, -2, 5, Fraction(1, 2), Fraction(1, 3))))

    def inner(self, x: Value, positive: bool = False) -> Inner:
        """A function of ``x``; with ``positive``, one whose values are."""
        c, p = self.constant(), self.whole()
        always: list[Inner] = [
            Inner(exp(c * x), c * exp(c * x)),
            Inner(x**2 + self.whole(1, 4), 2 * x),
            Inner(1 + exp(x), exp(x)),
            Inner(exp(x**2), 2 * x * exp(x**2)),
            Inner(x**4 + 3 * x**2 + 1, 4 * x**3 + 6 * x),
        ]
        if positive:
            return self.rng.choice(always)
        others = [
            Inner(x**p, p * x ** (p - 1)),
            Inner(c * x + self.scalar(), c),
            Inner(sin(x), cos(x)),
            Inner(cos(c * x), -c * sin(c * x)),
            Inner(tanh(x), 1 - tanh(x) ** 2),
            Inner(x**3 - c * x, 3 * x**2 - c),
            Inner(x * exp(x), exp(x) + x * exp(x)),
            Inner(1 / x, -1 / x**2),
            Inner(log(1 + x**2), 2 * x / (1 + x**2)),
        ]
        return self.rng.choice((*always, *others))

    def sigmoid(self) -> FunctionDefinition:
        """σ(t) = 1/(1 + e^{−t}), under some name."""
        name = self.rng.choice((r"\sigma", "S", r"\phi"))
        t = self.scalar()
        assert isinstance(t.term, Entry)
        return FunctionDefinition(name, t.term, freshen((1 / (1 + exp(-t))).term))


def call(function: FunctionDefinition, x: Value, order: int = 0) -> Value:
    return apply(function.name, x, order)


__all__ += ["call"]
