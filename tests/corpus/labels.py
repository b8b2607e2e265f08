"""The labels: what each relation of a page is, and what is true of it, by reading the page."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from derive.places import Line

__all__ = ["Label", "place_of", "read_labels", "same_side"]

LABELS = Path(__file__).with_name("labels.tsv")


@dataclass(frozen=True, slots=True)
class Label:
    """One relation. ``place``: line, or ``cell:line``, of its right-hand side. ``kind``:
    definition, step, given, example, update or other. ``fragment``: of a step, ``yes`` or why it
    lies outside. ``expected``: ``proved``, ``assumed: …`` or ``refuted: …``."""

    document: str
    place: str
    left: str
    relation: str
    right: str
    kind: str
    fragment: str
    expected: str
    note: str

    @property
    def counts(self) -> bool:
        """Whether this is a step that a checker of this kind should decide."""
        return self.kind == "step" and self.fragment == "yes"

    @property
    def may_define(self) -> bool:
        """Whether the note finds it acceptable to take this step for a definition."""
        return bool(re.search(r"as a (?:new )?definition\b.*\bis acceptable", self.note))

    @property
    def expected_word(self) -> str:
        return self.expected.split(":")[0]


def read_labels(path: Path = LABELS) -> dict[str, list[Label]]:
    """Document → its labels, in the order of the page."""
    found: dict[str, list[Label]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        for row in rows:
            label = Label(**row)
            found.setdefault(label.document, []).append(label)
    return found


def place_of(line: int) -> str:
    """The place of a line as labels write it."""
    if not isinstance(line, Line):
        return str(line)
    cell = re.fullmatch(r"cell (\d+)", line.part)
    return f"{cell[1]}:{line.own}" if cell else str(line.own)


def same_side(a: str, b: str) -> bool:
    """Whether two cuts of LaTeX show the same side of a relation."""
    return _plain(a) == _plain(b)


def _plain(source: str) -> str:
    source = re.sub(
        r"\\(?:nonumber|notag|quad|qquad|left|right|[bB]igg?[lrm]?)(?![A-Za-z])|\\[\\,;!: ]"
        r"|\\tag\{[^{}]*\}|\\hspace\{[^{}]*\}",
        "",
        source,
    )
    source = re.sub(r"[\s&{}]", "", source)
    return source.rstrip(".,;:")
