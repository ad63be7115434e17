"""One drug's TOML file into a Drug: keys, units, ranges, and that the pieces fit together."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from allostasis.library.drug import DISPOSITION, FAMILIES, SUBTYPES, Binding, Brain, Drug, Route
from allostasis.library.nonlinear import Autoinduction, MichaelisMenten, PlasmaBinding
from allostasis.library.tables import as_table, check_keys, in_file, parameter, read_toml
from allostasis.quantity import InputError, Parameter, UnknownNameError

CONFIDENCES = ("A", "B", "C", "D")
DRUG_KINDS = ("drug", "metabolite")
_HEAD = {
    "set": str, "version": int, "kind": str, "drug_class": str, "active": bool, "n_compartments": int,
    "confidence": str, "confidence_basis": str, "observed": bool,
}  # fmt: skip
_TABLES = ("molar_mass", "V1")
_OPTIONAL = (
    "family", "CL", "Q2", "V2", "Q3", "V3", "routes", "metabolites", "brain", "binding", "in_vivo_scale",
    "elimination", "plasma_binding", "autoinduction",
)  # fmt: skip
_SCALE = "in_vivo_scale"
_ELIMINATIONS = ("michaelis_menten",)
_SMALLEST = 1e-12
_UNITS = {
    "molar_mass": "g/mol", "CL": "L/h", "Q2": "L/h", "Q3": "L/h", "V1": "L", "V2": "L", "V3": "L",
    "ka": "1/h", "ke0": "1/h", "Tlag": "h", "K": "nM", "c": "1", "in_vivo_scale": "1", "Kp_uu": "1",
    "fu_plasma": "1", "F": "1", "fraction": "1", "F_max": "1", "D50": "mg",
    "Vmax": "mg/h", "Km": "mg/L", "Bmax": "mg/L", "Kd": "mg/L",
    "Emax": "1", "EC50": "uM", "share": "1", "rate": "1/h",
}  # fmt: skip
_SHARE = (0.0, 1.0)
_MOST_STAGES = 10
_RANGES = {"F": _SHARE, "F_max": _SHARE, "fraction": _SHARE, "share": _SHARE, "fu_plasma": (_SMALLEST, 1.0), "Tlag": (0.0, None)}


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
    for key, known in (("kind", DRUG_KINDS), ("confidence", CONFIDENCES), ("family", FAMILIES)):
        if key in table and table[key] not in known:
            raise UnknownNameError(key, str(table[key]), known)

    def read(where: str, entry: object, quantity: str) -> Parameter:
        low, high = _RANGES.get(quantity, (_SMALLEST, None))
        return parameter(f"{name}.{where}", entry, sources, unit=_UNITS[quantity], low=low, high=high)

    def group(kind: Any, where: str, entries: object) -> Any:
        """Read a table of numbers into the dataclass whose fields it names."""
        check_keys(where, entries, kind.__dataclass_fields__)
        assert isinstance(entries, dict)
        return kind(**{key: read(f"{where}.{key}", entry, key) for key, entry in entries.items()})

    disposition = {key: read(key, table[key], key) if key in table else None for key in DISPOSITION}
    given: dict[str, Any] = {
        key: group(kind, key, table[key]) if key in table else None
        for key, kind in (("brain", Brain), ("plasma_binding", PlasmaBinding), ("autoinduction", Autoinduction))
    }
    given["elimination"] = _elimination(table["elimination"], group) if "elimination" in table else None
    _check_compartments(table["n_compartments"], disposition, saturable=given["elimination"] is not None)
    formed = as_table("metabolites", table.get("metabolites", {}))
    if name in formed:
        raise InputError("the drug is its own metabolite", value=name, fix=f"remove [metabolites.{name}]")
    metabolites = {m: read(f"metabolites.{m}", entry, "fraction") for m, entry in formed.items()}
    _check_sum("metabolites", metabolites.values())
    binding = {}
    if "binding" in table:
        check_keys("binding", table["binding"], SUBTYPES)
        binding = {k: group(Binding, f"binding.{k}", table["binding"][k]) for k in SUBTYPES}
    _check_site(table)
    routes = as_table("routes", table.get("routes", {}))
    head: dict[str, Any] = {key: table[key] for key in _HEAD if key != "set"}
    return Drug(
        name=name,
        family=table.get("family", "other"),
        **head,
        **disposition,
        **given,
        molar_mass=read("molar_mass", table["molar_mass"], "molar_mass"),
        routes={key: _route(key, entry, metabolites, read) for key, entry in routes.items()},
        metabolites=metabolites,
        binding=binding,
        in_vivo_scale=read(_SCALE, table[_SCALE], _SCALE) if _SCALE in table else None,
    )


def _elimination(table: object, group: Any) -> MichaelisMenten:
    rest = dict(as_table("elimination", table))
    kind = rest.pop("kind", "")
    if kind not in _ELIMINATIONS:
        raise UnknownNameError("kind of elimination", str(kind), _ELIMINATIONS)
    return group(MichaelisMenten, "elimination", rest)


def _check_site(table: dict[str, Any]) -> None:
    """Refuse a site of which a part is missing: such a drug would do nothing, and nobody would be told."""
    for key, needed in (("binding", _SCALE), (_SCALE, "brain")):
        if key in table and needed not in table:
            raise InputError(f"{key} without {needed}", fix=f"add [{needed}], or remove [{key}]")


def _route(name: str, table: Any, metabolites: Collection[str], read: Any) -> Route:
    where = f"routes.{name}"
    check_keys(where, table, ("F", "Tlag"), ("ka", "first_pass", "stages", "saturable"))
    fraction = read(f"{where}.F", table["F"], "F")
    first_pass = {}
    for metabolite, entry in as_table(f"{where}.first_pass", table.get("first_pass", {})).items():
        if metabolite not in metabolites:
            raise UnknownNameError(f"metabolite in {where}.first_pass", metabolite, metabolites)
        first_pass[metabolite] = read(f"{where}.first_pass.{metabolite}", entry, "fraction")
    _check_sum(f"{where}: F and first_pass", [fraction, *first_pass.values()])
    if first_pass and "ka" not in table:
        raise InputError(f"{where} has a first pass but no absorption", fix=f"add [{where}.ka]")
    stages, saturated = _absorption(where, table, fraction, read)
    return Route(
        name=name,
        stages=stages,
        **saturated,
        F=fraction,
        ka=read(f"{where}.ka", table["ka"], "ka") if "ka" in table else None,
        Tlag=read(f"{where}.Tlag", table["Tlag"], "Tlag"),
        first_pass=first_pass,
    )


def _absorption(where: str, table: Any, fraction: Parameter, read: Any) -> tuple[int, dict[str, Parameter]]:
    """Stages of absorption, and the numbers of a first pass that saturates."""
    stages = table.get("stages", 1)
    if not isinstance(stages, int) or isinstance(stages, bool) or not 1 <= stages <= _MOST_STAGES:
        raise InputError(f"{where}.stages", value=stages, expected=f"a whole number from 1 to {_MOST_STAGES}")
    saturated = {}
    if "saturable" in table:
        check_keys(f"{where}.saturable", table["saturable"], ("F_max", "D50"))
        saturated = {k: read(f"{where}.saturable.{k}", entry, k) for k, entry in table["saturable"].items()}
        if saturated["F_max"].value < fraction.value:
            raise InputError(f"{where}.saturable.F_max is below F", value=saturated["F_max"].value)
    if "ka" not in table and (saturated or stages > 1):
        raise InputError(f"{where} has stages or a saturable first pass but no absorption", fix=f"add [{where}.ka]")
    return stages, saturated


def _check_compartments(n: int, disposition: dict[str, Any], *, saturable: bool) -> None:
    if saturable and disposition["CL"] is not None:
        raise InputError("CL beside a saturable elimination", fix="remove [CL], or [elimination]")
    expected = tuple(key for key in DISPOSITION[: 2 * n] if not (saturable and key == "CL"))
    given = tuple(key for key, entry in disposition.items() if entry is not None)
    if n not in (1, 2, 3) or given != expected:
        raise InputError(
            "n_compartments does not fit the numbers given",
            value=f"{n} with {', '.join(given)}",
            expected="CL (or elimination), V1 for 1 compartment, Q2, V2 more for 2, Q3, V3 more for 3",
        )


def _check_sum(what: str, fractions: Collection[Parameter]) -> None:
    total = sum(p.value for p in fractions)
    if total > 1 + 1e-9:
        raise InputError(
            f"{what}: fractions add up to more than 1", value=round(total, 6), expected="at most 1"
        )
