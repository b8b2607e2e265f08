"""Which language is spoken: what was asked for, what the page is written in, what the
environment says, English."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from derive.languages.catalogues import ENGLISH, languages, nearest
from derive.languages.language import Language, language

__all__ = ["PAGES_OWN", "Choice", "UnknownLanguage", "asked", "from_environment"]

_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


class UnknownLanguage(ValueError):
    """A language that there is no catalogue of; the message names those there are."""


def asked(tag: str) -> Language:
    """The language that a user asks for by name.

    Raises:
        UnknownLanguage: there is none such.
    """
    name = nearest(tag)
    if not name:
        raise UnknownLanguage(f"{tag}: choose from {', '.join(languages())}")
    return language(name)


def from_environment(environment: Mapping[str, str] | None = None) -> Language:
    """The language of the first variable of LANGUAGE, LC_ALL, LC_MESSAGES and LANG that is set:
    the first of its list that there is, else English. ``LC_ALL=C`` means English, whatever
    LANGUAGE says: scripts rely on it."""
    values = os.environ if environment is None else environment
    if values.get("LC_ALL", "").partition(".")[0] in ("C", "POSIX"):
        return language(ENGLISH)
    said = next((values[name] for name in _VARIABLES if values.get(name)), "")
    return language(next((found for tag in said.split(":") if (found := nearest(tag))), ENGLISH))


@dataclass(frozen=True, slots=True)
class Choice:
    """The language of reports: the one that was ``asked`` for; else each page's own; ``otherwise``
    this, where a page's is not known or pages differ."""

    asked: str = ""
    otherwise: str = ENGLISH

    def of(self, *pages: str) -> Language:
        """The language of a report on pages written in these languages."""
        found = {nearest(tag) for tag in pages}
        return language(self.asked or (found.pop() if len(found) == 1 else "") or self.otherwise)


PAGES_OWN = Choice()
