"""What counts on each page: what the options and the configuration allow, and the baselines."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from derive.baseline import load, read_baseline, renewed
from derive.config import Config
from derive.findings import Findings, findings
from derive.results import PageResult

__all__ = ["Gate"]


class Gate:
    """Tells findings that fail from those that do not.

    Args:
        pages: the paths of the pages that are checked.
        settings: the configuration of each page that has one.
        allow: the verdicts allowed on all pages; None leaves it to the configuration.
        baseline: the baseline of all pages; None leaves it to the configuration.
        writing: the baselines are to be written, and need not exist yet.

    Raises:
        BaselineError: a baseline cannot be used.
    """

    def __init__(
        self,
        pages: Iterable[str],
        settings: Mapping[str, Config],
        allow: frozenset[str] | None = None,
        baseline: str | None = None,
        writing: bool = False,
    ) -> None:
        self._allow: dict[str, frozenset[str]] = {}
        self._files: dict[str, Path] = {}
        for page in pages:
            config = settings.get(page)
            allowed = config.allow if allow is None and config is not None else allow
            self._allow[page] = allowed or frozenset()
            file = config.baseline if config is not None else None
            if baseline is not None:
                file = Path(baseline)
            if file is not None:
                self._files[page] = file
        self._baselines = {file: load(file, writing) for file in self._files.values()}

    @property
    def compares(self) -> bool:
        """Whether any page has a baseline."""
        return bool(self._files)

    def findings(self, results: Sequence[PageResult]) -> Findings:
        """The findings on checked pages, each with its status."""
        known = {page: self._baselines[file].of(page) for page, file in self._files.items()}
        return findings(results, self._allow, known)

    def write(self, results: Sequence[PageResult]) -> list[Path]:
        """Write what was found into the baselines, by which it is known from then on.

        Raises:
            ReportNotWritten: a file could not be written; it is what it was.
        """
        from derive.reporting.files import write_whole

        found = self.findings(results)
        texts: dict[Path, str] = {}
        for file, old in self._baselines.items():
            pages = [r.path for r in results if self._files.get(r.path) == file]
            texts[file] = renewed(old, pages, found)
        for file, text in texts.items():
            write_whole(os.path.realpath(file), text)
            self._baselines[file] = read_baseline(text, str(file), file.parent)
        return list(texts)
