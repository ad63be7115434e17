"""Protocols: alcohol withdrawal by symptoms, by the clock and by loading; flumazenil in a naive and in a dependent brain."""

import math
from dataclasses import replace
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest
import xarray as xr

from allostasis import library
from allostasis.adaptation import AlcoholWithdrawal
from allostasis.clinic import simulate
from allostasis.clinic.precipitated import precipitated_withdrawal
from allostasis.clinic.protocols import mg_given, protocol_table
from allostasis.clinic.reversal import (
    hours_to_half_occupancy,
    occupancy_under_antagonist,
    resedation_share,
    reversal,
)
from allostasis.patient import Patient
from allostasis.quantity import InputError, NotModelledError, UnknownNameError
from allostasis.receptor.equilibrium import SiteConstants
from allostasis.regimen import parse_regimen
from allostasis.simulation import load_case, parse_case
from allostasis.simulation.assemble import assemble
from allostasis.simulation.simulate import simulate as simulate_chain
from allostasis.study import sample_factors
from allostasis.study.protocols import FLUMAZENIL_3MG, ratios, resedation_table

EXAMPLES = Path(__file__).parents[1] / "examples"
SEVERITY = np.array([0.15, 0.5, 0.7, 1.0, 1.2])
TYPICAL, SEVERE = 2, 4
BOTH = "fixed schedule and as needed"
WANTED = {"imbalance": ("min", "max", "time_of_max"), "withdrawal_score": ("max",)}
THRESHOLD = library.parameter_set("circuit")["seizure_threshold"].value


def table_of(horizon, arms, **more):
    return {"title": "t", "horizon": horizon, "arm": [{"name": k, "regimen": v} for k, v in arms.items()]} | more


def with_a_rule(regimen):
    if " if " in regimen:
        return regimen
    never = "chlordiazepoxide 50 mg po if withdrawal_score above 1000, at most every 1 h, at most 1 doses"
    return never if regimen == "none" else f"{regimen}; {never}"


def by_severity(example, arms):
    """Arms of an example for one typical adult at each severity; their table from six hours after treatment begins.

    Arms without a rule get one that never fires: one program then serves all arms, and compiling is what takes the time.
    """
    case = load_case(EXAMPLES / example)
    ruled = [arm.model_copy(update={"regimen": with_a_rule(arm.regimen)}) for arm in case.arm if arm.name in arms]
    case = case.model_copy(update={"arm": ruled})
    result = simulate(case, factors={"alcohol.severity": SEVERITY / case.model.alcohol}, wanted=WANTED)
    return result, protocol_table(result, 30.0).set_index(["arm", "patient"])


@pytest.fixture(scope="module")
def triggered():
    return by_severity("alcohol_symptom_triggered.toml", ("no drug", "symptom-triggered", "fixed schedule", BOTH))


@pytest.fixture(scope="module")
def loading():
    return by_severity("alcohol_loading.toml", ("diazepam every 2 h", "lorazepam every 2 h"))


@pytest.fixture(scope="module")
def antidote():
    """An overdose in a naive and in a dependent person, and the antidote without an overdose."""
    over, fl = "lorazepam 20 mg po at 20 d", "flumazenil 1 mg iv at 482 h, then 1 mg at 28925 min, then 1 mg at 28930 min"
    used = "lorazepam 3 mg po bid for 20 d, then 20 mg once at 20 d"
    arms = {"naive": f"{over}; {fl}", "dependent": f"{used}; {fl}", "usual dose": f"lorazepam 3 mg po bid for 21 d; {fl}"}
    case = parse_case(table_of("21 d", arms, solver={"step": "5 min"}, output={"every": "5 min"}))
    return simulate(case, wanted={"imbalance": ("mean", "max"), "effect": ("mean",)})


# The mechanism


def test_closed_form_solves_the_equations_and_peaks_at_the_severity():
    submodel, severity, cover, recovery = AlcoholWithdrawal(), 0.08, 24.0, 84.0
    prepared = submodel.prepare({"severity": severity, "tau_cover": cover, "tau_recovery": recovery})
    start = submodel.initial(prepared)
    q = recovery / cover
    time = np.linspace(0, 240, 100_001)
    bare = start["covered"] * q / (q - 1) * (np.exp(-time / recovery) - np.exp(-time / cover))
    covered = start["covered"] * np.exp(-time / cover)
    state = {"covered": jnp.asarray(covered), "laid_bare": jnp.asarray(bare)}
    found = submodel.derivative(0.0, state, {}, prepared)
    for name, values in (("covered", covered), ("laid_bare", bare)):
        np.testing.assert_allclose(found[name], np.gradient(values, time, edge_order=2), atol=1e-9)
    assert bare.max() == pytest.approx(severity, rel=1e-6)
    assert time[bare.argmax()] == pytest.approx(math.log(q) / (1 / cover - 1 / recovery), abs=0.01)


def test_untreated_course_has_the_time_and_size_that_were_asked_for(triggered):
    """Highest on the second day at the severity of the case; a third of it after a week, little after ten days."""
    data = triggered[0].data.sel(arm="no drug")
    high = data["imbalance_max"].transpose("patient", "time").values
    ends = data["time"].values
    peak = high.max(axis=1)
    np.testing.assert_allclose(peak, SEVERITY, rtol=0.03)
    np.testing.assert_allclose(ends[high.argmax(axis=1)], 42.0, atol=2.0)
    left = {day: high[:, np.searchsorted(ends, day * 24.0)] / peak for day in (0.25, 7, 10)}
    assert np.all((left[0.25] > 0.25) & (left[0.25] < 0.45))
    assert np.all((left[7] > 0.2) & (left[7] < 0.4))
    assert np.all(left[10] < 0.2)


def test_nobody_drinks_unless_a_case_says_so():
    pairs = [("lorazepam", "oral")]
    sober, drinker = assemble(pairs, Patient()), assemble(pairs, Patient(), alcohol=0.8)
    off = assemble(pairs, Patient(), alcohol=0.8, without=["alcohol"])
    assert sober.parameters["alcohol"] == off.parameters["alcohol"] == {}
    assert "alcohol.severity" not in sober.used
    assert drinker.parameters["alcohol"]["severity"] == pytest.approx(0.8 * THRESHOLD)
    null = next(s for s in sober.composition.submodels if s.name == "alcohol")
    assert null.states == ()
    assert null.readout(0.0, {}, {}, {}) == {"alcohol_excitation": 0.0}


def test_severity_varies_between_those_who_drink():
    arms = {"a": "lorazepam 1 mg po bid for 1 d"}
    assert "alcohol.severity" not in sample_factors(parse_case(table_of("2 d", arms)), 5, 1)
    drawn = sample_factors(parse_case(table_of("2 d", arms, model={"alcohol": 0.8})), 2000, 1)["alcohol.severity"]
    assert np.std(np.log(drawn)) == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"model": {"alcohol": 1.6}}, InputError, "0 to 1.5"),
        ({"model": {"alcohol": -0.1}}, InputError, "0 to 1.5"),
        ({"model": {"alcohol": "much"}}, InputError, "a number from 0.0 to 1.5"),
        ({"model": {"alcohol": 0.5, "adaptation": "none"}}, InputError, "mechanisms of adaptation"),
        ({"patient": {"alcohol": 0.5}}, NotModelledError, "under .model."),
        ({"model": {"alcool": 0.5}}, InputError, "did you mean 'alcohol'"),
    ],
)
def test_bad_alcohol_is_refused_with_words_that_teach(change, error, words):
    with pytest.raises(error, match=words):
        parse_case(table_of("2 d", {"a": "lorazepam 1 mg po bid for 1 d"}) | change)


@pytest.mark.parametrize("records", ["event lorazepam 1 mg po at 0 h, every 24 h, steady state", "event reset at 24 h"])
def test_a_last_drink_at_time_0_has_no_steady_state_before_it_and_no_reset_after_it(records):
    text = records if "lorazepam" in records else f"event lorazepam 1 mg po at 0 h; {records}"
    with pytest.raises(NotModelledError, match="resets or steady states"):
        simulate_chain(parse_case(table_of("2 d", {"a": text}, model={"alcohol": 0.5})))


# Dosing rules


def test_symptom_triggered_needs_less_drug_for_less_time(triggered):
    """100 of 425 mg in a trial, band 0.15 to 0.35, for a severity that is an input. Its 9 of 68 h are medians of a group: the
    page has those of virtual patients, this is one adult."""
    table = triggered[1]
    some, fixed = table.loc["symptom-triggered"], table.loc[BOTH]
    assert list(fixed["doses"] >= 12) == [True] * SEVERITY.size
    assert table.loc[("fixed schedule", TYPICAL), "total_mg"] == 400
    assert table.loc[("fixed schedule", TYPICAL), "duration_h"] == 66
    assert 0.15 < some["total_mg"][TYPICAL] / fixed["total_mg"][TYPICAL] < 0.35
    assert some["duration_h"][TYPICAL] < 0.5 * fixed["duration_h"][TYPICAL]
    assert np.all(np.diff(some["total_mg"]) >= 0)
    assert some["doses"][0] == 0
    assert math.isnan(some["first_dose_h"][0])
    assert some["duration_h"][0] == 0
    assert np.all(some["total_mg"] <= fixed["total_mg"])


def test_the_clock_sedates_the_mild_and_both_hold_the_severe(triggered):
    table = triggered[1]
    none, some, fixed = (table.loc[arm] for arm in ("no drug", "symptom-triggered", "fixed schedule"))
    assert fixed["lowest_imbalance"][0] < -1 < -0.1 < some["lowest_imbalance"][0]
    assert np.all(some["highest_imbalance"][1:] < none["highest_imbalance"][1:])
    assert some["highest_score"][SEVERE] < none["highest_score"][SEVERE]


def test_rule_keeps_its_refractory_time_and_its_start(triggered):
    given = mg_given(triggered[0], "symptom-triggered")[SEVERE]
    times = triggered[0].data["time"].values[given > 0]
    assert times[0] >= 24
    assert np.diff(times).min() >= 1
    assert set(given[given > 0]) == {50.0}


def test_loading_takes_about_three_doses_and_tapers_itself(loading):
    """Three doses of 20 mg, 2 to 4 in the band. Lorazepam by the same rule leaves before the withdrawal does."""
    result, table = loading
    diazepam, lorazepam = table.loc["diazepam every 2 h"], table.loc["lorazepam every 2 h"]
    assert 2 <= diazepam["doses"][TYPICAL] <= 4
    assert diazepam["doses"][SEVERE] in (3, 4)
    assert np.all(np.diff(diazepam["doses"]) >= 0)
    assert np.all(diazepam["last_dose_h"][1:] < 48)
    late = result.data.sel(time=slice(54, 120))["imbalance_max"].max("time").transpose("arm", "patient")
    assert np.all(late.sel(arm="lorazepam every 2 h")[1:] > 1.5 * late.sel(arm="diazepam every 2 h")[1:])
    assert np.all(lorazepam["highest_imbalance"][2:] > diazepam["highest_imbalance"][2:])


def test_ratios_are_those_of_the_medians(triggered):
    table = triggered[1].reset_index()
    table["severity"] = SEVERITY[table["patient"]]
    found = ratios(table, "symptom-triggered", "fixed schedule")
    assert found["dose_ratio"].to_numpy() == pytest.approx(
        table[table.arm == "symptom-triggered"]["total_mg"].to_numpy() / 400
    )


def test_table_refuses_a_time_outside_the_run_and_series_that_were_not_kept(triggered):
    with pytest.raises(InputError, match="start of the extremes"):
        protocol_table(triggered[0], 12 * 24.0)
    bare = replace(triggered[0], data=triggered[0].data.drop_vars("imbalance_min"))
    with pytest.raises(InputError, match="imbalance_min"):
        protocol_table(bare, 30.0)


@pytest.mark.parametrize("name", ["alcohol_symptom_triggered", "alcohol_loading", "flumazenil_in_dependence"])
def test_examples_are_cases_whose_regimens_parse(name):
    case = load_case(EXAMPLES / f"{name}.toml")
    for arm in case.arm:
        assert isinstance(arm.regimen, str)
        assert str(parse_regimen(str(parse_regimen(arm.regimen)))) == str(parse_regimen(arm.regimen))


# Flumazenil


def test_competing_ligands_give_the_closed_form_at_the_receptor():
    """75 % occupied, 21 % under ten times the dissociation constant of the antagonist, half of 75 % again after 71 min."""
    agonist, c, half_life = 3.0, 0.35, 54 / 60
    site = SiteConstants("benzodiazepine", 1, ("agonist", "antagonist"), (20.0, 5.0), (c, 1.0))
    hours = hours_to_half_occupancy(agonist, 10, half_life)
    assert hours * 60 == pytest.approx(71.4, abs=0.05)
    for time, expected in ((None, 0.75), (0.0, 3 / 14), (hours, 0.375)):
        antagonist = 0.0 if time is None else 10 * 0.5 ** (time / half_life)
        resting, active = site.weights({"agonist": 20.0 * agonist, "antagonist": 5.0 * antagonist})
        occupied = agonist / resting
        assert occupied == pytest.approx(expected, rel=1e-9)
        assert occupied == pytest.approx(occupancy_under_antagonist(agonist, antagonist), rel=1e-12)
        assert active / resting == pytest.approx(1 + occupied * (1 / c - 1), rel=1e-12)
    assert hours_to_half_occupancy(3, 2, half_life) == 0
    assert [hours_to_half_occupancy(3, 10, t / 60) * 60 for t in (41, 79)] == pytest.approx([54.2, 104.4], abs=0.1)
    with pytest.raises(InputError, match="above 0"):
        hours_to_half_occupancy(3, 0, half_life)


def test_antidote_wakes_and_sedation_returns(antidote):
    for arm in ("naive", "dependent"):
        found = reversal(antidote, arm, antidote_h=482.0)
        assert found.woken.all()
        assert found.resedated.all()
        assert found.share == 1.0
        assert 0.3 < found.awake_h[0] < 3
        assert found.lowest[0] < 0.3 * found.before[0]
        assert reversal(antidote, arm, antidote_h=482.0, within_h=found.awake_h[0] / 2).share == 0.0


def test_antidote_precipitates_withdrawal_only_in_the_dependent(antidote):
    naive, dependent, usual = (precipitated_withdrawal(antidote, arm, antagonist_h=482.0, within_h=6.0)
                               for arm in ("naive", "dependent", "usual dose"))  # fmt: skip
    assert naive.peak[0] < 0 < dependent.peak[0] < usual.peak[0]
    assert usual.jump[0] > 1
    assert usual.jump[0] == pytest.approx(usual.peak[0] - usual.before[0])
    assert usual.peak[0] > 0.6
    assert naive.seizure_probability[0] == 0
    assert dependent.seizure_probability[0] < usual.seizure_probability[0]


def test_reversal_reads_waking_and_resedation_patient_by_patient(antidote):
    """One falls and returns, one falls and stays, one never falls, one falls only when the drug itself has gone."""
    ends = np.arange(0, 13) * 0.25
    fall, back = (ends > 1), (ends > 2)
    late = np.where(ends > 2.5, 0.1, 1.0)
    rows = [np.where(back, 0.6, np.where(fall, 0.2, 1.0)), np.where(fall, 0.2, 1.0), np.where(fall, 0.7, 1.0), late]
    course = np.stack(rows)[None, :, :, None]
    coords = {"arm": ["a"], "patient": range(4), "time": ends, "effect": ["sedation"]}
    data = xr.Dataset({"effect_mean": (("arm", "patient", "time", "effect"), course)}, coords)
    found = reversal(replace(antidote, data=data), "a", antidote_h=1.0)
    assert found.woken.tolist() == [True, True, False, False]
    assert found.resedated.tolist() == [True, False, False, False]
    assert found.awake_h.tolist() == [1.0, math.inf, 0.0, 0.0]
    assert found.share == 0.5
    assert math.isnan(reversal(replace(antidote, data=data.isel(patient=[2, 3])), "a", antidote_h=1.0).share)
    for wrong in ({"antidote_h": 3.0}, {"antidote_h": 1.0, "share": 1.0}, {"antidote_h": 1.0, "within_h": 0.0}):
        with pytest.raises(InputError):
            reversal(replace(antidote, data=data), "a", **wrong)
    with pytest.raises(InputError, match="nobody to wake"):
        reversal(replace(antidote, data=0 * data), "a", antidote_h=1.0)
    with pytest.raises(UnknownNameError):
        reversal(antidote, "nobody", antidote_h=482.0)
    with pytest.raises(UnknownNameError):
        precipitated_withdrawal(antidote, "nobody", antagonist_h=482.0)
    with pytest.raises(InputError, match="time of the antagonist"):
        precipitated_withdrawal(antidote, "naive", antagonist_h=504.0)


def test_the_dose_decides_who_is_sedated_again():
    """Virtual patients after 3 mg: midazolam for a procedure has gone before flumazenil has; of those woken from eight times as
    much, more than half are sedated again within three hours."""
    doses = {"procedure": "midazolam 5 mg iv at 105 min", "overdose": "midazolam 40 mg iv at 105 min"}
    table = resedation_table(doses, FLUMAZENIL_3MG, patients=40, seed=1, watched_h=(1.0, 3.0))
    assert table["woken"].to_numpy().min() > 0.9
    procedure, overdose = table["resedated_3h"].to_numpy()
    assert procedure < 0.4
    assert overdose > 0.5
    assert np.all(table["resedated_1h"].to_numpy() <= table["resedated_3h"].to_numpy())


def test_share_of_a_case_is_that_of_its_arm():
    regimen = f"midazolam 40 mg iv at 105 min; {FLUMAZENIL_3MG}"
    case = parse_case(table_of("10 h", {"a": regimen, "none": "none"}, solver={"step": "1 min"}, output={"every": "2 min"}))
    factors = sample_factors(case, 10, 1)
    share = resedation_share(case, "a", antidote_h=2.0, within_h=3.0, factors=factors)
    assert share * 10 == pytest.approx(round(share * 10))
    assert resedation_share(case, "a", antidote_h=2.0, within_h=0.1, factors=factors) == 0
    with pytest.raises(UnknownNameError):
        resedation_share(case, "b", antidote_h=2.0)
