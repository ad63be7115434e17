"""Equations of the thalamocortical population model, and one step of its integration.

Four populations in two loops (Suffczynski, Kalitzin, Lopes da Silva 2004): cortical pyramidal cells and interneurons, thalamic
relay cells and reticular cells. With r the rates and V the potentials over rest,

    dV/dt = sum g (E - V) - leak V                          g: filtered input of each synapse times its strength
    g     = filter * input,   filter = steady a b / ((s + a)(s + b))
    r     = 50 / (1 + exp(-(V - 7)/2))                      pyramidal cells, interneurons
    r     = 800 m(V) h,  h = filter * h_inf(V)              bursts of relay and reticular cells on T-type channels
    GABA-B is driven by r / (1 + exp(-100 (r - 8))): bursts alone open it.

Beyond the published model: levers on the strengths; a tonic GABA-A conductance of relay cells, of which the leak already holds
the naive part, so that only (lever - 1) of it is added; and the hyperpolarisation U that this gives a relay cell at rest, which
takes inactivation from its T channels: h_inf(V + weight U), U = g E / (leak + g). Relay cells of one population rest at many
potentials; the mean alone would miss this.
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

SYNAPSES = {
    "pyramidal_ampa": "ampa", "pyramidal_gaba_a": "gaba_a", "pyramidal_gaba_b": "gaba_b", "interneuron_ampa": "ampa",
    "relay_ampa": "ampa", "relay_gaba_a": "gaba_a", "relay_gaba_b": "gaba_b", "reticular_ampa": "ampa",
    "relay_deinactivated": "burst", "reticular_deinactivated": "burst",
}  # fmt: skip
"""Filtered quantities, and the filter of each."""


class State(NamedTuple):
    """Potentials [mV] of the four populations, and the two modes of each filter."""

    potential: Float[Array, "4 lanes"]
    filters: dict[str, tuple[Float[Array, " lanes"], Float[Array, " lanes"]]]


class Delayed(NamedTuple):
    """Rates that arrive from across: of pyramidal cells in the thalamus, of relay cells in the cortex [1/s]."""

    pyramidal: Any
    relay: Any


def start(lanes: int) -> State:
    """At rest."""
    zero = jnp.zeros(lanes)
    return State(jnp.zeros((4, lanes)), {name: (zero, zero) for name in SYNAPSES})  # structural: four populations


def poles(values: dict, kind: str) -> tuple[Any, Any, Any]:
    """The two rates of a filter [1/s], slow first, and the factor of the difference of its modes."""
    slow, fast, steady = (values[f"filter.{kind}.{name}"] for name in ("slow", "fast", "steady"))
    return slow, fast, steady * slow * fast / (fast - slow)


def output(values: dict, state: State, name: str) -> Float[Array, " lanes"]:
    """What a filter gives."""
    slow, fast = state.filters[name]
    return poles(values, SYNAPSES[name])[2] * (slow - fast)


def rates(values: dict, levers: dict, state: State) -> tuple[Any, Any, Any, Any]:
    """Rates of the four populations [1/s]."""
    pyramidal, interneuron, relay, reticular = state.potential

    def sigmoid(potential, prefix, threshold):
        return values[f"{prefix}.largest"] * jax.nn.sigmoid((potential - values[threshold]) / values[f"{prefix}.width"])

    return (
        levers["pyramidal_rate"] * sigmoid(pyramidal, "rate", "rate.threshold"),
        sigmoid(interneuron, "rate", "rate.threshold"),
        levers["t_type"] * sigmoid(relay, "burst", "burst.relay_threshold") * output(values, state, "relay_deinactivated"),
        levers["t_type"] * sigmoid(reticular, "burst", "burst.reticular_threshold")
        * output(values, state, "reticular_deinactivated"),
    )  # fmt: skip


def tonic(values: dict, levers: dict) -> tuple[Any, Any]:
    """Added tonic conductance of relay cells [1/s], and the hyperpolarisation it gives them at rest [mV]."""
    added = (levers["tonic_relay"] - 1) * values["tonic.relay_naive"]
    return added, added * values["reversal.gaba_a"] / (values["membrane.leak"] + added)


def filter_inputs(values: dict, levers: dict, state: State, delayed: Delayed, drive: tuple[Any, Any]) -> dict[str, Any]:
    """What goes into each filter; ``drive``: external inputs of cortex and relay cells [1/s]."""
    pyramidal, interneuron, relay, reticular = rates(values, levers, state)

    def g(name):
        return values[f"strength.{name}"]

    def bursts(rate):
        return rate * jax.nn.sigmoid(values["gaba_b.steepness"] * (rate - values["gaba_b.threshold"]))

    def free(potential, name):
        return jax.nn.sigmoid(-(potential - values[f"burst.{name}_inactivation"]) / values["burst.inactivation_width"])

    lower = values["tonic.deinactivation"] * tonic(values, levers)[1]
    return {
        "pyramidal_ampa": g("cortical_input") * drive[0] + g("relay_pyramidal") * delayed.relay,
        "pyramidal_gaba_a": interneuron,
        "pyramidal_gaba_b": bursts(interneuron),
        "interneuron_ampa": g("pyramidal_interneuron") * pyramidal + g("relay_interneuron") * delayed.relay,
        "relay_ampa": g("pyramidal_relay") * delayed.pyramidal + g("sensory_input") * drive[1],
        "relay_gaba_a": reticular,
        "relay_gaba_b": bursts(reticular),
        "reticular_ampa": g("relay_reticular") * relay + g("pyramidal_reticular") * delayed.pyramidal,
        "relay_deinactivated": free(state.potential[2] + lower, "relay"),
        "reticular_deinactivated": free(state.potential[-1], "reticular"),
    }


def conductances(values: dict, levers: dict, state: State) -> tuple[Float[Array, "4 lanes"], Float[Array, "4 lanes"]]:
    """Total conductance [1/s] and current at rest [mV/s] of each population."""

    def g(name, strength=1.0):
        return strength * output(values, state, name)

    def s(name):
        return values[f"strength.{name}"]

    ampa, gaba_a, gaba_b = (values[f"reversal.{name}"] for name in ("ampa", "gaba_a", "gaba_b"))
    among = s("reticular_reticular_gaba_a") * values["filter.gaba_a.steady"] * values["input.reticular"]
    among = levers["reticular"] * among
    synapses = (
        ((g("pyramidal_ampa"), ampa),
         (g("pyramidal_gaba_a", levers["cortical"] * s("interneuron_pyramidal_gaba_a")), gaba_a),
         (g("pyramidal_gaba_b", s("interneuron_pyramidal_gaba_b")), gaba_b)),
        ((g("interneuron_ampa"), ampa),),
        ((g("relay_ampa"), ampa),
         (g("relay_gaba_a", levers["relay"] * s("reticular_relay_gaba_a")), gaba_a),
         (g("relay_gaba_b", levers["relay_gaba_b"] * s("reticular_relay_gaba_b")), gaba_b),
         (tonic(values, levers)[0], gaba_a)),
        ((g("reticular_ampa"), values["reversal.ampa_reticular"]), (among, values["reversal.gaba_a_reticular"])),
    )  # fmt: skip
    total = [values["membrane.leak"] + sum(part for part, _ in parts) for parts in synapses]
    current = [sum(part * reversal for part, reversal in parts) for parts in synapses]
    return jnp.stack(total), jnp.stack(current)


def filtered(values: dict, state: State, inputs: dict[str, Any], step: Any) -> dict[str, tuple[Any, Any]]:
    """Modes of the filters after a step with held input, exactly."""
    found = {}
    for name, kind in SYNAPSES.items():
        modes = []
        for mode, pole in zip(state.filters[name], poles(values, kind)[:2], strict=True):
            left = jnp.exp(-pole * step)
            modes.append(left * mode + (1 - left) / pole * inputs[name])
        found[name] = (modes[0], modes[1])
    return found


def relaxed(potential: Any, total: Any, current: Any, step: Any) -> Any:
    """Potentials after a step with held conductances, exactly."""
    goal = current / total
    return goal + (potential - goal) * jnp.exp(-total * step)


def advance(
    values: dict, levers: dict, state: State, before: Delayed, after: Delayed, drive: tuple[Any, Any], step: Any
) -> State:
    """One exponential predictor-corrector step; ``before`` and ``after``: delayed rates at its two ends."""
    first = filter_inputs(values, levers, state, before, drive)
    total, current = conductances(values, levers, state)
    ahead = State(relaxed(state.potential, total, current, step), filtered(values, state, first, step))
    second = filter_inputs(values, levers, ahead, after, drive)
    filters = filtered(values, state, {name: (first[name] + second[name]) / 2 for name in first}, step)
    total_ahead, current_ahead = conductances(values, levers, State(state.potential, filters))
    potential = relaxed(state.potential, (total + total_ahead) / 2, (current + current_ahead) / 2, step)
    return State(potential, filters)
