"""What a step's judgement depends on, as a key: equal keys, equal judgements.

A key does not change with what stands elsewhere on the page: bound and free indices are numbered
in order of appearance, and lines by their order. So the lines that a judgement mentions
are taken out of it before it is kept, and those of the step at hand are put in when it is used.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from fractions import Fraction
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from derive.deciding.derivative import World
from derive.meaning.model import Step
from derive.terms import Family, Ix

__all__ = ["Fingerprint", "fingerprints"]

_LINE = re.compile(r"\bline (\d+(?: of (?:cell \d+|[^\s(),;:]+))?)")
_MARKED = re.compile(r"\bline \x00(\d+)\x00")
# what `judging` asks of a step; the rest is about where it stands
_ASKED = (
    "claim", "error", "repairs", "convention", "stale_case", "stale_negated", "case_latex",
    "doubtful_given", "readings", "blurred", "disputed",
)  # fmt: skip


class Fingerprint:
    """The key of one step, and the lines that texts about it may mention."""

    def __init__(self, key: bytes, lines: tuple[str, ...]) -> None:
        self.key = key
        self._lines = lines
        self._numbers = {line: number for number, line in enumerate(lines)}

    def without_lines(self, text: str) -> str:
        """A text about the step, with the places of its lines in their order for the lines."""

        def put(found: re.Match[str]) -> str:
            number = self._numbers.get(found[1])
            return found[0] if number is None else f"line \0{number}\0"

        return _LINE.sub(put, text)

    def with_lines(self, text: str) -> str:
        """What `without_lines` made of a text, as it reads for this step.

        Raises:
            ValueError: the text is not one about such a step.
        """

        def put(found: re.Match[str]) -> str:
            number = int(found[1])
            if number >= len(self._lines):
                raise ValueError("a line that this step does not have")
            return f"line {self._lines[number]}"

        return _MARKED.sub(put, text)


def fingerprints(steps: tuple[Step, ...]) -> tuple[Fingerprint, ...]:
    """The fingerprints of the steps of one page."""
    worlds: dict[int, _Written] = {}
    return tuple(_fingerprint(step, worlds) for step in steps)


def _fingerprint(step: Step, worlds: dict[int, _Written]) -> Fingerprint:
    writer = _Writer(worlds)
    for name in _ASKED:
        writer.write(getattr(step, name))
    writer.line(step.case_line)
    ranked = sorted(writer.lines, key=int)
    shown = tuple(str(line) for line in ranked)
    ranks = {int(line): number for number, line in enumerate(ranked)}
    digest = hashlib.sha256(_program())
    marks = Fingerprint(b"", shown)
    for part in writer.parts:
        if isinstance(part, str):
            piece = "s" + (marks.without_lines(part) if "line " in part else part)
        else:
            piece = f"#{ranks[part]}"
        data = piece.encode(errors="surrogatepass")
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return Fingerprint(digest.digest(), shown)


@cache
def _program() -> bytes:
    """The versions of all that decides, and the state of our own files: who changes the decider
    gets no verdicts of the one before."""
    parts = [sys.version, version("sympy"), version("python-flint")]
    for file in sorted(Path(__file__).parent.rglob("*.py")):
        state = file.stat()
        parts.append(f"{file.name} {state.st_size} {state.st_mtime_ns}")
    return "\n".join(parts).encode()


class _Written:
    """A world as it was written once; kept with it, so that no other gets its id."""

    def __init__(self, world: World, writer: _Writer) -> None:
        self.world = world
        self.parts = tuple(writer.parts)
        self.labels = dict(writer.labels)
        self.lines = tuple(writer.lines.values())


class _Writer:
    """Values → a list of texts and lines, the same for values that mean the same."""

    def __init__(self, worlds: dict[int, _Written]) -> None:
        self.worlds = worlds
        self.parts: list[str | int] = []
        self.lines: dict[int, int] = {}
        self.labels: dict[int, str] = {}  # of the indices, by uid
        self.met = 0  # worlds so far

    def write(self, value: object) -> None:
        match value:
            case World():
                self._world(value)
            case Ix():
                label = self.labels.setdefault(value.uid, str(len(self.labels)))
                self.parts.append(f"ix {label} {value.name}")
                self.write(value.axis)
            case Family():
                self.parts.append(f"family {value.name}\n{value.label}")
                self.write(value.axes)
            case str():
                self.parts.append(value)
            case None | bool() | int() | float() | Fraction():
                self.parts.append(f"{type(value).__name__} {value}")
            case tuple() | list():
                self.parts.append(f"{type(value).__name__} {len(value)}")
                for item in value:
                    self.write(item)
            case frozenset() | set():
                self._set(value)
            case Mapping():
                self.parts.append(f"mapping {len(value)}")
                for name in sorted(value, key=_order):
                    self.write(name)
                    self.write(value[name])
            case _:
                self._dataclass(value)

    def _dataclass(self, value: object) -> None:
        if not is_dataclass(value):
            raise TypeError(f"{type(value).__name__} has no fingerprint")
        self.parts.append(f"<{type(value).__name__}")
        kind: Any = type(value)
        for name in _names(kind):
            inner = getattr(value, name)
            if name == "line":
                self.line(inner)
            else:
                self.write(inner)

    def line(self, line: int) -> None:
        self.lines.setdefault(int(line), line)
        self.parts.append(int(line))

    def _set(self, values: frozenset[object] | set[object]) -> None:
        """In an order of its own, as that of a set is anybody's guess."""
        written = []
        for value in values:
            inner = _Writer(self.worlds)
            inner.write(value)
            if inner.labels:
                raise TypeError("indices in a set cannot be numbered in order")
            written.append([str(part) for part in inner.parts])
        self.parts.append(f"set {len(written)}")
        for parts in sorted(written):
            self.parts += parts

    def _world(self, world: World) -> None:
        """All that is defined where a step stands: written once for the steps that share it."""
        known = self.worlds.get(id(world))
        if known is None:
            inner = _Writer(self.worlds)
            for family in sorted(world.definitions, key=_order):
                inner.write(world.definitions[family])
            inner.write(dict(world.functions))
            inner.write(world.depends)
            known = self.worlds[id(world)] = _Written(world, inner)
        self.parts.append("world")
        self.parts += known.parts
        for line in known.lines:
            self.lines.setdefault(int(line), line)
        for uid, label in known.labels.items():
            # an index that is the same here and there (the right class c)
            if uid in self.labels:
                self.parts.append(f"link {self.labels[uid]} {label}")
            else:
                self.labels[uid] = f"{label} of world {self.met}"
        self.met += 1


def _order(name: object) -> tuple[str, ...]:
    if isinstance(name, Family):
        return (name.name, name.label, str(name.rank))
    return (str(name),)


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if not field.name.startswith("_"))
