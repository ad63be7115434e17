"""The page of a single-channel record: what it shows, what its scheme says exactly, and the synaptic current."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from allostasis.receptor.dwell import open_times, shut_times
from allostasis.receptor.gating import Kinetics
from allostasis.receptor.record_summary import Estimate
from allostasis.receptor.single_channel import ChannelRecord
from allostasis.receptor.trace import charge, decay_time
from allostasis.report.figure_record import dwell_panel, pieces, synapse_panels, trace_panel
from allostasis.report.page import Page, Row, Table, lines
from allostasis.report.plot import Section
from allostasis.report.view import Arm
from allostasis.report.words import figure

UNITS = {
    "opening frequency": "1/s", "mean open time": "ms", "openings per burst": "", "burst length": "ms",
    "open probability": "",
}  # fmt: skip
BARE = "without modulator"
SAME = 0.005  # structural: share by which two exact numbers must differ to be called different
SHOWN_DECAYS, SHORTEST = 6.0, 20.0  # structural: decay times of the slowest IPSC that are shown, and the least [ms]


@dataclass(frozen=True, eq=False)
class RecordView:
    """Everything that the page shows.

    Attributes:
        name: of the modulator and its occupancy, or `BARE`.
        record: the record. model: its scheme with numbers. bare: the scheme without modulator, None if there is none.
        gaba_uM: GABA [uM]. critical: burst criterion [ms]. amplitude: current of the open channel [pA].
        estimates: read off the record, with exact numbers. without: exact numbers without modulator.
        synapse: time [ms] and current [pA] of the IPSC with the modulator, and without if there is one.
    """

    name: str
    record: ChannelRecord
    model: Kinetics
    bare: Kinetics | None
    gaba_uM: float
    critical: float
    amplitude: float
    estimates: Mapping[str, Estimate]
    without: Mapping[str, float]
    synapse: tuple[tuple[np.ndarray, np.ndarray], ...]


def record_page(view: RecordView, title: str, question: str, made: Mapping[str, str]) -> Page:
    """Build the page."""
    arms = lines([view.name, BARE][: 1 if view.bare is None else 2])
    return Page(
        title=title, kind="a record of one channel, simulated exactly", headline=_headline(view), details=_details(view),
        caution="No noise, no filter, no missed openings: real records have all three.", table=_table(view, arms[0]),
        sections=[_trace_section(view, arms[0]), *_dwell_section(view, arms), _synapse_section(view, arms)],
        limits=_LIMITS, made=made, numbers="record.csv", question=question, arms=arms,
    )  # fmt: skip


_LIMITS = (
    "One kinetic scheme with constants fitted to a few numbers from the literature; other schemes fit as well.",
    "A modulator is a factor on rates at a given occupancy of its site; its own binding takes no time here.",
    "A standard error is the scatter of this one record. The exact number has no error, but the scheme may be wrong.",
    "Bursts depend on the shut time that ends one: compare them only at the same criterion.",
)


def with_error(estimate: Estimate) -> str:
    """Write an estimate with its standard error, both to the digit of the error.

    >>> with_error(Estimate(2.9731, 0.2213, 2.99)), with_error(Estimate(float("nan"), float("nan"), 1.0))
    ('2.97 ± 0.22', 'none')
    """
    if not np.isfinite(estimate.value):
        return "none"
    if not np.isfinite(estimate.error) or estimate.error <= 0:
        return figure(estimate.value)
    decimals = max(0, 1 - int(np.floor(np.log10(estimate.error))))
    return f"{estimate.value:.{decimals}f} ± {estimate.error:.{decimals}f}"


def _table(view: RecordView, arm: Arm) -> Table:
    columns = [("Quantity", ""), ("This record", "± standard error"), ("Exact", view.name)]
    rows = []
    for name, e in view.estimates.items():
        cells = [(with_error(e), ""), (figure(e.exact), "")]
        if view.bare is not None:
            cells.append((figure(view.without[name]), f"now x {e.exact / view.without[name]:.2f}"))
        rows.append(Row(name.capitalize(), cells, remark=UNITS[name]))
    if view.bare is not None:
        columns.append(("Without", "exact, without modulator"))
    note = (
        f"A shut time above {view.critical:g} ms ends a burst. Exact numbers come from the matrix of rates, not from a"
        " longer record."
    )
    return Table("The record beside the exact numbers", columns, rows, note)


def _headline(view: RecordView) -> str:
    e = view.estimates
    seconds = (view.record.end - view.record.start[0]) / 1000
    text = (
        f"In {seconds:g} s the channel opened {with_error(e['opening frequency'])} times per second, for"
        f" {with_error(e['mean open time'])} ms each."
    )
    if view.bare is None:
        return text
    changed = [
        _change(view, key, word) for key, word in (("opening frequency", "frequency"), ("mean open time", "duration"))
    ]
    return f"{text} Against no modulator, exactly: {' and '.join(changed)} of openings."


def _change(view: RecordView, key: str, word: str) -> str:
    ratio = view.estimates[key].exact / view.without[key]
    return f"the same {word}" if abs(ratio - 1) < SAME else f"{ratio:.2f} times the {word}"


def _details(view: RecordView) -> list[str]:
    po, burst = view.estimates["open probability"], view.estimates["burst length"]
    found = [
        f"Open probability {with_error(po)} (exact {figure(po.exact)}), bursts of {with_error(burst)} ms"
        f" (exact {figure(burst.exact)})."
    ]
    if view.bare is not None:
        found.append(
            f"Open probability is {figure(po.exact / view.without['open probability'])} times that without the modulator,"
            f" bursts are {figure(burst.exact / view.without['burst length'])} times as long."
        )
    return found


def _trace_section(view: RecordView, arm: Arm) -> Section:
    shown = pieces(view.record, view.critical)
    names = ["A stretch of the record", "A burst, closer"]
    panels = [
        trace_panel(arm, view.record, piece, view.amplitude, name, f"plot-trace-{k}")
        for k, (piece, name) in enumerate(zip(shown, names, strict=False))
    ]
    lead = f"Current of one channel in {view.gaba_uM:g} µM GABA, {figure(view.amplitude)} pA when open."
    facts = [
        f"{name}: {figure(end - begin)} ms, from {begin / 1000:.2f} s on."
        for name, (begin, end) in zip(names, shown, strict=False)
    ]
    return Section("trace", "The channel at work", lead, panels, facts, wide=True)


def _dwell_section(view: RecordView, arms: tuple[Arm, ...]) -> list[Section]:
    bare_arm = arms[1] if view.bare is not None else None
    panels, facts = [], []
    for opened, name, law in ((True, "Open time", open_times), (False, "Shut time", shut_times)):
        density = law(view.model, view.gaba_uM)
        reference = None if view.bare is None else law(view.bare, view.gaba_uM)
        times = view.record.dwells(opened=opened)
        found = dwell_panel(arms[0], bare_arm, times, density, reference, name, f"plot-{name.split()[0].lower()}")
        if found is not None:
            panels.append(found)
            parts = [f"{figure(t)} ms ({100 * a:.0f} %)" for t, a in zip(*density.components, strict=True) if a > SAME]
            facts.append(f"{name}s: {len(times)} in the record; exact components {', '.join(parts)}.")
    if not panels:
        return []
    lead = (
        "Dwell times in equal bins of their logarithm, with the square root of the count upwards (Sigworth and Sine 1987): each"
        " component is a peak at its time constant. The line is the exact density"
        + (", the dashed one that without the modulator." if view.bare is not None else ".")
    )
    return [Section("dwells", "How long it stays open and shut", lead, panels, facts)]


def _synapse_section(view: RecordView, arms: tuple[Arm, ...]) -> Section:
    times, currents = zip(*view.synapse, strict=True)
    decays = [decay_time(t, np.abs(i)) for t, i in view.synapse]
    panels = synapse_panels(arms, times, currents, max(SHOWN_DECAYS * max(decays), SHORTEST))
    facts = []
    for arm, (time, current), decay in zip(arms, view.synapse, decays, strict=True):
        peak = float(current[int(np.argmax(np.abs(current)))])
        size = (
            f"peak {figure(peak)} pA, decay {figure(decay)} ms (to 1/e), charge {figure(charge(time, current))} pA ms"
        )
        facts.append(f"{arm.name.capitalize()}: {size}.")
    lead = "The same scheme, many channels, one brief pulse of GABA: what single openings add up to at a synapse."
    return Section("synapse", "The synaptic current", lead, panels, facts)
