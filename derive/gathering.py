"""Which pages are meant by paths and folders, read, each with what its site declares for it."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from derive.catalogue import page_text
from derive.config import Config, ConfigError, Configs
from derive.places import INCLUDED
from derive.reading.files import SUFFIXES, read_page
from derive.reading.markdown import read_markdown
from derive.reading.page import Page, PageError
from derive.worker import Limits, limits_of

__all__ = ["CATALOGUE", "Gathered", "bug", "expanded", "gathered", "limits_for"]

CATALOGUE = "catalogue:"  # what the name of a page of the catalogue begins with

# folders of copies, of history, and of what others wrote; so are all whose names begin with a dot
_NO_PAGES = frozenset({"node_modules", "__pycache__", "site-packages", "_build"})


@dataclass(frozen=True, slots=True)
class Gathered:
    """Pages with what is declared for them in force, their settings by path, and a sentence
    for each page or setting that cannot be used."""

    pages: tuple[Page, ...]
    settings: dict[str, Config]
    failures: tuple[str, ...]


def gathered(paths: Iterable[str], parts: bool = False) -> Gathered:
    """The pages at these paths and in these folders, and those of the catalogue
    (``catalogue:softmax``). ``parts``: also those in a folder that another page includes."""
    named = tuple(paths)
    configs = Configs()
    pages, failures = _readable(expanded(named, configs))
    if not parts:
        pages = _not_included(pages, named)
    pages, settings = _configured(pages, failures, configs)
    return Gathered(tuple(pages), settings, tuple(failures))


def expanded(paths: Iterable[str], configs: Configs) -> list[str]:
    """Folders become the pages in them, but for those that a configuration excludes."""
    out: list[str] = []
    for path in paths:
        if Path(path).is_dir():
            out += [p for p in _inside(path) if not _excluded(p, configs)]
        else:
            out.append(path)
    return list(dict.fromkeys(out))


def _inside(folder: str) -> list[str]:
    """The files in a folder that may be pages, but for those of environments, build systems and
    hidden folders."""
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = [
            name
            for name in folders
            if name not in _NO_PAGES
            and not name.startswith(".")
            and not os.path.exists(os.path.join(place, name, "pyvenv.cfg"))
        ]
        files = (Path(place, name) for name in names)
        found += [str(p) for p in files if p.suffix.lower() in SUFFIXES and p.is_file()]
    return sorted(found)


def _excluded(path: str, configs: Configs) -> bool:
    try:
        config = configs.of(path)
    except ConfigError:
        return False  # which will be said
    return config is not None and config.excludes(Path(path))


def _readable(paths: Collection[str]) -> tuple[list[Page], list[str]]:
    """The pages that can be read, and why the others cannot."""
    pages, failures = [], []
    if not paths:
        failures.append(f"no pages found ({', '.join(SUFFIXES)})")
    for path in paths:
        try:
            if path.startswith(CATALOGUE):
                name = path.removeprefix(CATALOGUE)
                pages.append(read_markdown(page_text(name), f"{name}.md"))
            else:
                pages.append(read_page(path))
        except PageError as error:
            failures.append(str(error))
        except Exception as error:
            failures.append(bug(path, error))
    return pages, failures


def bug(path: str, error: Exception) -> str:
    """What is said instead of a traceback; the other pages are still checked."""
    shown = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return f"{path}: an error inside derive, please report it: {shown}"


def _not_included(pages: list[Page], named: Collection[str]) -> list[Page]:
    """Without the pages of a folder that another page includes, unless they were named."""
    included = {
        (Path(page.path).parent / part.name).resolve()
        for page in pages
        for part in page.parts
        if part.name.endswith(INCLUDED)
    }
    if not included:
        return pages
    return [p for p in pages if p.path in named or Path(p.path).resolve() not in included]


def _configured(
    pages: list[Page], failures: list[str], configs: Configs
) -> tuple[list[Page], dict[str, Config]]:
    """The pages with what is declared for them in configuration files, and these by page. A
    page whose file cannot be used is one more of the ``failures``."""
    out, found = [], {}
    for page in pages:
        try:
            config = configs.of(page.path) if Path(page.path).exists() else None
        except ConfigError as error:
            if str(error) not in failures:
                failures.append(str(error))
            continue
        if config is not None:
            found[page.path] = config
            page = config.applied(page)
        out.append(page)
    return out, found


def limits_for(
    config: Config | None, limits: Limits | None, said: Collection[str] = ()
) -> Limits | None:
    """The limits for one page. ``said``: what the command line says (``time_limit``,
    ``memory_limit``), which comes before any configuration.

    Raises:
        ValueError: there are no such limits.
    """
    if config is None or (config.time_limit is None and config.memory_limit is None):
        return limits
    seconds = (limits and limits.seconds) or 0
    megabytes = (limits and limits.megabytes) or 0
    if config.time_limit is not None and "time_limit" not in said:
        seconds = config.time_limit
    if config.memory_limit is not None and "memory_limit" not in said:
        megabytes = config.memory_limit
    return limits_of(seconds, megabytes)
