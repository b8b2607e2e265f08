"""Verdicts as pieces of HTML that stand behind formulas, and as a line for LaTeX.

What a mark says comes from the reports' own view of a page, so that site and report speak
alike; here it is only chosen and made short. The HTML is well-formed XML (EPUB needs that), can
be read without any style, and keeps typesetters such as MathJax out: what looks like a formula
in a message is none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from derive.characters import clean
from derive.documentation.words import site_words
from derive.reporting.mathml import to_mathml
from derive.reporting.view import page_view
from derive.results import PageResult, StepResult

__all__ = ["Marks", "stylesheet"]

_SIGNS = {"proved": "✓", "assumed": "✓", "refuted": "✗", "unknown": "?", "unread": "–"}
_LONGEST = 160  # characters of LaTeX on a mark's own line; the details have the rest
_LETTER = re.compile(r"<mi>(\w)</mi>")
_MOST = 6  # values of a counterexample likewise

Piece = dict[str, str]


def stylesheet() -> str:
    """The style of the marks."""
    file = files("derive.documentation") / "static" / "derive.css"
    return file.read_text(encoding="utf-8")


class Marks:
    """The marks for the steps of one page."""

    def __init__(
        self,
        result: PageResult,
        *,
        only_findings: bool = False,
        allow: frozenset[str] = frozenset(),
        details: bool = True,
        language: str = "",
    ) -> None:
        """``language``: which one the marks speak; by default the page's."""
        self._result = replace(result, language=language) if language else result
        self._details = details
        self._words = site_words(self._result.language)
        self._only = only_findings
        self._allow = allow

    def shown(self, steps: Iterable[StepResult]) -> list[StepResult]:
        """Those of the steps that get a mark."""
        return [step for step in steps if not self._only or step.is_finding(self._allow)]

    def display(self, steps: Sequence[StepResult], style: str = "") -> str:
        """A block of HTML with a line for each step of a formula; nothing if it has none."""
        chosen = self.shown(steps)
        if not chosen:
            return ""
        several = len(steps) > 1
        marks = [self._mark(step, several and step.word != "proved") for step in chosen]
        marks += [self._mark(chain, False) for chain in self._chains(steps)]
        return self._render("display", marks=marks, style=Markup(style))

    def inline(self, step: StepResult) -> str:
        """A sign to stand behind a formula in the text, which leads to what `rest` says."""
        if not self.shown([step]):
            return ""
        return self._render("inline", mark=self._mark(step, False))

    def rest(self, steps: Sequence[StepResult], style: str = "") -> str:
        """A block of HTML, to be opened, for the steps that no display has: those in the text."""
        chosen = self.shown(steps)
        if not chosen:
            return ""
        marks = [self._mark(step, True) for step in chosen]
        return self._render("rest", marks=marks, counts=self._counts(chosen), style=Markup(style))

    def latex(self, steps: Sequence[StepResult]) -> str:
        r"""A line of LaTeX that counts the verdicts; it needs no package and no page text."""
        chosen = self.shown(steps)
        if not chosen:
            return ""
        said = self._words["list"].format(counts=self._counts(chosen))
        return f"\\par\\noindent{{\\footnotesize {said}}}\\par"

    def _counts(self, steps: Sequence[StepResult]) -> str:
        counts = Counter(step.word for step in steps)
        gap = self._words["comma"]
        return gap.join(f"{counts[w]} {self._words[f'count_{w}']}" for w in _SIGNS if counts[w])

    def _chains(self, steps: Sequence[StepResult]) -> list[StepResult]:
        """First = last of the chains that end here: worth a line where a step is not proved and
        the whole says something else."""
        ends = []
        for chain in self._result.chains:
            here = [s for s in self._result.steps if s.chain == chain.chain]
            if here and here[-1] in steps and self.shown(here):
                if chain.word not in {s.word for s in here} or chain.word == "proved":
                    if any(s.word != "proved" for s in here):
                        ends.append(chain)
        return ends

    @cached_property
    def _views(self) -> dict[str, dict[str, Any]]:
        """What a report says of each step and chain, by its name."""
        return {
            item["id"]: item
            for block in page_view(self._result)["blocks"]
            for item in (*block["steps"], *block["chains"])
        }

    def _mark(self, step: StepResult, with_formula: bool) -> dict[str, Any]:
        view = self._views[clean(step.id)]
        formula: list[Piece] = []
        right = step.latex[1]
        if with_formula and len(right) <= _LONGEST:
            formula = [_math(f"{step.relation} {right}")]
        return {
            **view,
            "sign": _SIGNS[step.word],
            "label": self._label(step, view["label"]),
            "bracketed": self._words["in_brackets"].format(place=view["name"]).strip(),
            "formula": formula,
            "brief": view["scope"] or self._example(step, view),
        }

    def _label(self, step: StepResult, label: str) -> str:
        verdict = step.verdict
        if step.word != "proved" or not verdict.every_size or not verdict.checked:
            return label
        names = self._words["and"].join(clean(name) for name in verdict.checked)
        return self._words["every"].format(sizes=names)

    def _example(self, step: StepResult, view: Mapping[str, Any]) -> list[Piece]:
        """A counterexample in short: ``at n = 2, i = 1, y_1 = 1/2: 1/4 ≠ 1/2``."""
        example = step.verdict.counterexample
        if example is None:
            return []
        rows = {row["key"]: row["lines"] for row in view["counterexample"]}
        values = [line for key in ("sizes", "indices", "values") for line in rows.get(key, ())]
        pieces: list[Piece] = [_text(self._words["at"])] if values else []
        for number, line in enumerate(values[:_MOST]):
            pieces += [_text(self._words["comma"])] if number else []
            pieces += line
        if len(values) > _MOST:
            pieces.append(_text(self._words["comma"] + "…"))
        sides = [rows.get(key) for key in ("left", "right")]
        if all(sides) and max(len(example.left), len(example.right)) <= 60:
            left, right = (side[0][-1:] for side in sides if side)  # the value alone
            pieces += [_text(self._words["colon"])] if pieces else []
            if step.relation.strip() == "=":
                pieces += [*left, _text(" ≠ "), *right]
            else:
                pieces += [
                    _text(self._words["row_left"] + " "),
                    *left,
                    _text(self._words["comma"]),
                ]
                pieces += [_text(self._words["row_right"] + " "), *right]
        return pieces

    def _render(self, kind: str, **values: Any) -> str:
        """One kind of mark, without empty lines."""
        template = _environment().get_template("marks.html.j2")
        macro = getattr(template.module, kind)
        html = str(macro(words=self._words, details=self._details, **values))
        return "\n".join(line for line in html.split("\n") if line.strip())


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("derive.documentation"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["piece"] = _piece
    return environment


def _text(value: str) -> Piece:
    return {"kind": "text", "value": value, "lang": ""}


def _math(latex: str) -> Piece:
    return {"kind": "math", "value": clean(" ".join(latex.split())), "lang": ""}


def _piece(piece: Piece) -> Markup:
    """A piece of a line, as the reports set it."""
    value, lang = piece["value"], piece["lang"]
    if piece["kind"] in ("math", "formula"):
        mathml = to_mathml(value, "inline" if piece["kind"] == "math" else "large")
        if mathml is None:
            return Markup("<code>{}</code>").format(value)
        return Markup(_LETTER.sub(r'<mi class="derive-letter">\1</mi>', mathml))
    return Markup('<span lang="{}">{}</span>').format(lang, value) if lang else escape(value)
