r"""A coverage-guided run over read → understand → decide → report, with atheris (libFuzzer).

Not collected by pytest. Needs ``pip install atheris==3.0.0``, which the project does not depend
on. From the top of the repository:

    python -m tests.fuzz.coverage_guided --seconds 600 --keep found/

The first process starts the fuzzer as a second one, over and over until the time is up, because
an input that hangs or eats the memory ends libFuzzer. What breaks a property is written to
``--keep`` once for each place in the code where it breaks, with the traceback beside it, and the
run goes on. The last line is the row for RUNS.md. Exit code 1 if anything was found.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import importlib
import os
import pkgutil
import re
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

PAGE_LIMIT = 20  # seconds libFuzzer grants one page
MEMORY_LIMIT = 2048  # MB
LONGEST = 2000  # bytes of one page


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seconds", type=int, default=600, help="how long to run")
    parser.add_argument("--runs", type=int, default=-1, help="at most so many pages")
    parser.add_argument("--keep", type=Path, required=True, help="where findings are written")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--pages", default="text", choices=["text", "soups", "derivations", "catalogue_pages"],
        help="what the fuzzer's bytes are: a page's text, or the choices that build one",
    )  # fmt: skip
    parser.add_argument("--target", action="store_true", help=argparse.SUPPRESS)  # second process
    ours = sys.argv[1 : sys.argv.index("--")] if "--" in sys.argv else sys.argv[1:]
    options = parser.parse_args(ours)
    options.keep.mkdir(parents=True, exist_ok=True)
    if options.target:
        fuzz(options.keep, options.pages)
        return 0  # never reached: libFuzzer ends the process
    with tempfile.TemporaryDirectory(prefix="derive-fuzz-") as folder:
        corpus = Path(folder, "corpus")
        corpus.mkdir()
        for number, text in enumerate(seeds()):
            (corpus / f"seed-{number:04}").write_text(text, encoding="utf-8")
        dictionary = Path(folder, "tokens.dict")
        dictionary.write_text("".join(map(entry, words())), encoding="ascii")
        row = repeat(options, corpus, dictionary)
    print(row)
    return 1 if findings(options.keep) else 0


def findings(keep: Path) -> set[str]:
    """What broke a property, hung or ate the memory; not libFuzzer's remarks on slow inputs."""
    names = {path.name for path in keep.iterdir() if path.suffix != ".txt"}
    return {name for name in names if not name.startswith("slow-unit-")}


def repeat(options: argparse.Namespace, corpus: Path, dictionary: Path) -> str:
    """Run the fuzzer until the time or the runs are used up; the row for RUNS.md."""
    import atheris

    start = time.monotonic()
    known = findings(options.keep)
    executions = features = edges = restarts = 0
    while True:
        left = options.seconds - int(time.monotonic() - start)
        runs = options.runs - executions if options.runs >= 0 else -1
        if left <= 0 or runs == 0:
            break
        output = fuzzer(options, corpus, dictionary, left, runs)
        done, edge, feature = progress(output)
        if not done and not features:
            raise SystemExit(f"the fuzzer did not start:\n{output[-3000:]}")
        executions += done
        features, edges = max(features, feature), max(edges, edge)
        restarts += 1
    used = time.monotonic() - start
    cpu = sum(os.times()[2:4])
    found = findings(options.keep) - known
    version = getattr(atheris, "__version__", "3.0.0")
    date = datetime.datetime.now(datetime.UTC).date()
    return (
        f"| {date} | atheris {version}, Python {sys.version.split()[0]} | {options.pages} | {used:.0f} "
        f"| {cpu:.0f} | {executions} | {edges} | {features} | {restarts - 1} | {len(found)} |"
    )


def fuzzer(
    options: argparse.Namespace, corpus: Path, dictionary: Path, seconds: int, runs: int
) -> str:
    command = [
        sys.executable, "-m", "tests.fuzz.coverage_guided", f"--keep={options.keep}",
        f"--pages={options.pages}", "--target", "--", str(corpus), f"-dict={dictionary}", f"-max_len={LONGEST if options.pages == 'text' else 4 * LONGEST}",
        f"-timeout={PAGE_LIMIT}", f"-rss_limit_mb={MEMORY_LIMIT}", f"-seed={options.seed}",
        f"-max_total_time={seconds}", f"-runs={runs}", "-print_final_stats=1", "-use_value_profile=0",
        f"-artifact_prefix={options.keep}/",
    ]  # fmt: skip
    done = subprocess.run(
        command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, errors="replace"
    )
    return done.stderr


def progress(output: str) -> tuple[int, int, int]:
    """Executions, edges and features that libFuzzer last reported."""
    seen = re.findall(r"^#(\d+)\s.*?cov: (\d+) ft: (\d+)", output, re.MULTILINE)
    if not seen:
        return 0, 0, 0
    total = re.search(r"stat::number_of_executed_units: (\d+)", output)
    last = [int(number) for number in seen[-1]]
    return (int(total.group(1)) if total else last[0]), last[1], last[2]


def seeds() -> list[str]:
    """The catalogue's paragraphs, a few at a time: whole pages would be slow to run."""
    from derive.catalogue import names, page_text
    from tests.fuzz.tokens import WHOLE

    found = [f"$$ {left} = {left} $$" for left in WHOLE]
    for name in names():
        parts = page_text(name).split("\n\n")
        found += ["\n\n".join(parts[at : at + 4]) for at in range(0, len(parts), 2)]
    return [text for text in found if len(text.encode()) <= LONGEST]


def words() -> list[str]:
    from tests.fuzz.tokens import KNOWN, UNKNOWN, WHOLE

    more = [
        "$$",
        "\n\n",
        "If $i = j$:",
        "where $",
        "# ",
        "- ",
        "> ",
        "```math\n",
        "Let ",
        "given ",
    ]
    return [word for word in (*KNOWN, *UNKNOWN, *WHOLE, *more) if 0 < len(word.encode()) <= 64]


def entry(word: str) -> str:
    """A line of a libFuzzer dictionary."""
    return '"' + "".join(f"\\x{byte:02X}" for byte in word.encode()) + '"\n'


def fuzz(keep: Path, kind: str) -> None:
    """The second process: every module of derive is instrumented, then libFuzzer takes over."""
    import atheris

    with atheris.instrument_imports(include=["derive"]):
        import derive

        for module in pkgutil.walk_packages(derive.__path__, "derive."):
            importlib.import_module(module.name)  # derive itself imports its rooms late
    from tests.fuzz.properties import checked

    seen = {path.stem for path in keep.iterdir()}

    def one_page(text: str) -> None:
        try:
            checked(text)
        except Exception as error:
            name = place(error)
            if name not in seen:
                seen.add(name)
                (keep / f"{name}.md").write_text(text, encoding="utf-8", errors="backslashreplace")
                (keep / f"{name}.txt").write_text(traceback.format_exc(), encoding="utf-8")

    flags = sys.argv[sys.argv.index("--") + 1 :]
    atheris.Setup([sys.argv[0], *flags], target(kind, one_page))
    atheris.Fuzz()


def target(kind: str, one_page: Callable[[str], None]) -> Callable[[bytes], object]:
    """What libFuzzer's bytes are: the page itself, or the choices of a strategy for pages."""
    if kind == "text":
        return lambda data: one_page(data.decode("utf-8", "replace"))
    from hypothesis import HealthCheck, given, settings
    from hypothesis.strategies import SearchStrategy

    from tests.fuzz import pages

    quiet = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck))
    strategy: SearchStrategy[str] = getattr(pages, kind)()
    property_: Any = quiet(given(strategy)(one_page))
    return cast(Callable[[bytes], object], property_.hypothesis.fuzz_one_input)


def place(error: Exception) -> str:
    """A name for where and how a property broke: the same bug is written down once."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    where = [f"{Path(frame.filename).stem}:{frame.name}" for frame in frames]
    caught = re.search(r"An error inside derive[^:]*: (\w+)", str(error))
    what = [type(error).__name__, *where, caught.group(1) if caught else ""]
    return "-".join(what[:1]) + "-" + hashlib.sha256("\0".join(what).encode()).hexdigest()[:8]


if __name__ == "__main__":
    sys.exit(main())
