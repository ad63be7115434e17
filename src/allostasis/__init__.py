"""allostasis: quantitative systems pharmacology of benzodiazepines, from the molecule to the clinic."""

import jax

jax.config.update("jax_enable_x64", True)

__version__ = "0.1.0"
