"""Pages → claims."""

from __future__ import annotations

from dataclasses import replace

from derive.meaning.model import Meaning
from derive.meaning.plots import read_plots
from derive.meaning.reader import PageReader
from derive.meaning.resolver import Resolver
from derive.reading.page import Page

__all__ = ["understand"]


def understand(page: Page, claims_from: int | None = None) -> Meaning:
    """Read a page's formulas as definitions, givens and steps.

    ``claims_from``: formulas from this offset on are steps whatever they look like.
    """
    reader = PageReader(page, claims_from)
    reader.read()
    resolver = Resolver(reader)
    meaning = resolver.meaning()
    if not reader.told.plots:
        return meaning
    # only now, so that no plot can have a say in what a step means
    plots, wrong = read_plots(
        reader, lambda order, section: resolver.worlds.at(order, section, ())
    )
    problems = tuple(sorted((*meaning.problems, *wrong), key=lambda p: p.offset))
    return replace(meaning, plots=plots, problems=problems)
