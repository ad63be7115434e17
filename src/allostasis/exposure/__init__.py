"""Dose to plasma to unbound brain concentration."""

from allostasis.exposure.compartments import CompartmentModel, Depot, Moiety

__all__ = ["CompartmentModel", "Depot", "Moiety"]
