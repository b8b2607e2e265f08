"""Random formulas made of everything that a report may typeset, in any order and nesting."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator

from derive.reporting.commands import (
    BIG_OPERATORS,
    CHARACTERS,
    DELIMITERS,
    ENVIRONMENTS,
    ONE_ARGUMENT,
    SIZED,
    SYMBOLS,
    TEXT_COMMANDS,
    TWO_ARGUMENTS,
    UNICODE,
)
from derive.reporting.notation import Node, parse

__all__ = ["random_formulas"]

_SYMBOLS = [*"abxyzR0123456789", *sorted(SYMBOLS), *sorted(CHARACTERS - {"'"}), *sorted(UNICODE)]
_WORDS = 'abc #"[]()/*<>@`_^-=;:,.~é'  # what a text may hold, and Typst might take for code


def random_formulas(seed: int, count: int) -> Iterator[tuple[str, tuple[Node, ...]]]:
    """LaTeX and its tree, ``count`` times; always the same for a seed."""
    chance = random.Random(seed)
    while count:
        latex = _formula(chance, 3)
        nodes = parse(latex)
        if nodes is not None:
            yield latex, nodes
            count -= 1


def _formula(chance: random.Random, depth: int) -> str:
    parts = []
    for _ in range(chance.randint(0, 4)):
        kind = chance.random() if depth else 0
        parts.append(chance.choice(_SYMBOLS) if kind < 0.4 else _larger(chance, depth - 1))
        if chance.random() < 0.15:
            parts.append(f"_{{{_formula(chance, max(depth - 1, 0))}}}")
        if chance.random() < 0.15:
            primes = "'" * chance.randint(0, 2)
            parts.append(f"{primes}^{{{_formula(chance, max(depth - 1, 0))}}}")
    return " ".join(parts)


def _larger(chance: random.Random, depth: int) -> str:
    def some(names: Iterable[str]) -> str:
        return chance.choice(sorted(names))

    def inner() -> str:
        return _formula(chance, depth)

    match chance.randrange(9):
        case 0:
            return f"{some(ONE_ARGUMENT)}{{{inner()}}}"
        case 1:
            return f"{some(TWO_ARGUMENTS)}{{{inner()}}}{{{inner()}}}"
        case 2:
            words = "".join(chance.choices(_WORDS, k=chance.randint(0, 6)))
            return f"{some(TEXT_COMMANDS)}{{{words}}}"
        case 3:
            middle = f"\\middle{some(DELIMITERS)} " * chance.randint(0, 1)
            sides = f"\\left{some(DELIMITERS)} ", f"\\right{some(DELIMITERS)}"
            return f"{sides[0]}{inner()} {middle}{inner()}{sides[1]}"
        case 4:
            return some(SIZED) + some(DELIMITERS)
        case 5:
            return some(BIG_OPERATORS) + chance.choice(["\\limits", "\\nolimits"])
        case 6:
            command = chance.choice(["\\sqrt", "\\xrightarrow", "\\xleftarrow"])
            return f"{command}[{_formula(chance, 0)}]{{{inner()}}}"
        case 7:
            return chance.choice([f"{{{inner()}}}", f"\\substack{{{inner()}\\\\{inner()}}}"])
    name = some(ENVIRONMENTS)
    columns = {"array": "{lcr}", "alignat": "{2}", "alignat*": "{2}", "alignedat": "{2}"}
    rows = " \\\\ ".join(
        " & ".join(inner() for _ in range(chance.randint(1, 3)))
        for _ in range(chance.randint(1, 3))
    )
    return f"\\begin{{{name}}}{columns.get(name, '')} {rows} \\end{{{name}}}"
