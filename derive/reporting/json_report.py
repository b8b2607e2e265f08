"""The JSON report: the contract that other programs read. Keys never move or vanish."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from derive.deciding.verdict import Counterexample, Verdict
from derive.findings import Finding, Findings
from derive.places import place_key
from derive.results import PageResult, StepResult, Summary, summarize

__all__ = ["json_report", "json_value"]

# Characters that reorder or hide text, or cannot be encoded, are written as escapes.
_ESCAPED = re.compile(
    "[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def json_report(
    pages: Sequence[PageResult], version: str, compared: Findings | None = None
) -> str:
    """The whole report as text, ending in a newline; the same input gives the same bytes.
    ``compared``: the findings beside a baseline, if there is one."""
    value = json_value(pages, version)
    if compared is not None:
        value["baseline"] = _baseline(compared)
    raw = json.dumps(value, ensure_ascii=False, indent=2)
    return _ESCAPED.sub(lambda m: f"\\u{ord(m.group()):04x}", raw) + "\n"


def json_value(pages: Sequence[PageResult], version: str) -> dict[str, Any]:
    """The report as plain values."""
    return {
        "derive": version,
        "pages": [_page(page) for page in pages],
        "summary": _summary(summarize(list(pages))),
    }


def _baseline(findings: Findings) -> dict[str, Any]:
    return {
        "known": [_finding(finding) for finding in findings.known],
        "new": [_finding(finding) for finding in findings.new],
        "gone": [
            {"path": page, "kind": entry.kind, "count": entry.count, "text": entry.text}
            for page, entry in findings.stale
        ],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    """A finding: where it is, and the ``id`` of the step it is about."""
    value: dict[str, Any] = {"path": finding.page, "kind": finding.kind}
    if finding.step is not None:
        value["id"] = finding.step.id
    if finding.span is not None:
        value |= {**place_key(finding.span.line), "column": finding.span.column}
    return value


def _page(page: PageResult) -> dict[str, Any]:
    value: dict[str, Any] = {
        "path": page.path,
        "formulas": page.formulas,
        "steps": [_step(step) for step in page.steps],
        "definitions": [
            {**place_key(d.line), "name": d.name, "latex": d.latex} for d in page.definitions
        ],
        "chains": [
            {
                "chain": chain.chain,
                "verdict": chain.verdict.word,
                "message": chain.verdict.message,
                "assumed": list(chain.verdict.assumed),
            }
            for chain in page.chains
        ],
    }
    if page.problems:
        value["problems"] = [
            {**place_key(p.line), "column": p.column, "message": p.message} for p in page.problems
        ]
    return value


def _step(step: StepResult) -> dict[str, Any]:
    verdict = step.verdict
    value = {
        "id": step.id,
        **place_key(step.span.line),
        "column": step.span.column,
        "end_line": place_key(step.span.end_line)["line"],
        "end_column": step.span.end_column,
        "chain": step.chain,
        "left": step.left,
        "relation": step.relation,
        "right": step.right,
        "verdict": verdict.word,
        "scope": _scope(verdict),
        "given": list(verdict.given),
        "assumed": list(verdict.assumed),
        "where": list(verdict.where),
        "because": list(verdict.because),
        "read_as": {"left": step.read_left, "right": step.read_right},
        "counterexample": _counterexample(verdict.counterexample),
        "suggestion": (
            {"latex": step.suggestion.latex, "verdict": step.suggestion.verdict}
            if step.suggestion
            else None
        ),
        "message": verdict.message,
    }
    if step.expected:
        value["expected"] = True
    return value


def _scope(verdict: Verdict) -> str | dict[str, list[int]] | None:
    if verdict.word != "proved":
        return None
    if verdict.every_size:
        return "every size"
    return _lists(verdict.sizes) or None


def _lists(sizes: Mapping[str, tuple[int, ...]]) -> dict[str, list[int]]:
    return {name: list(values) for name, values in sizes.items()}


def _counterexample(example: Counterexample | None) -> dict[str, Any] | None:
    if example is None:
        return None
    return {
        "sizes": dict(example.sizes),
        "indices": dict(example.indices),
        "values": dict(example.values),
        "left": example.left,
        "right": example.right,
    }


def _summary(summary: Summary) -> dict[str, int]:
    return {
        "steps": summary.steps,
        "proved": summary.proved,
        "assumed": summary.assumed,
        "refuted": summary.refuted,
        "unknown": summary.unknown,
        "unread": summary.unread,
    }
