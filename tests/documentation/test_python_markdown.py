"""The Python-Markdown extension: every step is marked, and nothing else on the page changes."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from markdown import Markdown, markdown

from derive.documentation.python_markdown import DeriveExtension, RefutedSteps

TRUE = "(x+y)^2 = x^2 + 2xy + y^2"
FALSE = "(x+y)^2 = x^2 + y^2"
OTHERS = ["admonition", "tables", "footnotes", "def_list", "attr_list", "md_in_html", "toc"]
OTHERS += [
    "pymdownx.superfences",
    "pymdownx.tabbed",
    "pymdownx.details",
    "pymdownx.blocks.admonition",
]


def site(text: str, *beside: Any, **settings: Any) -> str:
    return markdown(text, extensions=[DeriveExtension(**settings), *OTHERS, *beside])


def words(html: str) -> list[str]:
    """The verdicts of the blocks of marks, in the order of the page."""
    return re.findall(r'<(?:details|div) class="derive-step derive-(\w+)"', html)


def signs(html: str) -> list[str]:
    """The verdicts of the marks inside the text."""
    return re.findall(r'<a class="derive-inline derive-(\w+) ', html)


def without_marks(html: str) -> str:
    html = re.sub(r'<div class="derive .*?</div>', "", html, flags=re.DOTALL)
    return " ".join(re.sub(r'<a class="derive-inline .*?</a>', "", html).split())


DISPLAYS = [
    f"$$ {TRUE} $$",
    f"$$\n{TRUE}\n$$",
    f"\\[\n{TRUE}\n\\]",
    f"Before\n$$\n{TRUE}\n$$\nbehind it.",
    f"$$\n{TRUE}\n$$\n## A heading that follows at once",
    f"\\begin{{align}}\n{TRUE}\n\\end{{align}}",
    f"> Quoted\n>\n> $$ {TRUE} $$\n>\n> more",
    f"- point\n\n    $$ {TRUE} $$\n\n- point",
    f"1. point\n\n    > $$ {TRUE} $$\n\n2. point",
    f"!!! note\n    $$ {TRUE} $$\n\nText",
    f"!!! note\n    Text\n\n    $$\n    {TRUE}\n    $$\n\n    ??? tip\n        Text\n\n        $$ y=y $$\n",
    f'=== "One"\n\n    $$\n    {TRUE}\n    $$\n\n=== "Two"\n\n    Text\n',
    f"$$ {TRUE} $$\n- no list\n- without an empty line",
    f"Text that goes on\n    $$ {TRUE} $$\n",
    f"!!! note\n    - point\n    - point\n\n        $$ {TRUE} $$\n\n    Text",
    f"Term\n:   Text\n\n:   $$ {TRUE} $$\n\n    more\n",
    f"[^1]: $$ {TRUE} $$\n\n    more\n\nText[^1].",
    f"```math\n{TRUE}\n```\n\nText",
    f"- point\n\n    ```math\n    {TRUE}\n    ```\n\n- point",
    f"/// note\n$$ {TRUE} $$\n///\n",
    f'<div markdown="1">\n\n$$ {TRUE} $$\n\n</div>',
    f"Note[^1].\n\n[^1]:\n    Text\n\n    $$ {TRUE} $$\n\n    more\n",
    f"Term\n:   Text\n\n    $$ {TRUE} $$\n",
    f"$$ {TRUE} $$ {{: .some }}",
    f"Text\r\n\r\n$$\r\n{TRUE}\r\n$$\r\n\r\nText",
    f"```\n$$ {FALSE} $$\n```\n\n$$ {TRUE} $$\n\n    $$ {FALSE} $$\n",
]


@pytest.mark.parametrize("beside", [[], ["pymdownx.arithmatex"]], ids=["plain", "arithmatex"])
@pytest.mark.parametrize("text", DISPLAYS)
def test_a_display_gets_a_mark_and_stays_as_it_was(text: str, beside: list[str]) -> None:
    html = site(text, *beside)
    assert set(words(html)) == {"proved"}
    assert not signs(html)
    plain = markdown(text, extensions=[*OTHERS, *beside])
    assert without_marks(html) == " ".join(plain.split())
    assert "\x02" not in html
    assert "klzzwxh" not in html


BESIDE_FENCES = [
    f"Text\n\n```math\n{TRUE}\n```\nText",
    f"```math\n{TRUE}\n```\n```math\n{TRUE}\n```\n",
    f"$$\n{TRUE}\n$$\n```\n$$ {FALSE} $$\n```\n",
]


@pytest.mark.parametrize("text", BESIDE_FENCES)
def test_a_mark_between_a_fence_and_what_follows_changes_their_paragraphs_only(text: str) -> None:
    """Without an empty line between them, Python-Markdown has both in one paragraph."""
    html = site(text)
    assert set(words(html)) == {"proved"}
    plain, marked = markdown(text, extensions=OTHERS), without_marks(html)
    assert re.sub(r"\s*</?p>\s*", " ", marked).split() == re.sub(r"</?p>", " ", plain).split()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (f"> $$ {TRUE} $$\n>\n> more", r"<blockquote>.*class=\"derive .*<p>more</p>\s*</blockquote>"),
        (f"1. a\n\n    $$ {TRUE} $$\n\n2. b", r"<ol>.*class=\"derive .*</li>.*<p>b</p>.*</ol>"),
        (f"1. a\n2. $$ {TRUE} $$\n3. b", r"<ol>.*<li>.*class=\"derive .*</li>\s*</ol>"),
        (f"- a\n    - b\n\n        $$ {TRUE} $$\n", r"<ul>.*<ul>.*class=\"derive .*</ul>.*</ul>"),
        (f"!!! note\n    $$ {TRUE} $$\n\nText", r"admonition note.*class=\"derive .*</div>\s*</div>\s*<p>Text"),
        (f'<div markdown="1">\n\n$$ {TRUE} $$\n\n</div>', r"^<div>.*class=\"derive .*</div>\s*</div>$"),
    ],
)  # fmt: skip
def test_a_mark_lies_where_its_formula_lies(text: str, place: str) -> None:
    assert re.search(place, site(text), re.DOTALL)


INLINE = [
    f"Text ${TRUE}$ text.",
    f"Text \\\\({TRUE}\\\\) text.",
    f"- a\n- ${TRUE}$\n- b",
    f"| a | b |\n|---|---|\n| c | ${TRUE}$ |\n",
    f"A note[^1].\n\n[^1]: Text ${TRUE}$\n",
    f"!!! note\n    Text ${TRUE}$ text",
    f"> ${TRUE}$,\n> text",
]


@pytest.mark.parametrize("beside", [[], ["pymdownx.arithmatex"]], ids=["plain", "arithmatex"])
@pytest.mark.parametrize("text", INLINE)
def test_a_step_in_the_text_gets_a_sign_that_leads_to_the_end(
    text: str, beside: list[str]
) -> None:
    html = site(text, *beside)
    assert signs(html) == ["proved"]
    assert words(html) == ["proved"]
    plain = markdown(text, extensions=[*OTHERS, *beside])
    assert without_marks(html) == " ".join(plain.split())
    target = re.search(r'<a class="derive-inline [^>]* href="#([^"]+)"', html)
    assert target is not None
    assert html.count(f'id="{target[1]}"') == 1


def test_a_sign_stands_right_behind_its_formula() -> None:
    html = site(f"Text $2x = x+x$, ${FALSE}$.")
    assert re.search(r"\$2x = x\+x\$<a [^>]*derive-proved.*?</a>, ", html)
    assert re.search(r"y\^2\$<a [^>]*derive-refuted.*?</a>\.", html)


def test_a_heading_keeps_its_name() -> None:
    html = site(f"# Square ${TRUE}$\n\nText")
    assert not signs(html)
    assert words(html) == ["proved"]
    assert 'id="square-xy2-x2-2xy-y2"' in html


NOTHING = ["", "Text", "It costs $5 or $6.", "Where $x$ is $s = x + y$.", f"`${TRUE}$`"]


@pytest.mark.parametrize("text", NOTHING)
def test_a_page_without_steps_stays_as_it_was(text: str) -> None:
    assert site(text) == markdown(text, extensions=OTHERS)


def test_the_line_says_what_was_found() -> None:
    page = (
        r"$$ a_j = \frac{e^{z_j}}{\sum_k e^{z_k}} $$" "\n\n"
        r"$$ L = -\sum_k y_k \log a_k $$" "\n\n" r"$$ \sum_k a_k = 1 $$" "\n\n"
        r"$$ \frac{\partial L}{\partial z_j} = a_j - y_j $$" "\n\n" r"$$ \sum_k a_k = 2 $$" "\n\n"
        r"$$ x^2 \leq x^2 - 1 $$" "\n\n" r"$$ 2a_j = \foo{3} $$"
    )  # fmt: skip
    html = site(page)
    text = [re.sub(r"<[^>]+>", "", line) for line in re.findall("<summary>(.*?)</summary>", html)]
    assert words(html) == ["proved", "assumed", "refuted", "refuted", "unread"]
    assert text[0] == "✓ proved for every n (Step 1)"
    assert text[1].startswith("✓ proved, assuming ")
    assert text[2].startswith("✗ refuted at n = 1, ")
    assert "≠" in text[2]
    assert re.fullmatch(r"✗ refuted (?:at .*: )?Left side .*, Right side .* \(Step 4\)", text[3])
    assert text[4] == "– unread (Step 5)"


def test_rows_that_are_not_proved_are_told_apart_and_the_whole_chain_is_named() -> None:
    html = site(r"$$ 2x + x = 4x = 3x $$")
    assert words(html) == ["refuted", "refuted", "proved"]
    assert html.count('class="derive-formula"') == 2
    assert "Chain 1, first = last" in html


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ({}, ["proved", "refuted", "unread"]),
        ({"only": "findings"}, ["refuted", "unread"]),
        ({"only": "findings", "allow": "unread"}, ["refuted"]),
        ({"only": "findings", "allow": ["unread", "assumed"]}, ["refuted"]),
        ({"allow": ["unread"]}, ["proved", "refuted", "unread"]),
    ],
)
def test_settings_choose_what_is_marked(settings: dict[str, Any], found: list[str]) -> None:
    page = f"$$ {TRUE} $$\n\n$$ {FALSE} $$\n\n$$ 2x = \\foo{{3}} $$"
    assert words(site(page, **settings)) == found


def test_marks_without_details_and_without_style() -> None:
    html = site(f"$$ {TRUE} $$", details=False, style=False)
    assert words(html) == ["proved"]
    assert "<details" not in html
    assert "<style" not in html


def test_the_style_comes_once_a_page_and_again_on_the_next() -> None:
    md = Markdown(extensions=["derive"])
    page = f"Text ${TRUE}$.\n\n$$ {TRUE} $$\n\n$$ {FALSE} $$"
    for _ in range(2):
        assert md.convert(page).count("<style>") == 1
        md.reset()


@pytest.mark.parametrize(("lang", "said"), [("zh", "不成立"), ("en", "refuted"), ("", "不成立")])
def test_marks_speak_the_page_s_language_or_another(lang: str, said: str) -> None:
    html = site(
        f"这是一个推导，两边相等。下面的公式对任意实数都成立，我们把左边展开，就得到右边。\n\n$$ {FALSE} $$",
        lang=lang,
    )
    assert f'<span class="derive-word">{said}</span>' in html


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"allow": "refuted"}, "derive: allow: 'refuted': choose from assumed, unknown, unread"),
        ({"only": "some"}, "derive: only: 'some': choose from all, findings"),
    ],
)
def test_a_wrong_setting_is_an_error(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        DeriveExtension(**settings)


def test_strict_ends_the_build_and_says_where(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    text = f"Text\n\n$$ {FALSE} $$\n\n$$ 2x = 3x $$\n"
    page.write_text(f"---\ntitle: Page\n---\n\n{text}", encoding="utf-8")
    with pytest.raises(RefutedSteps) as error:
        site(text, strict=True, path=str(page))
    lines = error.value.format_message().splitlines()
    assert lines[0].startswith(f"{page}:7:14: refuted: (x+y)^2 = x^2 + y^2: ")
    assert lines[1].startswith(f"{page}:9:9: refuted: 2x = 3x: ")
    assert len(lines) == 2


@pytest.mark.parametrize(
    "text",
    [f"$$ {TRUE} $$", "$$ 2x = \\foo{3} $$", f"<!-- derive: expect refuted -->\n\n$$ {FALSE} $$"],
)
def test_strict_lets_all_else_pass(text: str) -> None:
    assert words(site(text, strict=True))


class _File:
    def __init__(self, path: Path) -> None:
        self.abs_src_path = str(path)
        self.src_uri = path.name


class _Context:
    """As Zensical has it."""

    def __init__(self, path: Path) -> None:
        self.page = type("Page", (), {"path": path.name})
        self.config = {"docs_dir": str(path.parent)}

    def run(self, lines: list[str]) -> list[str]:
        return lines


@pytest.mark.parametrize("builder", ["mkdocs", "zensical"])
def test_the_builder_tells_which_page_it_is(builder: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"---\ntitle: x\n---\n$$ {FALSE} $$\n", encoding="utf-8")
    md = Markdown(extensions=[DeriveExtension(strict=True)])
    if builder == "mkdocs":
        processor = type("P", (), {"file": _File(page), "run": lambda self, root: root})()
        md.treeprocessors.register(processor, "relpath", 0)
    else:
        md.preprocessors.register(_Context(page), "context", 0)  # type: ignore[arg-type]
    with pytest.raises(RefutedSteps, match=r"^page\.md:4:14: refuted"):
        md.convert(f"$$ {FALSE} $$\n")


def test_what_the_folder_declares_holds(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    text = r"$$ L = -\sum_k y_k \log \frac{e^{z_k}}{\sum_j e^{z_j}} $$"
    text += "\n\n" r"$$ \frac{\partial L}{\partial z_i} = \frac{e^{z_i}}{\sum_j e^{z_j}} - y_i $$"
    page.write_text(text, encoding="utf-8")
    assert words(site(text, path=str(page))) == ["assumed"]
    config = tmp_path / "derive.toml"
    config.write_text(r"given = ['\sum_k y_k = 1']", encoding="utf-8")
    assert words(site(text, path=str(page))) == ["proved"]
    config.write_text("exclude = ['page.md']", encoding="utf-8")
    assert words(site(text, path=str(page))) == []
    config.write_text("givn = 3", encoding="utf-8")
    with pytest.raises(RefutedSteps, match=r"derive\.toml:1: givn: no setting is called so"):
        site(text, path=str(page))


def test_lines_stay_lines_for_whoever_comes_next() -> None:
    seen: list[list[str]] = []

    class Next:
        def run(self, lines: list[str]) -> list[str]:
            seen.append(lines)
            return lines

    text = f"Text\n\n$$\n{TRUE}\n$$\n\n- ${TRUE}$\n\nLast line"
    md = Markdown(extensions=["derive"])
    md.preprocessors.register(Next(), "next", 29)  # type: ignore[arg-type]
    md.convert(text)
    assert seen[0][8] == "Last line"
    assert seen[0][2:4] == ["$$", TRUE]


def test_nothing_heavy_is_loaded_for_a_page_without_formulas() -> None:
    code = (
        "import markdown, sys; html = markdown.markdown('# Plain\\n\\nText', extensions=['derive'])\n"
        "print(html, [m for m in ('sympy', 'jinja2', 'markdown_it', 'flint', 'latex2mathml')"
        " if m in sys.modules])\n"
        "markdown.markdown('It is $x$.', extensions=['derive']); print('sympy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["<h1>Plain</h1>", "<p>Text</p> []", "False"]
