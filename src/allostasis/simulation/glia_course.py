"""A course of glia and of what a seizure leaves behind, under activity that is given and not simulated."""

from collections.abc import Iterable, Mapping
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from allostasis.adaptation import Unchanged
from allostasis.adaptation.glia.ports import CELL_LOSS
from allostasis.circuit.prescribed_activity import PrescribedActivity
from allostasis.model import Composition
from allostasis.model.acute_ports import NMDA, NMDA_AVAILABLE
from allostasis.model.exponential import relaxation_coefficients
from allostasis.quantity import InputError, UnknownNameError
from allostasis.simulation.book import Book
from allostasis.simulation.glia_numbers import Stress, glia
from allostasis.simulation.remodelling_numbers import MECHANISMS as SLOW
from allostasis.simulation.remodelling_numbers import remodelling

ACUTE_STEP_H, CHRONIC_STEP_H = 3 / 3600, 0.5  # structural: the steps of the two clocks
RECEPTORS = Unchanged("receptors", (NMDA, NMDA_AVAILABLE), (1.0, 1.0))
"""NMDA receptors of a course: naive, without drug."""


def course(
    wanted: Iterable[str],
    hours: float | int,
    *,
    seizure_h: float | int = 1.0,
    activity: float | int = 1.0,
    between: float | int = 0.0,
    step: float = ACUTE_STEP_H,
    steps_per_output: int = 20,
    without: Iterable[str] = (),
    stress: Stress | None = None,
    levers: Mapping[str, float | int] | None = None,
    nmda_available: float | int = 1.0,
    lost: float | int | None = None,
) -> dict[str, Float[np.ndarray, " time"]]:
    """Run glia and remodelling under one seizure of given length at time 0.

    Args:
        wanted: names of ports.
        hours: length of the course [h].
        seizure_h: length of the seizure [h].
        activity: level of activity in it [1].
        between: activity after it: the share of time in seizure [1].
        step: step [h]; 3 s by default, half an hour on the chronic clock.
        steps_per_output: steps in one output interval; values are those at its end.
        without: mechanisms of `glia` or `remodelling` that are off.
        stress: lasting stress.
        levers: numbers of glia or remodelling in place of the library's.
        nmda_available: NMDA current that a drug leaves [1].
        lost: share of neurones that a lesion of long ago took, from the start on and for good; they are simulated when left out.

    Returns:
        "time" [h] and each port, 0 first.

    Raises:
        InputError: a length that is not positive, or a share outside 0 to 1.
        UnknownNameError: a port, mechanism or lever that does not exist.

    >>> end = course(["adenosine"], 1)["adenosine"][-1]
    >>> bool(0.85 < end < 0.95)
    True
    """
    if not hours > 0:
        raise InputError("the course has no length", value=f"{hours} h", expected="a time above 0 h")
    if lost is not None and not 0 <= lost <= 1:
        raise InputError("share of neurones lost", value=lost, expected="a share from 0 (none) to 1 (all)")
    off, book = set(without) | ({"cell_loss"} if lost is not None else set()), Book()
    late = {name: value for name, value in (levers or {}).items() if name.partition(".")[0] in SLOW}
    early = {name: value for name, value in (levers or {}).items() if name not in late}
    fast = glia(book, without=off - set(SLOW), stress=stress, levers=early)
    slow = remodelling(book, without=off & set(SLOW), levers=late)
    if lost is not None:
        lesion = Unchanged("cell_loss", (CELL_LOSS,), (float(lost),))
        slow = tuple(lesion if s.name == lesion.name else s for s in slow)
    numbers = {"level": float(activity), "before_and_after": float(between), "start": 0.0, "stop": float(seizure_h)}
    book.values |= {"seizure": numbers, "receptors": {}}
    receptors = Unchanged("receptors", RECEPTORS.ports, (1.0, float(nmda_available)))
    system = Composition(PrescribedActivity(), receptors, *fast, *slow)
    for name in (chosen := tuple(wanted)):
        if name not in system.ports:
            raise UnknownNameError("port of glia", name, system.ports)
    values = jax.tree.map(lambda leaf: np.asarray(leaf, float), book.values)
    prepared = system.prepare(values)
    coefficients = {name: relaxation_coefficients(np.asarray(rate), step) for name, rate in system.rates(prepared).items()}
    outputs = max(1, round(hours / step / steps_per_output))
    found = _run(system, steps_per_output, outputs, step, prepared, coefficients)
    time = step * steps_per_output * np.arange(1 + outputs)
    return {"time": time} | {name: np.asarray(found[name]) for name in chosen}


@partial(jax.jit, static_argnums=(0, 1, 2))
def _run(system: Composition, inner: int, outputs: int, step, prepared, coefficients):
    """All ports at the start and at the end of each output interval; the predictor-corrector of `relaxation_coefficients`."""

    def advance(k, carry):
        first, states = carry
        time = (first + k) * step
        now = system.drives(time, states, system.evaluate(time, states, prepared), prepared)
        decay, one, two = ({name: c[i] for name, c in coefficients.items()} for i in range(3))
        guess = {name: decay[name] * y + one[name] * now[name] for name, y in states.items()}
        then = system.drives(time, guess, system.evaluate(time, guess, prepared), prepared)
        return first, {name: y + two[name] * (then[name] - now[name]) for name, y in guess.items()}

    def shown(time, states):
        ports = system.evaluate(time, states, prepared)
        return {name: jnp.asarray(level, float) for name, level in ports.items()}

    def interval(states, first):
        _, states = jax.lax.fori_loop(0, inner, advance, (first, states))
        return states, shown((first + inner - 1) * step, states)

    start = {name: jnp.asarray(value, float) for name, value in system.initial(prepared).items()}
    begin = shown(0.0, start)
    _, series = jax.lax.scan(interval, start, inner * jnp.arange(outputs))
    return {name: jnp.append(level, series[name]) for name, level in begin.items()}
