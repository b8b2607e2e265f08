"""Pages → claims."""

from __future__ import annotations

from derive.meaning.model import Meaning
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
    return Resolver(reader).meaning()
