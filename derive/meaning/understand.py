"""Pages → claims."""

from __future__ import annotations

from derive.meaning.model import Meaning
from derive.meaning.reader import PageReader
from derive.meaning.resolver import Resolver
from derive.reading.page import Page

__all__ = ["understand"]


def understand(page: Page) -> Meaning:
    """Read a page's formulas as definitions, givens and steps."""
    reader = PageReader(page)
    reader.read()
    return Resolver(reader).meaning()
