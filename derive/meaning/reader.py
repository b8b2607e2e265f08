"""One pass in reading order: which relation is a definition, a given, a step.

Formulas become terms with unknown axes; `derive.meaning.resolver` then makes claims of them.
"""

from __future__ import annotations

import re
from dataclasses import replace

from derive.formula import (
    Big,
    Chain,
    Derivative,
    FormulaError,
    IndexCondition,
    Name,
    Node,
    Number,
    Scripted,
    Side,
    Words,
    nodes,
)
from derive.meaning import phrases
from derive.meaning.arrays import kind_of
from derive.meaning.axes import AxisVar, Range
from derive.meaning.calls import head_name
from derive.meaning.cases import (
    Case,
    Mark,
    denies,
    ends_case,
    goes_stale,
    index_condition,
    inline_case,
    is_value,
    marks,
    prose_case,
    sentence_at,
    source_of,
    trails,
)
from derive.meaning.defining import DefinitionReader
from derive.meaning.letters import free_letters
from derive.meaning.model import ReadFact, ReadProblem
from derive.meaning.names import base_name, shown
from derive.meaning.records import ChainState, Part, RawStep
from derive.meaning.rows import Row
from derive.meaning.scope import Scope
from derive.meaning.shapes import prose_with_slots
from derive.meaning.survey import function_head_of
from derive.reading.page import FormulaText, Item, Page
from derive.terms import (
    ZERO,
    Definition,
    Entry,
    Ix,
    Pow,
)

__all__ = ["PageReader"]

_BOLD_TITLE = re.compile(r"(?:\*\*|__)[^*_\n$]{2,80}(?:\*\*|__):?")
STEP_RELATIONS = frozenset("=<>≤≥")


class PageReader(DefinitionReader):
    """Reads one page, relation by relation."""

    def __init__(self, page: Page, claims_from: int | None = None) -> None:
        super().__init__(page, claims_from)
        self.one_hot: list[tuple[str, int, int, int]] = []  # name, order, section, offset
        self.right_classes: set[str] = set()  # indices that prose calls the right class
        self.case_used = False
        self.under_value = False  # behind «y = 1:» in a display
        self.doubted = False
        self.open = False
        self.both_cases = False  # the case in force is the opposite of the one before
        self.adopted: dict[str, AxisVar] = {}  # plain letters that turned out to be sizes
        self.headings = 0
        self.paragraph = 0
        self.lifted: list[int] = []  # after which relations prose may have lifted its givens
        self.raw_facts: list[tuple[Part, Part, str, int]] = []
        self.states: list[ChainState] = []

    # ------------------------------------------------------------------ the pass in reading order

    def read(self) -> None:
        """Note everything down, then settle the axes."""
        self._read_ahead()
        current: ChainState | None = None
        case: Case | None = None
        for number, item in enumerate(self.page.items):
            case = self.told.reach(self, item, case)
            known = len(self.steps), len(self.facts)
            if item.kind == "formula":
                case_here = self.told.in_force(case)
                current = self._display(item.formulas[0], current, case_here)
                self.told.leave(self, number, *known)
                self.after_display = True
                continue
            if item.kind == "heading":
                self.section += 1
                self.headings += 1
                self.interpreter.shapes = self.shapes[self.headings]
            elif _BOLD_TITLE.fullmatch(item.text.strip()):
                self.section += 1  # a title that is no heading
            self.paragraph += 1
            case = self._prose(item, case)
            self.told.leave(self, number, *known)
        self.told.reach(self, None, None)
        taken = {k for k in self.notation.quantities if len(k) == 1}
        taken |= self.notation.bound
        for state in self.states:
            taken |= set(state.scope.letters)
        self._adopt_size()
        self.interpreter.axes.resolve(taken)

    def stated(self, offset: int, source: str) -> list[RawStep]:
        """The steps that a formula of an annotation would be, read as a display of its own;
        what it defines is noted down."""
        kept = self.lead, self.sentence, self.doubted, self.open
        self.lead = self.sentence = ""
        self.doubted = self.open = False
        known = len(self.steps)
        for chain in self.parsed[offset]:
            self._chain(chain, FormulaText(source, offset, True), None, None)
        self.lead, self.sentence, self.doubted, self.open = kept
        steps = self.steps[known:]
        del self.steps[known:]
        return steps

    def asked(self, raw: RawStep) -> bool:
        """Whether the user asks about this step, so that it is one whatever it looks like."""
        start = self.claims_from
        return start is not None and raw.right.formula.offset >= start

    def head_of(self, node: Node | None) -> tuple[str, int] | None:
        """What a formula that begins with this side may define: a name and its number of
        indices, or a function."""
        function = function_head_of(node)
        if function is not None:
            return function[0], -1
        found = self._bare(node)
        return (found[0][0], found[0][2]) if found is not None else None

    def _adopt_size(self) -> None:
        """``\\bar x = \\frac{1}{n} \\sum_i x_i``: where the page has one range without a size and
        one letter that is made for a size and means nothing else, the range has that size."""
        sides = [s.node for c in self._all_chains() for s in c.sides if s.node is not None]
        parts = [n for side in sides for n in nodes(side)]
        if not any(isinstance(n, Big) and n.upper is None for n in parts):
            return
        exponents = {
            name.name
            for n in parts
            if isinstance(n, Scripted) and n.sup is not None
            for name in nodes(n.sup)
            if isinstance(name, Name)
        }
        unsized = self.interpreter.axes.without_size()
        notation = self.notation
        letters = [
            letter
            for letter in "nNmMK"
            if notation.quantities[letter]
            and letter not in exponents
            and letter not in notation.bound | notation.sizes | notation.lettered
            and (letter, "", 0) not in self.interpreter.defined
        ]
        said = {m.group("last") for m in phrases.RUNS.finditer(self.page.text)}
        letters = [letter for letter in letters if not said or letter in said]
        if len(unsized) == 1 and len(letters) == 1 and 0 not in unsized[0].numbers:
            (letter,) = letters
            unsized[0].ranges.append(Range(1, letter, 0))
            self.adopted[letter] = unsized[0]
            first = next(f for f in self._formulas() if letter in f.latex)
            note = "read as the number of terms of the sums without limits"
            self.facts.append(ReadFact(first.offset, letter, note))

    def _display(
        self, formula: FormulaText, current: ChainState | None, case: Case | None
    ) -> ChainState | None:
        """A display formula. A row that begins with = carries on the main chain of the row
        before, not what stands beside it (``S = Σ_k e^{z_k}`` after a comma, ``C = 2``)."""
        main = None
        end = of_row = 0
        before: Chain | None = None
        for chain in self.parsed[formula.offset]:
            if not chain.sides:
                continue
            known = len(self.definitions)
            start = chain.sides[0].start
            row = r"\\" in formula.source[end:start] or before is None
            if chain.continues and main is not None:
                current = main
            if not row and before is not None and is_value(before, self.notation):
                # «y = 1: p = …»
                case = Case.unusable(source_of(before), self.line_of(formula.offset + start))
                self.under_value = ":" in formula.source[end:start]
            steps = len(self.steps)
            current = self._chain(chain, formula, current, case)
            aside = len(self.definitions) > known and len(chain.sides) == 2
            if main is None or not (aside or (not row and not chain.continues)):
                main = current
                of_row = steps
            elif not aside and is_value(chain, self.notation):
                # «…, when C = 2»: what stands before it in its row is said under that condition
                supposed = Case.unusable(source_of(chain), self.line_of(formula.offset + start))
                for step in self.steps[of_row:steps]:
                    step.case = supposed
            before, end = chain, chain.sides[-1].end
            self.under_value = False
        return main if self.parsed[formula.offset] else current

    def _prose(self, item: Item, case: Case | None) -> Case | None:
        formulas = [(f, self.parsed[f.offset]) for f in item.formulas]
        line, _ = self.page.place(item.offset)
        if item.kind != "heading" and phrases.MOMENTARY.search(item.text):
            self.supposing = self.section
        found = prose_case(item, formulas, self.notation, line, case)
        if found is False or (found is None and ends_case(item)):
            case = None
        elif isinstance(found, Case):
            opposite = case.negated(line) if case is not None else None
            self.both_cases = opposite is not None and opposite.conditions == found.conditions
            case = found
            self.case_used = False
        elif case is not None and self.case_used and self.both_cases and _says(item.text):
            # after i = j and i ≠ j, whatever is said next may be about all indices
            case = replace(case, stale=True)
        elif case is not None and self.case_used and goes_stale(item):
            case = replace(case, stale=True)
        self._one_hot_words(item)
        self._rows_in_words(item)
        self.doubted = bool(phrases.DOUBT.search(item.text))
        if phrases.LIFTS.search(item.text):
            self.lifted.append(self.order)
        in_case = {id(c) for c in found.lets} if isinstance(found, Case) else set()
        used, one_hot = self._one_hot(item, formulas, line)
        in_case |= used
        if one_hot is not None:
            case = one_hot
            self.case_used = False
        elif isinstance(found, Case) and trails(item) and self.after_display and self.states:
            # «$$…$$ if $i = j$, and»: the condition belongs to the display before it
            source = ", ".join(found.latex)
            case = Case.unusable(source, line)
            if self.states[-1].case is None:
                self.states[-1].case = case
                for step in self.steps:
                    if step.state is self.states[-1]:
                        step.case = case
        self.after_display = False
        marked: list[Mark] = []
        for formula, chains in formulas:
            self.sentence = _last_sentence(item.text[: formula.offset - item.offset])
            around = sentence_at(item.text, formula.offset - item.offset)
            self.open = bool(phrases.OPEN_DOUBT.search(around))
            for chain in chains:
                if index_condition(chain, self.notation) is not None or id(chain) in in_case:
                    continue
                if chain.relations and not chain.continues:
                    marked = marked or marks(item, formulas, self.notation)
                    local = inline_case(item, marked, formula, line)
                    if local is None and case is not None:
                        local = replace(case, stale=True)
                    local = self.told.in_force(local)
                    self._chain(chain, formula, None, local)
        self.doubted = self.open = False
        self.lead = item.text
        self.sentence = _last_sentence(item.text)
        return case

    def _one_hot_words(self, item: Item) -> None:
        """«$\\mathbf{y}$ is a one-hot vector»: remember the name."""
        text = prose_with_slots(item)
        for match in phrases.RIGHT_CLASS.finditer(text):
            formula = item.formulas[int(match["before"] or match["after"])]
            self.right_classes.add(formula.source.strip())
        for match in phrases.ONE_HOT.finditer(text):
            start = max(text.rfind(mark, 0, match.start()) for mark in ".;!?。；！？\n")
            ends = [text.find(mark, match.end()) for mark in ".;!?。；！？\n"]
            end = min((e for e in ends if e >= 0), default=len(text))
            sentence = text[start + 1 : end].replace("if and only if", "")
            if phrases.NOT_HOT.search(sentence):
                continue
            formula = item.formulas[int(match["before"] or match["after"])]
            chains = self.parsed[formula.offset]
            node = chains[0].sides[0].node if len(chains) == 1 and chains[0].sides else None
            if isinstance(node, Name) and not chains[0].relations:
                name = self.ranks.entry_name(node.name)
                self.one_hot.append((name, self.order, self.section, formula.offset))

    def _one_hot(
        self, item: Item, formulas: list[tuple[FormulaText, list[Chain]]], line: int
    ) -> tuple[set[int], Case | None]:
        """«$y_c = 1$ and $y_k = 0$ for $k \\neq c$» supposes y_k = δ_kc for what follows."""
        values: dict[int, tuple[Scripted, FormulaText]] = {}
        used: set[int] = set()
        unequal = []
        for formula, chains in formulas:
            for chain in chains:
                condition = index_condition(chain, self.notation)
                if condition is not None and not condition.equal:
                    unequal.append({shown(condition.left), shown(condition.right)})
                for c in chain.conditions:
                    if not c.equal:
                        unequal.append({shown(c.left), shown(c.right)})
                value = _value_of_entry(chain)
                if value is not None:
                    values[value[1]] = (value[0], formula)
                    used.add(id(chain))
        if set(values) != {0, 1}:
            return set(), None
        (off, formula), (on, _) = values[0], values[1]
        letters = {shown(off.subs[0]), shown(on.subs[0])}
        if base_name(off) != base_name(on) or off.sup != on.sup or letters not in unequal:
            return set(), None
        if self.doubted or phrases.HYPOTHETICAL.search(item.text):
            return used, None
        delta = Scripted(Name(r"\delta"), (off.subs[0], on.subs[0]))
        source = f"{base_name(off)}_{shown(off.subs[0])}"
        sides = (
            Side(source, 0, len(formula.source), off),
            Side(rf"\delta_{{{shown(off.subs[0])}{shown(on.subs[0])}}}", 0, 0, delta),
        )
        let = Chain(sides, ("=",), False)
        return used, Case((), (let,), (f"{source} = {sides[1].source}",), line)

    def _chain(
        self,
        chain: Chain,
        formula: FormulaText,
        current: ChainState | None,
        case: Case | None,
    ) -> ChainState | None:
        if not chain.sides or _points_at_words(chain):
            return current
        if current is not None and current.trailing and not chain.continues:
            chain = replace(chain, relations=(current.trailing, *chain.relations), continues=True)
        if chain.continues:
            if current is None or not current.parts:
                place = formula.offset + chain.sides[0].start
                message = (
                    f"this formula begins with {chain.relations[0]}, but nothing stands before"
                )
                self.problems.append(ReadProblem(place, message))
                current = None
        else:
            current = None
        state = current
        if state is None:
            state = ChainState(self._new_scope(chain, case), case=case)
            self.case_used |= case is not None
            self._open_case(state, case)
            self.states.append(state)
        state.scope.row = Row.of(s.node for s in chain.sides if s.node is not None)
        row = list(chain.conditions)
        denied = next((word for word in chain.words if row and denies(word)), "")
        if denied:
            # «unless i = j»: nothing is proved from it and nothing refuted
            line, _ = self.page.place(formula.offset + chain.sides[0].start)
            case = Case.unusable(denied.strip(), line)
            row = []
        if not row and any(phrases.OTHERWISE_WORD.search(word) for word in chain.words):
            row = [
                IndexCondition(c.left, c.right, not c.equal, c.at)
                for c in (current.row_conditions if current is not None else [])
            ]
        self._note_ranges(chain, state.scope)
        relations, sides = list(chain.relations), list(chain.sides)
        effective = case if denied else self._case_here(state, case, chain.continues)
        first = not state.parts
        parts: list[Part] = []
        if chain.continues and state.parts:
            left = self._left_of_row(state, row)
        else:
            if chain.continues:
                relations = relations[1:]
            left = self._part(sides.pop(0), formula, state.scope)
            parts.append(left)
            if formula.display and not chain.relations and left.error is not None:
                place = formula.offset + left.error.at
                self.problems.append(ReadProblem(place, left.error.message))
        state.row_conditions = row or state.row_conditions
        for at, (side, relation) in enumerate(zip(sides, relations, strict=False)):
            # one after the other: «f(x) = 1/x → df/dx = …» speaks of the f just defined
            right = self._part(side, formula, state.scope)
            self._relation(
                state, left, right, relation, row, first and at == 0, formula, effective
            )
            parts.append(right)
            left = right
        state.parts.extend(parts)
        state.trailing = chain.trailing if formula.display else ""
        self._interpret_conditions(state)
        return state

    def _note_ranges(self, chain: Chain, scope: Scope) -> None:
        """``\\text{for } c = 1, …, C`` beside a formula: the axis of its c."""
        for letter, first, last in chain.ranges:
            if isinstance(letter, Name) and isinstance(last, Name) and isinstance(first, Number):
                plain = last.name in self.notation.sizes or not self.notation.quantities[last.name]
                if first.value in (0, 1) and plain:
                    self.interpreter.range_of(letter.name, int(first.value), last.name, scope)

    @staticmethod
    def _case_here(state: ChainState, case: Case | None, continues: bool) -> Case | None:
        """The case for one block: a chain that goes on below a new case is under that one;
        below prose that closed its case, it is not clear that the case still holds."""
        if not continues or not state.parts:
            return state.case
        if case is not None and state.case is not None and case.latex == state.case.latex:
            return state.case
        if case is None:
            return replace(state.case, stale=True) if state.case is not None else None
        return case

    @staticmethod
    def _said_of_some(left: Part, case: Case | None) -> bool:
        """«If i ≠ j: d_ij = …»: what d is there is not what it is."""
        entry = left.term.base if isinstance(left.term, Pow) else left.term
        if case is None or case.stale or not isinstance(entry, Entry):
            return False
        own = {index.name for index in entry.at if isinstance(index, Ix)}
        letters = ({shown(c.left), shown(c.right)} for c in case.conditions)
        return any(pair <= own for pair in letters)

    def _interpret_conditions(self, state: ChainState) -> None:
        """The conditions of rows and case in the chain's letters, while axes can still be
        unified; those about letters that the chain does not have say nothing about it."""
        known = {**self.interpreter.constants, **state.scope.letters}
        stated = [c for case in (state.case, *state.cases) if case for c in case.conditions]
        for c in (*state.row_conditions, *stated):
            letters = [shown(x) for x in (c.left, c.right) if not isinstance(x, Number)]
            if c not in state.conditions and all(letter in known for letter in letters):
                try:
                    state.conditions[c] = self.interpreter.condition(c, state.scope)
                except FormulaError:
                    continue

    def _left_of_row(self, state: ChainState, row: list[IndexCondition]) -> Part:
        """A row with a condition that contradicts the row before starts again at the head."""
        if row and state.row_conditions and _contradict(row, state.row_conditions):
            state.branched = True
            return state.parts[0]
        return state.parts[-1]

    def _new_scope(self, chain: Chain, case: Case | None) -> Scope:
        head = chain.sides[0].node
        scope = Scope()
        if head is not None and not chain.continues:
            letters = set(free_letters(head, self.notation))
            others = [s.node for s in chain.sides[1:] if s.node is not None]
            if others:
                # bound in the head and meaning nothing on the other sides: Σ x_k + y_k
                bound = {shown(x) for n in nodes(head) if isinstance(n, Big) for x in n.letters}
                elsewhere = {x for n in others for x in free_letters(n, self.notation)}
                letters -= bound - elsewhere
            if case is not None:
                for c in case.conditions:
                    letters |= {shown(c.left), shown(c.right)}
            scope.head_letters = frozenset(letters)
        all_nodes = [n for s in chain.sides if s.node is not None for n in nodes(s.node)]
        scope.index_free = not any(
            isinstance(n, Scripted) and self.notation.sub_indices(n)[0] for n in all_nodes
        )
        return scope

    def _open_case(self, state: ChainState, case: Case | None) -> None:
        for let in case.lets if case is not None else ():
            left, right = let.sides[0].node, let.sides[1].node
            found = self._bare(left)
            if found is None or left is None or right is None:
                continue
            scope = Scope()
            try:
                name = self.interpreter.term(left, scope)
                body = self.interpreter.term(right, scope)
            except FormulaError:
                continue
            if isinstance(name, Entry) and all(isinstance(i, Ix) for i in name.at):
                params = tuple(i for i in name.at if isinstance(i, Ix))
                self._keep_constants(body, params)
                state.lets.append(Definition(name.family, params, body, case.line if case else 0))

    # ------------------------------------------------------------------ kinds of relations

    def _relation(
        self,
        state: ChainState,
        left: Part,
        right: Part,
        relation: str,
        row: list[IndexCondition],
        first: bool,
        formula: FormulaText,
        case: Case | None,
    ) -> None:
        self.order += 1
        self.restates = None
        right = _fitting(left, right)
        if self._names_result(left, right, relation, formula, row, case):
            return
        defines = first or self._introduces(left)
        alone = first and len(self.parsed[formula.offset]) == 1 and self._two_sided(formula)
        if defines and self.under_value:
            # «y = 1: p(y | x) = q»: what p is there is not what it is
            name = head_name(left.side.node)
            if name is not None and self._bare_or_call(left.side.node) is not None:
                self.unreadable.setdefault(name, left.offset)
        elif defines and self._said_of_some(left, case):
            self.unreadable.setdefault(head_name(left.side.node) or "", left.offset)
        elif defines and relation in ("=", ":="):
            known = len(self.definitions)
            if self._define(state, left, right, formula, alone):
                if first and len(self.definitions) > known:
                    state.defines = self.definitions[-1]
                return
        if not first and relation == "=" and isinstance(left.term, Entry):
            known_so = left.term.family in self.latest and self._bare_or_call(left.side.node)
            if known_so and self._of_something_else(left.term.family, right):
                self.restates = left.term.family  # L = P(y | x) = …, of an earlier P(y | x)
        not_zero = relation == "≠" and isinstance(left.term, Entry) and right.term == ZERO
        if relation not in STEP_RELATIONS and not not_zero:
            if relation in ("←", ":=", "∼", "∝", "≈", "→", "≠") and formula.display:
                source = f"{left.side.latex} {relation} {right.side.latex}"
                note = {"≈": "an approximation", "←": "an update", ":=": "an assignment"}.get(
                    relation, "no equation"
                )
                self.facts.append(ReadFact(right.offset, source, f"{note}, not a step"))
            return
        if not formula.display and (left.term is None or right.term is None):
            # words in formulas are common in prose; only displayed ones count as steps
            if not _looks_like_step(left, right):
                return
        if relation == "=":
            self._spell_out(state, right)
        conditions = tuple(row) if row else None
        if case is not None and not any(case is known for known in state.cases[-1:]):
            state.cases.append(case)
        if first and not formula.display:
            self.supposing = self.section  # «now $p + q = 1$»
        self.steps.append(
            RawStep(
                state,
                left,
                right,
                relation,
                self.order,
                conditions,
                first,
                self.section,
                self.doubted,
                self.restates,
                right.term == ZERO
                and any(phrases.STATIONARY.search(s) for s in (self.lead, self.sentence)),
                case,
                bool(phrases.SUPPOSING.search(self.sentence)),
                bool(phrases.EXPLAINING.search(self.sentence)) or self._beside(formula, left),
                self.open
                or self._asserted(left, right, relation)
                or (formula.display and _doubts(formula.latex)),
                0 if formula.display else self.paragraph,
                conditional=bool(phrases.CONDITIONAL.search(self.sentence.rstrip("$\\( "))),
            )
        )

    def _asserted(self, left: Part, right: Part, relation: str) -> bool:
        """«Clearly $x^2 = x$»: said of x, not supposed of it."""
        if self.claims_from is not None or not self.sentence.strip():
            return False
        squared = isinstance(left.term, Pow) and left.term.base == right.term and relation == "="
        return squared and not (
            phrases.SUPPOSING.search(self.sentence)
            or phrases.EXPLAINING.search(self.sentence)
            or re.search(
                r"\b(let|one-hot|binary|labels?|given)\b|设", self.sentence, re.IGNORECASE
            )
        )

    def _beside(self, formula: FormulaText, part: Part) -> bool:
        """Whether a relation stands beside another in one display: «x/x = 1, x ≠ 0»."""
        first = self.parsed[formula.offset][0]
        return formula.display and bool(first.sides) and part.side.start > first.sides[0].start


def _fitting(left: Part, right: Part) -> Part:
    """The right side; with an error if it is no such thing as the left side is."""
    if left.term is None or right.term is None:
        return right
    place = right.side.start
    if left.rank != right.rank and right.term != ZERO:
        message = f"{kind_of(left.rank)} on the left, {kind_of(right.rank)} on the right"
        return replace(right, term=None, error=FormulaError(message, place))
    if left.rank == 1 and {left.lie, right.lie} == {"row", "column"}:
        message = "one side is a row, the other a column"
        return replace(right, term=None, error=FormulaError(message, place))
    return right


def _points_at_words(chain: Chain) -> bool:
    """``x_0 \\rightarrow \\text{class }0``: a remark, from which nothing follows about x."""
    arrows = set(chain.relations) <= {"→"} and bool(chain.relations)
    return arrows and any(
        side.node is None or any(isinstance(n, Words) for n in nodes(side.node))
        for side in chain.sides
    )


def _value_of_entry(chain: Chain) -> tuple[Scripted, int] | None:
    """``y_c = 1`` or ``y_k = 0``: the entry and the number."""
    if len(chain.sides) != 2 or chain.relations != ("=",) or chain.continues:
        return None
    left, right = chain.sides[0].node, chain.sides[1].node
    if not (isinstance(left, Scripted) and len(left.subs) == 1 and isinstance(right, Number)):
        return None
    if not isinstance(left.subs[0], Name) or right.value not in (0, 1):
        return None
    return left, int(right.value)


def _contradict(a: list[IndexCondition], b: list[IndexCondition]) -> bool:
    for c in a:
        for d in b:
            same = {shown(c.left), shown(c.right)} == {shown(d.left), shown(d.right)}
            if same and c.equal != d.equal:
                return True
    return False


def _looks_like_step(left: Part, right: Part) -> bool:
    return any(
        isinstance(n, Derivative)
        for part in (left, right)
        if part.side.node is not None
        for n in nodes(part.side.node)
    )


def _doubts(source: str) -> bool:
    """Whether words inside a display deny or doubt what stands beside them."""
    words = " ".join(phrases.WORDS_INSIDE.findall(source))
    return bool(words) and (denies(words) or bool(phrases.OPEN_DOUBT.search(words)))


def _says(text: str) -> bool:
    """Whether prose has words enough to begin something new."""
    plain = re.sub(r"\$[^$]*\$", "", text)
    return len(plain.split()) > 2 or len(re.findall(r"[\u4e00-\u9fff]", plain)) > 4


def _last_sentence(text: str) -> str:
    return re.split(r"[.;!?]\s|[。；！？]", text)[-1]
