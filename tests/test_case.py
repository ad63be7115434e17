"""What is refused at the door of a question, a population and a comparison, and in which words."""

import subprocess
import sys

import numpy as np
import pytest

from allostasis.quantity import InputError
from allostasis.simulation import parse_case
from allostasis.simulation.case import LONGEST_HORIZON_H, ArmTable, Case
from allostasis.simulation.case_refusal import EXPECTED
from allostasis.study import sample_factors
from allostasis.validation.observed import validate
from allostasis.validation.observed.folds import IN_LAG, TOO_SMALL, USED

ARM = {"name": "a", "regimen": "lorazepam 1 mg po bid for 2 d"}


def case(**change):
    return parse_case({"title": "t", "horizon": "3 d", "arm": [ARM]} | change)


@pytest.mark.parametrize("horizon", ["20 years", "7305 d", "175320 h", "1 year"])
def test_a_horizon_of_up_to_twenty_years_is_accepted(horizon):
    assert 0 < case(horizon=horizon).horizon_h <= LONGEST_HORIZON_H


def test_a_longer_horizon_is_refused():
    with pytest.raises(InputError, match=r"out of range: '7306 d'\. Expected above 0 and at most 20 years \(7305 d\)"):
        case(horizon="7306 d")


@pytest.mark.parametrize(("horizon", "days"), [("3 months", 90), ("1 month", 30), ("0.5 months", 15)])
def test_a_month_is_no_length_of_a_horizon(horizon, days):
    with pytest.raises(InputError, match=f"ambiguous.*Fix: write '{days} d'"):
        case(horizon=horizon)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"horizon": 10}, "key 'horizon': 10. Expected a text such as \"360 d\"."),
        ({"patient": {"weight": 70}}, "key 'patient.weight': 70. Expected a text such as \"70 kg\"."),
        ({"patient": "70 kg"}, "key 'patient': '70 kg'. Expected a table with the heading [patient]."),
        ({"title": ""}, "key 'title' is blank: ''. Expected a text such as"),
        ({"title": "x" * 300}, "key 'title' is too long: '300 characters'. Expected at most 200."),
        ({"arm": []}, "number of arms: 0. Expected 1 to 12 [[arm]] tables."),
        ({"arm": [ARM] * 13}, "number of arms: 13. Expected 1 to 12 [[arm]] tables."),
        ({"arm": [ARM | {"name": f"{i}"} for i in range(13)]}, "number of arms: 13. Expected 1 to 12"),
        ({"arm": ARM}, "Expected tables with the heading [[arm]]"),
        ({"arm": ["x"]}, "key 'arm.0': 'x'. Expected tables with the heading [[arm]]"),
        ({"arm": [ARM | {"regimen": 3}]}, "key 'arm.0.regimen': 3. Expected a text such as \"lorazepam"),
        ({"arm": [ARM | {"regimen": [3] * 99}]}, "key 'arm.0.regimen': 'a list'. Expected a text"),
        ({"arm": [ARM | {"regimen": [{1: 2}]}]}, "key 'arm.0.regimen': [{1: 2}]. Expected a text"),
        ({"arm": [ARM | {"name": "\ud800"}]}, "key 'arm.0.name': '\\ud800'. Expected a text such as"),
        ({"arm": [{"regimen": "x"}]}, "key 'arm.0.name' is missing"),
        ({"arm": [ARM | {"nmae": "x"}]}, "did you mean 'name'"),
        ({"patient": {"wieght": "70 kg"}}, "did you mean 'weight'"),
        ({1: 2}, "unknown key '1'"),
    ],
)
def test_a_malformed_key_is_refused_in_our_words(change, words):
    with pytest.raises(InputError) as refusal:
        parse_case({"title": "t", "horizon": "3 d", "arm": [ARM]} | change)
    text = str(refusal.value)
    assert words in text
    assert len(text) < 300
    for alien in ("Input should", "input should", "valid string", "instance of", "list[dict"):
        assert alien not in text


def test_every_key_has_words_for_what_is_expected():
    tables = [field.annotation for field in Case.model_fields.values() if hasattr(field.annotation, "model_fields")]
    keys = {key for table in (Case, ArmTable, *tables) for key in table.model_fields}
    assert len(tables) == 4
    assert keys <= set(EXPECTED)


def test_names_of_arms_are_stripped():
    assert [arm.name for arm in case(arm=[ARM | {"name": " slow  taper\n"}]).arm] == ["slow  taper"]


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["a", "b", " a "], "two arms have the same name: 'a'"),
        (["  \t"], "blank"),
        (["a\nb"], "line break"),
        (["a\u2028b"], "line break"),
        (["\u200b"], "cannot be seen"),
        (["x" * 81], "too long: '81 characters'. Expected at most 80"),
    ],
)
def test_names_of_arms_that_nobody_can_tell_apart_are_refused(names, words):
    with pytest.raises(InputError, match=words):
        case(arm=[ARM | {"name": name} for name in names])


@pytest.mark.parametrize(
    ("patients", "seed", "words"),
    [
        (True, 1, "number of patients: True. Expected a whole number, 1 or more"),
        (0, 1, "number of patients: 0. Expected a whole number, 1 or more"),
        (2, False, "seed: False. Expected a whole number, 0 or more"),
        (2, -1, "seed: -1. Expected a whole number, 0 or more"),
    ],
)
def test_a_population_needs_whole_numbers(patients, seed, words):
    with pytest.raises(InputError, match=words):
        sample_factors(case(), patients, seed)


def test_fractions_of_patients_and_seeds_are_refused():
    code = (  # outside the tests' own check of types, which would refuse first
        "from allostasis import parse_case, sample_factors\n"
        f"case = parse_case({{'title': 't', 'horizon': '3 d', 'arm': [{ARM}]}})\n"
        "for patients, seed in ((2.5, 1), ('2', 1), (2, 1.5), (2, None)):\n"
        "    try:\n"
        "        sample_factors(case, patients, seed)\n"
        "    except Exception as error:\n"
        "        print(type(error).__name__, error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines() == [
        "InputError number of patients: 2.5. Expected a whole number, 1 or more.",
        "InputError number of patients: '2'. Expected a whole number, 1 or more.",
        "InputError seed: 1.5. Expected a whole number, 0 or more.",
        "InputError seed. Expected a whole number, 0 or more.",
    ]


def observed(path, times, **study):
    row = {
        "study_id": "s", "publication": "Nobody 2001", "drug": "midazolam", "analyte": "midazolam", "matrix": "plasma",
        "route": "iv", "dose_value": "5", "dose_unit": "mg", "dose_times_h": "0", "infusion_min": "",
    } | study  # fmt: skip
    path.mkdir()
    (path / "studies.csv").write_text(",".join(row) + "\n" + ",".join(row.values()) + "\n")
    (path / "observations.csv").write_text("study_id,time_h,value\n" + "".join(f"s,{t},5\n" for t in times))
    return path


@pytest.mark.parametrize("infusion_min", ["", "60"])
def test_a_prediction_that_underflows_is_not_in_the_lag(tmp_path, infusion_min):
    path = observed(tmp_path / "d", (2, 1e4, 1e5), infusion_min=infusion_min)
    report = validate(path, tmp_path / "out")
    assert report.points["use"].tolist() == [USED, TOO_SMALL, TOO_SMALL]
    assert report.studies["n_not_used"].tolist() == [2]
    assert np.isfinite(report.studies["gmfe"]).all()
    assert not any("lag" in note for note in report.notes)


def test_a_point_in_the_lag_is_in_the_lag(tmp_path):
    path = observed(tmp_path / "d", (0.01, 2, 1e5), drug="diazepam", analyte="diazepam", route="oral")
    assert validate(path).points["use"].tolist() == [IN_LAG, USED, TOO_SMALL]


@pytest.mark.parametrize(("dose", "unit"), [("1e300", "mg"), ("1e306", "g"), ("101", "g"), ("1e4", "mg/kg")])
def test_an_absurd_dose_is_skipped_with_the_reason(tmp_path, dose, unit):
    report = validate(observed(tmp_path / "d", (1, 2), dose_value=dose, dose_unit=unit))
    assert report.skipped["kind"].tolist() == ["dosing"]
    assert "is not a plausible dose: above 100000 mg" in report.skipped["reason"][0]
    assert len(validate(observed(tmp_path / "e", (1, 2), dose_value="100", dose_unit="g")).studies) == 1
