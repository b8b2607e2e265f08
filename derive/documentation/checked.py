"""One page of a site, checked as the command line would check it, and where its steps stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from derive.allowing import CHOICES, split, strange
from derive.characters import one_line
from derive.places import short

if TYPE_CHECKING:  # a site's page without formulas needs none of these
    from derive.config import Config
    from derive.reading.annotations import Declaration
    from derive.reading.page import FormulaText, Item, Page
    from derive.results import PageResult, StepResult

__all__ = [
    "CheckedPage",
    "Marked",
    "allowed_words",
    "checked_page",
    "complaint",
    "place",
]

_FORMULAS = ("$", "\\", "math", "derive")  # a page with none of these has no formula


@dataclass(frozen=True, slots=True)
class Marked:
    """A formula, the heading, paragraph or display it stands in, and the steps that end in it."""

    item: Item
    formula: FormulaText | None
    steps: tuple[StepResult, ...]


@dataclass(frozen=True)
class CheckedPage:
    """A page with its result. ``allow``: what its configuration file says is no finding;
    ``configured``: that file."""

    page: Page
    result: PageResult
    allow: frozenset[str] | None = None
    configured: Path | None = None

    def formulas(self) -> Iterator[Marked]:
        """All formulas of the page in reading order, each with the steps that end in it; steps
        that end in none (there should not be any) come with no formula."""
        steps = {step.number: step for step in self.result.steps}
        for item, block in zip(self.page.items, self.result.blocks, strict=True):
            here = [steps.pop(number) for number in block.steps]
            if item.kind == "formula":
                yield Marked(item, item.formulas[0], tuple(here))
                continue
            for formula in item.formulas:
                start = self.page.place(formula.offset)
                end = self.page.place(formula.offset + len(formula.source))
                inside = [s for s in here if start <= (s.span.line, s.span.column) < end]
                yield Marked(item, formula, tuple(inside))
                here = [s for s in here if s not in inside]
            if here:
                yield Marked(item, None, tuple(here))

    def findings(self, allow: frozenset[str]) -> Iterator[StepResult]:
        """The steps that are neither proved, nor allowed, nor expected to be what they are."""
        return (step for step in self.result.steps if step.is_finding(allow))


def allowed_words(words: str | Iterable[str], setting: str) -> frozenset[str]:
    """Verdicts that are no findings, from a list or a text with commas.

    Raises:
        ValueError: a word that is none of them.
    """
    listed = split(words) if isinstance(words, str) else (str(word).strip() for word in words)
    found = frozenset(listed) - {""}
    for word in strange(found):
        raise ValueError(f"{setting}: {word!r}: {CHOICES}")
    return found


def checked_page(text: str, name: str, path: Path | None) -> CheckedPage | None:
    """Check a page, or None if it has no formula or its configuration excludes it.

    Args:
        text: the page as it is written.
        name: how the page is called in messages; its ending says what kind of page it is.
        path: where the page lies, if that is known; what ``derive.toml`` declares holds then.

    Raises:
        ConfigError: the page's configuration file cannot be used.
        InternalContradiction: the two paths of the decider disagree (a bug in derive).
    """
    if not any(mark in text for mark in _FORMULAS):
        return None
    from derive.config import Configs

    config = Configs().of(path) if path is not None else None
    if path is not None and config is not None and config.excludes(path):
        return None
    page, result = _checked(text, name, config.declarations if config is not None else ())
    if result is None:
        return None
    return _with(page, result, config)


def _with(page: Page, result: PageResult, config: Config | None) -> CheckedPage:
    if config is None:
        return CheckedPage(page, result)
    return CheckedPage(page, result, config.allow, config.file)


@lru_cache(maxsize=1000)  # a site that is served is built again and again
def _checked(
    text: str, name: str, declarations: tuple[Declaration, ...]
) -> tuple[Page, PageResult | None]:
    from derive.reading.annotations import with_declarations
    from derive.reading.files import page_of

    page = with_declarations(page_of(text, name), declarations)
    if not any(item.formulas for item in page.items):
        return page, None
    from derive.checking import check_page

    return page, check_page(page)


def complaint(step: StepResult) -> str:
    """A finding in one line, without its place."""
    said = f"{step.word}: {step.left} {step.relation} {step.right}: {step.verdict.message}"
    return one_line(said)


def place(name: str, step: StepResult) -> str:
    """``page.md:12:5``"""
    return f"{one_line(name)}:{short(step.span.line)}:{step.span.column}"
