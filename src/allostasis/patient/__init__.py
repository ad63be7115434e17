"""Covariates of a patient, and what they do to parameters."""

from allostasis.patient.body import Patient, allometric

__all__ = ["Patient", "allometric"]
