"""LaTeX maths → tokens: what counts as one token, where it stands, and what is refused."""

from __future__ import annotations

import pytest

from derive.formula import FormulaError
from derive.reading.tokens import MAX_LENGTH, tokenize


def texts(source: str) -> str:
    return " ".join(t.text for t in tokenize(source))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("ab", "a b"),
        ("12x", "12 x"),
        ("0.25x", "0.25 x"),
        ("a.b", "a . b"),
        (r"\alpha\beta", r"\alpha \beta"),
        (r"\frac12", r"\frac 12"),
        (r"x_{ij}^2", "x _ { i j } ^ 2"),
        (r"\{x\}", r"\{ x \}"),
        ("a'", "a '"),
    ],
)
def test_letters_numbers_commands_and_signs(source: str, expected: str) -> None:
    assert texts(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("log a", "log a"),
        ("loga_k", "log a _ k"),
        ("ln x", "ln x"),
        ("exp(x)", "exp ( x )"),
        ("softmax(z)", "softmax ( z )"),
        ("along", "a l o n g"),
        (r"\mathrm{log}a", "log a"),
        (r"\operatorname{softmax}(z)", "softmax ( z )"),
        (r"\operatorname*{argmax}", "argmax"),
        (r"\operatorname*{arg\,max}", "argmax"),
        (r"\mathrm{d}x", "d x"),
        (r"\mathrm{e}^x", "e ^ x"),
        (r"\mathrm{x_1}", "{ x _ 1 }"),
    ],
)
def test_words_that_are_functions_are_one_token(source: str, expected: str) -> None:
    assert texts(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        r"\displaystyle a b",
        r"a\,\;\:\!\> b",
        r"a~b",
        r"\left. a b \right.",
        r"a b \tag{1} \label{eq:one} \nonumber",
        r"\color{red} a b",
        r"\phantom{xyz} a b",
        "a b % a remark: c = d",
        "a % a remark\n b",
        "\ta\r\nb ",
    ],
)
def test_what_only_changes_the_look_leaves_nothing(source: str) -> None:
    assert texts(source) == "a b"


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("（a，b）", "(a,b)"),
        ("a＝b＋c－d", "a=b+c-d"),
        ("a − b", "a - b"),
        ("a × b", "a * b"),
        ("i≠j", r"i\neq j"),
        ("∂C", r"\partial C"),
        ("∑_k", r"\sum_k"),
        ("σ(z)", r"\sigma(z)"),
        ("δ_{ij}", r"\delta_{ij}"),
        ("a：b；c。", "a:b;c."),
        ("f′", "f'"),
    ],
)
def test_full_width_and_unicode_signs_are_the_plain_ones(source: str, plain: str) -> None:
    assert texts(source) == texts(plain)


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        (r"a \text{ if } b", ["letter", "text", "letter"]),
        (r"a 如果 b", ["letter", "text", "letter"]),
        (r"a \\ b", ["letter", "row", "letter"]),
        (r"a \newline b", ["letter", "row", "letter"]),
        (r"a \\[5pt] b", ["letter", "row", "letter"]),
        (r"a \\ [b]", ["letter", "row", "sign", "letter", "sign"]),
        (r"a \quad b \qquad c", ["letter", "space", "letter", "space", "letter"]),
        (r"a \hspace{2em} b \hspace*{1cm} c", ["letter", "space", "letter", "space", "letter"]),
        (r"a \hskip 5pt b", ["letter", "space", "letter"]),
        (r"1 \log \mathrm{log} +", ["number", "command", "name", "sign"]),
    ],
)
def test_every_token_has_its_kind(source: str, kinds: list[str]) -> None:
    assert [t.kind for t in tokenize(source)] == kinds


@pytest.mark.parametrize(
    "source",
    [
        r"\frac{\partial a_j}{\partial z_i} = a_j(1-a_j)",
        r"σ(z)＝\mathrm{log}a_k \\ \text{für } j \neq i",
        r"\operatorname{softmax}(z) \quad 0.25",
    ],
)
def test_a_token_knows_the_slice_it_was_read_from(source: str) -> None:
    before = 0
    for token in tokenize(source):
        assert before <= token.at < token.end <= len(source)
        if token.kind in ("letter", "number"):
            assert source[token.at : token.end] == token.text
        else:
            assert source[token.at : token.end].strip()
        before = token.end
    assert before == len(source)


@pytest.mark.parametrize(
    ("source", "message", "at"),
    [
        ("a + #", "the character '#' (U+0023) has no meaning here", 4),
        ("x\0y", "the character '\\x00' (U+0000) has no meaning here", 1),
        ("a \u202e b", "bidirectional control character U+202E", 2),
        ("a\u200bb", "invisible character U+200B", 1),
        ("a = \N{GRINNING FACE}", "the character '😀' (U+1F600) has no meaning here", 4),
        ("a \\", "a backslash at the end", 2),
        (r"a + \text", r"\text without its {…}", 9),
        (r"a + \text{if", "a brace { that is never closed", 9),
        ("x" * (MAX_LENGTH + 1), f"the formula is longer than {MAX_LENGTH} characters", 0),
    ],
)
def test_what_has_no_place_in_a_formula_is_named_with_its_offset(
    source: str, message: str, at: int
) -> None:
    with pytest.raises(FormulaError) as caught:
        tokenize(source)
    assert (caught.value.message, caught.value.at) == (message, at)


def test_the_longest_formula_is_still_read() -> None:
    assert len(tokenize("x" * MAX_LENGTH)) == MAX_LENGTH


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"\text{if $i = j$}", [("text", "if "), ("letter", "i"), ("sign", "="), ("letter", "j")]),
        (r"\text{$i$}", [("letter", "i")]),
        (r"\text{the $i$-th}", [("text", "the "), ("text", "i"), ("text", "-th")]),
        (r"\text{costs \$5}", [("text", r"costs \$5")]),
    ],
)
def test_statements_within_words_are_formulas(
    source: str, expected: list[tuple[str, str]]
) -> None:
    tokens = tokenize(source)
    assert [(t.kind, t.text) for t in tokens] == expected
    assert all(source[t.at : t.end] == t.text for t in tokens)


def test_a_formula_within_words_that_is_not_closed_is_refused() -> None:
    with pytest.raises(FormulaError, match="without its partner"):
        tokenize(r"\text{if $i = j}")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("net_j", [("name", "net"), ("sign", "_"), ("letter", "j")]),
        (r"\partial Loss", [("command", r"\partial"), ("name", "Loss")]),
        ("dloss", [("letter", "d"), ("name", "loss")]),
        ("MSE", [("name", "MSE")]),
        ("nets", [("letter", c) for c in "nets"]),
        ("planet", [("letter", c) for c in "planet"]),
        ("abc", [("letter", c) for c in "abc"]),
    ],
)
def test_a_word_for_a_quantity_is_no_product(source: str, expected: list[tuple[str, str]]) -> None:
    assert [(t.kind, t.text) for t in tokenize(source)] == expected
