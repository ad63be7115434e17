"""Event tables against NONMEM itself, and the closed form against an integrator that was written for this test alone."""

import doctest

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from allostasis.regimen import read_event_table
from allostasis.simulation import event_course
from allostasis.simulation.event_course import LinearSystem, course

steady = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])

# NONMEM 7.5.0, ADVAN2 TRANS2 with CL 1.1 L/h, V 20 L, KA 1.5 1/h; amounts in mg, concentrations in ug/L with five digits.
# Source: the public comparison of mrgsolve with NONMEM (github.com/mrgsolve/nmtests, dosing/1001, table of run 1001).
HEADER = "ID,TIME,AMT,RATE,II,ADDL,SS,CMT,EVID,ALAG2,F2,D2\n"
NONMEM = {
    "bolus with ADDL": (["0,100,0,24,3,0,1,1,0,1,."], {1: 3754.4, 24: 1386.5, 25: 5066.8, 100: 1510.6, 130: 290.10}),
    "bolus, lag and F": (["0,100,0,24,3,0,2,1,12.13,2.23,."], {12: 0, 13: 10629, 36: 2999.9, 37: 13468, 130: 1214.4}),
    "infusion with ADDL": (["0,100,10,24,3,0,2,1,0,1,."], {1: 486.5, 10: 3845.9, 11: 3640.1, 34: 4873.3, 130: 372.58}),
    "F shortens an infusion": (["0,480,10,0,0,0,2,1,0,.5,."], {10: 3845.9, 24: 6662.4, 33: 4061.2}),
    "modelled duration": (["0,480,-2,0,0,0,2,1,0,.5,48"], {}),
    "SS infusion, lag and F": (
        ["0,100,10,24,3,1,2,1,3.16,.412,."],
        {55: 2413.1, 56: 2417.5, 57: 2288.1, 75: 850.22, 76: 1215.2, 130: 154.55},
    ),
    "SS infusion and F, longer than II": (
        ["0,100,2,12,4,1,2,1,0,.812,."], {0: 6014.5, 4: 6263, 5: 6277.4, 60: 6014.5, 65: 5840.3, 88: 3411.5, 130: 344.68},
    ),
    "SS infusion longer than II": (
        ["0,100,2,12,3,1,2,1,0,1,."], {0: 7498.9, 2: 7664.7, 3: 7643.7, 51: 7367.2, 62: 6499, 86: 3522.6, 130: 313.24},
    ),
    "SS infusion, twice II": (["0,100,8.3333,6,12,1,2,1,0,1,."], {0: 15152, 78: 15152, 79: 14746, 84: 13022, 90: 9361.9}),
    "SS oral": (["0,100,0,12,2,1,1,1,0,1,."], {0: 5552.4, 1: 9009.7, 2: 9365.2, 12: 5552.4, 36: 5552.4, 130: 31.563}),
    "EVID 4 with SS and lag": (
        ["0,100,0,12,0,1,2,4,10,1,."], {0: 9270.8, 9: 5651.2, 10: 10349, 11: 9795, 21: 5651.2, 22: 5348.8, 130: 14.078},
    ),
    "EVID 4 with SS, lag and ADDL": (
        ["0,100,0,12,2,1,2,4,10,1,."], {0: 9270.8, 10: 10349, 22: 10349, 34: 10349, 45: 5651.2, 46: 5348.8, 67: 1685.2},
    ),
    "SS 1 and SS 2": (
        ["0,100,0,24,3,1,1,1,0,1,.", "12,50,0,24,3,2,1,1,0,1,."],
        {52: 7139.5, 60: 4606.4, 61: 6237.1, 72: 3722.1, 73: 7277.4, 96: 3722.1, 97: 3523, 130: 573.67},
    ),
    "constant infusion at SS": (["0,0,100,0,0,1,1,1,0,1,."], {0: 90909, 1: 88547, 2: 84367, 10: 54446, 130: 74.067}),
}  # fmt: skip


def table(tmp_path, rows, header=HEADER):
    path = tmp_path / "table.csv"
    path.write_text(header + "".join(f"1,{row}\n" for row in rows))
    return path


def one_compartment(ka=1.5, cl=1.1, v=20.0):
    matrix = np.array([[-ka, 0.0], [ka, -cl / v]])
    return LinearSystem(matrix, {("x", "oral"): np.array([1.0, 0.0]), ("x", "iv"): np.array([0.0, 1.0])}, {})


@pytest.mark.parametrize("scenario", [name for name, (_, values) in NONMEM.items() if values])
def test_the_numbers_of_nonmem(tmp_path, scenario):
    rows, values = NONMEM[scenario]
    regimen = read_event_table(table(tmp_path, rows), "x")[1]
    times = np.array(list(values), float)
    found = course(regimen.periods(200), one_compartment(), times, np.ones(len(times), bool))[:, 1] * 1000 / 20
    assert found == pytest.approx(list(values.values()), rel=6e-5, abs=1e-9)


def test_a_modelled_duration_is_the_rate_that_it_stands_for(tmp_path):
    """RATE -2 with D2 48 h and F 0.5 enters 240 mg in 48 h: half the rate of the infusion of a given rate."""
    path = table(tmp_path, NONMEM["modelled duration"][0])
    dose = read_event_table(path, "x")[1].doses(100)[0]
    assert (dose.duration_h, dose.amount, dose.fraction) == (48.0, 480.0, 0.5)


# An independent integrator: rows as plain dicts, a hand-written right-hand side, implied doses one by one.

FADED = 1e-9


def integrate(inputs, kinetics, times):
    """Central amount before whatever happens at each time; inputs are (start, place, amount, length)."""
    result, state = np.zeros(len(times)), np.zeros(3)
    if not inputs:
        return result
    now, rates = min(start for start, *_ in inputs), np.zeros(2)
    ends = {start + length for start, _, _, length in inputs}
    for stop in sorted({*times.tolist(), *ends, *(start for start, *_ in inputs)}):
        if stop < now:
            continue
        if stop > now:

            def rhs(_, x, rates=rates):
                out, there, back = kinetics["k10"] * x[1], kinetics["k12"] * x[1], kinetics["k21"] * x[2]
                flow = kinetics["ka"] * x[0]
                return [rates[0] - flow, rates[1] + flow - out - there + back, there - back]

            state = solve_ivp(rhs, (now, stop), state, method="LSODA", rtol=1e-9, atol=1e-12).y[:, -1]
            now = stop
        result[times == stop] = state[1]
        for start, place, amount, length in inputs:
            if start == stop and not length:
                state[place] += amount
        running = [(p, a / d) for t, p, a, d in inputs if d and t <= stop < t + d]
        rates = np.array([sum(rate for p, rate in running if p == place) for place in (0, 1)])
    return result


def independent(rows, kinetics, times):
    """What NONMEM's rules make of the rows: wiped at a reset or SS 1, implied doses of SS 2 there from its TIME on only."""

    def given(row, at):
        at += row["lag"] + kinetics["lag"][row["place"]]
        return at, row["place"], row["amt"] * row["f"], row["amt"] * row["f"] / row["rate"] if row["rate"] else 0.0

    def implied(row):
        count = int(np.ceil((np.log(1 / FADED) / kinetics["slowest"] + row["lag"] + 30) / row["ii"]))
        return [given(row, row["time"] - k * row["ii"]) for k in range(1, count + 1)]

    wipes = [0, *(k for k, row in enumerate(rows) if row["evid"] in (3, 4) or row["ss"] == 1)]
    result = np.zeros(len(times))
    for number, wipe in enumerate(wipes):
        start = rows[wipe]["time"] if number else -1.0
        last = wipes[number + 1] if number + 1 < len(wipes) else len(rows)
        own = rows[wipe:last] if number or last else []
        end = rows[last]["time"] if last < len(rows) else np.inf
        inside = (times > start) & (times <= end)
        main = [given(row, row["time"] + k * row["ii"]) for row in own if row["amt"] for k in range(row["addl"] + 1)]
        main += [i for row in own if row["ss"] == 1 for i in implied(row)]
        found = integrate(main, kinetics, times)
        for row in own:
            if row["ss"] == 2:
                found = found + np.where(times > row["time"], integrate(implied(row), kinetics, times), 0.0)
        result[inside] = found[inside]
    return result


def system_of(kinetics):
    k = kinetics
    matrix = np.array([
        [-k["ka"], 0, 0], [k["ka"], -k["k10"] - k["k12"], k["k21"]], [0, k["k12"], -k["k21"]],
    ])  # fmt: skip
    if not k["k12"]:
        matrix = matrix[:2, :2]
    unit = np.eye(len(matrix))
    lags = {("x", "oral"): k["lag"][0], ("x", "iv"): k["lag"][1]}
    return LinearSystem(matrix, {("x", "oral"): unit[0], ("x", "iv"): unit[1]}, lags)


quarters = st.integers(0, 96).map(lambda k: k / 4)
row = st.fixed_dictionaries({
    "time": quarters, "amt": st.sampled_from([1.0, 5.0, 20.0]), "rate": st.sampled_from([0.0, 0.0, 1.0, 4.0]),
    "ii": st.sampled_from([3.0, 7.5, 12.0]), "addl": st.sampled_from([0, 0, 1, 3]), "ss": st.sampled_from([0, 0, 0, 1, 2]),
    "place": st.sampled_from([0, 1]), "evid": st.sampled_from([1, 1, 1, 3, 4]),
    "lag": st.sampled_from([0.0, 0.0, 0.5, 4.25, 8.0]), "f": st.sampled_from([1.0, 1.0, 0.5, 1.3, 0.0]),
})  # fmt: skip
kinetic = st.fixed_dictionaries({
    "ka": st.floats(0.3, 3), "k10": st.floats(0.2, 1), "k12": st.sampled_from([0.0, 0.4]), "k21": st.floats(0.3, 1),
    "lag": st.sampled_from([(0.0, 0.0), (0.25, 0.0), (5.0, 1.0)]),
})  # fmt: skip
COLUMNS = ("time", "amt", "rate", "ii", "addl", "ss", "cmt", "evid", "lag", "f")


def clean(rows):
    """Rows as NONMEM takes them: in order of time, a reset without dose items, ADDL and II only together."""
    ordered = []
    for given_row in sorted(rows, key=lambda each: each["time"]):
        each = dict(given_row)
        if each["evid"] == 3:
            each |= {"amt": 0.0, "rate": 0.0, "ii": 0.0, "addl": 0, "ss": 0}
        ordered.append(each | {"cmt": each["place"] + 1})
    return ordered


def write(folder, rows):
    path = folder / "table.csv"
    lines = [",".join(f"{each[name]!r}" for name in COLUMNS) for each in rows]
    path.write_text("ID,TIME,AMT,RATE,II,ADDL,SS,CMT,EVID,ALAG,BIOAV\n" + "".join(f"1,{line}\n" for line in lines))
    return path


@settings(steady, max_examples=60)
@given(rows=st.lists(row, min_size=1, max_size=5), kinetics=kinetic)
def test_the_closed_form_is_the_solution_of_the_equations(tmp_path_factory, rows, kinetics):
    rows = clean(rows)
    system = system_of(kinetics)
    kinetics = kinetics | {"slowest": float(np.min(-np.linalg.eigvals(system.matrix).real))}
    regimen = read_event_table(write(tmp_path_factory.mktemp("fuzz"), rows), "x")[1]
    times = np.append(np.linspace(0.1, 60, 23), [each["time"] for each in rows if each["time"] > 0])
    times = np.unique(times)
    exact = course(regimen.periods(100.0), system, times)[:, 1]
    other = independent(rows, kinetics, times)
    assert exact == pytest.approx(other, rel=1e-6, abs=1e-6)


plain = row.map(lambda each: each | {"ss": 0, "evid": 1})


@steady
@given(rows=st.lists(plain, min_size=1, max_size=8), kinetics=kinetic)
def test_mass_is_conserved(tmp_path_factory, rows, kinetics):
    """With a sink behind the clearance, what is in the system and in the sink is what has entered."""
    rows = clean(rows)
    regimen = read_event_table(write(tmp_path_factory.mktemp("mass"), rows), "x")[1]
    part = system_of(kinetics)
    n = len(part.matrix)
    matrix = np.zeros((n + 1, n + 1))
    matrix[:n, :n] = part.matrix
    matrix[n, 1] = kinetics["k10"]
    system = LinearSystem(matrix, {site: np.append(b, 0.0) for site, b in part.inputs.items()}, part.lags)
    states = course(regimen.periods(400.0), system, np.array([399.0]))
    entered = sum(each["amt"] * each["f"] * (each["addl"] + 1) for each in rows)
    assert states.sum() == pytest.approx(entered, rel=1e-9)
    assert (states > -1e-9).all()


def test_order_at_one_time_and_the_last_instant(tmp_path):
    """A dose above a reset of its TIME has no effect, one below it has; a dose at the horizon is not given."""
    times = np.array([0.0, 10.0, 11.0])
    system = one_compartment()
    for rows, begins in ((["10,5,0,0,0,0,2,1,0,1,.", "10,0,0,0,0,0,0,3,0,1,."], 0.0),
                         (["10,0,0,0,0,0,0,3,0,1,.", "10,5,0,0,0,0,2,1,0,1,."], 5.0)):  # fmt: skip
        regimen = read_event_table(table(tmp_path, ["0,7,0,0,0,0,2,1,0,1,.", *rows]), "x")[1]
        before, at = course(regimen.periods(48), system, times)[:, 1][:2]
        assert before == 0.0
        assert at == pytest.approx(7 * np.exp(-1.1 / 20 * 10))
        late = course(regimen.periods(48), system, np.array([10.0]), np.array([True]))[0, 1]
        assert late == begins
        assert [dose.time_h for dose in regimen.doses(10.0)] == [0.0]


def test_infusions_that_overlap_add_and_a_reset_ends_them(tmp_path):
    rows = ["0,10,1,0,0,0,2,1,0,1,.", "2,10,1,0,0,0,2,1,0,1,.", "5,0,0,0,0,0,0,3,0,1,."]
    regimen = read_event_table(table(tmp_path, rows), "x")[1]
    slow = LinearSystem(np.array([[-1e-9]]), {("x", "iv"): np.array([1.0])}, {})
    found = course(regimen.periods(48), slow, np.array([1.0, 2.0, 4.0, 5.0, 6.0, 20.0]))[:, 0]
    assert found == pytest.approx([1, 2, 6, 8, 0, 0], abs=1e-6)
    assert sum(dose.amount for dose in regimen.doses(48)) == pytest.approx(8)
    assert [dose.end_h for dose in regimen.doses(48)] == [5.0, 5.0]


def test_further_doses_and_doses_in_their_lag_end_at_a_reset(tmp_path):
    rows = ["0,4,0,6,9,0,2,1,0,1,.", "3,4,0,0,0,0,2,1,3,1,.", "5,0,0,0,0,0,0,3,0,1,."]
    regimen = read_event_table(table(tmp_path, rows), "x")[1]
    assert course(regimen.periods(48), one_compartment(), np.array([5.5, 7.0, 13.0]))[:, 1].tolist() == [0, 0, 0]
    assert [dose.time_h for dose in regimen.doses(48)] == [0.0, 3.0]


def test_a_lag_longer_than_the_interval(tmp_path):
    """Implied doses that are still in their lag at TIME enter afterwards, like any others."""
    regimen = read_event_table(table(tmp_path, ["0,4,0,6,20,1,2,1,15,1,."]), "x")[1]
    times = np.array([0.5, 6.5, 12.5, 60.5])
    found = course(regimen.periods(100), one_compartment(), times)[:, 1]
    assert found == pytest.approx([found[0]] * 4)


def test_the_example_of_the_docstring():
    failed, tried = doctest.testmod(event_course)
    assert (failed, tried > 0) == (0, True)
