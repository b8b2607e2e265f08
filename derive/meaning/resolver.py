"""Axes resolved: every step becomes a claim with the definitions and givens at its place."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from derive.claims import Claim, Given, Supposed
from derive.deciding.derivative import World
from derive.formula import (
    Derivative,
    FormulaError,
    IndexCondition,
    map_nodes,
)
from derive.meaning import phrases
from derive.meaning.doubts import (
    convention,
    lonely_exception,
    reaching_over,
    right_class,
    special_matrix,
    turned,
    unheard,
    unsupported,
)
from derive.meaning.functions import takes
from derive.meaning.givens import Givens, PageGiven
from derive.meaning.hidden import refuse_hidden
from derive.meaning.kinds import bare_order, introduces, is_open, is_size, rounds_to
from derive.meaning.model import (
    Meaning,
    ReadFact,
    Reading,
    Step,
)
from derive.meaning.names import base_name, undecorated
from derive.meaning.reader import PageReader
from derive.meaning.readings import readings_of
from derive.meaning.records import RawStep
from derive.meaning.resolution import Resolution
from derive.meaning.scope import MissingIndex
from derive.meaning.worlds import Worlds
from derive.printing import condition_latex, latex
from derive.reading.chains import parse_expression
from derive.terms import (
    ZERO,
    Apply,
    At,
    Axis,
    Condition,
    Delta,
    Diff,
    Entry,
    Family,
    Fn,
    IndexValue,
    Ix,
    Prod,
    Rat,
    Size,
    Sum,
    Term,
    families_of,
    indices_of,
    neg,
    rational,
    walk,
)

__all__ = ["Resolver"]

_GUESSED = re.compile(r" is read as .*\)$")  # σ is read as σ(z)


class Resolver:
    """Puts the real axes in and builds claims."""

    def __init__(self, reader: PageReader) -> None:
        self.reader = reader
        self.interpreter = reader.interpreter
        self.resolution = Resolution(
            self.interpreter.axes,
            self.interpreter.ranges,
            reader.adopted,
            self.interpreter.known.values,
        )
        self.page = reader.page
        self.convention = convention(reader.page.text)
        self.worlds = Worlds(reader, self.resolution)
        self.givens = Givens(reader, self.resolution, self.worlds)
        self.speaks_of_probabilities = bool(phrases.PROBABILITY.search(reader.page.text))
        self.differentiates = False
        self.examples: set[int] = set()  # paragraphs that give quantities values
        self._used_families: set[Family] | None = None

    def meaning(self) -> Meaning:
        shown_definitions = self.worlds.read()
        terms = self._resolve_parts()
        defined = self.worlds.defined
        self.inline = {
            d.family for raw, d in self.worlds.definitions if not raw.part.formula.display
        }
        self.worlds.depends = self._implicit(terms, defined)
        self.shorter = self._shorter_ranges(terms)
        givens = self.givens.read(terms, defined, self._used)
        self.restating = [step for step in self.reader.steps if step.restates is not None]
        self.retelling = [step for step in self.reader.steps if step.retells]
        self.sizes = Counter(id(step.state) for step in self.reader.steps)
        self.generic = self._generic(terms)
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
                    refuse_hidden(term, self.worlds.hidden)
                    self.worlds.refuse_values(term)
                    terms[id(part)] = term
                except FormulaError as error:
                    terms[id(part)] = error
        return terms

    def _nodes(self, terms: dict[int, Term | FormulaError]) -> Iterator[Term]:
        """Every part of every formula that was read, and of the definitions."""
        for term in terms.values():
            if not isinstance(term, FormulaError):
                yield from walk(term)
        for _, definition in self.worlds.definitions:
            yield from walk(definition.body)

    def _generic(self, terms: dict[int, Term | FormulaError]) -> dict[tuple[Family, int], str]:
        """Quantities that a section differentiates by what they do not contain, and how to say
        so: its E is any loss, and not the one that another section defines."""
        found: dict[tuple[Family, int], str] = {}
        for raw in self.reader.steps:
            for part in (raw.left, raw.right):
                term = terms[id(part)]
                for node in walk(term) if not isinstance(term, FormulaError) else ():
                    if not isinstance(node, Diff) or not isinstance(node.body, Entry):
                        continue
                    family, by = node.body.family, node.by.family
                    world = self.worlds.at(raw.order, raw.section, ())
                    if family not in world.definitions or family == by:
                        continue
                    if not world.moves(family, by) and not world.together(family, by):
                        shown = latex(node.body), latex(node.by)
                        said = f"nothing on this page says how {shown[0]} depends on {shown[1]}"
                        found.setdefault((family, raw.section), said)
        return found

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
        functions = {f.name: f for _, f in self.worlds.functions}
        known = {d.family: d for _, d in self.worlds.definitions} | self.worlds.values
        world = World(known, functions)
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
        # c(D) that is never defined may depend on any D
        found |= {(f, g) for f in every - defined for g in every if takes(f, g)}
        for family in every - defined:
            if not family.rank and family.name in self.reader.losses:
                # «the data loss $C$» depends on whatever the page differentiates by
                found |= {(family, by) for by in by_families if by != family}
        return frozenset(found)

    def _conditions(self, raw: RawStep, with_case: bool) -> list[Given]:
        """The index conditions for a step: those of its row, else of the chain's rows, and
        those of its case."""
        state = raw.state
        nodes_of: list[tuple[IndexCondition, str, int]] = []
        row = raw.conditions if raw.conditions is not None else ()
        if not row and not state.branched:
            row = tuple(state.row_conditions)
        for c in row:
            nodes_of.append((c, "", self.reader.line_of(raw.right.offset)))
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

    def _step(
        self,
        raw: RawStep,
        terms: dict[int, Term | FormulaError],
        defined: set[Family],
        givens: list[PageGiven],
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
            line=self.reader.line_of(raw.right.offset),
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
                *readings_of(
                    claim,
                    self._sides(raw, terms),
                    self.inline | self._said_later(raw),
                    self.interpreter.ranges,
                ),
                *self._turned(raw, claim),
                *self._wider(raw, claim),
                *right_class(claim, self.reader.right_classes),
                *self._other_roots(claim),
            ),
            introduces=introduced,
            restates=self._restated(raw),
            rests_on=self._doubtful_meanings(raw, claim),
            case_latex=", ".join(case.latex) if case is not None else "",
            case_line=lifted[0].line if alternative is doubtful else case.line if case else 0,
            tentative=(
                (raw.first and (introduced or (self._alone(raw) and may_be_condition)))
                or raw.set_to_zero
                # «σ > 0», «so 0 < λ < 1»: what makes it true is said in words, if at all
                or (raw.paragraph > 0 and raw.relation in ("<", ">", "≤", "≥"))
                or self._sets_to_zero(raw)
            )
            and not self.reader.asked(raw),
            disputed=self._disputed(claim),
            convention=(self.convention if claim.free else "")
            or self.worlds.open_label(left)
            or self.worlds.open_label(right),
            blurred=self._blurred(claim)
            or unsupported(case)
            or self._unheard(raw, claim)
            or special_matrix(claim, self.page.text)
            or self._loosely_meant(raw, claim)
            or self._of_probabilities(raw, claim),
        )

    @staticmethod
    def _sets_to_zero(raw: RawStep) -> bool:
        """``\\frac{\\partial L}{\\partial w} = … = 0`` at its end: an equation for w."""
        first, last = raw.state.parts[0], raw.state.parts[-1]
        return (
            raw.relation == "="
            and raw.right.term == ZERO
            and raw.right is last
            and not raw.first
            and isinstance(first.side.node, Derivative)
        )

    def _said_later(self, raw: RawStep) -> set[Family]:
        """What a later section defines: an estimate of σ² is not what σ stands for before."""
        return {
            d.family
            for known, d in self.worlds.definitions
            if known.order > raw.order and known.section != raw.section
        }

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

    def _other_roots(self, claim: Claim) -> Iterator[Reading]:
        """The claim with -σ for σ, where the page says what σ² is and σ could be either."""
        definitions = claim.world.definitions
        for raw, offset in self.reader.roots.items():
            family = self.resolution.family(raw)
            definition = definitions.get(family)
            if definition is None or family not in claim.reached:
                continue
            if undecorated(family.name) in (r"\sigma", "s") and isinstance(definition.body, Fn):
                continue  # nobody means a negative standard deviation
            head = latex(Entry(family, definition.params))
            line = self.reader.line_of(offset)
            others = [neg(definition.body)]
            if not isinstance(definition.body, Fn):
                # each entry has a sign of its own: |x_i - x_j| as well as x_i - x_j
                others.append(Fn("abs", definition.body))
            for body in others:
                other = replace(definition, body=body)
                yield Reading(
                    f"False with {head} = {latex(definition.body)}, of which line {line} says the "
                    "square; true with the other sign.",
                    replace(claim, world=claim.world.redefined({**definitions, family: other})),
                    denial=f"True only with {head} = {latex(definition.body)}, of which line "
                    f"{line} says just the square.",
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

    def _used(self, terms: Mapping[int, Term | FormulaError]) -> set[Family]:
        """The families on the page, but for the left sides that begin chains. Worked out
        once, after `_page_facts` has taken the givens out of the steps."""
        if self._used_families is None:
            found: set[Family] = set()
            for step in self.reader.steps:
                for part in (step.right,) if step.first else (step.left, step.right):
                    term = terms[id(part)]
                    if not isinstance(term, FormulaError):
                        found |= families_of(term)
            for _, definition in self.worlds.definitions:
                found |= families_of(definition.body)
                found.add(definition.family)
            self._used_families = found
        return self._used_families

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
        before = [
            d for r, d in self.worlds.definitions if d.family == family and r.order < raw.order
        ]
        if not before:
            return ""
        return f"{latex(Entry(family, before[-1].params))} (line {before[-1].line})"

    def _doubtful_meanings(self, raw: RawStep, claim: Claim) -> tuple[int, ...]:
        """The places in this section where a name in this claim may have been given a new
        meaning: further up, or further down if this section does not define it so far."""
        found = []
        for step in self.restating:
            if step.section != raw.section or step.order == raw.order:
                continue
            assert step.restates is not None
            family = self.resolution.family(step.restates)
            if family not in claim.reached:
                continue
            anew = not step.conditional and not self._defined_here(family, raw, step)
            if step.order < raw.order or anew:
                found.append(step.right.offset)
        for step in self.retelling:
            if step.section == raw.section and step.order > raw.order:
                families = {d.family for r, d in self.worlds.definitions if r.order == step.order}
                if any(not self._defined_here(f, raw, step) for f in families & claim.reached):
                    found.append(step.right.offset)
        return tuple(found)

    def _defined_here(self, family: Family, raw: RawStep, later: RawStep) -> bool:
        """Whether the section of a step defines a quantity before it is said anew there."""
        return any(
            r.section == raw.section and r.order < later.order
            for r, d in self.worlds.definitions
            if d.family == family
        )

    def _alone(self, raw: RawStep) -> bool:
        """A relation that continues no chain and is not continued."""
        return self.sizes[id(raw.state)] == 1

    def _says_one_entry(self, left: Term, raw: RawStep) -> bool:
        """``o_1 = x_1 w_{11} + x_2 w_{12} + b_1``, before the page says what every o_j is."""
        if not isinstance(left, Entry) or not raw.first or raw.relation != "=":
            return False
        if not left.at or not all(isinstance(i, At) for i in left.at) or self.reader.asked(raw):
            return False
        first = min(
            (r.order for r, d in self.worlds.definitions if d.family == left.family), default=0
        )
        return first > raw.order

    def _is_example(self, left: Term, right: Term, raw: RawStep, defined: set[Family]) -> bool:
        """A name set equal to a plain number: a value for an example."""
        if raw.relation != "=" or self.reader.asked(raw):
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
        if isinstance(left, Entry) and _of_numbers(right):
            return True  # L_i = max(0, -7 - 13 + 10)
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
        givens: list[PageGiven],
        with_case: bool = True,
        doubtful: bool = False,
    ) -> Claim:
        """``doubtful``: with the givens of which it is not clear that they hold here."""
        lets = self.worlds.lets(raw.state) if raw.state.lets and with_case else ()
        world = self.worlds.at(raw.order, raw.section, lets)
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

    def _in_doubt(self, given: PageGiven, raw: RawStep) -> bool:
        """Whether a given may not hold at a step: its sentence only mentions it, or prose
        between the two may have lifted it."""
        if given.told:
            return False
        return given.open or any(given.order <= at < raw.order for at in self.reader.lifted)

    def _unheard(self, raw: RawStep, claim: Claim) -> str:
        if self.reader.asked(raw):
            return ""
        guessed = any(_GUESSED.search(n) for n in (*raw.left.notes, *raw.right.notes))
        begins = raw.first and self._alone(raw)
        return unheard(claim, raw.right.new, begins=begins, guessed=guessed)

    def _loosely_meant(self, raw: RawStep, claim: Claim) -> str:
        if self.reader.asked(raw):
            return ""
        differentiated = {
            node.body.family
            for side in (claim.left, claim.right)
            for node in walk(side)
            if isinstance(node, Diff) and isinstance(node.body, Entry)
        }
        for (family, section), said in self.generic.items():
            if section == raw.section and family in differentiated:
                return said
        return ""

    def _of_probabilities(self, raw: RawStep, claim: Claim) -> str:
        """H ≥ 0 of a p that words call a distribution: its counterexample is none."""
        if raw.relation == "=" or self.reader.asked(raw) or not self.speaks_of_probabilities:
            return ""
        told = {*claim.world.definitions, *claim.simplex, *claim.signs}
        logs = (n for body in claim.bodies for n in walk(body) if isinstance(n, Fn))
        inside = {f for log in logs if log.name == "log" for f in families_of(log.arg)}
        if any(family.rank for family in inside - told):
            return "the sign of the difference is not known from the signs of its parts"
        return ""

    def _disputed(self, claim: Claim) -> str:
        found = claim.reached & self.givens.unusable if self.givens.unusable else frozenset()
        if not found or claim.simplex.keys() & self.givens.unusable:
            return ""
        names = ", ".join(sorted(f.name for f in found))
        return f"a condition that the page states on {names} cannot be used yet"

    def _blurred(self, claim: Claim) -> str:
        undefined = self.interpreter.known.undefined
        reader = self.reader
        if not (self.givens.unusable or reader.blurred or undefined or reader.unreadable):
            return ""  # before all that a definition rests on is worked out
        reached = claim.reached
        for family in sorted(reached - set(claim.world.definitions), key=lambda f: f.name):
            offset = reader.unreadable.get(family.name)
            if offset is not None:
                where = f"{family.latex()} (line {self.reader.line_of(offset)})"
                return f"the definition of {where} could not be read"
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
                    where = f"{family.latex()} (line {self.reader.line_of(offset)})"
                    return f"the definition of {where} could not be read"
        return ""

    def _repairs(
        self, raw: RawStep, terms: dict[int, Term | FormulaError], givens: list[PageGiven]
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
                node = parse_expression(repaired, self.reader.called)
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
                    convention=first.convention or last.convention,
                    stale_case=stale and replace(stale, left=first.claim.left),
                    end_to_end=True,
                    tentative=False,
                )
            )
        return ends


def _of_numbers(term: Term) -> bool:
    """Whether a formula is reckoned from numbers alone, and is more than one number."""
    letters = Entry | Size | IndexValue | Delta | Sum | Prod
    return not isinstance(term, Rat) and not any(isinstance(n, letters) for n in walk(term))


def _well_typed(term: Term) -> bool:
    """Whether every index stands in slots of its own axis."""
    for node in walk(term):
        if isinstance(node, Entry):
            for index, axis in zip(node.at, node.family.axes, strict=True):
                if index.axis != axis:
                    return False
    return True
