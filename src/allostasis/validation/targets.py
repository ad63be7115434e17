"""Literature targets: what the literature reports, what the model gives, and whether that lies inside the band.

A target has a role, and only two roles can be missed: ``calibrate`` (it set a constant) and ``emergent`` (it should come out).
``input`` reproduces what was put in; ``not_simulated`` carries its reason. Targets that were only recalled decide no gate.
"""

import csv
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import resources

from allostasis.quantity import InputError, UnknownNameError

ROLES = ("calibrate", "emergent", "input", "not_simulated")
GROUPS = ("receptor", "clinic", "epilepsy")
COLUMNS = ("id", "quantity", "value", "low", "high", "unit", "conditions", "source", "locator", "status", "role", "band")


@dataclass(frozen=True)
class Target:
    """One reported finding with its acceptance band. ``low`` and ``high`` are None where the finding is a sign or an order."""

    id: str
    quantity: str
    value: str
    low: float | None
    high: float | None
    unit: str
    conditions: str
    source: str
    locator: str
    status: str
    role: str
    band: str


@dataclass(frozen=True)
class Outcome:
    """A target with what the model gives: a number, a truth value for a sign or an order, or the reason for none.

    ``reason`` beside a number is the cause of a miss.
    """

    target: Target
    simulated: float | bool | None
    reason: str = ""

    @property
    def inside(self) -> bool | None:
        """Whether the model lies in the band; None where nothing was simulated."""
        if self.simulated is None:
            return None
        if isinstance(self.simulated, bool):
            return self.simulated
        low = -math.inf if self.target.low is None else self.target.low
        high = math.inf if self.target.high is None else self.target.high
        return low <= self.simulated <= high


def load_targets(group: str) -> tuple[Target, ...]:
    """Read the targets of a group from the library.

    Raises:
        UnknownNameError: no such group.
        InputError: a malformed row.

    >>> len(load_targets("receptor")) > 80
    True
    """
    if group not in GROUPS:
        raise UnknownNameError("group of targets", group, GROUPS)
    file = resources.files("allostasis.library") / "data" / "targets" / f"{group}.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    return tuple(_target(row) for row in csv.DictReader(lines))


def _target(row: Mapping[str, str]) -> Target:
    missing = [c for c in COLUMNS if row.get(c) is None]
    if missing:
        raise InputError("a target lacks columns", value=row.get("id"), expected=", ".join(missing))
    if row["role"] not in ROLES:
        raise UnknownNameError(f"role of target {row['id']}", row["role"], ROLES)
    low, high = (float(row[c]) if row[c] else None for c in ("low", "high"))
    if low is not None and high is not None and low > high:
        raise InputError(f"band of target {row['id']} is upside down", value=f"{low} to {high}")
    rest = {c: row[c] for c in COLUMNS if c not in ("low", "high")}
    return Target(**rest, low=low, high=high)


def evaluate(
    targets: tuple[Target, ...],
    functions: Mapping[str, Callable[[], float | bool]],
    reasons: Mapping[str, str],
) -> tuple[Outcome, ...]:
    """Run the function of each target.

    Args:
        targets: which.
        functions: target id -> what gives the simulated value (a truth value for a sign or an order).
        reasons: target id -> why it is not simulated; beside a function, the cause of a miss.

    Raises:
        InputError: a target with neither a function nor a reason: nothing is dropped in silence.
    """
    outcomes = []
    for target in targets:
        if target.id in functions:
            value = functions[target.id]()
            cause = reasons.get(target.id, "")
            outcomes.append(Outcome(target, bool(value) if isinstance(value, bool) else float(value), cause))
        elif target.id in reasons:
            outcomes.append(Outcome(target, None, reasons[target.id]))
        else:
            raise InputError(f"target {target.id} has neither a function nor a reason", value=target.quantity)
    return tuple(outcomes)


@dataclass(frozen=True)
class Tally:
    """How many targets of one role lie inside their band."""

    role: str
    inside: int
    simulated: int
    of: int

    @property
    def share(self) -> float:
        """Share inside the band of all seen targets of the role, simulated or not."""
        return self.inside / self.of if self.of else math.nan


REPAIRED_WORDS = "repaired with the miss in view"
"""How the reason of a hit begins that came about by a change which was made with the miss in view."""


def repaired(outcomes: tuple[Outcome, ...]) -> int:
    """How many of the emergent targets inside their bands, seen in their source, came there by such a change."""
    own = (o for o in outcomes if o.inside and o.target.role == "emergent" and o.target.status == "seen")
    return sum(o.reason.startswith(REPAIRED_WORDS) for o in own)


def tally(outcomes: tuple[Outcome, ...]) -> tuple[Tally, ...]:
    """Count the targets that were seen in their source, by role."""
    result = []
    for role in ROLES:
        own = [o for o in outcomes if o.target.role == role and o.target.status == "seen"]
        result.append(Tally(role, sum(bool(o.inside) for o in own), sum(o.inside is not None for o in own), len(own)))
    return tuple(result)


def misses_first(outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    """Outcomes in the order a reader needs: misses, what was not simulated, hits."""
    rank = {False: 0, None: 1, True: 2}
    return tuple(sorted(outcomes, key=lambda o: (rank[o.inside], o.target.role, o.target.id)))
