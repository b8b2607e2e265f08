"""A process of its own that makes ``report.pdf`` of ``report.typ``, both in the current folder.

``derive.reporting.typst_pdf`` starts it as a script; it sees nothing else of derive. Typst may
read nothing: the root of its files is the folder ``root``, which is empty. What it has to
complain about is left in ``report.log``. The exit code is 0 if there is a PDF.
"""

from __future__ import annotations

import sys
from pathlib import Path

__all__ = ["main"]


def main(timestamp: int, system_fonts: bool) -> int:
    """Compile; ``timestamp`` is the date in the PDF, in seconds since 1970. Without
    ``system_fonts`` there are those in the package only."""
    try:
        from typst import Compiler, TypstError
    except ImportError as error:
        return _log(f"error: {error}")
    try:
        compiler = Compiler(
            root="root",
            package_path="root",
            package_cache_path="root",
            ignore_system_fonts=not system_fonts,
        )
        # PDF/A, because it is refused if a character is missing
        pdf = compiler.compile(
            Path("report.typ").read_bytes(),
            format="pdf",
            pdf_standards="a-2b",
            timestamp=timestamp,
        )
    except TypstError as error:
        return _log(error.diagnostic or f"error: {error.message}")
    except (TypeError, OSError) as error:  # another version of the package, a full disk
        return _log(f"error: {error}")
    assert isinstance(pdf, bytes)  # a list only of pictures, one a page
    Path("report.pdf").write_bytes(pdf)
    return 0


def _log(text: str) -> int:
    Path("report.log").write_text(text, encoding="utf-8", errors="replace")
    return 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2] == "system-fonts"))
