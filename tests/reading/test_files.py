"""Files → pages: what a file must be to be read, and the message if it is not."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from derive.reading.files import MAX_BYTES, SUFFIXES, read_page
from derive.reading.page import Page, PageError, PagePart

PAGE = "# Title\n\n$$ s = x + y $$\n"
NOTEBOOK = {"nbformat": 4, "cells": [{"cell_type": "markdown", "source": PAGE}]}
PAGES = {
    ".ipynb": json.dumps(NOTEBOOK),
    ".rst": "Title\n=====\n\n.. math:: s = x + y\n",
    ".html": "<h1>Title</h1>\n\n<p>\\[ s = x + y \\]</p>\n",
    ".htm": "<h1>Title</h1>\n\n<p>\\[ s = x + y \\]</p>\n",
}


def written(folder: Path, name: str, data: bytes) -> Path:
    file = folder / name
    file.write_bytes(data)
    return file


def refused(file: Path) -> str:
    """The message, without the folder that the test made."""
    with pytest.raises(PageError) as caught:
        read_page(file)
    message = str(caught.value)
    assert message.startswith(str(file))
    return message.removeprefix(str(file))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_kind_of_page_is_read(tmp_path: Path, suffix: str) -> None:
    page = read_page(written(tmp_path, f"page{suffix}", PAGES.get(suffix, PAGE).encode()))
    assert page.title.removeprefix("# ") == "Title"
    assert [f.source.strip() for item in page.items for f in item.formulas] == ["s = x + y"]
    assert page.path == str(tmp_path / f"page{suffix}")


@pytest.mark.parametrize("name", ["PAGE.MD", "page", "a page.md", "страница.md", "a.b.md"])
def test_odd_names_are_read(tmp_path: Path, name: str) -> None:
    assert len(read_page(written(tmp_path, name, PAGE.encode())).items) == 2


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    page = read_page(written(tmp_path, "page.md", b"\xef\xbb\xbf" + PAGE.encode()))
    assert page.text == PAGE
    assert page.title == "Title"


def test_a_path_may_be_a_string(tmp_path: Path) -> None:
    file = written(tmp_path, "page.md", PAGE.encode())
    assert read_page(str(file)) == read_page(file)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("page.md", b"ab\0cd", ": this looks like a binary file, not like text"),
        (
            "page.md",
            b"one\ntwo \xff three\n",
            ":2:5: byte 0xff is not UTF-8; save the page as UTF-8",
        ),
        ("page.md", b"\xe4\xe4", ":1:1: byte 0xe4 is not UTF-8; save the page as UTF-8"),
        ("page.md", b"x\r\n\xc3", ":2:1: byte 0xc3 is not UTF-8; save the page as UTF-8"),
        (
            "page.pdf",
            b"text",
            f": pages of kind .pdf are not supported (known: {', '.join(SUFFIXES)})",
        ),
        (
            "page.py",
            b"x = 1",
            f": pages of kind .py are not supported (known: {', '.join(SUFFIXES)})",
        ),
    ],
)
def test_what_is_no_page_is_refused_with_its_reason(
    tmp_path: Path, name: str, data: bytes, message: str
) -> None:
    assert refused(written(tmp_path, name, data)) == message


def test_a_column_counts_letters_not_bytes(tmp_path: Path) -> None:
    file = written(tmp_path, "page.md", "一二三 ".encode() + b"\xff")
    assert refused(file) == ":1:5: byte 0xff is not UTF-8; save the page as UTF-8"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert refused(tmp_path / "no.md") == ": no such file"


def test_a_folder_is_no_page(tmp_path: Path) -> None:
    assert refused(tmp_path) == ": this is a folder, not a page"


def test_a_file_in_place_of_a_folder_is_named(tmp_path: Path) -> None:
    written(tmp_path, "file", b"")
    assert refused(tmp_path / "file" / "page.md") == ": Not a directory"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "page.md")
    assert refused(tmp_path / "page.md") == ": not an ordinary file"


def test_a_link_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "page.md").symlink_to(tmp_path / "page.md")
    assert refused(tmp_path / "page.md").startswith(": ")


def test_a_page_of_many_megabytes_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    with file.open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    assert refused(file) == ": larger than 10 MB"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_a_file_without_permission_is_named(tmp_path: Path) -> None:
    file = written(tmp_path, "page.md", b"x")
    file.chmod(0)
    assert refused(file) == ": Permission denied"


def test_a_page_in_parts_counts_the_lines_of_each_part() -> None:
    text = "intro\na\nb\nc\n"
    parts = (PagePart(6, "cell 1"), PagePart(8, "cell 3", 5))
    page = Page("x.ipynb", text, "en", (), parts=parts)
    places = [page.place(offset) for offset in (0, 6, 8, 10)]
    assert [str(line) for line, _ in places] == ["1", "1 of cell 1", "5 of cell 3", "6 of cell 3"]
    assert [int(line) for line, _ in places] == [1, 2, 3, 4]
    assert f"(line {places[3][0]})" == "(line 6 of cell 3)"
