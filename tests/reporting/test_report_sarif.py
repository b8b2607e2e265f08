"""SARIF: valid against the official schema, with exact regions and fingerprints that last."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest

from derive.findings import KINDS
from tests.reporting.test_report_github import PAYLOADS
from tests.test_cli import ASSUMED, COST, FALSE, SOFTMAX, TRUE, UNKNOWN, UNREAD, page, run

SCHEMA = json.loads(
    (Path(__file__).parent.parent / "schemas" / "sarif-schema-2.1.0.json").read_bytes()
)
VALIDATOR = jsonschema.Draft4Validator(SCHEMA, format_checker=jsonschema.FormatChecker())


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    return tmp_path


def run_of(*args: str | Path) -> dict[str, Any]:
    done = run("check", "--format", "sarif", *args)
    assert done.stdout.isascii()
    log = json.loads(done.stdout)
    VALIDATOR.validate(log)
    (one,) = log["runs"]
    assert isinstance(one, dict)
    assert one["invocations"][0]["exitCode"] == done.exit_code
    return one


def text_at(result: dict[str, Any]) -> str:
    """What stands in the file at a result's region, counted in code points."""
    place = result["locations"][0]["physicalLocation"]
    region = place["region"]
    text = Path(unquote(place["artifactLocation"]["uri"])).read_bytes().decode("utf-8-sig")
    lines = text.split("\n")[region["startLine"] - 1 : region["endLine"]]
    lines[-1] = lines[-1][: region["endColumn"] - 1]
    lines[0] = lines[0][region["startColumn"] - 1 :]
    return "\n".join(lines)


def test_the_schema_refuses_what_is_no_sarif(here: Path) -> None:
    page(here, UNREAD)
    log = json.loads(run("check", "page.md", "--format", "sarif").stdout)
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert not VALIDATOR.is_valid(log)


def test_each_kind_of_finding_is_a_result_with_its_rule_and_level(here: Path) -> None:
    page(here, SOFTMAX, TRUE, COST, FALSE, ASSUMED, UNREAD, UNKNOWN, "$$ x = y")
    page(here, "prose", name="b.md")
    one = run_of("page.md", "b.md")
    rules = one["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [f"derive/{kind}" for kind in KINDS]
    assert all(rule["help"]["text"] and rule["shortDescription"]["text"] for rule in rules)
    found = [(r["ruleId"].removeprefix("derive/"), r["level"]) for r in one["results"]]
    assert found == [
        ("refuted", "error"),
        *((kind, "warning") for kind in ("assumed", "unread", "unknown", "problem", "no-steps")),
    ]
    assert all(rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in one["results"])
    assert one["invocations"][0]["executionSuccessful"] is True


REGIONS = {
    "one line": ("$$ x + x = 3 x $$", "3 x"),
    "several lines": ("$$\nx + x\n  = 3\n  x\n$$", "3\n  x"),
    "beyond the basic plane": ("𝒙𝒙 🙂 $x + x = 3 x$ 🙂", "3 x"),
    "combining marks": ("e\u0301e\u0301 $x + x = 3 x$", "3 x"),
    "carriage returns": ("one\r\n\r\n$$ x + x = 3 x $$\r\n", "3 x"),
    "a byte order mark": ("\ufeff$$ x + x = 3 x $$", "3 x"),
    "a macro": ("$$\\newcommand{\\two}{3 x}$$\n\n$$ x + x = \\two $$", r"\two"),
}


@pytest.mark.parametrize(("text", "right"), REGIONS.values(), ids=REGIONS)
def test_a_region_is_the_right_hand_side_exactly(here: Path, text: str, right: str) -> None:
    (here / "page.md").write_bytes(text.encode())
    one = run_of("page.md")
    (result,) = (r for r in one["results"] if r["ruleId"] == "derive/refuted")
    assert one["columnKind"] == "unicodeCodePoints"
    assert text_at(result) == right


@pytest.mark.parametrize("ascii_only", [True, False])
def test_a_region_of_a_notebook_is_that_of_its_file(here: Path, ascii_only: bool) -> None:
    source = ['𝒙 "quoted" \\alpha\n', "$x + x = \\frac{6x}{2}$ 🙂\n"]
    cells = [{"cell_type": "code", "source": []}, {"cell_type": "markdown", "source": source}]
    text = json.dumps({"cells": cells}, indent=1, ensure_ascii=ascii_only)
    (here / "a.ipynb").write_text(text, encoding="utf-8")
    (result,) = run_of("a.ipynb")["results"]
    assert text_at(result) == r"\\frac{6x}{2}"
    assert result["locations"][0]["logicalLocations"] == [{"fullyQualifiedName": "cell 2:2:10"}]


def test_a_result_in_an_included_file_is_there(here: Path) -> None:
    page(here, r"\begin{document}\input{sub/one}\end{document}", name="main.tex")
    page(here, "words", "$$ x + x = 3 x $$", name="sub/one.tex")
    (result,) = run_of("main.tex")["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "sub/one.tex"
    assert text_at(result) == "3 x"


def test_fingerprints_last_through_edits_elsewhere_and_differ(here: Path) -> None:
    page(here, SOFTMAX, FALSE, UNREAD, UNKNOWN, "$$ x = y")
    before = run_of("page.md")
    page(here, "# New", SOFTMAX, "words", TRUE, UNKNOWN, UNREAD, FALSE, "words", "$$ x = y")
    after = run_of("page.md")

    def by_rule(one: dict[str, Any]) -> dict[str, Any]:
        return {r["ruleId"]: r["partialFingerprints"] for r in one["results"]}

    assert by_rule(after) == by_rule(before)
    assert len({str(p) for p in by_rule(before).values()}) == 4
    page(here, SOFTMAX, FALSE, FALSE)
    twice = run_of("page.md")["results"]
    assert len({str(r["partialFingerprints"]) for r in twice}) == 2


def test_findings_that_do_not_count_are_suppressed(here: Path) -> None:
    page(here, SOFTMAX, UNKNOWN)
    run("check", "page.md", "--baseline", "known.json", "--write-baseline")
    page(here, SOFTMAX, UNKNOWN, UNREAD, "<!-- derive: expect refuted -->", FALSE, COST, ASSUMED)
    one = run_of("page.md", "--baseline", "known.json", "--allow", "unread")
    kinds = {r["ruleId"]: [s["kind"] for s in r["suppressions"]] for r in one["results"]}
    assert kinds == {
        "derive/unknown": ["external"],
        "derive/unread": ["external"],
        "derive/refuted": ["inSource"],
        "derive/assumed": [],  # an empty list, as others have one
    }
    reasons = {s["justification"] for r in one["results"] for s in r["suppressions"]}
    assert len(reasons) == 3


def test_unreadable_files_are_notifications(here: Path) -> None:
    page(here, SOFTMAX, TRUE)
    (here / "bad.md").write_bytes(b"one\n\xff")
    one = run_of("none.md", "bad.md", "page.md")
    (invocation,) = one["invocations"]
    assert invocation["executionSuccessful"] is False
    assert [n["level"] for n in invocation["toolExecutionNotifications"]] == ["error", "error"]
    said = [n["message"]["text"] for n in invocation["toolExecutionNotifications"]]
    assert said[0] == "none.md: no such file"
    assert said[1].startswith("bad.md:2:1: byte 0xff is not UTF-8")


@pytest.mark.skipif(os.name == "nt", reason="such names cannot be written there")
@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("a b.md", "a%20b.md"),
        ("ü%0A.md", "%C3%BC%250A.md"),
        ("a:b#c?d.md", "a%3Ab%23c%3Fd.md"),
        ("new\nline.md", "new%0Aline.md"),
        ("\udcff.md", "%FF.md"),
        ("sub/../sub/x.md", "sub/x.md"),
    ],
)
def test_addresses_are_relative_and_escaped(here: Path, name: str, uri: str) -> None:
    try:
        page(here, UNREAD, name=name)
    except (OSError, UnicodeError):
        pytest.skip("the file system has no such names")
    for path in (name, here / name):
        (result,) = run_of(path)["results"]
        location = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert location == {"uri": uri, "uriBaseId": "%SRCROOT%"}


def test_a_page_elsewhere_has_a_whole_address(here: Path, tmp_path_factory: Any) -> None:
    other = page(tmp_path_factory.mktemp("other dir"), UNREAD)
    (result,) = run_of(other)["results"]
    location = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": other.as_uri()}


@pytest.mark.parametrize("payload", [*PAYLOADS, "{0} {", "[click](http://evil) [0](1)"])
def test_no_text_of_a_page_becomes_part_of_the_format(here: Path, payload: str) -> None:
    text = f"$$ x + \\text{{{payload}}} = 2 x $$\n\n$$ x + \\foo = \\mathrm{{{payload}}} $$\n"
    (here / "page.md").write_bytes(text.encode())
    for result in run_of("page.md")["results"]:
        said = result["message"]["text"]
        plain = said.replace("{{", "").replace("}}", "")
        assert "{" not in plain
        assert "}" not in plain
        assert "](" not in said
        assert not [c for c in said if c != "\n" and not c.isprintable()]


def test_the_same_input_gives_the_same_bytes(here: Path) -> None:
    page(here, SOFTMAX, FALSE, UNREAD)
    outputs = {run("check", "page.md", "--format", "sarif").stdout for _ in range(2)}
    assert len(outputs) == 1
