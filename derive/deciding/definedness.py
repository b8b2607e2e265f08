"""Where a written line is defined: what its denominators, logs and roots ask for."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from derive.claims import Claim
from derive.deciding.derivative import CannotDifferentiate
from derive.deciding.explicit import Speller
from derive.deciding.prove import rules_for, with_ring
from derive.deciding.sign import Signs
from derive.deciding.unfold import Level, unfold
from derive.deciding.zero import BudgetExceeded, Ring, Undefined
from derive.printing import latex
from derive.terms import (
    Add,
    Delta,
    Diff,
    Div,
    Fn,
    IndexValue,
    Mul,
    Pow,
    Rat,
    Size,
    Term,
    axes_of,
    children,
    integer,
    key,
    rational,
)

__all__ = ["Domain", "conditions", "domain"]


def _keeps_a_sign(claim: Claim, term: Term) -> str:
    """ "+" or "-" for a quantity without sums whose opened formula is a quotient of
    polynomials with coefficients of one sign in positive generators (1 − σ(z))."""
    world = claim.world
    level = Level(frozenset(world.definitions), gradients=True, functions=True)
    try:
        opened = unfold(term, level, world)
        if axes_of(opened):
            return ""
        ring = Ring()
        speller = Speller(rules_for(claim, opened, opened, keep_whole=False))
        value_of = speller.compile(opened)

        def work() -> str:
            speller.begin(ring, {})
            value = value_of({})
            for sign, signed in (("+", value), ("-", ring.negate(value))):
                if ring.is_positive(signed):
                    return sign
            return ""

        return with_ring(ring, work)
    except (BudgetExceeded, CannotDifferentiate, Undefined):
        return ""


@dataclass(frozen=True, slots=True)
class Need:
    """``term ≠ 0``, ``> 0`` or ``≥ 0``, which some side asks for."""

    term: Term
    sign: str  # "≠", ">" or "≥"

    def latex(self) -> str:
        return f"{latex(self.term)} {_SIGNS[self.sign]} 0"


_SIGNS = {"≠": r"\neq", ">": ">", "≥": r"\geq"}


@dataclass(frozen=True, slots=True)
class Domain:
    """What the lines of a claim need and the page does not imply, nothing twice.

    ``where`` is LaTeX. ``sides`` says, one for one, which side asks: ``left`` or ``right``
    if the other one does not (the step widens or narrows the domain), else ``both``.
    """

    where: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()


def domain(claim: Claim) -> Domain:
    """Where both sides of a claim are defined."""
    signs = Signs(claim)
    of_side = [_needs(claim, side, signs) for side in (claim.left, claim.right)]
    needs = _without_implied(claim, _joined((*of_side[0], *of_side[1])))
    sides = []
    for need in needs:
        asks = [need in side or _implies(claim, side, need) for side in of_side]
        sides.append("both" if all(asks) else "left" if asks[0] else "right")
    shown: dict[str, str] = {}
    for need, side in zip(needs, sides, strict=True):
        shown[need.latex()] = side if shown.get(need.latex(), side) == side else "both"
    return Domain(tuple(shown), tuple(shown.values()))


def conditions(claim: Claim) -> tuple[str, ...]:
    """LaTeX of the conditions that the two sides need and the page does not imply."""
    return domain(claim).where


def _joined(needs: Iterable[Need]) -> list[Need]:
    """x ≥ 0 and x ≠ 0 as x > 0."""
    needs = dict.fromkeys(needs)
    out: dict[Need, None] = {}
    for need in needs:
        both = all(Need(need.term, sign) in needs for sign in "≠≥")
        out.setdefault(Need(need.term, ">") if both else need)
    return list(out)


def _without_implied(claim: Claim, needs: list[Need]) -> list[Need]:
    """x > 0 says all of x ≥ 0, x² > 0 and √x ≠ 0."""
    kept = list(needs)
    for need in needs:
        others = [n for n in kept if n != need]
        if _implies(claim, others, need):
            kept = others
    return kept


def _implies(claim: Claim, known: Iterable[Need], need: Need) -> bool:
    stated = {(key(n.term), n.sign) for n in known}
    implied: dict[Hashable, str] = {}
    for name, sign in stated:
        if sign == ">" or {(name, "≠"), (name, "≥")} <= stated:
            implied[name] = "+"
        elif sign == "≥":
            implied.setdefault(name, "+0")
    if not implied:
        return False
    signs = Signs(claim, implied)
    if need.sign == ">":
        return signs.positive(need.term)
    if need.sign == "≠":
        return signs.nonzero(need.term)
    return signs(need.term) in ("+", "+0", "0")


def _needs(claim: Claim, side: Term, signs: Signs) -> list[Need]:
    found: dict[Need, None] = {}

    def need_nonzero(term: Term) -> None:
        if rational(term) is not None or signs.nonzero(term) or _keeps_a_sign(claim, term):
            return
        if isinstance(term, Mul):
            for a in term.args:
                need_nonzero(a)
        elif isinstance(term, Pow) and integer(term.exponent) is not None:
            need_nonzero(term.base)
        elif isinstance(term, Div):
            need_nonzero(term.num)
        elif isinstance(term, Fn) and term.name in ("sqrt", "abs"):
            need_nonzero(term.arg)
        else:
            found.setdefault(Need(term, "≠"))

    def need_positive(term: Term) -> None:
        if signs.positive(term) or _keeps_a_sign(claim, term) == "+":
            return
        if isinstance(term, Fn) and term.name in ("sqrt", "abs"):
            need_nonzero(term.arg)  # |x| > 0, as |x| ≥ 0 always
        elif isinstance(term, Pow) and (power := integer(term.exponent)):
            need_nonzero(term.base) if power % 2 == 0 else need_positive(term.base)
        else:
            found.setdefault(Need(_without_positive(term, signs), ">"))

    def visit(node: Term, differentiated: bool = False) -> None:
        match node:
            case Fn("sqrt" | "abs", arg) if differentiated:
                need_nonzero(arg)  # |x| has no derivative at 0, nor has the root
            case Div(_, den):
                need_nonzero(den)
            case Pow(base, exponent):
                p = rational(exponent)
                if p is None and _is_whole(exponent):
                    if signs(exponent) not in ("+", "+0"):
                        need_nonzero(base)
                elif p is None or p.denominator != 1:
                    need_positive(base)
                elif p < 0:
                    need_nonzero(base)
            case Fn("log", arg):
                need_positive(arg)
        if isinstance(node, Fn) and node.name == "sqrt":
            if signs(node.arg) not in ("+", "+0", "0"):
                found.setdefault(Need(_without_positive(node.arg, signs), "≥"))
        for child in children(node):
            visit(child, differentiated or isinstance(node, Diff))

    visit(side)
    return list(found)


def _is_whole(term: Term) -> bool:
    """Whether a term is a whole number by its form: n, k + 1, 2 n."""
    match term:
        case Rat(value):
            return value.denominator == 1
        case Size() | IndexValue() | Delta():
            return True
        case Add(args) | Mul(args):
            return all(_is_whole(a) for a in args)
    return False


def _without_positive(term: Term, signs: Signs) -> Term:
    """A product without the factors that do not bear on its sign."""
    if not isinstance(term, Mul):
        return term
    rest = tuple(a for a in term.args if not signs.positive(a))
    return rest[0] if len(rest) == 1 else Mul(rest) if rest else term
