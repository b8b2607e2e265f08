"""Displayed formulas as rows, aligned at their relation signs, with what each row proves.

A format that can align (LaTeX) sets a chain one step a row, and puts each step's mark
beside the row its right-hand side stands in. The author's rows are kept; a row that holds
several steps is broken before each relation sign. Blocks that only carry a chain on (they
begin with a relation sign) join the block before them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from derive.reporting.notation import Atom, Call, Environment, Node, Script, parse
from derive.reporting.notation_print import Dialect, print_latex

__all__ = ["Row", "laid_out", "pieces"]

Nodes = tuple[Node, ...]

RELATIONS = frozenset("=<>") | frozenset(
    "\\" + name
    for name in "le leq ge geq lt gt ne neq leqslant geqslant ll gg equiv sim simeq approx cong "
    "propto doteq triangleq coloneqq lesssim gtrsim".split()
)
_BINARY = frozenset({"+", "-", "\\pm", "\\mp"})
# After these a sign belongs to what follows it; nothing ends here.
_OPENING = RELATIONS | _BINARY | frozenset({"(", "[", "\\{", ",", "/", "\\cdot", "\\times", "|"})
_SPACES = frozenset({"\\,", "\\;", "\\:", "\\!", "\\>", "\\ ", "\\quad", "\\qquad", "~"})
_SILENT = _SPACES | {"\\displaystyle", "\\textstyle", "\\enspace", "\\thinspace"}
_PUNCTUATION = frozenset(".,;:")


@dataclass(slots=True)
class Row:
    """One line of a displayed formula: what stands before the relation sign, the sign with
    all that follows, and the steps (as in the view) and numbers of definitions in it.

    ``source`` is set instead where the formula may not be typeset.
    """

    left: Nodes
    right: Nodes
    source: str = ""
    steps: list[dict[str, Any]] = field(default_factory=list)
    definitions: list[int] = field(default_factory=list)


def laid_out(
    blocks: Iterable[dict[str, Any]], definitions: Iterable[dict[str, Any]]
) -> Iterator[tuple[dict[str, Any], list[Row]]]:
    """The blocks of a page view, each with the rows of its formulas.

    Every step of a formula block stands in exactly one row. A block that carries on the chain
    of the one before it has no rows of its own: they end the rows of that one, whose steps
    and chains then include its own.
    """
    wanted = [(number, _plain(d["formula"]["value"])) for number, d in enumerate(definitions, 1)]
    held: dict[str, Any] | None = None
    rows: list[Row] = []
    for block in blocks:
        own = [row for formula in block["formulas"] for row in _rows(formula["value"])]
        if own:
            _place_steps(own, block["steps"])
            _place_definitions(own, wanted)
            own = [part for row in own for part in _broken(row)]
        carries_on = own and not own[0].left and _relation(own[0].right[:1])
        if held is not None and rows and carries_on:
            rows += own
            held = {
                **held,
                "steps": held["steps"] + block["steps"],
                "chains": held["chains"] + block["chains"],
            }
            continue
        if held is not None:
            yield held, rows
        held, rows = block, own
    if held is not None:
        yield held, rows


def pieces(nodes: Nodes) -> tuple[Nodes, ...]:
    """Cut before relation signs and before + and −, where a long line may be broken."""
    cuts: list[list[Node]] = [[]]
    before = ""
    for node in nodes:
        here = _latex(node)
        if cuts[-1] and (
            _relation((node,)) or (here in _BINARY and before and before not in _OPENING)
        ):
            # a cut inside what is only spaces so far would open with an empty line
            if any(_latex(item) not in _SILENT for item in cuts[-1]):
                cuts.append([])
        cuts[-1].append(node)
        before = before if here in _SPACES else here or "x"
    return tuple(tuple(cut) for cut in cuts)


# rows


def _rows(latex: str) -> list[Row]:
    nodes = parse(latex)
    if nodes is None:
        return [Row((), (), source=latex)]
    rows = _cells(nodes)
    if rows is None:
        return [Row((), nodes)]
    return [row for cells in rows if (row := _row(cells)).left or row.right]


def _cells(nodes: Nodes) -> list[tuple[Nodes, ...]] | None:
    """The author's rows; None where their columns are not those of a chain."""
    core = [node for node in nodes if _latex(node) not in _SILENT]
    inside = core[:1]
    if not inside or not isinstance(inside[0], Environment):
        return [(nodes,)]
    block = inside[0]
    tail = tuple(core[1:])
    if any(_latex(node) not in _PUNCTUATION for node in tail):
        return [(nodes,)]
    if block.name == "array":
        if block.columns != "rcl":
            return [(nodes,)]
        rows = [(row[0], sum(row[1:], ())) if len(row) > 1 else row for row in block.rows]
    elif block.name in {"aligned", "gathered"}:
        rows = list(block.rows)
    else:
        return [(nodes,)]
    if any(len(row) > 2 and any(row[2:]) for row in rows):
        return None
    rows = [row[:2] for row in rows]
    return [*rows[:-1], (*rows[-1][:-1], rows[-1][-1] + tail)] if tail else rows


def _row(cells: tuple[Nodes, ...]) -> Row:
    """Aligned where the author aligns it, if that is at a sign; else at the first sign."""
    left, right = cells if len(cells) == 2 else ((), cells[0])
    first = next((at for at, node in enumerate(right) if _relation((node,))), None)
    if first is None:
        return Row(left, right)
    head = right[:first]
    if left and head and any(_latex(node) not in _SILENT for node in head):
        left = (*left, Atom("\\ "), *head)
    else:
        left = left + head
    rest = right[first:]
    if left and _latex(left[-1]) == ":" and _latex(rest[0]) == "=":
        left, rest = left[:-1], (Atom("\\coloneqq"), *rest[1:])
    if all(_latex(node) in _SILENT for node in left):
        left = ()
    return Row(left, rest)


def _relation(nodes: Nodes) -> bool:
    match nodes:
        case (Atom(latex),):
            return latex in RELATIONS
        case (Script(base, _, _, _),):
            return _relation(base)
        case (Call("\\stackrel" | "\\overset" | "\\underset", (_, inner), _),):
            return _relation(inner)
        case (Call("\\mathrel", (inner,), _),):
            return True
    return False


def _latex(node: Node) -> str:
    return node.latex if isinstance(node, Atom) else ""


# what stands where


def _place_steps(rows: list[Row], steps: list[dict[str, Any]]) -> None:
    """Each step in the row that holds its right-hand side, in order; else in the last one."""
    at = 0
    for step in steps:
        wanted = _plain(step["sides"][2])
        exact = (n for n in range(at, len(rows)) if wanted in _segments(rows[n]))
        within = (n for n in range(at, len(rows)) if wanted and wanted in _print(_whole(rows[n])))
        at = next(exact, next(within, len(rows) - 1))
        rows[at].steps.append(step)


def _place_definitions(rows: list[Row], wanted: list[tuple[int, str]]) -> None:
    """The numbers of the definitions that these rows are; each number is given once."""
    for row in rows:
        whole = _print(_trimmed(_whole(row)))
        for entry in [entry for entry in wanted if entry[1] and entry[1] in whole]:
            row.definitions.append(entry[0])
            wanted.remove(entry)


def _broken(row: Row) -> Iterator[Row]:
    """The row as one row a step, where its steps are just its segments."""
    segments = _segments(row)
    matched = [step for step in row.steps if _plain(step["sides"][2]) in segments]
    if len(row.steps) < 2 or len(matched) < len(row.steps):
        yield row
        return
    left, steps, definitions = row.left, list(row.steps), row.definitions
    for segment in _cut(row.right):
        here = _print(_trimmed(segment[1:]))
        own = [steps.pop(0)] if steps and _plain(steps[0]["sides"][2]) == here else []
        yield Row(left, segment, steps=own, definitions=definitions)
        left, definitions = (), []


def _whole(row: Row) -> Nodes:
    return row.left + row.right


def _segments(row: Row) -> set[str]:
    """What stands between one relation sign and the next."""
    return {_print(_trimmed(segment[1:])) for segment in _cut(row.right)}


def _cut(nodes: Nodes) -> list[Nodes]:
    """Segments that each begin with a relation sign (but perhaps the first)."""
    cuts: list[list[Node]] = [[]]
    for node in nodes:
        if _relation((node,)) and cuts[-1]:
            cuts.append([])
        cuts[-1].append(node)
    return [tuple(cut) for cut in cuts]


def _trimmed(nodes: Nodes) -> Nodes:
    while nodes and _latex(nodes[-1]) in _PUNCTUATION | _SILENT:
        nodes = nodes[:-1]
    return nodes


_PLAIN = Dialect(words=lambda text: f"\\text{{{text.content}}}")


def _plain(latex: str) -> str:
    """A formula in one spelling, for comparing; empty if it cannot be set."""
    nodes = parse(latex)
    return "" if nodes is None else _print(_trimmed(nodes))


def _print(nodes: Nodes) -> str:
    kept = tuple(node for node in nodes if _latex(node) not in _SILENT)
    return print_latex(kept, _PLAIN).replace("\\coloneqq", ": =").replace(" ", "")
