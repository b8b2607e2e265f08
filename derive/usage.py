"""How the command line speaks of itself: help and errors in the user's language, in columns.

click says everything in English here, as its own gettext knows no catalogue of ours (and other
programs in the process may have a use for it). What it says is finished English, recognised and
said in another language at the edge, as all that derive says is: the sentences of help as
labels, those of errors as messages.
"""

from __future__ import annotations

import io
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from derive.characters import clean, columns

if TYPE_CHECKING:
    from derive.languages import Language

__all__ = ["Commands", "Help", "asked_for", "said_in_help", "spoken", "wrapped"]

INTERRUPTED = 130  # as shells say it
_ASKED = "derive.usage.asked"  # where a context keeps the language that was asked for
_EXTRA = re.compile(r"(?P<said>.*?)(?:  \[(?P<extra>[^][]*)\])?", re.DOTALL)


def asked_for(context: click.Context, name: str | None) -> str | None:
    """Note that a language was asked for, if it was, for this command and those within it; and
    which was, by this command or the one around it."""
    if name is not None:
        context.meta[_ASKED] = name
    found = context.meta.get(_ASKED)
    return None if found is None else str(found)


def spoken(context: click.Context | None = None) -> Language:
    """The language of the terminal: what was asked for, else what the environment says.
    ``context``: by default that of the command that runs, if one does."""
    from derive.languages import from_environment, language

    context = context or click.get_current_context(silent=True)
    name = None if context is None else asked_for(context, None)
    return language(name) if name else from_environment()


# --------------------------------------------------------------------------- help


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a help text, each on one line."""
    found = (" ".join(part.split()) for part in re.split(r"\n[ \t]*\n", text))
    return [paragraph for paragraph in found if paragraph]


def said_in_help(command: click.Command) -> Iterator[str]:
    """Every sentence in the help of a command and of those within it: what a language needs."""
    yield from paragraphs(command.help or "")
    context = click.Context(command)
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None:
            yield from (said for said in _described(record[1]) if re.search("[a-z]{2}", said))
    for inner in command.commands.values() if isinstance(command, click.Group) else ():
        yield from said_in_help(inner)


def _described(text: str) -> list[str]:
    """The help of an option, and what click adds to it: its default, its range."""
    found = _EXTRA.fullmatch(text)
    assert found is not None
    added = [part.partition(": ")[0] for part in (found["extra"] or "").split("; ")]
    return [said for said in (found["said"], *added) if said]


class Help(click.HelpFormatter):
    """Lays out help in a language. Wide characters take two columns, lines are broken between
    them, too, and signs stay where they belong."""

    def __init__(self, language: Language, width: int | None, max_width: int | None) -> None:
        super().__init__(width=width, max_width=max_width)
        self._language = language

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The line that says how a command is called."""
        label = self._language.label("Usage:")
        space = " " if columns(label[-1]) < 2 else ""  # a wide sign has its own
        beginning = f"{label}{space}{prog} "
        lines = wrapped(args, self.width - columns(beginning)) or [""]
        for number, line in enumerate(lines):
            before = " " * columns(beginning) if number else beginning
            self.write(f"{before}{line}".rstrip() + "\n")

    def write_heading(self, heading: str) -> None:
        """The line above a list of options or commands."""
        colon = self._language.label(": ", "punctuation").rstrip()
        self.write(f"{'':{self.current_indent}}{self._language.label(heading)}{colon}\n")

    def write_text(self, text: str) -> None:
        """Paragraphs, indented."""
        indent = " " * self.current_indent
        for number, paragraph in enumerate(paragraphs(text)):
            if number:
                self.write("\n")
            for line in wrapped(self._language.label(paragraph), self.width - len(indent)):
                self.write(f"{indent}{line}\n")

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Options, or commands, and beside each what it is for."""
        rows = list(rows)
        first = min(max(columns(term) for term, _ in rows), col_max) + col_spacing
        indent, margin = " " * self.current_indent, " " * (self.current_indent + first)
        for term, text in rows:
            lines = wrapped(self._told(text), max(self.width - len(margin), 10))
            gap = first - columns(term)
            if gap >= col_spacing and lines:
                self.write(f"{indent}{term}{' ' * gap}{lines.pop(0)}\n")
            else:
                self.write(f"{indent}{term}\n")
            for line in lines:
                self.write(f"{margin}{line}\n")

    def _told(self, text: str) -> str:
        found = _EXTRA.fullmatch(text)
        assert found is not None
        sentence = " ".join(found["said"].split())
        said = self._language.label(sentence)
        if found["extra"] is None:
            return said
        added = []
        for part in found["extra"].split("; "):
            name, sign, value = part.partition(": ")
            shown = self._language.label(name) if name.isalpha() else name
            added.append(
                shown + (self._language.label(": ", "punctuation") if sign else "") + value
            )
        return f"{said}  [{self._language.label('; ', 'punctuation').join(added)}]"


def wrapped(text: str, width: int) -> list[str]:
    """``text`` in lines of at most ``width`` columns, unless a word is longer."""
    lines: list[str] = []
    line, used = "", 0
    for piece in _pieces(text):
        size = columns(piece)
        if line.strip() and used + columns(piece.rstrip()) > width:
            lines.append(line.rstrip())
            line, used = "", 0
        line += piece
        used += size
    if line.strip():
        lines.append(line.rstrip())
    return lines


def _pieces(text: str) -> list[str]:
    """Parts that a line may end behind: words with the space behind them, wide characters with
    the signs that belong to them."""
    out: list[str] = []
    for char in text:
        if out and (char.isspace() or not _parts(out[-1][-1], char)):
            out[-1] += char
        else:
            out.append(char)
    return out


def _parts(before: str, char: str) -> bool:
    """Whether a line may end between two characters, the second one no space."""
    if before.isspace():
        return True
    if columns(before) < 2 and columns(char) < 2:
        return False
    opens = unicodedata.category(before) in ("Ps", "Pi")
    closes = unicodedata.category(char) in ("Pe", "Pf", "Po")
    return not opens and not closes


class _Context(click.Context):
    def make_formatter(self) -> Help:
        return Help(spoken(self), self.terminal_width, self.max_content_width)


class _Command(click.Command):
    context_class = _Context


# --------------------------------------------------------------------------- commands


class Commands(click.Group):
    """Commands with help and errors in the user's language. (An error that is found before
    ``--lang`` has been read, such as an option that does not exist, is said in that of the
    environment.)"""

    context_class = _Context
    command_class = _Command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands, each with the first paragraph of its help, whole."""
        rows = [
            (name, paragraphs(command.help or "")[0])
            for name in self.list_commands(ctx)
            if (command := self.get_command(ctx, name)) is not None
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command, as click does it."""

        def run() -> Any:
            return super(Commands, self).main(args, prog_name, complete_var, False, **extra)

        if not standalone_mode:
            return run()
        try:
            code = run()
        except click.ClickException as error:
            click.echo(_told(error), err=True, nl=False)
            code = error.exit_code
        except click.Abort:
            click.echo(spoken().label("interrupted"), err=True)
            code = INTERRUPTED
        sys.exit(code if isinstance(code, int) else 0)


def _told(error: click.ClickException) -> str:
    """All that click shows of an error, in the user's language."""
    shown = io.StringIO()
    error.show(shown)
    language = spoken(error.ctx if isinstance(error, click.UsageError) else None)
    text = clean(shown.getvalue())
    if language.name == "en":
        return text
    return "".join(language.text(line) + "\n" for line in text.splitlines())
