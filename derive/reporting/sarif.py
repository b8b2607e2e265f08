"""SARIF 2.1.0 (OASIS, errata 01): the findings as code scanning services and editors read them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from derive.characters import clean, one_line
from derive.findings import KINDS, Finding, Findings, Kind
from derive.reporting.regions import Raw, Region, region, relative

__all__ = ["RULES", "sarif_report"]

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
ROOT = "%SRCROOT%"

# kind of finding → name, one sentence, what to do about it
RULES: dict[Kind, tuple[str, str, str]] = {
    "refuted": (
        "Refuted",
        "The step is false: a counterexample was found.",
        "Look at the numbers, and at how the step was read. If it was read as it is meant, it "
        "has to be changed. A step that is meant to be false can be marked: "
        "derive: expect refuted.",
    ),
    "assumed": (
        "ProvedAssuming",
        "The step is true only under an assumption that the page does not state.",
        "State the assumption in the text, or in an annotation: derive: given.",
    ),
    "unknown": (
        "Unknown",
        "The step could be neither proved nor refuted.",
        "The message gives the reason. A step in between, or a condition that the page leaves "
        "unsaid, may settle it; derive annotate proposes such comments.",
    ),
    "unread": (
        "Unread",
        "The formula was not understood to its last token.",
        "The message says where reading stopped. It can be written otherwise, or skipped with a "
        "reason: derive: skip.",
    ),
    "problem": (
        "Problem",
        "Something in the file could not be read or used.",
        "The message says what, and the place where. Formulas there may not have been checked.",
    ),
    "no-steps": (
        "NoSteps",
        "No step of a derivation was found on the page.",
        "A page on which nothing could be checked is not clean. Leave it out with exclude in "
        "derive.toml if it holds no derivation.",
    ),
}
_WHY = {
    "known": ("external", "It is in the baseline."),
    "allowed": ("external", "Such findings are allowed by --allow or the configuration."),
    "expected": ("inSource", "An annotation on the page expects this verdict."),
}


def sarif_report(
    findings: Findings,
    failures: Iterable[str],
    exit_code: int,
    version: str,
    raw: Raw,
    root: str,
) -> str:
    """One log with one run, ending in a newline; the same input gives the same bytes. Steps that
    are proved are no results; findings that do not count are suppressed results.

    Args:
        failures: what could not be checked at all, one sentence each.
        root: the folder that stands for ``%SRCROOT%``.
    """
    failures = list(failures)
    notes = [_notification("error", said) for said in failures]
    notes += [_notification("note", f"{page}: {entry.gone}") for page, entry in findings.stale]
    run = {
        "tool": {
            "driver": {
                "name": "derive",
                "semanticVersion": version,
                "rules": [_rule(kind) for kind in KINDS],
            }
        },
        "invocations": [
            {
                "executionSuccessful": not failures,
                "exitCode": exit_code,
                "toolExecutionNotifications": notes,
            }
        ],
        "originalUriBaseIds": {
            ROOT: {"description": {"text": "The folder that the paths are seen from."}}
        },
        # a column counts characters, also those that UTF-16 writes in two units
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, region(finding, raw), root) for finding in findings.found],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2) + "\n"  # in ASCII, so that nothing in it can be obeyed


def _rule(kind: Kind) -> dict[str, Any]:
    name, sentence, help_text = RULES[kind]
    return {
        "id": f"derive/{kind}",
        "name": name,
        "shortDescription": {"text": sentence},
        "fullDescription": {"text": sentence},
        "help": {"text": help_text},
        "defaultConfiguration": {"level": "error" if kind == "refuted" else "warning"},
    }


def _notification(level: str, said: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": _plain(one_line(said))}}


def _plain(text: str) -> str:
    """A message that stands for itself: no placeholder (section 3.11.5), no link (3.11.6)."""
    return text.replace("{", "{{").replace("}", "}}").replace("](", "] (")


def _result(finding: Finding, at: Region, root: str) -> dict[str, Any]:
    place = f"{one_line(at.part)}: " if at.part else ""
    lines = [place + finding.message, *finding.details]
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": _uri(at.file, root)}}
    if at.line:
        where = {"startLine": at.line, "startColumn": at.column}
        if not at.open:
            where |= {"endLine": at.end_line, "endColumn": at.end_column}
        location["physicalLocation"]["region"] = where
    if at.part:
        location["logicalLocations"] = [{"fullyQualifiedName": one_line(at.part)}]
    value: dict[str, Any] = {
        "ruleId": f"derive/{finding.kind}",
        "ruleIndex": KINDS.index(finding.kind),
        "level": finding.severity,
        "message": {"text": _plain("\n".join(clean(line) for line in lines))},
        "locations": [location],
        "partialFingerprints": {"deriveFinding/v1": f"{finding.fingerprint}:{finding.occurrence}"},
        # all results have the list or none of them (section 3.27.23)
        "suppressions": [],
    }
    if finding.status != "new":
        kind, why = _WHY[finding.status]
        value["suppressions"] = [{"kind": kind, "status": "accepted", "justification": why}]
    return value


def _uri(path: str, root: str) -> dict[str, str]:
    own = relative(path, root)
    if own is not None:
        return {"uri": quote(os.fsencode(own)), "uriBaseId": ROOT}
    return {"uri": f"file://{_rooted(quote(os.fsencode(Path(path).absolute().as_posix())))}"}


def _rooted(path: str) -> str:
    return path if path.startswith("/") else f"/{path}"  # of a drive
