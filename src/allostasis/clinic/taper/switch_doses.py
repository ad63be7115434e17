"""Doses of both drugs in the steps of a switch, by time of day: one time of day after the other.

Step k of n asks for a share k/n of the old daily dose to be replaced. It is taken from the last time of day on (or from the
first, where the question says so), each time fully before the next. What is left of the old drug at the time that is partly
replaced is rounded up to what its tablets make; the new drug replaces the share that is really gone, filled in in the same
order, and rounded up too. In no step is the new drug, with what is left of the old one in its terms, above the largest daily
dose of the label: there it is rounded down.
"""

from collections.abc import Mapping
from fractions import Fraction

from allostasis.clinic.taper.combine import combine, ladder
from allostasis.clinic.taper.maximum import maximum_daily
from allostasis.clinic.taper.plan import TIMES_OF_DAY
from allostasis.clinic.taper.product import Product, exact
from allostasis.clinic.taper.substitution import Substitution

Day = dict[str, Fraction]
"""Dose by time of day [mg]."""


def switch_doses(question: Substitution, final: Fraction, steps: int) -> list[tuple[Day, Day]] | None:
    """Doses of the old and the new drug by time of day, step by step; None where a step would not change both.

    Args:
        question: which drugs, products and times.
        final: daily dose of the new drug in the last step [mg].
        steps: how many.
    """
    q, mg_per_day = question, exact(question.mg_per_day)
    old = {intake.time_of_day: intake.mg(q.drug) for intake in q.before}
    new = {intake.time_of_day: intake.mg(q.to) for intake in combine(q.to_products, final, q.to_times)}
    found: list[tuple[Day, Day]] = []
    for k in range(1, steps + 1):
        gone = _in_turn(old, mg_per_day * Fraction(k, steps), q.first)
        left = {time: _up(q.products, mg - gone[time], time, mg) for time, mg in old.items()}
        share = 1 - sum(left.values(), Fraction(0)) / mg_per_day
        asked = _in_turn(new, final * share, q.first)
        given = {time: _up(q.to_products, asked[time], time, mg) for time, mg in new.items()}
        row = None if q.allow_above_label else maximum_daily(q.to)
        if row is not None and sum(given.values()) + final * (1 - share) > row.value:
            given = {time: _down(q.to_products, mg, time) for time, mg in asked.items()}
        totals = [sum(day.values(), Fraction(0)) for day in (left, given)]
        before = [sum(day.values(), Fraction(0)) for day in found[-1]] if found else [mg_per_day, Fraction(0)]
        if totals[0] >= before[0] or totals[1] <= before[1]:
            return None
        found.append((left, given))
    return found


def _in_turn(by_time: Mapping[str, Fraction], amount: Fraction, first: str) -> Day:
    """Fill an amount into the doses of a day, one time after the other."""
    found = {}
    for time in sorted(by_time, key=TIMES_OF_DAY.__getitem__, reverse=first == "night"):
        found[time] = min(by_time[time], amount)
        amount -= found[time]
    return found


def _up(products: tuple[Product, ...], mg: Fraction, time: str, top: Fraction) -> Fraction:
    return min(dose for dose in ladder(products, top, [time]) if dose >= mg)


def _down(products: tuple[Product, ...], mg: Fraction, time: str) -> Fraction:
    return max(ladder(products, mg, [time]))
