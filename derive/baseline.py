"""The baseline file: findings that a site knows of, so that only new ones fail.

It names pages relative to its own folder, and findings by what they are, not by where: lines may
move and pages change elsewhere. What is refuted does not hide behind what was unknown.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from derive.characters import one_line
from derive.findings import KINDS, Findings, Known
from derive.json_places import Lines, Way, values

__all__ = ["Baseline", "BaselineError", "load", "read_baseline", "renewed"]

VERSION = 1
MAX_BYTES = 10_000_000


class BaselineError(Exception):
    """A baseline that cannot be used; the message begins with its file, line and column."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The known findings by page, the page's path being relative to the ``folder``."""

    folder: Path
    pages: Mapping[str, tuple[Known, ...]]

    def of(self, page: str) -> tuple[Known, ...]:
        """What is known of a page."""
        return self.pages.get(named(page, self.folder), ())


def named(page: str, folder: Path) -> str:
    """A page's path as the baseline in a folder writes it: with slashes, from that folder."""
    own = os.path.realpath(page)
    with suppress(ValueError):  # on another drive
        own = os.path.relpath(own, os.path.realpath(folder))
    return os.fsencode(Path(own).as_posix()).decode("utf-8", "backslashreplace")


def load(file: Path, new: bool = False) -> Baseline:
    """Read a baseline file. ``new``: there may be none yet, and it is empty.

    Raises:
        BaselineError: it is missing, unreadable, or not what derive writes.
    """
    shown = one_line(str(file))
    try:
        if file.stat().st_size > MAX_BYTES:
            raise BaselineError(f"{shown}: larger than {MAX_BYTES // 1_000_000} MB")
        text = file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        if new:
            return Baseline(file.parent, {})
        raise BaselineError(f"{shown}: no such file (--write-baseline writes it)") from None
    except OSError as error:
        raise BaselineError(f"{shown}: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        start = error.object.rfind(b"\n", 0, error.start) + 1
        line = error.object.count(b"\n", 0, error.start) + 1
        raise BaselineError(f"{shown}:{line}:{error.start - start + 1}: not UTF-8") from None
    return read_baseline(text, shown, file.parent)


def read_baseline(text: str, shown: str, folder: Path) -> Baseline:
    """The baseline with this text; ``shown`` is how messages call its file.

    Raises:
        BaselineError: the text is not what derive writes, with the place.
    """
    try:
        # a number too long for Python is no count either
        decoder = json.JSONDecoder(parse_int=lambda s: int(s) if len(s) < 10 else s)
        value = decoder.decode(text)
    except json.JSONDecodeError as error:
        raise BaselineError(
            f"{shown}:{error.lineno}:{error.colno}: this is not JSON: {error.msg}"
        ) from None
    except RecursionError:
        raise BaselineError(f"{shown}:1:1: nested too deeply") from None
    return Baseline(folder, _Reader(text, shown).pages(value))


class _Reader:
    def __init__(self, text: str, shown: str) -> None:
        self.text = text
        self.shown = shown

    def pages(self, value: Any) -> dict[str, tuple[Known, ...]]:
        if not isinstance(value, dict):
            self._fail((), "a baseline is an object with version and findings")
        version = value.get("version")
        if version != VERSION or isinstance(version, bool):
            self._fail(("version",), f"this derive reads baselines of version {VERSION}")
        listed = value.get("findings")
        if not isinstance(listed, list):
            self._fail(("findings",), "findings must be a list")
        found: dict[str, list[Known]] = {}
        for at, entry in enumerate(listed):
            page, known = self._entry(entry, ("findings", at))
            found.setdefault(page, []).append(known)
        return {page: tuple(entries) for page, entries in found.items()}

    def _entry(self, entry: Any, way: Way) -> tuple[str, Known]:
        if not isinstance(entry, dict):
            self._fail(way, "a finding is an object with path, kind and fingerprint")
        texts: dict[str, str] = {}
        for key in ("path", "kind", "fingerprint", "text"):
            said = entry.get(key, "" if key == "text" else None)
            if not isinstance(said, str):
                self._fail((*way, key), f"{key} must be a string")
            texts[key] = said
        if texts["kind"] not in KINDS:
            self._fail((*way, "kind"), f"kind must be one of {', '.join(KINDS)}")
        count = entry.get("count", 1)
        if isinstance(count, bool) or not isinstance(count, int) or count < 1:
            self._fail((*way, "count"), "count must be a whole number from 1 on")
        return texts["path"], Known(texts["kind"], texts["fingerprint"], count, texts["text"])

    def _fail(self, way: Way, message: str) -> NoReturn:
        """Say where: at the value, or at what it is missing from."""
        offsets = {found: start for found, start, _ in values(self.text)}
        while way not in offsets and way:
            way = way[:-1]
        line, column = Lines(self.text).place(offsets.get(way, 0))
        raise BaselineError(f"{self.shown}:{line}:{column}: {message}")


def renewed(old: Baseline, pages: Iterable[str], findings: Findings) -> str:
    """The text of a baseline once pages have been checked: what was found on
    them and is neither allowed nor expected. The same findings give the same text.

    Of other pages, what the old one says stays, as long as they exist.
    """
    pages, folder = set(pages), old.folder
    listed: list[tuple[str, Known]] = [
        (named(f.page, folder), Known(f.kind, f.fingerprint, 1, f.text))
        for f in (*findings.new, *findings.known)
        if f.page in pages
    ]
    checked = {named(page, folder) for page in pages}
    for page, entries in old.pages.items():
        if page not in checked and os.path.lexists(folder / page):
            listed += [(page, entry) for entry in entries]
    counts: Counter[tuple[str, str, str, str]] = Counter()
    for page, entry in listed:
        counts[page, entry.kind, entry.text, entry.fingerprint] += entry.count
    value = {
        "version": VERSION,
        "findings": [
            {"path": page, "kind": kind, "fingerprint": name, "count": count, "text": text}
            for (page, kind, text, name), count in sorted(counts.items())
        ],
    }
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
