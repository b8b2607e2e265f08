"""Page text in marks is text: whatever it says, the HTML has the elements that we put there."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from markdown import markdown

import derive
from derive.documentation.marks import Marks
from derive.results import PageResult
from tests.reporting.attacks import html_attacks, page_of
from tests.reporting.html_reader import TAGS
from tests.reporting.report_samples import chinese_page, hostile_page, sample_page

OURS = frozenset("a code dd details div dl dt span style summary sup".split())
MATHML = frozenset(t for t in TAGS if t.startswith("m")) | {"math"}
ATTRIBUTES = frozenset(
    "aria-hidden aria-label class data-search-exclude href id lang title".split()
)
ATTACKED = derive.check(page_of(html_attacks("http://127.0.0.1:9/pwned")))


def all_marks(page: PageResult, details: bool) -> str:
    marks = Marks(page, details=details)
    parts = [marks.inline(step) for step in page.steps]
    parts += [marks.display([step]) for step in page.steps]
    parts += [marks.display(page.steps), marks.rest(page.steps)]
    return "<page>" + "".join(parts) + "</page>"


@pytest.mark.parametrize("details", [True, False])
@pytest.mark.parametrize("page", [ATTACKED, hostile_page(), sample_page(), chinese_page()])
def test_marks_are_well_formed_and_only_ours(page: PageResult, details: bool) -> None:
    html = all_marks(page, details)
    root = ElementTree.fromstring(html)
    assert "\x02" not in html  # Python-Markdown's own marks
    assert "\x03" not in html
    classes = 0
    for element in list(root.iter())[1:]:
        assert element.tag in OURS | MATHML, element.tag
        classes += "derive-step" in element.get("class", "")
        if element.tag in OURS:
            assert set(element.attrib) <= ATTRIBUTES, element.attrib
            assert element.get("href", "#").startswith("#derive-") or element.tag != "a"
        else:
            assert not any(name.startswith("on") or "href" in name for name in element.attrib)
    assert classes >= 3 * len(page.steps)


def test_latex_shows_no_text_of_the_page() -> None:
    line = Marks(ATTACKED).latex(ATTACKED.steps)
    counts = ATTACKED.summary
    assert line.startswith(r"\par\noindent{\footnotesize derive: ")
    assert f"{counts.refuted} refuted" in line
    assert line.count("\\") == 4


def test_each_step_has_its_mark_in_the_attacked_page() -> None:
    words = {step.word for step in ATTACKED.steps}
    assert {"proved", "refuted", "unread"} <= words


@pytest.mark.parametrize("beside", [[], ["pymdownx.arithmatex"]], ids=["plain", "arithmatex"])
def test_a_hostile_page_gets_no_more_elements_than_it_wrote(beside: list[str]) -> None:
    text = page_of(html_attacks("http://127.0.0.1:9/pwned"))
    text += (
        "\n\n\x02wzxhzdk:0\x03 $$ 2x = x + x \x02wzxhzdk:0\x03 = \\text{\x02wzxhzdk:1\x03} $$\n"
    )
    marked = markdown(text, extensions=[*beside, "derive"])
    plain = markdown(text, extensions=beside)
    assert marked.count('class="derive-step') > 20
    assert "\x02" not in marked
    assert marked.count("<style>.derive,") == 1
    for tag in ("script", "img", "iframe", "svg", "object", "meta", "base", "link"):
        assert marked.count(f"<{tag}") == plain.count(f"<{tag}"), tag
