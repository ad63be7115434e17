"""Individual treatment of a case: exposure-matched doses, drugs to avoid and what comes next, early combination."""

from collections.abc import Mapping
from dataclasses import dataclass

from allostasis import library
from allostasis.clinic.combination.effect import mechanisms
from allostasis.clinic.combination.reference import HOURS
from allostasis.clinic.individualise.match import Match, match
from allostasis.clinic.individualise.rules import Rule, early_combination, of_person, without_effect
from allostasis.library.reach import closure
from allostasis.patient import Patient, factors
from allostasis.patient.genotype import diplotype, phenotype
from allostasis.quantity import InputError
from allostasis.receptor.variant_response import response_table
from allostasis.receptor.variants import variant
from allostasis.simulation import Case
from allostasis.simulation.simulate import arm_regimens

TRANSPORTER = "ABCB1"
SHOWN = ("CL", "V1", "Kp_uu", "F.oral")
LEAST_SHOWN = 0.01  # structural: a smaller change is not told
MOST_OPTIONS = 3  # structural: further options shown


@dataclass(frozen=True)
class DrugAdvice:
    """What the person means for one drug.

    Attributes:
        drug: canonical name.
        regimen: as the case has it.
        matched: dose that matches the exposure, by the evidence.
        claimed: the same by the claims of the review where the evidence says no effect; None where they do not differ.
        causes: why clearance, volumes or binding differ, in words.
        rules: that concern it.
        negative: rules by which a gene has no effect on it.
        options: what could come next where it is to be avoided.
    """

    drug: str
    regimen: str
    matched: Match
    claimed: Match | None
    causes: tuple[str, ...]
    rules: tuple[Rule, ...]
    negative: tuple[Rule, ...]
    options: tuple[str, ...]

    @property
    def avoid(self) -> bool:
        """Whether a rule says to avoid it."""
        return any(rule.verdict == "avoid" for rule in self.rules)

    @property
    def changes(self) -> bool:
        """Whether the exposure leaves the limits within which a dose stays."""
        equal = library.parameter_set("combination")["kinetic.equal"].value
        return not 1 / equal <= self.matched.exposure <= equal


@dataclass(frozen=True)
class Advice:
    """Everything about a person.

    Attributes:
        drugs: of the case.
        rules: that the person falls under.
        combination: candidates for an early combination, or "no rule".
        metabolism: gene -> diplotype and phenotype.
        variant_words: what is known of the receptor variant, "" without one.
    """

    drugs: tuple[DrugAdvice, ...]
    rules: tuple[Rule, ...]
    combination: str
    metabolism: Mapping[str, str]
    variant_words: str


def advise(case: Case) -> Advice:
    """Individualise the drugs of a case.

    Args:
        case: its patient and the first day of each arm.

    Raises:
        InputError: an arm without a dose on its first day.
        UnknownNameError: an aetiology, type of seizure or variant that the library does not hold.
    """
    told, person = case.patient, case.person
    rules = of_person(told.aetiology, told.seizure_type, told.variant)
    found = []
    for arm, regimen in arm_regimens(case).items():
        rates: dict[str, dict[tuple[str, str], float]] = {}
        for dose in regimen.doses(HOURS["chronic"], person.weight_kg):
            of = rates.setdefault(dose.drug, {})
            of[dose.drug, dose.route] = of.get((dose.drug, dose.route), 0.0) + dose.amount / HOURS["chronic"]
        if not rates:
            raise InputError("an arm without a dose on its first day", value=arm, fix="leave it out of the case")
        found += [_drug(drug, str(regimen), of, person, rules, told.variant) for drug, of in rates.items()]
    seen: dict[tuple[str, str], DrugAdvice] = {(d.drug, d.regimen): d for d in found}
    of_variant = "" if told.variant is None else _variant_words(told.variant)
    return Advice(tuple(seen.values()), rules, early_combination(rules), _metabolism(person), of_variant)


def _metabolism(person: Patient) -> dict[str, str]:
    found = {}
    for gene, text in person.genotype.items():
        of = diplotype(gene, text)
        found[gene] = str(of) if gene == TRANSPORTER else f"{of}, {phenotype(of)} metaboliser"
    return found


def _drug(drug: str, regimen: str, rates, person: Patient, rules: tuple[Rule, ...], receptor_variant: str | None) -> DrugAdvice:
    negative = without_effect(person.genotype, drug)
    silent = {rule.value for rule in negative}
    by_evidence = _without(person, silent)
    matched = match(drug, rates, by_evidence)
    claimed = match(drug, rates, person) if silent else None
    causes = [
        f"{name} {key} x {effect.factor:.2f} ({', '.join(c.covariate for c in effect.causes if c.factor != 1)})"
        for name in closure([drug]) for key, effect in factors(by_evidence, name).items()
        if key in SHOWN and abs(effect.factor - 1) > LEAST_SHOWN
    ]  # fmt: skip
    mine = tuple(rule for rule in rules if rule.concerns(drug) and not _lost(rule, receptor_variant))
    avoided = any(rule.verdict == "avoid" for rule in mine)
    options = _options(drug, rules, receptor_variant) if avoided else ()
    return DrugAdvice(drug, regimen, matched, claimed, tuple(causes), mine, negative, options)


def _without(person: Patient, silent: set[str]) -> Patient:
    from dataclasses import replace

    return replace(person, genotype={g: t for g, t in person.genotype.items() if g not in silent}) if silent else person


def _lost(rule: Rule, receptor_variant: str | None) -> bool:
    """Whether a rule that prefers the benzodiazepine site meets a receptor that has lost it."""
    if receptor_variant is None or rule.verdict != "prefer" or "benzodiazepine" not in rule.what:
        return False
    return variant(receptor_variant).lost_subunit == "g2"


def _options(avoided: str, rules: tuple[Rule, ...], receptor_variant: str | None) -> tuple[str, ...]:
    """Drugs with a chronic reference dose that no rule advises against: preferred ones first, then those with other targets."""
    names = [key.partition(".")[2] for key in library.set_words("combination") if key.startswith("chronic.")]
    bad, blind = ("avoid", "caution"), receptor_variant is not None and variant(receptor_variant).lost_subunit == "g2"
    free = [n for n in names if mechanisms(n) and not any(r.verdict in bad and r.concerns(n) for r in rules)]
    if blind:  # the receptor has lost the site
        free = [n for n in free if any("benzodiazepine" not in m for m in mechanisms(n))]

    def rank(name: str) -> tuple[bool, bool, int]:
        preferred = any(r.verdict == "prefer" and r.concerns(name) and not _lost(r, receptor_variant) for r in rules)
        shared = bool(set(mechanisms(name)) & set(mechanisms(avoided)))
        return (not preferred, shared, names.index(name))

    return tuple(sorted(free, key=rank)[:MOST_OPTIONS])


def _variant_words(name: str) -> str:
    found = variant(name)
    lost = " It loses the gamma2 subunit and with it the benzodiazepine site." if found.lost_subunit == "g2" else ""
    table = response_table()
    held = table.loc[table["variant"] == found.name, ["end", "current", "current_with_drug", "moves"]].to_numpy()
    computed = "; ".join(
        f"{end}: current {without:.2f} of wild type, {with_drug:.2f} with diazepam, {moves}"
        for end, without, with_drug, moves in held
    )
    return f"{found.name}: {found.variant_class} ({found.resolution}). {found.effect}{lost} Computed: {computed}."
