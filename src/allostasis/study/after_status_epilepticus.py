"""After status epilepticus: from the seizure that a study simulated to cell loss, a latent period and spontaneous seizures.

The activity of each patient, minute by minute from onset on, drives glia and remodelling (given here, not simulated); then
months follow without a seizure, at steps of half an hour. Memory, which such a lesion costs too, is not simulated.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from allostasis.circuit.prescribed_activity import PrescribedActivity
from allostasis.model import Composition, Record
from allostasis.model.acute_ports import NMDA, NMDA_AVAILABLE
from allostasis.model.exponential import relaxation_coefficients
from allostasis.quantity import InputError
from allostasis.simulation.book import Book
from allostasis.simulation.glia_numbers import glia
from allostasis.simulation.remodelling_numbers import remodelling
from allostasis.study.given_ports import GivenPorts
from allostasis.study.status_epilepticus import Course, Study

MINUTE_H, SLOW_STEP_H = 1 / 60, 0.5  # structural: the activity of a course is kept once a minute; the step of the chronic clock
DAY_H = 24.0
STEPS_PER_DAY = round(DAY_H / SLOW_STEP_H)
SHOWN = ("cell_loss", "spontaneous_seizure_rate", "log_remodelling")


@dataclass(frozen=True, eq=False)
class Aftermath:
    """What a seizure leaves in each patient of a course.

    Attributes:
        days: from the end of the acute run on.
        cell_loss: share of neurones lost [days x patients].
        seizures_per_day: rate of spontaneous seizures [days x patients].
        log_remodelling: log excitation that reorganisation adds [days x patients].
        seizure_h: hours of seizure activity from onset on, as the integral of activity [patients].
        latent_days: until the rate is half of the highest that the library allows; infinite where it never is [patients].
        not_simulated: what such a lesion does beside.
    """

    days: Float[np.ndarray, " days"]
    cell_loss: Float[np.ndarray, "days patients"]
    seizures_per_day: Float[np.ndarray, "days patients"]
    log_remodelling: Float[np.ndarray, "days patients"]
    seizure_h: Float[np.ndarray, " patients"]
    latent_days: Float[np.ndarray, " patients"]
    not_simulated: tuple[str, ...] = ("memory", "a seizure in these months as a cause of further loss")

    @property
    def epileptic(self) -> float:
        """Share of patients with a latent period that ends within the months looked at."""
        return float(np.mean(np.isfinite(self.latent_days)))


def after_status_epilepticus(study: Study, course: Course, *, months: float | int = 3) -> Aftermath:
    """Follow every patient of a course for months after the acute run, which is taken to end the seizure.

    Args:
        study: the study of the course, for the time before treatment.
        course: one of its protocols.
        months: of 30 days.

    Raises:
        InputError: no time to look at, or a course that did not keep NMDA receptors.

    The seizure acts through minutes of activity; glutamate receptors and what drugs leave of their current are those of the
    course, so an NMDA blocker protects neurones although the seizure goes on.
    """
    if not months > 0:
        raise InputError("months after the seizure", value=months, expected="above 0")
    activity = np.concatenate([_port(study.before, "activity"), _port(course.series, "activity")])
    nmda = np.concatenate([_port(study.before, "nmda"), _port(course.series, "nmda")])
    left = [_port(s, "nmda_available", np.ones_like(_port(s, "nmda"))) for s in (study.before, course.series)]
    days = max(1, round(months * 30))
    found, ceiling = follow(activity, nmda, np.concatenate(left), days)
    rate = found["spontaneous_seizure_rate"] * DAY_H
    reached = rate >= 0.5 * ceiling * DAY_H  # structural: half of the highest rate is where the latent period ends
    time = np.arange(1.0, days + 1)
    latent = np.where(reached.any(axis=0), time[reached.argmax(axis=0)], math.inf)
    return Aftermath(
        time, found["cell_loss"], rate, found["log_remodelling"], activity.sum(axis=0) * MINUTE_H, latent
    )  # fmt: skip


def follow(
    activity: Float[np.ndarray, "minutes patients"],
    nmda: Float[np.ndarray, "minutes patients"],
    nmda_available: Float[np.ndarray, "minutes patients"],
    days: int,
) -> tuple[dict[str, Float[np.ndarray, "days patients"]], float]:
    """Glia and remodelling under given activity, then ``days`` of silence; ports at the end of each day.

    Returns:
        (port -> values, highest rate of spontaneous seizures [1/h]).
    """
    book = Book()
    given = GivenPorts((NMDA, NMDA_AVAILABLE))
    system = Composition(PrescribedActivity(), given, *glia(book), *remodelling(book))
    quiet = {"level": 0.0, "before_and_after": 0.0, "start": 0.0, "stop": math.inf}
    values = book.values | {"seizure": quiet, "given": {"nmda": 1.0, "nmda_available": 1.0}}
    prepared = system.prepare(jax.tree.map(lambda leaf: np.asarray(leaf, float), values))
    rates = system.rates(prepared)
    fine, coarse = (
        {name: relaxation_coefficients(np.asarray(rate), step) for name, rate in rates.items()}
        for step in (MINUTE_H, SLOW_STEP_H)
    )
    found = _follow(system, days, prepared, fine, coarse, activity, nmda, nmda_available)
    return {name: np.asarray(found[name]) for name in SHOWN}, float(book.values["epileptogenesis"]["ceiling"])


@partial(jax.jit, static_argnums=(0, 1))
def _follow(system: Composition, days: int, prepared, fine, coarse, activity, nmda, nmda_available):
    """Minutes of given activity, then days of silence; the predictor-corrector of `relaxation_coefficients`."""

    def step(states, numbers, coefficients):
        now = system.drives(0.0, states, system.evaluate(0.0, states, numbers), numbers)
        decay, one, two = ({name: c[i] for name, c in coefficients.items()} for i in range(3))
        guess = {name: decay[name] * y + one[name] * now[name] for name, y in states.items()}
        then = system.drives(0.0, guess, system.evaluate(0.0, guess, numbers), numbers)
        return {name: y + two[name] * (then[name] - now[name]) for name, y in guess.items()}

    def minute(states, given):
        level, receptors, left = given
        numbers = prepared | {
            "seizure": prepared["seizure"] | {"level": level}, "given": {"nmda": receptors, "nmda_available": left}
        }  # fmt: skip
        return step(states, numbers, fine), None

    def day(states, _):
        states = jax.lax.fori_loop(0, STEPS_PER_DAY, lambda _, s: step(s, prepared, coarse), states)
        ports = system.evaluate(0.0, states, prepared)
        return states, {name: ports[name] for name in SHOWN}

    start = {name: jnp.full(activity.shape[1], value, float) for name, value in system.initial(prepared).items()}
    end, _ = jax.lax.scan(minute, start, (activity, nmda, nmda_available))
    return jax.lax.scan(day, end, None, length=days)[1]


def _port(series: Mapping[Record, np.ndarray], name: str, default: np.ndarray | None = None) -> np.ndarray:
    for record, values in series.items():
        if record.port == name:
            return values
    if default is None:
        raise InputError(f"the course did not keep {name}")
    return default
