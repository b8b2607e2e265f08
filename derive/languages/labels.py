"""Labels around verdicts on a terminal, and of what a run did; reports have their own."""

from __future__ import annotations

__all__ = ["COUNTED", "TERMINAL"]

# for one, for more
COUNTED = (
    (
        "{count} step: {proved} proved, {assumed} proved assuming, {refuted} refuted, "
        "{unknown} unknown, {unread} unread",
        "{count} steps: {proved} proved, {assumed} proved assuming, {refuted} refuted, "
        "{unknown} unknown, {unread} unread",
    ),
    ("{count} page, {coverage}", "{count} pages, {coverage}"),
    (
        "baseline: {count} finding known, {new} new, {gone} not found any more",
        "baseline: {count} findings known, {new} new, {gone} not found any more",
    ),
    ("{count} comment written", "{count} comments written"),
    ("{count} comment proposed", "{count} comments proposed"),
    ("{count} step settled", "{count} steps settled"),
    ("{count} stays open", "{count} stay open"),
    (
        "{count} step decided, {known} known from before",
        "{count} steps decided, {known} known from before",
    ),
)

TERMINAL = (
    "Usage:",
    "Options",
    "Commands",
    "interrupted",
    "checking",
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
    "in the baseline, and not found any more: {finding}",
    "in the baseline, and not found any more ({count} times): {finding}",
    "written: {path}",
    "{count} skipped",
    "{count} more not tried",
    "allowed: {finding}",
    "as expected: {finding}",
    "help: write {formula}",
    "reports at {address}",
    "paste and check at {address}",
)
