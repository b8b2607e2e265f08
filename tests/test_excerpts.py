"""Lines of a page with carets below a place."""

from __future__ import annotations

import pytest

from derive.excerpts import excerpt
from derive.places import Line
from derive.results import Span


@pytest.mark.parametrize(
    ("lines", "span", "shown"),
    [
        (["ab = cd"], (1, 6, 1, 8), ["  |", "1 | ab = cd", "  |      ^^"]),
        (["\tx = y"], (1, 6, 1, 7), ["  |", "1 |     x = y", "  |         ^"]),
        # wide and combining characters take two columns and none
        (["当 x̂ = y"], (1, 8, 1, 9), ["  |", "1 | 当 x̂ = y", "  |        ^"]),
        # what could change how others are read is shown by its number
        (["\u202ex = y\r"], (1, 6, 1, 7), ["  |", "1 | [U+202E]x = y", "  |             ^"]),
        (["a", "= b", "  + c"], (2, 3, 3, 6), ["  |", "2 | = b", "  |   ^", "3 |   + c", "  |   ^^^"]),
        (["= b", "", ""], (1, 3, 3, 1), ["  |", "1 | = b", "  |   ^"]),
        (["a"] * 12, (9, 1, 12, 2), ["   |", " 9 | a", "   | ^", "10 | a", "   | ^", "11 | a", "   | ^", "12 | a", "   | ^"]),
    ],
)  # fmt: skip
def test_the_place_is_marked(
    lines: list[str], span: tuple[int, int, int, int], shown: list[str]
) -> None:
    assert excerpt(lines, Span(*span)) == shown


def test_a_long_line_is_cut_to_what_is_around_the_place() -> None:
    line = "x" * 500 + " = y" + "z" * 500
    text, carets = excerpt([line], Span(1, 504, 1, 505))[1:]
    assert len(text) < 110
    assert text.startswith("1 | … xxx")
    assert text.endswith("zzz …")
    assert text[carets.index("^")] == "y"


def test_a_long_place_is_cut_to_its_first_lines() -> None:
    out = excerpt([f"a{n}" for n in range(50)], Span(1, 1, 50, 3))
    assert len(out) == 1 + 2 * 4 + 1
    assert out[-1] == "  | …"


def test_a_part_of_a_page_has_line_numbers_of_its_own() -> None:
    line = Line(2, "cell 4", 7)
    assert excerpt(["a", "= b"], Span(line, 3, line, 4))[1] == "7 | = b"
