"""The waking EEG in closed form: against a direct simulation of the loop, what people have at rest, and the drug's directions."""

import numpy as np
import pytest

from allostasis import library
from allostasis.circuit.eeg import resting, resting_share, resting_spectrum
from allostasis.clinic.eeg_beta import beta_rise
from allostasis.quantity import InputError, NotModelledError

DRUG = (1.445, 1.376)
"""Charge in cortex and onto relay cells about an hour after 10 mg of diazepam."""
BANDS = {"delta": (0.5, 4), "theta": (4, 8), "alpha": (8, 13), "beta": (13, 31)}


def power(band: str, *ratios: float) -> float:
    """Power of a band."""
    f = np.arange(*BANDS[band], 0.05)
    return float(resting_spectrum(f, *ratios).sum())


def simulated(frequency: np.ndarray, cortex: float, relay: float) -> np.ndarray:
    """The spectrum from the response of the loop to one short pulse, integrated in time (Heun) for each standing wave."""
    rows = {key: row.value for key, row in library.parameter_set("resting_eeg").items()}
    gain = {key.removeprefix("gain."): value for key, value in rows.items() if key.startswith("gain.")}
    late = 60
    step = rows["loop_delay"] / 2 / late
    side = np.square(2 * np.pi / rows["cortex_length"] * np.arange(-resting.WAVES, resting.WAVES + 1))
    waves, count = np.unique(np.round((side[:, None] + side).ravel(), 6), return_counts=True)
    damping, rise, decay = rows["rate.damping"], rows["rate.rise"], rows["rate.decay"]
    rates = decay / np.array([1.0, cortex, relay])

    # potentials by kind of synapse: 0 cortex direct, 1 cortex inhibition, 2 relay direct, 3 relay inhibition, 4 reticular
    pace = np.array([rates[0], rates[1], rates[0], rates[2], rates[0]])[:, None]

    def slope(y, field_late, relay_late, noise):
        first, second, field, speed = y[:5], y[5:10], y[10], y[11]
        cells, relay_rate, reticular = second[0] + second[1], second[2] + second[3], second[4]
        drive = np.stack([
            gain["cortex_cortex"] * field + gain["cortex_relay"] * relay_late, gain["cortex_inhibition"] * cortex * cells,
            gain["relay_cortex"] * field_late + gain["relay_input"] * noise, gain["relay_reticular"] * relay * reticular,
            gain["reticular_cortex"] * field_late + gain["reticular_relay"] * relay_rate,
        ])  # fmt: skip
        bent = damping**2 * (cells - field * (1 + waves * rows["axon_range"] ** 2)) - 2 * damping * speed
        return np.concatenate([pace * (drive - first), rise * (first - second), speed[None], bent[None]])

    steps = round(5.0 / step)
    past = np.zeros((2, steps + late + 1, len(waves)))
    y = np.zeros((12, len(waves)))
    times = np.arange(steps + 1) * step
    pulse = np.where(times < 0.01, np.sin(np.pi * times / 0.01) ** 2, 0.0)
    for k in range(steps):
        past[:, k + late] = y[10], y[7] + y[8]
        k1 = slope(y, *past[:, k], pulse[k])
        ahead = y + step * k1
        y = y + step / 2 * (k1 + slope(ahead, *past[:, k + 1], pulse[k + 1]))
    field = past[0, late : late + steps]
    turns = np.exp(-2j * np.pi * frequency[:, None] * times[:-1])
    answer = turns @ field / (turns @ pulse[:-1])[:, None]
    return np.abs(answer) ** 2 @ (count * np.exp(-waves / rows["conduction_cutoff"] ** 2))


@pytest.mark.parametrize("ratios", [(1.0, 1.0), (1.5, 1.3)])
def test_closed_form_equals_direct_simulation(ratios):
    f = np.array([1.0, 4.0, 9.0, 13.0, 18.0, 25.0, 31.0])
    np.testing.assert_allclose(simulated(f, *ratios), resting_spectrum(f, *ratios), rtol=0.01)


def test_the_waking_eeg_at_rest_without_any_fit():
    """Alpha rhythm of 8 to 13 Hz on top; as much of the power in 13 to 31 Hz as the trial reports without drug."""
    f = np.arange(5, 31, 0.05)
    assert 8 < f[resting_spectrum(f).argmax()] < 13
    assert 100 * resting_share() == pytest.approx(15.7, abs=0.5)
    assert resting_share(exponent=0.5) > 0.3
    assert power("alpha") == max(power(band) for band in BANDS)


def test_a_benzodiazepine_lowers_alpha_and_raises_beta_on_all_synapses_at_once():
    assert power("alpha", *DRUG) < 0.9 * power("alpha")
    assert power("beta", *DRUG) > power("beta")
    rises = [beta_rise(charge) for charge in (1.0, 1.1, 1.3, 1.5, 2.0)]
    assert rises[0] == pytest.approx(0)
    assert np.all(np.diff(rises) > 0)
    assert beta_rise(1.3, 1.0) < beta_rise(1.3)
    assert beta_rise(1.3, exponent=0.5) < beta_rise(1.3)


def test_what_the_model_does_not_do():
    """Beta does not slow down, as it does in people, and most of the rise in its share is loss of what is slower."""
    f = np.arange(15, 25, 0.05)
    assert f[resting_spectrum(f, *DRUG).argmax()] >= f[resting_spectrum(f).argmax()]
    assert power("beta", *DRUG) < 1.2 * power("beta")
    assert power("delta", *DRUG) < 0.5 * power("delta")


def test_bad_input_and_an_unstable_loop_are_refused():
    with pytest.raises(InputError, match="frequency"):
        resting_spectrum(np.array([0.0, 1.0]))
    with pytest.raises(InputError, match="cortex"):
        resting_share(0.0)
    with pytest.raises(InputError, match="relay"):
        resting_share(1.0, float("nan"))
    with pytest.raises(InputError, match="lower end"):
        resting_share(bottom=20.0)
    with pytest.raises(NotModelledError, match="stable"):
        resting_share(0.8, 0.8)
