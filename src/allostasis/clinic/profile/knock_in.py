"""Virtual knock-in mice: one histidine of the benzodiazepine site becomes arginine, and most ligands lose that subtype.

    alpha1(H101R), alpha2(H101R), alpha3(H126R), alpha5(H105R)

The mutant is the pentamer with the mutated alpha: its ligands, or their absence, are those of the receptor room. The
concentration is that of the wild type, as two mice get the same dose. GABA acts on the mutants as on the wild types.
"""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from allostasis import library
from allostasis.clinic.profile.activation import closed_odds, gain, occupancy, stimulus, subtype_shares
from allostasis.clinic.profile.affinity import WILD_TYPE, site_table
from allostasis.clinic.profile.axes import AXES, SET, axis_name, circuit, criterion
from allostasis.clinic.profile.exposure import read_exposure
from allostasis.clinic.profile.reserve import effects
from allostasis.model.subtypes import SUBTYPES
from allostasis.quantity import NotModelledError, UnknownNameError
from allostasis.receptor.subunits import subunit

WILD = "wild type"


def mutated(alpha: str) -> str:
    """Return the name of an alpha without its histidine.

    >>> [mutated(a) for a in SUBTYPES]
    ['a1(H101R)', 'a2(H101R)', 'a3(H126R)', 'a5(H105R)']
    """
    if alpha not in SUBTYPES:
        raise UnknownNameError("subtype", alpha, SUBTYPES)
    return f"{alpha}({subunit(alpha).histidine}R)"


def mutant(*alphas: str) -> tuple[str, ...]:
    """Return the four receptors of a mouse in which these alphas are mutated.

    >>> mutant("a1")[:2]
    ('a1(H101R)b3g2', 'a2b3g2')
    """
    names = {alpha: mutated(alpha) for alpha in alphas}
    return tuple(f"{names.get(alpha, alpha)}b3g2" for alpha in SUBTYPES)


def knock_in_table(
    drug: str,
    *,
    concentration: Any = None,
    occupancy: float | int | None = None,
    species: str = "rodent",
    others: Mapping[str, Any] | None = None,
    gaba_uM: float | int | None = None,
    doubles: bool = False,
) -> pd.DataFrame:
    """Effects of a drug in the wild type and in each mutant: one row a mouse, one column an axis.

    Args:
        drug: ligand of the benzodiazepine site, any spelling.
        concentration: unbound in brain: "50 nM", or a number of nM; give this or `occupancy`.
        occupancy: mean over the subtypes of the wild type, 0 to below 1.
        species: whose receptor reserve; the mutants are mice, so that of rodents.
        others: ligands that compete, with concentrations.
        gaba_uM: GABA level; None takes the phasic level of the chain.
        doubles: also the six mice with two mutations.

    Raises:
        NotModelledError: a ligand with a subtype whose numbers are unknown.
        others as `subtype_profile`.

    >>> table = knock_in_table("diazepam", occupancy=0.7)
    >>> table.loc[["wild type", "a1(H101R)", "a2(H101R)"], ["sedation", "anxiolysis"]].round(1).to_numpy().tolist()
    [[0.8, 1.0], [0.2, 1.0], [0.7, 0.3]]
    """
    exposure = read_exposure(concentration, occupancy, others)
    names = [drug, *(others or {})]
    wild = site_table(names)
    missing = [a for a, known in zip(SUBTYPES, wild.known.all(axis=0), strict=True) if not known]
    if missing:
        raise NotModelledError(
            f"a mutant of {wild.ligands[0]} cannot be compared: nothing is known at {', '.join(missing)}", value=drug,
            fix="use subtype_profile, which leaves the affected axes open",
        )  # fmt: skip
    X = exposure.at(wild.K, subtype_shares())
    groups = [(), *((a,) for a in SUBTYPES), *(combinations(SUBTYPES, 2) if doubles else ())]
    rows = {}
    for group in groups:
        receptors = mutant(*group) if group else WILD_TYPE
        rows[" ".join(map(mutated, group)) or WILD] = _effects(names, receptors, X, species, gaba_uM)
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(AXES)).rename_axis("mouse")


def _effects(names, receptors, X, species, gaba_uM):
    table = site_table(names, receptors)
    s = stimulus(occupancy(X, table.K), table.c)
    return effects(gain(s, closed_odds(receptors, gaba_uM)), circuit(species))


def share_kept(table: pd.DataFrame) -> pd.DataFrame:
    """Effect of every mutant over that of the wild type; nan where the wild type shows none.

    Args:
        table: from `knock_in_table`.
    """
    wild = table.loc[WILD]
    return table.drop(index=WILD) / wild.where(wild.abs() > criterion("absent"))


def axes_lost(table: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Return the axes that each mutant loses: those of which it keeps less than ``criterion.lost``.

    >>> axes_lost(knock_in_table("diazepam", occupancy=0.7))["a2(H101R)"]
    ('anxiolysis', 'muscle_relaxation')
    """
    kept, least = share_kept(table), criterion("lost")
    small = kept.to_numpy() < least
    return {str(mouse): tuple(np.array(AXES)[row].tolist()) for mouse, row in zip(kept.index, small, strict=True)}


def mouse_pattern() -> pd.DataFrame:
    """Compare with what was reported of knock-in mice: one row an axis and report.

    Columns: study, drug, mutated, axis, reported ("lost", "reduced", "kept"), share (of the wild type), holds. Diazepam's rows
    are no evidence: the weights were chosen after them. A "reduced" effect holds if the share lies below 0.9.
    """
    rows, numbers = [], library.parameter_set(SET)
    occupied = numbers["criterion.mouse_occupancy"].value
    for key, said in library.set_words(SET).items():
        if not key.startswith("mouse."):
            continue
        kept = share_kept(knock_in_table(said["drug"], occupancy=occupied))
        mouse = kept.to_numpy()[list(kept.index).index(mutated(said["mutated"]))]
        for reported in ("lost", "reduced", "kept"):
            for axis in filter(None, (part.strip() for part in said[reported].split(","))):
                share = float(mouse[AXES.index(axis_name(axis))])
                holds = {"lost": share < criterion("lost"), "reduced": share < criterion("full"),
                         "kept": share >= criterion("lost")}[reported]  # fmt: skip
                rows.append((said["source"], said["drug"], mutated(said["mutated"]), axis, reported, share, holds))
    columns = ["study", "drug", "mutated", "axis", "reported", "share", "holds"]
    return pd.DataFrame(rows, columns=columns).drop_duplicates(ignore_index=True)
