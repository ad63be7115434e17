"""Comparison with measured concentrations: any folder of studies and observations in, fold errors out."""

from allostasis.validation.observed.report import ObservedReport
from allostasis.validation.observed.run import validate

__all__ = ["ObservedReport", "validate"]
