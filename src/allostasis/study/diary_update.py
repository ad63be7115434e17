"""From a diary to the person behind it: the most probable numbers, how sure, and whether the model describes the diary at all.

Three steps. The table over size and recovery (`diary_table`) gives a first mode. From there Gauss-Newton goes on with the
simulation itself, the present point and its neighbours as lanes of one run (`laplace`), which also says how far the table is off.
Then draws: a score says little below an imbalance of 0 and much above it, so the posterior is skewed and Laplace's approximation
alone is poor; proposals of prior and approximation are weighted to the posterior by the table (`importance`). Markov chains that
simulate (`chains`) may take their place: slower, and without the error of the table.
"""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from allostasis.clinic.diary import WEEK_DAYS, Diary
from allostasis.quantity import InputError
from allostasis.study.chains import CHAINS, sample_chains
from allostasis.study.diary_person import NUMBERS, OF_THE_RUN, prior_sd
from allostasis.study.diary_run import PersonRun
from allostasis.study.diary_score import Observations, anchored_drives, observations
from allostasis.study.diary_table import PersonTable
from allostasis.study.importance import weighted_draws
from allostasis.study.laplace import Posterior, Predict, maximum_a_posteriori

POLISHING_RUNS = 4
"""Most runs of Gauss-Newton with the simulation itself."""
DRAWS = 512
"""Draws of Laplace's approximation that are weighted, to say how good it is."""


@dataclass(frozen=True, eq=False)
class Update:
    """What a diary says of a person.

    Attributes:
        diary: the diary.
        observed: its scores as one row of numbers.
        posterior: most probable numbers of `diary_person.NUMBERS`, and Laplace's approximation around them.
        drawn: draws of the posterior.
        check: how they were made and how good they are, in words.
        table_error: largest difference between table and simulation at the mode [points of 100].
        laplace_share: share of the draws of Laplace's approximation that is left when they are weighted to the posterior.
    """

    diary: Diary
    observed: Observations
    posterior: Posterior
    drawn: Float[np.ndarray, "draws numbers"]
    check: str
    table_error: float
    laplace_share: float

    def draws(self, count: int, seed: int = 0) -> Float[np.ndarray, "count numbers"]:
        """Draws of the person."""
        return self.drawn[np.random.default_rng(seed).choice(len(self.drawn), count, replace=count > len(self.drawn))]


def update(run: PersonRun, diary: Diary, table: PersonTable, *, simulated_steps: int = 0, seed: int = 0) -> Update:
    """Fit the numbers of a person to a diary.

    Args:
        run: use and plan; it stops on the last day of the diary or later.
        diary: the scores.
        table: of the same use and plan, at least up to the last day of the diary.
        simulated_steps: steps of Markov chains by the simulation itself, in place of the table; 0 for the table.
        seed: of the chains.

    Raises:
        InputError: a run or a table that stops before the diary does.
    """
    reached = min(run.today, table.imbalance.shape[-1] - WEEK_DAYS)
    if reached < diary.today:
        raise InputError("a run that stops before the diary", value=reached, expected=f"day {diary.today} or later")
    seen = observations(diary)
    by_table = table_predictor(table, seen)
    first = maximum_a_posteriori(by_table, seen.value, seen.sd, prior_sd())
    by_run = predictor(replace(run, today=diary.today), seen)
    found = maximum_a_posteriori(by_run, seen.value, seen.sd, prior_sd(), start=first.mode, most_runs=POLISHING_RUNS)
    error = float(np.max(np.abs(by_table(found.mode[None])[0] - found.predicted)))
    share = found.effective(found.draws(DRAWS, seed), by_table(found.draws(DRAWS, seed)))
    weighted = weighted_draws(found, by_table, seed=seed)
    drawn, check = weighted.draws, f"importance weights on a table: worth {weighted.effective:.0f} independent draws"
    if simulated_steps:
        chains = sample_chains(found, by_run, steps=simulated_steps, seed=seed, start=drawn[:CHAINS])
        r_hat, drawn = float(chains.r_hat.max()), chains.draws
        check = f"{CHAINS} Markov chains by simulation: {chains.accepted:.0%} accepted, largest R-hat {r_hat:.2f}"
    return Update(diary, seen, found, drawn, check, error, share)


def table_predictor(table: PersonTable, seen: Observations) -> Predict:
    """What people would have written, read off the table."""
    drives = table.read_drives(seen.rows(WEEK_DAYS))
    return lambda person: seen.of_drives(drives(person), person)


def predictor(run: PersonRun, seen: Observations) -> Predict:
    """What people would have written, simulated. Those who differ in nothing that moves a state share a lane."""

    def predict(person: Float[np.ndarray, "people numbers"]) -> Float[np.ndarray, "people observations"]:
        assert person.shape[1] == len(NUMBERS)
        apart, lane = np.unique(person[:, : len(OF_THE_RUN)], axis=0, return_inverse=True)
        _, series = run.start(apart)
        drives = anchored_drives(series)[:, seen.rows(WEEK_DAYS)]
        return seen.of_drives(drives[lane], person)

    return predict
