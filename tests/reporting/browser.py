"""A headless Chromium, spoken to in its DevTools protocol over a pair of pipes.

Pipes and not a socket: no port is opened, and no client library is needed.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.reporting.report_tools import CHROMIUM, needed

__all__ = ["Browser", "Tab", "browser"]


class Browser:
    """One running browser; every message that is no answer is kept in ``events``."""

    def __init__(self, write: int, read: int) -> None:
        self._write, self._read = write, read
        self._last = 0
        self._rest = b""
        self.events: list[dict[str, Any]] = []

    def call(self, method: str, session: str = "", **params: Any) -> dict[str, Any]:
        """Send one command and wait for its answer."""
        self._last += 1
        message: dict[str, Any] = {"id": self._last, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            told = self._next()
            if told.get("id") == self._last:
                assert "error" not in told, (method, told["error"])
                result: dict[str, Any] = told["result"]
                return result
            self.events.append(told)

    def wait_for(self, method: str, session: str) -> None:
        """Read on until this event has come."""
        while not any(
            e.get("method") == method and e.get("sessionId") == session for e in self.events
        ):
            self.events.append(self._next())

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            part = os.read(self._read, 1 << 16)
            assert part, "the browser has ended"
            self._rest += part
        told, self._rest = self._rest.split(b"\0", 1)
        value: dict[str, Any] = json.loads(told)
        return value

    def open(
        self,
        page: Path | str,
        width: int = 1280,
        height: int = 900,
        dark: bool = False,
        media: str = "",
    ) -> Tab:
        """A tab of this width in CSS pixels that shows the page, a file or an address."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        tab = Tab(self, target, session)
        for domain in ("Page", "Runtime", "Log", "Network"):
            tab.call(f"{domain}.enable")
        tab.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=width < 600,
        )  # fmt: skip
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        tab.call("Emulation.setEmulatedMedia", media=media, features=[scheme])
        url = page if isinstance(page, str) else page.absolute().as_uri()
        tab.call("Page.navigate", url=url)
        self.wait_for("Page.loadEventFired", session)
        tab.run("document.fonts.ready.then(() => true)")
        return tab


class Tab:
    """One page in a browser."""

    def __init__(self, of: Browser, target: str, session: str) -> None:
        self._browser, self._target, self._session = of, target, session

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        return self._browser.call(method, self._session, **params)

    def run(self, script: str) -> Any:
        """The value of a script, which the page's own policy does not hold back."""
        done = self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in done, done["exceptionDetails"]
        return done["result"].get("value")

    def press(self, key: str) -> None:
        """One key: Tab, Enter, …"""
        code = {"Tab": 9, "Enter": 13, "Space": 32}[key]
        text = {"Tab": "", "Enter": "\r", "Space": " "}[key]
        name = " " if key == "Space" else key
        for kind in ("keyDown", "keyUp"):
            self.call(
                "Input.dispatchKeyEvent", type=kind, key=name, code=key, text=text,
                windowsVirtualKeyCode=code,
            )  # fmt: skip

    def events(self, method: str) -> list[dict[str, Any]]:
        """The parameters of the events of one kind, so far."""
        self.run("1")  # what was under way has arrived with the answer
        return [
            e["params"]
            for e in self._browser.events
            if e.get("method") == method and e.get("sessionId") == self._session
        ]

    def picture(self, path: Path) -> None:
        """The whole page as PNG."""
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        shot = self.call("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
        path.write_bytes(base64.b64decode(shot["data"]))

    def paper(self, path: Path) -> None:
        """The page as PDF."""
        shot = self.call("Page.printToPDF", preferCSSPageSize=True)
        path.write_bytes(base64.b64decode(shot["data"]))

    def close(self) -> None:
        self._browser.call("Target.closeTarget", targetId=self._target)


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser with an empty profile, ended at the end."""
    program = needed(*CHROMIUM)
    to_browser, from_us = _high(os.pipe())
    from_browser, to_us = _high(os.pipe())
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [
            program, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", "--remote-debugging-pipe",
            f"--user-data-dir={profile}", "about:blank",
        ]  # fmt: skip
        started = os.posix_spawn(
            program,
            command,
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_DUP2, to_browser, 3),  # where the protocol expects them
                (os.POSIX_SPAWN_DUP2, to_us, 4),
                (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
            ],
        )
        os.close(to_browser)
        os.close(to_us)
        try:
            one = Browser(from_us, from_browser)
            yield one
            one.call("Browser.close")
        finally:
            os.close(from_us)
            os.close(from_browser)
            _end(started)


def _high(ends: tuple[int, int]) -> tuple[int, int]:
    """The same pipe under numbers that are not in the way of 3 and 4."""
    first, second = (fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends)
    for end in ends:
        os.close(end)
    return first, second


def _end(process: int) -> None:
    for _ in range(100):
        if os.waitpid(process, os.WNOHANG)[0]:
            return
        time.sleep(0.1)
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
