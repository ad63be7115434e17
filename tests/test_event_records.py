"""Reading and writing event records: columns and their other names, defaults, refusals, round trips."""

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allostasis.quantity import InputError, NotModelledError
from allostasis.regimen import Dose, Regimen, read_covariates, read_event_table, write_event_table
from allostasis.regimen.event import Event
from allostasis.regimen.event_table import read_samples
from allostasis.regimen.grammar import parse
from allostasis.regimen.tokens import GrammarError

steady = settings(deadline=None, derandomize=True)


def read(tmp_path, header, *rows, drug="midazolam", **options):
    path = tmp_path / "table.csv"
    path.write_text(header + "\n" + "\n".join(rows) + "\n")
    return read_event_table(path, drug, **options)[1]


def only(regimen):
    (event,) = regimen.events
    return event


def test_a_plain_table_becomes_statements(tmp_path):
    regimen = read(tmp_path, "ID,TIME,AMT,II,ADDL,CMT,ALAG,BIOAV,SS", "1,0,5,12,3,1,0,1,0", "1,50,5,0,0,2,0,1,0")
    assert regimen.events == ()
    assert str(regimen) == "midazolam 5 mg oral bid from 0 h for 2 d; midazolam 5 mg iv at 50 h"


@pytest.mark.parametrize(
    ("header", "row", "field", "value"),
    [
        ("ID,TIME,AMT,CMT,ALAG", "1,0,5,1,0.5", "lag_h", 0.5),
        ("ID,TIME,AMT,CMT,lagt", "1,0,5,1,0.5", "lag_h", 0.5),
        ("ID,TIME,AMT,CMT,ALAG1", "1,0,5,1,0.5", "lag_h", 0.5),
        ("ID,TIME,AMT,CMT,BIOAV", "1,0,5,1,0.5", "fraction", 0.5),
        ("ID,TIME,AMT,CMT,F", "1,0,5,1,0.5", "fraction", 0.5),
        ("ID,TIME,AMT,CMT,F1", "1,0,5,1,2.23", "fraction", 2.23),
        ("ID,TIME,AMT,CMT,F1,BIOAV", "1,0,5,1,0.5,0.5", "fraction", 0.5),
        ("ID,TIME,AMT,CMT,F", "1,0,5,1,0", "fraction", 0.0),
        ("ID,TIME,AMT,CMT,II,SS", "1,0,5,1,12,1", "steady", 1),
        ("ID,TIME,AMT,CMT,II,SS", "1,0,5,1,12,2", "steady", 2),
        ("ID,TIME,AMT,CMT,II,SS", "1,0,5,1,12,3", "steady", 1),
        ("ID,TIME,AMT,CMT,EVID", "1,0,5,1,4", "reset", True),
        ("ID,TIME,AMT,CMT,EVID,RATE,R2", "1,0,5,2,4,-1,2.5", "rate", 2.5),
        ("ID,TIME,AMT,CMT,EVID,RATE,RATE_", "1,0,5,2,4,-1,2.5", "rate", 2.5),
        ("ID,TIME,AMT,CMT,EVID,RATE,R1", "1,0,5,2,4,-1,2.5", "rate", 2.5),
        ("ID,TIME,AMT,CMT,EVID,RATE,D1", "1,0,5,2,4,-2,2.5", "duration_h", 2.5),
        ("ID,TIME,AMT,CMT,EVID,RATE,DUR_", "1,0,5,2,4,-2,2.5", "duration_h", 2.5),
        ("ID,TIME,AMT,RATE,CMT,SS", "1,0,0,4,2,1", "rate", 4.0),
        ("ID,TIME,AMT,RATE,CMT,SS,R2", "1,0,0,-1,2,1,4", "rate", 4.0),
        ("ID,TIME,AMT,ROUTE,EVID", "1,0,5,I.M.,4", "route", "intramuscular"),
        ("ID,TIME,AMT,CMT,EVID,MDV", "1,0,5,2,4,1", "route", "iv"),
    ],
)
def test_what_a_column_may_be_called(tmp_path, header, row, field, value):
    assert getattr(only(read(tmp_path, header, row)), field) == value


def test_a_numbered_column_belongs_to_its_compartment(tmp_path):
    regimen = read(tmp_path, "ID,TIME,AMT,CMT,F1,ALAG2", "1,0,5,1,0.5,3", "1,0,5,2,0.5,3")
    assert [(e.route, e.fraction, e.lag_h) for e in regimen.events] == [("oral", 0.5, 0.0), ("iv", 1.0, 3.0)]
    both = read(tmp_path, "ID,TIME,AMT,CMT,RATE,D1,D2", "1,0,5,1,-2,1,2", "1,0,5,2,-2,1,2")
    assert [dose.duration_h for dose in both.doses(9)] == [1.0, 2.0]


def test_a_dose_knows_what_enters(tmp_path):
    """NONMEM keeps the rate and shortens the infusion by F; a modelled duration is kept, and F lowers the rate."""
    by_rate = read(tmp_path, "ID,TIME,AMT,RATE,CMT,F", "1,0,100,10,2,0.5").doses(9)[0]
    assert (by_rate.amount, by_rate.fraction, by_rate.duration_h) == (100.0, 0.5, 5.0)
    by_length = read(tmp_path, "ID,TIME,AMT,RATE,CMT,F,D2", "1,0,100,-2,2,0.5,10").doses(9)[0]
    assert (by_length.amount, by_length.fraction, by_length.duration_h) == (100.0, 0.5, 10.0)


def test_evid_and_mdv_where_they_are_left_out(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("ID,TIME,AMT,MDV,CMT\n1,0,5,1,2\n1,1,.,0,2\n1,2,0,1,2\n1,3,.,.,2\n")
    assert len(read_event_table(path, "midazolam")[1].doses(9)) == 1
    assert [s.time_h for s in read_samples(path)[1]] == [1.0, 2.0, 3.0]


def test_samples_stand_before_or_behind_a_dose_of_their_time(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("ID,TIME,AMT,EVID,DV,CMT\n1,0,0,0,.,2\n1,0,5,1,.,2\n1,0,0,0,7.5,2\n1,4,0,2,.,2\n2,0,0,0,1,2\n")
    found = read_samples(path)
    assert list(found) == [1, 2]
    assert [(s.time_h, s.after) for s in found[1]] == [(0.0, False), (0.0, True), (4.0, True)]
    assert math.isnan(found[1][0].dv)
    assert found[1][1].dv == 7.5


@pytest.mark.parametrize(
    ("header", "row", "error", "match"),
    [
        ("ID,TIME,AMT,CMT,RATE", "1,0,5,2,-1", NotModelledError, "RATE -1 .* in row 2.*R1 or RATE_"),
        ("ID,TIME,AMT,CMT,RATE", "1,0,5,2,-2", NotModelledError, "RATE -2 .* in row 2.*D1 or DUR_"),
        ("ID,TIME,AMT,CMT,RATE,R1,R3", "1,0,5,2,-1,2,2", NotModelledError, "RATE -1"),
        ("ID,TIME,AMT,CMT,RATE,R1", "1,0,5,2,-1,-3", InputError, "row 2: RATE -1 .* out of range"),
        ("ID,TIME,AMT,CMT,ALAG", "1,0,5,2,-3", InputError, "row 2: lag is negative"),
        ("ID,TIME,AMT,CMT,F", "1,0,5,2,-3", InputError, "row 2: fraction is negative"),
        ("ID,TIME,AMT,CMT,F,BIOAV", "1,0,5,2,0.5,0.6", InputError, "contradict one another"),
        ("ID,TIME,AMT,CMT,ALAG", "1,0,5,2,x", InputError, "row 2, column ALAG: value is not a finite number"),
        ("ID,TIME,AMT,ROUTE", "1,0,5,nose flute", InputError, "row 2, column ROUTE: route is not known"),
        ("ID,TIME,AMT,CMT,MDV", "1,0,5,2,7", InputError, "MDV is not known"),
        ("ID,TIME,AMT,CMT,SS,II,ADDL", "1,0,5,2,0,12,-9", NotModelledError, "empirical steady state"),
    ],
)
def test_refused(tmp_path, header, row, error, match):
    with pytest.raises(error, match=match):
        read(tmp_path, header, row)


def test_time_goes_on_at_a_reset(tmp_path):
    with pytest.raises(InputError, match="row 3, column TIME: TIME goes back"):
        read(tmp_path, "ID,TIME,AMT,CMT,EVID", "1,24,5,2,1", "1,0,5,2,4")
    unordered = read(tmp_path, "ID,TIME,AMT,CMT", "1,24,5,2", "1,0,5,2")
    assert [dose.time_h for dose in unordered.doses(48)] == [0.0, 24.0]


def test_columns_of_events_are_no_covariates(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("ID,TIME,AMT,CMT,ROUTE,ALAG1,F2,R1,D1,RATE_,DUR_,LAGT,BIOAV,WT\n1,0,5,.,iv,1,1,1,1,1,1,1,1,70\n")
    assert read_covariates(path) == {1: {"WT": 70.0}}


@pytest.mark.parametrize(
    ("fields", "match"),
    [
        ({"amount": 5.0, "more": 2}, "ADDL without an interval"),
        ({"amount": 5.0, "steady": 1}, "without an interval"),
        ({"amount": 5.0, "rate": 1.0, "duration_h": 1.0}, "both the rate and the duration"),
        ({"amount": 0.0}, "without an amount"),
        ({"amount": 0.0, "rate": 1.0, "steady": 1, "interval_h": 12.0}, "ends at its TIME"),
        ({"amount": 5.0, "steady": 4}, "SS is not known"),
        ({"amount": 5.0, "lag_h": -1.0}, "ALAG"),
        ({"amount": 5.0, "fraction": -1.0}, "BIOAV"),
    ],
)
def test_records_that_contradict_themselves(fields, match):
    with pytest.raises(InputError, match=match):
        Event("midazolam", "iv", 0.0, **fields)


def test_records_stand_alone_and_in_order():
    event, reset = Event("midazolam", "iv", 5.0, 5.0), Event("", "", 2.0, reset=True)
    with pytest.raises(InputError, match="not in order of time"):
        Regimen(events=(event, reset))
    with pytest.raises(InputError, match="beside other statements"):
        Regimen(parse("midazolam 5 mg iv").courses, events=(event,))


hours = st.one_of(st.just(0.0), st.integers(1, 400).map(lambda k: k / 4), st.floats(0.001, 500))
positive = st.one_of(st.integers(1, 400).map(lambda k: k / 4), st.floats(0.001, 500))
fields = st.tuples(
    st.sampled_from(["dose", "steady", "added", "constant", "reset", "reset and dose"]), hours, positive,
    st.sampled_from(["oral", "iv"]), st.one_of(st.none(), st.tuples(st.sampled_from(["rate", "duration_h"]), positive)),
    positive, st.integers(0, 9), hours, st.sampled_from([1.0, 0.5, 0.0, 2.23]),
)  # fmt: skip


def record(drawn):
    kind, time, amount, route, flow, interval, more, lag, fraction = drawn
    if kind == "reset":
        return Event("", "", time, reset=True)
    if kind == "constant":
        return Event("midazolam", route, time, rate=amount, steady=1, lag_h=lag, fraction=fraction)
    steady_state = {"steady": 1, "added": 2}.get(kind, 0)
    repeated = {"interval_h": interval, "more": more} if more or steady_state else {}
    return Event(
        "midazolam", route, time, amount, **repeated, **({flow[0]: flow[1]} if flow else {}), steady=steady_state,
        lag_h=lag, fraction=fraction, reset=kind == "reset and dose",
    )  # fmt: skip


def records(rows):
    events = tuple(sorted((record(each) for each in rows), key=lambda event: event.time_h))
    return Regimen(events=(Event("", "", 0.0, reset=True), *events))


@steady
@given(rows=st.lists(fields, max_size=6), suffix=st.sampled_from([".csv", ".parquet"]))
def test_records_round_trip_through_tables(tmp_path_factory, rows, suffix):
    regimen = records(rows)
    path = tmp_path_factory.mktemp("events") / f"table{suffix}"
    write_event_table({7: regimen, "b": regimen}, path, horizon_h=1000.0, covariates={7: {"WT": 60.0}})
    assert read_event_table(path, "midazolam") == {7: regimen, "b": regimen}
    assert read_covariates(path)[7] == {"WT": 60.0}


@steady
@given(rows=st.lists(fields, max_size=6))
def test_records_round_trip_through_text_and_toml(rows):
    regimen = records(rows)
    assert parse(str(regimen)) == regimen
    assert Regimen.from_toml(regimen.to_toml()) == regimen


@steady
@given(rows=st.lists(fields, max_size=6), horizon=st.floats(1, 600))
def test_periods_cover_the_run(rows, horizon):
    regimen = records(rows)
    periods = regimen.periods(horizon)
    assert periods[0].start_h == 0.0
    assert periods[-1].end_h == horizon
    assert all(a.end_h == b.start_h for a, b in pairwise(periods))
    for period in periods:
        for dose in period.doses:
            assert period.start_h <= dose.time_h < period.end_h
    assert regimen.doses(horizon) == tuple(dose for period in periods for dose in period.doses)
    assert {(dose.drug, dose.route) for dose in regimen.doses(horizon)} <= regimen.sites(horizon)


@pytest.mark.parametrize(
    "text",
    ["event", "event reset", "event midazolam 5 mg iv", "event midazolam 5 mg at 0 h", "event midazolam 5 mg/kg iv at 0 h",
     "event midazolam 5 mg iv at 0 h, 2 more", "event midazolam 5 mg iv at 0 h, foo", "event 5 mg iv at 0 h",
     "event midazolam 5 mg iv at 0 h, lag 1 h, lag 2 h", "event midazolam 5 mg iv at 0 h, rate 5 mg",
     "event midazolam 5 mg iv at 0 h; diazepam 5 mg po daily", "event midazolam 5 mg iv at 5 h; event reset at 2 h"],
)  # fmt: skip
def test_refused_text(text):
    with pytest.raises(GrammarError):
        parse(text)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"at": None}, "'at' is missing"),
        ({"drug": None}, "'drug' is missing"),
        ({"dose": "5 mg/kg"}, "value of 'dose'"),
        ({"dose": "5 mg/h"}, "value of 'dose'"),
        ({"rate": "5 mg"}, "value of 'rate'"),
        ({"steady": "yes"}, "value of 'steady'"),
        ({"reset": 1}, "'reset' is not true or false"),
        ({"more": 1.5, "every": "6 h"}, "not a whole number"),
        ({"evry": "6 h"}, "did you mean 'every'"),
    ],
)
def test_refused_toml(change, match):
    table = {"drug": "midazolam", "dose": "5 mg", "route": "iv", "at": "0 h"} | change
    with pytest.raises(InputError, match=match):
        Regimen.from_toml([{"event": {key: value for key, value in table.items() if value is not None}}])


def test_given_doses_are_those_of_the_table(tmp_path):
    regimen = read(tmp_path, "ID,TIME,AMT,CMT,F", "1,0,5,2,0.5")
    assert regimen.doses(9) == (Dose("midazolam", "iv", 5.0, "mg", 0.0, fraction=0.5),)
    assert regimen.daily_dose(24)["midazolam"].tolist() == [5.0]
