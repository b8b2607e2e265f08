"""The watch itself: look, check, tell."""

from __future__ import annotations

import tempfile
import time
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from derive.characters import one_line
from derive.languages import PAGES_OWN, Choice, Language
from derive.watching.client import CheckerDied, Client
from derive.watching.files import Stamps, stamps
from derive.watching.server import Server, Superseded

__all__ = ["watch"]

_EVERY = 0.25  # seconds between two looks


def watch(
    paths: Sequence[str],
    *,
    port: int,
    cache: Path | None,
    seconds: float | None,
    megabytes: int | None,
    browse: bool,
    choice: Choice = PAGES_OWN,
    say: Callable[[str], object],
    ended: Callable[[], bool] = lambda: False,
) -> None:
    """Check the pages at ``paths``, again whenever they change, and serve their reports, until
    interrupted (or ``ended``). ``choice`` is the language of reports, and of all else;
    ``say`` is told each line for the terminal.

    Raises:
        OSError: the port is taken.
    """
    with tempfile.TemporaryDirectory(prefix="derive-") as made:
        folder = Path(made)
        pages = Client(folder, cache, seconds, megabytes, choice)
        pasted = Client(folder, cache, seconds, megabytes, choice)
        language = choice.of()
        server = Server(folder, port, _pasting(pasted, language), language)
        try:
            server.start()
            say(language.label("reports at {address}").format(address=server.address))
            pasting = language.label("paste and check at {address}")
            say(pasting.format(address=f"{server.address}paste"))
            if browse:
                webbrowser.open(server.address)
            _look(paths, pages, server, language, say, ended)
        finally:
            server.close()
            pages.close()
            pasted.close()


def _look(
    paths: Sequence[str],
    client: Client,
    server: Server,
    language: Language,
    say: Callable[[str], object],
    ended: Callable[[], bool],
) -> None:
    seen: Stamps | None = None
    others: list[str] = []
    while not ended():
        now = stamps(paths, others)
        if now == seen:
            time.sleep(_EVERY)
            continue
        seen = now  # as it was before the check: who saves meanwhile is checked once more
        server.tell(busy=True)
        try:
            answer = client.ask({"paths": list(paths)})
        except CheckerDied as error:
            answer = {"error": language.text(str(error))}
        if "error" in answer:
            say(f"derive: {one_line(answer['error'])}")
            server.tell(busy=False, error=answer["error"])
            continue
        others = answer["watched"]
        for line in (*answer["lines"], *(f"derive: {one_line(f)}" for f in answer["failures"])):
            say(line)
        if answer["changed"] or answer["failures"]:
            decided = language.counted(
                "{count} step decided, {known} known from before",
                "{count} steps decided, {known} known from before",
                answer["decided"],
                known=answer["known"],
            )
            say(decided)
        server.tell(
            names=answer["names"],
            busy=False,
            error="",
            start=answer["start"] if answer["names"] != ["index.html"] else "",
            changed=answer["changed"],
            failures=answer["failures"],
        )


def _pasting(client: Client, language: Language) -> Callable[[str, str, Callable[[], bool]], Any]:
    """How the server checks what is pasted: one text after the other, the latest of those
    that wait."""
    turn = Lock()

    def check(text: str, suffix: str, wanted: Callable[[], bool]) -> Any:
        with turn:
            if not wanted():
                raise Superseded
            try:
                return client.ask({"text": text, "suffix": suffix})
            except CheckerDied as error:
                return {"error": language.text(str(error))}

    return check
