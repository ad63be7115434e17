"""Glia of epileptic tissue and under an inhibitor of glutamine synthetase: target id -> function."""

from collections.abc import Callable
from functools import cache

import numpy as np
from scipy.special import ndtr

from allostasis.library import parameter_set
from allostasis.simulation.glia_course import CHRONIC_STEP_H, course
from allostasis.validation.epilepsy_targets.rat import PERCENT, numbers

DAYS = 28
"""Length of the infusion of methionine sulphoximine [d]."""
INHIBITION = 0.9
"""The middle of 82 to 97 % of the enzyme."""
SCLEROTIC_DAYS = 180
"""Length of a course of sclerotic tissue, after which nothing in it moves any more [d]."""
SUBFIELDS = ("granule", "hilus", "ca3_2", "ca1", "subiculum")
"""Parts of the hippocampus whose neurones are counted."""
PORTS = (
    "glutamine_synthetase", "astrocyte_glutamate", "gaba_supply", "gaba_ambient", "glutamate", "d_serine",
    "glutamate_transporter",
)  # fmt: skip


@cache
def chronic(inhibition: float | int) -> dict[str, float]:
    """Ports of glia after four weeks under an inhibitor of the enzyme, over naive."""
    levers = {"glutamine_synthetase.inhibition": inhibition} if inhibition else {}
    found = course(PORTS, 24 * DAYS, seizure_h=0, step=CHRONIC_STEP_H, steps_per_output=1, levers=levers)
    return {name: float(found[name][-1]) for name in PORTS}


def neurones_lost() -> float:
    """Share of the neurones of a hippocampus that sclerosis of type 1 takes, over all subfields."""
    rows = parameter_set("sclerosis")
    before = np.array([rows[f"neurones.{part}"].value for part in SUBFIELDS])
    return float(before @ np.array([rows[f"lost.{part}"].value for part in SUBFIELDS]) / before.sum())


def in_seizure() -> float:
    """Share of the time that a candidate for surgery spends in seizure."""
    rows = parameter_set("sclerosis")
    return rows["seizure_rate"].to("1/h") * rows["seizure_length"].to("h")


@cache
def sclerotic() -> dict[str, float]:
    """Ports of glia in sclerotic tissue of mesial temporal lobe epilepsy, over naive.

    Lost neurones keep microglia active; seizures are there as the share of the time that they take. Nothing is counted for
    astrocytes, of which a milligram of such tissue holds more than one of control tissue does.
    """
    found = course(
        PORTS, 24 * SCLEROTIC_DAYS, seizure_h=24 * SCLEROTIC_DAYS, activity=in_seizure(), step=CHRONIC_STEP_H,
        steps_per_output=48, lost=neurones_lost(),
    )  # fmt: skip
    return {name: float(found[name][-1]) for name in PORTS}


def enzyme_lost() -> float:
    """Change of glutamine synthetase in epileptic tissue [%]."""
    return PERCENT * (sclerotic()["glutamine_synthetase"] - 1)


def transporter_lost() -> float:
    """Change of the protein EAAT2 in epileptic tissue [%]."""
    return PERCENT * (sclerotic()["glutamate_transporter"] - 1)


def glutamate_inside() -> float:
    """Change of glutamate in astrocytes under an inhibitor of the enzyme [%]."""
    return PERCENT * (chronic(INHIBITION)["astrocyte_glutamate"] - 1)


def seizing() -> float:
    """Animals in which, under the inhibitor, a seizure that begins goes on by itself [%].

    The log imbalance of glia alone, against threshold - recruitment, over animals without a cause of their own.
    """
    ports, of = chronic(INHIBITION), numbers()["acute_balance"]
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
    "SE20": enzyme_lost, "SE21": transporter_lost, "SE22": glutamate_inside, "SE23": seizing,
    "SR06": lambda: interleukin("gaba"), "SR07": lambda: interleukin("nmda"),
}  # fmt: skip
"""Target -> what gives it."""
