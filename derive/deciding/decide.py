"""One claim in, one verdict out.

Order of work: a quick numeric look; if it finds no difference, a proof; if it does,
hidden assumptions, then the smallest counterexample. Every proof is met by numbers
at sizes it did not check; every counterexample is re-evaluated along the opened
terms. If the two paths contradict each other, `InternalContradiction` is raised.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

from derive.claims import Binary, Claim, Given, Signed, SizeAtLeast, SumsToOne, Supposed, Within
from derive.deciding.assumptions import Assumed, assume
from derive.deciding.definedness import Domain, conditions, domain
from derive.deciding.derivative import CannotDifferentiate, World
from derive.deciding.explicit import Env
from derive.deciding.order import prove_order
from derive.deciding.patterns import patterns
from derive.deciding.prove import Proof, check, prove
from derive.deciding.refute import MANY, cross_examine, differs_somewhere, smallest_counterexample
from derive.deciding.unfold import Level
from derive.deciding.verdict import Verdict
from derive.deciding.zero import BudgetExceeded
from derive.printing import latex
from derive.terms import (
    Add,
    Apply,
    Axis,
    Condition,
    Definition,
    Delta,
    Diff,
    Entry,
    Family,
    Fn,
    Ix,
    fresh,
    indices_of,
    walk,
)

__all__ = ["decide"]

MAX_FIXED = 1_000
CROSS_SIZE = 3  # beyond the sizes that the exact path checked, and at least this


def decide(claim: Claim) -> Verdict:
    """The verdict on one claim.

    Raises:
        InternalContradiction: the exact and the numeric path disagree.
    """
    try:
        return _decide(claim)
    except BudgetExceeded as error:
        return Verdict("unknown", message=f"The work limit was reached: {error}.")
    except CannotDifferentiate as error:
        return Verdict("unknown", message=f"Not supported: {error}.")
    except RecursionError:
        return Verdict("unknown", message="The formula is nested too deeply.")


def _decide(claim: Claim) -> Verdict:
    unusable = _unusable_given(claim)
    if unusable:
        claim = _without_givens_about_definitions(claim)
    claim = _one_hot(claim)
    if any(a.fixed is not None and a.fixed > MAX_FIXED for a in claim.axes):
        raise BudgetExceeded(f"a range of more than {MAX_FIXED} terms")
    if any(c.i.axis != c.j.axis for c in claim.conditions):
        return Verdict("unknown", message="A condition compares indices of different ranges.")
    if not _possible(claim) or "" in claim.signs.values() or _empty(claim):
        return Verdict("unknown", message="Vacuous: the stated conditions cannot all hold.")
    unconnected = _unconnected(claim)
    if unconnected:
        return Verdict("unknown", message=_sentence(unconnected))
    undefined = _undefined(claim) or unusable
    differs = differs_somewhere(claim)
    if claim.relation != "=":
        return _decide_order(claim, differs, undefined)
    if not differs:
        proof = prove(claim)
        if proof is not None:
            return _proved(claim, proof)
    assumed = assume(claim)
    if assumed is not None:
        return _proved(assumed.claim, assumed.proof, assumed)
    if undefined:
        return Verdict("unknown", message=_sentence(undefined))
    example = smallest_counterexample(claim)
    if example is not None:
        return Verdict(
            "refuted",
            where=conditions(claim),
            counterexample=example,
            message=f"The two sides differ: {example.left} against {example.right}."
            + _if_positive(claim),
        )
    nowhere = differs is None and differs_somewhere(claim, (1, 2, 3), MANY) is None
    return Verdict(
        "unknown",
        message="No point was found at which both sides exist."
        if nowhere
        else "No proof was found, and no counterexample among the sizes and values tried.",
    )


def _if_positive(claim: Claim) -> str:
    """What people leave unsaid of roots and absolute values, said of a step that needs it."""
    asked: dict[Family, None] = {}
    for node in walk(Add((claim.left, claim.right))):
        if isinstance(node, Fn) and node.name in ("sqrt", "abs"):
            asked |= {n.family: None for n in walk(node.arg) if isinstance(n, Entry)}
    free = [f for f in asked if f not in claim.world.definitions and f not in claim.signs]
    if not free:
        return ""
    givens = tuple(Given(Signed(f, "+"), "") for f in free)
    supposed = replace(claim, givens=(*claim.givens, *givens))
    try:
        proof = prove(supposed) if differs_somewhere(supposed) is False else None
        if proof is None or not proof.every_size:
            return ""
    except BudgetExceeded:
        return ""
    return f" It holds if {' and '.join(f'{f.latex()} > 0' for f in free)}."


def _empty(claim: Claim) -> bool:
    """Whether some given interval has no number in it."""
    for interval in claim.within.values():
        if interval.low is not None and interval.high is not None:
            if interval.low > interval.high:
                return True
            if interval.low == interval.high and not interval.closed:
                return True
    return False


def _about(given: Given) -> Family | None:
    """The family of whose entries a given speaks."""
    fact = given.fact
    return fact.family if isinstance(fact, Signed | Within | Binary | SumsToOne) else None


def _unusable_given(claim: Claim) -> str:
    """Why a refutation would be rash: a given that the points of the second path would not
    keep."""
    for given in claim.givens:
        family = _about(given)
        if family in claim.world.definitions and family in claim.reached:
            return f"the given {given.latex} is about a defined quantity and cannot be used yet"
    sums = {g.fact for g in claim.givens if isinstance(g.fact, SumsToOne)}
    for fact in sums:
        if claim.simplex[fact.family] != fact.slot and fact.family in claim.reached:
            return f"two sums over {fact.family.latex()} are given to be 1; this is not usable yet"
    return ""


def _without_givens_about_definitions(claim: Claim) -> Claim:
    definitions = claim.world.definitions
    return replace(claim, givens=tuple(g for g in claim.givens if _about(g) not in definitions))


def _one_hot(claim: Claim) -> Claim:
    """The claim with y_k = δ_kc where y_k is given to be 0 or 1 and Σ_k y_k = 1: there is
    exactly one position c at which y is 1."""
    found = claim
    for family in sorted(claim.binary & claim.simplex.keys(), key=lambda f: (f.name, f.label)):
        if family.rank != 1 or family in claim.world.definitions:
            continue
        (axis,) = family.axes
        letters = {ix.name for ix in claim.free}
        c = fresh(next(x for x in "cqrsuv" if x not in letters), axis)
        k = fresh("k", axis)
        world = found.world
        definition = Definition(family, (k,), Delta(k, c))
        found = replace(
            found,
            world=World({**world.definitions, family: definition}, world.functions, world.depends),
            givens=tuple(
                Given(Supposed(family), g.latex, g.line)
                if isinstance(g.fact, Binary | SumsToOne) and g.fact.family == family
                else g
                for g in found.givens
            ),
        )
    return found


def _sentence(text: str) -> str:
    """With a capital letter, unless it begins with a formula."""
    first = text.split(" ", 1)[0]
    return (text[:1].upper() + text[1:] if first.isalpha() and len(first) > 1 else text) + "."


def _decide_order(claim: Claim, differs: bool | None, undefined: str) -> Verdict:
    if not differs:
        found = prove_order(claim)
        if found is not None:
            largest = max((s for sizes in found.checked.values() for s in sizes), default=1)
            if not cross_examine(claim, (largest + 1 if found.every_size else largest,)):
                return Verdict(
                    "unknown",
                    message="The signs agree, but no point was found at which both sides exist.",
                )
            if found.every_size:
                basis = "the sign of each part is known, whatever the sizes"
            else:
                basis = "worked out for these sizes only"
            listed = _by_symbol(found.checked)
            return Verdict(
                "proved",
                every_size=found.every_size,
                sizes={} if found.every_size else listed,
                checked=listed,
                basis=basis,
                given=_order_givens(claim),
                where=conditions(claim),
                because=_because(claim, found.level),
                message=_proved_message(found.every_size, listed, ()),
            )
    if undefined:
        return Verdict("unknown", message=_sentence(undefined))
    example = smallest_counterexample(claim)
    if example is not None:
        message = f"It fails: {example.left} {claim.relation} {example.right} is false."
        return Verdict("refuted", where=conditions(claim), counterexample=example, message=message)
    return Verdict(
        "unknown", message="The sign of the difference is not known from the signs of its parts."
    )


def _order_givens(claim: Claim) -> tuple[str, ...]:
    """The givens that the signs of parts may rest on."""
    letters = {axis.symbol for axis in claim.axes}
    return tuple(
        g.latex
        for g in claim.givens
        if (
            isinstance(g.fact, Signed | Within | Binary | SumsToOne)
            and g.fact.family in claim.reached
        )
        or (isinstance(g.fact, SizeAtLeast) and g.fact.letter in letters)
    )


def _possible(claim: Claim) -> list[Env]:
    """Whether the index conditions can hold at all (j = i together with j ≠ i cannot)."""
    axes: dict[Axis, int] = {}
    for ix in claim.free:
        axes[ix.axis] = ix.axis.fixed or 6
    for condition in claim.conditions:
        for index in (condition.i, condition.j):
            axes.setdefault(index.axis, index.axis.fixed or 6)
    return list(islice(patterns(claim.free, (), axes, claim.conditions), 1))


def _undefined(claim: Claim) -> str:
    """Why a refutation would be rash: something that the page uses but never defines."""
    world = claim.world
    for term in claim.bodies:
        for node in walk(term):
            if isinstance(node, Entry) and node.family.name == r"\Sigma":
                if node.family not in world.definitions:
                    return f"{latex(node)} is used but never defined on this page"
            if isinstance(node, Apply) and node.function not in world.functions:
                return f"the function {node.function} is used but never defined on this page"
            if isinstance(node, Diff) and isinstance(node.body, Entry):
                family = node.body.family
                if family not in world.definitions and family != node.by.family:
                    return f"{latex(node.body)} is used but never defined on this page"
    return ""


def _unconnected(claim: Claim) -> str:
    """A derivative by something that its body does not contain, as far as the page says.
    Taking it for 0 would prove nonsense: more likely a definition is missing."""
    world = claim.world
    for term in (claim.left, claim.right):
        for node in walk(term):
            if not isinstance(node, Diff):
                continue
            inside = world.families(node.body)
            by = node.by.family
            if inside and not any(world.moves(f, by) or world.together(f, by) for f in inside):
                return (
                    f"nothing on this page says how {latex(node.body)} depends on {latex(node.by)}"
                )
    return ""


def _proved(claim: Claim, proof: Proof, assumed: Assumed | None = None) -> Verdict:
    largest = max((s for sizes in proof.checked.values() for s in sizes), default=0)
    meet = 2 if not proof.checked else max(largest + 1, CROSS_SIZE)
    if not cross_examine(claim, (meet if proof.every_size else min(largest, CROSS_SIZE),)):
        return Verdict(
            "unknown",
            message="The two sides agree as formulas, but no point was found at which both exist.",
        )
    checked = _by_symbol(proof.checked)
    defined = domain(claim)
    simplex = claim.simplex
    given = [g for g in _needed(claim, proof) if assumed is None or g.latex != assumed.assumption]
    if proof.every_size:
        basis = _basis(proof, bool(simplex))
    else:
        why = dict.fromkeys(f"{reason} ({axis.symbol})" for axis, reason in proof.listed.items())
        basis = f"worked out for these sizes only: {'; '.join(why)}"
    listed = _by_symbol(
        {axis: sizes for axis, sizes in proof.checked.items() if axis in proof.listed}
    )
    others = tuple(name for name in checked if name not in listed)
    assumption = (assumed.assumption,) if assumed else ()
    return Verdict(
        "proved",
        every_size=proof.every_size,
        sizes=listed,
        checked=checked,
        basis=basis,
        given=tuple(g.latex for g in given),
        assumed=assumption,
        residual=assumed.residual if assumed else "",
        where=defined.where,
        where_sides=defined.sides,
        because=_because(claim, _smallest(claim, proof)),
        message=_proved_message(proof.every_size, listed or checked, assumption, others)
        + _domain_change(defined),
    )


def _by_symbol(checked: dict[Axis, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """The checked sizes as numbers for the size's letter: n = 2 for the positions 0…n of an
    axis that has three."""
    out: dict[str, tuple[int, ...]] = {}
    for axis, sizes in checked.items():
        if axis.fixed is None:
            numbers = tuple(s - axis.extra for s in sizes)
            known = set(out.get(axis.symbol, numbers))
            out[axis.symbol] = tuple(n for n in numbers if n in known)
    return out


def _basis(proof: Proof, simplex: bool) -> str:
    symbols = list(_by_symbol(proof.checked))
    if not symbols:
        return "an identity between finitely many quantities"
    many = " and ".join(symbols)
    return (
        f"zero at every checked size; the number of sums in each product bounds how a "
        f"difference can depend on {many}, so these sizes decide all"
    )


def _proved_message(
    every_size: bool,
    checked: dict[str, tuple[int, ...]],
    assumption: tuple[str, ...],
    others: tuple[str, ...] = (),
) -> str:
    """``others``: sizes that may be any, beside those that are listed."""
    if every_size:
        names = list(checked)
        scope = f"for every {' and '.join(names)}" if names else "for all values"
    else:
        scope = "for " + ", ".join(
            f"{name} = {', '.join(map(str, sizes))}" for name, sizes in checked.items()
        )
        if others:
            scope += f" and every {' and '.join(others)}"
    if assumption:
        return f"True {scope}, assuming {' and '.join(assumption)}, which the page never states."
    return f"True {scope}."


def _domain_change(defined: Domain) -> str:
    """What a step does to the domain without saying so."""
    out = ""
    for side in ("left", "right"):
        own = [w for w, s in zip(defined.where, defined.sides, strict=True) if s == side]
        if own:
            out += f" Only the {side} side asks for {' and '.join(own)}."
    return out


def _needed(claim: Claim, proof: Proof) -> list[Given]:
    """The stated givens without which this proof fails, or without which its lines are not
    known to be defined."""
    needed = []
    free = set(claim.free) | set(indices_of(claim.left)) | set(indices_of(claim.right))
    for given in claim.givens:
        fact = given.fact
        if isinstance(fact, Condition):
            if not {i for i in (fact.i, fact.j) if isinstance(i, Ix)} <= free:
                continue
        if isinstance(fact, SumsToOne | Signed | Within | Binary):
            if fact.family not in claim.reached:
                continue
        if isinstance(fact, Supposed):
            if fact.family in claim.reached:
                needed.append(given)
            continue
        fewer = replace(claim, givens=tuple(g for g in claim.givens if g is not given))
        asks_more = isinstance(fact, Signed | Within | Binary) and conditions(fewer) != conditions(
            claim
        )
        if asks_more or not _still_proved(fewer, proof):
            needed.append(given)
    return needed


def _still_proved(claim: Claim, proof: Proof) -> bool:
    if differs_somewhere(claim, (2,)):
        return False
    rules = proof.rules
    simplex = claim.simplex
    if any(isinstance(g.fact, Signed | Within | Binary) for g in claim.givens) or rules.signs:
        return prove(claim, (proof.level,)) is not None
    return (
        check(claim, proof.level, proof.left, proof.right, replace(rules, simplex=simplex))
        is not None
    )


def _smallest(claim: Claim, proof: Proof) -> Level:
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


def _because(claim: Claim, level: Level) -> tuple[str, ...]:
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
