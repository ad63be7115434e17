"""EEG power over hours: a table of the neural mass, and an electrode that sees recruited tissue among the rest."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from allostasis import library
from allostasis.circuit.eeg.neural_mass import Numbers
from allostasis.circuit.eeg.power_table import power_table
from allostasis.model import acute_ports as acute
from allostasis.model.contract import AbstractAlgebraic, Example, Port, Values


def electrode_power(
    excitation: Numbers,
    inhibition_fast: Numbers,
    inhibition_slow: Numbers,
    driving_force: Numbers,
    activity: Numbers,
    *,
    activity_gain: Numbers,
    seizure_power: Numbers,
) -> Float[Array, "..."]:
    """EEG power over baseline; arguments as in `eeg_power`, constants given."""
    table = power_table()
    tissue = table(excitation * (1 + activity_gain * activity), inhibition_fast, inhibition_slow, driving_force)
    seizing = table(1.0 + activity_gain, 1.0, 1.0, 1.0)
    return mixed_power(excitation, tissue, seizing, seizure_power)


def mixed_power(excitation: Numbers, tissue: Numbers, seizing: Numbers, seizure_power: Numbers) -> Float[Array, "..."]:
    """EEG power over baseline of an electrode over recruited tissue among the rest.

    Args:
        excitation: excitatory synaptic strength over naive.
        tissue: log of the power of the recruited tissue over its background.
        seizing: the same in a full seizure of a naive circuit.
        seizure_power: P there, which sets the recruited share.
    """
    recruited = (seizure_power - 1) / jnp.expm1(seizing)
    return jnp.asarray((1 - recruited) * excitation**2 + recruited * jnp.exp(tissue))


def eeg_power(
    excitation: Numbers,
    inhibition_fast: Numbers,
    inhibition_slow: Numbers,
    driving_force: Numbers,
    activity: Numbers,
) -> Float[Array, "..."]:
    """EEG power over that of the naive brain, for recorded series; all arguments broadcast.

        P = (1 - s) E^2 + s p(E (1 + kappa A), F, S, D)

    p: power of the neural mass over its background, from the table (delta to gamma). E, F, S, D: excitation, fast and slow
    inhibition, driving force over naive. A: seizure activity, 0 to 1; it raises the excitatory gain of the tissue that it
    recruits from background (3.25 mV) to sustained spikes (5 mV), kappa = `activity_gain`. s: share of the recorded tissue that
    is recruited; it follows from `seizure_power`, which is P at A = 1 in an otherwise naive circuit. The rest of the tissue
    answers its input in proportion to the size of its excitatory potentials, so its power goes with their square.

    kappa and the seizure power are assumed. Powers beyond the ends of the table stay at their last value.

    Args:
        excitation: excitatory synaptic strength over naive.
        inhibition_fast: fast somatic inhibition over naive, without the driving force.
        inhibition_slow: slow dendritic inhibition over naive, without the driving force.
        driving_force: driving force of chloride over naive.
        activity: seizure activity, 0 to 1.

    >>> [round(float(eeg_power(1.0, 1.0, 1.0, 1.0, activity)), 3) for activity in (0.0, 1.0)]
    [1.0, 10.0]
    """
    rows = library.parameter_set("eeg")
    constants = {name: rows[name].value for name in ("activity_gain", "seizure_power")}
    ratios = (jnp.asarray(r, float) for r in (excitation, inhibition_fast, inhibition_slow, driving_force, activity))
    return electrode_power(*ratios, **constants)


class EegPower(AbstractAlgebraic):
    """EEG power over baseline in the scan of a run; the equation is that of `eeg_power`.

    The table of the neural mass is part of the equation; what an electrode sees of it are the parameters.

    Parameters: ``activity_gain`` kappa, ``seizure_power`` [1].

    >>> EegPower().outputs[0].name
    'eeg_power'
    """

    @property
    def name(self) -> str:
        return "eeg"

    @property
    def inputs(self) -> tuple[Port, ...]:
        return (acute.EXCITATION, acute.INHIBITION_FAST, acute.INHIBITION_SLOW, acute.DRIVING_FORCE, acute.ACTIVITY)

    @property
    def outputs(self) -> tuple[Port, ...]:
        return (acute.EEG_POWER,)

    @property
    def references(self) -> tuple[str, ...]:
        return ("WENDLING02",)

    def readout(self, time, state: Values, inputs: Values, prepared: Values) -> dict:
        ratios = (inputs[port.name] for port in self.inputs)
        constants = {name: prepared[name] for name in ("activity_gain", "seizure_power")}
        return {"eeg_power": electrode_power(*ratios, **constants)}

    @classmethod
    def example(cls) -> Example:
        one = jnp.ones(3)  # structural: three lanes
        rest = {port.name: one for port in cls().inputs} | {"activity": 0 * one}
        seizure = {
            "excitation": 1.13 * one, "inhibition_fast": 0.72 * one, "inhibition_slow": 0.81 * one, "driving_force": 0.83 * one,
            "activity": 0.7 * one,
        }  # structural: a seizure, off the grid  # fmt: skip
        return Example(cls(), {"activity_gain": 0.538, "seizure_power": 10.0}, seizure, rest)  # structural: for the battery
