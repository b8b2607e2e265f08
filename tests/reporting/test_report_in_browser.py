"""HTML reports in a real browser: layout at two widths, silence, keyboard, axe, paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

import derive
from derive.catalogue import names, page_text
from derive.reporting import render, render_index
from derive.results import PageResult
from tests.reporting.browser import Browser, Tab, browser
from tests.reporting.report_samples import chinese_page, hostile_page, sample_page

pytestmark = pytest.mark.chromium

SLIPS = r"""# Slips

$$ a_j = \frac{e^{z_j}}{\sum_k e^{z_k}} $$

$$
\begin{aligned}
\frac{\partial a_j}{\partial z_i} &= a_j (1 - a_i) \\
 &= a_j - a_i a_j
\end{aligned}
$$

- a first thing, $x_1$
- a second with a long formula inside $x_1 + x_2 + x_3 + x_4 + x_5 + x_6 + x_7 + x_8 + x_9 + y_1 + y_2 + y_3 + y_4 + y_5$

| name | says |
|---|---|
| $a$ | output |

#### A level too deep

$$ \log a_j = z_j - \sum_k z_k $$
"""


def pages() -> dict[str, PageResult]:
    first = names()[0]
    return {
        "sample": sample_page(),
        "chinese": chinese_page(),
        "hostile": hostile_page(),
        "slips": derive.check(SLIPS, "slips.md"),
        "catalogue": derive.check(page_text(first), f"{first}.md"),
    }


@pytest.fixture(scope="module")
def one() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    texts = {name: render(page, "html") for name, page in pages().items()}
    texts["index"] = render_index(list(pages().values()))
    paths = {}
    for name, text in texts.items():
        paths[name] = folder / f"{name}.html"
        paths[name].write_text(text, encoding="utf-8")
    return paths


NAMES = ("sample", "chinese", "hostile", "slips", "catalogue", "index")
OPEN_ALL = "document.querySelectorAll('details').forEach(d => { d.open = true; })"


@pytest.fixture
def tab(one: Browser, written: dict[str, Path], request: pytest.FixtureRequest) -> Iterator[Tab]:
    name, width, dark = request.param
    opened = one.open(written[name], width, dark=dark)
    yield opened
    opened.close()


def tabs(
    widths: tuple[int, ...], names: tuple[str, ...] = NAMES, dark: bool = False
) -> pytest.MarkDecorator:
    cases = [(name, width, dark) for name in names for width in widths]
    return pytest.mark.parametrize("tab", cases, indirect=True, ids=str)


@tabs((1280, 390))
def test_the_page_does_not_scroll_sideways(tab: Tab) -> None:
    tab.run(OPEN_ALL)
    assert tab.run("document.documentElement.scrollWidth <= innerWidth")
    assert tab.run("document.documentElement.clientWidth") in {1280, 1265, 390}


MARKS = """[...document.querySelectorAll('.beside')].map(box => {
  const formula = box.querySelector(':scope > .scroll').getBoundingClientRect();
  return [...box.querySelectorAll('summary')].map(summary => {
    const mark = summary.getBoundingClientRect();
    return [mark.left >= formula.right, mark.top >= formula.bottom];
  });
})"""


@tabs((1280, 700), ("sample", "slips", "catalogue"))
def test_marks_stand_beside_their_formula(tab: Tab) -> None:
    marks = tab.run(MARKS)
    assert marks
    assert all(beside and not below for box in marks for beside, below in box)


@tabs((599, 390), ("sample", "slips", "catalogue"))
def test_on_a_phone_marks_stand_below_their_formula(tab: Tab) -> None:
    marks = tab.run(MARKS)
    assert marks
    assert all(below and not beside for box in marks for beside, below in box)


@tabs((1280,), ("slips",))
def test_what_unfolds_stands_below_and_is_as_wide_as_the_text(tab: Tab) -> None:
    measured = tab.run(
        """(() => { const box = document.querySelector('.beside');
        const formula = box.querySelector(':scope > .scroll').getBoundingClientRect();
        const text = document.querySelector('article').getBoundingClientRect();
        return [...box.querySelectorAll('.evidence')].filter(e => e.checkVisibility(
          {contentVisibilityAuto: true, visibilityProperty: true})).map(e => {
          const r = e.getBoundingClientRect();
          return r.height > 0 ? [r.top >= formula.bottom, Math.abs(r.width - text.width) < 2]
            : null; }).filter(Boolean); })()"""
    )
    assert [True, True] in measured
    assert all(both == [True, True] for both in measured)


@tabs((1280,))
def test_nothing_is_logged_and_nothing_is_fetched(tab: Tab) -> None:
    tab.run(OPEN_ALL)
    assert tab.events("Log.entryAdded") == []
    assert tab.events("Runtime.consoleAPICalled") == []
    assert tab.events("Runtime.exceptionThrown") == []
    asked = [event["request"]["url"] for event in tab.events("Network.requestWillBeSent")]
    assert asked, "not even the page itself: the browser is not listened to"
    beyond = [url for url in asked if not url.startswith(("file:", "data:font/woff2;"))]
    assert beyond == []
    assert len({url for url in asked if url.startswith("file:")}) == 1


@tabs((1280,), ("sample", "chinese"))
def test_formulas_are_set_in_the_font_that_travels_along(tab: Tab) -> None:
    assert tab.run("document.fonts.size === 1 && [...document.fonts][0].status === 'loaded'")
    assert tab.run(
        "[...document.querySelectorAll('math')].every("
        "m => getComputedStyle(m).fontFamily.startsWith('\"Report Math\"'))"
    )


AXE = files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def violations(tab: Tab) -> list[str]:
    tab.run(AXE + "; true")
    found = tab.run(
        """axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map(
        v => [v.id, v.help, v.nodes.map(n => n.html.slice(0, 160)).slice(0, 3)]))"""
    )
    return [str(one) for one in found]


@tabs((1280, 390))
def test_axe_finds_nothing_in_the_light(tab: Tab) -> None:
    tab.run(OPEN_ALL)
    assert violations(tab) == []


@tabs((1280,), dark=True)
def test_axe_finds_nothing_in_the_dark(tab: Tab) -> None:
    tab.run(OPEN_ALL)
    assert tab.run("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
    assert violations(tab) == []


@tabs((1280,), ("sample",))
def test_axe_would_find_something(tab: Tab) -> None:
    tab.run("document.body.append(document.createElement('img')); document.body.lang = '?'")
    assert {re.split("'", one)[1] for one in violations(tab)} >= {"image-alt", "valid-lang"}


@tabs((1280,), ("sample",))
def test_the_keyboard_reaches_the_page_and_unfolds_a_step(tab: Tab) -> None:
    tab.press("Tab")
    assert tab.run("document.activeElement.className") == "skip"
    assert tab.run("document.activeElement.getBoundingClientRect().left >= 0")
    tab.press("Enter")
    assert tab.run("location.hash") == "#page"
    for _ in range(20):
        tab.press("Tab")
        if tab.run("document.activeElement.matches('details:not([open]) > summary')"):
            break
    assert tab.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    tab.press("Space")
    assert tab.run("document.activeElement.parentElement.open") is True


@tabs((1280,), ("sample",))
def test_a_finding_is_one_link_away(tab: Tab) -> None:
    tab.run("document.querySelector('nav a').click()")
    assert tab.run("document.querySelector(':target').matches('details.refuted > summary')")
    assert tab.run("Math.abs(document.querySelector(':target').getBoundingClientRect().top) < 900")


@pytest.mark.parametrize("name", ["sample", "chinese", "slips"])
def test_paper_is_white_and_shows_what_is_open(
    name: str, one: Browser, written: dict[str, Path], tmp_path: Path
) -> None:
    tab = one.open(written[name], 700, dark=True, media="print")
    assert tab.run("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert tab.run("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    tab.run("document.querySelectorAll('details').forEach(d => { d.open = false; })")
    shown = tab.run(
        """[...document.querySelectorAll('details:not(.values)')].map(d => [d.classList.contains('proved'),
        d.querySelector('.evidence').checkVisibility({contentVisibilityAuto: true})
        && d.querySelector('.evidence').getBoundingClientRect().height > 0])"""
    )
    assert [False, True] in shown
    assert all(proved != visible for proved, visible in shown)
    tab.paper(tmp_path / "paper.pdf")
    assert (tmp_path / "paper.pdf").read_bytes().startswith(b"%PDF")
    tab.close()
