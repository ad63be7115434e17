"""Seizure activity: the state that ignites, keeps itself going and ends. It exists on the acute clock only."""

import jax
import jax.numpy as jnp

from allostasis.model.acute_ports import ACTIVITY, ADENOSINE, EXIT_INTACT, LOG_IMBALANCE
from allostasis.model.contract import AbstractRelaxation, Example, Port, State, Values


class SeizureActivity(AbstractRelaxation):
    """A bistable circuit: activity A recruits itself, the log imbalance H helps it, what it builds up ends it.

        tau dA/dt = -A + 1 / (1 + exp(-x / width))
        x = recruitment A + H + severity + trigger(t) - exit adenosine exit_intact - threshold

    severity: lasting drive of the cause (a convulsant in the body, an acute lesion); trigger(t): a stimulus of size ``trigger``
    until ``trigger_end``; exit: what adenosine, acidosis and exhaustion take away, as far as they still act. H is the log
    excitation over inhibition of the chronic clock, so the same receptors, drugs and adaptation act on both. With ``recruitment``
    below ``threshold`` the naive circuit stays silent without, and falls silent after a short stimulus; it goes on by itself once
    H + severity - exit adenosine exceeds about threshold - recruitment, and stops when drugs push it back below.

    Parameters: ``tau`` [h], ``width``, ``recruitment``, ``threshold``, ``severity``, ``exit``, ``trigger`` [1],
    ``trigger_end`` [h].

    >>> SeizureActivity().outputs[0].name
    'activity'
    """

    @property
    def name(self) -> str:
        return "seizure"

    @property
    def states(self) -> tuple[State, ...]:
        return (State("activity", "1", "seizure activity, 0 to 1", True),)

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (LOG_IMBALANCE, ADENOSINE, EXIT_INTACT)

    @property
    def feedthrough(self) -> tuple[str, ...]:
        return ()

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (ACTIVITY,)

    def rates(self, prepared: Values) -> dict:
        return {"activity": 1 / prepared["tau"]}

    def drive(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        trigger = jnp.where(time < prepared["trigger_end"], prepared["trigger"], 0.0)
        x = prepared["recruitment"] * state["activity"] + inputs["log_imbalance"] + prepared["severity"] + trigger
        x = x - prepared["exit"] * inputs["adenosine"] * inputs["exit_intact"] - prepared["threshold"]
        return {"activity": jax.nn.sigmoid(x / prepared["width"]) / prepared["tau"]}

    def initial(self, prepared: Values) -> dict:
        return {"activity": jax.nn.sigmoid((prepared["severity"] - prepared["threshold"]) / prepared["width"])}

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        return {"activity": state["activity"]}

    @classmethod
    def example(cls) -> Example:
        values = {
            "tau": 1 / 240, "width": 0.05, "recruitment": 1.0, "threshold": 1.5, "severity": 0.0, "exit": 0.2, "trigger": 0.0,
            "trigger_end": 0.0,
        }  # structural: for the contract battery  # fmt: skip
        one = jnp.ones(3)  # structural: three lanes
        seizure = {"log_imbalance": 0.5 * one, "adenosine": 0.2 * one, "exit_intact": 0.9 * one}  # structural: a seizure
        rest = {"log_imbalance": 0 * one, "adenosine": 0 * one, "exit_intact": one}
        return Example(cls(), values, seizure, rest)
