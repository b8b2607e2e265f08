"""Small real sites, built with Sphinx: MyST and reStructuredText pages with marks and warnings."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from sphinx.application import Sphinx
from sphinx.errors import ConfigError, SphinxError
from sphinx.util.docutils import docutils_namespace, patch_docutils

from tests.documentation.test_python_markdown import FALSE, TRUE, signs, words
from tests.reporting.attacks import html_attacks, page_of

CONF = """
extensions = ["myst_parser", "derive.documentation.sphinx"]
myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence", "deflist"]
html_theme = "basic"
mathjax_path = "none.js"
"""


def build(
    folder: Path, pages: dict[str, str], conf: str = "", builder: str = "html", **options: object
) -> tuple[Path, str]:
    """The built site and what Sphinx warned of."""
    source = folder / "source"
    source.mkdir(exist_ok=True)
    (source / "conf.py").write_text(CONF + conf, encoding="utf-8")
    for name, text in pages.items():
        (source / name).write_text(text, encoding="utf-8")
    listed = "\n   ".join(Path(n).stem for n in pages if n.endswith((".md", ".rst")))
    (source / "index.rst").write_text(f"Index\n=====\n\n.. toctree::\n\n   {listed}\n", "utf-8")
    warnings = StringIO()
    with patch_docutils(source), docutils_namespace():
        app = Sphinx(
        source, source, folder / builder, folder / "trees", builder,
        status=None, warning=warnings, freshenv=True, **options,  # type: ignore[arg-type]
    )  # fmt: skip
        app.build()
    return folder / builder, re.sub(r"\x1b\[[0-9;]*m", "", warnings.getvalue())


def page(text: str, folder: Path, name: str = "page.md", conf: str = "") -> tuple[str, list[str]]:
    """The page's HTML and the warnings, one a line."""
    site, warned = build(folder, {name: text}, conf)
    html = (site / name).with_suffix(".html").read_text(encoding="utf-8")
    return html, warned.splitlines()


MYST = [
    f"$$ {TRUE} $$",
    f"$$\n{TRUE}\n$$ (a-label)",
    f"```{{math}}\n:label: z\n\n{TRUE}\n```",
    f"```{{math}}\n{TRUE}\n\nx + x = 2x\n```",
    f"\\begin{{align}}\n{TRUE}\n\\end{{align}}",
    f"> Text\n>\n> $$ {TRUE} $$\n",
    f"- point\n\n  $$ {TRUE} $$\n\n- point",
    f":::{{note}}\n$$ {TRUE} $$\n:::",
    f"```{{derive}}\n{TRUE}\n```",
    "```{derive}\n(x+y)^2 &= x^2 + 2xy + y^2 \\\\\n  &= x^2 + y^2 + 2xy\n```",
    f":::{{derive}}\nText\n\n$$ {TRUE} $$\n:::",
]
RST = [
    f".. math:: {TRUE}",
    f".. math::\n   :label: x\n\n   {TRUE}",
    f".. math::\n\n   {TRUE}\n\n   x + x = 2x",
    f"* point\n\n  .. math:: {TRUE}\n\n* point",
    f".. note::\n\n   .. math:: {TRUE}",
    f".. derive::\n\n   {TRUE}",
    ".. derive::\n   :label: y\n\n   (x+y)^2 &= x^2 + 2xy + y^2 \\\\\n     &= x^2 + y^2 + 2xy",
    f".. derive::\n\n   Text:\n\n   .. math:: {TRUE}",
]


def test_a_display_gets_its_mark_right_behind_it(tmp_path: Path) -> None:
    pages = {f"m{n}.md": f"# Page\n\n{text}\n\nText\n" for n, text in enumerate(MYST)}
    pages |= {f"r{n}.rst": f"Page\n====\n\n{text}\n\nText\n" for n, text in enumerate(RST)}
    site, warned = build(tmp_path, pages, parallel=2)
    assert warned == ""
    for name, text in pages.items():
        html = (site / name).with_suffix(".html").read_text(encoding="utf-8")
        assert words(html) == ["proved"] * text.replace("====", "").count("="), text
        assert not signs(html)
        behind = re.search(r"</div>\s*(?:</div>\s*)?<div class=\"derive ", html)
        assert behind is not None, text
        assert html.index("derive-step") < html.index("<p>Text</p>", html.index("derive-step"))
        assert "derive-rest" not in html


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("page.md", f"# Page\n\nText ${TRUE}$ and ${FALSE}$.\n"),
        ("page.rst", f"Page\n====\n\nText :math:`{TRUE}` and :math:`{FALSE}`.\n"),
    ],
)
def test_a_step_in_the_text_gets_a_sign(name: str, text: str, tmp_path: Path) -> None:
    html, warned = page(text, tmp_path, name)
    assert signs(html) == ["proved", "refuted"]
    assert words(html) == ["proved", "refuted"]
    assert html.count("derive-rest") == 1
    line = 3 if name == "page.md" else 4
    assert len(warned) == 1
    assert re.search(rf"{re.escape(name)}:{line}: WARNING: refuted: \(x\+y\)\^2 = ", warned[0])
    assert warned[0].endswith("[derive.refuted]")


def test_a_heading_keeps_its_name(tmp_path: Path) -> None:
    html, _ = page(f"# Page\n\n## Square ${TRUE}$\n\nText\n", tmp_path)
    assert not signs(html)
    assert words(html) == ["proved"]


MIXED = f"# Page\n\n$$ {TRUE} $$\n\n$$ {FALSE} $$\n\n$$ 2x = \\foo{{3}} $$\n\n$ never closed\n"


@pytest.mark.parametrize(
    ("conf", "marked", "warned"),
    [
        ("", ["proved", "refuted", "unread"], ["refuted", "unread"]),
        ("derive_marks = 'findings'", ["refuted", "unread"], ["refuted", "unread"]),
        ("derive_marks = 'none'", [], ["refuted", "unread"]),
        ("derive_allow = ['unread']", ["proved", "refuted", "unread"], ["refuted"]),
        ("derive_allow = 'unread'\nderive_marks = 'findings'", ["refuted"], ["refuted"]),
        ("derive_exclude = ['pa*']", [], []),
        ("suppress_warnings = ['derive.unread']", ["proved", "refuted", "unread"], ["refuted"]),
        ("suppress_warnings = ['derive']", ["proved", "refuted", "unread"], []),
    ],
)
def test_settings(conf: str, marked: list[str], warned: list[str], tmp_path: Path) -> None:
    html, lines = page(MIXED, tmp_path, conf=conf)
    assert words(html) == marked
    assert [line.rsplit("[derive.", 1)[1].rstrip("]") for line in lines] == warned


def test_a_directive_is_marked_as_it_says(tmp_path: Path) -> None:
    text = f"# Page\n\n$$ {TRUE} $$\n\n```{{derive}}\n{TRUE}\n```\n\n"
    text += f"```{{derive}}\n:marks: none\n\n{TRUE}\n```\n"
    assert words(page(text, tmp_path)[0]) == ["proved", "proved"]
    assert words(page(text, tmp_path, conf="derive_marks = 'none'")[0]) == ["proved"]


def test_a_directive_is_a_part_of_its_page(tmp_path: Path) -> None:
    text = "# Page\n\nLet $s = x + y$.\n\n```{derive}\ns^2 &= x^2 + 2xy + y^2 \\\\\n  &= x^2 + y^2\n```\n"
    html, warned = page(text, tmp_path)
    assert words(html)[:2] == ["proved", "refuted"]
    assert len(warned) == 1
    assert "page.md:7: WARNING: refuted" in warned[0]


@pytest.mark.parametrize(
    ("conf", "message"),
    [
        ("derive_marks = 'some'", "derive_marks: 'some': choose from all, findings, none"),
        ("derive_allow = ['refuted']", "derive_allow: 'refuted': choose from assumed"),
    ],
)
def test_a_wrong_setting_is_an_error(conf: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=re.escape(message)):
        page("# Page\n", tmp_path, conf=conf)


def test_a_refuted_step_fails_a_build_that_takes_warnings_seriously(tmp_path: Path) -> None:
    from sphinx.cmd.build import main

    for text, code in ((FALSE, 1), (TRUE, 0)):
        build(tmp_path, {"page.md": f"# Page\n\n$$ {text} $$\n"})
        arguments = ["-q", "-E", "-W", "-b", "html"]
        folders = [str(tmp_path / "source"), str(tmp_path / "out")]
        assert main([*arguments, *folders]) == code


def test_what_the_folder_declares_holds(tmp_path: Path) -> None:
    text = "# Page\n\n$$ L = -\\sum_k y_k \\log \\frac{e^{z_k}}{\\sum_j e^{z_j}} $$\n\n"
    text += "$$ \\frac{\\partial L}{\\partial z_i} = \\frac{e^{z_i}}{\\sum_j e^{z_j}} - y_i $$\n"
    html, warned = page(text, tmp_path)
    assert words(html) == ["assumed"]
    assert "[derive.assumed]" in warned[0]
    config = tmp_path / "source" / "derive.toml"
    config.write_text("allow = ['assumed']", encoding="utf-8")
    html, warned = page(text, tmp_path)
    assert (words(html), warned) == (["assumed"], [])
    config.write_text(r"given = ['\sum_k y_k = 1']", encoding="utf-8")
    assert words(page(text, tmp_path)[0]) == ["proved"]
    config.write_text("givn = 3", encoding="utf-8")
    with pytest.raises(SphinxError, match=r"derive\.toml:1: givn: no setting is called so"):
        page(text, tmp_path)


@pytest.mark.parametrize("builder", ["latex", "text", "man", "texinfo", "epub", "xml", "gettext"])
def test_no_builder_stumbles(builder: str, tmp_path: Path) -> None:
    conf = (
        "latex_documents = [('index', 'x.tex', 'X', 'Y', 'manual')]\nversion = copyright = '1'\n"
    )
    conf += "man_pages = [('index', 'x', 'X', 'Y', 1)]\nsuppress_warnings = ['derive', 'epub']\n"
    text = MIXED + f"\nText ${TRUE}$.\n"
    site, warned = build(tmp_path, {"page.md": text}, conf, builder)
    assert warned == ""
    if builder == "latex":
        tex = (site / "x.tex").read_text(encoding="utf-8")
        assert tex.count(r"\par\noindent{\footnotesize derive: 1 refuted}\par") == 1
        assert tex.count("derive: 1 proved") == 2
    if builder == "text":
        assert "refuted" not in (site / "page.txt").read_text(encoding="utf-8")


def test_the_style_is_a_file_of_the_site(tmp_path: Path) -> None:
    site, _ = build(tmp_path, {"page.md": MIXED})
    assert (site / "_static" / "derive.css").is_file()
    assert "_static/derive.css" in (site / "page.html").read_text(encoding="utf-8")


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    text = page_of(html_attacks("http://127.0.0.1:9/pwned"))
    conf = "suppress_warnings = ['derive', 'myst', 'docutils', 'misc']\n"
    html, _ = page(text, tmp_path, conf=conf)
    unmarked, _ = page(text, tmp_path, conf=conf + "derive_marks = 'none'\n")
    assert len(words(html)) > 20
    for tag in ("script", "img", "iframe", "svg", "object", "meta", "base", "link"):
        assert html.count(f"<{tag}") == unmarked.count(f"<{tag}"), tag


def test_math_of_other_files_gets_no_mark_of_this_page(tmp_path: Path) -> None:
    pages = {"page.md": "# Page\n\n```{include} part.txt\n```\n", "part.txt": f"$$ {FALSE} $$\n"}
    site, warned = build(tmp_path, pages)
    assert warned == ""
    assert not words((site / "page.html").read_text(encoding="utf-8"))
