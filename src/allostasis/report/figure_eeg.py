"""An EEG as figures: a piece of the trace, the spectrum, the spectrogram."""

import numpy as np

from allostasis.circuit.eeg import EegRecord, power_spectrum, spectrogram
from allostasis.circuit.eeg.spectrum import band_edges
from allostasis.report.log_axis import curve, log_axis, title
from allostasis.report.plot import Panel, axis, frame
from allostasis.report.view import Arm, shorten

SHOWN = 10.0  # structural: seconds of the trace that are drawn
HIGHEST = 40.0  # structural: frequencies that are drawn [Hz]; nearly all power is below
DECADES = 5.0  # structural: orders of magnitude that a figure of power shows
TRACE, SPECTRUM, HEAT = 170, 330, 260  # structural: heights [px]


def trace_panels(arms: tuple[Arm, ...], record: EegRecord) -> list[Panel]:
    """The first seconds of each condition, on one scale."""
    points = min(len(record.signal), round(SHOWN * record.sampling))
    traces = record.signal[:points, :, 0]
    traces = traces - np.median(traces, axis=0)
    low, high = float(traces.min()), float(traces.max())
    room = (high - low) / 20  # structural: a little room
    found = []
    for k, arm in enumerate(arms):
        layout = frame(
            xaxis=axis(title=title("time [s]"), showgrid=False, ticks="outside", tickcolor="@axis", showline=True,
                       range=[0, points / record.sampling], fixedrange=False),
            yaxis=axis(title=title("EEG [mV]"), range=[low - room, high + room], nticks=4), hovermode=False,
        )  # fmt: skip
        line = curve(arm, record.time[:points], traces[:, k], width=1.1, hoverinfo="skip")
        label = f"EEG of {arm.name}, {points / record.sampling:g} s"
        found.append(Panel(f"plot-trace-{k}", arm.name, label, {"data": [line], "layout": layout}, TRACE))
    return found


def spectrum_panel(arms: tuple[Arm, ...], record: EegRecord) -> Panel:
    """Power spectral density of each condition."""
    spectrum = power_spectrum(record)
    inside = (spectrum.frequency >= band_edges("whole")[0]) & (spectrum.frequency <= HIGHEST)
    density = spectrum.density[inside].mean(axis=2)
    top = 2 * float(density.max())  # structural: room above
    bottom = max(float(density.min()) / 2, top / 10**DECADES)
    drawn = [curve(arm, spectrum.frequency[inside], density[:, k], width=2.0) for k, arm in enumerate(arms)]
    layout = frame(
        xaxis=axis(title=title("frequency [Hz]"), range=[0, HIGHEST], ticks="outside", tickcolor="@axis", showline=True,
                   fixedrange=False, unifiedhovertitle={"text": "%{x:.1f} Hz"}),
        yaxis=log_axis("power density [mV²/Hz]", bottom, top),
    )  # fmt: skip
    label = "power spectrum of " + " and ".join(arm.name for arm in arms)
    return Panel("plot-spectrum", "", label, {"data": drawn, "layout": layout}, SPECTRUM)


def spectrogram_panels(arms: tuple[Arm, ...], record: EegRecord) -> list[Panel]:
    """Spectrogram of each condition, logarithmic, on one scale of colours."""
    found = [spectrogram(record, k) for k in range(len(arms))]
    inside = (found[0].frequency > 0) & (found[0].frequency <= HIGHEST)
    levels = [np.log10(np.maximum(one.density[inside], 1e-12)) for one in found]  # structural: no logarithm of zero
    top = max(float(level.max()) for level in levels)
    panels = []
    for k, (arm, one, level) in enumerate(zip(arms, found, levels, strict=True)):
        heat = {
            "type": "heatmap", "x": shorten(one.time), "y": shorten(one.frequency[inside]),
            "z": np.round(np.maximum(level, top - DECADES), 2).tolist(), "zmin": top - DECADES, "zmax": top,
            "colorscale": "Viridis", "showscale": True, "hoverinfo": "skip", "zsmooth": "best", "meta": {"arm": arm.index},
            "colorbar": {"thickness": 10, "len": 1, "title": {"text": "log₁₀ mV²/Hz", "side": "right"},
                         "tickfont": {"color": "@muted", "size": 11}, "outlinewidth": 0},
        }  # fmt: skip
        layout = frame(
            xaxis=axis(title=title("time [s]"), showgrid=False, ticks="outside", tickcolor="@axis", showline=True),
            yaxis=axis(title=title("frequency [Hz]"), range=[0, HIGHEST], showgrid=False), hovermode=False,
        )  # fmt: skip
        label = f"spectrogram of {arm.name}"
        panels.append(Panel(f"plot-spectrogram-{k}", arm.name, label, {"data": [heat], "layout": layout}, HEAT))
    return panels
