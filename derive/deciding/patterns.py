"""Which positions the free indices take: every pattern of coincidences, once.

Claims that know no order between positions say the same for two choices of positions
with the same coincidences, among free indices and named positions (1, n, the 3 of
j ≠ 3). Where an index is used as a number, positions are not interchangeable, and
every choice is taken.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping

from derive.deciding.explicit import Env
from derive.deciding.zero import BudgetExceeded
from derive.terms import At, Axis, Condition, IndexValue, Ix, Term, indices_of, walk

__all__ = ["Positions", "allowed", "every_choice", "named_positions", "patterns"]

MAX_PATTERNS = 4_000


def named_positions(terms: Iterable[Term], conditions: tuple[Condition, ...]) -> tuple[At, ...]:
    """Every position that a term or a condition names."""
    found: dict[At, None] = {}
    for term in terms:
        for index in indices_of(term):
            if isinstance(index, At):
                found.setdefault(index)
    for c in conditions:
        for index in (c.i, c.j):
            if isinstance(index, At):
                found.setdefault(index)
    return tuple(found)


def _at(index: At, sizes: Mapping[Axis, int]) -> int | None:
    size = sizes[index.axis]
    at = size - 1 + index.offset if index.from_end else index.offset
    return at if 0 <= at < size else None


def allowed(
    env: Mapping[Ix, int], conditions: tuple[Condition, ...], sizes: Mapping[Axis, int]
) -> bool:
    """Whether the index conditions hold. One that speaks of an index that is not there
    holds; nothing equals a position that this size does not have."""
    for c in conditions:
        if any(isinstance(x, Ix) and x not in env for x in (c.i, c.j)):
            continue
        i, j = (env[x] if isinstance(x, Ix) else _at(x, sizes) for x in (c.i, c.j))
        if (i is not None and i == j) != c.equal:
            return False
    return True


class Positions:
    """The positions to try for some free indices, prepared once for all sizes."""

    def __init__(
        self,
        free: tuple[Ix, ...],
        terms: Iterable[Term],
        conditions: tuple[Condition, ...] = (),
    ) -> None:
        terms = tuple(terms)
        self.free = free
        self.conditions = conditions
        self.as_numbers = any(isinstance(n, IndexValue) for term in terms for n in walk(term))
        self.named = named_positions(terms, conditions)
        self.by_axis: dict[Axis, list[Ix]] = {}
        for ix in free:
            self.by_axis.setdefault(ix.axis, []).append(ix)

    def at(self, sizes: Mapping[Axis, int]) -> Iterator[Env]:
        """One choice of positions for each allowed pattern of coincidences.

        Raises:
            BudgetExceeded: there are too many.
        """
        if self.as_numbers:
            yield from every_choice(self.free, sizes, self.conditions)
            return
        per_axis = []
        for axis, indices in self.by_axis.items():
            fixed = {
                p for at in self.named if at.axis == axis and (p := _at(at, sizes)) is not None
            }
            found = itertools.islice(_on_axis(indices, fixed, sizes[axis]), MAX_PATTERNS + 1)
            per_axis.append(list(found))
        for tried, choice in enumerate(itertools.product(*per_axis)):
            if tried >= MAX_PATTERNS:
                raise BudgetExceeded(f"more than {MAX_PATTERNS} patterns of coinciding indices")
            env: Env = {}
            for part in choice:
                env |= part
            if allowed(env, self.conditions, sizes):
                yield env


def patterns(
    free: tuple[Ix, ...],
    terms: Iterable[Term],
    sizes: Mapping[Axis, int],
    conditions: tuple[Condition, ...] = (),
) -> Iterator[Env]:
    """`Positions.at` for a single choice of sizes."""
    return Positions(free, terms, conditions).at(sizes)


def _on_axis(indices: list[Ix], fixed: set[int], size: int) -> Iterator[Env]:
    def extend(env: Env, rest: list[Ix]) -> Iterator[Env]:
        if not rest:
            yield env
            return
        taken = sorted(fixed | set(env.values()))
        unused = next((p for p in range(size) if p not in taken), None)
        for p in [*taken, *([] if unused is None else [unused])]:
            yield from extend({**env, rest[0]: p}, rest[1:])

    yield from extend({}, indices)


def every_choice(
    free: tuple[Ix, ...], sizes: Mapping[Axis, int], conditions: tuple[Condition, ...] = ()
) -> Iterator[Env]:
    """Every allowed choice of positions, patterns or not.

    Raises:
        BudgetExceeded: there are too many.
    """
    for tried, choice in enumerate(itertools.product(*(range(sizes[ix.axis]) for ix in free))):
        if tried >= MAX_PATTERNS:
            raise BudgetExceeded(f"more than {MAX_PATTERNS} choices of indices")
        env = dict(zip(free, choice, strict=True))
        if allowed(env, conditions, sizes):
            yield env
