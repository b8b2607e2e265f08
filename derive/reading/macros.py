"""Macros of a page: `\\newcommand` and its like are read, kept while in force, and written out.

A formula that uses macros gets an `Expansion`: its text without them, in which every character
still knows its place in the author's text. Only substitution is done, as TeX does it (the
outermost macro first, arguments unexpanded), within hard limits on depth and on what is produced.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from derive.formula import Chain, FormulaError, Side
from derive.reading.tokens import MAX_LENGTH, Token, tokenize
from derive.reading.vocabulary import ACCENTS, FUNCTIONS, GREEK, RELATIONS, UNSUPPORTED_FUNCTIONS

__all__ = ["DEFINING", "Expansion", "Macro", "Macros", "environment_at", "matching"]

MAX_DEPTH = 50  # macros within macros
MAX_PRODUCED = MAX_LENGTH  # characters that the macros of one formula may produce,
MAX_PAGE = 1_000_000  # and those of a page
MAX_BODY = 4_000  # tokens of a definition

_TOKEN = re.compile(r"\\(?:[A-Za-z]+|.)|%[^\n]*\n?[ \t]*|\s+|#[0-9#]?|.", re.DOTALL)
_TOKEN_AT = re.compile(r"\\(?:[A-Za-z@]+|.)|%[^\n]*\n?[ \t]*|\s+|#[0-9#]?|.", re.DOTALL)
_LEFT = re.compile(r"\\left\s*\Z")
_CONTROL = re.compile(r"\\(?:[A-Za-z]+|.)", re.DOTALL)

_NEW = frozenset(
    r"\newcommand \renewcommand \providecommand \DeclareRobustCommand \newrobustcmd".split()
)
_DEF = frozenset(r"\def \gdef \edef \xdef".split())
_DOCUMENT = frozenset(
    r"\NewDocumentCommand \RenewDocumentCommand \ProvideDocumentCommand \DeclareDocumentCommand"
    r" \NewExpandableDocumentCommand".split()
)
DEFINING = (
    _NEW
    | _DEF
    | _DOCUMENT
    | {r"\let", r"\DeclareMathOperator", r"\DeclarePairedDelimiter"}
)  # fmt: skip
_KNOWN = GREEK | ACCENTS | UNSUPPORTED_FUNCTIONS | frozenset(RELATIONS) | frozenset(FUNCTIONS)


_PENDING = "it is not understood"


@dataclass(frozen=True, slots=True)
class Macro:
    """``body``: TeX's tokens, ``#1`` for a parameter. ``default``: of an optional first one.

    ``unreadable`` says why it cannot be used. A ``fixed`` one stands for what its body meant
    before anybody redefined it (``\\let``). A ``starred`` one may have a ``*`` or ``[…]``.
    """

    name: str
    body: tuple[str, ...]
    parameters: int = 0
    default: tuple[str, ...] | None = None
    unreadable: str = ""
    fixed: bool = False
    starred: bool = False


class _Trail(NamedTuple):
    """The macros that a token came out of."""

    name: str
    before: _Trail | None
    depth: int


class _Tok(NamedTuple):
    """``own``: the author's own character, not one that a macro produced at its call."""

    text: str
    at: int
    end: int
    own: bool = True
    trail: _Trail | None = None
    fixed: bool = False


class _Stream:
    """TeX's tokens of a stretch of text, with some pushed back in front."""

    def __init__(self, text: str, at: int, end: int, token: re.Pattern[str] = _TOKEN) -> None:
        self.text = text
        self.at = at
        self.end = end
        self.token = token
        self.pushed: list[_Tok] = []

    def next(self) -> _Tok | None:
        if self.pushed:
            return self.pushed.pop()
        if self.at >= self.end:
            return None
        found = self.token.match(self.text, self.at, self.end)
        assert found is not None
        self.at = found.end()
        return _Tok(found.group(), found.start(), found.end())

    def filled(self) -> _Tok | None:
        """The next token that is neither space nor a comment."""
        while (tok := self.next()) is not None and (tok.text.isspace() or tok.text[0] == "%"):
            pass
        return tok

    def back(self, tok: _Tok | None) -> None:
        if tok is not None:
            self.pushed.append(tok)

    @property
    def place(self) -> int:
        return self.pushed[-1].at if self.pushed else self.at

    def group(self, what: str, at: int, most: int = MAX_LENGTH) -> tuple[list[_Tok], int]:
        """An argument: what stands in braces, or one token; and where it ends."""
        tok = self.filled()
        if tok is None or tok.text == "}":
            raise FormulaError(f"{what} without its argument", at)
        if tok.text != "{":
            return [tok], tok.end
        return self._until("}", tok.at, most)

    def option(self, most: int = MAX_LENGTH) -> tuple[list[_Tok], int] | None:
        """What stands in brackets [ ], if they come next."""
        tok = self.filled()
        if tok is not None and tok.text == "[":
            return self._until("]", tok.at, most)
        self.back(tok)
        return None

    def _until(self, close: str, at: int, most: int) -> tuple[list[_Tok], int]:
        out: list[_Tok] = []
        depth = 0
        while (tok := self.next()) is not None and len(out) < most:
            if tok.text == close and not depth:
                return out, tok.end
            depth += (tok.text == "{") - (tok.text == "}")
            if depth < 0:
                break
            out.append(tok)
        opening = "{" if close == "}" else "["
        raise FormulaError(f"a {opening} that is never closed", at)


class Macros:
    """The macros in force at one place of a page, which is read from its beginning to its end.

    ``place`` in messages is an offset into what `define` or `expand` was given.
    """

    def __init__(self) -> None:
        self._macros: dict[str, Macro] = {}
        # for each open group what it changed, and from what
        self._undo: list[dict[str, Macro | None] | None] = []
        self._redefined: set[str] = set()  # names with more than one meaning on the page
        self._produced = 0
        self._in_formula = 0

    def __bool__(self) -> bool:
        return bool(self._macros)

    def get(self, name: str) -> Macro | None:
        return self._macros.get(name)

    def call_end(self, macro: Macro, text: str, at: int) -> int:
        """Where a call in the text ends whose name ends at ``at``; there, if it is broken."""
        stream = _Stream(text, at, min(len(text), at + 2_000))
        try:
            return self._arguments(macro, _Tok(macro.name, at, at), stream)[1]
        except FormulaError:
            return at

    # ------------------------------------------------------------------ groups

    def open(self) -> None:
        """A group begins: what is defined in it ends with it."""
        self._undo.append(None)

    def close(self) -> None:
        changed = self._undo.pop() if self._undo else None
        for name, before in (changed or {}).items():
            if before is None:
                self._macros.pop(name, None)
            else:
                self._macros[name] = before

    def _keep(self, macro: Macro, everywhere: bool = False) -> None:
        if everywhere and len(self._undo) <= MAX_DEPTH:
            for changed in self._undo:
                if changed is not None:
                    changed.pop(macro.name, None)
        elif self._undo:
            changed = self._undo[-1] or {}
            changed.setdefault(macro.name, self._macros.get(macro.name))
            self._undo[-1] = changed
        before = self._macros.get(macro.name)
        if before is not None and (before.body, before.default) != (macro.body, macro.default):
            if before.unreadable != _PENDING:
                self._redefined.add(macro.name)
        self._macros[macro.name] = macro

    # ------------------------------------------------------------------ definitions

    def define(
        self, command: str, text: str, at: int, *, everywhere: bool = False, doubt: str = ""
    ) -> int:
        """Take a definition whose command ends at ``at`` of the text; where it ends.

        ``doubt``: why the macro is not to be used all the same.

        Raises:
            FormulaError: it is not understood; its ``at`` is where reading may go on.
        """
        stream = _Stream(text, at, min(len(text), at + 20 * MAX_BODY), _TOKEN_AT)
        try:
            self._define(command, stream, at, everywhere, doubt)
        except FormulaError as error:
            raise FormulaError(error.message, stream.place) from None
        return stream.place

    def _define(
        self, command: str, stream: _Stream, at: int, everywhere: bool = False, doubt: str = ""
    ) -> None:
        star = stream.filled()
        if star is None or star.text != "*":
            stream.back(star)
        name = self._name(stream, command, at)
        everywhere |= command in (r"\gdef", r"\xdef")
        # known from here on, whatever it turns out to be: never mistaken for what it was before
        known = self._macros.get(name)
        if command in (r"\providecommand", r"\ProvideDocumentCommand") and (
            known is not None or name in _KNOWN
        ):
            doubt = ""
            self._read(command, name, stream, at)
            return
        self._keep(Macro(name, (), unreadable=_PENDING), everywhere)
        macro = self._read(command, name, stream, at, known)
        self._keep(replace(macro, unreadable=macro.unreadable or doubt), everywhere)

    @staticmethod
    def _name(stream: _Stream, command: str, at: int) -> str:
        tok = stream.filled()
        braced = tok is not None and tok.text == "{"
        if braced:
            tok = stream.filled()
        if tok is None or tok.text[0] != "\\" or len(tok.text) < 2:
            raise FormulaError(f"{command} without the name of a macro", at)
        if braced:
            close = stream.filled()
            if close is None or close.text != "}":
                raise FormulaError(f"{command} without the name of a macro", at)
        return tok.text

    def _read(
        self, command: str, name: str, stream: _Stream, at: int, known: Macro | None = None
    ) -> Macro:
        if command == r"\let":
            return self._let(name, stream, at, known)
        if command == r"\DeclareMathOperator":
            star = "*" if stream.text.startswith("*", at) else ""
            word = "".join(_body(stream.group(command, at, MAX_BODY)[0]))
            return Macro(name, _lexed(rf"\operatorname{star}{{{word}}}"))
        if command == r"\DeclarePairedDelimiter":
            left = _body(stream.group(command, at, MAX_BODY)[0])
            right = _body(stream.group(command, at, MAX_BODY)[0])
            body = (r"\left", *left, "#1", r"\right", *right)
            return Macro(name, body, 1, starred=True)
        if command in _DEF:
            return self._def(command, name, stream, at)
        parameters, default, unreadable = 0, None, ""
        if command in _DOCUMENT:
            kinds = "".join(_body(stream.group(command, at, MAX_BODY)[0]))
            found = re.fullmatch(r"\s*(?:O\{([^{}]*)\})?\s*((?:\+?m\s*)*)", kinds)
            if found is None:
                unreadable = "arguments of this kind are not supported"
            else:
                default = _lexed(found[1]) if found[1] is not None else None
                parameters = found[2].count("m") + (default is not None)
        else:
            option = stream.option(MAX_BODY)
            if option is not None:
                count = "".join(_body(option[0])).strip()
                parameters = int(count) if re.fullmatch("[0-9]", count) else 0
                option = stream.option(MAX_BODY)
                default = None if option is None else _body(option[0])
        body = _body(stream.group(name, at, MAX_BODY)[0])
        return _checked(Macro(name, body, parameters, default, unreadable))

    def _let(self, name: str, stream: _Stream, at: int, known: Macro | None) -> Macro:
        tok = stream.filled()
        if tok is not None and tok.text == "=":
            tok = stream.filled()
        if tok is None or tok.text in ("{", "}"):
            raise FormulaError(rf"\let{name} without what it stands for", at)
        other = known if tok.text == name else self._macros.get(tok.text)
        if other is not None:
            return replace(other, name=name)
        return Macro(name, (tok.text,), fixed=True)

    def _def(self, command: str, name: str, stream: _Stream, at: int) -> Macro:
        parameters, unreadable = 0, ""
        while (tok := stream.next()) is not None and tok.text != "{":
            if tok.text == f"#{parameters + 1}":
                parameters += 1
            elif not (tok.text.isspace() or tok.text[0] == "%"):
                unreadable = "arguments of this kind are not supported"
        stream.back(tok)
        body = _body(stream.group(name, at, MAX_BODY)[0])
        if command in (r"\edef", r"\xdef") and any(t in self._macros for t in body):
            unreadable = rf"{command} is not supported"
        return _checked(Macro(name, body, parameters, None, unreadable))

    # ------------------------------------------------------------------ use

    def expand(self, source: str, *, local: bool = False) -> Expansion | None:
        """A formula without macros, or None if it uses and defines none.

        ``local``: what is defined in the formula ends with it.
        """
        if len(source) > MAX_LENGTH:
            return None
        names = _CONTROL.findall(source)
        if not any(name in self._macros or name in DEFINING for name in names):
            return None
        writer = _Writer()
        error: FormulaError | None = None
        if local:
            self.open()
        try:
            self._in_formula = 0
            self._write(_Stream(source, 0, len(source)), writer)
        except FormulaError as found:
            error = found
        finally:
            if local:
                self.close()
        if error is not None:
            return Expansion(source, (_Run(0, 0, len(source), True),), error)
        return writer.expansion()

    def expand_apart(self, source: str) -> Expansion | None:
        """What `expand` gives for what is said of the whole page, where every macro has to have
        one meaning."""
        for found in _CONTROL.finditer(source):
            if found.group() in self._redefined:
                message = f"{found.group()} has more than one definition on this page"
                error = FormulaError(message, found.start())
                return Expansion(source, (_Run(0, 0, len(source), True),), error)
        return self.expand(source, local=True)

    def _write(self, stream: _Stream, writer: _Writer) -> None:
        while (tok := stream.next()) is not None:
            if tok.text[0] == "\\" and not tok.fixed:
                macro = self._macros.get(tok.text)
                if macro is not None:
                    self._call(macro, tok, stream)
                    continue
                if tok.text in DEFINING:
                    self._define(tok.text, stream, tok.end)
                    continue
            writer.write(tok)

    def _call(self, macro: Macro, tok: _Tok, stream: _Stream) -> None:
        if macro.unreadable:
            message = f"the definition of {macro.name} cannot be used: {macro.unreadable}"
            raise FormulaError(message, tok.at)
        trail = _Trail(macro.name, tok.trail, tok.trail.depth + 1 if tok.trail else 1)
        if trail.depth > MAX_DEPTH:
            raise FormulaError(f"{macro.name}: macros more than {MAX_DEPTH} deep", tok.at)
        above = tok.trail
        while above is not None:
            if above.name == macro.name:
                raise FormulaError(f"the macro {macro.name} is made of itself", tok.at)
            above = above.before
        self._pay(macro, tok, len(macro.body))
        given, end = self._arguments(macro, tok, stream)
        default = macro.default or ()
        out: list[_Tok] = []
        for text in macro.body:
            if text[0] != "#" or len(text) == 1:
                out.append(_Tok(text, tok.at, end, False, trail, macro.fixed))
                continue
            argument = given[int(text[1]) - 1]
            if argument is None:
                out += [_Tok(t, tok.at, end, False, trail) for t in default]
            else:
                out += argument
            self._pay(macro, tok, len(out))
        self._pay(macro, tok, sum(len(t.text) for t in out))
        self._produced += sum(len(t.text) for t in out) + 1
        self._in_formula += sum(len(t.text) for t in out) + 1
        stream.pushed.extend(reversed(out))

    def _arguments(
        self, macro: Macro, tok: _Tok, stream: _Stream
    ) -> tuple[list[list[_Tok] | None], int]:
        """The arguments of a call (None: the default), and where it ends."""
        end = tok.end
        if macro.starred:
            star = stream.filled()
            if star is None or star.text != "*":
                stream.back(star)
            stream.option()
        given: list[list[_Tok] | None] = []
        if macro.default is not None:
            option = stream.option()
            given.append(None if option is None else option[0])
            end = end if option is None else max(end, option[1])
        while len(given) < macro.parameters:
            argument, last = stream.group(macro.name, tok.at)
            given.append(argument)
            end = max(end, last)
        return given, end

    def _pay(self, macro: Macro, tok: _Tok, more: int) -> None:
        if self._in_formula + more > MAX_PRODUCED:
            message = f"{macro.name}: macros produce more than {MAX_PRODUCED} characters"
            raise FormulaError(message, tok.at)
        if self._produced + more > MAX_PAGE:
            message = f"the macros of this page produce more than {MAX_PAGE} characters"
            raise FormulaError(message, tok.at)


def _body(tokens: Iterable[_Tok]) -> tuple[str, ...]:
    """A definition's tokens: comments left out, ``##`` halved, a space for any space."""
    out = []
    for tok in tokens:
        if tok.text[0] != "%":
            out.append(" " if tok.text.isspace() else tok.text.replace("##", "#"))
    return tuple(out)


def _lexed(text: str) -> tuple[str, ...]:
    return tuple(_TOKEN.findall(text))


def _checked(macro: Macro) -> Macro:
    numbers = [int(t[1]) for t in macro.body if t[0] == "#" and len(t) > 1]
    if any(not 1 <= n <= macro.parameters for n in numbers) and not macro.unreadable:
        return replace(macro, unreadable="it speaks of an argument that it does not have")
    return macro


def environment_at(text: str, at: int) -> tuple[str, str, int]:
    """What ``\\newenvironment`` says behind ``at``: the name, what it begins with, and where
    that ends.

    Raises:
        FormulaError: it is not understood; its ``at`` is where reading may go on.
    """
    stream = _Stream(text, at, min(len(text), at + 20 * MAX_BODY), _TOKEN_AT)
    try:
        star = stream.filled()
        if star is None or star.text != "*":
            stream.back(star)
        name = "".join(_body(stream.group(r"\newenvironment", at, MAX_BODY)[0]))
        while stream.option(MAX_BODY) is not None:
            pass
        begin = "".join(_body(stream.group(r"\newenvironment", at, MAX_BODY)[0]))
        return name, begin, stream.group(r"\newenvironment", at, MAX_BODY)[1]
    except FormulaError as error:
        raise FormulaError(error.message, stream.place) from None


def matching(text: str, at: int, most: int = 20 * MAX_BODY) -> int:
    """Where the brace that opens at ``at`` is closed (the place of the closing one), or -1."""
    try:
        stream = _Stream(text, at, min(len(text), at + most))
        return stream.group("", at, most)[1] - 1
    except FormulaError:
        return -1


# --------------------------------------------------------------------------- places


class _Place(int):
    """An offset into the author's formula that knows the one into its expansion."""

    within: int

    def __new__(cls, at: int, within: int) -> _Place:
        self = super().__new__(cls, at)
        self.within = within
        return self


class _Run(NamedTuple):
    """From ``start`` of the expansion on: the author's own text from ``at`` on, or what the
    macro called in [at, end) produced."""

    start: int
    at: int
    end: int
    own: bool


@dataclass(frozen=True, slots=True)
class Expansion:
    """A formula with its macros written out, or the reason why that cannot be done."""

    text: str
    runs: tuple[_Run, ...]
    error: FormulaError | None = field(default=None, compare=False)

    def tokens(self) -> list[Token]:
        """Its tokens, each at its place in the author's text.

        Raises:
            FormulaError: as `tokenize`, or because the macros could not be written out.
        """
        if self.error is not None:
            raise FormulaError(self.error.message, self.error.at)
        try:
            found = tokenize(self.text)
        except FormulaError as error:
            raise FormulaError(error.message, self._first(error.at)) from None
        return [
            Token(
                t.kind, t.text, _Place(self._first(t.at), t.at), _Place(self._last(t.end), t.end)
            )
            for t in found
        ]

    def place(self, within: int) -> int:
        """Where in the author's text what begins at an offset of the expansion comes from."""
        return self._first(within)

    def _run(self, within: int) -> int:
        return max(0, bisect_right(self.runs, within, key=lambda run: run.start) - 1)

    def _first(self, within: int) -> int:
        run = self.runs[self._run(within)]
        return min(run.at + within - run.start, run.end) if run.own else run.at

    def _last(self, within: int) -> int:
        run = self.runs[self._run(within - 1)]
        return min(run.at + within - run.start, run.end) if run.own else run.end

    def on(self, chain: Chain, source: str) -> Chain:
        """A chain read from `tokens`, its sides with the author's text of them."""
        return replace(chain, sides=tuple(self._side(side, source) for side in chain.sides))

    def _side(self, side: Side, source: str) -> Side:
        if not isinstance(side.start, _Place) or not isinstance(side.end, _Place):
            return side
        first, last = side.start.within, side.end.within
        if (lead := _LEFT.search(self.text, max(0, first - 16), first)) is not None:
            first = lead.start()  # \left is no token, but half of \left( … \right)
        runs = self.runs[self._run(first) : self._run(last - 1) + 1]
        start = min(self._first(max(first, run.start)) for run in runs)
        stops = [run.start for run in runs[1:]] + [last]
        end = max(self._last(stop) for stop in stops)
        return replace(
            side, source=source[start:end], start=start, end=end, expanded=self.text[first:last]
        )


class _Writer:
    """Tokens → the text of an expansion and where each stretch of it comes from."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.runs: list[_Run] = []
        self.size = 0
        self.word = False  # whether a control word was written last

    def write(self, tok: _Tok) -> None:
        if self.word and tok.text[0].isascii() and tok.text[0].isalpha():
            self._put(" ", tok)
        self._put(tok.text, tok)
        self.word = tok.text[0] == "\\" and tok.text[-1].isalpha()

    def _put(self, text: str, tok: _Tok) -> None:
        last = self.runs[-1] if self.runs else None
        own = tok.own and text == tok.text
        if last is not None and last.own and own and last.end == tok.at:
            self.runs[-1] = last._replace(end=tok.end)
        elif last is None or last.own or own or (last.at, last.end) != (tok.at, tok.end):
            self.runs.append(_Run(self.size, tok.at, tok.end, own))
        self.parts.append(text)
        self.size += len(text)

    def expansion(self) -> Expansion:
        text = "".join(self.parts)
        inner = text.strip()
        if len(inner) > 1 and inner[0] == inner[-1] == "$" and "$" not in inner[1:-1]:
            # a macro with its own dollars, used in prose
            text = text.replace("$", " ")
        return Expansion(text, tuple(self.runs) or (_Run(0, 0, 0, True),))
