"""Annotations: what comments say to derive is taken as far as it is said, and no further.

Letters as in test_pages: p proved, a with an assumption, r refuted, ? unknown, u unread.
"""

from __future__ import annotations

import time

import pytest

import derive
from derive.checking import check_page
from derive.meaning.understand import understand
from derive.reading.annotations import MAX_ANNOTATIONS, annotations_in, rst_comments
from derive.reading.latex import read_latex
from derive.reading.markdown import read_markdown
from derive.results import PageResult
from tests.meaning.test_pages import words

SOFTMAX = r"$$ a_j = \frac{e^{z_j}}{\sum_k e^{z_k}} $$"
COST = r"$$ C = -\sum_k y_k \log a_k $$"
GRADIENT = r"$$ \frac{\partial C}{\partial z_j} = a_j - y_j $$"
DIAGONAL = r"$$ \frac{\partial a_j}{\partial z_i} = a_j (1 - a_i) $$"
OFF = r"$$ \frac{\partial a_j}{\partial z_i} = -a_j a_i $$"
BOTH = r"$$ \frac{\partial a_j}{\partial z_i} = a_j (\delta_{ij} - a_i) $$"
SQUARE = r"$$ (x + 1)^2 = x^2 + 2x + 1 $$"
ROOT = r"$$ \sqrt{T^2} = T $$"
UNREADABLE = r"$$ u = \int_0^1 x $$"


def said(*lines: str) -> str:
    return "<!-- derive: {} -->".format("\n  ".join(lines))


def checked(*parts: str) -> PageResult:
    return derive.check("\n\n".join(parts))


def problems(page: PageResult) -> list[str]:
    return [problem.message for problem in page.problems]


# --------------------------------------------------------------------------- what the verbs do


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param((SOFTMAX, COST, GRADIENT), "a", id="without a given"),
        pytest.param((SOFTMAX, COST, said(r"given \sum_k y_k = 1"), GRADIENT), "p", id="given"),
        pytest.param(
            (SOFTMAX, COST, GRADIENT, said(r"given \sum_k y_k = 1"), GRADIENT),
            "ap",
            id="from its place on, not before it",
        ),
        pytest.param(
            (SOFTMAX, COST, said(r"given \sum_k y_k = 1"), "# Next", GRADIENT),
            "p",
            id="to the end of the page",
        ),
        pytest.param((ROOT,), "r", id="a root without a sign"),
        pytest.param((said("given T > 0"), ROOT), "p", id="a sign"),
        pytest.param((said("given 0 < T < 1"), ROOT), "p", id="an interval"),
        pytest.param(
            (r"$$ y_k^3 + x_k = y_k + x_k $$", said("given y_k^2 = y_k"), r"$$ y_k^3 + x_k = y_k + x_k $$"),
            "rp",
            id="0 or 1",
        ),
        pytest.param(
            (said("given T > 0, S > 0"), r"$$ \sqrt{T^2 S^2} = T S $$"),
            "p",
            id="two givens, from their place on",
        ),
        pytest.param((ROOT, said("given S > 0, T > 0"), r"$$ \sqrt{S^2 T^2} = S T $$"), "rp", id="neither before"),
        pytest.param((GRADIENT,), "?", id="quantities that nobody defines"),
        pytest.param(
            (
                said(
                    r"let a_j = \frac{e^{z_j}}{\sum_k e^{z_k}}",
                    r"let C = -\sum_k y_k \log a_k",
                    r"given \sum_k y_k = 1",
                ),
                GRADIENT,
            ),
            "p",
            id="definitions that the page does not print",
        ),
        pytest.param(
            (said(r"let a_j =", r"   \frac{e^{z_j}}{\sum_k e^{z_k}}"), BOTH),
            "p",
            id="a let over two lines",
        ),
        pytest.param((said("let x = 3"), r"$$ x^2 + y = 9 + y $$"), "p", id="a value"),
        pytest.param((said("let f(x) = x^2"), r"$$ f'(x) = 2x $$"), "p", id="a function"),
        pytest.param(
            (said(r"let a_j = \frac{e^{z_j}}{\sum_k e^{z_k}}"), r"$$ a_j = e^{z_j} $$"),
            "r",
            id="a let is what the page's own line is held against",
        ),
        pytest.param((SOFTMAX, DIAGONAL), "r", id="no case"),
        pytest.param((SOFTMAX, said("case i = j"), DIAGONAL), "p", id="a case"),
        pytest.param((SOFTMAX, said(r"case i \neq j"), OFF), "p", id="the other case"),
        pytest.param(
            (SOFTMAX, said("case i = j"), DIAGONAL, "Some words.", DIAGONAL),
            "pp",
            id="for several chains, whatever prose says between",
        ),
        pytest.param(
            (SOFTMAX, said("case i = j"), f"{DIAGONAL}\n\n{said(chr(99) + 'ase end')}", DIAGONAL),
            "pr",
            id="up to its end",
        ),
        pytest.param(
            (SOFTMAX, said("case i = j"), DIAGONAL, "# Next", DIAGONAL), "pr", id="up to a heading"
        ),
        pytest.param(
            (SOFTMAX, said("case i = j"), DIAGONAL, said(r"case i \neq j"), DIAGONAL, OFF),
            "prp",
            id="up to the next case",
        ),
        pytest.param(
            (SOFTMAX, "If $i = j$:", DIAGONAL, said("case end"), DIAGONAL),
            "pr",
            id="the end of a case that prose opened",
        ),
        pytest.param(
            (SOFTMAX, "If $i = j$:", DIAGONAL, said(r"case i \neq j"), OFF),
            "pp",
            id="in the place of a case that prose opened",
        ),
        pytest.param(
            (SOFTMAX, COST, said(r"case y_k = \delta_{kc}"), r"$$ C = -\log a_c $$"),
            "p",
            id="a case that says what a quantity is",
        ),
        pytest.param(
            (SOFTMAX, f"Then {said('case i = j')} $\\frac{{\\partial a_j}}{{\\partial z_i}} = a_j (1 - a_i)$."),
            "p",
            id="a case inside a paragraph is for its formulas",
        ),
        pytest.param(
            (said("axis k = 1..K"), r"$$ \sum_k (x_k + 1) = K + \sum_k x_k $$", r"$$ K x = x K $$"),
            "pp",
            id="an axis",
        ),
        pytest.param(
            (said("axis k = 0..n-1"), r"$$ \sum_{k=0}^{n-1} 1 = n $$", r"$$ \sum_k (x_k + 1) = n + \sum_k x_k $$"),
            "pp",
            id="an axis from 0",
        ),
        pytest.param(
            (said("axis k = 1..3"), r"$$ \sum_k (x_k + 1) = 3 + \sum_k x_k $$"), "p", id="three classes"
        ),
    ],
)  # fmt: skip
def test_an_annotation_is_taken_as_said(parts: tuple[str, ...], expected: str) -> None:
    page = checked(*parts)
    assert (words(page), problems(page)) == (expected, [])


def test_two_letters_of_one_axis_run_over_the_same() -> None:
    line = r"$$ \sum_i (x_i + 1) - \sum_j 1 = \sum_i x_i $$"
    alone, told = checked(line), checked(said("axis i, j = 1..n"), line)
    assert (words(alone), words(told)) == ("u", "p")
    assert problems(told) == []


def test_a_given_is_listed_with_its_line_and_shown_with_the_step() -> None:
    page = checked(SOFTMAX, COST, said(r"given \sum_k y_k = 1"), GRADIENT)
    assert [(f.line, f.latex, f.note) for f in page.facts] == [(5, r"\sum_k y_k = 1", "given")]
    assert page.steps[0].verdict.given == (r"\sum_k y_k = 1",)


# --------------------------------------------------------------------------- soundness


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(("given x > 0", "given x < 0"), id="a sign and its opposite"),
        pytest.param(("given x > 2", "given x < 1"), id="an empty interval"),
        pytest.param((r"case i = j, i \neq j",), id="a case that cannot be"),
    ],
)
def test_what_contradicts_itself_proves_nothing(lines: tuple[str, ...]) -> None:
    page = checked(said(*lines), r"$$ (x + u_i + u_j)^2 = x + 5 + u_i $$")
    assert page.steps[0].verdict.message == "Vacuous: the stated conditions cannot all hold."


def test_a_given_against_the_page_does_not_take_its_place() -> None:
    line = r"$$ \sqrt{x^2} = -x $$"
    assert words(checked("Let $x > 0$.", line)) == "r"
    assert words(checked("Let $x > 0$.", said("given x < 0"), line)) == "?"
    assert words(checked(said("given x < 0"), "Let $x > 0$.", line)) == "?"


@pytest.mark.parametrize(
    "hidden",
    [
        "```\n<!-- derive: case i = j -->\n```",
        "`<!-- derive: case i = j -->`",
        "    <!-- derive: case i = j -->",
        "<!--\n`<!-- derive: case i = j -->`-->",
        "derive: case i = j",
    ],
)
def test_what_stands_in_code_is_no_annotation(hidden: str) -> None:
    assert words(checked(SOFTMAX, hidden, DIAGONAL)) == "r"


def test_a_comment_to_derive_is_no_prose() -> None:
    page = read_markdown(f"Then\n{said('given T > 0', 'case i = j')}\nwe go on.", "p.md")
    assert " ".join(item.text for item in page.items).split() == ["Then", "we", "go", "on."]
    assert read_markdown("# Title <!-- derive: case end -->", "p.md").title == "Title"


TEX = r"""% derive: let a_j = \frac{e^{z_j}}
%   {\sum_k e^{z_k}}
\begin{document}
\begin{verbatim}
% derive: case i = j
\end{verbatim}
\[ \frac{\partial a_j}{\partial z_i} = a_j (1 - a_i) \]
% derive: case i = j
\begin{align} \frac{\partial a_j}{\partial z_i} &= a_j (1 - a_i) \end{align}
\begin{align} % derive: case i \neq j
\frac{\partial a_j}{\partial z_i} &= - a_j a_i \end{align}
\end{document}
% derive: nonsense
"""


def test_the_same_in_latex_files() -> None:
    page = read_latex(TEX, "p.tex")
    assert [(a.verb, page.place(a.offset)[0]) for a in page.annotations] == [
        ("let", 1),
        ("case", 8),
        ("case", 10),
    ]
    result = check_page(page)
    assert (words(result), problems(result)) == ("rpp", [])


def test_the_same_in_restructured_text() -> None:
    text = "A\n\n.. derive: let a_j =\n      \\frac{x}{y_j}\n   given T > 0\n\n   B\n\n.. derive:: no\n"
    found, wrong, _ = annotations_in(text, text, rst_comments(text))
    assert [(a.verb, "".join(a.text.split())) for a in found] == [
        ("let", r"a_j=\frac{x}{y_j}"),
        ("given", "T>0"),
    ]
    assert wrong == []
    assert all(text.startswith(a.text, a.text_offset) for a in found)


# --------------------------------------------------------------------------- skip and expect


@pytest.mark.parametrize(
    ("parts", "expected", "skipped"),
    [
        pytest.param((said("skip it is known"), SQUARE, SQUARE), "p", 1, id="the next, not the one after"),
        pytest.param((said("skip an integral"), UNREADABLE, SQUARE), "p", 1, id="what cannot be read"),
        pytest.param((f"{SQUARE} {said('skip so')}", SQUARE), "p", 1, id="the one on its line"),
        pytest.param((r"$$ <!-- derive: skip so --> x = x $$", SQUARE), "p", 1, id="the one around it"),
        pytest.param(
            (r"As $\frac{dx}{dx} = 2$ <!-- derive: skip a joke -->", r"As $\frac{dx}{dx} = 3$"),
            "r", 1, id="its paragraph's",
        ),
        pytest.param(
            (said("skip its steps"), r"$$ s = x + y = x $$", r"$$ s^2 = x^2 + 2xy + y^2 $$"),
            "p", 1, id="what it defines stays defined",
        ),
        pytest.param(
            (said("skip half"), r"$$ (x+1)^2 = x $$", r"$$ = x + 1 $$"), "r", 1, id="not the display that goes on"
        ),
    ],
)  # fmt: skip
def test_skip_leaves_out_one_formula_and_says_why(
    parts: tuple[str, ...], expected: str, skipped: int
) -> None:
    page = checked(*parts)
    assert (words(page), problems(page)) == (expected, [])
    assert sum(f.note.startswith("skipped: ") for f in page.facts) == skipped


def test_a_definition_that_is_skipped_unread_refutes_nothing() -> None:
    page = checked(said("skip an integral"), r"$$ u = \int_0^1 x $$", r"$$ u + x = x + 5 $$")
    assert words(page) != "r"


@pytest.mark.parametrize(
    ("parts", "marked", "message"),
    [
        ((said("expect refuted"), SOFTMAX, DIAGONAL), [False], "a step of this formula was expected to be refuted: there is none"),
        ((SOFTMAX, said("expect refuted"), DIAGONAL, DIAGONAL), [True, False], ""),
        ((SOFTMAX, said("expect refuted"), BOTH), [False], "a step of this formula was expected to be refuted: proved"),
        ((said("expect refuted"), r"$$ (x+1)^2 = x^2 = x^2 + 1 - 1 $$"), [True, False], ""),
        ((said("expect refuted 2"), r"$$ (x+1)^2 = x^2 = x^2 + 1 - 1 $$"), [False, False], "step 2 of this formula was expected to be refuted: proved"),
        ((said("expect refuted in step 1"), r"$$ (x+1)^2 = x^2 = x^2 + 1 $$"), [True, False], ""),
        ((SOFTMAX, said("expect unknown"), r"$$ \frac{d}{dx} g(x) = g(x) $$"), [True], ""),
        ((said("expect unread"), r"$$ x + \foo y = x $$"), [True], ""),
    ],
)  # fmt: skip
def test_a_verdict_that_is_expected_is_marked(
    parts: tuple[str, ...], marked: list[bool], message: str
) -> None:
    page = checked(*parts)
    assert [s.expected for s in page.steps] == marked
    assert problems(page) == ([message] if message else [])


def test_a_formula_that_is_unread_as_a_whole_may_be_expected() -> None:
    page = checked(said("expect unread"), r"$$ \frac{ $$", SQUARE)
    assert (words(page), problems(page)) == ("p", [])
    assert "unread, as expected" in page.facts[0].note


# --------------------------------------------------------------------------- what is wrong


@pytest.mark.parametrize(
    ("annotation", "column", "message"),
    [
        ("givn T > 0", 14, "givn is no verb of an annotation; did you mean given?"),
        ("frobnicate", 14, "frobnicate is no verb of an annotation; known are axis, case, expect, given, let, plot, skip"),
        ("", 13, "no verb stands here; known are axis, case, expect, given, let, plot, skip"),
        ("given", 20, r"given what? write given \sum_k y_k = 1 or given T > 0"),
        ("given T >", 20, r"this states no relation; write given \sum_k y_k = 1 or given T > 0"),
        (r"given \frac{T", 25, "a brace { that is never closed"),
        (r"given T^3 = T", 20, r"T^3 = T cannot be used as a given; \sum_k y_k = 1, signs and intervals (T > 0, x \neq 0, 0 < p < 1), y_k^2 = y_k and least sizes (n \geq 2) can be"),
        (r"given i \neq j", 20, r"a relation between indices is a case: write case i \neq j"),
        ("given t > 0", 20, "no step below speaks of t; did you mean T?"),
        ("given T_k > 0", 20, "no step below speaks of T; there T has another number of indices"),
        ("given s > 0", 20, "s is defined on this page, so nothing about it can be given"),
        ("let foo = 3", 18, "this let defines nothing; "),
        ("let q = x + 1", 18, "nothing on this page uses this q"),
        ("let a = b; let c = d", 25, "one verb a line: begin a new line before let"),
        ("let s = x, t = x", 18, "this let says what no single name is; "),
        ("let s = s + 1", 18, "this let defines nothing; "),
        (r"let s = x \foo", 24, "\\foo"),
        ("case v = u", 19, "no step under this case has v"),
        ("case i = p", 19, "this case cannot be used"),
        (r"case k \neq l", 19, "no step under this case has both its indices"),
        ("axis k", 19, "this says no axis; write axis k = 1..K"),
        ("axis q = 1..n", 19, "q is no index on this page"),
        ("axis i = 2..n", 19, "an axis begins with 0 or 1; "),
        ("axis i = 3..2", 19, "an axis begins with 0 or 1; "),
        ("axis i = 1..0", 19, "this axis is empty"),
        ("axis n = 1..n", 19, "n cannot be both an index and its last value"),
        ("axis i = 1..5", 19, "other places on the page make this axis 1…m"),
        ("skip", 19, "skip what? a skip needs a reason"),
        ("skip ...", 19, "skip why? a skip needs a reason"),
        ("expect wrong", 21, "write expect refuted, expect unknown or expect unread"),
        ("expect refutd", 21, "write expect refuted, expect unknown or expect unread; did you mean refuted?"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_a_problem_at_its_place(
    annotation: str, column: int, message: str
) -> None:
    page = checked(
        f"<!-- derive: {annotation} -->",
        r"$$ s = T + 1 $$",
        r"$$ T s = T^2 + T + \sum_{i=1}^m 0 \cdot u_i $$",
        r"$$ u_i + u_j = u_j + u_i $$",
    )
    found = [p for p in page.problems if p.message.startswith(message) or message in p.message]
    assert found, problems(page)
    assert (found[0].line, found[0].column) == (1, column)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<!-- derive given T > 0 -->", "a colon is missing: write derive: given"),
        ("<!-- dervie: given T > 0 -->", "dervie: begins no annotation; did you mean derive:?"),
        ("<!-- derive: given T > 0", "this comment is never closed, and what it says to derive is not taken"),
        (said("skip why not"), "skip of what? No display formula follows before the next heading, and no formula stands beside it"),
        (f"{said('skip why not')}\n\n# Next\n\n$$ x = x $$", "skip of what? No display formula follows before the next heading, and no formula stands beside it"),
        (f"{said('skip a')}\n{said('skip b')}\n\n$$ x = x $$", "a skip for this formula stands here already"),
        (f"{said('axis i = 1..n', 'axis i = 1..m')}\n\n$$ x_i = x_i $$", "i has another axis on line 1"),
        (f"{SQUARE}\n\n{said('given x > 0')}", "no step below speaks of x"),
        (f"{SQUARE}\n\n{said('case i = j')}", "no step under this case has i"),
    ],
)  # fmt: skip
def test_nothing_that_is_meant_for_derive_is_ignored(text: str, message: str) -> None:
    assert message in problems(checked(text))


@pytest.mark.parametrize(
    "text", ["<!-- derived from x -->", "<!-- test-command -->", "<!-- derive -->"]
)
def test_other_comments_are_left_alone(text: str) -> None:
    assert problems(checked(text, SQUARE)) == []


def test_a_given_that_cannot_be_used_refutes_nothing() -> None:
    page = checked(said(r"given \sum_{k \neq c} y_k = 1"), r"$$ \sum_k y_k x = x + y_c x $$")
    assert (words(page), len(page.problems)) == ("?", 1)


# --------------------------------------------------------------------------- limits


def test_there_is_an_end_to_annotations() -> None:
    many = "\n".join(said("case i = j") for _ in range(MAX_ANNOTATIONS + 5))
    found = problems(checked(many, SQUARE))
    assert f"more than {MAX_ANNOTATIONS} annotations: those from here on are not taken" in found
    long = problems(checked(said("let q = " + "x + " * 1000 + "x"), SQUARE))
    assert long == ["an annotation of more than 2000 characters is not taken"]


@pytest.mark.parametrize(
    "text",
    [
        "<!-- derive: " * 20_000,
        "<!-- derive: given\n" + "\n" * 100_000 + "-->",
        "<!-- derive:" + " \n\\" * 50_000 + "-->",
        "<!-- derive: given T > 0 -->" * 20_000,
        "# " + "<!--" * 30_000,
        "<!-- derive: skip a -->x\n" * 5_000,
        "<!-- derive: " + "; let " * 20_000 + "-->",
    ],
    ids=range(7),
)
def test_hostile_comments_take_linear_time(text: str) -> None:
    start = time.process_time()
    understand(read_markdown(text, "p.md"))
    understand(read_latex(text.replace("<!--", "\n%"), "p.tex"))
    assert time.process_time() - start < 8


# --------------------------------------------------------------------------- said elsewhere


def test_what_a_caller_declares_is_in_force_on_the_whole_page() -> None:
    page = derive.check(
        GRADIENT,
        let=[r"a_j = \frac{e^{z_j}}{\sum_k e^{z_k}}", r"C = -\sum_k y_k \log a_k"],
        given=[r"\sum_k y_k = 1"],
    )
    assert (words(page), problems(page)) == ("p", [])
    assert page.steps[0].span.line == 1
    line = r"$$ \sum_k (x_k + 1) = 4 + \sum_k x_k $$"
    assert words(derive.check(line, axis=["k = 1..4"])) == "p"
    assert problems(derive.check(SQUARE, given=["t > 0"])) == ["no step below speaks of t"]
