"""What must hold for a page made of anything: it is checked, and every report of it is ours."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files

import derive
import derive.reporting as reporting
from derive.reporting import commands
from derive.reporting.json_report import json_report
from derive.results import PageResult, StepResult
from tests.reporting.html_reader import TAGS, read
from tests.reporting.markdown_reader import OURS, parsed

__all__ = ["check_reports", "check_results", "checked"]

WORDS = {"proved", "assumed", "refuted", "unknown", "unread"}
CAUGHT = "An error inside derive"
COMMAND = re.compile(r"\\([A-Za-z]+|.)", re.DOTALL)
# What escaped text and the printer of formulas write of themselves.
PRINTED = frozenset(
    "textbackslash textasciicircum textasciitilde textless textgreater textbar textquotedbl rq lq "
    "zh zhc zho brk uchar ensuremath source sourceline inlineformula largeformula displayline "
    "left right begin end limits nolimits boldsymbol mathcal emph textbf newline substack".split()
) | set("{}$&#%_\\ ,;:!>|")


def checked(text: str, path: str = "page.md") -> PageResult:
    """The result for a page, after every property of it and of its reports has been met."""
    page = derive.check(text, path)
    check_results(page, text)
    check_reports(page)
    return page


def check_results(page: PageResult, text: str) -> None:
    """No step lost, none without an answer, no place outside the text."""
    lines = text.split("\n")
    assert [step.number for step in page.steps] == list(range(1, len(page.steps) + 1))
    everything = (*page.steps, *page.chains)
    assert len({step.id for step in everything}) == len(everything)
    for step in everything:
        assert step.word in WORDS
        assert step.verdict.message
        assert CAUGHT not in step.verdict.message, step.verdict.message
        span = step.span
        assert_inside(span.line, span.column, lines)
        assert_inside(span.end_line, span.end_column, lines)
        assert (span.line, span.column) <= (span.end_line, span.end_column)
        if step.unread_at is not None:
            assert_inside(*step.unread_at, lines)
    for problem in page.problems:
        assert problem.message
        assert_inside(problem.line, problem.column, lines)
    for line in (*(d.line for d in page.definitions), *(f.line for f in page.facts)):
        assert 1 <= line <= len(lines)
    shown = [number for block in page.blocks for number in block.steps]
    assert sorted(shown) == sorted(set(shown)), "a step stands in two blocks"
    for chain in page.chains:
        check_chain(chain, [step for step in page.steps if step.chain == chain.chain])


def check_chain(chain: StepResult, steps: list[StepResult]) -> None:
    """A claim from first to last says what its own steps say, not those of another chain."""
    assert steps, "a chain without steps"
    assert chain.left == steps[0].left
    assert chain.right == steps[-1].right


def assert_inside(line: int, column: int, lines: list[str]) -> None:
    assert 1 <= line <= len(lines), (line, column)
    assert 1 <= column <= len(lines[line - 1]) + 1, (line, column, lines[line - 1])


def check_reports(page: PageResult) -> None:
    """Every report is made, and holds no markup but ours."""
    value = json.loads(json_report([page], "0"))
    assert len(value["pages"][0]["steps"]) == len(page.steps) == value["summary"]["steps"]
    check_html(reporting.render(page, "html"), page)
    check_latex(reporting.render(page, "latex"))
    source, raw, _ = parsed(page)
    assert set(raw) <= OURS, set(raw) - OURS
    assert raw.count("</details>") == len(page.steps) + len(page.chains)
    source.encode()


def check_html(html: str, page: PageResult) -> None:
    html.encode()
    reader = read(without_style(html))
    assert set(reader.tags) <= TAGS, set(reader.tags) - TAGS
    folded = html.count('<details class="large">')  # the graph, where it is large
    folded += html.count('<details class="values">')  # of the plots
    assert reader.tags.count("details") == len(page.steps) + len(page.chains) + folded
    places = {value for _, name, value in reader.attributes if name == "id"}
    for tag, name, value in reader.attributes:
        assert not name.startswith("on"), (tag, name, value)
        assert name not in {"style", "src", "srcset", "action", "formaction"}, (tag, name, value)
        if name.endswith("href"):
            assert value.removeprefix("#") in places, value  # on this very page


def without_style(html: str) -> str:
    """The report without the style sheet and its font, which are the same for every page."""
    return re.sub(r"<style>.*?</style>", "", html, count=1, flags=re.DOTALL)


def check_latex(tex: str) -> None:
    """TeX sees only commands that we chose, and groups that close."""
    tex.encode()
    _, _, body = tex.partition("\\begin{document}")
    used = set(COMMAND.findall(body))
    assert used <= our_commands(), used - our_commands()
    assert "^^" not in body
    assert body.count("\\end{document}") == 1
    assert body.rstrip().endswith("\\end{document}")
    depth = 0
    for mark in re.findall(r"\\.|[{}]", body, flags=re.DOTALL):
        depth += {"{": 1, "}": -1}.get(mark, 0)
        assert depth >= 0
    assert depth == 0


@cache
def our_commands() -> frozenset[str]:
    """The commands that the template has or defines, of escaped text, and of printed formulas."""
    template = files("derive.reporting").joinpath("templates", "page.tex.j2").read_text("utf-8")
    body = template[template.index("\\BLOCK{macro rows") :]
    ours = frozenset(re.findall(r"\\newcommand\*?\\([A-Za-z]+)", template))
    allowed = (
        commands.SYMBOLS
        | commands.ONE_ARGUMENT
        | commands.TWO_ARGUMENTS
        | commands.TEXT_COMMANDS
        | commands.SIZED
        | commands.DELIMITERS
        | commands.DROPPED
    )
    formulas = {name.rstrip("*").removeprefix("\\") for name in allowed if name[0] == "\\"}
    return frozenset(COMMAND.findall(body)) - {"VAR", "BLOCK"} | ours | formulas | PRINTED
