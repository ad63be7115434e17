"""Linear pharmacokinetics of drugs and their metabolites, from the dose to the unbound brain concentration."""

from typing import Any

import equinox as eqx
import numpy as np

from allostasis.exposure import variation as varying
from allostasis.exposure.efflux import BRAIN_ACCESS
from allostasis.exposure.first_pass import is_oral
from allostasis.exposure.graph import Depot, Graph, Moiety
from allostasis.exposure.variation import Variation
from allostasis.model.arrays import namespace
from allostasis.model.contract import AbstractLinear, Example, Port, State, Values
from allostasis.quantity.errors import InputError, UnknownNameError


class CompartmentModel(AbstractLinear):
    """Mammillary compartment models of several moieties in one linear graph.

    ::

        depot --ka F--> central <--Q--> peripherals
          |                |  CL x fraction --> central of a metabolite
          ka first_pass    |  CL x (1 - sum of fractions) --> out
          v                v
        metabolite       brain (unbound, ke0)

    With amounts x [nmol], volumes V [L], clearances CL, Q [L/h] and concentration C = x_central / V1 [nM]:

        d depot /dt      = - ka depot
        d central /dt    = ka F depot - (CL + Q2 + Q3)/V1 central + Q2/V2 p2 + Q3/V3 p3 + formation from parents
        d brain /dt      = ke0 (Kp,uu fu C - brain)          [nM], an effect compartment that takes no mass

    Where plasma binding saturates, brain follows the total concentration (Kp,uu fu = 1 in that line), and the port gives
    Kp,uu U(brain), U what the binding leaves unbound of it: the lag stays linear, and at equilibrium unbound brain is Kp,uu times
    unbound plasma.

    Parameters, per moiety "m": ``m.CL``, ``m.V1`` (``m.Q2``, ``m.V2``, ``m.Q3``, ``m.V3``), ``m.molar_mass`` [g/mol],
    ``m.fraction.<metabolite>`` [1], ``m.fu_plasma``, ``m.Kp_uu`` [1], ``m.ke0`` [1/h]; per depot "m.route": ``m.route.ka`` [1/h],
    ``m.route.F`` [1], ``m.route.first_pass.<metabolite>`` [1]. Everything is molar, so metabolite formation conserves moles.

    Args:
        moieties: every substance of the graph, metabolites included.
        depots: absorption depots.
        variation: clearances and first passes that are not constant (`exposure.variation`); none by default.
        efflux: whether the port ``brain_access`` scales what is unbound in brain (`exposure.efflux`).

    Raises:
        InputError: a moiety twice, a metabolite or depot of a moiety that is not there, a wrong number of compartments.
    """

    moieties: tuple[Moiety, ...] = eqx.field(static=True)
    depots: tuple[Depot, ...] = eqx.field(static=True)
    variation: Variation = eqx.field(static=True)
    efflux: bool = eqx.field(static=True)

    def __init__(self, moieties, depots=(), variation=None, efflux=False):
        names = [m.name for m in moieties]
        if len(set(names)) < len(names):
            raise InputError("a moiety is listed twice", value=", ".join(names))
        for m in moieties:
            if m.n_compartments not in (1, 2, 3):  # structural: mammillary models in use
                raise InputError(f"{m.name} has {m.n_compartments} compartments", expected="1, 2 or 3")
            for metabolite in m.metabolites:
                if metabolite not in names:
                    raise UnknownNameError(f"metabolite of {m.name}", metabolite, names)
        for d in depots:
            if d.drug not in names:
                raise UnknownNameError("drug of a depot", d.drug, names)
            if d.stages < 1:
                raise InputError(f"absorption stages of {d.drug}", value=d.stages, expected="1 or more")
        self.moieties, self.depots, self.variation = tuple(moieties), tuple(depots), variation or Variation()
        self.efflux = bool(efflux) and bool(self.ligands)

    @property
    def name(self) -> str:
        return "exposure"

    @property
    def inputs(self) -> tuple[Port, ...]:
        access = Port(BRAIN_ACCESS, "1", "unbound brain concentration over that with a naive pump", self.ligands)
        return self.variation.inputs + ((access,) if self.efflux else ())

    @property
    def feedthrough(self) -> tuple[str, ...]:
        return (BRAIN_ACCESS,) if self.efflux else ()

    @property
    def outputs(self) -> tuple[Port, ...]:
        plasma = Port("plasma", "nM", "total plasma concentration", tuple(m.name for m in self.moieties))
        brain = Port("unbound_brain", "nM", "unbound brain concentration", self.ligands)
        absorbed = Port("absorption", "nmol/h", "rate of absorption by mouth", self.variation.absorbed)
        return (plasma, *((brain,) if self.ligands else ()), *((absorbed,) if absorbed.components else ()))

    @property
    def varies(self) -> bool:
        return self.variation.any

    @property
    def _metabolites(self) -> dict[str, tuple[str, ...]]:
        return {m.name: m.metabolites for m in self.moieties}

    @property
    def _last_stages(self) -> dict[tuple[str, str], str]:
        return {(d.drug, d.route): d.states[-1] for d in self.depots}

    def vary(self, state: Values, inputs: Values, step: Any, prepared: Values) -> dict:
        return varying.advance(self.variation, self._metabolites, self._last_stages, state, inputs, step, prepared)

    def vary_rate(self, state: Values, inputs: Values, prepared: Values) -> dict:
        return varying.rates(self.variation, self._metabolites, self._last_stages, state, inputs, prepared)

    def vary_speed(self, prepared: Values) -> float:
        return float(varying.fastest(self.variation, prepared))

    @property
    def graph(self) -> Graph:
        """Topology of the model as tables."""
        return Graph(self.moieties, self.depots, self.variation)

    @property
    def ligands(self) -> tuple[str, ...]:
        """Moieties with an unbound brain concentration, in order."""
        return self.graph.ligands

    @property
    def bound(self) -> tuple[str, ...]:
        """Ligands whose binding in plasma saturates."""
        return self.graph.bound

    @property
    def states(self) -> tuple[State, ...]:
        return self.graph.states

    def matrix(self, prepared: Values) -> Any:
        xp: Any = namespace(prepared)
        n = len(self.states)
        elements = self.graph.elements(prepared)
        shape = xp.broadcast_shapes(*(xp.shape(v) for v in elements.values()))
        if xp is np:
            filled = np.zeros((*shape, n, n))
            for (i, j), value in elements.items():
                filled[..., i, j] = value
            return filled
        zero = xp.zeros(shape)
        rows = [[xp.broadcast_to(elements.get((i, j), zero), shape) for j in range(n)] for i in range(n)]
        return xp.moveaxis(xp.stack([xp.stack(row) for row in rows]), (0, 1), (-2, -1))

    def losses(self, prepared: Values):
        """Rate at which each state leaves the graph [1/h]: the row that closes the mass balance. Zero for brain states."""
        xp = namespace(prepared)
        index = {s.name: i for i, s in enumerate(self.states)}
        rates = [xp.asarray(0.0)] * len(self.states)
        for source, value in self.graph.flows(prepared)[1]:
            rates[index[source]] = rates[index[source]] + value
        shape = xp.broadcast_shapes(*(xp.shape(r) for r in rates))
        return xp.stack([xp.broadcast_to(r, shape) for r in rates], axis=-1)

    def sparsity(self) -> tuple[tuple[bool, ...], ...]:
        names = {key: 1.0 for key in self.parameter_names()}
        elements, n = self.graph.elements(names), len(self.states)
        return tuple(tuple((i, j) in elements for j in range(n)) for i in range(n))

    def parameter_names(self) -> tuple[str, ...]:
        """Names of the parameters that this graph needs."""
        return self.graph.parameter_names()

    def dose_vector(self, drug: str, route: str, prepared: Values) -> Any:
        """nmol in the depot of that route (in the central compartment for "iv") per mg of ``drug``."""
        names = [s.name for s in self.states]
        site = f"{drug}.central" if route == "iv" else f"{drug}.{route}"
        if site not in names:
            raise UnknownNameError("dosing site", site, [n for n in names if not n.endswith(".brain")])
        xp = namespace(prepared)
        per_mg = NMOL_PER_MG / xp.asarray(prepared[f"{drug}.molar_mass"])
        zero = xp.zeros_like(per_mg)
        return xp.stack([per_mg if n == site else zero for n in names], axis=-1)

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        plasma = tuple(state[f"{m.name}.central"] * prepared[f"{m.name}.inverse_V1"] for m in self.moieties)
        unbound = tuple(self._unbound(name, state[f"{name}.brain"], prepared) for name in self.ligands)
        if self.efflux:
            unbound = tuple(x * access for x, access in zip(unbound, inputs[BRAIN_ACCESS], strict=True))
        brain = {"unbound_brain": unbound} if self.ligands else {}
        return {"plasma": plasma} | brain | self._absorption(state, prepared)

    def _unbound(self, name: str, brain: Any, p: Values) -> Any:
        """Unbound brain concentration from the brain state."""
        return brain * varying.unbound_share(brain, p, name) * p[f"{name}.Kp_uu"] if name in self.bound else brain

    def _absorption(self, state: Values, prepared: Values) -> dict:
        """Absorption by mouth of the drugs that act in the gut wall; 0 for one that is not taken by mouth."""
        if not self.variation.absorbed:
            return {}
        zero = 0 * state[f"{self.moieties[0].name}.central"]
        rates = {name: zero for name in self.variation.absorbed}
        for d in self.depots:
            if d.drug in rates and is_oral(d.route):
                rates[d.drug] = rates[d.drug] + state[d.states[-1]] * prepared[f"{d.drug}.{d.route}.ka"]
        return {"absorption": tuple(rates.values())}

    def prepare(self, parameters: Values) -> dict:
        return dict(parameters) | {f"{m.name}.inverse_V1": 1 / parameters[f"{m.name}.V1"] for m in self.moieties}

    @classmethod
    def example(cls) -> Example:
        parent, metabolite = Moiety("parent", 2, ("metabolite",)), Moiety("metabolite", 1)
        model = cls((parent, metabolite), (Depot("parent", "oral", ("metabolite",)),))
        values = {
            "parent.oral.ka": 1.2,
            "parent.oral.F": 0.7,
            "parent.oral.first_pass.metabolite": 0.2,
            "parent.CL": 4.0,
            "parent.V1": 40.0,
            "parent.Q2": 9.0,
            "parent.V2": 55.0,
            "parent.molar_mass": 300.0,
            "parent.fraction.metabolite": 0.6,
            "parent.fu_plasma": 0.1,
            "parent.Kp_uu": 0.8,
            "parent.ke0": 4.0,
            "metabolite.CL": 2.0,
            "metabolite.V1": 60.0,
            "metabolite.molar_mass": 316.0,
            "metabolite.fu_plasma": 0.05,
            "metabolite.Kp_uu": 0.9,
            "metabolite.ke0": 5.0,
        }  # structural: an invented drug for the contract battery
        return Example(model, values, {}, {})


NMOL_PER_MG = 1e6  # structural: unit conversion, 1 mg / (1 g/mol) = 1e6 nmol
