"""Every word a reader of a report sees, once per language.

Sentences that come from the deciding rooms are English; `phrase` knows their Chinese.
What it does not know stays English, marked as such by the caller.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["WORDS", "language_of", "phrase", "words_for"]

ENGLISH: Mapping[str, str] = {
    "language": "en",
    "steps": "Steps",
    "proved": "proved",
    "assumed": "proved, assuming",
    "refuted": "refuted",
    "unknown": "unknown",
    "unread": "unread",
    "proved_sizes": "proved for {sizes}",
    "count_steps": "steps found",
    "count_proved": "proved",
    "count_assumed": "proved, assuming",
    "count_refuted": "refuted",
    "count_unknown": "unknown",
    "count_unread": "unread",
    "coverage": "Coverage",
    "clean": "Every step is proved.",
    "clean_sizes": "Every step is proved, some for the listed sizes only.",
    "not_clean": "Not every step is proved.",
    "nothing_read": "No step could be read on this page.",
    "step": "Step {number}",
    "line": "line {line}",
    "in_line": " (line {line})",
    "chain": "Chain {number}, first = last",
    "row_written": "As written",
    "row_read": "Read as",
    "row_verdict": "Verdict",
    "row_because": "Because",
    "row_checked": "Sizes checked",
    "row_basis": "Why these suffice",
    "row_basis_listed": "Scope",
    "row_given": "Given on the page",
    "row_assumed": "Assumed",
    "row_residual": "Missing without it",
    "row_where": "Where",
    "row_sizes": "Sizes",
    "row_indices": "Indices",
    "row_values": "Values",
    "row_left": "Left side",
    "row_right": "Right side",
    "row_suggestion": "Suggestion",
    "row_notes": "Notes",
    "counterexample": "Counterexample",
    "says_every": "True for every {sizes}.",
    "says_values": "True for all values.",
    "says_listed": "True for {sizes}; not decided for other sizes.",
    "says_assumed_every": "True for every {sizes}, once the assumption below holds.",
    "says_assumed_values": "True, once the assumption below holds.",
    "says_assumed_listed": "True for {sizes}, once the assumption below holds.",
    "says_assumed_tail": "The page never states it.",
    "says_refuted": "False: the two sides differ.",
    "says_refuted_order": "False: the relation fails.",
    "says_unknown": "Neither proved nor refuted.",
    "says_unread": "The formula was not understood.",
    "and": " and ",
    "comma": ", ",
    "semicolon": "; ",
    "definitions": "Definitions",
    "facts": "Facts and conditions",
    "problems": "Problems",
    "name": "Name",
    "formula": "Formula",
    "condition": "Condition",
    "note": "Note",
    "place": "Line",
    "message": "Message",
    "further": "Further steps",
    "end": "End of report. Formulas: {formulas}. Steps: {steps}.",
    "reports": "Derivations",
    "page": "Page",
    "total": "Total",
    "untitled": "Untitled",
    "reason_algebra": "algebra",
    "reason_definition": "definition of",
    "formula_as_text": "shown as its source",
}

CHINESE: Mapping[str, str] = {
    "language": "zh",
    "steps": "步骤",
    "proved": "已证明",
    "assumed": "有条件地证明",
    "refuted": "不成立",
    "unknown": "未能判定",
    "unread": "未能读懂",
    "proved_sizes": "已证明（{sizes}）",
    "count_steps": "步骤总数",
    "count_proved": "已证明",
    "count_assumed": "有条件地证明",
    "count_refuted": "不成立",
    "count_unknown": "未能判定",
    "count_unread": "未能读懂",
    "coverage": "核对情况",
    "clean": "每一步都已证明。",
    "clean_sizes": "每一步都已证明，其中有些仅限于所列的维数。",
    "not_clean": "并非每一步都已证明。",
    "nothing_read": "本页没有读出任何步骤。",
    "step": "第 {number} 步",
    "line": "第 {line} 行",
    "in_line": "（第 {line} 行）",
    "chain": "第 {number} 条等式链，首 = 尾",
    "row_written": "原文",
    "row_read": "理解为",
    "row_verdict": "结论",
    "row_because": "依据",
    "row_checked": "已验算的维数",
    "row_basis": "为何足够",
    "row_basis_listed": "适用范围",
    "row_given": "页面给出的条件",
    "row_assumed": "所作假设",
    "row_residual": "缺此假设时的差",
    "row_where": "定义域",
    "row_sizes": "维数",
    "row_indices": "下标",
    "row_values": "取值",
    "row_left": "左边",
    "row_right": "右边",
    "row_suggestion": "建议",
    "row_notes": "说明",
    "counterexample": "反例",
    "says_every": "对任意 {sizes} 成立。",
    "says_values": "对所有取值成立。",
    "says_listed": "对 {sizes} 成立；其他维数未作判定。",
    "says_assumed_every": "只要下面的假设成立，此步对任意 {sizes} 成立。",
    "says_assumed_values": "只要下面的假设成立，此步成立。",
    "says_assumed_listed": "只要下面的假设成立，此步对 {sizes} 成立。",
    "says_assumed_tail": "页面并未写明这一假设。",
    "says_refuted": "不成立：两边不相等。",
    "says_refuted_order": "不成立：关系不满足。",
    "says_unknown": "既未证明，也未否定。",
    "says_unread": "未能读懂这个公式。",
    "and": "、",
    "comma": "，",
    "semicolon": "；",
    "definitions": "定义",
    "facts": "事实与条件",
    "problems": "问题",
    "name": "名称",
    "formula": "公式",
    "condition": "条件",
    "note": "说明",
    "place": "行",
    "message": "说明",
    "further": "其余步骤",
    "end": "报告到此结束。公式数：{formulas}。步骤数：{steps}。",
    "reports": "推导",
    "page": "页面",
    "total": "合计",
    "untitled": "无标题",
    "reason_algebra": "代数运算",
    "reason_definition": "定义：",
    "formula_as_text": "按源码显示",
}

WORDS: Mapping[str, Mapping[str, str]] = {"en": ENGLISH, "zh": CHINESE}

# English sentences of the deciding rooms, and how a Chinese reader hears them.
_CHINESE_PHRASES: tuple[tuple[str, str], ...] = (
    (r"algebra", "代数运算"),
    (r"differentiation", "求导"),
    (r"an identity between finitely many quantities", "有限多个量之间的恒等式"),
    (
        r"zero at every checked size; the number of sums in each product bounds how a "
        r"difference can depend on (.+), so these sizes decide all",
        r"在每个验算过的维数上差为零；每个乘积中求和号的个数限制了差对 \1 的依赖方式，"
        r"因此这些维数足以决定一切维数",
    ),
    (
        r"the sign of each part is known, whatever the sizes",
        "各部分的符号已知，与维数无关",
    ),
    (r"worked out for these sizes only", "仅对这些维数作了验算"),
    (r"worked out for these sizes only: (.+)", r"仅对这些维数作了验算：\1"),
    (
        r"No proof was found, and no counterexample among the sizes and values tried\.",
        "没有找到证明，在试过的维数与取值中也没有找到反例。",
    ),
    (r"The stated conditions cannot all hold\.", "所写条件不能同时成立。"),
    (r"The formula is nested too deeply\.", "公式嵌套过深。"),
    (r"The work limit was reached: (.+)\.", r"已达到计算量上限：\1。"),
    (r"Not supported: (.+)\.", r"尚不支持：\1。"),
    (r"(.+) is used but never defined on this page\.", r"\1 被使用，但本页没有定义。"),
    (
        r"The sign of the difference is not known from the signs of its parts\.",
        "由各部分的符号无法得知差的符号。",
    ),
)


def language_of(language: str) -> str:
    """The language the report speaks: the page's own if its words are known, else English."""
    primary = language.replace("_", "-").split("-")[0].lower()
    return primary if primary in WORDS else "en"


def words_for(language: str) -> Mapping[str, str]:
    """The words of a language tag (``zh-CN`` speaks ``zh``); English if unknown."""
    return WORDS[language_of(language)]


def phrase(language: str, text: str) -> tuple[str, str]:
    """A sentence in the report's language and the language it ended up in."""
    if language_of(language) == "zh":
        for pattern, chinese in _CHINESE_PHRASES:
            match = re.fullmatch(pattern, text)
            if match:
                return match.expand(chinese), "zh"
        return text, "en"
    return text, "en"
