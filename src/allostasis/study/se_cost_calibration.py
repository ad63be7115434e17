"""Calibration of the costs of treatment from what trials reported: log odds of drugs and of the seizure, by maximum likelihood.

Run as ``python -m allostasis.study.se_cost_calibration``; it prints what stands in the library beside what comes out.
Each anchor is run as its trial (seizure of a virtual patient, levels in brain); what was reported is the mean of p over its
individuals. A trial whose definition is far from that of the others (the Veterans Affairs trial calls hypotension what others do
not) gets an offset of its own, so that only the differences between its arms count. Log odds of drugs are never below 0: no drug
may protect by itself. The base is assumed; intubation takes the weights of respiratory depression, and its base is free.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float
from scipy import optimize, stats

from allostasis.clinic.status_epilepticus.costs import WEIGHTS, seizure_share
from allostasis.clinic.status_epilepticus.endpoints import STOPPED
from allostasis.clinic.status_epilepticus.parse import parse_protocol
from allostasis.library import parameter_set
from allostasis.library.rows import rows
from allostasis.study.se_costs import levels
from allostasis.study.status_epilepticus import Setting, run_study

USUAL = (
    "lorazepam 4 mg iv over 2 min", "diazepam 10 mg iv over 2 min", "midazolam 10 mg im", "clonazepam 1 mg iv",
    "phenobarbital 15 mg/kg iv over 10 min", "phenytoin 18 mg/kg iv over 20 min", "valproate 40 mg/kg iv over 10 min",
    "levetiracetam 60 mg/kg iv over 10 min", "brivaracetam 2 mg/kg iv over 10 min", "ketamine 2 mg/kg iv over 2 min",
    "propofol 2 mg/kg iv over 2 min", "thiopental 5 mg/kg iv over 2 min", "ganaxolone 0.35 mg/kg iv over 3 min",
)  # fmt: skip
"""Usual full doses; the median of their peaks in brain is the reference level of each drug."""
DELAY_MIN, HORIZON_MIN = 30, 61
RECALLED = 0.05
"""Weight of a rate that was recalled: it sets what nothing else sets, and hardly moves the rest."""
STARTS = (2.0, 4.0, 6.0)
"""Log odds of the seizure from which the fits start; the best end counts."""


class Anchor(NamedTuple):
    """One arm: what was counted in it, and what its individuals went through."""

    row: dict
    share: Float[np.ndarray, " patients"]
    levels: dict[str, Float[np.ndarray, "patients minutes"]]


@dataclass(frozen=True)
class Found:
    """What one fit gave: name -> value, and (trial, steps, reported, fitted) for each anchor."""

    values: dict[str, float]
    check: list[tuple[str, str, float, float]]


def grouped(texts: Iterable[str]) -> list[list[str]]:
    """Steps that give the same drugs together, so that each group is one small program; nothing joins the first group.

    >>> grouped(["none", "lorazepam 4 mg iv", "diazepam 5 mg iv", "lorazepam 2 mg iv"])
    [['none', 'lorazepam 4 mg iv', 'lorazepam 2 mg iv'], ['diazepam 5 mg iv']]
    """
    groups: dict[tuple[str, ...], list[str]] = {}
    for text in dict.fromkeys(texts):
        drugs = tuple(sorted({step.drug for step in parse_protocol("steps", text).steps}))
        groups.setdefault(drugs, []).append(text)
    nothing = groups.pop((), [])
    found = list(groups.values())
    return [[*nothing, *found[0]], *found[1:]] if found else [nothing]


def anchors(individuals: int = 200, seed: int = 1) -> tuple[list[Anchor], dict[str, float]]:
    """Run every arm of the anchors and every usual dose; returns the arms and the reference levels [nM]."""
    table = [dict(row) for row in rows("se_cost_anchors")]
    setting = Setting("human", DELAY_MIN, HORIZON_MIN, individuals=individuals, seed=seed)
    found, references = {}, {}
    for texts in grouped([*(row["steps"] for row in table), *USUAL]):
        study = run_study([parse_protocol(text if text != "none" else "none given", text) for text in texts], setting)
        for text, course in zip(texts, study.courses, strict=True):
            found[text] = (course.activity >= STOPPED, levels(study, course))
            if text in USUAL:
                drug = text.partition(" ")[0]
                references[drug] = float(np.median(found[text][1][drug].max(axis=1)))
    return [_anchor(row, *found[row["steps"]]) for row in table], references


def _anchor(row: dict, seizing: Bool[np.ndarray, "patients minutes"], there: Mapping) -> Anchor:
    first, last = int(row["from_min"]), int(row["until_min"])
    counted = seizing[:, first - 1] if first else np.ones(len(seizing), bool)
    share = seizure_share(seizing[counted, :last].sum(axis=1).astype(float)) * (row["seizing"] == "yes")
    return Anchor(row, share, {drug: values[counted, :last] for drug, values in there.items()})


def fit(cost: str, known: list[Anchor], references: dict[str, float], fixed: dict[str, float] | None = None) -> Found:
    """Fit one cost: log odds of the seizure and of drugs, or of the seizure and the base where those of drugs are fixed."""
    own = [a for a in known if a.row["cost"] == cost]
    drugs = sorted({d for a in own for d in a.levels} & set(references)) if fixed is None else []
    offsets = sorted({a.row["trial"] for a in own if a.row["free_offset"] == "yes"})
    base = parameter_set("status_epilepticus")[f"cost.{cost}.base"].value
    bounds = [(0, 10), *([(0, 10)] * len(drugs)), *([(-5, 5)] * len(offsets)), *([] if fixed is None else [(-8, -1)])]

    def share(x, anchor: Anchor) -> float:
        weights = dict(zip(drugs, x[1 : 1 + len(drugs)], strict=True)) if fixed is None else fixed
        logit = (np.log(base / (1 - base)) if fixed is None else x[-1]) + x[0] * anchor.share
        acting = [weights[d] * values / references[d] for d, values in anchor.levels.items() if weights.get(d)]
        if acting:
            logit = logit + np.max(sum(acting), axis=1)
        if anchor.row["trial"] in offsets:
            logit = logit + x[1 + len(drugs) + offsets.index(anchor.row["trial"])]
        return float(np.mean(1 / (1 + np.exp(-logit))))

    def loss(x) -> float:
        found = ((a, stats.binom.logpmf(int(a.row["events"]), int(a.row["of"]), share(x, a))) for a in own)
        return -float(sum(seen * (1.0 if a.row["status"] == "seen" else RECALLED) for a, seen in found))

    rest = [*([0.0] * len(offsets)), *([] if fixed is None else [np.log(base)])]
    starts = [np.array([seizure, *([drug] * len(drugs)), *rest]) for seizure in STARTS for drug in (0.1, 1.0)]
    best = min((optimize.minimize(loss, start, bounds=bounds, method="Powell") for start in starts), key=lambda r: r.fun).x
    values = {f"cost.{cost}.seizure": float(best[0])}
    values |= {f"cost.{WEIGHTS[cost]}.{d}": float(w) for d, w in zip(drugs, best[1:], strict=False)}
    if fixed is not None:
        values[f"cost.{cost}.base"] = float(1 / (1 + np.exp(-best[-1])))
    check = [(a.row["trial"], a.row["steps"], int(a.row["events"]) / int(a.row["of"]), share(best, a)) for a in own]
    return Found(values, check)


def main() -> None:
    """Print every calibrated number beside that of the library, and every anchor beside what the fit says."""
    library = parameter_set("status_epilepticus")
    known, references = anchors()
    for drug, level in references.items():
        print(f"cost.reference.{drug}: {level:.4g} nM (library {library[f'cost.reference.{drug}'].value:g})")
    lungs = fit("respiratory_depression", known, references)
    weights = {name.rpartition(".")[2]: w for name, w in lungs.values.items() if ".respiratory." in name}
    for found in (lungs, fit("hypotension", known, references), fit("intubation", known, references, weights)):
        for name, value in found.values.items():
            print(f"{name}: {value:.3g} (library {library[name].value:g})")
        for trial, steps, reported, fitted in found.check:
            print(f"  {trial}: {steps}: {100 * reported:.1f} % reported, {100 * fitted:.1f} %")


if __name__ == "__main__":
    main()
