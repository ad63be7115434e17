"""The question that a planner answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from allostasis import library
from allostasis.clinic.taper.carrying_out import Baseline
from allostasis.clinic.taper.history import Steady, in_order
from allostasis.clinic.taper.making import one_drug
from allostasis.clinic.taper.presets import limits
from allostasis.clinic.taper.product import Product, exact
from allostasis.clinic.taper.search_rules import CAP, MOST_WEEKS, PERIOD_DAYS, QUANTILE, SearchRules
from allostasis.patient import Patient
from allostasis.quantity import InputError, UnknownNameError

EXACT = ("if needed", "always", "never")
"""When the mixed-integer programme runs: where the search finds no plan, for every plan (with its gap), or not at all."""
EXACT_LIMIT_S = 60  # structural: a convention of this package, an argument everywhere


@dataclass(frozen=True)
class Question:
    """Who takes what, what the pharmacy has, and what a plan may not do.

    Args:
        drug: any known spelling; kept as its canonical name.
        mg_per_day: daily dose up to today [mg/d]; the products must be able to make it.
        times: times of day, in the history and in the plan (`history.usual_times` for "three times a day").
        use_days: for how long the dose was taken [d].
        products: of the drug.
        patient: who.
        beside: other drugs that are taken unchanged, before and during the plan.
        cap: highest imbalance allowed [seizure thresholds].
        quantile: share of the virtual patients that stays under the cap for the whole plan.
        preset: ceiling of a guideline, one of `PRESETS`.
        always_mg: fall per window that the ceiling always allows [mg/d]; None for the library's.
        period_days: shortest time at one dose [d].
        most_weeks: longest plan [weeks].
        virtual_patients: how many beside the typical patient; 0 for the typical patient alone.
        seed: of what is drawn.
        exact: one of `EXACT`.
        exact_limit_s: time for the exact search [s].
        allow_above_label: accept a dose above the largest of the label.
        model: variants of mechanisms, as `simulation.assemble` takes them.

    Raises:
        InputError: products of another drug, a dose that they cannot make or above the label, a number out of range.
        UnknownNameError: an unknown drug, time of day, preset or `exact`.
        NotModelledError: a preset that cannot be turned into this drug.
    """

    drug: str
    mg_per_day: Fraction | float | int
    times: tuple[str, ...]
    use_days: int
    products: tuple[Product, ...]
    patient: Patient = field(default_factory=Patient)
    beside: tuple[Steady, ...] = ()
    cap: float | int = CAP
    quantile: float | int = QUANTILE
    preset: str = "asam"
    always_mg: Fraction | float | int | None = None
    period_days: int = PERIOD_DAYS
    most_weeks: int = MOST_WEEKS
    virtual_patients: int = 0
    seed: int = 0
    exact: str = "if needed"
    exact_limit_s: float | int = EXACT_LIMIT_S
    allow_above_label: bool = False
    model: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self):
        drug = library.canonical(self.drug, "drug")
        object.__setattr__(self, "drug", drug)
        object.__setattr__(self, "times", in_order(self.times))
        object.__setattr__(self, "products", one_drug(self.products))
        if self.products[0].drug != drug:
            raise InputError(
                f"products of another drug than {drug}", value=self.products[0].drug, expected=drug,
                fix="a plan that switches to another drug is not searched: write it and verify it",
            )  # fmt: skip
        if self.exact not in EXACT:
            raise UnknownNameError("use of the exact search", self.exact, EXACT)
        whole = (self.virtual_patients, self.seed)
        if any(n != int(n) or n < 0 for n in whole) or not self.exact_limit_s > 0:
            raise InputError("virtual patients, seed", value=whole, expected="whole numbers of 0 or more")
        object.__setattr__(self, "mg_per_day", exact(self.mg_per_day))
        _ = self.rules, self.baseline, self.history

    @property
    def rules(self) -> SearchRules:
        """What the search may not break."""
        return SearchRules(
            self.cap, self.quantile, self.period_days, most_weeks=self.most_weeks,
            look_ahead_days=max(self.period_days, SearchRules().look_ahead_days),
        )  # fmt: skip

    @property
    def baseline(self) -> Baseline:
        """Dose of today, products and ceiling."""
        return Baseline(
            self.products, self.mg_per_day, self.times, limits=limits(self.preset, self.drug, always_mg=self.always_mg),
            allow_above_label=self.allow_above_label,
        )  # fmt: skip

    @property
    def history(self) -> tuple[Steady, ...]:
        """What was taken up to today, the drug of the plan first."""
        return (Steady(self.drug, self.mg_per_day, self.times, self.use_days), *self.beside)
