"""Axes resolved: every step becomes a claim with the definitions and givens at its place."""

from __future__ import annotations

import itertools
import re
from collections import ChainMap, Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from derive.claims import Binary, Claim, Fact, Given, Signed, SumsToOne, Supposed
from derive.deciding.derivative import World
from derive.formula import (
    FormulaError,
    IndexCondition,
    map_nodes,
)
from derive.meaning.doubts import (
    convention,
    lonely_exception,
    reaching_over,
    right_class,
    turned,
    unheard,
    unsupported,
)
from derive.meaning.hidden import hidden_letters, refuse_hidden
from derive.meaning.kinds import bare_order, introduces, is_open, is_size, rounds_to, stated_fact
from derive.meaning.model import (
    Meaning,
    ReadDefinition,
    ReadFact,
    Reading,
    ReadProblem,
    Step,
)
from derive.meaning.names import base_name
from derive.meaning.reader import PageReader
from derive.meaning.readings import misindexed, readings_of
from derive.meaning.records import ChainState, RawDefinition, RawStep
from derive.meaning.resolution import Resolution
from derive.meaning.scope import MissingIndex
from derive.printing import condition_latex, latex
from derive.reading.chains import parse_expression
from derive.terms import (
    ONE,
    Add,
    Apply,
    At,
    Axis,
    Condition,
    Definition,
    Delta,
    Diff,
    Div,
    Entry,
    Family,
    Fn,
    FunctionDefinition,
    IndexValue,
    Ix,
    Prod,
    Rat,
    Size,
    Sum,
    Term,
    families_of,
    fresh,
    indices_of,
    neg,
    rational,
    replace_entry,
    walk,
)

__all__ = ["Resolver"]

_GUESSED = re.compile(r" is read as .*\)$")  # σ is read as σ(z)


@dataclass(frozen=True, slots=True)
class _PageGiven:
    given: Given
    order: int
    section: int
    supposed: bool = False
    explains: bool = False
    open: bool = False
    until: float = float("inf")
    told: bool = False


class Resolver:
    """Puts the real axes in and builds claims."""

    def __init__(self, reader: PageReader) -> None:
        self.reader = reader
        self.interpreter = reader.interpreter
        self.resolution = Resolution(
            self.interpreter.axes, self.interpreter.ranges, reader.adopted
        )
        self.page = reader.page
        self.convention = convention(reader.page.text)
        self.definitions: list[tuple[RawDefinition, Definition]] = []
        self.functions: list[tuple[int, FunctionDefinition]] = []
        self.unusable: set[Family] = set()
        self._worlds: dict[tuple[object, ...], World] = {}
        self.differentiates = False
        self.examples: set[int] = set()  # paragraphs that give quantities values
        self._used_families: set[Family] | None = None
        self._once: dict[Family, Definition] = {}
        self._again: dict[Family, list[tuple[RawDefinition, Definition]]] = {}
        self._momentary: dict[Family, int] = {}  # said for its section only
        self.retold: dict[Family, int] = {}  # defined in passing, and something else since
        self._resolved_lets: dict[int, tuple[Definition, ...]] = {}

    def meaning(self) -> Meaning:
        shown_definitions = self._resolve_definitions()
        terms = self._resolve_parts()
        defined = {d.family for _, d in self.definitions}
        self.inline = {d.family for raw, d in self.definitions if not raw.part.formula.display}
        self.depends = self._implicit(terms, defined)
        self.shorter = self._shorter_ranges(terms)
        givens = [*self._inherent(), *self._page_facts(terms, defined)]
        givens += self._one_hot(terms, defined)
        self.restating = [step for step in self.reader.steps if step.restates is not None]
        self.sizes = Counter(id(step.state) for step in self.reader.steps)
        steps: list[Step] = []
        numbers: dict[int, int] = {}
        for raw in self.reader.steps:
            step = self._step(raw, terms, defined, givens, numbers)
            if step is not None:
                steps.append(step)
        ends = self._ends(steps)
        self.reader.told.close(self.reader, steps)
        return Meaning(
            tuple(steps),
            tuple(ends),
            tuple(shown_definitions),
            tuple(sorted(self.reader.facts, key=lambda f: f.offset)),
            tuple(sorted(self.reader.problems, key=lambda p: p.offset)),
            self.differentiates,
            self.reader.told.expectations(),
        )

    def _line(self, offset: int) -> int:
        return self.page.place(offset)[0]

    def _resolve_definitions(self) -> list[ReadDefinition]:
        shown_definitions = []
        for raw in self.reader.definitions:
            assert raw.part.term is not None
            try:
                body = self.resolution.term(raw.part.term)
                family = self.resolution.family(raw.family)
                params = tuple(
                    p for p in (self.resolution.index(i) for i in raw.params) if isinstance(p, Ix)
                )
            except FormulaError as error:
                self.reader.blurred[raw.family.name, raw.family.label, raw.family.rank] = (
                    raw.part.offset
                )
                self.reader.problems.append(
                    ReadProblem(raw.part.formula.offset + error.at, error.message)
                )
                continue
            definition = Definition(family, params, body, self._line(raw.part.offset))
            self.definitions.append((raw, definition))
            wrong = misindexed(definition)
            if wrong is not None:
                message = (
                    f"the {wrong[0].name} of {raw.left.side.latex} does not stand in its "
                    f"definition, where {wrong[1].name} stands instead"
                )
                self.reader.problems.append(ReadProblem(raw.part.offset, message))
            shown_definitions.append(
                ReadDefinition(
                    raw.part.offset,
                    raw.left.side.latex,
                    raw.part.side.latex,
                    f"{latex(Entry(family, params))} = {latex(body)}",
                )
            )
        self._drop_hiding()
        by_family: dict[Family, list[tuple[RawDefinition, Definition]]] = {}
        for raw, definition in self.definitions:
            by_family.setdefault(definition.family, []).append((raw, definition))
        self._once = {family: found[0][1] for family, found in by_family.items()}
        self._again = {family: found for family, found in by_family.items() if len(found) > 1}
        self._momentary = {
            family: found[0][0].section
            for family, found in by_family.items()
            if len(found) == 1 and found[0][0].momentary
        }
        plain = World({d.family: d for _, d in self.definitions})
        for function in self.reader.function_definitions:
            try:
                body = self.resolution.term(function.body)
            except FormulaError as error:
                place = function.part.formula.offset + error.at
                self.reader.problems.append(ReadProblem(place, error.message))
                continue
            if any(function.letter.family in plain.reach(f) for f in plain.families(body)):
                message = (
                    f"the definition of {function.name} uses quantities that depend on its "
                    "argument's name; this is not supported yet"
                )
                self.reader.problems.append(ReadProblem(function.part.offset, message))
                continue
            if self._rests_on_itself(function.name, body):
                message = f"the definition of {function.name} rests on {function.name} itself"
                self.reader.problems.append(ReadProblem(function.part.offset, message))
                continue
            definition_of = FunctionDefinition(
                function.name, function.param, body, self._line(function.part.offset)
            )
            self.functions.append((function.order, definition_of))
            shown_definitions.append(
                ReadDefinition(
                    function.part.offset,
                    f"{function.name}(…)",
                    function.part.side.latex,
                    latex(replace_entry(body, function.param, function.letter)),
                )
            )
        known = {function.name for _, function in self.functions}
        for name in sorted(self.interpreter.known.sigmoids - known):
            self.functions.append((0, _logistic(name)))
        return sorted(shown_definitions, key=lambda d: d.offset)

    def _drop_hiding(self) -> None:
        """Leave out definitions that sum over an index which a quantity in them hides."""
        self.hidden = hidden_letters(d for _, d in self.definitions)
        kept = []
        for raw, definition in self.definitions:
            try:
                refuse_hidden(definition.body, self.hidden)
            except FormulaError as error:
                family = definition.family
                self.reader.blurred[family.name, family.label, family.rank] = raw.part.offset
                self.reader.problems.append(ReadProblem(raw.part.offset, error.message))
                continue
            kept.append((raw, definition))
        self.definitions = kept

    def _rests_on_itself(self, name: str, body: Term) -> bool:
        """Whether a function's body calls it, perhaps through other functions and quantities."""
        waiting = [body]
        seen: set[str | Family] = set()
        while waiting:
            for node in walk(waiting.pop()):
                if isinstance(node, Apply) and node.function not in seen:
                    if node.function == name:
                        return True
                    seen.add(node.function)
                    waiting += [f.body for _, f in self.functions if f.name == node.function]
                elif isinstance(node, Entry) and node.family not in seen:
                    seen.add(node.family)
                    waiting += [d.body for _, d in self.definitions if d.family == node.family]
        return False

    def _resolve_parts(self) -> dict[int, Term | FormulaError]:
        terms: dict[int, Term | FormulaError] = {}
        for raw in self.reader.steps:
            for part in (raw.left, raw.right):
                if id(part) in terms:
                    continue
                if part.term is None:
                    assert part.error is not None
                    terms[id(part)] = part.error
                    continue
                try:
                    term = self.resolution.term(part.term)
                    refuse_hidden(term, self.hidden)
                    terms[id(part)] = term
                except FormulaError as error:
                    terms[id(part)] = error
        return terms

    def _nodes(self, terms: dict[int, Term | FormulaError]) -> Iterator[Term]:
        """Every part of every formula that was read, and of the definitions."""
        for term in terms.values():
            if not isinstance(term, FormulaError):
                yield from walk(term)
        for _, definition in self.definitions:
            yield from walk(definition.body)

    def _shorter_ranges(self, terms: dict[int, Term | FormulaError]) -> dict[tuple[str, Axis], At]:
        """Letters that every sum lets run from 1 where the axis begins with 0 (w_0 beside
        Σ_{i=1}^{d} w_i x_i): such a letter alone does not mean 0 either."""
        ranges: dict[tuple[str, Axis], set[bool]] = {}
        for node in self._nodes(terms):
            if isinstance(node, Sum | Prod) and node.ix.axis.start == 0:
                name = node.ix.name, node.ix.axis
                ranges.setdefault(name, set()).add(At(node.ix.axis, 0) in node.without)
        return {name: At(name[1], 0) for name, without in ranges.items() if without == {True}}

    def _implicit(
        self, terms: dict[int, Term | FormulaError], defined: set[Family]
    ) -> frozenset[tuple[Family, Family]]:
        """Undefined quantities that the page differentiates: their derivatives are unknowns."""
        found = set()
        functions = {f.name: f for _, f in self.functions}
        world = World({d.family: d for _, d in self.definitions}, functions)
        every: set[Family] = set()
        by_families: set[Family] = set()
        for node in self._nodes(terms):
            if isinstance(node, Entry):
                every.add(node.family)
            if isinstance(node, Diff):
                by_families.add(node.by.family)
            if isinstance(node, Diff) and isinstance(node.body, Entry):
                family = node.body.family
                by = node.by.family
                if family not in defined and family != by and not world.together(family, by):
                    found.add((family, by))
        self.differentiates |= bool(by_families)
        found |= {
            (f, g)
            for f in every - defined
            for g in every
            if (f.name, g.name) in self.reader.dependences
        }
        for family in every - defined:
            if not family.rank and family.name in self.reader.losses:
                # «the data loss $C$» depends on whatever the page differentiates by
                found |= {(family, by) for by in by_families if by != family}
        return frozenset(found)

    # ------------------------------------------------------------------ givens

    def _page_facts(
        self, terms: dict[int, Term | FormulaError], defined: set[Family]
    ) -> list[_PageGiven]:
        """Σ_k y_k = 1, T > 0 about undefined quantities: givens for what follows, and for
        the section they stand in."""
        givens: list[_PageGiven] = []
        kept = []
        kept_state: ChainState | None = None
        for raw in self.reader.steps:
            left, right = terms[id(raw.left)], terms[id(raw.right)]
            fact = None
            goes_on = kept_state is raw.state  # the < 1 of 0 < p < 1
            if (raw.first or goes_on) and not self._asked(raw):
                if not isinstance(left, FormulaError) and not isinstance(right, FormulaError):
                    fact = stated_fact(left, raw.relation, right, defined)
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
            given = Given(fact, source, self._line(start))
            givens.append(
                _PageGiven(
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

    def _inherent(self) -> list[_PageGiven]:
        """What indicators of classes are by themselves: 0 or 1, and 1 for one class."""
        givens = []
        for raw in sorted(self.interpreter.labels.one_hot, key=lambda f: f.name):
            family = self.resolution.family(raw)
            ones = tuple(
                fresh(letter, axis) for letter, axis in zip("ik", family.axes, strict=False)
            )
            givens += [_PageGiven(given, 0, 0) for given in _zeros_and_a_one(Entry(family, ones))]
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

    def _one_hot(
        self, terms: dict[int, Term | FormulaError], defined: set[Family]
    ) -> list[_PageGiven]:
        """What prose calls one-hot: entries 0 or 1 that sum to 1."""
        used = self._used(terms)
        givens = []
        for name, order, section, offset in self.reader.one_hot:
            for family in sorted((f for f in used if f.name == name), key=lambda f: f.label):
                note = "given: one-hot"
                if family in defined:
                    earlier = self._in_passing(family, order, section)
                    if earlier is None:
                        continue
                    self.retold[family] = order
                    note += f", from here on in place of its definition in line {earlier.line}"
                if family.rank != 1:
                    continue
                entry = Entry(family, (fresh("k", family.axes[0]),))
                givens += [
                    _PageGiven(given, order, section, explains=True)
                    for given in _zeros_and_a_one(entry, self._line(offset))
                ]
                self.reader.facts.append(ReadFact(offset, latex(entry), note))
        return givens

    def _in_passing(self, family: Family, order: int, section: int) -> Definition | None:
        """The only definition of a family, if an earlier section gave it amid its words."""
        found = [(raw, d) for raw, d in self.definitions if d.family == family]
        if len(found) != 1:
            return None
        raw, definition = found[0]
        before = raw.order <= order and raw.section != section
        return definition if before and not raw.part.formula.display else None

    def _conditions(self, raw: RawStep, with_case: bool) -> list[Given]:
        """The index conditions for a step: those of its row, else of the chain's rows, and
        those of its case."""
        state = raw.state
        nodes_of: list[tuple[IndexCondition, str, int]] = []
        row = raw.conditions if raw.conditions is not None else ()
        if not row and not state.branched:
            row = tuple(state.row_conditions)
        for c in row:
            nodes_of.append((c, "", self._line(raw.right.offset)))
        if raw.case is not None and with_case:
            for c, source in zip(raw.case.conditions, raw.case.latex, strict=False):
                nodes_of.append((c, source, raw.case.line))
        out = []
        for c, source, line in nodes_of:
            known = state.conditions.get(c)
            if known is not None:
                resolved = self.resolution.condition(known)
                out.append(Given(resolved, source or condition_latex(resolved), line))
        return out

    # ------------------------------------------------------------------ steps

    def _world(self, order: int, section: int, lets: tuple[Definition, ...]) -> World:
        """The definitions in force at a place: the latest before it, but for those that another
        section gives for the moment; else the first after."""
        chosen = {
            family: next(
                (
                    d
                    for raw, d in reversed(found)
                    if raw.order < order and (not raw.momentary or raw.section == section)
                ),
                found[0][1],
            )
            for family, found in self._again.items()
        }
        once = self._once
        gone = {family for family, since in self.retold.items() if since < order}
        gone |= {family for family, at in self._momentary.items() if at != section}
        if gone:
            once = {family: d for family, d in once.items() if family not in gone}
        for let in lets:
            chosen[let.family] = let
        functions: dict[str, FunctionDefinition] = {}
        several = Counter(function.name for _, function in self.functions)
        for at, function in self.functions:
            early = function.name not in functions and several[function.name] == 1
            if early or at < order:
                functions[function.name] = function
        signature = (
            *(id(d) for d in chosen.values()),
            *(id(f) for f in functions.values()),
            frozenset(gone),
        )
        if signature not in self._worlds:
            self._worlds[signature] = World(
                ChainMap(chosen, once) if chosen else once, functions, self.depends
            )
        return self._worlds[signature]

    def _lets(self, state: ChainState) -> tuple[Definition, ...]:
        """What a chain's case says quantities are: resolved once, for all of its steps."""
        known = self._resolved_lets.get(id(state))
        if known is not None:
            return known
        out = []
        for let in state.lets:
            try:
                out.append(
                    Definition(
                        self.resolution.family(let.family),
                        tuple(
                            i
                            for i in (self.resolution.index(p) for p in let.params)
                            if isinstance(i, Ix)
                        ),
                        self.resolution.term(let.body),
                        let.line,
                    )
                )
            except FormulaError:
                continue
        self._resolved_lets[id(state)] = tuple(out)
        return self._resolved_lets[id(state)]

    def _step(
        self,
        raw: RawStep,
        terms: dict[int, Term | FormulaError],
        defined: set[Family],
        givens: list[_PageGiven],
        numbers: dict[int, int],
    ) -> Step | None:
        left, right = terms[id(raw.left)], terms[id(raw.right)]
        if not isinstance(left, FormulaError) and not isinstance(right, FormulaError):
            if raw.retells and self._is_example(left, right, raw, defined):
                return None
            if self._says_one_entry(left, raw):
                note = "says what one entry is, not a step"
                self.reader.facts.append(ReadFact(raw.right.offset, raw.source, note))
                return None
            if self._is_example(left, right, raw, defined):
                self.reader.facts.append(
                    ReadFact(raw.right.offset, raw.source, "a value or an example, not a step")
                )
                return None
        number = numbers.setdefault(id(raw.state), len(numbers) + 1)
        raw.state.number = number
        notes = tuple(dict.fromkeys((*raw.left.notes, *raw.right.notes)))
        base = Step(
            number,
            raw.left.side,
            raw.right.side,
            raw.relation,
            raw.right.offset,
            raw.left.offset,
            None,
            notes=notes,
            retells=raw.retells,
            line=self._line(raw.right.offset),
        )
        for term, part in ((right, raw.right), (left, raw.left)):
            if isinstance(term, FormulaError):
                return replace(
                    base,
                    error=term.message,
                    error_offset=part.formula.offset + term.at,
                    repairs=self._repairs(raw, terms, givens),
                )
        assert not isinstance(left, FormulaError)
        assert not isinstance(right, FormulaError)
        claim = self._claim(raw, left, right, givens)
        world = claim.world
        undefined_only = not any(
            f in world.definitions for f in world.families(left) | world.families(right)
        ) and not any(
            isinstance(n, Apply) and n.function in world.functions
            for t in (left, right)
            for n in walk(t)
        )
        lonely = lonely_exception(left, right, claim)
        if lonely:
            return replace(base, error=lonely, error_offset=raw.right.offset)
        may_be_condition = undefined_only and is_open(left, right)
        may_be_condition |= bare_order(raw.relation, left, right)
        may_be_condition |= introduces(world, left, right)
        # «for two classes $t_2 = 1 - t_1$»
        may_be_condition |= undefined_only and raw.paragraph > 0 and isinstance(left, Entry)
        introduced = raw.first and (
            self._new_notation(left, terms, raw) or introduces(world, left, right)
        )
        case = raw.case
        alternative = None
        if case is not None and case.stale:
            without = self._claim(raw, left, right, givens, with_case=False)
            if without.givens != claim.givens:
                alternative, claim = claim, without
        doubtful = self._claim(raw, left, right, givens, doubtful=True)
        lifted = [g for g in doubtful.givens if g not in claim.givens]
        if alternative is None and lifted:
            alternative = doubtful
        return replace(
            base,
            claim=claim,
            stale_case=alternative,
            stale_negated=self._negated(raw, claim) if alternative is not None else None,
            doubtful_given=", ".join(g.latex for g in lifted) if alternative is doubtful else "",
            readings=(
                *readings_of(claim, self._sides(raw, terms), self.inline, self.interpreter.ranges),
                *self._turned(raw, claim),
                *self._wider(raw, claim),
                *right_class(claim, self.reader.right_classes),
            ),
            introduces=introduced,
            restates=self._restated(raw),
            rests_on=self._doubtful_meanings(raw, claim),
            case_latex=", ".join(case.latex) if case is not None else "",
            case_line=lifted[0].line if alternative is doubtful else case.line if case else 0,
            tentative=(
                (raw.first and (introduced or (self._alone(raw) and may_be_condition)))
                or raw.set_to_zero
            )
            and not self._asked(raw),
            disputed=self._disputed(claim),
            convention=self.convention if claim.free else "",
            blurred=self._blurred(claim) or unsupported(case) or self._unheard(raw, claim),
        )

    def _wider(self, raw: RawStep, claim: Claim) -> Iterator[Reading]:
        """∂/∂x (f) g with the operator reaching over the whole product."""
        terms = [claim.left, claim.right]
        changed = False
        for at, part in enumerate((raw.left, raw.right)):
            node = part.side.node
            wider = None if node is None else map_nodes(node, reaching_over)
            if wider is None or wider == node:
                continue
            try:
                array = self.interpreter.side(wider, raw.state.scope)
                terms[at] = self.resolution.term(array.term)
            except (FormulaError, KeyError):
                return
            changed = True
        if changed:
            yield Reading(
                "False with the derivative of the bracket alone, true with that of the product.",
                replace(claim, left=terms[0], right=terms[1]),
            )

    def _turned(self, raw: RawStep, claim: Claim) -> Iterator[Reading]:
        if raw.left.rank == 2:
            rows, columns = (self.resolution.index(slot) for slot in raw.state.scope.slots[:2])
            yield from turned(claim, rows, columns)

    def _sides(self, raw: RawStep, terms: dict[int, Term | FormulaError]) -> list[Term]:
        """All sides of the chain that a step belongs to, as far as they were read."""
        found = (terms.get(id(part)) for part in raw.state.parts)
        return [t for t in found if t is not None and not isinstance(t, FormulaError)]

    def _new_notation(
        self, left: Term, terms: dict[int, Term | FormulaError], raw: RawStep
    ) -> bool:
        """``D_j S_i = ∂S_i/∂a_j = …``: the left side has a quantity that is found nowhere else
        on the page, so the relation says what the left side stands for."""
        if any(isinstance(n, Diff) for n in walk(left)):
            return False
        mine = families_of(left)
        others = mine & self._used(terms)
        return bool(mine - others) and bool(others)

    def _used(self, terms: dict[int, Term | FormulaError]) -> set[Family]:
        """The families on the page, but for the left sides that begin chains. Worked out
        once, after `_page_facts` has taken the givens out of the steps."""
        if self._used_families is None:
            found: set[Family] = set()
            for step in self.reader.steps:
                for part in (step.right,) if step.first else (step.left, step.right):
                    term = terms[id(part)]
                    if not isinstance(term, FormulaError):
                        found |= families_of(term)
            for _, definition in self.definitions:
                found |= families_of(definition.body)
                found.add(definition.family)
            self._used_families = found
        return self._used_families

    def _asked(self, raw: RawStep) -> bool:
        start = self.reader.claims_from
        return start is not None and raw.right.formula.offset >= start

    def _negated(self, raw: RawStep, claim: Claim) -> Claim | None:
        """The claim under the opposite of a stale case («in the remaining case»)."""
        if raw.case is None or len(raw.case.conditions) != 1:
            return None
        known = raw.state.conditions.get(raw.case.conditions[0])
        if known is None:
            return None
        c = self.resolution.condition(known)
        opposite = Given(Condition(c.i, c.j, not c.equal), "the opposite case", raw.case.line)
        return replace(claim, givens=(opposite, *claim.givens))

    def _restated(self, raw: RawStep) -> str:
        """What a later section says again of a defined name: a new meaning, or a slip?"""
        if raw.restates is None:
            return ""
        family = self.resolution.family(raw.restates)
        before = [d for r, d in self.definitions if d.family == family and r.order < raw.order]
        if not before:
            return ""
        return f"{latex(Entry(family, before[-1].params))} (line {before[-1].line})"

    def _doubtful_meanings(self, raw: RawStep, claim: Claim) -> tuple[int, ...]:
        """The places, earlier in this section, where a name in this claim may have been given
        a new meaning."""
        found = []
        for step in self.restating:
            if step.section != raw.section or step.order >= raw.order:
                continue
            assert step.restates is not None
            family = self.resolution.family(step.restates)
            if family in claim.reached:
                found.append(step.right.offset)
        return tuple(found)

    def _alone(self, raw: RawStep) -> bool:
        """A relation that continues no chain and is not continued."""
        return self.sizes[id(raw.state)] == 1

    def _says_one_entry(self, left: Term, raw: RawStep) -> bool:
        """``o_1 = x_1 w_{11} + x_2 w_{12} + b_1``, before the page says what every o_j is."""
        if not isinstance(left, Entry) or not raw.first or raw.relation != "=":
            return False
        if not left.at or not all(isinstance(i, At) for i in left.at) or self._asked(raw):
            return False
        first = min((r.order for r, d in self.definitions if d.family == left.family), default=0)
        return first > raw.order

    def _is_example(self, left: Term, right: Term, raw: RawStep, defined: set[Family]) -> bool:
        """A name set equal to a plain number: a value for an example."""
        if raw.relation != "=" or self._asked(raw):
            return False
        sources = raw.left.side.latex, raw.right.side.latex
        rounded = any(re.search(r"\d\.\d", source) for source in sources)
        values = rational(left), rational(right)
        if isinstance(left, Entry) and values[1] is not None and raw.first and raw.paragraph:
            self.examples.add(raw.paragraph)
            return True  # «suppose that $L_i = 0$»
        if values[0] is not None and values[1] is not None:
            return rounded and rounds_to(values[0], values[1], sources[1])
        if rounded:
            return True  # 0.66 for p_1: a value that only an example has
        if isinstance(left, Delta) and isinstance(right, Rat):
            return True
        if values[1] is None or any(isinstance(i, Ix) for i in indices_of(left)):
            return False
        if isinstance(left, Entry) and not (families_of(left) & defined):
            self.examples.add(raw.paragraph)
            return True
        # «if $x = 4$ and $y = -3$, then $xy = -12$»
        beside = raw.paragraph > 0 and raw.paragraph in self.examples
        return beside or isinstance(left, Entry) or is_size(left)

    def _claim(
        self,
        raw: RawStep,
        left: Term,
        right: Term,
        givens: list[_PageGiven],
        with_case: bool = True,
        doubtful: bool = False,
    ) -> Claim:
        """``doubtful``: with the givens of which it is not clear that they hold here."""
        lets = self._lets(raw.state) if raw.state.lets and with_case else ()
        world = self._world(raw.order, raw.section, lets)
        local = self._conditions(raw, with_case)
        for let in lets:
            shown_let = f"{latex(Entry(let.family, let.params))} = {latex(let.body)}"
            local.append(Given(Supposed(let.family), shown_let, let.line))
        for index in {**indices_of(left), **indices_of(right)}:
            if isinstance(index, Ix) and (index.name, index.axis) in self.shorter:
                first = self.shorter[index.name, index.axis]
                local.append(Given(Condition(index, first, False), rf"{index.name} \neq 0"))
        stated = [
            g.given
            for g in givens
            if (
                (g.order <= raw.order < g.until and (not g.supposed or g.section == raw.section))
                or (g.explains and g.section == raw.section)
            )
            and (doubtful or not self._in_doubt(g, raw))
        ]
        return Claim(left, right, raw.relation, world, (*local, *stated))

    def _in_doubt(self, given: _PageGiven, raw: RawStep) -> bool:
        """Whether a given may not hold at a step: its sentence only mentions it, or prose
        between the two may have lifted it."""
        if given.told:
            return False
        return given.open or any(given.order <= at < raw.order for at in self.reader.lifted)

    def _unheard(self, raw: RawStep, claim: Claim) -> str:
        if self._asked(raw):
            return ""
        guessed = any(_GUESSED.search(n) for n in (*raw.left.notes, *raw.right.notes))
        begins = raw.first and self._alone(raw)
        return unheard(claim, raw.right.new, begins=begins, guessed=guessed)

    def _disputed(self, claim: Claim) -> str:
        found = claim.reached & self.unusable if self.unusable else frozenset()
        if not found or claim.simplex.keys() & self.unusable:
            return ""
        names = ", ".join(sorted(f.name for f in found))
        return f"a condition that the page states on {names} cannot be used yet"

    def _blurred(self, claim: Claim) -> str:
        undefined = self.interpreter.known.undefined
        if not self.unusable and not self.reader.blurred and not undefined:
            return ""  # before all that a definition rests on is worked out
        reached = claim.reached
        for family in sorted(reached - set(claim.world.definitions), key=lambda f: f.name):
            if family.name in undefined:
                return f"false in general; what {family.name} is, the page never says"
        disputed = self._disputed(claim)
        if disputed:
            return f"false in general; {disputed}"
        for term in (claim.left, claim.right):
            families: set[Family] = set()
            for f in claim.world.families(term):
                families |= claim.world.reach(f)
            for family in sorted(families, key=lambda f: (f.name, f.label)):
                offset = self.reader.blurred.get((family.name, family.label, family.rank))
                if offset is not None and family not in claim.world.definitions:
                    where = f"{family.latex()} (line {self._line(offset)})"
                    return f"the definition of {where} could not be read"
        return ""

    def _repairs(
        self, raw: RawStep, terms: dict[int, Term | FormulaError], givens: list[_PageGiven]
    ) -> tuple[tuple[str, Claim], ...]:
        """The step with a missing index put in, for each letter that fits its axis."""
        broken = [p for p in (raw.left, raw.right) if isinstance(terms[id(p)], FormulaError)]
        if len(broken) != 1 or broken[0].formula.expansion is not None:
            return ()
        part = broken[0]
        error = terms[id(part)]
        if not isinstance(error, MissingIndex) or error.rank != 1:
            return ()
        name = base_name(error.name) or ""
        source = part.formula.source
        if source[error.at : error.at + len(name)] != name:
            return ()
        out = []
        for letter in sorted(raw.state.scope.letters):
            cut = error.at + len(name) - part.side.start
            repaired = f"{part.side.source[:cut]}_{{{letter}}}{part.side.source[cut:]}"
            if len(letter) == 1:
                repaired = f"{part.side.source[:cut]}_{letter}{part.side.source[cut:]}"
            scope = raw.state.scope
            try:
                node = parse_expression(repaired, self.reader.functions)
                term = self.resolution.term(self.interpreter.term(node, scope))
            except (FormulaError, KeyError):
                continue
            if not _well_typed(term):
                continue
            left = term if part is raw.left else terms[id(raw.left)]
            right = term if part is raw.right else terms[id(raw.right)]
            if isinstance(left, FormulaError) or isinstance(right, FormulaError):
                continue
            out.append((repaired, self._claim(raw, left, right, givens)))
        return tuple(out)

    def _ends(self, steps: list[Step]) -> list[Step]:
        """First = last for chains of two or more steps, as slips can cancel."""
        by_chain: dict[int, list[Step]] = {}
        for step in steps:
            by_chain.setdefault(step.chain, []).append(step)
        states = {raw.state.number: raw.state for raw in self.reader.steps}
        ends = []
        for members in by_chain.values():
            first, last = members[0], members[-1]
            if len(members) < 2 or any(s.relation != "=" for s in members):
                continue
            if first.claim is None or last.claim is None:
                continue
            if any(a.right is not b.left for a, b in itertools.pairwise(members)):
                continue  # something that is no step stands between (≈, ⇒)
            if states[first.chain].branched:
                continue
            stale = last.stale_case
            ends.append(
                replace(
                    last,
                    left=first.left,
                    claim=replace(last.claim, left=first.claim.left),
                    stale_case=stale and replace(stale, left=first.claim.left),
                    end_to_end=True,
                    tentative=False,
                )
            )
        return ends


def _zeros_and_a_one(entry: Entry, line: int = 0) -> tuple[Given, Given]:
    """What one-hot means for a family: its entries are 0 or 1, and add up to 1 over the last
    index."""
    family, shown = entry.family, latex(entry)
    return (
        Given(SumsToOne(family, family.rank - 1), rf"\sum_k {shown} = 1", line),
        Given(Binary(family), rf"{shown} \in \{{0, 1\}}", line),
    )


def _logistic(name: str) -> FunctionDefinition:
    """σ(x) = 1/(1 + e^{-x}), for a page that takes it for granted."""
    x = Entry(Family(f"{name}⟨·⟩"))
    return FunctionDefinition(name, x, Div(ONE, Add((ONE, Fn("exp", neg(x))))))


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


def _well_typed(term: Term) -> bool:
    """Whether every index stands in slots of its own axis."""
    for node in walk(term):
        if isinstance(node, Entry):
            for index, axis in zip(node.at, node.family.axes, strict=True):
                if index.axis != axis:
                    return False
    return True
