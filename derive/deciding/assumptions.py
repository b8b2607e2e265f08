"""Hidden assumptions: what a step silently uses, named and shown with its residual."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from fractions import Fraction

from derive.claims import Claim, Given, SumsToOne
from derive.deciding.explicit import Rules, Speller
from derive.deciding.patterns import named_positions, patterns
from derive.deciding.prove import Proof, prove, with_ring
from derive.deciding.refute import differs_somewhere
from derive.deciding.unfold import ladder, unfold
from derive.deciding.zero import BudgetExceeded, Quotient, Ring, Undefined
from derive.printing import latex
from derive.terms import (
    Axis,
    Condition,
    Entry,
    Family,
    Fn,
    Index,
    Ix,
    Mul,
    Sum,
    Term,
    axes_of,
    fresh,
    walk,
)

__all__ = ["Assumed", "assume"]


@dataclass(frozen=True, slots=True)
class Assumed:
    """A proof under an assumption that the page never states.

    ``assumption`` and ``residual`` are LaTeX; ``residual`` is left − right.
    """

    assumption: str
    residual: str
    claim: Claim
    proof: Proof


def assume(claim: Claim) -> Assumed | None:
    """The first unstated assumption under which the claim is proved.

    Candidates are families that weigh logarithms in a sum (the y of Σ_k y_k log a_k):
    labels or probabilities, of which people leave Σ_k y_k = 1 unsaid.
    """
    if claim.relation != "=":
        return None
    stated = {g.fact.family for g in claim.facts(SumsToOne)}
    for family, slot in _weights(claim):
        if family in stated or family in claim.world.definitions:
            continue
        shown = _simplex_latex(family, slot, claim)
        given = Given(SumsToOne(family, slot), shown)
        supposed = replace(claim, givens=(*claim.givens, given))
        if differs_somewhere(supposed):
            continue
        proof = prove(supposed)
        if proof is not None:
            return Assumed(shown, _residual(claim, family, slot, shown), supposed, proof)
    return None


def _weights(claim: Claim) -> list[tuple[Family, int]]:
    """Undefined families that the claim contains and that multiply a log inside a sum."""
    world = claim.world
    present = set()
    for side in (claim.left, claim.right):
        for f in world.families(side):
            present |= world.reach(f)
    bodies = [d.body for d in world.definitions.values()] + [claim.left, claim.right]
    found: dict[tuple[Family, int], None] = {}
    for body in bodies:
        for node in walk(body):
            if isinstance(node, Sum):
                _weights_in(node, found)
    return [pair for pair in found if pair[0] in present]


def _weights_in(total: Sum, found: dict[tuple[Family, int], None]) -> None:
    for node in walk(total.body):
        if not isinstance(node, Mul):
            continue
        if not any(isinstance(n, Fn) and n.name == "log" for a in node.args for n in walk(a)):
            continue
        for factor in node.args:
            if isinstance(factor, Entry) and total.ix in factor.at:
                found.setdefault((factor.family, factor.at.index(total.ix)))


def _simplex_latex(family: Family, slot: int, claim: Claim) -> str:
    """Σ_k y_k = 1 in the page's own letters: a letter that is not a free index here."""
    used = {ix.name for ix in claim.free}
    axis = family.axes[slot]
    letter = next(c for c in (*_letters(claim, axis), *"klcrst") if c not in used)
    others = iter("ijpquv")
    indices: tuple[Index, ...] = tuple(
        fresh(letter if at == slot else next(others), a) for at, a in enumerate(family.axes)
    )
    return rf"\sum_{{{letter}}} {latex(Entry(family, indices))} = 1"


def _letters(claim: Claim, axis: Axis) -> list[str]:
    bodies = [d.body for d in claim.world.definitions.values()] + [claim.left, claim.right]
    return [
        node.ix.name
        for body in bodies
        for node in walk(body)
        if isinstance(node, Sum) and node.ix.axis == axis and len(node.ix.name) == 1
    ]


def _residual(claim: Claim, family: Family, slot: int, shown: str) -> str:
    """left − right as (…)·(Σ y − 1), at the first level where that division is exact."""
    for level in ladder((claim.left, claim.right), claim.world):
        left = unfold(claim.left, level, claim.world)
        right = unfold(claim.right, level, claim.world)
        try:
            factor = _factor(claim, left, right, family, slot)
        except (Undefined, BudgetExceeded):
            continue
        if factor is not None:
            bracket = rf"\left({shown.removesuffix(' = 1')} - 1\right)"
            return bracket if factor == "1" else rf"{factor} \cdot {bracket}"
    return ""


def _factor(claim: Claim, left: Term, right: Term, family: Family, slot: int) -> str | None:
    if len(family.axes) != 1:
        return None
    axes = axes_of(left, right)
    sizes = {a: a.fixed if a.fixed is not None else 3 for a in axes}
    axis = family.axes[slot]
    if axis not in sizes:
        return None
    conditions = tuple(g.fact for g in claim.facts(Condition))
    free = claim.free
    env = next(patterns(free, named_positions(left, right), sizes, conditions), None)
    if env is None:
        return None
    # the pattern in which as many free indices as possible differ
    for candidate in patterns(free, named_positions(left, right), sizes, conditions):
        if len(set(candidate.values())) > len(set(env.values())):
            env = candidate
    ring = Ring()
    k = fresh("k", axis)

    def work() -> tuple[Quotient | None, Quotient]:
        speller = Speller(Rules())
        speller.begin(ring, sizes)
        gap = ring.subtract(speller.compile(left)(env), speller.compile(right)(env))
        total = speller.compile(Sum(k, (), Entry(family, (k,))))({})
        excess = ring.subtract(total, ring.one)
        return ring.divide_exactly(gap, excess), excess

    quotient, _ = with_ring(ring, work)
    if quotient is None:
        return None
    names: dict[tuple[str, str, tuple[int, ...]], str] = {}
    for term in (left, right):
        for node in walk(term):
            if isinstance(node, Entry) and all(isinstance(i, Ix) and i in env for i in node.at):
                at = tuple(env[i] for i in node.at if isinstance(i, Ix))
                names[node.family.name, node.family.label, at] = latex(node)
    return _quotient_latex(ring, quotient, names)


def _quotient_latex(
    ring: Ring, quotient: Quotient, names: dict[tuple[str, str, tuple[int, ...]], str]
) -> str | None:
    def poly(value: object) -> str | None:
        out = ""
        for coefficient, powers in ring.terms(value):  # type: ignore[arg-type]
            parts = []
            for name, power in powers:
                shown = _generator_latex(name, names)
                if shown is None:
                    return None
                parts.append(shown if power == 1 else f"{{{shown}}}^{{{power}}}")
            out += _monomial(coefficient, parts, bool(out))
        return out or "0"

    num = poly(quotient.num)
    den = poly(ring.denominator(quotient))
    if num is None or den is None:
        return None
    if den == "1":
        single = len(ring.terms(quotient.num)) == 1
        return num if single else rf"\left({num}\right)"
    return rf"\frac{{{num}}}{{{den}}}"


def _generator_latex(
    name: Hashable, names: dict[tuple[str, str, tuple[int, ...]], str]
) -> str | None:
    match name:
        case ("entry", str(family), str(label), tuple(at)):
            return names.get((family, label, at))
        case ("exp", ((("entry", str(family), str(label), tuple(at)), 1),), None):
            inner = names.get((family, label, at))
            return None if inner is None else f"e^{{{inner}}}"
    return None


def _monomial(coefficient: Fraction, parts: list[str], follows: bool) -> str:
    sign = "-" if coefficient < 0 else "+" if follows else ""
    size = abs(coefficient)
    number = "" if size == 1 and parts else str(size)
    body = " ".join([*([number] if number else []), *parts])
    return f" {sign} {body}" if follows else f"{sign}{body}"
