"""Comparison with measured data."""
