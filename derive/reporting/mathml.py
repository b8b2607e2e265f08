"""LaTeX to MathML that a browser shows as TeX would, or None.

latex2mathml does the conversion; what it gets is the allow-listed tree of `notation`,
and what it gives is parsed, repaired where its output is known to be wrong, stripped to
the elements and attributes listed here, and written anew. A page's own markup cannot
survive that path.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from html import escape
from xml.etree import ElementTree

from latex2mathml.converter import convert

from derive.reporting.notation import Call, Text, parse
from derive.reporting.notation_print import Dialect, print_latex

__all__ = ["to_mathml"]

_NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"

_ELEMENTS = frozenset(
    "math mrow mi mo mn mtext mspace mfrac msqrt mroot msub msup msubsup munder mover "
    "munderover mtable mtr mtd mstyle mpadded mphantom".split()
)
_ATTRIBUTES = frozenset(
    "form stretchy fence movablelimits minsize maxsize accent accentunder displaystyle "
    "scriptlevel linethickness width columnalign largeop".split()
)
_FUNCTIONS = frozenset(
    "log ln lg exp sin cos tan cot sec csc sinh cosh tanh coth arcsin arccos arctan arg deg dim "
    "hom ker det gcd Pr max min sup inf lim".split()
)
_LIMITS = frozenset("∑∏∐⋃⋂⋁⋀⨁⨂⨀⨄⨆") | {
    "max", "min", "sup", "inf", "lim", "det", "gcd", "Pr", "lim sup", "lim inf",
    "arg max", "arg min",
}  # fmt: skip
_OPENING = frozenset("([{⟨⌊⌈|‖")
_RELATIONS = frozenset("=<>≤≥≠≈≡∼≃≅∝≔≜→←⇒⇔⟹⟺⟶↦∈∉∣⩽⩾≪≫≺≻⊂⊆")
# latex2mathml calls these identifiers, which costs them their spacing.
_OPERATORS = frozenset("±⧵⟂⪯⪰⨿•†‡◁▷⟸⟹⟺⟵⟶⟼⤳⩽⩾⨀⨁⨄⨆:∕|‖∼")
_BINARY = frozenset("+−±∓×⋅·÷∗⊙⊗⊕∘,;:/")
_FENCES = {"⌊": "prefix", "⌈": "prefix", "⌋": "postfix", "⌉": "postfix", "{": "prefix",
           "}": "postfix", "⟨": "prefix", "⟩": "postfix"}  # fmt: skip

# latex2mathml copies text into XML unescaped and reads commands inside it. Its specials
# travel as private characters, which `clean` has removed from everything a page says.
_SPECIAL = "<>&\\{}$%#_^~ '\""
_HIDE = {ord(char): chr(0xE000 + number) for number, char in enumerate(_SPECIAL)}
_SHOW = {0xE000 + number: char for number, char in enumerate(_SPECIAL)}
_SHOW[ord(_HIDE[ord(" ")])] = "\u00a0"

# Marks at the end of a word: an operator's name, one with limits, upright letters.
_NAME, _STARRED, _UPRIGHT = "\ue0fd", "\ue0fe", "\ue0ff"
_MARKS = _NAME + _STARRED + _UPRIGHT


@lru_cache(maxsize=1024)  # a report asks for a formula's length, too
def to_mathml(latex: str, size: str = "inline") -> str | None:
    """A ``<math>`` element, or None if the formula is better shown as its source.

    ``size`` is ``inline``, ``block`` (a line of its own) or ``large`` (in a line of text,
    but set as roomily as a displayed formula).
    """
    nodes = parse(latex)
    if nodes is None:
        return None
    try:
        root = ElementTree.fromstring(convert(print_latex(nodes, _DIALECT)))
        _strip(root)
        _repair(root)
        return _written(root, latex, size)
    except Exception:  # whatever a converter does to a strange formula, the page goes on
        return None


def _words(text: Text) -> str:
    hidden = text.content.translate(_HIDE)
    return "\\text{" + hidden + "}" if hidden else ""


def _named(call: Call) -> str | None:
    """Operator names and upright words in one piece: latex2mathml splits them into letters."""
    mark = {"\\operatorname": _NAME, "\\operatorname*": _STARRED, "\\mathrm": _UPRIGHT}
    if call.command not in mark:
        return None
    name = _letters(call.arguments[0])
    return "\\text{" + name + mark[call.command] + "}" if name else None


def _letters(nodes: object) -> str | None:
    parts = []
    for node in nodes if isinstance(nodes, tuple) else ():
        latex = getattr(node, "latex", None)
        if latex in {"\\,", "\\ ", "\\;", "~"}:
            parts.append(_HIDE[ord(" ")])
        elif isinstance(node, Text):
            parts.append(node.content.translate(_HIDE))
        elif isinstance(latex, str) and len(latex) == 1:
            parts.append(latex)
        else:
            return None
    return "".join(parts)


_DIALECT = Dialect(
    words=_words,
    environments={"aligned": "align*", "gathered": "array", "dcases": "cases"},
    commands={
        "\\arg": f"\\text{{arg{_NAME}}}",
        "\\bm": "\\boldsymbol",
        "\\pmb": "\\boldsymbol",
        "\\dbinom": "\\binom",
        "\\tbinom": "\\binom",
        "\\mathnormal": "",
        "\\mathop": "",
        "\\mathrel": "",
        "\\mathbin": "",
        "\\mathord": "",
        "\\mathopen": "",
        "\\mathclose": "",
        "\\mathpunct": "",
    },
    call=_named,
)


class _Leaked(Exception):
    """The converter printed something it did not understand."""


def _strip(element: ElementTree.Element) -> None:
    """Only known elements and attributes; text only where text belongs."""
    for node in element.iter():
        tag = str(node.tag).removeprefix(_NAMESPACE)
        boxed = tag == "menclose"
        node.tag = "mrow" if boxed else tag
        if node.tag not in _ELEMENTS:
            raise _Leaked(tag)
        aligned = node.get("columnspacing", "").startswith("0em")
        for name in list(node.attrib):
            if name not in _ATTRIBUTES and name != "mathvariant":
                del node.attrib[name]
        if boxed:
            node.set("class", "boxed")
        if node.tag == "mtable" and aligned:
            node.set("class", "aligned")
        if "columnalign" in node.attrib:  # MathML Core leaves this to the style sheet
            node.set("class", node.attrib.pop("columnalign"))
        text = (node.text or "").translate(_SHOW)
        if "\\" in (node.text or "") or (node.tail or "").strip():
            raise _Leaked(text)
        if text.endswith((_NAME, _STARRED, _UPRIGHT)):
            node.tag = "mi"
            if len(text) == 2:
                node.set("mathvariant", "normal")
        if text == "~" and node.tag == "mi":
            text = "∼"
        node.text = _variant(text, node.attrib.pop("mathvariant", ""), node)


def _variant(text: str, variant: str, node: ElementTree.Element) -> str:
    """Styles as characters of their own: browsers no longer know ``mathvariant``."""
    if variant == "normal" and node.tag == "mi" and len(text.rstrip(_MARKS)) == 1:
        node.set("mathvariant", "normal")
        return text
    style = {"bold": "BOLD", "bold-italic": "BOLD ITALIC", "double-struck": "DOUBLE-STRUCK"}
    name = style.get(variant)
    return "".join(_styled(char, name) for char in text) if name else text


def _styled(char: str, style: str) -> str:
    kind = unicodedata.name(char, "")
    for prefix in ("LATIN ", "GREEK "):
        kind = kind.removeprefix(prefix)
    kind = kind.replace("SMALL LETTER", "SMALL").replace("CAPITAL LETTER", "CAPITAL")
    if kind.startswith("DIGIT"):
        style = style.replace("BOLD ITALIC", "BOLD")
    try:
        return unicodedata.lookup(f"MATHEMATICAL {style} {kind}")
    except KeyError:
        return char


def _repair(element: ElementTree.Element) -> None:
    for node in list(element.iter()):
        _limits(node)
    for node in list(element.iter()):
        children = list(node)
        if len(children) > 1 and node.tag in {"mrow", "mstyle", "math", "mtd", "msqrt"}:
            _signs(children)
            _functions(node, children)


def _limits(node: ElementTree.Element) -> None:
    """Sums carry their range below, not beside: a sum inside a fraction lost that."""
    if node.tag not in {"msub", "msup", "msubsup"} or not len(node):
        return
    base = node[0]
    while base.tag == "mrow" and len(base) == 1:
        base = base[0]
    name = (base.text or "").replace("\u2009", " ").replace("\u00a0", " ")
    if name.endswith(_STARRED) or name in _LIMITS:
        node.tag = {"msub": "munder", "msup": "mover", "msubsup": "munderover"}[node.tag]
        base.tag = "mo"
        base.set("movablelimits", "true")


def _signs(children: list[ElementTree.Element]) -> None:
    """A minus after a relation, an operator or an opening bracket is a sign."""
    before: ElementTree.Element | None = None
    for child in children:
        core = child[0] if child.tag in {"msub", "msup", "msubsup"} and len(child) else child
        if core.tag in {"mo", "mi"} and core.text in _FENCES and not core.get("form"):
            core.tag = "mo"
            core.set("form", _FENCES[core.text])
            core.set("stretchy", "false")
        elif core.tag == "mi" and core.text in _RELATIONS | _OPERATORS:
            core.tag = "mo"
        if child.tag == "mo" and child.text in {"−", "+", "±", "∓"} and _open(before):
            child.set("form", "prefix")
        if child.tag == "mo" and child.text in {"|", "‖"}:
            child.set("stretchy", child.get("stretchy", "false"))
        if child.tag != "mspace" and not (child.tag == "mi" and not child.text and not len(child)):
            before = child
        elif before is None or before.tag != "mo":
            before = before or child


def _open(before: ElementTree.Element | None) -> bool:
    if before is None:
        return True
    if before.tag == "mspace" or (before.tag == "mi" and not before.text and not len(before)):
        return True
    if before.tag != "mo":
        return False
    text = before.text or ""
    return text in _RELATIONS or text in _BINARY or text in _OPENING


def _functions(parent: ElementTree.Element, children: list[ElementTree.Element]) -> None:
    """A thin space between a function's name and its argument, and before the name."""
    shift = 0
    spaced: ElementTree.Element | None = None  # the function that already has its space
    for place, child in enumerate(children):
        core = child
        while core.tag in {"msub", "msup", "msubsup", "munder", "munderover"} and len(core):
            core = core[0]
        text = core.text or ""
        name = text.rstrip(_MARKS)
        named = text.endswith((_NAME, _STARRED))
        if name not in _FUNCTIONS and not named and not _is_word(core):
            continue
        previous = children[place - 1] if place else None
        if previous is not None and not _tight(previous) and previous is not spaced:
            parent.insert(place + shift, _thin())
            shift += 1
        follower = children[place + 1] if place + 1 < len(children) else None
        if follower is not None and not _tight(follower):
            parent.insert(place + shift + 1, _thin())
            shift += 1
            spaced = child


def _is_word(core: ElementTree.Element) -> bool:
    text = core.text or ""
    return core.tag == "mo" and len(text) > 1 and text.replace("\u00a0", "").isalpha()


def _tight(node: ElementTree.Element) -> bool:
    """Whether TeX adds no thin space here: beside brackets, operators and spaces."""
    core = node
    while core.tag in {"msub", "msup", "msubsup"} and len(core):
        core = core[0]
    if core.tag == "mspace":
        return True
    return core.tag == "mo" and (core.text or "") not in _LIMITS


def _thin() -> ElementTree.Element:
    return ElementTree.Element("mspace", {"width": "0.1667em"})


def _written(root: ElementTree.Element, latex: str, size: str) -> str:
    """The element as text. The author's source goes along for readers that cannot see it."""
    body = "".join(_serial(child) for child in root)
    kind = {"block": ' display="block"', "large": ' displaystyle="true"'}.get(size, "")
    return f'<math{kind} alttext="{escape(" ".join(latex.split()))}"><mrow>{body}</mrow></math>'


def _serial(node: ElementTree.Element) -> str:
    attributes = "".join(f' {k}="{escape(v)}"' for k, v in sorted(node.attrib.items()))
    inside = escape((node.text or "").rstrip(_MARKS), quote=False)
    inside += "".join(_serial(child) for child in node)
    return f"<{node.tag}{attributes}>{inside}</{node.tag}>"
