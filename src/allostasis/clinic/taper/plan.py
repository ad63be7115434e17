"""A taper as tablets per day: the one object behind table, calendar, FHIR, CSV and simulation."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from allostasis.clinic.taper.product import Item, Product, exact
from allostasis.quantity import InputError

TIMES_OF_DAY = {"morning": 8.0, "noon": 13.0, "evening": 18.0, "night": 22.0}  # structural: convention, h after midnight
"""Times of day at which a plan gives doses, and the clock time [h] at which they are simulated."""


@dataclass(frozen=True)
class Intake:
    """What is taken at one time of day.

    Args:
        time_of_day: one of `TIMES_OF_DAY`.
        items: tablets and volumes.
    """

    time_of_day: str
    items: tuple[Item, ...]

    def __post_init__(self):
        if self.time_of_day not in TIMES_OF_DAY:
            raise InputError("time of day", value=self.time_of_day, expected="one of " + ", ".join(TIMES_OF_DAY))
        if not self.items:
            raise InputError(f"nothing is taken in the {self.time_of_day}", fix="leave the intake out")

    def mg(self, drug: str) -> Fraction:
        """Dose of a drug [mg], exact."""
        return sum((i.mg for i in self.items if i.product.drug == drug), Fraction(0))


@dataclass(frozen=True)
class Step:
    """A stretch of days with the same intakes.

    Args:
        start_day: first day, counted from 0 at the start of the plan.
        days: length [d].
        mg_per_day: stated daily dose by drug [mg]; the items must add up to it, exactly.
        intakes: by time of day; () on days without any drug.
        note: such as "hold" or "switch".

    Raises:
        InputError: tablets that do not add up to the stated dose, a time of day twice, or no days.
    """

    start_day: int
    days: int
    mg_per_day: Mapping[str, Fraction | float | int]
    intakes: tuple[Intake, ...] = ()
    note: str = ""

    def __post_init__(self):
        if self.days < 1 or self.start_day < 0:
            raise InputError("days of a step", value=f"{self.days} from day {self.start_day}", expected="1 or more, from 0")
        stated = {drug: exact(mg) for drug, mg in self.mg_per_day.items() if mg}
        object.__setattr__(self, "mg_per_day", stated)
        times = [i.time_of_day for i in self.intakes]
        if len(set(times)) != len(times):
            raise InputError(f"a time of day twice in the step at day {self.start_day}", value=", ".join(times))
        given = {i.product.drug for intake in self.intakes for i in intake.items}
        for drug in sorted(given | set(stated)):
            total = sum((intake.mg(drug) for intake in self.intakes), Fraction(0))
            if total != stated.get(drug, 0):
                raise InputError(
                    f"the items of the step at day {self.start_day} do not add up to its stated dose of {drug}",
                    value=f"{float(total):g} mg", expected=f"{float(stated.get(drug, 0)):g} mg",
                )  # fmt: skip

    @property
    def end_day(self) -> int:
        """First day after the step."""
        return self.start_day + self.days

    def quantity(self, product: Product) -> Fraction:
        """Tablets or mL of a product on one day."""
        items = (i for intake in self.intakes for i in intake.items)
        return sum((i.quantity for i in items if i.product == product), Fraction(0))


@dataclass(frozen=True)
class Plan:
    """A taper from today to zero.

    Args:
        title: one line.
        steps: in order, without gaps, the last one without any drug.
        made_with: what a reader needs to judge the plan: cap, preset, seed, versions.
        notes: warnings and limits, shown with every output.

    Raises:
        InputError: a gap, an overlap, or an end that is not zero.
    """

    title: str
    steps: tuple[Step, ...]
    made_with: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __post_init__(self):
        if not self.steps:
            raise InputError("a plan without steps")
        day = 0
        for step in self.steps:
            if step.start_day != day:
                where = f"day {step.start_day}"
                raise InputError("the steps of a plan leave a gap or overlap", value=where, expected=f"day {day}")
            day = step.end_day
        if self.steps[-1].mg_per_day:
            raise InputError("the last step of a plan is not zero", value=dict(self.steps[-1].mg_per_day))

    @property
    def drugs(self) -> tuple[str, ...]:
        """Drugs of the plan, in the order in which they first occur."""
        return tuple(dict.fromkeys(drug for step in self.steps for drug in step.mg_per_day))

    @property
    def products(self) -> tuple[Product, ...]:
        """Products of the plan, by drug, largest content first."""
        found = {i.product for step in self.steps for intake in step.intakes for i in intake.items}
        return tuple(sorted(found, key=lambda p: (self.drugs.index(p.drug), -p.mg_per_unit, p.name)))

    @property
    def days_to_zero(self) -> int:
        """First day without any drug."""
        return self.steps[-1].start_day

    def mg_on(self, day: int, drug: str) -> Fraction:
        """Daily dose of a drug on a day [mg]; 0 behind the end."""
        for step in self.steps:
            if step.start_day <= day < step.end_day:
                return exact(step.mg_per_day.get(drug, 0))
        return Fraction(0)

    def to_dispense(self) -> dict[Product, Fraction]:
        """Tablets or mL of each product that the whole plan uses, as whole tablets or parts of them."""
        total: dict[Product, Fraction] = defaultdict(Fraction)
        for product in self.products:
            for step in self.steps:
                total[product] += step.days * step.quantity(product)
        return dict(total)
