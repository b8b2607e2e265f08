"""A counterexample worked out: the values on the way to its two sides.

Only what the evaluation of the written formula really met is listed, and every line follows
from the values that the counterexample names: a reader can check one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from derive.claims import Claim
from derive.deciding.derivative import CannotDifferentiate
from derive.deciding.exact_value import NotExact, exact_text
from derive.deciding.explicit import Env
from derive.deciding.unfold import Level, unfold
from derive.deciding.witness import Evaluator, NotANumber, Point, Slot
from derive.printing import entry_name, latex
from derive.terms import Diff, Ix, Prod, Sum, Term, children, indices_of

__all__ = ["shown_value", "worked_out"]

MOST = 16  # lines; beyond them nobody follows


def worked_out(claim: Claim, point: Point, env: Env) -> tuple[tuple[str, str], ...]:
    """Names or LaTeX, and values: the defined quantities that both sides use, in the order in
    which they rest on each other, then the sums, products and derivatives inside the sides.

    Values are exact or enclosures, at the precision in force.
    """
    evaluate = Evaluator(claim, point)
    evaluate.constants = dict(env)
    try:
        for side in (claim.left, claim.right):
            evaluate(side, dict(env))
    except NotANumber:
        return ()
    lines: dict[str, str] = {}
    for (family, positions), ball in _by_family(evaluate.defined):
        definition = claim.world.definitions[family]
        inside = {**env, **dict(zip(definition.params, positions, strict=True))}
        lines[entry_name(family, positions)] = _value(claim, point, definition.body, inside, ball)
    for side in (claim.left, claim.right):
        for term in _parts(side, frozenset(env)):
            try:
                ball = evaluate(term, dict(env))
            except NotANumber:
                continue
            lines.setdefault(latex(term), _value(claim, point, term, env, ball))
    return tuple(lines.items())[:MOST]


def _by_family(defined: dict[Slot, Any]) -> list[tuple[Slot, Any]]:
    """Entry by entry; a family still comes after those that it rests on."""
    families = list(dict.fromkeys(family for family, _ in defined))
    return sorted(defined.items(), key=lambda item: (families.index(item[0][0]), item[0][1]))


def _parts(side: Term, known: frozenset[Ix]) -> Iterator[Term]:
    """The largest sums, products and derivatives in a side, but not the side itself."""
    for child in children(side):
        free = {index for index in indices_of(child) if isinstance(index, Ix)}
        if isinstance(child, Sum | Prod | Diff) and free <= known:
            yield child
        else:
            yield from _parts(child, known)


def _value(claim: Claim, point: Point, term: Term, env: Env, ball: Any) -> str:
    level = Level(frozenset(claim.world.definitions), gradients=True, functions=True)
    before = replace(point, values=dict(point.values), slopes=dict(point.slopes))
    try:
        return exact_text(unfold(term, level, claim.world), env, before)
    except (CannotDifferentiate, NotExact, NotANumber):
        return shown_value(ball, 6)  # enough to follow


def shown_value(ball: Any, digits: int = 12) -> str:
    """An enclosure as text: its middle and its radius."""
    return str(ball.str(digits))
