"""Conditional doses: data that the scan of a simulation evaluates at each step. Times in h, amounts in mg."""

import math
from dataclasses import dataclass, replace

from allostasis.quantity.errors import InputError
from allostasis.regimen.dose import MAX_DOSES, Dose, finite

RELATIONS = ("above", "below")


@dataclass(frozen=True)
class DosingRule:
    """Give a bolus whenever a port is above or below a threshold, within limits.

    Args:
        drug: name of the drug.
        route: name of the route.
        amount_mg: one dose [mg; mg per kg of body weight where `per_kg`], above 0.
        port: name of the port ("imbalance", "occupancy", "unbound_brain"), checked by the simulation.
        component: component of the port ("a1", "diazepam"), "" where the port has none.
        relation: "above" or "below".
        threshold: in the unit of the port.
        refractory_h: shortest time between two doses of the rule [h], above 0.
        maximum_doses: largest number of doses of the rule, at least 1.
        start_h: the rule is asleep before [h].
        stop_h: the rule is asleep from here on [h]; infinity for never.
        per_kg: True where the dose is per kg of body weight; `in_mg` scales it.

    Raises:
        InputError: a number is not finite or out of range, or the relation is not known.

    """

    drug: str
    route: str
    amount_mg: float | int
    port: str
    component: str
    relation: str
    threshold: float | int
    refractory_h: float | int
    maximum_doses: int
    start_h: float | int = 0.0
    stop_h: float | int = math.inf
    per_kg: bool = False

    def __post_init__(self):
        if self.relation not in RELATIONS:
            raise InputError(
                "relation of a dosing rule is not known", value=self.relation, expected="'above' or 'below'"
            )
        count = finite(self.maximum_doses, "largest number of doses of a rule", at_least=1)
        if count != int(count) or count > MAX_DOSES:
            raise InputError(
                "largest number of doses of a rule is out of range",
                value=self.maximum_doses,
                expected=f"a whole number from 1 to {MAX_DOSES}",
            )
        start = finite(self.start_h, "start of a rule [h]", at_least=0.0)
        if not self.stop_h > start:
            raise InputError(
                "dosing rule ends before it begins",
                value=f"{self.stop_h:g} h",
                expected=f"an end after {start:g} h",
            )
        for name, value in (
            ("amount_mg", finite(self.amount_mg, "dose of a rule [mg]", above=0.0)),
            ("threshold", finite(self.threshold, "threshold of a rule")),
            (
                "refractory_h",
                finite(self.refractory_h, "shortest time between doses of a rule [h]", above=0.0),
            ),
            ("maximum_doses", int(count)),
            ("start_h", start),
            ("stop_h", float(self.stop_h)),
        ):
            object.__setattr__(self, name, value)

    def in_mg(self, weight_kg: float | int | None = None) -> "DosingRule":
        """Return the rule with its dose in mg, scaled by body weight [kg] where it is per kg.

        Raises:
            InputError: the dose is per kg and no positive weight is given.

        """
        if not self.per_kg:
            return self
        amount = Dose(self.drug, self.route, self.amount_mg, "mg/kg", 0.0).scaled(weight_kg).amount
        return replace(self, amount_mg=amount, per_kg=False)
