"""Which positions the free indices take: every pattern of coincidences, once.

Claims know no order between positions, so two choices of positions with the same
coincidences (among free indices and named positions such as 1 or n) say the same.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

from derive.claims import Claim
from derive.deciding.explicit import Env
from derive.terms import At, Axis, Condition, Ix, Term, indices_of

__all__ = ["all_positions", "allowed", "named_positions", "patterns"]


def named_positions(*terms: Term) -> tuple[At, ...]:
    found: dict[At, None] = {}
    for term in terms:
        for index in indices_of(term):
            if isinstance(index, At):
                found.setdefault(index)
    return tuple(found)


def _position(index: Ix | At, env: Mapping[Ix, int], sizes: Mapping[Axis, int]) -> int | None:
    if isinstance(index, Ix):
        return env.get(index)
    size = sizes[index.axis]
    at = size - 1 + index.offset if index.from_end else index.offset
    return at if 0 <= at < size else None


def allowed(
    env: Mapping[Ix, int], conditions: tuple[Condition, ...], sizes: Mapping[Axis, int]
) -> bool:
    """Whether the index conditions hold; one that speaks of an absent index holds."""
    for c in conditions:
        i, j = _position(c.i, env, sizes), _position(c.j, env, sizes)
        if i is not None and j is not None and (i == j) != c.equal:
            return False
    return True


def patterns(
    free: tuple[Ix, ...],
    named: tuple[At, ...],
    sizes: Mapping[Axis, int],
    conditions: tuple[Condition, ...] = (),
) -> Iterator[Env]:
    """One choice of positions for each allowed pattern of coincidences."""
    by_axis: dict[Axis, list[Ix]] = {}
    for ix in free:
        by_axis.setdefault(ix.axis, []).append(ix)
    per_axis = []
    for axis, indices in by_axis.items():
        fixed = {
            p for at in named if at.axis == axis and (p := _position(at, {}, sizes)) is not None
        }
        per_axis.append(list(_axis_patterns(indices, fixed, sizes[axis])))
    for choice in itertools.product(*per_axis):
        env: Env = {}
        for part in choice:
            env |= part
        if allowed(env, conditions, sizes):
            yield env


def _axis_patterns(indices: list[Ix], fixed: set[int], size: int) -> Iterator[Env]:
    def extend(env: Env, rest: list[Ix]) -> Iterator[Env]:
        if not rest:
            yield env
            return
        taken = sorted(fixed | set(env.values()))
        unused = next((p for p in range(size) if p not in taken), None)
        for p in [*taken, *([] if unused is None else [unused])]:
            yield from extend({**env, rest[0]: p}, rest[1:])

    yield from extend({}, indices)


def all_positions(claim: Claim, sizes: Mapping[Axis, int]) -> Iterator[Env]:
    """Every choice of positions for the free indices, patterns or not."""
    conditions = claim.conditions
    free = claim.free
    for choice in itertools.product(*(range(sizes[ix.axis]) for ix in free)):
        env = dict(zip(free, choice, strict=True))
        if allowed(env, conditions, sizes):
            yield env
