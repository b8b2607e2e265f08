"""An earlier step of the page as a reason: ∂a_k/∂z_j put in as it was found above.

Evidence only, never a proof: the step has been decided on its own before. Asked is whether
algebra alone makes it true once sides of earlier steps are put in for each other.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Mapping, Sequence
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

__all__ = ["Earlier"]

_MOST = 4  # earlier steps in one reason: more explain nothing
_KEPT = 20  # the latest results about one quantity


@dataclass(frozen=True, slots=True)
class _Rule:
    """An earlier result, read from left to right, and the line that it stands on."""

    line: int
    claim: Claim
    holes: tuple[Index, ...]


Rules = Mapping[Hashable, Sequence[_Rule]]
Known = frozenset[tuple[frozenset[Index], bool]]  # i = j and i ≠ j, in no order


class Earlier:
    """What a page has shown so far, for its later steps."""

    def __init__(self) -> None:
        self._rules: dict[Hashable, deque[_Rule]] = {}
        self._heads: dict[int, Claim] = {}  # chain → its first side and what that came to

    def add(self, claim: Claim, line: int, chain: int) -> None:
        """Note a claim that was proved for every size, assuming nothing; if it goes on a
        chain of such claims, also what the chain's first side has come to be."""
        if claim.relation != "=":
            self.stop(chain)
            return
        self._note(claim, line)
        head = self._heads.get(chain)
        if head is not None and head.right == claim.left and head.givens == claim.givens:
            claim = replace(claim, left=head.left)
            self._note(claim, line)
        self._heads[chain] = claim

    def stop(self, chain: int) -> None:
        """A step of this chain was not proved: its first side is not what follows."""
        self._heads.pop(chain, None)

    def _note(self, claim: Claim, line: int) -> None:
        named = _named(claim.left)
        if named is None:
            return
        name, holes = named
        if all(i in holes for i in indices_of(claim.right) if isinstance(i, Ix)):
            known = self._rules.setdefault(name, deque(maxlen=_KEPT))
            known.append(_Rule(line, claim, holes))

    def reasons(self, claim: Claim) -> tuple[int, ...]:
        """The lines of the smallest set of earlier results found with which the claim is a
        matter of algebra; empty if there is none."""
        rules = self._about(claim)
        if claim.relation != "=" or not rules:
            return ()
        used = _replaced(claim, rules, None)[1]
        if not used or len(used) > _MOST or not _suffice(claim, rules, used):
            return ()
        for line in sorted(used):
            if len(used) > 1 and _suffice(claim, rules, used - {line}):
                used = used - {line}
        return tuple(sorted(used))

    def _about(self, claim: Claim) -> Rules:
        """The results about what the claim speaks of, with the same meanings and givens."""
        found: dict[Hashable, list[_Rule]] = {}
        for side in (claim.left, claim.right):
            for node in walk(side):
                named = _named(node)
                if named is not None and named[0] in self._rules and named[0] not in found:
                    rules = self._rules[named[0]]
                    found[named[0]] = [r for r in rules if _same_world(r.claim, claim)]
        return {name: rules for name, rules in found.items() if rules}


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
            if allowed is None or rule.line in allowed:
                value = _instance(rule, named[1], known)
                if value is not None:
                    used.add(rule.line)
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


def _suffice(claim: Claim, rules: Rules, lines: frozenset[int]) -> bool:
    try:
        return prove(_replaced(claim, rules, lines)[0], (Level(),)) is not None
    except BudgetExceeded:
        return False
