"""What the command line says of files and runs, and what stands around a verdict in a terminal."""

from __future__ import annotations

__all__ = ["OUTER"]

OUTER = (
    "{path:text}: no such file",
    "{path:text}: this is a folder, not a page",
    "{path:text}: not an ordinary file",
    "{path:text}: larger than {size:number} MB",
    "{path:text}: this looks like a binary file, not like text",
    "{path:text}: pages of kind {kind} are not supported (known: {known})",
    "{path:text}: byte {byte} is not UTF-8; save the page as UTF-8",
    "{path:text}: not a notebook: it has no list of cells",
    "{path:text}: not a notebook, as it is not JSON: {error:text}",
    "{path:text}: not a notebook: JSON that is nested too deeply",
    "no pages found ({known})",
    "{path:text}: an error inside derive, please report it: {error:text}",
    "{path:text}: internal contradiction, please report it: {error:text}",
    "an error inside derive, please report it: {error:text}",
    "internal contradiction, please report it: {error:text}",
    "the checker ended with code {code}",
    "a second definition, which is no step",
)
