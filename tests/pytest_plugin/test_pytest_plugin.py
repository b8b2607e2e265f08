"""pytest --derive: every step of every page is a test."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import pytest
import sympy  # noqa: F401 (kept by the runs inside this process, which forget what they import)

import derive.pytest_plugin.nodes  # noqa: F401

pytest_plugins = ["pytester"]

PAGE = r"""# Softmax

The outputs are $p_i = \frac{e^{o_i}}{\sum_k e^{o_k}}$ and the loss is
$L = -\sum_k t_k \log p_k$, where $\sum_k t_k = 1$.

$$
\begin{aligned}
\frac{\partial L}{\partial o_i} &= -\sum_k t_k \frac{1}{p_k} \frac{\partial p_k}{\partial o_i} \\
  &= -t_i (1 - p_i) + \sum_{k \neq i} t_k p_k \\
  &= p_i - t_i
\end{aligned}
$$
"""
FIRST = "partial-L-partial-o_i=sum_k-t_k-1-p_k-partial-ea6b49e44a"
SECOND = "sum_k-t_k-1-p_k-partial=t_i-1-p_i-sum-k-neq-i-90f1ab8006"
GOOD = "$$ s = x + y $$\n\n$$ s^2 = x^2 + 2xy + y^2 $$\n"


@pytest.fixture
def folder(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A folder of its own, in which nothing above is configured, and a wide terminal."""
    monkeypatch.setenv("COLUMNS", "200")
    pytester.makeini("[pytest]\n")
    return pytester


def write(folder: pytest.Pytester, **texts: str) -> None:
    for name, text in texts.items():
        (folder.path / name.replace("__", ".")).write_text(text, encoding="utf-8")


def run(folder: pytest.Pytester, *args: str) -> pytest.RunResult:
    return folder.runpytest_inprocess("-p", "no:cacheprovider", "--strict-markers", *args)


def run_apart(folder: pytest.Pytester, *args: str) -> pytest.RunResult:
    """In a process of its own, as people do."""
    return folder.runpytest_subprocess("-p", "no:cacheprovider", "--strict-markers", *args)


# --------------------------------------------------------------------------- asked for or not


def test_without_being_asked_no_page_is_collected_and_nothing_is_imported(
    folder: pytest.Pytester,
) -> None:
    write(folder, page__md=PAGE)
    folder.makepyfile(
        test_own="""
        import sys
        def test_nothing_came_along():
            ours = {m for m in sys.modules if m.split(".")[0] == "derive"}
            assert ours == {"derive", "derive.pytest_plugin"}
            assert not {"sympy", "flint", "click", "markdown_it"} & set(sys.modules)
        """
    )
    run_apart(folder).assert_outcomes(passed=1)


def test_collection_imports_no_algebra(folder: pytest.Pytester) -> None:
    write(folder, page__md=PAGE)
    folder.makeconftest(
        """
        import sys
        def pytest_collection_finish(session):
            assert len(session.items) == 4
            print("algebra:", len({"sympy", "flint", "mpmath"} & set(sys.modules)))
        """
    )
    result = run_apart(folder, "--derive", "--collect-only", "-q", "-s")
    result.stdout.fnmatch_lines_random(["algebra: 0", f"page.md::{FIRST}", "page.md::page"])


def test_ini_settings_do_what_the_options_do(folder: pytest.Pytester) -> None:
    (folder.path / "docs").mkdir()
    write(folder, docs__x="", **{"docs/a__md": GOOD, "docs/b__tex": GOOD, "c__md": GOOD})
    folder.makeini("[pytest]\nderive = true\nderive_files = docs/*.md\n")
    result = run(folder, "--collect-only", "-q")
    assert {line.split("::")[0] for line in result.outlines if "::" in line} == {"docs/a.md"}
    assert run(folder, "-o", "derive=false").ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_a_word_that_cannot_be_allowed_is_wrong_usage(folder: pytest.Pytester) -> None:
    result = run(folder, "--derive", "--derive-allow", "refuted")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*refuted: choose from assumed, unknown, unread*"])


# --------------------------------------------------------------------------- what is shown


def test_a_refuted_step_is_shown_as_a_compiler_shows_an_error(folder: pytest.Pytester) -> None:
    write(folder, page__md=PAGE)
    result = run(folder, "--derive")
    result.assert_outcomes(passed=2, failed=2)
    shown = result.outlines
    start = shown.index("page.md:9:6: refuted: The two sides differ: 0 against 2/9.")
    assert shown[start + 1 : start + 9] == [
        "  |",
        r"9 |   &= -t_i (1 - p_i) + \sum_{k \neq i} t_k p_k \\",
        "  |      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
        r"  = -\sum_k t_k \frac{1}{p_k} \frac{\partial p_k}{\partial o_i} = "
        r"-t_i (1 - p_i) + \sum_{k \neq i} t_k p_k",
        "  = read as: -Σ_(k=1..n) t_k·(1/p_k)·∂p_k/∂o_i = "
        "-(t_i·(1 - p_i)) + Σ_(k=1..n, k≠i) t_k·p_k",
        "  = at n = 2, i = 1, t_1 = 1/3, t_2 = 2/3, o_1 = 0, o_2 = log(2):",
        "  =     left  = 0",
        "  =     right = 2/9",
    ]
    assert "3 steps: 1 proved, 0 proved assuming, 2 refuted, 0 unknown, 0 unread" in shown
    assert not any("Traceback" in line or "nodes.py" in line for line in shown)
    result.stdout.fnmatch_lines([f"FAILED page.md::{SECOND} - refuted: *"])


def test_failures_are_told_in_the_language_of_the_environment(
    folder: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    unread = "\n$$ x_1 = \\foo{3} [ $$\n\n$$ 1 = \\frac{a}{b} \\qux $$\n"
    write(folder, page__md=PAGE + unread, other__md="Words.\n")
    settings = "let = 3\n"
    write(folder, wrong__md=GOOD)

    def told(*args: str) -> str:
        return run(folder, "--derive", *args).stdout.str()

    english = told("page.md", "other.md", "--derive-allow", "unread")
    monkeypatch.setenv("LANGUAGE", "zh")
    chinese = told("page.md", "other.md", "--derive-allow", "unread")
    assert "page.md:9:6: refuted: 两边不相等：0 与 2/9。" in chinese
    assert "  =     左边 = 0" in chinese
    assert re.search(r"^page\.md:16:\d+: 允许：unread: 未能读懂：", chinese, re.MULTILINE)
    assert "共 4 步：" in chinese
    for said in ("The two sides", "Not read", "allowed", "left", "right", "steps:"):
        assert said in english
        assert said not in chinese
    places = re.compile(r"^page\.md:[\d:]+ (?=refuted|allowed|允许)", re.MULTILINE)
    assert places.findall(english) == places.findall(chinese)
    write(folder, derive__toml=settings)
    assert 'derive.toml:1: let: 必须是字符串列表：let = ["…"]' in told("wrong.md")
    done = run(folder, "--derive", "--derive-allow", "refuted")
    assert "derive-allow: refuted：可选的有 assumed, unknown, unread" in done.stderr.str()


def test_an_unread_step_is_marked_where_reading_stopped(folder: pytest.Pytester) -> None:
    write(folder, page__md="$$ s = x $$\n\n$$ s + \\foo = x $$\n")
    shown = run(folder, "--derive").outlines
    at = shown.index(r"3 | $$ s + \foo = x $$")
    assert shown[at + 1] == "  |        ^"
    assert "unread: Not read: the command \\foo is not known." in shown[at - 2]


def test_hostile_pages_do_not_reach_the_terminal(folder: pytest.Pytester) -> None:
    write(folder, page__md="$$ s = x $$\n\n\x1b[31m\u202e$$ 2s = 3x $$ \x1b]0;own\x07\n")
    text = run(folder, "--derive", "-rA").stdout.str()
    assert "refuted" in text
    assert not {"\x1b", "\u202e", "\x07"} & set(text)
    assert "[U+202E]" in text


# --------------------------------------------------------------------------- verdicts as outcomes


@pytest.mark.parametrize(
    ("page", "allow", "outcomes"),
    [
        (GOOD, "", {"passed": 2}),
        ("$$ s = x $$ $$ 2s = 3x $$", "", {"failed": 1, "passed": 1}),
        ("$$ s = x $$ $$ 2s = 3x $$", "unknown,assumed,unread", {"failed": 1, "passed": 1}),
        ("$$ s = x $$ $$ 2s = \\foo $$", "", {"failed": 1, "passed": 1}),
        ("$$ s = x $$ $$ 2s = \\foo $$", "unread", {"passed": 2}),
        # the page itself: unusable annotations, pages without formulas or steps
        (GOOD + "<!-- derive: giben x > 0 -->", "", {"passed": 1, "failed": 1}),
        (GOOD + "<!-- derive: giben x > 0 -->", "unread", {"passed": 2}),
        ("$$ s = x $$", "", {"failed": 1}),
        ("no formulas", "", {"failed": 1}),
        # conditions are no claims; what is skipped is none either
        (GOOD + "$$ u + v = 3 $$", "", {"passed": 2, "skipped": 1}),
        (GOOD + "<!-- derive: skip in the book -->\n$$ s = 7 $$", "", {"passed": 2, "skipped": 1}),
        # what the author expects, strictly
        (GOOD + "<!-- derive: expect refuted -->\n$$ s = 2x $$", "", {"passed": 2, "xfailed": 1}),
        (
            GOOD + "<!-- derive: expect refuted -->\n$$ s = y + x $$",
            "",
            {"passed": 2, "failed": 1},
        ),
        (
            GOOD + "<!-- derive: expect unread -->\n$$ s = \\foo $$",
            "",
            {"passed": 2, "xfailed": 1},
        ),
    ],
)
def test_each_verdict_has_its_outcome(
    folder: pytest.Pytester, page: str, allow: str, outcomes: dict[str, int]
) -> None:
    write(folder, page__md=page)
    options = ["--derive-allow", allow] if allow else []
    run(folder, "--derive", *options, "page.md").assert_outcomes(**outcomes)


def test_an_assumption_fails_unless_it_is_allowed(folder: pytest.Pytester) -> None:
    open_page = PAGE.replace(r", where $\sum_k t_k = 1$", "").replace(
        r"&= -t_i (1 - p_i) + \sum_{k \neq i} t_k p_k \\", ""
    )
    write(folder, page__md=open_page)
    run(folder, "--derive").assert_outcomes(passed=2, failed=1)
    allowed = run(folder, "--derive", "--derive-allow", "assumed")
    allowed.assert_outcomes(passed=3)
    allowed.stdout.fnmatch_lines(
        ["page.md:*: allowed: assumed: True *", "2 steps: 1 proved, 1 proved assuming, *"]
    )


def test_reasons_are_told(folder: pytest.Pytester) -> None:
    text = GOOD + "<!-- derive: skip in the book -->\n$$ s = 7 $$\n\n$$ u + v = 3 $$\n"
    write(folder, page__md=text + "\n<!-- derive: expect refuted -->\n$$ s = 2x $$\n")
    result = run(folder, "--derive", "-rsx")
    result.stdout.fnmatch_lines_random(
        [
            "SKIPPED * page.md:5: in the book",
            "SKIPPED * page.md:7: taken as a condition: *",
            "XFAIL page.md::*- as expected: refuted: *",
        ]
    )


def test_runxfail_makes_expected_refutations_fail(folder: pytest.Pytester) -> None:
    write(folder, page__md=GOOD + "<!-- derive: expect refuted -->\n$$ s = 2x $$")
    run(folder, "--derive", "--runxfail").assert_outcomes(passed=2, failed=1)


# --------------------------------------------------------------------------- which pages


def test_a_file_without_formulas_is_no_page_unless_it_is_named(folder: pytest.Pytester) -> None:
    write(folder, notes__txt="nothing here", page__md=GOOD)
    run(folder, "--derive").assert_outcomes(passed=2)
    run(folder, "--derive", "page.md", "notes.txt").assert_outcomes(passed=2, failed=1)


def test_derive_toml_counts_as_it_does_on_the_command_line(folder: pytest.Pytester) -> None:
    (folder.path / "drafts").mkdir()
    write(folder, **{"drafts/x__md": "$$ s = x $$ $$ s = 2x $$", "page__md": "$$ 2s = 2x + 2y $$"})
    write(folder, derive__toml="let = ['s = x + y']\nexclude = ['drafts/*']\n")
    run(folder, "--derive").assert_outcomes(passed=2)
    write(folder, derive__toml="let = ['s = x + z']\nexclude = ['drafts/*']\n")
    run(folder, "--derive").assert_outcomes(passed=1, failed=1)
    write(folder, derive__toml="allow = ['unread']\n", page__md="$$ s = \\foo $$")
    run(folder, "--derive", "page.md").assert_outcomes(passed=1)
    run(folder, "--derive", "--derive-allow", "", "page.md").assert_outcomes(failed=1)


def test_a_setting_that_cannot_be_used_is_an_error_at_its_line(folder: pytest.Pytester) -> None:
    write(folder, page__md=GOOD, derive__toml="\nlets = ['s = x']\n")
    result = run(folder, "--derive")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*derive.toml:2: lets: no setting is called so*"])


def test_an_unreadable_page_is_an_error_without_a_traceback(folder: pytest.Pytester) -> None:
    (folder.path / "page.md").write_bytes(b"$$ x = \xff $$")
    result = run(folder, "--derive", "page.md")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*page.md:1:8: byte 0xff is not UTF-8*"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_an_included_chapter_is_checked_once_and_named_by_its_own_path(
    folder: pytest.Pytester,
) -> None:
    write(
        folder,
        main__tex="\\documentclass{a}\\begin{document}\n$$ s = x $$\n\\input{chapter}\n\\end{document}",
        chapter__tex="text\n\n$$ 2s = 3x $$\n",
    )
    result = run(folder, "--derive")
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(["chapter.tex:3:9: refuted: *", "3 | $$ 2s = 3x $$"])


def test_a_place_in_a_notebook_is_its_cell_and_line(folder: pytest.Pytester) -> None:
    cells = '[{"cell_type": "markdown", "source": "$$ s = x $$\\n\\n$$ 2s = 3x $$"}]'
    write(folder, page__ipynb=f'{{"nbformat": 4, "nbformat_minor": 5, "cells": {cells}}}')
    result = run(folder, "--derive", "-rA")
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(["page.ipynb:cell 1:3:9: refuted: *", "3 | $$ 2s = 3x $$"])


# --------------------------------------------------------------------------- names


def test_names_outlive_edits_elsewhere_and_are_unique(folder: pytest.Pytester) -> None:
    def names(text: str) -> list[str]:
        write(folder, page__md=text)
        out = run(folder, "--derive", "--collect-only", "-q").outlines
        return [line for line in out if line.startswith("page.md::")]

    before = names(PAGE)
    assert f"page.md::{SECOND}" in before
    after = names(GOOD + "\nMore words, $q = 1$.\n\n" + PAGE + "\n$$ 2 s = s + s $$\n")
    assert set(before) < set(after)
    twice = names(PAGE + GOOD + GOOD + GOOD)
    assert len(twice) == len(set(twice)) > len(before) + 2
    assert all(len(name) < 80 and name.isascii() for name in twice)


@pytest.mark.parametrize(
    ("options", "outcomes"),
    [
        (["-k", "90f1ab8006"], {"failed": 1, "deselected": 3}),
        (["-k", "partial-L"], {"passed": 1, "deselected": 3}),
        (["-m", "derive"], {"passed": 2, "failed": 2, "deselected": 1}),
        (["-m", "derive_page"], {"passed": 1, "deselected": 4}),
        (["-m", "not derive"], {"passed": 1, "deselected": 4}),
        ([f"page.md::{FIRST}"], {"passed": 1}),
    ],
)
def test_steps_are_chosen_as_other_tests_are(
    folder: pytest.Pytester, options: list[str], outcomes: dict[str, int]
) -> None:
    write(folder, page__md=PAGE)
    if "-m" in options:
        folder.makepyfile(test_own="def test_own(): pass")
    run(folder, "--derive", *options).assert_outcomes(**outcomes)


# --------------------------------------------------------------------------- other plugins


@pytest.mark.parametrize("spread", ["load", "loadfile", "loadgroup"])
def test_workers_share_the_pages(folder: pytest.Pytester, spread: str) -> None:
    write(folder, a__md=PAGE, b__md=GOOD, c__md=PAGE)
    result = run_apart(folder, "--derive", "-n", "2", "--dist", spread)
    result.assert_outcomes(passed=6, failed=4)
    result.stdout.fnmatch_lines(
        ["a.md:9:6: refuted: *", "7 steps: 3 proved, 0 proved assuming, 4 refuted, *"]
    )
    result.stdout.fnmatch_lines(["FAILED *::" + SECOND + "* - refuted: *"])


def test_junit_names_the_page_the_step_and_its_verdict(folder: pytest.Pytester) -> None:
    (folder.path / "docs").mkdir()
    write(folder, **{"docs/page__md": PAGE})
    run(folder, "--derive", "--junitxml", "junit.xml")
    cases = ElementTree.parse(folder.path / "junit.xml").findall(".//testcase")
    assert [case.get("classname") for case in cases] == ["docs.page.md"] * 4
    assert [case.get("name") for case in cases][1] == SECOND
    told = {p.get("name"): p.get("value") for p in cases[1].iter("property")}
    assert told == {
        "derive": "refuted",
        "derive_id": "90f1ab8006",
        "derive_place": "docs/page.md:9:6",
    }
    failure = cases[1].find("failure")
    assert failure is not None
    assert failure.get("message") == "refuted: The two sides differ: 0 against 2/9."


def test_editors_are_told_the_line(folder: pytest.Pytester) -> None:
    write(folder, page__md=PAGE)
    folder.makeconftest(
        "def pytest_collection_finish(session):\n"
        "    print([item.location[:2] for item in session.items])"
    )
    result = run(folder, "--derive", "--collect-only", "-q", "-s")
    result.stdout.fnmatch_lines(
        ["[[]('page.md', 7), ('page.md', 8), ('page.md', 9), ('page.md', 0)]"]
    )


# --------------------------------------------------------------------------- limits


@pytest.mark.parametrize("workers", [[], ["-n", "1"]])
def test_a_step_that_takes_too_long_is_stopped_and_the_page_goes_on(
    folder: pytest.Pytester, workers: list[str]
) -> None:
    folder.makeconftest(
        """
        import time
        import derive.judging
        told = derive.judging._told
        def slow(step, *more):
            if "z" in step.left.source:
                time.sleep(60)
            return told(step, *more)
        derive.judging._told = slow
        """
    )
    write(folder, derive__toml="time-limit = 0.5\n", page__md="$$ z + z = 2z $$\n\n" + GOOD)
    # warnings as errors: Python warns of a fork beside threads
    result = run_apart(folder, "--derive", "-W", "error", *workers)
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["page.md:1:12: unknown: The time limit of 0.5 s was reached."])


def test_a_contradiction_is_an_error_of_derive_and_says_so(folder: pytest.Pytester) -> None:
    folder.makeconftest(
        """
        import derive.judging
        from derive.deciding.verdict import InternalContradiction
        def broken(claim):
            raise InternalContradiction("the two paths disagree")
        derive.judging.decide = broken
        """
    )
    write(folder, page__md=GOOD)
    result = run_apart(folder, "--derive")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        ["page.md: internal contradiction, please report it: the two paths *"]
    )
