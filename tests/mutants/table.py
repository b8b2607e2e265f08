"""The table of a run: verdicts against truth, by kind of slip, as text and as Markdown."""

from __future__ import annotations

from collections import Counter

from tests.mutants.judge import WRONG, Judged
from tests.mutants.slips import SLIPS
from tests.mutants.sources import UNCHANGED

__all__ = ["headline", "markdown", "plain"]

COLUMNS: tuple[tuple[str, str, str], ...] = (
    # head, truth, outcome
    ("refuted", "false", "refuted"),
    ("assumed", "false", "assumed"),
    ("unknown", "false", "unknown"),
    ("slow", "false", "slow"),
    ("every n", "true", "proved"),
    ("listed n", "true", "listed"),
    ("assumed", "true", "assumed"),
    ("unknown", "true", "unknown"),
    ("slow", "true", "slow"),
)


def _rows(judged: list[Judged]) -> list[tuple[str, list[str]]]:
    rows = []
    present = {j.kind for j in judged}
    for kind in (*SLIPS, UNCHANGED, ""):
        mine = [j for j in judged if not kind or j.kind == kind]
        if kind and kind not in present:
            continue
        tally = Counter((j.truth, j.outcome) for j in mine)
        truths = Counter(j.truth for j in mine)
        wrong = sum(j.outcome in WRONG for j in mine)
        cells = [len(mine), truths["false"]]
        cells += [tally[truth, outcome] for _, truth, outcome in COLUMNS if truth == "false"]
        cells += [truths["true"]]
        cells += [tally[truth, outcome] for _, truth, outcome in COLUMNS if truth == "true"]
        cells += [truths["open"], wrong]
        per_verdict = sum(j.seconds for j in mine) / len(mine) * 1e3 if mine else 0.0
        rows.append((kind or "all", [*map(str, cells), f"{per_verdict:.1f}"]))
    return rows


HEADS = (
    "slip", "mutants", "false", "refuted", "assumed", "unknown", "slow",
    "true", "every n", "listed n", "assumed", "unknown", "slow", "open", "wrong", "ms",
)  # fmt: skip


def plain(judged: list[Judged]) -> str:
    """The table as aligned text."""
    rows = _rows(judged)
    width = max(len(name) for name, _ in rows) + 1
    lines = [f"{HEADS[0]:<{width}}" + "".join(f"{head:>9}" for head in HEADS[1:])]
    for name, cells in rows:
        lines.append(f"{name:<{width}}" + "".join(f"{cell:>9}" for cell in cells))
    return "\n".join(lines)


def markdown(judged: list[Judged], seed: int) -> str:
    """The table for the README, with the command that makes it."""
    lines = [
        f"`python -m tests.mutants.run --count {len(judged)} --seed {seed}`",
        "",
        "| " + " | ".join(HEADS) + " |",
        "|---" + "|--:" * (len(HEADS) - 1) + "|",
    ]
    lines += ["| " + " | ".join((name, *cells)) + " |" for name, cells in _rows(judged)]
    return "\n".join([*lines, "", *(f"{line}  " for line in headline(judged).splitlines())])


def headline(judged: list[Judged]) -> str:
    """Wrong proofs, wrong refutations, and the two shares."""
    tally = Counter((j.truth, j.outcome) for j in judged)
    wrong = Counter(j.outcome for j in judged if j.outcome in WRONG)
    false = sum(j.truth == "false" for j in judged)
    true = sum(j.truth == "true" for j in judged)
    rightly = tally["false", "assumed"]
    return "\n".join(
        (
            f"wrong proofs: {wrong['WRONG PROOF']}",
            f"wrong refutations: {wrong['WRONG REFUTATION']}",
            f"contradictions: {wrong['CONTRADICTION']}, crashes: {wrong['CRASH']}",
            f"false mutants refuted: {tally['false', 'refuted']} of {false}"
            f" ({_share(tally['false', 'refuted'], false)}); proved under an assumption that is"
            f" named and makes them true: {rightly} ({_share(rightly, false)})",
            f"true mutants proved for every n: {tally['true', 'proved']} of {true}"
            f" ({_share(tally['true', 'proved'], true)}); for listed n only:"
            f" {tally['true', 'listed']} ({_share(tally['true', 'listed'], true)})",
        )
    )


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f} %" if whole else "none"
