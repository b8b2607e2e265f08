"""What a step may take names to mean that its page never defines, each as a definition to try.

None of them is ever taken for granted: a step that is true only with one of these is "proved,
assuming" it. They are small, and people leave them out: s where the page defines S, ℓ_i where it
defines ℓ as a sum over i, P(y | x) where it says what −log P(y | x) is in numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from derive.claims import Claim
from derive.deciding.derivative import World
from derive.printing import latex
from derive.terms import (
    ONE,
    Add,
    Apply,
    Definition,
    Diff,
    Div,
    Entry,
    Family,
    Fn,
    FunctionDefinition,
    Ix,
    Mul,
    Pow,
    Prod,
    Rat,
    Size,
    Sum,
    Term,
    fresh,
    indices_of,
    key,
    map_indices,
    neg,
    rebuild,
    replace_entry,
    walk,
)

__all__ = ["Supposition", "suppositions"]

# P(y_i | x_i, w), but not P(y = j | x) nor P(y_i | x_1): what stands before the bar
_CONDITIONAL = re.compile(r"(?P<head>[Pp])\((?P<label>[^=|,]*?)\\mid (?:(?!_\{?\d).)*\)")
# what a label looks like there: y, \mathbf{y}, y_i, y^{(i)}; the index is a gap in the name
_LABEL = re.compile(
    r"(?:\\(?:mathbf|boldsymbol|bm|vec)\{)?(?P<name>\\?[A-Za-z]+)\}?(?:_\{?\\cdot\}?|\^\{\(\\cdot\)\})?"
)
# what may stand in a source before the bracket with the arguments
_OPENING = r"\s*(?:\\left|\\[bB]igl?)?\s*"
_BOLD = re.compile(r"^\\(?:mathbf|boldsymbol|bm|vec)\{(.*)\}$")


@dataclass(frozen=True, slots=True)
class Supposition:
    """Definitions that the page does not have, as LaTeX, and the claim with them.

    ``forms``: patterns of what they define, as it stands in LaTeX sources. Who finds them
    explained on the page otherwise knows that the supposition is wrong. ``agreeing``: patterns of
    relations that explain them in the same way.
    """

    latex: tuple[str, ...]
    claim: Claim
    forms: tuple[str, ...] = ()
    agreeing: tuple[str, ...] = ()


def suppositions(claim: Claim) -> Iterator[Supposition]:
    """The definitions to try, the likeliest first."""
    yield from _other_case(claim)
    yield from _rows(claim)
    yield from _without_arguments(claim)
    yield from _terms_of_sums(claim)
    yield from _likelihoods(claim)
    yield from _entropies(claim)
    yield from _chain_rule(claim)


# --------------------------------------------------------------------------- s for S


def _other_case(claim: Claim) -> Iterator[Supposition]:
    """A function s that is defined nowhere, on a page that says what S(x) is."""
    functions = claim.world.functions
    called = {n.function for body in claim.bodies for n in walk(body) if isinstance(n, Apply)}
    for name in sorted(called - set(functions)):
        twins = [f for f in functions if f != name and f.lower() == name.lower()]
        # F is the integral of f, Φ that of φ, H that of h; but S is s, and Softmax softmax
        if len(twins) != 1 or not (name in ("s", "S") or (len(name) > 2 and name.isalpha())):
            continue
        (twin,) = twins
        known = functions[twin]
        param = Entry(Family(f"{name}⟨·⟩"))
        body = replace_entry(known.body, known.param, param)
        called_so = {**functions, name: FunctionDefinition(name, param, body)}
        world = World(claim.world.definitions, called_so, claim.world.depends)
        shown = (f"{name}(x) = {twin}(x)",)
        yield Supposition(shown, replace(claim, world=world), (_name(name),))


# --------------------------------------------------------------------------- w_j of W


def _rows(claim: Claim) -> Iterator[Supposition]:
    """w_j that is defined nowhere, beside a matrix W: its row j, or its column j."""
    undefined = _undefined(claim)
    for family in undefined:
        twins = [f for f in undefined if f.rank == 2 and f.name == family.name.upper()]
        if family.rank != 2 or family.name.isupper() or len(twins) != 1:
            continue
        (matrix,) = twins
        j, k = (fresh(letter, axis) for letter, axis in zip("jk", family.axes, strict=True))
        for at in ((j, k), (k, j)):
            if matrix.axes == tuple(index.axis for index in at):
                definition = Definition(family, (j, k), Entry(matrix, at))
                yield _with(claim, definition, forms=(_name(family.name) + r"\s*_",))


# --------------------------------------------------------------------------- q_i of q_i(z)


def _without_arguments(claim: Claim) -> Iterator[Supposition]:
    """q_i that is defined nowhere, on a page that says what q_i(z) is."""
    for family in _undefined(claim):
        definitions = claim.world.definitions.values()
        twins = [d for d in definitions if d.family.is_call_of(family)]
        if len(twins) != 1 or family.label or not family.rank:
            continue
        params = tuple(fresh(p.name, p.axis) for p in twins[0].params)
        if tuple(p.axis for p in params) == family.axes:
            definition = Definition(family, params, Entry(twins[0].family, params))
            index = r"\s*_\s*(?:\{[^{}]*\}|\w)"
            form = rf"{_name(family.name)}{index}(?!{_OPENING}\()"
            yield _with(claim, definition, forms=(form,))


# --------------------------------------------------------------------------- ℓ_i of ℓ = Σ_i …


def _terms_of_sums(claim: Claim) -> Iterator[Supposition]:
    """ℓ_i that is defined nowhere, where ℓ is a sum over i, perhaps times a number: a term."""
    definitions = claim.world.definitions
    for family in _undefined(claim):
        if family.rank != 1:
            continue
        whole = Family(family.name, (), family.label)
        definition = definitions.get(whole)
        found = _term_of(definition.body) if definition is not None else None
        if found is None or found[0].axis != family.axes[0]:
            continue
        index = fresh(found[0].name, found[0].axis)
        body = map_indices(found[1], {found[0]: index})
        if family not in claim.world.families(body):
            form = _name(family.name) + r"\s*(?:_|\^\s*\{?\s*\()"
            yield _with(claim, Definition(family, (index,), body), forms=(form,))


def _term_of(term: Term) -> tuple[Ix, Term] | None:
    """The index and the term of what is a sum, with the numbers in front of it; of a mean
    (1/N) Σ_i … the term alone, as the mean is one of these terms."""
    numbers: list[Term] = []
    while isinstance(term, Mul):
        sums = [arg for arg in term.args if isinstance(arg, Sum | Mul)]
        if len(sums) != 1:
            return None
        numbers += [arg for arg in term.args if arg is not sums[0]]
        term = sums[0]
    if not isinstance(term, Sum) or term.without:
        return None
    kept: list[Term] = []
    for number in numbers:
        if isinstance(number, Div) and number.den == Size(term.ix.axis):
            number = number.num
        if not isinstance(number, Rat):
            return None
        if number != ONE:
            kept.append(number)
    return term.ix, Mul((*kept, term.body)) if kept else term.body


# --------------------------------------------------------------------------- P(y | x)


def _likelihoods(claim: Claim) -> Iterator[Supposition]:
    """P(y | x) that is defined nowhere, where logarithms stand that y weighs: Π_k p_k^{y_k}, of
    two classes p^y (1 − p)^{1 − y}."""
    for family in _undefined(claim):
        found = _CONDITIONAL.fullmatch(family.name)
        if found is None or family.rank > 1:
            continue
        written = _LABEL.fullmatch(found["label"].strip())
        if written is None:
            continue
        for label, value in _weighted(claim):
            named = _BOLD.sub(r"\1", label) == written["name"]
            free = [i for i in indices_of(value) if isinstance(i, Ix)]
            axes = tuple(i.axis for i in free)
            if not named or axes != family.axes or family in claim.world.families(value):
                continue
            params = tuple(fresh(i.name, i.axis) for i in free)
            body = map_indices(value, dict(zip(free, params, strict=True)))
            before = rf"(?:(?!\||\\mid|\\vert).)*{_name(written['name'])}.*(?:\||\\mid|\\vert)"
            form = rf"{found['head']}{_OPENING}\((?={before})"
            supposition = _with(claim, Definition(family, params, body), forms=(form,))
            agreeing = [x for name in _names_in(body) for x in _of_one_class(form, name)]
            yield replace(supposition, agreeing=tuple(agreeing))


def _of_one_class(form: str, name: str) -> Iterator[str]:
    """Patterns of p_1 = P(y = 1 | x), where p_k^{y_k} are the factors, either side first; with
    the class in words it may be any."""
    words = r"\\(?:text|mathrm|textrm|textit|mbox)\w*\{[^{}]*\}"
    bar, label = r"\s*(?:\||\\mid|\\vert)", r"[^|=\\]*(?:\\(?:mathbf|bm)\{[^{}]*\})?\s*=\s*"
    of, rest = rf"{form}{label}", rf"{bar}[^=()]*\)"
    entry = rf"{re.escape(name)}\s*_\s*\{{?\s*"
    yield rf"{entry}(?P<k>\w+)\s*\}}?\s*=\s*{of}(?:(?P=k)|{words}){rest}"
    yield rf"{of}(?P<k>\w+){rest}\s*=\s*{entry}(?P=k)\s*\}}?"
    yield rf"{of}{words}{rest}\s*=\s*{entry}\w+\s*\}}?"


def _names_in(product: Term) -> Iterator[str]:
    """p, where a product is over p_k^{y_k}."""
    if isinstance(product, Prod) and isinstance(product.body, Pow):
        if isinstance(product.body.base, Entry):
            yield product.body.base.family.name


def _weighted(claim: Claim) -> Iterator[tuple[str, Term]]:
    """Label and likelihood for every Σ_k y_k log p_k and y log p + (1 − y) log(1 − p)."""
    seen = set()
    for body in claim.bodies:
        for node in walk(body):
            for label, value in (*_of_two(node), *_of_many(node)):
                shown = key(value)[0]
                if shown not in seen:
                    seen.add(shown)
                    yield label, value


def _of_two(node: Term) -> Iterator[tuple[str, Term]]:
    if not isinstance(node, Add):
        return
    for one in node.args:
        label, log = _weight_and_log(one)
        if not isinstance(label, Entry) or log is None:
            continue
        for other in node.args:
            rest, rest_log = _weight_and_log(other)
            if rest_log is None or rest is None or not _one_minus(rest, label):
                continue
            if _one_minus(rest_log, log):
                yield label.family.name, Mul((Pow(log, label), Pow(rest_log, rest)))


def _of_many(node: Term) -> Iterator[tuple[str, Term]]:
    if isinstance(node, Sum) and not node.without:
        label, log = _weight_and_log(node.body)
        if isinstance(label, Entry) and log is not None and node.ix in label.at:
            yield label.family.name, Prod(node.ix, (), Pow(log, label))


def _weight_and_log(term: Term) -> tuple[Term | None, Term | None]:
    """y and p of y log p, with either sign."""
    factors: list[Term] = []
    stack = [term]
    while stack:
        node = stack.pop()
        if isinstance(node, Mul):
            stack += node.args
        elif not isinstance(node, Rat):
            factors.append(node)
    logs = [f for f in factors if isinstance(f, Fn) and f.name == "log"]
    others = [f for f in factors if f not in logs]
    if len(logs) == 1 and len(others) == 1:
        return others[0], logs[0].arg
    return None, None


def _one_minus(term: Term, other: Term) -> bool:
    return key(term) in (key(Add((ONE, neg(other)))), key(Add((neg(other), ONE))))


# --------------------------------------------------------------------------- H(p), D(p ‖ q)

_ENTROPY = re.compile(r"H\((?P<p>[^,|]+?)(?:,(?P<q>[^,|]+?))?\)")
_DIVERGENCE = re.compile(
    r"(?:D_\{+(?:\\(?:text|mathrm|mathit)\{)?K,?L\}+|KL)"
    r"\((?P<p>[^,|]+?)(?:\\parallel |,)(?P<q>[^,|]+?)\)"
)


def _entropies(claim: Claim) -> Iterator[Supposition]:
    """Entropy, cross-entropy and Kullback-Leibler divergence by their usual letters, of
    distributions that the claim speaks of."""
    found, forms = [], []
    for family in _undefined(claim):
        if family.rank:
            continue
        entropy = _ENTROPY.fullmatch(family.name)
        divergence = _DIVERGENCE.fullmatch(family.name)
        match = entropy or divergence
        if match is None:
            continue
        p = _distribution(claim, match["p"])
        q = _distribution(claim, match["q"]) if match["q"] else p
        if p is None or q is None or p.axes != q.axes:
            continue
        k = fresh("k", p.axes[0])
        weight, other = Entry(p, (k,)), Entry(q, (k,))
        if divergence is not None:
            body: Term = Sum(k, (), Mul((weight, Fn("log", Div(weight, other)))))
            forms.append(rf"(?:D\s*_[^=(]{{0,30}}|KL\}}?){_OPENING}[\(\[]")
        else:
            body = neg(Sum(k, (), Mul((weight, Fn("log", other)))))
            comma = "," if match["q"] else "(?![^)]*,)"
            forms.append(rf"(?<![A-Za-z\\])H{_OPENING}[\(\[][^)\]=,]*{comma}")
        found.append(Definition(family, (), body))
    if found:
        yield _with(claim, *found, forms=tuple(dict.fromkeys(forms)))


def _distribution(claim: Claim, name: str) -> Family | None:
    """The p_k, or the P(k), that a page means by p or P."""
    called = {name.strip(), rf"{name.strip()}(\cdot)"}
    known = {f for body in claim.bodies for f in claim.world.families(body)} | claim.reached
    known |= {f for d in claim.world.definitions.values() for f in claim.world.families(d.body)}
    fitting = [f for f in known if f.name in called and f.rank == 1 and not f.label]
    return fitting[0] if len(fitting) == 1 else None


# --------------------------------------------------------------------------- L = L(a(z))


def _chain_rule(claim: Claim) -> Iterator[Supposition]:
    """A loss that is defined nowhere, as a function of what it is differentiated by: then
    ∂L/∂z_i = Σ_j ∂L/∂a_j ∂a_j/∂z_i. Where the page differentiates it by two quantities that
    rest on z, it is a function of both."""
    world = claim.world
    for loss in _undefined(claim):
        known = {g for f, g in world.depends if f == loss and g in world.definitions}
        by = {n.by.family for side in (claim.left, claim.right) for n in _derivatives(side, loss)}
        replaced: dict[Family, tuple[Family, ...]] = {}
        for inner in sorted(by, key=lambda f: (f.name, f.label)):
            outer = {g for g in known if g != inner and world.moves(g, inner)}
            # the last ones on the way to L: past a(z) another path may lead from z to b(a, z)
            last = {g for g in outer if not any(h != g and world.moves(h, g) for h in outer)}
            if last:
                replaced[inner] = tuple(sorted(last, key=lambda f: (f.name, f.label)))
        if not replaced:
            continue
        sides = [_through(side, loss, replaced) for side in (claim.left, claim.right)]
        shown = tuple(
            f"{loss.latex()} = {loss.latex()}("
            + ", ".join(f"{g.latex()}({inner.latex()})" for g in outers)
            + ")"
            for inner, outers in replaced.items()
        )
        supposed = replace(claim, left=sides[0], right=sides[1])
        alone = _name(loss.name) + r"\s*(?:\([^=]*\))?\s*$"
        yield Supposition(shown, supposed, (alone,))


def _derivatives(term: Term, loss: Family) -> Iterator[Diff]:
    for node in walk(term):
        if isinstance(node, Diff) and isinstance(node.body, Entry) and node.body.family == loss:
            yield node


def _through(term: Term, loss: Family, replaced: Mapping[Family, tuple[Family, ...]]) -> Term:
    """The term with the chain rule for the derivatives of ``loss`` by these quantities."""
    if isinstance(term, Diff) and isinstance(term.body, Entry) and term.body.family == loss:
        outers = replaced.get(term.by.family)
        if outers is None:
            return term
        paths: list[Term] = []
        for outer in outers:
            bound = tuple(
                fresh(letter, axis) for letter, axis in zip("jkl", outer.axes, strict=False)
            )
            value = Entry(outer, bound)
            path: Term = Mul((Diff(term.body, value), Diff(value, term.by)))
            for index in reversed(bound):
                path = Sum(index, (), path)
            paths.append(path)
        return paths[0] if len(paths) == 1 else Add(tuple(paths))
    return rebuild(term, lambda child: _through(child, loss, replaced))


# --------------------------------------------------------------------------- helpers


def _undefined(claim: Claim) -> list[Family]:
    """The quantities that a claim rests on and the page does not define."""
    found = claim.reached - set(claim.world.definitions)
    return sorted(found, key=lambda f: (f.name, f.label, f.rank))


def _name(name: str) -> str:
    """A pattern for a name as a word of its own."""
    return rf"(?<![A-Za-z\\]){re.escape(name)}(?![A-Za-z])"


def _with(claim: Claim, *definitions: Definition, forms: tuple[str, ...]) -> Supposition:
    shown = [f"{latex(Entry(d.family, d.params))} = {latex(d.body)}" for d in definitions]
    new = {d.family: d for d in definitions}
    world = claim.world.redefined({**claim.world.definitions, **new})
    return Supposition(tuple(shown), replace(claim, world=world), forms)
