"""Virtual patients of a taper: the between-subject spread of the library as factors for `clinic.taper.plan_taper`."""

import numpy as np
from jaxtyping import Float

from allostasis.clinic.taper.outcome import Outcome
from allostasis.clinic.taper.planner import plan_taper
from allostasis.clinic.taper.question import Question
from allostasis.simulation.assemble import assemble
from allostasis.study.population import spread_factors


def taper_factors(question: Question) -> dict[str, Float[np.ndarray, " patients"]]:
    """Log-normal factors of the virtual patients of a question.

    They are those of `sample_factors`: every parameter of the chain with a between-subject spread in the library. How much the
    drug is worth (`clinic.equivalence`) is drawn by the planner itself.

    Raises:
        InputError: a question without virtual patients.
    """
    sites = sorted({(steady.drug, steady.route) for steady in question.history})
    return spread_factors(assemble(sites, question.patient, **question.model), question.virtual_patients, question.seed)


def plan_robust_taper(question: Question, *, suggest: bool = True) -> Outcome:
    """Answer a question for its virtual patients: `plan_taper` with the factors that `taper_factors` draws.

    Raises:
        InputError: a question without virtual patients.
    """
    return plan_taper(question, factors=taper_factors(question), suggest=suggest)
