"""Names for steps that edits elsewhere on the page do not change."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable

from derive.meaning.model import Step

__all__ = ["step_ids"]


def step_ids(steps: Iterable[Step]) -> list[str]:
    """A name for each step, made of its own text: edits elsewhere do not change it, nor do
    verdicts. Steps with the same text are numbered in their order."""
    names = []
    seen: Counter[str] = Counter()
    for step in steps:
        parts = (step.left.source, step.relation, step.right.source)
        text = "\0".join("".join(part.split()) for part in parts)
        name = hashlib.sha256(text.encode()).hexdigest()[:10]
        if step.end_to_end:
            name = f"chain-{name}"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return names
