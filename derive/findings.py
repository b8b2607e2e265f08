"""What speaks against a page: one list of findings, from which the exit code and every format
are made, so that they cannot disagree.

A finding is a step that is refuted, unknown, unread or proved under an assumption only, a chain
whose ends are refuted though no step of it is, a problem in the file, or a page without steps.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from derive.characters import one_line
from derive.details import details, headline
from derive.places import Line
from derive.results import PageResult, Problem, Span, StepResult

__all__ = ["KINDS", "Finding", "Findings", "Kind", "Known", "Status", "findings"]

Kind = Literal["refuted", "assumed", "unknown", "unread", "problem", "no-steps"]
Status = Literal["new", "known", "allowed", "expected"]

KINDS: tuple[Kind, ...] = ("refuted", "assumed", "unknown", "unread", "problem", "no-steps")
# what `--allow` calls each; what is refuted can never be allowed
_ALLOWED_AS = {
    "assumed": "assumed",
    "unknown": "unknown",
    "unread": "unread",
    "problem": "unread",
    "no-steps": "unread",
}
# the places that messages name, which move when lines do
_PLACES = re.compile(r"\blines? \d+(?: of (?:cell \d+|[^\s,;)]+))?")
_LONGEST = 160


@dataclass(frozen=True, slots=True)
class Known:
    """A finding that a baseline knows: ``count`` of them on one page."""

    kind: str
    fingerprint: str
    count: int = 1
    text: str = ""

    @property
    def gone(self) -> str:
        """What is said when it is not found any more."""
        times = f" ({self.count} times)" if self.count > 1 else ""
        said = f"in the baseline, and not found any more{times}: {self.kind}: {self.text}"
        return one_line(said)


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. ``page`` is the page's path; ``span`` is None if it is about the whole page,
    and ends where it starts if its end is not known.

    ``status``: new, known (the baseline lists it), allowed (by ``--allow`` or a configuration)
    or expected (an annotation says so). Only what is new fails.

    ``text`` says what it is about without saying where: a step's formula, a problem's message.
    ``fingerprint`` depends on what is found, not on where: for a step on its kind, its formula
    and what was assumed; for a problem on its message and the text around it. ``occurrence``
    counts from 1 those with the same fingerprint on one page.
    """

    page: str
    kind: Kind
    status: Status
    span: Span | None
    message: str
    text: str
    fingerprint: str
    occurrence: int = 1
    details: tuple[str, ...] = ()
    step: StepResult | None = None
    problem: Problem | None = None

    @property
    def fails(self) -> bool:
        """Whether it makes the exit code 1."""
        return self.status == "new"

    @property
    def severity(self) -> Literal["error", "warning"]:
        """What is false is an error; what is not known to be true, a warning."""
        return "error" if self.kind == "refuted" else "warning"

    @property
    def file(self) -> str:
        """The file it stands in: the page, or a file that the page includes."""
        line = self.span.line if self.span else 0
        if isinstance(line, Line) and line.file:
            return os.path.join(os.path.dirname(self.page), line.file)
        return self.page


@dataclass(frozen=True, slots=True)
class Findings:
    """All findings in reading order, and by page what a baseline lists and is gone."""

    found: tuple[Finding, ...] = ()
    stale: tuple[tuple[str, Known], ...] = ()

    @property
    def new(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.found if f.fails)

    @property
    def known(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.found if f.status == "known")

    def of(self, page: str) -> tuple[Finding, ...]:
        return tuple(f for f in self.found if f.page == page)


def findings(
    pages: Iterable[PageResult],
    allow: Mapping[str, frozenset[str]] | None = None,
    baseline: Mapping[str, Sequence[Known]] | None = None,
) -> Findings:
    """The findings on checked pages.

    Args:
        pages: the results.
        allow: by a page's path, the verdicts that are allowed on it: assumed, unknown, unread.
        baseline: by a page's path, the findings that are known.
    """
    found: list[Finding] = []
    stale: list[tuple[str, Known]] = []
    for page in pages:
        left: Counter[tuple[str, str]] = Counter()
        known = (baseline or {}).get(page.path, ())
        for entry in known:
            left[entry.kind, entry.fingerprint] += entry.count
        seen: Counter[str] = Counter()
        for finding in _on(page):
            seen[finding.fingerprint] += 1
            status = finding.status
            if status == "new" and left[finding.kind, finding.fingerprint] > 0:
                left[finding.kind, finding.fingerprint] -= 1
                status = "known"
            if status != "expected" and _ALLOWED_AS.get(finding.kind) in (allow or {}).get(
                page.path, frozenset()
            ):
                status = "allowed"
            found.append(replace(finding, status=status, occurrence=seen[finding.fingerprint]))
        for entry in reversed(known):
            gone = min(entry.count, left[entry.kind, entry.fingerprint])
            if gone > 0:
                left[entry.kind, entry.fingerprint] -= gone
                stale.append((page.path, replace(entry, count=gone)))
    return Findings(tuple(found), tuple(sorted(stale, key=lambda s: (s[0], s[1].kind, s[1].text))))


def _on(page: PageResult) -> list[Finding]:
    """A page's findings in reading order, none compared with anything yet."""
    out = [_problem(page, problem) for problem in page.problems]
    out += [_step(page, step) for step in page.steps if step.word != "proved"]
    out += [_step(page, chain) for chain in page.refuted_ends]
    out.sort(key=lambda f: (f.span.line, f.span.column) if f.span else (0, 0))
    if message := page.empty:
        out.append(
            Finding(page.path, "no-steps", "new", None, message, message, _hash("no-steps"))
        )
    return out


def _problem(page: PageResult, problem: Problem) -> Finding:
    span = Span(problem.line, problem.column, problem.line, problem.column)
    message = one_line(problem.message)
    text = _PLACES.sub("line …", message)
    name = _hash("problem", text, problem.near)
    return Finding(page.path, "problem", "new", span, message, _short(text), name, problem=problem)


def _step(page: PageResult, step: StepResult) -> Finding:
    kind: Kind = "assumed"
    if step.verdict.word != "proved":
        kind = step.verdict.word
    whole = "chain" if step.end_to_end else ""
    assumed = sorted(step.verdict.assumed) if kind == "assumed" else ()
    name = _hash(kind, whole, step.left, step.relation, step.right, *assumed)
    return Finding(
        page=page.path,
        kind=kind,
        status="expected" if step.expected else "new",
        span=step.span,
        message=one_line(headline(step)),
        text=_short(f"{step.left} {step.relation} {step.right}"),
        fingerprint=name,
        details=tuple(details(step)),
        step=step,
    )


def _short(text: str) -> str:
    text = one_line(text)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _hash(*parts: str) -> str:
    """A name for what is written, however it is spaced."""
    written = "\0".join("".join(part.split()) for part in parts)
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:16]
