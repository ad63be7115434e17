"""What a case file is told when it does not fit: the key, the value, what was expected, the nearest known key."""

from collections.abc import Mapping
from difflib import get_close_matches

from pydantic import BaseModel, ValidationError

from allostasis.quantity import InputError, NotModelledError

MOST_ARMS = 12
MOST_ALCOHOL = 1.5
"""Largest imbalance of untreated alcohol withdrawal that a case may ask for, in seizure thresholds."""


_SAME_NAME = ("smoking", "disease", "interventions")
NOT_MODELLED = {name: name for name in _SAME_NAME} | {
    "alcohol": "alcohol other than withdrawal from it (key alcohol under [model])",
    "hepatic": "hepatic function other than child_pugh",
    "renal": "renal function other than creatinine_clearance",
    "pregnant": "pregnancy without its weeks (key pregnancy)",
    "comedication": "co-medication",
    "comedications": "co-medication",
    "inhibitor": "enzyme inhibition",
    "inducer": "enzyme induction",
    "intervention": "an intervention",
    "population": "a population inside a case",
}
_LONGEST_SHOWN = 80
_EXAMPLES = {
    "title": "Stop or taper lorazepam", "description": "What the question is about", "horizon": "360 d",
    "name": "slow taper", "weight": "70 kg", "age": "70 years",
    "sex": "female", "height": "170 cm", "albumin": "38 g/L", "child_pugh": "B", "creatinine_clearance": "45 mL/min",
    "aetiology": "structural", "seizure_type": "absence", "variant": "GABRG2.P302L",
    "pregnancy": "30 weeks", "postmenstrual_age": "38 weeks", "every": "1 d", "step": "30 min", "dtype": "float64",
    "adaptation": "mechanisms", "neurosteroid": "constant", "efflux": "constant",
    "regimen": "lorazepam 1 mg po bid for 30 d",
}  # fmt: skip
_NUMBERS = dict.fromkeys(("alpha2_agonist", "tspo_activation", "glutamate", "inflammation"), "a number from 0.0 to 1.0")
EXPECTED = {key: f'a text such as "{example}"' for key, example in _EXAMPLES.items()}
EXPECTED |= {key: f"a table with the heading [{key}]" for key in ("patient", "output", "solver", "model")}
EXPECTED |= _NUMBERS | {"alcohol": f"a number from 0.0 to {MOST_ALCOHOL:g}"}
EXPECTED["arm"] = "tables with the heading [[arm]], each with name and regimen"
EXPECTED |= {key: "a number from 0 to 1" for key in ("missed", "doubled")}
EXPECTED |= {"holidays_per_year": "a number of 0 or above", "seed": "a whole number, 0 or more"}
EXPECTED["adherence"] = "a table with the heading [arm.adherence]"
EXPECTED["without"] = 'a list of mechanisms, such as ["uncoupling", "set_point"]'
EXPECTED["genotype"] = 'a table with the heading [patient.genotype], such as CYP2C19 = "*2/*2"'
EXPECTED["regimen"] += ", or a list of tables"
EXPECTED[""] = "a table of keys such as title, horizon and arm"


def refuse(
    error: ValidationError,
    tables: Mapping[str, type[BaseModel]],
    whole: type[BaseModel],
    adherence: type[BaseModel],
) -> InputError:
    """The first thing that is wrong with a case.

    Args:
        error: of the whole.
        tables: heading -> its table.
        whole: the case.
        adherence: the table of an adherence.
    """
    first = error.errors()[0]
    path = first["loc"]
    for key in ("regimen", "genotype"):  # below the first stands which of its two forms was tried
        if key in path:
            path = path[: path.index(key) + 1]
    place = ".".join(str(part) for part in path)
    key = next((str(part) for part in reversed(path) if not isinstance(part, int)), "")
    if first["type"] in ("extra_forbidden", "invalid_key"):
        return _unknown_key(place, path, first["input"], tables, whole, adherence)
    if first["type"] == "missing":
        return InputError(
            f"key {place!r} is missing", fix=f"add a line '{key} = ...'" if key != "arm" else "add an [[arm]] table"
        )
    if first["type"] in ("too_long", "too_short"):
        count = first.get("ctx", {})["actual_length"]
        return InputError("number of arms", value=count, expected=f"1 to {MOST_ARMS} [[arm]] tables")
    if first["type"] == "string_too_short":
        return InputError(f"key {place!r} is blank", value=first["input"], expected=EXPECTED[key])
    if first["type"] == "string_too_long":
        most = first.get("ctx", {})["max_length"]
        return InputError(
            f"key {place!r} is too long", value=f"{len(first['input'])} characters", expected=f"at most {most}"
        )
    what = f"key {place!r}" if place else "case"
    return InputError(what, value=_shown(first["input"]), expected=EXPECTED.get(key))


def _unknown_key(place, path, value, tables, whole, adherence) -> InputError:
    key, table = str(path[-1]), str(path[0]) if len(path) > 1 else ""
    if key.lower() in NOT_MODELLED:
        return NotModelledError(
            f"{place}: {NOT_MODELLED[key.lower()]} is not modelled yet",
            value=_shown(value),
            fix=f"remove {key!r}: a run without it takes no account of it",
        )
    inner = adherence if "adherence" in path[:-1] else None
    known = (inner or tables.get(table, whole)).model_fields
    near = get_close_matches(key, known, n=1)
    return InputError(
        f"unknown key {place!r}",
        value=_shown(value),
        expected="one of: " + ", ".join(sorted(known)),
        fix=f"did you mean {near[0]!r}?" if near else None,
    )


def _shown(value: object) -> object:
    """Value as a message shows it: short ones as they are, long ones by what they are."""
    if len(repr(value)) <= _LONGEST_SHOWN:
        return value
    if isinstance(value, str):
        return value[:_LONGEST_SHOWN] + "..."
    return {list: "a list", dict: "a table"}.get(type(value), type(value).__name__)
