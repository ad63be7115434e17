"""Tapers that real tablets can carry out: products, plans, guideline limits, search."""

from allostasis.clinic.taper.combine import MOST_PIECES, combine, ladder
from allostasis.clinic.taper.formulary import Formulation, formulary, formulations
from allostasis.clinic.taper.limits import Breach, Limits
from allostasis.clinic.taper.maximum import check_maximum, maximum_daily
from allostasis.clinic.taper.plan import Intake, Plan, Step
from allostasis.clinic.taper.presets import PRESETS, limits
from allostasis.clinic.taper.product import Item, Liquid, Product, Tablet
from allostasis.clinic.taper.strengths import parse_strengths, strengths_text

__all__ = [
    "MOST_PIECES",
    "PRESETS",
    "Breach",
    "Formulation",
    "Intake",
    "Item",
    "Limits",
    "Liquid",
    "Plan",
    "Product",
    "Step",
    "Tablet",
    "check_maximum",
    "combine",
    "formulary",
    "formulations",
    "ladder",
    "limits",
    "maximum_daily",
    "parse_strengths",
    "strengths_text",
]
