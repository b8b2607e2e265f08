"""What GitHub would make of a Markdown report: its raw HTML, and the HTML it becomes."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt

from derive.reporting import render
from derive.results import PageResult

__all__ = ["OURS", "formulas_in", "parsed"]

OURS = {'<details markdown="1">', '<details markdown="1" open>', "</details>", "<br>",
        "<strong>", "</strong>", "<summary>", "</summary>"}  # fmt: skip


def parsed(page: PageResult) -> tuple[str, list[str], str]:
    """The source, the raw HTML in it, and the HTML it becomes."""
    source = render(page, "md")
    # inline mathematics is protected like code; this parser knows it as code
    parser = MarkdownIt("gfm-like", {"linkify": False})
    raw: list[str] = []
    for token in parser.parse(source):
        if token.type == "html_block":
            raw += re.findall(r"<[^>]*>", token.content)
        for child in token.children or []:
            if child.type == "html_inline":
                raw.append(child.content)
            assert child.type not in {"image", "link_open"}
    return source, raw, parser.render(source)


def formulas_in(source: str) -> list[str]:
    """The formulas of a Markdown report, between one dollar or two, outside code."""
    plain = re.sub(r"(?<![\\`])(`+)(?!`).*?(?<!`)\1(?!`)", "", source)
    displayed = re.findall(r"^\$\$ (.*) \$\$$", plain, re.MULTILINE)
    rest = re.sub(r"^\$\$ .* \$\$$", "", plain, flags=re.MULTILINE)
    return displayed + re.findall(r"\$([^$\n]+)\$", rest)
