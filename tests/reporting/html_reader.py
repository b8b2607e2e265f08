"""What an HTML report is made of: its tags, attributes and text, and the tags that are ours."""

from __future__ import annotations

from html.parser import HTMLParser

__all__ = ["TAGS", "Reader", "read"]

VOID = {"meta", "br", "link", "img", "hr", "input"}
TAGS = set(
    """html head meta title style body svg defs symbol path circle rect use g text tspan
    desc main header nav section figure figcaption
    article footer h1 h2 h3 h4 h5 h6 p ul ol li b a span em strong s br blockquote code div details summary dl dt dd table
    thead tbody tr th td math mrow mi mo mn mtext mspace mfrac msqrt mroot msub msup msubsup munder
    mover munderover mtable mtr mtd mstyle mpadded mphantom""".split()
)


class Reader(HTMLParser):
    """Collects tags, attributes and visible text, and insists on balance."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text.append(data)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert not reader.open
    return reader
