"""Every claim of the catalogue, proved once more by plain SymPy for n = 2 … 6.

SymPy differentiates the expressions of `derive.models`, and an exact zero test compares.
Nothing of the reading, the meaning or the deciding is used, so that the two ways to a
verdict share only SymPy. A claim for one n proves that n and no other.

Each claim yields its residuals, left side less right side, of which each must be zero.
Beside them stand the residuals of slips (a sign, the other case, a lost index or factor,
a missing assumption), of which none may be: a test that finds everything zero is blind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import permutations
from typing import Any

import pytest
from sympy import Add, Symbol, log

from derive.models import (
    SIGMOID_CROSS_ENTROPY,
    SIGMOID_QUADRATIC,
    SOFTMAX_LOG_LIKELIHOOD,
    gradient,
    is_surely_positive,
    is_zero,
    jacobian,
    log_likelihood,
    one_hot,
    probabilities,
    sigmoid,
    softmax,
    symbols_vector,
)

SIZES = range(2, 7)
INPUTS = 2  # two weights a neuron show an index that is lost, and keep the sums short

Residuals = Iterable[Any]  # SymPy ships no types
Claim = Callable[[int], Residuals]
CLAIMS: dict[str, Claim] = {}
SLIPS: dict[tuple[str, str], Claim] = {}


def claim(name: str) -> Callable[[Claim], Claim]:
    def enter(residuals: Claim) -> Claim:
        assert name not in CLAIMS
        CLAIMS[name] = residuals
        return residuals

    return enter


def slip(name: str, what: str) -> Callable[[Claim], Claim]:
    def enter(residuals: Claim) -> Claim:
        assert name in CLAIMS
        assert (name, what) not in SLIPS
        SLIPS[name, what] = residuals
        return residuals

    return enter


# ---------------------------------------------------------------------- weighted input

WEIGHTED_BY_BIAS = "dz_j/db_i = delta_ji"
WEIGHTED_BY_WEIGHT = "dz_j/dw_ik = delta_ji a_k"


@claim(WEIGHTED_BY_BIAS)
def _(n: int) -> Iterator[Any]:
    layer = SOFTMAX_LOG_LIKELIHOOD.layer(n, INPUTS)
    for j, row in enumerate(jacobian(layer.weighted, layer.b)):
        for i, slope in enumerate(row):
            yield slope - int(i == j)


@slip(WEIGHTED_BY_BIAS, "the bias of another neuron")
def _(n: int) -> Iterator[Any]:
    layer = SOFTMAX_LOG_LIKELIHOOD.layer(n, INPUTS)
    for j, row in enumerate(jacobian(layer.weighted, layer.b)):
        for i, slope in enumerate(row):
            yield slope - int(i != j)


@claim(WEIGHTED_BY_WEIGHT)
def _(n: int) -> Iterator[Any]:
    layer = SOFTMAX_LOG_LIKELIHOOD.layer(n, INPUTS)
    for j, z in enumerate(layer.weighted):
        for i, row in enumerate(gradient(z, layer.w)):
            for x, slope in zip(layer.x, row, strict=True):
                yield slope - (x if i == j else 0)


@slip(WEIGHTED_BY_WEIGHT, "the input of another weight")
def _(n: int) -> Iterator[Any]:
    layer = SOFTMAX_LOG_LIKELIHOOD.layer(n, INPUTS)
    for j, z in enumerate(layer.weighted):
        for x, slope in zip(reversed(layer.x), gradient(z, layer.w)[j], strict=True):
            yield slope - x


@slip(WEIGHTED_BY_WEIGHT, "the weight itself for its input")
def _(n: int) -> Iterator[Any]:
    layer = SOFTMAX_LOG_LIKELIHOOD.layer(n, INPUTS)
    for j, z in enumerate(layer.weighted):
        for w, slope in zip(layer.w[j], gradient(z, layer.w)[j], strict=True):
            yield slope - w


# ---------------------------------------------------------------------- softmax

SUM_IS_ONE = "sum_k a_k = 1"
DIAGONAL = "da_j/dz_j = a_j (1 - a_j)"
OFF_DIAGONAL = "da_j/dz_i = -a_j a_i for i != j"
JOINT = "da_j/dz_i = a_j (delta_ji - a_i)"
TWO_CLASSES = "a_1 = sigma(z_1 - z_2) and a_2 = sigma(z_2 - z_1) for n = 2"


@claim(SUM_IS_ONE)
def _(n: int) -> Iterator[Any]:
    yield Add(*softmax(symbols_vector("z", n))) - 1


@slip(SUM_IS_ONE, "one class left out")
def _(n: int) -> Iterator[Any]:
    a = softmax(symbols_vector("z", n))
    for j in range(n):
        yield Add(*a[:j], *a[j + 1 :]) - 1


@slip(SUM_IS_ONE, "the number of classes for 1")
def _(n: int) -> Iterator[Any]:
    yield Add(*softmax(symbols_vector("z", n))) - n


def softmax_jacobian(n: int) -> tuple[Any, Any]:
    z = symbols_vector("z", n)
    a = softmax(z)
    return a, jacobian(a, z)


@claim(DIAGONAL)
def _(n: int) -> Iterator[Any]:
    a, slopes = softmax_jacobian(n)
    for j in range(n):
        yield slopes[j][j] - a[j] * (1 - a[j])


@slip(DIAGONAL, "the formula of the case i != j")
def _(n: int) -> Iterator[Any]:
    a, slopes = softmax_jacobian(n)
    for j in range(n):
        yield slopes[j][j] + a[j] * a[j]


@slip(DIAGONAL, "a sign")
def _(n: int) -> Iterator[Any]:
    a, slopes = softmax_jacobian(n)
    for j in range(n):
        yield slopes[j][j] - a[j] * (1 + a[j])


@claim(OFF_DIAGONAL)
def _(n: int) -> Iterator[Any]:
    a, slopes = softmax_jacobian(n)
    for j, i in permutations(range(n), 2):
        yield slopes[j][i] + a[j] * a[i]


@slip(OFF_DIAGONAL, "the formula of the case i = j")
def _(n: int) -> Iterator[Any]:
    a, slopes = softmax_jacobian(n)
    for j, i in permutations(range(n), 2):
        yield slopes[j][i] - a[j] * (1 - a[j])


@slip(OFF_DIAGONAL, "a sign")
def _(n: int) -> Iterator[Any]:
    a, slopes = softmax_jacobian(n)
    for j, i in permutations(range(n), 2):
        yield slopes[j][i] - a[j] * a[i]


@claim(JOINT)
def _(n: int) -> Iterator[Any]:
    a, slopes = softmax_jacobian(n)
    for j in range(n):
        for i in range(n):
            yield slopes[j][i] - a[j] * (int(i == j) - a[i])


@slip(JOINT, "a_j for a_i in the bracket")
def _(n: int) -> Iterator[Any]:
    a, slopes = softmax_jacobian(n)
    for j, i in permutations(range(n), 2):
        yield slopes[j][i] - a[j] * (int(i == j) - a[j])


@slip(JOINT, "no delta")
def _(n: int) -> Iterator[Any]:
    a, slopes = softmax_jacobian(n)
    for j, i in permutations(range(n), 2):
        yield slopes[j][i] - a[j] * (1 - a[i])


@claim(TWO_CLASSES)
def _(n: int) -> Iterator[Any]:
    first, second = symbols_vector("z", 2)
    a = softmax((first, second))
    yield a[0] - sigmoid(first - second)
    yield a[1] - sigmoid(second - first)


@slip(TWO_CLASSES, "the difference the other way round")
def _(n: int) -> Iterator[Any]:
    first, second = symbols_vector("z", 2)
    a = softmax((first, second))
    yield a[0] - sigmoid(second - first)
    yield a[1] - sigmoid(first - second)


@slip(TWO_CLASSES, "z_1 alone")
def _(n: int) -> Iterator[Any]:
    first, second = symbols_vector("z", 2)
    yield softmax((first, second))[0] - sigmoid(first)


# ---------------------------------------------------------------------- log-likelihood cost

ONE_HOT_COST = "C = -log a_c for y one-hot at c"
COST_BY_OUTPUT = "dC/da_k = -y_k/a_k"
ONE_HOT_BY_OUTPUT = "dC/da_c = -1/a_c for y one-hot at c, and 0 across"
COST_BY_Z = "dC/dz_j = a_j - y_j where sum_k y_k = 1"
COST_BY_Z_UNASSUMED = "dC/dz_j = a_j sum_k y_k - y_j"
COST_BY_BIAS = "dC/db_j = a_j - y_j where sum_k y_k = 1"
COST_BY_WEIGHT = "dC/dw_jk = x_k (a_j - y_j) where sum_k y_k = 1"


@claim(ONE_HOT_COST)
def _(n: int) -> Iterator[Any]:
    a = softmax(symbols_vector("z", n))
    for c in range(n):
        yield log_likelihood(one_hot(c + 1, n), a) + log(a[c])


@slip(ONE_HOT_COST, "a sign")
def _(n: int) -> Iterator[Any]:
    a = softmax(symbols_vector("z", n))
    for c in range(n):
        yield log_likelihood(one_hot(c + 1, n), a) - log(a[c])


@slip(ONE_HOT_COST, "the probability of another class")
def _(n: int) -> Iterator[Any]:
    a = softmax(symbols_vector("z", n))
    for c, other in permutations(range(n), 2):
        yield log_likelihood(one_hot(c + 1, n), a) + log(a[other])


@claim(COST_BY_OUTPUT)
def _(n: int) -> Iterator[Any]:
    y, a = symbols_vector("y", n), symbols_vector("a", n, positive=True)
    for k, slope in enumerate(gradient(log_likelihood(y, a), a)):
        yield slope + y[k] / a[k]


@slip(COST_BY_OUTPUT, "the fraction upside down")
def _(n: int) -> Iterator[Any]:
    y, a = symbols_vector("y", n), symbols_vector("a", n, positive=True)
    for k, slope in enumerate(gradient(log_likelihood(y, a), a)):
        yield slope + a[k] / y[k]


@claim(ONE_HOT_BY_OUTPUT)
def _(n: int) -> Iterator[Any]:
    a = symbols_vector("a", n, positive=True)
    for c in range(n):
        for k, slope in enumerate(gradient(log_likelihood(one_hot(c + 1, n), a), a)):
            yield slope + (1 / a[c] if k == c else 0)


@slip(ONE_HOT_BY_OUTPUT, "a sign")
def _(n: int) -> Iterator[Any]:
    a = symbols_vector("a", n, positive=True)
    for c in range(n):
        yield gradient(log_likelihood(one_hot(c + 1, n), a), a)[c] - 1 / a[c]


@slip(ONE_HOT_BY_OUTPUT, "another class")
def _(n: int) -> Iterator[Any]:
    a = symbols_vector("a", n, positive=True)
    for c, other in permutations(range(n), 2):
        yield gradient(log_likelihood(one_hot(c + 1, n), a), a)[c] + 1 / a[other]


# Σ_k y_k = 1 is put in by its last entry, y_n = 1 − y_1 − … − y_{n−1}: the y that are
# left are free, so an identity in them holds for every y that sums to 1, and only then.


@claim(COST_BY_Z)
def _(n: int) -> Iterator[Any]:
    layer = SOFTMAX_LOG_LIKELIHOOD.layer(n, y=probabilities("y", n))
    for a, y, slope in zip(layer.a, layer.y, gradient(layer.cost, layer.z), strict=True):
        yield slope - (a - y)


@slip(COST_BY_Z, "without sum_k y_k = 1")
def _(n: int) -> Iterator[Any]:
    layer = SOFTMAX_LOG_LIKELIHOOD.layer(n)
    for a, y, slope in zip(layer.a, layer.y, gradient(layer.cost, layer.z), strict=True):
        yield slope - (a - y)


@slip(COST_BY_Z, "a sign")
def _(n: int) -> Iterator[Any]:
    layer = SOFTMAX_LOG_LIKELIHOOD.layer(n, y=probabilities("y", n))
    for a, y, slope in zip(layer.a, layer.y, gradient(layer.cost, layer.z), strict=True):
        yield slope - (y - a)


@slip(COST_BY_Z, "the target of another class")
def _(n: int) -> Iterator[Any]:
    layer = SOFTMAX_LOG_LIKELIHOOD.layer(n, y=probabilities("y", n))
    a, slopes = layer.a, gradient(layer.cost, layer.z)
    for j, other in permutations(range(n), 2):
        yield slopes[j] - (a[j] - layer.y[other])


@claim(COST_BY_Z_UNASSUMED)
def _(n: int) -> Iterator[Any]:
    layer = SOFTMAX_LOG_LIKELIHOOD.layer(n)
    for a, y, slope in zip(layer.a, layer.y, gradient(layer.cost, layer.z), strict=True):
        yield slope - (a * Add(*layer.y) - y)


@slip(COST_BY_Z_UNASSUMED, "the term k = j left out of the sum")
def _(n: int) -> Iterator[Any]:
    layer = SOFTMAX_LOG_LIKELIHOOD.layer(n)
    for a, y, slope in zip(layer.a, layer.y, gradient(layer.cost, layer.z), strict=True):
        yield slope - (a * (Add(*layer.y) - y) - y)


@claim(COST_BY_BIAS)
def _(n: int) -> Iterator[Any]:
    layer = SOFTMAX_LOG_LIKELIHOOD.layer(n, INPUTS, probabilities("y", n))
    slopes = gradient(layer.cost_in_parameters, layer.b)
    for a, y, slope in zip(layer.a_in_parameters, layer.y, slopes, strict=True):
        yield slope - (a - y)


@slip(COST_BY_BIAS, "a_j (1 - a_j) for a_j")
def _(n: int) -> Iterator[Any]:
    layer = SOFTMAX_LOG_LIKELIHOOD.layer(n, INPUTS, probabilities("y", n))
    slopes = gradient(layer.cost_in_parameters, layer.b)
    for a, y, slope in zip(layer.a_in_parameters, layer.y, slopes, strict=True):
        yield slope - (a * (1 - a) - y)


@claim(COST_BY_WEIGHT)
def _(n: int) -> Iterator[Any]:
    layer = SOFTMAX_LOG_LIKELIHOOD.layer(n, INPUTS, probabilities("y", n))
    slopes = gradient(layer.cost_in_parameters, layer.w)
    for a, y, row in zip(layer.a_in_parameters, layer.y, slopes, strict=True):
        for x, slope in zip(layer.x, row, strict=True):
            yield slope - x * (a - y)


@slip(COST_BY_WEIGHT, "the input of another weight")
def _(n: int) -> Iterator[Any]:
    layer = SOFTMAX_LOG_LIKELIHOOD.layer(n, INPUTS, probabilities("y", n))
    slopes = gradient(layer.cost_in_parameters, layer.w)
    for a, y, row in zip(layer.a_in_parameters, layer.y, slopes, strict=True):
        for x, slope in zip(reversed(layer.x), row, strict=True):
            yield slope - x * (a - y)


@slip(COST_BY_WEIGHT, "no input")
def _(n: int) -> Iterator[Any]:
    layer = SOFTMAX_LOG_LIKELIHOOD.layer(n, INPUTS, probabilities("y", n))
    slopes = gradient(layer.cost_in_parameters, layer.w)
    for a, y, row in zip(layer.a_in_parameters, layer.y, slopes, strict=True):
        for slope in row:
            yield slope - (a - y)


# ---------------------------------------------------------------------- no slow learning

SIGMOID_SLOPE = "sigma'(z) = sigma(z) (1 - sigma(z))"
QUADRATIC_SLOW = "quadratic cost: dC/dw_jk = x_k (a_j - y_j) sigma'(z_j)"
CROSS_ENTROPY_FAST = "cross-entropy: dC/dw_jk = x_k (a_j - y_j)"
CROSS_ENTROPY_BIAS = "cross-entropy: dC/db_j = a_j - y_j"


def sigmoid_slope(z: Any) -> Any:
    """σ'(z), by differentiating σ and not by its known form."""
    t = Symbol("t", real=True)
    return gradient(sigmoid(t), (t,))[0].xreplace({t: z})


@claim(SIGMOID_SLOPE)
def _(n: int) -> Iterator[Any]:
    for z in symbols_vector("z", n):
        yield sigmoid_slope(z) - sigmoid(z) * (1 - sigmoid(z))


@slip(SIGMOID_SLOPE, "a sign")
def _(n: int) -> Iterator[Any]:
    for z in symbols_vector("z", n):
        yield sigmoid_slope(z) - sigmoid(z) * (1 + sigmoid(z))


@slip(SIGMOID_SLOPE, "the argument's sign lost")
def _(n: int) -> Iterator[Any]:
    for z in symbols_vector("z", n):
        yield sigmoid_slope(z) + sigmoid(z) * (1 - sigmoid(z))


@claim(QUADRATIC_SLOW)
def _(n: int) -> Iterator[Any]:
    layer = SIGMOID_QUADRATIC.layer(n, INPUTS)
    slopes = gradient(layer.cost_in_parameters, layer.w)
    for z, y, row in zip(layer.weighted, layer.y, slopes, strict=True):
        for x, slope in zip(layer.x, row, strict=True):
            yield slope - x * (sigmoid(z) - y) * sigmoid_slope(z)


@slip(QUADRATIC_SLOW, "no factor sigma'(z)")
def _(n: int) -> Iterator[Any]:
    layer = SIGMOID_QUADRATIC.layer(n, INPUTS)
    slopes = gradient(layer.cost_in_parameters, layer.w)
    for z, y, row in zip(layer.weighted, layer.y, slopes, strict=True):
        for x, slope in zip(layer.x, row, strict=True):
            yield slope - x * (sigmoid(z) - y)


@claim(CROSS_ENTROPY_FAST)
def _(n: int) -> Iterator[Any]:
    layer = SIGMOID_CROSS_ENTROPY.layer(n, INPUTS)
    slopes = gradient(layer.cost_in_parameters, layer.w)
    for a, y, row in zip(layer.a_in_parameters, layer.y, slopes, strict=True):
        for x, slope in zip(layer.x, row, strict=True):
            yield slope - x * (a - y)


@slip(CROSS_ENTROPY_FAST, "a factor sigma'(z)")
def _(n: int) -> Iterator[Any]:
    layer = SIGMOID_CROSS_ENTROPY.layer(n, INPUTS)
    slopes = gradient(layer.cost_in_parameters, layer.w)
    for z, y, row in zip(layer.weighted, layer.y, slopes, strict=True):
        for x, slope in zip(layer.x, row, strict=True):
            yield slope - x * (sigmoid(z) - y) * sigmoid_slope(z)


@claim(CROSS_ENTROPY_BIAS)
def _(n: int) -> Iterator[Any]:
    layer = SIGMOID_CROSS_ENTROPY.layer(n, INPUTS)
    slopes = gradient(layer.cost_in_parameters, layer.b)
    for a, y, slope in zip(layer.a_in_parameters, layer.y, slopes, strict=True):
        yield slope - (a - y)


@slip(CROSS_ENTROPY_BIAS, "a sign")
def _(n: int) -> Iterator[Any]:
    layer = SIGMOID_CROSS_ENTROPY.layer(n, INPUTS)
    slopes = gradient(layer.cost_in_parameters, layer.b)
    for a, y, slope in zip(layer.a_in_parameters, layer.y, slopes, strict=True):
        yield slope + (a - y)


# ---------------------------------------------------------------------- the tests


def sizes_of(name: str) -> Iterable[int]:
    return (2,) if name == TWO_CLASSES else SIZES


@pytest.mark.parametrize(
    ("name", "n"),
    [pytest.param(name, n, id=f"{name} [n={n}]") for name in CLAIMS for n in sizes_of(name)],
)
def test_claim(name: str, n: int) -> None:
    residuals = list(CLAIMS[name](n))
    assert residuals
    assert [r for r in residuals if not is_zero(r)] == []


@pytest.mark.parametrize(
    ("name", "what", "n"),
    [
        pytest.param(name, what, n, id=f"{name} | {what} [n={n}]")
        for name, what in SLIPS
        for n in sizes_of(name)
    ],
)
def test_slip_is_found(name: str, what: str, n: int) -> None:
    residuals = list(SLIPS[name, what](n))
    assert residuals
    assert [r for r in residuals if is_zero(r)] == []


def test_every_claim_has_a_slip() -> None:
    assert {name for name, _ in SLIPS} == set(CLAIMS)


@pytest.mark.parametrize("n", SIZES, ids="n={}".format)
def test_softmax_outputs_lie_between_0_and_1(n: int) -> None:
    for a in softmax(symbols_vector("z", n)):
        assert is_surely_positive(a)
        # The slip a_j > 1 is refuted: it is its opposite that holds.
        assert is_surely_positive(1 - a)
        assert not is_surely_positive(a - 1)


@pytest.mark.parametrize("n", SIZES, ids="n={}".format)
def test_the_cost_falls_as_the_right_class_gets_likelier(n: int) -> None:
    a = symbols_vector("a", n, positive=True)
    for c in range(n):
        slope = gradient(log_likelihood(one_hot(c + 1, n), a), a)[c]
        assert is_surely_positive(-slope)
        assert not is_surely_positive(slope)
