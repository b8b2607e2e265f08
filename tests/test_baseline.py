"""The baseline: what is known does not fail, however pages are edited; what is new does."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.test_cli import ASSUMED, COST, FALSE, SOFTMAX, TRUE, UNKNOWN, UNREAD, page, run

FALSE_TOO = FALSE.replace("1 - a_i", "2 - a_i")
FORMATS = ["text", "json", "github", "sarif", "junit"]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The baseline's path; the tests work in its folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    return tmp_path / "known.json"


def written(file: Path, *paths: str | Path) -> dict[str, Any]:
    done = run("check", *paths, "--baseline", file, "--write-baseline")
    assert done.exit_code == 0, done.output
    assert done.stderr == f"written: {file}\n"
    value = json.loads(file.read_text(encoding="utf-8"))
    assert isinstance(value, dict)
    return value


def compared(file: Path, *paths: str | Path) -> Result:
    return run("check", *paths, "--baseline", file)


def last(result: Result) -> str:
    return result.stdout.splitlines()[-1]


def test_what_is_written_is_known_from_then_on_in_every_format(file: Path) -> None:
    page(file.parent, SOFTMAX, FALSE, UNREAD, UNKNOWN, "$$ x = y")
    value = written(file, "page.md")
    assert value["version"] == 1
    assert [(f["path"], f["kind"], f["count"]) for f in value["findings"]] == [
        ("page.md", kind, 1) for kind in ("problem", "refuted", "unknown", "unread")
    ]
    for style in FORMATS:
        done = run("check", "page.md", "--baseline", file, "--format", style)
        assert (done.exit_code, done.stderr) == (0, ""), style
        assert run("check", "page.md", "--format", style).exit_code == 1
    assert compared(file, "page.md").stdout.count(", in the baseline: ") == 4


def test_the_same_findings_are_written_with_the_same_bytes(file: Path) -> None:
    page(file.parent, SOFTMAX, FALSE, UNREAD, name="a.md")
    page(file.parent, UNREAD, name="b.md")
    written(file, "a.md", "b.md")
    first = file.read_bytes()
    written(file, "b.md", "a.md")
    assert file.read_bytes() == first


EDITS = {
    "lines above": ("# New\n\nWords.", SOFTMAX, UNKNOWN, UNREAD, COST, ASSUMED),
    "another order": (SOFTMAX, COST, UNREAD, ASSUMED, UNKNOWN),
    "other spacing": (SOFTMAX, UNKNOWN.replace(" ", "  "), UNREAD, COST, ASSUMED),
    "more that is proved": (SOFTMAX, TRUE, UNKNOWN, UNREAD, COST, ASSUMED),
}


@pytest.mark.parametrize("parts", EDITS.values(), ids=EDITS)
def test_a_finding_is_known_again_after_edits_elsewhere(
    file: Path, parts: tuple[str, ...]
) -> None:
    page(file.parent, SOFTMAX, UNKNOWN, UNREAD, COST, ASSUMED)
    written(file, "page.md")
    page(file.parent, *parts)
    done = compared(file, "page.md")
    assert done.exit_code == 0, done.stdout
    assert last(done) == "baseline: 3 findings known, 0 new, 0 not found any more"


def test_a_problem_is_known_again_though_its_message_names_other_lines(file: Path) -> None:
    twice = "<!-- derive: axis k = 1..K -->\n\n<!-- derive: axis k = 1..M -->"
    page(file.parent, SOFTMAX, TRUE, twice)
    before = written(file, "page.md")
    assert any("on line" in line for line in run("check", "page.md").stdout.splitlines())
    page(file.parent, "# New", SOFTMAX, "words", TRUE, twice)
    assert compared(file, "page.md").exit_code == 0
    assert written(file, "page.md") == before


NEW = {
    "a new step": (SOFTMAX, UNKNOWN, FALSE),
    "the same once more": (SOFTMAX, UNKNOWN, UNKNOWN),
    "changed": (SOFTMAX, UNKNOWN.replace("g(x) $$", "2 g(x) $$")),
    "a problem": (SOFTMAX, UNKNOWN, "$$ x = y"),
}


@pytest.mark.parametrize("parts", NEW.values(), ids=NEW)
def test_what_is_new_fails(file: Path, parts: tuple[str, ...]) -> None:
    page(file.parent, SOFTMAX, UNKNOWN)
    written(file, "page.md")
    page(file.parent, *parts)
    done = compared(file, "page.md")
    assert done.exit_code == 1
    assert " 1 new, " in last(done)


def test_what_is_refuted_does_not_hide_behind_what_was_unknown(file: Path) -> None:
    page(file.parent, UNKNOWN)
    written(file, "page.md")
    page(file.parent, "$$ g(x) = x^2 $$", UNKNOWN)  # the same step: now it can be decided
    done = compared(file, "page.md")
    assert done.exit_code == 1
    assert ": refuted: " in done.stdout
    assert last(done) == "baseline: 0 findings known, 1 new, 1 not found any more"


def test_what_is_gone_is_named_and_does_not_fail(file: Path) -> None:
    page(file.parent, SOFTMAX, FALSE, FALSE_TOO)
    written(file, "page.md")
    page(file.parent, SOFTMAX, TRUE, FALSE_TOO)
    done = compared(file, "page.md")
    assert done.exit_code == 0
    gone = r"in the baseline, and not found any more: refuted: \frac{\partial a_j}{\partial z_i} "
    assert f"page.md: {gone}= a_j (1 - a_i)" in done.stdout
    on_github = run("check", "page.md", "--baseline", file, "--format", "github").stdout
    assert f"::notice file=page.md,title=derive%3A baseline::{gone}" in on_github
    sarif = json.loads(run("check", "page.md", "--baseline", file, "--format", "sarif").stdout)
    (note,) = sarif["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert note["level"] == "note"
    assert "not found any more: refuted" in note["message"]["text"]
    data = json.loads(run("check", "page.md", "--baseline", file, "--format", "json").stdout)
    assert [g["kind"] for g in data["baseline"]["gone"]] == ["refuted"]
    assert [k["kind"] for k in data["baseline"]["known"]] == ["refuted"]
    assert data["baseline"]["new"] == []


def test_without_a_baseline_json_is_what_it_was(file: Path) -> None:
    page(file.parent, SOFTMAX, FALSE)
    value = json.loads(run("check", "page.md", "--format", "json").stdout)
    assert list(value) == ["derive", "pages", "summary"]


def test_pages_are_named_from_the_folder_of_the_baseline(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page(file.parent, UNREAD, name="docs/a.md")
    (entry,) = written(file, "docs")["findings"]
    assert entry["path"] == "docs/a.md"
    monkeypatch.chdir(file.parent / "docs")
    assert compared(file, "a.md").exit_code == 0
    assert compared(Path("../known.json"), file.parent / "docs" / "a.md").exit_code == 0


def test_of_pages_that_were_not_checked_nothing_is_said_or_lost(file: Path) -> None:
    page(file.parent, UNREAD, name="a.md")
    page(file.parent, UNKNOWN, name="b.md")
    page(file.parent, UNKNOWN, name="c.md")
    written(file, "a.md", "b.md", "c.md")
    page(file.parent, SOFTMAX, TRUE, name="a.md")
    assert last(compared(file, "b.md")).endswith("1 finding known, 0 new, 0 not found any more")
    (file.parent / "c.md").unlink()
    assert [f["path"] for f in written(file, "a.md")["findings"]] == ["b.md"]


def test_what_is_allowed_or_expected_is_not_written(file: Path) -> None:
    page(file.parent, SOFTMAX, UNREAD, "<!-- derive: expect refuted -->", FALSE, UNKNOWN)
    run("check", "page.md", "--allow", "unread", "--baseline", file, "--write-baseline")
    listed = json.loads(file.read_text(encoding="utf-8"))["findings"]
    assert [f["kind"] for f in listed] == ["unknown"]


def test_a_configuration_names_the_baseline_of_its_pages(file: Path) -> None:
    (file.parent / "derive.toml").write_text('baseline = "sub/known.json"', encoding="utf-8")
    (file.parent / "sub").mkdir()
    page(file.parent, UNREAD)
    missing = run("check", "page.md")
    assert missing.exit_code == 2
    own = file.parent / "sub" / "known.json"
    assert f"{own}: no such file (--write-baseline writes it)" in missing.stderr
    done = run("check", "page.md", "--write-baseline")
    assert (done.exit_code, done.stderr) == (0, f"written: {own}\n")
    assert json.loads(own.read_text(encoding="utf-8"))["findings"][0]["path"] == "../page.md"
    assert run("check", "page.md").exit_code == 0
    page(file.parent, UNREAD, name="other.md")
    written(file, "other.md")  # an option comes before it
    assert compared(file, "page.md").exit_code == 1


@pytest.mark.parametrize("value", ["3", '""', "[]", '"a\\u0000b"'])
def test_a_configuration_with_no_file_name_is_an_error(file: Path, value: str) -> None:
    (file.parent / "derive.toml").write_text(f"\nbaseline = {value}", encoding="utf-8")
    page(file.parent, SOFTMAX, TRUE)
    done = run("check", "page.md")
    assert done.exit_code == 2
    assert "derive.toml:2: baseline: must be the name of a file" in done.stderr


def listing(*entries: str) -> str:
    return '{"version": 1, "findings": [\n' + ",\n  ".join(entries) + "]}"


ENTRY = '{"path": "page.md", "kind": "unread", "fingerprint": "00", "count": 1}'


@pytest.mark.parametrize("style", FORMATS)
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", ":1:1: this is not JSON: Expecting value"),
        ('{"version": 1,\n  "findings": [}', ":2:16: this is not JSON: Expecting value"),
        ("<<<<<<< HEAD", ":1:1: this is not JSON: Expecting value"),
        ("[]", ":1:1: a baseline is an object with version and findings"),
        ("{}", ":1:1: this derive reads baselines of version 1"),
        ('{\n "version": 2, "findings": []}', ":2:13: this derive reads baselines of version 1"),
        ('{"version": true, "findings": []}', ":1:13: this derive reads baselines of version 1"),
        ('{"version": 1}', ":1:1: findings must be a list"),
        ('{"version": 1,\n "findings": {}}', ":2:14: findings must be a list"),
        ('{"version": 1, "findings": [\n3]}', ":2:1: a finding is an object with path"),
        (
            '{"version": 1, "findings": [\n{"kind": "unread"}]}',
            ":2:1: path must be a string",
        ),
        (
            listing(ENTRY, ENTRY.replace("unread", "no")),
            ":3:31: kind must be one of refuted, assumed, unknown, unread, problem, no-steps",
        ),
        (
            listing(ENTRY.replace('"00"', "null")),
            ":2:54: fingerprint must be a string",
        ),
        *(
            (
                listing(ENTRY.replace("1}", f"{count}}}")),
                ":2:69: count must be a whole number from 1 on",
            )
            for count in ("0", "-1", "1.5", "true", '"1"', "9" * 5000)
        ),
        ("[" * 100_000, ":1:1: nested too deeply"),
        (b'{"version": 1,\n\xff', ":2:1: not UTF-8"),
    ],
)
def test_a_bad_baseline_is_an_error_with_its_place(
    file: Path, text: str | bytes, message: str, style: str
) -> None:
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    page(file.parent, SOFTMAX, TRUE)
    for more in ((), ("--write-baseline",)):
        done = run("check", "page.md", "--baseline", "known.json", "--format", style, *more)
        assert done.exit_code == 2
        said = done.stdout.replace("%3A", ":") if style == "github" else done.stderr
        assert f"known.json{message}" in said
    before = text if isinstance(text, bytes) else text.encode()
    assert file.read_bytes() == before  # what is no baseline is not overwritten


def test_a_missing_baseline_is_an_error_that_says_how_to_make_it(file: Path) -> None:
    page(file.parent, SOFTMAX, TRUE)
    done = compared(Path("none.json"), "page.md")
    assert done.exit_code == 2
    assert "none.json: no such file (--write-baseline writes it)" in done.stderr
    done = run("check", "page.md", "--write-baseline")
    assert done.exit_code == 2
    assert "--write-baseline: which file?" in done.stderr


def test_nothing_is_written_unless_everything_could_be_checked(file: Path) -> None:
    page(file.parent, UNREAD)
    done = run("check", "page.md", "none.md", "--baseline", file, "--write-baseline")
    assert done.exit_code == 2
    assert not file.exists()


@pytest.mark.skipif(os.name == "nt", reason="such names cannot be written there")
@pytest.mark.parametrize("name", ["a\nb.md", "::error::.md", "\udcff.md", "ü %0A.md"])
def test_pages_with_strange_names_have_baselines_too(file: Path, name: str) -> None:
    try:
        page(file.parent, UNREAD, name=name)
    except (OSError, UnicodeError):
        pytest.skip("the file system has no such names")
    done = run("check", name, "--baseline", file, "--write-baseline")
    assert done.exit_code == 0
    assert compared(file, name).exit_code == 0


def test_the_text_of_a_page_cannot_leave_its_line_in_the_baseline(file: Path) -> None:
    page(file.parent, '$$ x + \\text{\x1b[2J\u202e\u2028 "]}} = \\foo $$')
    written(file, "page.md")
    text = file.read_text(encoding="utf-8")
    assert not [c for c in text if c != "\n" and not c.isprintable()]
