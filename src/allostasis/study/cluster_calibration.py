"""Severity of the trial in seizure clusters, from its placebo arm: the one covariate of that trial.

Run as ``python -m allostasis.study.cluster_calibration``; it prints the offset beside that of the library.
"""

import numpy as np

from allostasis.clinic.status_epilepticus.trials import trial
from allostasis.quantity import InputError
from allostasis.simulation.acute_numbers import preparation
from allostasis.study.se_individuals import even_normal
from allostasis.study.status_epilepticus import run_study
from allostasis.study.virtual_trials import trial_setting

TRIAL = "ARTEMIS-1"
OFFSETS = np.arange(-0.6, 1.41, 0.2)
"""Offsets of the severity that are tried."""
EACH = 128
"""Individuals at each offset, the same at all of them."""


def offset() -> float:
    """Offset of the severity at which as many end and stay free without a drug as in the placebo arm.

    Raises:
        InputError: the reported share is outside what the offsets give.
    """
    own = trial(TRIAL)
    placebo = next(arm for arm in own if not arm.protocol.steps)
    prep, drawn = preparation("human"), even_normal(EACH, 2, seed=1)
    severity = prep.severity.value + prep.severity_spread.value * drawn[0] + OFFSETS[:, None]
    leave = np.broadcast_to(prep.exit.value * np.exp(prep.exit_spread.value * drawn[1]), severity.shape)
    laid_out = {"severity": severity.ravel(), "exit": leave.ravel()}
    study = run_study((placebo.protocol,), trial_setting(own, severity.size), laid_out=laid_out)
    met = np.zeros(severity.size, bool)
    met[study.enrolled] = placebo.endpoint.met(study.courses[0].activity, study.courses[0].minutes)
    shares = met.reshape(severity.shape).sum(axis=1) / study.enrolled.reshape(severity.shape).sum(axis=1)
    asked = (placebo.events or 0) / (placebo.of or 1)
    if not shares.min() <= asked <= shares.max():
        raise InputError("share of the placebo arm", value=asked, expected=f"{shares.min():.2f} to {shares.max():.2f}")
    return float(np.interp(asked, shares[::-1], OFFSETS[::-1]))


def main() -> None:
    """Print the calibrated offset beside that of the library."""
    print(f"{TRIAL} severity: {offset():.3f} (library {trial(TRIAL)[0].severity:g})")


if __name__ == "__main__":
    main()
