"""Formula trees as Typst mathematics: the sibling of the printers for LaTeX and MathML.

What is printed is made of the names and signs of `typst_signs`, of single letters and of
numbers; words of the page stand in string literals and nowhere else. So nothing that a page
says can be code. Brackets are escaped: they keep the size that the author gave them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeGuard

from derive.characters import clean
from derive.reporting.layout import RELATIONS, pieces
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
from derive.reporting.typst_signs import (
    ACCENTS,
    ALPHABETS,
    CLASSES,
    DELIMITERS,
    OPERATORS,
    SIGNS,
    SPACES,
    STYLES,
)

__all__ = ["in_pieces", "literal", "print_typst"]

Nodes = tuple[Node, ...]

_ATOMS = {**SIGNS, **OPERATORS, **SPACES}
_BIG = {"\\big": "1.2em", "\\Big": "1.8em", "\\bigg": "2.4em", "\\Bigg": "3em"}
_MATRICES = {"pmatrix": '"("', "bmatrix": '"["', "Bmatrix": '"{"', "vmatrix": '"|"',
             "Vmatrix": '"‖"'}  # fmt: skip
_BINARY = frozenset({"+", "-", "\\pm", "\\cdot", "\\times", "\\oplus", "\\otimes", "\\odot"})
_LIMITS = {"\\limits": "limits", "\\nolimits": "scripts"}
_DOTS = frozenset({"\\dots", "\\ldots", "\\dotsc"})
_NONE = '""'  # an argument with nothing in it


def literal(text: str) -> str:
    """Text as a string literal of Typst: only a backslash and a quotation mark mean anything
    there. Characters that are no text (see `clean`) must be gone already."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def print_typst(nodes: Nodes) -> str:
    """Mathematics without the dollar signs around it, on one line."""
    return _joined(_parts(nodes, ""))


def in_pieces(nodes: Nodes) -> list[str]:
    """Mathematics cut where a long line may be broken. A style that is switched to holds in
    all pieces after it; an empty text keeps the spacing of the sign that a piece begins with."""
    shown: list[str] = []
    style = ""
    for part in pieces(nodes):
        text = _joined(_parts(part, style))
        shown.append(f'""{text}' if shown else text)
        style = next((STYLES[node.latex] for node in reversed(part) if _switches(node)), style)
    return shown


# sequences


def _joined(parts: Iterable[str]) -> str:
    """Parts with spaces between them, but none beside words, where Typst would show it."""
    out = ""
    for part in parts:
        beside_words = out.endswith(('"', '")')) or part.startswith(('"', "#math."))
        out += part if not out or beside_words else f" {part}"
    return out


def _argument(nodes: Nodes) -> str:
    return print_typst(nodes) or _NONE


def _parts(nodes: Nodes, style: str) -> list[str]:
    """The printed nodes; ``\\displaystyle`` and its like hold to the end of their group."""
    at = next((at for at, node in enumerate(nodes) if _switches(node)), len(nodes))
    parts = _sequence(nodes[:at])
    if style and parts:
        parts = [f"{style}({_joined(parts)})"]
    if at == len(nodes):
        return parts
    return parts + _parts(nodes[at + 1 :], STYLES[_latex(nodes[at])])


def _switches(node: Node) -> TypeGuard[Atom]:
    return isinstance(node, Atom) and node.latex in STYLES


def _latex(node: Node | None) -> str:
    return node.latex if isinstance(node, Atom) else ""


def _sequence(nodes: Nodes) -> list[str]:
    parts: list[str] = []
    before: Node | None = None
    at = 0
    while at < len(nodes):
        node, after = nodes[at], nodes[at + 1] if at + 1 < len(nodes) else None
        both = None if after is None else _together(node, after)
        if both is not None:
            parts.append(both)
            at += 1
        elif _latex(node) in _DOTS:
            low = _latex(node) != "\\dots" or not (_operation(before) or _operation(after))
            sign = _ATOMS["\\ldots"] if low else "⋯"
            parts.append(f"{sign} thin" if _latex(after) == "," else sign)
        else:
            parts.append(_node(node))
        before = node
        at += 1
    return [part for part in parts if part]


def _operation(node: Node | None) -> bool:
    return _latex(node) in _BINARY or _latex(node) in RELATIONS


def _together(node: Node, after: Node) -> str | None:
    """Two nodes that are one thing, which may have scripts: a size and its bracket, an operator
    and its ``\\limits``."""
    script = after if isinstance(after, Script) else Script((after,), None, 0, None)
    first = _latex(node)
    second = _latex(script.base[0]) if script.base else ""
    if first.rstrip("lrm") in _BIG:
        sign = DELIMITERS.get(second, "")
        base = f"lr({sign}, size: #{_BIG[first.rstrip('lrm')]})" if sign else _NONE
    elif first == "\\middle":
        sign = DELIMITERS.get(second, "")
        base = f"mid({sign})" if sign else _NONE
    elif second in _LIMITS:
        base = f"{_LIMITS[second]}({_node(node)})"
    else:
        return None
    return _scripts(base, script)


# one node


def _node(node: Node) -> str:
    match node:
        case Atom(latex):
            return latex if latex.isalnum() or "." in latex[1:] else _ATOMS[latex]
        case Text():
            return _words(node)
        case Group(items):
            return print_typst(items)
        case Call():
            return _call(node)
        case Fenced(left, items, right):
            first, last = (DELIMITERS.get(side, _NONE) for side in (left, right))
            return f"lr({_joined((first, print_typst(items), last))})"
        case Script():
            return _script(node)
        case Environment():
            return _environment(node)


def _words(text: Text) -> str:
    function = {"\\textbf": "bold", "\\textit": "italic"}.get(text.command)
    shown = literal(clean(text.content))
    return f"#math.{function}({shown})" if function else shown


def _script(node: Script) -> str:
    match node.base:
        case (Call("\\underbrace" | "\\overbrace" as brace, (inside,), _),):
            label = node.below if brace == "\\underbrace" else node.above
            if label is not None and not node.primes and None in (node.below, node.above):
                return f"{brace[1:]}({_argument(inside)}, {_argument(label)})"
        case (Group((inside,)),):
            single = isinstance(inside, Atom | Text | Call)
            return _scripts(_argument((inside,)), node, single)
        case (Atom() | Text() | Call() | Fenced(),) | ():
            return _scripts(_argument(node.base), node)
    return _scripts(_argument(node.base), node, single=False)


def _scripts(base: str, node: Script, single: bool = True) -> str:
    """``x'_(i)^(2)`` where the base is one thing to Typst, else with ``attach``."""
    below = "" if node.below is None else _below(node.below)
    above = "" if node.above is None else _argument(node.above)
    if single:
        shown = base + "'" * node.primes
        shown += f"_({below})" if below else ""
        return shown + (f"^({above})" if above else "")
    above = _joined(part for part in ("′" * node.primes, above) if part)
    given = [f"b: {below}"] * bool(below) + [f"t: {above}"] * bool(above)
    return f"attach({', '.join([base, *given])})"


def _below(nodes: Nodes) -> str:
    match nodes:
        case (Environment("substack", _, rows),):
            return " \\ ".join(_argument(row[0]) for row in rows)
    return _argument(nodes)


def _call(node: Call) -> str:
    first = node.arguments[0]
    match node.command:
        case command if command in ACCENTS:
            before, behind = ACCENTS[command]
            return f"{before}{_argument(first)}{behind}"
        case command if command in CLASSES:
            return f'class("{CLASSES[command]}", {_argument(first)})'
        case command if command in ALPHABETS:
            return _alphabet(command, first)
        case "\\sqrt":
            root = f"{_argument(node.option)}, " if node.option else ""
            return f"{'root' if root else 'sqrt'}({root}{_argument(first)})"
        case "\\operatorname" | "\\operatorname*" | "\\mathop":
            name = _letters(first) if node.command != "\\mathop" else ""
            shown = literal(clean(name)) if name else _argument(first)
            limits = "" if node.command == "\\operatorname" else ", limits: #true"
            return f"op({shown}{limits})"
        case "\\xrightarrow" | "\\xleftarrow":
            arrow = "→" if node.command == "\\xrightarrow" else "←"
            below = node.option or None
            return _scripts(f"stretch({arrow})", Script((), below, 0, first), single=False)
    return _of_two(node.command, first, node.arguments[1])


def _of_two(command: str, first: Nodes, second: Nodes) -> str:
    one, other = _argument(first), _argument(second)
    match command:
        case "\\frac":
            return f"frac({one}, {other})"
        case "\\dfrac" | "\\cfrac":
            return f"display(frac({one}, {other}))"
        case "\\tfrac":
            return f"inline(frac({one}, {other}))"
        case "\\binom":
            return f"binom({one}, {other})"
        case "\\dbinom":
            return f"display(binom({one}, {other}))"
        case "\\tbinom":
            return f"inline(binom({one}, {other}))"
        case "\\underset":
            return f"attach(limits({other}), b: {one})"
        case "\\stackrel":
            return f'class("relation", attach(limits({other}), t: {one}))'
    return f"attach(limits({other}), t: {one})"  # overset


def _alphabet(command: str, inside: Nodes) -> str:
    """Letters in another alphabet. Upright words are words; of others the letters are set."""
    letters = _letters(inside)
    if command == "\\mathrm" and letters:
        return literal(clean(letters))
    shown = _argument(inside)
    for function in reversed(ALPHABETS[command]):
        shown = f"{function}({shown})"
    return shown


def _letters(nodes: Nodes) -> str:
    """The word that these nodes are; empty if they are none."""
    parts = []
    for node in nodes:
        if isinstance(node, Text):
            parts.append(node.content)
        elif _latex(node) in SPACES:
            parts.append(" ")
        elif len(latex := _latex(node)) == 1 and (latex.isalnum() or latex in "-*"):
            parts.append(latex)
        else:
            return ""
    return "".join(parts)


# rows and columns


def _environment(node: Environment) -> str:
    rows = [[print_typst(cell) for cell in row] for row in node.rows]
    match node.name:
        case "cases":
            return f"display(cases({', '.join(' & quad '.join(row) or _NONE for row in rows)}))"
        case "aligned" | "gathered":  # one cell a row, with the author's places of alignment
            roomy = [" & ".join(cell and f"display({cell})" for cell in row) for row in rows]
            return f"display({_matrix([[row] for row in roomy], 'row-gap: #0.6em, ')})"
        case "substack":
            return _matrix(rows, "row-gap: #0.2em, ")
        case "smallmatrix":
            return f"inline({_matrix(rows)})"
        case "array":
            how = node.columns or "c"
            rows = [[_set(cell, at) for cell, at in zip(row, how, strict=False)] for row in rows]
    return f"display({_matrix(rows, delimiter=_MATRICES.get(node.name, '#none'))})"


def _set(cell: str, column: str) -> str:
    """A cell at the left or right of its column: Typst aligns at ``&``."""
    return {"l": f"& {cell}", "r": f"{cell} &"}.get(column, cell)


def _matrix(rows: list[list[str]], more: str = "", delimiter: str = "#none") -> str:
    cells = "; ".join(", ".join(cell or _NONE for cell in row) for row in rows)
    return f"mat(delim: {delimiter}, {more}{cells})"
