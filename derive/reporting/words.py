"""Every label that a reader of a report sees, in English; catalogues say it in other languages.

(Whole sentences of the other rooms are recognised and said by `derive.languages`.)
"""

from __future__ import annotations

from collections.abc import Mapping

from derive.languages import Language

__all__ = ["ENGLISH", "SIGNS", "STEPS", "words_in"]

ENGLISH: Mapping[str, str] = {
    "steps": "Steps",
    "proved": "proved",
    "assumed": "proved, assuming",
    "refuted": "refuted",
    "unknown": "unknown",
    "unread": "unread",
    "as_expected": ", as expected",
    "proved_sizes": "proved for {sizes}",
    "count_proved": "proved",
    "count_assumed": "proved, assuming",
    "count_refuted": "refuted",
    "count_unknown": "unknown",
    "count_unread": "unread",
    "coverage": "Coverage",
    "skip": "Skip to the page",
    "findings": "Findings",
    "graph": "What rests on what",
    "graph_title": "The definitions and earlier results that each group of steps uses",
    "graph_uses": "{name}: {used}.",
    "steps_range": "Steps {first}–{last}",
    "plot_title": "{curves} against {variable}",
    "plot_over": "For {variable} from {low} to {high}.",
    "plot_over_with": "For {variable} from {low} to {high}, with {values}.",
    "plot_at": "At {variable} = {point}: {values}.",
    "plot_value": "{curve} ≈ {value}",
    "plot_no_value": "{curve} has no value",
    "plot_values": "Some values, rounded",
    "plot_table": "A plot, here as a table of some values, rounded.",
    "plot_none": "none",
    "index_open": "With findings",
    "index_clean": "Every step proved",
    "index_empty": "No steps found",
    "clean": "Every step is proved.",
    "clean_sizes": "Every step is proved, some for the listed sizes only.",
    "not_clean": "Not every step is proved.",
    "nothing_read": "No step could be read on this page.",
    "step": "Step {number}",
    "line": "line {line}",
    "in_brackets": " ({place})",
    "in_part": "line {line} of {part}",
    "in_cell": "line {line} of cell {cell}",
    "cell": "cell {cell}",
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
    "only_left": " (only the left side asks for it)",
    "only_right": " (only the right side asks for it)",
    "row_sizes": "Sizes",
    "row_indices": "Indices",
    "row_values": "Values",
    "row_worked": "From these",
    "row_difference": "Left − right",
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
    "sentences": "{first} {second}",
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
    "details": "The proofs",
    "by_step": "step {number}",
    "end": "End of report. Formulas: {formulas}. Steps: {steps}.",
    "reports": "Derivations",
    "page": "Page",
    "total": "Total",
    "untitled": "Untitled",
    "formula_as_text": "shown as its source",
}

# what is not words: signs between words, and between sentences
SIGNS = frozenset({"and", "comma", "semicolon", "sentences"})

# beside the number of steps: for one, for more
STEPS = ("step found", "steps found")


def words_in(language: Language) -> Mapping[str, str]:
    """The labels of reports in a language, by their keys; ``language`` is its own tag."""
    return {"language": language.tag, **language.labels(ENGLISH, SIGNS)}
