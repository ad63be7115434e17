"""Current in pA: I = N gamma Po (V - E), phasic and tonic; reversal potentials from Nernst and Goldman-Hodgkin-Katz."""

import numpy as np
import pytest

from allostasis import library
from allostasis.quantity.errors import InputError
from allostasis.receptor.current import (
    current,
    ghk_gaba,
    nernst_chloride,
    phasic_current,
    thermal_voltage,
    tonic_current,
)
from allostasis.receptor.gating import kinetics, open_probability_at
from allostasis.receptor.macroscopic import synaptic_response
from allostasis.receptor.modulator import Modulator


def number(name, group="receptor_gating"):
    return library.parameter_set(group)[name].value


def test_current_in_pico_ampere_and_its_sign():
    assert float(current(100, 28.0, 0.5, -50.0, -70.0)) == pytest.approx(28.0)  # outward: chloride comes in
    assert float(current(100, 28.0, 0.5, -70.0, -70.0)) == 0
    assert float(current(100, 28.0, 0.5, -70.0, -40.0)) < 0  # loaded with chloride, GABA depolarises


def test_reversal_potentials():
    assert thermal_voltage(37.0) == pytest.approx(26.73, abs=0.005)
    chloride = float(nernst_chloride(9.0, 135.0, 37.0))
    assert chloride == pytest.approx(26.727 * np.log(9 / 135), abs=0.01)
    assert float(ghk_gaba(9.0, 135.0, 14.0, 26.0, 0.0, 37.0)) == pytest.approx(chloride)
    shifts = [float(ghk_gaba(9.0, 135.0, 14.0, 26.0, p, 37.0)) - chloride for p in (0.1, 0.2, 0.4)]
    assert 0 < shifts[0] < shifts[1] < shifts[2]
    with pytest.raises(InputError, match="chloride inside is not positive"):
        nernst_chloride(-1.0, 135.0, 37.0)


def test_a_synapse_has_the_measured_conductance_and_a_benzodiazepine_does_not_touch_the_single_channel():
    """200 to 400 pS per IPSC were measured at 34-35 degC; the count of channels was set by it, the size is checked here."""
    channels, gamma = number("channels_synaptic", "receptor_chloride"), number("conductance")
    out = synaptic_response(kinetics(celsius=34.5), 1000 * number("synapse.peak"), number("synapse.decay"), tail=50.0)
    size = np.asarray(phasic_current(out, channels, gamma, 0.0, -70.0)).max() / 70 * 1000
    assert 200 < size < 400


def test_tonic_current_grows_with_ambient_gaba_and_with_a_benzodiazepine():
    channels, gamma = number("channels_tonic", "receptor_chloride"), number("conductance")
    rest, drug = kinetics(celsius=34.5), kinetics(modulators=(Modulator("benzodiazepine"),), celsius=34.5)
    low, high = (float(tonic_current(rest, gaba, channels, gamma, -50.0, -70.0)[0]) for gaba in (0.1, 0.4))
    assert 0 < low < high
    ratio = float(tonic_current(drug, 0.4, channels, gamma, -50.0, -70.0)[0]) / high
    assert ratio == pytest.approx(float(open_probability_at(drug, 0.4)[0] / open_probability_at(rest, 0.4)[0]))
    assert 1.5 < ratio < 3.4
