"""Reports for a browser on this machine, and what it needs to hear of new ones.

Whoever may see the pages knows a secret in the address; besides, only requests for this very
host are answered, so that no other page in the browser can ask through a name of its own.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from threading import Condition, Thread
from typing import Any
from urllib.parse import unquote, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

from derive.languages import ENGLISH, Language
from derive.watching.words import ENGLISH as WORDS
from derive.watching.words import REFUSED

__all__ = ["MAX_PASTED", "Server", "Superseded"]

MAX_PASTED = 1_000_000  # bytes
_PULSE = 15.0  # seconds between signs of life
_PAGES = {"": "watch.html.j2", "paste": "paste.html.j2"}
_STATIC = {
    "watch.js": ("watch.js", "text/javascript"),
    "paste.js": ("paste.js", "text/javascript"),
    "watch.css": ("watch.css", "text/css"),
}
# our own pages run our scripts and show reports in frames; reports run nothing at all
_OURS = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src data:; "
    "img-src data:; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_REPORT = (
    "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


class Superseded(Exception):
    """A newer text has been pasted: nobody waits for the verdict on this one."""


class Server:
    """``check(text, suffix)`` checks what is pasted. ``language``: that of its own pages.

    Raises:
        OSError: the port is taken.
    """

    def __init__(
        self,
        folder: Path,
        port: int,
        check: Callable[[str, str, Callable[[], bool]], Any],
        language: Language = ENGLISH,
    ) -> None:
        self.folder = folder
        self.words = language.labels(WORDS, frozenset())
        self.pages = _pages(self.words, language.tag)
        self.check = check
        self.secret = secrets.token_urlsafe(12)
        self.state: dict[str, Any] = {"number": 0, "names": [], "start": "", "busy": True}
        self.pasted = 0  # the number of the latest paste
        self.changed = Condition()
        self.ended = False
        server = self

        class Handler(_Handler):
            owner = server

        try:
            self._http = _Http(("127.0.0.1", port), Handler)
        except OSError as error:
            raise OSError(error.errno, error.strerror, f"127.0.0.1:{port}") from None
        self.port = int(self._http.server_address[1])
        self.hosts = {f"127.0.0.1:{self.port}", f"localhost:{self.port}"}

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/{self.secret}/"

    def start(self) -> None:
        Thread(target=self._http.serve_forever, daemon=True, kwargs={"poll_interval": 0.1}).start()

    def tell(self, **news: Any) -> None:
        """Let every open page know. ``names``: the reports that may be asked for."""
        with self.changed:
            self.state = {**self.state, **news, "number": self.state["number"] + 1}
            self.changed.notify_all()

    def close(self) -> None:
        with self.changed:
            self.ended = True
            self.changed.notify_all()
        self._http.shutdown()
        self._http.server_close()


def _pages(words: Mapping[str, str], tag: str) -> dict[str, bytes]:
    """Our own pages with the words of a language, by their addresses."""
    environment = Environment(
        loader=PackageLoader("derive.watching"), autoescape=True, undefined=StrictUndefined
    )
    return {
        address: environment.get_template(name).render(words=words, lang=tag).encode()
        for address, name in _PAGES.items()
    }


class _Http(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: a browser that goes away in the middle is no news."""


class _Handler(BaseHTTPRequestHandler):
    owner: Server
    protocol_version = "HTTP/1.1"
    server_version = "derive"
    sys_version = ""
    timeout = 60

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the terminal is for verdicts."""

    def do_GET(self) -> None:
        path = self._path()
        if path is None:
            return
        if path == "events":
            self._events()
        elif path in self.owner.pages:
            self._send(self.owner.pages[path], "text/html", _OURS)
        elif path in _STATIC:
            name, kind = _STATIC[path]
            self._send((files("derive.watching") / "static" / name).read_bytes(), kind, _OURS)
        elif path.startswith("report/"):
            self._report(path.removeprefix("report/"))
        else:
            self._refuse(HTTPStatus.NOT_FOUND)

    def _report(self, name: str) -> None:
        data = b""
        if name in self.owner.state["names"]:  # and no other file, whatever it is called
            with suppress(OSError):
                data = (self.owner.folder / name).read_bytes()
        if data:
            self._send(data, "text/html", _REPORT)
        else:
            self._refuse(HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        path = self._path()
        if path is None:
            return
        length = self.headers.get("Content-Length", "")
        if path != "check" or self.headers.get_content_type() != "application/json":
            self._refuse(HTTPStatus.NOT_FOUND)
        elif not length.isdecimal():
            self._refuse(HTTPStatus.LENGTH_REQUIRED)
        elif int(length) > MAX_PASTED:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            self._check(self.rfile.read(int(length)))

    def _check(self, body: bytes) -> None:
        try:
            request = json.JSONDecoder().decode(body.decode())
            text, suffix = request["text"], request["suffix"]
            if not isinstance(text, str) or suffix not in (".md", ".tex", ".rst"):
                raise ValueError
        except (ValueError, KeyError, TypeError):
            self._refuse(HTTPStatus.BAD_REQUEST)
            return
        owner = self.owner
        with owner.changed:
            owner.pasted += 1
            mine = owner.pasted
        try:
            answer = owner.check(text, suffix, lambda: owner.pasted == mine)
        except Superseded:
            self._refuse(HTTPStatus.CONFLICT)
            return
        self._send(json.dumps(answer).encode(), "application/json", _REPORT)

    def _events(self) -> None:
        """News as they come, until one of the two goes away."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        owner, told = self.owner, -1
        try:
            while True:
                with owner.changed:
                    if owner.state["number"] == told and not owner.ended:
                        owner.changed.wait(_PULSE)
                    if owner.ended:
                        return
                    state = owner.state
                if state["number"] == told:
                    self.wfile.write(b": still here\n\n")
                else:
                    told = state["number"]
                    self.wfile.write(b"data: " + json.dumps(state).encode() + b"\n\n")
                self.wfile.flush()
        except OSError:
            return  # the page has been closed

    def _path(self) -> str | None:
        """What is asked for, behind the secret; None if it was refused."""
        if self.headers.get("Host", "") not in self.owner.hosts:
            self._refuse(HTTPStatus.MISDIRECTED_REQUEST)
            return None
        origin = self.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc not in self.owner.hosts:
            self._refuse(HTTPStatus.FORBIDDEN)
            return None
        _, secret, *rest = urlsplit(self.path).path.split("/", 2)
        if not rest or not secrets.compare_digest(secret.encode(), self.owner.secret.encode()):
            self._refuse(HTTPStatus.NOT_FOUND)
            return None
        return unquote(rest[0])

    def _send(self, data: bytes, kind: str, policy: str) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Security-Policy", policy)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def _refuse(self, status: HTTPStatus) -> None:
        said = self.owner.words[REFUSED[status]].format(size=MAX_PASTED // 1_000_000)
        data = f"{status.value} {said}\n".encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        self.wfile.write(data)
