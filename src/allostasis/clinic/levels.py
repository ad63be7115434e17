"""Levels without a run: mean levels at steady state, and the course after single doses, from the submodels of the exposure.

    steady state    0 = A x + b R + d(x, u)         u: clearances and first pass at the mean levels x
    single doses    x(t + h) = V_h [exp(A h) x(t) + dose],  V_h: what varies, over h

The same graph, enzymes and first pass as in a run. Constant input at the mean dose rate R stands for the dosing interval: exact
for the mean of a linear drug, close for one that saturates. Single doses see enzymes at their naive activity.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import expm
from scipy.optimize import root

from allostasis import library
from allostasis.exposure import CompartmentModel, EnzymeActivity, MetabolicClearance
from allostasis.exposure.enzymes import ORGANS, terms
from allostasis.library.reach import closure
from allostasis.patient import Patient
from allostasis.quantity import InputError
from allostasis.regimen import Dose
from allostasis.simulation.book import Book
from allostasis.simulation.exposure_numbers import exposure

STEP_H = 1 / 60  # structural: a minute; peaks of intravenous doses come within several
EQUILIBRIUM = 1e-6  # structural: share of the dose rate that a steady state may leave over
SLACK = 1e-3  # structural: the same against the dose rate, where the levels of a drug that accumulates hide it
BELOW = 1e-12  # structural: amount that stands for none, over the largest
SOLVER = "hybr"


@dataclass(frozen=True)
class Levels:
    """Levels of every substance.

    Attributes:
        plasma: total in plasma [nM].
        unbound_brain: unbound in brain [nM], of those with numbers for it.
    """

    plasma: dict[str, float]
    unbound_brain: dict[str, float]


class _Body:
    """Submodels and numbers of some drugs in one patient, prepared once."""

    def __init__(self, sites: Iterable[tuple[str, str]], patient: Patient):
        book, self.sites = Book(), sorted(set(sites))
        for drug, route in self.sites:
            library.drug(drug).route(route)
        parts = exposure(book, closure(sorted({d for d, _ in self.sites})), self.sites, patient)
        self.graph = next(p for p in parts if isinstance(p, CompartmentModel))
        self.enzymes = next((p for p in parts if isinstance(p, EnzymeActivity)), None)
        self.clearance = next((p for p in parts if isinstance(p, MetabolicClearance)), None)
        self.numbers = {part.name: part.prepare(book.values[part.name]) for part in parts}
        self.p = self.numbers["exposure"]
        self.names = [state.name for state in self.graph.states]
        self.matrix = np.asarray(self.graph.matrix(self.p), float)

    def state(self, x: np.ndarray) -> dict[str, Any]:
        return dict(zip(self.names, x, strict=True))

    def ports(self, x: np.ndarray) -> dict[str, Any]:
        """Clearance and availability at the mean levels x, with enzymes at their steady state."""
        if self.enzymes is None or self.clearance is None:
            return {}
        seen, p = self.graph.readout(0.0, self.state(x), {}, self.p), self.numbers["enzymes"]
        activity = {}
        for organ in ORGANS:
            found = []
            for enzyme in self.enzymes.enzymes:
                blocked, lost, made = terms(self.enzymes, organ, enzyme, seen, p)
                turnover = p[f"kdeg.{organ}.{enzyme}"]
                found.append(turnover * (1 + made) / (turnover + lost) / (1 + blocked))
            activity[f"{organ}_activity"] = tuple(found)
        return self.clearance.readout(0.0, {}, activity, self.numbers["clearance"])

    def naive(self) -> dict[str, Any]:
        v = self.graph.variation
        return {"clearance_activity": (1.0,) * len(v.clearances), "availability": (1.0,) * len(v.routes)}

    def dose(self, drug: str, route: str, mg: float | int) -> np.ndarray:
        return np.asarray(self.graph.dose_vector(drug, route, self.p), float) * mg

    def levels(self, x: np.ndarray) -> Levels:
        seen = self.graph.readout(0.0, self.state(x), {}, self.p)
        names = [m.name for m in self.graph.moieties]
        brain = zip(self.graph.ligands, seen.get("unbound_brain", ()), strict=True)
        plasma = zip(names, seen["plasma"], strict=True)
        return Levels({n: float(c) for n, c in plasma}, {n: float(c) for n, c in brain})


def steady_levels(mg_per_h: Mapping[tuple[str, str], float], patient: Patient | None = None) -> Levels:
    """Mean levels at steady state.

    Args:
        mg_per_h: (drug, route) -> mean dose rate [mg/h].
        patient: who takes them; None for the typical adult.

    Raises:
        InputError: no steady state: a drug whose elimination is exceeded.

    >>> alone = steady_levels({("diazepam", "oral"): 10 / 24})
    >>> round(alone.plasma["diazepam"] * 284.7e-6 * 1000)
    261
    """
    body = _Body(mg_per_h, patient or Patient())
    rate = np.sum([body.dose(drug, route, mg) for (drug, route), mg in mg_per_h.items()], axis=0)
    start = np.maximum(np.linalg.solve(-body.matrix, rate), 0.0)
    if not body.graph.varies:
        return body.levels(start)
    there = start > BELOW * start.max()  # what nothing feeds stays empty
    leaves = -np.diag(body.matrix)[there]

    def left(x: np.ndarray) -> np.ndarray:
        more = body.graph.vary_rate(body.state(x), body.ports(x), body.p)
        return body.matrix @ x + rate + np.array([float(more.get(name, 0.0)) for name in body.names])

    def whole(ln: np.ndarray) -> np.ndarray:
        x = np.zeros(start.size)
        x[there] = np.exp(ln)
        return x

    found = root(lambda ln: left(whole(ln))[there] / (leaves * np.exp(ln)), np.log(start[there]), method=SOLVER)
    x = whole(found.x)
    if not np.isfinite(x).all() or np.abs(found.fun).max() > EQUILIBRIUM or np.abs(left(x)).max() > SLACK * rate.max():
        drugs = ", ".join(f"{drug} {mg * 24:g} mg" for (drug, _), mg in mg_per_h.items())  # structural: hours of a day
        raise InputError(
            "these doses never come to a steady state", value=f"{drugs} a day",
            expected="a dose rate below what the body can eliminate (phenytoin saturates)", fix="lower the dose",
        )  # fmt: skip
    return body.levels(x)


def peak_levels(doses: Iterable[Dose], horizon_h: float | int, patient: Patient | None = None) -> Levels:
    """Levels at the time at which the sum of unbound brain levels, each over its own peak, is highest.

    Args:
        doses: in mg; infusions are given evenly.
        horizon_h: until when to look [h].
        patient: who gets them.

    >>> levels = peak_levels([Dose("midazolam", "iv", 5.0, "mg", 0.0)], 1.0)
    >>> levels.unbound_brain["midazolam"] > levels.unbound_brain["1-hydroxymidazolam"] > 0
    True
    """
    given = list(doses)
    body = _Body({(d.drug, d.route) for d in given}, patient or Patient())
    steps = max(1, round(horizon_h / STEP_H))
    over, ports = expm(body.matrix * STEP_H), body.naive()
    entered = np.zeros((steps, len(body.names)))
    for dose in given:
        first = min(steps - 1, round(dose.time_h / STEP_H))
        last = min(steps, max(first + 1, first + round(getattr(dose, "duration_h", 0.0) / STEP_H)))
        entered[first:last] += body.dose(dose.drug, dose.route, dose.amount) / (last - first)
    x, course = np.zeros(len(body.names)), []
    for step in range(steps):
        x = over @ (x + entered[step])
        if body.graph.varies:
            new = body.graph.vary(body.state(np.maximum(x, 0.0)), ports, STEP_H, body.p)
            x = np.array([float(new[name]) for name in body.names])
        course.append(body.levels(x))
    names = list(course[0].unbound_brain)
    if not names:
        return course[int(np.argmax([sum(c.plasma.values()) for c in course]))]
    brain = np.array([[c.unbound_brain[n] for n in names] for c in course])
    top = brain.max(axis=0)
    return course[int(np.argmax((brain / np.where(top > 0, top, 1.0)).sum(axis=1)))]
