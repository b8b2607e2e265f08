"""Tokens → one expression: a precedence parser that reads to the last token or says why not.

The rules of reach, as people write:

- Σ and Π reach over products, up to the next + or −.
- log and its like, without brackets, reach over the following simple factors.
- ∂ in a numerator reaches over the whole numerator; with an empty numerator it
  acts on what follows: on a bracket alone, else on the product up to + − ·.
- ``\\cdot -a`` is a product with a negated factor.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from derive.formula import (
    Big,
    Bracket,
    CaseRow,
    CasesNode,
    Derivative,
    Dots,
    FormulaError,
    Function,
    IndexCondition,
    Indicator,
    Matrix,
    Name,
    Negative,
    Node,
    Number,
    Over,
    Plus,
    Product,
    Root,
    Scripted,
    Times,
    Words,
)
from derive.reading.indicators import condition_at, holds_condition, is_iverson, sign_of, sized_one
from derive.reading.ranges import numbers_of_set, with_dots
from derive.reading.separators import SEPARATORS, separators, with_double_bar
from derive.reading.token_lists import (
    base_name,
    differential,
    is_differential,
    order,
    primed,
    split,
    stripped,
    unwrapped,
    without_dotted_commas,
    without_spelled_words,
)
from derive.reading.token_reader import TokenReader
from derive.reading.tokens import FRAMING, Token
from derive.reading.vocabulary import (
    ACCENTS,
    BRACED,
    CLOSE,
    CLOSING,
    DIFFERENTIALS,
    DOTS,
    ENTRYWISE,
    FUNCTIONS,
    GREEK,
    MATRIX_WORDS,
    MAX_DEPTH,
    OPEN,
    OPENING,
    OPERATOR_WORDS,
    PRODUCTS,
    RELATIONS,
    UNSUPPORTED_FUNCTIONS,
    WRAPPERS,
)

__all__ = ["Parser"]


_DENYING = re.compile(
    r"\b(unless|except|not|nicht|kein\w*|sauf|salvo|excepto)\b|除非|不|кроме", re.IGNORECASE
)
# Accents that speak of all that they cover: the mean of squares is not the square of the mean.
_OVER = frozenset(
    r"\overline \bar \hat \widehat \tilde \widetilde \dot \ddot \underline \check \breve".split()
)


class Parser(TokenReader):
    """Reads one expression from its tokens, to the last one."""

    def __init__(self, source: str, tokens: list[Token], functions: frozenset[str]) -> None:
        super().__init__(source, tokens)
        self.functions = functions
        self.bars = 0
        self.in_norm = False

    def whole(self) -> Node:
        if not self.tokens:
            raise FormulaError("nothing to read", 0)
        node = self.expression()
        token = self.peek()
        if token is not None and token.text in OPEN.values():
            raise FormulaError(f"a closing {token.text} without its opening one", token.at)
        if token is not None:
            raise FormulaError(f"could not read on at {token.text!r}", token.at)
        return node

    # ------------------------------------------------------------------ sums and products

    def expression(self) -> Node:
        return self.nested(self._expression)

    def _expression(self) -> Node:
        at = self.here()
        items: list[tuple[int, Node]] = []
        sign = 1
        while self.text() in ("+", "-"):
            sign = -sign if self.next().text == "-" else sign
        items.append((sign, self.term()))
        while self.text() in ("+", "-"):
            sign = 1
            while self.text() in ("+", "-"):
                sign = -sign if self.next().text == "-" else sign
            items.append((sign, self.term()))
        if len(items) == 1:
            sign, node = items[0]
            return node if sign > 0 else Negative(node, at)
        return Plus(tuple(items), at)

    def term(self) -> Node:
        """Factors; the entrywise product binds less tightly: W δ ⊙ f'(z) is (W δ) ⊙ f'(z)."""
        at = self.here()
        node = self._factors()
        while self.text() in ENTRYWISE:
            kind = ENTRYWISE[self.next().text]
            right = self._signed(self._factors)
            same = isinstance(node, Product) and node.kind == kind
            left = node.factors if isinstance(node, Product) and same else (node,)
            node = Product(kind, (*left, right), at)
        return node

    def _signed(self, read: Callable[[], Node]) -> Node:
        """What ``read`` reads, behind the signs that stand before it."""
        at = self.here()
        negative = False
        while self.text() in ("+", "-"):
            negative ^= self.next().text == "-"
        node = read()
        return Negative(node, at) if negative else node

    def _factors(self) -> Node:
        at = self.here()
        factors = [self._iverson(None) or self.factor()]
        dotted: list[int] = []
        slashed: Over | None = None  # the division just read, if nothing follows it yet
        slashes = 0
        while True:
            text = self.text()
            if text in PRODUCTS:
                if self.next().text in (r"\cdot", r"\bullet"):
                    dotted.append(len(factors))
                factors.append(self._signed(self.factor))
                slashed = None
            elif text == "." and self._starts_factor(1):
                self.next()  # a_j.a_i: a dot on the line for a product
                factors.append(self.factor())
            elif text == "/" and self.peek(1) is not None:
                slash = self.next().at
                slashes += 1
                if slashes > MAX_DEPTH:
                    raise FormulaError(f"more than {MAX_DEPTH} divisions in a row", slash)
                slashed = Over(factors[-1], self.factor(), slash)
                factors[-1:] = [slashed]
            elif self._empty_ahead():
                self.at += 2
            elif self._starts_factor():
                self._refuse_mixed(factors[-1], self.here())
                spaced = self.tokens[self.at - 1].end < self.here()
                factors.append(self._iverson(factors[-1]) or self.factor())
                if slashed is not None:
                    self._refuse_ambiguous(slashed, factors[-1], spaced)
                slashed = None
            else:
                break
        return factors[0] if len(factors) == 1 else Times(tuple(factors), at, tuple(dotted))

    @staticmethod
    def _refuse_ambiguous(slashed: Over, factor: Node, spaced: bool) -> None:
        """x/2σ may be x/(2σ), as in most prints, or (x/2)σ: neither is taken for granted.
        1/2 x, with a space, is half of x."""
        named = isinstance(factor, Name | Number) or (
            isinstance(factor, Scripted) and isinstance(factor.base, Name)
        )
        if not named or not isinstance(slashed.bottom, Number | Name | Scripted):
            return
        half = isinstance(slashed.top, Number) and isinstance(slashed.bottom, Number)
        if not (half and spaced):
            raise FormulaError(
                r"it is not clear how far the slash reaches; write \frac or brackets", slashed.at
            )

    def _refuse_mixed(self, before: Node, at: int) -> None:
        """1 000 and 1½ are no products."""
        token = self.peek()
        if not isinstance(before, Number) or token is None:
            return
        digits = token.kind == "number"
        if token.text in (r"\frac", r"\tfrac", r"\dfrac"):
            parts = [t for t in self.tokens[self.at + 1 : self.at + 7] if t.text not in "{}"][:2]
            digits = len(parts) == 2 and all(t.kind == "number" for t in parts)
        if digits:
            raise FormulaError(r"two numbers stand side by side; write \cdot or +", at)

    def _starts_factor(self, ahead: int = 0) -> bool:
        token = self.peek(ahead)
        if token is None or token.kind in ("text", "row"):
            return False
        if token.kind in ("letter", "number", "name"):
            return True
        text = token.text
        if text in ("|", r"\vert"):
            return not self.bars
        if text == r"\|":
            return not self.in_norm
        if text == "!":
            return False
        return not (
            text in RELATIONS
            or text in CLOSE
            or text in ("+", "-", ",", ";", ":", ".", "&", "^", "_", "'", "/")
            or text in (r"\mid", r"\over", r"\vert", r"\rvert", r"\end{cases}", r"\end{matrix}")
            or text in PRODUCTS
            or text in ENTRYWISE
        )

    # ------------------------------------------------------------------ factors

    def factor(self) -> Node:
        return self.nested(lambda: self._scripts(self._atom()))

    def _scripts(self, base: Node) -> Node:
        subs: tuple[Node, ...] = ()
        sup: Node | None = None
        primes = 0
        at = base.at
        while True:
            text = self.text()
            if text == "_":
                mark = self.next().at
                if subs:
                    raise FormulaError("two subscripts on one name", mark)
                subs = self._subscript()
            elif text == "^":
                mark = self.next().at
                braced = self._braced_primes()
                if braced:
                    primes += braced
                    continue
                if self.text() in (r"\prime", "'"):
                    while self.text() in (r"\prime", "'"):
                        self.next()
                        primes += 1
                    continue
                if sup is not None:
                    raise FormulaError("two superscripts on one name", mark)
                sup = self._superscript()
            elif text in ("'", r"\prime"):  # \sigma\prime, too, whose author forgot the ^
                self.next()
                primes += 1
            elif text == "!":
                raise FormulaError("factorials are not supported", self.here())
            else:
                break
        if not subs and sup is None and not primes:
            return base
        if isinstance(base, Name) and base.name == "e" and not subs and not primes:
            if sup is not None:
                return Function("exp", unwrapped(sup), at=at, written="e")
        if isinstance(base, Scripted):
            base_subs, base_sup = base.subs, base.sup
            if (subs and base_subs) or (sup is not None and base_sup is not None):
                return Scripted(base, subs, sup, primes, at)
            return Scripted(
                base.base, subs or base_subs, sup or base_sup, primes + base.primes, at
            )
        return Scripted(base, subs, sup, primes, at)

    def _braced_primes(self) -> int:
        """f^{\\prime}: how many primes stand in the braces, if nothing else does."""
        count = 0
        if self.text() == "{":
            while self.text(1 + count) in (r"\prime", "'"):
                count += 1
            if count and self.text(1 + count) == "}":
                self.at += count + 2
                return count
        return 0

    def _sub_parser(self, tokens: list[Token]) -> Parser:
        parser = Parser(self.source, tokens, self.functions)
        parser.depth = self.depth + 1
        return parser

    def _subscript(self) -> tuple[Node, ...]:
        at = self.here()
        group = self._script_group()
        if group is None:
            return (self._single(),)
        items: list[Node] = []
        for piece in split(group, (",", ";", r"\mid", "|")):
            if not piece:
                continue
            if all(t.kind in ("text", "name") for t in piece):
                items.append(Words("".join(t.text for t in piece), piece[0].at))
                continue
            piece = stripped(piece)
            signs = [i for i, t in enumerate(piece) if t.text in RELATIONS]
            if len(signs) == 1 and 0 < signs[0] < len(piece) - 1:
                relation = RELATIONS[piece[signs[0]].text]
                left = self._sub_parser(piece[: signs[0]]).whole()
                right = self._sub_parser(piece[signs[0] + 1 :]).whole()
                if relation not in ("=", "≠"):
                    raise FormulaError(f"a subscript with {relation}", piece[0].at)
                items.append(IndexCondition(left, right, relation == "=", piece[0].at))
                continue
            node = self._sub_parser(piece).whole()
            if isinstance(node, Times) and all(
                isinstance(f, Name | Number) or primed(f) for f in node.factors
            ):
                items.extend(node.factors)
            else:
                items.append(node)
        if not items:
            raise FormulaError("an empty subscript", at)
        return tuple(items)

    def _superscript(self) -> Node | None:
        at = self.here()
        group = self._script_group()
        if group is None:
            return self._single()
        if not group:
            return None
        if all(t.kind in ("text", "name") for t in group):
            return Words("".join(t.text for t in group), at)
        if len(group) == 1 and group[0].text in ("*", r"\ast", r"\star", r"\dagger", r"\top", "+"):
            return Words(group[0].text, at)
        if all(t.text in (r"\prime", "'") for t in group):
            raise FormulaError("primes inside braces are not supported", at)
        return self._sub_parser(group).whole()

    def _single(self) -> Node:
        token = self.next()
        if token.kind == "number":
            # x_12 without braces is x_1 2; people who write it mean it as TeX shows it
            first, rest = token.text[0], token.text[1:]
            if rest and rest[0] != ".":
                self.at -= 1
                self.tokens[self.at] = Token("number", rest, token.at + 1, token.end)
                return Number(Fraction(first), token.at)
            return Number(Fraction(token.text), token.at)
        if token.kind == "letter":
            return Name(token.text, token.at)
        if token.text in GREEK:
            return Name(token.text, token.at)
        if token.kind in ("name", "text"):
            return Words(token.text, token.at)
        if token.text in ("*", r"\ast", r"\star", r"\dagger", r"\top", "+", r"\intercal"):
            return Words(token.text, token.at)
        self.at -= 1
        return self._atom()

    # ------------------------------------------------------------------ atoms

    def _atom(self) -> Node:
        token = self.next()
        text, at = token.text, token.at
        if token.kind == "number":
            if text == "1" and holds_condition(self.tokens, self.at):
                return self._indicator(at)
            return Number(Fraction(text), at)
        if token.kind == "text":
            raise FormulaError(f"words inside the formula: {text.strip()!r}", at)
        if text in FUNCTIONS:
            return self._function(text, at)
        if token.kind == "name":
            if text == "max" and self.text() in OPEN:
                return Name(r"\max", at)
            if text in OPERATOR_WORDS:
                raise FormulaError(f"{text} is not supported yet", at)
            if text in MATRIX_WORDS:
                return Function(MATRIX_WORDS[text], self._operand_of_function(), at=at)
            return Name(text, at)
        if token.kind == "letter":
            return self._letter(text, at)
        if text == "{":
            return self._braces(at)
        if text in OPEN:
            return self._bracket(text, at)
        if text in (r"\|", r"\lVert", r"\Vert") or (text == "|" and self._touches("|")):
            return self._norm(text, at)
        if text in ("|", r"\vert", r"\lvert"):
            return self._bars(at)
        if text in (r"\frac", r"\dfrac", r"\tfrac", r"\cfrac"):
            return self._fraction(at)
        if text == r"\sqrt":
            return self._root(at)
        if text in (r"\sum", r"\prod"):
            return self._big(text[1:], at)
        if text == r"\partial":
            return self._inline_derivative(r"\partial", at)
        if text == r"\nabla":
            return self._gradient(at)
        if text == r"\begin{matrix}":
            return self._matrix(at)
        if text in ACCENTS:
            return self._accent(text, at)
        if text in WRAPPERS or text in BRACED:
            inner = self._braced_argument(text)
            if text in BRACED and self.text() in ("_", "^"):
                self.next()
                self._group_tokens()
            return inner
        if text == r"\delta" and holds_condition(self.tokens, self.at):
            return self._indicator(at)
        if text in GREEK:
            return Name(text, at)
        if text in DOTS:
            return Dots(at)
        if text == r"\begin{cases}":
            return self._cases(at)
        if text == r"\max" and self.text() in OPEN:
            return Name(text, at)
        if text in UNSUPPORTED_FUNCTIONS:
            raise FormulaError(f"{text} is not supported yet", at)
        if text in FRAMING:
            raise FormulaError(f"it is not clear how far {text} reaches; write brackets", at)
        if token.kind == "command":
            raise FormulaError(f"the command {text} is not known", at)
        raise FormulaError(f"could not read on at {text!r}", at)

    def _letter(self, letter: str, at: int) -> Node:
        if letter == "d" and self._is_inline_d():
            return self._inline_derivative("d", at)
        return Name(letter, at)

    def _is_inline_d(self) -> bool:
        """``dC/dz``: a d, a simple name, a slash, a d."""
        saved = self.at
        try:
            self.factor()
            ok = self.text() == "/" and self.text(1) == "d"
        except FormulaError:
            ok = False
        self.at = saved
        return ok

    def _inline_derivative(self, letter: str, at: int) -> Node:
        if self.text() == "_":
            # ∂_{x} f
            self.next()
            group = self._script_group()
            by = (self._single(),) if group is None else (self._sub_parser(group).whole(),)
            return Derivative(self._operand(), by, letter, at)
        body = self.factor()
        if self.text() == "/" and self.text(1) == letter:
            self.next()
            self.next()
            return Derivative(body, (self.factor(),), letter, at)
        raise FormulaError("a differential outside a fraction is not supported", at)

    def _braces(self, at: int) -> Node:
        inner: list[Token] = []
        depth = 1
        while True:
            token = self.next()
            depth += token.text == "{"
            depth -= token.text == "}"
            if not depth:
                break
            inner.append(token)
        if not inner:
            return Bracket("{", (), at) if self.text() in ("_", "^") else self._skip_empty(at)
        letter = self._divided_differential(inner)
        if letter:
            self.next()
            return self._derivative(inner, self._group_tokens(), letter, at)
        over = [i for i, t in enumerate(inner) if t.text == r"\over"]
        if over:
            return self._quotient(inner[: over[0]], inner[over[0] + 1 :], at)
        node = self._sub_parser(inner).whole()
        return node if isinstance(node, Name | Number | Scripted) else Bracket("{", (node,), at)

    def _divided_differential(self, inner: list[Token]) -> str:
        """∂ or d of ``{\\partial y}/{\\partial z}``, whose first group has just been read."""
        if self.text() != "/" or self.text(1) != "{" or not inner:
            return ""
        letter = inner[0].text
        differential = letter in DIFFERENTIALS and is_differential(inner[0], letter)
        return letter if differential and self.text(2) == letter else ""

    def _skip_empty(self, at: int) -> Node:
        if self.peek() is None:
            raise FormulaError("an empty group", at)
        return self.factor()

    def _empty_ahead(self) -> bool:
        """Whether an empty group {} stands here that nothing is attached to."""
        return self.text() == "{" and self.text(1) == "}" and self.text(2) not in ("_", "^")

    def _gradient(self, at: int) -> Node:
        """∇_w C: the derivatives of C by each entry of w."""
        if self.text() != "_":
            raise FormulaError(r"\nabla does not say by what it differentiates", at)
        self.next()
        group = self._script_group()
        by = self._single() if group is None else self._sub_parser(group).whole()
        return Derivative(self._operand(), (unwrapped(by),), r"\nabla", at)

    def _touches(self, text: str) -> bool:
        """Whether the next token is this one, right behind the last one."""
        token = self.peek()
        before = self.tokens[self.at - 1].end
        return token is not None and self.text() == text and token.at == before

    def _norm(self, opening: str, at: int) -> Node:
        """‖…‖, also written ||…||."""
        if opening == "|":
            self.next()
        inner: list[Token] = []
        depth = 0
        closes = {r"\lVert": r"\rVert", "|": "|"}.get(opening, opening)
        while True:
            token = self.next()
            if depth == 0 and token.text == closes and (closes != "|" or self._touches("|")):
                if closes == "|":
                    self.next()
                break
            depth += token.text in OPENING
            depth -= token.text in CLOSING
            inner.append(token)
        if not inner:
            raise FormulaError("empty bars, or bars nested in bars", at)
        return Bracket("‖", (self._sub_parser(inner).whole(),), at)

    def _rows_of(self, environment: str) -> list[list[Token]]:
        """The rows up to the end of an environment that has begun."""
        tokens: list[Token] = []
        depth = 1
        while True:
            token = self.next()
            depth += token.text == rf"\begin{{{environment}}}"
            depth -= token.text == rf"\end{{{environment}}}"
            if not depth:
                return split(tokens, (), rows=True)
            tokens.append(token)

    def _matrix(self, at: int) -> Node:
        rows = []
        for row in self._rows_of("matrix"):
            if any(t.kind != "space" for t in row):
                cells = split(row, ("&",))
                rows.append(tuple(self._sub_parser(cell).whole() for cell in cells))
        if not rows or len({len(row) for row in rows}) != 1:
            raise FormulaError("the rows of this matrix have different lengths", at)
        return Matrix(tuple(rows), at)

    def _bracket(self, opening: str, at: int) -> Node:
        depth = 1
        inner: list[Token] = []
        opens, closes = set(OPEN), set(OPEN.values())
        while True:
            token = self.peek()
            if token is None:
                raise FormulaError("a bracket that is never closed", at)
            self.next()
            depth += token.text in opens
            depth -= token.text in closes
            if not depth:
                break
            inner.append(token)
        if not inner:
            raise FormulaError("empty brackets", at)
        inner = with_double_bar(inner)
        marks = separators(inner, at)
        pieces = split(inner, ("|", *SEPARATORS) if "|" in marks else SEPARATORS)
        if len(pieces) > 1 and any(all(t.kind == "space" for t in piece) for piece in pieces):
            raise FormulaError("nothing stands between two separators", at)
        kind = "⟨" if opening == r"\langle" else "("
        items = tuple(self._item(piece) for piece in pieces)
        return Bracket(kind, items, at, marks)

    def _item(self, piece: list[Token]) -> Node:
        """One item of a bracket; y = k, as in P(y = k | x), is a condition."""
        signs = [i for i, t in enumerate(piece) if RELATIONS.get(t.text) == "="]
        if [t.text for t in piece] == [r"\cdot"]:
            return Name(r"\cdot", piece[0].at)  # J(·)
        if len(signs) == 1 and 0 < signs[0] < len(piece) - 1:
            top = [t for t in split(piece, ("=",)) if t]
            if len(top) == 2:
                left, right = (self._sub_parser(side).whole() for side in top)
                return IndexCondition(left, right, True, piece[0].at)
        return self._sub_parser(piece).whole()

    def _bars(self, at: int) -> Node:
        self.bars += 1
        try:
            inner = self.expression()
        finally:
            self.bars -= 1
        if self.text() not in ("|", r"\vert", r"\rvert"):
            raise FormulaError("a bar | that is never closed", at)
        self.next()
        return Bracket("|", (inner,), at)

    def _root(self, at: int) -> Node:
        degree = 2
        if self.text() == "[":
            self.next()
            token = self.next()
            if (
                token.kind != "number"
                or not token.text.isdigit()
                or not 2 <= int(token.text) <= 12
            ):
                raise FormulaError("a root of this degree is not supported", token.at)
            degree = int(token.text)
            self.expect("]", "a bracket that is never closed")
        return Root(degree, self._braced_argument(r"\sqrt"), at)

    def _braced_argument(self, name: str) -> Node:
        if self.text() == "{":
            self.next()
            return unwrapped(self._braces(self.here()))
        if self.peek() is None:
            raise FormulaError(f"{name} without its argument", self._end())
        return self._single()

    def _accent(self, command: str, at: int) -> Node:
        end = sized_one(self.tokens, self.at, command)
        if end:
            self.at = end
            return self._indicator(at)
        inner = self._braced_argument(command)
        if isinstance(inner, Name):
            return Name(f"{command}{{{inner.name}}}", at)
        if isinstance(inner, Number):
            if inner.value != 1:
                raise FormulaError(f"{command} over a number", at)
            return Name(f"{command}{{1}}", at)
        if command in _OVER and isinstance(inner, Scripted) and isinstance(inner.sup, Number):
            raise FormulaError(f"{command} over a power, which is not a power of {command}", at)
        if isinstance(inner, Scripted) and isinstance(inner.base, Name):
            base = Name(f"{command}{{{inner.base.name}}}", at)
            return Scripted(base, inner.subs, inner.sup, inner.primes, at)
        if isinstance(inner, Times) and all(isinstance(f, Name) for f in inner.factors):
            joined = "".join(f.name for f in inner.factors if isinstance(f, Name))
            return Name(f"{command}{{{joined}}}", at)
        raise FormulaError(f"{command} around more than a name", at)

    def _indicator(self, at: int) -> Node:
        found = condition_at(self.tokens, self.at)
        if found is None:
            raise FormulaError("an indicator of something other than i = j", at)
        condition = self._condition(found[0])
        self.at = found[1]
        return Indicator(condition, at)

    def _condition(self, tokens: list[Token]) -> IndexCondition:
        """Tokens of ``i = j`` or ``i ≠ j``."""
        sign = sign_of(tokens)
        left = self._sub_parser(tokens[:sign]).whole()
        right = self._sub_parser(tokens[sign + 1 :]).whole()
        equal = RELATIONS[tokens[sign].text] == "="
        return IndexCondition(left, right, equal, tokens[0].at)

    def _iverson(self, before: Node | None) -> Node | None:
        """``[i = j]``, if that is what stands here."""
        found = condition_at(self.tokens, self.at) if self.text() == "[" else None
        if found is None:
            return None
        try:
            condition = self._condition(found[0])
        except FormulaError:
            return None
        if not is_iverson(before, condition):
            return None
        at = self.here()
        self.at = found[1]
        return self._scripts(Indicator(condition, at))

    # ------------------------------------------------------------------ functions

    def _function(self, word: str, at: int) -> Node:
        base: Node | None = None
        power: Node | None = None
        while self.text() in ("_", "^"):
            mark = self.next()
            if mark.text == "_" and base is None:
                base = self._subscript()[0]
            elif mark.text == "^" and power is None:
                power = self._superscript()
            else:
                raise FormulaError("two scripts of the same kind", mark.at)
        return Function(FUNCTIONS[word], self._operand_of_function(), base, power, at, word)

    def _operand_of_function(self) -> Node:
        """The argument of log and its like; \\sin x / x is (sin x)/x."""
        text = self.text()
        if text in OPEN or text == "{":
            node = self._atom()
            # log{p}_k and log(p)^2: the script belongs to what it stands on
            if self.text() in ("_", "^", "'") and text == "{":
                node = self._scripts(node)
            return unwrapped(node)
        at = self.here()
        while text in ("+", "-") and self.peek(1) is not None:
            sign = self.next().text
            inner = self._operand_of_function()
            return Negative(inner, at) if sign == "-" else inner
        factors = [self._factor_or_call()]
        if isinstance(factors[0], Big | Function | Derivative):
            return factors[0]
        while self._starts_factor() and self._simple_ahead():
            factors.append(self._factor_or_call())
        return factors[0] if len(factors) == 1 else Times(tuple(factors), at)

    def _factor_or_call(self) -> Node:
        at = self.here()
        head = self.factor()
        if self.text() in ("(", "["):
            place = self.at
            iverson = self._iverson(head)
            self.at = place
            if iverson is not None:
                return head
            if base_name(head) in self.functions or self._lists_ahead():
                return Times((head, self.factor()), at)
        return head

    def _lists_ahead(self) -> bool:
        """Whether the bracket ahead holds several items, or y = k: no factor does."""
        depth = 0
        for token in self.tokens[self.at :]:
            depth += token.text in OPENING
            depth -= token.text in CLOSING
            if not depth:
                return False
            if depth == 1 and (token.text in (",", ";", r"\mid", "=") or token.text == "|"):
                return token.text != "|" or self._bars_ahead() % 2 == 1
        return False

    def _bars_ahead(self) -> int:
        """The bars of the bracket ahead that stand in no bracket of their own."""
        depth = count = 0
        for token in self.tokens[self.at :]:
            depth += token.text in OPENING
            depth -= token.text in CLOSING
            count += depth == 1 and token.text == "|"
            if not depth:
                break
        return count

    def _simple_ahead(self) -> bool:
        """Whether the next factor still belongs to a function without brackets."""
        text = self.text()
        token = self.peek()
        if token is None or text in OPEN or text in FUNCTIONS or text in (r"\sum", r"\prod"):
            return False
        if text in (r"\frac", r"\dfrac", r"\tfrac", r"\partial", "{", "|"):
            return False
        return token.kind in ("letter", "number") or text in GREEK or text in ACCENTS

    # ------------------------------------------------------------------ fractions, derivatives

    def _group_tokens(self) -> list[Token]:
        """The tokens of one argument: a braced group or a single token."""
        group = self._script_group()
        if group is not None:
            return group
        token = self.next()
        if token.kind == "number" and len(token.text) > 1 and "." not in token.text:
            self.at -= 1
            self.tokens[self.at] = Token("number", token.text[1:], token.at + 1, token.end)
            return [Token("number", token.text[0], token.at, token.at + 1)]
        return [token]

    def _fraction(self, at: int) -> Node:
        return self._quotient(self._group_tokens(), self._group_tokens(), at)

    def _quotient(self, top: list[Token], bottom: list[Token], at: int) -> Node:
        letter = differential(top, bottom)
        if letter is not None:
            return self._derivative(top, bottom, letter, at)
        if not top:
            raise FormulaError("a fraction without a numerator", at)
        if not bottom:
            raise FormulaError("a fraction without a denominator", at)
        if len(top) == 1 and is_differential(top[0], r"\partial"):
            raise FormulaError("a derivative without its variable", at)
        return Over(self._sub_parser(top).whole(), self._sub_parser(bottom).whole(), at)

    def _derivative(self, top: list[Token], bottom: list[Token], letter: str, at: int) -> Node:
        count, rest = order(top[1:])
        by = self._variables(bottom, letter, at)
        if len(by) != count:
            raise FormulaError("the orders of a derivative do not match", at)
        if rest:
            body = self._sub_parser(rest).whole()
        else:
            body = self._operand()
        return Derivative(body, by, letter, at)

    def _variables(self, bottom: list[Token], letter: str, at: int) -> tuple[Node, ...]:
        """∂x ∂y, or ∂x^2 (the power counts the order)."""
        if letter == "d" and [t.text for t in bottom] == ["d", "d"]:
            return (Name("d", bottom[1].at),)
        pieces: list[list[Token]] = []
        depth = 0
        for token in bottom:
            if depth == 0 and is_differential(token, letter):
                pieces.append([])
            elif pieces:
                pieces[-1].append(token)
            depth += token.text in ("{", "(", "[")
            depth -= token.text in ("}", ")", "]")
        if not pieces or not all(pieces):
            raise FormulaError("a derivative without its variable", at)
        out: list[Node] = []
        for piece in pieces:
            node = self._sub_parser(piece).whole()
            if (
                isinstance(node, Scripted)
                and isinstance(node.sup, Number)
                and node.sup.value in (2, 3)
            ):
                times = int(node.sup.value)
                single = Scripted(node.base, node.subs, None, node.primes, node.at)
                plain = node.base if not node.subs and not node.primes else single
                out.extend([plain] * times)
            else:
                out.append(unwrapped(node))
        return tuple(out)

    def _operand(self) -> Node:
        """What an operator without a numerator acts on."""
        at = self.here()
        if self.peek() is None:
            raise FormulaError("a derivative of nothing", at)
        dotted = self.text() == r"\cdot"  # ∂/∂x · f: an operator is no factor
        self.at += dotted
        negative = False
        while self.text() in ("+", "-"):
            negative ^= self.next().text == "-"
        bracket = self.text() in OPEN
        factors = [self.factor()]
        if bracket or isinstance(factors[0], Big):
            body = factors[0]
        else:
            while self._starts_factor() and not self._derivative_ahead():
                factors.append(self.factor())
            while self.text() == "/" and self.peek(1) is not None:
                slash = self.next().at
                factors[-1:] = [Over(factors[-1], self.factor(), slash)]
            body = factors[0] if len(factors) == 1 else Times(tuple(factors), at)
        if dotted and self.text() in PRODUCTS:
            raise FormulaError(r"it is not clear how far \partial reaches; write brackets", at)
        return Negative(body, at) if negative else body

    def _derivative_ahead(self) -> bool:
        if self.text() not in (r"\frac", r"\dfrac", r"\tfrac") or self.text(1) != "{":
            return False
        return self.text(2) == r"\partial" or (self.text(2) == "d")

    # ------------------------------------------------------------------ Σ, Π, cases

    def _big(self, kind: str, at: int) -> Node:
        lower: list[Token] | None = None
        upper: Node | None = None
        while self.text() in ("_", "^"):
            mark = self.next()
            group = self._script_group()
            if mark.text == "_":
                lower = [self.next()] if group is None else group
            elif group is None:
                upper = self._single()
            elif group:
                upper = self._sub_parser(group).whole()
        letters, start, without, upper = self._limits(lower or [], upper, at)
        body = self._signed(self.term)
        return Big(kind, letters, start, upper, without, body, at)

    def _limits(
        self, tokens: list[Token], upper: Node | None, at: int
    ) -> tuple[tuple[Node, ...], Node | None, tuple[IndexCondition, ...], Node | None]:
        if len(tokens) > 1 and tokens[0].text == r"\substack":
            tokens = tokens[2:-1] if tokens[1].text == "{" else tokens[1:]
        letters: list[Node] = []
        start: Node | None = None
        without: list[IndexCondition] = []
        tokens = without_dotted_commas(with_dots(tokens))
        for piece in split(tokens, (",", ";", ":", r"\mid", "|"), rows=True):
            piece = [t for t in stripped(piece) if t.kind != "text"]
            if not piece:
                continue
            signs = [i for i, t in enumerate(piece) if t.text in RELATIONS]
            if not signs:
                node = self._sub_parser(piece).whole()
                letters.extend(node.factors if isinstance(node, Times) else (node,))
                continue
            relation = RELATIONS[piece[signs[0]].text]
            if len(signs) > 1 or relation not in ("=", "≠", "∈"):
                raise FormulaError(f"a range given by {relation}", piece[0].at)
            left = self._sub_parser(piece[: signs[0]]).whole()
            tail = piece[signs[0] + 1 :]
            if relation == "∈":
                ends = numbers_of_set(tail)
                if ends is None or upper is not None:
                    raise FormulaError("a range given by a set", piece[0].at)
                start, upper = (self._sub_parser(tokens).whole() for tokens in ends)
                letters.append(left)
                continue
            if relation == "=":
                dots = [i for i, t in enumerate(tail) if t.text in DOTS]
                if dots:
                    upper = self._sub_parser(tail[dots[0] + 1 :]).whole()
                    tail = tail[: dots[0]]
                start = self._sub_parser(tail).whole()
                letters.append(left)
                continue
            right = self._sub_parser(tail).whole()
            if letters and left not in letters and right in letters:
                left, right = right, left
            if left not in letters:
                letters.append(left)
            without.append(IndexCondition(left, right, False, piece[0].at))
        for letter in letters:
            if not (isinstance(letter, Name) or primed(letter)):
                raise FormulaError("a sum over something other than an index", at)
        return tuple(letters), start, tuple(without), upper

    def _cases(self, at: int) -> Node:
        rows = []
        for row in self._rows_of("cases"):
            if not row:
                continue
            cells = split(row, ("&",))
            value = [t for t in cells[0] if t.kind != "space"]
            while value and value[-1].text in (",", ";", "."):
                value = value[:-1]
            rest = [t for cell in cells[1:] for t in cell]
            rows.append(self._case_row(value, rest, at))
        if not rows:
            raise FormulaError("cases without a row", at)
        if any(row.otherwise for row in rows[:-1]):  # words that are no condition
            raise FormulaError("a case whose condition is not i = j or i ≠ j", at)
        return CasesNode(tuple(rows), at)

    def _case_row(self, value: list[Token], rest: list[Token], at: int) -> CaseRow:
        if any(_DENYING.search(t.text) for t in rest if t.kind == "text"):
            raise FormulaError("words deny the condition of a case; this is not supported yet", at)
        rest = without_spelled_words(rest)
        if not rest:
            cuts = [i for i, t in enumerate(value) if t.kind == "text" or t.text == ","]
            if cuts:
                value, rest = value[: cuts[0]], value[cuts[0] :]
        node = self._sub_parser(value).whole()
        conditions: list[IndexCondition] = []
        symbols = [t for t in rest if t.kind not in ("text", "name", "space")]
        for piece in split(symbols, (",", ";")):
            while piece and piece[-1].text in (".", ":"):
                piece = piece[:-1]
            signs = [i for i, t in enumerate(piece) if RELATIONS.get(t.text) in ("=", "≠")]
            if not piece:
                continue
            if len(signs) != 1:
                raise FormulaError("a case whose condition is not i = j or i ≠ j", at)
            left = self._sub_parser(piece[: signs[0]]).whole()
            right = self._sub_parser(piece[signs[0] + 1 :]).whole()
            equal = RELATIONS[piece[signs[0]].text] == "="
            conditions.append(IndexCondition(left, right, equal, piece[0].at))
        return CaseRow(node, tuple(conditions), not conditions)
