"""What a page says, in reading order: steps with their claims, definitions, facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from derive.claims import Claim
from derive.deciding.derivative import World
from derive.formula import (
    Side,
)
from derive.terms import Term

__all__ = [
    "Expectation", "Meaning", "ReadCurve", "ReadDefinition", "ReadFact", "ReadPlot", "ReadProblem",
    "Reading", "Step",
]  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """Another claim that a step may mean, and what to say where it is true and the first is
    not; ``sizes``: true for these only. ``denial``: what to say where the first is true and
    this one is not, if that leaves the step open, too."""

    message: str
    claim: Claim
    sizes: Mapping[str, int] | None = None
    denial: str = ""


@dataclass(frozen=True)
class Step:
    """One written step with its claim, or the reason why it has none.

    ``tentative``: an equation between free quantities; a step only if it is proved,
    else a condition that the page states. ``retells``: a second definition; a step only if it
    says the same as the first. ``repairs``: (LaTeX, claim) with a missing
    index put in, to be decided before they are suggested. ``blurred``: a definition
    that the claim needs could not be read. ``disputed``: a condition of the page on what the
    claim is about cannot be used, so that nothing more can be assumed of it. ``convention``: how
    the page writes, if that cannot be read yet: nothing is decided. ``stale_case``: the same
    claim under a case of which it is not clear that it still holds here.
    """

    chain: int
    left: Side
    right: Side
    relation: str
    offset: int
    left_offset: int
    claim: Claim | None
    error: str = ""
    error_offset: int = 0
    notes: tuple[str, ...] = ()
    tentative: bool = False
    retells: bool = False
    repairs: tuple[tuple[str, Claim], ...] = ()
    disputed: str = ""
    blurred: str = ""
    convention: str = ""
    stale_case: Claim | None = None
    stale_negated: Claim | None = None
    case_latex: str = ""
    doubtful_given: str = ""
    case_line: int = 0
    readings: tuple[Reading, ...] = ()
    introduces: bool = False
    restates: str = ""
    rests_on: tuple[int, ...] = ()
    end_to_end: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class ReadDefinition:
    offset: int
    name: str
    latex: str
    read_as: str


@dataclass(frozen=True, slots=True)
class ReadFact:
    offset: int
    latex: str
    note: str


@dataclass(frozen=True, slots=True)
class ReadProblem:
    offset: int
    message: str


@dataclass(frozen=True, slots=True)
class Expectation:
    """An author's word at ``offset`` that of the steps in [start, end) at least one, or the
    one of that ``number``, gets this verdict."""

    offset: int
    verdict: str
    start: int
    end: int
    number: int = 0


@dataclass(frozen=True, slots=True)
class ReadCurve:
    """A formula of a plot: as written, without macros, and as read."""

    offset: int
    latex: str
    text: str
    term: Term


@dataclass(frozen=True, slots=True)
class ReadPlot:
    """``curves`` over a ``variable`` that runs from ``low`` to ``high``, with the ``values`` of
    other quantities; ``world``: what is defined at its place."""

    offset: int
    curves: tuple[ReadCurve, ...]
    variable: ReadCurve
    low: ReadCurve
    high: ReadCurve
    values: tuple[tuple[ReadCurve, ReadCurve], ...]
    world: World


@dataclass(frozen=True)
class Meaning:
    """What a page says, in reading order. ``ends`` are end-to-end claims of chains.
    ``differentiates``: a derivative stands on the page."""

    steps: tuple[Step, ...]
    ends: tuple[Step, ...]
    definitions: tuple[ReadDefinition, ...]
    facts: tuple[ReadFact, ...]
    problems: tuple[ReadProblem, ...]
    differentiates: bool = False
    expected: tuple[Expectation, ...] = ()
    plots: tuple[ReadPlot, ...] = ()
