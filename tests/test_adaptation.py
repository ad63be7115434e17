"""Adaptation: joint tests of trafficking on both clocks, and what each mechanism is there for."""

import jax.numpy as jnp
import numpy as np
import pytest

from allostasis import library
from allostasis.adaptation import AcuteReceptorTrafficking, ReceptorTrafficking
from allostasis.clinic import simulate, summary
from allostasis.clinic.seizure_hazard import seizure_course, threshold_draws
from allostasis.clinic.symptoms import CLUSTERS
from allostasis.model.subtypes import SUBTYPES
from allostasis.quantity import InputError, UnknownNameError
from allostasis.simulation import parse_case
from allostasis.simulation.adaptation_numbers import MECHANISMS, adaptation
from allostasis.simulation.book import Book
from allostasis.validation.clinic_targets import rodent

DAY = 24.0


def case(horizon, arms, **tables):
    arm = [{"name": name, "regimen": regimen} for name, regimen in arms.items()]
    return parse_case({"title": "t", "horizon": horizon, "arm": arm} | tables)


@pytest.fixture(scope="module")
def trafficking():
    book = Book()
    adaptation(book, "mechanisms")
    return book.values["trafficking"]


def settle(submodel, parameters, inputs, hours, step=1 / 1200):
    """Explicit Euler with a step of 3 s, of one lane."""
    prepared = submodel.prepare(parameters)
    state = {k: jnp.asarray(float(v)) for k, v in submodel.initial(prepared).items()}
    rates = submodel.rates(prepared)
    for _ in range(round(hours / step)):
        drive = submodel.drive(0.0, state, inputs, prepared)
        state = {k: v + step * (drive[k] - rates[k] * v) for k, v in state.items()}
    return submodel.readout(0.0, state, inputs, prepared)


def inputs(drive=0.0, activity=0.0, tnf=0.0):
    n = len(SUBTYPES)
    return {"phosphatase_drive": (drive,) * n, "synthesis": (1.0,) * n, "calcium": activity, "tnf_alpha": tnf}


def test_an_hour_of_status_epilepticus_halves_the_surface(trafficking):
    surface = settle(AcuteReceptorTrafficking(), trafficking, inputs(activity=1.0), 1.0)["surface"]
    assert 0.4 < float(surface[0]) < 0.6


def test_without_dynamin_a_seizure_moves_nothing_inwards(trafficking):
    surface = settle(AcuteReceptorTrafficking(), dict(trafficking) | {"dynamin": 0.0}, inputs(activity=1.0), 1.0)["surface"]
    assert float(surface[0]) >= 1.0


def test_both_clocks_have_the_same_steady_state(trafficking):
    chronic = {k: v for k, v in inputs(0.3).items() if k in ("phosphatase_drive", "synthesis")}
    slow = settle(ReceptorTrafficking(), trafficking, chronic, 900, step=2.0)
    fast = settle(AcuteReceptorTrafficking(), trafficking, inputs(0.3), 900, step=0.5)
    for port in ("surface", "total"):
        np.testing.assert_allclose([float(v) for v in fast[port]], [float(v) for v in slow[port]], rtol=1e-6)


def test_one_dose_moves_the_surface_by_less_than_a_twentieth_in_a_day():
    wanted = {"surface": ("min",), "imbalance": ("max",)}
    result = simulate(case("1 d", {"a": "diazepam 10 mg iv at 0 min"}), wanted=wanted)
    assert 0.95 < float(result.data["surface_min"].min()) < 1


def test_a_week_of_flurazepam_takes_synaptic_current_to_half():
    """Joint test of the pools (ct12), which informed their sizes."""
    assert 0.3 < rodent.synaptic_current() < 0.5
    assert 20 < rodent.ampa_change() < 45


@pytest.fixture(scope="module")
def stopped():
    """Lorazepam stopped after 180 days, with an alpha2 agonist and without."""
    wanted = {"imbalance": ("max", "mean"), "symptom_cluster": ("max",), "withdrawal_score": ("max",), "nmda": ("last",),
              "ampa": ("last",), "set_point": ("last",), "log_adaptation": ("last",), "effect": ("mean",)}  # fmt: skip
    arms = {"a": "lorazepam 1 mg po bid for 180 d, then stop"}
    runs = (case("270 d", arms, model={"alpha2_agonist": level}) for level in (0.0, 1.0))
    return [simulate(one, wanted=wanted).data.isel(arm=0, patient=0) for one in runs]


def test_an_alpha2_agonist_halves_the_noradrenergic_symptoms_and_leaves_the_imbalance(stopped):
    """Practice P10: the autonomic arm."""
    plain, treated = stopped
    after = slice(181, None)
    physiological = [float(r["symptom_cluster_max"].sel(cluster="physiological")[after].max()) for r in (plain, treated)]
    assert physiological[1] < 0.5 * physiological[0]
    imbalance = [float(r["imbalance_max"].max()) for r in (plain, treated)]
    assert imbalance[1] == pytest.approx(imbalance[0], rel=0.05)
    psychological = [float(r["symptom_cluster_max"].sel(cluster="psychological")[after].max()) for r in (plain, treated)]
    assert psychological[1] > 0.9 * psychological[0]


def test_ampa_rises_while_nmda_falls_early_in_withdrawal(stopped):
    """Both findings are kept although they point in opposite directions."""
    nmda, ampa = stopped[0]["nmda_last"].values, stopped[0]["ampa_last"].values
    assert ampa[180] > 1
    assert nmda[183] < nmda[180]


def test_set_point_sinks_under_the_drug_and_outlasts_the_imbalance(stopped):
    point, imbalance = stopped[0]["set_point_last"].values, stopped[0]["imbalance_mean"].values
    assert point[180] < -0.05
    error = imbalance - point
    assert error[184] > imbalance[184]


def test_recovery_takes_weeks(stopped):
    """Practice P8: the imbalance is still a quarter of its peak after four weeks."""
    imbalance = stopped[0]["imbalance_max"].values
    peak = int(imbalance.argmax())
    assert 181 <= peak <= 184
    assert imbalance[peak + 27] > 0.25 * imbalance[peak]


def test_sedation_is_above_zero_after_a_month_of_steady_dosing(stopped):
    sedation = stopped[0]["effect_mean"].sel(effect="sedation").values
    assert 0.2 < sedation[30] / sedation.max() < 0.7


USUAL = ("phosphatase", "trafficking")
"""Mechanisms whose null variants are run each time; the others each cost a compilation."""


@pytest.mark.parametrize("name", [n if n in USUAL else pytest.param(n, marks=pytest.mark.slow) for n in MECHANISMS])
def test_each_mechanism_can_be_off(name):
    """A null variant leaves a run that works; without any of them the brain does not adapt."""
    one = case("2 d", {"a": "lorazepam 1 mg po bid for 1 d"}, model={"without": [name]})
    assert np.isfinite(simulate(one).data["imbalance_max"]).all()


def test_all_mechanisms_off_is_no_adaptation():
    arms = {"a": "lorazepam 1 mg po bid for 20 d, then stop"}
    off = simulate(case("30 d", arms, model={"without": list(MECHANISMS)})).data["imbalance_mean"]
    none = simulate(case("30 d", arms, model={"adaptation": "none"})).data["imbalance_mean"]
    np.testing.assert_allclose(off, none, atol=1e-12)


def test_unknown_mechanisms_and_levels_are_refused():
    arms = {"a": "lorazepam 1 mg po bid for 1 d"}
    with pytest.raises(UnknownNameError, match="uncoupling"):
        case("2 d", arms, model={"without": ["uncuppling"]})
    with pytest.raises(InputError, match="0 to 1"):
        case("2 d", arms, model={"alpha2_agonist": 2.0})
    with pytest.raises(InputError, match="mechanisms"):
        case("2 d", arms, model={"adaptation": "none", "alpha2_agonist": 0.5})


def test_repeated_withdrawals_kindle():
    """The same stop is worse after two others, and the null variant of kindling takes that away."""
    courses = [f"lorazepam 2 mg po bid from day {day} for 40 d" for day in (0, 80, 160)]
    arms = {"third": "; ".join(courses), "first": courses[-1]}
    gains = []
    for without in ([], ["kindling"]):
        peaks = summary(simulate(case("240 d", arms, model={"without": without}))).set_index("arm")["peak_imbalance"]
        gains.append(peaks["third"] / peaks["first"])
    assert gains[0] > gains[1] + 0.02


def test_precipitated_withdrawal_by_flumazenil_lays_the_adaptation_bare():
    regimen = "lorazepam 3 mg po bid for 60 d; flumazenil 1 mg iv at 59.25 d"
    wanted = {"imbalance": ("max",), "log_adaptation": ("last",)}
    data = simulate(case("60 d", {"a": regimen}, output={"every": "1 h"}), wanted=wanted).data.isel(arm=0, patient=0)
    jump = float(data["imbalance_max"].sel(time=59.25 * DAY + 1))
    threshold = library.parameter_set("circuit")["seizure_threshold"].value
    assert 0.4 < jump < float(data["log_adaptation_last"].sel(time=59.25 * DAY)) / threshold


def test_seizure_course_follows_the_running_maximum_and_its_interval_holds_it():
    time = np.arange(1, 11) * DAY
    imbalance = np.array([0, 0.3, 0.7, 0.9, 1.0, 0.8, 0.6, 0.4, 0.2, 0.1])
    course = seizure_course(time, imbalance, draws=400, seed=3)
    assert course.incidence[4] == course.incidence[-1] == pytest.approx(0.5)
    assert np.all(course.low <= course.incidence + 1e-12)
    assert np.all(course.incidence <= course.high + 1e-12)
    assert np.all(course.hazard[5:] == 0)
    survived = np.prod(1 - course.hazard * DAY)
    assert 1 - survived == pytest.approx(course.incidence[-1])
    median, spread = threshold_draws(400, seed=3)
    assert np.array_equal(median, threshold_draws(400, seed=3)[0])
    assert (spread > 0).all()
    with pytest.raises(InputError, match="rising"):
        seizure_course(time[::-1], imbalance)


def test_clusters_add_up_to_the_score(stopped):
    rows = library.parameter_set("clinic")
    shares = [rows[f"withdrawal.share.{k}"].value for k in CLUSTERS]
    assert sum(shares) == pytest.approx(1)
