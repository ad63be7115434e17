"""Enzymes along given concentrations: mean amount over each interval, and what it does to clearance and first pass."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from allostasis.exposure import EnzymeActivity, MetabolicClearance


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
    levels = enzyme_levels(enzymes, given, inputs, spans)
    active = enzymes.readout(0.0, levels, inputs, given)
    return clearance.readout(0.0, {}, active, clearance.prepare(parameters["clearance"]))


def enzyme_levels(
    enzymes: EnzymeActivity, p: Mapping[str, Any], inputs: Mapping[str, Any], spans: np.ndarray
) -> dict[str, np.ndarray]:
    """Amount of each enzyme, mean over each interval: exact where what acts on it is constant within one."""
    ones = {s.name: np.ones(len(spans)) for s in enzymes.states}
    synthesis = enzymes.drive(0.0, {k: 0 * v for k, v in ones.items()}, inputs, p)
    net = enzymes.drive(0.0, ones, inputs, p)
    levels = {}
    for name, kdeg in enzymes.rates(p).items():
        made = np.broadcast_to(np.asarray(synthesis[name]), spans.shape)
        lost = kdeg + np.broadcast_to(made - np.asarray(net[name]), spans.shape)
        goal, keep = made / lost, np.exp(-lost * spans)
        share = -np.expm1(-lost * spans) / (lost * spans)
        begun, level = np.empty_like(spans), 1.0
        for i in range(len(spans)):
            begun[i] = level
            level = goal[i] + (level - goal[i]) * keep[i]
        levels[name] = goal + (begun - goal) * share
    return levels
