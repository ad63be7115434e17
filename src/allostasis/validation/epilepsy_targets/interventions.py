"""Targets of interventions, all with the role input: the model gives back what was put in, and nothing here is a prediction.

Rates that set a size come back through the whole path: lever at its port, balance, diary trial. Where the control arm is not at
hand, the natural variation of the diary stands for it.
"""

from collections.abc import Callable

from allostasis.clinic.interventions.diary_trial import DiaryTrial, share_improved
from allostasis.clinic.interventions.levers import at_ports, levers, log_imbalance_change
from allostasis.clinic.interventions.therapy import calibrated_sizes, therapy
from allostasis.study.intervention_calibration import median_change

PERCENT = 100.0


def responders(name: str, species: str = "human") -> float:
    """Responders under a therapy [%]: by its levers, or by the fall calibrated for a drug."""
    moves = levers(name)
    fall = calibrated_sizes()[f"{name}.fall"].value
    if "drug" not in moves:
        fall = -log_imbalance_change(at_ports(moves, species=species))
    return PERCENT * share_improved(DiaryTrial.from_library(), fall)


def placebo() -> float:
    """Responders by the noise of the diary alone [%]."""
    return PERCENT * share_improved(DiaryTrial.from_library())


def over_control(name: str, species: str) -> float:
    """Responders over those of the control [%]."""
    return responders(name, species) - placebo()


def free(name: str) -> float:
    """Share that an all-or-none therapy leaves without seizures, with those who do well without it [%]."""
    control = float(therapy(name).control or 0)
    return control + (PERCENT - control) * calibrated_sizes()[f"{name}.share"].value


def change(name: str, *, treated: bool) -> float:
    """Median change of seizures in the trial of a therapy [%]."""
    sizes = calibrated_sizes()
    fall = sizes[f"{name}.fall"].value if treated else 0.0
    return PERCENT * median_change(DiaryTrial.from_library(), fall, sizes[f"{name}.placebo_shift"].value)


SIMULATED: dict[str, Callable[[], float | bool]] = {
    "SE79": lambda: change("ganaxolone_oral", treated=True),
    "SE80": lambda: change("ganaxolone_oral", treated=False),
    "SE81": lambda: responders("cenobamate"),
    "SE82": placebo,
    "SE84": lambda: responders("ketogenic_diet"),
    "SE87": lambda: responders("transcutaneous_vns"),
    "SE88": lambda: free("resection"),
    "SE89": lambda: free("corpus_callosotomy"),
    "SE91": lambda: free("anakinra"),
    "SE92": lambda: over_control("npy_y2_aav", "rat"),
}
"""Target -> what gives it back."""
KEPT_APART = "kept apart for verification: nothing was put in for it"
NOT_SIMULATED = {
    "SE83": f"{KEPT_APART}; freedom from seizures under cenobamate is not simulated",
    "SE85": f"{KEPT_APART}; the natural variation of the diary (22 % responders) stands for the control of the diet",
    "SE86": f"{KEPT_APART}; the size of vagus stimulation is assumed to be twice that of the transcutaneous form",
    "SE90": f"{KEPT_APART}; not put in",
}
"""Target -> why nothing gives it back."""
