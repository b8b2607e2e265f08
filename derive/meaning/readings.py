"""Other readings of a step that the page may mean: asked about only where the first is false, as
an ambiguity that changes the verdict is reported, not guessed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from derive.claims import Claim
from derive.meaning.model import Reading
from derive.printing import latex
from derive.terms import (
    At,
    Axis,
    Definition,
    Diff,
    Entry,
    Family,
    Index,
    Ix,
    Prod,
    Size,
    Sum,
    Term,
    families_of,
    indices_of,
    map_indices,
    rebuild,
    walk,
)

__all__ = ["misindexed", "readings_of"]


def readings_of(
    claim: Claim,
    chain: Collection[Term],
    inline: Collection[Family],
    explicit: Collection[int],
) -> Iterator[Reading]:
    """``chain``: the sides of the chain that the step belongs to. ``inline``: families that only
    a sentence defines. ``explicit``: the uids of indices whose sum has its range written."""
    yield from _without_inline(claim, inline)
    yield from _reindexed(claim)
    yield from _with_labels(claim)
    yield from _of_others(claim)
    yield from _whole_ranges(claim, chain, explicit)
    yield from _numbered(claim)
    yield from _counted(claim, explicit)


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
            replace(claim, world=world.redefined(kept)),
        )


def misindexed(definition: Definition) -> tuple[Ix, Ix] | None:
    """``p_j = e^{a_i} / Σ_k e^{a_k}``: the index that the right side lacks, and the one that it
    has in its place."""
    inside = [i for i in indices_of(definition.body) if isinstance(i, Ix)]
    lacking = [p for p in definition.params if p not in inside]
    foreign = [i for i in inside if i not in definition.params]
    if len(lacking) == len(foreign) == 1 and lacking[0].axis == foreign[0].axis:
        return lacking[0], foreign[0]
    return None


def _reindexed(claim: Claim) -> Iterator[Reading]:
    """A definition with a wrong index."""
    world = claim.world
    for family in sorted(claim.reached & set(world.definitions), key=lambda f: (f.name, f.label)):
        definition = world.definitions[family]
        found = misindexed(definition)
        if found is None:
            continue
        lacking, foreign = found
        body = map_indices(definition.body, {foreign: lacking})
        mended = replace(definition, body=body)
        head = latex(Entry(family, definition.params))
        yield Reading(
            f"False with {head} = {latex(definition.body)} (line {definition.line}), where "
            f"{lacking.name} is missing on the right; true with {latex(body)}.",
            replace(claim, world=world.redefined({**world.definitions, family: mended})),
            denial=f"True only with {head} = {latex(definition.body)} (line {definition.line}), "
            f"where {lacking.name} is missing on the right.",
        )


def _with_labels(claim: Claim) -> Iterator[Reading]:
    """z_j where only z_j^o has been spoken of: the label dropped, or something else?"""
    written = families_of(claim.left, claim.right)
    defined = set(claim.world.definitions)
    labelled = [f for f in claim.reached if f.label and f not in written]
    renamed: dict[Family, Family] = {}
    for family in written - defined:
        alike = [f for f in labelled if f.name == family.name and f.axes == family.axes]
        if not family.label and len(alike) == 1:
            renamed[family] = alike[0]
    if renamed:
        said = ", ".join(f"{a.latex()} means {b.latex()}" for a, b in renamed.items())
        yield Reading(
            f"False as it stands, true if {said}.",
            replace(
                claim,
                left=_renamed(claim.left, renamed),
                right=_renamed(claim.right, renamed),
            ),
        )


def _of_others(claim: Claim) -> Iterator[Reading]:
    """σ_i = e^{z_i} / Σ_k e^{z_k} on a page that goes on with a in place of z."""
    world = claim.world
    written = families_of(claim.left, claim.right)
    strange = [f for f in written if f not in world.definitions and f.rank]
    for family in sorted(written & set(world.definitions), key=lambda f: (f.name, f.label)):
        definition = world.definitions[family]
        rests = [f for f in families_of(definition.body) if f not in world.definitions and f.rank]
        if len(rests) != 1 or rests[0] in written:
            continue
        for other in sorted(strange, key=lambda f: (f.name, f.label)):
            if other.rank != rests[0].rank:
                continue
            yield Reading(
                f"False with {family.latex()} of {rests[0].latex()} (line {definition.line}), "
                f"true if {other.latex()} has taken its place.",
                replace(
                    claim,
                    left=_renamed(claim.left, {other: rests[0]}),
                    right=_renamed(claim.right, {other: rests[0]}),
                ),
            )


def _renamed(term: Term, families: Mapping[Family, Family]) -> Term:
    def visit(node: Term) -> Term:
        if isinstance(node, Entry) and node.family in families:
            return Entry(families[node.family], node.at)
        if isinstance(node, Diff):
            by = visit(node.by)
            assert isinstance(by, Entry)
            return Diff(visit(node.body), by)
        return rebuild(node, visit)

    return visit(term)


def _whole_ranges(
    claim: Claim, chain: Collection[Term], explicit: Collection[int]
) -> Iterator[Reading]:
    """A chain that always sums to N − 1, on a page that elsewhere sums the same index to N."""
    sums = [n for t in chain for n in walk(t) if isinstance(n, Sum | Prod)]
    silent = {  # over which a product of whole vectors sums, without a range
        n.ix.axis
        for t in (claim.left, claim.right)
        for n in walk(t)
        if isinstance(n, Sum) and n.ix.uid not in explicit and not n.without
    }
    left_out: dict[Axis, list[tuple[Index, ...]]] = {}
    for node in sums:
        if node.ix.uid in explicit:
            out = tuple(i for i in node.without if isinstance(i, At))
            left_out.setdefault(node.ix.axis, []).append(out)
    shorter = {
        axis
        for axis, outs in left_out.items()
        if len(set(outs)) == 1 and outs[0] and (len(outs) > 2 or axis in silent)
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
    if 2 <= last == len(places[axis]):
        size = last - axis.extra
        yield Reading(
            f"False in general, true for {axis.symbol} = {size}; the page does not say that "
            f"there are just {last}.",
            claim,
            {other.size: 2 for other in free} | {axis.size: last},
        )


def _counted(claim: Claim, explicit: Collection[int]) -> Iterator[Reading]:
    """``\\frac{1}{n} \\sum_i x_i`` on a page where it is not clear which sums have n terms."""
    nodes = [n for body in claim.bodies for n in walk(body)]
    written = {n.ix.axis for n in nodes if isinstance(n, Sum | Prod) and n.ix.uid in explicit}
    free = [axis for axis in claim.axes if axis.fixed is None and axis not in written]
    letters = [f for f in claim.reached - set(claim.world.definitions) if f.name in _COUNTS]
    definitions = claim.world.definitions
    for letter in sorted(letters, key=lambda f: f.name):
        if letter.rank or letter.label:
            continue
        having = [d for d in definitions.values() if letter in families_of(d.body)]
        for axis in free:
            count = Size(axis)
            changed = {
                d.family: replace(d, body=_with_count(d.body, letter, count)) for d in having
            }
            counted = replace(
                claim,
                left=_with_count(claim.left, letter, count),
                right=_with_count(claim.right, letter, count),
                world=claim.world.redefined({**definitions, **changed}),
            )
            yield Reading(
                f"False in general, true if {letter.name} is the number of terms of the sums, "
                "which the page does not say.",
                counted,
            )


_COUNTS = frozenset("nNmMK")


def _with_count(term: Term, letter: Family, count: Size) -> Term:
    if isinstance(term, Entry) and term.family == letter:
        return count
    return rebuild(term, lambda child: _with_count(child, letter, count))


def _positions(terms: Iterable[Term]) -> dict[Axis, set[int]]:
    found: dict[Axis, set[int]] = {}
    for term in terms:
        for index in indices_of(term):
            if isinstance(index, At) and not index.from_end:
                found.setdefault(index.axis, set()).add(index.offset)
    return found
