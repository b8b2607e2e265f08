"""Pages → claims: which relation is a definition, a given, a step; who depends on whom.

One pass in reading order turns formulas into terms with unknown axes; then the
axes are resolved and every step becomes a claim with the definitions, givens and
cases that hold at its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from derive.claims import Claim, Given, Positive, SumsToOne
from derive.deciding.derivative import World
from derive.formula import (
    Bracket,
    Chain,
    Derivative,
    FormulaError,
    IndexCondition,
    Name,
    Node,
    Number,
    Scripted,
    Side,
    Times,
    nodes,
)
from derive.meaning.cases import Case, ends_case, index_condition, prose_case
from derive.meaning.interpret import Interpreter, MissingIndex, Scope, free_letters
from derive.meaning.names import base_name, function_heads, shown, survey
from derive.printing import condition_latex, latex
from derive.reading.page import FormulaText, Item, Page
from derive.reading.parser import parse_chains, parse_expression
from derive.terms import (
    ONE,
    ZERO,
    Add,
    Apply,
    Definition,
    Diff,
    Entry,
    Family,
    FunctionDefinition,
    Ix,
    Rat,
    Sum,
    Term,
    indices_of,
    key,
    replace_entry,
    walk,
)

__all__ = ["Meaning", "ReadDefinition", "ReadFact", "ReadProblem", "Step", "understand"]

STEP_RELATIONS = frozenset("=<>≤≥")


@dataclass(frozen=True)
class Step:
    """One written step with its claim, or the reason why it has none.

    ``tentative``: an equation between free quantities; a step only if it is proved,
    else a condition that the page states. ``repairs``: (LaTeX, claim) with a missing
    index put in, to be decided before they are suggested. ``blurred``: a definition
    that the claim needs could not be read.
    """

    chain: int
    left: Side
    right: Side
    relation: str
    offset: int
    left_offset: int
    claim: Claim | None
    error: str = ""
    error_offset: int = 0
    notes: tuple[str, ...] = ()
    tentative: bool = False
    repairs: tuple[tuple[str, Claim], ...] = ()
    blurred: str = ""
    end_to_end: bool = False


@dataclass(frozen=True, slots=True)
class ReadDefinition:
    offset: int
    name: str
    latex: str
    read_as: str


@dataclass(frozen=True, slots=True)
class ReadFact:
    offset: int
    latex: str
    note: str


@dataclass(frozen=True, slots=True)
class ReadProblem:
    offset: int
    message: str


@dataclass(frozen=True)
class Meaning:
    """What a page says, in reading order. ``ends`` are end-to-end claims of chains."""

    steps: tuple[Step, ...]
    ends: tuple[Step, ...]
    definitions: tuple[ReadDefinition, ...]
    facts: tuple[ReadFact, ...]
    problems: tuple[ReadProblem, ...]


def understand(page: Page) -> Meaning:
    """Read a page's formulas as definitions, givens and steps."""
    return _PageReader(page).read()


# --------------------------------------------------------------------------- working state


@dataclass
class _Part:
    """A side with its term, or with the error that kept it from having one."""

    side: Side
    formula: FormulaText
    term: Term | None
    error: FormulaError | None

    @property
    def offset(self) -> int:
        return self.formula.offset + self.side.start


@dataclass
class _ChainState:
    scope: Scope
    number: int = 0
    parts: list[_Part] = field(default_factory=list)
    row_conditions: list[IndexCondition] = field(default_factory=list)
    case: Case | None = None
    branched: bool = False
    lets: list[Definition] = field(default_factory=list)


@dataclass
class _RawStep:
    state: _ChainState
    left: _Part
    right: _Part
    relation: str
    order: int
    conditions: tuple[IndexCondition, ...] | None
    first: bool


@dataclass
class _RawDefinition:
    order: int
    section: int
    part: _Part
    left: _Part
    family: Family
    params: tuple[Ix, ...]


@dataclass
class _RawFunction:
    order: int
    name: str
    part: _Part
    param: Entry
    body: Term


class _PageReader:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.problems: list[ReadProblem] = []
        self.parsed: dict[int, list[Chain]] = {}
        self._parse()
        trees = [
            s.node
            for c in self._all_chains()
            if not all(isinstance(s.node, Name) for s in c.sides)
            for s in c.sides
            if s.node is not None
        ]
        self.notation = survey(trees)
        self.interpreter = Interpreter(
            self.notation, self.functions, trees, list(self._defined_keys())
        )
        self._classify_calls()
        self.definitions: list[_RawDefinition] = []
        self.function_definitions: list[_RawFunction] = []
        self.blurred: dict[tuple[str, str, int], int] = {}
        self.steps: list[_RawStep] = []
        self.facts: list[ReadFact] = []
        self.raw_facts: list[tuple[_Part, _Part, str, int]] = []
        self.states: list[_ChainState] = []
        self.order = 0
        self.section = 0

    # ------------------------------------------------------------------ parsing

    def _formulas(self) -> Iterator[FormulaText]:
        for item in self.page.items:
            yield from item.formulas

    def _all_chains(self) -> Iterator[Chain]:
        for formula in self._formulas():
            yield from self.parsed[formula.offset]

    def _parse(self) -> None:
        for formula in self._formulas():
            self.parsed[formula.offset] = self._parsed(formula, frozenset(), report=True)
        self.functions = function_heads(self._all_chains())
        if self.functions:
            for formula in self._formulas():
                self.parsed[formula.offset] = self._parsed(formula, self.functions, report=False)

    def _parsed(
        self, formula: FormulaText, functions: frozenset[str], report: bool
    ) -> list[Chain]:
        try:
            return parse_chains(formula.source, functions)
        except FormulaError as error:
            if report and (formula.display or "=" in formula.source):
                self.problems.append(ReadProblem(formula.offset + error.at, error.message))
            return []
        except RecursionError:
            if report:
                self.problems.append(
                    ReadProblem(formula.offset, "the formula is nested too deeply")
                )
            return []

    def _defined_keys(self) -> Iterator[tuple[str, str, int]]:
        for formula in self._formulas():
            for chain in self.parsed[formula.offset]:
                if chain.continues or not chain.relations or len(chain.sides) < 2:
                    continue
                if chain.relations[0] not in ("=", ":=") or chain.sides[1].node is None:
                    continue
                right = chain.sides[1].node
                if index_condition(chain, self.notation) is not None:
                    continue
                if isinstance(right, Number):
                    continue
                found = self._bare(chain.sides[0].node)
                if found is not None:
                    yield found[0]

    def _bare(self, node: Node | None) -> tuple[tuple[str, str, int], list[str]] | None:
        """(name, label, rank) and index letters, if the side is a bare name."""
        if isinstance(node, Name):
            return (node.name, "", 0), []
        if not isinstance(node, Scripted):
            return None
        name = base_name(node)
        if name is None or not isinstance(node.base, Name):
            return None
        if name == r"\delta" and len(node.subs) == 2:
            return None
        kind = self.notation.sup_kind(node)
        if kind == "exponent":
            return None
        indices, sub_label = self.notation.sub_indices(node)
        if kind == "index" and isinstance(node.sup, Bracket):
            indices = [*indices, node.sup.items[0]]
        letters = [shown(i) for i in indices if isinstance(i, Name | Scripted)]
        if len(letters) != len(indices) or len(set(letters)) != len(letters):
            return None
        if any(x in self.notation.sizes and x not in self.notation.bound for x in letters):
            return None
        label = shown(node.sup) if kind == "label" else ""
        label = ",".join(x for x in (label, sub_label) if x)
        return (name + "'" * node.primes, label, len(indices)), letters

    def _classify_calls(self) -> None:
        """Which f(…) are functions of a number, and which only remind of arguments."""
        seen: dict[str, set[str]] = {}
        defined: dict[str, bool] = {}
        for chain in self._all_chains():
            for side in chain.sides:
                if side.node is None:
                    continue
                for node in nodes(side.node):
                    if isinstance(node, Times):
                        for head, args in zip(node.factors, node.factors[1:], strict=False):
                            name = base_name(head)
                            if name in self.functions and isinstance(args, Bracket):
                                shown_args = ";".join(shown(i) for i in args.items)
                                seen.setdefault(name or "", set()).add(shown_args)
            name_and_arg = _function_head(chain)
            if name_and_arg is not None and len(chain.sides) > 1 and chain.sides[1].node:
                name, arg = name_and_arg
                inside = [shown(n) for n in nodes(chain.sides[1].node) if isinstance(n, Name)]
                inside += [shown(n) for n in nodes(chain.sides[1].node) if isinstance(n, Scripted)]
                defined[name] = defined.get(name, False) or shown(arg) in inside
        for name, args in seen.items():
            if defined.get(name):
                self.interpreter.function_definitions.add(name)
            elif len(args) == 1 and name not in (r"\sigma",):
                self.interpreter.plain_calls[name] = next(iter(args))

    # ------------------------------------------------------------------ the pass in reading order

    def read(self) -> Meaning:
        current: _ChainState | None = None
        case: Case | None = None
        for item in self.page.items:
            if item.kind == "formula":
                for chain in self.parsed[item.formulas[0].offset]:
                    current = self._chain(chain, item.formulas[0], current, case)
                continue
            if item.kind == "heading":
                self.section += 1
            case = self._prose(item, case)
        taken = {k for k in self.notation.quantities if len(k) == 1}
        taken |= self.notation.bound
        for state in self.states:
            taken |= set(state.scope.letters)
        self.interpreter.axes.resolve(taken)
        return _Resolver(self).meaning()

    def _prose(self, item: Item, case: Case | None) -> Case | None:
        formulas = [(f, self.parsed[f.offset]) for f in item.formulas]
        line, _ = self.page.place(item.offset)
        found = prose_case(item, formulas, self.notation, line)
        if found is False or (found is None and ends_case(item)):
            case = None
        elif isinstance(found, Case):
            case = found
        in_case = set(id(c) for c in found.lets) if isinstance(found, Case) else set()
        for formula, chains in formulas:
            for chain in chains:
                if index_condition(chain, self.notation) is not None or id(chain) in in_case:
                    continue
                if chain.relations and not chain.continues:
                    self._chain(chain, formula, None, None)
        return case

    def _chain(
        self,
        chain: Chain,
        formula: FormulaText,
        current: _ChainState | None,
        case: Case | None,
    ) -> _ChainState | None:
        if not chain.sides:
            return current
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
            state = _ChainState(self._new_scope(chain, case), case=case)
            self._open_case(state, case)
            self.states.append(state)
        row = list(chain.conditions)
        parts = [self._part(side, formula, state.scope) for side in chain.sides]
        relations = list(chain.relations)
        if chain.continues and state.parts:
            left = self._left_of_row(state, row)
            pairs = list(zip([left, *parts], parts, relations, strict=False))
        else:
            if chain.continues:
                relations = relations[1:]
            pairs = list(zip(parts, parts[1:], relations, strict=False))
        first = not state.parts
        state.row_conditions = row or state.row_conditions
        for at, (left, right, relation) in enumerate(pairs):
            self._relation(state, left, right, relation, row, first and at == 0, formula)
        state.parts.extend(parts)
        return state

    def _left_of_row(self, state: _ChainState, row: list[IndexCondition]) -> _Part:
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
            if case is not None:
                for c in case.conditions:
                    letters |= {shown(c.left), shown(c.right)}
            scope.head_letters = frozenset(letters)
        all_nodes = [n for s in chain.sides if s.node is not None for n in nodes(s.node)]
        scope.index_free = not any(
            isinstance(n, Scripted) and self.notation.sub_indices(n)[0] for n in all_nodes
        )
        return scope

    def _open_case(self, state: _ChainState, case: Case | None) -> None:
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

    def _keep_constants(self, body: Term, params: tuple[Ix, ...]) -> None:
        """A free index that a definition does not list (the right class c) is one for the page."""
        for index in indices_of(body):
            if isinstance(index, Ix) and index not in params:
                self.interpreter.constants.setdefault(index.name, index)

    def _part(self, side: Side, formula: FormulaText, scope: Scope) -> _Part:
        if side.node is None:
            return _Part(side, formula, None, side.error)
        try:
            return _Part(side, formula, self.interpreter.term(side.node, scope), None)
        except FormulaError as error:
            return _Part(side, formula, None, error)
        except RecursionError:
            deep = FormulaError("the formula is nested too deeply", side.start)
            return _Part(side, formula, None, deep)

    # ------------------------------------------------------------------ kinds of relations

    def _relation(
        self,
        state: _ChainState,
        left: _Part,
        right: _Part,
        relation: str,
        row: list[IndexCondition],
        first: bool,
        formula: FormulaText,
    ) -> None:
        self.order += 1
        if first and relation in ("=", ":=") and self._define(state, left, right, formula):
            return
        if relation not in STEP_RELATIONS:
            if relation in ("←", ":=", "∼", "∝", "≈", "→"):
                source = f"{left.side.source.strip()} {relation} {right.side.source.strip()}"
                note = {"≈": "an approximation", "←": "an update", ":=": "an assignment"}.get(
                    relation, "no equation"
                )
                self.facts.append(ReadFact(right.offset, source, f"{note}, not a step"))
            return
        if not formula.display and (left.term is None or right.term is None):
            # words in formulas are common in prose; only displayed ones count as steps
            if not _looks_like_step(left, right):
                return
        conditions = tuple(row) if row else None
        self.steps.append(_RawStep(state, left, right, relation, self.order, conditions, first))

    def _define(self, state: _ChainState, left: _Part, right: _Part, formula: FormulaText) -> bool:
        """Take ``name = formula`` as a definition if the name is new."""
        if self._define_function(left, right):
            return True
        found = self._bare_or_plain_call(left.side.node)
        if found is None:
            return False
        key_of, letters = found
        if key_of in self.blurred and right.term is None:
            return True
        if not isinstance(left.term, Entry):
            return False
        family = left.term.family
        if isinstance(right.side.node, Number):
            return False
        earlier = [d for d in self.definitions if d.family == family]
        if earlier:
            if earlier[-1].section == self.section:
                return False
            if right.term is None or _same(earlier[-1], right.term, left.term):
                return False
        if right.term is None:
            assert right.error is not None
            self.blurred[(family.name, family.label, family.rank)] = right.offset
            self.problems.append(
                ReadProblem(
                    right.formula.offset + right.error.at,
                    f"the definition of {left.side.source.strip()} could not be read: "
                    f"{right.error.message}",
                )
            )
            return True
        if any(isinstance(n, Entry) and n.family == family for n in walk(right.term)):
            return self._update_rule(left, right)
        if self._reaches(right.term, family):
            return False
        params = tuple(i for i in left.term.at if isinstance(i, Ix))
        self._keep_constants(right.term, params)
        self.definitions.append(
            _RawDefinition(self.order, self.section, right, left, family, params)
        )
        return True

    def _bare_or_plain_call(
        self, node: Node | None
    ) -> tuple[tuple[str, str, int], list[str]] | None:
        if isinstance(node, Times) and len(node.factors) == 2:
            name = base_name(node.factors[0])
            if name in self.interpreter.plain_calls and isinstance(node.factors[1], Bracket):
                return self._bare(node.factors[0])
        return self._bare(node)

    def _update_rule(self, left: _Part, right: _Part) -> bool:
        source = f"{left.side.source.strip()} = {right.side.source.strip()}"
        self.facts.append(ReadFact(right.offset, source, "an update rule, not a step"))
        return True

    def _reaches(self, term: Term, family: Family) -> bool:
        """Whether a definition would be circular."""
        bodies = {d.family: d.part.term for d in self.definitions}
        seen: set[Family] = set()
        stack = [n.family for n in walk(term) if isinstance(n, Entry)]
        while stack:
            f = stack.pop()
            if f == family:
                return True
            if f in seen:
                continue
            seen.add(f)
            body = bodies.get(f)
            if body is not None:
                stack.extend(n.family for n in walk(body) if isinstance(n, Entry))
        return False

    def _define_function(self, left: _Part, right: _Part) -> bool:
        """``f(x) = …`` of one number."""
        head = _function_head_of(left.side.node)
        if head is None or head[0] not in self.interpreter.function_definitions:
            return False
        name, arg = head
        if not isinstance(left.side.node, Times):
            return False
        if any(f.name == name for f in self.function_definitions) or right.side.node is None:
            return False
        scope = Scope()
        if isinstance(arg, Name):
            scope.parameter = arg.name
        scope.index_free = True
        try:
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
        own = Entry(Family(f"{name}⟨·⟩"))
        body = replace_entry(body, param, own)
        if any(isinstance(i, Ix) for i in indices_of(body)):
            return False
        self.function_definitions.append(_RawFunction(self.order, name, right, own, body))
        return True


def _same(definition: _RawDefinition, term: Term, head: Entry) -> bool:
    """Whether a repeated definition says the same, up to the names of its indices."""
    if definition.part.term is None:
        return False
    mine = Add((Entry(definition.family, definition.params), definition.part.term))
    theirs = Add((head, term))
    return key(mine)[0] == key(theirs)[0]


def _contradict(a: list[IndexCondition], b: list[IndexCondition]) -> bool:
    for c in a:
        for d in b:
            same = {shown(c.left), shown(c.right)} == {shown(d.left), shown(d.right)}
            if same and c.equal != d.equal:
                return True
    return False


def _function_head(chain: Chain) -> tuple[str, Node] | None:
    if not chain.sides or not chain.relations or chain.continues:
        return None
    return _function_head_of(chain.sides[0].node)


def _function_head_of(node: Node | None) -> tuple[str, Node] | None:
    if isinstance(node, Times) and len(node.factors) == 2:
        head, args = node.factors
        name = base_name(head)
        if (
            name
            and isinstance(head, Name | Scripted)
            and not (isinstance(head, Scripted) and head.primes)
            and isinstance(args, Bracket)
            and len(args.items) == 1
            and isinstance(args.items[0], Name | Scripted)
        ):
            return name, args.items[0]
    return None


def _looks_like_step(left: _Part, right: _Part) -> bool:
    return any(
        isinstance(n, Derivative)
        for part in (left, right)
        if part.side.node is not None
        for n in nodes(part.side.node)
    )


# --------------------------------------------------------------------------- resolving


class _Resolver:
    """Puts the real axes in and builds claims."""

    def __init__(self, reader: _PageReader) -> None:
        self.reader = reader
        self.interpreter = reader.interpreter
        self.page = reader.page
        self.definitions: list[tuple[_RawDefinition, Definition]] = []
        self.functions: dict[str, FunctionDefinition] = {}
        self._worlds: dict[tuple[object, ...], World] = {}

    def meaning(self) -> Meaning:
        shown_definitions = self._resolve_definitions()
        terms = self._resolve_parts()
        defined = {d.family for _, d in self.definitions}
        self.depends = self._implicit(terms, defined)
        givens = self._page_facts(terms, defined)
        steps: list[Step] = []
        numbers: dict[int, int] = {}
        for raw in self.reader.steps:
            step = self._step(raw, terms, defined, givens, numbers)
            if step is not None:
                steps.append(step)
        ends = self._ends(steps)
        return Meaning(
            tuple(steps),
            tuple(ends),
            tuple(shown_definitions),
            tuple(sorted(self.reader.facts, key=lambda f: f.offset)),
            tuple(sorted(self.reader.problems, key=lambda p: p.offset)),
        )

    def _line(self, offset: int) -> int:
        return self.page.place(offset)[0]

    def _resolve_definitions(self) -> list[ReadDefinition]:
        shown_definitions = []
        for raw in self.reader.definitions:
            assert raw.part.term is not None
            try:
                body = self.interpreter.resolved(raw.part.term)
                family = self.interpreter.resolved_family(raw.family)
                params = tuple(
                    p
                    for p in (self.interpreter.resolved_index(i) for i in raw.params)
                    if isinstance(p, Ix)
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
            shown_definitions.append(
                ReadDefinition(
                    raw.part.offset,
                    raw.left.side.source.strip(),
                    raw.part.side.source.strip(),
                    f"{latex(Entry(family, params))} = {latex(body)}",
                )
            )
        for function in self.reader.function_definitions:
            body = self.interpreter.resolved(function.body)
            self.functions[function.name] = FunctionDefinition(
                function.name, function.param, body, self._line(function.part.offset)
            )
            shown_definitions.append(
                ReadDefinition(
                    function.part.offset,
                    f"{function.name}(…)",
                    function.part.side.source.strip(),
                    latex(body),
                )
            )
        return sorted(shown_definitions, key=lambda d: d.offset)

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
                    terms[id(part)] = self.interpreter.resolved(part.term)
                except FormulaError as error:
                    terms[id(part)] = error
        return terms

    def _implicit(
        self, terms: dict[int, Term | FormulaError], defined: set[Family]
    ) -> frozenset[tuple[Family, Family]]:
        """Undefined quantities that the page differentiates: their derivatives are unknowns."""
        found = set()
        bodies = [t for t in terms.values() if not isinstance(t, FormulaError)]
        bodies += [d.body for _, d in self.definitions]
        for body in bodies:
            for node in walk(body):
                if isinstance(node, Diff) and isinstance(node.body, Entry):
                    family = node.body.family
                    if family not in defined and family != node.by.family:
                        found.add((family, node.by.family))
        return frozenset(found)

    # ------------------------------------------------------------------ givens

    def _page_facts(
        self, terms: dict[int, Term | FormulaError], defined: set[Family]
    ) -> list[Given]:
        """Σ_k y_k = 1, T > 0 about undefined quantities: givens of the whole page."""
        givens = []
        kept = []
        for raw in self.reader.steps:
            left, right = terms[id(raw.left)], terms[id(raw.right)]
            fact = None
            alone = raw.first and not isinstance(left, FormulaError | type(None))
            if alone and not isinstance(right, FormulaError):
                fact = _fact(left, raw.relation, right, defined)  # type: ignore[arg-type]
            if fact is None:
                kept.append(raw)
                continue
            start, end = raw.left.offset, raw.right.offset
            source = (
                f"{raw.left.side.source.strip()} {raw.relation} {raw.right.side.source.strip()}"
            )
            givens.append(Given(fact, source, self._line(start)))
            self.reader.facts.append(ReadFact(end, source, "given"))
        self.reader.steps = kept
        return givens

    def _conditions(self, raw: _RawStep) -> list[Given]:
        """The index conditions for a step: those of its row, else of the chain's rows, and
        those of its case."""
        state = raw.state
        nodes_of: list[tuple[IndexCondition, str, int]] = []
        row = raw.conditions if raw.conditions is not None else ()
        if not row and not state.branched:
            row = tuple(state.row_conditions)
        for c in row:
            nodes_of.append((c, "", self._line(raw.right.offset)))
        if state.case is not None:
            for c, source in zip(state.case.conditions, state.case.latex, strict=False):
                nodes_of.append((c, source, state.case.line))
        out = []
        for c, source, line in nodes_of:
            letters = [shown(x) for x in (c.left, c.right) if not isinstance(x, Number)]
            known = {**self.interpreter.constants, **state.scope.letters}
            if not all(letter in known for letter in letters):
                continue
            try:
                condition = self.interpreter.condition(c, state.scope)
                resolved = self.interpreter.resolved_condition(condition)
            except (FormulaError, KeyError):
                continue
            out.append(Given(resolved, source or condition_latex(resolved), line))
        return out

    # ------------------------------------------------------------------ steps

    def _world(self, order: int, lets: tuple[Definition, ...]) -> World:
        """The definitions in force at a place: the latest before it, else the first after."""
        chosen: dict[Family, tuple[int, Definition]] = {}
        for raw, definition in self.definitions:
            known = chosen.get(definition.family)
            if known is None or raw.order < order:
                chosen[definition.family] = (raw.order, definition)
        for let in lets:
            chosen[let.family] = (0, let)
        signature = tuple(id(d) for _, d in chosen.values())
        if signature not in self._worlds:
            self._worlds[signature] = World(
                {f: d for f, (_, d) in chosen.items()}, self.functions, self.depends
            )
        return self._worlds[signature]

    def _lets(self, state: _ChainState) -> tuple[Definition, ...]:
        out = []
        for let in state.lets:
            try:
                out.append(
                    Definition(
                        self.interpreter.resolved_family(let.family),
                        tuple(
                            i
                            for i in (self.interpreter.resolved_index(p) for p in let.params)
                            if isinstance(i, Ix)
                        ),
                        self.interpreter.resolved(let.body),
                        let.line,
                    )
                )
            except FormulaError:
                continue
        state.lets = out
        return tuple(out)

    def _step(
        self,
        raw: _RawStep,
        terms: dict[int, Term | FormulaError],
        defined: set[Family],
        givens: list[Given],
        numbers: dict[int, int],
    ) -> Step | None:
        left, right = terms[id(raw.left)], terms[id(raw.right)]
        if not isinstance(left, FormulaError) and not isinstance(right, FormulaError):
            if self._is_example(left, right, raw, defined):
                source = (
                    f"{raw.left.side.source.strip()} {raw.relation} "
                    f"{raw.right.side.source.strip()}"
                )
                self.reader.facts.append(
                    ReadFact(raw.right.offset, source, "a value or an example, not a step")
                )
                return None
        number = numbers.setdefault(id(raw.state), len(numbers) + 1)
        raw.state.number = number
        notes = tuple(raw.state.scope.notes)
        base = Step(
            number,
            raw.left.side,
            raw.right.side,
            raw.relation,
            raw.right.offset,
            raw.left.offset,
            None,
            notes=notes,
        )
        for term, part in ((right, raw.right), (left, raw.left)):
            if isinstance(term, FormulaError):
                return replace(
                    base,
                    error=term.message,
                    error_offset=part.formula.offset + term.at,
                    repairs=self._repairs(raw, terms, givens),
                )
        assert not isinstance(left, FormulaError) and not isinstance(right, FormulaError)
        claim = self._claim(raw, left, right, givens)
        undefined_only = not (claim.world.families(left) | claim.world.families(right)) & set(
            claim.world.definitions
        )
        return replace(
            base,
            claim=claim,
            tentative=undefined_only and raw.first and self._alone(raw) and _is_open(left, right),
            blurred=self._blurred(claim),
        )

    def _alone(self, raw: _RawStep) -> bool:
        """A relation that continues no chain and is not continued."""
        return sum(1 for s in self.reader.steps if s.state is raw.state) == 1

    def _is_example(self, left: Term, right: Term, raw: _RawStep, defined: set[Family]) -> bool:
        """A name set equal to a plain number: a value for an example."""
        if raw.relation != "=":
            return False
        return (isinstance(left, Entry) and isinstance(right, Rat)) or (
            isinstance(left, Rat) and isinstance(right, Rat)
        )

    def _claim(self, raw: _RawStep, left: Term, right: Term, givens: list[Given]) -> Claim:
        lets = self._lets(raw.state) if raw.state.lets else ()
        world = self._world(raw.order, lets)
        local = list(self._conditions(raw))
        for let in lets:
            shown_let = f"{latex(Entry(let.family, let.params))} = {latex(let.body)}"
            local = [g for g in local if g.latex != shown_let]
        return Claim(left, right, raw.relation, world, (*local, *givens))

    def _blurred(self, claim: Claim) -> str:
        for term in (claim.left, claim.right):
            families = set()
            for f in claim.world.families(term):
                families |= claim.world.reach(f)
            for family in sorted(families, key=lambda f: (f.name, f.label)):
                offset = self.reader.blurred.get((family.name, family.label, family.rank))
                if offset is not None and family not in claim.world.definitions:
                    return f"the definition of {family.latex()} (line {self._line(offset)})"
        return ""

    def _repairs(
        self, raw: _RawStep, terms: dict[int, Term | FormulaError], givens: list[Given]
    ) -> tuple[tuple[str, Claim], ...]:
        """The step with a missing index put in, for each letter that fits its axis."""
        broken = [p for p in (raw.left, raw.right) if isinstance(terms[id(p)], FormulaError)]
        if len(broken) != 1:
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
                term = self.interpreter.resolved(self.interpreter.term(node, scope))
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
        ends = []
        for members in by_chain.values():
            first, last = members[0], members[-1]
            if len(members) < 2 or any(s.relation != "=" for s in members):
                continue
            if first.claim is None or last.claim is None:
                continue
            state = next(r.state for r in self.reader.steps if r.state.number == first.chain)
            if state.branched:
                continue
            claim = replace(last.claim, left=first.claim.left)
            ends.append(
                replace(last, left=first.left, claim=claim, end_to_end=True, tentative=False)
            )
        return ends


def _is_open(left: Term, right: Term) -> bool:
    """An equation whose sides speak of different quantities, without derivatives, may be
    a condition; with the same quantities on both sides an identity is meant."""
    if any(isinstance(n, Diff) for t in (left, right) for n in walk(t)):
        return False
    families = [
        {n.family for n in walk(t) if isinstance(n, Entry)}
        | {n.function for n in walk(t) if isinstance(n, Apply)}
        for t in (left, right)
    ]
    return families[0] != families[1]


def _fact(
    left: Term, relation: str, right: Term, defined: set[Family]
) -> SumsToOne | Positive | None:
    if relation == "=" and right == ONE and isinstance(left, Sum) and not left.without:
        body = left.body
        if isinstance(body, Entry) and body.at.count(left.ix) == 1:
            if body.family not in defined:
                return SumsToOne(body.family, body.at.index(left.ix))
    if relation == ">" and right == ZERO and isinstance(left, Entry):
        return Positive(left.family) if left.family not in defined else None
    if relation == "<" and left == ZERO and isinstance(right, Entry):
        return Positive(right.family) if right.family not in defined else None
    return None


def _well_typed(term: Term) -> bool:
    """Whether every index stands in slots of its own axis."""
    for node in walk(term):
        if isinstance(node, Entry):
            for index, axis in zip(node.at, node.family.axes, strict=True):
                if index.axis != axis:
                    return False
    return True
