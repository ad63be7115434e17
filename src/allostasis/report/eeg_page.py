"""The page of a simulated EEG: the column as it is naive, and as drug, trafficking and chloride have left it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from allostasis.circuit.eeg import BANDS, EegRecord, band_powers, band_shares, power_spectrum, recognise, resting_share
from allostasis.circuit.eeg.regime import Regime
from allostasis.circuit.eeg.spectrum import band_edges
from allostasis.clinic.eeg_scene import AWAKE, EegScene
from allostasis.report.figure_eeg import SHOWN, spectrogram_panels, spectrum_panel, trace_panels
from allostasis.report.neuron_words import MINUS
from allostasis.report.page import Page, Row, Table
from allostasis.report.plot import Section
from allostasis.report.view import Arm
from allostasis.report.words import figure

ARMS = (Arm("naive", 5, "", 0.0), Arm("driven", 0, "", 0.0))
"""The two conditions: nothing acts on the column; the scene acts on it."""
SAME = 0.05  # structural: a ratio that differs by less from 1 is told as the same

LIMITS = (
    "One column of four populations with published constants, not a brain: no electrode, skull, sleep, eye or muscle.",
    "Millivolts are those of the model's pyramidal cells. Only shapes, shares and ratios compare with a recording.",
    "The operating point is chosen, not derived: the same change of inhibition does other things elsewhere.",
    "The drug raises beta only where it acts on the fast loop alone. If it reaches the slow loop too, the model shows one sharp"
    " rhythm, and a slow one with more; so the waking point leaves that loop out, which sets the sign of the effect."
    " The line about the waking scalp EEG is of another model, where the sign is not set.",
)


@dataclass(frozen=True, eq=False)
class EegView:
    """What the page shows.

    Attributes:
        record: naive and driven EEG, under the same noise.
        scene: what drives the second.
        point: the operating point.
    """

    record: EegRecord
    scene: EegScene
    point: str

    @property
    def regimes(self) -> tuple[Regime, ...]:
        """Regime of each condition."""
        return tuple(recognise(self.record, k) for k in range(len(ARMS)))

    def bands(self) -> list[dict[str, float | str]]:
        """One record per band: edges [Hz], power [mV2] and share of both conditions."""
        spectrum = power_spectrum(self.record)
        powers, shares = band_powers(spectrum), band_shares(spectrum)
        found = []
        for band in BANDS:
            low, high = band_edges(band)
            numbers = {"low_Hz": low, "high_Hz": high}
            for k, arm in enumerate(ARMS):
                numbers[f"{arm.name}_power_mV2"] = float(powers[band][k].mean())
                numbers[f"{arm.name}_share"] = float(shares[band][k].mean())
            found.append({"band": band, **numbers})
        return found


def eeg_page(view: EegView, made: Mapping[str, str]) -> Page:
    """Build the page."""
    s = view.scene
    question = (
        f"What acts on the column ({s.words}), over naive: excitation {s.excitation:.3g}, fast inhibition"
        f" {s.inhibition_fast:.3g}, slow inhibition {s.inhibition_slow:.3g}, driving force of chloride {s.driving_force:.3g}."
        f" Operating point: {view.point.replace('_', ' ')}."
    )
    return Page(
        title="A simulated EEG", kind="one cortical column, naive and driven", question=question, headline=_headline(view),
        details=_details(view), table=_table(view), sections=_sections(view), arms=ARMS, limits=LIMITS, made=made,
        caution="A model of one column: it shows how a change would look, and reads nobody's EEG.",
        numbers="bands.csv and trace.csv",
    )  # fmt: skip


def _whole(view: EegView) -> tuple[float, float]:
    bands = view.bands()
    naive, driven = (sum(float(b[f"{arm.name}_power_mV2"]) for b in bands) for arm in ARMS)
    return naive, driven


def _headline(view: EegView) -> str:
    naive, driven = view.regimes
    before, after = _whole(view)
    ratio = after / before
    power = "power is unchanged" if abs(ratio - 1) < SAME else f"power is {figure(ratio)} times that of the naive column"
    regime = f"The regime stays: {driven.words}" if naive.name == driven.name else f"From {naive.words} to {driven.words}"
    return f"{regime}; {power}."


def _details(view: EegView) -> list[str]:
    bands = {b["band"]: b for b in view.bands()}
    beta = bands["beta"]
    change = 100 * (float(beta["driven_share"]) - float(beta["naive_share"]))  # structural: percentage points
    spikes = [f"{arm.name} {regime.spike_rate:.1f} a second" for arm, regime in zip(ARMS, view.regimes, strict=True)]
    found = [f"Beta: {100 * float(beta['driven_share']):.0f} % of the power, {change:+.1f} points.".replace("-", MINUS)]
    if any(regime.spike_rate for regime in view.regimes):
        found.append(f"Spikes: {', '.join(spikes)}.")
    return found + _resting(view)


def _resting(view: EegView) -> list[str]:
    """What the model of the waking scalp EEG says of the same inhibition, where inhibition is all that has changed."""
    s = view.scene
    if view.point != AWAKE or (s.excitation, s.driving_force) != (1, 1) or s.inhibition_fast <= 1:
        return []
    before, after = (100 * resting_share(charge, charge) for charge in (1.0, s.inhibition_fast))  # structural: per cent
    words = "The waking scalp EEG, by a corticothalamic model with as much more inhibition as the fast loop"
    return [f"{words}: {before:.0f} % of its power in 13 to 31 Hz becomes {after:.0f} %."]


def _table(view: EegView) -> Table:
    columns = [("Band", ""), ("Naive", "share of power"), ("Driven", "share of power"), ("Power", "driven over naive")]
    rows = []
    for b in view.bands():
        naive, driven = float(b["naive_share"]), float(b["driven_share"])
        change = f"{100 * (driven - naive):+.1f} points".replace("-", MINUS)
        ratio = float(b["driven_power_mV2"]) / float(b["naive_power_mV2"])
        cells = [(f"{100 * naive:.1f} %", ""), (f"{100 * driven:.1f} %", change), (f"x {figure(ratio)}", "")]
        rows.append(Row(str(b["band"]).capitalize(), cells, remark=f"{b['low_Hz']:g} to {b['high_Hz']:g} Hz"))
    sd = [f"{regime.sd:.2f}" for regime in view.regimes]
    note = f"Standard deviation {sd[0]} mV naive, {sd[1]} mV driven. Regime: {view.regimes[0].words}; {view.regimes[1].words}."
    return Table("Bands", columns, rows, note)


def _sections(view: EegView) -> list[Section]:
    peaks = [f"{arm.name.capitalize()}: peak at {regime.peak:g} Hz." for arm, regime in zip(ARMS, view.regimes, strict=True)]
    seconds = min(SHOWN, len(view.record.signal) / view.record.sampling)
    spread = np.ptp(view.record.signal[:, :, 0], axis=0)
    sizes = [f"{arm.name.capitalize()}: {size:.1f} mV from lowest to highest." for arm, size in zip(ARMS, spread, strict=True)]
    return [
        Section(
            "trace", f"The EEG: {seconds:g} s of each",
            "Potential of the pyramidal cells about its median. The same input noise drives both: only the synapses differ.",
            trace_panels(ARMS, view.record), sizes, wide=True,
        ),
        Section(
            "spectrum", "The spectrum", "Power density by Welch's method, windows of 2 s.", [spectrum_panel(ARMS, view.record)],
            peaks, wide=True,
        ),
        Section(
            "spectrogram", "The spectrogram", "Power density over time; one scale of colours for both.",
            spectrogram_panels(ARMS, view.record), [],
        ),
    ]  # fmt: skip
