"""One drug's TOML file into a Drug: keys, units, ranges, and that the pieces fit together."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from allostasis.library.drug import DISPOSITION, SUBTYPES, Binding, Brain, Drug, Route
from allostasis.library.tables import as_table, check_keys, in_file, parameter, read_toml
from allostasis.quantity import InputError, Parameter, UnknownNameError

CONFIDENCES = ("A", "B", "C", "D")
DRUG_KINDS = ("drug", "metabolite")
_HEAD = {
    "set": str, "version": int, "kind": str, "drug_class": str, "active": bool, "n_compartments": int,
    "confidence": str, "confidence_basis": str, "observed": bool,
}  # fmt: skip
_TABLES = ("molar_mass", "CL", "V1", "brain", "binding", "in_vivo_scale")
_OPTIONAL = ("Q2", "V2", "Q3", "V3", "routes", "metabolites")
_SMALLEST = 1e-12
_UNITS = {
    "molar_mass": "g/mol", "CL": "L/h", "Q2": "L/h", "Q3": "L/h", "V1": "L", "V2": "L", "V3": "L",
    "ka": "1/h", "ke0": "1/h", "Tlag": "h", "K": "nM", "c": "1", "in_vivo_scale": "1", "Kp_uu": "1",
    "fu_plasma": "1", "F": "1", "fraction": "1",
}  # fmt: skip
_RANGES = {"F": (0.0, 1.0), "fraction": (0.0, 1.0), "fu_plasma": (_SMALLEST, 1.0), "Tlag": (0.0, None)}


def read_drug(path: Path, sources: Collection[str]) -> Drug:
    """Read and check one drug file.

    Args:
        path: the file; its stem is the canonical name.
        sources: ids of the bibliography.

    Raises:
        LibraryFileError: with the file, the number and what to write instead.

    """
    table = read_toml(path)
    with in_file(path):
        return _build(path.stem, table, sources)


def _build(name: str, table: dict[str, Any], sources: Collection[str]) -> Drug:
    check_keys("the drug file", table, [*_HEAD, *_TABLES], _OPTIONAL)
    for key, kind in _HEAD.items():
        if not isinstance(table[key], kind) or (kind is int and isinstance(table[key], bool)):
            raise InputError(f"{key} has the wrong type", value=table[key], expected=f"a {kind.__name__}")
    if table["set"] != name:
        raise InputError("the file's name and its set differ", value=table["set"], expected=repr(name))
    for key, known in (("kind", DRUG_KINDS), ("confidence", CONFIDENCES)):
        if table[key] not in known:
            raise UnknownNameError(key, table[key], known)

    def read(where: str, entry: object, quantity: str) -> Parameter:
        low, high = _RANGES.get(quantity, (_SMALLEST, None))
        return parameter(f"{name}.{where}", entry, sources, unit=_UNITS[quantity], low=low, high=high)

    disposition = {key: read(key, table[key], key) if key in table else None for key in DISPOSITION}
    _check_compartments(table["n_compartments"], disposition)
    formed = as_table("metabolites", table.get("metabolites", {}))
    if name in formed:
        raise InputError("the drug is its own metabolite", value=name, fix=f"remove [metabolites.{name}]")
    metabolites = {m: read(f"metabolites.{m}", entry, "fraction") for m, entry in formed.items()}
    _check_sum("metabolites", metabolites.values())
    check_keys("brain", table["brain"], ("fu_plasma", "Kp_uu", "ke0"))
    check_keys("binding", table["binding"], SUBTYPES)
    binding = {}
    for subtype in SUBTYPES:
        entries = table["binding"][subtype]
        check_keys(f"binding.{subtype}", entries, ("K", "c"))
        binding[subtype] = Binding(
            **{key: read(f"binding.{subtype}.{key}", entries[key], key) for key in ("K", "c")}
        )
    routes = as_table("routes", table.get("routes", {}))
    head: dict[str, Any] = {key: table[key] for key in _HEAD if key != "set"}
    return Drug(
        name=name,
        **head,
        molar_mass=read("molar_mass", table["molar_mass"], "molar_mass"),
        CL=read("CL", table["CL"], "CL"),
        V1=read("V1", table["V1"], "V1"),
        Q2=disposition["Q2"],
        V2=disposition["V2"],
        Q3=disposition["Q3"],
        V3=disposition["V3"],
        routes={key: _route(key, entry, metabolites, read) for key, entry in routes.items()},
        metabolites=metabolites,
        brain=Brain(**{key: read(f"brain.{key}", table["brain"][key], key) for key in table["brain"]}),
        binding=binding,
        in_vivo_scale=read("in_vivo_scale", table["in_vivo_scale"], "in_vivo_scale"),
    )


def _route(name: str, table: Any, metabolites: Collection[str], read: Any) -> Route:
    where = f"routes.{name}"
    check_keys(where, table, ("F", "Tlag"), ("ka", "first_pass"))
    fraction = read(f"{where}.F", table["F"], "F")
    first_pass = {}
    for metabolite, entry in as_table(f"{where}.first_pass", table.get("first_pass", {})).items():
        if metabolite not in metabolites:
            raise UnknownNameError(f"metabolite in {where}.first_pass", metabolite, metabolites)
        first_pass[metabolite] = read(f"{where}.first_pass.{metabolite}", entry, "fraction")
    _check_sum(f"{where}: F and first_pass", [fraction, *first_pass.values()])
    if first_pass and "ka" not in table:
        raise InputError(f"{where} has a first pass but no absorption", fix=f"add [{where}.ka]")
    return Route(
        name=name,
        F=fraction,
        ka=read(f"{where}.ka", table["ka"], "ka") if "ka" in table else None,
        Tlag=read(f"{where}.Tlag", table["Tlag"], "Tlag"),
        first_pass=first_pass,
    )


def _check_compartments(n: int, disposition: dict[str, Parameter | None]) -> None:
    expected = DISPOSITION[: 2 * n]
    given = tuple(key for key, entry in disposition.items() if entry is not None)
    if n not in (1, 2, 3) or given != expected:
        raise InputError(
            "n_compartments does not fit the numbers given",
            value=f"{n} with {', '.join(given)}",
            expected="CL, V1 for 1 compartment, Q2, V2 more for 2, Q3, V3 more for 3",
        )


def _check_sum(what: str, fractions: Collection[Parameter]) -> None:
    total = sum(p.value for p in fractions)
    if total > 1 + 1e-9:
        raise InputError(
            f"{what}: fractions add up to more than 1", value=round(total, 6), expected="at most 1"
        )
