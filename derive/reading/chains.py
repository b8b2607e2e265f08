"""Formulas → `Chain`s: rows, pieces and sides told apart, each side read by the parser."""

from __future__ import annotations

import re
from dataclasses import replace

from derive.formula import Chain, FormulaError, IndexCondition, Node, Side
from derive.reading.components import with_components
from derive.reading.frames import without_frames
from derive.reading.indicators import beside
from derive.reading.macros import Expansion
from derive.reading.parser import Parser
from derive.reading.tokens import Token, tokenize
from derive.reading.vocabulary import (
    ALIGNED,
    CASES,
    CLOSING,
    DOTS,
    ENTRYWISE,
    GREEK,
    MATRICES,
    OPEN,
    OPENING,
    PRODUCTS,
    RELATIONS,
    STACKED,
    WITH_COLUMNS,
)

__all__ = ["parse_chains", "parse_expression"]


def parse_chains(
    source: str, functions: frozenset[str] = frozenset(), expansion: Expansion | None = None
) -> list[Chain]:
    """All chains of one formula, row by row.

    ``functions``: names that are functions on this page, so that ``f(x)`` is a call.
    ``expansion``: the formula with the page's macros written out, if it uses any.
    A side that cannot be read keeps its error; the others are still read.

    Raises:
        FormulaError: not even the rows and relations could be told apart.
    """
    tokens = _flatten(
        without_frames(tokenize(source) if expansion is None else expansion.tokens())
    )
    _check_balance(tokens, source)
    tokens = with_components(tokens)
    chains = _Rows(source, tokens, functions).chains()
    return chains if expansion is None else [expansion.on(chain, source) for chain in chains]


def parse_expression(source: str, functions: frozenset[str] = frozenset()) -> Node:
    """One expression, read to its last token.

    Raises:
        FormulaError: with the offset where reading stopped.
    """
    tokens = _flatten(without_frames(tokenize(source)))
    _check_balance(tokens, source)
    return Parser(source, tokens, functions).whole()


def _flatten(tokens: list[Token]) -> list[Token]:
    """Without the wrappers of aligned environments and their column marks."""
    out: list[Token] = []
    at = 0
    inside: list[tuple[str, str]] = []  # open environments whose & is kept, and what they are
    while at < len(tokens):
        token = tokens[at]
        if token.text == r"\boxed" and at + 1 < len(tokens) and tokens[at + 1].text == "{":
            close = _skip_group(tokens, at + 1)
            if any(t.text in RELATIONS for t in tokens[at + 1 : close]):
                # \\boxed{A = B} frames a whole statement
                tokens = [*tokens[: at + 2], *tokens[at + 2 : close - 1], *tokens[close:]]
                at += 2
                continue
        if token.text in STACKED:
            # \\overset{!}{=} is the relation it carries
            at = _stacked(tokens, at, out)
            continue
        if token.text == r"\not" and at + 1 < len(tokens) and tokens[at + 1].text == "=":
            out.append(Token("command", r"\neq", token.at, tokens[at + 1].end))
            at += 2
            continue
        if token.text == "!" and _unequal(tokens, at, out):
            out.append(Token("command", r"\neq", token.at, tokens[at + 1].end))
            at += 2
            continue
        if token.text in (r"\begin", r"\end") and token.kind == "command":
            name, after = _environment(tokens, at)
            if inside and inside[-1][0] == name and token.text == r"\end":
                end = rf"\end{{{inside.pop()[1]}}}"
                out.append(Token("command", end, token.at, tokens[after - 1].end))
                at = after
                continue
            kind = _kept(name, out[-1].text if out else "")
            if kind and token.text == r"\begin":
                if kind == "cases" and name not in CASES:
                    out.pop()  # the brace \\{ before it
                inside.append((name, kind))
                begin = rf"\begin{{{kind}}}"
                out.append(Token("command", begin, token.at, tokens[after - 1].end))
                at = _skip_group(tokens, after) if name in WITH_COLUMNS else after
                continue
            if name in ALIGNED:
                at = after
                if token.text == r"\begin" and name in WITH_COLUMNS:
                    at = _skip_group(tokens, at)
                continue
            raise FormulaError(f"the environment {name!r} is not supported", token.at)
        if token.text == "&" and token.kind == "sign" and not inside:
            if out and out[-1].kind != "row" and _condition_cell(tokens, at + 1):
                out.append(Token("space", r"\quad", token.at, token.end))
            at += 1
            continue
        out.append(token)
        at += 1
    return out


_APART = ("row", "space", "text")
_CONDITION_STARTS = frozenset({*OPEN, ",", ";", ":", "&"})
_CONDITION_ENDS = frozenset({*OPEN.values(), ",", ";", ":", ".", "&", r"\end"})


def _unequal(tokens: list[Token], at: int, out: list[Token]) -> bool:
    """Whether ``!=`` is ≠, as programmers write it: in a script, or between two bare letters.
    Elsewhere it may be a factorial and an equals sign."""
    if at + 2 >= len(tokens) or tokens[at + 1].text != "=" or tokens[at + 1].at != tokens[at].end:
        return False
    if not out or tokens[at + 1].kind != "sign":
        return False
    depth = 0
    for place in range(len(out) - 1, -1, -1):
        depth += (out[place].text == "}") - (out[place].text == "{")
        if depth < 0:
            return place > 0 and out[place - 1].text in ("_", "^", r"\substack")
    before, after = out[-2:-1], tokens[at + 3 : at + 4]
    begins = all(t.text in _CONDITION_STARTS or t.kind in _APART for t in before)
    ends = all(t.text in _CONDITION_ENDS or t.kind in _APART for t in after)
    return begins and ends and _bare_index(out[-1:]) and _bare_index(tokens[at + 2 : at + 3])


def _kept(name: str, before: str) -> str:
    """What an environment is whose & mean something: cases (also by hand, after a brace) or a
    matrix (also an array in brackets)."""
    if name in CASES:
        return "cases"
    by_hand = name in ALIGNED or name in MATRICES
    if by_hand and before in (r"\{", r"\lbrace"):
        return "cases"
    bracketed = name == "array" and before in ("(", "[")
    return "matrix" if name in MATRICES or bracketed else ""


def _condition_cell(tokens: list[Token], start: int) -> bool:
    """Whether a cell holds nothing but ``i = j`` or ``i \\neq j``: a column of conditions."""
    end = start
    while end < len(tokens) and tokens[end].kind != "row" and tokens[end].text not in _CELL_ENDS:
        end += 1
    cell = [t for t in tokens[start:end] if t.kind not in ("space", "text")]
    while cell and cell[-1].text in (",", ".", ";"):
        cell.pop()
    return (
        len(cell) == 3
        and RELATIONS.get(cell[1].text) in ("=", "≠")
        and _bare_index(cell[:1])
        and _bare_index(cell[2:])
    )


_CELL_ENDS = frozenset({"&", r"\end", r"\begin"})


def _stacked(tokens: list[Token], at: int, out: list[Token]) -> int:
    """Past \\overset{above}{what}, leaving what (or the relation, of \\underset{x}{=} too)."""
    first = _skip_group(tokens, at + 1)
    second = _skip_group(tokens, first)
    inner = [t for t in tokens[first:second] if t.text not in ("{", "}")]
    if first == at + 1 or second == first or len(inner) != 1 or inner[0].text not in RELATIONS:
        raise FormulaError(
            f"{tokens[at].text} over something other than a relation", tokens[at].at
        )
    out.append(inner[0])
    return second


def _environment(tokens: list[Token], at: int) -> tuple[str, int]:
    if at + 1 >= len(tokens) or tokens[at + 1].text != "{":
        raise FormulaError(f"{tokens[at].text} without the name of its environment", tokens[at].at)
    name = ""
    for i in range(at + 2, len(tokens)):
        if tokens[i].text == "}":
            return name, i + 1
        name += tokens[i].text
    raise FormulaError("a brace { that is never closed", tokens[at + 1].at)


def _skip_group(tokens: list[Token], at: int) -> int:
    if at < len(tokens) and tokens[at].text == "[":
        while at < len(tokens) and tokens[at].text != "]":
            at += 1
        at += 1
    if at < len(tokens) and tokens[at].text == "{":
        depth = 0
        while at < len(tokens):
            depth += (tokens[at].text == "{") - (tokens[at].text == "}")
            at += 1
            if not depth:
                break
    return at


def _check_balance(tokens: list[Token], source: str) -> None:
    stack: list[Token] = []
    for token in tokens:
        if token.text == "{" and token.kind == "sign":
            stack.append(token)
        elif token.text == "}" and token.kind == "sign":
            if not stack:
                raise FormulaError("a closing brace } without its opening one", token.at)
            stack.pop()
    if stack:
        raise FormulaError("a brace { that is never closed", stack[-1].at)


USUAL_INDICES = frozenset("ijklmn")
_SUPPOSING = re.compile(
    r"\b(if|when|for|case|where|with|si|se|wenn|falls|pour|quando|cuando)\b|如果|若|当|对",
    re.IGNORECASE,
)


class _Rows:
    """Splits tokens into rows, rows into pieces, pieces into sides."""

    def __init__(self, source: str, tokens: list[Token], functions: frozenset[str]) -> None:
        self.source = source
        self.tokens = tokens
        self.functions = functions

    def chains(self) -> list[Chain]:
        out: list[Chain] = []
        for row in self._rows():
            conditions: list[IndexCondition] = []
            ranges: list[tuple[Node, Node, Node]] = []
            words: list[str] = []
            quantified = False
            chains: list[Chain] = []
            pieces = [_unquantified(piece) for piece in self._pieces(row)]
            at = 0
            while at < len(pieces):
                piece = pieces[at]
                found = self._range(pieces, at)
                if found is not None:
                    ranges.append(found[0])
                    at = found[1]
                    continue
                at += 1
                dotted = self._dotted_range(piece)
                if dotted is not None:
                    ranges.append(dotted)
                    continue
                piece = _aside(piece, bool(chains))
                # every quantity that a statement leaves free is meant for all its values
                names = piece[piece[0].text == r"\forall" :]
                quantified = (quantified or len(names) < len(piece)) and _bare_index(names)
                if quantified:
                    continue  # ∀ i, j
                if all(t.kind == "text" for t in piece):
                    words.extend(t.text for t in piece)
                    continue
                if piece[0].kind == "text" and len(piece) > 1:
                    words.append(piece[0].text)  # (if i = j)
                    piece = piece[1:]
                supposing = bool(chains) or any(_SUPPOSING.search(word) for word in words)
                condition = self._condition(piece, supposing)
                if condition is not None:
                    conditions.append(condition)
                    continue
                chain = self._chain(piece)
                if chain is None:
                    continue
                if chain.trailing and at < len(pieces) and _only_words(pieces[at]):
                    chain = _ended_by_words(chain, pieces[at])
                before = pieces[at - 2] if at > 1 else []
                if chain.continues and before and all(t.kind == "text" for t in before):
                    chain = _begun_by_words(chain, before)
                if chains and not chain.relations:
                    chains[-1] = _broken_off(chains[-1], piece[0])
                    continue
                chains.append(chain)
            for chain in chains:
                out.append(
                    replace(
                        chain,
                        conditions=tuple(conditions),
                        words=tuple(words),
                        ranges=tuple(ranges),
                    )
                )
            if not chains and (conditions or ranges) and out:
                last = out[-1]
                out[-1] = replace(
                    last,
                    conditions=(*last.conditions, *conditions),
                    words=(*last.words, *words),
                    ranges=(*last.ranges, *ranges),
                )
            elif not chains and conditions:
                out.append(Chain((), (), False, tuple(conditions), tuple(words)))
        return out

    def _rows(self) -> list[list[Token]]:
        rows: list[list[Token]] = [[]]
        depth = 0
        for token in self.tokens:
            depth += token.text in ("{", r"\begin{cases}", r"\begin{matrix}")
            depth -= token.text in ("}", r"\end{cases}", r"\end{matrix}")
            if token.kind == "row" and not depth:
                rows.append([])
            else:
                rows[-1].append(token)
        merged: list[list[Token]] = []
        for row in rows:
            row = _without_lead(row)
            if not row:
                continue
            if merged and self._joins(merged[-1], row):
                merged[-1] = merged[-1] + row
            else:
                merged.append(row)
        return merged

    def _joins(self, before: list[Token], row: list[Token]) -> bool:
        """Whether a row carries on the expression of the row before it."""
        operators = ("+", "-", *PRODUCTS, *ENTRYWISE)
        last, first = before[-1].text, row[0].text
        if last in (*operators, "=") or (last in RELATIONS and first not in RELATIONS):
            return first not in RELATIONS
        starts_inside = first in operators
        has_relation = any(t.text in RELATIONS for t in _top_level(row))
        if starts_inside and not has_relation:
            return True
        return _open_brackets(before) > 0

    def _pieces(self, row: list[Token]) -> list[list[Token]]:
        pieces: list[list[Token]] = [[]]
        depth = 0
        for at, token in enumerate(row):
            depth += token.text in OPENING
            depth -= token.text in CLOSING
            separates = token.text in (",", ";") and token.kind == "sign"
            separates |= token.text == ":" and self._ends_condition(pieces, row, at)
            if depth <= 0 and separates:
                pieces.append([])
            elif depth <= 0 and token.kind == "space":
                if self._breaks(row, at):
                    pieces.append([])
            elif depth <= 0 and token.kind == "text":
                pieces.append([token])
                pieces.append([])
            elif token.kind == "space":
                continue
            else:
                pieces[-1].append(token)
        out = []
        for piece in pieces:
            while piece and piece[-1].kind == "sign" and piece[-1].text in (".", ":", "!"):
                piece = piece[:-1]
            if piece:
                out.append(piece)
        return out

    @staticmethod
    def _ends_condition(pieces: list[list[Token]], row: list[Token], at: int) -> bool:
        """``\\text{if } i = j: …``: the colon behind a condition that words introduce."""
        after = row[at + 1].text if at + 1 < len(row) else "="
        signs = [t for t in pieces[-1] if RELATIONS.get(t.text) in ("=", "≠")]
        introduced = len(pieces) > 1 and all(t.kind == "text" for t in pieces[-2])
        return after != "=" and len(signs) == 1 and introduced and len(pieces[-1]) <= 7

    @staticmethod
    def _breaks(row: list[Token], at: int) -> bool:
        """A \\quad separates statements unless an operator or relation stands beside it."""
        glue = {"+", "-", "=", *PRODUCTS, *ENTRYWISE, *RELATIONS}
        before = row[at - 1].text if at else "="
        after = row[at + 1].text if at + 1 < len(row) else "="
        return before not in glue and after not in glue

    def _dotted_range(self, piece: list[Token]) -> tuple[Node, Node, Node] | None:
        """``c = 1 \\cdots C`` in one piece."""
        head = [t for t in piece if t.kind != "text"]
        dots = [i for i, t in enumerate(head) if t.text in DOTS]
        if len(dots) != 1 or len(head) < 5 or head[1].text != "=" or dots[0] + 2 != len(head):
            return None
        try:
            letter, first, last = (
                Parser(self.source, tokens, self.functions).whole()
                for tokens in (head[:1], head[2 : dots[0]], head[dots[0] + 1 :])
            )
        except FormulaError:
            return None
        return letter, first, last

    def _range(
        self, pieces: list[list[Token]], at: int
    ) -> tuple[tuple[Node, Node, Node], int] | None:
        """``j = 1, …, n`` spread over pieces: (letter, first, last)."""
        dots = at + 1
        if dots < len(pieces) and len(pieces[dots]) > 1:
            return None
        while dots < len(pieces) and len(pieces[dots]) == 1 and pieces[dots][0].text not in DOTS:
            if pieces[dots][0].kind != "number":
                return None
            dots += 1
        if dots + 1 >= len(pieces) or dots == at or pieces[dots][0].text not in DOTS:
            return None
        head = [t for t in pieces[at] if t.kind != "text"]
        if len(head) < 3 or head[1].text not in ("=", r"\in"):
            return None
        try:
            letter = Parser(self.source, head[:1], self.functions).whole()
            first = Parser(self.source, head[2:], self.functions).whole()
            last = Parser(self.source, pieces[dots + 1], self.functions).whole()
        except FormulaError:
            return None
        return (letter, first, last), dots + 2

    def _condition(self, piece: list[Token], beside: bool) -> IndexCondition | None:
        """``i ≠ j``, or ``i = j`` beside a formula: a condition between bare letters."""
        signs = [at for at, t in enumerate(piece) if t.text in RELATIONS]
        if len(signs) != 1 or piece[0].text in RELATIONS:
            return None
        relation = RELATIONS[piece[signs[0]].text]
        if relation not in ("=", "≠") or (relation == "=" and not beside):
            return None
        head = [t for t in piece[: signs[0]] if t.kind != "text"]
        tail = [t for t in piece[signs[0] + 1 :] if t.kind != "text"]
        if not (_bare_index(head) and _bare_index(tail)):
            return None
        letters = {t.text for t in (*head, *tail) if t.kind != "number"}
        numbered = any(t.kind == "number" for t in (*head, *tail))
        if (relation == "=" or numbered) and not letters & (
            self._script_letters() | USUAL_INDICES
        ):
            return None  # t = u or x ≠ 0 between quantities, not between indices
        left = Parser(self.source, head, self.functions).whole()
        right = Parser(self.source, tail, self.functions).whole()
        return IndexCondition(left, right, relation == "=", piece[0].at)

    def _script_letters(self) -> set[str]:
        """The letters that stand in a subscript or as a summation index of this formula."""
        found: set[str] = set()
        depth = 0
        inside = False
        for token in self.tokens:
            if token.text == "_":
                inside, depth = True, 0
                continue
            if inside:
                depth += (token.text == "{") - (token.text == "}")
                found.add(token.text)
                inside = depth > 0
        return found

    def _chain(self, piece: list[Token]) -> Chain | None:
        sides: list[list[Token]] = [[]]
        relations: list[str] = []
        depth = 0
        previous: Token | None = None
        for token in piece:
            depth += token.text in OPENING
            depth -= token.text in CLOSING
            if depth <= 0 and token.text in RELATIONS and token.kind in ("sign", "command"):
                if previous is not None and previous.text == ":" and token.text == "=":
                    sides[-1] = sides[-1][:-1]
                    relations.append(":=")
                elif previous is not None and not sides[-1] and relations:
                    relations[-1] = _joined(relations[-1], RELATIONS[token.text], token.at)
                    previous = token
                    continue
                else:
                    relations.append(RELATIONS[token.text])
                sides.append([])
            else:
                sides[-1].append(token)
            previous = token
        continues = not sides[0] and bool(relations)
        trailing = ""
        if relations and not sides[-1]:
            # "A =" with nothing after it: the next block carries on
            sides.pop()
            trailing = relations.pop()
        written = [s for s in sides if s]
        if not written:
            return None
        parsed = [
            self._side(s, not at and not continues, at == len(written) - 1)
            for at, s in enumerate(written)
        ]
        return Chain(tuple(parsed), tuple(relations), continues, trailing=trailing)

    def _side(self, tokens: list[Token], first: bool, last: bool) -> Side:
        start, end = tokens[0].at, tokens[-1].end
        source = self.source[start:end]
        place = beside(tokens, first, last)
        if place >= 0:
            case = FormulaError("a condition where a quantity should be", tokens[place].at)
            return Side(source, start, end, None, case)
        try:
            node = Parser(self.source, tokens, self.functions).whole()
        except FormulaError as error:
            return Side(source, start, end, None, error)
        except RecursionError:
            deep = FormulaError("the formula is nested too deeply", start)
            return Side(source, start, end, None, deep)
        return Side(source, start, end, node)


def _unquantified(piece: list[Token]) -> list[Token]:
    """``∀ i = 1, …, n`` without its ∀."""
    if piece[0].text == r"\forall" and len(piece) > 3 and piece[2].text in RELATIONS:
        return piece[1:]
    return piece


def _aside(piece: list[Token], beside: bool) -> list[Token]:
    """What stands beside a formula: ``(i ≠ j)`` without its brackets, and as words an
    equation's number (1)."""
    if not beside:
        return piece
    if len(piece) > 2 and piece[0].text in ("(", "[") and piece[-1].text in (")", "]"):
        inner = piece[1:-1]
        if all(t.kind in ("text", "number") or t.text in ("*", r"\ast", r"\star") for t in inner):
            return [Token("text", "".join(t.text for t in inner), inner[0].at, inner[-1].end)]
        if any(t.text in RELATIONS for t in inner):
            return inner
    if all(t.text in _END_MARKS for t in piece):
        return [Token("text", piece[0].text, piece[0].at, piece[-1].end)]
    return piece


_END_MARKS = frozenset({r"\square", r"\blacksquare", r"\Box", r"\qed", r"\checkmark"})


def _begun_by_words(chain: Chain, words: list[Token]) -> Chain:
    """``\\text{cost} = …``: the words are its left-hand side, and cannot be read."""
    start, end = words[0].at, words[-1].end
    shown = "".join(t.text for t in words)
    error = FormulaError(f"words inside the formula: {shown.strip()!r}", start)
    return replace(
        chain, sides=(Side(shown, start, end, None, error), *chain.sides), continues=False
    )


def _only_words(piece: list[Token]) -> bool:
    return all(t.kind == "text" for t in piece)


def _ended_by_words(chain: Chain, words: list[Token]) -> Chain:
    """``w = \\text{N.A.}``: the words are its right-hand side, and cannot be read."""
    start, end = words[0].at, words[-1].end
    shown = "".join(t.text for t in words)
    error = FormulaError(f"words inside the formula: {shown.strip()!r}", start)
    return replace(
        chain,
        sides=(*chain.sides, Side(shown, start, end, None, error)),
        relations=(*chain.relations, chain.trailing),
        trailing="",
    )


def _broken_off(chain: Chain, token: Token) -> Chain:
    """A chain whose last side has something behind it that is no statement: never half-read."""
    last = chain.sides[-1]
    error = FormulaError(f"could not read on at {token.text!r}", token.at)
    side = Side(last.source, last.start, last.end, None, error)
    return replace(chain, sides=(*chain.sides[:-1], side))


def _without_lead(row: list[Token]) -> list[Token]:
    """A row without the space or the empty {} that it begins with."""
    at = 0
    while at < len(row):
        if row[at].kind == "space":
            at += 1
        elif row[at].text == "{" and at + 1 < len(row) and row[at + 1].text == "}":
            at += 2
        else:
            break
    end = len(row)
    operators = ("+", "-", *PRODUCTS, *ENTRYWISE)
    if end - at > 2 and [t.text for t in row[end - 2 : end]] == ["{", "}"]:
        if row[end - 3].text in operators:
            end -= 2  # "… + {}" at the end of a row
    return row[at:end]


# two signs for one: as programmers write them, and a sign said twice around an &
_JOINED = {
    ("<", "="): "≤", (">", "="): "≥", ("=", "<"): "≤", ("=", ">"): "⇒", ("=", "="): "=",
    ("=", ":="): ":=", (":=", "="): ":=", (":=", ":="): ":=", ("≤", "≤"): "≤", ("≥", "≥"): "≥",
    ("<", "<"): "≪", (">", ">"): "≫", ("≈", "≈"): "≈", ("⇒", "="): "=", ("=", "≈"): "≈",
}  # fmt: skip


def _joined(before: str, after: str, at: int) -> str:
    """One relation for two signs with nothing between them.

    Raises:
        FormulaError: they are none that anybody would take for one.
    """
    if (before, after) not in _JOINED:
        raise FormulaError(f"nothing stands between {before} and {after}", at)
    return _JOINED[before, after]


def _top_level(tokens: list[Token]) -> list[Token]:
    out = []
    depth = 0
    for token in tokens:
        depth -= token.text in ("}", ")", "]", r"\}")
        if depth <= 0:
            out.append(token)
        depth += token.text in ("{", "(", "[", r"\{")
    return out


def _open_brackets(tokens: list[Token]) -> int:
    return sum((t.text in ("(", "[", r"\{")) - (t.text in (")", "]", r"\}")) for t in tokens)


def _bare_index(tokens: list[Token]) -> bool:
    if not 1 <= len(tokens) <= 3:
        return False
    head = tokens[0]
    if head.kind == "number":
        return len(tokens) == 1
    if not (head.kind == "letter" or head.text in GREEK):
        return False
    return all(t.text == "'" for t in tokens[1:])
