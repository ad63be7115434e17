"""Drug-resistant epilepsy and resistant status epilepticus: definitions as functions over a diary and over a course."""

from allostasis.clinic.drug_resistance.diary import SeizureDiary, Trial, diary_of
from allostasis.clinic.drug_resistance.finding import Finding
from allostasis.clinic.drug_resistance.ilae import ilae_resistance
from allostasis.clinic.drug_resistance.persistent import persistent_resistance
from allostasis.clinic.drug_resistance.status import (
    StatusCourse,
    StatusTreatment,
    benzodiazepine_resistant,
    course_of_activity,
    established,
    refractory,
    stage,
    status_epilepticus,
    super_refractory,
)
from allostasis.clinic.drug_resistance.verdict import Verdict, resistance

__all__ = [
    "Finding",
    "SeizureDiary",
    "StatusCourse",
    "StatusTreatment",
    "Trial",
    "Verdict",
    "benzodiazepine_resistant",
    "course_of_activity",
    "diary_of",
    "established",
    "ilae_resistance",
    "persistent_resistance",
    "refractory",
    "resistance",
    "stage",
    "status_epilepticus",
    "super_refractory",
]
