"""Hill fits: against scipy and closed forms, coverage of the intervals, comparisons, Schild, and what is refused."""

import doctest
import importlib

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.optimize import curve_fit, minimize_scalar

from allostasis.quantity import InputError, UnknownNameError
from allostasis.receptor.curve_shape import model_curve
from allostasis.receptor.curves import concentration_response, ec_fraction_gaba, ec_fraction_ligand, open_probability
from allostasis.receptor.gating import kinetics
from allostasis.receptor.hill_compare import lack_of_fit, same
from allostasis.receptor.hill_fit import fit_hill, fit_hill_rows
from allostasis.receptor.hill_verdict import f_test
from allostasis.receptor.ligands import ligand
from allostasis.receptor.modulator import Modulator
from allostasis.receptor.record_summary import record_summary
from allostasis.receptor.response_table import read_responses
from allostasis.receptor.schild import schild
from allostasis.receptor.single_channel import record
from allostasis.receptor.waveform import ambient

X = np.tile(np.geomspace(1.0, 1000.0, 8), 3)
TRUE = {"bottom": 5.0, "emax": 100.0, "ec50": 30.0, "hill": 1.4}
SD = 4.0


def hill(x, bottom, emax, log_ec50, log_hill):
    return bottom + (emax - bottom) / (1 + (np.exp(log_ec50) / x) ** np.exp(log_hill))


def noisy(rows: int, seed: int = 1, **changed) -> np.ndarray:
    t = TRUE | changed
    exact = hill(X, t["bottom"], t["emax"], np.log(t["ec50"]), np.log(t["hill"]))
    return exact + np.random.default_rng(seed).normal(0, SD, (rows, len(X)))


@pytest.fixture(scope="module")
def fits():
    return fit_hill_rows(X, noisy(300))


@pytest.mark.parametrize(
    "module",
    [
        "hill_fit",
        "hill_compare",
        "hill_data",
        "hill_verdict",
        "schild",
        "curve_shape",
        "response_table",
        "record_summary",
    ],
)
def test_docstring_examples(module):
    found = importlib.import_module(f"allostasis.receptor.{module}")
    failed, tried = doctest.testmod(found, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert (failed, tried > 0) == (0, True)


@pytest.mark.parametrize("weighted", [False, True])
def test_scipy_finds_the_same_curve_and_covariance(weighted):
    y = noisy(1)[0]
    sd = 1 + 0.2 * np.arange(len(X)) if weighted else None
    fit = fit_hill(X, y, sd)
    expected, covariance = curve_fit(hill, X, y, p0=[0, 90, 3, 0], sigma=sd, xtol=1e-14, ftol=1e-14)
    np.testing.assert_allclose(fit.theta, expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(fit.covariance, covariance, rtol=1e-3, atol=1e-9)
    assert fit.freedom == len(X) - 4
    low, high = fit.intervals["ec50"]
    assert low < fit.ec50 < high
    assert fit.ec50 / low == pytest.approx(high / fit.ec50)  # a ratio, since it is solved as a logarithm


@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e9])
@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e6])
def test_exact_data_come_back_in_any_unit(scale, unit):
    x = np.concatenate([[0.0], np.geomspace(1.0, 1e4, 9)]) * unit
    y = scale * (2 + 3 * x / (x + 50 * unit))
    fit = fit_hill(x, y)
    assert fit.identified
    assert (fit.ec50 / unit, fit.hill, fit.emax / scale, fit.bottom / scale) == pytest.approx((50, 1, 5, 2), rel=1e-6)
    np.testing.assert_allclose(fit.predict(x), y, rtol=1e-6)
    assert fit.predict([0.0])[0] == pytest.approx(2 * scale)


def test_an_inverse_agonist_has_a_negative_effect():
    x = np.geomspace(0.1, 1000, 12)
    fit = fit_hill(jnp.asarray(x), jnp.asarray(-70 * x / (x + 3)), bottom=0)
    assert fit.identified
    assert (fit.emax, fit.ec50, fit.hill) == pytest.approx((-70, 3, 1), rel=1e-6)
    assert set(fit.intervals) == {"emax", "ec50", "hill"}
    fixed = fit_hill(x, -70 * x / (x + 3), bottom=0, hill=1)
    assert fixed.free == ("emax", "ec50")
    assert (fixed.ec50, fixed.hill) == pytest.approx((3, 1))


def test_intervals_cover_as_often_as_they_say(fits):
    for name, value in TRUE.items():
        covered = np.mean([fit.intervals[name][0] < value < fit.intervals[name][1] for fit in fits])
        assert 0.91 <= covered <= 0.985, (name, covered)  # 95 % of 300: 3.2 standard errors
    assert np.mean([fit.residual_sd**2 for fit in fits]) == pytest.approx(SD**2, rel=0.05)
    band = np.array([fit.band([30.0]) for fit in fits])[:, :, 0]
    assert 0.91 <= np.mean((band[:, 0] < 52.5) & (band[:, 1] > 52.5)) <= 0.985


def test_profile_intervals_end_where_the_fit_becomes_significantly_worse():
    y = noisy(1, seed=5)[0]
    fit, linear = fit_hill(X, y, method="profile"), fit_hill(X, y)
    target = fit.rss * (1 + 2.0859634**2 / 20)  # Student t of 20 degrees of freedom
    for end in fit.intervals["ec50"]:
        best = minimize_scalar(lambda h, end=end: _rss_at(y, np.log(end), h), bounds=(-1, 1.5), method="bounded")
        assert best.fun == pytest.approx(target, rel=1e-4)
    assert fit.intervals["ec50"] != linear.intervals["ec50"]
    assert np.log(fit.intervals["ec50"]) == pytest.approx(np.log(linear.intervals["ec50"]), abs=0.05)


def _rss_at(y, log_ec50, log_hill) -> float:
    share = hill(X, 0, 1, log_ec50, log_hill)
    design = np.stack([1 - share, share], axis=1)
    return float(np.linalg.lstsq(design, y, rcond=None)[1][0])


def test_a_profile_that_never_ends_is_open():
    x = np.geomspace(1, 100, 8)
    y = 10 * x / (x + 80) + 0.8 * np.cos(7.0 * np.arange(8))
    fit = fit_hill(x, y, bottom=0, method="profile")
    assert fit.intervals["ec50"][1] == np.inf
    assert fit.intervals["ec50"][0] > 0
    assert not fit.identified


@pytest.mark.parametrize(
    ("y", "said"),
    [
        (np.full(8, 5.0), "does not change"),
        (np.array([1.0, -2, 3, 0, -1, 2, -3, 1]), "flat"),
        (10 / (1 + 9000 / np.geomspace(1, 1000, 8)), "beyond the largest concentration"),
        (10 / (1 + 0.1 / np.geomspace(1, 1000, 8)), "below the smallest concentration"),
        (np.where(np.geomspace(1, 1000, 8) > 50, 10.0, 0.0) + 0.01 * (-1.0) ** np.arange(8), "100-fold"),
    ],
    ids=["constant", "noise", "not reached", "saturated", "step"],
)
def test_what_the_data_do_not_determine_is_said(y, said):
    fit = fit_hill(np.geomspace(1, 1000, 8), y)
    assert not fit.identified
    assert said in fit.reason
    with pytest.raises(InputError, match="not identified"):
        same(fit, fit, "ec50")


@pytest.mark.parametrize(
    ("x", "y", "more", "said"),
    [
        ([-1.0, 1, 2, 3, 4, 5], [0.0] * 6, {}, "negative concentration: -1.0"),
        ([1.0, 2, 3, 4, 5], [0.0, 1, np.nan, 3, 4], {}, "nan at point 3"),
        ([1.0, 2, 3, np.inf, 5], [0.0, 1, 2, 3, 4], {}, "concentrations are not all finite"),
        ([1.0, 2, 3, 4, 5], [0.0, 1, 2, 3], {}, "do not match: '5 and 4'"),
        ([1.0, 2, 3], [0.0, 1, 2], {}, "3 points for 4 parameters"),
        ([1.0, 2, 3, 4], [0.0, 1, 2, 3], {}, "at least 5 points"),
        ([1.0, 1, 1, 2, 2, 2], [0.0, 1, 2, 3, 4, 5], {}, "2 different concentrations for 4 parameters"),
        ([0.0, 0, 0, 0], [0.0, 1, 2, 3], {"bottom": 0, "hill": 1}, "1 different concentrations"),
        ([1.0, 2, 3, 4, 5], [0.0, 1, 2, 3, 4], {"sd": [1.0, 1, 0, 1, 1]}, "standard error of a point"),
        ([1.0, 2, 3, 4, 5], [0.0, 1, 2, 3, 4], {"sd": [1.0, 1]}, "standard errors do not match"),
        ([1.0, 2, 3, 4, 5], [0.0, 1, 2, 3, 4], {"hill": -1}, "fixed Hill coefficient"),
        ([1.0, 2, 3, 4, 5], [0.0, 1, 2, 3, 4], {"level": 95}, "confidence"),
    ],
)
def test_bad_data_are_refused_and_the_message_teaches(x, y, more, said):
    with pytest.raises(InputError) as caught:
        fit_hill(x, y, **more)
    assert said in str(caught.value)
    assert "Expected" in str(caught.value)


def test_unknown_names_are_refused(fits):
    with pytest.raises(UnknownNameError, match="profile"):
        fit_hill(X, noisy(1)[0], method="profil")
    with pytest.raises(UnknownNameError, match="ec50"):
        same(fits[0], fits[1], "EC50")
    with pytest.raises(InputError, match="is fixed"):
        same(fits[0], fit_hill(X, noisy(1)[0], bottom=0), "bottom")
    with pytest.raises(InputError, match="nothing to compare"):
        same(fits[0], fits[1])


def test_potency_and_efficacy_are_told_apart(fits):
    partial = fit_hill_rows(X, noisy(20, seed=2, emax=60.0))
    potent = fit_hill_rows(X, noisy(3, seed=3, ec50=3.0))
    pairs = list(zip(fits[:20], partial, strict=True))
    assert np.mean([same(a, b, "ec50").rejected for a, b in pairs]) <= 0.2  # nominal 5 % of 20
    assert all(same(a, b, "emax").rejected for a, b in pairs[:3])
    assert all(same(a, b, "ec50").rejected for a, b in zip(fits[:3], potent, strict=True))
    test = same(*pairs[0], "ec50", "hill")
    assert (test.extra, test.freedom) == (2, 40)
    assert pairs[0][0].ec50 * 0.5 < test.common["ec50"] < pairs[0][0].ec50 * 2


def test_f_test_is_that_of_the_books():
    ratio, p = f_test(30.0, 10.0, 2, 12)
    assert ratio == pytest.approx(12.0)
    assert p == pytest.approx((1 + 2 * 12 / 12) ** -6)  # closed form for two degrees of freedom in the numerator
    assert f_test(1.0, 0.0, 1, 5) == (np.inf, 0.0)
    assert f_test(0.0, 0.0, 1, 5) == (0.0, 1.0)


def test_a_bell_is_no_hill_curve(fits):
    assert np.mean([lack_of_fit(fit).rejected for fit in fits]) <= 0.09  # nominal 5 % of 300
    x = np.geomspace(1.0, 1000.0, 8)
    assert lack_of_fit(fit_hill(x, x / (x + 30), bottom=0)) is None  # no replicates


def test_schild_on_exact_curves_of_the_model():
    b = np.array([10.0, 100.0, 1000.0])
    alone = model_curve("a1b3g2", "diazepam", 5.0)
    shifted = [model_curve("a1b3g2", "diazepam", 5.0, {"flumazenil": float(level)}).ec50 for level in b]
    fit = schild(b, shifted, alone.ec50)
    assert fit.slope == pytest.approx(1.0, abs=0.01)
    assert fit.competitive
    assert fit.K_nM == pytest.approx(ligand("flumazenil").binding("a1b3g2").K.value, rel=0.02)


def test_schild_intervals_cover():
    rng, b, truth = np.random.default_rng(3), np.geomspace(100.0, 10_000.0, 5), 9 - np.log10(5.0)
    found = [schild(b, 20 * (1 + b / 5 * np.exp(rng.normal(0, 0.2, 5))), 20.0) for _ in range(400)]
    for name, value in (("slope_interval", 1.0), ("pA2_interval", truth), ("pKB_interval", truth)):
        ends = np.array([getattr(fit, name) for fit in found])
        assert 0.92 <= np.mean((ends[:, 0] < value) & (value < ends[:, 1])) <= 0.975, name


@pytest.mark.parametrize(
    ("b", "ec50", "without", "said"),
    [
        ([10.0, 100.0], [1.0, 2.0], 0.5, "3 or more"),
        ([10.0, 100.0, 1000.0], [1.0, 2.0], 0.5, "do not match"),
        ([10.0, 100.0, 0.0], [1.0, 2.0, 3.0], 0.5, "not positive"),
        ([10.0, 100.0, 1000.0], [1.0, 2.0, 3.0], 1.5, "dose ratio of 1 or less"),
    ],
)
def test_schild_refuses(b, ec50, without, said):
    with pytest.raises(InputError, match=said):
        schild(b, ec50, without)


def test_model_curves_are_exact():
    gaba = model_curve("a1b2g2", "GABA")
    assert gaba.ec50 == pytest.approx(float(ec_fraction_gaba("a1b2g2", 0.5)), rel=1e-12)
    assert gaba.fit.hill == pytest.approx(1.5, abs=0.2)
    assert 1e-3 < gaba.deviation < 0.03  # two sites: nearly a Hill curve, not quite
    drug = model_curve("a1b3g2", "Valium", 5.0)
    assert (drug.varied, drug.unit) == ("diazepam", "nM")
    assert drug.ec50 == pytest.approx(float(ec_fraction_ligand("a1b3g2", "diazepam", 5.0)), rel=1e-6)
    assert drug.fit.ec50 == pytest.approx(drug.ec50, rel=1e-6)
    assert drug.fit.hill == pytest.approx(1, abs=1e-6)
    half = float(open_probability("a1b3g2", 5.0, {"diazepam": drug.ec50}))
    assert half == pytest.approx((drug.bottom + drug.emax) / 2, rel=1e-9)


def test_a_curve_that_turns_round_has_no_hill_fit():
    curve = model_curve("a1b2g2", "DMCM", 5.0)
    assert curve.fit is None
    assert curve.emax < curve.bottom
    around = curve.turning * np.array([0.9, 1.0, 1.1])
    left, middle, right = np.asarray(concentration_response("a1b2g2", "DMCM", jnp.asarray(around), 5.0))
    assert middle < min(left, right)
    assert model_curve("a6b3g2", "diazepam", 5.0).ec50 is None


def test_the_record_agrees_with_its_scheme_within_its_errors():
    scores = []
    for kind in ((), (Modulator("benzodiazepine"),), (Modulator("barbiturate"),)):
        model = kinetics(modulators=kind, celsius=22.0)
        for seed in range(8):
            found = record_summary(record(model, ambient(2.0, 60_000.0), seed=seed), model, 2.0, 5.0)
            scores.append([(e.value - e.exact) / e.error for e in found.values()])
    spread = np.std(scores, axis=0)
    assert (spread > 0.6).all(), spread
    assert (spread < 1.5).all(), spread
    assert (np.abs(np.mean(scores, axis=0)) < 0.7).all()


def test_a_record_without_an_opening_has_no_times():
    model = kinetics(celsius=22.0)
    found = record_summary(record(model, ambient(0.001, 5.0), seed=1), model, 0.001, 5.0)
    assert found["opening frequency"].value == 0
    assert np.isnan(
        [found["mean open time"].value, found["burst length"].value, found["opening frequency"].error]
    ).all()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("conc,response\n1,2\n", "unknown column"),
        ("concentration;response\n1;2\n", "not separated by commas"),
        ("concentration\n1\n", "lacks the column 'response'"),
        ("concentration,response,response\n1,2,2\n", "a column twice"),
        ("concentration,response\n1,2,3\n", "line 2 of data.csv has 3 cells"),
        ("concentration,response\n1,two\n", "response on line 2"),
        ("concentration,response\n", "no row"),
        ("", "lacks the column"),
    ],
)
def test_a_bad_table_is_refused(tmp_path, text, said):
    path = tmp_path / "data.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        read_responses(path)


def test_a_table_is_read(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("\ufeffResponse, Concentration ,sd,curve\n5,0,1,b\n\n6,1,2,a\n7,1,2,b\n", encoding="utf-8")
    b, a = read_responses(path)
    assert (b.name, a.name) == ("b", "a")
    assert (b.x.tolist(), b.y.tolist(), b.sd.tolist()) == ([0, 1], [5, 7], [1, 2])
    with pytest.raises(InputError, match="no such table"):
        read_responses(tmp_path / "nowhere.csv")
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="UTF-8"):
        read_responses(path)
