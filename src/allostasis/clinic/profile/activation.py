"""From concentration to the gain of inhibition at each subtype, for any ligands that compete for the site.

    theta_ij = (X_i/K_ij) / (1 + sum_i X_i/K_ij)          occupancy of subtype j by ligand i
    s_j      = sum_i theta_ij (1/c_ij - 1)                stimulus: occupancy x efficacy, summed over the ligands
    m_j      = (1 + Q_j) (1 + s_j) / (1 + s_j + Q_j)      modulation: open probability over that without ligands
    g_j      = m_j - 1 = s_j Q_j / (1 + Q_j + s_j)        gain of inhibition

Q_j = (1 - Po)/Po at the GABA level. This is the equilibrium model of the receptor room rearranged, not another one: 1 + s is the
factor by which the ligands raise the odds of being open. Efficacy 1/c - 1 is 0 for an antagonist and negative for an inverse
agonist. The mean occupancy that imaging sees weighs the subtypes by their shares in cortex (set ``receptor``).
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from scipy.optimize.elementwise import find_root

from allostasis import library
from allostasis.clinic.profile.affinity import WILD_TYPE
from allostasis.model.subtypes import SUBTYPES
from allostasis.quantity import InputError
from allostasis.receptor.allostery import odds_closed
from allostasis.receptor.curves import open_probability

WIDEST = np.log(1e12)  # structural: [ln nM] no concentration beyond 1 kM or below 1e-12 nM is looked at


def closed_odds(receptors: Sequence[str] = WILD_TYPE, gaba_uM: float | int | None = None) -> np.ndarray:
    """Q of each receptor at a GABA level [uM]; None takes the phasic level of the chain.

    >>> closed_odds().round(1).tolist()
    [3.5, 6.8, 16.2, 1.2]
    """
    return _closed_odds(tuple(receptors), gaba_uM, library.current()).copy()


@lru_cache
def _closed_odds(receptors: tuple[str, ...], gaba_uM: float | int | None, _library: library.Library) -> np.ndarray:
    level = library.parameter_set("receptor")["gaba_phasic"].to("uM") if gaba_uM is None else gaba_uM
    return np.array([float(odds_closed(open_probability(name, level))) for name in receptors])


def occupancy(X: Any, K: Any) -> Any:
    """theta [..., ligand, subtype] from concentrations [..., ligand] and K [..., ligand, subtype], both in nM.

    >>> occupancy(np.array([10.0, 10.0]), np.array([[10.0, 5.0], [10.0, 10.0]])).round(2).tolist()
    [[0.33, 0.5], [0.33, 0.25]]
    """
    bound = X[..., None] / K
    return bound / (1 + bound.sum(axis=-2, keepdims=True))


def stimulus(theta: Any, c: Any) -> Any:
    """s [..., subtype] from occupancy and c, both [..., ligand, subtype]."""
    return (theta * (1 / c - 1)).sum(axis=-2)


def gain(s: Any, Q: Any) -> Any:
    """g from stimulus and the odds of being closed; below 0 for an inverse agonist."""
    return s * Q / (1 + Q + s)


def stimulus_for(g: Any, Q: Any) -> Any:
    """Stimulus that gives a gain; the inverse of `gain`.

    >>> round(float(stimulus_for(gain(0.7, 3.0), 3.0)), 9)
    0.7
    """
    return g * (1 + Q) / (Q - g)


def subtype_shares(present: Any = None) -> np.ndarray:
    """Share of each subtype in what imaging of cortex sees; those not present are left out and the rest fill 1.

    >>> subtype_shares().tolist()
    [0.45, 0.3, 0.15, 0.1]
    """
    rows = library.parameter_set("receptor")
    shares = np.array([rows[f"weight.{a}"].value for a in SUBTYPES])
    if present is not None:
        shares = np.where(present, shares, 0)
    return shares / shares.sum()


def mean_occupancy(X: Any, K: Any, shares: Any) -> Any:
    """Occupancy by the first ligand, averaged over subtypes [...]."""
    return (occupancy(X, K)[..., 0, :] * shares).sum(axis=-1)


def concentration_for(wanted: float | int, others: Any, K: Any, shares: Any) -> np.ndarray:
    """Concentration [nM] [...] at which the first ligand has a mean occupancy beside fixed concentrations of the others.

    Args:
        wanted: mean occupancy, 0 to below 1.
        others: concentrations of the other ligands [nM] [ligand - 1].
        K: dissociation constants [nM] [..., ligand, subtype].
        shares: weights of the subtypes [subtype].

    Raises:
        InputError: an occupancy below 0, or of 1 and more, which no concentration reaches.

    """
    if not 0 <= wanted < 1:
        raise InputError("occupancy out of range", value=wanted, expected="a share from 0 to below 1 (0.3 is 30 %)",
                         fix="write, for example, 0.3")  # fmt: skip
    lanes = K.shape[:-2]
    if wanted == 0:
        return np.zeros(lanes)
    beside = 1 + (np.asarray(others, float)[..., None] / K[..., 1:, :]).sum(axis=-2)
    apparent = (K[..., 0, :] * beside).reshape(-1, len(SUBTYPES))

    def excess(ln_X, *constants):
        total = sum(w / (1 + k * np.exp(-ln_X)) for w, k in zip(shares, constants, strict=True) if w)
        return total - wanted

    start = np.full(len(apparent), WIDEST)
    found = find_root(excess, (-start, start), args=tuple(apparent.T))
    if not np.all(found.success):
        raise InputError("no concentration gives this occupancy", value=wanted, expected="an occupancy further from 0 and 1")
    return np.exp(found.x).reshape(lanes)
