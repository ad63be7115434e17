"""Exchange with other software."""

from allostasis.interop.identifiers import sbml_id
from allostasis.interop.sbml import dose_per_mg, sbml_text

__all__ = ["dose_per_mg", "sbml_id", "sbml_text"]
