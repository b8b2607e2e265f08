"""Built pages in a real browser: the marks are there, nothing scrolls sideways, nothing complains."""

from __future__ import annotations

import json
import re
from html import escape, unescape
from pathlib import Path

import pytest
from markdown import markdown

from tests.documentation.test_sphinx_site import build
from tests.reporting.report_tools import dump_dom

pytestmark = pytest.mark.chromium
WIDTHS = (1280, 390)
# a short formula for the page itself (nothing typesets it here), a long one inside each mark
PAGE = r"""# Softmax

The outputs are $p_i = \frac{e^{o_i}}{\sum_k e^{o_k}}$ and so $\sum_k p_k = 1$. Let also
$L = -\sum_k t_k \log p_k$, where $\sum_k t_k = 1$.

$$
\begin{aligned}
\frac{\partial L}{\partial o_i} &= -\sum_k t_k \frac{1}{p_k}
\frac{\partial p_k}{\partial o_i} \\
  &= -t_i (1 - p_i) + \sum_{k \neq i} t_k p_k \\
  &= p_i - t_i
\end{aligned}
$$

$$
(a + b + c + d)^2 = a^2 + b^2 + c^2 + d^2 + 2ab + 2ac + 2ad + 2bc + 2bd + 2cd
+ a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a
$$
"""
MEASURE = """<script>addEventListener('load', () => { document.title = JSON.stringify(
  [...document.querySelectorAll('iframe')].map(f => { const d = f.contentDocument; return [
    d.documentElement.scrollWidth, f.clientWidth,
    [...d.querySelectorAll('.derive-step')].filter(s => s.getBoundingClientRect().width > 100 &&
      s.getBoundingClientRect().right <= f.clientWidth).length,
    [...d.querySelectorAll('.derive-inline')].filter(s => s.getBoundingClientRect().width > 3).length,
    f.contentWindow.getComputedStyle(d.querySelector('.derive-refuted .derive-word')).color]; }));
  document.querySelectorAll('iframe').forEach(f => f.remove()); });</script>"""


def measured(page: str, folder: Path) -> list[list[object]]:
    """For each width: the page's, the frame's, steps and signs that are seen, a colour."""
    opened = page.replace("<details ", "<details open ")
    frames = "".join(
        f'<iframe width="{width}" height="900" style="border:0" srcdoc="{escape(opened)}"></iframe>'
        for width in WIDTHS
    )
    outer = folder / "outer.html"
    outer.write_text(f"<!DOCTYPE html><title>-</title>{MEASURE}{frames}", encoding="utf-8")
    dom, log = dump_dom(outer)
    assert "CONSOLE" not in log, log
    title = re.search(r"<title>(.*?)</title>", dom)
    assert title is not None
    values = json.loads(unescape(title[1]))
    assert isinstance(values, list)
    return values


def of_markdown(_: Path) -> str:
    body = markdown(PAGE, extensions=["derive", "pymdownx.arithmatex"])
    # what typesets formulas is not here: they must not be what scrolls
    head = "<style>.arithmatex, .MathJax_Preview {overflow: auto}</style>"
    view = '<meta name="viewport" content="width=device-width">'
    return (
        f"<!DOCTYPE html><html><head><title>x</title>{view}{head}</head><body>{body}</body></html>"
    )


def of_sphinx(folder: Path) -> str:
    conf = "html_theme = 'alabaster'\nextensions.append('sphinx.ext.mathjax')\n"
    site, _ = build(folder, {"page.md": PAGE}, conf)
    html = (site / "page.html").read_text(encoding="utf-8")
    html = re.sub(r"<script[^>]*>.*?</script>", "", html, flags=re.DOTALL)
    for name in re.findall(r'href="_static/([\w.-]+\.css)', html):
        css = (site / "_static" / name).read_text(encoding="utf-8")
        css = re.sub(r"@import[^;]*;", "", css)
        html = html.replace("</head>", f"<style>{css}</style></head>")
    html = re.sub(r"<link[^>]*>", "", html)
    return html.replace("</head>", "<style>div.math {overflow: auto}</style></head>")


@pytest.mark.parametrize("made", [of_markdown, of_sphinx])
def test_marks_are_seen_and_nothing_scrolls_sideways(made: object, tmp_path: Path) -> None:
    assert callable(made)
    for page_width, width, steps, signs, colour in measured(made(tmp_path), tmp_path):
        assert isinstance(page_width, int)
        assert isinstance(width, int)
        assert page_width <= width
        assert (steps, signs) == (6, 1)
        assert colour == "rgb(179, 38, 30)"  # --derive-refuted on a light page


@pytest.mark.parametrize(
    ("page", "colour"),
    [
        ('<html data-md-color-scheme="slate"><body>', "rgb(255, 143, 133)"),
        ('<html data-md-color-scheme="default"><body>', "rgb(179, 38, 30)"),
        ('<html style="color-scheme: dark"><body>', "rgb(255, 143, 133)"),
        ('<html data-theme="dark"><body>', "rgb(255, 143, 133)"),
        ("<html><body>", "rgb(179, 38, 30)"),
    ],
)
def test_colours_follow_the_page_and_not_the_device(
    page: str, colour: str, tmp_path: Path
) -> None:
    body = markdown("$$ 2x = 3x $$", extensions=["derive"])
    for *_, found in measured(f"<!DOCTYPE html>{page}{body}", tmp_path):
        assert found == colour
