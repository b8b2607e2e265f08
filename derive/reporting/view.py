"""A page's result as plain data for templates: dicts, lists, strings, numbers, truths.

Everything a report says is decided here, once, for all formats. Templates only place
it; the formats only differ in how they print a *piece*:

    {"kind": "text" | "emphasis" | "strong" | "code" | "math" | "formula",
     "value": "…", "lang": "" or the language, if it is not the report's own}

(``formula`` is mathematics that deserves room although it stands in a line.) A piece that
names a place of the page may have a ``to``: the ``at`` of the definition or step meant.

A *row* is a labelled fact about a step: {"key", "label", "lines": [[piece, …], …]}.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from derive.characters import clean
from derive.deciding.verdict import Verdict
from derive.languages import PAGES_OWN, Choice, language
from derive.places import Line as PageLine
from derive.reporting.plots import plot_block
from derive.reporting.text import language_tag
from derive.reporting.words import STEPS, words_in
from derive.results import Block, PageResult, StepResult, Summary, summarize

__all__ = ["index_view", "page_view"]

Piece = dict[str, str]
Line = list[Piece]
Row = dict[str, Any]

_WORST_FIRST = ("refuted", "unread", "unknown", "assumed")
_KINDS = ("proved", "assumed", "refuted", "unknown", "unread")


def page_view(page: PageResult, choice: Choice = PAGES_OWN) -> dict[str, Any]:
    """Everything a report of one page shows, in the order it is shown."""
    words = words_in(choice.of(page.language))
    summary = page.summary
    return {
        "lang": words["language"],
        "page_lang": language_tag(page.language),
        "title": clean(page.title).strip() or words["untitled"],
        "path": clean(_relative(page.path)),
        "words": dict(words),
        "coverage": _coverage(summary, words),
        "clean": _is_clean(summary),
        "sentence": _sentence(page.steps, summary, words),
        "findings": _findings(page, words),
        "blocks": _blocks(page, words),
        "definitions": [
            _definition(_place(d.line, words), d.name, d.latex) for d in page.definitions
        ],
        "facts": [
            {
                "line": _place(fact.line, words),
                "formula": _math(fact.latex),
                "note": clean(language(words["language"]).text(fact.note)),
                "said": _said(fact.note, words["language"]),
            }
            for fact in page.facts
        ],
        "problems": [
            {
                "line": _place(p.line, words),
                "column": p.column,
                "message": clean(language(words["language"]).text(p.message)),
                "said": _said(p.message, words["language"]),
            }
            for p in page.problems
        ],
        "end": words["end"].format(formulas=page.formulas, steps=summary.steps),
    }


def index_view(
    pages: Iterable[PageResult], links: Iterable[str], choice: Choice = PAGES_OWN
) -> dict[str, Any]:
    """The list of pages with their coverage; ``links`` are the reports' file names."""
    pages = tuple(pages)
    words = words_in(choice.of(*(page.language for page in pages)))
    total = summarize(list(pages))
    groups = _groups(pages, links, words)
    return {
        "lang": words["language"],
        "words": dict(words),
        "kinds": [{"word": kind, "label": words[f"count_{kind}"]} for kind in _KINDS],
        "coverage": _coverage(total, words),
        "clean": _is_clean(total),
        "sentence": _sentence([s for page in pages for s in page.steps], total, words),
        "groups": groups,
        "pages": [entry for group in groups for entry in group["pages"]],
    }


def _groups(
    pages: Iterable[PageResult], links: Iterable[str], words: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The pages with findings, the worst kind first; then those without, then those without
    a step. Within a kind they stay in order."""
    ranked: list[tuple[int, dict[str, Any]]] = []
    for page, link in zip(pages, links, strict=True):
        counts = [getattr(page.summary, word) for word in _WORST_FIRST]
        rank = next((n for n, count in enumerate(counts) if count), len(counts))
        ranked.append((rank if page.steps else len(counts) + 1, _entry(page, link, words)))
    ranked.sort(key=lambda pair: pair[0])
    groups: dict[str, list[dict[str, Any]]] = {"open": [], "clean": [], "empty": []}
    for rank, entry in ranked:
        key = "open" if rank < len(_WORST_FIRST) else "clean" if entry["clean"] else "empty"
        groups[key].append(entry)
    return [
        {"key": key, "label": words[f"index_{key}"], "pages": entries}
        for key, entries in groups.items()
        if entries
    ]


def _entry(page: PageResult, link: str, words: Mapping[str, str]) -> dict[str, Any]:
    return {
        "title": clean(page.title).strip() or words["untitled"],
        "path": clean(_relative(page.path)),
        "link": link,
        "page_lang": language_tag(page.language),
        "clean": _is_clean(page.summary),
        "coverage": _coverage(page.summary, words),
        "bar": _bar(page.summary),
    }


def _bar(summary: Summary) -> list[dict[str, Any]]:
    """The share of each verdict on a bar that is 100 long."""
    parts = []
    at = 0
    for kind in _KINDS:
        count = getattr(summary, kind)
        if count:
            start, end = (round(100 * n / summary.steps, 2) for n in (at, at + count))
            parts.append({"word": kind, "at": start, "width": round(end - start, 2)})
        at += count
    return parts


# the page


def _findings(page: PageResult, words: Mapping[str, str]) -> list[dict[str, str]]:
    """The steps that are not simply proved, the worst first."""
    found = [s for kind in _WORST_FIRST for s in page.steps if s.word == kind]
    return [
        {
            "word": step.word,
            "label": _label(step, words),
            "name": words["step"].format(number=step.number),
            "anchor": f"step-{_anchor(step)}",
        }
        for step in found
        if not step.expected
    ]


def _anchor(step: StepResult) -> str:
    return re.sub(r"[^A-Za-z0-9-]", "-", step.id)


def _relative(path: str) -> str:
    """Reports are committed: where the checkout happened to lie is nobody's business."""
    absolute = path.startswith(("/", "\\")) or re.match(r"[A-Za-z]:[\\/]", path)
    return re.split(r"[\\/]", path)[-1] if absolute else path


def _is_clean(summary: Summary) -> bool:
    return summary.steps > 0 and summary.proved == summary.steps


def _sentence(steps: Iterable[StepResult], summary: Summary, words: Mapping[str, str]) -> str:
    if not summary.steps or summary.steps == summary.unread:
        return words["nothing_read"]
    if not _is_clean(summary):
        return words["not_clean"]
    every = all(step.verdict.every_size for step in steps)
    return words["clean"] if every else words["clean_sizes"]


def _coverage(summary: Summary, words: Mapping[str, str]) -> list[dict[str, Any]]:
    found = language(words["language"]).counted(*STEPS, summary.steps)
    return [
        {"word": "steps", "label": found, "count": summary.steps},
        *(
            {"word": kind, "label": words[f"count_{kind}"], "count": getattr(summary, kind)}
            for kind in _KINDS
        ),
    ]


def _definition(line: str, name: str, latex: str) -> dict[str, Any]:
    return {"line": line, "name": _math(name), "formula": _formula_piece(latex)}


def _blocks(page: PageResult, words: Mapping[str, str]) -> list[dict[str, Any]]:
    """The page in reading order. No step may get lost: what no block shows comes last."""
    steps = {step.number: step for step in page.steps}
    last_of_chain = {step.chain: step.number for step in page.steps}
    chains = {chain.chain: chain for chain in page.chains}
    plots = [(plot.blocks, plot_block(plot, at, words)) for at, plot in enumerate(page.plots, 1)]
    shown = [plot for blocks, plot in plots if not blocks]
    for number, block in enumerate(page.blocks):
        below = [plot for blocks, plot in plots if blocks == number + 1]
        if not number and not block.steps and _same(block.text, page.title):
            shown += below
            continue  # the title already stands above
        here = [steps.pop(number) for number in block.steps if number in steps]
        ended = [s.chain for s in here if last_of_chain[s.chain] == s.number]
        claims = [chains.pop(number) for number in ended if number in chains]
        shown.append(_block(block, here, claims, words))
        shown += below
    if steps or chains:
        if shown:
            shown.append(_heading(words["further"]))
        for step in steps.values():
            ended = [step.chain] if last_of_chain[step.chain] == step.number else []
            claims = [chains.pop(number) for number in ended if number in chains]
            shown.append(_loose(step, claims, words))
        shown += [_formula([], [claim], [], words) for claim in chains.values()]
    return shown


def _block(
    block: Block, steps: list[StepResult], claims: list[StepResult], words: Mapping[str, str]
) -> dict[str, Any]:
    if block.kind == "formula":
        return _formula(steps, claims, [_math(block.text)], words)
    text = clean(block.text)
    paragraphs = [text] if block.kind == "heading" else _PARAGRAPHS.split(text.strip())
    value = _formula(steps, claims, [], words)
    value |= {
        "kind": block.kind,
        "level": min(max(block.level, 1) + 1, 6),
        "text": text,
        "paragraphs": [_paragraph(paragraph) for paragraph in paragraphs],
    }
    return value


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()) == " ".join(other.split())


def _heading(text: str) -> dict[str, Any]:
    empty: list[Any] = []
    return {
        "kind": "heading", "level": 2, "text": text,
        "paragraphs": [{"item": False, "pieces": [_text(text)]}],
        "formulas": empty, "steps": empty, "chains": empty,
    }  # fmt: skip


def _loose(step: StepResult, claims: list[StepResult], words: Mapping[str, str]) -> dict[str, Any]:
    left, right = step.latex
    return _formula([step], claims, [_math(_joined(left, step.relation, right))], words)


def _formula(
    steps: list[StepResult],
    claims: list[StepResult],
    formulas: Line,
    words: Mapping[str, str],
) -> dict[str, Any]:
    return {
        "kind": "formula",
        "level": 0,
        "text": "",
        "paragraphs": [],
        "formulas": formulas,
        "steps": [_step(step, words, words["step"].format(number=step.number)) for step in steps],
        "chains": [
            _step(claim, words, words["chain"].format(number=claim.chain)) for claim in claims
        ],
    }


# Blank lines end a paragraph, and so does the next item of a list.
_PARAGRAPHS = re.compile(r"\n\s*\n|\n(?=\s{0,8}(?:[-*+]|\d{1,3}[.)])\s)")


def _paragraph(text: str) -> dict[str, Any]:
    item = re.match(r"\s*[-*+]\s+(?=\S)", text)
    return {"item": bool(item), "pieces": _prose(text[item.end() :] if item else text)}


_INLINE = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|\\{1,2}\((?P<paren>[^\n]+?)\\{1,2}\)"
    r"|(?<!!)\[(?P<link>[^\[\]\n]+)\]\([^()\s]*\)"
    r"|(?<![\\$])\$(?P<math>[^$\s](?:[^$\n]*[^$\s\\])?)\$(?![\d$])"
    r"|\*\*(?P<strong>[^*$`\s](?:[^*$`]*[^*$`\s])?)\*\*"
    r"|(?<!\*)\*(?P<emphasis>[^*$`\s](?:[^*$`]*[^*$`\s])?)\*(?!\*)"
)


def _prose(text: str) -> Line:
    """Prose with its inline formulas and emphasis; all else is the author's own characters.

    Of a link only its words remain: a report leads nowhere that the page chose.
    """
    pieces: Line = []
    at = 0
    for match in _INLINE.finditer(text):
        if match.start() > at:
            pieces.append(_text(text[at : match.start()]))
        found = match.lastgroup or "link"
        kind = {"paren": "math", "link": "text"}.get(found, found)
        pieces.append({"kind": kind, "value": clean(match.group(found)).strip(), "lang": ""})
        at = match.end()
    if at < len(text):
        pieces.append(_text(text[at:]))
    return pieces


# places


def _in_words(line: int, words: Mapping[str, str]) -> str:
    """``line 3 of cell 4``"""
    if not isinstance(line, PageLine) or not line.part:
        return words["line"].format(line=line)
    key = "in_cell" if line.cell else "in_part"
    return words[key].format(line=line.own, cell=line.cell, part=clean(line.part))


def _place(line: int, words: Mapping[str, str]) -> str:
    """A line where there is little room: ``12``, ``cell 4:3``."""
    if not isinstance(line, PageLine) or not line.part:
        return str(line)
    name = words["cell"].format(cell=line.cell) if line.cell else clean(line.part)
    return f"{name}:{line.own}"


# one step


def _step(step: StepResult, words: Mapping[str, str], name: str) -> dict[str, Any]:
    return {
        "id": clean(step.id),
        "anchor": _anchor(step),
        "number": step.number,
        "name": name,
        "sides": [clean(step.latex[0]), clean(step.relation).strip(), clean(step.latex[1])],
        "at": _place(step.span.line, words),
        "place": _in_words(step.span.line, words),
        "separator": _text(words["comma"]),
        "word": step.word,
        "label": _label(step, words),
        "scope": _badge_scope(step, words),
        "open": step.word not in {"proved", "assumed"},
        "rows": _rows(step, words),
        "counterexample": _counterexample_rows(step, words),
        "suggestion": _suggestion(step, words),
    }


def _label(step: StepResult, words: Mapping[str, str]) -> str:
    verdict = step.verdict
    if step.word == "proved" and not verdict.every_size and verdict.sizes:
        return words["proved_sizes"].format(sizes=_sizes(verdict.sizes, words))
    return words[step.word] + (words["as_expected"] if step.expected else "")


def _badge_scope(step: StepResult, words: Mapping[str, str]) -> Line:
    """What follows the label on the badge: the assumption of a conditional proof."""
    if step.word != "assumed":
        return []
    scope: Line = _maths(step.verdict.assumed, words)
    if not step.verdict.every_size and step.verdict.sizes:
        scope.append(_text(words["comma"] + _sizes(step.verdict.sizes, words)))
    return scope


def _rows(step: StepResult, words: Mapping[str, str]) -> list[Row]:
    verdict = step.verdict
    language = words["language"]
    basis = "row_basis" if verdict.every_size else "row_basis_listed"
    left, right = step.latex
    rows = [
        _row("row_written", words, [[_formula_piece(left, step.relation, right)]]),
        _row("row_read", words, _read(step)),
        _row("row_notes", words, [_said(note, language) for note in step.notes]),
        _row("row_verdict", words, _says(step, words)),
        _row("row_because", words, [_reason(reason, words) for reason in verdict.because]),
        _row("row_given", words, _math_lines(verdict.given)),
        _row("row_assumed", words, _math_lines(verdict.assumed)),
        _row("row_residual", words, _math_lines((verdict.residual,))),
        _row("row_checked", words, _lines(_sizes(verdict.checked, words))),
        _row(basis, words, [_said(verdict.basis, language)] if verdict.basis else []),
        _row("row_where", words, _where(verdict, words)),
    ]
    return [row for row in rows if row["lines"]]


def _row(key: str, words: Mapping[str, str], lines: list[Line]) -> Row:
    return {"key": key.removeprefix("row_"), "label": words[key], "lines": lines}


def _lines(text: str) -> list[Line]:
    return [[_text(text)]] if text else []


def _math_lines(formulas: Iterable[str]) -> list[Line]:
    return [[_formula_piece(formula)] for formula in formulas if formula]


def _where(verdict: Verdict, words: Mapping[str, str]) -> list[Line]:
    """Each condition, and which side alone asks for it: a step may change the domain."""
    lines = _math_lines(verdict.where)
    for line, side in zip(lines, verdict.where_sides, strict=False):
        if side != "both":
            line.append(_text(words[f"only_{side}"]))
    return lines


def _read(step: StepResult) -> list[Line]:
    if step.read_left_latex and step.read_right_latex:
        return [[_formula_piece(step.read_left_latex, step.relation, step.read_right_latex)]]
    if step.read_left or step.read_right:
        relation = {"\\le": "≤", "\\leq": "≤", "\\ge": "≥", "\\geq": "≥", "\\neq": "≠"}
        sign = relation.get(step.relation.strip(), step.relation)
        return [[_text(f"{step.read_left} {sign} {step.read_right}".strip())]]
    return []


def _says(step: StepResult, words: Mapping[str, str]) -> list[Line]:
    """The verdict in words. Only for open questions does it need the decider's message."""
    verdict = step.verdict
    if step.word == "refuted":
        key = "says_refuted" if step.relation.strip() == "=" else "says_refuted_order"
        return _lines(words[key])
    if step.word in {"unknown", "unread"}:
        message = _message(step)
        return [
            [_text(words[f"says_{step.word}"])],
            *([_said(message, words["language"])] if message else []),
        ]
    return _lines(_says_proved(verdict, words))


_NOT_READ = re.compile(r"Not read: (?P<why>.+?)(?P<repair>; with .+ the step is .+)?\.", re.DOTALL)


def _message(step: StepResult) -> str:
    """The decider's sentence, without what the suggestion beside it says again."""
    message = step.verdict.message
    match = _NOT_READ.fullmatch(message) if step.word == "unread" else None
    if match is None or (match.group("repair") and step.suggestion is None):
        return message
    return match.group("why") + "."


def _says_proved(verdict: Verdict, words: Mapping[str, str]) -> str:
    kind = "says_assumed" if verdict.assumed else "says"
    if verdict.every_size and verdict.checked:
        names = words["and"].join(clean(name) for name in verdict.checked)
        sentence = words[f"{kind}_every"].format(sizes=names)
    elif verdict.every_size or not verdict.sizes:
        sentence = words[f"{kind}_values"]
    else:
        sentence = words[f"{kind}_listed"].format(sizes=_sizes(verdict.sizes, words))
    if verdict.assumed:
        tail = words["says_assumed_tail"]
        sentence = words["sentences"].format(first=sentence, second=tail)
    return sentence


def _sizes(sizes: Mapping[str, tuple[int, ...]], words: Mapping[str, str]) -> str:
    """``n = 2, 3; m = 1``"""
    return words["semicolon"].join(
        f"{clean(name)} = {', '.join(map(str, values))}" for name, values in sizes.items()
    )


_PLACED = re.compile(
    r"(?:definition of .+? \(line|the result on line) (?P<line>\d+)(?: of (?P<part>.+?))?\)?",
    re.DOTALL,
)


def _reason(reason: str, words: Mapping[str, str]) -> Line:
    """A reason; its last piece names a place of the page, if it does."""
    said = _said(reason, words["language"])
    placed = _PLACED.fullmatch(reason)
    if placed and said:
        said[-1]["to"] = _place(_line_of(placed), words)
    return said


def _line_of(match: re.Match[str]) -> PageLine:
    number = int(match.group("line"))
    return PageLine(number, match.group("part") or "", number)


def _counterexample_rows(step: StepResult, words: Mapping[str, str]) -> list[Row]:
    """The counterexample worked out in numbers, line by line."""
    example = step.verdict.counterexample
    if example is None:
        return []
    left, right = (
        [*([_formula_piece(read), _text(" = ")] if read else []), _number(value)]
        for read, value in (
            (step.read_left_latex, example.left),
            (step.read_right_latex, example.right),
        )
    )
    rows = [
        _row("row_sizes", words, _equations({k: str(v) for k, v in example.sizes.items()})),
        _row("row_indices", words, _equations({k: str(v) for k, v in example.indices.items()})),
        _row("row_values", words, _equations(example.values)),
        _row("row_worked", words, _equations(dict(example.worked))),
        _row("row_left", words, [left]),
        _row("row_right", words, [right]),
        _row(
            "row_difference", words, [[_number(example.difference)]] if example.difference else []
        ),
    ]
    return [row for row in rows if row["lines"]]


def _equations(values: Mapping[str, str]) -> list[Line]:
    """``y_1 = 1/2``, each on its own; names come as plain text such as ``w_12``."""
    return [
        [_math(_name_latex(name)), _text(" = "), _number(value)] for name, value in values.items()
    ]


_PLAIN_NAME = re.compile(r"([A-Za-z]+)((?:\^[A-Za-z0-9+-]+)?)((?:_[A-Za-z0-9,+-]+)?)")
_ACCENTS = {"hat": "hat", "bar": "bar", "tilde": "tilde", "cal": "mathcal"}
_ACCENTED = re.compile(r"(hat|bar|tilde|cal) (\w+?)((?:\^[A-Za-z0-9+-]+)?(?:_[A-Za-z0-9,+-]+)?)")
_GREEK = frozenset(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau "
    "upsilon phi chi psi omega".split()
)


def _name_latex(name: str) -> str:
    """A plain entry name as LaTeX: ``a^L_12`` is a with label L and index 12."""
    quotient = re.fullmatch(r"∂(.+)/∂(.+)", name)
    if quotient:
        above, below = (_name_latex(part) for part in quotient.groups())
        return f"\\partial {above}/\\partial {below}"
    accent = _ACCENTED.fullmatch(name)
    if accent:
        return f"\\{_ACCENTS[accent[1]]}{{{_name_latex(accent[2])}}}{_scripts(accent[3])}"
    match = _PLAIN_NAME.fullmatch(name)
    if not match:
        return name
    letter, label, index = match.groups()
    if letter.lower() in _GREEK:
        letter = "\\" + letter
    elif len(letter) > 1:
        letter = f"\\mathrm{{{letter}}}"
    return letter + _scripts(label) + _scripts(index)


def _scripts(plain: str) -> str:
    """``^L_12`` with braces."""
    return re.sub(r"([\^_])([A-Za-z0-9,+-]+)", r"\1{\2}", plain)


_ENCLOSURE = re.compile(
    r"\[(?:(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?) )?\+/- (\d+(?:\.\d+)?(?:e[+-]?\d+)?)\]"
)
_PLAIN_NUMBER = re.compile(r"-?\d+(\.\d+)?(/\d+)?")


def _number(value: str) -> Piece:
    """Numbers and enclosures are set as mathematics, closed forms as the text they are."""
    match = _ENCLOSURE.fullmatch(value)
    if match:
        return _math(" \\pm ".join(_decimal(part or "0") for part in match.groups()))
    match = re.fullmatch(r"(-?)(\d+)/(\d+)", value)
    if match:
        sign, above, below = match.groups()
        return _math(f"{sign}\\tfrac{{{above}}}{{{below}}}")
    match = re.fullmatch(r"log\((\d+)(?:/(\d+))?\)", value)
    if match:
        above, below = match.groups()
        return _math(f"\\log \\tfrac{{{above}}}{{{below}}}" if below else f"\\log {above}")
    return _math(value) if _PLAIN_NUMBER.fullmatch(value) else _text(value)


def _decimal(number: str) -> str:
    """``4.12e-16`` as 4.12 · 10^-16."""
    mantissa, _, exponent = number.partition("e")
    return f"{mantissa} \\cdot 10^{{{int(exponent)}}}" if exponent else mantissa


def _suggestion(step: StepResult, words: Mapping[str, str]) -> list[Row]:
    suggestion = step.suggestion
    if suggestion is None:
        return []
    assuming = re.fullmatch(r"proved, assuming (.+)", suggestion.message, re.DOTALL)
    word = words.get("assumed" if assuming else suggestion.verdict, suggestion.verdict)
    line = [_formula_piece(suggestion.latex), _text(" \u2013 " + word)]
    if assuming:
        line += [_text(" "), _math(assuming.group(1))]
    lines: list[Line] = [line]
    if not assuming and suggestion.message not in {"", suggestion.verdict}:
        lines.append(_said(suggestion.message, words["language"]))
    return [_row("row_suggestion", words, lines)]


# pieces


def _joined(*parts: str) -> str:
    return " ".join(part.strip() for part in parts if part.strip())


def _maths(formulas: Iterable[str], words: Mapping[str, str]) -> Line:
    pieces: Line = []
    for formula in formulas:
        if pieces:
            pieces.append(_text(words["comma"]))
        pieces.append(_math(formula))
    return pieces


def _text(value: str, lang: str = "") -> Piece:
    return {"kind": "text", "value": clean(value), "lang": lang}


def _math(latex: str) -> Piece:
    return {"kind": "math", "value": clean(latex).strip(), "lang": ""}


def _formula_piece(*parts: str) -> Piece:
    return {"kind": "formula", "value": clean(_joined(*parts)), "lang": ""}


def _said(value: str, spoken: str) -> Line:
    """A sentence of another room in the report's language; what cannot be said in it is marked
    as English."""
    pieces = [
        _math(part.value) if part.math else _text(part.value, "en" if part.english else "")
        for part in language(spoken).parts(value)
    ]
    return [piece for piece in pieces if piece["value"]]
