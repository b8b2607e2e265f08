"""HTML reports in a real browser: nothing that a page says runs, is fetched or adds an element."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

import derive
from derive.reporting import write_reports
from tests.reporting.attacks import html_attacks, page_of
from tests.reporting.html_reader import TAGS, read
from tests.reporting.report_samples import hostile_page
from tests.reporting.report_tools import dump_dom

pytestmark = pytest.mark.chromium
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


@contextmanager
def listener() -> Iterator[tuple[str, list[str]]]:
    """An address on this machine, and the requests that came in."""
    requests: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            requests.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/pwned", requests
    finally:
        server.shutdown()
        server.server_close()


def test_the_canaries_sing(tmp_path: Path) -> None:
    """Unescaped, the same payloads are noticed in every way that the tests below look for."""
    with listener() as (address, requests):
        page = tmp_path / "report.html"
        page.write_text(
            "<!DOCTYPE html><title>x</title>" + html_attacks(address)[0], encoding="utf-8"
        )
        dom, log = dump_dom(page)
    assert "<title>PWNED</title>" in dom
    assert "CONSOLE" in log
    assert requests
    assert "script" in read(dom).tags


@pytest.mark.parametrize("protected", [True, False], ids=["with policy", "escaping alone"])
def test_nothing_breaks_out(protected: bool, tmp_path: Path) -> None:
    """Also with the content security policy taken away: the escaping holds by itself."""
    with listener() as (address, requests):
        attacks = html_attacks(address)
        page = derive.check(page_of(attacks), " ".join(attacks))
        assert page.summary.steps >= len(attacks)
        folder = tmp_path / "out"
        written = write_reports([page, hostile_page()], folder, ["html"])
        assert len(written) == 3
        for report in written:
            html = report.read_text(encoding="utf-8")
            if not protected:
                assert POLICY.search(html)
                report.write_text(POLICY.sub("", html), encoding="utf-8")
            dom, log = dump_dom(report)
            assert "CONSOLE" not in log, log
            reader = read(dom)
            assert set(reader.tags) <= TAGS, set(reader.tags) - TAGS  # nor any comment
            titles = reader.tags.count("title") - reader.tags.count("figure")  # a plot has one
            assert titles == reader.tags.count("main") == 1
            assert "<footer>" in dom or report.name == "index.html"
            assert "<title>PWNED</title>" not in dom
            assert not [name for _, name, _ in reader.attributes if name.startswith("on")]
            # 7 * 191: no template ran (the listener's port may have these digits)
            assert "1337" not in re.sub(r"base64,\S+", "", html.replace(address, ""))
            details = reader.tags.count("details")
            assert report.name == "index.html" or details == html.count("<details ")
        assert requests == []
        assert sorted(folder.iterdir()) == sorted([*written, folder / "profile"])
