"""Voltage-gated sodium channels under drugs: one site that three drugs compete for, weak blockers, persistent current."""

import equinox as eqx
import jax.numpy as jnp

from allostasis.drug_targets.occupancy import known, occupancy, reciprocals, unbound_brain
from allostasis.model.acute_ports import ACTIVITY, NAV_AVAILABLE
from allostasis.model.contract import AbstractAlgebraic, Example, Port, Values

SITE, WEAK, PERSISTENT = "sodium_channel", "sodium_channel_weak", "persistent_sodium"


class SodiumChannelBlock(AbstractAlgebraic):
    """Use-dependent block: only inactivated channels bind, and sustained firing makes them.

        inactivated = h_rest + (h_seizure - h_rest) A
        nav_available = [1 - inactivated X/(1 + X)] prod_w [1 - inactivated C_w/(C_w + K_w)] prod_p [1 - share C_p/(C_p + K_p)]
        X = sum C/K  over the drugs that compete for the one site (phenytoin, carbamazepine, lamotrigine; Kuo 1998)

    w: weak blockers of sustained firing at sites of their own; p: blockers of the persistent current, which carries ``share`` of
    what sustained firing needs. At rest few channels are inactivated, so the resting circuit is spared.

    Parameters: ``rest``, ``seizure`` (shares of inactivated channels at A = 0 and A = 1), ``persistent_share`` [1],
    ``K.<site>.<drug>`` [nM] with site one of sodium_channel, sodium_channel_weak, persistent_sodium.

    Args:
        ligands: components of the port ``unbound_brain``.
        competing: drugs of the one site.
        weak: weak blockers.
        persistent: blockers of the persistent current.
    """

    ligands: tuple[str, ...] = eqx.field(static=True)
    competing: tuple[str, ...] = eqx.field(static=True)
    weak: tuple[str, ...] = eqx.field(static=True)
    persistent: tuple[str, ...] = eqx.field(static=True)

    def __init__(
        self,
        ligands: tuple[str, ...],
        competing: tuple[str, ...],
        weak: tuple[str, ...] = (),
        persistent: tuple[str, ...] = (),
    ):
        known(ligands, competing, weak, persistent)
        self.ligands, self.competing, self.weak, self.persistent = ligands, competing, weak, persistent

    @property
    def name(self) -> str:
        return "sodium_channel_block"

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (unbound_brain(self.ligands), ACTIVITY)

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (NAV_AVAILABLE,)

    @property
    def references(self) -> tuple[str, ...]:
        return ("KUO98",)

    def prepare(self, parameters: Values) -> dict:
        return reciprocals(parameters)

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        concentrations = dict(zip(self.ligands, inputs["unbound_brain"], strict=True))
        rest = prepared["rest"]
        inactivated = rest + (prepared["seizure"] - rest) * inputs["activity"]
        left = 1 - inactivated * occupancy(SITE, self.competing, concentrations, prepared)
        for name in self.weak:
            left = left * (1 - inactivated * occupancy(WEAK, (name,), concentrations, prepared))
        for name in self.persistent:
            left = left * (1 - prepared["persistent_share"] * occupancy(PERSISTENT, (name,), concentrations, prepared))
        return {"nav_available": left}

    @classmethod
    def example(cls) -> Example:
        values = {
            "rest": 0.05, "seizure": 0.8, "persistent_share": 0.3, "K.sodium_channel.one": 9e3, "K.sodium_channel.two": 2.5e4,
            "K.sodium_channel_weak.weak": 7e5, "K.persistent_sodium.persistent": 6e4,
        }  # structural: invented drugs for the contract battery  # fmt: skip
        one = jnp.ones(3)  # structural: three lanes
        model = cls(("one", "two", "weak", "persistent"), ("one", "two"), ("weak",), ("persistent",))
        given = (6e3 * one, 5e3 * one, 5e4 * one, 3e4 * one)  # structural: some drug
        inputs = {"unbound_brain": given, "activity": 0.7 * one}  # structural: in a seizure
        return Example(model, values, inputs, inputs | {"unbound_brain": (0 * one,) * len(given)})
