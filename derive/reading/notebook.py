"""Jupyter notebooks → `Page`: their Markdown cells, each read as a page of its own.

What is opened in one cell (a fence, a ``$$``) ends with it. Code and what it printed are no
mathematics. The cells are counted from 1, all of them, as Jupyter and ruff do.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from derive.reading.layout import MAX_LINES, first, language_of
from derive.reading.macros import Macros
from derive.reading.markdown import read_markdown
from derive.reading.page import Annotation, Item, Page, PageError, PagePart, PageProblem
from derive.reading.scanner import MAX_FORMULAS

__all__ = ["read_notebook"]

_BETWEEN = "\n\n"  # the end of a cell's last line, and an empty one
_MARKDOWN = frozenset({"text/markdown", "text/x-markdown"})
_SURROGATE = re.compile("[\ud800-\udfff]")


def read_notebook(source: str, path: str) -> Page:
    """Read a notebook (nbformat 3 or 4) from its JSON.

    Raises:
        PageError: this is not JSON, or not a notebook.
    """
    parts: list[PagePart] = []
    texts: list[str] = []
    items: list[Item] = []
    annotations: list[Annotation] = []
    problems: list[PageProblem] = []
    rest: list[PageProblem] = []
    macros = Macros()
    at = lines = formulas = 0
    for number, kind, text, said in _cells(_parsed(source, path), path):
        if lines > MAX_LINES or formulas > MAX_FORMULAS:
            what = f"{MAX_LINES} lines" if lines > MAX_LINES else f"{MAX_FORMULAS} formulas"
            message = f"more than {what}: the cells from here on are not read"
            rest.append(PageProblem(at, message))
            texts.append("\n")
            parts.append(PagePart(at, f"cell {number}"))
            break
        if said:
            before = f"<!-- derive:\n{said}\n-->\n\n"
            parts.append(PagePart(at, f"the metadata of cell {number}"))
            told = read_markdown(before, path)
            problems += [PageProblem(at + p.offset, p.message) for p in told.problems]
            annotations += [
                replace(a, offset=at + a.offset, text_offset=at + a.text_offset)
                for a in told.annotations
            ]
            texts.append(before)
            at += len(before)
        cell = read_markdown(text, path, macros)
        parts.append(PagePart(at, f"cell {number}"))
        texts += [cell.text, _BETWEEN]
        problems += [PageProblem(at + p.offset, p.message) for p in cell.problems]
        annotations += [
            replace(a, offset=at + a.offset, text_offset=at + a.text_offset)
            for a in cell.annotations
        ]
        moved = [_moved(item, at) for item in cell.items]
        items += [_heading(moved, kind)] if kind and moved else moved
        at += len(cell.text) + len(_BETWEEN)
        lines += cell.text.count("\n") + len(_BETWEEN)
        formulas += sum(len(item.formulas) for item in moved)
    whole = "".join(texts)
    return Page(
        path,
        whole,
        language_of(whole),
        tuple(items),
        (*first(problems, "problems"), *rest),
        tuple(parts),
        tuple(annotations),
    )


def _moved(item: Item, by: int) -> Item:
    formulas = tuple(replace(f, offset=f.offset + by) for f in item.formulas)
    return replace(item, offset=item.offset + by, formulas=formulas)


def _heading(items: list[Item], level: int) -> Item:
    """What nbformat 3 keeps in a cell for a heading."""
    title = " ".join(item.text for item in items)
    formulas = tuple(f for item in items for f in item.formulas)
    return Item("heading", title, items[0].offset, formulas, level)


def _parsed(source: str, path: str) -> Any:
    # numbers stay text: none is needed, and a very long one would be refused
    decoder = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)
    try:
        return decoder.decode(source)
    except json.JSONDecodeError as error:
        raise PageError(
            f"{path}:{error.lineno}:{error.colno}: not a notebook, as it is not JSON: {error.msg}"
        ) from None
    except RecursionError:
        raise PageError(f"{path}: not a notebook: JSON that is nested too deeply") from None


def _cells(notebook: Any, path: str) -> Iterator[tuple[int, int, str, str]]:
    """The cells with prose: number, level of a heading (else 0), text, annotations."""
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if cells is None and isinstance(notebook, dict):
        sheets = notebook.get("worksheets")  # nbformat 3
        if isinstance(sheets, list):
            inside = [s.get("cells") for s in sheets if isinstance(s, dict)]
            cells = [cell for part in inside if isinstance(part, list) for cell in part]
    if not isinstance(cells, list):
        raise PageError(f"{path}: not a notebook: it has no list of cells")
    for number, cell in enumerate(cells, start=1):
        if not isinstance(cell, dict):
            continue
        kind = cell.get("cell_type")
        if kind == "markdown" or (kind == "raw" and _is_markdown(cell.get("metadata"))):
            yield number, 0, _text(cell.get("source")), _said(cell.get("metadata"))
        elif kind == "heading":
            level = str(cell.get("level", 1))
            known = int(level) if level in set("123456") else 1
            yield number, known, _text(cell.get("source")), ""


def _said(metadata: Any) -> str:
    """What a cell's metadata say to derive: ``{"derive": ["given T > 0"]}``."""
    told = metadata.get("derive") if isinstance(metadata, dict) else None
    lines = [told] if isinstance(told, str) else told
    if not isinstance(lines, list):
        return ""
    return "\n".join(" ".join(line.split()) for line in lines if isinstance(line, str))


def _is_markdown(metadata: Any) -> bool:
    if not isinstance(metadata, dict):
        return False
    kinds = (metadata.get("raw_mimetype"), metadata.get("format"))
    return any(isinstance(kind, str) and kind.lower() in _MARKDOWN for kind in kinds)


def _text(source: Any) -> str:
    """A cell's source: one string, or one for each line with its line end."""
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    return _SURROGATE.sub("\ufffd", source) if isinstance(source, str) else ""
