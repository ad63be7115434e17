"""EEG: the neural mass against a reference and its published regimes, spectrum, power from the table, the command."""

import csv
import json
from dataclasses import asdict, replace
from functools import cache
from xml.etree import ElementTree

import diffrax
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from allostasis import library
from allostasis.circuit.eeg import (
    BANDS,
    EegPower,
    EegRecord,
    Gains,
    NeuralMass,
    amplitude_share,
    band_powers,
    band_shares,
    driven_gains,
    eeg_power,
    loop_inhibition,
    operating_point,
    operating_points,
    power_spectrum,
    recognise,
    simulate_eeg,
    spectrogram,
)
from allostasis.circuit.eeg import power_table as tables
from allostasis.circuit.eeg.neural_mass import potential, slope
from allostasis.circuit.eeg.power_build import GRID, direct_log_power
from allostasis.circuit.eeg.power_table import AXES, power_table, table_error
from allostasis.circuit.eeg.record import SAMPLING
from allostasis.circuit.eeg.regime import SEIZURE
from allostasis.cli import main
from allostasis.clinic.eeg_beta import beta_rise, dose_charge
from allostasis.clinic.eeg_scene import EegScene, dose_modulation, scene_of_case, scene_of_dose, slow_share
from allostasis.model.compiling import count_compilations
from allostasis.quantity import InputError, UnknownNameError
from allostasis.report import eeg_figures
from allostasis.simulation import parse_case
from allostasis.validation.epilepsy_targets import eeg as targets

ALPHA, BACKGROUND = operating_point("alpha"), operating_point("background")
QUIET = replace(NeuralMass.from_library(), input_noise=0.0)


@cache
def minute(name: str) -> EegRecord:
    """A minute at an operating point; all tests share one length, so that few programs are compiled."""
    return simulate_eeg(operating_point(name), seconds=60.0, seed=3)


# the neural mass


@cache
def reference(name: str) -> np.ndarray:
    """The column without noise by an adaptive solver, one second, at the samples of a record."""
    gains, mass = operating_point(name), asdict(QUIET)
    start, times = (jnp.zeros(()),) * 10, (jnp.arange(SAMPLING) + 1) / SAMPLING
    out = diffrax.diffeqsolve(
        diffrax.ODETerm(lambda t, y, _: slope(mass, gains, y)), diffrax.Dopri8(), 0.0, 1.0, 1e-4, start,
        saveat=diffrax.SaveAt(ts=times), stepsize_controller=diffrax.PIDController(rtol=1e-9, atol=1e-11), max_steps=100_000,
    )  # fmt: skip
    return np.asarray(potential(out.ys))


def test_without_noise_heun_is_second_order():
    name, errors = "sustained_spikes", []
    for step in (1 / 1024, 1 / 2048, 1 / 4096):
        record = simulate_eeg(operating_point(name), seconds=1.0, mass=QUIET, step=step, settle=0.0)
        errors.append(np.abs(record.signal[:, 0, 0] - reference(name)).max())
    assert errors[0] < 0.05 * np.ptp(reference(name))
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.25)
    assert errors[1] / errors[2] == pytest.approx(4, rel=0.25)


@pytest.mark.parametrize("name", operating_points())
def test_published_parameters_give_their_regime(name):
    assert recognise(minute(name)).name == name


def test_the_regimes_differ_as_electroencephalographers_say():
    found = {name: recognise(minute(name)) for name in operating_points()}
    assert found["alpha"].peak == pytest.approx(10, abs=1)
    assert found["fast_onset"].peak > 15
    assert found["fast_onset"].sd < 0.5
    assert found["sustained_spikes"].sd > 5
    assert 0 < found["sporadic_spikes"].spike_rate < found["sustained_spikes"].spike_rate
    assert {name for name, regime in found.items() if regime.ictal} == set(SEIZURE)


def test_gaba_on_the_slow_loop_ends_the_spikes():
    """Spikes of sd 5.5 mV fall below half a millivolt once slow inhibition is half as large again, as long again in decay."""
    spikes = operating_point("sustained_spikes")
    treated = spikes._replace(slow=1.5 * spikes.slow, slow_rate=spikes.slow_rate / 1.5)
    record = simulate_eeg(treated, seconds=60.0, seed=3)
    assert record.signal.std() < 0.5
    assert not recognise(record).ictal


def test_seeds_trials_and_conditions():
    three = Gains(np.array([3.25, 5.0, 5.0]), np.array([22.0, 10.0, 22.0]), np.array([10.0, 15.0, 10.0]), *ALPHA[3:])
    both = simulate_eeg(three, seconds=4.0, seed=7, trials=2).signal
    assert both.shape == (4 * SAMPLING, 3, 2)
    np.testing.assert_array_equal(both, simulate_eeg(three, seconds=4.0, seed=7, trials=2).signal)
    alone = simulate_eeg(ALPHA, seconds=4.0, seed=7).signal
    np.testing.assert_allclose(both[:, 1, 0], alone[:, 0, 0], rtol=1e-9)
    assert np.abs(both[:, 1, 0] - both[:, 1, 1]).max() > 0.1
    assert np.abs(alone - simulate_eeg(ALPHA, seconds=4.0, seed=8).signal).max() > 0.1


def test_gains_seeds_and_the_column_do_not_compile_again():
    simulate_eeg(ALPHA, seconds=4.0)
    with count_compilations() as compiled:
        simulate_eeg(BACKGROUND, seconds=4.0, seed=5)
        simulate_eeg(ALPHA, seconds=4.0, mass=QUIET)
    assert compiled == []


@pytest.mark.parametrize(
    "change",
    [{"seconds": 0.0}, {"seconds": 1e5}, {"step": 0.01}, {"step": 1 / 1000}, {"step": 0.0}, {"settle": -1.0}, {"trials": 0},
     {"seed": -1}],
    ids=str,
)
def test_a_bad_record_is_refused(change):
    with pytest.raises(InputError):
        simulate_eeg(ALPHA, **({"seconds": 4.0} | change))


def test_bad_gains_points_and_columns_are_refused():
    with pytest.raises(InputError, match="fast_rate"):
        simulate_eeg(ALPHA._replace(fast_rate=0.0), seconds=4.0)
    with pytest.raises(InputError, match="excitation"):
        simulate_eeg(ALPHA._replace(excitation=np.array([1.0, np.nan])), seconds=4.0)
    with pytest.raises(InputError, match="one of: background"):
        operating_point("asleep")
    with pytest.raises(InputError, match="noise"):
        replace(QUIET, input_noise=-1.0)
    with pytest.raises(InputError, match="too short"):
        power_spectrum(EegRecord(np.zeros((100, 1, 1)), 256.0))


# drive, spectrum


def test_the_ratio_of_charge_is_kept():
    gains = driven_gains(ALPHA, 1.2, 1.7, 0.6, 0.8)
    assert gains.fast / gains.fast_rate == pytest.approx(0.8 * 1.7 * ALPHA.fast / ALPHA.fast_rate)
    assert gains.slow / gains.slow_rate == pytest.approx(0.8 * 0.6 * ALPHA.slow / ALPHA.slow_rate)
    assert gains.excitation == pytest.approx(1.2 * ALPHA.excitation)
    assert driven_gains(ALPHA) == ALPHA


def test_loops_are_made_of_their_receptors():
    fast, slow = loop_inhibition([1.5, 1.0, 1.0, 1.0])
    assert fast > slow > 1
    assert loop_inhibition([1.5] * 4, [0.5] * 4) == pytest.approx((0.75, 0.75))
    assert loop_inhibition([1.5] * 4, slow_share=0.0) == pytest.approx((1.5, 1.0))
    with pytest.raises(InputError, match="a1, a2, a3, a5"):
        loop_inhibition([1.5] * 3)


def test_bands_of_a_sine_and_of_white_noise():
    time = np.arange(60 * 256) / 256
    sine = EegRecord(np.sqrt(2) * 3 * np.sin(2 * np.pi * 10 * time)[:, None, None], 256.0)
    powers = band_powers(power_spectrum(sine))
    assert powers["alpha"][0, 0] == pytest.approx(9, rel=1e-3)
    assert band_shares(power_spectrum(sine))["alpha"][0, 0] > 0.999
    white = EegRecord(np.random.default_rng(0).standard_normal((60 * 256, 1, 1)), 256.0)
    shares = band_shares(power_spectrum(white))
    assert sum(share[0, 0] for share in shares.values()) == pytest.approx(1)
    assert shares["beta"][0, 0] == pytest.approx(17 / 69.5, rel=0.1)
    assert amplitude_share(power_spectrum(white), 13, 31, top=31)[0, 0] == pytest.approx(18 / 30.5, rel=0.1)
    assert tuple(shares) == BANDS
    seen = spectrogram(sine)
    assert np.all(seen.frequency[seen.density.argmax(axis=0)] == 10)


def test_beta_rises_when_the_drug_acts_on_the_fast_loop_alone():
    """G and 1/g each half as large again: the share of 13 to 30 Hz goes from 0.28 to 0.42."""
    with_drug = simulate_eeg(driven_gains(ALPHA, inhibition_fast=np.array([1.0, 2.25])), seconds=60.0, trials=5, seed=1)
    beta = band_shares(power_spectrum(with_drug))["beta"].mean(axis=1)
    assert beta == pytest.approx([0.28, 0.42], abs=0.03)
    both = simulate_eeg(driven_gains(ALPHA, inhibition_fast=1.5, inhibition_slow=1.5), seconds=60.0, trials=5, seed=1)
    assert band_shares(power_spectrum(both))["beta"].mean() < 0.1


# power over hours


def test_interpolation_is_exact_on_the_grid_and_linear_between():
    table = power_table()
    grid = np.meshgrid(*table.nodes, indexing="ij")
    np.testing.assert_allclose(np.asarray(table(*grid)), table.log_power, atol=1e-12)
    at = [n[2] for n in table.nodes]
    middle = [(table.nodes[0][2] + table.nodes[0][3]) / 2, *at[1:]]
    assert float(table(*middle)) == pytest.approx((table.log_power[2, 2, 2, 2] + table.log_power[3, 2, 2, 2]) / 2)
    assert float(table(9.0, 9.0, 9.0, 9.0)) == table.log_power[-1, -1, -1, -1]
    assert float(table(1, 1, 1, 1)) == 0
    assert float(table(1, 0.5, 0.5, 1)) == float(table(1.0, 0.5, 0.5, 1.0))
    assert {name: tuple(n) for name, n in zip(AXES, table.nodes, strict=True)} == GRID


def test_the_table_is_what_the_neural_mass_gives():
    points = np.array([[0.7, 1.0, 1.0, 1.0], [1.54, 1.0, 1.0, 1.0], [1.2, 0.75, 0.7, 0.9], [1.0, 1.5, 1.5, 1.0]]).T
    np.testing.assert_allclose(direct_log_power(points), np.asarray(power_table()(*points)), atol=0.02)


def test_the_measured_error_of_the_table_is_small():
    error = table_error()
    assert error["points"] >= 1000
    assert error["median"] < 0.01
    assert error["ninetieth"] < np.log(1.1)
    assert error["within_a_tenth"] >= 0.9
    assert error["nodes"] == power_table().log_power.size


def test_a_table_of_other_numbers_is_refused(monkeypatch):
    monkeypatch.setattr(tables, "row_hash", lambda: "0123456789abcdef")
    power_table.cache_clear()
    with pytest.raises(InputError, match="power_build"):
        power_table()
    power_table.cache_clear()


def test_power_of_naive_and_seizing_circuits():
    rows = library.parameter_set("eeg")
    assert float(eeg_power(1.0, 1.0, 1.0, 1.0, 0.0)) == pytest.approx(1)
    assert float(eeg_power(1.0, 1.0, 1.0, 1.0, 1.0)) == pytest.approx(rows["seizure_power"].value)
    activity = np.linspace(0, 1, 21)
    rising = np.asarray(eeg_power(1.0, 1.0, 1.0, 1.0, activity))
    assert np.all(np.diff(rising) > 0)


def test_gaba_and_nmda_together_bring_power_below_baseline_and_gaba_alone_does_not():
    late = {"inhibition_slow": 0.85, "inhibition_fast": 0.9, "driving_force": 0.9, "activity": 0.0}
    assert float(eeg_power(excitation=0.95, **late)) < 1
    assert float(eeg_power(excitation=1.3, **late)) > 1


def test_the_submodel_and_the_function_agree():
    rows = library.parameter_set("eeg")
    values = {name: rows[name].value for name in ("activity_gain", "seizure_power")}
    inputs = EegPower.example().inputs
    found = EegPower().readout(0.0, {}, inputs, values)["eeg_power"]
    np.testing.assert_allclose(found, eeg_power(**inputs), rtol=1e-12)
    assert np.isfinite(jax.grad(lambda a: eeg_power(1.1, 0.9, 0.8, 0.9, a))(0.5))


# doses and cases


def test_a_dose_of_diazepam_raises_the_beta_share_of_the_waking_eeg():
    ten, five = targets.diazepam_10_mg(), targets.diazepam_5_mg()
    assert ten > five > 4
    assert targets.diazepam_10_mg("in_vivo") < five
    cortex, relay = dose_charge(targets.DOSES["SE97"])
    assert 1.2 < relay < cortex
    assert ten == pytest.approx(beta_rise(cortex, relay))


def test_how_charge_is_split_between_amplitude_and_decay_hardly_changes_beta():
    fast, rises = np.array([1.0, 1.445]), []
    for p in (0.0, 0.5, 1.0):
        gains = ALPHA._replace(fast=ALPHA.fast * fast**p, fast_rate=ALPHA.fast_rate / fast ** (1 - p))
        record = simulate_eeg(gains, seconds=60.0, trials=5, seed=1)
        shares = amplitude_share(power_spectrum(record), 13, 31, top=31).mean(axis=1)
        rises.append(100 * (shares[1] - shares[0]))
    assert rises == pytest.approx([2.7, 2.6, 2.5], abs=0.3)
    assert shares[0] == pytest.approx(0.45, abs=0.02)


def test_the_targets_of_the_waking_eeg():
    assert set(targets.SIMULATED) == {"SE97", "SE98"}


def test_the_peak_of_a_dose():
    scene = scene_of_dose("diazepam 10 mg po at 0 h")
    assert scene.inhibition_fast > 1.2
    assert scene.inhibition_slow == scene.excitation == scene.driving_force == 1
    assert scene_of_dose("diazepam 10 mg po at 0 h", point="background").inhibition_slow > 1.2
    assert (slow_share("alpha"), slow_share("background")) == (0, 1)
    with pytest.raises(UnknownNameError, match="in_vitro"):
        dose_modulation("diazepam 10 mg po at 0 h", affinity="in_space")


def test_an_instant_of_a_case():
    case = parse_case({
        "title": "t", "horizon": "20 d", "output": {"every": "6 h"},
        "arm": [{"name": "stopped", "regimen": "lorazepam 2 mg po tid for 14 d"}],
    })  # fmt: skip
    on, after = scene_of_case(case, "12 h"), scene_of_case(case, "17 d")
    assert on.inhibition_fast > 1.05
    assert after.inhibition_fast < 1 < after.excitation
    with pytest.raises(InputError, match="horizon"):
        scene_of_case(case, "30 d")
    with pytest.raises(UnknownNameError, match="stopped"):
        scene_of_case(case, "1 d", arm="none")
    with pytest.raises(InputError, match="driving_force"):
        EegScene(driving_force=0.0)


# the command


def run(*arguments, capsys):
    """Exit status and everything printed."""
    with pytest.raises(SystemExit) as left:
        main(["circuit", "eeg", *arguments])
    printed = capsys.readouterr()
    return left.value.code or 0, " ".join((printed.out + printed.err).split())


def test_the_command_writes_page_and_tables(tmp_path, capsys):
    out = tmp_path / "eeg"
    code, printed = run("--fast", "1.5", "--slow", "0.9", "--seconds", "10", "--seed", "4", "--out", str(out), capsys=capsys)
    assert code == 0
    assert "alpha rhythm" in printed
    page = (out / "eeg.html").read_text(encoding="utf-8")
    assert "http://" not in page.split("<script")[0]
    assert "What this cannot tell" in page
    assert "of its power in 13 to 31 Hz becomes" in page
    with (out / "bands.csv").open(encoding="utf-8") as file:
        bands = list(csv.DictReader(file))
    assert [row["band"] for row in bands] == list(BANDS)
    assert sum(float(row["driven_share"]) for row in bands) == pytest.approx(1)
    trace = np.loadtxt(out / "trace.csv", delimiter=",", skiprows=1)
    again = simulate_eeg(EegScene(1.0, 1.5, 0.9).gains("alpha"), seconds=10.0, seed=4)
    np.testing.assert_allclose(trace[:, 1:], again.signal[:, :, 0], rtol=1e-4, atol=1e-5)
    assert json.loads((out / "run.json").read_text(encoding="utf-8"))["scene"]["inhibition_fast"] == 1.5


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--fast", "0"], "inhibition_fast"),
        (["--at", "2 h"], "--case"),
        (["--dose", "diazepam 10 mg po at 0 h", "--fast", "2"], "one of --case"),
        (["--seconds", "1"], "10 to 600"),
        (["--point", "asleep"], "background"),
        (["--arm", "a"], "--case"),
        (["--seed", "-1"], "seed"),
    ],
    ids=str,
)
def test_a_refusal_teaches_and_writes_nothing(arguments, told, tmp_path, capsys):
    out = tmp_path / "eeg"
    code, printed = run(*arguments, "--out", str(out), capsys=capsys)
    assert code == 2
    assert told in printed
    assert not out.exists()


def test_a_figure_is_a_drawing():
    assert ElementTree.fromstring(eeg_figures.power()).tag.endswith("svg")
    assert set(eeg_figures.FIGURES) == {"eeg_regimes", "eeg_beta", "eeg_power"}
