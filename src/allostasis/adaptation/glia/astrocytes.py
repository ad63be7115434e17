"""Reactive astrocytes: the A1 share, its calcium hyperactivity, reactive oxygen, and the call for more cytokines."""

import jax.numpy as jnp

from allostasis.adaptation.glia import ports
from allostasis.adaptation.glia.example import lanes
from allostasis.model.contract import AbstractRelaxation, Example, State, Values


class ReactiveAstrocytes(AbstractRelaxation):
    """Share a of astrocytes in the A1 state, their calcium hyperactivity c and the reactive oxygen o that they make.

        d a /dt = (signal - a) / tau,                tau = tau_up while a rises, tau_down while it falls
        d c /dt = (ip3r2 a - c) / tau_calcium
        d o /dt = (oxidant c - o) / tau_oxygen
        astrocytic_cytokines = feedback c

    ``ip3r2`` 0 is the null of the calcium store: no hyperactivity, no oxygen, no call back on cytokines. The call is bounded by
    ``feedback``, because a, c and ip3r2 are at most 1; with the packaged numbers it cannot keep inflammation going alone. A1 is
    a name for the neurotoxic, complement-rich profile; the division into A1 and A2 is disputed today.

    Parameters: ``tau_up``, ``tau_down``, ``tau_calcium``, ``tau_oxygen`` [h], ``ip3r2``, ``oxidant``, ``feedback`` [1].
    """

    @property
    def name(self) -> str:
        return "astrocytes"

    @property
    def states(self) -> tuple[State, ...]:
        return (
            State("reactive", "1", "share of astrocytes in the A1 reactive state", True),
            State("calcium", "1", "IP3R2 calcium hyperactivity", True),
            State("oxygen", "1", "reactive oxygen", True),
        )

    @property
    def inputs(self) -> tuple:
        return (ports.A1_SIGNAL,)

    @property
    def feedthrough(self) -> tuple[str, ...]:
        return ()

    @property
    def outputs(self) -> tuple:
        return (
            ports.REACTIVE_ASTROCYTES, ports.ASTROCYTE_CALCIUM, ports.ASTROCYTIC_CYTOKINES, ports.REACTIVE_OXYGEN,
        )  # fmt: skip

    def rates(self, prepared: Values) -> dict:
        taus = {"reactive": "tau_down", "calcium": "tau_calcium", "oxygen": "tau_oxygen"}
        return {state: 1 / prepared[tau] for state, tau in taus.items()}

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        signal = inputs["a1_signal"]
        falling, rising = 1 / prepared["tau_down"], 1 / prepared["tau_up"]
        return {
            "reactive": falling * signal + (rising - falling) * jnp.maximum(signal - state["reactive"], 0),
            "calcium": prepared["ip3r2"] * state["reactive"] / prepared["tau_calcium"],
            "oxygen": prepared["oxidant"] * state["calcium"] / prepared["tau_oxygen"],
        }

    def initial(self, prepared: Values) -> dict:
        return {state.name: 0.0 for state in self.states}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {
            "reactive_astrocytes": state["reactive"],
            "astrocyte_calcium": state["calcium"],
            "astrocytic_cytokines": prepared["feedback"] * state["calcium"],
            "reactive_oxygen": state["oxygen"],
        }

    @classmethod
    def example(cls) -> Example:
        values = {
            "tau_up": 24.0, "tau_down": 96.0, "tau_calcium": 3.0, "tau_oxygen": 6.0, "ip3r2": 1.0, "oxidant": 0.5,
            "feedback": 0.05,
        }  # structural: for the contract battery  # fmt: skip
        return Example(cls(), values, lanes({"a1_signal": 0.6}), lanes({"a1_signal": 0.0}))  # structural: inflammation
