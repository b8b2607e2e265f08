"""Small false pages: none may pass. Every way a slip once slipped through stays here."""

from __future__ import annotations

import pytest

import derive

SIGMOID = "$$ \\sigma(z) = \\frac{1}{1+e^{-z}} $$\n\n"
SOFTMAX = (
    "# Softmax\n\n$$ a_j = \\frac{e^{z_j}}{\\sum_{k=1}^{n} e^{z_k}} $$\n\n"
    "$$ C = -\\sum_k y_k \\log a_k $$\n\n"
)

# (name, page): at least one step of each must be refuted, and none of the false lines lost.
FALSE_PAGES: list[tuple[str, str]] = [
    *(
        (f"a false line about a defined function is not lost: {line}", f"{SIGMOID}$$ {line} $$")
        for line in (
            r"\sigma'(z) > 1",
            r"\sigma(z) > 1",
            r"\sigma'(z) = \frac{1}{4}",
            r"\sigma'(z) \leq \frac{1}{8}",
            r"\sigma'(z) = z",
            r"\sigma'(z) = e^{-z}",
        )
    ),
    ("inside a case nothing is redefined",
     SOFTMAX + "# One class\n\nIf $y_k = \\delta_{kc}$:\n\n$$ C = \\log a_c $$\n"),
    ("inline nothing is redefined",
     SOFTMAX + "# One class\n\nIf $y_k = \\delta_{kc}$, then $C = \\log a_c$ and\n\n"
     "$$ \\frac{\\partial C}{\\partial z_j} = \\delta_{jc} - a_j $$\n"),
    ("a case ends with its section",
     SOFTMAX + "# Diagonal\n\nIf $i = j$:\n\n"
     "$$ \\frac{\\partial a_j}{\\partial z_i} = a_j(1 - a_j) $$\n\n# All\n\n"
     "$$ \\frac{\\partial a_j}{\\partial z_i} = a_j(1 - a_i) $$\n"),
    ("a case copied from its neighbour",
     SOFTMAX + "If $i \\neq j$:\n\n"
     "$$ \\frac{\\partial a_j}{\\partial z_i} = a_j(1 - a_i) $$\n"),
    *(
        (f"{f} and {g} are two functions",
         f"$$ {f}(x) = x^2 $$\n\n$$ {g}(x) = x^3 $$\n\n$$ {f}'(x) = {g}'(x) $$\n\n"
         f"$$ {f}(x) {g}(x) = x^4 $$\n")
        for f, g in (("f_1", "f_2"), ("f", "f_1"), (r"\hat{f}", "f"), ("f_0", r"f_{10}"))
    ),
    *(
        (f"{f} is not f",
         f"$$ {f}(x) = x^2 $$\n\n$$ f(x) = x^3 $$\n\n$$ {f}(x) = f(x) $$\n")
        for f in ("f^*", r"f^{\text{old}}", "f^L")
    ),
    ("the target a_j^* is not a_j",
     "Let $C = \\frac{1}{2}\\sum_{j=1}^n (a_j - a_j^*)^2$.\n\n"
     "$$ \\frac{\\partial C}{\\partial a_j} = a_j^* - a_j $$\n"),
    ("two slips that cancel",
     SOFTMAX + "With $\\sum_k y_k = 1$,\n\n$$ \\frac{\\partial C}{\\partial z_j} "
     "= y_j - a_j = a_j - y_j $$\n"),
]  # fmt: skip


@pytest.mark.parametrize("page", [p[1] for p in FALSE_PAGES], ids=[p[0] for p in FALSE_PAGES])
def test_a_false_page_has_a_refuted_step(page: str) -> None:
    words = [step.word for step in derive.check(page).steps]
    assert "refuted" in words, words


# Slip or new meaning, in force or over: reported as unknown or assumed, never as proved.
AMBIGUOUS_PAGES: list[tuple[str, str, str]] = [
    ("a later section may give a name a new meaning, or slip",
     SOFTMAX + "# One class\n\n$$ C = \\sum_k y_k \\log a_k $$\n", "unknown"),
    ("a lost log is no new definition",
     SOFTMAX + "# Logs\n\n$$ a_j = \\log \\frac{e^{z_j}}{\\sum_k e^{z_k}} "
     "= z_j - \\log \\sum_k e^{z_k} $$\n", "unknown"),
    ("a supposition stays in its section",
     SOFTMAX + "# One\n\nIf $y_k = \\delta_{kc}$, then the cost is\n\n$$ C = -\\log a_c $$\n\n"
     "# Two\n\n$$ C = -\\log a_c $$\n", "assumed"),
    *(
        (f"a case may end in any words: {words}",
         SOFTMAX + "If $i \\neq j$:\n\n$$ \\frac{\\partial a_j}{\\partial z_i} = -a_j a_i $$\n\n"
         f"{words}\n\n$$ \\frac{{\\partial a_j}}{{\\partial z_i}} = -a_i a_j $$\n", "unknown")
        for words in ("In full:", "Result", "All indices:", "Hence the full Jacobian:")
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("page", "word"), [p[1:] for p in AMBIGUOUS_PAGES], ids=[p[0] for p in AMBIGUOUS_PAGES]
)
def test_what_is_ambiguous_is_reported(page: str, word: str) -> None:
    assert word in [step.word for step in derive.check(page).steps]


# What has more than one reading is read in none.
UNREAD_LINES = (
    r"\exp(-x^2/2\sigma^2) = \exp\left(-\frac{x^2}{2\sigma^2}\right)",
    r"\frac{1}{2x} = 1/2x",
    r"1\,000 = 10^3",
    r"1\frac{1}{2} = \frac{3}{2}",
    r"1 2 = 2",
    r"b_j^L - b_j = 0",
)


@pytest.mark.parametrize("line", UNREAD_LINES)
def test_what_has_two_readings_is_unread(line: str) -> None:
    words = {step.word for step in derive.check(f"$$ {line} $$").steps}
    assert words == {"unread"}


def test_an_inverse_function_is_no_power() -> None:
    page = SIGMOID + "$$ \\sigma^{-1}(x) = 1 + e^{-x} $$\n\n$$ \\sigma(x)^{-1} = 1 + e^{-x} $$"
    assert [step.word for step in derive.check(page).steps] == ["unread", "proved"]


TRUE_PAGES: list[tuple[str, str]] = [
    ("cases in words",
     SOFTMAX + "If $i$ and $j$ differ:\n\n$$ \\frac{\\partial a_j}{\\partial z_i} = -a_j a_i $$\n\n"
     "If $i$ and $j$ coincide:\n\n$$ \\frac{\\partial a_j}{\\partial z_i} = a_j(1 - a_j) $$\n"),
    ("a column of conditions",
     SOFTMAX + "$$ \\begin{aligned} \\frac{\\partial a_j}{\\partial z_i} &= a_j(1 - a_j) & i = j \\\\"
     "&= -a_j a_i & i \\neq j \\end{aligned} $$\n"),
    ("leaves of one definition are independent of each other",
     "$$ z_j = \\sum_{k=1}^{m} w_{jk} a_k + b_j $$\n\n$$ \\frac{\\partial z_j}{\\partial w_{jk}} "
     "= \\frac{\\partial}{\\partial w_{jk}} \\sum_{l=1}^{m} w_{jl} a_l "
     "+ \\frac{\\partial b_j}{\\partial w_{jk}} = a_k + 0 = a_k $$"),
    ("a derivative that is zero",
     "$$ z_j = \\sum_{k=1}^{m} w_{jk} a_k + b_j $$\n\n"
     "$$ \\frac{\\partial}{\\partial b_j} \\sum_k w_{jk} a_k = 0 $$"),
    ("two labels that sum to 1",
     "$$ a_j = \\frac{e^{z_j}}{\\sum_{k=1}^{2} e^{z_k}} $$\n\nwith $y_1 + y_2 = 1$.\n\n"
     "$$ C = -\\sum_{k=1}^{2} y_k \\log a_k $$\n\n"
     "$$ \\frac{\\partial C}{\\partial z_j} = a_j - y_j $$"),
    ("a bound of the sigmoid's derivative",
     SIGMOID + "$$ \\frac{1}{4} - \\sigma'(z) "
     "= \\left(\\frac{1}{2} - \\sigma(z)\\right)^2 \\geq 0 $$"),
]  # fmt: skip


@pytest.mark.parametrize("page", [p[1] for p in TRUE_PAGES], ids=[p[0] for p in TRUE_PAGES])
def test_a_true_page_is_proved(page: str) -> None:
    result = derive.check(page)
    assert result.steps
    assert {step.word for step in result.steps} == {"proved"}
    assert all(chain.word == "proved" for chain in result.chains)
