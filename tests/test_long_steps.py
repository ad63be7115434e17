"""Long steps with a fast state, stretches beyond one call, and packing: what travels and what is skipped changes no result."""

import jax
import numpy as np
import pytest

from allostasis.clinic.status_epilepticus.parse import parse_protocol
from allostasis.exposure import CompartmentModel, Depot, Moiety
from allostasis.model import Composition, Solver, integrate, prepare_run, records
from allostasis.model.exponential import third_order_coefficient
from allostasis.model.inputs import Fast
from allostasis.model.packing import pack, unpack
from allostasis.model.stretch import CAPACITY
from allostasis.quantity import UnknownNameError
from allostasis.regimen.schedule import InputColumn
from allostasis.simulation.acute import assemble_acute, solver
from allostasis.study.se_doses import events_of, unit_doses

SITE, MG, DOSE_MIN, MINUTES = ("lorazepam", "iv"), 4.0, 20, 70
SEVERITY = np.linspace(-0.1, 1.4, 8)
KEPT = {"activity": ("last",), "log_imbalance": ("last",), "surface": ("last",)}


@pytest.fixture(scope="module")
def chain():
    return assemble_acute([SITE], "human", trigger_end_h=5 / 60)


def run(chain, settings, severity=SEVERITY):
    """Series of eight persons of different severity, once a minute."""
    numbers = {name: dict(values) for name, values in chain.parameters.items()}
    numbers["seizure"]["severity"] = numbers["seizure"]["severity"] + severity
    columns = [InputColumn(*SITE, "bolus", 0.0, 0.0)]
    wanted = records(chain.composition.ports, KEPT)
    made = prepare_run(chain.composition, numbers, columns, wanted, patients=len(severity), solver=settings)
    per_minute = round(1 / 60 / settings.step)
    amounts = np.zeros((MINUTES * per_minute, 1))
    amounts[DOSE_MIN * per_minute] = MG
    return {r: v[per_minute // settings.steps_per_output - 1 :: per_minute // settings.steps_per_output]
            for r, v in made.advance(made.start(), amounts)[1].items()}  # fmt: skip


def stopping(series):
    """Time at which the activity crosses a half after the dose [s], by a line between minutes; infinite where it never does."""
    activity = next(v for r, v in series.items() if r.port == "activity")[DOSE_MIN - 1 :]
    low = (activity < 0.5).argmax(axis=0)
    who = np.arange(activity.shape[1])
    above, below = activity[low - 1, who], activity[low, who]
    return np.where((activity < 0.5).any(axis=0) & (low > 0), 60 * (low - (0.5 - below) / (above - below)), np.inf)


def test_long_steps_are_the_short_ones_but_for_seconds(chain):
    """15 s with substeps of 3 s against 1 s: nobody changes sides, and every seizure ends within 6 s of when it should."""
    fine = Solver(1 / 3600, 60)
    true, long = run(chain, fine), run(chain, solver(long_steps=True))
    at_end = [next(v for r, v in s.items() if r.port == "activity")[-1] > 0.5 for s in (true, long)]
    assert 0 < at_end[0].sum() < len(SEVERITY)
    assert np.array_equal(*at_end)
    ends, expected = stopping(long), stopping(true)
    assert np.array_equal(np.isfinite(ends), np.isfinite(expected))
    stopped = np.isfinite(expected)
    assert np.abs(ends[stopped] - expected[stopped]).max() < 6
    for record, values in true.items():
        if record.port == "surface":
            np.testing.assert_allclose(long[record], values, atol=0.003)


@pytest.mark.parametrize("settings", [solver(), solver(long_steps=True)])
@pytest.mark.parametrize("over", ["10 s", "50 s", "2 min", "20 min"])
def test_a_dose_is_the_same_on_both_grids(settings, over):
    """A bolus and an infusion give their milligrams, begin at their minute, and last as long as the grid can say."""
    protocol = parse_protocol("both", f"lorazepam 4 mg iv at 3 min; phenytoin 1000 mg iv over {over} at 5 min")
    amounts = unit_doses([protocol], events_of([protocol]), 40, settings)
    assert len(amounts) == 40 * settings.steps_per_output
    bolus, infusion = amounts[:, 0], amounts[:, 1]
    assert bolus.sum() == 1
    assert bolus[3 * settings.steps_per_output] == 1
    assert infusion.sum() * settings.step == pytest.approx(1)
    given = np.flatnonzero(infusion)
    assert given[0] == 5 * settings.steps_per_output
    minutes = float(over.split()[0]) / (60 if over.endswith("s") else 1)
    assert len(given) * settings.step * 60 == pytest.approx(minutes, abs=settings.step * 60)


@pytest.mark.slow
def test_a_person_does_not_depend_on_the_others(chain):
    """The step is fixed: other neighbours in the same group change nothing."""
    group, other = run(chain, solver(long_steps=True)), run(chain, solver(long_steps=True), np.append(SEVERITY[3], -SEVERITY[:7]))
    for record, values in other.items():
        np.testing.assert_allclose(values[:, 0], group[record][:, 3], rtol=1e-9, atol=1e-11)


@pytest.mark.slow
def test_a_stretch_beyond_one_call_is_the_uninterrupted_run():
    """More output intervals than one call holds, and a last call that is not full."""
    one = CompartmentModel((Moiety("drug", 1, (), False),), (Depot("drug", "oral"),))
    numbers = {"exposure": {"drug.CL": 4.0, "drug.V1": 40.0, "drug.molar_mass": 300.0, "drug.oral.ka": 1.3, "drug.oral.F": 0.8}}
    composition, outputs = Composition(one), 2 * CAPACITY + 5
    kept = records(composition.ports, {"plasma": ("last", "mean")})
    columns = [InputColumn("drug", "oral", "bolus", 0.0, 0.0)]
    amounts = np.random.default_rng(2).uniform(0, 5, (outputs * 2, 1))
    settings = Solver(0.5, 2)
    expected = integrate(composition, numbers, amounts, columns, kept, solver=settings)
    made = prepare_run(composition, numbers, columns, kept, solver=settings)
    _, series = made.advance(made.start(), amounts)
    for record in kept:
        np.testing.assert_allclose(series[record], expected[record][1:], rtol=1e-12)


def test_packing_and_back():
    tree = {"a": np.array(2.0), "b": (np.arange(3.0), np.array([5.0])), "c": np.ones((2, 1, 3)), "d": np.zeros(0)}
    packed, layout = pack(tree, "float64")
    assert packed.shared.shape == (2,)
    assert packed.own.shape == (1, 3)
    assert hash(layout) == hash(pack(tree, "float64")[1])
    again = unpack(packed, layout)
    assert jax.tree.structure(again) == jax.tree.structure(tree)
    for name in ("a", "c", "d"):
        assert np.array_equal(again[name], tree[name])


@pytest.mark.parametrize("rate", [1e-6, 0.05, 0.0999, 0.1001, 1.0, 12.0])
def test_third_order_weight_is_the_integral_it_stands_for(rate):
    """Integral over the step of exp(-z (1 - u)) u (u + 1) / 2, by Gauss-Legendre."""
    nodes, weights = np.polynomial.legendre.leggauss(40)
    u = (nodes + 1) / 2
    expected = (weights * np.exp(-rate * (1 - u)) * u * (u + 1) / 2).sum() / 2
    assert third_order_coefficient(np.array(rate), 1.0) == pytest.approx(expected, rel=1e-12)


def test_a_fast_submodel_that_is_not_there_is_an_error(chain):
    with pytest.raises(UnknownNameError, match="cortex"):
        run(chain, Solver(15 / 3600, 4, fast=Fast("cortex", 5)))
