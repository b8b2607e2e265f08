r"""Which sizes suffice for all: the fragment guard and its bound.

**Theorem.** Fix an axis with n positions and f distinct named positions (free
indices, and positions such as 1 or n that a formula names). Let

    T(n) = Σ_τ c_τ(n) · Σ_{k_1 … k_b} F_τ(k_1, …, k_b),        b ≤ B,

a finite combination where every k_i runs over all positions except named ones,
c_τ is a polynomial in n, and F_τ is *any* function of: the entries whose indices
on this axis are among k_1 … k_b and the named positions; quantities without an
index on this axis (outer symbols); and which of these indices coincide. F_τ
knows neither n nor any other entry. Let no term have more than D factors, where
every explicit n counts one and every sum counts one (its summand may be free of
its index and leave a factor n behind). If T vanishes, for all values of the
entries, at the D + 1 sizes n = f+B, …, f+B+D, then it vanishes at every n ≥ f.

*Proof.* Split every sum by which summation indices coincide with each other and
with named positions; what is left are sums over distinct, unnamed positions, at
most B at a time. Fix a base value for the entries. For a set K of unnamed
positions let T_K be the part of T that truly depends on each position in K: the
alternating sum, over subsets of K, of T with the entries of the subset (and of
all positions outside K and the named ones) set to the base value. A summand over
positions outside K contributes a constant, so a sum over b distinct positions
contributes to T_K a function of the entries of K times (n−f−|K|)(n−f−|K|−1)…,
a polynomial in n. Hence T_K = G_{|K|}(n; entries of K) whose coefficients are
polynomials in n of degree at most D, and T = Σ_{|K| ≤ B} T_K. If T vanishes
identically at a size n ≥ f+B, so do all T_K, as they are differences of values
of T, and every |K| ≤ B occurs there. So G_0 … G_B vanish at D+1 sizes, hence as
polynomials in n, hence T vanishes for every n ≥ f. ∎

A product over the axis may be an outer symbol, too: the part of it over the positions
that the claim does not name, whatever its value (`rewriting`); so may log n. One root
r = u^{1/q} may grow with n, if u is linear in some sum kept whole, hence no perfect
power: T is then a polynomial in r of degree below q once r^q is replaced by u, T
vanishes only if its coefficients do, and these are of the theorem's form when every r
is counted as a whole u. With several different roots, relations between them at single
sizes (√n √2 at n = 2) would spoil that. Quotients are
cross-multiplied first, so a denominator that contains sums must
not depend on a bound index; it is counted with its sums. Several axes are taken
one at a time (the other axes' sums are then finite additions of entries that
are families of their own), so a grid of sizes decides.

`profile` is the guard: it computes B and D, or raises `Outside`. Outside are
products over the axis, an index used as a number, a size in an exponent, a
nonlinear function of a sum under another sum, and the like. Such claims are
decided for the listed sizes only.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from fractions import Fraction

from derive.deciding.explicit import Rules
from derive.deciding.rewriting import is_closed
from derive.terms import (
    Add,
    Apply,
    Axis,
    Cases,
    Delta,
    Diff,
    Div,
    Entry,
    Fn,
    IndexValue,
    Ix,
    Mul,
    Pow,
    Prod,
    Rat,
    Size,
    Sum,
    Term,
    freshen,
    indices_of,
    integer,
    key,
    rational,
    walk,
)

__all__ = ["Bound", "Outside", "bound", "denominators"]


class Outside(Exception):
    """The claim is outside the fragment; the message says why."""


@dataclass(frozen=True, slots=True)
class Bound:
    """``sums`` is B, ``degree`` is D of the theorem."""

    sums: int
    degree: int


@dataclass(frozen=True, slots=True)
class _Profile:
    """A term as numerator / Π denominators; counts of its numerator.

    ``mixed`` says that the numerator is more than a sum-free function: it has
    sums or sizes in it, so it may not go inside a further function.
    """

    sums: int = 0
    sizes: int = 0
    dens: tuple[tuple[Hashable, int], ...] = ()

    @property
    def plain(self) -> bool:
        return not self.sums and not self.sizes and not self.dens


def bound(axis: Axis, left: Term, right: Term, rules: Rules, extra: int = 0) -> Bound:
    """B and D for ``left = right`` on one axis.

    ``extra``: further sums from givens (a family whose entries sum to 1 is made
    homogeneous: each missing degree costs one sum).

    Raises:
        Outside: the theorem does not cover the claim.
    """
    guard = _Guard(axis, rules)
    a, b = guard.profile(left), guard.profile(right)
    if guard.growing_root and len(guard.roots) > 1:
        raise Outside("several roots, one of them of a sum or of a size")
    total = guard.add((a, b))
    sums = total.sums + extra
    return Bound(sums, total.sizes + sums)


def denominators(axis: Axis, term: Term, rules: Rules) -> tuple[Term, ...]:
    """What a term is to be multiplied by to have no denominators with sums or sizes.

    Raises:
        Outside: the theorem does not cover the term.
    """
    guard = _Guard(axis, rules)
    found = guard.profile(term)
    return tuple(guard.den_terms[name] for name, power in found.dens for _ in range(power))


class _Guard:
    def __init__(self, axis: Axis, rules: Rules) -> None:
        self.axis = axis
        self.rules = rules
        self.den_profiles: dict[Hashable, _Profile] = {}
        self.den_terms: dict[Hashable, Term] = {}
        self.inside: frozenset[Ix] = frozenset()
        self.roots: set[Hashable] = set()
        self.growing_root = False

    # ------------------------------------------------------------------ combining

    def _times(self, a: _Profile, b: _Profile) -> _Profile:
        dens = dict(a.dens)
        for name, power in b.dens:
            dens[name] = dens.get(name, 0) + power
        return _Profile(a.sums + b.sums, a.sizes + b.sizes, tuple(dens.items()))

    def add(self, parts: Iterable[_Profile]) -> _Profile:
        parts = list(parts)
        common: dict[Hashable, int] = {}
        for p in parts:
            for name, power in p.dens:
                common[name] = max(common.get(name, 0), power)
        sums = sizes = 0
        for p in parts:
            own = dict(p.dens)
            s, z = p.sums, p.sizes
            for name, power in common.items():
                missing = power - own.get(name, 0)
                s += missing * self.den_profiles[name].sums
                z += missing * self.den_profiles[name].sizes
            sums, sizes = max(sums, s), max(sizes, z)
        return _Profile(sums, sizes, tuple(common.items()))

    def _power(self, p: _Profile, exponent: int) -> _Profile:
        return _Profile(
            p.sums * exponent,
            p.sizes * exponent,
            tuple((name, power * exponent) for name, power in p.dens),
        )

    def _numerator_of_inverse(self, p: _Profile) -> _Profile:
        sums = sum(self.den_profiles[name].sums * power for name, power in p.dens)
        sizes = sum(self.den_profiles[name].sizes * power for name, power in p.dens)
        return _Profile(sums, sizes)

    def _inverse(self, term: Term) -> _Profile:
        return self._inverse_of(term, self.profile(term))

    def _inverse_of(self, term: Term, p: _Profile) -> _Profile:
        top = self._numerator_of_inverse(p)
        if not p.sums and not p.sizes:
            return top  # 1 / (a function of the entries at hand) is one, too
        if any(isinstance(i, Ix) and i in self.inside for i in indices_of(term)):
            raise Outside("a denominator under a sum mixes its index with another sum")
        name = key(term)
        self.den_profiles[name] = _Profile(p.sums, p.sizes)
        self.den_terms[name] = freshen(term)
        return _Profile(top.sums, top.sizes, ((name, 1),))

    # ------------------------------------------------------------------ terms

    def profile(self, term: Term) -> _Profile:
        match term:
            case Rat() | Entry() | Delta() | Diff():
                return _Profile()
            case Size(axis):
                return _Profile(sizes=1) if axis == self.axis else _Profile()
            case IndexValue(index):
                if index.axis == self.axis:
                    raise Outside("an index is used as a number")
                return _Profile()
            case Add(args):
                return self.add([self.profile(a) for a in args])
            case Mul(args):
                total = _Profile()
                for a in args:
                    total = self._times(total, self.profile(a))
                return total
            case Div(num, den):
                return self._times(self.profile(num), self._inverse(den))
            case Pow(base, exponent):
                return self._pow(base, exponent)
            case Fn("sqrt", arg):
                return self._root(arg, 2)
            case Fn(name, arg):
                return self._function(name, arg)
            case Apply(_, arg):
                return self._function("", arg)
            case Sum():
                return self._sum(term)
            case Prod(ix, _, body):
                skeleton, _ = key(Prod(ix, (), body))
                whole = skeleton in self.rules.whole_products
                if ix.axis == self.axis and not (whole and is_closed(term, self.rules.named)):
                    raise Outside("a product over the axis")
                inner = self.profile(body)
                if not inner.plain:
                    raise Outside("a product of sums")
                return inner
            case Cases(branches):
                return self.add([self.profile(value) for _, value in branches])
        raise Outside("an unfamiliar term")

    def _pow(self, base: Term, exponent: Term) -> _Profile:
        whole = integer(exponent)
        if whole is not None:
            if whole >= 0:
                return self._power(self.profile(base), whole)
            return self._power(self._inverse(base), -whole)
        fraction = rational(exponent)
        if fraction is not None:
            root = self._root(base, fraction.denominator)
            if fraction > 0:
                return self._power(root, fraction.numerator)
            one = Pow(base, Rat(Fraction(1, fraction.denominator)))
            return self._power(self._inverse_of(one, root), -fraction.numerator)
        if not self.profile(exponent).plain or self._hidden_size(exponent):
            raise Outside("a size or a sum in an exponent")
        return self._function("", base)

    def _root(self, base: Term, q: int) -> _Profile:
        """The q-th root of a term, counted as the term."""
        self.roots.add((key(base), q))
        p = self.profile(base)
        if p.plain:
            return p
        self.growing_root = True
        if any(isinstance(i, Ix) and i in self.inside for i in indices_of(base)):
            raise Outside("a root of a sum under another sum")
        if not self._linear_in_a_whole_sum(base):
            raise Outside("a root of a size, or of sums that might be a square")
        return p

    def _linear_in_a_whole_sum(self, term: Term) -> bool:
        """Whether the term is α·S + β for one sum S that is kept whole, α a number or size
        other than 0 and β free of S."""
        # Σ_{k≠j} is S less one entry, so it counts as S
        sums = [key(Sum(n.ix, (), n.body))[0] for n in walk(term) if isinstance(n, Sum)]

        def linear(node: Term) -> bool:
            match node:
                case Sum(_, without, _):
                    skeleton = key(node)[0]
                    return (
                        not without and skeleton in self.rules.whole and sums.count(skeleton) == 1
                    )
                case Add(args):
                    return any(linear(a) for a in args)
                case Mul(args):
                    return self._one_linear(args, linear)
                case Div(num, den):
                    return linear(num) and _is_size_or_number(den)
            return False

        return linear(term)

    @staticmethod
    def _one_linear(args: tuple[Term, ...], linear: Callable[[Term], bool]) -> bool:
        rest = [a for a in args if not _is_size_or_number(a)]
        return len(rest) == 1 and linear(rest[0])

    def _function(self, name: str, arg: Term) -> _Profile:
        if name == "log":
            self._log(arg)
            return _Profile()
        if self.profile(arg).plain:
            return _Profile()
        raise Outside(f"{name or 'a function'} of a sum or of a size")

    def _log(self, arg: Term) -> None:
        """log of products of factors without sums or sizes (sums kept whole are none): the
        log of a sum spelled out may be a combination of others at single sizes."""
        match arg:
            case Mul(args):
                for a in args:
                    self._log(a)
                return
            case Div(a, b):
                self._log(a)
                self._log(b)
                return
            case Pow(base, exponent) if integer(exponent) is not None:
                self._log(base)
                return
            case Size() if self.rules.log_sizes:
                return  # log n is an outer symbol, whatever it is
        if not self.profile(arg).plain or self._hidden_size(arg):
            raise Outside("log of a sum or of a size")

    def _hidden_size(self, term: Term) -> bool:
        """Whether some sum over the axis may leave a bare factor n behind."""
        for node in walk(term):
            if isinstance(node, Size) and node.axis == self.axis:
                return True
            if isinstance(node, Sum) and node.ix.axis == self.axis:
                factors = node.body.args if isinstance(node.body, Mul) else (node.body,)
                if not any(
                    isinstance(inner, Entry) and node.ix in inner.at
                    for factor in factors
                    for inner in walk(factor)
                ):
                    return True
        return False

    def _sum(self, term: Sum) -> _Profile:
        skeleton, _ = key(Sum(term.ix, (), term.body))
        if skeleton in self.rules.whole:
            if term.without:
                inner = self._under(term)
                if not inner.plain:
                    raise Outside("a sum with exceptions over further sums")
            return _Profile()
        inner = self._under(term)
        if term.ix.axis != self.axis:
            return inner
        return _Profile(inner.sums + 1, inner.sizes, inner.dens)

    def _under(self, term: Sum) -> _Profile:
        before = self.inside
        self.inside = before | {term.ix}
        try:
            return self.profile(term.body)
        finally:
            self.inside = before


def _is_size_or_number(term: Term) -> bool:
    """A number other than 0, a size, or a product or quotient of such."""
    match term:
        case Rat(value):
            return value != 0
        case Size():
            return True
        case Mul(args):
            return all(_is_size_or_number(a) for a in args)
        case Div(num, den):
            return _is_size_or_number(num) and _is_size_or_number(den)
    return False
