"""derive annotate: few comments, each of which settles something, and none that hides a slip."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.test_cli import ASSUMED, COST, FALSE, SOFTMAX, TRUE, UNREAD, page, run

DIAGONAL = r"$$ \frac{\partial a_j}{\partial z_i} = a_j (1 - a_i) $$"
LONG = "We now turn to another matter that has to do with something of a very different kind, at length."
LAYER = r"$$ z_j^L = \sum_k w_{jk}^L a_k^{L-1} + b_j^L $$"
LOST_INDEX = r"$$ \frac{\partial z_j^L}{\partial w_{jk}^L} = a^{L-1} $$"


def added(file: Path, *options: str) -> list[str]:
    result = run("annotate", file, *options)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert not [x for x in lines[2:] if x.startswith("-")], "nothing is ever taken away"
    return [x[1:] for x in lines[2:] if x.startswith("+")]


# --------------------------------------------------------------------------- what is proposed


@pytest.mark.parametrize(
    ("parts", "options", "expected"),
    [
        pytest.param((SOFTMAX, TRUE), (), [], id="nothing is open"),
        pytest.param(
            (SOFTMAX, COST, ASSUMED, ASSUMED, ASSUMED), (),
            [r"<!-- derive: given \sum_{k} y_k = 1 -->"],
            id="one assumption for all steps that use it",
        ),
        pytest.param(
            (SOFTMAX, "If $i = j$:", DIAGONAL, LONG, DIAGONAL, "So.", DIAGONAL), (),
            ["<!-- derive: case i = j -->"],
            id="one case for the blocks that follow each other",
        ),
        pytest.param(
            (SOFTMAX, "If $i = j$:", DIAGONAL, LONG, DIAGONAL, "In general:", TRUE), (),
            ["<!-- derive: case i = j -->", "<!-- derive: case end -->"],
            id="which ends before what is said next",
        ),
        pytest.param(
            (SOFTMAX, "If $i = j$:", DIAGONAL, LONG, DIAGONAL, "# Next", TRUE), (),
            ["<!-- derive: case i = j -->"],
            id="or with its section",
        ),
        pytest.param(
            (LAYER, LOST_INDEX), (), ["<!-- derive: let a^{L-1} = a_k^{L-1} -->"], id="an index"
        ),
        pytest.param((SOFTMAX, TRUE, UNREAD), (), [], id="what cannot be read"),
        pytest.param(
            (SOFTMAX, TRUE, UNREAD), ("--skip",),
            [r"<!-- derive: skip the command \foo is not known -->"],
            id="what cannot be read, if asked",
        ),
        pytest.param((SOFTMAX, TRUE, FALSE), ("--skip",), [], id="nothing about a refuted step"),
        pytest.param(
            (r"$$ x + \foo y = x $$", r"$$ (x+1)^2 = x = \foo $$"), ("--skip",),
            [r"<!-- derive: skip the command \foo is not known -->"],
            id="nor about the display in which it stands",
        ),
    ],
)  # fmt: skip
def test_what_is_proposed(
    tmp_path: Path, parts: tuple[str, ...], options: tuple[str, ...], expected: list[str]
) -> None:
    assert added(page(tmp_path, *parts), *options) == expected


def test_a_refuted_step_stays_refuted_although_an_assumption_would_save_it(
    tmp_path: Path,
) -> None:
    file = page(tmp_path, SOFTMAX, COST, FALSE, ASSUMED)
    assert added(file) == [r"<!-- derive: given \sum_{k} y_k = 1 -->"]
    run("annotate", file, "--write")
    assert "1 refuted" in run("check", file).stdout


# --------------------------------------------------------------------------- how it is written


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@pytest.mark.parametrize("ending", ["\n", ""])
def test_the_diff_is_one_that_git_applies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    monkeypatch.chdir(tmp_path)
    file = page(Path(), SOFTMAX, COST, ASSUMED)
    file.write_text(file.read_text(encoding="utf-8").rstrip("\n") + ending, encoding="utf-8")
    before = file.read_bytes()
    diff = run("annotate", file).stdout
    assert file.read_bytes() == before, "nothing is written unless asked"
    subprocess.run(["git", "apply", "-"], input=diff, text=True, check=True)
    assert run("check", file).exit_code == 0


def test_what_is_written_settles_the_page_and_is_all(tmp_path: Path) -> None:
    file = page(tmp_path, SOFTMAX, COST, ASSUMED)
    assert run("check", file).exit_code == 1
    result = run("annotate", file, "--write")
    assert (result.exit_code, result.stdout) == (0, "")
    assert f"{file}: 1 comment written, 1 step settled, 0 stay open" in result.stderr
    assert run("check", file).exit_code == 0
    assert added(file) == []
    assert [p.name for p in tmp_path.iterdir()] == [file.name]


def test_the_file_keeps_its_ends_of_lines_its_mark_and_its_permissions(tmp_path: Path) -> None:
    file = page(tmp_path, SOFTMAX, COST, ASSUMED)
    text = file.read_text(encoding="utf-8")
    file.write_bytes(("\ufeff" + text.rstrip("\n").replace("\n", "\r\n")).encode())
    file.chmod(0o640)
    link = tmp_path / "link.md"
    link.symlink_to(file)
    run("annotate", link, "--write")
    data = file.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf$$")
    assert data.count(b"\n") == data.count(b"\r\n") == 5
    assert not data.endswith(b"\n")
    assert file.stat().st_mode & 0o777 == 0o640
    assert link.is_symlink()


def test_a_page_that_cannot_be_written_stays_as_it_is(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root writes all")
    file = page(tmp_path, SOFTMAX, COST, ASSUMED)
    before = file.read_bytes()
    tmp_path.chmod(0o500)
    try:
        assert run("annotate", file, "--write").exit_code == 2
    finally:
        tmp_path.chmod(0o700)
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("page.tex", r"% derive: given \sum_{k} y_k = 1"),
        ("page.md", r"> <!-- derive: given \sum_{k} y_k = 1 -->"),
    ],
)
def test_a_comment_stands_as_its_kind_of_page_wants_it(
    tmp_path: Path, name: str, expected: str
) -> None:
    quote = "> " if name.endswith(".md") else ""
    file = page(tmp_path, SOFTMAX, COST, quote + ASSUMED, name=name)
    assert added(file) == [expected]
    run("annotate", file, "--write")
    assert run("check", file).exit_code == 0


def test_pages_that_it_cannot_write_to_are_named(tmp_path: Path) -> None:
    assert run("annotate", tmp_path / "none.md").exit_code == 2


def test_what_a_site_declares_is_not_proposed_again(tmp_path: Path) -> None:
    file = page(tmp_path, SOFTMAX, COST, ASSUMED)
    (tmp_path / "derive.toml").write_text(r"given = ['\sum_k y_k = 1']", encoding="utf-8")
    assert added(file) == []
