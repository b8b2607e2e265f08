"""An earlier step of the page as a reason: ∂a_k/∂z_j put in as it was found above.

Evidence only, never a proof: the step has been decided on its own before. Asked is whether
algebra alone makes it true once sides of earlier steps are put in for each other.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

from derive.claims import Claim
from derive.deciding.prove import prove
from derive.deciding.unfold import Level
from derive.deciding.zero import BudgetExceeded
from derive.terms import (
    Condition,
    Diff,
    Entry,
    Index,
    Ix,
    Prod,
    Sum,
    Term,
    freshen,
    indices_of,
    map_indices,
    rebuild,
    walk,
)

__all__ = ["earlier_reasons"]

_MOST = 4  # earlier steps in one reason: more explain nothing


@dataclass(frozen=True, slots=True)
class _Rule:
    """An earlier step, read from left to right."""

    number: int
    claim: Claim
    holes: tuple[Index, ...]


Rules = dict[Hashable, list[_Rule]]
Known = frozenset[tuple[frozenset[Index], bool]]  # i = j and i ≠ j, in no order


def earlier_reasons(claim: Claim, earlier: Sequence[Claim]) -> tuple[int, ...]:
    """Numbers (into ``earlier``, claims that were proved) of the smallest set of earlier
    steps found with which the claim is a matter of algebra; empty if there is none."""
    rules = _rules(claim, earlier)
    if claim.relation != "=" or not rules:
        return ()
    used = _replaced(claim, rules, None)[1]
    if not used or len(used) > _MOST or not _suffice(claim, rules, used):
        return ()
    for number in sorted(used):
        if len(used) > 1 and _suffice(claim, rules, used - {number}):
            used = used - {number}
    return tuple(sorted(used))


def _rules(claim: Claim, earlier: Sequence[Claim]) -> Rules:
    named = [_named(node) for side in (claim.left, claim.right) for node in walk(side)]
    present = {found[0] for found in named if found is not None}
    out: Rules = {}
    for number, step in enumerate(earlier):
        found = _named(step.left)
        if step.relation != "=" or found is None or found[0] not in present:
            continue
        name, holes = found
        if _same_world(step, claim):
            if all(i in holes for i in indices_of(step.right) if isinstance(i, Ix)):
                out.setdefault(name, []).append(_Rule(number, step, holes))
    return out


def _named(term: Term) -> tuple[Hashable, tuple[Index, ...]] | None:
    """A name (a_j) or the derivative of one by another (∂a_j/∂z_i): what it is of, and at
    which indices."""
    match term:
        case Entry(family, at):
            return family, at
        case Diff(Entry(family, at), Entry(by, along)):
            return (family, by), (*at, *along)
    return None


def _same_world(step: Claim, claim: Claim) -> bool:
    """Whether names mean the same in both, and what the step rests on is given here, too."""
    known, here = step.world.definitions, claim.world.definitions
    facts = {g.fact for g in claim.givens if not isinstance(g.fact, Condition)}
    return all(known.get(f) == here.get(f) for f in step.reached) and all(
        g.fact in facts for g in step.givens if not isinstance(g.fact, Condition)
    )


def _put_in(
    term: Term, rules: Rules, known: Known, allowed: frozenset[int] | None, used: set[int]
) -> Term:
    """The term with earlier results in place of what they speak of; ``used`` is told which."""
    named = _named(term)
    if named is not None:
        for rule in reversed(rules.get(named[0], ())):  # the latest is the most worked out
            if allowed is None or rule.number in allowed:
                value = _instance(rule, named[1], known)
                if value is not None:
                    used.add(rule.number)
                    return value
        return term
    if isinstance(term, Sum | Prod):
        # within Σ_{k ≠ j} the bound k is not j
        known |= {(frozenset((term.ix, other)), False) for other in term.without}
    return rebuild(term, lambda child: _put_in(child, rules, known, allowed, used))


def _instance(rule: _Rule, at: tuple[Index, ...], known: Known) -> Term | None:
    """The right side of an earlier step at these indices, if its cases hold there."""
    mapping: dict[Ix, Index] = {}
    for own, index in zip(rule.holes, at, strict=True):
        if not isinstance(own, Ix):
            if own != index:
                return None
        elif mapping.setdefault(own, index) != index:
            return None
    for c in rule.claim.conditions:
        if not {i for i in (c.i, c.j) if isinstance(i, Ix)} <= mapping.keys():
            continue
        i, j = (mapping[x] if isinstance(x, Ix) else x for x in (c.i, c.j))
        if (frozenset((i, j)), c.equal) not in known and not (c.equal and i == j):
            return None
    return map_indices(freshen(rule.claim.right), mapping)


def _replaced(
    claim: Claim, rules: Rules, allowed: frozenset[int] | None
) -> tuple[Claim, frozenset[int]]:
    known: Known = frozenset((frozenset((c.i, c.j)), c.equal) for c in claim.conditions)
    used: set[int] = set()
    left, right = (
        _put_in(side, rules, known, allowed, used) for side in (claim.left, claim.right)
    )
    return replace(claim, left=left, right=right), frozenset(used)


def _suffice(claim: Claim, rules: Rules, numbers: frozenset[int]) -> bool:
    try:
        return prove(_replaced(claim, rules, numbers)[0], (Level(),)) is not None
    except BudgetExceeded:
        return False
