"""Events and adherence in whole runs: the chain agrees with the closed form, steady states are those of long use."""

import json
import tomllib

import numpy as np
import pandas as pd
import pytest

from allostasis import library
from allostasis.cli import compile_cache, main
from allostasis.cli.events import case_of_events
from allostasis.clinic import simulate
from allostasis.patient import Patient
from allostasis.quantity import InputError, NotModelledError
from allostasis.regimen import Adherence, parse_regimen
from allostasis.report.tables import case_text
from allostasis.simulation import check, parse_case
from allostasis.simulation.event_course import plasma_course
from allostasis.study import sample_factors

LAST = {"plasma": ("last",), "log_adaptation": ("last",), "imbalance": ("mean", "min", "max", "time_of_max")}


def case(regimen, horizon="4 d", *, adherence=None, **tables):
    arm = {"name": "a", "regimen": regimen} | ({"adherence": adherence} if adherence else {})
    return parse_case({"title": "t", "horizon": horizon, "arm": [arm], "output": {"every": "1 h"}} | tables)


def plasma(result, drug):
    mass = library.drug(drug).molar_mass.to("g/mol") / 1000
    return result.data["plasma_last"].sel(moiety=drug).squeeze().to_numpy() * mass


@pytest.mark.parametrize(
    ("drug", "text"),
    [
        ("lorazepam", "event lorazepam 2 mg po at 0 h, every 12 h, 3 more, steady state"),
        ("lorazepam", "event lorazepam 2 mg iv at 0 h, rate 0.5 mg/h, every 3 h, 9 more, steady state, available 0.7"),
        ("lorazepam", "event lorazepam 0.2 mg/h iv at 0 h, steady state; event reset lorazepam 1 mg po at 40 h, lag 2 h"),
        ("lorazepam", "event lorazepam 2 mg po at 0 h, every 24 h, steady state;"
         "event lorazepam 1 mg po at 0 h, every 24 h, added steady state, lag 12 h"),
        ("lorazepam", "event lorazepam 2 mg po at 0 h, every 8 h, 20 more, lag 30 min; event reset at 30 h;"
         "event lorazepam 4 mg iv at 30 h, over 2 h; event lorazepam 1 mg po at 60 h, every 12 h, 3 more, steady state"),
    ],
)  # fmt: skip
def test_the_chain_agrees_with_the_closed_form(drug, text):
    result = simulate(case(text), wanted=LAST)
    times = result.data["time"].to_numpy()
    exact = plasma_course(parse_regimen(text), times, Patient())
    begins = [period.start_h for period in parse_regimen(text).periods(96)]
    assert plasma(result, drug) == pytest.approx(exact, rel=2e-5, abs=1e-5)
    assert len(begins) == 1 or any(f"reset at {begins[1]:g} h" in note for note in result.notes)


def test_a_steady_state_is_that_of_long_use():
    """Plasma and adaptation: the implied doses are simulated until the slowest state has settled."""
    text = "event lorazepam 1 mg po at 0 h, every 12 h, 20 more, steady state"
    result = simulate(case(text, "8 d"), wanted=LAST)
    series = result.data["log_adaptation_last"].squeeze().to_numpy()
    for name in ("log_adaptation_last", "imbalance_max", "imbalance_min"):
        values = result.data[name].squeeze().to_numpy()
        assert values[25:-24] == pytest.approx(values[49:], rel=1e-4, abs=1e-5)
    long = simulate(case("lorazepam 1 mg po bid for 900 d", "900 d", output={"every": "1 d"}), wanted=LAST)
    assert series[24] == pytest.approx(float(long.data["log_adaptation_last"].squeeze()[-1]), rel=1e-4)
    assert float(result.data["imbalance_time_of_max"].min()) >= 0.0
    assert "steady state" in result.notes[0]
    assert float(result.data["dose"].sum()) == 16.0  # the implied doses are no doses of the run


def test_a_reset_begins_anew():
    text = "event alprazolam 1 mg po at 0 h, every 12 h, 20 more; event reset at 48 h"
    result = simulate(case(text), wanted=LAST)
    after = result.data["log_adaptation_last"].squeeze().to_numpy()
    assert after[48] > 0.01  # the row of the reset is the end of what was before
    assert (after[49:] == 0).all()
    assert float(result.data["dose"].sum()) == 4.0
    assert result.last_dose_h["a"] == 36.0


@pytest.mark.parametrize(
    ("text", "error", "match"),
    [
        ("event lorazepam 1 mg po at 0 h, every 24 h, steady state; event lorazepam 1 mg po at 12 h, every 24 h,"
         " added steady state", NotModelledError, "with ALAG 12 added"),
        ("event lorazepam 1 mg po at 0 h; event reset at 2.3 h", InputError, "multiple of 1 h"),
    ],
)  # fmt: skip
def test_refused_runs(text, error, match):
    with pytest.raises(error, match=match):
        simulate(case(text))


@pytest.mark.slow
def test_check_follows_lag_and_f():
    question = case("event lorazepam 2 mg po at 0 h, lag 1 h, available 0.5; event lorazepam 2 mg po at 30 h", "3 d")
    found = check(question, simulate(question))
    assert all(abs(headline.reference_error) < 0.02 * max(1.0, abs(headline.value)) for headline in found if headline.unit != "h")
    steady_one = case("event lorazepam 2 mg po at 0 h, every 12 h, steady state", "2 d")
    assert all(headline.reference is None for headline in check(steady_one, simulate(steady_one)))


ADHERENCE = {"missed": 0.2, "late_sd": "1 h", "doubled": 0.1, "seed": 4}
BID = "lorazepam 1 mg po bid for 15 d"


def test_adherence_of_an_arm():
    result = simulate(case(BID, "20 d", adherence=ADHERENCE))
    taken = Adherence(**ADHERENCE).apply(parse_regimen(BID).doses(480))
    assert float(result.data["dose"].sum()) == pytest.approx(sum(dose.amount for dose in taken.doses))
    assert result.notes[0] == f"Arm 'a' with adherence: {taken}."
    assert result.regimens["a"] == str(parse_regimen(BID))
    assert result.last_dose_h["a"] == pytest.approx(taken.doses[-1].time_h)
    again = simulate(case(BID, "20 d", adherence=ADHERENCE))
    assert again.data.equals(result.data)
    whole = simulate(case(BID, "20 d", adherence={"seed": 9}))
    assert whole.data.equals(simulate(case(BID, "20 d")).data)
    nothing = simulate(case(BID, "20 d", adherence={"missed": 1.0}))
    assert float(nothing.data["plasma_max"].max()) == 0.0


def test_the_case_of_a_report_reads_back_with_its_adherence():
    for question in (case(BID, adherence=ADHERENCE), case("event lorazepam 1 mg po at 0 h, every 12 h, steady state")):
        assert parse_case(tomllib.loads(case_text(question.model_dump()))) == question


def test_each_patient_takes_the_doses_differently():
    question = case(BID, "10 d", adherence=ADHERENCE)
    factors = sample_factors(question, 3, seed=1)
    result = simulate(question, factors=factors, wanted=LAST)
    assert "each patient differently" in result.notes[0]
    adherence, doses = Adherence(**ADHERENCE), parse_regimen(BID).doses(240)
    for patient in range(3):
        taken = adherence.apply(doses, patient).doses
        alone = simulate(case(BID, "10 d"), factors={k: v[patient : patient + 1] for k, v in factors.items()}, wanted=LAST)
        mine = result.data["plasma_last"].isel(patient=patient).squeeze().to_numpy()
        assert not np.allclose(mine, alone.data["plasma_last"].squeeze().to_numpy())
        assert mine[1] > 0 or taken[0].time_h > 0
    mean = np.mean([sum(d.amount for d in adherence.apply(doses, p).doses) for p in range(3)])
    assert float(result.data["dose"].sum()) == pytest.approx(mean)


@pytest.mark.parametrize(
    ("adherence", "match"),
    [
        ({"missed": 2.0}, "missed"),
        ({"missd": 0.1}, "did you mean 'missed'"),
        ({"late_sd": "1"}, "no unit"),
        ({"late_sd": 1}, "key 'arm.0.adherence.late_sd'"),
        ({"missed": "10 %"}, "a number from 0 to 1"),
        ({"seed": 1.5}, "a whole number"),
        ({"seed": -1}, "seed"),
    ],
)
def test_refused_adherence(adherence, match):
    with pytest.raises(InputError, match=match):
        case(BID, adherence=adherence)


def test_adherence_and_resets_exclude_each_other():
    with pytest.raises(NotModelledError, match="resets or steady states"):
        simulate(case("event lorazepam 1 mg po at 0 h, every 12 h, steady state", adherence={"missed": 0.1}))


TABLE = """ID,TIME,AMT,RATE,II,ADDL,SS,CMT,EVID,DV,ALAG,BIOAV,WT
1,0,2,0,12,13,1,1,1,.,0,1,80
1,0,0,0,0,0,0,1,0,20.1,0,1,80
1,2,0,0,0,0,0,1,0,33,0,1,80
1,100,0,0,0,0,0,1,3,.,0,1,80
1,101,0,0,0,0,0,1,0,0,0,1,80
1,120,4,2,0,0,0,2,4,.,0.5,1,80
1,124,0,0,0,0,0,2,0,.,0,1,80
b,0,2,0,12,13,0,1,1,.,0.25,0.8,80
b,24,0,0,0,0,0,1,0,.,0,1,80
"""


@pytest.fixture(autouse=True)
def no_cache(monkeypatch):
    monkeypatch.setattr(compile_cache, "enable", lambda: None)


def status(*arguments) -> int:
    with pytest.raises(SystemExit) as left:
        main([str(argument) for argument in arguments])
    return left.value.code or 0


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_table_end_to_end(tmp_path, suffix, capsys):
    path, out = tmp_path / f"table{suffix}", tmp_path / "out"
    (tmp_path / "table.csv").write_text(TABLE)
    if suffix == ".parquet":
        pd.read_csv(tmp_path / "table.csv", dtype={"ID": str}, na_values=".").to_parquet(path)
    assert status("run", "--events", path, "--drug", "lorazepam", "--horizon", "10 d", "--out", out) == 0
    assert "is reset at 100 h, 120 h" in " ".join(capsys.readouterr().out.split())
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert record["case"]["output"]["every"] == "1 h"
    assert record["regimens"]["ID b"] == "event lorazepam 2 mg oral at 0 h, every 12 h, 13 more, lag 15 min, available 0.8"
    found = pd.read_csv(out / "predictions.csv")
    assert found["ID"].astype(str).tolist() == ["1"] * 4 + ["b"]
    assert found["PRED"][2] == 0.0  # behind the reset
    regimen = parse_regimen(record["regimens"]["ID 1"])
    exact = plasma_course(regimen, found["TIME"][:4].to_numpy(float), Patient(80.0), after=np.ones(4, bool))
    assert found["PRED"][:4].tolist() == pytest.approx(exact.tolist(), rel=1e-12)
    assert found["DV"][1] == 33.0


def test_a_table_without_observations_has_no_predictions(tmp_path):
    (tmp_path / "t.csv").write_text("ID,TIME,AMT,CMT\n1,0,2,1\n")
    arguments = ("--drug", "lorazepam", "--horizon", "2 d", "--out", tmp_path / "out")
    assert status("run", "--events", tmp_path / "t.csv", *arguments) == 0
    assert not (tmp_path / "out" / "predictions.csv").exists()


@pytest.mark.parametrize(
    ("time", "every", "step"),
    [("24", "24 h", "30 min"), ("6", "6 h", "30 min"), ("3", "1 h", "30 min"), ("3.5", "30 min", "30 min"),
     ("3.25", "15 min", "15 min"), ("3.1", "2 min", "2 min")],
)  # fmt: skip
def test_the_grid_holds_the_resets(tmp_path, time, every, step):
    (tmp_path / "t.csv").write_text(f"ID,TIME,AMT,CMT,EVID\n1,0,2,1,1\n1,{time},2,1,4\n")
    made = case_of_events(tmp_path / "t.csv", "lorazepam", "4 d")
    assert (made.output.every, made.solver.step) == (every, step)


def test_refused_tables_end_to_end(tmp_path, capsys):
    arguments = ("--drug", "lorazepam", "--horizon", "4 d", "--out", tmp_path / "out")
    for rows, words in (
        ("1,0,2,1,1\n1,3.123,2,1,4\n", "between whole minutes"),
        ("1,0,2,9,1\n", "a column CMT"),
        ("1,0,-2,1,1\n", "row 2, column AMT"),
    ):
        (tmp_path / "t.csv").write_text("ID,TIME,AMT,CMT,EVID\n" + rows)
        assert status("run", "--events", tmp_path / "t.csv", *arguments) == 2
        assert words in capsys.readouterr().err
        assert not (tmp_path / "out").exists()
