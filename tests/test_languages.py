"""Languages: every message has its Chinese, a translation says the same, and one more language is
one more catalogue."""

from __future__ import annotations

import ast
import gettext
import io
import json
import re
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib.machinery import ModuleSpec
from pathlib import Path

import click
import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from click.testing import CliRunner

import derive
from derive.catalogue import names, page_text
from derive.characters import columns, one_line
from derive.cli import main
from derive.languages import Choice, catalogues, from_environment, language, languages
from derive.languages.language import LONGEST, Part, usable
from derive.languages.messages import MESSAGES
from derive.languages.patterns import BadPattern, Pattern
from derive.reporting import render, render_index, typst_pdf
from derive.results import FactResult
from derive.usage import said_in_help, wrapped
from tests.catalogues import compiled, messages, read

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "derive"
TRANSLATED = [name for name in languages() if name != "en"]

SLIP = r"""The outputs are $p_i = \frac{e^{o_i}}{\sum_k e^{o_k}}$ and the loss is
$L = -\sum_k t_k \log p_k$, where $\sum_k t_k = 1$.

$$
\begin{aligned}
\frac{\partial L}{\partial o_i} &= -\sum_k t_k \frac{1}{p_k} \frac{\partial p_k}{\partial o_i} \\
  &= -t_i (1 - p_i) + \sum_{k \neq i} t_k p_k \\
  &= p_i - t_i
\end{aligned}
$$

$$ x_1 = \foo{3} [ $$
"""


@pytest.fixture(autouse=True)
def _no_language_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


# --------------------------------------------------------------------------- catalogues


def forms(text: object) -> tuple[str, ...]:
    """The forms of a message, or of its translation: one, or one for each plural."""
    return tuple(map(str, text)) if isinstance(text, list | tuple) else (str(text),)


@pytest.mark.parametrize("name", TRANSLATED)
def test_a_catalogue_is_compiled_from_what_its_translator_wrote(name: str) -> None:
    file = catalogues.LOCALE / name / "LC_MESSAGES" / "derive.po"
    made = read_mo(io.BytesIO(compiled(read(file))))
    with file.with_suffix(".mo").open("rb") as source:
        there = read_mo(source)

    def said(catalog: Catalog) -> dict[object, object]:
        return {(m.context, forms(m.id)): forms(m.string) for m in catalog if m.id}

    assert said(there) == said(made), "run python -m tests.catalogues"
    assert said(there)


@pytest.mark.parametrize("name", TRANSLATED)
def test_a_catalogue_has_every_message_with_its_gaps_and_none_that_is_gone(name: str) -> None:
    catalog = read(catalogues.LOCALE / name / "LC_MESSAGES" / "derive.po")
    wanted = messages()
    listed = sorted((forms(m.id), str(m.context)) for m in catalog if m.id)
    expected = sorted((forms(said), str(context)) for said, context in wanted)
    assert listed == expected, "run python -m tests.catalogues"
    assert not catalog.obsolete
    lacking = [m.id for m in catalog if m.id and (not all(forms(m.string)) or m.fuzzy)]
    assert lacking == []
    wrong = [
        form
        for m in catalog
        for form in forms(m.string)
        if m.id and usable(forms(m.id)[-1], form) is None
    ]
    assert wrong == []


def test_a_chinese_sentence_has_chinese_signs() -> None:
    catalog = read(catalogues.LOCALE / "zh" / "LC_MESSAGES" / "derive.po")
    for message in catalog:
        if not message.id or message.context:
            continue
        for form in forms(message.string):
            bare = re.sub(r"\{[^{}]*\}", "", form)
            assert not re.search(r"[\u4e00-\u9fff][,;:!?]|[,;:!?][\u4e00-\u9fff]", bare), form
            ends = forms(message.id)[-1].endswith("."), form.endswith("。")
            assert ends[0] == ends[1], message.id


# --------------------------------------------------------------------------- every sentence

ROOMS = (
    "deciding",
    "meaning",
    "reading",
    "judging.py",
    "checking.py",
    "plotting.py",
    "worker.py",
    "gathering.py",
    # what is said of runs, of usage and of files that are no pages
    "allowing.py",
    "api.py",
    "baseline.py",
    "cli.py",
    "config.py",
    "details.py",
    "gate.py",
    "languages/choosing.py",
    "pytest_plugin/nodes.py",
    "pytest_plugin/summary.py",
    "reporting/files.py",
    "reporting/finished.py",
    "reporting/own_templates.py",
    "reporting/*pdf*.py",
    "reporting/typst*.py",
    "reporting/__init__.py",
    "terminal.py",
    "usage.py",
    "watching",
)
# what stands before a message that is about a place in a file
PLACE = re.compile(r"(?:1+:)+ ")

# Strings with words in them that no reader of a page is ever shown by themselves.
NOT_SAID = re.compile(
    r"not a term: 1|an index outside its range|no case applies|division by zero|no value|too much work"
    r"|not finite|sizes needed: .*|not a decidable relation: 1|the opposite case"
    r"|the exact path proved a step that numbers refute at size 1|a step was lost"
    r"|two evaluations of one side differ: 1 and 1|an expon\w+ out of range|the root of a negative number"
    r"|the log of a number that is not positive|no point of this kind keeps the givens"
    # what the Python interface says to programs
    r"|the sides are LaTeX, so each given is LaTeX, too|not one claim: 1|1 is a list: 1=\[1\]"
    r"|one side is LaTeX, the other is not: give both in one language|the relation 1 is not known"
    r"|SymPy sides have no definitions: write out what is meant|what was declared|\\quad 1"
    r"|no report format 1; known: 1|no index in format 1; known: html"
    # what browsers, TeX and Typst read, and the beginning of a note
    r"|default-src 'none'; .*|\\pdfvariable trailerid.*|unread, as expected"
    r"|op\(\"arg (?:max|min)\", limits: #true\)|class\(\"normal\", quad .*"
    r"|no verdict has this word|if and only if|at 1:|cell 1|.*\\(?:cdot|neq) ?\S*|\\W.*"
)
# Parts that are only ever said inside others; the sentences made of them stand in SENTENCES.
PARTS = re.compile(
    r"It holds if 1\.|True 1\.|True 1, assuming 1, which.*|for every 1|for all values|and every 1"
    r"|Only the 1 side asks for 1\.|\(line 1\)|write (?:axis|case|given|let) .*|a skip needs a reason.*"
    r"|this says no plot; 1|write plot .*|this let defines nothing; 1|1 cannot be used as a given; 1|this says no axis; 1|skip why\? 1"
    r"|this let says what no single name is; 1|this states no relation; 1|this case cannot be used1"
    r"|1 is no index on this page1|1, not a step|an (?:approximation|update|assignment)"
    r"|; there 1 has another number of indices|no step under this case has both its indices1"
    r"|, from here on in place of its definition in line 1|the definition of 1 could not be read"
    r"|1 is no verb of an annotation1|\(each line of a comment begins with one\)"
    r"|the metadata of cell 1|1 with the first definition of a name that .*"
    r"|; did you mean 1\?|; known are 1|un(?:ended|closed) \w+|formulas without their TeX"
    r"|problems with annotations|bidirectional control(?: characters)?|1 more 1, from here on"
    r"|more than 1: the cells from here on are not read|An error inside derive"
    r"|; with 1 the step is 1|False in general, true if 1 \(line 1\); it is not clear whether 1\."
    r"|that case still holds here|that holds here|, assuming 1|1, please report it: 1\.|step 1"
    r"|no setting is called so1|see its log with -f (?:latex|typst)|; `derive list` shows them"
    r"|no catalogue page is called 11|those it has are 1|it has none|the formula has no size 1: 1"
    r"|the output could not be written"
    r"|.* and least sizes \(n \\geq 2\) can be|This is not what 1 is defined to be;.*|, as when memory runs out"
)


def _strings(file: Path) -> Iterator[tuple[int, str]]:
    """The strings of a module, 1 in place of what is put into them, without docstrings, regular
    expressions and lists of words."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            skipped.add(id(node.value))
        elif isinstance(node, ast.JoinedStr):
            skipped |= {id(value) for value in node.values}
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr == "compile":
                skipped |= {id(inner) for inner in ast.walk(node)}
            elif node.func.attr == "split":
                skipped.add(id(node.func.value))
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value
        elif isinstance(node, ast.JoinedStr):
            parts = (v.value if isinstance(v, ast.Constant) else "1" for v in node.values)
            yield node.lineno, "".join(str(part) for part in parts)


def _is_message(text: str) -> bool:
    """Whether a string is one of the messages, but for its full stop."""
    other = text[:-1] if text.endswith(".") else text + "."
    beside = PLACE.sub("", text, count=1)
    return any(p.spans(t) is not None for p in _patterns() for t in (text, other, beside))


@cache
def _patterns() -> list[Pattern]:
    return [Pattern.of(message) for message in MESSAGES]


def test_every_sentence_that_is_said_is_in_the_catalogues() -> None:
    unknown, seen = [], 0
    labels = {form for said, _ in messages() for form in forms(said)}
    for room in ROOMS:
        places = list(PACKAGE.glob(room))
        assert places, room
        for file in (f for p in places for f in sorted(p.rglob("*.py") if p.is_dir() else [p])):
            for line, string in _strings(file):
                text = " ".join(string.split())
                if not re.search(r"[a-z]{2,} [a-z0-9(…{]", text) or re.search(r"\(\?", text):
                    continue
                if NOT_SAID.fullmatch(text) or PARTS.fullmatch(text):
                    continue
                seen += 1
                if not labels & {text, string} and not _is_message(text):
                    unknown.append(f"{file.relative_to(ROOT)}:{line}: {text}")
    assert unknown == [], "add them to derive/languages/messages"
    assert seen > 250


def test_every_label_that_is_asked_for_is_in_the_catalogues() -> None:
    known, seen = {form for message, _ in messages() for form in forms(message)}, 0
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if node.func.attr in ("label", "counted") and node.args:
                asked = node.args[: 2 if node.func.attr == "counted" else 1]
                for inner in (i for argument in asked for i in ast.walk(argument)):
                    if isinstance(inner, ast.Constant):
                        seen += 1
                        assert inner.value in known, f"{file}:{inner.lineno}"
    assert seen > 20


SENTENCES = [
    ("algebra", "代数运算"),
    ("definition of a_j^{L} (line 3 of cell 4)", "定义：a_j^{L}（第 4 单元第 3 行）"),
    ("the result on line 7 of part.tex", "part.tex 第 7 行的结果"),
    (
        "True for every n and m, assuming t_k = 1, which the page never states. Only the left side "
        "asks for x > 0. Only the right side asks for y \\neq 0 and z > 0.",
        "若假设 t_k = 1，则对任意 n、m 成立；页面从未写明这一假设。仅左边要求 x > 0。"
        "仅右边要求 y \\neq 0、z > 0。",
    ),
    ("True for n = 2, 3 and every m.", "对 n = 2, 3 与任意 m 成立。"),
    ("True for all values. It holds if a > 0.", "对所有取值成立。若 a > 0，则成立。"),
    (
        "worked out for these sizes only: an index is used as a number (n); log of a sum or of a size (m)",
        "仅对这些维数作了验算：下标被当作数使用（n）；和式或维数的对数（m）",
    ),
    (
        "Not read: the formula ends too early; with x^2 the step is proved, assuming x > 0.",
        "未能读懂：公式不完整；若写成 x^2，则此步有条件地证明，假设 x > 0。",
    ),
    ("Not read: is the 2 above y a power or a label?.", "未能读懂：y 右上角的 2 是幂还是标号？"),
    (
        "False in general, true if i = j (line 4); it is not clear whether that case still holds here.",
        "一般不成立；若 i = j（第 4 行）则成立，但不清楚这一情形在此处是否仍然有效。",
    ),
    (
        "taken as a condition: it continues no chain, and is not known to hold (no point was found at "
        "which both sides exist)",
        "视为条件：它不接续任何等式链，也不知道是否成立（没有找到两边都有定义的点）",
    ),
    ("an approximation, not a step", "近似式，不算一步"),
    (
        "given: one-hot, from here on in place of its definition in line 182",
        "给定：one-hot，从此处起代替第 182 行的定义",
    ),
    ("The definition of z^{l} (line 3) could not be read.", "未能读懂 z^{l}（第 3 行）的定义。"),
    (
        "no step below speaks of y; there y has another number of indices",
        "下面没有一步涉及 y；那里的 y 下标个数不同",
    ),
    (
        "giv is no verb of an annotation; did you mean given? (each line of a comment begins with one)",
        "giv 不是注释的动词；是否想写 given？（注释的每一行以动词开头）",
    ),
    (
        "no step under this case has both its indices; did you mean k?",
        "此情形之下没有一步同时含有它的两个下标；是否想写 k？",
    ),
    (
        "True with the first definition of a name that this section may have given another meaning.",
        "其中一个名称在本节可能另有含义；按它最初的定义，此步成立。",
    ),
    ("cases.tex: no such file", "cases.tex：没有这个文件"),
    (
        "skip of what? No display formula follows before the next heading, and no formula stands beside it",
        "skip 指什么？到下一个标题为止没有陈列公式，旁边也没有公式",
    ),
    ("q is no index on this page; did you mean p?", "q 不是本页的下标；是否想写 p？"),
    (
        "a step of this formula was expected to be refuted: proved, unknown",
        "预期此公式中有一步的结论是「不成立」，实际为：已证明，未能判定",
    ),
    ("A matrix on the left, a number on the right.", "左边是一个矩阵，右边是一个数。"),
    ("a closing brace } without its opening one", "右花括号 } 没有对应的左花括号"),
    ("17 more unclosed formulas, from here on", "从此处起还有 17 个未闭合的公式"),
    (
        "An error inside derive, please report it: ValueError: no.",
        "derive 内部出错，请报告：ValueError: no。",
    ),
    (
        "The worker was ended by the signal SIGKILL, as when memory runs out.",
        "计算进程被信号 SIGKILL 终止，内存耗尽时会如此。",
    ),
    (
        r"this let defines nothing; write let z_j = \sum_k w_{jk} x_k, one definition each",
        r"这个 let 没有定义任何名称；请写 let z_j = \sum_k w_{jk} x_k，每个 let 一个定义",
    ),
]


@pytest.mark.parametrize(("english", "chinese"), SENTENCES)
def test_a_sentence_in_chinese(english: str, chinese: str) -> None:
    assert language("zh").text(english) == chinese
    assert language("zh").knows(english)
    assert language("en").text(english) == english


def test_everything_said_of_the_catalogue_is_said_in_chinese_with_the_same_formulas() -> None:
    zh, en, seen = language("zh"), language("en"), 0
    for name in names():
        page = derive.check(page_text(name))
        for step in (*page.steps, *page.chains):
            verdict = step.verdict
            for said in (verdict.message, verdict.basis, *verdict.because, *step.notes):
                seen += 1
                assert zh.knows(said), said
                assert en.text(said) == said
                formulas = [
                    sorted(p.value for p in spoken.parts(said) if p.math) for spoken in (zh, en)
                ]
                assert formulas[0] == formulas[1]
        for said in (*(f.note for f in page.facts), *(p.message for p in page.problems)):
            assert zh.knows(said), said
    assert seen > 300


# --------------------------------------------------------------------------- what is not known


def test_what_is_no_message_stays_english_and_says_so() -> None:
    zh = language("zh")
    assert zh.parts("something new") == (Part("something new", english=True),)
    assert zh.parts("Not read: something new.") == (
        Part("未能读懂："),
        Part("something new", english=True),
        Part("。"),
    )
    assert not zh.knows("Not read: something new.")
    assert language("en").knows("something new")


@pytest.mark.parametrize(
    ("message", "translation"),
    [
        ("{a} is {b}", "{a} 是"),
        ("{a} is {b}", "{a} 是 {b} {c}"),
        ("{a} is", "{a 是"),
        ("{a} is", "{a!r} 是"),
        ("{a} is", "{a.b} 是"),
        ("{a} is", "{0} 是"),
    ],
)
def test_a_translation_that_lacks_a_gap_or_has_another_is_not_used(
    message: str, translation: str
) -> None:
    assert usable(message, translation) is None


@pytest.mark.parametrize("message", ["{a:strange}", "{}", "{a", "a}", "{a!s}"])
def test_what_is_no_pattern(message: str) -> None:
    with pytest.raises(BadPattern):
        Pattern.of(message)


def test_what_a_page_writes_into_a_gap_is_shown_as_it_is() -> None:
    zh = language("zh")
    assert zh.text("words inside the formula: differentiation") == "公式中有文字：differentiation"
    assert zh.text("skipped: {reason} {0} %s $x$") == "已跳过：{reason} {0} %s $x$"
    assert not zh.knows("a is read as a is read as b")
    long = "words inside the formula: " + "is read as " * LONGEST
    assert zh.text(long) == long


@pytest.mark.parametrize(
    ("english", "parts"),
    [
        (
            "the definition of y_j could not be read: \\gamma stands without an index here, but has one elsewhere",
            ["未能读懂 ", "$y_j", " 的定义：", "$\\gamma", " 在此处没有下标，而在别处有"],
        ),
        (
            "Nothing on this page says how J depends on v_{c j}.",
            ["本页没有说明 ", "$J", " 如何依赖于 ", "$v_{c j}", "。"],
        ),
        ("Not read: Cov is not supported yet.", ["未能读懂：尚不支持 Cov。"]),
        (
            "the definition of \\text{all of this thing} could not be read: empty brackets",
            ["未能读懂 ", "$\\text{all of this thing}", " 的定义：括号中为空"],
        ),
    ],
)
def test_a_sentence_within_another_is_not_taken_for_a_formula(
    english: str, parts: list[str]
) -> None:
    spoken = language("zh").parts(english)
    assert ["$" * part.math + part.value for part in spoken] == parts
    assert not any(part.english for part in spoken)
    formulas = [part[1:] for part in parts if part.startswith("$")]
    assert [part.value for part in language("en").parts(english) if part.math] == formulas


def test_the_work_for_a_sentence_is_bounded() -> None:
    zh = language("zh")
    woven = " ".join(
        f"x{n} plus y{n} times z{n} on the left, w{n} on the right" for n in range(60)
    )
    started = time.process_time()
    for sentence in (woven, "Not read: " * 300, "; ".join(["x (n)"] * 500), f"False, {woven}."):
        assert not zh.knows(sentence)
    assert time.process_time() - started < 2


def test_one_name_in_two_gaps_is_one_text() -> None:
    zh = language("zh")
    assert zh.knows("the definition of f rests on f itself")
    assert not zh.knows("the definition of f rests on g itself")


# --------------------------------------------------------------------------- which language


@pytest.mark.parametrize(
    ("tag", "spoken"),
    [("zh", "zh"), ("zh-CN", "zh"), ("zh_TW.UTF-8", "zh"), ("ZH", "zh"), ("zh-Hans-CN", "zh"),
     ("en_GB", "en"), ("de", ""), ("", ""), ("zhx", ""), ("C.UTF-8", ""), ("../zh", "")],
)  # fmt: skip
def test_the_nearest_language(tag: str, spoken: str) -> None:
    assert catalogues.nearest(tag) == spoken


@pytest.mark.parametrize(
    ("environment", "spoken"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN"}, "zh"),
        ({"LANG": "C.UTF-8", "LANGUAGE": "zh"}, "zh"),
        ({"LANGUAGE": "fr:zh_CN:en"}, "zh"),
        ({"LANGUAGE": "en:zh", "LANG": "zh_CN"}, "en"),
        ({"LANGUAGE": "fr", "LANG": "zh_CN"}, "en"),
        ({"LANGUAGE": "zh", "LC_ALL": "C"}, "en"),
        ({"LANGUAGE": "", "LANG": "zh"}, "zh"),
    ],
)
def test_the_language_of_the_environment(environment: dict[str, str], spoken: str) -> None:
    assert from_environment(environment).name == spoken


@pytest.mark.parametrize(
    ("choice", "pages", "spoken"),
    [
        (Choice(), ["zh"], "zh"),
        (Choice("en", "en"), ["zh"], "en"),
        (Choice("", "zh"), ["en"], "en"),
        (Choice("", "zh"), ["fr"], "zh"),
        (Choice(), ["fr"], "en"),
        (Choice(), ["zh", "zh-CN"], "zh"),
        (Choice(), ["zh", "en"], "en"),
        (Choice("", "zh"), ["zh", "en"], "zh"),
    ],
)
def test_the_language_of_a_report(choice: Choice, pages: list[str], spoken: str) -> None:
    assert choice.of(*pages).name == spoken


# --------------------------------------------------------------------------- at the edge


def run(*arguments: str, **environment: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, arguments, env=environment)
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def slip(tmp_path: Path) -> str:
    file = tmp_path / "slip.md"
    file.write_text(SLIP, encoding="utf-8")
    return str(file)


def test_check_speaks_the_language_that_is_asked_for(slip: str) -> None:
    code, english, _ = run("check", slip)
    asked = run("check", slip, "--lang", "zh-CN")
    assert asked == run("check", slip, LANGUAGE="zh") == (code, asked[1], "")
    assert "refuted: 两边不相等：0 与 2/9。" in asked[1]
    assert "共 3 步：已证明 1" in asked[1]
    assert run("check", slip, "--lang", "en", LANGUAGE="zh")[1] == english

    def beginnings(text: str) -> list[str]:
        return re.findall(r"^\S+:\d+:\d+: [a-z]+(?=: )", text, re.MULTILINE)

    assert beginnings(asked[1]) == beginnings(english)
    assert len(beginnings(english)) == 4


def test_the_problem_matcher_of_the_readme_reads_every_language(slip: str) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"<!-- problem-matcher -->\n```json\n(.*?)```", readme, re.DOTALL)
    assert block is not None
    patterns = [matcher["pattern"]["regexp"] for matcher in json.loads(block[1])]
    found = [
        [
            match.groups()[:3]
            for line in text.splitlines()
            for pattern in patterns
            if (match := re.match(pattern, line))
        ]
        for text in (run("check", slip)[1], run("check", slip, "--lang", "zh")[1])
    ]
    assert found[0] == found[1]
    assert len(found[0]) == 3


@pytest.mark.parametrize("style", ["json", "github", "sarif", "junit"])
def test_what_programs_read_is_english(slip: str, style: str) -> None:
    english = run("check", slip, "--format", style)
    assert run("check", slip, "--format", style, "--lang", "zh")[:2] == english[:2]
    assert run("check", slip, "--format", style, LANGUAGE="zh") == english


def test_failures_are_said_in_the_language(tmp_path: Path) -> None:
    missing = str(tmp_path / "none.md")
    assert run("check", missing, "--lang", "zh") == (
        2, "", f"derive: {one_line(missing)}：没有这个文件\n",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("own", "said"),
    [
        (
            "",
            "生成 PDF 需要 PATH 中的 xelatex 或 lualatex（Debian 中为 texlive-xetex、"
            "texlive-latex-recommended；中文还需 fonts-noto-cjk），或 Python 包 typst"
            "（pip install 'derivecheck[typst]'）；二者皆无时，仍可用 -f latex 或 -f typst 写出报告的源文件",
        ),
        (
            "page.tex.j2",
            "生成 PDF 需要 PATH 中的 xelatex 或 lualatex（Debian 中为 texlive-xetex、"
            "texlive-latex-recommended；中文还需 fonts-noto-cjk）；没有它时，仍可用 -f latex 写出报告的源文件",
        ),
        (
            "page.typ.j2",
            "生成 PDF 需要 Python 包 typst（pip install 'derivecheck[typst]'）；"
            "没有它时，仍可用 -f typst 写出报告的源文件",
        ),
    ],
)
def test_what_a_pdf_needs_is_said_in_the_language(
    own: str, said: str, slip: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(typst_pdf, "find_spec", lambda name: None)
    arguments = ["report", slip, "-f", "pdf", "-o", str(tmp_path / "out"), "--lang", "zh"]
    if own:
        (tmp_path / own).write_text("x")
        arguments += ["--template", str(tmp_path)]
    assert run(*arguments) == (2, "", f"derive: {said}\n")


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("raise SystemExit(1)", "typst 失败：请用 -f typst 写出源文件，编译后查看其日志"),
        ("print('error: unknown variable: x', file=log); exit(1)", "typst 失败：unknown variable: x"),
        (
            "print('error: the text `\"如果\"` could not be displayed', file=log); exit(1)",
            "typst：没有字体含有 如 果；请安装含有这些字符的字体（Debian 中，中文可用 fonts-noto-cjk）",
        ),
        ("open('report.pdf', 'w').write('%PDF-1.7')", "typst 没有生成完整的 PDF"),
    ],
)  # fmt: skip
def test_why_there_is_no_pdf_is_said_in_the_language(
    script: str, said: str, slip: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = tmp_path / "child.py"
    child.write_text(f"log = open('report.log', 'w', encoding='utf-8')\n{script}\n", "utf-8")
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(typst_pdf, "_CHILD", child)
    found = ModuleSpec("typst", None, origin="typst/__init__.py")
    monkeypatch.setattr(typst_pdf, "find_spec", lambda name: found)
    out = tmp_path / "out"
    assert run("report", slip, "-f", "pdf", "-o", str(out), "--lang", "zh") == (
        2, "", f"derive: {said}\n",
    )  # fmt: skip
    assert not out.exists()


def test_prove_speaks_the_language() -> None:
    code, out, _ = run("prove", "(x+y)^2 = x^2 + y^2", "--lang", "zh")
    assert code == 1
    assert "refuted: 两边不相等" in out
    assert '"message": "The two sides differ' in run(
        "prove", "(x+y)^2 = x^2 + y^2", "--lang", "zh", "--format", "json"
    )[1]  # fmt: skip


def test_annotate_speaks_the_language(slip: str) -> None:
    code, _, error = run("annotate", slip, "--lang", "zh")
    assert code == 0
    assert re.fullmatch(
        rf"{re.escape(slip)}: 建议 \d 条注释，解决 \d 步，仍有 \d 步未解决\n", error
    )


@pytest.mark.parametrize("command", ["check", "prove", "report"])
def test_an_unknown_language_names_those_there_are(command: str, slip: str) -> None:
    code, out, error = run(command, slip, "--lang", "tlh")
    assert (code, out) == (2, "")
    assert "tlh: choose from en, zh" in error


def test_a_report_in_the_language_that_is_asked_for(slip: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, said, _ = run("report", slip, "-o", str(out), "--lang", "zh")
    assert code == 0
    assert run("--lang", "zh", "report", slip, "-o", str(out)) == (code, said, "")
    assert f"已写入：{out}" in said
    html = (out / "slip.html").read_text(encoding="utf-8")
    assert '<html lang="zh">' in html
    assert '<article lang="en">' in html, "the page's own words stay what they are"
    assert "不成立：两边不相等。" in html
    for name in ("slip.tex", "slip.md", "index.html"):
        assert "不成立" in (out / name).read_text(encoding="utf-8")
    chinese = (
        "# 推导\n\n"
        + "我们计算两个变量之和的平方，结果应当如下所示，请核对每一步。"
        + "$$ (x+y)^2 = x^2 + y^2 $$"
    )
    file = tmp_path / "zh.md"
    file.write_text(chinese, encoding="utf-8")
    run("report", str(file), "-o", str(out), LANGUAGE="en")
    assert '<html lang="zh">' in (out / "zh.html").read_text(encoding="utf-8")
    run("report", str(file), "-o", str(out), "--lang", "en")
    assert '<html lang="en">' in (out / "zh.html").read_text(encoding="utf-8")


def test_english_inside_a_chinese_report_is_marked() -> None:
    page = derive.check(SLIP)
    fact = FactResult(3, "x = 1", "skipped")
    html = render(replace(page, facts=(fact,)), "html", choice=Choice("zh"))
    assert '<td><span lang="en">skipped</span></td>' in html


# --------------------------------------------------------------------------- help and usage


@pytest.mark.parametrize("spoken", languages())
def test_help_needs_no_messages_and_no_algebra(spoken: str) -> None:
    code = (
        "import sys\nfrom derive.cli import main\n"
        f"main(['--lang', {spoken!r}, 'check', '--help'], standalone_mode=False)\n"
        "assert not {'derive.languages.messages', 'rich', 'sympy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


COMMANDS = [(), *((name,) for name in main.commands)]


@pytest.mark.parametrize("name", TRANSLATED)
@pytest.mark.parametrize("command", COMMANDS)
def test_all_of_help_is_translated_and_fits(name: str, command: tuple[str, ...]) -> None:
    english = set(said_in_help(main)) | {"Usage:", "Options", "Commands"}
    here = language(name)
    code, out, error = run(*command, "--help", LANG=f"{name}.UTF-8")
    assert (code, error) == (0, "")
    told = "".join(out.split())
    said = [
        said for said in said_in_help(main.commands[command[0]] if command else main)
        if "".join(here.label(said).split()) in told
    ]  # fmt: skip
    assert len(said) >= 2
    untranslated = [s for s in english if "".join(s.split()) in told and here.label(s) != s]
    assert untranslated == []
    assert (
        max(columns(line) for line in out.splitlines()) <= 80
    )  # as wide as click makes it in tests
    # the second column begins where it begins, whatever the language
    starts = {
        columns(found[1])
        for line in out.splitlines()
        if (found := re.match(r"( {2}-.{0,28}? {2,}| {2}[a-z]+ {2,}| {10,})(?=\S)", line))
    }
    assert len(starts) <= 2, out
    assert run(*command, "--lang", name, "--help") == (code, out, error)
    assert run("--lang", name, *command, "--help") == (code, out, error)
    assert run("--lang", "en", *command, "--help", LANG=name) == run(*command, "--help")


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 7, ["one two", "three"]),
        ("one two three", 100, ["one two three"]),
        ("unbreakable word", 5, ["unbreakable", "word"]),
        ("每一步都已证明", 6, ["每一步", "都已证", "明"]),
        ("每一步，都已", 6, ["每一", "步，都", "已"]),
        ("已证（步）明", 6, ["已证", "（步）", "明"]),
        ("页面 page 一", 9, ["页面 page", "一"]),
        ("用 --lang zh 指定", 9, ["用 --lang", "zh 指定"]),
        ("e\u0301e\u0301 e\u0301", 2, ["e\u0301e\u0301", "e\u0301"]),
        ("", 5, []),
    ],
)
def test_lines_of_help_end_where_lines_may_end(text: str, width: int, lines: list[str]) -> None:
    assert wrapped(text, width) == lines


def _wrong_usage() -> Iterator[tuple[str, ...]]:
    """Every command used wrongly in every way that its options can be."""
    yield ("nope",)
    yield ("chekc",)
    yield ("--lang", "tlh", "list")
    for name, command in main.commands.items():
        needed = ["x"] * sum(isinstance(p, click.Argument) for p in command.params)
        yield (name, "--nope")
        if any(isinstance(p, click.Argument) and p.required for p in command.params):
            yield (name,)
        if not any(isinstance(p, click.Argument) and p.nargs == -1 for p in command.params):
            yield (name, *needed, "y")
            yield (name, *needed, "y", "z")
        for option in command.params:
            if not isinstance(option, click.Option):
                continue
            flag = max(option.opts, key=len)
            yield (name, *needed, flag[:-1])
            if option.is_flag:
                yield (name, *needed, f"{flag}=1")
                continue
            yield (name, *needed, flag)
            if not isinstance(option.type, click.Path | click.types.StringParamType):
                yield (name, *needed, flag, "nope")
            if isinstance(option.type, click.IntRange | click.FloatRange):
                yield (name, *needed, flag, "1000000000")


WRONG_USAGE = list(_wrong_usage())


@pytest.mark.parametrize("arguments", WRONG_USAGE, ids=" ".join)
def test_wrong_usage_is_said_in_the_language(arguments: tuple[str, ...]) -> None:
    zh = language("zh")
    code, out, english = run(*arguments)
    assert (code, out) == (2, "")
    told = [line for line in english.splitlines() if line]
    assert told[0].startswith("Usage: main") or len(told) == 1
    assert [line for line in told if "Usage:" not in line and not zh.knows(line)] == []
    code, out, chinese = run(*arguments, LANG="zh_CN.UTF-8")
    assert (code, out) == (2, "")
    assert not re.search(r"Error|Usage|Try|Invalid|for help", chinese)
    assert chinese.startswith("用法：main") or len(told) == 1
    assert "错误：" in chinese


def test_there_is_wrong_usage_of_many_kinds() -> None:
    assert len(WRONG_USAGE) > 60


SETTINGS = [
    ("let = 3", "let: 必须是字符串列表：let = [\"…\"]"),
    ("lte = ['x']", "lte: 没有这个名称的设置；是否想写 let？"),
    ("qqq = 1", "qqq: 没有这个名称的设置；已知的有 let, given, axis, allow, baseline, exclude, time-limit, memory-limit"),
    ("allow = ['no']", "allow: 'no'：可选的有 assumed, unknown, unread"),
    ("allow = ['unknwn']", "allow: 'unknwn'：可选的有 assumed, unknown, unread；是否想写 unknown？"),
    ("time-limit = -1", "time-limit: 必须是 0 到 86400 之间的数"),
    ("axis = ['foo bar']", "axis: 'foo bar' 没有说明任何轴；请写 k = 1..K"),
    ("let = ['x^{']", "let: 未能读懂 'x^{'：花括号 { 没有闭合"),
    ("let = ['x + y']", "let: 'x + y' 不是单个定义"),
    ("given = ['x + y']", "given: 'x + y' 没有陈述任何关系"),
    ('given = ["\\theta"]', "given: '\\theta'：双引号中有反斜杠；请将 LaTeX 写在单引号中"),
    ("baseline = 3", 'baseline: 必须是文件名：baseline = "FILE"'),
]  # fmt: skip


@pytest.mark.parametrize(("settings", "said"), SETTINGS)
def test_wrong_settings_are_said_in_the_language(settings: str, said: str, slip: str) -> None:
    file = Path(slip).with_name("derive.toml")
    file.write_text(settings, encoding="utf-8")
    assert run("check", slip, "--lang", "zh") == (2, "", f"derive: {file}:1: {said}\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", ":1:2: 这不是 JSON：Expecting property name enclosed in double quotes"),
        ("[]", ":1:1: 基线须是含有 version 与 findings 的对象"),
        ('{"version": 9}', ":1:13: 此版 derive 读取第 1 版的基线"),
        ('{"version": 1, "findings": [{"path": 1}]}', ":1:38: path 必须是字符串"),
        (None, ": 没有这个文件（可用 --write-baseline 写入）"),
    ],
)
def test_a_wrong_baseline_is_said_in_the_language(text: str | None, said: str, slip: str) -> None:
    file = Path(slip).with_name("known.json")
    if text is not None:
        file.write_text(text, encoding="utf-8")
    code, _, error = run("check", slip, "--baseline", str(file), "--lang", "zh")
    assert (code, error) == (2, f"derive: {file}{said}\n")


def test_other_users_of_gettext_notice_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    before = gettext.textdomain(), gettext.bindtextdomain("derive"), gettext.gettext("Options")
    assert "错误：" in run("check", "--nope", LANG="zh_CN.UTF-8")[2]
    after = gettext.textdomain(), gettext.bindtextdomain("derive"), gettext.gettext("Options")
    assert before == after == ("messages", before[1], "Options")


@pytest.mark.parametrize(
    ("count", "english", "chinese"),
    [
        (0, "0 pages, x", "共 0 页，x"),
        (1, "1 page, x", "共 1 页，x"),
        (2, "2 pages, x", "共 2 页，x"),
    ],
)
def test_one_is_not_said_as_two(count: int, english: str, chinese: str) -> None:
    asked = ("{count} page, {coverage}", "{count} pages, {coverage}", count)
    assert language("en").counted(*asked, coverage="x") == english
    assert language("zh").counted(*asked, coverage="x") == chinese


# --------------------------------------------------------------------------- one language more


def test_a_catalogue_more_is_a_language_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slip: str
) -> None:
    catalog = Catalog(locale="eo")
    catalog.add("Counterexample", "Kontraŭekzemplo")
    catalog.add("The two sides differ: {left} against {right}.", "Malsamaj: {right} kaj {left}.")
    catalog.add("differentiation", "differentiation")  # the same word, and known all the same
    catalog.add("Step {number}", "Paŝo {nombro}")  # a mistake of the translator
    folder = tmp_path / "locale" / "eo" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "derive.mo").write_bytes(compiled(catalog))
    monkeypatch.setattr(catalogues, "LOCALE", tmp_path / "locale")

    assert languages() == ("en", "eo")
    assert language("eo").knows("differentiation")
    assert not language("eo").knows("algebra")
    code, out, _ = run("check", slip, "--lang", "eo_XX")
    assert code == 1
    assert "refuted: Malsamaj: 2/9 kaj 0." in out
    page = derive.check(SLIP)
    html = render(page, "html", choice=Choice("eo"))
    assert '<html lang="eo">' in html
    assert "Kontraŭekzemplo" in html
    assert "Step 1" in html
    assert '<html lang="eo">' in render_index([page], choice=Choice("eo"))
    assert "zh: choose from en, eo" in run("check", slip, "--lang", "zh")[2]


def test_wheels_and_sdists_contain_the_catalogues(tmp_path: Path) -> None:
    sdist = pytest.importorskip("hatchling.builders.sdist")
    wheel = pytest.importorskip("hatchling.builders.wheel")
    for builder in (sdist.SdistBuilder(str(ROOT)), wheel.WheelBuilder(str(ROOT))):
        (built,) = builder.build(directory=str(tmp_path), versions=["standard"])
        if built.endswith(".whl"):
            inside = zipfile.ZipFile(built).namelist()
        else:
            with tarfile.open(built) as archive:
                inside = [name.partition("/")[2] for name in archive.getnames()]
        for name in TRANSLATED:
            for ending in ("po", "mo"):
                assert f"derive/locale/{name}/LC_MESSAGES/derive.{ending}" in inside
