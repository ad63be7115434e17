"""Figure 2: concentrations in plasma and, unbound, in the brain, one pair of plots per substance."""

from collections.abc import Callable

import numpy as np

from allostasis import library
from allostasis.report.plot import Panel, Section, band, line, panel
from allostasis.report.view import Arm, View
from allostasis.report.words import figure, listing, quoted, when

NG_PER_ML = 1e-3  # structural: nmol/L x g/mol = ng/L, and 1000 mL to the litre
SAME = 0.01  # structural: arms that differ by less are named together
ABSENT = 1e-9  # structural: [nM] below which a substance is not there


def _molar_mass(view: View, moiety: str) -> float:
    parameter = view.result.used.get(f"exposure.{moiety}.molar_mass") or library.drug(moiety).molar_mass
    return parameter.to("g/mol")


def _traces(
    view: View, port: str, factor: float, **component: str
) -> tuple[list[dict], list[tuple[Arm, float, float]]]:
    """Lines of the arms in which the substance is present, and (arm, highest, when [h])."""
    lines, bands, peaks = [], [], []
    for arm in view.arms:
        highest = np.median(view.raw(f"{port}_max", arm, **component), axis=0) * factor
        if highest.max() <= ABSENT:
            continue
        mean, top = (view.series(port, s, arm, **component) * factor for s in ("mean", "max"))
        bands += band(view, arm, mean, top, 0.14)
        lines.append(line(view, arm, mean))
        peaks.append((arm, float(highest.max()), float(view.ends[int(np.argmax(highest))])))
    return bands + lines, peaks


def peak_words(view: View, peaks: list[tuple[Arm, float, float]], write: Callable[[float], str]) -> str:
    """Say how high and when, naming arms together where they agree."""
    highest = max(value for _, value, _ in peaks)
    lowest = min(value for _, value, _ in peaks)
    arm, value, time = max(peaks, key=lambda peak: peak[1])
    if len(peaks) > 1 and lowest >= (1 - SAME) * highest:
        who = "in all arms" if len(peaks) == len(view.arms) else f"in {listing([quoted(a.name) for a, _, _ in peaks])}"
        return f"{write(value)} {who}"
    return f"{write(value)} {when(time, view.unit)} in {quoted(arm.name)}"


def exposure_section(view: View) -> Section:
    """Build the plots of concentrations with their text."""
    panels: list[Panel] = []
    facts = []
    ligands = [str(name) for name in view.data["ligand"].values]
    for moiety in (str(name) for name in view.data["moiety"].values):
        traces, peaks = _traces(view, "plasma", NG_PER_ML * _molar_mass(view, moiety), moiety=moiety)
        if not peaks:
            continue
        text = f"{moiety}: highest in plasma {peak_words(view, peaks, lambda v: figure(v) + ' ng/mL')}"
        panels.append(panel(view, f"plot-plasma-{moiety}", f"{moiety} in plasma [ng/mL]", text, traces))
        if moiety in ligands:
            traces, peaks = _traces(view, "unbound_brain", 1.0, ligand=moiety)
            brain = f"highest unbound in the brain {peak_words(view, peaks, lambda v: figure(v) + ' nM')}"
            panels.append(
                panel(
                    view, f"plot-brain-{moiety}", f"{moiety}, unbound in the brain [nM]", f"{moiety}: {brain}", traces
                )
            )
            text += f"; {brain}"
        facts.append(text + ".")
    return Section(
        id="exposure",
        heading="Concentrations",
        lead=(
            "What the doses leave in plasma (total), and what reaches the receptors: unbound drug in the brain."
            " Metabolites that bind count as drugs. Line: mean of each interval. Band: from there to the highest value in it."
        ),
        panels=panels,
        facts=facts,
    )
