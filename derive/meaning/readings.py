"""Other readings of a step that the page may mean: asked about only where the first is false, as
an ambiguity that changes the verdict is reported, not guessed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from derive.claims import Claim
from derive.deciding.derivative import World
from derive.meaning.model import Reading
from derive.printing import latex
from derive.terms import (
    At,
    Axis,
    Definition,
    Entry,
    Family,
    Index,
    Prod,
    Sum,
    Term,
    indices_of,
    rebuild,
    walk,
)

__all__ = ["readings_of"]


def readings_of(
    claim: Claim,
    chain: Collection[Term],
    inline: Collection[Family],
    explicit: Collection[int],
) -> Iterator[Reading]:
    """``chain``: the sides of the chain that the step belongs to. ``inline``: families that only
    a sentence defines. ``explicit``: the uids of indices whose sum has its range written."""
    yield from _without_inline(claim, inline)
    yield from _whole_ranges(claim, chain, explicit)
    yield from _numbered(claim)


def _without_inline(claim: Claim, inline: Collection[Family]) -> Iterator[Reading]:
    """«In other words, $y = o + ε$»: a definition, or something said of y?"""
    world = claim.world
    dropped: list[Definition] = [
        world.definitions[f] for f in claim.reached if f in inline and f in world.definitions
    ]
    for definition in sorted(dropped, key=lambda d: d.line):
        family = definition.family
        kept = {f: d for f, d in world.definitions.items() if f != family}
        head = latex(Entry(family, definition.params))
        yield Reading(
            f"False with {head} = {latex(definition.body)} (line {definition.line}), true "
            f"without; it is not clear whether that is meant here.",
            replace(claim, world=World(kept, world.functions, world.depends)),
        )


def _whole_ranges(
    claim: Claim, chain: Collection[Term], explicit: Collection[int]
) -> Iterator[Reading]:
    """A chain that always sums to N − 1, on a page that elsewhere sums the same index to N."""
    sums = [n for t in chain for n in walk(t) if isinstance(n, Sum | Prod)]
    left_out: dict[Axis, list[tuple[Index, ...]]] = {}
    for node in sums:
        if node.ix.uid in explicit:
            out = tuple(i for i in node.without if isinstance(i, At))
            left_out.setdefault(node.ix.axis, []).append(out)
    shorter = {
        axis
        for axis, outs in left_out.items()
        if len(outs) > 2 and len(set(outs) | {()}) == 2 and () not in outs
    }
    if shorter:
        yield Reading(
            "False, as the sums here leave out an entry that the page has in other sums; true "
            "over the whole range. One of the ranges may be a slip.",
            replace(
                claim,
                left=_with_whole_ranges(claim.left, shorter),
                right=_with_whole_ranges(claim.right, shorter),
            ),
        )


def _with_whole_ranges(term: Term, axes: Collection[Axis]) -> Term:
    if isinstance(term, Sum | Prod) and term.ix.axis in axes:
        kept = tuple(i for i in term.without if not isinstance(i, At))
        return type(term)(term.ix, kept, _with_whole_ranges(term.body, axes))
    return rebuild(term, lambda child: _with_whole_ranges(child, axes))


def _numbered(claim: Claim) -> Iterator[Reading]:
    """``a_1 + a_2 + a_3 = 1``: meant for three classes."""
    places = _positions((claim.left, claim.right))
    free = [axis for axis in claim.axes if axis.fixed is None]
    if len(places) != 1 or (axis := next(iter(places))) not in free:
        return
    last = max(places[axis]) + 1
    if last >= 2 and places[axis] == set(range(last)):
        size = last - axis.extra
        yield Reading(
            f"False in general, true for {axis.symbol} = {size}; the page does not say that "
            f"there are just {last}.",
            claim,
            {other.size: 2 for other in free} | {axis.size: last},
        )


def _positions(terms: Iterable[Term]) -> dict[Axis, set[int]]:
    found: dict[Axis, set[int]] = {}
    for term in terms:
        for index in indices_of(term):
            if isinstance(index, At) and not index.from_end:
                found.setdefault(index.axis, set()).add(index.offset)
    return found
