"""What speaks against trusting that a step is false: a name out of nowhere, a convention that is
not supported, an operator or a layout that can be read in two ways."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import lru_cache

from derive.claims import Claim, labelled
from derive.formula import Bracket, Derivative, Node, Times
from derive.meaning import phrases
from derive.meaning.cases import Case
from derive.meaning.model import Reading
from derive.meaning.names import undecorated
from derive.printing import latex
from derive.terms import (
    Delta,
    Diff,
    Entry,
    Index,
    Ix,
    Sum,
    Term,
    children,
    families_of,
    indices_of,
    map_indices,
    walk,
)

__all__ = [
    "convention",
    "lonely_exception",
    "reaching_over",
    "right_class",
    "special_matrix",
    "turned",
    "unheard",
    "unsupported",
]

_SENTENCE = re.compile(r"[.。](?=\s|$)|\n\s*\n")
_BARRED = re.compile(r"\\(?:bar|overline) ?\{?([^{}]*)\}*'*")


def convention(text: str) -> str:
    """What a page agrees on that is not supported: sums without a sign."""
    if phrases.EINSTEIN.search(text):
        return "this page sums over repeated indices without a sign, which is not supported yet"
    return ""


# «log p = -(x - μ)²/2 + C», up to a constant
_CONSTANTS = frozenset({"C", "c", "K", "Z", "const", r"\text{const}"})


def unheard(
    claim: Claim, new: Collection[tuple[str, str, int]], *, begins: bool, guessed: bool
) -> str:
    """Names that make a step false only because the page leaves unsaid what they are.

    ``new``: name, label and rank of what the right side is the first to write; ``begins``: the
    step stands alone, so it may say what something is; ``guessed``: a name was read as a
    function of arguments that are not written.
    """
    made = _made_of_another(claim)
    if made:
        return made
    world = claim.world
    left = {g for f in world.families(claim.left) for g in world.reach(f)}
    right = world.families(claim.right)
    if guessed:
        right = {g for f in right for g in world.reach(f)}
    unknown = right - left - set(world.definitions)
    names = {(f.name, f.rank) for f in claim.reached if f.label}
    primed = {(f.name.rstrip("'"), f.rank) for f in claim.reached if f.name.endswith("'")}
    for family in sorted(unknown, key=lambda f: (f.name, f.label)):
        is_new = guessed or (family.name, family.label, family.rank) in new
        unlike = not family.label and (family.name, family.rank) in names
        derived = not family.label and (family.name, family.rank) in primed
        constant = is_new and not family.rank and undecorated(family.name) in _CONSTANTS
        if derived or constant or (not begins and (is_new or unlike)):
            return (
                f"false, unless {family.latex()}, on which the left side does not rest, is "
                "something that the page does not say"
            )
    return ""


@lru_cache(maxsize=4)
def _special_sentences(text: str) -> tuple[str, ...]:
    """The sentences of a page that call a matrix special; asked once a step."""
    return tuple(s for s in _SENTENCE.split(text) if phrases.SPECIAL_MATRIX.search(s))


def special_matrix(claim: Claim, text: str) -> str:
    """A matrix of which a sentence of the page says that it is not just any (symmetric, a
    rotation): what is false of matrices in general may be true of it."""
    matrices = {f.name for f in claim.reached - set(claim.world.definitions) if f.rank == 2}
    sentences = _special_sentences(text) if matrices else ()
    for name in sorted(matrices):
        letter = re.compile(rf"(?<![A-Za-z\\]){re.escape(undecorated(name))}(?![A-Za-z])")
        if any(letter.search(sentence) for sentence in sentences):
            return (
                f"false in general; a condition that the page states on {name} cannot be used yet"
            )
    return ""


def _made_of_another(claim: Claim) -> str:
    """A name that is never defined and by convention is made of another one: X of the x_i, x̄ of
    x, s_x of x, p_i a row of the p_ij."""
    world = claim.world
    undefined = claim.reached - set(world.definitions)
    written = families_of(claim.left, claim.right)
    for family in sorted(undefined, key=lambda f: (f.name, f.label, f.rank)):
        others = [f for f in undefined if f != family]
        source = ""
        if family in written and undecorated(family.name).isupper():
            lower = undecorated(family.name).lower()
            source = next((f.name for f in others if undecorated(f.name) == lower), "")
        elif family in written and family.rank == 2 and undecorated(family.name).islower():
            upper = undecorated(family.name).upper()
            matrices = (f.name for f in others if f.rank == 2 and undecorated(f.name) == upper)
            source = next(matrices, "")
        elif called := [f for f in world.definitions if f.is_call_of(family) and family.rank]:
            source = called[0].name
        elif barred := _BARRED.fullmatch(family.name):
            source = barred[1]
        elif family.label and any(f.name == family.label for f in others):
            source = family.label
        elif family not in written and family.rank == 1:
            twins = [f for f in others if (f.name, f.label) == (family.name, family.label)]
            if any(f.rank == 2 for f in twins):
                source = f"{family.name} with two indices"
        if source:
            return (
                f"false, unless {family.latex()} is made of what is called {source}, which the "
                "page does not say"
            )
    return ""


def right_class(claim: Claim, letters: Collection[str]) -> Iterator[Reading]:
    """One-hot labels, where the page calls an index of this step the right class.

    ``letters``: what the page calls so. The label of a step is not always that class, so the
    reading is one among two.
    """
    for family in sorted(claim.simplex.keys() & claim.binary, key=lambda f: f.name):
        for c in sorted(claim.free, key=lambda ix: ix.name):
            if family.rank != 1 or c.name not in letters or c.axis != family.axes[0]:
                continue
            label, supposed = labelled(claim, family, c, "k")
            shown = f"{latex(Entry(family, label.params))} = {latex(label.body)}"
            yield Reading(
                f"False for some labels, true for {shown}; the page calls {c.name} the right "
                "class.",
                supposed,
            )


def turned(claim: Claim, rows: Index, columns: Index) -> Iterator[Reading]:
    """The derivatives of a vector, or by a matrix, in the other layout."""
    sides = (claim.left, claim.right)
    derived = [any(isinstance(n, Diff) for n in walk(side)) for side in sides]
    if derived[0] == derived[1]:
        return
    by = [n.by.at for side in sides for n in walk(side) if isinstance(n, Diff)]
    if any(rows in at and columns in at for at in by):
        return  # a number by a matrix: everybody gives it the shape of the matrix
    if isinstance(rows, Ix) and isinstance(columns, Ix) and rows.axis == columns.axis:
        other = map_indices(claim.left, {rows: columns, columns: rows})
        yield Reading(
            "False with a row for each entry of what is differentiated, true with a column.",
            replace(claim, left=other),
        )


def reaching_over(node: Node) -> Node:
    """A product that begins with the derivative of a bracket, as the derivative of all of it."""
    if not isinstance(node, Times) or not isinstance(node.factors[0], Derivative):
        return node
    first = node.factors[0]
    if not isinstance(first.body, Bracket):
        return node
    return replace(first, body=Times((first.body, *node.factors[1:]), node.at))


def lonely_exception(left: Term, right: Term, claim: Claim) -> str:
    """``Σ_{i ≠ j} x_i x_j = (Σ_i x_i)² − Σ_i x_i²``: j stands nowhere but in that sum, so it is
    summed over, too, or forgotten on the other side."""
    conditioned = {i for c in claim.conditions for i in (c.i, c.j)}
    for side, other in ((left, right), (right, left)):
        elsewhere = set(indices_of(other)) | conditioned
        for family in claim.world.families(other):
            definition = claim.world.definitions.get(family)
            if definition is not None:  # the right class c of L = -log p_c
                elsewhere |= set(indices_of(definition.body)) - set(definition.params)
        free = indices_of(side)
        for node in walk(side):
            if not isinstance(node, Sum):
                continue
            for index in node.without:
                if not isinstance(index, Ix) or index not in free:
                    continue  # an outer sum binds it
                if index not in indices_of(node.body):
                    continue
                if index not in elsewhere and not _outside(side, node, index):
                    return (
                        f"does the sum over {node.ix.name} run over {index.name} as well? "
                        f"{index.name} stands nowhere else"
                    )
    return ""


def _outside(term: Term, inner: Term, index: Index) -> bool:
    """Whether an index stands in a term outside one of its parts."""
    if term is inner:
        return False
    return any(
        index in indices_of(child) and _outside(child, inner, index)
        if any(n is inner for n in walk(child))
        else index in indices_of(child)
        for child in children(term)
    ) or (isinstance(term, Entry | Delta) and index in indices_of(term))


def unsupported(case: Case | None) -> str:
    if case is None or not case.unsupported:
        return ""
    return f"false in general; the case {case.unsupported} (line {case.line}) cannot be used yet"
