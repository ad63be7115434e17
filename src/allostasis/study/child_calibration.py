"""Severity of the trials in children, from how long their seizures last when nothing is done: the one covariate of children.

First unprovoked seizures of children were followed to their end; but for some of more than half an hour they stopped by
themselves. The cause of a seizure in the model lasts five minutes, so those count that lasted as long. The offset of the severity
of man is the most likely one given how many of them were over by 10, 20 and 30 min. It is sized on nothing else; all trials in
children have it.

Run as ``python -m allostasis.study.child_calibration``; it prints the offset, its interval and the one of the library.
"""

import numpy as np
from jaxtyping import Float

from allostasis import library
from allostasis.clinic.status_epilepticus import Protocol
from allostasis.clinic.status_epilepticus.endpoints import STOPPED
from allostasis.clinic.status_epilepticus.trials import arms
from allostasis.patient.body import ADULT_Y
from allostasis.simulation.acute_numbers import preparation
from allostasis.study.se_individuals import even_normal
from allostasis.study.status_epilepticus import Setting, run_study

FROM_MIN = 5
"""Length of the seizures that count, that of their cause in the model [min]."""
AT_MIN = (10, 20, 30)
"""Lengths whose share was reported [min]."""
OFFSETS = np.arange(-1.0, 0.61, 0.2)
"""Offsets of the severity that are simulated."""
FINE = np.linspace(OFFSETS[0], OFFSETS[-1], 321)
"""Offsets among which the most likely is looked for, with shares in between by straight lines."""
EACH = 512
"""Individuals at each offset, the same at all of them."""
INTERVAL = 1.92  # structural: half the 95 % point of chi squared with one degree of freedom
"""How far the log likelihood may fall inside the interval."""


def reported() -> Float[np.ndarray, " lengths"]:
    """Share of the seizures of 5 min that last 10, 20 and 30 min [1].

    >>> reported().round(2)
    array([0.58, 0.32, 0.24])
    """
    rows = library.parameter_set("childhood_seizures")
    return np.array([rows[f"running.{at}_min"].value / rows[f"running.{FROM_MIN}_min"].value for at in AT_MIN])


def febrile() -> Float[np.ndarray, " lengths"]:
    """The same of first febrile seizures, by a sum of two exponentials; to compare with.

    >>> febrile().round(2)
    array([0.52, 0.3 , 0.22])
    """
    rows = library.parameter_set("childhood_seizures")
    share = rows["febrile.long_share"].value
    short, long = (rows[f"febrile.{name}_mean"].to("min") for name in ("short", "long"))
    left = [(1 - share) * np.exp(-at / short) + share * np.exp(-at / long) for at in (FROM_MIN, *AT_MIN)]
    return np.array(left[1:]) / left[0]


def lasting() -> Float[np.ndarray, "offsets lengths"]:
    """Share of the untreated seizures of 5 min that last 10, 20 and 30 min, at each offset of the severity of man [1]."""
    prep, drawn = preparation("human"), even_normal(EACH, 2, seed=1)
    severity = prep.severity.value + prep.severity_spread.value * drawn[0] + OFFSETS[:, None]
    leave = np.broadcast_to(prep.exit.value * np.exp(prep.exit_spread.value * drawn[1]), severity.shape)
    laid_out = {"severity": severity.ravel(), "exit": leave.ravel()}
    setting = Setting("human", FROM_MIN, max(AT_MIN) - FROM_MIN, individuals=severity.size)
    study = run_study((Protocol("untreated"),), setting, laid_out=laid_out)
    running = study.enrolled.reshape(severity.shape).sum(axis=1)
    found = []
    for at in AT_MIN:
        on = np.zeros(severity.size, bool)
        on[study.enrolled] = study.courses[0].activity[:, at - FROM_MIN - 1] >= STOPPED
        found.append(on.reshape(severity.shape).sum(axis=1) / running)
    return np.stack(found, axis=1)


def log_likelihood(shares: Float[np.ndarray, "offsets lengths"]) -> Float[np.ndarray, " offsets"]:
    """Log likelihood of the reported lengths, given the shares that last 10, 20 and 30 min.

    >>> best = log_likelihood(np.stack([reported(), reported() - 0.05])).argmax()
    >>> int(best)
    0
    """
    rows = library.parameter_set("childhood_seizures")
    children = rows["children"].value * rows[f"running.{FROM_MIN}_min"].value
    ends = [-np.diff(np.concatenate([np.ones(1), line, np.zeros(1)])) for line in (reported(), *shares)]
    return np.array([children * np.sum(ends[0] * np.log(np.maximum(found, np.finfo(float).tiny))) for found in ends[1:]])


def offset(shares: Float[np.ndarray, "offsets lengths"]) -> tuple[float, float, float]:
    """Most likely offset of the severity of man in children, and its 95 % interval."""
    between = np.stack([np.interp(FINE, OFFSETS, line) for line in shares.T], axis=1)
    likely = log_likelihood(between)
    inside = FINE[likely >= likely.max() - INTERVAL]
    return float(FINE[likely.argmax()]), float(inside[0]), float(inside[-1])


def main() -> None:
    """Print the calibrated offset beside that of the library, and the shares behind it."""
    shares = lasting()
    best, low, high = offset(shares)
    held = {arm.severity for arm in arms() if arm.age_y is not None and arm.age_y < ADULT_Y}
    words = ", ".join(f"{value:g}" for value in sorted(held))
    print(f"children, severity: {best:.3f} ({low:.2f} to {high:.2f}; library {words})")
    print("of seizures of 5 min last 10, 20, 30 min; reported", reported().round(3), "; febrile", febrile().round(3))
    for tried, line in zip(OFFSETS, shares, strict=True):
        print(f"  {tried:+.1f}: {line.round(3)}")


if __name__ == "__main__":
    main()
