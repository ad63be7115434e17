"""A corticothalamic delay model of the human brain: the frequency of absence seizures at 3 Hz comes from a loop delay.

    S(V) = Q / (1 + exp(-(V - theta) pi/(sqrt(3) sigma)))
    D V_e = nu_ee phi_e + nu_ei S(V_e) + nu_es S(V_s)(t - t0/2)          D V = V''/(ab) + (1/a + 1/b) V' + V
    D V_r = nu_re phi_e(t - t0/2) + nu_rs S(V_s)
    D V_s = nu_se phi_e(t - t0/2) + nu_sr S(V_r) + nu_sn phi_n
    phi_e''/gamma^2 + 2 phi_e'/gamma + phi_e = S(V_e)

(Robinson, Rennie, Rowe 2002; Breakspear et al. 2006.) The parameters of its absence set stand in the library; nothing is fitted.
It has no GABA-B and no burst cells, so drugs do not map onto it: it stands here for the frequency alone.
"""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Float

from allostasis import library
from allostasis.quantity import UnknownNameError

STEP, BLOCKS = 0.0005, 500  # structural: step [s]; blocks of half a loop delay, 20 s
KEPT = 8  # structural: one sample in 4 ms
SETS = ("absence", "rest")


def simulate_corticothalamic(which: str = "absence", *, step: float = STEP) -> tuple[
    Float[np.ndarray, " times"], Float[np.ndarray, " times"]
]:  # fmt: skip
    """Simulate 20 s without noise, from a small kick.

    Args:
        which: "absence", or "rest" (weaker drive of relay cells by cortex).
        step: of the integration [s].

    Returns:
        time [s] and the field of cortical rates phi_e [1/s].

    Raises:
        UnknownNameError: no such parameter set.
    """
    if which not in SETS:
        raise UnknownNameError("parameter set of the corticothalamic model", which, SETS)
    rows = library.parameter_set("thalamocortical")
    p = {k.removeprefix("human."): v.value for k, v in rows.items() if k.startswith("human.")}
    if which == "rest":
        p["relay_excitatory"] = p["relay_excitatory_rest"]
    field = _run(p, round(p["loop_delay"] / 2 / step), step)
    kept = round(KEPT * STEP / step)
    values = np.asarray(field)[::kept]
    return np.arange(len(values)) * kept * step, values


@partial(jax.jit, static_argnames=("per_block", "step"))
def _run(p: dict, per_block: int, step: float) -> Any:
    rates = p["rise"] * p["decay"]
    friction = 1 / p["rise"] + 1 / p["decay"]

    def sigmoid(potential):
        spread = p["width"] * jnp.sqrt(3.0) / jnp.pi  # structural: standard deviation of a logistic distribution
        return p["largest_rate"] * jax.nn.sigmoid((potential - p["threshold"]) / spread)

    def slope(state, delayed):
        (e, r, s, phi), (de, dr, ds, dphi) = state
        late_s, late_phi = delayed
        goals = (
            p["excitatory_excitatory"] * phi + p["excitatory_inhibitory"] * sigmoid(e) + p["excitatory_relay"] * late_s,
            p["reticular_excitatory"] * late_phi + p["reticular_relay"] * sigmoid(s),
            p["relay_excitatory"] * late_phi + p["relay_reticular"] * sigmoid(r) + p["input"],
        )
        bent = [rates * (goal - v - friction * dv) for goal, v, dv in zip(goals, (e, r, s), (de, dr, ds), strict=True)]
        bent.append(p["damping"] ** 2 * (sigmoid(e) - phi - 2 / p["damping"] * dphi))
        return state[1], jnp.stack(bent)

    def one(state, given):
        first, second = given
        k1 = slope(state, first)
        ahead = tuple(x + step * k for x, k in zip(state, k1, strict=True))
        k2 = slope(ahead, second)
        following = tuple(x + step * (a + b) / 2 for x, a, b in zip(state, k1, k2, strict=True))
        return following, (sigmoid(state[0][2]), state[0][-1])

    def block(carry, _):
        state, arriving = carry
        end = (sigmoid(state[0][2])[None], state[0][-1][None])
        second = tuple(jnp.concatenate([a[1:], b]) for a, b in zip(arriving, end, strict=True))
        state, leaving = lax.scan(one, state, (arriving, second))
        return (state, leaving), leaving[1]

    still = jnp.zeros(4)  # structural: four fields
    silent = (jnp.zeros(per_block), jnp.zeros(per_block))
    start = (still.at[0].set(1.0), still)
    _, field = lax.scan(block, (start, silent), None, length=BLOCKS)
    return field.reshape(-1)


def human_frequency(which: str = "absence") -> float:
    """Return the peak frequency [Hz] of the second half of the run; NaN where it is at rest.

    >>> bool(np.isnan(human_frequency("rest")))
    True
    """
    time, field = simulate_corticothalamic(which)
    late = field[len(field) // 2 :] - field[len(field) // 2 :].mean()
    if np.ptp(late) < 1:  # structural: 1 per s, far below a discharge
        return float("nan")
    cycles = np.flatnonzero((late[1:] >= 0) & (late[:-1] < 0))
    hertz = np.fft.rfftfreq(len(late), time[1])
    power = np.abs(np.fft.rfft(late * np.hanning(len(late)))) ** 2
    assert len(cycles)
    return float(hertz[np.argmax(power)])
