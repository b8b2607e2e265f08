"""The catalogues of languages, kept up to date: ``python -m tests.catalogues``.

Each ``derive/locale/<language>/LC_MESSAGES/derive.po`` gets the messages that the program has
now (new ones are left empty, those that are gone are marked as obsolete) and is compiled into the
``derive.mo`` beside it. ``python -m tests.catalogues fr`` begins a language.
"""

from __future__ import annotations

import io
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from derive.cli import main
from derive.documentation.words import ENGLISH as SITES
from derive.documentation.words import SIGNS as SITE_SIGNS
from derive.languages import PUNCTUATION
from derive.languages.catalogues import LOCALE
from derive.languages.labels import COUNTED, TERMINAL
from derive.languages.messages import MESSAGES
from derive.reporting.words import ENGLISH as REPORTS
from derive.reporting.words import SIGNS as REPORT_SIGNS
from derive.reporting.words import STEPS
from derive.usage import said_in_help
from derive.watching.words import ENGLISH as WATCH

ENGLISH = {**REPORTS, **SITES, **WATCH}
SIGNS = REPORT_SIGNS | SITE_SIGNS
# header lines that say nothing, or only when they were written
_EMPTY = re.compile(
    rb'^"(?:POT-Creation|PO-Revision)-Date:|EMAIL@ADDRESS|LL@li.org| VERSION|^"Generated'
)
_WHEN = datetime(2026, 1, 1, tzinfo=UTC)  # the same content, the same file

HEADER = """\
# What derive says, in another language than English.
# A gap such as {name:math} stands for a formula or the like: the translation has to have every
# gap of its message, written {name}, in any order. {x:said} is another message, whose
# translation is put in; {x:line} a place, put in as "line {line}" is translated.
#"""


Said = str | tuple[str, str]  # a message, or its two forms: for one and for more


def messages() -> list[tuple[Said, str | None]]:
    """Everything that can be translated, with its context."""
    signs = [".", " and ", ", ", "; ", *(ENGLISH[key] for key in sorted(SIGNS))]
    labels = [label for key, label in ENGLISH.items() if key not in SIGNS]
    helps = said_in_help(main)
    return [
        *((sign, PUNCTUATION) for sign in dict.fromkeys(signs)),
        *((said, None) for said in (*COUNTED, STEPS)),
        *((said, None) for said in dict.fromkeys((*labels, *TERMINAL, *helps, *MESSAGES))),
    ]


def template() -> Catalog:
    """A catalogue with all messages and no translations."""
    catalog = Catalog(project="derive", charset="utf-8", header_comment=HEADER, fuzzy=False)
    for said, context in messages():
        catalog.add(said, context=context)
    return catalog


def read(file: Path) -> Catalog:
    """A catalogue as its translator wrote it."""
    with file.open("rb") as source:
        return read_po(source, locale=file.parent.parent.name)


def compiled(catalog: Catalog) -> bytes:
    """The file that the program reads."""
    catalog.creation_date = catalog.revision_date = _WHEN
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def renew(file: Path) -> None:
    """Bring a catalogue up to date, and compile it."""
    new = template()
    catalog = read(file) if file.exists() else Catalog(locale=file.parent.parent.name)
    catalog.fuzzy = False
    catalog.update(new, no_fuzzy_matching=True, update_header_comment=True)
    out = io.BytesIO()
    write_po(out, catalog, width=99, omit_header=False, sort_output=False)
    lines = [line for line in out.getvalue().split(b"\n") if not _EMPTY.search(line)]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"\n".join(lines))
    file.with_suffix(".mo").write_bytes(compiled(read(file)))


if __name__ == "__main__":
    found = {f.name for f in LOCALE.iterdir() if f.is_dir()} | set(sys.argv[1:])
    for name in sorted(found):
        renew(LOCALE / name / "LC_MESSAGES" / "derive.po")
