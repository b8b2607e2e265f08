"""Paragraphs of HTML that are titles in all but name."""

from __future__ import annotations

import pytest

from derive.reading.files import read_page


@pytest.mark.parametrize(
    ("paragraph", "titles"),
    [
        ('<p align="center"><b> <a name="s">Sigmoid layer</a></b></p>', ["Sigmoid layer"]),
        ("<div><strong>The loss</strong></div>", ["The loss"]),
        ("<p><b>Note</b> that it holds.</p>", []),
        ("<p><b>Where \\(x = 1\\)</b></p>", []),
        ("<p>Plain words.</p>", []),
        ("<p><b>One</b> and <b>two</b></p>", []),
    ],
)
def test_a_paragraph_of_a_few_bold_words(tmp_path, paragraph: str, titles: list[str]) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "page.html"
    path.write_text(f"<html><body>{paragraph}<p>\\(a = b\\)</p></body></html>")
    page = read_page(path)
    assert [item.text.strip() for item in page.items if item.kind == "heading"] == titles
