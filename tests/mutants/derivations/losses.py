"""Losses over classes: cross-entropy, likelihood, quadratic, KL, entropy, smoothed labels."""

from __future__ import annotations

from derive.claims import Fact, Positive, SumsToOne
from derive.terms import Definition, fresh
from tests.mutants.algebra import d, delta, log, number, size, total
from tests.mutants.derivations.making import CLASSES, Derivation, Pick
from tests.mutants.derivations.softmax import softmax_of

__all__ = ["FAMILIES"]

N = CLASSES


def cross_entropy(r: Pick) -> Derivation:
    """∂C/∂z_j through all outputs, with Σ y = 1."""
    s, y, c, j = softmax_of(r), r.letter(N), r.letter(), r.index(N)
    cost = -total(N, lambda k: y[k] * log(s.a[k]))
    return Derivation(
        (
            d(c.value, s.z[j]),
            -total(N, lambda k: y[k] * (1 / s.a[k]) * d(s.a[k], s.z[j])),
            -total(N, lambda k: y[k] / s.a[k] * s.times_slope(s.a[k] * (delta(j, k) - s.a[j]))),
            s.times_slope(-y[j] + s.a[j] * total(N, lambda k: y[k])),
            s.times_slope(s.a[j] - y[j]),
        ),
        (s.definition, c.defined((), cost)),
        facts=(SumsToOne(y.family),),
    )


def cross_entropy_without_the_given(r: Pick) -> Derivation:
    s, y, j = softmax_of(r), r.letter(N), r.index(N)
    return Derivation(
        (
            d(-total(N, lambda k: y[k] * log(s.a[k])), s.z[j]),
            s.times_slope(-total(N, lambda k: y[k] * (delta(k, j) - s.a[j]))),
            s.times_slope(total(N, lambda k: y[k]) * s.a[j] - y[j]),
        ),
        (s.definition,),
    )


def cross_entropy_split(r: Pick) -> Derivation:
    """The sum over k ≠ j apart from the term of j."""
    s, y, c, j = softmax_of(r), r.letter(N), r.letter(), r.index(N)
    return Derivation(
        (
            d(c.value, s.z[j]),
            -(y[j] / s.a[j]) * d(s.a[j], s.z[j])
            - total(N, lambda k: y[k] / s.a[k] * d(s.a[k], s.z[j]), j),
            s.times_slope(
                -(y[j] / s.a[j]) * s.a[j] * (1 - s.a[j])
                - total(N, lambda k: y[k] / s.a[k] * (-s.a[k] * s.a[j]), j)
            ),
            s.times_slope(-y[j] + y[j] * s.a[j] + total(N, lambda k: y[k] * s.a[j], j)),
            s.times_slope(-y[j] + s.a[j] * (y[j] + total(N, lambda k: y[k], j))),
            s.times_slope(s.a[j] - y[j]),
        ),
        (s.definition, c.defined((), -total(N, lambda k: y[k] * log(s.a[k])))),
        facts=(SumsToOne(y.family),),
    )


def negative_log_likelihood(r: Pick) -> Derivation:
    """One-hot labels y_k = δ_kc."""
    s, y, j, c = softmax_of(r), r.letter(N), r.index(N), fresh("c", N)
    k = fresh("k", N)
    one_hot: Definition = y.defined((k,), delta(k, c))
    return Derivation(
        (
            d(-total(N, lambda k: y[k] * log(s.a[k])), s.z[j]),
            d(-log(s.a[c]), s.z[j]),
            -(1 / s.a[c]) * d(s.a[c], s.z[j]),
            s.times_slope(s.a[j] - delta(j, c)),
            s.times_slope(s.a[j] - y[j]),
        ),
        (s.definition, one_hot),
    )


def likelihood_value(r: Pick) -> Derivation:
    s, y, c = softmax_of(r), r.letter(N), fresh("c", N)
    k = fresh("k", N)
    return Derivation(
        (
            -total(N, lambda k: y[k] * log(s.a[k])),
            -log(s.a[c]),
            -(s.logit(c) - log(s.sum())),
            log(s.sum()) - s.logit(c),
        ),
        (s.definition, y.defined((k,), delta(k, c))),
    )


def quadratic_with_softmax(r: Pick) -> Derivation:
    s, y, j = softmax_of(r), r.letter(N), r.index(N)
    return Derivation(
        (
            d(1 / number(2) * total(N, lambda k: (s.a[k] - y[k]) ** 2), s.z[j]),
            total(N, lambda k: (s.a[k] - y[k]) * d(s.a[k], s.z[j])),
            s.times_slope(total(N, lambda k: (s.a[k] - y[k]) * s.a[k] * (delta(j, k) - s.a[j]))),
            s.times_slope(s.a[j] * (s.a[j] - y[j] - total(N, lambda k: (s.a[k] - y[k]) * s.a[k]))),
        ),
        (s.definition,),
    )


def divergence(r: Pick) -> Derivation:
    """KL(p‖q) by q_j, p and q positive."""
    p, q, j = r.letter(N), r.letter(N), r.index(N)
    facts: tuple[Fact, ...] = (Positive(p.family), Positive(q.family))
    return Derivation(
        (
            d(total(N, lambda k: p[k] * log(p[k] / q[k])), q[j]),
            d(total(N, lambda k: p[k] * log(p[k]) - p[k] * log(q[k])), q[j]),
            -total(N, lambda k: p[k] / q[k] * delta(j, k)),
            -p[j] / q[j],
        ),
        facts=facts,
    )


def divergence_from_softmax(r: Pick) -> Derivation:
    s, p, j = softmax_of(r), r.letter(N), r.index(N)
    return Derivation(
        (
            d(total(N, lambda k: p[k] * log(p[k] / s.a[k])), s.z[j]),
            -total(N, lambda k: p[k] / s.a[k] * d(s.a[k], s.z[j])),
            s.times_slope(s.a[j] * total(N, lambda k: p[k]) - p[j]),
            s.times_slope(s.a[j] - p[j]),
        ),
        (s.definition,),
        facts=(Positive(p.family), SumsToOne(p.family)),
    )


def divergence_value(r: Pick) -> Derivation:
    """KL as cross-entropy less entropy."""
    p, q, c = r.letter(N), r.letter(N), r.constant()
    return Derivation(
        (
            total(N, lambda k: c * p[k] * log(p[k] / q[k])),
            c * total(N, lambda k: p[k] * (log(p[k]) - log(q[k]))),
            c * (-total(N, lambda k: p[k] * log(q[k])) + total(N, lambda k: p[k] * log(p[k]))),
        ),
        facts=(Positive(p.family), Positive(q.family)),
    )


def entropy(r: Pick) -> Derivation:
    p, j, c = r.letter(N), r.index(N), r.constant()
    return Derivation(
        (
            d(-c * total(N, lambda k: p[k] * log(p[k])), p[j]),
            -c * (log(p[j]) + p[j] * (1 / p[j])),
            -c * (1 + log(p[j])),
        ),
        facts=(Positive(p.family),),
    )


def entropy_of_softmax(r: Pick) -> Derivation:
    s, h, j = softmax_of(r), r.letter(), r.index(N)
    return Derivation(
        (
            d(h.value, s.z[j]),
            -total(N, lambda k: (log(s.a[k]) + 1) * d(s.a[k], s.z[j])),
            s.times_slope(
                -s.a[j] * (log(s.a[j]) + 1)
                + s.a[j] * total(N, lambda k: (log(s.a[k]) + 1) * s.a[k])
            ),
            s.times_slope(-s.a[j] * (log(s.a[j]) + h.value)),
        ),
        (s.definition, h.defined((), -total(N, lambda k: s.a[k] * log(s.a[k])))),
    )


def smoothed_labels(r: Pick) -> Derivation:
    """t_k = (1 − ε) y_k + ε/n still sums to 1."""
    y, t, e = r.letter(N), r.letter(N), r.scalar()
    k = fresh("k", N)
    n = size(N)
    return Derivation(
        (
            total(N, lambda k: t[k]),
            (1 - e) * total(N, lambda k: y[k]) + total(N, lambda k: e / n),
            (1 - e) * 1 + n * (e / n),
            number(1),
        ),
        (t.defined((k,), (1 - e) * y[k] + e / n),),
        facts=(SumsToOne(y.family),),
    )


def smoothed_cross_entropy(r: Pick) -> Derivation:
    s, y, t, e, j = softmax_of(r), r.letter(N), r.letter(N), r.scalar(), r.index(N)
    k = fresh("k", N)
    n = size(N)
    return Derivation(
        (
            d(-total(N, lambda k: t[k] * log(s.a[k])), s.z[j]),
            s.times_slope(s.a[j] * total(N, lambda k: t[k]) - t[j]),
            s.times_slope(s.a[j] - t[j]),
            s.times_slope(s.a[j] - (1 - e) * y[j] - e / n),
        ),
        (s.definition, t.defined((k,), (1 - e) * y[k] + e / n)),
        facts=(SumsToOne(y.family),),
    )


def quadratic_by_output(r: Pick) -> Derivation:
    a, y, j, c = r.letter(N), r.letter(N), r.index(N), r.whole(1, 4)
    return Derivation((
        d(1 / number(2 * c) * total(N, lambda k: (a[k] - y[k]) ** 2), a[j]),
        1 / number(2 * c) * total(N, lambda k: 2 * (a[k] - y[k]) * delta(k, j)),
        1 / number(c) * (a[j] - y[j]),
    ))  # fmt: skip


def focal_power(r: Pick) -> Derivation:
    """∂/∂a_j of Σ (1 − a_k)^p y_k log a_k."""
    a, y, j, p = r.letter(N), r.letter(N), r.index(N), r.whole(2, 4)
    return Derivation(
        (
            d(-total(N, lambda k: y[k] * (1 - a[k]) ** p * log(a[k])), a[j]),
            -y[j] * (-p * (1 - a[j]) ** (p - 1) * log(a[j]) + (1 - a[j]) ** p / a[j]),
            p * y[j] * (1 - a[j]) ** (p - 1) * log(a[j]) - y[j] * (1 - a[j]) ** p / a[j],
        ),
        facts=(Positive(a.family),),
    )


FAMILIES = (
    cross_entropy, cross_entropy_without_the_given, cross_entropy_split, negative_log_likelihood,
    likelihood_value, quadratic_with_softmax, divergence, divergence_from_softmax, divergence_value,
    entropy, entropy_of_softmax, smoothed_labels, smoothed_cross_entropy, quadratic_by_output,
    focal_power,
)  # fmt: skip
