"""The cache: the same answers, only sooner; and no answer to another question."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import derive
from derive import judging
from derive.cache import Cache, usual_folder
from derive.catalogue import names, page_text
from derive.checking import check_page
from derive.deciding.verdict import Verdict
from derive.fingerprints import fingerprints
from derive.meaning.model import Step
from derive.meaning.understand import understand
from derive.reading.files import page_of
from derive.worker import Limits

SOFTMAX = r"""
# Softmax

$$a_j = \frac{e^{z_j}}{\sum_{k=1}^{n} e^{z_k}}$$

If $i = j$:

$$\frac{\partial a_j}{\partial z_i} = a_j(1 - a_j)$$

$$C = -\sum_k y_k \log a_k$$

$$\frac{\partial C}{\partial z_i} = \sum_k y_k a_i - y_i = a_i - y_i = y_i - a_i$$
"""


def steps_of(text: str) -> tuple[Step, ...]:
    meaning = understand(page_of(text, "page.md"))
    return (*meaning.steps, *meaning.ends)


def keys(text: str) -> list[bytes]:
    return [mark.key for mark in fingerprints(steps_of(text))]


def nothing_is_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(step: Step) -> None:
        raise AssertionError(f"decided again: {step.left.source} = {step.right.source}")

    monkeypatch.setattr(judging, "_judged", refuse)


# --------------------------------------------------------------------------- the same answers


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("limits", [None, Limits()], ids=["in this process", "in a worker"])
def test_a_page_reads_the_same_from_the_cache(
    name: str, limits: Limits | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of(page_text(name), f"{name}.md")
    plain = check_page(page)
    cache = Cache(tmp_path)
    assert check_page(page, None, limits, cache) == plain
    nothing_is_decided(monkeypatch)
    assert check_page(page, None, limits, cache) == plain
    assert check_page(page, None, limits, Cache(tmp_path)) == plain


def test_what_moves_is_not_decided_again_and_names_its_new_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = Cache(tmp_path)
    check_page(page_of(SOFTMAX, "page.md"), cache=cache)
    moved = page_of("A paragraph.\n\nAnother one.\n" + SOFTMAX + "\n\nThe end.\n", "other.md")
    plain = check_page(moved)
    assert any("line" in reason for step in plain.steps for reason in step.verdict.because)
    nothing_is_decided(monkeypatch)
    assert check_page(moved, cache=cache) == plain


def test_only_the_changed_step_is_decided_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = Cache(tmp_path)
    check_page(page_of(SOFTMAX, "page.md"), cache=cache)
    decided = []
    judge = judging._judged

    def count(step: Step) -> judging.Judgement:
        decided.append(step.right.source.strip())
        return judge(step)

    monkeypatch.setattr(judging, "_judged", count)
    changed = SOFTMAX.replace("= y_i - a_i", "= 2 y_i - a_i")
    result = check_page(page_of(changed, "page.md"), cache=cache)
    assert decided == ["2 y_i - a_i"] * 2  # the step, and the chain's first = last
    assert result == derive.check(changed, "page.md")


# --------------------------------------------------------------------------- other questions

ANOTHER = [
    # a definition that the step rests on, or one that gives a derivative its meaning
    (r"a_j = \frac{e^{z_j}}", r"a_j = \frac{2 e^{z_j}}"),
    (r"\sum_{k=1}^{n} e^{z_k}", r"\sum_{k=1}^{m} e^{z_k}"),
    (r"\sum_{k=1}^{n} e^{z_k}", r"\sum_{k=0}^{n} e^{z_k}"),
    # the case, and its opposite
    ("If $i = j$", r"If $i \neq j$"),
    ("If $i = j$", "Here"),
    # an index
    (r"C = -\sum_k y_k \log a_k", r"C = -\log a_c"),
    (r"\frac{\partial a_j}{\partial z_i} =", r"\frac{\partial a_j}{\partial z_j} ="),
    # a sign, a relation
    ("a_j(1 - a_j)", "a_j(1 + a_j)"),
    ("= a_j(1 - a_j)", r"\leq a_j(1 - a_j)"),
    # a given
    ("# Softmax", "# Softmax\n\nwhere $\\sum_k y_k = 1$\n"),
    ("# Softmax", "# Softmax\n\nThe label $y$ is a one-hot vector.\n"),
]


@pytest.mark.parametrize(("old", "new"), ANOTHER)
def test_another_question_has_another_key(old: str, new: str) -> None:
    assert old in SOFTMAX
    other = SOFTMAX.replace(old, new)
    assert set(keys(other)) != set(keys(SOFTMAX))


PAIRS = [
    # the class of the definition and an index of the step: the same, or two
    (
        "$$C = -\\log a_c$$\n\n$$\\frac{\\partial C}{\\partial a_c} = -\\frac{1}{a_c}$$",
        "$$C = -\\log a_c$$\n\n$$\\frac{\\partial C}{\\partial a_i} = -\\frac{1}{a_i}$$",
    ),
    ("$$x_i + y_j = y_j + x_i$$", "$$x_i + y_i = y_i + x_i$$"),
    ("$$x_i + x_j = x_j + x_i$$", "$$x_i + x_j = x_i + x_j$$"),
    (
        "$$\\sum_i \\sum_j x_i y_j = \\sum_i \\sum_j x_j y_i$$",
        "$$\\sum_i \\sum_j x_i y_j = \\sum_i \\sum_j x_i y_i$$",
    ),
    ("$$a^L b = b a^L$$", "$$a^M b = b a^M$$"),
    ("$$2x = x + x$$", "$$2x = x + x + 0$$"),
    ("$$f(x) = x^2$$\n\n$$f(2) = 4$$", "$$f(x) = x^3$$\n\n$$f(2) = 4$$"),
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_alike_is_not_the_same(one: str, other: str) -> None:
    assert keys(one)
    assert keys(other)
    assert not set(keys(one)) & set(keys(other))


def test_every_step_of_one_page_has_its_own_key() -> None:
    for name in names():
        steps = steps_of(page_text(name))
        asked: dict[bytes, Step] = {}
        for step, mark in zip(steps, fingerprints(steps), strict=True):
            twin = asked.setdefault(mark.key, step)
            assert (twin.left.source, twin.right.source) == (step.left.source, step.right.source)


def test_the_lines_in_a_text_are_those_of_the_step() -> None:
    (mark, *_) = fingerprints(steps_of(SOFTMAX))
    text = "definition of a_j (line 4), not line 99"
    kept = mark.without_lines(text)
    assert "4" not in kept
    assert "line 99" in kept
    assert mark.with_lines(kept) == text
    with pytest.raises(ValueError, match="a line that this step does not have"):
        mark.with_lines("line \x0077\x00")


# --------------------------------------------------------------------------- the file


def test_what_is_put_is_got_also_by_another(tmp_path: Path) -> None:
    one, other = Cache(tmp_path / "deep" / "folder"), Cache(tmp_path / "deep" / "folder")
    assert one.get([b"a"]) == {}
    one.put({b"a": "A", b"b": "B"})
    assert other.get([b"a", b"b", b"c", b"a"]) == {b"a": "A", b"b": "B"}
    other.put({b"a": "new"})
    one.close()
    assert one.get([b"a"]) == {b"a": "new"}


def test_many_keys_at_once(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    many = {str(n).encode(): str(n) for n in range(2345)}
    cache.put(many)
    assert cache.get(many) == many


def test_it_is_bounded(tmp_path: Path) -> None:
    cache = Cache(tmp_path, most=100)
    for n in range(250):
        cache.put({str(n).encode(): "x"})
    cache.close()
    with sqlite3.connect(cache.file) as connection:
        (count,) = connection.execute("SELECT COUNT(*) FROM answers").fetchone()
    assert count <= 100


def test_a_damaged_file_is_begun_anew(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.file.write_bytes(b"this is no database, but it is long enough to be taken for one" * 99)
    assert cache.get([b"a"]) == {}
    cache.put({b"a": "A"})
    assert Cache(tmp_path).get([b"a"]) == {b"a": "A"}


def test_a_folder_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file")
    cache.put({b"a": "A"})
    assert cache.get([b"a"]) == {}
    assert check_page(page_of(SOFTMAX, "p.md"), cache=cache) == derive.check(SOFTMAX, "p.md")


def test_it_may_be_deleted_at_any_time(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put({b"a": "A"})
    for file in tmp_path.iterdir():
        file.unlink()
    assert cache.get([b"a"]) == {}
    cache.put({b"b": "B"})
    assert cache.get([b"b"]) == {b"b": "B"}


@pytest.mark.parametrize(
    "kept",
    ["", "no JSON", "[]", "{}", '{"verdict": {"word": "certain"}, "suggestion": null}',
     '{"verdict": {"word": "proved", "other": 1, "counterexample": null}, "suggestion": null}'],
)  # fmt: skip
def test_an_answer_of_another_form_is_none(kept: str, tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put(dict.fromkeys(keys(SOFTMAX), kept))
    assert check_page(page_of(SOFTMAX, "p.md"), cache=cache) == derive.check(SOFTMAX, "p.md")


def test_an_error_of_ours_and_what_a_limit_cut_short_are_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(claim: object) -> Verdict:
        raise RuntimeError("broken")

    page = page_of(SOFTMAX, "page.md")
    with monkeypatch.context() as patch:
        patch.setattr(judging, "decide", fail)
        broken = check_page(page, cache=Cache(tmp_path))
    assert {step.word for step in broken.steps} == {"unknown"}
    with monkeypatch.context() as patch:
        patch.setattr(judging, "decide", lambda claim: _wait())
        lost = check_page(page, None, Limits(seconds=0.05), Cache(tmp_path))
    assert all("time limit" in step.verdict.message for step in lost.steps)
    assert check_page(page, cache=Cache(tmp_path)) == derive.check(SOFTMAX, "page.md")


def _wait() -> Verdict:
    import time

    time.sleep(60)
    raise AssertionError


WRITER = """
import sys
from pathlib import Path
from derive.cache import Cache
cache = Cache(Path(sys.argv[1]))
for n in range(40):
    cache.put({f"{sys.argv[2]} {n}".encode(): sys.argv[2] * 100})
"""


def test_several_processes_at_once(tmp_path: Path) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), str(n)]) for n in range(4)
    ]
    assert [writer.wait(60) for writer in writers] == [0] * 4
    cache = Cache(tmp_path)
    wanted = {f"{n} {at}".encode(): str(n) * 100 for n in range(4) for at in range(40)}
    assert cache.get(wanted) == wanted


def test_where_it_lies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DERIVE_CACHE_DIR", str(tmp_path))
    assert usual_folder() == tmp_path
    monkeypatch.delenv("DERIVE_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    if os.name == "posix" and sys.platform != "darwin":
        assert usual_folder() == tmp_path / "derive"
