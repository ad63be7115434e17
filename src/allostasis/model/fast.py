"""A fast state inside a long step: substeps of its own, while everything else takes the whole step.

On the acute clock one state (the activity of a seizure) moves within seconds and everything else within minutes. What it is
driven by, u, moves slowly except through the state y itself, so between both ends of a step

    u(t, y) = r(t) + s y        r: straight line between the ends, s: mean slope du/dy of both ends

and m substeps of h/m, which evaluate nothing but its own drive, follow it. One substep is the third-order exponential
predictor-corrector of `exponential.third_order_coefficient`. They are taken twice a step: with r standing still, which gives the
state at which the ports at the end are evaluated, and then on the line. Slow states see the state at both ends (second order).
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from allostasis.model.composition import Composition
from allostasis.model.contract import AbstractRelaxation
from allostasis.model.inputs import Fast
from allostasis.quantity.errors import UnknownNameError


class Held(NamedTuple):
    """What the next step needs of the fast state beside its value and drive.

    Attributes:
        before: drive one substep earlier [lanes].
        inputs: input -> value at the end of the step [lanes].
        slopes: input -> slope over the state there [lanes].
    """

    before: Any
    inputs: dict
    slopes: dict


def fast_submodel(composition: Composition, name: str) -> AbstractRelaxation:
    """The submodel whose only state takes substeps.

    Raises:
        UnknownNameError: the system has none of that name with one state.
    """
    found = {s.name: s for s in composition.relaxing if len(s.states) == 1}
    if name not in found:
        raise UnknownNameError("fast submodel with one state", name, found)
    return found[name]


def fast_key(composition: Composition, name: str) -> str:
    """Qualified name of its state."""
    submodel = fast_submodel(composition, name)
    (state,) = submodel.states
    return f"{name}.{state.name}"


def sense(composition: Composition, name: str, time, states: dict, prepared: dict) -> tuple[dict, dict]:
    """(inputs, their slopes over the fast state) at one instant."""
    key, wanted = fast_key(composition, name), [port.name for port in fast_submodel(composition, name).inputs]
    here = states[key]

    def inputs(value):
        ports = composition.evaluate(time, {**states, key: value}, prepared)
        return {port: jnp.broadcast_to(ports[port], here.shape) for port in wanted}

    return jax.jvp(inputs, (here,), (jnp.ones_like(here),))


def guess(composition: Composition, fast: Fast, tables: Any, held: Held, value, drive, time) -> Any:
    """The fast state at the end of a step, as if nothing but itself moved its inputs [lanes]."""
    rest = _remainder(held.inputs, held.slopes, value)
    return _substeps(composition, fast, tables, (value, drive, held.before), (rest, rest), held.slopes, time)[0]


def follow(
    composition: Composition, fast: Fast, tables: Any, held: Held, own: tuple, states: dict, time
) -> tuple[Any, Any, Held]:
    """The fast state with the inputs of both ends of the step.

    Args:
        composition: the system.
        fast: which submodel, and how many substeps.
        tables: numbers of the run (`multirate.Tables`).
        held: what the last step left.
        own: value and drive of the fast state at the start of the step.
        states: everything at its end, the fast state by `guess`.
        time: its end [h].

    Returns:
        (value, drive, what the next step needs).
    """
    key = fast_key(composition, fast.submodel)
    inputs, slopes = sense(composition, fast.submodel, time, states, tables.prepared)
    middle = {port: (held.slopes[port] + slope) / 2 for port, slope in slopes.items()}
    ends = _remainder(held.inputs, middle, own[0]), _remainder(inputs, middle, states[key])
    value, drive, before = _substeps(composition, fast, tables, (*own, held.before), ends, middle, time)
    inputs = {port: u + slopes[port] * (value - states[key]) for port, u in inputs.items()}
    return value, drive, Held(before, inputs, slopes)


def _remainder(inputs: dict, slopes: dict, value) -> dict:
    """The part of the inputs that the state itself does not move."""
    return {port: u - slopes[port] * value for port, u in inputs.items()}


def _substeps(composition: Composition, fast: Fast, tables: Any, own: tuple, ends: tuple, slopes: dict, time) -> tuple:
    """(value, drive, drive one substep earlier) after the substeps of the step that ends at ``time``."""
    submodel, count = fast_submodel(composition, fast.submodel), fast.substeps
    (state,) = submodel.states
    decay, first, second, third = tables.coefficients[fast_key(composition, fast.submodel)]
    low, high = ends
    value, drive, before = own
    for k in range(1, count + 1):
        ahead = decay * value + first * drive + second * (drive - before)
        inputs = {port: low[port] + (k / count) * (high[port] - low[port]) + slopes[port] * ahead for port in low}
        at = time - (count - k) * (tables.step / count)
        new = submodel.drive(at, {state.name: ahead}, inputs, tables.prepared[fast.submodel])[state.name]
        value, before, drive = ahead + third * (new - 2 * drive + before), drive, new  # structural: second difference
    return value, drive, before
