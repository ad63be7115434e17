"""Dosing rules as the integrator sees them: structure that is compiled in, numbers that are arrays."""

from typing import Any, NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float


class RuleStructure(NamedTuple):
    """What of a dosing rule is fixed at compile time: the port it watches and the direction."""

    port: str
    component: int | None
    above: bool


class RuleNumbers(NamedTuple):
    """What of a dosing rule is data. All in the internal units: h, mg."""

    threshold: Any
    amount: Any
    refractory: Any
    maximum_doses: Any
    start: Any
    stop: Any


class RuleState(NamedTuple):
    """Memory of one rule per lane: time of the last dose [h], doses given so far, mg asked for at the next step."""

    last: Float[Array, "lanes"]
    given: Float[Array, "lanes"]
    request: Float[Array, "lanes"]


REQUEST = "dose_request"
"""Port [mg] with one component per rule: what the dosing rules ask for at the next step."""


def rest(lanes: int, dtype) -> RuleState:
    """A rule that has not fired yet."""
    return RuleState(jnp.full(lanes, -jnp.inf, dtype), jnp.zeros(lanes, dtype), jnp.zeros(lanes, dtype))


def evaluate(structure: RuleStructure, numbers: RuleNumbers, state: RuleState, time, ports) -> RuleState:
    """Ask for a dose at ``time`` if the condition is met, the window open, the refractory time over, the maximum not reached."""
    value = ports[structure.port]
    if structure.component is not None:
        value = value[structure.component]
    met = value > numbers.threshold if structure.above else value < numbers.threshold
    open_ = (time >= numbers.start) & (time < numbers.stop) & (time - state.last >= numbers.refractory)
    fires = met & open_ & (state.given < numbers.maximum_doses)
    return RuleState(
        jnp.where(fires, time, state.last),
        state.given + fires,
        jnp.where(fires, numbers.amount, 0).astype(state.request.dtype),
    )
