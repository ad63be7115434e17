"""Concentrations under clearances that vary, on the host: exact between edges at which every activity is taken as constant.

The enzymes and their inhibitors are followed along the concentrations of the constant graph; each interval then has a matrix of
its own, and the whole is repeated until what sets the activities has settled: at once, unless a drug changes its own clearance.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from allostasis.exposure import CompartmentModel
from allostasis.exposure.first_pass import is_oral
from allostasis.exposure.variation import saturation
from allostasis.model.exponential import propagator, reach
from allostasis.validation.observed.enzyme_levels import activities

ROUNDS, SETTLED = 8, 1e-3  # structural: of the repetition, and the change at which it ends
FINE_H, COARSE_H, FINE_FOR_H = (
    0.5,
    2.0,
    24.0,
)  # structural: spacing of edges, and how long after a watched dose it is fine
EARLY_H = (0.05, 0.1, 0.2, 0.35)  # structural: edges while a dose is absorbed


class Event(NamedTuple):
    """One dose: state change per hour or at once, start [h], duration [h] (0 for a bolus)."""

    change: np.ndarray
    start: float
    duration: float


class Path(NamedTuple):
    """Amounts [nmol] at every edge, before a bolus there, and their mean over each interval."""

    at_edges: np.ndarray
    mean: np.ndarray


def edges_of(events: Sequence[Event], times: np.ndarray, watched: Sequence[float]) -> np.ndarray:
    """Borders of the intervals: every event and sample, and a grid that is fine after the watched doses."""
    first, last = min(e.start for e in events), float(np.max(times))
    grid = [np.arange(first, last, COARSE_H)]
    grid += [np.append(t + np.array(EARLY_H), np.arange(t, min(t + FINE_FOR_H, last), FINE_H)) for t in watched]
    marks = [t for e in events for t in (e.start, e.start + e.duration)]
    every = np.unique(np.concatenate([*grid, times, marks, [first, last]]))
    every = every[(every >= first) & (every <= last)]
    return every[np.append(True, np.diff(every) > 1e-9)]


def concentrations(
    submodels: Sequence[Any],
    parameters: Mapping[str, Mapping[str, Any]],
    events: Sequence[Event],
    times: Float[np.ndarray, " times"],
    watched: Sequence[float],
    analyte: str,
) -> Float[np.ndarray, " times"]:
    """Amount of the analyte in its central compartment [nmol] at the given times.

    Args:
        submodels: the graph, and the enzymes and clearances where there are any.
        parameters: per submodel.
        events: doses, lag included.
        times: [h].
        watched: times of the doses that are looked at [h].
        analyte: name of the moiety.
    """
    graph = submodels[0]
    p = graph.prepare(parameters["exposure"])
    edges = edges_of(events, times, watched)
    if len(edges) < 2:
        return np.zeros(len(times))
    names = [state.name for state in graph.states]
    central, drivers = names.index(f"{analyte}.central"), _drivers(submodels, names)
    kept = np.flatnonzero(reach(np.asarray(graph.sparsity()))[[central, *drivers]].any(axis=0))
    activity: dict[str, np.ndarray] = {}
    path = _advance(graph, p, activity, events, edges, kept)
    for _ in range(ROUNDS):
        activity = _factors(submodels, parameters, p, path.mean, edges)
        before, path = path, _advance(graph, p, activity, events, edges, kept)
        moved = np.abs(path.mean - before.mean)[:, drivers]
        if moved.max(initial=0.0) <= SETTLED * np.abs(path.mean[:, drivers]).max(initial=1e-300):
            break
    index = np.searchsorted(edges, times - 1e-9).clip(0, len(edges) - 1)
    return np.where(times <= edges[0], 0.0, path.at_edges[index, central])


def _drivers(submodels: Sequence[Any], names: Sequence[str]) -> list[int]:
    """States that set the activities: what acts on enzymes, its absorption, and what saturates its own clearance."""
    graph: CompartmentModel = submodels[0]
    moieties = {name for name, _ in graph.variation.saturable}
    absorbed = {d.states[-1] for d in graph.depots if d.drug in graph.variation.absorbed and is_oral(d.route)}
    if len(submodels) > 1:
        moieties |= {who.moiety for who in submodels[1].perpetrators}
    return [names.index(name) for name in (*sorted(f"{m}.central" for m in moieties), *sorted(absorbed))]


def _advance(
    graph: CompartmentModel,
    p: Mapping[str, Any],
    activity: Mapping[str, np.ndarray],
    events: Sequence[Event],
    edges: np.ndarray,
    kept: np.ndarray,
) -> Path:
    """Follow the states that are kept; the others stay 0. A bolus at an edge acts after it."""
    n, m, spans = len(graph.states), len(kept), np.diff(edges)
    own = {name: p[name] * factor for name, factor in activity.items()}
    matrices = np.broadcast_to(np.asarray(graph.matrix(dict(p) | own), float), (len(spans), n, n))
    matrices = matrices[:, kept[:, None], kept[None, :]]
    rates, jumps = np.zeros((len(spans), m)), np.zeros((len(edges), m))
    for e in events:
        first, change = int(np.searchsorted(edges, e.start - 1e-9)), e.change[kept]
        if e.duration == 0:
            jumps[min(first, len(edges) - 1)] += change
        else:
            rates[first : int(np.searchsorted(edges, e.start + e.duration - 1e-9))] += change / e.duration
    augmented = np.zeros((len(spans), m + 1, m + 1))
    augmented[:, :m, :m], augmented[:, :m, m] = matrices, rates
    exact = propagator(augmented * spans[:, None, None], 1.0)
    steps, added = exact[:, :m, :m], exact[:, :m, m]
    states = np.zeros((len(edges), m))
    for i in range(len(spans)):
        states[i + 1] = steps[i] @ (states[i] + jumps[i]) + added[i]
    # dx/dt = A x + b over an interval h: A mean = (x_end - x_start)/h - b
    gained = (states[1:] - states[:-1] - jumps[:-1]) / spans[:, None] - rates
    mean = np.linalg.solve(matrices, gained[:, :, None])[:, :, 0]
    at_edges, means = np.zeros((len(edges), n)), np.zeros((len(spans), n))
    at_edges[:, kept], means[:, kept] = states, np.maximum(mean, 0.0)
    return Path(at_edges, means)


def _factors(
    submodels: Sequence[Any],
    parameters: Mapping[str, Mapping[str, Any]],
    p: Mapping[str, Any],
    mean: np.ndarray,
    edges: np.ndarray,
) -> dict[str, np.ndarray]:
    """Factor on each parameter of the graph that varies, per interval."""
    graph: CompartmentModel = submodels[0]
    named = {s.name: mean[:, i] for i, s in enumerate(graph.states)}
    factors: dict[str, np.ndarray] = {}
    if len(submodels) > 1:
        ports = graph.readout(0.0, named, {}, p)
        out = activities(submodels[1], submodels[2], parameters, ports, np.diff(edges))
        for name, a in zip(graph.variation.clearances, out["clearance_activity"], strict=True):
            factors[f"{name}.CL"] = np.asarray(a, float)
        factors |= _route_factors(graph, p, out.get("availability", ()))
    for moiety, kind in graph.variation.saturable:
        held = np.asarray(saturation(kind, named[f"{moiety}.central"] / p[f"{moiety}.V1"], p, moiety))
        factors[f"{moiety}.CL"] = factors.get(f"{moiety}.CL", 1.0) * held
    return factors


def _route_factors(graph: CompartmentModel, p: Mapping[str, Any], availability: Sequence[Any]) -> dict[str, np.ndarray]:
    """Factors on the available fraction, and on what first pass makes of the rest."""
    factors = {}
    formed = {(d.drug, d.route): d.first_pass for d in graph.depots}
    for (drug, route), found in zip(graph.variation.routes, availability, strict=True):
        key, ratio = f"{drug}.{route}", np.asarray(found, float)
        factors[f"{key}.F"] = ratio
        for metabolite in formed[drug, route]:
            factors[f"{key}.first_pass.{metabolite}"] = (1 - p[f"{key}.F"] * ratio) / (1 - p[f"{key}.F"])
    return factors
