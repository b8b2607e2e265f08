"""A quantity of which the page says what its square is."""

from __future__ import annotations

import pytest

import derive

VARIANCE = (
    r"$$ \mu = \frac{1}{m} \sum_{i=1}^m x_i $$"
    "\n\n"
    r"$$ \sigma^2 = \frac{1}{m} \sum_{i=1}^m (x_i - \mu)^2 $$"
    "\n\n"
)
ERROR = r"$$ e_{ij}^2 = (r_{ij} - p_i q_j)^2 $$" + "\n\n"
GAP = r"$$ g_{ij}^2 = (u_i - u_j)^2 $$" + "\n\n"


@pytest.mark.parametrize(
    ("said", "step", "word"),
    [
        (VARIANCE, r"\frac{\partial \sigma^2}{\partial x_j} = \frac{2}{m} (x_j - \mu)", "proved"),
        (VARIANCE, r"\frac{\partial \sigma^2}{\partial x_j} = \frac{1}{m} (x_j - \mu)", "refuted"),
        (VARIANCE, r"\frac{\partial \sigma}{\partial x_j} = \frac{x_j - \mu}{m \sigma}", "proved"),
        (VARIANCE, r"\frac{\partial \sigma}{\partial x_j} = \frac{x_j - \mu}{\sigma}", "refuted"),
        (VARIANCE, r"\sigma = \sqrt{\frac{1}{m} \sum_{i=1}^m (x_i - \mu)^2}", "proved"),
        (VARIANCE, r"\sigma^2 = \frac{1}{m} \sum_{i=1}^m x_i^2 - \mu^2", "proved"),
        (VARIANCE, r"\sigma^2 = \frac{1}{m} \sum_{i=1}^m x_i^2 + \mu^2", "refuted"),
        # of an error, the square does not tell the sign
        (ERROR, r"\frac{\partial e_{ij}^2}{\partial p_i} = -2 (r_{ij} - p_i q_j) q_j", "proved"),
        (ERROR, r"\frac{\partial e_{ij}^2}{\partial p_i} = 2 (r_{ij} - p_i q_j) q_j", "refuted"),
        (ERROR, r"\frac{\partial e_{ij}}{\partial p_i} = -q_j", "unknown"),
        (ERROR, r"\frac{\partial e_{ij}}{\partial p_i} = q_j", "unknown"),
        (ERROR, r"e_{ij} - r_{ij} = -p_i q_j + 2 - 2", "unknown"),
        # each entry may have a sign of its own
        (GAP, r"\sum_{i=1}^n \sum_{j=1}^n g_{ij} = 0", "unknown"),
        (GAP, r"g_{ij} + g_{ji} = 0", "unknown"),
        (GAP, r"g_{ij} g_{jk} = (u_i - u_j)(u_j - u_k)", "unknown"),
        (GAP, r"g_{ij} g_{jk} = |u_i - u_j| |u_j - u_k|", "unknown"),
        (GAP, r"g_{ij} \geq 0", "unknown"),
        (GAP, r"g_{ij} = g_{ji}", "unknown"),
        (GAP, r"g_{ij}^2 = g_{ji}^2", "proved"),
        (GAP, r"|g_{ij}| = |u_i - u_j|", "proved"),
        (GAP, r"g_{ij}^2 = -2 u_i u_j", "refuted"),
    ],
)
def test_what_a_square_tells(said: str, step: str, word: str) -> None:
    verdicts = [s.word for s in derive.check(f"{said}$$ {step} $$\n").steps]
    assert verdicts == [word] or (word == "unknown" and not verdicts)


def test_a_square_of_what_is_defined_is_a_step() -> None:
    page = "$$ e = r - p $$\n\n$$ e^2 = r^2 - 2 r p + p^2 $$\n\n$$ e^2 = r^2 - p^2 $$\n"
    assert [s.word for s in derive.check(page).steps] == ["proved", "refuted"]
    late = "$$ e^2 = r^2 - p^2 $$\n\n$$ e = r - p $$\n"
    assert [s.word for s in derive.check(late).steps] == ["refuted"]
