"""Whatever a page contains: a message with its place, the right exit code, no traceback,
and every other step of the page still decided."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import derive
from derive.cli import main
from derive.results import PageResult

GOOD = "$$ (x+y)^2 = x^2 + 2xy + y^2 $$"
SEED = Path(__file__).resolve().parent.parent / ".." / "shared" / "pages" / "softmax-zh.md"


def check(file: Path, *args: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["check", str(file), *args])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def beside_good(bad: str) -> PageResult:
    """A page with something bad between two good steps, both of which are decided."""
    page = derive.check(
        f"{GOOD}\n\nSome words in between.\n\n{bad}\n\nSome more words follow here.\n\n{GOOD}\n"
    )
    assert [s.word for s in page.steps if s.left == "(x+y)^2"] == ["proved", "proved"]
    return page


def outcome(page: PageResult) -> list[str]:
    """What is said about the bad part: words of its steps, problems, facts."""
    said = [f"{s.word}: {s.verdict.message}" for s in page.steps if s.left != "(x+y)^2"]
    said += [f"problem: {p.message}" for p in page.problems]
    return said + [f"fact: {f.note}" for f in page.facts]


# --------------------------------------------------------------------------- files


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (None, ": no such file"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", ": this looks like a binary file, not like text"),
        (b"# Title\n\nna\xefve $x$\n", ":3:3: byte 0xef is not UTF-8; save the page as UTF-8"),
        ("# Titel".encode("utf-16"), ""),
    ],
)
def test_a_file_that_is_no_text_is_code_2(
    tmp_path: Path, data: bytes | None, message: str
) -> None:
    file = tmp_path / "page.md"
    if data is not None:
        file.write_bytes(data)
    code, out, err = check(file)
    assert code == 2
    assert out == ""
    assert err.startswith(f"derive: {file}{message}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no formulas were found"),
        ("\n \n\t\n", "no formulas were found"),
        ("\ufeff", "no formulas were found"),
        ("Only prose, which costs $5.\n", "no formulas were found"),
        ("# Heading\n\n- list\n\n> quote\n", "no formulas were found"),
    ],
)
def test_a_page_on_which_nothing_could_be_read_is_not_clean(
    tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / "page.md"
    file.write_text(text, encoding="utf-8")
    code, out, _ = check(file)
    assert code == 1
    assert f"{file}: {said}" in out
    assert f"{file}: 0 steps" in out


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_is_a_line_end(tmp_path: Path, newline: str) -> None:
    file = tmp_path / "page.md"
    file.write_bytes(newline.join(["# Title", "", GOOD, "", "$$ x + \\foo = x $$"]).encode())
    _, out, _ = check(file)
    if newline == "\r":  # the Macintosh of 1999 gets its steps, if not its lines
        assert "proved" in out
        return
    assert f"{file}:3:14: proved" in out
    assert f"{file}:5:15: unread" in out


# --------------------------------------------------------------------------- formulas


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("$$ x = {y $$", ["problem: a brace { that is never closed"]),
        ("$$ x = y} $$", ["problem: a closing brace } without its opening one"]),
        ("$$ x = y", ["problem: this $$ is never closed"]),
        (r"\[ x = y", [r"problem: this \[ is never closed"]),
        (r"$$ x + \foo y = x $$", [r"unread: Not read: the command \foo is not known."]),
        (r"$$ x + y) = x $$", ["unread: Not read: a closing ) without its opening one."]),
        (r"$$ |x + y = x $$", ["unread: Not read: a bar | that is never closed."]),
        (r"$$ 2x = (y $$", ["unread: Not read: a bracket that is never closed."]),
        (r"$$ \frac{x}{} = y $$", ["unread: Not read: a fraction without a denominator."]),
        (r"$$ x + = y $$", ["unread: Not read: the formula ends too early."]),
        (
            r"$$ \begin{CD} x = y \end{CD} $$",
            ["problem: the environment 'CD' is not supported"],
        ),
        ("$$ x \0 = y $$", ["problem: the character '\\x00' (U+0000) has no meaning here"]),
        (
            "$$ x \u202e = y $$",
            ["problem: bidirectional control character U+202E"],
        ),
        (
            "$$ x = \N{PILE OF POO} $$",
            ["problem: the character '💩' (U+1F4A9) has no meaning here"],
        ),
        (
            r"$$ \input{/etc/passwd} = x $$",
            [r"unread: Not read: the command \input is not known."],
        ),
        (
            r"$$ \csname x\endcsname = y $$",
            [r"unread: Not read: the command \csname is not known."],
        ),
        (
            r"$$ \def\x{\x} \x = y $$",
            [r"problem: the macro \x is made of itself"],
        ),
        ("$$ (x + y = y + x $$", ["problem: a bracket that is never closed"]),
        (r"$$ \left[ x + y = y + x $$", ["problem: a bracket that is never closed"]),
    ],
)
def test_what_cannot_be_read_is_named_and_the_rest_is_decided(bad: str, said: list[str]) -> None:
    assert [line for line in outcome(beside_good(bad)) if not line.startswith("fact")] == said


@pytest.mark.parametrize(
    ("bad", "line", "column"),
    [
        ("$$ x = {y $$", 5, 8),
        ("$$ x = y", 5, 1),
        ("words $$ x = y", 5, 7),
        ("$$\nx = y }\n$$", 6, 7),
    ],
)
def test_a_problem_has_its_place(bad: str, line: int, column: int) -> None:
    (problem,) = beside_good(bad).problems
    assert (problem.line, problem.column) == (line, column)


@pytest.mark.parametrize("opening", ["(", "{", r"\sqrt{", r"\frac{1}{", "x^{", "x_{", r"\hat{"])
def test_nesting_300_deep_is_unread(opening: str) -> None:
    close = ")" if opening == "(" else "}"
    (said,) = outcome(beside_good(f"$$ {opening * 300}x{close * 300} = 1 $$"))
    assert said.startswith("unread: Not read: nested more than")


@pytest.mark.parametrize(
    "bad",
    [
        "$$ " + r"\sum_k " * 300 + "x_k = 1 $$",
        "$$ " + r"\log " * 300 + "x = 1 $$",
        "$$ " + r"\frac{\partial}{\partial x}" * 300 + "x = 1 $$",
        "$$ " + "-" * 3000 + "x = 1 $$",
        "$$ f" + "'" * 3000 + "(x) = 1 $$",
        "$$ " + r"\begin{cases}" * 100 + "x" + r"\end{cases}" * 100 + " = 1 $$",
        "$$ x = " + "y + " * 4000 + "y $$",
        "$$ u = " + "v" * 9000 + " $$",
        "$$ x" + " = x" * 1000 + " $$",
        "> " * 1000 + "$$ x = y $$",
        "$$ x = y $$ " * 300,
        "$$ u = " + "v" * 20_001 + " $$",
        "$$ " + "9" * 4000 + " = 1 $$",
        pytest.param(
            "$$ " + "9" * 4301 + " = 1 $$",
        ),
        pytest.param(
            "$$ u = x" + "/x" * 900 + " $$",
        ),
    ],
    ids=lambda bad: f"{bad[:24]}…",
)
def test_long_and_repetitive_formulas_do_not_break_anything(bad: str) -> None:
    page = beside_good(bad)
    assert len(page.steps) + len(page.problems) + len(page.facts) + len(page.definitions) >= 3


@pytest.mark.parametrize(
    "bad",
    [
        r"9^{9^{9^9}} = 1",
        r"9^{9^{9^9}} = 8^{9^{9^9}}",
        r"x^{100000} = x^{99999} + 1",
        r"2^{100000000} = (1/2)^{-100000001}",
        r"10^{1000000000} = 10^{1000000001}",
        r"e^{1000000000} = 1",
        r"e^{e^{e^{e^{10}}}} = 1",
        r"(x+y+z+w)^{200} = (w+x+y+z)^{201}",
        r"\sqrt[13]{x} = x",
        r"x_{1000000000} + x = x + x_{1000000001}",
        r"\sum_{k=1}^{n} x_k = x_{1000000000} + \sum_{k=1}^{n} x_k",
    ],
)
def test_huge_numbers_are_never_worked_out(bad: str) -> None:
    (said,) = outcome(beside_good(f"$$ {bad} $$"))
    assert said.startswith(("unknown: ", "unread: ", "refuted: ", "fact: "))


def in_seconds(text: str, seconds: float) -> str:
    """The words of a page's steps, from a process that is stopped if it takes too long."""
    code = (
        "import sys, derive\nprint(' '.join(s.word for s in derive.check(sys.stdin.read()).steps))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=text,
        capture_output=True,
        encoding="utf-8",
        timeout=seconds,
        check=True,
    )
    return done.stdout.strip()


@pytest.mark.parametrize(
    "bad",
    [
        r"\sum_{k=1}^{1000} x_k = 2 \sum_{k=1}^{1000} x_k",
        pytest.param(
            r"\sum_{k=1}^{1000000000} x_k = 2 \sum_{j=1}^{1000000000} x_j",
        ),
    ],
)
def test_sums_to_a_huge_number_cost_no_more_than_their_own_step(bad: str) -> None:
    words = in_seconds(f"{GOOD}\n\n$$ {bad} $$\n\nwords here between\n\n{GOOD}", 4)
    assert words in ("proved refuted proved", "proved unknown proved")


# --------------------------------------------------------------------------- unclosed formulas


def test_an_unclosed_formula_costs_only_itself() -> None:
    page = derive.check(
        "$$ a = 1 + \n\nNow some words that are prose.\n\n" + GOOD + "\n\nfin\n\n" + GOOD
    )
    assert [s.word for s in page.steps if s.left == "(x+y)^2"] == ["proved", "proved"]
    assert (1, 1) in [(p.line, p.column) for p in page.problems]


@pytest.mark.parametrize("between", ["", "Hence:\n\n", "Then we\n\n", "因此\n\n", "- so\n\n"])
def test_an_unclosed_formula_right_before_another_costs_only_itself(between: str) -> None:
    page = derive.check("$$ u = v\n\n" + between + GOOD + "\n\n" + GOOD)
    assert [s.word for s in page.steps if s.left == "(x+y)^2"] == ["proved", "proved"]
    assert [(p.line, p.column) for p in page.problems] == [(1, 1)]


# --------------------------------------------------------------------------- nothing is evaluated


@pytest.mark.parametrize(
    "attack",
    [
        "__import__('os').system('touch {}') = 1",
        "eval(open('{}', 'w')) = 1",
        r"\operatorname{{exec}}(open('{}','w')) = 1",
        r"\text{{__import__('os').system('touch {}')}} + x = x",
        r"x = y \quad \text{{`touch {}`}}",
        r"\write18{{touch {}}} = 1",
        r"a_{{\text{{[open('{}','w') for i in (1,)]}}}} = b",
    ],
)
def test_nothing_on_a_page_is_evaluated(attack: str, tmp_path: Path) -> None:
    touched = tmp_path / "pwned"
    page = beside_good(f"$$ {attack.format(touched)} $$")
    assert page.summary.refuted == 0
    assert not touched.exists()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["S", "N", "E", "I", "pi", "lambda", "exec", "Q", "O"])
def test_names_that_mean_something_to_python_or_sympy_are_plain_letters(name: str) -> None:
    written = name if len(name) == 1 else rf"\mathrm{{{name}}}"
    page = derive.check(f"$$ {written}^2 + x = x + {written} {written} $$ $$ 2{written} = 6 $$")
    assert page.steps[0].word == "proved"
    assert [s.word for s in page.steps[1:]] in ([], ["refuted"])


# --------------------------------------------------------------------------- mutilated pages


def test_a_page_cut_off_anywhere_is_still_a_page() -> None:
    text = derive_page()
    for end in range(0, len(text), 37):
        page = derive.check(text[:end])
        assert "refuted" not in [s.word for s in page.steps][:-1]


def derive_page() -> str:
    from derive.catalogue import page_text

    return page_text("log-likelihood")


@pytest.mark.skipif(not SEED.exists(), reason="../shared/pages/softmax-zh.md is not there")
@pytest.mark.parametrize("line", [11, 41, 63])
def test_a_lost_closing_mark_on_a_real_page_costs_only_its_own_formula(line: int) -> None:
    lines = SEED.read_text(encoding="utf-8").split("\n")
    assert lines[line - 1].endswith(" $$")
    lines[line - 1] = lines[line - 1].removesuffix(" $$")
    page = derive.check("\n".join(lines))
    assert (line, 1) in [(p.line, p.column) for p in page.problems]
    assert page.formulas >= 19
