"""Text that a template may print, in the formats that jinja cannot escape for (all but HTML).

Each has filters that make a value safe and hand back a `Finished`; a template that prints
anything else is stopped.
"""

from __future__ import annotations

from typing import Any

__all__ = ["Finished", "only_finished"]


class Finished(str):
    """Text that has been made safe for the format of its template."""

    __slots__ = ()


def only_finished(value: Any) -> Any:
    """``value``, which a template is about to print.

    Raises:
        TypeError: it skipped the filters, which is a mistake in the template.
    """
    if isinstance(value, str) and not isinstance(value, Finished):
        raise TypeError("a value reached the template without being escaped")
    return value
