"""Every therapy as data: what it is, what is known of its effect, and which levers it moves."""

import math
from dataclasses import dataclass
from functools import cache

from allostasis import library
from allostasis.clinic.interventions.vocabulary import OPERATIONS, lever
from allostasis.library.rows import rows
from allostasis.quantity import InputError, Parameter, UnknownNameError

GRADES = {
    "A": "randomised trials or a meta-analysis",
    "B": "small or mixed controlled studies",
    "C": "observational",
    "D": "animals or in vitro",
    "E": "nothing quantitative was found: no effect here",
}
"""Grades of evidence, best first."""
VERDICTS = ("supports", "mixed", "negative", "harms", "none")
"""Which way the evidence points."""
MEASURES = ("responder_50", "median_change", "typical_change", "all_or_none")
"""Measures by which a size is calibrated; any other text only describes."""
CALIBRATED, RECEPTOR = "calibrated", "receptor"
NEVER = "never"


@dataclass(frozen=True)
class Move:
    """One lever that a therapy moves.

    Attributes:
        lever: its name.
        operation: multiply or add.
        size: how much, None where nobody knows (then it moves nothing).
        low, high: range of the size, None where not given.
        onset_h: time constant with which the effect comes [h].
        offset_h: time constant with which it goes after a stop [h]; infinite where it stays.
        origin: calibrated, receptor (computed there) or data.
        status: status of the size.
        source: id of the bibliography.
        note: why this size.
    """

    lever: str
    operation: str
    size: float | None
    low: float | None
    high: float | None
    onset_h: float
    offset_h: float
    origin: str
    status: str
    source: str
    note: str


@dataclass(frozen=True)
class Therapy:
    """One therapy; texts as in the table of interventions.

    Attributes:
        name, title, kind, section: how it is called, what it is, section of the seed document.
        seed_terms: words of the seed document that name it.
        mechanism: how it is thought to act.
        measure: what was measured, or one of `MEASURES`.
        effect, control: what came out with it and without it, as text; "" where not given.
        unit, population, species: of what.
        grade: of the evidence, a key of `GRADES`.
        verdict: one of `VERDICTS`.
        drugs: canonical names of the library, () where it is none.
        example_regimen: doses for a run: those of the trial where it gives them, else an example. Never a dose for a person.
        source, status: of the effect.
        conflict: what speaks against it.
        moves: its levers.
    """

    name: str
    title: str
    kind: str
    section: str
    seed_terms: tuple[str, ...]
    mechanism: str
    measure: str
    effect: str
    control: str
    unit: str
    population: str
    species: str
    grade: str
    verdict: str
    drugs: tuple[str, ...]
    example_regimen: str
    source: str
    status: str
    conflict: str
    moves: tuple[Move, ...]

    @property
    def calibrated(self) -> bool:
        """Whether a size of it was calibrated to a rate."""
        return self.measure in MEASURES


def _optional(text: str) -> float | None:
    return float(text) if text else None


def _list(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(";") if part)


def calibrated_sizes() -> dict[str, Parameter]:
    """What the study of interventions calibrated, by key such as "ketogenic_diet.size"."""
    return library.parameter_set("intervention_sizes")


def _move(row) -> Move:
    name, found = row["therapy"], lever(row["lever"])
    if row["operation"] not in OPERATIONS or row["operation"] != found.operation:
        raise InputError(f"operation of {name}.{found.name}", value=row["operation"], expected=found.operation)
    origin = row["size"] if row["size"] in (CALIBRATED, RECEPTOR) else "data"
    size, low, high = (None, None, None) if origin != "data" else map(_optional, (row["size"], row["low"], row["high"]))
    status = row["status"]
    if origin == CALIBRATED and (held := calibrated_sizes().get(f"{name}.size")):
        size, low, high, status = held.value, held.low, held.high, held.status
    offset = math.inf if row["offset_h"] == NEVER else _optional(row["offset_h"]) or 0.0
    return Move(
        found.name, row["operation"], size, low, high, _optional(row["onset_h"]) or 0.0, offset, origin,
        status, row["source"], row["note"],
    )  # fmt: skip


@cache
def _therapies(_library: object) -> dict[str, Therapy]:
    moves: dict[str, list[Move]] = {}
    for row in rows("intervention_levers"):
        moves.setdefault(row["therapy"], []).append(_move(row))
    found = {}
    for row in rows("interventions"):
        texts = {key: text for key, text in row.items() if key not in ("seed_terms", "drugs")}
        if row["grade"] not in GRADES:
            raise UnknownNameError(f"grade of {row['name']}", row["grade"], GRADES)
        if row["verdict"] not in VERDICTS:
            raise UnknownNameError(f"verdict of {row['name']}", row["verdict"], VERDICTS)
        found[row["name"]] = Therapy(
            **texts, seed_terms=_list(row["seed_terms"]), drugs=_list(row["drugs"]), moves=tuple(moves.pop(row["name"], ()))
        )
    if moves:
        raise UnknownNameError("therapy of a lever", next(iter(moves)), found)
    return found


def therapies() -> tuple[Therapy, ...]:
    """Every therapy, in the order of the seed document.

    >>> len(therapies()) > 60
    True
    """
    return tuple(_therapies(library.current()).values())


def therapy(name: str) -> Therapy:
    """Return a therapy by its name; case, spaces and dashes do not matter.

    Raises:
        UnknownNameError: no such therapy; the nearest is offered.

    >>> therapy("Ketogenic diet").grade, therapy("lyt-300").grade
    ('A', 'E')
    """
    known = _therapies(library.current())
    key = name.strip().lower().replace(" ", "_").replace("-", "_")
    titles = {t.title.lower(): t.name for t in known.values()}
    key = titles.get(name.strip().lower(), key)
    if key not in known:
        raise UnknownNameError("intervention", name, known, expected="a name of 'allostasis intervention list'")
    return known[key]
