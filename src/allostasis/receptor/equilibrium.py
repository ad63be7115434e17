"""Equilibrium of one receptor with GABA and any allosteric ligands: a pure function over arrays.

    Po    = 1 / (1 + L F_GABA F_BZ^u F_other ...)
    F_GABA = [(1 + G/K) / (1 + G/(c K))]^n                          n GABA sites, 2 in wild types
    F_site = [(1 + sum X_i/K_i) / (1 + sum X_i/(c_i K_i))]^N        ligands of one site compete; N equal copies
    K      = K_GABA (1 + sum B_i/K_i)                               competitive antagonists B at the GABA sites (Gaddum)

L: closed over open without ligand; c: K of the active over K of the resting state (below 1 raises Po); u: coupling of the
benzodiazepine site, 1 in naive receptors, 0 when occupancy no longer reaches the channel. Sites act independently.
Without GABA the channel still opens with Po = 1/(1 + L). With u = 0 or only antagonists (c = 1) F_BZ is 1.
"""

from collections.abc import Mapping
from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Num

from allostasis.quantity import InputError, UnknownNameError

Numeric = Num[Array, "..."] | Num[np.ndarray, "..."] | float | int
"""A number or an array of them; arrays broadcast against each other."""


class SiteConstants(eqx.Module):
    """Constants of the ligands at the copies of one site: names and copies are structure, K and c are leaves.

    Attributes:
        site: kind of the site.
        copies: number of equal copies N.
        ligands: names.
        K: dissociation constants of the resting state [nM].
        c: K of the active over K of the resting state [1].
    """

    site: str = eqx.field(static=True)
    copies: int = eqx.field(static=True)
    ligands: tuple[str, ...] = eqx.field(static=True)
    K: tuple[Any, ...]
    c: tuple[Any, ...]

    def weights(self, concentrations: Mapping[str, Any]) -> tuple[Any, Any]:
        """Binding polynomials of the resting and of the active state; concentrations in nM by ligand name."""
        resting = active = 1.0
        for name, k, c in zip(self.ligands, self.K, self.c, strict=True):
            inverse = 1 / k
            resting = resting + concentrations[name] * inverse
            active = active + concentrations[name] * (inverse / c)
        return resting**self.copies, active**self.copies

    def factor(self, concentrations: Mapping[str, Any]) -> Any:
        """F of the site: resting over active; concentrations in nM by ligand name."""
        resting, active = self.weights(concentrations)
        return resting / active

    def occupancy(self, concentrations: Mapping[str, Any]) -> Any:
        """Share of the sites of resting receptors that hold any ligand."""
        bound = sum(concentrations[name] / k for name, k in zip(self.ligands, self.K, strict=True))
        return bound / (1 + bound)


class Equilibrium(eqx.Module):
    """The numbers of one receptor as array leaves; nothing recompiles when they change.

    Attributes:
        name: name of the receptor.
        gaba_sites: working GABA sites n.
        L: closed over open without ligand [1].
        K_GABA: dissociation constant of GABA in the resting state [uM].
        c_GABA: K of the active over K of the resting state [1].
        surface: receptors at the surface over wild type [1].
        conductance: conductance of one channel over wild type [1].
        sites: constants of the other ligands.
    """

    name: str = eqx.field(static=True)
    gaba_sites: int = eqx.field(static=True)
    L: Any
    K_GABA: Any
    c_GABA: Any
    surface: Any = 1.0
    conductance: Any = 1.0
    sites: tuple[SiteConstants, ...] = ()

    @property
    def ligands(self) -> tuple[str, ...]:
        """Names of the ligands that have constants here."""
        return tuple(dict.fromkeys(name for site in self.sites for name in site.ligands))

    def open_probability(
        self, gaba_uM: Any, concentrations: Mapping[str, Any] | None = None, coupling: Any = 1.0
    ) -> Any:
        """Po at a GABA level [uM] and ligand concentrations [nM]; no checks, safe inside jit, vmap and grad."""
        inverse = 1 / self.apparent_K_GABA(concentrations or {})
        closed = self.L * (1 + gaba_uM * inverse) ** self.gaba_sites
        active = (1 + gaba_uM * (inverse / self.c_GABA)) ** self.gaba_sites
        for site in self._other_sites:
            given = {name: (concentrations or {}).get(name, 0.0) for name in site.ligands}
            own, other = site.weights(given)
            if site.site == "benzodiazepine" and not _is_one(coupling):
                own, other = own**coupling, other**coupling
            closed, active = closed * own, active * other
        return active / (active + closed)  # one division, however many sites

    @property
    def _other_sites(self) -> tuple[SiteConstants, ...]:
        """Sites beside those of GABA."""
        return tuple(site for site in self.sites if site.site != "gaba")

    def apparent_K_GABA(self, concentrations: Mapping[str, Any]) -> Any:
        """K_GABA times the dose ratio 1 + sum B/K_B of competitive antagonists [uM]; K_GABA without any."""
        apparent = self.K_GABA
        for site in self.sites:
            if site.site == "gaba":
                bound = sum(concentrations.get(name, 0.0) / k for name, k in zip(site.ligands, site.K, strict=True))
                apparent = apparent * (1 + bound)
        return apparent

    def gaba_factor(self, gaba_uM: Any) -> Any:
        """F_GABA without antagonist."""
        return ((1 + gaba_uM / self.K_GABA) / (1 + gaba_uM / (self.c_GABA * self.K_GABA))) ** self.gaba_sites

    def site_factor(self, concentrations: Mapping[str, Any], coupling: Any = 1.0) -> Any:
        """Product of F over the sites beside those of GABA."""
        product = 1.0
        for site in self._other_sites:
            given = {name: concentrations.get(name, 0.0) for name in site.ligands}
            factor = site.factor(given)
            product = product * (factor**coupling if site.site == "benzodiazepine" else factor)
        return product


def _is_one(coupling: Any) -> bool:
    """Whether the coupling is the plain number 1, which needs no power."""
    return isinstance(coupling, float | int) and coupling == 1


_evaluate = eqx.filter_jit(Equilibrium.open_probability)


def evaluate(
    equilibrium: Equilibrium,
    gaba_uM: Numeric,
    concentrations: Mapping[str, Numeric] | None = None,
    coupling: Numeric = 1.0,
) -> Float[Array, "..."]:
    """Checked, compiled open probability; arrays of any shapes that broadcast. One compilation per structure.

    Args:
        equilibrium: the receptor with the constants of the ligands.
        gaba_uM: GABA [uM].
        concentrations: ligands [nM] by name.
        coupling: exponent of the benzodiazepine factor, 0 to 1.

    Raises:
        InputError: a negative, infinite or absurd concentration, or a coupling outside 0 to 1.
        UnknownNameError: a ligand without constants in `equilibrium`.

    """
    given = dict(concentrations or {})
    for name in given:
        if name not in equilibrium.ligands:
            raise UnknownNameError("ligand", name, equilibrium.ligands)
    check_range("GABA concentration", gaba_uM, 0, 1e6, "uM")  # structural: 1 M, more than any solution holds
    for name, value in given.items():
        check_range(f"concentration of {name}", value, 0, 1e9, "nM")  # structural: 1 M
    check_range("coupling", coupling, 0, 1, "1")
    arrays = {name: jnp.asarray(value, float) for name, value in given.items()}
    return _evaluate(equilibrium, jnp.asarray(gaba_uM, float), arrays, jnp.asarray(coupling, float))


def check_range(what: str, value: Any, low: float | int, high: float | int, unit: str) -> None:
    """Refuse a number outside its range; values under a trace pass unchecked."""
    try:
        array = np.asarray(value, float)
    except Exception:  # a tracer has no value yet
        return
    if array.size and not (array.min() >= low and array.max() <= high):
        wrong = array[~((array >= low) & (array <= high))].flat[0]
        raise InputError(
            f"{what} out of range", value=float(wrong), expected=f"{low:g} to {high:g} {unit}".removesuffix(" 1")
        )
