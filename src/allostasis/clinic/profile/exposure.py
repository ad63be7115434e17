"""At what exposure a profile is asked for: a concentration or an occupancy, and ligands that compete."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from allostasis.clinic.profile.activation import concentration_for
from allostasis.quantity import InputError, magnitude

MOST_NM = 1e9  # structural: [nM] 1 M, more than any solution holds


@dataclass(frozen=True)
class Exposure:
    """Concentrations of the ligands at the site, and how the first was asked for."""

    X: np.ndarray
    wanted: float | None

    def at(self, K: Any, shares: Any) -> np.ndarray:
        """Concentrations [..., ligand] for K [..., ligand, subtype]; an occupancy asked for holds for every draw."""
        X = np.broadcast_to(self.X, K.shape[:-1]).copy()
        if self.wanted is not None:
            X[..., 0] = concentration_for(self.wanted, self.X[1:], K, shares)
        return X


def read_exposure(concentration: Any, occupied: float | int | None, others: Mapping[str, Any] | None) -> Exposure:
    """Read what was asked for: either a concentration or an occupancy, and the other ligands.

    Raises:
        InputError: both or none of the two, or one that is negative, not finite or too large.
    """
    if (concentration is None) == (occupied is None):
        raise InputError("give a concentration or an occupancy, one of the two", fix="write occupancy=0.3")
    beside = [read_concentration(value, name) for name, value in (others or {}).items()]
    first = 0.0 if concentration is None else read_concentration(concentration, "the drug")
    if occupied is not None and not 0 <= occupied < 1:
        raise InputError("occupancy out of range", value=occupied, expected="a share from 0 to below 1 (0.3 is 30 %)",
                         fix="write, for example, 0.3")  # fmt: skip
    return Exposure(np.array([first, *beside]), None if occupied is None else float(occupied))


def read_concentration(value: Any, what: str) -> float:
    """Return an unbound concentration [nM] from "50 nM", a pint quantity or a number of nM.

    Raises:
        InputError: negative, not finite, above 1 M, or of another dimension.

    >>> read_concentration("0.05 uM", "diazepam")
    50.0
    """
    label = f"concentration of {what}"
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    number = float(value) if plain else magnitude(value, "nM", label)
    if not 0 <= number <= MOST_NM:
        raise InputError(f"{label} out of range", value=value, expected="0 nM to 1 M", fix="write, for example, '50 nM'")
    return number
