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

from derive.deciding.rewriting import is_closed
from derive.deciding.zero import BudgetExceeded, Interval, Quotient, Ring, Undefined
from derive.terms import (
    ONE,
    Add,
    Apply,
    Axis,
    Cases,
    Condition,
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
    integer,
    key,
    rational,
)

__all__ = ["Env", "Rules", "Speller", "size_powers", "whole_name"]

Env = dict[Ix, int]
Value = Callable[[Env], Quotient]

MAX_NODES = 2_000_000


@dataclass(frozen=True, slots=True)
class Rules:
    """What is known while spelling out.

    ``whole``: skeletons (see `terms.key`) of full-range sums kept as one generator.
    ``signs``: family → the sign of all its entries (see `sign.Sign`). ``within``: family →
    where all its entries lie. ``positive_sums``: sums that are positive. ``binary``: families
    whose entries are 0 or 1. ``simplex``: family → slot over which its entries add up to 1.
    ``log_sizes``: log n is a generator of its own rather than the log of a number.
    ``whole_products``: skeletons of products of which the part over positions not in
    ``named`` is kept as one generator (``named``: the claim's free indices and named
    positions).
    """

    whole: frozenset[Hashable] = frozenset()
    signs: Mapping[Family, str] = field(default_factory=dict)
    within: Mapping[Family, Interval] = field(default_factory=dict)
    binary: frozenset[Family] = frozenset()
    positive_sums: frozenset[Hashable] = frozenset()
    simplex: Mapping[Family, int] = field(default_factory=dict)
    log_sizes: bool = False
    whole_products: frozenset[Hashable] = frozenset()
    positive_products: frozenset[Hashable] = frozenset()
    named: frozenset[Index] = frozenset()


class Speller:
    """Compiles terms once; `begin` then chooses a ring and sizes for them.

    Compiled terms remember their values until the next `begin`.
    """

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.work = 0
        self._memos: list[dict[tuple[int, ...], Quotient]] = []

    def begin(self, ring: Ring, sizes: Mapping[Axis, int]) -> None:
        """Evaluate from now on in this ring and at these sizes."""
        self.ring = ring
        self.sizes = sizes
        for memo in self._memos:
            memo.clear()

    def _memo(self) -> dict[tuple[int, ...], Quotient]:
        self._memos.append({})
        return self._memos[-1]

    # ------------------------------------------------------------------ positions

    def position(self, index: Index, env: Env) -> int:
        if isinstance(index, Ix):
            return env[index]
        size = self.sizes[index.axis]
        at = size - 1 + index.offset if index.from_end else index.offset
        if not 0 <= at < size:
            raise Undefined("an index outside its range")
        return at

    def same(self, i: Index, j: Index, env: Env) -> bool:
        """Whether two indices coincide; nothing equals a position that this size lacks."""
        try:
            return self.position(i, env) == self.position(j, env)
        except Undefined:
            return False

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
        """A function from positions of the free indices to the term's value."""
        return self._compile(term)[0]

    def _compile(self, term: Term) -> tuple[Value, frozenset[Ix]]:
        """The function and the index variables that it reads."""
        match term:
            case Rat(value):
                return self._remember(lambda env: self.ring.number(value), frozenset())
            case Size(axis):
                return (lambda env: self.ring.number(self.sizes[axis])), frozenset()
            case IndexValue(index):
                start = index.axis.start
                return (
                    lambda env: self.ring.number(self.position(index, env) + start)
                ), _variables(index)
            case Entry():
                return self._entry(term)
            case Delta(i, j):
                return (
                    lambda env: self.ring.one if self.same(i, j, env) else self.ring.zero
                ), _variables(i, j)
            case Add(args):
                return self._add(args)
            case Mul(args):
                return self._mul(args)
            case Div(num, den):
                (top, reads_top), (bottom, reads_bottom) = self._compile(num), self._compile(den)
                return self._remember(
                    lambda env: self.ring.divide(top(env), bottom(env)), reads_top | reads_bottom
                )
            case Pow():
                return self._power(term)
            case Fn("exp", Entry(family) as entry) if self._is_plain(family):
                return self._exp_of_entry(entry)
            case Fn("log", arg) if self.rules.log_sizes and (sizes := size_powers(arg)):
                return self._log_of_sizes(arg, sizes)
            case Fn(name, arg):
                return self._function(name, arg)
            case Sum():
                return self._sum(term)
            case Prod():
                return self._product(term)
            case Cases(branches):
                return self._cases(branches)
            case Diff():
                return self._kept_whole("diff", term)
            case Apply(name, arg, order):
                inside, reads = self._compile(arg)
                called = f"{name}{order * chr(39)}()"
                return (lambda env: self.ring.function(called, inside(env))), reads
        raise TypeError(f"not a term: {term!r}")

    def _remember(self, make: Value, reads: frozenset[Ix]) -> tuple[Value, frozenset[Ix]]:
        """Remember values that few index positions tell apart."""
        if len(reads) > 1:
            return make, reads
        memo = self._memo()
        if not reads:

            def constant(env: Env) -> Quotient:
                value = memo.get(())
                if value is None:
                    value = memo[()] = make(env)
                return value

            return constant, reads
        (only,) = reads

        def remembered(env: Env) -> Quotient:
            at = (env[only],)
            value = memo.get(at)
            if value is None:
                value = memo[at] = make(env)
            return value

        return remembered, reads

    def _tick(self) -> None:
        self.work += 1
        if self.work > MAX_NODES:
            raise BudgetExceeded(f"more than {MAX_NODES} operations in one step")

    def _parts(self, args: tuple[Term, ...]) -> list[tuple[Value, frozenset[Ix]]]:
        return [self._compile(a) for a in args]

    def _add(self, args: tuple[Term, ...]) -> tuple[Value, frozenset[Ix]]:
        def total(values: tuple[Value, ...]) -> Value:
            first, *rest = values

            def value_of(env: Env) -> Quotient:
                self._tick()
                add = self.ring.add
                value = first(env)
                for part in rest:
                    value = add(value, part(env))
                return value

            return value_of

        return self._grouped(self._parts(args), total)

    def _mul(self, args: tuple[Term, ...]) -> tuple[Value, frozenset[Ix]]:
        def product(values: tuple[Value, ...]) -> Value:
            first, *rest = values

            def value_of(env: Env) -> Quotient:
                self._tick()
                multiply = self.ring.multiply
                value = first(env)
                for part in rest:
                    if value.num.is_zero():
                        return value
                    value = multiply(value, part(env))
                return value

            return value_of

        # δ first: most products with a δ are zero, and then nothing else is worked out
        ordered = tuple(sorted(args, key=lambda a: not isinstance(a, Delta)))
        return self._grouped(self._parts(ordered), product)

    def _grouped(
        self,
        parts: list[tuple[Value, frozenset[Ix]]],
        combine: Callable[[tuple[Value, ...]], Value],
    ) -> tuple[Value, frozenset[Ix]]:
        """Combine parts, those that read the same single index first: their result is
        remembered, and an entry of an n×n table costs few operations."""
        reads = frozenset[Ix]().union(*(r for _, r in parts))
        groups: dict[frozenset[Ix], list[Value]] = {}
        merged = []
        for value, read in parts:
            if len(read) > 1 or len(reads) < 2:
                merged.append(value)
            else:
                groups.setdefault(read, []).append(value)
        for read, values in groups.items():
            merged.append(
                values[0] if len(values) == 1 else self._remember(combine(tuple(values)), read)[0]
            )
        return self._remember(combine(tuple(merged)), reads)

    def _is_plain(self, family: Family) -> bool:
        """Whether an entry of this family is a generator itself."""
        negative = self.rules.signs.get(family, "+")[0] == "-"
        return family not in self.rules.simplex and not negative

    def _exp_of_entry(self, term: Entry) -> tuple[Value, frozenset[Ix]]:
        memo = self._memo()
        name, at = (term.family.name, term.family.label), term.at
        sign = self.rules.signs.get(term.family, "")

        def exp(env: Env) -> Quotient:
            positions = tuple([self.position(i, env) for i in at])
            value = memo.get(positions)
            if value is None:
                key_of = ("entry", *name, positions)
                self.ring.know_sign(key_of, sign)
                value = memo[positions] = self.ring.exp_of_atom(key_of)
            return value

        return exp, _variables(*at)

    def _entry(self, term: Entry) -> tuple[Value, frozenset[Ix]]:
        family, at = term.family, term.at
        slot = self.rules.simplex.get(family)
        sign = self.rules.signs.get(family, "")
        binary = family in self.rules.binary
        interval = None if sign.startswith("-") else self.rules.within.get(family)
        memo = self._memo()
        name = (family.name, family.label)

        def atom(positions: tuple[int, ...]) -> Quotient:
            # a negative quantity is minus a positive generator
            flipped = sign.startswith("-")
            key_of = ("-entry" if flipped else "entry", *name, positions)
            value = self.ring.atom(key_of, "+" + sign[1:] if sign else "")
            if interval is not None:
                self.ring.intervals[key_of] = interval
            if binary:
                self.ring.relate_binary(key_of)
            return self.ring.negate(value) if flipped else value

        def entry(env: Env) -> Quotient:
            positions = tuple([self.position(i, env) for i in at])
            value = memo.get(positions)
            if value is None:
                if slot is not None and positions[slot] == self.sizes[family.axes[slot]] - 1:
                    value = self.ring.one
                    for k in range(positions[slot]):
                        other = (*positions[:slot], k, *positions[slot + 1 :])
                        value = self.ring.subtract(value, atom(other))
                else:
                    value = atom(positions)
                memo[positions] = value
            return value

        return entry, _variables(*at)

    def _kept_whole(
        self, kind: str, term: Term, positive: bool = False
    ) -> tuple[Value, frozenset[Ix]]:
        skeleton, holes = key(term)
        names: dict[tuple[int, ...], Hashable] = {}

        def whole(env: Env) -> Quotient:
            at = tuple([self.position(i, env) for i in holes])
            name = names.get(at)
            if name is None:
                name = names[at] = whole_name(kind, skeleton, at)
            return self.ring.atom(name, "+" if positive else "")

        return self._remember(whole, _variables(*holes))

    def _sum(self, term: Sum) -> tuple[Value, frozenset[Ix]]:
        ix = term.ix
        body, reads = self._compile(term.body)
        reads = (reads - {ix}) | _variables(*term.without)
        skeleton, _ = key(Sum(ix, (), term.body))
        if skeleton in self.rules.whole:
            full, _ = self._kept_whole(
                "sum", Sum(ix, (), term.body), skeleton in self.rules.positive_sums
            )
            if not term.without:
                return full, reads

            def rest_of_whole(env: Env) -> Quotient:
                total = full(env)
                for position in sorted(self.excluded(term.without, env)):
                    total = self.ring.subtract(total, body({**env, ix: position}))
                return total

            return self._remember(rest_of_whole, reads)

        def spelled(env: Env) -> Quotient:
            self._tick()
            out = self.excluded(term.without, env) if term.without else ()
            total = self.ring.zero
            inner = dict(env)
            for position in range(self.sizes[ix.axis]):
                if position not in out:
                    inner[ix] = position
                    total = self.ring.add(total, body(inner))
            return total

        return self._remember(spelled, reads)

    def _product(self, term: Prod) -> tuple[Value, frozenset[Ix]]:
        ix = term.ix
        body, reads = self._compile(term.body)
        whole = Prod(ix, (), term.body)
        skeleton, _ = key(whole)
        if skeleton in self.rules.whole_products and is_closed(term, self.rules.named):
            positive = skeleton in self.rules.positive_products
            unnamed, _ = self._kept_whole("prod", whole, positive)
            named = [i for i in self.rules.named if i.axis == ix.axis]
            own = frozenset(i for i in named if isinstance(i, Ix))

            def with_named(env: Env) -> Quotient:
                out = self.excluded(term.without, env)
                total = unnamed(env)
                for position in sorted(self.excluded(tuple(named), env) - out):
                    total = self.ring.multiply(total, body({**env, ix: position}))
                return total

            reads = (reads - {ix}) | _variables(*term.without) | own
            return self._remember(with_named, reads)

        def spelled(env: Env) -> Quotient:
            self._tick()
            out = self.excluded(term.without, env)
            total = self.ring.one
            for position in range(self.sizes[ix.axis]):
                if position not in out:
                    total = self.ring.multiply(total, body({**env, ix: position}))
            return total

        return self._remember(spelled, (reads - {ix}) | _variables(*term.without))

    def _power(self, term: Pow) -> tuple[Value, frozenset[Ix]]:
        base, reads = self._compile(term.base)
        exponent = rational(term.exponent)
        if exponent is not None and exponent.denominator == 1:
            whole = int(exponent)
            return self._remember(lambda env: self.ring.power(base(env), whole), reads)
        if exponent is not None and exponent.denominator <= 12:
            p, q = exponent.numerator, exponent.denominator
            return self._remember(
                lambda env: self.ring.power(self.ring.root(base(env), q, True), p), reads
            )
        power, more = self._compile(term.exponent)

        def general(env: Env) -> Quotient:
            # u^v with a variable v is defined for u > 0 and is e^{v·log u} there;
            # for a size or an index in v it is a whole power.
            v = power(env)
            known = self.ring.is_constant(v)
            if known is not None and known.denominator == 1:
                return self.ring.power(base(env), int(known))
            return self.ring.exp(self.ring.multiply(v, self.ring.log(base(env))))

        return self._remember(general, reads | more)

    def _log_of_sizes(self, arg: Term, sizes: dict[Axis, int]) -> tuple[Value, frozenset[Ix]]:
        """log(n²·u) as 2·log n + log u."""
        rest, reads = self._compile(Fn("log", _without_sizes(arg)))

        def log(env: Env) -> Quotient:
            total = rest(env)
            for axis, power in sizes.items():
                part = self.ring.atom(("log of size", axis.size))
                total = self.ring.add(total, self.ring.multiply(self.ring.number(power), part))
            return total

        return self._remember(log, reads)

    def _function(self, name: str, term: Term) -> tuple[Value, frozenset[Ix]]:
        arg, reads = self._compile(term)
        make: Value
        match name:
            case "exp":
                make = lambda env: self.ring.exp(arg(env))  # noqa: E731
            case "log":
                make = lambda env: self.ring.log(arg(env))  # noqa: E731
            case "sqrt":
                make = lambda env: self.ring.root(arg(env), 2)  # noqa: E731
            case "tanh":

                def make(env: Env) -> Quotient:
                    ring = self.ring
                    e = ring.exp(ring.multiply(ring.number(2), arg(env)))
                    return ring.divide(ring.subtract(e, ring.one), ring.add(e, ring.one))

            case _:
                make = lambda env: self.ring.function(name, arg(env))  # noqa: E731
        return self._remember(make, reads)

    def _cases(
        self, branches: tuple[tuple[tuple[Condition, ...], Term], ...]
    ) -> tuple[Value, frozenset[Ix]]:
        compiled = []
        reads: frozenset[Ix] = frozenset()
        for conditions, value in branches:
            make, more = self._compile(value)
            compiled.append((conditions, make))
            reads |= more
            for c in conditions:
                reads |= _variables(c.i, c.j)

        def choose(env: Env) -> Quotient:
            for conditions, value in compiled:
                if all(self.same(c.i, c.j, env) == c.equal for c in conditions):
                    return value(env)
            raise Undefined("no case applies")

        return choose, reads


def _variables(*indices: Index) -> frozenset[Ix]:
    return frozenset(i for i in indices if isinstance(i, Ix))


def whole_name(kind: str, skeleton: Hashable, at: tuple[int, ...]) -> Hashable:
    """The generator of a term kept whole, its holes filled: Σ_k w_ik w_jk at i = j and
    Σ_k w_jk² are one."""

    def filled(node: Hashable) -> Hashable:
        if isinstance(node, tuple):
            if len(node) == 2 and node[0] == "free":
                return ("at", at[node[1]])
            return tuple(filled(part) for part in node)
        return node

    return kind, filled(skeleton)


def size_powers(term: Term) -> dict[Axis, int]:
    """The sizes among the factors of a term, with their powers: n² u/m has n², m^{-1}."""
    found: dict[Axis, int] = {}

    def visit(node: Term, power: int) -> None:
        match node:
            case Size(axis):
                found[axis] = found.get(axis, 0) + power
            case Mul(args):
                for a in args:
                    visit(a, power)
            case Div(num, den):
                visit(num, power)
                visit(den, -power)
            case Pow(base, exponent) if (whole := integer(exponent)) is not None:
                visit(base, power * whole)

    visit(term, 1)
    return found


def _without_sizes(term: Term) -> Term:
    """A term without the sizes among its factors."""
    match term:
        case Size():
            return ONE
        case Mul(args):
            return Mul(tuple(_without_sizes(a) for a in args))
        case Div(num, den):
            return Div(_without_sizes(num), _without_sizes(den))
        case Pow(base, exponent) if integer(exponent) is not None:
            return Pow(_without_sizes(base), exponent)
    return term
