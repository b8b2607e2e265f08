"""derive prove: one formula on the command line."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from derive.cli import main

SOFTMAX = r"a_j = \frac{e^{z_j}}{\sum_{k=1}^{n} e^{z_k}}"
JACOBIAN = r"\frac{\partial a_j}{\partial z_i} = a_j(\delta_{ij} - a_i)"


def prove(*args: str) -> Result:
    return CliRunner().invoke(main, ["prove", *args])


@pytest.mark.parametrize(
    ("args", "code", "lines"),
    [
        (["x + x = 2x"], 0, ["<formula>:1:9: proved: True for all values. [algebra]"]),
        ([r"0 < a_j \leq 1", "--let", SOFTMAX], 0, ["<formula>:1:5: proved:", "<formula>:1:14: proved: True for every n."]),
        ([JACOBIAN, "--let", SOFTMAX], 0, ["proved: True for every n. [differentiation, definition of a_j]"]),
        ([JACOBIAN, "--let", SOFTMAX, "--size", "n=20"], 0, ["proved: True for n = 20."]),
        ([r"\log T^2 = 2 \log T", "--given", "T > 0"], 0, ["True for all values. given T > 0"]),
        ([r"\frac{\partial a_j}{\partial z_i} = -a_j a_i", "--let", SOFTMAX, "--given", r"i \neq j"], 0, [r"given i \neq j"]),
        (["(x+y)^2 = x^2 + 2xy + y^2 = x^2"], 1, ["<formula>:1:11: proved", "<formula>:1:29: refuted", "at x = 1, y = 1:", "2 steps: 1 proved"]),
        # one line says nothing of a page: an equation between free quantities is a claim
        ([r"\sum_k y_k = 1"], 1, ["refuted: The two sides differ: 3 against 1."]),
        ([r"\foo x = x"], 1, ["unread: Not read: the command \\foo is not known.", "reading stopped at 1:1"]),
        ([r"\foo x = x", "--allow", "unread"], 0, ["unread"]),
        (["x = \x1b[31m y"], 1, ["problem:"]),
        ([r"a_j = b_j \cdot c_k", "--size", "n=2"], 1, []),
        (["x + y"], 2, ["derive: no relation is stated: x+y".replace("+", " + ")]),
        (["x = y", "--let", r"x = \foo"], 2, ["the command \\foo is not known"]),
        (["x = y", "--given", r"\foo > 0"], 2, []),
        ([JACOBIAN, "--let", SOFTMAX, "--size", "m=3"], 2, ["the formula has no size m: those it has are n"]),
        ([JACOBIAN, "--let", SOFTMAX, "--size", "n=0"], 2, ["the size n = 0 is below 1"]),
        ([JACOBIAN, "--let", SOFTMAX, "--size", "n"], 2, ["n: write n=100"]),
        ([], 2, ["Missing argument"]),
    ],
)  # fmt: skip
def test_a_line_gets_its_verdicts_and_its_exit_code(
    args: list[str], code: int, lines: list[str]
) -> None:
    result = prove(*args)
    assert result.exit_code == code, result.output
    for line in lines:
        assert line in result.output
    assert "Traceback" not in result.output
    assert "\x1b" not in result.output


def test_json_is_that_of_check() -> None:
    result = prove("x + x = 2x = 3x", "--format", "json")
    assert result.exit_code == 1
    data = json.loads(result.output)
    steps = data["pages"][0]["steps"]
    assert [(s["verdict"], s["line"], s["column"]) for s in steps] == [
        ("proved", 1, 9),
        ("refuted", 1, 14),
    ]
    assert steps[1]["counterexample"]["values"] == {"x": "1"}


def test_a_contradiction_has_its_own_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    import derive.judging
    from derive.deciding.verdict import InternalContradiction

    def broken(claim: object) -> None:
        raise InternalContradiction("the two paths disagree")

    monkeypatch.setattr(derive.judging, "decide", broken)
    result = prove("x = x")
    assert result.exit_code == 3
    assert "internal contradiction, please report it: the two paths disagree" in result.output
