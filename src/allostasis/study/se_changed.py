"""What a seizure changes, in the four groups of the review: the mechanisms of the acute clock that are nulled together."""

from typing import NamedTuple

from allostasis.clinic.explain_mechanisms import EFFLUX, METABOLISM, NETWORK, TARGET
from allostasis.clinic.status_epilepticus.question import Question
from allostasis.simulation.case import PatientTable

PATIENT = "patient"
"""Name of the mechanism for genotype and covariates of a human, beside weight."""
NOT_SIMULATED = (EFFLUX,)
"""Groups that no acute run has: P-glycoprotein does not change within hours there. That is no claim that they are nothing."""
ENDING = ("adenosine", "adenosine_receptors")
"""What ends seizures, and its loss: they act in every counterfactual."""


class Changed(NamedTuple):
    """One thing that a seizure changes, nulled together.

    Attributes:
        name: unique name.
        group: one of `GROUPS`.
        meaning: what it is, in a few words.
        parts: names of `simulation.acute.mechanisms`.
    """

    name: str
    group: str
    meaning: str
    parts: tuple[str, ...]


CHANGED = (
    Changed("receptor number", TARGET, "GABA-A receptors that leave the surface", ("trafficking", "delta_receptors")),
    Changed("chloride", TARGET, "chloride that comes in, and KCC2 that is lost", ("chloride", "kcc2")),
    Changed("NMDA receptors", NETWORK, "NMDA receptors that are inserted", ("nmda",)),
    Changed("AMPA receptors", NETWORK, "AMPA receptors that are inserted", ("ampa",)),
    Changed("inflammation", NETWORK, "microglia, cytokines, reactive astrocytes, glutamine synthetase",
            ("microglia", "interleukin", "astrocytes", "glutamine_synthetase")),
    Changed("astrocytic glutamate", NETWORK, "glutamate and D-serine of astrocytes",
            ("astrocytic_glutamate", "gliotransmission")),
    Changed("ambient GABA", NETWORK, "GABA outside synapses", ("ambient_gaba",)),
)  # fmt: skip
"""What a seizure changes, in the order of the bars."""


def changed_by(question: Question) -> tuple[Changed, ...]:
    """What can be nulled: all that the question has not left out already, and its patient.

    >>> from allostasis.clinic.status_epilepticus.question import parse_question
    >>> arm = {"name": "a", "steps": ["diazepam 10 mg/kg ip"]}
    >>> asked = {"title": "t", "preparation": "rat", "horizon": "1 h", "model": {"without": ["nmda"]}, "protocol": [arm]}
    >>> [c.name for c in changed_by(parse_question(asked))][:3]
    ['receptor number', 'chloride', 'AMPA receptors']
    """
    off = set(question.model.without)
    found = [c for c in CHANGED if not set(c.parts) <= off]
    if question.preparation == "human" and reference(question) != (question.patient or PatientTable()):
        found.append(Changed(PATIENT, METABOLISM, "genotype and covariates, beside weight", ()))
    return tuple(found)


def reference(question: Question) -> PatientTable:
    """The patient without genotype and covariates; a child stays a child of its age."""
    table = question.patient or PatientTable()
    kept = {"weight"} | ({"age", "postmenstrual_age"} if table.person().is_child else set())
    return PatientTable(**{key: value for key, value in table.model_dump().items() if key in kept})
