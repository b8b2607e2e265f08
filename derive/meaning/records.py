"""What is noted down while a page is read, before its axes are known."""

from __future__ import annotations

from dataclasses import dataclass, field

from derive.formula import (
    FormulaError,
    IndexCondition,
    Side,
)
from derive.meaning.arrays import Lie
from derive.meaning.cases import Case
from derive.meaning.scope import Scope
from derive.reading.page import FormulaText
from derive.terms import (
    Condition,
    Definition,
    Entry,
    Family,
    Ix,
    Term,
)

__all__ = ["ChainState", "Part", "RawDefinition", "RawFunction", "RawStep"]


@dataclass
class Part:
    """A side with its term, or with the error that kept it from having one."""

    side: Side
    formula: FormulaText
    term: Term | None
    error: FormulaError | None
    notes: tuple[str, ...] = ()
    rank: int = 0  # 1 for a whole vector, 2 for a matrix
    lie: Lie = "column"
    new: frozenset[tuple[str, str, int]] = frozenset()  # quantities not met before on the page

    @property
    def offset(self) -> int:
        return self.formula.offset + self.side.start


@dataclass
class ChainState:
    scope: Scope
    number: int = 0
    parts: list[Part] = field(default_factory=list)
    row_conditions: list[IndexCondition] = field(default_factory=list)
    case: Case | None = None
    cases: list[Case] = field(default_factory=list)  # of its steps, in order
    conditions: dict[IndexCondition, Condition] = field(default_factory=dict)
    branched: bool = False
    trailing: str = ""
    lets: list[Definition] = field(default_factory=list)
    defines: RawDefinition | None = None  # what its first side was taken to mean


@dataclass
class RawStep:
    state: ChainState
    left: Part
    right: Part
    relation: str
    order: int
    conditions: tuple[IndexCondition, ...] | None
    first: bool
    section: int = 0
    doubted: bool = False
    restates: Family | None = None
    set_to_zero: bool = False
    case: Case | None = None
    supposed: bool = False  # «if x > 0, …»: within its section only
    explains: bool = False  # «…, where Σ y = 1»: for its section from the start
    open: bool = False  # its sentence may only mention it
    paragraph: int = 0  # the number of the paragraph it stands in; 0 for a display
    told: bool = False  # an annotation gives it: from here on, whatever prose says
    conditional: bool = False  # «zero exactly when q = p»
    retells: bool = False  # a second definition of a name, asked whether it says the same

    @property
    def source(self) -> str:
        """The step as the author wrote it."""
        return f"{self.left.side.latex} {self.relation} {self.right.side.latex}"


@dataclass
class RawDefinition:
    order: int
    section: int
    part: Part
    left: Part
    family: Family
    params: tuple[Ix, ...]
    momentary: bool = False  # a second definition that may rest on what its section supposes
    loose: bool = False  # through a name of which the page says nothing


@dataclass
class RawFunction:
    order: int
    name: str
    part: Part
    param: Entry
    body: Term
    letter: Entry
    section: int = 0
