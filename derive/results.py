"""What checking a page yields: plain values that the reports and the JSON are made of.

Nothing here is computed later on: reports only arrange it.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import asdict, dataclass, field
from typing import Literal

from derive.characters import one_line
from derive.deciding.verdict import Verdict

__all__ = [
    "Block",
    "CurveResult",
    "DefinitionResult",
    "FactResult",
    "PageResult",
    "PlotResult",
    "Problem",
    "Span",
    "StepResult",
    "Suggestion",
    "Summary",
    "Tick",
    "summarize",
]


@dataclass(frozen=True, slots=True)
class Span:
    """1-based lines and columns; the end is exclusive in columns (one past the last)."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The nearest reading that would work: LaTeX of a side and what was decided for it."""

    latex: str
    verdict: str
    message: str


@dataclass(frozen=True, slots=True)
class StepResult:
    """One step: two neighbours of a chain, as written, and the answer.

    ``id`` is stable under edits elsewhere on the page. ``chain`` numbers the page's
    chains from 1, ``number`` its steps from 1. ``left`` and ``right`` are the author's
    LaTeX, ``left_latex`` and ``right_latex`` the same with the page's macros written out (empty:
    there are none); ``read_*`` say how they were read, as plain text and as LaTeX. ``notes`` are
    choices the reader made (which label an unlabelled name means, …). ``unread_at`` is the
    line and column at which reading stopped. ``expected``: the author says in an annotation
    that this is the verdict, so it is no finding.
    """

    id: str
    number: int
    chain: int
    span: Span
    left: str
    relation: str
    right: str
    verdict: Verdict
    read_left: str = ""
    read_right: str = ""
    read_left_latex: str = ""
    read_right_latex: str = ""
    notes: tuple[str, ...] = ()
    suggestion: Suggestion | None = None
    end_to_end: bool = False
    unread_at: tuple[int, int] | None = None
    expected: bool = False
    left_latex: str = ""
    right_latex: str = ""

    @property
    def latex(self) -> tuple[str, str]:
        """Its two sides in LaTeX that needs no macros."""
        return self.left_latex or self.left, self.right_latex or self.right

    @property
    def word(self) -> str:
        """proved, assumed (proved, assuming …), refuted, unknown or unread."""
        if self.verdict.word == "proved" and self.verdict.assumed:
            return "assumed"
        return self.verdict.word

    def is_finding(self, allow: Container[str] = ()) -> bool:
        """Whether it is neither proved, nor allowed, nor expected to be what it is."""
        return self.word != "proved" and self.word not in allow and not self.expected


@dataclass(frozen=True, slots=True)
class DefinitionResult:
    """A definition that was read: ``name`` and ``latex`` as written."""

    line: int
    name: str
    latex: str
    read_as: str = ""


@dataclass(frozen=True, slots=True)
class FactResult:
    """A condition or given that the page states (Σ_k y_k = 1, i ≠ j, T > 0)."""

    line: int
    latex: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the file that could not be read, with its place. ``near`` is what
    stands around it on its line, by which it is known again when lines move."""

    line: int
    column: int
    message: str
    near: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the page in reading order, for reports that show the page itself.

    ``kind`` is heading, prose or formula. ``text`` is the author's own source (of a
    formula: LaTeX without delimiters; of a heading: without the #). Inline formulas
    stay inside prose text with their ``$``. ``steps`` are numbers of the steps whose
    right-hand side stands in this block.
    """

    kind: Literal["heading", "prose", "formula"]
    text: str
    line: int
    level: int = 0
    steps: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Tick:
    """A number on an axis: where, from 0 to 1, and how it is written."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class CurveResult:
    """A curve: its formula as written and as plain text, its pieces in a box of width and height
    1 from its lower left corner, and its values (empty: none) at the plot's ``points``."""

    latex: str
    text: str
    paths: tuple[tuple[tuple[float, float], ...], ...]
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlotResult:
    """A plot that an annotation asks for: curves over ``variable`` from ``low`` to ``high``, with
    the values of other quantities (``fixed``), all LaTeX as written. It stands behind that many
    ``blocks`` of the page, says nothing about a step, and is no finding."""

    line: int
    blocks: int
    variable: str
    variable_text: str
    low: str
    high: str
    fixed: tuple[tuple[str, str], ...]
    curves: tuple[CurveResult, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """The coverage line. ``proved`` counts steps proved without unstated assumptions."""

    steps: int = 0
    proved: int = 0
    assumed: int = 0
    refuted: int = 0
    unknown: int = 0
    unread: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class PageResult:
    """Everything about one page. ``chains`` are end-to-end claims (first = last) of chains
    with two or more steps; they are not steps and are not counted as such. ``formulas``
    counts displayed formulas, ``inline`` those inside prose."""

    path: str
    title: str
    language: str
    formulas: int
    steps: tuple[StepResult, ...]
    chains: tuple[StepResult, ...] = ()
    definitions: tuple[DefinitionResult, ...] = ()
    facts: tuple[FactResult, ...] = ()
    problems: tuple[Problem, ...] = ()
    blocks: tuple[Block, ...] = field(default=())
    inline: int = 0
    plots: tuple[PlotResult, ...] = ()

    @property
    def summary(self) -> Summary:
        return summarize([self])

    @property
    def clean(self) -> bool:
        """Whether every step is proved with nothing assumed, or is what its author expects,
        and the page has steps and no problems: exit code 0 of ``derive check``."""
        return not (self.empty or self.findings or self.problems or self.refuted_ends)

    @property
    def findings(self) -> tuple[StepResult, ...]:
        """The steps that keep the page from being clean."""
        return tuple(step for step in self.steps if step.is_finding())

    @property
    def refuted_ends(self) -> tuple[StepResult, ...]:
        """The chains whose first and last sides differ though no step of theirs is refuted."""
        explained = {step.chain for step in self.steps if step.word == "refuted"}
        ends = (chain for chain in self.chains if chain.word == "refuted")
        return tuple(chain for chain in ends if chain.chain not in explained)

    @property
    def empty(self) -> str:
        """What is said of a page without a step; nothing of one that has any."""
        if self.steps:
            return ""
        found = self.formulas or self.inline
        return "no step was found" if found else "no formulas were found"

    def __repr__(self) -> str:
        """One line for people, which a failed ``assert page.clean`` shows."""
        counts = asdict(self.summary)
        steps = counts.pop("steps")
        shown = [f"{count} {word}" for word, count in counts.items() if count]
        said = f"{self.path}: {steps} steps{': ' if shown else ''}{', '.join(shown)}"
        for problem in self.problems[:1]:
            said += f"; {problem.line}:{problem.column}: problem: {problem.message}"
        for step in self.findings[:1]:
            place = f"{step.span.line}:{step.span.column}"
            said += f"; {place}: {step.word}: {step.verdict.message}"
        return f"<{one_line(said)}>"


def summarize(pages: list[PageResult] | tuple[PageResult, ...]) -> Summary:
    """The coverage line over several pages."""
    words = [step.word for page in pages for step in page.steps]
    return Summary(
        steps=len(words),
        proved=words.count("proved"),
        assumed=words.count("assumed"),
        refuted=words.count("refuted"),
        unknown=words.count("unknown"),
        unread=words.count("unread"),
    )
