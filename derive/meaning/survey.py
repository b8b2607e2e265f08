"""What a page shows before its relations are read one by one: its formulas parsed, how its
letters are used, which names are vectors, functions or defined."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from derive.formula import (
    Bracket,
    CasesNode,
    Chain,
    Dots,
    FormulaError,
    Function,
    IndexCondition,
    Name,
    Negative,
    Node,
    Number,
    Over,
    Plus,
    Scripted,
    Times,
    nodes,
)
from derive.meaning import phrases
from derive.meaning.annotations import Told
from derive.meaning.bare import names_apart
from derive.meaning.calls import Calls, arguments, call_parts
from derive.meaning.cases import (
    index_condition,
)
from derive.meaning.conventions import conventions_of
from derive.meaning.differentials import joined_names, with_joined
from derive.meaning.interpret import Interpreter
from derive.meaning.letters import occurrences
from derive.meaning.model import ReadProblem
from derive.meaning.names import base_name, function_heads, shown, survey
from derive.meaning.ranks import NUMBERS, Ranks, bold_inner, untransposed
from derive.meaning.rows import spoken_calls
from derive.meaning.samples import sample_letters, with_samples
from derive.meaning.shapes import declared_shapes
from derive.meaning.shares import is_softmax, is_usual, shares_in
from derive.meaning.sizes import size_names, with_sizes
from derive.reading.chains import parse_chains
from derive.reading.page import FormulaText, Page

__all__ = ["PageSurvey", "function_head_of"]


# A name with arguments at the beginning of a relation, be it one that cannot be read.
_CALL_HEAD = re.compile(
    r"(?:^|\\\\)\s*(?P<name>[A-Za-z])\s*\((?P<inside>[^()]{1,80})\)\s*&?=(?!=)"
)


class PageSurvey:
    """A page looked through as a whole. Formulas from the offset ``claims_from`` on are steps,
    whatever they look like: for a claim that somebody asks about."""

    def __init__(self, page: Page, claims_from: int | None = None) -> None:
        self.page = page
        self.claims_from = claims_from
        self.told = Told(page, claims_from is not None)
        self._order: dict[tuple[str, int], list[str]] = {}  # functions → their arguments in order
        self.introduced: set[tuple[str, str, int]] = set()  # defined by a later side of a chain
        self.updated: set[tuple[str, str, int]] = set()  # that the page gives an update of,
        self.told_what: set[tuple[str, str, int]] = set()  # and of which it says anything else
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
        self.notation = survey(trees, self.told.indices, self.told.sizes)
        self.dependences = set(self._stated_dependences())
        self.losses = {m.group("name") for m in phrases.LOSS.finditer(page.text)}
        self.notation.headed |= set(self._upper_heads())
        self.notation.own_delta = self._defines_delta() or bool(
            phrases.OWN_DELTA.search(page.text)
        )
        self.conventions = conventions_of(page, self.parsed)
        self.shapes = declared_shapes(page, self.notation)
        self._take_parameters_back()
        declared = {name: kind for section in self.shapes for name, kind in section.items()}
        self.ranks = Ranks(self.notation, list(self._all_chains()), self.functions, declared)
        self.calls = Calls(self.notation, self._all_chains())
        self.interpreter = Interpreter(
            self.notation,
            self.functions,
            trees,
            list(self._defined_keys()),
            self.ranks,
            self.calls,
        )
        self.interpreter.identity = bool(phrases.IDENTITY.search(page.text))
        self.interpreter.known.shown = set(self._shown_calls())
        self.interpreter.known.speaks_of_sigmoid = bool(phrases.SIGMOID.search(page.text))
        self.interpreter.conventions = self.conventions
        self.told.declare(self.interpreter)
        self.interpreter.shapes = self.shapes[0]
        self._classify_calls()

    # ------------------------------------------------------------------ parsing

    def line_of(self, offset: int) -> int:
        """The line of a place in the page's text, counted from 1."""
        return self.page.place(offset)[0]

    def _formulas(self) -> Iterator[FormulaText]:
        yield from self.told.formulas
        for item in self.page.items:
            yield from item.formulas

    def _all_chains(self) -> Iterator[Chain]:
        for formula in self._formulas():
            yield from self.parsed[formula.offset]

    def _defining_chains(self) -> Iterator[Chain]:
        """Chains whose first side may be what they define."""
        asked = self.claims_from if self.claims_from is not None else len(self.page.text)
        formulas = (f for f in self._formulas() if f.offset < asked)
        for chain in (chain for f in formulas for chain in self.parsed[f.offset]):
            if chain.sides and not chain.continues and chain.relations[:1] in (("=",), (":=",)):
                yield chain

    def _parse(self) -> None:
        for formula in self._formulas():
            self.parsed[formula.offset] = self._parsed(formula, frozenset(), report=True)
        self.functions = function_heads(self._all_chains())
        trees = [s.node for c in self._all_chains() for s in c.sides if s.node is not None]
        self.called = self.functions | spoken_calls(trees)
        if self.called:
            for formula in self._formulas():
                self.parsed[formula.offset] = self._parsed(formula, self.called, report=False)
        joined = joined_names(self._all_chains())
        if joined.prefixes or joined.doubtful or joined.words:
            for offset, chains in self.parsed.items():
                self.parsed[offset] = [with_joined(chain, joined) for chain in chains]
            self.functions |= function_heads(self._all_chains())
        samples = sample_letters(self._all_chains())
        sizes = size_names(self._all_chains())
        for offset, chains in self.parsed.items():
            if samples:
                chains = [with_samples(chain, samples) for chain in chains]
            if sizes:
                chains = [with_sizes(chain, sizes) for chain in chains]
            self.parsed[offset] = chains

    def _take_parameters_back(self) -> None:
        """«$f(x)$, where $x$ is a vector» says nothing of the x of f(x, y) = x y in a later
        section, where y was never called a vector: both are numbers there."""
        section, said_here = 0, self.shapes[0]
        for item in self.page.items:
            if item.kind == "heading":
                earlier = self.shapes[section]
                section += 1
                news = self.shapes[section].items() - earlier.items()
                said_here = dict(news)
            for formula in item.formulas:
                for chain in self.parsed[formula.offset]:
                    parts = call_parts(chain.sides[0].node if chain.relations else None)
                    if parts is None or chain.relations[0] != "=" or parts[1].marks != (",",):
                        continue
                    names = [n.name if isinstance(n, Name) else "" for n in parts[1].items]
                    known = {self.shapes[section].get(name, "number") for name in names}
                    if known == {"vector", "number"} and not said_here.keys() & set(names):
                        for later in self.shapes[section:]:
                            later.update((n, "number") for n in names if n in later)

    def _parsed(
        self, formula: FormulaText, functions: frozenset[str], report: bool
    ) -> list[Chain]:
        try:
            source = formula.source
            if not formula.display and formula.expansion is None:
                source = _unwrapped(source)
            return parse_chains(source, functions, formula.expansion)
        except FormulaError as error:
            if report and (formula.display or "=" in formula.latex):
                self.problems.append(ReadProblem(formula.offset + error.at, error.message))
            return []
        except RecursionError:
            if report:
                self.problems.append(
                    ReadProblem(formula.offset, "the formula is nested too deeply")
                )
            return []

    def _stated_dependences(self) -> Iterator[tuple[str, str]]:
        """(a, z) where the page writes ``a = a(z)``."""
        for chain in self._all_chains():
            if len(chain.sides) == 2 and chain.relations == ("=",) and not chain.continues:
                left, head = chain.sides[0].node, function_head_of(chain.sides[1].node)
                if left is not None and head is not None and base_name(left) == head[0]:
                    yield head[0], base_name(head[1]) or ""

    def _shown_calls(self) -> Iterator[str]:
        """Names that stand alone in prose with an argument: «the basis functions $φ_k(x)$»."""
        for formula in self._formulas():
            chains = self.parsed[formula.offset]
            if formula.display or len(chains) != 1 or chains[0].relations:
                continue
            for side in chains[0].sides:
                head = function_head_of(side.node)
                if head is not None:
                    yield head[0]

    def _defines_delta(self) -> bool:
        """Whether δ_ij is some quantity of the page (an error), not Kronecker's."""
        for chain in self._defining_chains():
            head = chain.sides[0].node
            right = chain.sides[1].node if len(chain.sides) > 1 else None
            if isinstance(head, Scripted) and base_name(head) == r"\delta" and len(head.subs) == 2:
                if right is not None and any(
                    isinstance(n, Name | Scripted) and base_name(n) not in (None, r"\delta")
                    for n in nodes(right)
                    if not isinstance(right, CasesNode)
                ):
                    return True
        return False

    def _upper_heads(self) -> Iterator[tuple[str, str]]:
        """(y, s) where a relation says what y_k^s is."""
        for chain in self._defining_chains():
            head = chain.sides[0].node
            if isinstance(head, Scripted) and isinstance(head.sup, Name) and head.subs:
                name = base_name(head)
                if name is not None:
                    yield name, head.sup.name

    @staticmethod
    def _primes_a_known(name: str, known: set[str]) -> bool:
        """S' is the derivative of a defined S, not a new name."""
        return name.endswith("'") and name.rstrip("'") in known

    def _defined_keys(self) -> Iterator[tuple[str, str, int]]:
        known = set(self.functions)
        seen: set[str] = set()
        for formula in self._formulas():
            if self.claims_from is not None and formula.offset >= self.claims_from:
                return
            if formula.offset in self.told.conditions:
                continue
            for chain in self.parsed[formula.offset]:
                for at in range(len(chain.sides)):
                    found = self._may_define(chain, at, seen, formula)
                    if found is not None and not self._primes_a_known(found[0], known):
                        known.add(found[0])
                        if at:
                            self.introduced.add(found)
                        yield found
                    node = chain.sides[at].node
                    if node is not None:
                        seen |= {name for name, _, _ in occurrences(node, self.notation)}

    def _may_define(
        self, chain: Chain, at: int, seen: set[str], formula: FormulaText
    ) -> tuple[str, str, int] | None:
        """The key of the name that one side of a chain may stand for: the first side, or a
        later one whose name is new (y in ``∂C/∂b = δ = a - y``)."""
        if chain.continues or at >= len(chain.relations) or at + 1 >= len(chain.sides):
            return None
        if chain.relations[at] not in ("=", ":="):
            return None
        right = chain.sides[at + 1].node
        if index_condition(chain, self.notation) is not None:
            return None
        if is_plain_number(right) and not self._value_told(chain.sides[at].node, formula):
            return None
        found = self._bare(chain.sides[at].node)
        if found is None:
            return None
        key = found[0]
        if "⇒" in chain.relations[at + 1 :] and key[0] in seen:
            return None  # k = n p ⇒ …, of a k that the page has used: what is solved for
        if self._updates(chain.sides[at].node, right):
            self.updated.add(key)
        else:
            self.told_what.add(key)
        if key == ("e", "", 0) and not self.conventions.e_is_quantity:
            return None  # e = 2.718…
        if at:
            inside = occurrences(right, self.notation) if right is not None else []
            if key[0] in seen or any(name == key[0] for name, _, _ in inside):
                return None
        return key

    @staticmethod
    def _updates(left: Node | None, right: Node | None) -> bool:
        """``w_i = w_i - \\alpha …``: what w becomes, and not what it is."""
        return isinstance(right, Plus) and any(item == left for _, item in right.items)

    def _value_told(self, left: Node | None, formula: FormulaText) -> bool:
        """``let x = 3``: an annotation may fix a quantity, but no size."""
        told = formula.offset in self.told.lets or self.claims_from is not None
        return told and left is not None and base_name(left) not in self.notation.sizes

    def _bare(self, node: Node | None) -> tuple[tuple[str, str, int], list[str]] | None:
        """(name, label, rank) and index letters, if the side is a bare name."""
        if isinstance(node, Name):
            return (self.ranks.entry_name(node.name), "", self.ranks.evident(node)), []
        if not isinstance(node, Scripted):
            return None
        name = self.notation.name_of(node)
        if name is None or not isinstance(node.base, Name):
            return None
        if name == r"\delta" and len(node.subs) == 2 and not self.notation.own_delta:
            return None
        kind = self.notation.sup_kind(node)
        if kind == "exponent" or untransposed(node, self.notation) is not None:
            return None
        rank = self.ranks.evident(node)
        name = self.ranks.entry_name(name)
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
        return (name + "'" * node.primes, label, len(indices) + rank), letters

    def _classify_calls(self) -> None:
        """Which f(…) are functions of a number, which only remind of arguments, and which
        have arguments that belong to the name."""
        interpreter = self.interpreter
        numbers: dict[str, str] = {}
        headed: set[str] = set()
        differentiated: dict[str, str] = {}  # s of s'(z) = s(z)(1 - s(z)) → z
        unprimed: set[str] = set()
        bodies: dict[str, list[Node]] = {}  # what functions are said to be
        sides = (side.node for chain in self._all_chains() for side in chain.sides)
        interpreter.known.shares = shares_in(node for node in sides if node is not None)
        for chain, at, node in self._heads():
            parts = call_parts(node)
            if parts is None:
                continue
            head, bracket, subs = parts
            name = base_name(head) or ""
            headed.add(name)
            body = chain.sides[at + 1].node
            bodies.setdefault(name, []).extend([] if body is None else [body])
            if is_softmax(name) and (body is None or not is_usual(body)):
                interpreter.known.shares = frozenset()  # the page says what softmax is
            if subs or len(bracket.items) != 1 or body is None:
                continue
            (arg,) = bracket.items
            if not isinstance(arg, Name | Scripted) or base_name(arg) is None:
                continue
            if isinstance(head, Scripted) and head.primes:
                if isinstance(arg, Name) and self._heads_calls(Name(name), body):
                    differentiated[name] = arg.name
                continue
            unprimed.add(name)
            if name not in self.calls.of_outcomes and self._is_number_function(arg, body):
                numbers.setdefault(name, arg.name if isinstance(arg, Name) else "")
                if (shown(arg), "", 0) in occurrences(body, self.notation):
                    interpreter.known.parameters.add(shown(arg))
        for name, seen in self.calls.arguments.items():
            if name not in self.functions or name in self.calls.of_outcomes:
                continue
            if name in numbers:
                interpreter.known.numbers[name] = numbers[name]
            elif name == r"\sigma" or (is_softmax(name) and name not in headed):
                continue
            elif name in differentiated.keys() - unprimed and len(seen) == 1:
                # an equation for a function that is defined nowhere does not define s'
                interpreter.known.numbers[name] = differentiated[name]
            elif len(seen) == 1:
                interpreter.known.plain[name] = next(iter(seen))
                for rank in (0, 1):
                    interpreter.defined.add((name, "", rank))
                returned = self.interpreter.rank_of_value(Name(name), ())
                if is_softmax(name) and all(self.ranks.rank(b) == 1 for b in bodies.get(name, [])):
                    returned = 1  # softmax(x) = e^x / Σ_k e^{x_k}
                if returned and name not in NUMBERS:
                    self.ranks.known.setdefault((name, ""), returned)
        interpreter.known.apart = names_apart(
            self._all_chains(), interpreter.known.plain, self.notation, self.ranks.entry_name
        )
        told: dict[str, set[str]] = defaultdict(set)  # names → arguments
        general: dict[tuple[str, int], set[str]] = {}  # functions → the names of their arguments
        for chain, at, node in self._heads():
            parts = call_parts(node)
            if parts is not None and base_name(parts[0]) in interpreter.known.plain:
                head, _, subs = parts
                bare = self._bare(Scripted(head, subs) if subs else head)
                if bare is not None:
                    interpreter.defined.add(bare[0])  # with its label: \\phi_{softmax}
            key = self._called_key(node)
            if parts is not None and key is not None:
                called = shown(_unscripted(parts[0])), len(parts[1].items)
                letters = {base_name(item) or "" for item in parts[1].items}
                known = general.get(called)
                examples = called[0] in ("f", "g", "h") and not letters <= (known or set())
                if known is not None and "|" not in parts[1].marks and not examples:
                    same = [shown(item) for item in parts[1].items] == self._order[called]
                    if not same:
                        continue  # h(x_i) = … after h(x) = …: a statement about h
                body = chain.sides[at + 1].node
                if body is not None and self.is_general(parts[1], body):
                    general.setdefault(called, set()).update(letters)
                    self._order.setdefault(called, [shown(item) for item in parts[1].items])
            if parts is not None:
                inside = re.sub(r"\s|\\(?:mid|vert)|[|]", "", arguments(parts[1]))
                told[base_name(parts[0]) or ""].add(inside)
            if key is not None:
                interpreter.defined.add(key)
                parts = call_parts(node)
                name = base_name(parts[0] if parts else node) or ""
                interpreter.known.heads.add(name)
                if key[2] and parts is not None and parts[2]:
                    # \\sigma_i of \\sigma(z)_i
                    interpreter.known.indexed.setdefault((name, len(parts[2])), key[0])
                if key[2] == 0:
                    if interpreter.known.bare.setdefault(name, key[0]) != key[0]:
                        interpreter.known.ambiguous.add(name)

        for formula in self._formulas():
            for found in _CALL_HEAD.finditer(formula.latex):
                told[found["name"]].add(re.sub(r"\s|\\(?:mid|vert)|[|]", "", found["inside"]))
        # P alone, of P(t = 1 | x) = w and P(t = 0, 1 | x) = …
        interpreter.known.ambiguous |= {
            name for name in interpreter.known.bare if len(told[name]) > 1
        }

    def is_general(self, bracket: Bracket, body: Node) -> bool:
        """Whether ``f(x, y) = body`` says what f is of anything: its arguments are bare names,
        and all of them stand in the body."""
        if not all(isinstance(item, Name) for item in bracket.items):
            return False
        entry_name = self.ranks.entry_name
        inside = {entry_name(name) for name, _, _ in occurrences(body, self.notation)}
        return all(entry_name(base_name(item) or "") in inside for item in bracket.items)

    def _heads(self) -> Iterator[tuple[Chain, int, Node]]:
        """The sides that a relation may define: those before ``=``, with chain and place."""
        for chain in self._defining_chains():
            for at, relation in enumerate(chain.relations):
                node = chain.sides[at].node if at < len(chain.sides) else None
                if node is not None and relation in ("=", ":=") and at + 1 < len(chain.sides):
                    node = node if at else self.unlogged(node) or node
                    if not (at and _names_result(node, chain.sides[at + 1].node)):
                        yield chain, at, node

    def unlogged(self, node: Node | None) -> Node | None:
        """The p(x | θ) of ``\\log p(x | θ) = …``, which says what p is. Of numbers only: a density
        of vectors has a matrix in it, which nothing may show to be one."""
        if not isinstance(node, Function) or node.name != "log" or node.base or node.power:
            return None
        parts = call_parts(node.arg)
        if parts is None or not self.calls.certain(parts[1]):
            return None
        whole = (bold_inner(base_name(x) or "") or self.ranks.evident(x) for x in parts[1].items)
        return None if any(whole) else node.arg

    def _is_number_function(self, arg: Node, body: Node) -> bool:
        """Whether f(arg) = body makes f a function of one number: arg stands in the body, is no
        vector there, and no other entry of it does (e^{z_j} / Σ_k e^{z_k})."""
        inside = [self._unpowered(n) for n in nodes(body) if isinstance(n, Name | Scripted)]
        if isinstance(arg, Name) and self._heads_calls(arg, body):
            return False  # H(P) = −Σ_j P(j) log P(j)
        if isinstance(arg, Name):
            # x_i in the body is no x
            keys = {(name, rank) for name, _, rank in occurrences(body, self.notation)}
            if (arg.name, 0) not in keys:
                return False
        elif shown(arg) not in [shown(n) for n in inside]:
            return False
        if self.ranks.evident(arg):
            return False
        others = [n for n in inside if isinstance(n, Scripted) and base_name(n) == base_name(arg)]
        return not isinstance(arg, Scripted) or all(shown(n) == shown(arg) for n in others)

    def _unpowered(self, node: Node) -> Node:
        """x_i of x_i^2."""
        if isinstance(node, Scripted) and self.notation.sup_kind(node) == "exponent":
            return replace(node, sup=None) if node.subs or node.primes else node.base
        return node

    @staticmethod
    def _heads_calls(name: Name, body: Node) -> bool:
        products = (n for n in nodes(body) if isinstance(n, Times))
        pairs = (pair for n in products for pair in itertools.pairwise(n.factors))
        return any(a == name and isinstance(b, Bracket) for a, b in pairs)

    def _called_key(self, node: Node | None) -> tuple[str, str, int] | None:
        """The key of a name with arguments, as something that a relation may define."""
        parts = call_parts(node)
        if parts is None:
            return None
        head, bracket, subs = parts
        name = base_name(head) or ""
        if name in self.interpreter.known.plain:
            return None
        single = len(bracket.items) == 1 and not subs
        if single and name in self.interpreter.known.numbers:
            return None
        if isinstance(head, Scripted) and (
            head.primes or self.notation.sup_kind(head) == "exponent"
        ):
            return None
        if not self.calls.certain(bracket) and name not in self.functions:
            return None
        try:
            called = self.calls.called(head, bracket, subs)
        except FormulaError:
            return None
        letters = [shown(i) for i in called.indices if isinstance(i, Name | Scripted)]
        if len(letters) != len(called.indices) or len(set(letters)) != len(letters):
            return None
        items = [shown(item) for item in bracket.items]
        plain = all(_is_plain(item) for item in bracket.items)
        if not plain or len(set(items)) != len(items):
            return None  # g(x + b), H(P, P)
        return called.name, "", len(letters) + self.interpreter.rank_of_value(head, subs)


def _names_result(node: Node, following: Node | None) -> bool:
    """``p = softmax(x) = (p_1, …, p_n)``: the list says what the entries of p are called, and
    nothing of what softmax is."""
    parts = call_parts(node)
    if parts is None or not is_softmax(base_name(parts[0])) or not isinstance(following, Bracket):
        return False
    entries = [item for item in following.items if not isinstance(item, Dots)]
    names = {base_name(entry) for entry in entries if isinstance(entry, Scripted)}
    return len(names) == 1 and len(entries) > 1 and None not in names


def _is_plain(item: Node) -> bool:
    """Whether an argument is no formula: x, y = k, or h(x) in Cost(h(x), y)."""
    parts = call_parts(item)
    if parts is not None:
        return all(isinstance(inner, Name | Scripted) for inner in parts[1].items)
    return isinstance(item, Name | Scripted | IndexCondition)


def _unwrapped(source: str) -> str:
    """«goes to $0$ $(-\\log(1) = 0)$»: a relation in brackets of its own, with blanks for them."""
    found = re.fullmatch(r"(\s*)\((.*=.*)\)(\s*)", source, re.DOTALL)
    if found is None:
        return source
    depth = 0
    for sign in found[2]:
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            return source
    return f"{found[1]} {found[2]} {found[3]}" if depth == 0 else source


def is_plain_number(node: Node | None) -> bool:
    """3, -3 and \\frac{1}{4}: a value, and no definition."""
    match node:
        case Number():
            return True
        case Negative(body):
            return is_plain_number(body)
        case Over(top, bottom):
            return is_plain_number(top) and is_plain_number(bottom)
    return False


def _unscripted(head: Node) -> Node:
    """A head without its primes, h_w of h_w'."""
    return replace(head, primes=0) if isinstance(head, Scripted) else head


def function_head_of(node: Node | None) -> tuple[str, Node] | None:
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
