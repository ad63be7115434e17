"""What of a compartment graph is not constant: clearances that enzymes set, clearances that saturate, first pass.

The graph itself keeps its constant matrix; only the deviation from it is advanced here. Where every activity is 1 and nothing
saturates, the deviation is zero and the graph is what it was.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import jax.numpy as jnp

from allostasis.model.contract import Port, Values

MICHAELIS_MENTEN, PLASMA_BINDING = "michaelis_menten", "plasma_binding"


class Variation(NamedTuple):
    """Which parts of a graph vary.

    Attributes:
        clearances: moieties whose clearance follows the port ``clearance_activity``.
        saturable: (moiety, "michaelis_menten" or "plasma_binding") of clearances that depend on their own concentration.
        routes: (drug, route) whose available fraction follows the port ``availability``.
        absorbed: drugs whose rate of absorption by mouth is given out, for what they do in the gut wall.
    """

    clearances: tuple[str, ...] = ()
    saturable: tuple[tuple[str, str], ...] = ()
    routes: tuple[tuple[str, str], ...] = ()
    absorbed: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        """Whether the graph varies at all."""
        return bool(self.clearances or self.saturable or self.routes)

    @property
    def inputs(self) -> tuple[Port, ...]:
        """Ports that set the activities."""
        clearance = Port("clearance_activity", "1", "clearance over its reference", self.clearances)
        names = tuple(f"{drug}.{route}" for drug, route in self.routes)
        available = Port("availability", "1", "available fraction over its reference", names)
        return ((clearance,) if self.clearances else ()) + ((available,) if self.routes else ())


def saturation(kind: str, concentration: Any, p: Values, moiety: str) -> Any:
    """Clearance at a total plasma concentration [nM] over that at none.

        Michaelis-Menten    1 / (1 + C/Km)
        plasma binding      (U/C) / fu0, U^2 + (Bmax + Kd - C) U - Kd C = 0, fu0 = Kd/(Kd + Bmax): clearance of what is unbound

    Parameters: ``m.Km``; ``m.Bmax``, ``m.Kd`` [nM].
    """
    if kind == MICHAELIS_MENTEN:
        return 1 / (1 + concentration / p[f"{moiety}.Km"])
    most, kd = p[f"{moiety}.Bmax"], p[f"{moiety}.Kd"]
    return unbound_share(concentration, p, moiety) * (kd + most) / kd


def unbound_share(concentration: Any, p: Values, moiety: str) -> Any:
    """What saturable binding leaves unbound of a total plasma concentration [nM], U/C of the equation in `saturation`."""
    most, kd = p[f"{moiety}.Bmax"], p[f"{moiety}.Kd"]
    b = most + kd - concentration
    # U = 2 Kd C/(b + sqrt(b^2 + 4 Kd C)), so U/C needs no division by C; 4 stands in the formula of the quadratic
    return 2 * kd / (b + jnp.sqrt(b * b + 4 * kd * concentration))  # structural: quadratic formula


def _activities(variation: Variation, ports: Values) -> dict[str, Any]:
    given = dict(zip(variation.clearances, ports.get("clearance_activity", ()), strict=True))
    return {name: given.get(name, 1.0) for name in (*variation.clearances, *(m for m, _ in variation.saturable))}


def _excess(variation: Variation, moiety: str, amount: Any, activity: Any, p: Values) -> Any:
    """Rate constant of elimination above the reference [1/h]."""
    for name, kind in variation.saturable:
        if name == moiety:
            activity = activity * saturation(kind, amount / p[f"{moiety}.V1"], p, moiety)
    return p[f"{moiety}.CL"] / p[f"{moiety}.V1"] * (activity - 1)


Metabolites = Mapping[str, tuple[str, ...]]
Stages = Mapping[tuple[str, str], str]


def rates(variation: Variation, metabolites: Metabolites, stages: Stages, x: Mapping, ports: Values, p: Values) -> dict:
    """Deviation of dx/dt from the constant graph, per state [nmol/h].

    Args:
        variation: what varies.
        metabolites: moiety -> those that its clearance forms.
        stages: (drug, route) -> state that empties into the body.
        x: state -> amount [nmol].
        ports: ``clearance_activity`` and ``availability`` as declared.
        p: parameters of the graph.
    """
    change: dict[str, Any] = {}

    def add(state: str, value: Any) -> None:
        change[state] = change.get(state, 0) + value

    for moiety, activity in _activities(variation, ports).items():
        central = x[f"{moiety}.central"]
        lost = _excess(variation, moiety, central, activity, p) * central
        add(f"{moiety}.central", -lost)
        for metabolite in metabolites[moiety]:
            add(f"{metabolite}.central", p[f"{moiety}.fraction.{metabolite}"] * lost)
    for (drug, route), ratio in zip(variation.routes, ports.get("availability", ()), strict=True):
        for state, value in _first_pass(drug, route, ratio, metabolites[drug], x[stages[drug, route]], p).items():
            add(state, value)
    return change


def advance(
    variation: Variation, metabolites: Metabolites, stages: Stages, x: Mapping, ports: Values, step: Any, p: Values
) -> dict:
    """States after the deviation alone has acted for ``step`` h: exponential in each clearance, midpoint where it saturates."""
    new = dict(x)
    for moiety, activity in _activities(variation, ports).items():
        central = new[f"{moiety}.central"]
        half = central * jnp.exp(-_excess(variation, moiety, central, activity, p) * (step / 2))
        end = central * jnp.exp(-_excess(variation, moiety, half, activity, p) * step)
        new[f"{moiety}.central"] = end
        for metabolite in metabolites[moiety]:
            state = f"{metabolite}.central"
            new[state] = new[state] + p[f"{moiety}.fraction.{metabolite}"] * (central - end)
    for (drug, route), ratio in zip(variation.routes, ports.get("availability", ()), strict=True):
        for state, value in _first_pass(drug, route, ratio, metabolites[drug], new[stages[drug, route]], p).items():
            new[state] = new[state] + step * value
    return new


def _first_pass(drug: str, route: str, ratio: Any, metabolites: tuple[str, ...], amount: Any, p: Values) -> dict:
    """More parent and less metabolite where first pass is inhibited: what is not available is shared as it was."""
    key = f"{drug}.{route}"
    flow, f = amount * p[f"{key}.ka"], p[f"{key}.F"]
    change = {f"{drug}.central": flow * f * (ratio - 1)}
    for metabolite in metabolites:
        if (name := f"{key}.first_pass.{metabolite}") in p:
            change[f"{metabolite}.central"] = flow * p[name] * ((1 - f * ratio) / (1 - f) - 1)
    return change


def fastest(variation: Variation, p: Values) -> Any:
    """Largest reference rate constant among the clearances that vary [1/h]."""
    names = {*variation.clearances, *(m for m, _ in variation.saturable)}
    ks = [p[f"{name}.CL"] / p[f"{name}.V1"] for name in sorted(names)]
    return max((jnp.max(jnp.asarray(k)) for k in ks), default=0.0)
