"""Classes as indices under a sum over the samples: -Σ_i log p_{i,y_i}."""

from __future__ import annotations

import pytest

import derive

SOFTMAX = r"$$ p_{ik} = \frac{e^{z_{ik}}}{\sum_j e^{z_{ij}}} $$" + "\n\n"
LOSS = r"$$ L = -\frac{1}{N} \sum_{i=1}^N \log p_{i, y_i} $$" + "\n\n"
EACH = (
    r"$$ L_i = -\log p_{i, y_i} $$" + "\n\n" + r"$$ L = \frac{1}{N} \sum_{i=1}^N L_i $$" + "\n\n"
)

STEPS: list[tuple[str, str, str | None]] = [
    (
        SOFTMAX + LOSS,
        r"L = \frac{1}{N} \sum_{i=1}^N \left(\log \sum_j e^{z_{ij}} - z_{i, y_i}\right)",
        "proved",
    ),
    (
        SOFTMAX + LOSS,
        r"L = \frac{1}{N} \sum_{i=1}^N \left(\log \sum_j e^{z_{ij}} + z_{i, y_i}\right)",
        "refuted",
    ),
    (
        SOFTMAX + EACH,
        r"L = -\frac{1}{N} \sum_{i=1}^N \log p_{i, y_i}",
        "proved",
    ),
    (
        SOFTMAX + EACH,
        r"L = \frac{1}{N} \sum_{i=1}^N \log p_{i, y_i}",
        "refuted",
    ),
    (
        SOFTMAX + LOSS,
        r"\frac{\partial L}{\partial z_{jk}} = \frac{1}{N} (p_{jk} - 1\{y_j = k\})",
        "proved",
    ),
    (
        SOFTMAX + EACH,
        r"\frac{\partial L}{\partial z_{jk}} = \frac{1}{N} (p_{jk} - 1\{y_j = k\})",
        "proved",
    ),
    (
        SOFTMAX + EACH,
        r"\frac{\partial L}{\partial z_{jk}} = \frac{1}{N} (1\{y_j = k\} - p_{jk})",
        "refuted",
    ),
    # with the labels as they stand, sums of what differs from sample to sample
    ("", r"\sum_{i=1}^N (z_{i,y_i})^2 = \left(\sum_{i=1}^N z_{i,y_i}\right)^2", "refuted"),
    ("", r"\sum_{i=1}^N z_{i,y_i} = \sum_{i=1}^N \sum_{k=1}^K z_{ik}", "taken"),
    (
        "",
        r"\sum_{i=1}^N \sum_{j \neq y_i} z_{ij} = \sum_{i=1}^N \sum_{j=1}^K z_{ij}"
        r" - \sum_{i=1}^N z_{i,y_i}",
        "proved",
    ),
    (
        "",
        r"\sum_{i=1}^N \sum_{k=1}^K 1\{y_i = k\} z_{ik} = \sum_{i=1}^N z_{i,y_i}",
        "proved",
    ),
    ("", r"\sum_{i=1}^N (z_{i,y_i} + z_{i,t_i}) = 2 \sum_{i=1}^N z_{i,y_i}", "taken"),
    (
        "",
        r"\prod_{i=1}^N e^{z_{i,y_i}} = \exp\left(\sum_{i=1}^N z_{i,y_i}\right)",
        None,
    ),
]


@pytest.mark.parametrize(("said", "step", "word"), STEPS)
def test_a_label_under_a_sum_over_its_samples(said: str, step: str, word: str | None) -> None:
    page = derive.check(f"{said}$$ {step} $$\n")
    if word == "taken":  # for a condition: it continues no chain, and nothing says that it holds
        assert not page.steps
        assert "taken as a condition" in page.facts[-1].note
    elif word is None:
        assert page.steps[-1].word != "refuted"
    else:
        assert page.steps[-1].word == word


def test_a_free_label_and_a_summed_one_are_the_same_label() -> None:
    """∂L_i/∂z of one sample, on a page that sums over all."""
    page = (
        SOFTMAX
        + EACH
        + (
            r"$$ \frac{\partial L_i}{\partial z_{ik}} = p_{ik} - 1\{y_i = k\} $$" + "\n\n"
            r"$$ \frac{\partial L_i}{\partial z_{ik}} = p_{ik} + 1\{y_i = k\} $$" + "\n"
        )
    )
    assert [step.word for step in derive.check(page).steps] == ["proved", "refuted"]
