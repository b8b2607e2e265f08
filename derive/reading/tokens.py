"""LaTeX maths as tokens with offsets. Linear, and never evaluates or expands anything."""

from __future__ import annotations

import re
from dataclasses import dataclass

from derive.formula import FormulaError
from derive.reading.invisible import INVISIBLE, named

__all__ = ["FRAMING", "MAX_LENGTH", "STRIKING", "Token", "tokenize"]

MAX_LENGTH = 20_000
MAX_DIGITS = 400

# Commands that only change the look.
_SILENT = frozenset(
    r"""\displaystyle \textstyle \scriptstyle \scriptscriptstyle \limits \nolimits \nonumber
    \notag \! \, \; \: \> \/ \left \right \middle \big \Big \bigg \Bigg \bigl \Bigl \biggl
    \Biggl \bigr \Bigr \biggr \Biggr \bigm \Bigm \biggm \Biggm \mathstrut \strut \rm \bf \it
    \normalsize \small \large \hfill \noindent \centering \allowbreak \mathopen \mathclose
    \mathord \mathbin \mathrel \relax \thinspace \medspace \thickspace \negthinspace
    \therefore \because""".split()
)
_DROP_ARGUMENT = frozenset(
    r"\label \tag \tag* \vspace \vspace* \phantom \hphantom"
    r" \vphantom \mskip \kern \mkern \eqref \ref \require".split()
)
# Commands that colour, strike or frame the group after them, and those with an argument before it.
STRIKING = frozenset(r"\cancel \bcancel \xcancel".split())
# Old switches: they hold to the end of the group that they begin.
_SWITCHES = {r"\bf": r"\mathbf", r"\cal": r"\mathcal", r"\rm": r"\mathrm"}
_COLOURING = frozenset(r"\color \textcolor \class \cssId \style".split())
_OPTIONED = frozenset(r"\bbox \smash".split())
FRAMING = STRIKING | _COLOURING | frozenset(r"\mathclap \mathllap \mathrlap \bbox".split())
_SPACING = re.compile(r"\\[,;:!> ]|~")  # \operatorname{arg\,max} is one word
_SPACES = frozenset(r"\quad \qquad \ ".split()) | {"\\ "}
_TEXT = frozenset(
    r"\text \textrm \textit \textbf \textnormal \textsf \texttt \mbox \hbox \intertext"
    r" \shortintertext".split()
)
_TEXT_FRAMES = frozenset({r"\framebox", r"\fbox"})
_UPRIGHT = frozenset(r"\mathrm \operatorname \operatorname* \mathsf \mathtt \mathit".split())
_WORDS = ("softmax", "Softmax", "SoftMax", "sigmoid", "tanh", "log", "exp", "ln")
# Words that nobody writes for a product of letters, net_j no more than loss.
_QUANTITIES = re.compile(
    "Sigmoid|R?MSE|[SR]SS|SSE|BCE|NLL|[Nn]et|[Ll]oss|[Cc]ost|[Ee]rror|score"
    "|output|input|target|logits?"
)
# Without a backslash, before a bracket: an operator, not a product of letters.
_CALLED_WORDS = ("argmax", "argmin", "max", "min", "sum", "mean", "relu", "softplus")

_FULL_WIDTH = {
    "，": ",", "。": ".", "；": ";", "：": ":", "（": "(", "）": ")", "【": "[", "】": "]",
    "＝": "=", "＋": "+", "－": "-", "−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*",
    "≠": "\\neq", "≤": "\\leq", "≥": "\\geq", "≈": "\\approx", "∂": "\\partial",
    "Σ": "\\sum", "∑": "\\sum", "∏": "\\prod", "′": "'", "、": ",", "｜": "|", "∝": "\\propto",
    "→": "\\to", "⇒": "\\Rightarrow", "…": "\\ldots", "⋯": "\\cdots", "√": "\\sqrt",
    "∈": "\\in", "∞": "\\infty", "∇": "\\nabla",
}  # fmt: skip
_GREEK_LETTERS = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi",
    "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "φ": "phi", "χ": "chi", "ψ": "psi",
    "ω": "omega", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda", "Φ": "Phi", "Ψ": "Psi",
    "Ω": "Omega", "ℓ": "ell",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """``kind``: letter, number, command, name (upright word), text, row, space or sign."""

    kind: str
    text: str
    at: int
    end: int


def tokenize(source: str) -> list[Token]:
    """Tokens of one formula.

    Raises:
        FormulaError: a character that has no place in a formula, or too long a formula.
    """
    if len(source) > MAX_LENGTH:
        raise FormulaError(f"the formula is longer than {MAX_LENGTH} characters", 0)
    unseen = INVISIBLE.search(source)
    if unseen is not None:
        raise FormulaError(named(unseen.group()), unseen.start())
    out: list[Token] = []
    at = 0
    size = len(source)
    while at < size:
        c = source[at]
        if c.isspace():
            at += 1
        elif c == "%":
            at = _line_end(source, at)
        elif c == "\\":
            at = _command(source, at, out)
        elif c.isdigit() and c.isascii():
            end = at
            while end < size and source[end].isascii() and source[end].isdigit():
                end += 1
            if end + 1 < size and source[end] == "." and source[end + 1].isdigit():
                end += 1
                while end < size and source[end].isascii() and source[end].isdigit():
                    end += 1
            if end - at > MAX_DIGITS:
                raise FormulaError(f"a number of more than {MAX_DIGITS} digits", at)
            out.append(Token("number", source[at:end], at, end))
            at = end
        elif c.isascii() and c.isalpha():
            at = _letters(source, at, out)
        elif c in _GREEK_LETTERS:
            out.append(Token("command", "\\" + _GREEK_LETTERS[c], at, at + 1))
            at += 1
        elif c in _FULL_WIDTH:
            text = _FULL_WIDTH[c]
            out.append(Token("command" if text[0] == "\\" else "sign", text, at, at + 1))
            at += 1
        elif c in "𝟙𝟏":
            _one(r"\mathbb" if c == "𝟙" else r"\mathbf", at, at + 1, out)
            at += 1
        elif source.startswith("...", at):
            out.append(Token("command", r"\ldots", at, at + 3))
            at += 3
        elif c == "~":
            at += 1
        elif c in "{}()[]^_&=<>+-*/|,.;:!'\"?@":
            out.append(Token("sign", c, at, at + 1))
            at += 1
        elif c.isalpha():
            end = at
            while end < size and source[end].isalpha() and not source[end].isascii():
                end += 1
            out.append(Token("text", source[at:end], at, end))
            at = end
        else:
            raise FormulaError(f"the character {c!r} (U+{ord(c):04X}) has no meaning here", at)
    return out


def _one(command: str, at: int, end: int, out: list[Token]) -> None:
    """A blackboard or bold 1 as the command for it."""
    for kind, text in (("command", command), ("sign", "{"), ("number", "1"), ("sign", "}")):
        out.append(Token(kind, text, at, end))


def _line_end(source: str, at: int) -> int:
    end = source.find("\n", at)
    return len(source) if end < 0 else end


def _letters(source: str, at: int, out: list[Token]) -> int:
    for word in _WORDS:
        if source.startswith(word, at):
            end = at + len(word)
            follows = source[end] if end < len(source) else " "
            alone = at == 0 or not (source[at - 1].isascii() and source[at - 1].isalpha())
            if (
                not (follows.isascii() and follows.isalpha())
                or word in ("log", "exp")
                or (word == "ln" and alone)
            ):
                out.append(Token("name", word, at, end))
                return end
    if at == 0 or not source[at - 1].isalpha():
        for word in _CALLED_WORDS:
            if (
                source.startswith(word, at)
                and source[at + len(word) : at + len(word) + 2].lstrip(" ")[:1] == "("
            ):
                out.append(Token("name", word, at, at + len(word)))
                return at + len(word)
    if (end := _quantity(source, at)) > 0:
        out.append(Token("name", source[at:end], at, end))
        return end
    out.append(Token("letter", source[at], at, at + 1))
    return at + 1


def _quantity(source: str, at: int) -> int:
    """The end of a word for a quantity that stands alone, or behind the d of d loss; else 0."""
    before = source[max(0, at - 2) : at]
    quantity = _QUANTITIES.match(source, at)
    if quantity is None or source[quantity.end() : quantity.end() + 1].isalpha():
        return 0
    behind_d = before[-1:] == "d" and not before[:-1].isalpha()
    return quantity.end() if behind_d or not before[-1:].isalpha() else 0


def _command(source: str, at: int, out: list[Token]) -> int:
    end = at + 1
    if end >= len(source):
        raise FormulaError("a backslash at the end", at)
    if source[end].isalpha() and source[end].isascii():
        while end < len(source) and source[end].isascii() and source[end].isalpha():
            end += 1
        if end < len(source) and source[end] == "*" and source[at:end] in (
            r"\operatorname", r"\tag", r"\hspace", r"\vspace",
        ):  # fmt: skip
            end += 1
    else:
        end += 1
    name = source[at:end]
    if name in ("\\\\", r"\newline", r"\cr"):
        end = _after_option(source, end)
        out.append(Token("row", name, at, end))
        return end
    if name in (r"\_", r"\*"):
        # Markdown's own escapes: z\\_i
        out.append(Token("sign", name[1], at, end))
        return end
    if name in _SPACES:
        out.append(Token("space", name, at, end))
        return end
    if name in (r"\mathds", r"\mathbbm"):
        name = r"\mathbb"
    if name == r"\unicode":
        start, stop, after = _argument(source, end, name)
        if source[start:stop].strip().lower() in ("x1d7d9", "120793"):
            _one(r"\mathbb", at, after, out)
            return after
    if name in _SWITCHES and out and out[-1].text == "{":
        stop = _switched(source, end, _SWITCHES[name], out)
        if stop >= 0:
            return stop
    if name in _SILENT:
        # \left. is an invisible bracket
        rest = source[end:].lstrip()
        if name in (r"\left", r"\right") and rest.startswith("."):
            return source.index(".", end) + 1
        return end
    if name in _DROP_ARGUMENT:
        return _skip_argument(source, end)
    if name in _COLOURING or name in _OPTIONED:
        end = _after_brackets(source, end)  # \\textcolor[rgb]{1,0,0}{…}, \\smash[b]{…}
        end = _skip_argument(source, end) if name in _COLOURING else end
        if name in FRAMING and not (name == r"\color" and source[end:].lstrip()[:1] != "{"):
            out.append(Token("command", name, at, end))
        return end
    if name in (r"\hspace", r"\hspace*", r"\hskip"):
        # a space as wide as \quad stands between statements
        end = _skip_argument(source, end)
        out.append(Token("space", r"\quad", at, end))
        return end
    if name in _TEXT or name in _UPRIGHT or name in _TEXT_FRAMES:
        if name in _TEXT_FRAMES:
            end = _after_brackets(source, _after_brackets(source, end))
        start, stop, after = _argument(source, end, name)
        content = source[start:stop]
        if name not in _UPRIGHT and _framed_formula(source, at, after, out):
            return after
        if name in _UPRIGHT and _is_word(_SPACING.sub("", content)):
            out.append(Token("name", _SPACING.sub("", content).replace(" ", ""), at, after))
        elif name in _UPRIGHT:
            # \mathrm around something richer: its content as it stands
            out.append(Token("sign", "{", at, start))
            out.extend(
                Token(t.kind, t.text, t.at + start, t.end + start) for t in tokenize(content)
            )
            out.append(Token("sign", "}", stop, after))
        elif content == "d" and out and out[-1].text == "{":
            out.append(Token("name", "d", at, after))  # \\frac{\\text{d} y}{\\text{d} x}
        elif "$" in content:
            _words_with_formulas(content, start, out)
        elif _is_name(content, source, after, out):
            out.append(Token("name", content.strip(), at, after))
        elif out and out[-1].text in ("_", "^"):
            # a script without braces, \underbrace{b}_\text{bias}: with them
            out.append(Token("sign", "{", at, at))
            out.append(Token("text", content, at, after))
            out.append(Token("sign", "}", after, after))
        else:
            out.append(Token("text", content, at, after))
        return after
    out.append(Token("command", name, at, end))
    return end


# Relations, without which a formula among words is a part of their sentence: the $t$-th entry.
_STATING = frozenset(
    r"= < > \neq \ne \not \in \le \leq \ge \geq \lt \gt \equiv \approx \to \sim \propto".split()
)


def _words_with_formulas(content: str, start: int, out: list[Token]) -> None:
    """``\\text{if $i = j$}``: words, and statements between them as if they stood outside."""
    parts = re.split(r"(?<!\\)\$", content)
    if len(parts) % 2 == 0:
        raise FormulaError("a $ without its partner", start)
    alone = not any(part.strip() for part in parts[::2])
    for number, part in enumerate(parts):
        tokens = tokenize(part) if number % 2 else []
        if alone or any(t.text in _STATING for t in tokens):
            out.extend(Token(t.kind, t.text, t.at + start, t.end + start) for t in tokens)
        elif part.strip():
            out.append(Token("text", part, start, start + len(part)))
        start += len(part) + 1


def _switched(source: str, at: int, command: str, out: list[Token]) -> int:
    """``{\\bf w}`` as ``{\\mathbf{w}}``, ``{\\rm softmax}`` as ``\\mathrm{softmax}``: the place
    behind the closing brace, or -1 if the group holds more than one name."""
    close = source.find("}", at)
    content = source[at:close] if close >= 0 else ""
    if command == r"\mathrm":
        if not (content[:1].isspace() and _is_word(content) and len(content.split()) == 1):
            return -1
        out[-1] = Token("name", content.strip(), out[-1].at, close + 1)
        return close + 1
    if not re.fullmatch(r"\s+[A-Za-z]\s*|\s*\\[A-Za-z]+\s*", content):
        return -1
    out.append(Token("command", command, at, at))
    out.append(Token("sign", "{", at, at))
    out.extend(Token(t.kind, t.text, t.at + at, t.end + at) for t in tokenize(content))
    out.append(Token("sign", "}", close, close))
    out.append(Token("sign", "}", close, close + 1))
    return close + 1


_FRAME = re.compile(
    r"\\(?:textcolor|colorbox)\{[^{}]*\}\{|\\fcolorbox\{[^{}]*\}\{[^{}]*\}\{"
    r"|\\(?:(?:frame|make)box(?:\[[^\]]*\]){0,2}|fbox|[mh]box|text(?:rm|normal|up)?)\{"
)


def _framed_formula(source: str, at: int, end: int, out: list[Token]) -> bool:
    """``\\text{\\framebox{$x$}}``: one formula in nothing but frames is a formula in a frame."""
    start, stop = at, end
    framed = False
    while (frame := _FRAME.match(source, start, stop)) is not None and source[stop - 1] == "}":
        framed |= not frame.group().startswith((r"\text{", r"\mbox", r"\hbox", r"\textrm"))
        start, stop = frame.end(), stop - 1
        while start < stop and source[start].isspace():
            start += 1
        while start < stop and source[stop - 1].isspace():
            stop -= 1
    inside = source[start + 1 : stop - 1]
    if (
        not framed
        or stop - start < 3
        or source[start] != "$"
        or source[stop - 1] != "$"
        or "$" in inside
    ):
        return False
    tokens = tokenize(inside)
    out.append(Token("command", r"\boxed", at, start + 1))
    out.append(Token("sign", "{", start, start + 1))
    out.extend(Token(t.kind, t.text, t.at + start + 1, t.end + start + 1) for t in tokens)
    out.append(Token("sign", "}", stop - 1, end))
    return True


def _after_brackets(source: str, at: int) -> int:
    """Past an option in square brackets, if there is one."""
    start = at
    while start < len(source) and source[start].isspace():
        start += 1
    if start < len(source) and source[start] == "[":
        close = source.find("]", start)
        return close + 1 if close >= 0 else at
    return at


def _is_word(content: str) -> bool:
    squeezed = content.replace(" ", "").replace("-", "")
    return squeezed.isalpha() and squeezed.isascii()


_CONNECTIVES = frozenset(
    "if for where when and or otherwise else since so thus hence with by let then as because that"
    " is are we have using from to in of the case cases similarly also but which given assume"
    " suppose therefore note finally now here while both all any each iff not on at".split()
)


def _is_name(content: str, source: str, after: int, before: list[Token]) -> bool:
    """Whether \\text{softmax} names a quantity or function: one word, no connective, with
    an argument, a script or a relation right behind it."""
    word = content.strip()
    if not (word.isascii() and word.isalpha()) or word.lower() in _CONNECTIVES:
        return False
    rest = source[after:].lstrip()
    if rest.startswith((r"\left(", r"\bigl(", r"\big(", r"\Big(")):
        return True
    inside = rest.startswith("}") and bool(before) and before[-1].text in (r"\partial", "d", "{")
    return inside or rest[:1] in ("(", "_", "^", "=") or rest.startswith("&=")


def _after_option(source: str, at: int) -> int:
    """Past the optional [5pt] of a row break (only a length is one)."""
    rest = source[at:]
    stripped = rest.lstrip()
    if stripped.startswith("["):
        close = stripped.find("]")
        inside = stripped[1:close] if close > 0 else ""
        if (
            inside.strip()
            .rstrip("abcdefghijklmnopqrstuvwxyz ")
            .lstrip("+-")
            .replace(".", "")
            .isdigit()
            and inside.strip()[-2:].isalpha()
        ):
            return at + (len(rest) - len(stripped)) + close + 1
    return at


def _argument(source: str, at: int, name: str) -> tuple[int, int, int]:
    """The braces after a command: content start, content end, position after."""
    start = at
    while start < len(source) and source[start].isspace():
        start += 1
    if start >= len(source) or source[start] != "{":
        if start < len(source) and source[start] not in "\\}":
            return start, start + 1, start + 1
        raise FormulaError(f"{name} without its {{…}}", at)
    depth = 0
    for end in range(start, len(source)):
        if source[end] == "{" and source[end - 1] != "\\":
            depth += 1
        elif source[end] == "}" and source[end - 1] != "\\":
            depth -= 1
            if not depth:
                return start + 1, end, end + 1
    raise FormulaError("a brace { that is never closed", start)


def _skip_argument(source: str, at: int) -> int:
    start = at
    while start < len(source) and source[start].isspace():
        start += 1
    if start < len(source) and source[start] == "{":
        return _argument(source, at, "command")[2]
    # \hskip 5pt, \kern 2mu: a length without braces
    end = start
    while end < len(source) and (source[end].isalnum() or source[end] in ".-"):
        end += 1
    return end
