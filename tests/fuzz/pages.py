"""Pages made of anything, from letter salad to plausible derivations with something broken."""

from __future__ import annotations

from hypothesis import strategies as st

from derive.catalogue import names, page_text
from tests.fuzz.tokens import KNOWN, UNKNOWN, WHOLE

__all__ = ["anything", "catalogue_pages", "derivations", "soups"]

_GAPS = st.sampled_from(["", "", " ", " ", "\n", "\n\n"])
_FENCES = (
    ("$$ ", " $$"), ("$$\n", "\n$$"), ("$", "$"), (r"\[", r"\]"), (r"\(", r"\)"),
    ("```math\n", "\n```"), ("$`", "`$"), ("> $$ ", " $$"), ("- $$ ", " $$"), ("$$ ", ""), ("", ""),
    ("\\begin{align}\n", "\n\\end{align}"), ("$$\n\\begin{aligned}\n", "\n\\end{aligned}\n$$"),
)  # fmt: skip

_RELATION = st.sampled_from(
    [
        "=",
        "=",
        "=",
        "=",
        "\\\\\n&=",
        "\\leq",
        ">",
        "\\neq",
        ":=",
        "\\approx",
        "\\Rightarrow",
        "\\in",
    ]
)


def anything() -> st.SearchStrategy[str]:
    """Any text, mostly of characters that mean something somewhere, half of it in a formula."""
    common = st.characters(min_codepoint=0, max_codepoint=0x2FF)
    text = st.text(st.one_of(st.sampled_from("$\\{}^_=&\n `<>#xyk12"), common, st.characters()))
    return st.one_of(text, st.builds(lambda a, b: f"words $$ {a} = {b} $$", text, text))


def soups() -> st.SearchStrategy[str]:
    """Tokens in any order, between marks that may or may not belong together."""
    token = st.one_of(*map(st.sampled_from, (WHOLE, KNOWN, UNKNOWN)))
    soup = _spaced(token, 20)
    calm = st.one_of(st.sampled_from(WHOLE), st.sampled_from([t for t in KNOWN if t not in "{}"]))
    readable = st.builds(
        lambda a, r, b: f"{a} {r} {b}", _spaced(calm, 3), _RELATION, _spaced(calm, 3)
    )
    fences = st.one_of(
        st.sampled_from(_FENCES),
        st.tuples(*(st.sampled_from([f[side] for f in _FENCES]) for side in (0, 1))),
    )
    block = st.builds(
        lambda fence, body: fence[0] + body + fence[1], fences, st.one_of(soup, readable)
    )
    return st.lists(block, min_size=1, max_size=5).map("\n\n".join)


def _spaced(token: st.SearchStrategy[str], most: int) -> st.SearchStrategy[str]:
    pairs = st.lists(st.tuples(token, _GAPS), max_size=most)
    return pairs.map(lambda found: "".join(token + gap for token, gap in found))


# --------------------------------------------------------------------------- plausible formulas

_INDEX = st.sampled_from(["i", "j", "k", "l", "1", "2", "n", "m"])
_ATOM = st.one_of(
    st.sampled_from(["x", "y", "z", "n", "T", "C", "e", "0", "1", "2", "\\eta", "\\pi", "0.5"]),
    st.builds(lambda f, i: f"{f}_{i}", st.sampled_from("abxyzwp"), _INDEX),
    st.builds(
        lambda f, i, k: f"{f}_{{{i}{k}}}^L", st.sampled_from(["w", "\\delta"]), _INDEX, _INDEX
    ),
    st.builds(lambda i, k: f"\\delta_{{{i}{k}}}", _INDEX, _INDEX),
    st.builds(lambda i: f"\\hat{{y}}_{i}^{{(t)}}", _INDEX),
)
_FORMS = (
    "{0} + {1}", "{0} - {1}", "-{0}", "{0} {1}", "{0} \\cdot {1}", "({0})", "\\left( {0} \\right)",
    "\\frac{{{0}}}{{{1}}}", "{0}/{1}", "{{{0}}}^2", "({0})^{{-1}}", "({0})^{{{1}}}", "\\sqrt{{{0}}}",
    "e^{{{0}}}", "\\exp({0})", "\\log {0}", "\\ln({0})", "\\sigma({0})", "\\tanh({0})", "|{0}|",
    "\\sum_k {0}", "\\sum_{{k=1}}^{{n}} {0}", "\\sum_{{k \\neq j}} {0}", "\\sum_{{k=1}}^{{3}} {0}",
    "\\sum_j \\sum_k {0}", "\\prod_k {0}", "\\frac{{1}}{{n}} \\sum_{{i=1}}^{{n}} ({0})",
    "\\frac{{\\partial {0}}}{{\\partial {1}}}", "\\frac{{\\partial}}{{\\partial z_j}} {0}",
    "\\frac{{d}}{{d x}} ({0})", "\\frac{{\\partial^2 {0}}}{{\\partial z_i \\partial z_j}}",
    "\\mathbf{{1}}[{0} = {1}]", "\\frac{{e^{{z_j}}}}{{\\sum_k e^{{z_k}}}} {0}",
    "\\begin{{cases}} {0} & i = j \\\\ {1} & \\text{{otherwise}} \\end{{cases}}",
    "\\begin{{cases}} {0} & \\text{{if }} x > 0 \\\\ {1} & x \\leq 0 \\end{{cases}}",
)  # fmt: skip
_TERM = st.recursive(
    _ATOM,
    lambda inner: st.builds(lambda form, a, b: form.format(a, b), st.sampled_from(_FORMS), inner, inner),
    max_leaves=6,
)  # fmt: skip
_PROSE = st.sampled_from(
    [
        "If $i = j$:", "If $i \\neq j$, then", "Otherwise,", "where $\\sum_k y_k = 1$.", "So", "",
        "Let $T > 0$ and $x \\in (0, 1)$.", "当 $i \\neq j$ 时：", "## Next", "Since $y$ is one-hot,",
        "for all $k = 1, \\dots, n$", "Suppose $x = 0$.", "Here $\\sigma(x) = 1/(1+e^{-x})$.",
        "we no longer assume that $i = j$", "- a list, $a_j = \\frac{e^{z_j}}{\\sum_k e^{z_k}}$",
        "where $C = -\\sum_k y_k \\log a_k$", "At $x = y$ we have", "> quoted",
    ]
)  # fmt: skip


@st.composite
def _chain(draw: st.DrawFn) -> str:
    sides = draw(st.lists(_TERM, min_size=2, max_size=4))
    if draw(st.booleans()):
        sides[1] = sides[0]  # something true to prove
    text = sides[0]
    for side in sides[1:]:
        text += f" {draw(_RELATION)} {side}"
    if draw(st.integers(0, 5)) == 0:
        text = f"= {text}"
    opening, closing = draw(st.sampled_from(_FENCES[:8] + _FENCES[11:]))
    return f"{opening}{text}{closing}"


@st.composite
def derivations(draw: st.DrawFn) -> str:
    """Definitions, cases, givens and chains such as people write, perhaps damaged."""
    parts = draw(st.lists(st.one_of(_chain(), _PROSE), min_size=1, max_size=6))
    return draw(_damaged("\n\n".join(parts)))


@st.composite
def catalogue_pages(draw: st.DrawFn) -> str:
    """A stretch of a catalogue page, damaged."""
    parts = page_text(draw(st.sampled_from(names()))).split("\n\n")
    start = draw(st.integers(0, len(parts) - 1))
    return draw(_damaged("\n\n".join(parts[start : start + 6])))


@st.composite
def _damaged(draw: st.DrawFn, text: str) -> str:
    """The text with up to four pieces deleted, doubled, swapped, replaced or put in."""
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(text)))
        length = draw(st.sampled_from([0, 1, 1, 2, 5, 20]))
        piece, rest = text[start : start + length], text[start + length :]
        kind = draw(st.sampled_from(["delete", "double", "swap", "replace"]))
        if kind == "delete":
            piece = ""
        elif kind == "double":
            piece += piece
        elif kind == "swap":
            piece = rest[:length] + piece
            rest = rest[length:]
        else:
            piece = draw(st.sampled_from(KNOWN + UNKNOWN + WHOLE))
        text = text[:start] + piece + rest
    return text
