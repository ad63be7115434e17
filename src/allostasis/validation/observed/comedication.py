"""Co-medication of a study: doses of inhibitors and inducers, out of the text of its row."""

import math
import re
from collections.abc import Sequence

from allostasis import library
from allostasis.quantity import InputError, convert
from allostasis.validation.observed.dosing import Input
from allostasis.validation.observed.schedule_text import Unreadable, schedule_of
from allostasis.validation.observed.skip import Skip

Given = tuple[tuple[str, Input], ...]
DAY_H = 24.0  # structural
AFTER_H = 72.0  # structural: how long after the last dose of the drug an open-ended co-medication is followed
JUST_BEFORE_H = 2.0  # structural: an inhibitor is given with the drug or at most this long before it
ROUTE_TAKEN = "route of the co-medication not reported: by mouth taken"
ONCE_A_DAY = "interval of the co-medication not reported: once a day taken"
_ITEM = re.compile(
    r"(?P<name>[^;:]+?)\s+(?P<amount>\d[\d.e+-]*)\s*(?P<unit>kg|gram|g|mg|count)(?P<rate>\s*/\s*(?:hour|hr|h|day))?\s+"
    r"(?P<route>[a-z.]+)\s+(?P<how>single|multiple) dose from\s+(?P<from>-?[\d.]+)\s*(?P<time>min|hr|h|day|days)\b",
    re.IGNORECASE,
)
_FIRST = re.compile(r"^(?P<amounts>.*?)\s*mg\s+(?P<route>\S+)\s+at\s+(?P<times>.*?)\s*h?\s*$", re.IGNORECASE | re.DOTALL)
_UNITS = {"gram": "g", "g": "g", "mg": "mg", "kg": "kg"}


def acts(name: str) -> bool:
    """Whether the library knows what a substance, or what it forms, does to enzymes.

    >>> acts("ketoconazole"), acts("itraconazole"), acts("diazepam")
    (True, True, False)
    """
    known = {key.partition(".")[0] if not key.startswith("kdeg") else "" for key in library.parameter_set("interactions")}
    return bool({name, *library.drug(name).metabolites} & known)


def comedication_of(row: dict[str, str], inputs: Sequence[Input]) -> tuple[list[str], Given]:
    """Remarks, and doses of what acts on enzymes, on the time axis of the study.

    Two ways of writing are read: "300 mg PO at S0-T6-R4 h" (`schedule_text`), and "RIF: rifampicin 0.025 gram / hour oral
    multiple dose from -5.0 day". The interval behind such a rate is not told: it is read as one dose a day until `AFTER_H` after
    the drug, if that puts a dose with the drug or up to `JUST_BEFORE_H` before it, and not at all otherwise. What has no effect
    that the library knows is a remark where something else acts, or where the row calls it "other".

    Raises:
        Skip: an inhibitor or inducer without numbers in the library, or doses that cannot be read.
    """
    named, role = row.get("comedication", ""), row.get("comedication_role", "").lower()
    if not ("inhibitor" in role or "inducer" in role):
        return ([f"co-medication without known effect: {named}"] if named else []), ()
    modelled, others = _modelled(named)
    if not modelled:
        raise Skip("co-medication", f"co-medication {named or 'unnamed'} ({role}) not modelled")
    flags = [f"co-medication without known effect: {'; '.join(others)}"] if others else []
    text = row.get("comedication_regimen", "")
    if not text:
        raise Skip("co-medication", f"doses of the co-medication {named} are not known")
    remarks, given = _items(text, inputs, modelled) if _ITEM.search(text) else _one(text, modelled)
    missing = [name for name in modelled if name not in {drug for drug, _ in given}]
    if missing:
        raise Skip("co-medication", f"doses of {', '.join(missing)} cannot be read: {text!r}")
    return flags + remarks, tuple(sorted(given, key=lambda pair: pair[1].time_h))


def _modelled(named: str) -> tuple[list[str], list[str]]:
    """Canonical names of what acts on enzymes, and the rest as written."""
    found, others = [], []
    for part in filter(None, (p.strip() for p in named.split(";"))):
        name = _canonical(part)
        if name in library.drug_names() and acts(name) and "tracer" not in part:
            found.append(name)
        else:
            others.append(part)
    return list(dict.fromkeys(found)), others


def _canonical(name: str) -> str:
    try:
        return library.canonical(name, "drug")
    except InputError:
        return ""


def _one(text: str, modelled: list[str]) -> tuple[list[str], list[tuple[str, Input]]]:
    """Doses of the one co-medication of a text such as "300 mg PO at S0-T6-R4 h"."""
    match = _FIRST.match(text)
    if match is None or len(modelled) > 1:
        raise Skip("co-medication", f"doses of the co-medication cannot be read: {text!r}")
    route, remarks = _route(match["route"], modelled[0])
    try:
        times = schedule_of(match["times"], match["amounts"])
    except Unreadable as error:
        raise Skip("co-medication", f"doses of the co-medication cannot be read: {text!r} ({error})") from None
    return remarks, [(modelled[0], Input(route, mg, time, 0.0)) for time, mg in times]


def _route(written: str, drug: str) -> tuple[str, list[str]]:
    known = {"po": "oral", "nan": "oral", "iv": "iv"}.get(written.lower(), written.lower())
    if known not in library.drug(drug).routes:
        raise Skip("co-medication", f"no numbers in the library for {drug} by the route {written!r}")
    return known, [ROUTE_TAKEN] if written.lower() == "nan" else []


def _items(text: str, inputs: Sequence[Input], modelled: list[str]) -> tuple[list[str], list[tuple[str, Input]]]:
    """Doses of a list of items such as "KETO: ketoconazole 0.2 gram oral single dose from -2.0 hr"."""
    end = max(dose.time_h for dose in inputs) + AFTER_H
    remarks, given = [], []
    for part in filter(None, (p.strip() for p in text.split(";"))):
        match = _ITEM.search(part.partition(":")[2] or part)
        name = _canonical(match["name"].strip()) if match else ""
        if match is None or name not in modelled or "[" in match["name"]:  # [14C]: a tracer
            continue
        route, said = _route(match["route"], name)
        start = convert(float(match["from"]), {"hr": "h", "days": "day"}.get(match["time"], match["time"]), "h")
        mg, every = _amount(match)
        if math.isnan(mg):
            continue
        ahead = inputs[0].time_h - start
        if every and not 0 <= ahead % every <= JUST_BEFORE_H:
            raise Skip("co-medication", f"interval of {name} is not told, and once a day from {-ahead:g} h does not fit")
        count = 1 if every == 0 else max(1, math.floor((end - start) / every) + 1)
        remarks += said + ([ONCE_A_DAY] if every else [])
        given += [(name, Input(route, mg, start + k * every, 0.0)) for k in range(count)]
    return list(dict.fromkeys(remarks)), given


def _amount(match: re.Match[str]) -> tuple[float, float]:
    """Amount of one dose [mg] and interval [h], 0 for a single dose; NaN where they are not known."""
    unit, rate, multiple = match["unit"].lower(), match["rate"], match["how"].lower() == "multiple"
    if unit not in _UNITS or bool(rate) != multiple:
        return math.nan, 0.0
    mg = convert(float(match["amount"]), _UNITS[unit], "mg")
    if not rate:
        return mg, 0.0
    return round(mg * (1 if "day" in rate else DAY_H), 1), DAY_H  # a rate is written with few digits
