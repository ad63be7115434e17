"""What each drug leaves of its targets at the levels that people have in treatment: one drug alone, long after the start."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import jax.numpy as jnp

from allostasis import library
from allostasis.library.reach import acting_at
from allostasis.model import AbstractRelaxation
from allostasis.quantity import InputError, UnknownNameError
from allostasis.simulation.book import Book
from allostasis.simulation.drug_target_numbers import SET, TARGETS, drug_targets

THERAPEUTIC = "therapeutic."


class AtTargets(NamedTuple):
    """One drug at the two ends of its therapeutic range.

    Attributes:
        drug: canonical name.
        plasma: unbound in plasma, low and high [uM].
        brain: the same in brain [uM]; equal where the library has no Kp,uu.
        left: port -> its value at low and at high, only of targets that the drug acts at.
        status: of the range.
    """

    drug: str
    plasma: tuple[float, float]
    brain: tuple[float, float]
    left: Mapping[str, tuple[float, float]]
    status: str


def ports_at(levels: Mapping[str, float | int], activity: float | int = 1.0) -> dict[str, float]:
    """Ports of the drug targets at constant levels, long after their start.

    Args:
        levels: drug -> unbound in brain [uM].
        activity: seizure activity, 0 to 1.

    >>> round(ports_at({"phenytoin": 9.0})["nav_available"], 3), ports_at({"phenytoin": 9.0})["release"]
    (0.6, 1.0)
    """
    if not 0 <= activity <= 1:
        raise InputError("seizure activity", value=activity, expected="0 to 1")
    for name, level in levels.items():
        if not level >= 0:
            raise InputError(f"level of {name}", value=level, expected="0 uM or more")
    book, found = Book(), {}
    nM = 1000.0  # structural: in one uM
    inputs = {"unbound_brain": tuple(jnp.asarray(nM * x) for x in levels.values()), "activity": jnp.asarray(1.0 * activity)}
    for s in drug_targets(book, tuple(levels)):
        prepared, state = s.prepare(book.values[s.name]), {}
        if isinstance(s, AbstractRelaxation):
            drive, rates = s.drive(0.0, s.initial(prepared), inputs, prepared), s.rates(prepared)
            state = {name: drive[name] / rates[name] for name in rates}
        found |= {name: float(value) for name, value in s.readout(0.0, state, inputs, prepared).items()}
    return found


def therapeutic_drugs() -> tuple[str, ...]:
    """Drugs with a therapeutic range of unbound levels.

    >>> "phenytoin" in therapeutic_drugs()
    True
    """
    return tuple(key.removeprefix(THERAPEUTIC) for key in library.parameter_set(SET) if key.startswith(THERAPEUTIC))


def at_targets(names: Iterable[str] = (), activity: float | int = 1.0) -> tuple[AtTargets, ...]:
    """What drugs do to their targets at therapeutic levels.

    Args:
        names: drugs, any spelling; all with a range when empty.
        activity: seizure activity, 0 to 1.

    Raises:
        UnknownNameError: a drug without a therapeutic range here.

    >>> at_targets(["ketamine"], activity=0)[0].brain
    (0.5, 5.0)
    """
    rows, known = library.parameter_set(SET), therapeutic_drugs()
    chosen = [library.canonical(name, "drug") for name in names] or known
    found = []
    for drug in chosen:
        if drug not in known:
            raise UnknownNameError("drug with a therapeutic range", drug, known)
        row = rows[THERAPEUTIC + drug]
        assert row.low is not None
        assert row.high is not None
        entry = library.drug(drug).brain if drug in library.drug_names() else None
        share = 1.0 if entry is None else entry.Kp_uu.value
        low, high = share * row.low, share * row.high
        ends = [ports_at({drug: level}, activity) for level in (low, high)]
        own = [t.port.name for t in TARGETS.values() if any(acting_at(site, (drug,)) for site in t.sites)]
        left = {port: (ends[0][port], ends[1][port]) for port in own}
        found.append(AtTargets(drug, (row.low, row.high), (low, high), left, row.status))
    return tuple(found)
