"""Plans side by side in the same person: how long, how high, when, and for how many."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Float

from allostasis import library
from allostasis.clinic.seizure import seizure_probability
from allostasis.clinic.taper.chain import Chain
from allostasis.clinic.taper.forecast import judged
from allostasis.clinic.taper.plan import Plan
from allostasis.clinic.taper.progress import COMPARE, END, SILENT, Progress
from allostasis.clinic.taper.search_rules import SearchRules
from allostasis.clinic.taper.verify import plan_imbalance
from allostasis.quantity import InputError

WEEK_DAYS = 7  # structural: days in a week


@dataclass(frozen=True, eq=False)
class Comparison:
    """Plans side by side.

    Attributes:
        table: one row per plan; units in the column names.
        daily: highest imbalance of each day by plan [days, patients]; lane 0 is the typical patient. All have the same days.
    """

    table: pd.DataFrame
    daily: Mapping[str, Float[np.ndarray, "days patients"]]


def compare(
    chain: Chain, plans: Mapping[str, Plan], rules: SearchRules | None = None, progress: Progress = SILENT
) -> Comparison:
    """Simulate plans in the same person from the same day on.

    Columns: ``plan``, ``weeks`` to zero, ``steps``, ``peak_imbalance`` of the typical patient [seizure thresholds], ``peak_low``
    and ``peak_high`` (the quantiles 1 - q and q over the sample; the typical patient where there is none), ``peak_day``,
    ``days_above_cap`` of the typical patient, ``share_above_cap`` of the sample, ``seizure_probability`` (mean over the sample;
    of the typical patient where there is none), ``total_mg`` by drug as text.

    Args:
        chain: the person today, built for every drug of the plans.
        plans: by name.
        rules: cap and quantile, and how long zero is watched.
        progress: who is told which plan is simulated.

    Raises:
        InputError: no plans.
        UnknownNameError: a plan with a drug that the chain was not built for.
    """
    if not plans:
        raise InputError("no plans to compare", fix="give at least one")
    rules = rules or SearchRules()
    length = max(plan.days_to_zero for plan in plans.values()) + rules.tail_days
    spread = library.parameter_set("circuit")["seizure_threshold"].log_spread
    daily, rows = {}, []
    for number, (name, plan) in enumerate(plans.items()):
        progress.between(COMPARE, END, number / len(plans), f"simulating {name}")
        daily[name] = imbalance = plan_imbalance(chain, plan, length)
        peaks = imbalance.max(axis=0)
        sampled = peaks[1:] if len(peaks) > 1 else peaks
        total = {drug: sum(float(step.days * step.mg_per_day.get(drug, 0)) for step in plan.steps) for drug in plan.drugs}
        rows.append(
            {
                "plan": name,
                "weeks": plan.days_to_zero / WEEK_DAYS,
                "steps": len(plan.steps),
                "peak_imbalance": float(peaks[0]),
                "peak_low": float(judged(peaks, 1 - rules.quantile)),
                "peak_high": float(judged(peaks, rules.quantile)),
                "peak_day": int(imbalance[:, 0].argmax()),
                "days_above_cap": int(np.sum(imbalance[:, 0] > rules.cap)),
                "share_above_cap": float(np.mean(sampled > rules.cap)),
                "seizure_probability": float(np.mean(seizure_probability(sampled, spread))),
                "total_mg": "; ".join(f"{drug} {mg:g}" for drug, mg in total.items()) or "none",
            }
        )
    return Comparison(pd.DataFrame(rows), daily)
