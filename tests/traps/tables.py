"""The runner's tables, from outcomes to text or Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from tests.traps.outcome import COLUMNS, Outcome
from tests.traps.worker import Reply

__all__ = ["Judged", "Table", "tables", "word"]

TRUTHS = ("true", "domain", "false")
_ANSWERS = {"true": True, "proved": True, "false": False}
_PEER_COLUMNS = (
    "true proved",
    "true rejected",
    "false accepted",
    "false rejected",
    "undecided",
    "domain accepted",
)


@dataclass(frozen=True)
class Judged:
    """A case of the file, derive's outcome and, by recipe, what peers answered in this run."""

    case: Any
    outcome: Outcome
    peers: Mapping[str, Reply]

    def __getitem__(self, name: str) -> str:
        return word(self.case, name)


def word(case: Any, name: str) -> str:
    """A case's own word, ``?`` if it has none."""
    found = case.get(name) if isinstance(case, dict) else None
    return found if isinstance(found, str) else "?"


@dataclass(frozen=True)
class Table:
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def text(self) -> str:
        widths = [max(map(len, column)) for column in zip(self.head, *self.rows, strict=True)]
        lines = [self.title, ""]
        for row in (self.head, *self.rows):
            cells = [
                cell.rjust(width) if figures else cell.ljust(width)
                for cell, width, figures in zip(row, widths, self._figures(), strict=True)
            ]
            lines.append("  " + "  ".join(cells).rstrip())
        return "\n".join(lines)

    def _figures(self) -> list[bool]:
        """For each column whether it holds figures, which stand to the right."""
        columns = list(zip(*self.rows, strict=True))
        return [all(cell == "·" or cell[:1].isdigit() for cell in c) for c in columns]

    def markdown(self) -> str:
        def line(cells: Iterable[str]) -> str:
            return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"

        rule = line("---:" if figures else "---" for figures in self._figures())
        return "\n".join([f"**{self.title}**", "", line(self.head), rule, *map(line, self.rows)])


def tables(judged: Sequence[Judged]) -> list[Table]:
    """Every table of a run; those without a row are left out."""
    found = [
        _verdicts("Verdict against truth", judged, lambda j: j["truth"], TRUTHS),
        _verdicts("By family", judged, lambda j: f"{j['family']}, {j['truth']}"),
        _verdicts(
            "False claims by kind of slip",
            [j for j in judged if j["truth"] == "false"],
            lambda j: j["tag"],
        ),
        _verdicts("In and out of the fragment", judged, _covered),
        _times(judged),
        _peers_of_file(judged),
        _peers_of_run(judged),
        *_lists(judged),
    ]
    return [table for table in found if table.rows]


# ---------------------------------------------------------------------- derive's verdicts


def _verdicts(
    title: str,
    judged: Sequence[Judged],
    group: Callable[[Judged], str],
    order: tuple[str, ...] = (),
) -> Table:
    counts: dict[str, Counter[str]] = {name: Counter() for name in order}
    for j in judged:
        counts.setdefault(group(j), Counter())[j.outcome.column] += 1
    names = [n for n in counts if n in order] or []
    names += sorted(n for n in counts if n not in order)
    rows = [
        (name, *(str(counts[name][c] or "·") for c in COLUMNS), str(counts[name].total()))
        for name in names
        if counts[name]
    ]
    if len(rows) > 1:
        totals = [sum(c[column] for c in counts.values()) for column in COLUMNS]
        rows.append(("all", *(str(t or "·") for t in totals), str(len(judged))))
    return Table(title, ("", *COLUMNS, "all"), tuple(rows))


def _covered(j: Judged) -> str:
    if j.outcome.fragment is None:
        return f"not said, {j['truth']}"
    return f"in, {j['truth']}" if not j.outcome.fragment else f"out, {j['truth']}"


def _times(judged: Sequence[Judged]) -> Table:
    said = [j for j in judged if j.outcome.fragment is not None]
    if not said:
        return Table("", (), ())
    spent = [j.outcome.seconds for j in said]
    slowest = max(said, key=lambda j: j.outcome.seconds)
    return Table(
        "CPU time of derive",
        ("claims", "median ms", "max ms", "slowest", "all s"),
        (
            (
                str(len(said)),
                f"{median(spent) * 1000:.1f}",
                f"{max(spent) * 1000:.0f}",
                slowest["id"],
                f"{sum(spent):.2f}",
            ),
        ),
    )


# ---------------------------------------------------------------------- peers


def _score(answers: Iterable[tuple[str, bool | None]]) -> list[str]:
    """The columns of `_PEER_COLUMNS` from pairs of truth and answer."""
    count: Counter[str] = Counter()
    for truth, answer in answers:
        if answer is None:
            count["undecided"] += 1
        elif truth == "true":
            count["true proved" if answer else "true rejected"] += 1
        elif truth == "false":
            count["false accepted" if answer else "false rejected"] += 1
        elif truth == "domain" and answer:
            count["domain accepted"] += 1
    return [str(count[column]) for column in _PEER_COLUMNS]


def _ours(outcome: Outcome, every_size: bool) -> bool | None:
    match outcome.column:
        case "proved every n":
            return True
        case "proved n ≤ N":
            return None if every_size else True
        case "refuted":
            return False
    return None


def _rows_of_ours(judged: Sequence[Judged]) -> list[tuple[str, ...]]:
    rows = []
    for name, every in (("derive, for every n", True), ("derive, also for n ≤ N", False)):
        score = _score((j["truth"], _ours(j.outcome, every)) for j in judged)
        real = sum(
            bool(j.outcome.real_only and not j.outcome.wrong and _ours(j.outcome, every))
            for j in judged
        )
        if real:
            score[_PEER_COLUMNS.index("false accepted")] += f" ({real} not real)"
        rows.append((name, *score))
    return rows


def _truth_for(j: Judged, label: str) -> str:
    """Of a peer that was asked about n = 3 only, that is what counts (if the file says)."""
    at_three = j["truth_at_n3"]
    if not label.endswith("3") or at_three == "?":
        return j["truth"]
    return "true" if at_three.startswith("true") else at_three


def _peers_of_file(judged: Sequence[Judged]) -> Table:
    labels: dict[str, None] = {}
    for j in judged:
        if isinstance(j.case, dict) and isinstance(j.case.get("peers"), dict):
            labels |= dict.fromkeys(j.case["peers"])
    rows = [
        (label, *_score((_truth_for(j, label), _given_answer(j.case, label)) for j in judged))
        for label in labels
    ]
    rows = [*_rows_of_ours(judged), *rows] if rows else []
    return Table("Beside the peers' figures in the file", ("", *_PEER_COLUMNS), tuple(rows))


def _given_answer(case: Any, label: str) -> bool | None:
    peers = case.get("peers") if isinstance(case, dict) else None
    answer = peers.get(label) if isinstance(peers, dict) else None
    return _ANSWERS.get(answer) if isinstance(answer, str) else None


def _peers_of_run(judged: Sequence[Judged]) -> Table:
    recipes = list(dict.fromkeys(r for j in judged for r in j.peers))
    rows: list[tuple[str, ...]] = []
    for recipe in recipes:
        replies = [(j, j.peers[recipe]) for j in judged if recipe in j.peers]
        score = _score((_truth_for(j, recipe), None if r.failure else r.value) for j, r in replies)
        fates = Counter(r.failure.split(":")[0] for _, r in replies if r.failure)
        rows.append(
            (
                recipe,
                *score,
                str(fates["crash"] + fates["died"]),
                str(fates["timeout"]),
                f"{sum(r.seconds for _, r in replies):.1f}",
            )
        )
    if rows:
        seconds = f"{sum(j.outcome.seconds for j in judged):.1f}"
        failed = sum(j.outcome.column == "failed" for j in judged)
        ours = [(*row, str(failed), "0", seconds) for row in _rows_of_ours(judged)]
        rows = [*ours, *rows]
    head = ("", *_PEER_COLUMNS, "crashed", "timed out", "CPU s")
    return Table("The same claims through peers, in this run", head, tuple(rows))


# ---------------------------------------------------------------------- what to look at


def _lists(judged: Sequence[Judged]) -> list[Table]:
    domain = [j for j in judged if j["truth"] == "domain"]
    proved = [j for j in domain if j.outcome.column.startswith("proved")]
    conditions = Table(
        "Domain claims",
        ("", "claims"),
        (
            ("all", str(len(domain))),
            ("proved with a condition", str(sum(bool(j.outcome.where) for j in proved))),
            ("proved without one", str(sum(not j.outcome.where for j in proved))),
        )
        if domain
        else (),
    )
    return [
        conditions,
        _reasons("Why not sayable", judged, "not sayable", lambda o: o.detail),
        _fragment_reasons(judged),
        _named(
            "Unknown", [j for j in judged if j.outcome.column == "unknown"], lambda o: o.detail
        ),
        _named(
            "True claims proved under a condition",
            [j for j in judged if j["truth"] == "true" and j.outcome.where],
            lambda o: f"where {', '.join(o.where)}; left out: {', '.join(o.left_out) or '-'}",
        ),
        _named(
            "False at a point where a side is not real for us; proved under its conditions",
            [j for j in judged if j.outcome.real_only and not j.outcome.wrong],
            lambda o: f"where {', '.join(o.where)}; at the file's counterexample: {o.real_only}",
        ),
        _named(
            "False, and proved under an assumption that it lacks",
            [j for j in judged if j.outcome.assumed and j["truth"] == "false"],
            lambda o: o.assumed,
        ),
        _named(
            "WRONG OR FAILED",
            [j for j in judged if j.outcome.wrong or j.outcome.column == "failed"],
            lambda o: f"{o.wrong} ({o.detail})",
        ),
    ]


def _named(title: str, judged: Sequence[Judged], say: Callable[[Outcome], str]) -> Table:
    rows = tuple(
        (j["id"], j["truth"], f"{j['tag']}: {say(j.outcome)}" if j["tag"] != j["truth"]
         else say(j.outcome))
        for j in judged
    )  # fmt: skip
    return Table(f"{title} ({len(rows)})", ("claim", "truth", "why"), rows)


def _reasons(
    title: str, judged: Sequence[Judged], column: str, say: Callable[[Outcome], str]
) -> Table:
    found = [j for j in judged if j.outcome.column == column]
    return _counted(f"{title} ({len(found)})", [(say(j.outcome), j["truth"]) for j in found])


def _fragment_reasons(judged: Sequence[Judged]) -> Table:
    found = [(j.outcome.fragment, j["truth"]) for j in judged if j.outcome.fragment]
    return _counted(f"Why outside the fragment ({len(found)})", found)


def _counted(title: str, pairs: Sequence[tuple[str, str]]) -> Table:
    count = Counter(pairs)
    reasons = sorted(
        {reason for reason, _ in pairs},
        key=lambda reason: (-sum(n for (r, _), n in count.items() if r == reason), reason),
    )
    rows = tuple((r, *(str(count[r, truth] or "·") for truth in TRUTHS)) for r in reasons)
    return Table(title, ("", *TRUTHS), rows)
