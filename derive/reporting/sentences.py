"""Sentences of the other rooms, as a reader of a report hears them.

They are written in English there. Here they get their names set as mathematics, and a
Chinese voice. What is not listed is shown as it stands and marked as English.
"""

from __future__ import annotations

import re

from derive.reporting.words import language_of

__all__ = ["phrase"]

# A pattern, how it is set in English (None: as it stands) and in Chinese. What stands
# between dollars is LaTeX.
_SENTENCES: tuple[tuple[str, str | None, str], ...] = (
    (
        r"algebra",
        None,
        r"代数运算",
    ),
    (
        r"the result on line (\d+)",
        None,
        r"第 \1 行的结果",
    ),
    (
        r"the result on line (\d+) of cell (\d+)",
        None,
        r"第 \2 单元第 \1 行的结果",
    ),
    (
        r"the result on line (\d+) of (.+)",
        None,
        r"\2 第 \1 行的结果",
    ),
    (
        r"differentiation",
        None,
        r"求导",
    ),
    (
        r"an identity between finitely many quantities",
        None,
        r"有限多个量之间的恒等式",
    ),
    (
        r"zero at every checked size; the number of sums in each product bounds how a "
        r"difference can depend on (.+), so these sizes decide all",
        None,
        r"在每个验算过的维数上差为零；每个乘积中求和号的个数限制了差对 \1 "
        r"的依赖方式，因此这些维数足以决定一切维数",
    ),
    (
        r"the sign of each part is known, whatever the sizes",
        None,
        r"各部分的符号已知，与维数无关",
    ),
    (
        r"worked out for these sizes only",
        None,
        r"仅对这些维数作了验算",
    ),
    (
        r"worked out for these sizes only: (.+)",
        None,
        r"仅对这些维数作了验算：\1",
    ),
    (
        r"No proof was found, and no counterexample among the sizes and values tried\.",
        None,
        r"没有找到证明，在试过的维数与取值中也没有找到反例。",
    ),
    (
        r"Vacuous: the stated conditions cannot all hold\.",
        None,
        r"空命题：所写条件不能同时成立。",
    ),
    (
        r"No point was found at which both sides exist\.",
        None,
        r"没有找到两边都有定义的点。",
    ),
    (
        r"The formula is nested too deeply\.",
        None,
        r"公式嵌套过深。",
    ),
    (
        r"The work limit was reached: (.+)\.",
        None,
        r"已达到计算量上限：\1。",
    ),
    (
        r"Not supported: (.+)\.",
        None,
        r"尚不支持：\1。",
    ),
    (
        r"the function (\S+) is used but never defined on this page\.",
        None,
        r"函数 \1 被使用，但本页没有定义。",
    ),
    (
        r"(\S+) is used but never defined on this page\.",
        r"$\1$ is used but never defined on this page.",
        r"$\1$ 被使用，但本页没有定义。",
    ),
    (
        r"The sign of the difference is not known from the signs of its parts\.",
        None,
        r"由各部分的符号无法得知差的符号。",
    ),
    (
        r"the prime is read as the derivative by (\S+)",
        r"the prime is read as the derivative by $\1$",
        r"撇号理解为对 $\1$ 求导",
    ),
    (
        r"(\S+) is read as (\S+)",
        r"$\1$ is read as $\2$",
        r"$\1$ 理解为 $\2$",
    ),
    (
        r"(\S+) stands without an index here, but has one elsewhere\.",
        r"$\1$ stands without an index here, but has one elsewhere.",
        r"$\1$ 在此处没有下标，而在别处有。",
    ),
    (
        r"(\S+) stands without an index here, but has (\d+) elsewhere\.",
        r"$\1$ stands without an index here, but has \2 elsewhere.",
        r"$\1$ 在此处没有下标，而在别处有 \2 个。",
    ),
    (
        r"dots \(…\) are not supported yet\.",
        None,
        r"尚不支持省略号。",
    ),
    (
        r"transposes are not supported yet\.",
        None,
        r"尚不支持转置。",
    ),
    (
        r"whole vectors and matrices are not supported yet\.",
        None,
        r"尚不支持整个向量与矩阵。",
    ),
    (
        r"the formula ends too early\.",
        None,
        r"公式不完整。",
    ),
    (
        r"the command (\S+) is not known\.",
        None,
        r"未知的命令 \1。",
    ),
    (
        r"(\S+) is not supported yet\.",
        None,
        r"尚不支持 \1。",
    ),
    (
        r"words inside the formula: (.+)\.",
        None,
        r"公式中有文字：\1。",
    ),
    (
        r"could not read on at (.+)\.",
        None,
        r"无法从 \1 处读下去。",
    ),
)


def phrase(language: str, text: str) -> tuple[list[str], str]:
    """A sentence in the report's language, and the language it ended up in.

    The sentence comes in parts: words and LaTeX in turn, beginning with words.
    """
    spoken = language_of(language)
    for pattern, english, chinese in _SENTENCES:
        match = re.fullmatch(pattern, text, re.DOTALL)
        if match and "$" not in text:
            template = chinese if spoken == "zh" else english
            return (match.expand(template).split("$") if template else [text]), spoken
    return [text], "en"
