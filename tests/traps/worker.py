"""One question after the other to a process that can be killed.

A system that hangs, dies or raises gives no answer: a claim then has no verdict, and the
next one gets a fresh process.
"""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Self

__all__ = ["Reply", "Worker"]

MEMORY = 4 << 30


@dataclass(frozen=True, slots=True)
class Reply:
    """``value``, unless ``failure`` says why there is none (``timeout``, ``died``, ``unsent``
    for a question nested too deeply to be sent, or ``crash: `` and the exception).
    ``seconds``: CPU time, or the limit after a timeout."""

    value: Any = None
    failure: str = ""
    seconds: float = 0.0


class Worker:
    """``function(question)`` in a process of its own, which is killed after ``seconds`` of
    wall time. The function, its questions and its answers must be picklable."""

    def __init__(self, function: Callable[[Any], Any], seconds: float) -> None:
        self.function = function
        self.seconds = seconds
        self._process: Any = None
        self._pipe: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def ask(self, question: Any) -> Reply:
        if self._pipe is None:
            self._start()
        pipe = self._pipe
        assert pipe is not None
        try:
            try:
                pipe.send(question)
            except RecursionError:
                return Reply(failure="unsent")
            if not pipe.poll(self.seconds):
                self.stop()
                return Reply(failure="timeout", seconds=self.seconds)
            value, failure, seconds = pipe.recv()
        except (EOFError, OSError):
            self.stop()
            return Reply(failure="died")
        return Reply(value, failure, seconds)

    def stop(self) -> None:
        """Kill the process; the next question starts another."""
        if self._pipe is not None:
            self._pipe.close()
            self._process.kill()
            self._process.join()
        self._process = self._pipe = None

    def _start(self) -> None:
        # forked where that exists: SymPy is loaded by then, and a restart costs little
        ways = multiprocessing.get_all_start_methods()
        context: Any = multiprocessing.get_context("fork" if "fork" in ways else "spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, self.function), daemon=True)
        self._process.start()
        theirs.close()


def _serve(pipe: Connection, function: Callable[[Any], Any]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    while True:
        try:
            question = pipe.recv()
        except EOFError:
            return
        begin = time.process_time()
        value, failure = None, ""
        try:
            value = function(question)
        except Exception as error:
            failure = f"crash: {type(error).__name__}: {error}"[:300]
        pipe.send((value, failure, time.process_time() - begin))
