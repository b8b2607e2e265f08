"""The worker: a piece of work that takes too long, too much or dies costs only itself."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

import derive
from derive import judging
from derive.catalogue import names, page_text
from derive.claims import Claim
from derive.cli import main
from derive.deciding.decide import decide
from derive.deciding.verdict import InternalContradiction, Verdict
from derive.reporting import json_report
from derive.worker import Limits, Lost, answers, available

pytestmark = pytest.mark.skipif(not available(), reason="this system cannot fork")

SHORT = Limits(seconds=1, megabytes=300)
PATIENT = Limits(seconds=60, megabytes=1500)
ROOT = Path(__file__).resolve().parent.parent


def said(work: Callable[[int], str], count: int, limits: Limits = PATIENT) -> list[str]:
    return [a.reason if isinstance(a, Lost) else a for a in answers(work, count, limits)]


def running(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, 0)
            return True
        return False
    return state not in "ZX"


def ends(pid: int) -> bool:
    for _ in range(300):
        if not running(pid):
            return True
        time.sleep(0.1)
    return False


def pids(file: Path) -> list[int]:
    return [int(x) for x in file.read_text().split()]


def note(file: Path, number: int) -> None:
    with file.open("a") as out:
        out.write(f"{number}\n")


# --------------------------------------------------------------------------- answers


def test_answers_come_in_order_and_none_is_left_out() -> None:
    assert said(lambda n: f"{n} ∑ \ud800", 3) == [f"{n} ∑ \\ud800" for n in range(3)]
    assert said(str, 0) == []


def test_a_long_answer_arrives_whole() -> None:
    assert said(lambda n: "é" * 1_000_000, 2) == ["é" * 1_000_000] * 2


def test_all_are_answered_by_one_child_unless_it_dies() -> None:
    assert len(set(said(lambda n: str(os.getpid()), 20))) == 1


def test_what_a_child_changes_or_prints_stays_with_it(
    capfd: pytest.CaptureFixture[str],
) -> None:
    changed: list[int] = []

    def work(n: int) -> str:
        changed.append(n)
        print("loud", flush=True)
        os.write(2, b"louder")
        return str(len(changed))

    assert said(work, 2) == ["1", "2"]
    assert changed == []
    assert capfd.readouterr() == ("", "")


# --------------------------------------------------------------------------- limits


def hang() -> None:
    while True:
        time.sleep(1)


def spin() -> None:
    while True:
        pass


@pytest.mark.parametrize("stuck", [hang, spin])
def test_a_piece_that_takes_too_long_is_stopped_and_the_next_is_answered(
    stuck: Callable[[], None],
) -> None:
    def work(n: int) -> str:
        if n == 1:
            stuck()
        return str(n)

    assert said(work, 3, SHORT) == ["0", "The time limit of 1 s was reached.", "2"]


def test_a_piece_that_ignores_signals_is_stopped_all_the_same() -> None:
    def work(n: int) -> str:
        if n == 0:
            for name in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
                signal.signal(name, signal.SIG_IGN)
            with contextlib.suppress(BaseException):
                hang()
        return str(n)

    assert said(work, 2, SHORT) == ["The time limit of 1 s was reached.", "1"]


def test_a_piece_that_takes_too_much_memory_is_stopped() -> None:
    def work(n: int) -> str:
        return str(len(bytearray(800_000_000 if n == 1 else 1000)))

    limits = Limits(seconds=60, megabytes=300)
    assert said(work, 3, limits) == ["1000", "The memory limit of 300 MB was reached.", "1000"]


@pytest.mark.parametrize(
    ("die", "reason"),
    [
        (os.abort, "The worker was ended by the signal SIGABRT, as when memory runs out."),
        (
            lambda: os.kill(os.getpid(), signal.SIGKILL),
            "The worker was ended by the signal SIGKILL, as when memory runs out.",
        ),
        (
            lambda: os.kill(os.getpid(), signal.SIGFPE),
            "The worker was ended by the signal SIGFPE.",
        ),
        (lambda: os._exit(5), "The worker ended with code 5."),
        (sys.exit, "The worker ended with code 1."),
    ],
)
def test_a_piece_that_its_child_dies_of_is_named(die: Callable[[], None], reason: str) -> None:
    def work(n: int) -> str:
        if n == 0:
            die()
        return str(n)

    assert said(work, 2) == [reason, "1"]


def test_an_exception_is_told_and_the_child_goes_on() -> None:
    def work(n: int) -> str:
        return str(1 // n) + f" {os.getpid()}"

    failed, *others = said(work, 3)
    assert failed.startswith("The worker failed: ZeroDivisionError: ")
    assert len({o.split()[1] for o in others}) == 1


def test_a_death_in_a_used_child_is_tried_again_in_a_fresh_one(tmp_path: Path) -> None:
    tried = tmp_path / "tried"

    def work(n: int) -> str:
        note(tried, n)
        if n == 2 and pids(tried).count(2) == 1:
            os.abort()  # as when memory has run out through what came before
        if n == 4:
            os.abort()
        return str(n)

    reason = "The worker was ended by the signal SIGABRT, as when memory runs out."
    assert said(work, 6) == ["0", "1", "2", "3", reason, "5"]
    assert pids(tried) == [0, 1, 2, 2, 3, 4, 4, 5]


@pytest.mark.parametrize(
    ("seconds", "megabytes"),
    [(0, 10), (-1, 10), (float("nan"), 10), (float("inf"), 10), (1, 0), (1, -5)],
)
def test_a_limit_that_is_none_is_refused(seconds: float, megabytes: int) -> None:
    with pytest.raises(ValueError, match="limit of"):
        Limits(seconds, megabytes)


# --------------------------------------------------------------------------- no process is left


def test_no_process_is_left_when_all_is_answered(tmp_path: Path) -> None:
    children = tmp_path / "children"

    def work(n: int) -> str:
        note(children, os.getpid())
        if n == 1:
            grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
            note(children, grandchild.pid)
            hang()
        return ""

    assert len(said(work, 3, SHORT)) == 3
    assert len(pids(children)) == 4
    assert all(ends(pid) for pid in pids(children))
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_no_process_is_left_when_the_iterator_is_closed(tmp_path: Path) -> None:
    children = tmp_path / "children"

    def work(n: int) -> str:
        note(children, os.getpid())
        if n:
            hang()
        return ""

    with pytest.raises(KeyboardInterrupt), contextlib.closing(answers(work, 2, PATIENT)) as told:
        next(told)
        raise KeyboardInterrupt
    assert all(ends(pid) for pid in pids(children))


PARENT = """
import os, sys, time
from derive.worker import Limits, answers
def work(n):
    with open(sys.argv[1], "w") as out:
        out.write(str(os.getpid()))
    while True:
        time.sleep(1)
for answer in answers(work, 1, Limits(seconds=300)):
    pass
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGKILL"])
def test_a_child_ends_with_its_parent(tmp_path: Path, name: str) -> None:
    if name != "SIGINT" and sys.platform != "linux":
        pytest.skip("only Linux tells a child that its parent has died")
    file = tmp_path / "pid"
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(file)], stderr=subprocess.PIPE, cwd=ROOT
    )
    for _ in range(600):
        if file.exists() and file.read_text():
            break
        time.sleep(0.1)
    (child,) = pids(file)
    assert running(child)
    parent.send_signal(getattr(signal, name))
    parent.communicate(timeout=60)
    assert ends(child)


# --------------------------------------------------------------------------- pages

PAGE = "$$ (x+y)^2 = x^2 + 2xy + y^2 $$\n\n$$ q + r = r + q $$\n\n$$ 2(x + y) = 2y + 2x $$\n"


def stuck_at(letter: str, do: Callable[[], object]) -> Callable[[Claim], Verdict]:
    """The decider, but for claims with a letter, at which something happens first."""

    def decided(claim: Claim) -> Verdict:
        if any(family.name == letter for family in claim.reached):
            do()
        return decide(claim)

    return decided


@pytest.mark.parametrize(
    ("do", "message"),
    [
        (hang, "The time limit of 1 s was reached."),
        (lambda: bytearray(900_000_000), "The memory limit of 300 MB was reached."),
        (os.abort, "The worker was ended by the signal SIGABRT, as when memory runs out."),
    ],
)
def test_the_rest_of_a_page_is_decided(
    monkeypatch: pytest.MonkeyPatch, do: Callable[[], object], message: str
) -> None:
    monkeypatch.setattr(judging, "decide", stuck_at("q", do))
    page = derive.check(PAGE, limits=SHORT)
    assert [s.word for s in page.steps] == ["proved", "unknown", "proved"]
    assert page.steps[1].verdict.message == message


def test_an_unread_step_stays_unread_when_its_repair_takes_too_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = r"$$ s_j = \sum_k w_{jk} x_k $$ $$ \frac{\partial s_j}{\partial w_{jk}} = x $$"
    (step,) = derive.check(text).steps
    assert step.suggestion is not None
    monkeypatch.setattr(judging, "decide", lambda claim: hang())
    (step,) = derive.check(text, limits=SHORT).steps
    assert (step.word, step.suggestion) == ("unread", None)
    assert step.verdict.message.startswith("Not read: x stands without an index here")


def test_a_contradiction_travels_out_of_the_worker(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def contradict() -> None:
        raise InternalContradiction("one says 1, the other 2")

    monkeypatch.setattr(judging, "decide", stuck_at("q", contradict))
    with pytest.raises(InternalContradiction, match="one says 1, the other 2"):
        derive.check(PAGE, limits=PATIENT)
    file = tmp_path / "page.md"
    file.write_text(PAGE)
    done = CliRunner().invoke(main, ["check", str(file)])
    assert done.exit_code == 3
    assert "internal contradiction, please report it: one says 1, the other 2" in done.stderr
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_without_limits_nothing_is_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    def fork() -> int:
        raise AssertionError("forked")

    monkeypatch.setattr(os, "fork", fork)
    assert [s.word for s in derive.check(PAGE).steps] == ["proved"] * 3


def test_without_memory_in_process_only_the_step_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    def out_of_memory() -> None:
        raise MemoryError

    monkeypatch.setattr(judging, "decide", stuck_at("q", out_of_memory))
    page = derive.check(PAGE)
    assert [s.word for s in page.steps] == ["proved", "unknown", "proved"]
    assert page.steps[1].verdict.message == "There was not enough memory."


SEED = ROOT / ".." / "shared" / "pages" / "softmax-zh.md"


@pytest.mark.parametrize("name", [*(n for n in names() if not n.endswith(".zh")), "seed"])
def test_verdicts_are_the_same_in_a_worker(name: str) -> None:
    if name == "seed" and not SEED.exists():
        pytest.skip("../shared/pages/softmax-zh.md is not there")
    text = SEED.read_text(encoding="utf-8") if name == "seed" else page_text(name)
    here = derive.check(text)
    there = derive.check(text, limits=PATIENT)
    assert there == here
    assert json_report([there], "0") == json_report([here], "0")


@pytest.mark.parametrize("option", ["--time-limit=-1", "--time-limit=nan", "--memory-limit=-1"])
def test_the_command_line_refuses_a_limit_that_is_none(tmp_path: Path, option: str) -> None:
    file = tmp_path / "page.md"
    file.write_text(PAGE)
    assert CliRunner().invoke(main, ["check", str(file), option]).exit_code == 2


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--time-limit=0"],
        ["--memory-limit=0"],
        ["--time-limit=0", "--memory-limit=0"],
        ["--time-limit=600.5", "--memory-limit=4000"],
    ],
)
def test_limits_on_the_command_line(tmp_path: Path, options: list[str]) -> None:
    file = tmp_path / "page.md"
    file.write_text(PAGE)
    done = CliRunner().invoke(main, ["check", str(file), *options])
    assert done.exit_code == 0
    assert "3 steps: 3 proved" in done.stdout
