"""DMCM, alone and with flumazenil, at the receptors: negative at nanomolar, positive at micromolar through a second site."""

from typing import NamedTuple

from allostasis import library
from allostasis.model.subtypes import SUBTYPES
from allostasis.receptor.curves import open_probability

CONCENTRATIONS = (1.0, 10.0, 100.0, 1000.0, 10000.0, 100000.0)  # structural: levels that are shown [nM]


class Arms(NamedTuple):
    """Change of the current at one level of DMCM, over the current without drugs.

    Attributes:
        concentration: DMCM [nM].
        alone: without flumazenil [%].
        with_flumazenil: with flumazenil [%].
    """

    concentration: float
    alone: float
    with_flumazenil: float


def _ratio(dmcm_nM: float, flumazenil_nM: float) -> float:
    """Current of phasic (beta3, gamma2) receptors over drug-free, by the weights of the receptor set."""
    rows = library.parameter_set("receptor")
    gaba = rows["gaba_phasic"].to("uM")
    total = 0.0
    for k in SUBTYPES:
        receptor = f"{k}b3g2"
        drugs = {name: level for name, level in (("dmcm", dmcm_nM), ("flumazenil", flumazenil_nM)) if level}
        with_drugs = float(open_probability(receptor, gaba, drugs)) / float(open_probability(receptor, gaba))
        total += rows[f"weight.{k}"].value * with_drugs
    return total


def inhibition_ratio() -> float:
    """Inhibition under the DMCM and flumazenil of the set `interventions`, over drug-free: the lever of that pair.

    >>> inhibition_ratio() > 1
    True
    """
    rows = library.parameter_set("interventions")
    return _ratio(*(rows[f"dmcm.{key}"].to("nM") for key in ("concentration", "flumazenil")))


def dmcm_arms() -> tuple[Arms, ...]:
    """Both arms over the levels of DMCM.

    >>> arms = dmcm_arms()
    >>> arms[2].alone < 0 < arms[-1].with_flumazenil, arms[2].with_flumazenil > arms[2].alone
    (True, True)
    """
    percent = 100  # structural: percent
    flumazenil = library.parameter_set("interventions")["dmcm.flumazenil"].to("nM")
    return tuple(
        Arms(c, percent * (_ratio(c, 0.0) - 1), percent * (_ratio(c, flumazenil) - 1)) for c in CONCENTRATIONS
    )
