"""Calibration of the strength of perpetrators on measured ratios of areas, and how it does where not seen.

    ln factor ~ N(0, sd)                              on a constant of the literature (`interaction_strengths`)
    ln(measured / predicted ratio) ~ N(0, 0.25)       each publication counts alike, however many pairs it has

Perpetrators share no free factor, so each is calibrated for itself, on pairs in which nothing else acts.

Pairs are those of `interactions.table` that compare the drug itself in group means, over the window that both arms were sampled
in (or, without a profile of the control, the published ratio). The factors come from all publications, which are then build
data. What they are worth elsewhere is said by cross-validation: publications fall into three parts by their names, and each is
predicted by factors that the other two set; and one publication at a time is left out. There is one set of factors; no study
has a number of its own.

    python -m allostasis.validation.observed.interaction_calibration FOLDER [once]
"""

import math
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import least_squares

from allostasis.validation.observed.calibration import part_of
from allostasis.validation.observed.folder import number, read_folder
from allostasis.validation.observed.folds import USED, status_of
from allostasis.validation.observed.guest import PLAIN, VARIABLE, inside
from allostasis.validation.observed.interaction_strengths import STRENGTHS, Strength
from allostasis.validation.observed.interactions import Arm, curve, ratio, read_pairs
from allostasis.validation.observed.predict import Predictor
from allostasis.validation.observed.selection import Study, select
from allostasis.validation.observed.skip import Skip

ERROR_SD, STEP = 0.25, 1e-2
"""Residual sd of the ln ratio; step of the Jacobian."""


class Pair(NamedTuple):
    """A treated arm, its control, the window [h], the measured ratio, and the factor of dose normalisation."""

    treated: Arm
    control: Arm
    window: float
    observed: float
    factor: float
    perpetrators: tuple[str, ...]


def pairs_of(folder: str, base: Predictor) -> list[Pair]:
    """Pairs that may set strengths or check them; their controls are already predicted."""
    read, studies, found = read_folder(folder), {}, []
    for line in read.studies:
        try:
            studies[line["study_id"]] = select(line)
        except Skip:
            continue
    for row in read_pairs(folder):
        treated, control = (_sampled(studies.get(row[f"{who}_study_id"]), read.points, base) for who in ("treated", "control"))
        if treated is None or row["data_type"] == "individual" or treated.study.analyte != treated.study.drug:
            continue
        perpetrators = tuple(dict.fromkeys(drug for drug, _ in treated.study.comedication))
        factor, window, observed = (
            number(row[n]) for n in ("dose_normalisation", "window_h", "auc_ratio_common_window")
        )
        if not row["control_study_id"]:
            treated = curve(treated.study, treated, base)
            control = curve(replace(treated.study, comedication=()), treated, base)
            factor, window, observed = 1.0, math.inf, number(row["auc_ratio_published_dose_corrected"])
        if control is not None and perpetrators and observed > 0:
            found.append(Pair(treated, control, window, observed, factor, perpetrators))
    return found


def _sampled(study: Study | None, points: Mapping[str, Any], base: Predictor) -> Arm | None:
    if study is None:
        return None
    used = [p.time_h for p in points.get(study.study_id, []) if status_of(p, study.inputs[0].time_h, 1.0) == USED]
    times = np.array(used)
    return Arm(study, times, base.concentrations(study, times)) if used else None


class Ratios:
    """Predicted ln ratios for given ln factors; remembers what it has simulated."""

    def __init__(self, base: Predictor):
        self._base = base
        self._known: dict[tuple, float] = {}

    def __call__(self, pair: Pair, x: np.ndarray) -> float:
        """Ln of the predicted ratio of a pair."""
        own = [i for i, s in enumerate(STRENGTHS) if s.perpetrator in pair.perpetrators]
        key = (pair.treated.study.study_id, pair.window, *(float(x[i]) for i in own))
        if key not in self._known:
            predictor = self._base.changed(values([STRENGTHS[i] for i in own], [float(x[i]) for i in own]))
            times = pair.treated.times
            arm = Arm(pair.treated.study, times, predictor.concentrations(pair.treated.study, times))
            self._known[key] = math.log(ratio(arm, pair.control, pair.window) * pair.factor)
        return self._known[key]


def values(strengths: Sequence[Strength], x: Sequence[float]) -> dict[str, float]:
    """Parameters in the unit of the chain for given ln factors."""
    return {key: value * math.exp(f) for s, f in zip(strengths, x, strict=True) for key, value in s.prior.items()}


def calibrate(given: Sequence[Pair], predicted: Ratios) -> np.ndarray:
    """Most probable ln factors."""
    every = np.zeros(len(STRENGTHS))
    for name in dict.fromkeys(s.perpetrator for s in STRENGTHS):
        own = np.array([i for i, s in enumerate(STRENGTHS) if s.perpetrator == name])
        alone = [p for p in given if p.perpetrators == (name,)]
        if alone:
            every[own] = _one(alone, predicted, own, every)
    return every


def _one(given: Sequence[Pair], predicted: Ratios, own: np.ndarray, every: np.ndarray) -> np.ndarray:
    """Most probable ln factors of one perpetrator."""
    sd = np.array([STRENGTHS[i].sd for i in own])
    count = Counter(p.treated.study.publication for p in given)

    def residuals(x: np.ndarray) -> np.ndarray:
        tried = every.copy()
        tried[own] = x
        gaps = [
            (predicted(p, tried) - math.log(p.observed)) / ERROR_SD / math.sqrt(count[p.treated.study.publication])
            for p in given
        ]
        return np.concatenate([x / sd, gaps])

    found: Any = least_squares(residuals, np.zeros(len(sd)), loss="soft_l1", diff_step=STEP, x_scale=sd, xtol=1e-3, max_nfev=12)
    return found.x


def summary(found: Sequence[tuple[Pair, float]]) -> str:
    """Shares within the limits, error and bias of (pair, ln predicted ratio)."""
    logs = np.array([ln - math.log(p.observed) for p, ln in found])
    shares = [100 * np.mean([inside(p.observed, math.exp(ln), d) for p, ln in found]) for d in (PLAIN, VARIABLE)]
    size, bias = np.exp(np.abs(logs).mean()), np.exp(logs.mean())
    return f"{len(found):3} pairs: inside {shares[0]:.0f} %, delta 1.25 {shares[1]:.0f} %, GMFE {size:.2f}, bias {bias:.2f}"


def _unseen(every: Sequence[Pair], predicted: Ratios, label: Any) -> list[tuple[Pair, float]]:
    """Each pair predicted by factors that the pairs with another label set."""
    found = []
    for each in sorted({label(p) for p in every}):
        x = calibrate([p for p in every if label(p) != each], predicted)
        found += [(p, predicted(p, x)) for p in every if label(p) == each]
    return found


def main(folder: str, *, once: bool = False) -> None:
    """Calibrate; print values, errors of fit, and errors where not seen (by parts, and one publication at a time)."""
    base = Predictor()
    every, predicted = pairs_of(folder, base), Ratios(base)
    x = calibrate(every, predicted)
    for strength, f in zip(STRENGTHS, x, strict=True):
        for key, value in values([strength], [float(f)]).items():
            print(f"{key} = {value:.3g}   (prior {strength.prior[key]:g}, sd ln {strength.sd:g}, factor {math.exp(f):.2f})")
    print("perpetrator,publication")
    print("\n".join(sorted({f"{name},{p.treated.study.publication}" for p in every for name in p.perpetrators})))
    zero = np.zeros(len(STRENGTHS))
    results = {"literature": [(p, predicted(p, zero)) for p in every], "fitted": [(p, predicted(p, x)) for p in every]}
    if not once:
        results["not seen, 3 parts"] = _unseen(every, predicted, lambda p: part_of(p.treated.study.publication))
        results["not seen, one publication"] = _unseen(every, predicted, lambda p: p.treated.study.publication)
    names = ["", *sorted({n for p in every for n in p.perpetrators})]
    for name in names:
        for what, found in results.items():
            own = [f for f in found if not name or name in f[0].perpetrators]
            print(f"  {name or 'all':16} {what:26} {summary(own)}", flush=True)
    for p, ln in sorted(results["fitted"], key=lambda f: -abs(f[1] - math.log(f[0].observed))):
        who = f"{p.treated.study.publication:24} {', '.join(p.perpetrators):16} {p.treated.study.drug} {p.treated.study.route}"
        print(f"    {who:60} observed {p.observed:.3f} predicted {math.exp(ln):.3f}  x{math.exp(ln) / p.observed:.2f}")


if __name__ == "__main__":
    main(sys.argv[1], once="once" in sys.argv[2:])
