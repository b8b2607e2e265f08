"""Which relations of a page define something: names, functions, new meanings of old names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction

from derive.formula import (
    Bracket,
    Chain,
    FormulaError,
    IndexCondition,
    Name,
    Node,
    Number,
    Scripted,
    Side,
    Times,
)
from derive.meaning import phrases
from derive.meaning.arrays import Array
from derive.meaning.calls import call_parts, calls_in, head_name
from derive.meaning.cases import Case
from derive.meaning.model import ReadFact, ReadProblem
from derive.meaning.names import base_name, shown, undecorated
from derive.meaning.ranks import untransposed
from derive.meaning.records import ChainState, Part, RawDefinition, RawFunction, RawStep
from derive.meaning.scope import Scope
from derive.meaning.shapes import prose_with_slots
from derive.meaning.survey import PageSurvey, function_head_of, is_plain_number
from derive.reading.page import FormulaText, Item, Page
from derive.terms import (
    Cases,
    Entry,
    Family,
    Fn,
    Ix,
    Pow,
    Rat,
    Term,
    families_of,
    indices_of,
    replace_entry,
    walk,
)

__all__ = ["DefinitionReader"]

_FIXED_NAMES = frozenset({"I", r"\mathbf{I", r"\pi", "e"})


class DefinitionReader(PageSurvey):
    """Takes relations for definitions, in reading order, and remembers what they define."""

    def __init__(self, page: Page, claims_from: int | None = None) -> None:
        super().__init__(page, claims_from)
        self.interpreter.rests_on = self._rests_on
        self.order = 0  # of relations, and
        self.section = 0  # the section that is being read
        self.lead = ""  # the prose right before a formula
        self.sentence = ""  # the sentence around a formula, up to it
        self.after_display = False
        self.supposing = -1  # the section whose prose supposes something
        self.restates: Family | None = None
        self.met: set[tuple[str, str, int]] = set()  # the quantities read so far
        self.definitions: list[RawDefinition] = []
        self.latest: dict[Family, RawDefinition] = {}
        self.mentioned: set[Family] = set()  # in the definitions so far
        self.roots: dict[Family, int] = {}  # said by their squares, and where
        self.function_definitions: list[RawFunction] = []
        self.blurred: dict[tuple[str, str, int], int] = {}
        self.unreadable: dict[str, int] = {}  # names of which a line says something, and where
        self.steps: list[RawStep] = []
        self.facts: list[ReadFact] = []

    def _part(self, side: Side, formula: FormulaText, scope: Scope) -> Part:
        if side.node is None:
            return Part(side, formula, None, side.error)
        scope.notes = []
        try:
            array = self.interpreter.side(side.node, scope)
            notes = tuple(scope.notes)
            met = {(f.name, f.label, f.rank) for f in families_of(array.term)}
            new = frozenset(met - self.met)
            self.met |= met
            return Part(side, formula, array.term, None, notes, array.rank, array.lie, new)
        except FormulaError as error:
            return Part(side, formula, None, error, tuple(scope.notes))
        except RecursionError:
            deep = FormulaError("the formula is nested too deeply", side.start)
            return Part(side, formula, None, deep)

    def _rows_in_words(self, item: Item) -> None:
        """«where $w_j$ is the j-th row of $W$» defines w_j."""
        for match in phrases.ROW_OF.finditer(prose_with_slots(item)):
            found = match.groupdict()
            form = next(form for form in ("", "_of", "_are", "_zh") if found[f"kind{form}"])
            slots = [int(found[f"name{form}"]), int(found[f"of{form}"])]
            left, right = (self._part_of(item.formulas[slot]) for slot in slots)
            if left is None or right is None:
                continue
            nth = found.get(f"nth{form}")
            letters = [shown(sub) for sub in getattr(left.side.node, "subs", ())]
            said = item.formulas[int(nth)].source.strip() if nth else ""
            if len(letters) == 1 and said in ("", letters[0]):
                by_column = found[f"kind{form}"].lower() in ("column", "columns", "列")
                matrix = right.side.node
                turned = matrix is not None and untransposed(matrix, self.notation) is not None
                self._define_row(left, right, by_column != turned)  # a row of W^T: a column

    def _part_of(self, formula: FormulaText) -> Part | None:
        """A formula in the text that is one side and no relation, with its meaning."""
        chains = self.parsed[formula.offset]
        if len(chains) != 1 or chains[0].relations or len(chains[0].sides) != 1:
            return None
        part = self._part(chains[0].sides[0], formula, Scope())
        return part if isinstance(part.term, Entry) else None

    def _define_row(self, left: Part, right: Part, by_column: bool) -> None:
        """w_j, a vector, as row (or column) j of W."""
        assert isinstance(left.term, Entry)
        assert isinstance(right.term, Entry)
        name, matrix = left.term, right.term
        if left.rank != 1 or right.rank != 2 or len(name.at) != 2 or len(matrix.at) != 2:
            return
        params = tuple(i for i in name.at if isinstance(i, Ix))
        if len(params) != 2 or name.family in self.latest or name.family == matrix.family:
            return
        j, k = (params[0], params[1])
        body = Entry(matrix.family, (k, j) if by_column else (j, k))
        for slot, index in zip(matrix.at, body.at, strict=True):
            self.interpreter.arrays.unify(slot, index)
        self.order += 1
        part = replace(right, term=body, rank=1)
        self._note(RawDefinition(self.order, self.section, part, left, name.family, params))
        self.mentioned |= families_of(body)

    def _note(self, definition: RawDefinition) -> None:
        """From here on its name means this."""
        self.definitions.append(definition)
        self.latest[definition.family] = definition

    def _spell_out(self, state: ChainState, side: Part) -> None:
        """``J = -\\log P(y \\mid X) = -\\sum_i …``: J is what can be worked out, where the page
        never says what P is."""
        definition = state.defines
        if definition is None or side.term is None:
            return
        if not self._says_nothing(definition, side.term) or self._rests_on_nothing(side.term):
            return
        if side.rank == definition.part.rank and not self._reaches(side.term, definition.family):
            definition.part, definition.loose = side, True
            self._keep_lambda(definition.left.side.node, definition.left, side)
            self.mentioned |= families_of(side.term)

    def _rests_on_nothing(self, term: Term) -> bool:
        """Whether a formula rests on a name with arguments of which the page says nothing."""
        undefined = self.interpreter.known.undefined
        return any(family.name in undefined for family in self._made_of(families_of(term)))

    def _next_example(self, order: int, section: int, formula: FormulaText) -> bool:
        """Whether f, g or h begins a new example here, as they do on many pages; a second line
        about the same f is a statement about it."""
        announced = phrases.EXAMPLE.search(self.lead) or phrases.EXAMPLE.search(self.sentence)
        arrow = any(set(c.relations) & {"→", "⇒"} for c in self.parsed[formula.offset])
        fresh_start = section != self.section or bool(announced) or arrow
        return self.order > order + 1 and fresh_start

    def _says_nothing(self, earlier: RawDefinition, body: Term) -> bool:
        """Whether a definition rests on names with arguments that are never defined: a cost that
        was said to be −log P(t|z) before it is said what it is."""
        undefined = self.interpreter.known.undefined
        again = {family.name for family in families_of(body)}
        term = earlier.part.term
        for family in self._made_of(families_of(term)) if term is not None else ():
            entry = family.name.endswith(r"(\cdot)")  # p(x), in a sum over x
            if family.name in undefined and family.name not in again and not entry:
                return True
        return False

    def _introduces(self, part: Part) -> bool:
        """Whether a later side of a chain is a new name, or a new name with arguments."""
        head = function_head_of(part.side.node)
        if head is not None and head[0] in self.interpreter.known.numbers:
            # y = σ(a) = 1/(1 + e^{-a})
            return all(f.name != head[0] for f in self.function_definitions)
        found = self._bare_or_call(part.side.node)
        if found is None or not isinstance(part.term, Entry):
            return False
        family = part.term.family
        if family in self.latest or found[0] not in self.interpreter.defined:
            return False
        return found[0] in self.introduced or call_parts(part.side.node) is not None

    def _names_result(
        self,
        left: Part,
        right: Part,
        relation: str,
        formula: FormulaText,
        row: list[IndexCondition],
        case: Case | None,
    ) -> bool:
        """``… = e^{z_j} / Σ_k e^{z_k} = p_j``: a new name at the end is what was worked out."""
        if relation != "=" or self.claims_from is not None or not isinstance(right.term, Entry):
            return False
        family, at = right.term.family, right.term.at
        key = family.name, family.label, family.rank
        params = tuple(i for i in at if isinstance(i, Ix))
        if key not in right.new or left.term is None or isinstance(left.term, Entry):
            return False
        if case is not None or row or family.name.strip("{}") in _FIXED_NAMES:
            return False
        if key in self.interpreter.defined or self._bare(right.side.node) is None:
            return False
        last = self.parsed[formula.offset][-1].sides[-1:]
        if last != (right.side,) or len(set(params)) != len(at):
            return False
        if not {i for i in indices_of(left.term) if isinstance(i, Ix)} <= set(params):
            return False
        self._note(RawDefinition(self.order, self.section, left, right, family, params))
        self.interpreter.defined.add(key)
        return True

    def _define(
        self, state: ChainState, left: Part, right: Part, formula: FormulaText, alone: bool
    ) -> bool:
        """Take ``name = formula`` as a definition if the name is new. ``alone``: nothing else
        stands in its display."""
        if self.claims_from is not None and formula.offset >= self.claims_from:
            return False
        if formula.offset in self.told.conditions:
            return False
        if right.side.node is None and formula.display:
            name = head_name(left.side.node)
            if name is not None:  # q_i(z) = …, which could not be parsed: q is not just anything
                self.unreadable.setdefault(name, right.offset)
        if self._define_function(left, right):
            return True
        if self._define_square(left, right):
            return True
        inner = self.unlogged(left.side.node)
        if inner is not None:
            if not isinstance(left.term, Fn) or not isinstance(left.term.arg, Entry):
                return False
            if left.term.arg.family in self.latest or not formula.display:
                return False
            left = replace(left, side=replace(left.side, node=inner), term=left.term.arg)
            if right.term is not None:
                right = replace(right, term=Fn("exp", right.term))
        found = self._bare_or_call(left.side.node)
        if found is None:
            parts = call_parts(left.side.node)
            if parts is not None and "|" in parts[1].marks:
                # P(t = 0, 0 | x) = …, of which nothing is kept: P alone is this one from here on
                name = head_name(left.side.node) or ""
                if name in self.interpreter.known.ambiguous:
                    self.interpreter.known.latest.pop(name, None)
            return False
        key_of, _ = found
        if key_of not in self.interpreter.defined:
            return False
        if key_of in self.blurred and right.term is None:
            return True
        if not isinstance(left.term, Entry):
            return False
        family = left.term.family
        if is_plain_number(right.side.node):
            if not self._value_told(left.side.node, formula):
                return False  # f(x, y) = -12: a value
        earlier = self.latest.get(family)
        if earlier is not None and not self._redefines(earlier, state, right, formula):
            apart = earlier.section != self.section or bool(phrases.DEFINING.search(self.lead))
            apart |= self._of_something_else(family, right)
            said_aside = earlier.part.formula in self.told.formulas
            apart |= formula.display and not self.after_display and alone and not said_aside
            if state.case is None and apart:
                self.restates = family
            return False
        if right.term is None and self._mentions(right, family.name):
            return self._names_entries(left, right)
        if right.term is None:
            assert right.error is not None
            self.blurred[(family.name, family.label, family.rank)] = right.offset
            self.problems.append(
                ReadProblem(
                    right.formula.offset + right.error.at,
                    f"the definition of {left.side.latex} could not be read: "
                    f"{right.error.message}",
                )
            )
            return True
        if any(isinstance(n, Entry) and n.family == family for n in walk(right.term)):
            if isinstance(right.term, Cases) or right.term == left.term:
                return self._names_entries(left, right)
            return self._update_rule(left, right)
        if self._reaches(right.term, family):
            return False
        params = tuple(i for i in left.term.at if isinstance(i, Ix))
        self._keep_constants(right.term, params)
        momentary = self.supposing == self.section and (
            not (earlier.loose or self._says_nothing(earlier, right.term))
            if earlier is not None
            else self._supposed_of(family, formula)
        )
        definition = RawDefinition(
            self.order, self.section, right, left, family, params, momentary
        )
        self._note(definition)
        if earlier is not None and state.case is None:
            self._retells(state, left, right)
        self._tie(left.term, right.term)
        self._keep_lambda(left.side.node, left, right)
        parts = call_parts(left.side.node)
        bare = left.side.node if parts is None else parts[0]
        head = (base_name(bare) if bare is not None else None) or ""
        known = self.interpreter.known
        if not left.term.at and (parts is not None or head in known.ambiguous):
            # what a sentence says in passing does not displace what is displayed
            if formula.display or head not in known.latest:
                known.latest[head] = family.name, ""
        self.mentioned |= families_of(right.term)
        return True

    def _two_sided(self, formula: FormulaText) -> bool:
        return all(len(chain.sides) == 2 for chain in self.parsed[formula.offset])

    def _define_square(self, left: Part, right: Part) -> bool:
        """``\\sigma^2 = \\frac{1}{m} \\sum_i (x_i - \\mu)^2`` defines σ, up to its sign, where
        nothing else does."""
        node, body = left.side.node, right.term
        if not isinstance(node, Scripted) or node.sup != Number(Fraction(2)) or body is None:
            return False
        found = self._bare(replace(node, sup=None) if node.subs else node.base)
        power = left.term
        if found is None or found[0] in self.interpreter.defined or not isinstance(power, Pow):
            return False
        entry = power.base
        if not isinstance(entry, Entry) or isinstance(right.side.node, Number):
            return False
        family, params = entry.family, tuple(i for i in entry.at if isinstance(i, Ix))
        if family in self.latest or len(set(params)) != len(entry.at):
            return False
        if self._reaches(body, family):
            return False
        square = isinstance(body, Pow) and body.exponent == Rat(Fraction(2))
        root = body.base if isinstance(body, Pow) and square else Fn("sqrt", body)
        self._keep_constants(root, params)
        self.roots[family] = left.offset
        self.interpreter.defined.add(found[0])
        root_part = replace(right, term=root)
        self._note(RawDefinition(self.order, self.section, root_part, left, family, params))
        self.mentioned |= families_of(root)
        return True

    def _supposed_of(self, family: Family, formula: FormulaText) -> bool:
        """«For a single class ($y_k = \\delta_{kc}$)»: said in passing of what the page has spoken
        of before, in another section."""
        used = any(family in families_of(d.part.term) for d in self._before() if d.part.term)
        return used and not formula.display and bool(phrases.SUPPOSING.search(self.sentence))

    def _before(self) -> Iterator[RawDefinition]:
        """The definitions of earlier sections."""
        return (d for d in self.definitions if d.section != self.section)

    def _retells(self, state: ChainState, left: Part, right: Part) -> None:
        """``L_i = -\\log p_{y_i}`` of an L_i that an earlier section defines in other words: a
        definition, and a step as well if it says the same. In a chain of its own, as what goes
        on from it goes on from the new meaning."""
        apart = replace(state, parts=[left, right], cases=[])
        self.steps.append(
            RawStep(apart, left, right, "=", self.order, None, True, self.section, retells=True)
        )

    def _redefines(
        self, earlier: RawDefinition, state: ChainState, right: Part, formula: FormulaText
    ) -> bool:
        """Whether ``name = formula`` about a defined name gives it a new meaning.

        Only in a section of its own, displayed, outside cases, and built from something
        that the earlier meaning does not contain. Else it is a statement about the name,
        and a step: a slip must not pass as a new definition.
        """
        if right.term is not None and (earlier.loose or self._says_nothing(earlier, right.term)):
            return True
        if re.fullmatch(r"[fgh]\(.*\)", earlier.family.name):
            return self._next_example(earlier.order, earlier.section, formula)
        if earlier.section == self.section or state.case is not None or not formula.display:
            return False
        if phrases.CONDITIONAL.search(self.sentence):
            return False  # «zero exactly when $$q = p$$»
        if right.term is None or earlier.part.term is None:
            return False
        return self._of_something_else(earlier.family, right)

    def _of_something_else(self, family: Family, right: Part) -> bool:
        """Whether a formula contains what a defined quantity is not made of."""
        return right.term is not None and not families_of(right.term) <= {*self._made_of([family])}

    def _bare_or_call(self, node: Node | None) -> tuple[tuple[str, str, int], list[str]] | None:
        parts = call_parts(node)
        if parts is None:
            return self._bare(node)
        head, _, subs = parts
        if base_name(head) in self.interpreter.known.plain:
            return self._bare(Scripted(head, subs) if subs else head)
        key = self._called_key(node)
        return None if key is None else (key, [])

    def _tie(self, entry: Entry, body: Term) -> None:
        """Remember that a definition with the index y_i depends on its i in a way that its
        entries do not show."""
        labels = self.interpreter.labels
        places = {ix.name: at for at, ix in enumerate(entry.at) if isinstance(ix, Ix)}
        ties = [
            (places[inner], inner, ix.name)
            for ix in indices_of(body)
            if isinstance(ix, Ix)
            for inner in labels.dependent.get(ix.name, ())
            if inner in places
        ]
        for node in walk(body):
            if isinstance(node, Entry):
                family = node.family
                tie = labels.tied.get((family.name, family.label, family.rank))
                if tie is not None and tie[1] in places:
                    ties.append((places[tie[1]], tie[1], tie[2]))
        if ties:
            family = entry.family
            key = family.name, family.label, family.rank
            labels.tied[key] = ties[0]
            labels.bodies[key] = tuple(i for i in entry.at if isinstance(i, Ix)), body

    def _keep_lambda(self, node: Node | None, left: Part, right: Part) -> None:
        """Remember ``f(x, y) = …`` for calls with other arguments."""
        parts = call_parts(node)
        if parts is None or right.term is None or not isinstance(left.term, Entry):
            return
        head, bracket, _ = parts
        if right.side.node is None or not self.is_general(bracket, right.side.node):
            return
        if not set(bracket.marks) <= {",", ";"}:
            return  # P(x|y) is no function of x and y in which others could be put
        try:
            # the x of f(x; p) beside the x_i that it is taken of elsewhere
            bare = Scope(index_free=True)
            params = tuple(self.interpreter.array(item, bare) for item in bracket.items)
        except FormulaError:
            return
        families = [p.term.family for p in params if isinstance(p.term, Entry)]
        plain = all(isinstance(p.term, Entry) and p.term.at == p.slots for p in params)
        if not plain or len(set(families)) != len(params):
            return
        slots = tuple(i for i in left.term.at if isinstance(i, Ix))
        if len(slots) == len(left.term.at):
            known = self.interpreter.known.lambdas
            key = self.calls.lambda_key(head, bracket)
            known[key] = params, Array(right.term, slots)  # the latest meaning is the one

    def _read_ahead(self) -> None:
        """Remember ``l(y, q) = …`` for calls that stand before it."""
        called: set[tuple[str, int]] = set()
        headed: set[tuple[str, int]] = set()
        heads: dict[tuple[str, int], tuple[Chain, FormulaText]] = {}
        for formula in self._formulas():
            for chain in self.parsed[formula.offset]:
                parts = call_parts(chain.sides[0].node) if len(chain.sides) > 1 else None
                plain = parts is not None and chain.relations[0] == "=" and not parts[2]
                if parts is not None and plain and formula.display:
                    key = base_name(parts[0]) or "", len(parts[1].items)
                    first = key not in headed  # f(y, x) = … after f(x, y) = … speaks of that f
                    headed.add(key)
                    if first and key in called and len(parts[1].items) > 1:
                        heads[key] = chain, formula
                called |= {key for side in chain.sides for key in calls_in(side.node)}
        met = set(self.met)
        for chain, formula in heads.values():
            scope = Scope()
            left, right = (self._part(side, formula, scope) for side in chain.sides[:2])
            self._keep_lambda(chain.sides[0].node, left, right)
        self.met = met

    @staticmethod
    def _mentions(part: Part, name: str) -> bool:
        """Whether what could not be read speaks of the name itself: ``W = (w_1 … w_n)``."""
        pattern = rf"(?<![A-Za-z\\]){re.escape(undecorated(name))}(?![A-Za-z])"
        source = part.side.latex
        if re.search(pattern + r"[^=]{0,12}[-+]\s*\\(?:eta|alpha|gamma|epsilon|lambda)", source):
            return True  # an update
        node = part.side.node
        inner = node.items[0] if isinstance(node, Bracket) and len(node.items) == 1 else None
        if isinstance(inner, Scripted) and inner.subs:
            # A = (a_{ij})
            return (base_name(inner) or "").lower() == undecorated(name).lower()
        listed = re.search(r"\\dots|\\ldots|\\cdots|\\vdots|\.\.\.|&", part.side.latex)
        return bool(listed) and bool(re.search(pattern, part.side.latex, re.IGNORECASE))

    def _names_entries(self, left: Part, right: Part) -> bool:
        """``x = (x_1, …, x_n)``."""
        source = f"{left.side.latex} = {right.side.latex}"
        self.facts.append(ReadFact(right.offset, source, "names entries, not a step"))
        return True

    def _update_rule(self, left: Part, right: Part) -> bool:
        source = f"{left.side.latex} = {right.side.latex}"
        self.facts.append(ReadFact(right.offset, source, "an update rule, not a step"))
        return True

    def _rests_on(self, family: Family) -> set[Family] | None:
        """What a quantity rests on by the definitions so far; None if one is still to come."""
        found: set[Family] = set()
        waiting = [family]
        while waiting:
            here = waiting.pop()
            known = self.latest.get(here)
            if known is None:
                key = here.name, here.label, here.rank
                if key in self.interpreter.defined and key not in self.updated - self.told_what:
                    return None
                continue
            if known.part.term is not None:
                new = families_of(known.part.term) - found
                found |= new
                waiting += new
        return found

    def _reaches(self, term: Term, family: Family) -> bool:
        """Whether a definition would be circular."""
        direct = families_of(term)
        if family in direct:
            return True
        if family not in self.mentioned:
            return False
        return family in self._made_of(direct)

    def _made_of(self, families: Iterable[Family]) -> Iterator[Family]:
        """These quantities and what they are made of by the definitions so far, each once."""
        waiting = list(families)
        seen: set[Family] = set()
        while waiting:
            family = waiting.pop()
            if family in seen:
                continue
            seen.add(family)
            yield family
            known = self.latest.get(family)
            if known is not None and known.part.term is not None:
                waiting.extend(families_of(known.part.term))

    def _define_function(self, left: Part, right: Part) -> bool:
        """``f(x) = …`` of one number."""
        head = function_head_of(left.side.node)
        if head is None or head[0] not in self.interpreter.known.numbers:
            return False
        name, arg = head
        if not isinstance(left.side.node, Times):
            return False
        if right.side.node is None:
            return False
        try:
            called = self.interpreter.values.name_of(left.side.node.factors[0])
        except FormulaError as error:
            self.problems.append(ReadProblem(left.formula.offset + error.at, error.message))
            return True
        earlier = [f for f in self.function_definitions if f.name == called]
        if earlier and not called.isalpha():
            return False  # σ has one meaning
        if earlier and not self._anew(called, earlier[-1], right.formula):
            return False
        scope = Scope()
        if isinstance(arg, Name):
            scope.parameter = arg.name
        scope.index_free = True
        try:
            self.interpreter.refuse_apart(right.side.node)
            param = self.interpreter.term(arg, scope)
            body = self.interpreter.term(right.side.node, scope)
        except FormulaError as error:
            self.problems.append(
                ReadProblem(
                    right.formula.offset + error.at,
                    f"the definition of {name} could not be read: {error.message}",
                )
            )
            return True
        if not isinstance(param, Entry):
            return False
        own = Entry(Family(f"{called}⟨·⟩"))
        body = replace_entry(body, param, own)
        if any(isinstance(i, Ix) for i in indices_of(body)):
            return False
        function = RawFunction(self.order, called, right, own, body, param, self.section)
        self.function_definitions.append(function)
        self.interpreter.known.own[called] = arg
        if isinstance(arg, Name):
            self.interpreter.known.latest[name] = called, arg.name
        return True

    def _anew(self, called: str, earlier: RawFunction, formula: FormulaText) -> bool:
        """Whether a second line about a function gives it a new meaning: f, g and h do in the
        next example, any other in a section of its own; else it is a statement about it."""
        if called in ("f", "g", "h"):
            return self._next_example(earlier.order, earlier.section, formula)
        conditional = phrases.CONDITIONAL.search(self.sentence)
        return earlier.section != self.section and formula.display and not conditional

    def _keep_constants(self, body: Term, params: tuple[Ix, ...]) -> None:
        """A free index that a definition does not list (the right class c) is one for the page."""
        for index in indices_of(body):
            if isinstance(index, Ix) and index not in params:
                self.interpreter.constants.setdefault(index.name, index)
