"""Spontaneous seizures of networks over hours: Heun with a fixed step, exact input noise, all conditions and trials at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Float

from allostasis import library
from allostasis.circuit import network_tally
from allostasis.circuit.closed_loop import ClosedLoop
from allostasis.circuit.conductance_noise import trial_keys
from allostasis.circuit.network import SeizureNetwork
from allostasis.circuit.network_step import BLOCK, advance, draws, start
from allostasis.model.compiling import compile_outermost
from allostasis.quantity import InputError

STEP = 0.5  # structural: default step [s] of the integration; halving it is a test
LONGEST = 1000.0  # structural: longest run [h]
COARSEST = 0.25  # structural: the step may be at most this share of the fastest time constant
TRIALS = 8  # structural: default number of repetitions
HOUR = 3600.0  # structural: s


@dataclass(frozen=True, eq=False)
class Condition:
    """A network under an imbalance, a drug and perhaps a closed loop.

        H_i = imbalance - response_i drug

    Args:
        network: the network.
        imbalance: log excitation over inhibition of all nodes, 0 in the naive brain.
        drug: how much the drug lowers it where it acts fully, 0 or more.
        loop: closed-loop stimulation.

    Raises:
        InputError: a drug below 0, or an imbalance that is not finite.
    """

    network: SeizureNetwork
    imbalance: float | int = 0.0
    drug: float | int = 0.0
    loop: ClosedLoop = field(default_factory=ClosedLoop.none)

    def __post_init__(self):
        if not np.isfinite(self.imbalance):
            raise InputError("imbalance of the network", value=self.imbalance, expected="a finite log ratio such as 0.1")
        if not (np.isfinite(self.drug) and self.drug >= 0):
            raise InputError("drug effect on the network", value=self.drug, expected="0 or more, as a log ratio")

    @property
    def drive(self) -> Float[np.ndarray, " nodes"]:
        """H + severity of each node."""
        return self.network.severity + self.imbalance - self.drug * self.network.response


@dataclass(frozen=True, eq=False)
class NetworkCounts:
    """What happened, each count [conditions, trials] and `onsets` [nodes, conditions, trials]; times in s.

    An event that is still running at the end counts as ictal time only.

    Attributes:
        hours: length of the run [h].
        events: excursions of the network, brief ones too.
        seizures: events that lasted.
        bilateral: seizures with cortical nodes of both hemispheres.
        drop: seizures with both frontal nodes, drop-attack-like.
        nodes: recruited nodes, summed over seizures.
        duration: summed over seizures.
        delay: from one hemisphere to the other, summed over bilateral seizures.
        ictal: time in events.
        onsets: seizures that began in each node (more than one may be active at the first instant).
        detections: of the closed loop.
        unconfirmed: detections that no event followed in time. With the pulse off these are false detections; with it on, some
            are events that were prevented.
        stimulated: events into which a pulse fell.
        cut_short: of these, those that ended before they were seizures.
    """

    hours: float
    events: np.ndarray
    seizures: np.ndarray
    bilateral: np.ndarray
    drop: np.ndarray
    nodes: np.ndarray
    duration: np.ndarray
    delay: np.ndarray
    ictal: np.ndarray
    onsets: np.ndarray
    detections: np.ndarray
    unconfirmed: np.ndarray
    stimulated: np.ndarray
    cut_short: np.ndarray

    def per_day(self, name: str = "seizures") -> Float[np.ndarray, " conditions"]:
        """Mean of a count per day, over trials."""
        return getattr(self, name).mean(axis=-1) / self.hours * 24  # structural: h to d

    def standard_error(self, name: str = "seizures") -> Float[np.ndarray, " conditions"]:
        """Standard error of `per_day` over trials; NaN with one trial."""
        counts, n = getattr(self, name), self.seizures.shape[1]
        spread = counts.std(axis=-1, ddof=1) / np.sqrt(n) if n > 1 else np.full(counts.shape[:-1], np.nan)
        return spread / self.hours * 24  # structural: h to d

    def per_seizure(self, name: str) -> Float[np.ndarray, " conditions"]:
        """A sum per seizure (`delay`: per bilateral seizure), over all trials; NaN without one."""
        over = self.bilateral if name == "delay" else self.seizures
        with np.errstate(invalid="ignore", divide="ignore"):
            return getattr(self, name).sum(axis=-1) / over.sum(axis=-1)

    @property
    def ictal_share(self) -> Float[np.ndarray, " conditions"]:
        """Share of time in events."""
        return self.ictal.mean(axis=-1) / (self.hours * HOUR)


def simulate_network(
    conditions: Sequence[Condition], *, hours: float | int, trials: int = TRIALS, seed: int = 1, step: float | int = STEP
) -> NetworkCounts:
    """Run networks for hours and count seizures.

    All conditions of a trial share its random input, so that a difference between them is no accident of the draw.

    Args:
        conditions: of networks with the same nodes and numbers.
        hours: length of the run [h], rounded up to whole blocks of a minute or less.
        trials: independent repetitions.
        seed: of the random numbers.
        step: of the integration [s].

    Raises:
        InputError: no condition, networks with other nodes, or a number out of range.

    >>> intact = SeizureNetwork.from_library()
    >>> out = simulate_network([Condition(intact), Condition(intact, drug=0.6)], hours=2, trials=2)
    >>> bool(out.seizures[0].sum() > out.seizures[1].sum())
    True
    """
    keys = trial_keys(seed, trials)
    values, rules = arrays(conditions), rules_of_counting()
    blocks = check_run(conditions, hours, step)
    found = _compiled()(values, rules, keys, blocks, float(step))
    counted = {name: np.asarray(value) for name, value in found.items()}
    return NetworkCounts(blocks * BLOCK * float(step) / HOUR, **counted)


def check_run(conditions: Sequence[Condition], hours: float | int, step: float | int) -> int:
    """Number of blocks of steps, after every refusal; arguments as in `simulate_network`."""
    numbers = conditions[0].network.numbers
    longest = COARSEST * min(numbers[name] for name in ("activity_time", "adenosine_time", "input.time"))
    if not 0 < step <= longest:
        raise InputError("step of the integration", value=step, expected=f"above 0, at most {longest:.3g} s here")
    if not 0 < hours <= LONGEST:
        raise InputError("length of the run", value=hours, expected=f"above 0, at most {LONGEST:g} h")
    return int(np.ceil(hours * HOUR / (BLOCK * step) - 1e-9))  # structural: rounding


def arrays(conditions: Sequence[Condition]) -> dict:
    """Numbers of the conditions as arrays for the compiled run, conditions on the last axis but one.

    Raises:
        InputError: no condition, or networks whose nodes or numbers differ.
    """
    if not conditions:
        raise InputError("no condition for the network", expected="one or more", fix="write [Condition(network)]")
    first = conditions[0].network
    for one in conditions:
        if one.network.nodes != first.nodes or one.network.numbers != first.numbers:
            raise InputError("networks with different nodes or numbers", expected="the same, in one run", fix="run them apart")
    loops = [one.loop for one in conditions]
    return {
        "drive": np.stack([one.drive for one in conditions], axis=-1),
        "coupling": np.stack([one.network.total for one in conditions], axis=-1),
        "present": np.stack([one.network.present for one in conditions], axis=-1).astype(float),
        "numbers": dict(first.numbers),
        "where": {
            "sides": [first.cortical & ~first.right, first.cortical & first.right],
            "frontal": np.array([name.startswith("frontal") for name in first.nodes]),
        },
        "loop": {name: np.array([loop.values()[name] for loop in loops])[:, None] for name in loops[0].values()},
        "watched": np.stack([_mask(one.network, one.loop.watched) for one in conditions], axis=-1),
        "stimulated": np.stack([_mask(one.network, one.loop.stimulated) for one in conditions], axis=-1).astype(float),
    }  # fmt: skip


def _mask(network: SeizureNetwork, names: tuple[str, ...]) -> np.ndarray:
    chosen = network.onset.copy() if not names else np.zeros(len(network.nodes), bool)
    chosen[[network.index(name) for name in names]] = True
    return chosen


def rules_of_counting() -> dict[str, float]:
    """What counts as an event, a seizure and a confirmed detection, from the set `network`."""
    rows = library.parameter_set("network")
    rules = {name: rows[f"seizure.{name}"].value for name in ("begins", "ends", "shortest")}
    return rules | {"confirmed": rows["closed_loop.confirmed"].value}


@cache
def _compiled():
    return compile_outermost(_run)


def _run(values, rules, keys, blocks, step) -> dict:
    state = start(values, keys)
    tally = network_tally.empty(state[0])

    def one(carry, inputs):
        state, tally = carry
        time, drawn = inputs
        state, fired, on = advance(values, state, drawn, step)
        return (state, network_tally.count(tally, time, state[0], fired, on, values["where"], rules, step)), None

    def block(k, carry):
        times = (k * BLOCK + 1 + jnp.arange(BLOCK)) * step
        return lax.scan(one, carry, (times, draws(keys, k, values["drive"].shape[0])))[0]

    final = lax.fori_loop(0, blocks, block, (state, tally))[1]
    return {name: getattr(final, name) for name in network_tally.KEPT}
