"""Efflux at the blood-brain barrier: P-glycoprotein as a state that inflammation and glutamate raise and an inhibitor lowers."""

import equinox as eqx
import jax.numpy as jnp

from allostasis.model.contract import AbstractRelaxation, Example, Port, State, Values

BRAIN_ACCESS = "brain_access"


class EffluxTransport(AbstractRelaxation):
    """Activity A of P-glycoprotein at the barrier over naive, and what it does to the unbound brain concentration.

        dA/dt  = (target - A)/tau,   target = (1 + rise) / (1 + sum fu C/Ki)
        rise   = glutamate_rise x + inflammation_rise y       x, y: excess of glutamate and of inflammation, from 0 to 1
        access = 1 / (1 - s + s A)                            s: share of a substance's exit from the brain that is by this pump

    In man the share is next to nothing for benzodiazepines (as measured), so access stays near 1 whatever the pump does. The
    mechanism is here for what it does to true substrates. An inhibitor (tariquidar) acts by its unbound plasma concentration.

    Parameters: ``tau`` [h], ``glutamate_rise``, ``inflammation_rise``, ``glutamate``, ``inflammation`` [1],
    ``share.<ligand>`` [1], and per inhibitor ``fu.<moiety>`` [1], ``Ki.<moiety>`` [nM unbound].

    Args:
        ligands: substances with an unbound brain concentration.
        moieties: components of the port ``plasma``.
        inhibitors: those that inhibit the pump.
    """

    ligands: tuple[str, ...] = eqx.field(static=True)
    moieties: tuple[str, ...] = eqx.field(static=True)
    inhibitors: tuple[str, ...] = eqx.field(static=True)

    @property
    def name(self) -> str:
        return "efflux"

    @property
    def states(self) -> tuple[State, ...]:
        return (State("pgp", "1", "activity of P-glycoprotein at the barrier over naive", True),)

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (Port("plasma", "nM", "total plasma concentration", self.moieties),)

    @property
    def feedthrough(self) -> tuple[str, ...]:
        return ()

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (
            Port("pgp_activity", "1", "activity of P-glycoprotein at the barrier over naive"),
            Port(BRAIN_ACCESS, "1", "unbound brain concentration over that with a naive pump", self.ligands),
        )

    def _target(self, plasma, p: Values):
        blocked = sum(
            (p[f"fu.{m}"] * plasma[self.moieties.index(m)] / p[f"Ki.{m}"] for m in self.inhibitors), start=0.0
        )
        rise = p["glutamate_rise"] * p["glutamate"] + p["inflammation_rise"] * p["inflammation"]
        return (1 + rise) / (1 + blocked)

    def rates(self, prepared: Values) -> dict:
        return {"pgp": 1 / prepared["tau"]}

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {"pgp": self._target(inputs["plasma"], prepared) / prepared["tau"] + 0 * state["pgp"]}

    def initial(self, prepared: Values) -> dict:
        rise = prepared["glutamate_rise"] * prepared["glutamate"]
        return {"pgp": 1 + rise + prepared["inflammation_rise"] * prepared["inflammation"]}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        a = state["pgp"]
        shares = (prepared[f"share.{name}"] for name in self.ligands)
        return {"pgp_activity": a, BRAIN_ACCESS: tuple(1 / (1 - s + s * a) for s in shares)}

    @classmethod
    def example(cls) -> Example:
        values = {
            "tau": 6.0, "glutamate_rise": 1.0, "inflammation_rise": 1.0, "glutamate": 0.0, "inflammation": 0.0,
            "share.drug": 0.5, "fu.blocker": 0.1, "Ki.blocker": 5.0,
        }  # structural: an invented pair for the contract battery  # fmt: skip
        one = jnp.ones(3)  # structural: three lanes
        given, rest = {"plasma": (100 * one, 200 * one)}, {"plasma": (0 * one, 0 * one)}  # structural: some drug
        return Example(cls(("drug",), ("drug", "blocker"), ("blocker",)), values, given, rest)
