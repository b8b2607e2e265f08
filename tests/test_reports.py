"""The committed reports are those that the tool writes today, byte for byte.

Renew them with ``derive report`` in the repository's root, and look at them before committing.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from derive.catalogue import names
from derive.cli import main

REPORTS = Path(__file__).parents[1] / "reports"
COMMITTED = sorted(p.name for p in REPORTS.iterdir()) if REPORTS.is_dir() else []


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reports")
    result = CliRunner().invoke(main, ["report", "-o", str(folder)])
    assert result.exit_code == 0, result.output
    return folder


def test_every_catalogue_page_has_its_reports(rebuilt: Path) -> None:
    expected = {f"{name}{suffix}" for name in names() for suffix in (".html", ".tex", ".md")}
    assert {p.name for p in rebuilt.iterdir()} == expected | {"index.html"}
    assert set(COMMITTED) == expected | {"index.html"}


@pytest.mark.parametrize("name", COMMITTED)
def test_a_report_is_rebuilt_byte_for_byte(name: str, rebuilt: Path) -> None:
    assert (rebuilt / name).read_bytes() == (REPORTS / name).read_bytes()
