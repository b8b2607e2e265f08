"""`derive.models`: shapes, values, refusals; a symbol n against numbers; the zero test."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
import sympy
from sympy import E, Integer, Rational, Sum, Symbol, exp, log

from derive import models
from derive.models import (
    MODELS,
    SOFTMAX_LOG_LIKELIHOOD,
    Family,
    Model,
    Undecidable,
    at,
    gradient,
    index_symbol,
    is_surely_positive,
    is_zero,
    jacobian,
    one_hot,
    probabilities,
    size_symbol,
    softmax,
    spell_out,
    symbols_matrix,
    symbols_vector,
)

SIZES = (1, 2, 3, 4)
n, m = size_symbol("n"), size_symbol("m")
i, j, k = (index_symbol(letter) for letter in "ijk")
x, y = sympy.symbols("x y", real=True)
p, q = sympy.symbols("p q", positive=True)


def name_of(model: Model) -> str:
    return model.name.replace(" ", "-")


# ---------------------------------------------------------------------- shapes


def test_entries_are_plain_symbols_with_their_index_in_the_name() -> None:
    assert symbols_vector("z", 2) == (Symbol("z_1", real=True), Symbol("z_2", real=True))
    assert symbols_matrix("w", 1, 2) == ((Symbol("w_1_1", real=True), Symbol("w_1_2", real=True)),)
    # w_{1,11} and w_{11,1} stay apart.
    assert len({w for row in symbols_matrix("w", 11, 11) for w in row}) == 121


def test_positive_entries_are_declared_so() -> None:
    assert symbols_vector("p", 1, positive=True)[0].is_positive
    assert at(symbols_vector("p", n, positive=True), j).is_positive
    assert not symbols_vector("p", 1)[0].is_positive


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("model", MODELS, ids=name_of)
def test_a_layer_has_the_shapes_it_names(model: Model, size: int) -> None:
    layer = model.layer(size, 3)
    assert len(layer.z) == len(layer.a) == len(layer.b) == len(layer.y) == size
    assert len(layer.weighted) == len(layer.a_in_parameters) == size
    assert [len(row) for row in layer.w] == [3] * size
    assert len(layer.x) == 3
    assert [len(row) for row in jacobian(layer.a, layer.z)] == [size] * size
    assert len(gradient(layer.cost, layer.z)) == size
    assert [len(row) for row in gradient(layer.cost_in_parameters, layer.w)] == [3] * size
    if size > 1:  # one class only: its probability is 1 and costs nothing
        assert layer.cost.free_symbols == {*layer.z, *layer.y}
    assert not layer.cost_in_parameters.free_symbols & set(layer.z)


@pytest.mark.parametrize("model", MODELS, ids=name_of)
def test_a_layer_of_symbolic_size_is_made_of_families(model: Model) -> None:
    layer = model.layer(n, m)
    for family, size in ((layer.z, n), (layer.a, n), (layer.w, n), (layer.x, m)):
        assert isinstance(family, Family)
        assert family.size == size
    assert at(layer.w, j).size == m
    assert n in layer.cost.free_symbols


@pytest.mark.parametrize(("rows", "columns"), [(2, m), (n, 2)], ids=["2×m", "n×2"])
def test_one_size_may_be_a_number_and_the_other_a_symbol(rows: Any, columns: Any) -> None:
    layer = SOFTMAX_LOG_LIKELIHOOD.layer(rows, columns)
    slope = at(at(gradient(layer.cost_in_parameters, layer.w), 1), 2)
    plain = SOFTMAX_LOG_LIKELIHOOD.layer(2, 2)
    expected = at(at(gradient(plain.cost_in_parameters, plain.w), 1), 2)
    assert is_zero(spell_out(slope, {n: 2, m: 2}) - expected)


# ---------------------------------------------------------------------- values


def test_weighted_input_in_numbers() -> None:
    w = ((1, 2), (Fraction(1, 2), -1))
    assert models.weighted_input(w, (3, 4), (5, 0)) == (16, Rational(-5, 2))


def test_softmax_in_numbers() -> None:
    z = (Integer(0), log(2), log(5))
    assert softmax(z) == (Rational(1, 8), Rational(2, 8), Rational(5, 8))
    assert softmax((Symbol("z"),)) == (1,)


def test_sigmoid_in_numbers() -> None:
    assert models.sigmoid(0) == Rational(1, 2)
    assert models.sigmoid(log(3)) == Rational(3, 4)
    assert models.sigmoid_layer((0, -log(3))) == (Rational(1, 2), Rational(1, 4))


def test_log_likelihood_in_numbers() -> None:
    a = (Rational(1, 4), Rational(3, 4))
    assert is_zero(models.log_likelihood((1, 0), a) - 2 * log(2))
    assert is_zero(models.log_likelihood((Rational(1, 2),) * 2, a) - 2 * log(2) + log(3) / 2)


def test_cross_entropy_in_numbers() -> None:
    assert is_zero(models.cross_entropy((1,), (Rational(1, 8),)) - 3 * log(2))
    assert is_zero(models.cross_entropy((0,), (Rational(1, 2),)) - log(2))
    assert is_zero(models.cross_entropy((1, 0), (Rational(1, 2),) * 2) - 2 * log(2))


def test_quadratic_in_numbers() -> None:
    assert models.quadratic((1, 0), (Rational(1, 2), Rational(1, 3))) == Rational(13, 72)


def test_targets() -> None:
    assert one_hot(2, 3) == (0, 1, 0)
    first, second, last = probabilities("y", 3)
    assert last == 1 - first - second
    assert probabilities("y", 1) == (1,)


def test_the_gradient_has_the_shape_of_its_inputs() -> None:
    w = symbols_matrix("w", 2, 2)
    assert gradient(w[0][0] * w[1][1], w) == ((w[1][1], 0), (0, w[0][0]))


# ---------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: symbols_vector("z", 0), ValueError, "at least 1"),
        (lambda: symbols_vector("z", -2), ValueError, "at least 1"),
        (lambda: symbols_vector("z", True), TypeError, "whole number"),
        (lambda: symbols_vector("z", 2.0), TypeError, "whole number"),
        (lambda: symbols_vector("z", "n"), TypeError, "whole number"),
        (lambda: symbols_vector("z", Symbol("n")), TypeError, "size_symbol"),
        (lambda: symbols_vector("", 2), TypeError, "name"),
        (lambda: symbols_matrix("w", 2, 0), ValueError, "at least 1"),
        (lambda: probabilities("y", n), TypeError, "a number"),
        (lambda: one_hot(3, 2), IndexError, "outside"),
        (lambda: one_hot(0, n), IndexError, "outside"),
        (lambda: one_hot("c", n), TypeError, "index"),
        (lambda: softmax(()), ValueError, "at least one"),
        (lambda: softmax(Symbol("z")), TypeError, "sequence"),
        (lambda: softmax("zz"), TypeError, "sequence"),
        (lambda: softmax(("x", "y")), TypeError, "no SymPy expression"),
        (lambda: softmax((0.5, 1)), TypeError, "exact"),
        (lambda: models.sigmoid("x"), TypeError, "no SymPy expression"),
        (lambda: models.log_likelihood((1,), (p, q)), ValueError, "different sizes"),
        (lambda: models.cross_entropy((1, 0), (p,)), ValueError, "different sizes"),
        (lambda: models.quadratic((), ()), ValueError, "at least one"),
        (lambda: models.weighted_input(((1, 2),), (1,), (0,)), ValueError, "different sizes"),
        (lambda: models.weighted_input(((1,), (2,)), (1,), (0,)), ValueError, "different sizes"),
        (
            lambda: models.quadratic(symbols_vector("y", n), symbols_vector("a", 2)),
            ValueError,
            "different sizes: n, 2",
        ),
        (lambda: gradient(x**2, (x**2,)), TypeError, "taken by symbols"),
        (lambda: gradient(x**2, (2,)), TypeError, "taken by symbols"),
        (lambda: gradient(x, probabilities("y", 2)), TypeError, "taken by symbols"),
        (lambda: gradient("x", (x,)), TypeError, "no SymPy expression"),
        (lambda: jacobian((), (x,)), ValueError, "at least one"),
        (lambda: at((x, y), 0), IndexError, "outside 1 … 2"),
        (lambda: at((x, y), 3), IndexError, "outside 1 … 2"),
        (lambda: at((x, y), j), TypeError, "give a number"),
        (lambda: at(symbols_vector("z", n), 0), IndexError, "outside 1 … n"),
        (lambda: at(symbols_vector("z", n), "3"), TypeError, "no SymPy expression"),
        (lambda: spell_out(at(symbols_vector("z", n), 3), {n: 2}), IndexError, "outside 1 … 2"),
        (lambda: spell_out(at(symbols_vector("z", n), j), {n: 2}), ValueError, "value for j"),
        (lambda: spell_out(Sum(x, (k, 1, n)), {}), ValueError, "value for n"),
        (lambda: spell_out(x, {n: 0}), ValueError, "begin at 1"),
        (lambda: spell_out(x, {n: Rational(3, 2)}), TypeError, "whole number"),
        (
            lambda: spell_out(sympy.Product(k, (k, 1, n)), {n: 2, k: 1}),
            ValueError,
            "only sums",
        ),
    ],
)
def test_bad_input_is_refused(
    call: Callable[[], object], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        call()


def test_a_derivative_by_an_entry_whose_index_is_bound_is_refused() -> None:
    # SymPy would say Σ_k 1: it takes the k outside for the k inside.
    z = symbols_vector("z", n)
    with pytest.raises(ValueError, match="bound in a sum"):
        gradient(Sum(at(z, k), (k, 1, n)), (at(z, k),))


# ---------------------------------------------------------------------- a symbol n


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("model", MODELS, ids=name_of)
def test_the_symbolic_layer_spelled_out_is_the_plain_layer(model: Model, size: int) -> None:
    general, plain = model.layer(n, m), model.layer(size, 2)
    values = {n: size, m: 2}
    rows = jacobian(general.a, general.z)
    plain_rows = jacobian(plain.a, plain.z)
    slopes = gradient(general.cost_in_parameters, general.w)
    plain_slopes = gradient(plain.cost_in_parameters, plain.w)
    pairs = [
        (general.cost, plain.cost, {}),
        (general.cost_in_parameters, plain.cost_in_parameters, {}),
        (at(general.weighted, j), at(plain.weighted, size), {j: size}),
        (at(general.a, j), at(plain.a, 1), {j: 1}),
        (at(at(slopes, j), k), at(at(plain_slopes, size), 2), {j: size, k: 2}),
    ]
    for a in range(1, size + 1):
        pairs += [
            (at(at(rows, j), i), at(at(plain_rows, a), b), {j: a, i: b})
            for b in range(1, size + 1)
        ]
        c = gradient(general.cost, general.z), gradient(plain.cost, plain.z)
        pairs.append((at(c[0], j), at(c[1], a), {j: a}))
    for symbolic, numeric, indices in pairs:
        assert is_zero(spell_out(symbolic, values | indices) - numeric)


@pytest.mark.parametrize("size", SIZES[1:])
def test_sympys_own_doit_agrees_where_no_index_is_free(size: int) -> None:
    layer, plain = SOFTMAX_LOG_LIKELIHOOD.layer(n, 1), SOFTMAX_LOG_LIKELIHOOD.layer(size, 1)
    done = layer.cost.subs(n, size).doit()
    plain_entries = {f"{s.name[0]}[{s.name[2:]}]": s for s in (*plain.z, *plain.y)}
    entries = {entry: plain_entries[str(entry)] for entry in done.atoms(sympy.Indexed)}
    assert len(entries) == 2 * size
    assert is_zero(done.xreplace(entries) - plain.cost)


@pytest.mark.parametrize("size", SIZES)
def test_a_symbolic_one_hot_target_picks_one_logarithm(size: int) -> None:
    c = index_symbol("c")
    layer = SOFTMAX_LOG_LIKELIHOOD.layer(n, 1, one_hot(c, n))
    for right in range(1, size + 1):
        cost = spell_out(layer.cost, {n: size, c: right})
        output = spell_out(at(layer.a, c), {n: size, c: right})
        assert is_zero(cost + log(output))


def test_equal_sums_are_equal_objects_and_nested_ones_bind_apart() -> None:
    z, targets = symbols_vector("z", n), symbols_vector("y", n)
    assert at(softmax(z), j) == at(softmax(symbols_vector("z", n)), j)
    outer = models.log_likelihood(targets, softmax(z)).atoms(Sum)
    bound = [limit[0] for s in outer for limit in s.limits]
    assert len(outer) == len(set(bound)) == 2


def test_a_free_index_may_have_any_letter() -> None:
    # The letter of the bound index included: a sum binds a dummy of its own.
    a = softmax(symbols_vector("z", n))
    slope = at(gradient(at(a, k), symbols_vector("z", n)), k)
    value = spell_out(slope, {n: 2, k: 1})
    plain = softmax(symbols_vector("z", 2))[0]
    assert is_zero(value - plain * (1 - plain))


# ---------------------------------------------------------------------- the zero test

a_1, a_2 = softmax((x, y))


@pytest.mark.parametrize(
    "expression",
    [
        Integer(0),
        (x + y) ** 2 - x**2 - 2 * x * y - y**2,
        1 / x - 1 / y - (y - x) / (x * y),
        a_1 + a_2 - 1,
        exp(x + y) - exp(x) * exp(y),
        exp(x * (y + 1)) - exp(x * y) * exp(x),
        exp(x / 2) ** 2 - exp(x / 3) ** 3,
        exp(x + 1) - E * exp(x),
        E**2 - E * E,
        log(a_1) - x + log(exp(x) + exp(y)),
        log(exp(2 * x) + 2 * exp(x) + 1) - 2 * log(1 + exp(x)),
        log(exp(x) * p / q) - x - log(p) + log(q),
        log(8 * p) - 3 * log(2) - log(p),
        log(Rational(2, 3)) - log(2) + log(3),
        log(1 / x) + log(x),
        log(-x) + log(-1 / x),
        log((1 - x) ** 3) - 3 * log(1 - x),
        log((x**2 - 1) / (x + 1)) - log(x - 1),
    ],
    ids=str,
)
def test_zero_is_found_zero(expression: Any) -> None:
    assert is_zero(expression) is True


@pytest.mark.parametrize(
    "expression",
    [
        Integer(3),
        x,
        Rational(1, 3) - p,
        a_1 - a_2,
        a_1 - models.sigmoid(y - x),
        exp(x * y) - exp(x) * exp(y),
        exp(x) - x - 1,
        exp(2) - 7,
        log(1 + exp(x)) - x,
        log(p) - p + 1,
        log(2) - log(3) + 1,
        log(2) * exp(x) - exp(x),
        log(1 - x) - log(1 + x),
        log(p) * log(q) - log(p * q),
        # True at x = 1 … 5, and only there.
        (x - 1) * (x - 2) * (x - 3) * (x - 4) * (x - 5),
    ],
    ids=str,
)
def test_what_is_not_zero_is_found_so(expression: Any) -> None:
    assert is_zero(expression) is False


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        (x - 0.5, "Float"),
        (sympy.sqrt(p) - 1, "whole power"),
        (p**x, "whole power"),
        (sympy.pi, "Pi"),
        (sympy.I * x, "ImaginaryUnit"),
        (sympy.sin(x), "sin"),
        (abs(x), "Abs"),
        (sympy.nan, "NaN"),
        (sympy.zoo, "ComplexInfinity"),
        (Symbol("c") + 1, "not declared real"),
        (Sum(p, (k, 1, n)) - n * p, "Sum"),
        (sympy.KroneckerDelta(i, j), "KroneckerDelta"),
        (at(symbols_vector("z", n), j), "Indexed"),
        (sympy.Function("f")(x), "f"),
        (exp(1 / x), "no polynomial"),
        (exp(exp(x)), "no polynomial"),
        (exp(sympy.sqrt(2)), "whole power"),
        (log(log(p)), "log inside"),
        (log(x * y) - log(x) - log(y), "more than one way"),
        (log(x**2) - 2 * log(x), "more than one way"),
        (log(x) + log(-x), "negative"),
        (log(-exp(x) - 1), "nowhere"),
        (log(2) * log(3) - log(5), "relation between"),
        (E * log(2) - log(3), "relation between"),
    ],
    ids=str,
)
def test_what_cannot_be_decided_is_not_answered(expression: Any, why: str) -> None:
    with pytest.raises(Undecidable, match=why):
        is_zero(expression)


def test_text_is_never_evaluated() -> None:
    for text in ("0", "x - x", "__import__('os').getpid()"):
        with pytest.raises(TypeError):
            is_zero(text)


def test_numbers_need_no_sympy() -> None:
    assert is_zero(0)
    assert not is_zero(Fraction(1, 3))


@pytest.mark.parametrize(
    "expression",
    [
        1 / sympy.Add(exp(x + y), -exp(x) * exp(y), evaluate=False),
        1 / sympy.Add(x * (x + 1), -(x**2), -x, evaluate=False),
    ],
    ids=str,
)
def test_a_denominator_that_is_zero_is_an_error(expression: Any) -> None:
    with pytest.raises(ZeroDivisionError):
        is_zero(expression)


@pytest.mark.parametrize(
    ("expression", "positive"),
    [
        (a_1, True),
        (1 - a_1, True),
        (a_1 * a_2, True),
        (Integer(2), True),
        (p / q + exp(-x), True),
        (-1 / p, False),
        (a_1 - 1, False),
        (Integer(0), False),
        (x, False),
        (p - q, False),
        (a_1 - a_2, False),
    ],
    ids=str,
)
def test_positive_is_said_only_of_what_is_positive(expression: Any, positive: bool) -> None:
    assert is_surely_positive(expression) is positive


def test_the_sign_of_a_log_is_not_answered() -> None:
    with pytest.raises(Undecidable, match="sign of a log"):
        is_surely_positive(log(p))
