"""JUnit: a case for each step, by names that last, in XML that every reader can read."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.reporting.test_report_github import PAYLOADS
from tests.test_cli import ASSUMED, COST, FALSE, SOFTMAX, TRUE, UNKNOWN, UNREAD, page, run


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def junit(*args: str | Path) -> ElementTree.Element:
    text = run("check", "--format", "junit", *args).stdout
    assert text.startswith('<?xml version="1.0" encoding="utf-8"?>\n<testsuites ')
    assert text.isascii()
    root = ElementTree.fromstring(text)
    for group in (root, *root):
        cases = list(group.iter("testcase"))
        assert int(group.get("tests", "")) == len(cases)
        for key, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(group.get(key, "")) == sum(case.find(tag) is not None for case in cases)
    names = [(c.get("classname"), c.get("name")) for c in root.iter("testcase")]
    assert len(set(names)) == len(names)
    return root


def outcomes(root: ElementTree.Element) -> list[tuple[str, str]]:
    return [
        (child.tag, child.get("type") or child.get("message", "").split(":")[0])
        for case in root.iter("testcase")
        for child in case
    ]


def test_a_suite_for_each_page_and_a_case_for_each_step(here: Path) -> None:
    page(here, SOFTMAX, TRUE, COST, FALSE, ASSUMED, UNREAD, UNKNOWN, "$$ x = y")
    page(here, "prose", name="b.md")
    root = junit("page.md", "b.md")
    assert [suite.get("name") for suite in root] == ["page.md", "b.md"]
    first = root.find("testsuite/testcase")
    assert first is not None
    assert list(first) == []  # proved: passed
    assert first.get("line") == "3"
    assert outcomes(root) == [
        ("failure", "refuted"),
        ("failure", "assumed"),
        ("failure", "unread"),
        ("failure", "unknown"),
        ("error", "problem"),
        ("failure", "no-steps"),
    ]
    failure = root.find(".//failure")
    assert failure is not None
    assert (failure.text or "").startswith("page.md:7:40: ")
    assert "\nleft - right" in (failure.text or "") or "    left  = " in (failure.text or "")


def test_what_does_not_count_is_skipped_with_the_reason(here: Path) -> None:
    page(here, SOFTMAX, UNKNOWN)
    run("check", "page.md", "--baseline", "known.json", "--write-baseline")
    note = "<!-- derive: skip it stands in the book -->"
    page(
        here, SOFTMAX, UNKNOWN, UNREAD, "<!-- derive: expect refuted -->", FALSE, note,
        "$$ \\foo = \\bar $$",
    )  # fmt: skip
    root = junit("page.md", "--baseline", "known.json", "--allow", "unread")
    said = [e.get("message", "") for e in root.iter("skipped")]
    assert [s.split(":")[0] for s in said] == [
        "unknown, in the baseline", "unread, allowed", "refuted, as expected", "skipped",
    ]  # fmt: skip
    assert said[-1] == "skipped: it stands in the book"
    assert root.get("failures") == root.get("errors") == "0"


def test_names_of_cases_last_when_lines_move(here: Path) -> None:
    twice = "<!-- derive: axis k = 1..K -->\n\n<!-- derive: axis k = 1..M -->"

    def names() -> set[str | None]:
        return {case.get("name") for case in junit("page.md").iter("testcase")}

    page(here, SOFTMAX, TRUE, FALSE, UNREAD, twice)
    before = names()
    page(here, "# New", "words", SOFTMAX, FALSE, "words", TRUE, UNREAD, twice)
    assert names() == before
    assert len(before) > 3


def test_what_could_not_be_checked_is_an_error(here: Path) -> None:
    root = junit("none.md")
    assert outcomes(root) == [("error", "unreadable")]
    error = root.find(".//error")
    assert error is not None
    assert error.get("message") == "none.md: no such file"


def test_a_case_names_the_file_and_the_line_if_there_is_one(here: Path) -> None:
    page(here, r"\begin{document}\input{sub/one}\end{document}", name="main.tex")
    page(here, "words", UNREAD, name="sub/one.tex")
    cells = [{"cell_type": "markdown", "source": [UNREAD]}]
    (here / "a.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    cases = [(c.get("file"), c.get("line")) for c in junit("main.tex", "a.ipynb").iter("testcase")]
    assert cases == [("sub/one.tex", "3"), ("a.ipynb", None)]


NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@pytest.mark.parametrize(
    "payload",
    [*PAYLOADS, "]]></failure><x>&amp;<![CDATA[", "\x00\x01\x0b\ufffe\uffff\ud800", '" x="'],
)
def test_no_text_of_a_page_becomes_markup(here: Path, payload: str) -> None:
    text = f"$$ x + \\text{{{payload}}} = 2 x $$\n\n$$ x + x = 3 x \\text{{{payload}}} $$\n\n{SOFTMAX}\n\n{TRUE}"
    (here / "page.md").write_bytes((" " * 9000 + text).encode("utf-8", "replace"))
    root = junit("page.md")
    for element in root.iter():
        assert element.tag in (
            "testsuites",
            "testsuite",
            "testcase",
            "failure",
            "error",
            "skipped",
        )
        for value in (element.text or "", *element.attrib.values()):
            assert not NOT_XML.search(value)
