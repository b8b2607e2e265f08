"""A checker seen from the watch: a process that is asked, and replaced if it dies."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any

from derive.languages import PAGES_OWN, Choice

__all__ = ["CheckerDied", "Client"]


class CheckerDied(Exception):
    """The process ended before it answered; the next question starts another."""


class Client:
    """One checker. Questions from several threads wait for each other."""

    def __init__(
        self,
        folder: Path,
        cache: Path | None,
        seconds: float | None,
        megabytes: int | None,
        choice: Choice = PAGES_OWN,
    ) -> None:
        self._setting = {
            "folder": str(folder),
            "cache": None if cache is None else str(cache),
            "seconds": seconds,
            "megabytes": megabytes,
            "asked": choice.asked,
            "otherwise": choice.otherwise,
        }
        self._process: subprocess.Popen[str] | None = None
        self._lock = Lock()

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """The answer to one request (see `checker.Checker.answer`).

        Raises:
            CheckerDied: there will be none.
        """
        with self._lock:
            process = self._running()
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                process.stdin.write(json.dumps(request) + "\n")
                process.stdin.flush()
                line = process.stdout.readline()
            except OSError:
                line = ""
            if not line:
                code = self._end()
                raise CheckerDied(f"the checker ended with code {code}")
        answer = json.JSONDecoder().decode(line)
        assert isinstance(answer, dict)
        return answer

    def close(self) -> None:
        """End the process, whatever it does."""
        process = self._process
        if process is not None and process.poll() is None:
            process.kill()  # its own children die with it
        with self._lock:
            self._end()

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "derive.watching.checker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
                start_new_session=True,  # an interrupt is for the watch, which ends this one
            )
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(self._setting) + "\n")
        return self._process

    def _end(self) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        process.kill()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(OSError):  # what was not yet written is for nobody
                    stream.close()
        return process.wait()
