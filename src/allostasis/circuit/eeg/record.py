"""A simulated EEG: stochastic Heun with a fixed step in one scan, all conditions and trials at once."""

from dataclasses import asdict, dataclass
from functools import cache, partial

import jax.numpy as jnp
import numpy as np
from jax import lax, random
from jaxtyping import Array, Float, Key

from allostasis.circuit.conductance_noise import trial_keys
from allostasis.circuit.eeg.neural_mass import KICKED, Gains, NeuralMass, potential, slope
from allostasis.model.compiling import compile_outermost
from allostasis.quantity import InputError

STEP = 1 / 1024  # structural: default step [s] of the integration; halving it is a test
SAMPLING = 256  # structural: samples per second of a record [Hz]
SETTLE = 5.0  # structural: time [s] before the first sample; the slowest synapse takes 0.02 s, the first spike longer
LONGEST = 3600.0  # structural: longest record [s]
STATES = 10  # structural: states of the column
SLOWEST_STEP = 1.0  # structural: the step is at most the fastest time constant; Heun is stable up to twice it


@dataclass(frozen=True, eq=False)
class EegRecord:
    """EEG of a neural mass.

    Attributes:
        signal: potential of the pyramidal cells [mV].
        sampling: samples per second [Hz].
    """

    signal: Float[np.ndarray, "samples conditions trials"]
    sampling: float

    @property
    def time(self) -> Float[np.ndarray, " samples"]:
        """Time of each sample [s]."""
        return np.arange(len(self.signal)) / self.sampling


def simulate_eeg(
    gains: Gains,
    *,
    seconds: float | int,
    seed: int = 0,
    trials: int = 1,
    mass: NeuralMass | None = None,
    step: float | int = STEP,
    settle: float | int = SETTLE,
) -> EegRecord:
    """Simulate the EEG of a column in several conditions, each with the same trials of input noise.

    All conditions of a trial share its random numbers, so that a difference between conditions is no accident of the draw.
    Array sizes and the length compile; gains, seeds and the column do not.

    Args:
        gains: synaptic gains and rate constants, numbers or arrays [conditions].
        seconds: length of the record [s].
        seed: of the input noise.
        trials: independent repetitions.
        mass: the column; of the library when left out.
        step: of the integration [s]; a whole number of steps must make a sample of 1/256 s.
        settle: time before the record [s].

    Raises:
        InputError: a number out of range.

    >>> from allostasis.circuit.eeg.neural_mass import operating_point
    >>> simulate_eeg(operating_point("alpha"), seconds=2.0).signal.shape
    (512, 1, 1)
    """
    mass = mass or NeuralMass.from_library()
    shaped = _check(gains, seconds, step, settle)
    every = max(1, round(1 / (SAMPLING * step)))
    samples, skipped = (round(t * SAMPLING) for t in (seconds, settle))
    signal = _compiled(every, skipped + samples)(asdict(mass), shaped, trial_keys(seed, trials), float(step))
    return EegRecord(np.asarray(signal)[skipped:], float(SAMPLING))


def _check(gains: Gains, seconds: float | int, step: float | int, settle: float | int) -> Gains:
    """Gains as arrays [conditions, 1], after every refusal."""
    arrays = [np.atleast_1d(np.asarray(g, float)) for g in gains]
    for name, values in zip(Gains._fields, arrays, strict=True):
        low = values.min()
        if values.ndim != 1 or not np.isfinite(values).all() or low < 0 or (name.endswith("_rate") and low <= 0):
            raise InputError(f"{name} of the neural mass", value=float(low), expected="finite and not negative, rates above 0")
    if not 0 < seconds <= LONGEST:
        raise InputError("length of the EEG", value=seconds, expected=f"above 0, at most {LONGEST:g} s")
    if not 0 <= settle <= LONGEST:
        raise InputError("settling time", value=settle, expected=f"0 to {LONGEST:g} s")
    fastest = max(float(values.max()) for values in arrays[len(arrays) // 2 :])
    longest = min(1 / SAMPLING, SLOWEST_STEP / fastest)
    steps = 1 / (SAMPLING * step) if step > 0 else 0
    if not 0 < step <= longest or abs(steps - round(steps)) > 1e-6:  # structural: rounding
        raise InputError(
            "step of the integration", value=step, expected=f"1/{SAMPLING} s over a whole number, at most {longest:.3g} s here"
        )
    return Gains(*(jnp.asarray(values)[:, None] for values in arrays))


@cache
def _compiled(every: int, samples: int):
    return compile_outermost(partial(_run, every, samples))


def _run(
    every: int, samples: int, mass: dict, gains: Gains, keys: Key[Array, " trials"], step: Float[Array, ""] | float
) -> Float[Array, "samples conditions trials"]:
    conditions = jnp.broadcast_shapes(*(jnp.shape(g) for g in gains))[0]
    start = (jnp.zeros((conditions, keys.shape[0])),) * STATES
    strength = gains.excitation * gains.excitation_rate * mass["input_noise"]
    draw = _normals(every)

    def one(y, increment):
        kick = strength * increment[None, :]
        first = slope(mass, gains, y)
        second = slope(mass, gains, _moved(y, first, step, kick))
        mean = tuple((k + m) / 2 for k, m in zip(first, second, strict=True))
        return _moved(y, mean, step, kick), None

    def sample(y, block):
        y = lax.scan(one, y, jnp.sqrt(step) * draw(keys, block))[0]
        return y, potential(y)

    return lax.scan(sample, start, jnp.arange(samples))[1]


def _moved(y, derivative, step, kick):
    ahead = [value + step * d for value, d in zip(y, derivative, strict=True)]
    ahead[KICKED] = ahead[KICKED] + kick
    return tuple(ahead)


def _normals(every: int):
    """Random numbers of the steps of one sample [every, trials], the same however many conditions and trials there are."""
    import jax

    return jax.vmap(lambda key, block: random.normal(random.fold_in(key, block), (every,)), in_axes=(0, None), out_axes=-1)
