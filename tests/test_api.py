"""The Python door: check a text, prove one line."""

from __future__ import annotations

import doctest

import pytest

import derive
import derive.api
from derive.api import UnreadableClaim

SOFTMAX = r"a_j = \frac{e^{z_j}}{\sum_{k=1}^{n} e^{z_k}}"
COST = r"C = -\sum_k y_k \log a_k"
ONE = r"\sum_k y_k = 1"


def test_the_examples_in_the_documentation_are_true() -> None:
    for module in (derive, derive.api):
        result = doctest.testmod(module)
        assert result.attempted > 0
        assert result.failed == 0


def test_the_doors_are_named_and_nothing_else_is() -> None:
    assert derive.__all__ == [
        "Limits", "Undecided", "UnreadableClaim", "__version__", "check", "prove",
    ]  # fmt: skip
    assert {name: getattr(derive, name) is not None for name in derive.__all__}
    assert derive.check is derive.api.check
    assert derive.prove is derive.api.prove
    with pytest.raises(AttributeError, match="has no attribute 'simplify'"):
        derive.simplify  # noqa: B018


# --------------------------------------------------------------------------- check


def test_check_reads_a_text_as_a_page() -> None:
    page = derive.check("# Sums\n\n$$ s = x + y $$\n\n$$ 2s = 2x + 2y = 3x $$\n", path="my.md")
    assert (page.path, page.title, page.language, page.formulas) == ("my.md", "Sums", "en", 2)
    assert [s.word for s in page.steps] == ["proved", "refuted"]
    assert [s.number for s in page.steps] == [1, 2]
    assert [d.name for d in page.definitions] == ["s"]
    assert [c.word for c in page.chains] == ["refuted"]
    assert (page.summary.steps, page.summary.proved, page.summary.refuted) == (2, 1, 1)


def test_the_blocks_of_a_page_name_the_steps_in_them() -> None:
    page = derive.check("# T\n\nwords $x$\n\n$$ 2s = s + s $$\n\nmore\n\n$$ = 2s $$ $$ 1 = 1 $$\n")
    blocks = [(b.kind, b.line, b.steps) for b in page.blocks]
    assert blocks == [
        ("heading", 1, ()),
        ("prose", 3, ()),
        ("formula", 5, (1,)),
        ("prose", 7, ()),
        ("formula", 9, (2,)),
        ("formula", 9, (3,) if len(page.steps) == 3 else ()),
    ]


def test_the_same_text_gives_the_same_result() -> None:
    text = f"$$ {SOFTMAX} $$ $$ {COST} $$ $$ \\frac{{\\partial C}}{{\\partial z_j}} = a_j + y_j $$"
    assert derive.check(text) == derive.check(text)


# --------------------------------------------------------------------------- prove


@pytest.mark.parametrize(
    ("left", "right", "let", "given"),
    [
        ("(x+y)^2", "x^2 + 2xy + y^2", (), ()),
        (r"\sum_j a_j", "1", (SOFTMAX,), ()),
        (r"\frac{\partial a_j}{\partial z_i}", r"a_j(\delta_{ij} - a_i)", (SOFTMAX,), ()),
        (r"\frac{\partial a_j}{\partial z_i}", "-a_j a_i", (SOFTMAX,), (r"i \neq j",)),
        (r"\frac{\partial a_j}{\partial z_i}", "a_j(1-a_j)", (SOFTMAX,), ("i = j",)),
        (r"\frac{\partial C}{\partial z_j}", "a_j - y_j", (SOFTMAX, COST), (ONE,)),
        (r"\frac{dy}{dx}", "2x", ("y = x^2",), ()),
        (r"\log T^2", r"2 \log T", (), ("T > 0",)),
    ],
)
def test_what_is_true_is_proved_for_every_size(
    left: str, right: str, let: tuple[str, ...], given: tuple[str, ...]
) -> None:
    verdict = derive.prove(left, right, let=let, given=given)
    assert verdict.word == "proved", verdict.message
    assert verdict.every_size
    assert verdict.assumed == ()


@pytest.mark.parametrize(
    ("left", "right", "let", "given"),
    [
        ("(x+y)^2", "x^2 + y^2", (), ()),
        (r"\frac{\partial a_j}{\partial z_i}", "-a_j a_i", (SOFTMAX,), ()),
        (r"\frac{\partial a_j}{\partial z_i}", "a_j(1-a_j)", (SOFTMAX,), (r"i \neq j",)),
        (r"\frac{\partial C}{\partial z_j}", "a_j + y_j", (SOFTMAX, COST), (ONE,)),
        (r"\sum_{k=1}^n x_k", r"\sum_{k=1}^n x_k + x_1", (), ()),
    ],
)
def test_what_is_false_is_refuted_by_numbers(
    left: str, right: str, let: tuple[str, ...], given: tuple[str, ...]
) -> None:
    verdict = derive.prove(left, right, let=let, given=given)
    assert verdict.word == "refuted"
    assert verdict.counterexample is not None
    assert verdict.counterexample.left != verdict.counterexample.right


def test_what_is_not_given_is_assumed_and_named() -> None:
    verdict = derive.prove(r"\frac{\partial C}{\partial z_j}", "a_j - y_j", let=[SOFTMAX, COST])
    assert verdict.word == "proved"
    assert verdict.assumed == (r"\sum_{k} y_k = 1",)


@pytest.mark.parametrize(
    ("left", "relation", "right", "word"),
    [
        ("a_j", ">", "0", "proved"),
        ("0", "<", "a_j", "proved"),
        ("a_j", "<", "0", "refuted"),
        ("a_j", r"\geq", "0", "proved"),
        ("x^2", r"\geq", "0", "proved"),
        ("x^2", ">", "0", "refuted"),
        ("x", r"\leq", "x^2", "refuted"),
    ],
)
def test_other_relations(left: str, relation: str, right: str, word: str) -> None:
    assert derive.prove(left, right, relation=relation, let=[SOFTMAX]).word == word


@pytest.mark.parametrize("n", [1, 2, 7, 30])
def test_a_given_size_is_worked_out_entry_by_entry_and_says_so(n: int) -> None:
    verdict = derive.prove(
        r"\frac{\partial a_j}{\partial z_i}",
        r"a_j(\delta_{ij} - a_i)",
        let=[SOFTMAX],
        sizes={"n": n},
    )
    assert verdict.word == "proved"
    assert not verdict.every_size
    assert verdict.sizes == {"n": (n,)}


def test_a_false_claim_at_a_given_size_is_refuted_there() -> None:
    verdict = derive.prove(
        r"\frac{\partial a_j}{\partial z_i}", "a_j(1 - a_i)", let=[SOFTMAX], sizes={"n": 3}
    )
    assert verdict.word == "refuted"


@pytest.mark.parametrize(
    ("left", "right", "let", "message"),
    [
        (r"\foo x", "x", (), r"the command \foo is not known"),
        ("x", r"\frac{1}{}", (), "a fraction without a denominator"),
        ("x", "{x", (), "a brace { that is never closed"),
        ("s", "x", (r"s = \foo",), r"the command \foo is not known"),
        ("x = x", "x", (), "not one claim"),
    ],
)
def test_what_is_not_read_raises_with_its_reason(
    left: str, right: str, let: tuple[str, ...], message: str
) -> None:
    with pytest.raises(UnreadableClaim) as caught:
        derive.prove(left, right, let=let)
    assert message in str(caught.value)
    assert isinstance(caught.value, ValueError)


def test_a_let_that_defines_nothing_is_refused() -> None:
    with pytest.raises(derive.UnreadableClaim, match="not a definition that can be used: s"):
        derive.prove("s", "x + y", let=["s"])
    with pytest.raises(TypeError, match="let is a list"):
        derive.prove("z", "1", let="z = 1")
    with pytest.raises(TypeError, match="let is a list"):
        derive.check("$$ z = 1 $$", let="z = y")
