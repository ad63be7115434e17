"""Activity that is given and not simulated: a seizure of a known length, for what follows from it."""

import jax.numpy as jnp

from allostasis.model.acute_ports import ACTIVITY
from allostasis.model.contract import AbstractAlgebraic, Example, Values


class PrescribedActivity(AbstractAlgebraic):
    """Activity ``level`` from ``start`` up to ``stop`` and ``before_and_after`` otherwise.

    On the chronic clock the share of time in seizure is ``before_and_after``, for a course of years.

    Parameters: ``level``, ``before_and_after`` [1], ``start``, ``stop`` [h].
    """

    @property
    def name(self) -> str:
        return "seizure"

    @property
    def inputs(self) -> tuple:
        return ()

    @property
    def outputs(self) -> tuple:
        return (ACTIVITY,)

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        inside = (time >= prepared["start"]) & (time < prepared["stop"])
        return {"activity": jnp.where(inside, prepared["level"], prepared["before_and_after"])}

    @classmethod
    def example(cls) -> Example:
        values = {"level": 1.0, "before_and_after": 0.0, "start": 1.0, "stop": 2.0}  # structural: for the contract battery
        return Example(cls(), values, {}, {})
