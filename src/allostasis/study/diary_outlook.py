"""What the rest of a plan would do to a person, before and after the diary."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from allostasis.clinic.diary import WEEK_DAYS
from allostasis.clinic.equivalence import equivalence, equivalent_drugs, sample
from allostasis.clinic.taper.forecast import IMBALANCE
from allostasis.clinic.taper.question import Question
from allostasis.library.reach import closure
from allostasis.simulation.assemble import System
from allostasis.study.diary_person import RECOVERY, prior_sd
from allostasis.study.diary_run import PersonRun
from allostasis.study.diary_score import weekly_scores
from allostasis.study.diary_table import PersonTable
from allostasis.study.diary_update import Update
from allostasis.study.laplace import normal_draws
from allostasis.study.population import spread_factors

READ = 512
"""Draws that are read off the table."""
SIMULATED = 64
"""Draws of prior and posterior each that are simulated where kinetics vary too: 128 lanes, one compiled call."""
BAND = (0.05, 0.5, 0.95)
"""Quantiles that are told of every forecast: an interval of 90 % and the median."""


@dataclass(frozen=True, eq=False)
class Outlook:
    """Forecasts for draws of the person before the diary (prior) and after it (posterior).

    Attributes:
        prior_peaks: highest imbalance from today on to the end of the watch behind zero, per draw [seizure thresholds].
        posterior_peaks: the same after the diary.
        people: the draws after the diary.
        factors: further factors of each of them, "submodel.name" -> one per draw; {} where only the person is unknown.
        days: last day of each week of the plan.
        prior_scores: quantiles `BAND` of the score of each week [quantiles, weeks], in points of 100.
        posterior_scores: the same after the diary.
    """

    prior_peaks: Float[np.ndarray, " draws"]
    posterior_peaks: Float[np.ndarray, " draws"]
    people: Float[np.ndarray, "draws numbers"]
    factors: Mapping[str, Float[np.ndarray, " draws"]]
    days: tuple[int, ...]
    prior_scores: Float[np.ndarray, "quantiles weeks"]
    posterior_scores: Float[np.ndarray, "quantiles weeks"]

    def spread_out(self, count: int) -> list[int]:
        """Index of draws that stand for all: evenly spaced in the order of what the rest of the plan would do to them."""
        places = (np.arange(count) + 1 / 2) / count * len(self.posterior_peaks)
        return np.argsort(self.posterior_peaks)[places.astype(int)].tolist()


def outlook(question: Question, run: PersonRun, table: PersonTable, update: Update, *, seed: int = 0) -> Outlook:
    """Forecast the rest of a plan.

    Where the plan was made for virtual patients, their kinetics and what the drug is worth vary here as well, as in the library:
    a diary says nothing of them, and the plan was made to bear them.

    Args:
        question: that the plan answered.
        run: use and plan up to the end of the watch behind zero.
        table: of that run.
        update: what the diary says.
        seed: of the draws.
    """
    covariance, today = np.diag(prior_sd() ** 2), update.diary.today
    before = normal_draws(np.zeros(len(covariance)), covariance, READ, seed)
    after = update.draws(READ, seed)
    first, people, factors = WEEK_DAYS + today, after, {}
    if question.virtual_patients:
        people, spread = after[:SIMULATED], kinetic_spread(run.system, question, 2 * SIMULATED, seed)
        _, series = run.start(np.vstack([before[:SIMULATED], people]), factors=spread)
        prior, posterior = np.split(series[IMBALANCE][first:].max(axis=0), 2)
        factors = {name: factor[SIMULATED:] for name, factor in spread.items()}
    else:
        prior, posterior = (table.read_imbalance(person)[:, first:].max(axis=1) for person in (before, after))
    days = tuple(range(WEEK_DAYS - 1, run.today, WEEK_DAYS))
    read = table.read_drives(range(WEEK_DAYS, WEEK_DAYS + len(days) * WEEK_DAYS))
    scores = [np.quantile(weekly_scores(read(person), person)[..., 0], BAND, axis=0) for person in (before, after)]
    return Outlook(prior, posterior, people, factors, days, scores[0], scores[1])


def kinetic_spread(system: System, question: Question, people: int, seed: int) -> dict[str, Float[np.ndarray, " people"]]:
    """Spread between virtual patients of all that a diary says nothing of: kinetics, and what the drug is worth."""
    known = {f"{submodel}.{name}" for submodel, names in RECOVERY.items() for name in names}
    found = {name: f for name, f in spread_factors(system, people, seed).items() if name not in known}
    if question.drug in equivalent_drugs():
        worth = equivalence(question.drug).median_mg / sample(question.drug, people, seed)
        ligands = [name for name in closure([question.drug]) if f"K.{name}" in system.parameters.get("receptor", {})]
        for name in (f"receptor.K.{ligand}" for ligand in ligands):
            found[name] = found.get(name, 1.0) / worth
    return found


def told(values: Float[np.ndarray, " draws"]) -> Mapping[str, float]:
    """Median and interval of 90 % of draws.

    >>> told(np.arange(101.0))
    {'low': 5.0, 'median': 50.0, 'high': 95.0}
    """
    return dict(zip(("low", "median", "high"), np.quantile(values, BAND).tolist(), strict=True))
