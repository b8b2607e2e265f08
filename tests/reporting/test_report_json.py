"""The JSON report against its contract: keys, order and types, exactly."""

from __future__ import annotations

import json

from derive.reporting import json_report
from tests.reporting.report_samples import chinese_page, hostile_page, sample_page

STEP = (
    "id line column end_line end_column chain left relation right verdict scope given assumed "
    "where because read_as counterexample suggestion message".split()
)


def loaded() -> dict[str, object]:
    value: dict[str, object] = json.loads(json_report([sample_page()], "1.2.3"))
    return value


def test_top_level() -> None:
    value = loaded()
    assert list(value) == ["derive", "pages", "summary"]
    assert value["derive"] == "1.2.3"
    assert value["summary"] == {
        "steps": 6,
        "proved": 2,
        "assumed": 1,
        "refuted": 1,
        "unknown": 1,
        "unread": 1,
    }


def test_page_and_steps() -> None:
    report = json.loads(json_report([sample_page(), chinese_page()], "0"))
    page, other = report["pages"]
    assert list(page) == ["path", "formulas", "steps", "definitions", "chains", "problems"]
    assert list(other) == ["path", "formulas", "steps", "definitions", "chains"]
    assert [list(step) for step in page["steps"]] == [STEP] * 6
    assert page["definitions"][1] == {
        "line": 18,
        "name": "C",
        "latex": r"C = -\sum_{k}y_k \mathrm{log}a_k",
    }
    assert page["problems"] == [
        {"line": 40, "column": 3, "message": "The formula is never closed."}
    ]
    assert [list(chain) for chain in page["chains"]] == [
        ["chain", "verdict", "message", "assumed"]
    ]


def test_verdicts_and_scopes() -> None:
    steps = json.loads(json_report([sample_page()], "0"))["pages"][0]["steps"]
    assert [(step["verdict"], step["scope"]) for step in steps] == [
        ("proved", "every size"),
        ("proved", {"n": [1, 2, 3]}),
        ("proved", "every size"),
        ("refuted", None),
        ("unknown", None),
        ("unread", None),
    ]
    assert steps[2]["assumed"] == [r"\sum_{k} y_{k} = 1"]
    assert steps[3]["counterexample"] == {
        "sizes": {"n": 2},
        "indices": {"j": 1, "i": 2},
        "values": {"y_1": "1/2", "y_2": "-3", "w_12": "4", "∂x_1/∂z_2": "2"},
        "left": "[0.693147180559945 +/- 4.12e-16]",
        "right": "-7/2",
    }
    assert steps[0]["counterexample"] is None
    assert steps[5]["suggestion"] == {"latex": "a_k^{L-1}(a_j^L-y_j)", "verdict": "proved"}


def test_any_text_survives_the_round_trip_and_can_be_written() -> None:
    text = json_report([hostile_page()], "0")
    text.encode("utf-8")
    assert json.loads(text)["pages"][0]["path"] == hostile_page().path
    for character in "\u202e\u2066\u2028\x00\ud800":
        assert character not in text
    assert "中文" in text
