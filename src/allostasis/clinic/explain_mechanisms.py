"""The mechanisms of lost effect that a run has, in the four groups of the review, and the factor on a number that nulls each.

A mechanism of adaptation or of the pump is nulled by a factor on its size (`OFF` stands for 0, `FAR` for infinity), so that all
counterfactuals are lanes of one run; a gene or covariate by a person without it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from allostasis.simulation import Case
from allostasis.simulation.case import PatientTable

TARGET, NETWORK, METABOLISM, EFFLUX = "target", "network", "metabolism", "efflux"
GROUPS = (TARGET, NETWORK, METABOLISM, EFFLUX)
"""The four groups, in the order of the bars."""
OFF, FAR = 1e-12, 1e12  # structural: stand for 0 and infinity where a factor is finite and above 0
NOT_HERE = {
    TARGET: ("GABA level and glutamine synthetase", "chloride and KCC2", "variants of GABA-A subunits"),
    NETWORK: ("inflammation and glia",),
    METABOLISM: (),
    EFFLUX: (),
}
"""What the review names and the chronic clock holds constant: no bar, and no claim that it is nothing."""


class Mechanism(NamedTuple):
    """One mechanism of lost effect.

    Attributes:
        name: unique name.
        group: one of `GROUPS`.
        meaning: what it is, in a few words.
        nulls: "submodel.number" -> factor that nulls it; empty for a gene or covariate.
    """

    name: str
    group: str
    meaning: str
    nulls: Mapping[str, float]


class _Row(NamedTuple):
    name: str
    group: str
    meaning: str
    needs: str
    nulls: Mapping[str, float]


_ADAPTATION = (
    _Row("receptor number", TARGET, "sorting and endocytosis of receptors", "trafficking.sorting",
         {"trafficking.sorting": OFF, "trafficking.drug": OFF}),
    _Row("coupling", TARGET, "uncoupling of the site from the channel", "uncoupling.sensitivity",
         {"uncoupling.sensitivity": OFF}),
    _Row("clustering", TARGET, "receptors that left the synapse", "clustering.sensitivity", {"clustering.sensitivity": OFF}),
    _Row("subunit switch", TARGET, "transcription away from \N{GREEK SMALL LETTER ALPHA}1", "subunit_switch.loss",
         {"subunit_switch.loss": OFF, "subunit_switch.rise": OFF}),
    _Row("neurosteroid", TARGET, "endogenous neurosteroid that falls or rises", "neurosteroid.fall", {"neurosteroid.fall": OFF}),
    _Row("AMPA receptors", NETWORK, "stronger excitatory synapses", "ampa.scaling", {"adapted_circuit.ampa_weight": OFF}),
    _Row("NMDA receptors", NETWORK, "slow rise and early loss of GluN2B", "nmda.scaling", {"adapted_circuit.nmda_weight": OFF}),
    _Row("noradrenergic drive", NETWORK, "output of the locus coeruleus", "locus_coeruleus.upregulation",
         {"adapted_circuit.noradrenergic_weight": OFF}),
    _Row("set point", NETWORK, "the balance that is taken for normal", "set_point.tau", {"set_point.tau": FAR}),
    _Row("kindling", NETWORK, "what past withdrawals left behind", "kindling.ceiling", {"kindling.ceiling": OFF}),
    _Row("alcohol", NETWORK, "excitation that the end of drinking lays bare", "alcohol.severity", {"alcohol.severity": OFF}),
)  # fmt: skip
_PUMP = (
    ("glutamate at the barrier", "glutamate raises P-glycoprotein", "efflux.glutamate", OFF),
    ("inflammation at the barrier", "inflammation raises P-glycoprotein", "efflux.inflammation", OFF),
)
_ENZYMES = (
    ("induction", "enzymes that another drug induces", {"Emax": OFF}),
    ("inhibition", "enzymes that another drug inhibits", {"kinact": OFF, "Ki": FAR}),
)
_TRANSPORTER = "ABCB1"
COVARIATES = "covariates"
"""Name of the mechanism for age, sex, height, albumin, organs and pregnancy; weight stays, for doses go with it."""


def mechanisms(case: Case, parameters: Mapping[str, Mapping[str, Any]]) -> tuple[Mechanism, ...]:
    """The mechanisms that a case has.

    Args:
        case: the question.
        parameters: of its system: submodel -> name -> value.

    >>> from allostasis.simulation import parse_case
    >>> arm = {"name": "a", "regimen": "diazepam 5 mg po od for 3 d"}
    >>> table = {"title": "t", "horizon": "3 d", "arm": [arm], "patient": {"genotype": {"CYP2C19": "*17/*17"}}}
    >>> [m.name for m in mechanisms(parse_case(table), {"uncoupling": {"sensitivity": (5.0,)}})]
    ['coupling', 'CYP2C19']
    """
    held = {f"{submodel}.{name}": value for submodel, values in parameters.items() for name, value in values.items()}
    found = [Mechanism(row.name, row.group, row.meaning, row.nulls) for row in _ADAPTATION if row.needs in held]
    return (*found, *_metabolism(case, held), *_efflux(case, held))


def _metabolism(case: Case, held: Mapping[str, Any]) -> Iterator[Mechanism]:
    for gene in case.person.genotype:
        if gene != _TRANSPORTER:
            yield Mechanism(gene, METABOLISM, f"genotype {case.person.genotype[gene]}", {})
    if _covariates(case.patient, case.person.is_child):
        yield Mechanism(COVARIATES, METABOLISM, "age, sex, organs, albumin, pregnancy", {})
    for name, meaning, constants in _ENZYMES:
        nulls = {
            key: factor for constant, factor in constants.items() for key in held if _acts(key, constant)
        }  # fmt: skip
        if nulls:
            yield Mechanism(name, METABOLISM, meaning, nulls)


def _acts(key: str, constant: str) -> bool:
    """Whether a number is what one drug does to an enzyme of others: neither its own enzyme nor a perpetrator's copy."""
    head = f"enzymes.{constant}."
    return key.startswith(head) and not key.removeprefix(head).startswith("own enzyme") and " but for " not in key


def _efflux(case: Case, held: Mapping[str, Any]) -> Iterator[Mechanism]:
    for name, meaning, key, factor in _PUMP:
        if held.get(key):
            yield Mechanism(name, EFFLUX, meaning, {key: factor})
    if nulls := {key: FAR for key in held if key.startswith("efflux.Ki.")}:
        yield Mechanism("inhibition of the pump", EFFLUX, "a drug blocks P-glycoprotein", nulls)
    if _TRANSPORTER in case.person.genotype:
        yield Mechanism(_TRANSPORTER, EFFLUX, f"genotype {case.person.genotype[_TRANSPORTER]}", {})


def by_group(found: Iterable[Mechanism]) -> dict[str, tuple[str, ...]]:
    """Group -> names of its mechanisms; a group that a case does not have is empty."""
    held = tuple(found)
    return {group: tuple(m.name for m in held if m.group == group) for group in GROUPS}


def _covariates(table: PatientTable, child: bool) -> dict[str, Any]:
    """Covariates that a reference person lacks, as changes of the table; a child stays a child of its age."""
    kept = {"weight", "genotype"} | ({"age", "postmenstrual_age"} if child else set())
    return {key: None for key in PatientTable.model_fields if key not in kept and getattr(table, key) is not None}


def person_of(case: Case, acting: Iterable[str]) -> PatientTable:
    """The patient of a case with only those genes and covariates that act.

    >>> from allostasis.simulation import parse_case
    >>> arm = {"name": "a", "regimen": "diazepam 5 mg po od for 3 d"}
    >>> who = {"age": "70 years", "genotype": {"CYP2C19": "poor"}}
    >>> case = parse_case({"title": "t", "horizon": "3 d", "arm": [arm], "patient": who})
    >>> person_of(case, ["CYP2C19"]).age, person_of(case, ["covariates"]).genotype
    (None, {})
    """
    names = set(acting)
    genotype = {gene: text for gene, text in case.person.genotype.items() if gene in names}
    changes = {} if COVARIATES in names else _covariates(case.patient, case.person.is_child)
    return case.patient.model_copy(update={"genotype": genotype, **changes})
