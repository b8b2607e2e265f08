"""Text for TeX: nothing a page says can be a command, and no character goes missing.

A character that the font may lack is wrapped in a macro of the template that looks it
up first and prints its number if it is not there.
"""

from __future__ import annotations

from derive.reporting.text import clean, is_cjk

__all__ = ["tex_source", "tex_text"]

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
    "\t": " ",
}

# No line may begin with these, or end with those.
_CLOSING = frozenset(",。、;:?!)》」』】〕〉”’…·")
_OPENING = frozenset("(《「『【〔〈“‘")


def tex_text(text: str) -> str:
    """Prose as TeX. Line ends become spaces: TeX breaks lines itself."""
    parts: list[str] = []
    run = ""
    for char in " ".join(clean(text).split()):
        if is_cjk(char) or (run and char in "“”‘’…·"):
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


def _character(char: str) -> str:
    if char in _SPECIALS:
        return _SPECIALS[char]
    return char if char.isascii() else f"\\uchar{{{ord(char):X}}}"


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
