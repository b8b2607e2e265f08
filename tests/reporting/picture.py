"""Makes the README's picture of a report anew: ``python -m tests.reporting.picture``."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from tempfile import TemporaryDirectory

import derive
from derive.reporting import render
from tests.reporting.browser import browser

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / ".github" / "report.png"
WIDTH, HEIGHT = 980, 1000


def slip() -> str:
    """The page of the README's section «A slip, found»."""
    found = re.search(
        r"## A slip, found\n\n```markdown\n(.*?)```", (ROOT / "README.md").read_text(), re.S
    )
    assert found is not None
    return "# Cross-entropy\n\n" + found[1]


def main() -> None:
    report = render(derive.check(slip(), "notes.md"), "html")
    with TemporaryDirectory() as folder, browser() as one:
        page = Path(folder) / "notes.html"
        page.write_text(report, encoding="utf-8")
        tab = one.open(page, WIDTH, HEIGHT)
        tab.run("document.documentElement.style.scrollbarWidth = 'none'")
        clip = {"x": 0, "y": 0, "width": WIDTH, "height": HEIGHT, "scale": 1}
        shot = tab.call("Page.captureScreenshot", clip=clip)
        PICTURE.write_bytes(base64.b64decode(shot["data"]))
    print(PICTURE)


if __name__ == "__main__":
    main()
