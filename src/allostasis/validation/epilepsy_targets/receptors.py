"""Receptors in and after a seizure, in culture and in epileptic granule cells: target id -> function."""

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
from scipy.optimize import brentq

from allostasis.adaptation.endocytosis import dephosphorylated, endocytosis
from allostasis.adaptation.phosphatase import excess
from allostasis.adaptation.trafficking import naive_endosome
from allostasis.clinic.status_epilepticus import Protocol
from allostasis.library import parameter_set
from allostasis.model.subtypes import SUBTYPES
from allostasis.receptor.curves import ec_fraction_gaba, open_probability
from allostasis.simulation.glia_course import course
from allostasis.validation.epilepsy_targets.rat import (
    DIAZEPAM,
    HOUR,
    PERCENT,
    after_an_hour,
    dose,
    numbers,
    study,
    treated,
)

BLOCK = Protocol("block of NMDA receptors", (dose("ketamine", 400),))
"""Stands for MK-801: nine tenths of the NMDA current and more are gone."""
BLOCKED_AT_MIN = 10
ABOLISHED = 0.25
"""Share of the rise below which it counts as abolished: the limit of detection of `SEEN`."""
SEEN = 0.25
"""Share of the full rise from which on currents count as present."""
PLATEAU = 0.9
"""Share of its final value at which a curve counts as being at its plateau."""
DIAZEPAM_NM, ANTAGONIST_NM = 1e3, 1e5
"""Levels in culture [nM]: far above every K."""
SHARE_BLOCKED = 0.1
"""Share of the drive below which it counts as blocked."""
ASSAY = "a1b3g2"
"""The EC20 of GABA at this receptor is the standard assay of a modulator."""
STEPS = 2000
"""Steps of the two pools in an hour; a finer grid changes nothing that is shown."""


# The surface


def tonic_rises() -> bool:
    """Whether ambient GABA outweighs the loss of extrasynaptic receptors after an hour of seizure."""
    ambient = course(["gaba_ambient"], 1)["gaba_ambient"][-1]
    rows, share = parameter_set("seizure"), parameter_set("receptor")["blind_share"].value
    lost = rows["delta_receptors.loss"].value * -np.expm1(-1 / rows["delta_receptors.tau"].to("h"))
    a5 = next(v for r, v in treated(HOUR).before.items() if r.port == "surface" and r.component == SUBTYPES.index("a5"))
    return bool(ambient * ((1 - share) * a5[-1].mean() + share * (1 - lost)) > 1)


def trafficking() -> dict:
    """Constants of trafficking of a run."""
    return numbers()["trafficking"]


def plateau() -> float:
    """Minutes until newly inserted receptors are near their plateau on the surface: exchange of two pools."""
    p = trafficking()
    return float(-60 * np.log(1 - PLATEAU) / (p["k_end"] + p["k_rec"] + p["k_deg"]))


def internalised() -> float:
    """Surface receptors taken in within half an hour [%]."""
    return float(-PERCENT * np.expm1(-0.5 * trafficking()["k_end"]))


def recycled() -> float:
    """Internalised receptors that are back within an hour [%]."""
    p = trafficking()
    leave = p["k_rec"] + p["k_deg"]
    return float(-PERCENT * p["k_rec"] / leave * np.expm1(-leave))


def under_tnf() -> float:
    """Change of surface receptors by an hour of tumour necrosis factor alpha at its full effect [%]."""
    p = trafficking()
    surface, inside = 1.0, (rest := naive_endosome(p))
    for _ in range(STEPS):
        alpha1 = (surface + inside) / (1 + rest)
        taken = p["k_end"] * float(endocytosis(0.0, 0.0, 1.0, alpha1, p)) * surface
        made, back, degraded = p["k_deg"] * rest, p["k_rec"] * inside, p["k_deg"] * inside
        surface += (made + back - taken) / STEPS
        inside += (taken - back - degraded) / STEPS
    return float(PERCENT * (surface - 1))


def tnf_without_calcineurin() -> float:
    """What a block of calcineurin, the entry of calcium and drug, changes in the effect of tumour necrosis factor alpha."""
    p = trafficking()
    blocked = p | {"calcium": 0.0, "drug": 0.0}
    return float(dephosphorylated(0.0, 0.0, 1.0, blocked) - dephosphorylated(0.0, 0.0, 1.0, p))


def drive(gaba: float | int, **ligands: float | int) -> float:
    """What sets up the loss of receptors: open probability above that of the naive synapse, in units of it."""
    return float(excess(open_probability(ASSAY, gaba, ligands) / open_probability(ASSAY, gaba)))


def antagonists_block() -> bool:
    """Whether flumazenil and bicuculline take the drive of diazepam away."""
    gaba = float(ec_fraction_gaba(ASSAY, 0.2))  # structural: EC20, the standard assay
    blocked = (drive(gaba, diazepam=DIAZEPAM_NM, **{name: ANTAGONIST_NM}) for name in ("flumazenil", "bicuculline"))
    return max(blocked) < SHARE_BLOCKED * drive(gaba, diazepam=DIAZEPAM_NM)


# Glutamate receptors


@cache
def ampa_rise(protocol: Protocol) -> float:
    """Rise of AMPA receptors an hour after onset, treated at ten minutes, over the rise without treatment."""
    horizon = HOUR - BLOCKED_AT_MIN
    found = treated(BLOCKED_AT_MIN) if protocol is DIAZEPAM else study(BLOCKED_AT_MIN, (BLOCK,))
    values = found.course(protocol.name).port("ampa")[:, horizon - 1]
    return float((values.mean() - 1) / (after_an_hour("ampa").mean() - 1))


def rise_abolished() -> bool:
    """Whether a block of NMDA receptors, and diazepam, leave nothing of the rise."""
    return max(ampa_rise(BLOCK), ampa_rise(DIAZEPAM)) < ABOLISHED


def first_seen() -> float:
    """Minutes of seizure until a quarter of the full rise of AMPA receptors is there."""
    values = next(v for record, v in treated(HOUR).before.items() if record.port == "ampa").mean(axis=1)
    full = parameter_set("seizure")["ampa.insertion"].value
    return float(1 + np.argmax(values >= 1 + SEEN * full))


# Epileptic granule cells


def _weights(switch: float | int) -> list[float]:
    """Receptors of each subtype, with the subunit switch from 0 (naive) to 1 (full)."""
    rows, receptor = parameter_set("adaptation"), parameter_set("receptor")
    held = {"a1": 1 - rows["subunit_switch.loss"].value * switch, "a5": 1 + rows["subunit_switch.rise"].value * switch}
    return [receptor[f"weight.{k}"].value * held.get(k, 1.0) for k in SUBTYPES]


def _replaced(switch: float | int) -> float:
    """Alpha4 gamma2 receptors in place of alpha1."""
    rows = parameter_set("adaptation")
    lost = rows["subunit_switch.loss"].value * switch
    return parameter_set("receptor")["weight.a1"].value * rows["subunit_switch.replaced"].value * lost


def ec50(drug: str, switch: float | int = 0.0) -> float:
    """Level for half of the largest modulation of the current of all subtypes together [nM]."""
    gaba = float(ec_fraction_gaba(ASSAY, 0.2))  # structural: EC20, the standard assay
    mixture: Sequence[tuple[str, float]] = [
        *((f"{k}b3g2", w) for k, w in zip(SUBTYPES, _weights(switch), strict=True)), ("a4b3g2", _replaced(switch)),
    ]  # fmt: skip

    def current(log_level: float) -> float:
        return sum(w * float(open_probability(name, gaba, {drug: np.exp(log_level)})) for name, w in mixture)

    low, high = np.log(1e-3), np.log(1e6)
    half = (current(low) + current(high)) / 2
    root = brentq(lambda x: current(x) - half, low, high)
    return float(np.exp(np.asarray(root)))


SIMULATED: dict[str, Callable[[], float | bool]] = {
    "SE05": tonic_rises, "SE08": plateau, "SE10": rise_abolished, "SE11": first_seen, "SE12": tnf_without_calcineurin,
    "SE13": antagonists_block, "SE14": lambda: ec50("diazepam"),
    "SE16": lambda: ec50("allopregnanolone", 1.0) / ec50("allopregnanolone"),
    "SE17": lambda: ec50("zolpidem", 1.0) / ec50("zolpidem"),
    "SR08": under_tnf, "SR09": internalised, "SR10": recycled,
}  # fmt: skip
"""Target -> what gives it."""
