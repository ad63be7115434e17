"""Simulated numbers of the receptor targets, one module a part."""
