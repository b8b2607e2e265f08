"""An index in words: the k-th component of something."""

from __future__ import annotations

import pytest

import derive

HEAD = r"$$ h(x) = W x $$" + "\n\n" + r"$$ R = \sum_k \sum_l W_{kl} + h(x)_1 - h(x)_1 $$" + "\n\n"


@pytest.mark.parametrize(
    ("words", "word"),
    [
        (r"c - (\text{$k$-th component of } h(x)) = c - \sum_l W_{kl} x_l", "proved"),
        (r"c - (\text{$k$th entry of } h(x)) = c - \sum_l W_{kl} x_l", "proved"),
        (r"c - (\text{$k$-th component of } h(x)) = c - \sum_l W_{lk} x_l", "refuted"),
        (r"c - (\text{$k$-th power of } h(x)) = c - \sum_l W_{kl} x_l", "unread"),
    ],
)
def test_an_index_in_words(words: str, word: str) -> None:
    assert derive.check(f"{HEAD}$$ {words} $$\n").steps[-1].word == word
