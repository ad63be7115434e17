"""Animal experiments on adaptation: a course of doses into a rodent, receptor and adaptation of the chain, in vitro affinity.

Exposure is one compartment per substance, given as unbound brain concentration; everything behind it is that of a human run,
except that affinities are those in vitro: what was measured in rats at their median effective level (unbound 30-100 nM lorazepam)
agrees with them, and dose equivalence in man does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import equinox as eqx
import jax.numpy as jnp
import numpy as np

from allostasis.circuit import ExcitationInhibitionBalance
from allostasis.clinic.simulate import readouts
from allostasis.library import parameter_set
from allostasis.model import Composition
from allostasis.model.contract import AbstractAlgebraic, Example, Port, Values
from allostasis.model.reference import Input, Trajectory, reference
from allostasis.quantity import InputError
from allostasis.simulation.adaptation_numbers import adaptation
from allostasis.simulation.assemble import readout_values
from allostasis.simulation.book import Book
from allostasis.simulation.receptor_numbers import receptor


@dataclass(frozen=True)
class Substance:
    """Unbound brain concentration of one substance in an animal.

    Attributes:
        peak: unbound brain concentration that one dose adds [nM]; of a pump, the level that it holds [nM].
        half_life: of elimination from the brain [h].
    """

    peak: float | int
    half_life: float | int


@dataclass(frozen=True)
class Course:
    """A course of doses, from day 0.

    Attributes:
        substances: name of a ligand -> its exposure.
        days: length of dosing [d].
        every: interval between doses [h]; 0 for an osmotic pump.
    """

    substances: Mapping[str, Substance]
    days: float | int
    every: float | int = 24.0

    def __post_init__(self):
        if not self.substances or self.days <= 0 or self.every < 0:
            raise InputError(
                "course of doses", value=f"{len(self.substances)} substances, {self.days} d, every {self.every} h",
                expected="at least one substance, days above 0, an interval of 0 h or above",
            )  # fmt: skip


class AnimalExposure(AbstractAlgebraic):
    """Unbound brain concentration in closed form.

    Doses:  C(t) = peak exp(-k s) (1 - exp(-k every (n + 1))) / (1 - exp(-k every)),   n doses behind, s since the last
    Pump:   C(t) = level (1 - exp(-k t)) while it runs, then exp(-k s) of what it reached

    Parameters: ``peak``, ``rate`` k [nM, 1/h] (tuples over ligands), ``stop``, ``every`` [h] (every 0: a pump).
    """

    ligands: tuple[str, ...] = eqx.field(static=True)
    pump: bool = eqx.field(static=True)

    @property
    def name(self) -> str:
        return "exposure"

    @property
    def inputs(self) -> tuple[Port, ...]:
        return ()

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (Port("unbound_brain", "nM", "unbound brain concentration", self.ligands),)

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        stop, every = prepared["stop"], prepared["every"]
        levels = []
        for peak, rate in zip(prepared["peak"], prepared["rate"], strict=True):
            if self.pump:
                reached = peak * (1 - jnp.exp(-rate * jnp.minimum(time, stop)))
                levels.append(reached * jnp.exp(-rate * jnp.maximum(time - stop, 0)))
                continue
            doses = jnp.floor(jnp.minimum(time, stop - every / 2) / every + 1e-9)  # rounding at the instant of a dose
            since = time - doses * every
            number = (1 - jnp.exp(-rate * every * (doses + 1))) / (1 - jnp.exp(-rate * every))
            levels.append(peak * number * jnp.exp(-rate * since))
        return {"unbound_brain": tuple(levels)}

    @classmethod
    def example(cls) -> Example:
        values = {"peak": (0.0,), "rate": (0.3,), "stop": 48.0, "every": 24.0}  # structural: for the contract battery
        return Example(cls(("drug",), False), values, {}, {})


def run_animal(course: Course, days_after: float | int = 0, *, without: tuple[str, ...] = (), samples: int = 24) -> Trajectory:
    """Simulate a course and the days after it with the adaptive reference integrator.

    Args:
        course: the doses.
        days_after: how long to go on behind the last day of dosing [d].
        without: mechanisms of adaptation that are off.
        samples: points kept in each day.

    Returns:
        Times [h], ports and states.
    """
    book, ligands = Book(), tuple(course.substances)
    parts = [*receptor(book, ligands), *adaptation(book, "mechanisms", without=without)]
    for ligand in ligands:
        scale = book.used[f"receptor.in_vivo_scale.{ligand}"].value
        book.values["receptor"][f"K.{ligand}"] = tuple(k / scale for k in book.values["receptor"][f"K.{ligand}"])
    book.put("balance", "seizure_threshold", parameter_set("circuit")["seizure_threshold"], "1")
    for submodel, rows in readouts():
        book.values[submodel.name] = {name: readout_values(book, f"{submodel.name}.{name}", row) for name, row in rows.items()}
        parts.append(submodel)
    stop, pump = 24.0 * course.days, course.every == 0  # structural: hours in a day
    substances = course.substances.values()
    book.values["exposure"] = {
        "peak": tuple(float(s.peak) for s in substances), "rate": tuple(np.log(2) / s.half_life for s in substances),
        "stop": stop, "every": float(course.every) or 1.0,
    }  # fmt: skip
    composition = Composition(AnimalExposure(ligands, pump), *parts, ExcitationInhibitionBalance())
    edges = [stop] if pump else list(np.arange(0, stop, course.every))
    marks = [Input("", "", float(t), 0.0) for t in edges]
    horizon = stop + 24.0 * days_after  # structural: hours in a day
    return reference(composition, book.values, marks, horizon, samples=samples, rtol=1e-7, atol=1e-10)


def at_day(trajectory: Trajectory, day: float | int) -> int:
    """Index of the sample nearest to a day."""
    return int(np.argmin(np.abs(trajectory.time - 24.0 * day)))  # structural: hours in a day
