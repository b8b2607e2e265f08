"""Whether files have changed: by what the system says of them, a few times a second."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from derive.config import Configs
from derive.gathering import expanded

__all__ = ["Stamps", "stamps"]

Stamps = frozenset[tuple[str, int, int, int]]


def stamps(paths: Iterable[str], others: Iterable[str]) -> Stamps:
    """Names, sizes, times and numbers of the pages at these paths and in these folders, of
    ``others``, and of the settings that hold for them. Missing files have none."""
    pages = expanded(paths, Configs())
    files = {*pages, *others}
    for folder in {Path(page).resolve().parent for page in pages}:
        for place in (folder, *folder.parents):
            files |= {str(place / "derive.toml"), str(place / "pyproject.toml")}
            if (place / ".git").exists():
                break
    found = set()
    for file in files:
        try:
            state = os.stat(file)
        except OSError:
            continue
        found.add((file, state.st_size, state.st_mtime_ns, state.st_ino))
    return frozenset(found)
