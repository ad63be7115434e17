"""Verbs on a receptor: open probability, concentration-response, potentiation, EC20, largest modulation."""

from collections.abc import Mapping
from functools import lru_cache

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from allostasis import library
from allostasis.quantity import InputError, NotModelledError
from allostasis.receptor.allostery import concentration_for, half_factor, odds_closed
from allostasis.receptor.assembly import Pentamer
from allostasis.receptor.constants import base_equilibrium
from allostasis.receptor.equilibrium import Equilibrium, Numeric, SiteConstants, check_range, evaluate
from allostasis.receptor.ligands import ligand
from allostasis.receptor.sites import SITES, check_site, site_counts


class Receptor(eqx.Module):
    """A pentamer with its equilibrium; what `apply_variant` returns and every verb accepts."""

    pentamer: Pentamer = eqx.field(static=True)
    equilibrium: Equilibrium


type AnyReceptor = str | Pentamer | Receptor


def load_receptor(receptor: AnyReceptor) -> Receptor:
    """Return a receptor with its numbers: from a name such as "a1b3g2", a `Pentamer`, or itself.

    >>> load_receptor("a4b2d").equilibrium.L
    9.0
    """
    if isinstance(receptor, Receptor):
        return receptor
    pentamer = receptor if isinstance(receptor, Pentamer) else Pentamer.named(receptor)
    return Receptor(pentamer, base_equilibrium(pentamer))


def with_ligands(receptor: AnyReceptor, names: tuple[str, ...], second_site: bool | None = None) -> Equilibrium:
    """Return the equilibrium with the constants of ligands; those without a site at this receptor are left out.

    Args:
        receptor: the receptor.
        names: canonical names.
        second_site: the low-affinity site: None as the library says per ligand (DMCM on, diazepam off), True, False.

    """
    found = load_receptor(receptor)
    built = _site_constants(found.pentamer, tuple(names), second_site, library.current())
    return eqx.tree_at(lambda e: e.sites, found.equilibrium, built, is_leaf=lambda x: x == ())


@lru_cache
def _site_constants(
    pentamer: Pentamer, names: tuple[str, ...], second_site: bool | None, _library: library.Library
) -> tuple[SiteConstants, ...]:
    counts = site_counts(pentamer)
    built = []
    for site in SITES:
        held = {}
        for name in names:
            known = ligand(name)
            if site == "low_affinity" and not (known.second_site if second_site is None else second_site):
                continue
            binding = known.binding(pentamer, site)
            if binding is not None:
                held[known.name] = binding
        if site == "gaba" and any(b.c.value != 1 for b in held.values()):
            raise NotModelledError("an agonist beside GABA at its sites", value=", ".join(held), expected="antagonists, c = 1")
        if held:
            k, c = tuple(b.K.value for b in held.values()), tuple(b.c.value for b in held.values())
            built.append(SiteConstants(site, counts[site], tuple(held), k, c))
    return tuple(built)


def _named(ligands: Mapping[str, Numeric] | None) -> dict[str, Numeric]:
    named: dict[str, Numeric] = {}
    for name, value in (ligands or {}).items():
        known = ligand(name)
        if known.name in named:
            raise InputError("one ligand given under two names", value=name, expected="each ligand once")
        if not known.sites:
            raise InputError(f"{known.name} has no numbers: {known.finding}", value=name,
                             expected="a ligand with an affinity in the library")  # fmt: skip
        check_range(f"concentration of {known.name}", value, 0, 1e9, "nM")  # structural: 1 M
        named[known.name] = value
    return named


def open_probability(
    receptor: AnyReceptor,
    gaba_uM: Numeric,
    ligands: Mapping[str, Numeric] | None = None,
    coupling: Numeric = 1.0,
    *,
    second_site: bool | None = None,
) -> Float[Array, "..."]:
    """Equilibrium open probability.

    Args:
        receptor: name, `Pentamer` or `Receptor`.
        gaba_uM: GABA [uM].
        ligands: concentration [nM] by name, any spelling; a ligand without a site at this receptor does nothing.
        coupling: exponent of the benzodiazepine factor: 1 naive, 0 uncoupled.
        second_site: see `with_ligands`.

    Raises:
        InputError: concentrations below 0, not finite or above 1 M; coupling outside 0 to 1.
        UnknownNameError, NotModelledError: unknown or unmodelled receptor or ligand.

    >>> po = open_probability("a1b3g2", 5.0, {"diazepam": 100.0})
    >>> round(float(po), 3), round(float(open_probability("a1b3g2", 5.0)), 3)
    (0.389, 0.224)
    """
    named = _named(ligands)
    equilibrium = with_ligands(receptor, tuple(named), second_site)
    shape = jnp.broadcast_shapes(*(jnp.shape(v) for v in (gaba_uM, coupling, *named.values())))
    effective = {name: value for name, value in named.items() if name in equilibrium.ligands}
    return jnp.broadcast_to(evaluate(equilibrium, gaba_uM, effective, coupling), shape)


def potentiation_percent(
    receptor: AnyReceptor,
    gaba_uM: Numeric,
    ligands: Mapping[str, Numeric],
    coupling: Numeric = 1.0,
    *,
    second_site: bool | None = None,
) -> Float[Array, "..."]:
    """Change of the open probability by ligands at a GABA level [%]: 100 (Po/Po0 - 1).

    >>> round(float(potentiation_percent("a1b3g2", ec_fraction_gaba("a1b3g2", 0.2), {"diazepam": 1e6})), 0)
    103.0
    """
    with_drug = open_probability(receptor, gaba_uM, ligands, coupling, second_site=second_site)
    return 100 * (with_drug / open_probability(receptor, gaba_uM) - 1)  # structural: percent


def concentration_response(
    receptor: AnyReceptor,
    varied: str,
    concentrations: Numeric,
    gaba_uM: Numeric = 0.0,
    ligands: Mapping[str, Numeric] | None = None,
    coupling: Numeric = 1.0,
    *,
    second_site: bool | None = None,
) -> Float[Array, "..."]:
    """Open probability against one concentration: "GABA" in uM, or a ligand in nM at `gaba_uM` and with `ligands`.

    >>> [round(float(p), 3) for p in concentration_response("a1b2g2", "GABA", jnp.array([1.0, 30.0, 3000.0]))]
    [0.003, 0.495, 0.897]
    """
    given = dict(ligands or {})
    if varied.strip().lower() == "gaba":
        return open_probability(receptor, concentrations, given, coupling, second_site=second_site)
    return open_probability(receptor, gaba_uM, given | {varied: concentrations}, coupling, second_site=second_site)


def ec_fraction_gaba(
    receptor: AnyReceptor,
    fraction: Numeric,
    ligands: Mapping[str, Numeric] | None = None,
    coupling: Numeric = 1.0,
    *,
    second_site: bool | None = None,
) -> Float[Array, "..."]:
    """GABA [uM] that gives a fraction of the largest GABA current above the current without GABA (0.2: EC20). Exact.

    >>> round(float(ec_fraction_gaba("a1b2g2", 0.5)), 1)
    26.3
    """
    check_range("fraction", fraction, 0, 1, "1")
    named = _named(ligands)
    e = with_ligands(receptor, tuple(named), second_site)
    rest = e.L * e.site_factor(named, coupling)
    factor = half_factor(rest, e.c_GABA, e.gaba_sites, jnp.asarray(fraction, float))
    return jnp.asarray(concentration_for(factor, e.apparent_K_GABA(named), e.c_GABA, e.gaba_sites))


def ec_fraction_ligand(
    receptor: AnyReceptor, name: str, gaba_uM: Numeric, fraction: Numeric = 1 / 2, site: str = "benzodiazepine"
) -> Float[Array, "..."]:
    """Ligand [nM] that gives a fraction of its largest effect through one site at a GABA level. Exact.

    >>> round(float(ec_fraction_ligand("a1b3g2", "diazepam", ec_fraction_gaba("a1b3g2", 0.2))), 0)
    27.0
    """
    check_range("fraction", fraction, 0, 1, "1")
    found = load_receptor(receptor)
    k, c, copies = _site_numbers(found, name, site)
    if c == 1:
        raise InputError(f"{name} changes nothing at {found.pentamer.name}: no half-maximal effect", value=name)
    closed = odds_closed(evaluate(found.equilibrium, gaba_uM))
    return jnp.asarray(concentration_for(half_factor(closed, c, copies, fraction), k, c, copies))


def max_modulation(
    receptor: AnyReceptor,
    name: str,
    gaba_uM: Numeric | None = None,
    site: str = "benzodiazepine",
    coupling: Numeric = 1.0,
) -> Float[Array, "..."]:
    """Change of the open probability with one site saturated [%], at a GABA level (EC20 if None); 0 without the site.

    >>> round(float(max_modulation("a1b3g2", "DMCM")), 1), float(max_modulation("a6b3g2", "diazepam"))
    (-71.0, 0.0)
    """
    found = load_receptor(receptor)
    level = ec_fraction_gaba(found, 0.2) if gaba_uM is None else gaba_uM  # structural: EC20, the standard assay
    rest = evaluate(found.equilibrium, level)
    if ligand(name).binding(found.pentamer, check_site(site)) is None:
        return jnp.zeros_like(rest)
    _, c, copies = _site_numbers(found, name, site)
    exponent = copies * (coupling if site == "benzodiazepine" else 1)
    saturated = 1 / (1 + odds_closed(rest) * c**exponent)
    return 100 * (saturated / rest - 1)  # structural: percent


def _site_numbers(receptor: Receptor, name: str, site: str) -> tuple[float, float, int]:
    binding = ligand(name).binding(receptor.pentamer, check_site(site))
    if site == "gaba":
        raise NotModelledError("an antagonist at the GABA sites modulates nothing, it shifts the curve of GABA", value=name,
                               fix="give it among the ligands of ec_fraction_gaba or open_probability")  # fmt: skip
    if binding is None:
        raise InputError(f"{name} has no {site} site at this receptor", value=receptor.pentamer.name,
                         expected="a receptor with the site and a ligand that binds it")  # fmt: skip
    return binding.K.value, binding.c.value, site_counts(receptor.pentamer)[site]
