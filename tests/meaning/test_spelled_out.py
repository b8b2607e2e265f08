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


VECTOR = (
    r"$$ h(\mathbf{x}; W) = \begin{pmatrix} P(y = 1 | \mathbf{x}) \\ \vdots \\ P(y = K | \mathbf{x})"
    r" \end{pmatrix} = \frac{1}{\sum_{j=1}^{K} \exp(\mathbf{w}_j^{\top} \mathbf{x})}"
    r" \begin{pmatrix} \exp(\mathbf{w}_1^{\top} \mathbf{x}) \\ \vdots \\"
    r" \exp(\mathbf{w}_K^{\top} \mathbf{x}) \end{pmatrix} $$"
    "\n\nThe columns of $W$ are the $\\mathbf{w}_k = (w_{k1}, \\dots, w_{kn})^{\\top} = (w_{kl})$, "
    "so that $W^{\\top}\\mathbf{x}$ would be sensible.\n\n"
)
SUM = r"\sum_{i=1}^N (\text{$k$-th component of } h(\mathbf{x}^{(i)}; W)) = \sum_{i=1}^N "


@pytest.mark.parametrize(
    ("step", "word"),
    [
        (
            r"\frac{\exp(\mathbf{w}_k^{\top} \mathbf{x}^{(i)})}"
            r"{\sum_{m=1}^{K} \exp(\mathbf{w}_m^{\top} \mathbf{x}^{(i)})}",
            "proved",
        ),
        (
            r"\frac{\exp(\mathbf{w}_k^{\top} \mathbf{x}^{(i)})}"
            r"{\sum_{m=1}^{K} \exp(\mathbf{w}_m^{\top} \mathbf{x})}",
            None,
        ),
        (
            r"\frac{\exp(\mathbf{w}_j^{\top} \mathbf{x}^{(i)})}"
            r"{\sum_{m=1}^{K} \exp(\mathbf{w}_m^{\top} \mathbf{x}^{(i)})}",
            None,
        ),
    ],
)
def test_a_vector_that_is_spelled_out_is_put_in(step: str, word: str | None) -> None:
    page = derive.check(f"{VECTOR}$$ {SUM}{step} $$\n")
    words = [s.word for s in page.steps if "component" in s.left]
    assert words == [word] if word else "proved" not in words
