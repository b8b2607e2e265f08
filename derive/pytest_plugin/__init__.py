"""pytest plugin: with ``--derive``, every step of every page is a test.

This module is loaded by each run of pytest in whose environment derive is installed, so it
imports nothing but pytest; what it takes to read and decide is imported with the first page.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from derive.pytest_plugin.nodes import PageFile

__all__ = [
    "pytest_addoption",
    "pytest_collect_file",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_terminal_summary",
]

_COPIES = ".ipynb_checkpoints"
_MARKERS = (
    "derive: a step of a written derivation, or its page",
    "derive_page: a page of derivations as a whole: that it could be read, and holds steps",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options and settings; a setting of the same purpose stands in pytest's own file."""
    group = parser.getgroup("derive", "derivations on pages (derive)")
    group.addoption(
        "--derive",
        action="store_true",
        help="check the derivations on pages (Markdown, LaTeX, notebooks, …): each step is a test",
    )
    group.addoption(
        "--derive-allow",
        metavar="WORDS",
        help="comma-separated verdicts that pass: assumed, unknown, unread",
    )
    parser.addini("derive", "check the derivations on pages, as --derive", "bool", False)
    parser.addini(
        "derive_files",
        "patterns of the pages to find in folders (default: all kinds of page)",
        "args",
        [],
    )
    parser.addini("derive_allow", "verdicts that pass, as --derive-allow", "args", [])


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers.

    Raises:
        pytest.UsageError: a verdict that cannot be allowed.
    """
    for marker in _MARKERS:
        config.addinivalue_line("markers", marker)
    allowed = _allowed(config)
    if allowed is None:
        return
    from derive.allowing import CHOICES, strange

    if wrong := strange(allowed):
        from derive.languages import from_environment

        said = from_environment().text(f"{', '.join(wrong)}: {CHOICES}")
        raise pytest.UsageError(f"derive-allow: {said}")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> PageFile | None:
    """A node for each page that was named, or found where it is looked for."""
    config = parent.config
    if not (config.getoption("derive") or config.getini("derive")):
        return None
    named = parent.session.isinitpath(file_path)
    if not named and (_COPIES in file_path.parts or not _wanted(file_path, config)):
        return None
    from derive.pytest_plugin.nodes import page_file

    return page_file(file_path, parent, _allowed(config), named)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Take out the pages that other pages include, unless they were named: a step counts once."""
    if any(item.get_closest_marker("derive_page") for item in items):
        from derive.pytest_plugin.nodes import without_included

        items[:] = without_included(items)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The coverage line, and what was allowed."""
    told = [report.user_properties for report in _reports(terminalreporter)]
    if not any(name == "derive" for said in told for name, _ in said):
        return
    from derive.pytest_plugin.summary import summary_lines

    terminalreporter.section("derive", sep="-")
    for line in summary_lines(told):
        terminalreporter.write_line(line)


def _reports(reporter: pytest.TerminalReporter) -> Iterator[pytest.TestReport]:
    for reports in reporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport) and report.when == "call":
                yield report


def _allowed(config: pytest.Config) -> frozenset[str] | None:
    """What the command line, else pytest's own file, allows. None: derive.toml has the say."""
    option, lines = config.getoption("derive_allow"), config.getini("derive_allow")
    if option is None and not lines:
        return None
    from derive.allowing import split

    return split(option) if option is not None else split(",".join(lines)) or None


def _wanted(path: Path, config: pytest.Config) -> bool:
    """Whether a page in a folder is looked for: a pattern fits its name, or its way from the
    root folder."""
    patterns = config.getini("derive_files")
    if not patterns:
        return True
    try:
        own = path.relative_to(config.rootpath).as_posix()
    except ValueError:
        own = path.as_posix()
    return any(fnmatchcase(path.name, p) or fnmatchcase(own, p) for p in patterns)
