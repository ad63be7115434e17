"""The doses of a study: amounts, times, durations and routes, out of the text of its row."""

import math
import re
from typing import NamedTuple

from allostasis import library
from allostasis.quantity import InputError, convert
from allostasis.validation.observed.folder import number
from allostasis.validation.observed.skip import Skip

MINUTES_PER_HOUR = 60  # structural
SAME = 1e-6  # structural: two amounts closer than this, relatively, are one amount written twice


_FORMS = {
    "extended-release": re.compile(
        r"\b(sustained|extended|prolonged|slow|modified|controlled)[- ]release|retard|\b[XC]R\b|\w+-[XC]R\b", re.I
    ),
    "solution": re.compile(r"\b(solution|suspension|syrup|dissolved)\b", re.I),
}


class Input(NamedTuple):
    """One administration: canonical route, amount [mg], start [h], duration [h] (0 for a bolus)."""

    route: str
    amount_mg: float
    time_h: float
    duration_h: float


def inputs_of(row: dict[str, str], drug: str, weight_kg: float) -> tuple[Input, ...]:
    """Doses of a row in mg, in order of time.

    Args:
        row: a row of studies.csv.
        drug: canonical name of the drug.
        weight_kg: body weight for doses per kg.

    Raises:
        Skip: dose, times, durations or routes that are not known or do not fit together.
    """
    times = _numbers(row.get("dose_times_h", ""), "dose times", "dose times are not known")
    count = number(row.get("n_doses", ""))
    if not math.isnan(count) and count != len(times):
        raise Skip("dosing", f"{count:g} doses are announced, but {len(times)} dose times are given")
    amounts = _amounts(row, len(times), weight_kg)
    durations = _durations(row.get("infusion_min", ""), len(times))
    routes = _routes(row, amounts, drug)
    given = [Input(*each) for each in zip(routes, amounts, times, durations, strict=True)]
    return tuple(sorted(given, key=lambda dose: dose.time_h))


def check_route(drug: str, name: str) -> str:
    """Canonical route with numbers in the library.

    Raises:
        Skip: a route that nobody knows, or one that the library has no numbers for.
    """
    try:
        route = library.canonical(name, "route")
    except InputError:
        raise Skip("route", f"route {name!r} is not known") from None
    routes = library.drug(drug).routes
    if route not in routes:
        known = ", ".join(routes) or "none"
        raise Skip("route", f"no numbers in the library for {drug} by the {route} route (it has: {known})")
    return route


def _numbers(text: str, what: str, if_empty: str) -> list[float]:
    parts = [part.strip() for part in text.split(";") if part.strip()]
    if not parts:
        raise Skip("dosing", if_empty)
    values = [number(part) for part in parts]
    if any(math.isnan(value) for value in values):
        raise Skip("dosing", f"{what} cannot be read: {text!r}")
    return values


def _amounts(row: dict[str, str], count: int, weight_kg: float) -> list[float]:
    text, unit = row.get("dose_amounts", ""), row.get("dose_unit", "").replace(" ", "")
    if text:
        values = _numbers(text, "dose amounts", "dose is not known")
        if len(values) != count:
            raise Skip("dosing", f"{len(values)} dose amounts for {count} dose times")
    else:
        values = [number(row.get("dose_value", ""))] * count
        if math.isnan(values[0]):
            values, unit = [number(row.get("dose_mg", ""))] * count, "mg"
    if any(math.isnan(value) or value <= 0 for value in values):
        raise Skip("dosing", "dose is not known")
    per_kg = unit.lower().endswith("/kg")
    try:
        values = [convert(value, unit, "mg/kg" if per_kg else "mg") for value in values]
    except InputError:
        raise Skip("dosing", f"unit of the dose is not mg or mg/kg: {unit!r}") from None
    return [value * weight_kg for value in values] if per_kg else values


def _durations(text: str, count: int) -> list[float]:
    """Read "30", or one number per dose: "0.5 + 140" and "2-480" are a bolus and then an infusion."""
    if not text:
        return [0.0] * count
    values = [number(part) for part in re.split(r"\s*[+;-]\s*", text)]
    if any(math.isnan(value) or value < 0 for value in values):
        raise Skip("dosing", f"duration of the infusion cannot be read: {text!r}")
    if len(values) not in (1, count):
        raise Skip("dosing", f"{len(values)} durations of infusion for {count} doses")
    return [value / MINUTES_PER_HOUR for value in (values * count if len(values) == 1 else values)]


def _routes(row: dict[str, str], amounts: list[float], drug: str) -> list[str]:
    written = row.get("route", "")
    if "+" not in written:
        return [_product(check_route(drug, written), row, drug)] * len(amounts)
    pieces = [piece for piece in row.get("dose_text", "").split(";") if piece.strip()]
    if len(pieces) != len(amounts):
        raise Skip("route", f"which of the doses went by which route of {written!r} is not recorded")
    return [_route_of(piece, amount, drug) for piece, amount in zip(pieces, amounts, strict=True)]


def _product(route: str, row: dict[str, str], drug: str) -> str:
    """Route of the pharmaceutical form, where the library has numbers for it."""
    said = " ".join(row.get(name, "") for name in ("formulation", "arm", "dose_text"))
    for form, words in _FORMS.items():
        if route == "oral" and f"oral-{form}" in library.drug(drug).routes and words.search(said):
            return f"oral-{form}"
    return route


def _route_of(piece: str, amount_mg: float, drug: str) -> str:
    """Route of one dose of several, out of a text such as "MID_po_5mg: 5 mg"."""
    found = set()
    for word in re.findall(r"[a-z]+", piece.lower()):
        try:
            found.add(library.canonical(word, "route"))
        except InputError:
            continue
    stated = [number(n) for n in re.findall(r"(\d*\.?\d+)\s*mg\b(?!/)", piece.lower())]
    agrees = any(math.isclose(value, amount_mg, rel_tol=SAME) for value in stated)
    if len(found) != 1 or not agrees:
        raise Skip("route", f"the route of one of several doses cannot be read: {piece.strip()!r}")
    return check_route(drug, found.pop())
