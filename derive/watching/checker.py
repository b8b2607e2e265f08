"""The process that checks for a watch: requests in, a line of JSON each, and answers out.

It keeps what it knows of every page from one request to the next, and verdicts in the cache.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from derive.cache import Cache
from derive.checking import check_page
from derive.config import Config
from derive.deciding.verdict import InternalContradiction
from derive.gathering import bug, gathered, limits_for
from derive.languages import PAGES_OWN, Choice, Language
from derive.reading.files import page_of
from derive.reading.page import Page, PageError
from derive.reporting import render, render_index, report_names, write_set
from derive.results import PageResult
from derive.terminal import coverage, page_lines
from derive.worker import Limits, limits_of

__all__ = ["Checker", "main"]

PASTED = "pasted"  # what a pasted page is called, before its ending


@dataclass
class Checker:
    """What is known between requests. ``folder``: where reports go."""

    folder: Path
    cache: Cache | None
    limits: Limits | None
    choice: Choice = PAGES_OWN
    results: dict[str, tuple[Page, Config | None, PageResult]] = field(default_factory=dict)
    written: dict[str, PageResult] = field(default_factory=dict)
    listed: list[PageResult] = field(default_factory=list)
    decided: int = 0  # steps, in answer to the request at hand
    known: int = 0  # steps that the cache knew, likewise

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """One request, answered. ``{"paths": […]}``: check these pages and write their reports;
        ``{"text": "…", "suffix": ".md"}``: check a page that is in no file."""
        if "text" in request:
            return self._pasted(str(request["text"]), str(request["suffix"]))
        return self._pages([str(path) for path in request["paths"]])

    def _pages(self, paths: Iterable[str]) -> dict[str, Any]:
        self.decided = self.known = 0
        found = gathered(paths)
        failures = list(found.failures)
        results: list[PageResult] = []
        for page in found.pages:
            config = found.settings.get(page.path)
            try:
                results.append(self._checked(page, config))
            except InternalContradiction as error:
                failures.append(f"{page.path}: internal contradiction, please report it: {error}")
            except Exception as error:  # a bug of ours costs one page, not the watch
                failures.append(bug(page.path, error))
        names = report_names([result.path for result in results], ".html")
        changed = {
            name: result
            for name, result in zip(names, results, strict=True)
            if self.written.get(name) != result
        }
        if changed or results != self.listed:
            reports = {
                name: render(result, "html", choice=self.choice)
                for name, result in changed.items()
            }
            if len(results) != 1:
                reports["index.html"] = render_index(results, choice=self.choice)
            write_set(self.folder, reports)
        self.written = dict(zip(names, results, strict=True))
        self.listed = results
        self.results = {r.path: self.results[r.path] for r in results}
        watched = {
            str(file) for p in found.pages for file in _files(p, found.settings.get(p.path))
        }
        return {
            "start": names[0] if len(names) == 1 else "index.html",
            "names": [*names, *(["index.html"] if len(names) != 1 else [])],
            "changed": sorted(changed),
            "lines": [
                line
                for result in changed.values()
                for line in page_lines(result, True, spoken=self.spoken)
            ],
            "failures": [self.spoken.text(failure) for failure in failures],
            "decided": self.decided,
            "known": self.known,
            "watched": sorted(watched),
        }

    def _checked(self, page: Page, config: Config | None) -> PageResult:
        known = self.results.get(page.path)
        if known is not None and known[0] == page and known[1] == config:
            return known[2]
        before = self.decided, self.known

        def count(done: int, _: int, recalled: int) -> None:
            self.decided, self.known = before[0] + done - recalled, before[1] + recalled

        result = check_page(page, count, limits_for(config, self.limits), self.cache)
        self.results[page.path] = (page, config, result)
        return result

    def _pasted(self, text: str, suffix: str) -> dict[str, Any]:
        try:
            page = page_of(text, f"{PASTED}{suffix}")
        except PageError as error:
            return {"error": self.spoken.text(str(error))}
        result = check_page(page, None, self.limits, self.cache)
        return {
            "html": render(result, "html", choice=self.choice),
            "coverage": coverage(result.summary, self.spoken),
            "problems": len(result.problems),
        }

    @property
    def spoken(self) -> Language:
        """The language of everything but reports."""
        return self.choice.of()


def _files(page: Page, config: Config | None) -> Iterable[Path]:
    """The files that a page was made of."""
    path = Path(page.path)
    yield path
    for part in page.parts:
        included = path.parent / part.name
        if included.is_file():
            yield included
    if config is not None:
        yield config.file


def main(read: Iterable[str] = sys.stdin, say: Callable[[str], object] = print) -> None:
    """Answer until there is nothing more to read. The first line says how to work:
    ``{"folder": "…", "cache": "…" or null, "seconds": 10, "megabytes": 1500,
    "asked": "", "otherwise": "en"}``, the last two being a `Choice` of language."""
    lines = iter(read)
    setting = json.JSONDecoder().decode(next(lines))
    limits = limits_of(setting["seconds"], setting["megabytes"])
    cache = Cache(Path(setting["cache"])) if setting["cache"] else None
    choice = Choice(setting["asked"], setting["otherwise"])
    checker = Checker(Path(setting["folder"]), cache, limits, choice)
    for line in lines:
        try:
            answer = checker.answer(json.JSONDecoder().decode(line))
        except InternalContradiction as error:
            said = f"internal contradiction, please report it: {error}"
            answer = {"error": checker.spoken.text(said)}
        except Exception as error:
            said = f"an error inside derive, please report it: {type(error).__name__}: {error}"
            answer = {"error": checker.spoken.text(said)}
        say(json.dumps(answer))


if __name__ == "__main__":

    def _say(text: str) -> None:
        print(text, flush=True)

    main(say=_say)
