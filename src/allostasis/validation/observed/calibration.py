"""Calibration of pharmacokinetics on measured concentrations: most probable typical values, and how they do where not seen.

    ln parameter ~ N(ln prior, sd)                    prior: the figure of the literature
    ln(observed / predicted) ~ N(0, 0.35)             each publication counts alike, however many curves or points it has

The values come from all publications of a group (they are then its build data). What they are worth elsewhere is said by
cross-validation: publications fall into three parts by their names alone, and each part is predicted by values that the
other two set. Studies with an inhibitor or inducer, of children, of a genotype, of the old or obese, or marked as suspect,
set nothing. There is one set of values for all studies; no study has a number of its own. The printed values are those of
the library.

    python -m allostasis.validation.observed.calibration FOLDER [GROUP ...]
"""

import sys
import zlib
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import least_squares

from allostasis.validation.observed.calibration_groups import GROUPS, Group
from allostasis.validation.observed.folder import read_folder
from allostasis.validation.observed.folds import USED, status_of
from allostasis.validation.observed.predict import Predictor
from allostasis.validation.observed.selection import Study, select
from allostasis.validation.observed.skip import Skip

PARTS = 3
ERROR_SD, POINTS, FARTHEST, STEP = 0.35, 4.0, 2.5, 1e-3
"""Residual sd of ln concentration; points that a curve counts as; largest ln error that still pulls; of the Jacobian."""


class Curve(NamedTuple):
    """One study with its usable points."""

    study: Study
    times: np.ndarray
    observed: np.ndarray


def part_of(publication: str) -> int:
    """Part of the cross-validation that a publication belongs to, 0 to 2, by a checksum of its name.

    >>> part_of("Greenblatt 1984"), part_of("Heizmann 1983")
    (1, 2)
    """
    return zlib.crc32(publication.encode()) % PARTS


def curves(folder: str, group: Group) -> list[Curve]:
    """Studies of a group that may set its values or check them."""
    read, found = read_folder(folder), []
    for line in read.studies:
        if line["drug"] not in group.drugs or line["analyte"] not in group.analytes:
            continue
        try:
            study = select(line)
        except Skip:
            continue
        if group.routes and study.route not in group.routes:
            continue
        measured = read.points.get(line["study_id"], [])
        said = " ".join(study.flags) + line.get("population", "")
        plain = not study.comedication and not any(word in said for word in group.left_out)
        used = [p for p in measured if status_of(p, study.inputs[0].time_h, 1.0) == USED]
        if plain and used:
            found.append(Curve(study, np.array([p.time_h for p in used]), np.array([p.value for p in used])))
    return found


def calibrate(group: Group, given: Sequence[Curve]) -> dict[str, float]:
    """Most probable values of the free parameters, in the unit of the chain."""
    names = list(group.prior)
    start = np.log([group.prior[n][0] for n in names])
    spread = np.array([group.prior[n][1] for n in names])
    count = Counter(c.study.publication for c in given)

    def residuals(x: np.ndarray) -> np.ndarray:
        predictor = Predictor(dict(zip(names, np.exp(x).tolist(), strict=True)))
        parts = [(x - start) / spread]
        for c in given:
            gap = _gap(c, predictor) * np.sqrt(POINTS / len(c.times) / count[c.study.publication] ** 0.5)
            parts.append(gap / ERROR_SD)
        return np.concatenate(parts)

    found: Any = least_squares(residuals, start, loss="soft_l1", diff_step=STEP, max_nfev=40)
    return dict(zip(names, np.exp(found.x).tolist(), strict=True))


def _gap(c: Curve, predictor: Predictor) -> np.ndarray:
    predicted = np.maximum(predictor.concentrations(c.study, c.times), 1e-6)
    return np.clip(np.log(predicted / c.observed), -FARTHEST, FARTHEST)


def logs(given: Sequence[Curve], values: dict[str, float]) -> list[tuple[Curve, float, np.ndarray]]:
    """(curve, ln fold of the area, ln folds of the concentrations) with the given values."""
    predictor, found = Predictor(values), []
    for c in given:
        predicted = np.maximum(predictor.concentrations(c.study, c.times), 1e-6)
        area = np.nan
        if len(c.times) > 1:
            area = float(np.log(np.trapezoid(predicted, c.times) / np.trapezoid(c.observed, c.times)))
        found.append((c, area, np.log(predicted / c.observed)))
    return found


def summary(found: Sequence[tuple[Curve, float, np.ndarray]]) -> str:
    """GMFE of AUC over studies, GMFE of all concentrations, bias."""
    areas = np.array([a for _, a, _ in found if np.isfinite(a)])
    every = np.concatenate([p for _, _, p in found])
    auc = np.exp(np.mean(np.abs(areas))) if len(areas) else np.nan
    return f"AUC {auc:.2f} concentrations {np.exp(np.mean(np.abs(every))):.2f} bias {np.exp(np.mean(every)):.2f}"


def main(folder: str, wanted: Sequence[str] = ()) -> None:
    """Calibrate the groups; print values, errors of fit, and errors where not seen."""
    for name, group in GROUPS.items():
        if wanted and name not in wanted:
            continue
        every = curves(folder, group)
        values = calibrate(group, every)
        print(f"== {name}: {len(every)} curves")
        for key, value in values.items():
            print(f"{key} = {value:.3g}   (prior {group.prior[key][0]:g}, sd ln {group.prior[key][1]:g})")
        print("publications: " + "; ".join(sorted({c.study.publication for c in every})))
        unseen = []
        for part in range(PARTS):
            others = [c for c in every if part_of(c.study.publication) != part]
            left = [c for c in every if part_of(c.study.publication) == part]
            unseen += logs(left, calibrate(group, others)) if left else []
        prior = logs(every, {k: v[0] for k, v in group.prior.items()})
        for analyte, route in sorted({(c.study.analyte, c.study.route) for c in every}):
            for what, found in (("literature", prior), ("fitted", logs(every, values)), ("not seen", unseen)):
                own = [f for f in found if (f[0].study.analyte, f[0].study.route) == (analyte, route)]
                print(f"  {analyte} {route:13} {what:10} {len(own):3} curves: {summary(own)}")
        print(flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
