"""The derivations that ship with the product: pages, read and checked like any other."""

from __future__ import annotations

from importlib.resources import files

__all__ = ["names", "page_text"]


def names() -> tuple[str, ...]:
    """The names of the catalogue's pages, in order."""
    folder = files(__name__)
    found = [p.name.removesuffix(".md") for p in folder.iterdir() if p.name.endswith(".md")]
    return tuple(sorted(found))


def page_text(name: str) -> str:
    """The Markdown of one page.

    Raises:
        KeyError: there is no such page.
    """
    if name not in names():
        raise KeyError(name)
    return (files(__name__) / f"{name}.md").read_text(encoding="utf-8")
