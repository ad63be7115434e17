"""The same status epilepticus with and without years of benzodiazepine: a chronic course opens an acute run."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from allostasis.clinic import simulate
from allostasis.clinic.status_epilepticus import Protocol, Step
from allostasis.clinic.status_epilepticus.endpoints import STOPPED, wilson
from allostasis.simulation import parse_case
from allostasis.simulation.hand_over import NEEDED, OTHERS, Handed, hand_over
from allostasis.study.status_epilepticus import Setting, Study, run_study

DAY_H = 24.0
REGIMEN = "lorazepam 2 mg po tid for 180 d, then stop"
STOPPED_FOR_D = 3
USE_D = 180
FIRST_DOSE = (Protocol("lorazepam 4 mg", (Step("lorazepam", 4),)),)
JUDGED_MIN = 20


@dataclass(frozen=True, eq=False)
class Compared:
    """One seizure in two brains.

    Attributes:
        handed: what the chronic clock handed over, with what it left out.
        naive: the study without a history.
        tolerant: the study with it, in the same individuals.
    """

    handed: Handed
    naive: Study
    tolerant: Study

    def still_seizing(self) -> tuple[float, float]:
        """Share of all individuals who still have a seizure at the first treatment: naive, tolerant."""
        return float(self.naive.enrolled.mean()), float(self.tolerant.enrolled.mean())

    def stopped(self, protocol: str) -> tuple[float, float, int]:
        """Share without a seizure 20 min after the first dose, of those treated in both: (naive, tolerant, number)."""
        both = self.naive.enrolled & self.tolerant.enrolled
        shares = [
            float(np.mean(s.course(protocol).activity[both[s.enrolled], JUDGED_MIN - 1] < STOPPED))
            for s in (self.naive, self.tolerant)
        ]
        return shares[0], shares[1], int(both.sum())

    def text(self) -> str:
        """In words."""
        first, second = self.still_seizing()
        lines = [f"seizing at the first treatment: {100 * first:.0f} % naive, {100 * second:.0f} % after long use"]
        for course in self.naive.courses:
            a, b, n = self.stopped(course.protocol.name)
            (la, ha), (lb, hb) = (wilson(round(x * n), n) for x in (a, b))
            lines.append(
                f"{course.protocol.name}: over after {JUDGED_MIN} min in"
                f" {100 * a:.0f} % ({100 * la:.0f} to {100 * ha:.0f}) naive,"
                f" {100 * b:.0f} % ({100 * lb:.0f} to {100 * hb:.0f}) after long use; the same {n} patients"
            )
        left = ", ".join(f"{k} {v:.3g}" for k, v in self.handed.left_out.items()) or "nothing"
        return "\n".join([*lines, f"left out at the hand-over: {left}"])


def tolerant_seizure(
    protocols: Sequence[Protocol] = FIRST_DOSE,
    *,
    regimen: str = REGIMEN,
    at_d: float | int = USE_D + STOPPED_FOR_D,
    setting: Setting | None = None,
) -> Compared:
    """Status epilepticus in a long-term user who stops, beside the same one in a brain without a history.

    Args:
        protocols: treatments.
        regimen: chronic use, as in a case.
        at_d: when the seizure begins, from the first dose on [days].
        setting: who and when; by default 300 people treated after 30 min.
    """
    horizon = f"{int(np.ceil(at_d)) + 1} d"
    case = parse_case(
        {"title": "long-term use", "horizon": horizon, "arm": [{"name": "use", "regimen": regimen}], "output": {"every": "6 h"}}
    )
    wanted = dict(NEEDED) | dict.fromkeys(OTHERS, ("last",))
    handed = hand_over(simulate(case, wanted=wanted), at_d * DAY_H)
    own = setting or Setting(individuals=300)
    studies = [run_study(protocols, s) for s in (own, replace(own, handed=handed.state))]
    return Compared(handed, *studies)


if __name__ == "__main__":
    print(tolerant_seizure().text())
