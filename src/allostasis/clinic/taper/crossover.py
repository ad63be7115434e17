"""The steps of a switch in real tablets, and the taper that they are joined to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from allostasis import library
from allostasis.clinic.taper.carrying_out import DISCLAIMER
from allostasis.clinic.taper.combine import combine
from allostasis.clinic.taper.maximum import check_maximum
from allostasis.clinic.taper.plan import TIMES_OF_DAY, Intake, Plan, Step
from allostasis.clinic.taper.strengths import strengths_text
from allostasis.clinic.taper.substitution import NewDose, Substitution, new_dose
from allostasis.clinic.taper.switch_doses import Day, switch_doses
from allostasis.quantity import InputError


@dataclass(frozen=True)
class Crossover:
    """A switch, step by step.

    Attributes:
        question: what was asked.
        dose: of the new drug.
        steps: from the first change to the new drug alone, which the last step gives.
        notes: what a reader must know.
    """

    question: Substitution
    dose: NewDose
    steps: tuple[Step, ...]
    notes: tuple[str, ...]

    @property
    def name(self) -> str:
        """Such as "overnight" or "4 steps over 14 days"."""
        return pace_name(tuple(step.days for step in self.steps))

    @property
    def made_with(self) -> dict[str, str]:
        """What a reader needs to judge the steps."""
        q = self.question
        return {
            "switch": f"{q.drug} to {q.to}, {self.name}, {q.first} doses first",
            "switch dose": self.dose.text,
            f"strengths of {q.drug}": strengths_text(q.products),
            f"strengths of {q.to}": strengths_text(q.to_products),
        }


def cross_over(question: Substitution) -> Crossover:
    """Lay out the steps of a switch.

    Raises:
        InputError: more steps than the tablets can make.

    >>> from allostasis.clinic.taper import parse_strengths
    >>> lorazepam, diazepam = parse_strengths("0.5, 1 mg", "lorazepam"), parse_strengths("2, 5, 10 mg", "diazepam")
    >>> times = ("morning", "night")
    >>> question = Substitution("lorazepam", 2, times, lorazepam, "diazepam", diazepam, to_mg=20, step_days=(3, 3, 3, 3))
    >>> for step in cross_over(question).steps:
    ...     print(step.start_day, {drug: float(mg) for drug, mg in step.mg_per_day.items()}, step.note)
    0 {'lorazepam': 1.5, 'diazepam': 5.0} switch 1 of 4
    3 {'lorazepam': 1.0, 'diazepam': 10.0} switch 2 of 4
    6 {'lorazepam': 0.5, 'diazepam': 15.0} switch 3 of 4
    9 {'diazepam': 20.0} switched
    """
    q, dose = question, new_dose(question)
    lengths = q.step_days or spread(int(library.parameter_set("taper")["switch.days"].value), most_steps(q))
    days = switch_doses(q, dose.mg, len(lengths))
    if days is None:
        most = most_steps(q, len(lengths))
        raise InputError(
            f"{len(lengths)} steps of a switch from {float(q.mg_per_day):g} mg/day of {q.drug} in {strengths_text(q.products)}",
            expected=f"{most} or fewer, so that every step changes the dose of both drugs",
            fix=f"ask for {most}, or allow halves or smaller tablets",
        )
    steps, begin = [], 0
    for k, (length, (old, new)) in enumerate(zip(lengths, days, strict=True), start=1):
        last = k == len(lengths)
        note = "switched" if last else f"switch {k} of {len(lengths)}"
        given = {q.drug: sum(old.values(), Fraction(0)), q.to: sum(new.values(), Fraction(0))}
        steps.append(Step(begin, int(length), given, _intakes(q, old, new), note))
        begin += int(length)
    label = check_maximum(q.drug, q.mg_per_day, allow=True)
    return Crossover(q, dose, tuple(steps), (DISCLAIMER, dose.text, *label, *dose.notes))


def join(steps: Sequence[Step], taper: Plan, *, title: str = "", made_with: Mapping[str, str] | None = None,
         notes: Sequence[str] = ()) -> Plan:  # fmt: skip
    """Put the steps of a switch in front of a taper of the new drug.

    Args:
        steps: of a `Crossover`.
        taper: of the new drug alone, from at most the dose at which the switch ends.
        title: of the whole; made of the taper's if left out.
        made_with: of the switch, `Crossover.made_with`.
        notes: of the switch, `Crossover.notes`.

    Raises:
        InputError: no steps, a switch that does not end in one drug, a taper of another drug or from a higher dose.
    """
    if not steps or len(steps[-1].mg_per_day) != 1:
        raise InputError("a switch that does not end in one drug", fix="join the steps of a Crossover")
    ((drug, mg),) = steps[-1].mg_per_day.items()
    if set(taper.drugs) - {drug}:
        raise InputError(f"a taper of another drug than the switch to {drug}", value=", ".join(taper.drugs), expected=drug)
    start = taper.mg_on(0, drug)
    if start > mg:
        raise InputError(
            f"the taper begins above the dose of {drug} at which the switch ends", value=f"{float(start):g} mg",
            expected=f"{float(mg):g} mg or less",
        )  # fmt: skip
    begin = steps[-1].end_day
    later = (Step(begin + s.start_day, s.days, s.mg_per_day, s.intakes, s.note) for s in taper.steps)
    found = dict.fromkeys((*notes, *taper.notes))
    return Plan(title or f"switch, then {taper.title}", (*steps, *later), {**(made_with or {}), **taper.made_with}, tuple(found))


def spread(days: int, steps: int) -> tuple[int, ...]:
    """Divide a number of days over steps as evenly as whole days allow, the longer ones first.

    >>> spread(14, 4), spread(3, 4)
    ((4, 4, 3, 3), (1, 1, 1))
    """
    each, rest = divmod(days, min(steps, days))
    return tuple(each + (k < rest) for k in range(min(steps, days)))


def pace_name(step_days: Sequence[int]) -> str:
    """Words for the lengths of the steps.

    >>> pace_name((7,)), pace_name((3, 3, 3, 3))
    ('overnight', '4 steps over 12 days')
    """
    return "overnight" if len(step_days) == 1 else f"{len(step_days)} steps over {sum(step_days)} days"


def most_steps(question: Substitution, most: int | None = None) -> int:
    """Largest number of steps that the tablets can make, up to a number; up to the library's if left out."""
    top = int(library.parameter_set("taper")["switch.steps"].value) if most is None else most
    mg = new_dose(question).mg
    return next(n for n in range(top, 0, -1) if switch_doses(question, mg, n) is not None)


def _intakes(q: Substitution, old: Day, new: Day) -> tuple[Intake, ...]:
    """Both drugs by time of day."""
    found = []
    for time in TIMES_OF_DAY:
        items = [
            item
            for products, day in ((q.products, old), (q.to_products, new))
            for intake in combine(products, day.get(time, Fraction(0)), [time])
            for item in intake.items
        ]
        if items:
            found.append(Intake(time, tuple(items)))
    return tuple(found)
