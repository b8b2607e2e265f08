"""LaTeX maths → formulas: how far everything reaches, and what is refused where.

Trees are compared by what they mean: ``tree`` prints a formula fully bracketed, so
``a·b/c`` and ``a·(b/c)`` cannot be taken for each other.
"""

from __future__ import annotations

import pytest

from derive.formula import (
    Big,
    Bracket,
    CasesNode,
    Chain,
    Derivative,
    Dots,
    FormulaError,
    Function,
    IndexCondition,
    Indicator,
    Name,
    Negative,
    Node,
    Number,
    Over,
    Plus,
    Root,
    Scripted,
    Times,
    Words,
    nodes,
)
from derive.reading.chains import parse_chains, parse_expression


def tree(node: Node | None) -> str:
    """A formula with all its brackets: ``(a*b)``, ``(a+(-b))``, ``sum[k](y_k)``."""
    match node:
        case None:
            return "unread"
        case Number(value):
            return str(value)
        case Name(name):
            return name.removeprefix("\\")
        case Words(text):
            return f"<{text}>"
        case Dots():
            return "..."
        case Scripted(base, subs, sup, primes):
            lower = "_" + ",".join(tree(s) for s in subs) if subs else ""
            upper = f"^{tree(sup)}" if sup is not None else ""
            return tree(base) + lower + upper + "'" * primes
        case Plus(items):
            return "(" + "".join(("+" if s > 0 else "-") + tree(n) for s, n in items) + ")"
        case Negative(body):
            return f"(-{tree(body)})"
        case Times(factors):
            return "(" + "*".join(tree(f) for f in factors) + ")"
        case Over(top, bottom):
            return f"({tree(top)}/{tree(bottom)})"
        case Bracket(kind, items):
            close = {"(": ")", "{": "}", "|": "|"}[kind]
            return kind + ",".join(tree(i) for i in items) + close
        case Function(name, arg, base, power):
            lower = f"_{tree(base)}" if base is not None else ""
            upper = f"^{tree(power)}" if power is not None else ""
            return f"{name}{lower}{upper}<{tree(arg)}>"
        case Root(degree, body):
            return f"root{degree}<{tree(body)}>"
        case IndexCondition(left, right, equal):
            return f"{tree(left)}{'=' if equal else '!='}{tree(right)}"
        case Big(kind, letters, start, upper_end, without, body):
            limits = ",".join(tree(x) for x in letters)
            if start is not None:
                limits += f"={tree(start)}"
            if upper_end is not None:
                limits += f"..{tree(upper_end)}"
            limits += "".join(f";{tree(c)}" for c in without)
            return f"{kind}[{limits}]{{{tree(body)}}}"
        case Derivative(body, by, letter):
            return f"{letter.removeprefix(chr(92))}<{tree(body)}|{','.join(tree(b) for b in by)}>"
        case Indicator(condition):
            return f"[{tree(condition)}]"
        case CasesNode(rows):
            shown = []
            for row in rows:
                when = " and ".join(tree(c) for c in row.conditions)
                shown.append(f"{tree(row.value)} if {'else' if row.otherwise else when}")
            return "cases<" + "; ".join(shown) + ">"
    raise AssertionError(node)


def read(source: str) -> str:
    return tree(parse_expression(source))


def chain(found: Chain) -> str:
    """``a = b = c | i!=j``, with ``…`` in front of a chain that continues."""
    out = "…" if found.continues else ""
    relations = list(found.relations)
    for at, side in enumerate(found.sides):
        if at or found.continues:
            out += f" {relations.pop(0)} "
        out += tree(side.node)
    if found.conditions:
        out += " | " + " & ".join(tree(c) for c in found.conditions)
    for letter, first, last in found.ranges:
        out += f" | {tree(letter)}: {tree(first)}..{tree(last)}"
    return out.strip()


def chains(source: str) -> list[str]:
    return [chain(c) for c in parse_chains(source)]


# --------------------------------------------------------------------------- sums and products


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a + b c", "(+a+(b*c))"),
        ("a - b - c", "(+a-b-c)"),
        ("-a b", "(-(a*b))"),
        ("-a + b", "(-a+b)"),
        ("- -a", "a"),
        ("a b c", "(a*b*c)"),
        (r"a \cdot b \times c * d", "(a*b*c*d)"),
        ("2xy", "(2*x*y)"),
        ("a(b+c)", "(a*((+b+c)))"),
        ("a/b", "(a/b)"),
        ("1/2 x", "((1/2)*x)"),
        ("a/b/c", "((a/b)/c)"),
        ("a b / c", "(a*(b/c))"),
        ("[a+b]c", "(((+a+b))*c)"),
        (r"\{a+b\}c", "(((+a+b))*c)"),
        (r"\left(a\right)\bigl(b\bigr)", "((a)*(b))"),
        ("|a-b|", "|(+a-b)|"),
        ("0.5", "1/2"),
    ],
)
def test_products_bind_tighter_than_sums(source: str, expected: str) -> None:
    assert read(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"x \cdot -a", "(x*(-a))"),
        (r"x \cdot -a b", "(x*(-a)*b)"),
        (r"x \cdot -a + b", "(+(x*(-a))+b)"),
        (r"x \cdot - -a", "(x*a)"),
        (r"x \times +a", "(x*a)"),
        (r"\frac{1}{a_k} \cdot -a_j a_k", "((1/a_k)*(-a_j)*a_k)"),
    ],
)
def test_a_minus_after_a_dot_is_a_negated_factor(source: str, expected: str) -> None:
    assert read(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a_j.a_i", "(a_j*a_i)"),
        (r"\frac{1}{a_k}.\frac{b}{c}", "((1/a_k)*(b/c))"),
        ("2.5x", "(5/2*x)"),
        ("a_j.(1-a_j)", "(a_j*((+1-a_j)))"),
    ],
)
def test_a_dot_on_the_line_between_factors_is_a_product(source: str, expected: str) -> None:
    assert read(source) == expected


# --------------------------------------------------------------------------- big operators


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"\sum_k y_k a_k + b", "(+sum[k]{(y_k*a_k)}+b)"),
        (r"\sum_k y_k \cdot a_k - b", "(+sum[k]{(y_k*a_k)}-b)"),
        (r"\sum_k(w_{jk} a_k) + b_j", "(+sum[k]{((w_j,k*a_k))}+b_j)"),
        (r"\sum_k a_k b", "sum[k]{(a_k*b)}"),
        (r"\sum_k a_k / b", "sum[k]{(a_k/b)}"),
        (r"c \sum_k a_k b + d", "(+(c*sum[k]{(a_k*b)})+d)"),
        (r"\sum_j \sum_k a_{jk} x + y", "(+sum[j]{sum[k]{(a_j,k*x)}}+y)"),
        (r"\sum_k \frac{1}{a_k} \cdot -a_k", "sum[k]{((1/a_k)*(-a_k))}"),
        (r"\sum_k -y_k + b", "(+sum[k]{(-y_k)}+b)"),
        (r"-\sum_k y_k \log a_k", "(-sum[k]{(y_k*log<a_k>)})"),
        (r"(\sum_k a_k) b", "((sum[k]{a_k})*b)"),
        (r"(\sum_k a_k)^2", "(sum[k]{a_k})^2"),
        (r"\sum_k a_k \sum_l b_l", "sum[k]{(a_k*sum[l]{b_l})}"),
        (r"\prod_k a_k b + c", "(+prod[k]{(a_k*b)}+c)"),
    ],
)
def test_a_sum_reaches_over_products_up_to_plus_and_minus(source: str, expected: str) -> None:
    assert read(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"\sum_{k} a_k", "sum[k]{a_k}"),
        (r"\sum_k^n a_k", "sum[k..n]{a_k}"),
        (r"\sum_{k}^{ } a_k", "sum[k]{a_k}"),
        (r"\sum_{k=1}^n a_k", "sum[k=1..n]{a_k}"),
        (r"\sum^{m}_{i=0} a_i", "sum[i=0..m]{a_i}"),
        (r"\sum_{i=0}^{m-1} a_i", "sum[i=0..(+m-1)]{a_i}"),
        (r"\sum\limits_{k=1}^{n} a_k", "sum[k=1..n]{a_k}"),
        (r"\sum\nolimits_k a_k", "sum[k]{a_k}"),
        (r"\sum_{k \neq j} a_k", "sum[k;k!=j]{a_k}"),
        (r"\sum_{k \ne j} a_k", "sum[k;k!=j]{a_k}"),
        (r"\sum_{k, k \neq j} a_k", "sum[k;k!=j]{a_k}"),
        (r"\sum_{k=1, k \neq j}^n a_k", "sum[k=1..n;k!=j]{a_k}"),
        (r"\sum_{k=1, j \neq k}^n a_k", "sum[k=1..n;k!=j]{a_k}"),
        (r"\sum_{\substack{k=1 \\ k \neq j}}^n a_k", "sum[k=1..n;k!=j]{a_k}"),
        (r"\sum_{k \neq i, k \neq j} a_k", "sum[k;k!=i;k!=j]{a_k}"),
        (r"\sum_{j,k} a_{jk}", "sum[j,k]{a_j,k}"),
        (r"\sum_{jk} a_{jk}", "sum[j,k]{a_j,k}"),
        (r"\sum_{k=1 \ldots n} a_k", "sum[k=1..n]{a_k}"),
        (r"\sum_{k=1,\ldots,n} a_k", "sum[k=1..n]{a_k}"),
        (r"\sum_{k \not= j} a_k", "sum[k;k!=j]{a_k}"),
        (r"\sum_{j'} e^{z_{j'}}", "sum[j']{exp<z_j'>}"),
        (r"\displaystyle\sum_{k}e^{z^L_k}", "sum[k]{exp<z_k^L>}"),
    ],
)
def test_the_limits_of_a_sum(source: str, expected: str) -> None:
    assert read(source) == expected


# --------------------------------------------------------------------------- derivatives


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"\frac{\partial C}{\partial z_j}", "partial<C|z_j>"),
        (r"\frac{dC}{dz}", "d<C|z>"),
        (r"\frac{\mathrm{d}C}{\mathrm{d}z}", "d<C|z>"),
        (r"\dfrac{\partial C}{\partial z}", "partial<C|z>"),
        ("dC/dz", "d<C|z>"),
        ("dC/dz_j", "d<C|z_j>"),
        (r"\partial C/\partial z_j", "partial<C|z_j>"),
        (r"\partial_x f", "partial<f|x>"),
        (
            r"\frac{\partial \sum_{k}(w_{jk} a_k) + b_j}{\partial b_j}",
            "partial<(+sum[k]{((w_j,k*a_k))}+b_j)|b_j>",
        ),
        (r"\frac{\partial -a b}{\partial a}", "partial<(-(a*b))|a>"),
        (r"\frac{\partial a b + c}{\partial a} d", "(partial<(+(a*b)+c)|a>*d)"),
    ],
)
def test_a_derivative_takes_the_whole_numerator(source: str, expected: str) -> None:
    assert read(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"\frac{\partial}{\partial z}(a + b)", "partial<((+a+b))|z>"),
        (r"\frac{\partial }{\partial z}(a) b", "(partial<(a)|z>*b)"),
        (r"\frac{\partial}{\partial z} a b + c", "(+partial<(a*b)|z>+c)"),
        (r"\frac{\partial}{\partial z} \log a", "partial<log<a>|z>"),
        (r"\frac{\partial}{\partial z} \sum_k y_k a_k + b", "(+partial<sum[k]{(y_k*a_k)}|z>+b)"),
        (r"-\frac{\partial}{\partial z} \sum_k a_k", "(-partial<sum[k]{a_k}|z>)"),
        (r"\frac{\partial}{\partial z} -a", "partial<(-a)|z>"),
        (r"\frac{d}{dz} \frac{1}{1+e^{-z}}", "d<(1/(+1+exp<(-z)>))|z>"),
        (r"\frac{d}{dx} x^2", "d<x^2|x>"),
        (r"\frac{\partial}{\partial z_j} z_k - b", "(+partial<z_k|z_j>-b)"),
    ],
)
def test_an_empty_numerator_is_an_operator_on_what_follows(source: str, expected: str) -> None:
    assert read(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"\frac{\partial^2 C}{\partial z_i \partial z_j}", "partial<C|z_i,z_j>"),
        (r"\frac{\partial^2 C}{\partial z_j^2}", "partial<C|z_j,z_j>"),
        (r"\frac{\partial^{2} C}{\partial z^{2}}", "partial<C|z,z>"),
        (r"\frac{d^2}{dx^2} f", "d<f|x,x>"),
    ],
)
def test_second_derivatives_name_a_variable_per_order(source: str, expected: str) -> None:
    assert read(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("(e^{z_j})'", "(exp<z_j>)'"),
        ("f'(x)", "(f'*(x))"),
        (r"f^{\prime}(x)", "(f'*(x))"),
        (r"f^\prime(x)", "(f'*(x))"),
        ("f''", "f''"),
        (r"\sigma'(z_j)", "(sigma'*(z_j))"),
        ("a_j'", "a_j'"),
        ("a'_j", "a_j'"),
    ],
)
def test_primes(source: str, expected: str) -> None:
    assert read(source) == expected


# --------------------------------------------------------------------------- functions, fractions


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"\log a_k", "log<a_k>"),
        (r"y_k \log a_k", "(y_k*log<a_k>)"),
        (r"\mathrm{log}a_k", "log<a_k>"),
        (r"\operatorname{log} a_k", "log<a_k>"),
        ("log a_k", "log<a_k>"),
        (r"\ln a_k + b", "(+log<a_k>+b)"),
        (r"\log a b", "log<(a*b)>"),
        (r"\log (a) b", "(log<a>*b)"),
        (r"\log (a + b)", "log<(+a+b)>"),
        (r"\log a \log b", "(log<a>*log<b>)"),
        (r"\log \frac{a}{b}", "log<(a/b)>"),
        (r"\log \sum_k e^{z_k}", "log<sum[k]{exp<z_k>}>"),
        (r"\log a / b", "(log<a>/b)"),
        (r"\log a \cdot b", "(log<a>*b)"),
        (r"\log_2 a", "log_2<a>"),
        (r"\log^2 a", "log^2<a>"),
        (r"\log{a}_k", "log<a_k>"),
        (r"\log -a", "log<(-a)>"),
        (r"-y \log a - (1-y) \log (1-a)", "(-(y*log<a>)-(((+1-y))*log<(+1-a)>))"),
    ],
)
def test_a_logarithm_without_brackets_takes_the_simple_factors_after_it(
    source: str, expected: str
) -> None:
    assert read(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("e^{z_j}", "exp<z_j>"),
        ("e^z", "exp<z>"),
        ("e^{z^L_j}", "exp<z_j^L>"),
        ("e^{-z}", "exp<(-z)>"),
        ("{e}^{z}", "exp<z>"),
        (r"\mathrm{e}^{z}", "exp<z>"),
        (r"\exp(z_j)", "exp<z_j>"),
        (r"\exp{z_j}", "exp<z_j>"),
        (r"\exp\left(z_j\right)", "exp<z_j>"),
        ("exp(z_j)", "exp<z_j>"),
        (r"\exp z_j", "exp<z_j>"),
        (r"\exp(a)b", "(exp<a>*b)"),
        (r"\exp\{a\}", "exp<a>"),
        ("e^{a}e^{b}", "(exp<a>*exp<b>)"),
        (r"(e^a)^2", "(exp<a>)^2"),
        (r"\exp(z)^2", "exp<z>^2"),
        (r"\exp^2(z)", "exp^2<z>"),
    ],
)
def test_exponentials(source: str, expected: str) -> None:
    assert read(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"\frac12", "(1/2)"),
        (r" \frac12x", "((1/2)*x)"),
        (r"\frac1n", "(1/n)"),
        (r"\frac1{2}", "(1/2)"),
        (r"\frac{1}2", "(1/2)"),
        (r"\frac123", "((1/2)*3)"),
        (r"\frac ab", "(a/b)"),
        (r"\tfrac{1}{2}", "(1/2)"),
        (r"{a \over b}", "(a/b)"),
        (r"{a + b \over c} d", "(((+a+b)/c)*d)"),
        (r"{\partial C \over \partial z}", "partial<C|z>"),
        (r"\frac{a}{b}^2", "(a/b)^2"),
        (r"\sqrt{x}", "root2<x>"),
        (r"\sqrt[3]{x}", "root3<x>"),
        (r"\sqrt x y", "(root2<x>*y)"),
    ],
)
def test_fractions_and_roots(source: str, expected: str) -> None:
    assert read(source) == expected


# --------------------------------------------------------------------------- scripts and names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a_j^L", "a^L_j"),
        ("a_{j}^{L}", "a^{L}_{j}"),
        ("w_{jk}", "w_{j,k}"),
        ("w_{jk}", "w_{j k}"),
        ("w_{jk}^L", "w^L_{jk}"),
        ("{a}_j", "a_j"),
        ("{a_j}^L", "a_j^L"),
        ("{}_i^{}w_j", "{}_i w_j"),
        (r"x^{ }_j", "x_j"),
        (r"a_j^{L-1}", r"a^{L-1}_j"),
        ("x^{(i)}_j", "x_j^{(i)}"),
    ],
)
def test_the_order_of_scripts_does_not_matter(one: str, other: str) -> None:
    assert parse_expression(one) == parse_expression(other)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a_j^L", "a_j^L"),
        ("x_10", "(x_1*0)"),
        ("x_{10}", "x_10"),
        ("x^23", "(x^2*3)"),
        (r"\hat{y}_k", r"hat{y}_k"),
        (r"\hat y_k", r"hat{y}_k"),
        (r"\hat{y_k}", r"hat{y}_k"),
        (r"\mathbf{w}", r"mathbf{w}"),
        (r"\mathrm{CE}", "CE"),
        (r"z_{\text{out}}", "z_<out>"),
        (r"z_{\mathrm{max}}", "z_<max>"),
        (r"w^*", "w^<*>"),
        (r"w^{\top}", r"w^<\top>"),
        (r"x^{-1}", "x^(-1)"),
        (r"x^{n+1}", "x^(+n+1)"),
        (r"\theta_{i'}", "theta_i'"),
        (r"\boxed{a}", "a"),
        (r"\underbrace{a + b}_{\text{both}} c", "((+a+b)*c)"),
        (r"\delta_{ij}", "delta_i,j"),
        (r"\delta_{i=j}", "delta_i=j"),
        (r"\mathbb{1}_{i=j}", "[i=j]"),
        (r"\mathbb{1}[i = j]", "[i=j]"),
        (r"\mathbf{1}\{i \neq j\}", "[i!=j]"),
        (r"\mathbb{1}_{\{i=j\}} a", "([i=j]*a)"),
        ("1_{i=j}", "1_i=j"),
        (r"a + \dots + b", "(+a+...+b)"),
    ],
)
def test_names_indicators_and_scripts(source: str, expected: str) -> None:
    assert read(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        r"\begin{cases} a & i = j \\ b & i \neq j \end{cases}",
        r"\begin{cases} a & \text{if } i = j \\ b & \text{if } i \neq j \end{cases}",
        r"\begin{cases} a, & i = j, \\ b, & i \neq j. \end{cases}",
        r"\begin{cases} a & if & i = j \\ b & if & i \neq j \end{cases}",
        r"\begin{cases} a \text{ if } i = j \\ b \text{ if } i \neq j \end{cases}",
        r"\begin{dcases} a & 如果 i = j \\ b & 如果 i \neq j \\ \end{dcases}",
        r"\left\{ \begin{array}{ll} a & i = j \\ b & i \neq j \end{array} \right.",
    ],
)
def test_cases_with_their_conditions(source: str) -> None:
    assert read(source) == "cases<a if i=j; b if i!=j>"


def test_the_last_case_may_be_otherwise() -> None:
    source = r"\begin{cases} 1 & i = j \\ 0 & \text{otherwise} \end{cases}"
    assert read(source) == "cases<1 if i=j; 0 if else>"


# --------------------------------------------------------------------------- chains


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a = b", ["a = b"]),
        ("a = b = c", ["a = b = c"]),
        ("= b", ["… = b"]),
        ("= b = c", ["… = b = c"]),
        ("a := b", ["a := b"]),
        (r"a \leq b < c", ["a ≤ b < c"]),
        (r"a \approx b", ["a ≈ b"]),
        (r"x \leftarrow x - y", ["x ← (+x-y)"]),
        (r"x \gets y", ["x ← y"]),
        ("a = b.", ["a = b"]),
        ("a_1 = b_1, c_1 = d_1", ["a_1 = b_1", "c_1 = d_1"]),
        (r"a_1 = b_1 \quad c_1 = d_1", ["a_1 = b_1", "c_1 = d_1"]),
        (r"\text{so } a = b \text{ by symmetry}", ["a = b"]),
        (r"a = b \tag{1}", ["a = b"]),
        ("0 < a_j < 1", ["0 < a_j < 1"]),
        (r"a = \quad b", ["a = b"]),
        (r"a \quad = b", ["a = b"]),
        ("a = (b, c)", ["a = (b,c)"]),
        ("（a＋b）＝c，", ["((+a+b)) = c"]),
    ],
)
def test_relations_split_a_formula_into_sides(source: str, expected: list[str]) -> None:
    assert chains(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"\begin{aligned} a &= b \\ &= c \end{aligned}", ["a = b", "… = c"]),
        (r"\begin{align*} a &= b \\ &= c \end{align*}", ["a = b", "… = c"]),
        (r"\begin{split} a &= b \\ c &= d \end{split}", ["a = b", "c = d"]),
        (r"\begin{array}{rl} a &= b \\ &= c \end{array}", ["a = b", "… = c"]),
        (r"\begin{array}{r@{}l} a &= b \end{array}", ["a = b"]),
        (r"\begin{eqnarray} a &=& b \\ &=& c \end{eqnarray}", ["a = b", "… = c"]),
        (r"\begin{gather} a = b \\ = c \end{gather}", ["a = b", "… = c"]),
        (r"\begin{alignat}{2} a &= b \\ &= c \end{alignat}", ["a = b", "… = c"]),
        (r"\begin{aligned} a &= b \\ & + c \end{aligned}", ["a = (+b+c)"]),
        (r"\begin{aligned} a &= b \\ & \cdot c \end{aligned}", ["a = (b*c)"]),
        (r"\begin{aligned} a &= b \\ &\phantom{=} + c \end{aligned}", ["a = (+b+c)"]),
        (r"\begin{aligned} a &= b \\ &\quad + c \end{aligned}", ["a = (+b+c)"]),
        (r"\begin{aligned} a &= b \\ &\qquad \cdot c \end{aligned}", ["a = (b*c)"]),
        (r"\begin{aligned} a &= b \\ &{}+ c \end{aligned}", ["a = (+b+c)"]),
        (r"\begin{aligned} a &= b + \\ & c \end{aligned}", ["a = (+b+c)"]),
        (r"\begin{aligned} a = \\ &= b \end{aligned}", ["a", "… = b"]),
        (r"\begin{aligned} a = \\ b \end{aligned}", ["a = b"]),
        (r"a = b \newline = c", ["a = b", "… = c"]),
        (r"a = b \\[5pt] = c", ["a = b", "… = c"]),
        (r"\begin{aligned} a &= b \\ \\ &= c \\ \end{aligned}", ["a = b", "… = c"]),
        (r"\begin{aligned} a &= (b \\ &+ c) \end{aligned}", ["a = ((+b+c))"]),
    ],
)
def test_rows_are_chains_and_broken_rows_are_joined(source: str, expected: list[str]) -> None:
    assert chains(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"a = b \quad i \neq j", ["a = b | i!=j"]),
        (r"a = b, \quad i = j", ["a = b | i=j"]),
        (r"a = b, \qquad \text{where } i \neq j", ["a = b | i!=j"]),
        (r"\text{if } i \neq j \quad a_1 = b_1", ["a_1 = b_1 | i!=j"]),
        (r"a = b \quad (i \neq j)", ["a = b | i!=j"]),
        (r"a = b \quad (\text{if } i = j)", ["a = b | i=j"]),
        (r"a = b \quad \forall i \neq j", ["a = b | i!=j"]),
        (r"a = b \text{ if } i = j", ["a = b | i=j"]),
        (r"a = b \quad \text{if } i=j", ["a = b | i=j"]),
        (r"a = b \quad \text{for } i \neq j", ["a = b | i!=j"]),
        (r"a = b, i = 1, \ldots, n", ["a = b | i: 1..n"]),
        (r"a = b, \quad j = 1, 2, \dots, n", ["a = b | j: 1..n"]),
        (r"j \neq i", ["| j!=i"]),
    ],
)
def test_conditions_and_ranges_beside_a_formula(source: str, expected: list[str]) -> None:
    assert chains(source) == expected


def test_a_side_knows_its_slice_of_the_source() -> None:
    source = r"  a_j &= \frac{1}{2} \\ &= c_j^2  "
    first, second = parse_chains(rf"\begin{{aligned}}{source}\end{{aligned}}")
    shift = len(r"\begin{aligned}")
    sides = [*first.sides, *second.sides]
    assert [s.source for s in sides] == ["a_j", r"\frac{1}{2}", "c_j^2"]
    assert [source[s.start - shift : s.end - shift] for s in sides] == [s.source for s in sides]


@pytest.mark.parametrize(
    ("source", "functions", "expected"),
    [
        (r"\log p(x)", frozenset({"p"}), "log<(p*(x))>"),
        (r"\log p(x)", frozenset[str](), "(log<p>*(x))"),
        (r"y \log f(x) + z", frozenset({"f"}), "(+(y*log<(f*(x))>)+z)"),
    ],
)
def test_a_name_that_is_a_function_takes_its_bracket_along(
    source: str, functions: frozenset[str], expected: str
) -> None:
    assert tree(parse_expression(source, functions)) == expected


# --------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("source", "message", "at"),
    [
        ("a + b)", "a closing ) without its opening one", 5),
        ("a = b", "could not read on at '='", 2),
        ("a + ", "the formula ends too early", 3),
        (r"\frac{a}", "the formula ends too early", 8),
        (r"\frac{}{b}", "a fraction without a numerator", 0),
        (r"\frac{a}{}", "a fraction without a denominator", 0),
        (r"c + \frac{a}{}", "a fraction without a denominator", 4),
        ("(a + b", "a bracket that is never closed", 0),
        ("c()", "empty brackets", 1),
        ("|a + b", "a bar | that is never closed", 0),
        (r"a + \foo{b}", r"the command \foo is not known", 4),
        (r"a \text{ if } b", "could not read on at ' if '", 2),
        ("a_i_j", "two subscripts on one name", 3),
        ("a^2^3", "two superscripts on one name", 3),
        ("a_{}", "an empty subscript", 2),
        ("n!", "factorials are not supported", 1),
        (r"\max_k z_k", r"\max is not supported yet", 0),
        (r"c + \int x", r"\int is not supported yet", 4),
        (r"\partial C", "a differential outside a fraction is not supported", 0),
        (r"\frac{\partial C}{\partial}", "a differential outside a fraction is not supported", 6),
        (r"\frac{\partial C}{\partial z^2}", "the orders of a derivative do not match", 0),
        (r"\frac{\partial^2 C}{\partial z}", "the orders of a derivative do not match", 0),
        (r"\frac{\partial}{\partial z}", "a derivative of nothing", 27),
        (r"\sum_{k \in S} a_k", "a range given by a set", 6),
        (r"\sum_{k < j} a_k", "a range given by <", 6),
        (r"\sum_{a_k} b", "a sum over something other than an index", 0),
        (r"\sum_k", "the formula ends too early", 6),
        (
            r"\begin{cases} a & x > 0 \end{cases}",
            "a case whose condition is not i = j or i ≠ j",
            0,
        ),
        (r"\sqrt[n]{x}", "a root of this degree is not supported", 6),
        (r"\hat{a + b}", r"\hat around more than a name", 0),
        ("a + b }", "a closing brace } without its opening one", 6),
        ("a + {b", "a brace { that is never closed", 4),
        (r"\begin{CD} a \end{CD}", "the environment 'CD' is not supported", 0),
        ("", "nothing to read", 0),
    ],
)
def test_what_is_not_read_to_its_last_token_is_refused_with_its_place(
    source: str, message: str, at: int
) -> None:
    with pytest.raises(FormulaError) as caught:
        parse_expression(source)
    assert (caught.value.message, caught.value.at) == (message, at)


def test_one_bad_side_does_not_cost_the_others() -> None:
    (found,) = parse_chains(r"a = \foo b = c")
    assert chain(found) == "a = unread = c"
    error = found.sides[1].error
    assert error is not None
    assert (error.message, error.at) == (r"the command \foo is not known", 4)


@pytest.mark.parametrize("opening", ["(", "{", r"\frac{1}{", r"\sqrt{", "|", "e^{", "-("])
def test_deep_nesting_is_refused_and_not_a_crash(opening: str) -> None:
    closing = {"(": ")", "-(": ")", "|": "|"}.get(opening, "}")
    source = opening * 300 + "x" + closing * 300
    with pytest.raises(FormulaError, match="nested"):
        parse_expression(source)


def test_nesting_as_people_write_it_is_read() -> None:
    source = "1 + " + r"\frac{1}{1 + " * 15 + "x" + "}" * 15
    assert read(source).count("/") == 15


def test_long_formulas_are_read_in_linear_time() -> None:
    assert read("+".join(["a_k"] * 3000)).count("+a_k") == 3000


@pytest.mark.parametrize(
    ("source", "enclosed", "separated"),
    [
        ("(|x|)", 1, 0),
        ("(|x| + |y|)", 2, 0),
        (r"P(A|B)", 0, 1),
        (r"P(A \mid B, C)", 0, 2),
        (r"P(|x|, y)", 1, 1),
    ],
)
def test_one_bar_in_brackets_separates_and_two_enclose(
    source: str, enclosed: int, separated: int
) -> None:
    """Once (|x|) was read as x."""
    brackets = [n for n in nodes(parse_expression(source)) if isinstance(n, Bracket)]
    assert sum(n.kind == "|" for n in brackets) == enclosed
    assert sum(len(n.marks) for n in brackets) == separated
