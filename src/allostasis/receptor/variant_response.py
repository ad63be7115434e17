"""What a benzodiazepine does to each variant: the computed form of "loss responds, gain may worsen"."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from allostasis.quantity import InputError
from allostasis.receptor.curves import AnyReceptor, load_receptor, open_probability
from allostasis.receptor.equilibrium import Numeric
from allostasis.receptor.variants import variant, variant_names, variant_range

CONSTRUCTS = {"a5b2g2": "a5b3g2", "a2b2g2": "a2b3g2"}
"""Constructs without constants, and the receptor with beta3 that stands for them."""


def current_of_wild_type(
    receptor: AnyReceptor,
    wild: AnyReceptor,
    gaba_uM: Numeric,
    ligands: Mapping[str, Numeric] | None = None,
    mutant_share: float | int = 1,
) -> Any:
    """Inhibitory current of a receptor over that of the wild type without ligands, at one GABA level.

    surface x conductance x Po over Po of the wild type; the rest of the channels (1 - mutant_share) are wild type.

    >>> float(current_of_wild_type("a1b3g2", "a1b3g2", 5.0))
    1.0
    """
    if not 0 <= mutant_share <= 1:
        raise InputError("share of mutant receptors out of range", value=mutant_share, expected="0 to 1")
    e = load_receptor(receptor).equilibrium
    reference = open_probability(wild, gaba_uM)
    mutant = e.surface * e.conductance * open_probability(receptor, gaba_uM, ligands) / reference
    rest = open_probability(wild, gaba_uM, ligands) / reference
    return mutant_share * mutant + (1 - mutant_share) * rest


def response_table(
    drug: str = "diazepam",
    concentration_nM: float | int = 100,  # structural: about three times K, an example and not a dose
    gaba_uM: float | int = 5,  # structural: the charge-equivalent phasic level of the chain
    mutant_share: float | int = 1,
) -> pd.DataFrame:
    """Predict current over wild type without and with a drug for every variant; two rows where a range is all there is.

    Column `moves`: "towards normal" or "past normal" where the drug fills a deficit in part or more than wholly, "away"
    where it raises a current that is already too high, "no site" where it has none.
    A prediction of the equilibrium model, not a clinical statement.

    >>> table = response_table()
    >>> sorted(set(table[table["class"] == "LOF"].moves)), sorted(set(table[table["class"] == "GOF"].moves))
    (['no current', 'no site', 'past normal', 'towards normal'], ['away', 'no site'])
    """
    rows = []
    for name in variant_names():
        found = variant(name)
        wild = CONSTRUCTS.get(found.construct, found.construct)
        ends = variant_range(wild, found)
        for end, receptor in zip(("point",) if len(ends) == 1 else ("mild", "severe"), ends, strict=True):
            without, with_drug = (
                float(current_of_wild_type(receptor, wild, gaba_uM, given, mutant_share))
                for given in (None, {drug: concentration_nM})
            )
            row = {"variant": name, "class": found.variant_class, "resolution": found.resolution, "end": end,
                   "receptor": receptor.pentamer.name, "current": without, "current_with_drug": with_drug}  # fmt: skip
            rows.append(row | {"moves": _moves(without, with_drug), "phenotype": found.phenotype})
    return pd.DataFrame(rows)


def _moves(without: float, with_drug: float) -> str:
    if without == 0:
        return "no current"
    if abs(with_drug / without - 1) < 1e-9:  # structural: rounding
        return "no site"
    crossed = (without - 1) * (with_drug - 1) < 0
    nearer = abs(with_drug - 1) < abs(without - 1)
    return "past normal" if crossed else "towards normal" if nearer else "away"
