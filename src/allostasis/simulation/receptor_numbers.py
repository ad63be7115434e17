"""The receptor of a run: which ligand binds which site, with the numbers of the library."""

from allostasis import library
from allostasis.model import AbstractSubmodel
from allostasis.quantity import InputError, NotModelledError
from allostasis.receptor import SUBTYPES, InhibitionGain, MWCReceptor
from allostasis.receptor.assembly import Pentamer
from allostasis.receptor.constants import gaba_parameters
from allostasis.receptor.ligands import Ligand, ligand
from allostasis.receptor.mwc import ENDOGENOUS, OtherSite
from allostasis.receptor.sites import SITES, site_counts
from allostasis.simulation.book import Book

SYNAPTIC, DELTA = "a1b3g2", "a4b2d"
"""Receptors that count the copies of the other sites; the delta receptor stands for all extrasynaptic ones."""
STEROID = "allopregnanolone"
LEFT_OUT = ("benzodiazepine", "low_affinity")
"""Sites with a treatment of their own; the second benzodiazepine site is off in a run unless asked for (docs/receptor.md)."""
_BENZODIAZEPINE, LOW_AFFINITY = LEFT_OUT
BARBITURATE = "barbiturate"


def receptor(
    book: Book, ligands: tuple[str, ...], *, endogenous: bool = False, low_affinity: bool = False
) -> tuple[AbstractSubmodel, ...]:
    """Put the numbers of the receptor into the book and return its submodels.

    Args:
        book: where the numbers go.
        ligands: substances with an unbound brain concentration; those without any site here do nothing.
        endogenous: whether the endogenous neurosteroid is a state.
        low_affinity: whether the second, micromolar benzodiazepine site is there.

    Raises:
        NotModelledError: a competitive antagonist at the GABA sites.
    """
    rows = library.parameter_set("receptor")
    for name, unit in (("L", "1"), ("K_GABA", "uM"), ("c_GABA", "1")):
        book.put_each("receptor", name, {k: rows[f"{name}.{k}"] for k in SUBTYPES}, unit)
    for name in ("gaba_phasic", "gaba_tonic"):
        book.put("receptor", name, rows[name], "uM")
    known = {name: found for name in ligands if (found := _ligand(name)) is not None}
    scales = {
        name: scale
        for name, found in known.items()
        if _BENZODIAZEPINE in found.sites and (scale := library.drug(name).in_vivo_scale) is not None
    }
    for name, scale in scales.items():
        sites = {k: known[name].binding(f"{k}b3g2") for k in SUBTYPES}
        held = {k: site for k, site in sites.items() if site is not None}
        book.used[f"receptor.in_vivo_scale.{name}"] = scale
        book.put_each("receptor", f"K.{name}", {k: s.K for k, s in held.items()}, "nM", scale.value)
        book.put_each("receptor", f"c.{name}", {k: s.c for k, s in held.items()}, "1")
    others = _others(book, known, endogenous, low_affinity)
    book.put_each("inhibition_gain", "weight", {k: rows[f"weight.{k}"] for k in SUBTYPES}, "1")
    for name in ("tonic_share", "blind_share"):
        book.put("inhibition_gain", name, rows[name], "1")
    return MWCReceptor(ligands, tuple(scales), others, endogenous), InhibitionGain()


def _ligand(name: str) -> Ligand | None:
    try:
        return ligand(name)
    except InputError:  # not a name that the receptor knows
        return None


def _in_vivo(book: Book, name: str) -> float:
    """Scale of the affinity in man at a site beside the benzodiazepine site; 1 where nothing calibrates it."""
    scale = None if name == ENDOGENOUS else library.drug(name).in_vivo_scale
    if scale is None:
        return 1.0
    book.used[f"receptor.in_vivo_scale.{name}"] = scale
    return scale.value


def _others(book: Book, known: dict[str, Ligand], endogenous: bool, low_affinity: bool) -> tuple[OtherSite, ...]:
    synaptic, delta = (site_counts(Pentamer.named(name)) for name in (SYNAPTIC, DELTA))
    others = []
    for site in SITES:
        if site == _BENZODIAZEPINE or (site == LOW_AFFINITY and not low_affinity):
            continue
        holders = {name: found for name, found in known.items() if site in found.sites}
        if site == "gaba" and holders:
            raise NotModelledError(
                "an antagonist of GABA in a run", value=", ".join(holders), expected="ligands of the other sites",
                fix="use allostasis.receptor.open_probability, which has GABA and antagonist compete",
            )  # fmt: skip
        if endogenous and site == "neurosteroid":
            holders[ENDOGENOUS] = ligand(STEROID)
        for name, found in holders.items():
            at_synaptic, at_delta = found.binding(SYNAPTIC, site), found.binding(DELTA, site)
            assert at_synaptic is not None
            assert at_delta is not None
            scale = 1.0 if site == LOW_AFFINITY else _in_vivo(book, name)
            book.put("receptor", f"K.{site}.{name}", at_synaptic.K, "nM", scale)
            book.put("receptor", f"c.{site}.{name}", at_synaptic.c, "1")
            book.put("receptor", f"delta.c.{site}.{name}", at_delta.c, "1")
        if holders:
            others.append(OtherSite(site, synaptic[site], delta[site], tuple(holders)))
    if others:
        for name, parameter in gaba_parameters(DELTA).items():
            book.put("receptor", f"delta.{name}", parameter, "uM" if name == "K_GABA" else "1")
    if endogenous:
        book.put("receptor", "neurosteroid_naive", library.parameter_set("adaptation")["neurosteroid.naive"], "nM")
    return tuple(others)
