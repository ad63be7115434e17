"""What drugs and variants do to the levers of the thalamocortical model, through the receptor room.

    reticular    = modulation of alpha3 receptors at phasic GABA         relay   = that of alpha1
    tonic_relay  = modulation of delta receptors at tonic GABA           t_type  = what blockers leave of T-type channels
    cortical     = (1 - f) sum w m + f [(1 - d) tonic alpha5 + d delta]   the gain of inhibition of the main chain

Subtypes stand for cells: alpha3 for reticular cells, alpha1 and delta for relay cells, the mix of the main chain for cortex.
"""

from collections.abc import Callable
from dataclasses import dataclass

from allostasis import library
from allostasis.circuit.thalamocortical import SET, Levers
from allostasis.model.subtypes import SUBTYPES
from allostasis.quantity import InputError, NotModelledError, UnknownNameError, magnitude
from allostasis.receptor.allostery import efficacy_from_modulation, odds_closed
from allostasis.receptor.curves import ec_fraction_gaba, open_probability
from allostasis.receptor.ligands import ligand, ligand_names

REGIONS = {"brain": "cortex and thalamus", "thalamus": "thalamus alone, as in slices or after microinjection"}
DELTA = "a4b2d"
FIXED = ("gaboxadol", "tiagabine", "vigabatrin", "gamma-hydroxybutyrate")
"""Agents known by the levers that an effective dose moves, without a concentration."""
SYNONYMS = {
    "baer-101": "azd7325", "cvl-865": "darigabat", "pf-06372865": "darigabat", "ghb": "gamma-hydroxybutyrate",
}  # fmt: skip


@dataclass(frozen=True)
class DrugLevers:
    """A drug at a level, as levers.

    Attributes:
        drug: canonical name.
        level: level in words.
        levers: the factors.
        notes: what had to be assumed.
    """

    drug: str
    level: str
    levers: Levers
    notes: tuple[str, ...] = ()


def drug_levers(name: str, level: str | float | None = None, *, region: str = "brain", mutated: str = "") -> DrugLevers:
    """Return the levers of a drug.

    Args:
        name: any known spelling.
        level: unbound level such as "100 nM" (a number is nM); for darigabat, whose affinity is not known, occupancy as "90 %";
            none for agents that are known by an effective dose.
        region: "brain" or "thalamus".
        mutated: an alpha whose benzodiazepine site is lost, such as "a3" for alpha3(H126R) mice.

    Raises:
        InputError: a level that is missing, out of range, or given where none is known.
        UnknownNameError: no such drug or region.
        NotModelledError: a drug without numbers for these cells.

    >>> drug_levers("diazepam", "100 nM").levers.reticular > 1.5
    True
    >>> drug_levers("SAN711", "100 nM")
    Traceback (most recent call last):
    allostasis.quantity.errors.NotModelledError: san711 has no affinity or efficacy in the library...
    """
    if region not in REGIONS:
        raise UnknownNameError("region", region, REGIONS)
    if mutated and mutated not in SUBTYPES:
        raise UnknownNameError("mutated subtype", mutated, SUBTYPES)
    drug = canonical_drug(name)
    make, unit = _maker(drug)
    if make is None:
        if level is not None:
            raise InputError(f"{drug} has no level here", value=level, expected="no level: an effective dose is assumed",
                             fix="leave the level out")  # fmt: skip
        rows = _rows(drug, "lever")
        found = DrugLevers(drug, "effective dose (assumed)", Levers(**rows), ("Sizes of its levers are assumed.",))
    else:
        amount, words = _level(drug, level, unit)
        levers, notes = make(drug, amount, mutated)
        found = DrugLevers(drug, words, levers, notes)
    if region == "brain":
        return found
    kept = {key: value for key, value in vars(found.levers).items() if key not in ("cortical", "pyramidal_rate")}
    return DrugLevers(drug, found.level, Levers(**kept), (*found.notes, "Acts in the thalamus alone."))


def canonical_drug(name: str) -> str:
    """Return the canonical name of a drug, with the trade codes of absence research.

    >>> canonical_drug("BAER-101"), canonical_drug("Valium")
    ('azd7325', 'diazepam')
    """
    text = SYNONYMS.get(name.strip().lower(), name)
    try:
        return library.canonical(text, "drug")
    except UnknownNameError:
        raise UnknownNameError("drug", name, {*ligand_names(), *FIXED, "ethosuximide", "cenobamate", *SYNONYMS}) from None


def _maker(drug: str) -> tuple[Callable | None, str]:
    special = {"darigabat": (_selective, "%"), "ethosuximide": (_ethosuximide, "nM"), "cenobamate": (_cenobamate, "nM")}
    if drug in FIXED:
        return None, ""
    return special.get(drug, (_receptor, "nM"))


def _level(drug: str, level: str | float | None, unit: str) -> tuple[float, str]:
    example = "90 %" if unit == "%" else "100 nM"
    if level is None:
        raise InputError(f"no level of {drug}", expected=f"a level such as '{example}'", fix=f"add --level '{example}'")
    if unit == "%":
        text = str(level).strip()
        try:
            amount = float(text.removesuffix("%"))
        except ValueError:
            amount = -1.0
        if not (text.endswith("%") and 0 <= amount <= 100):  # structural: percent
            raise InputError(f"occupancy by {drug}", value=level, expected="0 % to 100 %: its affinity is not known",
                             fix="write '90 %'")  # fmt: skip
        return amount / 100, f"{amount:g} % occupancy"  # structural: percent
    amount = float(level) if isinstance(level, int | float) else magnitude(level, "nM", what=f"unbound level of {drug}")
    if not 0 <= amount <= 1e7:  # structural: 10 mM, above any drug in brain
        raise InputError(f"unbound level of {drug}", value=level, expected="0 nM to 10 mM")
    return amount, f"{amount:g} nM" if amount < 1e4 else f"{amount / 1000:g} uM"  # structural: nM to uM


def _rows(drug: str, group: str) -> dict[str, float]:
    head = f"agent.{drug}.{group}."
    return {k.removeprefix(head): p.value for k, p in library.parameter_set(SET).items() if k.startswith(head)}


def _combined(phasic: dict[str, float], tonic_a5: float, delta: float) -> Levers:
    """Levers of modulations by subtype."""
    rows = library.parameter_set("receptor")
    f, d = rows["tonic_share"].value, rows["blind_share"].value
    synaptic = sum(rows[f"weight.{a}"].value * phasic[a] for a in SUBTYPES)
    cortical = (1 - f) * synaptic + f * ((1 - d) * tonic_a5 + d * delta)
    return Levers(reticular=phasic["a3"], relay=phasic["a1"], cortical=cortical, tonic_relay=delta)


def _receptor(drug: str, amount: float, mutated: str) -> tuple[Levers, tuple[str, ...]]:
    """Any ligand of the receptor room."""
    try:
        known = ligand(drug)
    except NotModelledError:
        known = None
    if known is None or not known.sites:
        said = f" ({known.finding.rstrip('.')})" if known is not None and known.finding else ""
        raise NotModelledError(
            f"{drug} has no affinity or efficacy in the library{said}", value=drug, expected="a ligand with numbers",
            fix="say what it does instead: --lever reticular=1.2",
        )  # fmt: skip
    rows, notes, phasic = library.parameter_set("receptor"), [], {}

    def modulation(receptor: str, gaba: str) -> float:
        level = rows[f"gaba_{gaba}"].value
        return float(open_probability(receptor, level, {drug: amount}) / open_probability(receptor, level))

    tonic_a5 = 1.0
    for a in SUBTYPES:
        if a == mutated and known.sites == ("benzodiazepine",):
            phasic[a] = 1.0
            continue
        try:
            phasic[a] = modulation(f"{a}b3g2", "phasic")
            if a == "a5":
                tonic_a5 = modulation("a5b3g2", "tonic")
        except NotModelledError:
            phasic[a] = 1.0
            notes.append(f"No affinity at alpha{a[1:]}: taken as none.")
    less = _rows(drug, "neurosteroid").get("synaptic", 1.0)
    if less != 1:
        phasic = {a: m**less for a, m in phasic.items()}
        notes.append(f"On synaptic receptors the power {less:g} of their modulation, on delta receptors all of it (assumed).")
    return _combined(phasic, tonic_a5, modulation(DELTA, "tonic")), tuple(notes)


def _selective(drug: str, occupied: float, mutated: str) -> tuple[Levers, tuple[str, ...]]:
    """A drug of which the modulation at saturation is known: c from it, then the same equilibrium at the levels of the chain."""
    rows, printed, phasic, tonic_a5 = library.parameter_set("receptor"), _rows(drug, "modulation"), {}, 1.0
    fraction = library.parameter_set("receptor_ligands")["standard.gaba_fraction"].value
    for a in SUBTYPES:
        receptor = f"{a}b3g2"
        standard = ec_fraction_gaba(receptor, fraction)
        c = efficacy_from_modulation(printed[a], float(odds_closed(open_probability(receptor, standard))))
        pull = 1 + (0 if a == mutated else occupied) * (1 / c - 1)

        def modulation(gaba: str, receptor: str = receptor, pull: float = pull) -> float:
            before = float(open_probability(receptor, rows[f"gaba_{gaba}"].value))
            return 1 / (1 + float(odds_closed(before)) / pull) / before

        phasic[a] = modulation("phasic")
        tonic_a5 = modulation("tonic") if a == "a5" else tonic_a5
    return _combined(phasic, tonic_a5, 1.0), ("Efficacy from an abstract; affinity unknown, so the level is an occupancy.",)


def _ethosuximide(drug: str, amount: float, mutated: str) -> tuple[Levers, tuple[str, ...]]:
    rows = library.parameter_set("drug_targets")
    x = amount / rows["t_type_channel.ethosuximide.K"].to("nM")
    left = 1 - rows["t_type_channel.maximum"].value * x / (1 + x)
    return Levers(t_type=left), ("Others found no block of thalamic T-type channels at therapeutic levels.",)


def _cenobamate(drug: str, amount: float, mutated: str) -> tuple[Levers, tuple[str, ...]]:
    gain, sodium = _rows(drug, "gaba_a"), _rows(drug, "persistent_sodium")
    half = library.parameter_set("drug_targets")["persistent_sodium.cenobamate.K"].to("nM")
    raised = 1 + gain["largest"] * amount / (amount + gain["half"])
    rate = 1 - sodium["share"] * amount / (amount + half)
    levers = Levers(reticular=raised, relay=raised, cortical=raised, tonic_relay=raised, pyramidal_rate=rate)
    return levers, ("Size of its gain at GABA-A receptors is assumed; the half-maximal level is measured.",)


