"""What counts as a finding, and that the exit code and every format say the same."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from derive import check
from derive.findings import Known, findings
from tests.test_cli import ASSUMED, COST, FALSE, SOFTMAX, TRUE, UNKNOWN, UNREAD, page, run

EXPECT = "<!-- derive: expect refuted -->"
# neither step can be decided, and the ends are refuted
CHAIN = (
    r"$$ \sum_{k=1}^n x_k = \frac{d}{dx_1} 10^{10^{10}} + \sum_{k=1}^n x_k = 2 \sum_{k=1}^n x_k $$"
)


def kinds(text: str, *allow: str) -> list[tuple[str, str]]:
    result = check(text, "page.md")
    found = findings([result], {"page.md": frozenset(allow)}).found
    return [(f.kind, f.status) for f in found]


@pytest.mark.parametrize(
    ("parts", "allow", "expected"),
    [
        ((SOFTMAX, TRUE), (), []),
        ((SOFTMAX, FALSE), (), [("refuted", "new")]),
        ((SOFTMAX, FALSE), ("assumed", "unknown", "unread"), [("refuted", "new")]),
        ((SOFTMAX, TRUE, EXPECT, FALSE), (), [("refuted", "expected")]),
        ((SOFTMAX, COST, ASSUMED), (), [("assumed", "new")]),
        ((SOFTMAX, COST, ASSUMED), ("assumed",), [("assumed", "allowed")]),
        ((UNREAD,), ("unknown",), [("unread", "new")]),
        ((UNREAD,), ("unread",), [("unread", "allowed")]),
        ((UNKNOWN,), (), [("unknown", "new")]),
        ((SOFTMAX, TRUE, "$$ x = y"), (), [("problem", "new")]),
        ((SOFTMAX, TRUE, "$$ x = y"), ("unread",), [("problem", "allowed")]),
        (("prose",), (), [("no-steps", "new")]),
        (("prose",), ("unread",), [("no-steps", "allowed")]),
        (
            (UNREAD, SOFTMAX, FALSE, UNKNOWN),
            ("unknown",),
            [("unread", "new"), ("refuted", "new"), ("unknown", "allowed")],
        ),
    ],
)
def test_the_findings_of_a_page_in_reading_order(
    parts: tuple[str, ...], allow: tuple[str, ...], expected: list[tuple[str, str]]
) -> None:
    assert kinds("\n\n".join(parts), *allow) == expected


def test_a_chain_that_is_refuted_counts_when_no_step_of_it_is() -> None:
    allowed = ("unknown", "allowed")
    assert sorted(kinds(CHAIN, "unknown")) == [("refuted", "new"), allowed, allowed]


def test_a_finding_is_known_by_what_it_is_and_as_often_as_it_is_listed() -> None:
    result = check("\n\n".join([UNREAD, UNREAD, UNREAD]), "page.md")
    names = {f.fingerprint for f in findings([result]).found}
    assert len(names) == 1
    assert [f.occurrence for f in findings([result]).found] == [1, 2, 3]
    (name,) = names
    known = {"page.md": (Known("unread", name, 2, "x"), Known("unread", "f" * 16, 3, "y"))}
    compared = findings([result], None, known)
    assert [f.status for f in compared.found] == ["known", "known", "new"]
    assert compared.stale == (("page.md", Known("unread", "f" * 16, 3, "y")),)
    other = findings([result], None, {"other.md": known["page.md"]})
    assert [f.status for f in other.found] == ["new"] * 3
    assert other.stale == ()  # of a page that was not checked nothing is said


def test_another_assumption_is_another_finding() -> None:
    result = check("\n\n".join([SOFTMAX, COST, ASSUMED]), "page.md")
    (step,) = result.steps
    verdict = replace(step.verdict, assumed=("y_1 = 0",))
    other = replace(result, steps=(replace(step, verdict=verdict),))
    (found,) = findings([result]).found
    known = {"page.md": (Known("assumed", found.fingerprint),)}
    assert [f.status for f in findings([result], None, known).found] == ["known"]
    assert [f.status for f in findings([other], None, known).found] == ["new"]


def test_what_is_allowed_is_not_gone_from_the_baseline() -> None:
    result = check(UNREAD, "page.md")
    (found,) = findings([result]).found
    known = {"page.md": (Known("unread", found.fingerprint),)}
    compared = findings([result], {"page.md": frozenset({"unread"})}, known)
    assert [f.status for f in compared.found] == ["allowed"]
    assert compared.stale == ()


PAGES = [
    (SOFTMAX, TRUE),
    (SOFTMAX, FALSE, UNREAD, UNKNOWN),
    (SOFTMAX, COST, ASSUMED, "$$ x = y"),
    (SOFTMAX, TRUE, EXPECT, FALSE),
    ("prose",),
    (CHAIN,),
]


@pytest.mark.parametrize("allow", ["", "unknown", "unread,unknown", "assumed,unknown,unread"])
@pytest.mark.parametrize("parts", PAGES)
def test_all_formats_count_the_same(tmp_path: Path, parts: tuple[str, ...], allow: str) -> None:
    file = page(tmp_path, *parts)
    options = ("--allow", allow) if allow else ()

    def out(style: str) -> tuple[int, str]:
        done = run("check", file, "--format", style, *options)
        return done.exit_code, done.stdout

    codes = {style: out(style)[0] for style in ("text", "json", "github", "sarif", "junit")}
    assert len(set(codes.values())) == 1, codes
    lines = out("github")[1].splitlines()
    on_github = Counter(line.split(" ", 1)[0] for line in lines if line.startswith("::"))
    results = json.loads(out("sarif")[1])["runs"][0]["results"]
    in_sarif = Counter(f"::{r['level']}" for r in results if not r["suppressions"])
    suite = ElementTree.fromstring(out("junit")[1])
    in_junit = int(suite.get("failures", "")) + int(suite.get("errors", ""))
    assert on_github == in_sarif
    assert in_sarif.total() == in_junit
    assert codes["text"] == (1 if in_junit else 0)
    assert re.search(rf", {in_junit} new findings?$", lines[-1])
