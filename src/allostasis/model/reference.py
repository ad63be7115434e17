"""The reference integrator: adaptive, tight, over the same equations, one patient at a time.

Between two dosing events the system is smooth, so an adaptive Runge-Kutta method (Tsit5, Tsitouras 2011) runs from event to
event inside one scan. It judges the step error of the production integrator; it is not meant for populations.
"""

import functools
import itertools
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import diffrax
import jax
import jax.numpy as jnp
import numpy as np

from allostasis.model.composition import Composition
from allostasis.model.contract import Values
from allostasis.model.multirate import linear_names
from allostasis.quantity.errors import InputError

INTERVALS = 512
"""Intervals between events are padded to a multiple of this, so that few programs exist."""


class Input(NamedTuple):
    """One dose: at ``time`` [h], ``amount`` mg, over ``duration`` h (0 for a bolus)."""

    drug: str
    route: str
    time: float
    amount: float
    duration: float = 0.0


class Trajectory(NamedTuple):
    """times [samples], ports name -> array [samples] (tuple for components), states by qualified name."""

    time: np.ndarray
    ports: dict
    states: dict


def _state(composition: Composition, x, y) -> dict:
    names = linear_names(composition)
    return {name: x[i] for i, name in enumerate(names)} | y


def derivative(composition: Composition, matrix, time, x, y: dict, infusion, prepared):
    """Right-hand side of the whole system: (dx/dt, {relaxing state: dy/dt})."""
    states = _state(composition, x, y)
    ports = composition.evaluate(time, states, prepared)
    drive, rates = composition.drives(time, states, ports, prepared), composition.rates(prepared)
    dx = matrix @ x + infusion if len(x) else x
    linear = composition.linear
    if linear is not None and linear.varies:
        own = {s.name: x[i] for i, s in enumerate(linear.states)}
        inputs = {port.name: ports[port.name] for port in linear.inputs}
        deviation = linear.vary_rate(own, inputs, prepared[linear.name])
        dx = dx + jnp.stack([jnp.asarray(deviation.get(s.name, 0.0), dx.dtype) for s in linear.states])
    return dx, {k: jnp.asarray(drive[k] - rates[k] * y[k]) for k in y}


@functools.lru_cache(maxsize=16)
def _compiled(composition: Composition, samples: int):
    def solve(prepared, matrix, starts, stops, jumps, infusions, rtol, atol):
        def field(t, state, infusion):
            return derivative(composition, matrix, t, state[0], state[1], infusion, prepared)

        def interval(state, inputs):
            start, stop, jump, infusion = inputs
            state = (state[0] + jump, state[1])
            times = start + (stop - start) * jnp.arange(1, samples + 1) / samples
            solution = diffrax.diffeqsolve(
                diffrax.ODETerm(field),
                diffrax.Tsit5(),
                start,
                stop,
                (stop - start) / samples,
                state,
                args=infusion,
                saveat=diffrax.SaveAt(ts=times, t1=True),
                max_steps=None,
                stepsize_controller=diffrax.PIDController(rtol=rtol, atol=atol),
            )
            kept = jax.tree.map(lambda leaf: leaf[:samples], solution.ys)
            last = jax.tree.map(lambda leaf: leaf[-1], solution.ys)
            ports = jax.vmap(lambda t, s: composition.evaluate(t, _state(composition, *s), prepared))(times, kept)
            return last, (times, ports, kept)

        y = {k: jnp.asarray(v, float) for k, v in composition.initial(prepared).items()}
        x = jnp.zeros(matrix.shape[-1])
        return jax.lax.scan(interval, (x, y), (starts, stops, jumps, infusions))[1]

    return jax.jit(solve)


def _breakpoints(doses: Sequence[Input], horizon: float, longest: float) -> np.ndarray:
    events = {0.0, horizon} | {d.time for d in doses} | {d.time + d.duration for d in doses}
    edges = np.array(sorted(t for t in events if 0 <= t <= horizon))
    pieces = [np.linspace(a, b, max(2, int(np.ceil((b - a) / longest)) + 1))[:-1] for a, b in itertools.pairwise(edges)]
    return np.append(np.concatenate(pieces), horizon)


def reference(
    composition: Composition,
    parameters: Mapping[str, Values],
    doses: Sequence[Input],
    horizon: float,
    *,
    samples: int = 8,
    longest: float = 24.0,
    rtol: float = 1e-9,
    atol: float = 1e-12,
) -> Trajectory:
    """Solve one patient from the drug-free state with tight tolerances.

    Args:
        composition: the system.
        parameters: per submodel, name -> scalar.
        doses: every dose, absorption lag already added to its time.
        horizon: end [h].
        samples: saved points in each interval between events.
        longest: intervals longer than this [h] are divided.
        rtol: relative tolerance.
        atol: absolute tolerance, in the unit of each state.

    Raises:
        InputError: a horizon that is not positive.
    """
    if not horizon > 0:
        raise InputError("the horizon is not positive", value=f"{horizon} h", expected="a time above 0 h")
    prepared, linear = composition.prepare(parameters), composition.linear
    edges = _breakpoints(doses, horizon, longest)
    edges = edges[np.append(True, np.diff(edges) > 1e-9)]
    n, size = len(edges) - 1, 0 if linear is None else len(linear.states)
    matrix = np.zeros((size, size)) if linear is None else np.asarray(linear.matrix(prepared[linear.name]), float)
    jumps, infusions = np.zeros((n, size)), np.zeros((n, size))
    for d in doses:
        if linear is None or d.time >= horizon:
            continue
        vector = np.asarray(linear.dose_vector(d.drug, d.route, prepared[linear.name]), float) * d.amount
        first = int(np.searchsorted(edges, d.time - 1e-9))
        if d.duration == 0:
            jumps[first] += vector
        else:
            last = int(np.searchsorted(edges, min(d.time + d.duration, horizon) - 1e-9))
            infusions[first:last] += vector / d.duration
    padding = -n % INTERVALS
    starts = np.append(edges[:-1], horizon + np.arange(padding))
    stops = np.append(edges[1:], horizon + 1 + np.arange(padding))
    pad = ((0, padding), (0, 0))
    times, ports, (x, y) = _compiled(composition, samples)(
        prepared, matrix, starts, stops, np.pad(jumps, pad), np.pad(infusions, pad), rtol, atol
    )

    def flat(leaf):
        return np.asarray(leaf)[:n].reshape(n * samples, *np.shape(leaf)[2:])

    states = {name: flat(x)[:, i] for i, name in enumerate(linear_names(composition))}
    return Trajectory(flat(times), jax.tree.map(flat, ports), states | {k: flat(v) for k, v in y.items()})
