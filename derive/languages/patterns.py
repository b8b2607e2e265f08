"""Messages with named gaps, and how a finished English sentence is found to be one of them.

A message is written ``{name:math} is used but never defined on this page``. A gap may say what
stands in it, after a colon; without that it is a name, a value, a piece of a formula:

``text``    what somebody wrote, or the system said
``math``    LaTeX, which a report sets as mathematics
``maths``   LaTeX, several of it joined by « and »
``names``   plain names joined by « and »
``said``    another message
``each``    messages joined by «; »
``list``    messages joined by «, »
``number``  a number
``quoted``  a value as Python writes it, a text in its quotes
``place``   a file's path, perhaps with a line and a column
``line``    the number behind the word «line», with its cell or file if it has one

Braces that are no gap are doubled. A gap that stands twice holds the same text twice. Only in
text and in other messages may words follow one another: so a sentence that holds another one is
not mistaken for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from string import Formatter

__all__ = ["KINDS", "BadPattern", "Gap", "Pattern", "Span"]

KINDS = (
    "",
    "text",
    "math",
    "maths",
    "names",
    "said",
    "each",
    "list",
    "number",
    "quoted",
    "place",
    "line",
)
_FREE = ("text", "said", "each", "list")
_PROSE = re.compile(r"(?<![A-Za-z\\])[A-Za-z][a-z]+ [a-z]{2,}")
_GROUP = re.compile(r"\{[^{}]*\}")  # words in a formula stand in braces: \text{for all}
_DEEPEST = 8  # groups within one another
_HOLDS = {
    "number": re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?"),
    "quoted": re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[\w.+-]+"""),
    "place": re.compile(r".*(?:[/\\].*|\.\w+(?::\d+){0,2})"),
    "line": re.compile(r"\d+(?: of [^()\n]+)?"),
}


class BadPattern(ValueError):
    """A message that is no pattern: braces that do not match, a kind that is not known."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A named gap of a message, and what kind of text it holds."""

    name: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """Where in a sentence a gap's text stands."""

    gap: Gap
    start: int
    end: int


@dataclass(frozen=True)
class Pattern:
    """A message in its parts: fixed text and gaps."""

    parts: tuple[str | Gap, ...]

    @classmethod
    def of(cls, message: str) -> Pattern:
        """
        Raises:
            BadPattern: braces do not match, or a gap is of no known kind.
        """
        parts: list[str | Gap] = []
        try:
            for fixed, name, kind, conversion in Formatter().parse(message):
                if fixed and parts and isinstance(parts[-1], str):  # behind a doubled brace
                    parts[-1] += fixed
                elif fixed:
                    parts.append(fixed)
                if name is None:
                    continue
                if conversion or not name.isidentifier() or (kind or "") not in KINDS:
                    raise BadPattern(f"{message}: {{{name}:{kind}}} is no gap")
                parts.append(Gap(name, kind or ""))
        except ValueError as error:
            raise BadPattern(f"{message}: {error}") from None
        return cls(tuple(parts))

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of its gaps."""
        return frozenset(part.name for part in self.parts if isinstance(part, Gap))

    @cached_property
    def weight(self) -> int:
        """How much of it is fixed: of two messages that fit, the one that says more is meant."""
        return sum(len(part) for part in self.parts if isinstance(part, str))

    @property
    def begins(self) -> bool:
        """Whether it begins with words of its own: of two messages that fit, this is the one
        that holds the other."""
        return bool(self.parts) and isinstance(self.parts[0], str)

    def ends_in(self, kinds: tuple[str, ...]) -> bool:
        """Whether its end is a gap of one of these kinds."""
        last = self.parts[-1] if self.parts else ""
        return isinstance(last, Gap) and last.kind in kinds

    def spans(self, text: str) -> list[Span] | None:
        """Where its gaps stand in ``text``, or None if it is not this message. The first letter
        may be a capital.

        Each fixed part is sought from left to right and taken where it first occurs: the work
        is linear, whatever a page writes into a gap.
        """
        found: list[Span] = []
        at = 0
        gap: Gap | None = None
        last = len(self.parts) - 1
        for number, part in enumerate(self.parts):
            if isinstance(part, Gap):
                if gap is not None:
                    return None  # two gaps side by side cannot be told apart
                gap = part
                continue
            if number == 0:
                if text[:1].lower() != part[:1].lower() or text[1 : len(part)] != part[1:]:
                    return None
                start = 0
            elif number == last:
                start = len(text) - len(part)
                if start <= at or not text.endswith(part):
                    return None
            else:
                start = text.find(part, at + 1)
                if start < 0:
                    return None
            if gap is not None:
                found.append(Span(gap, at, start))
                gap = None
            at = start + len(part)
        if gap is not None:
            found.append(Span(gap, at, len(text)))
            at = len(text)
        return found if at == len(text) and _fits(found, text) else None


def _fits(spans: list[Span], text: str) -> bool:
    held: dict[str, str] = {}
    for span in spans:
        inside = text[span.start : span.end]
        form = _HOLDS.get(span.gap.kind)
        if not inside or (form is not None and form.fullmatch(inside) is None):
            return False
        if form is None and span.gap.kind not in _FREE and _has_prose(inside):
            return False
        if held.setdefault(span.gap.name, inside) != inside:
            return False
    return True


def _has_prose(text: str) -> bool:
    """Whether two words stand side by side outside braces."""
    for _ in range(_DEEPEST):
        if not _PROSE.search(text):
            return False
        without = _GROUP.sub("", text)
        if without == text:
            return True
        text = without
    return bool(_PROSE.search(text))
