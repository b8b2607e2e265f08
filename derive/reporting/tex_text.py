"""Text for TeX: nothing a page says can be a command, and no character goes missing.

A character that the font may lack is wrapped in a macro of the template that looks it
up first and prints its number if it is not there.
"""

from __future__ import annotations

from derive.characters import clean
from derive.reporting.commands import UNICODE
from derive.reporting.text import is_cjk

__all__ = ["tex_outline", "tex_source", "tex_text"]

_SPECIALS = {
    "\\": "\\textbackslash{}",
    "{": "\\{",
    "}": "\\}",
    "$": "\\$",
    "&": "\\&",
    "#": "\\#",
    "%": "\\%",
    "_": "\\_",
    "^": "\\textasciicircum{}",
    "~": "\\textasciitilde{}",
    "<": "\\textless{}",
    ">": "\\textgreater{}",
    "|": "\\textbar{}",
    '"': "\\textquotedbl{}",
    "'": "\\rq{}",
    "`": "\\lq{}",
    "-": "-{}",  # no ligatures: two hyphens stay two hyphens
    ",": ",{}",
    "/": "/\\brk{}",  # long addresses may break here
    "\t": " ",
}

# What hyperref turns back into the character.
_OUTLINE = {char: _SPECIALS[char] for char in "\\{}$&#%_^~"}

_LONGEST_WORD = 24  # what is longer is no word, and may break anywhere

# Quotation marks and dots follow the font of the Chinese text they stand in.
_SHARED = "\u201c\u201d\u2018\u2019\u2026\u00b7"

# No line may begin with these, or end with those.
_CLOSING = frozenset(
    "\uff0c\u3002\u3001\uff1b\uff1a\uff1f\uff01\uff09\u300b\u300d\u300f\u3011\u3015\u3009\u201d\u2019\u2026\u00b7"
)
_OPENING = frozenset("\uff08\u300a\u300c\u300e\u3010\u3014\u3008\u201c\u2018")


def tex_text(text: str) -> str:
    """Prose as TeX. Line ends become spaces: TeX breaks lines itself."""
    parts: list[str] = []
    run = ""
    unbroken = 0  # characters since the last place where a line may end
    for char in " ".join(clean(text).split()):
        unbroken = 0 if char in " /" or is_cjk(char) else unbroken + 1
        if unbroken > _LONGEST_WORD:
            parts.append(_cjk(run) + "\\brk{}")
            run, unbroken = "", 1
        if is_cjk(char) or (run and char in _SHARED):
            run += char
            continue
        parts.append(_cjk(run))
        run = ""
        parts.append(_character(char))
    parts.append(_cjk(run))
    return "".join(parts)


def tex_source(source: str) -> str:
    """A formula that may not be typeset, as the characters the author typed."""
    pieces = []
    for char in " ".join(clean(source).split()):
        shown = _cjk(char) if is_cjk(char) else _character(char)
        pieces.append(shown + ("\\brk{}" if char in "}])=+-,&_^" else ""))
    return "".join(pieces)


def tex_outline(text: str) -> str:
    """One line of the PDF's outline: no commands but those that stand for a special."""
    line = " ".join(clean(text).split())
    return "".join(_OUTLINE.get(char, char) for char in line[:200])


def _character(char: str) -> str:
    if char in _SPECIALS:
        return _SPECIALS[char]
    if char.isascii():
        return char
    known = UNICODE.get(char, "")
    return f"\\ensuremath{{{known}}}" if len(known) > 1 else f"\\uchar{{{ord(char):X}}}"


def _cjk(run: str) -> str:
    """A run of Chinese, with the places where a line may end marked by the macro used."""
    out = []
    group = ""
    for char in run:
        if char in _CLOSING or char in _OPENING:
            out.append(_zh(group))
            group = ""
            out.append(f"\\{'zhc' if char in _CLOSING else 'zho'}{{{char}}}")
        else:
            group += char
    out.append(_zh(group))
    return "".join(out)


def _zh(group: str) -> str:
    return f"\\zh{{{group}}}" if group else ""
