"""Non-compartmental analysis: closed forms, the conventions of its flags, bad input, and the table of the data folder."""

import doctest
import importlib
import json
import math
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allostasis.cli import main
from allostasis.quantity import InputError
from allostasis.study.nca import Dosing, nca
from allostasis.study.nca_area import areas, back_extrapolated, value_at
from allostasis.study.nca_observed import read_observed
from allostasis.study.nca_table import analyse, read_dose, read_profiles
from allostasis.study.nca_terminal import terminal_phase

steady = settings(deadline=None, derandomize=True)
ROOT = Path(__file__).parents[1]
SAMPLES = np.array([0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 12.0, 24.0])
K, V, DOSE = 0.2, 50.0, 10.0  # 1/h, L, mg
PER_L = 1000.0  # mg/L in ng/mL


def observed_folder() -> Path:
    """The folder of observed data: named by ALLOSTASIS_OBSERVED, or beside the checkout."""
    named = os.environ.get("ALLOSTASIS_OBSERVED")
    folder = Path(named) if named else ROOT.parent / "shared" / "data" / "observed_pk"
    if not (folder / "nca.csv").is_file():
        pytest.skip("no folder of observed data (name it by ALLOSTASIS_OBSERVED)")
    return folder


def bolus(t):
    return PER_L * DOSE / V * np.exp(-K * np.asarray(t))


def infusion(t, length):
    t = np.asarray(t)
    level = PER_L * DOSE / length / (V * K) * (1 - np.exp(-K * np.minimum(t, length)))
    return level * np.exp(-K * np.maximum(t - length, 0))


@steady
@given(st.floats(0.01, 3.0), st.floats(0.1, 1e4), st.lists(st.floats(0.01, 50), min_size=3, max_size=20, unique=True))
def test_a_bolus_of_one_exponential_is_exact(rate, c0, times):
    """The log trapezoid is the integral of an exponential, whatever the samples."""
    times = np.sort(times)
    times = times[np.append(True, np.diff(times) > 1e-3)]
    if len(times) < 3 or rate * (times[-1] - times[0]) > 600 or rate * (times[-1] - times[0]) < 1e-2:
        return
    found = nca(times, c0 * np.exp(-rate * times), Dosing("iv", 10.0))
    assert found.lambda_z_1_h == pytest.approx(rate, rel=1e-5)
    assert found.c0_ng_ml == pytest.approx(c0, rel=1e-6)
    assert found.aucinf_ng_h_ml == pytest.approx(c0 / rate, rel=1e-5)
    assert found.aumcinf_ng_h2_ml == pytest.approx(c0 / rate**2, rel=1e-5)
    assert found.mrt_h == pytest.approx(1 / rate, rel=1e-5)
    assert found.cl_l_h == pytest.approx(1000 * 10 / (c0 / rate), rel=1e-5)
    assert found.vz_l == pytest.approx(found.vss_l, rel=1e-5)
    assert found.c0_method == "iv_backextrapolated"


def test_numbers_of_a_bolus():
    found = nca(SAMPLES, bolus(SAMPLES), Dosing("iv", DOSE, weight_kg=80.0))
    assert (found.cmax_ng_ml, found.tmax_h) == (pytest.approx(bolus(0.25)), 0.25)
    assert (found.clast_ng_ml, found.tlast_h) == (pytest.approx(bolus(24.0)), 24.0)
    assert found.cl_l_h == pytest.approx(K * V)
    assert found.cl_l_h_kg == pytest.approx(K * V / 80)
    assert (found.vss_l, found.vz_l) == (pytest.approx(V), pytest.approx(V))
    assert found.t_half_h == pytest.approx(math.log(2) / K)
    assert found.pct_extrapolated == pytest.approx(100 * math.exp(-K * 24))
    assert found.lz_n == 3  # ties go to the later samples
    assert found.lz_t_start_h == 8.0
    assert found.flags == ()
    per_kg = nca(SAMPLES, bolus(SAMPLES), Dosing("iv", DOSE / 80, "mg/kg"))
    assert per_kg.cl_l_h_kg == pytest.approx(K * V / 80)
    assert math.isnan(per_kg.cl_l_h)


def test_an_infusion_takes_half_its_length_off_the_residence_time():
    """Dense samples: the linear rule on the rising part is an approximation."""
    t = np.concatenate([np.linspace(0, 2, 401), np.linspace(2.05, 40, 400)])
    found = nca(t, infusion(t, 2.0), Dosing("iv", DOSE, infusion_h=2.0))
    assert found.c0_method == "none"
    assert found.cl_l_h == pytest.approx(K * V, rel=1e-5)
    assert found.mrt_h == pytest.approx(1 / K, rel=1e-4)
    assert found.vss_l == pytest.approx(V, rel=1e-4)
    assert found.tmax_h == 2.0


def test_an_oral_dose_starts_from_zero():
    ka, f = 1.5, 0.6
    t = np.concatenate([np.linspace(0.02, 12, 800), np.linspace(12.5, 60, 96)])
    c = PER_L * DOSE * f * ka / (V * (ka - K)) * (np.exp(-K * t) - np.exp(-ka * t))
    found = nca(t, c, Dosing("oral", DOSE))
    assert (found.c0_ng_ml, found.c0_method) == (0.0, "zero_at_dose")
    assert found.cl_l_h == pytest.approx(K * V / f, rel=1e-4)
    assert found.mrt_h == pytest.approx(1 / K + 1 / ka, rel=1e-4)
    assert math.isnan(found.vss_l)
    metabolite = nca(t, c, Dosing("iv", DOSE, metabolite=True))
    assert metabolite.c0_method == "zero_at_dose"
    assert math.isnan(metabolite.cl_l_h)


def test_steady_state_gives_clearance_from_one_interval():
    tau = 12.0
    t = np.array([0.0, 0.5, 1, 2, 4, 8, 12])
    c = bolus(t) / (1 - math.exp(-K * tau))
    found = nca(t, c, Dosing("iv", DOSE, tau_h=tau))
    assert found.auctau_ng_h_ml == pytest.approx(PER_L * DOSE / (K * V))
    assert found.cl_l_h == pytest.approx(K * V)
    assert found.cavg_ng_ml == pytest.approx(found.auctau_ng_h_ml / tau)
    assert found.accumulation == pytest.approx(1 / (1 - math.exp(-K * tau)))
    assert math.isnan(found.aucinf_ng_h_ml)
    assert found.flags == ("steady_state",)
    without_first = nca(t[1:], c[1:], Dosing("iv", DOSE, tau_h=tau))
    assert without_first.auctau_ng_h_ml == pytest.approx(found.auctau_ng_h_ml)
    oral = nca([1, 2, 4, 8, 12], [30, 40, 30, 20, 10], Dosing("oral", DOSE, tau_h=12.0))
    assert (oral.c0_ng_ml, oral.c0_method) == (10.0, "trough_at_tau")
    longer = nca(np.append(t, 24.0), np.append(c, c[-1] / 2), Dosing("iv", DOSE, tau_h=tau))
    assert longer.auctau_ng_h_ml == pytest.approx(found.auctau_ng_h_ml)
    shorter = nca(t[:-1], c[:-1], Dosing("iv", DOSE, tau_h=tau))
    assert shorter.auctau_ng_h_ml == pytest.approx(found.auctau_ng_h_ml)


def test_the_last_interval_of_several_doses_is_analysed():
    t = np.array([0.0, 6.0, 12.0, 12.5, 13, 14, 16, 20, 24])
    c = np.array([0.0, 3.0, 5.0, 30, 40, 35, 25, 12, 6])
    found = nca(t, c, Dosing("oral", DOSE, times_h=(0.0, 12.0, 24.0)))
    assert (found.tmax_h, found.tlast_h, found.n_points) == (1.0, 12.0, 9)
    assert "multiple_dose_last_interval" in found.flags
    assert math.isnan(found.aucinf_ng_h_ml)
    assert math.isnan(found.cl_l_h)
    unknown = nca(t[1:], c[1:], Dosing("oral", DOSE, times_h=None))
    assert {"dose_times_unknown", "multiple_dose_last_interval"} <= set(unknown.flags)
    assert unknown.c0_method == "from_first_sample"


@pytest.mark.parametrize(
    ("time", "concentration", "dosing", "flag"),
    [
        ([0, 1, 2], [0, 0, 0], Dosing(), "all_zero"),
        ([1.0], [5.0], Dosing(), "fewer_than_3_points"),
        ([0, 1, 2, 3, 4], [1, 2, 3, 4, 5], Dosing(), "no_terminal_phase"),
        ([0, 1, 2, 3, 4], [1, 9, 2, 8, 1.9], Dosing(), "no_terminal_phase"),
        ([2, 1, 4, 8], [9, 10, 6, 3], Dosing(), "times_sorted"),
        ([1, 1, 4, 8], [9, 10, 6, 3], Dosing(), "duplicate_times"),
        ([1.5, 2, 4, 8], [9, 8, 6, 3], Dosing("iv"), "iv_first_sample_late"),
        ([0, 1, 2, 3], [0, 10, 9, 8], Dosing(), "no_terminal_phase"),
        ([0, 1, 2, 3, 4], [0, 10, 9, 8.1, 7.29], Dosing(), "extrapolation_gt_30pct"),
        ([0, 1, 2, 3, 4], [0, 10, 9, 8.1, 7.29], Dosing(), "lz_span_lt_1.5"),
        ([0, 1, 2, 3], [0, 10, 9, 8], Dosing(mixed=True), "mixed_input"),
    ],
)
def test_odd_profiles_are_flagged(time, concentration, dosing, flag):
    assert flag in nca(time, concentration, dosing).flags


@pytest.mark.parametrize(
    ("time", "concentration", "match"),
    [
        ([0, 1], [1], "do not match"),
        ([], [], "do not match"),
        ([0, 1], [1, -1], "negative"),
        ([0, float("nan")], [1, 1], "time .* not a finite number"),
        ([0, 1], [1, float("inf")], "concentration .* not a finite number"),
        ([-3, -2, -1], [1, 2, 3], "no sample after the dose"),
    ],
)
def test_what_cannot_be_analysed_is_refused(time, concentration, match):
    with pytest.raises(InputError, match=match):
        nca(np.array(time, float), np.array(concentration, float))


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"amount": 0.0}, "dose"),
        ({"unit": "g"}, "unit"),
        ({"tau_h": -1.0}, "tau"),
        ({"infusion_h": -1.0}, "infusion"),
        ({"weight_kg": 0.0}, "weight"),
        ({"times_h": ()}, "dose times"),
        ({"times_h": (float("inf"),)}, "dose times"),
    ],
)
def test_refused_dosing(given, match):
    with pytest.raises(InputError, match=match):
        Dosing(**given)


numbers = st.one_of(st.floats(0, 1e6), st.just(0.0), st.floats(-1e3, 1e3))


@steady
@given(st.lists(st.tuples(st.floats(-5, 100), numbers), max_size=12), st.sampled_from(["iv", "oral"]), st.booleans())
def test_no_profile_crashes(points, route, at_steady_state):
    dosing = Dosing(route, 5.0, tau_h=12.0 if at_steady_state else None)
    try:
        found = nca([t for t, _ in points], [c for _, c in points], dosing)
    except InputError:
        return
    assert found.cmax_ng_ml >= 0
    assert not found.auclast_ng_h_ml < 0
    assert not found.lambda_z_1_h <= 0


def test_the_small_parts():
    t, c = np.array([0.0, 1.0, 3.0]), np.array([0.0, 4.0, 1.0])
    auc, aumc = areas(t, c)
    k = math.log(4) / 2
    assert auc == pytest.approx(2 + 3 / k)
    assert aumc == pytest.approx(2 + (4 - 3) / k + 3 / k**2)
    assert areas(np.array([0.0, 1.0]), np.array([1.0, 1.0 - 1e-9]))[0] == pytest.approx(1.0)
    assert areas(np.array([0.0, 1.0, 1.0]), np.array([1.0, 2.0, 1.0]))[0] == 1.5
    assert value_at(2.0, t, c, 0.5) == pytest.approx(2.0)
    assert value_at(0.5, t, c, 0.5) == 2.0
    assert value_at(5.0, t, c, 0.5) == pytest.approx(math.exp(-1))
    assert math.isnan(value_at(-1.0, t, c, 0.5))
    assert back_extrapolated(np.array([1.0, 2.0]), np.array([4.0, 5.0])) == (4.0, "iv_first_value")
    assert terminal_phase(np.array([0.0, 1, 2, 3]), np.array([9.0, 5, 5, 5])) is None


CSV = """id,time,conc,dose,route,remark
a,0.25,95,10 mg,iv,
a,0.5,90,.,iv,
a,1,82,,,
a,2,67,,,
a,4,45,,,
# a comment
a,8,20,,,
a,12,.,,,
low,1,BLQ,,,
under,1,-1,,,
two,1,5,5 mg,,
two,2,5,6 mg,,
"""


def test_a_table_of_profiles(tmp_path):
    path = tmp_path / "profiles.csv"
    path.write_text(CSV)
    table = analyse(read_profiles(path, Dosing("oral", 5.0))).set_index("id")
    assert list(table.index) == ["a", "low", "under", "two"]
    assert table.loc["a", "n_points"] == 6
    assert table.loc["a", "cl_l_h"] == pytest.approx(20, rel=0.05)
    assert table.loc["a", "error"] == ""
    for name, words in {"low": "'BLQ'", "under": "negative", "two": "dose changes"}.items():
        assert words in table.loc[name, "error"]
        assert table.loc[name, "n_points"] == 0
    same = analyse(read_profiles(path, time_unit="h", concentration_unit="ug/L")).set_index("id")
    assert same.loc["a", "auclast_ng_h_ml"] == table.loc["a", "auclast_ng_h_ml"]
    minutes = analyse(read_profiles(path, time_unit="min", concentration_unit="mg/L")).set_index("id")
    assert minutes.loc["a", "auclast_ng_h_ml"] == pytest.approx(1000 / 60 * table.loc["a", "auclast_ng_h_ml"])


@pytest.mark.parametrize(
    ("content", "match"),
    [
        ("", "lacks a column for the id"),
        ("id,time\n", "lacks a column for the concentration"),
        ("id,time,conc,dv\n1,2,3,4\n", "more than one column for the concentration"),
        ("id,time,conc\n", "no rows"),
    ],
)
def test_refused_tables(tmp_path, content, match):
    path = tmp_path / "profiles.csv"
    path.write_text(content)
    with pytest.raises(InputError, match=match):
        read_profiles(path)


def test_refused_files(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_profiles(tmp_path / "absent.csv")
    with pytest.raises(InputError, match=r"studies\.csv is missing"):
        read_observed(tmp_path)
    (tmp_path / "bytes.csv").write_bytes(b"id,time,conc\n\xff\xfe,1,2\n")
    with pytest.raises(InputError, match="no table of text"):
        read_profiles(tmp_path / "bytes.csv")
    with pytest.raises(InputError, match="unit"):
        read_dose("3 foo")


def status(*arguments) -> int:
    with pytest.raises(SystemExit) as left:
        main([str(argument) for argument in arguments])
    return left.value.code or 0


def test_the_command(tmp_path, capsys):
    path, out = tmp_path / "profiles.csv", tmp_path / "out"
    path.write_text(CSV)
    assert status("nca", path, "--dose", "5 mg", "--out", out) == 0
    printed = capsys.readouterr().out
    assert "AUCinf" in printed
    assert "under not analysed: concentration is negative" in printed
    assert len(pd.read_csv(out / "nca.csv")) == 4
    assert json.loads((out / "run.json").read_text())["command"] == "nca"
    assert status("nca", path, "--out", out) == 2
    assert status("nca", path, "--out", out, "--overwrite", "--tau", "12 h") == 0
    assert "AUCtau" in capsys.readouterr().out
    for refused in ((), (path, "--observed", tmp_path), (path, "--dose", "5 h"), ("--observed", tmp_path / "none")):
        assert status("nca", *refused) == 2
    assert "Error" in capsys.readouterr().err


COMPARED = {
    "cmax_ng_ml": "cmax_ng_ml", "tmax_h": "tmax_h", "clast_ng_ml": "clast_ng_ml", "tlast_h": "tlast_h",
    "auclast_ng_h_ml": "auclast_ng_h_ml", "aucinf_ng_h_ml": "aucinf_ng_h_ml", "pct_extrapolated": "pct_extrapolated",
    "t_half_h": "t_half_h", "lambda_z_1_h": "lambda_z_1_h", "lz_r2_adj": "lz_r2_adj", "lz_n": "lz_n",
    "lz_t_start_h": "lz_t_start_h", "lz_span_half_lives": "lz_span_half_lives", "cl_or_clf_l_h": "cl_l_h",
    "cl_or_clf_l_h_kg": "cl_l_h_kg", "vz_or_vzf_l": "vz_l", "n_points": "n_points",
}  # fmt: skip
OWN_FLAGS = {"duplicate_times", "times_sorted", "fewer_than_3_points", "all_zero"}


@pytest.fixture(scope="module")
def both():
    """nca.csv of the data folder, and our analysis of the same profiles."""
    folder = observed_folder()
    published = pd.read_csv(folder / "nca.csv").set_index("study_id")
    ours = analyse(read_observed(folder)).set_index("id")
    assert not (ours["error"] != "").any()
    return published, ours.loc[published.index]


@pytest.mark.parametrize("column", COMPARED)
def test_agreement_with_the_data_folder(both, column):
    """Within 1 % wherever nca.csv has a value, which is printed with five digits."""
    published, ours = both[0][column], both[1][COMPARED[column]]
    known = published.notna().to_numpy()
    assert known.sum() > 80
    close = np.isclose(ours.to_numpy(float)[known], published.to_numpy(float)[known], rtol=0.01, atol=1e-9)
    assert close.mean() > 0.995


def test_methods_and_flags_agree_with_the_data_folder(both):
    published, ours = both
    assert (published["c0_method"] == ours["c0_method"]).all()
    defined = published["aucinf_ng_h_ml"].notna()
    assert (defined == ours["aucinf_ng_h_ml"].notna()).all()
    flags = [set(str(text).split(";")) - {"", "nan"} for text in published["flag"]]
    found = [set(text.split(";")) - {""} - OWN_FLAGS for text in ours["flags"]]
    assert np.mean([a == b for a, b in zip(flags, found, strict=True)]) > 0.995


@pytest.mark.parametrize("name", ["nca", "nca_area", "nca_dosing", "nca_observed", "nca_table", "nca_terminal"])
def test_docstring_examples(name):
    module = importlib.import_module(f"allostasis.study.{name}")
    assert doctest.testmod(module, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE).failed == 0
