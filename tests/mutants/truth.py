"""Whether a claim is true, from numbers alone: the second path, at points of our own.

No prover, no zero test, no SymPy: the written formula is evaluated with balls at random
rational points that satisfy every given exactly, at several sizes and choices of indices.
A ball pair without overlap makes a claim false for certain. A claim is called true when
dozens of points at sizes up to six (and one beyond) all agree to hundreds of bits: for
formulas of this size a coincidence at random points is out of the question.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal

from flint import arb, fmpq

from derive.claims import Claim, Given, Signed, SumsToOne
from derive.deciding.derivative import World
from derive.deciding.witness import NotANumber, Point, compare
from derive.terms import At, Axis, Definition, Delta, Diff, Family, Index, Ix, fresh, walk

__all__ = ["Truth", "supposing", "truth", "unsaid"]

PRECISION = 256
MORE_PRECISION = 1024
ENOUGH = 36  # points at which both sides exist, before a claim is called true
ROUNDS = 14
CHOICES = 6  # of indices, for each choice of sizes and each round
STYLES = ("mixed", "positive", "unit", "mixed", "special", "wide", "positive")

Env = dict[Ix, int]


@dataclass(frozen=True, slots=True)
class Truth:
    """``few``: it held at every point tried, but at too few to say so. ``nowhere``: no point
    was found that satisfies the givens and gives both sides a value. ``points`` counts the
    points at which both sides have one."""

    word: Literal["true", "false", "few", "nowhere"]
    points: int
    sizes: tuple[tuple[str, int], ...] = ()


class RandomPoint(Point):
    """Random rational values; logs of them, mostly, for what stands in an exponent."""

    def __init__(self, claim: Claim, sizes: Mapping[Axis, int], seed: str, style: str) -> None:
        super().__init__(
            sizes, 0, claim.in_exponents, claim.signs, claim.within, claim.binary, claim.simplex
        )
        self.positive = claim.positive
        self.random = random.Random(seed)
        self.kind = style
        self.logs = self.random.random() < 0.7

    def _draw(self) -> Fraction:
        pick = self.random.randint
        match self.kind:
            case "positive":
                return Fraction(pick(1, 12), pick(1, 7))
            case "unit":
                return Fraction(pick(1, 16), 17)
            case "special":
                return Fraction(self.random.choice((0, 1, -1, 2, 1)))
            case "wide":
                return Fraction(pick(-60, 60), pick(1, 3))
        return Fraction(self.random.choice((-1, 1)) * pick(1, 13), pick(1, 6))

    def _choose(self, family: Family, positions: tuple[int, ...], order: int) -> tuple[Any, str]:
        value = self._draw()
        if family in self.positive:
            value = abs(value) or Fraction(1, 2)
        if family in self.in_exponent and self.logs:
            value = abs(value) or Fraction(1)
            # a positive quantity in an exponent: the log of a number above 1
            if family in self.positive and value <= 1:
                value = 1 + value
            return _ball(value).log(), f"log({value})"
        return _ball(value), str(value)

    def _fill_simplex(self, family: Family, positions: tuple[int, ...], along: int) -> None:
        size = self.sizes[family.axes[along]]
        while True:
            weights = [self._draw() for _ in range(size)]
            if family in self.positive:
                weights = [abs(w) or Fraction(1, 3) for w in weights]
            if total := sum(weights):
                break
        for k, weight in enumerate(weights):
            at = (*positions[:along], k, *positions[along + 1 :])
            self.values[family, at] = (_ball(weight / total), str(weight / total))

    def _rational(self, order: int, positions: tuple[int, ...]) -> Fraction:
        return self._draw()  # the free slopes of undefined quantities


def _ball(value: Fraction) -> Any:
    return arb(fmpq(value.numerator, value.denominator))


def truth(claim: Claim, seed: str, sizes: Mapping[str, tuple[int, ...]] | None = None) -> Truth:
    """What random points say; ``sizes`` restricts the sizes, by name, to those listed.

    Deterministic in ``seed``.
    """
    for given in claim.givens:
        if isinstance(given.fact, SumsToOne | Signed):
            definition = claim.world.definitions.get(given.fact.family)
            one_hot = definition is not None and isinstance(definition.body, Delta)
            if definition is not None and not (one_hot and isinstance(given.fact, SumsToOne)):
                raise ValueError(f"a given about a defined quantity: {given.latex}")
    rng = random.Random(seed)
    grid = _grid(claim.axes, sizes)
    grid *= max(1, 7 // len(grid))  # few sizes: more points at each
    counted = 0
    for at in range(ROUNDS):
        for number, chosen in enumerate(grid):
            style = STYLES[(at + number) % len(STYLES)]
            point = RandomPoint(claim, chosen, f"{seed}:{at}:{number}", style)
            for env in _choices(claim, chosen, rng):
                holds = _holds(claim, point, env, f"{seed}:{at}:{number}", style)
                if holds is False:
                    shown = tuple((a.size, s) for a, s in chosen.items())
                    return Truth("false", counted + 1, shown)
                counted += holds is True
        if at and counted >= ENOUGH:
            return Truth("true", counted)
    return Truth("few" if counted else "nowhere", counted)


def _holds(claim: Claim, point: RandomPoint, env: Env, seed: str, style: str) -> bool | None:
    """True and False are certain up to the last bits; None: no value here, or not enough
    bits to tell."""
    try:
        left, right = compare(claim, point, env, PRECISION)
        if claim.relation == "=" and left.overlaps(right) and not _tight(left, right):
            again = RandomPoint(claim, point.sizes, seed, style)
            left, right = compare(claim, again, env, MORE_PRECISION)
    except NotANumber:
        return None
    match claim.relation:
        case "=":
            if not left.overlaps(right):
                return False
            return True if _tight(left, right) else None
        case "<":
            return True if left < right else False if left >= right else None
        case ">":
            return True if left > right else False if left <= right else None
        case "≤":
            return True if left <= right else False if left > right else None
        case "≥":
            return True if left >= right else False if left < right else None
    raise ValueError(f"not a relation: {claim.relation}")


def _tight(left: Any, right: Any) -> bool:
    """Whether the balls are so small that their overlap means equality."""
    return all(
        bool(side.rad() < _ball(Fraction(1, 2**90)) * (1 + abs(side))) for side in (left, right)
    )


def unsaid(claim: Claim) -> bool:
    """Whether it has a derivative of something by a quantity on which, as far as the
    definitions go, it does not depend at all. Numbers take it for 0; a page that writes such
    a thing has not said what it means, and derive says just that."""
    world = claim.world
    for side in (claim.left, claim.right):
        for node in walk(side):
            if isinstance(node, Diff):
                by = node.by.family
                inside = world.families(node.body)
                if inside and not any(by in world.reach(f) for f in inside):
                    return True
    return False


# --------------------------------------------------------------------------- sizes, indices


def _grid(
    axes: tuple[Axis, ...], only: Mapping[str, tuple[int, ...]] | None
) -> list[dict[Axis, int]]:
    """Choices of sizes, small ones first; axes with one size letter share its number."""
    letters = tuple(dict.fromkeys(a.symbol for a in axes if a.fixed is None))
    if only is not None:
        listed = {
            a.symbol: tuple(s - a.extra for s in only[a.size]) for a in axes if a.size in only
        }
        ranges = [listed.get(letter, (1, 2, 3)) for letter in letters]
        rows = list(itertools.product(*ranges))
    elif len(letters) <= 1:
        rows = [(s,) * len(letters) for s in (2, 3, 1, 4, 5, 6, 9)[: 7 if letters else 1]]
    elif len(letters) == 2:
        rows = [(2, 3), (3, 2), (1, 2), (2, 1), (1, 1), (2, 2), (3, 4), (4, 3), (6, 2), (2, 6)]
    else:
        rows = [(2,) * len(letters), (1,) * len(letters), (3,) * len(letters)]
        rows += [tuple(1 + (p + q) % 3 for p in range(len(letters))) for q in range(3)]
        rows += [tuple(2 + (p == q) * 3 for p in range(len(letters))) for q in range(len(letters))]
    found = []
    for row in rows:
        numbers = dict(zip(letters, row, strict=True))
        chosen = {a: a.fixed if a.fixed is not None else numbers[a.symbol] + a.extra for a in axes}
        if all(s >= 1 for s in chosen.values()):
            found.append(chosen)
    return found


def _choices(claim: Claim, sizes: Mapping[Axis, int], rng: random.Random) -> list[Env]:
    """Some positions for the free indices: all of them where they are few; else a sample in
    which both coinciding and different indices occur."""
    free = claim.free
    count = 1
    for ix in free:
        count *= sizes[ix.axis]
    if count <= 64:
        found = list(_every_choice(claim, sizes))
    else:
        drawn = [{ix: rng.randrange(sizes[ix.axis]) for ix in free} for _ in range(8 * CHOICES)]
        for env in drawn[::2]:  # half of them with two indices made to coincide
            for i, j in itertools.combinations(free, 2):
                if i.axis == j.axis and rng.random() < 0.5:
                    env[j] = env[i]
        found = [env for env in drawn if _allowed(claim, env, sizes)]
    if len(found) <= CHOICES:
        return found
    return rng.sample(found, CHOICES)


def _every_choice(claim: Claim, sizes: Mapping[Axis, int]) -> Iterator[Env]:
    for positions in itertools.product(*(range(sizes[ix.axis]) for ix in claim.free)):
        env = dict(zip(claim.free, positions, strict=True))
        if _allowed(claim, env, sizes):
            yield env


def _allowed(claim: Claim, env: Env, sizes: Mapping[Axis, int]) -> bool:
    def position(index: Index) -> int | None:
        if isinstance(index, At):
            size = sizes.get(index.axis, index.axis.fixed or 6)
            at = size - 1 + index.offset if index.from_end else index.offset
            return at if 0 <= at < size else None
        return env[index]

    for c in claim.conditions:
        # a condition on an index that the claim does not contain says nothing of it
        if any(isinstance(x, Ix) and x not in env for x in (c.i, c.j)):
            continue
        i, j = position(c.i), position(c.j)
        if (i is not None and i == j) != c.equal:
            return False
    return True


# --------------------------------------------------------------------------- assumptions


_SUMS_TO_ONE = re.compile(r"\\sum_\{(\w+)\} (.+) = 1")
_ONE_HOT = re.compile(r"(.+) = \\delta_\{(\w),?(\w)\}")


def supposing(claim: Claim, assumption: str) -> Claim:
    """The claim with an assumption that a verdict names, read back from its LaTeX.

    Raises:
        ValueError: it is no assumption that we know.
    """
    families = [f for f in claim.reached if f.axes and f not in claim.world.definitions]
    if found := _SUMS_TO_ONE.fullmatch(assumption):
        letter, entry = found.groups()
        for family in families:
            for names in itertools.permutations((letter, *"ijpquv"), family.rank):
                if letter in names and family.latex(names) == entry:
                    given = Given(SumsToOne(family, names.index(letter)), assumption)
                    return replace(claim, givens=(*claim.givens, given))
    if found := _ONE_HOT.fullmatch(assumption):
        entry, bound, right_class = found.groups()
        for family in families:
            for c in claim.free:
                fits = c.name == right_class and family.axes == (c.axis,)
                if fits and family.latex((bound,)) == entry:
                    k = fresh(bound, c.axis)
                    definition = Definition(family, (k,), Delta(k, c))
                    definitions = {**claim.world.definitions, family: definition}
                    world = World(definitions, claim.world.functions, claim.world.depends)
                    return replace(claim, world=world)
    raise ValueError(f"not an assumption that this test knows: {assumption}")
