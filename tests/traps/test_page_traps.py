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


# Lines that no page here gives a right to: neither proved nor, where it is not clear, refuted.
NET = (
    "Let $z_j = \\sum_{k=1}^m w_{jk} x_k + b_j$ and $d_j = "
    "\\frac{\\partial C}{\\partial z_j}$.\n\n"
)
JACOBIAN = r"\frac{\partial a_j}{\partial z_i}"
NEVER_PROVED: list[tuple[str, str]] = [
    ("a name for the derivative of something undefined is not 0",
     "Let $d_j = \\frac{\\partial C}{\\partial z_j}$.\n\n$$ d_j = 0 $$"),
    ("a lost factor, under a cost that is never defined",
     NET + "$$ \\frac{\\partial C}{\\partial w_{jk}} = d_j $$"),
    ("a loss depends on the weights",
     "The loss is $J = C + \\frac{\\lambda}{2} \\sum_k w_k^2$ with the data loss $C$.\n\n"
     "$$ \\frac{\\partial J}{\\partial w_k} = \\lambda w_k $$"),
    *(
        (f"a given that is only mentioned: {words}", f"{words}\n\n$$ |x| = x $$")
        for words in ("Regardless of $x > 0$,", "When $x > 0$ fails,", "$x > 0$ may fail.",
                      "Let $x > 0$ or $y > 0$.", "Ohne die Annahme $x > 0$ gilt",
                      "无论是否 $x > 0$，")
    ),
    ("a given that is lifted",
     "For $x > 0$ we have\n\n$$ |x| = x $$\n\nFor all real $x$,\n\n$$ |x| + 1 = x + 1 $$"),
    ("asserted, not supposed", "Clearly $x^2 = x$ for every $x$. So\n\n$$ 3x^2 = 3x $$"),
    ("a condition that is denied beside the formula",
     SOFTMAX + f"$$ {JACOBIAN} = -a_j a_i \\quad \\text{{unless }} i \\neq j $$"),
    ("after both cases something is said of all indices",
     SOFTMAX + f"If $i = j$, then\n\n$$ {JACOBIAN} = a_j(1 - a_j) $$\n\nIf $i \\neq j$, then\n\n"
     f"$$ {JACOBIAN} = -a_j a_i $$\n\nFinally, the Jacobian is\n\n$$ {JACOBIAN} = -a_j a_i $$"),
    ("a name with two meanings",
     "# One\n\nLet $f = x^2$.\n\n# Two\n\nLet $f = x^3$.\n\n"
     "$$ \\frac{\\partial f}{\\partial x} = 2x $$"),
    ("δ that is an error",
     "The errors $\\delta_{ij} = y_{ij} - t_{ij}$.\n\n"
     "$$ \\sum_{j=1}^n \\delta_{ij} x_j = x_i $$"),
    ("a dependence in a formula",
     "where $a = a(z)$\n\n$$ \\frac{d}{dz} (z a) = a $$"),
    ("a word is no product of letters", "$$ max(2x) = 2 max(x) $$"),
    *(
        (f"a case that words deny: {words}",
         SOFTMAX + f"$$ {JACOBIAN} = \\begin{{cases}} a_j(1 - a_j) & \\text{{{words} }} i = j "
         "\\\\\\\\ -a_j a_i & \\text{otherwise} \\end{cases} $$")
        for words in ("unless", "falls nicht", "除非")
    ),
    ("the size that the page says is another one",
     "Let $\\mu = \\frac{1}{m} \\sum_i x_i$ with $i = 1, \\dots, n$.\n\n"
     "$$ \\sum_i (x_i - \\mu) = 0 $$"),
    *(
        (f"words beside a display: {beside}", f"$$ |x| = x {beside} $$")
        for beside in (r", \quad x > 0 \text{ not needed}", r"\quad \text{even without } x > 0",
                       r"\quad \text{for some } x > 0")
    ),
    ("a mean of squares", "$$ \\overline{x^2} = \\overline{x}^2 $$"),
    ("a difference is one symbol", "$$ \\Delta x \\, y = x \\, \\Delta y $$"),
    ("a function with an index",
     "Basis functions $\\phi_k(x)$.\n\n$$ \\phi_k(2x) = 2 \\phi_k(x) $$"),
    ("an optimum is not the variable",
     "Let $\\theta^*$ be the optimum.\n\n$$ (\\theta - \\theta^*)^2 = 0 $$"),
]  # fmt: skip


@pytest.mark.parametrize("page", [p[1] for p in NEVER_PROVED], ids=[p[0] for p in NEVER_PROVED])
def test_the_last_line_of_these_pages_is_not_proved(page: str) -> None:
    steps = [s for s in derive.check(page).steps if s.span.line == page.rstrip().count("\n") + 1]
    assert all(step.word != "proved" for step in steps)


# What the page supposes of a line, or may suppose, is not ignored: never refuted.
NEVER_REFUTED = [
    "Here $1 \\leq i \\leq n$.\n\n$$ \\sum_{i=1}^n 2 x_i = 2 \\sum_{i=1}^n x_i $$",
    "where $-1 < t < 1$.\n\n$$ |1 - t| = 1 - t $$",
    "For $a \\leq x \\leq b$,\n\n$$ |x - a| = x - a $$",
    "Let $x > y$.\n\n$$ |x - y| = x - y $$",
    "for $K \\geq 2$ classes\n\n$$ \\sum_{k=1}^K x_k = x_1 + \\sum_{k=2}^K x_k $$",
    "Let $\\bar{x} = \\frac{1}{n} \\sum_i x_i$.\n\n$$ \\sum_i (x_i - \\bar{x}) = 0 $$",
    "$$ \\sum_{i \\neq j} x_i x_j = \\left(\\sum_i x_i\\right)^2 - \\sum_i x_i^2 $$",
    "$$ f'(x) g(x) = g(x) f'(x) $$",
    "Let $z = w_0 + \\sum_{i=1}^{d} w_i x_i$.\n\n$$ \\frac{\\partial z}{\\partial w_i} = x_i $$",
]


@pytest.mark.parametrize("page", NEVER_REFUTED)
def test_what_the_page_may_suppose_is_not_refuted(page: str) -> None:
    assert "refuted" not in [step.word for step in derive.check(page).steps]


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


# Found by attacks on whole vectors, arguments, classes and joined names. None may be proved.
OVERREACH: dict[str, str] = {
    "an index that a cost hides, under a sum over it": r"""
$$ \ell = \frac12 (w x_i - y_i)^2 $$

$$ J = \frac1m \sum_{i=1}^m \ell $$

$$ \frac{\partial J}{\partial w} = (w x_i - y_i) x_i $$""",
    "a class that a cost hides, under a sum over classes": r"""
$$ p_k = \frac{e^{z_k}}{\sum_j e^{z_j}} $$

$$ L = -\log p_c $$

$$ \sum_c p_c L = -\log p_c $$""",
    "one-hot is what p is compared with": r"""
The softmax output $p$ is compared with the one-hot label $y$.

$$ \sum_k p_k^2 = \sum_k p_k $$""",
    "unlike one-hot labels": r"""
Unlike one-hot labels, $y$ is here a soft distribution.

$$ \sum_k y_k^2 = \sum_k y_k $$""",
    "approximately one-hot": r"""
As the temperature goes to zero, $y$ is approximately one-hot.

$$ \sum_k y_k^2 = \sum_k y_k $$""",
    "a joint probability for a conditional one": r"""
$$ p(z|x) = \frac{p(x|z) p(z)}{p(x)} $$

$$ \log p(z|x) = \log p(z, x) $$""",
    "arguments in another order": r"""
$$ f(x,y) = x^2 y $$

$$ f(y,x) = x^2 y $$""",
    "arguments in another order, of what is defined after its use": r"""
$$ S - l(u, v) = S - u^2 v + 1 $$

$$ l(x, y) = x^2 y $$

$$ l(y, x) = x^2 y $$""",
    "a range that is said beside a definition": r"""
There are $N$ samples and $K$ classes.

$$ n_k = \sum_{i=1}^N 1\{y_i = k\}, \quad k = 1, \dots, K $$

$$ R = \sum_{i=1}^N a_{y_i} $$

$$ R = \sum_{i=1}^N n_i a_i $$""",
    "a definition for unequal indices": r"""
If $i \neq j$:

$$ d_{ij} = x_i^2 + x_j^2 $$

## All

$$ d_{ii} = 2 x_i^2 $$""",
    "a lost index, under labels that would excuse it": r"""
$$ a_k = \frac{e^{z_k}}{\sum_j e^{z_j}} $$

$$ L = -\sum_k y_k \log a_k $$

$$ \frac{\partial L}{\partial z_j} = -\sum_k \frac{y_k}{a_k} \frac{\partial a_k}{\partial z_k} $$""",
    "a probability that is another power": r"""
$$ p_k = \frac{e^{z_k}}{\sum_j e^{z_j}} $$

Let $P(y=k|x) = p_k^2$. Then

$$ L = -\log P(y|x) = -\sum_k y_k \log p_k $$""",
    "a slip in a second line about f": r"""
$$ f(x) = (x-a)^2 $$

Expanding the square gives

$$ f(x) = x^2 - ax + a^2 $$""",
    "cross-entropy is not symmetric": r"""
$$ H(p,q) = -\sum_k p_k\log q_k $$

$$ H(p) = H(p,p) $$

$$ H(q,p) = -\sum_k p_k\log q_k $$""",
    "what depends on an argument, named beside it": r"""
$$ u = x^2 $$ $$ k(x,y) = u + x y $$

$$ k(a,y) = x^2 + a y $$""",
    "a density that depends on an argument": r"""
$$ J(\theta,\phi) = \log p(x|\theta) + \phi\theta $$

$$ J(\theta,\phi) - J(\phi,\theta) = 0 $$""",
    "AB is a product": r"""
Let $A$ and $B$ be matrices.

$$ AB = A + B $$

$$ \operatorname{tr}(AB) = \operatorname{tr}(A) + \operatorname{tr}(B) $$""",
    "a column times a row, with a dot": r"""
$$ \mathbf{x} \cdot \mathbf{y}^T = \mathbf{y} \cdot \mathbf{x}^T $$""",
    "classes summed over and classes as indices": r"""
$$ L_i = -\sum_k 1_{\{y_i = k\}} f_k $$

$$ S = \sum_i \sum_k 1_{\{y_i = k\}} $$

$$ S = \sum_i f_{y_i} $$""",
    "a capital before a vector is no number": r"""
$$ \mathbf{u} = V \mathbf{q} $$

$$ R = \frac{1}{2} \|\mathbf{u} - \mathbf{s}\|^2 $$

$$ \frac{\partial R}{\partial \mathbf{q}} = V (\mathbf{u} - \mathbf{s}) $$

$$ \frac{\partial R}{\partial V} = (\mathbf{u} - \mathbf{s})^T \mathbf{q} $$

$$ \|\mathbf{u}\|^2 = V^2 \|\mathbf{q}\|^2 $$""",
    "two capitals before a vector do not change places": r"""
$$ \mathbf{r} = U V \mathbf{q} $$

$$ \mathbf{r} = V U \mathbf{q} $$""",
    "a capital between a row and a vector": r"""
$B$ is antisymmetric, and

$$ h = q^T B q $$

$$ \frac{\partial h}{\partial q} = 2 B q $$""",
    "each entry of a root has a sign": r"""
$$ g_{ij}^2 = (u_i - u_j)^2 $$

$$ \sum_{i=1}^n \sum_{j=1}^n g_{ij} = 0 $$

$$ g_{ij} g_{jk} = (u_i - u_j)(u_j - u_k) $$""",
    "a size of each group": r"""
$$ g_k = \frac{1}{n_k} \sum_{i=1}^{n_k} u_{k,i} $$

$$ \frac{\partial g_h}{\partial u_{h,i}} = \frac{1}{n_k} $$""",
    "a row of the transpose is no row": r"""
Let $\mathbf{u} = V \mathbf{q}$, where $\mathbf{v}_j$ is the $j$-th row of $V^T$.

$$ u_j = \mathbf{v}_j^T \mathbf{q} $$""",
}


@pytest.mark.parametrize("name", OVERREACH)
def test_what_reads_more_proves_nothing_false(name: str) -> None:
    assert "proved" not in [step.word for step in derive.check(OVERREACH[name]).steps]


# False as it stands, and only because the page leaves unsaid what everybody takes for granted.
UNSAID = {
    "the rows of X are the x_i": r"""
$$ L = \sum_i (y_i - \mathbf{w}^T \mathbf{x}_i)^2 $$

$$ L = \|\mathbf{y} - \mathbf{X}\mathbf{w}\|^2 $$""",
    "a bar is a mean": r"""
$$ S = \sum_{i=1}^n (x_i - \bar{x}) = \sum_{i=1}^n x_i - n \bar{x} = 0 $$""",
    "the correct class": r"""
Let $y$ be one-hot and $c$ the correct class.

$$ p_k = \frac{e^{z_k}}{\sum_j e^{z_j}} $$

$$ L = -\sum_k y_k \log p_k $$

$$ \frac{\partial L}{\partial z_c} = p_c - 1 $$""",
    "a prime is a derivative": r"""
$$ e_i' = \frac{\partial \exp(x_i)}{\partial x_i} = \exp(x_i) $$

$$ e_i' = e_i $$""",
}
# The same, where the page says it: then it is a slip.
SAID = {
    "a bar": r"""
$$ \bar{x} = \frac{1}{n} \sum_{i=1}^n x_i $$

$$ S = \sum_{i=1}^n (x_i - \bar{x}) = \sum_{i=1}^n x_i - \bar{x} $$""",
    "any class": r"""
Let $y$ be one-hot.

$$ p_k = \frac{e^{z_k}}{\sum_j e^{z_j}} $$

$$ L = -\sum_k y_k \log p_k $$

$$ \frac{\partial L}{\partial z_c} = p_c - 1 $$""",
}


@pytest.mark.parametrize("name", UNSAID)
def test_what_the_page_leaves_unsaid_is_no_slip(name: str) -> None:
    words = [step.word for step in derive.check(UNSAID[name]).steps]
    assert "refuted" not in words
    assert words[-1] in ("unknown", "assumed")


@pytest.mark.parametrize("name", SAID)
def test_where_the_page_says_it_a_slip_is_one(name: str) -> None:
    assert [step.word for step in derive.check(SAID[name]).steps][-1] == "refuted"


NOISY = r"""# One model

Noisy labels are $\mathbf{y} = \mathbf{o} + \mathbf{u}$.

# Another

Here WORDS.

$$ p_k = \frac{e^{o_k}}{\sum_j e^{o_j}} $$

$$ L = -\sum_k y_k \log p_k $$

$$ \frac{\partial L}{\partial o_i} = p_i - y_i $$

$$ \frac{\partial y_i}{\partial u_i} = UNIT $$
"""


def test_a_name_defined_in_passing_may_be_the_labels_later() -> None:
    page = derive.check(
        NOISY.replace("WORDS", r"$\mathbf{y}$ is a one-hot vector").replace("UNIT", "1")
    )
    first, second = page.steps
    assert first.word == "proved"
    assert second.word == "unknown"  # with the earlier meaning it is true
    assert any("in place of its definition in line 3" in fact.note for fact in page.facts)


@pytest.mark.parametrize(
    "words",
    ["the labels are soft", r"$\mathbf{y}$ is no one-hot vector", r"$\mathbf{y}$ is known"],
)
def test_nothing_else_takes_a_definition_back(words: str) -> None:
    page = derive.check(NOISY.replace("WORDS", words).replace("UNIT", "0"))
    assert "proved" not in [step.word for step in page.steps]


def test_exponents_in_a_product_are_weights_of_logarithms() -> None:
    likelihood = (
        r"$$ p_k = \frac{e^{z_k}}{\sum_j e^{z_j}} $$"
        "\n\n"
        r"$$ L = -\log \prod_k p_k^{t_k} $$"
        "\n\n"
    )
    (step,) = derive.check(likelihood + r"$$ \frac{\partial L}{\partial z_i} = p_i - t_i $$").steps
    assert (step.word, step.verdict.assumed) == ("assumed", (r"\sum_{k} t_k = 1",))
    for slip in (r"p_i + t_i", r"p_i t_i - t_i", r"2 p_i - t_i"):
        (step,) = derive.check(
            likelihood + rf"$$ \frac{{\partial L}}{{\partial z_i}} = {slip} $$"
        ).steps
        assert step.word == "refuted"
