"""The seizure margin: how much inhibition must be lost before a fixed stimulus leaves a seizure behind that goes on by itself."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from allostasis import library
from allostasis.model import Composition, Port, integrate
from allostasis.model.acute_ports import ACTIVITY
from allostasis.model.recording import Record
from allostasis.model.subtypes import SUBTYPES
from allostasis.quantity import InputError
from allostasis.simulation.acute import assemble_acute, mechanisms, solver
from allostasis.study.given_ports import GivenPorts
from allostasis.study.margin_states import AdaptationStates, modulations, with_naive

OPENED = (
    Port("modulation_phasic", "1", "open probability over drug-free, phasic GABA", SUBTYPES),
    Port("modulation_tonic", "1", "open probability over drug-free, tonic GABA", SUBTYPES),
    Port("modulation_delta", "1", "open probability of delta receptors over drug-free, tonic GABA"),
)
HANDED = ("trafficking", "nmda", "ampa")
"""What carries the state that a run starts from, and so is never off."""
HALVINGS = 12
"""Halvings of the bracket: the log loss is found to 1e-3."""
LOWEST, HIGHEST = -1.5, 3.0
"""Bracket of the log loss -ln(1 - s): from 4.5 times the inhibition to a twentieth of it."""


@dataclass(frozen=True)
class Stimulus:
    """What a circuit is tested with.

    Args:
        minutes: length of the stimulus, of the size that ignites any circuit [min].
        watched: how long it is watched from the start on [min]; a seizure that is still there has sustained itself.
        preparation: whose numbers; the lasting cause that the library gives it is taken out.
        moving: False for a seizure that moves nothing (no chloride load, no receptors in or out, no exit): what is left is the
            balance at the start.

    Raises:
        InputError: a stimulus that is not shorter than the time that is watched.
    """

    minutes: float | int
    watched: float | int
    preparation: str = "rat"
    moving: bool = True

    def __post_init__(self):
        if not 0 < self.minutes < self.watched:
            raise InputError("length of the stimulus", value=self.minutes, expected=f"above 0, below {self.watched:g} min")

    @classmethod
    def from_library(cls, **changes: Any) -> "Stimulus":
        """The stimulus of the set `seizure_margin`."""
        rows = library.parameter_set("seizure_margin")
        numbers: dict[str, Any] = {"minutes": rows["stimulus"].value, "watched": rows["watched"].value}
        return cls(**(numbers | changes))


@cache
def _system(stimulus: Stimulus):
    from allostasis.simulation.acute_numbers import preparation

    off = () if stimulus.moving else tuple(name for name in mechanisms() if name not in HANDED)
    cause = preparation(stimulus.preparation).severity.value
    system = assemble_acute(
        [], stimulus.preparation, severity=-cause, trigger_end_h=stimulus.minutes / 60, without=off
    )
    kept = [s for s in system.composition.submodels if s.name != "receptor"]
    values = {name: value for name, value in system.parameters.items() if name in {s.name for s in kept}}
    if not stimulus.moving:
        values["calcium"] = values["calcium"] | {"intensity": 0.0}
    return Composition(*kept, GivenPorts(OPENED)), values


def run_circuit(
    states: AdaptationStates, log_loss: Float[np.ndarray, " lanes"], stimulus: Stimulus, port: Port = ACTIVITY
) -> Float[np.ndarray, "minutes lanes"]:
    """A port of the acute circuit over time, at the end of each minute, row 0 at the start.

    All GABA-A conductance, phasic and tonic, with drug and without, is multiplied by 1 - s; so is the chloride that it carries.

    Args:
        states: states of adaptation.
        log_loss: -ln(1 - s) of each lane.
        stimulus: the test.
        port: what to look at.
    """
    composition, values = _system(stimulus)
    lanes, left, opened = len(states.drug), np.exp(-log_loss), modulations(states)

    def reach(coupling, modulation):
        return np.asarray(left * (1 + coupling * (np.asarray(modulation) - 1)))

    given: dict[str, Any] = {
        name: tuple(reach(u, m) for u, m in zip(states.coupling, opened[name], strict=True))
        for name in ("modulation_phasic", "modulation_tonic")
    }  # fmt: skip
    given["modulation_delta"] = left * np.asarray(opened["modulation_delta"])
    one = (np.ones(lanes),) * len(SUBTYPES)
    numbers = values | {"given": given, "handed_over": values["handed_over"] | {"coupling": one}}
    numbers["trafficking"] = numbers["trafficking"] | {"handed": tuple(np.array(states.surface))}
    for receptor, strength in (("ampa", states.ampa), ("nmda", states.nmda)):
        numbers[receptor] = numbers[receptor] | {"handed": np.array(strength)}
    settings = solver(threads=1)
    steps = round(stimulus.watched) * settings.steps_per_output
    record = Record(port.name, None, "last")
    found = integrate(composition, numbers, np.zeros((steps, 0)), [], (record,), patients=lanes, solver=settings)
    return np.asarray(found[record])


def sustains(states: AdaptationStates, log_loss: Float[np.ndarray, " lanes"], stimulus: Stimulus) -> Bool[np.ndarray, " lanes"]:
    """Whether the seizure is still there at the end."""
    return run_circuit(states, log_loss, stimulus)[-1] > library.parameter_set("network")["seizure.begins"].value


def critical_loss(states: AdaptationStates, stimulus: Stimulus | None = None) -> Float[np.ndarray, " lanes"]:
    """Log loss of inhibition -ln(1 - s*) from which on the seizure sustains itself, by bisection of all lanes at once.

    Returns:
        NaN where it does so at the lower end of the bracket already, or not at the upper end.
    """
    stimulus = stimulus or Stimulus.from_library()
    lanes = len(states.drug)
    low, high = np.full(lanes, LOWEST), np.full(lanes, HIGHEST)
    inside = ~sustains(states, low, stimulus) & sustains(states, high, stimulus)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        over = sustains(states, middle, stimulus)
        low, high = np.where(over, low, middle), np.where(over, middle, high)
    return np.where(inside, (low + high) / 2, np.nan)


def seizure_margin(states: AdaptationStates, stimulus: Stimulus | None = None) -> Float[np.ndarray, " lanes"]:
    """Imbalance as lost margin, h = 1 - s*/s*_naive: 0 naive, 1 where the stimulus alone leaves a lasting seizure, < 0 protected.

    Raises:
        InputError: a stimulus after which the naive circuit goes on by itself, or never does.
    """
    *loss, naive = critical_loss(with_naive(states), stimulus)
    return margin_of(np.array(loss), naive)


def margin_of(log_loss: Float[np.ndarray, " lanes"], naive: float | int) -> Float[np.ndarray, " lanes"]:
    """h = 1 - s*/s*_naive from the critical log losses -ln(1 - s*) of the states and of the naive circuit.

    Raises:
        InputError: the naive circuit goes on by itself without any loss, or never does.

    >>> margin_of(np.array([0.0, 0.1]), 0.1).tolist()
    [1.0, 0.0]
    """
    if not naive > 0:
        raise InputError(
            "the naive circuit has no margin to lose", value=float(naive), expected="a stimulus after which it falls silent",
            fix="make the stimulus shorter",
        )  # fmt: skip
    return 1 - (1 - np.exp(-log_loss)) / (1 - np.exp(-naive))
