"""What the pages of a watch say around its reports, and its server where it refuses something."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

__all__ = ["ENGLISH", "REFUSED"]

# how each refusal is said
REFUSED: Mapping[HTTPStatus, str] = {
    HTTPStatus.BAD_REQUEST: "bad_request",
    HTTPStatus.FORBIDDEN: "forbidden",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.CONFLICT: "superseded",
    HTTPStatus.LENGTH_REQUIRED: "no_length",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
    HTTPStatus.MISDIRECTED_REQUEST: "misdirected",
}

ENGLISH: Mapping[str, str] = {
    "watch": "derive watch",
    "watched": "Watched pages",
    "paste": "Paste and check",
    "paste_title": "derive: paste and check",
    "derivation": "Your derivation",
    "format": "Format",
    "report": "Report",
    "nothing": "Nothing yet.",
    "checking": "Checking …",
    "checked": "Checked at {time}",
    "not_checked": "Not checked.",
    "nothing_to_show": "Nothing to show.",
    "ended": "The watch has ended.",
    "bad_request": "This request cannot be read.",
    "forbidden": "Another page asked, which may not.",
    "not_found": "There is no such page.",
    "superseded": "A newer text has been pasted.",
    "no_length": "The length of this request is not said.",
    "too_large": "This text is larger than {size} MB.",
    "misdirected": "This server answers on its own machine only.",
}
