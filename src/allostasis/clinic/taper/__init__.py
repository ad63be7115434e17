"""Tapers that real tablets can carry out: products, plans, guideline limits, search."""

from allostasis.clinic.taper.plan import Intake, Plan, Step
from allostasis.clinic.taper.product import Item, Liquid, Product, Tablet

__all__ = ["Intake", "Item", "Liquid", "Plan", "Product", "Step", "Tablet"]
