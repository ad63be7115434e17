"""The equation of fast and slow adaptation to a log gain, shared by every submodel that uses it.

    d a_f /dt = (w_f S - a_f) / tau_f
    d a_s /dt = (w_s S - a_s) / tau_s,    tau_s = tau_up while a_s rises, tau_down while it falls

The direction of the slow state acts through the drive, so that its linear rate stays constant during a run.
"""

import jax.numpy as jnp

from allostasis.model.contract import Values


def rates(prepared: Values) -> dict:
    """Linear decay rate of the fast and the slow state [1/h]."""
    return {"fast": 1 / prepared["tau_fast"], "slow": 1 / prepared["tau_slow_down"]}


def drive(gain, state: Values, prepared: Values) -> dict:
    """Drive of both states [1/h] under a log gain S [1]."""
    slow = prepared["w_slow"] * gain
    falling, rising = 1 / prepared["tau_slow_down"], 1 / prepared["tau_slow_up"]
    return {
        "fast": prepared["w_fast"] * gain / prepared["tau_fast"],
        "slow": falling * slow + (rising - falling) * jnp.maximum(slow - state["slow"], 0),
    }


def initial(prepared: Values) -> dict:
    """Drug-free steady state: no adaptation."""
    return {"fast": 0 * prepared["w_fast"], "slow": 0 * prepared["w_slow"]}
