"""Maxima on claims of the prefix form, written out for n = 3 (m = 2).

A claim counts as proved if ``radcan(ratsimp(l - r))``, or ``radcan`` of its exponentialized
form, is 0 for every choice of its indices. Anything else is no answer: Maxima has no zero
test that could reject. One process a claim, which is killed past the limit.
"""

from __future__ import annotations

import re
import resource
import shutil
import subprocess
from collections.abc import Mapping
from typing import Any

from tests.traps.spelled import Unspellable, domains, index_choices, spelled
from tests.traps.worker import Reply

__all__ = ["available", "maxima"]

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_CALLS = {
    "exp": "exp", "log": "log", "sqrt": "sqrt", "abs": "abs", "sin": "sin", "cos": "cos",
    "tan": "tan", "tanh": "tanh", "atan": "atan", "asin": "asin", "max": "max",
    "fact": "factorial", "binom": "binomial", "d": "diff",
}  # fmt: skip
_INFIX = {"add": "+", "mul": "*", "div": "/", "pow": "^"}
_FACTS = {
    **dict.fromkeys(("pos", "gt1", "unit", "pos_not1"), "assume({} > 0)$"),
    "neg": "assume({} < 0)$",
    "int": "declare({}, integer)$",
    "complex": "declare({}, complex)$",
    "cnonzero": "declare({}, complex)$",
}
_PREAMBLE = (
    "display2d:false$ vanishes(t) := block([u: radcan(ratsimp(t))],"
    " is(u = 0) or is(radcan(ratsimp(exponentialize(t))) = 0))$"
)


def available() -> bool:
    return shutil.which("maxima") is not None


def maxima(case: Mapping[str, Any], seconds: float) -> Reply:
    """True or None (not proved) for one case."""
    try:
        program = _program(case)
    except (Unspellable, LookupError, TypeError, ValueError, AttributeError) as error:
        return Reply(failure=f"not sayable: {error}")
    except RecursionError:
        return Reply(failure="not sayable: nested too deeply")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        done = subprocess.run(
            ["maxima", "--very-quiet", f"--batch-string={program}"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Reply(failure="timeout", seconds=seconds)
    except OSError as error:  # a program too long for a command line
        return Reply(failure=f"crash: {error}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    lines = done.stdout.split()
    if "verdict_true" in lines:
        return Reply(True, seconds=spent)
    return Reply(None, "" if "verdict_false" in lines else "crash", spent)


def _program(case: Mapping[str, Any]) -> str:
    declared = case["declared"]
    domain_of = domains(case)
    sizes = {
        name: 3 if name == "n" else 2
        for name, domain in declared["symbols"].items()
        if domain in ("size", "size2", "natural")
    }
    names: dict[str, str] = {}
    tests = []
    for env in index_choices(case, sizes):
        gap = f"({_text(spelled(case['lhs'], env), names)})"
        gap += f" - ({_text(spelled(case['rhs'], env), names)})"
        for c in declared["constraints"]:
            if c[0] == "sum1":
                first, second, third = (_name(f"{c[1]}_{k}", names) for k in (1, 2, 3))
                gap = f"subst({third} = 1 - {first} - {second}, {gap})"
        tests.append(f"vanishes({gap})")
    facts = [
        _FACTS[domain].format(shown)
        for name, shown in names.items()
        for family, domain in domain_of.items()
        if (name == family or name.startswith(f"{family}_")) and domain in _FACTS
    ]
    test = " and ".join(tests) or "true"
    return (
        f'{_PREAMBLE} {" ".join(facts)} print(if {test} then "verdict_true" else "verdict_false")$'
    )


def _name(name: str, names: dict[str, str]) -> str:
    """A name of ours in Maxima: nothing else of the file reaches its command line."""
    if not _NAME.fullmatch(name):
        raise Unspellable(f"not a name: {name!r}")
    return names.setdefault(name, f"v_{name}")


def _text(node: Any, names: dict[str, str]) -> str:
    head, *rest = node
    match head:
        case "int":
            return f"({int(rest[0])})"
        case "rat":
            return f"({int(rest[0])}/{int(rest[1])})"
        case "pi":
            return "%pi"
        case "I":
            return "%i"
        case "sym":
            return _name(rest[0], names)
    parts = [_text(part, names) for part in rest]
    if head == "neg":
        return f"(-{parts[0]})"
    if head in _INFIX:
        return "(" + _INFIX[head].join(parts) + ")"
    return f"{_CALLS[head]}({', '.join(parts)})"
