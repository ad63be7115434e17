"""The chain as a whole: what must emerge from it, and what it must refuse."""

import numpy as np
import pytest

from allostasis import library
from allostasis.clinic import simulate, summary
from allostasis.patient import Patient
from allostasis.quantity import InputError, NotModelledError, UnknownNameError
from allostasis.receptor import SUBTYPES
from allostasis.report.writing import report_html
from allostasis.simulation import check, load_case, parse_case
from allostasis.simulation.assemble import assemble
from allostasis.study import sample_factors


def case(horizon, arms, **tables):
    arm = [{"name": name, "regimen": regimen} for name, regimen in arms.items()]
    return parse_case({"title": "test", "horizon": horizon, "arm": arm} | tables)


@pytest.fixture(scope="module")
def stops():
    """Abrupt stops after 180 days, the doses of the calibration page; peak in seizure thresholds, days after the stop."""
    doses = {
        "lorazepam": "1 mg po bid", "alprazolam": "0.5 mg po bid", "clonazepam": "0.5 mg po bid",
        "diazepam": "10 mg po bid", "chlordiazepoxide": "150 mg po tid",
    }  # fmt: skip
    result = simulate(case("300 d", {drug: f"{drug} {dose} for 180 d, then stop" for drug, dose in doses.items()}))
    return summary(result).set_index("arm"), result


def test_short_half_life_withdraws_earlier_and_higher(stops):
    table = stops[0]
    days, peak = table["days_after_last_dose"], table["peak_imbalance"]
    for short in ("lorazepam", "alprazolam"):
        for long in ("clonazepam", "diazepam", "chlordiazepoxide"):
            assert days[short] < days[long]
        assert peak[short] > peak["clonazepam"]
        assert peak[short] > peak["diazepam"]
    assert days["clonazepam"] < days["diazepam"]


def test_short_half_life_is_higher_for_the_same_adaptation(stops):
    table, result = stops
    built_up = result.data["log_adaptation_last"].sel(time=179 * 24.0).squeeze("patient").to_series()
    ratio = table["peak_imbalance"] / built_up
    assert min(ratio["lorazepam"], ratio["alprazolam"]) > 1.1 * ratio["clonazepam"] > 1.1 * 1.1 * ratio["diazepam"]


def test_high_dose_peak_holds_the_incidence_that_calibrated_it(stops):
    assert stops[0]["seizure_probability"]["chlordiazepoxide"] == pytest.approx(2 / 11, abs=0.02)


def test_withdrawal_fades_back_to_naive(stops):
    end = stops[1].data["imbalance_mean"].isel(time=-1)
    assert float(end.max()) < 0.25


def test_alprazolam_occupancy_is_the_calibrated_one():
    result = simulate(case("20 d", {"a": "alprazolam 1 mg po bid for 20 d"}))
    weights = [library.parameter_set("receptor")[f"weight.{k}"].value for k in ("a1", "a2", "a3", "a5")]
    occupancy = float((result.data["occupancy_mean"].isel(time=-1).squeeze() * weights).sum())
    assert 0.10 < occupancy < 0.22


def test_slower_tapers_peak_lower():
    result = simulate(case("600 d", {
        "stop": "lorazepam 2 mg po bid for 180 d, then stop",
        "fast": "lorazepam 2 mg po bid for 180 d, then taper 25 % of start every 7 d",
        "slow": "lorazepam 2 mg po bid for 180 d, then taper 10 % of start every 14 d",
    }))  # fmt: skip
    peak = summary(result).set_index("arm")["peak_imbalance"]
    assert peak["stop"] > peak["fast"] > peak["slow"] > 0


def test_longer_use_gives_more_withdrawal():
    days = (7, 28, 180)
    result = simulate(case("250 d", {f"{d}": f"lorazepam 1 mg po bid for {d} d, then stop" for d in days}))
    peak = summary(result).set_index("arm")["peak_imbalance"]
    assert peak["7"] < peak["28"] < peak["180"]


def test_without_adaptation_there_is_no_withdrawal():
    result = simulate(case("60 d", {"a": "lorazepam 1 mg po bid for 30 d, then stop"}, model={"adaptation": "none"}))
    assert float(result.data["imbalance_max"].max()) <= 0


def test_sedation_tolerates_more_than_anxiolysis_and_not_to_zero():
    result = simulate(case("180 d", {"a": "lorazepam 1 mg po bid for 180 d"}))
    effect = result.data["effect_mean"].squeeze()
    kept = effect.isel(time=-1) / effect.max("time")
    assert 0.05 < float(kept.sel(effect="sedation")) < 0.6 < float(kept.sel(effect="anticonvulsant")) < 0.8
    assert float(kept.sel(effect="amnesia")) > 0.8
    assert float(kept.sel(effect="anxiolysis")) > 0.8


def test_flumazenil_reverses_and_sedation_returns():
    regimen = "diazepam 40 mg iv at 0 min; flumazenil 1 mg iv at 30 min"
    tables = {"solver": {"step": "1 min"}, "output": {"every": "1 min"}}
    result = simulate(case("6 h", {"a": regimen}, **tables))
    sedation = result.data["effect_mean"].sel(effect="sedation").squeeze()
    before, reversed_ = float(sedation.sel(time=0.5)), float(sedation.sel(time=0.5 + 5 / 60))
    assert reversed_ < 0.6 * before
    assert float(sedation.sel(time=slice(2, 6)).max()) > 1.3 * reversed_


def test_flumazenil_precipitates_withdrawal_in_a_dependent_brain():
    regimen = "lorazepam 3 mg po bid for 60 d; flumazenil 1 mg iv at 59.25 d"
    result = simulate(case("60 d", {"with": regimen, "without": "lorazepam 3 mg po bid for 60 d"}))
    last = result.data["imbalance_max"].isel(time=-1).squeeze()
    assert float(last.sel(arm="with")) > float(last.sel(arm="without")) + 0.2


def test_dosing_rule_gives_doses_within_its_limits():
    rule = "flumazenil 0.2 mg iv if occupancy a1 above 0.3, at most every 2 min, at most 3 doses, from 10 min"
    tables = {"solver": {"step": "1 min"}, "output": {"every": "1 min"}}
    result = simulate(case("2 h", {"a": f"midazolam 15 mg iv at 0 min; {rule}"}, **tables))
    flumazenil = result.data["plasma_mean"].sel(moiety="flumazenil").squeeze()
    rises = int(np.sum(np.diff(flumazenil.values) > 0.5 * float(flumazenil.sel(time=11 / 60, method="nearest"))))
    assert rises == 3
    assert float(flumazenil.sel(time=slice(0, 10 / 60)).max()) == 0
    given = result.data["rule_dose"].sel(drug="flumazenil").squeeze()
    assert float(given.sum()) == pytest.approx(0.6)
    asked = given.time.values[given.values > 0] * 60
    assert asked[0] >= 10
    assert np.all(np.diff(asked) >= 2 - 1e-9)
    assert summary(result)["total_dose_mg"][0] == pytest.approx(15.6)


def test_step_error_of_every_headline_is_small():
    question = case("120 d", {"a": "diazepam 10 mg po bid for 60 d, then stop"})
    for h in check(question, simulate(question)):
        tolerance = {"h": 1.0, "nM": 0.5, "seizure thresholds": 0.01}[h.unit]
        assert abs(h.step_error) < tolerance, h
        assert abs(h.reference_error) < 2 * tolerance, h


def test_a_horizon_inside_an_output_interval_is_refused():
    with pytest.raises(InputError, match="whole number of output intervals"):
        simulate(case("30.05 d", {"a": "midazolam 15 mg po q6h for 40 d"}, output={"every": "1 d"}))
    with pytest.raises(InputError, match="whole number of output intervals"):
        simulate(case("1 s", {"a": "midazolam 15 mg po q6h for 40 d"}))


def test_a_run_stops_at_its_horizon():
    result = simulate(case("30.0625 d", {"a": "midazolam 15 mg po q6h for 40 d"}))
    assert float(result.data["time"][-1]) == pytest.approx(30.0625 * 24)
    assert summary(result)["peak_imbalance"][0] < 0.5


def test_an_infusion_counts_in_each_interval_and_not_past_the_horizon():
    result = simulate(case("2 d", {"a": "midazolam 48 mg iv over 4 d at 0 h"}))
    assert result.data["dose"].sel(drug="midazolam").values.ravel() == pytest.approx([0, 12, 12])
    assert summary(result)["total_dose_mg"][0] == pytest.approx(24)
    assert not result.notes


def test_a_bolus_into_a_vein_on_a_long_step_is_noted():
    assert "peak" in simulate(case("1 d", {"a": "midazolam 5 mg iv at 0 h"})).notes[0]


def test_doses_of_a_rule_count_as_doses():
    rule = "diazepam 10 mg po if imbalance above -1000, at most every 6 h, at most 20 doses"
    table = summary(simulate(case("10 d", {"a": rule})))
    assert table["total_dose_mg"][0] == pytest.approx(200)
    assert table["last_dose_day"][0] == pytest.approx(5, abs=1)


def test_parameter_hash_knows_every_number(tmp_path):
    question = case("2 d", {"a": "alprazolam 1 mg po bid for 1 d"})
    first = simulate(question)
    assert "exposure.alprazolam.oral.Tlag" in first.used
    heavier = simulate(question.model_copy(update={"patient": question.patient.model_copy(update={"weight": "80 kg"})}))
    assert first.provenance["parameter_hash"] != heavier.provenance["parameter_hash"]


@pytest.mark.parametrize("factor", [[-1.0], [], [np.nan], [[1.0]], [0.0]])
def test_factors_that_make_no_sense_are_refused(factor):
    with pytest.raises(InputError):
        simulate(case("2 d", {"a": "lorazepam 1 mg po bid for 1 d"}), factors={"exposure.lorazepam.CL": np.array(factor)})


def test_population_is_reproducible_and_spread_stays_with_its_drug():
    one = case("7 d", {"a": "lorazepam 1 mg po bid for 3 d"})
    two = case("7 d", {"a": "lorazepam 1 mg po bid for 3 d; alprazolam 1 mg po bid for 3 d"})
    first, again, other = sample_factors(one, 20, 7), sample_factors(one, 20, 7), sample_factors(two, 20, 7)
    for name, factor in first.items():
        np.testing.assert_array_equal(factor, again[name])
        np.testing.assert_array_equal(factor, other[name])
    assert not np.array_equal(first["exposure.lorazepam.CL"], sample_factors(one, 20, 8)["exposure.lorazepam.CL"])
    result = simulate(one, factors=first)
    assert result.data.sizes["patient"] == 20
    assert float(result.data["imbalance_min"].isel(time=-1).std()) > 0


def test_every_parameter_of_a_run_has_a_known_source():
    result = simulate(case("3 d", {"a": "diazepam 5 mg po bid for 2 d"}))
    works = library.bibliography()
    assert len(result.used) > 60
    assert all(p.source in works and p.unit for p in result.used.values())
    assert result.cite()


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"patient": {"smoking": "yes"}}, NotModelledError, "smoking is not modelled yet"),
        ({"patient": {"genotype": "CYP2C19 *2/*2"}}, InputError, "heading .patient.genotype."),
        ({"comedication": ["ketoconazole"]}, NotModelledError, "co-medication is not modelled yet"),
        ({"horizom": "3 d"}, InputError, "did you mean 'horizon'"),
        ({"horizon": "3"}, InputError, "unit"),
        ({"horizon": "-3 d"}, InputError, "out of range"),
        ({"horizon": "90 y"}, InputError, "horizon"),
        ({"patient": {"weight": "700 kg"}}, InputError, "body weight"),
        ({"solver": {"step": "2 h"}}, InputError, "solver step"),
        ({"output": {"every": "7 min"}}, InputError, "output interval"),
        ({"model": {"adaptation": "magic"}}, UnknownNameError, "adaptation model"),
        ({"arm": []}, InputError, "arm"),
    ],
)
def test_bad_cases_are_refused_with_words_that_teach(change, error, words):
    table = {"title": "t", "horizon": "3 d", "arm": [{"name": "a", "regimen": "lorazepam 1 mg po bid for 2 d"}]} | change
    with pytest.raises(error, match=words):
        simulate(parse_case(table))


@pytest.mark.parametrize(
    ("regimen", "error"),
    [
        ("quazepam 15 mg po daily for 5 d", InputError),
        ("lorazepan 1 mg po bid for 5 d", InputError),
        ("lorazepam 1 mg rectal bid for 5 d", InputError),
        ("lorazepam -1 mg po bid for 5 d", InputError),
        ("lorazepam 1 ml po bid for 5 d", InputError),
        ("flumazenil 0.2 mg iv if magic above 1, at most every 1 min, at most 3 doses", UnknownNameError),
        ("flumazenil 0.2 mg iv if occupancy a9 above 1, at most every 1 min, at most 3 doses", UnknownNameError),
        ("flumazenil 0.2 mg iv if occupancy above 1, at most every 1 min, at most 3 doses", InputError),
    ],
)
def test_bad_regimens_are_refused(regimen, error):
    with pytest.raises(error):
        simulate(case("9 d", {"a": regimen}))


def test_a_missing_or_broken_case_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="no such case file"):
        load_case(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_text("horizon = ")
    with pytest.raises(InputError, match="not TOML"):
        load_case(tmp_path / "bad.toml")


def test_neurosteroid_falls_in_withdrawal_and_rises_with_a_tspo_ligand():
    """A dynamic level falls after the last dose, deepens the withdrawal, and a ligand of the translocator protein raises it."""

    def run(**model):
        case = parse_case({
            "title": "t", "horizon": "60 d", "model": model,
            "arm": [{"name": "a", "regimen": "lorazepam 1 mg po bid for 45 d, then stop"}],
        })  # fmt: skip
        wanted = {"imbalance": ("max",)} | ({"neurosteroid": ("mean",)} if model else {})
        return simulate(case, wanted=wanted).data.isel(arm=0, patient=0)

    constant, dynamic = run(), run(neurosteroid="dynamic")
    raised = run(neurosteroid="dynamic", tspo_activation=0.5)
    level = dynamic["neurosteroid_mean"].values
    assert level[-13:-5].min() < 0.92
    assert float(raised["neurosteroid_mean"].min()) > level.min()
    assert float(dynamic["imbalance_max"].max()) > float(constant["imbalance_max"].max())


def test_tspo_activation_needs_a_dynamic_neurosteroid():
    table = {"title": "t", "horizon": "6 d", "arm": [{"name": "a", "regimen": "lorazepam 1 mg po bid for 3 d"}]}
    for model, named in (
        ({"tspo_activation": 0.5}, "dynamic"), ({"neurosteroid": "dynamic", "tspo_activation": 2.0}, "0 to 1"),
        ({"neurosteroid": "state"}, "constant"), ({"tspo_activation": "much"}, "number"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=named):
            parse_case(table | {"model": model})


def test_a_drug_without_a_site_has_concentrations_and_no_effect():
    """Plasma follows the dose, everything at the receptor and after it stays at rest, and the run says so."""
    question = case("6 d", {"a": "levetiracetam 500 mg po bid for 3 d"})
    result = simulate(question)
    plasma = result.data["plasma_mean"].sel(moiety="levetiracetam").isel(arm=0, patient=0)
    daily_mean = 1000 / 24 / library.drug("levetiracetam").CL.value / 170.21 * 1e6
    assert float(plasma.isel(time=3)) == pytest.approx(daily_mean, rel=0.1)
    assert float(result.data["unbound_brain_mean"].sel(ligand="levetiracetam").max()) > 0
    for name in ("imbalance_max", "imbalance_min", "log_inhibition_gain_mean", "occupancy_max", "effect_mean"):
        assert float(np.abs(result.data[name]).max()) < 1e-12, name
    assert result.notes == (
        "Only concentrations of levetiracetam are simulated here: what it does beside the receptor belongs to the acute clock.",
    )
    expected = {"peak imbalance", "time of the peak", "lowest imbalance", "highest unbound levetiracetam in brain"}
    assert {line.quantity for line in check(question, result)} == expected
    text = report_html(result, summary(result))
    assert result.notes[0] in text
    assert "No drug of this run acts at the receptor" in text
    assert simulate(question, factors=sample_factors(question, 3, 1)).data.sizes["patient"] == 3


def test_a_drug_beside_one_without_a_site_is_simulated_as_alone():
    alone = simulate(case("4 d", {"a": "lorazepam 1 mg po bid for 2 d"})).data["imbalance_max"].values
    both = simulate(case("4 d", {"a": "lorazepam 1 mg po bid for 2 d; ketamine 10 mg im daily for 2 d"}))
    np.testing.assert_allclose(both.data["imbalance_max"].values, alone, rtol=1e-12)
    assert "ketamine, norketamine" in both.notes[0]


def test_constants_come_from_the_ligand_library_where_the_drug_has_none():
    system = assemble([("zolpidem", "oral")], Patient())
    held = library.parameter_set("receptor_ligands")
    scale = library.drug("zolpidem").in_vivo_scale.value
    inhibition = [held[f"zolpidem.benzodiazepine.Ki.{k}"].value for k in SUBTYPES]
    assert system.parameters["receptor"]["K.zolpidem"] == pytest.approx([scale * k for k in inhibition])
    assert system.used["receptor.K.zolpidem.a1"].source == "CHEMBL1132940"
    result = simulate(case("3 d", {"a": "zolpidem 10 mg po qhs for 2 d"}))
    top = result.data["occupancy_max"].max(["arm", "patient", "time"])
    assert float(top.sel(subtype="a1")) > 4 * float(top.sel(subtype="a2")) > 4 * float(top.sel(subtype="a5")) > 0


def test_kinetics_that_are_not_linear_run_with_others():
    """Carbamazepine speeds up its own clearance; phenytoin and valproate saturate; levetiracetam stays what it is."""
    drugs = {"carbamazepine": "200 mg po bid", "phenytoin": "150 mg po bid", "valproate": "500 mg po bid"}
    text = "; ".join(f"{drug} {dose} for 28 d" for drug, dose in drugs.items())
    data = simulate(case("28 d", {"a": text + "; levetiracetam 500 mg po bid for 28 d"})).data.isel(arm=0, patient=0)
    alone = simulate(case("28 d", {"a": "levetiracetam 500 mg po bid for 28 d"})).data.isel(arm=0, patient=0)
    level = data["plasma_mean"].sel(moiety="carbamazepine").values
    assert level[-1] < 0.9 * level.max()
    phenytoin = simulate(case("28 d", {"a": f"phenytoin {drugs['phenytoin']} for 28 d"})).data.isel(arm=0, patient=0)
    assert 5 < float(phenytoin["plasma_mean"].sel(moiety="phenytoin")[-1]) * 252.27e-6 < 20
    np.testing.assert_allclose(
        data["plasma_mean"].sel(moiety="levetiracetam"), alone["plasma_mean"].sel(moiety="levetiracetam"), rtol=1e-9
    )


def test_a_moving_neurosteroid_needs_a_drug_that_reaches_the_brain():
    table = {
        "title": "t", "horizon": "2 d", "model": {"neurosteroid": "dynamic"},
        "arm": [{"name": "a", "regimen": "rifampicin 600 mg po qd for 1 d"}],
    }  # fmt: skip
    with pytest.raises(NotModelledError, match="neurosteroid"):
        simulate(parse_case(table))
