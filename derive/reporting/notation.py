"""A formula as a small tree of allowed parts, or nothing.

Reports never pass a page's LaTeX on as it came. They take it apart here, against the
allow-list of `commands`, and print the tree again, so that what reaches TeX or a
browser is balanced, bounded and harmless whatever the page said. This is typesetting
only: what a formula *means* is read elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from derive.characters import clean
from derive.reporting.commands import (
    BIG_OPERATORS,
    CHARACTERS,
    DELIMITERS,
    DROPPED,
    ENVIRONMENTS,
    FONT_SWITCHES,
    ONE_ARGUMENT,
    SIZED,
    SYMBOLS,
    TEXT_COMMANDS,
    TWO_ARGUMENTS,
    UNICODE,
)
from derive.reporting.text import is_cjk

__all__ = [
    "Atom",
    "Call",
    "Environment",
    "Fenced",
    "Group",
    "Node",
    "Script",
    "Text",
    "parse",
]

LONGEST = 20_000
DEEPEST = 40


@dataclass(frozen=True, slots=True)
class Atom:
    """One symbol, ready to print."""

    latex: str


@dataclass(frozen=True, slots=True)
class Text:
    """Words inside a formula; ``command`` is ``\\text`` or a styled relative."""

    content: str
    command: str = "\\text"


@dataclass(frozen=True, slots=True)
class Group:
    """Braces."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A command with its arguments, and an optional one in brackets."""

    command: str
    arguments: tuple[tuple[Node, ...], ...]
    option: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Fenced:
    """``\\left( … \\right)``"""

    left: str
    items: tuple[Node, ...]
    right: str


@dataclass(frozen=True, slots=True)
class Script:
    """A base with what stands below and above it. ``primes`` come before ``above``."""

    base: tuple[Node, ...]
    below: tuple[Node, ...] | None
    primes: int
    above: tuple[Node, ...] | None


@dataclass(frozen=True, slots=True)
class Environment:
    """Rows of cells."""

    name: str
    columns: str
    rows: tuple[tuple[tuple[Node, ...], ...], ...]


Node = Atom | Text | Group | Call | Fenced | Script | Environment


class _NotAllowed(Exception):
    """The formula uses something outside the allow-list, or is not well formed."""


_TOKEN = re.compile(r"\\(?:operatorname\*|tag\*|[A-Za-z]+|.)|[0-9]+(?:\.[0-9]+)?|\s+|.", re.DOTALL)
_LENGTH = re.compile(r"\[\s*-?\d*\.?\d+\s*(?:pt|em|ex|mm|cm|mu|in)\s*\]")


def parse(source: str) -> tuple[Node, ...] | None:
    """The formula's tree, or None if it must be shown as plain source instead."""
    if len(source) > LONGEST or "^^" in source or not source.strip():
        return None
    try:
        return _Parser(source).formula()
    except _NotAllowed:
        return None


class _Parser:
    """One pass over the tokens; every method leaves `at` behind what it read."""

    def __init__(self, source: str) -> None:
        self.tokens = _TOKEN.findall(source)
        if "".join(self.tokens) != source:
            raise _NotAllowed
        self.at = 0
        self.depth = 0

    # tokens

    def peek(self) -> str:
        """The next token that is not white space; empty at the end."""
        while self.at < len(self.tokens) and self.tokens[self.at].isspace():
            self.at += 1
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        if not token:
            raise _NotAllowed
        self.at += 1
        return token

    def expect(self, token: str) -> None:
        if self.take() != token:
            raise _NotAllowed

    def raw_group(self) -> str:
        """A braced name or text as it stands, braces inside it balanced and kept."""
        self.expect("{")
        start, open_braces = self.at, 1
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            self.at += 1
            open_braces += (token == "{") - (token == "}")
            if not open_braces:
                return "".join(self.tokens[start : self.at - 1])
        raise _NotAllowed

    # structure

    def formula(self) -> tuple[Node, ...]:
        rows = self.rows("")
        if self.peek():
            raise _NotAllowed
        if len(rows) == 1 and len(rows[0]) == 1:
            return rows[0][0]
        widest = max(len(row) for row in rows)
        return (Environment("aligned" if widest > 1 else "gathered", "", rows),)

    def rows(self, end: str) -> tuple[tuple[tuple[Node, ...], ...], ...]:
        """Cells and rows up to ``end``; a last empty row is only a trailing ``\\\\``."""
        rows: list[tuple[tuple[Node, ...], ...]] = []
        row: list[tuple[Node, ...]] = []
        while True:
            row.append(self.items(("&", "\\\\", "\\newline", "\\cr", end)))
            token = self.peek()
            if token == "&":
                self.take()
                continue
            rows.append(tuple(row))
            row = []
            if token == end or not token:
                break
            self.take()
            self.row_space()
        if len(rows) > 1 and rows[-1] == ((),):
            rows.pop()
        return tuple(rows)

    def row_space(self) -> None:
        """Skip the ``*`` and ``[2pt]`` that may follow a row end."""
        if self.peek() == "*":
            self.take()
        match = _LENGTH.match("".join(self.tokens[self.at : self.at + 16]))
        if match:
            length = 0
            while length < match.end():
                length += len(self.tokens[self.at])
                self.at += 1

    def items(self, ends: tuple[str, ...]) -> tuple[Node, ...]:
        """Everything up to one of ``ends`` (not consumed) or the end of the source."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise _NotAllowed
        found: list[Node] = []
        over: list[Node] | None = None
        while (token := self.peek()) and token not in ends:
            if token in FONT_SWITCHES:
                self.take()
                found.append(Call(FONT_SWITCHES[token], (self.items(ends),)))
            elif token == "\\over" and over is None:
                self.take()
                over, found = found, []
            elif token in {"\\limits", "\\nolimits"}:
                self.take()
                _set_limits(found, token)
            elif token == "\\middle" and ends == ("\\right",):
                self.take()
                found += (Atom(token), Atom(self.delimiter()))
            elif token in DROPPED:
                self.take()
            elif token == "\\label":
                self.take()
                self.raw_group()
            else:
                found += self.scripted()
        self.depth -= 1
        if over is not None:
            return (Call("\\frac", (tuple(over), tuple(found))),)
        return tuple(found)

    def scripted(self) -> tuple[Node, ...]:
        """One item and whatever is attached to it below and above."""
        base = () if self.peek() in {"^", "_", "'", "′"} else self.item()
        below: tuple[Node, ...] | None = None
        above: tuple[Node, ...] | None = None
        primes = 0
        if base and self.peek() in {"\\limits", "\\nolimits"}:
            last = list(base)
            _set_limits(last, self.take())
            base = tuple(last)
        while (token := self.peek()) in {"^", "_", "'", "′"}:
            self.take()
            if token in {"'", "′"}:
                if above is not None:
                    raise _NotAllowed
                primes += 1
            elif token == "_" and below is None:
                below = self.argument()
            elif token == "^" and above is None:
                above = self.argument()
            else:
                raise _NotAllowed
        if below is None and above is None and not primes:
            return base
        return (*base[:-1], Script(base[-1:], below, primes, above))

    def argument(self) -> tuple[Node, ...]:
        """A braced group's contents, or the single item that follows."""
        if self.peek() == "{":
            self.take()
            inside = self.items(("}",))
            self.expect("}")
            return inside
        if self.peek() in {"", "^", "_", "&", "\\\\", "}", "\\right", "\\end"}:
            raise _NotAllowed
        if self.peek()[0] in "0123456789":  # \frac12 is a half: only one digit belongs here
            number = self.take()
            self.tokens[self.at - 1 : self.at] = list(number)
            self.at -= 1
        return self.item()

    def item(self) -> tuple[Node, ...]:
        """One thing: a symbol, a group, a command with its arguments, an environment."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise _NotAllowed
        found = self._item(self.take())
        self.depth -= 1
        return found

    def _item(self, token: str) -> tuple[Node, ...]:
        if token == "{":
            inside = self.items(("}",))
            self.expect("}")
            return (Group(inside),)
        if token == "\\begin":
            return self.environment()
        if token == "\\left":
            return (self.fenced(),)
        if token in TEXT_COMMANDS:
            return self.words(token)
        if token in SIZED:
            return (Atom(token), Atom(self.delimiter()))
        if token in ONE_ARGUMENT:
            option = self.option() if token in {"\\sqrt", "\\xrightarrow", "\\xleftarrow"} else ()
            return (Call(token, (self.argument(),), option),)
        if token in TWO_ARGUMENTS:
            return (Call(token, (self.argument(), self.argument())),)
        return self._rarer(token)

    def _rarer(self, token: str) -> tuple[Node, ...]:
        if token == "\\substack":
            self.expect("{")
            rows = self.rows("}")
            self.expect("}")
            if any(len(row) > 1 for row in rows):
                raise _NotAllowed
            return (Environment("substack", "", rows),)
        if token in {"\\tag", "\\tag*"}:
            return (Atom("\\qquad"), Text(f"({_plain_text(self.raw_group())})"))
        if token == "\\not":
            return self.negated()
        if token in {"\\hspace", "\\hskip", "\\mspace"}:
            if not re.fullmatch(r"-?\d*\.?\d+(pt|em|ex|mm|cm|mu|in)", self.raw_group().strip()):
                raise _NotAllowed
            return (Atom("\\quad"),)
        if is_cjk(token) and not token.startswith("\\"):
            return (self.foreign(token),)
        return (_symbol(token),)

    def foreign(self, first: str) -> Text:
        """A run of Chinese, Japanese or Korean words standing in the formula."""
        run = first
        while self.at < len(self.tokens) and is_cjk(self.tokens[self.at]):
            run += self.tokens[self.at]
            self.at += 1
        return Text(run)

    def negated(self) -> tuple[Node, ...]:
        known = {"=": "\\neq", "\\in": "\\notin", "\\mid": "\\nmid", "\\exists": "\\nexists"}
        token = self.take()
        if token not in known:
            raise _NotAllowed
        return (Atom(known[token]),)

    def option(self) -> tuple[Node, ...]:
        if self.peek() != "[":
            return ()
        self.take()
        inside = self.items(("]",))
        self.expect("]")
        return inside

    def delimiter(self) -> str:
        token = self.take()
        if token not in DELIMITERS:
            raise _NotAllowed
        return {"<": "\\langle", ">": "\\rangle"}.get(token, token)

    def fenced(self) -> Fenced:
        left = self.delimiter()
        inside = self.items(("\\right",))
        self.expect("\\right")
        return Fenced(left, inside, self.delimiter())

    def words(self, command: str) -> tuple[Node, ...]:
        """Text, with any ``$…$`` inside it taken out as mathematics again."""
        shown = command if command in {"\\textbf", "\\textit"} else "\\text"
        parts = re.split(r"(?<!\\)\$", self.raw_group())
        if len(parts) % 2 == 0:
            raise _NotAllowed
        found: list[Node] = []
        for number, part in enumerate(parts):
            if number % 2:
                inner = parse(part) if self.depth < DEEPEST // 2 else None
                if inner is None:
                    raise _NotAllowed
                found.append(Group(inner))
            elif part or len(parts) == 1:
                found.append(Text(_plain_text(part), shown))
        return (Group(tuple(found)),) if len(found) > 1 else tuple(found)

    def environment(self) -> tuple[Node, ...]:
        name = self.raw_group()
        if name not in ENVIRONMENTS:
            raise _NotAllowed
        printed, most = ENVIRONMENTS[name]
        columns = ""
        if name in {"array", "alignat", "alignat*", "alignedat"}:
            columns = self.raw_group()
        if name == "array":
            columns = re.sub(r"[\s|]|@\{\}", "", columns)
            if not re.fullmatch(r"[lcr]{1,20}", columns):
                raise _NotAllowed
            most = len(columns)
        elif name.startswith("eqnarray"):
            columns = "rcl"
        elif printed == "aligned":
            columns = ""
        rows = self.rows("\\end")
        self.expect("\\end")
        if self.raw_group() != name or any(len(row) > most for row in rows):
            raise _NotAllowed
        if not printed:
            if len(rows) != 1:
                raise _NotAllowed
            return (Group(rows[0][0]),)
        return (Environment(printed, columns, rows),)


def _symbol(token: str) -> Atom:
    token = UNICODE.get(token, token)
    if token in SYMBOLS or token in CHARACTERS or token == "\\mathbb{R}":
        return Atom(token)
    if token.isascii() and ((token.isalpha() and len(token) == 1) or token[0].isdigit()):
        return Atom(token)
    raise _NotAllowed


def _set_limits(found: list[Node], token: str) -> None:
    """``\\limits`` belongs to the operator before it, or is an error to TeX."""
    last = found[-1] if found else None
    if isinstance(last, Atom) and last.latex in BIG_OPERATORS:
        found.append(Atom(token))
    elif not (isinstance(last, Call) and last.command in {"\\mathop", "\\operatorname*"}):
        raise _NotAllowed


def _plain_text(content: str) -> str:
    """The words of a text group: escaped specials and braces undone, commands refused."""
    plain = re.sub(r"\\([_%&#${} ])|[{}]|~", lambda m: m.group(1) or _space(m), content)
    if re.search(r"(?<!\\)\\", re.sub(r"\\[_%&#${} ]", "", content)) or "%" in re.sub(
        r"\\%", "", content
    ):
        raise _NotAllowed
    if clean(plain) != plain:
        raise _NotAllowed
    return re.sub(r"\s+", " ", plain)


def _space(match: re.Match[str]) -> str:
    return " " if match.group() == "~" else ""
