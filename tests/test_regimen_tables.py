"""TOML tables and event tables: what they give, and what they refuse by name."""

import pytest

from allostasis.quantity.errors import InputError, NotModelledError, UnknownNameError
from allostasis.regimen.dose import Dose
from allostasis.regimen.event_table import read_covariates, read_event_table, write_event_table
from allostasis.regimen.grammar import parse
from allostasis.regimen.regimen import Regimen

DOSING = {"drug": "lorazepam", "dose": "1 mg", "route": "po", "times_per_day": 3, "for": "28 d"}
TAPER = {"percent": 10, "percent_of": "current", "every": "14 d"}
RULE = {
    "drug": "flumazenil", "dose": "0.2 mg", "route": "iv", "port": "occupancy", "component": "a1",
    "above": 0.5, "at_most_every": "1 min", "at_most_doses": 5, "from": "30 min",
}  # fmt: skip


def without(table, key):
    return {k: v for k, v in table.items() if k != key}


TID = "lorazepam 1 mg po tid for 28 d"
BY = {"by": "0.5 mg", "every": "7 d", "until_below": "20 % of start"}
NIGHT = {
    "drug": "diazepam", "dose": ["5 mg", "10 mg"], "route": "oral", "clock": ["8:00", "22:00"],
    "parallel": True,
}  # fmt: skip
MIDAZOLAM = {"drug": "midazolam", "dose": "10 mg", "route": "im"}
CLONAZEPAM = {"drug": "clonazepam", "dose": ["0.5 mg", "1 mg"], "route": "po", "every": "1 d"}


@pytest.mark.parametrize(
    ("tables", "text"),
    [
        ([DOSING], TID),
        ([without(DOSING, "for") | {"until": "day 28"}, {"stop": True}], f"{TID}, then stop"),
        ([DOSING, {"taper": TAPER}], f"{TID}, then taper 10 % of current every 14 d"),
        ([DOSING, {"taper": BY}], f"{TID}, then taper by 0.5 mg every 7 d until below 20 % of start"),
        ([DOSING, {"stop": {"for": "7 d"}}, DOSING], f"{TID}, then stop for 7 d, then {TID}"),
        ([DOSING, NIGHT], f"{TID}; diazepam 5 mg + 10 mg po daily at 8:00, 22:00"),
        ([MIDAZOLAM | {"dose": "2 mg/h", "for": "12 h"}], "midazolam 2 mg/h im for 12 h"),
        ([MIDAZOLAM | {"at": "5 min"}], "midazolam 10 mg im at 5 min"),
        ([MIDAZOLAM | {"over": "5 min"}], "midazolam 10 mg im over 5 min"),
        ([CLONAZEPAM], "clonazepam 0.5 mg and 1 mg po alternating daily"),
        (
            [{"rule": RULE}],
            "flumazenil 0.2 mg iv if occupancy a1 above 0.5, "
            "at most every 1 min, at most 5 doses, from 30 min",
        ),
        ([], "none"),
    ],
)
def test_tables_say_the_same_as_text(tables, text):
    assert Regimen.from_toml(tables) == parse(text)


@pytest.mark.parametrize(
    ("tables", "match"),
    [
        ([DOSING | {"dosee": "1 mg"}], "did you mean 'dose'"),
        ([{"taper": TAPER | {"percnt": 3}}], "did you mean 'percent'"),
        ([DOSING | {"route": "orale"}], "unknown route"),
        ([without(DOSING, "route")], "'route' is missing"),
        ([without(DOSING, "drug")], "'drug' is missing"),
        ([DOSING | {"dose": 1}], "not a text with a unit"),
        ([DOSING | {"dose": "1"}], "unit of the dose is missing"),
        ([DOSING | {"dose": "1 mg tid"}], "not understood"),
        ([DOSING | {"dose": []}], "different units"),
        ([DOSING | {"dose": ["1 mg", "1 mg/kg"]}], "different units"),
        ([DOSING | {"every": "8 h"}], "more than one frequency"),
        ([DOSING | {"times_per_day": 0}], "times_per_day"),
        ([DOSING | {"times_per_day": True}], "not a number"),
        ([DOSING | {"until": "3 d"}], "end of dosing"),
        ([without(DOSING, "times_per_day")], "frequency is missing"),
        ([DOSING | {"dose": "1 mg/h"}], "a rate"),
        ([DOSING | {"clock": ["26:00"]} | {}], "more than one frequency"),
        ([without(DOSING, "times_per_day") | {"clock": "26:00"}], "time of day"),
        ([{"taper": TAPER}], "taper of nothing"),
        ([DOSING, {"taper": TAPER | {"percent_of": "today"}}], "percentage of what"),
        ([DOSING, {"taper": TAPER | {"by": "1 mg"}}], "given twice"),
        ([DOSING, {"taper": 10}], "not a table"),
        ([DOSING, {"taper": without(TAPER, "every")}], "'every' is missing"),
        ([DOSING, {"taper": TAPER | {"floor": "5 mg"}}], "floor"),
        (["lorazepam"], "not a table"),
        ([{"rule": RULE | {"below": 0.1}}], "given twice"),
        ([{"rule": RULE | {"at_most_doses": 1.5}}], "whole number"),
        ([{"rule": without(RULE, "at_most_every")}], "'at_most_every' is missing"),
        ([{"rule": RULE | {"dose": "1 mg/h"}}], "one bolus"),
    ],
)
def test_refused_tables(tables, match):
    with pytest.raises(InputError, match=match) as caught:
        Regimen.from_toml(tables)
    assert str(caught.value).startswith(f"table {len(tables)} of the regimen: ")


HEADER = "ID,TIME,AMT,RATE,II,ADDL,SS,CMT,EVID\n"


def table(tmp_path, rows, header=HEADER):
    path = tmp_path / "table.csv"
    path.write_text(header + rows)
    return path


def test_several_patients(tmp_path):
    rows = "# a comment\n1,0,5,0,0,0,0,2,1\n1,1,.,.,.,.,.,.,0\n2,0,10,2,24,1,0,1,1\nthird,2,0,0,0,0,0,1,2\n"
    found = read_event_table(table(tmp_path, rows), "midazolam")
    assert list(found) == [1, 2, "third"]
    assert found[1].doses(100) == (Dose("midazolam", "iv", 5.0, "mg", 0.0),)
    assert found[2].doses(100) == tuple(Dose("midazolam", "oral", 10.0, "mg", t, 5.0) for t in (0.0, 24.0))
    assert found["third"].doses(100) == ()


def test_a_short_table_with_one_route(tmp_path):
    path = table(tmp_path, "1,0,5,70\n1,8,5,70\n", "id,time,amt,WT\n")
    assert len(read_event_table(path, "lorazepam", routes={1: "oral"})[1].doses(100)) == 2
    assert read_covariates(path) == {1: {"WT": 70.0}}
    with pytest.raises(InputError, match="compartment is missing"):
        read_event_table(path, "lorazepam")


def test_covariates_round_trip(tmp_path):
    path = tmp_path / "out.csv"
    regimens = {1: parse("diazepam 0.2 mg/kg iv"), 2: parse("diazepam 5 mg iv")}
    write_event_table(
        regimens, path, horizon_h=24, covariates={1: {"WT": 50.0}, 2: {"WT": 80.0, "AGE": 30.0}}
    )
    assert read_covariates(path) == {1: {"WT": 50.0}, 2: {"WT": 80.0, "AGE": 30.0}}
    assert read_event_table(path, "diazepam")[1].doses(24)[0].amount == 10.0


@pytest.mark.parametrize(
    ("row", "match"),
    [
        ("1,0,5,0,24,-3,0,2,1", "ADDL below 0"),
        ("1,0,5,-1,0,0,0,2,1", "RATE -1"),
        ("1,0,5,-2,0,0,0,2,1", "RATE -2"),
        ("1,8:00,5,0,0,0,0,2,1", "clock time"),
    ],
)
def test_what_is_not_modelled_is_refused_by_name(tmp_path, row, match):
    with pytest.raises(NotModelledError, match=match):
        read_event_table(table(tmp_path, row), "midazolam")


@pytest.mark.parametrize(
    ("row", "match"),
    [
        ("1,0,-5,0,0,0,0,2,1", "AMT"),
        ("1,0,five,0,0,0,0,2,1", "not a finite number"),
        ("1,0,1e999,0,0,0,0,2,1", "not a finite number"),
        ("1,-1,5,0,0,0,0,2,1", "TIME is negative"),
        ("1,0,5,-3,0,0,0,2,1", "RATE"),
        ("1,0,5,0,0,3,0,2,1", "ADDL without an interval"),
        ("1,0,5,0,-24,1,0,2,1", "II is negative"),
        ("1,0,5,0,0,0,1,2,1", "steady state without an interval"),
        ("1,0,5,0,24,0,4,2,1", "SS is not known"),
        ("1,0,0,0,0,0,1,2,1", "RATE of a dose"),
        ("1,0,0,2,12,0,1,2,1", "ends at its TIME"),
        ("1,0,5,0,0,0,0,2,3", "AMT in an event that is no dose"),
        ("1,0,0,2,0,0,0,2,2", "RATE in an event that is no dose"),
        ("1,0,0,0,0,0,1,2,0", "SS in an event that is no dose"),
        ("1,0,0,0,0,0,0,2,1", "AMT"),
        ("1,0,5,0,0,0,0,2,5", "EVID is not known"),
        ("1,0,5,0,24,1.5,0,2,1", "whole number"),
        ("1,0,5,0,0,0,0,9,1", "compartment has no route"),
        ("1,0,5,0,0,0,0,2,7", "EVID"),
        ("1,0,5,0,0,0,0,2,0", "no dose"),
        (".,0,5,0,0,0,0,2,1", "ID is missing"),
        ("1,0,5", "3 values"),
    ],
)
def test_refused_rows_name_their_row(tmp_path, row, match):
    with pytest.raises(InputError, match=match) as caught:
        read_event_table(table(tmp_path, f"1,0,5,0,0,0,0,2,1\n{row}"), "midazolam")
    assert "row 3" in str(caught.value)


def test_refused_files(tmp_path):
    with pytest.raises(UnknownNameError, match="format"):
        read_event_table(tmp_path / "table.xlsx", "midazolam")
    for name in ("absent.csv", "absent.parquet"):
        with pytest.raises(InputError, match="cannot be read"):
            read_event_table(tmp_path / name, "midazolam")
    for header, match in (("ID,TIME\n", "missing"), ("ID,TIME,AMT,AMT\n", "twice"), ("", "empty")):
        with pytest.raises(InputError, match=match):
            read_event_table(table(tmp_path, "", header), "midazolam")
    with pytest.raises(NotModelledError, match="DATE"):
        read_event_table(table(tmp_path, "", "ID,TIME,AMT,DATE\n"), "midazolam")
    with pytest.raises(NotModelledError, match="covariate WT changes"):
        read_covariates(table(tmp_path, "1,0,5,70\n1,1,0,71\n", "ID,TIME,AMT,WT\n"))


def test_refused_writing(tmp_path):
    path = tmp_path / "out.csv"
    two = parse("diazepam 5 mg iv; midazolam 5 mg iv")
    with pytest.raises(InputError, match="one drug"):
        write_event_table(two, path, horizon_h=1)
    with pytest.raises(InputError, match="no compartment number"):
        write_event_table(parse("diazepam 5 mg pr"), path, horizon_h=1)
    with pytest.raises(InputError, match="body weight"):
        write_event_table(parse("diazepam 0.1 mg/kg iv"), path, horizon_h=1)
    rule = "diazepam 5 mg iv if imbalance above 1, at most once, at most every 1 h"
    with pytest.raises(NotModelledError, match="rules"):
        write_event_table(parse(rule), path, horizon_h=1)
    assert not path.exists()
    write_event_table(two, path, horizon_h=1, drug="midazolam")
    assert len(read_event_table(path, "midazolam")[1].doses(1)) == 1
