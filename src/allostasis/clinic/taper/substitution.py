"""Substitution of one drug by another: the question, and the daily dose of the new drug in tablets that exist.

    asked = dose x e_new / e_old x exp(z_q sqrt(s_new^2 + s_old^2))

e: median mg that stand for 10 mg of diazepam; s: sd of its logarithm over the published tables; z_q: normal quantile, 0 for
the median. The dose is rounded UP to the next that the tablets make, as everywhere in this package: too little of the new drug
is a withdrawal, and the switch is simulated for a dose that is worth too much as well. It is rounded DOWN where up would leave
the label, or where up is further from the asked dose than one sd of the tables; where down is too, the products are refused.
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from statistics import NormalDist

from allostasis import library
from allostasis.clinic.equivalence import Converted, convert, equivalent_drugs
from allostasis.clinic.taper.combine import MOST_PIECES, combine, ladder
from allostasis.clinic.taper.helping import cannot_be_made
from allostasis.clinic.taper.history import in_order
from allostasis.clinic.taper.making import one_drug
from allostasis.clinic.taper.maximum import check_maximum, maximum_daily
from allostasis.clinic.taper.plan import Intake
from allostasis.clinic.taper.product import Product, exact
from allostasis.clinic.taper.search_rules import PERIOD_DAYS
from allostasis.quantity import InputError, UnknownNameError

MEDIAN = 0.5  # structural: definition of the median
OVERNIGHT = (PERIOD_DAYS,)
"""Length of the one step of an overnight switch [d]: a week at the new dose before a taper begins."""

FIRST = ("night", "morning")
"""Which end of the day is replaced first."""

Dose = Fraction | float | int


@dataclass(frozen=True)
class Substitution:
    """Who takes what, what it is replaced by, and in how many steps.

    Args:
        drug: any known spelling; kept as its canonical name.
        mg_per_day: daily dose up to today [mg/d]; its products must be able to make it.
        times: times of day of the old drug.
        products: of the old drug.
        to: the new drug.
        to_products: of the new drug.
        to_times: times of day of the new drug; () for those of the old one.
        step_days: length of each step [d]; the old drug is gone in the last one. `OVERNIGHT` is one step; () is the library's:
            four steps over two weeks, or fewer where the tablets cannot make four.
        first: "night" (the usual practice) or "morning": the end of the day at which the replacement begins.
        to_mg: daily dose of the new drug [mg/d], which its products must make exactly; None for the published tables.
        quantile: of the distribution over the tables; above 0.5 gives more of the new drug.
        allow_above_label: accept doses above the largest of the label.

    Raises:
        InputError: the same drug twice, products of another drug, a dose that they cannot make or above the label, steps that
            are not whole days or that the tablets cannot make, a quantile outside (0, 1).
        UnknownNameError: an unknown drug, time of day or end of the day.
        NotModelledError: no table of equivalent doses for one of the drugs, and no `to_mg`.

    >>> from allostasis.clinic.taper import parse_strengths
    >>> have = parse_strengths("1 mg", "lorazepam"), parse_strengths("2, 5, 10 mg; halves of 2 mg", "diazepam")
    >>> question = Substitution("lorazepam", 3, ("morning", "noon", "night"), have[0], "diazepam", have[1])
    >>> print(new_dose(question).text)
    20 mg/day of diazepam for 3 mg/day of lorazepam: rounded up from 19.9 mg, the next that the tablets make; the tables leave \
15 to 30 mg open
    """

    drug: str
    mg_per_day: Dose
    times: tuple[str, ...]
    products: tuple[Product, ...]
    to: str
    to_products: tuple[Product, ...]
    to_times: tuple[str, ...] = ()
    step_days: tuple[int, ...] = ()
    first: str = "night"
    to_mg: Dose | None = None
    quantile: float | int = MEDIAN
    allow_above_label: bool = False

    def __post_init__(self):
        old, new = (library.canonical(name, "drug") for name in (self.drug, self.to))
        if old == new:
            raise InputError("a switch of a drug to itself", value=self.to, expected=f"another drug than {old}")
        times = in_order(self.times)
        values = {
            "drug": old, "to": new, "mg_per_day": exact(self.mg_per_day), "times": times,
            "products": one_drug(self.products), "to_products": one_drug(self.to_products),
            "to_times": in_order(self.to_times) if self.to_times else times, "step_days": tuple(self.step_days),
        }  # fmt: skip
        for name, value in values.items():
            object.__setattr__(self, name, value)
        for drug, products in ((old, self.products), (new, self.to_products)):
            if products[0].drug != drug:
                raise InputError(f"products of another drug than {drug}", value=products[0].drug, expected=drug)
        if not self.mg_per_day > 0:
            raise InputError(f"daily dose of {old} [mg]", value=float(self.mg_per_day), expected="above 0")
        if self.first not in FIRST:
            raise UnknownNameError("end of the day", self.first, FIRST)
        if not 0 < self.quantile < 1:
            raise InputError("quantile of the equivalent dose", value=self.quantile, expected="above 0 and below 1")
        if any(days != int(days) or days < 1 for days in self.step_days):
            raise InputError("days of the steps of a switch", value=self.step_days, expected="whole numbers of 1 or more")
        check_maximum(old, self.mg_per_day, allow=self.allow_above_label)
        _ = self.before, new_dose(self)

    @property
    def before(self) -> tuple[Intake, ...]:
        """Intakes of a day up to today: the old drug in its tablets."""
        return combine(self.products, self.mg_per_day, self.times)


@dataclass(frozen=True)
class NewDose:
    """Daily dose of the new drug.

    Attributes:
        mg: what is given [mg/d].
        asked_mg: what the tables give, or what was asked for [mg/d].
        text: how it was found, for a reader.
        notes: on the label.
    """

    mg: Fraction
    asked_mg: Fraction
    text: str
    notes: tuple[str, ...]


def new_dose(question: Substitution) -> NewDose:
    """Find the daily dose of the new drug.

    Raises:
        InputError: a dose above the label, or one that the products cannot make.
        NotModelledError: no table of equivalent doses, and no dose given.
    """
    q, known = question, equivalent_drugs()
    tables = None
    if q.to_mg is None or (q.drug in known and q.to in known):
        tables = convert(float(q.mg_per_day), q.drug, q.to)
    if q.to_mg is not None:
        mg = asked = exact(q.to_mg)
        if not mg > 0:
            raise InputError(f"daily dose of {q.to} [mg]", value=float(mg), expected="above 0")
        notes, how = check_maximum(q.to, mg, allow=q.allow_above_label), "as asked for"
        combine(q.to_products, mg, q.to_times)
    else:
        assert tables is not None
        asked = exact(tables.mg * math.exp(NormalDist().inv_cdf(q.quantile) * tables.sd_ln))
        notes = check_maximum(q.to, asked, allow=q.allow_above_label)
        mg, how = _rounded(q, asked, tables.sd_ln)
    text = f"{float(mg):g} mg/day of {q.to} for {float(q.mg_per_day):g} mg/day of {q.drug}: {how}"
    return NewDose(mg, asked, text + _open(tables), notes)


def _rounded(question: Substitution, asked: Fraction, sd_ln: float) -> tuple[Fraction, str]:
    """The dose that the tablets make, and in which direction and why."""
    products, times = question.to_products, question.to_times
    made = ladder(products, asked + max(p.mg_per_unit for p in products), times)
    row = None if question.allow_above_label else maximum_daily(question.to)
    above = next((mg for mg in made if mg >= asked), None)
    below = max(mg for mg in made if mg <= asked)
    if asked in made:
        return asked, "by the tables, as they give it"
    over = above is None or (row is not None and above > row.value)
    if above is not None and not over and math.log(above / asked) <= sd_ln:
        return above, f"rounded up from {float(asked):.3g} mg, the next that the tablets make"
    if below and math.log(asked / below) <= sd_ln:
        why = "the next above leaves the label" if over else "the next above is further away than the tables from each other"
        return below, f"rounded down from {float(asked):.3g} mg, because {why}"
    raise cannot_be_made(products, asked, len(times), MOST_PIECES)


def _open(tables: Converted | None) -> str:
    return "" if tables is None else f"; the tables leave {tables.low_mg:.3g} to {tables.high_mg:.3g} mg open"
