"""Definitions that a page leaves out: a step that needs one is proved only under it, by name."""

from __future__ import annotations

import pytest

import derive

SIGMOID = r"$$S(z) = \frac{1}{1 + e^{-z}}$$" + "\n\n"
LOSS = r"$$L = \sum_{i=1}^{N} (y_i - w x_i)^2$$" + "\n\n"
CROSS_ENTROPY = r"The cross-entropy is $H(p, q) = -\sum_j p_j \log q_j$." + "\n\n"
TWO = r"$$\ell = \sum_{i=1}^{N} \left(y_i \log h_i + (1 - y_i) \log(1 - h_i)\right)$$" + "\n\n"
MANY = r"$$L = -\sum_{i=1}^{N} \sum_{k=1}^{K} y_{ik} \log p_{ik}$$" + "\n\n"

ASSUMED = [
    # a function that differs from a defined one in its case only
    (SIGMOID + r"$$s'(z) = s(z)(1 - s(z))$$", "s(x) = S(x)"),
    (SIGMOID + r"$$s'(x) = s(x) - s(x)^2$$", "s(x) = S(x)"),
    # a term of a sum
    (
        LOSS + r"$$\frac{\partial L_i}{\partial w} = -2 x_i (y_i - w x_i)$$",
        "L_i = ",
    ),
    # the probability of the labels, of two classes and of many
    (
        TWO + r"$$\ell = \sum_{i=1}^{N} \log P(y_i \mid x_i)$$",
        r"P(y_{i}\mid x_{i}) = {h_i}^{y_i} \cdot {\left(1 - h_i\right)}^{1 - y_i}",
    ),
    (
        MANY + r"$$L = -\sum_{i=1}^{N} \log P(y_i \mid x_i)$$",
        r"P(y_{i}\mid x_{i}) = \prod_{k=1}^{K} {p_{ik}}^{y_{ik}}",
    ),
    # entropy and divergence, by their letters
    (
        CROSS_ENTROPY + r"$$H(p, q) = H(p) + D_{KL}(p \| q)$$",
        r"H(p) = -\sum_{k=1}^{n} p_k \cdot \log\left(p_k\right)",
    ),
    (
        CROSS_ENTROPY + r"$$H(p, q) = H(p) + \mathrm{KL}(p \mid\mid q)$$",
        r"KL(p\parallel q) = \sum_{k=1}^{n} p_k \cdot \log\left(\frac{p_k}{q_k}\right)",
    ),
]


@pytest.mark.parametrize(("page", "assumption"), ASSUMED)
def test_what_the_page_leaves_out_is_named(page: str, assumption: str) -> None:
    (step,) = derive.check(page).steps
    assert step.word == "assumed"
    assert any(assumption in a for a in step.verdict.assumed)
    assert "which the page never states" in step.verdict.message


FALSE = [
    SIGMOID + r"$$s'(z) = s(z)(1 + s(z))$$",
    SIGMOID + r"$$s'(z) = S(z)(1 + s(z))$$",
    # another s is defined: it is no S
    SIGMOID + r"$$s(z) = \frac{1}{1 + e^{z}}$$" + "\n\n" + r"$$s'(z) = s(z)(1 - s(z))$$",
    LOSS + r"$$\frac{\partial L_i}{\partial w} = 2 x_i (y_i - w x_i)$$",
    LOSS
    + r"$$L_i = 3 y_i$$"
    + "\n\n"
    + r"$$\frac{\partial L_i}{\partial w} = -2x_i(y_i - w x_i)$$",
    TWO + r"$$\ell = -\sum_{i=1}^{N} \log P(y_i \mid x_i)$$",
    MANY + r"$$L = \sum_{i=1}^{N} \log P(y_i \mid x_i)$$",
    # of other labels nothing is said
    MANY + r"$$L = -\sum_{i=1}^{N} \log P(t_i \mid x_i)$$",
    MANY + r"$$L = -\sum_{i=1}^{N} \log P(x_i \mid y_i)$$",
    CROSS_ENTROPY + r"$$H(p, q) = H(p) - D_{KL}(p \| q)$$",
    CROSS_ENTROPY + r"$$H(p, q) = H(p) + D_{KL}(q \| p)$$",
    CROSS_ENTROPY + r"$$H(p, q) = H(q) + D_{KL}(p \| q)$$",
    CROSS_ENTROPY + r"$$H(p, q) = H(q, p)$$",
    # a term of the sum keeps its sign and its numbers
    r"$$L = -\sum_{i=1}^{N} y_i \log p_i$$ "
    + r"$$\frac{\partial L_i}{\partial p_i} = \frac{y_i}{p_i}$$",
    r"$$E = \frac{1}{2} \sum_{j=1}^n (t_j - o_j)^2$$ "
    r"$$\frac{\partial E_j}{\partial o_j} = -2(t_j - o_j)$$",
    # F is no f, H no h
    r"$$F(x) = e^{3x}$$ The density is $f = F'$. $$f(x)^2 = e^{6x}$$",
    r"$$F(x) = e^{3x}$$ $$f(x) f(-x) = 1$$",
    # the page says otherwise what P is, be it in a way that is no definition
    r"$$\log P(y_i | x_i) = -\frac{(y_i - x_i)^2}{2}$$ "
    + TWO
    + r"$$\ell = \sum_{i=1}^{N} \log P(y_i \mid x_i)$$",
    TWO + r"$$P(y \mid x) = 3y + x$$ " + r"$$\ell = \sum_{i=1}^{N} \log P(y_i \mid x_i)$$",
    TWO
    + r"$$P(y_i = 1 \mid x_i) = 1 - h_i$$ "
    + r"$$\ell = \sum_{i=1}^{N} \log P(y_i \mid x_i)$$",
    # not the label itself
    *(
        TWO + rf"$$\ell = \sum_{{i=1}}^{{N}} \log P({label} \mid x_i)$$"
        for label in (r"1 - y_i", r"-y_i", r"y_i^2", r"\hat y_i", r"\bar y_i", "x_i, y_i", "y'_i")
    ),
    TWO + r"$$\ell = \sum_{i=1}^{N} \log P(y_i \mid x_1)$$",
    # the page's own divergence
    r"$$D_{KL}(p \| q) = \sum_j q_j \log \frac{q_j}{p_j}$$ "
    r"$$D_{KL}(q \| p) - 1 = \sum_j q_j \log \frac{q_j}{p_j} - 1$$",
    # a definition that could not be read, and one by a sign that is no equation
    LOSS + r"$$L_i := \sup_x |w|$$ " + r"$$\frac{\partial L_i}{\partial w} = -2x_i(y_i - w x_i)$$",
    LOSS
    + r"$$L_i \stackrel{def}{=} 3$$ "
    + r"$$\frac{\partial L_i}{\partial w} = -2x_i(y_i - w x_i)$$",
    SIGMOID + r"$$s(x) = \arg\max_y yx$$ " + r"$$s'(x) = s(x)(1 - s(x))$$",
    # Σ y = 1 against what the page says
    r"$$p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}$$ $$C = -\sum_k y_k \log p_k$$ "
    "\n\nIf $\\sum_k y_k = 2$, then\n\n" + r"$$\frac{\partial C}{\partial z_i} = p_i - y_i$$",
]


@pytest.mark.parametrize("page", FALSE)
def test_no_supposition_makes_a_false_step_true(page: str) -> None:
    for step in derive.check(page).steps:
        assert step.word not in ("proved", "assumed"), step.verdict.message


def test_an_equation_for_a_function_is_no_definition_of_its_derivative() -> None:
    (step,) = derive.check(r"$$g'(x) = g(x)$$").steps
    assert step.word == "unknown"
    assert "g is used but never defined" in step.verdict.message


def test_what_has_a_logarithm_is_not_one_hot() -> None:
    page = derive.check(r"$$L = -\sum_k y_k \log p_k$$ $$q_k = \log p_k$$ $$L + 1 = 1 - q_c$$")
    assert page.steps[-1].verdict.assumed == (r"y_k = \delta_{kc}",)


def test_a_term_of_a_mean_is_not_divided() -> None:
    page = r"$$E = \frac{1}{2N} \sum_{j=1}^N (t_j - o_j)^2$$ "
    step = derive.check(page + r"$$\frac{\partial E_j}{\partial o_j} = -(t_j - o_j)$$").steps[-1]
    assert step.word in ("assumed", "unknown")


MOMENTARY = [
    (
        "# A\n\n$$L = -\\sum_k y_k \\log p_k$$\n\n# B\n\nFor a single class ($y_k = \\delta_{kc}$), "
        "with $q = p_c$:\n\n$$L = -\\log q$$\n\n# C\n\nIn general\n\n"
        "$$\\frac{\\partial L}{\\partial p_c} = -\\frac{1}{p_c}$$",
        "refuted",
    ),
    (
        "# A\n\n$$H = -p \\log p - (1-p) \\log (1-p)$$\n\n# B\n\nNow $p + q = 1$, so\n\n"
        "$$H = -p \\log p - q \\log q$$\n\n# C\n\nHere $p$ and $q$ are any numbers.\n\n"
        "$$\\frac{\\partial H}{\\partial p} = -\\log p - 1$$",
        "unknown",
    ),
    (
        "# A\n\n$$v = \\sqrt{u^2}$$\n\n# B\n\nSuppose $u > 0$. With $t = u$ we get\n\n$$v = t$$\n\n"
        "# C\n\nFor negative $u$ we get\n\n$$\\frac{\\partial v}{\\partial u} = 1$$",
        "refuted",
    ),
    (
        "# A\n\n$$L = -y \\log a - (1-y) \\log(1-a)$$\n\n# B\n\nHere $y = 1$; write $b = \\log a$.\n\n"
        "$$L = -b$$\n\n# C\n\nBack to all examples:\n\n"
        "$$\\frac{\\partial L}{\\partial a} = \\frac{a-y}{a(1-a)}$$",
        "proved",
    ),
]


@pytest.mark.parametrize(("page", "word"), MOMENTARY)
def test_what_a_section_supposes_ends_with_it(page: str, word: str) -> None:
    assert derive.check(page).steps[-1].word == word


def test_a_number_for_a_size_is_an_example() -> None:
    page = derive.check("There are $n = 3$ inputs.\n\n$$z = \\sum_j w_j x_j$$")
    assert not page.steps
    assert "a value or an example, not a step" in {fact.note for fact in page.facts}


def test_what_differs_is_shown_differently() -> None:
    page = r"$$\mathcal{L} = 2x$$ $$L = 3x$$ $$L = \mathcal{L} + x$$"
    (step,) = derive.check(page).steps
    assert (step.read_left, step.read_right) == ("L", "cal L + x")
    page = r"$$L^{\text{a}} = 2x$$ $$L_{\text{a}} = 3x$$ $$L_{\text{a}} = L^{\text{a}} + x$$"
    (step,) = derive.check(page).steps
    assert (step.read_left, step.read_right) == ("L_(a)", "L^a + x")


SOFTMAX = r"$$p_k = \frac{e^{f_k}}{\sum_j e^{f_j}}$$" + "\n\n"
FIRST = r"$$L = -f_c + \log \sum_j e^{f_j}$$" + "\n\n# Again\n\n"


def test_a_second_definition_that_says_the_same_is_a_step_as_well() -> None:
    page = derive.check(FIRST + SOFTMAX + r"The loss is $$L = -\log p_c$$")
    assert [step.word for step in page.steps] == ["proved"]
    assert [d.name for d in page.definitions] == ["L", "p_k", "L"]


def test_a_second_definition_that_says_something_else_is_none() -> None:
    page = derive.check(FIRST + SOFTMAX + r"The loss is $$L = -2 \log p_c$$")
    assert not page.steps
    assert [d.name for d in page.definitions] == ["L", "p_k", "L"]
    assert not page.problems


def test_what_follows_a_second_definition_rests_on_it() -> None:
    again = r"$$L = -2 \log p_c = -2 f_c + 2 \log \sum_j e^{f_j}$$"
    page = derive.check(FIRST + SOFTMAX + "The loss is " + again)
    assert [step.word for step in page.steps] == ["proved"]
    assert page.steps[0].left == r"-2 \log p_c"


BARS = [r"\|", r"\parallel", r"\Vert", "||", r"\mid\mid", r"\|\|"]


@pytest.mark.parametrize("bar", BARS)
def test_a_double_bar_between_two_arguments(bar: str) -> None:
    page = rf"$$D(p {bar} q) = \sum_j p_j \log \frac{{p_j}}{{q_j}} = \sum_j p_j \log p_j - \sum_j p_j \log q_j$$"
    result = derive.check(page)
    assert [step.word for step in result.steps] == ["proved"]
    assert [d.name.split("(")[0] for d in result.definitions] == ["D"]


def test_two_double_bars_are_around_a_norm() -> None:
    page = "Let $x$ be a vector.\n\n" + r"$$(\|x\|)^2 = x^T x = (||x||)^2$$"
    assert [step.word for step in derive.check(page).steps] == ["proved", "proved"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"P(y_i \mid x_i)", "P(y_i| x_i)"),
        (r"P(y^{(i)} = k \mid x^{(i)})", "P(y^(i)=k| x^(i))"),
    ],
)
def test_indices_stand_where_the_author_put_them(written: str, read: str) -> None:
    page = rf"$$\sum_{{i=1}}^n \sum_{{k=1}}^K 2 {written} = 2 \sum_{{i=1}}^n \sum_{{k=1}}^K {written}$$"
    (step,) = derive.check(page).steps
    assert step.word == "proved"
    assert read in step.read_left


def test_words_behind_a_script_without_braces() -> None:
    page = (
        r"$$L = \underbrace{a + b}_\text{data loss} + \underbrace{c}_\text{the rest} = c + b + a$$"
    )
    assert [step.word for step in derive.check(page).steps] == ["proved"]


LIKELIHOOD = (
    r"$$-\sum_{i=1}^{n} \log P(\mathbf{y}^{(i)} \mid \mathbf{x}^{(i)}) = "
    r"\sum_{i=1}^{n} l(\mathbf{y}^{(i)}, \hat{\mathbf{y}}^{(i)})$$"
    "\n\nwhere\n\n"
    r"$$l(\mathbf{y}, \hat{\mathbf{y}}) = -\sum_{j=1}^{q} y_j \log \hat{y}_j$$"
    "\n\n"
)


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("", "assumed"),
        # of one class, as the supposition has it
        (r"We read $\hat{y}_1 = P(y = 1 \mid \mathbf{x})$.", "assumed"),
        (r"If $P(\mathbf{y} \mid \mathbf{x}) = 1$, nothing is lost.", "assumed"),
        # of all samples, or of no x: other quantities
        (r"$$P(\mathbf{Y} \mid \mathbf{X}) = 2 \hat{y}_1$$", "assumed"),
        (r"Another way is $P(y = i) \propto \exp o_i$.", "assumed"),
        # otherwise than the supposition has it
        (r"We read $1 - \hat{y}_1 = P(y = 1 \mid \mathbf{x})$.", "unknown"),
        (r"Here $P(\mathbf{y} \mid \mathbf{x}) = \sum_j y_j \hat{y}_j$.", "unknown"),
        (r"We read $\hat{o}_1 = P(y = 1 \mid \mathbf{x})$.", "unknown"),
        (r"We read $\hat{y}_1 = P(y \neq 1 \mid \mathbf{x})$.", "unknown"),
        (r"We read $\hat{y}_2 = P(y = 1 \mid \mathbf{x})$.", "unknown"),
        (r"We read $\hat{y}_k^2 = P(y = k \mid \mathbf{x})$.", "unknown"),
        (r"We read $\hat{y}_1 = P(y = \text{cat} \mid \mathbf{x})$.", "assumed"),
    ],
)
def test_a_loss_that_is_said_after_its_use(said: str, word: str) -> None:
    (step, *_) = derive.check(LIKELIHOOD + said + "\n").steps
    assert step.word == word, step.verdict.message


def test_a_false_line_about_a_loss_that_is_said_later_is_not_proved() -> None:
    page = derive.check(LIKELIHOOD.replace(r"$$-\sum", r"$$-2 \sum"))
    assert not page.steps
    assert "not known to hold" in page.facts[0].note


CALLED = (
    r"$$q_i(z) = \frac{e^{z_i}}{\sum_j e^{z_j}}$$"
    "\n\nThe logits $z(x)$ give $q(x) = (1, 2)$.\n\n"
    r"$$Loss = -\log(q_c)$$"
    "\n\n"
)


@pytest.mark.parametrize(
    ("step", "word"),
    [
        (r"-\log(q_c) = -\log\frac{e^{z_c}}{\sum_j e^{z_j}}", "assumed"),
        (r"\frac{\partial Loss}{\partial z_i} = q_i - \delta_{ic}", "assumed"),
        (r"\frac{\partial Loss}{\partial z_i} = q_i + \delta_{ic}", "unknown"),
        (r"\frac{\partial Loss}{\partial z_i} = 0", "unknown"),
    ],
)
def test_a_name_that_stands_with_and_without_its_argument(step: str, word: str) -> None:
    verdict = derive.check(f"{CALLED}$${step}$$\n").steps[-1].verdict
    assert verdict.word == ("proved" if word == "assumed" else word), verdict.message
    assert verdict.assumed == (("q_i = q(z)_i",) if word == "assumed" else ())
