"""Receptor subtypes in their fixed order."""

SUBTYPES = ("a1", "a2", "a3", "a5")
"""alpha-x beta3 gamma2 receptors with a benzodiazepine site, in the order of every port with subtype components."""
