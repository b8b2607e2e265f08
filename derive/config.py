"""What a site declares for its pages: derive.toml, or [tool.derive] in pyproject.toml.

The file nearest upward from a page counts, and it alone; nothing above a checkout's root (a
folder with .git) is looked at.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from io import BytesIO
from pathlib import Path
from typing import Any

from derive.allowing import ALLOWABLE, CHOICES, strange
from derive.formula import FormulaError
from derive.reading.annotations import AXIS, Declaration, did_you_mean, with_declarations
from derive.reading.chains import parse_chains
from derive.reading.page import Page

__all__ = ["Config", "ConfigError", "Configs"]

MAX_BYTES = 1_000_000
MAX_DECLARED = 500
_DECLARED = ("let", "given", "axis")
_KEYS = (*_DECLARED, "allow", "baseline", "exclude", "time-limit", "memory-limit")


class ConfigError(Exception):
    """A configuration that cannot be used; the message begins with the file and line."""


@dataclass(frozen=True)
class Config:
    """One file's settings. None: not set there."""

    file: Path
    declarations: tuple[Declaration, ...] = ()
    allow: frozenset[str] | None = None
    exclude: tuple[str, ...] = ()
    time_limit: float | None = None
    memory_limit: int | None = None
    baseline: Path | None = None

    def applied(self, page: Page) -> Page:
        """The page with what this file declares in force on it."""
        return with_declarations(page, self.declarations)

    def excludes(self, path: Path) -> bool:
        """Whether a page found in a folder is not to be checked: it, or a folder it lies in,
        matches a pattern, relative to this file's folder."""
        try:
            own = path.resolve().relative_to(self.file.parent)
        except ValueError:
            return False
        names = [own.as_posix(), *(p.as_posix() for p in own.parents if p.name)]
        patterns = [pattern.rstrip("/") for pattern in self.exclude]
        return any(fnmatchcase(name, pattern) for name in names for pattern in patterns)


class Configs:
    """Finds the configuration of each page, and reads each file once."""

    def __init__(self) -> None:
        self._folders: dict[Path, Config | ConfigError | None] = {}

    def of(self, path: str | Path) -> Config | None:
        """The configuration for a page.

        Raises:
            ConfigError: the file nearest to the page cannot be used.
        """
        try:
            folder = Path(path).resolve().parent
        except (OSError, RuntimeError):
            return None
        passed: list[Path] = []
        found: Config | ConfigError | None = None
        for place in (folder, *folder.parents):
            if place in self._folders:
                found = self._folders[place]
                break
            passed.append(place)
            try:
                found = _in_folder(place)
            except ConfigError as error:
                found = error
            if found is not None or (place / ".git").exists():
                break
        self._folders |= dict.fromkeys(passed, found)
        if isinstance(found, ConfigError):
            raise found
        return found


def _in_folder(folder: Path) -> Config | None:
    own = folder / "derive.toml"
    text = _text(own)
    if text is not None:
        return _Reader(own, text, 0).config(_parsed(own, text))
    shared = folder / "pyproject.toml"
    text = _text(shared)
    if text is None or "derive" not in text:
        return None
    tool = _parsed(shared, text).get("tool")
    table = tool.get("derive") if isinstance(tool, dict) else None
    if table is None:
        return None
    start = re.search(r"^[ \t]*\[+[ \t]*tool[ \t]*\.[ \t]*derive", text, re.MULTILINE)
    return _Reader(shared, text, start.start() if start else 0).config(table)


def _text(file: Path) -> str | None:
    try:
        if not file.is_file():
            return None
        if file.stat().st_size > MAX_BYTES:
            raise ConfigError(f"{_shown(file)}: larger than {MAX_BYTES // 1_000_000} MB")
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError(f"{_shown(file)}: not UTF-8") from None
    except OSError as error:
        raise ConfigError(f"{_shown(file)}: {error.strerror or error}") from None


def _parsed(file: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.load(BytesIO(text.encode()))
    except tomllib.TOMLDecodeError as error:
        place = re.search(r" \(at line (\d+), column (\d+)\)", str(error))
        line = f":{place[1]}:{place[2]}" if place else f":{text.count(chr(10)) + 1}"
        message = str(error).replace(place[0], "") if place else str(error)
        raise ConfigError(f"{_shown(file)}{line}: this is not TOML: {message}") from None
    except RecursionError:
        raise ConfigError(f"{_shown(file)}: nested too deeply") from None


def _shown(file: Path) -> str:
    """As people call it: below the working folder without the way to there."""
    try:
        return file.relative_to(Path.cwd().resolve()).as_posix()
    except (OSError, ValueError):
        return str(file)


class _Reader:
    """One table's values, each checked; errors say where they stand as far as TOML tells."""

    def __init__(self, file: Path, text: str, start: int) -> None:
        self.file = file
        self.text = text
        self.start = start

    def config(self, table: Any) -> Config:
        if not isinstance(table, dict):
            raise self._error("derive", "must be a table of settings")
        for key in table:
            if key not in _KEYS:
                hint = did_you_mean(key, _KEYS) or f"; known are {', '.join(_KEYS)}"
                raise self._error(key, f"no setting is called so{hint}")
        declared = [
            self._declaration(verb, text)
            for verb in _DECLARED
            for text in self._strings(table, verb)
        ]
        if len(declared) > MAX_DECLARED:
            raise ConfigError(f"{_shown(self.file)}: more than {MAX_DECLARED} declarations")
        allow = frozenset(self._strings(table, "allow")) if "allow" in table else None
        for word in strange(allow or ()):
            hint = did_you_mean(word, ALLOWABLE)
            raise self._error("allow", f"{word!r}: {CHOICES}{hint}")
        seconds = self._number(table, "time-limit", 86_400)
        megabytes = self._number(table, "memory-limit", 1_000_000)
        return Config(
            self.file,
            tuple(declared),
            allow,
            tuple(self._strings(table, "exclude")),
            seconds,
            int(megabytes) if megabytes is not None else None,
            self._baseline(table),
        )

    def _error(self, key: str, message: str, value: str = "") -> ConfigError:
        return ConfigError(f"{_shown(self.file)}:{self._line(key, value)}: {key}: {message}")

    def _line(self, key: str, value: str = "") -> int:
        """The line of a value, else of its key; values written with escapes are looked for
        as TOML writes them."""
        for shown in (value, value.replace("\\", "\\\\").replace('"', '\\"')):
            at = self.text.find(shown, self.start) if shown else -1
            if at >= 0:
                return self.text.count("\n", 0, at) + 1
        found = re.compile(rf"^[ \t]*[\"']?{re.escape(key)}[\"']?[ \t]*[=.]", re.MULTILINE).search(
            self.text, self.start
        )
        at = found.start() if found else self.start
        return self.text.count("\n", 0, at) + 1

    def _strings(self, table: dict[str, Any], key: str) -> list[str]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(x, str) for x in value):
            raise self._error(key, f'must be a list of strings: {key} = ["…"]')
        for text in value:
            if any(ord(c) < 32 for c in text):  # "\\theta" is a tab and "heta"
                message = f"{text!r}: a backslash in double quotes; put LaTeX in single quotes"
                raise self._error(key, message)
        return value

    def _baseline(self, table: dict[str, Any]) -> Path | None:
        """A file's name, seen from this file's folder."""
        value = table.get("baseline")
        if value is None:
            return None
        if not isinstance(value, str) or not value or "\0" in value:
            raise self._error("baseline", 'must be the name of a file: baseline = "FILE"')
        return self.file.parent / value

    def _number(self, table: dict[str, Any], key: str, most: int) -> float | None:
        value = table.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            raise self._error(key, f"must be a number from 0 to {most}")
        return value

    def _declaration(self, verb: str, text: str) -> Declaration:
        if verb == "axis":
            if AXIS.fullmatch(text) is None:
                raise self._error(verb, f"{text!r} says no axis; write k = 1..K", text)
        else:
            try:
                chains = parse_chains(text)
            except (FormulaError, RecursionError) as error:
                raise self._error(verb, f"{text!r} cannot be read: {error}", text) from None
            for chain in chains:
                for side in chain.sides:
                    if side.error is not None:
                        message = f"{text!r} cannot be read: {side.error.message}"
                        raise self._error(verb, message, text)
            if verb == "let" and (len(chains) != 1 or len(chains[0].sides) != 2):
                raise self._error(verb, f"{text!r} is not one definition", text)
            if not any(chain.relations for chain in chains):
                raise self._error(verb, f"{text!r} states no relation", text)
        return Declaration(verb, text, self.file.name, self._line(verb, text))
