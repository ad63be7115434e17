"""The neural mass of Wendling et al. 2002: a cortical column of four populations, the source of one EEG channel."""

from dataclasses import dataclass
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from allostasis import library
from allostasis.quantity import InputError

Numbers = Float[Array | np.ndarray, "..."] | float | int
State = tuple[Float[Array, "..."], ...]
"""Ten states: five postsynaptic potentials [mV], then their derivatives [mV/s]."""
KICKED = 6  # structural: place of the derivative that the input noise enters, y1'
KINDS = ("excitation", "slow", "fast")
LINKS = 7  # structural: connections C1 to C7


class Gains(NamedTuple):
    """Synaptic gains and rate constants of the three kinds of synapse, arrays that broadcast against each other.

    Attributes:
        excitation: A, gain of excitation [mV].
        slow: B, gain of slow dendritic inhibition [mV].
        fast: G, gain of fast somatic inhibition [mV].
        excitation_rate, slow_rate, fast_rate: a, b, g [1/s].
    """

    excitation: Numbers
    slow: Numbers
    fast: Numbers
    excitation_rate: Numbers
    slow_rate: Numbers
    fast_rate: Numbers


@dataclass(frozen=True)
class NeuralMass:
    """What belongs to the column and not to its synapses.

    Attributes:
        connectivity: C1 to C7, mean numbers of contacts.
        half_maximal_rate: e0 [1/s].
        threshold: v0 [mV].
        slope: r [1/mV].
        input_mean: mean of the input p [1/s].
        input_noise: intensity of its white noise [1/s sqrt(s)], the standard deviation of samples over the root of their rate.
    """

    connectivity: tuple[float, ...]
    half_maximal_rate: float
    threshold: float
    slope: float
    input_mean: float
    input_noise: float

    def __post_init__(self):
        if len(self.connectivity) != LINKS:
            raise InputError("connections of the neural mass", value=len(self.connectivity), expected=f"{LINKS} numbers")
        if not self.input_noise >= 0:
            raise InputError("noise of the input", value=self.input_noise, expected="0 or more")

    @classmethod
    def from_library(cls) -> "NeuralMass":
        """Column with the numbers of the set `eeg`.

        >>> NeuralMass.from_library().connectivity[0]
        135.0
        """
        rows = library.parameter_set("eeg")
        contacts = rows["connectivity"].value
        shares = (rows[f"connectivity_share.C{k}"].value for k in range(1, LINKS + 1))
        noise = rows["input_sd"].value / rows["input_sampling"].value ** (1 / 2)
        columns = ("half_maximal_rate", "threshold", "slope", "input_mean")
        numbers = {name: rows[name].value for name in columns}
        return cls(connectivity=tuple(contacts * share for share in shares), input_noise=noise, **numbers)


def operating_points() -> tuple[str, ...]:
    """Names of the operating points of the library.

    >>> "alpha" in operating_points()
    True
    """
    names = (key.split(".")[1] for key in library.parameter_set("eeg") if key.startswith("point."))
    return tuple(dict.fromkeys(names))


def operating_point(name: str) -> Gains:
    """Gains of an operating point of the library.

    Raises:
        InputError: no such point.

    >>> operating_point("alpha").fast
    15.0
    """
    if name not in operating_points():
        raise InputError("operating point", value=name, expected="one of: " + ", ".join(operating_points()))
    rows = library.parameter_set("eeg")
    gains = [rows[f"point.{name}.{kind}"].value for kind in KINDS]
    return Gains._make((*gains, *(rows[f"rate.{kind}"].value for kind in KINDS)))


def slope(mass: dict, gains: Gains, y: State) -> State:
    """Derivatives of the ten states without noise [mV/s, mV/s2].

        y0" = A a S(y1 - y2 - y3)          - 2 a y0' - a^2 y0      pyramidal cells
        y1" = A a [p + C2 S(C1 y0)]        - 2 a y1' - a^2 y1      excitation onto them
        y2" = B b C4 S(C3 y0)              - 2 b y2' - b^2 y2      slow dendritic inhibition
        y3" = G g C7 S(C5 y0 - C6 y4)      - 2 g y3' - g^2 y3      fast somatic inhibition
        y4" = B b S(C3 y0)                 - 2 b y4' - b^2 y4      slow onto fast interneurones
        S(v) = 2 e0 / (1 + exp(r (v0 - v)));      EEG = y1 - y2 - y3

    Args:
        mass: a `NeuralMass` as a dict.
        gains: synaptic gains and rate constants.
        y: the states.
    """
    c1, c2, c3, c4, c5, c6, c7 = mass["connectivity"]
    big_a, big_b, big_g, a, b, g = gains

    def fires(v):
        return 2 * mass["half_maximal_rate"] / (1 + jnp.exp(mass["slope"] * (mass["threshold"] - v)))

    y0, y1, y2, y3, y4 = y[: len(y) // 2]
    v0, v1, v2, v3, v4 = y[len(y) // 2 :]
    slow = fires(c3 * y0)
    return (
        v0, v1, v2, v3, v4,
        big_a * a * fires(y1 - y2 - y3) - 2 * a * v0 - a * a * y0,
        big_a * a * (mass["input_mean"] + c2 * fires(c1 * y0)) - 2 * a * v1 - a * a * y1,
        big_b * b * c4 * slow - 2 * b * v2 - b * b * y2,
        big_g * g * c7 * fires(c5 * y0 - c6 * y4) - 2 * g * v3 - g * g * y3,
        big_b * b * slow - 2 * b * v4 - b * b * y4,
    )  # fmt: skip


def potential(y: State) -> Float[Array, "..."]:
    """EEG [mV]: the potential of the pyramidal cells, y1 - y2 - y3."""
    return y[1] - y[2] - y[3]  # structural: places of the states
