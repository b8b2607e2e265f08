"""Plots: what the curves of an annotation mean at its place on the page.

A plot states nothing: its formulas take no part in how the page is read, are no steps and give
no verdict. They are read last, with the names as they stand at their place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from derive.deciding.derivative import World
from derive.formula import FormulaError, Node
from derive.meaning.model import ReadCurve, ReadPlot, ReadProblem
from derive.meaning.scope import Scope
from derive.printing import text
from derive.reading.chains import parse_expression
from derive.reading.page import Annotation
from derive.reading.plots import PlotText, Source, plot_text
from derive.terms import (
    Cases,
    Delta,
    Entry,
    Family,
    IndexValue,
    Prod,
    Size,
    Sum,
    Term,
    rebuild,
    walk,
)

if TYPE_CHECKING:
    from derive.meaning.reader import PageReader

__all__ = ["PlotNote", "plot_note", "read_plots"]


@dataclass(frozen=True, slots=True)
class PlotNote:
    """An annotation that asks for a plot, parsed, and what the page had said up to it."""

    note: Annotation
    pieces: PlotText
    parsed: Mapping[Source, Node]
    order: int
    section: int
    latest: Mapping[str, tuple[str, str]]
    shapes: Mapping[str, str]

    @property
    def nodes(self) -> Iterator[Node]:
        return iter(self.parsed.values())


def plot_note(reader: PageReader, note: Annotation) -> PlotNote | ReadProblem:
    """Take an annotation apart where the reader has come to it."""
    expansion = note.expansion
    try:
        if expansion is not None and expansion.error is not None:
            raise FormulaError(expansion.error.message, 0)
        pieces = plot_text(note.text if expansion is None else expansion.text)
        parsed = {piece: _parsed(piece, reader.functions) for piece in _sources(pieces)}
    except FormulaError as error:
        return ReadProblem(_place(note, error.at), error.message)
    known = reader.interpreter
    return PlotNote(
        note,
        pieces,
        parsed,
        reader.order + 1,  # as of a relation that stood here
        reader.section,
        dict(known.known.latest),
        known.shapes,
    )


def _sources(pieces: PlotText) -> Iterator[Source]:
    yield from (*pieces.curves, pieces.variable, pieces.low, pieces.high)
    for pair in pieces.values:
        yield from pair


def _parsed(piece: Source, functions: frozenset[str]) -> Node:
    try:
        return parse_expression(piece.latex, functions)
    except FormulaError as error:
        raise FormulaError(error.message, piece.at + error.at) from None
    except RecursionError:
        raise FormulaError("the formula is nested too deeply", piece.at) from None


def _place(note: Annotation, at: int) -> int:
    """Where on the page something in a plot's text stands."""
    place = at if note.expansion is None else note.expansion.place(at)
    return note.text_offset + place


# --------------------------------------------------------------------------- when all is read


def read_plots(
    reader: PageReader, world_at: Callable[[int, int], World]
) -> tuple[tuple[ReadPlot, ...], tuple[ReadProblem, ...]]:
    """The plots of a page that is read and resolved, and what is wrong in them. ``world_at``:
    the definitions in force at a place, by its order and section."""
    plots, problems = [], []
    for asked in reader.told.plots:
        try:
            plots.append(_read(asked, reader, world_at(asked.order, asked.section)))
        except FormulaError as error:
            problems.append(ReadProblem(_place(asked.note, error.at), error.message))
        except RecursionError:
            problems.append(
                ReadProblem(asked.note.text_offset, "the formula is nested too deeply")
            )
    return tuple(plots), tuple(problems)


def _read(asked: PlotNote, reader: PageReader, world: World) -> ReadPlot:
    interpreter = reader.interpreter
    before = interpreter.known.latest, interpreter.shapes
    interpreter.known.latest = dict(asked.latest)
    interpreter.shapes = dict(asked.shapes)
    try:
        return _Reading(asked, reader).plot(world)
    finally:
        interpreter.known.latest, interpreter.shapes = before


class _Reading:
    """One plot being read: all its formulas share their letters."""

    def __init__(self, asked: PlotNote, reader: PageReader) -> None:
        self.asked = asked
        self.reader = reader
        self.scope = Scope(index_free=True)
        self.numbers: dict[Term, Entry] = {}  # entries that are one number in this plot

    def plot(self, world: World) -> ReadPlot:
        pieces = self.asked.pieces
        variable = self._quantity(pieces.variable)
        fixed: dict[Entry, ReadCurve] = {}
        names = []
        for name, value in pieces.values:
            entry = self._quantity(name)
            if entry == variable or entry in fixed:
                raise FormulaError(f"{name.latex} has a value in this plot already", name.at)
            fixed[entry] = self._formula(value)
            names.append((self._curve(name, entry), fixed[entry]))
        return ReadPlot(
            offset=self.asked.note.offset,
            curves=tuple(self._formula(curve) for curve in pieces.curves),
            variable=self._curve(pieces.variable, variable),
            low=self._formula(pieces.low),
            high=self._formula(pieces.high),
            values=tuple(names),
            world=world,
        )

    def _term(self, piece: Source) -> Term:
        try:
            return self.reader.interpreter.term(self.asked.parsed[piece], self.scope)
        except FormulaError as error:
            raise FormulaError(error.message, piece.at + error.at) from None

    def _quantity(self, piece: Source) -> Entry:
        """A name that can be given a value; one with indices becomes a number of its own."""
        term = self._term(piece)
        if not isinstance(term, Entry) or term.family.name in self.reader.adopted:
            message = f"{piece.latex} is no quantity that a plot can give a value"
            raise FormulaError(message, piece.at)
        if not term.family.rank:
            return term
        # (in braces: no name on a page is written so)
        return self.numbers.setdefault(term, Entry(Family(f"{{{piece.latex}}}")))

    def _formula(self, piece: Source) -> ReadCurve:
        term = self._numbered(self._term(piece))
        for node in walk(term):
            if isinstance(node, Sum | Prod):
                raise FormulaError("a sum or product over an index cannot be drawn", piece.at)
            adopted = isinstance(node, Entry) and node.family.name in self.reader.adopted
            if isinstance(node, Size | IndexValue | Delta | Cases) or adopted:
                message = "what depends on a size or an index cannot be drawn"
                raise FormulaError(message, piece.at)
            if isinstance(node, Entry) and node.family.rank:
                message = f"this entry of {node.family.name} has no value in this plot"
                raise FormulaError(message, piece.at)
        return self._curve(piece, term)

    def _numbered(self, term: Term) -> Term:
        if isinstance(term, Entry) and term in self.numbers:
            return self.numbers[term]
        return rebuild(term, self._numbered)

    def _curve(self, piece: Source, term: Term) -> ReadCurve:
        latex = " ".join(piece.latex.split())
        return ReadCurve(_place(self.asked.note, piece.at), latex, text(term), term)
