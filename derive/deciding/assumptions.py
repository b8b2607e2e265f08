"""Hidden assumptions: what a step silently uses, named and shown with its residual."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from derive.claims import Claim, Given, SumsToOne, labelled
from derive.deciding.explicit import Speller, whole_name
from derive.deciding.patterns import patterns
from derive.deciding.prove import Proof, prove, rules_for, with_ring
from derive.deciding.refute import differs_somewhere
from derive.deciding.suppositions import suppositions
from derive.deciding.unfold import Level, ladder, unfold
from derive.deciding.zero import BudgetExceeded, Quotient, Ring, Undefined
from derive.printing import latex
from derive.terms import (
    ONE,
    Add,
    Axis,
    Diff,
    Entry,
    Family,
    Fn,
    Index,
    Ix,
    Mul,
    Pow,
    Prod,
    Sum,
    Term,
    axes_of,
    fresh,
    indices_of,
    key,
    rebuild,
    walk,
)

__all__ = ["Assumed", "assume", "suppose"]


@dataclass(frozen=True, slots=True)
class Assumed:
    """A proof under an assumption that the page never states.

    ``assumption`` and ``residual`` are LaTeX; ``residual`` is left − right. ``forms`` and
    ``agreeing``: see `suppositions.Supposition`.
    """

    assumption: str
    residual: str
    claim: Claim
    proof: Proof
    forms: tuple[str, ...] = ()
    agreeing: tuple[str, ...] = ()


def assume(claim: Claim) -> Assumed | None:
    """The first unstated assumption under which the claim is proved.

    Candidates are families that weigh logarithms in a sum (the y of Σ_k y_k log a_k,
    of Π_k a_k^{y_k}), and those called p, q or π that are summed over: labels or probabilities,
    of which people leave Σ_k y_k = 1 unsaid.
    """
    if claim.relation != "=":
        return None
    stated = set(claim.simplex)
    weights = {
        pair: letter
        for pair, letter in _weights(claim).items()
        if pair[0] not in claim.world.definitions
    }
    for (family, slot), letter in weights.items():
        if family in stated or claim.signs.get(family, "+") not in ("+", "+0", "≠0"):
            continue  # nothing that is never positive sums to 1
        shown = _simplex_latex(family, slot, letter)
        given = Given(SumsToOne(family, slot), shown)
        supposed = replace(claim, givens=(*claim.givens, given))
        if differs_somewhere(supposed):
            continue
        proof = prove(supposed)
        if proof is not None:
            return Assumed(shown, _residual(claim, family, slot, shown), supposed, proof)
    for (family, _), letter in weights.items():
        found = _one_hot(claim, family, letter)
        if found is not None:
            return found
    return _right_class(claim) or suppose(claim)


def suppose(claim: Claim, fits: Callable[[Claim], bool] = lambda _: True) -> Assumed | None:
    """The step with a definition that the page leaves out; ``fits``: the claim with it has to."""
    for supposition in suppositions(claim):
        supposed = supposition.claim
        if not fits(supposed) or differs_somewhere(supposed):
            continue
        proof = prove(supposed)
        if proof is not None:
            shown = r" \text{ and } ".join(supposition.latex)
            return Assumed(shown, "", supposed, proof, supposition.forms, supposition.agreeing)
    return None


def _right_class(claim: Claim) -> Assumed | None:
    """The step with y_c = 1, where the one-hot y_c weighs a logarithm: c is the right class."""
    sides = (claim.left, claim.right)
    for entry in (e for side in sides for e in _weighing(side)):
        if entry.family not in claim.binary or not entry.at:
            continue
        others = [n for s in sides for n in walk(s) if isinstance(n, Entry) and n != entry]
        if any(n.family == entry.family for n in others):
            continue
        left, right = (_with_one(side, entry) for side in sides)
        supposed = replace(claim, left=left, right=right)
        if entry.family in supposed.reached or differs_somewhere(supposed):
            continue
        proof = prove(supposed)
        if proof is not None:
            return Assumed(f"{latex(entry)} = 1", "", supposed, proof)
    return None


def _weighing(term: Term) -> Iterator[Entry]:
    """The entries that multiply a logarithm, not under a sum."""
    match term:
        case Add(args):
            for arg in args:
                yield from _weighing(arg)
        case Mul(args):
            if any(isinstance(n, Fn) and n.name == "log" for a in args for n in walk(a)):
                yield from (a for a in args if isinstance(a, Entry))
                for arg in args:
                    yield from _weighing(arg)


def _with_one(term: Term, entry: Entry) -> Term:
    if term == entry:
        return ONE
    return rebuild(term, lambda child: _with_one(child, entry))


def _one_hot(claim: Claim, family: Family, letter: str) -> Assumed | None:
    """The step with y_k = δ_kc, where c is an index that only one side has (−log a_c)."""
    if len(family.axes) != 1 or _in_logarithms(claim, family):
        return None  # log p_k has no value where p is one-hot
    sides = [set(indices_of(side)) for side in (claim.left, claim.right)]
    by = {
        index
        for side in (claim.left, claim.right)
        for node in walk(side)
        if isinstance(node, Diff)
        for index in node.by.at
    }
    for c in claim.free:
        if c in by:
            continue  # ∂L/∂z_j is said of every j, not of the right class alone
        if c.axis != family.axes[0] or sides[0] ^ sides[1] != {c}:
            continue
        with_c = claim.left if c in sides[0] else claim.right
        if family in claim.world.families(with_c):
            continue
        label, supposed = labelled(claim, family, c, letter)
        if differs_somewhere(supposed):
            continue
        proof = prove(supposed)
        if proof is not None:
            shown = f"{latex(Entry(family, label.params))} = {latex(label.body)}"
            return Assumed(shown, "", supposed, proof)
    return None


def _in_logarithms(claim: Claim, family: Family) -> bool:
    logs = (
        n for body in claim.bodies for n in walk(body) if isinstance(n, Fn) and n.name == "log"
    )
    return any(family in claim.world.families(log.arg) for log in logs)


def _weights(claim: Claim) -> dict[tuple[Family, int], str]:
    """Undefined families that the claim contains and that multiply a log inside a sum, or are
    exponents inside a product, with the letter of that sum or product."""
    world = claim.world
    present: set[Family] = set()
    for side in (claim.left, claim.right):
        for f in world.families(side):
            present |= world.reach(f)
    found: dict[tuple[Family, int], str] = {}
    for body in [*(d.body for d in world.definitions.values()), claim.left, claim.right]:
        for node in walk(body):
            if isinstance(node, Sum):
                _weights_in(node, found)
            elif isinstance(node, Prod):
                _exponents_in(node, found)
    return {pair: letter for pair, letter in found.items() if pair[0] in present}


# What people call a distribution: Σ_k p_k (x_k − μ) weighs without a log.
_DISTRIBUTION = re.compile(r"\\?(hat|bar|tilde)?\s*\{?\s*(p|q|\\pi)\s*\}?")


def _weights_in(total: Sum, found: dict[tuple[Family, int], str]) -> None:
    for node in walk(total.body):
        if isinstance(node, Entry) and total.ix in node.at and node.family.rank == 1:
            if _DISTRIBUTION.fullmatch(node.family.name):
                found.setdefault((node.family, node.at.index(total.ix)), total.ix.name)
    for node in walk(total.body):
        if not isinstance(node, Mul):
            continue
        if not any(isinstance(n, Fn) and n.name == "log" for a in node.args for n in walk(a)):
            continue
        for factor in node.args:
            if isinstance(factor, Entry) and total.ix in factor.at:
                pair = (factor.family, factor.at.index(total.ix))
                found.setdefault(pair, total.ix.name)


def _exponents_in(product: Prod, found: dict[tuple[Family, int], str]) -> None:
    """The t of Π_k a_k^{t_k}, whose logarithm is Σ_k t_k log a_k."""
    for node in walk(product.body):
        if isinstance(node, Pow) and isinstance(node.exponent, Entry):
            weight = node.exponent
            if product.ix in weight.at:
                pair = weight.family, weight.at.index(product.ix)
                found.setdefault(pair, product.ix.name)


def _simplex_latex(family: Family, slot: int, letter: str) -> str:
    """Σ_k y_k = 1 in the page's own letter, the same for all its steps."""
    others = iter(c for c in "ijpquv" if c != letter)
    indices: tuple[Index, ...] = tuple(
        fresh(letter if at == slot else next(others), a) for at, a in enumerate(family.axes)
    )
    return rf"\sum_{{{letter}}} {latex(Entry(family, indices))} = 1"


def _residual(claim: Claim, family: Family, slot: int, shown: str) -> str:
    """left − right as (…)·(Σ y − 1), at the first level where that division is exact."""
    if len(family.axes) != 1:
        return ""
    for level in ladder((claim.left, claim.right), claim.world):
        left = unfold(claim.left, level, claim.world)
        right = unfold(claim.right, level, claim.world)
        try:
            factor = _factor(claim, level, left, right, family)
        except (Undefined, BudgetExceeded):
            continue
        if factor is not None:
            bracket = rf"\left({shown.removesuffix(' = 1')} - 1\right)"
            return bracket if factor == "1" else rf"{factor} \cdot {bracket}"
    return ""


def _factor(claim: Claim, level: Level, left: Term, right: Term, family: Family) -> str | None:
    """The quotient (left − right) / (Σ y − 1) at a small size, in the page's names: a
    defined quantity such as a_j if it is one, else a formula in e^{z_j} and the like."""
    (axis,) = family.axes
    axes = axes_of(left, right)
    if axis not in axes:
        return None
    axes = tuple(dict.fromkeys((*axes, *(ix.axis for ix in claim.free))))
    sizes = {a: a.fixed if a.fixed is not None else 3 for a in axes}
    env = _most_different(claim, left, right, sizes)
    if env is None:
        return None
    ring = Ring()
    k = fresh("k", axis)
    rules = rules_for(claim, left, right, keep_whole=True)
    candidates = _named_candidates(claim, level, env)

    def work() -> tuple[Quotient | None, str | None]:
        speller = Speller(rules)
        speller.begin(ring, sizes)
        gap = ring.subtract(speller.compile(left)(env), speller.compile(right)(env))
        total = speller.compile(Sum(k, (), Entry(family, (k,))))({})
        excess = ring.subtract(total, ring.one)
        quotient = ring.divide_exactly(gap, excess)
        if quotient is None:
            return None, None
        for name, opened in candidates:
            rest = ring.divide(quotient, speller.compile(opened)(env))
            if ring.denominator(rest).is_one():
                factor = _quotient_latex(ring, rest, _generator_names((left, right), env))
                if factor is not None:
                    sign = "-" if factor.startswith("-") else ""
                    factor = factor.removeprefix("-")
                    return None, sign + (name if factor == "1" else rf"{factor} \cdot {name}")
        return quotient, None

    quotient, name = with_ring(ring, work)
    if name is not None or quotient is None:
        return name
    return _quotient_latex(ring, quotient, _generator_names((left, right), env))


def _generator_names(terms: tuple[Term, Term], env: dict[Ix, int]) -> dict[Hashable, str]:
    """LaTeX for the ring's generators that stand for entries and whole sums of the claim."""
    names: dict[Hashable, str] = {}
    for term in terms:
        for node in walk(term):
            if isinstance(node, Entry) and all(isinstance(i, Ix) and i in env for i in node.at):
                at = tuple(env[i] for i in node.at if isinstance(i, Ix))
                name = ("entry", node.family.name, node.family.label, at)
                names[name] = latex(node)
                names["exp", ((name, 1),), None] = f"e^{{{latex(node)}}}"
            if isinstance(node, Sum):
                whole = Sum(node.ix, (), node.body)
                skeleton, holes = key(whole)
                if all(isinstance(i, Ix) and i in env for i in holes):
                    at = tuple(env[i] for i in holes if isinstance(i, Ix))
                    names[whole_name("sum", skeleton, at)] = rf"\left({latex(whole)}\right)"
    return names


def _most_different(
    claim: Claim, left: Term, right: Term, sizes: dict[Axis, int]
) -> dict[Ix, int] | None:
    """The pattern in which as many free indices as possible differ."""
    conditions = claim.conditions
    found = patterns(claim.free, (left, right), sizes, conditions)
    return max(found, key=lambda env: len(set(env.values())), default=None)


def _named_candidates(claim: Claim, level: Level, env: dict[Ix, int]) -> list[tuple[str, Term]]:
    """Entries of defined families at the claim's own indices, with their opened formulas."""
    world = claim.world
    out = []
    for family in sorted(claim.reached & set(world.definitions), key=lambda f: (f.name, f.label)):
        choices = [[ix for ix in env if ix.axis == axis] for axis in family.axes]
        for at in itertools.product(*choices):
            entry = Entry(family, at)
            out.append((latex(entry), unfold(entry, level, world)))
    return out


def _quotient_latex(ring: Ring, quotient: Quotient, names: dict[Hashable, str]) -> str | None:
    def poly(value: Any) -> str | None:
        out = ""
        for coefficient, powers in ring.terms(value):
            parts = []
            for name, power in powers:
                shown = names.get(name)
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


def _monomial(coefficient: Fraction, parts: list[str], follows: bool) -> str:
    sign = "-" if coefficient < 0 else "+" if follows else ""
    size = abs(coefficient)
    number = "" if size == 1 and parts else str(size)
    body = " ".join([*([number] if number else []), *parts])
    return f" {sign} {body}" if follows else f"{sign}{body}"
