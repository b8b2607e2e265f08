"""What a claim of the prefix form supposes of its values and no given of ours can say.

Such a claim is decided without the restriction, so about more points than it speaks of.
A proof then covers it all the same; a counterexample does only if it keeps the restriction.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

__all__ = ["Restriction", "kept"]

_MEANING = {
    "nonzero": "≠ 0",
    "not1": "≠ 1",
    "not01": "≠ 0 and ≠ 1",
    "pos_not1": "≠ 1",
    "gt1": "> 1",
    "unit": "< 1",
    "neg": "< 0",
    "nonneg": "≥ 0",
    "bit": "0 or 1",
    "pm1": "-1 or 1",
    "size2": "≥ 2",
}


@dataclass(frozen=True, slots=True)
class Restriction:
    """``kind``, a domain of the file, of each value of ``name``; or ``neq``: ``name`` differs
    from ``other``; or ``pi``: ``name`` is the number π."""

    kind: str
    name: str
    other: str = ""

    def __str__(self) -> str:
        if self.kind == "neq":
            return f"{self.name} ≠ {self.other}"
        if self.kind == "pi":
            return f"{self.name} is the number 3.14…"
        return f"{self.name} {_MEANING[self.kind]}"


def kept(
    restriction: Restriction, values: Mapping[str, str], sizes: Mapping[str, int]
) -> bool | None:
    """Whether a counterexample keeps the restriction; None if its values do not say.

    ``values`` are texts of rationals (``-3/2``) or of their logs (``log(3)``) by entry
    (``x``, ``x_2``); a quantity without a value occurs nowhere, and may have any.
    """
    if restriction.kind == "pi":
        return values.get("π", "π") == "π"
    if restriction.kind == "size2":
        size = sizes.get(restriction.name)
        return None if size is None else size >= 2
    if restriction.kind == "neq":
        sides = [values.get(restriction.name), values.get(restriction.other)]
        return None if None in sides else sides[0] != sides[1]
    mine = [
        shown
        for entry, shown in values.items()
        if entry == restriction.name or entry.startswith(f"{restriction.name}_")
    ]
    try:
        return all(_within(restriction.kind, _number(shown)) for shown in mine)
    except ValueError:
        return None


def _number(shown: str) -> Fraction | float:
    """A rational, or a float for the log of one other than 1, which is never rational."""
    if not shown.startswith("log("):
        return Fraction(shown)
    inside = Fraction(shown.removeprefix("log(").removesuffix(")"))
    return Fraction(0) if inside == 1 else math.log(inside)


def _within(kind: str, value: Fraction | float) -> bool:
    match kind:
        case "nonzero":
            return value != 0
        case "not1" | "pos_not1":
            return value != 1
        case "not01":
            return value not in (0, 1)
        case "gt1":
            return value > 1
        case "unit":
            return value < 1
        case "neg":
            return value < 0
        case "nonneg":
            return value >= 0
        case "bit":
            return value in (0, 1)
        case "pm1":
            return value in (-1, 1)
    raise ValueError(f"not a restriction of values: {kind}")
