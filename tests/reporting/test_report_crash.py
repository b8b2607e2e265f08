"""`derive report` on a full disk or killed half way: whole old files, whole new ones, no debris.

These run the command itself in a process of its own.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="limits, signals and links are POSIX")

KILLS = 6
FORMATS = ("html", "tex", "md")
Contents = dict[str, bytes]


def pages(folder: Path, word: str) -> list[str]:
    """Three pages whose reports differ with ``word``."""
    folder.mkdir()
    for number in range(3):
        steps = "\n\n".join(f"$$ (x+{k})^2 = x^2 + {2 * k} x + {k * k} $$" for k in range(1, 9))
        (folder / f"page{number}.md").write_text(f"# {word} {number}\n\n{steps}\n")
    return [f"page{number}.md" for number in range(3)]


def start(pages: list[str], where: Path, out: Path, before: str = "") -> subprocess.Popen[str]:
    """``derive report … -o out``, begun; ``before`` is Python to run first."""
    code = f"{before}\nimport sys\nfrom derive.cli import main\nmain(prog_name='derive')"
    return subprocess.Popen(
        [sys.executable, "-c", code, "report", *pages, "-o", str(out)],
        cwd=where, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def run(pages: list[str], where: Path, out: Path, before: str = "") -> tuple[int, str, str]:
    process = start(pages, where, out, before)
    said, complained = process.communicate(timeout=120)
    return process.returncode, said, complained


def contents(folder: Path) -> Contents:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def versions(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, list[str], Contents, Contents]:
    """The folder of the new pages, their names, and what the old and the new reports hold."""
    home = tmp_path_factory.mktemp("reports")
    found = []
    for word in ("old", "new"):
        names = pages(home / word, word)
        code, _, complained = run(names, home / word, home / f"{word}-out")
        assert code == 0, complained
        found.append(contents(home / f"{word}-out"))
    old, new = found
    assert set(old) == set(new)
    assert len(old) == 3 * len(FORMATS) + 1
    assert all(old[name] != new[name] for name in old if name != "index.html")
    return home / "new", names, old, new


def put(old: Contents, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, data in old.items():
        (folder / name).write_bytes(data)


def test_no_room_for_the_new_reports(
    versions: tuple[Path, list[str], Contents, Contents], tmp_path: Path
) -> None:
    """Files may not grow beyond 64 kB, so that no HTML report fits, and writing it fails midway."""
    where, names, old, new = versions
    out = tmp_path / "out"
    put(old, out)
    limit = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))"
    )
    code, said, complained = run(names, where, out, limit)
    assert code == 2
    assert "was not written: File too large" in complained
    assert "written:" not in said
    assert "Traceback" not in complained
    assert contents(out) == old
    assert run(names, where, out)[0] == 0
    assert contents(out) == new


def test_a_disk_that_is_really_full(
    versions: tuple[Path, list[str], Contents, Contents], tmp_path: Path
) -> None:
    """A file system of 64 kB: what stood there still stands, and nothing else does."""
    where, names, _, _ = versions
    out = tmp_path / "small"
    out.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(out)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a small file system can be mounted by root only")
    try:
        (out / "page0.html").write_text("old")
        code, said, complained = run(names, where, out)
        assert code == 2
        assert "was not written: No space left on device" in complained
        assert "written:" not in said
        assert contents(out) == {"page0.html": b"old"}
    finally:
        subprocess.run(["umount", str(out)], check=True)


def test_killed_at_any_moment(
    versions: tuple[Path, list[str], Contents, Contents], tmp_path: Path
) -> None:
    """kill -9 from when the first file appears: every file is the old or the new one, whole;
    the next run finishes the work and sweeps up."""
    where, names, old, new = versions
    out = tmp_path / "out"
    chance = random.Random(5)
    halfway = 0
    for kill in range(KILLS):
        put(old, out)
        process = start(names, where, out)
        while process.poll() is None and len(os.listdir(out)) == len(old):
            time.sleep(0.0002)
        time.sleep(chance.uniform(0, 0.012) * (kill % 2))
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        found = contents(out)
        for name in old:
            assert found[name] in (old[name], new[name]), name
        debris = set(found) - set(old)
        assert all(name.startswith(".derive-") and name.endswith(".tmp") for name in debris)
        halfway += bool(debris) or found not in (old, new)
    assert halfway, "no run was killed in the middle"
    (out / f".derive-{'0' * 16}.tmp").write_text(
        "half a re"
    )  # debris, whatever the last kill left
    assert run(names, where, out)[0] == 0
    assert contents(out) == new


def test_another_run_into_the_same_folder_is_left_alone(
    versions: tuple[Path, list[str], Contents, Contents], tmp_path: Path
) -> None:
    """Four at once: a run that tidies up takes nothing away that another is writing."""
    where, names, _, new = versions
    out = tmp_path / "out"
    processes = [start(names, where, out) for _ in range(4)]
    for process in processes:
        _, complained = process.communicate(timeout=120)
        assert process.returncode == 0, complained
    assert contents(out) == new


def test_links_are_replaced_and_folders_refused(
    versions: tuple[Path, list[str], Contents, Contents], tmp_path: Path
) -> None:
    where, names, _, new = versions
    out, victim = tmp_path / "out", tmp_path / "victim"
    out.mkdir()
    victim.write_text("precious")
    (out / "page0.html").symlink_to(victim)
    (out / f".derive-{'0' * 16}.tmp").symlink_to(victim)
    assert run(names, where, out)[0] == 0
    assert victim.read_text() == "precious"
    assert contents(out) == new
    assert not (out / "page0.html").is_symlink()
    (out / "page1.md").unlink()
    (out / "page1.md").mkdir()
    code, said, complained = run(names, where, out)
    assert code == 2
    assert "page1.md was not written: Is a directory" in complained
    assert "written:" not in said
    assert not [name for name in os.listdir(out) if name.startswith(".")]


def test_a_folder_that_may_not_be_written_to(
    versions: tuple[Path, list[str], Contents, Contents], tmp_path: Path
) -> None:
    where, names, _, _ = versions
    (tmp_path / "file").write_text("no folder")
    code, _, complained = run(names, where, tmp_path / "file" / "out")
    assert code == 2
    assert "out cannot be created: Not a directory" in complained
