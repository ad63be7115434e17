"""The report on literature targets as text: gates first, then misses, then the rest."""

import pandas as pd

from allostasis.validation.targets import Outcome, misses_first, repaired, tally

GATES = {
    "receptor": {"calibrate": 1.0, "emergent": 0.75},
    "clinic": {"calibrate": 1.0, "emergent": 0.7},
    "epilepsy": {"calibrate": 1.0, "emergent": 0.65},
}
"""Group -> role -> share of the seen targets that must lie inside their band."""
NOTES = {
    "receptor": "Rows that give back a number which was put in count as inputs.",
    "clinic": "Rows of role input give back what was put in and confirm nothing. What informed a constant counts as calibrated.",
    "epilepsy": "Rows of role input give back what was put in. What informed a constant counts as calibrated.",
}
"""What a reader of a group must know."""


def gates_hold(group: str, outcomes: tuple[Outcome, ...]) -> bool:
    """Whether every gate of a group holds. Targets that are not simulated count as outside."""
    gates = GATES[group]
    return all(t.share >= gates[t.role] for t in tally(outcomes) if t.role in gates)


def text(group: str, outcomes: tuple[Outcome, ...]) -> str:
    """A page of text: tallies by role, then every target with its band, misses first."""
    gates = GATES[group]
    lines = [f"Literature targets: {group}. Only those seen in their source decide a gate.", NOTES.get(group, ""), ""]
    for t in tally(outcomes):
        gate = f", gate {gates[t.role]:.0%}: {'holds' if t.share >= gates[t.role] else 'FAILS'}" if t.role in gates else ""
        lines.append(f"  {t.role:14s} {t.inside:3d} inside of {t.simulated:3d} simulated of {t.of:3d}{gate}")
    if count := repaired(outcomes):
        lines.append(f"  Of the emergent ones inside, {count} came there by a change that was made with the miss in view.")
    titles = {False: "Outside the band", None: "Not simulated", True: "Inside the band"}
    shown = object()
    for outcome in misses_first(outcomes):
        if outcome.inside is not shown:
            shown = outcome.inside
            lines += ["", f"{titles[outcome.inside]}:"]
        lines.append(_line(outcome))
    return "\n".join(lines)


def table(outcomes: tuple[Outcome, ...]) -> pd.DataFrame:
    """One row per target, misses first: id, role, status, quantity, unit, conditions, band, simulated, inside, reason, source."""
    rows = [
        {
            "id": o.target.id, "role": o.target.role, "status": o.target.status, "quantity": o.target.quantity,
            "unit": o.target.unit, "conditions": o.target.conditions, "reported": o.target.value, "low": o.target.low,
            "high": o.target.high, "simulated": o.simulated, "inside": o.inside, "reason": o.reason,
            "source": o.target.source,
        }
        for o in misses_first(outcomes)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _line(outcome: Outcome) -> str:
    t = outcome.target
    why = f" [{outcome.reason}]" if outcome.reason and outcome.simulated is not None else ""
    band = f"{t.value}" if t.low is None and t.high is None else f"{t.low:g} to {t.high:g}"
    if outcome.simulated is None:
        gives = outcome.reason
    elif isinstance(outcome.simulated, bool):
        gives = "as reported" if outcome.simulated else "not as reported"
    else:
        gives = f"{outcome.simulated:.3g}"
    recalled = "" if t.status == "seen" else f" ({t.status})"
    return f"  {t.id} {t.role}{recalled}: {t.quantity} [{t.unit}], {t.conditions}: {gives}; reported {band}{why}"
