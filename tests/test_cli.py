"""The command line as its user meets it: what is printed, where, and with which exit code."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from derive import __version__
from derive.catalogue import names, page_text
from derive.cli import main

SOFTMAX = r"$$ a_j = \frac{e^{z_j}}{\sum_k e^{z_k}} $$"
TRUE = r"$$ \frac{\partial a_j}{\partial z_i} = a_j (\delta_{ij} - a_i) $$"
FALSE = r"$$ \frac{\partial a_j}{\partial z_i} = a_j (1 - a_i) $$"
COST = r"$$ C = -\sum_k y_k \log a_k $$"
ASSUMED = r"$$ \frac{\partial C}{\partial z_j} = a_j - y_j $$"
UNREAD = r"$$ x + \foo y = x $$"
UNKNOWN = r"$$ \frac{d}{dx} g(x) = g(x) $$"


def run(*args: str | Path) -> Result:
    result = CliRunner().invoke(main, [str(a) for a in args])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


def page(folder: Path, *parts: str, name: str = "page.md") -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    return file


# --------------------------------------------------------------------------- exit codes


@pytest.mark.parametrize(
    ("parts", "allow", "code"),
    [
        ((SOFTMAX, TRUE), "", 0),
        ((SOFTMAX, FALSE), "", 1),
        ((SOFTMAX, TRUE, FALSE), "", 1),
        ((SOFTMAX, COST, ASSUMED), "", 1),
        ((SOFTMAX, COST, ASSUMED), "assumed", 0),
        ((SOFTMAX, COST, ASSUMED), "unknown,unread", 1),
        ((SOFTMAX, COST, r"where $\sum_k y_k = 1$", ASSUMED), "", 0),
        ((UNREAD,), "", 1),
        ((UNREAD,), "unread", 0),
        ((UNREAD,), "assumed", 1),
        ((UNKNOWN,), "", 1),
        ((UNKNOWN,), "unknown", 0),
        ((SOFTMAX, COST, ASSUMED, UNREAD, UNKNOWN), "assumed, unknown, unread", 0),
        ((SOFTMAX, FALSE), "assumed,unknown,unread", 1),
        (("only prose",), "", 1),
        (("only prose",), "unread", 0),
        ((SOFTMAX, TRUE, "$$ x = y"), "", 1),
        ((SOFTMAX,), "", 1),  # a definition alone: nothing was checked
        ((SOFTMAX, TRUE, "<!-- derive: expect refuted -->", FALSE), "", 0),
        ((SOFTMAX, FALSE, "<!-- derive: expect refuted -->", FALSE), "", 1),
        ((SOFTMAX, "<!-- derive: expect refuted -->", TRUE), "", 1),
        ((SOFTMAX, "<!-- derive: expect unread -->", FALSE), "", 1),
        ((SOFTMAX, TRUE, "<!-- derive: skip a slip -->", FALSE), "", 0),
        ((SOFTMAX, "<!-- derive: skip a slip -->", FALSE), "", 1),  # nothing was checked
        ((SOFTMAX, "<!-- derive: skip -->", TRUE), "", 1),
    ],
)
def test_the_exit_code_says_whether_all_is_proved(
    tmp_path: Path, parts: tuple[str, ...], allow: str, code: int
) -> None:
    args = ["--allow", allow] if allow else []
    assert run("check", page(tmp_path, *parts), *args).exit_code == code


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("check",), "Missing argument 'PATHS...'"),
        (("check", "no.md"), "derive: no.md: no such file"),
        (("check", "--allow", "refuted", "x.md"), "refuted: choose from assumed, unknown, unread"),
        (("check", "--format", "yaml", "x.md"), "'yaml' is not one of"),
        (("check", "--fast", "x.md"), "No such option"),
        (("frobnicate",), "No such command 'frobnicate'"),
        (("report", "-f", "docx", "softmax"), "docx: choose from html, latex, md, pdf"),
        (("report", "-f", ",", "softmax"), "--formats: choose from html, latex, md, pdf"),
        (("report", "no.md"), "derive: no.md: no such file"),
        (("show",), "Missing argument 'NAME'"),
        (("show", "softmx"), "no catalogue page is called softmx; did you mean softmax?"),
        (("show", "zzzz"), "no catalogue page is called zzzz; `derive list` shows them"),
        (("report", "softmx"), "did you mean softmax?"),
    ],
)
def test_wrong_usage_is_code_2_with_a_reason(args: tuple[str, ...], message: str) -> None:
    result = run(*args)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_one_unreadable_file_is_code_2_and_the_others_are_still_checked(tmp_path: Path) -> None:
    good = page(tmp_path, SOFTMAX, TRUE)
    result = run("check", tmp_path / "no.md", good)
    assert result.exit_code == 2
    assert f"{good}:3:40: proved" in result.stdout
    assert "no such file" in result.stderr


# --------------------------------------------------------------------------- text


def test_every_finding_begins_with_its_place(tmp_path: Path) -> None:
    file = page(tmp_path, SOFTMAX, TRUE, FALSE, UNREAD, "$$ = y $$")
    lines = run("check", file).stdout.splitlines()
    heads = [line for line in lines if not line.startswith("    ")]
    *findings, coverage = heads
    assert len(findings) == 4
    for line in findings:
        assert re.match(re.escape(str(file)) + r":\d+:\d+: \w+: ", line), line
    assert coverage.startswith(f"{file}: ")


def test_the_text_of_a_page_with_findings(tmp_path: Path) -> None:
    file = page(tmp_path, SOFTMAX, TRUE, FALSE, UNREAD)
    out = run("check", file).stdout.replace(f"{file}:", "")
    assert out.splitlines() == [
        "3:40: proved: True for every n. [differentiation, definition of a_j (line 1)]",
        "5:40: refuted: The two sides differ: -1/4 against 1/4.",
        r"    \frac{\partial a_j}{\partial z_i} = a_j (1 - a_i)",
        "    read as: ∂a_j/∂z_i = a_j·(1 - a_i)",
        "    at n = 2, j = 1, i = 2, z_1 = 0, z_2 = 0:",
        "        left  = -1/4",
        "        right = 1/4",
        r"7:17: unread: Not read: the command \foo is not known.",
        r"    x + \foo y = x",
        "    reading stopped at 7:8",
        " 3 steps: 1 proved, 0 proved assuming, 1 refuted, 0 unknown, 1 unread",
    ]


def test_quiet_leaves_out_what_is_proved(tmp_path: Path) -> None:
    file = page(tmp_path, SOFTMAX, TRUE, FALSE)
    out = run("check", "-q", file).stdout
    assert ": proved:" not in out
    assert ":5:40: refuted:" in out


def test_slips_that_cancel_are_seen_in_each_step_and_not_in_the_chain(tmp_path: Path) -> None:
    file = page(tmp_path, "$$ (x+y)^2 = x^2 - 2xy + y^2 = x^2 + 2xy + y^2 $$")
    out = run("check", file).stdout
    assert out.count(": refuted:") == 2
    assert "first and last of the chain" not in out


def test_several_pages_end_with_their_total(tmp_path: Path) -> None:
    one = page(tmp_path, SOFTMAX, TRUE, name="one.md")
    two = page(tmp_path, SOFTMAX, FALSE, name="two.md")
    lines = run("check", one, two).stdout.splitlines()
    assert lines[-1] == (
        "2 pages, 2 steps: 1 proved, 0 proved assuming, 1 refuted, 0 unknown, 0 unread"
    )


def test_a_page_without_steps_says_what_is_missing(tmp_path: Path) -> None:
    assert "no formulas were found" in run("check", page(tmp_path, "only prose")).stdout
    assert "no step was found" in run("check", page(tmp_path, SOFTMAX)).stdout


# --------------------------------------------------------------------------- folders


def test_a_folder_is_all_its_pages_in_order_and_nothing_else(tmp_path: Path) -> None:
    expected = [
        page(tmp_path, SOFTMAX, TRUE, name="a.md"),
        page(tmp_path, SOFTMAX, TRUE, name="deep/er/b.markdown"),
        page(tmp_path, SOFTMAX, TRUE, name="z.MD"),
    ]
    page(tmp_path, SOFTMAX, FALSE, name="code.py")
    page(tmp_path, SOFTMAX, FALSE, name=".git/no.md")
    value = json.loads(run("check", tmp_path, "--format", "json").stdout)
    assert [p["path"] for p in value["pages"]] == sorted(map(str, expected))


def test_a_page_named_twice_is_checked_once(tmp_path: Path) -> None:
    file = page(tmp_path, SOFTMAX, TRUE)
    value = json.loads(run("check", file, tmp_path, file, "--format", "json").stdout)
    assert len(value["pages"]) == 1


def test_a_folder_without_pages_is_wrong_usage(tmp_path: Path) -> None:
    result = run("check", tmp_path)
    assert result.exit_code == 2
    assert "derive: no pages found" in result.stderr


# --------------------------------------------------------------------------- json

STEP_KEYS = [
    "id", "line", "column", "end_line", "end_column", "chain", "left", "relation", "right",
    "verdict", "scope", "given", "assumed", "where", "because", "read_as", "counterexample",
    "suggestion", "message",
]  # fmt: skip


def json_of(*args: str | Path) -> dict[str, Any]:
    value = json.loads(run("check", *args, "--format", "json").stdout)
    assert isinstance(value, dict)
    return value


@pytest.fixture
def report(tmp_path: Path) -> dict[str, Any]:
    return json_of(
        page(
            tmp_path,
            "# Title",
            SOFTMAX,
            COST,
            TRUE,
            FALSE,
            ASSUMED,
            "If $i = j$:",
            r"$$ \frac{\partial a_j}{\partial z_i} = a_j(1-a_j) $$",
            "# Rest",
            r"$$ u_j = \sum_k w_{jk} x_k $$",
            r"$$ \frac{\partial u_j}{\partial w_{jk}} = x $$",
            r"$$ \frac{u}{v} v = u $$",
            UNKNOWN,
        )
    )


def test_the_keys_of_the_contract_in_their_order(report: dict[str, Any]) -> None:
    assert list(report)[:3] == ["derive", "pages", "summary"]
    assert report["derive"] == __version__
    (one,) = report["pages"]
    assert list(one)[:4] == ["path", "formulas", "steps", "definitions"]
    assert one["formulas"] == 10
    for step in one["steps"]:
        assert list(step) == STEP_KEYS
    for definition in one["definitions"]:
        assert list(definition) == ["line", "name", "latex"]
    assert list(report["summary"]) == [
        "steps", "proved", "assumed", "refuted", "unknown", "unread",
    ]  # fmt: skip


def test_the_types_of_the_contract(report: dict[str, Any]) -> None:
    for step in report["pages"][0]["steps"]:
        for key in ("id", "left", "relation", "right", "message"):
            assert isinstance(step[key], str)
            assert step[key]
        for key in ("line", "column", "end_line", "end_column", "chain"):
            assert type(step[key]) is int
            assert step[key] >= 1
        assert (step["line"], step["column"]) < (step["end_line"], step["end_column"])
        assert step["verdict"] in ("proved", "refuted", "unknown", "unread")
        for key in ("given", "assumed", "where", "because"):
            assert isinstance(step[key], list)
            assert all(isinstance(x, str) for x in step[key])
        assert set(step["read_as"]) == {"left", "right"}
        assert (step["counterexample"] is not None) == (step["verdict"] == "refuted")
        assert (step["scope"] is not None) == (step["verdict"] == "proved")
        if step["suggestion"] is not None:
            assert step["verdict"] == "unread"
            assert set(step["suggestion"]) == {"latex", "verdict"}
        if step["counterexample"] is not None:
            example = step["counterexample"]
            assert list(example) == ["sizes", "indices", "values", "left", "right"]
            assert all(type(v) is int for v in example["sizes"].values())
            assert all(type(v) is int for v in example["indices"].values())
            assert all(type(v) is str for v in example["values"].values())
            assert example["left"] != example["right"]


def test_the_verdicts_of_the_page(report: dict[str, Any]) -> None:
    steps = report["pages"][0]["steps"]
    assert [s["verdict"] for s in steps] == [
        "proved", "refuted", "proved", "proved", "unread", "proved", "unknown",
    ]  # fmt: skip
    assert steps[0]["scope"] == "every size"
    assert steps[2]["assumed"] == [r"\sum_{k} y_k = 1"]
    assert steps[3]["given"] == ["i = j"]
    assert steps[4]["suggestion"] == {"latex": "x_k", "verdict": "proved"}
    assert steps[5]["where"] == [r"v \neq 0"]
    assert [s["chain"] for s in steps] == [1, 2, 3, 4, 5, 6, 7]
    assert [d["name"] for d in report["pages"][0]["definitions"]] == ["a_j", "C", "u_j"]
    assert report["summary"] == {
        "steps": 7, "proved": 3, "assumed": 1, "refuted": 1, "unknown": 1, "unread": 1,
    }  # fmt: skip


def test_a_step_proved_for_some_sizes_lists_them(tmp_path: Path) -> None:
    file = page(tmp_path, r"$$ \prod_{k=1}^n e^{x_k} = e^{\sum_{k=1}^n x_k} $$")
    (step,) = json_of(file)["pages"][0]["steps"]
    assert step["verdict"] == "proved"
    if step["scope"] != "every size":
        assert list(step["scope"]) == ["n"]
        assert step["scope"]["n"][:2] == [1, 2]


def test_the_id_of_a_step_survives_edits_elsewhere(tmp_path: Path) -> None:
    before = json_of(page(tmp_path, SOFTMAX, TRUE, FALSE))["pages"][0]["steps"]
    after = json_of(page(tmp_path, "# New", SOFTMAX, "words", UNREAD, TRUE, FALSE))["pages"][0]
    kept = [s["id"] for s in after["steps"] if s["verdict"] != "unread"]
    assert kept == [s["id"] for s in before]
    assert len({s["id"] for s in after["steps"]}) == len(after["steps"])


def test_the_same_step_twice_has_two_ids(tmp_path: Path) -> None:
    steps = json_of(page(tmp_path, SOFTMAX, TRUE, TRUE))["pages"][0]["steps"]
    assert len({s["id"] for s in steps}) == 2


def test_json_is_printed_even_where_a_file_is_missing(tmp_path: Path) -> None:
    result = run("check", tmp_path / "no.md", "--format", "json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["pages"] == []


# --------------------------------------------------------------------------- list, show, report


def test_list_names_every_page_of_the_catalogue_with_its_title() -> None:
    lines = run("list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(names())
    assert all(len(line.split()) >= 2 for line in lines)
    assert not any("#" in line for line in lines)


def test_show_prints_the_page_itself() -> None:
    assert run("show", "softmax").stdout == page_text("softmax")


def test_a_shown_page_can_be_checked(tmp_path: Path) -> None:
    file = tmp_path / "own.md"
    file.write_text(run("show", "two-classes").stdout, encoding="utf-8")
    assert run("check", file).exit_code == 0


@pytest.mark.parametrize(
    ("formats", "written"),
    [
        ((), ["softmax.html", "index.html", "softmax.tex", "softmax.md"]),
        (("-f", "html"), ["softmax.html", "index.html"]),
        (("-f", "latex"), ["softmax.tex"]),
        (("-f", "tex,md"), ["softmax.tex", "softmax.md"]),
        (("--formats", "md,md"), ["softmax.md"]),
    ],
)
def test_report_writes_every_format_asked_for(
    tmp_path: Path, formats: tuple[str, ...], written: list[str]
) -> None:
    folder = tmp_path / "new" / "folder"
    result = run("report", "softmax", "-o", folder, *formats)
    assert result.exit_code == 0
    assert sorted(p.name for p in folder.iterdir()) == sorted(written)
    assert [line for line in result.stdout.splitlines() if line.startswith("written: ")] == [
        f"written: {folder / name}" for name in written
    ]
    assert "0 refuted" in result.stdout


def test_report_takes_names_and_paths_together(tmp_path: Path) -> None:
    own = page(tmp_path, "# Mine", SOFTMAX, FALSE, name="mine.md")
    result = run("report", "softmax", own, "-f", "html", "-o", tmp_path / "out")
    assert result.exit_code == 0  # written, whatever the verdicts
    assert "1 refuted" in result.stdout
    names_written = {p.name for p in (tmp_path / "out").iterdir()}
    assert {"softmax.html", "index.html"} < names_written
    assert len(names_written) == 3


def test_a_file_is_preferred_to_a_catalogue_page_of_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page(tmp_path, "# My own softmax", SOFTMAX, TRUE, name="softmax")
    run("report", "softmax", "-f", "md", "-o", "out")
    (file,) = (tmp_path / "out").iterdir()
    assert "My own softmax" in file.read_text(encoding="utf-8")


def test_a_report_on_a_missing_page_still_writes_the_others(tmp_path: Path) -> None:
    result = run("report", "softmax", tmp_path / "no.md", "-f", "md", "-o", tmp_path / "out")
    assert result.exit_code == 2
    assert "no such file" in result.stderr
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["softmax.md"]


def test_a_report_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file, not a folder", encoding="utf-8")
    result = run("report", "softmax", "-f", "md", "-o", tmp_path / "out")
    assert result.exit_code == 2
    assert "out" in result.stderr
    assert (tmp_path / "out").read_text(encoding="utf-8") == "a file, not a folder"


# --------------------------------------------------------------------------- as a process


def process(*args: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from derive.cli import main; main()", *args],
        capture_output=True,
        encoding="utf-8",
        cwd=cwd,
        timeout=60,
        check=False,
    )


def test_the_exit_code_reaches_the_shell(tmp_path: Path) -> None:
    page(tmp_path, SOFTMAX, TRUE, name="good.md")
    page(tmp_path, SOFTMAX, FALSE, name="bad.md")
    good, bad = process("check", "good.md", cwd=tmp_path), process("check", "bad.md", cwd=tmp_path)
    assert (good.returncode, bad.returncode) == (0, 1)
    assert good.stdout.startswith("good.md:3:40: proved")
    assert good.stderr == bad.stderr == ""  # no bar where there is no terminal
    assert "\x1b" not in bad.stdout  # no colours either


@pytest.mark.parametrize("args", [["--help"], ["check", "--help"], ["report", "-h"], ["list"]])
def test_help_does_not_wait_for_the_algebra(args: list[str]) -> None:
    code = (
        "import sys\n"
        "from derive.cli import main\n"
        f"try: main({args!r})\n"
        "except SystemExit: pass\n"
        "print(sorted({m.split('.')[0] for m in sys.modules}"
        " & {'sympy', 'flint', 'markdown_it', 'jinja2', 'rich'}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
    assert len(done.stdout) > 100


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (("--help",), ["check", "report", "list", "show"]),
        (("check", "--help"), ["--format", "--allow", "--quiet", "Exit code"]),
        (("report", "--help"), ["--formats", "--output", "[default: reports]"]),
        (("--version",), [f"derive, version {__version__}"]),
    ],
)
def test_help_names_what_there_is(args: tuple[str, ...], expected: list[str]) -> None:
    result = run(*args)
    assert result.exit_code == 0
    assert [word for word in expected if word not in result.stdout] == []


# --------------------------------------------------------------------------- annotations


def test_a_verdict_that_was_expected_is_marked_and_counted_all_the_same(tmp_path: Path) -> None:
    file = page(tmp_path, SOFTMAX, TRUE, "<!-- derive: expect refuted -->", FALSE)
    data = json.loads(run("check", file, "--format", "json").stdout)
    assert [s.get("expected") for s in data["pages"][0]["steps"]] == [None, True]
    assert data["summary"]["refuted"] == 1
    assert ": refuted, as expected: " in run("check", file).stdout


def test_reports_show_what_was_expected_and_what_was_skipped(tmp_path: Path) -> None:
    notes = "<!-- derive: given \\sum_k y_k = 1\n  skip it stands in the book -->"
    file = page(
        tmp_path, SOFTMAX, COST, notes, UNREAD, ASSUMED, "<!-- derive: expect refuted -->", FALSE
    )
    run("report", file, "-o", tmp_path / "out", "-f", "html,md,latex")
    for suffix in (".html", ".md", ".tex"):
        report = tmp_path / "out" / f"page{suffix}"
        assert report.is_file(), sorted((tmp_path / "out").iterdir())
        text = report.read_text(encoding="utf-8")
        assert "skipped: it stands in the book" in text
        assert "as expected" in text
        assert "derive:" not in text, "a comment is not shown as prose"


def test_a_report_never_takes_the_place_of_a_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("$$ x + x = 2x $$")
    for folder in (tmp_path, tmp_path / "deeper" / ".."):
        (tmp_path / "deeper").mkdir(exist_ok=True)
        done = CliRunner().invoke(main, ["report", str(page), "-o", str(folder)])
        assert done.exit_code == 2
        assert "is a page, not a report" in done.output
    assert page.read_text() == "$$ x + x = 2x $$"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["deeper", "page.md"]
