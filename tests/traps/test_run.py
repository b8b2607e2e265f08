"""The runner for claims files: every entry gets a column, and a wrong verdict is seen."""

from __future__ import annotations

import json
import os
import re
import time
from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from flint import arb, fmpq

from derive.deciding.assumptions import assume
from derive.deciding.witness import Point, compare
from tests.traps.file_point import assumption_fails, at_point
from tests.traps.maxima_peer import available, maxima
from tests.traps.outcome import judge
from tests.traps.prefix_form import NotSayable, said
from tests.traps.restrictions import Restriction, kept
from tests.traps.run import judge_all, main
from tests.traps.spelled import spelled
from tests.traps.sympy_peer import RECIPES, answer
from tests.traps.worker import Worker

SHARED = Path(__file__).parents[3] / "shared" / "traps" / "claims.json"

N = ["sym", "n"]
ONE = ["int", 1]
ZERO = ["int", 0]


def sym(name: str) -> list[Any]:
    return ["sym", name]


def x(index: str, name: str = "x") -> list[Any]:
    return ["idx", name, sym(index)]


def total(letter: str, body: Any, low: Any = ONE, high: Any = N, head: str = "sum") -> list[Any]:
    return [head, letter, low, high, body]


def plus(node: Any, number: int) -> list[Any]:
    return (
        ["add", node, ["int", number]] if number >= 0 else ["add", node, ["neg", ["int", -number]]]
    )


def case(
    left: Any,
    right: Any,
    truth: str,
    *,
    symbols: Mapping[str, str] | None = None,
    arrays: str = "x",
    domain: str = "real",
    constraints: list[list[str]] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """A case of the form with what is usual declared: n, x over n."""
    return {
        "id": "inline", "family": "inline", "truth": truth, "tag": "slip",
        "lhs": left, "rhs": right,
        "declared": {
            "symbols": {"n": "size", **(symbols or {})},
            "arrays": {name: {"rank": 1, "domain": domain} for name in arrays},
            "constraints": constraints or [],
        },
        **more,
    }  # fmt: skip


SOFTMAX_I = ["div", ["exp", x("i")], total("k", ["exp", x("k")])]
SOFTMAX_J = ["div", ["exp", x("j")], total("k", ["exp", x("k")])]
JACOBIAN = ["mul", SOFTMAX_J, ["add", ["delta", sym("i"), sym("j")], ["neg", SOFTMAX_I]]]
IJ = {"i": "index:n", "j": "index:n"}
A = {"a": "real"}
ROOT = ["sqrt", ["pow", sym("a"), ["int", 2]]]
LOG_PRODUCT = ["log", ["mul", sym("a"), sym("b")]]
LOG_SUM = ["add", ["log", sym("a")], ["log", sym("b")]]
GRADIENT = ["d", ["neg", total("k", ["mul", x("k", "y"), ["log", ["div", ["exp", x("k")],
            total("l", ["exp", x("l")])]]])], x("j")]  # fmt: skip
COST = (GRADIENT, ["add", SOFTMAX_J, ["neg", x("j", "y")]])

# (why, case, column): what is decided, and how.
DECIDED: list[tuple[str, dict[str, Any], str]] = [
    ("softmax's Jacobian",
     case(["d", SOFTMAX_J, x("i")], JACOBIAN, "true", symbols=IJ), "proved every n"),
    ("the case i ≠ j for all",
     case(["d", SOFTMAX_J, x("i")], ["neg", ["mul", SOFTMAX_J, SOFTMAX_I]], "false", symbols=IJ),
     "refuted"),
    ("the case i ≠ j, declared",
     case(["d", SOFTMAX_J, x("i")], ["neg", ["mul", SOFTMAX_J, SOFTMAX_I]], "true", symbols=IJ,
          constraints=[["ne", "i", "j"]]), "proved every n"),
    ("Σ y = 1, declared",
     case(*COST, "true", symbols=IJ, arrays="xy", constraints=[["sum1", "y"]]), "proved every n"),
    ("Σ y = 1, left unsaid", case(*COST, "false", symbols=IJ, arrays="xy"), "assumed"),
    ("a quotient that may be 0/0",
     case(["div", sym("a"), sym("a")], ONE, "domain", symbols=A), "proved every n"),
    ("an index as a number",
     case(total("k", sym("k")), ["div", ["mul", N, plus(N, 1)], ["int", 2]], "true"),
     "proved n ≤ N"),
    ("from 0: one number more",
     case(total("k", ["pow", sym("a"), sym("k")], ZERO),
          ["add", ONE, total("k", ["pow", sym("a"), sym("k")])], "true", symbols={"a": "pos"}),
     "proved n ≤ N"),
    ("from 0, forgotten",
     case(total("k", sym("a"), ZERO), ["mul", N, sym("a")], "false", symbols=A), "refuted"),
    ("to n + 1", case(total("k", sym("k"), ONE, plus(N, 1)),
                      ["add", total("k", sym("k")), N, ONE], "true"), "proved n ≤ N"),
    ("entries 0…n are an axis of their own",
     case(total("k", ["mul", ["int", 2], x("k")], ZERO),
          ["mul", ["int", 2], total("l", x("l"), ZERO)], "true"), "proved every n"),
    ("entries 1…n+1, sign",
     case(total("k", ["neg", x("k")], ONE, plus(N, 1)), total("l", x("l"), ONE, plus(N, 1)),
          "false"), "refuted"),
    ("the last entry", case(total("k", x("k")), ["add", total("k", x("k"), ONE, plus(N, -1)),
                                                 x("n")], "true"), "proved every n"),
    ("from 2", case(total("k", x("k"), ["int", 2]),
                    ["add", total("k", x("k")), ["neg", ["idx", "x", ONE]]], "true"),
     "proved every n"),
    ("two numbers", case(total("k", x("k"), ONE, ["int", 2]),
                         ["add", ["idx", "x", ONE], ["idx", "x", ["int", 2]]], "true"),
     "proved every n"),
    ("an empty range", case(total("k", x("k"), ONE, ZERO), ZERO, "true"), "proved every n"),
    ("an empty product", case(total("k", x("k"), ONE, ZERO, "prod"), ZERO, "false"), "refuted"),
    ("equal sizes share one letter",
     case(total("k", x("k"), ONE, sym("m")), total("k", x("k")), "true", symbols={"m": "size"},
          constraints=[["eqsize", "n", "m"]]), "proved every n"),
    ("tan is sin over cos",
     case(["mul", ["tan", sym("a")], ["cos", sym("a")]], ["sin", sym("a")], "domain", symbols=A),
     "proved every n"),
    ("π is at least a quantity",
     case(["mul", ["pi"], sym("a")], ["mul", sym("a"), ["pi"]], "true", symbols=A),
     "proved every n"),
    ("π is the number where nothing is said of it", case(["pi"], ["int", 3], "false"), "refuted"),
    ("what is proved without n ≥ 2 holds with it",
     case(total("k", ["add", x("k"), ONE]), ["add", total("k", x("k")), N], "true",
          symbols={"n": "size2"}), "proved every n"),
    ("no value at n = 1",
     case(["mul", ["div", total("k", x("k")), plus(N, -1)], plus(N, -1)], total("k", x("k")),
          "true", symbols={"n": "size2"}), "proved every n"),
    ("a counterexample that keeps what no given says",
     case(["mul", ["int", 2], sym("a")], ["mul", ["int", 3], sym("a")], "false",
          symbols={"a": "nonzero"}), "refuted"),
    ("a counterexample that breaks what no given says",
     case(total("k", ["pow", x("k"), ["int", 2]]), total("k", x("k")), "true", domain="pm1"),
     "not sayable"),
    ("false for complex numbers only, proved where both sides are real",
     case(LOG_PRODUCT, LOG_SUM, "false", symbols={"a": "nonzero", "b": "nonzero"},
          counterexample={"indices": {"n": 1}, "values": {"a": "-2", "b": "-3"}}),
     "proved every n"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("claim", "column"), [c[1:] for c in DECIDED], ids=[c[0] for c in DECIDED]
)
def test_a_claim_gets_its_column_and_none_is_wrong(claim: dict[str, Any], column: str) -> None:
    outcome = judge(claim)
    assert (outcome.column, outcome.wrong) == (column, ""), outcome


def nested(depth: int) -> Any:
    node: Any = ONE
    for _ in range(depth):
        node = ["neg", node]
    return node


# (entry, what its reason must say): no entry crashes, and each says why it is not sayable.
NOT_SAYABLE: list[tuple[Any, str]] = [
    ("no case", "malformed"),
    ({}, "malformed"),
    (None, "malformed"),
    (case(["frobnicate", ONE], ONE, "true"), "frobnicate"),
    (case(["div", ONE], ONE, "true"), "div"),
    (case([["sym"]], ONE, "true"), "malformed"),
    (case([], ONE, "true"), "malformed"),
    (case("1", ONE, "true"), "1"),
    (case(["int", "__import__('os')"], ONE, "true"), "int"),
    (case(sym("nowhere"), ONE, "true"), "malformed"),
    (case(["rat", 1, 0], ONE, "true"), "malformed"),
    (case(["binom", N, ONE], ONE, "true"), "binom"),
    (case(sym("a"), ONE, "true", symbols={"a": "quaternion"}), "domain quaternion"),
    (case(sym("a"), ONE, "true", symbols={"a": "complex"}), "domain complex"),
    (case(sym("a"), ONE, "true", symbols={"a": "int"}), "domain int"),
    (case(total("k", x("k")), ONE, "true", domain="quaternion"), "domain quaternion"),
    (case(ONE, ONE, "true", constraints=[["prime", "n"]]), "constraint prime"),
    (case(ONE, ONE, "true", constraints=[[]]), "malformed"),
    (case(ONE, ONE, "true", constraints=[["ne", "i", "j"]]), "malformed"),
    (case(N, ONE, "true", arrays="", symbols={"n": "natural"}), "natural"),
    (case(total("k", x("k"), ONE, sym("i")), ONE, "true", symbols=IJ), "a range to an index"),
    (case(total("k", x("k"), sym("i")), ONE, "true", symbols=IJ), "a range from an index"),
    (case(total("k", ONE, ONE, ["mul", ["int", 2], N]), ONE, "true"), "a multiple"),
    (case(total("n", x("n")), ONE, "true"), "the name of a size"),
    (case(total("k", ["idx", "x", plus(sym("k"), 1)]), ONE, "true"), "index arithmetic"),
    (case(["add", total("k", x("k"), ZERO), total("k", x("k"))], ONE, "true"), "another range"),
    (case(["idx", "x", ZERO], x("i"), "true", symbols=IJ), "below its range"),
    (case(total("k", sym("k"), ["int", 3], plus(N, 1)), ONE, "true"), "may be empty"),
    (case(total("k", sym("k"), ZERO, plus(N, -2)), ONE, "true"), "may be empty"),
    (case(total("k", ONE, ONE, ["int", 10**9]), ONE, "true"), "more than 64"),
    (case(total("k", x("k"), ["int", 10**9]), ONE, "true"), "more than 64"),
    (case(["d", ONE, ["int", 2]], ONE, "true"), "a derivative by no entry"),
    (case(["delta", ONE, ONE], ONE, "true"), "a delta of constants"),
    (case(nested(100_000), ONE, "true"), "nested too deeply"),
]  # fmt: skip


def test_an_entry_that_cannot_be_said_gives_its_reason_and_costs_no_other() -> None:
    good = case(ONE, ONE, "true")
    entries = [entry for entry, _ in NOT_SAYABLE]
    outcomes = [j.outcome for j in judge_all([*entries, good])]
    for outcome, (_, reason) in zip(outcomes[:-1], NOT_SAYABLE, strict=True):
        assert outcome.column == "not sayable", outcome
        assert reason in outcome.detail
    assert [o.column for o in outcomes[len(entries) :]] == ["proved every n"]


# ---------------------------------------------------------------------- ranges, by numbers

RANGES = [
    (low, high)
    for low in (-1, 0, 1, 2, 3)
    for high in (-2, -1, 0, 1, 2)
]  # fmt: skip
BODIES = {"number": ["pow", sym("k"), ["int", 2]], "entry": ["mul", x("k"), sym("a")]}


def value(node: Any) -> Fraction:
    """A spelled tree's value where x_k = 1/(k + 5) and a = 7: no derive in it."""
    head, *rest = node
    match head:
        case "int":
            return Fraction(rest[0])
        case "sym":
            return Fraction(7) if rest[0] == "a" else Fraction(1, int(rest[0][2:]) + 5)
        case "pow":
            return value(rest[0]) ** int(value(rest[1]))
    parts = [value(part) for part in rest]
    result = Fraction(int(head == "mul"))
    for part in parts:
        result = result * part if head == "mul" else result + part
    return result


@pytest.mark.parametrize("head", ["sum", "prod"])
@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize(("low", "high"), RANGES)
def test_a_range_means_what_it_says(low: int, high: int, kind: str, head: str) -> None:
    written = total("k", BODIES[kind], ["int", low], plus(N, high), head)
    try:
        made = said(case(written, ZERO, "false", symbols=A))
    except NotSayable:
        assert low < 1 or high > 0
        return
    for n in (1, 2, 3, 4):
        sizes = {axis: n + axis.extra for axis in made.claim.axes}
        point = Point(sizes, 1)
        for name, family in made.arrays.items():
            slots = [(k,) for k in range(sizes[family.axes[0]])] if family.axes else [()]
            for at in slots if name == "x" else [()]:
                shown = Fraction(1, at[0] + family.axes[0].start + 5) if at else Fraction(7)
                point.values[family, at] = (ball(shown), str(shown))
        left, _ = compare(made.claim, point, {})
        assert left.overlaps(ball(value(spelled(written, {"n": n})))), (n, str(left))


def ball(number: Fraction) -> Any:
    return arb(fmpq(number.numerator, number.denominator))


def test_most_ranges_near_an_axis_can_be_said() -> None:
    sayable = Counter[str]()
    for kind, body in BODIES.items():
        for low, high in RANGES:
            try:
                said(case(total("k", body, ["int", low], plus(N, high)), ZERO, "false", symbols=A))
            except NotSayable:
                continue
            sayable[kind] += 1
    assert sayable["number"] >= 19
    assert sayable["entry"] >= 14


# ---------------------------------------------------------------------- wrong verdicts are seen

AT_ONE = {"indices": {"n": 1}, "values": {"a": "1"}}
WRONG: list[tuple[str, dict[str, Any]]] = [
    ("a false one proved", case(sym("a"), sym("a"), "false", symbols=A, counterexample=AT_ONE)),
    ("a false one proved, and no counterexample given",
     case(sym("a"), sym("a"), "false", symbols=A)),
    ("a false one proved, and the counterexample is not one",
     case(sym("a"), sym("a"), "false", symbols=A, counterexample={"indices": 3})),
    ("proved without its condition, however complex the point",
     case(sym("a"), sym("a"), "false", symbols=A,
          counterexample={"indices": {"n": 1}, "values": {"a": "1+2*I"}})),
    ("a true one refuted", case(sym("a"), ONE, "true", symbols=A)),
    ("a domain one refuted", case(["div", sym("a"), sym("a")], ZERO, "domain", symbols=A)),
    ("proved under an assumption that the counterexample meets",
     case(*COST, "false", symbols=IJ, arrays="xy", counterexample={
         "indices": {"n": 2, "i": 1, "j": 1},
         "values": {"y_1": "1/3", "y_2": "2/3", "x_1": "0", "x_2": "1"}})),
]  # fmt: skip


@pytest.mark.parametrize("claim", [c[1] for c in WRONG], ids=[c[0] for c in WRONG])
def test_a_verdict_against_the_truth_is_wrong(claim: dict[str, Any], tmp_path: Path) -> None:
    assert judge(claim).wrong
    file = tmp_path / "claims.json"
    file.write_text(json.dumps({"cases": [claim]}))
    assert main([str(file)]) == 1


def test_an_unstated_assumption_must_fail_at_the_counterexample() -> None:
    made = said(WRONG[-1][1])
    hidden = assume(made.claim)
    assert hidden is not None
    example = WRONG[-1][1]["counterexample"]
    assert assumption_fails(made, hidden, example) is False
    other = {**example, "values": {**example["values"], "y_2": "2"}}
    assert assumption_fails(made, hidden, other) is True
    assert assumption_fails(made, hidden, {"indices": {}, "values": {}}) is None


@pytest.mark.parametrize(
    ("left", "example", "word"),
    [
        (sym("a"), {"a": "2"}, "differ"),
        (sym("a"), {"a": "1"}, "agree"),
        (sym("a"), {"a": "2+1*I"}, "complex point"),
        (["log", sym("a")], {"a": "-2"}, "undefined"),
        (["sqrt", sym("a")], {"a": "-2"}, "undefined"),
        (["div", ONE, sym("a")], {"a": "0"}, "undefined"),
        (["exp", sym("a")], {"a": "100000"}, "unclear"),
        (sym("a"), {"b": "2"}, "unclear"),
    ],
)
def test_a_point_of_the_file_is_met_by_our_reading(
    left: Any, example: dict[str, str], word: str
) -> None:
    point = {"indices": {"n": 1}, "values": example}
    assert at_point(said(case(left, ONE, "false", symbols=A)), point).word == word


@pytest.mark.parametrize(
    ("kind", "inside", "outside"),
    [
        ("nonzero", "1", "0"), ("not1", "0", "1"), ("not01", "2", "0"), ("gt1", "log(3)", "1"),
        ("unit", "1/2", "log(3)"), ("neg", "log(1/2)", "0"), ("nonneg", "0", "-1"),
        ("bit", "log(1)", "1/2"), ("pm1", "-1", "0"), ("pos_not1", "2", "1"),
    ],
)  # fmt: skip
def test_a_restriction_is_kept_or_broken(kind: str, inside: str, outside: str) -> None:
    restriction = Restriction(kind, "a")
    assert kept(restriction, {"a_1": inside, "b": outside}, {}) is True
    assert kept(restriction, {"a_1": inside, "a_2": outside}, {}) is False
    assert kept(restriction, {"a_1": "[1.2 +/- 0.1]"}, {}) is None


# ---------------------------------------------------------------------- the command


def test_the_runner_prints_tables_and_writes_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = [c for _, c, _ in DECIDED] + [c for c, _ in NOT_SAYABLE[:-1]]
    cases[0]["peers"] = {"simplify3": "false", "equalsN": "true"}
    file, record = tmp_path / "claims.json", tmp_path / "out.json"
    file.write_text(json.dumps({"cases": cases}))
    assert main([str(file), "--json", str(record), "--markdown"]) == 0
    shown = capsys.readouterr().out
    proved = Counter(c["truth"] for _, c, column in DECIDED if column == "proved every n")
    assert f"| true | {proved['true']} | " in shown
    assert f"| false | {proved['false']} | " in shown
    assert "| **" not in shown
    assert "| equalsN | 1 | 0 |" in shown
    assert "False at a point where a side is not real" in shown
    written = json.loads(record.read_text())
    assert len(written) == len(cases)
    assert [w["derive"]["column"] for w in written][: len(DECIDED)] == [c for *_, c in DECIDED]
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


@pytest.mark.parametrize("text", ["", "{", "3", '{"cases": 3}', "[" * 100_000])
def test_what_is_no_claims_file_is_wrong_usage(text: str, tmp_path: Path) -> None:
    file = tmp_path / "claims.json"
    file.write_text(text)
    assert main([str(file)]) == 2
    assert main([str(tmp_path / "nowhere.json")]) == 2


# ---------------------------------------------------------------------- peers

PEERS: list[tuple[dict[str, Any], dict[str, bool | None]]] = [
    (case(["add", x("j"), x("j")], ["mul", ["int", 2], x("j")], "true", symbols=IJ),
     dict.fromkeys(RECIPES, True)),
    (case(["d", SOFTMAX_J, x("i")], JACOBIAN, "true", symbols=IJ), {"simplify, n = 3": True}),
    (case(["d", SOFTMAX_J, x("i")], ["neg", ["mul", SOFTMAX_J, SOFTMAX_I]], "false", symbols=IJ),
     {"simplify, n = 3": False, "equals, n = 3": False}),
    (case(total("k", x("k")), ONE, "true", constraints=[["sum1", "x"]]),
     dict.fromkeys(RECIPES, True)),
    (case(["delta", sym("i"), sym("j")], ZERO, "true", symbols=IJ, constraints=[["ne", "i", "j"]]),
     dict.fromkeys(RECIPES, True)),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "answers"), PEERS)
def test_sympy_is_asked_what_the_claim_says(
    claim: dict[str, Any], answers: dict[str, bool | None]
) -> None:
    assert {recipe: answer((recipe, claim)) for recipe in answers} == answers


@pytest.mark.skipif(not available(), reason="maxima is not installed")
@pytest.mark.parametrize(("claim", "answers"), PEERS)
def test_maxima_is_asked_what_the_claim_says(
    claim: dict[str, Any], answers: dict[str, bool | None]
) -> None:
    assert maxima(claim, 30).value is (True if claim["truth"] == "true" else None)


def test_no_text_of_a_file_reaches_maxima() -> None:
    hostile = case(sym('a)$ system("true'), ONE, "true", symbols={'a)$ system("true': "real"})
    assert maxima(hostile, 5).failure.startswith("not sayable: not a name")


def _misbehave(how: str) -> str:
    match how:
        case "hang":
            time.sleep(60)
        case "die":
            os._exit(3)
        case "raise":
            raise StopIteration
    return "well"


def test_no_hang_death_or_exception_is_an_answer() -> None:
    with Worker(_misbehave, 1) as worker:
        replies = [worker.ask(how) for how in ("fine", "hang", "die", "raise", "fine")]
    assert [r.value for r in replies] == ["well", None, None, None, "well"]
    assert [r.failure.split(":")[0] for r in replies] == ["", "timeout", "died", "crash", ""]


def test_peers_are_counted_beside_derive_and_no_entry_stops_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = [PEERS[0][0], PEERS[3][0], *(c for c, _ in NOT_SAYABLE[:12])]
    judged = list(judge_all([*cases, NOT_SAYABLE[-1][0]], peers=True, peer_seconds=2))
    assert len(judged) == len(cases) + 1
    assert all(set(RECIPES) <= {r.removeprefix("SymPy ") for r in j.peers} for j in judged)
    assert all(r.failure for j in judged[2:5] for r in j.peers.values())
    file = tmp_path / "claims.json"
    file.write_text(json.dumps(cases[:3]))
    assert main([str(file), "--peers", "--peer-seconds", "2"]) == 0
    row = re.search(r"SymPy simplify, n = 3(.*)", capsys.readouterr().out)
    assert row is not None
    assert row[1].split()[:7] == ["2", "0", "0", "0", "1", "0", "1"]


# ---------------------------------------------------------------------- the shared file


@pytest.mark.skipif(
    not SHARED.exists(), reason=f"{SHARED} is not there; it is no part of the repo"
)
def test_the_shared_claims(capsys: pytest.CaptureFixture[str]) -> None:
    """No verdict is wrong, and most claims are decided."""
    cases = json.loads(SHARED.read_text())["cases"]
    judged = list(judge_all(cases))
    assert [(j["id"], j.outcome) for j in judged if j.outcome.wrong] == []
    count = Counter((j["truth"], j.outcome.column) for j in judged)
    assert count["true", "proved every n"] >= 124
    assert count["true", "proved every n"] + count["true", "proved n ≤ N"] >= 135
    assert count["false", "refuted"] >= 262
    domain = [j.outcome for j in judged if j["truth"] == "domain"]
    assert all(o.column.startswith("proved") and o.where for o in domain)
    assert main([str(SHARED)]) == 0
    assert "Beside the peers' figures" in capsys.readouterr().out
