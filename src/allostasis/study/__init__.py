"""Virtual populations and calibration."""

from allostasis.study.population import sample_factors

__all__ = ["sample_factors"]
