"""Which names a page declares to be vectors or matrices: by the set they are taken from
(``A \\in \\mathbb{R}^{n \\times n}``) or by a word beside them (the matrices $A$ and $B$)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from derive.formula import Bracket, FormulaError, Name, Node, Number, Scripted
from derive.meaning.names import Notation, base_name, shown
from derive.reading.chains import parse_expression
from derive.reading.page import Item, Page

__all__ = ["declared_shapes", "listed", "prose_with_slots", "shape_key"]

# Words for things whose product is no product of numbers.
_MATRIX_WORDS = r"\w*matrix|\w*matrices?|\w*matrizen|matriz|матриц\w*"
# Words for things whose products are not known here.
_TENSOR_WORDS = (
    r"\w*tensors?|\w*tensoren|tenseurs?|tensor(?:es)?|тензор\w*"
    r"|quaternions?|(?:linear|bounded|differential|expectation|self-adjoint) operators?"
)
_VECTOR_WORDS = (
    r"\w*vectors?|\w*vektor(?:en|s)?|vecteurs?|vectores|vetor(?:es)?|vettor[ei]|вектор\w*"
)
_NUMBER_WORDS = (
    r"scalars?|(?:real |positive |negative )*numbers?|skalare?|(?:reelle )?zahl(?:en)?"
    r"|scalaires?|escalar(?:es)?"
)
# Each kind in languages with spaces between words, and without.
_KINDS = {
    "matrix": (_MATRIX_WORDS, "矩阵|矩陣|方阵|行列|행렬"),
    "tensor": (_TENSOR_WORDS, "张量|張量|算子"),
    "vector": (_VECTOR_WORDS, "向量|矢量|ベクトル|벡터"),
    "number": (_NUMBER_WORDS, "标量|实数"),
}

_ONE = "\ue000\\d+\ue001"
_AND = r"\s*(?:,?\s*\b(?:and|or|und|oder|et|ou|y|e|и)\b|和|与|與|及|或|、|&)\s*"
_AND_LIST = rf"{_ONE}(?:\s*,\s*{_ONE}){{0,20}}{_AND}{_ONE}"
_COMMA_LIST = rf"{_ONE}(?:\s*,\s*{_ONE}){{1,20}}(?=\s*(?:[.;:)。；：）]|$|(?:be|are|in|of)\b))"
_LIST = rf"(?P<names>{_AND_LIST}|{_COMMA_LIST}|{_ONE})"
_SUBJECTS = rf"(?P<names>{_ONE}(?:\s*,\s*{_ONE}){{0,20}}(?:{_AND}{_ONE})?)"
# Between the verb and the word: «a real $n \times n$» but not «the norm of the».
_OTHERWISE = (
    r"not|no|never|nor|than|of|for|in|on|to|with|by|from|which|that|when|if|per|between"
    r"|nicht|keine?|von|der|des|für|in|mit|pas|de|du|pour|avec|del|con|para"
)
_ADJECTIVES = (
    rf"(?:(?:(?!(?:{_OTHERWISE})\b)[\w×'’]+|{_ONE}[- ]by[- ]{_ONE}|{_ONE})(?:-|,? )){{0,8}}?"
)
_VERB = (
    r"(?:be|are|is|being|denotes?|represents?|as|sind|seien|sei|ist|bezeichnen?|als|soit|soient"
    r"|est|sont|désignent?|comme|sea|sean|es|son|como|seja|sejam|sia|siano|являются|является)\b"
)
_ARTICLE = r"(?:an?|eine?|une?|two|three)\b"
_LINK = rf"(?:(?:both |all )?{_VERB}|,? ?{_ARTICLE}|[:|(—–](?: ?(?:the|{_ARTICLE}))?)"
# «Seien $A$ und $B$ Matrizen», «soient $A$ et $B$ des matrices»
_LET = r"\b(?:seien|sei|soit|soient|sean|sea|sejam|seja|siano|sia|пусть)"
_PART_OF = re.compile(
    r"\b(?:rows?|columns?|entr(?:y|ies)|elements?|components?|coefficients?|norms?|determinant"
    r"|traces?|eigenvalues?)(?: vectors?)? of(?: \w+){0,3} $",
    re.IGNORECASE,
)
# What may follow the word, so that «is the matrix norm» says nothing of a matrix.
_ENDED = (
    r"(?=\s*(?:[.,;:!?)|。，；：、）]|$|\ue000|[-–—] |(?:with|of|whose|and|or|in|over|that|which"
    r"|such|where|containing|for|from|as|having|consisting|representing|then|mit|aus|von|und|de"
    r"|avec|dont|et|con|y)\b))"
)
_CHINESE_ENDED = r"(?=\s*(?:[.,;:!?)。，；：、）]|$|且|和|与|并))"


def _patterns(words: str, unspaced: str) -> tuple[re.Pattern[str], ...]:
    kind, chinese = rf"(?P<kind>{words})", rf"(?P<kind>{unspaced})"
    between = r"[^\ue000。，；,.;不]"
    return tuple(
        re.compile(pattern, re.IGNORECASE)
        for pattern in (
            rf"(?<!\w){kind}(?: called| named)? ?{_LIST}",
            rf"{chinese}\s*{_LIST}",
            rf"{_SUBJECTS}\s*{_LINK}\s*{_ADJECTIVES}{kind}{_ENDED}",
            rf"{_LET} {_SUBJECTS} (?:des )?{_ADJECTIVES}{kind}{_ENDED}",
            rf"{_SUBJECTS}\s*(?:均|都|分别)?(?:是|为|為|表示|は){between}{{0,12}}?"
            rf"(?:{_ONE}{between}{{0,6}}?)?{chinese}{_CHINESE_ENDED}",
        )
    )


_PATTERNS = {kind: _patterns(*words) for kind, words in _KINDS.items()}
_PLURAL = re.compile(
    r"(?:s|ces|en|i|ы|矩阵|矩陣|方阵|张量|張量|向量|矢量|行列|ベクトル|标量|实数)$", re.IGNORECASE
)

_ELEMENT = re.compile(r"\\in(?![A-Za-z])|∈")
_POWER = r"\^\s*(?P<power>\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|\\[A-Za-z]+|[^\s\\{])"
_LETTER = (
    r"(?:\\(?:mathbb|mathbf|mathrm|Bbb|bf)\s*(?:\{\s*[RCZNQ]\s*\}|[RCZNQ])|\\(?:R|C|RR|CC|reals)"
    r"(?![A-Za-z])|[ℝℂℤℕℚ])"
)
_RANGE = r"(?:\\\{[^{}]*\\\}|(?:\\left)?[\[(][^\[\]()]*(?:\\right)?[\])])"
_LOWER = r"(?:\s*_\s*(?:\{[^{}]*\}|[^\s\\{]))?"
_SET = re.compile(rf"\s*(?:{_LETTER}|{_RANGE}){_LOWER}(?:\s*{_POWER})?")
_SIMPLEX = re.compile(r"\s*\\Delta\s*[\^_]")
_MATRIX_SET = re.compile(
    r"\s*(?:\\(?:mathrm|operatorname|mathbf|text)\s*\{)?(?:GL|SL|SO|SU|Mat|Sym)\b"
    r"|\s*(?:M|\\mathcal\s*\{?\s*M\s*\}?)\s*_"
)
_PLAIN_POWERS = frozenset({"", "1", "+", "*", "++", r"\ast", r"\star", r"\times", ">0", r"\geq0"})


def declared_shapes(page: Page, notation: Notation) -> tuple[dict[str, str], ...]:
    """For each section of the page (a heading begins one), what its names are: ``matrix``,
    ``vector``, ``tensor`` or again ``number`` by `shape_key`, as declared there or in a section
    before it.

    A section that calls a name a number takes a declaration of an earlier one back. Names
    that are sizes or bound indices are never taken.
    """
    sections: list[dict[str, str]] = [{}]
    here: dict[str, str] = {}
    own: set[str] = set()  # declared with a shape in this section
    by_set: set[str] = set()  # by the set they are taken from: no word beside it says more
    for item in page.items:
        if item.kind == "heading":
            here, own, by_set = dict(here), set(), set()
            sections.append(here)
        sections[-1] = here
        for name, kind, sure in _declared(item, notation):
            if sure:
                by_set.add(name)
            elif name in by_set:
                continue
            if kind != "number":
                here[name] = kind
                own.add(name)
            elif name not in own and (name in here or name.isupper()):
                here[name] = "number"  # a capital beside a vector would pass for a matrix
    return tuple(sections)


def shape_key(node: Node, notation: Notation) -> str | None:
    """What a name with its scripts goes by: A of A, A^T and A_{\\text{new}}, v_1 of v_1,
    W^{(·)} of every W^{(l)}. None for an entry (A_{ij}) and for what is no name."""
    name = base_name(node)
    if name is None:
        return None
    if not isinstance(node, Scripted):
        return name
    if notation.numbered(node):
        return notation.name_of(node)
    indices, _ = notation.sub_indices(node)
    if indices:
        if node.sup is not None or not all(isinstance(i, Number) for i in indices):
            return None
        return f"{name}_{{{','.join(shown(i) for i in indices)}}}"
    return f"{name}^{{(·)}}" if isinstance(node.sup, Bracket) else name


def _declared(item: Item, notation: Notation) -> Iterator[tuple[str, str, bool]]:
    """Names with what they are, and whether a set says so."""
    excluded = notation.sizes | notation.bound
    for formula in item.formulas:
        for name, kind in _by_set(formula.latex, notation):
            if name not in excluded:
                yield name, kind, True
    if item.kind == "formula" or not item.formulas:
        return
    text = prose_with_slots(item)
    for kind, patterns in _PATTERNS.items():
        for pattern in patterns:
            for match in pattern.finditer(text):
                starts = match.start("names")
                if starts < match.start("kind") and _PART_OF.search(text[:starts]):
                    continue  # «the rows of $V$ are vectors» says nothing of V
                slots = [int(n) for n in re.findall("\ue000(\\d+)\ue001", match["names"])]
                if not _PLURAL.search(match["kind"]):
                    # «the weight matrix $W$, $x$ …», «with $L$, $x$ is a vector»
                    slots = slots[:1] if match.start("kind") < match.start("names") else slots[-1:]
                for slot in slots:
                    for name in _names(_head(item.formulas[slot].latex), notation):
                        if name not in excluded:
                            yield name, kind, False


def prose_with_slots(item: Item) -> str:
    """A paragraph with each formula (and its delimiters) as a slot of its number, without
    the marks of emphasis."""
    out, at = [], 0
    for number, formula in enumerate(item.formulas):
        start = formula.offset - item.offset
        end = start + len(formula.source)
        before = item.text[at:start]
        before = re.sub(r"\\{1,2}\($|[$`]+$", "", before)  # Markdown has \\( for \(
        out += [before, f"\ue000{number}\ue001"]
        at = end
        if closing := re.compile(r"\\{1,2}\)").match(item.text, at):
            at = closing.end()
        while at < len(item.text) and item.text[at] in "$`":
            at += 1
    out.append(item.text[at:])
    return re.sub(r"[\s~]+", " ", re.sub(r"[*_]+", "", "".join(out)))


def _head(source: str) -> str:
    """``A`` of ``A = (a_{ij})``: what a formula that says more about names begins with."""
    return re.split(r"\\in(?![A-Za-z])|∈|:?=|\\(?:equiv|coloneqq|succ\w*)|[<>]", source)[0]


def _by_set(source: str, notation: Notation) -> Iterator[tuple[str, str]]:
    """The names before each ∈, with what an element of the set is."""
    at = 0
    for match in _ELEMENT.finditer(source):
        kind, end = _kind_of_set(source, match.end())
        if kind:
            for name in _names(source[at : match.start()], notation):
                yield name, kind
        at = end


def _kind_of_set(source: str, at: int) -> tuple[str, int]:
    if _MATRIX_SET.match(source, at):
        return "matrix", at
    if _SIMPLEX.match(source, at):
        return "vector", at
    found = _SET.match(source, at)
    if found is None:
        return "", at
    power = (found["power"] or "").strip("{} ").replace(" ", "")
    if power in _PLAIN_POWERS:
        return "number", found.end()
    several = re.search(r"\\times|×|\\cdot|,", power)
    return "matrix" if several else "vector", found.end()


def _names(source: str, notation: Notation) -> Iterator[str]:
    """The names in a list of names: ``A, B``; what is no bare name is passed over."""
    for node in listed(source):
        if isinstance(node, Scripted) and node.primes:
            continue
        if isinstance(node, Name | Scripted):
            key = shape_key(node, notation)
            if key is not None:
                yield key


def listed(source: str) -> Iterator[Node]:
    """What stands between the commas of ``a^1, a^2, \\dots``, as far as it can be read."""
    for piece in _split(source):
        try:
            yield parse_expression(piece)
        except (FormulaError, RecursionError):
            continue


def _split(source: str) -> list[str]:
    pieces, depth = [""], 0
    for c in source:
        depth += (c in "{(") - (c in "})")
        if c == "," and depth == 0:
            pieces.append("")
        else:
            pieces[-1] += c
    return [p for p in pieces if p.strip() and len(p) <= 60]
