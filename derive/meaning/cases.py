"""Cases stated in prose: «If j = i:», «如果 $j \\neq i$», «Case $y_k = \\delta_{kc}$»."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from derive.formula import Chain, IndexCondition, Name, Node, Number, Scripted
from derive.meaning.names import Notation, shown
from derive.reading.page import FormulaText, Item

__all__ = [
    "Case",
    "Mark",
    "denies",
    "ends_case",
    "goes_stale",
    "index_condition",
    "inline_case",
    "is_value",
    "marks",
    "prose_case",
    "sentence_at",
    "source_of",
    "trails",
]

_CASE_WORDS = re.compile(
    r"\b(if|when|whenever|for|case|cases|assume|assuming|suppose|supposing|let|given|where|with"
    r"|setting|si|se|quando|cuando|pour|lorsque|wenn|falls|für|caso|para)\b"
    r"|如果|若|当|假设|假定|设|情况|情形|对于|при|если|когда|もし|の場合",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(
    r"\W*(otherwise|else|in the other case|in all other cases|否则|其他情况|其它情况|sinon"
    r"|sonst|andernfalls|caso contrário|en otro caso|иначе)",
    re.IGNORECASE,
)
_BOTH_WAYS = re.compile(
    r"\b(otherwise|else|respectively|whether|either|depending)\b|否则|或者|分别", re.IGNORECASE
)
_JOINT_WORDS = re.compile(
    r"\b(combin\w*|together|both cases|in general|unif\w*|joint\w*|summari[sz]\w*|compact\w*"
    r"|overall|in one formula|single formula|for (all|any|every|arbitrary)|arbitrary|general"
    r"|generally|whole|every entry|für alle|pour tous?|para todos?)\b"
    r"|综上|综合|统一|合并|两种情况|总之|一般地|任意|对所有",
    re.IGNORECASE,
)


# Words that may tell two indices apart without a formula for it.
_VAGUE = re.compile(
    r"\b(not|others?|different|differs?|remaining|rest|distinct|off-diagonal|unequal|else"
    r"|besides|apart from|autres?|andere\w*|otros?|outros?)\b|不同|其他|其它|其余|非",
    re.IGNORECASE,
)
# A case without any formula for it.
_IN_WORDS = re.compile(
    r"\b(?:off-|non-)?diagonal\b|\b(?:same|equal|identical|different|distinct) (?:index|indices)\b"
    r"|\b(?:correct|true|right|target|other|wrong|incorrect|remaining) (?:class(?:es)?|labels?)\b"
    r"|非?对角|正确类别|其他类别|其它类别|错误类别",
    re.IGNORECASE,
)
MAX_VAGUE = 120  # characters of such a paragraph without its formulas: a lead-in, no discussion
MAX_SUPPOSED = 30  # more conditions than that in one paragraph are no case


@dataclass(frozen=True, slots=True)
class Case:
    """Conditions (and local definitions) that hold for the chains below their prose.

    ``stale``: so much prose has followed since that it is not clear whether the case still
    holds. ``unsupported``: a condition that cannot be used (y_i = 0, n = 2): below it, what
    is false in general is not refuted.
    """

    conditions: tuple[IndexCondition, ...]
    lets: tuple[Chain, ...]
    latex: tuple[str, ...]
    line: int
    stale: bool = False
    unsupported: str = ""

    @classmethod
    def unusable(cls, source: str, line: int) -> Case:
        """A case below which nothing is proved from the condition and nothing refuted."""
        return cls((), (), (source,), line, unsupported=source)

    def negated(self, line: int) -> Case | None:
        """What «otherwise» means after this case."""
        if len(self.conditions) != 1 or self.lets:
            return None
        c = self.conditions[0]
        sign = r"\neq" if c.equal else "="
        shown_condition = f"{shown(c.left)} {sign} {shown(c.right)}"
        opposite = IndexCondition(c.left, c.right, not c.equal, c.at)
        return Case((opposite,), (), (shown_condition,), line)


def index_condition(chain: Chain, notation: Notation) -> IndexCondition | None:
    """``j = i`` or ``i ≠ j`` as an inline formula of its own."""
    if not chain.sides and len(chain.conditions) == 1:
        return chain.conditions[0]
    if len(chain.sides) != 2 or chain.relations[0] not in ("=", "≠") or chain.continues:
        return None
    left, right = chain.sides[0].node, chain.sides[1].node
    if left is None or right is None:
        return None
    if not _is_index(left, notation):
        return None
    if not (_is_index(right, notation) or isinstance(right, Number)):
        return None
    return IndexCondition(left, right, chain.relations[0] == "=", chain.sides[0].start)


def _is_index(node: Node, notation: Notation) -> bool:
    if isinstance(node, Scripted):
        return isinstance(node.base, Name) and not node.subs and node.sup is None
    if not isinstance(node, Name):
        return False
    letter = shown(node)
    used = any(letter in letters for letters in notation.sub_letters.values())
    return letter in notation.bound or (used and not notation.sizes & {letter})


def prose_case(
    item: Item,
    formulas: list[tuple[FormulaText, list[Chain]]],
    notation: Notation,
    line: int,
    before: Case | None = None,
) -> Case | bool | None:
    """The case a paragraph opens; False if it closes the one before; None if neither."""
    conditions: dict[IndexCondition, str] = {}
    lets: list[tuple[Chain, str]] = []
    unsupported = ""
    last = 0
    for formula, chains in formulas:
        lead = item.text[: max(0, formula.offset - item.offset)]
        for chain in chains:
            condition = index_condition(chain, notation)
            if condition is not None:
                conditions.setdefault(condition, formula.latex.strip())
                last = formula.offset - item.offset + len(formula.source)
            elif _fixes_size(chain, notation):
                unsupported = formula.latex.strip()
            elif _could_let(chain):
                rest = _without_formulas(item.text[len(lead) + len(formula.source) :])
                if _about_one_entry(chain, notation):
                    if _opens(lead) or len(rest) <= 40:
                        unsupported = formula.latex.strip()
                elif _opens(lead) and not _is_remark(item.text[len(lead) :]):
                    lets.append((chain, formula.latex.strip()))
    for match in _WORDED.finditer(item.text):
        right = match.group("right") or match.group("other")
        sides = [Name(name.strip()) for name in (match.group("left"), right)]
        equal = match.group("equal") or match.group("same")
        condition = IndexCondition(sides[0], sides[1], equal is not None)
        sign = "=" if condition.equal else r"\neq"
        conditions.setdefault(condition, f"{sides[0].name} {sign} {sides[1].name}")
        last = match.end()
    text = _without_formulas(item.text)
    if before is not None and not conditions and _OTHERWISE.match(text):
        opposite = before.negated(line)
        if opposite is not None or not lets:
            return opposite or False
    if not conditions and len(text) < MAX_VAGUE and (words := _IN_WORDS.search(text)):
        return Case.unusable(words.group(), line)  # «for the off-diagonal entries»
    if _JOINT_WORDS.search(item.text) or _alternatives(list(conditions)):
        return False
    if unsupported:
        return Case.unusable(unsupported, line)
    if len(conditions) + len(lets) > MAX_SUPPOSED:
        return Case.unusable(next(iter([*conditions.values(), *(s for _, s in lets)])), line)
    plain = _WORDED.sub(lambda m: " " * len(m.group()), item.text)
    if conditions and _DENIED.search(sentence_at(plain, last)):
        source = ", ".join(conditions.values())
        return Case.unusable(source, line)
    if before is not None and not conditions and re.match(r"\W*if not\b", text, re.IGNORECASE):
        return before.negated(line) or False
    if conditions and _opens_case(item.text, last, text):
        remark = _is_remark(item.text[last:])
        return Case(tuple(conditions), (), tuple(conditions.values()), line, stale=remark)
    if before is not None and before.lets and not lets:
        # «If $y = 1$: …» and then «For $y = 0$:» without a supposing word
        held = {shown(let.sides[0].node) for let in before.lets}
        for formula, chains in formulas:
            for chain in chains:
                if _could_let(chain) and shown(chain.sides[0].node) in held:
                    source = formula.latex.strip()
                    return Case.unusable(source, line)
    if lets and not conditions:
        return Case((), tuple(c for c, _ in lets), tuple(s for _, s in lets), line)
    if not conditions and _VAGUE.search(text) and len(text) < MAX_VAGUE:
        # «for the items other than $i$, say $z$»: a condition in words that are not understood
        for formula, chains in formulas:
            alone = chains[0].sides if len(chains) == 1 and not chains[0].relations else ()
            if (
                len(alone) == 1
                and alone[0].node is not None
                and _is_index(alone[0].node, notation)
            ):
                return Case.unusable(formula.latex.strip(), line)
    return None


def _about_one_entry(chain: Chain, notation: Notation) -> bool:
    """``y_i = 0``: a number for one entry, not for all of them."""
    left, right = chain.sides[0].node, chain.sides[1].node
    if not isinstance(left, Scripted) or not isinstance(right, Number):
        return False
    return bool(notation.sub_indices(left)[0])


def _fixes_size(chain: Chain, notation: Notation) -> bool:
    """``K = 2`` for a size K: a special case."""
    if len(chain.sides) != 2 or chain.relations[0] != "=":
        return False
    left, right = chain.sides[0].node, chain.sides[1].node
    return isinstance(left, Name) and left.name in notation.sizes and isinstance(right, Number)


# «$i$ equals $j$», «$i$ is different from $j$»; «$i$ and $j$ coincide», «$i$ and $j$ differ»
_WORDED = re.compile(
    r"\$(?P<left>\s*[a-z]\s*)\$\s*(?:"
    r"(?:(?P<equal>equals|is equal to|等于|ist gleich|est égal à)"
    r"|is different from|differs from|is not equal to|does not equal|不等于|不同于)"
    r"\s*\$(?P<right>\s*[a-z]\s*)\$"
    r"|(?:and|和|与|und|et|y|e)\s*\$(?P<other>\s*[a-z]\s*)\$\s*"
    r"(?:(?P<same>coincide|are equal|are the same|相等|相同|sind gleich|sont égaux)"
    r"|differ\b|are different|are distinct|are not equal|不相等|不等|不同|sind verschieden"
    r"|sont différents))"
)


def _is_remark(rest: str) -> bool:
    """Whether a finished sentence follows: «If $y = 1$ the second term vanishes.»"""
    words = _without_formulas(rest)
    long = len(words.split()) >= 4 or len(re.findall(r"[\u4e00-\u9fff]", words)) >= 8
    return long and rest.rstrip().endswith((".", "。", "!", "！"))


def _opens_case(whole: str, end: int, text: str) -> bool:
    """Whether a paragraph with an index condition opens a case: it says so, and little
    follows the condition («If $i = j$, the quotient rule gives»); a remark on δ does not."""
    if _BOTH_WAYS.search(whole) or r"\delta" in whole or r"\mathbb{1}" in whole:
        return False
    if len(text) < 30:
        return True
    rest = _without_formulas(whole[end:])
    limit = 30 if re.search(r"[\u4e00-\u9fff]", rest) else 80
    return bool(_CASE_WORDS.search(text)) and len(rest) <= limit


def _alternatives(conditions: list[IndexCondition]) -> bool:
    """i = j and i ≠ j in one paragraph: it speaks of both cases, and opens neither."""
    for at, c in enumerate(conditions):
        for d in conditions[at + 1 :]:
            same = {shown(c.left), shown(c.right)} == {shown(d.left), shown(d.right)}
            if same and c.equal != d.equal:
                return True
    return False


def _without_formulas(text: str) -> str:
    return re.sub(r"\$[^$]*\$", "", text).strip(" \t\r\n:：,，。.*#-_()（）")


def _could_let(chain: Chain) -> bool:
    """``y_k = δ_{kc}`` or ``y = 1``: a name given a value."""
    if len(chain.sides) != 2 or chain.relations[0] != "=" or chain.continues:
        return False
    left = chain.sides[0].node
    return isinstance(left, Name | Scripted) and chain.sides[1].node is not None


_SUPPOSING = re.compile(
    r"(\bif|\bwhen|\bwhenever|\bassum\w+(?: that)?|\bsuppos\w+(?: that)?|\bcase"
    r"|如果|若|当|假设|假定|情况|情形|\bsi|\bquando|\bcuando|\bwenn|\bfalls|если)\W{0,3}(?:\w{1,6}\W{1,2})?$",
    re.IGNORECASE,
)


def _opens(before: str) -> bool:
    """«If $y = 1$, …»: a supposing word right before the formula makes it a case."""
    lead = re.sub(r"\$[^$]*\$", "", before).rstrip("$ \t\r\n*_(（")
    return bool(_SUPPOSING.search(lead))


def ends_case(item: Item) -> bool:
    """Whether a heading or paragraph ends a case although it opens none."""
    return item.kind == "heading" or bool(_JOINT_WORDS.search(item.text))


_CARRIES_ON = re.compile(
    r"\W*(or|i\.e\.|namely|so|hence|thus|therefore|then|and|this|that|which|we|it|here|now|finally|using|since"
    r"|because|where|with|by|as|note|again|also|simplif\w+|substitut\w+|plugging|inserting|damit"
    r"|also|daraus|d'où|donc|alors|luego|entonces|logo)\b|\W*(因此|所以|即|于是|得|则|可得|从而|有|故|整理|代入|化简)",
    re.IGNORECASE,
)


def goes_stale(item: Item) -> bool:
    """Whether a paragraph leaves open if the case before it still holds: unless it is short
    or carries on the argument."""
    text = _without_formulas(item.text)
    if _MAY_END.search(text):
        return True
    chinese = bool(re.search(r"[\u4e00-\u9fff]", text))
    if len(text) > (30 if chinese else 90):
        return True
    return len(text) > (1 if chinese else 3) and not _CARRIES_ON.match(text)


# Words that may widen the view again. They do not end the case, as they may also speak of
# something else («all terms cancel»); they make it doubtful.
_MAY_END = re.compile(
    r"\b(dropp\w*|lift\w*|back to|return\w*|again|all|any|each|every|both|full|entire|whole"
    r"|no longer|without|regardless|whatever|unrestrict\w*|forget\w*|remov\w*|original"
    r"|alle|toute?s?|tou[st]|todos?|todas?)\b|所有|全部|任何|每个|完整|不再|回到|去掉",
    re.IGNORECASE,
)


_SENTENCE_END = re.compile(r"[.!?](?=\s|$)|[。！？]|\n\s*[-*+] |\n\s*\d+[.)] ")
_OTHERWISE_INSIDE = re.compile(
    r"\b(otherwise|else|sonst|andernfalls|sinon|caso contrário|en otro caso)\b|否则|иначе",
    re.IGNORECASE,
)


# A value in plain text right before a formula.
_VALUE_BEFORE = re.compile(
    r"(?:\b(?:if|when|for)\s+)?(?P<value>[A-Za-z]\s*=\s*\d)\s*(?:时|時|的时候)?[\s,:，：]*$"
)


def inline_case(item: Item, marked: list[Mark], at: FormulaText, line: int) -> Case | None:
    """The case that the sentence around an inline formula names: «if $i = j$, then $…$»,
    «$…$ when $i = c$», «otherwise $…$». Conditions lead or trail, as the sentence begins."""
    text = re.sub(r"\$[^$]*\$", lambda m: " " * len(m.group()), item.text)
    here = at.offset - item.offset
    value = _VALUE_BEFORE.search(text[:here].rstrip("$ "))
    if value is not None:  # «y=0时，$p(y|x) = 1 - q$»
        return Case.unusable(value["value"].strip(), line)
    ends = [m.end() for m in _SENTENCE_END.finditer(text)]
    start = max((e for e in ends if e <= here), default=0)
    stop = min((e for e in ends if e > here), default=len(text))
    sentence = [m for m in marked if start <= m.place < stop]
    if not any(m.condition or m.value for m in sentence):
        earlier = [m for m in marked if m.place < start and m.condition]
        if earlier and _OTHERWISE.match(text[start:here]):
            return _case_of(earlier[-1:], line).negated(line)
        return None
    position = next(i for i, m in enumerate(sentence) if m.place == here)
    if sentence[0].condition is None and not sentence[0].value:
        after = sentence[position + 1 :]
        chosen = list(itertools.takewhile(lambda m: m.condition or m.value, after))
    else:
        before = sentence[:position][::-1]
        chosen = list(itertools.takewhile(lambda m: m.condition or m.value, before))
    if not chosen:
        known = [m for m in sentence[:position] if m.condition]
        between = text[known[-1].place : here] if known else ""
        if known and (_OTHERWISE_INSIDE.search(between) or _IF_NOT.search(between)):
            return _case_of(known[-1:], line).negated(line)
        return None
    denied = _DENIED.search(text[start:stop]) or _JOINT_WORDS.search(text[start:stop])
    if denied or any(m.value for m in chosen):
        shown_source = ", ".join(m.source for m in chosen)
        return Case.unusable(shown_source, line)
    return _case_of(chosen, line)


@dataclass(frozen=True, slots=True)
class Mark:
    """An inline formula of a paragraph: an index condition, a value (y = 1), or another."""

    place: int
    source: str
    condition: IndexCondition | None
    value: bool


def marks(
    item: Item, formulas: list[tuple[FormulaText, list[Chain]]], notation: Notation
) -> list[Mark]:
    out = []
    for formula, chains in formulas:
        place = formula.offset - item.offset
        for chain in chains[:1]:
            if not chain.relations and not chain.conditions:
                continue
            condition = index_condition(chain, notation)
            value = condition is None and _could_let(chain) and _is_value(chain)
            out.append(Mark(place, formula.latex.strip(), condition, value))
    return out


def is_value(chain: Chain, notation: Notation) -> bool:
    """``C = 2``, ``z_1 = z``: a name that gets a value, and no condition on indices."""
    if len(chain.sides) != 2 or chain.relations != ("=",) or chain.continues:
        return False
    left, right = chain.sides[0].node, chain.sides[1].node
    if index_condition(chain, notation) is not None or not isinstance(left, Name | Scripted):
        return False
    return isinstance(right, Number | Name)


def source_of(chain: Chain) -> str:
    """A relation as it is written."""
    return f" {chain.relations[0]} ".join(side.latex for side in chain.sides)


def _is_value(chain: Chain) -> bool:
    right = chain.sides[1].node
    return isinstance(right, Number) and right.value in (0, 1)


def _case_of(marks: list[Mark], line: int) -> Case:
    conditions = tuple(m.condition for m in marks if m.condition is not None)
    return Case(conditions, (), tuple(m.source for m in marks), line)


_IF_NOT = re.compile(r"\bif not\b|\bwenn nicht\b|\bsinon\b", re.IGNORECASE)
# What denies or widens a condition beside it: nothing is proved under such a case.
_DENIED = re.compile(
    r"\b(unless|except|not|n't|no matter|even if|whether|regardless|dropp\w*|always|every|pair"
    r"|special case|differ|nicht|kein\w*|n'est pas|no es)\b|除非|无论|不管|并不|不成立|не\b",
    re.IGNORECASE,
)


def sentence_at(text: str, place: int) -> str:
    """The sentence of a paragraph around a place, without its formulas."""
    blank = re.sub(r"\$[^$]*\$", lambda m: " " * len(m.group()), text)
    ends = [m.end() for m in _SENTENCE_END.finditer(blank)]
    start = max((e for e in ends if e < place), default=0)
    return blank[start : min((e for e in ends if e >= place), default=len(blank))]


def denies(words: str) -> bool:
    """Whether words beside a condition deny or widen it."""
    return bool(_DENIED.search(words)) or bool(re.search(r"\bonly\b", words, re.IGNORECASE))


def trails(item: Item) -> bool:
    """A paragraph that carries on the sentence of the display before it: «if $i = j$, and»."""
    return bool(re.match(r"(if|for|when|whenever|where)\b", item.text.strip()))
