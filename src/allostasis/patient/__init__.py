"""Covariates of a patient, and what they do to the numbers of a drug (docs/patient.md)."""

from allostasis.patient.body import Patient, allometric
from allostasis.patient.effect import Cause, Effect
from allostasis.patient.individual import factors, patient_notes, used
from allostasis.patient.lactation import milk_to_plasma, relative_infant_dose
from allostasis.patient.pregnancy import cord_to_maternal
from allostasis.patient.size import fat_free_mass

__all__ = [
    "Cause",
    "Effect",
    "Patient",
    "allometric",
    "cord_to_maternal",
    "factors",
    "fat_free_mass",
    "milk_to_plasma",
    "patient_notes",
    "relative_infant_dose",
    "used",
]
