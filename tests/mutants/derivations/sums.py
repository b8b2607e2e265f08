"""Sums: taken apart, swapped, contracted with δ, centred; means, variances, norms."""

from __future__ import annotations

from derive.claims import Positive, SumsToOne
from derive.terms import At, Axis, Condition
from tests.mutants.algebra import (
    Value,
    cases,
    d,
    delta,
    exp,
    log,
    number,
    product,
    size,
    sqrt,
    total,
)  # fmt: skip
from tests.mutants.derivations.making import CLASSES, INPUTS, Derivation, Pick

__all__ = ["FAMILIES"]

N, M = CLASSES, INPUTS


def linearity(r: Pick) -> Derivation:
    x, y = r.letter(N), r.letter(N)
    c, e = r.constant(), r.constant()
    p = r.whole(1, 3)
    return Derivation((
        total(N, lambda k: c * x[k] ** p - e * y[k]),
        total(N, lambda k: c * x[k] ** p) - total(N, lambda k: e * y[k]),
        c * total(N, lambda k: x[k] ** p) - e * total(N, lambda l: y[l], letter="l"),
    ))  # fmt: skip


def one_term_taken_out(r: Pick) -> Derivation:
    x, y, j, c = r.letter(N), r.letter(N), r.index(N), r.constant()
    return Derivation((
        total(N, lambda k: c * x[k] * y[k]),
        c * x[j] * y[j] + total(N, lambda k: c * x[k] * y[k], j),
        c * (x[j] * y[j] + total(N, lambda k: x[k] * y[k], j)),
    ))  # fmt: skip


def first_and_last_taken_out(r: Pick) -> Derivation:
    x, y = r.letter(N), r.letter(N)
    at = At(N, 0, r.maybe())
    return Derivation((
        total(N, lambda k: x[k] * y[k] ** 2),
        x[at] * y[at] ** 2 + total(N, lambda k: x[k] * y[k] ** 2, at),
    ))  # fmt: skip


def two_terms_taken_out(r: Pick) -> Derivation:
    x, i, j = r.letter(N), r.index(N), r.index(N)
    return Derivation(
        (
            total(N, lambda k: x[k] ** 2),
            x[i] ** 2 + total(N, lambda k: x[k] ** 2, i),
            x[i] ** 2 + x[j] ** 2 + total(N, lambda k: x[k] ** 2, i, j),
        ),
        facts=(Condition(i, j, False),),
    )


def constants_added(r: Pick) -> Derivation:
    x, c, p = r.letter(N), r.constant(), r.whole(1, 3)
    return Derivation((
        total(N, lambda k: p * x[k] + c),
        total(N, lambda k: p * x[k]) + total(N, lambda k: c),
        p * total(N, lambda k: x[k]) + c * size(N),
        size(N) * (p * (1 / size(N) * total(N, lambda k: x[k])) + c),
    ))  # fmt: skip


def pairs(r: Pick) -> Derivation:
    x, c = r.letter(N), r.constant()
    s = total(N, lambda k: x[k])
    return Derivation((
        c * total(N, lambda k: total(N, lambda l: x[k] * x[l], k, letter="l")),
        c * total(N, lambda k: x[k] * total(N, lambda l: x[l], k, letter="l")),
        c * total(N, lambda k: x[k] * (total(N, lambda l: x[l], letter="l") - x[k])),
        c * (s**2 - total(N, lambda k: x[k] ** 2)),
    ))  # fmt: skip


def how_many(r: Pick) -> Derivation:
    c, i = r.constant(), r.index(N)
    n = size(N)
    return Derivation((
        total(N, lambda k: c, i),
        total(N, lambda k: c) - c,
        (n - 1) * c,
    ))  # fmt: skip


def deviations(r: Pick) -> Derivation:
    x, mu, c = r.letter(N), r.letter(), r.constant()
    n = size(N)
    return Derivation(
        (
            total(N, lambda k: c * (x[k] - mu.value)),
            c * total(N, lambda k: x[k]) - c * n * mu.value,
            c * total(N, lambda k: x[k]) - c * total(N, lambda k: x[k]),
            number(0),
        ),
        (mu.defined((), 1 / n * total(N, lambda k: x[k])),),
    )


def variance(r: Pick) -> Derivation:
    x, mu = r.letter(N), r.letter()
    n = size(N)
    square = total(N, lambda k: x[k] ** 2)
    return Derivation(
        (
            1 / n * total(N, lambda k: (x[k] - mu.value) ** 2),
            1 / n * total(N, lambda k: x[k] ** 2 - 2 * mu.value * x[k] + mu.value**2),
            1 / n * square - 2 * mu.value / n * total(N, lambda k: x[k]) + mu.value**2,
            1 / n * square - 2 * mu.value**2 + mu.value**2,
            1 / n * square - mu.value**2,
        ),
        (mu.defined((), total(N, lambda k: x[k]) / n),),
    )


def covariance(r: Pick) -> Derivation:
    x, y, a, b = r.letter(N), r.letter(N), r.letter(), r.letter()
    n = size(N)
    return Derivation(
        (
            total(N, lambda k: (x[k] - a.value) * (y[k] - b.value)) / (n - 1),
            total(N, lambda k: (x[k] - a.value) * y[k]) / (n - 1),
            (total(N, lambda k: x[k] * y[k]) - n * a.value * b.value) / (n - 1),
        ),
        (
            a.defined((), total(N, lambda k: x[k]) / n),
            b.defined((), total(N, lambda k: y[k]) / n),
        ),
    )


def variance_gradient(r: Pick) -> Derivation:
    x, mu, j = r.letter(N), r.letter(), r.index(N)
    n = size(N)
    return Derivation(
        (
            d(1 / n * total(N, lambda k: (x[k] - mu.value) ** 2), x[j]),
            2 / n * total(N, lambda k: (x[k] - mu.value) * (delta(j, k) - 1 / n)),
            2 / n * (x[j] - mu.value) - 2 / n**2 * total(N, lambda k: x[k] - mu.value),
            2 / n * (x[j] - mu.value),
        ),
        (mu.defined((), total(N, lambda k: x[k]) / n),),
    )


def expectation(r: Pick) -> Derivation:
    p, x, mu = r.letter(N), r.letter(N), r.letter()
    return Derivation(
        (
            total(N, lambda k: p[k] * (x[k] - mu.value) ** 2),
            total(N, lambda k: p[k] * x[k] ** 2)
            - 2 * mu.value * total(N, lambda k: p[k] * x[k])
            + mu.value**2 * total(N, lambda k: p[k]),
            total(N, lambda k: p[k] * x[k] ** 2) - 2 * mu.value**2 + mu.value**2,
            total(N, lambda k: p[k] * x[k] ** 2) - mu.value**2,
        ),
        (mu.defined((), total(N, lambda k: p[k] * x[k])),),
        facts=(SumsToOne(p.family),),
    )


def the_rest_of_one(r: Pick) -> Derivation:
    y, a, j, c = r.letter(N), r.letter(N), r.index(N), r.constant()
    return Derivation(
        (
            c * total(N, lambda k: y[k] * a[j], j),
            c * a[j] * (total(N, lambda k: y[k]) - y[j]),
            c * a[j] * (1 - y[j]),
        ),
        facts=(SumsToOne(y.family),),
    )


def double_sum_swapped(r: Pick) -> Derivation:
    x, w, y = r.letter(N), r.letter(N, M), r.letter(M)
    return Derivation((
        total(N, lambda k: x[k] * total(M, lambda l: w[k, l] * y[l], letter="l")),
        total(N, lambda k: total(M, lambda l: x[k] * w[k, l] * y[l], letter="l")),
        total(M, lambda l: y[l] * total(N, lambda k: w[k, l] * x[k]), letter="l"),
    ))  # fmt: skip


def product_of_sums(r: Pick) -> Derivation:
    x, y, c = r.letter(N), r.letter(N), r.constant()
    return Derivation((
        c * total(N, lambda k: x[k]) * total(N, lambda k: y[k]),
        c * total(N, lambda k: total(N, lambda l: x[k] * y[l], letter="l")),
        c * total(N, lambda k: x[k] * y[k])
        + c * total(N, lambda k: total(N, lambda l: x[k] * y[l], k, letter="l")),
    ))  # fmt: skip


def contraction(r: Pick) -> Derivation:
    x, y, j, i = r.letter(N), r.letter(N), r.index(N), r.index(N)
    f = r.inner(x[j])
    g = r.constant()
    return Derivation((
        total(N, lambda k: g * delta(j, k) * x[k] ** 2 * y[i]),
        g * y[i] * total(N, lambda k: delta(j, k) * x[k] ** 2),
        g * y[i] * x[j] ** 2 + (f.of - f.of),
        g * y[i] * x[j] ** 2,
    ))  # fmt: skip


def contraction_with_a_matrix(r: Pick) -> Derivation:
    w, i, j = r.letter(N, N), r.index(N), r.index(N)
    c = r.constant()
    return Derivation((
        total(N, lambda k: (delta(i, k) - c * w[i, k]) * (delta(k, j) - w[k, j])),
        delta(i, j) - w[i, j] - c * w[i, j] + c * total(N, lambda k: w[i, k] * w[k, j]),
        delta(i, j) - (1 + c) * w[i, j] + c * total(N, lambda k: w[i, k] * w[k, j]),
    ))  # fmt: skip


def two_branches(r: Pick) -> Derivation:
    x, y, i, j = r.letter(N), r.letter(N), r.index(N), r.index(N)
    same, other = Condition(i, j, True), Condition(i, j, False)
    c = r.constant()
    return Derivation((
        delta(i, j) * c * x[i] + (1 - delta(i, j)) * y[j],
        cases(((same,), c * x[i]), ((other,), y[j])),
        cases(((same,), c * x[j]), ((), y[j])),
    ))  # fmt: skip


def gradient_of_powers(r: Pick) -> Derivation:
    x, c, j, p = r.letter(N), r.letter(N), r.index(N), r.whole(2, 4)
    return Derivation((
        d(total(N, lambda k: c[k] * x[k] ** p), x[j]),
        total(N, lambda k: c[k] * d(x[k] ** p, x[j])),
        total(N, lambda k: c[k] * p * x[k] ** (p - 1) * delta(j, k)),
        p * c[j] * x[j] ** (p - 1),
    ))  # fmt: skip


def gradient_of_a_power_of_a_sum(r: Pick) -> Derivation:
    x, j, p = r.letter(N), r.index(N), r.whole(2, 3)
    c = r.constant()
    return Derivation((
        d(c * total(N, lambda k: x[k] ** 2) ** p, x[j]),
        c * p * total(N, lambda k: x[k] ** 2) ** (p - 1) * d(total(N, lambda k: x[k] ** 2), x[j]),
        2 * c * p * x[j] * total(N, lambda k: x[k] ** 2) ** (p - 1),
    ))  # fmt: skip


def norm_gradient(r: Pick) -> Derivation:
    x, j = r.letter(N), r.index(N)
    c = r.whole(1, 3)
    norm = sqrt(c + total(N, lambda k: x[k] ** 2))
    return Derivation((
        d(norm, x[j]),
        1 / (2 * norm) * total(N, lambda k: 2 * x[k] * delta(k, j)),
        x[j] / norm,
    ))  # fmt: skip


def normalised(r: Pick) -> Derivation:
    """Shares x_i / Σ x and their derivatives."""
    x, p, i, j = r.letter(N), r.letter(N), r.index(N), r.index(N)
    s = total(N, lambda k: x[k])
    return Derivation(
        (
            d(p[i], x[j]),
            (delta(i, j) * s - x[i]) / s**2,
            delta(i, j) / s - x[i] / s**2,
            (delta(i, j) - p[i]) / s,
        ),
        (p.defined((i,), x[i] / s),),
        facts=(Positive(x.family),),
    )


def quadratic_form(r: Pick) -> Derivation:
    w, x, i, c = r.letter(N, N), r.letter(N), r.index(N), r.constant()
    form = total(N, lambda k: total(N, lambda l: x[k] * w[k, l] * x[l], letter="l"))
    return Derivation((
        d(c * form, x[i]),
        c * total(N, lambda k: total(N, lambda l: delta(i, k) * w[k, l] * x[l] + x[k] * w[k, l] * delta(i, l), letter="l")),
        c * (total(N, lambda l: w[i, l] * x[l], letter="l") + total(N, lambda k: x[k] * w[k, i])),
        c * total(N, lambda k: (w[i, k] + w[k, i]) * x[k]),
    ))  # fmt: skip


def quadratic_hessian(r: Pick) -> Derivation:
    w, x, i, j = r.letter(N, N), r.letter(N), r.index(N), r.index(N)
    form = total(N, lambda k: total(N, lambda l: x[k] * w[k, l] * x[l], letter="l"))
    return Derivation((
        d(d(form, x[i]), x[j]),
        d(total(N, lambda k: (w[i, k] + w[k, i]) * x[k]), x[j]),
        w[i, j] + w[j, i],
    ))  # fmt: skip


def row_normalised(r: Pick) -> Derivation:
    """A matrix whose rows sum to 1, applied to a vector of ones and more."""
    w, x, i, c = r.letter(N, M), r.letter(M), r.index(N), r.constant()
    return Derivation(
        (
            total(M, lambda k: w[i, k] * (x[k] + c)),
            total(M, lambda k: w[i, k] * x[k]) + c * total(M, lambda k: w[i, k]),
            total(M, lambda k: w[i, k] * x[k]) + c,
        ),
        facts=(SumsToOne(w.family, 1),),
    )


def product_of_exponentials(r: Pick) -> Derivation:
    """Π: outside the fragment, so for listed sizes only."""
    x, c = r.letter(N), r.constant()
    return Derivation((
        log(product(N, lambda k: exp(c * x[k]))),
        total(N, lambda k: c * x[k]),
        c * total(N, lambda k: x[k]),
    ))  # fmt: skip


def two_of_a_kind(r: Pick) -> Derivation:
    """A range of a fixed length."""
    length = r.whole(2, 4)
    axis = Axis(str(length), fixed=length)
    x, c = r.letter(axis), r.constant()
    spelled: Value = x[At(axis, 0)]
    for at in range(1, length):
        spelled = spelled + x[At(axis, at)]
    return Derivation((
        d(c * total(axis, lambda k: x[k]) ** 2, x[At(axis, 1)]),
        2 * c * total(axis, lambda k: x[k]),
        2 * c * spelled,
    ))  # fmt: skip


def log_of_sums_of_powers(r: Pick) -> Derivation:
    x, j, p = r.letter(N), r.index(N), r.whole(2, 4)
    s = total(N, lambda k: x[k] ** p)
    return Derivation(
        (d(1 / number(p) * log(s), x[j]), 1 / (p * s) * d(s, x[j]), x[j] ** (p - 1) / s),
        facts=(Positive(x.family),),
    )


FAMILIES = (
    linearity, one_term_taken_out, first_and_last_taken_out, two_terms_taken_out, constants_added,
    pairs, how_many, deviations, variance, covariance, variance_gradient, expectation,
    the_rest_of_one, double_sum_swapped, product_of_sums, contraction, contraction_with_a_matrix,
    two_branches, gradient_of_powers, gradient_of_a_power_of_a_sum, norm_gradient, normalised,
    quadratic_form, quadratic_hessian, row_normalised, product_of_exponentials, two_of_a_kind,
    log_of_sums_of_powers,
)  # fmt: skip
