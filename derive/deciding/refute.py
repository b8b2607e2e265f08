"""Counterexamples: small, deterministic, certified by enclosures and seen by both paths."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from derive.claims import Claim
from derive.deciding.derivative import CannotDifferentiate, World
from derive.deciding.exact_value import NotExact, exact_value
from derive.deciding.explicit import Env
from derive.deciding.patterns import every_choice, patterns
from derive.deciding.unfold import Level, unfold
from derive.deciding.verdict import Counterexample, InternalContradiction
from derive.deciding.witness import NotANumber, Point, compare, points
from derive.deciding.worked import shown_value, worked_out
from derive.printing import entry_name
from derive.terms import Add, Apply, Axis, Definition, Diff, Entry, Family, walk

__all__ = ["MANY", "cross_examine", "differs_somewhere", "smallest_counterexample"]

_GENERIC = (3, 2)  # one mixed point, else one with positive values
_SEARCH = tuple(range(12))
_FAR = (*range(100, 104), *range(200, 204))  # large values, then large negative ones
MANY = (*_SEARCH, *_FAR)
SEARCH_PRECISION = 512
FEW_CHOICES = 256
SAMPLE = 2


def _sizes(claim: Claim, largest: int) -> Iterator[dict[Axis, int]]:
    """All size choices up to ``largest``, smallest total first; axes that share a size
    symbol (1…n and 0…n) get it from the same n."""
    axes = claim.axes
    symbols = tuple(dict.fromkeys(a.symbol for a in axes if a.fixed is None))
    least = [claim.least.get(symbol, 1) for symbol in symbols]
    choices = itertools.product(*(range(low, low + largest) for low in least))
    for choice in sorted(choices, key=lambda c: (sum(c), c)):
        sizes = _sized(axes, dict(zip(symbols, choice, strict=True)))
        if sizes is not None:
            yield sizes


def _sized(axes: tuple[Axis, ...], numbers: dict[str, int]) -> dict[Axis, int] | None:
    sizes = {a: a.fixed if a.fixed is not None else numbers[a.symbol] + a.extra for a in axes}
    return sizes if all(size >= 1 for size in sizes.values()) else None


def _environments(claim: Claim, sizes: dict[Axis, int], how: str = "patterns") -> Iterator[Env]:
    """Positions for the free indices: every pattern of coincidences; or, without reasoning
    about patterns, ``every`` choice (where that is few) or a ``sample`` of them."""
    if how != "patterns" and _number_of_choices(claim, sizes) <= FEW_CHOICES:
        choices = list(every_choice(claim.free, sizes, claim.conditions))
        if how == "every" or not choices:
            return iter(choices)
        picks = dict.fromkeys((7 * k + 3) % len(choices) for k in range(SAMPLE))
        return iter([choices[k] for k in picks])
    return patterns(claim.free, claim.bodies, sizes, claim.conditions)


def _number_of_choices(claim: Claim, sizes: dict[Axis, int]) -> int:
    return math.prod(sizes[ix.axis] for ix in claim.free)


def _fails(claim: Claim, left: Any, right: Any) -> bool:
    match claim.relation:
        case "=":
            return not left.overlaps(right)
        case "<":
            return bool(left >= right)
        case ">":
            return bool(left <= right)
        case "≤":
            return bool(left > right)
        case "≥":
            return bool(left < right)
    raise ValueError(f"not a decidable relation: {claim.relation}")


def differs_somewhere(
    claim: Claim,
    sizes: tuple[int, ...] = (2,),
    styles: tuple[int, ...] = _GENERIC,
    how: str = "patterns",
) -> bool | None:
    """A quick look: True if some point certainly refutes the claim, False if points were
    tried and none did, None if no point could be tried."""
    axes = claim.axes
    tried = None
    for size in sizes:
        numbers = {a.symbol: max(size, claim.least.get(a.symbol, 1)) for a in axes}
        chosen = _sized(axes, numbers)
        if chosen is None:
            continue
        for env in _environments(claim, chosen, how):
            for point in points(claim, chosen, styles):
                try:
                    left, right = compare(claim, point, env)
                except NotANumber:
                    continue
                tried = False
                if _fails(claim, left, right):
                    return True
                break
    return tried


def smallest_counterexample(claim: Claim, largest: int = 4) -> Counterexample | None:
    """The first counterexample in order of sizes, then of plainness of the values."""
    claim = _in_free_quantities(claim)
    axes = claim.axes
    if len(axes) > 2:
        largest = min(largest, 3)
    for styles, upto in ((_SEARCH, largest), (_FAR, 2)):
        for sizes in _sizes(claim, upto):
            environments = list(_environments(claim, sizes, "every"))
            for style, env in itertools.product(styles, environments):
                for point in points(claim, sizes, (style,)):
                    try:
                        left, right = compare(claim, point, env, SEARCH_PRECISION)
                    except NotANumber:
                        continue
                    if _fails(claim, left, right):
                        found = _record(claim, point, env, left, right)
                        if found is not None:
                            return found
    return None


def cross_examine(claim: Claim, sizes: tuple[int, ...]) -> bool:
    """Meet a proof with numbers at sizes that it did not check: False if no point was found
    at which both sides exist.

    Raises:
        InternalContradiction: the numbers refute what the first path proved.
    """
    differs = differs_somewhere(claim, sizes, how="sample")
    if differs is None:
        further = tuple(size + more for more in (1, 2) for size in sizes)
        differs = differs_somewhere(claim, (*sizes, *further, 1, 2, 3), MANY)
    if differs:
        raise InternalContradiction(
            f"the exact path proved a step that numbers refute at size {sizes}"
        )
    return differs is not None


def _in_free_quantities(claim: Claim) -> Claim:
    """The claim with as few definitions as possible: a z_j = Σ_k w_jk x_k + b_j that the
    claim does not look into may take any value, as b_j occurs nowhere else. The
    counterexample then speaks of z itself."""
    world = claim.world
    definitions = dict(world.definitions)
    looked_into = {n.by.family for body in claim.bodies for n in walk(body) if isinstance(n, Diff)}
    present = {f for side in (claim.left, claim.right) for f in world.families(side)}
    for family, definition in world.definitions.items():
        offset = _free_offset(definition)
        if offset is None or offset in looked_into or offset in present:
            continue
        others = [d.body for f, d in definitions.items() if f != family]
        if any(offset in world.families(body) for body in others):
            continue
        inside = world.families(definition.body)
        if inside & (looked_into | present):
            continue
        del definitions[family]
    if len(definitions) == len(world.definitions):
        return claim
    return replace(claim, world=world.redefined(definitions))


def _free_offset(definition: Definition) -> Family | None:
    """The b of a definition z_j = … + b_j, if b stands there alone and only once."""
    body = definition.body
    if not isinstance(body, Add):
        return None
    for part in body.args:
        if isinstance(part, Entry) and part.at == definition.params and part.at:
            entries = [n for n in walk(body) if isinstance(n, Entry)]
            if sum(n.family == part.family for n in entries) == 1:
                return part.family
    return None


def _record(claim: Claim, point: Point, env: Env, left: Any, right: Any) -> Counterexample | None:
    """Re-evaluate along the first path's opened terms, then write everything down; None where
    the opened terms have no value."""
    exact: list[Fraction | None] = [None, None]
    worked: tuple[tuple[str, str], ...] = ()
    if not any(
        isinstance(node, Apply) and node.function not in claim.world.functions
        for t in claim.bodies
        for node in walk(t)
    ):
        opened = _opened(claim)
        if opened is not None:
            try:
                again = compare(opened, point, env)
            except NotANumber:
                return None  # the opened terms do not exist here, so nothing confirms it
            for ours, theirs in zip((left, right), again, strict=True):
                if not ours.overlaps(theirs):
                    raise InternalContradiction(
                        f"two evaluations of one side differ: {ours} and {theirs}"
                    )
            for at, side in enumerate((opened.left, opened.right)):
                try:
                    exact[at] = exact_value(side, env, point)
                except NotExact:
                    continue
            worked = worked_out(claim, point, env)
    values = {entry_name(*slot): shown for slot, (_, shown) in point.values.items()}
    for (slot, by), (_, shown) in point.slopes.items():
        values[f"∂{entry_name(*slot)}/∂{entry_name(*by)}"] = shown
    return Counterexample(
        sizes={a.symbol: s - a.extra for a, s in point.sizes.items() if a.fixed is None},
        indices={ix.name: p + ix.axis.start for ix, p in env.items()},
        values=values,
        left=_shown(left, exact[0]),
        right=_shown(right, exact[1]),
        worked=worked,
        difference=_shown(left - right, _difference(*exact)),
    )


def _opened(claim: Claim) -> Claim | None:
    world = claim.world
    level = Level(frozenset(world.definitions), gradients=True, functions=True)
    try:
        left, right = (unfold(t, level, world) for t in (claim.left, claim.right))
    except CannotDifferentiate:
        return None
    if any(isinstance(n, Diff) for t in (left, right) for n in walk(t)):
        return None
    bare = World({}, {}, world.depends)
    return replace(claim, left=left, right=right, world=bare)


def _difference(left: Fraction | None, right: Fraction | None) -> Fraction | None:
    return None if left is None or right is None else left - right


def _shown(ball: Any, exact: Fraction | None) -> str:
    return shown_value(ball) if exact is None else str(exact)
