"""LaTeX files → `Page`.

First what is never printed is blanked out (comments, verbatim, the preamble); then one pass
over the rest finds formulas, headings and definitions of macros, and leaves of the prose its
words. Both are linear, and every place stays what it is in the file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from derive.formula import FormulaError
from derive.reading.annotations import annotations_in, tex_comments
from derive.reading.layout import first, page_of, shortened
from derive.reading.macros import DEFINING, Macro, Macros, environment_at, matching
from derive.reading.page import FormulaText, Page, PagePart, PageProblem
from derive.reading.scanner import BLANK, MAX_FORMULAS, Found, blank
from derive.reading.vocabulary import ALIGNED, CASES

__all__ = ["read_latex", "without_hidden"]

_DISPLAYS = (ALIGNED - {"subequations"}) | CASES
# Mathematics that is not understood: a problem, never prose.
_UNREADABLE = frozenset(
    "IEEEeqnarray IEEEeqnarray* dmath dmath* dgroup dgroup* dseries darray empheq xalignat"
    " xxalignat numcases subnumcases CD tikzcd prooftree mathpar matrix pmatrix bmatrix Bmatrix"
    " vmatrix Vmatrix smallmatrix".split()
)
_HIDDEN = frozenset(
    "verbatim verbatim* Verbatim BVerbatim LVerbatim alltt lstlisting minted comment filecontents"
    " filecontents* tikzpicture pgfpicture thebibliography".split()
)
_PROSE = frozenset(
    "document abstract theorem lemma proposition corollary definition proof remark example claim"
    " fact note exercise solution conjecture assumption itemize enumerate description quote"
    " quotation verse center flushleft flushright figure table subequations frame block columns"
    " column appendices appendix titlepage multicols minipage tabular tabularx longtable"
    " wrapfigure tcolorbox adjustbox spacing samepage sloppypar".split()
)
_WITH_ARGUMENTS = frozenset(
    "itemize enumerate description figure table tabular tabularx longtable minipage wrapfigure"
    " multicols tcolorbox adjustbox columns column spacing".split()
)
_LEVELS = {
    "part": 1, "chapter": 1, "section": 1, "title": 1, "subsection": 2, "subsubsection": 3,
    "paragraph": 4, "subparagraph": 5,
}  # fmt: skip
_REFERENCES = frozenset(
    "ref eqref cref Cref autoref pageref nameref vref cite citep citet".split()
)
# Commands whose arguments are no words of the page, and how many they have.
_WITHOUT_WORDS = {
    **dict.fromkeys(
        "label vspace hspace index bibliography bibliographystyle includegraphics input include"
        " pagestyle thispagestyle usepackage documentclass hypersetup graphicspath color textcolor"
        " theoremstyle newcounter stepcounter bibitem href url definecolor phantom hypertarget"
        " includeonly".split(),
        1,
    ),
    **dict.fromkeys("setlength addtolength setcounter addtocounter fontsize rule".split(), 2),
    **dict.fromkeys("newtheorem declaretheorem newmdtheoremenv crefname".split(), 2),
    "addcontentsline": 3,
}
_CONDITIONS = frozenset(
    "if ifcat ifnum ifdim ifodd ifvmode ifhmode ifmmode ifinner ifvoid ifhbox ifvbox ifx ifeof"
    " iftrue ifcase ifdefined ifcsname".split()
)

_MAY_HIDE = re.compile(
    r"%|\\(?:begin\s*\{(?P<begin>[A-Za-z]+\*?)\}|(?P<stop>end\s*\{document\})"
    r"|(?P<verb>(?:verb\*?|lstinline)(?![A-Za-z])|mintinline\{[^{}]{0,40}\})"
    r"|(?P<false>iffalse(?![A-Za-z]))|[A-Za-z]+|.)",
    re.DOTALL,
)
_IF = re.compile(r"\\(?:(if[A-Za-z@]*)|(fi|else)(?![A-Za-z@]))")
_MARK = re.compile(r"\\(?:[A-Za-z@]+|.)|[{}$^_=~]", re.DOTALL)
_INSIDE = re.compile(r"\\.|[{}$]|\n[ \t\r]*\n", re.DOTALL)
_ROW_END = re.compile(r"\*?(?:\[[^\[\]\n]{0,20}\])?")
_NAME = re.compile(r"\s*\{([A-Za-z@]+\*?)\}")
_ARGUMENT = re.compile(r"\*?\s*(?:\[[^\[\]{}\n]*\]\s*)?\{[^{}]*\}")
_OPTIONS = re.compile(r"\s?(?:\[[^\[\]\n]*\]|\{[^{}\n]*\})")
_HEADING = re.compile(r"\*?\s*(?:\[[^\[\]\n]*\]\s*)?\{")
_INTERTEXT = re.compile(r"\\(?:short)?intertext\s*\{")
_BEGIN_ONLY = re.compile(r"\s*\\(begin|end)\s*\{([A-Za-z]+\*?)\}\s*")
_NEAR = 2_000  # characters in which an argument in prose, or a title, is closed
_FORMULA_IN_MACRO = re.compile(
    r"\$|\\\(|\\\[|\\ensuremath|\\begin\s*\{(?:" + "|".join(map(re.escape, _DISPLAYS)) + r")\}"
)


def read_latex(
    text: str,
    path: str,
    parts: Sequence[PagePart] = (),
    problems: Sequence[PageProblem] = (),
) -> Page:
    """Read a page from its text. Never raises on the content: problems are listed.

    ``parts`` and ``problems``: of a text that is put together from several files.
    """
    text, said = shortened(text)
    hidden = without_hidden(text)
    scanner = _Scanner(hidden.text, hidden.begin)
    scanner.scan(0, len(hidden.text))
    said += [*problems, *first([*hidden.problems, *scanner.problems], "problems")]
    headings = [h for h in scanner.headings if h[3]]
    words = scanner.prose()
    page = page_of(path, text, words, headings, scanner.found, said, words=words)
    comments = tex_comments(text, hidden.comments, ())
    annotations, wrong, _ = annotations_in(text, hidden.on_its_lines(), comments)
    return replace(
        page,
        parts=tuple(parts),
        problems=(*page.problems, *first(wrong, "problems with annotations")),
        annotations=tuple(
            replace(a, expansion=scanner.macros.expand_apart(a.text)) for a in annotations
        ),
    )


# --------------------------------------------------------------------------- what is not printed


@dataclass
class Hidden:
    """A text with all blank that is never printed, and where its document begins.

    A line that is nothing but a comment is ``joined`` to the next, so that it does not look
    like the end of a paragraph.
    """

    text: str = ""
    begin: int = 0
    problems: list[PageProblem] = field(default_factory=list)
    comments: list[tuple[int, int]] = field(default_factory=list)
    joined: list[int] = field(default_factory=list)

    def on_its_lines(self) -> str:
        """The text with the line ends of the comments, too."""
        chars = list(self.text)
        for at in self.joined:
            chars[at] = "\n"
        return "".join(chars)


def without_hidden(text: str) -> Hidden:
    """Blank out comments, verbatim, ``\\iffalse`` and what follows ``\\end{document}``."""
    chars = list(text)
    out = Hidden()
    at = line = 0
    missing: set[str] = set()
    while (found := _MAY_HIDE.search(text, at)) is not None:
        start, at = found.span()
        mark = found.group()
        name = found["begin"]
        if mark == "%":
            at = text.find("\n", start)
            at = len(text) if at < 0 else at
            blank(chars, start, at)
            out.comments.append((start, at))
            if at < len(text) and not text[text.rfind("\n", 0, start) + 1 : start].strip():
                chars[at] = " "
                out.joined.append(at)
        elif name in _HIDDEN and name not in missing:
            closing = rf"\end{{{name}}}"
            close = text.find(closing, at)
            if close < 0:
                missing.add(name)
                out.problems.append(PageProblem(start, f"{mark} is never closed"))
                continue
            at = close + len(closing)
            blank(chars, start, at)
        elif name == "document" and not out.begin:
            out.begin = at
        elif found["verb"]:
            mark = text[at : at + 1]
            if line < at:
                line = text.find("\n", at)
                line = len(text) if line < 0 else line
            close = text.find("}" if mark == "{" else mark, at + 1, line)
            if mark.strip() and close >= 0:
                at = close + 1
                blank(chars, start, at)
        elif found["false"]:
            at = _end_of_false(text, at)
            blank(chars, start, at)
        elif found["stop"]:
            blank(chars, start, len(text))
            break
    out.text = "".join(chars)
    return out


def _end_of_false(text: str, at: int) -> int:
    """Where what ``\\iffalse`` leaves out ends."""
    depth = 0
    for found in _IF.finditer(text, at):
        if found[1]:
            depth += found[1] in _CONDITIONS or found[1] == "iffalse"
        elif not depth:
            return found.end()
        elif found[2] == "fi":
            depth -= 1
    return len(text)


# --------------------------------------------------------------------------- scanning


class _Scanner:
    """Finds formulas, headings and definitions in one pass, and keeps the words of the rest."""

    def __init__(self, text: str, begin: int) -> None:
        self.text = text
        self.begin = begin  # of the document
        self.found: list[Found] = []
        self.headings: list[tuple[int, int, int, str]] = []
        self.problems: list[PageProblem] = []
        self.macros = Macros()
        self.known = set(_PROSE)
        self.renamed: dict[str, str] = {}  # environments of the page's own that are displays
        self.unreadable = set(_UNREADABLE)
        self._chars = list(text)
        self._braces: list[str] = []  # what the open braces belong to
        self._titles: list[tuple[int, int, int]] = []  # open headings: start, title, level
        self._strange: list[tuple[str, int]] = []  # open environments, and where they begin
        self._told: set[int] = set()
        self._conditions = set(_CONDITIONS)
        self._condition = 0  # how many \if… are open
        self._missing: set[str] = set()
        self._inside = False  # an \intertext
        self._unclosed = 0  # up to where a brace that is not closed was looked for
        self._end = len(text)

    def prose(self) -> str:
        """The words of the page, the formulas between them as they stand."""
        blank(self._chars, 0, self.begin)
        return "".join(self._chars)

    # ------------------------------------------------------------------ the pass

    def scan(self, at: int, end: int) -> None:
        self._end = end
        while (found := _MARK.search(self.text, at, end)) is not None:
            if len(self.found) > MAX_FORMULAS:
                return
            start, at = found.span()
            mark = found.group()
            if mark[0] == "\\" and len(mark) > 1 and (mark[1].isalpha() or mark[1] == "@"):
                at = self._word(mark[1:], start, at)
            elif mark == "{":
                self._open("", start)
            elif mark == "}":
                self._close(start)
            elif start < self.begin:
                continue
            elif mark == "$":
                at = self._dollars(start)
            elif mark[0] == "\\":
                at = self._sign(mark, start, at)
            elif mark == "~":
                self._chars[start] = " "
            else:
                self._mathematics(start)

    def _put(self, start: int, text: str) -> None:
        self._chars[start : start + len(text)] = text

    def _open(self, kind: str, brace: int) -> None:
        self.macros.open()
        self._braces.append(kind)
        self._chars[brace] = kind if kind == "(" else " "

    def _close(self, brace: int) -> None:
        self.macros.close()
        kind = self._braces.pop() if self._braces else ""
        self._chars[brace] = ")" if kind == "(" else " "
        if kind == "heading":
            start, title, level = self._titles.pop()
            if brace - title <= _NEAR and BLANK.search(self.text, title, brace) is None:
                words = " ".join("".join(self._chars[title:brace]).split())
                self.headings.append((start, brace + 1, level, words))

    def _mathematics(self, at: int) -> None:
        """``^`` in prose: TeX would not take it, so this is no prose."""
        if self._strange and self._strange[-1][1] not in self._told:
            name, start = self._strange[-1]
            self._told.add(start)
            message = f"the environment {name!r} is not supported: it is not read as mathematics"
            self.problems.append(PageProblem(start, message))

    def _sign(self, mark: str, start: int, at: int) -> int:
        if mark in (r"\[", r"\("):
            return self._bracketed(start, mark)
        if mark == "\\\\":
            length = _ROW_END.match(self.text, at)
            at = length.end() if length is not None else at
        blank(self._chars, start, at if mark in (r"\$", "\\\\") else start + 1)
        if not mark[1].isascii() or mark[1] in ",;:!>/-":
            blank(self._chars, start, at)
        return at

    def _word(self, word: str, start: int, at: int) -> int:
        """A command: where what belongs to it ends."""
        name = "\\" + word
        if name in DEFINING:
            return self._definition(name, start, at)
        if word in ("newenvironment", "renewenvironment"):
            return self._new_environment(start, at)
        if word in ("begin", "end"):
            return self._environment(word, start, at)
        if word in ("begingroup", "bgroup", "endgroup", "egroup"):
            (self.macros.open if word[0] == "b" else self.macros.close)()
        elif word == "newif":
            declared = re.compile(r"\s*\\(if[A-Za-z@]+)").match(self.text, at)
            if declared is not None:
                self._conditions.add(declared[1])
                blank(self._chars, start, declared.end())
                return declared.end()
        elif word in self._conditions:
            self._condition += 1
        elif word == "fi":
            self._condition = max(0, self._condition - 1)
        elif word in ("AtBeginDocument", "AtEndPreamble"):
            brace = _HEADING.match(self.text, at)
            if brace is not None:
                return brace.end()  # what is defined in it is not local to it
        elif word in ("newtheorem", "declaretheorem", "newmdtheoremenv"):
            theorem = re.compile(r"\*?\s*\{([A-Za-z]+\*?)\}").match(self.text, at)
            if theorem is not None:
                self.known |= {theorem[1], theorem[1] + "*"}
        elif word in _LEVELS and (brace := _HEADING.match(self.text, at)) is not None:
            blank(self._chars, start, brace.end())
            self._titles.append((start, brace.end(), _LEVELS[word]))
            self._open("heading", brace.end() - 1)
            return brace.end()
        if start < self.begin:
            return at
        return self._in_prose(word, start, at)

    def _in_prose(self, word: str, start: int, at: int) -> int:
        name = "\\" + word
        macro = self.macros.get(name)
        if macro is not None:
            return self._macro(macro, start, at)
        if name == r"\ensuremath":
            close = matching(self.text, at, _NEAR) if at >= self._unclosed else -1
            if close >= 0:
                return self._formula(start, at, close + 1, close + 1, False)
            self._unclosed = max(self._unclosed, at + _NEAR)
        if word in _REFERENCES:
            argument = _ARGUMENT.match(self.text, at)
            if argument is not None:
                brace = self.text.index("{", at)
                blank(self._chars, start, brace)
                self._put(brace, "(")
                self._put(argument.end() - 1, ")")
                return argument.end()
        if word in ("footnote", "footnotetext", "thanks") and self.text[at : at + 1] == "{":
            blank(self._chars, start, at)
            self._open("(", at)
            return at + 1
        for _ in range(_WITHOUT_WORDS.get(word, 0)):
            argument = _ARGUMENT.match(self.text, at)
            at = argument.end() if argument is not None else at
        blank(self._chars, start, at)
        if word == "item":
            self._put(start, "\n\n - ")
        elif word == "par":
            self._put(start, "\n\n")
        return at

    # ------------------------------------------------------------------ macros

    def _definition(self, name: str, start: int, at: int) -> int:
        before = self.text[max(0, start - 16) : start].rstrip()
        doubt = "it depends on a condition" if self._condition else ""
        try:
            end = self.macros.define(
                name, self.text, at, everywhere=before.endswith(r"\global"), doubt=doubt
            )
        except FormulaError as error:
            end = max(error.at, at)
            self.problems.append(PageProblem(start, error.message))
        blank(self._chars, start, end)
        return end

    def _new_environment(self, start: int, at: int) -> int:
        try:
            name, begin, end = environment_at(self.text, at)
        except FormulaError as error:
            self.problems.append(PageProblem(start, error.message))
            return max(error.at, at)
        only = _BEGIN_ONLY.fullmatch(begin)
        if only is not None and only[2] in _DISPLAYS:
            self.renamed[name] = only[2]
        elif _FORMULA_IN_MACRO.search(begin):
            self.unreadable.add(name)
        else:
            self.known.add(name)
        blank(self._chars, start, end)
        return end

    def _macro(self, macro: Macro, start: int, at: int) -> int:
        """A macro of the page in prose: it may be a formula, or hide one."""
        body = "".join(macro.body).strip()
        display = _BEGIN_ONLY.fullmatch(body)
        if display is not None and display[1] == "begin" and display[2] in _DISPLAYS:
            return self._between_macros(display[2], start, at)
        whole = re.fullmatch(r"\$[^$]+\$|\\ensuremath\s*\{.*\}", body, re.DOTALL)
        if whole is not None:
            end = self.macros.call_end(macro, self.text, at) if at >= self._unclosed else at
            if end == at and macro.parameters:
                self._unclosed = max(self._unclosed, at + _NEAR)
            return self._formula(start, start, end, end, False)
        if _FORMULA_IN_MACRO.search(body) or re.search(r"\\(?:input|include)(?![A-Za-z])", body):
            message = f"what the macro {macro.name} stands for is not read here"
            self.problems.append(PageProblem(start, message))
        blank(self._chars, start, at)
        return at

    def _between_macros(self, name: str, start: int, at: int) -> int:
        r"""``\be … \ee``, which stand for ``\begin{equation}`` and ``\end{equation}``."""
        for found in re.compile(r"\\(?:(end)\s*\{([A-Za-z]+\*?)\}|[A-Za-z]+|.)", re.S).finditer(
            self.text, at
        ):
            macro = self.macros.get(found.group())
            only = _BEGIN_ONLY.fullmatch("".join(macro.body)) if macro is not None else None
            if (only is not None and only[1] == "end") or found[1]:
                ended = only[2] if only is not None else found[2]
                if ended == name:
                    return self._formula(start, start, found.end(), found.end(), True)
            if only is not None and only[1] == "begin":
                break
        self.problems.append(PageProblem(start, f"{self.text[start:at]} is never closed"))
        return at

    # ------------------------------------------------------------------ formulas

    def _formula(self, start: int, body: int, close: int, end: int, display: bool) -> int:
        source = self.text[body:close]
        if source.strip():
            expansion = self.macros.expand(source, local=True)
            self.found.append(Found(start, end, FormulaText(source, body, display, expansion)))
        return end

    def _dollars(self, start: int) -> int:
        mark = "$$" if self.text.startswith("$$", start) else "$"
        body = start + len(mark)
        depth = 0
        for found in _INSIDE.finditer(self.text, body, self._end):
            c = found.group()
            if c == "$" and depth <= 0 and self.text.startswith(mark, found.start()):
                close = found.start()
                return self._formula(start, body, close, close + len(mark), mark == "$$")
            if c[0] == "\n":
                self.problems.append(PageProblem(start, f"this {mark} is never closed"))
                return found.start()
            depth += (c == "{") - (c == "}")
        self.problems.append(PageProblem(start, f"this {mark} is never closed"))
        return self._end

    def _bracketed(self, start: int, opening: str) -> int:
        closing = {r"\[": r"\]", r"\(": r"\)"}[opening]
        if closing not in self._missing:
            for found in _INSIDE.finditer(self.text, start + 2, self._end):
                if found.group() == closing:
                    display = opening == r"\["
                    return self._formula(start, start + 2, found.start(), found.end(), display)
                if found.group() == opening:
                    break
            else:
                if not self._inside:
                    self._missing.add(closing)
        self.problems.append(PageProblem(start, f"this {opening} is never closed"))
        return start + 2

    def _environment(self, word: str, start: int, at: int) -> int:
        found = _NAME.match(self.text, at)
        if found is None:
            return at
        name, at = found[1], found.end()
        if name == "document":
            return at  # its definitions are the page's
        mathematics = name in _DISPLAYS or name in self.renamed or name in self.unreadable
        if mathematics and start >= self.begin and not self._inside:
            if word == "begin":
                return self._display(name, start, at)
            return at
        if word == "begin":
            self.macros.open()
            known = name in self.known or name.rstrip("*") in self.known
            if not known:
                self._strange.append((name, start))
            if name.rstrip("*") in _WITH_ARGUMENTS or not known:
                while (options := _OPTIONS.match(self.text, at)) is not None:
                    at = options.end()
        else:
            self.macros.close()
            if self._strange and self._strange[-1][0] == name:
                self._strange.pop()
        if start >= self.begin:
            blank(self._chars, start, at)
            self._put(start, "\n\n")
        return at

    def _display(self, name: str, start: int, at: int) -> int:
        """A display environment, in pieces where ``\\intertext`` interrupts it."""
        same = re.compile(r"\\(begin|end)\s*\{" + re.escape(name) + r"\}")
        close = same.search(self.text, at) if name not in self._missing else None
        if close is None:
            self._missing.add(name)
        if close is None or close[1] == "begin":
            self.problems.append(PageProblem(start, rf"\begin{{{name}}} is never closed"))
            return at
        end = close.end()
        if name in self.unreadable:
            message = f"the environment {name!r} is not supported"
            self.problems.append(PageProblem(start, message))
            blank(self._chars, start, end)
            return end
        pieces = list(_INTERTEXT.finditer(self.text, at, close.start()))
        if not pieces:
            if name in self.renamed:
                return self._formula(start, at, close.start(), end, True)
            return self._formula(start, start, end, end, name != "math")
        first = start
        for piece in pieces:
            if piece.start() < at:
                continue
            words = self._end_of_group(piece.end(), close.start())
            self._formula(first, at, piece.start(), piece.start(), True)
            blank(self._chars, piece.start(), piece.end())
            whole, self._inside = self._end, True
            self.scan(piece.end(), words)
            self._end, self._inside = whole, False
            blank(self._chars, words, words + 1)
            first = at = words + 1
        self._formula(first, at, close.start(), end, True)
        if not self.text[at : close.start()].strip():
            blank(self._chars, at, end)
        return end

    def _end_of_group(self, at: int, end: int) -> int:
        depth = 0
        for found in _INSIDE.finditer(self.text, at, end):
            c = found.group()
            if c == "}" and not depth:
                return found.start()
            depth += (c == "{") - (c == "}")
        return end - 1
