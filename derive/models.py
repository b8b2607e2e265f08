"""The Python door: layers and costs as SymPy expressions, and their derivatives.

A *vector* is a tuple of expressions when its size is a number, and a `Family` when
its size is a symbol; a *matrix* is a vector of rows. Every function takes either and
answers in kind::

    >>> z = symbols_vector("z", 2)
    >>> softmax(z)[0]
    exp(z_1)/(exp(z_1) + exp(z_2))
    >>> n, j = size_symbol("n"), index_symbol("j")
    >>> at(softmax(symbols_vector("z", n)), j)
    exp(z[j])/Sum(exp(z[_k]), (_k, 1, n))

Formulas count from 1 and so does `at`; a tuple's own brackets count from 0.

Derivatives are SymPy's own `diff`. Nothing here calls `simplify` or `equals`, evaluates
in floating point, or turns text into an expression: a name is only ever a name.

For a size that is a symbol, three things are worth knowing.

* A bound index must not be the letter of a free one: where the two coincide, SymPy
  differentiates wrongly. Sums built here bind dummies of their own, named by how deeply
  sums are nested: nothing can be captured, and equal sums are equal objects.
* SymPy cannot be told that 1 ≤ j ≤ n. `doit` on a sum over δ therefore answers with a
  Piecewise, `equals` denies true identities, and `simplify` raises StopIteration.
  Expressions are left as they are; `spell_out` turns them into plain ones for a given n.
* An entry at a fixed number, such as ``at(z, 3)``, exists only for sizes from 3 on.
  SymPy does not know; `spell_out` checks it.

`is_zero` decides whether an expression without sums vanishes. It answers or raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any, TypeAlias

import sympy
from sympy import (
    Add,
    Dummy,
    Indexed,
    IndexedBase,
    Integer,
    KroneckerDelta,
    Mul,
    Poly,
    Pow,
    Rational,
    Sum,
    Symbol,
    exp,
    log,
)

__all__ = [
    "MODELS",
    "SIGMOID_CROSS_ENTROPY",
    "SIGMOID_QUADRATIC",
    "SOFTMAX_LOG_LIKELIHOOD",
    "Family",
    "Layer",
    "Model",
    "Undecidable",
    "at",
    "cross_entropy",
    "gradient",
    "index_symbol",
    "is_surely_positive",
    "is_zero",
    "jacobian",
    "log_likelihood",
    "one_hot",
    "probabilities",
    "quadratic",
    "sigmoid",
    "sigmoid_layer",
    "size_symbol",
    "softmax",
    "spell_out",
    "symbols_matrix",
    "symbols_vector",
    "weighted_input",
]

# SymPy ships no types, so these names say what `Any` stands for.
Expression: TypeAlias = Any
Size: TypeAlias = Any  # a whole number ≥ 1, or a symbol from `size_symbol`
Vector: TypeAlias = Any  # a sequence of expressions, or a `Family` of them


# ---------------------------------------------------------------------- vectors


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """A vector x_1 … x_size whose size is a symbol.

    ``entry(j)`` is x_j, for any index expression j; it must not itself bind j.
    """

    size: Expression
    entry: Callable[[Expression], Any]


def size_symbol(name: str) -> Expression:
    """A symbol for a size: a whole number ≥ 1."""
    return Symbol(_name(name), integer=True, positive=True)


def index_symbol(name: str) -> Expression:
    """A symbol for an index: a whole number ≥ 1. SymPy knows no upper end."""
    return Symbol(_name(name), integer=True, positive=True)


def symbols_vector(name: str, n: Size, *, positive: bool = False) -> Vector:
    """The entries x_1 … x_n, real, and positive on request.

    A tuple of plain symbols for a number n; for a symbol a `Family` over an IndexedBase.
    TypeError and ValueError for a size that is neither, or below 1.
    """
    kind = _kind(positive)
    size = _size(n)
    if isinstance(size, int):
        return tuple(Symbol(_entry_name(_name(name), (j,)), **kind) for j in _range(size))
    base = IndexedBase(Symbol(_name(name), **kind), shape=(size,))
    return Family(size, lambda j: base[j])


def symbols_matrix(name: str, n: Size, m: Size) -> Vector:
    """The entries x_11 … x_nm, real: a vector of n rows of m entries.

    Each size may be a number or a symbol. TypeError and ValueError as `symbols_vector`.
    """
    kind = _kind(False)
    rows, columns = _size(n), _size(m)
    if isinstance(rows, int) and isinstance(columns, int):
        return tuple(
            tuple(Symbol(_entry_name(_name(name), (j, k)), **kind) for k in _range(columns))
            for j in _range(rows)
        )
    base = IndexedBase(Symbol(_name(name), **kind), shape=(rows, columns))

    def row(j: Expression) -> Vector:
        return _vector(columns, lambda k: base[j, k])

    return _vector(rows, row)


def probabilities(name: str, n: int) -> tuple[Expression, ...]:
    """Entries that sum to 1: x_1 … x_{n−1}, and x_n = 1 − x_1 − … − x_{n−1}.

    For a number n ≥ 1 only. The last entry is no symbol, so that nothing can be
    differentiated by it: a condition on values says nothing about derivatives.
    """
    size = _size(n)
    if not isinstance(size, int):
        raise TypeError(f"probabilities need a size that is a number, not {size}")
    free = tuple(symbols_vector(name, size - 1)) if size > 1 else ()
    return (*free, 1 - Add(*free))


def one_hot(c: Expression, n: Size) -> Vector:
    """The vector with entry 1 at c and 0 elsewhere: entry k is δ_kc.

    c is a whole number in 1 … n, or an index symbol when n is a symbol.
    IndexError when c lies outside 1 … n, as far as that is known.
    """
    size = _size(n)
    if not isinstance(c, int) and not (isinstance(c, Symbol) and c.is_integer):
        raise TypeError(f"an index is a whole number or an index symbol, not {c!r}")
    if isinstance(c, int) and (c < 1 or (isinstance(size, int) and c > size)):
        raise IndexError(f"index {c} is outside 1 … {size}")
    return _vector(size, lambda k: KroneckerDelta(k, c))


def at(vector: Vector, j: Expression) -> Any:
    """The entry with index j, counted from 1. IndexError outside 1 … size."""
    if isinstance(vector, Family):
        index = _expression(j)
        if isinstance(index, Integer) and index < 1:
            raise IndexError(f"index {j} is outside 1 … {vector.size}")
        return vector.entry(index)
    if not isinstance(j, int | Integer):
        raise TypeError(f"a vector of {len(vector)} entries has no entry {j}: give a number")
    if not 1 <= j <= len(vector):
        raise IndexError(f"index {j} is outside 1 … {len(vector)}")
    return vector[int(j) - 1]


# ---------------------------------------------------------------------- layers and costs


def weighted_input(w: Vector, a: Vector, b: Vector) -> Vector:
    """z_j = Σ_k w_jk a_k + b_j, for j = 1 … n, k = 1 … m.

    w is n × m, a has m entries, b has n. ValueError when the sizes do not fit.
    """

    def entry(row: Vector, bias: Expression) -> Expression:
        return _total(lambda weight, value: weight * value, row, a) + bias

    return _map(entry, w, b)


def softmax(z: Vector) -> Vector:
    """a_j = e^{z_j} / Σ_k e^{z_k}, for j, k = 1 … n."""
    total = _total(exp, z)
    return _map(lambda x: exp(x) / total, z)


def sigmoid(z: Expression) -> Expression:
    """σ(z) = 1 / (1 + e^{−z}), of one number."""
    return 1 / (1 + exp(-_expression(z)))


def sigmoid_layer(z: Vector) -> Vector:
    """a_j = σ(z_j), for j = 1 … n."""
    return _map(sigmoid, z)


def log_likelihood(y: Vector, a: Vector) -> Expression:
    """C = −Σ_k y_k log a_k, for k = 1 … n. ValueError when the sizes differ."""
    return -_total(lambda target, output: target * log(output), y, a)


def cross_entropy(y: Vector, a: Vector) -> Expression:
    """C = −Σ_k (y_k log a_k + (1 − y_k) log(1 − a_k)), for k = 1 … n.

    ValueError when the sizes differ.
    """
    return -_total(
        lambda target, output: target * log(output) + (1 - target) * log(1 - output), y, a
    )


def quadratic(y: Vector, a: Vector) -> Expression:
    """C = ½ Σ_k (y_k − a_k)², for k = 1 … n. ValueError when the sizes differ."""
    return _total(lambda target, output: (target - output) ** 2, y, a) / 2


# ---------------------------------------------------------------------- derivatives


def gradient(cost: Expression, inputs: Vector) -> Vector:
    """∂cost/∂x for each entry x of inputs: the same shape as inputs, a matrix included.

    TypeError when an entry is no symbol: there is no derivative by an expression.
    ValueError when it stands at an index that the cost binds in a sum.
    """

    def entry(x: Any) -> Any:
        return gradient(cost, x) if _is_vector(x) else _derivative(cost, x)

    return _map(entry, inputs)


def jacobian(outputs: Vector, inputs: Vector) -> Vector:
    """The rows ∂a_j/∂z_i: j over outputs, i over inputs. Errors as `gradient`."""
    return _map(lambda output: gradient(output, inputs), outputs)


def _derivative(expression: Expression, x: Expression) -> Expression:
    of = _expression(expression)
    if not isinstance(x, Symbol | Indexed):
        raise TypeError(f"derivatives are taken by symbols, and {x!r} is none")
    bound = {limit[0] for s in of.atoms(Sum) for limit in s.limits}
    if bound & x.free_symbols:
        # SymPy would take the two for the same index and answer wrongly.
        raise ValueError(f"the index of {x} is bound in a sum: choose another letter")
    return of.diff(x)


# ---------------------------------------------------------------------- models


@dataclass(frozen=True, slots=True)
class Model:
    """An output layer: its activation a(z) and its cost C(y, a)."""

    name: str
    activation: Callable[[Vector], Vector]
    cost: Callable[[Vector, Vector], Expression]

    def layer(self, n: Size, m: Size = 1, y: Vector | None = None) -> Layer:
        """The model with n neurons and m inputs, on symbols w, x, b, z and y.

        Other targets than plain symbols (`one_hot`, `probabilities`) are given as y.
        """
        return Layer(
            model=self,
            w=symbols_matrix("w", n, m),
            x=symbols_vector("x", m),
            b=symbols_vector("b", n),
            z=symbols_vector("z", n),
            y=symbols_vector("y", n) if y is None else y,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A model on its symbols: weights w (n × m), inputs x (m), biases b, z, targets y (n).

    ``a`` and ``cost`` are written in z, as in ∂C/∂z_j, where z is the independent
    quantity; ``cost_in_parameters`` unfolds z down to w, x and b, as in ∂C/∂b_j.
    """

    model: Model
    w: Vector
    x: Vector
    b: Vector
    z: Vector
    y: Vector

    @property
    def a(self) -> Vector:
        """The outputs, in z."""
        return self.model.activation(self.z)

    @property
    def cost(self) -> Expression:
        """The cost, in z and y."""
        return self.model.cost(self.y, self.a)

    @property
    def weighted(self) -> Vector:
        """What z stands for: Σ_k w_jk x_k + b_j."""
        return weighted_input(self.w, self.x, self.b)

    @property
    def a_in_parameters(self) -> Vector:
        """The outputs, in w, x and b."""
        return self.model.activation(self.weighted)

    @property
    def cost_in_parameters(self) -> Expression:
        """The cost, in w, x, b and y."""
        return self.model.cost(self.y, self.a_in_parameters)


SOFTMAX_LOG_LIKELIHOOD = Model("softmax with log-likelihood cost", softmax, log_likelihood)
SIGMOID_QUADRATIC = Model("sigmoid with quadratic cost", sigmoid_layer, quadratic)
SIGMOID_CROSS_ENTROPY = Model("sigmoid with cross-entropy cost", sigmoid_layer, cross_entropy)
MODELS = (SOFTMAX_LOG_LIKELIHOOD, SIGMOID_QUADRATIC, SIGMOID_CROSS_ENTROPY)


# ---------------------------------------------------------------------- spelling out


def spell_out(expression: Expression, values: Mapping[Any, int]) -> Expression:
    """The expression for given sizes and indices: sums become additions, z[2] becomes z_2.

    ``values`` gives a whole number for every size and index symbol. IndexError for an
    entry outside its range, ValueError for a sum or an entry that stays symbolic.
    """
    for symbol, value in values.items():
        if isinstance(value, bool) or not isinstance(value, int | Integer):
            raise TypeError(f"{symbol} needs a whole number, not {value!r}")
        if value < 1:
            raise ValueError(f"{symbol} = {value}: sizes and indices begin at 1")
    return _spelled(_expression(expression), {s: Integer(v) for s, v in values.items()})


def _spelled(e: Expression, values: dict[Any, Any]) -> Expression:
    if isinstance(e, Symbol):
        return values.get(e, e)
    if isinstance(e, Sum):
        # The last limit is the outermost one: take it off, and the rest is a sum again.
        *inner, (k, low, high) = e.limits
        body = Sum(e.function, *inner) if inner else e.function
        first, last = (_whole(_spelled(end, values), e) for end in (low, high))
        return Add(*(_spelled(body, values | {k: Integer(v)}) for v in range(first, last + 1)))
    if isinstance(e, Indexed):
        at_index = tuple(_whole(_spelled(index, values), e) for index in e.indices)
        for index, size in zip(at_index, e.shape, strict=True):
            if not 1 <= index <= _whole(_spelled(size, values), e):
                raise IndexError(f"{e}: index {index} is outside 1 … {_spelled(size, values)}")
        name = _entry_name(str(e.base.label), at_index)
        return Symbol(name, **_kind(bool(e.is_positive)))
    if getattr(e, "bound_symbols", None):
        raise ValueError(f"{e}: of what binds an index, only sums can be spelled out")
    if not e.args:
        return e
    return e.func(*(_spelled(part, values) for part in e.args))


def _whole(number: Expression, where: Expression) -> int:
    if not isinstance(number, Integer):
        raise ValueError(f"{where} needs a value for {number}")
    return int(number)


# ---------------------------------------------------------------------- zero and sign


class Undecidable(ValueError):
    """The expression lies outside what `is_zero` can decide; the message says why."""


def is_zero(expression: Expression) -> bool:
    """Whether the expression is 0 for all real values that make it defined.

    Both answers are exact. Decided are + − × ÷ and whole powers of rational numbers, of
    symbols declared real, of e to a polynomial in symbols, and of log of what is built
    from those. Undecidable for anything else: a sum that is not spelled out, roots,
    decimals, a log whose argument could be positive in several ways.
    ZeroDivisionError when a denominator is zero.

    Each e^{…} becomes a positive symbol and log of a product is split where its factors
    are positive. What remains is a rational function of symbols between which no relation
    holds, so it is zero just when the polynomial in its numerator is.
    """
    plain = _Plain(_expression(expression))
    top, bottom = _fraction(plain.expression)
    if plain.vanishes(bottom):
        raise ZeroDivisionError(f"a denominator of {expression} is zero")
    return plain.vanishes(top)


def is_surely_positive(expression: Expression) -> bool:
    """Whether the expression is seen to be > 0 wherever it is defined.

    True is a proof: each factor has positive coefficients in positive symbols only.
    False says nothing. Undecidable as for `is_zero`.
    """
    plain = _Plain(_expression(expression))
    if plain.logs:
        raise Undecidable(f"the sign of a log in {expression}")
    number, factors = plain.factors(plain.expression)
    return bool(number > 0) and all(plain.is_positive(p) for p in factors)


class _Plain:
    """An expression with each exponential and each logarithm replaced by a symbol.

    The symbols are independent. With u_1 … u_r the monomials in the exponents, the
    e^{u_i} are algebraically independent over the rational functions, because
    exponentials of different polynomials are linearly independent. The logs of different
    irreducible polynomials other than the e^{u_i} are independent of all these
    (Ostrowski: a relation would be linear, and its derivative would have a simple pole).
    Only about the constants e, log 2, log 3 … less is known: see `vanishes`.
    """

    def __init__(self, expression: Expression) -> None:
        _refuse_what_is_unknown(expression)
        self.logs = expression.atoms(log)
        self._log_factors: dict[tuple[Expression, int], Expression] = {}
        self._log_primes: dict[int, Expression] = {}
        self._nothing = Dummy("nothing")
        self._symbols = sorted(expression.free_symbols, key=str)
        self._name_exponentials(expression)
        self.expression = self._without_logs(self._without_exponentials(expression))

    # -- e^u: a product of powers of e^{m/q}, one generator per monomial m of the exponents

    def _name_exponentials(self, expression: Expression) -> None:
        arguments = {e.args[0] for e in expression.atoms(exp)}
        if expression.has(sympy.E):
            arguments.add(Integer(1))
        self._exponents = {u: self._monomials(u) for u in arguments}
        denominators: dict[tuple[int, ...], int] = {}
        for monomials in self._exponents.values():
            for m, c in monomials.items():
                denominators[m] = lcm(denominators.get(m, 1), int(c.q))
        order = sorted(denominators)
        self._root = {m: Dummy(f"E{i}", positive=True) for i, m in enumerate(order)}
        self._denominator = denominators
        # log of a generator: m/q.
        self._monomial = {
            self._root[m]: Mul(*(s**d for s, d in zip(self._symbols, m, strict=True)))
            / denominators[m]
            for m in order
        }

    def _monomials(self, exponent: Expression) -> dict[tuple[int, ...], Expression]:
        if not exponent.free_symbols:
            if not isinstance(exponent, Rational):
                raise Undecidable(f"the exponent {exponent} is no rational number")
            return {(0,) * len(self._symbols): exponent}
        try:
            return dict(Poly(exponent, *self._symbols, domain="QQ").terms())
        except (sympy.PolynomialError, sympy.CoercionFailed) as error:
            raise Undecidable(f"the exponent {exponent} is no polynomial in symbols") from error

    def _without_exponentials(self, expression: Expression) -> Expression:
        named: dict[Any, Any] = {
            exp(u): Mul(*(self._root[m] ** (c * self._denominator[m]) for m, c in ms.items()))
            for u, ms in self._exponents.items()
        }
        return expression.xreplace(named)

    # -- log v: the sum of the logs of the factors of v

    def _without_logs(self, expression: Expression) -> Expression:
        return expression.xreplace({e: self._split(e.args[0]) for e in expression.atoms(log)})

    def _split(self, argument: Expression) -> Expression:
        number, factors = self.factors(argument)
        unclear = [p for p in factors if not self.is_positive(p)]
        side = 1
        if unclear:
            # A product of two unknown signs may be positive in two ways, and so may a
            # square: log(p²) = 2 log|p|. One factor to an odd power must have the sign.
            if len(unclear) > 1 or factors[unclear[0]] % 2 == 0:
                raise Undecidable(f"log({argument}) may be defined in more than one way")
            side = 1 if number > 0 else -1
            if (unclear[0], -side) in self._log_factors:
                raise Undecidable(f"log of {unclear[0]} and log of its negative")
        elif number <= 0:
            raise Undecidable(f"log({argument}) is defined nowhere")
        total = self._log_of_number(abs(number))
        for p, power in factors.items():
            if p in self._monomial:
                total += power * self._monomial[p]
            else:
                key = (p, side if p in unclear else 1)
                name = Dummy(f"L{len(self._log_factors)}")
                total += power * self._log_factors.setdefault(key, name)
        return total

    def _log_of_number(self, number: Expression) -> Expression:
        total: Expression = Integer(0)
        for prime, power in sympy.factorrat(number).items():
            if prime != 1:
                total += power * self._log_primes.setdefault(prime, Dummy(f"log{prime}"))
        return total

    # -- polynomials

    def factors(self, expression: Expression) -> tuple[Expression, dict[Expression, int]]:
        """A rational number and the irreducible factors, with their powers."""
        top, bottom = _fraction(expression)
        number: Expression = Integer(1)
        powers: dict[Expression, int] = {}
        for part, direction in ((top, 1), (bottom, -1)):
            poly = Poly(part, *self._generators(), domain="QQ")
            if poly.is_zero:
                if direction < 0:
                    raise ZeroDivisionError(f"a denominator of {expression} is zero")
                return Integer(0), {}
            content, factors = poly.factor_list()
            number *= content**direction
            for factor, power in factors:
                p = factor.as_expr()
                powers[p] = powers.get(p, 0) + direction * power
        return number, {p: power for p, power in powers.items() if power}

    def is_positive(self, factor: Expression) -> bool:
        """Positive coefficients, positive symbols."""
        poly = Poly(factor, *self._generators(), domain="QQ")
        used = poly.free_symbols
        return all(c > 0 for c in poly.coeffs()) and all(s.is_positive for s in used)

    def vanishes(self, numerator: Expression) -> bool:
        """Whether a polynomial in the symbols is zero.

        The coefficients may hold the constants e, log 2, log 3 … It is known that e is
        transcendental and that 1, log 2, log 3 … are linearly independent, but not that
        no polynomial relates them all. Hence the answer "no" needs a coefficient that is
        a polynomial in e alone, or linear in the logs alone.
        """
        constant = self._root.get((0,) * len(self._symbols))
        numbers = [*([constant] if constant else []), *self._log_primes.values()]
        functions = [g for g in self._generators() if g != constant]
        functions += self._log_factors.values()
        poly = Poly(numerator, *numbers, *functions, domain="QQ")
        if poly.is_zero:
            return True
        coefficients: dict[tuple[int, ...], list[tuple[int, ...]]] = {}
        split, skip = len(numbers), 1 if constant else 0
        for powers in poly.monoms():
            coefficients.setdefault(powers[split:], []).append(powers[:split])
        for inside in coefficients.values():
            if all(not any(p[skip:]) for p in inside):
                return False
            if all(sum(p[skip:]) <= 1 and not any(p[:skip]) for p in inside):
                return False
        raise Undecidable("a relation between e and logs of numbers")

    def _generators(self) -> list[Expression]:
        # Poly needs a symbol even where the expression has none.
        return [*self._symbols, *self._root.values()] or [self._nothing]


def _fraction(expression: Expression) -> tuple[Expression, Expression]:
    """Numerator and denominator."""
    whole = sympy.together(expression)
    if whole.has(sympy.zoo, sympy.nan):
        # These are refused at the door: here they come from a zero below a bar.
        raise ZeroDivisionError("a denominator is zero")
    numerator, denominator = sympy.fraction(whole)
    return numerator, denominator


def _refuse_what_is_unknown(expression: Expression) -> None:
    for part in sympy.preorder_traversal(expression):
        if isinstance(part, Symbol):
            if not part.is_real:
                raise Undecidable(f"{part} is not declared real")
        elif isinstance(part, Pow):
            if not isinstance(part.exp, Integer):
                raise Undecidable(f"{part} is no whole power")
        elif isinstance(part, exp | log):
            if part.args[0].has(log):
                raise Undecidable(f"{part} has a log inside")
        elif not isinstance(part, Add | Mul | Rational) and part != sympy.E:
            raise Undecidable(f"{part} ({type(part).__name__}) is outside the zero test")


# ---------------------------------------------------------------------- the small parts


def _map(entry: Callable[..., Any], *vectors: Vector) -> Vector:
    """The vector of entry(x_j, y_j, …), for vectors of one size."""
    size = _common_size(vectors)
    families = [v for v in vectors if isinstance(v, Family)]
    if families:
        return Family(size, lambda j: entry(*(_argument(at(v, j)) for v in vectors)))
    return tuple(entry(*map(_argument, row)) for row in zip(*vectors, strict=True))


def _total(term: Callable[..., Expression], *vectors: Vector) -> Expression:
    """Σ_k term(x_k, y_k, …), k = 1 … size."""
    terms = _map(term, *vectors)
    if not isinstance(terms, Family):
        return Add(*terms)
    probe = Dummy("k", integer=True, positive=True)
    body = terms.entry(probe)
    # The bound index is named after the height of the sum, as in de Bruijn's levels: it
    # differs from every index bound inside, and equal sums get equal indices. SymPy's own
    # dummies count from a million up.
    height = 1 + max((_height(k) for s in body.atoms(Sum) for k in s.variables), default=0)
    name = "k" if height == 1 else f"k{height}"
    k = Dummy(name, integer=True, positive=True, dummy_index=height)
    return Sum(body.xreplace({probe: k}), (k, 1, terms.size))


def _height(bound: Expression) -> int:
    index = getattr(bound, "dummy_index", 0)
    return index if index < 1000 else 0


def _vector(size: Size, entry: Callable[[Expression], Any]) -> Vector:
    if isinstance(size, int):
        return tuple(entry(Integer(j)) for j in _range(size))
    return Family(size, entry)


def _common_size(vectors: Iterable[Vector]) -> Size:
    sizes = [v.size if isinstance(v, Family) else _length(v) for v in vectors]
    if any(size != sizes[0] for size in sizes):
        raise ValueError(f"vectors of different sizes: {', '.join(map(str, sizes))}")
    return sizes[0]


def _length(vector: Any) -> int:
    if not _is_vector(vector):
        raise TypeError(f"a vector is a sequence of expressions or a Family, not {vector!r}")
    if not len(vector):
        raise ValueError("a vector has at least one entry")
    return len(vector)


def _is_vector(value: Any) -> bool:
    return isinstance(value, Family | Sequence) and not isinstance(value, str)


def _argument(value: Any) -> Any:
    return value if _is_vector(value) else _expression(value)


def _expression(value: Any) -> Expression:
    """Numbers and SymPy expressions; never text, which SymPy would evaluate."""
    if isinstance(value, sympy.Expr):
        return value
    if isinstance(value, int | Fraction) and not isinstance(value, bool):
        return Rational(value)
    raise TypeError(f"{value!r} is no SymPy expression and no exact number")


def _size(n: Any) -> Any:
    if isinstance(n, int | Integer) and not isinstance(n, bool):
        if n < 1:
            raise ValueError(f"a size is at least 1, not {n}")
        return int(n)
    if isinstance(n, Symbol) and n.is_integer and n.is_positive:
        return n
    raise TypeError(f"a size is a whole number or a symbol from size_symbol, not {n!r}")


def _range(size: int) -> Iterator[int]:
    return iter(range(1, size + 1))


def _kind(positive: bool) -> dict[str, bool]:
    return {"positive": True} if positive else {"real": True}


def _name(name: Any) -> str:
    if not isinstance(name, str) or not name:
        raise TypeError(f"a name is text, not {name!r}")
    return name


def _entry_name(name: str, indices: tuple[int, ...]) -> str:
    return "_".join((name, *map(str, indices)))
