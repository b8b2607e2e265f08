"""Macros → formulas without them: what a definition says, where it holds, what each character's
place is, and where writing out ends."""

from __future__ import annotations

import pytest

from derive.formula import FormulaError
from derive.reading.chains import parse_chains
from derive.reading.expanding import written_out
from derive.reading.latex import read_latex
from derive.reading.macros import MAX_PRODUCED
from derive.reading.markdown import read_markdown
from derive.reading.page import FormulaText, Item


def formula_of(definitions: str, formula: str) -> FormulaText:
    """The last formula of a page with the definitions."""
    page = read_latex(f"{definitions}\n\\begin{{document}}\nHere ${formula}$ stands.", "page.tex")
    return page.items[-1].formulas[-1]


def expanded(definitions: str, formula: str) -> str:
    return " ".join(formula_of(definitions, formula).latex.split())


def error_of(definitions: str, formula: str) -> tuple[str, str]:
    """The message, and the author's text from the place of the error on."""
    found = formula_of(definitions, formula)
    with pytest.raises(FormulaError) as caught:
        chains = parse_chains(found.source, frozenset(), found.expansion)
        for side in (side for chain in chains for side in chain.sides):
            if side.error is not None:
                raise side.error
    return caught.value.message, found.source[caught.value.at :]


@pytest.mark.parametrize(
    ("definitions", "formula", "expected"),
    [
        (r"\newcommand{\R}{\mathbb{R}}", r"x \in \R^n", r"x \in \mathbb{R}^n"),
        (r"\newcommand\R{\mathbb R}", r"\R", r"\mathbb R"),
        (r"\newcommand*{\R}{\mathbb{R}}", r"\R", r"\mathbb{R}"),
        (r"\newcommand{\x}{\mathbf{x}}", r"\x_i\x", r"\mathbf{x}_i\mathbf{x}"),
        (r"\newcommand{\T}{^\top}", r"x\T x", r"x^\top x"),
        (r"\newcommand{\norm}[1]{\lVert#1\rVert}", r"\norm{x}", r"\lVert x\rVert"),
        (r"\newcommand{\norm}[1]{\lVert#1\rVert}", r"\norm xy", r"\lVert x\rVert y"),
        (r"\newcommand{\norm}[1]{\lVert#1\rVert}", r"\norm\alpha", r"\lVert\alpha\rVert"),
        (r"\newcommand{\f}[2]{#2#1}", r"\f{a}{b}\f ab", "baba"),
        (r"\newcommand{\pd}[2][t]{\frac{d#2}{d#1}}", r"\pd{x}", r"\frac{dx}{dt}"),
        (r"\newcommand{\pd}[2][t]{\frac{d#2}{d#1}}", r"\pd[s]{x}", r"\frac{dx}{ds}"),
        (r"\newcommand{\pd}[2][t]{\frac{d#2}{d#1}}", r"\pd[s_{[1]}] x", r"\frac{dx}{ds_{[1]}}"),
        (r"\newcommand{\pr}[1]{\mathrm{#1}}", r"\pr{abc}", r"\mathrm{abc}"),
        (r"\renewcommand{\vec}[1]{\mathbf{#1}}", r"\vec{x}", r"\mathbf{x}"),
        (r"\providecommand{\eps}{\varepsilon}", r"\eps", r"\varepsilon"),
        (r"\providecommand{\vec}[1]{#1}", r"\vec{x}", r"\vec{x}"),
        (r"\newcommand{\e}{a}\providecommand{\e}{b}", r"\e", "a"),
        (r"\DeclareMathOperator{\KL}{KL}", r"\KL x", r"\operatorname{KL} x"),
        (r"\DeclareMathOperator*{\am}{arg\,max}", r"\am_x", r"\operatorname*{arg\,max}_x"),
        (r"\DeclarePairedDelimiter{\abs}{\lvert}{\rvert}", r"\abs*{x}", r"\left\lvert x\right\rvert"),
        (r"\DeclarePairedDelimiter\abs||", r"\abs[\big]{x}", r"\left|x\right|"),
        (r"\def\f#1#2{#2#1}", r"\f ab", "ba"),
        (r"\long\def\f#1{#1}", r"\f a", "a"),
        (r"\gdef\f{a}", r"\f", "a"),
        (r"\let\eps\varepsilon", r"\eps", r"\varepsilon"),
        (r"\let\eps=\varepsilon", r"\eps", r"\varepsilon"),
        (r"\let\old\vec\renewcommand{\vec}[1]{\old{#1}_1}", r"\vec x", r"\vec{x}_1"),
        (r"\NewDocumentCommand{\f}{m m}{#2#1}", r"\f ab", "ba"),
        (r"\NewDocumentCommand{\f}{O{2} m}{#2^{#1}}", r"\f a\f[3]b", "a^{2}b^{3}"),
        (r"\newcommand{\a}{\b}\newcommand{\b}{c}", r"\a", "c"),
        (r"\newcommand{\a}{b % not this" + "\n}", r"\a", "b"),
        (r"\newcommand{\id}[1]{#1}", r"\id{\id{\id{x}}}", "x"),
        (r"\newcommand{\half}{\frac12}", r"\half3", r"\frac123"),
        (r"\newcommand{\a}{\alpha}", r"\a x\a\b", r"\alpha x\alpha\b"),
        (r"\newcommand{\a}{\alpha}", r"\ab \a b", r"\ab \alpha b"),
        (r"\newcommand{\a}{x}", r"\\a", r"\\a"),
        (r"\AtBeginDocument{\newcommand{\a}{b}}", r"\a", "b"),
    ],
)  # fmt: skip
def test_a_macro_stands_for_what_its_definition_says(
    definitions: str, formula: str, expected: str
) -> None:
    assert expanded(definitions, formula) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"$\a$ first \def\a{x} then $\a$", [r"\a", "x"]),
        (r"\def\a{x} in $\a$, \def\a{y} in $\a$", ["x", "y"]),
        (r"\def\a{x} in {\def\a{y} in $\a$,} in $\a$", ["y", "x"]),
        (r"\def\a{x} in {\gdef\a{y} in $\a$,} in $\a$", ["y", "y"]),
        (r"\def\a{x} in {\global\def\a{y} in $\a$,} in $\a$", ["y", "y"]),
        (r"\def\a{x} \begingroup\def\a{y}\endgroup in $\a$", ["x"]),
        (r"\def\a{x} \begin{proof}\def\a{y} in $\a$\end{proof} in $\a$", ["y", "x"]),
        (r"In $\def\a{x} \a$ and $\a$", [" x", r"\a"]),
        (r"% \def\a{x}" + "\nin $\\a$", [r"\a"]),
        (r"\iffalse \def\a{x} \fi in $\a$", [r"\a"]),
    ],
)
def test_in_latex_a_definition_holds_from_its_place_to_the_end_of_its_group(
    text: str, expected: list[str]
) -> None:
    page = read_latex(text, "page.tex")
    assert [f.latex for item in page.items for f in item.formulas] == expected
    assert page.problems == ()


@pytest.mark.parametrize(
    "definition",
    [
        r"$$\newcommand{\a}{x}$$",
        "$$\n\\newcommand{\\a}{x}\n\\newcommand{\\b}{y}\n$$",
        r"$\newcommand{\a}{x}$",
        r"\newcommand{\a}{x}",
        r"\newcommand{\b}{y}\newcommand{\a}{x}",
        "\\newcommand{\\b}{y}\n\n\\def\\a{x}",
        "```math\n\\def\\a{x}\n```",
        "- first\n- $$\\def\\a{x}$$",
        r"$\def\a{y}$ and then $\def\a{x}$",
    ],
)
def test_in_markdown_a_definition_holds_to_the_end_of_the_page(definition: str) -> None:
    page = read_markdown(f"$$ \\a $$\n\n{definition}\n\n## Next\n\nSo $$ \\a $$\n", "page.md")
    assert [f.latex for f in page.items[0].formulas] == [r" \a "]
    assert [f.latex for f in page.items[-1].formulas] == [" x "]
    shown = [f.latex for item in page.items if item.kind == "formula" for f in item.formulas]
    assert shown == [r" \a ", " x "]  # the definitions are no formulas


@pytest.mark.parametrize(
    "text",
    [
        "`\\newcommand{\\a}{x}`\n\n$$ \\a $$",
        "```latex\n\\newcommand{\\a}{x}\n```\n\n$$ \\a $$",
        "<!-- \\newcommand{\\a}{x} -->\n\n$$ \\a $$",
        "One writes \\newcommand{\\a}{x} for it.\n\n$$ \\a $$",
    ],
)
def test_in_markdown_code_and_prose_define_nothing(text: str) -> None:
    page = read_markdown(text, "page.md")
    assert page.items[-1].formulas[0].latex == r" \a "


def test_a_page_without_definitions_is_left_as_it_is() -> None:
    items = (Item("formula", "a", 2, (FormulaText("a", 2, True),)),)
    assert written_out(items, "$$a$$") == items


@pytest.mark.parametrize(
    ("definitions", "formula", "sides"),
    [
        (r"\def\R{r}", r"x + \R = \R", [(r"x + \R", "x + r"), (r"\R", "r")]),
        (r"\def\sq#1{#1^2}", r"\sq{x} + 1 = \sq y", [(r"\sq{x} + 1", "x^2 + 1"), (r"\sq y", "y^2")]),
        (r"\def\eq{=}", r"x \eq y", [("x", "x"), ("y", "y")]),
        (r"\def\fr#1{\boxed{#1}}", r"\fr{a = b + c}", [("a", "a"), ("b + c", "b + c")]),
        (r"\def\all{a = b}", r"\all", [(r"\all", "a"), (r"\all", "b")]),
        (r"\def\br#1{\left(#1\right)}", r"\br{a} = b", [(r"\br{a}", r"\left(a\right)"), ("b", "b")]),
        (
            r"\newcommand{\x}{\begin{cases} a & i = j \\ b & i \neq j \end{cases}}",
            r"y = \x",
            [("y", "y"), (r"\x", r"\begin{cases} a & i = j \\ b & i \neq j \end{cases}")],
        ),
    ],
)  # fmt: skip
def test_a_side_is_what_its_author_wrote_and_knows_what_that_stands_for(
    definitions: str, formula: str, sides: list[tuple[str, str]]
) -> None:
    found = formula_of(definitions, formula)
    (chain,) = parse_chains(found.source, frozenset(), found.expansion)
    assert [(side.source.strip(), side.latex) for side in chain.sides] == sides
    for side in chain.sides:
        assert found.source[side.start : side.end] == side.source
        assert side.node is not None


@pytest.mark.parametrize(
    ("definitions", "formula", "message", "at"),
    [
        ("", r"x = \foo", r"the command \foo is not known", r"\foo"),
        (r"\def\a{\foo}", r"x = \a + y", r"the command \foo is not known", r"\a + y"),
        (r"\def\a#1{#1}", r"x = \a{\foo}", r"the command \foo is not known", r"\foo}"),
        (r"\def\a#1{#1 \foo}", r"x = \a{y}", r"the command \foo is not known", r"\a{y}"),
        (r"\def\a{\a}", r"x = \a y", r"the macro \a is made of itself", r"\a y"),
        (r"\def\a{\b}\def\b{\a}", r"x = \b", r"the macro \b is made of itself", r"\b"),
        (
            r"\def\a#1{#1#1#1#1}",
            r"x = \a{\a{\a{\a{\a{\a{\a{\a{y}}}}}}}}",
            rf"\a: macros produce more than {MAX_PRODUCED} characters",
            r"\a{\a{y}}}}}}}}",
        ),
        (
            r"\def\a#1{#1{#1}}",
            r"x = \a\a",
            rf"\a: macros produce more than {MAX_PRODUCED} characters",
            r"\a",
        ),
        (r"\def\a#1{#1}", r"x = \a", r"\a without its argument", r"\a"),
        (r"\def\a#1{#1}", r"x = {\a}", r"\a without its argument", r"\a}"),
        (r"\def\a(#1){#1}", r"x = \a(y)", "arguments of this kind are not supported", r"\a(y)"),
        (r"\def\vec#1.{#1}", r"x = \vec x.", "arguments of this kind are not", r"\vec x."),
        (r"\NewDocumentCommand\a{s m}{#2}", r"x = \a y", "arguments of this kind are", r"\a y"),
        (r"\newcommand{\a}[1]{#2}", r"x = \a y", "an argument that it does not have", r"\a y"),
        (r"\def\b{y}\edef\a{\b}", r"x = \a", r"\edef is not supported", r"\a"),
        (
            r"\ifx\x\y\renewcommand{\vec}[1]{y}\fi",
            r"x = \vec x",
            r"the definition of \vec cannot be used: it depends on a condition",
            r"\vec x",
        ),
        (r"\def\a{%" + "\n💩}", r"x = \a", "the character '💩'", r"\a"),
        ("".join(f"\\def\\{'a' * i}{{\\{'a' * (i + 1)}}}" for i in range(1, 60)), r"\a",
         "macros more than 50 deep", r"\a"),
    ],
)  # fmt: skip
def test_what_cannot_be_written_out_is_named_at_its_place_in_the_authors_text(
    definitions: str, formula: str, message: str, at: str
) -> None:
    said, place = error_of(definitions, formula)
    assert message in said
    assert place == at


def test_what_many_formulas_produce_is_bounded_together() -> None:
    calls = r"$\a{\a{\a{\a{\a{\a{x}}}}}}$ " * 2000
    page = read_latex(f"\\def\\a#1{{#1#1#1#1}} {calls}", "page.tex")
    errors = [f.expansion.error for i in page.items for f in i.formulas if f.expansion]
    assert errors[0] is None
    assert errors[-1] is not None
    assert "the macros of this page produce more than" in errors[-1].message
