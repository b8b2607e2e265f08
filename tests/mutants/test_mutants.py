"""The small setting of the mutant run: nothing proved or refuted wrongly, every slip met."""

from __future__ import annotations

from tests.mutants.judge import WRONG
from tests.mutants.run import run
from tests.mutants.slips import SLIPS


def test_no_slip_is_proved_and_no_true_line_refuted() -> None:
    judged = run(count=400, seed=3)
    assert len(judged) == 400
    assert [(j.outcome, j.text) for j in judged if j.outcome in WRONG] == []
    assert set(SLIPS) <= {j.kind for j in judged}
    assert sum(j.truth == "false" and j.outcome == "refuted" for j in judged) > 200
    assert sum(j.truth == "true" and j.outcome == "proved" for j in judged) > 50
