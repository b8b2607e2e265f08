"""Samples counted above a name without brackets, and powers that only look like it."""

from __future__ import annotations

import pytest

import derive

LOSS = r"$$ J = \frac{1}{2} \sum_{i=1}^m (\theta^T \mathbf{x}^i - y^i)^2 $$" + "\n\n"


@pytest.mark.parametrize(
    ("step", "word"),
    [
        (
            r"\frac{\partial J}{\partial \theta_j} = "
            r"\sum_{i=1}^m (\theta^T \mathbf{x}^i - y^i) \mathbf{x}_j^i",
            "proved",
        ),
        (
            r"\frac{\partial J}{\partial \theta_j} = "
            r"\sum_{i=1}^m (\theta^T \mathbf{x}^i - y^i) \mathbf{x}_i^j",
            None,
        ),
        (
            r"\frac{\partial J}{\partial \theta_j} = "
            r"\sum_{i=1}^m (y^i - \theta^T \mathbf{x}^i) \mathbf{x}_j^i",
            "refuted",
        ),
    ],
)
def test_a_letter_above_bold_names_counts_samples(step: str, word: str | None) -> None:
    (verdict,) = derive.check(f"{LOSS}$$ {step} $$\n").steps
    assert verdict.word == word or (word is None and verdict.word != "proved")


@pytest.mark.parametrize(
    ("true", "false"),
    [
        # powers: a lone name, a start at 0, a letter that stands elsewhere as well
        (r"\sum_{i=1}^{2} x^i = x + x^2", r"\sum_{i=1}^{2} x^i = x + 2 x"),
        (r"\sum_{k=0}^{1} p_a^k q_b^k = 1 + p_a q_b", r"\sum_{k=0}^{1} p_a^k q_b^k = 2"),
        (
            r"\sum_{i=1}^{2} c_i x_a^i = c_1 x_a + c_2 x_a^2",
            r"\sum_{i=1}^{2} c_i x_a^i = c_1 x_a + c_2 x_a",
        ),
    ],
)
def test_powers_stay_powers(true: str, false: str) -> None:
    assert [step.word for step in derive.check(f"$$ {true} $$\n").steps] == ["proved"]
    assert "proved" not in [step.word for step in derive.check(f"$$ {false} $$\n").steps]
