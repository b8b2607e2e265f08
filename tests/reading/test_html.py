"""HTML → pages: what a browser shows as mathematics, and exactly where it stands in the file."""

from __future__ import annotations

import pytest

from derive.reading.html import read_html
from derive.reading.page import Page


def read(text: str) -> Page:
    return read_html(text, "page.html")


def formulas(text: str) -> list[tuple[str, bool]]:
    """(LaTeX without the room of entities, whether displayed), in reading order."""
    page = read(text)
    found = [f for item in page.items for f in item.formulas]
    assert all(page.text.startswith(f.source, f.offset) for f in found)
    return [(" ".join(f.source.split()), f.display) for f in found]


KATEX = (
    '<span class="katex"><span class="katex-mathml"><math{}><semantics><mrow><mi>a</mi></mrow>'
    '<annotation encoding="application/x-tex">a = b</annotation></semantics></math></span>'
    '<span class="katex-html" aria-hidden="true"><span>a=b</span></span></span>'
)
WIKIPEDIA = (
    '<span class="mwe-math-element"><span style="display: none;"><math{} alttext="x"><semantics>'
    '<mrow>x</mrow><annotation encoding="application/x-tex">a = b</annotation></semantics></math>'
    '</span><img alt="a = b" src="x.svg"></span>'
)
MATHJAX_2 = (
    '<span class="MathJax_Preview">a=b</span><span class="MathJax"><nobr>a=b</nobr><span '
    'class="MJX_Assistive_MathML"><math><mi>a</mi></math></span></span>'
    '<script type="math/tex{}" id="MathJax-Element-1">a = b</script>'
)


@pytest.mark.parametrize(
    "text",
    [
        "<p>$$a = b$$</p>",
        "<p>$$\na = b\n$$</p>",
        "<p>words \\[a = b\\] words</p>",
        "<p>\\\\[a = b\\\\]</p>",
        "$$a = b$$",
        "<P>$$a = b$$</P>",
        "<td>$$a = b$$</td><td>words</td>",
        "$$a<br>= b$$",
        "$$a<br/>= b$$",
        '<span class="math display">\\[a = b\\]</span>',
        '<span class="math display">a = b</span>',
        '<div class="math notranslate">\n\\[a = b\\]</div>',
        '<script type="math/tex; mode=display">a = b</script>',
        '<script type="math/tex; mode=display">% <![CDATA[\na = b %]]></script>',
        "<SCRIPT TYPE='math/tex;mode=display'>a = b</SCRIPT >",
        f'<p>x</p><span class="katex-display">{KATEX.format("")}</span>',
        KATEX.format(' display="block"'),
        WIKIPEDIA.format(' display="block"'),
        MATHJAX_2.format("; mode=display"),
        '<img alt="$no$" title="a > b">$$a = b$$',
        "<pre><b>$no$</pre>$$a = b$$",
        "<code>$no</code>$$a = b$$",
        "<!-- > -->$$a = b$$<!---->",
        "<!doctype html>\n<?xml?>$$a = b$$",
        "<title>$no$</title>$$a = b$$",
        '<div class="tex2jax_ignore">$no$</div>$$a = b$$',
        '<div class="tex2jax_ignore">$no$ <b class="math">$$a = b$$</b></div>',
    ],
)
def test_every_way_to_display_a_formula(text: str) -> None:
    assert formulas(text) == [("a = b", True)]
    assert read(text).problems == ()


@pytest.mark.parametrize(
    "text",
    [
        "<p>so $a = b$ holds</p>",
        "<p>so \\(a = b\\) holds</p>",
        "<p>so <b>now</b> \\(a = b\\)</p>",
        'so <span class="math inline">\\(a = b\\)</span> holds',
        'so <span class="math inline">a = b</span> holds',
        "<h2>About $a = b$</h2>",
        'so <script type="math/tex">a = b</script> holds',
        f"so {KATEX.format('')} holds",
        "so " + WIKIPEDIA.format(' display="inline"'),
        f"so {MATHJAX_2.format('')} holds",
        "so $a &#61; b$ holds",
        "so $a&nbsp;=&#xa0;b$ holds",
    ],
)
def test_every_way_to_put_a_formula_into_a_line(text: str) -> None:
    assert formulas(text) == [("a = b", False)]
    assert read(text).problems == ()
    assert [item.text[:3] for item in read(text).items] in (["so "], ["so"], ["Abo"])


@pytest.mark.parametrize(
    "text",
    [
        "<pre>$a = b$</pre>",
        "<code>\\(a = b\\)</code>",
        "<script>x = '$a$ $b$'</script>",
        "<style>$a$</style>",
        "<textarea>$a$</textarea>",
        "<!-- $a$ -->",
        "<!-- $a$",
        "<head><meta content='$a$'></head>",
        '<img alt="$a = b$" class="latex">',
        '<a title="$a$" href=$b$>x</a>',
        "<noscript>$a$</noscript>",
        '<div class="mathjax_ignore">$a$ \\(b\\)</div>',
        "<p>$5 and $6</p>",
        "<p>$a</p><p>b$</p>",
        "$a<em>i = b</em>i$",
        "x<sup>2</sup> = y",
        "<script>$a$",
        "",
    ],
)
def test_what_is_no_formula(text: str) -> None:
    assert formulas(text) == []
    assert read(text).problems == ()


@pytest.mark.parametrize(
    ("written", "source"),
    [
        ("a &lt; b", "a <    b"),
        ("a &gt; b", "a >    b"),
        ("a &amp;= b", "a &    = b"),
        ("a < b", "a < b"),
        ("a <b$ and $c", "a <b"),
        ("f&#39;(x)", "f'    (x)"),
        ("a &#x3c; b", "a <      b"),
        ("a&nbsp;b", "a      b"),
        ("a &foo; b", "a &foo; b"),
        ("a & b", "a & b"),
        ("\\{a\\}", "\\{a\\}"),
    ],
)
def test_entities_stand_for_their_characters(written: str, source: str) -> None:
    page = read(f"<p>so ${written}$ holds</p>")
    first = page.items[0].formulas[0]
    assert first.source == source
    assert page.place(first.offset) == (1, 8)


def test_after_an_entity_places_are_still_those_of_the_file() -> None:
    text = "<p>a &amp; b</p>\n<p>so $x &lt; y$, $z$</p>"
    page = read(text)
    first, second = page.items[1].formulas
    line = text.splitlines()[1]
    assert page.place(first.offset + first.source.index("y")) == (2, line.index("y$") + 1)
    assert page.place(second.offset) == (2, line.index("z") + 1)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("$$a$$", [(1, 3)]),
        ("<p>\n  words\n  and   <b>more</b>\n  $a$\n</p>\n$$b$$", [(4, 4), (6, 3)]),
        ('<script type="math/tex">a</script>', [(1, 25)]),
        ('<span class="math inline"> a</span>', [(1, 28)]),
        ("一二三 \\(a\\)", [(1, 7)]),
        ("a\r\n<p>\r\n$x$ y", [(3, 2)]),
        ("<h1>One</h1>\n\n\n<h2>T $x$</h2>", [(4, 8)]),
    ],
)
def test_the_place_of_a_formula_is_where_it_stands_in_the_file(
    text: str, places: list[tuple[int, int]]
) -> None:
    page = read(text)
    assert [page.place(f.offset) for item in page.items for f in item.formulas] == places


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("<p>x</p>\n<p>$$ a = b</p>", (2, 4), "this $$ is never closed"),
        ("<p>\\[ a = b</p>", (1, 4), r"this \[ is never closed"),
        (
            "x <math><mi>x</mi></math>",
            (1, 3),
            "this formula is drawn without its TeX and is not read",
        ),
        (
            "<p>\n<mjx-container><mjx-math></mjx-math><mjx-assistive-mml><math></math></mjx-assistive-mml></mjx-container>",
            (2, 1),
            "this formula is drawn without its TeX and is not read",
        ),
    ],
)
def test_what_cannot_be_read_is_reported_with_its_place(
    text: str, place: tuple[int, int], message: str
) -> None:
    page = read(text)
    assert [(page.place(p.offset), p.message) for p in page.problems] == [(place, message)]


def test_headings_prose_and_formulas_in_reading_order() -> None:
    text = (
        "<html><head><title>no</title></head><body>\n<h1 id='x'>One <em>two</em><a class='headerlink'>¶"
        "</a></h1>\n<p>first <a href='long'>link</a>\n   and $x$,<br>more</p><p>second<br><br>third</p>"
        "<ul><li>four<li>$$ a = b $$ five</ul>six<h3>Seven</h3>\n<pre>code</pre>eight &amp; nine"
    )
    page = read(text)
    outline = [f"{i.kind}{i.level or ''}: {' '.join(i.text.split())}" for i in page.items]
    assert outline == [
        "heading1: One two",
        "prose: first link and $x$, more",
        "prose: second",
        "prose: third",
        "prose: four",
        "formula: a = b",
        "prose: five",
        "prose: six",
        "heading3: Seven",
        "prose: eight & nine",
    ]
    assert page.title == "One two"


def test_room_that_tags_took_is_closed_up() -> None:
    page = read(f"<p>If {KATEX.format('')},   <a href='{'x' * 500}'>then</a></p>")
    assert [item.text for item in page.items] == ["If $a = b$, then"]


@pytest.mark.parametrize(
    "text",
    [
        "<",
        "<a",
        "</",
        "<a b='",
        "<!",
        "<!--",
        "<a b=\"'>",
        "</p></p>",
        "<p/>",
        "&",
        "&#;",
        "&#9999999;",
        "<math>",
    ],
)
def test_broken_pages_raise_nothing(text: str) -> None:
    for page in (read(text), read(f"<p>$a$ {text} $b$</p>")):
        assert page.title
