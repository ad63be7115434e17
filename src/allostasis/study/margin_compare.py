"""The seizure margin of the acute circuit against the algebraic imbalance of the chronic clock, over random states."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.stats import spearmanr

from allostasis.model.acute_ports import LOG_IMBALANCE
from allostasis.quantity import InputError
from allostasis.study.margin_states import AdaptationStates, chronic_imbalance, random_states, with_naive
from allostasis.study.seizure_margin import Stimulus, critical_loss, margin_of, run_circuit

FEWEST = 5
"""States below which no rank correlation is given."""


@dataclass(frozen=True, eq=False)
class MarginComparison:
    """What came out, one value a state; h in units of the naive margin or of the seizure threshold.

    Attributes:
        states: the states.
        margin: h = 1 - s*/s*_naive of the acute circuit; NaN where s* is outside its bracket.
        naive_loss: s* of the naive circuit.
        chronic: algebraic h of the chronic clock.
        whole: the same algebra with every synapse adapting, as on the acute clock.
        start: H of the acute circuit before the stimulus [log units].
        moved: -ln(1 - s*) + H at the start, minus the same of the naive circuit: what the course of the seizure adds to a margin
            that the balance at the start would give alone [log units].
    """

    states: AdaptationStates
    margin: Float[np.ndarray, " lanes"]
    naive_loss: float
    chronic: Float[np.ndarray, " lanes"]
    whole: Float[np.ndarray, " lanes"]
    start: Float[np.ndarray, " lanes"]
    moved: Float[np.ndarray, " lanes"]

    @property
    def found(self) -> np.ndarray:
        """States whose s* lies inside the bracket."""
        return np.isfinite(self.margin)

    def rank_correlation(self, name: str = "chronic") -> float:
        """Spearman correlation of the margin with `chronic`, `whole` or `start`."""
        inside = self.found
        correlation, _ = spearmanr(self.margin[inside], getattr(self, name)[inside])
        return float(correlation)


def compare_margin(count: int = 500, seed: int = 1, stimulus: Stimulus | None = None, **draw) -> MarginComparison:
    """Draw states, find the margin of each, and hold it against the algebra.

    Args:
        count: how many states.
        seed: of the draws.
        stimulus: the test; that of the library when left out.
        draw: passed on to `random_states`.

    Raises:
        InputError: fewer states than `FEWEST`, or a naive circuit without a margin.
    """
    if count < FEWEST:
        raise InputError("number of random states", value=count, expected=f"{FEWEST} or more for a rank correlation")
    stimulus = stimulus or Stimulus.from_library()
    states = random_states(count, seed, **draw)
    *losses, naive = critical_loss(with_naive(states), stimulus)
    loss = np.array(losses)
    margin = margin_of(loss, naive)
    start = run_circuit(with_naive(states), np.zeros(count + 1), stimulus, LOG_IMBALANCE)[0, :-1]
    return MarginComparison(
        states, margin, float(1 - np.exp(-naive)), chronic_imbalance(states), chronic_imbalance(states, adapting_share=1),
        start, loss + start - naive,
    )  # fmt: skip
