"""Workflow commands: read as GitHub's runner reads them, and nothing on a page becomes one."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.test_cli import ASSUMED, COST, FALSE, SOFTMAX, TRUE, UNKNOWN, UNREAD, page, run


@dataclass(frozen=True)
class Command:
    name: str
    properties: dict[str, str]
    data: str


def commands(output: str) -> list[Command]:
    """What the runner takes for commands: `::name key=value,…::data` after blanks, and the old
    `##[name key=value;…]data` anywhere in a line. Lines end as .NET ends them."""
    out = []
    for line in re.split(r"\r\n|\r|\n", output):
        new = re.match(r"\s*::(?P<name>[^ :]*)(?: (?P<said>.*?))?::(?P<data>.*)", line)
        if new is None:
            assert "##[" not in line, line
            assert not line.lstrip().startswith("::"), line
            continue
        properties = dict(pair.split("=", 1) for pair in (new["said"] or "").split(",") if pair)
        plain = {key: unescaped(value) for key, value in properties.items()}
        out.append(Command(new["name"], plain, unescaped(new["data"])))
    return out


def unescaped(text: str) -> str:
    for written, meant in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(written, meant)
    return text


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    return tmp_path


def github(*args: str | Path) -> str:
    return run("check", *args, "--format", "github").stdout


def test_each_kind_of_finding_has_its_level_title_and_place(here: Path) -> None:
    page(here, SOFTMAX, TRUE, COST, FALSE, ASSUMED, UNREAD, UNKNOWN, "$$ x = y")
    page(here, "prose", name="sub/b.md")
    out = github("page.md", "sub/b.md")
    assert [(c.name, c.properties["title"], c.properties.get("line")) for c in commands(out)] == [
        ("error", "derive: refuted", "7"),
        ("warning", "derive: proved, assuming", "9"),
        ("warning", "derive: unread", "11"),
        ("warning", "derive: unknown", "13"),
        ("warning", "derive: problem", "15"),
        ("warning", "derive: no steps", None),
    ]
    assert [c.properties["file"] for c in commands(out)] == ["page.md"] * 5 + ["sub/b.md"]
    assert out.splitlines()[-1] == "derive: 5 steps, 6 new findings"
    first = commands(out)[0]
    assert first.properties == {
        "file": "page.md", "line": "7", "endLine": "7", "col": "40", "endColumn": "52",
        "title": "derive: refuted",
    }  # fmt: skip
    line = (here / "page.md").read_text().splitlines()[6]
    assert line[40 - 1 : 52] == "a_j (1 - a_i)"  # the end is the last character
    assert first.data.splitlines()[1] == (r"\frac{\partial a_j}{\partial z_i} = a_j (1 - a_i)")


def test_of_what_is_proved_allowed_or_expected_nothing_is_said(here: Path) -> None:
    page(here, SOFTMAX, TRUE, "<!-- derive: expect refuted -->", FALSE, UNREAD)
    assert github("page.md", "--allow", "unread") == "derive: 3 steps, 0 new findings\n"


def test_what_a_baseline_knows_is_a_notice(here: Path) -> None:
    page(here, SOFTMAX, FALSE)
    run("check", "page.md", "--baseline", "known.json", "--write-baseline")
    page(here, SOFTMAX, FALSE, UNREAD)
    out = github("page.md", "--baseline", "known.json")
    assert [(c.name, c.properties["title"]) for c in commands(out)] == [
        ("notice", "derive: refuted, in the baseline"),
        ("warning", "derive: unread"),
    ]
    assert out.splitlines()[-1] == "derive: 2 steps, 1 new finding, 1 known"


def test_a_step_over_several_lines_has_no_columns(here: Path) -> None:
    page(here, "$$\nx + x\n= 3\nx\n$$")
    (command,) = commands(github("page.md"))
    assert (command.properties["line"], command.properties["endLine"]) == ("3", "4")
    assert not {"col", "endColumn"} & set(command.properties)


def test_a_step_of_a_notebook_has_the_line_of_its_file(here: Path) -> None:
    cells = [
        {"cell_type": "code", "source": []},
        {"cell_type": "markdown", "source": ["one\n", UNREAD]},
    ]
    (here / "a.ipynb").write_text(json.dumps({"cells": cells}, indent=1), encoding="utf-8")
    (command,) = commands(github("a.ipynb"))
    line = (here / "a.ipynb").read_text().splitlines()[int(command.properties["line"]) - 1]
    place = slice(int(command.properties["col"]) - 1, int(command.properties["endColumn"]))
    assert line[place] == "x"
    assert command.data.startswith("cell 2:2:")


def test_a_place_that_is_not_in_the_file_is_said_in_the_message_only(here: Path) -> None:
    cells = [{"cell_type": "markdown", "source": [TRUE], "metadata": {"derive": ["gven T > 0"]}}]
    (here / "a.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    found = [c for c in commands(github("a.ipynb")) if c.properties["title"] == "derive: problem"]
    assert found[0].data.startswith("the metadata of cell 1:2:")
    assert set(found[0].properties) == {"file", "title"}


def test_a_step_of_an_included_file_is_annotated_there(here: Path) -> None:
    page(
        here,
        r"\documentclass{article}\begin{document}\input{sub/one}\end{document}",
        name="main.tex",
    )
    page(here, "words", UNREAD, name="sub/one.tex")
    (command,) = commands(github("main.tex"))
    assert (command.properties["file"], command.properties["line"]) == ("sub/one.tex", "3")


def test_files_are_named_from_the_folder_of_the_checkout(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page(here, UNREAD, name="docs/page.md")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(here))
    monkeypatch.chdir(here / "docs")
    for path in ("page.md", here / "docs" / "page.md", "../docs/page.md"):
        assert [c.properties["file"] for c in commands(github(path))] == ["docs/page.md"]


def test_what_could_not_be_checked_is_an_error_and_nothing_else_is_printed(here: Path) -> None:
    page(here, SOFTMAX, TRUE)
    done = run("check", "none.md", "page.md", "--format", "github")
    assert done.exit_code == 2
    assert [(c.name, c.data) for c in commands(done.stdout)] == [
        ("error", "none.md: no such file")
    ]
    assert done.stderr == ""  # the runner reads this stream, too


PAYLOADS = [
    "::error::PWNED",
    "\n::error::PWNED\n",
    "\r::set-env name=PATH::PWNED\r",
    "%0A::error::PWNED%0D%0A::stop-commands::x",
    "##[error]PWNED ##[add-mask]a",
    "\n##[set-env name=PATH;]PWNED\n",
    "\x85::error::PWNED\u2028::error::PWNED\x0b::error::PWNED\x0c::error::PWNED",
    ",line=99::PWNED",
    "]]>%25%250A",
    "\x1b[2J\x1b]0;PWNED\x07",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_of_a_page_becomes_a_command(here: Path, payload: str) -> None:
    text = (
        f"# {payload}\n\n$$ x + \\text{{{payload}}} = 2 x $$\n\n$$ x + \\foo = \\mathrm{{{payload}}} $$"
        f"\n\n<!-- derive: given {payload} -->\n\n<!-- derive: {payload} -->\n\n"
        f"$$ {payload} = {payload} $$\n\nwhere $y = {payload}$ \n\n$$ x + x = 3 x $$\n"
    )
    (here / "page.md").write_bytes(text.encode())
    run("check", "page.md", "--baseline", "known.json", "--write-baseline")
    (here / "other.md").write_bytes(b"$$ x + x = 3 x $$")
    for name, options in (("page.md", ()), ("page.md", ("--baseline", "known.json"))):
        found = commands(github(name, *options))
        assert found
        for command in found:
            assert command.name in ("error", "warning", "notice")
            assert command.properties["file"] == "page.md"
            assert set(command.properties) <= {
                "file",
                "line",
                "endLine",
                "col",
                "endColumn",
                "title",
            }
            assert "\x1b" not in command.data
    (here / "page.md").write_bytes(b"$$ x + x = 2 x $$")
    gone = commands(github("page.md", "--baseline", "known.json"))
    assert gone
    assert {c.name for c in gone} == {"notice"}


@pytest.mark.skipif(os.name == "nt", reason="such names cannot be written there")
@pytest.mark.parametrize(
    "name", [f"a{p}b.md".replace("/", "") for p in PAYLOADS] + ["\udcff.md", "a,b:c.md", "-x.md"]
)
def test_no_name_of_a_file_becomes_a_command(here: Path, name: str) -> None:
    try:
        (here / name).write_text(UNREAD, encoding="utf-8")
    except (OSError, UnicodeError):
        pytest.skip("the file system has no such names")
    done = run("check", "--format", "github", "--", name, "nosuch" + name)
    found = commands(done.stdout)
    assert [c.name for c in found] == ["error", "warning"]
    assert done.stderr == ""
    if not re.search("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\udcff]", name):
        assert found[1].properties["file"] == name
