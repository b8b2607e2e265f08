"""A chain that says what a quantity is through a name of which the page says nothing."""

from __future__ import annotations

import pytest

import derive

MODEL = r"$$ y_n = \sigma(a_n) = \frac{1}{1 + \exp(-a_n)} $$" + "\n\n"
COST = (
    r"$$ J = -\frac{1}{N} \log P(T \mid X) = "
    r"-\frac{1}{N} \sum_{n=1}^N (t_n \log y_n + (1 - t_n) \log (1 - y_n)) $$" + "\n\n"
)


@pytest.mark.parametrize(
    ("step", "word"),
    [
        (r"\frac{\partial y_n}{\partial a_n} = y_n (1 - y_n)", "proved"),
        (r"\frac{\partial y_n}{\partial a_n} = y_n (y_n - 1)", "refuted"),
        (r"\frac{\partial J}{\partial a_n} = \frac{1}{N} (y_n - t_n)", "proved"),
        (r"\frac{\partial J}{\partial a_n} = \frac{1}{N} (t_n - y_n)", "refuted"),
    ],
)
def test_the_side_that_can_be_worked_out_is_what_a_quantity_is(step: str, word: str) -> None:
    page = derive.check(f"{MODEL}{COST}$$ {step} $$\n")
    assert page.steps[-1].word == word
    assert page.steps[0].word in ("unknown", "assumed")  # what P is, the page never says


def test_a_side_that_rests_on_what_is_said_later_stays() -> None:
    page = COST + r"$$ P(T \mid X) = \prod_{n=1}^N 2 y_n $$" + "\n"
    (step, *_) = derive.check(page).steps
    assert step.word in ("refuted", "unknown")
