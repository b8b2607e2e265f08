"""A term spelled out for given sizes: sums become additions, δ becomes 0 or 1.

`Speller` turns a term into a function from index positions to an exact value of
the ring (`zero.Quotient`). Bound indices live in an environment and vanish; no
symbol is ever substituted into a sum, so nothing can be captured.

Long sums may be kept whole (`Rules.whole`): such a sum becomes one generator.
What holds for every value of it holds for its true value, and S = Σ_k e^{z_k}
then costs one symbol instead of n.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from derive.deciding.zero import BudgetExceeded, Quotient, Ring, Undefined
from derive.terms import (
    Add,
    Apply,
    Axis,
    Cases,
    Delta,
    Diff,
    Div,
    Entry,
    Family,
    Fn,
    Index,
    IndexValue,
    Ix,
    Mul,
    Pow,
    Prod,
    Rat,
    Size,
    Sum,
    Term,
    indices_of,
    key,
)

__all__ = ["Env", "Rules", "Speller", "integer", "rational"]

Env = dict[Ix, int]
Value = Callable[[Env], Quotient]

MAX_NODES = 2_000_000


@dataclass(frozen=True, slots=True)
class Rules:
    """What is known while spelling out.

    ``whole``: skeletons (see `terms.key`) of full-range sums kept as one generator.
    ``positive``: families whose entries are positive; ``positive_sums``: likewise for sums.
    ``simplex``: family → slot over which its entries add up to 1.
    """

    whole: frozenset[Hashable] = frozenset()
    positive: frozenset[Family] = frozenset()
    positive_sums: frozenset[Hashable] = frozenset()
    simplex: Mapping[Family, int] = field(default_factory=dict)


def rational(term: Term) -> Fraction | None:
    """The number, if the term is built from literal numbers only."""
    match term:
        case Rat(value):
            return value
        case Mul(args):
            total = Fraction(1)
            for a in args:
                value_of = rational(a)
                if value_of is None:
                    return None
                total *= value_of
            return total
        case Add(args):
            total = Fraction(0)
            for a in args:
                value_of = rational(a)
                if value_of is None:
                    return None
                total += value_of
            return total
        case Div(a, b):
            top, bottom = rational(a), rational(b)
            return top / bottom if top is not None and bottom else None
    return None


def integer(term: Term) -> int | None:
    value = rational(term)
    return int(value) if value is not None and value.denominator == 1 else None


class Speller:
    """Compiles terms for one ring and one choice of sizes."""

    def __init__(self, ring: Ring, sizes: Mapping[Axis, int], rules: Rules) -> None:
        self.ring = ring
        self.sizes = sizes
        self.rules = rules
        self.work = 0

    # ------------------------------------------------------------------ positions

    def position(self, index: Index, env: Env) -> int:
        if isinstance(index, Ix):
            return env[index]
        size = self.sizes[index.axis]
        at = size - 1 + index.offset if index.from_end else index.offset
        if not 0 <= at < size:
            raise Undefined("an index outside its range")
        return at

    def excluded(self, without: tuple[Index, ...], env: Env) -> set[int]:
        positions = set()
        for index in without:
            try:
                positions.add(self.position(index, env))
            except Undefined:  # a position that this size does not have excludes nothing
                continue
        return positions

    # ------------------------------------------------------------------ compiling

    def compile(self, term: Term) -> Value:
        make = self._compile(term)
        if isinstance(term, Rat | Size | Entry | Delta | IndexValue):
            return make
        free = tuple(i for i in indices_of(term) if isinstance(i, Ix))
        if len(free) > 1 and not isinstance(term, Sum | Prod):
            return make
        memo: dict[tuple[int, ...], Quotient] = {}

        def remembered(env: Env) -> Quotient:
            at = tuple([env[i] for i in free])
            value = memo.get(at)
            if value is None:
                value = memo[at] = make(env)
            return value

        return remembered

    def _tick(self) -> None:
        self.work += 1
        if self.work > MAX_NODES:
            raise BudgetExceeded(f"more than {MAX_NODES} operations in one step")

    def _compile(self, term: Term) -> Value:
        ring = self.ring
        match term:
            case Rat(value):
                constant = ring.number(value)
                return lambda env: constant
            case Size(axis):
                size = ring.number(self.sizes[axis])
                return lambda env: size
            case IndexValue(index):
                start = index.axis.start
                return lambda env: ring.number(self.position(index, env) + start)
            case Entry():
                return self._entry(term)
            case Delta(i, j):
                return lambda env: (
                    ring.one if self.position(i, env) == self.position(j, env) else ring.zero
                )
            case Add(args):
                return self._fold(args, ring.add)
            case Mul(args):
                return self._mul(args)
            case Div(num, den):
                top, bottom = self.compile(num), self.compile(den)
                return lambda env: ring.divide(top(env), bottom(env))
            case Pow():
                return self._power(term)
            case Fn(name, arg):
                if name == "exp" and isinstance(arg, Entry) and not self._on_simplex(arg):
                    return self._exp_of_entry(arg)
                return self._function(name, self.compile(arg))
            case Sum():
                return self._sum(term)
            case Prod(ix, without, body):
                return self._product(ix, without, self.compile(body))
            case Cases(branches):
                return self._cases(branches)
            case Diff(body, by):
                return self._kept_whole("diff", Diff(body, by))
            case Apply(name, arg, order):
                inside = self.compile(arg)
                return lambda env: ring.function(f"{name}{order * chr(39)}()", inside(env))
        raise TypeError(f"not a term: {term!r}")

    def _fold(
        self, args: tuple[Term, ...], operation: Callable[[Quotient, Quotient], Quotient]
    ) -> Value:
        first, *rest = [self.compile(a) for a in args]

        def fold(env: Env) -> Quotient:
            self._tick()
            total = first(env)
            for value in rest:
                total = operation(total, value(env))
            return total

        return fold

    def _mul(self, args: tuple[Term, ...]) -> Value:
        # δ first: most products with a δ are zero, and then nothing else is worked out
        ordered = sorted(args, key=lambda a: not isinstance(a, Delta))
        first, *rest = [self.compile(a) for a in ordered]
        multiply = self.ring.multiply

        def product(env: Env) -> Quotient:
            self._tick()
            total = first(env)
            for value in rest:
                if total.num.is_zero():
                    return total
                total = multiply(total, value(env))
            return total

        return product

    def _on_simplex(self, entry: Entry) -> bool:
        return entry.family in self.rules.simplex

    def _exp_of_entry(self, term: Entry) -> Value:
        memo: dict[tuple[int, ...], Quotient] = {}
        name, at = (term.family.name, term.family.label), term.at
        positive = term.family in self.rules.positive

        def exp(env: Env) -> Quotient:
            positions = tuple([self.position(i, env) for i in at])
            value = memo.get(positions)
            if value is None:
                key_of = ("entry", *name, positions)
                if positive:
                    self.ring.positive.add(key_of)
                value = memo[positions] = self.ring.exp_of_atom(key_of)
            return value

        return exp

    def _entry(self, term: Entry) -> Value:
        family, at = term.family, term.at
        slot = self.rules.simplex.get(family)
        positive = family in self.rules.positive
        memo: dict[tuple[int, ...], Quotient] = {}
        name = (family.name, family.label)

        def entry(env: Env) -> Quotient:
            positions = tuple([self.position(i, env) for i in at])
            value = memo.get(positions)
            if value is None:
                if slot is not None and positions[slot] == self.sizes[family.axes[slot]] - 1:
                    value = self.ring.one
                    for k in range(positions[slot]):
                        other = (*positions[:slot], k, *positions[slot + 1 :])
                        value = self.ring.subtract(
                            value, self.ring.atom(("entry", *name, other), positive)
                        )
                else:
                    value = self.ring.atom(("entry", *name, positions), positive)
                memo[positions] = value
            return value

        return entry

    def _kept_whole(self, kind: str, term: Term, positive: bool = False) -> Value:
        skeleton, holes = key(term)

        def whole(env: Env) -> Quotient:
            filled = tuple([self.position(i, env) for i in holes])
            return self.ring.atom((kind, skeleton, filled), positive)

        return whole

    def _sum(self, term: Sum) -> Value:
        body = self.compile(term.body)
        ring, ix = self.ring, term.ix
        skeleton, _ = key(Sum(ix, (), term.body))
        if skeleton in self.rules.whole:
            full = self._kept_whole(
                "sum", Sum(ix, (), term.body), skeleton in self.rules.positive_sums
            )

            def rest_of_whole(env: Env) -> Quotient:
                total = full(env)
                for position in sorted(self.excluded(term.without, env)):
                    total = ring.subtract(total, body({**env, ix: position}))
                return total

            return rest_of_whole

        def spelled(env: Env) -> Quotient:
            self._tick()
            out = self.excluded(term.without, env)
            total = ring.zero
            inner = dict(env)
            for position in range(self.sizes[ix.axis]):
                if position not in out:
                    inner[ix] = position
                    total = ring.add(total, body(inner))
            return total

        return spelled

    def _product(self, ix: Ix, without: tuple[Index, ...], body: Value) -> Value:
        def spelled(env: Env) -> Quotient:
            self._tick()
            out = self.excluded(without, env)
            total = self.ring.one
            for position in range(self.sizes[ix.axis]):
                if position not in out:
                    total = self.ring.multiply(total, body({**env, ix: position}))
            return total

        return spelled

    def _power(self, term: Pow) -> Value:
        ring = self.ring
        base = self.compile(term.base)
        exponent = rational(term.exponent)
        if exponent is not None and exponent.denominator == 1:
            whole = int(exponent)
            return lambda env: ring.power(base(env), whole)
        if exponent is not None and exponent.denominator <= 12:
            p, q = exponent.numerator, exponent.denominator
            return lambda env: ring.power(ring.root(base(env), q), p)
        power = self.compile(term.exponent)

        def general(env: Env) -> Quotient:
            # u^v with a variable v is defined for u > 0 and is e^{v·log u} there;
            # for a size or an index in v it is a whole power.
            v = power(env)
            known = ring.is_constant(v)
            if known is not None and known.denominator == 1:
                return ring.power(base(env), int(known))
            return ring.exp(ring.multiply(v, ring.log(base(env))))

        return general

    def _function(self, name: str, arg: Value) -> Value:
        ring = self.ring
        match name:
            case "exp":
                return lambda env: ring.exp(arg(env))
            case "log":
                return lambda env: ring.log(arg(env))
            case "sqrt":
                return lambda env: ring.root(arg(env), 2)
            case "tanh":

                def tanh(env: Env) -> Quotient:
                    e = ring.exp(ring.multiply(ring.number(2), arg(env)))
                    return ring.divide(ring.subtract(e, ring.one), ring.add(e, ring.one))

                return tanh
        return lambda env: ring.function(name, arg(env))

    def _cases(self, branches: tuple[tuple[tuple[object, ...], Term], ...]) -> Value:
        compiled = [(conditions, self.compile(value)) for conditions, value in branches]

        def choose(env: Env) -> Quotient:
            for conditions, value in compiled:
                if all(
                    (self.position(c.i, env) == self.position(c.j, env)) == c.equal  # type: ignore[attr-defined]
                    for c in conditions
                ):
                    return value(env)
            raise Undefined("no case applies")

        return choose
