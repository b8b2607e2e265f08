r"""Colours, strokes and frames around parts of formulas."""

from __future__ import annotations

import pytest

import derive
from derive.formula import Bracket, FormulaError, Node, map_nodes
from derive.reading.chains import parse_chains, parse_expression


def bare(source: str) -> Node:
    """The tree without brackets that only group."""

    def without(node: Node) -> Node:
        grouping = isinstance(node, Bracket) and node.kind == "{" and len(node.items) == 1
        return node.items[0] if grouping and isinstance(node, Bracket) else node

    return map_nodes(parse_expression(source), without)


@pytest.mark.parametrize(
    ("framed", "plain"),
    [
        (r"y \cancel{- y h} - h \cancel{+ y h}", "y - y h - h + y h"),
        (r"\frac{1}{\cancel{1 - h}} \cancel{(1 - h)} h", r"\frac{1}{1 - h} (1 - h) h"),
        (r"\frac{\bcancel{a} b}{\xcancel{a}}", r"\frac{a b}{a}"),
        (r"\textcolor{blue}{-} a \textcolor[rgb]{0,0,1}{b} c", "-a b c"),
        (r"a \textcolor{red}{- b + c}", "a - b + c"),
        (r"a + \color{red}{b + c} - d", "a + {b + c} - d"),
        (r"b \textcolor{red}{\cdot} a", r"b \cdot a"),
        (r"\textcolor{red}{x}_i^2", "x_i^2"),
        (r"\textcolor{red}{x_i}^2", "x_i^2"),
        (r"\textcolor{red}{(a + b)}^2", "{(a + b)}^2"),
        (r"x_\textcolor{red}{ij}", "x_{ij}"),
        (r"\color{red} a + b", "a + b"),
        (r"\log \textcolor{red}{a} b", r"\log a b"),
        (r"\textcolor{red}{\log a} \cdot b", r"\log a \cdot b"),
        (r"\textcolor{red}{\log(a)} b", r"\log(a) b"),
        (r"{\color{red} a} + b", "a + b"),
        (r"\text{\textcolor{blue}{\framebox{$ - (b - c) $}}}", "-(b - c)"),
        (r"a \cdot \framebox[2cm]{$f'(x)$}", r"a \cdot {f'(x)}"),
        (r"\text{ \fcolorbox{red}{white}{$a$} }", "a"),
        (r"\smash[b]{x} + \bbox[5px]{y}", "x + y"),
        (r"\sum_{\mathclap{i}} x_i", r"\sum_{i} x_i"),
    ],
)
def test_a_formula_says_what_stands_there_without_colours_and_strokes(
    framed: str, plain: str
) -> None:
    assert bare(framed) == bare(plain)


@pytest.mark.parametrize(
    "source",
    [
        r"\textcolor{red}{a + b} c",
        r"c \textcolor{red}{a + b}",
        r"a - \textcolor{red}{b + c}",
        r"a - \textcolor{red}{-b + c}",
        r"\textcolor{red}{a + b}^2",
        r"\textcolor{red}{a b}^2",
        r"\sum_i \textcolor{red}{a_i + b}",
        r"\cancel{4}^2",
        r"\cancel{x}_i",
        r"\cancel{a = b} + c",
        r"\cancel x",
        r"\textcolor{red}{\log a} b",
        r"\frac{\partial}{\partial x} \cdot x \cdot y",
    ],
)
def test_no_reach_is_guessed(source: str) -> None:
    with pytest.raises(FormulaError, match=r"it is not clear how far \S+ reaches; write brackets"):
        parse_expression(source)


def test_a_frame_around_a_statement_leaves_the_statement() -> None:
    for source in (r"\textcolor{red}{a = b}", r"\framebox{$a = b$}", r"\boxed{a = b}"):
        (chain,) = parse_chains(source)
        assert chain.relations == ("=",)


def test_a_side_begins_and_ends_with_its_frames() -> None:
    (chain,) = parse_chains(r"\textcolor{red}{a} = \textcolor{red}{- b}")
    assert [s.source for s in chain.sides] == [r"\textcolor{red}{a}", r"\textcolor{red}{- b}"]


def test_one_side_whose_reach_is_unclear_leaves_the_others_readable() -> None:
    (chain,) = parse_chains(r"a = \textcolor{red}{a + b} c = d")
    assert [s.error is None for s in chain.sides] == [True, False, True]


@pytest.mark.parametrize(
    ("left", "right", "word"),
    [
        (r"a \cancel{+ b} + c \cancel{- b}", "a + c", "proved"),
        (r"\frac{2 \cancel{a}}{\cancel{a}}", "2", "proved"),
        (r"a \cancel{+ b} + c", "a + c", "refuted"),  # what is struck out is still there
        (r"\textcolor{red}{-} a b", "a b", "refuted"),
        (r"a \textcolor{red}{- b} c", "a - b c", "proved"),
        (r"a \textcolor{red}{- b} c", "a(-b)c", "refuted"),
        (r"\frac{\partial}{\partial x} \cdot x y", "y", "proved"),
        (r"\frac{\partial}{\partial x} \cdot x y", "x y", "refuted"),
        (r"\frac{\text{d} d^2}{\text{d}d}", "2 d", "proved"),
    ],
)
def test_what_is_said_of_coloured_and_struck_formulas(left: str, right: str, word: str) -> None:
    assert derive.prove(left, right).word == word


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (r"E({ \bf w })", r"E(\mathbf{w})"),
        (r"{\bf x}_i^{\rm T} {\bf y}", r"\mathbf{x}_i^{\mathrm{T}} \mathbf{y}"),
        (r"{\cal L} + {\rm softmax}(x)", r"\mathcal{L} + \mathrm{softmax}(x)"),
        (r"\frac{{\rm d} y}{{\rm d} x}", r"\frac{\mathrm{d} y}{\mathrm{d} x}"),
        (r"\frac{\rm d y}{\rm d x}", r"\frac{d y}{d x}"),
        (r"\frac{\bf w}{2}", r"\frac{\mathbf{w}}{2}"),
        (r"{\bf\theta}", r"\mathbf{\theta}"),
    ],
)
def test_an_old_switch_of_the_font_is_the_command_that_took_its_place(old: str, new: str) -> None:
    assert bare(old) == bare(new)
