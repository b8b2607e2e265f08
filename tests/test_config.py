"""What a site declares: which file counts, what it says, and what is said when it is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from derive.config import Config, ConfigError, Configs
from tests.test_cli import FALSE, SOFTMAX, TRUE, UNKNOWN, page, run

GRADIENT = r"$$ \frac{\partial C}{\partial z_j} = a_j - y_j $$"
SITE = r"""
let = ['a_j = \frac{e^{z_j}}{\sum_k e^{z_k}}', "C = -\\sum_k y_k \\log a_k"]
given = ['\sum_k y_k = 1']
"""


def put(folder: Path, text: str, name: str = "derive.toml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def tool(text: str) -> str:
    return f'[project]\nname = "x"\n\n[tool.derive]\n{text}'


# --------------------------------------------------------------------------- which file


@pytest.mark.parametrize(
    ("files", "limit"),
    [
        pytest.param({"derive.toml": 1}, 1, id="in the folder above"),
        pytest.param({"derive.toml": 1, "sub/derive.toml": 2}, 2, id="the nearest"),
        pytest.param(
            {"derive.toml": 1, "pyproject.toml": 2}, 1, id="derive.toml before pyproject"
        ),
        pytest.param({"derive.toml": 1, "sub/pyproject.toml": 2}, 2, id="a nearer pyproject"),
        pytest.param({"derive.toml": 1, "sub/.git/x": 0}, None, id="nothing above a checkout"),
        pytest.param({}, None, id="none"),
    ],
)
def test_the_nearest_file_counts(tmp_path: Path, files: dict[str, int], limit: int | None) -> None:
    (tmp_path / ".git").mkdir()
    for name, number in files.items():
        text = f"time-limit = {number}\n"
        place = tmp_path / name
        put(place.parent, tool(text) if place.name == "pyproject.toml" else text, place.name)
    found = Configs().of(tmp_path / "sub" / "page.md")
    assert (found and found.time_limit) == limit


def test_a_pyproject_that_does_not_speak_of_derive_is_passed_by(tmp_path: Path) -> None:
    put(tmp_path, "time-limit = 3")
    put(tmp_path / "sub", '[project]\nname = "derive"\n', "pyproject.toml")
    found = Configs().of(tmp_path / "sub" / "page.md")
    assert found is not None
    assert found.time_limit == 3


# --------------------------------------------------------------------------- what it says


def test_declarations_hold_on_every_page(tmp_path: Path) -> None:
    file = page(tmp_path, GRADIENT)
    assert run("check", file).exit_code == 1
    put(tmp_path, SITE)
    result = run("check", file)
    assert result.exit_code == 0
    assert "given \\sum_k y_k = 1" in result.stdout
    assert "definition of C (line 2 of derive.toml)" in result.stdout


def test_a_page_that_needs_none_of_it_is_not_touched(tmp_path: Path) -> None:
    file = page(tmp_path, r"$$ (u + v)^2 = u^2 + 2uv + v^2 $$")
    before = run("check", file, "--format", "json").stdout
    put(tmp_path, SITE + 'axis = ["k = 1..K"]')
    assert run("check", file, "--format", "json").stdout == before


def test_what_a_page_defines_itself_counts_before_its_site(tmp_path: Path) -> None:
    put(tmp_path, r"let = ['a_j = z_j']")
    assert run("check", page(tmp_path, SOFTMAX, TRUE)).exit_code == 0
    assert run("check", page(tmp_path, TRUE)).exit_code == 1


def test_an_axis_of_a_site(tmp_path: Path) -> None:
    file = page(tmp_path, r"$$ \sum_k (x_k + 1) = 3 + \sum_k x_k $$")
    assert run("check", file).exit_code == 1
    put(tmp_path, 'axis = ["k = 1..3"]')
    assert run("check", file).exit_code == 0


def test_allow_is_for_the_pages_below_and_the_command_line_comes_first(tmp_path: Path) -> None:
    put(tmp_path / "a", 'allow = ["unknown"]')
    loose, strict = page(tmp_path / "a", UNKNOWN), page(tmp_path / "b", UNKNOWN)
    assert run("check", loose).exit_code == 0
    assert run("check", strict).exit_code == 1
    assert run("check", loose, strict).exit_code == 1
    assert run("check", loose, "--allow", "unread").exit_code == 1
    assert run("check", page(tmp_path / "a", SOFTMAX, FALSE)).exit_code == 1


def test_excluded_pages_are_left_out_of_folders_only(tmp_path: Path) -> None:
    put(tmp_path, 'exclude = ["drafts/*", "old", "*.tmp.md"]')
    good = page(tmp_path, SOFTMAX, TRUE)
    drafts = [
        page(tmp_path / "drafts", SOFTMAX, FALSE),
        page(tmp_path / "old" / "deep", SOFTMAX, FALSE),
        page(tmp_path, SOFTMAX, FALSE, name="x.tmp.md"),
    ]
    result = run("check", tmp_path, "--format", "json")
    assert [Path(p["path"]) for p in json.loads(result.stdout)["pages"]] == [good]
    assert [run("check", draft).exit_code for draft in drafts] == [1, 1, 1]


def test_limits_may_be_set(tmp_path: Path) -> None:
    put(tmp_path, "time-limit = 0\nmemory-limit = 0")
    assert run("check", page(tmp_path, SOFTMAX, TRUE)).exit_code == 0
    assert Configs().of(tmp_path / "page.md") == Config(
        tmp_path.resolve() / "derive.toml", time_limit=0, memory_limit=0
    )


# --------------------------------------------------------------------------- what is wrong


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("let = [", "derive.toml:1: this is not TOML: Invalid value (at end of document)"),
        ("let = 3\nx y = 4\n", "derive.toml:2:3: this is not TOML: Expected"),
        ("\nlet = ['a = b']\nalow = []", "derive.toml:3: alow: no setting is called so; did you mean allow?"),
        ("time_limit = 3", "derive.toml:1: time_limit: no setting is called so; did you mean time-limit?"),
        ("colour = 3", "derive.toml:1: colour: no setting is called so; known are let, given, axis, allow, baseline, exclude, time-limit, memory-limit"),
        ("let = 'a = b'", 'derive.toml:1: let: must be a list of strings: let = ["…"]'),
        ("exclude = [1]", 'derive.toml:1: exclude: must be a list of strings: exclude = ["…"]'),
        ("allow = ['refuted']", "derive.toml:1: allow: 'refuted': choose from assumed, unknown, unread"),
        ("let = [\n  'a = b',\n  '\\foo = ',\n]", "derive.toml:3: let: "),
        ("let = ['a = b = c']", "derive.toml:1: let: 'a = b = c' is not one definition"),
        ("given = ['T']", "derive.toml:1: given: 'T' states no relation"),
        ("given = ['\\frac{T > 0']", "derive.toml:1: given: "),
        ("axis = ['k']", "derive.toml:1: axis: 'k' says no axis; write k = 1..K"),
        ("time-limit = -1", "derive.toml:1: time-limit: must be a number from 0 to 86400"),
        ("time-limit = true", "derive.toml:1: time-limit: must be a number from 0 to 86400"),
        ("time-limit = nan", "derive.toml:1: time-limit: must be a number from 0 to 86400"),
        ("a" * 1_000_001, "derive.toml: larger than 1 MB"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_named_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    put(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        Configs().of("page.md")
    assert str(caught.value).startswith(message)


def test_a_wrong_file_is_a_usage_error_for_its_pages_only(tmp_path: Path) -> None:
    put(tmp_path / "bad", "alow = []")
    bad = [page(tmp_path / "bad", SOFTMAX, TRUE, name=name) for name in ("a.md", "b.md")]
    good = page(tmp_path / "good", SOFTMAX, TRUE)
    result = run("check", *bad, good)
    assert result.exit_code == 2
    assert result.stderr.count("did you mean allow?") == 1
    assert str(good) in result.stdout
    assert str(bad[0]) not in result.stdout
    line = run("report", bad[0], "-o", tmp_path / "out")
    assert line.exit_code == 2


def test_a_line_is_named_in_pyproject_too(tmp_path: Path) -> None:
    file = put(tmp_path, tool("allow = []\ngivn = []"), "pyproject.toml")
    with pytest.raises(ConfigError, match=r"pyproject.toml:6: givn: .*did you mean given\?"):
        Configs().of(file)
