"""What the command line says of files and runs, and what stands around a verdict in a terminal."""

from __future__ import annotations

__all__ = ["OUTER"]

OUTER = (
    "{path}: no such file",
    "{path}: this is a folder, not a page",
    "{path}: not an ordinary file",
    "{path}: larger than {size:number} MB",
    "{path}: this looks like a binary file, not like text",
    "{path}: pages of kind {kind} are not supported (known: {known})",
    "{path}: byte {byte} is not UTF-8; save the page as UTF-8",
    "{path}: not a notebook: it has no list of cells",
    "{path}: not a notebook, as it is not JSON: {error}",
    "{path}: not a notebook: JSON that is nested too deeply",
    "no pages found ({known})",
    "{path}: an error inside derive, please report it: {error}",
    "{path}: internal contradiction, please report it: {error}",
    "no catalogue page is called {name}; `derive list` shows them",
    "no catalogue page is called {name}",
)
