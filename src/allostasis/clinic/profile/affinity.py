"""Affinity and efficacy of ligands at the four subtypes as arrays, with their uncertainty; what is unknown stays marked.

A receptor without a site for the ligand (a knock-in mutant, for most ligands) has an infinite K: nothing binds there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from jaxtyping import Bool, Float

from allostasis import library
from allostasis.clinic.profile.axes import SET
from allostasis.model.subtypes import SUBTYPES
from allostasis.quantity import InputError, NotModelledError, Parameter
from allostasis.receptor.ligands import ligand, uncertainty

WILD_TYPE = tuple(f"{alpha}b3g2" for alpha in SUBTYPES)
"""The four receptors of the chain."""


@dataclass(frozen=True, slots=True)
class SiteTable:
    """Constants of ligands at the benzodiazepine site of four receptors.

    Attributes:
        ligands: canonical names.
        receptors: names, one for each of `SUBTYPES`.
        K: dissociation constants of the resting state [nM] [ligand, subtype]; infinite without a site or a number.
        c: K of the active over K of the resting state [ligand, subtype].
        sd_K, sd_c: standard deviations of ln K and ln c [ligand, subtype].
        known: False where the receptor has the site and the library has no number [ligand, subtype].
        used: the numbers behind it by name.
    """

    ligands: tuple[str, ...]
    receptors: tuple[str, ...]
    K: Float[np.ndarray, "ligand subtype"]
    c: Float[np.ndarray, "ligand subtype"]
    sd_K: Float[np.ndarray, "ligand subtype"]
    sd_c: Float[np.ndarray, "ligand subtype"]
    known: Bool[np.ndarray, "ligand subtype"]
    used: dict[str, Parameter]

    def draw(self, count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Draw K and c: log-normal, independent over subtypes and ligands [draw, ligand, subtype]."""
        normal = np.random.default_rng(seed).standard_normal((2, count, *self.K.shape))
        return self.K * np.exp(self.sd_K * normal[0]), self.c * np.exp(self.sd_c * normal[1])


def site_table(names: Sequence[str], receptors: Sequence[str] = WILD_TYPE, *, in_vivo: bool = False) -> SiteTable:
    """Collect the constants of ligands.

    Args:
        names: ligands, any spelling, each once.
        receptors: one receptor for each of `SUBTYPES`, such as "a1(H101R)b3g2" in place of "a1b3g2".
        in_vivo: K in man, the calibrated multiple of K in vitro; only drugs of the library have it.

    Raises:
        UnknownNameError: no such ligand.
        NotModelledError: a ligand without any number at the benzodiazepine site, or without K in man if asked for.
        InputError: one ligand given twice.

    >>> site_table(["zolpidem"]).K.round(0).tolist()
    [[27.0, 156.0, 383.0, 10000.0]]
    >>> site_table(["AZD7325"]).known.tolist()
    [[False, True, True, False]]
    """
    return _site_table(tuple(names), tuple(receptors), in_vivo, library.current())


@lru_cache
def _site_table(names: tuple[str, ...], receptors: tuple[str, ...], in_vivo: bool, _library: library.Library) -> SiteTable:
    found = [ligand(name) for name in names]
    if len({each.name for each in found}) < len(found):
        raise InputError("one ligand given twice", value=", ".join(names), expected="each ligand once")
    shape = (len(found), len(SUBTYPES))
    K, c = np.full(shape, np.inf), np.ones(shape)
    sd_K, sd_c, known, used = np.zeros(shape), np.zeros(shape), np.ones(shape, bool), {}
    for row, each in enumerate(found):
        _check_site(each)
        scale = _scale(each.name) if in_vivo else None
        for column, receptor in enumerate(receptors):
            try:
                binding = each.binding(receptor)
            except NotModelledError:
                known[row, column] = False
                continue
            if binding is not None:
                K[row, column] = binding.K.value * (1 if scale is None else scale.value)
                c[row, column] = binding.c.value
                sd_K[row, column], sd_c[row, column] = spread(binding.K, "K"), spread(binding.c, "c")
                used |= {p.name: p for p in (binding.K, binding.c)}
        if scale is not None:
            used[scale.name] = scale
        if not known[row].any():
            raise NotModelledError(f"no affinity and efficacy of {each.name} found", value=each.name,
                                   fix="add it to the library with its source")  # fmt: skip
    for array in (K, c, sd_K, sd_c, known):
        array.setflags(write=False)
    return SiteTable(tuple(each.name for each in found), receptors, K, c, sd_K, sd_c, known, used)


def spread(parameter: Parameter, kind: str) -> float:
    """Return the standard deviation of ln K or ln c: from the range in the library, or the set's assumption.

    >>> from allostasis.receptor.ligands import ligand
    >>> round(spread(ligand("diazepam").binding("a1b3g2").c, "c"), 3)
    0.241
    """
    stated = uncertainty(parameter)
    if stated is not None:
        return stated
    assumed = library.parameter_set(SET)
    if kind == "K":
        return assumed["uncertainty.affinity"].value
    return assumed["uncertainty.efficacy"].value * float(abs(np.log(parameter.value)))


def _check_site(each) -> None:
    if "benzodiazepine" in each.sites:
        return
    other = f"it acts at the {' and '.join(each.sites)} site" if each.sites else each.finding
    raise NotModelledError(
        f"{each.name} has no affinity at the benzodiazepine site: {other}", value=each.name,
        expected="a ligand of the benzodiazepine site: the roles of subtypes come from mice in which that site is lost",
    )  # fmt: skip


def _scale(name: str) -> Parameter:
    scale = library.drug(name).in_vivo_scale if name in library.drug_names() else None
    if scale is None:
        raise NotModelledError(
            f"K of {name} in man is not in the library", value=name,
            expected="a drug of the main chain, such as lorazepam", fix="use K in vitro, or give an occupancy",
        )  # fmt: skip
    return scale
