"""Characters that one cannot see and that could make a line look like another one."""

from __future__ import annotations

import re

__all__ = ["BIDIRECTIONAL", "INVISIBLE", "named"]

# Embeddings, overrides and isolates: they reorder what a reader sees, not what is read here.
BIDIRECTIONAL = re.compile("[\u202a-\u202e\u2066-\u2069]")
# In a formula also marks of direction, joiners and characters without width.
INVISIBLE = re.compile(
    "[\u202a-\u202e\u2066-\u2069\u061c\u200b-\u200f\u2060-\u2065\ufeff\u00ad\u180e]"
)


def named(character: str) -> str:
    """How to call one of them in a message."""
    kind = "bidirectional control" if BIDIRECTIONAL.match(character) else "invisible"
    return f"{kind} character U+{ord(character):04X}"
