"""Our figures, beside SymPy by hand, from one run.

    python -m tests.benchmarks.run            sizes 10, 50, 100, 200
    python -m tests.benchmarks.run --quick    sizes 10, 50

CPU time of this process; each figure is the best of three where that is affordable. The
page is the original one in ``../shared`` if it is there, else the catalogue's pages on
softmax and its gradients. Peak memory is this process's, SymPy's own share included.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

SHARED_PAGE = Path(__file__).parents[3] / "shared" / "pages" / "softmax-zh.md"
SOFTMAX = r"a_j = \frac{e^{z_j}}{\sum_{k=1}^{n} e^{z_k}}"
GOAL_PAGE_MS, GOAL_STEP_MS, GOAL_RATIO, GOAL_MB = 100, 3, 20, 400

_COLD = """
import sys, time
import sympy
start = time.process_time()
from derive.meaning.understand import understand
from derive.checking import check_page
from derive.reading.markdown import read_markdown
imported = time.process_time()
from derive.deciding.decide import decide
page = read_markdown(open(sys.argv[1], encoding="utf-8").read(), "page.md")
meaning = understand(page)
read = time.process_time()
for step in meaning.steps:
    if step.claim is not None:
        decide(step.claim)
    for _, claim in step.repairs:
        decide(claim)
print(imported - start, read - imported, time.process_time() - read)
"""


def _cpu(work: Callable[[], object], times: int = 3) -> float:
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def _page(folder: Path) -> Path:
    if SHARED_PAGE.exists():
        return SHARED_PAGE
    from derive.catalogue import page_text

    page = folder / "softmax.md"
    page.write_text(page_text("softmax") + "\n\n" + page_text("softmax-gradients"), "utf-8")
    return page


def _cold(page: Path) -> list[float]:
    """(our own imports, reading, deciding) in seconds in a fresh process, best of five."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    runs = []
    for _ in range(5):
        out = subprocess.run(
            [sys.executable, "-c", _COLD, str(page)],
            check=True,
            capture_output=True,
            text=True,
            env=environment,
        ).stdout
        runs.append([float(x) for x in out.split()])
    return min(runs, key=lambda run: run[2])


def _warm_steps(page: Path) -> list[float]:
    from derive.deciding.decide import decide
    from derive.meaning.understand import understand
    from derive.reading.markdown import read_markdown

    text = page.read_text("utf-8")
    best: list[float] = []
    for _ in range(5):
        steps = [s for s in understand(read_markdown(text, "page.md")).steps if s.claim]
        times = [_cpu(lambda claim=s.claim: decide(claim), 1) for s in steps]  # type: ignore[misc]
        best = [min(a, b) for a, b in zip(best, times, strict=True)] if best else times
    return best


def _jacobian(n: int) -> float:
    import derive

    def work() -> None:
        verdict = derive.prove(
            r"\frac{\partial a_j}{\partial z_i}",
            r"a_j(\delta_{ij} - a_i)",
            let=[SOFTMAX],
            sizes={"n": n},
        )
        assert verdict.word == "proved", verdict.message

    return _cpu(work, 3 if n <= 100 else 1)


def main(arguments: list[str]) -> None:
    """Print the table."""
    import tempfile

    sizes = (10, 50) if "--quick" in arguments else (10, 50, 100, 200)
    with tempfile.TemporaryDirectory() as folder:
        page = _page(Path(folder))
        imports, reading, deciding = _cold(page)
        steps = _warm_steps(page)
    print(f"page: {page.name}, {len(steps)} steps, beyond `import sympy`, cold")
    print(f"  importing derive     {imports * 1e3:7.1f} ms")
    print(f"  reading the page     {reading * 1e3:7.1f} ms")
    print(f"  deciding all steps   {deciding * 1e3:7.1f} ms   (goal {GOAL_PAGE_MS})")
    print(
        f"  median step, warm    {statistics.median(steps) * 1e3:7.2f} ms   (goal {GOAL_STEP_MS})"
    )
    print(f"  slowest step, warm   {max(steps) * 1e3:7.2f} ms")

    from tests.benchmarks.peers import BEST_BY_HAND, sympy_jacobian_check

    print(
        f"\nfull n×n softmax Jacobian, every entry differentiated and checked; SymPy's best by "
        f"hand: {BEST_BY_HAND}"
    )
    print(
        f"{'n':>5} {'derive, s':>10} {'SymPy, s':>10} {'ratio':>7} {'opaque S':>9} {'ratio':>7}"
        f" {'growth':>7}"
    )
    before: tuple[int, float] | None = None
    for n in sizes:
        ours = _jacobian(n)
        theirs = sympy_jacobian_check(n) if n <= 100 else None
        opaque = sympy_jacobian_check(n, "opaque S") if n <= 100 else None
        growth = ""
        if before is not None:
            times, square = ours / before[1], (n / before[0]) ** 2
            growth = f"{times:.1f}/{square:.0f}"
        shown = f"{n:>5} {ours:>10.3f}"
        if theirs is not None and opaque is not None:
            shown += (
                f" {theirs:>10.2f} {theirs / ours:>6.0f}x {opaque:>9.2f} {opaque / ours:>6.0f}x"
            )
        else:
            shown += f" {'not run':>10} {'':>7} {'':>9} {'':>7}"
        print(f"{shown} {growth:>7}")
        before = (n, ours)
    print("growth: our time against the size before / what n² would give")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\npeak memory {peak:.0f} MB   (goal {GOAL_MB})")


if __name__ == "__main__":
    main(sys.argv[1:])
