"""The catalogue: pages that the tool proves whole, in English and Chinese alike.

What is promised about it: every page is clean, every claim that a reader comes for stands
in a chain of proved steps, both languages write the same formulas, and no slip in a page
is ever proved.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import groupby

import pytest

from derive.api import check
from derive.catalogue import names, page_text
from derive.results import PageResult, StepResult

# The least number of steps a page has: every intermediate line counts.
PAGES = {
    "weighted-input": 21,
    "softmax": 35,
    "log-likelihood": 11,
    "softmax-gradients": 24,
    "learning-slowdown": 29,
    "two-classes": 17,
}
LANGUAGES = ("", ".zh")
ALL = [page + language for page in PAGES for language in LANGUAGES]


@cache
def result(name: str) -> PageResult:
    return check(page_text(name), f"{name}.md")


def plain(latex: str) -> str:
    """LaTeX without what is only layout."""
    return re.sub(r"\\left|\\right|\\begin\{aligned\}|\\end\{aligned\}|\\\\|[\s&]", "", latex)


def displayed(text: str) -> list[str]:
    return [plain(formula) for formula in re.findall(r"\$\$(.+?)\$\$", text, re.DOTALL)]


def chains(page: PageResult) -> list[list[StepResult]]:
    return [list(steps) for _, steps in groupby(page.steps, key=lambda s: s.chain)]


# --------------------------------------------------------------------------- clean pages


def test_these_pages_ship_in_both_languages() -> None:
    assert set(names()) >= set(ALL)


@pytest.mark.parametrize("name", ALL)
def test_every_step_is_proved_for_every_size_with_nothing_assumed(name: str) -> None:
    for step in result(name).steps:
        verdict = step.verdict
        where = f"{name}.md:{step.span.line}: {step.left} {step.relation} {step.right}"
        assert verdict.word == "proved", f"{where}: {verdict.message}"
        assert verdict.every_size, where
        assert not verdict.assumed, where


@pytest.mark.parametrize("name", ALL)
def test_every_chain_holds_from_end_to_end(name: str) -> None:
    for chain in result(name).chains:
        assert chain.verdict.word == "proved", f"{chain.left} = {chain.right}"
        assert not chain.verdict.assumed, f"{chain.left} = {chain.right}"


@pytest.mark.parametrize("name", ALL)
def test_everything_is_read(name: str) -> None:
    assert result(name).problems == ()


@pytest.mark.parametrize("name", ALL)
def test_no_name_is_defined_twice(name: str) -> None:
    defined = [plain(d.name) for d in result(name).definitions]
    assert len(defined) == len(set(defined))


@pytest.mark.parametrize("name", ALL)
def test_no_step_is_lost(name: str) -> None:
    page = name.removesuffix(".zh")
    assert len(result(name).steps) >= PAGES[page]


# --------------------------------------------------------------------------- two languages


@pytest.mark.parametrize("page", PAGES)
def test_both_languages_write_the_same_formulas(page: str) -> None:
    assert displayed(page_text(page)) == displayed(page_text(f"{page}.zh"))


@pytest.mark.parametrize("page", PAGES)
def test_both_languages_have_the_same_steps_under_the_same_givens(page: str) -> None:
    english, chinese = (
        [(plain(s.left), s.relation, plain(s.right), s.verdict.given) for s in result(name).steps]
        for name in (page, f"{page}.zh")
    )
    assert english == chinese


# --------------------------------------------------------------------------- what pages must say

SOFTMAX = r"\frac{e^{z_j}}{\sum_{k=1}^{n} e^{z_k}}"

# page → name, what it stands for
DEFINITIONS = [
    ("weighted-input", "z_j", r"\sum_{k=1}^{m} w_{jk} a_k + b_j"),
    ("softmax", "a_j", SOFTMAX),
    ("log-likelihood", "C", r"-\sum_k y_k \log a_k"),
    ("softmax-gradients", "C", r"-\sum_k y_k \log a_k"),
    ("learning-slowdown", r"\sigma(…)", r"\frac{1}{1 + e^{-z}}"),
    ("learning-slowdown", "Q", r"\frac{(a - y)^2}{2}"),
    ("learning-slowdown", "C", r"-\left( y \log a + (1 - y) \log (1 - a) \right)"),
    ("learning-slowdown", "L", r"-\sum_k y_k \log a_k"),
]

# page → first side, relation, last side, what must be given on the way
CLAIMS = [
    ("weighted-input", r"\frac{\partial z_j}{\partial b_j}", "=", "1", ""),
    ("weighted-input", r"\frac{\partial z_i}{\partial b_j}", "=", "0", r"i \neq j"),
    ("weighted-input", r"\frac{\partial z_i}{\partial b_j}", "=", r"\delta_{ij}", ""),
    ("weighted-input", r"\frac{\partial z_j}{\partial w_{jk}}", "=", "a_k", ""),
    ("weighted-input", r"\frac{\partial z_i}{\partial w_{jk}}", "=", "0", r"i \neq j"),
    ("weighted-input", r"\frac{\partial z_i}{\partial w_{jk}}", "=", r"\delta_{ij} a_k", ""),
    ("weighted-input", r"\frac{\partial z_j}{\partial a_k}", "=", "w_{jk}", ""),
    ("softmax", "a_j", ">", "0", ""),
    ("softmax", r"\sum_{j=1}^{n} a_j", "=", "1", ""),
    ("softmax", r"\frac{\partial a_j}{\partial z_i}", "=", "a_j (1 - a_j)", "i = j"),
    ("softmax", r"\frac{\partial a_j}{\partial z_i}", "=", "-a_j a_i", r"i \neq j"),
    ("softmax", r"\frac{\partial a_j}{\partial z_i}", "=", r"a_j (\delta_{ij} - a_i)", ""),
    ("softmax", r"\frac{e^{z_j + c}}{\sum_{k=1}^{n} e^{z_k + c}}", "=", "a_j", ""),
    ("softmax", r"\log a_j", "=", r"z_j - \log \sum_{k=1}^{n} e^{z_k}", ""),
    ("log-likelihood", "C", "=", r"-\log a_c", ""),
    ("log-likelihood", r"\frac{\partial C}{\partial a_j}", "=", r"-\frac{y_j}{a_j}", ""),
    ("log-likelihood", r"\frac{\partial C}{\partial a_c}", "=", r"-\frac{1}{a_c}", ""),
    ("log-likelihood", r"-\frac{1}{a_c}", "<", "0", "a_k > 0"),
    ("softmax-gradients", r"\frac{\partial C}{\partial z_j}", "=", "a_j - y_j", r"\sum_k y_k = 1"),
    ("softmax-gradients", r"\frac{\partial C}{\partial b_j}", "=", "a_j - y_j", r"\sum_k y_k = 1"),
    (
        "softmax-gradients",
        r"\frac{\partial C}{\partial w_{jk}}",
        "=",
        "x_k (a_j - y_j)",
        r"\sum_k y_k = 1",
    ),
    ("learning-slowdown", r"\sigma'(z)", "=", r"\sigma(z) (1 - \sigma(z))", ""),
    ("learning-slowdown", r"\frac{\partial Q}{\partial w}", "=", r"(a - y) \sigma'(z) x", ""),
    ("learning-slowdown", r"\frac{\partial Q}{\partial b}", "=", r"(a - y) \sigma'(z)", ""),
    ("learning-slowdown", r"\frac{\partial C}{\partial w}", "=", "x (a - y)", ""),
    ("learning-slowdown", r"\frac{\partial C}{\partial b}", "=", "a - y", ""),
    ("learning-slowdown", r"\frac{\partial L}{\partial z_j}", "=", "a_j - y_j", ""),
    ("learning-slowdown", r"\frac{\partial L}{\partial w_{jk}}", "=", "x_k (a_j - y_j)", ""),
    ("two-classes", "a_1", "=", r"\frac{1}{1 + e^{-(z_1 - z_2)}}", ""),
    ("two-classes", "a_1", "=", r"\sigma(z_1 - z_2)", ""),
    ("two-classes", "a_2", "=", r"\frac{1}{1 + e^{-(z_2 - z_1)}}", ""),
    ("two-classes", "a_2", "=", r"\sigma(z_2 - z_1)", ""),
    (
        "two-classes",
        r"\frac{\partial C}{\partial z_1}",
        "=",
        "a_1 - y_1",
        r"\sum_{k=1}^{2} y_k = 1",
    ),
]


@pytest.mark.parametrize(("page", "name", "meaning"), DEFINITIONS)
def test_a_definition_stands_on_its_page(page: str, name: str, meaning: str) -> None:
    found = {plain(d.name): plain(d.latex) for d in result(page).definitions}
    assert found.get(plain(name)) == plain(meaning)


@pytest.mark.parametrize(("page", "left", "relation", "right", "given"), CLAIMS)
def test_a_claim_stands_on_its_page(
    page: str, left: str, relation: str, right: str, given: str
) -> None:
    """Some chain leads from the one side to the other, under the given if there is one and
    under no index condition if there is none."""
    found = [
        path
        for chain in chains(result(page))
        if (path := _path(chain, left, right)) and _weakest(path) == relation
    ]
    assert found, f"{page} lacks {left} {relation} {right}"
    assert any(_is_given(path, given) for path in found), f"{left} {relation} {right}: {given}"


def test_the_one_hot_form_rests_on_the_label() -> None:
    case = next(c for c in chains(result("log-likelihood")) if _path(c, "C", r"-\log a_c"))
    used = [reason for step in case for reason in (*step.verdict.given, *step.verdict.because)]
    assert any("y_k" in reason for reason in used)


def _path(chain: list[StepResult], left: str, right: str) -> list[StepResult]:
    """The steps of a chain from one side to another."""
    starts = [at for at, step in enumerate(chain) if plain(step.left) == plain(left)]
    for start in starts:
        for end in range(start, len(chain)):
            if plain(chain[end].right) == plain(right):
                return chain[start : end + 1]
    return []


def _weakest(path: list[StepResult]) -> str:
    return next((step.relation for step in path if step.relation != "="), "=")


def _is_given(path: list[StepResult], given: str) -> bool:
    used = {plain(g) for step in path for g in step.verdict.given}
    if given:
        return plain(given) in used
    return not used & {plain("i = j"), plain(r"i \neq j")}


# --------------------------------------------------------------------------- slips

# page → what stands there, the slip, what kind of slip it is
SLIPS = [
    ("weighted-input", r"\delta_{lk} a_l", "a_l", "a lost δ"),
    ("weighted-input", r"= \delta_{ij} a_k", r"= \delta_{ij} a_j", "an index"),
    ("weighted-input", "&= w_{jk}", "&= w_{kj}", "a transposed weight"),
    ("softmax", "&= -a_j a_i", "&= a_j a_i", "a sign"),
    ("softmax", "&= -a_j a_i", "&= -a_j a_j", "an index"),
    ("softmax", "&= -a_j a_i", "&= a_j (1 - a_j)", "the case next door"),
    ("softmax", "= a_j (1 - a_j)", "= -a_j a_i", "the case next door"),
    ("softmax", r"a_j (\delta_{ij} - a_i)", "a_j (1 - a_i)", "a lost δ"),
    ("softmax", "- e^{z_j} e^{z_j}}", "}", "a dropped term"),
    ("softmax", "- e^{z_j} e^{z_j}}", "- z_j e^{z_j}}", "z for its exponential"),
    ("softmax", r"{\sum_{k=1}^{n} e^{z_k} e^c}", r"{\sum_{k=1}^{n} e^{z_k}}", "a lost factor"),
    ("softmax", "$$ a_j > 0 $$", "$$ a_j > 1 $$", "a bound"),
    ("softmax", "$$ a_j > 0 $$", "$$ a_j < 1 $$", "a bound that fails at n = 1"),
    ("log-likelihood", r"&= -\log a_c", r"&= \log a_c", "a sign"),
    ("log-likelihood", r"&= -\log a_c", r"&= -\log a_k", "an index"),
    ("log-likelihood", "&< 0", "&> 0", "the wrong way round"),
    ("softmax-gradients", r"+ \sum_{k \neq j} y_k a_j", r"+ \sum_k y_k a_j", "a range"),
    ("softmax-gradients", "(-a_k a_j)", "(a_k a_j)", "a sign"),
    ("softmax-gradients", "&= x_k (a_j - y_j)", "&= x_j (a_j - y_j)", "an index"),
    ("softmax-gradients", "&= x_k (a_j - y_j)", "&= a_j - y_j", "a lost factor"),
    ("learning-slowdown", r"&= (a - y) \sigma'(z) x", "&= (a - y) x", "a lost factor"),
    ("learning-slowdown", "&= x (a - y)", r"&= x (a - y) \sigma'(z)", "a factor too many"),
    ("learning-slowdown", r"(\delta_{jk} - a_j)", r"(\delta_{jk} - a_k)", "an index"),
    ("two-classes", r"&= \sigma(z_2 - z_1)", r"&= \sigma(z_1 - z_2)", "swapped indices"),
    ("two-classes", "e^{z_2} / e^{z_1}", "e^{z_1} / e^{z_2}", "a quotient upside down"),
]


@pytest.mark.parametrize(("page", "right", "wrong", "kind"), SLIPS)
def test_a_slip_is_refuted(page: str, right: str, wrong: str, kind: str) -> None:
    text = page_text(page)
    assert right in text
    slipped = check(text.replace(right, wrong, 1))
    refuted = [s for s in slipped.steps if s.verdict.word == "refuted"]
    assert refuted, f"{page}: {kind} was not found"
    assert all(s.verdict.counterexample for s in refuted)


def test_without_the_given_the_sum_of_the_label_is_named_as_an_assumption() -> None:
    text = page_text("softmax-gradients").replace(r"$$ \sum_k y_k = 1 $$", "")
    steps = check(text).steps
    assumed = {plain(a) for s in steps for a in s.verdict.assumed}
    assert assumed
    assert all(re.fullmatch(r"\\sum_\{(\w)\}y_\1=1", a) for a in assumed), assumed
    assert all(s.verdict.word == "proved" for s in steps)
