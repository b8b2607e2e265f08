"""What a page says of its own notation: that e is a quantity, that its logarithms have another
base, that a number above a name is a label."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from derive.formula import Big, Chain, Dots, Function, Name, Node, Number, Plus, Scripted, nodes
from derive.meaning.names import base_name
from derive.meaning.shapes import listed, prose_with_slots
from derive.reading.page import FormulaText, Item, Page

__all__ = ["Conventions", "conventions_of"]


@dataclass(frozen=True, slots=True)
class Conventions:
    """``e_is_quantity``: the page names a quantity e. ``e_has_indices``: it has e_i.
    ``other_logarithms``: its logarithms are not the natural ones. ``labelled``: bases whose
    number superscripts may be labels; ``all_labelled``: every base's may."""

    e_is_quantity: bool = False
    e_has_indices: bool = False
    other_logarithms: bool = False
    labelled: frozenset[str] = field(default_factory=frozenset)
    all_labelled: bool = False

    def may_label(self, base: str) -> bool:
        return self.all_labelled or base in self.labelled


def conventions_of(page: Page, parsed: Mapping[int, list[Chain]]) -> Conventions:
    """``parsed``: the chains of each formula, by its offset."""
    trees = [s.node for chains in parsed.values() for c in chains for s in c.sides if s.node]
    trees += [
        node
        for item in page.items
        for formula in item.formulas
        if not formula.display
        for node in _members(formula, parsed)
    ]
    prose = [i for i in page.items if i.kind != "formula"]
    texts = [(item, prose_with_slots(item)) for item in prose]
    sentences = [
        (item, sentence) for item, text in texts for sentence in _SENTENCE_END.split(text)
    ]
    return Conventions(
        e_is_quantity=_names_e(page, sentences, parsed),
        e_has_indices=any(
            isinstance(n, Scripted) and n.subs and base_name(n) == "e"
            for tree in trees
            for n in nodes(tree)
        ),
        other_logarithms=any(_other_base(_filled(item, s)) for item, s in sentences),
        labelled=frozenset(_ones(trees)),
        all_labelled=any(_superscripts_label(s) for _, s in sentences),
    )


def _members(formula: FormulaText, parsed: Mapping[int, list[Chain]]) -> Iterator[Node]:
    """The members of an inline list of names, which is no chain: ``a^1, a^2``."""
    chains = parsed[formula.offset]
    if "," in formula.latex and all(not c.relations and c.sides[:1] for c in chains):
        if all(side.node is None for c in chains for side in c.sides):
            yield from listed(formula.latex)


_SENTENCE_END = re.compile(r"(?<=[.;!?])\s|[。；！？]")
_SLOT = re.compile("\ue000(\\d+)\ue001")


def _filled(item: Item, sentence: str) -> str:
    """A sentence with its formulas' LaTeX back in place, without delimiters."""
    return _SLOT.sub(lambda m: item.formulas[int(m[1])].latex, sentence)


# --------------------------------------------------------------------------- the letter e

# A sentence that speaks of the number 2.718…, or uses it.
_EULER = re.compile(
    r"euler|napier|natural|naturel|natürlich|expon|transcendental|irrational|\bbas[ei]s?\b"
    r"|\bpowers?\b|\bconstant|konstante|potenz|puissance|potencia|2[.,]7|logarithm"
    r"|\\exp|\be\s*\^\s*\{?\s*[^\d\s{]|自然|欧拉|指数|底|常数|экспон|Эйлер|オイラー|ネイピア",
    re.IGNORECASE,
)
_NUMBER_E = re.compile(r"2[.,]7|\\lim|!|\\exp")


def _names_e(
    page: Page, sentences: Iterable[tuple[Item, str]], parsed: Mapping[int, list[Chain]]
) -> bool:
    for item in page.items:
        if item.kind == "formula":
            for formula in item.formulas:
                chains = parsed[formula.offset]
                if any(_says_what_e_is(c) for c in chains) and not _NUMBER_E.search(formula.latex):
                    return True
    for item, sentence in sentences:
        spoken = [item.formulas[int(m[1])] for m in _SLOT.finditer(sentence)]
        euler = _EULER.search(_filled(item, sentence))
        for formula in spoken:
            alone = Name("e") in _members(formula, parsed)
            for chain in parsed[formula.offset]:
                if _says_what_e_is(chain) and not _NUMBER_E.search(formula.latex):
                    if chain.relations[0] in ("=", ":=") or not euler:
                        return True
                if chain.sides and not chain.relations and chain.sides[0].node == Name("e"):
                    alone = True
            if alone and not euler:
                return True
    return False


def _says_what_e_is(chain: Chain) -> bool:
    """``e = y - t``, ``e > 0``, ``e ∈ …``: a relation whose left side is e."""
    if chain.continues or not chain.relations or len(chain.sides) < 2:
        return False
    if chain.sides[0].node != Name("e"):
        return False
    right = chain.sides[1].node
    if chain.relations[0] in ("=", ":="):
        number = right is not None and any(isinstance(n, Big | Dots) for n in nodes(right))
        return not number and not isinstance(right, Number | Function)
    return chain.relations[0] in ("∈", "∼") or isinstance(right, Number)


# --------------------------------------------------------------------------- logarithms

_BASE = re.compile(
    r"\bbase(?: of |[- ])(?:2|10|two|ten)\b|\bin bits\b"
    r"|\b(?:binary|dyadic|common|decimal) log(?:s|arithms?)?\b"
    r"|\bbasis (?:2|10|zwei|zehn)\b|logarithmes? (?:binaire|décima)|logaritmos? (?:binari|decima)"
    r"|binärlog|zweierlogarithm|dualis|dekadisch|\bin bit\b"
    r"|\bbase (?:deux|dix|dos|diez|dois|dez|due|dieci)\b|\ben bits\b"
    r"|основани\w+ (?:2|10)\b|двоичн\w+ логарифм|десятичн\w+ логарифм"
    r"|以 ?(?:2|10|二|十) ?为底|底数?(?:为|是|は) ?(?:2|10|二|十)|常用对数|常用対数"
    r"|\bbase of the log\w* (?:is|being|equals) (?!e\b)\w|以比特为单位|(?:2|10) ?を底",
    re.IGNORECASE,
)
# A base that is a letter: «logarithms to base $b$».
_BASE_LETTER = re.compile(
    r"\blog\w*\b[^.]{0,60}\b(?:to|with|of|in) (?:the |an? )?(?:arbitrary )?base (?!e\b)[a-zA-Z]\b"
    r"|\bBasis (?!e\b)[a-zA-Z]\b",
    re.IGNORECASE,
)
_MEANT = re.compile(
    r"\\log(?: ?\(?[a-z]\)?)? ?(?:=|:=|\\equiv|denotes|means|for|is|stands for|abbreviates"
    r"|statt|steht für|für|表示|代表|指|是)\s*\\log\s*_\s*\{?\s*(?!e)\w"
)
_NOT_BASE = re.compile(
    r"\b(?:not|nicht|instead of|rather than|(?:an)?statt|pas|au lieu de|em vez de|en (?:vez|lugar)"
    r" de|invece di)\b[^,]{0,20}$|不[^，]{0,6}$",
    re.IGNORECASE,
)
# A conversion, or another unit beside the natural one: no convention.
_CONVERTED = re.compile(r"\b(?:divid|conver|chang)\w+", re.IGNORECASE)
_NATS = re.compile(r"\bnats?\b", re.IGNORECASE)


def _other_base(sentence: str) -> bool:
    if _MEANT.search(sentence) or _BASE_LETTER.search(sentence):
        return True
    for match in _BASE.finditer(sentence):
        in_bits = "bit" in match.group().lower() and _NATS.search(sentence)
        converted = in_bits or _CONVERTED.search(sentence)
        if not converted and not _NOT_BASE.search(sentence[: match.start()]):
            return True
    return False


# --------------------------------------------------------------------------- labels

_ONE = Number(Fraction(1))
_SUPERSCRIPTS = re.compile(
    r"\bsuperscripts?\b[^\ue000]{0,60}?\b(?:indices|index|indexes|labels?|layers?|numbers?|steps?"
    r"|iterations?|samples?|components?|not (?:powers?|exponents?))\b"
    r"|\bhochgestellt\w+[^\ue000]{0,60}?\b(?:ind(?:ex|izes)|nummer\w*|schicht\w*|keine potenz\w*)"
    r"|\bexposants?\b[^\ue000]{0,60}?\b(?:indices|couches?|numéro\w*|pas des puissances)"
    r"|上标[^\ue000]{0,20}?(?:层|编号|序号|指标|索引|不是幂|不是指数|标签)",
    re.IGNORECASE,
)
_BRACKETED = re.compile(
    r"parenthes|bracket|klammer|括号|\bsuperscripts? [A-Za-z]\b", re.IGNORECASE
)


def _superscripts_label(sentence: str) -> bool:
    """«Superscripts number the layers.» Not: the superscript $L$, superscripts in brackets."""
    return bool(_SUPERSCRIPTS.search(sentence)) and not _BRACKETED.search(sentence)


def _ones(trees: Iterable[Node]) -> Iterator[str]:
    """The names that carry a literal 1 above them: nobody writes the power 1, but in a row
    of powers (1 + x^1 + x^2)."""
    for tree in trees:
        spared = {id(n) for plus in nodes(tree) if isinstance(plus, Plus) for n in _powers(plus)}
        for node in nodes(tree):
            if isinstance(node, Scripted) and node.sup == _ONE and id(node) not in spared:
                name = base_name(node)
                if name is not None:
                    yield name


def _powers(plus: Plus) -> list[Scripted]:
    """The powers of one name in a sum with a constant term, as of a power series."""
    items = [item for _, item in plus.items]
    found = [
        n
        for item in items
        for n in nodes(item)
        if isinstance(n, Scripted) and not n.subs and isinstance(n.sup, Number)
    ]
    numbers = any(isinstance(item, Number) for item in items)
    several = {n.sup.value for n in found if isinstance(n.sup, Number)}
    if len({base_name(n) for n in found}) != 1 or len(several) < 2:
        return []
    return found if numbers or 0 in several else []
