"""Files: whole or not at all, under names that cannot go anywhere else."""

from __future__ import annotations

import errno
import os
import re
import stat
from pathlib import Path

import pytest

from derive.reporting import ReportNotWritten, write_reports, write_set, write_whole
from derive.reporting.files import report_names, slug
from tests.reporting.report_samples import chinese_page, sample_page


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("step", ["fsync", "replace", "open"])
def test_a_full_disk_leaves_the_old_report(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "report.html"
    write_whole(target, "old")
    with monkeypatch.context() as patched:
        patched.setattr(os, step, full)
        with pytest.raises(ReportNotWritten, match=r"report\.html was not written: No space left"):
            write_whole(target, "new")
    assert target.read_text() == "old"
    assert os.listdir(tmp_path) == ["report.html"]


def test_text_that_cannot_be_encoded_is_refused_before_anything_happens(tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    write_whole(target, "old")
    with pytest.raises(ReportNotWritten):
        write_whole(target, "\ud800")
    assert target.read_text() == "old"
    assert os.listdir(tmp_path) == ["report.html"]


def test_a_missing_folder_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ReportNotWritten, match="No such file"):
        write_whole(tmp_path / "nowhere" / "a.html", "x")


@pytest.mark.skipif(os.name == "nt", reason="permission bits and links are POSIX")
def test_permissions_follow_the_umask_and_links_are_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    target = tmp_path / "report.html"
    target.symlink_to(victim)
    before = os.umask(0o022)
    try:
        write_whole(target, "new\n")
    finally:
        os.umask(before)
    assert victim.read_text() == "precious"
    assert not target.is_symlink()
    assert stat.S_IMODE(target.stat().st_mode) == 0o644
    assert target.read_bytes() == b"new\n"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("softmax", "softmax"),
        ("docs/softmax-zh", "docs-softmax-zh"),
        ("../../etc/passwd", "etc-passwd"),
    ],
)
def test_ordinary_names_stay_readable(name: str, expected: str) -> None:
    assert slug(name) == expected


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "/", "-rf", ".hidden", "con", "NUL.txt", "a\x00b", "页面", "x" * 300,
     "a b", "..\\..\\x", "\ud800", "a/../../b", "COM1", "a:b", "trailing."],
)  # fmt: skip
def test_no_name_escapes(name: str) -> None:
    made = slug(name)
    assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,79}", made)
    assert made.split(".")[0].lower() not in {"con", "nul", "com1"}


def test_different_pages_never_share_a_report() -> None:
    paths = ["a/b.md", "a-b.md", "A-B.md", "页.md", "面.md", "a.md", "a.tex", "index.md"]
    names = report_names(paths, ".html")
    assert len({name.lower() for name in names}) == len(paths)
    assert "index.html" not in names
    assert report_names(paths, ".html") == names


def test_a_set_cannot_leave_its_folder(tmp_path: Path) -> None:
    out = tmp_path / "out"
    for name in ("../evil.html", "/tmp/evil.html", ".."):
        with pytest.raises(ReportNotWritten, match="outside"):
            write_set(out, {"fine.html": "x", name: "x"})
    assert not (tmp_path / "evil.html").exists()
    assert os.listdir(out) == []


def test_everything_is_rendered_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no report format"):
        write_reports([sample_page()], tmp_path / "out", ["html", "docx"])
    assert not (tmp_path / "out").exists()


def test_a_whole_set(tmp_path: Path) -> None:
    written = write_reports([sample_page(), chinese_page()], tmp_path, ["html", "latex", "md"])
    assert sorted(path.name for path in written) == sorted(os.listdir(tmp_path))
    assert "docs-softmax.html" in os.listdir(tmp_path)
    assert 'href="docs-softmax-zh.html"' in (tmp_path / "index.html").read_text()
