"""A claim of the prefix form at given sizes and indices, without sums or indices.

The result is a prefix tree again, of numbers, names and operators only; an entry w_{2,4}
is the name ``w_2_4``. It shares nothing with derive, and serves the peers for fixed sizes.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["Unspellable", "domains", "index_choices", "spelled"]

_SKIPS = {"sumne": "sum", "prodne": "prod"}


class Unspellable(Exception):
    """Not a claim of the form, or a range that is no pair of numbers."""


def index_choices(case: Mapping[str, Any], sizes: Mapping[str, int]) -> Iterator[dict[str, int]]:
    """Every choice of sizes and free indices that the claim allows at these sizes."""
    declared = case["declared"]
    sizes = dict(sizes)
    for c in declared["constraints"]:
        if c[0] == "eqsize":
            sizes[c[2]] = sizes[c[1]]
    indices = {
        name: sizes[domain.removeprefix("index:")]
        for name, domain in declared["symbols"].items()
        if domain.startswith("index:")
    }
    different = [(c[1], c[2]) for c in declared["constraints"] if c[0] == "ne"]
    for choice in itertools.product(*(range(1, size + 1) for size in indices.values())):
        at = dict(zip(indices, choice, strict=True))
        if all(at[i] != at[j] for i, j in different):
            yield {**sizes, **at}


def domains(case: Mapping[str, Any]) -> dict[str, str]:
    """The domain of each quantity; an array's by its name before the first ``_``."""
    declared = case["declared"]
    found = {
        name: domain
        for name, domain in declared["symbols"].items()
        if domain not in ("size", "size2", "natural") and not domain.startswith("index:")
    }
    return found | {name: info["domain"] for name, info in declared["arrays"].items()}


def spelled(node: Any, env: Mapping[str, int]) -> Any:
    """``node`` with the sizes and indices of ``env`` put in and its sums written out.

    Raises:
        Unspellable: that cannot be done.
    """
    head, *rest = node
    if head == "sym":
        return ["int", env[rest[0]]] if rest[0] in env else node
    if head in ("int", "rat", "pi", "I"):
        return node
    if head == "idx":
        return ["sym", "_".join([rest[0], *(str(number(i, env)) for i in rest[1:])])]
    if head == "delta":
        return ["int", int(number(rest[0], env) == number(rest[1], env))]
    if head in ("sum", "prod", *_SKIPS):
        letter, low, high, *without, body = rest
        out = {number(i, env) for i in without}
        parts = [
            spelled(body, {**env, letter: k})
            for k in range(number(low, env), number(high, env) + 1)
            if k not in out
        ]
        is_sum = _SKIPS.get(head, head) == "sum"
        if len(parts) < 2:
            return parts[0] if parts else ["int", int(not is_sum)]
        return ["add" if is_sum else "mul", *parts]
    return [head, *(spelled(part, env) for part in rest)]


def number(node: Any, env: Mapping[str, int]) -> int:
    """An index or a limit of a range.

    Raises:
        Unspellable: it is no whole number.
    """
    match node:
        case ["int", int(value)]:
            return value
        case ["sym", name] if name in env:
            return env[name]
        case ["neg", arg]:
            return -number(arg, env)
        case ["add", *args]:
            return sum(number(a, env) for a in args)
        case ["mul", *args]:
            product = 1
            for a in args:
                product *= number(a, env)
            return product
    raise Unspellable(f"not a whole number: {node}")
