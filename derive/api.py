"""The Python door: check a text, prove one line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from derive.checking import check_meaning, check_page
from derive.claims import Claim
from derive.deciding.decide import decide
from derive.deciding.derivative import World
from derive.deciding.fixed_sizes import check_every_entry
from derive.deciding.verdict import Verdict
from derive.meaning.model import Step
from derive.meaning.understand import understand
from derive.reading.annotations import Declaration, with_declarations
from derive.reading.chains import USUAL_INDICES
from derive.reading.markdown import read_markdown
from derive.results import PageResult
from derive.worker import Limits

__all__ = ["UnreadableClaim", "check", "check_formula", "prove"]


class UnreadableClaim(ValueError):
    """The claim (or a definition for it) could not be read; the message says why."""


def check(
    text: str,
    path: str = "<text>",
    *,
    let: Iterable[str] = (),
    given: Iterable[str] = (),
    axis: Iterable[str] = (),
    limits: Limits | None = None,
) -> PageResult:
    r"""Check a page given as Markdown.

    Args:
        text: the page, with formulas in ``$$…$$``, ``$…$`` or LaTeX environments.
        path: how to call the page in messages.
        let: definitions that the page does not print, as in an annotation at its beginning.
        given: assumptions in force on the whole page, such as ``\sum_k y_k = 1``.
        axis: which letters run over what, such as ``k = 1..K``.
        limits: the time and memory for one step, such as ``derive.Limits(seconds=5)``; the
            steps are then decided in a forked child, which can be stopped. Not the default
            here (on the command line it is): to fork a program that runs threads is unsafe,
            and only the caller knows. Without limits only the deterministic bounds on the
            work for a step hold.
    """
    declared = [
        Declaration(verb, said, "what was declared", number, site=False)
        for verb, texts in (("axis", axis), ("let", let), ("given", given))
        for number, said in enumerate(_several(texts, verb), start=1)
    ]
    return check_page(with_declarations(read_markdown(text, path), declared), limits=limits)


def prove(
    left: Any,
    right: Any,
    *,
    relation: str = "=",
    let: Iterable[str] = (),
    given: Iterable[Any] = (),
    sizes: Mapping[str, int] | None = None,
) -> Verdict:
    r"""The verdict on one claim, in LaTeX or as SymPy expressions.

    It may stand in an ``assert``: it is true only if it was proved, and neither true nor false
    (`Undecided` is raised) where there is no answer or only a conditional one; see `Verdict`.

    Args:
        left, right: the two sides, both in LaTeX, or both SymPy expressions (or numbers). What
            SymPy built is taken as it is, node by node; its symbols stand for real numbers, for
            indices or for sizes (`derive.from_sympy`).
        relation: ``=``, ``<``, ``>``, ``\leq`` or ``\geq``.
        let: definitions, such as ``a_j = \frac{e^{z_j}}{\sum_{k=1}^{n} e^{z_k}}``.
            With SymPy sides there are none: write out what is meant.
        given: assumptions, such as ``j \neq i`` or ``\sum_k y_k = 1``; with SymPy sides
            relations such as ``Ne(i, j)`` or ``Eq(Sum(y[k], (k, 1, n)), 1)``.
        sizes: fixed sizes, such as ``{"n": 100}``: then every index combination is
            differentiated and checked, one by one, at these sizes only, and the verdict
            says so. Without it the claim is decided for every size.

    Raises:
        UnreadableClaim: something was not understood to its last token, or a part of a SymPy
            expression has no counterpart that is surely the same.
        ValueError: a size that the claim does not have, or that is missing or below 1.

    >>> softmax = r"a_j = \frac{e^{z_j}}{\sum_{k=1}^{n} e^{z_k}}"
    >>> prove(r"\frac{\partial a_j}{\partial z_i}", r"a_j(\delta_{ij} - a_i)", let=[softmax]).word
    'proved'
    """
    let, given = _several(let, "let"), _several(given, "given")
    if not (isinstance(left, str) and isinstance(right, str)):
        claim = _from_sympy(left, right, relation, let, given)
        return decide(claim) if sizes is None else check_every_entry(claim, sizes)
    if not all(isinstance(g, str) for g in given):
        raise UnreadableClaim("the sides are LaTeX, so each given is LaTeX, too")
    asked = _Asked(f"{left} {relation} {right}", let, given)
    steps = asked.meaning.steps
    for problem in asked.meaning.problems:
        raise UnreadableClaim(problem.message)
    for step in steps:
        if step.claim is None:
            raise UnreadableClaim(step.error)
    if len(steps) != 1:
        raise UnreadableClaim(f"not one claim: {asked.formula}")
    read = steps[0].claim
    assert read is not None
    return decide(read) if sizes is None else check_every_entry(read, sizes)


_RELATIONS = {
    "=": "=", "<": "<", ">": ">", "≤": "≤", "<=": "≤", r"\leq": "≤", r"\le": "≤",
    "≥": "≥", ">=": "≥", r"\geq": "≥", r"\ge": "≥",
}  # fmt: skip


def _from_sympy(
    left: Any, right: Any, relation: str, let: tuple[str, ...], given: tuple[Any, ...]
) -> Claim:
    """The claim that SymPy expressions make.

    Raises:
        UnreadableClaim: it is not surely a claim that can be decided.
    """
    from derive.from_sympy import NotTranslated, claim_of

    if isinstance(left, str) or isinstance(right, str):
        raise UnreadableClaim("one side is LaTeX, the other is not: give both in one language")
    if let:
        raise UnreadableClaim("SymPy sides have no definitions: write out what is meant")
    if relation not in _RELATIONS:
        raise UnreadableClaim(f"the relation {relation} is not known")
    try:
        return claim_of(left, right, _RELATIONS[relation], given)
    except NotTranslated as error:
        raise UnreadableClaim(str(error)) from None


def check_formula(
    formula: str,
    *,
    let: Iterable[str] = (),
    given: Iterable[str] = (),
    sizes: Mapping[str, int] | None = None,
    limits: Limits | None = None,
) -> PageResult:
    r"""Check one formula in LaTeX, such as ``A = B \leq C``: a verdict for each of its steps.

    The result is that of a page, called ``<formula>``, that holds nothing else. Every relation
    is a step here, also one between free quantities. Arguments as in `prove` and `check`.

    Raises:
        UnreadableClaim: a definition or given cannot be used, or no relation is stated.
        ValueError: a size that no step has, or that is below 1.
    """
    asked = _Asked(formula, _several(let, "let"), _several(given, "given"))
    meaning = asked.meaning
    if not meaning.steps and not meaning.problems:
        raise UnreadableClaim(f"no relation is stated: {formula}")
    claims = [step.claim for step in meaning.steps if step.claim is not None]
    known = {axis.size for claim in claims for axis in claim.axes if axis.fixed is None}
    for name, size in (sizes or {}).items():
        if size < 1:
            raise ValueError(f"the size {name} = {size} is below 1")
        if claims and name not in known:
            has = f"those it has are {', '.join(sorted(known))}" if known else "it has none"
            raise ValueError(f"the formula has no size {name}: {has}")
    return check_meaning(asked.page, meaning, limits=limits, sizes=sizes)


def _several(texts: Iterable[Any], name: str) -> tuple[Any, ...]:
    """
    Raises:
        TypeError: one string, which would be taken letter by letter.
    """
    if isinstance(texts, str):
        raise TypeError(f"{name} is a list: {name}=[{texts!r}]")
    return tuple(texts)


class _Asked:
    """A formula, read as the last one of a page that is made of its definitions and givens.

    ``page`` and ``meaning`` are those of the formula alone: its places are counted in it.

    Raises:
        UnreadableClaim: a definition or given cannot be used.
    """

    def __init__(self, formula: str, let: tuple[str, ...], given: tuple[str, ...]) -> None:
        self.formula = formula
        parts: list[str] = []
        lets = []
        for text in let:
            lets.append(len("\n\n".join([*parts, ""])))
            parts.append(f"$${text}$$")
        conditions = [g for g in given if _is_condition(g)]
        stated = [g for g in given if g not in conditions]
        starts = []
        for g in stated:
            starts.append(len("\n\n".join([*parts, ""])))
            parts.append(f"$${g}$$")
        beside = "".join(rf" \quad {g}" for g in conditions)
        before = "\n\n".join(parts)
        start = len(before) + len("\n\n$$")
        page = read_markdown(f"{before}\n\n$${formula}{beside}$$", "<formula>")
        page = replace(page, source=formula, origins=((0, 0), (start, 0)), _starts=[])
        meaning = understand(page, len(before))
        for problem in meaning.problems:
            if problem.offset < start:
                raise UnreadableClaim(problem.message)
        for text, at in zip(let, lets, strict=True):
            end = at + len(text) + 4
            if not any(at <= d.offset < end for d in meaning.definitions):
                raise UnreadableClaim(f"not a definition that can be used: {text}")
        for text, at in zip(stated, starts, strict=True):
            end = at + len(text) + 4
            if not any(f.note == "given" and at <= f.offset < end for f in meaning.facts):
                raise UnreadableClaim(f"not a given that can be used: {text}")
        self.page = replace(page, items=tuple(i for i in page.items if i.offset >= start - 2))
        self.meaning = replace(
            meaning,
            steps=tuple(_alone(s) for s in meaning.steps if s.offset >= start),
            ends=tuple(_alone(s) for s in meaning.ends if s.offset >= start),
            definitions=(),
            facts=(),
        )


def _alone(step: Step) -> Step:
    """A step without what is about a page around it: lines of definitions, what a page may have
    left unread (definitions and givens were all read, or refused)."""
    if step.claim is None:
        return step
    world = step.claim.world
    functions = {name: replace(f, line=0) for name, f in world.functions.items()}
    definitions = {name: replace(d, line=0) for name, d in world.definitions.items()}
    world = World(definitions, functions, world.depends)
    return replace(step, claim=replace(step.claim, world=world), blurred="")


def _is_condition(text: str) -> bool:
    """``i = j`` or ``i \\neq j`` between indices, which stands beside the formula."""
    left, _, right = re.sub(r"\\neq?(?![a-z])", "≠", text).partition("≠")
    if right.strip() == "0" and left.strip() not in USUAL_INDICES:
        return False  # x \neq 0
    return r"\ne" in text or ("=" in text and all(len(x.strip()) == 1 for x in text.split("=")))
