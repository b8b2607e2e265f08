"""Markdown → pages: what is a formula, what is not, and exactly where everything stands."""

from __future__ import annotations

import pytest

from derive.reading.markdown import read_markdown
from derive.reading.page import Page


def formulas(text: str) -> list[tuple[str, bool]]:
    """(LaTeX, whether displayed) of every formula in reading order."""
    page = read_markdown(text, "page.md")
    return [(f.source.strip(), f.display) for item in page.items for f in item.formulas]


def shown(text: str) -> list[str]:
    return [source for source, display in formulas(text) if display]


def inline(text: str) -> list[str]:
    return [source for source, display in formulas(text) if not display]


@pytest.mark.parametrize(
    "text",
    [
        "$$a = b$$",
        "$$ a = b $$",
        "$$\na = b\n$$",
        "Words $$a = b$$",
        "Words: $$a = b$$ .",
        r"\[ a = b \]",
        "\\[\na = b\n\\]",
        r"\\[ a = b \\]",
        "```math\na = b\n```",
        "~~~math\na = b\n~~~",
        "> $$a = b$$",
        "> $$\n> a = b\n> $$",
        "- $$a = b$$",
        "- point\n\n  $$\n  a = b\n  $$",
        "1. first\n   $$a = b$$\n2. second",
        "| x | y |\n|---|---|\n\n$$a = b$$",
        "text\n$$\na = b\n$$\ntext",
        "$$a = b$$\r\n",
    ],
)
def test_every_way_to_display_a_formula(text: str) -> None:
    assert formulas(text) == [("a = b", True)]


@pytest.mark.parametrize(
    "text",
    [
        "so $a = b$ holds",
        "so $a = b$, and",
        "so ($a = b$) holds",
        "so $$a = b$$ holds",
        "If $$a = b$$,",
        "因为$a = b$成立",
        r"so \(a = b\) holds",
        r"so \\(a = b\\) holds",
        "so $`a = b`$ holds",
        "so $ a = b $ holds",
        "> so $a = b$",
        "* so $a = b$",
        "# About $a = b$",
        "**$a = b$**",
    ],
)
def test_every_way_to_put_a_formula_into_a_line(text: str) -> None:
    assert formulas(text) == [("a = b", False)]


@pytest.mark.parametrize(
    "name", ["align", "align*", "equation", "equation*", "gather", "eqnarray", "multline"]
)
def test_environments_are_displayed_formulas_with_their_wrapper(name: str) -> None:
    body = rf"\begin{{{name}}} a &= b \\ &= c \end{{{name}}}"
    assert formulas(f"text\n\n{body}\n\ntext") == [(body, True)]


@pytest.mark.parametrize(
    "text",
    [
        "```\n$$a = b$$\n```",
        "```python\nx = '$a = b$'\n```",
        "~~~\n$$a = b$$\n~~~",
        "    $$a = b$$\n",
        "code `$a = b$` only",
        "code ``$a ` = b$`` only",
        "<!-- $$a = b$$ -->",
        "<!--\n$$\na = b\n$$\n-->",
        r"escaped \$a = b\$ dollars",
        "It costs $5 and then $6 more",
        "It costs $5, $6 or $7.",
        "from US$5 to US$9",
        "$5",
        "no formulas here",
        "",
        "\n\n\n",
        "a lonely $ sign",
        "$$$$",
    ],
)
def test_what_is_no_formula(text: str) -> None:
    assert formulas(text) == []
    assert read_markdown(text, "page.md").problems == ()


def test_formulas_after_code_comments_and_prices_are_still_found() -> None:
    text = (
        "`$x$` costs $5 and $6 <!-- $y$ --> but $a = b$\n\n"
        "```\n$$ no $$\n```\n\n$$ c = d $$\n\nan odd ` tick\n\n$$ e = f $$\n"
    )
    assert formulas(text) == [("a = b", False), ("c = d", True), ("e = f", True)]


def test_an_escaped_dollar_inside_a_formula_does_not_close_it() -> None:
    assert inline(r"pay $p = \$5$ now") == [r"p = \$5"]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("$$a = b$$", [(1, 3)]),
        ("$a$ and $b$", [(1, 2), (1, 10)]),
        ("one\n\ntwo $x = y$\n", [(3, 6)]),
        ("一二三 $x$", [(1, 6)]),
        ("$$\na = b\n$$", [(1, 3)]),
        ("> $$a$$", [(1, 5)]),
        ("> > - $x$", [(1, 8)]),
        ("```math\na\n```", [(2, 1)]),
        ("$`a`$ x", [(1, 2)]),
        (r"\(a\) \[b\]", [(1, 3), (1, 9)]),
        ("a\r\n\r\n$x$", [(3, 2)]),
    ],
)
def test_the_place_of_a_formula_is_where_its_source_begins(
    text: str, places: list[tuple[int, int]]
) -> None:
    page = read_markdown(text, "page.md")
    found = [page.place(f.offset) for item in page.items for f in item.formulas]
    assert found == places


@pytest.mark.parametrize(
    "text",
    [
        "# T\n\nwords $x_1$ and\n$y$\n\n$$ a = b $$\n\n- $z$\n\n```math\nc\n```\n\nfin \\(d\\)",
        "> quoted $a$\n> $$ b $$\n\n`$no$` $c$",
        "中文 $a$，$$ b = c $$。\r\n\r\n$d$",
    ],
)
def test_an_offset_points_at_the_source_itself(text: str) -> None:
    page = read_markdown(text, "page.md")
    found = [f for item in page.items for f in item.formulas]
    assert len(found) >= 3
    for formula in found:
        assert text.startswith(formula.source, formula.offset)


# --------------------------------------------------------------------------- what is never closed


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("$$ a = b", (1, 1), "this $$ is never closed"),
        ("one\n\ntwo $$ a = b\n", (3, 5), "this $$ is never closed"),
        (r"x \[ a = b", (1, 3), r"this \[ is never closed"),
        ("\\begin{align} a = b", (1, 1), r"\begin{align} is never closed"),
    ],
)
def test_an_opening_without_its_closing_is_reported_with_its_place(
    text: str, place: tuple[int, int], message: str
) -> None:
    page = read_markdown(text, "page.md")
    assert [(page.place(p.offset), p.message) for p in page.problems] == [(place, message)]


@pytest.mark.parametrize(
    "text",
    [
        "$$ a = b\n\nHere are some more words.\n\n$$ c = d $$\n",
        "$$ a = b\n\n# Next part\n\n$$ c = d $$\n",
        "$$ a = b\n\n这里是中文的段落。\n\n$$ c = d $$\n",
        "\\begin{align} a = b\n\nwords\n\n$$ c = d $$\n",
        "\\[ a = b\n\nwords\n\n$$ c = d $$\n",
    ],
)
def test_the_page_after_an_unclosed_formula_is_still_read(text: str) -> None:
    assert shown(text)[-1] == "c = d"
    assert len(read_markdown(text, "page.md").problems) == 1


# --------------------------------------------------------------------------- items


def outline(page: Page) -> list[str]:
    return [f"{item.kind}{item.level or ''}: {' '.join(item.text.split())}" for item in page.items]


def test_headings_prose_and_formulas_in_reading_order() -> None:
    text = (
        "# One\n\nfirst $x$\nstill first\n\n$$ a = b $$\n\nsecond\n\n"
        "Two\n---\n\n### Three $y$ ###\n\nlast $$ c = d $$ words\n"
    )
    assert outline(read_markdown(text, "page.md")) == [
        "heading1: One",
        "prose: first $x$ still first",
        "formula: a = b",
        "prose: second",
        "heading2: Two",
        "heading3: Three $y$",
        "prose: last $$ c = d $$ words",
    ]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# One\n\n## Two\n", "One"),
        ("words first\n\n## Two\n", "Two"),
        ("only words\nand more", "only words"),
        ("$$ a = b $$", "page.md"),
        ("", "page.md"),
    ],
)
def test_the_title_of_a_page(text: str, title: str) -> None:
    assert read_markdown(text, "some/page.md").title == title


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The derivative of the cost is simple.", "en"),
        ("柔性最大值的想法其实就是为神经网络定义一种新式的输出层，开始时首先计算带权输入。", "zh"),
        ("An English page that mentions 柔性最大值 once.", "en"),
        ("", "en"),
    ],
)
def test_the_language_of_a_page(text: str, language: str) -> None:
    assert read_markdown(text, "page.md").language == language


def test_many_unclosed_delimiters_take_linear_time() -> None:
    text = "$a " * 15_000 + "\n\n$$ c = d $$"
    assert shown(text) == ["c = d"]


@pytest.mark.parametrize(
    "text",
    [
        "- point\n\n  ```math\n  a = b c\n  ```",
        "> ```math\n> a = b c\n> ```",
    ],
)
def test_a_fence_in_a_list_or_a_quote_is_read_whole(text: str) -> None:
    assert formulas(text) == [("a = b c", True)]


def test_front_matter_is_no_part_of_the_page() -> None:
    text = "---\ntitle: My page\n---\n\n$$a = b$$\n"
    assert outline(read_markdown(text, "page.md")) == ["formula: a = b"]


# --------------------------------------------------------------------------- other people's Markdown


@pytest.mark.parametrize(
    "text",
    [
        "{{< katex >}}\na = b\n{{< /katex >}}",
        "{{<katex display>}}a = b{{</katex>}}",
        "{{< katex display=true >}}\n    a = b\n{{< /katex >}}\n",
        "words\n{{% math %}}\na = b\n{{% /math %}}\nwords",
        "> {{< katex >}}\n> a = b\n> {{< /katex >}}",
        "- point\n\n  {{< katex >}}\n  a = b\n  {{< /katex >}}.",
        "{{< math >}}\n$$\na = b\n$$\n{{< /math >}}",
        "{{< mathjax/block >}}\\[a = b\\]{{< /mathjax/block >}}",
        "{{< katex >}}\n\n{{< katex >}}\na = b\n{{< /katex >}}",
        "{% katex display %}a = b{% endkatex %}",
    ],
)
def test_a_tag_of_a_site_generator_begins_a_display(text: str) -> None:
    assert formulas(text) == [("a = b", True)]
    page = read_markdown(text, "page.md")
    assert (page.problems, page.text) == ((), text)


@pytest.mark.parametrize(
    "text",
    [
        "so {{< katex >}}a = b{{< /katex >}} holds",
        "so {{% katex display=false %}} a = b {{% /katex %}} holds",
        "so {{< math >}}$a = b${{< /math >}} holds",
        "so {% katex %} a = b {% endkatex %}.",
        "{{< katex >}} so $a = b$",
    ],
)
def test_a_tag_of_a_site_generator_in_a_sentence_is_inline(text: str) -> None:
    assert formulas(text) == [("a = b", False)]


@pytest.mark.parametrize(
    "text",
    [
        "{{< katex >}}",
        "{{< katex >}} and {{< /math >}}",
        "`{{< katex >}}a = b{{< /katex >}}`",
        "```\n{{< katex >}}\na = b\n{{< /katex >}}\n```",
        '[a]({{< relref "/math/a.md" >}}) = b',
        "{{</* katex */>}}a = b{{</* /katex */>}}",
        "{{< katex >}}{{< /katex >}}",
    ],
)
def test_a_tag_without_a_formula_is_none(text: str) -> None:
    assert formulas(text) == []
    assert read_markdown(text, "page.md").problems == ()


def test_a_formula_between_tags_stands_where_it_was_written() -> None:
    text = "one\n\n{{< katex >}}\nx_i\n{{< /katex >}}\n\nso {{< katex >}} y {{< /katex >}}\n"
    page = read_markdown(text, "page.md")
    places = [
        (f.offset + f.source.index(c), c)
        for i in page.items
        for f in i.formulas
        for c in "xy"
        if c in f.source
    ]
    assert places == [(text.index("x_i"), "x"), (text.index(" y ") + 1, "y")]


@pytest.mark.parametrize(
    "text",
    [
        "- point\n\n    $$\n    a = b\n    $$",
        "1. one\n   - two\n\n     $$ a = b $$\n",
        "> > $$a = b$$",
        "<p>$$a = b$$</p>",
        '<span class="math display">\\[a = b\\]</span>',
        "<div>\n\n$$a = b$$\n\n</div>",
        "<details><summary>Proof</summary>\n\n$$\na = b\n$$\n</details>",
        "{% raw %}\n$$a = b$$\n{% endraw %}",
        "{%- raw -%}$$a = b$${%- endraw -%}",
        "$$\na = b\n$$ (label)",
        "$$ a = b $$ {#eq:one}",
        "```{math}\na = b\n```",
        "```{math}\n:label: eq\na = b\n```",
        "```{math}\n---\nlabel: eq\n---\na = b\n```",
        ":::{math}\na = b\n:::",
        "::: {math} \n:label: eq\n\na = b\n::::",
        "> :::{math}\n> a = b\n> :::",
        "````{prf:proof} Title\n:label: x\n$$ a = b $$\n````",
        ":::{note}\n$$ a = b $$\n:::",
        "text\n\n```math\na = b",
        '+++\ntitle = "$x$"\n+++\n\n$$a = b$$',
    ],
)
def test_displays_in_the_markdown_of_other_tools(text: str) -> None:
    assert formulas(text) == [("a = b", True)]
    assert read_markdown(text, "page.md").problems == ()


@pytest.mark.parametrize(
    "text",
    [
        "so {math}`a = b` holds",
        '<span class="math inline">\\(a = b\\)</span> holds',
        "| x | $a = b$ |\n|---|---|\n| 1 | 2 |",
        "```{note}\nso $a = b$\n```",
        "```{theorem} Name\n:label: x\n\nso $a = b$\n```",
        "<pre> is no end, so $a = b$",
        "{% include x.html %} so $a = b$ {% highlight %}",
    ],
)
def test_inline_formulas_in_the_markdown_of_other_tools(text: str) -> None:
    assert formulas(text) == [("a = b", False)]


@pytest.mark.parametrize(
    "text",
    [
        "<pre>\n$a = b$\n</pre>",
        "so <code>$a = b$</code>",
        "<script>\nx = '$a$ $b$'\n</script>",
        "<style>\n$a$\n</style>",
        "{% highlight python %}\nx = '$a = b$'\n{% endhighlight %}",
        "{% comment %} $a = b$ {% endcomment %}",
        "```{code-cell}\n$a = b$\n```",
        "```{r}\nx$a = x$b\n```",
        "```{python}\n$a$\n```",
        ":::{code} python\n$a = b$\n:::",
        "```\n:::{math}\na = b\n:::\n```",
        "`{math}` and `x`",
    ],
)
def test_what_is_no_formula_for_other_tools(text: str) -> None:
    assert formulas(text) == []
    assert read_markdown(text, "page.md").problems == ()


@pytest.mark.parametrize("name", ["equation", "align*"])
@pytest.mark.parametrize("lead", ["", "> ", "- ", "1. ", "words "])
def test_an_environment_needs_no_dollars(lead: str, name: str) -> None:
    body = rf"\begin{{{name}}} a = b \end{{{name}}}"
    assert formulas(lead + body) == [(body, True)]
    assert formulas(f"- point\n\n    \\begin{{{name}}}\n    a\n    \\end{{{name}}}\n")[0][1]


def test_the_equations_of_a_directive_are_set_apart_by_empty_lines() -> None:
    assert shown("```{math}\n:label: x\n\na\n\nb\n= c\n```\n\n:::{math}\nd\n\ne\n:::") == [
        "a",
        "b\n= c",
        "d",
        "e",
    ]


def test_a_bar_in_a_table_may_be_escaped_and_is_still_in_its_place() -> None:
    text = "| x | y |\n|---|:-:|\n| $|a| = b$ | $\\|c\\| = d$ |\n\n$\\|e\\|$ here"
    page = read_markdown(text, "page.md")
    found = [f for item in page.items for f in item.formulas]
    assert [f.source for f in found] == ["|a| = b", " |c | = d", r"\|e\|"]
    assert [page.place(f.offset) for f in found] == [(3, 4), (3, 16), (5, 2)]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("<p>$$a &lt; b$$</p>", "a <    b"),
        ("$$a &amp;= b$$", "a &    = b"),
        ("$$a &= b; c &d; e$$", "a &= b; c &d; e"),
        ("$$a &sum; b$$", "a &sum; b"),
    ],
)
def test_what_html_escapes_is_read_in_its_place(text: str, source: str) -> None:
    assert shown(text) == [source]


@pytest.mark.parametrize(
    "text",
    [
        "```{math}\n:label: x\n  a\n\nb\n```\n\n{math}`c`",
        "> :::{math}\n> a\n> :::\n\n{% raw %}$b$ and $c${% endraw %}",
        '+++\nx = "1"\n+++\n\n- $$ a $$\n\n<pre>$x$</pre> $b$ and $c$',
    ],
)
def test_an_offset_points_at_the_source_in_other_tools_too(text: str) -> None:
    page = read_markdown(text, "page.md")
    found = [f for item in page.items for f in item.formulas]
    assert [f.source.strip() for f in found] == ["a", "b", "c"]
    assert all(text.startswith(f.source, f.offset) for f in found)


def test_a_directive_that_is_never_closed_is_reported_and_the_rest_is_read() -> None:
    page = read_markdown("words\n\n:::{math}\na = b\n\nso $c$", "page.md")
    assert [f.source for item in page.items for f in item.formulas] == ["a = b", "c"]
    assert [(page.place(p.offset), p.message) for p in page.problems] == [
        ((3, 4), "this :::{math} is never closed")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "!!! note\n\n    $$ a = b $$",
        '!!! note "Title"\n    Text\n\n    $$\n    a = b\n    $$\n\nText',
        "??? tip\n    Text\n\n    !!! note\n        Text\n\n        $$ a = b $$",
        '=== "Tab"\n\n    $$ a = b $$\n\n        $$ code = code $$',
        "Note[^1].\n\n[^1]:\n    Text\n\n    $$ a = b $$",
        "Term\n:   Text\n\n    $$ a = b $$",
        "```\n!!! note\n    ```\n    $$ code = code $$\n```\n\n$$ a = b $$",
        "!!! note\n\n    ```\n    $$ code = code $$\n    ```\n\n    $$ a = b $$",
        "!!! note\n\nText\n\n    $$ code = code $$\n\n$$ a = b $$",
        "```{derive}\na = b\n```",
        "```{derive}\n:marks: all\n\na = b\n```",
        ":::{derive}\na = b\n:::",
        ":::{derive}\n$$ a = b $$\n:::",
    ],
)
def test_what_lies_in_an_indented_container_is_no_code(text: str) -> None:
    assert formulas(text) == [("a = b", True)]
