"""What others run derive with: pre-commit's hook, the GitHub action, VS Code's problem matcher."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from derive.reading.files import SUFFIXES
from tests.test_cli import ASSUMED, COST, FALSE, SOFTMAX, TRUE, UNKNOWN, UNREAD, page, run

ROOT = Path(__file__).resolve().parent.parent
BASH = shutil.which("bash")


# --------------------------------------------------------------------------- pre-commit


def hook() -> dict[str, Any]:
    (one,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert isinstance(one, dict)
    return one


def test_the_hook_has_what_pre_commit_asks_for() -> None:
    assert {"id": "derive", "name": "derive", "language": "python"}.items() <= hook().items()
    assert set(hook()) <= {
        "id", "name", "description", "entry", "language", "require_serial", "files", "types",
    }  # fmt: skip


def test_the_hook_takes_every_kind_of_page_but_plain_text() -> None:
    files = re.compile(hook()["files"])
    taken = [suffix for suffix in SUFFIXES if files.search(f"sub/page{suffix}")]
    assert taken == [suffix for suffix in SUFFIXES if suffix != ".txt"]  # requirements.txt
    assert files.search("A.MD")
    assert not files.search("page.md.py")
    assert not files.search("cmd")


@pytest.mark.parametrize(("step", "code"), [(TRUE, 0), (FALSE, 1)])
def test_the_entry_of_the_hook_is_a_command_that_takes_files(
    tmp_path: Path, step: str, code: int
) -> None:
    file = page(tmp_path, SOFTMAX, step)
    command, *args = shlex.split(hook()["entry"])
    assert command == "derive"  # which the package installs
    assert run(*args, "--allow", "assumed", file).exit_code == code


# --------------------------------------------------------------------------- the action


def action() -> dict[str, Any]:
    text = (ROOT / ".github" / "actions" / "derive" / "action.yml").read_text(encoding="utf-8")
    value = yaml.safe_load(text)
    assert isinstance(value, dict)
    return value


def test_the_action_has_what_github_asks_of_a_composite_one() -> None:
    value = action()
    assert value["name"]
    assert value["description"]
    assert value["runs"]["using"] == "composite"
    assert set(value["inputs"]) == {"paths", "allow", "baseline", "version", "python-version"}
    assert all(
        i["description"] and isinstance(i["default"], str) for i in value["inputs"].values()
    )
    for step in value["runs"]["steps"]:
        assert ("uses" in step) != ("run" in step)
        if "run" in step:
            assert step["shell"] == "bash"
            # inputs reach a script as variables only: in its text they would be run
            assert "${{" not in step["run"]


def script(name: str) -> str:
    (step,) = (s for s in action()["runs"]["steps"] if s.get("name") == name)
    return str(step["run"])


def bash(text: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a step as GitHub's runner does."""
    assert BASH is not None
    return subprocess.run(
        [BASH, "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", text],
        cwd=folder,
        env={**os.environ, "RUNNER_TEMP": str(folder / "temp"), **more},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def checked(folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """The step that checks, with this derive where the step before installs it."""
    command = folder / "temp" / "derive" / "bin" / "derive"
    command.parent.mkdir(parents=True, exist_ok=True)
    python = f"{shlex.quote(sys.executable)} -c 'from derive.cli import main; main()'"
    command.write_text(f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(ROOT))} exec {python} "$@"\n')
    command.chmod(0o755)
    defaults = {f"DERIVE_{k.upper()}": i["default"] for k, i in action()["inputs"].items()}
    values = defaults | {f"DERIVE_{key.upper()}": value for key, value in inputs.items()}
    values["GITHUB_WORKSPACE"] = str(folder)
    return bash(script("Check derivations"), folder, **values)


needs_bash = pytest.mark.skipif(BASH is None or os.name == "nt", reason="bash is not there")


@needs_bash
def test_the_action_annotates_and_fails_as_derive_does(tmp_path: Path) -> None:
    page(tmp_path, SOFTMAX, TRUE, name="docs/good.md")
    page(tmp_path, SOFTMAX, FALSE, name="docs/a b.md")
    page(tmp_path, UNREAD, name="c.md")
    good = checked(tmp_path, paths="docs/good.md\n")
    assert (good.returncode, good.stderr) == (0, "")
    assert good.stdout == "derive: 1 step, 0 new findings\n"
    bad = checked(tmp_path, paths="docs/a b.md\n\nc.md\n")
    assert bad.returncode == 1
    assert re.findall(r"^::(\w+) file=([^,]*),", bad.stdout, re.MULTILINE) == [
        ("error", "docs/a b.md"),
        ("warning", "c.md"),
    ]
    everything = checked(tmp_path)
    assert everything.returncode == 1
    assert everything.stdout.endswith("derive: 3 steps, 2 new findings\n")


@needs_bash
def test_the_inputs_of_the_action_reach_derive(tmp_path: Path) -> None:
    page(tmp_path, UNREAD, UNKNOWN)
    assert checked(tmp_path, paths="page.md", allow="unread").returncode == 1
    assert checked(tmp_path, paths="page.md", allow="unread,unknown").returncode == 0
    missing = checked(tmp_path, paths="page.md", baseline="known.json")
    assert missing.returncode == 2
    assert "::error title=derive::known.json: no such file" in missing.stdout
    run("check", tmp_path / "page.md", "--baseline", tmp_path / "known.json", "--write-baseline")
    assert checked(tmp_path, paths="page.md", baseline="known.json").returncode == 0


@needs_bash
@pytest.mark.parametrize(
    "hostile", ["$(touch PWNED)", "`touch PWNED`", "; touch PWNED", "--help", "'\""]
)
def test_an_input_of_the_action_is_never_run(tmp_path: Path, hostile: str) -> None:
    for name in ("paths", "allow", "baseline"):
        done = checked(tmp_path, **{"paths": "none.md", name: hostile})
        assert done.returncode == 2, (name, done.stdout)
    installed = installs(tmp_path, hostile)
    assert not list(tmp_path.rglob("PWNED"))
    assert (installed[0] == 0) != hostile.startswith("-")


def installs(folder: Path, version: str) -> tuple[int, list[str]]:
    """What the step that installs asks pip for; with a python that only writes it down."""
    tools = folder / "tools"
    tools.mkdir()
    said = folder / "said"
    fake = '#!/bin/sh\nif [ "$2" = venv ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; else\n'
    fake += f'for last; do :; done; printf "%s\\n" "$last" > {shlex.quote(str(said))}; fi\n'
    (tools / "python").write_text(fake)
    (tools / "python").chmod(0o755)
    where = {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "DERIVE_ACTION": "/repo/a/b/c"}
    done = bash(script("Install derive"), folder, DERIVE_VERSION=version, **where)
    return done.returncode, said.read_text().splitlines() if said.exists() else []


@needs_bash
@pytest.mark.parametrize(
    ("version", "asked"),
    [
        ("", "/repo/a/b/c/../../.."),
        ("0.1.0", "derivecheck==0.1.0"),
        ("git+https://example.org/derive@main", "git+https://example.org/derive@main"),
        ("./wheels/derive check.whl", "./wheels/derive check.whl"),
    ],
)
def test_the_action_installs_the_version_that_is_asked_for(
    tmp_path: Path, version: str, asked: str
) -> None:
    assert installs(tmp_path, version) == (0, [asked])


def test_the_action_lies_three_folders_below_what_it_installs() -> None:
    assert (
        ROOT / ".github" / "actions" / "derive" / ".." / ".." / ".." / "pyproject.toml"
    ).is_file()


# --------------------------------------------------------------------------- VS Code

Match = tuple[str, str, str, str, str]  # severity, file, line, column, message


def matchers() -> list[dict[str, Any]]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(
        r"<!-- problem-matcher -->\n```json\n(.*?)```\n<!-- /problem-matcher -->", text, re.DOTALL
    )
    assert found is not None
    value = json.loads(found[1])
    assert isinstance(value, list)
    return value


def matched(line: str) -> list[Match]:
    """What the matchers make of a line of output; every one of them is asked."""
    out = []
    for matcher in matchers():
        pattern = matcher["pattern"]
        found = re.search(pattern["regexp"], line)
        if found is None:
            continue
        keys = ("file", "line", "column", "message")
        assert (pattern.get("kind") == "file") == ("line" not in pattern)
        values = [found[pattern[key]] if key in pattern else "" for key in keys]
        out.append((matcher["severity"], values[0], values[1], values[2], values[3]))
    return out


def test_the_problem_matcher_finds_what_derive_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    note = "<!-- derive: expect refuted -->"
    page(
        tmp_path,
        SOFTMAX,
        TRUE,
        COST,
        FALSE,
        ASSUMED,
        UNREAD,
        UNKNOWN,
        note,
        FALSE,
        "$$ x = y",
        name="a b.md",
    )
    page(tmp_path, r"\begin{document}\input{one}\end{document}", name="sub/main.tex")
    page(tmp_path, "$$ x + x = 3 x $$", name="sub/one.tex")
    cells = [
        {
            "cell_type": "markdown",
            "source": ["words\n", UNREAD],
            "metadata": {"derive": ["gven a"]},
        }
    ]
    (tmp_path / "n.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    lines = run("check", "a b.md", "sub/main.tex", "n.ipynb").stdout.splitlines()
    found = [(match, line) for line in lines for match in matched(line)]
    assert [(m[0], m[1], m[2], m[3], re.split(": ", m[4])[0]) for m, _ in found] == [
        ("warning", "a b.md", "19", "1", "problem"),
        ("error", "a b.md", "7", "40", "refuted"),
        ("warning", "a b.md", "9", "38", "proved, assuming"),
        ("warning", "a b.md", "11", "17", "unread"),
        ("warning", "a b.md", "13", "24", "unknown"),
        ("error", "sub/one.tex", "1", "12", "refuted"),
        ("warning", "n.ipynb", "", "", "the metadata of cell 1:2:1"),
        ("warning", "n.ipynb", "", "", "cell 1:2:17"),
    ]
    for (_, file, line, column, message), printed in found:
        place = f"{file}:{line}:{column}: " if line else f"{file}:"
        assert printed == place + message


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (r"C:\docs\a b.md:3:14: refuted: False.", ("error", r"C:\docs\a b.md", "3", "14", "refuted: False.")),
        (r"C:\n\a.ipynb:cell 4:3:5: unread: No.", ("warning", r"C:\n\a.ipynb", "", "", "cell 4:3:5: unread: No.")),
        ("/a:1:2/b.md:3:4: unknown: x.md:5:6: no", ("warning", "/a:1:2/b.md", "3", "4", "unknown: x.md:5:6: no")),
        ("a.md:3:4: proved: True [x.md:1:2: refuted: no]", None),
        ("a.md:3: note: x.md:1:2: refuted: no", None),
        ("    x.md:1:2: refuted: no", None),
        ("a.md:3:4: refuted, as expected: False.", None),
        ("a.md:3:4: refuted, in the baseline: False.", None),
        ("a.md: 1 step: 0 proved, 0 proved assuming, 1 refuted, 0 unknown, 0 unread", None),
    ],
)  # fmt: skip
def test_a_line_is_matched_once_or_not_at_all(line: str, expected: Match | None) -> None:
    assert matched(line) == ([expected] if expected else [])
