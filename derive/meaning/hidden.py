"""Indices that a quantity depends on and does not show: ℓ = (w x_i − y_i)²/2 is another number for
each i. Where a sum runs over i, or a family is asked for another one, the page's ℓ will not do."""

from __future__ import annotations

from collections.abc import Iterable

from derive.formula import FormulaError
from derive.terms import (
    Definition,
    Entry,
    Family,
    Ix,
    Prod,
    Sum,
    Term,
    children,
    families_of,
    indices_of,
)

__all__ = ["hidden_letters", "refuse_hidden"]


def hidden_letters(definitions: Iterable[Definition]) -> dict[Family, frozenset[str]]:
    """Family → the letters of the indices that its definition has besides its own, also by what
    it is made of."""
    found: dict[Family, set[str]] = {}
    rests: dict[Family, set[Family]] = {}
    for definition in definitions:
        own = {
            i.name
            for i in indices_of(definition.body)
            if isinstance(i, Ix) and i not in definition.params
        }
        found.setdefault(definition.family, set()).update(own)
        rests.setdefault(definition.family, set()).update(families_of(definition.body))
    changed = True
    while changed:
        changed = False
        for family, parts in rests.items():
            more = set().union(*(found.get(part, set()) for part in parts)) - found[family]
            if more:
                found[family] |= more
                changed = True
    return {family: frozenset(letters) for family, letters in found.items() if letters}


def refuse_hidden(
    term: Term, hidden: dict[Family, frozenset[str]], bound: frozenset[str] = frozenset()
) -> None:
    """Check that no sum or product runs over an index that a quantity in it hides.

    Raises:
        FormulaError: one does; at 0, as terms do not know their places.
    """
    if not hidden:
        return
    if isinstance(term, Entry):
        clash = hidden.get(term.family, frozenset()) & bound
        if clash:
            letter = min(clash)
            raise FormulaError(
                f"{term.family.latex()} depends on {letter}, which it does not show, and a sum "
                f"runs over {letter} here",
                0,
            )
    inner = bound | {term.ix.name} if isinstance(term, Sum | Prod) else bound
    for child in children(term):
        refuse_hidden(child, hidden, inner)
