"""Who may import whom, and what no module may ever do."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "derive"
FILES = sorted(PACKAGE.rglob("*.py"))


def name_of(file: Path) -> str:
    """``derive.reading.parser`` for a file; ``derive.reading`` for an ``__init__``."""
    parts = ("derive", *file.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(file): file for file in FILES}


@cache
def parsed(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


def imported(module: str) -> set[str]:
    """Every module of derive that a module imports, anywhere in its text."""
    found = set()
    for node in ast.walk(parsed(module)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: relative import"
            assert node.module is not None
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if inner in MODULES else node.module)
    return {name for name in found if name == "derive" or name.startswith("derive.")}


def inside(module: str, rooms: tuple[str, ...]) -> bool:
    return any(module == room or module.startswith(room + ".") for room in rooms)


def members(room: str) -> Iterator[str]:
    return (module for module in MODULES if inside(module, (room,)))


# room → the rooms it may see; everything else in derive is out of bounds
MAY_SEE = {
    "derive.formula": (),
    "derive.characters": (),
    "derive.places": (),
    "derive.terms": (),
    "derive.models": (),
    "derive.catalogue": (),
    "derive.printing": ("derive.terms",),
    "derive.json_places": (),
    "derive.languages": ("derive.languages",),
    "derive.reading": (
        "derive.formula",
        "derive.places",
        "derive.json_places",
        "derive.reading",
    ),
    "derive.allowing": (),
    "derive.config": ("derive.allowing", "derive.formula", "derive.reading"),
    "derive.claims": ("derive.terms", "derive.deciding.derivative"),
    "derive.deciding": (
        "derive.characters",
        "derive.terms",
        "derive.claims",
        "derive.printing",
        "derive.deciding",
    ),
    "derive.meaning": (
        "derive.formula",
        "derive.reading",
        "derive.terms",
        "derive.claims",
        "derive.printing",
        "derive.deciding.derivative",
        "derive.meaning",
    ),
    "derive.results": ("derive.characters", "derive.deciding.verdict"),
    "derive.usage": ("derive.characters", "derive.languages"),
    "derive.details": (
        "derive.results",
        "derive.characters",
        "derive.languages",
        "derive.places",
    ),
    "derive.findings": (
        "derive.results",
        "derive.characters",
        "derive.places",
        "derive.details",
    ),
    "derive.baseline": ("derive.findings", "derive.characters", "derive.json_places"),
    "derive.excerpts": ("derive.characters", "derive.places", "derive.results"),
    "derive.reporting": (
        "derive.characters",
        "derive.languages",
        "derive.places",
        "derive.findings",
        "derive.results",
        "derive.deciding.verdict",
        "derive.reporting",
    ),
    "derive.terminal": (
        "derive.results",
        "derive.characters",
        "derive.languages",
        "derive.places",
        "derive.details",
        "derive.findings",
    ),
    "derive.gate": (
        "derive.baseline",
        "derive.config",
        "derive.findings",
        "derive.reporting.files",
        "derive.results",
    ),
    "derive.formats": (
        "derive.findings",
        "derive.languages",
        "derive.reading.notebook_source",
        "derive.reporting",
        "derive.results",
        "derive.terminal",
    ),
    "derive.worker": (),
    "derive.cache": (),
    "derive.fingerprints": ("derive.terms", "derive.deciding.derivative", "derive.meaning.model"),
    "derive.judging": (
        "derive.claims",
        "derive.meaning.model",
        "derive.deciding",
        "derive.results",
        "derive.worker",
        "derive.cache",
        "derive.fingerprints",
    ),
    "derive.elsewhere": ("derive.deciding.verdict", "derive.reading.page", "derive.results"),
    "derive.plotting": (
        "derive.deciding",
        "derive.meaning.model",
        "derive.reading.page",
        "derive.results",
        "derive.terms",
    ),
    "derive.checking": (
        "derive.elsewhere",
        "derive.cache",
        "derive.reading",
        "derive.meaning",
        "derive.terms",
        "derive.deciding",
        "derive.judging",
        "derive.plotting",
        "derive.printing",
        "derive.results",
        "derive.worker",
    ),
    "derive.annotating": (
        "derive.characters",
        "derive.reading",
        "derive.meaning",
        "derive.results",
    ),
    "derive.from_sympy": ("derive.terms", "derive.claims", "derive.printing"),
    "derive.watching": (
        "derive.cache",
        "derive.characters",
        "derive.checking",
        "derive.config",
        "derive.deciding.verdict",
        "derive.gathering",
        "derive.languages",
        "derive.reading",
        "derive.reporting",
        "derive.results",
        "derive.terminal",
        "derive.watching",
        "derive.worker",
    ),
    "derive.gathering": (
        "derive.catalogue",
        "derive.config",
        "derive.places",
        "derive.reading",
        "derive.worker",
    ),
    "derive.documentation": (
        "derive.allowing",
        "derive.languages",
        "derive.characters",
        "derive.places",
        "derive.config",
        "derive.reading",
        "derive.deciding.verdict",
        "derive.checking",
        "derive.results",
        "derive.reporting",
        "derive.documentation",
    ),
    "derive.api": (
        "derive.claims",
        "derive.from_sympy",
        "derive.reading",
        "derive.meaning",
        "derive.deciding",
        "derive.checking",
        "derive.results",
        "derive.worker",
    ),
}
# the doors see all rooms
EVERYTHING = (
    "derive",
    "derive.cli",
    "derive.pytest_plugin",
    "derive.pytest_plugin.nodes",
    "derive.pytest_plugin.summary",
)


@pytest.mark.parametrize("room", MAY_SEE)
def test_a_room_sees_only_the_rooms_before_it(room: str) -> None:
    assert list(members(room)), f"{room} is gone: strike it from the table"
    for module in members(room):
        strange = {m for m in imported(module) if not inside(m, MAY_SEE[room])}
        assert not strange, f"{module} imports {sorted(strange)}"


def test_every_module_belongs_to_a_room() -> None:
    lost = [m for m in MODULES if m not in EVERYTHING and not inside(m, tuple(MAY_SEE))]
    assert lost == [], "give new modules a line in the table"


def test_no_two_modules_import_each_other_when_they_load() -> None:
    def loading(module: str) -> set[str]:
        """Imports at the top of the module, without those for type checkers only."""
        found = set()
        for node in parsed(module).body:
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    inner = f"{node.module}.{alias.name}"
                    found.add(inner if inner in MODULES else node.module)
        return found & set(MODULES)

    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, f"a circle: {' → '.join((*path, module))}"
        if module not in done:
            for other in sorted(loading(module)):
                visit(other, (*path, module))
            done.add(module)

    for module in MODULES:
        visit(module, ())
    assert done == set(MODULES)


FORBIDDEN = frozenset(
    {
        "eval", "exec", "compile", "__import__", "sympify", "S", "parse_expr", "parse_latex",
        "simplify", "nsimplify", "radsimp", "equals", "lambdify", "pickle", "loads", "system",
        "popen", "literal_eval",
    }
)  # fmt: skip


@pytest.mark.parametrize("module", MODULES)
def test_no_text_is_evaluated_and_nothing_is_simplified(module: str) -> None:
    called = set()
    for node in ast.walk(parsed(module)):
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Name):
                called.add(function.id)
            elif isinstance(function, ast.Attribute):
                called.add(function.attr if function.attr != "compile" else ".compile")
        elif isinstance(node, ast.ImportFrom):
            called |= {alias.name for alias in node.names if node.module != "re"}
        elif isinstance(node, ast.Import):
            called |= {alias.name.split(".")[0] for alias in node.names}
    assert not called & FORBIDDEN, f"{module}: {sorted(called & FORBIDDEN)}"


@pytest.mark.parametrize("module", MODULES)
def test_every_module_says_in_its_first_line_what_it_is(module: str) -> None:
    text = ast.get_docstring(parsed(module))
    assert text, f"{module} has no docstring"
    assert text.split("\n", 1)[0].strip()


@pytest.mark.parametrize("module", [m for m in MODULES if not m.endswith(".terms")])
def test_no_module_grows_beyond_what_one_can_read(module: str) -> None:
    assert len(MODULES[module].read_text(encoding="utf-8").splitlines()) <= 1000


@pytest.mark.parametrize(
    "module",
    [m for m in MODULES if inside(m, ("derive.reporting", "derive.reading", "derive.terminal"))],
)
def test_reading_and_reporting_know_no_algebra(module: str) -> None:
    found = set()
    for node in ast.walk(parsed(module)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    assert not found & {"sympy", "flint", "mpmath"}
