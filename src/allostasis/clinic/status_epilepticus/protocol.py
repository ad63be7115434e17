"""A treatment protocol of status epilepticus as data: which dose, by which way, when, and only if still seizing."""

from collections.abc import Mapping
from dataclasses import dataclass

from allostasis import library
from allostasis.clinic.status_epilepticus.limits import check_dose
from allostasis.quantity import InputError, UnknownNameError

ALWAYS, SEIZING = "always", "seizing"
CONDITIONS = (ALWAYS, SEIZING)
"""When a step is given: at any rate, or to those whose seizure goes on at that instant."""
INFUSED = "iv"
"""The only route by which something is infused."""


@dataclass(frozen=True)
class Step:
    """One dose of a protocol, repeated if asked.

    Attributes:
        drug: any known name; kept as the canonical one.
        dose: amount [mg or mg/kg].
        per_kg: whether ``dose`` is per kg of body weight.
        at_min: when, from the first treatment on [min].
        route: any known name; kept as the canonical one.
        over_min: length of the infusion, 0 for a bolus [min].
        maximum_mg: cap of a dose per kg, None without one [mg].
        condition: one of `CONDITIONS`.
        repeats: further doses of the same kind.
        every_min: between them [min].
    """

    drug: str
    dose: float | int
    per_kg: bool = False
    at_min: float | int = 0.0
    route: str = "iv"
    over_min: float | int = 0.0
    maximum_mg: float | int | None = None
    condition: str = ALWAYS
    repeats: int = 0
    every_min: float | int = 0.0

    def __post_init__(self):
        object.__setattr__(self, "drug", library.canonical(self.drug, "drug"))
        object.__setattr__(self, "route", library.canonical(self.route, "route"))
        for what, value in (("dose", self.dose), ("maximum", self.maximum_mg)):
            if value is not None and not 0 < value < float("inf"):
                raise InputError(f"{what} of {self.drug}", value=value, expected="above 0")
        for what, value in (("time", self.at_min), ("length of the infusion", self.over_min)):
            if not 0 <= value < float("inf"):
                raise InputError(
                    f"{what} of {self.drug} [min]", value=value, expected="0 or more, counted from the first treatment on",
                    fix='write a delay such as at = "20 min"',
                )  # fmt: skip
        if self.condition not in CONDITIONS:
            raise UnknownNameError("condition of a step", self.condition, CONDITIONS)
        if self.repeats < 0 or (self.repeats and not self.every_min > 0):
            raise InputError(
                f"repeats of {self.drug}", value=f"{self.repeats} every {self.every_min} min", expected="0 or more, with a time",
                fix='write repeats = 1 and every = "5 min"',
            )  # fmt: skip
        if self.over_min and self.route != INFUSED:
            raise InputError(f"an infusion by the route {self.route}", value=f"{self.over_min:g} min", fix="leave out `over`")

    def times_min(self) -> tuple[float, ...]:
        """When it may be given, from the first treatment on [min]."""
        return tuple(float(self.at_min + i * self.every_min) for i in range(self.repeats + 1))

    def amount_mg(self, weight_kg):
        """Amount for a weight [kg] or an array of weights [mg]."""
        import numpy as np

        amount = self.dose * np.asarray(weight_kg, float) if self.per_kg else self.dose + 0 * np.asarray(weight_kg, float)
        return amount if self.maximum_mg is None else np.minimum(amount, self.maximum_mg)

    def text(self) -> str:
        """In words.

        >>> Step("lorazepam", 0.1, per_kg=True, maximum_mg=4, condition="seizing", at_min=5).text()
        'lorazepam 0.1 mg/kg (at most 4 mg) iv at 5 min if still seizing'
        """
        parts = [f"{self.drug} {self.dose:g} mg{'/kg' if self.per_kg else ''}"]
        if self.maximum_mg is not None:
            parts.append(f"(at most {self.maximum_mg:g} mg)")
        parts.append(self.route)
        if self.over_min:
            parts.append(f"over {self.over_min:g} min")
        parts.append(f"at {self.at_min:g} min")
        if self.repeats:
            parts.append(f"and up to {self.repeats} more every {self.every_min:g} min")
        return " ".join(parts) + (" if still seizing" if self.condition == SEIZING else "")


@dataclass(frozen=True)
class Protocol:
    """A named list of steps; no steps is no treatment."""

    name: str
    steps: tuple[Step, ...] = ()

    def sites(self) -> set[tuple[str, str]]:
        """(drug, route) pairs."""
        return {(step.drug, step.route) for step in self.steps}

    def text(self) -> str:
        """In words."""
        return "; ".join(step.text() for step in self.steps) or "no treatment"

    def check(self, *, human: bool, horizon_min: float | int, weight_kg: float | int, above_maximum: bool = False) -> None:
        """Refuse what cannot be simulated or can never happen.

        Raises:
            InputError: a step at or behind the horizon, which can never be given, or a dose above its stated maximum.
            UnknownNameError: a route that the drug does not have.
        """
        for step in self.steps:
            if step.times_min()[-1] >= horizon_min:
                raise InputError(
                    f"{self.name}: {step.drug} at {step.times_min()[-1]:g} min can never be given",
                    expected=f"before the end of the run, {horizon_min:g} min after the first treatment",
                    fix="give it earlier, or make the horizon longer",
                )
            if human:
                routes: Mapping = library.drug(step.drug).routes
                if step.route not in routes:
                    raise UnknownNameError(f"route of {step.drug}", step.route, routes)
                if not above_maximum:
                    check_dose(step.drug, step.dose, step.per_kg, step.maximum_mg, weight_kg)
