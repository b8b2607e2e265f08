"""Mutants: slips in true derivations, and how many of them derive finds.

    python -m tests.mutants.run [--count 20000] [--seed 1] [--jobs 2] [--json FILE] [--markdown]

Truth comes from the second path alone (`truth`), the verdict from `decide`. Exit code 1 if
any proof or refutation is wrong, or if derive contradicts itself or crashes.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import platform
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from importlib.metadata import version

from tests.mutants.judge import WRONG, Judged, judge
from tests.mutants.sources import Mutant, make_mutants
from tests.mutants.table import headline, markdown, plain

__all__ = ["main", "run"]

CHUNK = 50
EXAMPLES = 3  # of each kind of slip, among those without an answer

_mutants: list[Mutant] = []


def _judge_chunk(start: int, seed: int) -> list[Judged]:
    return [judge(mutant, seed) for mutant in _mutants[start : start + CHUNK]]


def run(count: int, seed: int, jobs: int = 1) -> list[Judged]:
    """Make the mutants and judge each; in order, and the same however many jobs."""
    _mutants[:] = make_mutants(count, seed)
    work = partial(_judge_chunk, seed=seed)
    starts = range(0, len(_mutants), CHUNK)
    if jobs == 1:
        return [judged for start in starts for judged in work(start)]
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        return [judged for chunk in pool.imap(work, starts) for judged in chunk]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants.run", description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--markdown", action="store_true", help="print the table for the README")
    options = parser.parse_args(arguments)
    started = time.monotonic()
    judged = run(options.count, options.seed, options.jobs)
    elapsed = time.monotonic() - started
    if options.markdown:
        print(markdown(judged, options.seed))
    else:
        versions = ", ".join(
            f"{name} {version(name)}" for name in ("derivecheck", "sympy", "python-flint")
        )
        print(
            f"seed {options.seed}, {len(judged)} mutants; {versions}, Python {platform.python_version()}"
        )
        print(plain(judged))
        print()
        print(headline(judged))
        print(f"wall clock {elapsed:.0f} s with {options.jobs} jobs")
        _examples(judged)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump([asdict(j) for j in judged], file, ensure_ascii=False, indent=0)
    return 1 if any(j.outcome in WRONG for j in judged) else 0


def _examples(judged: list[Judged]) -> None:
    for j in judged:
        if j.outcome in WRONG:
            print(f"\n{j.outcome} ({j.kind}; {j.source}; number {j.number}; truth: {j.why})")
            print(f"  {j.text}\n  {j.message}")
    left: dict[tuple[str, str], int] = {}
    for j in judged:
        if j.outcome in ("unknown", "slow", "listed") or (j.truth == "open"):
            left[j.kind, j.truth] = left.get((j.kind, j.truth), 0) + 1
            if left[j.kind, j.truth] <= EXAMPLES:
                print(f"\n{j.truth}, {j.outcome} ({j.kind}; {j.source}; number {j.number})")
                print(f"  {j.text}\n  {j.message}")


if __name__ == "__main__":
    sys.exit(main())
