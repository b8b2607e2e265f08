"""Verdicts, evidence and reports do not depend on the seed of Python's hashes."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys

from derive.catalogue import names, page_text
from tests.fuzz.tokens import KNOWN, UNKNOWN, WHOLE

SEEDS = ("0", "1", "4242")
CODE = """
import json, sys, derive
from derive.reporting import json_report, render
pages = [derive.check(text, name) for name, text in json.load(sys.stdin).items()]
print(json_report(pages, "0"))
print(*(render(page, "md") + render(page, "latex") + render(page, "html") for page in pages))
"""


def soup() -> str:
    """A page of formulas thrown together, the same one every time."""
    chance = random.Random(20)
    tokens = KNOWN + UNKNOWN
    blocks = []
    for number in range(60):
        sides = [" ".join(chance.choices(WHOLE, k=chance.randint(1, 3))) for _ in range(3)]
        if number % 3 == 0:
            sides[1] += " " + " ".join(chance.choices(tokens, k=4))
        if number % 3 == 1:
            sides[2] = sides[1]
        blocks.append(f"$$ {' = '.join(sides)} $$")
    return "\n\nwords\n\n".join(blocks)


def test_the_same_bytes_under_every_seed() -> None:
    texts = {name: page_text(name) for name in names() if not name.endswith(".zh")}
    pages = json.dumps({**texts, "softmax.zh": page_text("softmax.zh"), "soup": soup()}).encode()
    running = [
        subprocess.Popen(
            [sys.executable, "-c", CODE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        for seed in SEEDS
    ]
    first, *others = [process.communicate(pages, timeout=300)[0] for process in running]
    assert [process.returncode for process in running] == [0] * len(SEEDS)
    assert first.count(b'"verdict"') > 200
    for word in (b"proved", b"refuted", b"unknown", b"unread"):
        assert b'"verdict": "%s"' % word in first
    assert all(other == first for other in others)
