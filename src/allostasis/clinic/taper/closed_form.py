"""The shortest taper of the two-state model in closed form: what no search may beat."""

import math

from allostasis.quantity import InputError

Number = float | int


def shortest_taper(gain: Number, cap: Number, *, w_fast: Number, w_slow: Number, tau_down: Number) -> float:
    """Least time from a sustained log gain to none with the imbalance at a cap, in the unit of tau_down.

    Two states, a dose that can be any number, and a fast state at its equilibrium w_f S. On the boundary the imbalance equals the
    cap c, which gives the log gain S that slow adaptation a still allows, and with it the fall of a:

        H = a + w_f S - S = c            S = (a - c) / (1 - w_f)
        da/dt = (w_s S - a) / tau_down   = -((1 - k) a + k c) / tau_down,    k = w_s / (1 - w_f)

    From a(0) = w_s S0 to a = c, where S is 0 and the drug may stop:

        T = tau_down / (1 - k) ln( ((1 - k) w_s S0 + k c) / c )

    Less is not possible: dS/dt is bounded by the cap at every instant, and any S below the boundary is above the cap. A drug that
    is eliminated slowly follows its dose late, so doses may fall earlier by about its elimination time.

    Args:
        gain: log gain S0 of the sustained dose.
        cap: of the imbalance, in the unit of the gain (not in seizure thresholds).
        w_fast: weight of the fast state.
        w_slow: weight of the slow state.
        tau_down: time constant of the slow state while it falls.

    Raises:
        InputError: weights whose sum is 1 or more, or a number that is not above 0.

    >>> [round(shortest_taper(0.577, cap, w_fast=0.55, w_slow=0.3, tau_down=45 / 7), 1) for cap in (0.08, 0.05, 0.03)]
    [6.3, 11.6, 18.4]
    >>> shortest_taper(0.1, 0.05, w_fast=0.55, w_slow=0.3, tau_down=45)
    0.0
    """
    if not min(gain, cap, w_slow, tau_down) > 0 or w_fast < 0 or w_fast + w_slow >= 1:
        raise InputError(
            "two-state adaptation", value=(gain, cap, w_fast, w_slow, tau_down),
            expected="positive numbers, weights that sum to less than 1",
        )  # fmt: skip
    k = w_slow / (1 - w_fast)
    return max(0.0, tau_down / (1 - k) * math.log(((1 - k) * w_slow * gain + k * cap) / cap))
