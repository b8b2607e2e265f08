"""A user's own templates: used where they exist, in a sandbox, and blamed by file and line."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from derive.cli import main
from derive.reporting import TemplateProblem, Templates, ready_for, render, render_index
from tests.reporting.report_samples import hostile_page, sample_page


def folder(place: Path, **files: str) -> Templates:
    """Templates by name; ``_`` stands for a dot."""
    for name, text in files.items():
        (place / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return Templates(str(place))


SUMMARY = """{% extends "derive/page.html.j2" %}
{% block page %}
<ol>{% for block in view.blocks %}{% for step in block.steps %}
<li class="{{ step.word }}">{{ step.sides[0] }}: {{ step.label }}{% for piece in step.scope %}{{ piece|piece }}{% endfor %}</li>
{% endfor %}{% endfor %}</ol>
{% endblock %}
{% block footer %}{% include "foot.html" %}{% endblock %}
"""


def test_a_template_of_ones_own_extends_ours_and_includes_its_neighbours(tmp_path: Path) -> None:
    own = folder(tmp_path, page_html_j2=SUMMARY, foot_html="<p>Chair of {{ view.title }}</p>")
    shown = render(sample_page(), "html", own)
    assert shown.count("<li class=") > 6
    assert "<p>Chair of Softmax</p>" in shown
    assert "<details" not in shown
    assert "Content-Security-Policy" in shown
    assert render(sample_page(), "md", own) == render(sample_page(), "md")


def test_values_are_escaped_in_ones_own_template(tmp_path: Path) -> None:
    own = folder(tmp_path, page_html_j2="<h1>{{ view.title }}</h1>")
    assert "<script>" not in render(hostile_page(), "html", own)
    own = folder(tmp_path, page_tex_j2=r"\VAR{view.title|tex}", page_md_j2="{{ view.title|md }}")
    assert r"\input{" not in render(hostile_page(), "latex", own)
    assert "<script>" not in render(hostile_page(), "md", own)


def test_latex_and_index_templates(tmp_path: Path) -> None:
    own = folder(
        tmp_path,
        page_tex_j2='\\BLOCK{extends "derive/page.tex.j2"}\\BLOCK{block footer}The end.\\BLOCK{endblock}',
        index_html_j2="{% for page in view.pages %}{{ page.link }} {% endfor %}",
    )
    assert render(sample_page(), "latex", own).rstrip().endswith("The end.\\end{document}")
    assert render_index([sample_page()], "html", own) == "docs-softmax.html "


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a\n\n{{ view.titel|md }}", "page.md.j2:3: 'dict object' has no attribute 'titel'"),
        ("a\n{% if %}", "page.md.j2:2: Expected an expression"),
        ("a\n{% include 'b.j2' %}", "page.md.j2:2: no template 'b.j2'"),
        ("{% include '../secret.j2' %}", "page.md.j2:1: no template '../secret.j2'"),
        ("{% include '/etc/passwd' %}", "page.md.j2:1: no template '/etc/passwd'"),
        ("{% include 'link.j2' %}", "page.md.j2:1: 'link.j2' leads out of"),
        ("{% include 'derive/../html.py' %}", "page.md.j2:1: no template"),
        ("{{ view.title }}", "page.md.j2:1: a value reached the template without being escaped"),
        ("{{ ''.__class__.__mro__|md }}", "page.md.j2:1: access to attribute '__class__'"),
        ("{{ view.update({})|md }}", "page.md.j2:1: "),
        ("{% for i in range(10**9) %}{% endfor %}", r"page.md.j2:1: \*\* is not available"),
        ("{% for i in range(1000000000) %}{% endfor %}", "page.md.j2:1: Range too big"),
        ("{{ ('a' * 1000000000)|md }}", r"page.md.j2:1: \* would make a text that is too long"),
        ("{{ ('%999999999d' % 1)|md }}", "page.md.j2:1: % formats nothing"),
        ("{{ (1 / 0)|md }}", "page.md.j2:1: division by zero"),
        ("{% extends 'page.md.j2' %}", "page.md.j2"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "page.md.j2:1: "),
    ],
)
def test_a_template_that_cannot_be_used(tmp_path: Path, text: str, reason: str) -> None:
    home = tmp_path / "own"
    home.mkdir()
    (tmp_path / "secret.j2").write_text("swordfish")
    (home / "link.j2").symlink_to(tmp_path / "secret.j2")
    with pytest.raises(TemplateProblem, match=reason):
        render(sample_page(), "md", folder(home, page_md_j2=text))


def test_a_template_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "page.md.j2").write_bytes(b"a\nb\n\xff")
    with pytest.raises(TemplateProblem, match=r"page\.md\.j2:3: not UTF-8"):
        render(sample_page(), "md", Templates(str(tmp_path)))
    (tmp_path / "page.md.j2").write_bytes(b"a" * 1_000_001)
    with pytest.raises(TemplateProblem, match="larger than"):
        render(sample_page(), "md", Templates(str(tmp_path)))


def test_a_folder_without_templates(tmp_path: Path) -> None:
    with pytest.raises(TemplateProblem, match="no such folder"):
        Templates(str(tmp_path / "nowhere"))
    with pytest.raises(TemplateProblem, match=r"no template here \(index\.html\.j2, page\."):
        Templates(str(tmp_path))
    own = folder(tmp_path, page_md_j2="x")
    ready_for(["html", "md"], own)
    with pytest.raises(TemplateProblem, match=r"no template for this format \(page\.tex\.j2\)"):
        ready_for(["latex"], own)


LOOP = "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}" * 9
DOUBLING = "{% set ns = namespace(x='aaaaaaaaaa') %}" + "{% set ns.x = ns.x ~ ns.x %}" * 40


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (LOOP, "The time limit"),
        (DOUBLING, "emory"),
        ("a\n{{ x }}", "page.md.j2:2: 'x' is undefined"),
    ],
)
def test_on_the_command_line_the_work_is_bounded_and_nothing_is_written(
    tmp_path: Path, text: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("derive.cli.TEMPLATE_SECONDS", 2)
    own, out, page = tmp_path / "own", tmp_path / "out", tmp_path / "page.md"
    own.mkdir()
    page.write_text("$$ x + x = 2 x $$\n")
    folder(own, page_md_j2=text)
    done = CliRunner().invoke(
        main, ["report", str(page), "--template", str(own), "-f", "html,md", "-o", str(out)]
    )
    assert done.exit_code == 2
    assert reason in done.output
    assert not out.exists()


def test_on_the_command_line(tmp_path: Path) -> None:
    own, out, page = tmp_path / "own", tmp_path / "out", tmp_path / "page.md"
    own.mkdir()
    page.write_text("$$ x + x = 2 x $$\n")
    folder(own, page_md_j2="{{ view.sentence|md }}")
    command = ["report", str(page), "--template", str(own), "-f", "md", "-o", str(out)]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 0, done.output
    assert (out / "page.md").read_text() == "Every step is proved.\n"
