"""How much of real pages is read and decided, and whether rightly.

    python -m tests.corpus.run [FOLDER [LABELS.tsv]] [--steps] [--documents NAME …]

For each document: relations found, steps, definitions, facts; what became of the steps that lie
in the fragment by the labels; what disagrees with the labels; and the reasons why steps were not
decided, ranked by how many each costs. FOLDER: the pages (by default the shared corpus).
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import derive
from derive.checking import check_page
from derive.reading.files import read_page
from derive.results import PageResult, StepResult
from tests.corpus.labels import LABELS, Label, place_of, read_labels, same_side

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "corpus"
WORDS = ("proved", "assumed", "refuted", "unknown", "unread")


@dataclass(frozen=True, slots=True)
class Met:
    """A labelled relation and what derive made of it: a verdict's word, or ``no step``."""

    label: Label
    outcome: str
    why: str = ""

    @property
    def settled(self) -> bool:
        """Whether the step was decided, or taken for a definition where its label allows that."""
        if self.outcome in ("proved", "assumed", "refuted"):
            return True
        return self.defines

    @property
    def defines(self) -> bool:
        return self.why == "a definition" and self.label.may_define


@dataclass
class Measured:
    document: str
    page: PageResult
    met: list[Met] = field(default_factory=list)
    alarms: list[StepResult] = field(default_factory=list)  # refuted, though no label says so

    @property
    def fragment(self) -> list[Met]:
        return [m for m in self.met if m.label.counts]

    @property
    def decided(self) -> list[Met]:
        return [m for m in self.fragment if m.settled]

    @property
    def wrong(self) -> list[Met]:
        """Decided otherwise than the label says: proved for refuted, or refuted for true."""
        return [m for m in self.met if _contradicts(m)]


def _contradicts(met: Met) -> bool:
    expected = met.label.expected_word if met.label.kind == "step" else ""
    if expected == "refuted":
        return met.outcome in ("proved", "assumed")
    return met.outcome == "refuted"


def measured(document: str, path: Path, labels: Iterable[Label]) -> Measured:
    page = check_page(read_page(path), limits=derive.Limits(seconds=20, megabytes=1500))
    out = Measured(document, page)
    unused = list(page.steps)
    for label in labels:
        step = _step_for(label, unused)
        if step is None:
            out.met.append(Met(label, "no step", _other_use(label, page)))
        else:
            unused.remove(step)
            why = "" if step.word in ("proved", "refuted") else step.verdict.message
            out.met.append(Met(label, step.word, why))
    out.alarms = [step for step in unused if step.word == "refuted"]
    return out


def _step_for(label: Label, steps: list[StepResult]) -> StepResult | None:
    """The step at the label's place with its right side; else the only one there, or near."""
    near = [s for s in steps if same_side(s.right, label.right)]
    here = [s for s in near if place_of(s.span.line) == label.place]
    if len(here) > 1:
        left = [s for s in here if same_side(s.left, label.left)]
        return (left or here)[0]
    if here:
        return here[0]
    return None


def _other_use(label: Label, page: PageResult) -> str:
    for definition in page.definitions:
        if same_side(definition.latex, label.right):
            return "a definition"
    for fact in page.facts:
        if same_side(fact.latex, f"{label.left}{label.relation}{label.right}"):
            return fact.note
    for problem in page.problems:
        if place_of(problem.line) == label.place:
            return problem.message
    return "not found"


# --------------------------------------------------------------------------- printing


def _reason(why: str) -> str:
    """A reason without the names that stand in it, for counting."""
    why = why.removeprefix("Not read: ").rstrip(".")
    return re.sub(r"\(line [^)]*\)", "", why)[:90]


def show(results: list[Measured], steps: bool) -> None:
    head = ("document", "rel.", "defs", "facts", "steps", *WORDS, "frag.", "decided", "wrong")
    print(("{:<28}" + "{:>8}" * (len(head) - 1)).format(*head))
    shares = []
    for m in results:
        words = Counter(s.word for s in m.page.steps)
        share = len(m.decided) / len(m.fragment) if m.fragment else None
        if share is not None:
            shares.append(share)
        numbers = [
            len(m.met), len(m.page.definitions), len(m.page.facts), len(m.page.steps),
            *(words[w] for w in WORDS), len(m.fragment),
        ]  # fmt: skip
        shown = "-" if share is None else f"{share:.0%}"
        print(
            f"{m.document[:27]:<28}"
            + "".join(f"{n:>8}" for n in numbers)
            + f"{shown:>8}{len(m.wrong) + len(m.alarms):>8}"
        )
    fragment = [x for m in results for x in m.fragment]
    decided = [x for m in results for x in m.decided]
    print(
        f"\n{len(fragment)} steps in the fragment, {len(decided)} decided; averaged over documents "
        f"{sum(shares) / max(1, len(shares)):.0%}"
    )
    defining = sum(x.defines for x in decided)
    print(f"taken for definitions, which the labels accept: {defining}")
    wrong = [(m, x) for m in results for x in m.wrong]
    for m, x in wrong:
        print(
            f"WRONG {m.document}:{x.label.place}: {x.outcome}, label {x.label.expected or x.label.kind}: {x.label.right[:70]}"
        )
    for m in results:
        for s in m.alarms:
            print(f"ALARM {m.document}:{s.span.line}: {s.left[:50]} {s.relation} {s.right[:50]}")
    missed = [x for x in fragment if x.label.expected_word == "refuted" and x.outcome != "refuted"]
    slips = [x for x in fragment if x.label.expected_word == "refuted"]
    print(f"slips: {len(slips) - len(missed)} of {len(slips)} found")
    weaker = [x for x in decided if (x.outcome, x.label.expected_word) == ("assumed", "proved")]
    print(f"proved only under an assumption, where the page says enough: {len(weaker)}")
    reasons = Counter(_reason(x.why) for x in fragment if x not in decided)
    print("\nwhy steps in the fragment were not decided:")
    for reason, count in reasons.most_common():
        print(f"{count:>4}  {reason}")
    if steps:
        print()
        for m in results:
            for x in m.met:
                if x.label.counts and not x.settled:
                    print(
                        f"{m.document}:{x.label.place}: {x.outcome}: {x.why}\n      {x.label.left[:90]} {x.label.relation} {x.label.right[:110]}"
                    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.corpus.run")
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("labels", nargs="?", type=Path, default=LABELS)
    parser.add_argument("--steps", action="store_true", help="each step that was not decided")
    parser.add_argument("--documents", nargs="*", help="only these")
    options = parser.parse_args(arguments)
    if not options.folder.is_dir():
        print(f"no corpus at {options.folder}: it is not part of this repository")
        return 2
    results = []
    for document, labels in read_labels(options.labels).items():
        if options.documents and not any(name in document for name in options.documents):
            continue
        results.append(measured(document, options.folder / document, labels))
    show(results, options.steps)
    return 1 if any(m.wrong or m.alarms for m in results) else 0


if __name__ == "__main__":
    sys.exit(main())
