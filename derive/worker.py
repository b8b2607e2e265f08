"""Work in a child process that can be stopped: a limit of time for each piece, one of memory.

A signal handler cannot interrupt a library written in C, and some of them abort the process
when memory runs out. So pieces of work, numbered from 0, are done in a forked child, which
inherits all it needs; only the answers, plain texts, travel back through a pipe. When a piece
takes too long, or the child dies of it, the parent loses that piece alone: it starts another
child at the next one. No piece is left out: there are as many answers as pieces.
"""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import os
import selectors
import signal
import struct
import sys
from collections.abc import Callable, Generator
from dataclasses import dataclass
from time import monotonic
from typing import NoReturn

__all__ = ["Limits", "Lost", "answers", "available", "limits_of"]

Work = Callable[[int], str]

_LENGTH = struct.Struct(">cQ")  # the kind of a frame, and how many bytes follow
_ANSWER, _ERROR = b"A", b"E"
_MAX_FRAME = 50_000_000
_NO_MEMORY = 77  # the child's exit code after a MemoryError
_GRACE = 5  # seconds of processor time beyond the limit, should nobody stop the child
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Limits:
    """What one step may use: seconds by the clock, and megabytes beyond those that the
    process has when it begins. None: no such limit.

    Raises:
        ValueError: not more than 0, or more than a day or a thousand gigabytes.
    """

    seconds: float | None = 10.0
    megabytes: int | None = 1500

    def __post_init__(self) -> None:
        if self.seconds is not None and not 0 < self.seconds <= 86_400:
            raise ValueError(f"a time limit of {self.seconds} s")
        if self.megabytes is not None and not 0 < self.megabytes <= 1_000_000:
            raise ValueError(f"a memory limit of {self.megabytes} MB")


def limits_of(seconds: float | None, megabytes: int | None) -> Limits | None:
    """Limits where 0 is none; None: nothing is limited, and no worker is needed.

    Raises:
        ValueError: there are no such limits.
    """
    return Limits(seconds or None, megabytes or None) if seconds or megabytes else None


@dataclass(frozen=True, slots=True)
class Lost:
    """A piece of work without an answer, and a sentence that says why."""

    reason: str


def available() -> bool:
    """Whether this system can fork."""
    return hasattr(os, "fork")


def answers(work: Work, count: int, limits: Limits) -> Generator[str | Lost, None, None]:
    """``work(0)`` … ``work(count - 1)``, in order, each within the limits or lost.

    A piece that a used child died of is tried once more in a fresh one: memory may have run
    out through what came before. Close the iterator (`contextlib.closing`) to end the child
    before the last answer.
    """
    child: _Child | None = None
    at = 0
    try:
        while at < count:
            if child is None:
                try:
                    child = _Child(work, range(at, count), limits)
                except OSError as error:
                    yield Lost(f"No worker could be started: {error.strerror or error}.")
                    at += 1
                    continue
            answer = child.answer()
            if isinstance(answer, _Ended):
                used = child.answered > 0
                child.end()
                child = None
                if used and not answer.by_clock:
                    continue
                answer = Lost(answer.reason)
            yield answer
            at += 1
    finally:
        if child is not None:
            child.end()


@dataclass(frozen=True, slots=True)
class _Ended:
    reason: str
    by_clock: bool = False


class _Child:
    """A forked process that answers for its numbers, one after the other."""

    def __init__(self, work: Work, numbers: range, limits: Limits) -> None:
        self.limits = limits
        self.answered = 0
        self.buffer = bytearray()
        self.pipe, theirs = os.pipe()
        parent = os.getpid()
        # an interrupt between fork and the child's own code would unwind the parent's stack
        # in the child
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
        try:
            self.pid = os.fork()
            if self.pid == 0:
                _live(work, numbers, limits, theirs, self.pipe, parent)
        except BaseException:
            os.close(self.pipe)
            raise
        finally:
            os.close(theirs)
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.pipe, selectors.EVENT_READ)

    def answer(self) -> str | Lost | _Ended:
        """The next answer, or why there will be none."""
        seconds = self.limits.seconds
        deadline = None if seconds is None else monotonic() + seconds
        while True:
            frame = self._frame()
            if frame is not None:
                self.answered += 1
                kind, text = frame
                return text if kind == _ANSWER else Lost(text)
            left = None if deadline is None else max(0.0, deadline - monotonic())
            if not self.selector.select(left):
                return _Ended(self._out_of_time(), by_clock=True)
            piece = os.read(self.pipe, 1 << 16)
            if not piece:
                return self._death()
            self.buffer += piece

    def _frame(self) -> tuple[bytes, str] | None:
        head = _LENGTH.size
        if len(self.buffer) < head:
            return None
        kind, length = _LENGTH.unpack_from(self.buffer)
        if len(self.buffer) < head + length:
            return None
        text = self.buffer[head : head + length].decode()
        del self.buffer[: head + length]
        return kind, text

    def _out_of_time(self) -> str:
        return f"The time limit of {self.limits.seconds:g} s was reached."

    def _out_of_memory(self) -> str:
        if self.limits.megabytes is None:
            return "There was not enough memory."
        return f"The memory limit of {self.limits.megabytes} MB was reached."

    def _death(self) -> _Ended:
        """Why the child closed its end of the pipe."""
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        self.pid = 0
        if code == _NO_MEMORY:
            return _Ended(self._out_of_memory())
        if code == -signal.SIGXCPU and self.limits.seconds is not None:
            return _Ended(self._out_of_time(), by_clock=True)
        if code >= 0:
            return _Ended(f"The worker ended with code {code}.")
        with contextlib.suppress(ValueError):
            name = signal.Signals(-code).name
            hint = ", as when memory runs out" if name in ("SIGABRT", "SIGKILL") else ""
            return _Ended(f"The worker was ended by the signal {name}{hint}.")
        return _Ended(f"The worker was ended by the signal {-code}.")

    def end(self) -> None:
        """Stop the child with all it may have started, and leave no zombie."""
        if self.pid:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
            # before it has a group of its own
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(self.pid, 0)
            self.pid = 0
        self.selector.close()
        os.close(self.pipe)


# --------------------------------------------------------------------------- in the child


def _live(
    work: Work, numbers: range, limits: Limits, out: int, unused: int, parent: int
) -> NoReturn:
    """The child's whole life. It never goes back to what its parent was doing."""
    code = 1
    try:
        os.setsid()
        _die_with(parent)
        os.close(unused)
        _be_silent()
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
        _bound_memory(limits)
        for number in numbers:
            _bound_processor(limits)
            try:
                kind, text = _ANSWER, work(number)
            except MemoryError:
                raise
            except Exception as error:
                kind, text = _ERROR, f"The worker failed: {type(error).__name__}: {error}."
            data = text.encode(errors="backslashreplace")
            if len(data) > _MAX_FRAME:
                kind, data = _ERROR, b"The answer is too long."
            _send(out, _LENGTH.pack(kind, len(data)) + data)
        code = 0
    except MemoryError:
        code = _NO_MEMORY
    finally:
        os._exit(code)


def _be_silent() -> None:
    """Neither what the parent has not yet written out nor what is printed here is shown."""
    faulthandler.disable()
    silence = open(os.devnull, "r+")  # noqa: SIM115 (until the child ends)
    for stream in (0, 1, 2):
        os.dup2(silence.fileno(), stream)
    sys.stdin = sys.stdout = sys.stderr = silence


def _send(out: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(out, view) :]


def _die_with(parent: int) -> None:
    """End when the parent does. Where that cannot be arranged, the next answer, which nobody
    reads, ends the child, or its limit of processor time."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def _bound_memory(limits: Limits) -> None:
    import resource

    _bound(resource.RLIMIT_CORE, 0)
    if limits.megabytes is not None:
        _bound(resource.RLIMIT_AS, _mapped() + limits.megabytes * 1_000_000)


def _bound_processor(limits: Limits) -> None:
    """A second net, re-armed for each piece, for when the parent is stopped or gone."""
    import resource

    if limits.seconds is not None:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        used = usage.ru_utime + usage.ru_stime
        _bound(resource.RLIMIT_CPU, int(used + limits.seconds) + _GRACE)


def _bound(what: int, value: int) -> None:
    import resource

    hard = resource.getrlimit(what)[1]
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(what, (value, hard))


def _mapped() -> int:
    """The bytes of address space that this process has already (0 where nobody tells)."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
