"""Signs that hold for every size: e^u > 0, sums and products of positive terms, squares.

A small sound calculus. ``None`` means "not known", never "not".
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from fractions import Fraction
from types import MappingProxyType

from derive.claims import Claim
from derive.terms import (
    MINUS_ONE,
    Add,
    Apply,
    Delta,
    Div,
    Entry,
    Family,
    Fn,
    IndexValue,
    Mul,
    Pow,
    Prod,
    Size,
    Sum,
    Term,
    is_counted,
    key,
    rational,
)

__all__ = ["Sign", "Signs"]

Sign = str  # one of "+", "-", "0", "+0" (≥ 0), "-0" (≤ 0)

_NEGATED = {"+": "-", "-": "+", "0": "0", "+0": "-0", "-0": "+0"}


def _product(a: Sign | None, b: Sign | None) -> Sign | None:
    if a == "0" or b == "0":
        return "0"
    if a is None or b is None:
        return None
    strict = len(a) == 1 and len(b) == 1
    sign = "+" if a[0] == b[0] else "-"
    return sign if strict else sign + "0"


def _total(a: Sign | None, b: Sign | None) -> Sign | None:
    if a == "0":
        return b
    if b == "0":
        return a
    if a is None or b is None or a[0] != b[0]:
        return None
    return a[0] if len(a) == 1 or len(b) == 1 else a


class Signs:
    """Signs of terms under a claim's givens and definitions.

    ``known`` has the signs of terms by their key (see `terms.key`), or by their skeleton for
    terms that have it at every index, wherever the claim's lines are defined (a log is taken
    of them there). ``at_most_one`` tells whether a term is at most 1 at every size.
    """

    def __init__(
        self,
        claim: Claim,
        known: Mapping[Hashable, Sign] = MappingProxyType({}),
        at_most_one: Callable[[Term], bool] | None = None,
    ) -> None:
        self.simplex = claim.simplex
        self.within = claim.within
        self._ask_at_most_one = at_most_one
        self.world = claim.world
        self.given: dict[Family, Sign] = {f: sign for f, sign in claim.signs.items() if sign}
        self.given |= dict.fromkeys(claim.binary - claim.positive, "+0")
        self.known = known
        self._families: dict[Family, Sign | None] = {}

    def family(self, family: Family) -> Sign | None:
        """The sign of every entry: stated, or by its definition."""
        if family in self.given:
            sign = self.given[family]
            return None if sign == "≠0" else sign
        if family not in self._families:
            self._families[family] = None  # while its own definition is looked at
            definition = self.world.definitions.get(family)
            if definition is not None:
                self._families[family] = self(definition.body)
        return self._families[family]

    def positive(self, term: Term) -> bool:
        return self(term) == "+"

    def nonzero(self, term: Term) -> bool:
        if isinstance(term, Mul):
            return all(self.nonzero(a) for a in term.args)
        if isinstance(term, Div):
            return self.nonzero(term.num)
        if isinstance(term, Pow):
            return self.nonzero(term.base)
        if isinstance(term, Entry) and self.given.get(term.family) == "≠0":
            return True
        return self(term) in ("+", "-")

    def __call__(self, term: Term) -> Sign | None:
        value = rational(term)
        if value is not None:
            return _of_number(value)
        if self.known:
            whole = key(term)
            sign = self.known.get(whole) or self.known.get(whole[0])
            if sign:
                return sign
        match term:
            case Size():
                return "+"
            case IndexValue(index):
                return "+" if index.axis.start > 0 else "+0"
            case Entry(family):
                return self.family(family)
            case Delta(i, j):
                return "+" if i == j else "+0"
            case Mul(args):
                if len(args) == 2 and args[0] == args[1]:
                    return self._square(args[0])
                total: Sign | None = "+"
                for a in args:
                    total = _product(total, self(a))
                return total
            case Div(num, den):
                bottom = self(den)
                if bottom in ("0", None):
                    return None
                return _product(self(num), bottom[0])
            case Add(args):
                return self._add(args)
            case Pow(base, exponent):
                return self._pow(base, exponent)
            case Fn("exp", _):
                return "+"
            case Fn("sqrt", arg):
                return "+" if self(arg) == "+" else "+0"
            case Fn("abs", arg):
                return "+" if self.nonzero(arg) else "+0"
            case Fn("log", arg):
                return self._log(arg)
            case Apply(name, _, 0) if name in self.world.functions:
                function = self.world.functions[name]
                return None if function.param.family in self.given else self(function.body)
            case Sum(_, without, body):
                sign = self(body)
                if sign is None or len(sign) == 2 or not without:
                    return sign
                return sign if sign == "0" else sign + "0"  # the range may be empty
            case Prod(_, _, body):
                sign = self(body)
                return sign if sign in ("+", "+0") else None
        return None

    def _square(self, base: Term) -> Sign:
        return "+" if self.nonzero(base) else "+0"

    def _add(self, args: tuple[Term, ...]) -> Sign | None:
        number = sum((rational(a) or Fraction(0) for a in args), Fraction(0))
        rest = [a for a in args if rational(a) is None]
        distance = self._distance(number, rest)
        if distance is not None:
            return distance
        if number < 0 and number >= -1 and any(isinstance(a, Size) for a in rest):
            # a size is at least 1
            total: Sign | None = "+0" if number == -1 else "+"
            rest.remove(next(a for a in rest if isinstance(a, Size)))
        else:
            total = _of_number(number)
        for a in rest:
            total = _total(total, self(a))
        return total

    def _distance(self, number: Fraction, rest: list[Term]) -> Sign | None:
        """The sign of c − x or x − c for an x that is given to lie below or above c."""
        if len(rest) != 1:
            return None
        match rest[0]:
            case Entry(family) if family in self.within:
                return self.within[family].beyond(-number) or None
            case Mul((one, Entry(family))) if rational(one) == -1 and family in self.within:
                return negated(self.within[family].beyond(number) or None)
        return None

    def _pow(self, base: Term, exponent: Term) -> Sign | None:
        p = rational(exponent)
        if self(base) == "+":
            return "+"
        if p is None and is_counted(exponent):
            return None  # a whole power, perhaps an odd one
        if p is not None and p.denominator == 1:
            if p % 2 == 0:
                return "+" if p <= 0 or self.nonzero(base) else "+0"
            sign = self(base)
            return sign if p > 0 or sign is None or len(sign) == 1 else sign[0]
        return "+0" if p is None or p > 0 else "+"

    def _log(self, arg: Term) -> Sign | None:
        number = rational(arg)
        if number is not None:
            return _of_number(number - 1) if number > 0 else None
        # log u has the sign of u − 1
        gap = self._add((*(arg.args if isinstance(arg, Add) else (arg,)), MINUS_ONE))
        if gap is not None:
            return gap
        return "-0" if self._at_most_one(arg) else None

    def _at_most_one(self, term: Term) -> bool:
        """Whether a term is at most 1: an entry of what sums to 1 without being negative, or
        so the caller can tell."""
        if isinstance(term, Entry) and term.family in self.simplex:
            return self(term) in ("+", "+0")
        return self._ask_at_most_one is not None and self._ask_at_most_one(term)


def _of_number(value: Fraction) -> Sign:
    return "0" if value == 0 else "+" if value > 0 else "-"


def negated(sign: Sign | None) -> Sign | None:
    return None if sign is None else _NEGATED[sign]


__all__ += ["negated"]
