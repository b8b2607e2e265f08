"""Where the languages are: a folder for each, ``locale/<language>/LC_MESSAGES/derive.mo``.

English is what the program is written in and needs none. A folder more is a language more.
"""

from __future__ import annotations

from gettext import GNUTranslations, NullTranslations
from pathlib import Path

__all__ = ["ENGLISH", "LOCALE", "languages", "nearest", "translations"]

ENGLISH = "en"
LOCALE = Path(__file__).resolve().parent.parent / "locale"
_FILE = Path("LC_MESSAGES") / "derive.mo"


def languages() -> tuple[str, ...]:
    """The languages there are, by the names of their folders, English first."""
    folders = (f.name for f in LOCALE.iterdir()) if LOCALE.is_dir() else ()
    found = sorted(name for name in folders if (LOCALE / name / _FILE).is_file())
    return (ENGLISH, *(name for name in found if name != ENGLISH))


def nearest(tag: str) -> str:
    """The language of these that a tag asks for (``zh-CN``, ``zh_Hans_CN.UTF-8``: zh), or
    nothing: the longest beginning of the tag that there is, as RFC 4647 looks them up."""
    parts = tag.partition(".")[0].partition("@")[0].replace("_", "-").lower().split("-")
    known = {name.replace("_", "-").lower(): name for name in languages()}
    for length in range(len(parts), 0, -1):
        name = known.get("-".join(parts[:length]))
        if name is not None:
            return name
    return ""


class _Nothing(NullTranslations):
    """What a catalogue says of a message that it does not have: nothing, so that it can be told
    from one that is the same in English."""

    def gettext(self, message: str) -> str:
        return ""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return ""

    def pgettext(self, context: str, message: str) -> str:
        return ""


def translations(name: str) -> GNUTranslations:
    """The catalogue of a language that `languages` names, read from its file; of what it does
    not have it says the empty text.

    Raises:
        OSError: there is no such file, or it is no catalogue.
    """
    with (LOCALE / name / _FILE).open("rb") as file:
        found = GNUTranslations(file)
    found.add_fallback(_Nothing())
    return found
