"""Published trials of status epilepticus as protocols: who, when, what, and what counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from allostasis.clinic.status_epilepticus.endpoints import Endpoint
from allostasis.clinic.status_epilepticus.parse import parse_protocol
from allostasis.clinic.status_epilepticus.protocol import Protocol
from allostasis.library.rows import rows
from allostasis.quantity import UnknownNameError


@dataclass(frozen=True)
class Arm:
    """One arm of a trial.

    Attributes:
        trial: name of the trial.
        protocol: what was given; its name is that of the arm.
        preparation: in whom.
        weight_kg: body weight [kg].
        age_y: age [years], None for an adult.
        delay_min: from onset to the first treatment [min]; a declared covariate.
        severity: added to that of the preparation; a declared covariate.
        counted_from_min: when counting begins, from the first treatment on [min]: those who have a seizure then.
        endpoint: what counted, from then on.
        free_of: the cost of treatment that the end point excludes, "" for none.
        events: how many met it, None where that is not at hand.
        of: of how many.
        target: id of the target, "" without one.
        source: id in the bibliography.
        status: "seen" or "recalled".
        note: what a reader must know.
    """

    trial: str
    protocol: Protocol
    preparation: str
    weight_kg: float
    age_y: float | None
    delay_min: int
    severity: float
    counted_from_min: float
    endpoint: Endpoint
    free_of: str
    events: int | None
    of: int | None
    target: str
    source: str
    status: str
    note: str


@cache
def arms() -> tuple[Arm, ...]:
    """Every arm of the library.

    >>> {arm.trial for arm in arms()} >= {"PHTSE", "RAMPART", "ESETT", "VA overt"}
    True
    """
    return tuple(_arm(row) for row in rows("se_trials"))


def _arm(row: Mapping[str, str]) -> Arm:
    def whole(key: str) -> int | None:
        return int(row[key]) if row[key] else None

    return Arm(
        row["trial"], parse_protocol(row["arm"], row["steps"]), row["preparation"], float(row["weight_kg"]),
        float(row["age_y"]) if row["age_y"] else None, int(row["delay_min"]), float(row["severity"]),
        float(row["counted_from_min"]), Endpoint(float(row["within_min"]), float(row["until_min"])),
        row["free_of"], whole("events"), whole("of"),
        row["target"], row["source"], row["status"], row["note"],
    )  # fmt: skip


def trial(name: str) -> tuple[Arm, ...]:
    """The arms of one trial.

    Raises:
        UnknownNameError: no such trial.
    """
    found = tuple(arm for arm in arms() if arm.trial == name)
    if not found:
        raise UnknownNameError("trial", name, dict.fromkeys(arm.trial for arm in arms()))
    return found
