"""Verdicts and the evidence they carry (design: what each word may say)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Counterexample", "InternalContradiction", "Verdict", "Word"]

Word = Literal["proved", "refuted", "unknown", "unread"]


class InternalContradiction(Exception):
    """The two independent paths disagree: a bug in derive, never a verdict."""


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


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one claim.

    ``every_size``: proved for all sizes. Otherwise ``sizes`` lists, by size name, the
    only sizes for which it was proved. ``checked`` lists the sizes that were worked
    out, ``basis`` says why they suffice. ``assumed`` and ``residual`` belong to
    "proved, assuming". ``given`` are the page's assumptions that were used, ``where``
    the conditions under which both sides are defined, ``where_sides`` which side asks for each
    (``left``, ``right`` or ``both``), ``because`` the reasons.
    """

    word: Word
    every_size: bool = False
    sizes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    checked: dict[str, tuple[int, ...]] = field(default_factory=dict)
    basis: str = ""
    given: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    residual: str = ""
    where: tuple[str, ...] = ()
    where_sides: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    counterexample: Counterexample | None = None
    message: str = ""
