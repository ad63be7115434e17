"""Protocols that can be asked for by name: the arms of a published trial, and ladders of intensive care."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from allostasis.clinic.status_epilepticus.parse import parse_protocol
from allostasis.clinic.status_epilepticus.protocol import Protocol
from allostasis.clinic.status_epilepticus.trials import Arm, arms, trial
from allostasis.library import bibliography
from allostasis.library.rows import rows
from allostasis.quantity import UnknownNameError

LEAST_MIN = 60  # structural: horizon of a trial that was shorter [min]


@dataclass(frozen=True)
class Preset:
    """What `preset = NAME` stands for.

    Attributes:
        name: as it is asked for.
        protocols: in their order.
        keys: keys of PROTOCOL.toml that hold unless the file writes its own.
        notes: what a reader must know of each protocol: source, status, note.
    """

    name: str
    protocols: tuple[Protocol, ...]
    keys: Mapping[str, Any]
    notes: tuple[str, ...]


def presets() -> tuple[str, ...]:
    """Names that can be asked for.

    >>> {"ESETT", "ICU ladder"} <= set(presets())
    True
    """
    return (*dict.fromkeys(arm.trial for arm in arms()), *_ladders())


def preset(name: str) -> Preset:
    """One of `presets`.

    Raises:
        UnknownNameError: none of that name.

    >>> [p.name for p in preset("ESETT").protocols]
    ['fosphenytoin', 'levetiracetam', 'valproate']
    """
    if name not in presets():
        raise UnknownNameError("preset", name, presets())
    return _ladders()[name] if name in _ladders() else _of_trial(name, trial(name))


def _of_trial(name: str, own: tuple[Arm, ...]) -> Preset:
    first = own[0]
    end, counted = first.endpoint, first.counted_from_min
    keys: dict[str, Any] = {
        "title": name, "preparation": first.preparation, "delay": f"{first.delay_min:g} min",
        "horizon": f"{max(LEAST_MIN, counted + end.until_min):g} min", "severity": first.severity, "above_maximum": True,
        "endpoint": {
            "within": f"{end.within_min:g} min", "none_until": f"{end.until_min:g} min", "counted_from": f"{counted:g} min",
        },
    }  # fmt: skip
    if first.preparation == "human":
        keys["patient"] = {"weight": f"{first.weight_kg:g} kg"}
        if first.age_y is not None:
            keys["patient"]["age"] = f"{first.age_y:g} years"
    notes = tuple(_note(name, arm.protocol.name, arm.source, arm.status, arm.note) for arm in own)
    return Preset(name, tuple(arm.protocol for arm in own), MappingProxyType(keys), notes)


def _note(name: str, protocol: str, source: str, status: str, note: str) -> str:
    """Where a protocol comes from, in words."""
    return f"{name}, {protocol}: {bibliography()[source].citation} [{status}]" + (f"; {note}." if note else ".")


@cache
def _ladders() -> dict[str, Preset]:
    found = {}
    for name in dict.fromkeys(row["preset"] for row in rows("se_ladders")):
        own = [row for row in rows("se_ladders") if row["preset"] == name]
        protocols = tuple(parse_protocol(row["protocol"], row["steps"]) for row in own)
        notes = tuple(_note(name, row["protocol"], row["source"], row["status"], row["note"]) for row in own)
        keys = {"title": name, "preparation": "human", "delay": own[0]["delay"], "horizon": own[0]["horizon"]}
        found[name] = Preset(name, protocols, MappingProxyType(keys), notes)
    return found
