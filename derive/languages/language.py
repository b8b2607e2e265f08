"""One language: its words for the program's labels, and what finished sentences are in it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from gettext import GNUTranslations
from pathlib import Path

from derive.languages import catalogues
from derive.languages.patterns import KINDS, BadPattern, Gap, Pattern, Span

__all__ = ["ENGLISH", "PUNCTUATION", "Language", "Part", "language", "usable"]

LONGEST = 4000  # characters of a sentence that is translated; beyond, a page has filled its gaps
DEEPEST = 6  # sentences within one another
MOST = 300  # sentences looked up for one
_NO_STOP = tuple(kind for kind in KINDS if kind != "text")
_ASKS = ("?", "？")
PUNCTUATION = "punctuation"  # the context of signs, which mean little by themselves


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a sentence: text, or LaTeX if ``math``. ``english``: it has no translation."""

    value: str
    math: bool = False
    english: bool = False


def usable(message: str, translation: str) -> Pattern | None:
    """A translation in its parts, or None if it does not have the gaps of its message: what it
    would leave out, or could not fill, is better said in English."""
    try:
        pattern = Pattern.of(translation)
        return pattern if pattern.names == Pattern.of(message).names else None
    except BadPattern:
        return None


@dataclass(eq=False)
class Language:
    """A language with its catalogue, which is read when a word is first asked for."""

    name: str
    _said: dict[str, tuple[Part, ...]] = field(default_factory=dict, repr=False)
    _left: int = field(default=MOST, repr=False)

    @property
    def tag(self) -> str:
        """Its name as HTML writes it."""
        return self.name.replace("_", "-")

    @cached_property
    def _catalogue(self) -> GNUTranslations | None:
        return None if self.name == catalogues.ENGLISH else catalogues.translations(self.name)

    @cached_property
    def _stop(self) -> str:
        return self.label(".", PUNCTUATION)

    def label(self, message: str, context: str = "") -> str:
        """A label of the program: ``message`` itself in English, or where it has no usable
        translation. Its gaps stay, to be filled by `str.format`."""
        if self._catalogue is None:
            return message
        if context:
            found = self._catalogue.pgettext(context, message)
        else:
            found = self._catalogue.gettext(message)
        return found if found and usable(message, found) is not None else message

    def counted(self, one: str, many: str, count: int, **more: object) -> str:
        """A label that says how many there are in its gap ``{count}``, in the form for so many
        of them, with ``more`` in its other gaps."""
        said = one if count == 1 else many
        if self._catalogue is not None:
            found = self._catalogue.ngettext(one, many, count)
            said = found if found and usable(many, found) is not None else said
        return said.format(count=count, **more)

    def labels(self, messages: Mapping[str, str], signs: Container[str]) -> dict[str, str]:
        """Labels by their keys; those whose keys are among ``signs`` are no words."""
        return {
            key: self.label(message, PUNCTUATION if key in signs else "")
            for key, message in messages.items()
        }

    def text(self, sentence: str) -> str:
        """A finished English sentence as plain text in this language."""
        return "".join(part.value for part in self.parts(sentence))

    def knows(self, sentence: str) -> bool:
        """Whether all of a finished English sentence can be said in this language."""
        return not any(part.english for part in self.parts(sentence))

    def parts(self, sentence: str) -> tuple[Part, ...]:
        """A finished English sentence in this language, its LaTeX apart. What has no
        translation is as it was, and says so."""
        if sentence not in self._said:
            if len(self._said) > 10_000:
                self._said.clear()
            self._left = MOST
            self._said[sentence] = tuple(_joined(self._parts(sentence, 0)))
        return self._said[sentence]

    def _parts(self, sentence: str, depth: int) -> list[Part]:
        as_it_is = [Part(sentence, english=self.name != catalogues.ENGLISH)]
        self._left -= 1
        if len(sentence) > LONGEST or depth > DEEPEST or self._left < 0:
            return as_it_is
        best: list[Part] = []
        # messages are written with a full stop or without, and said within others either way
        other = sentence[:-1] if sentence.endswith(".") else sentence + "."
        for text in (sentence, other):
            for pattern, message in _patterns():
                if text.endswith(".") and pattern.ends_in(_NO_STOP):
                    continue  # the full stop is the sentence's
                spans = pattern.spans(text)
                if spans is None:
                    continue
                parts = self._rendered(message, pattern, text, spans, depth)
                if parts is None:
                    continue
                if text is other:
                    more = len(sentence) > len(text)
                    parts = self._stopped(parts) if more else self._unstopped(parts)
                if not any(part.english for part in parts):
                    return parts
                best = best or parts
        return best or as_it_is

    def _stopped(self, parts: list[Part]) -> list[Part]:
        """With the full stop of this language, where the sentence does not end in a sign."""
        closed = self._catalogue and parts[-1].value.endswith((*_ASKS, self._stop))
        return parts if closed else [*parts, Part(self._stop)]

    def _unstopped(self, parts: list[Part]) -> list[Part]:
        *before, last = parts
        return [*before, replace(last, value=last.value.removesuffix(self._stop))]

    def _rendered(
        self, message: str, pattern: Pattern, text: str, spans: list[Span], depth: int
    ) -> list[Part] | None:
        """The sentence as this message, or None if the catalogue lacks it, or if it begins with
        another message that is not known."""
        filled = {s.gap.name: self._filled(s.gap, text[s.start : s.end], depth) for s in spans}
        if not pattern.begins and any(p.english for parts in filled.values() for p in parts):
            return None
        if self._catalogue is None:
            return list(_as_written(text, spans, filled))
        found = self._catalogue.gettext(message)
        translation = usable(message, found) if found else None
        if translation is None:
            return None
        out: list[Part] = []
        for part in translation.parts:
            if isinstance(part, Gap):
                out += filled[part.name]
            elif out and out[-1].value.endswith(_ASKS):  # a question has its sign
                out.append(Part(part.removeprefix(self._stop)))
            else:
                out.append(Part(part))
        return out

    def _filled(self, gap: Gap, text: str, depth: int) -> list[Part]:
        match gap.kind:
            case "math":
                return [Part(text, math=True)]
            case "maths":
                each = ([Part(formula, math=True)] for formula in text.split(" and "))
                return self._between(each, " and ")
            case "names":
                return self._between(([Part(name)] for name in text.split(" and ")), " and ")
            case "said":
                return self._parts(text, depth + 1)
            case "each":
                return self._between((self._parts(t, depth + 1) for t in text.split("; ")), "; ")
            case "list":
                return self._between((self._parts(t, depth + 1) for t in text.split(", ")), ", ")
            case "line":
                return [Part(self._line(text))]
        return [Part(text)]

    def _between(self, each: Iterable[list[Part]], sign: str) -> list[Part]:
        out: list[Part] = []
        for parts in each:
            if out:
                out.append(Part(self.label(sign, PUNCTUATION)))
            out += parts
        return out

    def _line(self, place: str) -> str:
        """``3 of cell 4`` as a place is called in this language; in English without «line»,
        which stands before it."""
        if self.name == catalogues.ENGLISH:
            return place
        line, _, part = place.partition(" of ")
        kind, _, number = part.partition(" ")
        if kind == "cell" and number.isdecimal():
            return self.label("line {line} of cell {cell}").format(line=line, cell=number)
        if part:
            return self.label("line {line} of {part}").format(line=line, part=part)
        return self.label("line {line}").format(line=line)


def _as_written(text: str, spans: list[Span], filled: dict[str, list[Part]]) -> Iterator[Part]:
    """English keeps every character; only its LaTeX is set apart."""
    at = 0
    for span in spans:
        yield Part(text[at : span.start])
        yield from filled[span.gap.name]
        at = span.end
    yield Part(text[at:])


def _joined(parts: Iterable[Part]) -> Iterator[Part]:
    """Neighbours of one kind as one."""
    held: Part | None = None
    for part in parts:
        if not part.value:
            continue
        if held is not None and not held.math and not part.math and held.english == part.english:
            held = Part(held.value + part.value, False, held.english)
            continue
        if held is not None:
            yield held
        held = part
    if held is not None:
        yield held


_ALL: list[tuple[Pattern, str]] = []


def _patterns() -> list[tuple[Pattern, str]]:
    """Every message: those first that begin with words, and of these those that have most."""
    if not _ALL:
        from derive.languages.messages import MESSAGES

        _ALL.extend((Pattern.of(message), message) for message in MESSAGES)
        _ALL.sort(key=lambda pair: (not pair[0].begins, -pair[0].weight))
    return _ALL


ENGLISH = Language(catalogues.ENGLISH)
_LANGUAGES: dict[tuple[Path, str], Language] = {}


def language(tag: str) -> Language:
    """The language that a tag asks for, English if there is none such."""
    name = catalogues.nearest(tag) or catalogues.ENGLISH
    if name == catalogues.ENGLISH:
        return ENGLISH
    return _LANGUAGES.setdefault((catalogues.LOCALE, name), Language(name))
