"""What quantities and functions are, where: the definitions of a page with their real axes."""

from __future__ import annotations

from collections import ChainMap, Counter

from derive.deciding.derivative import World
from derive.formula import FormulaError
from derive.meaning.functions import (
    Bodies,
    Value,
    open_label,
    refuse_other_values,
    value_definition,
)
from derive.meaning.hidden import hidden_letters, refuse_hidden
from derive.meaning.model import ReadDefinition, ReadProblem
from derive.meaning.reader import PageReader
from derive.meaning.readings import misindexed
from derive.meaning.records import ChainState, RawDefinition
from derive.meaning.resolution import Resolution
from derive.printing import latex
from derive.terms import (
    ONE,
    Add,
    Apply,
    Definition,
    Div,
    Entry,
    Family,
    Fn,
    FunctionDefinition,
    Ix,
    Term,
    neg,
    replace_entry,
    walk,
)

__all__ = ["Worlds"]


class Worlds:
    """The definitions of a page, and the world in force at each place of it."""

    def __init__(self, reader: PageReader, resolution: Resolution) -> None:
        self.reader = reader
        self.resolution = resolution
        self.definitions: list[tuple[RawDefinition, Definition]] = []
        self.functions: list[tuple[int, FunctionDefinition]] = []
        self.depends: frozenset[tuple[Family, Family]] = frozenset()
        self.retold: dict[Family, int] = {}  # defined in passing, and something else since
        self.values: dict[Family, Definition] = {}  # the f(x) that the page differentiates by
        self._bodies = Bodies({}, {})
        self._worlds: dict[tuple[object, ...], World] = {}
        self._once: dict[Family, Definition] = {}
        self._again: dict[Family, list[tuple[RawDefinition, Definition]]] = {}
        self._momentary: dict[Family, int] = {}  # said for its section only
        self._resolved_lets: dict[int, tuple[Definition, ...]] = {}

    @property
    def defined(self) -> set[Family]:
        """The quantities that the page defines anywhere."""
        return {d.family for _, d in self.definitions} | self.values.keys()

    def read(self) -> list[ReadDefinition]:
        """Resolve all definitions, and say what there is to show of them."""
        shown_definitions = []
        for value in self.reader.interpreter.known.values.values():
            argument, family = (self.resolution.family(f) for f in (value.argument, value.family))
            definition = value_definition(Value(value.function, argument, family))
            self.values[family] = definition
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
            definition = Definition(family, params, body, self.reader.line_of(raw.part.offset))
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
        self._once = {family: found[0][1] for family, found in by_family.items()} | self.values
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
                function.name, function.param, body, self.reader.line_of(function.part.offset)
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
        for name in sorted(self.reader.interpreter.known.sigmoids - known):
            self.functions.append((0, _logistic(name)))
        return sorted(shown_definitions, key=lambda d: d.offset)

    def refuse_values(self, term: Term) -> None:
        """Check that what is differentiated by h(x) takes h of nothing else than x.

        Raises:
            FormulaError: it does; at 0.
        """
        values = self.reader.interpreter.known.values.values()
        if values:
            refuse_other_values(term, self._bodies, values)

    def open_label(self, term: Term) -> str:
        """What there is to say of a derivative by the θ of an h_θ(x) that is never defined."""
        return open_label(term, self._bodies)

    def _drop_hiding(self) -> None:
        """Leave out definitions that sum over an index which a quantity in them hides, and those
        with derivatives by function values that are not clear."""
        self.hidden = hidden_letters(d for _, d in self.definitions)
        quantities: dict[Family, list[Term]] = {}
        for _, definition in self.definitions:
            quantities.setdefault(definition.family, []).append(definition.body)
        functions: dict[str, list[Term]] = {}
        for function in self.reader.function_definitions:
            functions.setdefault(function.name, []).append(function.body)
        self._bodies = Bodies(quantities, functions)
        kept = []
        for raw, definition in self.definitions:
            try:
                refuse_hidden(definition.body, self.hidden)
                self.refuse_values(definition.body)
                if problem := self.open_label(definition.body):
                    raise FormulaError(problem, 0)
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

    def at(self, order: int, section: int, lets: tuple[Definition, ...]) -> World:
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

    def lets(self, state: ChainState) -> tuple[Definition, ...]:
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


def _logistic(name: str) -> FunctionDefinition:
    """σ(x) = 1/(1 + e^{-x}), for a page that takes it for granted."""
    x = Entry(Family(f"{name}⟨·⟩"))
    return FunctionDefinition(name, x, Div(ONE, Add((ONE, Fn("exp", neg(x))))))
