"""Who makes the PDFs: an installed TeX, or the package ``typst``.

A user's template decides where only one of them can use it: ``page.tex.j2`` is for TeX,
``page.typ.j2`` for Typst.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from derive.reporting.own_templates import NAMES, Templates
from derive.reporting.pdf import PdfNotMade, engines, make_pdf
from derive.reporting.typst_pdf import has_typst, make_pdf_by_typst

__all__ = ["Maker", "pdf_maker"]

_TEX = (
    "xelatex or lualatex on the PATH (in Debian: texlive-xetex, texlive-latex-recommended; "
    "for Chinese also fonts-noto-cjk)"
)
_TYPST = "the Python package typst (pip install 'derivecheck[typst]')"


@dataclass(frozen=True, slots=True)
class Maker:
    """One way to a PDF: the format of the report that it starts from, and how it is made."""

    format: str
    make: Callable[[str], bytes]
    there: Callable[[], bool]
    needs: str


_MAKERS: tuple[Maker, ...] = (
    Maker("latex", make_pdf, lambda: bool(engines()), _TEX),
    Maker("typst", make_pdf_by_typst, has_typst, _TYPST),
)


def pdf_maker(templates: Templates | None = None) -> Maker:
    """The first way that is there: TeX, then Typst.

    Raises:
        PdfNotMade: there is none; the message says what to install.
    """
    makers = _MAKERS
    if templates is not None:
        own = tuple(m for m in makers if any(templates.has(name) for name in NAMES[m.format]))
        makers = own or makers
    for maker in makers:
        if maker.there():
            return maker
    first, *others = makers
    if not others:
        raise PdfNotMade(
            f"a PDF needs {first.needs}; -f {first.format} writes the report's source without it"
        )
    (second,) = others
    raise PdfNotMade(
        f"a PDF needs {first.needs}, or {second.needs}; "
        f"-f {first.format} and -f {second.format} write the report's source without either"
    )
