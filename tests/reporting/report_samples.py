"""Hand-made results: every verdict there is, hostile text in every field, and Chinese."""

from __future__ import annotations

from derive.deciding.verdict import Counterexample, Verdict, Word
from derive.results import (
    Block,
    CurveResult,
    DefinitionResult,
    FactResult,
    PageResult,
    PlotResult,
    Problem,
    Span,
    StepResult,
    Suggestion,
    Tick,
)

__all__ = ["HOSTILE", "chinese_page", "hostile_page", "sample_page"]

BASIS = (
    "zero at every checked size; the number of sums in each product bounds how a difference "
    "can depend on n, so these sizes decide all"
)

SUM = r"\displaystyle\sum_{k}e^{z^L_k}"

PROVED = StepResult(
    id="s1-2f9c",
    number=1,
    chain=1,
    span=Span(12, 4, 12, 60),
    left=r"\frac{\partial a_j^L}{\partial z_i^L}",
    relation="=",
    right=rf"\frac{{e^{{z^L_j}}}}{{{SUM}}}-\frac{{e^{{z^L_j}}}}{{{SUM}}}\cdot\frac{{e^{{z^L_j}}}}{{{SUM}}}",
    verdict=Verdict(
        "proved",
        every_size=True,
        checked={"n": (2, 3, 4)},
        basis=BASIS,
        given=("j = i",),
        where=(r"\sum_{k} e^{z_k^L} \neq 0",),
        because=("differentiation", "definition of a_{j}^{L} (line 8)"),
        message="True for every n.",
    ),
    read_left="∂a^L_j/∂z^L_i",
    read_right="e^(z^L_j)/Σ_k e^(z^L_k) − …",
    read_left_latex=r"\frac{\partial a_{j}^{L}}{\partial z_{i}^{L}}",
    read_right_latex=r"\frac{e^{z_{j}^{L}}}{\sum_{k=1}^{n} e^{z_{k}^{L}}}"
    r" - \left(\frac{e^{z_{j}^{L}}}{\sum_{k=1}^{n} e^{z_{k}^{L}}}\right)^{2}",
    notes=("a is read as a^{L}",),
)
LISTED = StepResult(
    id="s2-77aa",
    number=2,
    chain=1,
    span=Span(14, 4, 14, 30),
    left=PROVED.right,
    relation="=",
    right=r"a_j (1-a_j)",
    verdict=Verdict(
        "proved",
        sizes={"n": (1, 2, 3)},
        checked={"n": (1, 2, 3)},
        basis="worked out for these sizes only: a product over an axis",
        because=("algebra",),
        message="True for n = 1, 2, 3.",
    ),
    read_left="…",
    read_right="a^L_j·(1 − a^L_j)",
)
ASSUMED = StepResult(
    id="s3-0b1d",
    number=3,
    chain=2,
    span=Span(20, 4, 20, 22),
    left=r"-y_j + y_j a_j^L +\displaystyle\sum_{k \neq j}y_k \cdot a_j^L",
    relation="=",
    right=r"a_j^L-y_j",
    verdict=Verdict(
        "proved",
        every_size=True,
        checked={"n": (2, 3)},
        basis=BASIS,
        assumed=(r"\sum_{k} y_{k} = 1",),
        residual=r"a_{j}^{L} \left(\sum_{k} y_{k} - 1\right)",
        because=("algebra",),
        message=r"True for every n, assuming \sum_k y_k = 1, which the page never states.",
    ),
    read_left="−y_j + …",
    read_right="a^L_j − y_j",
    read_left_latex=r"-y_{j} + y_{j} a_{j}^{L} + \sum_{k \neq j} y_{k} a_{j}^{L}",
    read_right_latex=r"a_{j}^{L} - y_{j}",
)
REFUTED = StepResult(
    id="s4-9e2f",
    number=4,
    chain=3,
    span=Span(26, 4, 26, 40),
    left=r"\frac{\partial C}{\partial z_j}",
    relation="=",
    right=r"= -y_j \log a_j + \sum_{k\neq j} y_k".removeprefix("= "),
    verdict=Verdict(
        "refuted",
        where=(r"a_{j}^{L} > 0",),
        counterexample=Counterexample(
            sizes={"n": 2},
            indices={"j": 1, "i": 2},
            values={"y_1": "1/2", "y_2": "-3", "w_12": "4", "∂x_1/∂z_2": "2"},
            left="[0.693147180559945 +/- 4.12e-16]",
            right="-7/2",
        ),
        message="The two sides differ: [0.693147180559945 +/- 4.12e-16] against -7/2.",
    ),
    read_left="∂C/∂z_j",
    read_right="−y_j·log a_j + Σ_{k≠j} y_k",
)
UNKNOWN = StepResult(
    id="s5-31c0",
    number=5,
    chain=4,
    span=Span(30, 1, 30, 33),
    left=r"\prod_{i=1}^n x_i",
    relation=r"\le",
    right=r"\left(\frac1n\sum_{i=1}^n x_i\right)^n",
    verdict=Verdict(
        "unknown",
        message="No proof was found, and no counterexample among the sizes and values tried.",
    ),
    read_left="∏_i x_i",
    read_right="((1/n)·Σ_i x_i)^n",
)
UNREAD = StepResult(
    id="s6-5d5d",
    number=6,
    chain=5,
    span=Span(34, 4, 34, 58),
    left=r"\frac{\partial C}{\partial w_{jk}}",
    relation="=",
    right=r"a^{L-1}(a_j^L-y_j)",
    verdict=Verdict(
        "unread",
        message="Not read: a^{L-1} stands without an index here, but has one elsewhere; "
        "with a_k^{L-1}(a_j^L-y_j) the step is proved.",
    ),
    suggestion=Suggestion(r"a_k^{L-1}(a_j^L-y_j)", "proved", "proved"),
)
CHAIN = StepResult(
    id="c1-1234",
    number=0,
    chain=1,
    span=Span(12, 1, 14, 30),
    left=PROVED.left,
    relation="=",
    right=LISTED.right,
    verdict=Verdict(
        "proved",
        every_size=True,
        checked={"n": (2, 3, 4)},
        basis=BASIS,
        because=("differentiation",),
    ),
    end_to_end=True,
)

STEPS = (PROVED, LISTED, ASSUMED, REFUTED, UNKNOWN, UNREAD)

BLOCKS = (
    Block("prose", "We follow the *usual* notation: $z^L_j$ is the weighted input.", 3),
    Block("formula", r"a^L_j = \frac{e^{z^L_j}}{\displaystyle\sum_{k}e^{z^L_k}}", 8),
    Block("heading", "Derivative of $a_j$", 9, level=2),
    Block("prose", "If $j=i$:", 10),
    Block("formula", f"{PROVED.left} = {PROVED.right}", 12, steps=(1,)),
    Block("formula", f"= {LISTED.right}", 14, steps=(2,)),
    Block("heading", "Loss", 16, level=2),
    Block(
        "formula",
        rf"\begin{{aligned}} C &= {ASSUMED.left} \\ &= {ASSUMED.right} \end{{aligned}}",
        20,
        steps=(3,),
    ),
    Block("formula", f"{REFUTED.left} = {REFUTED.right}", 26, steps=(4,)),
    Block("prose", "Two means \\(m_1\\):\n- the [arithmetic](https://a.example) one,\n- $g$.", 28),
    Block("formula", f"{UNKNOWN.left} {UNKNOWN.relation} {UNKNOWN.right}", 30, steps=(5,)),
    Block("formula", f"{UNREAD.left} = {UNREAD.right}", 34, steps=(6,)),
)


def _plot(latex: str, said: str, number: str, blocks: int) -> PlotResult:
    """A plot of six curves, one with a gap, that says the same everywhere."""
    tick = Tick(0.5, number)
    curve = CurveResult(
        latex, said, (((0.0, 0.0), (0.25, 1.0)), ((0.5, 1.0), (1.0, 0.1))), (number, "", number)
    )
    return PlotResult(
        line=7, blocks=blocks, variable=latex, variable_text=said, low=latex, high=latex,
        fixed=((latex, latex), (latex, latex)), curves=(curve,) * 6,
        x_ticks=(Tick(0.0, "0"), tick), y_ticks=(Tick(0.0, "−0.25"), tick),
        points=(number, "0", number),
    )  # fmt: skip


PLOT = _plot(r"\frac{a^L_j}{1 + T}", "a_j/(1 + T)", "−2.5e−7", 5)


def sample_page() -> PageResult:
    """An ordinary page in English with one step of every kind."""
    return PageResult(
        path="docs/softmax.md",
        title="Softmax",
        language="en",
        formulas=9,
        steps=STEPS,
        chains=(CHAIN,),
        definitions=(
            DefinitionResult(8, "a_j^L", r"a^L_j = \frac{e^{z^L_j}}{\sum_{k}e^{z^L_k}}"),
            DefinitionResult(18, "C", r"C = -\sum_{k}y_k \mathrm{log}a_k"),
        ),
        facts=(FactResult(10, "j = i", "a case, from line 10 to line 14"),),
        problems=(Problem(40, 3, "The formula is never closed."),),
        blocks=BLOCKS,
        plots=(PLOT,),
    )


_CHINESE_BLOCKS = (
    Block(
        "prose",
        "除了使用交叉熵来解决学习缓慢的问题外，还可以使用基于柔性最大值（softmax）神经元层。",
        3,
    ),
    Block(
        "prose",
        "然后应用 softmax 函数在$z^L_j$上，根据这个函数，第$j$个神经元的激活值就是“概率”……",
        5,
    ),
    *BLOCKS[1:2],
    Block("heading", "下面计算$a^L_j$对$z_i^L$的导数", 9, level=2),
    Block("prose", "如果$j=i$：", 10),
    *BLOCKS[4:6],
    Block("heading", "对数似然损失函数", 16, level=2),
    *BLOCKS[7:],
    Block("formula", r"f(x)=\begin{cases} 1 & \text{如果 } i=j \\ 0 & 否则 \end{cases}", 36),
)


def chinese_page() -> PageResult:
    """The same in Chinese."""
    page = sample_page()
    return PageResult(
        path="docs/softmax-zh.md",
        title="Softmax：柔性最大值",
        language="zh",
        formulas=page.formulas,
        steps=page.steps,
        chains=page.chains,
        definitions=page.definitions,
        facts=page.facts,
        blocks=_CHINESE_BLOCKS,
        plots=page.plots,
    )


HOSTILE = (
    "<script>alert(1)</script> </details></div></main> <img src=x onerror=alert(1)> "
    '" onmouseover="alert(1) \' {{7*7}} {% raw %} \\VAR{7*7} \\BLOCK{if} \\input{/etc/passwd} '
    "\\end{document} \\write18{id} ^^5cinput{x} $ $$ % # & _ ~ } { | `code` ``` "
    "![x](javascript:alert(1)) [y](https://evil.example) <!-- --> ]]> \u202egnp.exe\u202c \u2066x "
    "\x00\x07\x1b[31m \u0085 \u2028 中文 😀 العربية "
    "\ue000 \ud800 @someone\n# not a heading\n- no list"
)
_MATHS = (
    HOSTILE,
    r"\input{/etc/passwd}",
    r"a \end{document} b",
    r"x}\def\x{\x}\x{",
    r"\text{<script>alert(1)</script>}",
    r"\text{</mtext><script>alert(1)</script><mtext>}",
    r"\href{javascript:alert(1)}{x}",
    r"a^^5cb",
    r"\csname input\endcsname",
    r"x$y",
    r"\frac{a}",
    r"a^b^c",
    r"\left( x",
    "a % hidden",
    "$$ </details>",
    r"\unicode{x41} \color{red} x \style{x:y}{z} \class{q}{w}",
    r"\begin{cases} a & b & c \end{cases}",
    r"\text{|} a | b `x`",
)


def hostile_page() -> PageResult:
    """Every field of every part says something meant to break out of a report."""
    steps = []
    words: tuple[Word, ...] = ("proved", "proved", "refuted", "unknown", "unread")
    for number, latex in enumerate(_MATHS, start=1):
        word = words[number % len(words)]
        steps.append(
            StepResult(
                id=f"{HOSTILE}{number}",
                number=number,
                chain=number,
                span=Span(number, 1, number, 9),
                left=latex,
                relation=HOSTILE if number == 1 else "=",
                right=latex,
                verdict=Verdict(
                    word,
                    every_size=number % 3 == 0,
                    sizes={HOSTILE: (1, 2)},
                    checked={HOSTILE: (1, 2)},
                    basis=HOSTILE,
                    given=(latex, HOSTILE),
                    assumed=(latex,) if number % 2 else (),
                    residual=latex,
                    where=(latex, HOSTILE),
                    because=(HOSTILE, f"definition of {latex} (line 3)"),
                    counterexample=Counterexample(
                        {HOSTILE: 2}, {HOSTILE: 1}, {HOSTILE: HOSTILE, "y": latex}, HOSTILE, latex
                    ),
                    message=HOSTILE,
                ),
                read_left=HOSTILE,
                read_right=HOSTILE,
                read_left_latex=latex if number % 2 else "",
                read_right_latex=latex if number % 2 else "",
                notes=(HOSTILE, latex),
                suggestion=Suggestion(latex, HOSTILE, HOSTILE),
            )
        )
    blocks = [
        Block("heading", HOSTILE, 1, level=9),
        Block("prose", HOSTILE + "\n\n" + HOSTILE, 2),
        Block(
            "prose", "$" + r"\input{/etc/passwd}" + "$ and `" + HOSTILE.replace("`", "") + "`", 3
        ),
    ]
    blocks += [
        Block("formula", latex, number, steps=(number,))
        for number, latex in enumerate(_MATHS[:-2], start=1)
    ]
    return PageResult(
        path="../../" + HOSTILE,
        title=HOSTILE,
        language='"><script>',
        formulas=3,
        steps=tuple(steps),
        chains=(steps[0], steps[1]),
        definitions=tuple(DefinitionResult(1, latex, latex, HOSTILE) for latex in _MATHS),
        facts=tuple(FactResult(1, latex, HOSTILE) for latex in _MATHS),
        problems=(Problem(1, 1, HOSTILE),),
        blocks=tuple(blocks),
        plots=tuple(_plot(latex, HOSTILE, HOSTILE, n) for n, latex in enumerate(_MATHS)),
    )
