"""What a page states about quantities that it does not define: Σ_k y_k = 1, T > 0."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from derive.claims import Binary, Fact, Given, Signed, SumsToOne
from derive.formula import FormulaError
from derive.meaning.kinds import stated_fact
from derive.meaning.model import ReadFact
from derive.meaning.reader import PageReader
from derive.meaning.records import ChainState, RawStep
from derive.meaning.resolution import Resolution
from derive.meaning.worlds import Worlds
from derive.printing import latex
from derive.terms import (
    Definition,
    Entry,
    Family,
    IndexValue,
    Rat,
    Size,
    Sum,
    Term,
    families_of,
    fresh,
    rational,
)

__all__ = ["Givens", "PageGiven"]


@dataclass(frozen=True, slots=True)
class PageGiven:
    given: Given
    order: int
    section: int
    supposed: bool = False
    explains: bool = False
    open: bool = False
    until: float = float("inf")
    told: bool = False


class Givens:
    """Finds what a page gives; what it gives in no usable way is `unusable`."""

    def __init__(self, reader: PageReader, resolution: Resolution, worlds: Worlds) -> None:
        self.reader = reader
        self.resolution = resolution
        self.worlds = worlds
        self.unusable: set[Family] = set()
        self.inherent: set[Family] = set()  # indicators of classes

    def read(
        self,
        terms: Mapping[int, Term | FormulaError],
        defined: set[Family],
        used: Callable[[Mapping[int, Term | FormulaError]], set[Family]],
    ) -> list[PageGiven]:
        """All that the page gives. What is given is taken out of the reader's steps, and
        ``used`` is asked for the quantities in what is left."""
        return [
            *self._inherent(),
            *self._page_facts(terms, defined),
            *self._one_hot(used(terms), defined),
        ]

    def _page_facts(
        self, terms: Mapping[int, Term | FormulaError], defined: set[Family]
    ) -> list[PageGiven]:
        """Σ_k y_k = 1, T > 0 about undefined quantities: givens for what follows, and for
        the section they stand in."""
        givens: list[PageGiven] = []
        kept = []
        kept_state: ChainState | None = None
        for raw in self.reader.steps:
            left, right = terms[id(raw.left)], terms[id(raw.right)]
            fact = None
            goes_on = kept_state is raw.state  # the < 1 of 0 < p < 1
            if (raw.first or goes_on) and not self.reader.asked(raw):
                if not isinstance(left, FormulaError) and not isinstance(right, FormulaError):
                    fact = stated_fact(left, raw.relation, right, defined)
            if isinstance(fact, SumsToOne) and fact.family in self.inherent and not raw.told:
                fact = None  # Σ_k 1{y = k} = 1 is a step: an indicator is 1 for one class
            if fact is None and raw.told:
                self._unusable_given(raw, left, right, defined)
                continue
            if fact is None and raw.relation == "≠":
                note = "no equation, not a step"
                self.reader.facts.append(ReadFact(raw.right.offset, raw.source, note))
                continue
            if fact is None and _bounds(raw, left, right, defined):
                # «for $1 \\leq i \\leq n$», «where $a < b$»: nobody derives that
                self.reader.facts.append(ReadFact(raw.right.offset, raw.source, "a condition"))
                for term in (left, right):
                    if not isinstance(term, FormulaError):
                        self.unusable |= families_of(term) - defined
                continue
            if fact is None:
                kept.append(raw)
                if raw.first and not isinstance(left, FormulaError):
                    if _unusable(left, raw.relation, right, defined):
                        self.unusable |= families_of(left)
                continue
            kept_state = raw.state
            start, end = raw.left.offset, raw.right.offset
            source = raw.source
            if raw.doubted:
                self.reader.facts.append(
                    ReadFact(end, source, "not taken as given: its sentence denies or doubts it")
                )
                continue
            if isinstance(fact, Signed) and self.reader.claims_from is None and not raw.told:
                # x < 0 from here on: an earlier x > 0 no longer holds
                givens = [
                    replace(g, until=raw.order)
                    if not g.told and _denies(fact, g.given.fact)
                    else g
                    for g in givens
                ]
            given = Given(fact, source, self.reader.line_of(start))
            givens.append(
                PageGiven(
                    given,
                    raw.order,
                    raw.section,
                    raw.supposed,
                    raw.explains,
                    raw.open,
                    told=raw.told,
                )
            )
            if raw.told:
                self.reader.told.usable(raw, given)
            note = "its sentence may only mention it" if raw.open else "given"
            self.reader.facts.append(ReadFact(end, source, note))
        self.reader.steps = kept
        return givens

    def _inherent(self) -> list[PageGiven]:
        """What indicators of classes are by themselves: 0 or 1, and 1 for one class."""
        givens = []
        for raw in sorted(self.reader.interpreter.labels.one_hot, key=lambda f: f.name):
            family = self.resolution.family(raw)
            self.inherent.add(family)
            ones = tuple(
                fresh(letter, axis) for letter, axis in zip("ik", family.axes, strict=False)
            )
            givens += [PageGiven(given, 0, 0) for given in _zeros_and_a_one(Entry(family, ones))]
        return givens

    def _unusable_given(
        self,
        raw: RawStep,
        left: Term | FormulaError,
        right: Term | FormulaError,
        defined: set[Family],
    ) -> None:
        """What an annotation gives and the decider cannot use: a problem, and nothing about
        these quantities is refuted."""
        for side, part in ((left, raw.left), (right, raw.right)):
            if isinstance(side, FormulaError):
                at = part.formula.offset + side.at
                self.reader.told.unusable(raw, side.message, at)
                return
            self.unusable |= families_of(side)
        here = {f for side in (left, right) if isinstance(side, Term) for f in families_of(side)}
        found = {f.name for f in here & defined}
        names = ", ".join(sorted(found))
        known = f"{names} is defined on this page, so nothing about it can be given"
        self.reader.told.unusable(raw, known if names else "")

    def _one_hot(self, used: set[Family], defined: set[Family]) -> list[PageGiven]:
        """What prose calls one-hot: entries 0 or 1 that sum to 1."""
        givens = []
        for name, order, section, offset in self.reader.one_hot:
            for family in sorted((f for f in used if f.name == name), key=lambda f: f.label):
                note = "given: one-hot"
                if family in defined:
                    earlier = self._in_passing(family, order, section)
                    if earlier is None:
                        continue
                    self.worlds.retold[family] = order
                    note += f", from here on in place of its definition in line {earlier.line}"
                if family.rank != 1:
                    continue
                entry = Entry(family, (fresh("k", family.axes[0]),))
                givens += [
                    PageGiven(given, order, section, explains=True)
                    for given in _zeros_and_a_one(entry, self.reader.line_of(offset))
                ]
                self.reader.facts.append(ReadFact(offset, latex(entry), note))
        return givens

    def _in_passing(self, family: Family, order: int, section: int) -> Definition | None:
        """The only definition of a family, if an earlier section gave it amid its words."""
        found = [(raw, d) for raw, d in self.worlds.definitions if d.family == family]
        if len(found) != 1:
            return None
        raw, definition = found[0]
        before = raw.order <= order and raw.section != section
        return definition if before and not raw.part.formula.display else None


def _zeros_and_a_one(entry: Entry, line: int = 0) -> tuple[Given, Given]:
    """What one-hot means for a family: its entries are 0 or 1, and add up to 1 over the last
    index."""
    family, shown = entry.family, latex(entry)
    return (
        Given(SumsToOne(family, family.rank - 1), rf"\sum_k {shown} = 1", line),
        Given(Binary(family), rf"{shown} \in \{{0, 1\}}", line),
    )


def _denies(later: Signed, earlier: Fact) -> bool:
    """Whether both cannot hold: x < 0 after x > 0, or x ≤ 0 after x > 0."""
    if not isinstance(earlier, Signed) or earlier.family != later.family:
        return False
    opposite = {"+": ("-", "-0"), "+0": ("-",), "-": ("+", "+0"), "-0": ("+",)}
    return later.sign in opposite.get(earlier.sign, ())


def _unusable(
    left: Term,
    relation: str,
    right: Term | FormulaError,
    defined: set[Family],
) -> bool:
    """A condition on a sum that cannot be used (over part of its range, of one row)."""
    if relation != "=" or not isinstance(left, Sum) or not isinstance(right, Rat):
        return False
    if not isinstance(left.body, Entry):
        return False
    return not (families_of(left) & defined)


def _bounds(
    raw: RawStep,
    left: Term | FormulaError,
    right: Term | FormulaError,
    defined: set[Family],
) -> bool:
    """Whether an order relation in prose stands between names and numbers, of which the page
    does not say what they are."""
    for side in (left, right):
        if isinstance(side, Entry) and side.family in defined and not raw.open:
            return False
    if raw.right.formula.display or raw.relation not in ("<", ">", "≤", "≥"):
        return False
    return all(
        isinstance(side, Entry | Size | IndexValue)
        or (not isinstance(side, FormulaError) and rational(side) is not None)
        for side in (left, right)
    )
