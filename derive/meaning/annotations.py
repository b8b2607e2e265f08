"""Annotations become what prose makes: axes, definitions, givens, cases, and what is skipped.

An annotation only adds what its author says in so many words. What cannot be used, or is used
by nothing, is a problem at its place.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from derive.claims import Claim, Fact, Given, SizeAtLeast
from derive.formula import Chain, Name, Number, Scripted
from derive.meaning.axes import AxisVar, Range
from derive.meaning.cases import Case, index_condition
from derive.meaning.letters import occurrences
from derive.meaning.model import Expectation, ReadFact, ReadProblem, Step
from derive.meaning.names import Notation, shown
from derive.meaning.plots import PlotNote, plot_note
from derive.reading.annotations import AXIS, did_you_mean
from derive.reading.page import Annotation, FormulaText, Item, Page
from derive.reading.plots import HOW_TO_PLOT
from derive.terms import Condition

if TYPE_CHECKING:
    from derive.meaning.interpret import Interpreter
    from derive.meaning.reader import PageReader
    from derive.meaning.records import RawStep

__all__ = ["Told"]

_EXPECT = re.compile(r"(refuted|unknown|unread)(?:\s+(?:in\s+)?(?:step\s+)?(\d{1,4}))?")
_EXPECTED = ("refuted", "unknown", "unread")
_USABLE = (
    r"\sum_k y_k = 1, signs and intervals (T > 0, x \neq 0, 0 < p < 1), y_k^2 = y_k and "
    r"least sizes (n \geq 2) can be"
)


@dataclass(frozen=True, slots=True)
class _Axis:
    note: Annotation
    letters: tuple[str, ...]
    range: Range


@dataclass
class _Pinned:
    """A case in force because an annotation says so, and each case made with it."""

    note: Annotation
    case: Case
    made: list[Case] = field(default_factory=list)


class Told:
    """What the annotations of one page say; `PageReader` asks it at every place it comes to."""

    def __init__(self, page: Page, asked: bool) -> None:
        self.page = page
        self.problems: list[ReadProblem] = []
        self.facts: list[ReadFact] = []
        self.axes: list[_Axis] = []
        self.lets: set[int] = set()  # offsets of formulas that a let states
        self.conditions: set[int] = set()  # and of those that are givens and cases
        self.formulas: list[FormulaText] = []
        self.skipped: dict[int, str] = {}  # item → the reason
        self.expected: dict[int, list[tuple[Annotation, str, int]]] = {}
        self.plots: list[PlotNote] = []
        self.pinned: _Pinned | None = None
        self._queue: list[Annotation] = []  # lets, givens, cases and plots that are still to come
        self._next = 0
        self._pinned: list[_Pinned] = []
        self._let: list[tuple[Annotation, Chain]] = []
        self._givens: dict[int, tuple[Annotation, list[Given]]] = {}
        self._vars: list[tuple[_Axis, AxisVar]] = []
        self._starts = [item.offset for item in page.items]
        notes = () if asked else page.annotations
        if any(note.site for note in notes):
            notes = tuple(_needed(page, notes))
        for note in notes:
            if not note.text.strip():
                self._problem(note, f"{note.verb} what? {_HOW[note.verb]}")
            elif note.verb == "axis":
                self._axis(note)
            elif note.verb == "skip":
                self._skip(note)
            elif note.verb == "expect":
                self._expect(note)
            elif note.verb == "plot":
                self._queue.append(note)
            else:
                self._state(note)

    def _problem(self, note: Annotation, message: str, at: int | None = None) -> None:
        self.problems.append(ReadProblem(note.text_offset if at is None else at, message))

    # ------------------------------------------------------------------ before the page is read

    def _state(self, note: Annotation) -> None:
        self._queue.append(note)
        if note.verb == "case" and note.text.strip() == "end":
            return
        (self.lets if note.verb == "let" else self.conditions).add(note.text_offset)
        self.formulas.append(FormulaText(note.text, note.text_offset, True, note.expansion))

    def _axis(self, note: Annotation) -> None:
        found = AXIS.fullmatch(note.text)
        if found is None:
            return self._problem(note, f"this says no axis; {_HOW['axis']}")
        start, size = int(found["start"]), found["size"]
        letters = tuple(x.strip() for x in found["letters"].split(","))
        shift = int(f"{found['sign']}{found['shift']}") if found["sign"] else 0
        if start > 1:
            return self._problem(note, "an axis begins with 0 or 1; a sum may leave some out")
        if size in letters:
            return self._problem(note, f"{size} cannot be both an index and its last value")
        if size.isdigit():
            written = Range(start, "", int(size) + shift)
            if written.shift < start:
                return self._problem(note, "this axis is empty")
        else:
            written = Range(start, size, shift)
        for letter in letters:
            for known in self.axes:
                if letter in known.letters and known.range != written:
                    if note.site:
                        return None  # the page says it otherwise
                    line = self.page.place(known.note.offset)[0]
                    return self._problem(note, f"{letter} has another axis on line {line}")
        self.axes.append(_Axis(note, letters, written))
        return None

    @property
    def indices(self) -> set[str]:
        return {letter for axis in self.axes for letter in axis.letters}

    @property
    def sizes(self) -> set[str]:
        return {axis.range.size for axis in self.axes if axis.range.size}

    def _anchor(self, note: Annotation) -> int | None:
        """The item that a skip or expect is about: the display on its line, or the one around
        it; else, of a comment beside words, their paragraph; else the next display."""
        text, items = self.page.text, self.page.items
        if note.page and note.beside:
            line = text.rfind("\n", 0, note.offset) + 1
            end = text.find("\n", note.text_offset + len(note.text))
            end = len(text) if end < 0 else end
            last = bisect_right(self._starts, end) - 1
            on_line = []
            while last >= 0 and _end(items[last]) >= line:
                on_line.append(last)
                last -= 1
            displays = [n for n in on_line if items[n].kind == "formula"]
            before = [n for n in displays if items[n].offset < note.offset]
            if displays:
                return before[0] if before else displays[-1]
            return next((n for n in on_line if items[n].formulas), None)
        at = bisect_right(self._starts, note.offset) - 1
        if at >= 0 and items[at].kind == "formula" and note.offset < _end(items[at]):
            return at
        for n in range(at + 1, len(items)):
            if items[n].kind != "prose":
                return n if items[n].kind == "formula" else None
        return None

    def _skip(self, note: Annotation) -> None:
        if not re.search(r"\w", note.text):
            return self._problem(note, f"skip why? {_HOW['skip']}")
        item = self._anchor(note)
        if item is None:
            return self._problem(note, _NOTHING.format(verb="skip"))
        if item in self.skipped:
            return self._problem(note, "a skip for this formula stands here already")
        self.skipped[item] = " ".join(note.text.split())
        return None

    def _expect(self, note: Annotation) -> None:
        found = _EXPECT.fullmatch(note.text.strip())
        if found is None:
            word = note.text.split()[0]
            close = did_you_mean(word, _EXPECTED) if word not in _EXPECTED else ""
            return self._problem(note, f"{_HOW['expect']}{close}")
        item = self._anchor(note)
        if item is None:
            return self._problem(note, _NOTHING.format(verb="expect"))
        number = int(found[2]) if found[2] else 0
        self.expected.setdefault(item, []).append((note, found[1], number))
        return None

    # ------------------------------------------------------------------ in reading order

    def declare(self, interpreter: Interpreter) -> None:
        """The letters whose axes are told, for the formulas to come."""
        for axis in self.axes:
            known = next(
                (interpreter.declared[x] for x in axis.letters if x in interpreter.declared), None
            )
            var = known or interpreter.axes.new()
            if known is None:
                var.ranges.append(axis.range)
            if axis.range.size:
                interpreter.axes.by_size.setdefault(axis.range.size, var)
            for letter in axis.letters:
                interpreter.declared[letter] = var
            self._vars.append((axis, var))

    def reach(self, reader: PageReader, item: Item | None, case: Case | None) -> Case | None:
        """State what stands before an item (None: the end of the page). An annotation inside a
        paragraph or display stands before it; one behind its last formula does not.

        Returns the case that prose has put in force: a case of an annotation takes its place."""
        while self._next < len(self._queue):
            note = self._queue[self._next]
            if item is not None and note.page and note.offset >= _last_place(item):
                break
            self._next += 1
            if note.verb == "let":
                self._read_let(reader, note)
            elif note.verb == "given":
                self._read_given(reader, note)
            elif note.verb == "plot":
                self._read_plot(reader, note)
            else:
                self.pinned, case = self._read_case(reader, note), None
        if item is not None and item.kind == "heading":
            self.pinned = None
        return case

    def in_force(self, case: Case | None) -> Case | None:
        """The case for a formula: that of prose (``case``), of an annotation, or both."""
        pinned = self.pinned
        if pinned is None:
            return case
        both = pinned.case
        if case is not None and case.latex != both.latex:
            source = case.unsupported or (", ".join(case.latex) if case.stale else "")
            both = replace(both, unsupported=both.unsupported or source)
            if not case.stale:
                conditions = dict.fromkeys((*both.conditions, *case.conditions))
                latex = dict.fromkeys((*both.latex, *case.latex))
                lets = (*both.lets, *case.lets)
                both = replace(both, conditions=tuple(conditions), lets=lets, latex=tuple(latex))
        for known in pinned.made:
            if known == both:
                return known
        pinned.made.append(both)
        return both

    def _read_let(self, reader: PageReader, note: Annotation) -> None:
        chains = reader.parsed[note.text_offset]
        if not chains:
            return  # `_parse` has said why
        (chain, *more) = chains
        whole = len(chain.sides) == 2 and not chain.continues and not chain.trailing
        if more or not whole or chain.conditions or chain.words or chain.ranges:
            return self._problem(note, f"this let says what no single name is; {_HOW['let']}")
        if note.site and self._own(reader, chain):
            return  # the page says itself what the name is
        problems = len(reader.problems)
        known = len(reader.definitions), len(reader.function_definitions)
        steps = reader.stated(note.text_offset, note.text)
        if known == (len(reader.definitions), len(reader.function_definitions)):
            if len(reader.problems) == problems:
                self._problem(note, _no_definition(steps))
            return
        self._let.append((note, chain))

    def _own(self, reader: PageReader, let: Chain) -> bool:
        """Whether a formula of the page defines what a let of its site does."""
        name = reader.head_of(let.sides[0].node)
        for item in self.page.items:
            for formula in item.formulas:
                for chain in reader.parsed[formula.offset]:
                    if chain.continues or chain.relations[:1] not in (("=",), (":=",)):
                        continue
                    if name is not None and reader.head_of(chain.sides[0].node) == name:
                        return True
        return False

    def _read_given(self, reader: PageReader, note: Annotation) -> None:
        chains = reader.parsed[note.text_offset]
        if not chains:
            return
        if any(not c.sides or index_condition(c, reader.notation) is not None for c in chains):
            message = f"a relation between indices is a case: write case {note.text.strip()}"
            return self._problem(note, message)
        if any(c.conditions or c.words or c.ranges for c in chains):
            return self._problem(note, "a given holds for every index; this one has a condition")
        problems = len(reader.problems)
        steps = reader.stated(note.text_offset, note.text)
        for step in steps:
            step.told = True
            step.supposed = step.explains = step.open = step.doubted = False
        reader.steps += steps
        if steps:
            self._givens[note.text_offset] = (note, [])
        elif len(reader.problems) == problems:
            self._problem(note, f"this states no relation; {_HOW['given']}")

    def _read_plot(self, reader: PageReader, note: Annotation) -> None:
        plot = plot_note(reader, note)
        if isinstance(plot, ReadProblem):
            self.problems.append(plot)
        else:
            self.plots.append(plot)

    def _read_case(self, reader: PageReader, note: Annotation) -> _Pinned | None:
        source = " ".join(note.text.split())
        if source == "end":
            return None
        line, _ = self.page.place(note.offset)
        conditions, lets, latex = [], [], []
        wrong = not reader.parsed[note.text_offset]
        for chain in reader.parsed[note.text_offset]:
            if chain.words or chain.ranges:
                wrong = True
            if chain.sides:
                condition = index_condition(chain, reader.notation)
                head = chain.sides[0].node
                if condition is not None:
                    conditions.append(condition)
                elif _says_value(chain, reader.notation):
                    lets.append(chain)
                    latex.append(f"{shown(head)} = {chain.sides[1].latex}")
                else:
                    wrong = True
            conditions += chain.conditions
        if wrong or not (conditions or lets):
            if reader.parsed[note.text_offset]:
                letters = _letters(reader.parsed[note.text_offset])
                close = [did_you_mean(x, _indices(reader.notation)) for x in letters]
                hint = next((c for c in close if c), "")
                self._problem(note, f"this case cannot be used{hint or '; ' + _HOW['case']}")
            pinned = _Pinned(note, Case.unusable(source, line))
        else:
            signs = {True: "=", False: r"\neq"}
            shown_conditions = [
                f"{shown(c.left)} {signs[c.equal]} {shown(c.right)}" for c in conditions
            ]
            pinned = _Pinned(
                note, Case(tuple(conditions), tuple(lets), (*shown_conditions, *latex), line)
            )
            self._pinned.append(pinned)
        return pinned

    def leave(self, reader: PageReader, number: int, steps: int, facts: int) -> None:
        """Take back the steps and facts that a skipped item has yielded; what it defines stays
        defined."""
        if number in self.skipped:
            del reader.steps[steps:]
            del reader.facts[facts:]

    # ------------------------------------------------------------------ when axes are known

    @staticmethod
    def _stands_elsewhere(
        fact: Fact, note: Annotation, places: dict[tuple[str, int], set[int]]
    ) -> bool:
        """Whether a quantity stands in another formula: perhaps in one that was not read."""
        if isinstance(fact, SizeAtLeast | Condition):
            return True
        return bool(places.get((fact.family.name, fact.family.rank), set()) - {note.text_offset})

    def usable(self, raw: RawStep, given: Given) -> None:
        """A given that the decider can use."""
        self._givens[raw.left.formula.offset][1].append(given)

    def unusable(self, raw: RawStep, error: str = "", at: int | None = None) -> None:
        """A given that cannot be used, and why."""
        note = self._givens[raw.left.formula.offset][0]
        message = error or f"{raw.source} cannot be used as a given; {_USABLE}"
        if note.site:
            self.facts.append(ReadFact(note.text_offset, raw.source, "not usable on this page"))
        elif ReadProblem(raw.left.offset if at is None else at, message) not in self.problems:
            self._problem(note, message, raw.left.offset if at is None else at)

    def close(self, reader: PageReader, steps: list[Step]) -> None:
        """Say what nothing uses, and what was skipped."""
        for number, reason in sorted(self.skipped.items()):
            item = self.page.items[number]
            for formula in item.formulas:
                source = " ".join(formula.latex.split())
                self.facts.append(ReadFact(formula.offset, source, f"skipped: {reason}"))
        if self._vars or self._let or self._givens or self._pinned:
            self._axes_as_told(reader.interpreter)
            self._unused(reader, [s.claim for s in steps if s.claim is not None])
        reader.facts += self.facts
        reader.problems = [p for p in reader.problems if not self._in_skipped(p.offset)]
        reader.problems += self.problems

    def _in_skipped(self, offset: int) -> bool:
        at = bisect_right(self._starts, offset) - 1
        return at in self.skipped

    def expectations(self) -> tuple[Expectation, ...]:
        out = []
        for number, expected in sorted(self.expected.items()):
            item = self.page.items[number]
            for note, word, step in expected:
                out.append(Expectation(note.text_offset, word, item.offset, _end(item), step))
        return tuple(out)

    def _axes_as_told(self, interpreter: Interpreter) -> None:
        for axis, var in self._vars:
            unused = [x for x in axis.letters if x not in interpreter.declared_used]
            if axis.note.site:
                if len(unused) == len(axis.letters):
                    continue
            else:
                for letter in unused:
                    close = did_you_mean(letter, _indices(interpreter.notation) - {letter})
                    self._problem(axis.note, f"{letter} is no index on this page{close}")
                if len(unused) == len(axis.letters):
                    continue
            real, told = interpreter.axes.axis(var), axis.range
            size = told.shift - told.start + 1
            expected = f"{told.size}{size:+d}" if size else told.size
            if not told.size:
                expected = str(size)
            if real.size != expected or real.start != told.start:
                last = real.size if real.start else f"{real.size} − 1"
                message = (
                    f"other places on the page make this axis {real.start}…{last}"
                    " (by a sum's limits or an index)"
                )
                self._problem(axis.note, message)

    def _unused(self, reader: PageReader, claims: list[Claim]) -> None:
        places: dict[tuple[str, int], set[int]] = {}  # a name → the formulas that use it
        needed = self._let or self._givens or any(pinned.case.lets for pinned in self._pinned)
        for offset, chains in reader.parsed.items() if needed else ():
            for side in (side for chain in chains for side in chain.sides if side.node):
                assert side.node is not None
                for name, _, rank in occurrences(side.node, reader.notation):
                    places.setdefault((name.rstrip("'"), rank), set()).add(offset)
        for plot in self.plots if needed else ():
            for name, _, rank in (o for n in plot.nodes for o in occurrences(n, reader.notation)):
                places.setdefault((name.rstrip("'"), rank), set()).add(plot.note.text_offset)
        unread = len(claims) < len(reader.steps)
        for note, chain in self._let:
            head = reader.head_of(chain.sides[0].node)
            if note.site or head is None:
                continue
            elsewhere = {k for k, found in places.items() if found - {note.text_offset}}
            if (head[0], max(head[1], 0)) not in elsewhere:
                close = did_you_mean(head[0], {name for name, _ in elsewhere})
                source = chain.sides[0].latex
                self._problem(note, f"nothing on this page uses this {source}{close}")
        for note, givens in self._givens.values():
            for given in givens:
                if note.site or (unread and self._stands_elsewhere(given.fact, note, places)):
                    continue
                if not any(_rests_on(claim, given) for claim in claims):
                    name = _about(given.fact)
                    below = [claim for claim in claims if given in claim.givens]
                    there = {f.name for claim in below for f in claim.reached}
                    there |= {axis.symbol for claim in claims for axis in claim.axes}
                    close = did_you_mean(name, there)
                    ranks = {rank for base, rank in places if base == name}
                    if name in there or len(ranks) > 1:
                        close = f"; there {name} has another number of indices"
                    self._problem(note, f"no step below speaks of {name}{close}")
                    break
        for pinned in self._pinned:
            under = [s for s in reader.steps if any(s.case is made for made in pinned.made)]
            case = pinned.case
            for condition in case.conditions:
                if not any(condition in step.state.conditions for step in under):
                    letters = {shown(condition.left), shown(condition.right)}
                    known = _indices(reader.notation)
                    close = "".join(did_you_mean(x, known) for x in sorted(letters - known))
                    self._problem(
                        pinned.note, f"no step under this case has both its indices{close}"
                    )
                    break
            for let in case.lets:
                head = reader.head_of(let.sides[0].node)
                used = places.get(head, set()) if head is not None else set()
                if not under or not used - {pinned.note.text_offset}:
                    source = let.sides[0].latex
                    close = did_you_mean(source, {name for name, _ in places})
                    self._problem(pinned.note, f"no step under this case has {source}{close}")
                    break


# --------------------------------------------------------------------------- the words for it

_HOW = {
    "axis": "write axis k = 1..K, axis i, j = 1..n or axis k = 0..n-1",
    "case": r"write case i = j, case i \neq j or case end",
    "expect": "write expect refuted, expect unknown or expect unread",
    "given": r"write given \sum_k y_k = 1 or given T > 0",
    "let": r"write let z_j = \sum_k w_{jk} x_k, one definition each",
    "plot": HOW_TO_PLOT,
    "skip": "a skip needs a reason, which reports show",
}
_NOTHING = (
    "{verb} of what? No display formula follows before the next heading, and no formula stands "
    "beside it"
)


def _no_definition(steps: list[RawStep]) -> str:
    if steps and isinstance(steps[0].left.side.node, Name | Scripted):
        return f"{steps[0].left.side.latex} has a meaning already, or rests on itself"
    return f"this let defines nothing; {_HOW['let']}"


def _last_place(item: Item) -> int:
    return _end(item) if item.formulas and item.kind != "heading" else item.offset


def _end(item: Item) -> int:
    if item.formulas and item.kind == "formula":
        return item.formulas[0].offset + len(item.formulas[0].source)
    return item.offset + len(item.text)


def _says_value(chain: Chain, notation: Notation) -> bool:
    """``y_k = \\delta_{kc}`` or ``y = 1``: what a name is in a case, for all its entries."""
    if len(chain.sides) != 2 or chain.relations != ("=",) or chain.continues:
        return False
    left, right = chain.sides[0].node, chain.sides[1].node
    if not isinstance(left, Name | Scripted) or right is None:
        return False
    if isinstance(left, Name) and left.name in notation.sizes | _indices(notation):
        return False
    indexed = isinstance(left, Scripted) and bool(notation.sub_indices(left)[0])
    return not (indexed and isinstance(right, Number))


def _letters(chains: list[Chain]) -> Iterator[str]:
    for chain in chains:
        for side in chain.sides:
            if isinstance(side.node, Name):
                yield side.node.name
        for c in chain.conditions:
            yield from (shown(c.left), shown(c.right))


def _indices(notation: Notation) -> set[str]:
    """The letters that stand as indices on the page."""
    used = {
        letter
        for base, letters in notation.sub_letters.items()
        for letter in letters
        if notation.is_index(base, letter)
    }
    return {x for x in used | notation.bound if not x.isdigit()}


def _about(fact: Fact) -> str:
    if isinstance(fact, SizeAtLeast):
        return fact.letter
    return "" if isinstance(fact, Condition) else fact.family.name


def _rests_on(claim: Claim, given: Given) -> bool:
    if given not in claim.givens:
        return False
    if isinstance(given.fact, SizeAtLeast):
        return any(axis.symbol == given.fact.letter for axis in claim.axes)
    return isinstance(given.fact, Condition) or given.fact.family in claim.reached


# --------------------------------------------------------------------------- for a whole site

_APART = ("plot", "skip")  # what they say decides nothing about the page's letters
_TOKEN = re.compile(r"\\[A-Za-z]+|[A-Za-z]")
_SCRIPT = re.compile(r"_\s*(?:\{[^{}]*\}|\\[A-Za-z]+|\S)")
_SIGNS = frozenset(
    r"\sum \frac \geq \ge \leq \le \neq \ne \in \left \right \log \ln \exp \cdot".split()
)


def _needed(page: Page, notes: tuple[Annotation, ...]) -> Iterator[Annotation]:
    """Of what is declared for a whole site, what speaks of letters that this page uses; the
    page's own comes first."""
    sources = [f.latex for item in page.items for f in item.formulas]
    sources += [note.text for note in notes if not note.site and note.verb not in _APART]
    used = {x for source in sources for x in _TOKEN.findall(source)}
    inside = {x for s in sources for m in _SCRIPT.findall(s) for x in _TOKEN.findall(m)}
    waiting = [note for note in notes if note.site]
    chosen: set[int] = set()
    while True:
        more = [n for n in waiting if id(n) not in chosen and _speaks_of(n, used, inside)]
        if not more:
            break
        for note in more:
            chosen.add(id(note))
            if note.verb == "let":
                used |= set(_TOKEN.findall(note.text))
                inside |= {x for m in _SCRIPT.findall(note.text) for x in _TOKEN.findall(m)}
    yield from (n for n in notes if not n.site and n.verb == "axis")
    yield from (n for n in waiting if id(n) in chosen)
    yield from (n for n in notes if not n.site and n.verb != "axis")


def _speaks_of(note: Annotation, used: set[str], inside: set[str]) -> bool:
    if note.verb == "axis":
        letters = note.text.partition("=")[0].partition(r"\in")[0]
        return bool(set(_TOKEN.findall(letters)) & inside)
    text = re.split(r"(?<![<>!:])=", note.text)[0] if note.verb == "let" else note.text
    names = set(_TOKEN.findall(_SCRIPT.sub(" ", text.partition("(")[0]))) - _SIGNS
    return bool(names) and names <= used
