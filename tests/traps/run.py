"""Decide every claim of a file in the neutral prefix form, and print what came out.

    python -m tests.traps.run PATH [--peers] [--json FILE] [--markdown]

The form is that of ``shared/traps/claims.json``, whose head explains it. A claim that our
terms cannot say, and an entry that is no claim, count as "not sayable" with their reason.
``--peers`` asks SymPy, and Maxima where it is installed, about the same claims.

Exit code 1: a false claim was proved (unless a side has no real value at the file's
counterexample and the proof names its conditions), a true one refuted, derive's two paths disagreed, or it
failed. 2: no such file, or not of that form.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.traps import sympy_peer
from tests.traps.maxima_peer import available, maxima
from tests.traps.outcome import Outcome, judge
from tests.traps.prefix_form import TOO_DEEP
from tests.traps.tables import Judged, tables, word
from tests.traps.worker import Worker

__all__ = ["judge_all", "load", "main"]


class NotAClaimsFile(ValueError):
    """The message says what is wrong with it."""


def load(path: Path) -> list[Any]:
    """The cases of a file.

    Raises:
        NotAClaimsFile: it cannot be read, or has no list of cases.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise NotAClaimsFile(f"{path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise NotAClaimsFile(f"{path}: not JSON: {error}") from error
    cases = document.get("cases") if isinstance(document, dict) else document
    if not isinstance(cases, list):
        raise NotAClaimsFile(f"{path}: no list of cases")
    return cases


def judge_all(
    cases: Sequence[Any], peers: bool = False, seconds: float = 60, peer_seconds: float = 5
) -> Iterator[Judged]:
    """Each case with derive's outcome and, if asked for, the peers' answers; ``seconds``
    are limits of wall time for one claim and one system."""
    with ExitStack() as stack:
        ours = stack.enter_context(Worker(judge, seconds))
        sympy = stack.enter_context(Worker(sympy_peer.answer, peer_seconds))
        for case in cases:
            reply = ours.ask(case)
            outcome = reply.value
            if reply.failure == "unsent":
                outcome = Outcome("not sayable", TOO_DEEP)
            elif reply.failure:
                outcome = Outcome("failed", reply.failure, seconds=reply.seconds)
            answers = {}
            if peers:
                for recipe in sympy_peer.RECIPES:
                    answers[f"SymPy {recipe}"] = sympy.ask((recipe, case))
                if available():
                    answers["Maxima radcan, n = 3"] = maxima(case, 2 * peer_seconds)
            yield Judged(case, outcome, answers)


def _write_json(path: Path, judged: Sequence[Judged]) -> None:
    """Whole or not at all."""
    record = [
        {
            "id": j["id"],
            **{name: j[name] for name in ("family", "tag", "truth")},
            "derive": asdict(j.outcome),
            "peers": {name: asdict(reply) for name, reply in j.peers.items()},
        }
        for j in judged
    ]
    with tempfile.NamedTemporaryFile(
        "w", dir=path.parent, prefix=f".{path.name}.", encoding="utf-8", delete=False
    ) as file:
        json.dump(record, file, ensure_ascii=False, indent=1)
    os.replace(file.name, path)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run on the command line's arguments; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.traps.run", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("path", type=Path)
    parser.add_argument("--peers", action="store_true", help="ask SymPy and Maxima, too")
    parser.add_argument("--json", type=Path, metavar="FILE", help="every outcome, as JSON")
    parser.add_argument("--markdown", action="store_true", help="tables in Markdown")
    parser.add_argument("--seconds", type=float, default=60, help="a claim's limit (60)")
    parser.add_argument("--peer-seconds", type=float, default=5, help="a peer's limit (5)")
    options = parser.parse_args(arguments)
    try:
        cases = load(options.path)
    except NotAClaimsFile as error:
        print(error, file=sys.stderr)
        return 2
    judged = []
    for j in judge_all(cases, options.peers, options.seconds, options.peer_seconds):
        judged.append(j)
        if sys.stderr.isatty():
            print(f"\r{len(judged)} of {len(cases)}", end="", file=sys.stderr)
    if sys.stderr.isatty():
        print("\r", end="", file=sys.stderr)
    if options.json:
        _write_json(options.json, judged)
    print(f"{len(judged)} claims of {options.path}\n")
    for table in tables(judged):
        print(table.markdown() if options.markdown else table.text(), end="\n\n")
    bad = [j for j in judged if j.outcome.wrong or j.outcome.column == "failed"]
    for j in bad:
        print(f"{word(j.case, 'id')}: {j.outcome.wrong or j.outcome.detail}", file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
