"""The page of one neuron in four scenes: a regimen, the potential and firing of a neuron in it, and its thresholds."""

from collections.abc import Mapping

import numpy as np

from allostasis.circuit.scenes import SCENES
from allostasis.clinic.neuron_firing import SHOWN, NeuronFiring
from allostasis.clinic.neuron_scenes import chloride_of
from allostasis.report.figure_neuron import (
    ARMS,
    chloride_panel,
    course_panel,
    potential_panel,
    rate_panel,
    trace_panels,
)
from allostasis.report.neuron_words import (
    LIMITS,
    chloride_words,
    day_words,
    details,
    headline,
    largest_change,
    millivolt,
    potentials,
    rate_facts,
    rate_words,
    signed,
    textbook_words,
)
from allostasis.report.page import Page, Row, Table
from allostasis.report.plot import Section
from allostasis.report.words import listing

MEANING = {
    "naive": "no drug, no adaptation",
    "acute": "highest gain of inhibition of the first day",
    "adapted": "highest gain of inhibition of the last day of dosing",
    "removed": "highest imbalance after it",
}
"""How each scene is chosen."""


def neuron_page(firing: NeuronFiring, made: Mapping[str, str]) -> Page:
    """Build the page."""
    e_gaba = firing.neuron.membrane.e_gaba
    chloride = chloride_of(e_gaba)
    question = (
        "The regimen is simulated; what it does to inhibition and excitation is given to one neuron. The imbalance H is the log"
        f" ratio of excitation to inhibition, 0 in the naive brain. E_GABA {millivolt(e_gaba)}, chloride {chloride:.1f} mM."
    )
    return Page(
        title=f"One neuron: {firing.run.regimen}", kind="one neuron in four scenes", question=question,
        headline=headline(firing), details=details(firing), table=_table(firing), sections=_sections(firing, chloride),
        caution="One model neuron with constants from the literature: it shows a mechanism and predicts no patient.",
        arms=tuple(ARMS.values()), limits=LIMITS, made=made, numbers="scenes.csv, rate.csv, course.csv and traces.csv",
    )  # fmt: skip


def _table(firing: NeuronFiring) -> Table:
    columns = [
        ("Scene", ""), ("When", ""), ("Imbalance H", "of the seizure threshold"), ("Conductances", "inhibition, excitation"),
        ("Potential", "to the threshold"), ("Rate", "Hz, ± SE"), ("Interval CV", ""),
    ]  # fmt: skip
    rows = []
    for k, scene in enumerate(firing.run.scenes):
        gap, cv, both = scene.potential - firing.neuron.threshold, firing.scenes.interval_cv[k], scene.conductances
        cells = [
            (day_words(scene.time_h), ""),
            (signed(scene.imbalance, 3), f"x {signed(scene.imbalance / firing.seizure_threshold)}"),
            (f"{both.inhibition:.2f}, {both.excitation:.2f} nS", ""),
            (millivolt(scene.potential), f"{abs(gap):.1f} mV {'above' if gap > 0 else 'below'}"),
            (rate_words(firing.scenes.rate[k], firing.scenes.rate_error[k]), _times(firing, k)),
            (f"{cv:.2f}" if np.isfinite(cv) else "too few", ""),
        ]
        rows.append(Row(ARMS[scene.name].name, cells, ARMS[scene.name], MEANING[scene.name]))
    note = (
        "Potential: the steady one, from the mean conductances. Rate and CV (standard deviation over mean of the intervals"
        " between spikes): with fluctuating conductances, the same noise in every scene."
    )
    return Table("The four scenes", columns, rows, note)


def _times(firing: NeuronFiring, k: int) -> str:
    naive = firing.scenes.rate[0]
    return "" if k == 0 or naive == 0 else f"x {firing.scenes.rate[k] / naive:.2f} of naive"


def _sections(firing: NeuronFiring, chloride: float) -> list[Section]:
    run = firing.run
    instants = [f"{ARMS[s.name].name}: {day_words(s.time_h)}, H {signed(s.imbalance, 3)}." for s in run.scenes[1:]]
    spikes = zip(run.scenes, firing.trace.spikes, strict=True)
    counts = listing([f"{len(at)} {SCENES[s.name]}" for s, at in spikes])
    course = Section(
        "course", "Where the scenes come from",
        "Imbalance of the simulated regimen, daily mean and range: below 0 inhibition prevails, above 0 excitation. Dots are the"
        " scenes.", [course_panel(firing)], instants, wide=True,
    )  # fmt: skip
    traces = Section(
        "traces", f"The neuron at work: {SHOWN / 1000:g} s of each scene",
        "The same random numbers in all four: only the conductances differ. Spikes are drawn in; the broken line is the"
        " threshold.", trace_panels(firing), [f"Spikes: {counts}. Rates in the table come from longer runs."],
    )  # fmt: skip
    potential = Section(
        "potential", "The steady potential and its threshold",
        "The potential at which leak, inhibition and excitation balance. The textbook doubles and halves conductances; this"
        f" regimen changes inhibition by at most {largest_change(firing)}.",
        [potential_panel(firing), chloride_panel(firing, chloride)],
        [textbook_words(firing), f"This regimen: {potentials(run.scenes)}.", chloride_words(firing)],
    )  # fmt: skip
    rate = Section(
        "rate", "Firing rate against the imbalance",
        "Solid: with noise, band of two standard errors. Broken: without noise. Dots: scenes of this regimen; diamonds:"
        " textbook.", [rate_panel(firing)], rate_facts(firing),
        "Swept along one path: below 0 drug without adaptation, above 0 adaptation without drug. Real scenes mix the two, so"
        " their dots lie beside the curve. Rates are those of the adapted neuron; its first intervals are shorter.", wide=True,
    )  # fmt: skip
    return [course, traces, potential, rate]
