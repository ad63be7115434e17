"""From what a rule asks for to a plan that tablets can carry out: rounding up, never rising, down to zero, within a ceiling."""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from allostasis.clinic.taper.combine import MOST_PIECES, combine, ladder
from allostasis.clinic.taper.limits import Limits
from allostasis.clinic.taper.making import one_drug
from allostasis.clinic.taper.maximum import check_maximum
from allostasis.clinic.taper.plan import Intake, Plan, Step
from allostasis.clinic.taper.product import Product, exact
from allostasis.clinic.taper.strengths import strengths_text
from allostasis.quantity import InputError

DISCLAIMER = "A model for research and teaching. It is not a dose for a person."


@dataclass(frozen=True)
class Baseline:
    """What is taken today, and what the pharmacy has.

    Args:
        products: of one drug.
        mg: daily dose today [mg].
        times: times of day.
        share: how a day is divided, see `combine`.
        uneven_mg: difference between intakes that is worth fewer pieces [mg].
        most_pieces: largest number of pieces at one time.
        limits: ceiling that no plan may break; None for none.
        hold_days: days at the dose of today before the first step [d].
        allow_above_label: accept a dose above the largest of the label.

    Raises:
        InputError: a dose that the products cannot make or that is above the label's largest; a ceiling for another drug.
    """

    products: tuple[Product, ...]
    mg: Fraction | float | int
    times: tuple[str, ...]
    share: str = "even"
    uneven_mg: Fraction | float | int = 0
    most_pieces: int = MOST_PIECES
    limits: Limits | None = None
    hold_days: int = 0
    allow_above_label: bool = False

    def __post_init__(self):
        object.__setattr__(self, "products", one_drug(self.products))
        object.__setattr__(self, "mg", exact(self.mg))
        object.__setattr__(self, "times", tuple(self.times))
        if not self.mg > 0:
            raise InputError("daily dose at the start [mg]", value=float(self.mg), expected="above 0")
        if self.hold_days < 0:
            raise InputError("days before the first step", value=self.hold_days, expected="0 or more")
        if self.limits is not None and self.limits.drug != self.drug:
            raise InputError("ceiling for another drug", value=self.limits.drug, expected=self.drug)
        check_maximum(self.drug, self.mg, allow=self.allow_above_label)
        self.intakes(exact(self.mg))

    @property
    def drug(self) -> str:
        """Canonical name of the drug."""
        return self.products[0].drug

    def rungs(self) -> tuple[Fraction, ...]:
        """Daily doses that can be made, from 0 to the dose of today [mg]."""
        return ladder(self.products, self.mg, self.times, most_pieces=self.most_pieces)

    def intakes(self, mg: Fraction, share: Mapping[str, Fraction] | None = None) -> tuple[Intake, ...]:
        """Intakes of a day; with a share by time where the products can make it, by `self.share` where they cannot."""
        if share is not None:
            try:
                return combine(self.products, mg, self.times, share=share, most_pieces=self.most_pieces)
            except InputError:
                pass
        return combine(
            self.products, mg, self.times, share=self.share, uneven_mg=self.uneven_mg, most_pieces=self.most_pieces
        )


def carry_out(
    baseline: Baseline,
    title: str,
    asked_mg: Sequence[Fraction],
    period_days: int,
    *,
    rule: str,
    notes: Sequence[str] = (),
    last_mg: Fraction = Fraction(0),
    share: Callable[[Fraction], Mapping[str, Fraction] | None] = lambda mg: None,
) -> Plan:
    """Make a plan of what a rule asks for.

    A dose that cannot be made is rounded UP to the next that can; a dose never rises, so a step may become a hold. With a
    ceiling, a step that would break it is rounded up until it does not, and the plan goes on past the rule's end until zero.

    Args:
        baseline: dose of today and products.
        title: of the plan.
        asked_mg: daily doses that the rule asks for [mg], in order, the last one 0.
        period_days: length of each [d].
        rule: in words, for a reader.
        notes: of the rule.
        last_mg: zero is reached from at most this dose [mg] where one can be made; rounding up may have left more than that.
        share: doses by time of day for a daily dose, or None for the baseline's.

    Returns:
        Plan whose `made_with` tells the rule, the strengths, the largest deviation from the rule and the largest fall.

    Raises:
        InputError: a period below one day, or a ceiling that the products cannot keep.

    >>> from allostasis.clinic.taper import Tablet
    >>> start = Baseline((Tablet("diazepam", 2), Tablet("diazepam", 5)), 10, ("night",))
    >>> plan = carry_out(start, "example", [Fraction(15, 2), Fraction(3), Fraction(0)], 14, rule="as asked")
    >>> [float(plan.mg_on(day, "diazepam")) for day in (0, 14, 28)], plan.made_with["largest deviation"]
    ([8.0, 4.0, 0.0], '1 mg above the rule, on day 14')
    """
    if period_days < 1 or period_days != int(period_days):
        raise InputError("days of a step", value=period_days, expected="a whole number of 1 or more")
    if not asked_mg or asked_mg[-1] != 0:
        raise InputError("a rule that does not end in zero", expected="a last dose of 0")
    rungs = baseline.rungs()
    current, day, steps = exact(baseline.mg), 0, []
    begun: list[tuple[int, Fraction]] = []
    if baseline.hold_days:
        steps.append(Step(0, baseline.hold_days, {baseline.drug: current}, baseline.intakes(current), "start dose"))
        day = baseline.hold_days
    deviation, deviation_day, fall, fall_day = Fraction(0), day, Fraction(0), day
    waiting = list(asked_mg)
    while current > 0:
        asked = waiting.pop(0) if waiting else Fraction(0)
        made = min(_up(rungs, asked), current)
        if made == 0 and current > last_mg:
            made = max(rung for rung in rungs if rung <= last_mg)
        if baseline.limits is not None:
            history = [(float("inf"), exact(baseline.mg)), *((day - start, mg) for start, mg in begun)]
            made = min(max(made, _up(rungs, baseline.limits.lowest_next(history))), current)
            if made == current and not waiting and not _still_falling(begun, day, baseline.limits):
                raise _cannot_keep(baseline, current, rungs)
        if made - asked > deviation:
            deviation, deviation_day = made - asked, day
        if (current - made) / current > fall and made > 0:
            fall, fall_day = (current - made) / current, day
        note = "no drug" if made == 0 else ("hold" if made == current else "")
        steps.append(Step(day, int(period_days), {baseline.drug: made}, baseline.intakes(made, share(made)), note))
        if made != current:
            begun.append((day, made))
        current, day = made, day + int(period_days)
    ceiling = baseline.limits
    made_with = {
        "rule": rule,
        "strengths": strengths_text(baseline.products),
        "rounding": "up to the next dose that can be made; never rising",
        "largest deviation": f"{float(deviation):.3g} mg above the rule, on day {deviation_day}" if deviation else "none",
        "largest fall": f"{float(fall):.1%} of the dose before, on day {fall_day}; the last step aside",
        "ceiling": ceiling.name if ceiling else "none",
    }
    label = check_maximum(baseline.drug, exact(baseline.mg), allow=True)
    return Plan(title, tuple(steps), made_with, (DISCLAIMER, *label, *notes, *(ceiling.notes if ceiling else ())))


def _up(rungs: Sequence[Fraction], mg: Fraction) -> Fraction:
    """The lowest rung that is not below a dose; the highest if all are."""
    return rungs[min(bisect_left(rungs, mg), len(rungs) - 1)]


def _still_falling(begun: Sequence[tuple[int, Fraction]], day: int, limits: Limits) -> bool:
    """Whether a dose before the current one still counts in the window, so that waiting helps."""
    return bool(begun) and day - begun[-1][0] < limits.window_days


def _cannot_keep(baseline: Baseline, current: Fraction, rungs: Sequence[Fraction]) -> InputError:
    assert baseline.limits is not None
    lowest = baseline.limits.lowest_after(current)
    below = max(rung for rung in rungs if rung < current)
    return InputError(
        f"{strengths_text(baseline.products)} cannot keep the ceiling {baseline.limits.name}: from {float(current):g} mg of "
        f"{baseline.drug} the next dose that can be made is {float(below):g} mg",
        expected=f"a dose from {float(lowest):.3g} to below {float(current):g} mg",
        fix="add parts of tablets or a liquid that makes one, switch to a drug with smaller steps, or widen the ceiling",
    )
