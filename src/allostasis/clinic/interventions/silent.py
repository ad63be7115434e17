"""Why a lever of a therapy does nothing to a case of the chronic clock: what it acts on is not there."""

from allostasis import library
from allostasis.clinic.interventions.levers import Levers
from allostasis.clinic.interventions.therapy import Therapy
from allostasis.clinic.interventions.vocabulary import NEUTRAL
from allostasis.library.reach import why_not

NOTHING_THERE = {
    "il_1_gaba": "inflammation of a seizure, which a case of weeks does not have",
    "il_1_nmda": "inflammation of a seizure, which a case of weeks does not have",
    "microglial_production": "inflammation of a seizure, which a case of weeks does not have",
    "pgp_induction": "P-glycoprotein induced by seizures, which a case of weeks does not have",
    "trigger": "stimuli, which a case of weeks does not have",
    "node": "a generator in the network model; here it counts as the share of patients whose seizures stop",
    "callosal_coupling": "the network model; here it counts as the share of patients whose seizures stop",
    "closed_loop": "a seizure while it runs: the network model and the acute clock",
    "relay_gaba_a": "the absence circuit",
    "relay_gaba_b": "the absence circuit",
}
"""Lever -> what it acts on."""


def silent_levers(found: Therapy, moves: Levers, entry_moved: bool) -> tuple[str, ...]:
    """Sentences on what did nothing, and why.

    Args:
        found: the therapy.
        moves: its levers at ports.
        entry_moved: whether the entry of a drug into the brain was changed.

    >>> from allostasis.clinic.interventions.therapy import therapy
    >>> silent_levers(therapy("ganoderma"), {}, False)
    ('ganoderma: no evidence with a number (grade E), so no effect.',)
    """
    if not moves:
        return (f"{found.name}: no evidence with a number (grade {found.grade}), so no effect.",)
    notes = []
    for name, (operation, size) in moves.items():
        if NEUTRAL.get(operation) == size:
            notes.append(f"{name}: neutral by default; {_note(found, name)}.")
        elif name in NOTHING_THERE:
            notes.append(f"{name} acts on {NOTHING_THERE[name]}.")
        elif name == "pgp_activity" and not entry_moved:
            notes.append("pgp_activity: P-glycoprotein carries no drug of this case, so nothing changes.")
    notes += [f"{drug}: {why}." for drug in found.drugs if "drug" in moves and (why := why_not(library.drug(drug)))]
    return tuple(notes)


def _note(found: Therapy, name: str) -> str:
    return next((move.note for move in found.moves if move.lever == name), "no size is known")
