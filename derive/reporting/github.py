"""Workflow commands of GitHub Actions: each finding as an annotation of its lines.

The runner obeys a line that begins with ``::`` (after blanks) and, in an old form that it still
reads, one with ``##[`` anywhere. So every line here is a command that was made here, with all
text in it escaped, or a sentence of our own without a word from any page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from derive.characters import clean, one_line
from derive.findings import Finding, Findings
from derive.reporting.regions import Raw, Region, region, relative

__all__ = ["github_lines"]

TITLES = {
    "refuted": "refuted",
    "assumed": "proved, assuming",
    "unknown": "unknown",
    "unread": "unread",
    "problem": "problem",
    "no-steps": "no steps",
}


def github_lines(
    findings: Findings, failures: Iterable[str], steps: int, raw: Raw, root: str
) -> list[str]:
    """Commands, and last a line with the total. Refuted steps are errors, other new findings
    warnings, those that a baseline knows and stale entries of it notices; what is proved,
    expected or allowed is not spoken of.

    Args:
        failures: what could not be checked at all, one sentence each.
        steps: how many there are on all pages.
        root: the folder that annotated files are named from, the repository's.
    """
    out = [_command("error", {"title": "derive"}, [one_line(said)]) for said in failures]
    for finding in findings.found:
        if finding.status == "new":
            out.append(_annotation(finding.severity, finding, region(finding, raw), root))
        elif finding.status == "known":
            out.append(_annotation("notice", finding, region(finding, raw), root))
    for page, entry in findings.stale:
        properties = {"file": _file(page, root), "title": "derive: baseline"}
        out.append(_command("notice", properties, [entry.gone]))
    known = f", {len(findings.known)} known" if findings.known else ""
    new = len(findings.new)
    out.append(f"derive: {_so_many(steps, 'step')}, {_so_many(new, 'new finding')}{known}")
    return out


def _so_many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _annotation(level: str, finding: Finding, at: Region, root: str) -> str:
    properties: dict[str, str] = {"file": _file(at.file, root)}
    if at.line:
        properties["line"] = str(at.line)
        # a range of lines can have no columns, or GitHub refuses the annotation
        end_line = at.end_line - (at.end_column == 1 and at.end_line > at.line)
        properties["endLine"] = str(end_line)
        if end_line == at.line:
            properties["col"] = str(at.column)
            if not at.open and at.end_line == at.line:
                # GitHub's end is the last character, not one past it
                properties["endColumn"] = str(max(at.end_column - 1, at.column))
    known = ", in the baseline" if finding.status == "known" else ""
    properties["title"] = f"derive: {TITLES[finding.kind]}{known}"
    place = f"{one_line(at.part)}: " if at.part else ""
    return _command(level, properties, [place + finding.message, *finding.details])


def _file(path: str, root: str) -> str:
    own = relative(path, root)
    return path if own is None else own


def _command(name: str, properties: dict[str, str], lines: Sequence[str]) -> str:
    said = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {said}::{_data(chr(10).join(clean(line) for line in lines))}"


def _data(text: str) -> str:
    """As the runner undoes it: `%`, and the ends of lines."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Also without the two signs that end a property."""
    shown = "".join(c if c in "\r\n" else clean(c) for c in text)
    return _data(shown).replace(":", "%3A").replace(",", "%2C")
