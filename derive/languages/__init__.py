"""What the program says, in other languages than its own.

The program speaks English, and so do its results: verdicts, reasons and problems are finished
English sentences, in JSON as everywhere. Only at the edge, where somebody reads them, they are
recognised as one of the `messages` and said in the reader's language, with the same formulas and
numbers. What is not recognised, or has no translation, stays English.

A language is a folder of `derive/locale` with a gettext catalogue; nothing else knows of it.
"""

from derive.languages.catalogues import languages
from derive.languages.choosing import PAGES_OWN, Choice, UnknownLanguage, asked, from_environment
from derive.languages.language import ENGLISH, PUNCTUATION, Language, Part, language

__all__ = [
    "ENGLISH",
    "PAGES_OWN",
    "PUNCTUATION",
    "Choice",
    "Language",
    "Part",
    "UnknownLanguage",
    "asked",
    "from_environment",
    "language",
    "languages",
]
