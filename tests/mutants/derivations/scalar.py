"""Functions of one number: quotients, products, powers, logs, the sigmoid and its kin."""

from __future__ import annotations

from derive.claims import Positive
from tests.mutants.algebra import Value, d, exp, log, sqrt, tanh
from tests.mutants.derivations.making import Derivation, Pick, call

__all__ = ["FAMILIES"]


def quotient_rule(r: Pick) -> Derivation:
    x = r.scalar()
    f, g = r.inner(x), r.inner(x, positive=True)
    return Derivation((
        d(f.of / g.of, x),
        (d(f.of, x) * g.of - f.of * d(g.of, x)) / g.of**2,
        (f.slope * g.of - f.of * g.slope) / g.of**2,
        f.slope / g.of - f.of * g.slope / g.of**2,
    ))  # fmt: skip


def product_rule(r: Pick) -> Derivation:
    x, c = r.scalar(), r.constant()
    f, g = r.inner(x), r.inner(x)
    return Derivation((
        d(c * (f.of * g.of), x),
        c * (d(f.of, x) * g.of + f.of * d(g.of, x)),
        c * (f.slope * g.of + f.of * g.slope),
        c * f.slope * g.of + c * f.of * g.slope,
    ))  # fmt: skip


def power_rule(r: Pick) -> Derivation:
    x, p = r.scalar(), r.whole()
    f = r.inner(x)
    return Derivation((
        d(f.of**p, x),
        p * f.of ** (p - 1) * d(f.of, x),
        p * f.of ** (p - 1) * f.slope,
    ))  # fmt: skip


def negative_power(r: Pick) -> Derivation:
    x, c, p = r.scalar(), r.constant(), r.whole(1, 4)
    f = r.inner(x, positive=True)
    return Derivation((
        d(c * f.of ** (-p), x),
        -p * c * f.of ** (-p - 1) * d(f.of, x),
        -p * c * f.slope / f.of ** (p + 1),
    ))  # fmt: skip


def exponential_of(r: Pick) -> Derivation:
    x, c = r.scalar(), r.constant()
    f = r.inner(x)
    return Derivation((
        d(c * exp(-f.of), x),
        -c * exp(-f.of) * d(f.of, x),
        -c * f.slope / exp(f.of),
    ))  # fmt: skip


def logarithm_of(r: Pick) -> Derivation:
    x, p = r.scalar(), r.whole()
    f = r.inner(x, positive=True)
    return Derivation((
        d(log(f.of**p), x),
        d(p * log(f.of), x),
        p / f.of * d(f.of, x),
        p * f.slope / f.of,
    ))  # fmt: skip


def root_of(r: Pick) -> Derivation:
    x = r.scalar()
    f = r.inner(x, positive=True)
    return Derivation((
        d(sqrt(f.of), x),
        1 / (2 * sqrt(f.of)) * d(f.of, x),
        f.slope / (2 * sqrt(f.of)),
    ))  # fmt: skip


def log_of_a_product(r: Pick) -> Derivation:
    u, v, w = r.letter(), r.letter(), r.letter()
    p, q = r.whole(), r.whole()
    return Derivation(
        (
            log(u.value**p * v.value / w.value**q),
            log(u.value**p * v.value) - log(w.value**q),
            log(u.value**p) + log(v.value) - q * log(w.value),
            p * log(u.value) + log(v.value) - q * log(w.value),
        ),
        facts=(Positive(u.family), Positive(v.family), Positive(w.family)),
    )


def sigmoid_derivative(r: Pick) -> Derivation:
    x, c = r.scalar(), r.constant()
    s = 1 / (1 + exp(-c * x))
    return Derivation((
        d(s, x),
        -1 / (1 + exp(-c * x)) ** 2 * d(exp(-c * x), x),
        c * exp(-c * x) / (1 + exp(-c * x)) ** 2,
        c * (1 / (1 + exp(-c * x))) * (exp(-c * x) / (1 + exp(-c * x))),
        c * s * (1 - s),
    ))  # fmt: skip


def sigmoid_of_a_neuron(r: Pick) -> Derivation:
    w, x, b = r.scalar(), r.scalar(), r.scalar()
    sigma = r.sigmoid()
    z = w * x + b
    return Derivation(
        (
            d(call(sigma, z), w),
            call(sigma, z, 1) * d(z, w),
            call(sigma, z, 1) * x,
            call(sigma, z) * (1 - call(sigma, z)) * x,
        ),
        functions=(sigma,),
    )


def sigmoid_symmetry(r: Pick) -> Derivation:
    x, c = r.scalar(), r.constant()
    sigma = r.sigmoid()
    return Derivation(
        (
            call(sigma, -(c * x)),
            1 / (1 + exp(c * x)),
            exp(-(c * x)) / (1 + exp(-(c * x))),
            1 - call(sigma, c * x),
        ),
        functions=(sigma,),
    )


def tanh_derivative(r: Pick) -> Derivation:
    x, c = r.scalar(), r.constant()
    t = (exp(x) - exp(-x)) / (exp(x) + exp(-x))
    return Derivation((
        d(c * t, x),
        c * ((exp(x) + exp(-x)) ** 2 - (exp(x) - exp(-x)) ** 2) / (exp(x) + exp(-x)) ** 2,
        c * (1 - ((exp(x) - exp(-x)) / (exp(x) + exp(-x))) ** 2),
        c * (1 - tanh(x) ** 2),
    ))  # fmt: skip


def softplus(r: Pick) -> Derivation:
    x, c = r.scalar(), r.constant()
    sigma = r.sigmoid()
    return Derivation(
        (
            d(log(1 + exp(c * x)), x),
            c * exp(c * x) / (1 + exp(c * x)),
            c / (1 + exp(-(c * x))),
            c * call(sigma, c * x),
        ),
        functions=(sigma,),
    )


def swish(r: Pick) -> Derivation:
    x = r.scalar()
    sigma = r.sigmoid()
    s = call(sigma, x)
    return Derivation(
        (
            d(x * s, x),
            s + x * call(sigma, x, 1),
            s + x * s * (1 - s),
            s * (1 + x * (1 - s)),
        ),
        functions=(sigma,),
    )


def log_sigmoid(r: Pick) -> Derivation:
    x, c = r.scalar(), r.constant()
    sigma = r.sigmoid()
    return Derivation(
        (
            d(c * log(call(sigma, x)), x),
            c * (call(sigma, x, 1) / call(sigma, x)),
            c * (1 - call(sigma, x)),
            c * call(sigma, -x),
        ),
        functions=(sigma,),
    )


def second_derivative(r: Pick) -> Derivation:
    x, c, p = r.scalar(), r.constant(), r.whole(3, 5)
    q = r.inner(x, positive=True)
    return Derivation((
        d(d(c * x**p + q.of, x), x),
        d(c * p * x ** (p - 1) + q.slope, x),
        c * (p * (p - 1)) * x ** (p - 2) + d(q.slope, x),
    ))  # fmt: skip


def gaussian_log_density(r: Pick) -> Derivation:
    x, mu, s = r.scalar(), r.scalar(), r.letter()
    sigma = s.value
    density: Value = -log(sigma) - (x - mu) ** 2 / (2 * sigma**2)
    if r.maybe():
        lines = (d(density, mu), 2 * (x - mu) / (2 * sigma**2), (x - mu) / sigma**2)
    else:
        lines = (
            d(density, sigma),
            -1 / sigma + 2 * (x - mu) ** 2 / (2 * sigma**3),
            ((x - mu) ** 2 - sigma**2) / sigma**3,
        )
    return Derivation(lines, facts=(Positive(s.family),))


def binary_cross_entropy(r: Pick) -> Derivation:
    """∂C/∂z of the log loss of one sigmoid neuron, through a."""
    z, y = r.scalar(), r.scalar()
    a, c = r.letter(), r.letter()
    sigma = r.sigmoid()
    definitions = (
        a.defined((), call(sigma, z)),
        c.defined((), -(y * log(a.value) + (1 - y) * log(1 - a.value))),
    )
    return Derivation(
        (
            d(c.value, z),
            -(y / a.value - (1 - y) / (1 - a.value)) * d(a.value, z),
            -(y / a.value - (1 - y) / (1 - a.value)) * a.value * (1 - a.value),
            -(y * (1 - a.value) - (1 - y) * a.value),
            a.value - y,
        ),
        definitions,
        (sigma,),
    )


def quadratic_sigmoid_cost(r: Pick) -> Derivation:
    w, x, b, y = r.scalar(), r.scalar(), r.scalar(), r.scalar()
    z, a, c = r.letter(), r.letter(), r.letter()
    sigma = r.sigmoid()
    definitions = (
        z.defined((), w * x + b),
        a.defined((), call(sigma, z.value)),
        c.defined((), (a.value - y) ** 2 / 2),
    )
    by, factor = (w, x) if r.maybe() else (b, None)
    slope = call(sigma, z.value, 1)
    end = a.value * (1 - a.value)
    return Derivation(
        (
            d(c.value, by),
            (a.value - y) * d(a.value, by),
            (a.value - y) * slope * factor if factor is not None else (a.value - y) * slope,
            (a.value - y) * end * factor if factor is not None else (a.value - y) * end,
        ),
        definitions,
        (sigma,),
    )


FAMILIES = (
    quotient_rule, product_rule, power_rule, negative_power, exponential_of, logarithm_of, root_of,
    log_of_a_product, sigmoid_derivative, sigmoid_of_a_neuron, sigmoid_symmetry, tanh_derivative,
    softplus, swish, log_sigmoid, second_derivative, gaussian_log_density, binary_cross_entropy,
    quadratic_sigmoid_cost,
)  # fmt: skip
