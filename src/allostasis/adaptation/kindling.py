"""Kindling: each withdrawal leaves the circuit a little more excitable for the next."""

import jax.numpy as jnp

from allostasis.adaptation.set_point import hyperexcited
from allostasis.model.contract import AbstractRelaxation, Example, Port, State, Values

OUTPUT = Port("kindling", "1", "log excitation that past withdrawals have left behind")


class Kindling(AbstractRelaxation):
    """Sensitisation k by withdrawals, in log excitation.

        d k /dt = (ceiling e / (e + half) - k) / tau,      e = smooth positive part of (h - onset)
        tau = tau_up while k rises, tau_down while it fades

    Only an imbalance h above the onset counts, an episode of withdrawal, not the hours before each dose. k rises within weeks of
    withdrawal and takes a year to fade, so it adds up over episodes: the same stop is worse the third time than the first. The
    ceiling lies below the onset, so it never feeds itself. The sign is reported for alcohol and, less surely, for
    benzodiazepines; the size is assumed.

    Parameters: ``ceiling`` [1], ``half``, ``onset`` [seizure thresholds], ``tau_up``, ``tau_down`` [h].
    """

    @property
    def name(self) -> str:
        return "kindling"

    @property
    def states(self) -> tuple[State, ...]:
        return (State("level", "1", "log excitation left by past withdrawals", True),)

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (Port("imbalance", "1", "excitation-inhibition imbalance, in seizure thresholds"),)

    @property
    def feedthrough(self) -> tuple[str, ...]:
        return ()

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (OUTPUT,)

    def rates(self, prepared: Values) -> dict:
        return {"level": 1 / prepared["tau_down"]}

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        onset = prepared["onset"]
        episode = hyperexcited(inputs["imbalance"] - onset) - hyperexcited(-onset)
        episode = jnp.maximum(episode, 0)
        target = prepared["ceiling"] * episode / (episode + prepared["half"])
        falling, rising = 1 / prepared["tau_down"], 1 / prepared["tau_up"]
        return {"level": falling * target + (rising - falling) * jnp.maximum(target - state["level"], 0)}

    def initial(self, prepared: Values) -> dict:
        return {"level": 0.0}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {"kindling": state["level"]}

    @classmethod
    def example(cls) -> Example:
        one = jnp.ones(3)  # structural: three lanes
        values = {
            "ceiling": 0.4, "half": 0.3, "onset": 0.3, "tau_up": 700.0, "tau_down": 8766.0,
        }  # structural: for the contract battery  # fmt: skip
        return Example(cls(), values, {"imbalance": 0.5 * one}, {"imbalance": 0 * one})  # structural: some withdrawal
