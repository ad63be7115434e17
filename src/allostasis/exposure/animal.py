"""From a dose per body weight to what is unbound in a rodent's brain: one compartment a drug, two in a row where brain lags."""

from typing import Any

import equinox as eqx
import numpy as np

from allostasis.model.arrays import namespace
from allostasis.model.contract import AbstractLinear, Example, Port, State, Values
from allostasis.quantity.errors import InputError, UnknownNameError

INTRAVENOUS = "iv"


class AnimalCompartments(AbstractLinear):
    """One compartment a drug, in units of what is unbound in brain [nM], so that no volume is needed.

        d depot/dt = -ka depot                                     one per route other than i.v.
        d brain/dt = ka depot - k brain                            brain follows plasma at once
        d body/dt  = ka depot - k body,  d brain/dt = e (body - brain)      for the ``slow`` drugs, whose brain lags

    An active metabolite m of a drug is made as the drug leaves, and in the liver before it arrives:

        d m/dt = yield (k parent + ka first_pass depot) - k_m m,      first_pass = (1 - F) / F of the route

    with yield in nM of metabolite per nM of parent, both unbound in brain; the area of the metabolite over that of the parent is
    yield k / k_m after an intravenous dose, and 1 / F of that by another route.

    A dose of 1 mg/kg puts ``level`` into its depot (straight into body or brain for "iv"): the level that the brain would start
    from if all of the dose were absorbed at once. Amounts of a run are mg/kg. Everything is linear; saturable drugs (phenytoin,
    valproate) hold near the doses that their numbers come from.

    Parameters, per drug: ``drug.k`` [1/h], for slow ones ``drug.e`` [1/h]; per route ``drug.route.level`` [nM per mg/kg] and,
    but for "iv", ``drug.route.ka`` [1/h].

    Args:
        drugs: substances, the components of the port ``unbound_brain``.
        routes: (drug, route) pairs in use.
        slow: drugs with a body compartment in front of the brain.
        metabolites: (drug, metabolite) pairs; both are substances.

    Raises:
        InputError: a drug or a route twice.
        UnknownNameError: a route or a lag of a drug that is not there.

    >>> AnimalCompartments(("ketamine",), (("ketamine", "iv"),)).outputs[0].components
    ('ketamine',)
    """

    drugs: tuple[str, ...] = eqx.field(static=True)
    routes: tuple[tuple[str, str], ...] = eqx.field(static=True)
    slow: tuple[str, ...] = eqx.field(static=True)
    metabolites: tuple[tuple[str, str], ...] = eqx.field(static=True)

    def __init__(
        self, drugs: tuple[str, ...], routes: tuple[tuple[str, str], ...], slow: tuple[str, ...] = (),
        metabolites: tuple[tuple[str, str], ...] = (),
    ):  # fmt: skip
        if not drugs:
            raise InputError("an animal without drugs", value="()", expected="at least one drug")
        for what, names in (("drug", drugs), ("route", routes)):
            if len(set(names)) < len(names):
                raise InputError(f"a {what} is listed twice", value=str(names))
        for name in (*(drug for drug, _ in routes), *slow, *(name for pair in metabolites for name in pair)):
            if name not in drugs:
                raise UnknownNameError("drug of the animal", name, drugs)
        self.drugs, self.routes, self.slow, self.metabolites = tuple(drugs), tuple(routes), tuple(slow), tuple(metabolites)

    @property
    def name(self) -> str:
        return "exposure"

    @property
    def inputs(self) -> tuple[Port, ...]:
        return ()

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (Port("unbound_brain", "nM", "unbound brain concentration", self.drugs),)

    @property
    def states(self) -> tuple[State, ...]:
        depots = [(drug, route) for drug, route in self.routes if route != INTRAVENOUS]
        result = [State(f"{drug}.{route}", "nM", f"{drug} at the {route} site", True) for drug, route in depots]
        result += [State(f"{drug}.body", "nM", f"{drug}, unbound in plasma", True) for drug in self.slow]
        return (*result, *(State(f"{drug}.brain", "nM", f"{drug}, unbound in brain", True) for drug in self.drugs))

    def _elements(self, p: Values) -> dict[tuple[int, int], Any]:
        index = {s.name: i for i, s in enumerate(self.states)}
        elements: dict[tuple[int, int], Any] = {}
        for drug, route in self.routes:
            if route != INTRAVENOUS:
                site, ka = index[f"{drug}.{route}"], p[f"{drug}.{route}.ka"]
                elements[site, site] = -ka
                elements[index[self._entry(drug)], site] = ka
        for drug in self.drugs:
            entry, brain = index[self._entry(drug)], index[f"{drug}.brain"]
            elements[entry, entry] = -p[f"{drug}.k"]
            if drug in self.slow:
                elements[brain, entry], elements[brain, brain] = p[f"{drug}.e"], -p[f"{drug}.e"]
        for drug, metabolite in self.metabolites:
            made = index[self._entry(metabolite)]
            elements[made, index[self._entry(drug)]] = p[f"{metabolite}.yield"] * p[f"{drug}.k"]
            for route in self._absorbed(drug):
                first_pass = p[f"{drug}.{route}.ka"] * p[f"{drug}.{route}.first_pass"]
                elements[made, index[f"{drug}.{route}"]] = p[f"{metabolite}.yield"] * first_pass
        return elements

    def _absorbed(self, drug: str) -> list[str]:
        return [route for name, route in self.routes if name == drug and route != INTRAVENOUS]

    def _entry(self, drug: str) -> str:
        """State that a dose is absorbed into."""
        return f"{drug}.body" if drug in self.slow else f"{drug}.brain"

    def matrix(self, prepared: Values) -> Any:
        xp: Any = namespace(prepared)
        n, elements = len(self.states), self._elements(prepared)
        shape = xp.broadcast_shapes(*(xp.shape(v) for v in elements.values()))
        zero = xp.zeros(shape)
        rows = [[xp.broadcast_to(elements.get((i, j), zero), shape) for j in range(n)] for i in range(n)]
        return xp.moveaxis(xp.stack([xp.stack(row) for row in rows]), (0, 1), (-2, -1))

    def sparsity(self) -> tuple[tuple[bool, ...], ...]:
        elements, n = self._elements(dict.fromkeys(self.parameter_names(), 1.0)), len(self.states)
        return tuple(tuple((i, j) in elements for j in range(n)) for i in range(n))

    def losses(self, prepared: Values) -> Any:
        """Rate at which each state leaves the graph [1/h]: the decay of the state that a dose is absorbed into."""
        xp: Any = namespace(prepared)
        leaving = {self._entry(drug): prepared[f"{drug}.k"] for drug in self.drugs}
        shape = xp.broadcast_shapes(*(xp.shape(v) for v in leaving.values()))
        return xp.stack([xp.broadcast_to(leaving.get(s.name, 0.0), shape) for s in self.states], axis=-1)

    def parameter_names(self) -> tuple[str, ...]:
        """Names of the parameters that this graph needs."""
        names = [f"{drug}.k" for drug in self.drugs] + [f"{drug}.e" for drug in self.slow]
        for drug, route in self.routes:
            names += [f"{drug}.{route}.level", *([f"{drug}.{route}.ka"] if route != INTRAVENOUS else [])]
        for drug, metabolite in self.metabolites:
            names += [f"{metabolite}.yield", *(f"{drug}.{route}.first_pass" for route in self._absorbed(drug))]
        return tuple(names)

    def dose_vector(self, drug: str, route: str, prepared: Values) -> Any:
        """State change per mg/kg of a drug by a route [nM per mg/kg], array [..., n].

        Raises:
            UnknownNameError: a route that the animal has not.
        """
        if (drug, route) not in self.routes:
            raise UnknownNameError("dosing site", f"{drug} {route}", [f"{d} {r}" for d, r in self.routes])
        xp: Any = namespace(prepared)
        site = self._entry(drug) if route == INTRAVENOUS else f"{drug}.{route}"
        level = xp.asarray(prepared[f"{drug}.{route}.level"])
        return xp.stack([level if s.name == site else xp.zeros_like(level) for s in self.states], axis=-1)

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {"unbound_brain": tuple(state[f"{drug}.brain"] for drug in self.drugs)}

    @classmethod
    def example(cls) -> Example:
        values = {
            "fast.k": 0.8, "fast.intraperitoneal.level": 36.0, "fast.intraperitoneal.ka": 12.0, "fast.iv.level": 60.0,
            "slow.k": 0.3, "slow.e": 0.6, "slow.subcutaneous.level": 8e3, "slow.subcutaneous.ka": 9.0,
            "made.k": 0.5, "made.yield": 0.4, "fast.intraperitoneal.first_pass": 1.0,
        }  # structural: invented drugs for the contract battery  # fmt: skip
        routes = (("fast", "intraperitoneal"), ("fast", "iv"), ("slow", "subcutaneous"))
        return Example(cls(("fast", "slow", "made"), routes, ("slow",), (("fast", "made"),)), values, {}, {})


def peak(rate: float | int, *faster: float | int) -> tuple[float, float]:
    """When and how high a unit dose peaks behind steps of absorption and entry, in closed form (sum of exponentials).

    Args:
        rate: rate constant of the decay [1/h].
        faster: rate constants of the steps before it [1/h], different from each other and from ``rate``.

    Returns:
        Time of the peak [h] and level there over the level at the start of an instantaneous dose [1].

    >>> [round(x, 3) for x in peak(1.0, 2.0)]
    [0.693, 0.5]
    """
    rates = np.array([rate, *faster], float)
    weights = [np.prod(np.delete(rates, i) / (np.delete(rates, i) - r)) for i, r in enumerate(rates)]
    weights = np.array(weights) * rates / rate  # each step passes all of it on; the last one loses it at ``rate``
    low, high = 0.0, 50 / rates.min()  # structural: far behind the peak
    for _ in range(200):  # structural: bisection to rounding
        middle = (low + high) / 2
        falling = np.sum(weights * -rates * np.exp(-rates * middle)) < 0
        low, high = (low, middle) if falling else (middle, high)
    return float(low), float(np.sum(weights * np.exp(-rates * low)))
