"""Dose to plasma to unbound brain concentration."""

from allostasis.exposure.animal import AnimalCompartments
from allostasis.exposure.clearance import MetabolicClearance, Substrate
from allostasis.exposure.compartments import CompartmentModel
from allostasis.exposure.enzymes import EnzymeActivity, Perpetrator
from allostasis.exposure.graph import Depot, Moiety
from allostasis.exposure.variation import Variation

__all__ = [
    "AnimalCompartments",
    "CompartmentModel",
    "Depot",
    "EnzymeActivity",
    "MetabolicClearance",
    "Moiety",
    "Perpetrator",
    "Substrate",
    "Variation",
]
