"""The waking EEG with eyes closed: power spectrum of a linear corticothalamic loop in closed form (Robinson et al.).

    P(w) = sum_k exp(-k^2/k0^2) |T(w) / (k^2 r^2 + q(w))|^2
    T = G_es G_sn L^2 / [(1 - G_sr G_rs L S)(1 - G_ei C)]
    q = (1 + i w/gamma)^2 - [G_ee L + (G_es G_se L^2 + G_es G_sr G_re L^2 S) exp(-i w t0) / (1 - G_sr G_rs L S)] / (1 - G_ei C)
    L = 1 / [(1 + i w/a)(1 + i w/b)];    C, S: the same with a/c and G_ei c, with a/s and G_sr s

e, i: excitatory and inhibitory cells of cortex; s: relay cells; r: reticular nucleus; n: input noise. k: standing waves of a
square of cortex, weighed by volume conduction. c and s are the charge of a GABA-A current over that without drug, in cortex and
onto relay cells: at body temperature a benzodiazepine prolongs the current and leaves its peak alone, so charge and decay time
go together. Gains are those of the linearised model (slope of the firing curve times strength times number of contacts); a drug
leaves the slopes here.
"""

from functools import cache
from typing import Any

import numpy as np
from jaxtyping import Complex, Float

from allostasis import library
from allostasis.quantity import InputError, NotModelledError

WAVES = 4  # structural: standing waves along each side, as in the published fits; the scalp loses shorter ones
HIGHEST, SPACING = 500.0, 0.02  # structural: frequencies [Hz] along which stability is judged
MODULATION = (0.01, 10.0)  # structural: ratios over no drug that the model may be asked for
TURN = 2j * np.pi  # structural: i times the radians of a cycle
GRID = 0.05  # structural: spacing [Hz] of the integral of a share
Frequencies = Float[np.ndarray, " frequencies"]
Ratio = float | int


def resting_spectrum(frequency: Frequencies, cortex: Ratio = 1.0, relay: Ratio = 1.0) -> Frequencies:
    """Power density of the waking scalp EEG at each frequency, in the units of the input noise: ratios and shares have a meaning.

    Args:
        frequency: [Hz], above 0.
        cortex: charge of GABA-A currents in cortex over that without drug.
        relay: the same onto relay cells of the thalamus.

    Raises:
        InputError: a frequency or a ratio out of range.
        NotModelledError: the loop would not be stable, so there is no resting EEG.

    >>> f = np.array([9.0, 20.0])
    >>> np.round(resting_spectrum(f, 1.5, 1.5) / resting_spectrum(f), 2)
    array([0.38, 1.23])
    """
    frequency = np.asarray(frequency, float)
    if not (np.isfinite(frequency).all() and (frequency > 0).all()):
        raise InputError("frequency of the resting EEG", value=float(frequency.min(initial=0)), expected="above 0 Hz")
    _check(float(cortex), float(relay))
    rows = _numbers()
    loop, closed, input_gain = _loop(TURN * frequency, rows, cortex, relay)
    squares = np.square(2 * np.pi / rows["cortex_length"] * np.arange(-WAVES, WAVES + 1))
    waves = (squares[:, None] + squares).ravel()
    seen = np.exp(-waves / rows["conduction_cutoff"] ** 2)
    field = input_gain[:, None] / (waves * rows["axon_range"] ** 2 * closed[:, None] + loop[:, None])
    return np.abs(field) ** 2 @ seen


def resting_share(
    cortex: Ratio = 1.0, relay: Ratio = 1.0, *, bottom: Ratio | None = None, exponent: Ratio | None = None
) -> float:
    """Share of the band of the question (13 to 31 Hz) in the waking EEG, from 0.5 to 31 Hz.

    Args:
        cortex: charge of GABA-A currents in cortex over that without drug.
        relay: the same onto relay cells of the thalamus.
        bottom: where the whole begins [Hz]; of the library when left out.
        exponent: 1 for the share of power, 0.5 for that of its root; of the library when left out.

    >>> round(resting_share(), 3), round(resting_share(exponent=0.5), 3)
    (0.158, 0.349)
    """
    rows = _numbers()
    low, high = rows["band.low"], rows["band.high"]
    start = rows["band.bottom"] if bottom is None else float(bottom)
    if not 0 < start < low:
        raise InputError("lower end of the EEG", value=start, expected=f"above 0, below {low:g} Hz")
    power = rows["share_exponent"] if exponent is None else float(exponent)
    parts = []
    for first, last in ((start, low), (low, high)):
        points = np.linspace(first, last, round((last - first) / GRID) + 1)
        parts.append(np.trapezoid(resting_spectrum(points, cortex, relay) ** power, points))
    return float(parts[1] / sum(parts))


def _loop(s: Complex[np.ndarray, " n"], rows: dict[str, float], cortex: Ratio, relay: Ratio) -> tuple[Any, Any, Any]:
    """Characteristic function without waves, what multiplies k^2 r^2 in it, and what multiplies the input, at i w = `s`."""
    gain = {key.removeprefix("gain."): value for key, value in rows.items() if key.startswith("gain.")}

    def response(longer):
        return 1 / ((1 + s * longer / rows["rate.decay"]) * (1 + s / rows["rate.rise"]))

    direct = response(1.0)
    within = 1 - gain["cortex_inhibition"] * cortex * response(cortex)
    reticular = gain["relay_reticular"] * relay * response(relay)
    thalamus = 1 - reticular * gain["reticular_relay"] * direct
    through = gain["cortex_relay"] * direct * (gain["relay_cortex"] + reticular * gain["reticular_cortex"]) * direct
    wave = (1 + s / rows["rate.damping"]) ** 2
    closed = within * thalamus
    loop = (wave * within - gain["cortex_cortex"] * direct) * thalamus - through * np.exp(-s * rows["loop_delay"])
    return loop, closed, gain["cortex_relay"] * gain["relay_input"] * direct**2


@cache
def _numbers() -> dict[str, float]:
    return {key: float(row.value) for key, row in library.parameter_set("resting_eeg").items()}


@cache
def _check(cortex: float, relay: float) -> None:
    """Refuse ratios out of range, and a loop with a growing mode: its characteristic function would wind around zero."""
    for name, value in (("cortex", cortex), ("relay", relay)):
        if not MODULATION[0] <= value <= MODULATION[1]:
            low, high = MODULATION
            raise InputError(f"charge of inhibition in {name}", value=value, expected=f"{low:g} to {high:g} over no drug")
    rows = _numbers()
    s = TURN * np.arange(0, HIGHEST, SPACING)
    curve = _loop(s, rows, cortex, relay)[0] / (1 + s / rows["rate.damping"]) ** 2
    turned = np.unwrap(np.angle(curve))
    if curve[0].real <= 0 or abs(turned[-1] - turned[0]) > np.pi / 2:  # structural: no turn around zero
        raise NotModelledError(
            "a waking EEG without stable rest", value=f"cortex {cortex:g}, relay {relay:g}",
            expected="inhibition of about 0.9 of naive or more: below, slow waves of this linear model grow without end",
        )  # fmt: skip
