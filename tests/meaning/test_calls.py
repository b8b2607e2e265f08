"""Names with arguments: functions without them, derivatives by their values, arguments that
belong to a name. Beside each true line stands a false one that a careless reading lets through."""

from __future__ import annotations

import pytest

from tests.meaning.test_pages import checked, words

UNIT = r"$$ g_w(u^{(i)}) = \frac{1}{1 + e^{-w_0 - w_1 u^{(i)}}} $$"
ERROR = r"$$ E(w) = \sum_{i=1}^{m} (g_w(u^{(i)}) - y^{(i)})^2 $$"
SQUARE = r"$$ f(x) = x^2 + b x $$"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            [UNIT, ERROR, r"$$ \frac{\partial g_w}{\partial w_1} = g_w(u) (1 - g_w(u)) u $$"],
            "p",
            id="of the argument that it has in the same row",
        ),
        pytest.param(
            [UNIT, ERROR, r"$$ \frac{\partial g_w}{\partial w_1} = g_w(u) (1 - g_w(u)) $$"],
            "r",
            id="and a factor that is missing",
        ),
        pytest.param(
            [
                UNIT,
                ERROR,
                r"""$$ \frac{\partial g_w}{\partial w_0}
                = \frac{e^{-w_0 - w_1 u}}{(1 + e^{-w_0 - w_1 u})^2} $$""",
                r"$$ g_w(u) = g_w(u) $$",
            ],
            "pp",
            id="of any sample, where the page has it of one",
        ),
        pytest.param(
            [
                SQUARE,
                r"$$ \frac{\partial}{\partial b} f(x_i)^2 = 2 f(x_i) \frac{\partial f}{\partial b}"
                r" = 2 f(x_i) x_i $$",
            ],
            "pp",
            id="of an entry beside it, though it is defined of x",
        ),
        pytest.param(
            [SQUARE, r"$$ \frac{df}{dx} = 2x + b $$", r"$$ \frac{\partial f}{\partial b} = x $$"],
            "pp",
            id="of its own variable where nothing stands beside it",
        ),
        pytest.param(
            [SQUARE, r"$$ \frac{\partial f}{\partial b} f(u) f(v) = u f(u) f(v) $$"],
            "u",
            id="of which of two",
        ),
        pytest.param(
            [
                UNIT,
                ERROR,
                r"""$$ \frac{\partial E}{\partial w_0}
                = \sum_{i=1}^{m} 2 (g_w(u^{(i)}) - y^{(i)}) \frac{\partial g_w}{\partial w_0} $$""",
            ],
            "p",
            id="under the sum",
        ),
        pytest.param(
            [
                UNIT,
                ERROR,
                r"""$$ \frac{\partial E}{\partial w_0} = \frac{\partial g_w}{\partial w_0}
                \sum_{i=1}^{m} 2 (g_w(u^{(i)}) - y^{(i)}) $$""",
            ],
            "u",
            id="outside the sum over its argument",
        ),
    ],
)
def test_a_function_of_a_number_without_its_argument(lines: list[str], expected: str) -> None:
    assert words(checked(*lines)) == expected


def test_which_argument_a_function_was_given_is_said() -> None:
    page = checked(UNIT, r"$$ \frac{\partial g_w}{\partial w_0} = g_w(u) (1 - g_w(u)) $$")
    assert page.steps[0].notes == (r"g_{w} is read as g_{w}(u)",)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            [
                UNIT,
                ERROR,
                r"""$$ \frac{\partial}{\partial w_1} \log g_w(u^{(i)})
                = \frac{\partial}{\partial g_w} \left( \log g_w(u^{(i)}) \right)
                \frac{\partial g_w}{\partial w_1} = (1 - g_w(u^{(i)})) u^{(i)} $$""",
            ],
            "pp",
            id="the chain rule through a value",
        ),
        pytest.param(
            [
                UNIT,
                ERROR,
                r"""$$ \frac{\partial}{\partial w_1} \log g_w(u^{(i)})
                = \frac{\partial}{\partial g_w} \left( \log g_w(u^{(i)}) \right) u^{(i)} $$""",
            ],
            "r",
            id="with a wrong second factor",
        ),
        pytest.param(
            [
                UNIT,
                ERROR,
                r"""$$ \frac{\partial E}{\partial g_w(u^{(i)})}
                = 2 (g_w(u^{(i)}) - y^{(i)}) $$""",
            ],
            "p",
            id="of a quantity that is made of values",
        ),
        pytest.param(
            [UNIT, ERROR, r"$$ \frac{\partial E}{\partial g_w(u^{(i)})} = 0 $$"],
            "r",
            id="which is not zero",
        ),
        pytest.param(
            [
                UNIT,
                ERROR,
                r"""$$ \frac{\partial E}{\partial g_w(u^{(i)})}
                = 2 (g_w(u^{(i)}) - y^{(i)}) g_w(u^{(i)}) $$""",
            ],
            "r",
            id="and does not go on to what the value is made of",
        ),
        pytest.param(
            [
                UNIT,
                ERROR,
                r"$$ \frac{\partial g_w(u^{(j)})}{\partial g_w(u^{(i)})} = \delta_{ij} $$",
            ],
            "p",
            id="of another value",
        ),
        pytest.param(
            [
                SQUARE,
                r"$$ Q = f(a) f(2a) $$",
                r"$$ \frac{\partial Q}{\partial f(a)} = f(2a) $$",
            ],
            "u",
            id="where the function is taken of something else, too",
        ),
        pytest.param(
            [
                SQUARE,
                r"$$ r(x) = f(x) + 1 $$",
                r"$$ Q = f(a) r(a) $$",
                r"$$ \frac{\partial Q}{\partial f(a)} = r(a) $$",
            ],
            "u",
            id="also inside another function",
        ),
        pytest.param(
            [
                SQUARE,
                r"$$ Q = f(a) $$",
                r"$$ R = f'(a) f(a) $$",
                r"$$ \frac{\partial R}{\partial f(a)} = f'(a) $$",
            ],
            "u",
            id="or differentiated",
        ),
        pytest.param(
            [SQUARE, r"$$ \frac{\partial}{\partial f(a + c)} f(a + c)^2 = 2 f(a + c) $$"],
            "u",
            id="of no single quantity",
        ),
    ],
)
def test_derivatives_by_the_value_of_a_function(lines: list[str], expected: str) -> None:
    assert words(checked(*lines)) == expected


LOSS = r"$$ \text{Loss}(g_w(u^{(i)}), y^{(i)}) = -y^{(i)} \log g_w(u^{(i)}) $$"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            r"""$$ \sum_{i=1}^{m} \text{Loss}(g_w(u^{(i)}), y^{(i)})
            = -\sum_{i=1}^{m} y^{(i)} \log g_w(u^{(i)}) $$""",
            "p",
        ),
        (
            r"""$$ \sum_{i=1}^{m} \text{Loss}(g_w(u^{(i)}), y^{(i)})
            = \sum_{i=1}^{m} y^{(i)} \log g_w(u^{(i)}) $$""",
            "r",
        ),
        (
            r"""$$ \text{Loss}(y^{(i)}, g_w(u^{(i)})) = -g_w(u^{(i)}) \log y^{(i)} $$
            $$ \text{Loss}(y^{(i)}, g_w(u^{(i)})) = -y^{(i)} \log g_w(u^{(i)}) $$""",
            "r",
        ),
    ],
    ids=["the definition", "without its sign", "the arguments in another order"],
)
def test_a_name_may_have_function_values_for_arguments(line: str, expected: str) -> None:
    assert words(checked(UNIT, LOSS, line)) == expected


SHARE = r"$$ q(x_j) = \frac{e^{t_j}}{Z}, \quad Z = \sum_{k=1}^{n} e^{t_k} $$"
ENTROPY = r"$$ H(p, q) = -\sum_{i=1}^{n} p(x_i) \log q(x_i) $$"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            [SHARE, r"$$ \frac{\partial \log q(x_i)}{\partial t_j} = \delta_{ij} - q(x_j) $$"],
            "p",
            id="defined by other entries",
        ),
        pytest.param(
            [SHARE, r"$$ \frac{\partial \log q(x_i)}{\partial t_j} = \delta_{ij} - q(x_i) $$"],
            "r",
            id="and a wrong index",
        ),
        pytest.param(
            [
                "The outcomes are $x_i$, with probabilities $p(x_i)$.",
                SHARE,
                ENTROPY,
                r"$$ \frac{\partial H}{\partial t_j} = q(x_j) - p(x_j) $$",
            ],
            "a",
            id="as a label that sums to 1",
        ),
        pytest.param(
            [
                SHARE,
                ENTROPY,
                r"$$ \frac{\partial H}{\partial t_j} = p(x_j) - q(x_j) $$",
            ],
            "r",
            id="and a wrong sign",
        ),
        pytest.param(
            [
                SHARE,
                ENTROPY,
                "The gradient is zero exactly when $$ q(x_j) = p(x_j). $$",
                "## Later",
                "It is zero exactly when $$ q(x_j) = p(x_j). $$",
                r"$$ \sum_{j=1}^{n} (q(x_j) - p(x_j))^2 = 0 $$",
            ],
            "???",
            id="nothing follows from where they are the same",
        ),
        pytest.param(
            [r"$$ S = \sum_{i=1}^{n} p(x_i)^2 $$", r"$$ \frac{\partial S}{\partial x_j} = 0 $$"],
            "?",
            id="not where the page differentiates by them",
        ),
        pytest.param(
            [
                r"$$ S = \sum_{i=1}^{n} p(x_i) (x_i - y_i) $$",
                r"$$ \frac{\partial S}{\partial x_j} = p(x_j) $$",
            ],
            "?",
            id="nor where it reckons with them",
        ),
        pytest.param(
            [r"$$ f(x_i) = x_i^3 $$", r"$$ f(x_i) f(y_i) = x_i^3 y_i^3 $$"],
            "p",
            id="nor where the function is taken of something else",
        ),
        pytest.param(
            [
                r"$$ Q = \sum_{i=1}^{n} (f(x_i) - y_i)^2 $$",
                r"$$ \frac{\partial Q}{\partial f(x_i)} = 2 (f(x_i) - y_i) $$",
            ],
            "p",
            id="the values of a function at the samples",
        ),
        pytest.param(
            [
                r"$$ Q = \sum_{i=1}^{n} (f(x_i) - y_i)^2 $$",
                r"$$ \frac{\partial Q}{\partial f(x_i)} = \sum_{i=1}^{n} 2 (f(x_i) - y_i) $$",
            ],
            "r",
            id="of one sample, not of all",
        ),
    ],
)
def test_functions_of_outcomes_are_families(lines: list[str], expected: str) -> None:
    assert words(checked(*lines)) == expected


SHARES = r"$$ \frac{\partial}{\partial x_i} \frac{e^{x_i}}{\sum_{j=1}^{n} e^{x_j}}"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([SHARES + r" = softmax(x_i) (1 - softmax(x_i)) $$"], "p"),
        ([SHARES + r" = Softmax(x_i) - Softmax(x_i)^2 $$"], "p"),
        ([SHARES + r" = \mathrm{Softmax}(x)_i (1 - \mathrm{Softmax}(x)_i) $$"], "p"),
        ([SHARES + r" = softmax(x_i) $$"], "r"),
        (
            [
                r"$$ softmax(x)_i = \frac{e^{2 x_i}}{\sum_{j=1}^{n} e^{2 x_j}} $$",
                SHARES + r" = softmax(x_i) (1 - softmax(x_i)) $$",
            ],
            "u",
        ),
        (
            [
                r"$$ softmax(x) = [\frac{e^{x_1}}{\sum_{j=1}^{n} e^{x_j}}, \ldots, e^{x_n}] $$",
                SHARES + r" = softmax(x_i) (1 - softmax(x_i)) $$",
            ],
            "?",
        ),
        (
            [
                r"$$ softmax(x) = [\frac{e^{x_i}}{\sum_{j=1}^{n} e^{x_j}}, \ldots,"
                r" \frac{e^{x_n}}{\sum_{j=1}^{n} e^{x_j}}] $$",
                SHARES + r" = softmax(x_i) (1 - softmax(x_i)) $$",
            ],
            "p",
        ),
        ([SHARES + r" = softmax(z_i) $$"], "u"),
        (
            [
                r"$$ p_i = softmax(z_i) $$",
                r"$$ \frac{\partial p_i}{\partial z_i} = p_i (1 - p_i) $$",
            ],
            "?",
        ),
    ],
    ids=[
        "entry i of softmax(x)",
        "with a capital",
        "beside its index",
        "and a factor that is missing",
        "not where the page says otherwise",
        "not even in a list",
        "a list with a slip, all of it shares",
        "of what the page shows no share",
        "z_i may be a vector",
    ],
)
def test_softmax_of_an_entry(lines: list[str], expected: str) -> None:
    assert words(checked(*lines)) == expected


def test_how_softmax_of_an_entry_is_read_is_said() -> None:
    page = checked(SHARES + r" = softmax(x_i) (1 - softmax(x_i)) $$")
    assert page.steps[0].notes == ("softmax(x_{i}) is read as entry i of softmax(x)",)


LINE = r"$$ g(x) = \sum_{i=1}^{n} w_i x_i + c $$"


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (r"$$ w_i := w_i - \eta \frac{\partial R}{\partial w_i} $$", "p"),
        (r"$$ w_i = w_i - \eta \frac{\partial R}{\partial w_i} $$", "p"),
        (r"Here $$ w_i = 2 x_i. $$", "u"),
        (r"$$ w_i := w_i - \eta $$ where $$ w_i = 2 x_i. $$", "u"),
    ],
    ids=["an assignment", "an update", "a definition", "both"],
)
def test_an_update_says_nothing_of_what_a_parameter_rests_on(second: str, expected: str) -> None:
    square = r"$$ g(v)^2 = (\sum_{i=1}^{n} w_i v_i + c)^2 $$"
    assert words(checked(r"$x$ and $v$ are vectors.", LINE, square, second))[0] == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            [
                r"$$ \mathbf{p} = \text{softmax}(\mathbf{x}) = \{ p_1, p_2, \ldots, p_n \} $$",
                r"$$ \frac{\partial p_j}{\partial x_i} = p_j (\delta_{ij} - p_i) $$",
            ],
            "pp",
        ),
        (
            [
                r"$$ \mathbf{p} = \text{softmax}(\mathbf{x}) = \{ p_1, p_2, \ldots, p_n \} $$",
                r"$$ \frac{\partial p_j}{\partial x_i} = p_j (\delta_{ij} - p_j) $$",
            ],
            "pr",
        ),
        (
            [
                r"$$ \mathbf{p} = \text{softmax}(\mathbf{x}) $$",
                r"$$ \text{softmax}(\mathbf{x}) = \frac{\exp(2 \mathbf{x})}{\sum_j \exp(2 x_j)} $$",
                r"$$ \frac{\partial p_j}{\partial x_i} = 2 p_j (\delta_{ij} - p_i) $$",
                r"$$ \frac{\partial p_j}{\partial x_i} = p_j (\delta_{ij} - p_i) $$",
            ],
            "pr",
        ),
    ],
    ids=["names", "and a wrong index", "as the page says"],
)
def test_a_list_of_names_says_nothing_of_what_softmax_is(lines: list[str], expected: str) -> None:
    assert words(checked(*lines)) == expected


def test_brackets_with_an_index_that_a_sum_runs_over_are_a_call() -> None:
    page = checked(
        "The share of $x$ is $p(x)$, that of the first is $p_1$, and $x > 0$ is a count.",
        r"""$$ D = \sum_x p(x) \log \frac{p(x)}{q(x)}
        = \sum_x p(x) (\log p(x) - \log q(x)) = \sum_x p(x) (\log p(x) + \log q(x)) $$""",
    )
    assert words(page) == "p?"  # what p and q are, the page never says


MASS = r"The mass of $x$ is $r(x; s) = s^x (1 - s)^{1 - x}$."
LIKELIHOOD = r"$$ L(s) = \prod_{i=1}^{n} r(x_i; s) $$"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            [MASS, r"$$ L = \prod_{i=1}^{n} r(x_i; s) = \prod_{i=1}^{n} s^{x_i} (1-s)^{1-x_i} $$"],
            "p",
        ),
        (
            [MASS, r"$$ L = \prod_{i=1}^{n} r(x_i; s) = \prod_{i=1}^{n} s^{x_i} (1-s)^{x_i} $$"],
            "r",
        ),
        (
            [MASS, LIKELIHOOD, r"$$ L(s) = s^{\sum_i x_i} (1-s)^{n - \sum_i x_i} $$"],
            "s",
        ),
        (
            [MASS, LIKELIHOOD, r"$$ L(s) = s^{\sum_i x_i} (1-s)^{\sum_i x_i} $$"],
            "r",
        ),
        (
            [
                MASS,
                LIKELIHOOD,
                "It is known that $r$ is a mass.",
                r"$$ L(s) = s^{\sum_i x_i} $$",
                r"$$ \frac{dL}{ds} = \left(\sum_i x_i\right) s^{\sum_i x_i - 1} $$",
            ],
            "rr",
        ),
    ],
    ids=[
        "of another argument",
        "and a slip",
        "a second line about L is a step",
        "which may be false",
        "and gives L no new meaning",
    ],
)
def test_a_function_with_parameters_behind_a_semicolon(lines: list[str], expected: str) -> None:
    assert words(checked(*lines)) == expected


def test_what_is_solved_for_is_no_definition() -> None:
    page = checked(
        r"$$ R = k \log s + (n - k) \log(1 - s) $$",
        "We set the derivative to zero:",
        r"$$ \frac{dR}{ds} = \frac{k}{s} - \frac{n - k}{1 - s} = 0 $$",
        r"$$ k (1 - s) = s (n - k) $$",
        r"$$ k = n s \implies \hat{s} = \frac{k}{n} $$",
    )
    assert [d.name for d in page.definitions] == ["R", r"\hat{s}"]
    assert words(page) == "p"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (r"\frac{\partial}{\partial d} [c(d) \, d] = \frac{\partial c}{\partial d} d + c(d)", "p"),
        (r"\frac{\partial}{\partial d} [c(d) \, d] = \frac{\partial c}{\partial d} + c(d)", "r"),
        (
            r"\frac{\partial}{\partial D_i} [c(D) D_k]"
            r" = \frac{\partial c}{\partial D_i} D_k + \delta_{ik} c(D)",
            "p",
        ),
        (
            r"\frac{\partial}{\partial D_i} [c(D) D_k]"
            r" = \frac{\partial c}{\partial D_k} D_k + \delta_{ik} c(D)",
            "?",
        ),
        (r"\frac{\partial}{\partial D_i} [c(D) D_k] = \delta_{ik} c(D)", "?"),
    ],
    ids=[
        "of a number",
        "and a factor that is missing",
        "of a vector",
        "and a wrong index",
        "and not a constant",
    ],
)
def test_which_of_two_calls_a_bare_name_means(line: str, expected: str) -> None:
    first = r"Let $c(d)$ be a number, and $c(D)$, where $D$ and $R$ are vectors."
    number = r"$$ u = c(r) \, r, \quad c(r) = \frac{1}{\sqrt{r^2 + 1}} $$"
    vector = r"$$ U = c(R) R, \quad c(R) = \frac{1}{\sqrt{R^T R + 1}} $$"
    later = vector if "D" in line else number
    assert words(checked(first, f"$$ {line} $$", "## Use", later)) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (r"T = \frac{\partial}{\partial \theta} [\theta h_\theta(x)] = h_\theta(x)", "?"),
        (r"T = \frac{\partial}{\partial v} [v h_\theta(x)] = h_\theta(x)", "p"),
        (r"T_j = \frac{\partial}{\partial \theta_j} [\theta_j h_\theta(x)] = h_\theta(x)", "?"),
        (r"T_i = \frac{\partial}{\partial D_i} [c(D) D_k] = \delta_{ik} c(D)", "?"),
        (r"T = \frac{\partial}{\partial w} [w P(y|x;w)] = P(y|x;w)", "?"),
        (r"T = \frac{\partial}{\partial w} [w P_w(y|x)] = P_w(y|x)", "?"),
        (r"T = \frac{\partial}{\partial v} [v P_w(y|x)] = P_w(y|x)", "p"),
    ],
    ids=[
        "a label",
        "not its label",
        "an entry of it",
        "an argument",
        "a parameter",
        "a label of a name with several arguments",
        "nothing that it has",
    ],
)
def test_what_is_never_defined_may_depend_on_what_it_shows(line: str, expected: str) -> None:
    assert words(checked("$D$ is a vector.", f"$$ {line} $$")) == expected


DENSITY = r"$$ \log p(x | a, s) = -\log s - \frac{(x - a)^2}{2 s^2} $$"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (r"\frac{\partial \log p(x | a, s)}{\partial a} = \frac{x - a}{s^2}", "p"),
        (r"\frac{\partial \log p(x | a, s)}{\partial a} = \frac{a - x}{s^2}", "r"),
        (r"p(x | a, s) = \frac{1}{s} e^{-\frac{(x - a)^2}{2 s^2}}", "p"),
        (r"p(x | a, s) = \frac{1}{s^2} e^{-\frac{(x - a)^2}{2 s^2}}", "?"),
        (r"\frac{\partial p(x | a, s)}{\partial a} = p(x | a, s) \frac{x - a}{s^2}", "p"),
        (r"\log p(x | a, s) = -\log s - \frac{(x - a)^2}{s^2}", "r"),
    ],
    ids=[
        "its derivative",
        "and a wrong sign",
        "what it is the log of",
        "and a slip",
        "which has a derivative, too",
        "said again, and otherwise",
    ],
)
def test_a_name_may_be_defined_by_its_log(line: str, expected: str) -> None:
    assert words(checked(DENSITY, "It follows:", f"$$ {line} $$")) == expected


def test_a_density_of_vectors_is_not_defined_by_its_log() -> None:
    page = checked(
        r"$$ \log p(\mathbf{x} | \mathbf{a}) = -\mathbf{x}^T B^{-1} \mathbf{a} $$",
        r"$$ \frac{\partial \log p(\mathbf{x} | \mathbf{a})}{\partial \mathbf{a}}"
        r" = -B^{-1} \mathbf{x} $$",
    )
    assert "p" not in words(page)  # true of a symmetric B only


def test_a_log_of_what_is_defined_is_a_step() -> None:
    first = r"$$ p(x | a, s) = \frac{1}{s} e^{-\frac{(x - a)^2}{2 s^2}} $$"
    assert words(checked(first, DENSITY)) == "p"
    assert words(checked(first, DENSITY.replace("2 s^2", "s^2"))) == "r"


SQUARES = r"$$ h(x) = \sum_j x_j^2 $$"
APART = r"$$ D(p, q) = \sum_k p_k \log \frac{p_k}{q_k} $$"
MIXED = r"$$ h(x, z) = z \sum_j x_j^2 $$"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param([SQUARES, r"$$ h(2x) = 4 h(x) $$"], "p", id="of twice a vector"),
        pytest.param([SQUARES, r"$$ h(2x) = 2 h(x) $$"], "r", id="of twice a vector, a slip"),
        pytest.param([SQUARES, r"$$ \frac{h(2x)}{h(x)} = 1 $$"], "r", id="in a quotient"),
        pytest.param([APART, r"$$ D(p, q) + D(q, p) = 2 D(p, q) $$"], "r", id="no symmetry"),
        pytest.param(
            [APART, r"$$ D(2q, p) = \sum_k 2 q_k \log \frac{2 q_k}{p_k} $$"],
            "p",
            id="two vectors put in each other's place",
        ),
        pytest.param(
            [MIXED, r"$$ x z = w $$", r"$$ h(2x, z) = h(x, z) $$"],
            "u",
            id="an x that is a number elsewhere",
        ),
    ],
)
def test_a_function_of_entries_is_one_of_the_vector(lines: list[str], expected: str) -> None:
    assert words(checked(*lines)) == expected


FIRST = r"$$ f_1(x) = w^T x $$"
SECOND = r"$$ f_2(x) = v^T x $$"
LOGISTIC = r"$$ h_\theta(x) = \frac{1}{1 + e^{-\theta^T x}} $$"
EACH = r"$$ f_k(x) = \sum_j w_{kj} x_j $$"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param([FIRST, SECOND, r"$$ f_2(2x) = 2 f_2(x) $$"], "p", id="the second"),
        pytest.param([FIRST, SECOND, r"$$ f_2(2x) = 2 f_1(x) $$"], "r", id="of the first"),
        pytest.param([FIRST, SECOND, r"$$ f_3(2x) = 2 f_1(x) $$"], "u", id="a third"),
        pytest.param([LOGISTIC, r"$$ h_\theta(-x) = 1 - h_\theta(x) $$"], "p", id="its parameter"),
        pytest.param([LOGISTIC, r"$$ h_{-\theta}(-x) = 1 - h_\theta(x) $$"], "u", id="minus it"),
        pytest.param([LOGISTIC, r"$$ h_\phi(-x) = 1 - h_\theta(x) $$"], "u", id="another one"),
        pytest.param([EACH, r"$$ f_i(2x) = 2 f_i(x) $$"], "p", id="another index"),
        pytest.param([EACH, r"$$ f_i(2x) = 2 f_k(x) $$"], "r", id="two indices"),
    ],
)
def test_a_function_is_known_by_its_labels(lines: list[str], expected: str) -> None:
    assert words(checked(*lines)) == expected


GIVEN = r"$$ y_k(x) = \frac{e^{z_k}}{\sum_j e^{z_j}} $$"
BOTH = r"$$ L = -\sum_k y_k \log y_k(x) $$"
MODEL = r"$$ y(x) = w x + b $$"
APART_LOSS = r"$$ L = \frac12 (y(x) - y)^2 $$"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            [GIVEN, BOTH, r"$$ \frac{\partial L}{\partial z_k} = y_k(x) - y_k $$"],
            "uu",  # the first as nothing is defined any more
            id="labels beside what is given",
        ),
        pytest.param([GIVEN, r"$$ \sum_k y_k(x) = \sum_k y_k $$"], "uu", id="two sums"),
        pytest.param(
            [GIVEN, r"$$ \frac{\partial y_k(x)}{\partial z_k} = y_k(x) (1 - y_k(x)) $$"],
            "p",
            id="never without",
        ),
        pytest.param(
            [MODEL, APART_LOSS, r"$$ \frac{\partial L}{\partial w} = (y(x) - y) x $$"],
            "u",
            id="a number",
        ),
        pytest.param(
            [
                MODEL,
                r"$$ g(s) = s y(2) - s y $$",
                r"$$ \frac{\partial}{\partial s} g(s) = y(2) - y $$",
            ],
            "u",
            id="inside another function",
        ),
        pytest.param(
            [
                r"$$ J(w, b) = (w z + b)^2 $$",
                r"$$ u = w z $$",
                r"$$ \frac{\partial J(w, b)}{\partial b} = \frac{\partial J}{\partial b}"
                r" = 2 (w z + b) $$",
            ],
            "pp",
            id="what is differentiated is no label",
        ),
    ],
)
def test_a_name_with_and_without_an_argument_in_one_formula(
    lines: list[str], expected: str
) -> None:
    assert words(checked(*lines)) == expected


def loss(body: str) -> str:
    return rf"$$ l(y, q) = {body} $$"


TWICE = r"$$ l(2y, 2q) = 4 l(y, q) $$"
BY_Q = r"$$ \frac{\partial l}{\partial q} = q - y $$"
HALF, FOURTH = loss(r"\frac12 (y - q)^2"), loss(r"\frac{c}{2} (y - q)^4")
LOGS = loss(r"-y \log q - (1 - y) \log(1 - q)")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(["# A", BY_Q, "where", HALF], "p", id="where, with one loss"),
        pytest.param(
            ["# A", BY_Q, "where", HALF, "# B", BY_Q, "where", LOGS],
            "p??",
            id="another loss in the next section, which may be a slip",
        ),
        pytest.param(
            ["# A", BY_Q, "where", HALF, "# B", BY_Q, "where", FOURTH],
            "p?",
            id="another loss of something new",
        ),
        pytest.param(
            ["# A", HALF, TWICE, "# B", FOURTH, TWICE, TWICE.replace("4", "16")],
            "prp",
            id="other arguments go into the latest loss",
        ),
        pytest.param(["# A", HALF, "# B", BY_Q, HALF, BY_Q], "ppp", id="said again"),
        pytest.param(
            ["# A", HALF, "# B", BY_Q, "This is zero exactly when $l(y, q) = (y - q)^4$."],
            "p?",
            id="a condition gives no meaning",
        ),
    ],
)
def test_a_loss_that_the_next_section_gives_another_meaning(
    lines: list[str], expected: str
) -> None:
    assert words(checked(*lines)) == expected
