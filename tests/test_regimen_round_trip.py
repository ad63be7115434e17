"""Random regimens survive text, TOML and event tables.

Beartype samples containers at random, which hypothesis forbids inside a strategy: parts are drawn as plain
tuples (class, arguments ...) and `build` makes them in the test.
"""

import tomllib

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from allostasis.quantity.errors import InputError
from allostasis.regimen.course import Course
from allostasis.regimen.dose import Dose
from allostasis.regimen.event_table import read_event_table, write_event_table
from allostasis.regimen.grammar import parse
from allostasis.regimen.regimen import Regimen
from allostasis.regimen.rule import DosingRule
from allostasis.regimen.statement import Infusion, Repeated, Single, Stop
from allostasis.regimen.taper import Taper

steady = settings(deadline=None, derandomize=True)


def late(cls, *strategies):
    return st.tuples(st.just(cls), *strategies)


def build(part):
    return part[0](*part[1:])


drugs = st.sampled_from(["lorazepam", "3-hydroxydiazepam", "oxazepam-total", "st john's wort", "alpha5ia"])
routes = st.sampled_from(["oral", "iv", "intramuscular", "intranasal", "rectal", "buccal", "sublingual"])
units = st.sampled_from(["mg", "mg/kg"])
amounts = st.one_of(st.floats(1e-9, 1e6), st.integers(1, 100), st.sampled_from([0.1, 0.5, 1.25]))
hours = st.one_of(
    st.integers(1, 5000),
    st.integers(1, 500).map(lambda days: 24 * days),
    st.integers(1, 600).map(lambda minutes: minutes / 60),
    st.floats(1e-3, 1e5),
)
starts = st.one_of(st.none(), st.just(0), hours)
over = st.one_of(st.just(0), hours)
cycles = st.lists(amounts, min_size=1, max_size=3).map(tuple)
day = st.integers(1, 3).flatmap(
    lambda size: st.tuples(
        st.one_of(
            st.lists(amounts, min_size=size, max_size=size).map(tuple), amounts.map(lambda amount: (amount,))
        ),
        st.lists(st.integers(0, 1439), min_size=size, max_size=size, unique=True).map(
            lambda minutes: tuple(m / 60 for m in sorted(minutes))
        ),
    )
)
single = late(Single, drugs, routes, amounts, units, starts, over)
infusion = late(Infusion, drugs, st.sampled_from(["iv", "subcutaneous"]), amounts, units, starts, hours)
spaced = late(Repeated, drugs, routes, cycles, units, hours, st.just(()), starts, hours, over)
clocked = st.tuples(drugs, routes, day, units, starts, hours).map(
    lambda t: (Repeated, t[0], t[1], t[2][0], t[3], 24.0, t[2][1], t[4], t[5])
)
step = st.one_of(
    st.tuples(st.sampled_from(["percent_of_current", "percent_of_start"]), st.floats(1, 50), st.just("%")),
    st.tuples(st.just("fixed"), amounts, st.just("mg")),
)
floor = st.sampled_from([(5.0, "%"), (0.001, "mg"), (12.5, "%")])
taper = st.tuples(step, hours, floor, st.booleans()).map(lambda t: (Taper, *t[0], t[1], *t[2], t[3]))
statement = st.one_of(single, infusion, spaced, clocked, taper, late(Stop, starts, hours))
course = st.lists(statement, min_size=1, max_size=4)
rule = late(
    DosingRule,
    drugs,
    routes,
    amounts,
    st.sampled_from(["imbalance", "unbound_brain"]),
    st.sampled_from(["", "a1", "diazepam"]),
    st.sampled_from(["above", "below"]),
    st.floats(-1e3, 1e3),
    hours,
    st.integers(1, 500),
    st.sampled_from([0.0, 2]),
    st.sampled_from([float("inf"), 2e5]),
    st.booleans(),
)
drawn = st.tuples(st.lists(course, max_size=3), st.lists(rule, max_size=2))


def build_regimen(parts):
    """Build a drawn regimen; statements that do not fit behind the former ones are left out."""
    courses = []
    for drawn_course in parts[0]:
        made = []
        for part in drawn_course:
            try:
                made = list(Course((*made, build(part))).statements)
            except InputError:
                continue
        if made:
            courses.append(Course(tuple(made)))
    assume(courses or parts[1])
    return Regimen(tuple(courses), tuple(build(part) for part in parts[1]))


@steady
@given(drawn)
def test_canonical_text_parses_back(parts):
    regimen = build_regimen(parts)
    assert parse(str(regimen)) == regimen


@steady
@given(drawn)
def test_toml_tables_read_back(parts):
    regimen = build_regimen(parts)
    assume(not any(isinstance(course.statements[0], Stop) for course in regimen.courses[1:]))
    assert Regimen.from_toml(regimen.to_toml()) == regimen


@steady
@given(drawn, st.floats(1, 2000))
def test_doses_are_sorted_and_within_the_horizon(parts, horizon):
    regimen = build_regimen(parts)
    try:
        doses = regimen.doses(horizon, weight_kg=70)
    except InputError as error:
        assume("too many doses" not in str(error))
        raise
    times = [dose.time_h for dose in doses]
    assert times == sorted(times)
    assert all(dose.time_h < horizon and dose.unit == "mg" for dose in doses)
    daily = regimen.daily_dose(horizon, weight_kg=70)
    inside = {drug: 0.0 for drug in daily}
    for dose in doses:
        share = 1.0 if dose.end_h <= horizon else (horizon - dose.time_h) / dose.duration_h
        inside[dose.drug] += dose.amount * share
    for drug, given_mg in daily.items():
        assert given_mg.sum() == pytest.approx(inside[drug], rel=1e-9, abs=1e-12)
    assert regimen.end_of_dosing_h(horizon) == min(horizon, max((dose.end_h for dose in doses), default=0.0))


events = st.tuples(
    st.floats(0, 500),
    st.floats(1e-3, 1e3),
    st.sampled_from(["oral", "iv"]),
    st.sampled_from([0.0, 0.1, 2.5, 30.0]),
)


@steady
@given(rows=st.lists(events, max_size=8), suffix=st.sampled_from([".csv", ".parquet"]))
def test_event_tables_read_back(tmp_path_factory, rows, suffix):
    singles = [Single("midazolam", route, amount, "mg", at, length) for at, amount, route, length in rows]
    regimen = Regimen(tuple(Course((each,)) for each in singles))
    path = tmp_path_factory.mktemp("events") / f"table{suffix}"
    write_event_table({7: regimen}, path, horizon_h=1000.0)
    again = read_event_table(path, "midazolam").get(7, Regimen()).doses(1000.0)
    assert len(again) == len(rows)
    for one, other in zip(regimen.doses(1000.0), again, strict=True):
        assert (one.route, one.time_h, one.amount) == (other.route, other.time_h, other.amount)
        assert one.duration_h == pytest.approx(other.duration_h, rel=1e-12)


additional = st.tuples(
    st.floats(0, 100),
    st.floats(1e-3, 1e3),
    st.floats(0.01, 48),
    st.integers(1, 30),
    st.sampled_from([0.0, 0.5, 40.0]),
)


@steady
@given(row=additional)
def test_addl_equals_explicit_rows(tmp_path_factory, row):
    start, amount, interval, more, rate = row
    folder = tmp_path_factory.mktemp("addl")
    header = "ID,TIME,AMT,RATE,II,ADDL,CMT,EVID\n"
    short, long = folder / "short.csv", folder / "long.csv"
    short.write_text(f"{header}1,{start!r},{amount!r},{rate},{interval!r},{more},2,1\n")
    times = [start + k * interval for k in range(more + 1)]
    long.write_text(header + "".join(f"1,{t!r},{amount!r},{rate},0,0,2,1\n" for t in times))
    one, other = (read_event_table(path, "midazolam")[1].doses(1e4) for path in (short, long))
    assert one == other


def test_toml_text_reads_as_on_the_page():
    text = """
    regimen = [
      { drug = "lorazepam", dose = "1 mg", route = "oral", times_per_day = 3, for = "180 d" },
      { taper = { percent = 10, percent_of = "current", every = "14 d", floor = "0.5 mg" } },
      { stop = true },
    ]
    """
    regimen = Regimen.from_toml(tomllib.loads(text)["regimen"])
    assert regimen == parse(
        "lorazepam 1 mg po tid for 180 d, then taper 10 % of current every 14 d to 0.5 mg, then stop"
    )
    assert regimen.doses(24)[0] == Dose("lorazepam", "oral", 1.0, "mg", 0.0)
