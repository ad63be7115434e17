"""The answers of a planner: a verified plan, a reasoned "not found", or a proven "no"."""

from dataclasses import dataclass

from allostasis.clinic.taper.greedy import Course
from allostasis.clinic.taper.plan import Plan
from allostasis.clinic.taper.question import Question
from allostasis.clinic.taper.verify import Verification


@dataclass(frozen=True)
class Bound:
    """What the exact search says of all plans, through a linear stand-in for the model.

    Attributes:
        weeks: no plan reaches zero earlier [weeks]; beyond the longest plan where there is none at all.
        proven: whether the solver excluded every shorter one, not only ran out of time.
        cap: for which it was proven: that of the question and the error of the stand-in [seizure thresholds].
        error: largest amount by which the stand-in put the peak of a course too high [seizure thresholds].
        tested: courses on which the error was measured.
        seconds: spent.
    """

    weeks: float | int
    proven: bool
    cap: float | int
    error: float | int
    tested: int
    seconds: float | int

    @property
    def text(self) -> str:
        """In one sentence."""
        if not self.proven:
            return f"the exact search ran out of time after {self.seconds:.0f} s; no plan is shorter than {self.weeks:g} weeks"
        return (
            f"no plan is shorter than {self.weeks:g} weeks: excluded by the solver at a cap of {self.cap:.4f}, which allows for "
            f"the error of its linear model, at most {self.error:.4f} in {self.tested} courses tried"
        )


@dataclass(frozen=True)
class Addition:
    """Something that makes a plan possible.

    Attributes:
        text: in words.
        weeks: of the plan that it makes possible.
    """

    text: str
    weeks: float | int


@dataclass(frozen=True)
class Found:
    """A plan whose real tablets stay under the cap.

    Attributes:
        question: what was asked.
        plan: the plan.
        verified: its full simulation.
        course: its doses period by period.
        bound: what is known of shorter plans; None where the exact search did not run.
    """

    question: Question
    plan: Plan
    verified: Verification
    course: Course
    bound: Bound | None = None

    @property
    def weeks(self) -> float:
        """Time to zero [weeks]."""
        return self.plan.days_to_zero / 7  # structural: days in a week


@dataclass(frozen=True)
class NotFound:
    """No plan was found, and it is not proven that there is none.

    Attributes:
        question: what was asked.
        reason: where the search ended.
        course: how far it came.
        additions: what would help, the smallest first.
        bound: what is known of all plans; None where the exact search did not run.
        plan: the plan that came nearest, which exceeds the cap when its real tablets are simulated; None without one.
        verified: its full simulation.
    """

    question: Question
    reason: str
    course: Course
    additions: tuple[Addition, ...] = ()
    bound: Bound | None = None
    plan: Plan | None = None
    verified: Verification | None = None


@dataclass(frozen=True)
class Infeasible:
    """There is no plan: the ceiling stops all of them, or the solver excluded them, allowing for the error of its linear model.

    Attributes:
        question: what was asked.
        reason: in words.
        course: how far the search came; None where the ceiling alone excludes every plan.
        bound: the proof by the solver; None where the ceiling alone excludes every plan.
        additions: what would help, the smallest first.
    """

    question: Question
    reason: str
    course: Course | None
    bound: Bound | None
    additions: tuple[Addition, ...] = ()


Outcome = Found | NotFound | Infeasible
