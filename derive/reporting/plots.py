"""Plots as pictures: where lines and numbers stand, and all of it in words.

A picture has formulas beside it, not in it: they are set as mathematics by each format. Curves
differ in their dashes as well as in their colours, and their values are told, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from derive.characters import clean
from derive.results import PlotResult, Tick

__all__ = ["plot_block"]

Piece = dict[str, str]
Line = list[Piece]

WIDTH, HEIGHT = 480, 288
TOP, RIGHT, BOTTOM = 10, 14, 30  # around the box; to its left as much as its numbers need
DIGIT, BESIDE = 9, 14


def plot_block(plot: PlotResult, number: int, words: Mapping[str, str]) -> dict[str, Any]:
    """A block that holds nothing but a plot, the ``number``-th of its page from 1.

    Its ``plot`` has ``curves`` (``formula``, ``number``, ``path`` for SVG, ``paths`` in a box of
    width and height 1, ``values``), ``x_ticks`` and ``y_ticks`` (``at``, ``from`` 0 to 1,
    ``text``, ``number``), ``variable``, ``said`` (its range and values, a line of pieces),
    ``points``, and for who listens ``title`` and ``sentences``.
    """
    longest = max((len(_plain(t.text)) for t in plot.y_ticks), default=1)
    left = min(BESIDE + DIGIT * longest, WIDTH // 3)
    right, floor = WIDTH - RIGHT, HEIGHT - BOTTOM

    def x(at: float) -> float:
        return round(left + at * (right - left), 1)

    def y(at: float) -> float:
        return round(floor - at * (floor - TOP), 1)

    def ticks(found: Iterable[Tick], place: Any) -> list[dict[str, Any]]:
        return [
            {"at": place(t.at), "from": round(t.at, 4), "text": _plain(t.text),
             "number": _number(t.text), "zero": t.text == "0"}
            for t in found
        ]  # fmt: skip

    empty: list[Any] = []
    return {
        "kind": "plot", "level": 0, "text": "", "paragraphs": empty, "formulas": empty,
        "steps": empty, "chains": empty,
        "plot": {
            "anchor": f"plot-{number}",
            "width": WIDTH, "height": HEIGHT,
            "left": left, "right": right, "top": TOP, "floor": floor,
            "x_ticks": ticks(plot.x_ticks, x), "y_ticks": ticks(plot.y_ticks, y),
            "curves": [
                {
                    "number": at,
                    "formula": {**_math(curve.latex), "kind": "formula"},
                    "path": " ".join(_path((x(u), y(v)) for u, v in path) for path in curve.paths),
                    "paths": [_thinned(path) for path in curve.paths],
                    "values": [_number(value) if value else None for value in curve.values],
                }
                for at, curve in enumerate(plot.curves, 1)
            ],
            "variable": _math(plot.variable),
            "points": [_number(point) for point in plot.points],
            "said": _said(plot, words),
            "title": _title(plot, words),
            "sentences": list(_sentences(plot, words)),
        },
    }  # fmt: skip


def _path(points: Iterable[tuple[float, float]]) -> str:
    """The points as the path of an SVG; one that repeats the last one adds nothing."""
    kept: list[tuple[float, float]] = []
    for point in points:
        if not kept or point != kept[-1]:
            kept.append(point)
    shown = [f"{u:g} {v:g}" for u, v in kept]
    return "M" + "L".join(shown if len(shown) > 1 else shown * 2)


def _thinned(path: Iterable[tuple[float, float]]) -> list[tuple[str, str]]:
    kept: list[tuple[str, str]] = []
    for u, v in path:
        point = f"{u:.4f}", f"{v:.4f}"
        if not kept or point != kept[-1]:
            kept.append(point)
    return kept if len(kept) > 1 else kept * 2


# in words


def _said(plot: PlotResult, words: Mapping[str, str]) -> Line:
    """«For z from −6 to 6, with y = 0.»"""
    gaps: dict[str, Line] = {
        "variable": [_math(plot.variable)],
        "low": [_math(plot.low)],
        "high": [_math(plot.high)],
        "values": [],
    }
    for name, value in plot.fixed:
        if gaps["values"]:
            gaps["values"].append(_text(words["comma"]))
        gaps["values"].append(_math(f"{name} = {value}"))
    template = words["plot_over_with" if plot.fixed else "plot_over"]
    pieces: Line = []
    for at, part in enumerate(re.split(r"\{(\w+)\}", template)):
        pieces += gaps[part] if at % 2 else [_text(part)] if part else []
    return pieces


def _title(plot: PlotResult, words: Mapping[str, str]) -> str:
    names = words["comma"].join(clean(curve.text) for curve in plot.curves)
    return words["plot_title"].format(curves=names, variable=clean(plot.variable_text))


def _sentences(plot: PlotResult, words: Mapping[str, str]) -> Iterable[str]:
    """What the picture shows at some points, each in a sentence."""
    for at, point in enumerate(plot.points):
        told = []
        for curve in plot.curves:
            value = curve.values[at]
            key = "plot_value" if value else "plot_no_value"
            told.append(words[key].format(curve=clean(curve.text), value=_plain(value)))
        yield words["plot_at"].format(
            variable=clean(plot.variable_text),
            point=_plain(point),
            values=words["comma"].join(told),
        )


# numbers and pieces

_POWERS = str.maketrans("−0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _plain(number: str) -> str:
    """``6.1e−6`` as 6.1·10⁻⁶."""
    digits, _, power = clean(number).partition("e")
    return f"{digits}·10{power.translate(_POWERS)}" if power else digits


def _number(number: str) -> dict[str, str]:
    """A number as a piece, and as it is written in a text."""
    digits, _, power = number.replace("−", "-").partition("e")
    piece = _math(f"{digits} \\cdot 10^{{{power}}}" if power else digits)
    return {**piece, "text": _plain(number)}


def _text(value: str) -> Piece:
    return {"kind": "text", "value": clean(value), "lang": ""}


def _math(latex: str) -> Piece:
    return {"kind": "math", "value": clean(latex).strip(), "lang": ""}
