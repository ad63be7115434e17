"""The graph of compartments as tables: what flows where, what leaves, and the elements of the matrix, from the topology alone."""

import itertools
from collections.abc import Sequence
from typing import Any, NamedTuple

from allostasis.exposure.variation import MICHAELIS_MENTEN, PLASMA_BINDING, Variation
from allostasis.model.contract import State, Values


class Moiety(NamedTuple):
    """Topology of one substance.

    Attributes:
        name: canonical name.
        n_compartments: 1, 2 or 3.
        metabolites: names of the moieties that its clearance forms.
        reaches_brain: whether an unbound brain concentration is modelled.
    """

    name: str
    n_compartments: int
    metabolites: tuple[str, ...] = ()
    reaches_brain: bool = True


class Depot(NamedTuple):
    """An absorption depot of one drug and route, with the metabolites that first pass forms from it.

    With several ``stages`` the dose passes as many equal compartments in a row, each left with ka (a gamma-shaped absorption).
    """

    drug: str
    route: str
    first_pass: tuple[str, ...] = ()
    stages: int = 1

    @property
    def states(self) -> tuple[str, ...]:
        """Names of the stages; a dose enters the first, the last empties into the body."""
        first = f"{self.drug}.{self.route}"
        return (first, *(f"{first}.stage{k}" for k in range(2, self.stages + 1)))


class Graph(NamedTuple):
    """Moieties, their depots and what varies; `CompartmentModel` has checked that they fit each other."""

    moieties: Sequence[Moiety]
    depots: Sequence[Depot]
    variation: Variation

    @property
    def ligands(self) -> tuple[str, ...]:
        """Moieties with an unbound brain concentration, in order."""
        return tuple(m.name for m in self.moieties if m.reaches_brain)

    @property
    def bound(self) -> tuple[str, ...]:
        """Ligands whose binding in plasma saturates."""
        return tuple(name for name, kind in self.variation.saturable if kind == PLASMA_BINDING and name in self.ligands)

    @property
    def states(self) -> tuple[State, ...]:
        """Amounts in depots, central and peripheral compartments [nmol], then brain [nM]."""
        result = [
            State(name, "nmol", f"{d.drug} at the {d.route} site", True) for d in self.depots for name in d.states
        ]
        for m in self.moieties:
            result.append(State(f"{m.name}.central", "nmol", f"{m.name}, central compartment", True))
            result += [
                State(f"{m.name}.peripheral{k}", "nmol", f"{m.name}, peripheral compartment {k}", True)
                for k in range(2, m.n_compartments + 1)
            ]
        seen = {name: "total in plasma, as the brain sees it" for name in self.bound}
        result += [
            State(f"{name}.brain", "nM", f"{name}, {seen.get(name, 'unbound in brain')}", True) for name in self.ligands
        ]
        return tuple(result)

    def flows(self, p: Values):
        """(to, from, coefficient) of every flow, and (from, coefficient) of every loss, one entry per arrow."""
        flows, losses = [], []
        for d in self.depots:
            site, ka, f = d.states[-1], p[f"{d.drug}.{d.route}.ka"], p[f"{d.drug}.{d.route}.F"]
            flows += [(later, earlier, ka) for earlier, later in itertools.pairwise(d.states)]
            flows.append((f"{d.drug}.central", site, ka * f))
            lost = 1 - f
            for metabolite in d.first_pass:
                share = p[f"{d.drug}.{d.route}.first_pass.{metabolite}"]
                flows.append((f"{metabolite}.central", site, ka * share))
                lost = lost - share
            losses.append((site, ka * lost))
        for m in self.moieties:
            central, lost = f"{m.name}.central", 1
            out = p[f"{m.name}.CL"] / p[f"{m.name}.V1"]
            for metabolite in m.metabolites:
                share = p[f"{m.name}.fraction.{metabolite}"]
                flows.append((f"{metabolite}.central", central, out * share))
                lost = lost - share
            losses.append((central, out * lost))
            for k in range(2, m.n_compartments + 1):
                q, peripheral = p[f"{m.name}.Q{k}"], f"{m.name}.peripheral{k}"
                flows.append((peripheral, central, q / p[f"{m.name}.V1"]))
                flows.append((central, peripheral, q / p[f"{m.name}.V{k}"]))
        return flows, losses

    def elements(self, p: Values) -> dict[tuple[int, int], Any]:
        """(row, column) -> element of dx/dt = A x [1/h]; what is not there is 0."""
        index = {s.name: i for i, s in enumerate(self.states)}
        elements: dict[tuple[int, int], Any] = {}

        def add(row: str, column: str, value):
            key = (index[row], index[column])
            elements[key] = elements.get(key, 0) + value

        flows, losses = self.flows(p)
        for to, source, value in flows:
            add(to, source, value)
            add(source, source, -value)
        for source, value in losses:
            add(source, source, -value)
        for ligand in self.ligands:
            ke0 = p[f"{ligand}.ke0"]
            share = 1 if ligand in self.bound else p[f"{ligand}.Kp_uu"] * p[f"{ligand}.fu_plasma"]
            unbound = share / p[f"{ligand}.V1"]
            add(f"{ligand}.brain", f"{ligand}.central", ke0 * unbound)
            add(f"{ligand}.brain", f"{ligand}.brain", -ke0)
        return elements

    def parameter_names(self) -> tuple[str, ...]:
        """Names of the parameters that this graph needs."""
        names = []
        for d in self.depots:
            names += [f"{d.drug}.{d.route}.ka", f"{d.drug}.{d.route}.F"]
            names += [f"{d.drug}.{d.route}.first_pass.{m}" for m in d.first_pass]
        for m in self.moieties:
            names += [f"{m.name}.{x}" for x in ("CL", "V1", "molar_mass")]
            names += [f"{m.name}.{x}{k}" for k in range(2, m.n_compartments + 1) for x in ("Q", "V")]
            names += [f"{m.name}.fraction.{metabolite}" for metabolite in m.metabolites]
            if m.reaches_brain:
                names += [f"{m.name}.{x}" for x in ("Kp_uu", "ke0")]
                names += [] if m.name in self.bound else [f"{m.name}.fu_plasma"]
        for name, kind in self.variation.saturable:
            names += [f"{name}.Km"] if kind == MICHAELIS_MENTEN else [f"{name}.Bmax", f"{name}.Kd"]
        return tuple(names)
