"""Figures 3 and 4: occupancy of the benzodiazepine site per subtype, and the profile of effects."""

import numpy as np

from allostasis import library
from allostasis.report.figure_exposure import peak_words, peaks
from allostasis.report.plot import Section, mean_lines, panel
from allostasis.report.view import Arm, View
from allostasis.report.words import ALPHA, HOURS, SUBTYPE_NAMES, listing, moment, percent, quoted

SHORTEST_PLATEAU = 7 * HOURS["day"]
"""Constant dosing shorter than this [h] says nothing about tolerance."""
ROLES = {
    "a1": "sedation, amnesia, part of seizure control", "a2": "anxiolysis", "a3": "muscle relaxation", "a5": "memory",
}  # fmt: skip
SAME = 0.02  # structural: arms that differ by less are named together


def plateau_end(view: View, arm: Arm) -> int | None:
    """Return the plotted interval in which the daily dose of the first days ends, None if it is short or never ends."""
    if view.acute or not view.drugs:
        return None
    given = np.stack([view.doses(arm, drug) for drug in view.drugs])
    changed = np.flatnonzero(np.any(np.abs(given - given[:, :1]) > 1e-6 * given.max(), axis=0))  # structural: rounding
    if len(changed) == 0 or view.starts[changed[0]] * HOURS[view.unit] < SHORTEST_PLATEAU or not given[:, 0].any():
        return None
    return int(changed[0])


def _lines(view: View, port: str, **component: str) -> list[dict]:
    traces = mean_lines(view, port, view.arms, 1.0, **component)
    return [t | {"hovertemplate": "%{y:.1%}"} if "hovertemplate" in t else t for t in traces]


def occupancy_section(view: View) -> Section:
    """Build the plots of occupancy with their text."""
    panels, facts = [], []
    for name in (str(k) for k in view.data["subtype"].values):
        greek = SUBTYPE_NAMES.get(name, name)
        text = f"{greek}: highest {peak_words(view, peaks(view, 'occupancy', subtype=name), percent)}."
        traces = _lines(view, "occupancy", subtype=name)
        title = f"{greek} ({ROLES[name]})" if name in ROLES else greek
        panels.append(panel(view, f"plot-occupancy-{name}", title, text, traces, tickformat=".0%"))
        facts.append(text)
    antagonists = [d for d in map(str, view.data["ligand"].values) if "antagonist" in library.drug(d).drug_class]
    note = ""
    if antagonists:
        note = (
            f"Occupancy counts every ligand at the site, {listing(antagonists)} too: with an antagonist the site is full while"
            " its effect is small. The next figure shows the effect."
        )
    return Section(
        id="occupancy",
        heading="Benzodiazepine sites that are occupied",
        lead=f"Share of the sites with a ligand, for receptors with each {ALPHA} subunit, and what each is linked with.",
        panels=panels,
        facts=facts,
        note=note,
    )


def effect_section(view: View) -> Section:
    """Build the plots of effects with their text."""
    panels, facts = [], []
    kind = "highest" if view.top("effect") == "max" else "highest mean of an interval"
    for effect in (str(e) for e in view.data["effect"].values):
        highest = peak_words(view, peaks(view, "effect", effect=effect), percent)
        text = f"{effect}: {kind} {highest}{_tolerance(view, effect)}."
        traces = _lines(view, "effect", effect=effect)
        title = {"anticonvulsant": "Seizure control"}.get(effect, effect.capitalize())
        panels.append(panel(view, f"plot-effect-{effect}", title, text, traces, tickformat=".0%"))
        facts.append(text)
    return Section(
        id="effects",
        heading="Effects, and how they fade",
        lead=(
            "Each effect is a mix of subtypes, as the gain of inhibition that it sees: 10 % is 10 % more inhibition than without"
            " the drug. An effect fades as its subtypes uncouple and adapt; how far they do is assumed."
        ),
        panels=panels,
        facts=facts,
    )


def _tolerance(view: View, effect: str) -> str:
    """Say how high the effect still rises at the end of constant dosing, naming arms together where they agree."""
    found: list[tuple[Arm, float, float]] = []
    for arm in view.arms:
        end = plateau_end(view, arm)
        if end is not None:
            found.append(
                (
                    arm,
                    float(view.series("effect", view.top("effect"), arm, effect=effect)[end]),
                    view.starts[end] * HOURS["day"],
                )
            )
    if not found:
        return ""
    arm, last, time = found[0]
    who = f" in {quoted(arm.name)}"
    if all(abs(f[1] - last) <= SAME * abs(last) and f[2] == time for f in found):
        who = "" if len(found) == len(view.arms) else f" in {listing([quoted(f[0].name) for f in found])}"
    return f", {percent(last)} on {moment(time, 'day')} of the same dose{who}"
