"""Receptor subtypes in their fixed order: an axis that the ports of several rooms share."""

SUBTYPES = ("a1", "a2", "a3", "a5")
"""alpha-x beta3 gamma2 receptors with a benzodiazepine site, in the order of every port with subtype components."""
