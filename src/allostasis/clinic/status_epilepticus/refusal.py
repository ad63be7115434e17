"""What PROTOCOL.toml is told when it does not fit: the key, the value, what was expected, the nearest known key."""

from difflib import get_close_matches
from typing import get_args

from pydantic import BaseModel, ValidationError

from allostasis.quantity import InputError

LONGEST_SHOWN = 80  # structural: characters of a value that a message repeats
_EXAMPLES = {
    "title": "First dose and second line", "description": "What the question is about", "preset": "ESETT",
    "preparation": "human", "delay": "30 min", "horizon": "60 min", "within": "20 min", "none_until": "60 min",
    "counted_from": "30 min", "affinity": "in_vitro", "name": "lorazepam, then levetiracetam", "weight": "70 kg",
    "age": "5 years", "sex": "female", "height": "170 cm", "albumin": "38 g/L", "child_pugh": "B",
    "creatinine_clearance": "45 mL/min", "pregnancy": "30 weeks", "postmenstrual_age": "38 weeks",
}  # fmt: skip
EXPECTED = {key: f'a text such as "{example}"' for key, example in _EXAMPLES.items()} | {
    "severity": "a number, such as 0.15: added to the log imbalance of the cause",
    "individuals": "a whole number, such as 200",
    "seed": "a whole number, 0 or more",
    "above_maximum": "true or false",
    "endpoint": 'a table such as { within = "20 min", none_until = "60 min" }',
    "patient": "a table with the heading [patient]",
    "model": "a table with the heading [model]",
    "without": 'a list of mechanisms, such as ["nmda"]',
    "genotype": 'a table with the heading [patient.genotype], such as CYP2C19 = "*2/*2"',
    "protocol": "tables with the heading [[protocol]], each with name and steps",
    "steps": 'a list of texts such as ["lorazepam 4 mg iv", "levetiracetam 60 mg/kg iv at 20 min if still seizing"]',
    "": "a table of keys such as title, horizon and protocol",
}


def refuse(error: ValidationError, whole: type[BaseModel]) -> InputError:
    """The first thing that is wrong with a file that `whole` describes."""
    first = error.errors()[0]
    path = first["loc"]
    place = ".".join(str(part + 1) if isinstance(part, int) else str(part) for part in path)
    key = next((str(part) for part in reversed(path) if not isinstance(part, int)), "")
    what, kind = f"key {place!r}" if place else "protocol file", first["type"]
    if kind == "extra_forbidden":
        known = sorted(_table_of(whole, path[:-1]).model_fields)
        near = get_close_matches(key, known, n=1)
        return InputError(
            f"unknown key {place!r}", value=_shown(first["input"]), expected="one of: " + ", ".join(known),
            fix=f"did you mean {near[0]!r}?" if near else None,
        )  # fmt: skip
    if kind == "missing":
        return InputError(f"key {place!r} is missing", expected=EXPECTED.get(key), fix=f"add a line '{key} = ...'")
    if kind == "too_long":
        most = first.get("ctx", {})["max_length"]
        return InputError(f"{what} is too long", value=len(first["input"]), expected=f"at most {most}")
    if kind in ("string_too_long", "string_too_short"):
        most = first.get("ctx", {}).get("max_length", 1)
        expected = f"at most {most} characters" if kind == "string_too_long" else EXPECTED.get(key)
        return InputError(what, value=_shown(first["input"]), expected=expected)
    return InputError(what, value=_shown(first["input"]), expected=EXPECTED.get(key))


def _table_of(model: type[BaseModel], path: tuple) -> type[BaseModel]:
    """The table at a place of the file."""
    for part in path:
        if isinstance(part, int):
            continue
        kind = model.model_fields[part].annotation
        inner = [k for k in (kind, *get_args(kind)) if isinstance(k, type) and issubclass(k, BaseModel)]
        model = inner[0]
    return model


def _shown(value: object) -> object:
    """Value as a message shows it: short ones as they are, long ones by what they are."""
    if len(repr(value)) <= LONGEST_SHOWN:
        return value
    if isinstance(value, str):
        return value[:LONGEST_SHOWN] + "..."
    return {list: "a list", dict: "a table"}.get(type(value), type(value).__name__)
