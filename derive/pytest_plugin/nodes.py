"""Pages and their steps as pytest's nodes.

A page is read when it is collected, which needs no algebra, and decided once in each process,
when its first test runs. The name of a step is made of its own text, so that edits elsewhere on
the page do not change it.
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

import pytest

from derive.characters import one_line
from derive.config import Config, ConfigError, Configs
from derive.deciding.verdict import InternalContradiction
from derive.details import details, headline
from derive.excerpts import excerpt
from derive.gathering import limits_for
from derive.languages import Language, from_environment
from derive.meaning.ids import step_ids
from derive.meaning.model import Meaning, Step
from derive.meaning.understand import understand
from derive.places import INCLUDED, Line
from derive.reading.files import SUFFIXES, read_page
from derive.reading.page import Page, PageError
from derive.results import PageResult, Problem, Span, StepResult
from derive.terminal import at_line
from derive.worker import Limits

__all__ = ["PageFile", "page_file", "without_included"]

_CONFIGS = pytest.StashKey[Configs]()
_MAX_NAME = 24  # characters of each side in the name of a step
_WORD = re.compile(r"[A-Za-z0-9]+(?:_[A-Za-z0-9]+)*")
_LAYOUT = frozenset(  # commands that say how a formula looks
    "frac dfrac tfrac left right big Big bigg Bigg cdot quad qquad displaystyle textstyle limits "
    "mathrm mathbf mathsf mathit mathcal mathbb boldsymbol bm text operatorname begin end aligned "
    "align cases".split()
)
_SIGNS = {"=": "=", "<": "lt", ">": "gt", "≤": "le", "≥": "ge"}


def page_file(
    path: Path, parent: pytest.Collector, allowed: frozenset[str] | None, named: bool
) -> PageFile | None:
    """The node for a page; none for files of other kinds, and for what derive.toml excludes.

    ``allowed``: the verdicts that pass, if pytest was told; else derive.toml says.
    """
    if path.suffix.lower() not in SUFFIXES:
        return None
    configs = parent.session.stash.setdefault(_CONFIGS, Configs())
    config: Config | ConfigError | None
    try:
        config = configs.of(path)
    except ConfigError as error:
        config = error
    if isinstance(config, Config) and not named and config.excludes(path):
        return None
    node: PageFile = PageFile.from_parent(parent, path=path)
    node.config_there, node.allowed_here, node.named = config, allowed, named
    return node


def without_included(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """The tests without those of pages that were found in a folder, and that others include."""
    items = list(items)
    pages = {item.parent for item in items if isinstance(item.parent, PageFile)}
    included = {path for page in pages for path in page.included()}
    return [
        item
        for item in items
        if not isinstance(item.parent, PageFile)
        or item.parent.named
        or item.parent.path.resolve() not in included
    ]


class Finding(Exception):
    """A test that fails: the whole text that is shown, and the place it is about."""

    def __init__(self, text: str, place: str, line: int, head: str) -> None:
        super().__init__(text)
        self.place, self.line, self.head = place, line, head


# --------------------------------------------------------------------------- pages


class PageFile(pytest.File):
    """A page: its steps, what is skipped on it, and the page as a whole."""

    config_there: Config | ConfigError | None = None
    allowed_here: frozenset[str] | None = None
    named = False
    _decided: PageResult | Exception | None = None

    @cached_property
    def page(self) -> Page:
        """The page with what is declared for it."""
        if isinstance(self.config_there, ConfigError):
            raise self.CollectError(one_line(self.spoken.text(str(self.config_there))))
        try:
            page = read_page(self.path)
        except PageError as error:
            raise self.CollectError(one_line(self.spoken.text(str(error)))) from None
        return page if self.config_there is None else self.config_there.applied(page)

    @cached_property
    def spoken(self) -> Language:
        """The language of what is said of it: that of the environment."""
        return from_environment()

    @cached_property
    def meaning(self) -> Meaning:
        return understand(self.page)

    @cached_property
    def lines(self) -> list[str]:
        return (self.page.source or self.page.text).split("\n")

    @property
    def shown(self) -> str:
        """The page's path as people call it from where they are."""
        return one_line(os.path.relpath(self.path, self.config.invocation_params.dir))

    @property
    def allowed(self) -> frozenset[str]:
        """The verdicts that pass on this page."""
        if self.allowed_here is not None:
            return self.allowed_here
        there = self.config_there.allow if isinstance(self.config_there, Config) else None
        return there or frozenset()

    @property
    def limits(self) -> Limits | None:
        """The limits for a step, those of the command line unless derive.toml says others."""
        config = self.config_there
        return limits_for(config if isinstance(config, Config) else None, Limits())

    def included(self) -> Iterator[Path]:
        """The files that this page includes."""
        for part in self.page.parts:
            if part.name.endswith(INCLUDED):
                yield (self.path.parent / part.name).resolve()

    def collect(self) -> Iterator[pytest.Item]:
        """A test for each step, for each formula that is skipped, and one for the page. A file
        that was only found in a folder, and holds no formulas, is no page."""
        page = self.page
        if not (self.named or page.problems or any(item.formulas for item in page.items)):
            return
        steps = zip(step_ids(self.meaning.steps), self.meaning.steps, strict=True)
        for name, step in sorted(steps, key=lambda pair: page.place(pair[1].offset)):
            readable = f"{_slug(step)}-{name}"
            yield StepItem.from_parent(self, name=readable, step_id=name, offset=step.offset)
        seen: dict[str, int] = {}
        for fact in sorted(self.meaning.facts, key=lambda f: f.offset):
            if fact.note.startswith("skipped: "):
                name = f"skipped-{_words(fact.latex)}"
                seen[name] = seen.get(name, 0) + 1
                name = name if seen[name] == 1 else f"{name}-{seen[name]}"
                yield SkippedItem.from_parent(
                    self,
                    name=name,
                    reason=fact.note.removeprefix("skipped: "),
                    offset=fact.offset,
                )
        yield WholePageItem.from_parent(self, name="page")

    def decided(self) -> PageResult:
        """The page with all verdicts, decided at the first call.

        Raises:
            InternalContradiction: the two paths of the decider disagree (a bug in derive).
        """
        if self._decided is None:
            from derive.checking import check_meaning  # brings the algebra along

            try:
                with warnings.catch_warnings():
                    # Python warns of threads when it forks; the child does nothing but decide
                    # and is stopped at the limit of time should a lock of theirs hold it up
                    warnings.simplefilter("ignore", DeprecationWarning)
                    self._decided = check_meaning(self.page, self.meaning, limits=self.limits)
            except Exception as error:
                self._decided = error
        if isinstance(self._decided, Exception):
            raise self._decided
        return self._decided


def _slug(step: Step) -> str:
    """A step in a few plain characters: ``a_j=e-z_j-sum_k-e-z_k``."""
    sides = (_words(step.left.source), _words(step.right.source))
    sign = _SIGNS.get(step.relation, "=")
    return sign.join(sides) if sign == "=" else f"{sides[0]}-{sign}-{sides[1]}"


def _words(latex: str) -> str:
    found = [w for w in _WORD.findall(latex) if w not in _LAYOUT]
    kept = found[:1]
    while len(kept) < len(found) and len("-".join(found[: len(kept) + 1])) <= _MAX_NAME:
        kept = found[: len(kept) + 1]
    return "-".join(kept)[:_MAX_NAME] or "step"


# --------------------------------------------------------------------------- tests


class _PageTest(pytest.Item):
    """A test on a page. ``told`` is what it says in reports (JUnit's properties) and at the
    end of the run."""

    def __init__(self, *, offset: int = 0, **more: Any) -> None:
        super().__init__(**more)
        self.offset = offset
        self.add_marker("derive")
        if self.config.pluginmanager.hasplugin("xdist"):
            # with --dist loadgroup, one worker decides all of a page
            self.add_marker(pytest.mark.xdist_group(self.file.nodeid))

    @property
    def file(self) -> PageFile:
        assert isinstance(self.parent, PageFile)
        return self.parent

    def tell(self, word: str, **more: str) -> None:
        """Note what the test found for the reports."""
        self.user_properties.append(("derive", word))
        self.user_properties += [(f"derive_{name}", value) for name, value in more.items()]

    def allow(self, place: str, head: str) -> None:
        """Say at the end of the run what only passed because it is allowed."""
        said = self.file.spoken.label("allowed: {finding}").format(finding=head)
        self.user_properties.append(("derive_allowed", f"{place}: {said}"))

    def reportinfo(self) -> tuple[Path, int, str]:
        """The file and 0-based line, so that editors can go there."""
        line = self.file.page.place(self.offset)[0]
        path, own = _file_and_line(self.file.path, line)
        return path, max(own - 1, 0), self.name

    def skip(self, reason: str) -> NoReturn:
        """End the test as skipped, at the place on the page."""
        skipped = pytest.skip.Exception(one_line(reason))
        skipped._use_item_location = True
        raise skipped

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What was found, as compilers say it; errors of derive's own as usual."""
        found = excinfo.value
        if isinstance(found, InternalContradiction):
            said = f"{self.file.shown}: internal contradiction, please report it: {found}"
            return self.file.spoken.text(said)
        if not isinstance(found, Finding):
            return super().repr_failure(excinfo)
        shown = excinfo.getrepr(style="value")
        crash = shown.reprcrash
        if crash is not None:  # what stands in the short summary, and for --tb=line
            crash.path, crash.lineno, crash.message = found.place, found.line, found.head
        return shown


def _file_and_line(page: Path, line: int) -> tuple[Path, int]:
    """The file that a line lies in and its number there; 0 in a notebook, which has cells."""
    if not isinstance(line, Line) or not line.part:
        return page, int(line)
    return (page.parent / line.file, line.own) if line.file else (page, 0)


class StepItem(_PageTest):
    """One step: passes if it is proved, is allowed, or is what its author expects (xfailed)."""

    def __init__(self, *, step_id: str, **more: Any) -> None:
        super().__init__(**more)
        self.step_id = step_id

    def runtest(self) -> None:
        """Raises:
        Finding: it is refuted, or something else that is not allowed.
        """
        result = self.file.decided()
        step = next((s for s in result.steps if s.id == self.step_id), None)
        if step is None:
            self._condition(result)
        place = f"{at_line(self.file.shown, step.span.line)}:{step.span.column}"
        spoken = self.file.spoken
        head = f"{step.word}: {one_line(spoken.text(step.verdict.message))}"
        self.tell(step.word, id=step.id, place=place)
        if step.word == "proved":
            return
        if step.expected:
            pytest.xfail(spoken.label("as expected: {finding}").format(finding=head))
        if step.word in self.file.allowed:
            self.allow(place, head)
            return
        raise _finding(self.file, step, place, head)

    def _condition(self, result: PageResult) -> NoReturn:
        """An equation that turned out to be none of the page's claims."""
        line = self.file.page.place(self.offset)[0]
        notes = [f.note for f in result.facts if f.line == line and f.note.startswith("taken")]
        self.tell("condition")
        said = notes[0] if notes else "a second definition, which is no step"
        self.skip(self.file.spoken.text(said))


class SkippedItem(_PageTest):
    """A formula that its author says is not to be checked."""

    def __init__(self, *, reason: str, **more: Any) -> None:
        super().__init__(**more)
        self.reason = reason

    def runtest(self) -> None:
        """Skips with the author's reason."""
        self.tell("skipped")
        self.skip(self.reason)


class WholePageItem(_PageTest):
    """The page itself: it has steps, and all that should be read of it could be."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.add_marker("derive_page")

    def runtest(self) -> None:
        """Raises:
        Finding: something on the page cannot be read or used, an expected verdict did not
            come, or there is no step at all.
        """
        result = self.file.decided()
        shown = self.file.shown
        self.tell("page")
        may_be_unread = "unread" in self.file.allowed
        said = [_problem(self.file, problem) for problem in result.problems]
        if said and may_be_unread:
            for found in said:
                self.allow(found.place, found.head)
        elif said:
            text = "\n\n".join(str(found) for found in said)
            raise Finding(text, said[0].place, said[0].line, said[0].head)
        for chain in result.refuted_ends:
            place = f"{at_line(shown, chain.span.line)}:{chain.span.column}"
            raise _finding(self.file, chain, place, _refuted(chain, self.file.spoken))
        if result.empty and not may_be_unread:
            empty = self.file.spoken.label(result.empty)
            raise Finding(f"{shown}: {empty}", shown, 1, empty)
        awaited = [f.note for f in result.facts if f.note.startswith("unread, as expected")]
        if awaited:
            pytest.xfail(one_line(self.file.spoken.text(awaited[0])))


def _finding(file: PageFile, step: StepResult, place: str, head: str) -> Finding:
    at = step.span
    if step.unread_at is not None:  # where reading stopped
        line, column = step.unread_at
        at = Span(line, column, line, column + 1)
    lines = [f"{place}: {head}", *excerpt(file.lines, at)]
    lines += [f"  = {line}" for line in details(step, file.spoken)]
    if step.suggestion is not None:
        label = file.spoken.label("help: write {formula}")
        lines.append(f"  = {label.format(formula=one_line(step.suggestion.latex))}")
    line = _file_and_line(file.path, step.span.line)[1]
    return Finding("\n".join(lines), at_line(file.shown, step.span.line), line, head)


def _refuted(chain: StepResult, spoken: Language) -> str:
    return f"refuted: {one_line(headline(chain, spoken))}"


def _problem(file: PageFile, problem: Problem) -> Finding:
    head = f"problem: {one_line(file.spoken.text(problem.message))}"
    place = at_line(file.shown, problem.line)
    at = Span(problem.line, problem.column, problem.line, problem.column + 1)
    lines = [f"{place}:{problem.column}: {head}", *excerpt(file.lines, at)]
    return Finding("\n".join(lines), place, _file_and_line(file.path, problem.line)[1], head)
