"""A page made of anything is checked and reported; nothing in it is an error inside derive.

A few hundred pages by default. ``HYPOTHESIS_PROFILE=long pytest tests/fuzz`` runs many thousands.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, given, settings

from tests.fuzz.pages import anything, catalogue_pages, derivations, soups
from tests.fuzz.properties import checked

EXAMPLES = {"default": 1, "long": 100}[os.environ.get("HYPOTHESIS_PROFILE", "default")]


def pages(examples: int) -> settings:
    """So many pages of a kind, the same ones every time unless the run is a long one."""
    return settings(
        max_examples=examples * EXAMPLES,
        deadline=None,  # a step has its own budget; the machine may be busy
        derandomize=EXAMPLES == 1,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@pages(150)
@given(anything())
def test_any_text(text: str) -> None:
    checked(text)


@pages(200)
@given(soups())
def test_tokens_in_any_order(text: str) -> None:
    checked(text)


@pages(150)
@given(derivations())
def test_plausible_derivations_with_something_broken(text: str) -> None:
    checked(text)


@pages(60)
@given(catalogue_pages())
def test_catalogue_pages_with_something_broken(text: str) -> None:
    checked(text)
