"""What drugs take off the log imbalance H, alone and together: the balance of the acute clock at given unbound brain levels.

    effect = H(no drug) - H(levels)

H is that of `circuit.AcuteBalance`: ligands of the GABA-A receptor raise ln inhibition through the receptor room, all others move
their port of `drug_targets`. The circuit is in a full seizure (activity 1), early (receptors still naive) or late.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property, partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from allostasis import library
from allostasis.circuit.acute_balance import AcuteBalance
from allostasis.library.reach import TARGETS, closure, sites_of, targets_of
from allostasis.model import AbstractSubmodel
from allostasis.model.contract import AbstractRelaxation
from allostasis.quantity import UnknownNameError
from allostasis.simulation.acute_numbers import seizure
from allostasis.simulation.book import Book
from allostasis.simulation.drug_target_numbers import drug_targets
from allostasis.simulation.receptor_numbers import receptor

STAGES = ("early", "late")
"""Of a seizure: receptors as in the naive brain, or as after an hour of status epilepticus."""
RECEPTOR = "GABA-A receptor, {site} site"
Numbers = Any
LANES = 64  # structural: levels are padded to a multiple of this, so that nothing compiles twice


def mechanisms(drug: str) -> tuple[str, ...]:
    """Where a drug and what it forms act, in words: sites of the receptor and targets beside it; () where nothing is known.

    >>> mechanisms("midazolam"), mechanisms("ketamine")
    (('GABA-A receptor, benzodiazepine site',), ('NMDA receptor channel',))
    """
    said, found = library.set_words(TARGETS), []
    for name in closure([library.canonical(drug, "drug")]):
        member = library.drug(name)
        if member.active and member.brain is not None:
            found += [RECEPTOR.format(site=site) for site in sites_of(member)]
            found += [said[target]["name"] for target in targets_of(member)]
    return tuple(dict.fromkeys(found))


class Balance:
    """The acute balance under a set of ligands, with its numbers read once.

    Args:
        drugs: whose levels will be asked for; what they form comes along.
        stage: one of `STAGES`.
        affinity: "in_vitro" or "in_vivo", of benzodiazepines (docs: acute seizure control agrees with the first).

    Raises:
        UnknownNameError: another stage or affinity.
    """

    def __init__(self, drugs: Iterable[str], *, stage: str = "early", affinity: str = "in_vitro"):
        if stage not in STAGES:
            raise UnknownNameError("stage of a seizure", stage, STAGES)
        if affinity not in ("in_vitro", "in_vivo"):
            raise UnknownNameError("affinity", affinity, ("in_vitro", "in_vivo"))
        self.stage, self.affinity = stage, affinity
        self._compiled: dict[str, Any] = {}
        names = closure([library.canonical(drug, "drug") for drug in drugs])
        self.ligands = tuple(n for n in names if library.drug(n).active and library.drug(n).brain is not None)

    @cached_property
    def _parts(self) -> tuple[tuple[AbstractSubmodel, ...], AcuteBalance, dict[str, Any]]:
        book = Book()
        acting = (receptor(book, self.ligands)[0], *drug_targets(book, self.ligands)) if self.ligands else ()
        balance = next(part for part in seizure(book, "human") if isinstance(part, AcuteBalance))
        numbers = {part.name: part.prepare(book.values.get(part.name, {})) for part in (*acting, balance)}
        return acting, balance, numbers

    @cached_property
    def _scale(self) -> tuple[float, ...]:
        """What a level is multiplied with so that affinity is that in vitro."""
        rows = [library.drug(name).in_vivo_scale for name in self.ligands]
        return tuple(1.0 if row is None or self.affinity == "in_vivo" else row.value for row in rows)

    def _state(self, shape: tuple[int, ...]) -> dict[str, Any]:
        """Every port of the balance without a drug."""
        _, balance, numbers = self._parts
        one = jnp.ones(shape)
        ports = {p.name: (one,) * len(p.components) if p.components else one for p in balance.inputs}
        ports |= {"e_gaba": numbers[balance.name]["e_gaba_naive"] * one}
        if self.stage == "late":
            rows = library.parameter_set("combination")
            lost = rows["late.surface"].value * one
            ports |= {"surface": (lost,) * len(ports["surface"]), "nmda": rows["late.nmda"].value * one}
        return ports

    def log_imbalance(self, levels: Mapping[str, Numbers], *, only: str = "") -> np.ndarray:
        """H at unbound brain levels [nM], arrays of one shape; a ligand left out is at 0.

        Raises:
            UnknownNameError: a level of what is no ligand here.
        """
        for name in levels:
            if name not in self.ligands:
                raise UnknownNameError("ligand of this combination", name, self.ligands)
        count = max((np.size(v) for v in levels.values()), default=1)
        lanes = -(-count // LANES) * LANES
        filled = np.zeros((len(self.ligands), lanes))
        for row, name in enumerate(self.ligands):
            filled[row, :count] = levels.get(name, 0.0)
        if only not in self._compiled:
            _ = self._parts  # numbers are read before anything is traced
            self._compiled[only] = jax.jit(partial(self._evaluate, only))
        return np.asarray(self._compiled[only](filled), float)[:count]

    def _evaluate(self, only: str, levels: Any) -> Any:
        acting, balance, numbers = self._parts
        one = jnp.ones(levels.shape[-1:])
        ports = self._state(one.shape)
        for part in (part for part in acting if only in ("", part.name)):
            scale = self._scale if part.name == "receptor" else (1.0,) * len(self.ligands)
            given = {"unbound_brain": tuple(row * f for row, f in zip(levels, scale, strict=True)), "activity": one}
            prepared, state = numbers[part.name], {}
            if isinstance(part, AbstractRelaxation) and part.states:  # levels that last: at its steady state
                state = {s.name: 0.0 * one for s in part.states}
                drive, rates = part.drive(0.0, state, given, prepared), part.rates(prepared)
                state = {k: drive[k] / rates[k] for k in state}
            ports |= {k: v for k, v in part.readout(0.0, state, given, prepared).items() if k in ports}
        ports = {k: v if isinstance(v, tuple) else v * one for k, v in ports.items()}
        return balance.readout(0.0, {}, ports, numbers[balance.name])["log_imbalance"]

    def receptor_gain(self, levels: Mapping[str, Numbers]) -> np.ndarray:
        """Reduction of H through the GABA-A receptor alone, all drug targets left out.

        >>> float(Balance(["ketamine"]).receptor_gain({"ketamine": 3000.0})[0])
        0.0
        """
        return self.effect(levels, only="receptor")

    def effect(self, levels: Mapping[str, Numbers], *, only: str = "") -> np.ndarray:
        """Reduction of H [1] at unbound brain levels [nM]; ``only`` names the one submodel through which they act.

        >>> balance = Balance(["midazolam", "ketamine"])
        >>> float(balance.effect({})[0]), bool(balance.effect({"ketamine": 3000.0})[0] > 0)
        (0.0, True)
        """
        return self.log_imbalance({}) - self.log_imbalance(levels, only=only)
