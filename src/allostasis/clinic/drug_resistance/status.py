"""Stages of status epilepticus by what has failed: benzodiazepine-resistant, established, refractory, super-refractory."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Float

from allostasis import library
from allostasis.clinic.drug_resistance.finding import Finding
from allostasis.quantity import InputError, UnknownNameError

LINES = ("benzodiazepine", "second line", "anaesthetic")
KINDS = ("convulsive", "focal", "absence")


@dataclass(frozen=True)
class StatusTreatment:
    """A drug given in status epilepticus.

    Args:
        time_min: start [min].
        drug: its name.
        line: "benzodiazepine", "second line" or "anaesthetic".
        adequate: whether the dose was one that could have worked.

    Raises:
        UnknownNameError: another line.
    """

    time_min: float
    drug: str
    line: str
    adequate: bool = True

    def __post_init__(self):
        if self.line not in LINES:
            raise UnknownNameError(f"line of {self.drug}", self.line, LINES)


@dataclass(frozen=True)
class StatusCourse:
    """When seizures went on, and what was given.

    Args:
        seizing: start and end of each stretch of seizure [min], in order; an end of infinity is one that nobody saw.
        treatments: what was given.
        kind: "convulsive", "focal" or "absence".

    Raises:
        InputError: no seizure, or stretches that overlap or end before they start.
        UnknownNameError: another kind.

    >>> StatusCourse(((0.0, 12.0),)).seizes(5.0, 9.0)
    True
    """

    seizing: tuple[tuple[float, float], ...]
    treatments: tuple[StatusTreatment, ...] = ()
    kind: str = "convulsive"

    def __post_init__(self):
        if self.kind not in KINDS:
            raise UnknownNameError("kind of status epilepticus", self.kind, KINDS)
        if not self.seizing:
            raise InputError("a course without a seizure", expected="at least one stretch of seizure")
        edges = [edge for stretch in self.seizing for edge in stretch]
        if any(b < a for a, b in pairwise(edges)) or any(a >= b for a, b in self.seizing):
            raise InputError(
                "stretches of seizure", value=self.seizing, expected="starts and ends that rise, none of them overlapping"
            )

    def seizes(self, start: float, end: float) -> bool:
        """Whether a seizure goes on at any time from start to end [min]."""
        return any(first <= end and last > start for first, last in self.seizing)

    def first_seizure(self, start: float) -> float | None:
        """First time from start on at which a seizure goes on [min]; None if there is none."""
        return next((max(first, start) for first, last in self.seizing if last > start), None)


def course_of_activity(
    time_h: Float[np.ndarray, " times"], activity: Float[np.ndarray, " times"], treatments: Sequence[StatusTreatment] = (),
    *, kind: str = "convulsive", seizing_from: float | int = 1 / 2,
) -> StatusCourse:  # fmt: skip
    """A course from the activity of the circuit (port ``activity``, 0 to 1): it seizes at half the full activity and above.

    Args:
        time_h: times [h], rising.
        activity: at these times.
        treatments: what was given.
        kind: see `StatusCourse`.
        seizing_from: activity from which it counts as a seizure.

    Raises:
        InputError: activity that never gets there.

    >>> time = np.arange(5) / 4
    >>> course_of_activity(time, np.array([1.0, 1.0, 0.2, 0.1, 0.0])).seizing
    ((0.0, 30.0),)
    """
    minutes = np.asarray(time_h) * 60  # structural: minutes in an hour
    on = np.concatenate([[0], (np.asarray(activity) >= seizing_from).astype(int), [0]])
    edges = np.flatnonzero(np.diff(on)).reshape(-1, 2)
    seizing = tuple((float(minutes[a]), float(minutes[b]) if b < minutes.size else math.inf) for a, b in edges)
    return StatusCourse(seizing, tuple(treatments), kind)


def _minutes(key: str) -> float:
    return library.parameter_set("drug_resistance")[f"status.{key}"].to("min")


def _finding(name: str, since: float | None, yes: str, no: str) -> Finding:
    met = since is not None
    return Finding(name, "met" if met else "not met", met, f"{since:g} min" if met else "", (yes if met else no,))


def status_epilepticus(course: StatusCourse) -> Finding:
    """A seizure that lasts: 5 min convulsive, 10 min focal or absence (t1 of the League).

    >>> status_epilepticus(StatusCourse(((0.0, 4.0),))).met
    False
    """
    t1 = _minutes(f"onset.{course.kind}")
    since = next((first + t1 for first, last in course.seizing if last - first >= t1), None)
    return _finding("status epilepticus", since, f"one {course.kind} seizure of {t1:g} min or more", f"none of {t1:g} min")


def _failed(course: StatusCourse, line: str, wait: float, window: float, after: float = -math.inf) -> float | None:
    """When the first adequate dose of a line is seen to have failed [min]."""
    for given in sorted(course.treatments, key=lambda t: t.time_min):
        if given.line == line and given.adequate and given.time_min >= after:
            seen = course.first_seizure(given.time_min + wait)
            if seen is not None and seen <= given.time_min + window:
                return seen
    return None


def benzodiazepine_resistant(course: StatusCourse) -> Finding:
    """Seizing 5 to 30 min after an adequate dose of a benzodiazepine.

    >>> given = StatusTreatment(6.0, "lorazepam", "benzodiazepine")
    >>> benzodiazepine_resistant(StatusCourse(((0.0, 20.0),), (given,))).since
    '11 min'
    """
    wait, window = _minutes("wait_benzodiazepine"), _minutes("window_benzodiazepine")
    since = _failed(course, LINES[0], wait, window)
    adequate = any(t.line == LINES[0] and t.adequate for t in course.treatments)
    no = "no seizure" if adequate else "no adequate dose of a benzodiazepine was given, hence none failed: no seizure"
    words = f"{wait:g} to {window:g} min after an adequate dose of a benzodiazepine"
    return _finding("benzodiazepine-resistant", since, f"seizing {words}", f"{no} {words}")


def established(course: StatusCourse) -> Finding:
    """One seizure of 30 min (t2 of convulsive status), or a benzodiazepine has failed, whichever comes first.

    >>> established(StatusCourse(((0.0, 40.0),))).since
    '30 min'
    """
    t2 = _minutes("established")
    by_time = next((first + t2 for first, last in course.seizing if last - first >= t2), math.inf)
    failed = _failed(course, LINES[0], _minutes("wait_benzodiazepine"), _minutes("window_benzodiazepine"))
    since = min(by_time, math.inf if failed is None else failed)
    yes = f"a seizure of {t2:g} min" if by_time <= since else "a benzodiazepine has failed"
    no = f"no seizure of {t2:g} min, no benzodiazepine failed"
    return _finding("established", since if since < math.inf else None, yes, no)


def refractory(course: StatusCourse) -> Finding:
    """A benzodiazepine and a second-line drug have failed, each at an adequate dose; however long it took."""
    wait = _minutes("wait_second_line")
    first = _failed(course, LINES[0], _minutes("wait_benzodiazepine"), _minutes("window_benzodiazepine"))
    second = None if first is None else _failed(course, LINES[1], wait, math.inf)
    since = None if first is None or second is None else max(first, second)
    no = "no benzodiazepine failed" if first is None else "no adequate second-line drug failed"
    return _finding("refractory", since, f"seizing {wait:g} min after an adequate second-line drug", no)


def super_refractory(course: StatusCourse) -> Finding:
    """Seizing 24 h or more after the onset of anaesthesia, also when it is reduced or withdrawn."""
    begun = [t.time_min for t in course.treatments if t.line == LINES[2]]
    hours = _minutes("super_refractory")
    since = course.first_seizure(min(begun) + hours) if begun else None
    no = "no anaesthetic was given" if not begun else "no seizure 24 h after the onset of anaesthesia or later"
    return _finding("super-refractory", since, "seizing 24 h or more after the onset of anaesthesia", no)


DEFINITIONS = (status_epilepticus, benzodiazepine_resistant, established, refractory, super_refractory)


def stage(course: StatusCourse) -> str:
    """The furthest stage that is met, or "no status epilepticus".

    >>> stage(StatusCourse(((0.0, 40.0),)))
    'established'
    """
    met = [found.definition for definition in DEFINITIONS if (found := definition(course)).met]
    return met[-1] if met else "no status epilepticus"
