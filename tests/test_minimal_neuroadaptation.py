"""The minimal model reproduces the table that was computed for it elsewhere (independent integrator: scipy)."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import solve_ivp

from allostasis import library
from allostasis.adaptation import MinimalNeuroadaptation

# equivalent dose [mg/d], half-life [h] -> peak H, day of the peak, as computed independently for the same constants
STOPS = {
    "lorazepam 2 mg": (20.0, 14.0, 0.171, 1.6),
    "alprazolam 1 mg": (20.0, 12.0, 0.176, 1.5),
    "clonazepam 1 mg": (20.0, 35.0, 0.133, 3.2),
    "chlordiazepoxide 450 mg": (180.0, 48.0, 0.525, 7.3),
    "lorazepam 18 mg": (180.0, 14.0, 0.811, 2.5),
}


def parameters():
    own, shared = library.parameter_set("minimal_neuroadaptation"), library.parameter_set("adaptation")
    values = {name: own[name].value for name in ("K", "hill", "gain")}
    values |= {name: shared[name].value for name in ("w_fast", "w_slow")}
    return values | {name: shared[name].to("h") for name in ("tau_fast", "tau_slow_up", "tau_slow_down")}


@pytest.mark.parametrize("stop", STOPS)
def test_peak_after_an_abrupt_stop(stop):
    dose, half_life, peak, day = STOPS[stop]
    model, values = MinimalNeuroadaptation(), parameters()
    on, horizon = 180 * 24.0, 300 * 24.0

    def exposure(t):
        return dose * (0.5 ** ((t - on) / half_life) if t > on else 1 - 0.5 ** (t / half_life))

    @jax.jit
    def rates(y, dose):
        result = model.derivative(0.0, {"fast": y[0], "slow": y[1]}, {"equivalent_dose": dose}, values)
        return jnp.stack([result["fast"], result["slow"]])

    def rhs(t, y):
        return np.asarray(rates(y, exposure(t)))

    times = np.arange(on, horizon, 1.0)
    path = solve_ivp(rhs, (0, horizon), [0.0, 0.0], t_eval=times, rtol=1e-5, atol=1e-8, max_step=24.0)
    doses = np.array([exposure(t) for t in times])
    states = {"fast": path.y[0], "slow": path.y[1]}
    h = np.asarray(model.readout(0.0, states, {"equivalent_dose": doses}, values)["minimal_imbalance"])
    best = int(np.argmax(h))
    assert h[best] == pytest.approx(peak, abs=0.006)
    assert (times[best] - on) / 24 == pytest.approx(day, abs=0.25)
