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
from allostasis.study.photosensitivity import Photosensitive, trial_of_darigabat

CLONAZEPAM, FULL = "10 nM", "100 %"
"""Unbound clonazepam near full effect; occupancy of the highest dose of darigabat (assumed: its affinity is not known)."""
PERSONS = 96
"""People of the trial; 24 or 48 leave the share uncertain by several percent."""
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
    """Tonic current of relay cells where GAT-1 fails, over that of a control, as it is measured: what gabazine takes away.

        ratio = (P(k G) - (1 - s) P(0)) / (P(G) - (1 - s) P(0))

    P: open probability of delta receptors, G: ambient GABA of relay cells in slices, k: its rise where the transporter is
    blocked, s: share of openings without GABA that the current counts (0: gabazine competes with GABA and leaves them).
    """
    rows = library.parameter_set("thalamocortical")
    fold, level, share = (rows[f"absence.{name}"].value for name in ("ambient_gaba", "relay_gaba", "gaba_free_share"))
    left = (1 - share) * open_probability(DELTA, 0.0)
    return float((open_probability(DELTA, fold * level) - left) / (open_probability(DELTA, level) - left))


def reticular_necessary_and_sufficient() -> bool:
    """Clonazepam suppresses with its site at alpha3 and without that at alpha1, and not without that at alpha3."""
    verdicts = [slices().verdict(k) == "suppresses" for k in range(1, len(MUTANTS) + 1)]
    return verdicts == [True, False, True]


def suppression() -> float:
    """Spike-and-wave that the highest dose of darigabat takes away [%]."""
    share = darigabat().found.share
    return float(100 * (1 - share[1] / share[0]))


@cache
def people() -> Photosensitive:
    """The trial in photosensitive people: darigabat, and lorazepam 2 mg by mouth."""
    return trial_of_darigabat(PERSONS, occupancy=FULL)


def completely_suppressed() -> float:
    """People with discharges whom darigabat or lorazepam leaves without any [%]."""
    return 100 * people().suppressed()


SIMULATED: dict[str, Callable[[], float | bool]] = {
    "SE102": human_frequency, "SE104": tonic_of_failed_uptake, "SE105": reticular_necessary_and_sufficient,
    "SE106": suppression, "SE107": completely_suppressed,
}  # fmt: skip
