"""What rests on what, as a picture: the definitions and earlier results that each chain used.

The edges are the reasons that the verdicts carry, found by asking the decider with less; none is
guessed from the page. Chains stand in rows of their own, further right the more results they
rest on, so that every edge can end in a free row. The same page always gives the same picture.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

from derive.characters import clean
from derive.languages import PAGES_OWN, Choice
from derive.places import Line
from derive.reporting.mathml import to_mathml
from derive.reporting.words import words_in
from derive.results import PageResult, StepResult

__all__ = ["graph_view"]

_DEFINITION = re.compile(
    r"definition of (?P<name>.+?)(?: \(line \d+(?: of [^()]+)?\))?", re.DOTALL
)
_RESULT = re.compile(r"the result on line (?P<line>\d+)(?: of (?P<part>.+))?", re.DOTALL)
_WORST_LAST = ("proved", "assumed", "unknown", "unread", "refuted")

FEWEST = 4  # nodes; fewer need no picture
LARGE = 14  # nodes; more are folded away
MOST = 80  # nodes; beyond them a picture shows nothing
ROW, HEIGHT = 42, 28
NAME_WIDTH, CHAIN_WIDTH, GAP = 76, 132, 64

Edge = tuple[str, str]
Place = tuple[int, int, int]  # the left end, the middle of the height, the width


def graph_view(page: PageResult, choice: Choice = PAGES_OWN) -> dict[str, Any] | None:
    """Boxes, edges and a sentence for each chain; None where a picture would not help."""
    words = words_in(choice.of(page.language))
    chains = _chains(page)
    names, edges = _edges(page, chains)
    used = {end for edge in edges for end in edge}
    rows = [chain for chain in chains if f"chain {chain}" in used]
    results = [edge for edge in edges if edge[0].startswith("chain ")]
    nodes = len(names) + len(rows)
    if not FEWEST <= nodes <= MOST or (len(names) < 2 and not results):
        return None
    layers = _layers(rows, results)
    height = max(len(names), len(rows)) * ROW
    places: dict[str, Place] = {}
    boxes = []
    for at, (node, name) in enumerate(names.items()):
        y = round(height * (at + 0.5) / len(names))
        places[node] = (0, y, NAME_WIDTH)
        boxes.append(_box(*places[node], "", _label(name)))
    for at, chain in enumerate(rows):
        node = f"chain {chain}"
        y = round(height * (at + 0.5) / len(rows))
        x = NAME_WIDTH + GAP + (layers[chain] - 1) * (CHAIN_WIDTH + GAP)
        places[node] = (x, y, CHAIN_WIDTH)
        label = [_plain(_name(chains[chain], words))]
        boxes.append(_box(*places[node], _worst(chains[chain]), label))
    return {
        "width": max(x + width for x, _, width in places.values()) + 2,
        "height": height,
        "boxes": boxes,
        "edges": [_path(places[start], places[end]) for start, end in edges],
        "sentences": _sentences(chains, rows, names, edges, words),
        "large": nodes > LARGE,
    }


def _box(x: int, y: int, width: int, word: str, label: list[dict[str, Any]]) -> dict[str, Any]:
    middle = x + width // 2 + (8 if word else 0)  # the mark stands before the text
    return {"x": x, "y": y - HEIGHT // 2, "width": width, "height": HEIGHT, "word": word,
            "label": label, "text": middle, "baseline": y + 4}  # fmt: skip


def _chains(page: PageResult) -> dict[int, list[StepResult]]:
    chains: dict[int, list[StepResult]] = {}
    for step in page.steps:
        chains.setdefault(step.chain, []).append(step)
    return chains


def _edges(
    page: PageResult, chains: Mapping[int, list[StepResult]]
) -> tuple[dict[str, str], list[Edge]]:
    """The definitions that were used, by the reason that names them, and who used what."""
    by_place = {_place(step.span.line): step.chain for step in page.steps}
    edges: dict[Edge, None] = {}
    names: dict[str, str] = {}
    for chain, steps in chains.items():
        for reason in (reason for step in steps for reason in step.verdict.because):
            if match := _DEFINITION.fullmatch(reason):
                names[reason] = match.group("name")
                edges[reason, f"chain {chain}"] = None
            elif match := _RESULT.fullmatch(reason):
                earlier = by_place.get((int(match.group("line")), match.group("part") or ""))
                if earlier is not None and earlier != chain:
                    edges[f"chain {earlier}", f"chain {chain}"] = None
    lines = {reason: int((re.findall(r"\(line (\d+)", reason) or ["0"])[-1]) for reason in names}
    names = {reason: names[reason] for reason in sorted(names, key=lambda r: lines[r])}
    return names, list(edges)


def _place(line: int) -> tuple[int, str]:
    """A line as reasons name it: the number in its own part, and that part."""
    if not isinstance(line, Line) or not line.part:
        return int(line), ""
    return line.own, f"cell {line.cell}" if line.cell else line.part


def _layers(chains: list[int], results: list[Edge]) -> dict[int, int]:
    """How many results a chain rests on, one above the other, and one."""
    below: dict[int, list[int]] = {chain: [] for chain in chains}
    for start, end in results:
        first, second = (int(node.removeprefix("chain ")) for node in (start, end))
        if first < second:  # a page rests on what stands before
            below[second].append(first)
    layers: dict[int, int] = {}
    for chain in sorted(chains):
        layers[chain] = 1 + max((layers[first] for first in below[chain]), default=0)
    return layers


def _path(start: Place, end: Place) -> str:
    """A curve in the gap behind the first box, then level to the second."""
    x, y, width = start
    x += width
    turn, to = x + GAP * 0.9, end[1]
    return (
        f"M{x:g} {y:g}C{x + GAP / 2:g} {y:g} {x + GAP / 2:g} {to:g} {turn:g} {to:g}H{end[0] - 1:g}"
    )


def _worst(steps: list[StepResult]) -> str:
    return max((step.word for step in steps), key=_WORST_LAST.index)


def _name(steps: list[StepResult], words: Mapping[str, str]) -> str:
    first, last = steps[0].number, steps[-1].number
    if first == last:
        return words["step"].format(number=first)
    return words["steps_range"].format(first=first, last=last)


def _sentences(
    chains: Mapping[int, list[StepResult]],
    rows: list[int],
    names: Mapping[str, str],
    edges: list[Edge],
    words: Mapping[str, str],
) -> list[str]:
    """``Steps 9–13 use C, a_j``: the whole picture in words."""
    out = []
    for chain in rows:
        used = [
            clean(names[start]) if start in names
            else _name(chains[int(start.removeprefix("chain "))], words)
            for start, end in edges if end == f"chain {chain}"
        ]  # fmt: skip
        if used:
            name = _name(chains[chain], words)
            out.append(words["graph_uses"].format(name=name, used=words["comma"].join(used)))
    return out


# names as runs of text, higher and lower


def _plain(text: str) -> dict[str, Any]:
    return {"text": clean(text), "shift": 0, "script": False, "italic": False}


def _label(latex: str) -> list[dict[str, Any]]:
    """A name such as ``a_{j}^{L}`` as pieces of text; what is no such name stays LaTeX."""
    latex = clean(latex)
    mathml = to_mathml(latex)
    runs = _runs(ElementTree.fromstring(mathml), 0) if mathml else None
    if runs is None or sum(len(text) for text, _, _ in runs) > 12:
        return [_plain(latex if len(latex) <= 12 else latex[:11] + "…")]
    pieces, before = [], 0
    for text, height, italic in runs:
        level = -4 * height
        pieces.append(
            {"text": text, "shift": level - before, "script": bool(height), "italic": italic}
        )
        before = level
    return pieces


Run = tuple[str, int, bool]


def _runs(node: ElementTree.Element, height: int) -> list[Run] | None:
    if node.tag in {"mi", "mn", "mo", "mtext"}:
        text = node.text or ""
        italic = node.tag == "mi" and len(text) == 1 and "mathvariant" not in node.attrib
        return [(text, height, italic)]
    heights = {"msub": (0, -1), "msup": (0, 1), "msubsup": (0, -1, 1)}.get(
        node.tag, (0,) * len(node) if node.tag in {"math", "mrow", "mstyle"} else None
    )
    if heights is None or len(heights) != len(node):
        return None
    runs: list[Run] = []
    for child, more in zip(node, heights, strict=True):
        inside = _runs(child, height + more)
        if inside is None:
            return None
        runs += inside
    return runs
