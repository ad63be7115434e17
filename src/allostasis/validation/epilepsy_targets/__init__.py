"""Epilepsy targets: what the models give for each; one module a group of experiments."""
