"""Linear layers and batches: the chain rule in z, w, b and x, over two and three axes."""

from __future__ import annotations

from derive.claims import SumsToOne
from derive.terms import Definition, Ix, fresh
from tests.mutants.algebra import Letter, Value, d, delta, exp, log, number, size, total
from tests.mutants.derivations.making import CLASSES, INPUTS, SAMPLES, Derivation, Pick, call

__all__ = ["FAMILIES"]

N, M, S = CLASSES, INPUTS, SAMPLES


class _Layer:
    """z_j = Σ_k w_jk x_k + b_j."""

    def __init__(self, r: Pick) -> None:
        self.w, self.x = r.letter(N, M), r.letter(M)
        self.b, self.z = r.letter(N), r.letter(N)

    def output(self, j: Ix) -> Value:
        return total(M, lambda k: self.w[j, k] * self.x[k]) + self.b[j]

    @property
    def definition(self) -> Definition:
        j = fresh("j", N)
        return self.z.defined((j,), self.output(j))


def output_by_weight(r: Pick) -> Derivation:
    layer, i, j, k = _Layer(r), r.index(N), r.index(N), r.index(M)
    w, x = layer.w, layer.x
    return Derivation(
        (
            d(layer.z[i], w[j, k]),
            total(M, lambda l: d(w[i, l], w[j, k]) * x[l], letter="l"),
            total(M, lambda l: delta(i, j) * delta(k, l) * x[l], letter="l"),
            delta(i, j) * x[k],
        ),
        (layer.definition,),
    )


def output_by_input(r: Pick) -> Derivation:
    layer, j, k, c = _Layer(r), r.index(N), r.index(M), r.constant()
    return Derivation(
        (
            d(c * layer.z[j] ** 2, layer.x[k]),
            2 * c * layer.z[j] * d(layer.z[j], layer.x[k]),
            2 * c * layer.z[j] * total(M, lambda l: layer.w[j, l] * delta(l, k), letter="l"),
            2 * c * layer.z[j] * layer.w[j, k],
        ),
        (layer.definition,),
    )


def output_by_bias(r: Pick) -> Derivation:
    layer, i, j, p = _Layer(r), r.index(N), r.index(N), r.whole(2, 4)
    return Derivation(
        (
            d(layer.z[i] ** p, layer.b[j]),
            p * layer.z[i] ** (p - 1) * d(layer.z[i], layer.b[j]),
            p * layer.z[i] ** (p - 1) * delta(i, j),
        ),
        (layer.definition,),
    )


def squares_by_weight(r: Pick) -> Derivation:
    layer, y, i, j = _Layer(r), r.letter(N), r.index(N), r.index(M)
    c = r.whole(1, 3)
    cost = 1 / number(2 * c) * total(N, lambda k: (layer.z[k] - y[k]) ** 2)
    return Derivation(
        (
            d(cost, layer.w[i, j]),
            1 / number(c) * total(N, lambda k: (layer.z[k] - y[k]) * d(layer.z[k], layer.w[i, j])),
            1 / number(c) * total(N, lambda k: (layer.z[k] - y[k]) * delta(i, k) * layer.x[j]),
            1 / number(c) * (layer.z[i] - y[i]) * layer.x[j],
        ),
        (layer.definition,),
    )


def _softmax_cost(r: Pick, layer: _Layer) -> tuple[Letter, Letter, Letter, tuple[Definition, ...]]:
    a, y, c = r.letter(N), r.letter(N), r.letter()
    j = fresh("j", N)
    definitions = (
        layer.definition,
        a.defined((j,), exp(layer.z[j]) / total(N, lambda k: exp(layer.z[k]))),
        c.defined((), -total(N, lambda k: y[k] * log(a[k]))),
    )
    return a, y, c, definitions


def cross_entropy_by_weight(r: Pick) -> Derivation:
    layer, j, k = _Layer(r), r.index(N), r.index(M)
    a, y, c, definitions = _softmax_cost(r, layer)
    z, w = layer.z, layer.w
    return Derivation(
        (
            d(c.value, w[j, k]),
            total(N, lambda i: d(c.value, z[i]) * d(z[i], w[j, k]), letter="i"),
            total(N, lambda i: (a[i] - y[i]) * delta(i, j) * layer.x[k], letter="i"),
            (a[j] - y[j]) * layer.x[k],
        ),
        definitions,
        facts=(SumsToOne(y.family),),
    )


def cross_entropy_by_bias(r: Pick) -> Derivation:
    layer, j = _Layer(r), r.index(N)
    a, y, c, definitions = _softmax_cost(r, layer)
    return Derivation(
        (
            d(c.value, layer.b[j]),
            total(N, lambda i: d(c.value, layer.z[i]) * d(layer.z[i], layer.b[j]), letter="i"),
            d(c.value, layer.z[j]) * 1,
            a[j] - y[j],
        ),
        definitions,
        facts=(SumsToOne(y.family),),
    )


def cross_entropy_by_input(r: Pick) -> Derivation:
    layer, k = _Layer(r), r.index(M)
    a, y, c, definitions = _softmax_cost(r, layer)
    return Derivation(
        (
            d(c.value, layer.x[k]),
            total(N, lambda j: d(c.value, layer.z[j]) * d(layer.z[j], layer.x[k]), letter="j"),
            total(N, lambda j: (a[j] - y[j]) * layer.w[j, k], letter="j"),
        ),
        definitions,
        facts=(SumsToOne(y.family),),
    )


def hidden_sigmoids(r: Pick) -> Derivation:
    """Quadratic cost of sigmoid outputs, by a weight: one δ, one σ′."""
    layer, i, k = _Layer(r), r.index(N), r.index(M)
    a, y = r.letter(N), r.letter(N)
    sigma = r.sigmoid()
    j = fresh("j", N)
    slope = call(sigma, layer.z[i], 1)
    return Derivation(
        (
            d(1 / number(2) * total(N, lambda l: (a[l] - y[l]) ** 2, letter="l"), layer.w[i, k]),
            (a[i] - y[i]) * d(a[i], layer.w[i, k]),
            (a[i] - y[i]) * slope * layer.x[k],
            (a[i] - y[i]) * a[i] * (1 - a[i]) * layer.x[k],
        ),
        (layer.definition, a.defined((j,), call(sigma, layer.z[j]))),
        (sigma,),
    )


def sigmoids_under_a_sum(r: Pick) -> Derivation:
    z, y, j, c = r.letter(N), r.letter(N), r.index(N), r.constant()
    sigma = r.sigmoid()
    return Derivation(
        (
            d(c * total(N, lambda k: y[k] * call(sigma, z[k])), z[j]),
            c * total(N, lambda k: y[k] * call(sigma, z[k], 1) * delta(j, k)),
            c * y[j] * call(sigma, z[j], 1),
            c * y[j] * call(sigma, z[j]) * (1 - call(sigma, z[j])),
        ),
        functions=(sigma,),
    )


def softplus_under_a_sum(r: Pick) -> Derivation:
    z, j, c = r.letter(N), r.index(N), r.constant()
    return Derivation((
        d(total(N, lambda k: log(1 + exp(c * z[k]))), z[j]),
        total(N, lambda k: 1 / (1 + exp(c * z[k])) * d(exp(c * z[k]), z[j])),
        c * exp(c * z[j]) / (1 + exp(c * z[j])),
        c - c / (1 + exp(c * z[j])),
    ))  # fmt: skip


def regression_by_weight(r: Pick) -> Derivation:
    """Mean squared error over N samples, by one weight."""
    w, x, y, b, j = r.letter(M), r.letter(S, M), r.letter(S), r.scalar(), r.index(M)
    n = size(S)

    def error(s: Ix) -> Value:
        return total(M, lambda k: w[k] * x[s, k]) + b - y[s]

    cost = 1 / n * total(S, lambda s: error(s) ** 2, letter="s")
    by, factor = (w[j], True) if r.maybe(0.6) else (b, False)
    lines: tuple[Value, ...] = (
        d(cost, by),
        2 / n * total(S, lambda s: error(s) * d(error(s), by), letter="s"),
        2 / n * total(S, lambda s: error(s) * x[s, j] if factor else error(s), letter="s"),
    )
    return Derivation(lines)


def batch_bias(r: Pick) -> Derivation:
    a, y, b, n = r.letter(S), r.letter(S), r.scalar(), size(S)
    return Derivation((
        d(1 / (2 * n) * total(S, lambda s: (a[s] + b - y[s]) ** 2, letter="s"), b),
        1 / n * total(S, lambda s: a[s] + b - y[s], letter="s"),
        1 / n * total(S, lambda s: a[s] - y[s], letter="s") + b,
    ))  # fmt: skip


def batch_cross_entropy(r: Pick) -> Derivation:
    """Mean over samples of a softmax cross-entropy, by one logit of one sample."""
    z, a, y = r.letter(S, N), r.letter(S, N), r.letter(S, N)
    i, j = r.index(S), r.index(N)
    s, k = fresh("s", S), fresh("k", N)
    n = size(S)
    cost = -(1 / n) * total(S, lambda s: total(N, lambda k: y[s, k] * log(a[s, k])), letter="s")
    return Derivation(
        (
            d(cost, z[i, j]),
            -(1 / n) * total(N, lambda k: y[i, k] / a[i, k] * d(a[i, k], z[i, j])),
            -(1 / n) * total(N, lambda k: y[i, k] * (delta(j, k) - a[i, j])),
            1 / n * (a[i, j] * total(N, lambda k: y[i, k]) - y[i, j]),
            1 / n * (a[i, j] - y[i, j]),
        ),
        (a.defined((s, k), exp(z[s, k]) / total(N, lambda l: exp(z[s, l]), letter="l")),),
        facts=(SumsToOne(y.family, 1),),
    )


def batch_mean_and_total(r: Pick) -> Derivation:
    x, mu, k, n = r.letter(S, N), r.letter(N), r.index(N), size(S)
    j = fresh("j", N)
    return Derivation(
        (
            total(S, lambda s: (x[s, k] - mu[k]) ** 2, letter="s") / n,
            total(S, lambda s: x[s, k] ** 2, letter="s") / n - mu[k] ** 2,
        ),
        (mu.defined((j,), total(S, lambda s: x[s, j], letter="s") / n),),
    )


def weight_decay(r: Pick) -> Derivation:
    w, l2, i, j, c = r.letter(N, M), r.scalar(), r.index(N), r.index(M), r.whole(1, 3)
    return Derivation((
        d(l2 / (2 * c) * total(N, lambda k: total(M, lambda l: w[k, l] ** 2, letter="l")), w[i, j]),
        l2 / number(c)
        * total(N, lambda k: total(M, lambda l: w[k, l] * delta(i, k) * delta(j, l), letter="l")),
        l2 / number(c) * w[i, j],
    ))  # fmt: skip


def two_layers(r: Pick) -> Derivation:
    """Σ_j v_j σ(Σ_k w_jk x_k), by a weight of the first layer."""
    v, w, x = r.letter(N), r.letter(N, M), r.letter(M)
    h = r.letter(N)
    i, k, j = r.index(N), r.index(M), fresh("j", N)
    sigma = r.sigmoid()
    u = total(M, lambda l: w[i, l] * x[l], letter="l")
    return Derivation(
        (
            d(total(N, lambda p: v[p] * h[p], letter="p"), w[i, k]),
            v[i] * d(h[i], w[i, k]),
            v[i] * call(sigma, u, 1) * x[k],
            v[i] * h[i] * (1 - h[i]) * x[k],
        ),
        (h.defined((j,), call(sigma, total(M, lambda l: w[j, l] * x[l], letter="l"))),),
        (sigma,),
    )


FAMILIES = (
    output_by_weight, output_by_input, output_by_bias, squares_by_weight, cross_entropy_by_weight,
    cross_entropy_by_bias, cross_entropy_by_input, hidden_sigmoids, sigmoids_under_a_sum,
    softplus_under_a_sum, regression_by_weight, batch_bias, batch_cross_entropy,
    batch_mean_and_total, weight_decay, two_layers,
)  # fmt: skip
