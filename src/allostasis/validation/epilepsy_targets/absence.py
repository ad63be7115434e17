"""Absence seizures: target id -> function. None of these targets set a constant.

Two models answer: the human frequency comes from the corticothalamic delay model, all else from the thalamocortical population
model, whose discharges run near 9 Hz as in rats.
"""

from collections.abc import Callable
from functools import cache

from allostasis import library
from allostasis.circuit.corticothalamic import human_frequency
from allostasis.clinic.absence import AbsenceResult, Arm, compare_absence, drug_arm
from allostasis.clinic.absence_drugs import DELTA, drug_levers
from allostasis.receptor.curves import open_probability

CLONAZEPAM, FULL = "10 nM", "100 %"
"""Unbound clonazepam near full effect; occupancy of the highest dose of darigabat (assumed: its affinity is not known)."""
MUTANTS = {"wild type": "", "alpha3(H126R)": "a3", "alpha1(H101R)": "a1"}


@cache
def slices() -> AbsenceResult:
    """Clonazepam in the thalamus of wild types and of mice that lack its site at alpha3 or alpha1."""
    arms = [
        Arm(name, drug_levers("clonazepam", CLONAZEPAM, region="thalamus", mutated=lost).levers)
        for name, lost in MUTANTS.items()
    ]
    return compare_absence(arms)


@cache
def darigabat() -> AbsenceResult:
    """Darigabat at full occupancy, cortex and thalamus."""
    return compare_absence([drug_arm("darigabat", FULL)])


def tonic_of_failed_uptake() -> float:
    """Tonic current of delta receptors at the ambient GABA assumed for GAERS, over that at the naive level."""
    level = library.parameter_set("receptor")["gaba_tonic"].value
    fold = library.parameter_set("thalamocortical")["absence.ambient_gaba"].value
    return float(open_probability(DELTA, fold * level) / open_probability(DELTA, level))


def reticular_necessary_and_sufficient() -> bool:
    """Clonazepam suppresses with its site at alpha3 and without that at alpha1, and not without that at alpha3."""
    verdicts = [slices().verdict(k) == "suppresses" for k in range(1, len(MUTANTS) + 1)]
    return verdicts == [True, False, True]


def suppression() -> float:
    """Spike-and-wave that the highest dose of darigabat takes away [%]."""
    share = darigabat().found.share
    return float(100 * (1 - share[1] / share[0]))


def completely_suppressed() -> float:
    """Trials, standing for participants, in which darigabat leaves no discharge at all [%]."""
    return float(100 * (darigabat().found.by_trial[1] == 0).mean())


SIMULATED: dict[str, Callable[[], float | bool]] = {
    "SE102": human_frequency, "SE104": tonic_of_failed_uptake, "SE105": reticular_necessary_and_sufficient,
    "SE106": suppression, "SE107": completely_suppressed,
}  # fmt: skip
CAUSES = {
    "SE104": "delta receptors open without GABA here, and the rise of ambient GABA in GAERS is a guess (doubled)",
    "SE107": "spontaneous discharges stand for those that flashes evoke, and trials of one circuit for people who differ",
}
"""Why a target is missed."""
