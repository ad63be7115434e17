"""Tapers that real tablets can carry out: products, plans, guideline limits, search."""

from allostasis.clinic.taper.carrying_out import Baseline, carry_out
from allostasis.clinic.taper.combine import MOST_PIECES, combine, ladder
from allostasis.clinic.taper.formulary import Formulation, formulary, formulations
from allostasis.clinic.taper.guideline_schedules import asam, ashton, nice
from allostasis.clinic.taper.limits import Breach, Limits
from allostasis.clinic.taper.maximum import check_maximum, maximum_daily
from allostasis.clinic.taper.outcome import Found, Infeasible, NotFound, Outcome
from allostasis.clinic.taper.plan import Intake, Plan, Step
from allostasis.clinic.taper.planner import plan_taper
from allostasis.clinic.taper.presets import PRESETS, limits
from allostasis.clinic.taper.product import Item, Liquid, Product, Tablet
from allostasis.clinic.taper.published import Published, PublishedStep, published, published_names, side_by_side
from allostasis.clinic.taper.question import Question
from allostasis.clinic.taper.schedules import hyperbolic, linear, percent_of_current
from allostasis.clinic.taper.search_rules import SearchRules
from allostasis.clinic.taper.strengths import parse_strengths, strengths_text

__all__ = [
    "MOST_PIECES",
    "PRESETS",
    "Baseline",
    "Breach",
    "Formulation",
    "Found",
    "Infeasible",
    "Intake",
    "Item",
    "Limits",
    "Liquid",
    "NotFound",
    "Outcome",
    "Plan",
    "Product",
    "Published",
    "PublishedStep",
    "Question",
    "SearchRules",
    "Step",
    "Tablet",
    "asam",
    "ashton",
    "carry_out",
    "check_maximum",
    "combine",
    "formulary",
    "formulations",
    "hyperbolic",
    "ladder",
    "limits",
    "linear",
    "maximum_daily",
    "nice",
    "parse_strengths",
    "percent_of_current",
    "plan_taper",
    "published",
    "published_names",
    "side_by_side",
    "strengths_text",
]
