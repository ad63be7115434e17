"""Three drugs at once or one after the other in a rat whose seizure goes on for 40 min, beside three times one drug.

Doses in the peritoneum as recalled of the experiments (midazolam 3, ketamine 30, valproate 90 mg/kg); animals as in `se_potency`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Float

from allostasis.clinic.status_epilepticus import Protocol
from allostasis.clinic.status_epilepticus.endpoints import STOPPED
from allostasis.study.se_outcome import power_over_baseline
from allostasis.study.se_potency import run_rats, step, weights

DELAY_MIN, HORIZON_MIN, LATER_MIN = 40, 360, 30
DOSES = {"midazolam": 3, "ketamine": 30, "valproate": 90}
"""One dose of each [mg/kg]."""
TIMES = 3
"""How often the dose of one drug alone is given at once."""
HOUR_MIN = 60


def protocols() -> tuple[Protocol, ...]:
    """Nothing; three times each drug; all three at once; one after the other."""
    alone = [Protocol(f"{drug}, triple dose", (step(drug, TIMES * dose),)) for drug, dose in DOSES.items()]
    once = Protocol("all three at once", tuple(step(drug, dose) for drug, dose in DOSES.items()))
    later = tuple(step(drug, dose, at_min=k * LATER_MIN) for k, (drug, dose) in enumerate(DOSES.items()))
    return (Protocol("untreated"), *alone, once, Protocol("one after the other", later))


@dataclass(frozen=True, eq=False)
class Curve:
    """One protocol: weighted over animals, once a minute after the first dose.

    Attributes:
        name: the protocol.
        seizing: share with a seizure [1].
        imbalance: mean of ln excitation over inhibition.
        power: mean EEG power over that of the naive brain.
    """

    name: str
    seizing: Float[np.ndarray, " minutes"]
    imbalance: Float[np.ndarray, " minutes"]
    power: Float[np.ndarray, " minutes"]

    def mean_power(self, hours: int) -> float:
        """EEG power over baseline, integral over the first hours divided by their length."""
        return float(self.power[: hours * HOUR_MIN].mean())


@cache
def polytherapy() -> Mapping[str, Curve]:
    """Run every protocol in the same animals; name -> curve."""
    study = run_rats(list(protocols()), DELAY_MIN, HORIZON_MIN)
    own, found = weights(study), {}
    for course in study.courses:
        name = course.protocol.name
        found[name] = Curve(
            name, own @ (course.activity >= STOPPED), own @ course.port("log_imbalance"), own @ power_over_baseline(course)
        )
    return found


def main() -> None:
    """Print the share stopped after 1 and 6 h and the EEG power of the same hours."""
    for name, curve in polytherapy().items():
        stopped = [1 - curve.seizing[hours * HOUR_MIN - 1] for hours in (1, HORIZON_MIN // HOUR_MIN)]
        powers = [curve.mean_power(hours) for hours in (1, HORIZON_MIN // HOUR_MIN)]
        print(f"{name}: stopped {stopped[0]:.2f} and {stopped[1]:.2f}, power {powers[0]:.2f} and {powers[1]:.2f}")


if __name__ == "__main__":
    main()
