"""Where a written line is defined: what its denominators, logs and roots ask for."""

from __future__ import annotations

from derive.claims import Claim
from derive.deciding.derivative import CannotDifferentiate
from derive.deciding.explicit import Speller
from derive.deciding.prove import rules_for, with_ring
from derive.deciding.sign import Signs
from derive.deciding.unfold import Level, unfold
from derive.deciding.zero import BudgetExceeded, Ring, Undefined
from derive.printing import latex
from derive.terms import Div, Fn, Mul, Pow, Term, axes_of, children, integer, rational

__all__ = ["conditions"]


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


def conditions(claim: Claim) -> tuple[str, ...]:
    """LaTeX of the conditions that the two sides need and the page does not imply."""
    signs = Signs(claim)
    found: dict[str, None] = {}

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
        else:
            found.setdefault(rf"{latex(term)} \neq 0")

    def need_positive(term: Term) -> None:
        if signs.positive(term) or _keeps_a_sign(claim, term) == "+":
            return
        found.setdefault(f"{latex(term)} > 0")

    def visit(node: Term) -> None:
        match node:
            case Div(_, den):
                need_nonzero(den)
            case Pow(base, exponent):
                p = rational(exponent)
                if p is None or p.denominator != 1:
                    need_positive(base)
                elif p < 0:
                    need_nonzero(base)
            case Fn("log", arg):
                need_positive(arg)
            case Fn("sqrt", arg):
                if signs(arg) not in ("+", "+0", "0"):
                    found.setdefault(rf"{latex(arg)} \geq 0")
        for child in children(node):
            visit(child)

    visit(claim.left)
    visit(claim.right)
    return tuple(found)
