"""Severity of the trials in children, from how seizures of children end when nothing is done: the one covariate of children.

Of first unprovoked seizures that last 10 min a share is over by 30 min, mostly by themselves. The offset of the severity of man
is the one at which as many end without a drug; it is sized on nothing else, and all trials in children have it.

Run as ``python -m allostasis.study.child_calibration``; it prints the offset beside that of the library.
"""

import numpy as np

from allostasis import library
from allostasis.clinic.status_epilepticus import Protocol
from allostasis.clinic.status_epilepticus.endpoints import STOPPED
from allostasis.clinic.status_epilepticus.trials import arms
from allostasis.patient.body import ADULT_Y
from allostasis.quantity import InputError
from allostasis.simulation.acute_numbers import preparation
from allostasis.study.se_individuals import even_normal
from allostasis.study.status_epilepticus import Setting, run_study

FROM_MIN, UNTIL_MIN = 10, 30
"""Between which lengths seizures are counted [min]."""
OFFSETS = np.arange(-1.4, 1.01, 0.2)
"""Offsets of the severity that are tried."""
EACH = 128
"""Individuals at each offset, the same at all of them."""


def reported() -> float:
    """Share of the seizures of children that run at 10 min and are over by 30 min [1].

    >>> round(reported(), 3)
    0.586
    """
    rows = library.parameter_set("childhood_seizures")
    return 1 - rows[f"running.{UNTIL_MIN}_min"].value / rows[f"running.{FROM_MIN}_min"].value


def shares(offsets: np.ndarray = OFFSETS, each: int = EACH) -> np.ndarray:
    """Share of untreated seizures that run at 10 min and are over by 30 min, at each offset of the severity of man [1]."""
    prep, drawn = preparation("human"), even_normal(each, 2, seed=1)
    severity = prep.severity.value + prep.severity_spread.value * drawn[0] + offsets[:, None]
    leave = np.broadcast_to(prep.exit.value * np.exp(prep.exit_spread.value * drawn[1]), severity.shape)
    laid_out = {"severity": severity.ravel(), "exit": leave.ravel()}
    setting = Setting("human", FROM_MIN, UNTIL_MIN - FROM_MIN, individuals=severity.size)
    study = run_study((Protocol("untreated"),), setting, laid_out=laid_out)
    over = np.zeros(severity.size, bool)
    over[study.enrolled] = study.courses[0].activity[:, -1] < STOPPED
    running = study.enrolled.reshape(severity.shape).sum(axis=1)
    with np.errstate(invalid="ignore"):
        return over.reshape(severity.shape).sum(axis=1) / running


def offset() -> float:
    """Offset of the severity of man at which as many seizures of children end without a drug as was reported.

    Raises:
        InputError: the reported share is outside what the offsets give.
    """
    found, asked = shares(), reported()
    known = np.isfinite(found)
    found, tried = found[known], OFFSETS[known]
    if not found.min() <= asked <= found.max():
        raise InputError("share of seizures that end", value=asked, expected=f"{found.min():.2f} to {found.max():.2f}")
    order = np.argsort(found)
    return float(np.interp(asked, found[order], tried[order]))


def main() -> None:
    """Print the calibrated offset beside those of the library."""
    held = {arm.severity for arm in arms() if arm.age_y is not None and arm.age_y < ADULT_Y}
    print(f"children, severity: {offset():.3f} (library {', '.join(f'{value:g}' for value in sorted(held))})")
    print(f"of seizures that last {FROM_MIN} min over by {UNTIL_MIN} min: {reported():.3f}")
    for tried, share in zip(OFFSETS, shares(), strict=True):
        print(f"  {tried:+.1f}: {share:.3f}")


if __name__ == "__main__":
    main()
