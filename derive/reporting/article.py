"""A page's view arranged as an article: formulas in rows, proofs at the end, references.

For formats that are printed. Nothing is left out and nothing is said anew:

- ``blocks`` have ``rows``: displayed formulas, each ``{"source": …}`` or ``{"rows": […]}``,
  with the steps and the numbers of the definitions that stand in each row;
- a step that needs a reader's eye is told at its block (``here``), the others in ``proofs``;
- a counterexample's sides stand beside their values (``worked``);
- ``definitions`` are numbered by their order, and say whether a row shows them (``placed``);
- a piece with a ``to`` gets the ``target`` it leads to, and says the target's number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from derive.reporting.layout import Row, laid_out

__all__ = ["article"]

View = dict[str, Any]


def article(view: View) -> View:
    """The view with what an article needs; the given one is used up."""
    placed: set[int] = set()
    blocks = []
    for block, rows in laid_out(view["blocks"], view["definitions"]):
        blocks.append({**block, "rows": list(_parts(rows))})
        placed |= {number for row in rows for number in row.definitions}
    items = [item for block in blocks for item in (*block["steps"], *block["chains"])]
    for item in items:
        item["here"] = item["word"] != "proved"
        left, _, right = item["sides"]
        item["worked"] = {"left": _formula(left), "right": _formula(right)}
    for number, definition in enumerate(view["definitions"], 1):
        definition["placed"] = number in placed
    view = {**view, "blocks": blocks, "proofs": [item for item in items if not item["here"]]}
    _refer(view, items)
    return view


def _formula(latex: str) -> View:
    return {"kind": "formula", "value": latex, "lang": ""}


def _parts(rows: list[Row]) -> Iterator[View]:
    """Runs of rows that are aligned together; a formula that cannot be set stands alone."""
    run: list[View] = []
    for row in rows:
        shown = {
            "left": row.left,
            "right": row.right,
            "steps": row.steps,
            "definitions": row.definitions,
        }
        if row.source:
            if run:
                yield {"source": "", "rows": run}
            run = []
            yield {**shown, "source": row.source, "rows": []}
        else:
            run.append(shown)
    if run:
        yield {"source": "", "rows": run}


def _refer(view: View, items: list[View]) -> None:
    """Let every «line 6» also say which definition or step that is."""
    words = view["words"]
    definitions: dict[str, list[int]] = {}
    for number, definition in enumerate(view["definitions"], 1):
        definitions.setdefault(definition["line"], []).append(number)
    steps: dict[str, list[View]] = {}
    for item in items:
        if item["number"]:
            steps.setdefault(item["at"], []).append(item)
    for item in items:
        for row in item["rows"]:
            for line in row["lines"]:
                for at, piece in enumerate(line):
                    place = piece.get("to")
                    if place is None:
                        continue
                    if at and line[at - 1]["kind"] == "math":  # the definition of a name
                        found = _named(view, definitions.get(place, []), line[at - 1]["value"])
                        if found:
                            piece["target"] = f"definition-{found}"
                            piece["value"] = re.sub(
                                r"([(（])", rf"\1D{found}{words['comma']}", piece["value"], count=1
                            )
                    elif steps.get(place):
                        meant = steps[place][-1]
                        piece["target"] = f"detail-{meant['number']}"
                        name = words["by_step"].format(number=meant["number"])
                        piece["value"] += words["in_brackets"].format(place=name)


def _named(view: View, numbers: list[int], name: str) -> int:
    """Of the definitions on a line the one of this name; one alone needs no name."""
    if len(numbers) == 1:
        return numbers[0]
    for number in numbers:
        if view["definitions"][number - 1]["name"]["value"] == name:
            return number
    return 0
