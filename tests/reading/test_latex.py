"""LaTeX files → pages: what is printed, what of it is a formula, and where everything stands."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from derive.reading.files import read_page
from derive.reading.include import MAX_DEPTH, MAX_FILES
from derive.reading.latex import read_latex
from derive.reading.page import Page


def formulas(text: str) -> list[tuple[str, bool]]:
    """(LaTeX, whether displayed) of every formula in reading order."""
    page = read_latex(text, "page.tex")
    return [(f.latex.strip(), f.display) for item in page.items for f in item.formulas]


def outline(page: Page) -> list[str]:
    return [
        f"{item.kind}{item.level or ''}: {' '.join(item.latex.split())}" for item in page.items
    ]


def problems(page: Page) -> list[str]:
    said = []
    for problem in page.problems:
        line, column = page.place(problem.offset)
        said.append(f"{line}:{column}: {problem.message}")
    return said


@pytest.mark.parametrize(
    ("text", "source"),
    [
        (r"So \[ a = b \] holds", "a = b"),
        ("So $$ a = b $$ holds", "a = b"),
        ("So \\[\na = b\n% c = d\n\\] holds", "a = b"),
        (r"So \[ a = b \\[2pt] c = d \] holds", r"a = b \\[2pt] c = d"),
        (r"$$ a = \text{if $b$} $$", r"a = \text{if $b$}"),
        (r"\newcommand{\be}{\begin{align}} \newcommand{\ee}{\end{align}} \be a = b \ee",
         r"\begin{align} a = b \end{align}"),
        (r"\newcommand{\be}{\begin{align}} \be a = b \end{align}",
         r"\begin{align} a = b \end{align}"),
        (r"\newenvironment{eq}{\begin{align}}{\end{align}} \begin{eq} a = b \end{eq}", "a = b"),
    ],
)  # fmt: skip
def test_every_way_to_display_a_formula(text: str, source: str) -> None:
    assert formulas(text) == [(source, True)]
    assert read_latex(text, "page.tex").problems == ()


@pytest.mark.parametrize(
    "name",
    "align align* alignat* gather* eqnarray eqnarray* multline* equation equation* flalign"
    " displaymath".split(),
)
def test_environments_that_display_formulas(name: str) -> None:
    columns = "{2}" if name == "alignat*" else ""
    body = f"\\begin{{{name}}}{columns}\na = b\n\\end{{{name}}}"
    assert formulas(f"Words\n{body}\nwords") == [(body, True)]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("so $a = b$ holds", "a = b"),
        ("so $ a = b $1 holds", "a = b"),
        ("so $a\n= b$ holds", "a\n= b"),
        (r"so \(a = b\) holds", "a = b"),
        ("so \\(a\n= b\\) holds", "a\n= b"),
        (r"so \ensuremath{a = b} holds", "{a = b}"),
        (r"so \begin{math}a = b\end{math} holds", r"\begin{math}a = b\end{math}"),
        (r"costs \$5, so $a = b$", "a = b"),
        (r"so $a \text{ or $c$} = b$ holds", r"a \text{ or $c$} = b"),
        (r"\newcommand{\ab}{$a = b$} so \ab{} holds", "a = b"),
        (r"\newcommand{\ab}[1]{\ensuremath{a = #1}} so \ab{b} holds", r"\ensuremath{a = b}"),
        (r"so\footnote{where $a = b$} it holds", "a = b"),
        (r"so \emph{clearly $a = b$} holds", "a = b"),
        (r"so \begin{foo} where $a = b$ \end{foo} holds", "a = b"),
    ],
)
def test_every_way_to_put_a_formula_into_a_line(text: str, source: str) -> None:
    assert formulas(text) == [(source, False)]
    assert read_latex(text, "page.tex").problems == ()


@pytest.mark.parametrize(
    "text",
    [
        "% $a = b$",
        r"100\% % $a = b$",
        "\\\\% $a = b$",
        r"\iffalse $a = b$ \fi",
        r"\iffalse \ifx $a = b$ \fi $c = d$ \fi",
        r"\begin{comment} $a = b$ \end{comment}",
        r"\begin{verbatim} $a = b$ \end{verbatim}",
        "\\begin{lstlisting}[language=tex]\n$a = b$\n\\end{lstlisting}",
        r"\begin{minted}{tex} $a = b$ \end{minted}",
        r"\verb|$a = b$|",
        r"\verb+$a = b$+ and \verb*|$a = b$|",
        r"\lstinline|$a = b$|",
        r"\documentclass{x} $a = b$ \begin{document}",
        r"\newcommand{\cost}{$a = b$} \begin{document}",
        r"words \end{document} $a = b$",
        r"a tabular row \\[2pt] and \\ another",
        r"\begin{tikzpicture} \node {$a = b$}; \end{tikzpicture}",
    ],
)
def test_what_is_not_printed_is_no_formula(text: str) -> None:
    assert formulas(text) == []
    assert read_latex(text, "page.tex").problems == ()


@pytest.mark.parametrize(
    "text",
    [
        r"100\% sure: $a = b$",
        r"\\ \% $a = b$",
        "% \\begin{verbatim}\n$a = b$ % \\end{verbatim}",
        "\\begin{verbatim}\n% \\end{verbatim} $a = b$",
        "\\verb|%| $a = b$",
        r"\iffalse $c$ \else $a = b$ \fi",
        "% \\begin{document}\n$a = b$",
        "\\iffalse\\fi $a = b$ % \\end{document}",
    ],
)
def test_what_is_printed_is_read(text: str) -> None:
    assert [source for source, _ in formulas(text)] == ["a = b"]


def test_an_offset_points_at_the_source_itself() -> None:
    text = (
        "% comment\n\\begin{document}\n\\section{A $x$}\n\\item $a$\\footnote{$b$}% $c$\n"
        "\\begin{align}\nd &= e\\\\\n\\intertext{if $f$}\ng &= h\n\\end{align}\n\\(i\nj\\)"
    )
    page = read_latex(text, "page.tex")
    found = [f for item in page.items for f in item.formulas]
    assert len(found) == 7
    for formula in found:
        assert text.startswith(formula.source, formula.offset)
    for item in page.items:
        for formula in item.formulas if item.kind == "prose" else ():
            start = formula.offset - item.offset
            assert item.text[start : start + len(formula.source)] == formula.source


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\section{A {\bf big} $x_{1}$}", ["heading1: A big $x_{1}$"]),
        (r"\section*{A}\label{a}", ["heading1: A"]),
        (r"\section[short]{A \emph{long} one}", ["heading1: A long one"]),
        (r"\title{T} \begin{document} \chapter{C} \subsection{S} \paragraph{P}",
         ["heading1: T", "heading1: C", "heading2: S", "heading4: P"]),
        (r"\noindent If \textbf{$i = j$}:", ["prose: If $i = j$ :"]),
        (r"\begin{proof} If $i = j$: \end{proof} Then", ["prose: If $i = j$:", "prose: Then"]),
        (r"\begin{theorem}[Sums] Words~here \end{theorem}", ["prose: [Sums] Words here"]),
        (r"a \begin{itemize}[noitemsep] \item If $x$: \item Then \end{itemize} b",
         ["prose: a", "prose: - If $x$:", "prose: - Then", "prose: b"]),
        (r"a\footnote{b $c$ d} e", ["prose: a (b $c$ d) e"]),
        (r"by \eqref{eq:1} and~\ref{a_b}\label{c_d}", ["prose: by (eq:1) and (a_b)"]),
        ("a % b\nc", ["prose: a c"]),
        ("a\n%\nb", ["prose: a b"]),
        ("a %\n\nb", ["prose: a", "prose: b"]),
        ("a\\par b", ["prose: a", "prose: b"]),
        ("a \\(b\nc\\) d", [r"prose: a \(b c\) d"]),
        ("{\\it a} \\vspace{2pt} \\$ b \\& c", ["prose: a b & c"]),
        (
            "\\begin{align} a &= b \\\\ \\intertext{If $i=j$:} c &= d \\end{align}",
            ["formula: a &= b \\\\", "prose: If $i=j$:", "formula: c &= d"],
        ),
        (
            "\\begin{gather}a \\shortintertext{or {both}} b \\intertext{and $c$}d\\end{gather} e",
            ["formula: a", "prose: or both", "formula: b", "prose: and $c$", "formula: d",
             "prose: e"],
        ),
    ],
)  # fmt: skip
def test_of_the_prose_its_words_are_left(text: str, expected: list[str]) -> None:
    page = read_latex(text, "page.tex")
    assert outline(page) == expected
    assert page.problems == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\n\\begin{dmath}\nx = 2x\n\\end{dmath}", ["2:1: the environment 'dmath' is not supported"]),
        ("a\n \\begin{IEEEeqnarray}{rCl} x^2 &=& y \\end{IEEEeqnarray}",
         ["2:2: the environment 'IEEEeqnarray' is not supported"]),
        (r"\begin{foo} x^2 = 2 \end{foo}",
         ["1:1: the environment 'foo' is not supported: it is not read as mathematics"]),
        (r"\newenvironment{foo}{\[ x }{\]} \begin{foo} 2 \end{foo}",
         ["1:33: the environment 'foo' is not supported"]),
        (r"\newcommand{\foo}{if $x$ then} and \foo", ["1:36: what the macro \\foo stands for is not read here"]),
        (r"\newcommand{\foo}[1]{\input{#1}} and \foo{x}", ["1:38: what the macro \\foo stands for is not read here"]),
        ("a $b\n\nc $d$ e", ["1:3: this $ is never closed"]),
        ("a $$b\n\n$$d$$ e", ["1:3: this $$ is never closed"]),
        (r"a \[ b \[ c \]", [r"1:3: this \[ is never closed"]),
        (r"a \( b \( c \)", [r"1:3: this \( is never closed"]),
        (r"\begin{align} b \begin{align} c \end{align}", [r"1:1: \begin{align} is never closed"]),
        ("a\n\\begin{verbatim} b", [r"2:1: \begin{verbatim} is never closed"]),
        (r"\newcommand{\be}{\begin{align}} \be a = b", ["1:33: \\be is never closed"]),
        (r"\newcommand{\a", [r"1:1: \newcommand without the name of a macro"]),
        (r"\def\a{b", [r"1:1: a { that is never closed"]),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_a_problem_at_its_place(text: str, expected: list[str]) -> None:
    assert problems(read_latex(text, "page.tex")) == expected


def test_what_stands_behind_a_formula_that_is_not_closed_is_read() -> None:
    for opening in ("$", "$$", r"\[", r"\("):
        assert formulas(f"a {opening} b\n\n\\[ c = d \\]")[-1] == ("c = d", True)
    assert formulas(r"\begin{align} b \[ c = d \]") == [("c = d", True)]


# --------------------------------------------------------------------------- included files


def page_of(folder: Path, **files: str) -> Page:
    """The page main.tex among files; ``__`` in a name is a /."""
    for name, text in files.items():
        file = folder / f"{name.replace('__', '/')}.tex"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    return read_page(folder / "main.tex")


def test_included_files_are_read_in_their_place(tmp_path: Path) -> None:
    page = page_of(
        tmp_path,
        main="\\input{macros}\nOne \\include{parts/a} five $x_5$\n\\input parts/c.tex\n$x_7$",
        macros="\\newcommand{\\x}{y}\n",
        parts__a="\n\nTwo $x_2$\n\\input{parts/b}\nfour $x_4$",
        parts__b="three $\\x$",
        parts__c="six $x_6$\\endinput $x = 1$",
    )
    found = [(f.latex, page.place(f.offset)) for item in page.items for f in item.formulas]
    shown = [(latex, str(line), int(column)) for latex, (line, column) in found]
    assert shown == [
        ("x_2", "3 of parts/a.tex", 6),
        ("y", "1 of parts/b.tex", 8),
        ("x_4", "5 of parts/a.tex", 7),
        ("x_5", "2", 29),
        ("x_6", "1 of parts/c.tex", 6),
        ("x_7", "4", 2),
    ]
    assert page.problems == ()


def test_a_file_that_includes_nothing_has_no_parts(tmp_path: Path) -> None:
    page = page_of(tmp_path, main="% \\input{a}\n\\verb|\\input{a}| \\includegraphics{a}")
    assert page.parts == ()
    assert page.problems == ()


def test_what_a_part_leaves_open_ends_with_it(tmp_path: Path) -> None:
    page = page_of(
        tmp_path,
        main="\\begin{document}\\input{a}\\input{b}\n\\[ x = y \\]",
        a="Words $$ a = b",
        b="\\begin{document} $c$ \\end{document} $d$",
    )
    assert problems(page) == ["1 of a.tex:7: this $$ is never closed"]
    assert [f.latex.strip() for i in page.items for f in i.formulas] == ["c", "x = y"]


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (r"\input{../secret}", "only files in the page's own folder are read"),
        (r"\input{sub/../../secret}", "only files in the page's own folder are read"),
        (r"\input{/etc/passwd}", "only files in the page's own folder are read"),
        (r"\input{C:/secret}", "only files in the page's own folder are read"),
        (r"\include{out}", "only files in the page's own folder are read"),
        (r"\include{folder/secret}", "only files in the page's own folder are read"),
        (r"\input{nothing}", "no such file"),
        (r"\input{sub}", "no such file"),
        (r"\input{pipe}", "no such file"),
        (r"\input{" + "x" * 5000 + "}", "no such file"),
        (r"\input{}", "not the name of a file"),
        (r"\input{|ls}", "not the name of a file"),
        (r"\input{~/a}", "not the name of a file"),
        (r"\input{\jobname}", "not the name of a file"),
        (r"\import{a}{b}", r"\import is not followed"),
        (r"\input{main}", "main.tex includes itself"),
        (r"\input{binary}", "this looks like a binary file"),
        (r"\input{latin}", "is not UTF-8"),
    ],
)
def test_a_file_that_is_not_to_be_read_is_a_problem_and_stays_unread(
    tmp_path: Path, command: str, message: str
) -> None:
    (tmp_path / "secret.tex").write_text("$secret$")
    folder = tmp_path / "page"
    (folder / "sub").mkdir(parents=True)
    (folder / "out.tex").symlink_to(tmp_path / "secret.tex")
    (folder / "folder").symlink_to(tmp_path)
    (folder / "binary.tex").write_bytes(b"a\0b")
    (folder / "latin.tex").write_bytes(b"\xe4")
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe.tex")
    page = page_of(folder, main=f"$a$\n {command} $b$")
    assert [f.source for item in page.items for f in item.formulas] == ["a", "b"]
    (problem,) = problems(page)
    assert problem.startswith("2:2: ")
    assert message in problem


def test_files_that_include_each_other_come_to_an_end(tmp_path: Path) -> None:
    page = page_of(tmp_path, main="\\input{a}", a="$a$ \\input{b}", b="$b$ \\input{a}")
    assert problems(page) == ["1 of b.tex:5: a.tex includes itself"]


def test_files_too_deep_in_one_another_are_not_read(tmp_path: Path) -> None:
    deep = {f"f{i}": f"$x_{i}$ \\input{{f{i + 1}}}" for i in range(MAX_DEPTH + 5)}
    page = page_of(tmp_path, main="\\input{f0}", **deep)
    assert problems(page) == [
        f"1 of f{MAX_DEPTH - 1}.tex:8: f{MAX_DEPTH}.tex: more than 20 files within one another"
    ]


def test_the_number_and_the_size_of_included_files_are_bounded(tmp_path: Path) -> None:
    double = {f"f{i}": f"\\input{{f{i + 1}}}\n\\input{{f{i + 1}}}\n" for i in range(15)}
    page = page_of(tmp_path, main="\\input{f0}", f15="", **double)
    assert f"more than {MAX_FILES} files are included" in page.problems[0].message
    page = page_of(tmp_path, main="\\input{big}\\input{big}\n$x$", big="words " * 1_000_000)
    assert problems(page) == ["1:12: big.tex: the page becomes larger than 10000000 characters"]
    assert page.items[-1].formulas[-1].source == "x"
