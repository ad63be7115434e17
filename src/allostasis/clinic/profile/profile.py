"""The profile of a drug: its effect on every axis with a band, and the occupancy and gain at every subtype behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from allostasis.clinic.profile.activation import (
    closed_odds,
    concentration_for,
    gain,
    mean_occupancy,
    occupancy,
    stimulus,
    subtype_shares,
)
from allostasis.clinic.profile.affinity import WILD_TYPE, SiteTable, site_table
from allostasis.clinic.profile.axes import AXES, Circuit, circuit
from allostasis.clinic.profile.exposure import read_exposure
from allostasis.clinic.profile.reserve import contributions
from allostasis.model.subtypes import SUBTYPES
from allostasis.quantity import Parameter

DRAWS = 400  # structural: draws of K and c; the ends of a 90 % band then move by about 0.02
BAND = (0.05, 0.95)  # structural: quantiles of the band


@dataclass(frozen=True)
class SubtypeProfile:
    """A drug at one concentration.

    Attributes:
        drug: canonical name.
        species: "human" or "rodent".
        concentration: unbound concentration in brain [nM].
        occupancy: mean over the subtypes, as imaging of cortex sees it.
        others: concentrations [nM] of competing ligands by name.
        axes: one row an axis; columns ``effect`` (-1 to 1; nan where a subtype that carries it is unknown), ``low`` and
            ``high`` (90 % band from K and c alone), and the part of each subtype, ``a1`` to ``a5``.
        subtypes: one row a subtype; columns ``K`` [nM], ``occupancy``, ``efficacy`` (1/c - 1), ``stimulus`` (with the competing
            ligands), ``gain`` (of inhibition, likewise).
        unknown: subtypes without numbers.
        used: the library's numbers behind it.
    """

    drug: str
    species: str
    concentration: float
    occupancy: float
    others: dict[str, float]
    axes: pd.DataFrame
    subtypes: pd.DataFrame
    unknown: tuple[str, ...]
    used: dict[str, Parameter] = field(repr=False)

    def effect(self, axis: str) -> float:
        """Effect on one axis; nan where a subtype that carries it is unknown."""
        return float(self.axes["effect"].to_numpy()[AXES.index(axis)])

    def band(self, axis: str) -> tuple[float, float]:
        """Ends of the 90 % band of one axis."""
        low, high = self.axes[["low", "high"]].to_numpy()[AXES.index(axis)]
        return float(low), float(high)


def subtype_profile(
    drug: str,
    *,
    concentration: Any = None,
    occupancy: float | int | None = None,
    species: str = "human",
    others: Mapping[str, Any] | None = None,
    gaba_uM: float | int | None = None,
    in_vivo: bool = False,
    draws: int = DRAWS,
    seed: int = 0,
) -> SubtypeProfile:
    """Compute the profile of a drug, with the uncertainty of its affinities and efficacies.

    Args:
        drug: ligand of the benzodiazepine site, any spelling.
        concentration: unbound in brain: "50 nM", or a number of nM; give this or `occupancy`.
        occupancy: mean over the subtypes, 0 to below 1.
        species: whose receptor reserve, "human" or "rodent".
        others: ligands that compete, with concentrations: ``{"flumazenil": "30 nM"}``.
        gaba_uM: GABA level; None takes the phasic level of the chain.
        in_vivo: K in man (calibrated multiple) in place of K in vitro, for every ligand.
        draws: Monte Carlo draws of K and c; the band holds nothing else.
        seed: seed of the draws.

    Raises:
        UnknownNameError: no such ligand or species.
        NotModelledError: no numbers at the benzodiazepine site.
        InputError: concentration and occupancy both given or both missing, or out of range.

    >>> found = subtype_profile("zolpidem", occupancy=0.1, species="rodent", draws=50)
    >>> found.axes.loc[["sedation", "ataxia", "memory_impairment"], "effect"].round(2).tolist()
    [0.34, 0.05, 0.06]
    """
    exposure = read_exposure(concentration, occupancy, others)
    table = site_table([drug, *(others or {})], in_vivo=in_vivo)
    numbers, Q = circuit(species), closed_odds(WILD_TYPE, gaba_uM)
    shares = subtype_shares(table.known.all(axis=0))
    X = exposure.at(table.K, shares)
    parts = contributions(_gains(X, table.K, table.c, Q), numbers)
    K, c = table.draw(draws, seed)
    sampled = contributions(_gains(exposure.at(K, shares), K, c, Q), numbers).sum(axis=-1)
    return SubtypeProfile(
        drug=table.ligands[0],
        species=species,
        concentration=float(X[0]),
        occupancy=float(mean_occupancy(X, table.K, shares)),
        others=dict(zip(table.ligands[1:], map(float, X[1:]), strict=True)),
        axes=_axis_table(parts, sampled, table, numbers),
        subtypes=_subtype_table(X, table, Q),
        unknown=tuple(a for a, known in zip(SUBTYPES, table.known.all(axis=0), strict=True) if not known),
        used=table.used,
    )


def compare(drugs: Sequence[str], **exposure: Any) -> pd.DataFrame:
    """Return the effects of several drugs at the same exposure: one row an axis, one column a drug.

    >>> compare(["zolpidem", "TPA023"], occupancy=0.7, draws=20).loc["sedation"].round(1).tolist()
    [1.0, 0.1]
    """
    found = [subtype_profile(name, **exposure) for name in drugs]
    return pd.DataFrame({each.drug: each.axes["effect"] for each in found})


def effect_curve(
    drug: str, occupancies: Sequence[float | int] | np.ndarray, *, species: str = "human", gaba_uM: float | int | None = None
) -> pd.DataFrame:
    """Effects over a range of occupancies: one row an occupancy, one column an axis; nan where a subtype is unknown.

    >>> effect_curve("lorazepam", [0.0, 0.03])["sedation"].round(2).tolist()
    [0.0, 0.5]
    """
    table, numbers, Q = site_table([drug]), circuit(species), closed_odds(WILD_TYPE, gaba_uM)
    shares = subtype_shares(table.known.all(axis=0))
    X = np.array([float(concentration_for(o, np.zeros(0), table.K, shares)) for o in occupancies])
    found = contributions(_gains(X[:, None], table.K, table.c, Q), numbers).sum(axis=-1)
    open_share = (numbers.weight * ~table.known.all(axis=0)).sum(axis=-1)
    index = pd.Index(np.asarray(occupancies, float), name="occupancy")
    return pd.DataFrame(np.where(open_share > 0, np.nan, found), columns=list(AXES), index=index)


def _gains(X: Any, K: Any, c: Any, Q: Any) -> np.ndarray:
    return gain(stimulus(occupancy(X, K), c), Q)


def _axis_table(parts: Any, sampled: Any, table: SiteTable, numbers: Circuit) -> pd.DataFrame:
    """Effects with bands; an unknown subtype may add anything that its share allows, in either direction."""
    unknown = ~table.known.all(axis=0)
    open_share = (numbers.weight * unknown).sum(axis=-1)
    low, high = np.quantile(sampled, BAND, axis=0)
    effect = np.where(open_share > 0, np.nan, parts.sum(axis=-1))
    frame = pd.DataFrame({"effect": effect, "low": low - open_share, "high": high + open_share}, index=list(AXES))
    for column, alpha in enumerate(SUBTYPES):
        frame[alpha] = np.nan if unknown[column] else parts[:, column]
    return frame.rename_axis("axis")


def _subtype_table(X: Any, table: SiteTable, Q: Any) -> pd.DataFrame:
    theta = occupancy(X, table.K)
    s = stimulus(theta, table.c)
    columns = {"K": table.K[0], "occupancy": theta[0], "efficacy": 1 / table.c[0] - 1, "stimulus": s, "gain": gain(s, Q)}
    frame = pd.DataFrame(columns, index=list(SUBTYPES)).rename_axis("subtype")
    frame.loc[~table.known.all(axis=0)] = np.nan
    return frame
