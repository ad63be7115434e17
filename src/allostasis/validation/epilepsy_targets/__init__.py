"""The epilepsy targets, from receptors to trials: what the models give for each, inside its band or not.

One module a group of experiments; the bands live with the targets in the library. What informed a constant is listed as
``INFORMED`` and counted as calibrated; what the equations cannot but give back is listed as ``CIRCULAR`` and counted as an input.
What came into its band by a change of mechanism, reading or source that was made with the miss in view is listed as ``REPAIRED``:
it stays emergent, and the report says how many of them there are.
"""

from collections.abc import Callable
from dataclasses import replace

from allostasis.validation.epilepsy_targets import (
    absence,
    drugs,
    eeg,
    glia,
    interventions,
    rat,
    receptors,
    saccades,
    slice,
    trials,
)
from allostasis.validation.epilepsy_targets.reasons import CAUSES, CIRCULAR, INFORMED, NOT_SIMULATED, REPAIRED
from allostasis.validation.targets import REPAIRED_WORDS, Outcome, Target, evaluate, load_targets

MODULES = (absence, drugs, eeg, glia, interventions, rat, receptors, saccades, slice, trials)


def simulated() -> dict[str, Callable[[], float | bool]]:
    """Target -> function, of every module."""
    return {target: function for module in MODULES for target, function in module.SIMULATED.items()}


def reasons() -> dict[str, str]:
    """Target -> why it is not simulated, why it is missed, or what it informed."""
    return interventions.NOT_SIMULATED | NOT_SIMULATED | causes() | INFORMED | CIRCULAR


def causes() -> dict[str, str]:
    """Target -> why it is missed."""
    return eeg.CAUSES | saccades.CAUSES | CAUSES


def epilepsy_targets() -> tuple[Target, ...]:
    """The targets with the role that they have here."""
    roles = dict.fromkeys(INFORMED, "calibrate") | dict.fromkeys(CIRCULAR, "input")
    return tuple(replace(t, role=roles.get(t.id, t.role)) for t in load_targets("epilepsy"))


def epilepsy_outcomes() -> tuple[Outcome, ...]:
    """Evaluate every target of the epilepsy group; a hit needs no cause, and one that was repaired says so."""
    return tuple(_said(outcome) for outcome in evaluate(epilepsy_targets(), simulated(), reasons()))


def _said(outcome: Outcome) -> Outcome:
    target = outcome.target.id
    if outcome.inside and target in REPAIRED:
        return replace(outcome, reason=f"{REPAIRED_WORDS}: {REPAIRED[target]}")
    return replace(outcome, reason="") if outcome.inside and target in causes() else outcome
