"""Tolerance, withdrawal and reversal in man through the whole chain: target id -> function."""

from collections.abc import Callable
from functools import cache

import numpy as np
from jaxtyping import Float
from scipy.special import ndtr

from allostasis.clinic.seizure import seizure_probability
from allostasis.clinic.seizure_frequency import responders
from allostasis.clinic.simulate import simulate
from allostasis.library import parameter_set
from allostasis.model.subtypes import SUBTYPES
from allostasis.simulation import parse_case
from allostasis.study.protocols import FLUMAZENIL_3MG, OVERDOSES, resedation_table

DAY = 24.0
STOP = 180
"""Days of use before an abrupt stop."""
WEIGHT_KG = 70.0
OVERDOSED = 32
"""Virtual patients of each overdose."""
IMAGED_MG_KG = 0.03
"""Lorazepam i.v. in the imaging study [mg/kg]."""
SERIES = {
    "imbalance": ("mean", "max", "time_of_max"), "occupancy": ("mean",), "total": ("last",),
    "effect": ("mean",), "coupling": ("last",), "working_receptors": ("last",),
}  # fmt: skip
STOPS = {
    "lorazepam": f"lorazepam 1 mg po bid for {STOP} d, then stop",
    "diazepam": f"diazepam 10 mg po bid for {STOP} d, then stop",
    "chlordiazepoxide": f"chlordiazepoxide 150 mg po tid for {STOP} d, then stop",
    "alprazolam": "alprazolam 1 mg po bid for 24 d, then stop",
    "alprazolam taper": f"alprazolam 1.666667 mg po tid for {STOP} d, then taper 0.5 mg every 3 d",
    "clobazam": "clobazam 20 mg po daily for 360 d",
    "clonazepam": "clonazepam 2 mg po bid for 360 d",
    "long-term use": "diazepam 10 mg po daily for 300 d",
    "test dose in long-term use": "diazepam 10 mg po daily for 300 d; diazepam 10 mg po at 299.5 d",
    "test dose, naive": "diazepam 10 mg po at 299.5 d",
}
"""Courses of the targets, all in one case."""


@cache
def courses():
    """The simulated courses, a dataset over arms."""
    arms = [{"name": name, "regimen": regimen} for name, regimen in STOPS.items()]
    case = parse_case({"title": "clinical targets", "horizon": "360 d", "output": {"every": "6 h"}, "arm": arms})
    return simulate(case, wanted=SERIES).data.isel(patient=0)


@cache
def imaged():
    """Six hours after lorazepam 0.03 mg/kg i.v."""
    dose = IMAGED_MG_KG * WEIGHT_KG
    case = parse_case({
        "title": "occupancy", "horizon": "6 h", "solver": {"step": "5 min"}, "output": {"every": "5 min"},
        "arm": [{"name": "a", "regimen": f"lorazepam {dose:g} mg iv at 0 min"}],
    })  # fmt: skip
    return simulate(case, wanted={"occupancy": ("max",)}).data.isel(arm=0, patient=0)


def weighted(values: Float[np.ndarray, "... subtypes"]) -> Float[np.ndarray, "..."]:
    """Mean over subtypes with the weights of the circuit."""
    return values @ np.array([parameter_set("receptor")[f"weight.{k}"].value for k in SUBTYPES])


def course(arm: str, name: str) -> Float[np.ndarray, "times ..."]:
    """A series of one arm."""
    return courses()[name].sel(arm=arm).values


def at(day: float) -> int:
    """Index of the interval that ends at a day."""
    return int(np.argmin(np.abs(courses()["time"].values - day * DAY)))


def occupancy_alprazolam() -> float:
    """Occupancy on day 3 [%]."""
    first, last = at(2), at(3)
    return float(100 * weighted(course("alprazolam", "occupancy_mean"))[first + 1 : last + 1].mean())


def receptors_lost() -> float:
    """Change of the number of receptors from day 3 to day 10 [%]."""
    total = weighted(course("alprazolam", "total_last"))
    return float(100 * (total[at(10)] / total[at(3)] - 1))


def occupancy_lorazepam() -> float:
    """Highest occupancy after 0.03 mg/kg i.v. [%]."""
    return float(100 * weighted(imaged()["occupancy_max"].values).max())


def half_occupied() -> float:
    """Dose i.v. that occupies half of the receptors at the same time [mg/kg]: levels are proportional to the dose."""
    occupied = occupancy_lorazepam() / 100
    return IMAGED_MG_KG * (1 - occupied) / occupied


def peak(arm: str) -> float:
    """Highest imbalance after the stop [seizure thresholds]."""
    return float(course(arm, "imbalance_max")[at(STOP) :].max())


def peak_day(arm: str) -> float:
    """Day of it after the stop."""
    high = course(arm, "imbalance_max")[at(STOP) :]
    return float(course(arm, "imbalance_time_of_max")[at(STOP) :][high.argmax()] / DAY - STOP)


def incidence(arm: str) -> float:
    """Modelled share of patients with a seizure."""
    spread = parameter_set("circuit")["seizure_threshold"].log_spread
    return float(seizure_probability(np.asarray(peak(arm)), spread))


def new_signs() -> float:
    """Share of patients in whom signs are noticed after the high-dose stop."""
    row = parameter_set("clinic")["withdrawal.noticed"]
    return float(ndtr(np.log(peak("chlordiazepoxide") / row.value) / row.log_spread))


def onset_day() -> float:
    """First day after the high-dose stop on which the median patient notices signs."""
    high = course("chlordiazepoxide", "imbalance_max")
    noticed = parameter_set("clinic")["withdrawal.noticed"].value
    times = courses()["time"].values[at(STOP) :]
    return float(times[np.argmax(high[at(STOP) :] >= noticed)] / DAY - STOP)


def daily_imbalance(arm: str) -> Float[np.ndarray, " days"]:
    """Mean imbalance of each day."""
    values = course(arm, "imbalance_mean")[1:]
    return values.reshape(-1, 4).mean(axis=1)


def clobazam_relapse() -> float:
    """Share of responders who have relapsed after three months."""
    return float(responders(daily_imbalance("clobazam")).relapsed[90])


def clobazam_tolerance() -> float:
    """Share of all patients who responded and then relapsed, after a year."""
    group = responders(daily_imbalance("clobazam"))
    return float(group.best * group.relapsed[-1])


def clonazepam_recurrence() -> float:
    """Months until half of those who relapse within the year, and were still improved after a month, have done so."""
    still = responders(daily_imbalance("clonazepam")).still
    lost = (still[30] - still[30:]) / (still[30] - still[-1])
    return float((30 + np.argmax(lost >= 0.5)) / 30.4)


def memory_of_test_dose() -> float:
    """What a test dose of diazepam adds to the effect on memory in long-term use, over that in a naive person."""
    memory = courses()["effect_mean"].sel(effect="amnesia")
    after = slice(at(299.5) + 1, at(300) + 1)
    added = memory.sel(arm="test dose in long-term use").values - memory.sel(arm="long-term use").values
    return float(added[after].sum() / memory.sel(arm="test dose, naive").values[after].sum())


def tolerance_after_stop() -> float:
    """Months after the stop in which a sedative effect is still a tenth below that of a naive person."""
    k = SUBTYPES.index("a1")
    left = (course("diazepam", "coupling_last") * course("diazepam", "working_receptors_last"))[:, k]
    since = courses()["time"].values[at(STOP) :] / DAY - STOP
    return float(since[left[at(STOP) :] < 0.9].max() / 30.4)


def resedated() -> float:
    """Share of the woken who are sedated again within three hours of flumazenil, mean over overdoses of twenty tablets."""
    overdoses = {name: dose for name, dose in OVERDOSES.items() if "procedure" not in name}
    table = resedation_table(overdoses, FLUMAZENIL_3MG, patients=OVERDOSED, seed=1, watched_h=(3.0,))
    return float(np.mean(table["resedated_3h"].to_numpy()))


SIMULATED: dict[str, Callable[[], float | bool]] = {
    "ct08": occupancy_alprazolam, "ct09": receptors_lost, "ct10": occupancy_lorazepam, "ct11": half_occupied,
    "ct18": clobazam_relapse, "ct19": clobazam_tolerance, "ct20": clonazepam_recurrence, "ct21": memory_of_test_dose,
    "ct22": tolerance_after_stop, "ct23": new_signs, "ct24": lambda: incidence("chlordiazepoxide"),
    "ct25": lambda: peak_day("chlordiazepoxide"), "ct26": onset_day,
    "ct33": lambda: peak_day("lorazepam") / peak_day("diazepam"), "ct38": lambda: incidence("alprazolam taper"),
    "ct66": resedated,
    "cr01": lambda: peak_day("lorazepam"), "cr02": lambda: peak_day("diazepam"), "cr03": lambda: peak_day("diazepam"),
}  # fmt: skip
