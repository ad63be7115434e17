"""Glia of epileptic tissue and under an inhibitor of glutamine synthetase: target id -> function."""

from collections.abc import Callable
from functools import cache

import numpy as np
from scipy.special import ndtr

from allostasis.library import parameter_set
from allostasis.simulation.glia_course import CHRONIC_STEP_H, course
from allostasis.validation.epilepsy_targets.rat import PERCENT, numbers

DAYS = 28
"""Length of the infusion of methionine sulphoximine, and of the courses here [d]."""
INHIBITION = 0.9
"""The middle of 82 to 97 % of the enzyme."""
IN_SEIZURE = 0.01
"""Share of the time that a patient with drug-resistant epilepsy spends in seizure: assumed."""
PORTS = ("glutamine_synthetase", "astrocyte_glutamate", "gaba_supply", "gaba_ambient", "glutamate", "d_serine")


@cache
def chronic(inhibition: float | int, in_seizure: float | int) -> dict[str, float]:
    """Ports of glia after four weeks, over naive."""
    levers = {"glutamine_synthetase.inhibition": inhibition} if inhibition else {}
    found = course(
        PORTS, 24 * DAYS, seizure_h=24 * DAYS, activity=in_seizure, step=CHRONIC_STEP_H, steps_per_output=1, levers=levers
    )
    return {name: float(found[name][-1]) for name in PORTS}


def enzyme_lost() -> float:
    """Change of glutamine synthetase in epileptic tissue [%]."""
    return PERCENT * (chronic(0.0, IN_SEIZURE)["glutamine_synthetase"] - 1)


def glutamate_inside() -> float:
    """Change of glutamate in astrocytes under an inhibitor of the enzyme [%]."""
    return PERCENT * (chronic(INHIBITION, 0.0)["astrocyte_glutamate"] - 1)


def seizing() -> float:
    """Animals in which, under the inhibitor, a seizure that begins goes on by itself [%].

    The log imbalance of glia alone, against threshold - recruitment, over animals without a cause of their own.
    """
    ports, of = chronic(INHIBITION, 0.0), numbers()["acute_balance"]
    f, a = of["tonic_share"], of["ampa_share"]
    inhibition = (1 - f) * ports["gaba_supply"] + f * ports["gaba_ambient"]
    excitation = ports["glutamate"] ** of["glutamate_power"] * (a + (1 - a) * ports["d_serine"])
    rows = parameter_set("seizure")
    margin = rows["seizure.threshold"].value - rows["seizure.recruitment"].value
    spread = rows["preparation.rat.severity_spread"].value
    return float(PERCENT * ndtr((np.log(excitation / inhibition) - margin) / spread))


def interleukin(receptor: str) -> float:
    """Change of the current of a receptor at the full effect of interleukin 1 beta [%]."""
    rows = parameter_set("glia")
    return float(PERCENT * np.expm1(rows[f"interleukin.{receptor}_sign"].value * rows["interleukin.strength"].value))


SIMULATED: dict[str, Callable[[], float | bool]] = {
    "SE20": enzyme_lost, "SE22": glutamate_inside, "SE23": seizing,
    "SR06": lambda: interleukin("gaba"), "SR07": lambda: interleukin("nmda"),
}  # fmt: skip
"""Target -> what gives it."""
