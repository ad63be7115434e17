"""A switch held against a cap: the table of paces, the warning of an overnight switch, and the verdict in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from allostasis.clinic.taper.search_rules import CAP, QUANTILE, SearchRules
from allostasis.clinic.taper.substitution import Substitution
from allostasis.clinic.taper.switch_robust import RobustSwitch, already_above, peak_against, robust_switch
from allostasis.clinic.taper.switch_run import SwitchRun, run_switches

NO_RISE = 1e-3  # structural: in seizure thresholds, the last figure that a verdict shows
"""A rise of the imbalance above that before the switch which is none."""


@dataclass(frozen=True, eq=False)
class SwitchAssessment:
    """A switch at several paces, held against a cap.

    Attributes:
        run: what was simulated.
        cap: highest imbalance allowed [seizure thresholds].
        table: one row per pace, from the fastest to the slowest; units in the column names (`switch_table`).
        warning: of an overnight switch that crosses the cap; "" where it does not.
        verdict: in sentences, the warning included.
    """

    run: SwitchRun
    cap: float
    table: pd.DataFrame
    warning: str
    verdict: str


def assess_switch(
    question: Substitution,
    *,
    use_days: int,
    cap: float | int = CAP,
    seed: int = 0,
    patient: Mapping[str, Any] | None = None,
) -> SwitchAssessment:
    """Simulate a switch at several paces and hold it against a cap.

    `held_against(run_switches(...), cap)` is the same for other paces, errors or numbers of draws.

    Args:
        question: which drugs, doses and products.
        use_days: for how long the old drug was taken [d].
        cap: highest imbalance allowed [seizure thresholds].
        seed: of the worths drawn from the tables.
        patient: table `[patient]` of a case; the typical adult if left out.

    Raises:
        InputError: a cap that is not above 0, or what `run_switches` refuses.
        NotModelledError: what `run_switches` refuses.
    """
    SearchRules(cap=cap)
    return held_against(run_switches(question, use_days=use_days, seed=seed, patient=patient), cap)


def held_against(run: SwitchRun, cap: float | int) -> SwitchAssessment:
    """Hold switches that were simulated before against another cap."""
    cap = float(SearchRules(cap=cap).cap)
    warning = _warning(run, cap)
    verdict = " ".join(text for text in (warning, *_sentences(run, cap)) if text)
    return SwitchAssessment(run, cap, switch_table(run, cap), warning, verdict)


def switch_table(run: SwitchRun, cap: float | int) -> pd.DataFrame:
    """The table of paces.

    Columns: ``switch``, ``days``, ``steps``; for each fixed worth r ``peak_x<r>`` [seizure thresholds], ``peak_day_x<r>`` [d] and
    ``sedation_x<r>`` [fractional gain]; over the draws ``peak_median``, ``peak_high`` (its quantile 0.9) and ``share_above_cap``;
    ``overlap_days`` [d].
    """
    rows = []
    for switch in run.switches:
        lengths = [step.days for step in switch.crossover.steps]
        row: dict[str, Any] = {"switch": switch.name, "days": sum(lengths) if len(lengths) > 1 else 0, "steps": len(lengths)}
        for lane, worth in enumerate(run.worth[: run.fixed]):
            row[f"peak_x{worth:g}"] = switch.peak[lane]
            row[f"peak_day_x{worth:g}"] = switch.peak_day[lane]
            row[f"sedation_x{worth:g}"] = switch.sedation[lane]
        drawn = switch.peak[run.fixed :]
        if drawn.size:
            row |= {"peak_median": float(np.median(drawn)), "peak_high": peak_against(run, switch, QUANTILE)}
            row["share_above_cap"] = float(np.mean(drawn > cap))
        rows.append(row | {"overlap_days": switch.overlap_days})
    return pd.DataFrame(rows)


def _warning(run: SwitchRun, cap: float) -> str:
    """What an overnight switch does, where it crosses the cap for a fixed worth, and what does not.

    A peak that the old drug reaches between its doses anyway is not the switch's.
    """
    overnight, own = run.switches[0], max(cap, run.before_imbalance + NO_RISE)
    crossed = [lane for lane in range(run.fixed) if overnight.peak[lane] > own]
    if not crossed:
        return ""
    peaks = ", ".join(
        f"{overnight.peak[k]:.3f} on day {overnight.peak_day[k]:.1f} where the new dose is worth x{run.worth[k]:g}"
        for k in crossed
    )
    return f"Warning: an overnight switch to {run.question.to} crosses the cap of {cap:g}: {peaks}. {_slower(run, cap, crossed)}"


def _slower(run: SwitchRun, cap: float, crossed: Sequence[int]) -> str:
    found = []
    for lane in crossed:
        under = next((switch.name for switch in run.switches[1:] if switch.peak[lane] <= cap), None)
        nearest = min(run.switches, key=lambda switch: switch.peak[lane])
        words = f"{under} does not"
        if under is None:
            words = f"none that was tried stays under it (lowest {nearest.peak[lane]:.3f}, {nearest.name})"
        found.append(f"at x{run.worth[lane]:g} {words}")
    return "Slower: " + "; ".join(found) + "."


def _sentences(run: SwitchRun, cap: float) -> list[str]:
    robust = robust_switch(run, cap)
    said = [already_above(run, cap)]
    if isinstance(robust, RobustSwitch):
        under = f"{robust.switch.name} (highest imbalance {robust.peak:.3f})"
        said.append(f"the fastest switch under the cap of {cap:g} for {robust.against} is {under}")
    else:
        said.append(robust.reason)
    ends = ", ".join(f"{run.drive[k]:.2f} at x{run.worth[k]:g}" for k in range(run.fixed))
    said.append(f"drive at the receptor in the end over that before the switch: {ends}")
    most = int(np.argmax(run.worth[: run.fixed]))
    deep = ", ".join(f"{switch.sedation[most]:.3f} with {switch.name}" for switch in (run.switches[0], run.switches[-1]))
    said.append(f"deepest sedation {run.before_sedation:.3f} before; at x{run.worth[most]:g} {deep}")
    if run.shared:
        said.append(f"shared by both drugs, and so left out of the error: {', '.join(run.shared)}")
    return [text[0].upper() + text[1:] + "." for text in said if text]
