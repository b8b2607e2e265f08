"""Sizes of more than one letter, and upper ends that are none."""

from __future__ import annotations

import pytest

import derive

SOFTMAX = r"$$ a_k = \frac{e^{z_k}}{\sum_{q=1}^{n_{out}} e^{z_q}} $$" + "\n\n"
GROUP = r"$$ g_c = \frac{1}{N_c} \sum_{i=1}^{N_c} u_{c,i} $$" + "\n\n"


@pytest.mark.parametrize(
    ("step", "word"),
    [
        (SOFTMAX + r"$$ \sum_{k=1}^{n_{out}} a_k = 1 $$", "proved"),
        (SOFTMAX + r"$$ \sum_{k=1}^{n_{out}} a_k = n_{out} $$", "refuted"),
        (r"$$ \sum_{k=1}^{N_c} 2 = 2 N_c $$", "proved"),
        (r"$$ \sum_{k=1}^{N_\text{train}} 2 = N_\text{train} $$", "refuted"),
        (r"$$ \sum_{w=1}^{|V|} (x_w + 1) = |V| + \sum_{w=1}^{|V|} x_w $$", "proved"),
        (r"$$ \sum_{k=1}^{N_c - 1} x_k = \sum_{k=1}^{N_c} x_k $$", "refuted"),
        # N_c with the c that is summed over is another number for each c
        (r"$$ \sum_{c=1}^{C} \sum_{i=1}^{N_c} 1 = C N_c $$", None),
        # and so it is where c is an index of anything else, or N_1 one of them
        (GROUP + r"$$ \frac{\partial g_h}{\partial u_{h,i}} = \frac{1}{N_c} $$", None),
        (GROUP + r"$$ g_a + g_b = \frac{1}{N_c} \sum_{i=1}^{N_c} (u_{a,i} + u_{b,i}) $$", None),
        (r"$$ N_1 + \sum_{i=1}^{N_b} 1 = N_1 + N_b $$", None),
        (r"$$ \sum_{i=1}^{N_k} 1 = N_k $$", None),
        (r"$$ \sum_{i=1}^{N_{kl}} 1 = N_{kl} $$", None),
        # the h of W_h beside h is a name
        (r"$$ W_h h + \sum_{i=1}^{n_h} 1 = W_h h + n_h $$", "proved"),
        # a word is the same word however it is set
        (r"$$ \sum_{k=1}^{n_{out}} 2 = 2 n_{\text{out}} $$", "proved"),
        (r"$$ \sum_{k=1}^{n_{\rm out}} 2 = 2 n_{\mathrm{out}} $$", "proved"),
        (r"$$ \sum_{k=1}^{n_{out}} 2 = n_{\mathrm{out}} $$", "refuted"),
        (r"$$ \sum_{k=1}^{n_{in}} 2 = 2 n_{in} $$", "proved"),
    ],
)
def test_a_size_of_more_than_one_letter(step: str, word: str | None) -> None:
    (verdict,) = derive.check(f"{step}\n").steps
    assert verdict.word == word or (word is None and verdict.word in ("unread", "unknown"))
