"""The command line. Heavy rooms are entered only by the commands that need them."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click
from click.core import ParameterSource

from derive import __version__
from derive.allowing import CHOICES, split, strange
from derive.characters import clean, one_line
from derive.usage import Commands, asked_for, spoken

if TYPE_CHECKING:
    from derive.annotating import Proposals
    from derive.config import Config
    from derive.findings import Findings
    from derive.reading.page import Page
    from derive.results import PageResult
    from derive.worker import Limits

__all__ = ["main"]

CLEAN, FINDINGS, USAGE, CONTRADICTION = 0, 1, 2, 3
TEMPLATE_SECONDS, TEMPLATE_MEGABYTES = 20, 500  # for each report by a user's template
FORMATS = {"html": "html", "latex": "latex", "tex": "latex", "md": "md", "markdown": "md",
           "pdf": "pdf", "typst": "typst", "typ": "typst"}  # fmt: skip


class _Commands(Commands):
    """Commands that end with a sentence when the system refuses something (a full disk)."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise click.Abort from None
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # the reader has gone: click ends quietly
            with suppress(OSError, ValueError):  # what is still to be written goes nowhere
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            what = error.filename or "the output could not be written"
            _fail(f"{what}: {error.strerror or error}")


def _language(context: click.Context, _: click.Parameter, value: str | None) -> str | None:
    """The name of a language that there is; None: none was asked for."""
    if value is None:
        return asked_for(context, None)
    from derive.languages import UnknownLanguage, asked

    try:
        return asked_for(context, asked(value).name)
    except UnknownLanguage as error:
        raise click.BadParameter(str(error)) from None


_SPOKEN = click.option(
    "--lang",
    metavar="LANG",
    callback=_language,
    is_eager=True,  # --help behind it speaks this language
    expose_value=False,  # see `spoken`
    help="The language of the text, such as zh. Default: what LANGUAGE, LC_ALL or LANG say.",
)

_REPORTED = click.option(
    "--lang",
    metavar="LANG",
    callback=_language,
    is_eager=True,
    help="The language of the reports, such as zh. Default: that of each page.",
)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="derive")
@_SPOKEN
def main() -> None:
    """Check written derivations: every step is proved for every n, refuted with a
    counterexample, or honestly left unknown or unread."""


def _allowed(_: click.Context, __: click.Parameter, value: str) -> frozenset[str]:
    words = split(value)
    if wrong := strange(words):
        raise click.BadParameter(f"{', '.join(wrong)}: {CHOICES}")
    return words


_CACHED = click.option(
    "--cache",
    is_flag=True,
    help="Keep verdicts for the next run, and decide only what has changed since the last.",
)


def _with_limits(command: Callable[..., None]) -> Callable[..., None]:
    """The options of a command that decides steps."""
    for option in (
        click.option(
            "--memory-limit",
            type=click.IntRange(0, 1_000_000),
            default=1500,
            show_default=True,
            metavar="MB",
            help="Memory for deciding; a step that needs more is unknown. 0: no limit.",
        ),
        click.option(
            "--time-limit",
            type=click.FloatRange(0, 86_400),
            default=10,
            show_default=True,
            metavar="SECONDS",
            help="Time for each step, by the clock; a step that needs more is unknown and "
            "the page goes on. 0: no limit.",
        ),
    ):
        command = option(command)
    return command


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path())
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "github", "sarif", "junit"]),
    default="text",
    show_default=True,
    help="How to print the verdicts.",
)
@click.option(
    "--allow",
    default="",
    metavar="WORDS",
    callback=_allowed,
    help="Comma-separated verdicts that do not count as findings: assumed, unknown, unread.",
)
@click.option(
    "--baseline",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="A file of known findings, which are reported and do not count.",
)
@click.option(
    "--write-baseline",
    is_flag=True,
    help="Write what is found into the baseline, so that it is known from now on.",
)
@click.option("--quiet", "-q", is_flag=True, help="Print only what is not proved.")
@_SPOKEN
@_CACHED
@_with_limits
def check(
    paths: tuple[str, ...],
    style: str,
    allow: frozenset[str],
    baseline: str | None,
    write_baseline: bool,
    quiet: bool,
    cache: bool,
    time_limit: float,
    memory_limit: int,
) -> None:
    """Check pages (or all pages in folders) and print a verdict for every step.

    Exit code: 0 all proved; 1 findings; 2 wrong usage or an unreadable file; 3 the two
    ways of deciding disagree (a bug in derive).
    """
    from derive.baseline import BaselineError
    from derive.formats import Outcome, printed
    from derive.gate import Gate

    pages, settings, failures = _gathered(paths)
    limits = _limits(time_limit, memory_limit)
    names = [page.path for page in pages]
    stated = allow if _was_set("allow") else None
    try:
        gate = Gate(names, settings, stated, baseline, write_baseline)
    except BaselineError as error:
        failures.append(str(error))
        gate, pages = Gate((), {}), []
    if write_baseline and pages and not gate.compares:
        raise click.UsageError("--write-baseline: which file? Say it with --baseline.")
    results, contradictions = _checked(pages, limits, failures, settings, cache)
    if write_baseline and not failures and not contradictions:
        for file in gate.write(results):
            click.echo(_written(str(file)), err=True)
    found = gate.findings(results)
    code = _exit_code(found, failures, contradictions)
    said = (*failures, *contradictions)
    outcome = Outcome(results, found, said, code, __version__, gate.compares, spoken())
    click.echo(printed(outcome, style, quiet), nl=False)
    if style != "github":  # there it is a command, and the runner reads this stream, too
        for message in said:
            _complain(message)
    sys.exit(code)


def _sized(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> dict[str, int]:
    sizes = {}
    for value in values:
        name, sign, number = (part.strip() for part in value.partition("="))
        if not (name and sign and number.isascii() and number.isdigit() and len(number) < 10):
            raise click.BadParameter(f"{value}: write n=100")
        sizes[name] = int(number)
    return sizes


@main.command()
@click.argument("formula", metavar="LATEX")
@click.option("--let", multiple=True, metavar="LATEX", help="A definition, such as 's = x + y'.")
@click.option(
    "--given", multiple=True, metavar="LATEX", help="An assumption: 'T > 0', 'i \\neq j'."
)
@click.option(
    "--size",
    "sizes",
    multiple=True,
    metavar="NAME=NUMBER",
    callback=_sized,
    help="Check every entry at this size, and no others; once for each size.",
)
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print the verdicts.",
)
@click.option(
    "--allow",
    default="",
    metavar="WORDS",
    callback=_allowed,
    help="Comma-separated verdicts that do not count as findings: assumed, unknown, unread.",
)
@_SPOKEN
@_with_limits
def prove(
    formula: str,
    let: tuple[str, ...],
    given: tuple[str, ...],
    sizes: dict[str, int],
    style: str,
    allow: frozenset[str],
    time_limit: float,
    memory_limit: int,
) -> None:
    """Decide one formula, 'A = B' or 'A = B \\leq C': a verdict for each step.

    Exit code: as `derive check`.
    """
    from derive.api import UnreadableClaim, check_formula
    from derive.deciding.verdict import InternalContradiction
    from derive.findings import findings

    limits = _limits(time_limit, memory_limit)
    try:
        result = check_formula(formula, let=let, given=given, sizes=sizes or None, limits=limits)
    except InternalContradiction as error:
        _complain(f"internal contradiction, please report it: {error}")
        sys.exit(CONTRADICTION)
    except UnreadableClaim as error:
        _fail(f"{error}")
    except ValueError as error:
        raise click.BadParameter(f"{error}", param_hint="--size") from None
    if style == "json":
        from derive.reporting import json_report

        click.echo(json_report([result], __version__))
    else:
        from derive.terminal import page_lines

        for line in page_lines(result, spoken=spoken()):
            click.echo(line)
    sys.exit(_exit_code(findings([result], {result.path: allow}), [], []))


@main.command()
@click.argument("sources", nargs=-1, metavar="[PATH|NAME]...")
@click.option(
    "-f",
    "--formats",
    default="html,latex,md",
    show_default=True,
    metavar="LIST",
    help="Comma-separated: html, latex, md, pdf (which needs TeX or typst), typst.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False),
    default="reports",
    show_default=True,
    help="The folder to write to.",
)
@click.option(
    "--template",
    metavar="DIR",
    type=click.Path(),
    help="Your own page.html.j2, index.html.j2, page.tex.j2, page.typ.j2 or page.md.j2, in a "
    "sandbox.",
)
@_REPORTED
@_CACHED
@_with_limits
def report(
    sources: tuple[str, ...],
    formats: str,
    output: str,
    template: str | None,
    lang: str | None,
    cache: bool,
    time_limit: float,
    memory_limit: int,
) -> None:
    """Write reports on pages, or on catalogue pages by name (none: the whole catalogue).

    Exit code: 0 written (whatever the verdicts); 2 wrong usage, an unreadable file, or
    nothing could be written; 3 the two ways of deciding disagree.
    """
    from derive.languages import Choice
    from derive.reporting import (
        PdfNotMade,
        ReportNotWritten,
        TemplateProblem,
        Templates,
        ready_for,
        write_reports,
    )

    wanted = _formats(formats)
    try:
        templates = None if template is None else Templates(template)
        ready_for(wanted, templates)
    except (PdfNotMade, TemplateProblem) as error:
        _fail(str(error))
    pages, settings, failures = _gathered(_sources(sources))
    limits = _limits(time_limit, memory_limit)
    results, contradictions = _checked(pages, limits, failures, settings, cache)
    for message in (*failures, *contradictions):
        _complain(message)
    if contradictions:
        sys.exit(CONTRADICTION)
    if not results:
        sys.exit(USAGE)
    try:
        texts = None if templates is None else _limited
        choice = Choice(lang or "", spoken().name)
        written = write_reports(results, output, wanted, templates, texts, choice)
    except (PdfNotMade, TemplateProblem, ReportNotWritten, OSError) as error:
        _complain(str(error))
        sys.exit(USAGE)
    from derive.terminal import coverage

    for result in results:
        click.echo(f"{one_line(result.path)}: {coverage(result.summary, spoken())}")
    for path in written:
        click.echo(_written(str(path)))
    sys.exit(USAGE if failures else CLEAN)


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True))
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=0,
    metavar="PORT",
    help="The port on 127.0.0.1 to serve at; 0, the default: any that is free.",
)
@click.option("--open", "browse", is_flag=True, help="Open the report in a browser.")
@click.option("--no-cache", is_flag=True, help="Keep no verdicts from one run to the next.")
@_REPORTED
@_with_limits
def watch(
    paths: tuple[str, ...],
    port: int,
    browse: bool,
    no_cache: bool,
    lang: str | None,
    time_limit: float,
    memory_limit: int,
) -> None:
    """Check pages again whenever they are saved, and show their reports in a browser.

    Only what has changed is decided again. The browser, on this machine alone, refreshes
    itself; a second page checks what is pasted. Ends with Ctrl-C.
    """
    import signal

    from derive.cache import usual_folder
    from derive.languages import Choice
    from derive.watching.watch import watch as begin

    _limits(time_limit, memory_limit)
    cache = None if no_cache else usual_folder()
    # to be told to end is as good as Ctrl-C: nothing is left behind
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        begin(
            paths,
            port=port,
            cache=cache,
            seconds=time_limit or None,
            megabytes=memory_limit or None,
            browse=browse,
            choice=Choice(lang or "", spoken().name),
            say=click.echo,
        )


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path())
@click.option("--write", is_flag=True, help="Write the comments into the pages.")
@click.option("--skip", is_flag=True, help="Also propose to skip what cannot be read.")
@_SPOKEN
@_with_limits
def annotate(
    paths: tuple[str, ...], write: bool, skip: bool, time_limit: float, memory_limit: int
) -> None:
    """Propose the few comments that would settle what is open on pages, as a diff.

    Each one is tried before it is proposed; what is refuted stays refuted. Exit code: 0
    proposed or written (perhaps nothing); 2 wrong usage or an unreadable file; 3 the two ways
    of deciding disagree.
    """
    from derive.deciding.verdict import InternalContradiction

    pages, settings, failures = _gathered(paths, parts=True)
    limits = _limits(time_limit, memory_limit)
    contradictions: list[str] = []
    for page in pages:
        config = settings.get(page.path)
        try:
            _annotate(page.path, config, _limits_for(config, limits), write, skip)
        except InternalContradiction as error:
            contradictions.append(
                f"{page.path}: internal contradiction, please report it: {error}"
            )
        except click.ClickException as error:
            failures.append(error.message)
    for message in (*failures, *contradictions):
        _complain(message)
    sys.exit(CONTRADICTION if contradictions else USAGE if failures else CLEAN)


@main.command(name="list")
@_SPOKEN
def list_() -> None:
    """List the derivations of the catalogue."""
    from derive.catalogue import names, page_text

    width = max((len(n) for n in names()), default=0)
    for name in names():
        title = page_text(name).lstrip("\ufeff\n ").split("\n", 1)[0].lstrip("# ")
        click.echo(f"{name:<{width}}  {title}")


@main.command()
@click.argument("name")
@_SPOKEN
def show(name: str) -> None:
    """Print the Markdown of one catalogue page."""
    from derive.catalogue import page_text

    try:
        click.echo(page_text(name), nl=False)
    except KeyError:
        _fail(_no_such_name(name))


# --------------------------------------------------------------------------- helpers


def _annotate(
    path: str, config: Config | None, limits: Limits | None, write: bool, skip: bool
) -> None:
    from derive.annotating import ANNOTATED, proposals
    from derive.checking import check_page
    from derive.reading.files import page_of

    def read(text: str) -> Page:
        page = page_of(text, path)
        return page if config is None else config.applied(page)

    file = Path(path)
    if file.suffix.lower() not in ANNOTATED:
        kind = file.suffix or file.name
        said = f"{path}: comments in pages of kind {kind} are not proposed yet"
        raise click.ClickException(said)
    data = file.read_bytes()
    text = data.decode("utf-8-sig")
    found = proposals(text, path, read, partial(check_page, limits=limits), skip)
    if not write:
        diff = found.diff(Path(path).as_posix())
        out = sys.stdout.buffer  # whatever encoding the terminal has, the diff is the page's
        out.write((clean(diff) if sys.stdout.isatty() else diff).encode())
        out.flush()
    elif found.comments:
        from derive.reporting.files import rewrite

        rewrite(file, data, found.after)
    click.echo(f"{one_line(path)}: {_annotated(found, write)}", err=True)
    for step in found.left:
        if step.word == "unread" and step.suggestion is not None:
            place = f"{one_line(path)}:{step.span.line}:{step.span.column}"
            click.echo(f"{place}: {one_line(spoken().text(step.verdict.message))}", err=True)


def _annotated(found: Proposals, written: bool) -> str:
    """What came of proposing comments."""
    from derive.languages import PUNCTUATION

    language, number = spoken(), found.comments
    if written:
        done = language.counted("{count} comment written", "{count} comments written", number)
    else:
        done = language.counted("{count} comment proposed", "{count} comments proposed", number)
    said = [
        done,
        language.counted("{count} step settled", "{count} steps settled", found.settled),
        *([language.label("{count} skipped").format(count=found.skipped)] * bool(found.skipped)),
        language.counted("{count} stays open", "{count} stay open", len(found.left)),
    ]
    told = language.label(", ", PUNCTUATION).join(said)
    if found.untried:
        more = language.label("{count} more not tried").format(count=found.untried)
        told += language.label("; ", PUNCTUATION) + more
    return told


def _written(path: str) -> str:
    return one_line(spoken().label("written: {path}").format(path=path))


def _complain(message: str) -> None:
    click.echo(f"derive: {one_line(spoken().text(message))}", err=True)


def _fail(message: str) -> NoReturn:
    _complain(message)
    sys.exit(USAGE)


def _formats(text: str) -> list[str]:
    words = [w.strip() for w in text.split(",") if w.strip()]
    wrong = [w for w in words if w not in FORMATS]
    if wrong or not words:
        said = ", ".join(wrong) + ": " * bool(wrong) + "choose from html, latex, md, pdf, typst"
        raise click.BadParameter(said, param_hint="--formats")
    return list(dict.fromkeys(FORMATS[w] for w in words))


def _limited(jobs: Sequence[Callable[[], str]]) -> list[str]:
    """Texts made with a user's templates: in a child process that can be stopped."""
    from derive.reporting import TemplateProblem
    from derive.worker import Limits, Lost, answers, available

    if not available():
        return [job() for job in jobs]

    def work(number: int) -> str:
        try:
            return "+" + jobs[number]()
        except TemplateProblem as error:
            return f"-{error}"

    texts = []
    for answer in answers(work, len(jobs), Limits(TEMPLATE_SECONDS, TEMPLATE_MEGABYTES)):
        if isinstance(answer, Lost):
            raise TemplateProblem(f"--template: a report was not made: {answer.reason}")
        if answer.startswith("-"):
            raise TemplateProblem(answer[1:])
        texts.append(answer[1:])
    return texts


def _was_set(option: str) -> bool:
    """Whether an option stands on the command line, which comes before any configuration."""
    source = click.get_current_context().get_parameter_source(option)
    return source is not ParameterSource.DEFAULT


def _gathered(
    paths: Iterable[str], parts: bool = False
) -> tuple[list[Page], dict[str, Config], list[str]]:
    from derive.gathering import gathered

    found = gathered(paths, parts)
    return list(found.pages), found.settings, list(found.failures)


def _limits_for(config: Config | None, limits: Limits | None) -> Limits | None:
    from derive.gathering import limits_for

    said = [option for option in ("time_limit", "memory_limit") if _was_set(option)]
    try:
        return limits_for(config, limits, said)
    except ValueError as error:
        raise click.BadParameter(f"{error}", param_hint="--time-limit, --memory-limit") from None


def _sources(sources: tuple[str, ...]) -> list[str]:
    from derive.catalogue import names
    from derive.gathering import CATALOGUE

    if not sources:
        return [CATALOGUE + name for name in names()]
    out = []
    for source in sources:
        if not Path(source).exists() and source in names():
            out.append(CATALOGUE + source)
        elif not Path(source).exists() and not Path(source).suffix and "/" not in source:
            _fail(_no_such_name(source))
        else:
            out.append(source)
    return out


def _no_such_name(name: str) -> str:
    import difflib

    from derive.catalogue import names

    close = difflib.get_close_matches(name, names(), 1)
    hint = f"; did you mean {close[0]}?" if close else "; `derive list` shows them"
    return f"no catalogue page is called {name}{hint}"


def _limits(time_limit: float, memory_limit: int) -> Limits | None:
    from derive.worker import limits_of

    try:
        return limits_of(time_limit, memory_limit)
    except ValueError as error:
        raise click.BadParameter(f"{error}", param_hint="--time-limit, --memory-limit") from None


def _checked(
    pages: list[Page],
    limits: Limits | None,
    failures: list[str],
    settings: Mapping[str, Config],
    cached: bool,
) -> tuple[list[PageResult], list[str]]:
    """The results, and the contradictions met; a page that cannot be checked at all is one
    more of the ``failures``."""
    from derive.cache import Cache, usual_folder
    from derive.checking import check_page
    from derive.deciding.verdict import InternalContradiction
    from derive.gathering import bug

    cache = Cache(usual_folder()) if cached else None
    results, contradictions = [], []
    with _progress(len(pages)) as progress:
        for at, page in enumerate(pages):
            try:
                own = _limits_for(settings.get(page.path), limits)
                results.append(check_page(page, partial(progress, at), own, cache))
            except InternalContradiction as error:
                contradictions.append(
                    f"{page.path}: internal contradiction, please report it: {error}"
                )
            except Exception as error:
                failures.append(bug(page.path, error))
    return results, contradictions


@contextmanager
def _progress(pages: int) -> Iterator[Callable[[int, int, int, int], None]]:
    """A bar on the terminal, once the work takes longer than a second."""
    if not sys.stderr.isatty():
        yield lambda page, done, steps, known: None
        return
    from time import monotonic

    from rich.console import Console
    from rich.progress import Progress

    started = monotonic()
    # no thread of its own: it could hold a lock while a worker is forked
    bar = Progress(console=Console(stderr=True), transient=True, auto_refresh=False)
    task = bar.add_task(spoken().label("checking"), total=float(pages))
    shown = False

    def update(page: int, done: int, steps: int, _: int) -> None:
        nonlocal shown
        if not shown and monotonic() - started > 1:
            bar.start()
            shown = True
        if shown:
            bar.update(task, completed=page + done / max(steps, 1), refresh=True)

    try:
        yield update
    finally:
        if shown:
            bar.stop()


def _exit_code(found: Findings, failures: list[str], contradictions: list[str]) -> int:
    if contradictions:
        return CONTRADICTION
    if failures:
        return USAGE
    return FINDINGS if found.new else CLEAN
