"""Figure 2: concentrations in plasma and, unbound, in the brain, one pair of plots per substance."""

from collections.abc import Callable

import numpy as np

from allostasis import library
from allostasis.report.plot import Panel, Section, mean_lines, panel
from allostasis.report.view import Arm, View
from allostasis.report.words import figure, listing, quoted, when

NG_PER_ML = 1e-3  # structural: nmol/L x g/mol = ng/L, and 1000 mL to the litre
SAME = 0.01  # structural: arms that differ by less are named together
ABSENT = 1e-9  # structural: [nM] below which a substance is not there


def _molar_mass(view: View, moiety: str) -> float:
    parameter = view.result.used.get(f"exposure.{moiety}.molar_mass") or library.drug(moiety).molar_mass
    return parameter.to("g/mol")


def peaks(view: View, port: str, factor: float | int = 1.0, **component: str) -> list[tuple[Arm, float, float]]:
    """Return (arm, highest value, when [h]) for the arms in which a port is above zero."""
    found = []
    for arm in view.arms:
        top = np.median(view.raw(f"{port}_{view.top(port)}", arm, **component), axis=0) * factor
        if top.max() > ABSENT:
            found.append((arm, float(top.max()), float(view.ends[int(np.argmax(top))])))
    return found


def peak_words(view: View, found: list[tuple[Arm, float, float]], write: Callable[[float | int], str]) -> str:
    """Say how high and when, naming arms together where they agree."""
    if not found:
        return "none"
    lowest = min(value for _, value, _ in found)
    arm, value, time = max(found, key=lambda peak: peak[1])
    if len(found) > 1 and lowest >= (1 - SAME) * value:
        who = "in all arms" if len(found) == len(view.arms) else f"in {listing([quoted(a.name) for a, _, _ in found])}"
        return f"{write(value)} {who}"
    return f"{write(value)} {when(time, view.unit)} in {quoted(arm.name)}"


def exposure_section(view: View) -> Section:
    """Build the plots of concentrations with their text."""
    panels: list[Panel] = []
    facts = []
    ligands = [str(name) for name in view.data["ligand"].values] if view.has("unbound_brain_mean") else []
    for moiety in (str(name) for name in view.data["moiety"].values):
        factor = NG_PER_ML * _molar_mass(view, moiety)
        plasma = peaks(view, "plasma", factor, moiety=moiety)
        if not plasma:
            continue
        arms = [arm for arm, _, _ in plasma]
        text = f"{moiety}: highest in plasma {peak_words(view, plasma, lambda v: figure(v) + ' ng/mL')}"
        traces = mean_lines(view, "plasma", arms, factor, moiety=moiety)
        panels.append(panel(view, f"plot-plasma-{moiety}", f"{moiety} in plasma [ng/mL]", text, traces))
        if moiety in ligands:
            found = peaks(view, "unbound_brain", ligand=moiety)
            brain = f"highest unbound in the brain {peak_words(view, found, lambda v: figure(v) + ' nM')}"
            traces = mean_lines(view, "unbound_brain", arms, 1.0, ligand=moiety)
            title = f"{moiety}, unbound in the brain [nM]"
            panels.append(panel(view, f"plot-brain-{moiety}", title, f"{moiety}: {brain}", traces))
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
