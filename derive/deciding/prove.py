"""The first path: a claim is spelled out at the sizes that suffice and tested for zero."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from derive.claims import Claim, Signed
from derive.deciding.bound import Outside, bound
from derive.deciding.explicit import Env, Rules, Speller, size_powers
from derive.deciding.patterns import Positions, named_positions
from derive.deciding.rewriting import is_concerned, logged, rewritten, whole_products
from derive.deciding.sign import Signs
from derive.deciding.unfold import Level, ladder, unfold
from derive.deciding.zero import BudgetExceeded, NeedsRestart, Ring, Undefined
from derive.terms import (
    Add,
    Apply,
    At,
    Axis,
    Condition,
    Diff,
    Div,
    Entry,
    Family,
    Fn,
    Index,
    Ix,
    Mul,
    Pow,
    Prod,
    Rat,
    Sum,
    Term,
    axes_of,
    children,
    families_of,
    indices_of,
    integer,
    key,
    rebuild,
    walk,
)

__all__ = ["Proof", "check", "prove", "rules_for", "with_ring"]

# A claim outside the fragment is worked out for these sizes only.
LISTED_SIZES = (1, 2, 3, 4)
MAX_SIZE = 20
FURTHER_SIZES = 3
MAX_RESTARTS = 60
MAX_GRID = 600

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Proof:
    """The level that sufficed and the sizes at which the difference was found to vanish.

    ``listed``: the axes of which it holds for the checked sizes only, and why; of the
    others it holds for every size.
    """

    level: Level
    rules: Rules
    left: Term
    right: Term
    checked: dict[Axis, tuple[int, ...]]
    listed: dict[Axis, str] = field(default_factory=dict)

    @property
    def every_size(self) -> bool:
        return not self.listed


def with_ring(ring: Ring, work: Callable[[], T]) -> T:
    """Run ``work`` on a ring, again from the start whenever the ring learnt something."""
    for _ in range(MAX_RESTARTS):
        try:
            return work()
        except NeedsRestart:
            ring.begin()
    raise BudgetExceeded("a formula whose logs and exponentials do not settle")


def prove(claim: Claim, levels: tuple[Level, ...] | None = None) -> Proof | None:
    """A proof of ``left = right``, or None if no level of opening definitions gives one.

    Sums inside denominators, logs and powers are first kept whole, then spelled out.
    """
    claim = _rewritten(claim)
    levels = levels or ladder((claim.left, claim.right), claim.world)
    budget: BudgetExceeded | None = None
    opened: list[tuple[Level, Term, Term]] = []

    def attempts() -> Iterator[tuple[Level, Term, Term, bool]]:
        for level in levels:
            left, right = _opened(claim, level)
            opened.append((level, left, right))
            yield level, left, right, True
        for level, left, right in opened:
            if _grows((left, right)):
                yield level, left, right, False

    for level, left, right, keep_whole in attempts():
        try:
            proof = _attempt(claim, level, left, right, keep_whole)
        except BudgetExceeded as error:
            budget = error
            continue
        if proof is not None and not proof.every_size and claim.simplex:
            apart = _attempt_apart(claim, level, left, right)
            if apart is not None:
                return apart
        if proof is not None:
            return proof
    if budget is not None:
        raise budget
    return None


def _opened(claim: Claim, level: Level) -> tuple[Term, Term]:
    """Both sides with the level's names opened, and rewritten for the theorem."""
    left = unfold(claim.left, level, claim.world)
    right = unfold(claim.right, level, claim.world)
    if not is_concerned(left) and not is_concerned(right):
        return left, right
    signs = Signs(claim, logged((left, right)))
    return rewritten(left, signs), rewritten(right, signs)


def _rewritten(claim: Claim) -> Claim:
    """The claim and its definitions rewritten before any derivative is taken, if they have
    products: log Π_k f_k is then differentiated as Σ_k log f_k."""
    if not _has_product(claim.bodies):
        return claim
    signs = Signs(claim, logged((claim.left, claim.right)))
    world = claim.world
    definitions = {
        family: replace(d, body=rewritten(d.body, signs))
        for family, d in world.definitions.items()
    }
    return replace(
        claim,
        left=rewritten(claim.left, signs),
        right=rewritten(claim.right, signs),
        world=world.redefined(definitions),
    )


def _grows(terms: tuple[Term, Term]) -> bool:
    """Whether something that may be kept whole is there: a nonlinear sum, Π, log n."""
    return (
        bool(_nonlinear_sums(terms))
        or _has_product(terms)
        or any(
            isinstance(node, Fn) and node.name == "log" and size_powers(node.arg)
            for term in terms
            for node in walk(term)
        )
    )


def _has_product(terms: Iterable[Term]) -> bool:
    return any(isinstance(node, Prod) for term in terms for node in walk(term))


def _attempt_apart(claim: Claim, level: Level, left: Term, right: Term) -> Proof | None:
    """A proof for every size in which a quantity that sums to 1 is another one inside
    functions and denominators: what holds for any two holds for one. Outside of them it is
    then polynomial, as the theorem asks."""
    # a label that no page can have: pages with a NUL are refused
    twins = {f: Family(f.name, f.axes, f"{f.label}\0") for f in claim.simplex}
    known = tuple(
        replace(g, fact=replace(g.fact, family=twins[g.fact.family]))
        for g in claim.givens
        if isinstance(g.fact, Signed) and g.fact.family in twins
    )

    def apart(term: Term, inside: bool) -> Term:
        match term:
            case Entry(family, at):
                return Entry(twins[family], at) if inside and family in twins else term
            case Div(num, den):
                return Div(apart(num, inside), apart(den, True))
            case Pow(base, exponent) if (integer(exponent) or 0) > 0:
                return Pow(apart(base, inside), exponent)
            case Fn() | Pow() | Prod() | Apply() | Diff():
                return rebuild(term, lambda child: apart(child, True))
        return rebuild(term, lambda child: apart(child, inside))

    other = replace(claim, givens=(*claim.givens, *known))
    try:
        proof = _attempt(other, level, apart(left, False), apart(right, False), True)
    except BudgetExceeded:
        return None
    return proof if proof is not None and proof.every_size else None


def _attempt(
    claim: Claim, level: Level, left: Term, right: Term, keep_whole: bool
) -> Proof | None:
    return check(claim, level, left, right, rules_for(claim, left, right, keep_whole))


def rules_for(claim: Claim, left: Term, right: Term, keep_whole: bool) -> Rules:
    """What is known about the opened sides: signs, sums that are 1, sums to keep whole."""
    whole = frozenset(_nonlinear_sums((left, right))) if keep_whole else frozenset()
    signs = Signs(claim)
    families = families_of(left, right)
    named: frozenset[Index] = frozenset()
    products: frozenset[Hashable] = frozenset()
    if keep_whole and _has_product((left, right)):
        named = frozenset((*_free(left, right), *named_positions((left, right), claim.conditions)))
        products = whole_products((left, right), named)
    return Rules(
        whole=whole,
        signs=known_signs(signs, families),
        within=claim.within,
        # entries that also sum to 1 are taken for any numbers that do: a weaker fact
        binary=claim.binary - claim.simplex.keys(),
        positive_sums=frozenset(
            key(Sum(n.ix, (), n.body))[0]
            for t in (left, right)
            for n in walk(t)
            if isinstance(n, Sum) and whole and signs.positive(Sum(n.ix, (), n.body))
        ),
        simplex=claim.simplex,
        log_sizes=keep_whole,
        whole_products=products,
        positive_products=frozenset(
            key(Prod(n.ix, (), n.body))[0]
            for t in (left, right)
            for n in walk(t)
            if isinstance(n, Prod) and products and signs.positive(n.body)
        ),
        named=named,
    )


def known_signs(signs: Signs, families: Iterable[Family]) -> dict[Family, str]:
    """Those families all of whose entries have one sign."""
    found = {f: signs.family(f) for f in families}
    return {f: sign for f, sign in found.items() if sign is not None and sign != "0"}


def check(claim: Claim, level: Level, left: Term, right: Term, rules: Rules) -> Proof | None:
    """Test the opened claim at the sizes that the bound asks for."""
    axes = axes_of(left, right)
    conditions = claim.conditions
    plan, listed = plan_sizes(claim, left, right, rules, axes)
    test = _Test(left, right, rules, conditions)
    grid = list(_grid(plan))
    counted = [all(s >= plan[a].enough for a, s in sizes.items()) for sizes in grid]
    # pattern → at how many of the sizes that count both sides have a value for it
    valued: Counter[int] = Counter()
    checked: dict[Axis, set[int]] = {axis: set() for axis in axes}
    defined_somewhere = False
    for at, sizes in enumerate(itertools.chain(grid, () if listed else _further(plan))):
        if at >= len(grid) and min(valued.values(), default=0) >= sum(counted):
            break
        vanishes, undefined, tried = test.vanishes_at(Ring(), sizes)
        if not vanishes:
            return None
        if at >= len(grid) or counted[at]:
            for pattern in range(1, tried + 1):
                valued[pattern] += pattern not in undefined
        if len(undefined) < tried:
            defined_somewhere = True
            for axis, size in sizes.items():
                checked[axis].add(size)
    if min(valued.values(), default=0) < sum(counted):
        # the theorem counts sizes at which both sides exist, pattern by pattern
        for axis in axes:
            if axis.fixed is None:
                why = "a side does not exist at some of the sizes that count"
                listed.setdefault(axis, why)
    if not defined_somewhere:
        return None
    done = {axis: tuple(sorted(sizes)) for axis, sizes in checked.items()}
    return Proof(level, rules, left, right, done, listed)


def _further(plan: dict[Axis, _Plan]) -> Iterator[dict[Axis, int]]:
    """A few sizes more on the one axis that grows, where a side does not exist at the first
    (1/(n − 1) at n = 1): any D + 1 sizes from f + B on will do."""
    growing = [axis for axis in plan if axis.fixed is None]
    if len(growing) == 1:
        (axis,) = growing
        for more in range(1, FURTHER_SIZES + 1):
            yield {a: p.sizes[-1] + (more if a is axis else 0) for a, p in plan.items()}


@dataclass(frozen=True, slots=True)
class _Plan:
    sizes: tuple[int, ...]
    enough: int


def plan_sizes(
    claim: Claim, left: Term, right: Term, rules: Rules, axes: tuple[Axis, ...]
) -> tuple[dict[Axis, _Plan], dict[Axis, str]]:
    """The sizes to check on each axis, and why they are not enough, if they are not."""
    listed: dict[Axis, str] = {}
    plan = {}
    free = dict.fromkeys((*claim.free, *_free(left, right)))
    named = named_positions((left, right), claim.conditions)
    for axis in axes:
        if axis.fixed is not None:
            plan[axis] = _Plan((axis.fixed,), axis.fixed)
            continue
        least = claim.smallest(axis)
        mine = [at for at in named if at.axis == axis]
        f = sum(ix.axis == axis for ix in free) + len(mine)
        room = max((at.offset + 1 for at in mine if not at.from_end), default=0) + max(
            (1 - at.offset for at in mine if at.from_end), default=0
        )
        try:
            extra = sum(
                _simplex_degree(family, slot, left, right, axis)
                for family, slot in claim.simplex.items()
            )
            b = bound(axis, left, right, rules, extra)
            first = max(least, f + b.sums, room)
            last = first + b.degree
            if last > MAX_SIZE:
                raise Outside(f"sizes up to {last} would be needed")
            plan[axis] = _Plan(tuple(range(least, last + 1)), first)
        except Outside as error:
            listed[axis] = str(error)
            plan[axis] = _Plan(tuple(least - 1 + s for s in LISTED_SIZES), least)
    return plan, listed


def _simplex_degree(family: Family, slot: int, left: Term, right: Term, axis: Axis) -> int:
    """How many sums the given Σ y = 1 adds to the bound: the degree in y."""
    if family.axes[slot] != axis:
        return 0
    degree = max(_degree(left, family), _degree(right, family))
    if len(family.axes) > 1:
        if degree > 1:
            raise Outside("a nonlinear use of several sums that are 1")
        return 2 * degree
    return degree


def _degree(term: Term, family: Family) -> int:
    match term:
        case Entry(f, _):
            return int(f == family)
        case Add(args):
            return max(_degree(a, family) for a in args)
        case Mul(args):
            return sum(_degree(a, family) for a in args)
        case Sum(_, _, body):
            return _degree(body, family)
        case Pow(base, Rat(value)) if value.denominator == 1 and value >= 0:
            return _degree(base, family) * int(value)
        case Div(num, den):
            if _degree_anywhere(den, family):
                raise Outside("a quantity that sums to 1 in a denominator")
            return _degree(num, family)
    if _degree_anywhere(term, family):
        raise Outside("a quantity that sums to 1 inside a function")
    return 0


def _degree_anywhere(term: Term, family: Family) -> bool:
    return any(isinstance(n, Entry) and n.family == family for n in walk(term))


def _grid(plan: dict[Axis, _Plan]) -> Iterator[dict[Axis, int]]:
    if math.prod(len(p.sizes) for p in plan.values()) > MAX_GRID:
        raise BudgetExceeded(f"more than {MAX_GRID} choices of sizes")
    for choice in itertools.product(*(p.sizes for p in plan.values())):
        yield dict(zip(plan, choice, strict=True))


class _Test:
    """left = right, compiled once and asked at one choice of sizes after the other."""

    def __init__(
        self, left: Term, right: Term, rules: Rules, conditions: tuple[Condition, ...]
    ) -> None:
        self.speller = Speller(rules)
        self.left, self.right = self.speller.compile(left), self.speller.compile(right)
        self.positions = Positions(_free(left, right), (left, right), conditions)

    def vanishes_at(self, ring: Ring, sizes: dict[Axis, int]) -> tuple[bool, frozenset[int], int]:
        """Whether the difference vanishes wherever it exists; the patterns (by number)
        without a value, and how many patterns there are."""
        undefined: set[int] = set()
        tried = 0
        generation = -1

        def vanishes(env: Env) -> bool | None:
            nonlocal generation
            if generation != ring.generation:
                generation = ring.generation
                self.speller.begin(ring, sizes)
            try:
                return ring.vanishes(ring.subtract(self.left(env), self.right(env)))
            except Undefined:
                return None

        for env in self.positions.at(sizes):
            tried += 1
            ring.forget_learnt()
            result = with_ring(ring, partial(vanishes, env))
            if result is None:
                undefined.add(tried)
            elif not result:
                return False, frozenset(), tried
        return True, frozenset(undefined), tried


def _free(*terms: Term) -> tuple[Ix, ...]:
    found: dict[Ix | At, None] = {}
    for term in terms:
        found |= indices_of(term)
    return tuple(i for i in found if isinstance(i, Ix))


def _nonlinear_sums(pair: tuple[Term, Term]) -> set[Hashable]:
    """Skeletons of the sums that stand in a denominator, a function or a power."""
    found: set[Hashable] = set()

    def visit(node: Term, nonlinear: bool) -> None:
        if isinstance(node, Sum) and nonlinear:
            found.add(key(Sum(node.ix, (), node.body))[0])
            if not node.without:
                return  # it is one unknown then, and nothing looks inside
        match node:
            case Div(num, den):
                visit(num, nonlinear)
                visit(den, True)
            case Fn() | Pow() | Prod() | Apply():
                for child in children(node):
                    visit(child, True)
            case Mul(args):
                for child in args:
                    visit(child, nonlinear)
            case _:
                for child in children(node):
                    visit(child, nonlinear)

    for term in pair:
        visit(term, False)
    return found
