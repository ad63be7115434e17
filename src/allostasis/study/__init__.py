"""Virtual populations and calibration."""

from allostasis.study.population import join_factors, sample_factors
from allostasis.study.virtual_patients import sample_patients

__all__ = ["join_factors", "sample_factors", "sample_patients"]
