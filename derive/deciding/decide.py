"""One claim in, one verdict out.

Order of work: a quick numeric look; if it finds no difference, a proof; if it does,
hidden assumptions, then the smallest counterexample. Every proof is met by numbers
at sizes it did not check; every counterexample is re-evaluated along the opened
terms. If the two paths contradict each other, `InternalContradiction` is raised.
"""

from __future__ import annotations

from dataclasses import replace

from derive.claims import Binary, Claim, Given, Signed, SizeAtLeast, SumsToOne, Supposed, Within
from derive.deciding.assumptions import Assumed, assume, suppose
from derive.deciding.definedness import Domain, conditions, domain
from derive.deciding.derivative import CannotDifferentiate
from derive.deciding.order import prove_order
from derive.deciding.prove import Proof, check, prove
from derive.deciding.reasons import reasons, smallest_level
from derive.deciding.refute import MANY, cross_examine, differs_somewhere, smallest_counterexample
from derive.deciding.supposed import (
    has_empty_interval,
    one_hot,
    possible,
    unusable_given,
    without_givens_about_definitions,
)
from derive.deciding.verdict import Verdict
from derive.deciding.zero import BudgetExceeded
from derive.printing import latex
from derive.terms import (
    Add,
    Apply,
    Axis,
    Condition,
    Diff,
    Entry,
    Family,
    Fn,
    Ix,
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
    unusable = unusable_given(claim)
    if unusable:
        claim = without_givens_about_definitions(claim)
    stated = claim
    claim = one_hot(claim)
    if any(a.fixed is not None and a.fixed > MAX_FIXED for a in claim.axes):
        raise BudgetExceeded(f"a range of more than {MAX_FIXED} terms")
    if any(c.i.axis != c.j.axis for c in claim.conditions):
        return Verdict("unknown", message="A condition compares indices of different ranges.")
    if not possible(claim) or "" in claim.signs.values() or has_empty_interval(claim):
        return Verdict("unknown", message="Vacuous: the stated conditions cannot all hold.")
    unconnected = _unconnected(claim)
    if unconnected:
        # a definition that connects the two may be one that the page leaves out
        assumed = suppose(claim, lambda supposed: not _unconnected(supposed))
        if assumed is not None and claim.relation == "=":
            return _proved(assumed.claim, assumed.proof, assumed)
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
    if assumed is None and stated is not claim:
        assumed = assume(stated)  # which class the one-hot label names
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


def _sentence(text: str) -> str:
    """With a capital letter, unless it begins with a formula."""
    first = text.split(" ", 1)[0]
    return (text[:1].upper() + text[1:] if first.isalpha() and len(first) > 1 else text) + "."


def _decide_order(claim: Claim, differs: bool | None, undefined: str) -> Verdict:
    if not differs:
        found = prove_order(claim)
        if found is not None:
            largest = max((s for sizes in found.checked.values() for s in sizes), default=1)
            if not found.every_size and differs_somewhere(claim, _beyond(largest), how="sample"):
                return _false_beyond(claim, largest, None)
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
                because=reasons(claim, found.level),
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
    reached = claim.reached
    for family, by in sorted(world.depends, key=lambda pair: [(f.name, f.label) for f in pair]):
        if family in reached and by in reached and family not in world.definitions:
            # ∂y/∂x = y (1 - y), with z = log softmax(x): y is no number of its own beside x
            return f"{family.latex()} is used but never defined on this page"
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
    if not proof.every_size and differs_somewhere(claim, _beyond(largest), how="sample"):
        return _false_beyond(claim, largest, assumed)
    checked = _by_symbol(proof.checked)
    defined = domain(claim)
    given = [g for g in _needed(claim, proof) if assumed is None or g.latex != assumed.assumption]
    if proof.every_size:
        basis = _basis(proof)
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
        supposed=assumed.forms if assumed else (),
        agreeing=assumed.agreeing if assumed else (),
        where=defined.where,
        where_sides=defined.sides,
        because=reasons(claim, smallest_level(claim, proof)),
        message=_proved_message(proof.every_size, listed or checked, assumption, others)
        + _domain_change(defined),
    )


def _beyond(largest: int) -> tuple[int, ...]:
    """Sizes at which numbers look at what was proved up to ``largest`` only."""
    return tuple(range(largest + 1, largest + 5))


def _false_beyond(claim: Claim, largest: int, assumed: Assumed | None) -> Verdict:
    """True for the first sizes, and false for a larger one."""
    example = None if assumed else smallest_counterexample(claim, _beyond(largest)[-1])
    if example is None:
        return Verdict("unknown", message="True for small sizes, but not for some larger one.")
    return Verdict(
        "refuted",
        where=conditions(claim),
        counterexample=example,
        message=f"The two sides differ: {example.left} against {example.right}."
        if claim.relation == "="
        else f"It fails: {example.left} {claim.relation} {example.right} is false.",
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


def _basis(proof: Proof) -> str:
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
