"""The Python door: check a text, prove one line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from derive.checking import check_page
from derive.deciding.decide import decide
from derive.deciding.fixed_sizes import check_every_entry
from derive.deciding.verdict import Verdict
from derive.meaning.model import Step
from derive.meaning.understand import understand
from derive.reading.annotations import Declaration, with_declarations
from derive.reading.chains import USUAL_INDICES
from derive.reading.markdown import read_markdown
from derive.results import PageResult
from derive.worker import Limits

__all__ = ["UnreadableClaim", "check", "prove"]


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
        for number, said in enumerate(texts, start=1)
    ]
    return check_page(with_declarations(read_markdown(text, path), declared), limits=limits)


def prove(
    left: str,
    right: str,
    *,
    relation: str = "=",
    let: Iterable[str] = (),
    given: Iterable[str] = (),
    sizes: Mapping[str, int] | None = None,
) -> Verdict:
    r"""The verdict on one claim, in LaTeX.

    Args:
        left, right: the two sides.
        relation: ``=``, ``<``, ``>``, ``\leq`` or ``\geq``.
        let: definitions, such as ``a_j = \frac{e^{z_j}}{\sum_{k=1}^{n} e^{z_k}}``.
        given: assumptions, such as ``j \neq i`` or ``\sum_k y_k = 1``.
        sizes: fixed sizes, such as ``{"n": 100}``: then every index combination is
            differentiated and checked, one by one, at these sizes only, and the verdict
            says so. Without it the claim is decided for every size.

    Raises:
        UnreadableClaim: something was not understood to its last token.

    >>> softmax = r"a_j = \frac{e^{z_j}}{\sum_{k=1}^{n} e^{z_k}}"
    >>> prove(r"\frac{\partial a_j}{\partial z_i}", r"a_j(\delta_{ij} - a_i)", let=[softmax]).word
    'proved'
    """
    step = _step(left, right, relation, tuple(let), tuple(given))
    assert step.claim is not None
    if sizes is None:
        return decide(step.claim)
    return check_every_entry(step.claim, sizes)


def _step(
    left: str, right: str, relation: str, let: tuple[str, ...], given: tuple[str, ...]
) -> Step:
    """The claim, read as the last formula of a page made of its parts."""
    parts = [f"$${text}$$" for text in let]
    conditions = [g for g in given if _is_condition(g)]
    stated = [g for g in given if g not in conditions]
    starts = []
    for g in stated:
        starts.append(len("\n\n".join([*parts, ""])))
        parts.append(f"$${g}$$")
    beside = "".join(rf" \quad {g}" for g in conditions)
    before = "\n\n".join(parts)
    page = read_markdown(f"{before}\n\n$${left} {relation} {right}{beside}$$", "<claim>")
    meaning = understand(page, len(before))
    for problem in meaning.problems:
        raise UnreadableClaim(problem.message)
    for text, start in zip(stated, starts, strict=True):
        end = start + len(text) + 4
        if not any(f.note == "given" and start <= f.offset < end for f in meaning.facts):
            raise UnreadableClaim(f"not a given that can be used: {text}")
    asked = [step for step in meaning.steps if step.offset > len(before)]
    for step in asked:
        if step.claim is None:
            raise UnreadableClaim(step.error)
    if len(asked) != 1:
        raise UnreadableClaim(f"not one claim: {left} {relation} {right}")
    return asked[0]


def _is_condition(text: str) -> bool:
    """``i = j`` or ``i \\neq j`` between indices, which stands beside the formula."""
    left, _, right = re.sub(r"\\neq?(?![a-z])", "≠", text).partition("≠")
    if right.strip() == "0" and left.strip() not in USUAL_INDICES:
        return False  # x \neq 0
    return r"\ne" in text or ("=" in text and all(len(x.strip()) == 1 for x in text.split("=")))
