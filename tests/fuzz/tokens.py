"""The pieces fuzzed formulas are made of: every token that reading knows, and some it does not."""

from __future__ import annotations

from derive.reading import tokens as reading
from derive.reading import vocabulary

__all__ = ["KNOWN", "UNKNOWN", "WHOLE"]

_SIGNS = tuple("{}()[]^_&=<>+-*/|,.;:!'\"?@~%$#`\\")


def _known() -> tuple[str, ...]:
    """Every word in the tables of the vocabulary and of the tokenizer, signs and digits."""
    found: set[str] = set(_SIGNS) | set("abcijknmxyzCLTδσ0123") | {"\\\\", "\\,", "\n", "10"}
    for module in (vocabulary, reading):
        for table in vars(module).values():
            if isinstance(table, (dict, frozenset)):
                found |= {word for word in table if isinstance(word, str)}
            if isinstance(table, dict):
                found |= {word for word in table.values() if isinstance(word, str)}
    for name in vocabulary.ALIGNED | vocabulary.CASES | {"matrix", "nosuch"}:
        found |= {f"\\begin{{{name}}}", f"\\end{{{name}}}"}
    return tuple(sorted(found))


KNOWN = _known()

UNKNOWN = (
    "\\foo", "\\input", "\\def", "\\csname", "\\catcode", "\\href", "\\unicode", "^^5c",
    "\\begin", "\\end{", "\\text{", "\\text{if } ", "\\operatorname{f}", "\\mathrm{", "\\left.",
    "\\right|", "\\not", "\\not=", "\\sqrt[", "\\tag{1}", "\\\\[2pt]", "\\hspace{1em}", "\\char",
    "\\kern", "\\verb|x|", "\0", "\x1b", "\u202e", "\u200b", "\ufeff", "\ufffe", "é", "中文", "如果",
    "，", "ﬁ", "²", "٣", "𝑥", "а", "💩", "9" * 500, "0.", ".5", "1e9", "<script>", "</math>", "]]>",
)  # fmt: skip

# Whole parts of formulas, for a better chance that something is read to its end.
WHOLE = (
    r"\frac{\partial C}{\partial z_j}", r"\frac{e^{z_j}}{\sum_k e^{z_k}}", r"\sum_{k=1}^{n} x_k",
    r"\sum_{k \neq j} y_k", r"\prod_i x_i", r"\delta_{ij}", r"a_j^L", r"x^{-1}", r"\sqrt{x}",
    r"\log a_k", r"e^{z_j}", r"\sigma(z_j)", r"\sigma'(z)", r"f(x, y)", r"\hat{y}_j^{(i)}",
    r"\begin{cases} 1 & i = j \\ 0 & i \neq j \end{cases}", r"\mathbf{1}[i = j]", r"w_{jk}^{l-1}",
    r"\left( x - y \right)", r"|x|", r"\frac{d}{dx} x^2", r"z_{i_j}", r"(x+y)^{10}", r"0^0", r"0/0",
    r"x^{y^z}", r"\log 0", r"\sqrt{-1}", r"x!", r"\binom{n}{k}", r"\int_0^1 x dx", r"x \cdot -y",
    r"\sum_{k=1}^{3} k", r"\sum_{i<j} x_i", r"2^{-n}", r"x_{k+1}", r"x^T y", r"\overline{x}_i",
    r"\frac{\partial^2 C}{\partial z_i \partial z_j}", r"p(y \mid x; \theta)", r"\max_k x_k",
)  # fmt: skip
