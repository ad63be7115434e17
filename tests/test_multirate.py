"""The production integrator: exact exposure, second order in the step, independent of lanes and blocks."""

import importlib
import threading

import numpy as np
import pytest

from allostasis.adaptation import PhosphataseDrive, TwoTimescaleAdaptation, Uncoupling
from allostasis.circuit import ExcitationInhibitionBalance
from allostasis.exposure import CompartmentModel, Depot, Moiety
from allostasis.model import Cancelled, Composition, Rule, Solver, integrate, records
from allostasis.model.reference import Input, reference
from allostasis.model.rule_arrays import RuleNumbers, RuleStructure
from allostasis.receptor import InhibitionGain, MWCReceptor
from allostasis.regimen import Dose, schedule

CL, V, KA, F, MASS = 4.0, 40.0, 1.3, 0.8, 300.0
NMOL = 1e6 / MASS
ONE = CompartmentModel((Moiety("drug", 1, (), False),), (Depot("drug", "oral"),))
ONE_PARAMETERS = {
    "exposure": {"drug.CL": CL, "drug.V1": V, "drug.molar_mass": MASS, "drug.oral.ka": KA, "drug.oral.F": F}
}


def run_one(doses, hours, step=0.5, **options):
    """Plasma of the one-compartment drug [nM] after each step, without time 0."""
    composition = Composition(ONE)
    inputs = schedule(doses, step, round(hours / step))
    kept = records(composition.ports, {"plasma": ("last",)})
    parameters = options.pop("parameters", ONE_PARAMETERS)
    solver = Solver(step, options.pop("steps_per_output", 1), options.pop("dtype", "float64"))
    found = integrate(composition, parameters, inputs.amounts, inputs.columns, kept, solver=solver, **options)
    return found[kept[0]][1:]


def oral(time, clearance=CL):
    k = clearance / V
    t = np.maximum(time, 0)
    return NMOL * F * KA / (V * (KA - k)) * (np.exp(-k * t) - np.exp(-KA * t))


def infused(time, lasting):
    k = CL / V
    return NMOL / lasting / CL * (np.exp(-k * np.maximum(time - lasting, 0)) - np.exp(-k * np.maximum(time, 0)))


TIMES = np.arange(1, 97) * 0.5


def test_oral_doses_on_and_off_the_grid_are_exact():
    """A step of 30 min, doses at any minute: the closed solution to rounding, however long the step."""
    doses = [(0.0, 10.0), (3.5, 5.0), (7 + 1 / 3, 20.0), (20.05, 1.0)]
    expected = sum(mg * oral(TIMES - at) for at, mg in doses)
    found = run_one([Dose("drug", "oral", mg, "mg", at) for at, mg in doses], 48)[:, 0]
    np.testing.assert_allclose(found, expected, rtol=2e-6, atol=1e-9 * expected.max())
    exact = [0, 1]
    expected = sum(doses[k][1] * oral(TIMES - doses[k][0]) for k in exact)
    found = run_one([Dose("drug", "oral", doses[k][1], "mg", doses[k][0]) for k in exact], 48)[:, 0]
    np.testing.assert_allclose(found, expected, rtol=1e-11)


def test_overlapping_infusions_superpose():
    courses = [(0.0, 6.0, 12.0), (0.25, 2.0, 5.0), (4.125, 0.2, 3.0)]
    expected = sum(mg * infused(TIMES - at, lasting) for at, lasting, mg in courses)
    doses = [Dose("drug", "iv", mg, "mg", at, lasting) for at, lasting, mg in courses]
    np.testing.assert_allclose(run_one(doses, 48)[:, 0], expected, rtol=1e-9)


def test_a_bolus_inside_a_step_is_the_same_in_a_shorter_step():
    doses = [Dose("drug", "iv", 7.0, "mg", 2.25)]
    coarse, fine = run_one(doses, 12)[:, 0], run_one(doses, 12, step=0.25)[:, 0]
    np.testing.assert_allclose(coarse, fine[1::2], rtol=1e-12)
    assert np.all(coarse[:4] == 0)


@pytest.mark.parametrize("patients", [1, 5, 130])
def test_every_lane_has_its_own_solution(patients):
    clearance = np.linspace(2, 9, 130)[:patients]
    parameters = {"exposure": ONE_PARAMETERS["exposure"] | {"drug.CL": clearance}}
    found = run_one([Dose("drug", "oral", 10.0, "mg", 0.0)], 24, parameters=parameters, patients=patients)
    expected = 10 * oral(TIMES[:48, None], clearance[None, :])
    np.testing.assert_allclose(found, expected, rtol=1e-10)


def chain(**tau):
    """Exposure to balance, with time constants of hours, so that a coarse step shows its error."""
    exposure = CompartmentModel((Moiety("drug", 1),), (Depot("drug", "oral"),))
    composition = Composition(
        exposure, MWCReceptor(("drug",)), InhibitionGain(), TwoTimescaleAdaptation(), PhosphataseDrive(),
        Uncoupling(), ExcitationInhibitionBalance(),
    )  # fmt: skip
    receptor = MWCReceptor.example().parameters
    parameters = {
        "exposure": ONE_PARAMETERS["exposure"] | {"drug.fu_plasma": 0.1, "drug.Kp_uu": 0.8, "drug.ke0": 1.0},
        "receptor": dict(receptor) | {"K.drug": receptor["K.agonist"], "c.drug": receptor["c.agonist"]},
        "inhibition_gain": InhibitionGain.example().parameters,
        "adaptation": dict(TwoTimescaleAdaptation.example().parameters)
        | {"tau_fast": 3.0, "tau_slow_up": 8.0, "tau_slow_down": 20.0}
        | tau,
        "phosphatase": {"tau": 4.0},
        "uncoupling": dict(Uncoupling.example().parameters) | {"tau": 6.0},
        "balance": {"seizure_threshold": 0.1},
    }
    return composition, parameters


DOSES = [Dose("drug", "oral", 10.0, "mg", at) for at in (0.0, 12.0, 24.0)]
LAST = {"imbalance": ("last",), "adaptation_slow": ("last",), "coupling": ("last",)}


def run_chain(hours=48.0, step=0.5, every=None, wanted=None, doses=DOSES, **options):
    composition, parameters = chain()
    parameters = options.pop("parameters", parameters)
    inputs = schedule(doses, step, round(hours / step))
    kept = records(composition.ports, wanted or LAST)
    solver = Solver(step, round((every or step) / step), options.pop("dtype", "float64"))
    return integrate(composition, parameters, inputs.amounts, inputs.columns, kept, solver=solver, **options)


@pytest.fixture(scope="module")
def exact():
    composition, parameters = chain()
    inputs = [Input(d.drug, d.route, d.time_h, d.amount) for d in DOSES]
    return reference(composition, parameters, inputs, 48.0, samples=12, longest=12.0)


def test_at_least_second_order_in_the_step(exact):
    errors = []
    for step in (0.5, 0.25, 0.125):
        found = {(r.port, r.component): v[1:, 0] for r, v in run_chain(step=step, every=1.0).items()}
        pairs = [
            (found["imbalance", None], exact.ports["imbalance"]),
            (found["adaptation_slow", None], exact.ports["adaptation_slow"]),
            (found["coupling", 0], exact.ports["coupling"][0]),
        ]
        errors.append([np.abs(a - b).max() / np.abs(b).max() for a, b in pairs])
    errors = np.array(errors)
    assert errors[-1].max() < 2e-3, errors
    order = np.log2(errors[:-1] / errors[1:])
    assert order.min() > 1.8, (order, errors)


def test_float32_is_as_good_as_the_step():
    double, single = run_chain(), run_chain(dtype="float32")
    for record, values in double.items():
        np.testing.assert_allclose(single[record], values, atol=2e-5 * np.abs(values).max())


def test_lane_classes_agree():
    """One patient, five and 130 take three different programs and, the last, two chunks on two threads."""
    one = run_chain()
    for patients in (5, 130):
        many = run_chain(patients=patients)
        for record, values in one.items():
            assert many[record].shape == (len(values), patients)
            np.testing.assert_allclose(
                many[record], np.broadcast_to(values, many[record].shape), rtol=1e-10, atol=1e-14
            )


def test_blocks_do_not_show(monkeypatch):
    """Seven intervals to a block instead of 61: the carry and the clock go on across the border."""
    wanted = {"imbalance": ("mean", "max", "time_of_max"), "plasma": ("mean",)}
    whole = run_chain(every=2.0, wanted=wanted)
    monkeypatch.setattr(importlib.import_module("allostasis.model.integrate"), "BLOCK", 7)
    pieces = run_chain(every=2.0, wanted=wanted)
    for record, values in whole.items():
        np.testing.assert_allclose(pieces[record], values, rtol=1e-12)


def test_statistics_are_those_of_the_steps():
    wanted = {"imbalance": ("mean", "min", "max", "last", "time_of_max")}
    steps = next(iter(run_chain(wanted={"imbalance": ("last",)}).values()))[1:, 0].reshape(-1, 8)
    found = {r.statistic: v[1:, 0] for r, v in run_chain(every=4.0, wanted=wanted).items()}
    np.testing.assert_allclose(found["mean"], steps.mean(axis=1), rtol=1e-12)
    np.testing.assert_array_equal(found["min"], steps.min(axis=1))
    np.testing.assert_array_equal(found["max"], steps.max(axis=1))
    np.testing.assert_array_equal(found["last"], steps[:, -1])
    when = (np.arange(12) * 8 + steps.argmax(axis=1) + 1) * 0.5
    np.testing.assert_allclose(found["time_of_max"], when)


def test_time_zero_is_drug_free_rest():
    for record, values in run_chain(doses=[], hours=6.0).items():
        np.testing.assert_allclose(values, float(record.port == "coupling"), atol=1e-12)


def test_cancel_and_progress():
    cancel, seen = threading.Event(), []

    def progress(done, of):
        seen.append((done, of))
        cancel.set()

    with pytest.raises(Cancelled):
        run_chain(hours=200.0, on_progress=progress, cancel=cancel)
    assert seen == [(1, 7)]
    seen.clear()
    run_chain(on_progress=lambda *done: seen.append(done))
    assert seen == [(1, 2), (2, 2)]


def test_not_a_number_is_not_handed_out():
    parameters = chain()[1]
    parameters["balance"] = {"seizure_threshold": np.nan}
    with pytest.raises(FloatingPointError, match="imbalance"):
        run_chain(parameters=parameters)


def rule(threshold, *, above=False, refractory=4.0, most=3, start=2.0, stop=1e6, mg=5.0):
    numbers = (threshold, mg, refractory, most, start, stop)
    return Rule(RuleStructure("plasma", 0, above), RuleNumbers(*(np.asarray(n, float) for n in numbers)), "drug", "iv")


def fired(series):
    """Ends of the steps in which plasma rose: a rule's dose enters at the start of the step after the condition."""
    return (1 + np.flatnonzero(np.diff(series, prepend=0.0) > 1e-9)) * 0.5


def test_rule_fires_after_its_window_opens_with_refractory_time_and_maximum():
    plasma = run_one([], 30, rules=[rule(1e9)])[:, 0]
    np.testing.assert_allclose(fired(plasma), [2.5, 6.5, 10.5])
    first = 5 * NMOL / V * np.exp(-CL / V * 0.5)
    assert plasma[4] == pytest.approx(first, rel=1e-12)


def test_rule_waits_for_its_condition_and_for_each_patient():
    clearance = np.array([0.5, 4.0, 20.0])
    parameters = {"exposure": ONE_PARAMETERS["exposure"] | {"drug.CL": clearance}}
    threshold = 60.0
    plasma = run_one(
        [], 30, rules=[rule(threshold, refractory=0.5, most=1000, start=0.0)], parameters=parameters, patients=3
    )
    doses = [len(fired(p)) for p in plasma.T]
    assert doses[0] < doses[1] < doses[2]
    for series in plasma.T:
        before = series[np.flatnonzero(np.diff(series) > 1e-9)]
        assert np.all(before < threshold)


def test_rule_stops_with_its_window_and_looks_above():
    late = run_one([Dose("drug", "iv", 10.0, "mg", 5.0)], 12, rules=[rule(100.0, above=True, start=0.0, stop=7.0)])
    assert list(fired(late[:, 0])) == [5.5, 6.0]
