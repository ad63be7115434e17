"""Simulated numbers for the targets of assembly, equilibrium, ligands and variants: target id -> function.

Functions only compute; bands live with the targets. GABA in uM, ligands in nM. `NOT_SIMULATED` says why the others of this part
are not simulated, `CIRCULAR` which of the simulated ones return a number that was put in, whatever role their row has.
"""

from collections.abc import Callable

import equinox as eqx

from allostasis import library
from allostasis.model.subtypes import SUBTYPES
from allostasis.receptor.allostery import concentration_for, half_factor
from allostasis.receptor.curves import (
    AnyReceptor,
    Receptor,
    ec_fraction_gaba,
    ec_fraction_ligand,
    load_receptor,
    max_modulation,
    open_probability,
    potentiation_percent,
)
from allostasis.receptor.ligands import ligand
from allostasis.receptor.sites import site_counts
from allostasis.receptor.variants import apply_variant

OOCYTE = "a1b2g2"
HISTIDINE_MUTANTS = ("a1(H101R)b3g2", "a2(H101R)b3g2", "a3(H126R)b3g2", "a5(H105R)b3g2")
SATURATING = 1e5
"""GABA that saturates every receptor here [uM]."""
CLOSED_L264T = (1.0, 10.0, 100.0)
"""L of the spontaneously open mutant L264T: not printed, so a sign must hold over this span."""
LOW_GABA = 1.0
"""What "low GABA" on neurones is read as [uM]: an assumption."""


def _with(name: str, **numbers: float | int) -> Receptor:
    """A receptor with some constants of GABA replaced."""
    found = load_receptor(name)
    for key, value in numbers.items():
        found = eqx.tree_at(lambda r, key=key: getattr(r.equilibrium, key), found, value)
    return found


def _half(receptor: AnyReceptor, **ligands: float | int) -> float:
    return float(ec_fraction_gaba(receptor, 0.5, ligands))


def _po(receptor: AnyReceptor, gaba: float | int, **ligands: float | int) -> float:
    return float(open_probability(receptor, gaba, ligands))


def _closed_by_po(po: float | int) -> float:
    return (1 - po) / po


def one_site_half_maximal() -> float:
    """GABA EC50 with one of the two GABA sites broken [uM]."""
    e = load_receptor(OOCYTE).equilibrium
    return float(concentration_for(half_factor(e.L, e.c_GABA, 1), e.K_GABA, e.c_GABA, 1))


def etomidate_largest() -> float:
    """Open probability with saturating etomidate and no GABA."""
    return _po(OOCYTE, 0.0, etomidate=1e9)


def modulator_alone() -> float:
    """Current by diazepam alone over the largest GABA current in the wild type; not a number if the mutant does not rise."""
    rises = all(_po(_with(OOCYTE, L=x), 0.0, diazepam=300) > 1.05 * _po(_with(OOCYTE, L=x), 0.0) for x in CLOSED_L264T)
    wild = (_po(OOCYTE, 0.0, diazepam=300) - _po(OOCYTE, 0.0)) / _po(OOCYTE, SATURATING)
    return wild if rises else float("nan")


def partial_agonist_gain() -> float:
    """Largest response to a partial agonist (Po 0.3) with 1 uM midazolam over that without."""
    saturated = _with(OOCYTE, L=_closed_by_po(0.3))
    return _po(saturated, 0.0, midazolam=1000) / _po(saturated, 0.0)


def signs_in_open_mutant() -> bool:
    """DMCM and FG-7142 close the spontaneously open mutant, flumazenil changes it by under 10 % and blocks midazolam."""
    right = []
    for closed in CLOSED_L264T:
        mutant = _with(OOCYTE, L=closed)
        rest = _po(mutant, 0.0)
        agonist = _po(mutant, 0.0, midazolam=50)
        blocked = _po(mutant, 0.0, midazolam=50, flumazenil=1000)
        right += [
            _po(mutant, 0.0, dmcm=100) < rest,
            float(open_probability(mutant, 0.0, {"FG-7142": 1000.0})) < rest,
            abs(_po(mutant, 0.0, flumazenil=1000) / rest - 1) < 0.1,
            abs(blocked - rest) < 0.2 * (agonist - rest),
        ]
    return all(right)


def potency_order() -> bool:
    """alpha6 is the most potent of the beta3 gamma2 receptors; alpha2 and alpha3 are the two least potent."""
    ranked = sorted((f"a{k}b3g2" for k in range(1, 7)), key=_half)
    return ranked[0] == "a6b3g2" and set(ranked[-2:]) == {"a2b3g2", "a3b3g2"}


def histidine_mutants() -> float:
    """Largest change by 1 uM diazepam at EC20 over the four mutants [%]."""
    changes = [
        float(potentiation_percent(m, ec_fraction_gaba(m, 0.2), {"diazepam": 1000.0})) for m in HISTIDINE_MUTANTS
    ]
    return max(changes, key=abs)


def neurones(drug: str) -> float:
    """Change by 10 nM at low GABA, mean over the four sensitive subtypes: no shares are known for spinal neurones [%]."""
    each = [float(potentiation_percent(f"{a}b3g2", LOW_GABA, {drug: 10.0})) for a in SUBTYPES]
    return sum(each) / len(each)


def largest_response_ratio() -> float:
    """Largest GABA response with diazepam over that without."""
    return _po("a1b3g2", SATURATING, diazepam=1000) / _po("a1b3g2", SATURATING)


def dmcm_enhancement() -> float:
    """DMCM for half of its enhancement, high-affinity site saturated, at 5 uM GABA [nM -> uM]."""
    e = load_receptor(OOCYTE).equilibrium
    binding = _constants("dmcm", "benzodiazepine")
    inhibited = _with(OOCYTE, L=e.L * binding[1])
    return float(ec_fraction_ligand(inhibited, "dmcm", 5.0, site="low_affinity")) / 1000


def _constants(name: str, site: str) -> tuple[float, float]:
    found = ligand(name).binding(OOCYTE, site)
    assert found is not None
    return found.K.value, found.c.value


def threshold_ratio() -> float:
    """Diazepam for +10 % at EC20 without gamma2 over that with it; the low-affinity site switched on by its own constants."""
    level = ec_fraction_gaba("a1b3g2", 0.2)
    e = load_receptor("a1b3g2").equilibrium
    closed = _closed_by_po(float(e.open_probability(level)))
    factor = _closed_by_po(1.1 / (1 + closed)) / closed
    with_gamma = concentration_for(factor, *_constants("diazepam", "benzodiazepine"), 1)
    copies = site_counts(load_receptor("a1b3g2").pentamer)["low_affinity"]
    return concentration_for(factor, *_constants("diazepam", "low_affinity"), copies) / with_gamma


def conductance_of_variant() -> float:
    """Unitary conductance of GABRG2 P302L [% of wild type]."""
    return 100 * float(apply_variant(OOCYTE, "GABRG2.P302L").equilibrium.conductance)


def _ligand_number(key: str) -> float:
    return library.parameter_set("receptor_ligands")[key].value


def _zolpidem_half(receptor: str) -> float:
    return float(ec_fraction_ligand(receptor, "zolpidem", ec_fraction_gaba(receptor, 0.2)))


def flumazenil_in_vivo() -> float:
    """K in vivo of flumazenil [nM]."""
    drug = library.drug("flumazenil")
    assert drug.in_vivo_scale is not None
    return drug.binding["a1"].K.value * drug.in_vivo_scale.value


def _modulation(receptor: str, name: str) -> Callable[[], float]:
    return lambda: float(max_modulation(receptor, name))


SIMULATED: dict[str, Callable[[], float | bool]] = {
    "rt001": lambda: _half(OOCYTE),
    "rt002": lambda: _po(OOCYTE, SATURATING),
    "rt003": lambda: _po(OOCYTE, 0.0),
    "rt004": lambda: _po(OOCYTE, 5.0),
    "rt007": lambda: _half(OOCYTE, pentobarbital=200e3),
    "rt008": lambda: _half(OOCYTE, propofol=10e3),
    "rt009": lambda: _half(OOCYTE, propofol=20e3),
    "rt011": lambda: _half(_with(OOCYTE, L=7.3)),
    "rt012": one_site_half_maximal,
    "rt013": lambda: float(ec_fraction_ligand(OOCYTE, "propofol", 0.0, site="propofol")) / 1000,
    "rt014": lambda: float(ec_fraction_ligand(OOCYTE, "propofol", 1.0, site="propofol")) / 1000,
    "rt016": lambda: _po(OOCYTE, 5.0, alfaxalone=1900) - _po(OOCYTE, 5.0),
    "rt020": lambda: _half(OOCYTE) / _half(OOCYTE, etomidate=3200),
    "rt021": etomidate_largest,
    "rt023": lambda: _half(_with(OOCYTE, L=_closed_by_po(0.16))),
    "rt024": lambda: _half(_with(OOCYTE, L=_closed_by_po(0.04))),
    "rt025": lambda: _po("a4b2d", SATURATING),
    "rt028": lambda: _po("a4b2d", 50.0, allopregnanolone=1000) / _po("a4b2d", 50.0),
    "rt032": modulator_alone,
    "rt033": partial_agonist_gain,
    "rt034": signs_in_open_mutant,
    "rt039": potency_order,
    "rt040": lambda: _half(OOCYTE) / _half("a4b2d"),
    "rt042": _modulation("a1b3g2", "diazepam"),
    "rt043": _modulation("a2b3g2", "diazepam"),
    "rt044": _modulation("a3b3g2", "diazepam"),
    "rt045": _modulation("a5b3g2", "diazepam"),
    "rt046": _modulation("a1b3g2", "DMCM"),
    "rt047": _modulation("a1b3g2", "FG-7142"),
    "rt048": _modulation("a5b3g2", "a5IA"),
    "rt049": lambda: float(ec_fraction_ligand("a1b3g2", "diazepam", ec_fraction_gaba("a1b3g2", 0.2))),
    "rt050": lambda: _ligand_number("binding.diazepam.a6") / _ligand_number("binding.diazepam.a1"),
    "rt051": lambda: _ligand_number("zolpidem.benzodiazepine.Ki.a5") / _ligand_number("zolpidem.benzodiazepine.Ki.a1"),
    "rt052": lambda: _zolpidem_half("a1b3g2"),
    "rt053": lambda: _zolpidem_half("a2b3g2") / _zolpidem_half("a1b3g2"),
    "rt054": lambda: float(ec_fraction_ligand("a1b3g2", "alprazolam", ec_fraction_gaba("a1b3g2", 0.2))),
    "rt058": histidine_mutants,
    "rt059": lambda: neurones("diazepam"),
    "rt060": lambda: neurones("clonazepam"),
    "rt061": largest_response_ratio,
    "rt063": dmcm_enhancement,
    "rt064": lambda: _po(OOCYTE, 5.0, dmcm=1e4, flumazenil=1e4) / _po(OOCYTE, 5.0, dmcm=1e4),
    "rt065": threshold_ratio,
    "rt068": lambda: (
        _ligand_number("basmisanil.benzodiazepine.Ki.a1") / _ligand_number("basmisanil.benzodiazepine.Ki.a5")
    ),
    "rt069": lambda: float(ec_fraction_ligand(OOCYTE, "allopregnanolone", 2.0, site="neurosteroid")) / 1000,
    "rt070": lambda: float(ec_fraction_ligand(OOCYTE, "THDOC", 2.0, site="neurosteroid")) / 1000,
    "rt115": flumazenil_in_vivo,
    "rt122": conductance_of_variant,
    "rt123": lambda: _half("a5b3g2") / _half(apply_variant("a5b3g2", "GABRA5.V294L")),
}
"""Target id -> function that returns the simulated number, or whether a sign or an order holds."""

NOT_SIMULATED: dict[str, str] = {
    "rt027": "needs a desensitised state; the equilibrium has none",
    "rt041": "no constants of alpha3 beta1 receptors, with or without gamma2, apart from the target's own two numbers",
    "rt056": "no constants of clobazam, its metabolite or clonazepam at the low-affinity site, nor of alpha6 beta2 delta",
    "rt118": "a behavioural threshold, and recalled only: no seizure model in the receptor room",
    "rt116": "a behavioural threshold in baboons: no seizure model of the receptor room",
}
"""Target id -> why it is not simulated here."""

CIRCULAR: dict[str, str] = {
    "rt039": "the order of the half-maximal concentrations was put in (recalled)",
    "rt054": "K of alprazolam is the half-maximal concentration of the same row",
    "rt070": "K of THDOC is derived from the same number",
    "rt122": "the conductance of the variant is the same number",
    "rt123": "L of the variant is solved from the same number",
}
"""Simulated, with role emergent in the table, but decided by a number that was put in: not evidence."""
