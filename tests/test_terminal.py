"""What is printed on a terminal: pages and file names are shown, and never obeyed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from derive.cli import main

HOSTILE = "\x1b]0;PWNED\x07 \x1b[2K\r \x9b31m \u202e\u2066 \x08\x08 \u2028"
PAGE = rf"""# {HOSTILE}

$$ x + \text{{{HOSTILE}}} = 2 x $$

$$ x + x = 3x \text{{ if {HOSTILE} }} $$

$$ x \text{{
page.md:1:1: proved: True for all values.
}} = x $$

where $y = {HOSTILE}$ and {HOSTILE}

$$ \mathrm{{{HOSTILE}}} = {HOSTILE} $$
"""
OURS = re.compile(r"\x1b\[[0-9;]*m")  # the colours of the words


def plain(text: str) -> str:
    """The output without our own colours, and nothing else in it that is obeyed."""
    left = OURS.sub("", text)
    assert not re.search(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\udc80-\udcff]", left
    )
    return left


@pytest.mark.skipif(os.name == "nt", reason="such names cannot be written there")
@pytest.mark.parametrize(
    "name", ["page.md", f"{HOSTILE}.md", "a\nb.md:1:1: proved.md", "\udcff.md"]
)
@pytest.mark.parametrize("command", ["check", "report"])
def test_nothing_on_a_page_or_in_its_name_moves_the_cursor(
    command: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        Path(name).write_text(PAGE, encoding="utf-8")
    except (OSError, UnicodeError):
        pytest.skip("the file system has no such names")
    result = CliRunner().invoke(main, [command, name, "nosuch" + name], color=True)
    assert result.exit_code == 2
    lines = plain(result.stdout).splitlines()
    start = re.compile(r"\S.*?\.md:\d+(:\d+)?: |.*\.md: |written: |    ")
    for line in lines:
        assert start.match(line), line
    assert not [line for line in lines if re.match(r"(page|b)\.md:1:1: proved", line)]
    assert len(plain(result.stderr).splitlines()) == 1
    assert "no such file" in result.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize(
    "command",
    [
        ["check"],
        ["check", "--format", "json"],
        ["report", "-o", "out"],
        ["list"],
        ["show", "softmax"],
    ],
)
def test_output_that_cannot_be_written_is_code_2_and_a_sentence(
    command: list[str], tmp_path: Path
) -> None:
    (tmp_path / "page.md").write_text("$$ x + x = 2x $$\n")
    page = ["page.md"] if command[0] in ("check", "report") else []
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-c", "from derive.cli import main; main(prog_name='derive')", *command, *page],
            cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, timeout=120,
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == "derive: the output could not be written: No space left on device\n"


def test_a_name_that_the_system_refuses_is_code_2_and_a_sentence() -> None:
    result = CliRunner().invoke(main, ["check", "a" * 5000 + ".md"])
    assert result.exit_code == 2
    assert result.stderr.endswith(": File name too long\n")
