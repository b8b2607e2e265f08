"""The Sphinx extension: every checked step gets its mark, in MyST and reStructuredText.

After a document is read, its source is checked as the command line would check it, and marks
are put behind its formulas as raw HTML (and a line of raw LaTeX): builders of other kinds leave
these out, so none can stumble over them. Findings are warnings of type ``derive``.
"""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.directives.patches import MathDirective
from sphinx.errors import ConfigError as SphinxConfigError
from sphinx.util import logging

from derive.characters import one_line
from derive.documentation.checked import CheckedPage, allowed_words, checked_page, complaint
from derive.documentation.matching import Matching
from derive.reading.directives import bare_rows

if TYPE_CHECKING:
    from derive.documentation.marks import Marks
    from derive.results import StepResult

__all__ = ["Derivation", "setup"]

_MARKED = ("all", "findings", "none")
_SOURCE = "derive_source"
_logger = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict[str, Any]:
    """What Sphinx calls. Documents share nothing while they are read or written."""
    app.add_config_value("derive_allow", None, "env", types=(list, tuple, str, type(None)))
    app.add_config_value("derive_marks", "all", "env", types=(str,))
    app.add_config_value("derive_exclude", [], "env", types=(list, tuple))
    app.add_config_value("derive_language", "", "env", types=(str,))
    app.add_directive("derive", Derivation)
    app.add_css_file("derive.css")
    app.connect("config-inited", _checked_settings)
    app.connect("source-read", _remember_source, priority=900)
    app.connect("doctree-read", _mark)
    own = version("derivecheck")
    return {"version": own, "parallel_read_safe": True, "parallel_write_safe": True}


class Derivation(MathDirective):
    """``derive``: a derivation, typeset and marked. Its content is rows of LaTeX, as in
    ``math``, or text with formulas in the page's own markup. It is a part of the page: what
    the page defines holds in it, and what it defines holds below."""

    option_spec: ClassVar[Any] = {
        **(MathDirective.option_spec or {}),
        "marks": lambda argument: directives.choice(argument, _MARKED),
    }

    def run(self) -> list[nodes.Node]:
        """The formula, or the text, in a box of its own."""
        self.assert_has_content()
        box = nodes.container(classes=["derivation"])
        box["derive_marks"] = self.options.get("marks", "all")
        self.set_source_info(box)
        if bare_rows("\n".join([*self.arguments, *self.content])):
            box += super().run()
        else:
            self.state.nested_parse(self.content, self.content_offset, box)
        return [box]


def _checked_settings(app: Sphinx, config: Config) -> None:
    if config.derive_marks not in _MARKED:
        known = ", ".join(_MARKED)
        raise SphinxConfigError(f"derive_marks: {config.derive_marks!r}: choose from {known}")
    try:
        allowed_words(config.derive_allow or (), "derive_allow")
    except ValueError as error:
        raise SphinxConfigError(str(error)) from None
    # beside the site's own static files, which come later and so may replace it
    static = files("derive.documentation") / "static"
    config.html_static_path = [str(static), *config.html_static_path]


def _remember_source(app: Sphinx, docname: str, source: list[str]) -> None:
    app.env.temp_data[_SOURCE] = source[0]


def _mark(app: Sphinx, doctree: nodes.document) -> None:
    docname = app.env.docname
    text = str(app.env.temp_data.pop(_SOURCE, ""))
    if any(fnmatchcase(docname, str(p)) for p in app.config.derive_exclude):
        return
    path = Path(app.env.doc2path(docname))
    checked = _checked(app, text, docname, path)
    if checked is None:
        return
    if checked.configured is not None:
        app.env.note_dependency(str(checked.configured))
    allow = _allow(app.config, checked)
    for finding in checked.findings(allow):
        _warn(complaint(finding), finding.word, docname, finding.span.line)
    if "unread" not in allow:
        for problem in checked.result.problems:
            _warn(f"problem: {one_line(problem.message)}", "problem", docname, problem.line)
    if checked.result.steps:
        _Marking(app.config, checked, allow).put(doctree)


def _checked(app: Sphinx, text: str, docname: str, path: Path) -> CheckedPage | None:
    from derive.config import ConfigError
    from derive.deciding.verdict import InternalContradiction

    try:
        return checked_page(text, path.name, path)
    except ConfigError as error:
        raise SphinxConfigError(str(error)) from None
    except InternalContradiction as error:
        message = f"internal contradiction, please report it: {one_line(str(error))}"
        _warn(message, "contradiction", docname, 1)
    return None


def _allow(config: Config, checked: CheckedPage) -> frozenset[str]:
    """conf.py comes before derive.toml."""
    if config.derive_allow is None:
        return checked.allow or frozenset()
    return allowed_words(config.derive_allow, "derive_allow")


def _warn(message: str, subtype: str, docname: str, line: int) -> None:
    _logger.warning("%s", message, type="derive", subtype=subtype, location=(docname, int(line)))


class _Marking:
    """Puts marks behind the formulas of one document."""

    def __init__(self, config: Config, checked: CheckedPage, allow: frozenset[str]) -> None:
        self.config = config
        self.checked = checked
        self.allow = allow

    def put(self, doctree: nodes.document) -> None:
        """Every step gets a mark: behind its formula, or at the end."""
        formulas = list(self.checked.formulas())
        matching = Matching([(m.formula.source if m.formula else "", m.steps) for m in formulas])
        loose: list[StepResult] = []
        for node in _formulas(doctree):
            steps = matching.take(node.astext())
            asked = _asked_for(node, self.config.derive_marks)
            if not steps or asked == "none":
                continue
            marks = self._marks(asked)
            if isinstance(node, nodes.math_block):
                _below(node, _raw(marks.display(steps), marks.latex(steps)))
            else:
                loose += steps
                if not _inside(node, _NAMES):
                    _behind(node, "".join(marks.inline(step) for step in steps))
        if self.config.derive_marks != "none":
            loose += matching.left()
        if loose:
            loose.sort(key=lambda step: step.number)
            marks = self._marks(
                "all" if self.config.derive_marks == "none" else self.config.derive_marks
            )
            sections = [child for child in doctree.children if isinstance(child, nodes.section)]
            (sections[-1] if sections else doctree).extend(
                _raw(marks.rest(loose), marks.latex(loose))
            )

    def _marks(self, asked: str) -> Marks:
        from derive.documentation.marks import Marks

        return Marks(
            self.checked.result,
            only_findings=asked == "findings",
            allow=self.allow,
            language=self.config.derive_language,
        )


# where a mark would become a part of a name: in the table of contents, in the index
_NAMES = (nodes.title, nodes.term, nodes.caption, nodes.rubric, nodes.reference)


def _formulas(doctree: nodes.document) -> list[nodes.math | nodes.math_block]:
    return [n for n in doctree.findall() if isinstance(n, nodes.math | nodes.math_block)]


def _inside(node: nodes.Node, kinds: tuple[type[nodes.Node], ...]) -> bool:
    while node.parent is not None:
        node = node.parent
        if isinstance(node, kinds):
            return True
    return False


def _asked_for(node: nodes.Node, otherwise: str) -> str:
    """Which marks a formula gets: what its own ``derive`` directive says comes first."""
    above = node.parent
    while above is not None:
        if isinstance(above, nodes.container) and "derive_marks" in above:
            return str(above["derive_marks"])
        above = above.parent
    return otherwise


def _raw(html: str, latex: str) -> list[nodes.Node]:
    texts = (("html", html), ("latex", latex))
    return [nodes.raw("", text, format=kind) for kind, text in texts if text]


def _below(node: nodes.Element, marks: Sequence[nodes.Node]) -> None:
    """Behind a display; out of the paragraph, if it stands in one."""
    outer: nodes.Element = node
    above = node.parent
    while above is not None:
        if isinstance(above, nodes.TextElement):
            outer = above
        above = above.parent
    parent = outer.parent
    at = parent.index(outer) + 1
    parent[at:at] = list(marks)


def _behind(node: nodes.Element, html: str) -> None:
    if html:
        at = node.parent.index(node) + 1
        node.parent.insert(at, nodes.raw("", html, format="html"))
