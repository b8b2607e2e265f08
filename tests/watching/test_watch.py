"""`derive watch`: saved pages are checked again, the browser hears of it, nobody else does."""

from __future__ import annotations

import http.client
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from derive.cache import Cache
from derive.checking import check_page
from derive.cli import main
from derive.languages import PAGES_OWN, Choice
from derive.reading.page import Page
from derive.results import PageResult
from derive.watching import server
from derive.watching.checker import Checker
from derive.watching.client import CheckerDied, Client
from derive.watching.files import stamps
from derive.watching.server import MAX_PASTED
from derive.watching.watch import watch
from derive.watching.words import ENGLISH
from derive.watching.words import REFUSED as REFUSALS
from derive.worker import Limits
from tests.reporting.browser import browser

TRUE = "# Squares\n\n$$(x+1)^2 = x^2 + 2x + 1$$\n"
FALSE = "# Squares\n\n$$(x+1)^2 = x^2 + 3x + 1$$\n"


class Watched:
    """A watch that runs in a thread, with what it has said so far."""

    def __init__(self, paths: list[Path], cache: Path | None, choice: Choice = PAGES_OWN) -> None:
        self.said: list[str] = []
        self.over = False
        self.thread = Thread(
            target=watch,
            args=([str(path) for path in paths],),
            kwargs={
                "port": 0,
                "cache": cache,
                "seconds": 10.0,
                "megabytes": 1500,
                "browse": False,
                "choice": choice,
                "say": self.said.append,
                "ended": lambda: self.over,
            },
        )

    def wait_for(self, text: str, count: int = 1) -> None:
        until(lambda: sum(text in line for line in self.said) >= count, lambda: str(self.said))

    @property
    def address(self) -> str:
        until(lambda: bool(self.said))
        return self.said[0].split()[-1]

    def ask(
        self, path: str, method: str = "GET", body: str | None = None, **headers: str
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Status, headers and content; the path is relative to the address, unless it begins
        with a slash."""
        found = urlsplit(self.address)
        connection = http.client.HTTPConnection(found.netloc, timeout=30)
        whole = path if path.startswith("/") else found.path + path
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, whole, body, sent)
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        return answer.status, answer.msg, data

    def check(self, text: str, suffix: str = ".md") -> Any:
        body = json.dumps({"text": text, "suffix": suffix})
        status, _, data = self.ask("check", "POST", body, Content_Type="application/json")
        assert status == 200, status
        return json.loads(data)


def until(holds: Callable[[], bool], told: Callable[[], str] = str) -> None:
    for _ in range(600):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError(told())


@contextmanager
def watching(
    *paths: Path, cache: Path | None = None, choice: Choice = PAGES_OWN
) -> Iterator[Watched]:
    one = Watched(list(paths), cache, choice)
    one.thread.start()
    try:
        yield one
    finally:
        one.over = True
        one.thread.join(30)
        assert not one.thread.is_alive()


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    page = tmp_path_factory.mktemp("site") / "page.md"
    page.write_text(TRUE)
    with watching(page) as started:
        started.wait_for("1 step: 1 proved")
        yield started


# --------------------------------------------------------------------------- watching


def test_a_saved_page_is_checked_again(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(TRUE)
    with watching(page) as one:
        one.wait_for("1 step: 1 proved")
        assert b"Squares" in one.ask("report/page.html")[2]
        page.write_text(FALSE)
        one.wait_for("1 refuted")
        assert any("page.md:3:" in line and "sides differ" in line for line in one.said)
        until(lambda: b"refuted" in one.ask("report/page.html")[2])


def test_only_what_has_changed_is_decided_again_also_by_the_next_watch(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(TRUE + "\n$$2x = x + x$$\n")
    for known in (0, 2):
        with watching(page, cache=tmp_path / "cache") as one:
            one.wait_for(f"{2 - known} steps decided, {known} known from before")
    with watching(page, cache=tmp_path / "cache") as one:
        one.wait_for("0 steps decided, 2 known from before")
        page.write_text("Words.\n\n" + TRUE + "\n$$2x = x + x + x$$\n")
        one.wait_for("1 step decided, 1 known from before")


def test_pages_that_come_and_go_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "one.md").write_text(TRUE)
    with watching(tmp_path) as one:
        one.wait_for("one.md: 1 step: 1 proved")
        (tmp_path / "two.md").write_text(FALSE)
        one.wait_for("two.md: 1 step")
        until(lambda: b"two.html" in one.ask("report/index.html")[2])
        (tmp_path / "two.md").unlink()
        until(lambda: one.ask("report/two.html")[0] == 404)
        assert one.ask("report/one.html")[0] == 200


def test_settings_and_included_files_are_watched_too(tmp_path: Path) -> None:
    page = tmp_path / "page.tex"
    page.write_text("\\begin{document}\n\\input{chapter}\n\\end{document}\n")
    chapter = tmp_path / "chapter.tex"
    chapter.write_text("$$(x+1)^2 = x^2 + 2x + 1$$\n")
    with watching(page) as one:
        one.wait_for("1 step: 1 proved")
        chapter.write_text("$$(x+1)^2 = x^2 + 4x + 1$$\n")
        one.wait_for("1 refuted")
        (tmp_path / "derive.toml").write_text("nonsense = 1\n")
        one.wait_for("derive.toml")


def test_a_page_that_cannot_be_read_is_named_and_the_watch_goes_on(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_bytes(b"\xff\xfe\x00 no text")
    with watching(page) as one:
        one.wait_for("page.md")
        page.write_text(TRUE)
        one.wait_for("1 step: 1 proved")


def test_stamps_see_a_change_of_the_same_length(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(TRUE)
    before = stamps([str(page)], [])
    assert before == stamps([str(page)], [])
    time.sleep(0.02)
    page.write_text(FALSE)
    assert len(TRUE) == len(FALSE)
    assert before != stamps([str(page)], [])
    page.unlink()
    assert not any(name == str(page) for name, *_ in stamps([str(page)], []))


# --------------------------------------------------------------------------- the server


def test_our_pages_and_what_they_may_do(one: Watched) -> None:
    for path in ("", "paste", "watch.js", "paste.js", "watch.css", "report/page.html"):
        status, headers, data = one.ask(path)
        assert status == 200, path
        assert data
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
    report = one.ask("report/page.html")[1]["Content-Security-Policy"]
    assert "script-src" not in report


REFUSED = [
    ("/", {}, 404),
    ("/wrong/", {}, 404),
    ("/wrong/report/page.html", {}, 404),
    ("nothing", {}, 404),
    ("report/other.html", {}, 404),
    ("report/../page.html", {}, 404),
    ("report/%2e%2e/%2e%2e/etc/passwd", {}, 404),
    ("report//etc/passwd", {}, 404),
    ("", {"Host": "evil.example"}, 421),
    ("", {"Host": "evil.example:80"}, 421),
    ("", {"Origin": "https://evil.example"}, 403),
    ("", {"Origin": "null"}, 403),
]


@pytest.mark.parametrize(("path", "headers", "status"), REFUSED)
def test_what_is_refused(one: Watched, path: str, headers: dict[str, str], status: int) -> None:
    found, _, data = one.ask(path, **headers)
    assert found == status
    assert b"Squares" not in data


BAD_POSTS = [
    ("check", "{}", {"Content_Type": "application/json"}, 400),
    ("check", "no JSON", {"Content_Type": "application/json"}, 400),
    ("check", '{"text": 1, "suffix": ".md"}', {"Content_Type": "application/json"}, 400),
    ("check", '{"text": "", "suffix": ".exe"}', {"Content_Type": "application/json"}, 400),
    # what a form of another page can send
    ("check", '{"text": "", "suffix": ".md"}', {"Content_Type": "text/plain"}, 404),
    ("check", "x" * (MAX_PASTED + 1), {"Content_Type": "application/json"}, 413),
    ("report/page.html", "{}", {"Content_Type": "application/json"}, 404),
]


@pytest.mark.parametrize(("path", "body", "headers", "status"), BAD_POSTS)
def test_what_may_not_be_sent(
    one: Watched, path: str, body: str, headers: dict[str, str], status: int
) -> None:
    try:
        found = one.ask(path, "POST", body, **headers)[0]
    except (BrokenPipeError, ConnectionResetError):
        assert status == 413  # refused before all of it was sent
    else:
        assert found == status


def test_it_listens_to_this_machine_only(one: Watched) -> None:
    assert urlsplit(one.address).hostname == "127.0.0.1"


def test_what_is_pasted_is_checked(one: Watched) -> None:
    true, false = one.check(TRUE), one.check(FALSE)
    assert "1 proved" in true["coverage"]
    assert "1 refuted" in false["coverage"]
    assert "Squares" in false["html"]
    assert "<script" not in one.check("# <script>alert(1)</script>")["html"]
    tex = one.check("\\section{A}\n$$x + x = 2x$$", ".tex")
    assert "1 proved" in tex["coverage"]


def test_news_come_by_themselves(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(TRUE)
    with watching(page) as one:
        one.wait_for("1 step: 1 proved")
        found = urlsplit(one.address)
        connection = http.client.HTTPConnection(found.netloc, timeout=30)
        connection.request("GET", found.path + "events")
        stream = connection.getresponse()
        assert stream.headers["Content-Type"] == "text/event-stream"

        def news() -> Any:
            while True:
                line = stream.readline()
                assert line
                if line.startswith(b"data: "):
                    told = json.loads(line[6:])
                    if not told["busy"]:
                        return told

        assert news()["start"] == "page.html"
        page.write_text(FALSE)
        assert news()["changed"] == ["page.html"]
        connection.close()


# --------------------------------------------------------------------------- languages

ROOM = Path(server.__file__).parent


def test_a_watch_speaks_the_language_that_is_asked_for(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(TRUE)
    with watching(page, tmp_path / "none.md", choice=Choice("zh", "zh")) as one:
        one.wait_for("沿用先前的结论")
        assert one.said[0].startswith("报告见 http://")
        assert one.said[1].startswith("粘贴并检查见 http://")
        assert f"derive: {tmp_path / 'none.md'}：没有这个文件" in one.said
        for path, said in (("", "粘贴并检查"), ("paste", "您的推导")):
            own = one.ask(path)[2].decode()
            assert '<html lang="zh">' in own
            assert said in own
            assert not re.search(r"[A-Za-z]{3}", _text(own).replace("derive watch", "")), own
        assert one.ask("nothing")[2].decode() == "404 没有这个页面。\n"
        assert "共 1 步" in one.check(TRUE)["coverage"]
        assert '<html lang="zh">' in one.check(TRUE)["html"]


def _text(html: str) -> str:
    """What a reader sees of a page, and hears of it, without the names of formats."""
    body = re.sub(r"<option.*?</option>|placeholder=\S*", "", html, flags=re.DOTALL)
    told = re.findall(r'(?:title|aria-label|data-\w+)="([^"]*)"', body)
    shown = re.sub(r"<[^>]*>", " ", body)
    return " ".join([shown, *told]).replace("{time}", "").replace("derive：", "")


def test_every_word_of_its_pages_comes_from_the_catalogue() -> None:
    used = set()
    for template in sorted((ROOM / "templates").iterdir()):
        text = template.read_text(encoding="utf-8")
        used |= set(re.findall(r"words\.(\w+)", text))
        assert not re.search(r"[a-z]{3}", re.sub(r"\{\{.*?\}\}", "", _text(text)))
        script = (ROOM / "static" / template.name.replace(".html.j2", ".js")).read_text()
        given = set(re.findall(r"data-(\w+)=", text))
        assert set(re.findall(r"words\.(\w+)", script)) == given
        assert not re.search(r'textContent = ["`][^"`]', script)
    assert used | set(REFUSALS.values()) == set(ENGLISH)


@pytest.mark.parametrize("status", REFUSALS)
def test_every_refusal_has_its_words(status: HTTPStatus) -> None:
    source = (ROOM / "server.py").read_text(encoding="utf-8")
    assert f"_refuse(HTTPStatus.{status.name})" in source
    assert set(re.findall(r"_refuse\(HTTPStatus\.(\w+)\)", source)) == {s.name for s in REFUSALS}


# --------------------------------------------------------------------------- the checker


def test_a_checker_that_dies_is_replaced(tmp_path: Path) -> None:
    client = Client(tmp_path, None, 10.0, 1500)
    try:
        assert "html" in client.ask({"text": TRUE, "suffix": ".md"})
        assert client._process is not None
        client._process.kill()
        client._process.wait()
        with pytest.raises(CheckerDied, match="ended with code"):
            client.ask({"text": TRUE, "suffix": ".md"})
        assert "html" in client.ask({"text": TRUE, "suffix": ".md"})
    finally:
        client.close()


def test_an_unchanged_page_is_not_checked_nor_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "one.md").write_text(TRUE)
    (site / "two.md").write_text(FALSE)
    checker = Checker(tmp_path / "out", None, None)
    first = checker.answer({"paths": [str(site)]})
    assert first["changed"] == ["one.html", "two.html"]
    (site / "two.md").write_text(TRUE)
    checked = []

    def count(page: Page, *more: Any) -> PageResult:
        checked.append(page.path)
        return check_page(page, *more)

    monkeypatch.setattr("derive.watching.checker.check_page", count)
    second = checker.answer({"paths": [str(site)]})
    assert second["changed"] == ["two.html"]
    assert checked == [str(site / "two.md")]


@pytest.mark.parametrize("cached", [True, False])
@pytest.mark.parametrize("limits", [None, Limits()], ids=["in this process", "in a worker"])
def test_the_steps_decided_and_known_are_those_of_the_pages(
    cached: bool, limits: Limits | None, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    # a chain, whose first = last is no step of its own, and a step that the page says twice
    (site / "one.md").write_text("$$ x + x + x = 2 x + x = 3 x $$\n\n$$ 2 x = x + x $$\n" * 2)
    (site / "two.md").write_text(TRUE)
    cache = Cache(tmp_path / "cache") if cached else None

    def counts(checker: Checker) -> tuple[int, int]:
        answer = checker.answer({"paths": [str(site)]})
        return answer["decided"], answer["known"]

    first = Checker(tmp_path / "out", cache, limits)
    assert counts(first) == (7, 0)
    assert sum(result.summary.steps for result in first.listed) == 7
    assert counts(first) == (0, 0)  # nothing has changed: nothing is asked
    (site / "one.md").write_text("$$ x + x + x = 2 x + x = 3 x $$\n\n$$ 2 x = x + x + x $$\n")
    assert counts(first) == ((1, 2) if cached else (3, 0))
    assert counts(Checker(tmp_path / "out", cache, limits)) == ((0, 4) if cached else (4, 0))


# --------------------------------------------------------------------------- the command


def test_the_command_ends_quietly_and_leaves_nothing(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(TRUE)
    (tmp_path / "tmp").mkdir()
    program = "from derive.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", program, "watch", str(page), "--no-cache"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={"PATH": "", "TMPDIR": str(tmp_path / "tmp"), "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "decided, " in line:
                assert line == "1 step decided, 0 known from before\n"
                break
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""
    assert not list((tmp_path / "tmp").iterdir())


def test_wrong_usage(tmp_path: Path) -> None:
    missing = CliRunner().invoke(main, ["watch", str(tmp_path / "missing.md")])
    assert missing.exit_code == 2
    assert "missing.md" in missing.output
    page = tmp_path / "page.md"
    page.write_text(TRUE)
    with watching(page) as one:
        port = str(urlsplit(one.address).port)
        taken = CliRunner().invoke(main, ["watch", str(page), "--port", port])
    assert taken.exit_code == 2
    assert f"127.0.0.1:{port}" in taken.output


# --------------------------------------------------------------------------- in a browser

TEXT = "document.getElementById('report').contentDocument?.body?.innerText ?? ''"


@pytest.mark.chromium
def test_the_browser_refreshes_itself(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(TRUE)
    with watching(page) as one, browser() as started:
        one.wait_for("1 step: 1 proved")
        tab = started.open(one.address)
        until(lambda: "Squares" in tab.run(TEXT))
        assert "refuted" not in tab.run(TEXT).replace("0 refuted", "")
        page.write_text(FALSE.replace("Squares", "Slips"))
        until(lambda: "Slips" in tab.run(TEXT))
        assert not tab.events("Runtime.exceptionThrown")
        assert not tab.events("Log.entryAdded")
        asked = {e["request"]["url"] for e in tab.events("Network.requestWillBeSent")}
        assert all(url.startswith((one.address, "data:")) for url in asked), asked


@pytest.mark.chromium
def test_the_pages_say_in_the_language_what_they_do(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(TRUE)
    state = "document.getElementById('state').textContent"
    with browser() as started:
        with watching(page, choice=Choice("zh", "zh")) as one:
            pasting = started.open(one.address + "paste")
            assert pasting.run(state) == "还没有内容。"
            long = "x" * (MAX_PASTED + 1)
            box = "document.getElementById('text')"
            pasting.run(
                f"{box}.value = {json.dumps(long)}; {box}.dispatchEvent(new Event('input'))"
            )
            until(lambda: pasting.run(state) == "未检查。")
            error = pasting.run("document.getElementById('error').textContent")
            assert error in (
                "413 文本超过 1 MB。",
                "监视已经结束。",
            )  # refused before all was sent
            tab = started.open(one.address)
            until(lambda: tab.run(state).startswith("检查于 "))
            page.write_text(FALSE)
            until(lambda: "不成立" in tab.run(TEXT))
        until(lambda: tab.run(state) == "监视已经结束。")


@pytest.mark.chromium
@pytest.mark.parametrize("width", [390, 1280])
def test_verdicts_as_one_types(one: Watched, width: int) -> None:
    with browser() as started:
        tab = started.open(one.address + "paste", width)
        for text, word in ((TRUE, "1 proved"), (FALSE, "1 refuted")):
            tab.run(
                "{ const box = document.getElementById('text'); "
                f"box.value = {json.dumps(text)}; box.dispatchEvent(new Event('input')); }}"
            )
            state = f"document.getElementById('state').textContent.includes({json.dumps(word)})"
            until(partial(tab.run, state))
            until(lambda: "Squares" in tab.run(TEXT))
        wide = tab.run("document.documentElement.scrollWidth <= innerWidth")
        assert wide
        assert not tab.events("Runtime.exceptionThrown")
        assert not tab.events("Log.entryAdded")
