"""JUnit's XML, as Jenkins, GitLab and pytest agree upon it: a suite for each page, a case for
each step.

JUnit has no written standard. Names of cases hold no line numbers: servers follow a case through
time by its name.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from xml.etree import ElementTree

from derive.characters import clean, one_line
from derive.findings import Finding, Findings
from derive.places import Line, short
from derive.results import PageResult, StepResult

__all__ = ["junit_report"]

_SKIPPED = re.compile(r"(?:skipped|unread, as expected): ")  # facts that say what is not checked
_LONGEST = 120


def junit_report(
    pages: Sequence[PageResult], findings: Findings, failures: Iterable[str] = ()
) -> str:
    """The whole report. A step that is a new finding is a failure; a problem in a file, or a
    file that could not be checked (``failures``), an error; displays that an author skips, and
    findings that are expected, allowed or in a baseline, are skipped."""
    root = ElementTree.Element("testsuites", name="derive")
    for page in pages:
        _add(root, page.path, _cases(page, findings.of(page.path)))
    unchecked = []
    for number, said in enumerate(failures, start=1):
        case = _case("derive", f"not checked {number}")
        _say(case, "error", said, "unreadable")
        unchecked.append(case)
    if unchecked:
        _add(root, "derive", unchecked)
    for key in ("tests", "failures", "errors", "skipped"):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in root)))
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="us-ascii").decode()  # in any terminal's encoding
    text = text.partition("?>\n")[2] if text.startswith("<?xml") else text
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _add(root: ElementTree.Element, name: str, cases: Sequence[ElementTree.Element]) -> None:
    suite = ElementTree.SubElement(root, "testsuite", name=one_line(name))
    suite.set("tests", str(len(cases)))
    for key, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(key, str(sum(case.find(tag) is not None for case in cases)))
    suite.extend(cases)


def _cases(page: PageResult, found: Sequence[Finding]) -> list[ElementTree.Element]:
    by_step = {finding.step.id: finding for finding in found if finding.step is not None}
    cases = []
    for step in page.steps:
        case = _case(page.path, _name(step), step.span.line)
        if step.id in by_step:
            _judge(case, by_step[step.id], "failure")
        cases.append(case)
    for finding in found:
        about = finding.step
        if about is None or about.end_to_end:
            name = f"{finding.text} ({finding.fingerprint[:10]}"
            name += f"-{finding.occurrence})" if finding.occurrence > 1 else ")"
            prefix = "chain" if about is not None else finding.kind
            line = finding.span.line if finding.span else 0
            case = _case(page.path, f"{prefix}: {name}", line)
            _judge(case, finding, "error" if finding.kind == "problem" else "failure")
            cases.append(case)
    for number, fact in enumerate((f for f in page.facts if _SKIPPED.match(f.note)), start=1):
        case = _case(page.path, f"not checked {number}: {_short(fact.latex)}", fact.line)
        ElementTree.SubElement(case, "skipped", message=one_line(fact.note))
        cases.append(case)
    return cases


def _case(page: str, name: str, line: int = 0) -> ElementTree.Element:
    case = ElementTree.Element("testcase", classname=one_line(page), name=one_line(name))
    file, number = page, int(line)
    if isinstance(line, Line):
        if line.file:
            file = os.path.join(os.path.dirname(page), line.file)
        # a line of a notebook's cell is none of its file
        number = line.own if line.file or not line.part else 0
    case.set("file", one_line(file))
    if number:
        case.set("line", str(number))
    return case


def _name(step: StepResult) -> str:
    return f"{_short(f'{step.left} {step.relation} {step.right}')} ({step.id})"


def _short(text: str) -> str:
    text = one_line(text)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _judge(case: ElementTree.Element, finding: Finding, tag: str) -> None:
    if finding.status == "new":
        place = f"{finding.page}:{short(finding.span.line)}:" if finding.span else finding.page
        column = f"{finding.span.column}" if finding.span else ""
        lines = [f"{one_line(place)}{column}: {finding.message}", *finding.details]
        _say(case, tag, f"{finding.kind}: {finding.message}", finding.kind, lines)
    else:
        why = {"known": "in the baseline", "allowed": "allowed", "expected": "as expected"}
        said = f"{finding.kind}, {why[finding.status]}: {finding.message}"
        ElementTree.SubElement(case, "skipped", message=said)


def _say(
    case: ElementTree.Element, tag: str, message: str, kind: str, lines: Sequence[str] = ()
) -> None:
    # `clean` leaves none of the characters that XML cannot hold
    element = ElementTree.SubElement(case, tag, message=one_line(message), type=kind)
    element.text = "\n".join(clean(line) for line in lines) or None
