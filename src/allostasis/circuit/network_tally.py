"""What is counted while a network runs: events, seizures, nodes recruited, spread to the other side, detections."""

from typing import Any, NamedTuple

import jax.numpy as jnp


class Tally(NamedTuple):
    """Running state and counts, each [conditions, trials] or [nodes, conditions, trials]; times in s."""

    running: Any
    """Whether an event is on."""
    begun: Any
    recruited: Any
    """Nodes that the event has reached."""
    first: Any
    """Time at which each hemisphere was reached first [2, conditions, trials], infinite before."""
    pulsed: Any
    """Whether a pulse fell into the event."""
    started_with: Any
    """Nodes active at the first instant of the event."""
    waiting: Any
    """Time left in which an event confirms the last detection, 0 when none waits."""
    events: Any
    seizures: Any
    bilateral: Any
    drop: Any
    nodes: Any
    duration: Any
    delay: Any
    ictal: Any
    onsets: Any
    detections: Any
    unconfirmed: Any
    stimulated: Any
    cut_short: Any


KEPT = ("events", "seizures", "bilateral", "drop", "nodes", "duration", "delay", "ictal", "onsets", "detections",
        "unconfirmed", "stimulated", "cut_short")  # fmt: skip
"""Counts that a run gives back; those of `Tally` that sum over the run."""


def empty(activity) -> Tally:
    """Nothing counted yet; activity [nodes, conditions, trials]."""
    some = jnp.zeros(activity.shape[1:])
    none, nodes = some > 0, activity < 0
    both = jnp.full((2, *some.shape), jnp.inf)
    counts = {name: some for name in KEPT} | {"onsets": jnp.zeros(activity.shape)}
    return Tally(
        running=none, begun=some, recruited=nodes, first=both, pulsed=none, started_with=nodes, waiting=some, **counts
    )


def count(tally: Tally, time, activity, fired, on, where: dict, rules: dict, step) -> Tally:
    """Add one step.

    An event begins when a node reaches ``begins`` and ends when all are below ``ends``; from ``shortest`` s on it is a seizure.
    It is bilateral if cortical nodes of both hemispheres were recruited, drop-attack-like if both frontal nodes were.

    Args:
        tally: before the step.
        time: at the end of the step [s].
        activity: A [nodes, conditions, trials].
        fired: detector [conditions, trials].
        on: pulse [conditions, trials].
        where: masks over nodes, `right`, `cortical`, `frontal`.
        rules: `begins`, `ends`, `shortest`, `confirmed`.
        step: [s].
    """
    over = activity >= rules["begins"]
    begins = ~tally.running & over.any(axis=0)
    running = tally.running | begins
    begun = jnp.where(begins, time, tally.begun)
    recruited = jnp.where(begins[None], over, tally.recruited | (over & running[None]))
    started_with = jnp.where(begins[None], over, tally.started_with)
    side = jnp.stack([(over & mask[:, None, None]).any(axis=0) for mask in where["sides"]])
    first = jnp.where(begins[None], jnp.inf, tally.first)
    first = jnp.where(side & running[None] & jnp.isinf(first), time, first)
    pulsed = (~begins & tally.pulsed) | (on & running)
    ends = running & (activity < rules["ends"]).all(axis=0)
    lasted = time - begun
    seizure = ends & (lasted >= rules["shortest"])
    both = jnp.isfinite(first).all(axis=0)
    delay = jnp.where(both & seizure, jnp.abs(first[0] - first[1]), 0.0)
    frontal = (recruited | ~where["frontal"][:, None, None]).all(axis=0)
    confirms = running & (tally.waiting > 0)
    expired = (tally.waiting > 0) & (tally.waiting <= step) & ~confirms
    left = jnp.where(confirms, 0.0, jnp.maximum(tally.waiting - step, 0.0))
    return Tally(
        running & ~ends, begun, recruited, first, pulsed, started_with,
        jnp.where(fired & ~running, rules["confirmed"], left),
        tally.events + ends, tally.seizures + seizure, tally.bilateral + (seizure & both), tally.drop + (seizure & frontal),
        tally.nodes + jnp.where(seizure, recruited.sum(axis=0), 0), tally.duration + jnp.where(seizure, lasted, 0.0),
        tally.delay + delay, tally.ictal + jnp.where(running, step, 0.0), tally.onsets + (started_with & seizure[None]),
        tally.detections + fired, tally.unconfirmed + (expired | (fired & (left > 0))), tally.stimulated + (ends & pulsed),
        tally.cut_short + (ends & pulsed & ~seizure),
    )  # fmt: skip
