"""Ligands of the allosteric sites: affinity and efficacy per receptor, each with its source and status."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from allostasis import library
from allostasis.library import Binding
from allostasis.model.subtypes import SUBTYPES
from allostasis.quantity import InputError, NotModelledError, Parameter, UnknownNameError
from allostasis.receptor.allostery import (
    affinity_from_ec50,
    efficacy_from_modulation,
    half_factor,
    odds_closed,
)
from allostasis.receptor.assembly import Pentamer
from allostasis.receptor.constants import base_equilibrium
from allostasis.receptor.sites import SITES, benzodiazepine_key, site_counts

_SET = "receptor_ligands"


@dataclass(frozen=True, slots=True)
class Ligand:
    """What the library knows of a ligand.

    Attributes:
        name: canonical name.
        ligand_class: benzodiazepine, Z-drug, partial agonist, negative modulator, antagonist, neurosteroid ...
        finding: what its sources say in words.
        sites: sites with numbers, () where no affinity was found.
        second_site: whether the low-affinity site acts unless told otherwise.
    """

    name: str
    ligand_class: str
    finding: str
    sites: tuple[str, ...]
    second_site: bool

    def binding(self, receptor: str | Pentamer, site: str = "benzodiazepine") -> Binding | None:
        """Return K [nM] and c at one site of one receptor, or None where the ligand has no site there.

        Raises:
            NotModelledError: the receptor has the site, but affinity or efficacy was not found.

        >>> ligand("DMCM").binding("a1b3g2").c.kind
        'derived'
        >>> ligand("diazepam").binding("a6b3g2") is None
        True
        """
        pentamer = receptor if isinstance(receptor, Pentamer) else Pentamer.named(receptor)
        copies = site_counts(pentamer)[site]
        if site not in self.sites or not copies:
            return None
        if site != "benzodiazepine":
            return _other_site(self.name, pentamer, site, copies)
        key = benzodiazepine_key(pentamer)
        known = self.keys
        if key not in known:
            if key in SUBTYPES:
                raise NotModelledError(
                    f"no affinity of {self.name} found at alpha{key[1:]}", value=pentamer.name,
                    expected="one of: " + ", ".join(known), fix="add it to the library with its source",
                )  # fmt: skip
            return None
        return _benzodiazepine_site(self.name, str(key))

    @property
    def keys(self) -> tuple[str, ...]:
        """Alphas (and "no_histidine") with an affinity at the benzodiazepine site."""
        if _in_drug_file(self.name):
            return SUBTYPES
        found = _entries(self.name, "benzodiazepine")
        return tuple(dict.fromkeys(k.split(".")[1] for k in found if k.split(".")[0] in ("K", "Ki", "EC50")))


def ligand(name: str) -> Ligand:
    """Return a ligand by any spelling of its name.

    Raises:
        UnknownNameError: no such name.
        NotModelledError: known by name, but not known to bind the receptor.

    >>> ligand("a5IA").ligand_class, ligand("brexanolone").sites
    ('negative modulator', ('neurosteroid',))
    """
    if name.strip().lower() == "gaba":
        raise InputError("GABA is not an allosteric ligand", value=name, fix="give it as gaba_uM")
    return _find(name, library.current())


@lru_cache
def _find(name: str, _library: library.Library) -> Ligand:
    try:
        key = library.canonical(name, "drug")
    except UnknownNameError:
        raise UnknownNameError("ligand", name, ligand_names()) from None
    words, is_drug = library.set_words(_SET), _in_drug_file(key)
    if not is_drug and key not in words:
        expected = "one of: " + ", ".join(ligand_names())
        raise NotModelledError("not known to bind the receptor", value=name, expected=expected)
    said = words.get(key, {})
    numbers = library.parameter_set(_SET)
    found = tuple(site for site in SITES if any(k.startswith(f"{key}.{site}.") for k in numbers))
    return Ligand(
        name=key,
        ligand_class=said.get("class", library.drug(key).drug_class if is_drug else ""),
        finding=said.get("finding", ""),
        sites=(("benzodiazepine",) if is_drug else ()) + found,
        second_site=said.get("second_site") != "off",
    )


def ligand_names() -> tuple[str, ...]:
    """Return the canonical names of all ligands, those without numbers included."""
    return tuple(sorted({*filter(_in_drug_file, library.drug_names()), *library.set_words(_SET)}))


def _in_drug_file(name: str) -> bool:
    """Tell whether the file of a drug gives its constants at the benzodiazepine site."""
    return name in library.drug_names() and bool(library.drug(name).binding)


def uncertainty(parameter: Parameter) -> float | None:
    """Return the standard deviation of ln of a constant from its range (low and high one sd away), None if unknown."""
    if parameter.low is None or parameter.high is None or parameter.low <= 0:
        return None
    return math.log(parameter.high / parameter.low) / 2


def _entries(name: str, site: str) -> dict[str, Parameter]:
    head = f"{name}.{site}."
    return {k.removeprefix(head): p for k, p in library.parameter_set(_SET).items() if k.startswith(head)}


def _benzodiazepine_site(name: str, key: str) -> Binding:
    if _in_drug_file(name):
        return library.drug(name).binding[key]
    entries = _entries(name, "benzodiazepine")
    closed = _closed_at_standard(key)
    c = entries.get(f"c.{key}") or _derived_efficacy(name, key, entries, closed)
    if f"Ki.{key}" in entries:
        return Binding(K=entries[f"Ki.{key}"], c=c)
    return Binding(K=_derived_affinity(f"{name}.K.{key}", entries[f"EC50.{key}"], c, closed, 1), c=c)


def _closed_at_standard(key: str) -> float:
    """Q at the standard GABA level of modulation assays (EC20 of the current above the spontaneous one)."""
    plain = key if key in SUBTYPES else "a1"
    receptor = base_equilibrium(Pentamer.named(f"{plain}b3g2"))
    fraction = library.parameter_set(_SET)["standard.gaba_fraction"].value
    gaba_c_power = receptor.c_GABA**receptor.gaba_sites
    rest = receptor.L
    return float(rest * half_factor(rest, gaba_c_power, 1, fraction))


def _derived_efficacy(name: str, key: str, entries: dict[str, Parameter], closed: float) -> Parameter:
    measured = entries.get(f"modulation.{key}")
    if measured is None:
        raise NotModelledError(f"no efficacy of {name} found", value=key, fix="add c or a modulation to the library")
    percent = 100 * measured.value  # structural: percent
    ends: list[Any] = [m if m is None else efficacy_from_modulation(m, closed) for m in (measured.high, measured.low)]
    return Parameter(
        f"{_SET}.{name}.benzodiazepine.c.{key}", efficacy_from_modulation(measured.value, closed), "1",
        low=ends[0], high=ends[1], population=measured.population, source=measured.source, kind="derived",
        status="derived", note=f"From {percent:+.0f} % at the standard GABA level by the equilibrium model.",
    )  # fmt: skip


def _derived_affinity(name: str, ec50: Parameter, c: Parameter, closed: float, copies: int) -> Parameter:
    ratio = affinity_from_ec50(1, closed, c.value, copies)
    bound = [None if b is None else b * ratio for b in (ec50.low, ec50.high)]
    return Parameter(
        f"{_SET}.{name}", ec50.value * ratio, "nM", low=bound[0], high=bound[1], population=ec50.population,
        source=ec50.source, kind="derived", status="derived",
        note=f"From a half-maximal concentration of {ec50.value:g} nM by the equilibrium model.",
    )  # fmt: skip


def _other_site(name: str, pentamer: Pentamer, site: str, copies: int) -> Binding:
    entries = _entries(name, site)
    c = entries.get(f"c.{pentamer.name}", entries["c.any"])
    if "K.any" in entries:
        return Binding(K=entries["K.any"], c=c)
    reference = base_equilibrium(Pentamer.named("a1b2g2"))
    closed = odds_closed(float(reference.open_probability(entries["gaba_uM.any"].value)))
    return Binding(K=_derived_affinity(f"{name}.{site}.K", entries["EC50.any"], entries["c.any"], closed, copies), c=c)
