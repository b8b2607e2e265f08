"""What is said of files that are no pages: settings, baselines, templates, what is written."""

from __future__ import annotations

__all__ = ["SETTINGS"]

SETTINGS = (
    "{place:place}: {problem:said}",
    "{place:place}: {setting}: {problem:said}",
    "not UTF-8",
    "nested too deeply",
    "larger than {size:number} MB",
    "larger than {size:number} bytes",
    "this is not TOML: {error:text}",
    "this is not JSON: {error:text}",
    # settings
    "no setting is called so; did you mean {name}?",
    "no setting is called so; known are {names:text}",
    "must be a table of settings",
    "more than {count:number} declarations",
    "must be a list of strings: {example:text}",
    "must be the name of a file: {example:text}",
    "must be a number from 0 to {most:number}",
    "{text:quoted}: a backslash in double quotes; put LaTeX in single quotes",
    "{text:quoted} says no axis; write k = 1..K",
    "{text:quoted} cannot be read: {problem:said}",
    "{text:quoted} is not one definition",
    "{text:quoted} states no relation",
    # baselines
    "no such file (--write-baseline writes it)",
    "a baseline is an object with version and findings",
    "this derive reads baselines of version {version:number}",
    "findings must be a list",
    "a finding is an object with path, kind and fingerprint",
    "{key} must be a string",
    "kind must be one of {kinds:text}",
    "count must be a whole number from 1 on",
    # templates
    "{folder:text}: no such folder of templates",
    "{folder:text}: no template here ({names:text})",
    "{folder:text}: no template for this format ({names:text})",
    "{name:text}: the report becomes longer than {length:number}",
    "{name:quoted} is no name of a template",
    "{name:quoted} leads out of {folder:text}",
    "no template {name:quoted}",
    "not enough memory",
    "** is not available in templates",
    "% formats nothing in templates",
    "{operator} would make a text that is too long",
    "--template: a report was not made: {reason:said}",
    # PDF
    "a PDF needs xelatex or lualatex on the PATH (in Debian: texlive-xetex, "
    "texlive-latex-recommended; for Chinese also fonts-noto-cjk); "
    "-f latex writes the report's source without them",
    "{program} failed: {error:text}",
    "{program} failed: see its log with -f latex",
    "{program}: no font has {characters:text}",
    "{program} made no PDF",
    "{program} made a PDF that is not whole",
    "{program} cannot be started: {reason:said}",
    "{program} was stopped after {seconds} s",
    # writing
    "{path:text} was not written: {reason:said}",
    "{path:text} cannot be created: {reason:said}",
    "{path:text} lies outside {folder:text}",
    "{path:text} was changed meanwhile, and is not written",
    "{path:text} is a page, not a report: choose another folder",
    "{path:text}: comments in pages of kind {kind} are not proposed yet",
    "the output could not be written: {reason:said}",
    # what a system says when it refuses something
    "Permission denied",
    "Operation not permitted",
    "No such file or directory",
    "Not a directory",
    "Is a directory",
    "File exists",
    "File name too long",
    "No space left on device",
    "Disk quota exceeded",
    "Read-only file system",
    "Too many open files",
    "Input/output error",
    "Address already in use",
)
