"""Terms as LaTeX and as plain text: how a formula was read, in the reader's notation."""

from __future__ import annotations

import re

from derive.terms import (
    MINUS_ONE,
    Add,
    Apply,
    At,
    Axis,
    Cases,
    Condition,
    Delta,
    Diff,
    Div,
    Entry,
    Family,
    Fn,
    Index,
    IndexValue,
    Ix,
    Mul,
    Pow,
    Prod,
    Rat,
    Size,
    Sum,
    Term,
)

__all__ = ["condition_latex", "entry_name", "index_name", "latex", "size_latex", "text"]

# Binding strength: a looser part inside a tighter place gets parentheses.
_SUM, _PRODUCT, _PREFIX, _POWER, _ATOM = range(5)


def index_name(index: Index) -> str:
    """An index as written: its letter, or 1, 2, n, n-1."""
    if isinstance(index, Ix):
        return index.name
    return position_name(index)


def position_name(index: At) -> str:
    axis = index.axis
    if not index.from_end:
        return str(axis.start + index.offset)
    last = axis.start - 1 + index.offset
    return _plus(size_latex(axis), last)


def _plus(name: str, number: int) -> str:
    return name if number == 0 else f"{name}{number:+d}"


def size_latex(axis: Axis) -> str:
    return str(axis.fixed) if axis.fixed is not None else axis.size


def upper_latex(axis: Axis) -> str:
    """The last index of an axis as written."""
    if axis.fixed is not None:
        return str(axis.start + axis.fixed - 1)
    return _plus(axis.symbol, axis.extra + axis.start - 1)


def entry_name(family: Family, positions: tuple[int, ...]) -> str:
    """One entry at explicit positions (0-based), as plain text: ``y_1``, ``w_12``, ``a^L_2``."""
    at = tuple(str(axis.start + p) for axis, p in zip(family.axes, positions, strict=True))
    return _named(family, at)


def _named(family: Family, indices: tuple[str, ...]) -> str:
    """A name with its label and indices as plain text."""
    name, parts = family.filled(indices)
    if family.words:
        parts = (f"({_plain(family.label).strip('()')})", *parts)
    joined = ("," if any(len(p) > 1 for p in parts) else "").join(parts)
    label = f"^{_label(family.label)}" if family.label and not family.words else ""
    return f"{_plain(name)}{label}" + (f"_{joined}" if joined else "")


_GREEK = re.compile(r"\\(mathrm|operatorname|text|mathbf|boldsymbol|bm|mathit|mathsf)\b")


def _plain(source: str) -> str:
    """LaTeX of a name as plain text: ``\\hat{y}`` → ``ŷ``-like ``hat y``, ``\\sigma`` → ``σ``."""
    out = _GREEK.sub("", source)
    for command, sign in _SIGNS.items():
        out = re.sub(re.escape(command) + r"(?![A-Za-z])", sign, out)
    out = out.replace("\\", "")
    for _ in range(2):  # the braces of \\hat{\\mathbf{y}}, and of y^{(i)}
        out = re.sub(r"\{(\w|[^\x00-\x7f]|\([^{}()]*\))\}", r"\1", out)
    out = out.replace("{", "(").replace("}", ")")
    return out.strip("()") if out.count("(") == 1 and out.startswith("(") else out


def _label(source: str) -> str:
    """A label as plain text; the brackets of x^{(1)} stay, so that it is no exponent."""
    plain = _plain(source)
    return f"({plain})" if source.startswith("(") and not plain.startswith("(") else plain


_SIGNS = {
    r"\alpha": "α", r"\beta": "β", r"\gamma": "γ", r"\delta": "δ", r"\epsilon": "ε",
    r"\varepsilon": "ε", r"\eta": "η", r"\theta": "θ", r"\kappa": "κ", r"\lambda": "λ",
    r"\mu": "μ", r"\nu": "ν", r"\xi": "ξ", r"\pi": "π", r"\rho": "ρ", r"\sigma": "σ",
    r"\tau": "τ", r"\phi": "φ", r"\varphi": "φ", r"\psi": "ψ", r"\omega": "ω",
    r"\chi": "χ", r"\zeta": "ζ", r"\Gamma": "Γ", r"\Delta": "Δ", r"\Theta": "Θ",
    r"\Lambda": "Λ", r"\Sigma": "Σ", r"\Phi": "Φ", r"\Psi": "Ψ", r"\Omega": "Ω",
    r"\ell": "ℓ", r"\hat": "hat ", r"\tilde": "tilde ", r"\bar": "bar ",
    r"\cdot": "·", r"\mid": "|", r"\parallel": "‖",
    r"\mathcal": "cal ", r"\prime": "′", r"\ast": "*", r"\star": "*",
}  # fmt: skip


def condition_latex(condition: Condition) -> str:
    sign = "=" if condition.equal else r"\neq"
    return f"{index_name(condition.i)} {sign} {index_name(condition.j)}"


class _Printer:
    """One walk for both forms; ``tex`` chooses the signs."""

    def __init__(self, tex: bool) -> None:
        self.tex = tex

    def name(self, family: Family, indices: tuple[Index, ...]) -> str:
        written = tuple(index_name(i) for i in indices)
        if self.tex:
            return family.latex(written)
        return _named(family, written)

    def wrap(self, term: Term, least: int) -> str:
        inner, strength = self.show(term)
        if strength >= least:
            return inner
        return rf"\left({inner}\right)" if self.tex else f"({inner})"

    def show(self, term: Term) -> tuple[str, int]:
        tex = self.tex
        match term:
            case Rat(value):
                if value.denominator == 1:
                    return str(value), _ATOM if value >= 0 else _PREFIX
                if tex:
                    sign = "-" if value < 0 else ""
                    body = rf"{sign}\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"
                    return body, _PREFIX
                return str(value), _PRODUCT
            case Size(axis):
                return size_latex(axis), _ATOM
            case IndexValue(index):
                return index_name(index), _ATOM
            case Entry(family, at):
                return self.name(family, at), _ATOM
            case Delta(i, j):
                pair = f"{index_name(i)}{index_name(j)}"
                if len(pair) > 2:
                    pair = f"{index_name(i)},{index_name(j)}"
                return (rf"\delta_{{{pair}}}" if tex else f"δ_{pair}"), _ATOM
            case Add(args):
                return self._add(args), _SUM
            case Mul(args):
                return self._mul(args)
            case Div(num, den):
                if tex:
                    return rf"\frac{{{self.show(num)[0]}}}{{{self.show(den)[0]}}}", _POWER
                return f"{self.wrap(num, _PRODUCT)}/{self.wrap(den, _POWER)}", _PRODUCT
            case Pow(base, exponent):
                power = self.show(exponent)[0]
                if tex:
                    return f"{{{self.wrap(base, _ATOM)}}}^{{{power}}}", _POWER
                return f"{self.wrap(base, _ATOM)}^{self.wrap(exponent, _ATOM)}", _POWER
            case Fn(name, arg):
                return self._function(name, arg)
            case Apply(name, arg, order):
                shown = name if tex else _plain(name)
                return f"{shown}{chr(39) * order}({self.show(arg)[0]})", _ATOM
            case Sum(ix, without, body):
                return self._big("sum", ix, without, body), _PRODUCT
            case Prod(ix, without, body):
                return self._big("prod", ix, without, body), _PRODUCT
            case Diff(body, by):
                return self._diff(body, by)
            case Cases(branches):
                return self._cases(branches), _ATOM
        return str(term), _ATOM

    def _add(self, args: tuple[Term, ...]) -> str:
        out = ""
        for a in args:
            shown = self.wrap(a, _PRODUCT)
            if out and shown.startswith("-"):
                out += f" - {shown[1:].lstrip()}"
            else:
                out += f" + {shown}" if out else shown
        return out

    def _mul(self, args: tuple[Term, ...]) -> tuple[str, int]:
        sign = ""
        rest = list(args)
        if len(rest) > 1 and rest[0] == MINUS_ONE:
            sign, rest = "-", rest[1:]
        parts = []
        for at, a in enumerate(rest):
            last = at == len(rest) - 1
            is_big = isinstance(a, Sum | Prod | Diff)
            part = self.wrap(a, _PRODUCT if is_big and last else _PREFIX)
            if part.startswith("-") and (at or sign):
                part = rf"\left({part}\right)" if self.tex else f"({part})"
            parts.append(part)
        glue = r" \cdot " if self.tex else "·"
        return sign + glue.join(parts), _PRODUCT

    def _function(self, name: str, arg: Term) -> tuple[str, int]:
        inner = self.show(arg)[0]
        if name == "exp":
            if self.tex:
                return f"e^{{{inner}}}", _POWER
            return f"e^{self.wrap(arg, _ATOM)}", _POWER
        if name == "sqrt" and self.tex:
            return rf"\sqrt{{{inner}}}", _ATOM
        if name == "abs":
            return (rf"\left|{inner}\right|" if self.tex else f"|{inner}|"), _ATOM
        if self.tex:
            return rf"\{name}\left({inner}\right)", _ATOM
        return f"{name}({inner})", _ATOM

    def _big(self, kind: str, ix: Ix, without: tuple[Index, ...], body: Term) -> str:
        axis = ix.axis
        inner = self.wrap(body, _PRODUCT)
        excluded = [f"{ix.name}{self._unequal()}{index_name(i)}" for i in without]
        if self.tex:
            low = f"{ix.name}={axis.start}"
            if excluded:
                low = rf"\substack{{{low} \\ {', '.join(excluded)}}}"
            return rf"\{kind}_{{{low}}}^{{{upper_latex(axis)}}} {inner}"
        sign = "Σ" if kind == "sum" else "Π"
        limits = f"{ix.name}={axis.start}..{upper_latex(axis)}"
        return f"{sign}_({', '.join([limits, *excluded])}) {inner}"

    def _unequal(self) -> str:
        return r" \neq " if self.tex else "≠"

    def _diff(self, body: Term, by: Entry) -> tuple[str, int]:
        below = self.name(by.family, by.at)
        if isinstance(body, Entry):
            above = self.name(body.family, body.at)
            if self.tex:
                return rf"\frac{{\partial {above}}}{{\partial {below}}}", _POWER
            return f"∂{above}/∂{below}", _PREFIX
        inner = self.show(body)[0]
        if self.tex:
            return rf"\frac{{\partial}}{{\partial {below}}}\left({inner}\right)", _PRODUCT
        return f"∂/∂{below}({inner})", _PREFIX

    def _cases(self, branches: tuple[tuple[tuple[Condition, ...], Term], ...]) -> str:
        rows = []
        for conditions, value in branches:
            when = ", ".join(
                f"{index_name(c.i)}{'=' if c.equal else self._unequal()}{index_name(c.j)}"
                for c in conditions
            )
            shown = self.show(value)[0]
            if self.tex:
                rows.append(
                    rf"{shown} & \text{{if }} {when}" if when else rf"{shown} & \text{{otherwise}}"
                )
            else:
                rows.append(f"{shown} if {when}" if when else f"{shown} otherwise")
        if self.tex:
            return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"
        return "{" + "; ".join(rows) + "}"


def latex(term: Term) -> str:
    """The term as LaTeX."""
    return _Printer(tex=True).show(term)[0]


def text(term: Term) -> str:
    """The term as one line of plain text, with its sums' ranges spelled out."""
    return _Printer(tex=False).show(term)[0]
