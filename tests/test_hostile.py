"""Hostile pages, as the command line meets them: within bounds of time and memory each ends
with a verdict or a reason and the right exit code, and the good steps beside it are decided."""

from __future__ import annotations

import itertools
import json
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs limits of resources")

GOOD = "$$ (x+y)^2 = x^2 + 2xy + y^2 $$"
SECONDS = 120  # a generous net for a loaded machine: what hangs, hangs for hours
MEMORY = 3_000_000_000
LETTERS = "ABCDEFGHJKLMNOPQRSTUVWXYZabcdfghpq"


LETTERS_TWICE = ("abcdfghpqrstuvwxyz", "zyxwvutsrqphgfdcba")
UP_AND_DOWN = (range(100), range(99, -1, -1))


@dataclass
class Outcome:
    code: int
    out: str
    err: str


def derive(command: str, *args: str) -> Outcome:
    done = subprocess.run(
        [sys.executable, "-c", "from derive.cli import main; main()", command, *args],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=SECONDS,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
    )
    assert "Traceback" not in done.stderr
    assert "an error inside derive" not in done.stdout + done.stderr
    return Outcome(done.returncode, done.stdout, done.stderr)


def between_good(tmp_path: Path, bad: str, *args: str, good: int = 2) -> Outcome:
    """The outcome for a page with something bad between two good steps, of which the first,
    and unless the page is not read to its end also the last, is proved."""
    file = tmp_path / "page.md"
    file.write_text(f"{GOOD}\n\nSome words before.\n\n{bad}\n\nSome words after.\n\n{GOOD}\n")
    outcome = derive("check", str(file), "--time-limit=2", *args)
    proved = [line for line in outcome.out.splitlines() if line.endswith("all values. [algebra]")]
    assert proved[0].startswith(f"{file}:1:14: proved: ")
    assert len(proved) >= good
    if good == 2:
        last = file.read_text().count("\n")
        assert proved[-1].startswith(f"{file}:{last}:14: proved: ")
    return outcome


def towered(levels: int, body: str, last: str) -> str:
    """Definitions each of which uses the one before twice: unfolded, 2^levels parts."""
    chain = [
        f"$$ {new} = {body.replace('?', old)} $$"
        for old, new in itertools.pairwise(LETTERS[: levels + 1])
    ]
    return "\n\n".join([*chain, last.replace("!", LETTERS[levels])])


DEEP = [
    ("{", "}"), ("(", ")"), (r"\frac{1}{", "}"), (r"\left(", r"\right)"), ("x^{", "}"),
    ("x_{", "}"), (r"\sqrt{", "}"), (r"\hat{", "}"), ("|x+", "|"), ("e^{", "}"),
    (r"\begin{cases}", r"\end{cases}"),
]  # fmt: skip


@pytest.mark.parametrize(("opening", "closing"), DEEP, ids=[o for o, _ in DEEP])
def test_nesting_ten_thousand_deep_is_unread(tmp_path: Path, opening: str, closing: str) -> None:
    done = between_good(tmp_path, f"$$ {opening * 10_000}x{closing * 10_000} = 1 $$")
    assert done.code == 1
    assert ":5:3: problem: the formula is longer than 20000 characters" in done.out
    fitting = 19_000 // len(opening + closing)
    done = between_good(tmp_path, f"$$ {opening * fitting}x{closing * fitting} = 1 $$")
    assert done.code == 1
    assert "unread: Not read: nested more than 48 deep." in done.out


FORMULAS = {
    "tower": (r"9^{9^{9^9}} = 1", "work limit was reached: an exponent beyond 200"),
    "tower of tens": (r"10^{10^{10}} = 1", "work limit was reached: an exponent beyond 200"),
    "factorial": ("100000! = 1", "unread: Not read: factorials are not supported"),
    "sum to 10^9": (
        r"\sum_{k=1}^{10^9} 1 = 1",
        "unread: Not read: a range with this upper end is not supported",
    ),
    "sum to 1000000000": (
        r"\sum_{k=1}^{1000000000} x_k = 2 \sum_{k=1}^{1000000000} x_k",
        "work limit was reached: a range of more than 1000 terms",
    ),
    "sum of squares to 1000": (
        r"\left(\sum_{k=1}^{1000} x_k\right)^2 = \sum_{k=1}^{1000}\sum_{j=1}^{1000} x_k x_j",
        "unknown: The ",
    ),
    "power of four": (
        "(x+y+z+w)^{200} = (x+y+z+w)^{199}(x+y+z+w)",
        "limit",  # of terms, or of time on a busy machine
    ),
    "many letters": (
        "".join("(" + "+".join(f"{c}_{{{i}}}" for i in range(200)) + ")" for c in "xy")
        + " = "
        + "".join("(" + "+".join(f"{c}_{{{i}}}" for i in range(200)) + ")" for c in "yx"),
        "work limit was reached: a polynomial with more than 20000 terms",
    ),
    "many denominators": (
        " = ".join("+".join(rf"\frac{{1}}{{x_{{{i}}}+y}}" for i in r) for r in UP_AND_DOWN),
        "work limit was reached: a polynomial with more than 20000 terms",
    ),
    "many sums": (
        " = ".join("".join(rf"\left(\sum_k {c}_k\right)" for c in x) for x in LETTERS_TWICE),
        "work limit was reached: more than 600 choices of sizes",
    ),
    "many indices": (
        "x_i x_j x_k x_l x_p x_q x_r x_s x_t x_u = x_u x_t x_s x_r x_q x_p x_l x_k x_j x_i",
        "work limit was reached: more than 4000 patterns of coinciding indices",
    ),
    "thirty derivatives": (
        r"\frac{\partial}{\partial x} " * 30 + r" e^{x^2} = 1",
        "unknown: The time limit of 2 s was reached.",
    ),
    "a macro made of itself": (
        r"\def\a{\a\a} \a = 1",
        ":5:17: problem: the macro \\a is made of itself",
    ),
    "macros that double": (
        "".join(rf"\def\{a}{{\{b}\{b}}}" for a, b in itertools.pairwise("abcdefghijklmnopqrstuv"))
        + r"\def\v{x} \a = 1",
        ": macros produce more than 20000 characters",
    ),
    "a macro that applies itself": (
        r"\def\a#1{#1{#1}} \a\a = 1",
        ": macros produce more than 20000 characters",
    ),
    "a macro that makes the formula too long": (
        r"\def\a#1{" + "x" * 3000 + r"#1} \a\a\a\a\a\a\a\a y = 1",
        ": macros produce more than 20000 characters",
    ),
    "invisible": ("x\u200b y = y x", ":5:5: problem: invisible character U+200B"),
    "reversed": ("x \u202e= y", ":5:6: problem: bidirectional control character U+202E"),
    "reversed words": (
        "x = x \\text{if \u2067} + y",
        ":5:19: problem: bidirectional control character U+2067",
    ),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_that_explodes_costs_only_itself(tmp_path: Path, name: str) -> None:
    formula, message = FORMULAS[name]
    done = between_good(tmp_path, f"$$ {formula} $$")
    assert done.code == 1
    assert message in done.out


MANY = {
    "definitions a thousand deep": (
        "\n\n".join(f"$$ a_{{{i + 1}}} = a_{{{i}}} + 1 $$" for i in range(1000))
        + "\n\n$$ a_{1000} = a_0 + 1000 $$",
        "unknown: The formula is nested too deeply.",
    ),
    "functions that double": (
        "\n\n".join(f"$$ f_{{{i + 1}}}(x) = f_{{{i}}}(x) + f_{{{i}}}(x) x $$" for i in range(60))
        + "\n\n$$ f_{60}(x) = 1 $$",
        "unknown: The ",
    ),
    "definitions that double": (
        towered(30, "? + ?", "$$ ! = A $$"),
        "unknown: The time limit of 2 s was reached.",
    ),
    "definitions that square": (towered(30, "(? + x)(? + y)", "$$ ! = x $$"), "unknown: The "),
    "bidirectional prose": (
        "Some \u202eesrever text \u2066here\u2069.",
        ":5:6: problem: bidirectional control character U+202E",
    ),
    "a line of a million characters in a formula": (
        "$$ " + "x+" * 500_000 + "x = 1 $$",
        ":5:3: problem: the formula is longer than 20000 characters",
    ),
    "open brackets": ("\\[ " * 100_000, ":5:1: problem: this \\[ is never closed"),
    "open environments": (
        "\\begin{align}\n" * 30_000,
        ":5:1: problem: \\begin{align} is never closed",
    ),
}


@pytest.mark.parametrize("name", MANY)
def test_a_page_that_explodes_is_decided_beside_it(tmp_path: Path, name: str) -> None:
    bad, message = MANY[name]
    done = between_good(tmp_path, bad)
    assert done.code == 1
    assert message in done.out


HARMLESS = {
    "ten megabytes of prose": "Some words of prose. " * 475_000,
    "three megabytes of dollars": "$" * 3_000_000,
    "a line of a million characters": "a" * 1_000_000,
    "a million words in a line": "word " * 200_000,
    "backslashes": "\\" * 1_000_000,
    "unclosed code": "` a `` b ``` c " * 60_000,
    "images": "![" * 500_000,
    "emphasis": "*a **b " * 140_000,
    "links": "[a](" * 250_000,
    "quotes ten thousand deep": "> " * 10_000 + "words",
    "lists a thousand deep": "".join("  " * i + "- words\n" for i in range(1000)),
    "a list ten thousand deep in a line": "- " * 10_000 + "words",
    "open formulas in prose": "\\( " * 300_000,
}


@pytest.mark.parametrize("name", HARMLESS)
def test_long_and_deep_prose_hides_no_step(tmp_path: Path, name: str) -> None:
    done = between_good(tmp_path, HARMLESS[name])
    assert done.code == 0
    assert "2 steps: 2 proved" in done.out


HTML_GOOD = "<p>\\[ (x+y)^2 = x^2 + 2xy + y^2 \\]</p>"
RST_GOOD = ".. math:: (x+y)^2 = x^2 + 2xy + y^2"
OTHER_FORMATS = {
    "html: open tags": ("html", "<div>" * 200_000),
    "html: tags that open nothing": ("html", "</p>" * 250_000),
    "html: tags out of order": ("html", "<b><i></b></i>" * 70_000),
    "html: signs": ("html", "< & " * 250_000),
    "html: entities": ("html", "&lt;" * 250_000),
    "html: attributes": ("html", "<a " + "x= " * 300_000 + ">"),
    "html: quotes": ("html", "<a b='\"'" * 100_000 + ">'>"),
    "html: comments": ("html", "<!---->" * 140_000),
    "html: a comment": ("html", "<!--" * 250_000 + "-->"),
    "html: scripts": ("html", "<script></script>" * 60_000),
    "html: empty formulas": ("html", "<span class='math inline'></span>" * 30_000),
    "html: a long word": ("html", "a" * 1_000_000),
    "rst: marks": ("rst", "`" * 1_000_000),
    "rst: literals": ("rst", "`` ` " * 200_000),
    "rst: directives in directives": (
        "rst",
        "".join("  " * i + ".. note::\n\n" for i in range(700)),
    ),
    "rst: literal blocks": ("rst", "a::\n\n  b\n\n" * 20_000),
    "rst: titles": ("rst", "a\n==\n\n" * 20_000),
    "rst: comments": ("rst", ".. a\n\n" * 40_000),
    "rst: lists in a line": ("rst", "- " * 300_000 + "a"),
    "rst: options": ("rst", ".. note::\n" + "   :a: b\n" * 50_000),
    "rst: empty directives": ("rst", ".. math::\n\n" * 40_000),
    "ipynb: cells": ("ipynb", [{"cell_type": "markdown", "source": "a"}] * 40_000),
    "ipynb: no cells": ("ipynb", [{}] * 400_000),
    "ipynb: a picture": (
        "ipynb",
        [{"cell_type": "markdown", "source": "a", "attachments": {"a": "A" * 5_000_000}}],
    ),
    "ipynb: marks": ("ipynb", [{"cell_type": "markdown", "source": "` ``` \\( ``" * 50_000}]),
    "md: directives": ("md", "```{note}\n```\n" * 20_000),
    "md: colons": ("md", ":::{note}\n" * 60_000),
    "md: tags": ("md", "{% " * 200_000),
    "md: elements": ("md", "<code>" * 100_000),
    "md: bars": ("md", "a|b\n-|-\n" + "\\| a\n" * 60_000),
}


@pytest.mark.parametrize("name", OTHER_FORMATS)
def test_long_and_deep_pages_of_other_formats_hide_no_step(tmp_path: Path, name: str) -> None:
    kind, bad = OTHER_FORMATS[name]
    file = tmp_path / f"page.{kind}"
    if isinstance(bad, list):
        good = {"cell_type": "markdown", "source": GOOD}
        file.write_text(json.dumps({"cells": [good, *bad, good]}))
    else:
        one = {"html": HTML_GOOD, "rst": RST_GOOD, "md": GOOD}[kind]
        file.write_text(f"{one}\n\nWords.\n\n{bad}\n\n{one}\n")
    done = derive("check", str(file), "--time-limit=2")
    assert "2 steps: 2 proved" in done.out
    assert done.code == 0


HARMLESS_TEX = {
    "braces": "{" * 1_000_000,
    "closing braces": "}" * 1_000_000,
    "groups with definitions": "{\\def\\a{b}" * 60_000,
    "titles in titles": "\\title{" * 60_000 + "}" * 60_000,
    "footnotes in footnotes": "\\footnote{" * 60_000,
    "open labels": "\\label[" * 100_000 + "\\label{" * 100_000,
    "conditions": "\\ifx" * 150_000 + "\\fi " * 150_000,
    "left out": "\\iffalse \\fi " * 60_000,
    "verbatim in a line": "\\verb|" * 100_000,
    "comments": "%\n" * 100_000,
    "items": "\\item " * 30_000,
    "environments in environments": "\\begin{quote}" * 60_000,
    "spaces": "\\section" + " " * 500_000 + "\\label" + " " * 500_000,
}


@pytest.mark.parametrize("name", HARMLESS_TEX)
def test_long_and_deep_latex_hides_no_step(tmp_path: Path, name: str) -> None:
    file = tmp_path / "page.tex"
    file.write_text(f"{GOOD}\n\n{HARMLESS_TEX[name]}\n\n{GOOD}\n")
    done = derive("check", str(file))
    assert "2 steps: 2 proved" in done.out
    assert done.code == 0


MANY_TEX = {
    "open brackets": ("\\[ " * 100_000, r":3:1: problem: this \[ is never closed"),
    "open environments": (
        "\\begin{align}\n" * 30_000,
        r":3:1: problem: \begin{align} is never closed",
    ),
    "an environment closed once": (
        "\\begin{align}\n" * 30_000 + "x \\end{align}",
        r":3:1: problem: \begin{align} is never closed",
    ),
    "dollars in braces": ("$ { " * 200_000, ":3:1: problem: this $ is never closed"),
    "definitions never closed": ("\\def\\a{" * 60_000, ":3:1: problem: a { that is never closed"),
    "definitions without a name": ("\\let" * 100_000, r"problem: \let without "),
    "environments never defined": (
        "\\newenvironment{a}{" * 30_000,
        ":3:1: problem: a { that is never closed",
    ),
    "arguments never closed": (
        "\\def\\a#1{$#1$} " + "\\a{" * 100_000,
        "problem: more than 10000 formulas",
    ),
    "interrupted displays": (
        "\\begin{align}" + "\\intertext{ $ " * 30_000 + "\\end{align}",
        "problem: this $ is never closed",
    ),
    "macros of the whole page": (
        "\\def\\a#1{#1#1#1#1}" + "$\\a{\\a{\\a{\\a{\\a{\\a{x}}}}}} = 1$ " * 5000,
        "problem: the macros of this page produce more than 1000000 characters",
    ),
}


@pytest.mark.parametrize("name", MANY_TEX)
def test_latex_that_explodes_is_bounded_and_the_step_before_it_decided(
    tmp_path: Path, name: str
) -> None:
    bad, message = MANY_TEX[name]
    file = tmp_path / "page.tex"
    file.write_text(f"{GOOD}\n\n{bad}\n\n{GOOD}\n")
    done = derive("check", str(file), "--time-limit=2")
    assert done.out.count(": proved: True for all values. [algebra]") >= 1
    assert message in done.out
    assert done.code == 1


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ("a\n" * 400_000, ":300001:1: problem: more than 300000 lines"),
        ("a\n\n" * 200_000, ":300001:1: problem: more than 300000 lines"),
        ("\n" * 9_999_000, ":300001:1: problem: more than 300000 lines"),
        ("$x$ " * 400_000, "problem: more than 10000 formulas: those from here on are not read"),
        ("$$ $$ " * 100_000, "problem: more than 10000 formulas"),
    ],
    ids=["lines", "paragraphs", "empty lines", "inline formulas", "displays"],
)
def test_a_page_beyond_bounds_is_read_up_to_them_and_says_so(
    tmp_path: Path, bad: str, message: str
) -> None:
    done = between_good(tmp_path, bad, good=1)
    assert done.code == 1
    assert message in done.out


def test_a_page_of_more_than_ten_megabytes_is_refused_and_the_next_is_checked(
    tmp_path: Path,
) -> None:
    (tmp_path / "big.md").write_text("a" * 10_000_001)
    (tmp_path / "small.md").write_text(GOOD)
    done = derive("check", str(tmp_path))
    assert done.code == 2
    assert f"{tmp_path / 'big.md'}: larger than 10 MB" in done.err
    assert "1 step: 1 proved" in done.out


@pytest.mark.parametrize(
    ("page", "steps"),
    [
        ("".join(f"$$ x + {i} = {i} + x $$\n\nHence, as before:\n\n" for i in range(2000)), 2000),
        ("".join(f"If $i = j$:\n\n$$ x_i + {i} = {i} + x_j $$\n\n" for i in range(500)), 500),
        ("$$ x $$\n\n" + "$$ = x $$\n\n" * 3000, 3000),
        ("$$ x " + "\\\\ = x\n" * 2000 + "$$", 2000),
        ("If $x_i = y_i$ then $x_i + y = y + x_i$ holds. " * 500, 499),
    ],
    ids=["formulas", "cases", "blocks of a chain", "rows of a chain", "one paragraph"],
)
def test_a_page_with_thousands_of_steps_is_decided(tmp_path: Path, page: str, steps: int) -> None:
    file = tmp_path / "page.md"
    file.write_text(page)
    done = derive("check", str(file))
    assert f"{steps} steps: {steps} proved" in done.out
    assert done.code == 0


def test_a_report_on_a_hostile_page_is_written(tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    bad = "\n\n".join(f"$$ {formula} $$" for formula, _ in FORMULAS.values())
    deep = "\n\n".join(f"$$ {o * 300}x{c * 300} = 1 $$" for o, c in DEEP)
    file.write_text(f"{GOOD}\n\n{bad}\n\n{deep}\n\n{GOOD}\n")
    done = derive("report", str(file), "-o", str(tmp_path / "out"), "--time-limit=2")
    assert done.code == 0
    written = sorted((tmp_path / "out").rglob("*.*"))
    assert {f.suffix for f in written} >= {".html", ".tex", ".md"}
