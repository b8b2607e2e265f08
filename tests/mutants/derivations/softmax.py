"""Softmax with and without a temperature, log-sum-exp, and their first two derivatives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from derive.terms import Axis, Condition, Definition, Index, Ix, fresh
from tests.mutants.algebra import Letter, Value, cases, d, delta, exp, log, number, total
from tests.mutants.derivations.making import CLASSES, Derivation, Pick

__all__ = ["FAMILIES", "Softmax", "softmax_of"]

N = CLASSES


@dataclass(frozen=True, slots=True)
class Softmax:
    """a = softmax(u), u_k = ``logit(k)`` with ∂u_k/∂z_k = ``slope``."""

    z: Letter
    a: Letter
    logit: Callable[[Index], Value]
    slope: Value
    axis: Axis

    def e(self, k: Index) -> Value:
        return exp(self.logit(k))

    def sum(self) -> Value:
        return total(self.axis, self.e)

    def fraction(self, j: Index) -> Value:
        return self.e(j) / self.sum()

    @property
    def definition(self) -> Definition:
        j = fresh("j", self.axis)
        return self.a.defined((j,), self.fraction(j))

    def times_slope(self, x: Value) -> Value:
        return x if self.slope == number(1) else self.slope * x


def softmax_of(r: Pick, axis: Axis = CLASSES) -> Softmax:
    """A softmax at random: plain, with a temperature, scaled, or with a bias inside."""
    z, a = r.letter(axis), r.letter(axis)
    logit: Callable[[Index], Value]
    match r.rng.randrange(6):
        case 0:
            t = r.scalar()
            logit, slope = (lambda k: z[k] / t), 1 / t
        case 1:
            c = r.constant()
            logit, slope = (lambda k: c * z[k]), c
        case 2:
            logit, slope = (lambda k: -z[k]), number(-1)
        case 3:
            b = r.letter(axis)
            logit, slope = (lambda k: z[k] + b[k]), number(1)
        case _:
            logit, slope = (lambda k: z[k]), number(1)
    return Softmax(z, a, logit, slope, axis)


def sums_to_one(r: Pick) -> Derivation:
    s, c = softmax_of(r), r.constant()
    return Derivation(
        (
            total(N, lambda j: c * s.a[j], letter="j"),
            c * total(N, lambda j: s.fraction(j), letter="j"),
            c * (1 / s.sum()) * total(N, s.e, letter="j"),
            c,
        ),
        (s.definition,),
    )


def shifted(r: Pick) -> Derivation:
    s, c, j = softmax_of(r), r.scalar(), r.index(N)
    return Derivation(
        (
            exp(s.logit(j) + c) / total(N, lambda k: exp(s.logit(k) + c)),
            exp(c) * s.e(j) / (exp(c) * s.sum()),
            s.a[j],
        ),
        (s.definition,),
    )


def ratio(r: Pick) -> Derivation:
    s, i, j = softmax_of(r), r.index(N), r.index(N)
    return Derivation(
        (
            log(s.a[i] / s.a[j]),
            log(s.e(i) / s.e(j)),
            log(exp(s.logit(i) - s.logit(j))),
            s.logit(i) - s.logit(j),
        ),
        (s.definition,),
    )


def the_others(r: Pick) -> Derivation:
    s, j = softmax_of(r), r.index(N)
    return Derivation(
        (
            1 - s.a[j],
            (s.sum() - s.e(j)) / s.sum(),
            total(N, s.e, j) / s.sum(),
            total(N, lambda k: s.a[k], j),
        ),
        (s.definition,),
    )


def own_input(r: Pick) -> Derivation:
    """∂a_j/∂z_i if i = j."""
    s, i, j = softmax_of(r), r.index(N), r.index(N)
    return Derivation(
        (
            d(s.a[j], s.z[i]),
            s.times_slope((s.e(j) * s.sum() - s.e(j) * s.e(j)) / s.sum() ** 2),
            s.times_slope(s.e(j) / s.sum() * ((s.sum() - s.e(j)) / s.sum())),
            s.times_slope(s.a[j] * (1 - s.a[j])),
        ),
        (s.definition,),
        facts=(Condition(i, j, True),),
    )


def another_input(r: Pick) -> Derivation:
    """∂a_j/∂z_i if i ≠ j."""
    s, i, j = softmax_of(r), r.index(N), r.index(N)
    return Derivation(
        (
            d(s.a[j], s.z[i]),
            s.times_slope((0 * s.sum() - s.e(j) * s.e(i)) / s.sum() ** 2),
            s.times_slope(-s.e(j) / s.sum() * (s.e(i) / s.sum())),
            s.times_slope(-s.a[j] * s.a[i]),
        ),
        (s.definition,),
        facts=(Condition(i, j, False),),
    )


def jacobian(r: Pick) -> Derivation:
    s, i, j = softmax_of(r), r.index(N), r.index(N)
    same, other = Condition(i, j, True), Condition(i, j, False)
    return Derivation(
        (
            d(s.a[j], s.z[i]),
            s.times_slope((delta(i, j) * s.e(j) * s.sum() - s.e(j) * s.e(i)) / s.sum() ** 2),
            s.times_slope(s.a[j] * (delta(i, j) - s.a[i])),
            s.times_slope(cases(((same,), s.a[j] * (1 - s.a[j])), ((other,), -s.a[i] * s.a[j]))),
        ),
        (s.definition,),
    )


def columns_of_the_jacobian(r: Pick) -> Derivation:
    s, i = softmax_of(r), r.index(N)
    return Derivation(
        (
            total(N, lambda j: d(s.a[j], s.z[i]), letter="j"),
            total(N, lambda j: s.times_slope(s.a[j] * (delta(i, j) - s.a[i])), letter="j"),
            s.times_slope(s.a[i] - s.a[i] * total(N, lambda j: s.a[j], letter="j")),
            number(0),
        ),
        (s.definition,),
    )


def log_softmax(r: Pick) -> Derivation:
    s, i, j = softmax_of(r), r.index(N), r.index(N)
    return Derivation(
        (
            d(log(s.a[j]), s.z[i]),
            1 / s.a[j] * d(s.a[j], s.z[i]),
            d(s.logit(j) - log(s.sum()), s.z[i]),
            s.times_slope(delta(i, j) - s.e(i) / s.sum()),
            s.times_slope(delta(i, j) - s.a[i]),
        ),
        (s.definition,),
    )


def log_sum_exp(r: Pick) -> Derivation:
    s, j, c = softmax_of(r), r.index(N), r.constant()
    return Derivation(
        (
            d(c * log(s.sum()), s.z[j]),
            c * (1 / s.sum()) * d(s.sum(), s.z[j]),
            c * (1 / s.sum()) * total(N, lambda k: s.times_slope(s.e(k) * delta(j, k))),
            c * s.times_slope(s.e(j)) / s.sum(),
            c * s.times_slope(s.a[j]),
        ),
        (s.definition,),
    )


def log_sum_exp_shifted(r: Pick) -> Derivation:
    s, c = softmax_of(r), r.scalar()
    return Derivation((
        log(total(N, lambda k: exp(s.logit(k) - c))) + c,
        log(exp(-c) * s.sum()) + c,
        log(s.sum()),
    ))  # fmt: skip


def log_sum_exp_hessian(r: Pick) -> Derivation:
    s, i, j = softmax_of(r), r.index(N), r.index(N)
    return Derivation(
        (
            d(d(log(s.sum()), s.z[i]), s.z[j]),
            d(s.times_slope(s.a[i]), s.z[j]),
            s.times_slope(
                s.times_slope(delta(i, j) * s.e(i) / s.sum() - s.e(i) * s.e(j) / s.sum() ** 2)
            ),
            s.times_slope(s.times_slope(delta(i, j) * s.a[i] - s.a[i] * s.a[j])),
        ),
        (s.definition,),
    )


def hessian_of_one_entry(r: Pick) -> Derivation:
    """∂²a_j/∂z_j²."""
    s, j = softmax_of(r), r.index(N)
    return Derivation(
        (
            d(d(s.a[j], s.z[j]), s.z[j]),
            s.times_slope(d(s.a[j] - s.a[j] ** 2, s.z[j])),
            s.times_slope((1 - 2 * s.a[j]) * d(s.a[j], s.z[j])),
            s.times_slope(s.times_slope(s.a[j] * (1 - s.a[j]) * (1 - 2 * s.a[j]))),
        ),
        (s.definition,),
    )


def inverse_temperature(r: Pick) -> Derivation:
    """∂/∂β log Σ e^{βz}: a mean; and of the mean: a variance."""
    z, a, b, mu = r.letter(N), r.letter(N), r.letter(), r.letter()
    j = fresh("j", N)

    def weight(k: Ix) -> Value:
        return exp(b.value * z[k])

    definitions = (
        a.defined((j,), weight(j) / total(N, weight)),
        mu.defined((), total(N, lambda k: a[k] * z[k])),
    )
    lines: tuple[Value, ...]
    if r.maybe():
        lines = (
            d(log(total(N, weight)), b.value),
            total(N, lambda k: z[k] * weight(k)) / total(N, weight),
            mu.value,
        )
    else:
        lines = (
            d(mu.value, b.value),
            total(N, lambda k: z[k] * d(a[k], b.value)),
            total(N, lambda k: z[k] * a[k] * (z[k] - mu.value)),
            total(N, lambda k: a[k] * z[k] ** 2) - mu.value**2,
        )
    return Derivation(lines, definitions)


def temperature_itself(r: Pick) -> Derivation:
    z, a, t, j = r.letter(N), r.letter(N), r.letter(), r.index(N)
    i = fresh("i", N)

    def weight(k: Ix) -> Value:
        return exp(z[k] / t.value)

    return Derivation(
        (
            d(a[j], t.value),
            a[j] * (-z[j] / t.value**2 - total(N, lambda k: -z[k] / t.value**2 * a[k])),
            a[j] / t.value**2 * (total(N, lambda k: z[k] * a[k]) - z[j]),
        ),
        (a.defined((i,), weight(i) / total(N, weight)),),
    )


FAMILIES = (
    sums_to_one, shifted, ratio, the_others, own_input, another_input, jacobian,
    columns_of_the_jacobian, log_softmax, log_sum_exp, log_sum_exp_shifted, log_sum_exp_hessian,
    hessian_of_one_entry, inverse_temperature, temperature_itself,
)  # fmt: skip
