"""Verdicts and the evidence they carry (design: what each word may say)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from derive.characters import clean, one_line

__all__ = ["Counterexample", "InternalContradiction", "Undecided", "Verdict", "Word"]

Word = Literal["proved", "refuted", "unknown", "unread"]


class InternalContradiction(Exception):
    """The two independent paths disagree: a bug in derive, never a verdict."""


class Undecided(ValueError):
    """A verdict that is neither yes nor no was asked for its truth; the message is the verdict."""


@dataclass(frozen=True, slots=True)
class Counterexample:
    """Sizes, 1-based (as written) indices and values at which the step fails.

    ``left`` and ``right`` are exact numbers or enclosures ``[mid +/- radius]`` that
    exclude each other; ``difference`` is left less right. ``worked`` are the values on the way
    to the sides, names or LaTeX and number, each following from ``values`` and those before it.
    """

    sizes: dict[str, int]
    indices: dict[str, int]
    values: dict[str, str]
    left: str
    right: str
    worked: tuple[tuple[str, str], ...] = ()
    difference: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Verdict:
    """The answer for one claim.

    True in an ``assert`` or ``if`` only when it is proved, with nothing assumed, for every
    size or for the very sizes that were asked for (``asked``). False only when it is refuted.
    Anything else raises `Undecided`: unknown, unread, proved under an assumption that nobody
    stated, proved for a few sizes only. Ask ``word``, ``assumed`` and ``every_size`` to go on
    from there.

    ``every_size``: proved for all sizes. Otherwise ``sizes`` lists, by size name, the
    only sizes for which it was proved. ``checked`` lists the sizes that were worked
    out, ``basis`` says why they suffice. ``assumed`` and ``residual`` belong to
    "proved, assuming", and so does ``supposed``: forms of the names of which it was assumed what
    they are (patterns of their LaTeX), and ``agreeing``, those of relations that say the same.
    ``given`` are the page's assumptions that were used,
    ``where`` the conditions under which both sides are defined, ``where_sides`` which side asks
    for each (``left``, ``right`` or ``both``), ``because`` the reasons. ``asked``: ``sizes`` are
    those that were asked for.
    """

    word: Word
    every_size: bool = False
    sizes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    checked: dict[str, tuple[int, ...]] = field(default_factory=dict)
    basis: str = ""
    given: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    residual: str = ""
    supposed: tuple[str, ...] = ()
    agreeing: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    where_sides: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    counterexample: Counterexample | None = None
    message: str = ""
    asked: bool = False

    def __bool__(self) -> bool:
        """Whether the claim is true.

        Raises:
            Undecided: the verdict is neither yes nor no.
        """
        if self.word == "refuted":
            return False
        if self.word == "proved" and not self.assumed and (self.every_size or self.asked):
            return True
        raise Undecided(str(self))

    def __repr__(self) -> str:
        """The verdict in one line, for people: what a failed ``assert`` shows."""
        return f"<{one_line(str(self))}>"

    def __str__(self) -> str:
        """The word, the message and, line by line, what there is to see."""
        lines = [f"{self.word}: {self.message}" if self.message else self.word]
        if self.residual:
            lines.append(f"left - right = {self.residual}")
        if self.counterexample is not None:
            example = self.counterexample
            named = {**example.sizes, **example.indices, **example.values}
            shown = ", ".join(f"{name} = {value}" for name, value in named.items())
            lines.append(f"at {shown}:" if shown else "always:")
            lines += [f"    left  = {example.left}", f"    right = {example.right}"]
        if self.given:
            lines.append(f"given: {', '.join(self.given)}")
        if self.where:
            lines.append(f"where: {', '.join(self.where)}")
        return clean("\n".join(lines))
