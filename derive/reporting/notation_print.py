"""Formula trees as LaTeX again, in the dialect of whoever will read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from derive.reporting.notation import (
    Atom,
    Call,
    Environment,
    Fenced,
    Group,
    Node,
    Script,
    Text,
)

__all__ = ["Dialect", "print_latex"]


@dataclass(frozen=True, slots=True)
class Dialect:
    """What differs between TeX, MathJax and latex2mathml.

    ``words`` prints text inside a formula. ``environments`` and ``commands`` rename;
    ``row_end`` separates rows. ``call``, if it returns a string, prints a command its own way.
    """

    words: Callable[[Text], str]
    environments: Mapping[str, str] = field(default_factory=dict)
    commands: Mapping[str, str] = field(default_factory=dict)
    row_end: str = "\\\\"
    call: Callable[[Call], str | None] = lambda call: None


def print_latex(nodes: tuple[Node, ...], dialect: Dialect) -> str:
    """LaTeX without delimiters, on one line, every argument braced."""
    return " ".join(part for part in (_node(node, dialect) for node in nodes) if part)


def _node(node: Node, dialect: Dialect) -> str:
    match node:
        case Atom(latex):
            return dialect.commands.get(latex, latex)
        case Text():
            return dialect.words(node)
        case Group(items):
            return _braced(items, dialect)
        case Call():
            return _call(node, dialect)
        case Fenced(left, items, right):
            first, last = (dialect.commands.get(side, side) for side in (left, right))
            return f"\\left {first} {print_latex(items, dialect)} \\right {last}"
        case Script():
            return _script(node, dialect)
        case Environment():
            return _environment(node, dialect)


def _braced(items: tuple[Node, ...], dialect: Dialect) -> str:
    return "{" + print_latex(items, dialect) + "}"


def _call(node: Call, dialect: Dialect) -> str:
    own = dialect.call(node)
    if own is not None:
        return own
    command = dialect.commands.get(node.command, node.command)
    option = f"[{_braced(node.option, dialect)}]" if node.option else ""
    return command + option + "".join(_braced(a, dialect) for a in node.arguments)


def _script(node: Script, dialect: Dialect) -> str:
    base = print_latex(node.base, dialect) or "{}"
    below = "" if node.below is None else "_" + _braced(node.below, dialect)
    above = "" if node.above is None else "^" + _braced(node.above, dialect)
    return base + below + "'" * node.primes + above


def _environment(node: Environment, dialect: Dialect) -> str:
    rows = []
    for row in node.rows:
        text = " & ".join(print_latex(cell, dialect) for cell in row)
        # after \\ TeX would read [ or * as part of the row end
        rows.append("{}" + text if text.lstrip().startswith(("[", "*")) else text)
    body = f" {dialect.row_end} ".join(rows)
    if node.name == "substack":
        return "\\substack{" + body + "}"
    name = dialect.environments.get(node.name, node.name)
    columns = "{" + node.columns + "}" if name == "array" else ""
    if name == "array" and not node.columns:
        columns = "{c}"
    return f"\\begin{{{name}}}{columns} {body} \\end{{{name}}}"
