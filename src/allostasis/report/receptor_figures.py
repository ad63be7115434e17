"""The figures of the pages about the receptor: `python -m allostasis.report.receptor_figures --out docs/images`."""

from collections.abc import Callable

import jax.numpy as jnp
import numpy as np

from allostasis.drawing.chart import Axis, Panel, Series, chart
from allostasis.receptor.constants import RECEPTORS
from allostasis.receptor.curve_shape import model_curve
from allostasis.receptor.curves import concentration_response, ec_fraction_gaba, potentiation_percent
from allostasis.receptor.schild import schild
from allostasis.report.figure_command import command
from allostasis.report.gating_figures import GATING

PHASIC = 5.0
"""GABA of most figures [uM]: the charge-equivalent phasic level of the chain."""
DOSE = 1000.0
MICRO = "\N{MICRO SIGN}"
PO, IN_GABA = "open probability", f"In {PHASIC:g} {MICRO}M GABA"


def grid(low: float | int, high: float | int, per_decade: int = 20) -> np.ndarray:
    """Concentrations between two powers of ten."""
    return np.logspace(low, high, round((high - low) * per_decade) + 1)


def decades(title: str, x: np.ndarray) -> Axis:
    """Logarithmic axis that just holds the values."""
    return Axis(title, float(x[0]), float(x[-1]), log=True)


def response(receptor: str, varied: str, x: np.ndarray, gaba: float | int = 0.0, **more) -> np.ndarray:
    """Open probability as a plain array."""
    return np.asarray(concentration_response(receptor, varied, jnp.asarray(x), gaba, **more))


def gaba_curves() -> str:
    """Ten receptors with GABA alone."""
    x = grid(-3, 4)
    lines = [Series(name, k, x, response(name, "GABA", x)) for k, name in enumerate(RECEPTORS)]
    panel = Panel("", decades(f"GABA [{MICRO}M]", x), Axis(PO, 0, 1), lines, height=330)
    return chart([panel], "open probability against GABA for ten receptors; alpha6-beta3-delta is the most sensitive")


def uncoupling() -> str:
    """What diazepam adds at each state of coupling."""
    x = grid(-1, 5)
    couplings = (1.0, 0.75, 0.5, 0.25, 0.0)
    lines = [
        Series(
            f"coupling {u:g}", k, x, np.asarray(potentiation_percent("a1b3g2", PHASIC, {"diazepam": jnp.asarray(x)}, u))
        )
        for k, u in enumerate(couplings)
    ]
    gaba = grid(-1, 3)
    shift = [Series("", 5, gaba, response("a1b3g2", "GABA", gaba), dash=True)]
    shift += [
        Series(line.name, k, gaba, response("a1b3g2", "GABA", gaba, ligands={"diazepam": DOSE}, coupling=u))
        for k, (line, u) in enumerate(zip(lines, couplings, strict=True)) if u > 0
    ]  # fmt: skip
    panels = [
        Panel(IN_GABA, decades("diazepam [nM]", x), Axis("potentiation [%]", 0, 100), lines),
        Panel(f"With {DOSE:g} nM diazepam", decades(f"GABA [{MICRO}M]", gaba), Axis(PO, 0, 1), shift),
    ]
    return chart(
        panels, "potentiation by diazepam falls with coupling; the GABA curve moves back to the one without drug", 2
    )


def potency_efficacy() -> str:
    """Four ligands of one site: where each acts, and how far it goes."""
    x = grid(-3, 4)
    names = ("imidazenil", "diazepam", "zolpidem", "DMCM")
    found = [model_curve("a1b3g2", name, PHASIC) for name in names]
    without = found[0].bottom
    lines = [Series(n, k, x, 100 * (response("a1b3g2", n, x, PHASIC) / without - 1)) for k, n in enumerate(names)]
    halves = [
        Series("", k, [c.ec50], [100 * ((c.emax + c.bottom) / 2 / without - 1)], "dots")
        for k, c in enumerate(found) if c.ec50 is not None
    ]  # fmt: skip
    y = Axis("change of the open probability [%]", -80, 130)
    panel = Panel("", decades("ligand [nM]", x), y, [*lines, *halves], 0, 330)
    label = "imidazenil acts at the lowest concentration and does less than diazepam and zolpidem; DMCM inhibits"
    return chart([panel], label)


def flumazenil_shift() -> str:
    """Parallel shift of the diazepam curve, and its Schild line."""
    x, levels = grid(-1, 7), np.array([10.0, 100.0, 1000.0])
    alone = model_curve("a1b3g2", "diazepam", PHASIC)
    shifted = [model_curve("a1b3g2", "diazepam", PHASIC, {"flumazenil": float(b)}) for b in levels]
    lines = [Series("alone", 0, x, alone.response(x))]
    lines += [
        Series(f"flumazenil {b:g} nM", k, x, c.response(x))
        for k, (b, c) in enumerate(zip(levels, shifted, strict=True), 1)
    ]
    ratios = np.array([(c.ec50 or 0) / (alone.ec50 or 1) for c in shifted])
    fit = schild(levels, ratios, 1.0)
    b = np.array([levels[0] / 10, levels[-1] * 10])
    straight = fit.slope * (np.log10(b) - 9 + fit.pA2)
    schild_lines = [Series("", 5, b, straight), Series("", 5, levels, np.log10(ratios - 1), "dots")]
    title = f"Schild line: slope {fit.slope:.2f}, pA2 {fit.pA2:.2f}"
    panels = [
        Panel(IN_GABA, decades("diazepam [nM]", x), Axis(PO, 0, 0.5), lines),
        Panel(title, decades("flumazenil [nM]", b), Axis("log10 (dose ratio \N{MINUS SIGN} 1)", 0, 4), schild_lines),
    ]
    return chart(
        panels, "flumazenil shifts the curve of diazepam to the right in parallel; the Schild line has slope 1", 2
    )


def dmcm_biphasic() -> str:
    """DMCM turns round; flumazenil blocks its first part only."""
    x = grid(-1, 6)
    lines = [
        Series("DMCM", 0, x, response("a1b2g2", "DMCM", x, PHASIC)),
        Series(
            f"with flumazenil 10 {MICRO}M", 1, x, response("a1b2g2", "DMCM", x, PHASIC, ligands={"flumazenil": 1e4})
        ),
        Series("first site alone", 5, x, response("a1b2g2", "DMCM", x, PHASIC, second_site=False), dash=True),
    ]
    level = float(response("a1b2g2", "DMCM", np.array([0.0]), PHASIC)[0])
    top = 0.1 * np.ceil(10 * max(float(np.max(line.y)) for line in lines))
    panel = Panel("", decades("DMCM [nM]", x), Axis(PO, 0, top), lines, level, 300)
    return chart([panel], "DMCM lowers the open probability at nanomolar and raises it at micromolar concentrations")


def direct_opening() -> str:
    """Anaesthetics open without GABA; a benzodiazepine does not."""
    x = grid(1, 7)
    names = ("propofol", "etomidate", "pentobarbital", "diazepam")
    low = float(ec_fraction_gaba("a1b2g2", 0.05))
    panels = []
    for title, gaba in (("Without GABA", 0.0), (f"In {low:.2g} {MICRO}M GABA (EC5)", low)):
        lines = [Series(n, k, x, response("a1b2g2", n, x, gaba)) for k, n in enumerate(names)]
        panels.append(Panel(title, decades("ligand [nM]", x), Axis(PO, 0, 1), lines))
    return chart(panels, "propofol opens most receptors without GABA, etomidate and pentobarbital some", 2)


EQUILIBRIUM: dict[str, Callable[[], str]] = {
    "receptor_gaba": gaba_curves, "receptor_uncoupling": uncoupling, "receptor_potency_efficacy": potency_efficacy,
    "receptor_flumazenil": flumazenil_shift, "receptor_dmcm": dmcm_biphasic, "receptor_direct_opening": direct_opening,
}  # fmt: skip
FIGURES = EQUILIBRIUM | GATING
"""Figure by the name of its file."""


if __name__ == "__main__":
    command(FIGURES, __doc__)
