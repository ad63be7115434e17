"""Enzymes along given concentrations: mean amount over each interval, and what it does to clearance and first pass."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from allostasis.exposure import EnzymeActivity, MetabolicClearance
from allostasis.exposure.enzymes import ORGANS, terms


def activities(
    enzymes: EnzymeActivity,
    clearance: MetabolicClearance,
    parameters: Mapping[str, Mapping[str, Any]],
    ports: Mapping[str, Any],
    spans: np.ndarray,
) -> dict[str, Any]:
    """Clearance and available fraction over their reference, per interval.

    Args:
        enzymes: who acts on what.
        clearance: what the enzymes clear.
        parameters: per submodel.
        ports: ``plasma`` [nM] and ``absorption`` [nmol/h], means over each interval.
        spans: lengths of the intervals [h].
    """
    inputs = {port.name: ports[port.name] for port in enzymes.inputs}
    given = enzymes.prepare(parameters["enzymes"])
    active = {
        f"{organ}_activity": tuple(_active(enzymes, organ, enzyme, given, inputs, spans) for enzyme in enzymes.enzymes)
        for organ in ORGANS
    }
    return clearance.readout(0.0, {}, active, clearance.prepare(parameters["clearance"]))


def _active(
    enzymes: EnzymeActivity, organ: str, enzyme: str, p: Mapping[str, Any], inputs: Mapping[str, Any], spans: np.ndarray
) -> np.ndarray:
    """Mean activity over each interval: exact where what acts on the enzyme is constant within one."""
    blocked, lost, made = (np.broadcast_to(np.asarray(x, float), spans.shape) for x in terms(enzymes, organ, enzyme, inputs, p))
    if not (blocked.any() or lost.any() or made.any()):
        return np.ones(len(spans))
    kdeg = float(p[f"kdeg.{organ}.{enzyme}"])
    gone = kdeg + lost
    goal, keep = kdeg * (1 + made) / gone, np.exp(-gone * spans)
    share = -np.expm1(-gone * spans) / (gone * spans)
    begun, level = np.empty_like(spans), 1.0
    for i in range(len(spans)):
        begun[i] = level
        level = goal[i] + (level - goal[i]) * keep[i]
    return (goal + (begun - goal) * share) / (1 + blocked)
