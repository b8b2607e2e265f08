"""The few comments that would settle what derive could not: each one tried before it is proposed.

A proposal says no more than what the page leaves unsaid: an assumption that a step was proved
with, a case that may have ended, an index that was left out. It is kept only if the page, read
with it, has something settled by it and nothing broken; what is refuted stays refuted.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from derive.characters import one_line
from derive.meaning.model import Step
from derive.meaning.understand import understand
from derive.reading.page import Item, Page
from derive.results import PageResult, StepResult

__all__ = ["ANNOTATED", "Proposals", "proposals"]

# The kinds of pages that it knows how to write a comment into.
ANNOTATED = (".md", ".markdown", ".mdown", ".qmd", ".rmd", ".txt", ".tex")
MAX_TRIED = 60
_ORDER = ("case end", "let", "given", "case", "skip")


@dataclass(frozen=True, slots=True)
class _Insert:
    """A comment on a line of its own before the line of this number (from 0)."""

    line: int
    says: str


_Unit = tuple[_Insert, ...]  # what stands or falls together


@dataclass(frozen=True)
class Proposals:
    """The page's text with the comments in it, how many these are, and what stays open."""

    before: str
    after: str
    comments: int
    settled: int
    skipped: int
    left: tuple[StepResult, ...]
    untried: int = 0

    def diff(self, path: str) -> str:
        """As a unified diff that `patch` understands."""
        names = (path, path) if path.startswith("/") else (f"a/{path}", f"b/{path}")
        lines = difflib.unified_diff(_lines(self.before), _lines(self.after), *names)
        ended = (x if x.endswith("\n") else f"{x}\n\\ No newline at end of file\n" for x in lines)
        return "".join(ended)


def proposals(
    text: str,
    path: str,
    read: Callable[[str], Page],
    check: Callable[[Page], PageResult],
    skip: bool = False,
) -> Proposals:
    """Find them for a page with this text.

    ``read`` makes a page of a text, ``check`` decides its steps. ``skip``: propose to skip
    what cannot be read, too.
    """
    page = read(text)
    first = check(page)
    tex = path.lower().endswith(".tex")
    chosen: list[_Unit] = []
    best = first

    def tried(units: Sequence[_Unit]) -> PageResult | None:
        """The result with these comments, unless they break something."""
        result = check(read(_with(text, units, tex)))
        return None if _breaks(first, result, skip) else result

    budget = MAX_TRIED
    untried = 0
    for alternatives in _candidates(page, first, skip):
        for unit in alternatives:
            if unit in chosen or any(not _sayable(insert.says) for insert in unit):
                continue
            if not budget:
                untried += 1
                continue
            budget -= 1
            result = tried([*chosen, unit])
            if result is not None and _score(first, result) > _score(first, best):
                chosen.append(unit)
                best = result
                break
    for unit in list(chosen) if len(chosen) > 1 else ():
        fewer = [u for u in chosen if u is not unit]
        result = tried(fewer)
        if result is not None and _score(first, result) >= _score(first, best):
            chosen, best = fewer, result
    open_before = sum(s.word != "proved" for s in first.steps)
    left = tuple(s for s in best.steps if s.word != "proved")
    return Proposals(
        text,
        _with(text, chosen, tex),
        len({insert for unit in chosen for insert in unit}),
        open_before - len(left) - (skipped := len(first.steps) - len(best.steps)),
        skipped,
        left,
        untried,
    )


# --------------------------------------------------------------------------- judging a trial

_RANKS = {"proved": 3, "assumed": 2, "unknown": 0, "unread": 0, "refuted": 0}


def _breaks(first: PageResult, now: PageResult, skip: bool) -> bool:
    """Whether anything is worse than before, or a refuted step is not refuted any more."""
    said = {p.message for p in first.problems}
    if any(p.message not in said for p in now.problems):
        return True
    words = {s.id: s for s in now.steps}
    known = {s.id for s in first.steps}
    if any(s.id not in known for s in now.steps):
        return True
    for step in first.steps:
        after = words.get(step.id)
        if after is None:
            if step.word == "unread" and skip:
                continue
            return True
        if (step.word == "refuted") != (after.word == "refuted"):
            return True
        if _RANKS[after.word] < _RANKS[step.word]:
            return True
        if step.verdict.every_size and not after.verdict.every_size:
            return True
    return False


def _score(first: PageResult, now: PageResult) -> int:
    gone = len(first.steps) - len(now.steps) + len(first.problems) - len(now.problems)
    return sum(_RANKS[s.word] for s in now.steps) + 3 * gone


# --------------------------------------------------------------------------- what to try


def _candidates(page: Page, result: PageResult, skip: bool) -> Iterator[list[_Unit]]:
    """Lists of alternatives, the most telling first."""
    meaning = understand(page)
    of: dict[tuple[int, int], Step] = {page.place(s.offset): s for s in meaning.steps}
    steps = [(r, of.get((r.span.line, r.span.column))) for r in result.steps]
    open_steps = [(r, s) for r, s in steps if s is not None and r.word != "proved"]
    places = _Blocks(page)
    given: set[str] = set()
    for r, s in open_steps:
        wanted = r.verdict.assumed if r.word == "assumed" else ()
        if r.word == "unknown" and s.doubtful_given:
            wanted = tuple(s.doubtful_given.split(", "))
        new = [x for x in wanted if x not in given or r.word == "unknown"]
        given |= set(new)
        if new:
            yield [tuple(_Insert(places.line(s.offset), f"given {x}") for x in new)]
    for r, s in open_steps:
        if r.word == "unread" and r.suggestion is not None:
            let = _let(s, r.suggestion.latex)
            if let:
                yield [(_Insert(places.line(s.offset), let),)]
    yield from _cases(open_steps, places)
    if skip:
        yield from _skips(page, result, steps, places)


def _cases(
    open_steps: Sequence[tuple[StepResult, Step]], places: _Blocks
) -> Iterator[list[_Unit]]:
    """The case that a step is true in, around its block and those next to it; else around
    its block alone."""
    blocks: dict[int, str] = {}
    for r, s in open_steps:
        if r.word == "unknown" and s.stale_case is not None and not s.doubtful_given:
            blocks.setdefault(places.item(s.offset), s.case_latex)
    runs: list[list[int]] = []
    for number in sorted(blocks):
        together = runs and blocks[number] == blocks[runs[-1][0]]
        if together and places.next_formula(runs[-1][-1]) == number:
            runs[-1].append(number)
        else:
            runs.append([number])
    for run in runs:
        for part in [run, *([[n] for n in run] if len(run) > 1 else [])]:
            case = blocks[part[0]]
            yield [places.around(part, case), places.around(part, _opposite(case))]


def _opposite(case: str) -> str:
    if case.count("=") == 1 and "," not in case and r"\ne" not in case:
        return case.replace("=", r"\neq")
    return re.sub(r"\\neq?(?![a-z])", "=", case)


def _let(step: Step, repaired: str) -> str:
    """``let a^{L-1} = a_k^{L-1}`` where a step is proved once the index is put in."""
    for side in (step.left.source.strip(), step.right.source.strip()):
        added = len(repaired) - len(side)
        for at in range(len(side) + 1):
            if added > 0 and repaired[:at] == side[:at] and repaired[at + added :] == side[at:]:
                name = re.search(r"(?:\\[A-Za-z]+\s*\{[^{}]*\}|\\[A-Za-z]+|[A-Za-z])$", side[:at])
                if name is None or not repaired[at : at + added].startswith("_"):
                    continue
                scripts = re.match(r"(?:[_^](?:\{[^{}]*\}|\\[A-Za-z]+|[^\\{}]))*", side[at:])
                rest = scripts.group() if scripts else ""
                index = repaired[at : at + added]
                return f"let {name.group()}{rest} = {name.group()}{index}{rest}"
    return ""


def _skips(
    page: Page,
    result: PageResult,
    steps: Sequence[tuple[StepResult, Step | None]],
    places: _Blocks,
) -> Iterator[list[_Unit]]:
    """For each display of which nothing could be read, why."""
    words: dict[int, set[str]] = {}
    reasons: dict[int, str] = {}
    for r, s in steps:
        if s is not None:
            words.setdefault(places.item(s.offset), set()).add(r.word)
            if s.error:
                reasons.setdefault(places.item(s.offset), s.error)
    for problem in result.problems:
        for number, item in enumerate(page.items):
            if item.kind == "formula":
                end = page.place(item.offset + len(item.text))
                if page.place(item.offset) <= (problem.line, problem.column) < end:
                    words.setdefault(number, set())
                    reasons.setdefault(number, problem.message)
    for number, why in sorted(reasons.items()):
        if page.items[number].kind == "formula" and words[number] <= {"unread"}:
            line = places.start(number)
            yield [(_Insert(line, f"skip {one_line(why)[:200]}"),)]


class _Blocks:
    """Where the blocks of a page begin and end, in lines from 0."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def item(self, offset: int) -> int:
        found = 0
        for number, item in enumerate(self.page.items):
            if item.offset <= offset:
                found = number
        return found

    def line(self, offset: int) -> int:
        return self.start(self.item(offset))

    def start(self, number: int) -> int:
        """The line of a block's opening delimiter."""
        item = self.page.items[number]
        line = self._number(item.offset)
        text = self.page.text
        begin = text.rfind("\n", 0, item.offset) + 1
        if item.kind == "formula" and not text[begin : item.offset].strip(" \t>") and line:
            before = text[text.rfind("\n", 0, begin - 1) + 1 : begin].strip(" \t>\r\n")
            if re.match(r"`{3,}|~{3,}|\$\$$|\\\[$", before):
                return line - 1
        return line

    def _number(self, offset: int) -> int:
        return self.page.text.count("\n", 0, offset)

    def next_formula(self, number: int) -> int:
        for after in range(number + 1, len(self.page.items)):
            kind = self.page.items[after].kind
            if kind != "prose":
                return after if kind == "formula" else -1
        return -1

    def around(self, run: Sequence[int], case: str) -> _Unit:
        begin = _Insert(self.start(run[0]), f"case {case}")
        items: tuple[Item, ...] = self.page.items
        after = run[-1] + 1
        if after >= len(items) or items[after].kind == "heading":
            return (begin,)
        last = items[run[-1]]
        end = self._number(last.offset + len(last.text)) + 1
        return (begin, _Insert(max(self.start(after), end), "case end"))


# --------------------------------------------------------------------------- writing it down


def _sayable(says: str) -> bool:
    return "--" not in says and says.isprintable() and "%" not in says


def _with(text: str, units: Sequence[_Unit], tex: bool) -> str:
    """The text with the comments in it, indented and quoted as the lines they stand before."""
    before: dict[int, list[str]] = {}
    for insert in {insert: None for unit in units for insert in unit}:
        before.setdefault(insert.line, []).append(insert.says)
    out = []
    lines = _lines(text)
    end = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    for number, line in enumerate(lines):
        lead = re.match(r"[ \t]*" if tex else r"[ \t]*(?:>[ \t]?)*[ \t]*", line)
        for says in sorted(before.get(number, ()), key=_order):
            comment = f"% derive: {says}" if tex else f"<!-- derive: {says} -->"
            out.append(f"{lead.group() if lead else ''}{comment}{end}")
        out.append(line)
    return "".join(out)


def _order(says: str) -> int:
    return next(n for n, verb in enumerate(_ORDER) if says.startswith(verb))


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
