"""Typst reports: formulas printed from their trees, and articles without a missing character."""

from __future__ import annotations

import re
import subprocess
from html import unescape
from pathlib import Path

import pytest

import derive
from derive.catalogue import names, page_text
from derive.reporting import Templates, render
from derive.reporting.commands import (
    BIG_OPERATORS,
    CHARACTERS,
    DELIMITERS,
    ENVIRONMENTS,
    ONE_ARGUMENT,
    SIZED,
    SYMBOLS,
    TEXT_COMMANDS,
    TWO_ARGUMENTS,
    UNICODE,
)
from derive.reporting.notation import parse
from derive.reporting.typst import typst_source, typst_text
from derive.reporting.typst_math import in_pieces, print_typst
from derive.results import Block, PageResult
from tests.reporting.random_formulas import random_formulas
from tests.reporting.report_samples import HOSTILE, chinese_page, hostile_page, sample_page
from tests.reporting.report_tools import compile_typst, needed, shown_in

PAGES = {"english": sample_page(), "chinese": chinese_page(), "hostile": hostile_page()}

FORMULAS = [
    # letters, numbers, signs
    (r"ab1.5", "a b 1.5"),
    (r"\alpha \epsilon \varepsilon \varphi", "α ϵ ε φ"),
    (r"a\le b\ne c", "a ≤ b ≠ c"),
    (r"a/b, c; d: e. f", r"a \/ b \, c \; d \: e \. f"),
    (r"\#\$\%\&\_ @~x", r"\# \$ \% \& \_ \@ #h(0.333em) x"),
    (r"\mathbb{R}ℝ", "bb(R) bb(R)"),
    (r"x \quad y\,z\!w", "x quad y thin z #h(-0.1667em) w"),
    (r"\{a | b\}", r"\{ a \| b \}"),
    (r"f(x)", r"f \( x \)"),
    (r"x_1, \dots, x_n", r'x_(1) \, class("normal", …) thin \, x_(n)'),
    (r"x_1 + \dots + x_n", "x_(1) + ⋯ + x_(n)"),
    # scripts
    (r"x_i^2", "x_(i)^(2)"),
    (r"x'_i{}''", 'x\'_(i) attach("", t: ′′)'),
    (r"{ab}^2 {c}^2", "attach(a b, t: 2) c^(2)"),
    (r"{ab}'^2_i", "attach(a b, b: i, t: ′ 2)"),
    (r"^T", '""^(T)'),
    (r"x_{}", 'x_("")'),
    (r"\sum_{k=1}^n x_k", "∑_(k = 1)^(n) x_(k)"),
    (r"\sum\limits_k", "limits(∑)_(k)"),
    (r"\int\nolimits_0^1", "scripts(∫)_(0)^(1)"),
    (r"\sum_{\substack{i\\j}}", r"∑_(i \ j)"),
    (r"\underbrace{a+b}_{n}", "underbrace(a + b, n)"),
    (r"\overbrace{a}^n_m", "attach(overbrace(a), b: m, t: n)"),
    # functions and words
    (r"\log x \max_i", "log x max_(i)"),
    (r"\argmax_x", 'op("arg max", limits: #true)_(x)'),
    (r"\operatorname{diag}(x)", r'op("diag")\( x \)'),
    (r"\operatorname*{arg\,max}", 'op("arg max", limits: #true)'),
    (r"\operatorname{\hat x}", "op(hat(x))"),
    (r"\mathrm{softmax}x", '"softmax"x'),
    (r"x\text{ if }y", 'x" if "y'),
    (r"\text{a}\textbf{b}c", '"a"#math.bold("b")c'),
    (r"\text{\"\_\#read()}", None),
    (r'\text{"#read()}', r'"\"#read()"'),
    (r"\text{a $b$}", '"a "b'),
    (r"如果x", '"如果"x'),
    (r"a \bmod b \pmod n", r'a class("binary", "mod")b class("normal", quad \(mod thin n\))'),
    # commands with arguments
    (r"\frac12", "frac(1, 2)"),
    (r"\dfrac{a,b}{}", r'display(frac(a \, b, ""))'),
    (r"{a \over b}", "frac(a, b)"),
    (r"\tfrac12\binom nk", "inline(frac(1, 2)) binom(n, k)"),
    (r"\sqrt x\sqrt[3]{x}", "sqrt(x) root(3, x)"),
    (r"\mathbf{W}\boldsymbol\theta\mathcal L", "bold(upright(W)) bold(θ) cal(L)"),
    (r"\hat{y}_i\bar x", "hat(y)_(i) macron(x)"),
    (
        r"\overset{!}{=}\stackrel{d}{=}",
        'attach(limits(=), t: !) class("relation", attach(limits(=), t: d))',
    ),
    (r"\xrightarrow[n]{d}", "attach(stretch(→), b: n, t: d)"),
    (r"\mathrel{R}", 'class("relation", R)'),
    # brackets and rows
    (r"\left(\frac12\right]", r"lr(\( frac(1, 2) \])"),
    (r"\left.x\right|_0", r'lr(""x \|)_(0)'),
    (r"\left(a\middle|b\right)", r"lr(\( a mid(\|) b \))"),
    (r"\bigl( x \Bigr)", r"lr(\(, size: #1.2em) x lr(\), size: #1.8em)"),
    (r"\bigl(x\bigr)^2_i", r"lr(\(, size: #1.2em) x lr(\), size: #1.2em)_(i)^(2)"),
    (r"\big. x", '""x'),
    (r"\begin{pmatrix}a,&b\\&c;\end{pmatrix}", r'display(mat(delim: "(", a \,, b; "", c \;))'),
    (r"\begin{cases}1&\text{if }a\\0\end{cases}", 'display(cases(1 & quad "if "a, 0))'),
    (r"\begin{array}{lr}a&b\end{array}", "display(mat(delim: #none, & a, b &))"),
    (
        r"\begin{aligned}a&=b\\&=c\end{aligned}x",
        "display(mat(delim: #none, row-gap: #0.6em, display(a) & display(= b);  & display(= c))) x",
    ),
    # styles
    (r"a\displaystyle\frac12", "a display(frac(1, 2))"),
    (r"{\displaystyle a}b", "display(a) b"),
    (r"{\bf x}y", "bold(upright(x)) y"),
]


@pytest.mark.parametrize(("latex", "typst"), FORMULAS)
def test_a_formula_is_printed_from_its_tree(latex: str, typst: str | None) -> None:
    nodes = parse(latex)
    assert (None if nodes is None else print_typst(nodes)) == typst


@pytest.mark.parametrize(
    ("latex", "pieces"),
    [
        ("a + b = c", ["a", '""+ b', '""= c']),
        ("-a", ["- a"]),
        (r"\displaystyle a = b \textstyle + c", ["display(a)", '""display(= b)', '""inline(+ c)']),
    ],
)
def test_a_long_formula_can_be_broken_before_its_signs(latex: str, pieces: list[str]) -> None:
    nodes = parse(latex)
    assert nodes is not None
    assert in_pieces(nodes) == pieces


@pytest.mark.parametrize(
    ("text", "typst"),
    [
        ('"', r'"\""'),
        ("\\", r'"\\"'),
        ('\\"#x', r'"\\\"#x"'),
        ("a\n\n b", '"a b"'),
        ("如果\n那么 a", '"如果那么 a"'),
        ("\x00\u202e", '"[U+0000][U+202E]"'),
        ("x" * 30, '"' + "x" * 24 + "\u200b" + "x" * 6 + '"'),
    ],
)
def test_text_is_one_string_literal(text: str, typst: str) -> None:
    assert typst_text(text) == typst


def test_a_source_may_be_broken_behind_its_signs() -> None:
    assert typst_source(r"\foo{a}=b") == '"\\\\foo{a}\u200b=\u200bb"'


def test_hostile_text_stays_within_its_quotation_marks() -> None:
    for typst in (typst_text(HOSTILE), typst_source(HOSTILE)):
        assert re.fullmatch(r'"(?:[^"\\]|\\["\\])*"', typst)


def test_of_a_page_only_literals_and_known_mathematics_are_left() -> None:
    """Outside string literals a report of the hostile page has no word that the page says."""
    source = render(hostile_page(), "typst")
    code = re.sub(r'"(?:[^"\\]|\\["\\])*"', "", re.sub(r"^//.*$", "", source, flags=re.MULTILINE))
    for word in ("script", "alert", "passwd", "input", "evil", "VAR", "49", "someone", "raw"):
        assert word not in code, word


# --------------------------------------------------------------------------- with typst


def document(formulas: list[str]) -> str:
    head = '#set text(font: "New Computer Modern")\n#show math.equation: set text(font: "New Computer Modern Math")\n'
    return head + "\n\n".join(f"${formula}$\n\n$ {formula} $" for formula in formulas)


def allowed() -> list[str]:
    """Every command of the allow-list, in LaTeX."""
    texts = [rf"a {symbol} b_{{{symbol}}}" for symbol in sorted(SYMBOLS)]
    texts += [rf"{symbol}\limits_i^n x" for symbol in sorted(BIG_OPERATORS)]
    texts += [rf"{c}{{x}} {c}{{ab}}'_i^2 {c}{{}}" for c in sorted(ONE_ARGUMENT)]
    texts += [rf"{c}{{x}}{{y}}^2 {c}{{}}{{}}" for c in sorted(TWO_ARGUMENTS)]
    texts += [rf"{size}{side} x" for size in sorted(SIZED) for side in sorted(DELIMITERS)]
    texts += [rf"\left{side} x \middle{side} y \right{side}^2" for side in sorted(DELIMITERS)]
    texts += [rf"{c}{{x}}_i {c}{{}}" for c in sorted(TEXT_COMMANDS)]
    texts += [rf"a {char} b" for char in sorted(CHARACTERS | set(UNICODE)) if char not in "'′"]
    arguments = {"array": "{c}", "alignat": "{1}", "alignat*": "{1}", "alignedat": "{1}"}
    texts += [
        rf"\begin{{{name}}}{arguments.get(name, '')} x \end{{{name}}}_2" for name in ENVIRONMENTS
    ]
    return texts


@pytest.mark.typst
def test_all_that_is_printed_is_typst_without_a_missing_sign(tmp_path: Path) -> None:
    printed = [typst for _, typst in FORMULAS if typst and "如" not in typst]
    for text in allowed():
        nodes = parse(text)
        assert nodes is not None, text
        printed.append(print_typst(nodes))
    compile_typst(document(printed), tmp_path, system_fonts=False)


@pytest.mark.typst
def test_whatever_is_nested_in_what_is_typst(tmp_path: Path) -> None:
    printed = []
    for _, nodes in random_formulas(20261123, 600):
        printed += [print_typst(nodes), *in_pieces(nodes)]
    compile_typst(document(printed), tmp_path, system_fonts=False)


@pytest.mark.typst
@pytest.mark.parametrize("name", PAGES)
def test_a_report_compiles_and_ends_with_its_end(name: str, tmp_path: Path) -> None:
    page = PAGES[name]
    text = shown_in(compile_typst(render(page, "typst"), tmp_path), "-raw")
    assert "root:x:0" not in text
    assert str(page.summary.steps) in text.strip().splitlines()[-2]


@pytest.mark.typst
@pytest.mark.parametrize("name", names())
def test_every_page_of_the_catalogue_compiles(name: str, tmp_path: Path) -> None:
    page = derive.check(page_text(name))
    text = shown_in(compile_typst(render(page, "typst"), tmp_path), "-layout")
    for step in page.steps:  # its mark in the margin
        assert re.search(rf"\u2713 ?{step.number}\b", text), step.number


def test_the_article_says_what_the_one_in_latex_says() -> None:
    source = {format: render(sample_page(), format) for format in ("latex", "typst")}
    for said in ("The proofs", "Counterexample", "Why these suffice", "is never closed", "Scope"):
        assert {name for name, text in source.items() if said in text} == {"latex", "typst"}


@pytest.mark.typst
def test_a_formula_wider_than_the_page_is_made_to_fit(tmp_path: Path) -> None:
    page = sample_page()
    wide = " + ".join(f"x_{{{number}}}" for number in range(60))
    product = " ".join(f"x_{{{number}}}" for number in range(60))
    blocks = (
        Block("formula", wide, 1),
        Block("formula", f"a = {wide} = {product}", 2),
        Block("formula", f"\\frac{{{wide}}}{{2}}", 3),
        Block("prose", f"Inside ${product}$ a line, and ${wide}$, {'x' * 300}.", 4),
        Block("prose", f"`{'y' * 200}` and $\\unknown{{{'z' * 200}}}$", 4),
    )
    report = PageResult("a.md", "A", "en", 1, page.steps, blocks=blocks)
    pdf = compile_typst(render(report, "typst"), tmp_path)
    words = re.findall(r'xMin="([\d.]+)".*xMax="([\d.]+)"', shown_in(pdf, "-bbox"))
    assert len(words) > 200
    text_ends, margin_begins, paper_ends = (mm / 25.4 * 72 for mm in (168.5, 171, 210))
    for left, right in ((float(left), float(right)) for left, right in words):
        assert right < text_ends or margin_begins < left < right < paper_ends


@pytest.mark.typst
def test_the_outline_names_the_headings_whatever_they_say(tmp_path: Path) -> None:
    titles = (r"Loss $\frac{a}{b}$", "100 % of {a} \\b #c ~ ^ & _ -- <a> @b", "中文 é", '"q" [s]')
    blocks = tuple(Block("heading", title, n, level=2) for n, title in enumerate(titles))
    report = PageResult("a.md", "A", "en", 1, (), blocks=blocks)
    outline = with_links(compile_typst(render(report, "typst"), tmp_path), tmp_path)
    found = re.findall(r'<item page="1">(.*)</item>', outline)
    assert [unescape(entry) for entry in found] == [r"Loss \frac{a}{b}", *titles[1:]]


def with_links(pdf: bytes, folder: Path) -> str:
    """The PDF as XML, in which links and the outline are seen."""
    (folder / "a.pdf").write_bytes(pdf)
    command = [needed("pdftohtml"), "-xml", "-stdout", str(folder / "a.pdf")]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


@pytest.mark.typst
def test_a_mark_leads_to_what_was_found_and_back(tmp_path: Path) -> None:
    shown = with_links(compile_typst(render(sample_page(), "typst"), tmp_path), tmp_path)
    pages = dict(enumerate(shown.split("<page ")[1:], 1))
    proof = next(n for n, page in pages.items() if "Step 1, line" in re.sub("<[^>]*>", "", page))
    mark = next(n for n, page in pages.items() if re.search(r"<a [^>]*>✓ ?1</a>", page))
    assert mark < proof
    assert re.search(rf'<a href="a.html#{proof}">✓ ?1</a>', pages[mark])
    assert re.search(rf'<a href="a.html#{mark}">Step 1</a>', pages[proof])


@pytest.mark.typst
def test_ones_own_template_builds_on_ours(tmp_path: Path) -> None:
    (tmp_path / "page.typ.j2").write_text(
        '{% extends "derive/page.typ.j2" %}{% block footer %}Ours: #{{ view.title|typ }}{% endblock %}'
    )
    source = render(sample_page(), "typst", Templates(str(tmp_path)))
    text = shown_in(compile_typst(source, tmp_path), "-raw")
    assert "Ours: Softmax" in text
    assert "End of report" not in text
