"""How far a substance gets in the chain: what it forms, whether it has a site."""

from __future__ import annotations

from collections.abc import Iterable

from allostasis.library.drug import SUBTYPES, Drug
from allostasis.library.loader import drug, parameter_set, set_words
from allostasis.quantity import Parameter

LIGANDS = "receptor_ligands"
BENZODIAZEPINE = "benzodiazepine"
TARGETS = "drug_targets"
BESIDE = "its targets are beside the receptor, on the acute clock"
"""Why a drug with drug targets only does nothing at the receptor."""
OTHER_SITES = ("neurosteroid", "barbiturate", "propofol", "etomidate")


def closure(drugs: Iterable[str]) -> tuple[str, ...]:
    """Return the drugs and every metabolite that they form, parents first.

    >>> closure(["diazepam"])
    ('diazepam', 'nordiazepam', 'temazepam', 'oxazepam')
    """
    names = list(dict.fromkeys(drugs))
    for name in names:
        names += [m for m in drug(name).metabolites if m not in names]
    return tuple(names)


def ligand_rows(name: str, site: str) -> dict[str, Parameter]:
    """Return what the ligand library holds of a substance at one site, by key such as "Ki.a1".

    >>> ligand_rows("zolpidem", "benzodiazepine")["Ki.a1"].unit, ligand_rows("lorazepam", "benzodiazepine")
    ('nM', {})
    """
    head = f"{name}.{site}."
    return {k.removeprefix(head): p for k, p in parameter_set(LIGANDS).items() if k.startswith(head)}


def sites_of(subject: Drug) -> tuple[str, ...]:
    """Return the sites of the receptor at which affinity and efficacy are known, by its file or the ligand library.

    >>> sites_of(drug("diazepam")), sites_of(drug("zolpidem")), sites_of(drug("levetiracetam"))
    (('benzodiazepine',), ('benzodiazepine',), ())
    """
    others = tuple(site for site in OTHER_SITES if ligand_rows(subject.name, site))
    return ((BENZODIAZEPINE,) if _binds(subject) else ()) + others


def _binds(subject: Drug) -> bool:
    held = ligand_rows(subject.name, BENZODIAZEPINE)
    given = all(
        any(f"{affinity}.{k}" in held for affinity in ("K", "Ki", "EC50"))
        and any(f"{efficacy}.{k}" in held for efficacy in ("c", "modulation"))
        for k in SUBTYPES
    )
    return bool(subject.binding) or (given and subject.in_vivo_scale is not None)


def acting_at(target: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return those of the substances that have a number at a target beside the receptor, in their order.

    >>> acting_at("nmda_channel", ("lorazepam", "ketamine"))
    ('ketamine',)
    """
    rows = parameter_set(TARGETS)
    return tuple(name for name in names if f"{target}.{name}.K" in rows)


def targets_of(subject: Drug) -> tuple[str, ...]:
    """Return the targets beside the GABA-A receptor that a substance acts at; they exist on the acute clock.

    >>> targets_of(drug("ketamine")), targets_of(drug("valproate")), targets_of(drug("lorazepam"))
    (('nmda_channel',), ('sodium_channel_weak', 'gaba_synthesis'), ())
    """
    return tuple(target for target in set_words(TARGETS) if acting_at(target, (subject.name,)))


def target_rows(subject: Drug) -> tuple[Parameter, ...]:
    """Return the numbers of a substance at its targets beside the receptor."""
    heads = tuple(f"{target}.{subject.name}." for target in targets_of(subject))
    return tuple(row for key, row in parameter_set(TARGETS).items() if heads and key.startswith(heads))


def why_not(subject: Drug) -> str:
    """Say why an active substance does nothing at the receptor, or return "" where it acts or is not active.

    >>> why_not(drug("levetiracetam"))
    'its targets are beside the receptor, on the acute clock'
    >>> why_not(drug("lorazepam"))
    ''
    """
    if not subject.active:
        return ""
    if sites_of(subject):
        return "" if subject.brain is not None else "no numbers for entry into the brain were found"
    if targets_of(subject):
        return BESIDE
    if ligand_rows(subject.name, BENZODIAZEPINE) and subject.in_vivo_scale is None:
        return "no in_vivo_scale"
    if "GABA-A" in subject.drug_class:
        return "no affinity at the receptor was found"
    return "no site at the receptor in this version"


def extent(subject: Drug) -> str:
    """Say how far a run takes a substance with what it forms.

    Returns:
        "effect": both clocks; "acute": effects on the acute clock only; "level": concentrations only.

    >>> extent(drug("lorazepam")), extent(drug("clorazepate")), extent(drug("ketamine")), extent(drug("fosphenytoin"))
    ('effect', 'effect', 'acute', 'acute')
    >>> extent(drug("omeprazole"))
    'level'
    """
    chain = [member for name in closure([subject.name]) if (member := drug(name)).active]
    if any(not why_not(member) for member in chain):
        return "effect"
    return "acute" if any(targets_of(member) and member.brain is not None for member in chain) else "level"
