"""A user's own templates: found in one folder, run in a sandbox, blamed with file and line.

`derive report --template DIR` takes any of `page.html.j2`, `index.html.j2`, `page.tex.j2` and
`page.typ.j2` (these two also for PDF, by TeX and by Typst) and `page.md.j2` from DIR; what is not
there is derive's own. A template may extend or import derive's under the name
`derive/page.html.j2`, and include other files of DIR.

What a page template gets is ``view``, plain data (see `derive.reporting.view`):

``title``, ``path``, ``lang``, ``page_lang``, ``clean`` (whether every step is proved),
``sentence`` (the same in words), ``end``, ``words`` (every label of a report in its language),
``coverage`` (``word``, ``label``, ``count`` of steps, proved, assumed, refuted, unknown,
unread), ``blocks``, ``definitions`` (``line``, ``name``, ``formula``), ``facts`` (``line``,
``formula``, ``note``), ``problems`` (``line``, ``column``, ``message``), both also with their
sentence in pieces, ``said``. A block has ``kind`` (heading, prose, formula, plot), ``level``,
``paragraphs`` (``item``, ``pieces``), ``formulas``,
``steps`` and ``chains``; one that is a plot has a ``plot`` (see `derive.reporting.plots`), and of
all else nothing. A step has ``number``, ``id``, ``anchor``, ``name``, ``place``, ``word``
(the verdict), ``label`` (the verdict in words), ``sides`` (left, sign, right), ``scope``,
``rows``, ``counterexample`` and ``suggestion``: rows with ``key``, ``label`` and ``lines`` of
pieces. In LaTeX and Typst `derive.reporting.article` adds what an
article needs: ``rows`` of a block (its formulas, aligned), ``proofs``. An index template
gets a ``view`` with ``pages`` (``title``, ``path``, ``link``, ``clean``, ``coverage``).

Pieces are printed by the filters ``piece`` (in a line; in Markdown ``line`` takes a whole line of
them) and ``display`` (HTML and Markdown: on a line of its own). Other values are escaped by
themselves in HTML; elsewhere by the filters ``tex``, ``md`` and ``typ`` (a string literal of
Typst: ``#{{ view.title|typ }}``), and a value that went through none of them is an error.
LaTeX templates write ``\\VAR{…}``, ``\\BLOCK{…}`` and ``\\#{…}`` for ``{{…}}``, ``{%…%}`` and
``{#…#}``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from derive.reporting.finished import Finished, only_finished

__all__ = ["NAMES", "TemplateProblem", "Templates", "new_environment", "rendered"]

# which files a format looks for
NAMES: Mapping[str, tuple[str, ...]] = {
    "html": ("page.html.j2", "index.html.j2"),
    "latex": ("page.tex.j2",),
    "md": ("page.md.j2",),
    "pdf": ("page.tex.j2", "page.typ.j2"),
    "typst": ("page.typ.j2",),
}
_LARGEST = 1_000_000  # bytes of one template
_LONGEST = 50_000_000  # characters of one report
_PRODUCT = 1_000_000  # characters that + or * may make of text


class TemplateProblem(Exception):
    """A template cannot be used; the message begins with its file and line."""


@dataclass(frozen=True, slots=True)
class Templates:
    """A folder of a user's templates.

    Raises:
        TemplateProblem: it is no folder, or has none of the files in `NAMES`.
    """

    folder: str

    def __post_init__(self) -> None:
        if not Path(self.folder).is_dir():
            raise TemplateProblem(f"{self.folder}: no such folder of templates")
        names = sorted({name for names in NAMES.values() for name in names})
        if not any(self.has(name) for name in names):
            raise TemplateProblem(f"{self.folder}: no template here ({', '.join(names)})")

    def has(self, name: str) -> bool:
        """Whether the folder has a template of this name."""
        return (Path(self.folder) / name).is_file()


class _Folder(BaseLoader):
    """Templates below one folder, and nothing else: links that lead out are refused."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        parts = template.split("/")
        if any(part in {"", ".", ".."} or "\\" in part or ":" in part for part in parts):
            raise TemplateNotFound(template, f"{template!r} is no name of a template")
        path = os.path.join(self.folder, *parts)
        if not os.path.isfile(path):
            raise TemplateNotFound(template)
        home, real = os.path.realpath(self.folder), os.path.realpath(path)
        if os.path.commonpath([home, real]) != home:
            raise SecurityError(f"{template!r} leads out of {self.folder}")
        try:
            with open(real, "rb") as stream:
                data = stream.read(_LARGEST + 1)
            if len(data) > _LARGEST:
                raise TemplateProblem(f"{path}: larger than {_LARGEST} bytes")
            return data.decode("utf-8-sig"), path, lambda: True
        except OSError as error:
            raise TemplateProblem(f"{path}: {error.strerror or error}") from None
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            raise TemplateProblem(f"{path}:{line}: not UTF-8") from None


class _Sandbox(ImmutableSandboxedEnvironment):
    """The sandbox of Jinja, in which + and * make no giant texts, and ** no giant numbers."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "**":
            raise SecurityError("** is not available in templates")
        if operator == "%" and isinstance(left, str):
            raise SecurityError("% formats nothing in templates")
        sizes = [len(side) for side in (left, right) if isinstance(side, str | list | tuple)]
        if sizes and operator in {"+", "*"}:
            times = [side for side in (left, right) if isinstance(side, int)]
            if sum(sizes) * max([1, *times]) > _PRODUCT:
                raise SecurityError(f"{operator} would make a text that is too long")
        return super().call_binop(context, operator, left, right)


def new_environment(
    templates: Templates | None,
    *,
    autoescape: bool,
    **delimiters: str,
) -> Environment:
    """The environment of one format: derive's own templates, or a user's before them. Without
    ``autoescape`` they print nothing that is not `Finished`; for what a template need not have
    escaped there is the filter ``finished``."""
    ours = PackageLoader("derive.reporting")
    shared: dict[str, Any] = {
        "autoescape": autoescape,
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "finalize": None if autoescape else only_finished,
        **delimiters,
    }
    if templates is None:
        environment = Environment(loader=ours, **shared)
    else:
        loader = ChoiceLoader([PrefixLoader({"derive": ours}), _Folder(templates.folder), ours])
        environment = _Sandbox(loader=loader, **shared)
    if not autoescape:
        environment.filters["finished"] = Finished
    return environment


def rendered(
    environment: Environment, name: str, templates: Templates | None, values: Mapping[str, Any]
) -> str:
    """A template's text.

    Raises:
        TemplateProblem: a user's template is wrong: with its file, line and the reason.
    """
    if templates is None:
        return environment.get_template(name).render(**values)
    try:
        parts, length = [], 0
        for part in environment.get_template(name).generate(**values):
            parts.append(part)
            length += len(part)
            if length > _LONGEST:
                raise TemplateProblem(f"{name}: the report becomes longer than {_LONGEST}")
        return "".join(parts)
    except TemplateProblem:
        raise
    except TemplateSyntaxError as error:
        place = f"{error.filename or error.name or name}:{error.lineno}"
        raise TemplateProblem(f"{place}: {error.message}") from None
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
        raise TemplateProblem(f"{_place(error, templates, name)}: {_said(error)}") from None
    except (AttributeError, RecursionError, MemoryError) as error:
        raise TemplateProblem(f"{_place(error, templates, name)}: {_said(error)}") from None


def _said(error: BaseException) -> str:
    if isinstance(error, TemplateNotFound):
        text = str(error.message)
        return f"no template {text!r}" if text == error.name else text
    if isinstance(error, MemoryError):
        return "not enough memory"
    return str(error) or type(error).__name__


def _place(error: BaseException, templates: Templates, name: str) -> str:
    """The innermost line of the user's templates that was at work."""
    place = os.path.join(templates.folder, name)
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if os.path.dirname(file).startswith(templates.folder) and file.endswith(".j2"):
            place = f"{file}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
