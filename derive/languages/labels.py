"""Labels around verdicts on a terminal, and of what a run did; reports have their own."""

from __future__ import annotations

__all__ = ["TERMINAL"]

TERMINAL = (
    "{steps} steps: {proved} proved, {assumed} proved assuming, {refuted} refuted, "
    "{unknown} unknown, {unread} unread",
    "{pages} pages, {coverage}",
    "no formulas were found",
    "no step was found",
    ", in the baseline",
    ", as expected",
    " (first and last of the chain)",
    "reading stopped at {place}",
    "read as: {formula}",
    "left - right = {formula}",
    "at {values}:",
    "always:",
    "left",
    "right",
    "given: {formulas}",
    "where: {formulas}",
    "note: {note}",
    " given {formulas}",
    " where {formulas}",
    "baseline: {known} findings known, {new} new, {gone} not found any more",
    "in the baseline, and not found any more: {finding}",
    "in the baseline, and not found any more ({count} times): {finding}",
    "written: {path}",
)
