"""Round numbers on an axis, and numbers as short text."""

from __future__ import annotations

from fractions import Fraction

__all__ = ["number_text", "round_numbers", "round_step"]


def round_step(width: Fraction, most: int) -> Fraction:
    """The least of 1, 2, 5, 10, 20, … (and 0.5, 0.2, …) of which at most ``most`` fill a
    positive width."""
    step = Fraction(1)
    while width / step > most:
        step *= 10
    while width / step * 10 <= most:
        step /= 10
    # now step/10 is too small, and step is not
    return next(s for s in (step / 5, step / 2, step) if width / s <= most)


def round_numbers(low: Fraction, high: Fraction, step: Fraction) -> list[Fraction]:
    """The multiples of a step from ``low`` to ``high``, both included."""
    first, last = -(-low // step), high // step
    return [n * step for n in range(int(first), int(last) + 1)]


def number_text(value: Fraction, digits: int = 0) -> str:
    """A number in decimals: all of them, or rounded to ``digits`` significant ones; very large
    and very small ones as 2e6."""
    if not value:
        return "0"
    size = _exponent(abs(value))
    if digits:
        value = round(value / Fraction(10) ** (size - digits + 1)) * Fraction(10) ** (
            size - digits + 1
        )
        size = _exponent(abs(value))
    if -5 < size < 6:
        return _decimals(value)
    return f"{_decimals(value / Fraction(10) ** size)}e{size}".replace("e-", "e−")


def _exponent(value: Fraction) -> int:
    """The power of ten of the first digit of a positive number."""
    size = len(str(value.numerator)) - len(str(value.denominator))
    while Fraction(10) ** size > value:
        size -= 1
    while Fraction(10) ** (size + 1) <= value:
        size += 1
    return size


def _decimals(value: Fraction) -> str:
    """A number with finitely many decimals (or its first 12), with a real minus."""
    places = 0
    while (value * 10**places).denominator != 1 and places < 12:
        places += 1
    whole = round(abs(value) * 10**places)
    text = str(whole).rjust(places + 1, "0")
    text = f"{text[:-places]}.{text[-places:]}" if places else text
    return f"−{text}" if value < 0 and whole else text
