"""The literature targets of the receptor: what the model gives for each, inside its band or not.

Three modules compute (`equilibrium`, `gating`, `living`), the bands live with the targets in the library. Rows that return a
number which was put in are listed as ``CIRCULAR`` and counted as inputs, whatever role their row has: they are not evidence.
"""

from dataclasses import replace

from allostasis.validation.receptor_targets import equilibrium, gating, living
from allostasis.validation.targets import Outcome, evaluate, load_targets

LEFT_TO_OTHER_ROOMS = "occupancy in living animals or people: needs exposure of a substance that the library does not hold yet"


def receptor_outcomes() -> tuple[Outcome, ...]:
    """Evaluate every target of the receptor group."""
    functions = gating.SIMULATED | equilibrium.SIMULATED | living.SIMULATED
    reasons = equilibrium.NOT_SIMULATED | gating.NOT_SIMULATED
    targets = tuple(
        replace(t, role="input") if t.id in equilibrium.CIRCULAR else t for t in load_targets("receptor")
    )
    rest = {t.id: LEFT_TO_OTHER_ROOMS for t in targets if t.id not in functions and t.id not in reasons}
    return evaluate(targets, functions, reasons | rest)
