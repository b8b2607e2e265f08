"""Every sentence that the program says, with its gaps (see `patterns`).

The rooms that say them do not know this list; a test finds what they say and is not in it.
"""

from __future__ import annotations

from derive.languages.messages.deciding import DECIDING
from derive.languages.messages.meaning import MEANING
from derive.languages.messages.outer import OUTER
from derive.languages.messages.reading import READING
from derive.languages.messages.settings import SETTINGS
from derive.languages.messages.usage import USAGE

__all__ = ["MESSAGES"]

MESSAGES: tuple[str, ...] = (*DECIDING, *MEANING, *READING, *OUTER, *SETTINGS, *USAGE)
