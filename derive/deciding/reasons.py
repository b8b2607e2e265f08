"""Why a step is true: the fewest definitions that suffice, by asking with less."""

from __future__ import annotations

from dataclasses import replace

from derive.claims import Claim
from derive.deciding.prove import Proof, prove
from derive.deciding.unfold import Level
from derive.deciding.zero import BudgetExceeded
from derive.printing import latex
from derive.terms import (
    Apply,
    Diff,
    Entry,
    Family,
    walk,
)

__all__ = ["reasons", "smallest_level"]


def smallest_level(claim: Claim, proof: Proof) -> Level:
    """The proof's level without the names that it opened for nothing.

    Names are opened from the top of the definition order down, so a step that only needs
    what a_j is may have been proved with C opened, too.
    """
    level = proof.level
    present = [f for f in level.values if f in claim.reached]
    if len(present) < 2:
        return level
    for family in sorted(present, key=lambda f: (-len(claim.world.reach(f)), f.name, f.label)):
        fewer = replace(level, values=level.values - {family})
        try:
            if fewer.values and prove(claim, (fewer,)) is not None:
                level = fewer
        except BudgetExceeded:
            continue
    return level


def reasons(claim: Claim, level: Level) -> tuple[str, ...]:
    """What made the step true, least first: algebra alone is the absence of anything else."""
    reasons = []
    world = claim.world
    terms = (claim.left, claim.right)
    if any(isinstance(n, Diff) for t in terms for n in walk(t)):
        reasons.append("differentiation")
    used = {f for f in level.values & claim.reached if f in world.definitions}
    if level.gradients:
        used |= _differentiated(claim)  # the chain rule goes through what they are
    for family in sorted(used, key=lambda f: (f.name, f.label)):
        line = world.definitions[family].line
        shown = latex(Entry(family, world.definitions[family].params))
        reasons.append(f"definition of {shown}" + (f" (line {line})" if line else ""))
    if level.functions:
        for name in sorted(_called(claim)):
            line = world.functions[name].line
            reasons.append(f"definition of {name}" + (f" (line {line})" if line else ""))
    return tuple(reasons) or ("algebra",)


def _differentiated(claim: Claim) -> set[Family]:
    world = claim.world
    found = set()
    for t in (claim.left, claim.right):
        for node in walk(t):
            if isinstance(node, Diff):
                for f in world.families(node.body):
                    for g in world.reach(f):
                        moved = g in world.definitions and g != node.by.family
                        if moved and world.moves(g, node.by.family):
                            found.add(g)
    return found


def _called(claim: Claim) -> set[str]:
    world = claim.world
    found: set[str] = set()
    bodies = [claim.left, claim.right]
    for t in (claim.left, claim.right):
        for f in world.families(t):
            bodies += [world.definitions[g].body for g in world.reach(f) if g in world.definitions]
    for body in bodies:
        for node in walk(body):
            if isinstance(node, Apply) and node.function in world.functions:
                found.add(node.function)
    return found
