"""derive.prove on SymPy expressions, and verdicts in an assert."""

from __future__ import annotations

from typing import Any

import pytest
import sympy
from sympy import (
    Derivative,
    Eq,
    Idx,
    IndexedBase,
    KroneckerDelta,
    Ne,
    Piecewise,
    Product,
    Sum,
    Symbol,
    log,
    sqrt,
)

import derive
from derive import models
from derive.models import at, index_symbol, size_symbol, softmax, symbols_matrix, symbols_vector

n, m = size_symbol("n"), size_symbol("m")
i, j, k, l = (index_symbol(letter) for letter in "ijkl")
x, t = sympy.symbols("x t", real=True)
T = Symbol("T", positive=True)
Z = IndexedBase(Symbol("z", real=True), shape=(n,))
Y = IndexedBase(Symbol("y", real=True), shape=(n,))
W = IndexedBase(Symbol("w", real=True), shape=(n, m))
H = IndexedBase("h")
a = softmax(symbols_vector("z", n))
cost = models.log_likelihood(symbols_vector("y", n), a)
layer = models.weighted_input(
    symbols_matrix("w", n, m), symbols_vector("x", m), symbols_vector("b", n)
)
inputs = symbols_vector("x", m)
one = Eq(Sum(Y[k], (k, 1, n)), 1)


@pytest.mark.parametrize(
    ("left", "right", "given"),
    [
        (at(models.gradient(at(a, j), symbols_vector("z", n)), i), at(a, j) * (KroneckerDelta(i, j) - at(a, i)), ()),
        (Derivative(at(a, j), Z[i]), at(a, j) * (KroneckerDelta(i, j) - at(a, i)), ()),
        (Derivative(at(a, j), Z[i]), -at(a, j) * at(a, i), (Ne(i, j),)),
        (Derivative(at(a, j), Z[i]), at(a, j) * (1 - at(a, j)), (Eq(i, j),)),
        (Derivative(cost, Z[j]), at(a, j) - Y[j], (one,)),
        (Derivative(at(layer, j), W[i, l]), KroneckerDelta(i, j) * at(inputs, l), ()),
        (Derivative(Z[j] ** 3, (Z[j], 2)), 6 * Z[j], ()),
        # the bound letter is that of a free index: SymPy's own diff takes them for one
        (Derivative(Sum(Z[k] ** 2, (k, 1, n)), Z[k]), 2 * Z[k], ()),
        (Sum(Z[k], (k, 1, n)) * Z[k], Z[k] * Sum(Z[i], (i, 1, n)), ()),
        (Piecewise((Z[i], Eq(i, j)), (0, True)), Z[j] * KroneckerDelta(i, j), ()),
        (Sum(H[Idx("i", n)], Idx("i", n)), Sum(H[k], (k, 0, n - 1)), ()),
        (sympy.sin(x) ** 2 + sympy.cos(x) ** 2, 1, ()),
        (log(T**2), 2 * log(T), ()),
        (log(x**2), 2 * log(x), (x > 0,)),
        (sqrt(t**2), abs(t), ()),
        (sympy.exp(x) * sympy.E, sympy.exp(x + 1), ()),
        (Sum(1, (k, 1, n)), n, ()),
        (Z[n], Z[n], ()),
        (models.softmax(symbols_vector("z", 2))[0], 1 - models.softmax(symbols_vector("z", 2))[1], ()),
    ],
)  # fmt: skip
def test_what_is_true_is_proved_for_every_size(
    left: Any, right: Any, given: tuple[Any, ...]
) -> None:
    verdict = derive.prove(left, right, given=given)
    assert verdict
    assert verdict.every_size


@pytest.mark.parametrize(
    ("left", "right", "relation"),
    [
        (Derivative(at(a, j), Z[i]), -at(a, j) * at(a, i), "="),
        (Derivative(at(a, j), Z[i]), at(a, j) * (1 - at(a, i)), "="),
        (Product(k, (k, 1, n)), n, "="),
        (Z[n], Z[1], "="),
        (Sum(Z[k], (k, 1, n)), Sum(Z[k], (k, 1, n)) + Z[1], "="),
        (x**2, x, r"\leq"),
        (at(a, j), 0, "<"),
        (x, sympy.Integer(1), ">="),
    ],
)
def test_what_is_false_is_refuted_by_numbers(left: Any, right: Any, relation: str) -> None:
    verdict = derive.prove(left, right, relation=relation)
    assert verdict.word == "refuted"
    assert not verdict
    assert verdict.counterexample is not None


def test_what_is_used_as_a_number_is_the_index_as_written() -> None:
    verdict = derive.prove(Sum(k, (k, 1, n)), n * (n + 1) / 2)
    assert (verdict.word, verdict.every_size) == ("proved", False)
    verdict = derive.prove(Sum(k, (k, 0, n - 1)), n * (n + 1) / 2)
    assert verdict.word == "refuted"


@pytest.mark.parametrize(
    ("left", "right", "given", "message"),
    [
        (x, 0.5, (), "0.5 is no SymPy expression: write sympy.Rational(1, 10)"),
        (x, sympy.Float("0.5"), (), "a float is no exact number"),
        (x, True, (), "True is no SymPy expression"),
        (x, "x", (), "one side is LaTeX, the other is not"),
        (x, sympy.pi, (), "pi: this number is not supported"),
        (x, sympy.I, (), "I: this number is not supported"),
        (x, sympy.oo, (), "oo: this number is not supported"),
        (1 + sympy.tan(x), x, (), "tan(x): tan is not supported"),
        (sympy.Max(x, t), x, (), "Max is not supported"),
        (sympy.Function("f")(x), x, (), "f(x): an undefined function cannot be decided"),
        (sympy.Matrix([1]), 1, (), "is no SymPy expression for a number"),
        (x > 0, 1, (), "is no SymPy expression for a number"),
        (2 ** sympy.Integer(5000) * x, x, (), "a number of more than a thousand digits"),
        (Symbol("u", integer=True), 1, (), "neither an index nor a size"),
        (Symbol("u", complex=True), 1, (), "it is declared complex"),
        (Symbol("u", imaginary=True), 1, (), "it is declared to be no real number"),
        (Symbol("u", commutative=False), 1, (), "it is declared to be no real number"),
        (Symbol("x", positive=True), x, (), "two different symbols are called x"),
        (Symbol("n") * Sum(Z[k], (k, 1, n)), 1, (), "the size n has the name of another symbol"),
        (Symbol("z_1", real=True), Z[1], (), "z_1 and z[…] are shown alike"),
        (H[i], 1, (), "i: its range is not known; give the IndexedBase a shape"),
        (Z[i + 1], 1, (), "i + 1: an index is a symbol or a position"),
        (Z[0], 1, (), "0: this index lies outside its range"),
        (Z[n + 1], 1, (), "n + 1: an index is a symbol or a position"),
        (Sum(Z[k], (k, 1, n - 1)), 1, (), "a range ends at n"),
        (Sum(Z[k], (k, 2, n)), 1, (), "a range begins at 0 or 1"),
        (Sum(Z[k], (k, 1, 3)), 1, (), "its range is not that of the shape, n"),
        (Sum(x, (k, 1, 0)), 1, (), "the range is empty, or runs backwards"),
        (Sum(x, (k, 1, Symbol("q", even=True))), 1, (), "more is declared of this"),
        (Sum(H[k], (k, 1, n)), Sum(H[k], (k, 0, n - 1)), (), "it runs over two different ranges"),
        (W[i, i], 1, (), "its range is not that of the shape, m"),
        (Piecewise((x, t > 0), (0, True)), x, (), "a case says that two indices are equal"),
        (x, t, (Z[j] > 0,), "this cannot be used as a given"),
        (x, t, (r"x > 0",), "is no SymPy relation"),
        (x, t, (False,), "a given is false"),
        (sympy.Add(*(Symbol(f"v{p}") for p in range(20_001))), 1, (), "more than 20000 parts"),
    ],
)  # fmt: skip
def test_what_is_not_surely_the_same_is_refused_by_name(
    left: Any, right: Any, given: tuple[Any, ...], message: str
) -> None:
    with pytest.raises(derive.UnreadableClaim) as caught:
        derive.prove(left, right, given=given)
    assert message in str(caught.value)


def test_definitions_and_latex_do_not_mix_with_expressions() -> None:
    with pytest.raises(derive.UnreadableClaim, match="write out what is meant"):
        derive.prove(x, x, let=["x = 1"])
    with pytest.raises(derive.UnreadableClaim, match="each given is LaTeX"):
        derive.prove("x", "x", given=[x > 0])
    with pytest.raises(derive.UnreadableClaim, match="the relation ~ is not known"):
        derive.prove(x, x, relation="~")


# --------------------------------------------------------------------------- in an assert


def test_a_proof_is_true_and_a_refutation_is_false() -> None:
    assert derive.prove("(x+y)^2", "x^2 + 2xy + y^2")
    assert not derive.prove("(x+y)^2", "x^2 + y^2")
    assert derive.prove(r"\sum_{k=1}^n k", "n(n+1)/2", sizes={"n": 7})  # as asked for


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (Derivative(cost, Z[j]), at(a, j) - Y[j]),  # assumes Σ y = 1
        (Sum(k, (k, 1, n)), n * (n + 1) / 2),  # for a few n
        (Derivative(x, t), 0),  # nothing says how x depends on t
    ],
)
def test_neither_is_neither_true_nor_false(left: Any, right: Any) -> None:
    verdict = derive.prove(left, right)
    with pytest.raises(derive.Undecided) as caught:
        bool(verdict)
    assert verdict.message in str(caught.value)
    with pytest.raises(derive.Undecided):
        assert not verdict


def test_a_failed_assertion_shows_the_counterexample() -> None:
    with pytest.raises(AssertionError) as caught:
        assert derive.prove("(x+y)^2", "x^2 + y^2")
    shown = str(caught.value)
    assert (
        "refuted: The two sides differ: 4 against 2. at x = 1, y = 1: left = 4 right = 2" in shown
    )


def test_a_page_is_clean_or_says_what_keeps_it_from_being_so() -> None:
    assert derive.check("$$ s = x $$ $$ 2s = 2x $$").clean
    page = derive.check("$$ s = x $$\n\n$$ 2s = 3x = x + x + x $$", "my.md")
    assert not page.clean
    assert [step.word for step in page.findings] == ["refuted"]
    with pytest.raises(AssertionError) as caught:
        assert page.clean
    said = (
        "<my.md: 2 steps: 1 proved, 1 refuted; 3:9: refuted: The two sides differ: 2 against 3.>"
    )
    assert said in str(caught.value)
    assert not derive.check("no formulas").clean
    assert not derive.check("$$ s = x $$ $$ 2s = 2x $$ <!-- derive: giben -->").clean
    assert derive.check("$$ s = x $$\n\n<!-- derive: expect refuted -->\n$$ 2s = x $$").clean


def test_what_a_verdict_says_cannot_reach_the_terminal_as_control_characters() -> None:
    verdict = derive.prove(Symbol("u\x1b[31m\u202e", real=True), 1)
    assert not {"\x1b", "\u202e"} & set(repr(verdict) + str(verdict))
