"""Published trials of status epilepticus as protocols: who, when, what, and what counted."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from allostasis.clinic.status_epilepticus.endpoints import Endpoint
from allostasis.clinic.status_epilepticus.parse import parse_protocol
from allostasis.clinic.status_epilepticus.protocol import SEIZING, Protocol, Step
from allostasis.library.rows import rows
from allostasis.quantity import InputError, UnknownNameError


@dataclass(frozen=True)
class Before:
    """What a part of the patients had got before they were enrolled, still seizing.

    Attributes:
        steps: the doses, from the first of them on.
        lead_min: how long before the treatment of the trial the first was given [min].
        share: share of the enrolled patients [1].
    """

    steps: tuple[Step, ...]
    lead_min: int
    share: float


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
        and_responsive: whether the end point asks for a response to people too, when it ends.
        before: what some had got before they were enrolled, None where nobody had.
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
    and_responsive: bool
    before: Before | None
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
        row["free_of"], row["and_responsive"] == "yes", _before(row), whole("events"), whole("of"),
        row["target"], row["source"], row["status"], row["note"],
    )  # fmt: skip


def _before(row: Mapping[str, str]) -> Before | None:
    if not row["before"]:
        return None
    return Before(parse_protocol("before", row["before"]).steps, int(row["before_min"]), float(row["before_share"]))


def treated_before(arm: Arm) -> Arm:
    """The arm in those who had got something before: treatment begins earlier, and everything else later by as much.

    The seizure is as long when the trial begins, and counting begins then.

    Raises:
        InputError: an arm in which nobody had got anything, or one treated before the seizure began.

    >>> arm = next(arm for arm in trial("McIntyre") if arm.before)
    >>> treated_before(arm).delay_min, treated_before(arm).counted_from_min, len(treated_before(arm).protocol.steps)
    (16, 14.0, 2)
    """
    before = arm.before
    if before is None or before.lead_min >= arm.delay_min:
        raise InputError(
            f"{arm.trial}, {arm.protocol.name}: treatment before enrolment", value=before, expected="after onset, with its lead"
        )
    steps = tuple(replace(step, at_min=step.at_min + before.lead_min, condition=SEIZING) for step in arm.protocol.steps)
    return replace(
        arm, protocol=Protocol(arm.protocol.name, (*before.steps, *steps)), delay_min=arm.delay_min - before.lead_min,
        counted_from_min=arm.counted_from_min + before.lead_min, before=None,
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
