"""Where the true claims come from: the catalogue's pages, and families of derivations."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from derive.catalogue import names, page_text
from derive.claims import Claim
from derive.deciding.decide import decide
from derive.meaning.understand import understand
from derive.reading.markdown import read_markdown
from tests.mutants.derivations import FAMILIES, Pick
from tests.mutants.places import fingerprint
from tests.mutants.slips import SLIPS, mutants

__all__ = ["UNCHANGED", "Mutant", "catalogue_claims", "generated_claims", "make_mutants"]

UNCHANGED = "none: the line itself"


@dataclass(frozen=True, slots=True)
class Mutant:
    """A claim with one slip in it (or none); ``source`` says of which line."""

    number: int
    source: str
    kind: str
    claim: Claim


def catalogue_claims() -> list[tuple[str, Claim]]:
    """The steps of the English catalogue pages that are proved for every size."""
    found = []
    for name in names():
        if name.endswith(".zh"):
            continue
        page = read_markdown(page_text(name), f"{name}.md")
        for step in understand(page).steps:
            if step.claim is not None:
                verdict = decide(step.claim)
                if verdict.word == "proved" and verdict.every_size and not verdict.assumed:
                    line, _ = page.place(step.offset)
                    found.append((f"{name}.md:{line}", step.claim))
    return found


def generated_claims(rng: random.Random) -> list[tuple[str, Claim]]:
    """One random derivation of each family: its steps, and its first line = its last."""
    found = []
    for name, family in FAMILIES.items():
        for at, claim in enumerate(family(Pick(rng)).claims(), 1):
            found.append((f"{name} {at}", claim))
    return found


def make_mutants(count: int, seed: int) -> list[Mutant]:
    """``count`` distinct mutants (up to the choice of letters), the same for the same seed.

    Kinds that have occurred least so far come first, so that every kind occurs and none
    dominates. Fewer come out only if hundreds of rounds bring nothing new.
    """
    rng = random.Random(seed)
    pages = catalogue_claims()
    used: dict[str, int] = dict.fromkeys(SLIPS, 0)
    seen: set[object] = set()
    found: list[Mutant] = []
    rounds_without_news = 0
    share = 4 if count < 5_000 else 12  # kinds tried on one claim in one round
    while len(found) < count and rounds_without_news < 20:
        before = len(found)
        for source, claim in _round(pages, rng):
            for kind, mutant in _of(claim, used, share, rng):
                print_ = fingerprint(mutant)
                if print_ in seen:
                    continue
                seen.add(print_)
                used[kind] = used.get(kind, 0) + 1
                found.append(Mutant(len(found), source, kind, mutant))
                if len(found) == count:
                    return found
        rounds_without_news = 0 if len(found) > before else rounds_without_news + 1
    return found


def _round(pages: list[tuple[str, Claim]], rng: random.Random) -> list[tuple[str, Claim]]:
    claims = [*pages, *generated_claims(rng)]
    rng.shuffle(claims)
    return claims


def _of(
    claim: Claim, used: dict[str, int], share: int, rng: random.Random
) -> Iterator[tuple[str, Claim]]:
    yield UNCHANGED, claim
    applied = 0
    for kind in sorted(SLIPS, key=lambda k: used[k]):
        if applied == share:
            return
        made = mutants(claim, kind, rng, 2)
        applied += bool(made)
        for mutant in made:
            yield kind, mutant
