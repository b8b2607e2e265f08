"""The exact zero test: rational functions in generators, over the rationals.

Every quantity that is not built from others by + − × ÷ is a generator of one
polynomial ring (python-flint): an entry z_2, e^{z_2}, log of something, a long
sum that is kept whole. Generators are treated as independent, so "zero" here
holds for all their values, and a fortiori for those they really take. Relations
that hold between them are used where they are simple: e^{u+v} = e^u e^v,
e^{log u} = u, log of a product whose factors are positive, r^q = u for roots,
|u|² = u², y² = y for quantities that are 0 or 1.

A value is ``num / (mono · Π factor^power)``. Nothing is ever simplified by
guessing, and nothing is evaluated in floating point.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx, fmpz

__all__ = ["BudgetExceeded", "Interval", "NeedsRestart", "Quotient", "Ring", "Undefined"]

MAX_TERMS = 20_000
MAX_POWER = 200
MAX_BITS_FACTORED = 64
MAX_FACTORED = 40  # longer polynomials are not factored for logs, roots and absolute values

_LETTERS = "g"


class Interval(Protocol):
    """The numbers between two ends."""

    def beyond(self, bound: Fraction) -> str:
        """The sign of x − bound for every x in it; nothing if it is not one sign."""


class Undefined(ArithmeticError):
    """The value does not exist here: a zero denominator, log 0, an index out of range."""


class BudgetExceeded(Exception):
    """The work for one step went past its limit; the message names the limit."""


class NeedsRestart(Exception):
    """A fact was learnt that earlier values were built without: evaluate again."""


@dataclass(frozen=True, slots=True)
class Quotient:
    """``num / (mono · Π factor^power)``; ``mono`` is a single monomial.

    ``above`` and ``below`` are bit sets of the generators that may occur in ``num`` and
    do occur in ``mono``: where they are disjoint there is nothing to cancel.
    """

    num: fmpq_mpoly
    mono: fmpq_mpoly
    factors: tuple[tuple[int, int], ...] = ()
    above: int = -1
    below: int = -1

    def is_zero(self) -> bool:
        return bool(self.num.is_zero())


class Ring:
    """Generators on demand. ``capacity`` grows by a restart (`NeedsRestart`)."""

    def __init__(self, capacity: int = 32) -> None:
        self.capacity = capacity
        self.positive: set[Hashable] = set()
        self.nonnegative: set[Hashable] = set()
        self.intervals: dict[Hashable, Interval] = {}
        self.learnt: dict[Hashable, str] = {}  # generator → "+" or "+0", for one pattern
        self.generation = 0
        self.units: dict[Hashable, int] = {}
        self.begin()

    def begin(self) -> None:
        """Forget all values; keep what was learnt (capacity, positivity, units).

        ``generation`` counts these beginnings: values of an earlier one are void.
        """
        self.generation += 1
        self._ctx = fmpq_mpoly_ctx.get((_LETTERS, self.capacity), Ordering.degrevlex)
        self._gens = self._ctx.gens()
        self._index: dict[Hashable, int] = {}
        self._keys: list[Hashable] = []
        self._arguments: list[Quotient | None] = []
        self._factors: list[fmpq_mpoly] = []
        self._factor_ids: dict[Hashable, int] = {}
        self._relations: dict[int, tuple[int, Quotient]] = {}
        self._exp_terms: dict[int, Quotient] = {}
        one = self._ctx.constant(1)
        self._one = one
        self.one = Quotient(one, one, (), 0, 0)
        self.zero = Quotient(self._ctx.constant(0), one, (), 0, 0)

    def forget_learnt(self) -> None:
        """Start on another pattern of indices: what stood inside a log there tells nothing
        about here."""
        if self.learnt:
            self.learnt.clear()
            self.begin()

    # ------------------------------------------------------------------ making values

    def number(self, value: Fraction | int) -> Quotient:
        f = Fraction(value)
        return Quotient(self._ctx.constant(fmpq(f.numerator, f.denominator)), self._one, (), 0, 0)

    def _generator(self, key: Hashable, argument: Quotient | None = None) -> int:
        at = self._index.get(key)
        if at is None:
            at = len(self._keys)
            if at >= self.capacity:
                self.capacity *= 2
                if self.capacity > 4096:
                    raise BudgetExceeded("more than 4096 different quantities in one step")
                raise NeedsRestart
            self._index[key] = at
            self._keys.append(key)
            self._arguments.append(argument)
        return at

    def atom(self, key: Hashable, sign: str = "") -> Quotient:
        """The generator that stands for ``key``; ``sign`` as in `know_sign`."""
        at = self._generator(key)
        self.know_sign(key, sign)
        return self._plain(at)

    def know_sign(self, key: Hashable, sign: str) -> None:
        """``+``: the generator is positive; ``+0``: it is not negative."""
        if sign == "+":
            self.positive.add(key)
        elif sign == "+0":
            self.nonnegative.add(key)

    def relate_binary(self, key: Hashable) -> None:
        """The generator is 0 or 1, so it is its own square."""
        at = self._generator(key)
        self._relations[at] = (2, self._plain(at))

    def _is_positive_generator(self, key: Hashable) -> bool:
        return key in self.positive or self.learnt.get(key) == "+"

    def _is_nonnegative_generator(self, key: Hashable) -> bool:
        return key in self.positive or key in self.nonnegative or key in self.learnt

    def _learn(self, key: Hashable, sign: str) -> None:
        """The claim speaks only of points at which its lines are defined, and here that asks
        for a sign."""
        self.learnt[key] = sign
        raise NeedsRestart

    def _plain(self, at: int) -> Quotient:
        return Quotient(self._gens[at], self._one, (), 1 << at, 0)

    # ------------------------------------------------------------------ arithmetic

    def add(self, a: Quotient, b: Quotient) -> Quotient:
        if a.num.is_zero():
            return b
        if b.num.is_zero():
            return a
        if a.factors == b.factors and a.mono == b.mono:
            return self._checked(
                Quotient(a.num + b.num, a.mono, a.factors, a.above | b.above, a.below)
            )
        an, bn = a.num, b.num
        if a.mono == b.mono:
            mono = a.mono
        else:
            common = a.mono.gcd(b.mono)
            left, right = b.mono / common, a.mono / common
            an, bn, mono = an * left, bn * right, a.mono * left
        if a.factors == b.factors:
            factors = a.factors
            above = a.above | b.above | a.below | b.below
        else:
            above = -1
            left_powers, right_powers = dict(a.factors), dict(b.factors)
            merged = dict(left_powers)
            for f, p in right_powers.items():
                merged[f] = max(merged.get(f, 0), p)
            for f, p in merged.items():
                if p > left_powers.get(f, 0):
                    an = an * self._factors[f] ** (p - left_powers.get(f, 0))
                if p > right_powers.get(f, 0):
                    bn = bn * self._factors[f] ** (p - right_powers.get(f, 0))
            factors = tuple(sorted(merged.items()))
        return self._checked(Quotient(an + bn, mono, factors, above, a.below | b.below))

    def negate(self, a: Quotient) -> Quotient:
        return Quotient(-a.num, a.mono, a.factors, a.above, a.below)

    def subtract(self, a: Quotient, b: Quotient) -> Quotient:
        return self.add(a, self.negate(b))

    def multiply(self, a: Quotient, b: Quotient) -> Quotient:
        if a.num.is_zero() or b.num.is_zero():
            return self.zero
        num = a.num * b.num
        above, below = a.above | b.above, a.below | b.below
        if not below:
            mono = self._one
        else:
            mono = a.mono * b.mono
            if above & below:
                common = num.term_content().gcd(mono)
                if not common.is_one():
                    num, mono = num / common, mono / common
        if not a.factors:
            factors = b.factors
        elif not b.factors:
            factors = a.factors
        else:
            merged = dict(a.factors)
            for f, p in b.factors:
                merged[f] = merged.get(f, 0) + p
            factors = tuple(sorted(merged.items()))
        return self._checked(Quotient(num, mono, factors, above, below))

    def invert(self, a: Quotient) -> Quotient:
        if a.num.is_zero():
            raise Undefined("division by zero")
        num = a.mono
        for f, p in a.factors:
            num = num * self._factors[f] ** p
        content = a.num.leading_coefficient()
        mono = a.num.term_content()
        rest = a.num / mono / content
        factors = () if rest.is_one() else ((self._factor(rest), 1),)
        above = a.below if not a.factors else -1
        below = 0 if mono.is_one() else a.above
        return self._checked(Quotient(num / content, mono, factors, above, below))

    def divide(self, a: Quotient, b: Quotient) -> Quotient:
        return self.multiply(a, self.invert(b))

    def power(self, a: Quotient, exponent: int) -> Quotient:
        if abs(exponent) > MAX_POWER:
            raise BudgetExceeded(f"an exponent beyond {MAX_POWER}")
        if exponent < 0:
            return self.power(self.invert(a), -exponent)
        if exponent == 0:
            return self.one
        if exponent == 1:
            return a
        if len(a.num) > 1 and len(a.num) ** min(exponent, 12) > MAX_TERMS**2:
            raise BudgetExceeded(f"a power with more than {MAX_TERMS} terms")
        factors = tuple((f, p * exponent) for f, p in a.factors)
        return self._checked(
            Quotient(a.num**exponent, a.mono**exponent, factors, a.above, a.below)
        )

    def _factor(self, poly: fmpq_mpoly) -> int:
        """The number of a denominator factor (primitive, leading coefficient 1)."""
        name = tuple(sorted((m, (int(c.p), int(c.q))) for m, c in poly.to_dict().items()))
        at = self._factor_ids.get(name)
        if at is None:
            at = self._factor_ids[name] = len(self._factors)
            self._factors.append(poly)
        return at

    def _checked(self, a: Quotient) -> Quotient:
        if len(a.num) > MAX_TERMS:
            raise BudgetExceeded(f"a polynomial with more than {MAX_TERMS} terms")
        return a

    # ------------------------------------------------------------------ functions

    def _canonical(self, a: Quotient) -> Hashable:
        """A name for a value: equal names mean equal values."""
        den = a.mono
        for f, p in a.factors:
            den = den * self._factors[f] ** p
        num = a.num
        if not den.is_one() and not num.is_zero():
            common = num.gcd(den)
            if not common.is_constant():
                num, den = num / common, den / common
            scale = den.leading_coefficient()
            num, den = num / scale, den / scale
        return self._named(num), self._named(den)

    def _named(self, poly: fmpq_mpoly) -> Hashable:
        """A name that outlives this run of the ring: generators by key, not by number."""
        terms = []
        for monomial, c in poly.to_dict().items():
            powers = tuple((self._keys[i], e) for i, e in enumerate(monomial) if e)
            terms.append((powers, int(c.p), int(c.q)))
        return frozenset(terms)

    def exp(self, a: Quotient) -> Quotient:
        """e^a, split over the terms of a; e^{c·log u} becomes u^c for whole c."""
        if a.num.is_zero():
            return self.one
        if a.factors:
            a = self._reduced(a)
        result = self.one
        for monomial, coefficient in a.num.to_dict().items():
            term = self._ctx.from_dict({monomial: fmpq(1)})
            common = term.gcd(a.mono)  # c·T/T is c
            mono = a.mono / common
            den = None if mono.is_one() and not a.factors else Quotient(self._one, mono, a.factors)
            powers = tuple((i, int(e)) for i, e in enumerate((term / common).degrees()) if e)
            c = Fraction(int(coefficient.p), int(coefficient.q))
            if (
                den is None
                and len(powers) == 1
                and powers[0][1] == 1
                and c.denominator == 1
                and self._is_log(powers[0][0])
            ):
                inside = self._arguments[powers[0][0]]
                assert inside is not None
                result = self.multiply(result, self.power(inside, int(c)))
                continue
            result = self.multiply(result, self._exp_of_term(powers, den, c))
        return result

    def _reduced(self, a: Quotient) -> Quotient:
        """The value without factors that its numerator and denominator share."""
        factors = []
        num = a.num
        for f, p in a.factors:
            for left in range(p, -1, -1):
                quotient, remainder = divmod(num, self._factors[f])
                if not left or not remainder.is_zero():
                    break
                num = quotient
            if left:
                factors.append((f, left))
        return Quotient(num, a.mono, tuple(factors))

    def exp_of_atom(self, key: Hashable) -> Quotient:
        """e^x of a generator x, without making x a generator until its log is asked for."""
        name = ("exp", ((key, 1),), None)
        unit = self.units.get(name, 1)
        at = self._index.get(name)
        if at is None:
            at = self._generator(name)
            self.positive.add(name)
        return self.power(self._plain(at), unit)

    def _exponent_of(self, at: int) -> Quotient:
        """The x of a generator e^x."""
        inside = self._arguments[at]
        if inside is None:
            name = self._keys[at]
            assert isinstance(name, tuple)
            unit = self.units.get(name, 1)
            inside = self.multiply(self.atom(name[1][0][0]), self.number(Fraction(1, unit)))
            self._arguments[at] = inside
        return inside

    def _is_log(self, at: int) -> bool:
        name = self._keys[at]
        return isinstance(name, tuple) and name[0] == "log"

    def _exp_of_term(
        self, powers: tuple[tuple[int, int], ...], den: Quotient | None, c: Fraction
    ) -> Quotient:
        term = tuple(sorted(((self._keys[i], e) for i, e in powers), key=repr))
        name = ("exp", term, None if den is None else self._canonical(den))
        unit = self.units.get(name, 1)
        exponent = c * unit
        if exponent.denominator != 1:
            self.units[name] = unit * exponent.denominator
            raise NeedsRestart
        at = self._index.get(name)
        if at is None:
            argument = self.one if den is None else den
            for i, e in powers:
                argument = self.multiply(argument, self.power(self._plain(i), e))
            at = self._generator(name, self.multiply(argument, self.number(Fraction(1, unit))))
            self.positive.add(name)
        return self.power(self._plain(at), int(exponent))

    def log(self, a: Quotient) -> Quotient:
        """The natural logarithm, split over the factors that are known to be positive.

        Where log a is defined, a > 0, so no factor of it is zero: what is not negative is
        positive, and an even power u² may be taken for |u|².
        """
        if a.num.is_zero():
            raise Undefined("log of zero")
        result = self.zero
        unknown = self.one
        odd: list[Hashable | None] = []  # factors of unknown sign; None: no single generator
        constant, parts = self._factored(a)
        for base, e, key in parts:
            if isinstance(key, tuple) and key[0] == "exp":
                inside = self._exponent_of(self._index[key])
                result = self.add(result, self.multiply(self.number(e), inside))
            elif isinstance(key, tuple) and key[0] == "root":
                below = self._arguments[self._index[key]]
                assert below is not None
                times = self.number(Fraction(e, key[1]))
                result = self.add(result, self.multiply(times, self.log(below)))
            elif self._not_negative(base, key):
                result = self.add(result, self._log_atom(base, e))
            elif e % 2 == 0:
                result = self.add(result, self._log_atom(self.absolute(base), e))
            else:
                unknown = self.multiply(unknown, self.power(base, e))
                odd.append(key)
        if constant > 0 and len(odd) == 1 and odd[0] is not None:
            self._learn(odd[0], "+")
        if odd:
            if constant < 0:
                unknown = self.negate(unknown)
                constant = -constant
            result = self.add(result, self._log_atom(unknown, 1))
        elif constant < 0:
            raise Undefined("log of a negative number")
        for prime, e in _primes(constant):
            result = self.add(result, self._log_atom(self.number(prime), e))
        return result

    def _factored(
        self, a: Quotient
    ) -> tuple[Fraction, list[tuple[Quotient, int, Hashable | None]]]:
        """A value other than 0 as constant · Π base^e: generators (with their keys) and
        irreducible polynomials (without); exponents may be negative."""
        content = a.num.leading_coefficient()
        constant = Fraction(int(content.p), int(content.q))
        mono = a.num.term_content()
        rest = a.num / mono / content
        parts: list[tuple[Quotient, int, Hashable | None]] = []
        for sign, monomial in ((1, mono), (-1, a.mono)):
            for i, e in enumerate(monomial.degrees()):
                if e:
                    parts.append((self._plain(i), sign * int(e), self._keys[i]))
        polys = [] if rest.is_one() else [(rest, 1)]
        polys += [(self._factors[f], -p) for f, p in a.factors]
        for poly, power in polys:
            if len(poly) > MAX_FACTORED:
                parts.append((Quotient(poly, self._one), power, None))
                continue
            scale, factors = poly.factor()
            constant *= Fraction(int(scale.p), int(scale.q)) ** power
            for factor, multiplicity in factors:
                lead = factor.leading_coefficient()
                constant *= Fraction(int(lead.p), int(lead.q)) ** (power * int(multiplicity))
                primitive = factor / lead
                if self._side(primitive).startswith("-"):
                    primitive = -primitive
                    if power * int(multiplicity) % 2:
                        constant = -constant
                parts.append((Quotient(primitive, self._one), power * int(multiplicity), None))
        return constant, parts

    def _side(self, poly: fmpq_mpoly) -> str:
        """The sign of g − c for a generator g that lies below or above c, else nothing."""
        if len(poly) != 2 or poly.total_degree() != 1 or poly.leading_coefficient() != 1:
            return ""
        (at,) = (
            (i for i, e in enumerate(poly.degrees()) if e) if sum(poly.degrees()) == 1 else (-1,)
        )
        interval = self.intervals.get(self._keys[at]) if at >= 0 else None
        if interval is None:
            return ""
        free = (self._gens[at] - poly).leading_coefficient()
        return interval.beyond(Fraction(int(free.p), int(free.q)))

    def _not_negative(self, base: Quotient, key: Hashable | None) -> bool:
        if key is not None:
            return self._is_nonnegative_generator(key)
        return self._is_nonnegative_poly(base.num)

    def _log_atom(self, a: Quotient, times: int) -> Quotient:
        at = self._generator(("log", self._canonical(a)), a)
        return self.multiply(self.number(times), self._plain(at))

    def root(self, a: Quotient, q: int, of_positive: bool = False) -> Quotient:
        """The real q-th root: what is not negative is taken out factor by factor, and so is
        the absolute value of what stands there to a multiple of an even q (√x⁴ = |x|²).

        ``of_positive``: the line asks for a > 0 (a power with a fraction as exponent).
        """
        if a.num.is_zero():
            return a
        constant, parts = self._factored(a)
        result = self.one
        left: list[tuple[Quotient, int, Hashable | None]] = []
        for base, e, key in parts:
            if isinstance(key, tuple) and key[0] == "exp":
                inside = self._exponent_of(self._index[key])
                power = self.multiply(self.number(Fraction(e, q)), inside)
                result = self.multiply(result, self.exp(power))
            elif self._not_negative(base, key):
                whole, rest = divmod(e, q)
                result = self.multiply(result, self.power(base, whole))
                if rest:
                    root = self._root_atom(base, q)
                    result = self.multiply(result, self.power(root, rest))
            elif e % q == 0 and q % 2 == 0:
                result = self.multiply(result, self.power(self.absolute(base), e // q))
            else:
                left.append((base, e, key))
        if q % 2 == 0 or of_positive:
            sign = "+" if of_positive else "+0"
            odd = [key for _, e, key in left if e % 2]
            if constant > 0 and len(odd) == 1 and odd[0] is not None:
                self._learn(odd[0], sign)
        if not left and constant > 0:
            return self.multiply(result, self._root_of_number(constant, q))
        if not left and (q % 2 == 0 or of_positive) and self._all_positive(parts):
            raise Undefined("the root of a negative number")
        inside = self.number(constant)
        for base, e, _ in left:
            inside = self.multiply(inside, self.power(base, e))
        return self.multiply(result, self._root_atom(inside, q))

    def _all_positive(self, parts: list[tuple[Quotient, int, Hashable | None]]) -> bool:
        """Whether no factor can be zero: √(−g) exists where g ≥ 0 is 0."""
        return all(
            self._is_positive_generator(key)
            if key is not None
            else self.is_positive_poly(base.num)
            for base, _, key in parts
        )

    def absolute(self, a: Quotient) -> Quotient:
        """|a|, factor by factor: |c u v²/w| = |c| |u| v² / |w|."""
        if a.num.is_zero():
            return a
        constant, parts = self._factored(a)
        result = self.number(abs(constant))
        for base, e, key in parts:
            if e % 2 == 0 or self._not_negative(base, key):
                result = self.multiply(result, self.power(base, e))
            else:
                result = self.multiply(result, self.power(self._absolute_atom(base), e))
        return result

    def _absolute_atom(self, base: Quotient) -> Quotient:
        name = ("abs", self._canonical(base))
        at = self._generator(name, base)
        self._relations[at] = (2, self.multiply(base, base))
        self.nonnegative.add(name)
        return self._plain(at)

    def _root_of_number(self, value: Fraction, q: int) -> Quotient:
        result = self.one
        for prime, e in _primes(value):
            whole, rest = divmod(e, q)
            result = self.multiply(result, self.number(Fraction(prime) ** whole))
            if rest:
                root = self._root_atom(self.number(prime), q)
                result = self.multiply(result, self.power(root, rest))
        return result

    def _root_atom(self, a: Quotient, q: int) -> Quotient:
        name = ("root", q, self._canonical(a))
        at = self._generator(name, a)
        self._relations[at] = (q, a)
        if q % 2 == 0:
            self.nonnegative.add(name)
        if self.is_positive(a):
            self.positive.add(name)
        return self._plain(at)

    def function(self, name: str, a: Quotient) -> Quotient:
        """A function about which nothing is used but that equal arguments give equal values
        (and sin² = 1 − cos²)."""
        if name == "abs":
            return self.absolute(a)
        if name in ("sin", "cos") and not a.num.is_zero() and a.num.leading_coefficient() < 0:
            positive = self.function(name, self.negate(a))
            return positive if name == "cos" else self.negate(positive)
        at = self._generator((name, self._canonical(a)), a)
        if name == "sin":
            cos = self.function("cos", a)
            self._relations[at] = (2, self.subtract(self.one, self.multiply(cos, cos)))
        return self._plain(at)

    # ------------------------------------------------------------------ asking

    def vanishes(self, a: Quotient) -> bool:
        """Whether the value is zero for all values of the generators (up to the relations)."""
        num = a.num
        for _ in range(64):
            if num.is_zero():
                return True
            reduced = self._reduce(num)
            if reduced is None:
                return False
            num = reduced
        return False

    def _reduce(self, num: fmpq_mpoly) -> fmpq_mpoly | None:
        degrees = num.degrees()
        for at, (q, value) in self._relations.items():
            if degrees[at] < q:
                continue
            by_power: dict[int, fmpq_mpoly] = {}
            for monomial, c in num.to_dict().items():
                e = int(monomial[at])
                rest = list(monomial)
                rest[at] = e % q
                by_power[e // q] = by_power.get(e // q, self._ctx.constant(0)) + (
                    self._ctx.from_dict({tuple(rest): c})
                )
            total = self.zero
            for e, poly in by_power.items():
                term = self.multiply(Quotient(poly, self._one), self.power(value, e))
                total = self.add(total, term)
            return total.num
        return None

    def is_positive_poly(self, poly: fmpq_mpoly) -> bool:
        """All coefficients positive, all generators positive, or some term is and the rest is
        not negative."""
        if self._side(poly) == "+" or self._side(-poly) == "-":
            return True
        return self._is_nonnegative_poly(poly) and any(
            all(self._is_positive_generator(self._keys[i]) for i, e in enumerate(monomial) if e)
            for monomial in poly.monoms()
        )

    def _is_nonnegative_poly(self, poly: fmpq_mpoly) -> bool:
        """All coefficients positive; every generator is not negative or stands squared."""
        if self._side(poly).startswith("+") or self._side(-poly).startswith("-"):
            return True
        if any(c <= 0 for c in poly.coeffs()):
            return False
        unsure = [
            i
            for i, e in enumerate(poly.degrees())
            if e and not self._is_nonnegative_generator(self._keys[i])
        ]
        return not unsure or all(
            monomial[i] % 2 == 0 for monomial in poly.monoms() for i in unsure
        )

    def sign(self, a: Quotient) -> str:
        """``+``, ``+0``, ``-``, ``-0`` or ``0`` where the factors show it, for all values of
        the generators that have the signs known of them; else the empty string."""
        if a.num.is_zero():
            return "0"
        constant, parts = self._factored(a)
        strict = True
        for base, e, key in parts:
            positive = (
                self._is_positive_generator(key)
                if key is not None
                else self.is_positive_poly(base.num)
            )
            if not positive and e % 2 and not self._not_negative(base, key):
                return ""
            strict &= positive or e < 0  # where it is defined, a denominator is not 0
        return ("+" if constant > 0 else "-") + ("" if strict else "0")

    def is_positive(self, a: Quotient) -> bool:
        """Positive for all positive values of positive generators, as its coefficients show."""
        if a.num.is_zero():
            return False
        return self.is_positive_poly(a.num) and self.is_positive_poly(self.denominator(a))

    def is_not_negative(self, a: Quotient) -> bool:
        """Likewise, for generators that may also be zero."""
        return self._is_nonnegative_poly(a.num) and self.is_positive_poly(self.denominator(a))

    def is_constant(self, a: Quotient) -> Fraction | None:
        """The number, if the value is one."""
        if not a.num.is_constant() or not a.mono.is_one() or a.factors:
            return None
        c = a.num.leading_coefficient() if not a.num.is_zero() else fmpq(0)
        return Fraction(int(c.p), int(c.q))

    def name_of(self, a: Quotient) -> Hashable:
        return self._canonical(a)

    def divide_exactly(self, a: Quotient, b: Quotient) -> Quotient | None:
        """a / b if the numerator of b divides that of a, else None."""
        if b.num.is_zero():
            return None
        quotient, remainder = divmod(a.num, b.num)
        if not remainder.is_zero():
            return None
        result = Quotient(quotient, a.mono, a.factors)
        for f, p in b.factors:
            result = self.multiply(result, Quotient(self._factors[f] ** p, self._one))
        return self.multiply(result, Quotient(b.mono, self._one))

    def as_polynomial(self, a: Quotient) -> Quotient | None:
        """The value without its denominator, if that divides it."""
        quotient, remainder = divmod(a.num, self.denominator(a))
        return Quotient(quotient, self._one) if remainder.is_zero() else None

    def terms(self, poly: fmpq_mpoly) -> list[tuple[Fraction, tuple[tuple[Hashable, int], ...]]]:
        """The polynomial as (coefficient, ((generator key, power), …)) for display."""
        out = []
        for monomial, c in poly.to_dict().items():
            powers = tuple((self._keys[i], int(e)) for i, e in enumerate(monomial) if e)
            out.append((Fraction(int(c.p), int(c.q)), powers))
        return out

    def denominator(self, a: Quotient) -> fmpq_mpoly:
        den = a.mono
        for f, p in a.factors:
            den = den * self._factors[f] ** p
        return den


def _primes(value: Fraction) -> list[tuple[int, int]]:
    """A positive rational as primes with exponents; a number too long to factor quickly
    stands for itself."""
    out = []
    for whole, sign in ((value.numerator, 1), (value.denominator, -1)):
        if whole.bit_length() > MAX_BITS_FACTORED:
            out.append((whole, sign))
        elif whole != 1:
            out += [(int(p), sign * int(e)) for p, e in fmpz(whole).factor()]
    return out
